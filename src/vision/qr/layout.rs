//! Where everything stands in a symbol of each version: known patterns, format bits, the way of the codewords.
//!
//! ISO/IEC 18004, 6.3 and 7.7. Tables of blocks and of alignment patterns are rxing's; nothing here looks at pixels.

use std::sync::OnceLock;

use rxing::qrcode::common::{ErrorCorrectionLevel, Version};

use crate::domain::code::CorrectionLevel;

/// Modules of one version. Positions are `row * size + column`.
#[derive(Debug)]
pub(super) struct Layout {
    pub version: u8,
    /// Modules per side.
    pub size: usize,
    /// 1 dark, -1 light, 0 not known before reading; one per module.
    pub known: Vec<i8>,
    /// Positions of the bits of all codewords, eight each, in reading order.
    pub bits: Vec<u32>,
    /// Rows and columns of alignment patterns' centres; empty in version 1.
    pub centers: Vec<u32>,
}

/// Codewords of one error-correction block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// Indices into the codewords as they stand in the symbol: data first, then `parity` others.
    pub indices: Vec<u32>,
    pub parity: usize,
}

/// Version of a symbol with this many modules per side.
pub(super) fn version_of(size: usize) -> Option<u8> {
    let version = size.checked_sub(17)? / 4;
    ((1..=40).contains(&version) && version * 4 + 17 == size).then_some(version as u8)
}

/// The layout of a version from 1 to 40, made once.
pub(super) fn layout(version: u8) -> Option<&'static Layout> {
    static LAYOUTS: [OnceLock<Layout>; 40] = [const { OnceLock::new() }; 40];
    let known = Version::getVersionForNumber(u32::from(version)).ok()?;
    let cell = LAYOUTS.get(usize::from(version).checked_sub(1)?)?;
    Some(cell.get_or_init(|| Layout::new(version, known.getAlignmentPatternCenters())))
}

/// The blocks of a version at a level.
pub(super) fn blocks(version: u8, level: CorrectionLevel) -> Option<Vec<Block>> {
    let version = Version::getVersionForNumber(u32::from(version)).ok()?;
    let table = version.getECBlocksForLevel(match level {
        CorrectionLevel::L => ErrorCorrectionLevel::L,
        CorrectionLevel::M => ErrorCorrectionLevel::M,
        CorrectionLevel::Q => ErrorCorrectionLevel::Q,
        CorrectionLevel::H => ErrorCorrectionLevel::H,
    });
    let parity = table.getECCodewordsPerBlock() as usize;
    let sizes: Vec<usize> = table
        .getECBlocks()
        .iter()
        .flat_map(|group| std::iter::repeat_n(group.getDataCodewords() as usize, group.getCount() as usize))
        .collect();
    let mut blocks: Vec<Block> = sizes.iter().map(|_| Block { indices: Vec::new(), parity }).collect();
    let mut next = 0;
    for row in 0..sizes.iter().max()? + parity {
        let longest = sizes.iter().max()?;
        for (block, data) in blocks.iter_mut().zip(&sizes) {
            // Shorter blocks stand still in the row where the longer ones have their last data codeword.
            if row < *longest && row >= *data {
                continue;
            }
            block.indices.push(next);
            next += 1;
        }
    }
    Some(blocks)
}

/// Whether the mask (0 to 7) turns the module over (7.8.2).
pub(super) const fn masked(mask: u8, row: usize, column: usize) -> bool {
    let product = row * column;
    match mask {
        0 => (row + column).is_multiple_of(2),
        1 => row.is_multiple_of(2),
        2 => column.is_multiple_of(3),
        3 => (row + column).is_multiple_of(3),
        4 => (row / 2 + column / 3).is_multiple_of(2),
        5 => product % 2 + product % 3 == 0,
        6 => (product % 2 + product % 3).is_multiple_of(2),
        _ => ((row + column) % 2 + product % 3).is_multiple_of(2),
    }
}

/// The 15 format bits of a level and mask, bit 0 the last one (7.9).
pub(super) const fn format_bits(level: CorrectionLevel, mask: u8) -> u32 {
    let level = match level {
        CorrectionLevel::L => 1,
        CorrectionLevel::M => 0,
        CorrectionLevel::Q => 3,
        CorrectionLevel::H => 2,
    };
    let data = (level << 3) | mask as u32;
    ((data << 10) | remainder(data, 10, 0x537)) ^ 0x5412
}

/// Columns and rows of format bit `bit` in both of its places.
pub(super) const fn format_places(bit: usize, size: usize) -> [(usize, usize); 2] {
    let first = match bit {
        0..=5 => (8, bit),
        6 => (8, 7),
        7 => (8, 8),
        8 => (7, 8),
        _ => (14 - bit, 8),
    };
    let second = if bit < 8 { (size - 1 - bit, 8) } else { (8, size - 15 + bit) };
    [first, second]
}

