//! Files of locks on the second disk: there while the lock holds, gone after, made up for when the disk was away, and
//! taken over by a station that adopts the copy.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tucai::domain::fault::StoreFault;
use tucai::domain::ids::StationLetter;
use tucai::store::{
    Adoption, Behind, CreateOptions, Faults, FileKind, LockEnd, Medium, OldKey, OpenOptions, Outcome, Point,
    ProblemKind, SecondCopy, Step, Store, copies_below,
};

use crate::support::station::{Station, at, code, files, lock, passphrase, record};

fn copy_of(station: &Station) -> PathBuf {
    copies_below(station.second.path()).pop().unwrap()
}

/// Names of the files of locks below both disks.
fn names(station: &Station) -> [Vec<String>; 2] {
    let below = |folder: PathBuf| {
        let found = if folder.is_dir() { files(&folder) } else { Vec::new() };
        found.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    };
    [below(station.folder().join("locks")), below(copy_of(station).join("locks"))]
}

fn adopt(station: &Station, folder: &std::path::Path) -> (Store, Adoption) {
    let letter = StationLetter::new('B').unwrap();
    let options = CreateOptions { letter, work_factor: 10, ..CreateOptions::default() };
    let words = passphrase();
    Store::adopt(folder, &words, &options, &copy_of(station), &OldKey::Passphrase(&words), at(50), &mut |_, _| {})
        .unwrap()
}

#[test]
fn a_lock_is_on_both_disks_as_long_as_it_holds() {
    let station = Station::new();
    let mut store = station.open();
    let shot = store.take_lock(&lock(1), 1, at(1)).unwrap();
    store.catch_up_all().unwrap();
    assert_eq!(names(&station), [vec!["2026-A.A-0001.age"], vec!["2026-A.A-0001.age"]]);
    assert!(store.verify().unwrap().is_sound());
    store.save(record(shot, 1), at(2)).unwrap();
    store.catch_up_all().unwrap();
    assert_eq!(names(&station), [Vec::<String>::new(), Vec::new()], "the code stays only in the capsule");
    let shot = store.take_lock(&lock(2), 1, at(3)).unwrap();
    store.release_lock(shot, LockEnd::Released, 1, at(4)).unwrap();
    store.catch_up_all().unwrap();
    assert_eq!(names(&station), [Vec::<String>::new(), Vec::new()]);
    assert!(store.verify().unwrap().is_sound());
}

/// Pulls the second disk just before the folder of locks on it is synced.
#[derive(Debug, Default)]
struct Pulled {
    copy: Mutex<Option<PathBuf>>,
}

impl Faults for Pulled {
    fn before(&self, point: Point) -> Outcome {
        if (point.medium, point.kind, point.step) == (Medium::Second, FileKind::Lock, Step::SyncFolder)
            && let Some(copy) = self.copy.lock().unwrap().take()
        {
            fs::rename(&copy, copy.with_extension("away")).unwrap();
        }
        Outcome::Go
    }
}

#[test]
fn a_disk_that_is_pulled_while_it_is_written_to_is_caught_up_with_when_it_is_back() {
    let station = Station::new();
    let pulled = Arc::new(Pulled::default());
    let options = OpenOptions::with_faults(Arc::clone(&pulled) as Arc<dyn Faults>);
    let mut store = station.try_open(&options).unwrap();
    let copy = copy_of(&station);
    *pulled.copy.lock().unwrap() = Some(copy.clone());
    let shot = store.take_lock(&lock(1), 1, at(1)).unwrap();
    assert_eq!(store.catch_up_all().unwrap(), SecondCopy::Behind(Behind::Missing));
    let saved = store.save(record(shot, 1), at(2)).unwrap();
    assert_eq!(saved.second_copy, SecondCopy::Behind(Behind::Missing));
    // What the disk has of the journal is not what was written there.
    let away = copy.with_extension("away");
    for path in files(&away).iter().filter(|path| path.to_string_lossy().contains("/journal/")) {
        let mut bytes = fs::read(path).unwrap();
        bytes.extend_from_slice(b"never got there");
        fs::write(path, bytes).unwrap();
    }
    fs::rename(&away, &copy).unwrap();
    assert_eq!(store.catch_up_all().unwrap(), SecondCopy::Landed);
    assert_eq!(names(&station), [Vec::<String>::new(), Vec::new()]);
    assert!(store.verify().unwrap().is_sound());
}

