//! One writer per data folder: `station.lock`, a real file lock that the system drops with the process, with the
//! holder's process number and machine in it for the message.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Seek as _, Write as _};
use std::path::Path;
use std::time::Duration;

use super::error::StoreError;
use crate::domain::fault::StoreFault;

/// 0.2 s in all.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(20);

/// Held while the store may write.
#[derive(Debug)]
pub(super) struct FolderLock {
    /// The lock ends when this is closed.
    _file: File,
}

impl FolderLock {
    /// Takes the lock, or says who holds it.
    pub(super) fn take(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join("station.lock");
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| StoreError::io("open", &path, error))?;
        match try_for_a_moment(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                // Who it is helps, but the refusal does not depend on it; on Windows a locked file cannot be read.
                let holder = fs::read_to_string(&path).unwrap_or_default();
                let holder = holder.lines().next().unwrap_or("another process").to_owned();
                return Err(StoreError::new(StoreFault::FolderInUse, format!("the data folder is held by {holder}")));
            }
            Err(TryLockError::Error(error)) => return Err(StoreError::io("lock", &path, error)),
        }
        let written = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "process {} on {}", std::process::id(), machine_name()));
        written.map_err(|error| StoreError::io("write", &path, error))?;
        Ok(Self { _file: file })
    }
}

/// A child process that is just being started shares the lock until it runs its own program: what looks held may be
/// free a moment later.
fn try_for_a_moment(file: &File) -> Result<(), TryLockError> {
    for _ in 0..TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            other => return other,
        }
    }
    file.try_lock()
}

/// The machine's name, as far as the system says it without a call.
fn machine_name() -> String {
    let from_file = fs::read_to_string("/etc/hostname").ok().map(|name| name.trim().to_owned());
    let name = from_file.or_else(|| std::env::var("COMPUTERNAME").ok());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| "this machine".to_owned())
}
