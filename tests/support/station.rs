//! A station in a temporary folder, with made-up subjects and pictures and faults on demand.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tucai::domain::code::{CodeSource, SubjectCode};
use tucai::domain::ids::{ContentHash, SessionId, ShotNumber};
use tucai::domain::record::{Confirmation, ConfirmedBy};
use tucai::domain::roster::Row;
use tucai::domain::set_up::{Group, RunBy};
use tucai::domain::time::WallTime;
use tucai::store::{
    Approval, BundleRow, ChosenColumns, CreateOptions, Faults, NewLock, NewRecord, OpenOptions, Outcome, Passphrase,
    Point, Saved, SessionSettings, Store, StoreError,
};

/// Text that must never be found in any file: code, last four, heading.
pub(crate) const SECRET_CODE: &str = "STUDENT-CODE-4417-WANG-XIAOMING";
pub(crate) const SECRET_TAIL: &str = "917X";
pub(crate) const SECRET_GROUP: &str = "软件工程2201班王小明";
/// Of the school's list: 学号, name, the whole ID number. And somebody who works here, with their PIN.
pub(crate) const SECRET_ROWS: [(&str, &str, &str); 2] =
    [("2022X0417731", "欧阳锦绣", "11010120020304791X"), ("2022X0417732", "司马听雨", "320102200109185526")];
pub(crate) const SECRET_CLASS: &str = "测绘一班";
pub(crate) const SECRET_OPERATOR: &str = "端木值守";
pub(crate) const SECRET_PIN: &str = "60493817";

pub(crate) fn passphrase() -> Passphrase {
    Passphrase::new("correct horse".to_owned()).unwrap()
}

/// 2026-06-01 10:00 in Shanghai, and `seconds` later.
pub(crate) fn at(seconds: i64) -> WallTime {
    WallTime { unix_millis: 1_780_279_200_000 + seconds * 1000, offset_minutes: 480 }
}

/// Bytes that begin as a JPEG does and differ by `seed`.
pub(crate) fn jpeg(seed: u64, bytes: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let noise = std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    });
    [0xff, 0xd8, 0xff, 0xe0].into_iter().chain(*b"\0\x10JFIF").chain(noise).take(bytes).collect()
}

pub(crate) fn session() -> SessionSettings {
    let id = SessionId::try_from("2026-A".to_owned()).unwrap();
    SessionSettings {
        school_code: Some("10595".to_owned()),
        groups: vec![Group { name: SECRET_GROUP.to_owned(), heads: Some(40) }],
        ..SessionSettings::new(id, "第一天".to_owned(), "degree-2017".to_owned())
    }
}

pub(crate) fn code(n: u64) -> SubjectCode {
    SubjectCode::new(format!("{SECRET_CODE}-{n}").into_bytes()).unwrap()
}

pub(crate) fn lock(n: u64) -> NewLock {
    NewLock {
        session: session().id,
        group: Some(SECRET_GROUP.to_owned()),
        code: code(n),
        source: CodeSource::Camera,
        symbol: None,
        witness: Some(jpeg(n + 1_000_000, 9_000)),
        replaces: None,
    }
}

pub(crate) fn record(shot: ShotNumber, n: u64) -> NewRecord {
    NewRecord {
        shot,
        photo: jpeg(n, 33_000),
        original: jpeg(n + 2_000_000, 220_000),
        original_media_type: "image/jpeg".to_owned(),
        exposure: None,
        approval: Approval::ByAccept,
        last_four: Some(SECRET_TAIL.to_owned()),
        roster_key: None,
        notice_version: 1,
        notice_acknowledged: true,
        operator: 1,
        confirmation: Confirmation { by: ConfirmedBy::Student, at: at(0) },
        simulated: true,
        camera: "test".to_owned(),
        profile_id: "degree-2017".to_owned(),
        profile_version: 1,
        profile_sha256: ContentHash([7; 32]),
        checks_version: 1,
        models_version: "none".to_owned(),
        findings: Vec::new(),
        attested: Vec::new(),
        overrides: Vec::new(),
        supersedes: None,
        captured_at: at(0),
    }
}

