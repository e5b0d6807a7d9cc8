//! What a killed process had printed, and whether the folder that it left keeps every word of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;
use tucai::domain::ids::ContentHash;
use tucai::store::{Filter, OpenLock, OpenOptions, Store};

use crate::child::subject_of;
use crate::station::{at, jpeg, passphrase};

/// Printed lines of all processes that worked on one folder.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Record id to shot number and SHA-256, of every green line.
    pub stored: BTreeMap<String, (String, String)>,
    /// The locked subject: shot number, and the digest of its code where it was told.
    pub locked: Option<(String, Option<String>)>,
    pub parked: BTreeSet<String>,
    /// What was begun and not answered: its name and shot number.
    pub begun: Option<(String, Option<String>)>,
    pub opened: u32,
}

/// What restarting after one kill found.
#[derive(Debug, Default)]
pub struct Found {
    pub failures: Vec<String>,
    pub restored: usize,
    pub replayed: usize,
    pub set_aside: usize,
    pub lock_back: usize,
    pub parked_back: usize,
    /// Records whose green line was not printed any more.
    pub beyond: usize,
}

impl Evidence {
    /// Takes in whole lines of stdout.
    pub fn hear(&mut self, out: &str) {
        self.begun = None;
        for line in out.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
            let text = |name: &str| line[name].as_str().map(str::to_owned);
            let shot = text("shot");
            if let Some(name) = text("will") {
                self.begun = Some((name, shot));
                continue;
            }
            self.begun = None;
            if let Some(id) = text("stored") {
                self.stored.insert(id, (shot.unwrap(), text("sha256").unwrap()));
                self.locked = None;
            } else if let Some(shot) = text("locked") {
                self.parked.remove(&shot);
                self.locked = Some((shot, text("digest")));
            } else if let Some(shot) = text("parked") {
                self.locked = None;
                self.parked.insert(shot);
            } else if text("ended").is_some() || text("refused").is_some() {
                self.locked = None;
            } else if line["open"] == Value::Bool(true) {
                self.opened += 1;
            }
        }
    }

    /// Takes in the log of `tucai drive`: `A-0001 is locked`.
    pub fn hear_log(&mut self, log: &str, out: &str) {
        let last = log.lines().filter_map(|line| line.strip_suffix(" is locked")).next_back();
        let shot = last.and_then(|line| line.rsplit(' ').next()).map(str::to_owned);
        if let Some(shot) = shot
            && !out.contains(&format!("\"{shot}\""))
        {
            self.locked = Some((shot, None));
        }
    }

    /// Opens the folder as the next start does, and compares.
    pub fn examine(&mut self, folder: &Path, second: bool) -> Found {
        let mut found = Found::default();
        let store = match Store::open(folder, &passphrase(), &OpenOptions::default(), at(60_000)) {
            Ok(store) => store,
            Err(error) => {
                found.failures.push(format!("it does not open: {error}"));
                return found;
            }
        };
        let report = store.report();
        found.restored = report.restored.len();
        found.replayed = report.replayed.len();
        found.set_aside = report.set_aside.len();
        if report.needs_repair() || !report.lost_locks.is_empty() {
            found.failures.push(format!("something is lost: {report:?}"));
        }
        self.compare(&store, &mut found);
        if second {
            store.catch_up_all().unwrap();
        }
        match store.verify() {
            Ok(verified) if verified.is_sound() => {}
            Ok(verified) => found.failures.push(format!("unsound: {:?}", verified.problems)),
            Err(error) => found.failures.push(format!("it cannot be read: {error}")),
        }
        for name in unfinished(folder) {
            found.failures.push(format!("{name} is half written and still in its place"));
        }
        found
    }

    fn compare(&mut self, store: &Store, found: &mut Found) {
        let listed = store.list(&Filter::default()).unwrap();
        for (id, (shot, sha256)) in &self.stored {
            match listed.iter().find(|record| record.id.to_string() == *id) {
                None => found.failures.push(format!("{shot} was green and is not listed")),
                Some(record) => {
                    let photo = store.photo(record.id).map(|photo| ContentHash::of(&photo).to_string());
                    if record.photo_sha256.to_string() != *sha256 || photo.ok().as_deref() != Some(sha256) {
                        found.failures.push(format!("{shot} has another picture than its green line says"));
                    }
                }
            }
        }
        for record in &listed {
            let whole = store.record(record.id).unwrap().record;
            // Made-up subjects: code and picture carry one number.
            if whole.code.starts_with(b"STUDENT") {
                let picture = ContentHash::of(&jpeg(subject_of(&whole.code), 33_000));
                if picture != record.photo_sha256 {
                    found.failures.push(format!("{} is paired with another subject's picture", record.shot));
                }
            }
            self.stored.entry(record.id.to_string()).or_insert_with(|| {
                found.beyond += 1;
                (record.shot.to_string(), record.photo_sha256.to_string())
            });
        }
        self.compare_locks(store, found);
    }

    /// A lock that was told is there, unless what was begun after it ended it.
    fn compare_locks(&mut self, store: &Store, found: &mut Found) {
        let open = store.open_lock().unwrap();
        let parked = store.parked().unwrap();
        let is_record = |shot: &str| self.stored.values().any(|(stored, _)| stored == shot);
        let begun = |name: &str, shot: &str| {
            self.begun.as_ref().is_some_and(|(begun, of)| begun == name && of.as_deref() == Some(shot))
        };
        if let Some((shot, digest)) = &self.locked {
            match &open {
                Some(lock) if lock.shot.to_string() == *shot => {
                    found.lock_back += 1;
                    if digest.as_ref().is_some_and(|digest| *digest != lock.code.digest().to_hex()) {
                        found.failures.push(format!("{shot} came back with another code"));
                    }
                    if lock.witness.is_none() {
                        found.failures.push(format!("{shot} came back without the picture of its phone"));
                    }
                }
                _ if is_record(shot) => {}
                _ if begun("release", shot) => {}
                _ if begun("park", shot) && has(&parked, shot) => {}
                _ => found.failures.push(format!("{shot} was locked and did not come back")),
            }
        }
        for shot in &self.parked {
            let called = begun("recall", shot) && open.as_ref().is_some_and(|lock| lock.shot.to_string() == *shot);
            if has(&parked, shot) {
                found.parked_back += 1;
            } else if !called && !is_record(shot) {
                found.failures.push(format!("{shot} was parked and did not come back"));
            }
        }
        self.locked = open.map(|lock| (lock.shot.to_string(), Some(lock.code.digest().to_hex())));
        self.parked = parked.iter().map(|lock| lock.shot.to_string()).collect();
        self.begun = None;
    }
}

