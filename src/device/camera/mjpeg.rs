//! MJPEG frames: where the JPEG ends inside the driver's buffer, the Huffman tables that cameras leave out, decoding.
//!
//! The buffer is as long as the largest frame, so behind the end marker lies the tail of an earlier frame, maybe of
//! another person: nothing behind it is ever kept.

use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::{DynamicImage, ImageDecoder, RgbImage};

/// A frame that is no whole JPEG.
#[derive(Debug, thiserror::Error)]
pub enum BadJpeg {
    #[error("the frame does not begin with a JPEG start marker")]
    NoStart,
    #[error("the frame ends before its JPEG end marker")]
    NoEnd,
    #[error("the frame has no picture data")]
    NoScan,
    #[error("the JPEG cannot be decoded: {0}")]
    Undecodable(#[from] image::ImageError),
}

/// What a walk over the markers found.
struct Walk {
    /// Length up to and with the end marker.
    used: usize,
    /// Where the first start-of-scan marker stands.
    scan_at: usize,
    has_huffman_tables: bool,
}

const END_OF_IMAGE: u8 = 0xD9;
const START_OF_SCAN: u8 = 0xDA;
const HUFFMAN_TABLES: u8 = 0xC4;

fn walk(bytes: &[u8]) -> Result<Walk, BadJpeg> {
    if !bytes.starts_with(&[0xFF, 0xD8]) {
        return Err(BadJpeg::NoStart);
    }
    let mut at = 2;
    let mut scan_at = None;
    let mut has_huffman_tables = false;
    loop {
        match *bytes.get(at..at + 2).ok_or(BadJpeg::NoEnd)? {
            [0xFF, END_OF_IMAGE] => {
                let scan_at = scan_at.ok_or(BadJpeg::NoScan)?;
                return Ok(Walk { used: at + 2, scan_at, has_huffman_tables });
            }
            // Fill bytes, restart markers and stuffed bytes stand alone.
            [0xFF, 0xFF] => at += 1,
            [0xFF, 0x00 | 0x01 | 0xD0..=0xD8] => at += 2,
            [0xFF, marker] => {
                if marker == START_OF_SCAN {
                    scan_at = scan_at.or(Some(at));
                } else if marker == HUFFMAN_TABLES && scan_at.is_none() {
                    has_huffman_tables = true;
                }
                let length = bytes.get(at + 2..at + 4).ok_or(BadJpeg::NoEnd)?;
                at += 2 + usize::from(u16::from_be_bytes([length[0], length[1]])).max(2);
            }
            // Entropy-coded data after a scan header; anywhere else there must be a marker.
            _ if scan_at.is_some() => {
                let rest = &bytes[at..];
                at += rest.iter().position(|byte| *byte == 0xFF).ok_or(BadJpeg::NoEnd)?;
            }
            _ => return Err(BadJpeg::NoScan),
        }
    }
}

/// The JPEG inside a driver's buffer: cut behind its end marker, with the standard Huffman tables (ITU-T T.81 K.3)
/// put in where the camera left them out, so that every reader opens it.
pub fn complete(buffer: &[u8]) -> Result<Vec<u8>, BadJpeg> {
    let Walk { used, scan_at, has_huffman_tables } = walk(buffer)?;
    if has_huffman_tables {
        return Ok(buffer[..used].to_vec());
    }
    let mut bytes = Vec::with_capacity(used + STANDARD_TABLES_LENGTH);
    bytes.extend_from_slice(&buffer[..scan_at]);
    push_standard_tables(&mut bytes);
    bytes.extend_from_slice(&buffer[scan_at..used]);
    Ok(bytes)
}

/// Decodes a whole JPEG into RGB8 as it was stored: no rotation is applied.
pub fn decode(jpeg: &[u8]) -> Result<RgbImage, BadJpeg> {
    let decoder = JpegDecoder::new(Cursor::new(jpeg))?;
    Ok(DynamicImage::from_decoder(decoder)?.into_rgb8())
}

/// Width and height in pixels, from the header alone.
pub fn size(jpeg: &[u8]) -> Result<(u32, u32), BadJpeg> {
    Ok(JpegDecoder::new(Cursor::new(jpeg))?.dimensions())
}

/// Marker, length and four tables.
const STANDARD_TABLES_LENGTH: usize = 2 + 2 + 2 * (17 + 12) + 2 * (17 + 162);

fn push_standard_tables(bytes: &mut Vec<u8>) {
    bytes.extend([0xFF, HUFFMAN_TABLES]);
    bytes.extend((STANDARD_TABLES_LENGTH as u16 - 2).to_be_bytes());
    for (class_and_id, counts, values) in [
        (0x00, &DC_LUMA_COUNTS, &DC_VALUES[..]),
        (0x10, &AC_LUMA_COUNTS, &AC_LUMA_VALUES[..]),
        (0x01, &DC_CHROMA_COUNTS, &DC_VALUES[..]),
        (0x11, &AC_CHROMA_COUNTS, &AC_CHROMA_VALUES[..]),
    ] {
        bytes.push(class_and_id);
        bytes.extend_from_slice(counts);
        bytes.extend_from_slice(values);
    }
}

// ITU-T T.81 tables K.3 to K.6: how many codes of 1 to 16 bits, then the values in order.
const DC_LUMA_COUNTS: [u8; 16] = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const DC_CHROMA_COUNTS: [u8; 16] = [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0];
const DC_VALUES: [u8; 12] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const AC_LUMA_COUNTS: [u8; 16] = [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D];
const AC_CHROMA_COUNTS: [u8; 16] = [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77];
#[rustfmt::skip]
const AC_LUMA_VALUES: [u8; 162] = [
    0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07,
    0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xA1, 0x08, 0x23, 0x42, 0xB1, 0xC1, 0x15, 0x52, 0xD1, 0xF0,
    0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0A, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x25, 0x26, 0x27, 0x28,
    0x29, 0x2A, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49,
    0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69,
    0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
    0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7,
    0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3, 0xC4, 0xC5,
    0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xE1, 0xE2,
    0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8,
    0xF9, 0xFA,
];
#[rustfmt::skip]
const AC_CHROMA_VALUES: [u8; 162] = [
    0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71,
    0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xA1, 0xB1, 0xC1, 0x09, 0x23, 0x33, 0x52, 0xF0,
    0x15, 0x62, 0x72, 0xD1, 0x0A, 0x16, 0x24, 0x34, 0xE1, 0x25, 0xF1, 0x17, 0x18, 0x19, 0x1A, 0x26,
    0x27, 0x28, 0x29, 0x2A, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48,
    0x49, 0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68,
    0x69, 0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87,
    0x88, 0x89, 0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5,
    0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3,
    0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA,
    0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8,
    0xF9, 0xFA,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture with detail, encoded with the standard tables.
    fn sample() -> Vec<u8> {
        let picture = RgbImage::from_fn(64, 48, |x, y| image::Rgb([(x * 4) as u8, (y * 5) as u8, ((x ^ y) * 3) as u8]));
        let mut bytes = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&picture).unwrap();
        bytes
    }