/// The school runs the session, and its list is taken.
pub(crate) fn take_list(store: &mut Store) {
    store.set_session(&SessionSettings { run_by: Some(RunBy::School), ..session() }, 1, at(0)).unwrap();
    let rows = SECRET_ROWS.map(|(number, name, id)| Row {
        name: name.to_owned(),
        id_number: Some(id.to_owned()),
        walk_up: false,
        ..Row::walk_up(number.to_owned(), Some(SECRET_CLASS.to_owned()))
    });
    store.set_roster(&session().id, &rows, &ChosenColumns::new(), 1, at(0)).unwrap();
}

/// Scans and stores subject `n`.
pub(crate) fn store_one(store: &mut Store, n: u64) -> Result<Saved, StoreError> {
    let shot = store.take_lock(&lock(n), 1, at(n.cast_signed()))?;
    store.save(record(shot, n), at(n.cast_signed()))
}

/// A data folder, and a folder that plays the second disk.
pub(crate) struct Station {
    pub(crate) first: tempfile::TempDir,
    pub(crate) second: tempfile::TempDir,
}

impl Station {
    /// A station with an open session and a second disk; the store is closed again.
    pub(crate) fn new() -> Self {
        let station = Self::without_copy();
        let mut store = station.open();
        let folder = station.second.path().to_owned();
        store.change_settings(|settings| settings.second_copy = Some(folder)).unwrap();
        station
    }

    pub(crate) fn without_copy() -> Self {
        let station = Self { first: tempfile::tempdir().unwrap(), second: tempfile::tempdir().unwrap() };
        let options = CreateOptions { work_factor: 10, ..CreateOptions::default() };
        let mut store = Store::create(station.folder(), &passphrase(), &options, at(0)).unwrap();
        store.new_session(&session(), 1, at(0)).unwrap();
        station
    }

    pub(crate) fn folder(&self) -> &Path {
        self.first.path()
    }

    pub(crate) fn open(&self) -> Store {
        self.try_open(&OpenOptions::default()).unwrap()
    }

    pub(crate) fn try_open(&self, options: &OpenOptions) -> Result<Store, StoreError> {
        Store::open(self.folder(), &passphrase(), options, at(100))
    }

    pub(crate) fn rebuild(&self) -> Store {
        Store::rebuild(self.folder(), &passphrase(), &OpenOptions::default(), at(200)).unwrap()
    }
}

/// Every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Fails one step, counted from 1, and remembers every step that was asked.
#[derive(Debug, Default)]
pub(crate) struct FailAt {
    asked: AtomicUsize,
    fail: AtomicUsize,
    pub(crate) kind: Mutex<Option<io::ErrorKind>>,
    pub(crate) seen: Mutex<Vec<Point>>,
}

impl FailAt {
    /// Lets everything through, until [`Self::arm`].
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Fails the `nth` step from now.
    pub(crate) fn arm(&self, nth: usize, kind: io::ErrorKind) {
        self.seen.lock().unwrap().clear();
        self.asked.store(0, Ordering::SeqCst);
        *self.kind.lock().unwrap() = Some(kind);
        self.fail.store(nth, Ordering::SeqCst);
    }

    /// The step that failed.
    pub(crate) fn failed(&self) -> Option<Point> {
        self.seen.lock().unwrap().get(self.fail.load(Ordering::SeqCst).wrapping_sub(1)).copied()
    }
}

impl Faults for FailAt {
    fn before(&self, point: Point) -> Outcome {
        if point.medium == tucai::store::Medium::Second {
            return Outcome::Go;
        }
        self.seen.lock().unwrap().push(point);
        let count = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let kind = *self.kind.lock().unwrap();
        match kind {
            Some(kind) if count == self.fail.load(Ordering::SeqCst) => Outcome::FailAfter(100, io::Error::from(kind)),
            _ => Outcome::Go,
        }
    }
}

/// A bundle of everything that is approved, not yet marked, with this byte all through its hash.
pub(crate) fn bundle(store: &Store, mark: u8) -> BundleRow {
    let next = store.next_bundle().unwrap();
    let records = store.approved_unsealed(&session().id).unwrap();
    BundleRow {
        sequence: next.sequence,
        session: session().id,
        file_name: format!("2026-A-X-{:06}.tucai", next.sequence),
        sha256: ContentHash([mark; 32]),
        previous_sha256: next.previous_sha256,
        bytes: 1,
        recipient: "age1".to_owned(),
        records: records.iter().map(|stored| stored.record.id).collect(),
        made_at: at(50),
        delivered: None,
    }
}
