//! Behaviour of purging: what is due, when the clock is believed, what goes and what stays, crashes in between.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tucai::domain::fault::StoreFault;
use tucai::domain::ids::RecordId;
use tucai::domain::record::RecordState;
use tucai::domain::time::WallTime;
use tucai::store::{Filter, Medium, OpenOptions, Passphrase, Point, Store, StoreError};

use crate::support::station::{Station, at, code, files, jpeg, passphrase, session, store_one};

const DAY: i64 = 24 * 60 * 60;

/// A station whose session keeps records for 30 days, with one withdrawn and one standing record.
fn prepared() -> (Station, RecordId, RecordId) {
    let station = Station::new();
    let mut store = station.open();
    let gone = store_one(&mut store, 1).unwrap().id;
    let kept = store_one(&mut store, 2).unwrap().id;
    store.withdraw(gone, Some("wish".to_owned()), 1, at(10)).unwrap();
    store.set_retention(&session().id, Some(30), 1, at(11)).unwrap();
    (station, gone, kept)
}

fn later(days: i64) -> WallTime {
    at(days * DAY)
}

fn fault<T>(result: Result<T, StoreError>) -> StoreFault {
    result.map(|_| ()).unwrap_err().fault()
}

fn holds(folder: &Path, id: RecordId) -> bool {
    let id = id.to_string();
    files(folder).iter().any(|file| file.to_string_lossy().contains(&id))
}

#[test]
fn a_record_is_due_after_its_days_and_not_before() {
    let (station, gone, _) = prepared();
    let mut store = station.open();
    assert!(store.due_for_purge(None, later(29)).unwrap().is_empty());
    let due = store.due_for_purge(None, later(31)).unwrap();
    assert_eq!(due.iter().map(|due| due.record.id).collect::<Vec<_>>(), [gone], "a standing record is never due");
    assert_eq!((due[0].days, due[0].since), (30, at(10)));
    store.set_retention(&session().id, None, 1, at(12)).unwrap();
    assert!(store.due_for_purge(None, later(9000)).unwrap().is_empty(), "without a number of days nothing is due");
}

#[test]
fn a_clock_that_jumped_purges_nothing_until_somebody_confirms_it() {
    let (station, gone, kept) = prepared();
    let mut store = station.open();
    assert_eq!(fault(store.purge(&[gone], "retention", 1, later(31))), StoreFault::ClockDoubtful);
    let steps = store.clock_steps(later(31)).unwrap();
    assert_eq!((steps.len(), steps[0].to), (1, later(31)));
    // 1980: the clock went back, and nothing is due by it.
    let back = WallTime { unix_millis: 315_532_800_000, offset_minutes: 480 };
    assert_eq!(store.clock_steps(back).unwrap().len(), 1);
    assert!(store.due_for_purge(None, back).unwrap().is_empty());
    store.confirm_clock(1, later(31)).unwrap();
    assert!(store.clock_steps(later(32)).unwrap().is_empty());
    assert_eq!(fault(store.purge(&[gone, kept], "retention", 1, later(32))), StoreFault::NotDue, "whole or not at all");
    assert_eq!(fault(store.purge(&[], "retention", 1, later(32))), StoreFault::NotDue);
    assert!(store.contents(gone).is_ok() && store.contents(kept).is_ok());
    store.purge(&[gone], "retention", 1, later(32)).unwrap();
}

