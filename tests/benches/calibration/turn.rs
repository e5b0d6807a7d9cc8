//! Pictures turned in their plane, and by how much a head is tilted in them.

use image::{Rgb, RgbImage};

use super::cases::Put;
use super::people::{Marks, Someone, Source};

/// By how much a head is tilted in a picture, and what that makes of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tilt {
    Level,
    Tilted,
    /// Too near the norm's limit to be either.
    Between,
}

/// Nobody holds the head quite level: the eyes' line by the hand marks and the turn together say how tilted a real
/// face is in a picture. `None` where there are no marks, or where more was changed.
pub(crate) fn tilt(someone: &Someone, put: Put) -> Option<Tilt> {
    const LEVEL: f32 = 4.0;
    const TILTED: f32 = 6.0;
    let Source::Real { marks, .. } = &someone.source else { return None };
    let turn = match put {
        Put::Plain => 0.0,
        Put::Turned(degrees) => degrees,
        _ => return None,
    };
    let degrees = (Marks::read(marks)?.roll_deg + turn).abs();
    Some(if degrees <= LEVEL {
        Tilt::Level
    } else if degrees >= TILTED {
        Tilt::Tilted
    } else {
        Tilt::Between
    })
}

/// Turned clockwise about the middle, bilinear; what comes from outside repeats the edge.
pub(crate) fn turned(picture: &RgbImage, degrees: f32) -> RgbImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (width, height) = picture.dimensions();
    let (middle_x, middle_y) = (width as f32 / 2.0, height as f32 / 2.0);
    RgbImage::from_fn(width, height, |x, y| {
        let (dx, dy) = (x as f32 - middle_x, y as f32 - middle_y);
        let from_x = (middle_x + cos * dx + sin * dy).clamp(0.0, width as f32 - 1.001);
        let from_y = (middle_y - sin * dx + cos * dy).clamp(0.0, height as f32 - 1.001);
        let (left, top) = (from_x as u32, from_y as u32);
        let (fx, fy) = (from_x.fract(), from_y.fract());
        let mix = |channel: usize| {
            let at = |dx: u32, dy: u32| f32::from(picture.get_pixel(left + dx, top + dy)[channel]);
            let upper = at(0, 0) * (1.0 - fx) + at(1, 0) * fx;
            let lower = at(0, 1) * (1.0 - fx) + at(1, 1) * fx;
            (upper * (1.0 - fy) + lower * fy).round() as u8
        };
        Rgb([mix(0), mix(1), mix(2)])
    })
}
