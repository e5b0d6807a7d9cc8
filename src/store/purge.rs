//! Purging: the pictures, code and words of a record go from both disks; a line without them stays, and a signed
//! certificate says what went and who may still hold it.
//!
//! The event is committed first, with everything that the certificate says; from then on the record is purged, and
//! whatever a crash leaves undone (a file, the certificate) is done at the next start.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

use super::capsule;
use super::certificate::{self, HeldBy};
use super::database;
use super::disk::FileKind;
use super::error::StoreError;
use super::event::{BACKUP, Event, What};
use super::reconcile::{PURGED, files_in, list_capsules};
use super::rows::{self, Count, from_json, word};
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

/// What is to be purged, and on whose word.
#[derive(Debug, Clone, Copy)]
pub struct PurgeOrder<'a> {
    pub ids: &'a [RecordId],
    pub reason: &'a str,
    pub by: u32,
    /// The second person, whose PIN was checked.
    pub second: Option<u32>,
}

/// What a purge did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purge {
    pub records: usize,
    /// The certificate; its signature lies beside it.
    pub certificate: PathBuf,
}

impl Store {
    /// Purges records that are due, from both disks, and signs the certificate. Refused while the clock is in doubt,
    /// while the second disk is away, and as a whole when one of the records is not due.
    pub fn purge(&mut self, ids: &[RecordId], reason: &str, by: u32, now: WallTime) -> Result<Purge, StoreError> {
        self.purge_with(&PurgeOrder { ids, reason, by, second: None }, now, &mut |_| {})
    }

