//! Purging: the pictures, code and words of a record go from both disks; a line without them stays, and a signed
//! certificate says what went and who may still hold it.
//!
//! It goes in portions. The event of each is committed first, with everything that the certificate says; from then on
//! its records are purged, and whatever a crash leaves undone (a file, the certificate) is done at the next start. What
//! was not begun stays whole. One certificate signs for all portions ([`super::certificate`]).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::{Connection, OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

use super::capsule;
use super::certificate;
use super::database;
use super::disk::{FileKind, UNFINISHED_PREFIX};
use super::error::StoreError;
use super::event::What;
use super::reconcile::{PURGED, files_in, list_capsules};
use super::retention::Due;
use super::rows::{Count, word};
use super::station::Store;
use super::values::SecondCopy;
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, RecordId, SessionId, ShotNumber};
use crate::domain::operator::Right;
use crate::domain::purge::PurgeStep;
use crate::domain::record::RecordState;
use crate::domain::time::WallTime;

/// What stays of a purged record: nothing that names or shows a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PurgedRecord {
    pub record: RecordId,
    pub session: SessionId,
    pub shot: ShotNumber,
    pub sequence: u64,
    /// The state that it was in.
    pub was: RecordState,
    pub photo_sha256: ContentHash,
    pub capsule_sha256: ContentHash,
    /// Folder of its capsule.
    pub date: String,
    pub captured_at: WallTime,
    pub simulated: bool,
}

/// Records that go with one line of the journal; between two such portions a purge can be stopped.
pub const PURGED_AT_ONCE: usize = 50;

/// What is to be purged, and on whose word.
#[derive(Debug, Clone, Copy)]
pub struct PurgeOrder<'a> {
    pub ids: &'a [RecordId],
    pub reason: &'a str,
    pub by: u32,
    /// The second person, whose PIN was checked.
    pub second: Option<u32>,
    /// Set from elsewhere when somebody wants it to stop.
    pub stop: Option<&'a AtomicBool>,
}

/// What a purge did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purge {
    pub records: usize,
    /// It was stopped, and these stay whole.
    pub left: usize,
    /// The certificate of what went; its signature lies beside it. `None`: nothing went.
    pub certificate: Option<PathBuf>,
}

/// How far one is.
struct Progress<'a> {
    tell: &'a mut dyn FnMut(PurgeStep),
    /// Line of the journal that it began with.
    first: Option<u64>,
    /// Records that are gone.
    records: usize,
    /// Files that are gone.
    done: usize,
    of: usize,
}

impl Store {
    /// Purges records that are due, from both disks, and signs the certificate. Refused while the clock is in doubt,
    /// while the second disk is away, and as a whole when one of the records is not due.
    pub fn purge(&mut self, ids: &[RecordId], reason: &str, by: u32, now: WallTime) -> Result<Purge, StoreError> {
        self.purge_with(&PurgeOrder { ids, reason, by, second: None, stop: None }, now, &mut |_| {})
    }

    /// The same, telling how far it is, until it is stopped; journal and certificate name the second person. Once the
    /// first portion is gone every error is [`StoreFault::PurgeCut`].
    pub fn purge_with(
        &mut self,
        order: &PurgeOrder<'_>,
        now: WallTime,
        tell: &mut dyn FnMut(PurgeStep),
    ) -> Result<Purge, StoreError> {
        self.may_purge(order, now)?;
        tell(PurgeStep::CatchingUp);
        self.caught_up()?;
        self.take_ended_locks_away()?;
        // A record that is named twice goes once.
        let mut seen = BTreeSet::new();
        let ids: Vec<RecordId> = order.ids.iter().copied().filter(|id| seen.insert(*id)).collect();
        let of = ids.len() * if self.second.is_some() { 2 } else { 1 };
        let mut progress = Progress { tell, first: None, records: 0, done: 0, of };
        for portion in ids.chunks(PURGED_AT_ONCE) {
            if order.stop.is_some_and(|stop| stop.load(Ordering::Acquire)) {
                break;
            }
            let gone = self.purge_portion(order, portion, now, &mut progress);
            gone.map_err(|error| cut(error, &progress, ids.len()))?;
        }
        let left = ids.len() - progress.records;
        let Some(first) = progress.first else { return Ok(Purge { records: 0, left, certificate: None }) };
        let finished = self.finish_purges(progress.tell);
        finished.map_err(|error| cut(error, &progress, ids.len()))?;
        if !certificate::is_there(&self.folder, first) {
            let away = StoreError::new(StoreFault::SecondCopyMissing, "the second disk went before the signature");
            return Err(StoreError::caused_by(StoreFault::PurgeCut, "there is no certificate yet", away));
        }
        Ok(Purge { records: progress.records, left, certificate: Some(certificate::path(&self.folder, first)) })
    }

