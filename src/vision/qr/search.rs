//! Who looks at which picture, in what order and how long: the plan of a reading.
//!
//! Work is capped by counts, not by a clock: the same picture always gives the same reading.
//!
//! A frame is looked at by our own reader alone: measured on 720 drawn frames it reads all that rqrr reads in a third
//! of the time, and finder patterns show best in the frame at half its size. A file is shown to rqrr first, then to
//! all others.

use std::borrow::Cow;

use image::GrayImage;

use super::bitmap::{Bitmap, FLAT};
use super::complete::completed;
use super::crowd::crowd;
use super::finder::{self, Finder, Polarity};
use super::own::{Limits, tucai};
use super::prepare::{doubled, grain, halved, scaled, sharpened, smoothed};
use super::triple::triples;
use super::{GreyGrid, Reader, Reading, keep, readers};
use crate::domain::geometry::Point;

/// rqrr is only asked when a picture has at most this many finder patterns: its work grows with their cube.
const RQRR_FINDERS: usize = 12;
/// Smaller modules than this (pixels) are seldom read by rqrr.
const RQRR_MODULE: f32 = 3.0;
/// rqrr clones the picture for each triple of finders: larger pictures are left to the others.
const RQRR_PIXELS: u32 = 4_200_000;
/// Pictures of more pixels are read at a smaller size first.
const LARGE_PIXELS: u32 = 4_200_000;

/// Work on each look at a preview frame.
/// rxing waits for the enhancements: preparing the frame for it takes as long as our own reading.
pub(super) const LIVE: Limits =
    Limits { finders: 40, triples: 40, places: 6, searches: 2, grids: 2, bends: 1, rxing: 0 };
/// Work on its crowded part, twice at most.
const CROWD: Limits = Limits { triples: 12, places: 3, searches: 2, grids: 1, ..LIVE };
/// Work on a file or a still, for each way of looking at it.
const FILE: Limits = Limits { finders: 4000, triples: 4000, places: 60, searches: 40, grids: 12, bends: 3, rxing: 30 };
/// Work on each enhancement of a file.
const AGAIN: Limits = Limits { finders: 200, triples: 200, places: 16, searches: 10, grids: 4, bends: 2, rxing: 6 };

/// Noise (grey levels) in which a search of every pixel would take longer than a frame may.
const GRAINY: f32 = 4.0;

/// The longer side of a picture that is worth halving, pixels.
const SHORTEST_HALVED: u32 = 300;

/// Ways to make finder patterns stand out. The modules are always sampled from the picture itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Plain,
    /// Noise, grain and the screen's own grid vanish; a quarter of the work.
    Halved,
    /// The same where noise is left: faint rings are not looked at.
    HalvedFirm,
    /// The same with rings opened that blur has nearly closed.
    HalvedSharpened,
    /// Small modules in noise.
    Smoothed,
    Sharpened,
    /// A finder that a reflection, dirt or a crack covers is looked for where two others promise it.
    Covered,
    /// A dim screen.
    Dim,
    /// Modules of two pixels.
    Doubled,
}

/// Ways to look at a picture in which nothing was read.
const ENHANCEMENTS: [View; 5] = [View::Sharpened, View::Covered, View::Dim, View::Halved, View::Doubled];

impl View {
    /// The picture to search, its size over that of the frame, and what counts as flat; `None` where it is no use.
    fn of(self, luma: &GrayImage) -> Option<(Cow<'_, GrayImage>, f32, u8)> {
        let longest = luma.width().max(luma.height());
        let made = Cow::Owned::<GrayImage>;
        match self {
            Self::Plain | Self::Covered => Some((Cow::Borrowed(luma), 1.0, FLAT)),
            Self::Dim => Some((Cow::Borrowed(luma), 1.0, 6)),
            Self::Smoothed => Some((made(smoothed(luma)), 1.0, FLAT)),
            Self::Sharpened => Some((made(sharpened(luma, 2)), 1.0, FLAT / 2)),
            Self::Halved if longest >= SHORTEST_HALVED => Some((made(halved(luma)), 0.5, FLAT / 2)),
            Self::HalvedFirm if longest >= SHORTEST_HALVED => Some((made(halved(luma)), 0.5, FLAT)),
            Self::HalvedSharpened if longest >= SHORTEST_HALVED => {
                Some((made(sharpened(&halved(luma), 2)), 0.5, FLAT / 2))
            }
            Self::Doubled if longest <= 2000 => Some((made(sharpened(&doubled(luma), 3)), 2.0, FLAT / 2)),
            Self::Halved | Self::HalvedFirm | Self::HalvedSharpened | Self::Doubled => None,
        }
    }
}

