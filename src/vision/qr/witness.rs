//! The witness: the phone's screen around the code, turned upright.
//!
//! The tail of the ID number stands beside the code on that screen; this crop is what ties person and code.

use image::{Rgb, RgbImage};

use super::homography::Homography;
use crate::domain::geometry::Point;

/// Side of the crop over the side of the code.
const REACH: f32 = 1.6;
/// Side of the code in the crop is at most this, pixels, so that a witness stays small.
const LARGEST_CODE: f32 = 480.0;

/// The screen around the code, upright and square to the eye, 1.6 times the code's size, RGB8.
///
/// `corners` are those of a `ReadCode`. Parts outside the picture are black; `None` when the corners span no area.
/// A mirrored symbol's surroundings come out as they would look unmirrored.
pub fn witness_crop(picture: &RgbImage, corners: &[Point; 4]) -> Option<RgbImage> {
    let sides = (0..4).map(|i| corners[i].distance(corners[(i + 1) % 4]));
    let code_side = sides.fold(0.0_f32, f32::max).clamp(24.0, LARGEST_CODE);
    let margin = code_side * (REACH - 1.0) / 2.0;
    let side = (code_side * REACH).round() as u32;
    let (low, high) = (margin, margin + code_side);
    let upright = [Point::new(low, low), Point::new(high, low), Point::new(high, high), Point::new(low, high)];
    let map = Homography::between(upright, *corners)?;
    Some(RgbImage::from_fn(side, side, |x, y| sample(picture, map.map(x as f32 + 0.5, y as f32 + 0.5))))
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
