//! Files that somebody brings, read off the disk with a limit. Who asks runs it on a thread of its own.

use std::io::Read as _;
use std::path::Path;

use crate::domain::fault::PictureFault;
use crate::vision::decode::MAX_FILE_BYTES;

/// Why a file was not read.
#[derive(Debug)]
pub enum NotRead {
    System(std::io::Error),
    /// A folder, a device or a pipe: it may never end, or never begin.
    NotAFile,
    /// It has so many bytes at least.
    TooLarge(usize),
}

/// The whole of a file that is not larger than pictures are. Its name and the system's words stay out of the log: they
/// may be a person's.
pub fn read_file(path: &Path) -> Result<Vec<u8>, PictureFault> {
    match read_limited(path) {
        Ok(bytes) if bytes.is_empty() => Err(PictureFault::Empty),
        Ok(bytes) => Ok(bytes),
        Err(NotRead::TooLarge(_)) => Err(PictureFault::FileTooLarge),
        Err(NotRead::NotAFile) => Err(PictureFault::NotOpened),
        Err(NotRead::System(error)) => {
            log::info!("a file that was brought cannot be opened: {:?}", error.kind());
            Err(PictureFault::NotOpened)
        }
    }
}

/// The same for those that tell more about what went wrong. An empty file is read.
pub fn read_limited(path: &Path) -> Result<Vec<u8>, NotRead> {
    // Opening a pipe waits for somebody who writes to it: asked before.
    let about = std::fs::metadata(path).map_err(NotRead::System)?;
    if !about.is_file() {
        return Err(NotRead::NotAFile);
    }
    let file = std::fs::File::open(path).map_err(NotRead::System)?;
    let mut bytes = Vec::new();
    // Some files have no length, and others grow: what is read counts.
    file.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(NotRead::System)?;
    let whole = usize::try_from(about.len()).unwrap_or(usize::MAX).max(bytes.len());
    if bytes.len() > MAX_FILE_BYTES { Err(NotRead::TooLarge(whole)) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_whole_or_refused_with_a_reason() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jpg");
        assert_eq!(read_file(&path), Err(PictureFault::NotOpened));
        assert_eq!(read_file(folder.path()), Err(PictureFault::NotOpened));
        std::fs::write(&path, b"").unwrap();
        assert_eq!(read_file(&path), Err(PictureFault::Empty));
        std::fs::write(&path, b"abc").unwrap();
        assert_eq!(read_file(&path), Ok(b"abc".to_vec()));
        std::fs::File::create(&path).unwrap().set_len(MAX_FILE_BYTES as u64 + 1).unwrap();
        assert_eq!(read_file(&path), Err(PictureFault::FileTooLarge));
    }

    #[cfg(unix)]
    #[test]
    fn what_never_ends_is_not_begun() {
        assert_eq!(read_file(Path::new("/dev/zero")), Err(PictureFault::NotOpened));
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe.jpg");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        if made.is_ok_and(|status| status.success()) {
            assert_eq!(read_file(&pipe), Err(PictureFault::NotOpened));
        }
    }
}
