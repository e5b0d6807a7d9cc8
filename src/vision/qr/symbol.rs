//! From a module grid to the code: format, unmasking, correction, then [`segments`].
//!
//! Every reader only finds and samples a symbol; its grid comes here, so that all end in the same bytes. What the
//! picture leaves doubtful is erased before correction; a proof in bits keeps chance from passing as a code.

use super::correct::{Mended, correct, syndromes_of};
use super::cover::covered;
use super::equalize::equalized;
use super::grid::GreyGrid;
use super::layout::{Block, Layout, blocks, format_bits, format_places, layout, masked, version_of};
use super::segments::{SegmentError, segments};
use crate::domain::code::{CodeSymbol, CorrectionLevel, SubjectCode};

/// A symbol whose codewords were corrected.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Decoded {
    pub code: SubjectCode,
    pub symbol: CodeSymbol,
    pub mirrored: bool,
    pub correction: Correction,
}

/// What the correction had to mend.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Correction {
    /// Codewords of the symbol, data and parity.
    pub codewords: u16,
    /// Of these, wrong without a warning.
    pub errors: u16,
    /// Of these, too doubtful to be used.
    pub erased: u16,
    /// Share of the parity that was left over in the worst block: 1 nothing was wrong, 0 the last one was needed.
    pub spare: f32,
}

impl Correction {
    /// The read stands on its own: a third of the parity was not needed, in every block.
    pub fn has_margin(&self) -> bool {
        self.spare >= 0.34
    }
}

/// Why a grid gave no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undecoded {
    /// No symbol, or more errors than its correction can mend.
    NoSymbol,
    /// A whole symbol that this program does not take.
    Refused(SegmentError),
}

/// How much may be tried on one grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Care {
    /// Decided modules: nothing in them is more doubtful than the rest.
    Bits,
    /// The grid as it is.
    Plain,
    /// Also with the blur taken out of it.
    Equalized,
}

/// A format that fits worse than the best one by this (of 30) is not tried.
const FORMAT_DOUBT: f32 = 6.0;
/// Sizes of the sets of doubtful codewords that are tried.
const ERASURE_STEPS: usize = 5;
/// Chance may pass as a block with one in 2 to the power of this.
const PROOF_BITS: f32 = 24.0;
/// The same where several sets of doubtful codewords are tried.
const ERASED_PROOF_BITS: f32 = 32.0;

/// Decodes a grid, seen straight or in a mirror; takes blur out when it does not pass as it is.
pub(crate) fn decode_grid(grid: &GreyGrid) -> Result<Decoded, Undecoded> {
    decode_with(grid, Care::Equalized)
}

pub(super) fn decode_with(grid: &GreyGrid, care: Care) -> Result<Decoded, Undecoded> {
    let plan = version_of(grid.size).and_then(layout).ok_or(Undecoded::NoSymbol)?;
    if grid.values.len() != plan.known.len() || !grid.values.iter().all(|value| value.is_finite()) {
        return Err(Undecoded::NoSymbol);
    }
    let mirrored = Side::Mirrored.seen(&grid.values, grid.size);
    let mut likely: Vec<(Side, Format, &[f32])> = Vec::with_capacity(4);
    for (side, values) in [(Side::Upright, &grid.values), (Side::Mirrored, &mirrored)] {
        likely.extend(formats(values, grid.size).map(|format| (side, format, values.as_slice())));
    }
    likely.sort_by(|a, b| b.1.score.total_cmp(&a.1.score));
    let enough = likely[0].1.score - FORMAT_DOUBT;
    let mut furthest: Option<(Attempt, Side, &[f32])> = None;
    for (side, format, values) in likely.into_iter().filter(|(_, format, _)| format.score >= enough) {
        let attempt = Attempt::new(values, plan, format, care).ok_or(Undecoded::NoSymbol)?;
        if attempt.is_whole() {
            return attempt.decoded(side);
        }
        if furthest.as_ref().is_none_or(|best| attempt.solved() > best.0.solved()) {
            furthest = Some((attempt, side, values));
        }
    }
    match (care, furthest) {
        (Care::Equalized, Some((attempt, side, values))) => equalized_decode(attempt, side, values, plan),
        _ => Err(Undecoded::NoSymbol),
    }
}

