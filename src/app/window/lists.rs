//! Lists of the open session: fetched by visits to the store, so that the window never waits for the disk.
//!
//! A record's findings and photo never change, so each is fetched once; states come anew with every visit.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use egui::ColorImage;

use super::pictures::{Album, color_image, decode, thumbnail};
use super::reply::Reply;
use super::{Window, roster};
use crate::domain::finding::Finding;
use crate::domain::ids::{RecordId, SessionId};
use crate::domain::record::RecordState;
use crate::domain::time::WallTime;
use crate::store::{Filter, HeadingCount, ParkedRow, RecordSummary, SealBy, SessionSettings, Store, StoreError};
use crate::ui::view::ReviewItem;

/// Rows that a list shows; searching the archive is the command line's.
const MOST_ROWS: u32 = 400;
/// Records whose photo and findings one visit reads: storing must never wait long behind it.
const MOST_READ: usize = 6;

/// What is known of one record besides its row.
#[derive(Debug, Clone)]
pub(super) struct Details {
    pub(super) findings: Vec<Finding>,
    pub(super) overridden: u32,
    pub(super) last_four: Option<String>,
    pub(super) roster_key: Option<String>,
}

/// A question to the store.
pub(super) enum Request {
    /// The lists, with what is not known of some records.
    Lists {
        session: SessionId,
        /// Since when quarters of an hour are counted.
        today: WallTime,
        known: HashSet<RecordId>,
        large: Option<RecordId>,
        /// Rows of the school's list that are known.
        roster: usize,
    },
    /// Only what is not known of these records.
    Details(Vec<RecordId>),
}

/// The store's answer.
#[derive(Default)]
pub(super) struct Fetched {
    /// `None`: as they were.
    lists: Option<Box<Read>>,
    details: Vec<(RecordId, Details, Option<ColorImage>)>,
    /// Records of which nothing was read yet.
    more: Vec<RecordId>,
    fault: Option<crate::domain::fault::StoreFault>,
}

/// What the lists are now.
struct Read {
    session: SessionId,
    rows: Vec<RecordSummary>,
    parked: Vec<ParkedRow>,
    large: Option<(RecordId, ColorImage)>,
    copies_missing: usize,
    seal_first: Option<SealBy>,
    bytes_needed: u64,
    counts: Vec<HeadingCount>,
    bundles_waiting: usize,
    sessions: Vec<SessionSettings>,
    quarters: Vec<(i64, u32)>,
    newest: Option<WallTime>,
    unsealed: Option<WallTime>,
    roster: roster::Fetched,
}

/// What the window knows of the session's records.
#[derive(Default)]
pub(super) struct Lists {
    pub(super) rows: Vec<RecordSummary>,
    pub(super) parked: Vec<ParkedRow>,
    pub(super) details: HashMap<RecordId, Details>,
    pub(super) copies_missing: u32,
    /// The session whose pictures are to be sealed first, and how long they may still wait.
    seal_first: Option<SealBy>,
    /// What the heads that are still to come need on the disk.
    pub(super) bytes_needed: u64,
    /// How many records of the session are in which state, by heading: of all, not only of the rows that are shown.
    pub(super) counts: Vec<HeadingCount>,
    /// Sealed, and written to no stick yet.
    pub(super) bundles_waiting: u32,
    /// Every session of the station, oldest first.
    pub(super) sessions: Vec<SessionSettings>,
    /// People stored today by quarter of an hour, those with any.
    pub(super) quarters: Vec<(i64, u32)>,
    /// The latest time of the newest pictures, and when the oldest was taken that waits for its bundle.
    pub(super) newest: Option<WallTime>,
    pub(super) unsealed: Option<WallTime>,
    pub(super) large: Option<(RecordId, ColorImage)>,
    /// The school's own list.
    pub(super) roster: roster::AtDesk,
    asked: bool,
    /// Records of which the last answer left out what is not known.
    more: Vec<RecordId>,
}

impl Lists {
    /// A request that leaves out what is known.
    pub(super) fn request(&mut self, session: SessionId, large: Option<RecordId>, now: WallTime) -> Request {
        self.asked = true;
        let (known, roster) = (self.details.keys().copied().collect(), self.roster.known());
        Request::Lists { session, today: now.day_start(), known, large, roster }
    }

    /// A request for what the last answer left out, when nothing is under way. The lists themselves stay as they are:
    /// reading all of them again for every few records would hold storing up.
    pub(super) fn request_more(&mut self) -> Option<Request> {
        if self.asked || self.more.is_empty() {
            return None;
        }
        self.asked = true;
        Some(Request::Details(std::mem::take(&mut self.more)))
    }

