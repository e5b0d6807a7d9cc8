//! JPEG: what the markers of a file state, and writing the standard picture's file.
//!
//! Reading pixels is `decode`'s.

use image::RgbImage;
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, PixelDensity, PixelDensityUnit, SamplingFactor};

use super::decode::PictureError;
use crate::domain::profile::Picture;

/// What a JPEG file's markers state.
#[derive(Debug, Clone, PartialEq)]
pub struct JpegFacts {
    /// The quality factor (1 to 100) whose luminance table is nearest to the file's, on the usual scale of the
    /// Independent JPEG Group; cameras with tables of their own get the nearest one.
    pub quality: u8,
    /// Pixels per chroma sample, across and down: (2, 2) is 4:2:0, (1, 1) is 4:4:4. (1, 1) for grey.
    pub subsampling: (u8, u8),
    pub progressive: bool,
    /// 1 grey, 3 colour, 4 inks.
    pub components: u8,
    /// Dots per inch of the JFIF header, when it states a real unit.
    pub jfif_dpi: Option<f64>,
}

impl JpegFacts {
    /// Reads the markers up to the first scan, and makes sure that the file ends where a JPEG file ends.
    pub fn of(bytes: &[u8]) -> Result<Self, PictureError> {
        let damaged = |detail: &str| PictureError::Damaged { detail: detail.to_owned() };
        let mut facts = Self { quality: 0, subsampling: (1, 1), progressive: false, components: 0, jfif_dpi: None };
        let mut at = 2;
        loop {
            let marker = next_marker(bytes, &mut at).ok_or_else(|| damaged("it ends before the pixels"))?;
            let length = bytes.get(at..at + 2).map(|b| usize::from(u16::from_be_bytes([b[0], b[1]])));
            let segment = length.and_then(|length| bytes.get(at + 2..at + length));
            let segment = segment.ok_or_else(|| damaged("a segment reaches past the end"))?;
            match marker {
                0xda => {
                    // The decoder would show such a picture in false colours.
                    if !facts.progressive && segment.first() != Some(&facts.components) {
                        return Err(PictureError::Unsupported { detail: "one scan per channel" });
                    }
                    break;
                }
                0xdb => facts.read_tables(segment),
                0xe0 => facts.jfif_dpi = jfif_dpi(segment).or(facts.jfif_dpi),
                0xc0..=0xc2 => facts.read_frame(segment, marker).ok_or_else(|| damaged("its frame header is cut"))?,
                _ => {}
            }
            at += segment.len() + 2;
        }
        // Decoders fill what is missing with grey; a picture that was cut must not pass as a whole one.
        let ends = bytes[at..].windows(2).rev().any(|pair| pair == [0xff, 0xd9]);
        if ends { Ok(facts) } else { Err(damaged("its end is missing")) }
    }

    fn read_tables(&mut self, mut tables: &[u8]) {
        while let Some((&head, rest)) = tables.split_first() {
            let (size, wide) = if head >> 4 == 0 { (64, false) } else { (128, true) };
            let Some(values) = rest.get(..size) else { return };
            if head.trailing_zeros() >= 4 && !wide {
                self.quality = nearest_quality(values);
            }
            tables = &rest[size..];
        }
    }

    fn read_frame(&mut self, frame: &[u8], marker: u8) -> Option<()> {
        self.progressive = marker == 0xc2;
        self.components = *frame.get(5)?;
        if self.components >= 3 {
            let (luma, chroma) = (*frame.get(7)?, *frame.get(10)?);
            let per = |shift: u8| (luma >> shift & 0x0f) / (chroma >> shift & 0x0f).max(1);
            self.subsampling = (per(4), per(0));
        }
        Some(())
    }
}

/// Moves to the segment after the next marker and gives the marker's second byte.
fn next_marker(bytes: &[u8], at: &mut usize) -> Option<u8> {
    if *bytes.get(*at)? != 0xff {
        return None;
    }
    while *bytes.get(*at)? == 0xff {
        *at += 1;
    }
    *at += 1;
    bytes.get(*at - 1).copied()
}

fn jfif_dpi(segment: &[u8]) -> Option<f64> {
    let header = segment.strip_prefix(b"JFIF\0")?;
    let density = f64::from(u16::from_be_bytes([*header.get(3)?, *header.get(4)?]));
    match header.get(2)? {
        1 if density > 0.0 => Some(density),
        2 if density > 0.0 => Some(density * 2.54),
        _ => None,
    }
}

/// Luminance table of ISO/IEC 10918-1, annex K.1, in zigzag order.
const LUMINANCE: [u16; 64] = [
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
    60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113,
    121, 112, 100, 120, 92, 101, 103, 99,
];

