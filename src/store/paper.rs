//! Receipts on paper, for a centre that signs none: two people vouch for what stands on it. And how each bundle
//! stands, whatever kind of receipt it had.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params;
use serde_json::{Value, json};

use super::error::StoreError;
use super::event::What;
use super::rows::{self, Count, from_word};
use super::station::Store;
use super::values::{BundleRow, RecordSummary};
use crate::domain::ids::{ContentHash, ShotNumber};
use crate::domain::operator::Right;
use crate::domain::receipts::{BundleStanding, PaperMatch, PaperReceipt, PaperRefusal};
use crate::domain::record::RecordState;
use crate::domain::time::WallTime;

/// The layout of the text that stands in the journal.
const FORMAT: u32 = 1;

impl Store {
    /// Every bundle and what became of its records, newest first.
    pub fn bundle_standings(&self) -> Result<Vec<BundleStanding>, StoreError> {
        let mut states: BTreeMap<u64, Vec<(RecordState, usize)>> = BTreeMap::new();
        let mut select = self.connection.prepare_cached(
            "SELECT bundle_record.bundle, state, count(*) FROM bundle_record \
             JOIN record ON record.id = bundle_record.record_id GROUP BY bundle_record.bundle, state",
        )?;
        let mut found = select.query([])?;
        while let Some(row) = found.next()? {
            let count = row.get::<_, Count>(2)?.0 as usize;
            states.entry(row.get::<_, Count>(0)?.0).or_default().push((from_word(row.get(1)?, "state")?, count));
        }
        let mut standings = Vec::new();
        for bundle in self.bundles()?.into_iter().rev() {
            let states = states.remove(&bundle.sequence).unwrap_or_default();
            let count = |wanted: fn(RecordState) -> bool| {
                states.iter().filter(|(state, _)| wanted(*state)).map(|(_, count)| count).sum()
            };
            let (signed_receipts, paper_receipts) = self.receipt_counts(bundle.sha256)?;
            standings.push(BundleStanding {
                sequence: bundle.sequence,
                waiting: count(waits),
                received: count(|state| state == RecordState::Received),
                retake: count(|state| state == RecordState::Retake),
                resend: count(|state| state == RecordState::Resend),
                records: bundle.records.len(),
                session: bundle.session,
                file_name: bundle.file_name,
                made_at: bundle.made_at,
                delivered: bundle.delivered.is_some(),
                signed_receipts,
                paper_receipts,
            });
        }
        Ok(standings)
    }

