//! The second disk's files of locks: written when a lock is taken, taken away when it has ended, so that a station that
//! takes this copy over has its open and parked subjects, too.
//!
//! What did not land is made up for with the next catch-up: names that are missing are copied, names that the first
//! disk has no more are taken away, what was written again meanwhile is written here, too. Any other file that is there
//! is left as it is; whether it is right is `verify`'s question.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::{Job, SecondDisk, Worker, lock};
use crate::store::aside;
use crate::store::disk::{FileKind, UNFINISHED_PREFIX};
use crate::store::error::StoreError;
use crate::store::lock_file;
use crate::store::reconcile::files_in;

impl SecondDisk {
    /// Copies the file of a lock; does not wait.
    pub(in crate::store) fn lock_taken(&self, name: String, bytes: Vec<u8>) {
        lock(&self.shared).stale_locks.insert(name.clone());
        self.send(Job::Lock { name, bytes: Some(bytes) });
    }

    /// Takes the file of a lock away that has ended; does not wait.
    pub(in crate::store) fn lock_over(&self, name: String) {
        self.send(Job::Lock { name, bytes: None });
    }
}

impl Worker {
    pub(super) fn lock(&self, name: &str, bytes: Option<&[u8]>) {
        let path = lock_file::folder(&self.root).join(name);
        let done = self.present().and_then(|()| match bytes {
            Some(bytes) => self.write_lock(&path, bytes),
            None => self.disk.remove(FileKind::Lock, &path),
        });
        match done {
            Ok(()) => drop(lock(&self.shared).stale_locks.remove(name)),
            Err(error) => {
                lock(&self.shared).files_behind = true;
                self.note(&error);
            }
        }
    }

    fn write_lock(&self, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        self.disk.make_folder(FileKind::Lock, &lock_file::folder(&self.root))?;
        self.disk.write_whole(FileKind::Lock, path, bytes)
    }

    /// Makes the names the same as on the first disk. What that one has lost stays: here is the last good copy of it,
    /// and a damaged file there is no copy for here.
    pub(super) fn catch_up_locks(&self, lost: &BTreeSet<String>) -> Result<(), StoreError> {
        let first = finished(&self.first)?;
        let second = files_in(&lock_file::folder(&self.root))?;
        let there: BTreeSet<&String> = second.iter().map(|(name, _)| name).collect();
        for (name, path) in &first {
            let stale = lock(&self.shared).stale_locks.contains(name);
            if there.contains(name) && !stale || lost.contains(name) {
                continue;
            }
            // One that has ended meanwhile is gone, and needs no copy.
            if let Ok(bytes) = fs::read(path) {
                self.write_lock(&lock_file::folder(&self.root).join(name), &bytes)?;
                lock(&self.shared).stale_locks.remove(name);
            }
        }
        let is_wanted = |name: &str| lost.contains(name) || first.iter().any(|(known, _)| known == name);
        for (name, path) in &second {
            if !is_wanted(name) {
                self.disk.remove(FileKind::Lock, path)?;
            }
        }
        aside::tidy(&self.disk, &self.root, FileKind::Lock, |name| is_wanted(name))
    }
}

/// Files of locks below a root, without those that are being written.
fn finished(root: &Path) -> Result<Vec<(String, PathBuf)>, StoreError> {
    let mut files = files_in(&lock_file::folder(root))?;
    files.retain(|(name, _)| !name.starts_with(UNFINISHED_PREFIX));
    Ok(files)
}

/// The bytes of each file by its name; `None` where they cannot be read.
type Files = BTreeMap<String, Option<Vec<u8>>>;

/// Names of locks whose files differ between the two roots, or are on one of them only.
pub(in crate::store) fn differing(first: &Path, second: &Path) -> Result<Vec<String>, StoreError> {
    let read = |root: &Path| -> Result<Files, StoreError> {
        Ok(finished(root)?.into_iter().map(|(name, path)| (name, fs::read(path).ok())).collect())
    };
    let (one, two) = (read(first)?, read(second)?);
    let names: BTreeSet<&String> = one.keys().chain(two.keys()).collect();
    Ok(names.into_iter().filter(|name| one.get(*name) != two.get(*name)).cloned().collect())
}
