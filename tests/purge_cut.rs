//! A purge that is stopped or cut in the middle: what went is signed for, the rest stays whole, and what was begun is
//! finished at the next start or when the second disk is back.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;
use tucai::domain::fault::StoreFault;
use tucai::domain::ids::RecordId;
use tucai::domain::purge::PurgeStep;
use tucai::store::{CreateOptions, OpenOptions, PURGED_AT_ONCE, Purge, PurgeOrder, Store, certificates};
use tucai::worker::clock::wall_now;

use crate::support::station::{Station, at, files, passphrase, session, store_one};

const DAY: i64 = 24 * 60 * 60;
/// More than go at once.
const MANY: usize = PURGED_AT_ONCE + 8;

/// A station with so many records that are due in a month, and one that stays.
fn prepared(due: usize) -> (Station, Vec<RecordId>, RecordId) {
    let station = Station::new();
    let mut store = station.open();
    let due = withdrawn(&mut store, due);
    let kept = store_one(&mut store, 9_000).unwrap().id;
    store.set_retention(&session().id, Some(30), 1, at(11)).unwrap();
    store.catch_up_all().unwrap();
    (station, due, kept)
}

fn withdrawn(store: &mut Store, count: usize) -> Vec<RecordId> {
    let ids = (1..=count as u64).map(|n| {
        let id = store_one(store, n).unwrap().id;
        store.withdraw(id, None, 1, at(10)).unwrap();
        id
    });
    ids.collect()
}

fn order<'a>(ids: &'a [RecordId], stop: &'a AtomicBool) -> PurgeOrder<'a> {
    PurgeOrder { ids, reason: "retention", by: 1, second: None, stop: Some(stop) }
}

/// Records whose capsule lies below a folder.
fn capsules(folder: &Path) -> BTreeSet<String> {
    let names = files(folder).into_iter().filter(|path| path.to_string_lossy().contains("capsules"));
    names.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect()
}

/// Records that a certificate names.
fn signed_for(certificate: &Path) -> BTreeSet<String> {
    let text: Value = serde_json::from_slice(&fs::read(certificate).unwrap()).unwrap();
    let records = text["records"].as_array().unwrap().iter();
    records.map(|record| record["record_id"].as_str().unwrap().to_owned()).collect()
}

fn named(ids: &[RecordId]) -> BTreeSet<String> {
    ids.iter().map(ToString::to_string).collect()
}

#[test]
fn a_purge_of_many_has_one_certificate() {
    let (station, due, kept) = prepared(MANY);
    let mut store = station.open();
    store.confirm_clock(1, at(31 * DAY)).unwrap();
    let purge = store.purge(&due, "retention", 1, at(31 * DAY)).unwrap();
    assert_eq!((purge.records, purge.left), (MANY, 0));
    assert_eq!(certificates(station.folder()).unwrap(), [purge.certificate.clone().unwrap()]);
    assert_eq!(signed_for(&purge.certificate.unwrap()), named(&due));
    assert_eq!(capsules(station.folder()), named(&[kept]));
    assert!(store.verify().unwrap().is_sound());
    drop(store);
    let store = station.rebuild();
    assert_eq!(store.due_for_purge(None, at(62 * DAY)).unwrap(), []);
    assert!(!store.has_cut_purge().unwrap() && store.verify().unwrap().is_sound());
    assert_eq!(store.report().finished_purges, 0);
}

