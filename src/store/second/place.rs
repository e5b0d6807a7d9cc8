//! Where the second copy goes: another folder or none, or another disk in the place of the one before. A disk becomes
//! this station's own only when somebody says so, and never an empty mount point on the first disk.

use std::fs;
use std::path::Path;

use super::prepare;
use crate::domain::fault::{Behind, StoreFault};
use crate::store::adopt::refuse_closed;
use crate::store::error::StoreError;
use crate::store::station::{KEY_FILE, SETTINGS_FILE, Store};

/// Why the copy below `folder` is not there: nothing is connected, or a disk that does not hold it.
pub(super) fn away(first: &Path, folder: &Path) -> Behind {
    if is_other_disk(first, folder) { Behind::Foreign } else { Behind::Missing }
}

/// A disk other than the first one's is connected where the folder lies. The folder's own parent counts, too: a folder
/// that was chosen on a stick is not there on the next one.
#[cfg(unix)]
fn is_other_disk(first: &Path, folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let device = |path: &Path| path.metadata().ok().filter(fs::Metadata::is_dir).map(|found| found.dev());
    // The root of the disk that holds it. The system's own root is no disk that somebody connected.
    let mount = |path: &Path| {
        let path = path.canonicalize().ok()?;
        let disk = device(&path)?;
        path.ancestors().take_while(|above| device(above) == Some(disk)).last().map(Path::to_owned)
    };
    let connected = |path: &Path| {
        device(path).is_some() && device(path) != device(first) && mount(path).is_some_and(|at| at.parent().is_some())
    };
    if folder.is_dir() {
        return connected(folder);
    }
    let is_mount = |path: &Path| mount(path).is_some_and(|at| path.canonicalize().is_ok_and(|path| path == at));
    folder.parent().is_some_and(|parent| is_mount(parent) && connected(parent))
}

/// A drive with another letter is connected.
#[cfg(not(unix))]
fn is_other_disk(first: &Path, folder: &Path) -> bool {
    let drive = |path: &Path| path.canonicalize().ok()?.components().next().map(|part| part.as_os_str().to_owned());
    let there = folder.ancestors().find(|path| path.is_dir()).and_then(drive);
    there.is_some() && there != drive(first)
}

impl Store {
    /// Copies go to this folder from now on, or nowhere. The folder must be there; whatever of this station is in it
    /// counts, and what is missing is brought over by and by.
    pub fn set_second_copy(&mut self, folder: Option<&Path>) -> Result<(), StoreError> {
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            let what = format!("{} is not there", folder.display());
            return Err(StoreError::new(StoreFault::SecondCopyMissing, what));
        }
        if self.settings().second_copy.as_deref() == folder {
            return self.prepare_second_copy();
        }
        self.change_settings(|settings| settings.second_copy = folder.map(Path::to_owned))
    }

    /// Makes the disk that is in the second one's place this station's own.
    pub fn use_this_disk(&mut self) -> Result<(), StoreError> {
        let Some(folder) = self.settings().second_copy.clone() else { return Ok(()) };
        if !is_other_disk(self.folder(), &folder) {
            let what = format!("no disk is connected at {}", folder.display());
            return Err(StoreError::new(StoreFault::SecondCopyMissing, what));
        }
        self.prepare_second_copy()
    }

    fn prepare_second_copy(&mut self) -> Result<(), StoreError> {
        self.writable()?;
        let Some(root) = self.second_root() else { return Ok(()) };
        refuse_closed(&root)?;
        let read = |name: &'static str| {
            let path = self.folder.join(name);
            fs::read(&path).map(|bytes| (name, bytes)).map_err(|error| StoreError::io("read", &path, error))
        };
        let small = [read(KEY_FILE)?, read(SETTINGS_FILE)?];
        prepare(&self.second_disk(), &root, &small)?;
        self.start_second_copy()
    }
}
