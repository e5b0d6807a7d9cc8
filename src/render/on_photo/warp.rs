//! A photo bent: one shoulder higher, the head turned or nodded.

use image::RgbImage;

use super::canvas::{Axes, each, sample};
use crate::render::color::smooth;
use crate::render::layer::Area;
use crate::render::random::Random;

/// Everything; faces fill a photo, so a few units reach its edges.
const ALL: Area = Area { left: -8.0, right: 8.0, top: -8.0, bottom: 12.0 };

pub(super) fn shoulders(picture: &mut RgbImage, axes: Axes, strength: f32, random: &mut Random) {
    let way = if random.chance(0.5) { 1.0 } else { -1.0 };
    let slope = way * (12.0 * strength).to_radians().tan();
    let original = picture.clone();
    each(picture, axes, ALL, |u, v, under| {
        // From below the chin on.
        let share = smooth(1.9, 2.5, v).max(smooth(1.25, 1.6, u.abs()) * smooth(1.0, 1.8, v));
        if share <= 0.0 {
            return under;
        }
        sample(&original, axes.to_photo((u, v - slope * u * share)))
    });
}

pub(super) fn turn(picture: &mut RgbImage, axes: Axes, strength: f32, random: &mut Random) {
    let way = if random.chance(0.5) { 1.0 } else { -1.0 };
    let (sin, cos) = (way * 20.0 * strength).to_radians().sin_cos();
    let original = picture.clone();
    // The head as an upright half cylinder with a nose on it; depth in units.
    let depth = |u: f32, v: f32| {
        let round = (1.0 - (u / 1.25).powi(2)).max(0.0).sqrt() * 1.05;
        let nose = 0.28 * (1.0 - (u / 0.24).powi(2)).max(0.0) * smooth(0.0, 0.55, v) * smooth(0.95, 0.70, v);
        round + nose
    };
    let area = Area { left: -1.7, right: 1.7, top: -2.2, bottom: 2.4 };
    each(picture, axes, area, |u, v, under| {
        let inside = smooth(1.65, 1.3, u.abs()) * smooth(2.3, 1.7, v) * smooth(-2.2, -1.9, v);
        if inside <= 0.0 {
            return under;
        }
        // Where this point of the turned head was before: two steps towards the fixed point.
        let mut from = u;
        for _ in 0..6 {
            let wanted = from * cos + (depth(from, v) - 0.55) * sin;
            from += (u - wanted) * 0.7;
        }
        let from = u + (from - u) * inside;
        sample(&original, axes.to_photo((from, v)))
    });
}

/// Nods the head about the axis through the ears, eyes kept in place; chin down for positive strength.
pub(super) fn nod(picture: &mut RgbImage, axes: Axes, strength: f32) {
    let (sin, cos) = (20.0 * strength).to_radians().sin_cos();
    let original = picture.clone();
    // The head as half an ellipsoid with a nose on it; depth in units. The ears lie a third of a unit under the eyes.
    const EARS: f32 = 0.35;
    let depth = |u: f32, v: f32| {
        let round = (1.0 - (u / 1.25).powi(2) - ((v - 0.45) / 2.3).powi(2)).max(0.0).sqrt() * 1.05;
        let nose = 0.28 * (1.0 - (u / 0.24).powi(2)).max(0.0) * smooth(0.0, 0.55, v) * smooth(0.95, 0.70, v);
        round + nose
    };
    let eyes = depth(0.0, 0.0);
    let area = Area { left: -1.7, right: 1.7, top: -2.6, bottom: 2.6 };
    each(picture, axes, area, |u, v, under| {
        let inside = smooth(1.65, 1.3, u.abs()) * smooth(2.6, 1.8, v) * smooth(-2.6, -2.0, v);
        if inside <= 0.0 {
            return under;
        }
        // Where this point of the nodded head was before, in steps towards the fixed point.
        let mut from = v;
        for _ in 0..8 {
            let wanted = EARS + (from - EARS) * cos + (depth(u, from) - eyes) * sin;
            from += (v - wanted) * 0.7;
        }
        sample(&original, axes.to_photo((u, v + (from - v) * inside)))
    });
}