    /// The same, telling how far it is; journal and certificate name the second person.
    pub fn purge_with(
        &mut self,
        order: &PurgeOrder<'_>,
        now: WallTime,
        tell: &mut dyn FnMut(PurgeStep),
    ) -> Result<Purge, StoreError> {
        let PurgeOrder { ids, reason, by, second } = *order;
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
        let due: BTreeSet<RecordId> = self.due_for_purge(None, now)?.into_iter().map(|due| due.record.id).collect();
        if ids.is_empty() || !ids.iter().all(|id| due.contains(id)) {
            return Err(StoreError::new(StoreFault::NotDue, "not every one of the records is due"));
        }
        tell(PurgeStep::CatchingUp);
        // Nothing may be on its way to the second disk while its copy is taken away.
        self.caught_up()?;
        self.take_ended_locks_away()?;
        let records = ids.iter().map(|id| self.tombstone(*id)).collect::<Result<Vec<_>, _>>()?;
        let count = records.len();
        let sessions: BTreeSet<SessionId> = records.iter().map(|purged| purged.session.clone()).collect();
        // A list goes with the last record of its session; before the purge's own line, which names the certificate.
        let over = self.rosters_over_with(sessions, &ids.iter().copied().collect())?;
        let lists_go = !over.is_empty();
        let mut whats: Vec<What> = over.into_iter().map(|session| What::RosterRemoved { session }).collect();
        whats.push(What::Purged { records, reason: reason.to_owned(), second });
        self.commit_and_copy(whats, by, now, |_| Ok(()))?;
        let line = self.head.seq;
        if lists_go {
            self.tidy_rosters()?;
            self.caught_up()?;
        }
        self.finish_purges(tell)?;
        Ok(Purge { records: count, certificate: certificate::path(&self.folder, line) })
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

    /// Takes away what is left of purged records and writes certificates that are missing. Does nothing at most starts.
    pub(super) fn finish_purges(&self, tell: &mut dyn FnMut(PurgeStep)) -> Result<(), StoreError> {
        let purged = self.ids(PURGED)?;
        if purged.is_empty() {
            return Ok(());
        }
        let second = self.second_root().filter(|root| root.is_dir());
        let files = files_of(&self.folder, &purged)?;
        let copies = second.as_deref().map_or_else(|| Ok(Vec::new()), |root| files_of(root, &purged))?;
        let of = files.len() + copies.len();
        let second_disk = self.second_disk();
        let disks = files.iter().map(|file| (&self.disk, file)).chain(copies.iter().map(|file| (&second_disk, file)));
        for (done, (disk, file)) in disks.enumerate() {
            tell(PurgeStep::Removing { done, of });
            disk.remove(FileKind::Capsule, file)?;
        }
        if !files.is_empty() {
            tell(PurgeStep::Compacting);
            database::compact(&self.connection)?;
        }
        let lines: Vec<u64> = {
            let mut select = self.connection.prepare("SELECT seq FROM event WHERE kind = 'purged' ORDER BY seq")?;
            let found = select.query_map([], |row| Ok(row.get::<_, Count>(0)?.0))?;
            found.collect::<Result<_, _>>()?
        };
        for line in lines {
            if !certificate::is_there(&self.folder, line) {
                tell(PurgeStep::Signing);
                self.write_certificate(line)?;
            }
        }
        Ok(())
    }

    fn write_certificate(&self, line: u64) -> Result<(), StoreError> {
        let body: String =
            self.connection.query_row("SELECT body FROM event WHERE seq = ?1", [Count(line)], |row| row.get(0))?;
        let event: Event = from_json(&body, "event")?;
        let What::Purged { records, .. } = &event.what else { return Err(rows::odd_row("event")) };
        let held = HeldBy {
            bundles: self.bundles_with(records)?,
            backups: self.backups_since()?,
            set_aside: databases_aside(&self.folder)?,
        };
        let text = certificate::text(&self.settings, &event, &held)?;
        let comment = format!("tucai purge certificate {line} of station {}", self.settings.station);
        let signed = self.keys.sign(text.as_bytes(), &comment, "signature of a tucai purge certificate")?;
        let signature = signed.into_string();
        certificate::write(&self.disk, &self.folder, line, &text, &signature)?;
        if let Some(root) = self.second_root().filter(|root| root.is_dir()) {
            certificate::write(&self.second_disk(), &root, line, &text, &signature)?;
        }
        Ok(())
    }

    /// Bundles that any of these records left in: file name, hash of the payload, where it was delivered.
    fn bundles_with(&self, records: &[PurgedRecord]) -> Result<Vec<certificate::HoldingBundle>, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT bundle FROM bundle_record WHERE record_id = ?1")?;
        let mut by_bundle: BTreeMap<u64, Vec<RecordId>> = BTreeMap::new();
        for record in records {
            let found = select.query_map([record.record.to_string()], |row| Ok(row.get::<_, Count>(0)?.0))?;
            for bundle in found {
                by_bundle.entry(bundle?).or_default().push(record.record);
            }
        }
        by_bundle
            .into_iter()
            .map(|(sequence, records)| {
                let bundle = self.bundle(sequence)?;
                Ok(certificate::HoldingBundle {
                    receipts: self.receipt_counts(bundle.sha256)?,
                    file_name: bundle.file_name,
                    sha256: bundle.sha256,
                    delivered_to: bundle.delivered.map(|(_, target)| target),
                    records,
                })
            })
            .collect()
    }

    /// Every backup that was made so far: when and where.
    fn backups_since(&self) -> Result<Vec<(WallTime, String)>, StoreError> {
        let mut select =
            self.connection.prepare("SELECT body FROM event WHERE kind = 'noted' AND body LIKE ?1 ORDER BY seq")?;
        let bodies = select.query_map([format!("%\"{BACKUP}\"%")], |row| row.get::<_, String>(0))?;
        let mut backups = Vec::new();
        for body in bodies {
            let event: Event = from_json(&body?, "event")?;
            if let What::Noted { note, .. } = event.what
                && note.name == BACKUP
            {
                backups.push((event.at, note.detail.unwrap_or_default()));
            }
        }
        Ok(backups)
    }
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
        let id = name.split(".age").next().and_then(|name| name.trim_start_matches(".unfinished-").parse().ok());
        if id.is_some_and(|id| purged.contains(&id)) {
            files.push(path);
        }
    }
    Ok(files)
}

/// Old databases that were set aside: they hold what they held.
fn databases_aside(folder: &Path) -> Result<Vec<String>, StoreError> {
    let aside = folder.join("set-aside");
    let names = files_in(&aside)?.into_iter().map(|(name, _)| name);
    Ok(names.filter(|name| name.starts_with("database-")).map(|name| format!("set-aside/{name}")).collect())
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
