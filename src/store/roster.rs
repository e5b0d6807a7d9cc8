//! The school's own list of a session (名单): taken, read, given a walk-up, taken away again; who is bound to which
//! record. It is only for sessions that the school runs itself, and leaves in no bundle.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use rusqlite::OptionalExtension as _;

use super::disk::{Disk, FileKind};
use super::error::StoreError;
use super::event::What;
use super::reconcile::files_in;
use super::roster_file;
use super::rows::{self, from_json, from_word, hash_column, parse};
use super::station::Store;
use super::{SessionSettings, database};
use crate::domain::code::CodeDigest;
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, SessionId};
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
        write(&self.disk, &self.folder, &roster_file::file_name(session, sha256), &bytes)?;
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
        let mut select = self.connection.prepare_cached("SELECT rows FROM roster_file WHERE session = ?1")?;
        let rows: Option<rows::Count> = select.query_row([session.as_str()], |row| row.get(0)).optional()?;
        Ok(rows.map_or(0, |rows| rows.0 as usize))
    }

    pub fn has_roster(&self, session: &SessionId) -> Result<bool, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT 1 FROM roster_file WHERE session = ?1")?;
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

    /// Takes the list away, from both disks. Records keep the 学号 that they were bound to until they are purged.
    pub fn remove_roster(&mut self, session: &SessionId, by: u32, now: WallTime) -> Result<(), StoreError> {
        if !self.has_roster(session)? {
            return Ok(());
        }
        self.commit_and_copy(vec![What::RosterRemoved { session: session.clone() }], by, now, |_| Ok(()))?;
        self.tidy_rosters()?;
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
             WHERE session = ?1 AND roster_key IS NOT NULL ORDER BY sequence",
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
    pub(super) fn rosters_over_with(&self, purged: &[SessionId], ids: &[String]) -> Result<Vec<SessionId>, StoreError> {
        let mut over = Vec::new();
        for session in purged {
            let mut select =
                self.connection.prepare_cached("SELECT id FROM record WHERE session = ?1 AND state <> 'purged'")?;
            let left = select.query_map([session.as_str()], |row| row.get::<_, String>(0))?;
            let left = left.collect::<Result<Vec<_>, _>>()?;
            if self.has_roster(session)? && left.iter().all(|id| ids.contains(id)) {
                over.push(session.clone());
            }
        }
        Ok(over)
    }

    /// Brings the files of both disks to what the index says: what belongs to no list goes, what one disk lacks comes
    /// from the other, what neither has is named in the report of the next start.
    pub(super) fn tidy_rosters(&self) -> Result<(), StoreError> {
        let mut wanted: BTreeMap<String, ContentHash> = BTreeMap::new();
        {
            let mut select = self.connection.prepare_cached("SELECT session, sha256 FROM roster_file")?;
            let mut found = select.query([])?;
            while let Some(row) = found.next()? {
                let sha256 = hash_column(row.get(1)?)?;
                wanted.insert(roster_file::file_name(&rows::session_column(row.get(0)?)?, sha256), sha256);
            }
        }
        let second = self.second_root().filter(|root| root.is_dir());
        mend(&self.disk, &self.folder, second.as_deref(), &wanted)?;
        if let Some(root) = second
            && let Err(error) = mend(&self.second_disk(), &root, Some(&self.folder), &wanted)
        {
            // The first disk decides; the second is brought to it at the next start or change.
            log::warn!("second copy of a list: {error}");
        }
        Ok(())
    }

    /// A list that only the index still has is written again.
    pub(super) fn write_missing_rosters(&mut self, now: WallTime) -> Result<(), StoreError> {
        for settings in self.sessions()? {
            let session = settings.id;
            let mut select = self.connection.prepare_cached("SELECT sha256 FROM roster_file WHERE session = ?1")?;
            let sha256: Option<Vec<u8>> = select.query_row([session.as_str()], |row| row.get(0)).optional()?;
            drop(select);
            let Some(sha256) = sha256 else { continue };
            let path = roster_file::folder(&self.folder).join(roster_file::file_name(&session, hash_column(sha256)?));
            if !path.exists() && settings.run_by == Some(RunBy::School) {
                let roster = self.roster(&session)?;
                let chosen = self.roster_columns(settings.school_code.as_deref())?;
                self.set_roster(&session, roster.rows(), &chosen, 0, now)?;
            }
        }
        Ok(())
    }
}

/// What columns are remembered by.
pub(super) fn school_of(settings: &SessionSettings) -> String {
    settings.school_code.clone().unwrap_or_default()
}

fn write(disk: &Disk, root: &Path, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let folder = roster_file::folder(root);
    disk.make_folder(FileKind::Roster, &folder)?;
    disk.write_whole(FileKind::Roster, &folder.join(name), bytes)
}

fn mend(
    disk: &Disk,
    root: &Path,
    other: Option<&Path>,
    wanted: &BTreeMap<String, ContentHash>,
) -> Result<(), StoreError> {
    let folder = roster_file::folder(root);
    for (name, path) in files_in(&folder)? {
        if !wanted.contains_key(&name) {
            disk.remove(FileKind::Roster, &path)?;
        }
    }
    for (name, sha256) in wanted {
        let path = folder.join(name);
        let whole = |path: &Path| fs::read(path).ok().filter(|bytes| ContentHash::of(bytes) == *sha256);
        if whole(&path).is_some() {
            continue;
        }
        if path.exists() {
            disk.set_aside(&path, &root.join("set-aside"))?;
        }
        if let Some(bytes) = other.and_then(|other| whole(&roster_file::folder(other).join(name))) {
            write(disk, root, name, &bytes)?;
        }
    }
    Ok(())
}
