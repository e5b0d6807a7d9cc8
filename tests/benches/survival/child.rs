//! The process that is killed when only the store is under proof: locks, stores, parks, calls again, releases,
//! supersedes and withdraws made-up subjects, and prints a line before and after each step.
//!
//! `survival child FOLDER SEED COUNT`. What it prints is all that the proof believes.

use std::io::Write as _;
use std::path::Path;

use serde_json::{Value, json};
use tucai::domain::ids::RecordId;
use tucai::domain::record::RetakeReason;
use tucai::store::{LockEnd, NewRecord, OpenLock, OpenOptions, Store, faults_of_environment};

use crate::station::{at, lock, passphrase, record};

fn say(line: &Value) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// Which made-up subject a lock holds: the number at the end of its code.
pub fn subject_of(code: &[u8]) -> u64 {
    let text = std::str::from_utf8(code).unwrap();
    text.rsplit('-').next().unwrap().parse().unwrap()
}

pub fn run(args: &[String]) {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("off")).init();
    let (seed, count): (u64, u64) = (args[1].parse().unwrap(), args[2].parse().unwrap());
    let options = OpenOptions::with_faults(faults_of_environment().unwrap());
    let mut store = Store::open(Path::new(&args[0]), &passphrase(), &options, at(0)).unwrap();
    say(&json!({ "open": true }));
    let mut last = None;
    if let Some(found) = store.open_lock().unwrap() {
        last = Some(save(&mut store, &found, None));
    }
    for n in seed * 1000..seed * 1000 + count {
        say(&json!({ "will": "lock" }));
        let shot = store.take_lock(&lock(n), 1, at(n.cast_signed() % 50_000)).unwrap();
        say(&json!({ "locked": shot, "digest": lock(n).code.digest().to_hex() }));
        match n % 8 {
            1 => {
                say(&json!({ "will": "release", "shot": shot }));
                store.release_lock(shot, LockEnd::Released, 1, at(1)).unwrap();
                say(&json!({ "ended": shot }));
            }
            2 | 3 => {
                say(&json!({ "will": "park", "shot": shot }));
                store.park(shot, 1, at(1)).unwrap();
                say(&json!({ "parked": shot }));
                if n % 8 == 3 {
                    let oldest = store.parked().unwrap().remove(0);
                    say(&json!({ "will": "recall", "shot": oldest.shot }));
                    let held = store.recall(oldest.shot, oldest.code.digest(), 1, at(1)).unwrap();
                    say(&json!({ "locked": held.shot, "digest": held.code.digest().to_hex() }));
                    last = Some(save(&mut store, &held, None));
                }
            }
            kind => {
                let held = store.open_lock().unwrap().unwrap();
                let replaces = if kind == 6 { last.take() } else { None };
                last = Some(save(&mut store, &held, replaces));
                if kind == 7
                    && let Some(id) = last.take()
                {
                    store.withdraw(id, None, 1, at(2)).unwrap();
                }
            }
        }
    }
    store.catch_up_all().unwrap();
}

fn save(store: &mut Store, held: &OpenLock, replaces: Option<RecordId>) -> RecordId {
    say(&json!({ "will": "save", "shot": held.shot }));
    let new = record(held.shot, subject_of(held.code.as_bytes()));
    let supersedes = replaces.map(|id| (id, RetakeReason::Wish));
    let saved = store.save(NewRecord { supersedes, ..new }, at(3)).unwrap();
    say(&json!({ "stored": saved.id, "shot": saved.shot, "sha256": saved.photo_sha256 }));
    saved.id
}
