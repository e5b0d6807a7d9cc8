//! From a folder and a passphrase to an open store: which file is missing, damaged or held decides the fault.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use super::adopt::refuse_closed;
use super::database::{self, Mode};
use super::disk::{Disk, Medium, NoFaults};
use super::error::StoreError;
use super::folder_lock::FolderLock;
use super::keys::{Passphrase, StationKeys};
use super::options::{Access, OpenOptions};
use super::recipients::Recipients;
use super::settings::Settings;
use super::station::{KEY_FILE, SETTINGS_FILE, Store};
use super::tries;
use crate::domain::fault::StoreFault;
use crate::domain::ids::ContentHash;
use crate::domain::time::WallTime;

/// A folder whose key was opened, before its database is.
pub(super) struct Unlocked {
    folder: PathBuf,
    access: Access,
    settings: Settings,
    pub(super) keys: StationKeys,
    recipients: Recipients,
    lock: Option<FolderLock>,
}

impl Unlocked {
    /// `now`: wrong passphrases are counted, and too many of them wait; `None` where the same passphrase has just
    /// opened the key.
    pub(super) fn open(
        folder: &Path,
        passphrase: &Passphrase,
        options: &OpenOptions,
        now: Option<WallTime>,
    ) -> Result<Self, StoreError> {
        let (key_file, text) = read_station_files(folder)?;
        let lock = match options.access {
            Access::ReadWrite => Some(FolderLock::take(folder)?),
            Access::ReadOnly => None,
        };
        let settings = read_settings(&text)?;
        let known = settings.key_sha256.is_empty() || settings.key_sha256.contains(&ContentHash::of(&key_file));
        if let Some(now) = now {
            tries::refuse_too_soon(folder, now)?;
        }
        let keys = match StationKeys::unseal(&key_file, passphrase) {
            Err(_) if !known => {
                return Err(StoreError::new(StoreFault::KeyDamaged, "station.key is not the file that was written"));
            }
            keys => keys.inspect_err(|error| {
                if let Some(now) = now.filter(|_| error.fault() == StoreFault::WrongPassphrase) {
                    tries::count(folder, now);
                }
            })?,
        };
        tries::forget(folder);
        // A key that opens is whole: the file that says something else about it is the damaged one.
        match (known, keys.station_id() == settings.station) {
            (true, true) => {}
            (false, false) => {
                return Err(StoreError::new(StoreFault::KeyDamaged, "station.key belongs to another station"));
            }
            _ => return Err(settings_damaged("station.toml names another key than station.key")),
        }
        let recipients = keys.recipients(settings.recovery_recipient()?);
        Ok(Self { folder: folder.to_owned(), access: options.access, settings, keys, recipients, lock })
    }

    /// Opens the database; a damaged one is set aside whole (when writing), named in the error, and stays there.
    pub(super) fn database(&self) -> Result<Connection, StoreError> {
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

    /// An index in memory over capsules and journal, for reading beside a damaged or missing database.
    pub(super) fn into_store_without_database(self, options: &OpenOptions, why: String) -> Result<Store, StoreError> {
        let mut store = Self { access: Access::ReadOnly, ..self }.over(database::in_memory()?, options)?;
        store.index_in_memory(why)?;
        Ok(store)
    }

    pub(super) fn into_store(
        self,
        connection: Connection,
        options: &OpenOptions,
        now: WallTime,
    ) -> Result<Store, StoreError> {
        let mut store = self.over(connection, options)?;
        if store.access == Access::ReadWrite {
            refuse_closed(&store.folder)?;
            if let Some(root) = store.second_root() {
                refuse_closed(&root)?;
            }
            store.reconcile(now)?;
            store.start_second_copy()?;
            store.keep_settings_text();
        }
        Ok(store)
    }

    /// The store over an index, before anything is compared.
    fn over(self, connection: Connection, options: &OpenOptions) -> Result<Store, StoreError> {
        Store::assemble(
            &self.folder,
            self.access,
            self.settings,
            self.keys,
            self.recipients,
            connection,
            Disk::new(Medium::First, Arc::clone(&options.faults)),
            Arc::clone(&options.faults),
            self.lock,
        )
    }
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
    let text = fs::read_to_string(&path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => settings_damaged("station.toml is missing"),
        ErrorKind::InvalidData => settings_damaged("station.toml is no text"),
        _ => StoreError::io("read", &path, error),
    })?;
    Ok((key_file, text))
}

fn read_settings(text: &str) -> Result<Settings, StoreError> {
    Settings::from_toml(text).map_err(|error| match error.fault() {
        StoreFault::NewerVersion => error,
        _ => StoreError::caused_by(StoreFault::SettingsDamaged, "station.toml is damaged", error),
    })
}

fn settings_damaged(what: &str) -> StoreError {
    StoreError::new(StoreFault::SettingsDamaged, what)
}
