//! When a record may be purged: so many days after it came into its last state, by a clock that has not jumped.
//!
//! The journal remembers when each thing happened. Two lines more than 48 hours apart, or a clock that is now so far
//! from the last line, may be a weekend or a wrong clock; the program cannot tell, so it refuses to purge until
//! somebody who knows has confirmed each such step. A jump never makes anything older by itself.

use serde::Deserialize;

use super::error::StoreError;
use super::event::{CLOCK_CONFIRMED, Event, What};
use super::rows;
use super::station::Store;
use super::values::{Filter, Note, RecordSummary};
use crate::domain::fault::StoreFault;
use crate::domain::ids::SessionId;
use crate::domain::operator::Right;
use crate::domain::record::RecordState;
use crate::domain::record_states;
use crate::domain::time::WallTime;

/// The longest step of the clock that nobody has to confirm.
const LONGEST_STEP_MS: i64 = 48 * 60 * 60 * 1000;
pub(super) const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A record whose time is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub record: RecordSummary,
    /// When it came into its state.
    pub since: WallTime,
    /// How long its session keeps it after that.
    pub days: u32,
}

/// One step of the clock that somebody has to confirm: from the earlier moment to the later one, as they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockStep {
    pub from: WallTime,
    pub to: WallTime,
}

/// How long a session keeps its records, from a line of the journal on.
struct Rule {
    line: u64,
    session: SessionId,
    days: Option<u32>,
}

impl Store {
    /// Steps of more than 48 hours, forth or back, that nobody has confirmed; the last one leads to `now`.
    pub fn clock_steps(&self, now: WallTime) -> Result<Vec<ClockStep>, StoreError> {
        #[derive(Deserialize)]
        struct Stamp {
            at: WallTime,
            #[serde(default)]
            note: Option<Name>,
        }
        #[derive(Deserialize)]
        struct Name {
            name: String,
        }
        let mut select = self.connection.prepare("SELECT body FROM event ORDER BY seq")?;
        let mut found = select.query([])?;
        let mut steps = Vec::new();
        let mut last: Option<WallTime> = None;
        while let Some(row) = found.next()? {
            let stamp: Stamp = rows::from_json(&row.get::<_, String>(0)?, "event")?;
            steps.extend(last.and_then(|last| step(last, stamp.at)));
            last = Some(stamp.at);
            if stamp.note.is_some_and(|note| note.name == CLOCK_CONFIRMED) {
                steps.clear();
            }
        }
        steps.extend(last.and_then(|last| step(last, now)));
        Ok(steps)
    }

    /// Writes into the journal that somebody who knows has confirmed the clock and its steps so far.
    pub fn confirm_clock(&mut self, by: u32, now: WallTime) -> Result<(), StoreError> {
        self.permit(by, Right::Purge)?;
        let steps = self.clock_steps(now)?;
        let shown: Vec<String> =
            steps.iter().map(|step| format!("{} to {}", step.from.to_rfc3339(), step.to.to_rfc3339())).collect();
        let detail = Some(shown.join("; "));
        let note = Note { name: CLOCK_CONFIRMED.to_owned(), shot: None, second: None, detail };
        self.commit_and_copy(vec![What::Noted { session: None, note }], by, now, |_| Ok(()))
    }

    /// Records whose time is over, oldest first. Sessions without a number of days keep theirs.
    pub fn due_for_purge(&self, session: Option<&SessionId>, now: WallTime) -> Result<Vec<Due>, StoreError> {
        let states = ends();
        let mut due = Vec::new();
        for settings in self.sessions()? {
            let Some(days) = settings.retention_days else { continue };
            if session.is_some_and(|session| *session != settings.id) {
                continue;
            }
            let filter = Filter { session: Some(settings.id), states: states.clone(), ..Filter::default() };
            for record in self.list(&filter)? {
                let since = self.in_its_state_since(&record)?;
                if now.unix_millis - since.unix_millis >= i64::from(days) * DAY_MS {
                    due.push(Due { record, since, days });
                }
            }
        }
        due.sort_by_key(|due| due.record.sequence);
        Ok(due)
    }

    pub(super) fn in_its_state_since(&self, record: &RecordSummary) -> Result<WallTime, StoreError> {
        Ok(self.came_into_its_state(record)?.map_or(record.captured_at, |event| event.at))
    }

    fn came_into_its_state(&self, record: &RecordSummary) -> Result<Option<Event>, StoreError> {
        let moved = |what: &What| match what {
            What::Moved { to, .. } => *to == record.state,
            What::Stored { state, .. } => *state == record.state,
            _ => false,
        };
        Ok(self.events_of(record.id)?.into_iter().rfind(|event| moved(&event.what)))
    }

    /// Refused when one of the records is due only since its session keeps them shorter than when it ended: one person
    /// could purge everything at once by setting no days.
    pub(super) fn due_without_a_second(&self, due: impl Iterator<Item = Due>, now: WallTime) -> Result<(), StoreError> {
        let rules = self.rules()?;
        for Due { record, since, .. } in due {
            let line = self.came_into_its_state(&record)?.map_or(0, |event| event.seq);
            let of_session: Vec<&Rule> = rules.iter().filter(|rule| rule.session == record.session).collect();
            let at_its_end = of_session.iter().rfind(|rule| rule.line <= line);
            let later = of_session.iter().filter(|rule| rule.line > line);
            let age = now.unix_millis - since.unix_millis;
            let is_over = |rule: &Rule| rule.days.is_some_and(|days| age >= i64::from(days) * DAY_MS);
            if !at_its_end.into_iter().chain(later).all(|rule| is_over(rule)) {
                let what = format!("{} is due only since its session keeps its records shorter", record.shot);
                return Err(StoreError::new(StoreFault::SecondNeeded, what));
            }
        }
        Ok(())
    }

    /// How long each session kept its records from which line of the journal on.
    fn rules(&self) -> Result<Vec<Rule>, StoreError> {
        let mut select = self.connection.prepare("SELECT body FROM event WHERE kind = 'session_set' ORDER BY seq")?;
        let bodies = select.query_map([], |row| row.get::<_, String>(0))?;
        let mut rules = Vec::new();
        for body in bodies {
            let event: Event = rows::from_json(&body?, "event")?;
            if let What::SessionSet { settings } = event.what {
                rules.push(Rule { line: event.seq, session: settings.id, days: settings.retention_days });
            }
        }
        Ok(rules)
    }

    /// Changes how long a session keeps its records after their last state; `None`: until somebody sets it.
    pub fn set_retention(
        &mut self,
        session: &SessionId,
        days: Option<u32>,
        by: u32,
        now: WallTime,
    ) -> Result<(), StoreError> {
        self.permit(by, Right::Purge)?;
        let found = self.session(session)?;
        let mut settings =
            found.ok_or_else(|| StoreError::new(StoreFault::Other, format!("there is no session {session}")))?;
        settings.retention_days = days;
        self.set_session(&settings, by, now)
    }
}

/// States that a record is purged from.
pub(super) fn ends() -> Vec<RecordState> {
    RecordState::ALL.into_iter().filter(|state| record_states::allowed(*state, RecordState::Purged)).collect()
}

fn step(from: WallTime, to: WallTime) -> Option<ClockStep> {
    ((to.unix_millis - from.unix_millis).abs() > LONGEST_STEP_MS).then_some(ClockStep { from, to })
}
