//! A full disk at every write, a folder that cannot be written, a second disk that is pulled. The disks are small
//! file systems in memory, mounted where this is allowed; elsewhere the part says that it was left out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use tucai::domain::fault::StoreFault;
use tucai::store::{Behind, CreateOptions, Filter, OpenOptions, SecondCopy, Store};

use crate::station::{at, jpeg, lock, passphrase, record, session, store_one};

/// A file system of its own; gone with this value.
struct Disk {
    mount: PathBuf,
    _base: tempfile::TempDir,
}

impl Disk {
    fn new(kilobytes: u32) -> Option<Self> {
        let base = tempfile::tempdir().unwrap();
        let mount = base.path().join("disk");
        fs::create_dir(&mount).unwrap();
        let disk = Self { mount, _base: base };
        disk.mount(&format!("size={kilobytes}k")).then_some(disk)
    }

    fn mount(&self, options: &str) -> bool {
        run("mount", &["-t", "tmpfs", "-o", options, "tmpfs"], &self.mount)
    }

    fn remount(&self, options: &str) -> bool {
        run("mount", &["-o", &format!("remount,{options}")], &self.mount)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        run("umount", &["-l"], &self.mount);
    }
}

fn run(program: &str, args: &[&str], path: &Path) -> bool {
    Command::new(program).args(args).arg(path).output().is_ok_and(|output| output.status.success())
}

fn station(folder: &Path, second: Option<&Path>) -> Store {
    let options = CreateOptions { work_factor: 1, second_copy: second.map(Path::to_owned), ..CreateOptions::default() };
    let mut store = Store::create(folder, &passphrase(), &options, at(0)).unwrap();
    store.new_session(&session(), 1, at(0)).unwrap();
    store
}

fn open(folder: &Path) -> Result<Store, tucai::store::StoreError> {
    Store::open(folder, &passphrase(), &OpenOptions::default(), at(1000))
}

pub fn prove() -> Vec<String> {
    println!("| fault | tried | refused and said so | stored | failures | took |");
    println!("|---|---|---|---|---|---|");
    let mut failures = full_disk();
    failures.extend(read_only());
    failures.extend(pulled_second());
    failures.extend(station_files());
    failures
}

