//! Behaviour of the store: nothing is lost, nothing is half visible, nothing is readable without the passphrase.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use tucai::domain::code::CodeSymbol;
use tucai::domain::fault::StoreFault;
use tucai::domain::operator::{Right, Role};
use tucai::domain::record::{RecordState, RetakeReason};
use tucai::domain::roster::Row;
use tucai::domain::set_up::RunBy;
use tucai::domain::time::Monotonic;
use tucai::store::{
    Behind, ChosenColumns, CreateOptions, Filter, LockEnd, NewRecord, OpenOptions, Passphrase, Pin, ProblemKind,
    ReceiptRow, SecondCopy, SessionSettings, Step, Store,
};

use crate::support::station::{
    FailAt, SECRET_CLASS, SECRET_CODE, SECRET_GROUP, SECRET_OPERATOR, SECRET_PIN, SECRET_ROWS, SECRET_TAIL, Station,
    at, bundle, code, files, jpeg, lock, passphrase, record, session, store_one, take_list,
};

fn fault(result: Result<Store, tucai::store::StoreError>) -> StoreFault {
    result.unwrap_err().fault()
}

#[test]
fn what_was_saved_is_there_after_opening_again() {
    let station = Station::new();
    let mut store = station.open();
    let saved = store_one(&mut store, 1).unwrap();
    assert_eq!(saved.shot.to_string(), "A-0001");
    assert_eq!(store.catch_up_all().unwrap(), SecondCopy::Landed);
    assert_eq!(saved.state, RecordState::Approved);
    drop(store);

    let store = station.open();
    assert!(store.report().is_clean(), "{:?}", store.report());
    let found = store.find_by_digest(code(1).digest()).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].id, found[0].second_copy), (saved.id, true));
    assert_eq!(store.photo(saved.id).unwrap(), jpeg(1, 33_000));
    assert_eq!(store.original(saved.id).unwrap().0, jpeg(2_000_001, 220_000));
    let contents = store.contents(saved.id).unwrap();
    assert_eq!(contents.witness.unwrap(), jpeg(1_000_001, 9_000));
    assert_eq!(contents.record.code, code(1).as_bytes());
    assert_eq!(contents.record.last_four.as_deref(), Some(SECRET_TAIL));
    assert!(store.open_lock().unwrap().is_none());
    let verified = store.verify().unwrap();
    assert!(verified.is_sound(), "{:?}", verified.problems);
    assert_eq!((verified.records, verified.second_copies), (1, 1));
}

#[test]
fn nothing_in_the_folders_is_readable() {
    let station = Station::new();
    let mut store = station.open();
    for n in 1..=5 {
        store_one(&mut store, n).unwrap();
    }
    // Somebody of the school's list is stored, somebody else is locked, and people work here.
    take_list(&mut store);
    let [(first, ..), (second, ..)] = SECRET_ROWS;
    let shot = store.take_lock(&lock(7), 1, at(7)).unwrap();
    store.bind_lock(shot, first, 1, at(7)).unwrap();
    store.save(NewRecord { roster_key: Some(first.to_owned()), ..record(shot, 7) }, at(7)).unwrap();
    let pin = Pin::new(SECRET_PIN.to_owned()).unwrap();
    let number = store.add_operator(SECRET_OPERATOR, Role::Manager, &pin, 1, at(7)).unwrap();
    store.check_pin(number, &pin, Right::Second, at(8), Monotonic::ZERO).unwrap();
    store.keep_heading(&session().id, SECRET_CLASS).unwrap();
    // Also while the log is not folded into the database, and with a lock open.
    let shot = store.take_lock(&lock(6), 1, at(6)).unwrap();
    store.bind_lock(shot, second, 1, at(6)).unwrap();
    // What is still on its way to the second disk changes its name between the listing and the reading.
    store.catch_up_all().unwrap();
    let mut all = files(station.folder());
    all.extend(files(station.second.path()));
    assert!(all.len() > 15);
    let tail = format!("\"{SECRET_TAIL}\"");
    let people = SECRET_ROWS.iter().flat_map(|(number, name, id)| [*number, *name, *id]);
    let people: Vec<&str> = people.chain([SECRET_CLASS, SECRET_OPERATOR, SECRET_PIN]).collect();
    for path in all {
        let bytes = fs::read(&path).unwrap();
        for secret in [SECRET_CODE.as_bytes(), SECRET_GROUP.as_bytes(), tail.as_bytes(), &jpeg(1, 12), b"SQLite format"]
        {
            let shown = path.display();
            assert!(!bytes.windows(secret.len()).any(|part| part == secret), "{shown} holds plain text");
        }
        for word in &people {
            assert!(!bytes.windows(word.len()).any(|part| part == word.as_bytes()), "{} holds {word}", path.display());
            assert!(!path.to_string_lossy().contains(word));
        }
        assert!(!path.to_string_lossy().contains(SECRET_TAIL));
    }
}

