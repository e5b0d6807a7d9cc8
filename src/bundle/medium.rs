//! Files on media that are not trusted: a copy that is synced, then read back past the page cache where the system
//! allows it, and compared before anybody calls it delivered.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::error::{BundleError, Result, refuse};
use super::keys::VerifyKey;
use super::names::BundleName;
use super::verify::{Outside, outside};
use crate::domain::fault::BundleFault;
use crate::domain::ids::ContentHash;

/// How honest a read-back was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadBack {
    /// Read from the medium, past the system's cache.
    Direct,
    /// The system was asked to forget its copy first; it may not have listened.
    CacheDropped,
    /// This system offers neither: what was compared may have come from memory.
    Cached,
}

impl ReadBack {
    /// The word for it on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::CacheDropped => "cache_dropped",
            Self::Cached => "cached",
        }
    }
}

/// A copy that was read back and found equal.
#[derive(Debug, Clone)]
pub struct Delivered {
    pub path: PathBuf,
    pub read_back: ReadBack,
    pub outside: Outside,
}

/// Makes a folder's entries durable.
pub fn sync_folder(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        // some network and FUSE folders cannot be synced; the file itself was
        match synced {
            Err(error) if !matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => {
                return Err(BundleError::io("the folder cannot be synced", error));
            }
            _ => {}
        }
    }
    #[cfg(not(unix))]
    {
        // Windows flushes the entry with the file's own flush
        if !folder.is_dir() {
            return refuse(BundleFault::TargetMissing, "the folder is gone");
        }
    }
    Ok(())
}

/// Writes a small file whole: temporary name, sync, rename, folder sync. An older one of that name is replaced.
pub fn write_small(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |source| BundleError::io(format!("{} cannot be written", path.display()), source);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".writing-").tempfile_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    sync_folder(folder)
}

/// Writes a file that only its owner may read, synced, and never over another one.
pub fn write_secret(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |source| BundleError::io(format!("{} cannot be written", path.display()), source);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return refuse(
                BundleFault::TargetExists,
                format!("{} is there already; keys are never replaced", path.display()),
            );
        }
        opened => opened.map_err(failed)?,
    };
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).map_or(Ok(()), sync_folder)
}

/// Copies a bundle into `folder` under its own name, syncs, reads the copy back and verifies it: signature by `key`,
/// payload hash `sha256`. A bundle of the same name and hash that is there already is read back and kept; another
/// file of that name is never replaced.
pub fn deliver(
    from: &Path,
    folder: &Path,
    name: &BundleName,
    sha256: ContentHash,
    key: &VerifyKey,
) -> Result<Delivered> {
    if !folder.is_dir() {
        return refuse(BundleFault::TargetMissing, "the target folder is missing");
    }
    let path = folder.join(name.file_name());
    if path.exists() {
        return match check(&path, name, sha256, key) {
            Ok(delivered) => Ok(delivered),
            Err(_) => refuse(BundleFault::TargetExists, "another file of the bundle's name is in the target folder"),
        };
    }
    let cannot_write = |source| BundleError::io("the copy cannot be written", source);
    let mut source = File::open(from).map_err(|source| BundleError::io("the bundle cannot be read", source))?;
    let mut copy = tempfile::Builder::new().prefix(".delivering-").tempfile_in(folder).map_err(cannot_write)?;
    copy_all(&mut source, copy.as_file_mut()).map_err(cannot_write)?;
    copy.as_file().sync_all().map_err(cannot_write)?;
    copy.persist_noclobber(&path).map_err(|error| cannot_write(error.error))?;
    sync_folder(folder)?;
    check(&path, name, sha256, key)
}

fn copy_all(from: &mut File, to: &mut File) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 20];
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(()),
            count => to.write_all(&buffer[..count])?,
        }
    }
}

/// Reads a copy past the cache and compares it with what was sealed.
fn check(path: &Path, name: &BundleName, sha256: ContentHash, key: &VerifyKey) -> Result<Delivered> {
    let differs =
        |why: &str| refuse(BundleFault::ReadBackDiffers, format!("the copy differs from what was written: {why}"));
    let (mut file, read_back) = open_uncached(path)?;
    match outside(&mut file, Some(key)) {
        Ok(outside) if outside.sha256 == sha256 && outside.comment.sequence == name.sequence => {
            Ok(Delivered { path: path.to_owned(), read_back, outside })
        }
        Ok(_) => differs("it is another bundle"),
        Err(error) => differs(&error.to_string()),
    }
}

