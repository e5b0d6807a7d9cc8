//! The school's own list of a session (名单): taken, read, given a walk-up, taken away again; who is bound to which
//! record. It is only for sessions that the school runs itself, and leaves in no bundle. Which files are on the disks
//! is `roster_disk`'s.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::OptionalExtension as _;

use super::error::StoreError;
use super::event::What;
use super::rows::{self, from_json, from_word, parse};
use super::station::Store;
use super::{SessionSettings, database, roster_disk, roster_file};
use crate::domain::code::CodeDigest;
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, RecordId, SessionId};
use crate::domain::roster::{Binding, Column, MOST_ROWS, Roster, Row, folded_number};
use crate::domain::set_up::RunBy;
use crate::domain::time::WallTime;

/// Headings that were chosen for a school's lists.
pub type ChosenColumns = BTreeMap<Column, String>;

impl Store {
    /// Takes a list for a session, in the place of an earlier one, and remembers the columns for its school. Refused
    /// with [`StoreFault::RosterNotAllowed`] unless the school runs the session.
    pub fn set_roster(
        &mut self,
        session: &SessionId,
        rows: &[Row],
        chosen: &ChosenColumns,
        by: u32,
        now: WallTime,
    ) -> Result<(), StoreError> {
        self.writable()?;
        let settings = self.session(session)?;
        let settings = settings.ok_or_else(|| StoreError::new(StoreFault::Other, format!("no session {session}")))?;
        if settings.run_by != Some(RunBy::School) {
            let what = "only a session that the school runs itself may have a list";
            return Err(StoreError::new(StoreFault::RosterNotAllowed, what));
        }
        // What cannot be told apart is refused before; more than the limit would not open again.
        let roster = Roster::new(rows.to_vec());
        if roster.rows().len() != rows.len() || rows.is_empty() || rows.len() > MOST_ROWS {
            return Err(StoreError::new(StoreFault::Other, "a list with equal numbers, without rows, or too long"));
        }
        let bytes = roster_file::seal(session, rows, &self.recipients)?;
        let sha256 = ContentHash::of(&bytes);
        roster_disk::write(&self.disk, &self.folder, &roster_file::file_name(session, sha256), &bytes)?;
        let set = What::RosterSet {
            session: session.clone(),
            rows: rows.len() as u32,
            file_sha256: sha256,
            school: school_of(&settings),
            columns: chosen.clone(),
        };
        self.commit_and_copy(vec![set], by, now, |transaction| {
            roster_file::insert(transaction, session, sha256, rows)
        })?;
        self.tidy_rosters()
    }

    /// The session's list; an empty one when it has none.
    pub fn roster(&self, session: &SessionId) -> Result<Roster, StoreError> {
        let mut select =
            self.connection.prepare_cached("SELECT body FROM roster WHERE session = ?1 ORDER BY position")?;
        let bodies = select.query_map([session.as_str()], |row| row.get::<_, String>(0))?;
        let rows = bodies.map(|body| from_json(&body?, "row of a list")).collect::<Result<Vec<Row>, _>>()?;
        Ok(Roster::new(rows))
    }