#[test]
fn a_purge_that_is_stopped_signs_for_what_went_and_leaves_the_rest_whole() {
    let (station, due, kept) = prepared(MANY);
    let mut store = station.open();
    store.confirm_clock(1, at(31 * DAY)).unwrap();
    let stop = AtomicBool::new(true);
    let before = store.purge_with(&order(&due, &stop), at(31 * DAY), &mut |_| {}).unwrap();
    assert_eq!(before, Purge { records: 0, left: MANY, certificate: None });
    assert_eq!(capsules(station.folder()).len(), MANY + 1);

    stop.store(false, Ordering::Release);
    let mut steps = Vec::new();
    let stopped = store.purge_with(&order(&due, &stop), at(31 * DAY), &mut |step| {
        steps.push(step);
        stop.store(matches!(step, PurgeStep::Removing { .. }), Ordering::Release);
    });
    let stopped = stopped.unwrap();
    let (gone, left) = due.split_at(PURGED_AT_ONCE);
    assert_eq!((stopped.records, stopped.left), (gone.len(), left.len()));
    assert!(steps.contains(&PurgeStep::Removing { done: 1, of: 2 * MANY }), "{steps:?}");
    let whole: Vec<RecordId> = left.iter().copied().chain([kept]).collect();
    for folder in [station.folder(), station.second.path()] {
        assert_eq!(capsules(folder), named(&whole));
    }
    assert_eq!(signed_for(&stopped.certificate.unwrap()), named(gone));
    for id in &whole {
        store.contents(*id).unwrap();
    }
    assert!(store.verify().unwrap().is_sound());
    drop(store);
    let mut store = station.open();
    assert_eq!(store.report().finished_purges, 0, "it was stopped, and nothing is left to finish");
    let rest = store.purge(left, "retention", 1, at(31 * DAY)).unwrap();
    assert_eq!(signed_for(&rest.certificate.unwrap()), named(left));
    assert_eq!(certificates(station.folder()).unwrap().len(), 2);
}

#[test]
fn a_second_disk_that_goes_in_the_middle_is_waited_for_before_anybody_signs() {
    let (station, due, kept) = prepared(MANY);
    let root = fs::read_dir(station.second.path()).unwrap().next().unwrap().unwrap().path();
    let away = station.second.path().join("away");
    let mut store = station.open();
    store.confirm_clock(1, at(31 * DAY)).unwrap();
    let stop = AtomicBool::new(false);
    let pulled = store.purge_with(&order(&due, &stop), at(31 * DAY), &mut |step| {
        if step == (PurgeStep::Removing { done: PURGED_AT_ONCE + 3, of: 2 * MANY }) {
            fs::rename(&root, &away).unwrap();
        }
    });
    assert_eq!(pulled.unwrap_err().fault(), StoreFault::PurgeCut);
    assert!(store.has_cut_purge().unwrap() && store.purge_plan(at(31 * DAY)).unwrap().cut);
    assert_eq!(store.finish_cut_purge(&mut |_| {}).unwrap(), 0, "the disk is not there");
    drop(store);
    let mut store = station.open();
    assert!(store.has_cut_purge().unwrap());
    assert_eq!(certificates(station.folder()).unwrap(), Vec::<PathBuf>::new(), "nobody signs for copies out of reach");
    fs::rename(&away, &root).unwrap();
    let signed = store.finish_cut_purge(&mut |step| {
        if matches!(step, PurgeStep::Removing { .. }) && root.is_dir() {
            fs::rename(&root, &away).unwrap();
        }
    });
    assert_eq!(signed.unwrap(), 0, "a disk that goes once more looks like an empty one");
    assert_eq!(certificates(station.folder()).unwrap(), Vec::<PathBuf>::new());
    fs::rename(&away, &root).unwrap();
    assert_eq!(store.finish_cut_purge(&mut |_| {}).unwrap(), PURGED_AT_ONCE);
    let (gone, left) = due.split_at(PURGED_AT_ONCE);
    let whole: Vec<RecordId> = left.iter().copied().chain([kept]).collect();
    for folder in [station.folder(), station.second.path()] {
        assert_eq!(capsules(folder), named(&whole));
    }
    assert_eq!(signed_for(&certificates(station.folder()).unwrap()[0]), named(gone));
    assert!(!store.purge_plan(at(31 * DAY)).unwrap().cut);
    assert!(store.verify().unwrap().is_sound(), "{:?}", store.verify().unwrap());
}

