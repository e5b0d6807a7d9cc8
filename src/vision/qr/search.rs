//! Who looks at which picture, in what order and how long: the plan of a reading.
//!
//! Work is capped by counts, not by a clock: the same picture always gives the same reading.

use image::GrayImage;
use image::imageops::{FilterType, resize};

use super::bitmap::{Bitmap, FLAT};
use super::complete::completed;
use super::finder::{self, Finder, Polarity};
use super::own::{Limits, tucai};
use super::triple::triples;
use super::{Reader, Reading, keep, readers};
use crate::domain::geometry::Point;

/// rqrr is only asked when a picture has at most this many finder patterns: its work grows with their cube.
const RQRR_FINDERS: usize = 12;
/// Smaller modules than this (pixels) are seldom read by rqrr.
const RQRR_MODULE: f32 = 3.0;
/// rqrr clones the picture for each triple of finders: larger pictures are left to the others.
const RQRR_PIXELS: u32 = 4_200_000;
/// Pictures of more pixels are read at a smaller size first.
const LARGE_PIXELS: u32 = 4_200_000;

/// Work on one preview frame.
/// rxing waits for the enhancements: preparing the frame for it takes as long as our own reading.
pub(super) const LIVE: Limits = Limits { finders: 40, triples: 40, places: 6, grids: 2, bends: 1, rxing: 0 };
/// Work on a file or a still, for each way of looking at it.
const FILE: Limits = Limits { finders: 4000, triples: 4000, places: 60, grids: 12, bends: 3, rxing: 30 };
/// Work on each enhancement of a file.
const AGAIN: Limits = Limits { finders: 200, triples: 200, places: 16, grids: 4, bends: 2, rxing: 6 };