#[test]
fn a_purge_removes_everything_from_both_disks_and_signs_it() {
    let (station, gone, kept) = prepared();
    let mut store = station.open();
    let target = tempfile::tempdir().unwrap();
    store.backup(target.path(), at(20)).unwrap();
    store.confirm_clock(1, later(31)).unwrap();
    let capsule = store.record(gone).unwrap().capsule_sha256;
    let purge = store.purge(&[gone], "retention", 1, later(31)).unwrap();
    assert!(store.record(gone).is_err() && store.photo(gone).is_err() && store.contents(gone).is_err());
    assert!(!holds(station.folder(), gone) && !holds(station.second.path(), gone));
    assert_eq!(store.photo(kept).unwrap(), jpeg(2, 33_000));
    // A line without code and person stays in the list; the same code may come again.
    let list = store.list(&Filter::default()).unwrap();
    let line = list.iter().find(|record| record.id == gone).unwrap();
    assert_eq!((line.state, line.group.clone()), (RecordState::Purged, None));
    assert_ne!(line.code_digest, code(1).digest());
    assert!(store.find_by_digest(code(1).digest()).unwrap().is_empty());
    let verified = store.verify().unwrap();
    assert!(verified.is_sound(), "{:?}", verified.problems);

    let signed = purge.certificate.unwrap();
    let text = fs::read_to_string(&signed).unwrap();
    let certificate: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(certificate["records"][0]["record_id"], gone.to_string());
    assert_eq!(certificate["records"][0]["capsule_sha256"], capsule.to_string());
    assert_eq!(certificate["reason"], "retention");
    let backup = certificate["still_held_by"]["backups"][0]["to"].as_str().unwrap();
    assert!(Path::new(backup).starts_with(target.path()), "{backup}");
    for words in ["statement", "not_promised"] {
        assert_eq!(certificate[words].as_array().unwrap().len(), 2, "in Chinese and English");
    }
    assert!(!text.contains("STUDENT"));
    let signature = fs::read_to_string(format!("{}.minisig", signed.display())).unwrap();
    let key = minisign::PublicKey::from_base64(&store.public_keys().minisign).unwrap();
    let check = |text: &str| {
        let signature = minisign::SignatureBox::from_string(&signature).unwrap();
        minisign::verify(&key, &signature, std::io::Cursor::new(text), true, false, false)
    };
    check(&text).unwrap();
    check(&text.replace("retention", "retentioN")).unwrap_err();
    drop(store);

    // The same out of capsules and journal alone.
    let store = station.rebuild();
    assert!(store.report().missing_capsules.is_empty(), "{:?}", store.report());
    assert_eq!(store.list(&Filter::default()).unwrap(), list);
    assert!(store.verify().unwrap().is_sound());
}

#[test]
fn the_certificate_names_capsules_without_a_record_and_places_of_stations_that_were_taken_over() {
    use tucai::store::{CreateOptions, OldKey, copies_below};
    let (old, gone, _) = prepared();
    // A save that did not commit, and one that was never finished, on the other disk.
    let stray = RecordId::from_parts(7, [7; 10]);
    let left = |root: &Path, name: String| {
        let folder = root.join("set-aside");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(&name), b"sealed").unwrap();
        folder.join(name)
    };
    let copy = copies_below(old.second.path()).pop().unwrap();
    let known = left(old.folder(), format!("{gone}.age.1"));
    let first = left(old.folder(), format!("{stray}.age"));
    let second = left(&copy, format!(".unfinished-{stray}.age"));
    left(old.folder(), "torn-12-2026-06-01.log".to_owned());
    let certificate_of = |mut store: Store| -> Value {
        store.confirm_clock(1, later(31)).unwrap();
        let purge = store.purge(&[gone], "retention", 1, later(31)).unwrap();
        serde_json::from_str(&fs::read_to_string(purge.certificate.unwrap()).unwrap()).unwrap()
    };
    // Taken over first: the old folders keep what they have.
    let base = tempfile::tempdir().unwrap();
    let letter = tucai::domain::ids::StationLetter::new('B').unwrap();
    let options = CreateOptions { letter, work_factor: 10, ..CreateOptions::default() };
    let (words, folder) = (passphrase(), base.path().join("b"));
    let key = OldKey::Passphrase(&words);
    let (store, _) = Store::adopt(&folder, &words, &options, &copy, &key, at(50), &mut |_, _| {}).unwrap();
    let certificate = certificate_of(store);
    let held = &certificate["still_held_by"]["adopted_stations"][0];
    assert_eq!((held["letter"].as_str(), held["copy"].as_str()), (Some("A"), copy.to_str()), "{certificate}");
    // The old one itself, on a disk where nobody has closed it.
    fs::remove_file(copy.join("closed.toml")).unwrap();
    let certificate = certificate_of(old.open());
    let named: Vec<_> = certificate["still_held_by"]["capsules_set_aside"].as_array().unwrap().iter().collect();
    assert_eq!(named, [first.to_str().unwrap(), second.to_str().unwrap()], "{certificate}");
    assert!(certificate["still_held_by"]["adopted_stations"].as_array().unwrap().is_empty());
    assert!(!known.exists(), "a purged record's own copy goes with it");
}

/// Fails every step of the first or second disk from the `n`th on.
#[derive(Debug)]
struct StopAt(std::sync::atomic::AtomicUsize);

impl tucai::store::Faults for StopAt {
    fn before(&self, point: Point) -> tucai::store::Outcome {
        use std::sync::atomic::Ordering;
        if point.medium == Medium::Second || self.0.load(Ordering::SeqCst) == usize::MAX {
            return tucai::store::Outcome::Go;
        }
        if self.0.load(Ordering::SeqCst) == 0 {
            return tucai::store::Outcome::Fail(std::io::Error::other("stopped"));
        }
        self.0.fetch_sub(1, Ordering::SeqCst);
        tucai::store::Outcome::Go
    }
}