/// Key and settings missing, cut and with each tenth byte changed, on either disk: what is wrong is said, mending
/// writes them again, and both disks have the same as before.
fn station_files() -> Vec<String> {
    let began = Instant::now();
    let mut failures = Vec::new();
    let (base, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = base.path().join("station");
    let mut store = station(&folder, Some(second.path()));
    store_one(&mut store, 1).unwrap();
    store.catch_up_all().unwrap();
    let copy = second.path().join(&store.settings().station);
    drop(store);
    let (mut tried, mut said) = (0, 0);
    for (root, name) in [&folder, &copy].into_iter().flat_map(|root| [(root, "station.key"), (root, "station.toml")]) {
        let path = root.join(name);
        let whole = fs::read(&path).unwrap();
        let flipped = (0..whole.len()).step_by(10).map(|place| {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x10;
            bytes
        });
        let damages = flipped.chain([whole[..whole.len() / 2].to_vec()]).map(Some);
        for damage in damages.chain([None]) {
            tried += 1;
            let mut fail = |what: String| failures.push(format!("{}: {what}", path.display()));
            match &damage {
                Some(bytes) => fs::write(&path, bytes).unwrap(),
                None => fs::remove_file(&path).unwrap(),
            }
            let reader = Store::open(&folder, &passphrase(), &OpenOptions::read_only(), at(1000));
            match reader.and_then(|store| store.verify()) {
                // Still readable, with another letter in a name: the first disk decides.
                Ok(_) if root == &folder && name == "station.toml" && damage.is_some() => {
                    fs::write(&path, &whole).unwrap();
                    continue;
                }
                Ok(found) if found.problems.iter().any(|problem| problem.name == name) => said += 1,
                Ok(found) => fail(format!("not named: {found:?}")),
                Err(error) if matches!(error.fault(), StoreFault::KeyDamaged | StoreFault::SettingsDamaged) => {
                    said += 1;
                }
                Err(error) if error.fault() == StoreFault::NewerVersion => {
                    fs::write(&path, &whole).unwrap();
                    continue;
                }
                Err(error) => fail(format!("it said {error} ({:?})", error.fault())),
            }
            match Store::mend(&folder, &passphrase(), &OpenOptions::default(), at(1001)) {
                Ok((_, repair)) if repair.left.is_sound() => {}
                Ok((_, repair)) => fail(format!("unsound after mending: {:?}", repair.left)),
                Err(error) => fail(format!("it cannot be mended: {error}")),
            }
            if [&folder, &copy].iter().any(|root| fs::read(root.join(name)).ok().as_ref() != Some(&whole)) {
                fail("mended to something else than before".to_owned());
                fs::write(folder.join(name), &whole).unwrap();
                fs::write(copy.join(name), &whole).unwrap();
            }
        }
    }
    told("key and settings damaged", tried, said, 1, &failures, began);
    failures
}

fn told(name: &str, tried: u32, refused: u32, stored: u32, failures: &[String], began: Instant) {
    let took = began.elapsed().as_secs_f64();
    println!("| {name} | {tried} | {refused} | {stored} | {} | {took:.0} s |", failures.len());
}

/// Leaves 0, 4, 8 … KB free before a lock and a record, so that every write in turn is the one that does not fit.
fn full_disk() -> Vec<String> {
    let began = Instant::now();
    let mut failures = Vec::new();
    let (mut tried, mut refused, mut stored) = (0, 0, 0);
    for free in (0..200_u32).map(|n| n * 4) {
        let Some(disk) = Disk::new(4096) else {
            println!("| full disk | left out: no file system can be mounted here | | | | |");
            return failures;
        };
        let folder = disk.mount.join("station");
        let mut store = station(&folder, None);
        let safe = store_one(&mut store, 1).unwrap();
        let ballast = disk.mount.join("ballast");
        fill(&ballast, &disk.mount, free);
        tried += 1;
        let mut fail = |what: String| failures.push(format!("full disk, {free} KB free: {what}"));
        let outcome = store_one(&mut store, 2);
        match &outcome {
            Ok(_) => stored += 1,
            Err(error) if error.fault() == StoreFault::DiskFull => refused += 1,
            Err(error) => fail(format!("it said {error} ({:?})", error.fault())),
        }
        let listed = |store: &Store| store.list(&Filter::default()).map_or(0, |list| list.len());
        if listed(&store) != 1 + usize::from(outcome.is_ok()) {
            fail("something half stored is listed".to_owned());
        }
        drop(store);
        fs::remove_file(&ballast).unwrap();
        let mut store = match open(&folder) {
            Ok(store) => store,
            Err(error) => {
                fail(format!("it does not open again: {error}"));
                continue;
            }
        };
        if listed(&store) != 1 + usize::from(outcome.is_ok()) {
            fail(format!("{} records after opening again: {:?}", listed(&store), store.report()));
        }
        if store.photo(safe.id).ok() != Some(jpeg(1, 33_000)) {
            fail("the record before it is damaged".to_owned());
        }
        if outcome.is_err() {
            let shot = match store.open_lock().unwrap() {
                Some(lock) => lock.shot,
                None => store.take_lock(&lock(2), 1, at(1001)).unwrap(),
            };
            if let Err(error) = store.save(record(shot, 2), at(1002)) {
                fail(format!("with room again it refuses: {error}"));
            }
        }
        match store.verify() {
            Ok(found) if found.is_sound() => {}
            found => fail(format!("unsound: {found:?}")),
        }
    }
    told("full disk, 0 to 796 KB free", tried, refused, stored, &failures, began);
    failures
}

/// Leaves `free` KB.
fn fill(ballast: &Path, mount: &Path, free: u32) {
    let output = Command::new("stat").args(["-f", "-c", "%f %S"]).arg(mount).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut numbers = text.split_whitespace().map(|number| number.parse::<u64>().unwrap());
    let bytes = numbers.next().unwrap() * numbers.next().unwrap();
    fs::write(ballast, vec![0; bytes.saturating_sub(u64::from(free) * 1024) as usize]).unwrap();
}

fn read_only() -> Vec<String> {
    let began = Instant::now();
    let mut failures = Vec::new();
    let Some(disk) = Disk::new(4096) else { return failures };
    let folder = disk.mount.join("station");
    let mut store = station(&folder, None);
    store_one(&mut store, 1).unwrap();
    drop(store);
    assert!(disk.remount("ro"));
    let refused = match open(&folder) {
        Err(error) if error.fault() == StoreFault::FolderNotWritable => 1,
        Err(error) => {
            failures.push(format!("read-only folder: it said {error} ({:?})", error.fault()));
            0
        }
        Ok(_) => {
            failures.push("read-only folder: it was opened to be written".to_owned());
            0
        }
    };
    match Store::open(&folder, &passphrase(), &OpenOptions::read_only(), at(1000)) {
        Ok(store) if store.list(&Filter::default()).is_ok_and(|list| list.len() == 1) => {}
        Ok(_) => failures.push("read-only folder: its record is not listed".to_owned()),
        Err(error) => failures.push(format!("read-only folder: it cannot be read: {error}")),
    }
    assert!(disk.remount("rw"));
    if open(&folder).and_then(|mut store| store_one(&mut store, 2)).is_err() {
        failures.push("read-only folder: it stays refused when it can be written again".to_owned());
    }
    told("read-only folder", 1, refused, 0, &failures, began);
    failures
}

/// The second disk goes after the first record and comes back after the third, at rest and while it is full.
fn pulled_second() -> Vec<String> {
    let began = Instant::now();
    let mut failures = Vec::new();
    let Some(disk) = Disk::new(8192) else { return failures };
    let base = tempfile::tempdir().unwrap();
    let folder = base.path().join("station");
    let mut store = station(&folder, Some(&disk.mount));
    let mut expect = |what: &str, copy: SecondCopy, wanted: &[SecondCopy]| {
        if !wanted.contains(&copy) {
            failures.push(format!("second disk, {what}: {copy:?}"));
        }
    };
    let landed = [SecondCopy::Landed];
    expect("there", store_one(&mut store, 1).unwrap().second_copy, &landed);
    let ballast = disk.mount.join("ballast");
    fill(&ballast, &disk.mount, 40);
    let full = [SecondCopy::Behind(Behind::Full)];
    expect("full", store_one(&mut store, 2).unwrap().second_copy, &full);
    fs::remove_file(&ballast).unwrap();
    expect("with room again", store.catch_up_all().unwrap(), &landed);
    // Pulled: the mount point is an empty folder now, and must stay empty.
    let away = base.path().join("away");
    fs::create_dir(&away).unwrap();
    assert!(Command::new("mount").arg("--move").arg(&disk.mount).arg(&away).output().unwrap().status.success());
    let missing = [SecondCopy::Behind(Behind::Missing)];
    expect("pulled", store_one(&mut store, 3).unwrap().second_copy, &missing);
    let empty = fs::read_dir(&disk.mount).unwrap().next().is_none();
    assert!(Command::new("mount").arg("--move").arg(&away).arg(&disk.mount).output().unwrap().status.success());
    expect("back", store.catch_up_all().unwrap(), &landed);
    let sound = store.verify().unwrap();
    if !empty {
        failures.push("second disk: an empty mount point was filled".to_owned());
    }
    if !sound.is_sound() || sound.second_copies != 3 {
        failures.push(format!("second disk: {sound:?}"));
    }
    told("second disk full, pulled, back", 3, 2, 3, &failures, began);
    failures
}