    /// How many rows the session's list has; 0 without one.
    pub fn roster_rows(&self, session: &SessionId) -> Result<usize, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT rows FROM roster_file WHERE session = ?1 AND EXISTS (SELECT 1 FROM roster WHERE session = ?1)",
        )?;
        let rows: Option<rows::Count> = select.query_row([session.as_str()], |row| row.get(0)).optional()?;
        Ok(rows.map_or(0, |rows| rows.0 as usize))
    }

    /// Whether there is a list that can be read.
    pub fn has_roster(&self, session: &SessionId) -> Result<bool, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT 1 FROM roster WHERE session = ?1")?;
        Ok(select.exists([session.as_str()])?)
    }

    /// Adds somebody who is not on the list, marked as that; a number that is there already stays as it is.
    pub fn add_walk_up(
        &mut self,
        session: &SessionId,
        number: &str,
        class: Option<String>,
        by: u32,
        now: WallTime,
    ) -> Result<(), StoreError> {
        let mut roster = self.roster(session)?;
        if roster.is_empty() {
            return Err(StoreError::new(StoreFault::Other, "the session has no list"));
        }
        if !roster.add(Row::walk_up(folded_number(number), class)) {
            return Ok(());
        }
        let settings = self.session(session)?;
        let chosen = self.roster_columns(settings.as_ref().and_then(|settings| settings.school_code.as_deref()))?;
        self.set_roster(session, roster.rows(), &chosen, by, now)
    }

    /// Takes the list away, from both disks; waits for the second when it is there. Records keep the 学号 that they
    /// were bound to until they are purged.
    pub fn remove_roster(&mut self, session: &SessionId, by: u32, now: WallTime) -> Result<(), StoreError> {
        if !self.wants_list(session)? {
            return Ok(());
        }
        self.commit_and_copy(vec![What::RosterRemoved { session: session.clone() }], by, now, |_| Ok(()))?;
        self.tidy_rosters()?;
        self.catch_up_all()?;
        database::compact(&self.connection)
    }

    /// The columns that were chosen for this school's lists last; empty when none were.
    pub fn roster_columns(&self, school_code: Option<&str>) -> Result<ChosenColumns, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT chosen FROM roster_columns WHERE school = ?1")?;
        let found: Option<String> = select.query_row([school_code.unwrap_or_default()], |row| row.get(0)).optional()?;
        found.map_or_else(|| Ok(ChosenColumns::new()), |chosen| from_json(&chosen, "choice of columns"))
    }

    /// The same for every school.
    pub fn all_roster_columns(&self) -> Result<BTreeMap<String, ChosenColumns>, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT school, chosen FROM roster_columns")?;
        let found = select.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        let read = |found: rusqlite::Result<(String, String)>| {
            let (school, chosen) = found?;
            Ok((school, from_json(&chosen, "choice of columns")?))
        };
        found.map(read).collect()
    }

    /// Every record of the session that is bound to a row, by its 学号, in the order in which they were stored.
    pub fn roster_bindings(&self, session: &SessionId) -> Result<HashMap<String, Vec<Binding>>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT roster_key, id, shot, code_digest, state FROM record \
             WHERE session = ?1 AND roster_key IS NOT NULL ORDER BY roster_key, sequence",
        )?;
        let mut found = select.query([session.as_str()])?;
        let mut bindings: HashMap<String, Vec<Binding>> = HashMap::new();
        while let Some(row) = found.next()? {
            let binding = Binding {
                record: parse(&row.get::<_, String>(1)?, "record id")?,
                shot: parse(&row.get::<_, String>(2)?, "shot number")?,
                digest: CodeDigest::from_bytes(row.get(3)?),
                state: from_word(row.get(4)?, "state")?,
            };
            bindings.entry(row.get(0)?).or_default().push(binding);
        }
        Ok(bindings)
    }

    /// The class of the row that a record is bound to: a better heading than the one that was chosen by hand.
    pub(super) fn class_of_row(&self, session: &SessionId, number: Option<&str>) -> Result<Option<String>, StoreError> {
        let Some(number) = number else { return Ok(None) };
        let mut select =
            self.connection.prepare_cached("SELECT body FROM roster WHERE session = ?1 AND number = ?2")?;
        let body: Option<String> = select.query_row([session.as_str(), number], |row| row.get(0)).optional()?;
        let row: Option<Row> = body.map(|body| from_json(&body, "row of a list")).transpose()?;
        Ok(row.and_then(|row| row.class))
    }

    /// Sessions with a list of which no record is left when these are purged.
    pub(super) fn rosters_over_with(
        &self,
        sessions: BTreeSet<SessionId>,
        purged: &BTreeSet<RecordId>,
    ) -> Result<Vec<SessionId>, StoreError> {
        let mut over = Vec::new();
        for session in sessions {
            if self.wants_list(&session)? && self.all_are_among(&session, purged)? {
                over.push(session);
            }
        }
        Ok(over)
    }

    fn all_are_among(&self, session: &SessionId, purged: &BTreeSet<RecordId>) -> Result<bool, StoreError> {
        let mut select =
            self.connection.prepare_cached("SELECT id FROM record WHERE session = ?1 AND state <> 'purged'")?;
        let mut left = select.query([session.as_str()])?;
        while let Some(row) = left.next()? {
            if !purged.contains(&parse(&row.get::<_, String>(0)?, "record id")?) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// What columns are remembered by.
pub(super) fn school_of(settings: &SessionSettings) -> String {
    settings.school_code.clone().unwrap_or_default()
}