    fn may_purge(&self, order: &PurgeOrder<'_>, now: WallTime) -> Result<(), StoreError> {
        let PurgeOrder { ids, by, second, .. } = *order;
        self.writable()?;
        self.permit(by, Right::Purge)?;
        if let Some(second) = second {
            self.permit(second, Right::Second)?;
            if second == by {
                return Err(StoreError::new(StoreFault::NotAllowed, "the second person is the first one"));
            }
        }
        if !self.clock_steps(now)?.is_empty() {
            return Err(StoreError::new(StoreFault::ClockDoubtful, "the clock went a step that nobody confirmed"));
        }
        let mut due: BTreeMap<RecordId, Due> =
            self.due_for_purge(None, now)?.into_iter().map(|due| (due.record.id, due)).collect();
        let wanted: BTreeSet<RecordId> = ids.iter().copied().collect();
        due.retain(|id, _| wanted.contains(id));
        if wanted.is_empty() || due.len() != wanted.len() {
            return Err(StoreError::new(StoreFault::NotDue, "not every one of the records is due"));
        }
        if second.is_none() && self.has_operators()? {
            self.due_without_a_second(due.into_values(), now)?;
        }
        Ok(())
    }

    /// Purges so many as one line of the journal names, files and all.
    fn purge_portion(
        &mut self,
        order: &PurgeOrder<'_>,
        ids: &[RecordId],
        now: WallTime,
        progress: &mut Progress<'_>,
    ) -> Result<(), StoreError> {
        // Nothing may be on its way to the second disk while its copy is taken away.
        self.caught_up()?;
        let records = ids.iter().map(|id| self.tombstone(*id)).collect::<Result<Vec<_>, _>>()?;
        let paths: Vec<String> =
            records.iter().map(|purged| capsule::relative_path(&purged.date, purged.record)).collect();
        let sessions: BTreeSet<SessionId> = records.iter().map(|purged| purged.session.clone()).collect();
        // A list goes with the last record of its session; before the purge's own line, which names the certificate.
        let over = self.rosters_over_with(sessions, &ids.iter().copied().collect())?;
        let lists_go = !over.is_empty();
        let mut whats: Vec<What> = over.into_iter().map(|session| What::RosterRemoved { session }).collect();
        let PurgeOrder { reason, by, second, .. } = *order;
        whats.push(What::Purged { records, reason: reason.to_owned(), second, part_of: progress.first });
        self.commit_and_copy(whats, by, now, |_| Ok(()))?;
        progress.first.get_or_insert(self.head.seq);
        progress.records += ids.len();
        if lists_go {
            self.tidy_rosters()?;
            self.caught_up()?;
        }
        self.remove_capsules(&paths, progress)
    }

    fn remove_capsules(&self, paths: &[String], progress: &mut Progress<'_>) -> Result<(), StoreError> {
        let second_disk = self.second_disk();
        let mut disks = vec![(&self.disk, self.folder.clone())];
        if let Some(second) = &self.second {
            disks.push((&second_disk, second.root().to_owned()));
        }
        for (disk, root) in disks {
            for path in paths {
                (progress.tell)(PurgeStep::Removing { done: progress.done, of: progress.of });
                if !root.is_dir() {
                    return Err(StoreError::new(StoreFault::SecondCopyMissing, "a disk went while it was purged"));
                }
                disk.remove(FileKind::Capsule, &root.join(path))?;
                progress.done += 1;
            }
        }
        Ok(())
    }

