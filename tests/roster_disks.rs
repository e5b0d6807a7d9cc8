//! The files of the schools' own lists on both disks: written by the second disk's own thread, kept while the journal
//! wants them, gone with what they are about. All people in them are made up.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tucai::domain::ids::{SessionId, StationLetter};
use tucai::domain::roster::Row;
use tucai::domain::set_up::RunBy;
use tucai::store::{
    Adoption, Behind, ChosenColumns, CreateOptions, Faults, FileKind, Medium, OldKey, OpenOptions, Outcome, Point,
    SecondCopy, SessionSettings, Step, Store, copies_below,
};

use crate::support::station::{Station, at, code, files, lock, passphrase, record, session, store_one};

fn rows(count: usize) -> Vec<Row> {
    (0..count).map(|n| Row { name: format!("王小{n}"), ..Row::walk_up(format!("2022{n:04}"), None) }).collect()
}

fn id() -> SessionId {
    session().id
}

/// The school runs the session.
fn school(store: &mut Store) {
    store.set_session(&SessionSettings { run_by: Some(RunBy::School), ..session() }, 1, at(1)).unwrap();
}

fn with_list(station: &Station) -> Store {
    let mut store = station.open();
    school(&mut store);
    store.set_roster(&id(), &rows(3), &ChosenColumns::new(), 1, at(2)).unwrap();
    store.catch_up_all().unwrap();
    store
}

fn copy_of(station: &Station) -> PathBuf {
    copies_below(station.second.path()).pop().unwrap()
}

/// Files below a folder whose path has this in it.
fn named(folder: &Path, part: &str) -> Vec<PathBuf> {
    files(folder).into_iter().filter(|path| path.to_string_lossy().contains(part)).collect()
}

fn lists_below(folder: &Path) -> Vec<PathBuf> {
    named(folder, "/rosters/")
}

fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
}

fn adopt(folder: &Path, from: &Path) -> (Store, Adoption) {
    let letter = StationLetter::new('B').unwrap();
    let options = CreateOptions { letter, work_factor: 10, ..CreateOptions::default() };
    let words = passphrase();
    Store::adopt(folder, &words, &options, from, &OldKey::Passphrase(&words), at(50), &mut |_, _| {}).unwrap()
}

#[test]
fn a_list_that_the_spares_own_session_refuses_holds_up_nothing() {
    let station = Station::new();
    let mut store = with_list(&station);
    store_one(&mut store, 1).unwrap();
    let parked = store.take_lock(&lock(2), 1, at(3)).unwrap();
    store.park(parked, 1, at(3)).unwrap();
    store.catch_up_all().unwrap();
    drop(store);
    // The spare was opened that day: it has a session of the same id that nobody was asked about.
    let spare = Station::without_copy();
    let folder = spare.folder().join("b");
    let letter = StationLetter::new('B').unwrap();
    let options = CreateOptions { letter, work_factor: 10, ..CreateOptions::default() };
    let mut store = Store::create(&folder, &passphrase(), &options, at(0)).unwrap();
    store.new_session(&session(), 1, at(0)).unwrap();
    drop(store);

    let (mut store, adoption) = adopt(&folder, &copy_of(&station));
    assert_eq!((adoption.adopted, adoption.locks.len()), (1, 1), "records and subjects come all the same");
    assert_eq!(adoption.problems.len(), 1, "{:?}", adoption.problems);
    let problem = &adoption.problems[0];
    assert!(
        problem.contains("the list of 2026-A is not taken over") && problem.contains("import it again"),
        "{problem}"
    );
    assert!(!store.has_roster(&id()).unwrap());
    // Somebody says who runs the session: the next try brings the list.
    school(&mut store);
    drop(store);
    let (store, adoption) = adopt(&folder, &copy_of(&station));
    assert_eq!((adoption.known, adoption.problems.len()), (1, 0), "{:?}", adoption.problems);
    assert_eq!(store.roster(&id()).unwrap().rows(), rows(3));
}

