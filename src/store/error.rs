//! What can go wrong in the store: a fault from the closed list, one English sentence, and the cause below it.
//!
//! The words for people stand in `text::fault`. Nothing here carries a code, a name or a passphrase.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;

use crate::domain::fault::StoreFault;

/// A failed storing, reading or opening.
#[derive(Debug)]
pub struct StoreError {
    fault: StoreFault,
    what: String,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl StoreError {
    pub fn new(fault: StoreFault, what: impl Into<String>) -> Self {
        Self { fault, what: what.into(), cause: None }
    }

    pub fn caused_by(fault: StoreFault, what: impl Into<String>, cause: impl Error + Send + Sync + 'static) -> Self {
        Self { fault, what: what.into(), cause: Some(Box::new(cause)) }
    }

    /// A failed system call on `path`; the fault follows from the system's answer.
    pub(super) fn io(doing: &str, path: &Path, cause: io::Error) -> Self {
        Self::caused_by(fault_of_io(&cause), format!("cannot {doing} {}", path.display()), cause)
    }

    /// Which of the closed list it is.
    pub fn fault(&self) -> StoreFault {
        self.fault
    }
}

/// What a system error means for the disk under the data folder.
pub(super) fn fault_of_io(error: &io::Error) -> StoreFault {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => StoreFault::DiskFull,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => StoreFault::FolderNotWritable,
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => StoreFault::FolderMissing,
        _ => StoreFault::DiskFailing,
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_ref().map(|cause| {
            let cause: &(dyn Error + 'static) = cause.as_ref();
            cause
        })
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::{ErrorCode, ffi};
        // The write-ahead log needs memory shared through the disk, and locks; some network drives have neither.
        let unsuitable = [
            ffi::SQLITE_IOERR_SHMMAP,
            ffi::SQLITE_IOERR_SHMOPEN,
            ffi::SQLITE_IOERR_SHMLOCK,
            ffi::SQLITE_IOERR_SHMSIZE,
            ffi::SQLITE_IOERR_LOCK,
        ];
        let extended = error.sqlite_error().map(|error| error.extended_code);
        let fault = match error.sqlite_error_code() {
            _ if extended.is_some_and(|code| unsuitable.contains(&code)) => StoreFault::DiskUnsuitable,
            Some(ErrorCode::DiskFull) => StoreFault::DiskFull,
            Some(ErrorCode::SystemIoFailure) => StoreFault::DiskFailing,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreFault::DatabaseDamaged,
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                StoreFault::FolderNotWritable
            }
            _ => StoreFault::Other,
        };
        Self::caused_by(fault, "the database refused", error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault_of(extended_code: i32) -> StoreFault {
        StoreError::from(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(extended_code), None)).fault()
    }

    #[test]
    fn a_disk_without_mapped_memory_is_told_from_one_that_fails() {
        // 5386 is what a folder shared into a virtual machine answered.
        assert_eq!(fault_of(5386), StoreFault::DiskUnsuitable);
        assert_eq!(fault_of(rusqlite::ffi::SQLITE_IOERR_WRITE), StoreFault::DiskFailing);
        assert_eq!(fault_of(rusqlite::ffi::SQLITE_FULL), StoreFault::DiskFull);
    }
}
