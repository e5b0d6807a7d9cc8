//! Files that somebody brings, read off the disk with a limit. Who asks runs it on a thread of its own.

use std::io::Read as _;
use std::path::Path;

use crate::domain::fault::PictureFault;
use crate::vision::decode::MAX_FILE_BYTES;

/// The whole of a file that is not larger than pictures are. Its name and the system's words stay out of the log: they
/// may be a person's.
pub fn read_file(path: &Path) -> Result<Vec<u8>, PictureFault> {
    let not_opened = |error: std::io::Error| {
        log::info!("a file that was brought cannot be opened: {:?}", error.kind());
        PictureFault::NotOpened
    };
    let file = std::fs::File::open(path).map_err(not_opened)?;
    if file.metadata().map_err(not_opened)?.is_dir() {
        return Err(PictureFault::NotOpened);
    }
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(not_opened)?;
    match bytes.len() {
        0 => Err(PictureFault::Empty),
        n if n > MAX_FILE_BYTES => Err(PictureFault::FileTooLarge),
        _ => Ok(bytes),
    }
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
}