#[test]
fn a_purge_that_was_interrupted_anywhere_is_finished_at_the_next_start() {
    let mut whole = 0;
    for steps in 0.. {
        let (station, gone, kept) = prepared();
        let stop = std::sync::Arc::new(StopAt(usize::MAX.into()));
        let mut store = station.try_open(&OpenOptions::with_faults(std::sync::Arc::clone(&stop) as _)).unwrap();
        store.confirm_clock(1, later(31)).unwrap();
        stop.0.store(steps, std::sync::atomic::Ordering::SeqCst);
        let outcome = store.purge(&[gone], "retention", 1, later(31));
        drop(store);
        let store = Store::open(station.folder(), &passphrase(), &OpenOptions::default(), later(31)).unwrap();
        let purged = store.record(gone).is_err();
        assert_eq!(purged, !holds(station.folder(), gone), "after {steps} steps: all of it or nothing");
        assert_eq!(purged, !holds(station.second.path(), gone), "after {steps} steps");
        let certificates = files(station.folder()).iter().filter(|file| file.ends_with_certificate()).count();
        assert_eq!(certificates, usize::from(purged) * 2, "after {steps} steps");
        assert_eq!(store.photo(kept).unwrap(), jpeg(2, 33_000));
        assert!(store.verify().unwrap().is_sound(), "after {steps} steps: {:?}", store.verify().unwrap());
        if outcome.is_ok() {
            break;
        }
        whole += usize::from(purged);
    }
    assert!(whole >= 4, "only {whole} interrupted purges were finished");
}

trait Certificate {
    fn ends_with_certificate(&self) -> bool;
}

impl Certificate for std::path::PathBuf {
    fn ends_with_certificate(&self) -> bool {
        self.parent().is_some_and(|folder| folder.ends_with("certificates"))
    }
}

#[test]
fn a_purge_waits_for_the_second_disk() {
    let (station, gone, _) = prepared();
    let root = files(station.second.path())[0]
        .ancestors()
        .find(|p| p.parent() == Some(station.second.path()))
        .unwrap()
        .to_owned();
    let away = station.second.path().join("away");
    fs::rename(&root, &away).unwrap();
    let mut store = station.open();
    store.confirm_clock(1, later(31)).unwrap();
    assert_eq!(fault(store.purge(&[gone], "retention", 1, later(31))), StoreFault::SecondCopyMissing);
    assert!(store.contents(gone).is_ok());
    fs::rename(&away, &root).unwrap();
    store.catch_up_all().unwrap();
    store.purge(&[gone], "retention", 1, later(31)).unwrap();
    assert!(!holds(station.second.path(), gone));
}

#[test]
fn a_purged_capsule_that_comes_back_does_not_become_a_record() {
    let (station, gone, _) = prepared();
    let mut store = station.open();
    let path = station.folder().join(store.record(gone).unwrap().capsule_path);
    let bytes = fs::read(&path).unwrap();
    store.confirm_clock(1, later(31)).unwrap();
    store.purge(&[gone], "retention", 1, later(31)).unwrap();
    drop(store);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    let store = station.open();
    assert!(store.report().restored.is_empty());
    assert!(!path.exists());
}

#[test]
fn the_command_lists_what_is_due_and_removes_only_when_told() {
    let (station, gone, _) = prepared();
    let words = tempfile::NamedTempFile::new().unwrap();
    fs::write(words.path(), "correct horse\n").unwrap();
    let purge = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tucai"));
        command.args(["records", "purge", "--json", "--session", "2026-A", "--keep-days", "0"]).args(more);
        command.arg("--data").arg(station.folder()).arg("--passphrase-file").arg(words.path());
        command.output().unwrap()
    };
    let listed = purge(&[]);
    assert!(listed.status.success());
    let out = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(out.contains(&gone.to_string()) && out.contains("clock_step"), "{out}");
    assert_eq!(purge(&["--remove"]).status.code(), Some(1), "the test's clock is months away from this one");
    assert_eq!(purge(&["--remove", "--clock-is-right", "1999-01-01"]).status.code(), Some(2));
    let today = tucai::worker::clock::wall_now().local_date();
    let removed = purge(&["--remove", "--clock-is-right", &today]);
    assert!(removed.status.success(), "{}", String::from_utf8_lossy(&removed.stderr));
    assert!(String::from_utf8_lossy(&removed.stdout).contains("\"purged\":1"));
    assert!(!holds(station.folder(), gone));
    let wrong = Passphrase::new("wrong".to_owned()).unwrap();
    assert!(Store::open(station.folder(), &wrong, &OpenOptions::default(), at(0)).is_err());
}
