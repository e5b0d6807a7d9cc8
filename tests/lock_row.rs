//! The row of a school's list that a locked subject is bound to, and the record that its picture is to replace, outlast
//! the program: restarts, kills in between, the loss of the database, and a station that takes the copy over.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tucai::domain::ids::{ShotNumber, StationLetter};
use tucai::domain::record::RetakeReason;
use tucai::domain::tether::{ClockOffset, Kept, KeptPicture, Waits};
use tucai::store::{
    CreateOptions, Faults, Medium, NewLock, OldKey, OpenLock, OpenOptions, Outcome, Point, Replaced, Store,
    copies_below,
};

use crate::support::station::{Station, at, code, files, lock, passphrase, record, store_one};

const ROW: &str = "0220101-王小明";

fn bound(store: &Store) -> Option<String> {
    store.open_lock().unwrap().and_then(|lock| lock.roster_key)
}

/// No file says it as it is.
#[track_caller]
fn nothing_is_readable(folder: &std::path::Path, secret: &str) {
    for path in files(folder) {
        let bytes = fs::read(&path).unwrap();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{}", path.display());
    }
}

#[test]
fn a_bound_row_comes_back_after_a_restart_a_rebuild_and_an_adoption() {
    let station = Station::new();
    let mut store = station.open();
    let shot = store.take_lock(&lock(1), 1, at(1)).unwrap();
    store.bind_lock(shot, ROW, 1, at(2)).unwrap();
    store.catch_up_all().unwrap();
    assert!(store.verify().unwrap().is_sound());
    drop(store);
    nothing_is_readable(station.folder(), ROW);
    nothing_is_readable(station.second.path(), ROW);
    let store = station.open();
    assert!(store.report().is_clean(), "{:?}", store.report());
    assert_eq!(bound(&store).as_deref(), Some(ROW));
    drop(store);
    let store = station.rebuild();
    assert!(store.report().lost_locks.is_empty(), "{:?}", store.report());
    assert_eq!(bound(&store).as_deref(), Some(ROW));
    store.catch_up_all().unwrap();
    assert!(store.verify().unwrap().is_sound(), "{:?}", store.verify().unwrap().problems);
    drop(store);
    let base = tempfile::tempdir().unwrap();
    let letter = StationLetter::new('B').unwrap();
    let options = CreateOptions { letter, work_factor: 10, ..CreateOptions::default() };
    let (copy, words) = (copies_below(station.second.path()).pop().unwrap(), passphrase());
    let key = OldKey::Passphrase(&words);
    let (mut store, adoption) =
        Store::adopt(&base.path().join("b"), &words, &options, &copy, &key, at(50), &mut |_, _| {}).unwrap();
    assert!(adoption.lost_locks.is_empty());
    assert_eq!((adoption.locks, bound(&store).as_deref()), (vec![shot], Some(ROW)));
    // Another row, and the end of the lock: nothing of it is left.
    store.bind_lock(shot, "0220102", 1, at(51)).unwrap();
    assert_eq!(bound(&store).as_deref(), Some("0220102"));
    store.save(record(shot, 1), at(52)).unwrap();
    assert!(files(&base.path().join("b")).iter().all(|path| !path.to_string_lossy().contains("/locks/")));
}

#[test]
fn what_a_held_subject_is_to_replace_comes_back_after_a_restart_a_rebuild_and_an_adoption() {
    let station = Station::new();
    let mut store = station.open();
    let record = store_one(&mut store, 1).unwrap().id;
    let (wish, refused) = (RetakeReason::Wish, RetakeReason::Refused);
    let replaces = |reason| Some(Replaced { record, reason });
    // Somebody who waited since the scan desk, and who is asked about the picture only when called.
    let waited = store.queue_lock(&lock(1), 1, at(2)).unwrap();
    let digest = code(1).digest();
    assert_eq!(store.held_for(digest).unwrap().unwrap().replaces, None);
    assert!(store.recall_to_replace(waited, code(2).digest(), replaces(wish), 1, at(3)).is_err());
    assert_eq!(store.held_for(digest).unwrap().unwrap().replaces, None, "another code's number changes nothing");
    let called = store.recall_to_replace(waited, digest, replaces(wish), 1, at(3)).unwrap();
    assert_eq!((called.parked, called.queued, called.replaces), (false, false, replaces(wish)));
    store.park(waited, 1, at(4)).unwrap();
    let taken = store.take_lock(&NewLock { replaces: replaces(refused), ..lock(2) }, 1, at(5)).unwrap();
    store.catch_up_all().unwrap();
    let as_it_was = |store: &Store| {
        store.catch_up_all().unwrap();
        let (open, parked) = (store.open_lock().unwrap().unwrap(), store.parked().unwrap());
        assert_eq!((open.shot, open.replaces), (taken, replaces(refused)));
        assert_eq!(
            parked.iter().map(|lock| (lock.shot, lock.replaces)).collect::<Vec<_>>(),
            [(waited, replaces(wish))]
        );
        assert!(store.verify().unwrap().is_sound(), "{:?}", store.verify().unwrap().problems);
    };
    as_it_was(&store);
    drop(store);
    as_it_was(&station.open());
    as_it_was(&station.rebuild());
    let base = tempfile::tempdir().unwrap();
    let options =
        CreateOptions { letter: StationLetter::new('B').unwrap(), work_factor: 10, ..CreateOptions::default() };
    let (copy, words) = (copies_below(station.second.path()).pop().unwrap(), passphrase());
    let key = OldKey::Passphrase(&words);
    let (store, _) =
        Store::adopt(&base.path().join("b"), &words, &options, &copy, &key, at(50), &mut |_, _| {}).unwrap();
    as_it_was(&store);
}

