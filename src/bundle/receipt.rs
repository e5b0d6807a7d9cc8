//! The centre's signed answer to one bundle, and what it means for the station's records.

use serde::{Deserialize, Serialize};

use super::FORMAT;
use super::error::{BundleError, Result, refuse};
use super::keys::{Signer, VerifyKey};
use super::lines::MAX_REASON_CHARS;
use super::names::is_station;
use crate::domain::fault::BundleFault;
use crate::domain::ids::{ContentHash, RecordId};
pub use crate::domain::receipts::ReceiptResult;
use crate::domain::record::RecordState;
use crate::domain::time::WallTime;

/// Most bytes of a receipt: the largest bundle's, with a long reason for every record.
pub const MAX_RECEIPT_BYTES: u64 = 1 << 24;
/// The signature's first line, which minisign does not sign.
const UNTRUSTED: &str = "signature of a receipt";

/// What the centre says about one bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub format: u32,
    /// The centre's name.
    pub centre: String,
    pub bundle_sha256: ContentHash,
    /// Minisign key id of the station that sealed it.
    pub station: String,
    pub sequence: u64,
    /// RFC 3339, UTC.
    pub made_at: String,
    pub records: Vec<ReceiptLine>,
}

/// What the centre says about one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptLine {
    pub record_id: RecordId,
    pub photo_sha256: ContentHash,
    pub result: ReceiptResult,
    /// For rejected and retake: why, in a few words.
    pub reason: Option<String>,
}

/// A receipt as it travels: the JSON file and its signature file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedReceipt {
    pub json: String,
    /// The text of the file with `.minisig` added to the name.
    pub minisig: String,
}

/// One record's move that a receipt asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub record: RecordId,
    pub to: RecordState,
    pub result: ReceiptResult,
    pub reason: Option<String>,
}

/// What the station remembers of a bundle that it sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentBundle {
    pub sha256: ContentHash,
    pub station: String,
    pub sequence: u64,
    pub records: Vec<(RecordId, ContentHash)>,
}

impl Receipt {
    fn comment(&self) -> String {
        format!("tucai-receipt format={} bundle={} made_at={}", self.format, self.bundle_sha256, self.made_at)
    }

    /// Signs with the centre's key.
    pub fn sign(&self, signer: &Signer) -> Result<SignedReceipt> {
        self.check()?;
        let json = serde_json::to_string_pretty(self);
        let mut json = json.map_err(|error| BundleError::refused(BundleFault::BadReceipt, error.to_string()))?;
        json.push('\n');
        let minisig = signer.sign(json.as_bytes(), &self.comment(), UNTRUSTED)?;
        Ok(SignedReceipt { json, minisig })
    }

    /// Reads a receipt that `key` signed. The signature is checked before a byte of the text is understood.
    pub fn verify(signed: &SignedReceipt, key: &VerifyKey) -> Result<Self> {
        let bad = |what: &str| BundleError::refused(BundleFault::BadReceipt, what);
        if signed.json.len() as u64 > MAX_RECEIPT_BYTES || signed.minisig.len() > 1 << 14 {
            return Err(bad("the receipt is larger than a receipt can be"));
        }
        let signature = minisign::SignatureBox::from_string(&signed.minisig);
        let signature = signature.ok().ok_or_else(|| bad("the signature file cannot be read"))?;
        if !key.verifies(&signature, signed.json.as_bytes()) {
            return Err(bad("the receipt is not signed by the enrolled centre"));
        }
        let layout: Layout =
            serde_json::from_str(&signed.json).ok().ok_or_else(|| bad("the receipt names no layout"))?;
        if layout.format > FORMAT {
            return refuse(BundleFault::NewerFormat, format!("the receipt has layout {}", layout.format));
        }
        let receipt: Self = serde_json::from_str(&signed.json).ok().ok_or_else(|| bad("the receipt cannot be read"))?;
        receipt.check()?;
        if signature.trusted_comment().ok() == Some(receipt.comment()) {
            Ok(receipt)
        } else {
            Err(bad("the signature's comment is not the receipt's"))
        }
    }

