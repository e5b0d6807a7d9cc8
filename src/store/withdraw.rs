//! Taking a record back, and what that means for the one that it had replaced.

use super::error::StoreError;
use super::event::What;
use super::rows::{self, Count};
use super::station::Store;
use super::values::{Change, ChangeKind};
use crate::domain::ids::RecordId;
use crate::domain::record::{Predecessor, RecordState};
use crate::domain::record_states;
use crate::domain::time::WallTime;

/// Stands in the journal beside the move of a record that stands again.
const SUCCESSOR_WITHDRAWN: &str = "successor_withdrawn";

impl Store {
    /// Takes a record back at somebody's wish. After sealing this becomes a change in the next bundle. The record that
    /// it had replaced stands again, with what the centre has said of it in the meantime, unless a bundle has told of its
    /// replacement: there is no way to take that back.
    pub fn withdraw(
        &mut self,
        id: RecordId,
        reason: Option<String>,
        by: u32,
        now: WallTime,
    ) -> Result<Option<Predecessor>, StoreError> {
        let mut whats = self.end_record(id, RecordState::Withdrawn, ChangeKind::Withdrawn, reason)?;
        let replaced = self.replaced_by_this_alone(id)?;
        let mut predecessor = None;
        if let Some(old) = replaced {
            let shot = self.summary(old)?.shot;
            let told = self.replacement_is_told(old)?;
            let before = if told { None } else { self.state_before(old, RecordState::Superseded)? };
            if let Some((before, since)) = before.filter(|(state, _)| record_states::may_stand_again_as(*state)) {
                let to = self.answered_since(old, before, since)?;
                let reason = Some(SUCCESSOR_WITHDRAWN.to_owned());
                whats.push(What::Moved { records: vec![old], to, reason });
                // A rejected one is again what it was, which is no picture for anybody.
                predecessor = to.stands().then_some(Predecessor::StandsAgain(shot));
            } else {
                predecessor = Some(Predecessor::StaysReplaced(shot));
            }
        }
        self.commit_and_copy(whats, by, now, |_| Ok(()))?;
        Ok(predecessor)
    }

    /// How a record ends. After sealing this also travels as a change in the next bundle.
    pub(super) fn end_record(
        &self,
        id: RecordId,
        to: RecordState,
        change: ChangeKind,
        reason: Option<String>,
    ) -> Result<Vec<What>, StoreError> {
        let mut whats = self.moves(&[(id, to, reason.clone())])?;
        if rows::record(&self.connection, id)?.is_some_and(|stored| stored.bundle.is_some()) {
            whats.push(What::Changed { record: id, change, reason });
        }
        Ok(whats)
    }

    /// The record that nothing but this one replaces.
    fn replaced_by_this_alone(&self, id: RecordId) -> Result<Option<RecordId>, StoreError> {
        let Some(old) = self.record(id)?.record.supersedes else { return Ok(None) };
        if rows::state(&self.connection, old)? != Some(RecordState::Superseded) {
            return Ok(None);
        }
        let mut select = self
            .connection
            .prepare_cached("SELECT 1 FROM record WHERE supersedes = ?1 AND id <> ?2 AND state <> 'withdrawn'")?;
        let others = select.exists([old.to_string(), id.to_string()])?;
        Ok((!others).then_some(old))
    }

    /// A bundle has said that this record was replaced; whoever read it may have done so already.
    fn replacement_is_told(&self, old: RecordId) -> Result<bool, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT body, bundle FROM change WHERE record_id = ?1 ORDER BY event DESC")?;
        let mut found = select.query([old.to_string()])?;
        while let Some(row) = found.next()? {
            let change: Change = rows::from_json(&row.get::<_, String>(0)?, "change")?;
            if change.kind == ChangeKind::Superseded {
                return Ok(row.get::<_, Option<Count>>(1)?.is_some());
            }
        }
        Ok(false)
    }

    /// What the journal says that it was when it came to this end the last time, and the line that brought it there.
    pub(super) fn state_before(
        &self,
        id: RecordId,
        end: RecordState,
    ) -> Result<Option<(RecordState, u64)>, StoreError> {
        let (mut state, mut before) = (None, None);
        for event in self.events_of(id)? {
            let next = match event.what {
                What::Stored { state, .. } => state,
                What::Moved { to, .. } => to,
                What::BundleMade { .. } => RecordState::Sealed,
                _ => continue,
            };
            if next == end {
                before = state.map(|state| (state, event.seq));
            }
            state = Some(next);
        }
        Ok(before)
    }
}