    /// Takes an answer in. Lists of another session than this one were asked for before it began.
    pub(super) fn take(&mut self, fetched: Fetched, session: &SessionId, album: &mut Album) {
        self.asked = false;
        if let Some(fault) = fetched.fault {
            log::warn!("the lists could not be read: {fault:?}");
            self.more = Vec::new();
            return;
        }
        self.more = fetched.more;
        for (id, details, picture) in fetched.details {
            self.details.insert(id, details);
            if let Some(picture) = picture {
                album.add_thumb(id, picture);
            }
        }
        let Some(read) = fetched.lists.filter(|read| read.session == *session) else { return };
        self.rows = read.rows;
        self.parked = read.parked;
        self.counts = read.counts;
        self.bundles_waiting = u32::try_from(read.bundles_waiting).unwrap_or(u32::MAX);
        self.sessions = read.sessions;
        self.seal_first = read.seal_first;
        self.bytes_needed = read.bytes_needed;
        self.roster.take(read.roster);
        self.quarters = read.quarters;
        self.newest = read.newest;
        self.unsealed = read.unsealed;
        self.copies_missing = u32::try_from(read.copies_missing).unwrap_or(u32::MAX);
        if let Some(large) = read.large {
            self.large = Some(large);
        }
    }

    /// Days on which pictures may still wait for their bundle.
    pub(super) fn days_to_seal(&self) -> Option<i64> {
        self.seal_first.as_ref().map(|first| first.days)
    }

    /// What the session is called that those days are of, when it is not the present one.
    pub(super) fn seal_other(&self, present: &SessionId) -> Option<String> {
        let first = self.seal_first.as_ref().filter(|first| first.session != *present)?;
        Some(if first.name.trim().is_empty() { first.session.to_string() } else { first.name.clone() })
    }

    /// Records in this state.
    pub(super) fn count(&self, wanted: impl Fn(RecordState) -> bool) -> u32 {
        self.counts.iter().filter(|count| wanted(count.state)).map(|count| count.records).sum()
    }

    /// The same under one heading.
    pub(super) fn count_under(&self, heading: &str, wanted: impl Fn(RecordState) -> bool) -> u32 {
        let mine = self.counts.iter().filter(|count| count.heading.as_deref() == Some(heading));
        mine.filter(|count| wanted(count.state)).map(|count| count.records).sum()
    }

    /// The session has no record, as far as it is known.
    pub(super) const fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }
}

impl Window {
    /// Takes a question to the store; the answer comes as a [`Reply::Lists`].
    pub(super) fn fetch(&mut self, request: Request) {
        let Some(open) = &mut self.open else { return };
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        open.desk.visit_store(Box::new(move |keeper| {
            let fetched = request.fetch(keeper.store());
            // nobody listens any more when the window has closed
            answer.send(Reply::Lists(fetched)).ok();
            wake();
        }));
    }
}

impl Request {
    /// Reads the lists on the store's thread.
    pub(super) fn fetch(self, store: &Store) -> Fetched {
        self.try_fetch(store).unwrap_or_else(|error| {
            log::error!("{error:#}");
            Fetched { fault: Some(error.fault()), ..Fetched::default() }
        })
    }

    fn try_fetch(self, store: &Store) -> Result<Fetched, StoreError> {
        let (lists, unknown) = match self {
            Self::Details(unknown) => (None, unknown),
            Self::Lists { session, today, known, large, roster } => {
                let read = Read::of(store, session, today, large, roster)?;
                // Of a purged record there is nothing but its row.
                let readable = read.rows.iter().filter(|row| row.state != RecordState::Purged);
                let unknown = readable.map(|row| row.id).filter(|id| !known.contains(id)).collect();
                (Some(Box::new(read)), unknown)
            }
        };
        let mut unknown = unknown.into_iter();
        let read = unknown.by_ref().take(MOST_READ).map(|id| read_details(store, id));
        let details = read.collect::<Result<Vec<_>, _>>()?;
        Ok(Fetched { lists, details: details.into_iter().flatten().collect(), more: unknown.collect(), fault: None })
    }
}

/// A card of the review; nothing of what another picture has taken the place of, or what was purged.
pub(super) fn review_item(row: &RecordSummary, lists: &Lists, album: &Album) -> Option<ReviewItem> {
    if matches!(row.state, RecordState::Superseded | RecordState::Purged) {
        return None;
    }
    let details = lists.details.get(&row.id);
    Some(ReviewItem {
        id: row.id,
        shot: row.shot,
        picture: album.thumb(row.id),
        state: row.state,
        findings: details.map(|details| details.findings.clone()).unwrap_or_default(),
        overridden: details.map_or(0, |details| details.overridden),
        group: row.group.clone(),
        at: row.captured_at.local_clock(),
        simulated: row.simulated,
        can_come_back: row.bundle.is_none() && row.supersedes.is_none(),
    })
}

