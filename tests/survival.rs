//! What a killed process leaves comes back whole: locks, half-made stations, dropped rows. The long sweeps are in the
//! bench `survival`; this is a sample of them.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tucai::domain::fault::StoreFault;
use tucai::store::{Filter, OpenOptions, Store};

use crate::support::station::{Station, at, code, files, jpeg, lock, passphrase, record, store_one};

fn tucai(folder: &Path, failpoint: Option<&str>, args: &[&str]) -> Output {
    let words = tempfile::NamedTempFile::new().unwrap();
    fs::write(words.path(), "correct horse\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tucai"));
    command.args(args).arg("--json").arg("--data").arg(folder).arg("--passphrase-file").arg(words.path());
    if let Some(failpoint) = failpoint {
        command.env("TUCAI_FAILPOINT", failpoint);
    }
    command.output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn picture(store: &Store) -> Vec<(String, bool, bool)> {
    let locks = store.open_lock().unwrap().into_iter().chain(store.parked().unwrap());
    locks.map(|held| (held.shot.to_string(), held.parked, held.witness.is_some())).collect()
}

#[test]
fn locks_survive_a_rebuild_and_the_loss_of_the_last_commits() {
    let station = Station::new();
    let mut store = station.open();
    let first = store.take_lock(&lock(1), 1, at(1)).unwrap();
    store.park(first, 1, at(2)).unwrap();
    let second = store.take_lock(&lock(2), 1, at(3)).unwrap();
    store.park(second, 1, at(4)).unwrap();
    store.recall(first, code(1).digest(), 1, at(5)).unwrap();
    let before = picture(&store);
    assert_eq!(before, [("A-0001".to_owned(), false, true), ("A-0002".to_owned(), true, true)]);
    drop(store);
    let db = fs::read(station.folder().join("station.db")).unwrap();

    let store = station.rebuild();
    assert_eq!(picture(&store), before);
    assert_eq!(store.open_lock().unwrap().unwrap().code, code(1));
    assert!(store.report().lost_locks.is_empty());
    drop(store);

    // The database as it was before the last lock was taken: the journal and the lock's file bring it back.
    let mut store = station.open();
    store.save(record(first, 1), at(6)).unwrap();
    let third = store.take_lock(&lock(3), 1, at(7)).unwrap();
    drop(store);
    fs::write(station.folder().join("station.db"), db).unwrap();
    let mut store = station.open();
    assert_eq!(store.open_lock().unwrap().unwrap().shot, third);
    let events: Vec<&str> = store.report().replayed.iter().map(|line| line.event).collect();
    assert_eq!(events, ["stored", "lock_taken"], "each dropped commit is named");
    store.save(record(third, 3), at(8)).unwrap();
    assert!(store.verify().unwrap().is_sound());
    // A subject that left, or became a record, leaves no file behind.
    let held: Vec<_> = files(&station.folder().join("locks"));
    assert_eq!(held.len(), 1, "{held:?}");
}

#[test]
fn a_lock_whose_file_is_lost_is_named() {
    let station = Station::without_copy();
    let mut store = station.open();
    let shot = store.take_lock(&lock(1), 1, at(1)).unwrap();
    drop(store);
    fs::remove_dir_all(station.folder().join("locks")).unwrap();
    let mut store = station.rebuild();
    assert_eq!(store.report().lost_locks, [shot]);
    assert!(!store.report().is_clean());
    assert!(store.open_lock().unwrap().is_none());
    // The number is not issued again.
    assert_eq!(store.take_lock(&lock(2), 1, at(2)).unwrap().number, shot.number + 1);
}

#[test]
fn a_damaged_file_of_a_lock_is_found_and_written_again() {
    let station = Station::new();
    let mut store = station.open();
    let parked = store.take_lock(&lock(1), 1, at(1)).unwrap();
    store.park(parked, 1, at(2)).unwrap();
    store.take_lock(&lock(2), 1, at(3)).unwrap();
    let before = picture(&store);
    for file in files(&station.folder().join("locks")) {
        let mut bytes = fs::read(&file).unwrap();
        bytes[700] ^= 1;
        fs::write(&file, bytes).unwrap();
    }
    let found = store.verify().unwrap();
    let kinds: Vec<&str> = found.problems.iter().map(|problem| problem.kind.as_str()).collect();
    assert_eq!(kinds, ["lock_file_damaged", "lock_file_damaged"]);
    let repair = store.repair(at(4)).unwrap();
    assert_eq!((repair.mended.len(), repair.left.is_sound()), (2, true));
    drop(store);
    let store = station.rebuild();
    assert_eq!(picture(&store), before, "the subjects come out of the new files");
    assert!(store.report().lost_locks.is_empty());
}

