//! `station.key` and `station.toml`: what is missing, older or damaged on either disk is named and written again, and
//! never by taking the only good one away.

use std::fs;
use std::path::{Path, PathBuf};

use tucai::domain::fault::StoreFault;
use tucai::store::{OpenOptions, Passphrase, ProblemKind as P, Repair, Settings, Store, StoreError, copies_below};

use crate::support::station::{Station, at, files, passphrase, store_one};

const KEY: &str = "station.key";
const SETTINGS: &str = "station.toml";

fn stored(station: Station) -> Station {
    let mut store = station.open();
    store.change_settings(|settings| settings.name = String::from("东门")).unwrap();
    store_one(&mut store, 1).unwrap();
    store.catch_up_all().unwrap();
    drop(store);
    station
}

fn copy_of(station: &Station) -> PathBuf {
    copies_below(station.second.path()).pop().unwrap()
}

fn open(station: &Station) -> Result<Store, StoreError> {
    station.try_open(&OpenOptions::read_only())
}

fn mend(station: &Station, copy: Option<&Path>) -> Result<(Store, Repair), StoreError> {
    Store::mend_from(station.folder(), copy, &passphrase(), &OpenOptions::default(), at(300))
}

/// A byte changed, cut in the middle, empty, and `None`: not there.
fn damages(whole: &[u8], step: usize) -> Vec<Option<Vec<u8>>> {
    let flipped = (0..whole.len()).step_by(step).map(|place| {
        let mut bytes = whole.to_vec();
        bytes[place] ^= 0x10;
        Some(bytes)
    });
    flipped.chain([Some(whole[..whole.len() / 2].to_vec()), Some(Vec::new()), None]).collect()
}

fn put(path: &Path, bytes: Option<&Vec<u8>>) {
    match bytes {
        Some(bytes) => fs::write(path, bytes).unwrap(),
        None => fs::remove_file(path).unwrap(),
    }
}

fn kinds(store: &Store) -> Vec<P> {
    store.verify().unwrap().problems.iter().map(|problem| problem.kind).collect()
}

#[test]
fn what_is_wrong_with_the_second_disks_is_named_and_written_again() {
    let station = stored(Station::new());
    let copy = copy_of(&station);
    for (name, missing, damaged) in [
        (KEY, P::SecondKeyMissing, [P::SecondKeyDiffers, P::SecondKeyDiffers]),
        // A letter that changed in a readable file can be the file before a change.
        (SETTINGS, P::SecondSettingsMissing, [P::SecondSettingsDiffer, P::SecondSettingsOlder]),
    ] {
        let whole = fs::read(station.folder().join(name)).unwrap();
        assert_eq!(fs::read(copy.join(name)).unwrap(), whole);
        for bytes in damages(&whole, 43) {
            put(&copy.join(name), bytes.as_ref());
            let found = kinds(&open(&station).unwrap());
            match bytes {
                None => assert_eq!(found, [missing]),
                Some(_) => assert!(found.len() == 1 && damaged.contains(&found[0]), "{found:?}"),
            }
            let (store, repair) = mend(&station, None).unwrap();
            assert!(repair.left.is_sound(), "{:?}", repair.left);
            assert_eq!(repair.mended.iter().map(|problem| problem.kind).collect::<Vec<_>>(), found);
            drop(store);
            assert_eq!(fs::read(copy.join(name)).unwrap(), whole);
            assert_eq!(fs::read(station.folder().join(name)).unwrap(), whole, "the good one stays as it is");
        }
    }
}

#[test]
fn copies_that_were_away_during_a_change_are_older_and_the_old_key_is_not_kept() {
    let station = stored(Station::new());
    let copy = copy_of(&station);
    let (away, old_key) = (copy.with_extension("away"), fs::read(copy.join(KEY)).unwrap());
    fs::rename(&copy, &away).unwrap();
    let new = Passphrase::new(String::from("battery staple")).unwrap();
    station.open().change_passphrase(&new, 10).unwrap();
    fs::rename(&away, &copy).unwrap();
    let store = Store::open(station.folder(), &new, &OpenOptions::read_only(), at(301)).unwrap();
    assert_eq!(kinds(&store), [P::SecondKeyOlder, P::SecondSettingsOlder]);
    let said: Vec<_> = store.verify().unwrap().problems.iter().map(ToString::to_string).collect();
    assert!(said[0].contains("passphrase before") && said[1].contains("older"), "{said:?}");
    drop(store);
    let (store, repair) = Store::mend(station.folder(), &new, &OpenOptions::default(), at(302)).unwrap();
    assert!(repair.left.is_sound() && repair.mended.len() == 2, "{repair:?}");
    drop(store);
    let keys = files(station.second.path()).into_iter().filter(|path| fs::read(path).unwrap() == old_key);
    assert_eq!(keys.count(), 0, "nothing opens with the words before any more");
}

