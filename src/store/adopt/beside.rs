//! What a station takes over beside the records: sessions, standards and people, the schools' own lists, and the lists
//! of codes that other stations have collected.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::Old;
use crate::domain::ids::SessionId;
use crate::domain::roster::Row;
use crate::domain::time::WallTime;
use crate::store::error::StoreError;
use crate::store::event::{Event, What};
use crate::store::operators;
use crate::store::roster::ChosenColumns;
use crate::store::rows::{self, from_json};
use crate::store::session_settings::SessionSettings;
use crate::store::station::Store;

impl Store {
    pub(super) fn take_sessions_over(&mut self, old: &Connection, now: WallTime) -> Result<(), StoreError> {
        let (mut whats, mut profiles) = (Vec::new(), Vec::new());
        {
            let mut select = old.prepare("SELECT settings FROM session ORDER BY rowid")?;
            for body in select.query_map([], |row| row.get::<_, String>(0))? {
                let settings: SessionSettings = from_json(&body?, "session")?;
                if self.session(&settings.id)?.is_none() {
                    whats.push(What::SessionSet { settings });
                }
            }
            let mut select = old.prepare("SELECT id, version, text FROM profile")?;
            let found = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            for profile in found {
                let profile: (String, u32, String) = profile?;
                profiles.push(profile);
            }
        }
        if !self.has_operators()? {
            // They go on with their numbers and PINs.
            whats.extend(operators::events_of_all(old)?);
        }
        if self.current_session()?.is_none() {
            let current = old.query_row("SELECT value FROM meta WHERE name = 'current_session'", [], |row| row.get(0));
            if let Ok(session) = current {
                whats.push(What::SessionOpened { session: rows::session_column(session)? });
            }
        }
        if !whats.is_empty() {
            self.commit_and_copy(whats, 0, now, |_| Ok(()))?;
        }
        for (id, version, text) in profiles {
            self.keep_profile(&id, version, &text, now)?;
        }
        Ok(())
    }

    /// The lists of sessions that have none here yet, sealed to this station's key. A session of this station's own
    /// may have the same id, a date, and refuse a list: that is named, and nothing else waits for it.
    pub(super) fn take_rosters_over(&mut self, old: &mut Old, now: WallTime) -> Result<(), StoreError> {
        for (session, rows) in lists_of(&old.index)? {
            if self.has_roster(&session)? {
                continue;
            }
            if let Err(error) = self.set_roster(&session, &rows, &ChosenColumns::new(), 0, now) {
                let problem = format!("the list of {session} is not taken over: {error}; import it again");
                old.adoption.problems.push(problem);
            }
        }
        Ok(())
    }

    /// Other stations' lists of collected codes, each as it came last, where nothing newer is known here.
    pub(super) fn take_collected_over(&mut self, old: &Connection, now: WallTime) -> Result<(), StoreError> {
        for (station, session, line, whats) in collected_of(old)? {
            let newer = self.known_line(&station, &session)?.is_none_or(|known| known < line);
            if station != self.settings.station && newer {
                self.commit_and_copy(whats, 0, now, |_| Ok(()))?;
            }
        }
        Ok(())
    }
}

fn lists_of(old: &Connection) -> Result<Vec<(SessionId, Vec<Row>)>, StoreError> {
    let mut lists: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let mut select = old.prepare("SELECT session, body FROM roster ORDER BY session, position")?;
    let mut found = select.query([])?;
    while let Some(row) = found.next()? {
        lists.entry(row.get(0)?).or_default().push(from_json(&row.get::<_, String>(1)?, "row of a list")?);
    }
    lists.into_iter().map(|(session, rows)| Ok((rows::session_column(session)?, rows))).collect()
}

/// The station and session that a list is about, its line in that station's journal, and the events that hold it.
type Collected = (String, SessionId, u64, Vec<What>);

/// The newest list of each session of each other station, in the order in which they came.
fn collected_of(old: &Connection) -> Result<Vec<Collected>, StoreError> {
    let mut select = old.prepare("SELECT body FROM event WHERE kind = 'collected_elsewhere' ORDER BY seq")?;
    let bodies = select.query_map([], |row| row.get::<_, String>(0))?;
    let mut lists: Vec<Collected> = Vec::new();
    for body in bodies {
        let what = from_json::<Event>(&body?, "event")?.what;
        let What::CollectedElsewhere { station, session, line, continues, .. } = &what else { continue };
        if *continues {
            // The parts of a list stand behind each other: they are one commit.
            if let Some((.., whats)) = lists.last_mut() {
                whats.push(what);
            }
            continue;
        }
        let (station, session, line) = (station.clone(), session.clone(), *line);
        lists.retain(|(of, about, ..)| (of, about) != (&station, &session));
        lists.push((station, session, line, vec![what]));
    }
    Ok(lists)
}
