//! What a start restored, mended or found lost is said by whoever opens first: a command on stderr, the window on its
//! desk.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use tucai::store::{OpenOptions, Store};

use crate::support::station::{Station, at, passphrase, session, store_one};

/// Two records on both disks; the capsules of the first one, on the first disk and on the second.
fn stocked() -> (Station, [PathBuf; 2]) {
    let station = Station::new();
    let mut store = station.open();
    let saved = store_one(&mut store, 1).unwrap();
    store_one(&mut store, 2).unwrap();
    store.catch_up_all().unwrap();
    let capsule = store.record(saved.id).unwrap().capsule_path;
    let copy = station.second.path().join(&store.settings().station).join(&capsule);
    let first = station.folder().join(capsule);
    (station, [first, copy])
}

/// A command that opens the station to write and has nothing else to say.
fn opens(station: &Station) -> (String, Output) {
    let words = station.first.path().with_extension("words");
    fs::write(&words, "correct horse\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tucai"));
    command.arg("--data").arg(station.folder()).args(["session", "open", session().id.as_str(), "--json"]);
    let output = command.arg("--passphrase-file").arg(&words).output().unwrap();
    fs::remove_file(words).unwrap();
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(output.status.success(), "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 1, "the contract of stdout is as it was");
    (said, output)
}

#[test]
fn a_command_says_what_is_on_neither_disk_at_every_start() {
    let (station, [first, copy]) = stocked();
    assert_eq!(opens(&station).0, "", "after a good end there is nothing to say");
    fs::remove_file(first).unwrap();
    fs::remove_file(copy).unwrap();
    for _ in 0..2 {
        let (said, _) = opens(&station);
        assert!(said.contains("A-0001 的照片哪块盘上都没有了，请这些同学补拍"), "{said}");
        assert!(said.contains("the pictures of A-0001 are on neither disk"), "{said}");
        assert!(!said.contains("A-0002"), "{said}");
    }
}

#[test]
fn a_second_disk_that_is_away_is_asked_for_first() {
    let (station, [first, _]) = stocked();
    let away = station.second.path().with_extension("away");
    fs::rename(station.second.path(), &away).unwrap();
    fs::remove_file(first).unwrap();
    let (said, _) = opens(&station);
    assert!(said.contains("A-0001 的照片本机没有了，备份盘又不在，插回备份盘再打开一次"), "{said}");
    fs::rename(&away, station.second.path()).unwrap();
    let (said, _) = opens(&station);
    assert!(said.contains("1 个照片文件从备份盘补回") && said.contains("brought back from the second disk"), "{said}");
    assert_eq!(opens(&station).0, "", "it is whole again, and said once");
}

#[test]
fn what_the_index_had_lost_is_said() {
    let (station, _) = stocked();
    let index = station.folder().join("station.db");
    let before = fs::read(&index).unwrap();
    let mut store = station.open();
    store_one(&mut store, 3).unwrap();
    drop(store);
    fs::write(&index, before).unwrap();
    for log in ["station.db-wal", "station.db-shm"] {
        fs::remove_file(station.folder().join(log)).unwrap_or(());
    }
    let (said, _) = opens(&station);
    assert!(said.contains("上次没有正常结束，已经补齐") && said.contains("行日志补进数据库"), "{said}");
    assert_eq!(opens(&station).0, "");
    let store = Store::open(station.folder(), &passphrase(), &OpenOptions::read_only(), at(100)).unwrap();
    assert_eq!(store.counts(None).unwrap().total(), 3);
}

#[cfg(feature = "window")]
#[test]
fn the_window_says_it_before_anybody_is_locked() {
    use tucai::domain::set_up::RunBy;
    use tucai::store::SessionSettings;
    let (station, [first, copy]) = stocked();
    let answered = SessionSettings { run_by: Some(RunBy::School), backdrops: vec![String::from("blue")], ..session() };
    station.open().set_session(&answered, 1, at(50)).unwrap();
    fs::remove_file(first).unwrap();
    fs::remove_file(copy).unwrap();
    let frames = tempfile::tempdir().unwrap();
    let mut program = crate::support::program::Program::start(station.folder(), frames.path());
    program.unlock();
    program.until_shown_part("A-0001 的照片哪块盘上都没有了");
    program.scan("STUDENT-0009");
    program.until_hidden_part("哪块盘上都没有了");
}
