//! Writing so that it is there: temporary file, write, sync, rename, sync of the folder; appends with a sync.
//!
//! Every step first asks [`Faults`], so that tests can make each one fail. A failed sync is never tried again: the
//! disk is declared failing and refuses every later write, because a second sync may report success for data that
//! the system has dropped. Only a second disk that was pulled and came back starts anew (`second`).

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::StoreError;
use crate::domain::fault::StoreFault;

/// Prefix of files that are not finished; what carries it at start is set aside.
pub(super) const UNFINISHED_PREFIX: &str = ".unfinished-";

/// Which disk is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Medium {
    First,
    Second,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    Key,
    Settings,
    Capsule,
    Journal,
    Database,
    Export,
    /// The subject that holds a shot number.
    Lock,
    /// The school's own list of a session.
    Roster,
    /// What is moved out of the way.
    SetAside,
    Certificate,
}

/// One step of making something durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    MakeFolder,
    Write,
    Sync,
    Rename,
    SyncFolder,
    /// Of the database's transaction.
    Commit,
    /// A file that must not be kept any longer is taken away.
    Remove,
}

/// One place where storing can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Point {
    pub medium: Medium,
    pub kind: FileKind,
    pub step: Step,
}

/// What a test wants to happen at a [`Point`].
#[derive(Debug)]
pub enum Outcome {
    Go,
    Fail(io::Error),
    /// For [`Step::Write`]: this many bytes reach the file, then the error.
    FailAfter(usize, io::Error),
}

/// Asked before every step, and told after each that went through. The program itself runs with [`NoFaults`].
pub trait Faults: Send + Sync + std::fmt::Debug {
    fn before(&self, point: Point) -> Outcome;

    fn after(&self, _point: Point) {}
}

/// Lets every step through.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFaults;

impl Faults for NoFaults {
    fn before(&self, _point: Point) -> Outcome {
        Outcome::Go
    }
}

/// One disk: where all writing of the store goes through.
#[derive(Debug, Clone)]
pub(super) struct Disk {
    medium: Medium,
    faults: Arc<dyn Faults>,
    failing: Arc<AtomicBool>,
}

impl Disk {
    pub(super) fn new(medium: Medium, faults: Arc<dyn Faults>) -> Self {
        Self { medium, faults, failing: Arc::new(AtomicBool::new(false)) }
    }

