//! `station.key` and `station.toml` on both disks: whether each is there, whole and the same, and how one that is not is
//! written again from the other disk; the settings also from the database, which keeps a copy of their text.
//!
//! A file that is replaced is copied aside before, and its successor takes its place in one step, so that there is no
//! moment without it. Only a key that a change of the passphrase has left behind on the second disk is not kept: it
//! would go on opening everything with the words that were given up.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::OptionalExtension as _;
use serde::Deserialize;

use super::apply::put_meta;
use super::database::{self, Mode};
use super::disk::{Disk, FileKind, Medium};
use super::error::StoreError;
use super::folder_lock::FolderLock;
use super::journal::Journal;
use super::keys::{Passphrase, StationKeys};
use super::options::OpenOptions;
use super::report::{Problem, ProblemKind};
use super::settings::Settings;
use super::station::{KEY_FILE, SETTINGS_FILE, Store};
use super::tries;
use crate::domain::fault::StoreFault;
use crate::domain::ids::ContentHash;
use crate::domain::time::WallTime;

/// The name of the settings' text among what the database keeps.
const KEPT: &str = "settings";

/// Both files of one folder, as far as they can be read.
struct Files {
    key: Option<Vec<u8>>,
    text: Option<Vec<u8>>,
}

impl Files {
    fn of(root: &Path) -> Self {
        Self { key: fs::read(root.join(KEY_FILE)).ok(), text: fs::read(root.join(SETTINGS_FILE)).ok() }
    }

    fn settings(&self) -> Option<Settings> {
        let text = std::str::from_utf8(self.text.as_deref()?).ok()?;
        Settings::from_toml(text).ok()
    }

    /// Its own settings speak of this key.
    fn belongs_together(&self, station: &str) -> bool {
        let settings = self.settings().filter(|settings| settings.station == station);
        settings
            .zip(self.key.as_ref())
            .is_some_and(|(settings, key)| settings.key_sha256.contains(&ContentHash::of(key)))
    }
}

impl Store {
    /// What is wrong with them on either disk. Where the first is wrong nothing is said about the second.
    pub(super) fn station_file_problems(&self, second: Option<&Path>) -> Vec<Problem> {
        let first = Files::of(&self.folder);
        let (key_right, settings_right) = (self.has_own_key(&first), self.has_own_settings(&first));
        let mut found = Vec::new();
        if !key_right {
            found.push((ProblemKind::KeyDamaged, KEY_FILE));
        }
        if !settings_right {
            found.push((ProblemKind::SettingsDamaged, SETTINGS_FILE));
        }
        let copy = second.map(Files::of);
        if let Some(copy) = copy.as_ref().filter(|copy| key_right && copy.key != first.key) {
            let kind = match &copy.key {
                None => ProblemKind::SecondKeyMissing,
                Some(_) if copy.belongs_together(&self.settings.station) => ProblemKind::SecondKeyOlder,
                Some(_) => ProblemKind::SecondKeyDiffers,
            };
            found.push((kind, KEY_FILE));
        }
        if let Some(copy) = copy.as_ref().filter(|copy| settings_right && copy.text != first.text) {
            let kind = match &copy.text {
                None => ProblemKind::SecondSettingsMissing,
                Some(_) if self.has_own_settings(copy) => ProblemKind::SecondSettingsOlder,
                Some(_) => ProblemKind::SecondSettingsDiffer,
            };
            found.push((kind, SETTINGS_FILE));
        }
        found.into_iter().map(|(kind, name)| Problem { kind, name: name.to_owned() }).collect()
    }

