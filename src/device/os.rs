//! What the program asks of the operating system: a clock that never jumps, free space, folder sync, a read that goes
//! past the cache. One file per concern, systems told apart inside; what is done with the answers is left to callers.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::OnceLock;
use std::time::Instant;

use crate::domain::time::Monotonic;

/// Time since the program first asked; the one real clock behind every [`Monotonic`].
pub fn monotonic_now() -> Monotonic {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// Memory of this process in kilobytes, now and at most; `None` where the system does not tell in /proc.
pub fn memory_kb() -> Option<(u64, u64)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let value =
        |name: &str| status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok());
    Some((value("VmRSS:")?, value("VmHWM:")?))
}

/// Room on a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskSpace {
    /// Bytes that this user may still write.
    pub free_bytes: u64,
    pub total_bytes: u64,
}

/// Room on the disk that holds `path`, or its nearest existing parent. `Unsupported` where the system is not asked.
pub fn disk_space(path: &Path) -> io::Result<DiskSpace> {
    disk_space_of(path.ancestors().find(|ancestor| ancestor.exists()).unwrap_or_else(|| Path::new(".")))
}

#[cfg(unix)]
fn disk_space_of(path: &Path) -> io::Result<DiskSpace> {
    let disk = rustix::fs::statvfs(path)?;
    Ok(DiskSpace {
        free_bytes: disk.f_bavail.saturating_mul(disk.f_frsize),
        total_bytes: disk.f_blocks.saturating_mul(disk.f_frsize),
    })
}

#[cfg(not(unix))]
fn disk_space_of(_path: &Path) -> io::Result<DiskSpace> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "free space is not asked of this system"))
}

/// Makes the names in a folder durable: after a rename, the new name survives a power cut.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes the names in a folder durable. NTFS journals its names; a folder has no handle that can be flushed here.
#[cfg(not(unix))]
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    folder.metadata().map(|_is_there| ())
}

/// Reads a file from its disk, not from the cache of what was just written: the cached pages are written out and
/// dropped first where the system lets us ask for it, else this is a plain read.
pub fn read_uncached(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    drop_cached(&file)?;
    let mut bytes = Vec::new();
    io::BufReader::new(file).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
fn drop_cached(file: &File) -> io::Result<()> {
    file.sync_all()?;
    rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed)?;
    Ok(())
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
fn drop_cached(_file: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_only_goes_forward() {
        let first = monotonic_now();
        assert!(monotonic_now() >= first);
    }

    #[cfg(unix)]
    #[test]
    fn free_space_is_told_for_a_folder_that_is_not_there_yet() {
        let folder = tempfile::tempdir().unwrap();
        let space = disk_space(&folder.path().join("not").join("there")).unwrap();
        assert!(space.free_bytes > 0 && space.free_bytes <= space.total_bytes);
    }

    #[test]
    fn an_uncached_read_gives_the_bytes_that_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, b"what was written").unwrap();
        sync_folder(folder.path()).unwrap();
        assert_eq!(read_uncached(&path).unwrap(), b"what was written");
        assert!(read_uncached(&folder.path().join("other")).is_err());
    }
}
