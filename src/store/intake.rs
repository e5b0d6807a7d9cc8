//! Taking journal lines into the database, with the capsules that they speak of.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rusqlite::Connection;

use super::apply::{apply, insert_event, kind};
use super::capsule;
use super::disk::{Disk, FileKind};
use super::error::StoreError;
use super::event::{Event, What};
use super::journal::Line;
use super::lock_file;
use super::options::Access;
use super::report::Replayed;
use super::roster_file;
use super::rows::{self, CapsuleFacts};
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, RecordId, SessionId, ShotNumber};

/// Takes journal lines in, with the capsules that they speak of.
pub(super) struct Intake<'a> {
    pub(super) folder: &'a Path,
    pub(super) second: Option<&'a Path>,
    pub(super) disk: &'a Disk,
    pub(super) identity: &'a age::x25519::Identity,
    /// In a folder that is only read nothing is copied back.
    pub(super) access: Access,
    pub(super) taken: Vec<Replayed>,
    /// Locks whose line is there, and whose subject is not.
    pub(super) lost_locks: BTreeSet<(SessionId, ShotNumber)>,
    pub(super) recovered: Vec<RecordId>,
    pub(super) missing: Vec<RecordId>,
    /// Sessions whose list is spoken of, and whose file is not there.
    pub(super) lost_rosters: BTreeSet<SessionId>,
    pub(super) problems: Vec<String>,
}

impl Intake<'_> {
    /// What is wrong with a line is noted, and the next one is taken; only the disk or the database end this.
    pub(super) fn line(
        &mut self,
        transaction: &Connection,
        line: &Line,
        file: &str,
        end: u64,
    ) -> Result<(), StoreError> {
        let event = match line.event(self.identity) {
            Ok(event) => event,
            Err(error) => {
                self.problems.push(format!("line {}: {error}", line.seq));
                return Ok(());
            }
        };
        let taken = self
            .capsule(transaction, &event)
            .and_then(|()| self.lock(transaction, &event))
            .and_then(|()| self.roster(transaction, &event))
            .and_then(|()| insert_event(transaction, &event, line, file, end))
            .and_then(|()| apply(transaction, &event));
        match taken {
            Ok(()) => {
                let (event_name, records) = (kind(&event.what), event.what.records());
                self.taken.push(Replayed { line: line.seq, event: event_name, records });
            }
            Err(error) if matches!(error.fault(), StoreFault::Other | StoreFault::CapsuleDamaged) => {
                self.problems.push(format!("line {}: {error}", line.seq));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn capsule(&mut self, transaction: &Connection, event: &Event) -> Result<(), StoreError> {
        let What::Stored { record, date, capsule_sha256, .. } = &event.what else { return Ok(()) };
        if rows::state(transaction, *record)?.is_some() {
            return Ok(());
        }
        let relative = capsule::relative_path(date, *record);
        let whole = |root: &Path| fs::read(root.join(&relative)).ok().filter(|b| ContentHash::of(b) == *capsule_sha256);
        let (bytes, recovered) = match (whole(self.folder), self.second.and_then(whole)) {
            (Some(bytes), _) => (bytes, false),
            (None, Some(bytes)) => (bytes, true),
            (None, None) => {
                self.missing.push(*record);
                return Ok(());
            }
        };
        if recovered && self.access == Access::ReadWrite {
            if self.folder.join(&relative).exists() {
                self.disk.set_aside(&self.folder.join(&relative), &self.folder.join("set-aside"))?;
            }
            write_capsule(self.disk, self.folder, &relative, &bytes)?;
            self.recovered.push(*record);
        }
        let contents = capsule::open(&bytes, self.identity)?;
        let facts = CapsuleFacts { date: date.clone(), sha256: *capsule_sha256, bytes: bytes.len() as u64 };
        rows::insert_record(transaction, &contents, &facts)
    }
}

impl Intake<'_> {
    /// Writes a lock's file again that only the second disk has; false when that does not work.
    fn bring_lock_back(&self, session: &SessionId, shot: ShotNumber, bytes: &[u8]) -> bool {
        if self.access == Access::ReadOnly {
            return true;
        }
        let path = lock_file::path(self.folder, session, shot);
        let aside = if path.exists() {
            self.disk.set_aside(&path, &self.folder.join("set-aside")).map(|_| ())
        } else {
            self.disk.make_folder(FileKind::Lock, &lock_file::folder(self.folder))
        };
        let done = aside.and_then(|()| self.disk.write_whole(FileKind::Lock, &path, bytes));
        done.inspect_err(|error| log::warn!("a lock's file is not brought back: {error}")).is_ok()
    }

    /// A lock's subject comes out of its file; the end of a lock needs none.
    fn lock(&mut self, transaction: &Connection, event: &Event) -> Result<(), StoreError> {
        match &event.what {
            What::LockTaken { session, shot, file_sha256, queued } => {
                if lock_file::is_held(transaction, session, *shot)? {
                    return Ok(());
                }
                let whole = |root: &Path| {
                    let bytes = fs::read(lock_file::path(root, session, *shot)).ok();
                    bytes.filter(|bytes| Some(ContentHash::of(bytes)) == *file_sha256)
                };
                let copied = || self.second.and_then(whole).filter(|bytes| self.bring_lock_back(session, *shot, bytes));
                match whole(self.folder).or_else(copied).and_then(|bytes| lock_file::open(&bytes, self.identity).ok()) {
                    Some(mut lock) => {
                        (lock.parked, lock.queued) = (*queued, *queued);
                        lock_file::insert(transaction, &lock)?;
                        // Its file was damaged once, and written again.
                        self.lost_locks.remove(&(session.clone(), *shot));
                    }
                    None => drop(self.lost_locks.insert((session.clone(), *shot))),
                }
            }
            What::LockEnded { session, shot, .. } | What::Stored { session, shot, .. } => {
                self.lost_locks.remove(&(session.clone(), *shot));
            }
            What::Purged { records, .. } => {
                self.missing.retain(|id| !records.iter().any(|purged| purged.record == *id));
            }
            _ => {}
        }
        Ok(())
    }
}

impl Intake<'_> {
    /// A list's rows come out of its file, on whichever disk it is; of a list that was replaced nothing is left.
    fn roster(&mut self, transaction: &Connection, event: &Event) -> Result<(), StoreError> {
        match &event.what {
            What::RosterSet { session, file_sha256, .. } => {
                let name = roster_file::file_name(session, *file_sha256);
                let whole = |root: &Path| {
                    let bytes = fs::read(roster_file::folder(root).join(&name)).ok()?;
                    (ContentHash::of(&bytes) == *file_sha256).then_some(bytes)
                };
                let bytes = whole(self.folder).or_else(|| self.second.and_then(whole));
                let rows = bytes.and_then(|bytes| roster_file::open(&bytes, session, self.identity).ok());
                if let Some(rows) = rows {
                    roster_file::insert(transaction, session, *file_sha256, &rows)?;
                    self.lost_rosters.remove(session);
                } else {
                    roster_file::remove(transaction, session)?;
                    self.lost_rosters.insert(session.clone());
                }
            }
            What::RosterRemoved { session } => drop(self.lost_rosters.remove(session)),
            _ => {}
        }
        Ok(())
    }
}

/// Writes a capsule below a data folder.
pub(super) fn write_capsule(disk: &Disk, root: &Path, relative: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let path = root.join(relative);
    if let Some(folder) = path.parent() {
        disk.make_folder(FileKind::Capsule, &root.join("capsules"))?;
        disk.make_folder(FileKind::Capsule, folder)?;
    }
    disk.write_whole(FileKind::Capsule, &path, bytes)
}
