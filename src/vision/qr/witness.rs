//! The witness: the phone's screen around the code, turned upright and square to the eye.
//!
//! The tail of the ID number stands above, beside or below the code on that screen; this crop is what ties person and
//! code.

use image::{GrayImage, Rgb, RgbImage};

use super::homography::Homography;
use crate::domain::geometry::Point;

/// Width and height of the crop over the side of the code: a code takes three quarters of a phone's width, and lines
/// of text stand above and below it.
const REACH: (f32, f32) = (1.6, 2.2);
/// Side of the code in the crop is at most this, pixels, so that a witness stays small.
const LARGEST_CODE: f32 = 480.0;
/// Places per side of the code at which sharpness is measured.
const PLACES: u32 = 96;

/// The screen around the code, upright and square to the eye, 1.6 times the code's width and 2.2 times its height,
/// RGB8; less where the picture ends.
///
/// `corners` are those of a `ReadCode`; the code's homography takes out the angle at which it was held. `None` when
/// the corners span no area. A mirrored symbol's surroundings come out as they would look unmirrored.
pub fn witness_crop(picture: &RgbImage, corners: &[Point; 4]) -> Option<RgbImage> {
    let sides = (0..4).map(|i| corners[i].distance(corners[(i + 1) % 4]));
    let side = sides.fold(0.0_f32, f32::max).clamp(24.0, LARGEST_CODE);
    let square = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| Point::new(x, y));
    let map = Homography::between(square, *corners)?;
    let inside = |x: f32, y: f32| {
        let at = map.map(x, y);
        at.x >= 0.0 && at.y >= 0.0 && at.x < picture.width() as f32 && at.y < picture.height() as f32
    };
    let middle = side / 2.0;
    // How far each way out of the code stays in the picture, in steps of a hundredth of the side.
    let reach = |dx: f32, dy: f32, most: f32| {
        let step = side / 100.0;
        let steps = (most / step) as u32;
        let out = |n: u32| middle + n as f32 * step;
        let stays = |n: &u32| inside(middle + dx * out(*n), middle + dy * out(*n));
        (0..=steps).take_while(stays).last().unwrap_or(0) as f32 * step
    };
    let (wide, high) = (side * (REACH.0 - 1.0) / 2.0, side * (REACH.1 - 1.0) / 2.0);
    let (left, right) = (reach(-1.0, 0.0, wide), reach(1.0, 0.0, wide));
    let (above, below) = (reach(0.0, -1.0, high), reach(0.0, 1.0, high));
    let (width, height) = ((left + side + right).round() as u32, (above + side + below).round() as u32);
    Some(RgbImage::from_fn(width, height, |x, y| {
        sample(picture, map.map(x as f32 + 0.5 - left, y as f32 + 0.5 - above))
    }))
}

/// How sharp and large a code is seen: comparable between frames of one hold only. Grows with the steepness of its
/// edges and with its size.
pub fn sharpness(luma: &GrayImage, corners: &[Point; 4]) -> f32 {
    let square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)].map(|(x, y)| Point::new(x, y));
    let Some(map) = Homography::between(square, *corners) else { return 0.0 };
    let (width, height) = luma.dimensions();
    let (mut sum, mut count) = (0.0_f32, 0_u32);
    for place in 0..PLACES * PLACES {
        let share = |n: u32| (n as f32 + 0.5) / PLACES as f32;
        let at = map.map(share(place % PLACES), share(place / PLACES));
        if !(at.x >= 0.0 && at.y >= 0.0 && at.x < width as f32 - 1.0 && at.y < height as f32 - 1.0) {
            continue;
        }
        let (x, y) = (at.x as u32, at.y as u32);
        let value = |x: u32, y: u32| f32::from(luma.get_pixel(x, y).0[0]);
        let (across, down) = (value(x + 1, y) - value(x, y), value(x, y + 1) - value(x, y));
        sum += across * across + down * down;
        count += 1;
    }
    let side = (0..4).map(|i| corners[i].distance(corners[(i + 1) % 4])).sum::<f32>() / 4.0;
    sum / count.max(1) as f32 * side
}

/// Bilinear; black outside.
fn sample(picture: &RgbImage, at: Point) -> Rgb<u8> {
    let (x, y) = (at.x - 0.5, at.y - 0.5);
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    if !(x > -1.0 && y > -1.0 && x < width && y < height) {
        return Rgb([0, 0, 0]);
    }
    let (x0, y0) = (x.floor(), y.floor());
    let (fx, fy) = (x - x0, y - y0);
    let pixel = |dx: f32, dy: f32| {
        let px = (x0 + dx).clamp(0.0, width - 1.0) as u32;
        let py = (y0 + dy).clamp(0.0, height - 1.0) as u32;
        picture.get_pixel(px, py).0
    };
    let (a, b, c, d) = (pixel(0.0, 0.0), pixel(1.0, 0.0), pixel(0.0, 1.0), pixel(1.0, 1.0));
    let mix = |i: usize| {
        let top = f32::from(a[i]) * (1.0 - fx) + f32::from(b[i]) * fx;
        let bottom = f32::from(c[i]) * (1.0 - fx) + f32::from(d[i]) * fx;
        (top * (1.0 - fy) + bottom * fy).round() as u8
    };
    Rgb([mix(0), mix(1), mix(2)])
}
