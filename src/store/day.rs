//! How a session's day went, as the journal tells it: what a desk counts while it runs, and a restart goes on with.

use std::collections::BTreeMap;

use rusqlite::params;

use super::error::StoreError;
use super::event::{Event, RECALLED, What};
use super::rows::from_json;
use super::station::Store;
use super::values::{LockEnd, Note};
use crate::domain::ids::{SessionId, ShotNumber};
use crate::domain::time::WallTime;

/// Name of the note about a picture that failed, or was not the first of its person: the detail says which of theirs it
/// is, and names what failed.
pub const PICTURE_JUDGED: &str = "picture_judged";
/// Name of the note about somebody who was sent away without a lock; the detail says why.
pub const TURNED_AWAY: &str = "turned_away";

/// Sums of one session on one day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayTold {
    pub stored: u32,
    pub released: u32,
    pub expired: u32,
    /// Locks that ended without a picture for a reason.
    pub turned_away: u32,
    /// Without a lock.
    pub sent_away: u32,
    /// Numbers that the scan desk gave.
    pub queued: u32,
    /// Why people went without a picture, by the names that stand in the journal.
    pub away: BTreeMap<String, u32>,
    /// From lock to durable record, one for each person, in order.
    pub seconds: Vec<u32>,
    /// People whose first picture was stored.
    pub first_time: u32,
    /// Pictures that failed, by the names of the checks.
    pub failures: BTreeMap<String, u32>,
}

/// One that is locked, as far as the day's lines tell.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    /// Since the lock, or since it was called again.
    since_millis: i64,
    /// Pictures that were taken, where it was not one good one.
    pictures: u32,
}

impl Store {
    /// Reads the day's lines once; a day is what stands in one file of the journal.
    pub fn day_told(&self, session: &SessionId, day: WallTime) -> Result<DayTold, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT body FROM event WHERE file = ?1 AND kind IN ('lock_taken', 'lock_ended', 'noted', 'stored') \
             ORDER BY seq",
        )?;
        let bodies = select.query_map(params![format!("{}.log", day.local_date())], |row| row.get::<_, String>(0))?;
        let mut told = DayTold::default();
        let mut held = BTreeMap::new();
        for body in bodies {
            told.take(&from_json::<Event>(&body?, "event")?, session, &mut held);
        }
        told.seconds.sort_unstable();
        Ok(told)
    }
}

impl DayTold {
    fn take(&mut self, event: &Event, of: &SessionId, held: &mut BTreeMap<ShotNumber, Held>) {
        let since_millis = event.at.unix_millis;
        match &event.what {
            What::LockTaken { session, shot, queued, .. } if session == of => {
                self.queued += u32::from(*queued);
                held.insert(*shot, Held { since_millis, pictures: 0 });
            }
            What::LockEnded { session, shot, end } if session == of => {
                held.remove(shot);
                self.ended(*end);
            }
            What::Noted { session: Some(session), note } if session == of => self.noted(note, since_millis, held),
            What::Stored { session, shot, restored, .. } if session == of => {
                let lock = held.remove(shot);
                // What was taken over from another station was stored on another day, or at another desk.
                self.stored += u32::from(lock.is_some() || !restored);
                // One that was found at a start says nothing about how long its person sat there.
                if let Some(lock) = lock.filter(|_| !restored) {
                    self.seconds.push(((since_millis - lock.since_millis).max(0) / 1000) as u32);
                    self.first_time += u32::from(lock.pictures <= 1);
                }
            }
            _ => {}
        }
    }

    fn ended(&mut self, end: LockEnd) {
        let reason = match end {
            LockEnd::Released => {
                self.released += 1;
                return;
            }
            LockEnd::Expired => {
                self.expired += 1;
                return;
            }
            LockEnd::NoCode => "no_code",
            LockEnd::Unreadable => "unreadable",
            LockEnd::AlreadyCollected => "already_collected",
            LockEnd::NotCompliant => "not_compliant",
        };
        self.turned_away += 1;
        *self.away.entry(reason.to_owned()).or_default() += 1;
    }

    fn noted(&mut self, note: &Note, at_millis: i64, held: &mut BTreeMap<ShotNumber, Held>) {
        let lock = note.shot.and_then(|shot| held.get_mut(&shot));
        let detail = note.detail.as_deref().unwrap_or_default();
        match (note.name.as_str(), lock) {
            (TURNED_AWAY, _) => {
                self.sent_away += 1;
                *self.away.entry(detail.to_owned()).or_default() += 1;
            }
            (RECALLED, Some(lock)) => lock.since_millis = at_millis,
            (PICTURE_JUDGED, lock) => {
                let mut words = detail.split_whitespace();
                let pictures = words.next().and_then(|count| count.parse().ok());
                if let Some((lock, pictures)) = lock.zip(pictures) {
                    lock.pictures = pictures;
                }
                for check in words {
                    *self.failures.entry(check.to_owned()).or_default() += 1;
                }
            }
            _ => {}
        }
    }
}