#[test]
fn a_second_disk_that_was_away_gets_the_row_and_a_stale_copy_loses_nothing() {
    let station = Station::new();
    let mut store = station.open();
    let shot = store.take_lock(&lock(1), 1, at(1)).unwrap();
    store.catch_up_all().unwrap();
    let copy = copies_below(station.second.path()).pop().unwrap();
    let away = copy.with_extension("away");
    fs::rename(&copy, &away).unwrap();
    store.bind_lock(shot, ROW, 1, at(2)).unwrap();
    store.catch_up_all().unwrap();
    drop(store);
    // The copy is the file before; the database is lost, too.
    fs::rename(&away, &copy).unwrap();
    let store = station.rebuild();
    assert_eq!(bound(&store).as_deref(), Some(ROW));
    drop(store);

    let mut store = station.open();
    fs::rename(&copy, &away).unwrap();
    store.bind_lock(shot, "0220102", 1, at(3)).unwrap();
    store.catch_up_all().unwrap();
    fs::rename(&away, &copy).unwrap();
    store.catch_up_all().unwrap();
    assert!(store.verify().unwrap().is_sound(), "{:?}", store.verify().unwrap().problems);
}

/// Fails every step on the first disk from the `n`th on, as a kill does.
#[derive(Debug)]
struct StopAt(AtomicUsize);

impl Faults for StopAt {
    fn before(&self, point: Point) -> Outcome {
        let left = self.0.load(Ordering::SeqCst);
        if point.medium == Medium::Second || left == usize::MAX {
            return Outcome::Go;
        }
        if left == 0 {
            return Outcome::Fail(std::io::Error::other("stopped"));
        }
        self.0.fetch_sub(1, Ordering::SeqCst);
        Outcome::Go
    }
}

#[test]
fn a_kill_anywhere_while_binding_keeps_the_lock_and_what_was_promised() {
    let replaced =
        Replaced { record: tucai::domain::ids::RecordId::from_parts(1, [7; 10]), reason: RetakeReason::Wish };
    kill_anywhere(&|store, shot| store.bind_lock(shot, ROW, 1, at(2)).is_ok(), &|lock| {
        lock.roster_key.as_deref() == Some(ROW)
    });
    kill_anywhere(&|store, shot| store.lock_replaces(shot, replaced, 1, at(2)).is_ok(), &|lock| {
        lock.replaces == Some(replaced)
    });
}

fn kill_anywhere(bind: &dyn Fn(&mut Store, ShotNumber) -> bool, is_bound: &dyn Fn(&OpenLock) -> bool) {
    let mut promised = 0;
    for steps in 0..64 {
        let station = Station::new();
        let stop = Arc::new(StopAt(usize::MAX.into()));
        let mut store = station.try_open(&OpenOptions::with_faults(Arc::clone(&stop) as _)).unwrap();
        let shot = store.take_lock(&lock(1), 1, at(1)).unwrap();
        store.catch_up_all().unwrap();
        stop.0.store(steps, Ordering::SeqCst);
        let done = bind(&mut store, shot);
        drop(store);
        let again = |store: &Store| {
            let open = store.open_lock().unwrap().unwrap();
            assert_eq!((open.shot, open.code.clone()), (shot, code(1)), "after {steps} steps");
            assert!(store.report().lost_locks.is_empty(), "after {steps} steps: {:?}", store.report());
            assert!(!done || is_bound(&open), "after {steps} steps");
        };
        let store = station.open();
        again(&store);
        store.catch_up_all().unwrap();
        let verified = store.verify().unwrap();
        assert!(verified.problems.iter().all(|problem| !problem.kind.as_str().contains("lock_file")), "{verified:?}");
        drop(store);
        again(&station.rebuild());
        if done {
            promised += 1;
            if promised == 2 {
                return;
            }
        }
    }
    panic!("binding never ended");
}

#[test]
fn what_a_tethered_camera_left_behind_is_kept_sealed_and_a_damaged_file_is_set_aside() {
    let station = Station::new();
    let store = station.open();
    let path = String::from("/home/desk/tether/王小明.jpg");
    let kept = Kept {
        folder: Some(String::from("/home/desk/tether")),
        offset: Some(ClockOffset(-3_500)),
        tray: vec![KeptPicture { path: path.clone(), waits: Waits::Busy("A-0001".parse().unwrap()) }],
        ..Kept::default()
    };
    assert_eq!(store.kept_tether().unwrap(), Kept::default());
    store.keep_tether(&kept).unwrap();
    drop(store);
    nothing_is_readable(station.folder(), "王小明");
    nothing_is_readable(station.folder(), "/home/desk");
    assert!(!format!("{kept:?}").contains("王小明"));
    let store = station.rebuild();
    assert_eq!(store.kept_tether().unwrap(), kept, "it does not depend on the database");
    drop(store);
    let file = station.folder().join("desk.age");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).unwrap();
    let store = station.open();
    assert_eq!(store.kept_tether().unwrap(), Kept::default());
    let aside = files(&station.folder().join("set-aside"));
    assert!(!file.exists() && aside.iter().any(|path| path.to_string_lossy().contains("desk.age")), "{aside:?}");
    store.keep_tether(&kept).unwrap();
    drop(store);
    let unfinished = station.folder().join(".unfinished-desk.age");
    fs::copy(&file, &unfinished).unwrap();
    let store = station.open();
    assert!(!unfinished.exists() && files(&station.folder().join("set-aside")) == aside, "its paths are of no use");
    assert_eq!(store.kept_tether().unwrap(), kept);
    store.keep_tether(&Kept::default()).unwrap();
    assert!(!file.exists(), "nothing to keep leaves nothing");
}
