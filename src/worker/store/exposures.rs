//! Which stored pictures a new one is compared with: read at start and after changes that the desk does not know of.

use std::collections::HashMap;

use super::StoreAnswer;
use super::keeper::Keeper;
use crate::domain::exposure::KeptExposure;
use crate::domain::ids::{RecordId, SessionId};
use crate::store::StoreError;

/// More than a long day's pictures.
const MOST: usize = 8192;

/// What was read so far.
#[derive(Default)]
pub(super) struct Exposures {
    /// The session and the change of the store that were told of last.
    told: Option<(SessionId, u64)>,
    read: HashMap<RecordId, Option<KeptExposure>>,
}

impl Keeper {
    /// Whether pictures are still to be read or told of.
    pub(super) fn has_exposures_to_tell(&self) -> bool {
        self.exposures.told.as_ref() != Some(&self.exposures_now())
    }

    /// Reads at most so many records, the newest first, and tells of all that were read.
    pub(super) fn tell_exposures(&mut self, at_most: usize) -> Option<StoreAnswer> {
        if !self.has_exposures_to_tell() {
            return None;
        }
        match self.read_exposures(at_most) {
            Ok(kept) => Some(StoreAnswer::Exposures(kept)),
            Err(error) => {
                log::warn!("stored pictures cannot be compared: {error}");
                // Not again and again: the next change tries once more.
                self.exposures.told = Some(self.exposures_now());
                None
            }
        }
    }

    fn read_exposures(&mut self, at_most: usize) -> Result<Vec<KeptExposure>, StoreError> {
        let now = self.exposures_now();
        let standing = self.store.standing(&now.0, MOST)?;
        let unread: Vec<RecordId> =
            standing.iter().filter(|id| !self.exposures.read.contains_key(id)).copied().collect();
        for id in unread.iter().take(at_most) {
            let kept = self.store.exposure(*id)?;
            self.exposures.read.insert(*id, kept);
        }
        if unread.len() <= at_most {
            self.exposures.told = Some(now);
        }
        Ok(standing.iter().filter_map(|id| self.exposures.read.get(id).copied().flatten()).collect())
    }

    /// After a job of the desk that changed no standing picture but its own, of which the desk learns itself.
    pub(super) fn exposures_stay(&mut self, before: u64) {
        let now = self.exposures_now();
        if let Some((session, told)) = &mut self.exposures.told
            && *told == before
            && *session == now.0
        {
            *told = now.1;
        }
    }

    fn exposures_now(&self) -> (SessionId, u64) {
        (self.context().session.id.clone(), self.store.changes())
    }

    /// Of the record that was stored just now.
    pub(super) fn exposure_of(&mut self, record: RecordId) -> Option<KeptExposure> {
        let kept = self.store.exposure(record);
        let kept = kept.inspect_err(|error| log::warn!("a stored picture cannot be compared: {error}")).ok()?;
        self.exposures.read.insert(record, kept);
        kept
    }
}