fn nearest_quality(table: &[u8]) -> u8 {
    let distance = |quality: u16| -> u32 {
        let scale = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
        let scaled = LUMINANCE.iter().map(|base| ((u32::from(*base) * u32::from(scale) + 50) / 100).clamp(1, 255));
        scaled.zip(table).map(|(want, have)| want.abs_diff(u32::from(*have))).sum()
    };
    // Of several qualities with the same table the lowest, so that the floor is never passed by rounding.
    (1..=100_u16).min_by_key(|quality| distance(*quality)).unwrap_or(1) as u8
}

/// A JPEG file made for a profile.
#[derive(Debug, Clone)]
pub struct EncodedJpeg {
    pub bytes: Vec<u8>,
    pub quality: u8,
}

/// Why no file of this picture meets the profile.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum JpegError {
    #[error("even at the lowest quality {quality} the file has {kb:.1} KB, more than {max:.0}")]
    TooLarge { quality: u8, kb: f64, max: f64 },
    #[error("even at quality 100 the file has {kb:.1} KB, less than {min:.0}: the picture is nearly empty")]
    TooSmall { kb: f64, min: f64 },
    #[error("the picture cannot be encoded")]
    Encoder,
}

/// Encodes baseline, 4:2:0, with the profile's density in the JFIF header and no other metadata, at the highest
/// quality whose file is not larger than the upper aim, never below the profile's lowest quality.
///
/// Where no quality reaches the aim the accepted window counts, and outside of it this is an error.
pub fn encode_for(picture: &RgbImage, wanted: &Picture) -> Result<EncodedJpeg, JpegError> {
    let file = encode_nearest(picture, wanted)?;
    missed(&file, wanted).map_or(Ok(file), Err)
}

/// Why a file of [`encode_nearest`] lies outside the accepted window.
pub fn missed(file: &EncodedJpeg, wanted: &Picture) -> Option<JpegError> {
    let kb = kilobytes(file);
    if kb > wanted.kb_max {
        return Some(JpegError::TooLarge { quality: file.quality, kb, max: wanted.kb_max });
    }
    (kb < wanted.kb_min).then_some(JpegError::TooSmall { kb, min: wanted.kb_min })
}

/// As [`encode_for`], and where no quality fits the file of the end of their range that comes nearest.
pub fn encode_nearest(picture: &RgbImage, wanted: &Picture) -> Result<EncodedJpeg, JpegError> {
    let lowest = wanted.quality_min.clamp(1, 100);
    // Qualities below `open.start` fit, those from `open.end` on do not.
    let mut open = lowest..101;
    let mut best: Option<EncodedJpeg> = None;
    let mut quality = FIRST_QUALITY.clamp(lowest, 100);
    while !open.is_empty() {
        let tried = encode(picture, quality, wanted.dpi)?;
        let kb = kilobytes(&tried);
        if kb <= wanted.kb_aim_max {
            open.start = quality + 1;
            best = Some(tried);
        } else {
            open.end = quality;
            if quality == lowest {
                best = Some(tried);
            }
        }
        quality = quality_of(quality, kb, wanted.kb_aim_max).clamp(open.start, open.end.max(open.start + 1) - 1);
    }
    best.ok_or(JpegError::Encoder)
}

/// Where the search for a quality begins: most portraits end between 85 and 94.
const FIRST_QUALITY: u8 = 89;
/// Size goes with the steps of quantizing to about this power (drawn and real portraits: -0.5 to -0.8).
const SIZE_POWER: f64 = -0.65;

fn kilobytes(file: &EncodedJpeg) -> f64 {
    file.bytes.len() as f64 / 1024.0
}

/// The quality at which a file of `kb` at `quality` would have `aim` kilobytes, roughly.
fn quality_of(quality: u8, kb: f64, aim: f64) -> u8 {
    let steps = |quality: f64| if quality < 50.0 { 5000.0 / quality } else { 200.0 - 2.0 * quality };
    let wanted = steps(f64::from(quality)).max(1.0) * (aim.max(0.1) / kb).powf(1.0 / SIZE_POWER);
    let quality = if wanted > 100.0 { 5000.0 / wanted } else { (200.0 - wanted) / 2.0 };
    quality.round().clamp(1.0, 100.0) as u8
}

/// Encodes baseline, 4:2:0, at one quality.
pub fn encode(picture: &RgbImage, quality: u8, dpi: u16) -> Result<EncodedJpeg, JpegError> {
    let size = |side: u32| u16::try_from(side).map_err(|_too_large| JpegError::Encoder);
    let (width, height) = (size(picture.width())?, size(picture.height())?);
    let mut bytes = Vec::with_capacity(64 * 1024);
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_density(PixelDensity { density: (dpi, dpi), unit: PixelDensityUnit::Inches });
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    // Not with tables of its own: the encoder then writes one scan per channel, which not every reader understands.
    encoder.encode(picture.as_raw(), width, height, ColorType::Rgb).map_err(|_refused| JpegError::Encoder)?;
    Ok(EncodedJpeg { bytes, quality })
}
