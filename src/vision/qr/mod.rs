//! Reads QR codes out of pictures: where they are, and their exact bytes.
//!
//! rqrr reads live frames, rxing is asked when rqrr finds nothing. Either only samples the symbol: correction and
//! the parsing of segments are the same for both, so that one code is one sequence of bytes.

mod correct;
mod equalize;
mod finder;
mod grid;
mod homography;
mod layout;
mod readers;
mod segments;
mod symbol;
mod witness;

use image::GrayImage;
use image::imageops::{FilterType, resize};

use crate::domain::code::{CodeSymbol, SubjectCode};
use crate::domain::geometry::{Point, Rect};
use finder::{Bitmap, Finder};
use readers::Found;
pub use segments::{SegmentError, segments};
pub(crate) use grid::GreyGrid;
pub use symbol::Correction;
pub(crate) use symbol::{Decoded, Undecoded, decode_grid};
pub use witness::witness_crop;

/// rqrr is only asked when a picture has at most this many finder patterns: its work grows with their cube.
const RQRR_FINDERS: usize = 12;
/// Triples that rxing may try on a live frame and on a file.
const LIVE_TRIPLES: usize = 6;
const FILE_TRIPLES: usize = 60;

/// How long a reading may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// A frame of the preview: one scale, dark on light only; under 50 ms.
    Live,
    /// A file or a still: every scale, light on dark too.
    Thorough,
}

/// Which library sampled the symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reader {
    Rqrr,
    Rxing,
}

impl Reader {
    pub const ALL: [Self; 2] = [Self::Rqrr, Self::Rxing];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rqrr => "rqrr",
            Self::Rxing => "rxing",
        }
    }
}

/// A code in a picture.
#[derive(Debug, Clone)]
pub struct ReadCode {
    pub code: SubjectCode,
    /// What is needed to draw the symbol again.
    pub symbol: CodeSymbol,
    /// Of the symbol itself: top left, top right, bottom right, bottom left, pixels of the picture.
    pub corners: [Point; 4],
    pub reader: Reader,
    /// The symbol is seen in a mirror: a fault of the camera's setting.
    pub mirrored: bool,
    /// What its correction had to mend.
    pub correction: Correction,
}

impl ReadCode {
    /// Area of the symbol in the picture, square pixels.
    pub fn area(&self) -> f32 {
        area(&self.corners)
    }
}

/// A symbol that was read whole and is no code that this program takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RefusedSymbol {
    pub corners: [Point; 4],
    pub why: SegmentError,
}

/// Everything that a picture holds.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Largest first, each place once.
    pub codes: Vec<ReadCode>,
    pub refused: Vec<RefusedSymbol>,
}

/// The codes in a picture, largest first.
pub fn read_codes(luma: &GrayImage, effort: Effort) -> Vec<ReadCode> {
    read(luma, effort).codes
}

/// The codes in a picture, and the symbols that were refused with the reason.
pub fn read(luma: &GrayImage, effort: Effort) -> Reading {
    let mut reading = Reading::default();
    if luma.width().min(luma.height()) < 21 {
        return reading;
    }
    read_scaled(luma, 1.0, effort, &mut reading);
    if effort == Effort::Thorough {
        read_with_patience(luma, &mut reading);
    }
    reading.codes.sort_by(|a, b| b.area().total_cmp(&a.area()));
    reading
}

/// What one reader alone sees at full size, for comparing the two.
pub fn read_with(luma: &GrayImage, reader: Reader) -> Reading {
    let mut reading = Reading::default();
    let bitmap = Bitmap::of(luma);
    match reader {
        Reader::Rqrr => ask_rqrr(&bitmap, 1.0, &mut reading),
        Reader::Rxing => ask_rxing(&bitmap, &finder::find(&bitmap), Effort::Thorough, 1.0, &mut reading),
    }
    reading
}

