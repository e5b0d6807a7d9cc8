//! A spare station takes over the second copy of a lost one.

use std::fs;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret as _;
use tucai::domain::fault::StoreFault;
use tucai::domain::ids::StationLetter;
use tucai::domain::record::RecordState;
use tucai::store::{Adoption, CreateOptions, Filter, OldKey, OpenOptions, Store, StoreError, UnfinishedAdoption};

use crate::support::station::{Station, at, files, jpeg, lock, passphrase, session, store_one};

fn copy_of(station: &Station) -> PathBuf {
    let mut folders = fs::read_dir(station.second.path()).unwrap();
    folders.next().unwrap().unwrap().path()
}

fn options(letter: char) -> CreateOptions {
    CreateOptions { letter: StationLetter::new(letter).unwrap(), work_factor: 10, ..CreateOptions::default() }
}

fn adopt(folder: &Path, letter: char, from: &Path) -> Result<(Store, Adoption), StoreError> {
    Store::adopt(
        folder,
        &passphrase(),
        &options(letter),
        from,
        &OldKey::Passphrase(&passphrase()),
        at(50),
        &mut |_, _| {},
    )
}

/// Three records, one of them withdrawn, one received, and a parked subject; the first disk is lost.
fn lost() -> (Station, PathBuf) {
    let station = Station::new();
    let mut store = station.open();
    let one = store_one(&mut store, 1).unwrap().id;
    store_one(&mut store, 2).unwrap();
    let three = store_one(&mut store, 3).unwrap().id;
    store.withdraw(one, None, 1, at(4)).unwrap();
    let states = [RecordState::Sealed, RecordState::Delivered, RecordState::Received];
    store.set_states(&states.map(|state| (three, state, None)), 1, at(5)).unwrap();
    let parked = store.take_lock(&lock(4), 1, at(6)).unwrap();
    store.park(parked, 1, at(6)).unwrap();
    store.catch_up_all().unwrap();
    let copy = copy_of(&station);
    (station, copy)
}

#[test]
fn every_record_goes_over_with_its_id_number_and_state() {
    let (station, copy) = lost();
    let old = station.open().list(&Filter::default()).unwrap();
    let base = tempfile::tempdir().unwrap();
    let folder = base.path().join("b");
    let (mut store, adoption) = adopt(&folder, 'B', &copy).unwrap();
    assert_eq!((adoption.adopted, adoption.known, adoption.missing.len()), (3, 0, 0));
    assert!(adoption.problems.is_empty(), "{:?}", adoption.problems);
    assert!(adoption.lost_locks.is_empty(), "{:?}", adoption.lost_locks);
    assert_eq!(adoption.locks.len(), 1, "the parked subject goes on under its number");
    assert_eq!(store.parked().unwrap()[0].shot, adoption.locks[0]);
    let new = store.list(&Filter::default()).unwrap();
    let picture = |list: &[tucai::store::RecordSummary]| {
        list.iter().map(|r| (r.id, r.shot, r.state, r.photo_sha256, r.code_digest)).collect::<Vec<_>>()
    };
    assert_eq!(picture(&new), picture(&old));
    let contents = store.contents(new[1].id).unwrap();
    assert_eq!(contents.photo, jpeg(2, 33_000));
    assert_eq!(contents.record.station, store.settings().station);
    assert_eq!(store.current_session().unwrap().unwrap().id, session().id);
    // Its own numbers carry its own letter.
    let next = store_one(&mut store, 9).unwrap();
    assert!(next.shot.to_string().starts_with("B-"), "{}", next.shot);
    assert!(store.verify().unwrap().is_sound());
    drop(store);
    let rebuilt = Store::rebuild(&folder, &passphrase(), &OpenOptions::default(), at(60)).unwrap();
    assert_eq!(rebuilt.list(&Filter::default()).unwrap().len(), 4);
    assert!(rebuilt.verify().unwrap().is_sound());
}

