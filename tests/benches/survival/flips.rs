//! One flipped byte in every 4 KB of database, write-ahead log, journal, capsules and second copy, and the database
//! deleted: each time the folder is read as it is, opened, mended, and compared with what was stored.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use tucai::domain::fault::StoreFault;
use tucai::domain::ids::{ContentHash, RecordId};
use tucai::store::{Filter, OpenOptions, Store};

use crate::station::{Station, at, files, lock, passphrase, store_one};

const STEP: usize = 4096;
const RECORDS: u64 = 6;

/// Whether a file below the folder is of the kind.
type Matches = fn(&str) -> bool;

/// Sums over the flips in one kind of file.
#[derive(Debug, Default)]
struct Sum {
    tried: u32,
    /// SQLite or the comparison saw it at the next start.
    at_start: u32,
    /// `verify` named it.
    by_verify: u32,
    /// It lies where nothing is stored, or where nothing depends on it.
    harmless: u32,
    /// Rows that SQLite dropped without a word, and those of them that the start named.
    dropped: usize,
    named: usize,
    failures: Vec<String>,
}

pub fn prove() -> Vec<String> {
    println!(
        "| flipped byte in | tried | told at start | told by verify | nothing to tell | rows dropped by SQLite \
              / named | failures | took |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let (first, second, ids) = prepared();
    let mut failures = Vec::new();
    let ended = folded(first.path(), second.path());
    let kinds: [(&str, Matches); 6] = [
        ("database, its log folded in", |name| name == "station.db"),
        ("database, its log not folded in", |name| name == "station.db"),
        ("write-ahead log", |name| name == "station.db-wal"),
        ("journal", |name| name.starts_with("journal")),
        ("capsules", |name| name.starts_with("capsules")),
        ("lock", |name| name.starts_with("locks")),
    ];
    for (kind, matches) in kinds {
        let began = Instant::now();
        let mut sum = Sum::default();
        let first = if kind == "database, its log folded in" { &ended } else { &first };
        for file in files(first.path()) {
            let name = file.strip_prefix(first.path()).unwrap().to_string_lossy().into_owned();
            if !matches(&name) {
                continue;
            }
            let whole = fs::read(&file).unwrap();
            for place in (0..whole.len()).step_by(STEP).map(|start| (start + 1037).min(whole.len() - 1)) {
                let mut bytes = whole.clone();
                bytes[place] ^= 0x10;
                let trial = Trial::new(first.path(), second.path());
                fs::write(trial.first.join(&name), bytes).unwrap();
                trial.examine(&format!("{name} at {place}"), kind == "lock", &ids, &mut sum);
            }
        }
        print(kind, &sum, began);
        failures.extend(sum.failures);
    }
    failures.extend(second_copy(first.path(), second.path(), &ids));
    failures.extend(deleted(first.path(), second.path(), &ids));
    failures
}

fn print(kind: &str, sum: &Sum, began: Instant) {
    let Sum { tried, at_start, by_verify, harmless, dropped, named, failures } = sum;
    let took = began.elapsed().as_secs_f64();
    println!(
        "| {kind} | {tried} | {at_start} | {by_verify} | {harmless} | {dropped} / {named} | {} | {took:.0} s |",
        failures.len()
    );
}

/// A folder as a crash leaves it, with the log not folded in and a subject locked, and its second copy.
fn prepared() -> (tempfile::TempDir, tempfile::TempDir, BTreeSet<RecordId>) {
    let station = Station::new();
    let mut store = station.open();
    let ids = (1..=RECORDS).map(|n| store_one(&mut store, n).unwrap().id).collect();
    store.take_lock(&lock(77), 1, at(77)).unwrap();
    store.catch_up_all().unwrap();
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    copy(station.folder(), first.path());
    copy(station.second.path(), second.path());
    (first, second, ids)
}

/// The same with the log folded into the database, as an orderly end leaves it.
fn folded(first: &Path, second: &Path) -> tempfile::TempDir {
    let trial = Trial::new(first, second);
    drop(Store::open(&trial.first, &passphrase(), &OpenOptions::default(), at(400)).unwrap());
    let folded = tempfile::tempdir().unwrap();
    copy(&trial.first, folded.path());
    folded
}

fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let name = file.strip_prefix(from).unwrap();
        if name.to_string_lossy().ends_with("-shm") || name == Path::new("station.lock") {
            continue;
        }
        fs::create_dir_all(to.join(name).parent().unwrap()).unwrap();
        fs::copy(&file, to.join(name)).unwrap();
    }
}

struct Trial {
    _base: tempfile::TempDir,
    first: PathBuf,
    second: PathBuf,
}

impl Trial {
    fn new(first: &Path, second: &Path) -> Self {
        let base = tempfile::tempdir().unwrap();
        let trial = Self { first: base.path().join("first"), second: base.path().join("second"), _base: base };
        copy(first, &trial.first);
        copy(second, &trial.second);
        // The settings name the second disk; this trial has its own.
        let settings = trial.first.join("station.toml");
        let text = fs::read_to_string(&settings).unwrap();
        let lines = text.lines().map(|line| {
            if line.starts_with("second_copy") {
                format!("second_copy = \"{}\"", trial.second.display())
            } else {
                line.to_owned()
            }
        });
        let text = lines.collect::<Vec<_>>().join("\n");
        fs::write(settings, &text).unwrap();
        for copy in fs::read_dir(&trial.second).unwrap() {
            fs::write(copy.unwrap().path().join("station.toml"), &text).unwrap();
        }
        trial
    }

