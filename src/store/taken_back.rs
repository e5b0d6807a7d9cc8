//! A decision of the review that was a slip: the record is what it was before, as long as nobody outside has heard of
//! the decision and nobody has acted on it.

use super::error::StoreError;
use super::event::What;
use super::rows;
use super::station::Store;
use crate::domain::fault::StoreFault;
use crate::domain::ids::RecordId;
use crate::domain::operator::Right;
use crate::domain::record::{Record, RecordState};
use crate::domain::record_states;
use crate::domain::time::WallTime;

/// Stands in the journal beside the move; who did it stands in the line.
const DECISION_UNDONE: &str = "decision_undone";

impl Store {
    /// Undoes a rejection or a withdrawal; gives the state that the record is in again. Refused for what a bundle
    /// holds, for a withdrawn retake (the picture before it stands again, or is told to be replaced), and when the
    /// code has another standing picture or is being photographed.
    pub fn take_back(&mut self, id: RecordId, by: u32, now: WallTime) -> Result<RecordState, StoreError> {
        self.permit(by, Right::Review)?;
        let stands = |why: &str| StoreError::new(StoreFault::DecisionStands, format!("{id} stays as it is: {why}"));
        let stored = rows::record(&self.connection, id)?.ok_or_else(|| stands("there is no such record"))?;
        if stored.bundle.is_some() {
            return Err(stands("a bundle holds it"));
        }
        let before = self.before_decision(&stored.record)?.ok_or_else(|| stands("nothing was decided"))?;
        if self.has_moved_on(&stored.record)? {
            return Err(stands("its code has gone on"));
        }
        let reason = Some(DECISION_UNDONE.to_owned());
        self.commit_and_copy(vec![What::Moved { records: vec![id], to: before, reason }], by, now, |_| Ok(()))?;
        Ok(before)
    }

    /// What the record was before somebody rejected or withdrew it.
    fn before_decision(&self, record: &Record) -> Result<Option<RecordState>, StoreError> {
        let decided = record.state;
        let undoable = match decided {
            RecordState::Rejected => true,
            RecordState::Withdrawn => record.supersedes.is_none(),
            _ => false,
        };
        if !undoable {
            return Ok(None);
        }
        let before = self.state_before(record.id, decided)?.map(|(state, _line)| state);
        Ok(before.filter(|before| record_states::may_come_back(decided, *before)))
    }

    /// The same code has another picture that stands, or its owner is at the desk or waits for it.
    fn has_moved_on(&self, record: &Record) -> Result<bool, StoreError> {
        let others = self.find_by_digest(record.code_digest)?;
        let is_replaced = others.iter().any(|other| other.id != record.id && other.state.stands());
        Ok(is_replaced || self.held_for(record.code_digest)?.is_some())
    }
}
