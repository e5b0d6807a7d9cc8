//! Eyes of a photo changed: red pupils, irises moved aside, lids lowered.

use image::RgbImage;

use super::PhotoMarks;
use super::canvas::{Axes, each, height_at, line, sample};
use crate::render::color::{Color, blend, scale, smooth};
use crate::render::layer::Area;
use crate::render::random::Random;

/// Upper and lower edge of one eye's opening, face units.
struct Opening {
    upper: Vec<(f32, f32)>,
    lower: Vec<(f32, f32)>,
    left: f32,
    right: f32,
}

impl Opening {
    fn of(marks: &PhotoMarks<'_>, axes: Axes, eye: usize) -> Self {
        let contour = marks.eye_contours[eye];
        let corners = [contour[0], contour[8]];
        let lower = line(axes, contour[1..8].iter().copied().chain(corners));
        let upper = line(axes, contour[9..16].iter().copied().chain(corners));
        let (left, right) = (lower.first().map_or(0.0, |p| p.0), lower.last().map_or(0.0, |p| p.0));
        Self { upper, lower, left, right }
    }

    fn area(&self, above: f32, below: f32) -> Area {
        let top = self.upper.iter().map(|p| p.1).fold(f32::MAX, f32::min);
        let bottom = self.lower.iter().map(|p| p.1).fold(f32::MIN, f32::max);
        Area { left: self.left, right: self.right, top: top - above, bottom: bottom + below }
    }

    /// Coverage of a point by the opening.
    fn inside(&self, u: f32, v: f32, soft: f32) -> f32 {
        let (up, low) = (height_at(&self.upper, u), height_at(&self.lower, u));
        smooth(up - soft, up + soft, v) * smooth(low + soft, low - soft, v)
    }
}

pub(super) fn red(picture: &mut RgbImage, marks: &PhotoMarks<'_>, axes: Axes, strength: f32) {
    for eye in 0..2 {
        let opening = Opening::of(marks, axes, eye);
        let (iu, iv) = axes.to_face(marks.irises[eye]);
        // A flash that reaches the retina needs a wide pupil: half to two thirds of the iris.
        let radius = marks.iris_diameters[eye] / axes.unit / 2.0 * (0.45 + 0.2 * strength);
        let soft = axes.pixel();
        each(picture, axes, opening.area(0.0, 0.0), |u, v, under| {
            let disc = smooth(radius + soft, radius - soft, (u - iu).hypot(v - iv)) * opening.inside(u, v, soft);
            let glow: Color = [0.55, 0.035, 0.03];
            blend(under, glow, disc * strength.min(1.0) * 0.9)
        });
    }
}

pub(super) fn aside(picture: &mut RgbImage, marks: &PhotoMarks<'_>, axes: Axes, strength: f32, random: &mut Random) {
    let way = if random.chance(0.5) { 1.0 } else { -1.0 };
    let down = random.range(-0.25, 0.25);
    let original = picture.clone();
    for eye in 0..2 {
        let opening = Opening::of(marks, axes, eye);
        let (iu, iv) = axes.to_face(marks.irises[eye]);
        // The ball's radius is about its iris's width; 30 degrees move the iris by half of that.
        let width = marks.iris_diameters[eye] / axes.unit;
        let (du, dv) = (way * strength * 0.5 * width, down * strength * 0.3 * width);
        let radius = width * 0.54;
        let soft = axes.pixel();
        let white = sclera(&original, axes, &opening, (iu, iv), radius);
        each(picture, axes, opening.area(0.0, 0.0), |u, v, under| {
            let inside = opening.inside(u, v, soft);
            let was = smooth(radius + soft, radius - soft, (u - iu).hypot(v - iv));
            let now = smooth(radius + soft, radius - soft, (u - iu - du).hypot(v - iv - dv));
            // The upper lid shades the ball: keep the light of the row.
            let shade = 0.55 + 0.45 * smooth(0.0, 0.05, v - height_at(&opening.upper, u));
            let ball = blend(under, scale(white, shade), was);
            let iris = sample(&original, axes.to_photo((u - du, v - dv)));
            blend(under, blend(ball, iris, now), inside)
        });
    }
}

/// Mean of the lighter half of what is not iris.
fn sclera(picture: &RgbImage, axes: Axes, opening: &Opening, iris: (f32, f32), radius: f32) -> Color {
    let mut colors: Vec<Color> = Vec::new();
    for step in 0..40_u8 {
        let u = opening.left + (opening.right - opening.left) * (f32::from(step) + 0.5) / 40.0;
        let v = f32::midpoint(height_at(&opening.upper, u), height_at(&opening.lower, u));
        if (u - iris.0).hypot(v - iris.1) > radius * 1.15 {
            colors.push(sample(picture, axes.to_photo((u, v))));
        }
    }
    colors.sort_by(|a, b| b[1].total_cmp(&a[1]));
    colors.truncate(colors.len().div_ceil(2));
    let count = colors.len().max(1) as f32;
    let sum = colors.iter().fold([0.0; 3], |sum, color| [sum[0] + color[0], sum[1] + color[1], sum[2] + color[2]]);
    sum.map(|value| value / count)
}

pub(super) fn closed(picture: &mut RgbImage, marks: &PhotoMarks<'_>, axes: Axes, strength: f32) {
    let original = picture.clone();
    for eye in 0..2 {
        let opening = Opening::of(marks, axes, eye);
        let width = opening.right - opening.left;
        let reach = 0.45 * width;
        each(picture, axes, opening.area(reach, 0.06), |u, v, under| {
            let (up, low) = (height_at(&opening.upper, u), height_at(&opening.lower, u));
            let top = up - reach;
            // The lid with its lashes comes down to just above the lower edge.
            let shut = up + (low - up) * 0.96 * strength.clamp(0.0, 1.0);
            let ends = smooth(0.0, 0.08 * width, (u - opening.left).min(opening.right - u));
            let edge = up + (shut - up) * ends;
            let lash = 0.03;
            if v >= edge + lash {
                return under;
            }
            let from = if v >= edge { v - (edge - up) } else { top + (v - top) * (up - top) / (edge - top).max(1e-4) };
            let lid = sample(&original, axes.to_photo((u, from)));
            // Lashes pass softly into what lies below.
            blend(lid, under, smooth(edge + 0.4 * lash, edge + lash, v))
        });
    }
}
