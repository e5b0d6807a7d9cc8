//! How long storing, opening and searching take on a full station.

use std::path::Path;
use std::time::{Duration, Instant};

use tucai::domain::record::RecordState;
use tucai::store::{CreateOptions, Filter, NewLock, NewRecord, RecordSummary, Store};

use crate::setting;
use crate::station::{Station, at, code, jpeg, lock, passphrase, record, session};

/// Of one search key, design section 12.
const SEARCH: Duration = Duration::from_millis(50);
const OPEN: Duration = Duration::from_secs(1);
const DURABLE: Duration = Duration::from_millis(100);

pub fn prove() -> Vec<String> {
    let wanted = setting("SURVIVAL_RECORDS", 100_000);
    let station = Station::without_copy();
    println!("| what | measured | budget |");
    println!("|---|---|---|");
    let mut failures = Vec::new();
    let mut judge = |what: &str, took: Duration, budget: Duration| {
        let (took_ms, budget_ms) = (took.as_secs_f64() * 1000.0, budget.as_millis());
        println!("| {what} | {took_ms:.1} ms | {budget_ms} ms |");
        if took > budget {
            failures.push(format!("{what} took {took_ms:.1} ms, more than {budget_ms} ms"));
        }
    };
    let mut store = station.open();
    let mut waits = Vec::new();
    for n in 1..=200 {
        let shot = store.take_lock(&lock(n), 1, at(1)).unwrap();
        let began = Instant::now();
        store.save(record(shot, n), at(1)).unwrap();
        waits.push(began.elapsed());
    }
    waits.sort();
    judge("accept to durable, p50 of 200", waits[99], DURABLE);
    judge("accept to durable, p99 of 200", waits[197], DURABLE);
    drop(store);
    let began = Instant::now();
    let station = filled(wanted);
    println!(
        "| (filling a station with {wanted} records of small pictures) | {:.0} s | |",
        began.elapsed().as_secs_f64()
    );
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let began = Instant::now();
        drop(station.open());
        best = best.min(began.elapsed());
    }
    judge("opening, best of 5", best, OPEN);
    let store = station.open();
    search(&store, wanted, &mut judge);
    failures
}

fn search(store: &Store, wanted: u64, judge: &mut impl FnMut(&str, Duration, Duration)) {
    let page = Filter { limit: Some(100), ..Filter::default() };
    let of_session = Filter { session: Some(session().id), ..page.clone() };
    let text = |text: String| Filter { search: Some(text), ..of_session.clone() };
    let middle = wanted / 2;
    let digest = code(middle).digest().to_hex();
    let standing = RecordState::ALL.into_iter().filter(|state| *state != RecordState::Purged).collect();
    let cases: Vec<(&str, Filter, usize)> = vec![
        ("the newest page", of_session.clone(), 100),
        ("a page in the middle", Filter { offset: middle as u32, ..of_session.clone() }, 100),
        ("拍摄号, whole", text(format!("A-{middle:04}")), 1),
        ("拍摄号, a beginning", text("A-123".to_owned()), 100),
        ("group", Filter { group: Some("软件工程0007班".to_owned()), ..of_session.clone() }, 100),
        ("a rare group", Filter { group: Some("没有的班".to_owned()), ..of_session.clone() }, 0),
        ("code digest, 8 digits", text(digest[..8].to_owned()), 1),
        ("last four", text("0042".to_owned()), 20),
        ("last four that nobody has", text("000X".to_owned()), 0),
        ("拍摄号 among those that stand", Filter { states: standing, ..text(format!("A-{middle:04}")) }, 1),
        ("nothing of the kind", text("zzzz".to_owned()), 0),
        ("state", Filter { states: vec![RecordState::Approved], ..of_session.clone() }, 100),
        ("a rare state", Filter { states: vec![RecordState::Withdrawn], ..of_session.clone() }, 0),
    ];
    for (name, filter, least) in cases {
        let mut took = Duration::MAX;
        let mut found: Vec<RecordSummary> = Vec::new();
        for _ in 0..3 {
            let began = Instant::now();
            found = store.list(&filter).unwrap();
            took = took.min(began.elapsed());
        }
        assert!(found.len() >= least.min(wanted as usize / 2000 + 1), "{name}: {} found", found.len());
        judge(&format!("search: {name} ({} found)", found.len()), took, SEARCH);
    }
    let began = Instant::now();
    store.standing_record(code(middle).digest()).unwrap();
    judge("has this code been collected", began.elapsed(), SEARCH);
    let began = Instant::now();
    store.counts(Some(&session().id)).unwrap();
    judge("counts per state", began.elapsed(), SEARCH);
}

/// A station with so many records, in memory where that can be had: nobody wants to wait for 400 000 syncs.
fn filled(wanted: u64) -> Station {
    let memory = Path::new("/dev/shm");
    let first = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let station = Station { first: first.unwrap(), second: tempfile::tempdir().unwrap() };
    let options = CreateOptions { work_factor: 1, ..CreateOptions::default() };
    let mut store = Store::create(station.folder(), &passphrase(), &options, at(0)).unwrap();
    store.new_session(&session(), 1, at(0)).unwrap();
    for n in 1..=wanted {
        let group = Some(format!("软件工程{:04}班", n % 50));
        let shot = store.take_lock(&NewLock { witness: None, group, ..lock(n) }, 1, at(1)).unwrap();
        let last_four = Some(format!("{:04}", n % 5000));
        let (photo, original) = (jpeg(n, 1_000), jpeg(n, 1_000));
        store.save(NewRecord { photo, original, last_four, ..record(shot, n) }, at(2)).unwrap();
    }
    station
}
