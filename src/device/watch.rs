//! A folder that another program fills: which of its files have come and are written whole. What they are is left to
//! whoever reads them; nothing in the folder is ever changed.

use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::camera::CameraError;
use crate::domain::fault::CameraFault;
use crate::domain::time::Monotonic;

/// A file that is still not a picture after it stopped growing for this long is left alone.
const GIVE_UP_AFTER: Duration = Duration::from_secs(5);

/// A file that was seen growing: its last size and time, and since when they stand still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Growing {
    bytes: u64,
    modified: Option<SystemTime>,
    still_since: Monotonic,
}

/// A file that stands still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub name: OsString,
    pub bytes: u64,
    pub modified: Option<SystemTime>,
}

/// A watched folder: only files that arrive after opening count, and each counts once.
#[derive(Debug)]
pub struct Watch {
    path: PathBuf,
    done: HashSet<OsString>,
    growing: HashMap<OsString, Growing>,
}

impl Watch {
    /// Begins to watch; what is there already may show the person before and is passed over.
    pub fn open(path: &Path) -> Result<Self, CameraError> {
        let done = pictures(path, CameraFault::NotFound)?.into_iter().map(|(name, ..)| name).collect();
        Ok(Self { path: path.to_owned(), done, growing: HashMap::new() })
    }

    /// Begins to watch where somebody did before: only what is known, by name and length, is passed over. The second
    /// is the other files that are there already.
    pub fn open_again(
        path: &Path,
        mut is_known: impl FnMut(&OsString, u64) -> bool,
    ) -> Result<(Self, HashSet<OsString>), CameraError> {
        let files = pictures(path, CameraFault::NotFound)?;
        let (known, unknown): (Vec<Entry>, Vec<Entry>) =
            files.into_iter().partition(|(name, bytes, _)| is_known(name, *bytes));
        let names = |files: Vec<Entry>| files.into_iter().map(|(name, ..)| name).collect::<HashSet<_>>();
        let (done, earlier) = (names(known), names(unknown));
        Ok((Self { path: path.to_owned(), done, growing: HashMap::new() }, earlier))
    }

    /// Looks once: the new files whose size and time did not change since the look before, the oldest first.
    pub fn settled(&mut self, now: Monotonic) -> Result<Vec<Settled>, CameraError> {
        let mut fresh = pictures(&self.path, CameraFault::Unplugged)?;
        fresh.retain(|(name, ..)| !self.done.contains(name));
        fresh.sort_by_key(|(_, _, modified)| *modified);
        let mut settled = Vec::new();
        for (name, bytes, modified) in fresh {
            match self.growing.get(&name) {
                Some(before) if before.bytes == bytes && before.modified == modified => {
                    settled.push(Settled { name, bytes, modified });
                }
                _ => {
                    self.growing.insert(name, Growing { bytes, modified, still_since: now });
                }
            }
        }
        Ok(settled)
    }

    /// Where a file is.
    pub fn path_of(&self, name: &OsString) -> PathBuf {
        self.path.join(name)
    }

    /// A file was taken.
    pub fn finish(&mut self, name: OsString) {
        self.growing.remove(&name);
        self.done.insert(name);
    }

    /// A file stands still and is no picture yet: after a while it is left alone.
    pub fn maybe_give_up(&mut self, name: OsString, now: Monotonic, problem: &str) {
        let since = self.growing.get(&name).map_or(now, |growing| growing.still_since);
        if now.saturating_sub(since) >= GIVE_UP_AFTER {
            // The name stays out of the log: it may be a person's.
            log::warn!("a file in the watched folder is no picture and is passed over: {problem}");
            self.finish(name);
        }
    }

    /// A file is waited for.
    pub fn is_waiting_for(&self, name: &str) -> bool {
        self.growing.contains_key(&OsString::from(name))
    }
}

/// Name, bytes and time of a file.
type Entry = (OsString, u64, Option<SystemTime>);

/// Names, sizes and times of the folder's picture files; hidden and temporary names are left out.
fn pictures(path: &Path, when_missing: CameraFault) -> Result<Vec<Entry>, CameraError> {
    let fault = |error: std::io::Error| {
        let fault = match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => when_missing,
            std::io::ErrorKind::PermissionDenied => CameraFault::NoPermission,
            _ => CameraFault::Other,
        };
        CameraError { fault, detail: format!("the watched folder: {error}") }
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(fault)? {
        let entry = entry.map_err(fault)?;
        let name = entry.file_name();
        if !is_picture_name(Path::new(&name)) {
            continue;
        }
        // A file that went away between listing and asking is none.
        if let Ok(metadata) = entry.metadata()
            && metadata.is_file()
        {
            found.push((name, metadata.len(), metadata.modified().ok()));
        }
    }
    Ok(found)
}

fn is_picture_name(name: &Path) -> bool {
    let hidden = name.to_str().is_some_and(|text| text.starts_with(['.', '~']));
    let extension = name.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    !hidden && extension.is_some_and(|extension| matches!(extension.as_str(), "jpg" | "jpeg" | "png"))
}

/// The decoder fills a truncated JPEG up with grey, so the end marker is looked for; some cameras pad behind it.
pub fn has_end(bytes: &[u8]) -> bool {
    let content = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    bytes[..content].ends_with(&[0xFF, 0xD9]) || super::camera::mjpeg::complete(bytes).is_ok()
}
