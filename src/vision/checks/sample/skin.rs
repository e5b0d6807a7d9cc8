//! Where bare skin is: the face's outline without eyes, brows, lips and nostrils, and its middle colour.

use super::Sample;
use crate::domain::geometry::Point;
use crate::vision::linear::linear;
use crate::vision::rank::quantile;

/// Points of the mesh around the face, in order.
const OUTLINE: [usize; 36] = [
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150,
    136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];
/// Points of the mesh around the lips, in order.
const LIPS: [usize; 20] = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185];
/// Below the tip of the nose.
const UNDER_NOSE: usize = 2;
/// Fewest pixels that make a face.
const FEWEST: usize = 400;

/// Pixels of the face that show skin, and what hair falls over it.
pub(in crate::vision::checks) struct Skin {
    /// sRGB values, row by row.
    pub pixels: Vec<[u8; 3]>,
    /// Median of each channel, linear light.
    pub middle: [f32; 3],
}

impl Skin {
    /// `None` without the points of the face or outside the picture.
    pub(in crate::vision::checks) fn of(sample: &Sample) -> Option<Self> {
        let mesh = &sample.points.as_ref()?.mesh;
        let around = |indices: &[usize]| -> Option<Vec<Point>> {
            indices.iter().map(|index| mesh.get(*index).copied()).collect()
        };
        let (outline, lips) = (around(&OUTLINE)?, around(&LIPS)?);
        let holes = holes(sample, *mesh.get(UNDER_NOSE)?);
        let (width, height) = sample.picture.dimensions();
        let mut pixels = Vec::new();
        let mut row_ends = Vec::new();
        let mut lip_ends = Vec::new();
        for y in 0..height {
            let middle = y as f32 + 0.5;
            crossings(&outline, middle, &mut row_ends);
            let (Some(left), Some(right)) = (row_ends.first(), row_ends.last()) else { continue };
            crossings(&lips, middle, &mut lip_ends);
            let (left, right) = (left.max(0.0) as u32, right.clamp(0.0, width as f32) as u32);
            for x in left..right {
                let at = Point::new(x as f32 + 0.5, middle);
                let lip = matches!((lip_ends.first(), lip_ends.last()), (Some(l), Some(r)) if at.x > *l && at.x < *r);
                if !lip && !holes.iter().any(|hole| hole.covers(at)) {
                    pixels.push(sample.picture.get_pixel(x, y).0);
                }
            }
        }
        let channel = |index: usize| {
            let mut values: Vec<f32> = pixels.iter().map(|pixel| linear(pixel[index])).collect();
            quantile(&mut values, 0.5)
        };
        let middle = [channel(0)?, channel(1)?, channel(2)?];
        (pixels.len() >= FEWEST).then_some(Self { pixels, middle })
    }
}

struct Ellipse {
    middle: Point,
    half_width: f32,
    half_height: f32,
}

impl Ellipse {
    fn covers(&self, at: Point) -> bool {
        let (x, y) = ((at.x - self.middle.x) / self.half_width, (at.y - self.middle.y) / self.half_height);
        x * x + y * y < 1.0
    }
}

/// Eyes with their brows, and the nostrils.
fn holes(sample: &Sample, under_nose: Point) -> [Ellipse; 3] {
    let unit = sample.face.face_width();
    let eye = |eye: Point| Ellipse {
        middle: Point::new(eye.x, eye.y - 0.06 * unit),
        half_width: 0.19 * unit,
        half_height: 0.15 * unit,
    };
    let [left, right] = sample.face.eyes.map(eye);
    [left, right, Ellipse { middle: under_nose, half_width: 0.10 * unit, half_height: 0.05 * unit }]
}

/// Where the outline crosses a row, from left to right.
fn crossings(outline: &[Point], y: f32, found: &mut Vec<f32>) {
    found.clear();
    let next = outline.iter().skip(1).chain(outline.first());
    for (a, b) in outline.iter().zip(next) {
        if (a.y > y) != (b.y > y) {
            found.push((b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x);
        }
    }
    found.sort_by(f32::total_cmp);
}
