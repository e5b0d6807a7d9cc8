//! The backdrop: uneven light, the person's shadow, things, another colour.

use image::RgbImage;

use super::super::color::{Color, blend, linear, scale, smooth};
use super::super::random::{Random, noise};
use super::{Ground, relit};
use crate::domain::geometry::Point;

/// Changes the backdrop only: the change counts as far as a place is not person.
fn changed(picture: &RgbImage, ground: &Ground<'_>, change: impl Fn(Point, Color) -> Color) -> RgbImage {
    relit(picture, |at, light| {
        let backdrop = 1.0 - (ground.person)(at);
        if backdrop <= 0.01 { light } else { blend(light, change(at, light), backdrop) }
    })
}

/// Position in face widths from the middle of the eyes.
pub(super) fn in_faces(ground: &Ground<'_>, at: Point) -> (f32, f32) {
    let (eyes, unit) = (ground.face.eye_center(), ground.face.face_width());
    ((at.x - eyes.x) / unit, (at.y - eyes.y) / unit)
}

pub(super) fn gradient(picture: &RgbImage, ground: &Ground<'_>, share: f32, degrees: f32) -> RgbImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    // The standard picture reaches about 1.1 face widths to either side of the eyes and 1.4 down.
    let half = 1.1 * cos.abs() + 1.4 * sin.abs();
    changed(picture, ground, |at, light| {
        let (x, y) = in_faces(ground, at);
        let along = ((x * cos + (y - 0.35) * sin) / half).clamp(-1.6, 1.6);
        scale(light, (1.0 + share * 0.5 * along).max(0.0))
    })
}

pub(super) fn shadow(picture: &RgbImage, ground: &Ground<'_>, share: f32, seed: u64) -> RgbImage {
    let mut random = Random::fork(seed, 63);
    let unit = ground.face.face_width();
    let side = if random.chance(0.5) { 1.0 } else { -1.0 };
    let (dx, dy) = (side * random.range(0.10, 0.30) * unit, random.range(0.0, 0.14) * unit);
    let soft = random.range(0.02, 0.09) * unit;
    let ring: Vec<(f32, f32)> = (0..12)
        .map(|step| {
            let (sin, cos) = (step as f32 * 2.4).sin_cos();
            let far = ((step as f32 + 0.5) / 12.0).sqrt() * soft;
            (dx + cos * far, dy + sin * far)
        })
        .collect();
    changed(picture, ground, |at, light| {
        let cast = ring.iter().map(|(x, y)| (ground.person)(Point::new(at.x - x, at.y - y))).sum::<f32>() / 12.0;
        scale(light, 1.0 - share * cast)
    })
}

/// Kinds of things behind somebody.
#[derive(Clone, Copy)]
enum Thing {
    /// A door or a cupboard: everything beyond an upright edge.
    Edge { from: f32 },
    /// A board or a poster: a rectangle.
    Board { x: f32, y: f32, half_width: f32, half_height: f32 },
    /// A cable or a seam: a thin line, half width in face widths.
    Line { from: f32, lean: f32, half: f32 },
    /// Somebody's head or shoulder coming in from the side.
    Neighbour { x: f32, y: f32, size: f32 },
    /// Printed cloth or a shelf: rows of patches.
    Pattern { size: f32 },
}

impl Thing {
    fn of(random: &mut Random) -> Self {
        let side = if random.chance(0.5) { 1.0 } else { -1.0 };
        match random.below(5) {
            0 => Self::Edge { from: side * random.range(0.72, 0.98) },
            1 => Self::Board {
                x: side * random.range(0.82, 1.0),
                y: random.range(-0.8, 0.2),
                half_width: random.range(0.06, 0.2),
                half_height: random.range(0.08, 0.35),
            },
            2 => Self::Line {
                from: side * random.range(0.74, 0.98),
                lean: random.range(-0.15, 0.15),
                half: random.range(0.006, 0.02),
            },
            3 => Self::Neighbour {
                x: side * random.range(1.0, 1.2),
                y: random.range(-0.4, 0.6),
                size: random.range(0.25, 0.45),
            },
            _ => Self::Pattern { size: random.range(0.05, 0.12) },
        }
    }

    /// How much of a place the thing covers, 0 to 1.
    fn covers(self, x: f32, y: f32, seed: u32) -> f32 {
        const EDGE: f32 = 0.006;
        match self {
            Self::Edge { from } => smooth(-EDGE, EDGE, (x.abs() - from.abs()) * f32::from(u8::from(x * from > 0.0))),
            Self::Board { x: cx, y: cy, half_width, half_height } => {
                let outside = ((x - cx).abs() - half_width).max((y - cy).abs() - half_height);
                smooth(EDGE, -EDGE, outside)
            }
            Self::Line { from, lean, half } => smooth(half + EDGE, half, (x - from - lean * y).abs()),
            Self::Neighbour { x: cx, y: cy, size } => {
                let head = (x - cx).hypot((y - cy) * 0.75) - size;
                let shoulders = ((x - cx) * 0.6).hypot(y - cy - 2.1 * size) - size;
                smooth(EDGE, -EDGE, head.min(shoulders))
            }
            Self::Pattern { size } => smooth(0.1, 0.3, noise(x / size, y / size, seed)),
        }
    }
}

pub(super) fn clutter(picture: &RgbImage, ground: &Ground<'_>, opacity: f32, seed: u64) -> RgbImage {
    let mut random = Random::fork(seed, 64);
    let thing = Thing::of(&mut random);
    let color = linear([random.below(200) as u8, random.below(200) as u8, random.below(200) as u8]);
    changed(picture, ground, |at, light| {
        let (x, y) = in_faces(ground, at);
        blend(light, color, opacity * thing.covers(x, y, seed as u32))
    })
}

/// Mean light of the places that `takes` weighs.
fn mean(picture: &RgbImage, takes: impl Fn(Point) -> f32) -> Color {
    let (mut sum, mut total) = ([0.0_f32; 3], 0.0_f32);
    for y in (0..picture.height()).step_by(7) {
        for x in (0..picture.width()).step_by(7) {
            let weight = takes(Point::new(x as f32 + 0.5, y as f32 + 0.5));
            if weight > 0.0 {
                let light = linear(picture.get_pixel(x, y).0);
                sum = std::array::from_fn(|i| sum[i] + weight * light[i]);
                total += weight;
            }
        }
    }
    sum.map(|part| part / total.max(1e-6))
}

fn backdrop_light(picture: &RgbImage, ground: &Ground<'_>) -> Color {
    let bare = |at: Point| if (ground.person)(at) < 0.05 { 1.0 } else { 0.0 };
    mean(picture, |at| {
        let (x, y) = in_faces(ground, at);
        if x.abs() < 1.1 && y < 0.9 { bare(at) } else { 0.0 }
    })
}

pub(super) fn recoloured(picture: &RgbImage, ground: &Ground<'_>, share: f32, rgb: [u8; 3]) -> RgbImage {
    let (now, wanted) = (backdrop_light(picture, ground), linear(rgb));
    let gains: Color = std::array::from_fn(|i| 1.0 + share * (wanted[i] / now[i].max(0.01) - 1.0));
    changed(picture, ground, |_, light| std::array::from_fn(|i| light[i] * gains[i]))
}