/// Removes what is due through the program itself, with a kill at this step.
fn purge_until_killed(station: &Station, failpoint: &str) {
    let words = tempfile::NamedTempFile::new().unwrap();
    fs::write(words.path(), "correct horse\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tucai"));
    command.args(["records", "purge", "--remove", "--clock-is-right", &wall_now().local_date(), "--data"]);
    command.arg(station.folder()).arg("--passphrase-file").arg(words.path());
    let output = command.env("TUCAI_FAILPOINT", failpoint).output().unwrap();
    assert_eq!(output.status.code(), None, "killed: {}", String::from_utf8_lossy(&output.stderr));
}

#[cfg(unix)]
#[test]
fn a_purge_that_was_killed_is_finished_at_the_next_start_and_told() {
    let (station, due, kept) = prepared(2 * PURGED_AT_ONCE + 8);
    let open = || Store::open(station.folder(), &passphrase(), &OpenOptions::default(), wall_now()).unwrap();
    let (first, rest) = due.split_at(PURGED_AT_ONCE);

    // In the middle of the first portion's files.
    purge_until_killed(&station, "first.capsule.remove.before#30");
    assert_eq!(capsules(station.folder()).len(), due.len() + 1 - 29);
    let store = open();
    assert_eq!(store.report().finished_purges, first.len());
    let whole: Vec<RecordId> = rest.iter().copied().chain([kept]).collect();
    for folder in [station.folder(), station.second.path()] {
        assert_eq!(capsules(folder), named(&whole));
    }
    assert_eq!(signed_for(&certificates(station.folder()).unwrap()[0]), named(first));
    assert!(store.verify().unwrap().is_sound());
    drop(store);

    // In the second portion of what was left.
    purge_until_killed(&station, &format!("second.capsule.remove.after#{}", PURGED_AT_ONCE + 3));
    let store = open();
    assert_eq!(store.report().finished_purges, rest.len());
    for folder in [station.folder(), station.second.path()] {
        assert_eq!(capsules(folder), named(&[kept]));
    }
    assert_eq!(signed_for(&certificates(station.folder()).unwrap()[1]), named(rest));
    assert!(store.verify().unwrap().is_sound());
    drop(store);
    assert_eq!(open().report().finished_purges, 0, "once");
}

#[cfg(all(unix, feature = "window"))]
mod window {
    use std::sync::Arc;

    use tucai::domain::purge::PurgePlan;
    use tucai::ui::memory::{Memory, Page, SettingsPart};
    use tucai::ui::purge::{PurgeCommand, PurgeStop, PurgeView, PurgeWork};
    use tucai::ui::view::{Command as Wish, View};

    use super::*;
    use crate::support::program::Program;
    use crate::support::window::{Window, click, is_shown, look, press, shows, waiting, window_of};

    fn page(view: PurgeView) -> Window {
        let memory = Memory { page: Page::Settings, settings_part: SettingsPart::Purge, ..Memory::default() };
        let mut shown = window_of(View { purge: Box::new(view), ..waiting() }, [1366.0, 698.0].into(), memory);
        shown.run_steps(2);
        shown
    }

    #[test]
    fn esc_or_a_button_stops_what_runs() {
        let running = PurgeView {
            plan: Some(Arc::default()),
            stop: PurgeStop::Possible,
            work: PurgeWork::Running(PurgeStep::Removing { done: 3, of: 90 }),
            ..PurgeView::default()
        };
        let mut shown = page(running.clone());
        look(&mut shown, "purge-stop");
        let stop = [Wish::Purge(PurgeCommand::Stop)];
        assert_eq!(press(&mut shown, egui::Key::Escape), stop);
        assert_eq!(click(&mut shown, "停下 Esc"), stop);
        shown.state_mut().view.purge.stop = PurgeStop::Asked;
        shown.run_steps(2);
        shows(&shown, "正在停下，做完手上这几条");
        assert_eq!(press(&mut shown, egui::Key::Escape), [], "once is enough");
        shown.state_mut().view.purge.stop = PurgeStop::Never;
        shown.run_steps(2);
        assert!(!is_shown(&shown, "正在停下，做完手上这几条"), "what was cut is finished, not stopped");
        assert_eq!(press(&mut shown, egui::Key::Escape), [], "it cannot be stopped");
        let work = PurgeWork::Done { records: 50, left: 8, certificate: String::from("PURGE-000042") };
        *shown.state_mut().view.purge = PurgeView { work, allowed: true, stop: PurgeStop::Never, ..running };
        shown.run_steps(2);
        shows(&shown, "停下了，清除了 50 条，另 8 条没有动，证明 PURGE-000042 已签名");
        assert_eq!(press(&mut shown, egui::Key::Escape), [], "nothing runs");
        let cut = PurgePlan { cut: true, ..PurgePlan::default() };
        let idle = PurgeView { plan: Some(Arc::new(cut)), allowed: true, ..PurgeView::default() };
        let mut shown = page(idle);
        shows(&shown, "上次清除做到一半断了");
        look(&mut shown, "purge-cut");
        assert_eq!(click(&mut shown, "再看一次"), [Wish::Purge(PurgeCommand::Look)]);
    }

