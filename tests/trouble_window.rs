//! What is wrong is seen without sound, and the pause before a picture is accepted by itself can be seen and stopped.

#![cfg(feature = "window")]

use egui_kittest::kittest::Queryable as _;
use tucai::domain::finding::Verdict;
use tucai::ui::memory::{Memory, Page};
use tucai::ui::theme::time::SHAKE;
use tucai::ui::view::{AutoAccept, Command, Settings, Shot, Stage, View};

use crate::support::window::{Window, click, framing, is_shown, look, review, shows, window, window_of, with_people};

fn troubled(part: f32) -> View {
    View { stage: Stage::Interrupted, trouble_for: Some(SHAKE.mul_f32(part)), ..framing() }
}

fn band_at(window: &Window) -> f32 {
    window.get_by_label("请再出示采集码").rect().left()
}

#[test]
fn the_band_swings_to_both_sides_and_comes_to_rest() {
    let rest = band_at(&window(View { trouble_for: None, ..troubled(0.0) }));
    let swings: Vec<f32> = (0..=30).map(|step| band_at(&window(troubled(step as f32 / 30.0))) - rest).collect();
    let widest = swings.iter().fold(0.0_f32, |widest, swing| widest.max(swing.abs()));
    assert!((4.0..=6.0).contains(&widest), "{widest} points");
    assert!(swings.iter().any(|swing| *swing < -2.0) && swings.iter().any(|swing| *swing > 2.0), "{swings:?}");
    assert_eq!(swings.last(), Some(&0.0));
    let settings = Settings { reduced_motion: true, ..Settings::default() };
    let still = window(View { settings, ..troubled(0.08) });
    assert_eq!(band_at(&still), rest, "who wants little motion gets none");
}

#[test]
fn the_pause_before_an_automatic_accept_is_seen_and_set() {
    let view = review(Verdict::Pass);
    let auto_accept = Some(AutoAccept { part: 0.4, seconds_left: 2 });
    let shot = view.shot.clone().map(|shot| Shot { auto_accept, ask: Vec::new(), ..shot });
    let mut shown = window(View { shot, ..view });
    shows(&shown, "2 秒后自动采用，按任意键停下");
    with_people(&mut shown);
    look(&mut shown, "auto-accept");
    let settings = |seconds| View { settings: Settings { auto_accept: seconds, ..Settings::default() }, ..framing() };
    let memory = Memory { page: Page::Settings, ..Memory::default() };
    let mut shown = window_of(settings(0), egui::vec2(1366.0, 768.0), memory);
    shows(&shown, "合格后自动采用 关");
    look(&mut shown, "settings-auto-accept");
    assert_eq!(click(&mut shown, "合格后自动采用 -"), [], "it is off");
    assert_eq!(click(&mut shown, "合格后自动采用 +"), [Command::SetAutoAccept(1)]);
    shown.state_mut().view = settings(5);
    shown.run_steps(2);
    shows(&shown, "合格后自动采用 5 秒");
    assert_eq!(click(&mut shown, "合格后自动采用 +"), [], "the next student waits");
    assert_eq!(click(&mut shown, "合格后自动采用 -"), [Command::SetAutoAccept(4)]);
    assert!(!is_shown(&shown, "6 秒"));
}