#[test]
fn the_old_chain_is_closed() {
    let (station, copy) = lost();
    let base = tempfile::tempdir().unwrap();
    let (store, adoption) = adopt(&base.path().join("b"), 'B', &copy).unwrap();
    assert_eq!(adoption.not_marked, None);
    assert!(adoption.last_line > 5);
    drop(store);
    // The old computer comes back with that disk: it can be read, and stores nothing more.
    let refused = station.try_open(&OpenOptions::default()).unwrap_err();
    assert_eq!(refused.fault(), StoreFault::StationClosed);
    let store = station.try_open(&OpenOptions::read_only()).unwrap();
    assert_eq!(store.list(&Filter::default()).unwrap().len(), 3);
}

#[test]
fn the_recovery_key_alone_is_enough() {
    let recovery = age::x25519::Identity::generate();
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let made = CreateOptions {
        second_copy: Some(second.path().to_owned()),
        recovery: Some(recovery.to_public().to_string()),
        ..options('A')
    };
    let mut store = Store::create(&first.path().join("a"), &passphrase(), &made, at(0)).unwrap();
    store.new_session(&session(), 1, at(0)).unwrap();
    let saved = store_one(&mut store, 1).unwrap();
    store.catch_up_all().unwrap();
    let copy = second.path().join(&store.settings().station);
    drop(store);
    drop(first);
    fs::remove_file(copy.join("station.key")).unwrap();
    let base = tempfile::tempdir().unwrap();
    let folder = base.path().join("b");
    let stranger = age::x25519::Identity::generate();
    let key = OldKey::Recovery(&stranger);
    let refused = Store::adopt(&folder, &passphrase(), &options('B'), &copy, &key, at(50), &mut |_, _| {}).unwrap_err();
    assert_eq!(refused.fault(), StoreFault::WrongPassphrase);
    assert!(!folder.exists(), "a wrong key makes no station");
    let key = OldKey::Recovery(&recovery);
    let (store, adoption) =
        Store::adopt(&folder, &passphrase(), &options('B'), &copy, &key, at(50), &mut |_, _| {}).unwrap();
    assert_eq!(adoption.adopted, 1);
    assert_eq!(store.photo(saved.id).unwrap(), jpeg(1, 33_000));
    assert!(store.verify().unwrap().is_sound());
    // The next time it helps as well.
    let mut store = store;
    let next = store_one(&mut store, 2).unwrap();
    let sealed = [saved.id, next.id].map(|id| fs::read(folder.join(store.record(id).unwrap().capsule_path)).unwrap());
    drop(store);
    for capsule in sealed {
        tucai::store::unseal(&capsule, &recovery, 10_000_000).unwrap();
        tucai::store::unseal(&capsule, &stranger, 10_000_000).unwrap_err();
    }
    let store = Store::open(&folder, &passphrase(), &OpenOptions::default(), at(60)).unwrap();
    assert_eq!(store.settings().recovery, Some(recovery.to_public().to_string()));
}

#[test]
fn adopting_again_goes_on_and_what_cannot_be_taken_is_named() {
    let (_station, copy) = lost();
    let base = tempfile::tempdir().unwrap();
    let folder = base.path().join("b");
    assert_eq!(adopt(&folder, 'A', &copy).unwrap_err().fault(), StoreFault::Other, "two stations with one letter");
    let date = fs::read_dir(copy.join("capsules")).unwrap().next().unwrap().unwrap().path();
    let capsule = fs::read_dir(&date).unwrap().next().unwrap().unwrap().path();
    let whole = fs::read(&capsule).unwrap();
    fs::remove_file(&capsule).unwrap();
    let (store, adoption) = adopt(&folder, 'B', &copy).unwrap();
    assert_eq!((adoption.adopted, adoption.missing.len()), (2, 1));
    drop(store);
    fs::write(&capsule, whole).unwrap();
    let (store, adoption) = adopt(&folder, 'B', &copy).unwrap();
    assert_eq!((adoption.adopted, adoption.known, adoption.missing.len()), (1, 2, 0));
    assert!(store.verify().unwrap().is_sound());
}

