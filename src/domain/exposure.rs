//! A fingerprint of one exposure, to tell a picture that was there before from a new one, and the fingerprints of the
//! pictures that stand.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::code::CodeDigest;
use super::ids::{ContentHash, RecordId};

/// Coarse structure of a picture in 256 bits: whether each place is darker than the next. It tells pictures apart, not
/// people, and lies sealed beside the picture that it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ExposureHash([u64; 4]);

impl ExposureHash {
    pub const fn from_bits(bits: [u64; 4]) -> Self {
        Self(bits)
    }

    /// Bits that differ, percent: 0 is the same exposure, about 50 has nothing in common.
    pub fn difference_percent(self, other: Self) -> f32 {
        let differing: u32 = self.0.iter().zip(other.0).map(|(a, b)| (a ^ b).count_ones()).sum();
        differing as f32 / 2.56
    }
}

/// 64 hex digits.
impl fmt::Display for ExposureHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|word| write!(f, "{word:016x}"))
    }
}

/// A text that is no fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an exposure's fingerprint has 64 hex digits")]
pub struct NoExposure;

impl TryFrom<String> for ExposureHash {
    type Error = NoExposure;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes: [u8; 32] = hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(NoExposure)?;
        let mut bits = [0; 4];
        for (word, eight) in bits.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = eight.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
        }
        Ok(Self(bits))
    }
}

impl From<ExposureHash> for String {
    fn from(hash: ExposureHash) -> Self {
        hash.to_string()
    }
}

/// A picture that was stored, as far as another one can repeat it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptExposure {
    pub record: RecordId,
    pub subject: CodeDigest,
    /// Of the camera's or file's bytes.
    pub original: ContentHash,
    /// `None` in records of earlier versions, and where no face was found.
    pub exposure: Option<ExposureHash>,
}

/// The pictures that stand in the open session: durable, and neither withdrawn nor refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeptExposures(BTreeMap<RecordId, KeptExposure>);

impl KeptExposures {
    pub fn keep(&mut self, kept: KeptExposure) {
        self.0.insert(kept.record, kept);
    }

    pub fn forget(&mut self, record: RecordId) {
        self.0.remove(&record);
    }

    /// Pictures of everybody else: another one of the same subject repeats nothing.
    pub fn of_others(&self, subject: CodeDigest) -> Vec<KeptExposure> {
        self.0.values().filter(|kept| kept.subject != subject).copied().collect()
    }
}

impl FromIterator<KeptExposure> for KeptExposures {
    fn from_iter<I: IntoIterator<Item = KeptExposure>>(kept: I) -> Self {
        Self(kept.into_iter().map(|kept| (kept.record, kept)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn difference_counts_bits() {
        let one = ExposureHash::from_bits([0, u64::MAX, 7, 0]);
        assert_eq!(one.difference_percent(one), 0.0);
        assert_eq!(one.difference_percent(ExposureHash::from_bits([0, 0, 7, 0])), 25.0);
        assert_eq!(one.difference_percent(ExposureHash::from_bits([u64::MAX, 0, !7, u64::MAX])), 100.0);
    }

    #[test]
    fn a_fingerprint_is_written_and_read_again() {
        let one = ExposureHash::from_bits([1, u64::MAX, 0x0123_4567_89ab_cdef, 0]);
        let text = serde_json::to_string(&one).unwrap();
        assert_eq!(text.len(), 66);
        assert_eq!(serde_json::from_str::<ExposureHash>(&text).unwrap(), one);
        assert!(serde_json::from_str::<ExposureHash>("\"0123\"").is_err());
    }

    #[test]
    fn only_pictures_that_stand_of_others_are_compared() {
        let kept = |n: u8| KeptExposure {
            record: RecordId::from_parts(1, [n; 10]),
            subject: CodeDigest::from_bytes([n; 32]),
            original: ContentHash([n; 32]),
            exposure: None,
        };
        let mut all: KeptExposures = [kept(1), kept(2)].into_iter().collect();
        all.keep(kept(3));
        assert_eq!(all.of_others(kept(1).subject), [kept(2), kept(3)]);
        all.forget(kept(2).record);
        assert_eq!(all.of_others(kept(1).subject), [kept(3)]);
    }
}