/// Learns the blur from what is known, again and again as more becomes known.
fn equalized_decode(mut attempt: Attempt, side: Side, values: &[f32], plan: &Layout) -> Result<Decoded, Undecoded> {
    let mut judged = values.to_vec();
    for round in 0..3 {
        let Some(clearer) = equalized(values, plan.size, &attempt.certain(plan), &judged) else { break };
        // The format may have been misread before.
        let format = if attempt.solved() > 0 { attempt.format } else { formats(&clearer, plan.size)[0] };
        let next = Attempt::new(&clearer, plan, format, Care::Plain).ok_or(Undecoded::NoSymbol)?;
        if next.is_whole() {
            return next.decoded(side);
        }
        let gained = next.solved() > attempt.solved();
        attempt = attempt.joined(next);
        if attempt.is_whole() {
            return attempt.decoded(side);
        }
        if !gained && round > 0 {
            break;
        }
        judged = clearer;
    }
    Err(Undecoded::NoSymbol)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Upright,
    Mirrored,
}

impl Side {
    fn seen(self, values: &[f32], size: usize) -> Vec<f32> {
        match self {
            Self::Upright => values.to_vec(),
            Self::Mirrored => (0..size * size).map(|at| values[at % size * size + at / size]).collect(),
        }
    }
}

/// Level and mask, and how well their 15 bits fit both places.
#[derive(Debug, Clone, Copy)]
struct Format {
    level: CorrectionLevel,
    mask: u8,
    score: f32,
}

/// The two formats that fit best, best first.
fn formats(values: &[f32], size: usize) -> [Format; 2] {
    let seen: [f32; 15] = std::array::from_fn(|bit| {
        format_places(bit, size).iter().map(|(x, y)| values[y * size + x].clamp(-1.0, 1.0)).sum()
    });
    let none = Format { level: CorrectionLevel::M, mask: 0, score: f32::MIN };
    let mut best = [none; 2];
    for level in [CorrectionLevel::L, CorrectionLevel::M, CorrectionLevel::Q, CorrectionLevel::H] {
        for mask in 0..8 {
            let bits = format_bits(level, mask);
            let score = (0..15).map(|bit| if bits >> bit & 1 == 1 { seen[bit] } else { -seen[bit] }).sum();
            let format = Format { level, mask, score };
            if score > best[0].score {
                best = [format, best[0]];
            } else if score > best[1].score {
                best[1] = format;
            }
        }
    }
    best
}

/// One decoding of a grid under one format.
struct Attempt {
    version: u8,
    format: Format,
    blocks: Vec<Block>,
    words: Vec<u8>,
    /// Per block, when it could be mended.
    mended: Vec<Option<Mended>>,
}

impl Attempt {
    fn new(values: &[f32], plan: &Layout, format: Format, care: Care) -> Option<Self> {
        let blocks = blocks(plan.version, format.level)?;
        let (bytes, _) = plan.bits.as_chunks::<8>();
        // Nobody asks how sure decided modules are.
        let hidden = if care == Care::Bits { vec![false; values.len()] } else { covered(values, plan.size) };
        let mut words = Vec::with_capacity(bytes.len());
        let mut doubts = Vec::with_capacity(bytes.len());
        for places in bytes {
            let (mut word, mut doubt) = (0_u8, 0.0_f32);
            for at in places {
                let at = *at as usize;
                let value = values[at];
                let trust = if hidden[at] { 0.0 } else { value.abs() };
                let dark = (value > 0.0) != masked(format.mask, at / plan.size, at % plan.size);
                word = (word << 1) | u8::from(dark);
                doubt += (-6.0 * trust).exp();
            }
            words.push(word);
            doubts.push(doubt);
        }
        let mut mended = Vec::with_capacity(blocks.len());
        for block in &blocks {
            let got = mend(block, &words, &doubts, care);
            if let Some((fixed, _)) = &got {
                for (index, word) in block.indices.iter().zip(fixed) {
                    words[*index as usize] = *word;
                }
            }
            mended.push(got.map(|(_, mended)| mended));
        }
        Some(Self { version: plan.version, format, blocks, words, mended })
    }

