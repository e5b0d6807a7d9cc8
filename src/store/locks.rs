//! Shot numbers and the subjects that hold one: durable rows, one active at a time, any number parked.

use std::fs;

use rusqlite::Connection;

use super::apply::shots_of;
use super::aside;
use super::disk::FileKind;
use super::error::StoreError;
use super::event::{PARKED, RECALLED, What};
use super::lock_file;
use super::reconcile::files_in;
use super::rows::{self, lock_columns, next_number, open_lock};
use super::station::Store;
use super::values::{Filter, LockEnd, NewLock, Note, OpenLock, ParkedRow, Replaced};
use crate::domain::code::{CodeDigest, SubjectCode};
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, SessionId, ShotNumber};
use crate::domain::time::WallTime;

/// With more capsules than this missing on the second disk no new lock is opened.
pub const MOST_MISSING_COPIES: usize = 20;

/// How a number is held.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Locked,
    Waiting,
}

impl Store {
    /// Issues the next shot number of the session and holds it for this subject. Refused while another lock is
    /// active, and while too many copies are missing on the second disk.
    pub fn take_lock(&mut self, lock: &NewLock, by: u32, now: WallTime) -> Result<ShotNumber, StoreError> {
        self.writable()?;
        if self.open_lock()?.is_some() {
            return Err(StoreError::new(StoreFault::Other, "another subject is locked"));
        }
        self.hold(lock, Holds::Locked, by, now)
    }

    /// Issues the next shot number for somebody who waits with it, whoever is locked meanwhile.
    pub fn queue_lock(&mut self, lock: &NewLock, by: u32, now: WallTime) -> Result<ShotNumber, StoreError> {
        self.writable()?;
        self.hold(lock, Holds::Waiting, by, now)
    }

    fn hold(&mut self, lock: &NewLock, holds: Holds, by: u32, now: WallTime) -> Result<ShotNumber, StoreError> {
        self.check_new_locks()?;
        let queued = holds == Holds::Waiting;
        let shot = self.next_shot(&lock.session)?;
        let held = OpenLock {
            session: lock.session.clone(),
            group: lock.group.clone(),
            shot,
            code: lock.code.clone(),
            source: lock.source,
            symbol: lock.symbol.clone(),
            witness: lock.witness.clone(),
            parked: queued,
            queued,
            taken_at: now,
            roster_key: None,
            replaces: lock.replaces,
        };
        let file = lock_file::seal(&held, &self.recipients)?;
        let file_sha256 = Some(ContentHash::of(&file));
        let taken = What::LockTaken { session: lock.session.clone(), shot, file_sha256, queued };
        self.disk.make_folder(FileKind::Lock, &lock_file::folder(&self.folder))?;
        self.disk.write_whole(FileKind::Lock, &lock_file::path(&self.folder, &lock.session, shot), &file)?;
        if let Some(second) = &self.second {
            second.lock_taken(lock_file::file_name(&lock.session, shot), file);
        }
        let done = self.commit_and_copy(vec![taken], by, now, |transaction| lock_file::insert(transaction, &held));
        if let Err(error) = done {
            // On a failing disk the line may be in the journal all the same: then the next start needs the file.
            if !self.disk.is_failing() {
                self.lock_file_is_over(&lock.session, shot);
            }
            return Err(error);
        }
        Ok(shot)
    }

    /// The session's next number that nobody holds: those who still wait, or whose file is on a disk that is away, keep
    /// theirs into the next session, where numbers begin again.
    fn next_shot(&self, session: &SessionId) -> Result<ShotNumber, StoreError> {
        let next = next_number(&self.connection, &shots_of(session))?;
        let next = u32::try_from(next).ok().ok_or_else(|| rows::odd_row("shot number"))?;
        let shot = |number| ShotNumber { station: self.settings.letter, number };
        let held = "SELECT 1 FROM open_lock WHERE shot = ?1 UNION ALL SELECT 1 FROM lost_lock WHERE shot = ?1";
        let mut select = self.connection.prepare_cached(held)?;
        for number in next..=u32::MAX {
            if !select.exists([shot(number).to_string()])? {
                return Ok(shot(number));
            }
        }
        Err(rows::odd_row("shot number"))
    }