#[test]
fn a_station_whose_making_was_killed_is_made_at_the_next_start() {
    let base = tempfile::tempdir().unwrap();
    for moment in ["first.settings.rename.before", "first.settings.sync-folder.after", "first.key.rename.before"] {
        let folder = base.path().join(moment);
        let killed = tucai(&folder, Some(moment), &["drive", "--camera", "sim:demo", "--subjects", "0"]);
        assert_eq!(killed.status.code(), None, "{moment}: {}", String::from_utf8_lossy(&killed.stderr));
        let again = tucai(&folder, None, &["drive", "--camera", "sim:demo", "--subjects", "0"]);
        assert!(again.status.success(), "{moment}: {}", String::from_utf8_lossy(&again.stderr));
        assert!(tucai(&folder, None, &["records", "verify"]).status.success(), "{moment}");
    }
    let odd = tucai(&base.path().join("odd"), Some("somewhere"), &["drive", "--camera", "sim:demo"]);
    assert_eq!(odd.status.code(), Some(2), "an unknown failpoint is no silence");
}

#[test]
fn a_kill_between_capsule_and_commit_gives_the_record_back_and_names_it() {
    let station = Station::new();
    let args = ["drive", "--camera", "sim:demo", "--seed", "3", "--subjects", "1"];
    let killed = tucai(station.folder(), Some("first.capsule.rename.after"), &args);
    assert_eq!(killed.status.code(), None);
    assert!(lines(&killed).is_empty(), "no light before the commit");
    let repaired = tucai(station.folder(), None, &["records", "repair"]);
    assert!(repaired.status.success(), "{}", String::from_utf8_lossy(&repaired.stderr));
    let restored = lines(&repaired)[0]["restored"].as_array().unwrap().clone();
    let listed = lines(&tucai(station.folder(), None, &["records", "list"]));
    assert_eq!(listed.len(), 1);
    assert_eq!(restored, [listed[0]["id"].clone()]);
}

#[test]
fn a_damaged_or_missing_database_is_read_around_and_mended() {
    let station = Station::without_copy();
    let mut store = station.open();
    let saved = store_one(&mut store, 1).unwrap();
    let held = store.take_lock(&lock(2), 1, at(2)).unwrap();
    drop(store);
    let path = station.folder().join("station.db");
    let whole = fs::read(&path).unwrap();
    let mut damaged = whole.clone();
    // Which page holds the record depends on the layout: every one of the middle half is damaged.
    let pages = whole.len() / 4096;
    for page in pages / 4..pages * 3 / 4 {
        damaged[page * 4096 + 99] ^= 1;
    }
    for bytes in [Some(damaged), Some(vec![7; 40_000]), Some(Vec::new()), None] {
        match &bytes {
            Some(bytes) => fs::write(&path, bytes).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let listed = tucai(station.folder(), None, &["records", "list"]);
        assert_eq!(listed.status.code(), Some(2), "the damage is said");
        assert_eq!(lines(&listed)[0]["id"], saved.id.to_string());
        assert!(!tucai(station.folder(), None, &["records", "verify"]).status.success(), "the damage is said");
        if bytes.is_some() {
            assert!(path.exists(), "reading changes nothing");
            let refused = station.try_open(&OpenOptions::default()).unwrap_err();
            assert_eq!(refused.fault(), StoreFault::DatabaseDamaged);
        }
        let mended = tucai(station.folder(), None, &["records", "repair"]);
        assert!(mended.status.success(), "{}", String::from_utf8_lossy(&mended.stdout));
        let store = station.open();
        assert_eq!(store.photo(saved.id).unwrap(), jpeg(1, 33_000));
        assert_eq!(store.open_lock().unwrap().unwrap().shot, held);
        assert!(store.verify().unwrap().is_sound());
    }
    let aside = files(&station.folder().join("set-aside"));
    assert!(aside.iter().any(|file| fs::read(file).unwrap() == vec![7; 40_000]), "nothing was deleted: {aside:?}");
}

#[test]
fn a_folder_without_a_database_is_read_only_to_readers() {
    let station = Station::without_copy();
    store_one(&mut station.open(), 1).unwrap();
    fs::remove_file(station.folder().join("station.db")).unwrap();
    let before = files(station.folder());
    let mut store = Store::open_without_database(station.folder(), &passphrase()).unwrap();
    assert_eq!(store.list(&Filter::default()).unwrap().len(), 1);
    assert_eq!(store.take_lock(&lock(2), 1, at(2)).unwrap_err().fault(), StoreFault::FolderNotWritable);
    assert_eq!(files(station.folder()), before);
}