    fn solved(&self) -> usize {
        self.mended.iter().flatten().count()
    }

    fn is_whole(&self) -> bool {
        self.mended.iter().all(Option::is_some)
    }

    /// This attempt with the blocks that only the other one could mend.
    fn joined(mut self, other: Self) -> Self {
        if (self.format.level, self.format.mask) != (other.format.level, other.format.mask) {
            return if other.solved() >= self.solved() { other } else { self };
        }
        for (at, block) in self.blocks.iter().enumerate() {
            if self.mended[at].is_none() && other.mended[at].is_some() {
                self.mended[at] = other.mended[at];
                for index in &block.indices {
                    self.words[*index as usize] = other.words[*index as usize];
                }
            }
        }
        self
    }

    /// Signs of all modules that are known by now: patterns, format once a block passed, and the mended blocks.
    fn certain(&self, plan: &Layout) -> Vec<i8> {
        let mut certain = plan.known.clone();
        for (block, _) in self.blocks.iter().zip(&self.mended).filter(|(_, mended)| mended.is_some()) {
            for index in &block.indices {
                let word = self.words[*index as usize];
                for (bit, at) in plan.bits[*index as usize * 8..][..8].iter().enumerate() {
                    let at = *at as usize;
                    let dark = (word >> (7 - bit) & 1 == 1) != masked(self.format.mask, at / plan.size, at % plan.size);
                    certain[at] = if dark { 1 } else { -1 };
                }
            }
        }
        certain
    }

    fn decoded(&self, side: Side) -> Result<Decoded, Undecoded> {
        let mut data = Vec::with_capacity(self.words.len());
        let mut correction = Correction { codewords: self.words.len() as u16, spare: 1.0, ..Correction::default() };
        for (block, mended) in self.blocks.iter().zip(self.mended.iter().flatten()) {
            let kept = block.indices.len() - block.parity;
            data.extend(block.indices[..kept].iter().map(|index| self.words[*index as usize]));
            correction.errors += mended.errors as u16;
            correction.erased += mended.erasures as u16;
            let used = (2 * mended.errors + mended.erasures) as f32;
            correction.spare = correction.spare.min(1.0 - used / block.parity as f32);
        }
        let refused = Undecoded::Refused;
        let segments = segments(&data, self.version).map_err(refused)?;
        let symbol = CodeSymbol { version: self.version, level: self.format.level, segments };
        let code = symbol.subject_code().map_err(|error| refused(error.into()))?;
        Ok(Decoded { code, symbol, mirrored: side == Side::Mirrored, correction })
    }
}

