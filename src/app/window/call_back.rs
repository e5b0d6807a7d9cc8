//! Calling somebody whose picture was refused, from the queue: while nobody is locked they are awaited, and their scan
//! must be of the same code; while somebody is locked the operator is asked whether it is they, with another code.

use super::Window;
use crate::domain::ids::RecordId;
use crate::domain::record::{RecordState, RetakeReason};
use crate::domain::session::{Command, Earlier, Expected, Refusal, Replaces};
use crate::domain::time::Monotonic;
use crate::store::RecordSummary;
use crate::ui::view::Question;

/// Its person is to come again.
const fn is_to_be_retaken(row: &RecordSummary) -> bool {
    matches!(row.state, RecordState::Rejected | RecordState::Retake)
}

fn earlier_of(row: &RecordSummary) -> Earlier {
    Earlier { record: row.id, shot: row.shot, captured_at: row.captured_at }
}

impl Window {
    /// The record's row, while its person is to come again.
    fn to_be_retaken(&self, record: RecordId) -> Option<&RecordSummary> {
        let rows = &self.open.as_ref()?.lists.rows;
        rows.iter().find(|row| row.id == record && is_to_be_retaken(row))
    }

    pub(super) fn call_back(&mut self, record: Option<RecordId>, now: Monotonic) {
        let Some(record) = record else {
            self.session(Command::Expect(None), now);
            return;
        };
        let Some(row) = self.to_be_retaken(record) else {
            self.refuse(Refusal::TooLate, now);
            return;
        };
        let (earlier, digest) = (earlier_of(row), row.code_digest);
        let lock = self.open.as_ref().and_then(|open| open.desk.state().lock());
        match lock.map(|lock| (lock.shot, lock.replaces)) {
            None => self.session(Command::Expect(Some(Expected { earlier, digest })), now),
            // It is known already, or it is somebody else's.
            Some((_, Some(_))) => self.refuse(Refusal::AlreadyLocked, now),
            Some((locked, None)) => self.ask(Question::IsRetakeOf { locked, record, shot: earlier.shot }),
        }
    }

    /// The operator says that the one who is locked came for this.
    pub(super) fn is_retake_of(&mut self, record: RecordId, now: Monotonic) {
        if let Some(earlier) = self.to_be_retaken(record).map(earlier_of) {
            self.session(Command::Replace(Replaces { earlier, reason: RetakeReason::Refused }), now);
        }
    }

    /// Nobody is awaited whose picture is not to be taken again any more: the rejection was a slip, or another
    /// session is open.
    pub(super) fn follow_call(&mut self, now: Monotonic) {
        let expected = self.open.as_ref().and_then(|open| open.desk.session().expected());
        if let Some(record) = expected.map(|expected| expected.earlier.record)
            && self.to_be_retaken(record).is_none()
        {
            self.session(Command::Expect(None), now);
        }
    }
}