    /// A write or sync failed earlier: nothing is written any more.
    pub(super) fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Acquire)
    }

    /// Declares the disk failing.
    pub(super) fn declare_failing(&self) {
        self.failing.store(true, Ordering::Release);
    }

    /// The disk that failed was away, and is read anew.
    pub(super) fn forgive(&self) {
        self.failing.store(false, Ordering::Release);
    }

    /// Refuses when the disk was declared failing.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        if self.is_failing() {
            return Err(StoreError::new(StoreFault::DiskFailing, "an earlier write or sync failed on this disk"));
        }
        Ok(())
    }

    /// Asks the faults; a failed sync or commit, or an I/O error, declares the disk failing.
    pub(super) fn step(
        &self,
        kind: FileKind,
        step: Step,
        path: &Path,
        act: impl FnOnce() -> io::Result<()>,
    ) -> Result<(), StoreError> {
        self.check()?;
        let result = match self.before(kind, step) {
            Outcome::Go => act(),
            Outcome::Fail(error) | Outcome::FailAfter(_, error) => Err(error),
        };
        result.map_err(|error| self.failed(step, path, error))?;
        self.after(kind, step);
        Ok(())
    }

    fn before(&self, kind: FileKind, step: Step) -> Outcome {
        self.faults.before(Point { medium: self.medium, kind, step })
    }

    /// Tells that a step went through.
    pub(super) fn after(&self, kind: FileKind, step: Step) {
        self.faults.after(Point { medium: self.medium, kind, step });
    }

    /// Asks whether a step may be taken that the caller takes itself; [`Self::after`] follows.
    pub(super) fn ask(&self, kind: FileKind, step: Step, path: &Path) -> Result<(), StoreError> {
        self.check()?;
        match self.before(kind, step) {
            Outcome::Go => Ok(()),
            Outcome::Fail(error) | Outcome::FailAfter(_, error) => Err(self.failed(step, path, error)),
        }
    }

    fn failed(&self, step: Step, path: &Path, error: io::Error) -> StoreError {
        let doing = match step {
            Step::MakeFolder => "make the folder",
            Step::Write => "write",
            Step::Sync | Step::SyncFolder => "sync",
            Step::Rename => "rename to",
            Step::Commit => "commit to",
            Step::Remove => "remove",
        };
        let failed = StoreError::io(doing, path, error);
        if matches!(step, Step::Sync | Step::SyncFolder) || failed.fault() == StoreFault::DiskFailing {
            self.declare_failing();
        }
        failed
    }

    /// Writes a whole file under its final name, or nothing. A file of that name is replaced in one step.
    pub(super) fn write_whole(&self, kind: FileKind, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        self.check()?;
        let (folder, unfinished) = unfinished_name(path)?;
        let written = self.write_unfinished(kind, &unfinished, bytes);
        let renamed = written.and_then(|()| self.step(kind, Step::Rename, path, || fs::rename(&unfinished, path)));
        if let Err(error) = renamed {
            // Its bytes are still with the caller. What cannot be removed is counted and set aside at the next start.
            fs::remove_file(&unfinished).ok();
            return Err(error);
        }
        self.step(kind, Step::SyncFolder, &folder, || sync_folder(&folder))
    }

    fn write_unfinished(&self, kind: FileKind, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        let mut file = File::create(path).map_err(|error| self.failed(Step::Write, path, error))?;
        self.write_bytes(kind, path, &mut file, bytes)?;
        self.step(kind, Step::Sync, path, || file.sync_all())
    }

    fn write_bytes(&self, kind: FileKind, path: &Path, file: &mut File, bytes: &[u8]) -> Result<(), StoreError> {
        let written = match self.before(kind, Step::Write) {
            Outcome::Go => file.write_all(bytes),
            Outcome::Fail(error) => Err(error),
            Outcome::FailAfter(count, error) => {
                file.write_all(&bytes[..count.min(bytes.len())]).and_then(|()| file.flush()).and(Err(error))
            }
        };
        written.map_err(|error| self.failed(Step::Write, path, error))?;
        self.after(kind, Step::Write);
        Ok(())
    }

    /// Appends `bytes` at `offset`, which must be the file's end, and syncs. A failed write is cut off again.
    pub(super) fn append(&self, kind: FileKind, path: &Path, offset: u64, bytes: &[u8]) -> Result<(), StoreError> {
        self.check()?;
        let is_new = offset == 0 && !path.exists();
        let mut file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(false)
            .open(path)
            .map_err(|error| self.failed(Step::Write, path, error))?;
        let end = file.seek(SeekFrom::End(0)).map_err(|error| self.failed(Step::Write, path, error))?;
        if end != offset {
            let what = format!("{} has {end} bytes where {offset} were expected", path.display());
            return Err(StoreError::new(StoreFault::Other, what));
        }
        if let Err(error) = self.write_bytes(kind, path, &mut file, bytes) {
            if !self.is_failing() {
                self.cut(path, offset)?;
            }
            return Err(error);
        }
        self.step(kind, Step::Sync, path, || file.sync_all())?;
        if is_new { self.sync_parent(kind, path) } else { Ok(()) }
    }

    /// Cuts a file back to `length` bytes and syncs: takes back what was never acknowledged.
    pub(super) fn cut(&self, path: &Path, length: u64) -> Result<(), StoreError> {
        let cut = OpenOptions::new().write(true).open(path).and_then(|file| {
            file.set_len(length)?;
            file.sync_all()
        });
        cut.map_err(|error| {
            self.declare_failing();
            StoreError::io("take back the last write to", path, error)
        })
    }

    /// Makes a folder and its parents, and syncs the parent so that the folder survives a power cut.
    pub(super) fn make_folder(&self, kind: FileKind, path: &Path) -> Result<(), StoreError> {
        if path.is_dir() {
            return Ok(());
        }
        self.step(kind, Step::MakeFolder, path, || fs::create_dir_all(path))?;
        self.sync_parent(kind, path)
    }

    /// Moves a file out of the way into `folder` under a name that is free there; nothing is overwritten.
    pub(super) fn set_aside(&self, path: &Path, folder: &Path) -> Result<PathBuf, StoreError> {
        self.make_folder(FileKind::SetAside, folder)?;
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let free = (0_u32..).map(|n| if n == 0 { folder.join(&name) } else { folder.join(format!("{name}.{n}")) });
        let target = free.into_iter().find(|candidate| !candidate.exists()).unwrap_or_else(|| folder.join(&name));
        self.step(FileKind::SetAside, Step::Rename, path, || fs::rename(path, &target))?;
        // The new name first: a power cut between the two may show the file twice, never nowhere.
        self.step(FileKind::SetAside, Step::SyncFolder, folder, || sync_folder(folder))?;
        self.sync_parent(FileKind::SetAside, path)?;
        Ok(target)
    }

    /// Takes a file away that must not be kept; one that is not there is no error.
    pub(super) fn remove(&self, kind: FileKind, path: &Path) -> Result<(), StoreError> {
        if !path.exists() {
            return Ok(());
        }
        self.step(kind, Step::Remove, path, || fs::remove_file(path))?;
        self.sync_parent(kind, path)
    }

    fn sync_parent(&self, kind: FileKind, path: &Path) -> Result<(), StoreError> {
        match path.parent() {
            Some(parent) => self.step(kind, Step::SyncFolder, parent, || sync_folder(parent)),
            None => Ok(()),
        }
    }
}

fn unfinished_name(path: &Path) -> Result<(PathBuf, PathBuf), StoreError> {
    match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => {
            let unfinished = folder.join(format!("{UNFINISHED_PREFIX}{}", name.to_string_lossy()));
            Ok((folder.to_owned(), unfinished))
        }
        _ => Err(StoreError::new(StoreFault::Other, format!("{} names no file", path.display()))),
    }
}

/// Makes the names in a folder durable. Windows keeps them with the file itself and offers no such call.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    // The parent of a relative name without a folder is the empty path: the current folder.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_bare_relative_name_can_be_synced() {
        let parent = Path::new("data").parent().unwrap();
        sync_folder(parent).unwrap();
    }
}
