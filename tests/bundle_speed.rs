//! How long a station takes for its bundles, beside `sha256sum` and `age` on the same bytes.

use std::process::Command;
use std::time::{Duration, Instant};

use tucai::bundle::lines::Part;
use tucai::bundle::station::{SealOptions, seal_session};
use tucai::domain::code::SubjectCode;
use tucai::store::{NewLock, NewRecord, Store};

use crate::support::station::{Station, at, jpeg, lock, record, session};

/// Stores so many records with originals of 400 KB, and codes as long as the real ones.
fn shoot(store: &mut Store, numbers: std::ops::RangeInclusive<u64>) {
    for n in numbers {
        let code = SubjectCode::new(jpeg(n + 5_000, 320)).unwrap();
        let shot = store.take_lock(&NewLock { code, ..lock(n) }, 1, at(1)).unwrap();
        let (photo, original) = (jpeg(n, 35_000), jpeg(n + 9_000, 400_000));
        store.save(NewRecord { photo, original, ..record(shot, n) }, at(2)).unwrap();
    }
}

/// `TUCAI_MEASURE=N` seals N records, twice: with originals and witnesses, and the photos alone.
#[test]
fn a_session_is_sealed_about_as_fast_as_its_bytes_are_hashed() {
    let measured = std::env::var("TUCAI_MEASURE").ok().and_then(|text| text.parse::<u64>().ok());
    let count = measured.unwrap_or(6);
    let station = Station::without_copy();
    let mut store = station.open();
    let centre = age::x25519::Identity::generate();
    for (round, part) in [Part::Include, Part::LeaveOut].into_iter().enumerate() {
        let from = round as u64 * count;
        shoot(&mut store, from + 1..=from + count);
        let options = SealOptions { originals: part, witness: part, ..SealOptions::new(centre.to_public()) };
        let start = Instant::now();
        let sealed = seal_session(&mut store, &session().id, &options, at(3)).unwrap();
        let sealing = start.elapsed();
        assert_eq!(sealed.iter().map(|bundle| bundle.records.len() as u64).sum::<u64>(), count);
        if measured.is_none() {
            continue;
        }
        let out = station.folder().join("again.age").to_string_lossy().into_owned();
        let with = |tool: &str, arguments: &[&str]| -> Duration {
            let start = Instant::now();
            assert!(Command::new(tool).args(arguments).arg(&sealed[0].path).output().unwrap().status.success());
            start.elapsed()
        };
        let hashing = with("sha256sum", &[]);
        let encrypting = with("age", &["-r", &centre.to_public().to_string(), "-o", &out]);
        let slower = sealing.as_secs_f64() / hashing.max(encrypting).as_secs_f64();
        println!(
            "{count} records, {} bytes, originals {part:?}: {sealing:?} (synced), sha256sum {hashing:?}, age {encrypting:?}: {slower:.2}",
            sealed[0].bytes
        );
    }
}
