//! The day's figures outlive a restart: the journal tells them.

use tucai::domain::session::TurnedAway;
use tucai::domain::time::WallTime;
use tucai::store::{DayTold, LockEnd, Note, PICTURE_JUDGED, Store, TURNED_AWAY};

use crate::support::station::{Station, at, lock, record, session, store_one};

fn note(store: &mut Store, name: &str, detail: &str, shot: Option<tucai::domain::ids::ShotNumber>, when: WallTime) {
    let note = Note { name: name.to_owned(), shot, second: None, detail: Some(detail.to_owned()) };
    store.note(note, 1, when).unwrap();
}

#[test]
fn the_journal_tells_who_was_stored_skipped_and_turned_away_and_a_rebuild_says_the_same() {
    let station = Station::without_copy();
    let mut store = station.open();
    // One good picture after 20 s; two pictures and 30 s; somebody who was put aside and called 5 s before.
    let first = store.take_lock(&lock(1), 1, at(0)).unwrap();
    store.save(record(first, 1), at(20)).unwrap();
    let second = store.take_lock(&lock(2), 1, at(30)).unwrap();
    note(&mut store, PICTURE_JUDGED, "1 eyes.open light.dark", Some(second), at(40));
    note(&mut store, PICTURE_JUDGED, "2", Some(second), at(50));
    store.save(record(second, 2), at(60)).unwrap();
    let third = store.take_lock(&lock(3), 1, at(70)).unwrap();
    note(&mut store, PICTURE_JUDGED, "1 eyes.open", Some(third), at(71));
    store.park(third, 1, at(72)).unwrap();
    store.recall(third, lock(3).code.digest(), 1, at(500)).unwrap();
    store.save(record(third, 3), at(505)).unwrap();
    for (n, end) in [(4, LockEnd::Released), (5, LockEnd::Expired), (6, LockEnd::NotCompliant)] {
        let shot = store.take_lock(&lock(n), 1, at(600)).unwrap();
        store.release_lock(shot, end, 1, at(601)).unwrap();
    }
    note(&mut store, TURNED_AWAY, TurnedAway::NoCode.as_str(), None, at(602));
    let told = store.day_told(&session().id, at(603)).unwrap();
    let count = |name: &str, count| (name.to_owned(), count);
    let wanted = DayTold {
        stored: 3,
        released: 1,
        expired: 1,
        turned_away: 1,
        sent_away: 1,
        queued: 0,
        away: [count("no_code", 1), count("not_compliant", 1)].into(),
        seconds: vec![5, 20, 30],
        first_time: 2,
        failures: [count("eyes.open", 2), count("light.dark", 1)].into(),
    };
    assert_eq!(told, wanted);
    // The next day, and another session, begin with nothing.
    store_one(&mut store, 90_000).unwrap();
    assert_eq!(store.day_told(&session().id, at(90_000)).unwrap().stored, 1);
    assert_eq!(store.day_told(&session().id, at(700)).unwrap(), wanted);
    let other = String::from("2026-B").try_into().unwrap();
    assert_eq!(store.day_told(&other, at(603)).unwrap(), DayTold::default());
    drop(store);
    assert_eq!(station.rebuild().day_told(&session().id, at(603)).unwrap(), wanted);
}

#[cfg(feature = "window")]
mod window {
    use egui::Key;

    use crate::deciding_window::{desk, picture};
    use crate::support::program::Program;
    use crate::support::window::names_of;

    /// The figures of 总览, but for the time each took, which a restart may round to another second.
    fn figures(program: &mut Program) -> Vec<String> {
        program.harness.key_press(Key::F6);
        program.until_shown_part("今天保存");
        let wanted = ["已存 ", "放行 ", "未拍 ", "过期 ", "进行中 ", "无码 ", "一次合格 ", "今天保存 "];
        let names = names_of(&program.harness);
        names.into_iter().filter(|name| wanted.iter().any(|wanted| name.starts_with(wanted))).collect()
    }

    #[test]
    fn after_a_restart_the_overview_shows_the_same_numbers() {
        let made = tempfile::tempdir().unwrap();
        let mut program = desk(made.path(), 5);
        program.harness.key_press(Key::F7);
        program.click("合格后自动采用 +");
        program.until_shown("合格后自动采用 1 秒");
        program.harness.key_press(Key::F2);
        program.scan("STUDENT-0001");
        program.until_shown_part("A-0001");
        picture(&mut program, made.path());
        program.until_shown_part("各项通过 请核对 3 项");
        program.harness.key_press(Key::V);
        program.until_shown_part("A-0001 已保存");
        program.scan("STUDENT-0002");
        program.until_shown_part("A-0002");
        program.harness.key_press(Key::Escape);
        program.until_hidden_part("A-0002");
        program.harness.key_press(Key::T);
        program.until_shown_part("为什么没有拍");
        program.click("无码 1");
        program.until_hidden_part("为什么没有拍");
        program.harness.key_press(Key::F6);
        program.until_shown("无码 1");
        let before = figures(&mut program);
        for wanted in ["已存 1", "放行 1", "今天保存 1 人", "一次合格 100 %", "无码 1"] {
            assert!(before.iter().any(|name| name == wanted), "{wanted:?} is not among {before:#?}");
        }
        drop(program);
        let (folder, frames) = (made.path().join("station"), made.path().join("frames"));
        let mut program = Program::opened(&folder, &frames);
        assert_eq!(figures(&mut program), before);
        program.harness.key_press(Key::F7);
        program.until_shown("合格后自动采用 1 秒");
    }
}