#[test]
fn a_folder_that_holds_another_station_is_not_touched() {
    let (_station, copy) = lost();
    let base = tempfile::tempdir().unwrap();
    let folder = base.path().join("c");
    drop(Store::create(&folder, &passphrase(), &options('C'), at(0)).unwrap());
    assert_eq!(adopt(&folder, 'B', &copy).unwrap_err().fault(), StoreFault::Other, "its letter is C");
    assert_eq!(UnfinishedAdoption::of_folder(&folder), None, "it opens as before");
    let mark = format!("from = {copy:?}\nletter = \"B\"\n");
    fs::write(folder.join("adopting.toml"), mark).unwrap();
    assert_eq!(UnfinishedAdoption::of_folder(&folder), None, "a mark of another letter is none of its own");
}

#[test]
fn the_command_takes_a_recovery_key_as_it_was_written_or_sealed_by_a_passphrase() {
    let recovery = age::x25519::Identity::generate();
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let made = CreateOptions {
        second_copy: Some(second.path().to_owned()),
        recovery: Some(recovery.to_public().to_string()),
        ..options('A')
    };
    let mut store = Store::create(&first.path().join("a"), &passphrase(), &made, at(0)).unwrap();
    store.new_session(&session(), 1, at(0)).unwrap();
    store_one(&mut store, 1).unwrap();
    store.catch_up_all().unwrap();
    let copy = second.path().join(&store.settings().station);
    drop(store);
    let base = tempfile::tempdir().unwrap();
    let words = base.path().join("words");
    fs::write(&words, "correct horse\n").unwrap();
    let (public, secret) = (recovery.to_public(), recovery.to_string());
    let text = format!("# created: 2026-06-01\n# public key: {public}\n{}\n", secret.expose_secret());
    let mut sealing = age::scrypt::Recipient::new("correct horse".to_owned().into());
    sealing.set_work_factor(10);
    let sealed = age::encrypt(&sealing, text.as_bytes()).unwrap();
    for (name, bytes) in [("written", text.into_bytes()), ("sealed", sealed)] {
        let key = base.path().join(name);
        fs::write(&key, bytes).unwrap();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tucai"));
        command.arg("--data").arg(base.path().join("b").join(name));
        command.args(["records", "adopt", "--letter", "B", "--from"]).arg(&copy).arg("--recovery-key").arg(&key);
        let output = command.arg("--passphrase-file").arg(&words).output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[cfg(unix)]
#[test]
fn no_subcommand_opens_a_folder_whose_taking_over_was_killed_before_it_is_through() {
    for failpoint in ["first.capsule.rename.after#2", "first.settings.rename.after#2", "first.key.write.before"] {
        let (_station, copy) = lost();
        let base = tempfile::tempdir().unwrap();
        let (folder, words) = (base.path().join("b"), base.path().join("words"));
        fs::write(&words, "correct horse\n").unwrap();
        let run = |arguments: &[&str], failpoint: Option<&str>| {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tucai"));
            command.arg("--data").arg(&folder).args(arguments).arg("--passphrase-file").arg(&words);
            command.envs(failpoint.map(|name| ("TUCAI_FAILPOINT", name))).output().unwrap()
        };
        let adopt = ["records", "adopt", "--letter", "B", "--from", copy.to_str().unwrap()];
        assert_eq!(run(&adopt, Some(failpoint)).status.code(), None, "{failpoint}: killed");
        let before = files(&folder);
        for arguments in [
            &["drive", "--camera", "sim:demo", "--subjects", "1"][..],
            &["records", "list", "--json"],
            &["records", "verify"],
            &["records", "repair"],
            &["session", "list"],
            &["operators", "list"],
            &["keys", "show"],
            &["bundle", "seal", "--to", "/nowhere"],
        ] {
            let output = run(arguments, None);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(1), "{failpoint}, {arguments:?}: {said}");
            assert!(said.contains("not through") && said.contains("records adopt --from"), "{arguments:?}: {said}");
            assert!(output.stdout.is_empty());
        }
        assert_eq!(files(&folder), before, "{failpoint}: nothing was touched");
        let done = run(&adopt, None);
        assert!(done.status.success(), "{failpoint}: {}", String::from_utf8_lossy(&done.stderr));
        let listed = run(&["records", "list", "--json"], None);
        assert_eq!(String::from_utf8_lossy(&listed.stdout).lines().count(), 3, "{failpoint}");
    }
}