    /// Writes again what one of the disks has right: on the first one what was damaged since it was opened, on the
    /// second what differs from the first.
    pub(super) fn mend_station_files(&self, second: Option<&Path>) -> Result<(), StoreError> {
        let mut first = Files::of(&self.folder);
        if !self.has_own_key(&first)
            && let Some(copy) = second.map(Files::of).filter(|copy| self.has_own_key(copy))
            && let Some(key) = &copy.key
        {
            replace(&self.disk, &self.folder, KEY_FILE, key)?;
        }
        if !self.has_own_settings(&first) {
            replace(&self.disk, &self.folder, SETTINGS_FILE, self.settings.to_toml()?.as_bytes())?;
        }
        let Some(root) = second else { return Ok(()) };
        first = Files::of(&self.folder);
        let (copy, second_disk) = (Files::of(root), self.second_disk());
        if let Some(key) = first.key.as_ref().filter(|_| self.has_own_key(&first) && copy.key != first.key) {
            second_disk.write_whole(FileKind::Key, &root.join(KEY_FILE), key)?;
        }
        if let Some(text) = first.text.as_ref().filter(|_| self.has_own_settings(&first) && copy.text != first.text) {
            replace(&second_disk, root, SETTINGS_FILE, text)?;
        }
        Ok(())
    }

    /// Keeps the settings' text in the database, too: a station without a second disk gets it back from there.
    pub(super) fn keep_settings_text(&self) {
        let kept = self.settings.to_toml().and_then(|text| {
            let before = kept_text(&self.connection)?;
            if before.as_ref() == Some(&text) { Ok(()) } else { put_meta(&self.connection, KEPT, &text) }
        });
        if let Err(error) = kept {
            // The file itself is what counts.
            log::warn!("the database's copy of the settings: {error}");
        }
    }

    fn has_own_key(&self, files: &Files) -> bool {
        let known = &self.settings.key_sha256;
        files.key.as_ref().is_some_and(|key| known.is_empty() || known.contains(&ContentHash::of(key)))
    }

    fn has_own_settings(&self, files: &Files) -> bool {
        files.settings().is_some_and(|settings| settings.station == self.settings.station)
    }
}

fn kept_text(connection: &rusqlite::Connection) -> Result<Option<String>, StoreError> {
    Ok(connection.query_row("SELECT value FROM meta WHERE name = ?1", [KEPT], |row| row.get(0)).optional()?)
}

/// Puts a file into the place of another, which is copied aside before.
fn replace(disk: &Disk, root: &Path, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let kind = if name == KEY_FILE { FileKind::Key } else { FileKind::Settings };
    if let Ok(old) = fs::read(root.join(name)) {
        let aside = root.join("set-aside");
        disk.make_folder(FileKind::SetAside, &aside)?;
        let free = (0..u32::MAX).map(|n| aside.join(format!("{name}.{n}"))).find(|path| !path.exists());
        if let Some(free) = free {
            disk.write_whole(FileKind::SetAside, &free, &old)?;
        }
    }
    disk.write_whole(kind, &root.join(name), bytes)
}

/// Makes a folder open again whose key or settings are missing or damaged. The key is looked for on the first disk, on
/// the second, and in `copy`, a folder that somebody names; the settings there, too, and in the database. Gives what
/// was written.
pub(super) fn restore(
    folder: &Path,
    passphrase: &Passphrase,
    options: &OpenOptions,
    copy: Option<&Path>,
    now: WallTime,
) -> Result<Vec<Problem>, StoreError> {
    let _lock = FolderLock::take(folder)?;
    tries::refuse_too_soon(folder, now)?;
    let first = Files::of(folder);
    let named = first.settings();
    let copies: Vec<Files> =
        places_of_copies(&first, named.as_ref(), copy).iter().map(|root| Files::of(root)).collect();
    let found = find_key(folder, passphrase, &first, named.as_ref(), &copies);
    let (key, keys) = found.inspect_err(|error| {
        if error.fault() == StoreFault::WrongPassphrase {
            tries::count(folder, now);
        }
    })?;
    tries::forget(folder);
    let station = keys.station_id();
    let own = |settings: &Settings| settings.station == station;
    let settings = named
        .clone()
        .filter(own)
        .or_else(|| kept_in_database(folder, &keys).filter(own))
        .or_else(|| copies.iter().find_map(|copy| copy.settings().filter(own)));
    let mut settings = settings.ok_or_else(|| {
        let what = "station.toml is damaged, and no copy of it was found: name the second copy's folder with --copy";
        StoreError::new(StoreFault::SettingsDamaged, what)
    })?;
    settings.key_sha256 = vec![ContentHash::of(&key)];
    let disk = Disk::new(Medium::First, Arc::clone(&options.faults));
    let mut written = Vec::new();
    // The settings first: they name the key that is put in its place then.
    if named.as_ref() != Some(&settings) {
        replace(&disk, folder, SETTINGS_FILE, settings.to_toml()?.as_bytes())?;
        written.push(Problem { kind: ProblemKind::SettingsDamaged, name: SETTINGS_FILE.to_owned() });
    }
    if first.key.as_ref() != Some(&key) {
        replace(&disk, folder, KEY_FILE, &key)?;
        written.push(Problem { kind: ProblemKind::KeyDamaged, name: KEY_FILE.to_owned() });
    }
    Ok(written)
}