#[test]
fn each_way_of_not_opening_has_its_fault() {
    let station = Station::without_copy();
    let open = |folder: &Path, words: &str| {
        let words = Passphrase::new(words.to_owned()).unwrap();
        Store::open(folder, &words, &OpenOptions::default(), at(1))
    };
    let right = "correct horse";
    assert_eq!(fault(open(station.folder(), "wrong")), StoreFault::WrongPassphrase);
    assert_eq!(fault(open(Path::new("/nowhere/at/all"), right)), StoreFault::FolderMissing);
    assert_eq!(fault(open(station.second.path(), right)), StoreFault::NoStation);
    let store = station.open();
    assert_eq!(fault(open(station.folder(), right)), StoreFault::FolderInUse);
    let beside = station.try_open(&OpenOptions::read_only()).unwrap();
    assert!(beside.current_session().unwrap().is_some());
    drop((store, beside));

    let again = Store::create(station.folder(), &passphrase(), &CreateOptions::default(), at(1));
    assert_eq!(fault(again), StoreFault::Other);
    let key = station.folder().join("station.key");
    let whole = fs::read(&key).unwrap();
    for place in [0, 30, 60, 100, whole.len() / 2, whole.len() - 1] {
        let mut damaged = whole.clone();
        damaged[place] ^= 1;
        fs::write(&key, damaged).unwrap();
        assert_eq!(fault(open(station.folder(), right)), StoreFault::KeyDamaged, "byte {place}");
    }
    fs::write(&key, &whole[..whole.len() - 3]).unwrap();
    assert_eq!(fault(open(station.folder(), right)), StoreFault::KeyDamaged);
    fs::write(&key, whole).unwrap();
    let settings = station.folder().join("station.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace("format = 1", "format = 2")).unwrap();
    assert_eq!(fault(open(station.folder(), right)), StoreFault::NewerVersion);
}

#[test]
fn the_passphrase_can_be_changed() {
    let station = Station::new();
    let new = Passphrase::new("battery staple".to_owned()).unwrap();
    station.open().change_passphrase(&new, 10).unwrap();
    assert_eq!(fault(station.try_open(&OpenOptions::default())), StoreFault::WrongPassphrase);
    let store = Store::open(station.folder(), &new, &OpenOptions::default(), at(1)).unwrap();
    let copy = station.second.path().join(store.settings().station.clone()).join("station.key");
    assert_eq!(fs::read(copy).unwrap(), fs::read(station.folder().join("station.key")).unwrap());
}

#[test]
fn wrong_passphrases_wait_across_programs_until_the_right_one_comes() {
    let station = Station::new();
    drop(station.open());
    let wrong = Passphrase::new("not that one".to_owned()).unwrap();
    let right = Passphrase::new("correct horse".to_owned()).unwrap();
    let opened = |words: &Passphrase, options: &OpenOptions, seconds| {
        Store::open(station.folder(), words, options, at(seconds)).map(drop).map_err(|error| error.fault())
    };
    let (writing, reading) = (OpenOptions::default(), OpenOptions::read_only());
    for options in [&writing, &reading, &writing] {
        assert_eq!(opened(&wrong, options, 100), Err(StoreFault::WrongPassphrase));
    }
    // The right one waits, too: else a refusal would say which one is right.
    assert_eq!(opened(&right, &reading, 101), Err(StoreFault::PassphraseWait));
    assert_eq!(tucai::store::passphrase_wait(station.folder(), at(101)).as_secs(), 4);
    assert_eq!(opened(&wrong, &writing, 105), Err(StoreFault::WrongPassphrase));
    assert_eq!(opened(&right, &writing, 110), Err(StoreFault::PassphraseWait), "twice as long");
    assert_eq!(opened(&right, &writing, 115), Ok(()));
    assert_eq!(opened(&wrong, &writing, 116), Err(StoreFault::WrongPassphrase));
    assert_eq!(opened(&right, &writing, 116), Ok(()), "counted from the beginning again");
}

#[test]
fn one_subject_at_a_time_and_numbers_are_never_issued_twice() {
    let station = Station::without_copy();
    let mut store = station.open();
    let first = store.take_lock(&lock(1), 1, at(1)).unwrap();
    assert!(store.take_lock(&lock(2), 1, at(2)).is_err());
    store.release_lock(first, LockEnd::NoCode, 1, at(3)).unwrap();
    let second = store.take_lock(&lock(2), 1, at(4)).unwrap();
    assert_eq!((first.number, second.number), (1, 2));
    store.park(second, 1, at(5)).unwrap();
    assert!(store.save(record(second, 2), at(5)).is_err(), "a parked subject has no picture");
    let third = store.take_lock(&lock(3), 1, at(6)).unwrap();
    assert!(store.recall(second, code(2).digest(), 1, at(7)).is_err(), "another is locked");
    drop(store);

    // The open lock is durable, with code and witness.
    let mut store = station.open();
    let open = store.open_lock().unwrap().unwrap();
    assert_eq!((open.shot, open.code), (third, code(3)));
    assert_eq!(open.witness.unwrap(), jpeg(1_000_003, 9_000));
    assert_eq!(open.symbol, None::<CodeSymbol>);
    assert_eq!(store.parked().unwrap()[0].shot, second);
    store.save(record(third, 3), at(8)).unwrap();
    assert_eq!(store.recall(second, code(2).digest(), 1, at(9)).unwrap().code, code(2));
    store.save(record(second, 2), at(9)).unwrap();
    drop(store);
    let mut store = station.rebuild();
    assert_eq!(store.take_lock(&lock(4), 1, at(10)).unwrap().number, 4, "a rebuilt station goes on counting");
}

#[test]
fn a_retake_supersedes_and_keeps_both() {
    let station = Station::without_copy();
    let mut store = station.open();
    let old = store_one(&mut store, 1).unwrap();
    let shot = store.take_lock(&lock(1), 1, at(2)).unwrap();
    let mut new = record(shot, 50);
    new.supersedes = Some((old.id, RetakeReason::Wish));
    let new = store.save(new, at(3)).unwrap();
    assert_eq!(store.record(old.id).unwrap().record.state, RecordState::Superseded);
    assert_eq!(store.photo(old.id).unwrap(), jpeg(1, 33_000));
    assert_eq!(store.standing_record(code(1).digest()).unwrap().unwrap().id, new.id);
    store.withdraw(new.id, None, 1, at(4)).unwrap();
    let standing = store.standing_record(code(1).digest()).unwrap().unwrap();
    assert_eq!((standing.id, standing.state), (old.id, RecordState::Approved), "the one before counts again");
    assert!(store.set_state(new.id, RecordState::Sealed, None, 1, at(5)).is_err(), "not in the table");
    assert_eq!(store.counts(None).unwrap().total(), 2);
}

#[test]
fn bundles_and_receipts_move_their_records() {
    let station = Station::without_copy();
    let mut store = station.open();
    let ids: Vec<_> = (1..=3).map(|n| store_one(&mut store, n).unwrap().id).collect();
    let first = bundle(&store, 1);
    assert_eq!((first.sequence, first.records.clone()), (1, ids.clone()));
    store.mark_sealed(&first, 1, at(51)).unwrap();
    assert!(store.mark_sealed(&first, 1, at(51)).is_err(), "a number stands once");
    store.mark_delivered(1, "stick", 1, at(52)).unwrap();
    let results = vec![
        (ids[0], RecordState::Received, None),
        (ids[1], RecordState::Retake, Some("closed eyes".to_owned())),
        (ids[2], RecordState::Resend, None),
    ];
    let receipt = ReceiptRow {
        bundle_sha256: first.sha256,
        centre: "C".to_owned(),
        body: "{}".to_owned(),
        signature: "s".to_owned(),
        results,
    };
    store.take_receipt(&receipt, 1, at(53)).unwrap();
    store.take_receipt(&receipt, 1, at(54)).unwrap();
    let state = |store: &Store, n: usize| store.record(ids[n]).unwrap().record.state;
    let states: Vec<_> = (0..3).map(|n| state(&store, n)).collect();
    assert_eq!(states, [RecordState::Received, RecordState::Retake, RecordState::Resend]);

    // A withdrawal after sealing travels in the next bundle, once.
    store.withdraw(ids[0], Some("wish".to_owned()), 1, at(55)).unwrap();
    assert_eq!(store.pending_changes(&session().id).unwrap().len(), 1);
    store_one(&mut store, 4).unwrap();
    let second = bundle(&store, 2);
    assert_eq!((second.sequence, second.previous_sha256, second.records.len()), (2, Some(first.sha256), 1));
    store.mark_sealed(&second, 1, at(56)).unwrap();
    assert!(store.pending_changes(&session().id).unwrap().is_empty());
    assert!(!store.events_of_all(&ids).unwrap().is_empty());

    // All of it comes back from capsules and journal alone.
    let before = (store.bundles().unwrap(), store.list(&Filter::default()).unwrap(), store.sessions().unwrap());
    drop(store);
    let store = station.rebuild();
    let after = (store.bundles().unwrap(), store.list(&Filter::default()).unwrap(), store.sessions().unwrap());
    assert_eq!(before, after);
    assert_eq!(store.receipts(first.sha256).unwrap().len(), 1);
    assert!(store.verify().unwrap().is_sound());
}

/// Fails every step of `act` in turn, with two kinds of error, and checks that each time either all of it happened or
/// nothing, that the store says which, and that nothing committed before is touched.
#[test]
fn a_failure_at_any_step_loses_nothing_and_shows_no_half() {
    let mut steps = Vec::new();
    for kind in [ErrorKind::StorageFull, ErrorKind::Other] {
        for nth in 1.. {
            let station = Station::without_copy();
            let faults = FailAt::new();
            let options = OpenOptions { faults: Arc::clone(&faults) as _, ..OpenOptions::default() };
            let mut store = station.try_open(&options).unwrap();
            let safe = store_one(&mut store, 1).unwrap();
            let shot = store.take_lock(&lock(2), 1, at(2)).unwrap();
            faults.arm(nth, kind);
            let outcome = store.save(record(shot, 2), at(3));
            let Some(failed) = faults.failed() else {
                outcome.unwrap();
                assert!(nth > 6, "only {nth} steps were asked");
                break;
            };
            let error = outcome.unwrap_err();
            let is_sync = matches!(failed.step, Step::Sync | Step::SyncFolder);
            let wanted = if kind == ErrorKind::StorageFull { StoreFault::DiskFull } else { StoreFault::DiskFailing };
            assert_eq!(error.fault(), wanted, "{failed:?}");
            assert_eq!(store.is_disk_failing(), is_sync || kind == ErrorKind::Other, "{failed:?}");
            // Nothing of it is visible, and the lock still holds.
            assert_eq!(store.list(&Filter::default()).unwrap().len(), 1, "{failed:?}");
            assert_eq!(store.open_lock().unwrap().unwrap().shot, shot);
            let again = store.save(record(shot, 2), at(4));
            if store.is_disk_failing() {
                assert_eq!(again.unwrap_err().fault(), StoreFault::DiskFailing, "a failed sync is not tried again");
            } else {
                again.unwrap();
            }
            drop(store);
            let store = station.open();
            let records = store.list(&Filter::default()).unwrap();
            let verified = store.verify().unwrap();
            assert!(verified.is_sound(), "{failed:?}: {:?}", verified.problems);
            assert!(records.iter().any(|record| record.id == safe.id));
            // Either the picture is a whole record now, or its lock is open; never both, never neither.
            assert_eq!(records.len() == 2, store.open_lock().unwrap().is_none(), "{failed:?}");
            assert!(records.len() <= 2);
            steps.push(failed.step);
        }
    }
    for step in [Step::MakeFolder, Step::Write, Step::Sync, Step::Rename, Step::SyncFolder, Step::Commit] {
        // The folders are there after the first record.
        assert!(step == Step::MakeFolder || steps.contains(&step), "{step:?} was never tried");
    }
}

#[test]
fn a_crash_between_capsule_and_commit_is_put_together() {
    let station = Station::new();
    let mut store = station.open();
    store_one(&mut store, 1).unwrap();
    let before = |name: &str| fs::read(station.folder().join(name)).unwrap();
    drop(store);
    let (db, log) = (before("station.db"), before("journal/2026-06-01.log"));
    let mut store = station.open();
    let saved = store_one(&mut store, 2).unwrap();
    drop(store);

    // The commit was lost: the journal's tail has it.
    fs::write(station.folder().join("station.db"), &db).unwrap();
    let store = station.open();
    assert_eq!(store.report().replayed_events, 2);
    assert_eq!(store.record(saved.id).unwrap().record.state, RecordState::Approved);
    assert!(store.verify().unwrap().is_sound());
    drop(store);

    // Commit and journal were lost: the capsule is there.
    fs::write(station.folder().join("station.db"), &db).unwrap();
    fs::write(station.folder().join("journal/2026-06-01.log"), &log).unwrap();
    let mut store = station.open();
    assert_eq!(store.report().restored, [saved.id]);
    assert_eq!(store.photo(saved.id).unwrap(), jpeg(2, 33_000));
    store_one(&mut store, 3).unwrap();
    assert_eq!(store.list(&Filter::default()).unwrap()[0].shot.number, 3);
    store.catch_up_all().unwrap();
    let verified = store.verify().unwrap();
    assert!(verified.is_sound(), "{:?}", verified.problems);
}

#[test]
fn a_torn_line_and_unfinished_files_are_set_aside() {
    let station = Station::without_copy();
    store_one(&mut station.open(), 1).unwrap();
    let log = station.folder().join("journal/2026-06-01.log");
    let whole = fs::read(&log).unwrap();
    fs::write(&log, [&whole[..], b"7 00ab"].concat()).unwrap();
    let folder = files(&station.folder().join("capsules"))[0].parent().unwrap().to_owned();
    fs::write(folder.join(".unfinished-x.age"), b"half").unwrap();
    let store = station.open();
    assert_eq!(store.report().set_aside.len(), 2);
    assert!(store.report().set_aside.iter().all(|path| path.exists()));
    assert_eq!(fs::read(&log).unwrap(), whole);
    drop(store);

    // A journal that lost its tail is written again from the database.
    fs::write(&log, &whole[..whole.len() - 40]).unwrap();
    let store = station.open();
    assert_eq!(store.report().rewritten_lines, 1);
    assert_eq!(fs::read(&log).unwrap(), whole);
    assert!(store.verify().unwrap().is_sound());
    drop(store);
    fs::remove_file(&log).unwrap();
    assert!(station.open().verify().unwrap().is_sound());
    assert_eq!(fs::read(&log).unwrap(), whole);
}

#[test]
fn a_damaged_database_is_set_aside_and_rebuilt() {
    let station = Station::new();
    let mut store = station.open();
    let ids: Vec<_> = (1..=4).map(|n| store_one(&mut store, n).unwrap().id).collect();
    store.set_state(ids[1], RecordState::Rejected, Some("blur".to_owned()), 1, at(9)).unwrap();
    let before = store.list(&Filter::default()).unwrap();
    drop(store);
    let db = station.folder().join("station.db");
    let whole = fs::read(&db).unwrap();
    let mut damaged = whole.clone();
    damaged[100] ^= 1;
    fs::write(&db, &damaged).unwrap();
    assert_eq!(fault(station.try_open(&OpenOptions::read_only())), StoreFault::DatabaseDamaged);
    assert!(db.exists(), "reading only moves nothing");
    let error = station.try_open(&OpenOptions::default()).unwrap_err();
    assert_eq!(error.fault(), StoreFault::DatabaseDamaged);
    let aside = station.folder().join("set-aside/database-damaged-0/station.db");
    assert!(error.to_string().contains("database-damaged-0"), "{error}");
    assert_eq!(fs::read(&aside).unwrap(), damaged, "intact, never deleted");
    assert_eq!(fault(station.try_open(&OpenOptions::default())), StoreFault::DatabaseDamaged);

    let store = station.rebuild();
    let after = store.list(&Filter::default()).unwrap();
    let facts = |list: &[tucai::store::RecordSummary]| {
        list.iter().map(|line| (line.id, line.sequence, line.state, line.shot)).collect::<Vec<_>>()
    };
    assert_eq!(facts(&before), facts(&after));
    assert!(store.verify().unwrap().is_sound());
}

/// One flipped byte anywhere in database or log: never another answer, and all records are there after opening,
/// or after the rebuild that opening asks for.
#[test]
fn a_flipped_byte_in_database_or_log_loses_nothing() {
    let station = Station::without_copy();
    let mut store = station.open();
    for n in 1..=12 {
        store_one(&mut store, n).unwrap();
    }
    // As a crash leaves it: copied while the log is not folded in.
    let copy = copied(station.folder());
    drop(store);
    let mut damaged = 0;
    let mut mended = 0;
    for name in ["station.db", "station.db-wal"] {
        let whole = fs::read(copy.path().join(name)).unwrap();
        assert!(whole.len() > 4096 * 8, "{name}");
        for tenth in 0..10 {
            let trial = copied(copy.path());
            fs::remove_file(trial.path().join("station.db-shm")).ok();
            let mut bytes = whole.clone();
            let place = (whole.len() - 1) * tenth / 10 + 37;
            bytes[place] ^= 0x10;
            fs::write(trial.path().join(name), bytes).unwrap();
            let opened = Store::open(trial.path(), &passphrase(), &OpenOptions::default(), at(300));
            let is_whole = |store: &Store| {
                store.list(&Filter::default()).is_ok_and(|list| list.len() == 12)
                    && store.verify().is_ok_and(|verified| verified.is_sound())
            };
            let store = match opened {
                Ok(store) if is_whole(&store) => {
                    mended += usize::from(!store.report().is_clean());
                    store
                }
                other => {
                    drop(other);
                    damaged += 1;
                    Store::rebuild(trial.path(), &passphrase(), &OpenOptions::default(), at(301)).unwrap()
                }
            };
            assert_eq!(store.list(&Filter::default()).unwrap().len(), 12, "{name} at {place}");
            assert!(store.verify().unwrap().is_sound(), "{name} at {place}");
        }
    }
    println!("20 flips: {mended} mended at start, {damaged} rebuilt");
    assert!(damaged + mended > 0, "the flips reached nothing");
}

#[test]
fn a_flipped_byte_in_a_capsule_is_found_and_mended() {
    let station = Station::new();
    let mut store = station.open();
    let ids: Vec<_> = (1..=3).map(|n| store_one(&mut store, n).unwrap().id).collect();
    store.catch_up_all().unwrap();
    let path = |root: &Path, n: usize| root.join(&store.record(ids[n]).unwrap().capsule_path);
    let second = station.second.path().join(store.settings().station.clone());
    let flip = |path: &Path| {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).unwrap();
    };
    flip(&path(station.folder(), 0));
    flip(&path(&second, 1));
    fs::remove_file(path(station.folder(), 2)).unwrap();
    assert_eq!(store.contents(ids[0]).unwrap_err().fault(), StoreFault::CapsuleDamaged);
    let problems = store.verify().unwrap().problems;
    let wanted = [
        (ProblemKind::CapsuleDamaged, ids[0]),
        (ProblemKind::SecondCopyDiffers, ids[1]),
        (ProblemKind::CapsuleMissing, ids[2]),
    ];
    for (kind, id) in wanted {
        assert!(problems.iter().any(|problem| problem.kind == kind && problem.name == id.to_string()), "{kind:?}");
    }
    assert_eq!(problems.len(), 3, "{problems:?}");
    let repair = store.repair(at(9)).unwrap();
    assert!(repair.left.is_sound(), "{:?}", repair.left.problems);
    assert_eq!(repair.mended.len(), 3);
    assert_eq!(files(&station.folder().join("set-aside")).len(), 1, "the damaged one is kept");
    drop(store);

    // A missing one also comes back by itself at start.
    let store = station.open();
    let gone = station.folder().join(&store.record(ids[0]).unwrap().capsule_path);
    drop(store);
    fs::remove_file(&gone).unwrap();
    let store = station.open();
    assert_eq!(store.report().recovered_from_second, [ids[0]]);
    assert!(gone.exists());
}

