//! Shot numbers and the subjects that hold one: durable rows, one active at a time, any number parked.

use rusqlite::params;

use super::apply::shots_of;
use super::error::StoreError;
use super::event::What;
use super::rows::{self, LOCK_COLUMNS, next_number, open_lock, word};
use super::station::Store;
use super::values::{LockEnd, NewLock, Note, OpenLock, SecondCopy};
use crate::domain::fault::StoreFault;
use crate::domain::ids::ShotNumber;
use crate::domain::time::WallTime;

/// With more capsules than this missing on the second disk no new lock is opened.
pub const MOST_MISSING_COPIES: usize = 20;

impl Store {
    /// Issues the next shot number of the session and holds it for this subject. Refused while another lock is
    /// active, and while too many copies are missing on the second disk.
    pub fn take_lock(&mut self, lock: &NewLock, by: u32, now: WallTime) -> Result<ShotNumber, StoreError> {
        self.writable()?;
        self.check_new_locks()?;
        if self.open_lock()?.is_some() {
            return Err(StoreError::new(StoreFault::Other, "another subject is locked"));
        }
        let number = next_number(&self.connection, &shots_of(&lock.session))?;
        let number = u32::try_from(number).ok().ok_or_else(|| rows::odd_row("shot number"))?;
        let shot = ShotNumber { station: self.settings.letter, number };
        let taken = What::LockTaken { session: lock.session.clone(), shot };
        let symbol = lock.symbol.as_ref().map(rows::to_json).transpose()?;
        let (source, at) = (word(&lock.source)?, rows::to_json(&now)?);
        self.commit_and_copy(vec![taken], by, now, |transaction| {
            transaction.execute(
                "INSERT INTO open_lock (session, shot, heading, code, code_digest, source, symbol, witness, parked, \
                 taken_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9)",
                params![
                    lock.session.as_str(),
                    shot.to_string(),
                    lock.group,
                    lock.code.as_bytes(),
                    lock.code.digest().as_bytes(),
                    source,
                    symbol,
                    lock.witness,
                    at,
                ],
            )?;
            Ok(())
        })?;
        Ok(shot)
    }

    /// Why no new lock may be opened now, if so.
    pub fn check_new_locks(&self) -> Result<(), StoreError> {
        self.disk.check()?;
        let missing = self.missing_copies();
        if missing > MOST_MISSING_COPIES {
            let fault = match self.second_copy() {
                SecondCopy::Behind(super::Behind::Missing) => StoreFault::SecondCopyMissing,
                _ => StoreFault::SecondCopyBehind,
            };
            return Err(StoreError::new(fault, format!("{missing} copies are missing on the second disk")));
        }
        Ok(())
    }

    /// The subject that is locked now.
    pub fn open_lock(&self) -> Result<Option<OpenLock>, StoreError> {
        Ok(self.locks("parked = 0", &[])?.pop())
    }

    /// Subjects that were put aside, oldest first.
    pub fn parked(&self) -> Result<Vec<OpenLock>, StoreError> {
        self.locks("parked = 1", &[])
    }

    pub(super) fn lock_of(&self, shot: ShotNumber) -> Result<OpenLock, StoreError> {
        // Numbers are unique in a session; the locked subject comes before parked ones of earlier sessions.
        let mut held = self.locks("shot = ?1", &[&shot.to_string()])?;
        held.sort_by_key(|lock| !lock.parked);
        let found = held.pop();
        found.ok_or_else(|| StoreError::new(StoreFault::Other, format!("no subject holds {shot}")))
    }

    fn locks(&self, condition: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<OpenLock>, StoreError> {
        let sql = format!("SELECT {LOCK_COLUMNS} FROM open_lock WHERE {condition} ORDER BY rowid");
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
        self.commit_and_copy(vec![What::LockEnded { session, shot, end }], by, now, |_| Ok(()))
    }

    /// Puts the locked subject aside, to be called later under the same number.
    pub fn park(&mut self, shot: ShotNumber, by: u32, now: WallTime) -> Result<(), StoreError> {
        self.set_parked(shot, "parked", 1, by, now)
    }

    /// Locks a parked subject again.
    pub fn recall(&mut self, shot: ShotNumber, by: u32, now: WallTime) -> Result<OpenLock, StoreError> {
        if self.open_lock()?.is_some_and(|open| open.shot != shot) {
            return Err(StoreError::new(StoreFault::Other, "another subject is locked"));
        }
        self.set_parked(shot, "recalled", 0, by, now)?;
        self.lock_of(shot)
    }

    fn set_parked(
        &mut self,
        shot: ShotNumber,
        name: &str,
        parked: u8,
        by: u32,
        now: WallTime,
    ) -> Result<(), StoreError> {
        let held = self.lock_of(shot)?.session;
        let session = Some(held.clone());
        let note = Note { name: name.to_owned(), shot: Some(shot), second: None, detail: None };
        self.commit_and_copy(vec![What::Noted { session, note }], by, now, |transaction| {
            transaction.execute(
                "UPDATE open_lock SET parked = ?3 WHERE session = ?1 AND shot = ?2",
                params![held.as_str(), shot.to_string(), parked],
            )?;
            Ok(())
        })
    }

    /// Writes a line about a moment that leaves no record.
    pub fn note(&mut self, note: Note, by: u32, now: WallTime) -> Result<(), StoreError> {
        let session = self.current_session()?.map(|settings| settings.id);
        self.commit_and_copy(vec![What::Noted { session, note }], by, now, |_| Ok(()))
    }
}
