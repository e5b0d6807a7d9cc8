//! Glasses on a photo: rims of several makes, reflections, tints, and glasses that have slipped.

use image::RgbImage;

use super::PhotoMarks;
use super::canvas::{Axes, each};
use crate::render::color::{Color, blend, linear, scale, smooth};
use crate::render::layer::Area;
use crate::render::random::{Random, noise};

/// One pair, face units (distance between the irises).
struct Pair {
    color: Color,
    thick: f32,
    half_w: f32,
    half_h: f32,
    corner: f32,
    /// Middle of a lens: distance from the middle line, height under the eye line.
    middle: (f32, f32),
    rim: Rim,
    seed: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rim {
    Full,
    /// The lower half is a thread that is hardly seen.
    Upper,
}

impl Pair {
    fn chosen(weight: f32, random: &mut Random) -> Self {
        const COLORS: [[u8; 3]; 8] = [
            [24, 22, 24],
            [24, 22, 24],
            [58, 40, 30],
            [120, 84, 48],
            [168, 140, 92],
            [132, 134, 140],
            [36, 44, 82],
            [112, 34, 40],
        ];
        let metal = random.chance(0.45);
        let thick = if metal { random.range(0.013, 0.024) } else { random.range(0.03, 0.065) };
        let square = random.unit();
        let half_h = random.range(0.20, 0.275);
        Self {
            color: linear(COLORS[random.below(COLORS.len())]),
            thick: thick * (0.5 + 0.5 * weight.clamp(0.0, 1.6)),
            half_w: random.range(0.315, 0.375),
            half_h,
            corner: half_h * (0.96 - 0.6 * square),
            middle: (random.range(0.50, 0.525), random.range(0.02, 0.075)),
            rim: if random.chance(0.2) { Rim::Upper } else { Rim::Full },
            seed: random.bits() as u32,
        }
    }

    /// Signed distance to the edge of the lens on this side, negative inside.
    fn lens(&self, u: f32, v: f32) -> f32 {
        let (dx, dy) = ((u.abs() - self.middle.0).abs(), (v - self.middle.1).abs());
        let (dx, dy) = (dx - self.half_w + self.corner, dy - self.half_h + self.corner);
        dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - self.corner
    }

    fn area(&self) -> Area {
        let bottom = self.middle.1 + self.half_h + 0.12;
        Area { left: -1.35, right: 1.35, top: self.middle.1 - self.half_h - 0.12, bottom }
    }

    /// Rims, bridge, temples and the thin shadow that they throw.
    fn paint(&self, picture: &mut RgbImage, axes: Axes, temple_end: f32) {
        let pixel = axes.pixel();
        each(picture, axes, self.area(), |u, v, under| {
            let lens = self.lens(u, v);
            let half = self.thick / 2.0;
            let below = self.rim == Rim::Upper && v > self.middle.1 + 0.02;
            let rim = lens.abs() - if below { half * 0.18 } else { half };
            let inner = self.middle.0 - self.half_w;
            let bow = self.middle.1 - self.half_h * 0.32 + 0.9 * (u / inner.max(0.05)).powi(2) * 0.04;
            let bridge = ((v - bow).abs() - half * 0.9).max(u.abs() - inner);
            let outer = self.middle.0 + self.half_w;
            let line = self.middle.1 - self.half_h * 0.5 - 0.05 * (u.abs() - outer).max(0.0);
            let temple = ((v - line).abs() - half * 0.9).max(outer - u.abs()).max(u.abs() - temple_end);
            let part = rim.min(bridge).min(temple);
            let shadow = 0.22 * smooth(0.045, 0.0, part) * smooth(-0.02, 0.02, v - bow) * smooth(-0.01, 0.01, lens);
            let shaded = scale(under, 1.0 - shadow);
            let gleam = 0.22 * smooth(0.4, 1.0, noise(u * 9.0, v * 9.0, self.seed)) + 0.06 * (1.0 - v).clamp(0.0, 1.0);
            let ink = [self.color[0] + gleam * 0.3, self.color[1] + gleam * 0.3, self.color[2] + gleam * 0.3];
            blend(shaded, ink, (0.5 - part / pixel).clamp(0.0, 1.0))
        });
    }