#[test]
fn a_station_comes_back_from_the_second_copy_or_a_backup() {
    let station = Station::new();
    let mut store = station.open();
    let ids: Vec<_> = (1..=3).map(|n| store_one(&mut store, n).unwrap().id).collect();
    let stick = tempfile::tempdir().unwrap();
    let backup = store.backup(stick.path(), at(5)).unwrap();
    assert_eq!(backup.records, 3);
    store_one(&mut store, 4).unwrap();
    assert_eq!(store.backup(stick.path(), at(6)).unwrap().records, 4, "again adds what is new");
    store.catch_up_all().unwrap();
    let second = station.second.path().join(store.settings().station.clone());
    drop(store);
    // A backup brings a consistent database along; the second copy is made whole from capsules and journal.
    let open = Store::open(&backup.folder, &passphrase(), &OpenOptions::read_only(), at(1)).unwrap();
    assert_eq!(open.list(&Filter::default()).unwrap().len(), 4);
    assert_eq!(open.photo(ids[0]).unwrap(), jpeg(1, 33_000));
    drop(open);
    fs::remove_file(backup.folder.join("station.db")).unwrap();
    for copy in [second, backup.folder] {
        assert_eq!(
            fault(Store::open(&copy, &passphrase(), &OpenOptions::read_only(), at(1))),
            StoreFault::DatabaseDamaged
        );
        let store = Store::rebuild(&copy, &passphrase(), &OpenOptions::default(), at(400)).unwrap();
        assert_eq!(store.list(&Filter::default()).unwrap().len(), 4);
        assert_eq!(store.photo(ids[0]).unwrap(), jpeg(1, 33_000));
    }
}