/// The first key that the passphrase opens and that opens this folder's journal.
fn find_key(
    folder: &Path,
    passphrase: &Passphrase,
    first: &Files,
    named: Option<&Settings>,
    copies: &[Files],
) -> Result<(Vec<u8>, StationKeys), StoreError> {
    let is_known = |key: &[u8]| named.is_some_and(|named| named.key_sha256.contains(&ContentHash::of(key)));
    let mut refused = false;
    let own = first.key.iter().map(|key| (key, named.is_none() || is_known(key)));
    let others = copies.iter().filter_map(|copy| copy.key.as_ref()).map(|key| (key, is_known(key)));
    for (key, is_whole) in own.chain(others) {
        match StationKeys::unseal(key, passphrase) {
            Ok(keys) if opens(folder, &keys, named) => return Ok((key.clone(), keys)),
            Ok(_) => {}
            // Of a key that may be damaged nobody can say that the passphrase is the wrong one.
            Err(error) => refused |= is_whole && error.fault() == StoreFault::WrongPassphrase,
        }
    }
    Err(if refused {
        StoreError::new(StoreFault::WrongPassphrase, "the passphrase does not open station.key")
    } else {
        let what = "station.key is damaged, and no copy of it was found: connect the second disk, or name the second \
                    copy's folder with --copy";
        StoreError::new(StoreFault::KeyDamaged, what)
    })
}

/// The journal is this key's; where it cannot be read the settings decide.
fn opens(folder: &Path, keys: &StationKeys, named: Option<&Settings>) -> bool {
    let lines = Journal::new(folder).all_lines().map(|all| all.lines).unwrap_or_default();
    lines.iter().any(|line| line.event(keys.identity()).is_ok())
        || named.is_some_and(|named| named.station == keys.station_id())
}

fn kept_in_database(folder: &Path, keys: &StationKeys) -> Option<Settings> {
    let connection = database::open(folder, keys, Mode::Read).ok()?;
    Settings::from_toml(&kept_text(&connection).ok()??).ok()
}

/// Folders that may hold a copy: where the settings send it, and the one that somebody names.
fn places_of_copies(first: &Files, named: Option<&Settings>, copy: Option<&Path>) -> Vec<PathBuf> {
    let configured = named.map_or_else(|| salvaged(first.text.as_deref()?), |named| named.second_copy.clone());
    let mut places = Vec::new();
    for folder in copy.map(Path::to_owned).into_iter().chain(configured) {
        let below = fs::read_dir(&folder).into_iter().flatten().filter_map(Result::ok).map(|entry| entry.path());
        let candidates = std::iter::once(folder.clone()).chain(below);
        places.extend(candidates.filter(|root| root.join(KEY_FILE).is_file() || root.join(SETTINGS_FILE).is_file()));
    }
    places
}

/// The one line of damaged settings that says where the copy is.
fn salvaged(text: &[u8]) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Line {
        second_copy: PathBuf,
    }
    let text = String::from_utf8_lossy(text);
    let lines = text.lines().filter(|line| line.starts_with("second_copy"));
    lines.filter_map(|line| toml::from_str::<Line>(line).ok()).map(|line| line.second_copy).next()
}
