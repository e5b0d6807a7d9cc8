//! Storing a record and finding records again.

use std::collections::BTreeMap;

use rusqlite::types::Value;
use rusqlite::{OptionalExtension as _, params_from_iter};

use super::apply::RECORDS;
use super::capsule::{self, Contents, RECORD_FORMAT, Wiped};
use super::error::StoreError;
use super::event::{Event, What};
use super::keys::fill_random;
use super::reconcile::events_of;
use super::rows::{self, CapsuleFacts, SUMMARY_COLUMNS, from_word, summary, word};
use super::second::Missing;
use super::station::Store;
use super::values::{ChangeKind, Counts, Filter, NewRecord, OpenLock, RecordSummary, Saved, SecondCopy, StoredRecord};
use crate::domain::code::CodeDigest;
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, RecordId, SessionId};
use crate::domain::operator::Right;
use crate::domain::record::{Record, RecordState};
use crate::domain::record_states;
use crate::domain::time::WallTime;

impl Store {
    /// Makes one picture durable under its lock and ends the lock. `Ok` means: the capsule is written, synced and
    /// named, its event is in the synced journal, and the commit has returned. On an error nothing of it is visible,
    /// the lock still holds, and the same picture can be saved again.
    pub fn save(&mut self, new: NewRecord, now: WallTime) -> Result<Saved, StoreError> {
        self.writable()?;
        let lock = self.lock_of(new.shot)?;
        if lock.parked {
            return Err(StoreError::new(StoreFault::Other, format!("{} is parked", new.shot)));
        }
        let by = new.operator;
        let contents = Wiped(self.contents_of(new, lock, now)?);
        let record = &contents.record;
        let bytes = capsule::seal(&contents, &self.recipients)?;
        let facts = CapsuleFacts { date: now.local_date(), sha256: ContentHash::of(&bytes), bytes: bytes.len() as u64 };
        let mut whats = vec![What::Stored {
            record: record.id,
            sequence: record.sequence,
            session: record.session.clone(),
            shot: record.shot,
            date: facts.date.clone(),
            capsule_sha256: facts.sha256,
            state: record.state,
            restored: false,
        }];
        if let Some(old) = record.supersedes {
            let reason = record.retake_reason.map(|reason| word(&reason)).transpose()?;
            // One that was taken back before stays as it is; the new record names it all the same.
            if record_states::allowed(self.state_of(old)?, RecordState::Superseded) {
                whats.extend(self.end_record(old, RecordState::Superseded, ChangeKind::Superseded, reason)?);
            }
        }
        let relative = capsule::relative_path(&facts.date, record.id);
        self.write_capsule(&relative, &bytes)?;
        let committed = self.commit(whats, by, now, |transaction| rows::insert_record(transaction, &contents, &facts));
        let lines = match committed {
            Ok(lines) => lines,
            Err(error) => {
                self.take_capsule_back(&relative)?;
                return Err(error);
            }
        };
        let second_copy = self.second.as_ref().map_or(SecondCopy::NotConfigured, |second| {
            second.land(record.id, Missing { path: relative, sha256: facts.sha256 }, bytes, lines)
        });
        // After the capsule, on both disks: whoever takes a copy over finds the subject or the record.
        self.lock_file_is_over(&contents.record.session, contents.record.shot);
        let (id, shot, photo_sha256, state) = (record.id, record.shot, record.photo_sha256, record.state);
        Ok(Saved { id, shot, photo_sha256, state, second_copy })
    }

    /// The capsule of a save that did not commit goes aside, so that no later start takes it for a record. On a
    /// failing disk nothing is touched: the next start finds the capsule and reports it.
    fn take_capsule_back(&self, relative: &str) -> Result<(), StoreError> {
        if self.disk.is_failing() {
            return Ok(());
        }
        let aside = self.disk.set_aside(&self.folder.join(relative), &self.folder.join("set-aside"));
        aside.map(|_| ()).inspect_err(|_| self.disk.declare_failing())
    }