/// The second disk's first sync after a word from the test fails.
#[derive(Debug, Default)]
struct Fails {
    next_sync: AtomicBool,
}

impl Faults for Fails {
    fn before(&self, point: Point) -> Outcome {
        let sync = matches!(point.step, Step::Sync | Step::SyncFolder);
        if point.medium == Medium::Second && sync && self.next_sync.swap(false, Ordering::AcqRel) {
            return Outcome::Fail(io::Error::other("input/output error"));
        }
        Outcome::Go
    }
}

#[test]
fn a_disk_that_fails_after_it_came_back_is_not_tried_again() {
    let station = Station::new();
    let fails = Arc::new(Fails::default());
    let options = OpenOptions::with_faults(Arc::clone(&fails) as Arc<dyn Faults>);
    let mut store = station.try_open(&options).unwrap();
    let copy = copy_of(&station);
    let away = copy.with_extension("away");
    fs::rename(&copy, &away).unwrap();
    let shot = store.take_lock(&lock(1), 1, at(1)).unwrap();
    assert_eq!(store.save(record(shot, 1), at(2)).unwrap().second_copy, SecondCopy::Behind(Behind::Missing));
    fs::rename(&away, &copy).unwrap();
    fails.next_sync.store(true, Ordering::Release);
    for _ in 0..3 {
        assert_eq!(store.catch_up_all().unwrap(), SecondCopy::Behind(Behind::Failing));
    }
}

#[test]
fn what_happened_while_the_disk_was_away_is_made_up_for() {
    let station = Station::new();
    let mut store = station.open();
    let first = store.take_lock(&lock(1), 1, at(1)).unwrap();
    store.park(first, 1, at(1)).unwrap();
    store.catch_up_all().unwrap();
    let copy = copy_of(&station);
    let away = copy.with_extension("away");
    fs::rename(&copy, &away).unwrap();
    store.recall(first, code(1).digest(), 1, at(2)).unwrap();
    store.release_lock(first, LockEnd::Released, 1, at(2)).unwrap();
    store.take_lock(&lock(2), 1, at(3)).unwrap();
    store.catch_up_all().unwrap();
    fs::rename(&away, &copy).unwrap();
    store.catch_up_all().unwrap();
    assert_eq!(names(&station), [vec!["2026-A.A-0002.age"], vec!["2026-A.A-0002.age"]]);
    assert!(store.verify().unwrap().is_sound());
    // A program that ended before it could do so: the next start does.
    drop(store);
    fs::remove_dir_all(copy.join("locks")).unwrap();
    let store = station.open();
    store.catch_up_all().unwrap();
    assert!(store.verify().unwrap().is_sound());
}

#[test]
fn an_adopted_station_has_the_locked_and_the_parked_subject() {
    let station = Station::new();
    let mut store = station.open();
    let parked = store.take_lock(&lock(1), 1, at(1)).unwrap();
    store.park(parked, 1, at(1)).unwrap();
    let open = store.take_lock(&lock(2), 1, at(2)).unwrap();
    store.catch_up_all().unwrap();
    drop(store);
    let base = tempfile::tempdir().unwrap();
    let folder = base.path().join("b");
    let (mut store, adoption) = adopt(&station, &folder);
    assert_eq!((adoption.locks.len(), adoption.lost_locks.len()), (2, 0));
    assert!(adoption.problems.is_empty(), "{:?}", adoption.problems);
    let held = store.open_lock().unwrap().unwrap();
    assert_eq!((held.shot, held.code, held.witness), (open, code(2), lock(2).witness));
    assert_eq!(store.parked().unwrap()[0].code, code(1));
    let saved = store.save(record(open, 2), at(60)).unwrap();
    assert_eq!(saved.shot, open, "it keeps its number");
    store.recall(parked, code(1).digest(), 1, at(61)).unwrap();
    store.release_lock(parked, LockEnd::Released, 1, at(62)).unwrap();
    assert!(store.verify().unwrap().is_sound());
    drop(store);
    let (store, again) = adopt(&station, &folder);
    assert!(again.locks.is_empty(), "a subject that has gone does not come back");
    assert!(store.open_lock().unwrap().is_none() && store.parked().unwrap().is_empty());
    drop(store);
    let rebuilt = Store::rebuild(&folder, &passphrase(), &OpenOptions::default(), at(70)).unwrap();
    assert!(rebuilt.open_lock().unwrap().is_none() && rebuilt.verify().unwrap().is_sound());
}

