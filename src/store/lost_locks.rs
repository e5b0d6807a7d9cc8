//! Locks that the journal speaks of and whose file could be read on no disk that was there. They are remembered until
//! the second disk is back: then its file is brought over and the subject is parked under its number, unless it has
//! come again in the meantime. So no start takes the last good copy away.
//!
//! A subject whose file is on neither disk is lost: its code is to be shown again, which is told once.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use rusqlite::{Connection, params};

use super::disk::FileKind;
use super::error::StoreError;
use super::event::{PARKED, What};
use super::lock_file;
use super::roster_disk::Lists;
use super::rows::{parse, session_column};
use super::station::Store;
use super::values::{LockEnd, Note, OpenLock};
use crate::domain::ids::{ContentHash, SessionId, ShotNumber};
use crate::domain::time::WallTime;

/// What the second disk's thread leaves where it is or brings over, beside capsules and journal.
pub(super) struct Wanted {
    pub(super) lists: Lists,
    /// Names of files of locks that the first disk has not, or only damaged.
    pub(super) lost_locks: BTreeSet<String>,
}

/// A lock without a subject.
struct Lost {
    session: SessionId,
    shot: ShotNumber,
    queued: bool,
}

/// A lock's subject could not be read.
pub(super) fn remember(
    connection: &Connection,
    session: &SessionId,
    shot: ShotNumber,
    queued: bool,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO lost_lock (session, shot, queued) VALUES (?1, ?2, ?3) \
         ON CONFLICT (session, shot) DO UPDATE SET queued = excluded.queued",
        params![session.as_str(), shot.to_string(), queued],
    )?;
    Ok(())
}

/// Its subject is there, or the lock is over.
pub(super) fn forget(connection: &Connection, session: &SessionId, shot: ShotNumber) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM lost_lock WHERE session = ?1 AND shot = ?2")?
        .execute(params![session.as_str(), shot.to_string()])?;
    Ok(())
}

/// What cannot be read now may be read later: only a file that is surely not there is given up.
fn may_be_there(root: &Path, lost: &Lost) -> bool {
    let read = fs::read(lock_file::path(root, &lost.session, lost.shot));
    read.is_err_and(|error| error.kind() != ErrorKind::NotFound) || !root.is_dir()
}

impl Store {
    /// What belongs on a disk, whether it can be read now or not.
    pub(super) fn wanted(&self) -> Result<Wanted, StoreError> {
        Ok(Wanted { lists: self.lists()?, lost_locks: self.lost_lock_names()? })
    }

    pub(super) fn lost_lock_names(&self) -> Result<BTreeSet<String>, StoreError> {
        let lost = self.lost_locks()?.into_iter();
        Ok(lost.map(|lost| lock_file::file_name(&lost.session, lost.shot)).collect())
    }

    fn lost_locks(&self) -> Result<Vec<Lost>, StoreError> {
        let mut select =
            self.connection.prepare_cached("SELECT session, shot, queued FROM lost_lock ORDER BY session, shot")?;
        let mut found = select.query([])?;
        let mut lost = Vec::new();
        while let Some(row) = found.next()? {
            let shot = parse(&row.get::<_, String>(1)?, "lost lock")?;
            lost.push(Lost { session: session_column(row.get(0)?)?, shot, queued: row.get(2)? });
        }
        Ok(lost)
    }

    /// Brings back what either disk has. As long as one of them is away or cannot be read every lost lock is told at each
    /// start; one that is surely on neither is told this once more.
    pub(super) fn restore_lost_locks(&mut self, now: WallTime) -> Result<(), StoreError> {
        let (first, second) = (self.folder.clone(), self.second_root());
        for lost in self.lost_locks()? {
            let roots = || [Some(first.as_path()), second.as_deref()].into_iter().flatten();
            let found = roots().find_map(|root| self.read_lost(root, &lost));
            if let Some((lock, bytes)) = found {
                self.put_back(&lock, &bytes, now)?;
                continue;
            }
            self.report.lost_locks.push(lost.shot);
            if !roots().any(|root| may_be_there(root, &lost)) {
                forget(&self.connection, &lost.session, lost.shot)?;
            }
        }
        self.report.lost_locks.sort();
        self.report.lost_locks.dedup();
        Ok(())
    }

    fn read_lost(&self, root: &Path, lost: &Lost) -> Option<(OpenLock, Vec<u8>)> {
        let bytes = fs::read(lock_file::path(root, &lost.session, lost.shot)).ok()?;
        let lock = lock_file::open(&bytes, self.keys.identity()).ok()?;
        let is_it = lock.session == lost.session && lock.shot == lost.shot;
        is_it.then_some((OpenLock { parked: true, queued: lost.queued, ..lock }, bytes))
    }

    /// Parks the subject under its number; whoever came again meanwhile has another one.
    fn put_back(&mut self, lock: &OpenLock, bytes: &[u8], now: WallTime) -> Result<(), StoreError> {
        let (session, shot, digest) = (lock.session.clone(), lock.shot, lock.code.digest());
        let stored = self.standing_record(digest)?;
        let came_again = self.held_for(digest)?.is_some()
            || stored.is_some_and(|record| record.captured_at.unix_millis >= lock.taken_at.unix_millis);
        if came_again {
            // Its files go with the next tidying, as those of any lock that has ended.
            let over = What::LockEnded { session, shot, end: LockEnd::Released };
            self.report.lost_locks.retain(|lost| *lost != shot);
            return self.commit_and_copy(vec![over], 0, now, |_| Ok(()));
        }
        self.disk.make_folder(FileKind::Lock, &lock_file::folder(&self.folder))?;
        self.disk.write_whole(FileKind::Lock, &lock_file::path(&self.folder, &session, shot), bytes)?;
        let file_sha256 = Some(ContentHash::of(bytes));
        let mut whats = vec![What::LockTaken { session: session.clone(), shot, file_sha256, queued: lock.queued }];
        if !lock.queued {
            let note = Note { name: PARKED.to_owned(), shot: Some(shot), second: None, detail: None };
            whats.push(What::Noted { session: Some(session.clone()), note });
        }
        self.commit_and_copy(whats, 0, now, |transaction| {
            lock_file::insert(transaction, lock)?;
            forget(transaction, &session, shot)
        })?;
        self.report.lost_locks.retain(|lost| *lost != shot);
        self.report.found_locks.push(shot);
        Ok(())
    }
}