    fn contents_of(&self, new: NewRecord, lock: OpenLock, now: WallTime) -> Result<Contents, StoreError> {
        if !new.photo.starts_with(&[0xff, 0xd8]) {
            return Err(StoreError::new(StoreFault::Other, "the final picture is no JPEG"));
        }
        let mut random = [0_u8; 10];
        fill_random(&mut random)?;
        let class = self.class_of_row(&lock.session, new.roster_key.as_deref())?;
        let (supersedes, retake_reason) = new.supersedes.map_or((None, None), |(id, why)| (Some(id), Some(why)));
        let record = Record {
            format: RECORD_FORMAT,
            id: RecordId::from_parts(u64::try_from(now.unix_millis).unwrap_or(0), random),
            session: lock.session,
            group: class.or(lock.group),
            station: self.settings.station.clone(),
            shot: lock.shot,
            sequence: rows::next_number(&self.connection, RECORDS)?,
            code: lock.code.as_bytes().to_vec(),
            code_source: lock.source,
            code_symbol: lock.symbol,
            code_digest: lock.code.digest(),
            last_four: new.last_four,
            roster_key: new.roster_key,
            notice_version: new.notice_version,
            notice_acknowledged: new.notice_acknowledged,
            operator: new.operator,
            confirmation: new.confirmation,
            simulated: new.simulated || self.settings.simulated,
            camera: new.camera,
            profile_id: new.profile_id,
            profile_version: new.profile_version,
            profile_sha256: new.profile_sha256,
            checks_version: new.checks_version,
            models_version: new.models_version,
            findings: new.findings,
            attested: new.attested,
            overrides: new.overrides,
            photo_sha256: ContentHash::of(&new.photo),
            original_sha256: ContentHash::of(&new.original),
            original_media_type: new.original_media_type,
            exposure: new.exposure,
            witness_sha256: lock.witness.as_deref().map(ContentHash::of),
            state: new.approval.first_state(),
            supersedes,
            retake_reason,
            captured_at: new.captured_at,
            stored_at: now,
        };
        Ok(Contents { record, photo: new.photo, original: new.original, witness: lock.witness })
    }

    /// Moves records to other states in one step; refused as a whole when one move is illegal.
    pub fn set_states(
        &mut self,
        moves: &[(RecordId, RecordState, Option<String>)],
        by: u32,
        now: WallTime,
    ) -> Result<(), StoreError> {
        if moves.iter().any(|(_, to, _)| matches!(to, RecordState::Approved | RecordState::Rejected)) {
            self.permit(by, Right::Review)?;
        }
        let whats = self.moves(moves)?;
        self.commit_and_copy(whats, by, now, |_| Ok(()))
    }

    /// Moves one record to another state.
    pub fn set_state(
        &mut self,
        id: RecordId,
        to: RecordState,
        reason: Option<String>,
        by: u32,
        now: WallTime,
    ) -> Result<(), StoreError> {
        self.set_states(&[(id, to, reason)], by, now)
    }

    /// Checks moves against the table, one after the other, and groups them into events.
    pub(super) fn moves(&self, moves: &[(RecordId, RecordState, Option<String>)]) -> Result<Vec<What>, StoreError> {
        let mut whats: Vec<What> = Vec::new();
        let mut reached: BTreeMap<RecordId, RecordState> = BTreeMap::new();
        for (id, to, reason) in moves {
            let from = reached.get(id).copied().map_or_else(|| self.state_of(*id), Ok)?;
            record_states::advance(from, *to)
                .map_err(|error| StoreError::caused_by(StoreFault::Other, format!("{id} stays as it is"), error))?;
            reached.insert(*id, *to);
            match whats.last_mut() {
                Some(What::Moved { records, to: last, reason: why }) if last == to && why == reason => {
                    records.push(*id);
                }
                _ => whats.push(What::Moved { records: vec![*id], to: *to, reason: reason.clone() }),
            }
        }
        Ok(whats)
    }

    fn state_of(&self, id: RecordId) -> Result<RecordState, StoreError> {
        rows::state(&self.connection, id)?.ok_or_else(|| no_record(id))
    }

    /// Records under a code, newest first, all sessions. Full digests are compared.
    pub fn find_by_digest(&self, digest: CodeDigest) -> Result<Vec<RecordSummary>, StoreError> {
        self.summaries("code_digest = ?1", &[Value::Blob(digest.as_bytes().to_vec())], None, 0)
    }

