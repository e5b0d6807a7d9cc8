//! The head of a photo turned or nodded: the photo is laid on the shape of a head, the head is rotated, and what is
//! nearest to the lens is seen.
//!
//! Lengths are in units of the distance between the pupils (62 mm). The shape follows mean adults: pupils 92 mm before
//! the ears' plane, outer corners of the eyes 74, nose tip 120, chin 102, the widest part of the cheeks 135 mm across.

use image::{Rgb, RgbImage};

use super::canvas::{Axes, sample, store};
use crate::domain::geometry::Point;
use crate::render::color::smooth;

/// The head, in the face's own axes.
const LEFT: f32 = -2.4;
const TOP: f32 = -3.2;
const BOTTOM: f32 = 3.0;
/// Side of a facet: under a millimetre and a half.
const STEP: f32 = 0.02;
/// Height of the ears' openings, about which heads nod, and depth of the pupils: they stay where they were.
const EARS: f32 = 0.35;
const PUPILS: f32 = 1.45;

/// Depth of the middle line without the nose, from the crown to under the chin: height, depth.
const PROFILE: [(f32, f32); 11] = [
    (-2.2, 0.0),
    (-1.9, 0.55),
    (-1.5, 1.0),
    (-1.0, 1.40),
    (-0.35, 1.63),
    (0.0, 1.58),
    (0.75, 1.62),
    (1.15, 1.72),
    (1.45, 1.60),
    (1.72, 1.62),
    (2.05, 0.95),
];
/// Half the width of the face at some heights.
const WIDTHS: [(f32, f32); 7] =
    [(-2.2, 0.6), (-1.6, 0.95), (-0.8, 1.12), (0.4, 1.15), (1.0, 1.04), (1.5, 0.85), (2.1, 0.80)];

/// Turned to the right in the photo by `yaw_deg` (the eyes' midpoint stays), chin down by `pitch_deg`.
pub(super) fn rotate(picture: &mut RgbImage, axes: Axes, yaw_deg: f32, pitch_deg: f32) {
    let ((sin_yaw, cos_yaw), (sin, cos)) = (yaw_deg.to_radians().sin_cos(), pitch_deg.to_radians().sin_cos());
    let turned = |u: f32, v: f32| {
        let z = depth(u, v);
        let (x, z) = (u * cos_yaw + (z - PUPILS) * sin_yaw, z * cos_yaw - u * sin_yaw);
        let down = v - EARS;
        let eyes = -EARS * cos + PUPILS * sin;
        (x, down * cos + z * sin - eyes, z * cos - down * sin)
    };
    // Outside the head nothing moves: the backdrop and the shoulders.
    let moved = |u: f32, v: f32| {
        let share = smooth(2.3, 1.75, u.abs()) * smooth(2.7, 1.95, v) * smooth(-3.1, -2.4, v);
        let (x, y, z) = turned(u, v);
        (u + (x - u) * share, v + (y - v) * share, z)
    };
    let original = picture.clone();
    let mut canvas = Canvas::new(picture, axes);
    let (columns, rows) = ((-2.0 * LEFT / STEP) as usize, ((BOTTOM - TOP) / STEP) as usize);
    let at = |column: usize, row: usize| (LEFT + column as f32 * STEP, TOP + row as f32 * STEP);
    for row in 0..rows {
        for column in 0..columns {
            let corners = [(0, 0), (1, 0), (1, 1), (0, 1)].map(|(right, down)| at(column + right, row + down));
            let places = corners.map(|(u, v)| moved(u, v));
            for triangle in [[0, 1, 2], [0, 2, 3]] {
                canvas.triangle(&original, triangle.map(|i| corners[i]), triangle.map(|i| places[i]));
            }
        }
    }
}

/// Distance before the ears' plane.
fn depth(u: f32, v: f32) -> f32 {
    let across = (u / between(&WIDTHS, v)).abs();
    let round = if across < 1.0 { (1.0 - across.powf(2.2)).powf(0.6) } else { 0.0 };
    let nose = 0.36 * (1.0 - (u / 0.28).powi(2)).max(0.0) * smooth(0.05, 0.72, v) * smooth(0.98, 0.78, v);
    between(&PROFILE, v) * round + nose
}

/// Height of a line through points at `x`; level beyond its ends.
fn between(line: &[(f32, f32)], x: f32) -> f32 {
    let next = line.partition_point(|(at, _)| *at < x);
    let (Some(after), Some(before)) = (line.get(next), next.checked_sub(1).map(|i| line[i])) else {
        return line[next.min(line.len() - 1)].1;
    };
    before.1 + (after.1 - before.1) * (x - before.0) / (after.0 - before.0)
}

/// The photo that is painted over, and how near each of its pixels is.
struct Canvas<'a> {
    picture: &'a mut RgbImage,
    axes: Axes,
    nearest: Vec<f32>,
}

impl<'a> Canvas<'a> {
    fn new(picture: &'a mut RgbImage, axes: Axes) -> Self {
        let pixels = picture.width() as usize * picture.height() as usize;
        Self { picture, axes, nearest: vec![f32::MIN; pixels] }
    }

    /// One facet: where its corners were in the photo, and where they are now with their depth.
    fn triangle(&mut self, original: &RgbImage, from: [(f32, f32); 3], to: [(f32, f32, f32); 3]) {
        let corners = to.map(|(u, v, _)| self.axes.to_photo((u, v)));
        let area = cross(corners[0], corners[1], corners[2]);
        // Seen from behind.
        if area <= 0.0 {
            return;
        }
        let (width, height) = self.picture.dimensions();
        let range = |of: fn(&Point) -> f32, end: u32| {
            let values = corners.iter().map(of);
            let (low, high) = values.fold((f32::MAX, f32::MIN), |(low, high), x| (low.min(x), high.max(x)));
            (low - 0.5).floor().max(0.0) as u32..((high + 0.5).ceil().max(0.0) as u32).min(end)
        };
        for y in range(|p| p.y, height) {
            for x in range(|p| p.x, width) {
                let p = Point::new(x as f32 + 0.5, y as f32 + 0.5);
                let parts = [(1, 2), (2, 0), (0, 1)].map(|(i, j)| cross(corners[i], corners[j], p) / area);
                if parts.iter().any(|part| *part < -1e-3) {
                    continue;
                }
                let z: f32 = parts.iter().zip(&to).map(|(part, corner)| part * corner.2).sum();
                let nearest = &mut self.nearest[(y * width + x) as usize];
                if z <= *nearest {
                    continue;
                }
                *nearest = z;
                let (u, v) =
                    parts.iter().zip(&from).fold((0.0, 0.0), |(u, v), (part, at)| (u + part * at.0, v + part * at.1));
                self.picture.put_pixel(x, y, Rgb(store(sample(original, self.axes.to_photo((u, v))))));
            }
        }
    }
}

/// Twice the area of a triangle, positive when its corners go clockwise as seen.
fn cross(a: Point, b: Point, c: Point) -> f32 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}