#[test]
fn a_subject_whose_file_is_not_in_the_copy_is_named() {
    let station = Station::new();
    let mut store = station.open();
    let shot = store.take_lock(&lock(1), 1, at(1)).unwrap();
    store.catch_up_all().unwrap();
    drop(store);
    fs::remove_dir_all(copy_of(&station).join("locks")).unwrap();
    let base = tempfile::tempdir().unwrap();
    let (store, adoption) = adopt(&station, &base.path().join("b"));
    assert_eq!((adoption.locks, adoption.lost_locks), (vec![], vec![shot]));
    assert!(store.open_lock().unwrap().is_none());
}

#[test]
fn a_flipped_byte_is_found_and_mended_and_the_copy_stands_in_for_the_first_disk() {
    let station = Station::new();
    let mut store = station.open();
    store.take_lock(&lock(1), 1, at(1)).unwrap();
    store.catch_up_all().unwrap();
    let file = copy_of(&station).join("locks/2026-A.A-0001.age");
    let whole = fs::read(&file).unwrap();
    for place in (0..whole.len()).step_by(997) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x20;
        fs::write(&file, &bytes).unwrap();
        let found = store.verify().unwrap().problems;
        assert_eq!(found.iter().map(|p| p.kind).collect::<Vec<_>>(), [ProblemKind::SecondLockDiffers], "byte {place}");
    }
    let repair = store.repair(at(5)).unwrap();
    assert!(repair.left.is_sound(), "{:?}", repair.left.problems);
    assert_eq!(fs::read(&file).unwrap(), whole);
    // An ended lock's file that came back, from an old backup of the disk.
    fs::write(file.with_file_name("2026-A.A-0099.age"), &whole).unwrap();
    assert!(!store.verify().unwrap().is_sound());
    assert!(store.repair(at(6)).unwrap().left.is_sound());
    drop(store);
    // Database and first file are lost: the second disk has the subject.
    fs::remove_file(station.folder().join("locks/2026-A.A-0001.age")).unwrap();
    let store = station.rebuild();
    assert_eq!(store.open_lock().unwrap().unwrap().code, code(1));
    assert!(store.report().lost_locks.is_empty());
    assert!(store.verify().unwrap().is_sound(), "its file was written again");
}

/// Fails the nth step that has to do with a lock on the second disk.
#[derive(Debug)]
struct SecondFails {
    asked: AtomicUsize,
    nth: usize,
    kind: io::ErrorKind,
}

impl Faults for SecondFails {
    fn before(&self, point: Point) -> Outcome {
        let here = point.medium == Medium::Second && point.kind == FileKind::Lock;
        if here && self.asked.fetch_add(1, Ordering::SeqCst) + 1 == self.nth {
            return Outcome::Fail(io::Error::from(self.kind));
        }
        Outcome::Go
    }
}

#[test]
fn no_step_that_fails_on_the_second_disk_holds_up_the_desk() {
    for kind in [io::ErrorKind::StorageFull, io::ErrorKind::PermissionDenied] {
        for nth in 1..=8 {
            let station = Station::new();
            let faults = Arc::new(SecondFails { asked: AtomicUsize::new(0), nth, kind });
            let options = OpenOptions::with_faults(Arc::clone(&faults) as Arc<dyn Faults>);
            let mut store = station.try_open(&options).unwrap();
            let shot = store.take_lock(&lock(1), 1, at(1)).unwrap();
            let saved = store.save(record(shot, 1), at(2)).unwrap();
            let next = store.take_lock(&lock(2), 1, at(3)).unwrap();
            drop(store);
            let mut store = station.open();
            store.catch_up_all().unwrap();
            assert_eq!(store.open_lock().unwrap().unwrap().shot, next, "step {nth} {kind:?}");
            assert!(store.contents(saved.id).is_ok());
            let sound = store.verify().unwrap();
            assert!(sound.is_sound(), "step {nth} {kind:?}: {:?}", sound.problems);
            let refused = store.take_lock(&lock(3), 1, at(4)).unwrap_err().fault();
            assert_eq!(refused, StoreFault::Other, "one subject at a time");
        }
    }
}