    /// As the command line reads it: what SQLite shows, else what capsules and journal tell.
    fn read(&self) -> Result<BTreeSet<RecordId>, String> {
        let listed = |store: Store| store.list(&Filter::default()).map(|list| list.iter().map(|r| r.id).collect());
        Store::open(&self.first, &passphrase(), &OpenOptions::read_only(), at(500))
            .and_then(listed)
            .or_else(|_| Store::open_without_database(&self.first, &passphrase()).and_then(listed))
            .map_err(|error| error.to_string())
    }

    fn examine(&self, name: &str, is_lock: bool, ids: &BTreeSet<RecordId>, sum: &mut Sum) {
        sum.tried += 1;
        let mut fail = |what: String| sum.failures.push(format!("{name}: {what}"));
        let before: BTreeSet<ContentHash> = contents(&self.first);
        // Opened to be read: what SQLite still shows, or everything out of the capsules.
        let shown = match self.read() {
            Ok(shown) => shown,
            Err(error) => {
                fail(format!("it cannot be read: {error}"));
                BTreeSet::new()
            }
        };
        let dropped: BTreeSet<RecordId> = ids.difference(&shown).copied().collect();
        let opened = Store::open(&self.first, &passphrase(), &OpenOptions::default(), at(501));
        let (mut told, mut verified) = (false, false);
        match opened {
            Ok(store) => {
                let report = store.report();
                told = !report.is_clean();
                let named: BTreeSet<RecordId> = report
                    .replayed
                    .iter()
                    .flat_map(|line| line.records.iter().copied())
                    .chain(report.restored.iter().copied())
                    .collect();
                sum.dropped += dropped.len();
                sum.named += dropped.intersection(&named).count();
                if !dropped.is_subset(&named) {
                    fail(format!("rows were dropped and not named: {report:?}"));
                }
                verified = !store.verify().is_ok_and(|found| found.is_sound());
            }
            Err(error) if error.fault() == StoreFault::DatabaseDamaged => told = true,
            Err(error) => fail(format!("it said {error} ({:?})", error.fault())),
        }
        match (told, verified) {
            (true, _) => sum.at_start += 1,
            (_, true) => sum.by_verify += 1,
            _ => sum.harmless += 1,
        }
        match Store::mend(&self.first, &passphrase(), &OpenOptions::default(), at(502)) {
            Ok((store, repair)) => {
                let listed: BTreeSet<RecordId> =
                    store.list(&Filter::default()).unwrap().iter().map(|record| record.id).collect();
                if listed != *ids {
                    fail(format!("{} of {} records after mending", listed.len(), ids.len()));
                }
                if !repair.left.is_sound() || repair.left.second_copies != ids.len() {
                    fail(format!("unsound after mending: {:?}", repair.left));
                }
                if store.open_lock().unwrap().is_none() && !is_lock {
                    fail("the locked subject is gone".to_owned());
                }
            }
            Err(error) => fail(format!("it cannot be mended: {error} ({:?})", error.fault())),
        }
        let after = contents(&self.first);
        let lost = before.iter().filter(|hash| !after.contains(hash)).count();
        // Database, its log, the journal's open file and the settings go on being written; a lock's file ends.
        if lost > 6 {
            fail(format!("{lost} files are neither in their place nor set aside"));
        }
    }
}

fn contents(folder: &Path) -> BTreeSet<ContentHash> {
    files(folder).iter().map(|file| ContentHash::of(&fs::read(file).unwrap())).collect()
}

/// The second copy is damaged: verify names it, repair writes it again.
fn second_copy(first: &Path, second: &Path, ids: &BTreeSet<RecordId>) -> Vec<String> {
    let began = Instant::now();
    let mut sum = Sum::default();
    for file in files(second) {
        let name = file.strip_prefix(second).unwrap().to_owned();
        let whole = fs::read(&file).unwrap();
        for place in (0..whole.len()).step_by(STEP * 4) {
            let mut bytes = whole.clone();
            bytes[place] ^= 0x10;
            let trial = Trial::new(first, second);
            fs::write(trial.second.join(&name), bytes).unwrap();
            trial.examine(&format!("second copy, {} at {place}", name.display()), false, ids, &mut sum);
        }
    }
    print("second copy", &sum, began);
    sum.failures
}

fn deleted(first: &Path, second: &Path, ids: &BTreeSet<RecordId>) -> Vec<String> {
    let began = Instant::now();
    let mut sum = Sum::default();
    let trial = Trial::new(first, second);
    for name in ["station.db", "station.db-wal"] {
        fs::remove_file(trial.first.join(name)).unwrap();
    }
    trial.examine("database deleted", false, ids, &mut sum);
    let trial = Trial::new(first, second);
    fs::remove_dir_all(trial.first.join("capsules")).unwrap();
    trial.examine("all capsules of the first disk deleted", false, ids, &mut sum);
    let trial = Trial::new(first, second);
    fs::remove_dir_all(trial.first.join("journal")).unwrap();
    trial.examine("journal of the first disk deleted", false, ids, &mut sum);
    print("deleted: database; capsules; journal", &sum, began);
    sum.failures
}
