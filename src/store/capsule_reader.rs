//! Reading capsules on any thread: their folder and the station's key, without the database.

use std::fs;
use std::path::PathBuf;

use super::capsule::{self, Contents};
use super::error::StoreError;
use super::station::Store;
use super::values::StoredRecord;
use crate::domain::fault::StoreFault;
use crate::domain::ids::ContentHash;

/// Opens capsules of one station.
pub struct CapsuleReader {
    folder: PathBuf,
    identity: age::x25519::Identity,
}

impl Store {
    /// For a thread that reads ahead.
    pub fn capsule_reader(&self) -> CapsuleReader {
        CapsuleReader { folder: self.folder.clone(), identity: self.keys.identity().clone() }
    }
}

impl CapsuleReader {
    /// The whole capsule: record as stored, final picture, original, witness; every hash compared.
    pub fn contents(&self, stored: &StoredRecord) -> Result<Contents, StoreError> {
        let path = self.folder.join(&stored.capsule_path);
        let bytes = fs::read(&path).map_err(|error| StoreError::io("read", &path, error))?;
        if ContentHash::of(&bytes) != stored.capsule_sha256 {
            let what = format!("the capsule of {} is damaged", stored.record.id);
            return Err(StoreError::new(StoreFault::CapsuleDamaged, what));
        }
        capsule::open(&bytes, &self.identity)
    }
}
