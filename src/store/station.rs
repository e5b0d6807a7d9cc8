//! The open store: making a station, opening it, its settings, and the one way in which anything is written.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::apply::{apply, insert_event, set_file_length};
use super::database::{self, Mode};
use super::disk::{Disk, FileKind, Medium, NoFaults, Step};
use super::error::StoreError;
use super::event::What;
use super::folder_lock::FolderLock;
use super::journal::{Batch, Head, Journal};
use super::keys::{Passphrase, PublicKeys, StationKeys, WORK_FACTOR};
use super::recipients::Recipients;
use super::report::OpenReport;
use super::second::{self, Lines, SecondDisk};
use super::settings::Settings;
use super::{Faults, rows};
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, RecordId, StationLetter};
use crate::domain::time::WallTime;

const KEY_FILE: &str = "station.key";
const SETTINGS_FILE: &str = "station.toml";

/// How a folder is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Access {
    /// Holds the folder; one process at a time.
    #[default]
    ReadWrite,
    /// Beside a running window; changes nothing.
    ReadOnly,
}

/// What a new station is made with.
#[derive(Debug, Clone)]
pub struct CreateOptions {
    pub letter: StationLetter,
    /// What people call the station.
    pub name: String,
    /// Folder on a second disk; the copy goes into a folder of the station's id in it.
    pub second_copy: Option<PathBuf>,
    /// `age1…` of the recovery key.
    pub recovery: Option<String>,
    /// Every record is worth nothing: the demonstration.
    pub simulated: bool,
    /// Binary logarithm of scrypt's N: [`WORK_FACTOR`], less only in tests.
    pub work_factor: u8,
    pub faults: Arc<dyn Faults>,
}

impl Default for CreateOptions {
    fn default() -> Self {
        Self {
            letter: StationLetter::A,
            name: String::new(),
            second_copy: None,
            recovery: None,
            simulated: false,
            work_factor: WORK_FACTOR,
            faults: Arc::new(NoFaults),
        }
    }
}

/// How an existing station is opened.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    pub access: Access,
    pub faults: Arc<dyn Faults>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { access: Access::ReadWrite, faults: Arc::new(NoFaults) }
    }
}

impl OpenOptions {
    pub fn read_only() -> Self {
        Self { access: Access::ReadOnly, ..Self::default() }
    }
}

/// An open station: its records, sessions, locks, bundles and history.
///
/// Everything that changes goes through the journal first; a method that returns `Ok` has it on the first disk,
/// synced. Wall times come in as arguments and are only remembered; sequence numbers order things.
#[derive(Debug)]
pub struct Store {
    pub(super) folder: PathBuf,
    pub(super) access: Access,
    pub(super) settings: Settings,
    pub(super) keys: StationKeys,
    pub(super) recipients: Recipients,
    pub(super) connection: Connection,
    pub(super) journal: Journal,
    pub(super) head: Head,
    pub(super) disk: Disk,
    pub(super) faults: Arc<dyn Faults>,
    pub(super) second: Option<SecondDisk>,
    /// Copies that landed and whose rows do not say so yet.
    pub(super) landed: Vec<RecordId>,
    /// Copies that landed and that nobody was told of yet.
    pub(super) announce: Vec<RecordId>,
    pub(super) report: OpenReport,
    /// Held until the end; dropped after everything above.
    _lock: Option<FolderLock>,
    throwaway: Option<tempfile::TempDir>,
}

