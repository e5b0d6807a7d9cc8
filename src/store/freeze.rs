//! When no new lock is opened: too many copies missing on the second disk, or pictures that wait too long for their
//! bundle; and how much room the session still needs.
//!
//! Days are days on which the station worked, counted by the journal's files and not by a clock: a date that jumps
//! adds one day at most.

use rusqlite::{OptionalExtension as _, params};

use super::error::StoreError;
use super::locks::MOST_MISSING_COPIES;
use super::rows::{Count, from_json};
use super::session_settings::SessionSettings;
use super::station::Store;
use super::values::{Behind, SecondCopy};
use crate::domain::fault::StoreFault;
use crate::domain::ids::SessionId;

/// What a record takes before the session has one to measure: an original of 4 MB, its capsule and the index.
const USUAL_BYTES: u64 = 5_000_000;
/// So many records are looked at for their size.
const LOOKED_AT: u32 = 50;

/// The session whose pictures wait longest for their bundle, by its own rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealBy {
    pub session: SessionId,
    /// What people call it.
    pub name: String,
    /// Days of work that are left; under 0 they wait too long.
    pub days: i64,
}

impl Store {
    /// Why no new lock may be opened now, if so.
    pub fn check_new_locks(&self) -> Result<(), StoreError> {
        self.disk.check()?;
        let missing = self.missing_copies();
        if missing > MOST_MISSING_COPIES {
            let behind = match self.second_copy() {
                SecondCopy::Behind(behind) => behind,
                SecondCopy::Landed | SecondCopy::NotConfigured => Behind::Slow,
            };
            let fault = behind.fault();
            return Err(StoreError::new(fault, format!("{missing} copies are missing on the second disk")));
        }
        if let Some(SealBy { session, .. }) = self.seal_first()?.filter(|first| first.days < 0) {
            let what = format!("pictures of the session {session} wait too long for their bundle");
            return Err(StoreError::new(StoreFault::BacklogUnsealed, what));
        }
        Ok(())
    }

    /// Days on which pictures may still wait for their bundle, of the session that has fewest; under 0 they wait too
    /// long. `None`: no session has such a rule, or nothing waits.
    pub fn days_to_seal(&self) -> Result<Option<i64>, StoreError> {
        Ok(self.seal_first()?.map(|first| first.days))
    }

    /// The session that is to be sealed first: a rule holds for its session's pictures whichever session is present.
    pub fn seal_first(&self) -> Result<Option<SealBy>, StoreError> {
        let mut first: Option<SealBy> = None;
        for session in self.sessions_with_a_rule()? {
            let Some(days) = self.days_left(&session)? else { continue };
            if first.as_ref().is_none_or(|known| days < known.days) {
                first = Some(SealBy { session: session.id, name: session.name, days });
            }
        }
        Ok(first)
    }

    /// This is asked a few times a second: sessions without a rule are not even read.
    fn sessions_with_a_rule(&self) -> Result<Vec<SessionSettings>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT settings FROM session WHERE json_extract(settings, '$.seal_within_days') IS NOT NULL ORDER BY rowid",
        )?;
        let bodies = select.query_map([], |row| row.get::<_, String>(0))?;
        bodies.map(|body| from_json(&body?, "session")).collect()
    }

    fn days_left(&self, session: &SessionSettings) -> Result<Option<i64>, StoreError> {
        let Some(within) = session.seal_within_days else { return Ok(None) };
        let mut oldest: Option<(u64, String)> = None;
        for state in ["stored", "approved"] {
            let mut select = self.connection.prepare_cached(
                "SELECT sequence, capsule_date FROM record WHERE session = ?1 AND state = ?2 ORDER BY sequence LIMIT 1",
            )?;
            let found = select
                .query_row(params![session.id.as_str(), state], |row| Ok((row.get::<_, Count>(0)?.0, row.get(1)?)));
            oldest = match (oldest, found.optional()?) {
                (Some(known), Some(found)) => Some(known.min(found)),
                (known, found) => known.or(found),
            };
        }
        let Some((_, date)) = oldest else { return Ok(None) };
        // The file of its day; a record that was taken over from another station has none here.
        let mut select = self.connection.prepare_cached(
            "SELECT count(*) FROM journal_file WHERE rowid > (SELECT rowid FROM journal_file WHERE name = ?1)",
        )?;
        let worked: i64 = select.query_row([format!("{date}.log")], |row| row.get(0))?;
        Ok(Some(i64::from(within) - worked))
    }

    /// Bytes that the heads of a session still need on each disk; nothing when they were never counted.
    pub fn bytes_needed(&self, session: &SessionSettings) -> Result<u64, StoreError> {
        let heads: u64 = session.groups.iter().filter_map(|group| group.heads).map(u64::from).sum();
        let counts = self.counts(Some(&session.id))?;
        let stored: u64 = counts.by_state.iter().filter(|(state, _)| state.stands()).map(|(_, records)| records).sum();
        let left = heads.saturating_sub(stored);
        if left == 0 {
            return Ok(0);
        }
        let mut select = self.connection.prepare_cached(
            "SELECT CAST(avg(capsule_bytes) AS INTEGER) FROM \
             (SELECT capsule_bytes FROM record WHERE session = ?1 ORDER BY sequence DESC LIMIT ?2)",
        )?;
        let each: Option<Count> = select.query_row(params![session.id.as_str(), LOOKED_AT], |row| row.get(0))?;
        // A quarter more for the index, the journal and the bundle's overhead.
        Ok(left * each.map_or(USUAL_BYTES, |each| each.0 + each.0 / 4))
    }
}
