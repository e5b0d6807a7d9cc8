//! The open store: making a station, its settings, and ending.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use super::commit::read_head;
use super::disk::{Disk, FileKind, Medium};
use super::error::StoreError;
use super::event::What;
use super::folder_lock::FolderLock;
use super::journal::{Head, Journal};
use super::keys::{Passphrase, PublicKeys, StationKeys};
use super::options::{Access, CreateOptions, OpenOptions};
use super::recipients::Recipients;
use super::report::OpenReport;
use super::second::{self, SecondDisk};
use super::settings::Settings;
use super::unlock::Unlocked;
use super::{Faults, database, rows};
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, RecordId};
use crate::domain::time::{Monotonic, WallTime};

pub(super) const KEY_FILE: &str = "station.key";
pub(super) const SETTINGS_FILE: &str = "station.toml";

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
    /// Since when an operator waits after wrong PINs.
    pub(super) pin_waits: BTreeMap<u32, Monotonic>,
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
        store.keep_settings_text();
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
        let opened = Unlocked::open(folder, passphrase, options, Some(now))?;
        let connection = opened.database()?;
        opened.into_store(connection, options, now)
    }

    /// Reads a folder whose database is damaged, missing, or cannot be opened where nothing can be written: the index
    /// is made in memory from capsules and journal. Changes nothing. For a passphrase that has opened the station's key:
    /// wrong ones are not counted here.
    pub fn open_without_database(folder: &Path, passphrase: &Passphrase) -> Result<Self, StoreError> {
        let options = OpenOptions::read_only();
        let opened = Unlocked::open(folder, passphrase, &options, None)?;
        opened.into_store_without_database(&options, "the database cannot be read".to_owned())
    }

    /// Makes the database anew from capsules and journal. The old one, damaged or not, is set aside whole.
    pub fn rebuild(
        folder: &Path,
        passphrase: &Passphrase,
        options: &OpenOptions,
        now: WallTime,
    ) -> Result<Self, StoreError> {
        let opened = Unlocked::open(folder, passphrase, options, Some(now))?;
        let disk = Disk::new(Medium::First, Arc::clone(&options.faults));
        let old = database::path(folder).exists();
        let aside = if old { Some(database::set_aside(folder, &disk, "rebuilt")?) } else { None };
        let connection = database::create(folder, &opened.keys)?;
        let mut store = opened.into_store(connection, options, now)?;
        store.report.database_set_aside = aside;
        Ok(store)
    }

    pub(super) fn assemble(
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
            pin_waits: BTreeMap::new(),
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
        self.keep_settings_text();
        Ok(())
    }

    pub(super) fn second_disk(&self) -> Disk {
        Disk::new(Medium::Second, Arc::clone(&self.faults))
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