/// Other scales, then light on dark: only while nothing was found.
fn read_with_patience(luma: &GrayImage, reading: &mut Reading) {
    let longest = luma.width().max(luma.height()) as f32;
    let scales = [1.0, 0.5, 0.25, 2.0].into_iter().filter(|scale| {
        *scale == 1.0 || (*scale < 1.0 && longest * scale >= 200.0) || (*scale > 1.0 && longest * scale <= 2600.0)
    });
    let mut inverted = luma.clone();
    image::imageops::invert(&mut inverted);
    for scale in scales {
        for (picture, known) in [(luma, scale == 1.0), (&inverted, false)] {
            if !reading.codes.is_empty() || !reading.refused.is_empty() {
                return;
            }
            if known {
                continue;
            }
            if scale == 1.0 {
                read_scaled(picture, 1.0, Effort::Thorough, reading);
            } else {
                let size = |side: u32| ((side as f32 * scale).round() as u32).max(21);
                let scaled = resize(picture, size(picture.width()), size(picture.height()), FilterType::Triangle);
                read_scaled(&scaled, 1.0 / scale, Effort::Thorough, reading);
            }
        }
    }
}

/// Reads one picture; `back` takes its pixels to those of the caller's picture.
fn read_scaled(luma: &GrayImage, back: f32, effort: Effort, reading: &mut Reading) {
    let bitmap = Bitmap::of(luma);
    let finders = finder::find(&bitmap);
    if finders.len() < 3 {
        return;
    }
    let before = reading.codes.len() + reading.refused.len();
    if finders.len() <= RQRR_FINDERS {
        ask_rqrr(&bitmap, back, reading);
    }
    let rqrr_found = reading.codes.len() + reading.refused.len() - before;
    if rqrr_found > 0 && (effort == Effort::Live || rqrr_found * 3 >= finders.len()) {
        return;
    }
    ask_rxing(&bitmap, &finders, effort, back, reading);
}

fn ask_rqrr(bitmap: &Bitmap, back: f32, reading: &mut Reading) {
    for found in readers::rqrr(bitmap) {
        keep(found, back, Reader::Rqrr, reading);
    }
}

fn ask_rxing(bitmap: &Bitmap, finders: &[Finder], effort: Effort, back: f32, reading: &mut Reading) {
    let (cap, limit) = match effort {
        Effort::Live => (RQRR_FINDERS, LIVE_TRIPLES),
        Effort::Thorough => (4 * RQRR_FINDERS, FILE_TRIPLES),
    };
    let triples = finder::triples(finders, cap);
    if triples.is_empty() {
        return;
    }
    let Some(matrix) = readers::bit_matrix(bitmap) else { return };
    for triple in triples.iter().take(limit) {
        if let Some(found) = readers::rxing(&matrix, triple) {
            keep(found, back, Reader::Rxing, reading);
        }
    }
}

/// Adds what was found, unless something was already read at that place.
fn keep(found: Found, back: f32, reader: Reader, reading: &mut Reading) {
    let mut corners = found.corners.map(|p| Point::new(p.x * back, p.y * back));
    if !corners.iter().all(|p| p.x.is_finite() && p.y.is_finite()) {
        return;
    }
    let taken = reading.codes.iter().map(|code| &code.corners).chain(reading.refused.iter().map(|r| &r.corners));
    if taken.into_iter().any(|known| bounds(known).overlap(bounds(&corners)) > 0.3) {
        return;
    }
    match found.decoded {
        Ok(decoded) => {
            if decoded.mirrored {
                corners.swap(1, 3);
            }
            let Decoded { code, symbol, mirrored, correction } = decoded;
            reading.codes.push(ReadCode { code, symbol, corners, reader, mirrored, correction });
        }
        Err(Undecoded::Refused(why)) => reading.refused.push(RefusedSymbol { corners, why }),
        Err(Undecoded::NoSymbol) => {}
    }
}

fn area(corners: &[Point; 4]) -> f32 {
    let twice: f32 = (0..4)
        .map(|i| {
            let (a, b) = (corners[i], corners[(i + 1) % 4]);
            a.x * b.y - b.x * a.y
        })
        .sum();
    twice.abs() / 2.0
}

fn bounds(corners: &[Point; 4]) -> Rect {
    let (mut left, mut top, mut right, mut bottom) = (f32::MAX, f32::MAX, f32::MIN, f32::MIN);
    for p in corners {
        (left, top, right, bottom) = (left.min(p.x), top.min(p.y), right.max(p.x), bottom.max(p.y));
    }
    Rect::new(left, top, right - left, bottom - top)
}
