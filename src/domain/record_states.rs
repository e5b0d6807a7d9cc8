//! The states of a record as one table. The append-only journal is the truth; a state column is its cache.
//!
//! Moves that the table does not have are errors. Sending a record again goes back to `Sealed` with the same file.

use super::record::RecordState::{
    self, Approved, Delivered, Purged, Received, Rejected, Resend, Retake, Sealed, Stored, Superseded, Withdrawn,
};

/// A move that the table does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a record that is {} cannot become {}", from.as_str(), to.as_str())]
pub struct IllegalMove {
    pub from: RecordState,
    pub to: RecordState,
}

/// Every legal move. After sealing, a withdrawal, a new pairing or a superseding travels as a change in the next
/// bundle, and the record's own state follows.
const MOVES: &[(RecordState, &[RecordState])] = &[
    (Stored, &[Approved, Rejected, Withdrawn, Superseded]),
    (Approved, &[Sealed, Rejected, Withdrawn, Superseded]),
    (Sealed, &[Delivered, Withdrawn, Superseded]),
    (Delivered, &[Received, Resend, Retake, Withdrawn, Superseded]),
    // A signed receipt counts for more than a paper that two people read.
    (Received, &[Resend, Retake, Withdrawn, Superseded, Purged]),
    (Resend, &[Sealed, Withdrawn, Superseded]),
    (Retake, &[Received, Resend, Withdrawn, Superseded, Purged]),
    (Rejected, &[Superseded, Purged]),
    (Withdrawn, &[Purged]),
    (Superseded, &[Purged]),
    (Purged, &[]),
];

/// Whether the table has this move.
pub fn allowed(from: RecordState, to: RecordState) -> bool {
    next_states(from).contains(&to)
}

/// Where a record may go from here.
pub fn next_states(from: RecordState) -> &'static [RecordState] {
    MOVES.iter().find(|(state, _)| *state == from).map_or(&[], |(_, next)| next)
}

/// Whether a replaced record whose successor was taken back may go back to this state, the one that it was in. Apart from
/// the table: nothing else leads out of `Superseded` but the purge.
pub const fn may_stand_again_as(before: RecordState) -> bool {
    before.stands() || matches!(before, Rejected)
}

/// Whether a decision that was a slip may be taken back, to the state that the record was in before it. Apart from the
/// table as well: only what no bundle has carried comes back, and whoever asks has seen to that.
pub const fn may_come_back(decided: RecordState, before: RecordState) -> bool {
    matches!(decided, Rejected | Withdrawn) && matches!(before, Stored | Approved)
}

/// The new state, or an error when the table does not have the move.
pub fn advance(from: RecordState, to: RecordState) -> Result<RecordState, IllegalMove> {
    if allowed(from, to) { Ok(to) } else { Err(IllegalMove { from, to }) }
}

impl RecordState {
    pub const ALL: [Self; 11] =
        [Stored, Approved, Sealed, Delivered, Received, Resend, Retake, Rejected, Withdrawn, Superseded, Purged];

    /// Name in files and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Stored => "stored",
            Approved => "approved",
            Sealed => "sealed",
            Delivered => "delivered",
            Received => "received",
            Resend => "resend",
            Retake => "retake",
            Rejected => "rejected",
            Withdrawn => "withdrawn",
            Superseded => "superseded",
            Purged => "purged",
        }
    }

    /// Whether this record is the standing one of its code: it makes the same code ask 已采集.
    pub const fn stands(self) -> bool {
        matches!(self, Stored | Approved | Sealed | Delivered | Received | Resend | Retake)
    }
}