impl Store {
    /// Makes a station in an empty or new folder.
    pub fn create(
        folder: &Path,
        passphrase: &Passphrase,
        options: &CreateOptions,
        now: WallTime,
    ) -> Result<Self, StoreError> {
        let disk = Disk::new(Medium::First, Arc::clone(&options.faults));
        let lock = prepare_new_folder(folder, &disk)?;
        let keys = StationKeys::generate()?;
        let key_file = keys.seal(passphrase, options.work_factor)?;
        let mut settings = Settings::new(keys.station_id(), options.letter, options.name.clone());
        settings.simulated = options.simulated;
        settings.second_copy.clone_from(&options.second_copy);
        settings.recovery.clone_from(&options.recovery);
        settings.key_sha256 = vec![ContentHash::of(&key_file)];
        let recipients = keys.recipients(settings.recovery_recipient()?);
        let text = settings.to_toml()?.into_bytes();
        if let Some(second) = &settings.second_copy {
            let second_disk = Disk::new(Medium::Second, Arc::clone(&options.faults));
            let root = second::root(second, &settings.station);
            second::prepare(&second_disk, &root, &[(KEY_FILE, key_file.clone()), (SETTINGS_FILE, text.clone())])?;
        }
        disk.write_whole(FileKind::Settings, &folder.join(SETTINGS_FILE), &text)?;
        disk.make_folder(FileKind::Settings, &folder.join("set-aside"))?;
        let connection = database::create(folder, &keys)?;
        // Last, since a folder with a key is a station.
        disk.write_whole(FileKind::Key, &folder.join(KEY_FILE), &key_file)?;
        let access = Access::ReadWrite;
        let faults = Arc::clone(&options.faults);
        let mut store =
            Self::assemble(folder, access, settings, keys, recipients, connection, disk, faults, Some(lock))?;
        let (station, letter) = (store.settings.station.clone(), store.settings.letter);
        store.commit(vec![What::StationMade { station, letter }], 0, now, |_| Ok(()))?;
        store.start_second_copy()?;
        Ok(store)
    }

    /// Makes a station in a temporary folder that goes with it, under a passphrase that nobody knows. Every record
    /// in it is simulated.
    pub fn create_throwaway(now: WallTime) -> Result<Self, StoreError> {
        let made = tempfile::Builder::new().prefix("tucai-demo-").tempdir();
        let folder =
            made.map_err(|error| StoreError::caused_by(StoreFault::Other, "no temporary folder can be made", error))?;
        // Nobody opens it again, so the passphrase may be cheap to try.
        let options =
            CreateOptions { name: "demo".to_owned(), simulated: true, work_factor: 10, ..CreateOptions::default() };
        let mut store = Self::create(folder.path(), &Passphrase::random()?, &options, now)?;
        store.throwaway = Some(folder);
        Ok(store)
    }

    /// Opens a station. With [`Access::ReadWrite`] capsules, second copy, journal and rows are reconciled; see
    /// [`Self::report`].
    pub fn open(
        folder: &Path,
        passphrase: &Passphrase,
        options: &OpenOptions,
        now: WallTime,
    ) -> Result<Self, StoreError> {
        let opened = Unlocked::open(folder, passphrase, options)?;
        let connection = opened.database()?;
        opened.into_store(connection, options, now)
    }

    /// Makes the database anew from capsules and journal. The old one, damaged or not, is set aside whole.
    pub fn rebuild(
        folder: &Path,
        passphrase: &Passphrase,
        options: &OpenOptions,
        now: WallTime,
    ) -> Result<Self, StoreError> {
        let opened = Unlocked::open(folder, passphrase, options)?;
        let disk = Disk::new(Medium::First, Arc::clone(&options.faults));
        let old = database::path(folder).exists();
        let aside = if old { Some(database::set_aside(folder, &disk, "rebuilt")?) } else { None };
        let connection = database::create(folder, &opened.keys)?;
        let mut store = opened.into_store(connection, options, now)?;
        store.report.database_set_aside = aside;
        Ok(store)
    }

    fn assemble(
        folder: &Path,
        access: Access,
        settings: Settings,
        keys: StationKeys,
        recipients: Recipients,
        connection: Connection,
        disk: Disk,
        faults: Arc<dyn Faults>,
        lock: Option<FolderLock>,
    ) -> Result<Self, StoreError> {
        let head = read_head(&connection)?;
        Ok(Self {
            folder: folder.to_owned(),
            access,
            settings,
            keys,
            recipients,
            connection,
            journal: Journal::new(folder),
            head,
            disk,
            faults,
            second: None,
            landed: Vec::new(),
            announce: Vec::new(),
            report: OpenReport::default(),
            _lock: lock,
            throwaway: None,
        })
    }