/// Remainder of a BCH code: `data` moved up by `degree` bits, divided by `polynomial`.
const fn remainder(data: u32, degree: u32, polynomial: u32) -> u32 {
    let mut rest = data;
    let mut step = 0;
    while step < degree {
        rest = (rest << 1) ^ ((rest >> (degree - 1)) * polynomial);
        step += 1;
    }
    rest
}

impl Layout {
    fn new(version: u8, centers: &[u32]) -> Self {
        let size = usize::from(version) * 4 + 17;
        let mut known = vec![0_i8; size * size];
        let mut taken = vec![false; size * size];
        let mut put = |column: usize, row: usize, value: i8| {
            known[row * size + column] = value;
            taken[row * size + column] = true;
        };
        for at in 0..size {
            let sign = if at % 2 == 0 { 1 } else { -1 };
            put(at, 6, sign);
            put(6, at, sign);
        }
        for (left, top) in [(0, 0), (size - 7, 0), (0, size - 7)] {
            for row in top.saturating_sub(1)..(top + 8).min(size) {
                for column in left.saturating_sub(1)..(left + 8).min(size) {
                    let ring = (column as i32 - left as i32 - 3).abs().max((row as i32 - top as i32 - 3).abs());
                    put(column, row, if ring == 2 || ring == 4 { -1 } else { 1 });
                }
            }
        }
        for place in alignment_places(centers) {
            for (row, column) in (0..25).map(|i| (i / 5, i % 5)) {
                let ring = (row as i32 - 2).abs().max((column as i32 - 2).abs());
                put(place.0 + column - 2, place.1 + row - 2, if ring == 1 { -1 } else { 1 });
            }
        }
        for (column, row) in (0..15).flat_map(|bit| format_places(bit, size)) {
            put(column, row, 0);
        }
        put(8, size - 8, 1);
        if version >= 7 {
            let bits = (u32::from(version) << 12) | remainder(u32::from(version), 12, 0x1F25);
            for bit in 0..18 {
                let sign = if bits >> bit & 1 == 1 { 1 } else { -1 };
                put(size - 11 + bit % 3, bit / 3, sign);
                put(bit / 3, size - 11 + bit % 3, sign);
            }
        }
        let bits = way(size, &taken);
        Self { version, size, known, bits, centers: centers.to_vec() }
    }
}

/// Columns and rows of the alignment patterns' centres: every pair but the three under the finder patterns.
pub(super) fn alignment_places(centers: &[u32]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let (first, last) = (centers.first().copied(), centers.last().copied());
    let corner = move |x, y| {
        (Some(x), Some(y)) == (first, first)
            || (Some(x), Some(y)) == (first, last)
            || (Some(x), Some(y)) == (last, first)
    };
    let pairs = centers.iter().flat_map(move |y| centers.iter().map(move |x| (*x, *y)));
    pairs.filter(move |(x, y)| !corner(*x, *y)).map(|(x, y)| (x as usize, y as usize))
}

/// The way of the bits: pairs of columns from the right, up and down in turn; whole codewords only.
fn way(size: usize, taken: &[bool]) -> Vec<u32> {
    let mut bits = Vec::with_capacity(size * size);
    let mut upwards = true;
    let mut right = size - 1;
    while right > 0 {
        if right == 6 {
            right = 5;
        }
        for step in 0..size {
            let row = if upwards { size - 1 - step } else { step };
            for column in [right, right - 1] {
                if !taken[row * size + column] {
                    bits.push((row * size + column) as u32);
                }
            }
        }
        upwards = !upwards;
        right = right.saturating_sub(2);
    }
    bits.truncate(bits.len() / 8 * 8);
    bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version as Drawn};

    #[test]
    fn known_modules_are_those_of_drawn_symbols() {
        for version in 1..=40 {
            let plan = layout(version).unwrap();
            let whole = Drawn::new(version);
            let segments = [QrSegment::make_bytes(b"x")];
            let code = QrCode::encode_segments_advanced(&segments, QrCodeEcc::Low, whole, whole, None, false).unwrap();
            assert_eq!(code.size() as usize, plan.size);
            for (at, sign) in plan.known.iter().enumerate().filter(|(_, sign)| **sign != 0) {
                let dark = code.get_module((at % plan.size) as i32, (at / plan.size) as i32);
                assert_eq!(dark, *sign > 0, "version {version}, column {}, row {}", at % plan.size, at / plan.size);
            }
            let held: usize = blocks(version, CorrectionLevel::M).unwrap().iter().map(|b| b.indices.len()).sum();
            assert_eq!(plan.bits.len() / 8, held, "version {version}");
        }
    }

    #[test]
    fn sizes_that_no_symbol_has_are_refused() {
        assert_eq!((version_of(21), version_of(177), version_of(25)), (Some(1), Some(40), Some(2)));
        assert!([0, 16, 17, 20, 22, 181].into_iter().all(|size| version_of(size).is_none()));
        assert!(layout(0).is_none() && layout(41).is_none());
    }
}