    /// Takes the file of a lock away that has ended. One that stays is taken away at the next start.
    pub(super) fn lock_file_is_over(&self, session: &SessionId, shot: ShotNumber) {
        let path = lock_file::path(&self.folder, session, shot);
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            log::warn!("{} stays until the next start: {error}", path.display());
        }
        if let Some(second) = &self.second {
            second.lock_over(lock_file::file_name(session, shot));
        }
    }

    /// The subject that is locked now.
    pub fn open_lock(&self) -> Result<Option<OpenLock>, StoreError> {
        Ok(self.locks("parked = 0", &[])?.pop())
    }

    /// The same without codes and pictures, for lists.
    pub fn parked_rows(&self) -> Result<Vec<ParkedRow>, StoreError> {
        let sql = "SELECT shot, code_digest, parked, heading FROM open_lock WHERE parked <> 0 ORDER BY rowid";
        let mut select = self.connection.prepare_cached(sql)?;
        let rows = select.query_and_then([], rows::parked_row)?;
        rows.collect()
    }

    /// Whoever is locked, parked or waits with this code: one code has one number.
    pub fn held_for(&self, digest: CodeDigest) -> Result<Option<OpenLock>, StoreError> {
        Ok(self.locks("code_digest = ?1", &[digest.as_bytes()])?.pop())
    }

    /// Subjects that were put aside, oldest first.
    pub fn parked(&self) -> Result<Vec<OpenLock>, StoreError> {
        self.locks("parked <> 0", &[])
    }

    pub(super) fn lock_of(&self, shot: ShotNumber) -> Result<OpenLock, StoreError> {
        // Earlier versions issued numbers anew while somebody held them: the locked subject comes first.
        let mut held = self.locks("shot = ?1", &[&shot.to_string()])?;
        held.sort_by_key(|lock| !lock.parked);
        let found = held.pop();
        found.ok_or_else(|| StoreError::new(StoreFault::Other, format!("no subject holds {shot}")))
    }

    fn locks(&self, condition: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<OpenLock>, StoreError> {
        let columns = lock_columns(&self.connection)?;
        let sql = format!("SELECT {columns} FROM open_lock WHERE {condition} ORDER BY rowid");
        let mut select = self.connection.prepare_cached(&sql)?;
        let mut found = select.query(values)?;
        let mut locks = Vec::new();
        while let Some(row) = found.next()? {
            locks.push(open_lock(row)?);
        }
        Ok(locks)
    }

    /// Ends a lock without a record. The number is not issued again.
    pub fn release_lock(&mut self, shot: ShotNumber, end: LockEnd, by: u32, now: WallTime) -> Result<(), StoreError> {
        let session = self.lock_of(shot)?.session;
        self.commit_and_copy(vec![What::LockEnded { session: session.clone(), shot, end }], by, now, |_| Ok(()))?;
        self.lock_file_is_over(&session, shot);
        Ok(())
    }

    /// Puts the locked subject aside, to be called later under the same number.
    pub fn park(&mut self, shot: ShotNumber, by: u32, now: WallTime) -> Result<(), StoreError> {
        let session = self.lock_of(shot)?.session;
        self.set_parked(session, shot, PARKED, by, now)
    }

    /// Locks a parked subject again. Refused when the number is held for another code.
    pub fn recall(
        &mut self,
        shot: ShotNumber,
        code: CodeDigest,
        by: u32,
        now: WallTime,
    ) -> Result<OpenLock, StoreError> {
        self.recall_to_replace(shot, code, None, by, now)
    }

    /// The same for somebody whose picture is to replace this record.
    pub fn recall_to_replace(
        &mut self,
        shot: ShotNumber,
        code: CodeDigest,
        replaces: Option<Replaced>,
        by: u32,
        now: WallTime,
    ) -> Result<OpenLock, StoreError> {
        if self.open_lock()?.is_some_and(|open| open.shot != shot) {
            return Err(StoreError::new(StoreFault::Other, "another subject is locked"));
        }
        let held = self.held_for(code)?.filter(|held| held.shot == shot);
        let held =
            held.ok_or_else(|| StoreError::new(StoreFault::Other, format!("{shot} is held for another code")))?;
        if let Some(replaces) = replaces {
            // First: a crash in between leaves the subject put aside with what it replaces, never locked without.
            self.lock_replaces(shot, replaces, by, now)?;
        }
        self.set_parked(held.session.clone(), shot, RECALLED, by, now)?;
        Ok(OpenLock { parked: false, queued: false, replaces: replaces.or(held.replaces), ..held })
    }

    fn set_parked(
        &mut self,
        session: SessionId,
        shot: ShotNumber,
        name: &str,
        by: u32,
        now: WallTime,
    ) -> Result<(), StoreError> {
        let session = Some(session);
        let note = Note { name: name.to_owned(), shot: Some(shot), second: None, detail: None };
        self.commit_and_copy(vec![What::Noted { session, note }], by, now, |_| Ok(()))
    }

    /// Writes a line about a moment that leaves no record.
    pub fn note(&mut self, note: Note, by: u32, now: WallTime) -> Result<(), StoreError> {
        let session = self.current_session()?.map(|settings| settings.id);
        self.commit_and_copy(vec![What::Noted { session, note }], by, now, |_| Ok(()))
    }

    /// Takes the files of locks away that have ended, and what is unfinished or was set aside of them.
    pub(super) fn take_ended_locks_away(&self) -> Result<(), StoreError> {
        let mut held = self.lost_lock_names()?;
        for lock in self.parked()?.into_iter().chain(self.open_lock()?) {
            held.insert(lock_file::file_name(&lock.session, lock.shot));
        }
        for (name, path) in files_in(&lock_file::folder(&self.folder))? {
            if !held.contains(&name) {
                self.disk.remove(FileKind::Lock, &path)?;
            }
        }
        aside::tidy(&self.disk, &self.folder, FileKind::Lock, |name| held.contains(name))
    }

    /// Files of locks that have ended go; a lock that became a record is not lost.
    pub(super) fn tidy_locks(&mut self, now: WallTime) -> Result<(), StoreError> {
        self.restore_lost_locks(now)?;
        self.take_ended_locks_away()?;
        let stored = |shot: &ShotNumber| {
            let filter = Filter { shot: Some(*shot), limit: Some(1), ..Filter::default() };
            self.list(&filter).is_ok_and(|found| !found.is_empty())
        };
        let lost = self.report.lost_locks.iter().filter(|shot| !stored(shot)).copied().collect();
        self.report.lost_locks = lost;
        Ok(())
    }

    /// Subjects whose file is missing, or says something else than their row.
    pub(super) fn locks_without_file(&self) -> Result<Vec<OpenLock>, StoreError> {
        if self.report.database_damaged.is_some() {
            // The rows come from the files then.
            return Ok(Vec::new());
        }
        let held = self.parked()?.into_iter().chain(self.open_lock()?);
        let damaged = |lock: &OpenLock| {
            let bytes = fs::read(lock_file::path(&self.folder, &lock.session, lock.shot)).ok();
            let found = bytes.and_then(|bytes| lock_file::open(&bytes, self.keys.identity()).ok());
            found.is_none_or(|found| own(&found) != own(lock))
        };
        Ok(held.filter(damaged).collect())
    }

    /// Writes files that are not there at all: earlier versions kept none.
    pub(super) fn write_missing_lock_files(&mut self, now: WallTime) -> Result<(), StoreError> {
        let mut locks = self.locks_without_file()?;
        locks.retain(|lock| !lock_file::path(&self.folder, &lock.session, lock.shot).exists());
        self.write_lock_files(locks, now)
    }

    /// Writes these files again, each in one step in the place of a damaged one, with rows where there are none; the
    /// journal learns their new hashes.
    pub(super) fn write_lock_files(&mut self, locks: Vec<OpenLock>, now: WallTime) -> Result<(), StoreError> {
        for lock in locks {
            let (session, shot) = (lock.session.clone(), lock.shot);
            let path = lock_file::path(&self.folder, &session, shot);
            let file = lock_file::seal(&lock, &self.recipients)?;
            self.disk.make_folder(FileKind::Lock, &lock_file::folder(&self.folder))?;
            self.disk.write_whole(FileKind::Lock, &path, &file)?;
            let file_sha256 = Some(ContentHash::of(&file));
            if let Some(second) = &self.second {
                second.lock_taken(lock_file::file_name(&session, shot), file);
            }
            let mut whats = vec![What::LockTaken { session: session.clone(), shot, file_sha256, queued: lock.queued }];
            if lock.parked && !lock.queued {
                let note = Note { name: PARKED.to_owned(), shot: Some(shot), second: None, detail: None };
                whats.push(What::Noted { session: Some(session), note });
            }
            let known = lock_file::is_held(&self.connection, &lock.session, shot)?;
            self.commit_and_copy(
                whats,
                0,
                now,
                |transaction| {
                    if known { Ok(()) } else { lock_file::insert(transaction, &lock) }
                },
            )?;
        }
        Ok(())
    }
}

/// Every subject of an index that is locked or parked, the locked one first.
pub(super) fn held_locks(connection: &Connection) -> Result<Vec<OpenLock>, StoreError> {
    let sql = format!("SELECT {} FROM open_lock ORDER BY parked, rowid", lock_columns(connection)?);
    let mut select = connection.prepare(&sql)?;
    let mut found = select.query([])?;
    let mut locks = Vec::new();
    while let Some(row) = found.next()? {
        locks.push(open_lock(row)?);
    }
    Ok(locks)
}

/// What a file and its row both say.
fn own(lock: &OpenLock) -> (ShotNumber, &SubjectCode, Option<&Vec<u8>>, Option<&String>, Option<Replaced>) {
    (lock.shot, &lock.code, lock.witness.as_ref(), lock.roster_key.as_ref(), lock.replaces)
}
