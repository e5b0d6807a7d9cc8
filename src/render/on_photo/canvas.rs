//! Painting on a photo in the axes of the face: colours mix in linear light, edges are as soft as a pixel.

use image::{Rgb, RgbImage};

use super::PhotoMarks;
use crate::domain::geometry::Point;
use crate::render::color::{Color, Tables, blend, linear};
use crate::render::layer::Area;

/// The face's own axes: origin between the irises, x along them, unit = their distance.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axes {
    origin: Point,
    cos: f32,
    sin: f32,
    /// Pixels per unit.
    pub(super) unit: f32,
}

impl Axes {
    /// `None` when points are missing or fall together.
    pub(super) fn of(marks: &PhotoMarks<'_>) -> Option<Self> {
        if marks.mesh.len() < 468 || marks.eye_contours.iter().any(|contour| contour.len() < 16) {
            return None;
        }
        let [left, right] = marks.irises;
        let unit = left.distance(right);
        let axes =
            Self { origin: left.midpoint(right), cos: (right.x - left.x) / unit, sin: (right.y - left.y) / unit, unit };
        (unit > 8.0).then_some(axes)
    }

    pub(super) fn to_face(self, p: Point) -> (f32, f32) {
        let (x, y) = ((p.x - self.origin.x) / self.unit, (p.y - self.origin.y) / self.unit);
        (x * self.cos + y * self.sin, y * self.cos - x * self.sin)
    }

    pub(super) fn to_photo(self, (u, v): (f32, f32)) -> Point {
        let (x, y) = (u * self.cos - v * self.sin, u * self.sin + v * self.cos);
        Point::new(self.origin.x + x * self.unit, self.origin.y + y * self.unit)
    }

    /// One pixel, in units.
    pub(super) fn pixel(self) -> f32 {
        1.0 / self.unit
    }
}

/// Bilinear colour in linear light at a position of the photo; the nearest edge outside.
pub(super) fn sample(picture: &RgbImage, at: Point) -> Color {
    let (x, y) = ((at.x - 0.5).max(0.0), (at.y - 0.5).max(0.0));
    let (right, bottom) = (picture.width() - 1, picture.height() - 1);
    let (left, top) = ((x as u32).min(right), (y as u32).min(bottom));
    let (fx, fy) = ((x - left as f32).clamp(0.0, 1.0), (y - top as f32).clamp(0.0, 1.0));
    let get = |dx: u32, dy: u32| linear(picture.get_pixel((left + dx).min(right), (top + dy).min(bottom)).0);
    blend(blend(get(0, 0), get(1, 0), fx), blend(get(0, 1), get(1, 1), fx), fy)
}

/// A linear colour as a photo stores it.
pub(super) fn store(color: Color) -> [u8; 3] {
    let tables = Tables::get();
    color.map(|value| ((u32::from(tables.fine(value)) + 32) / 64).min(255) as u8)
}

/// Calls `paint(u, v, under)` for every pixel of a box in face units and stores the colour that it gives.
pub(super) fn each(picture: &mut RgbImage, axes: Axes, area: Area, mut paint: impl FnMut(f32, f32, Color) -> Color) {
    let corners = [(area.left, area.top), (area.right, area.top), (area.left, area.bottom), (area.right, area.bottom)]
        .map(|corner| axes.to_photo(corner));
    let bound = |of: fn(&Point) -> f32| {
        let values = corners.iter().map(of);
        values.fold((f32::MAX, f32::MIN), |(low, high), value| (low.min(value), high.max(value)))
    };
    let (x0, x1) = bound(|p| p.x);
    let (y0, y1) = bound(|p| p.y);
    let (width, height) = picture.dimensions();
    for y in y0.max(0.0) as u32..(y1.max(0.0).ceil() as u32).min(height) {
        for x in x0.max(0.0) as u32..(x1.max(0.0).ceil() as u32).min(width) {
            let (u, v) = axes.to_face(Point::new(x as f32 + 0.5, y as f32 + 0.5));
            if u < area.left || u > area.right || v < area.top || v > area.bottom {
                continue;
            }
            let pixel = picture.get_pixel_mut(x, y);
            let under = linear(pixel.0);
            let over = paint(u, v, under);
            if over != under {
                *pixel = Rgb(store(over));
            }
        }
    }
}

/// Median-like colour of a disc: the mean of the photo around a point of the face, radius in units.
pub(super) fn mean_around(picture: &RgbImage, axes: Axes, (u, v): (f32, f32), radius: f32) -> Color {
    let mut sum = [0.0; 3];
    let mut count = 0.0;
    for i in -3..=3_i8 {
        for j in -3..=3_i8 {
            let at = axes.to_photo((u + radius * f32::from(i) / 3.0, v + radius * f32::from(j) / 3.0));
            let color = sample(picture, at);
            sum = [sum[0] + color[0], sum[1] + color[1], sum[2] + color[2]];
            count += 1.0;
        }
    }
    sum.map(|value| value / count)
}

/// Height at `u` of a line through points sorted by u, straight between them and level beyond.
pub(super) fn height_at(line: &[(f32, f32)], u: f32) -> f32 {
    let mut before: Option<(f32, f32)> = None;
    for &(x, y) in line {
        if x >= u {
            return before.map_or(y, |(px, py)| if x > px { py + (y - py) * (u - px) / (x - px) } else { y });
        }
        before = Some((x, y));
    }
    before.map_or(0.0, |(_, y)| y)
}

/// Face coordinates of some points, sorted by u.
pub(super) fn line(axes: Axes, points: impl Iterator<Item = Point>) -> Vec<(f32, f32)> {
    let mut line: Vec<_> = points.map(|point| axes.to_face(point)).collect();
    line.sort_by(|a, b| a.0.total_cmp(&b.0));
    line
}
