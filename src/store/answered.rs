//! What became of a record's bundle while another record stood in its place: it was delivered, the centre answered. A
//! record that stands again comes back with that, so that nothing is offered or sealed once more that the centre has.

use std::collections::BTreeMap;

use rusqlite::params;
use serde::Deserialize;

use super::error::StoreError;
use super::event::{Event, What};
use super::paper;
use super::rows::{self, Count, from_json};
use super::station::Store;
use crate::domain::ids::{ContentHash, RecordId, ShotNumber};
use crate::domain::receipts::ReceiptResult;
use crate::domain::record::RecordState;

/// What is read of a signed receipt's text; its signature was checked when it came.
#[derive(Deserialize)]
struct Signed {
    records: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    record_id: RecordId,
    result: ReceiptResult,
}

/// A receipt as the journal keeps it.
struct Kept {
    /// Its line.
    line: u64,
    body: String,
    on_paper: bool,
}

impl Store {
    /// The state of a record that was in `before` when the journal's line `since` replaced it, after everything that
    /// came for its bundle from then on: the same rules as for one that stands.
    pub(super) fn answered_since(
        &self,
        id: RecordId,
        before: RecordState,
        since: u64,
    ) -> Result<RecordState, StoreError> {
        let Some(stored) = rows::record(&self.connection, id)? else { return Ok(before) };
        let Some(sequence) = stored.bundle else { return Ok(before) };
        let mut state = before;
        if state == RecordState::Sealed && self.was_delivered_since(sequence, since)? {
            state = RecordState::Delivered;
        }
        let (mut signed, mut on_paper) = (0, 0);
        for receipt in self.kept_receipts(self.bundle(sequence)?.sha256)? {
            let waits = matches!(state, RecordState::Sealed | RecordState::Delivered);
            let only_paper = signed == 0 && on_paper > 0;
            let overruled =
                only_paper && !receipt.on_paper && matches!(state, RecordState::Received | RecordState::Retake);
            if receipt.line > since && (waits || overruled) {
                state = receipt.says_of(id, stored.record.shot).unwrap_or(state);
            }
            *if receipt.on_paper { &mut on_paper } else { &mut signed } += 1;
        }
        Ok(state)
    }

    fn kept_receipts(&self, bundle: ContentHash) -> Result<Vec<Kept>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT event, body, signature = '' FROM receipt WHERE bundle_sha256 = ?1 ORDER BY event",
        )?;
        let found = select.query_map(params![bundle.0], |row| {
            Ok(Kept { line: row.get::<_, Count>(0)?.0, body: row.get(1)?, on_paper: row.get(2)? })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    fn was_delivered_since(&self, sequence: u64, since: u64) -> Result<bool, StoreError> {
        let mut select =
            self.connection.prepare_cached("SELECT body FROM event WHERE kind = 'bundle_delivered' AND seq > ?1")?;
        let mut found = select.query([Count(since)])?;
        while let Some(row) = found.next()? {
            let event: Event = from_json(&row.get::<_, String>(0)?, "event")?;
            if matches!(event.what, What::BundleDelivered { sequence: of, .. } if of == sequence) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Kept {
    /// The state that it asks for; `None` when it does not speak of this record.
    fn says_of(&self, id: RecordId, shot: ShotNumber) -> Option<RecordState> {
        if self.on_paper {
            let again = paper::retakes_of(&self.body)?.contains(&shot);
            return Some(if again { RecordState::Retake } else { RecordState::Received });
        }
        let signed: Signed = serde_json::from_str(&self.body).ok()?;
        let results: BTreeMap<_, _> = signed.records.into_iter().map(|line| (line.record_id, line.result)).collect();
        results.get(&id).map(|result| result.state())
    }
}
