//! From the corrected data codewords of a QR symbol to its segments: the one parser behind every reader.
//!
//! ISO/IEC 18004, 7.4. Modes that change what the bytes mean (FNC1) or that need other symbols (structured append)
//! are refused by name, never guessed.

use crate::domain::code::{CodeError, Segment, SegmentMode};

const ALPHANUMERIC: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// Why codewords hold no code that this program takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SegmentError {
    #[error("the symbol ends in the middle of a segment")]
    Truncated,
    #[error("the symbol is one part of a code spread over several symbols (structured append)")]
    StructuredAppend,
    #[error("the symbol is a trade code (FNC1), in which some characters stand for others")]
    Fnc1,
    #[error("the symbol uses the Hanzi mode of GB/T 18284, which no reader agrees on")]
    Hanzi,
    #[error("the symbol has a segment of unknown mode {mode:#06b}")]
    UnknownMode { mode: u8 },
    #[error("a segment holds a group that stands for no character")]
    BadGroup,
    #[error(transparent)]
    Code(#[from] CodeError),
}

/// Parses the data codewords of a symbol of `version` (1 to 40), error-correction codewords already removed.
pub fn segments(codewords: &[u8], version: u8) -> Result<Vec<Segment>, SegmentError> {
    let mut bits = Bits { bytes: codewords, position: 0 };
    let mut found = Vec::new();
    while bits.left() >= 4 {
        let segment = match bits.take(4)? {
            0b0000 => break,
            0b0001 => numeric(&mut bits, version)?,
            0b0010 => alphanumeric(&mut bits, version)?,
            0b0100 => bytes(&mut bits, version)?,
            0b1000 => kanji(&mut bits, version)?,
            0b0111 => eci(&mut bits)?,
            0b0011 => return Err(SegmentError::StructuredAppend),
            0b0101 | 0b1001 => return Err(SegmentError::Fnc1),
            0b1101 => return Err(SegmentError::Hanzi),
            mode => return Err(SegmentError::UnknownMode { mode: mode as u8 }),
        };
        found.push(segment);
    }
    Ok(found)
}

/// Number of bits of a segment's character count: for versions 1 to 9, 10 to 26, 27 to 40 (table 3).
fn count_bits(version: u8, widths: [u32; 3]) -> u32 {
    match version {
        0..=9 => widths[0],
        10..=26 => widths[1],
        _ => widths[2],
    }
}

fn numeric(bits: &mut Bits<'_>, version: u8) -> Result<Segment, SegmentError> {
    let mut left = bits.take(count_bits(version, [10, 12, 14]))?;
    let mut digits = Vec::with_capacity(left as usize);
    while left > 0 {
        let (group, width, limit) = match left {
            1 => (1, 4, 10),
            2 => (2, 7, 100),
            _ => (3, 10, 1000),
        };
        let value = bits.take(width)?;
        if value >= limit {
            return Err(SegmentError::BadGroup);
        }
        let text = [b'0' + (value / 100) as u8, b'0' + (value / 10 % 10) as u8, b'0' + (value % 10) as u8];
        digits.extend_from_slice(&text[3 - group as usize..]);
        left -= group;
    }
    Ok(Segment { mode: SegmentMode::Numeric, bytes: digits })
}

fn alphanumeric(bits: &mut Bits<'_>, version: u8) -> Result<Segment, SegmentError> {
    let mut left = bits.take(count_bits(version, [9, 11, 13]))?;
    let mut characters = Vec::with_capacity(left as usize);
    let character = |value: u32| ALPHANUMERIC.get(value as usize).copied().ok_or(SegmentError::BadGroup);
    while left > 1 {
        let value = bits.take(11)?;
        characters.push(character(value / 45)?);
        characters.push(character(value % 45)?);
        left -= 2;
    }
    if left == 1 {
        characters.push(character(bits.take(6)?)?);
    }
    Ok(Segment { mode: SegmentMode::Alphanumeric, bytes: characters })
}

fn bytes(bits: &mut Bits<'_>, version: u8) -> Result<Segment, SegmentError> {
    let count = bits.take(count_bits(version, [8, 16, 16]))?;
    let bytes = (0..count).map(|_| bits.take(8).map(|byte| byte as u8)).collect::<Result<_, _>>()?;
    Ok(Segment { mode: SegmentMode::Byte, bytes })
}