#[test]
fn the_last_good_copy_outlives_a_rebuild_without_the_second_disk() {
    let station = Station::new();
    drop(with_list(&station));
    let first = lists_below(station.folder()).remove(0);
    let copy = copy_of(&station);
    let away = copy.with_extension("away");
    flip(&first);
    fs::rename(&copy, &away).unwrap();
    let store = station.rebuild();
    assert!(!store.has_roster(&id()).unwrap() && store.roster_rows(&id()).unwrap() == 0);
    let named = store.report().journal_problems.iter().any(|problem| problem.contains("the list of 2026-A is lost"));
    assert!(named, "{:?}", store.report());
    drop(store);
    drop(station.open());
    assert_eq!(lists_below(station.folder()), [first], "what is damaged stays until something better is there");

    fs::rename(&away, &copy).unwrap();
    let store = station.open();
    assert_eq!(store.roster(&id()).unwrap().rows(), rows(3), "the second disk's copy came back");
    assert_eq!(store.roster_rows(&id()).unwrap(), 3);
    store.catch_up_all().unwrap();
    assert_eq!([lists_below(station.folder()).len(), lists_below(&copy).len()], [1, 1]);
    assert_eq!((aside(station.folder()), aside(&copy)), (vec![], vec![]), "and nothing of it lies about");
}

#[test]
fn a_list_that_cannot_be_read_can_still_be_replaced_and_taken_away() {
    for replaced in [true, false] {
        let station = Station::without_copy();
        drop(with_list(&station));
        flip(&lists_below(station.folder())[0]);
        let mut store = station.rebuild();
        if replaced {
            store.set_roster(&id(), &rows(2), &ChosenColumns::new(), 1, at(5)).unwrap();
            assert_eq!((store.roster_rows(&id()).unwrap(), lists_below(station.folder()).len()), (2, 1));
        } else {
            store.remove_roster(&id(), 1, at(5)).unwrap();
            assert!(lists_below(station.folder()).is_empty());
        }
        drop(store);
        let store = station.rebuild();
        assert!(store.report().journal_problems.is_empty(), "{:?}", store.report());
        assert_eq!(store.has_roster(&id()).unwrap(), replaced);
    }
}

/// What lies in `set-aside/`, but for old databases.
fn aside(root: &Path) -> Vec<PathBuf> {
    let folder = root.join("set-aside");
    let all = if folder.is_dir() { files(&folder) } else { Vec::new() };
    all.into_iter().filter(|path| !path.to_string_lossy().contains("/database-")).collect()
}

#[test]
fn what_a_kill_left_of_a_lock_or_a_list_is_gone_after_the_next_start() {
    let station = Station::new();
    let mut store = with_list(&station);
    let shot = store.take_lock(&lock(1), 1, at(3)).unwrap();
    store.catch_up_all().unwrap();
    drop(store);
    let list = lists_below(station.folder()).remove(0);
    let list_name = list.file_name().unwrap().to_string_lossy().into_owned();
    let held = station.folder().join("locks/2026-A.A-0001.age");
    // Killed between sync and rename: the file is whole under its unfinished name.
    let next = ["locks/.unfinished-2026-A.A-0002.age", "rosters/.unfinished-2026-A.0123456789abcdef.age"];
    for (path, whole) in next.iter().zip([&held, &list]) {
        fs::copy(whole, station.folder().join(path)).unwrap();
        fs::copy(whole, copy_of(&station).join(path)).unwrap();
    }
    // An earlier version set such files aside, of what has ended and of what still holds.
    let over = ["2026-A.A-0099.age", ".unfinished-2026-A.A-0002.age.1", "2026-A.0123456789abcdef.age", "notes.txt"];
    let kept = ["2026-A.A-0001.age.2".to_owned(), format!(".unfinished-{list_name}")];
    for root in [station.folder().to_owned(), copy_of(&station)] {
        fs::create_dir_all(root.join("set-aside")).unwrap();
        for name in over.into_iter().chain(kept.iter().map(String::as_str)) {
            fs::copy(&held, root.join("set-aside").join(name)).unwrap();
        }
    }
    let mut store = station.open();
    store.catch_up_all().unwrap();
    let names = |root: &Path| -> Vec<String> {
        aside(root).iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    };
    let mut wanted = vec![kept[1].clone(), kept[0].clone(), String::from("notes.txt")];
    wanted.sort();
    assert_eq!(names(station.folder()), wanted, "what still holds may be all that is left of it");
    for root in [station.folder(), &copy_of(&station)] {
        assert!(named(root, "/locks/.unfinished").is_empty() && named(root, "/rosters/.unfinished").is_empty());
    }
    // The subject leaves and the list goes: so does everything that was ever set aside of them.
    store.release_lock(shot, tucai::store::LockEnd::Released, 1, at(4)).unwrap();
    store.remove_roster(&id(), 1, at(5)).unwrap();
    drop(store);
    let store = station.open();
    store.catch_up_all().unwrap();
    for root in [station.folder(), &copy_of(&station)] {
        assert_eq!(names(root), ["notes.txt"], "{}", root.display());
    }
}

