//! What the centre can answer about a record, what it has answered to each bundle, and an answer on paper: what is typed
//! from it, what it fits, why not. Values only; signed receipts are the bundle's own matter.

use serde::{Deserialize, Serialize};

use super::ids::{SessionId, ShotNumber};
use super::record::RecordState;
use super::time::WallTime;

/// Fewest hex digits of a bundle's hash that stand on a paper: two of a station's bundles never share so many.
pub const PAPER_DIGITS: usize = 8;
/// Most characters of the centre's name.
pub const CENTRE_CHARS: usize = 60;

/// What the centre says about one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReceiptResult {
    Accepted,
    /// The same picture of the same record came with an earlier bundle.
    Duplicate,
    /// Not taken as it came: the same file is sent again.
    Rejected,
    /// The person must be photographed again.
    Retake,
}

impl ReceiptResult {
    /// The state that the record reaches.
    pub const fn state(self) -> RecordState {
        match self {
            Self::Accepted | Self::Duplicate => RecordState::Received,
            Self::Rejected => RecordState::Resend,
            Self::Retake => RecordState::Retake,
        }
    }
}

/// One bundle and what became of its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleStanding {
    pub sequence: u64,
    pub session: SessionId,
    pub file_name: String,
    pub made_at: WallTime,
    /// A copy was read back.
    pub delivered: bool,
    /// All that were sealed in it.
    pub records: usize,
    /// No answer yet.
    pub waiting: usize,
    pub received: usize,
    pub retake: usize,
    pub resend: usize,
    pub signed_receipts: usize,
    pub paper_receipts: usize,
}

/// A receipt on paper, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperReceipt {
    /// The beginning of the bundle's hash: at least [`PAPER_DIGITS`] hex digits, lower case.
    pub short: String,
    /// How many records the centre says to have received, those to be photographed again included.
    pub records: usize,
    /// Whom the centre wants to be photographed again.
    pub retake: Vec<ShotNumber>,
    /// The centre's name on it.
    pub centre: String,
}

/// What was typed cannot stand on a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaperTyping {
    Short,
    Count,
    Centre,
    /// This is no shot number.
    Shot(String),
}

/// Why a paper is not taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaperRefusal {
    /// No bundle's hash begins so.
    NoBundle,
    /// Nothing of this bundle waits for an answer.
    Answered { sequence: u64 },
    /// The bundle holds another number of records.
    OtherCount { typed: usize, sealed: usize },
    /// This one does not wait for an answer in this bundle.
    NotWaiting(ShotNumber),
    /// A station without operators has nobody whose PIN counts, or the two are one.
    NeedsTwo,
}

/// The bundle that a paper is about, and what it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperMatch {
    pub sequence: u64,
    pub file_name: String,
    pub received: usize,
    pub retake: usize,
    /// Withdrawn, replaced or answered before: they stay as they are.
    pub unchanged: usize,
}

impl PaperReceipt {
    /// Reads what was typed; blanks and full width digits do no harm.
    pub fn read(short: &str, records: &str, retake: &str, centre: &str) -> Result<Self, PaperTyping> {
        let short: String = folded(short).chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let short = short.to_ascii_lowercase();
        if !(PAPER_DIGITS..=64).contains(&short.len()) || !short.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(PaperTyping::Short);
        }
        let records = folded(records).trim().parse().ok().filter(|&records: &usize| records > 0);
        let records = records.ok_or(PaperTyping::Count)?;
        let centre = centre.trim().to_owned();
        if centre.is_empty() || centre.chars().count() > CENTRE_CHARS || centre.chars().any(char::is_control) {
            return Err(PaperTyping::Centre);
        }
        let retake = folded(retake).to_ascii_uppercase();
        let words = retake.split(|c: char| c.is_whitespace() || ",;、，；".contains(c)).filter(|word| !word.is_empty());
        let mut shots = Vec::new();
        for word in words {
            let shot = word.parse().ok().ok_or_else(|| PaperTyping::Shot(word.to_owned()))?;
            if !shots.contains(&shot) {
                shots.push(shot);
            }
        }
        Ok(Self { short, records, retake: shots, centre })
    }
}

/// Full width letters, digits and signs as their ASCII ones.
fn folded(text: &str) -> String {
    let fold = |c: char| match u32::from(c) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(c),
        _ => c,
    };
    text.chars().map(fold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hands_type_is_read() {
        let read = PaperReceipt::read(" 3F9A 01cd", "４０", "a-0003、A-0017 A-0003", " 采集中心 ").unwrap();
        let shots: Vec<String> = read.retake.iter().map(ToString::to_string).collect();
        assert_eq!((read.short.as_str(), read.records, read.centre.as_str()), ("3f9a01cd", 40, "采集中心"));
        assert_eq!(shots, ["A-0003", "A-0017"]);
        assert_eq!(PaperReceipt::read("ＡＢＣＤ００１２", "1", "", "c").unwrap().short, "abcd0012");
    }

    #[test]
    fn what_cannot_stand_on_a_paper_is_named() {
        let read = |short, count, retake, centre| PaperReceipt::read(short, count, retake, centre).unwrap_err();
        assert_eq!(read("3f9a01c", "1", "", "c"), PaperTyping::Short);
        assert_eq!(read("3f9a01cg", "1", "", "c"), PaperTyping::Short);
        assert_eq!(PaperReceipt::read(&"a".repeat(65), "1", "", "c").unwrap_err(), PaperTyping::Short);
        for count in ["", "0", "-1", "many"] {
            assert_eq!(read("3f9a01cd", count, "", "c"), PaperTyping::Count);
        }
        assert_eq!(read("3f9a01cd", "1", "", "  "), PaperTyping::Centre);
        assert_eq!(read("3f9a01cd", "1", "A-0001 B7", "c"), PaperTyping::Shot(String::from("B7")));
    }
}
