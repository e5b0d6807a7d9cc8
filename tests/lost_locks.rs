//! Subjects whose lock was lost while the second disk was away: it still has them when it is back, and nothing took
//! its last good copy away in between.

use std::fs;
use std::path::PathBuf;

use tucai::domain::ids::{SessionId, ShotNumber};
use tucai::domain::set_up::RunBy;
use tucai::store::{LockEnd, NewLock, SessionSettings, Store, copies_below};

use crate::support::station::{Station, at, code, lock, record, session};

/// A second disk that can be pulled.
struct Pulled {
    copy: PathBuf,
    away: PathBuf,
}

impl Pulled {
    fn from(station: &Station) -> Self {
        let copy = copies_below(station.second.path()).pop().unwrap();
        let away = copy.with_extension("away");
        fs::rename(&copy, &away).unwrap();
        Self { copy, away }
    }

    fn back(&self) {
        fs::rename(&self.away, &self.copy).unwrap();
    }

    fn has(&self, shot: ShotNumber) -> bool {
        let root = if self.copy.is_dir() { &self.copy } else { &self.away };
        root.join(format!("locks/2026-A.{shot}.age")).is_file()
    }
}

/// What happened to the file on the first disk.
#[derive(Debug, Clone, Copy)]
enum Gone {
    Missing,
    Damaged,
}

/// A station with a parked subject whose first file and database are lost while the second disk is away.
fn lost(gone: Gone) -> (Station, Pulled, ShotNumber, Store) {
    let station = Station::new();
    let mut store = station.open();
    let shot = store.take_lock(&lock(1), 1, at(1)).unwrap();
    store.park(shot, 1, at(2)).unwrap();
    store.catch_up_all().unwrap();
    drop(store);
    let pulled = Pulled::from(&station);
    let file = station.folder().join(format!("locks/2026-A.{shot}.age"));
    match gone {
        Gone::Missing => fs::remove_file(file).unwrap(),
        Gone::Damaged => fs::write(file, b"age-encryption.org/v1\nnot quite").unwrap(),
    }
    let store = station.rebuild();
    assert_eq!(store.report().lost_locks, [shot]);
    assert!(store.parked().unwrap().is_empty());
    (station, pulled, shot, store)
}

#[test]
fn a_subject_comes_back_with_the_second_disk() {
    for gone in [Gone::Missing, Gone::Damaged] {
        let (station, pulled, shot, store) = lost(gone);
        drop(store);
        assert_eq!(station.open().report().lost_locks, [shot], "as long as the disk is away it is told");
        // It comes back while a program runs, which must not take it for the file of a lock that has ended.
        let store = station.open();
        pulled.back();
        store.catch_up().unwrap();
        store.catch_up_all().unwrap();
        drop(store);
        assert!(pulled.has(shot), "{gone:?}");

        let mut store = station.open();
        assert_eq!((&store.report().found_locks[..], &store.report().lost_locks[..]), (&[shot][..], &[][..]));
        let back = store.parked().unwrap().pop().unwrap();
        assert_eq!((back.shot, &back.code, &back.witness), (shot, &code(1), &lock(1).witness));
        assert!(store.open_lock().unwrap().is_none(), "whoever sits there now is not taken for this one");
        store.catch_up_all().unwrap();
        assert!(store.verify().unwrap().is_sound(), "{gone:?}: {:?}", store.verify().unwrap());
        store.recall(shot, code(1).digest(), 1, at(40)).unwrap();
        assert_eq!(store.save(record(shot, 1), at(41)).unwrap().shot, shot, "under its own number");
        store.catch_up_all().unwrap();
        assert!(!pulled.has(shot));
        drop(store);
        let store = station.rebuild();
        assert!(store.report().lost_locks.is_empty() && store.report().found_locks.is_empty());
        assert!(store.verify().unwrap().is_sound());
    }
}

#[test]
fn a_repair_brings_the_subject_back_and_it_is_there_after_a_rebuild() {
    let (station, pulled, shot, mut store) = lost(Gone::Missing);
    pulled.back();
    let repair = store.repair(at(50)).unwrap();
    assert!(repair.left.is_sound(), "{:?}", repair.left);
    assert_eq!(store.parked().unwrap()[0].shot, shot);
    drop(store);
    let store = station.rebuild();
    assert_eq!(store.parked().unwrap()[0].shot, shot);
    assert!(store.report().lost_locks.is_empty() && store.verify().unwrap().is_sound());
}

