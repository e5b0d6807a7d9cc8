//! The second disk as people meet it: pulled, full, failing, replaced by another one; and what the command line does
//! about it.

use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tucai::domain::fault::StoreFault;
use tucai::store::{
    Behind, Faults, FileKind, Medium, OpenOptions, Outcome, Point, SecondCopy, Step, Store, copies_below,
};

use crate::support::station::{Station, store_one};

/// Fails one kind of step of capsules on the second disk, while it is switched on.
#[derive(Debug)]
struct Bad {
    on: AtomicBool,
    step: Step,
    kind: Mutex<io::ErrorKind>,
}

impl Bad {
    fn new(step: Step, kind: io::ErrorKind) -> Arc<Self> {
        Arc::new(Self { on: AtomicBool::new(true), step, kind: Mutex::new(kind) })
    }
}

impl Faults for Bad {
    fn before(&self, point: Point) -> Outcome {
        let meant = (point.medium, point.kind, point.step) == (Medium::Second, FileKind::Capsule, self.step);
        if meant && self.on.load(Ordering::SeqCst) {
            return Outcome::Fail(io::Error::from(*self.kind.lock().unwrap()));
        }
        Outcome::Go
    }
}

fn open(station: &Station, faults: &Arc<Bad>) -> Store {
    station.try_open(&OpenOptions::with_faults(Arc::clone(faults) as Arc<dyn Faults>)).unwrap()
}

/// Stores until no lock is given any more, and says why.
fn stopped_by(store: &mut Store) -> StoreFault {
    (1..=30).find_map(|n| store_one(store, n).err()).unwrap().fault()
}

#[test]
fn new_locks_are_stopped_with_the_reason_that_the_disk_gives() {
    for (step, kind, behind, fault) in [
        (Step::Write, io::ErrorKind::StorageFull, Behind::Full, StoreFault::SecondCopyFull),
        (Step::Sync, io::ErrorKind::Other, Behind::Failing, StoreFault::SecondCopyFailing),
    ] {
        let station = Station::new();
        let bad = Bad::new(step, kind);
        let mut store = open(&station, &bad);
        assert_eq!(stopped_by(&mut store), fault);
        assert_eq!(store.catch_up_all().unwrap(), SecondCopy::Behind(behind), "trying again finds the same");
        // Room was made: it goes on by itself. A disk that failed is not written to again.
        bad.on.store(false, Ordering::SeqCst);
        let healed = store.catch_up_all().unwrap();
        let wanted = if behind == Behind::Full { SecondCopy::Landed } else { SecondCopy::Behind(behind) };
        assert_eq!(healed, wanted);
    }
}

#[test]
fn a_disk_that_is_pulled_is_missed_before_anything_is_to_be_written() {
    let station = Station::new();
    let mut store = station.open();
    store_one(&mut store, 1).unwrap();
    assert_eq!(store.catch_up_all().unwrap(), SecondCopy::Landed);
    let copy = copies_below(station.second.path()).pop().unwrap();
    let away = copy.with_extension("away");
    std::fs::rename(&copy, &away).unwrap();
    assert_eq!(store.second_copy(), SecondCopy::Landed, "nobody has looked yet");
    store.look_at_second_disk();
    while store.second_copy() == SecondCopy::Landed {
        std::thread::yield_now();
    }
    assert_eq!(store.second_copy(), SecondCopy::Behind(Behind::Missing));
    // The empty folder on the first disk is no disk that somebody connected.
    assert_eq!(store.use_this_disk().unwrap_err().fault(), StoreFault::SecondCopyMissing);
    assert!(!copy.exists());
    std::fs::rename(&away, &copy).unwrap();
    assert_eq!(store.catch_up_all().unwrap(), SecondCopy::Landed);
}

#[test]
fn what_another_disk_lacks_is_known_after_a_start_without_it() {
    let station = Station::new();
    let bad = Bad::new(Step::Write, io::ErrorKind::StorageFull);
    bad.on.store(false, Ordering::SeqCst);
    let mut store = open(&station, &bad);
    for n in 1..=3 {
        store_one(&mut store, n).unwrap();
    }
    assert_eq!(store.catch_up_all().unwrap(), SecondCopy::Landed);
    let other = tempfile::tempdir().unwrap();
    bad.on.store(true, Ordering::SeqCst);
    store.set_second_copy(Some(other.path())).unwrap();
    assert_eq!(store.catch_up_all().unwrap(), SecondCopy::Behind(Behind::Full));
    drop(store);
    let pulled = other.path().with_extension("away");
    std::fs::rename(other.path(), &pulled).unwrap();
    let store = station.open();
    assert_eq!(store.missing_copies(), 3, "they lie on the disk before, not on this one");
    std::fs::rename(&pulled, other.path()).unwrap();
    assert_eq!(store.catch_up_all().unwrap(), SecondCopy::Landed);
    assert!(store.verify().unwrap().is_sound());
}

#[test]
fn a_second_disk_is_set_by_the_command_line_and_made_ready_when_it_was_replaced() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("words"), "a long passphrase\n").unwrap();
    for name in ["first", "other"] {
        std::fs::create_dir(path(name)).unwrap();
    }
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tucai"));
        command.args(arguments).arg("--data").arg(path("data")).arg("--passphrase-file").arg(path("words"));
        let output = command.arg("--json").output().unwrap();
        let line = serde_json::from_slice::<Value>(&output.stdout).unwrap_or_default();
        (output.status.code().unwrap(), line, String::from_utf8(output.stderr).unwrap())
    };
    let named = |name: &str| path(name).to_str().unwrap().to_owned();
    let copies = |name: &str| copies_below(&path(name)).len();

    let (code, _, said) = run(&["keys", "new", "--second-copy", &named("nowhere")]);
    assert!(code == 2 && said.contains("is not there"), "{code} {said}");
    assert_eq!(run(&["keys", "new", "--second-copy", &named("first")]).0, 0);
    assert_eq!(copies("first"), 1);
    let (_, shown, _) = run(&["records", "second-copy"]);
    assert_eq!(shown["second_copy"].as_str(), Some(named("first").as_str()));

    let (code, moved, said) = run(&["records", "second-copy", "--to", &named("other")]);
    assert_eq!((code, moved["missing"].as_u64(), copies("other")), (0, Some(0), 1), "{said}");
    // Another stick in the same place: named once more, it is this station's own.
    for copy in copies_below(&path("other")) {
        std::fs::remove_dir_all::<PathBuf>(copy).unwrap();
    }
    assert_eq!(run(&["records", "second-copy", "--to", &named("other")]).0, 0);
    assert_eq!(copies("other"), 1);
    let (code, _, said) = run(&["records", "second-copy", "--to", &named("data")]);
    assert!(code == 2 && said.contains("belongs on another disk"), "{code} {said}");
    let (code, none, _) = run(&["records", "second-copy", "--none"]);
    assert_eq!((code, &none["second_copy"]), (0, &Value::Null));
    assert_eq!((copies("first"), copies("other")), (1, 1), "what was copied stays");
}