    /// The newest record under a code that still counts.
    pub fn standing_record(&self, digest: CodeDigest) -> Result<Option<RecordSummary>, StoreError> {
        Ok(self.find_by_digest(digest)?.into_iter().find(|record| record.state.stands()))
    }

    /// Records that a filter lets through, newest first.
    pub fn list(&self, filter: &Filter) -> Result<Vec<RecordSummary>, StoreError> {
        let (condition, values) = conditions(filter)?;
        self.summaries(&condition, &values, filter.limit, filter.offset)
    }

    fn summaries(
        &self,
        condition: &str,
        values: &[Value],
        limit: Option<u32>,
        offset: u32,
    ) -> Result<Vec<RecordSummary>, StoreError> {
        let limit = limit.map_or(-1, i64::from);
        let sql = format!(
            "SELECT {SUMMARY_COLUMNS} FROM record WHERE {condition} ORDER BY sequence DESC LIMIT {limit} OFFSET {offset}"
        );
        let mut select = self.connection.prepare_cached(&sql)?;
        let mut found = select.query(params_from_iter(values))?;
        let mut list = Vec::new();
        while let Some(row) = found.next()? {
            let mut line = summary(row)?;
            // The column is brought up to date with the next commit; the thread knows now.
            line.second_copy |= self.second.as_ref().is_some_and(|second| !second.is_missing(line.id));
            list.push(line);
        }
        Ok(list)
    }

    /// One record's line, of a purged one too.
    pub fn summary(&self, id: RecordId) -> Result<RecordSummary, StoreError> {
        self.summaries("id = ?1", &[Value::Text(id.to_string())], Some(1), 0)?.pop().ok_or_else(|| no_record(id))
    }

    /// How many records of a session (or all) are in which state.
    pub fn counts(&self, session: Option<&SessionId>) -> Result<Counts, StoreError> {
        // Apart, so that the one with a session is answered by an index alone.
        let condition = if session.is_some() { "WHERE session = ?1" } else { "" };
        let sql = format!("SELECT state, count(*) FROM record {condition} GROUP BY state ORDER BY state");
        let mut select = self.connection.prepare_cached(&sql)?;
        let mut found = select.query(params_from_iter(session.map(SessionId::as_str)))?;
        let mut counts = Counts::default();
        while let Some(row) = found.next()? {
            counts.by_state.push((from_word(row.get(0)?, "state")?, row.get::<_, rows::Count>(1)?.0));
        }
        Ok(counts)
    }

    /// A record with its present state.
    pub fn record(&self, id: RecordId) -> Result<StoredRecord, StoreError> {
        rows::record(&self.connection, id)?.ok_or_else(|| no_record(id))
    }

    /// The final JPEG, compared with its hash.
    pub fn photo(&self, id: RecordId) -> Result<Vec<u8>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT jpeg, photo_sha256 FROM photo JOIN record ON id = record_id WHERE id = ?1")?;
        let found: Option<(Vec<u8>, Vec<u8>)> =
            select.query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (jpeg, hash) = found.ok_or_else(|| no_record(id))?;
        if ContentHash::of(&jpeg) == rows::hash_column(hash)? {
            return Ok(jpeg);
        }
        Err(StoreError::new(StoreFault::DatabaseDamaged, format!("the picture of {id} differs from its hash")))
    }

    /// The whole capsule: record as stored, final picture, original, witness; every hash compared.
    pub fn contents(&self, id: RecordId) -> Result<Contents, StoreError> {
        self.capsule_reader().contents(&self.record(id)?)
    }

    /// The camera's or file's bytes, with their media type.
    pub fn original(&self, id: RecordId) -> Result<(Vec<u8>, String), StoreError> {
        let contents = self.contents(id)?;
        Ok((contents.original, contents.record.original_media_type))
    }

    /// A record's history, oldest first.
    pub fn events_of(&self, id: RecordId) -> Result<Vec<Event>, StoreError> {
        events_of(&self.connection, id)
    }

    /// Where the second copy stands as a whole.
    pub fn second_copy(&self) -> SecondCopy {
        self.second.as_ref().map_or(SecondCopy::NotConfigured, super::second::SecondDisk::status)
    }

    /// Capsules that are not on the second disk yet.
    pub fn missing_copies(&self) -> usize {
        self.second.as_ref().map_or(0, super::second::SecondDisk::missing)
    }

    /// Starts bringing missing copies over, some at a time; does not wait. To be called now and then.
    pub fn catch_up(&self) -> Result<(), StoreError> {
        if let Some(second) = &self.second {
            second.catch_up(self.journal_lengths()?, self.wanted()?);
        }
        Ok(())
    }

    /// Starts looking whether the second disk is still there; does not wait. To be called now and then.
    pub fn look_at_second_disk(&self) {
        if let Some(second) = &self.second {
            second.look();
        }
    }

    /// Brings every missing copy over and waits for it.
    pub fn catch_up_all(&self) -> Result<SecondCopy, StoreError> {
        if let Some(second) = &self.second {
            second.catch_up_all(self.journal_lengths()?, self.wanted()?);
        }
        Ok(self.second_copy())
    }

    /// Records whose copy landed since the last call.
    pub fn take_landed(&mut self) -> Vec<RecordId> {
        let landed = self.second.as_ref().map(super::second::SecondDisk::take_landed).unwrap_or_default();
        self.landed.extend(&landed);
        self.announce.extend(landed);
        std::mem::take(&mut self.announce)
    }
}

