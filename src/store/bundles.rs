//! What the store remembers of bundles and receipts: sequence and chain, which records travel in which bundle, what
//! the centre answered. Building and reading bundles is elsewhere.

use rusqlite::{OptionalExtension as _, params};

use super::apply::BUNDLES;
use super::error::StoreError;
use super::event::{Event, What};
use super::rows::{self, Count, from_json, hash_column, next_number, word};
use super::station::Store;
use super::values::{BundleRow, Change, ChangeKind, NextBundle, ReceiptRow, StoredRecord};
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, RecordId, SessionId};
use crate::domain::operator::Right;
use crate::domain::record::RecordState;
use crate::domain::time::WallTime;

impl Store {
    /// Number, previous hash and journal head for the next bundle.
    pub fn next_bundle(&self) -> Result<NextBundle, StoreError> {
        let previous: Option<Vec<u8>> = self
            .connection
            .query_row("SELECT sha256 FROM bundle ORDER BY sequence DESC LIMIT 1", [], |row| row.get(0))
            .optional()?;
        Ok(NextBundle {
            sequence: next_number(&self.connection, BUNDLES)?,
            previous_sha256: previous.map(hash_column).transpose()?,
            journal_head: self.head.hash,
        })
    }

    /// Approved records of a session that are in no bundle, in the order in which they were stored.
    pub fn approved_unsealed(&self, session: &SessionId) -> Result<Vec<StoredRecord>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT id FROM record WHERE session = ?1 AND state = ?2 ORDER BY sequence")?;
        let ids = select
            .query_map(params![session.as_str(), word(&RecordState::Approved)?], |row| row.get::<_, String>(0))?;
        ids.map(|id| self.record(rows::parse(&id?, "record id")?)).collect()
    }

    /// Changes to records that were sealed before, and that have not travelled yet. Of a record that was replaced and
    /// stands again nothing is told: changes may be read in any order, so that none could take another one back.
    pub fn pending_changes(&self, session: &SessionId) -> Result<Vec<Change>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT body, state FROM change JOIN record ON record.id = change.record_id \
             WHERE change.bundle IS NULL AND session = ?1 ORDER BY event",
        )?;
        let mut found = select.query([session.as_str()])?;
        let mut changes: Vec<Change> = Vec::new();
        while let Some(row) = found.next()? {
            let change: Change = from_json(&row.get::<_, String>(0)?, "change")?;
            if change.kind == ChangeKind::Superseded {
                let state: RecordState = rows::from_word(row.get(1)?, "state")?;
                if !matches!(state, RecordState::Superseded | RecordState::Purged) {
                    continue;
                }
                // Replaced, back again, and replaced anew: the last time counts.
                changes.retain(|known| known.record != change.record || known.kind != change.kind);
            }
            changes.push(change);
        }
        Ok(changes)
    }

    /// The history of some records in the order of the journal, each event once.
    pub fn events_of_all(&self, records: &[RecordId]) -> Result<Vec<Event>, StoreError> {
        let mut events = std::collections::BTreeMap::new();
        for id in records {
            events.extend(self.events_of(*id)?.into_iter().map(|event| (event.seq, event)));
        }
        Ok(events.into_values().collect())
    }

    /// Remembers a bundle that is durable in its place, and that its records are sealed. The changes that
    /// [`Self::pending_changes`] gave for its session travel in it.
    pub fn mark_sealed(&mut self, bundle: &BundleRow, by: u32, now: WallTime) -> Result<(), StoreError> {
        self.permit(by, Right::Seal)?;
        let next = self.next_bundle()?;
        if bundle.sequence != next.sequence || bundle.previous_sha256 != next.previous_sha256 {
            return Err(StoreError::new(StoreFault::Other, "another bundle was sealed in between"));
        }
        let moves: Vec<_> = bundle.records.iter().map(|id| (*id, RecordState::Sealed, None)).collect();
        // Only for the check: the bundle's own event seals them.
        self.moves(&moves)?;
        let changes = self.pending_changes(&bundle.session)?.into_iter().map(|change| change.record).collect();
        let made = What::BundleMade { bundle: bundle.clone(), changes };
        self.commit_and_copy(vec![made], by, now, |_| Ok(()))
    }

    /// A copy of a bundle was read back and is equal; `target` says where, for people.
    pub fn mark_delivered(&mut self, sequence: u64, target: &str, by: u32, now: WallTime) -> Result<(), StoreError> {
        let bundle = self.bundle(sequence)?;
        let mut moves = Vec::new();
        for id in bundle.records {
            if self.summary(id)?.state == RecordState::Sealed {
                moves.push((id, RecordState::Delivered, None));
            }
        }
        let mut whats = vec![What::BundleDelivered { sequence, target: target.to_owned() }];
        whats.extend(self.moves(&moves)?);
        self.commit_and_copy(whats, by, now, |_| Ok(()))
    }

    /// Takes in a receipt whose signature was checked: its text is kept, and each record that waits for an answer
    /// goes where it says. Records that went another way since (withdrawn, superseded) stay there; the same receipt
    /// again changes nothing.
    pub fn take_receipt(&mut self, receipt: &ReceiptRow, by: u32, now: WallTime) -> Result<(), StoreError> {
        if self.bundle_by_hash(receipt.bundle_sha256)?.is_none() {
            return Err(StoreError::new(StoreFault::Other, "the receipt is for a bundle of another station"));
        }
        let known = self.connection.query_row(
            "SELECT count(*) FROM receipt WHERE bundle_sha256 = ?1 AND body = ?2",
            params![receipt.bundle_sha256.0, receipt.body],
            |row| row.get::<_, u32>(0),
        )?;
        if known > 0 {
            return Ok(());
        }
        if receipt.signature.is_empty() {
            return Err(StoreError::new(StoreFault::Other, "a receipt without a signature is a matter of two people"));
        }
        let (signed, on_paper) = self.receipt_counts(receipt.bundle_sha256)?;
        let only_paper = signed == 0 && on_paper > 0;
        let (mut delivered, mut moves) = (Vec::new(), Vec::new());
        for (id, to, reason) in &receipt.results {
            // A record that is lost here has no row to move; the receipt's whole text is kept.
            let Some(state) = rows::state(&self.connection, *id)? else { continue };
            if state == RecordState::Sealed {
                // A receipt proves what no read-back was remembered for.
                delivered.push((*id, RecordState::Delivered, None));
            }
            let waits = matches!(state, RecordState::Sealed | RecordState::Delivered);
            // What the centre signs counts for more than what was read from its paper.
            let from_paper = only_paper && matches!(state, RecordState::Received | RecordState::Retake);
            if waits || from_paper && *to != state {
                moves.push((*id, *to, reason.clone()));
            }
        }
        let mut whats = vec![What::ReceiptTaken {
            bundle_sha256: receipt.bundle_sha256,
            centre: receipt.centre.clone(),
            body: receipt.body.clone(),
            signature: receipt.signature.clone(),
            second: None,
        }];
        delivered.extend(moves);
        whats.extend(self.moves(&delivered)?);
        self.commit_and_copy(whats, by, now, |_| Ok(()))
    }

    /// All bundles, oldest first.
    pub fn bundles(&self) -> Result<Vec<BundleRow>, StoreError> {
        let mut select = self.connection.prepare("SELECT body FROM bundle ORDER BY sequence")?;
        let bodies = select.query_map([], |row| row.get::<_, String>(0))?;
        bodies.map(|body| from_json(&body?, "bundle")).collect()
    }

    /// How many of them no copy was read back of.
    pub fn bundles_waiting(&self) -> Result<usize, StoreError> {
        let mut select =
            self.connection.prepare_cached("SELECT count(*) FROM bundle WHERE body ->> '$.delivered' IS NULL")?;
        Ok(select.query_row([], |row| row.get::<_, u32>(0))? as usize)
    }

    pub fn bundle(&self, sequence: u64) -> Result<BundleRow, StoreError> {
        let body: Option<String> = self
            .connection
            .query_row("SELECT body FROM bundle WHERE sequence = ?1", [Count(sequence)], |row| row.get(0))
            .optional()?;
        let body = body.ok_or_else(|| StoreError::new(StoreFault::Other, format!("there is no bundle {sequence}")))?;
        from_json(&body, "bundle")
    }

    /// The bundle whose payload has this hash.
    pub fn bundle_by_hash(&self, sha256: ContentHash) -> Result<Option<BundleRow>, StoreError> {
        let body: Option<String> = self
            .connection
            .query_row("SELECT body FROM bundle WHERE sha256 = ?1", [sha256.0], |row| row.get(0))
            .optional()?;
        body.map(|body| from_json(&body, "bundle")).transpose()
    }

    /// Receipts for a bundle, oldest first: text and signature.
    pub fn receipts(&self, bundle_sha256: ContentHash) -> Result<Vec<(String, String)>, StoreError> {
        let mut select = self
            .connection
            .prepare_cached("SELECT body, signature FROM receipt WHERE bundle_sha256 = ?1 ORDER BY event")?;
        let found = select.query_map([bundle_sha256.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}