/// The picture as it is: rqrr, our own reader while rqrr left something, rxing while nothing was read.
pub(super) fn first_look(luma: &GrayImage, limits: Limits, reading: &mut Reading) {
    let bitmap = Bitmap::of(luma, FLAT);
    let finders = finder::find(luma, &bitmap);
    if finders.len() < 3 {
        return;
    }
    if is_clean(&finders) && luma.width() * luma.height() <= RQRR_PIXELS {
        ask_rqrr(&bitmap, reading);
        let read = reading.codes.len() + reading.refused.len();
        if read > 0 && (limits.is_live() || read * 3 >= finders.len()) {
            return;
        }
    }
    ask_ours(luma, &finders, limits, reading);
    if reading.is_empty() {
        ask_rxing(&bitmap, &finders, limits, 1.0, reading);
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
    if pixels > LARGE_PIXELS {
        let factor = (LARGE_PIXELS as f32 / pixels as f32).sqrt();
        let small = scaled(luma, factor);
        let mut found = Reading::default();
        first_look(&small, FILE, &mut found);
        if found.is_empty() {
            (0..ENHANCEMENTS).for_each(|turn| look_enhanced(&small, turn, AGAIN, &mut found));
        }
        if !found.is_empty() {
            *reading = found.scaled(1.0 / factor);
            return;
        }
    }
    first_look(luma, FILE, reading);
    if pixels <= LARGE_PIXELS {
        (0..ENHANCEMENTS).for_each(|turn| look_enhanced(luma, turn, AGAIN, reading));
    }
}

/// One enhancement, chosen by the turn.
pub(super) fn enhanced(luma: &GrayImage, turn: usize, limits: Limits, reading: &mut Reading) {
    look_enhanced(luma, turn % ENHANCEMENTS, Limits { rxing: 3, ..limits }, reading);
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

/// Ways to look at a picture in which nothing was read.
const ENHANCEMENTS: usize = 5;

/// The one that looks for a finder under a reflection, dirt or a crack.
const COVERED: usize = 1;

/// Looks for finder patterns in an enhanced picture; modules are sampled from the picture itself.
fn look_enhanced(luma: &GrayImage, turn: usize, limits: Limits, reading: &mut Reading) {
    if !reading.is_empty() {
        return;
    }
    let longest = luma.width().max(luma.height());
    let (picture, factor, flat) = match turn {
        // A finder that something covers.
        COVERED => (luma.clone(), 1.0, FLAT),
        // Rings that blur has nearly closed.
        0 => (sharpened(luma, 2), 1.0, FLAT / 2),
        // A dim screen.
        2 => (luma.clone(), 1.0, 6),
        // Noise, grain and the screen's own grid.
        3 if longest >= 300 => (scaled(luma, 0.5), 0.5, FLAT / 2),
        // Modules of two pixels.
        4 if longest <= 2000 => (sharpened(&doubled(luma), 3), 2.0, FLAT / 2),
        _ => return,
    };
    let bitmap = Bitmap::of(&picture, flat);
    let back = 1.0 / factor;
    let mut finders = finder::find(&picture, &bitmap);
    if turn == COVERED {
        let more = completed(&picture, &finders);
        if more.is_empty() {
            return;
        }
        finders.extend(more);
    }
    for finder in &mut finders {
        finder.center = Point::new(finder.center.x * back, finder.center.y * back);
        finder.module *= back;
    }
    if finders.len() < 3 {
        return;
    }
    ask_ours(luma, &finders, limits, reading);
    if reading.is_empty() {
        for finder in &mut finders {
            finder.center = Point::new(finder.center.x * factor, finder.center.y * factor);
            finder.module *= factor;
        }
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

fn scaled(luma: &GrayImage, factor: f32) -> GrayImage {
    let size = |side: u32| ((side as f32 * factor).round() as u32).max(21);
    resize(luma, size(luma.width()), size(luma.height()), FilterType::Triangle)
}

/// Twice the size, half way between the pixels.
fn doubled(luma: &GrayImage) -> GrayImage {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    let raw = luma.as_raw();
    let mut out = vec![0_u8; 4 * width * height];
    for (y, line) in out.chunks_exact_mut(2 * width).enumerate() {
        let near = &raw[y / 2 * width..][..width];
        let other = if y % 2 == 0 { (y / 2).saturating_sub(1) } else { (y / 2 + 1).min(height - 1) };
        let far = &raw[other * width..][..width];
        let column = |x: usize| 3 * u16::from(near[x]) + u16::from(far[x]);
        for x in 0..width {
            let (left, here, right) = (column(x.saturating_sub(1)), column(x), column((x + 1).min(width - 1)));
            line[2 * x] = ((3 * here + left + 8) / 16) as u8;
            line[2 * x + 1] = ((3 * here + right + 8) / 16) as u8;
        }
    }
    GrayImage::from_raw(2 * luma.width(), 2 * luma.height(), out).unwrap_or_else(|| luma.clone())
}

/// Twice the difference to the mean of the pixels around (`reach` on each side) added: edges get steeper.
fn sharpened(luma: &GrayImage, reach: usize) -> GrayImage {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    let raw = luma.as_raw();
    let count = ((2 * reach + 1) * (2 * reach + 1)) as i32;
    let mut columns = vec![0_i32; width];
    let line = |y: isize| {
        let row = y.clamp(0, height as isize - 1) as usize * width;
        &raw[row..row + width]
    };
    for y in -(reach as isize)..=reach as isize {
        columns.iter_mut().zip(line(y)).for_each(|(sum, value)| *sum += i32::from(*value));
    }
    let mut out = Vec::with_capacity(raw.len());
    for y in 0..height {
        let column = |x: isize| columns[x.clamp(0, width as isize - 1) as usize];
        let mut sum: i32 = (-(reach as isize)..=reach as isize).map(column).sum();
        for x in 0..width {
            let value = i32::from(raw[y * width + x]);
            out.push((value + 2 * (value - sum / count)).clamp(0, 255) as u8);
            sum += column(x as isize + reach as isize + 1) - column(x as isize - reach as isize);
        }
        let (old, new) = (line(y as isize - reach as isize), line(y as isize + reach as isize + 1));
        columns.iter_mut().zip(old.iter().zip(new)).for_each(|(sum, (a, b))| *sum += i32::from(*b) - i32::from(*a));
    }
    GrayImage::from_raw(luma.width(), luma.height(), out).unwrap_or_else(|| luma.clone())
}