/// Mends one block: as it is, then with more and more of its most doubtful codewords erased.
fn mend(block: &Block, words: &[u8], doubts: &[f32], care: Care) -> Option<(Vec<u8>, Mended)> {
    let seen: Vec<u8> = block.indices.iter().map(|index| words[*index as usize]).collect();
    let mut fixed = seen.clone();
    let syndromes = syndromes_of(&seen, block.parity)?;
    if let Some(mended) = correct(&mut fixed, &syndromes, &[]).filter(|mended| mended.proof_bits >= PROOF_BITS) {
        return Some((fixed, mended));
    }
    if care == Care::Bits {
        return None;
    }
    let mut order: Vec<usize> = (0..seen.len()).collect();
    order.sort_by(|a, b| {
        let doubt = |at: usize| doubts[block.indices[at] as usize];
        doubt(*b).total_cmp(&doubt(*a))
    });
    let most = block.parity.saturating_sub((ERASED_PROOF_BITS / 8.0) as usize);
    for count in (1..=ERASURE_STEPS).map(|step| most * step / ERASURE_STEPS).filter(|count| *count > 0) {
        fixed.copy_from_slice(&seen);
        let mended = correct(&mut fixed, &syndromes, &order[..count]);
        if let Some(mended) = mended.filter(|mended| mended.proof_bits >= ERASED_PROOF_BITS) {
            return Some((fixed, mended));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geometry::Point;
    use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

    fn random(state: &mut u64) -> usize {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) as usize
    }

    fn drawn(bytes: &[u8]) -> GreyGrid {
        let segments = [QrSegment::make_bytes(bytes)];
        let (low, high) = (Version::new(10), Version::new(20));
        let code = QrCode::encode_segments_advanced(&segments, QrCodeEcc::Medium, low, high, None, false).unwrap();
        let module = |x: usize, y: usize| code.get_module(x as i32, y as i32);
        GreyGrid::of_bits(code.size() as usize, [Point::default(); 4], module).unwrap()
    }

    #[test]
    fn the_margin_shrinks_with_every_wrong_codeword_until_nothing_is_read() {
        let text = [b'q'; 180];
        let whole = drawn(&text);
        let clean = decode_grid(&whole).unwrap();
        assert_eq!((clean.correction.errors, clean.correction.erased, clean.correction.spare), (0, 0, 1.0));
        assert!(clean.correction.has_margin() && clean.correction.codewords > 250);
        let plan = version_of(whole.size).and_then(layout).unwrap();
        let (mut before, mut read) = (1.0, 0);
        for wrong in (10..120).step_by(10) {
            let mut grid = whole.clone();
            for word in 0..wrong {
                let at = plan.bits[word * 8 + 3] as usize;
                grid.values[at] = -grid.values[at];
            }
            let Ok(decoded) = decode_with(&grid, Care::Bits) else { break };
            assert_eq!(decoded.code.as_bytes(), text);
            assert_eq!(usize::from(decoded.correction.errors), wrong);
            assert!(decoded.correction.spare < before, "{wrong} wrong");
            before = decoded.correction.spare;
            read += 1;
        }
        assert!((3..9).contains(&read), "{read} steps were read");
        assert!(before < 0.34, "the last read has no margin: {before}");
    }

    #[test]
    fn what_glare_covers_is_erased_and_costs_half() {
        let text = [b'g'; 180];
        // Modules that nobody can tell, and modules that seem to be light for sure.
        for (tone, share) in [(0.01, 9), (-1.2, 8)] {
            let mut grid = drawn(&text);
            let (size, side) = (grid.size, grid.size * share / 20);
            for at in 0..side * side {
                grid.values[(12 + at / side) * size + 14 + at % side] = tone;
            }
            assert!(decode_with(&grid, Care::Bits).is_err(), "too much for errors alone");
            let decoded = decode_with(&grid, Care::Plain).unwrap();
            assert_eq!(decoded.code.as_bytes(), text);
            assert!(decoded.correction.erased > 0);
        }
    }

    #[test]
    fn grids_that_are_no_symbol_give_nothing_and_break_nothing() {
        let mut state = 9;
        for size in [0, 1, 20, 21, 25, 57, 178] {
            for fill in 0..6 {
                let mut value = || match fill {
                    0 => 0.0,
                    1 => 1.0,
                    2 => f32::NAN,
                    3 => f32::INFINITY,
                    4 => -1.0,
                    _ => random(&mut state) as f32 / (1_u64 << 30) as f32 - 1.0,
                };
                let values = (0..size * size).map(|_| value()).collect();
                let grid = GreyGrid { size, values, corners: [Point::default(); 4] };
                assert!(decode_grid(&grid).is_err(), "size {size}, fill {fill}");
            }
        }
        let cut = GreyGrid { size: 21, values: vec![1.0; 20], corners: [Point::default(); 4] };
        assert!(decode_grid(&cut).is_err());
    }
}
