//! Sessions with their settings, and the full text of every profile that a record was judged by.

use rusqlite::OptionalExtension as _;

use super::error::StoreError;
use super::event::What;
use super::rows::{self, from_json, from_word};
use super::session_settings::{HeadingCount, SessionSettings};
use super::station::Store;
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, SessionId};
use crate::domain::operator::Right;
use crate::domain::set_up::RunBy;
use crate::domain::time::WallTime;

impl Store {
    /// Makes a session, or changes the settings of one (groups, name). Its id stays.
    pub fn set_session(&mut self, settings: &SessionSettings, by: u32, now: WallTime) -> Result<(), StoreError> {
        if settings.run_by != Some(RunBy::School) && self.has_roster(&settings.id)? {
            let what = "the session has a list, which only a school's own session may have";
            return Err(StoreError::new(StoreFault::RosterNotAllowed, what));
        }
        self.permit_change(settings, by)?;
        self.commit_and_copy(vec![What::SessionSet { settings: settings.clone() }], by, now, |_| Ok(()))
    }

    /// When there are records how long they are kept is the purge's right, and whether they are reviewed the review's.
    fn permit_change(&self, settings: &SessionSettings, by: u32) -> Result<(), StoreError> {
        let Some(before) = self.session(&settings.id)? else { return Ok(()) };
        let mut select = self.connection.prepare_cached("SELECT 1 FROM record WHERE session = ?1")?;
        if !select.exists([settings.id.as_str()])? {
            return Ok(());
        }
        if before.retention_days != settings.retention_days {
            self.permit(by, Right::Purge)?;
        }
        if before.approval != settings.approval {
            self.permit(by, Right::Review)?;
        }
        Ok(())
    }

    /// Makes a session that must be new, and opens it.
    pub fn new_session(&mut self, settings: &SessionSettings, by: u32, now: WallTime) -> Result<(), StoreError> {
        if self.session(&settings.id)?.is_some() {
            return Err(StoreError::new(StoreFault::Other, format!("the session {} is there already", settings.id)));
        }
        let set = What::SessionSet { settings: settings.clone() };
        let opened = What::SessionOpened { session: settings.id.clone() };
        self.commit_and_copy(vec![set, opened], by, now, |_| Ok(()))
    }

    /// Makes an earlier session the present one.
    pub fn open_session(&mut self, id: &SessionId, by: u32, now: WallTime) -> Result<SessionSettings, StoreError> {
        let found = self.session(id)?;
        let settings = found.ok_or_else(|| StoreError::new(StoreFault::Other, format!("there is no session {id}")))?;
        if self.current_session()?.is_none_or(|current| current.id != *id) {
            self.commit_and_copy(vec![What::SessionOpened { session: id.clone() }], by, now, |_| Ok(()))?;
        }
        Ok(settings)
    }

    /// The session that new locks belong to.
    pub fn current_session(&self) -> Result<Option<SessionSettings>, StoreError> {
        let id: Option<String> = self
            .connection
            .prepare_cached("SELECT value FROM meta WHERE name = 'current_session'")?
            .query_row([], |row| row.get(0))
            .optional()?;
        match id {
            Some(id) => self.session(&rows::session_column(id)?),
            None => Ok(None),
        }
    }

    pub fn session(&self, id: &SessionId) -> Result<Option<SessionSettings>, StoreError> {
        let body: Option<String> = self
            .connection
            .prepare_cached("SELECT settings FROM session WHERE id = ?1")?
            .query_row([id.as_str()], |row| row.get(0))
            .optional()?;
        body.map(|body| from_json(&body, "session")).transpose()
    }

    /// All sessions, oldest first.
    pub fn sessions(&self) -> Result<Vec<SessionSettings>, StoreError> {
        let mut select = self.connection.prepare("SELECT settings FROM session ORDER BY rowid")?;
        let bodies = select.query_map([], |row| row.get::<_, String>(0))?;
        bodies.map(|body| from_json(&body?, "session")).collect()
    }

    /// How many records of a session are in which state, by heading.
    pub fn heading_counts(&self, session: &SessionId) -> Result<Vec<HeadingCount>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT heading, state, count(*) FROM record WHERE session = ?1 GROUP BY heading, state")?;
        let mut found = select.query([session.as_str()])?;
        let mut counts = Vec::new();
        while let Some(row) = found.next()? {
            let records = row.get::<_, rows::Count>(2)?.0 as u32;
            counts.push(HeadingCount { heading: row.get(0)?, state: from_word(row.get(1)?, "state")?, records });
        }
        Ok(counts)
    }

    /// How many people of a session were stored in which quarter of an hour (see [`WallTime::quarter`]) from `since` on,
    /// in order. Withdrawn and superseded records are no people.
    pub fn quarter_counts(&self, session: &SessionId, since: WallTime) -> Result<Vec<(i64, u32)>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT (captured_ms + captured_offset * 60000) / 900000 AS quarter, count(*) FROM record
             WHERE session = ?1 AND captured_ms >= ?2 AND state NOT IN ('withdrawn', 'superseded')
             GROUP BY quarter ORDER BY quarter",
        )?;
        let mut found = select.query((session.as_str(), since.unix_millis))?;
        let mut counts = Vec::new();
        while let Some(row) = found.next()? {
            counts.push((row.get(0)?, row.get::<_, rows::Count>(1)?.0 as u32));
        }
        Ok(counts)
    }

    /// Keeps a profile's full text once; records name it by this hash.
    pub fn keep_profile(
        &mut self,
        id: &str,
        version: u32,
        text: &str,
        now: WallTime,
    ) -> Result<ContentHash, StoreError> {
        let sha256 = ContentHash::of(text.as_bytes());
        if self.profile_text(sha256)?.is_none() {
            let kept = What::ProfileKept { sha256, id: id.to_owned(), version, text: text.to_owned() };
            self.commit_and_copy(vec![kept], 0, now, |_| Ok(()))?;
        }
        Ok(sha256)
    }

    /// The text of a profile that was kept.
    pub fn profile_text(&self, sha256: ContentHash) -> Result<Option<String>, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT text FROM profile WHERE sha256 = ?1")?;
        Ok(select.query_row([sha256.0], |row| row.get(0)).optional()?)
    }
}