    fn check(&self) -> Result<()> {
        let printable = |text: &str| text.chars().count() <= MAX_REASON_CHARS && !text.chars().any(char::is_control);
        let reasons = self.records.iter().filter_map(|line| line.reason.as_deref());
        let mut ids: Vec<_> = self.records.iter().map(|line| line.record_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let readable = self.format == FORMAT
            && printable(&self.centre)
            && is_station(&self.station)
            && reasons.into_iter().all(printable)
            && ids.len() == self.records.len()
            && WallTime::from_rfc3339(&self.made_at, 0).is_some();
        if readable { Ok(()) } else { refuse(BundleFault::BadReceipt, "the receipt has values that cannot be right") }
    }

    /// The moves that this receipt asks for. It must answer exactly this bundle, and name only records of it with
    /// the pictures that were sent.
    pub fn outcomes(&self, sent: &SentBundle) -> Result<Vec<Outcome>> {
        let same = (self.bundle_sha256, self.station.as_str(), self.sequence);
        if same != (sent.sha256, sent.station.as_str(), sent.sequence) {
            return refuse(BundleFault::BadReceipt, "the receipt answers another bundle");
        }
        if let Some(line) =
            self.records.iter().find(|line| !sent.records.contains(&(line.record_id, line.photo_sha256)))
        {
            return refuse(BundleFault::BadReceipt, format!("{} was not sent in this bundle", line.record_id));
        }
        let outcome = |line: &ReceiptLine| Outcome {
            record: line.record_id,
            to: line.result.state(),
            result: line.result,
            reason: line.reason.clone(),
        };
        Ok(self.records.iter().map(outcome).collect())
    }
}

#[derive(Deserialize)]
struct Layout {
    format: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt() -> Receipt {
        Receipt {
            format: 1,
            centre: String::from("采集中心"),
            bundle_sha256: ContentHash([9; 32]),
            station: String::from("0123456789ABCDEF"),
            sequence: 3,
            made_at: String::from("2026-06-01T00:00:00.000Z"),
            records: vec![ReceiptLine {
                record_id: RecordId::from_parts(1, [1; 10]),
                photo_sha256: ContentHash([1; 32]),
                result: ReceiptResult::Retake,
                reason: Some(String::from("闭眼")),
            }],
        }
    }

    fn sent() -> SentBundle {
        let line = &receipt().records[0];
        SentBundle {
            sha256: ContentHash([9; 32]),
            station: String::from("0123456789ABCDEF"),
            sequence: 3,
            records: vec![(line.record_id, line.photo_sha256)],
        }
    }

    #[test]
    fn a_signed_receipt_comes_back_and_moves_its_records() {
        let centre = Signer::generate().unwrap();
        let signed = receipt().sign(&centre).unwrap();
        let read = Receipt::verify(&signed, centre.public()).unwrap();
        assert_eq!(read, receipt());
        assert_eq!(read.outcomes(&sent()).unwrap()[0].to, RecordState::Retake);
    }

    #[test]
    fn another_key_and_every_changed_byte_are_refused() {
        let centre = Signer::generate().unwrap();
        let signed = receipt().sign(&centre).unwrap();
        assert!(Receipt::verify(&signed, Signer::generate().unwrap().public()).is_err());
        for at in 0..signed.json.len() {
            let mut bytes = signed.json.clone().into_bytes();
            bytes[at] ^= 1;
            let Ok(json) = String::from_utf8(bytes) else { continue };
            assert!(Receipt::verify(&SignedReceipt { json, ..signed.clone() }, centre.public()).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_receipt_for_other_bundles_or_pictures_moves_nothing() {
        let others = [
            SentBundle { sha256: ContentHash([8; 32]), ..sent() },
            SentBundle { sequence: 4, ..sent() },
            SentBundle { records: vec![(receipt().records[0].record_id, ContentHash([2; 32]))], ..sent() },
        ];
        for other in others {
            assert_eq!(receipt().outcomes(&other).unwrap_err().fault(), BundleFault::BadReceipt);
        }
    }

    #[test]
    fn a_newer_layout_is_named() {
        let centre = Signer::generate().unwrap();
        let json = String::from("{\"format\":2}");
        let minisig = centre.sign(json.as_bytes(), "tucai-receipt", UNTRUSTED).unwrap();
        let newer = Receipt::verify(&SignedReceipt { json, minisig }, centre.public());
        assert_eq!(newer.unwrap_err().fault(), BundleFault::NewerFormat);
    }
}
