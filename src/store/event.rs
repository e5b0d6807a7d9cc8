//! One event of the journal: what happened, when, by whom. The record's history is the fold of these.

use serde::{Deserialize, Serialize};

use super::purge::PurgedRecord;
use super::roster::ChosenColumns;
use super::session_settings::SessionSettings;
use super::values::{BundleRow, ChangeKind, LockEnd, Note};
use crate::domain::ids::{ContentHash, RecordId, SessionId, ShotNumber, StationLetter};
use crate::domain::operator::Role;
use crate::domain::record::RecordState;
use crate::domain::time::WallTime;

/// The newest event layout that this version reads.
pub const EVENT_FORMAT: u32 = 1;

/// Names of the notes that a lock was put aside, and called again.
pub(super) const PARKED: &str = "parked";
pub(super) const RECALLED: &str = "recalled";
/// Somebody who knows has confirmed the clock.
pub(super) const CLOCK_CONFIRMED: &str = "clock_confirmed";
/// Somebody compared another station's key: its lists of codes count. The detail is the key.
pub(super) const STATION_VOUCHED: &str = "station_vouched";
/// A backup was made; the detail says where.
pub(super) const BACKUP: &str = "backup";

/// One line of the journal, opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub format: u32,
    /// Counts from 1 per station without gaps; the same number stands before the sealed line.
    pub seq: u64,
    pub at: WallTime,
    /// Station-local number of the operator; 0 for the program itself.
    pub by: u32,
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum What {
    StationMade {
        station: String,
        letter: StationLetter,
    },
    SessionSet {
        settings: SessionSettings,
    },
    SessionOpened {
        session: SessionId,
    },
    /// The full text of a profile, once per hash.
    ProfileKept {
        sha256: ContentHash,
        id: String,
        version: u32,
        text: String,
    },
    LockTaken {
        session: SessionId,
        shot: ShotNumber,
        /// Of the file that holds the subject until the lock ends; earlier versions kept none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file_sha256: Option<ContentHash>,
        /// Numbered at the scan desk: put aside from the start.
        #[serde(default, skip_serializing_if = "is_false")]
        queued: bool,
    },
    LockEnded {
        session: SessionId,
        shot: ShotNumber,
        end: LockEnd,
    },
    Noted {
        session: Option<SessionId>,
        note: Note,
    },
    /// A capsule became durable.
    Stored {
        record: RecordId,
        sequence: u64,
        session: SessionId,
        shot: ShotNumber,
        /// Folder of the capsule: `2026-06-01`.
        date: String,
        capsule_sha256: ContentHash,
        state: RecordState,
        /// Found at start without a row and taken in again.
        restored: bool,
    },
    /// Records changed their state.
    Moved {
        records: Vec<RecordId>,
        to: RecordState,
        reason: Option<String>,
    },
    /// Something happened to a record that is already sealed.
    Changed {
        record: RecordId,
        change: ChangeKind,
        reason: Option<String>,
    },
    BundleMade {
        bundle: BundleRow,
        /// Records whose changes travel in it.
        changes: Vec<RecordId>,
    },
    BundleDelivered {
        sequence: u64,
        target: String,
    },
    ReceiptTaken {
        bundle_sha256: ContentHash,
        centre: String,
        body: String,
        /// Empty: it came on paper, and two people vouch for what was typed.
        signature: String,
        /// The second of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        second: Option<u32>,
    },
    /// Records were purged; nothing of theirs is left but this.
    Purged {
        records: Vec<PurgedRecord>,
        reason: String,
        /// The second person, where one was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        second: Option<u32>,
        /// A purge goes in portions, so that it can be stopped between two: the line of its first one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part_of: Option<u64>,
    },
    /// Somebody works here from now on, under another PIN, or no more. The hash of the PIN, never the PIN.
    OperatorSet {
        number: u32,
        name: String,
        role: Role,
        active: bool,
        pin: String,
    },
    /// A PIN was typed; written before it is judged.
    PinTried {
        operator: u32,
    },
    PinPassed {
        operator: u32,
    },
    /// Codes that another station has collected; a long list comes in several lines.
    CollectedElsewhere {
        station: String,
        letter: StationLetter,
        session: SessionId,
        /// Of the other station's journal.
        line: u64,
        made_at: WallTime,
        /// Adds to the line before it.
        continues: bool,
        /// Base64 of digests with shot numbers.
        codes: String,
    },
    /// The school's own list of a session; its rows stand in the file alone.
    RosterSet {
        session: SessionId,
        rows: u32,
        file_sha256: ContentHash,
        /// 院校代码, or nothing: what the columns are remembered by.
        school: String,
        /// Headings by what they hold.
        columns: ChosenColumns,
    },
    RosterRemoved {
        session: SessionId,
    },
    /// The records of another station were taken over: its chain ends with this line.
    StationAdopted {
        station: String,
        letter: StationLetter,
        line: u64,
        hash: ContentHash,
        records: usize,
        missing: Vec<RecordId>,
        /// Where its copy lay; earlier versions did not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
    },
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl What {
    /// The records that it is about.
    pub fn records(&self) -> Vec<RecordId> {
        match self {
            Self::Stored { record, .. } | Self::Changed { record, .. } => vec![*record],
            Self::Moved { records, .. } => records.clone(),
            Self::BundleMade { bundle, .. } => bundle.records.clone(),
            Self::Purged { records, .. } => records.iter().map(|purged| purged.record).collect(),
            Self::StationMade { .. }
            | Self::SessionSet { .. }
            | Self::SessionOpened { .. }
            | Self::ProfileKept { .. }
            | Self::LockTaken { .. }
            | Self::LockEnded { .. }
            | Self::Noted { .. }
            | Self::BundleDelivered { .. }
            | Self::RosterSet { .. }
            | Self::RosterRemoved { .. }
            | Self::StationAdopted { .. }
            | Self::OperatorSet { .. }
            | Self::PinTried { .. }
            | Self::PinPassed { .. }
            | Self::CollectedElsewhere { .. }
            | Self::ReceiptTaken { .. } => Vec::new(),
        }
    }
}