#[test]
fn damaged_settings_are_named_as_such_and_come_back_from_the_database_or_the_second_disk() {
    for from_database in [true, false] {
        let station = stored(if from_database { Station::without_copy() } else { Station::new() });
        let (path, before) = (station.folder().join(SETTINGS), Settings::of_folder(station.folder()).unwrap());
        let whole = fs::read(&path).unwrap();
        let mut shut = 0;
        for bytes in damages(&whole, 5) {
            put(&path, bytes.as_ref());
            match open(&station).map(drop) {
                // Another letter in a name, or a layout that may be a newer version's.
                Ok(()) => {}
                Err(error) if error.fault() == StoreFault::NewerVersion => {}
                Err(error) => {
                    assert_eq!(error.fault(), StoreFault::SettingsDamaged, "{error}");
                    assert!(error.to_string().contains(SETTINGS), "{error}");
                    shut += 1;
                    if !from_database {
                        fs::remove_file(station.folder().join("station.db")).unwrap();
                    }
                    // Where the line that names the second disk is damaged, too, somebody has to name it.
                    let mended = mend(&station, None).or_else(|error| {
                        assert!(!from_database && error.to_string().contains("--copy"), "{error}");
                        mend(&station, Some(station.second.path()))
                    });
                    let (store, repair) = mended.unwrap();
                    assert!(repair.left.is_sound(), "{:?}", repair.left);
                    assert!(repair.mended.iter().any(|problem| problem.kind == P::SettingsDamaged));
                    assert_eq!(*store.settings(), before);
                    if let Some(bytes) = bytes {
                        let kept = files(&station.folder().join("set-aside"));
                        assert!(kept.iter().any(|path| fs::read(path).unwrap() == bytes), "set aside, not deleted");
                    }
                }
            }
            fs::write(&path, &whole).unwrap();
        }
        assert!(shut > 12, "{shut}");
    }
}

#[test]
fn a_damaged_key_comes_back_from_the_second_disk_and_from_nowhere_else() {
    let station = stored(Station::new());
    let (path, copy) = (station.folder().join(KEY), copy_of(&station));
    let whole = fs::read(&path).unwrap();
    for bytes in damages(&whole, 43) {
        put(&path, bytes.as_ref());
        assert_eq!(open(&station).unwrap_err().fault(), StoreFault::KeyDamaged);
        let (store, repair) = mend(&station, None).unwrap();
        assert!(repair.left.is_sound(), "{:?}", repair.left);
        assert_eq!(repair.mended.iter().map(|problem| problem.kind).collect::<Vec<_>>(), [P::KeyDamaged]);
        drop(store);
        assert_eq!((fs::read(&path).unwrap(), fs::read(copy.join(KEY)).unwrap()), (whole.clone(), whole.clone()));
    }
    // Another passphrase than the copy's is wrong, and counts as one.
    fs::write(&path, b"none").unwrap();
    let wrong = Passphrase::new(String::from("wrong")).unwrap();
    let refused = Store::mend(station.folder(), &wrong, &OpenOptions::default(), at(303));
    assert_eq!(refused.unwrap_err().fault(), StoreFault::WrongPassphrase);
    // No copy of it is whole: nothing is written, and what is wrong is named.
    let mut damaged = whole;
    damaged[100] ^= 1;
    fs::write(copy.join(KEY), damaged).unwrap();
    let refused = mend(&station, None).unwrap_err();
    assert_eq!(refused.fault(), StoreFault::KeyDamaged);
    assert!(refused.to_string().contains("--copy"), "{refused}");
    assert_eq!(fs::read(&path).unwrap(), b"none");
}

#[test]
fn with_both_files_and_the_database_lost_the_copy_that_somebody_names_opens_the_station() {
    let station = stored(Station::new());
    let before = Settings::of_folder(station.folder()).unwrap();
    for name in [KEY, SETTINGS, "station.db"] {
        fs::remove_file(station.folder().join(name)).unwrap();
    }
    assert_eq!(open(&station).unwrap_err().fault(), StoreFault::KeyDamaged);
    assert_eq!(mend(&station, None).unwrap_err().fault(), StoreFault::KeyDamaged);
    // Another station's copy is not taken for this one's.
    let other = stored(Station::new());
    assert_eq!(mend(&station, Some(&copy_of(&other))).unwrap_err().fault(), StoreFault::KeyDamaged);
    let (store, repair) = mend(&station, Some(station.second.path())).unwrap();
    assert!(repair.left.is_sound(), "{:?}", repair.left);
    assert_eq!((store.settings(), repair.left.records), (&before, 1));
}