/// What is not in a record's row; nothing when it has been purged meanwhile.
fn read_details(store: &Store, id: RecordId) -> Result<Option<(RecordId, Details, Option<ColorImage>)>, StoreError> {
    if store.summary(id)?.state == RecordState::Purged {
        return Ok(None);
    }
    let record = store.record(id)?.record;
    let picture = store.photo(id).ok().and_then(|photo| decode(&photo)); // a damaged one has no thumbnail
    let known = Details {
        findings: record.findings,
        overridden: record.overrides.len() as u32,
        last_four: record.last_four,
        roster_key: record.roster_key,
    };
    Ok(Some((id, known, picture.as_ref().map(thumbnail))))
}

impl Read {
    fn of(
        store: &Store,
        session: SessionId,
        today: WallTime,
        large: Option<RecordId>,
        roster: usize,
    ) -> Result<Self, StoreError> {
        let counts = store.heading_counts(&session)?;
        let bundles_waiting = store.bundles_waiting()?;
        let sessions = store.sessions()?;
        let present = store.current_session()?;
        let bytes_needed = present.map_or(Ok(0), |session| store.bytes_needed(&session))?;
        let seal_first = store.seal_first()?;
        let roster = roster::Fetched::read(store, &session, roster)?;
        let quarters = store.quarter_counts(&session, today)?;
        let (newest, unsealed) = (store.newest_picture_at()?, store.oldest_unsealed_at(&session)?);
        // Of what was purged there is nothing to show but its place in the sums.
        let states = RecordState::ALL.into_iter().filter(|state| *state != RecordState::Purged).collect();
        let filter = Filter { session: Some(session.clone()), limit: Some(MOST_ROWS), states, ..Filter::default() };
        let mut rows = store.list(&filter)?;
        // Whoever is to come again is called from here, however many came since.
        let states = vec![RecordState::Rejected, RecordState::Retake];
        let again = store.list(&Filter {
            session: Some(session.clone()),
            limit: Some(MOST_ROWS),
            states,
            ..Filter::default()
        })?;
        let oldest = rows.last().map_or(0, |row| row.sequence);
        rows.extend(again.into_iter().filter(|row| row.sequence < oldest));
        let parked = store.parked_rows()?;
        let large = large.and_then(|id| {
            let photo = store.photo(id).ok().and_then(|photo| decode(&photo)); // a purged record has none
            photo.map(|photo| (id, color_image(&photo)))
        });
        let copies_missing = store.missing_copies();
        Ok(Self {
            session,
            rows,
            parked,
            large,
            copies_missing,
            seal_first,
            bytes_needed,
            counts,
            bundles_waiting,
            sessions,
            quarters,
            newest,
            unsealed,
            roster,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_out_is_asked_for_alone_and_the_lists_stay() {
        let (mut lists, mut album) = (Lists::default(), Album::default());
        let day = WallTime { unix_millis: 1_780_279_200_000, offset_minutes: 480 };
        let session = SessionId::try_from(String::from("2026-A")).unwrap();
        let records: Vec<RecordId> = (1..=8).map(|n| RecordId::from_parts(1, [n; 10])).collect();
        lists.counts = vec![HeadingCount { heading: None, state: RecordState::Approved, records: 8 }];
        let asked = lists.request(session.clone(), None, day);
        assert!(matches!(asked, Request::Lists { .. }) && lists.request_more().is_none(), "one answer is under way");
        lists.take(Fetched { more: records.clone(), ..Fetched::default() }, &session, &mut album);
        let Some(Request::Details(more)) = lists.request_more() else { panic!("the rest is not asked for") };
        assert_eq!(more, records);
        assert!(lists.request_more().is_none(), "and not twice");
        lists.take(Fetched { more: records[6..].to_vec(), ..Fetched::default() }, &session, &mut album);
        assert!(matches!(lists.request_more(), Some(Request::Details(more)) if more == records[6..]));
        lists.take(Fetched::default(), &session, &mut album);
        assert!(lists.request_more().is_none() && lists.count(|_state| true) == 8, "the counts are as they were");
    }

    #[test]
    fn lists_of_the_session_before_are_not_those_of_the_present_one() {
        let (mut lists, mut album) = (Lists::default(), Album::default());
        let session = |name: &str| SessionId::try_from(String::from(name)).unwrap();
        let read = |name| Read {
            session: session(name),
            rows: Vec::new(),
            parked: Vec::new(),
            large: None,
            copies_missing: 7,
            seal_first: None,
            bytes_needed: 0,
            counts: Vec::new(),
            bundles_waiting: 0,
            sessions: Vec::new(),
            quarters: Vec::new(),
            newest: None,
            unsealed: None,
            roster: roster::Fetched::default(),
        };
        let answer = |name| Fetched { lists: Some(Box::new(read(name))), ..Fetched::default() };
        lists.take(answer("2026-A"), &session("2026-B"), &mut album);
        assert_eq!(lists.copies_missing, 0);
        lists.take(answer("2026-B"), &session("2026-B"), &mut album);
        assert_eq!(lists.copies_missing, 7);
    }
}
