//! `desk.age`: what the desk must not forget between two starts and what is in no record yet: pictures of a tethered
//! camera that wait for somebody, and how far its clock is ahead. Sealed, since paths may name people; written whole
//! with every change.

use std::fs;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::disk::{FileKind, UNFINISHED_PREFIX};
use super::error::StoreError;
use super::recipients::unseal;
use super::station::Store;
use crate::domain::fault::StoreFault;
use crate::domain::tether::Kept;

/// The newest layout that this version reads.
const FORMAT: u32 = 1;
const FILE: &str = "desk.age";
/// Some thousand paths.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
struct Content {
    format: u32,
    tether: Kept,
}

impl Store {
    /// Keeps it in the place of what was kept before; nothing at all leaves no file.
    pub fn keep_tether(&self, kept: &Kept) -> Result<(), StoreError> {
        self.writable()?;
        let path = self.folder.join(FILE);
        if *kept == Kept::default() {
            return if path.exists() { self.disk.remove(FileKind::Lock, &path) } else { Ok(()) };
        }
        let content = Content { format: FORMAT, tether: kept.clone() };
        let plain =
            Zeroizing::new(serde_json::to_vec(&content).map_err(|error| {
                StoreError::caused_by(StoreFault::Other, "cannot write what the desk keeps", error)
            })?);
        self.disk.write_whole(FileKind::Lock, &path, &self.recipients.seal(&plain)?)
    }

    /// What a crash left half written names people, and no purge would find it; the file before it is whole.
    pub(super) fn remove_unfinished_tray(&self) -> Result<(), StoreError> {
        self.disk.remove(FileKind::Lock, &self.folder.join(format!("{UNFINISHED_PREFIX}{FILE}")))
    }

    /// What was kept; nothing when there is none. A damaged file is set aside and said in the log.
    pub fn kept_tether(&self) -> Result<Kept, StoreError> {
        let path = self.folder.join(FILE);
        let plain = match fs::read(&path) {
            Ok(bytes) => unseal(&bytes, self.keys.identity(), MAX_BYTES).map(Zeroizing::new).ok(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Kept::default()),
            Err(error) => {
                // A tray that cannot be read must not keep the desk shut.
                log::warn!("desk.age: {error}");
                None
            }
        };
        let content = plain.and_then(|plain| serde_json::from_slice::<Content>(&plain).ok());
        match content {
            Some(content) if content.format <= FORMAT => Ok(content.tether),
            Some(_) => Err(StoreError::new(StoreFault::NewerVersion, "desk.age was written by a newer version")),
            None => {
                log::warn!("desk.age is damaged: what waited in the tray is to be brought again");
                if self.writable().is_ok()
                    && let Err(error) = self.disk.set_aside(&path, &self.folder.join("set-aside"))
                {
                    log::warn!("desk.age cannot be set aside: {error}");
                }
                Ok(Kept::default())
            }
        }
    }
}