    /// How many receipts a bundle had: signed ones, and those on paper.
    pub(super) fn receipt_counts(&self, bundle: ContentHash) -> Result<(usize, usize), StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT count(*) FILTER (WHERE signature <> ''), count(*) FILTER (WHERE signature = '') \
             FROM receipt WHERE bundle_sha256 = ?1",
        )?;
        let counts = select.query_row(params![bundle.0], |row| {
            Ok((row.get::<_, Count>(0)?.0 as usize, row.get::<_, Count>(1)?.0 as usize))
        });
        Ok(counts?)
    }

    /// Which bundle a paper is about and what it would change; changes nothing.
    pub fn look_at_paper(&self, paper: &PaperReceipt) -> Result<Result<PaperMatch, PaperRefusal>, StoreError> {
        Ok(self.judge_paper(paper)?.map(|judged| judged.found))
    }

    /// Takes a paper in on the word of a manager and a second person, whose PINs were checked: the journal keeps what
    /// was typed and who vouches, and each record of the bundle that waits for an answer is received, or is to be
    /// photographed again.
    pub fn take_paper(
        &mut self,
        paper: &PaperReceipt,
        by: u32,
        second: u32,
        now: WallTime,
    ) -> Result<Result<PaperMatch, PaperRefusal>, StoreError> {
        self.writable()?;
        if !self.has_operators()? || by == second {
            return Ok(Err(PaperRefusal::NeedsTwo));
        }
        self.permit(by, Right::Keys)?;
        self.permit(second, Right::Second)?;
        let judged = match self.judge_paper(paper)? {
            Ok(judged) => judged,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let body = json!({
            "format": FORMAT,
            "receipt": "paper",
            "hash": paper.short,
            "records": paper.records,
            "retake": paper.retake,
        });
        // A receipt proves what no read-back was remembered for. Like moves stand together: one line holds many.
        let sealed = judged.waiting.iter().filter(|(record, _)| record.state == RecordState::Sealed);
        let mut delivered: Vec<_> = sealed.map(|(record, _)| (record.id, RecordState::Delivered, None)).collect();
        let mut moves: Vec<_> = judged.waiting.into_iter().map(|(record, to)| (record.id, to, None)).collect();
        moves.sort_by_key(|(_, to, _)| *to != RecordState::Received);
        let mut whats = vec![What::ReceiptTaken {
            bundle_sha256: judged.bundle.sha256,
            centre: paper.centre.clone(),
            body: body.to_string(),
            signature: String::new(),
            second: Some(second),
        }];
        delivered.extend(moves);
        whats.extend(self.moves(&delivered)?);
        self.commit_and_copy(whats, by, now, |_| Ok(()))?;
        Ok(Ok(judged.found))
    }

    fn judge_paper(&self, paper: &PaperReceipt) -> Result<Result<Judged, PaperRefusal>, StoreError> {
        let bundles = self.bundles()?;
        let mut like = bundles.into_iter().filter(|bundle| bundle.sha256.to_string().starts_with(&paper.short));
        // Two bundles that share eight digits are not told apart by them.
        let (Some(bundle), None) = (like.next(), like.next()) else { return Ok(Err(PaperRefusal::NoBundle)) };
        if bundle.records.len() != paper.records {
            let sealed = bundle.records.len();
            return Ok(Err(PaperRefusal::OtherCount { typed: paper.records, sealed }));
        }
        let mut retake: BTreeSet<_> = paper.retake.iter().copied().collect();
        let (mut waiting, mut unchanged) = (Vec::new(), 0);
        for id in &bundle.records {
            // What was answered before stays so, and a record that is lost here has no row to move.
            if !rows::state(&self.connection, *id)?.is_some_and(waits) {
                unchanged += 1;
                continue;
            }
            let record = self.summary(*id)?;
            let again = retake.remove(&record.shot);
            waiting.push((record, if again { RecordState::Retake } else { RecordState::Received }));
        }
        if waiting.is_empty() {
            return Ok(Err(PaperRefusal::Answered { sequence: bundle.sequence }));
        }
        if let Some(shot) = retake.first() {
            return Ok(Err(PaperRefusal::NotWaiting(*shot)));
        }
        let retake = waiting.iter().filter(|(_, to)| *to == RecordState::Retake).count();
        let found = PaperMatch {
            sequence: bundle.sequence,
            file_name: bundle.file_name.clone(),
            received: waiting.len() - retake,
            retake,
            unchanged,
        };
        Ok(Ok(Judged { bundle, waiting, found }))
    }
}

/// Whom a paper, as the journal keeps it, wants to be photographed again.
pub(super) fn retakes_of(body: &str) -> Option<Vec<ShotNumber>> {
    serde_json::from_str::<Value>(body)
        .ok()?
        .get("retake")?
        .as_array()?
        .iter()
        .map(|shot| shot.as_str()?.parse().ok())
        .collect()
}

/// What a paper comes to.
struct Judged {
    bundle: BundleRow,
    /// Records that wait for an answer, and where they go.
    waiting: Vec<(RecordSummary, RecordState)>,
    found: PaperMatch,
}

/// It left, and nothing came back yet.
const fn waits(state: RecordState) -> bool {
    matches!(state, RecordState::Sealed | RecordState::Delivered)
}