    /// A clear lens: a little light lost, the room mirrored faintly along the upper edge.
    fn lenses(&self, picture: &mut RgbImage, axes: Axes, mut extra: impl FnMut(f32, f32, Color) -> Color) {
        let pixel = axes.pixel();
        each(picture, axes, self.area(), |u, v, under| {
            let inside = (0.5 - self.lens(u, v) / pixel).clamp(0.0, 1.0);
            if inside <= 0.0 {
                return under;
            }
            let room = 0.025 * smooth(self.middle.1, self.middle.1 - self.half_h, v);
            let through = blend(scale(under, 0.95), [0.8, 0.85, 0.9], room);
            blend(under, extra(u, v, through), inside)
        });
    }
}

/// Where temples vanish behind the cheeks, units from the middle.
fn temple_end(marks: &PhotoMarks<'_>, axes: Axes) -> f32 {
    let side = |index: usize| marks.mesh.get(index).map_or(1.1, |point| axes.to_face(*point).0.abs());
    f32::midpoint(side(234), side(454)).clamp(0.9, 1.3)
}

pub(super) fn clear(picture: &mut RgbImage, marks: &PhotoMarks<'_>, axes: Axes, strength: f32, random: &mut Random) {
    let pair = Pair::chosen(strength, random);
    pair.lenses(picture, axes, |_, _, under| under);
    pair.paint(picture, axes, temple_end(marks, axes));
}

/// What is mirrored.
#[derive(Clone, Copy)]
enum Mirrored {
    Window,
    RoundLamp,
    Ring,
    Streak,
    Film,
}

pub(super) fn glare(picture: &mut RgbImage, marks: &PhotoMarks<'_>, axes: Axes, strength: f32, random: &mut Random) {
    let pair = Pair::chosen(1.0, random);
    let kinds = [Mirrored::Window, Mirrored::RoundLamp, Mirrored::Ring, Mirrored::Streak, Mirrored::Film];
    let kind = kinds[random.below(kinds.len())];
    // Coatings colour what they mirror: most green, some blue or violet, the rest white.
    let tints = [[0.95, 0.97, 1.0], [0.9, 0.95, 1.0], [0.45, 0.95, 0.6], [0.5, 0.6, 1.0], [0.8, 0.6, 1.0]];
    let tint = tints[random.below(tints.len())];
    let place = (random.range(-0.12, 0.12), random.range(-0.10, 0.06));
    let (slant, one_lens) = (random.range(-0.5, 0.5), random.chance(0.25));
    let size = 0.055 + 0.085 * strength;
    let opacity = (0.35 + 0.60 * strength).min(0.95);
    pair.lenses(picture, axes, |u, v, under| {
        if one_lens && u > 0.0 {
            return under;
        }
        let (x, y) = (u - u.signum() * pair.middle.0 - place.0, v - pair.middle.1 - place.1);
        let x = x + slant * y;
        let soft = 0.015;
        let shape = match kind {
            Mirrored::Window => {
                let pane =
                    smooth(size + soft, size - soft, x.abs()) * smooth(1.25 * size + soft, 1.25 * size - soft, y.abs());
                pane * (1.0 - 0.8 * smooth(0.012, 0.006, x.abs()))
            }
            Mirrored::RoundLamp => smooth(size + soft, size - soft, x.hypot(y)),
            Mirrored::Ring => smooth(0.35 * size + soft, 0.35 * size - soft, (x.hypot(y) - 1.1 * size).abs()),
            Mirrored::Streak => smooth(0.45 * size + soft, 0.45 * size - soft, x.abs()),
            Mirrored::Film => 0.75 * smooth(-0.2, 0.15, -y + 0.6 * x + strength * 0.15),
        };
        let light = opacity * shape;
        // A reflection adds light to what lies behind the lens.
        [under[0] + tint[0] * light, under[1] + tint[1] * light, under[2] + tint[2] * light]
    });
    pair.paint(picture, axes, temple_end(marks, axes));
}

pub(super) fn dark(picture: &mut RgbImage, marks: &PhotoMarks<'_>, axes: Axes, strength: f32, random: &mut Random) {
    let pair = Pair::chosen(1.0, random);
    let tints = [[0.02, 0.02, 0.02], [0.03, 0.02, 0.012], [0.012, 0.025, 0.018], [0.015, 0.02, 0.05]];
    let tint: Color = tints[random.below(tints.len())];
    let fade = if random.chance(0.3) { 1.2 } else { 0.0 };
    pair.lenses(picture, axes, |_, v, under| {
        let opacity = (strength * (1.0 - fade * (v - pair.middle.1 + 0.1).max(0.0))).clamp(0.0, 0.97);
        blend(under, tint, opacity)
    });
    pair.paint(picture, axes, temple_end(marks, axes));
}

pub(super) fn slipped(picture: &mut RgbImage, marks: &PhotoMarks<'_>, axes: Axes, strength: f32, random: &mut Random) {
    let mut pair = Pair::chosen(1.0, random);
    // The rim's middle from the lid's edge (strength 0) to the middle of the pupil (strength 1).
    let lid =
        marks.eye_contours.iter().filter_map(|contour| contour.get(12)).map(|p| axes.to_face(*p).1).sum::<f32>() / 2.0;
    let rim = lid * (1.0 - strength.clamp(0.0, 1.2));
    pair.middle.1 = rim + pair.half_h;
    pair.thick = pair.thick.max(0.02);
    pair.lenses(picture, axes, |_, _, under| under);
    pair.paint(picture, axes, temple_end(marks, axes));
}
