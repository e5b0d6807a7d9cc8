//! The header's battery, clock and pictures without a bundle.

#![cfg(feature = "window")]

use tucai::domain::condition::{Battery, ClockDoubt};
use tucai::text::Lang;
use tucai::text::condition::{battery_low, clock_doubt};
use tucai::ui::memory::{Memory, Page};
use tucai::ui::view::{Health, Strip, View};

use crate::support::program::Program;
use crate::support::station::{Station, store_one};
use crate::support::window::{busy_day, framing, is_shown, look, shows, window, window_of, with_people};

fn with(battery: Option<Battery>, clock: Option<ClockDoubt>, unsealed: [u32; 2]) -> View {
    let [unsealed, unsealed_days] = unsealed;
    let view = framing();
    View {
        health: Health { battery, clock, unsealed, unsealed_days, stored_today: 312, ..view.health.clone() },
        ..view
    }
}

#[test]
fn the_header_shows_battery_clock_and_what_is_not_sealed() {
    let full = Battery { percent: 64, on_mains: true };
    let mut shown = window(with(Some(full), None, [41, 3]));
    shows(&shown, "电池 64 % 正常");
    shows(&shown, "未封 41 张 3 天");
    assert!(!is_shown(&shown, "时钟"), "a clock that can be right is not talked about");
    with_people(&mut shown);
    look(&mut shown, "header");
    let few = window(with(Some(Battery { percent: 29, on_mains: false }), None, [1, 0]));
    shows(&few, "电池 29 % 要留意");
    shows(&few, "未封 1 张");
    assert!(!is_shown(&few, "未封 1 张 0 天"));
    let none = window(with(None, None, [0, 0]));
    assert!(!is_shown(&none, "电池") && !is_shown(&none, "未封"));
    let mut faces = with(None, None, [41, 0]);
    faces.settings.faces_student = true;
    assert!(!is_shown(&window(faces), "未封"), "counts are no student's");
}

#[test]
fn what_needs_a_hand_stands_in_a_strip() {
    let low = Battery { percent: 9, on_mains: false };
    let strips = vec![
        Strip::Condition(battery_low(low, Lang::Zh)),
        Strip::Condition(clock_doubt(ClockDoubt::BeforeThePictures, "2026-06-01 09:00", Lang::Zh)),
    ];
    let mut shown = window(View { strips, ..with(Some(low), Some(ClockDoubt::BeforeThePictures), [41, 12]) });
    shows(&shown, "电池 9 % 要留意");
    shows(&shown, "时钟 要留意");
    shows(&shown, "电池只剩 9 %");
    shows(&shown, "电脑的时钟是 2026-06-01 09:00，比已存的照片还早");
    with_people(&mut shown);
    look(&mut shown, "header-strips");
    shown.state_mut().memory.light_theme = true;
    look(&mut shown, "header-strips-light");
    let health = Health { battery: Some(low), ..busy_day().health };
    let memory = Memory { page: Page::Overview, ..Memory::default() };
    let mut shown = window_of(View { health, ..busy_day() }, egui::vec2(1366.0, 768.0), memory);
    shows(&shown, "电源");
    look(&mut shown, "overview-power");
}

#[test]
fn the_program_counts_what_waits_for_its_bundle() {
    let station = Station::without_copy();
    store_one(&mut station.open(), 1).unwrap();
    let frames = tempfile::tempdir().unwrap();
    let mut program = Program::opened(station.folder(), frames.path());
    program.until_shown_part("未封 1 张");
}
