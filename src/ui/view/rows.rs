//! The rows and sums that lists show: last pictures, 队列, 复核, 总览.

use super::Picture;
use crate::domain::finding::Finding;
use crate::domain::ids::{RecordId, ShotNumber};
use crate::domain::record::RecordState;

/// A record of the strip of last pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct Thumb {
    pub shot: ShotNumber,
    pub picture: Option<Picture>,
    pub mark: RowMark,
}

/// What a row of a list says about its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowMark {
    Waiting,
    /// Parked after the scan.
    Parked,
    Stored,
    StoredCopyMissing,
    NeedsRetake,
    /// The same, called and not there yet.
    Called,
    Withdrawn,
    TurnedAway,
}

/// A row of 队列.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueRow {
    pub shot: ShotNumber,
    /// `None`: nothing of it is stored yet.
    pub record: Option<RecordId>,
    pub digest: String,
    pub tail: Option<String>,
    /// The heading (class) that the person belongs to.
    pub group: Option<String>,
    pub picture: Option<Picture>,
    pub mark: RowMark,
    /// Clock time of the last change.
    pub at: String,
    pub simulated: bool,
}

/// A card of 复核.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewItem {
    pub id: RecordId,
    pub shot: ShotNumber,
    pub picture: Option<Picture>,
    pub state: RecordState,
    pub findings: Vec<Finding>,
    pub overridden: u32,
    /// Its heading (class).
    pub group: Option<String>,
    pub at: String,
    pub simulated: bool,
    /// No bundle holds it and it replaced nothing: a withdrawal of it can be taken back.
    pub can_come_back: bool,
}

impl ReviewItem {
    /// Whether the decision that was made on it can be taken back, as far as its row tells.
    pub fn is_undoable(&self) -> bool {
        match self.state {
            RecordState::Rejected => true,
            RecordState::Withdrawn => self.can_come_back,
            _ => false,
        }
    }
}

/// Sums of the day; `locked` must equal the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub locked: u32,
    pub stored: u32,
    pub released: u32,
    pub turned_away: u32,
    pub expired: u32,
    /// Parked or locked now.
    pub open: u32,
    pub approved: u32,
    pub to_review: u32,
    pub sealed: u32,
    /// Sealed bundles that were written to no stick yet.
    pub bundles_waiting: u32,
    pub seconds_each: Option<u32>,
    pub first_time_percent: Option<u32>,
}

/// One bar of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    pub name: String,
    pub count: u32,
}

/// Charts of 总览.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Day {
    /// People stored today, one bar for each quarter of an hour from the first to now, named by its clock time.
    pub quarters: Vec<Bar>,
    /// People stored in the last four of them.
    pub last_hour: u32,
    /// What pictures failed by, most first.
    pub failures: Vec<Bar>,
    /// Why people went without a picture, most first.
    pub away: Vec<Bar>,
}

impl Tally {
    /// Locks that no outcome accounts for; zero on a good day.
    pub fn difference(&self) -> i64 {
        i64::from(self.locked)
            - [self.stored, self.released, self.turned_away, self.expired, self.open]
                .iter()
                .map(|&n| i64::from(n))
                .sum::<i64>()
    }
}
