//! Hair painted over a photo, strand by strand: fringes, locks over the eyes, hair over the ears.

use image::RgbImage;

use super::PhotoMarks;
use super::canvas::{Axes, each, height_at, line, mean_around};
use crate::render::color::{Color, linear, scale, smooth};
use crate::render::layer::{Area, Layer, curve};
use crate::render::random::Random;

/// Where a fringe ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    AboveBrows,
    OverBrows,
}

/// Upper edge of both brows, mesh points from left to right in the photo.
const BROWS_ABOVE: [usize; 10] = [70, 63, 105, 66, 107, 336, 296, 334, 293, 300];
/// Lower edge of both brows.
const BROWS_BELOW: [usize; 10] = [46, 53, 52, 65, 55, 285, 295, 282, 283, 276];

/// Mostly the person's own colour where the photo shows dark hair above the forehead, else any.
fn color(picture: &RgbImage, marks: &PhotoMarks<'_>, axes: Axes, random: &mut Random) -> Color {
    const COLORS: [[u8; 3]; 5] = [[20, 17, 17], [30, 24, 21], [44, 32, 26], [70, 48, 34], [104, 72, 46]];
    let any = linear(COLORS[random.below(COLORS.len())]);
    let forehead = axes.to_face(marks.mesh[10]);
    let own = mean_around(picture, axes, (forehead.0, forehead.1 - 0.45), 0.12);
    let skin = mean_around(picture, axes, axes.to_face(marks.mesh[50]), 0.08);
    if own[1] < 0.5 * skin[1] && random.chance(0.7) { own } else { any }
}

/// A layer over the head, about one texel per pixel, laid onto the photo by `put`.
struct Strands {
    layer: Layer,
    ink: Color,
}

impl Strands {
    fn new(axes: Axes, ink: Color) -> Self {
        let area = Area { left: -1.9, right: 1.9, top: -2.2, bottom: 2.2 };
        Self { layer: Layer::new(area, axes.unit.clamp(20.0, 600.0)), ink }
    }

    /// One lock of a few strands from root to tip.
    fn lock(&mut self, root: (f32, f32), tip: (f32, f32), width: f32, random: &mut Random) {
        let bend = (
            f32::midpoint(root.0, tip.0) + random.range(-0.06, 0.06),
            f32::midpoint(root.1, tip.1) + random.range(-0.04, 0.04),
        );
        for _ in 0..6 {
            let off = random.range(-0.5, 0.5) * width;
            let light = random.range(0.6, 1.7);
            let ink = scale(self.ink, light);
            let end = (tip.0 + off * 0.5, tip.1 + random.range(-0.03, 0.02));
            let points = curve((root.0 + off, root.1), (bend.0 + off, bend.1), end, 10);
            let half = width * random.range(0.10, 0.22);
            let shine = random.range(0.2, 0.6);
            self.layer.stroke(
                &points,
                |t| half * (1.0 - 0.75 * t),
                |t| (scale(ink, 1.0 + shine * smooth(0.18, 0.0, (t - 0.35).abs())), 0.93),
            );
        }
    }

    fn put(self, picture: &mut RgbImage, axes: Axes) {
        let (columns, rows) = self.layer.content();
        let area = Area {
            left: self.layer.x_of(columns.start),
            right: self.layer.x_of(columns.end),
            top: self.layer.y_of(rows.start),
            bottom: self.layer.y_of(rows.end),
        };
        each(picture, axes, area, |u, v, under| {
            let texel = self
                .layer
                .sample((u - self.layer.left) * self.layer.density, (v - self.layer.top) * self.layer.density);
            let keep = 1.0 - texel[3];
            [under[0] * keep + texel[0], under[1] * keep + texel[1], under[2] * keep + texel[2]]
        });
    }
}

pub(super) fn fringe(
    picture: &mut RgbImage,
    marks: &PhotoMarks<'_>,
    axes: Axes,
    ends: Ends,
    strength: f32,
    random: &mut Random,
) {
    let above = line(axes, BROWS_ABOVE.iter().map(|index| marks.mesh[*index]));
    let below = line(axes, BROWS_BELOW.iter().map(|index| marks.mesh[*index]));
    let top = axes.to_face(marks.mesh[10]).1 - 0.22;
    let mut strands = Strands::new(axes, color(picture, marks, axes, random));
    let parted = if random.chance(0.4) { random.range(-0.5, 0.5) } else { f32::MAX };
    for _ in 0..260 {
        let u = random.range(-1.0, 1.0);
        let (high, low) = (height_at(&above, u), height_at(&below, u));
        let end = match ends {
            // From half way up the forehead down to a finger above the brows.
            Ends::AboveBrows => top + (high - 0.16 - top) * (0.55 + 0.45 * strength),
            Ends::OverBrows => high - 0.04 + (low - high + 0.08) * strength,
        };
        let lean = if parted < 2.0 { 0.25 * (u - parted).signum() } else { random.range(-0.12, 0.12) };
        if parted < 2.0 && (u - parted).abs() < 0.12 {
            continue;
        }
        let root = (u * 0.85 - lean * 0.6, top - random.range(0.0, 0.25));
        strands.lock(root, (u, end + random.range(-0.05, 0.03)), random.range(0.03, 0.06), random);
    }
    strands.put(picture, axes);
}

pub(super) fn over_eyes(
    picture: &mut RgbImage,
    marks: &PhotoMarks<'_>,
    axes: Axes,
    strength: f32,
    random: &mut Random,
) {
    let top = axes.to_face(marks.mesh[10]).1 - 0.2;
    let mut strands = Strands::new(axes, color(picture, marks, axes, random));
    let both = random.chance(0.5);
    let way = if random.chance(0.5) { 1.0 } else { -1.0 };
    let count = (6.0 + 40.0 * strength) as usize;
    for _ in 0..count {
        let eye = if both && random.chance(0.5) { -way } else { way };
        let tip = (eye * 0.5 + random.range(-0.28, 0.28), random.range(0.02, 0.30));
        let root = (tip.0 * 0.6 + random.range(-0.2, 0.2), top - random.range(0.0, 0.2));
        strands.lock(root, tip, random.range(0.02, 0.05), random);
    }
    strands.put(picture, axes);
}

pub(super) fn over_ears(
    picture: &mut RgbImage,
    marks: &PhotoMarks<'_>,
    axes: Axes,
    strength: f32,
    random: &mut Random,
) {
    let side = |index: usize| axes.to_face(marks.mesh[index]);
    let (left, right) = (side(234), side(454));
    let mut strands = Strands::new(axes, color(picture, marks, axes, random));
    let end = -0.15 + 1.15 * strength;
    for (edge, way) in [(left, -1.0_f32), (right, 1.0)] {
        for _ in 0..150 {
            let out = random.range(-0.12, 0.30);
            let tip = (edge.0 + way * out, edge.1 + end + random.range(-0.08, 0.08));
            let root = (edge.0 * 0.95 + way * out * 0.8, edge.1 - random.range(0.75, 1.0));
            strands.lock(root, tip, random.range(0.03, 0.06), random);
        }
    }
    strands.put(picture, axes);
}