/// Opens a file so that reading it asks the medium, as far as the system allows, and says how far that was.
pub fn open_uncached(path: &Path) -> Result<(Uncached, ReadBack)> {
    let cannot_read = |source| BundleError::io("the copy cannot be read back", source);
    if let Some(direct) = open_direct(path) {
        return Ok((direct, ReadBack::Direct));
    }
    let file = File::open(path).map_err(cannot_read)?;
    let length = file.metadata().map_err(cannot_read)?.len();
    let read_back = drop_cache(&file);
    Ok((Uncached { file, length, at: 0, buffer: Vec::new(), start: 0, filled: 0, window_at: 0 }, read_back))
}

/// Size of one direct read, and the alignment of its place in memory and file: a multiple of every sector size.
const WINDOW_BYTES: usize = 1 << 20;
const ALIGNMENT: usize = 4096;

/// A file that is read through one aligned window; seekable.
#[derive(Debug)]
pub struct Uncached {
    file: File,
    length: u64,
    at: u64,
    /// Empty for ordinary reads.
    buffer: Vec<u8>,
    /// Where the aligned window starts in `buffer`, how much of it is filled, and its place in the file.
    start: usize,
    filled: usize,
    window_at: u64,
}

#[cfg(target_os = "linux")]
fn open_direct(path: &Path) -> Option<Uncached> {
    use std::os::unix::fs::OpenOptionsExt as _;

    let flags = i32::try_from(rustix::fs::OFlags::DIRECT.bits()).ok()?;
    // a file system without direct reads refuses here or at the first read: then the cache is dropped instead
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).ok()?;
    let length = file.metadata().ok()?.len();
    let buffer = vec![0; WINDOW_BYTES + ALIGNMENT];
    let start = buffer.as_ptr().align_offset(ALIGNMENT);
    let mut opened = Uncached { file, length, at: 0, buffer, start, filled: 0, window_at: 0 };
    (start <= ALIGNMENT && opened.fill(0).is_ok()).then_some(opened)
}

#[cfg(not(target_os = "linux"))]
fn open_direct(_path: &Path) -> Option<Uncached> {
    None
}

#[cfg(target_os = "linux")]
fn drop_cache(file: &File) -> ReadBack {
    match rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed) {
        Ok(()) => ReadBack::CacheDropped,
        Err(_) => ReadBack::Cached,
    }
}

#[cfg(not(target_os = "linux"))]
fn drop_cache(_file: &File) -> ReadBack {
    ReadBack::Cached
}

impl Uncached {
    /// Reads the window that holds the byte `at`.
    fn fill(&mut self, at: u64) -> io::Result<()> {
        let window_at = at - at % ALIGNMENT as u64;
        self.file.seek(SeekFrom::Start(window_at))?;
        self.window_at = window_at;
        self.filled = 0;
        while self.filled < WINDOW_BYTES {
            let window = &mut self.buffer[self.start + self.filled..self.start + WINDOW_BYTES];
            match self.file.read(window) {
                Ok(0) => break,
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            // an odd count is the end of the file: going on would read unaligned
            if !self.filled.is_multiple_of(ALIGNMENT) {
                break;
            }
        }
        Ok(())
    }
}

impl Read for Uncached {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.buffer.is_empty() {
            let count = self.file.read(out)?;
            self.at += count as u64;
            return Ok(count);
        }
        if self.at >= self.length || out.is_empty() {
            return Ok(0);
        }
        if self.at < self.window_at || self.at >= self.window_at + self.filled as u64 {
            self.fill(self.at)?;
        }
        let offset = (self.at - self.window_at) as usize;
        let count = out.len().min(self.filled.saturating_sub(offset));
        let from = self.start + offset;
        out[..count].copy_from_slice(&self.buffer[from..from + count]);
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Uncached {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = target.ok_or(io::ErrorKind::InvalidInput)?;
        if self.buffer.is_empty() {
            self.file.seek(SeekFrom::Start(self.at))?;
        }
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_uncached_read_gives_the_files_bytes_at_every_place() {
        let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        let path = folder.path().join("x");
        let bytes: Vec<u8> = (0..(2 * WINDOW_BYTES + 777)).map(|i| (i * 131 % 251) as u8).collect();
        std::fs::write(&path, &bytes).unwrap();
        let (mut file, _) = open_uncached(&path).unwrap();
        let mut read = Vec::new();
        file.read_to_end(&mut read).unwrap();
        assert!(read == bytes);
        for at in [5, ALIGNMENT - 1, WINDOW_BYTES - 3, 2 * WINDOW_BYTES + 700] {
            file.seek(SeekFrom::Start(at as u64)).unwrap();
            let mut some = [0; 20];
            file.read_exact(&mut some).unwrap();
            assert_eq!(some, bytes[at..at + 20], "at {at}");
        }
    }
}
