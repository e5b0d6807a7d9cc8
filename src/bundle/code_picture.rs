//! The picture of a code, for readers that only scan pictures: the same segments, version and level drawn again as
//! a clean symbol, four pixels a module, four modules of quiet zone, 8-bit grey PNG.

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder as _};
use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, QrSegmentMode, Version};

use super::error::{BundleError, Result, refuse};
use crate::domain::code::{CodeSymbol, CorrectionLevel, Segment, SegmentMode};
use crate::domain::fault::BundleFault;

/// Pixels of one module's side.
pub const MODULE_PX: usize = 4;
/// Modules of white around the symbol (ISO/IEC 18004, 6.3.8).
pub const QUIET_MODULES: usize = 4;

/// The symbol as PNG bytes. Without a symbol (codes from a gun) the bytes are drawn in byte mode, at the highest
/// level that holds them.
pub fn png(code: &[u8], symbol: Option<&CodeSymbol>) -> Result<Vec<u8>> {
    let qr = match symbol {
        Some(symbol) => redraw(symbol)?,
        None => draw_bytes(code)?,
    };
    encode(&qr)
}

/// Versions up to this one are small enough that all eight masks are tried, as ISO/IEC 18004 (7.8.3) wants.
const ALL_MASKS_UP_TO: u8 = 6;
/// So many different bytes in a larger code make it look like noise under every mask.
const NOISY_BYTES: usize = 32;

/// Trying all masks costs a millisecond for a larger code, four times what the rest of sealing a photo takes. Any mask
/// is read; the best one only matters for codes with patterns in them. Large codes are ciphertext, so one is taken
/// by chance, unless the bytes are monotonous.
fn mask_for(code: &[u8], version: u8) -> Option<Mask> {
    let mut seen = [false; 256];
    for &byte in code {
        seen[usize::from(byte)] = true;
    }
    let noisy = seen.iter().filter(|&&seen| seen).count() >= NOISY_BYTES;
    let chance = code.iter().fold(0_u8, |sum, &byte| sum.rotate_left(1) ^ byte);
    (noisy && version > ALL_MASKS_UP_TO).then(|| Mask::new(chance % 8))
}

/// Any bytes as a symbol: used for codes without one, and for the cards of stations and centres.
pub fn draw_bytes(bytes: &[u8]) -> Result<QrCode> {
    let segments = [QrSegment::make_bytes(bytes)];
    // 106 bytes at level M are the most that versions with all masks tried can hold
    let mask = mask_for(bytes, if bytes.len() > 106 { Version::MAX.value() } else { 1 });
    for level in [QrCodeEcc::Medium, QrCodeEcc::Low] {
        let drawn = QrCode::encode_segments_advanced(&segments, level, Version::MIN, Version::MAX, mask, true);
        if let Ok(qr) = drawn {
            return Ok(qr);
        }
    }
    refuse(BundleFault::TooLarge, format!("{} bytes do not fit a QR symbol", bytes.len()))
}

fn redraw(symbol: &CodeSymbol) -> Result<QrCode> {
    if !(1..=40).contains(&symbol.version) {
        return refuse(BundleFault::BadRecords, format!("there is no QR version {}", symbol.version));
    }
    let level = match symbol.level {
        CorrectionLevel::L => QrCodeEcc::Low,
        CorrectionLevel::M => QrCodeEcc::Medium,
        CorrectionLevel::Q => QrCodeEcc::Quartile,
        CorrectionLevel::H => QrCodeEcc::High,
    };
    let segments = symbol.segments.iter().map(segment).collect::<Result<Vec<_>>>()?;
    let version = Version::new(symbol.version);
    let mask = symbol.subject_code().map_or(None, |code| mask_for(code.as_bytes(), symbol.version));
    let drawn = QrCode::encode_segments_advanced(&segments, level, version, version, mask, false);
    drawn
        .ok()
        .ok_or_else(|| BundleError::refused(BundleFault::BadRecords, "the symbol's segments do not fit its version"))
}

fn segment(segment: &Segment) -> Result<QrSegment> {
    let ascii = || {
        let text = std::str::from_utf8(&segment.bytes).ok().filter(|text| match segment.mode {
            SegmentMode::Numeric => QrSegment::is_numeric(text),
            _ => QrSegment::is_alphanumeric(text),
        });
        text.ok_or_else(|| BundleError::refused(BundleFault::BadRecords, "a segment has characters of another mode"))
    };
    Ok(match segment.mode {
        SegmentMode::Numeric => QrSegment::make_numeric(ascii()?),
        SegmentMode::Alphanumeric => QrSegment::make_alphanumeric(ascii()?),
        SegmentMode::Byte => QrSegment::make_bytes(&segment.bytes),
        SegmentMode::Kanji => kanji(&segment.bytes)?,
        SegmentMode::Eci => {
            let number = segment.bytes.iter().fold(0_u32, |number, &byte| (number << 8) | u32::from(byte));
            if segment.bytes.len() > 3 || number > 999_999 {
                return refuse(BundleFault::BadRecords, "a segment names no character set");
            }
            QrSegment::make_eci(number)
        }
    })
}

