//! Which row of the school's list a locked subject is bound to, and which record its picture is to replace: in the
//! lock's row and in its sealed file, so that both come back with the lock after a restart, a rebuild, or on a station
//! that takes the copy over.
//!
//! The journal learns the new file's hash before the file is written: a crash in between leaves the file that the line
//! before names, and the next start writes it again.

use std::fs;

use rusqlite::{Connection, params};

use super::disk::FileKind;
use super::error::StoreError;
use super::event::{PARKED, What};
use super::lock_file;
use super::rows;
use super::station::Store;
use super::values::{Note, OpenLock, Replaced};
use crate::domain::ids::{ContentHash, ShotNumber};
use crate::domain::time::WallTime;

impl Store {
    /// Binds a locked or parked subject to a row of its session's list.
    pub fn bind_lock(&mut self, shot: ShotNumber, row: &str, by: u32, now: WallTime) -> Result<(), StoreError> {
        self.writable()?;
        let lock = self.lock_of(shot)?;
        if lock.roster_key.as_deref() == Some(row) {
            return Ok(());
        }
        self.write_bound(&OpenLock { roster_key: Some(row.to_owned()), ..lock }, by, now)
    }

    /// The picture of a locked or parked subject is to replace this record.
    pub fn lock_replaces(
        &mut self,
        shot: ShotNumber,
        replaces: Replaced,
        by: u32,
        now: WallTime,
    ) -> Result<(), StoreError> {
        self.writable()?;
        let lock = self.lock_of(shot)?;
        if lock.replaces == Some(replaces) {
            return Ok(());
        }
        self.write_bound(&OpenLock { replaces: Some(replaces), ..lock }, by, now)
    }

    fn write_bound(&mut self, lock: &OpenLock, by: u32, now: WallTime) -> Result<(), StoreError> {
        let (session, shot) = (lock.session.clone(), lock.shot);
        let file = lock_file::seal(lock, &self.recipients)?;
        let file_sha256 = Some(ContentHash::of(&file));
        let mut whats = vec![What::LockTaken { session: session.clone(), shot, file_sha256, queued: lock.queued }];
        if lock.parked && !lock.queued {
            let note = Note { name: PARKED.to_owned(), shot: Some(shot), second: None, detail: None };
            whats.push(What::Noted { session: Some(session.clone()), note });
        }
        self.commit_and_copy(whats, by, now, |transaction| set(transaction, lock))?;
        self.disk.make_folder(FileKind::Lock, &lock_file::folder(&self.folder))?;
        self.disk.write_whole(FileKind::Lock, &lock_file::path(&self.folder, &session, shot), &file)?;
        if let Some(second) = &self.second {
            second.lock_taken(lock_file::file_name(&session, shot), file);
        }
        Ok(())
    }

    /// Files that a crash left behind their rows: whole, of the same subject, and without what it was bound to.
    pub(super) fn write_unbound_lock_files(&mut self, now: WallTime) -> Result<(), StoreError> {
        for lock in self.locks_without_file()? {
            let path = lock_file::path(&self.folder, &lock.session, lock.shot);
            let found = fs::read(path).ok().and_then(|bytes| lock_file::open(&bytes, self.keys.identity()).ok());
            if found.is_some_and(|found| {
                (found.shot, &found.code, &found.witness) == (lock.shot, &lock.code, &lock.witness)
            }) {
                self.write_bound(&lock, 0, now)?;
            }
        }
        Ok(())
    }
}

fn set(connection: &Connection, lock: &OpenLock) -> Result<(), StoreError> {
    let replaces = lock.replaces.as_ref().map(rows::to_json).transpose()?;
    connection.execute(
        "UPDATE open_lock SET roster_key = ?3, replaces = ?4 WHERE session = ?1 AND shot = ?2",
        params![lock.session.as_str(), lock.shot.to_string(), lock.roster_key, replaces],
    )?;
    Ok(())
}
