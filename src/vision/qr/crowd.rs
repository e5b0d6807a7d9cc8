//! Where a picture is crowded with small dark and light both along rows and along columns, as a symbol is: a cheap look
//! that says which part of a frame deserves a dear one. What is there is decided by others.

use image::{GrayImage, imageops};

/// Side of the squares that are judged, pixels.
const BLOCK: usize = 16;
/// Rows of one that are asked: whatever the size of modules, some of them are near to an edge of theirs.
const ROWS: [usize; 4] = [2, 7, 10, 13];
/// Pixels that are compared lie so far apart.
const APART: usize = 2;
/// Mean difference (grey levels) from which a square is crowded, and what noise adds to it.
const LEAST: f32 = 5.0;
const OF_NOISE: f32 = 2.2;
/// Fewer squares than this are too small for a symbol whose finder patterns need help.
const FEWEST: usize = 12;
/// Share of the squares between its ends that a place must fill: a symbol on its tip fills half.
const FILLED: f32 = 0.35;
/// Longer by more than this than it is wide is no symbol.
const LONGEST: usize = 3;
/// A place of more than this share of the picture saves nothing.
const LARGEST: f32 = 0.5;

/// A part of a picture, pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Crowd {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
}

impl Crowd {
    /// That part alone.
    pub(super) fn cut(&self, luma: &GrayImage) -> GrayImage {
        imageops::crop_imm(luma, self.left, self.top, self.width, self.height).to_image()
    }
}

/// The largest crowded part, with a margin; `grain` is the deviation of the picture's noise.
pub(super) fn crowd(luma: &GrayImage, grain: f32) -> Option<Crowd> {
    let (across, down) = (luma.width() as usize / BLOCK, luma.height() as usize / BLOCK);
    let mut waiting = crowded(luma, across, down, LEAST + OF_NOISE * grain);
    let mut best: Option<(usize, [usize; 4])> = None;
    for first in 0..waiting.len() {
        let Some((count, ends)) = together(&mut waiting, across, first) else { continue };
        let [left, top, right, bottom] = ends;
        let (width, height) = (right - left + 1, bottom - top + 1);
        let shaped = width <= LONGEST * height && height <= LONGEST * width;
        let filled = count as f32 >= FILLED * (width * height) as f32;
        if count >= FEWEST && shaped && filled && best.is_none_or(|(most, _)| count > most) {
            best = Some((count, ends));
        }
    }
    let (_, [left, top, right, bottom]) = best?;
    let (left, top) = (left.saturating_sub(1) * BLOCK, top.saturating_sub(1) * BLOCK);
    let right = ((right + 2) * BLOCK).min(luma.width() as usize);
    let bottom = ((bottom + 2) * BLOCK).min(luma.height() as usize);
    let (width, height) = (right - left, bottom - top);
    let whole = luma.width() as f32 * luma.height() as f32;
    let small = (width * height) as f32 <= LARGEST * whole;
    small.then_some(Crowd { left: left as u32, top: top as u32, width: width as u32, height: height as u32 })
}

/// Whether each square of the picture is crowded, row-major.
fn crowded(luma: &GrayImage, across: usize, down: usize, least: f32) -> Vec<bool> {
    let width = luma.width() as usize;
    let limit = (least * (BLOCK * ROWS.len()) as f32) as u32;
    let mut found = Vec::with_capacity(across * down);
    let mut sums = vec![(0_u32, 0_u32); across];
    for line in 0..down {
        sums.fill((0, 0));
        for y in ROWS.map(|row| line * BLOCK + row) {
            let row = |y: usize| &luma.as_raw()[y * width..][..width];
            let (here, below) = (row(y), row(y + APART));
            for (column, (along, beside)) in sums.iter_mut().enumerate() {
                let from = column * BLOCK;
                let until = (from + BLOCK).min(width - APART);
                *along = along.wrapping_add(differences(&here[from..until], &here[from + APART..]));
                *beside = beside.wrapping_add(differences(&here[from..until], &below[from..]));
            }
        }
        found.extend(sums.iter().map(|(along, beside)| *along.min(beside) >= limit));
    }
    found
}

/// At most sixteen bytes: no sum overflows.
fn differences(a: &[u8], b: &[u8]) -> u32 {
    a.iter().zip(b).fold(0_u32, |sum, (a, b)| sum.wrapping_add(u32::from(a.abs_diff(*b))))
}

/// Takes out the crowded squares that hang together with `first`: how many, and their left, top, right and bottom ends.
fn together(waiting: &mut [bool], across: usize, first: usize) -> Option<(usize, [usize; 4])> {
    if !waiting[first] {
        return None;
    }
    waiting[first] = false;
    let (mut open, mut count) = (vec![first], 0);
    let mut ends = [usize::MAX, usize::MAX, 0, 0];
    while let Some(at) = open.pop() {
        let (column, row) = (at % across, at / across);
        count += 1;
        ends = [ends[0].min(column), ends[1].min(row), ends[2].max(column), ends[3].max(row)];
        for near in (row.saturating_sub(1)..=row + 1).flat_map(|row| {
            (column.saturating_sub(1)..(column + 2).min(across)).map(move |column| row * across + column)
        }) {
            if waiting.get(near) == Some(&true) {
                waiting[near] = false;
                open.push(near);
            }
        }
    }
    Some((count, ends))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// A chequered square on grey, every module of four pixels decided by its place.
    fn square(left: u32, top: u32, side: u32) -> GrayImage {
        GrayImage::from_fn(640, 360, |x, y| {
            let inside = (left..left + side).contains(&x) && (top..top + side).contains(&y);
            let hash = (x / 4).wrapping_mul(0x9E37_79B1) ^ (y / 4).wrapping_mul(0x85EB_CA77);
            let dark = hash.wrapping_mul(0xC2B2_AE35) >> 31 == 1;
            Luma([if inside { if dark { 30 } else { 220 } } else { 128 }])
        })
    }

    #[test]
    fn a_square_of_modules_is_found_with_a_margin_wherever_it_stands() {
        for (left, top) in [(0, 0), (200, 90), (440, 160), (317, 43)] {
            let picture = square(left, top, 200);
            let found = crowd(&picture, 1.0).unwrap();
            assert!(found.left <= left && found.top <= top, "{found:?}");
            let (right, bottom) = (found.left + found.width, found.top + found.height);
            assert!(right >= left + 200 && bottom >= top + 200, "{found:?}");
            assert!(found.width <= 264 && found.height <= 264, "{found:?}");
            assert_eq!(found.cut(&picture).dimensions(), (found.width, found.height));
        }
    }

    #[test]
    fn stripes_slopes_and_small_or_endless_things_are_no_crowd() {
        let stripes = GrayImage::from_fn(640, 360, |x, _| Luma([if x / 4 % 2 == 0 { 20 } else { 230 }]));
        let slope = GrayImage::from_fn(640, 360, |x, y| Luma([((x + y) / 5) as u8]));
        let line =
            GrayImage::from_fn(640, 360, |x, y| Luma([if y < 40 && (x / 4 + y / 4) % 2 == 0 { 20 } else { 230 }]));
        for picture in [stripes, slope, line, square(100, 100, 40), GrayImage::new(0, 0), GrayImage::new(15, 400)] {
            assert_eq!(crowd(&picture, 1.0), None);
        }
        let everywhere = GrayImage::from_fn(640, 360, |x, y| Luma([if (x / 4 + y / 4) % 2 == 0 { 20 } else { 230 }]));
        assert_eq!(crowd(&everywhere, 1.0), None, "nothing to save");
    }
}