fn kanji(bits: &mut Bits<'_>, version: u8) -> Result<Segment, SegmentError> {
    let count = bits.take(count_bits(version, [8, 10, 12]))?;
    let mut bytes = Vec::with_capacity(2 * count as usize);
    for _ in 0..count {
        let value = bits.take(13)?;
        let packed = ((value / 0xc0) << 8) | (value % 0xc0);
        let offset = if packed <= 0x9ffc - 0x8140 { 0x8140 } else { 0xc140 };
        bytes.extend_from_slice(&((packed + offset) as u16).to_be_bytes());
    }
    Ok(Segment { mode: SegmentMode::Kanji, bytes })
}

/// The designator's assignment number, big endian without leading zero bytes.
fn eci(bits: &mut Bits<'_>) -> Result<Segment, SegmentError> {
    let first = bits.take(8)?;
    let number = match first {
        0x00..=0x7f => first,
        0x80..=0xbf => ((first & 0x3f) << 8) | bits.take(8)?,
        0xc0..=0xdf => ((first & 0x1f) << 16) | bits.take(16)?,
        _ => return Err(SegmentError::BadGroup),
    };
    let bytes = number.to_be_bytes();
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(3);
    Ok(Segment { mode: SegmentMode::Eci, bytes: bytes[start..].to_vec() })
}

/// Reads bits from the most significant one on.
struct Bits<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl Bits<'_> {
    fn left(&self) -> usize {
        self.bytes.len() * 8 - self.position
    }

    fn take(&mut self, count: u32) -> Result<u32, SegmentError> {
        if self.left() < count as usize {
            return Err(SegmentError::Truncated);
        }
        let mut value = 0;
        for _ in 0..count {
            let byte = self.bytes[self.position / 8];
            value = (value << 1) | u32::from((byte >> (7 - self.position % 8)) & 1);
            self.position += 1;
        }
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_that_change_the_meaning_are_refused_by_name() {
        assert_eq!(segments(&[0b0011_0000, 0, 0, 0], 1), Err(SegmentError::StructuredAppend));
        assert_eq!(segments(&[0b0101_0000, 0, 0, 0], 1), Err(SegmentError::Fnc1));
        assert_eq!(segments(&[0b1001_0000, 0, 0, 0], 1), Err(SegmentError::Fnc1));
        assert_eq!(segments(&[0b1101_0000, 0, 0, 0], 1), Err(SegmentError::Hanzi));
        assert_eq!(segments(&[0b1110_0000, 0, 0, 0], 1), Err(SegmentError::UnknownMode { mode: 0b1110 }));
    }

    #[test]
    fn a_segment_longer_than_the_symbol_is_refused() {
        assert_eq!(segments(&[0b0100_1111, 0b1111_0000, 0], 1), Err(SegmentError::Truncated));
        assert_eq!(segments(&[0b0001_1111, 0b1111_1100], 1), Err(SegmentError::Truncated));
    }

    #[test]
    fn groups_that_stand_for_nothing_are_refused() {
        // Numeric, one digit, value 15.
        assert_eq!(segments(&[0b0001_0000, 0b0000_0111, 0b1100_0000], 1), Err(SegmentError::BadGroup));
    }

    #[test]
    fn a_symbol_without_segments_is_empty() {
        assert_eq!(segments(&[0, 236, 17], 1), Ok(Vec::new()));
        assert_eq!(segments(&[], 1), Ok(Vec::new()));
    }

    #[test]
    fn designators_of_every_length_are_read() {
        let number = |bytes: &[u8]| segments(bytes, 1).unwrap()[0].bytes.clone();
        assert_eq!(number(&[0b0111_0001, 0b1010_0000]), vec![26]);
        assert_eq!(number(&[0b0111_1011, 0b1111_1111, 0b1111_0000]), vec![0x3f, 0xff]);
        assert_eq!(number(&[0b0111_1100, 0b1111_0100, 0b0010_0011, 0b1111_0000]), vec![0x0f, 0x42, 0x3f]);
    }
}