    fn caught_up(&self) -> Result<(), StoreError> {
        match self.catch_up_all()? {
            SecondCopy::Landed | SecondCopy::NotConfigured => Ok(()),
            SecondCopy::Behind(_) => {
                let what = "the second disk must be there and caught up: its copies are purged, too";
                Err(StoreError::new(StoreFault::SecondCopyMissing, what))
            }
        }
    }

    fn tombstone(&self, id: RecordId) -> Result<PurgedRecord, StoreError> {
        let stored = self.record(id)?;
        let record = stored.record;
        let date = stored.capsule_path.split('/').nth(1).unwrap_or_default().to_owned();
        Ok(PurgedRecord {
            record: id,
            session: record.session,
            shot: record.shot,
            sequence: record.sequence,
            was: record.state,
            photo_sha256: record.photo_sha256,
            capsule_sha256: stored.capsule_sha256,
            date,
            captured_at: record.captured_at,
            simulated: record.simulated,
        })
    }

    /// Goes on with a purge that was cut, where there is one: files of both disks, and the certificate. A certificate
    /// waits until the second disk is there. Says how many records it signed for.
    pub fn finish_cut_purge(&mut self, tell: &mut dyn FnMut(PurgeStep)) -> Result<usize, StoreError> {
        self.writable()?;
        self.finish_purges(tell)
    }

    /// A purge was cut, and its certificate is not written yet.
    pub fn has_cut_purge(&self) -> Result<bool, StoreError> {
        Ok(!self.unsigned_purges()?.is_empty())
    }

    /// Takes away what is left of purged records and writes certificates that are missing. Does nothing at most starts.
    pub(super) fn finish_purges(&self, tell: &mut dyn FnMut(PurgeStep)) -> Result<usize, StoreError> {
        let purged = self.ids(PURGED)?;
        if purged.is_empty() {
            return Ok(0);
        }
        let unsigned = self.unsigned_purges()?;
        let files = files_of(&self.folder, &purged)?;
        // What is wrong with the second disk keeps no station shut: its copies wait, and their certificate with them.
        let there = self.second_root().filter(|root| root.is_dir());
        let copies = there.map_or_else(|| Ok(Vec::new()), |root| files_of(&root, &purged));
        let copies = copies.inspect_err(|error| log::warn!("second copy: {error}")).unwrap_or_default();
        let of = files.len() + copies.len();
        for (done, file) in files.iter().enumerate() {
            tell(PurgeStep::Removing { done, of });
            self.disk.remove(FileKind::Capsule, file)?;
        }
        let second_disk = self.second_disk();
        for (done, file) in copies.iter().enumerate() {
            tell(PurgeStep::Removing { done: files.len() + done, of });
            if let Err(error) = second_disk.remove(FileKind::Capsule, file) {
                log::warn!("second copy: {error}");
                break;
            }
        }
        if !files.is_empty() || !unsigned.is_empty() {
            tell(PurgeStep::Compacting);
            database::compact(&self.connection)?;
        }
        if unsigned.is_empty() || self.copies_may_remain(&purged) {
            return Ok(0);
        }
        let mut records = 0;
        for line in unsigned {
            tell(PurgeStep::Signing);
            records += self.write_certificate(line)?;
        }
        Ok(records)
    }

    /// The second disk is away, or still holds copies, as far as can be told: nobody signs for them yet.
    fn copies_may_remain(&self, purged: &BTreeSet<RecordId>) -> bool {
        self.second_root().is_some_and(|root| {
            let left = files_of(&root, purged);
            // A disk that went in between looks like an empty one.
            !left.is_ok_and(|left| left.is_empty()) || !root.is_dir()
        })
    }

