//! `station.toml`: what this station is called and where its copies go. Nothing secret, nothing about people.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::station::SETTINGS_FILE;
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, StationLetter};
use crate::domain::set_up::FailingBackdrop;

/// The newest `station.toml` that this version reads.
const FORMAT: u32 = 1;

/// A station's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    pub format: u32,
    /// Minisign key id: which key this folder belongs to.
    pub station: String,
    /// The label on every shot number.
    pub letter: StationLetter,
    /// What people call the station.
    #[serde(default)]
    pub name: String,
    /// Every record on this station is worth nothing.
    #[serde(default)]
    pub simulated: bool,
    /// Folder on the second disk.
    #[serde(default)]
    pub second_copy: Option<PathBuf>,
    /// `age1…` of the recovery key: opens capsules when the station's key is lost.
    #[serde(default)]
    pub recovery: Option<String>,
    /// SHA-256 of `station.key` as it may be (two while the passphrase is being changed), so that a damaged key is
    /// told from a wrong passphrase.
    #[serde(default)]
    pub key_sha256: Vec<ContentHash>,
    /// Of this machine's place; a table, so that it stands last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backdrop: Option<FailingBackdrop>,
}

impl Settings {
    /// Reads a station's settings without opening it; nothing in them is secret.
    pub fn of_folder(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(SETTINGS_FILE);
        let text = std::fs::read_to_string(&path).map_err(|error| StoreError::io("read", &path, error))?;
        Self::from_toml(&text)
    }

    pub(super) fn new(station: String, letter: StationLetter, name: String) -> Self {
        let (simulated, second_copy, recovery, key_sha256, backdrop) = (false, None, None, Vec::new(), None);
        Self { format: FORMAT, station, letter, name, simulated, second_copy, recovery, key_sha256, backdrop }
    }

    pub(super) fn to_toml(&self) -> Result<String, StoreError> {
        let text = toml::to_string_pretty(self)
            .map_err(|error| StoreError::caused_by(StoreFault::Other, "cannot write station.toml", error))?;
        Ok(format!("# Settings of one 图采站. No secrets in here; the keys are in station.key.\n{text}"))
    }

    pub(super) fn from_toml(text: &str) -> Result<Self, StoreError> {
        let settings: Self = toml::from_str(text)
            .map_err(|error| StoreError::caused_by(StoreFault::Other, "station.toml cannot be read", error))?;
        if settings.format > FORMAT {
            return Err(StoreError::new(StoreFault::NewerVersion, "station.toml was written by a newer version"));
        }
        settings.recovery_recipient()?;
        Ok(settings)
    }

    /// The recovery key, parsed.
    pub(super) fn recovery_recipient(&self) -> Result<Option<age::x25519::Recipient>, StoreError> {
        let parse = |text: &String| {
            let what = || StoreError::new(StoreFault::Other, "the recovery key is no age recipient");
            text.parse::<age::x25519::Recipient>().ok().ok_or_else(what)
        };
        self.recovery.as_ref().map(parse).transpose()
    }
}
