//! A fingerprint of one exposure, to tell a picture that was there before from a new one.

/// Coarse structure of a picture in 256 bits: whether each place is darker than the next. Kept in memory for the
/// session only; it tells pictures apart, not people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
}