#[test]
fn a_pulled_second_disk_is_caught_up_and_stops_new_locks_in_the_end() {
    let station = Station::new();
    let mut store = station.open();
    store_one(&mut store, 1).unwrap();
    let root = station.second.path().join(store.settings().station.clone());
    let away = station.second.path().join("away");
    fs::rename(&root, &away).unwrap();
    let saved = store_one(&mut store, 2).unwrap();
    assert_eq!(saved.second_copy, SecondCopy::Behind(Behind::Missing));
    assert!(!root.exists(), "an empty mount point is never filled");
    for n in 3..=22 {
        store_one(&mut store, n).unwrap();
    }
    assert_eq!(store.missing_copies(), 21);
    let error = store.take_lock(&lock(23), 1, at(23)).unwrap_err();
    assert_eq!(error.fault(), StoreFault::SecondCopyMissing);
    fs::rename(&away, &root).unwrap();
    assert_eq!(store.catch_up_all().unwrap(), SecondCopy::Landed);
    assert!(store.take_landed().contains(&saved.id));
    store_one(&mut store, 23).unwrap();
    let verified = store.verify().unwrap();
    assert!(verified.is_sound(), "{:?}", verified.problems);
    assert_eq!(verified.second_copies, 23);
}

/// A real full disk: a small memory file system. Needs the right to mount one.
#[test]
fn a_full_disk_neither_lies_nor_corrupts() {
    let mount = tempfile::tempdir().unwrap();
    let mounted =
        std::process::Command::new("mount").args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(mount.path()).output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        println!("skipped: this user may not mount a small file system");
        return;
    }
    let filled = std::panic::catch_unwind(|| fill(&mount.path().join("data")));
    let unmounted = std::process::Command::new("umount").arg(mount.path()).status().unwrap();
    assert!(unmounted.success());
    let (stored, refused) = filled.unwrap();
    println!("{stored} records on 4 MiB, then {refused} refusals");
    assert!(stored > 2 && refused > 2);
}