    /// What was found and mended when the folder was opened.
    pub fn report(&self) -> &OpenReport {
        &self.report
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn keys(&self) -> &StationKeys {
        &self.keys
    }

    pub fn public_keys(&self) -> PublicKeys {
        self.keys.public()
    }

    /// A write or sync failed: nothing is stored any more until the disk was replaced and the store opened anew.
    pub fn is_disk_failing(&self) -> bool {
        self.disk.is_failing()
    }

    /// Seals the same keys under another passphrase, on both disks.
    pub fn change_passphrase(&mut self, passphrase: &Passphrase, work_factor: u8) -> Result<(), StoreError> {
        self.writable()?;
        let key_file = self.keys.seal(passphrase, work_factor)?;
        let new = ContentHash::of(&key_file);
        // Both are allowed until the new key is in place, so that no moment looks like a damaged key.
        self.settings.key_sha256.push(new);
        self.write_settings()?;
        self.disk.write_whole(FileKind::Key, &self.folder.join(KEY_FILE), &key_file)?;
        self.settings.key_sha256 = vec![new];
        self.write_settings()?;
        match self.second.as_ref().map(|second| second.root().to_owned()) {
            Some(root) if root.is_dir() => second::prepare(&self.second_disk(), &root, &[(KEY_FILE, key_file)]),
            _ => Ok(()),
        }
    }

    /// Changes the station's label or copies; written to both disks before it counts.
    pub fn change_settings(&mut self, change: impl FnOnce(&mut Settings)) -> Result<(), StoreError> {
        self.writable()?;
        let before = self.settings.clone();
        change(&mut self.settings);
        self.settings.station.clone_from(&before.station);
        self.settings.key_sha256.clone_from(&before.key_sha256);
        self.settings.simulated |= before.simulated;
        let done = self.take_settings(&before);
        if done.is_err() {
            self.settings = before;
        }
        done
    }

    fn take_settings(&mut self, before: &Settings) -> Result<(), StoreError> {
        let recovery = self.settings.recovery_recipient()?;
        if self.settings.second_copy != before.second_copy
            && let Some(folder) = &self.settings.second_copy
        {
            let root = second::root(folder, &self.settings.station);
            let key_path = self.folder.join(KEY_FILE);
            let key_file = fs::read(&key_path).map_err(|error| StoreError::io("read", &key_path, error))?;
            second::prepare(&self.second_disk(), &root, &[(KEY_FILE, key_file)])?;
        }
        self.write_settings()?;
        self.recipients = self.keys.recipients(recovery);
        if self.settings.second_copy != before.second_copy {
            self.start_second_copy()?;
        }
        Ok(())
    }

    fn write_settings(&self) -> Result<(), StoreError> {
        let text = self.settings.to_toml()?.into_bytes();
        self.disk.write_whole(FileKind::Settings, &self.folder.join(SETTINGS_FILE), &text)?;
        let root = self.settings.second_copy.as_ref().map(|folder| second::root(folder, &self.settings.station));
        if let Some(root) = root.filter(|root| root.is_dir())
            && let Err(error) = second::prepare(&self.second_disk(), &root, &[(SETTINGS_FILE, text)])
        {
            // The first disk decides; the second's copy is written again with the next change.
            log::warn!("second copy of the settings: {error}");
        }
        Ok(())
    }

    pub(super) fn second_disk(&self) -> Disk {
        Disk::new(Medium::Second, Arc::clone(&self.faults))
    }

    /// Refuses to write: opened for reading, or the disk is failing.
    pub(super) fn writable(&self) -> Result<(), StoreError> {
        if self.access == Access::ReadOnly {
            return Err(StoreError::new(StoreFault::FolderNotWritable, "the folder was opened for reading only"));
        }
        self.disk.check()
    }

    /// Makes events durable with what they do to the database: statements first, so that a refusal by a constraint
    /// leaves no trace, then the journal's lines, then the commit. What fails is taken back, unless the disk itself
    /// is failing; then nothing more is touched and the next start puts together what is there.
    pub(super) fn commit(
        &mut self,
        whats: Vec<What>,
        by: u32,
        now: WallTime,
        prepare: impl FnOnce(&Transaction<'_>) -> Result<(), StoreError>,
    ) -> Result<Lines, StoreError> {
        self.writable()?;
        let batch = Batch::seal(&self.head, &self.recipients, whats, by, now)?;
        let bytes = batch.bytes();
        let landed = self.second.as_ref().map(SecondDisk::take_landed).unwrap_or_default();
        self.announce.extend(&landed);
        self.landed.extend(landed);
        let outcome = self.commit_batch(&batch, &bytes, prepare);
        let offset = outcome.inspect_err(|error| {
            if matches!(error.fault(), StoreFault::DiskFailing | StoreFault::DatabaseDamaged) {
                self.disk.declare_failing();
            }
        })?;
        if let Some((_, line)) = batch.events.last() {
            self.head = Head { seq: line.seq, hash: line.hash };
        }
        self.landed.clear();
        Ok(Lines { file: batch.file, offset, bytes })
    }

    fn commit_batch(
        &mut self,
        batch: &Batch,
        bytes: &[u8],
        prepare: impl FnOnce(&Transaction<'_>) -> Result<(), StoreError>,
    ) -> Result<u64, StoreError> {
        let offset = file_length(&self.connection, &batch.file)?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        rows::mark_copied(&transaction, &self.landed)?;
        prepare(&transaction)?;
        let mut end = offset;
        for (event, line) in &batch.events {
            end += line.text.len() as u64 + 1;
            insert_event(&transaction, event, line, &batch.file, end)?;
            apply(&transaction, event)?;
        }
        set_file_length(&transaction, &batch.file, end)?;
        self.journal.append(&self.disk, &batch.file, offset, bytes)?;
        let path = database::path(&self.folder);
        let committed = self
            .disk
            .step(FileKind::Database, Step::Commit, &path, || Ok(()))
            .and_then(|()| transaction.commit().map_err(StoreError::from));
        if let Err(error) = committed {
            if error.fault() == StoreFault::DiskFailing {
                self.disk.declare_failing();
            } else {
                self.journal.take_back(&self.disk, &batch.file, offset)?;
            }
            return Err(error);
        }
        Ok(offset)
    }

    /// Commits and sends the lines to the second disk.
    pub(super) fn commit_and_copy(
        &mut self,
        whats: Vec<What>,
        by: u32,
        now: WallTime,
        prepare: impl FnOnce(&Transaction<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let lines = self.commit(whats, by, now, prepare)?;
        if let Some(second) = &self.second {
            second.lines(lines);
        }
        Ok(())
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if self.writable().is_err() {
            return;
        }
        self.landed.extend(self.second.as_ref().map(SecondDisk::take_landed).unwrap_or_default());
        if let Err(error) = rows::mark_copied(&self.connection, &self.landed) {
            // Only a hint: the next start looks at the second disk itself.
            log::warn!("which copies landed was not remembered: {error}");
        }
    }
}

/// A folder whose key was opened, before its database is.
struct Unlocked {
    folder: PathBuf,
    access: Access,
    settings: Settings,
    keys: StationKeys,
    recipients: Recipients,
    lock: Option<FolderLock>,
}

impl Unlocked {
    fn open(folder: &Path, passphrase: &Passphrase, options: &OpenOptions) -> Result<Self, StoreError> {
        let (key_file, text) = read_station_files(folder)?;
        let lock = match options.access {
            Access::ReadWrite => Some(FolderLock::take(folder)?),
            Access::ReadOnly => None,
        };
        let settings = Settings::from_toml(&text)?;
        if !settings.key_sha256.is_empty() && !settings.key_sha256.contains(&ContentHash::of(&key_file)) {
            return Err(StoreError::new(StoreFault::KeyDamaged, "station.key is not the file that was written"));
        }
        let keys = StationKeys::unseal(&key_file, passphrase)?;
        if keys.station_id() != settings.station {
            return Err(StoreError::new(StoreFault::KeyDamaged, "station.key belongs to another station"));
        }
        let recipients = keys.recipients(settings.recovery_recipient()?);
        Ok(Self { folder: folder.to_owned(), access: options.access, settings, keys, recipients, lock })
    }

    /// Opens the database; a damaged one is set aside whole (when writing), named in the error, and stays there.
    fn database(&self) -> Result<Connection, StoreError> {
        let mode = if self.access == Access::ReadOnly { Mode::Read } else { Mode::Write };
        if !database::path(&self.folder).exists() {
            let what = "there is no database; capsules and journal are as they were";
            return Err(StoreError::new(StoreFault::DatabaseDamaged, what));
        }
        let error = match database::open(&self.folder, &self.keys, mode) {
            Ok(connection) => return Ok(connection),
            Err(error) => error,
        };
        if error.fault() != StoreFault::DatabaseDamaged || self.access == Access::ReadOnly {
            return Err(error);
        }
        let disk = Disk::new(Medium::First, Arc::new(NoFaults));
        let aside = database::set_aside(&self.folder, &disk, "damaged")?;
        let what = format!("the database is damaged; it lies intact in {}", aside.display());
        Err(StoreError::caused_by(StoreFault::DatabaseDamaged, what, error))
    }

    fn into_store(self, connection: Connection, options: &OpenOptions, now: WallTime) -> Result<Store, StoreError> {
        let disk = Disk::new(Medium::First, Arc::clone(&options.faults));
        let faults = Arc::clone(&options.faults);
        let mut store = Store::assemble(
            &self.folder,
            self.access,
            self.settings,
            self.keys,
            self.recipients,
            connection,
            disk,
            faults,
            self.lock,
        )?;
        if store.access == Access::ReadWrite {
            store.reconcile(now)?;
            store.start_second_copy()?;
        }
        Ok(store)
    }
}

fn prepare_new_folder(folder: &Path, disk: &Disk) -> Result<FolderLock, StoreError> {
    if folder.join(KEY_FILE).exists() {
        return Err(StoreError::new(StoreFault::Other, "the folder already holds a station"));
    }
    if folder.join("capsules").exists() || folder.join("journal").exists() {
        let what = "the folder holds records whose station.key is missing";
        return Err(StoreError::new(StoreFault::KeyDamaged, what));
    }
    disk.make_folder(FileKind::Settings, folder)?;
    let lock = FolderLock::take(folder)?;
    // Left by a start that did not get as far as the key: there is nothing in it yet.
    if database::path(folder).exists() {
        database::set_aside(folder, disk, "unfinished")?;
    }
    Ok(lock)
}

fn read_station_files(folder: &Path) -> Result<(Vec<u8>, String), StoreError> {
    if !folder.is_dir() {
        let what = format!("{} is not there", folder.display());
        return Err(StoreError::new(StoreFault::FolderMissing, what));
    }
    let key_path = folder.join(KEY_FILE);
    if !key_path.exists() {
        let holds_records = folder.join("capsules").is_dir() || folder.join(SETTINGS_FILE).exists();
        let (fault, what) = if holds_records && folder.join("journal").is_dir() {
            (StoreFault::KeyDamaged, "station.key is missing; the second copy has one")
        } else {
            (StoreFault::NoStation, "the folder holds no station")
        };
        return Err(StoreError::new(fault, what));
    }
    let key_file = fs::read(&key_path).map_err(|error| StoreError::io("read", &key_path, error))?;
    let path = folder.join(SETTINGS_FILE);
    let text = fs::read_to_string(&path).map_err(|error| StoreError::io("read", &path, error))?;
    Ok((key_file, text))
}

/// The newest line that the database knows.
pub(super) fn read_head(connection: &Connection) -> Result<Head, StoreError> {
    use rusqlite::OptionalExtension as _;
    let found: Option<(u64, Vec<u8>)> = connection
        .query_row("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok((row.get::<_, rows::Count>(0)?.0, row.get(1)?))
        })
        .optional()?;
    match found {
        Some((seq, hash)) => Ok(Head { seq, hash: rows::hash_column(hash)? }),
        None => Ok(Head::START),
    }
}

/// How long a journal file is, as far as the database knows.
pub(super) fn file_length(connection: &Connection, file: &str) -> Result<u64, StoreError> {
    use rusqlite::OptionalExtension as _;
    let mut select = connection.prepare_cached("SELECT length FROM journal_file WHERE name = ?1")?;
    Ok(select.query_row([file], |row| row.get::<_, rows::Count>(0)).optional()?.map_or(0, |length| length.0))
}
