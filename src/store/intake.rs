//! Taking journal lines into the database, with the capsules that they speak of.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rusqlite::Connection;

use super::apply::{apply, insert_event, kind};
use super::capsule::{self, Wiped};
use super::disk::{Disk, FileKind};
use super::error::StoreError;
use super::event::{Event, What};
use super::journal::Line;
use super::lock_file;
use super::lost_locks;
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
    /// Sessions whose list is spoken of and cannot be read, with why and what to do.
    pub(super) lost_rosters: BTreeMap<SessionId, &'static str>,
    pub(super) problems: Vec<String>,
}

impl<'a> Intake<'a> {
    /// One that has taken nothing in yet.
    pub(super) const fn new(
        folder: &'a Path,
        second: Option<&'a Path>,
        disk: &'a Disk,
        identity: &'a age::x25519::Identity,
        access: Access,
    ) -> Self {
        Self {
            folder,
            second,
            disk,
            identity,
            access,
            taken: Vec::new(),
            lost_locks: BTreeSet::new(),
            recovered: Vec::new(),
            missing: Vec::new(),
            lost_rosters: BTreeMap::new(),
            problems: Vec::new(),
        }
    }

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
        let contents = Wiped(capsule::open(&bytes, self.identity)?);
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
        // A damaged one is replaced in one step: set aside it would keep the code and the phone's picture for good.
        let path = lock_file::path(self.folder, session, shot);
        let made = self.disk.make_folder(FileKind::Lock, &lock_file::folder(self.folder));
        let done = made.and_then(|()| self.disk.write_whole(FileKind::Lock, &path, bytes));
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
                // A whole file that is not this line's is a later line's, who bound the subject to a row.
                let later = fs::read(lock_file::path(self.folder, session, *shot)).ok();
                let later = later.and_then(|bytes| lock_file::open(&bytes, self.identity).ok());
                let later = later.is_some_and(|lock| lock.session == *session && lock.shot == *shot);
                let copied = || {
                    let copy = self.second.filter(|_| !later).and_then(whole);
                    copy.filter(|bytes| self.bring_lock_back(session, *shot, bytes))
                };
                let found = whole(self.folder).or_else(copied);
                if let Some(mut lock) = found.and_then(|bytes| lock_file::open(&bytes, self.identity).ok()) {
                    (lock.parked, lock.queued) = (*queued, *queued);
                    lock_file::insert(transaction, &lock)?;
                    // Its file was damaged once, and written again.
                    self.lost_locks.remove(&(session.clone(), *shot));
                    lost_locks::forget(transaction, session, *shot)?;
                } else {
                    self.lost_locks.insert((session.clone(), *shot));
                    lost_locks::remember(transaction, session, *shot, *queued)?;
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
    /// One sentence for each list that could not be read.
    pub(super) fn lost_lists(&self) -> Vec<String> {
        self.lost_rosters.iter().map(|(session, lost)| format!("the list of {session} {lost}")).collect()
    }

    /// A list's rows come out of its file, on whichever disk it is; of a list that was replaced nothing is left.
    fn roster(&mut self, transaction: &Connection, event: &Event) -> Result<(), StoreError> {
        match &event.what {
            What::RosterSet { session, file_sha256, rows, .. } => {
                let name = roster_file::file_name(session, *file_sha256);
                let whole = |root: &Path| {
                    let bytes = fs::read(roster_file::folder(root).join(&name)).ok()?;
                    (ContentHash::of(&bytes) == *file_sha256).then_some(bytes)
                };
                let bytes = whole(self.folder).or_else(|| self.second.and_then(whole));
                let lost = match bytes.map(|bytes| roster_file::open(&bytes, session, self.identity)) {
                    Some(Ok(rows)) => {
                        roster_file::insert(transaction, session, *file_sha256, &rows)?;
                        self.lost_rosters.remove(session);
                        return Ok(());
                    }
                    Some(Err(error)) if error.fault() == StoreFault::NewerVersion => {
                        "was written by a newer version: open the station with that one"
                    }
                    Some(Err(_)) => "does not open: import it again",
                    None => "is lost: start with the second copy connected, or import it again",
                };
                // Wanted it stays: the disk that has it may be away.
                roster_file::insert_unread(transaction, session, *file_sha256, u64::from(*rows))?;
                self.lost_rosters.insert(session.clone(), lost);
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

#[cfg(test)]
mod tests {
    use crate::domain::ids::{ContentHash, SessionId};
    use crate::domain::set_up::RunBy;
    use crate::domain::time::WallTime;
    use crate::store::event::What;
    use crate::store::{
        ChosenColumns, CreateOptions, OpenOptions, Passphrase, SessionSettings, Store, roster_disk, roster_file,
    };

    #[test]
    fn a_list_of_a_newer_version_stays_on_both_disks() {
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let words = Passphrase::new(String::from("correct horse")).unwrap();
        let now = WallTime { unix_millis: 1_780_279_200_000, offset_minutes: 480 };
        let options =
            CreateOptions { work_factor: 10, second_copy: Some(second.path().to_owned()), ..CreateOptions::default() };
        let mut store = Store::create(first.path(), &words, &options, now).unwrap();
        let session = SessionId::try_from(String::from("2026-A")).unwrap();
        let made = SessionSettings::new(session.clone(), String::new(), String::from("degree-2017"));
        store.new_session(&SessionSettings { run_by: Some(RunBy::School), ..made }, 1, now).unwrap();
        let newer = br#"{"format": 2, "session": "2026-A", "rows": [], "more": true}"#;
        let bytes = store.recipients.seal(newer).unwrap();
        let file_sha256 = ContentHash::of(&bytes);
        let name = roster_file::file_name(&session, file_sha256);
        roster_disk::write(&store.disk, &store.folder, &name, &bytes).unwrap();
        let (school, columns) = (String::new(), ChosenColumns::new());
        let set = What::RosterSet { session: session.clone(), rows: 3, file_sha256, school, columns };
        let of_it =
            |transaction: &rusqlite::Transaction<'_>| roster_file::insert_unread(transaction, &session, file_sha256, 3);
        store.commit_and_copy(vec![set], 1, now, of_it).unwrap();
        store.catch_up_all().unwrap();
        let copy = store.second_root().unwrap();
        drop(store);
        let both = || [first.path(), &copy].map(|root| std::fs::read(roster_file::folder(root).join(&name)).ok());
        assert_eq!(both(), [Some(bytes.clone()), Some(bytes.clone())]);
        let store = Store::rebuild(first.path(), &words, &OpenOptions::default(), now).unwrap();
        let problems = &store.report().journal_problems;
        assert!(problems.iter().any(|problem| problem.contains("written by a newer version")), "{problems:?}");
        drop(store);
        let store = Store::open(first.path(), &words, &OpenOptions::default(), now).unwrap();
        store.catch_up_all().unwrap();
        assert!(!store.has_roster(&session).unwrap());
        drop(store);
        assert_eq!(both(), [Some(bytes.clone()), Some(bytes.clone())], "the newer version finds it again");
    }
}