fn fill(folder: &Path) -> (usize, usize) {
    let options = CreateOptions { work_factor: 10, ..CreateOptions::default() };
    let mut store = Store::create(folder, &passphrase(), &options, at(0)).unwrap();
    store.new_session(&session(), 1, at(0)).unwrap();
    let ballast = folder.join("ballast");
    fs::write(&ballast, vec![0; 900_000]).unwrap();
    let (mut saved, mut refused) = (Vec::new(), 0);
    let mut shot = None;
    for n in 1..200 {
        let held = match shot.map_or_else(|| store.take_lock(&lock(n), 1, at(1)), Ok) {
            Ok(held) => held,
            Err(error) => {
                assert_eq!(error.fault(), StoreFault::DiskFull, "{error:?}");
                refused += 1;
                if refused > 4 {
                    break;
                }
                continue;
            }
        };
        shot = Some(held);
        match store.save(record(held, n), at(2)) {
            Ok(done) => {
                saved.push(done.id);
                shot = None;
            }
            Err(error) => {
                assert_eq!(error.fault(), StoreFault::DiskFull, "{error:?}");
                refused += 1;
                if refused > 4 {
                    break;
                }
            }
        }
        assert_eq!(store.list(&Filter::default()).unwrap().len(), saved.len());
    }
    drop(store);
    fs::remove_file(ballast).unwrap();
    let mut store = Store::open(folder, &passphrase(), &OpenOptions::default(), at(3)).unwrap();
    assert_eq!(store.list(&Filter::default()).unwrap().len(), saved.len());
    let verified = store.verify().unwrap();
    assert!(verified.is_sound(), "{:?}", verified.problems);
    let held = shot.map_or_else(|| store.take_lock(&lock(999), 1, at(4)), Ok).unwrap();
    store.save(record(held, 999), at(4)).unwrap();
    (saved.len(), refused)
}