#[test]
fn a_damaged_lock_or_list_is_replaced_and_keeps_no_code_beside_it() {
    let station = Station::new();
    let mut store = with_list(&station);
    store.take_lock(&lock(1), 1, at(3)).unwrap();
    store.catch_up_all().unwrap();
    drop(store);
    let held = station.folder().join("locks/2026-A.A-0001.age");
    let list = lists_below(station.folder()).remove(0);
    // From the second disk at a rebuild, and from the row by a repair.
    flip(&held);
    flip(&list);
    let mut store = station.rebuild();
    assert_eq!((aside(station.folder()), aside(&copy_of(&station))), (vec![], vec![]));
    assert_eq!(store.open_lock().unwrap().unwrap().code, code(1));
    assert_eq!(store.roster(&id()).unwrap().rows(), rows(3));
    flip(&held);
    assert!(store.repair(at(6)).unwrap().left.is_sound());
    assert_eq!((aside(station.folder()), aside(&copy_of(&station))), (vec![], vec![]));
}

#[test]
fn a_purge_takes_what_was_set_aside_of_the_list_with_it() {
    let station = Station::new();
    let mut store = with_list(&station);
    store.set_retention(&id(), Some(1), 1, at(2)).unwrap();
    let gone = store_one(&mut store, 1).unwrap().id;
    store.withdraw(gone, None, 1, at(5)).unwrap();
    store.catch_up_all().unwrap();
    let list = lists_below(station.folder()).remove(0);
    for root in [station.folder().to_owned(), copy_of(&station)] {
        fs::create_dir_all(root.join("set-aside")).unwrap();
        fs::copy(&list, root.join("set-aside").join(list.file_name().unwrap())).unwrap();
    }
    store.purge(&[gone], "retention", 1, at(40 * 3_600)).unwrap();
    for root in [station.folder().to_owned(), copy_of(&station)] {
        assert!(lists_below(&root).is_empty() && aside(&root).is_empty(), "{}", root.display());
    }
}

/// Remembers on which threads lists are written to the second disk, and fails one sync of them.
#[derive(Debug, Default)]
struct Watched {
    threads: Mutex<Vec<String>>,
    fail_sync: AtomicUsize,
}

impl Faults for Watched {
    fn before(&self, point: Point) -> Outcome {
        if point.medium != Medium::Second || point.kind != FileKind::Roster {
            return Outcome::Go;
        }
        let name = std::thread::current().name().unwrap_or_default().to_owned();
        self.threads.lock().unwrap().push(name);
        if point.step == Step::Sync && self.fail_sync.load(Ordering::SeqCst) > 0 {
            self.fail_sync.fetch_sub(1, Ordering::SeqCst);
            return Outcome::Fail(io::Error::other("the stick gave up"));
        }
        Outcome::Go
    }
}