    /// A second copy that waits as long as it is wanted: reading this file does not end before somebody writes to it.
    fn hold_the_second_copy(folder: &Path) -> PathBuf {
        fs::create_dir_all(folder.join("locks")).unwrap();
        let pipe = folder.join("locks/2026-A.A-0099.age");
        assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        pipe
    }

    #[test]
    fn the_whole_program_stops_a_purge_and_finishes_one_that_was_cut() {
        let (made, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let frames = tempfile::tempdir().unwrap();
        let folder = made.path().join("station");
        let now = wall_now();
        let earlier = tucai::domain::time::WallTime { unix_millis: now.unix_millis - 40 * DAY * 1000, ..now };
        let options =
            CreateOptions { work_factor: 10, second_copy: Some(second.path().to_owned()), ..CreateOptions::default() };
        let mut store = Store::create(&folder, &passphrase(), &options, earlier).unwrap();
        store.new_session(&session(), 1, earlier).unwrap();
        for n in 1..=2 {
            let shot = store.take_lock(&crate::support::station::lock(n), 1, earlier).unwrap();
            let id = store.save(crate::support::station::record(shot, n), earlier).unwrap().id;
            store.withdraw(id, None, 1, earlier).unwrap();
        }
        store.set_retention(&session().id, Some(30), 1, earlier).unwrap();
        store.confirm_clock(1, now).unwrap();
        store.catch_up_all().unwrap();
        drop(store);

        let opened = || {
            let mut program = Program::opened(&folder, frames.path());
            program.click("设置");
            program.click("到期清除 2");
            program
        };
        let mut program = opened();
        program.until_shown("清除到期的 2 条…");
        let pipe = hold_the_second_copy(&folder);
        program.click("清除到期的 2 条…");
        program.click("清除 2 条");
        program.click("停下 Esc");
        program.until_shown_part("正在停下");
        drop(fs::OpenOptions::new().write(true).open(&pipe).unwrap());
        program.until_shown_part("停下了，没有清除任何记录");
        assert_eq!(capsules(&folder).len(), 2);
        assert!(certificates(&folder).unwrap().is_empty());
        drop(program);

        // Killed elsewhere in the meantime: the window says what it finished.
        let words = tempfile::NamedTempFile::new().unwrap();
        fs::write(words.path(), "correct horse\n").unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tucai"));
        command.args(["records", "purge", "--remove", "--data"]).arg(&folder);
        command.arg("--passphrase-file").arg(words.path());
        let output = command.env("TUCAI_FAILPOINT", "second.capsule.remove.after#1").output().unwrap();
        assert_eq!(output.status.code(), None, "{}", String::from_utf8_lossy(&output.stderr));
        let mut program = opened();
        program.until_shown_part("上次没做完的清除已经做完，2 条的证明补好了");
        assert!(capsules(&folder).is_empty() && capsules(second.path()).is_empty());
        program.until_shown_part("现在不用清除");
        assert!(!is_shown_anywhere(&program, "上次清除做到一半断了"));
    }

    fn is_shown_anywhere(program: &Program, part: &str) -> bool {
        crate::support::window::names_of(&program.harness).iter().any(|name| name.contains(part))
    }
}
