//! The mouth of a photo opened: everything under the upper lip moves down, teeth or darkness show.

use image::RgbImage;

use super::PhotoMarks;
use super::canvas::{Axes, each, height_at, line, sample};
use crate::render::color::{Color, bell, blend, smooth};
use crate::render::layer::Area;

/// What shows between the lips.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    Teeth,
    Dark,
}

/// Where the lips meet: lower edge of the upper lip, mesh points from left to right in the photo.
const MEETING: [usize; 11] = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308];

pub(super) fn part(picture: &mut RgbImage, marks: &PhotoMarks<'_>, axes: Axes, strength: f32, behind: Behind) {
    let lips = line(axes, MEETING.iter().map(|index| marks.mesh[*index]));
    let (left, right) = (lips.first().map_or(0.0, |p| p.0), lips.last().map_or(0.0, |p| p.0));
    let (middle, half) = (f32::midpoint(left, right), (right - left) / 2.0 * 0.94);
    let chin = axes.to_face(marks.mesh[152]).1;
    let deepest = strength * 0.1 * chin * if behind == Behind::Teeth { 1.0 } else { 1.6 };
    let original = picture.clone();
    let area = Area { left, right, top: height_at(&lips, middle) - 0.15, bottom: chin + 0.1 };
    let pixel = axes.pixel();
    each(picture, axes, area, |u, v, under| {
        let side = ((u - middle) / half.max(0.01)).abs();
        let gap = deepest * (1.0 - side.min(1.0).powf(2.4)).max(0.0);
        let edge = height_at(&lips, u);
        if gap < pixel * 0.3 || v < edge {
            return under;
        }
        let fall = smooth(chin + 0.1, edge + gap, v);
        let moved = sample(&original, axes.to_photo((u, v - gap * fall)));
        let inside = (0.5 + (edge + gap - v) / pixel).clamp(0.0, 1.0);
        let down = (v - edge) / gap;
        blend(moved, within(behind, u - middle, side, down), inside)
    });
}

fn within(behind: Behind, u: f32, side: f32, down: f32) -> Color {
    let dark: Color = [0.030, 0.010, 0.010];
    if behind == Behind::Dark {
        return dark;
    }
    let gaps = 1.0 - 0.3 * bell(((u / 0.075).rem_euclid(1.0) - 0.5) / 0.05);
    let shade = gaps * (0.95 - 0.4 * side * side) * (0.60 + 0.40 * smooth(0.0, 0.2, down));
    let tooth = [0.62 * shade, 0.56 * shade, 0.46 * shade];
    blend(dark, tooth, smooth(1.0, 0.85, down) * smooth(0.96, 0.80, side))
}