    /// The same JPEG as a webcam sends it: without its Huffman tables.
    fn without_tables(jpeg: &[u8]) -> Vec<u8> {
        let mut bytes = jpeg[..2].to_vec();
        let mut at = 2;
        while jpeg[at + 1] != START_OF_SCAN {
            let length = 2 + usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
            if jpeg[at + 1] != HUFFMAN_TABLES {
                bytes.extend_from_slice(&jpeg[at..at + length]);
            }
            at += length;
        }
        bytes.extend_from_slice(&jpeg[at..]);
        bytes
    }

    #[test]
    fn the_tail_of_an_earlier_frame_is_cut_off() {
        let jpeg = sample();
        let mut buffer = jpeg.clone();
        // The tail holds a whole earlier frame, end marker and all.
        buffer.extend_from_slice(&jpeg[100..]);
        buffer.extend([0; 500]);
        assert_eq!(complete(&buffer).unwrap(), jpeg);
    }

    #[test]
    fn an_end_marker_inside_a_thumbnail_does_not_end_the_frame() {
        let jpeg = sample();
        let mut buffer = vec![0xFF, 0xD8, 0xFF, 0xE1, 0x00, 0x08, 0xFF, 0xD8, 0xFF, 0xD9, 0x00, 0x00];
        buffer.extend_from_slice(&jpeg[2..]);
        assert_eq!(complete(&buffer).unwrap().len(), buffer.len());
    }

    #[test]
    fn missing_huffman_tables_are_put_in() {
        let jpeg = sample();
        let bare = without_tables(&jpeg);
        assert!(bare.len() + STANDARD_TABLES_LENGTH - 20 < jpeg.len() + 20, "the sample had its tables taken out");
        let whole = complete(&bare).unwrap();
        assert_eq!(whole.len(), bare.len() + STANDARD_TABLES_LENGTH);
        assert_eq!(decode(&whole).unwrap(), decode(&jpeg).unwrap());
    }

    #[test]
    fn a_frame_cut_short_is_refused() {
        let jpeg = sample();
        assert!(matches!(complete(&jpeg[..jpeg.len() - 2]), Err(BadJpeg::NoEnd)));
        assert!(matches!(complete(&jpeg[..30]), Err(BadJpeg::NoEnd)));
        assert!(matches!(complete(&[0; 64]), Err(BadJpeg::NoStart)));
        assert!(matches!(complete(&[0xFF, 0xD8, 0xFF, 0xD9]), Err(BadJpeg::NoScan)));
        assert!(matches!(complete(&[]), Err(BadJpeg::NoStart)));
    }

    #[test]
    fn every_length_of_a_broken_buffer_is_survived() {
        let jpeg = without_tables(&sample());
        for length in 0..jpeg.len() {
            assert!(complete(&jpeg[..length]).is_err());
        }
    }

    #[test]
    fn the_size_is_read_from_the_header() {
        assert_eq!(size(&sample()).unwrap(), (64, 48));
    }
}