#[test]
fn a_subject_that_came_again_keeps_the_new_number() {
    for stored in [false, true] {
        let (station, pulled, shot, mut store) = lost(Gone::Missing);
        let again = store.take_lock(&lock(1), 1, at(30)).unwrap();
        assert_ne!(again, shot, "a number is never issued twice");
        if stored {
            let captured_at = at(31);
            store.save(tucai::store::NewRecord { captured_at, ..record(again, 1) }, at(31)).unwrap();
        }
        drop(store);
        pulled.back();
        let mut store = station.open();
        assert!(store.report().found_locks.is_empty() && store.report().lost_locks.is_empty());
        assert!(store.parked().unwrap().is_empty());
        assert_eq!(store.open_lock().unwrap().map(|lock| lock.shot), (!stored).then_some(again));
        if !stored {
            store.release_lock(again, LockEnd::Released, 1, at(40)).unwrap();
        }
        store.catch_up_all().unwrap();
        assert!(!pulled.has(shot), "its file went as that of any lock that has ended");
        assert!(store.verify().unwrap().is_sound(), "{:?}", store.verify().unwrap());
        drop(store);
        let store = station.rebuild();
        assert!(store.report().lost_locks.is_empty() && store.parked().unwrap().is_empty());
    }
}

#[test]
fn what_is_on_neither_disk_is_told_and_then_forgotten() {
    let (station, pulled, shot, store) = lost(Gone::Damaged);
    drop(store);
    fs::remove_file(pulled.away.join(format!("locks/2026-A.{shot}.age"))).unwrap();
    pulled.back();
    assert_eq!(station.open().report().lost_locks, [shot]);
    let store = station.open();
    assert!(store.report().is_clean(), "{:?}", store.report());
    store.catch_up_all().unwrap();
    assert!(store.verify().unwrap().is_sound(), "{:?}", store.verify().unwrap());
    assert!(!station.folder().join(format!("locks/2026-A.{shot}.age")).exists(), "nor is a damaged file kept");

    let alone = Station::without_copy();
    let mut store = alone.open();
    let shot = store.take_lock(&lock(1), 1, at(1)).unwrap();
    drop(store);
    fs::remove_dir_all(alone.folder().join("locks")).unwrap();
    assert_eq!(alone.rebuild().report().lost_locks, [shot]);
    assert!(alone.open().report().is_clean());
}

#[test]
fn a_copy_that_cannot_be_read_just_now_is_not_given_up_and_its_number_is_not_issued_again() {
    let (station, pulled, shot, mut store) = lost(Gone::Missing);
    let other = SessionId::try_from("2026-B".to_owned()).unwrap();
    let settings = SessionSettings { id: other.clone(), ..session() };
    store.new_session(&settings, 1, at(49)).unwrap();
    let taken = store.take_lock(&NewLock { session: other, ..lock(2) }, 1, at(50)).unwrap();
    assert_ne!(taken, shot, "somebody waits under it");
    drop(store);
    pulled.back();
    let copy = pulled.copy.join(format!("locks/2026-A.{shot}.age"));
    let whole = fs::read(&copy).unwrap();
    fs::remove_file(&copy).unwrap();
    fs::create_dir(&copy).unwrap(); // reading it fails, as on a bad contact
    for _ in 0..2 {
        assert_eq!(station.open().report().lost_locks, [shot], "it may be read later");
    }
    fs::remove_dir(&copy).unwrap();
    fs::write(&copy, whole).unwrap();
    assert_eq!(station.open().report().found_locks, [shot]);
}

#[test]
fn a_file_that_the_first_disk_does_not_give_just_now_is_not_given_up() {
    let station = Station::without_copy();
    let mut store = station.open();
    let shot = store.take_lock(&lock(1), 1, at(1)).unwrap();
    store.park(shot, 1, at(2)).unwrap();
    drop(store);
    let file = station.folder().join(format!("locks/2026-A.{shot}.age"));
    let whole = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap(); // reading it fails, as on a bad contact
    assert_eq!(station.rebuild().report().lost_locks, [shot]);
    for _ in 0..2 {
        assert_eq!(station.open().report().lost_locks, [shot], "it may be read later");
    }
    fs::remove_dir(&file).unwrap();
    fs::write(&file, whole).unwrap();
    let store = station.open();
    assert_eq!(store.report().found_locks, [shot]);
    assert_eq!(store.parked().unwrap().len(), 1);
}

#[cfg(feature = "window")]
#[test]
fn what_opening_tells_stays_until_somebody_is_locked() {
    let (station, _pulled, shot, mut store) = lost(Gone::Missing);
    let asked = SessionSettings { run_by: Some(RunBy::School), backdrops: vec![String::from("blue")], ..session() };
    store.set_session(&asked, 1, at(3)).unwrap();
    drop(store);
    let frames = tempfile::tempdir().unwrap();
    let mut program = crate::support::program::Program::start(station.folder(), frames.path());
    program.unlock();
    let told = tucai::text::adopt::lost_locks(&[shot.to_string()], tucai::text::Lang::Zh);
    program.until_shown_part(&told);
    // Another notice comes beside it, not in its place.
    program.harness.key_press(egui::Key::N);
    program.passes(3);
    program.until_shown_part(&told);
    program.scan("STUDENT-0009");
    program.until_hidden_part(&told);
}