/// Views of a preview frame.
const FRAME: [View; 3] = [View::Halved, View::HalvedSharpened, View::Plain];
/// The same in noise, where only what stands out from it counts.
const GRAINY_FRAME: [View; 3] = [View::HalvedFirm, View::Halved, View::Smoothed];

/// How much of a look a frame gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// Every view.
    Whole,
    /// Nothing was to be seen of late: the frame at half its size, and besides either as it is or sharpened, while its
    /// finder patterns do not tell of a symbol.
    Idle { sharpened: bool, crowd: Crowded },
}

/// Whether the crowded part of a frame is looked at more closely when nothing was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Crowded {
    Asked,
    Left,
}

/// So many finder patterns with rings whole but for one way, seen in so many rows, may belong to a symbol.
pub(super) const TRACES: usize = 2;
const WHOLE_RINGS: f32 = 0.93;
const LEAST_VOTES: u32 = 3;

/// A preview frame: at half its size, sharpened, and as it is, until a symbol is read or its place is sure.
pub(super) fn live_look(luma: &GrayImage, pace: Pace, reading: &mut Reading) {
    let grain = grain(luma);
    let views = if grain > GRAINY { GRAINY_FRAME } else { FRAME };
    let (left_out, asked) = match pace {
        Pace::Whole => (None, Crowded::Asked),
        Pace::Idle { sharpened: true, crowd } => (Some(2), crowd),
        Pace::Idle { sharpened: false, crowd } => (Some(1), crowd),
    };
    for (place, view) in views.into_iter().enumerate() {
        if left_out == Some(place) && !reading.has_traces() {
            continue;
        }
        look_through(luma, view, LIVE, reading);
        if !reading.is_empty() || reading.unread.iter().any(GreyGrid::is_placed) {
            return;
        }
    }
    if asked == Crowded::Asked && grain <= GRAINY {
        look_at_crowd(luma, grain, reading);
    }
}

/// Sharpens the crowded part of a frame alone, in its full size, and looks for hidden finder patterns there.
fn look_at_crowd(luma: &GrayImage, grain: f32, reading: &mut Reading) {
    let Some(crowd) = crowd(luma, grain) else { return };
    let part = crowd.cut(luma);
    let picture = sharpened(&part, 2);
    let mut finders = finder::find(&picture, &Bitmap::of(&picture, FLAT / 2));
    let moved = |finders: &[Finder]| -> Vec<Finder> {
        let place = |at: Point| Point::new(at.x + crowd.left as f32, at.y + crowd.top as f32);
        finders.iter().map(|finder| Finder { center: place(finder.center), ..*finder }).collect()
    };
    ask_ours(luma, &moved(&finders), CROWD, reading);
    if !reading.is_empty() || reading.unread.iter().any(GreyGrid::is_placed) {
        return;
    }
    let more = completed(&part, &finders);
    if !more.is_empty() {
        finders.extend(more);
        ask_ours(luma, &moved(&finders), CROWD, reading);
    }
}

/// A file as it is: rqrr, our own reader while rqrr left something, rxing while nothing was read.
fn first_look(luma: &GrayImage, reading: &mut Reading) {
    let bitmap = Bitmap::of(luma, FLAT);
    let finders = finder::find(luma, &bitmap);
    if finders.len() < 3 {
        return;
    }
    if is_clean(&finders) && luma.width() * luma.height() <= RQRR_PIXELS {
        ask_rqrr(&bitmap, reading);
        let read = reading.codes.len() + reading.refused.len();
        if read > 0 && read * 3 >= finders.len() {
            return;
        }
    }
    ask_ours(luma, &finders, FILE, reading);
    if reading.is_empty() {
        ask_rxing(&bitmap, &finders, FILE, 1.0, reading);
    }
}

/// Whether rqrr may be asked: three or more finders with whole rings, not too small for it, and few others.
fn is_clean(finders: &[Finder]) -> bool {
    let upright = || finders.iter().filter(|finder| finder.polarity == Polarity::DarkOnLight);
    let whole = upright().filter(|finder| finder.rings > 0.93 && finder.module >= RQRR_MODULE).count();
    whole >= 3 && upright().count() <= RQRR_FINDERS
}

