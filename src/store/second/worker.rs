//! The second disk's thread: writes what it is handed, brings over what did not land, and says why it cannot.

use std::cell::Cell;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};

use super::{Job, Missing, Shared, lock, place};
use crate::domain::fault::{Behind, StoreFault};
use crate::domain::ids::{ContentHash, RecordId};
use crate::store::disk::{Disk, FileKind};
use crate::store::error::StoreError;
use crate::store::lost_locks::Wanted;
use crate::store::roster_disk::mend;

pub(super) struct Worker {
    pub(super) first: PathBuf,
    pub(super) root: PathBuf,
    pub(super) disk: Disk,
    pub(super) shared: Arc<Mutex<Shared>>,
    /// Not there when it was last looked at.
    away: Cell<bool>,
    /// It came back since it was last caught up with, and may hold less than was written to it.
    pub(super) came_back: Cell<bool>,
}

impl Worker {
    pub(super) fn new(first: &Path, root: &Path, disk: Disk, shared: Arc<Mutex<Shared>>) -> Self {
        Self {
            first: first.to_owned(),
            root: root.to_owned(),
            disk,
            shared,
            away: Cell::default(),
            came_back: Cell::default(),
        }
    }

    pub(super) fn run(&self, inbox: &Receiver<Job>) {
        while let Ok(job) = inbox.recv() {
            match job {
                Job::Capsule { id, bytes } => {
                    self.capsule(id, &bytes);
                }
                Job::Journal { file, offset, bytes } => self.journal(&file, offset, &bytes),
                Job::Lock { name, bytes } => self.lock(&name, bytes.as_deref()),
                Job::CatchUp { journal, wanted, at_most } => self.catch_up(&journal, &wanted, at_most),
                Job::Look => {
                    if let Err(error) = self.present() {
                        self.note(&error);
                    }
                }
                Job::Flush(done) => {
                    // Whoever asked may have stopped waiting.
                    done.try_send(()).ok();
                }
            }
        }
    }

    /// False when the disk did not take it.
    fn capsule(&self, id: RecordId, bytes: &[u8]) -> bool {
        let Some(missing) = lock(&self.shared).missing.get(&id).cloned() else { return true };
        match self.write_capsule(&missing, bytes) {
            Ok(()) => {
                let mut shared = lock(&self.shared);
                shared.missing.remove(&id);
                shared.landed.push(id);
                shared.behind = None;
                true
            }
            Err(error) => {
                self.note(&error);
                false
            }
        }
    }

    fn write_capsule(&self, missing: &Missing, bytes: &[u8]) -> Result<(), StoreError> {
        self.present()?;
        if ContentHash::of(bytes) != missing.sha256 {
            return Err(StoreError::new(StoreFault::CapsuleDamaged, "a capsule differs from its hash"));
        }
        let path = self.root.join(&missing.path);
        if let Some(folder) = path.parent() {
            if let Some(above) = folder.parent() {
                self.disk.make_folder(FileKind::Capsule, above)?;
            }
            self.disk.make_folder(FileKind::Capsule, folder)?;
        }
        self.disk.write_whole(FileKind::Capsule, &path, bytes)
    }

    fn journal(&self, file: &str, offset: u64, bytes: &[u8]) {
        let written = self.present().and_then(|()| {
            let folder = self.root.join("journal");
            self.disk.make_folder(FileKind::Journal, &folder)?;
            self.disk.append(FileKind::Journal, &folder.join(file), offset, bytes)
        });
        if let Err(error) = written {
            lock(&self.shared).files_behind = true;
            self.note(&error);
        }
    }

    fn catch_up(&self, journal: &[(String, u64)], wanted: &Wanted, at_most: usize) {
        let some: Vec<(RecordId, Missing)> =
            lock(&self.shared).missing.iter().take(at_most).map(|(id, missing)| (*id, missing.clone())).collect();
        let files = self
            .present()
            .and_then(|()| self.catch_up_journal(journal))
            .and_then(|()| self.catch_up_locks(&wanted.lost_locks))
            .and_then(|()| mend(&self.disk, &self.root, Some(&self.first), &wanted.lists));
        if let Err(error) = files {
            lock(&self.shared).files_behind = true;
            self.note(&error);
            return;
        }
        {
            let mut shared = lock(&self.shared);
            shared.files_behind = false;
            // A full disk may have taken the small files: it is full until a capsule lands.
            if shared.behind != Some(Behind::Full) || shared.missing.is_empty() {
                shared.behind = None;
            }
        }
        self.came_back.set(false);
        for (id, missing) in some {
            let path = self.first.join(&missing.path);
            match fs::read(&path) {
                Ok(bytes) if !self.capsule(id, &bytes) => break,
                Ok(_) => {}
                Err(error) => log::warn!("a capsule cannot be read for the second copy: {error}"),
            }
        }
    }

    fn catch_up_journal(&self, journal: &[(String, u64)]) -> Result<(), StoreError> {
        let folder = self.root.join("journal");
        self.disk.make_folder(FileKind::Journal, &folder)?;
        for (file, length) in journal {
            let path = folder.join(file);
            let have = match fs::metadata(&path) {
                Ok(found) => found.len(),
                Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
                Err(error) => return Err(StoreError::io("read", &path, error)),
            };
            // A disk that was pulled may hold the length of what it never got.
            if have == *length && !self.came_back.get() {
                continue;
            }
            let from = self.first.join("journal").join(file);
            let mut bytes = fs::read(&from).map_err(|error| StoreError::io("read", &from, error))?;
            bytes.truncate(*length as usize);
            self.extend(&path, have, &bytes)?;
        }
        Ok(())
    }

    /// Brings a file on the second disk to `bytes`: appends when it is a beginning of them, else keeps it aside.
    fn extend(&self, path: &Path, have: u64, bytes: &[u8]) -> Result<(), StoreError> {
        let old =
            if have == 0 { Vec::new() } else { fs::read(path).map_err(|error| StoreError::io("read", path, error))? };
        if bytes.starts_with(&old) {
            return self.disk.append(FileKind::Journal, path, have, &bytes[old.len()..]);
        }
        self.disk.set_aside(path, &self.root.join("set-aside"))?;
        self.disk.write_whole(FileKind::Journal, path, bytes)
    }

    /// A disk that was pulled while it was written to failed because it was gone. When it comes back it is read anew,
    /// and what did not land is still known, so it is written to again, once; any other disk that failed is not.
    pub(super) fn present(&self) -> Result<(), StoreError> {
        if self.root.is_dir() {
            if self.away.replace(false) {
                self.came_back.set(true);
                self.disk.forgive();
            }
            return self.disk.check();
        }
        self.away.set(true);
        let away = place::away(&self.first, self.root.parent().unwrap_or(&self.root));
        Err(StoreError::new(away.fault(), format!("{} is not there", self.root.display())))
    }

    pub(super) fn note(&self, error: &StoreError) {
        if !self.root.is_dir() {
            self.away.set(true);
        }
        let reason = match error.fault() {
            StoreFault::SecondCopyMissing | StoreFault::FolderMissing => Behind::Missing,
            StoreFault::SecondCopyForeign => Behind::Foreign,
            StoreFault::DiskFull => Behind::Full,
            StoreFault::Other => Behind::Slow,
            _ => Behind::Failing,
        };
        let before = lock(&self.shared).behind.replace(reason);
        if before != Some(reason) {
            // Once: it is tried again every few seconds.
            log::warn!("second copy: {error}");
        }
    }
}