fn has(parked: &[OpenLock], shot: &str) -> bool {
    parked.iter().any(|lock| lock.shot.to_string() == shot)
}

/// Files in the folder proper that carry the mark of being unfinished.
fn unfinished(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
        if path.is_dir() && name != "set-aside" {
            names.extend(unfinished(&path));
        } else if name.starts_with(".unfinished-") {
            names.push(name);
        }
    }
    names
}

/// The same records and locks out of capsules and journal alone.
pub fn rebuilt_is_equal(folder: &Path) -> Result<(), String> {
    let picture = |store: &Store| {
        let records = store.list(&Filter::default()).unwrap();
        let records: Vec<_> = records.iter().map(|r| (r.id, r.shot, r.state, r.photo_sha256, r.code_digest)).collect();
        let lock = |lock: &OpenLock| (lock.shot, lock.code.clone(), lock.witness.clone(), lock.parked);
        let locks: Vec<_> = store.open_lock().unwrap().iter().chain(&store.parked().unwrap()).map(lock).collect();
        (records, locks)
    };
    let store = Store::open(folder, &passphrase(), &OpenOptions::default(), at(60_001)).map_err(|e| e.to_string())?;
    let before = picture(&store);
    drop(store);
    let store =
        Store::rebuild(folder, &passphrase(), &OpenOptions::default(), at(60_002)).map_err(|e| e.to_string())?;
    let (records, locks) = picture(&store);
    if records != before.0 {
        return Err("the rebuilt records differ".to_owned());
    }
    if locks != before.1 {
        return Err(format!("the rebuilt locks differ: {} were, {} are", before.1.len(), locks.len()));
    }
    Ok(())
}