#[test]
fn an_export_can_be_checked_without_this_program() {
    let station = Station::without_copy();
    let mut store = station.open();
    let ids: Vec<_> = (1..=3).map(|n| store_one(&mut store, n).unwrap().id).collect();
    store.set_state(ids[1], RecordState::Rejected, None, 1, at(5)).unwrap();
    let stick = tempfile::tempdir().unwrap();
    let written = store.export(&session().id, stick.path()).unwrap();
    assert_eq!(written.records, 2);
    assert_eq!(fs::read(written.folder.join("A-0003.jpg")).unwrap(), jpeg(3, 33_000));
    let checked = std::process::Command::new("sha256sum")
        .args(["-c", "--strict", "SHA256SUMS"])
        .current_dir(&written.folder)
        .output()
        .unwrap();
    assert!(checked.status.success());
    assert!(store.export(&session().id, stick.path()).is_err(), "never over an earlier one");
}

#[test]
fn a_throwaway_station_is_simulated_and_leaves_nothing() {
    let mut store = Store::create_throwaway(at(0)).unwrap();
    let folder = store.folder().to_owned();
    store.new_session(&session(), 1, at(0)).unwrap();
    let shot = store.take_lock(&lock(1), 1, at(1)).unwrap();
    let mut real = record(shot, 1);
    real.simulated = false;
    let id = store.save(real, at(1)).unwrap().id;
    assert!(store.record(id).unwrap().record.simulated);
    drop(store);
    assert!(!folder.exists());
}

