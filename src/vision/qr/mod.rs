//! Reads QR codes out of pictures: where they are, and their exact bytes.
//!
//! Files are shown to rqrr first, then to our own reader, rxing is asked last; frames, where time is short, to our own
//! reader alone. Each only samples the symbol: correction and the parsing of segments are the same for all, so that one
//! code is one sequence of bytes.

mod bitmap;
mod complete;
mod correct;
mod cover;
mod crowd;
mod equalize;
mod finder;
mod follow;
mod fuse;
mod grid;
mod homography;
mod layout;
mod live;
mod own;
mod pattern;
mod place;
mod prepare;
mod readers;
mod search;
mod segments;
mod symbol;
mod timing;
mod triple;
mod unread;
mod warp;
mod witness;

use image::GrayImage;

use crate::domain::code::{CodeSymbol, SubjectCode};
use crate::domain::geometry::{Point, Rect};
use finder::Finder;
pub(crate) use grid::GreyGrid;
pub use live::{CodeWatch, LiveReader, LiveReading, Sureness};
use readers::Found;
use search::Pace;
pub use segments::{SegmentError, segments};
pub use symbol::Correction;
use symbol::{Decoded, Undecoded};
pub use unread::{Aid, Unread, unread};
pub use witness::{sharpness, witness_crop};

/// How long a reading may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// A frame of the preview as it is: what a stream can afford (the bench `reading` has its times).
    Live,
    /// The same frame through one enhancement, the next one with each turn; for frames in which nothing was read.
    Enhanced { turn: usize },
    /// A file or a still: everything, while nothing is read.
    Thorough,
}

/// Who found and sampled the symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reader {
    Rqrr,
    /// This program's own.
    Tucai,
    Rxing,
}

impl Reader {
    pub const ALL: [Self; 3] = [Self::Rqrr, Self::Tucai, Self::Rxing];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rqrr => "rqrr",
            Self::Tucai => "tucai",
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
    /// Module grids of symbols that are there and could not be read, likeliest first.
    pub(crate) unread: Vec<GreyGrid>,
    /// What was looked through in a frame: finder patterns of the frame itself, and how many whole ones any view showed.
    finders: Vec<Finder>,
    traces: usize,
}

impl Reading {
    /// Finder patterns that may belong to a symbol were seen.
    fn has_traces(&self) -> bool {
        self.traces >= search::TRACES
    }

    fn is_empty(&self) -> bool {
        self.codes.is_empty() && self.refused.is_empty()
    }

    fn sorted(mut self) -> Self {
        self.codes.sort_by(|a, b| b.area().total_cmp(&a.area()));
        self
    }

    /// The same in a picture `factor` times as large.
    fn scaled(mut self, factor: f32) -> Self {
        let places = self.codes.iter_mut().map(|code| &mut code.corners);
        let places = places.chain(self.refused.iter_mut().map(|symbol| &mut symbol.corners));
        for corners in places.chain(self.unread.iter_mut().map(|grid| &mut grid.corners)) {
            *corners = corners.map(|p| Point::new(p.x * factor, p.y * factor));
        }
        self
    }
}

/// The codes in a picture, largest first.
pub fn read_codes(luma: &GrayImage, effort: Effort) -> Vec<ReadCode> {
    read(luma, effort).codes
}

/// The codes in a picture, and the symbols that were refused with the reason.
pub fn read(luma: &GrayImage, effort: Effort) -> Reading {
    let mut reading = Reading::default();
    if luma.width().min(luma.height()) >= 21 {
        match effort {
            Effort::Live => search::live_look(luma, Pace::Whole, &mut reading),
            Effort::Enhanced { turn } => search::enhanced(luma, turn, &mut reading),
            Effort::Thorough => search::thorough(luma, &mut reading),
        }
    }
    reading.sorted()
}

/// The next frame of a camera.
fn read_frame(luma: &GrayImage, pace: Pace) -> Reading {
    let mut reading = Reading::default();
    if luma.width().min(luma.height()) >= 21 {
        search::live_look(luma, pace, &mut reading);
    }
    reading.sorted()
}

/// What one reader alone sees in the picture as it is, for comparing them.
pub fn read_with(luma: &GrayImage, reader: Reader) -> Reading {
    let mut reading = Reading::default();
    if luma.width().min(luma.height()) >= 21 {
        search::one_reader(luma, reader, &mut reading);
    }
    reading
}

/// Adds what was found, unless something was already read at that place.
fn keep(found: Found, reader: Reader, reading: &mut Reading) {
    let mut corners = found.corners;
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