    /// First lines of purges without a certificate.
    fn unsigned_purges(&self) -> Result<Vec<u64>, StoreError> {
        let mut select = self.connection.prepare("SELECT seq FROM event WHERE kind = 'purged' ORDER BY seq")?;
        let found = select.query_map([], |row| Ok(row.get::<_, Count>(0)?.0))?;
        let mut lines = found.collect::<Result<Vec<_>, _>>()?;
        lines.retain(|line| !certificate::is_there(&self.folder, *line));
        Ok(lines)
    }
}

/// What ended a purge, once something of it is gone.
fn cut(error: StoreError, progress: &Progress<'_>, of: usize) -> StoreError {
    if progress.first.is_none() {
        return error;
    }
    let what = format!("the purge was cut after {} of {of} records", progress.records);
    StoreError::caused_by(StoreFault::PurgeCut, what, error)
}

/// Capsules of purged records below a root, those that were set aside, too.
fn files_of(root: &Path, purged: &BTreeSet<RecordId>) -> Result<Vec<PathBuf>, StoreError> {
    let mut files = Vec::new();
    for (id, date) in list_capsules(root)? {
        if purged.contains(&id) {
            files.push(root.join(capsule::relative_path(&date, id)));
        }
    }
    for (name, path) in files_in(&root.join("set-aside"))? {
        if capsule_aside(&name).is_some_and(|id| purged.contains(&id)) {
            files.push(path);
        }
    }
    Ok(files)
}

/// Whose capsule a file in `set-aside/` is, by its name alone.
pub(super) fn capsule_aside(name: &str) -> Option<RecordId> {
    let (own, _) = name.split_once(".age")?;
    own.trim_start_matches(UNFINISHED_PREFIX).parse().ok()
}

/// What a purge does to the index: nothing of the record stays but its place in the lists.
pub(super) fn apply(connection: &Connection, records: &[PurgedRecord]) -> Result<(), StoreError> {
    for purged in records {
        let id = purged.record.to_string();
        let bundle: Option<Option<i64>> =
            connection.query_row("SELECT bundle FROM record WHERE id = ?1", [&id], |row| row.get(0)).optional()?;
        let bundle = match bundle.flatten() {
            Some(bundle) => Some(bundle),
            // On a rebuild its row was never made; the bundles know.
            None => {
                connection
                    .query_row("SELECT max(bundle) FROM bundle_record WHERE record_id = ?1", [&id], |row| row.get(0))?
            }
        };
        for table in ["photo", "record_body"] {
            connection.execute(&format!("DELETE FROM {table} WHERE record_id = ?1"), [&id])?;
        }
        connection.execute("DELETE FROM record WHERE id = ?1", [&id])?;
        connection.execute(
            "INSERT INTO record (id, sequence, session, heading, shot, state, code_digest, last_four, roster_key, \
             photo_sha256, captured_ms, captured_offset, simulated, supersedes, bundle, capsule_date, \
             capsule_sha256, capsule_bytes, second_copy) \
             VALUES (?1, ?2, ?3, NULL, ?4, ?5, zeroblob(32), NULL, NULL, ?6, ?7, ?8, ?9, NULL, ?10, ?11, ?12, 0, 1)",
            params![
                id,
                Count(purged.sequence),
                purged.session.as_str(),
                purged.shot.to_string(),
                word(&RecordState::Purged)?,
                purged.photo_sha256.0,
                purged.captured_at.unix_millis,
                purged.captured_at.offset_minutes,
                purged.simulated,
                bundle,
                purged.date,
                purged.capsule_sha256.0,
            ],
        )?;
    }
    Ok(())
}

/// Certificates of a folder, oldest first.
pub fn certificates(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let files = files_in(&certificate::folder(folder))?.into_iter().map(|(_, path)| path);
    Ok(files.filter(|path| path.extension().is_some_and(|extension| extension == "json")).collect())
}

/// Reads whether a file is there without following what it says.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}
