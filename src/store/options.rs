//! How a station is made and how it is opened.

use std::path::PathBuf;
use std::sync::Arc;

use super::disk::{Faults, NoFaults};
use super::keys::WORK_FACTOR;
use crate::domain::ids::StationLetter;

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
    pub fn with_faults(faults: Arc<dyn Faults>) -> Self {
        Self { faults, ..Self::default() }
    }

    pub fn read_only() -> Self {
        Self { access: Access::ReadOnly, ..Self::default() }
    }
}