#[test]
fn lists_are_searched_by_shot_digest_and_last_four() {
    let station = Station::without_copy();
    let mut store = station.open();
    for n in 1..=12 {
        store_one(&mut store, n).unwrap();
    }
    let search = |text: &str| {
        let filter = Filter { search: Some(text.to_owned()), ..Filter::default() };
        store.list(&filter).unwrap().len()
    };
    assert_eq!(search("a-0012"), 1);
    assert_eq!(search("A-001"), 3);
    assert_eq!(search(&code(5).digest().to_string()), 1);
    assert_eq!(search(SECRET_TAIL), 12);
    assert_eq!(search("zzzz"), 0);
    // With a limit and an offset, alone and together with a state: the same lines as out of the whole list.
    let all = store.list(&Filter { search: Some("A-00".to_owned()), ..Filter::default() }).unwrap();
    for states in [Vec::new(), vec![RecordState::Approved]] {
        let (session, search) = (Some(session().id), Some("a-00".to_owned()));
        let page = Filter { session, search, states, limit: Some(3), offset: 2, ..Filter::default() };
        assert_eq!(store.list(&page).unwrap(), all[2..5]);
    }
    let some = Filter { limit: Some(5), offset: 10, ..Filter::default() };
    assert_eq!(store.list(&some).unwrap().len(), 2);
}

#[test]
fn durable_saving_is_measured() {
    let station = Station::new();
    let mut store = station.open();
    let mut times = Vec::new();
    for n in 1..=30 {
        let shot = store.take_lock(&lock(n), 1, at(1)).unwrap();
        let start = Instant::now();
        let saved = store.save(record(shot, n), at(2)).unwrap();
        times.push(start.elapsed());
        assert_eq!(saved.shot, shot);
    }
    times.sort();
    println!("save with second copy: median {:?}, worst of 30 {:?}", times[15], times[29]);
}

