//! A photo bent: one shoulder higher.

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