#[test]
fn a_list_goes_to_the_second_disk_on_its_own_thread_alone() {
    let station = Station::new();
    let watched = Arc::new(Watched::default());
    let options = OpenOptions::with_faults(Arc::clone(&watched) as Arc<dyn Faults>);
    let mut store = station.try_open(&options).unwrap();
    school(&mut store);
    store.set_roster(&id(), &rows(3), &ChosenColumns::new(), 1, at(2)).unwrap();
    store.catch_up_all().unwrap();
    store.take_lock(&lock(1), 1, at(3)).unwrap();
    store.add_walk_up(&id(), "X1", None, 1, at(4)).unwrap();
    store.catch_up().unwrap();
    store.catch_up_all().unwrap();
    assert_eq!(lists_below(&copy_of(&station)).len(), 1);
    store.remove_roster(&id(), 1, at(5)).unwrap();
    assert!(lists_below(&copy_of(&station)).is_empty(), "who takes it away waits for the second disk");
    let threads = watched.threads.lock().unwrap();
    assert!(threads.len() > 8 && threads.iter().all(|name| name == "tucai-second-copy"), "{threads:?}");
}

#[test]
fn a_sync_of_a_list_that_failed_is_not_tried_again() {
    let station = Station::new();
    let watched = Arc::new(Watched::default());
    let options = OpenOptions::with_faults(Arc::clone(&watched) as Arc<dyn Faults>);
    let mut store = station.try_open(&options).unwrap();
    school(&mut store);
    watched.fail_sync.store(1, Ordering::SeqCst);
    store.set_roster(&id(), &rows(3), &ChosenColumns::new(), 1, at(2)).unwrap();
    assert_eq!(store.catch_up_all().unwrap(), SecondCopy::Behind(Behind::Failing));
    let asked = watched.threads.lock().unwrap().len();
    store.add_walk_up(&id(), "X1", None, 1, at(4)).unwrap();
    assert_eq!(store.catch_up_all().unwrap(), SecondCopy::Behind(Behind::Failing));
    assert_eq!(watched.threads.lock().unwrap().len(), asked, "the disk is failing until the next start");
    assert_eq!(store.roster_rows(&id()).unwrap(), 4, "the desk goes on");
    drop(store);
    let store = station.open();
    assert_eq!(store.catch_up_all().unwrap(), SecondCopy::Landed);
    assert_eq!(lists_below(&copy_of(&station)).len(), 1);
}

#[test]
fn a_list_catches_up_when_the_disk_comes_back_and_is_in_every_backup() {
    let station = Station::new();
    let mut store = with_list(&station);
    store_one(&mut store, 1).unwrap();
    let copy = copy_of(&station);
    let away = copy.with_extension("away");
    fs::rename(&copy, &away).unwrap();
    store.add_walk_up(&id(), "X1", None, 1, at(4)).unwrap();
    assert_eq!(store.catch_up_all().unwrap(), SecondCopy::Behind(Behind::Missing));
    fs::rename(&away, &copy).unwrap();
    assert_eq!(store.catch_up_all().unwrap(), SecondCopy::Landed);
    let names =
        |root: &Path| lists_below(root).iter().map(|path| path.file_name().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&copy), names(station.folder()), "the old list went and the new one came");

    let target = tempfile::tempdir().unwrap();
    let backup = store.backup(target.path(), at(9)).unwrap().folder;
    assert_eq!(names(&backup), names(station.folder()));
    let wanted = store.roster(&id()).unwrap();
    let shot = store.take_lock(&lock(2), 1, at(10)).unwrap();
    store.save(record(shot, 2), at(11)).unwrap();
    drop(store);
    let spare = tempfile::tempdir().unwrap();
    let (store, adoption) = adopt(&spare.path().join("b"), &backup);
    assert!(adoption.problems.is_empty(), "{:?}", adoption.problems);
    assert_eq!(store.roster(&id()).unwrap(), wanted);
    // The backup in the place of a lost first disk, its database made anew.
    fs::remove_file(backup.join("closed.toml")).unwrap();
    let store = Store::rebuild(&backup, &passphrase(), &OpenOptions::default(), at(60));
    assert_eq!(store.unwrap().roster(&id()).unwrap(), wanted);
}