/// Folders that released versions wrote, one per layout: they open, change nothing they should not, and verify.
/// `TUCAI_WRITE_FIXTURE=DIR` writes one in today's layout.
#[test]
fn folders_of_released_layouts_open() {
    if let Some(folder) = std::env::var_os("TUCAI_WRITE_FIXTURE") {
        write_fixture(Path::new(&folder));
    }
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut layouts = 0;
    for entry in fs::read_dir(fixtures).unwrap() {
        let fixture = entry.unwrap().path();
        if !fixture.file_name().unwrap().to_string_lossy().starts_with("station-v") {
            continue;
        }
        layouts += 1;
        let copy = copied(&fixture);
        let reader = Store::open(copy.path(), &passphrase(), &OpenOptions::read_only(), at(400)).unwrap();
        assert_eq!(reader.parked().unwrap().len(), 1, "read as it was written");
        if ["station-v5", "station-v6", "station-v7", "station-v8"].into_iter().any(|name| fixture.ends_with(name)) {
            assert!(reader.verify().unwrap().is_sound(), "{}", fixture.display());
        }
        drop(reader);
        let store = Store::open(copy.path(), &passphrase(), &OpenOptions::default(), at(500)).unwrap();
        assert!(store.report().is_clean(), "{:?}", store.report());
        let list = store.list(&Filter::default()).unwrap();
        let states: Vec<_> = list.iter().map(|line| (line.shot.number, line.state)).collect();
        assert_eq!(states, [(2, RecordState::Approved), (1, RecordState::Sealed)]);
        assert_eq!(store.photo(list[1].id).unwrap(), jpeg(1, 2_000));
        assert_eq!((store.bundles().unwrap().len(), store.parked().unwrap().len()), (1, 1));
        // lists are kept since the sixth layout
        let name = fixture.file_name().unwrap().to_string_lossy().into_owned();
        let layout: u32 = name.trim_start_matches("station-v").parse().unwrap();
        let numbers: Vec<_> =
            store.roster(&session().id).unwrap().rows().iter().map(|row| row.number.clone()).collect();
        assert_eq!(numbers, if layout < 6 { vec![] } else { vec!["20220101", "20220102"] }, "{name}");
        let verified = store.verify().unwrap();
        assert!(verified.is_sound(), "{:?}", verified.problems);
    }
    assert!(layouts > 0, "no fixture was found");
}

fn write_fixture(folder: &Path) {
    let options = CreateOptions { work_factor: 10, ..CreateOptions::default() };
    let mut store = Store::create(folder, &passphrase(), &options, at(0)).unwrap();
    store.new_session(&session(), 1, at(0)).unwrap();
    store.set_session(&SessionSettings { run_by: Some(RunBy::School), ..session() }, 1, at(0)).unwrap();
    let rows = ["20220101", "20220102"].map(|number| Row { walk_up: false, ..Row::walk_up(number.to_owned(), None) });
    store.set_roster(&session().id, &rows, &ChosenColumns::new(), 1, at(0)).unwrap();
    store.keep_profile("degree-2017", 1, "id = \"degree-2017\"", at(0)).unwrap();
    for n in 1..=3 {
        let mut subject = lock(n);
        subject.witness = Some(jpeg(n + 1_000_000, 500));
        let shot = store.take_lock(&subject, 1, at(1)).unwrap();
        if n == 3 {
            store.park(shot, 1, at(3)).unwrap();
            break;
        }
        let mut new = record(shot, n);
        (new.photo, new.original) = (jpeg(n, 2_000), jpeg(n + 2_000_000, 3_000));
        store.save(new, at(2)).unwrap();
        if n == 1 {
            store.mark_sealed(&bundle(&store, 1), 1, at(2)).unwrap();
        }
    }
}

fn copied(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in files(folder) {
        let to = copy.path().join(file.strip_prefix(folder).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(&file, to).unwrap();
    }
    copy
}

/// `TUCAI_MANY=5000` measures with more.
#[test]
fn opening_and_searching_many_records_is_measured() {
    let many: u64 = std::env::var("TUCAI_MANY").ok().and_then(|text| text.parse().ok()).unwrap_or(150);
    let station = Station::without_copy();
    let mut store = station.open();
    for n in 1..=many {
        let mut subject = lock(n);
        subject.witness = None;
        let shot = store.take_lock(&subject, 1, at(1)).unwrap();
        let mut new = record(shot, n);
        (new.photo, new.original) = (jpeg(n, 2_000), jpeg(n, 1_000));
        store.save(new, at(2)).unwrap();
    }
    drop(store);
    let start = Instant::now();
    let store = station.open();
    let open = start.elapsed();
    let mut worst = std::time::Duration::ZERO;
    for search in ["A-0042".to_owned(), code(7).digest().to_string(), SECRET_TAIL.to_owned()] {
        let filter = Filter { search: Some(search), limit: Some(50), ..Filter::default() };
        let start = Instant::now();
        assert!(!store.list(&filter).unwrap().is_empty());
        worst = worst.max(start.elapsed());
    }
    println!("{many} records: open {open:?}, slowest search {worst:?}");
}
