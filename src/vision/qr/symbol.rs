//! From a module matrix to the code: format, unmasking and Reed-Solomon correction, then [`segments`].
//!
//! Both readers only find and sample a symbol; the matrix comes here, so that both end in the same bytes. Version
//! tables, unmasking and correction are rxing's, the segments are ours.

use rxing::common::BitMatrix;
use rxing::common::reedsolomon::{PredefinedGenericGF, ReedSolomonDecoder};
use rxing::qrcode::common::ErrorCorrectionLevel;
use rxing::qrcode::decoder::{BitMatrixParser, DataBlock};

use super::segments::{SegmentError, segments};
use crate::domain::code::{CodeSymbol, CorrectionLevel, SubjectCode};

/// A symbol whose codewords were corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decoded {
    pub code: SubjectCode,
    pub symbol: CodeSymbol,
    pub mirrored: bool,
}

/// Why a matrix gave no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Undecoded {
    /// No symbol, or more errors than its correction can mend.
    NoSymbol,
    /// A whole symbol that this program does not take.
    Refused(SegmentError),
}

/// Decodes a square matrix, `true` = dark, asked as `module(x, y)`; tries it mirrored as well.
pub(super) fn decode(size: u32, module: impl Fn(u32, u32) -> bool) -> Result<Decoded, Undecoded> {
    let mut matrix = BitMatrix::new(size, size).map_err(|_not_square| Undecoded::NoSymbol)?;
    for y in 0..size {
        for x in 0..size {
            if module(x, y) {
                matrix.set(x, y);
            }
        }
    }
    decode_matrix(&matrix)
}

/// Decodes a sampled matrix; tries it mirrored as well.
pub(super) fn decode_matrix(matrix: &BitMatrix) -> Result<Decoded, Undecoded> {
    let upright = read(matrix, Side::Upright);
    if !matches!(upright, Err(Undecoded::NoSymbol)) {
        return upright;
    }
    read(matrix, Side::Mirrored)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Upright,
    Mirrored,
}

fn read(matrix: &BitMatrix, side: Side) -> Result<Decoded, Undecoded> {
    let (version, level, codewords) = codewords(matrix, side).ok_or(Undecoded::NoSymbol)?;
    let refused = Undecoded::Refused;
    let segments = segments(&codewords, version).map_err(refused)?;
    let symbol = CodeSymbol { version, level, segments };
    let code = symbol.subject_code().map_err(|error| refused(error.into()))?;
    Ok(Decoded { code, symbol, mirrored: side == Side::Mirrored })
}

/// Version, level and the corrected data codewords; `None` when the matrix holds no correctable symbol.
fn codewords(matrix: &BitMatrix, side: Side) -> Option<(u8, CorrectionLevel, Vec<u8>)> {
    let mut parser = BitMatrixParser::new(matrix.clone()).ok()?;
    if side == Side::Mirrored {
        parser.setMirror(true);
        parser.readVersion().ok()?;
        parser.readFormatInformation().ok()?;
        parser.mirror();
    }
    let version = parser.readVersion().ok()?;
    let level = parser.readFormatInformation().ok()?.getErrorCorrectionLevel();
    let known_level = match level {
        ErrorCorrectionLevel::L => CorrectionLevel::L,
        ErrorCorrectionLevel::M => CorrectionLevel::M,
        ErrorCorrectionLevel::Q => CorrectionLevel::Q,
        ErrorCorrectionLevel::H => CorrectionLevel::H,
        ErrorCorrectionLevel::Invalid => return None,
    };
    let raw = parser.readCodewords().ok()?;
    let corrector = ReedSolomonDecoder::new(PredefinedGenericGF::QrCodeField256.into());
    let mut data = Vec::with_capacity(raw.len());
    for block in DataBlock::getDataBlocks(&raw, version, level).ok()? {
        let data_len = block.getNumDataCodewords() as usize;
        let mut all = block.getCodewords().to_vec();
        let parity = i32::try_from(all.len() - data_len).ok()?;
        corrector.decode(&mut all, parity).ok()?;
        data.extend_from_slice(&all[..data_len]);
    }
    Some((u8::try_from(version.getVersionNumber()).ok()?, known_level, data))
}