fn no_record(id: RecordId) -> StoreError {
    StoreError::new(StoreFault::Other, format!("there is no record {id}"))
}

fn conditions(filter: &Filter) -> Result<(String, Vec<Value>), StoreError> {
    let mut parts = vec!["1".to_owned()];
    let mut values: Vec<Value> = Vec::new();
    let mut place = |value: Value| {
        values.push(value);
        format!("?{}", values.len())
    };
    if let Some(session) = &filter.session {
        parts.push(format!("session = {}", place(Value::Text(session.to_string()))));
    }
    if let Some(group) = &filter.group {
        parts.push(format!("heading = {}", place(Value::Text(group.clone()))));
    }
    if let Some(shot) = &filter.shot {
        parts.push(format!("shot = {}", place(Value::Text(shot.to_string()))));
    }
    if !filter.states.is_empty() {
        let states: Result<Vec<String>, StoreError> =
            filter.states.iter().map(|state| Ok(place(Value::Text(word(state)?)))).collect();
        parts.push(format!("state IN ({})", states?.join(", ")));
    }
    if let Some(search) = filter.search.as_deref().map(str::trim).filter(|search| !search.is_empty()) {
        let upper = search.to_uppercase();
        let (low, high) = (place(Value::Text(upper.clone())), place(Value::Text(format!("{upper}\u{10ffff}"))));
        let mut any = vec![format!("shot >= {low} AND shot < {high}")];
        any.push(format!("last_four = {}", place(Value::Text(search.to_owned()))));
        if let Some((low, high)) = digest_range(search) {
            any.push(format!("code_digest >= {} AND code_digest <= {}", place(low), place(high)));
        }
        // Each key has an index that holds session and sequence, too; an OR over them would read every row, and so
        // would the index of the session, which the `+` keeps SQLite from taking.
        let within = filter.session.as_ref().map_or(String::new(), |_| " AND +session = ?1".to_owned());
        let each = any.iter().map(|key| format!("SELECT sequence FROM record WHERE {key}{within}"));
        let mut newest = each.collect::<Vec<_>>().join(" UNION ");
        let is_alone = filter.group.is_none() && filter.shot.is_none() && filter.states.is_empty();
        if let (true, Some(limit)) = (is_alone, filter.limit) {
            let enough = u64::from(limit) + u64::from(filter.offset);
            newest = format!("SELECT sequence FROM ({newest}) ORDER BY sequence DESC LIMIT {enough}");
        }
        parts.push(format!("sequence IN ({newest})"));
    }
    Ok((parts.join(" AND "), values))
}

/// The digests that begin with these hex digits.
fn digest_range(search: &str) -> Option<(Value, Value)> {
    let is_hex = search.len() >= 4 && search.len() <= 64 && search.chars().all(|c| c.is_ascii_hexdigit());
    let edge = |fill: char| {
        let padded: String = search.chars().chain(std::iter::repeat(fill)).take(64).collect();
        hex::decode(padded).ok().map(Value::Blob)
    };
    is_hex.then(|| Some((edge('0')?, edge('f')?))).flatten()
}
