//! Tries a folder before photos depend on it: writes a file, syncs it, reads it back from the disk, compares, removes it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use super::os::read_uncached;
use crate::domain::fault::StoreFault;

/// About what one record takes.
const BYTES: usize = 1024 * 1024;
/// Tells apart trials of one second in one process from each other.
const NAME: &str = ".tucai-trial";

/// Writes, reads back and removes; how long that took. What was in the folder before is never touched.
pub fn write_and_read_back(folder: &Path) -> Result<Duration, StoreFault> {
    if !folder.is_dir() {
        return Err(StoreFault::FolderMissing);
    }
    let path = folder.join(format!("{NAME}-{}", std::process::id()));
    // Not all the same, so that a disk that returns something else is noticed.
    let bytes: Vec<u8> = (0..BYTES).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let started = Instant::now();
    let tried = write_new(&path, &bytes).and_then(|()| read_uncached(&path));
    let took = started.elapsed();
    // Whatever came of it, the trial's own file goes; one that cannot be made is not there.
    let removed = if path.exists() { fs::remove_file(&path) } else { Ok(()) };
    match tried {
        Err(error) => Err(fault_of(&error)),
        Ok(read) if read != bytes => Err(StoreFault::DiskFailing),
        Ok(_) => removed.map(|()| took).map_err(|error| fault_of(&error)),
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn fault_of(error: &io::Error) -> StoreFault {
    log::warn!("the trial of a folder: {error}");
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreFault::DiskFull,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => StoreFault::FolderNotWritable,
        io::ErrorKind::NotFound => StoreFault::FolderMissing,
        _ => StoreFault::DiskFailing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_folder_is_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mine"), b"mine").unwrap();
        write_and_read_back(folder.path()).unwrap();
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["mine"]);
    }

    #[test]
    fn a_missing_folder_and_a_file_in_its_place_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("not there");
        assert_eq!(write_and_read_back(&place), Err(StoreFault::FolderMissing));
        fs::write(&place, b"a file").unwrap();
        assert_eq!(write_and_read_back(&place), Err(StoreFault::FolderMissing));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told() {
        // /dev/full's folder cannot be made; the mapping of the system's answers is what is tried here.
        let error = File::options().write(true).open("/dev/full").unwrap().write_all(&[0; 10]).unwrap_err();
        assert_eq!(fault_of(&error), StoreFault::DiskFull);
    }
}