/// Everything on a file: other sizes and enhancements only while nothing was read.
pub(super) fn thorough(luma: &GrayImage, reading: &mut Reading) {
    let pixels = luma.width() * luma.height();
    let all = |luma: &GrayImage, found: &mut Reading| {
        for view in ENHANCEMENTS.into_iter().chain([View::HalvedSharpened]) {
            if found.is_empty() {
                look_through(luma, view, AGAIN, found);
            }
        }
    };
    if pixels > LARGE_PIXELS {
        let factor = (LARGE_PIXELS as f32 / pixels as f32).sqrt();
        let small = scaled(luma, factor);
        let mut found = Reading::default();
        first_look(&small, &mut found);
        all(&small, &mut found);
        if !found.is_empty() {
            *reading = found.scaled(1.0 / factor);
            return;
        }
    }
    first_look(luma, reading);
    if pixels <= LARGE_PIXELS {
        all(luma, reading);
    }
}

/// One enhancement of a frame, chosen by the turn. Noise the others only make stronger: there the halved frame, which
/// our own reader has had already, goes to rxing.
pub(super) fn enhanced(luma: &GrayImage, turn: usize, reading: &mut Reading) {
    let view = ENHANCEMENTS[turn % ENHANCEMENTS.len()];
    // A small picture that is all modules looks grainy, too.
    let large = luma.width().max(luma.height()) >= SHORTEST_HALVED;
    let (view, triples) = if large && grain(luma) > GRAINY { (View::Halved, 0) } else { (view, LIVE.triples) };
    look_through(luma, view, Limits { triples, rxing: 3, ..LIVE }, reading);
}

/// One reader alone on the picture as it is.
pub(super) fn one_reader(luma: &GrayImage, reader: Reader, reading: &mut Reading) {
    let bitmap = Bitmap::of(luma, FLAT);
    match reader {
        Reader::Rqrr => ask_rqrr(&bitmap, reading),
        Reader::Tucai => ask_ours(luma, &finder::find(luma, &bitmap), FILE, reading),
        Reader::Rxing => ask_rxing(&bitmap, &finder::find(luma, &bitmap), FILE, 1.0, reading),
    }
}

/// Looks for finder patterns through a view and asks our own reader about them, then rxing.
fn look_through(luma: &GrayImage, view: View, limits: Limits, reading: &mut Reading) {
    let Some((picture, factor, flat)) = view.of(luma) else { return };
    let bitmap = Bitmap::of(&picture, flat);
    let mut finders = finder::find(&picture, &bitmap);
    if view == View::Covered {
        let more = completed(&picture, &finders);
        if more.is_empty() {
            return;
        }
        finders.extend(more);
    }
    let scale = |finders: &mut [Finder], by: f32| {
        for finder in finders {
            finder.center = Point::new(finder.center.x * by, finder.center.y * by);
            finder.module *= by;
        }
    };
    let back = 1.0 / factor;
    scale(&mut finders, back);
    let is_whole = |finder: &&Finder| finder.rings >= WHOLE_RINGS && finder.votes >= LEAST_VOTES;
    reading.traces = reading.traces.max(finders.iter().filter(is_whole).count());
    if matches!(view, View::Plain | View::Smoothed) {
        reading.finders.clone_from(&finders);
    }
    if finders.len() < 3 {
        return;
    }
    ask_ours(luma, &finders, limits, reading);
    if reading.is_empty() {
        scale(&mut finders, factor);
        ask_rxing(&bitmap, &finders, limits, back, reading);
    }
}

fn ask_rqrr(bitmap: &Bitmap, reading: &mut Reading) {
    for found in readers::rqrr(bitmap) {
        keep(found, Reader::Rqrr, reading);
    }
}

fn ask_ours(luma: &GrayImage, finders: &[Finder], limits: Limits, reading: &mut Reading) {
    let (read, unread) = tucai(luma, finders, limits);
    for found in read {
        keep(found, Reader::Tucai, reading);
    }
    reading.unread.extend(unread);
}

/// `back` takes the bitmap's pixels to those of the caller's picture.
fn ask_rxing(bitmap: &Bitmap, finders: &[Finder], limits: Limits, back: f32, reading: &mut Reading) {
    if limits.rxing == 0 {
        return;
    }
    let triples = triples(finders, limits.finders);
    if triples.is_empty() {
        return;
    }
    let Some(matrix) = readers::bit_matrix(bitmap) else { return };
    let upright = triples.iter().filter(|triple| triple.polarity() == Polarity::DarkOnLight);
    for triple in upright.take(limits.rxing) {
        if let Some(found) = readers::rxing(&matrix, triple) {
            keep(found.scaled(back), Reader::Rxing, reading);
        }
    }
}
