//! QR symbols from their segments: the same version, level and bits again, for readers that only scan pictures.

use image::{GrayImage, Luma};
use qrcodegen::{BitBuffer, DataTooLong, QrCode, QrCodeEcc, QrSegment, QrSegmentMode, Version};

use crate::domain::code::{CodeSymbol, CorrectionLevel, Segment, SegmentMode};

/// White modules around a symbol that readers may rely on (ISO/IEC 18004, 6.3.8).
pub const QUIET_ZONE: u32 = 4;

/// Why segments cannot be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SymbolError {
    #[error("QR version {version} does not exist")]
    NoSuchVersion { version: u8 },
    #[error("the segments do not fit the symbol")]
    TooLong,
    #[error("a segment's bytes do not belong to its mode")]
    WrongBytes { mode: SegmentMode },
}

/// Dark and light modules of one symbol, without quiet zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Modules {
    side: u32,
    dark: Vec<bool>,
}

impl Modules {
    /// Modules per side: 17 + 4 * version.
    pub const fn side(&self) -> u32 {
        self.side
    }

    /// Whether the module is dark; outside the symbol everything is light.
    pub fn is_dark(&self, column: i32, row: i32) -> bool {
        let inside = |at: i32| u32::try_from(at).ok().filter(|at| *at < self.side);
        match (inside(column), inside(row)) {
            (Some(column), Some(row)) => self.dark.get((row * self.side + column) as usize) == Some(&true),
            _ => false,
        }
    }
}

/// Lays out the symbol exactly as described; only the mask is chosen anew.
pub fn modules(symbol: &CodeSymbol) -> Result<Modules, SymbolError> {
    if !(1..=40).contains(&symbol.version) {
        return Err(SymbolError::NoSuchVersion { version: symbol.version });
    }
    let segments = symbol.segments.iter().map(segment).collect::<Result<Vec<_>, _>>()?;
    let version = Version::new(symbol.version);
    let code = QrCode::encode_segments_advanced(&segments, ecc(symbol.level), version, version, None, false)
        .map_err(too_long)?;
    let side = code.size();
    let dark = (0..side).flat_map(|row| (0..side).map(move |column| (column, row)));
    let dark = dark.map(|(column, row)| code.get_module(column, row)).collect();
    Ok(Modules { side: side.unsigned_abs(), dark })
}

/// The symbol as a picture: 0 dark, 255 light, `pixels_per_module` at least 1, `quiet_zone` in modules.
pub fn symbol_image(symbol: &CodeSymbol, pixels_per_module: u32, quiet_zone: u32) -> Result<GrayImage, SymbolError> {
    let modules = modules(symbol)?;
    let pitch = pixels_per_module.max(1);
    let side = (modules.side + 2 * quiet_zone) * pitch;
    Ok(GrayImage::from_fn(side, side, |x, y| {
        let module = |pixel: u32| (pixel / pitch).cast_signed() - quiet_zone.cast_signed();
        Luma([if modules.is_dark(module(x), module(y)) { 0 } else { 255 }])
    }))
}

/// A byte-mode symbol in the smallest version that holds the bytes at this level.
pub fn symbol_of_bytes(bytes: &[u8], level: CorrectionLevel) -> Result<CodeSymbol, SymbolError> {
    symbol_of_segments(vec![Segment { mode: SegmentMode::Byte, bytes: bytes.to_vec() }], level)
}

/// The smallest version that holds these segments at this level.
pub fn symbol_of_segments(segments: Vec<Segment>, level: CorrectionLevel) -> Result<CodeSymbol, SymbolError> {
    let bits = segments.iter().map(segment).collect::<Result<Vec<_>, _>>()?;
    let code = QrCode::encode_segments_advanced(&bits, ecc(level), Version::MIN, Version::MAX, None, false)
        .map_err(too_long)?;
    Ok(CodeSymbol { version: code.version().value(), level, segments })
}

fn too_long(_reason: DataTooLong) -> SymbolError {
    SymbolError::TooLong
}

const fn ecc(level: CorrectionLevel) -> QrCodeEcc {
    match level {
        CorrectionLevel::L => QrCodeEcc::Low,
        CorrectionLevel::M => QrCodeEcc::Medium,
        CorrectionLevel::Q => QrCodeEcc::Quartile,
        CorrectionLevel::H => QrCodeEcc::High,
    }
}

/// One segment's bits; everything that would make the encoder panic is refused here.
fn segment(segment: &Segment) -> Result<QrSegment, SymbolError> {
    let wrong = SymbolError::WrongBytes { mode: segment.mode };
    let bytes = segment.bytes.as_slice();
    let text = || std::str::from_utf8(bytes).map_err(|_not_ascii| wrong);
    match segment.mode {
        SegmentMode::Byte => Ok(QrSegment::make_bytes(bytes)),
        SegmentMode::Numeric if QrSegment::is_numeric(text()?) => Ok(QrSegment::make_numeric(text()?)),
        SegmentMode::Alphanumeric if QrSegment::is_alphanumeric(text()?) => Ok(QrSegment::make_alphanumeric(text()?)),
        SegmentMode::Kanji => kanji(bytes).ok_or(wrong),
        SegmentMode::Eci => eci(bytes).ok_or(wrong),
        SegmentMode::Numeric | SegmentMode::Alphanumeric => Err(wrong),
    }
}

/// 13 bits per Shift JIS pair (ISO/IEC 18004, 7.4.6).
fn kanji(bytes: &[u8]) -> Option<QrSegment> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    let mut bits = BitBuffer(Vec::with_capacity(pairs.len() * 13));
    for pair in pairs {
        let base = match u16::from_be_bytes(*pair) {
            value @ 0x8140..=0x9FFC => value - 0x8140,
            value @ 0xE040..=0xEBBF => value - 0xC140,
            _ => return None,
        };
        let packed = (u32::from(base) >> 8) * 0xC0 + (u32::from(base) & 0xFF);
        if packed >= 1 << 13 {
            return None;
        }
        bits.append_bits(packed, 13);
    }
    Some(QrSegment::new(QrSegmentMode::Kanji, pairs.len(), bits.0))
}

/// The assignment number, big endian.
fn eci(bytes: &[u8]) -> Option<QrSegment> {
    if bytes.is_empty() || bytes.len() > 4 {
        return None;
    }
    let number = bytes.iter().fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
    (number < 1_000_000).then(|| QrSegment::make_eci(number))
}
