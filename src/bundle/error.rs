//! What can go wrong with a bundle: the fault that people are told about, and the cause in English.

use std::io;

use crate::domain::fault::BundleFault;
use crate::store::StoreError;

/// A bundle or receipt that was not made or not accepted. Never carries a code, a name or a key.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// A rule said no.
    #[error("{what}")]
    Refused { fault: BundleFault, what: String },
    /// The system said no.
    #[error("{what}: {source}")]
    Io { fault: BundleFault, what: String, source: io::Error },
    /// The store said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

pub type Result<T> = std::result::Result<T, BundleError>;

impl BundleError {
    pub fn refused(fault: BundleFault, what: impl Into<String>) -> Self {
        Self::Refused { fault, what: what.into() }
    }

    /// A failed read or write; a full disk and a missing folder keep their own fault.
    pub fn io(what: impl Into<String>, source: io::Error) -> Self {
        let fault = match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                BundleFault::TargetFull
            }
            io::ErrorKind::NotFound => BundleFault::TargetMissing,
            io::ErrorKind::AlreadyExists => BundleFault::TargetExists,
            _ => BundleFault::Other,
        };
        Self::Io { fault, what: what.into(), source }
    }

    /// What `text::fault::bundle` has a sentence for.
    pub const fn fault(&self) -> BundleFault {
        match self {
            Self::Refused { fault, .. } | Self::Io { fault, .. } => *fault,
            Self::Store(_) => BundleFault::Other,
        }
    }
}

/// `Err` with a fault and its cause.
pub(crate) fn refuse<T>(fault: BundleFault, what: impl Into<String>) -> Result<T> {
    Err(BundleError::refused(fault, what))
}