/// Shift JIS pairs packed in 13 bits each (ISO/IEC 18004, 7.4.6).
fn kanji(bytes: &[u8]) -> Result<QrSegment> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut bits = Vec::with_capacity(pairs.len() * 13);
    for pair in pairs {
        let value = match u16::from_be_bytes(*pair) {
            value @ 0x8140..=0x9FFC => value - 0x8140,
            value @ 0xE040..=0xEBBF => value - 0xC140,
            _ => return refuse(BundleFault::BadRecords, "a segment has characters of another mode"),
        };
        let packed = (value >> 8) * 0xC0 + (value & 0xFF);
        bits.extend((0..13).rev().map(|bit| (packed >> bit) & 1 == 1));
    }
    if rest.is_empty() {
        Ok(QrSegment::new(QrSegmentMode::Kanji, pairs.len(), bits))
    } else {
        refuse(BundleFault::BadRecords, "a segment ends in the middle of a character")
    }
}

/// Grey PNG of a symbol.
pub fn encode(qr: &QrCode) -> Result<Vec<u8>> {
    let modules = qr.size() as usize + 2 * QUIET_MODULES;
    let side = modules * MODULE_PX;
    let mut pixels = vec![255_u8; side * side];
    for y in 0..qr.size() {
        let top = (y as usize + QUIET_MODULES) * MODULE_PX;
        let row = &mut pixels[top * side..(top + 1) * side];
        for x in (0..qr.size()).filter(|&x| qr.get_module(x, y)) {
            let left = (x as usize + QUIET_MODULES) * MODULE_PX;
            row[left..left + MODULE_PX].fill(0);
        }
        for copy in 1..MODULE_PX {
            pixels.copy_within(top * side..(top + 1) * side, (top + copy) * side);
        }
    }
    let mut out = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut out, CompressionType::Fast, FilterType::Up);
    let written = encoder.write_image(&pixels, side as u32, side as u32, ExtendedColorType::L8);
    written.map_err(|error| BundleError::refused(BundleFault::Other, format!("a code was not drawn: {error}")))?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::code::MAX_CODE_BYTES;

    fn read_back(png: &[u8]) -> Vec<u8> {
        let picture = image::load_from_memory(png).unwrap().to_luma8();
        let mut prepared =
            rqrr::PreparedImage::prepare_from_greyscale(picture.width() as usize, picture.height() as usize, |x, y| {
                picture.get_pixel(x as u32, y as u32).0[0]
            });
        let grids = prepared.detect_grids();
        let mut bytes = Vec::new();
        grids[0].decode_to(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn all_bytes_and_the_longest_code_come_back() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(read_back(&png(&all, None).unwrap()), all);
        let longest: Vec<u8> = (0..MAX_CODE_BYTES).map(|i| (i * 31 % 256) as u8).collect();
        assert_eq!(read_back(&png(&longest, None).unwrap()), longest);
        assert!(png(&vec![1; MAX_CODE_BYTES + 1], None).is_err());
    }

    #[test]
    fn codes_drawn_under_a_mask_by_chance_are_read() {
        for seed in 0..24_u32 {
            let noise = |i: u32| (i.wrapping_add(seed * 977).wrapping_mul(2_654_435_761) >> 11) as u8;
            let code: Vec<u8> = (0..200 + seed * 40).map(noise).collect();
            assert!(mask_for(&code, 20).is_some());
            assert_eq!(read_back(&png(&code, None).unwrap()), code, "seed {seed}");
        }
        assert!(mask_for(&[0; 500], 20).is_none());
    }

    #[test]
    fn the_same_segments_version_and_level_are_drawn() {
        let segments = vec![
            Segment { mode: SegmentMode::Numeric, bytes: b"20260601".to_vec() },
            Segment { mode: SegmentMode::Alphanumeric, bytes: b"AB-1".to_vec() },
            Segment { mode: SegmentMode::Byte, bytes: vec![0, 255, 10] },
        ];
        let symbol = CodeSymbol { version: 7, level: CorrectionLevel::Q, segments };
        let drawn = redraw(&symbol).unwrap();
        assert_eq!((drawn.version().value(), drawn.error_correction_level()), (7, QrCodeEcc::Quartile));
        let code = symbol.subject_code().unwrap();
        assert_eq!(read_back(&png(code.as_bytes(), Some(&symbol)).unwrap()), code.as_bytes());
    }

    #[test]
    fn segments_that_lie_about_their_mode_are_refused() {
        for (mode, bytes) in [
            (SegmentMode::Numeric, &b"12a"[..]),
            (SegmentMode::Alphanumeric, b"low"),
            (SegmentMode::Kanji, b"\x81"),
            (SegmentMode::Kanji, b"ab"),
            (SegmentMode::Eci, &[255; 4]),
        ] {
            let symbol = CodeSymbol {
                version: 5,
                level: CorrectionLevel::M,
                segments: vec![Segment { mode, bytes: bytes.to_vec() }],
            };
            assert!(png(b"x", Some(&symbol)).is_err(), "{mode:?}");
        }
        let symbol = CodeSymbol { version: 41, level: CorrectionLevel::M, segments: Vec::new() };
        assert!(png(b"x", Some(&symbol)).is_err());
    }
}
