//! What a centre remembers of the bundles it has read, so that reading one twice changes nothing, a forked or
//! replayed number is refused and a lost stick is noticed.
//!
//! One JSON line per bundle. Who keeps the file is the caller's matter.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::error::{Result, refuse};
use super::lines::read_lines;
use super::open::Contents;
use super::receipt::{ReceiptLine, ReceiptResult};
use super::{FORMAT, lines};
use crate::domain::fault::BundleFault;
use crate::domain::ids::{ContentHash, RecordId};

/// One bundle that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerLine {
    pub format: u32,
    pub bundle_sha256: ContentHash,
    pub station: String,
    pub sequence: u64,
    pub previous: Option<ContentHash>,
    pub records: Vec<(RecordId, ContentHash)>,
}

impl LedgerLine {
    pub fn of(contents: &Contents) -> Self {
        Self {
            format: FORMAT,
            bundle_sha256: contents.outside.sha256,
            station: contents.info.name.station.clone(),
            sequence: contents.info.name.sequence,
            previous: contents.info.previous,
            records: contents.records.iter().map(|record| (record.record_id, record.photo_sha256)).collect(),
        }
    }

    /// The line with its line feed.
    pub fn to_text(&self) -> Result<String> {
        lines::to_line(self)
    }
}

/// All bundles that were read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    bundles: Vec<LedgerLine>,
}

/// What the ledger says about one more bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    pub lines: Vec<ReceiptLine>,
    /// Numbers of this station's earlier bundles that never arrived.
    pub missing: Vec<u64>,
    /// It was read before: nothing needs to be remembered.
    pub known: bool,
}

impl Ledger {
    pub fn from_text(text: &[u8]) -> Result<Self> {
        Ok(Self { bundles: read_lines(text, "the ledger")? })
    }

    /// Remembers a bundle.
    pub fn add(&mut self, line: LedgerLine) {
        self.bundles.push(line);
    }

    /// Judges a bundle that was opened and found right. A number that already stands for other contents, and a
    /// bundle whose predecessor is not the one that was read, are refused.
    pub fn judge(&self, bundle: &LedgerLine) -> Result<Judgement> {
        let station: BTreeMap<u64, &LedgerLine> = {
            let own = self.bundles.iter().filter(|line| line.station == bundle.station);
            own.map(|line| (line.sequence, line)).collect()
        };
        if station.get(&bundle.sequence).is_some_and(|line| line.bundle_sha256 != bundle.bundle_sha256) {
            return refuse(BundleFault::Conflict, "this number of the station stands for another bundle already");
        }
        let before = bundle.sequence.checked_sub(1).filter(|&sequence| sequence > 0);
        let chained = match before {
            None => bundle.previous.is_none(),
            Some(number) => station.get(&number).is_none_or(|line| Some(line.bundle_sha256) == bundle.previous),
        };
        let follows =
            station.get(&(bundle.sequence + 1)).is_none_or(|line| line.previous == Some(bundle.bundle_sha256));
        if !(chained && follows) {
            return refuse(BundleFault::Conflict, "the chain of the station's bundles does not fit this one");
        }
        let mut seen: BTreeMap<RecordId, (ContentHash, ContentHash)> = BTreeMap::new();
        for line in &self.bundles {
            for (record, photo) in &line.records {
                seen.entry(*record).or_insert((*photo, line.bundle_sha256));
            }
        }
        let have: BTreeSet<u64> = station.keys().copied().collect();
        Ok(Judgement {
            lines: bundle.records.iter().map(|record| receipt_line(*record, bundle.bundle_sha256, &seen)).collect(),
            missing: (1..bundle.sequence).filter(|number| !have.contains(number)).take(1000).collect(),
            known: have.contains(&bundle.sequence),
        })
    }
}

fn receipt_line(
    (record_id, photo_sha256): (RecordId, ContentHash),
    bundle: ContentHash,
    seen: &BTreeMap<RecordId, (ContentHash, ContentHash)>,
) -> ReceiptLine {
    let (result, reason) = match seen.get(&record_id) {
        // the first bundle read again gets the first answer again
        Some((photo, first)) if *photo == photo_sha256 && *first == bundle => (ReceiptResult::Accepted, None),
        Some((photo, _)) if *photo == photo_sha256 => (ReceiptResult::Duplicate, None),
        Some(_) => (ReceiptResult::Rejected, Some(String::from("another picture came under this record id"))),
        None => (ReceiptResult::Accepted, None),
    };
    ReceiptLine { record_id, photo_sha256, result, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(sequence: u64, mark: u8, previous: Option<u8>, records: &[(u8, u8)]) -> LedgerLine {
        LedgerLine {
            format: 1,
            bundle_sha256: ContentHash([mark; 32]),
            station: String::from("0123456789ABCDEF"),
            sequence,
            previous: previous.map(|mark| ContentHash([mark; 32])),
            records: records
                .iter()
                .map(|&(id, photo)| (RecordId::from_parts(u64::from(id), [id; 10]), ContentHash([photo; 32])))
                .collect(),
        }
    }

    fn results(ledger: &Ledger, line: &LedgerLine) -> Vec<ReceiptResult> {
        ledger.judge(line).unwrap().lines.iter().map(|line| line.result).collect()
    }

    #[test]
    fn reading_twice_gives_the_same_answer_and_resending_a_duplicate() {
        let mut ledger = Ledger::default();
        let first = bundle(1, 1, None, &[(1, 1), (2, 2)]);
        assert_eq!(results(&ledger, &first), [ReceiptResult::Accepted; 2]);
        ledger.add(first.clone());
        assert_eq!(results(&ledger, &first), [ReceiptResult::Accepted; 2]);
        assert!(ledger.judge(&first).unwrap().known);
        let second = bundle(2, 2, Some(1), &[(1, 1), (2, 9), (3, 3)]);
        let wanted = [ReceiptResult::Duplicate, ReceiptResult::Rejected, ReceiptResult::Accepted];
        assert_eq!(results(&ledger, &second), wanted);
        let text = [first.to_text().unwrap(), second.to_text().unwrap()].concat();
        assert_eq!(Ledger::from_text(text.as_bytes()).unwrap().bundles, [first, second]);
    }

    #[test]
    fn a_fork_is_refused_and_a_gap_is_named() {
        let mut ledger = Ledger::default();
        ledger.add(bundle(1, 1, None, &[]));
        for fork in [bundle(1, 7, None, &[]), bundle(2, 2, Some(7), &[]), bundle(2, 2, None, &[])] {
            assert_eq!(ledger.judge(&fork).unwrap_err().fault(), BundleFault::Conflict);
        }
        assert_eq!(ledger.judge(&bundle(4, 4, Some(3), &[])).unwrap().missing, [2, 3]);
        ledger.add(bundle(4, 4, Some(3), &[]));
        assert!(ledger.judge(&bundle(3, 3, Some(2), &[])).is_ok());
        assert!(ledger.judge(&bundle(3, 8, Some(2), &[])).is_err());
    }
}
