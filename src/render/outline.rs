//! The outline of head and hairline as curves in person units.

use super::person::{HairStyle, Person};

const STEPS: usize = 1440;

/// A closed, left-right symmetric outline around the middle of the head, as distances by angle.
#[derive(Debug, Clone)]
pub(super) struct Outline {
    center_y: f32,
    /// Distance from the centre at `i * PI / STEPS` from straight up, one side.
    radius: Vec<f32>,
}

/// Where a point lies against an outline.
#[derive(Debug, Clone, Copy)]
pub(super) struct Against {
    /// Distance to the centre over the outline's, 1 on the outline.
    pub(super) share: f32,
    /// About the signed distance, face widths, negative inside.
    pub(super) distance: f32,
}

impl Outline {
    /// Through points of the right side from the top (x 0) to the bottom (x 0).
    fn through(points: &[(f32, f32)], center_y: f32) -> Self {
        let dense = spline(points, 40);
        let mut polar: Vec<(f32, f32)> =
            dense.iter().map(|&(x, y)| (x.max(0.0).atan2(center_y - y), x.hypot(y - center_y))).collect();
        polar.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut radius = Vec::with_capacity(STEPS + 1);
        let mut at = 0;
        for step in 0..=STEPS {
            let angle = step as f32 * std::f32::consts::PI / STEPS as f32;
            while at + 2 < polar.len() && polar[at + 1].0 < angle {
                at += 1;
            }
            let (a, b) = (polar[at], polar[(at + 1).min(polar.len() - 1)]);
            let t = if b.0 > a.0 { ((angle - a.0) / (b.0 - a.0)).clamp(0.0, 1.0) } else { 0.0 };
            radius.push(a.1 + (b.1 - a.1) * t);
        }
        Self { center_y, radius }
    }

    /// The head without hair: skull, cheeks 1.0 apart, jaw, chin.
    pub(super) fn head(person: &Person) -> Self {
        let face = &person.face;
        let crown = skull_top(person);
        let (jaw, point) = (face.jaw, face.chin_point);
        let chin = face.eye_to_chin;
        let y = |share: f32| share * chin / 0.80;
        let points = [
            (0.0, -crown),
            (0.20, -crown * 0.955),
            (0.355, -crown * 0.80),
            (0.450, -crown * 0.54),
            (0.488, -0.20),
            (0.499, -0.04),
            (0.5, 0.06),
            (0.490, y(0.20)),
            (0.456 * (0.6 + 0.4 * jaw), y(0.36)),
            (0.398 * jaw, y(0.50)),
            (0.308 * jaw - 0.015 * point, y(0.635)),
            (0.198 * jaw - 0.035 * point, y(0.742)),
            (0.098 - 0.018 * point, y(0.788)),
            (0.0, chin),
        ];
        Self::through(&points, 0.05)
    }

    /// The outer edge of the hair on the head.
    pub(super) fn hair(person: &Person) -> Self {
        let top = person.hair.eye_to_top;
        let side = match person.hair.style {
            HairStyle::Cropped => 0.012,
            HairStyle::Bald => 0.02,
            HairStyle::Tied => 0.040,
            HairStyle::SideParted | HairStyle::BrushedUp => 0.064,
            HairStyle::Bob | HairStyle::Long | HairStyle::LongInFront => 0.085,
            HairStyle::Curly => 0.11,
            HairStyle::Tall => 0.20,
        };
        let points = [
            (0.0, -top),
            (0.20, -top * 0.962),
            (0.345 + side * 0.60, -top * 0.835),
            (0.452 + side * 0.90, -top * 0.585),
            (0.500 + side, -0.25),
            (0.510 + side * 0.75, -0.08),
            (0.507 + side * 0.30, 0.05),
            (0.49, 0.24),
            (0.40, 0.5),
            (0.0, 0.75),
        ];
        Self::through(&points, 0.05)
    }

