//! The second disk on the window's lamp, band and strip.

#![cfg(feature = "window")]

use tucai::domain::fault::{Behind, StoreFault};
use tucai::store::copies_below;
use tucai::text::Lang;
use tucai::text::second_disk::{DiskWord, line};
use tucai::ui::band::band_of;
use tucai::ui::memory::{Memory, Page};
use tucai::ui::view::{Command, Copies, Health, Lamp, Strip, View};

use crate::support::program::Program;
use crate::support::station::{Station, files, store_one};
use crate::support::window::{click, every_word_is_drawn, look, shows, stored, waiting, window, window_of};

const REASONS: [(Behind, &str, &str); 5] = [
    (Behind::Slow, "正在补", "先别拔盘"),
    (Behind::Missing, "没有插", "插回备份盘"),
    (Behind::Full, "满了", "腾出空间"),
    (Behind::Failing, "写入出错", "换一块盘"),
    (Behind::Foreign, "换了一块盘", "不是原来那块盘"),
];

#[test]
fn lamp_band_and_gate_say_what_this_disk_needs() {
    for (behind, lamp, help) in REASONS {
        let health = Health { copy: Lamp::Warns, copy_behind: Some(behind), copies_missing: 3, ..waiting().health };
        let said = band_of(&View { health: health.clone(), ..stored(Copies::SecondMissing) });
        assert!(said.line.contains(help), "{behind:?}: {}", said.line);
        let memory = Memory { page: Page::Overview, ..Memory::default() };
        let page = window_of(View { health, ..waiting() }, egui::vec2(1366.0, 768.0), memory);
        shows(&page, &format!("备份盘接好 {lamp}  缺 3 份"));
        let gate = window(View { strips: vec![Strip::Store(behind.fault())], ..waiting() });
        shows(&gate, &tucai::text::second_disk::message(behind, Lang::Zh).advice);
    }
    assert_eq!(line(None, Lang::Zh), line(Some(Behind::Slow), Lang::Zh), "a copy that is only late");
    every_word_is_drawn(DiskWord::ALL.iter().flat_map(|word| [word.text(Lang::Zh), word.text(Lang::En)]));
}

#[test]
fn another_disk_in_its_place_is_offered_with_one_button() {
    let strips = vec![Strip::Store(StoreFault::SecondCopyForeign)];
    let health = Health { copy: Lamp::Warns, copy_behind: Some(Behind::Foreign), ..waiting().health };
    let mut shown = window(View { strips, health, ..waiting() });
    look(&mut shown, "second-disk-foreign");
    assert_eq!(click(&mut shown, "用这块盘"), [Command::UseThisDisk]);
}

#[test]
fn a_disk_that_is_pulled_between_two_students_is_seen_on_the_lamp() {
    let station = Station::new();
    store_one(&mut station.open(), 1).unwrap();
    let frames = tempfile::tempdir().unwrap();
    let copy = copies_below(station.second.path()).pop().unwrap();
    let away = copy.with_extension("away");
    let mut program = Program::opened(station.folder(), frames.path());
    program.click("总览");
    program.until_shown_part("备份盘接好 正常");
    std::fs::rename(&copy, &away).unwrap();
    program.until_shown_part("备份盘接好 没有插");
    program.until_shown_part("插回备份盘");
    std::fs::rename(&away, &copy).unwrap();
    program.until_shown_part("备份盘接好 正常");
    program.until_hidden_part("插回备份盘");
    drop(program);
    // Started without it, the same.
    std::fs::rename(&copy, &away).unwrap();
    let mut program = Program::opened(station.folder(), frames.path());
    program.click("总览");
    program.until_shown_part("备份盘接好 没有插");
}

/// Memory plays the other disk.
#[cfg(target_os = "linux")]
#[test]
fn another_disk_in_the_same_place_is_used_when_somebody_says_so_and_never_before() {
    let mut station = Station::without_copy();
    station.second = tempfile::tempdir_in("/dev/shm").unwrap();
    let second = station.second.path().to_owned();
    {
        let mut store = station.open();
        store.set_second_copy(Some(&second)).unwrap();
        store_one(&mut store, 1).unwrap();
        store.catch_up_all().unwrap();
    }
    let frames = tempfile::tempdir().unwrap();
    let mut program = Program::opened(station.folder(), frames.path());
    program.click("总览");
    program.until_shown_part("备份盘接好 正常");
    std::fs::remove_dir_all(copies_below(&second).pop().unwrap()).unwrap();
    program.until_shown_part("备份盘接好 换了一块盘");
    program.passes(30);
    assert!(files(&second).is_empty(), "an unknown stick is never written to");
    program.click("用这块盘");
    program.until_shown_part("备份盘接好 正常");
    program.until_hidden_part("用这块盘");
    drop(program);
    let store = station.open();
    assert_eq!(store.missing_copies(), 0);
    assert_eq!(copies_below(&second).len(), 1);
    assert!(store.verify().unwrap().is_sound());
}