    #[inline]
    pub(super) fn radius_at(&self, x: f32, y: f32) -> f32 {
        let angle = x.abs().atan2(self.center_y - y);
        let step = (angle * (STEPS as f32 / std::f32::consts::PI)).clamp(0.0, STEPS as f32 - 0.001);
        let low = step as usize;
        let t = step - low as f32;
        self.radius[low] * (1.0 - t) + self.radius[low + 1] * t
    }

    #[inline]
    pub(super) fn against(&self, x: f32, y: f32) -> Against {
        let r = x.hypot(y - self.center_y);
        let edge = self.radius_at(x, y);
        Against { share: r / edge, distance: (r - edge) * 0.97 }
    }

    /// The point on the outline at a turn from straight up, -1 to 1 for half a circle left or right.
    pub(super) fn point(&self, turn: f32) -> (f32, f32) {
        let angle = turn.abs().min(1.0) * std::f32::consts::PI;
        let r = self.radius[((angle / std::f32::consts::PI * STEPS as f32) as usize).min(STEPS)];
        (turn.signum() * r * angle.sin(), self.center_y - r * angle.cos())
    }
}

/// Eye line to the top of the skull.
pub(super) fn skull_top(person: &Person) -> f32 {
    match person.hair.style {
        HairStyle::Bald => person.hair.eye_to_top,
        HairStyle::Cropped => person.hair.eye_to_top - 0.012,
        _ => 0.705_f32.min(person.hair.eye_to_top - 0.03),
    }
}

/// Where hair begins: `s` from -1 (left sideburn) over 0 (middle of the forehead) to 1.
pub(super) fn hairline(person: &Person, s: f32) -> (f32, f32) {
    let middle = -person.face.eye_to_hairline;
    let points = [
        (0.0, middle),
        (0.13, middle + 0.003),
        (0.25, middle + 0.03),
        (0.342, middle + 0.11),
        (0.392, -0.335),
        (0.432, -0.19),
        (0.474, -0.09),
        (0.488, 0.06),
    ];
    let (x, y) = along(&points, s.abs().min(1.0));
    (x * s.signum(), y)
}

/// Outer edge of the hair for the same `s` as [`hairline`].
pub(super) fn hair_edge(outline: &Outline, s: f32) -> (f32, f32) {
    // The ear's upper root lies at about 0.52 of the half circle.
    let turn = 0.52 * s.abs().powf(0.93);
    let (x, y) = outline.point(turn);
    (x * s.signum(), y)
}

/// A point of a Catmull-Rom curve, `t` from 0 to 1 over all pieces.
fn along(points: &[(f32, f32)], t: f32) -> (f32, f32) {
    let pieces = points.len() - 1;
    let at = (t * pieces as f32).min(pieces as f32 - 1e-4);
    let i = at as usize;
    let get = |k: usize| points[k.min(pieces)];
    let (a, b, c, d) = (get(i.saturating_sub(1)), get(i), get(i + 1), get(i + 2));
    let t = at - i as f32;
    let mix = |a: f32, b: f32, c: f32, d: f32| {
        0.5 * (2.0 * b
            + (c - a) * t
            + (2.0 * a - 5.0 * b + 4.0 * c - d) * t * t
            + (3.0 * b - a - 3.0 * c + d) * t * t * t)
    };
    (mix(a.0, b.0, c.0, d.0), mix(a.1, b.1, c.1, d.1))
}

/// Dense points of a curve that meets its mirror image smoothly at both ends.
fn spline(points: &[(f32, f32)], per_piece: usize) -> Vec<(f32, f32)> {
    let mut mirrored = Vec::with_capacity(points.len() + 2);
    if let (Some(first), Some(last)) = (points.get(1), points.get(points.len().wrapping_sub(2))) {
        mirrored.push((-first.0, first.1));
        mirrored.extend_from_slice(points);
        mirrored.push((-last.0, last.1));
    }
    let pieces = points.len() - 1;
    let mut dense = Vec::with_capacity(pieces * per_piece + 1);
    for piece in 0..pieces {
        for step in 0..=per_piece {
            let t = (piece + 1) as f32 + step as f32 / per_piece as f32;
            dense.push(along(&mirrored, t / (mirrored.len() - 1) as f32));
        }
    }
    dense
}
