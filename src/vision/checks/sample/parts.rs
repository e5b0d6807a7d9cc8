//! The parts of a face in its own axes: where a check looks, and the person's own skin to compare with.
//!
//! Positions are in units of the distance between the irises, from the point half way between them: u along the eyes
//! to the right of the picture, v down. Colours are compared with the same person's cheeks and nose, never with a
//! fixed skin: "dark" is a share of the skin's own light.

use super::Sample;
use super::lab::{Lab, luminance};
use crate::domain::geometry::Point;
use crate::vision::face::FacePoints;
use crate::vision::linear::linear;
use crate::vision::rank::{median, quantile};

/// Smallest distance between the irises at which single hairs and rims can be told, pixels.
const LEAST_UNIT: f32 = 40.0;
/// Fewest mesh points that the checks count on.
const MESH: usize = 468;

/// One face of a sample.
pub(in crate::vision::checks) struct Parts<'a> {
    pub(in crate::vision::checks) sample: &'a Sample,
    pub(in crate::vision::checks) points: &'a FacePoints,
    origin: Point,
    cos: f32,
    sin: f32,
    /// Pixels between the irises.
    pub(in crate::vision::checks) unit: f32,
    /// The person's own skin.
    pub(in crate::vision::checks) skin: Skin,
}

/// Median colour of uncovered skin.
#[derive(Debug, Clone, Copy)]
pub(in crate::vision::checks) struct Skin {
    pub(in crate::vision::checks) lab: Lab,
    /// Linear luminance, 0 to 1.
    pub(in crate::vision::checks) light: f32,
    /// Linear blue, 0 to 1.
    pub(in crate::vision::checks) blue: f32,
}

/// One pixel seen by a check.
#[derive(Debug, Clone, Copy)]
pub(in crate::vision::checks) struct Seen {
    pub(in crate::vision::checks) rgb: [u8; 3],
    /// Linear luminance, 0 to 1.
    pub(in crate::vision::checks) light: f32,
}

impl Seen {
    pub(in crate::vision::checks) fn lab(self) -> Lab {
        Lab::of(self.rgb)
    }
}

/// Mesh points whose surroundings are skin on an uncovered face: cheeks, cheekbones, lower forehead, bridge of the nose.
const SKIN: [usize; 9] = [50, 280, 205, 425, 117, 346, 108, 337, 195];

impl<'a> Parts<'a> {
    /// `None` without points, with a face too small to tell parts, or with eyes outside the picture.
    pub(in crate::vision::checks) fn of(sample: &'a Sample) -> Option<Self> {
        let points = sample.points.as_ref()?;
        let complete = points.mesh.len() >= MESH && points.eye_contours.iter().all(|contour| contour.len() >= 16);
        let [left, right] = points.irises;
        let unit = left.distance(right);
        let (width, height) = (sample.picture.width() as f32, sample.picture.height() as f32);
        let inside = |p: &Point| p.x > 0.0 && p.y > 0.0 && p.x < width && p.y < height;
        if !complete || !unit.is_finite() || unit < LEAST_UNIT || !points.irises.iter().all(inside) {
            return None;
        }
        let mut parts = Self {
            sample,
            points,
            origin: left.midpoint(right),
            cos: (right.x - left.x) / unit,
            sin: (right.y - left.y) / unit,
            unit,
            skin: Skin { lab: Lab { l: 0.0, a: 0.0, b: 0.0 }, light: 0.0, blue: 0.0 },
        };
        parts.skin = parts.skin_at(&SKIN)?;
        Some(parts)
    }

    /// Median skin around mesh points.
    pub(in crate::vision::checks) fn skin_at(&self, indices: &[usize]) -> Option<Skin> {
        let patches: Vec<Skin> = indices.iter().filter_map(|index| self.patch(self.mesh(*index), 0.07)).collect();
        let of = |value: fn(&Skin) -> f32| median(patches.iter().map(value).collect::<Vec<f32>>());
        Some(Skin {
            lab: Lab { l: of(|s| s.lab.l)?, a: of(|s| s.lab.a)?, b: of(|s| s.lab.b)? },
            light: of(|s| s.light)?,
            blue: of(|s| s.blue)?,
        })
    }

    /// Median colour of a small square, half its side given in units.
    pub(in crate::vision::checks) fn patch(&self, (u, v): (f32, f32), half: f32) -> Option<Skin> {
        let steps = 4_i8;
        let mut seen = Vec::with_capacity(81);
        for i in -steps..=steps {
            for j in -steps..=steps {
                let by = half / f32::from(steps);
                seen.extend(self.at(u + by * f32::from(i), v + by * f32::from(j)));
            }
        }
        let channel = |k: usize| median(seen.iter().map(|s| f32::from(s.rgb[k])).collect::<Vec<f32>>());
        let rgb = [channel(0)? as u8, channel(1)? as u8, channel(2)? as u8];
        (seen.len() >= 40).then(|| Skin { lab: Lab::of(rgb), light: luminance(rgb), blue: linear(rgb[2]) })
    }

    /// A mesh point in face units.
    pub(in crate::vision::checks) fn mesh(&self, index: usize) -> (f32, f32) {
        self.to_face(self.points.mesh[index])
    }

    pub(in crate::vision::checks) fn to_face(&self, p: Point) -> (f32, f32) {
        let (x, y) = ((p.x - self.origin.x) / self.unit, (p.y - self.origin.y) / self.unit);
        (x * self.cos + y * self.sin, y * self.cos - x * self.sin)
    }

    pub(in crate::vision::checks) fn to_picture(&self, (u, v): (f32, f32)) -> Point {
        let (x, y) = (u * self.cos - v * self.sin, u * self.sin + v * self.cos);
        Point::new(self.origin.x + x * self.unit, self.origin.y + y * self.unit)
    }

    /// The pixel at a place of the face; `None` outside the picture.
    pub(in crate::vision::checks) fn at(&self, u: f32, v: f32) -> Option<Seen> {
        let p = self.to_picture((u, v));
        let (x, y) = (p.x.floor(), p.y.floor());
        let picture = &self.sample.picture;
        if x < 0.0 || y < 0.0 || x >= picture.width() as f32 || y >= picture.height() as f32 {
            return None;
        }
        let rgb = picture.get_pixel(x as u32, y as u32).0;
        Some(Seen { rgb, light: luminance(rgb) })
    }

    /// Cosine and sine of the turn of the eyes' line in the picture.
    pub(in crate::vision::checks) const fn turn(&self) -> (f32, f32) {
        (self.cos, self.sin)
    }

    /// One pixel, in units.
    pub(in crate::vision::checks) fn pixel(&self) -> f32 {
        1.0 / self.unit
    }

    /// Linear light over the skin's own.
    pub(in crate::vision::checks) fn share(&self, seen: Seen) -> f32 {
        seen.light / self.skin.light.max(1e-3)
    }

    /// Points of the mesh as a line from left to right.
    pub(in crate::vision::checks) fn line(&self, indices: &[usize]) -> Line {
        Line::through(indices.iter().map(|index| self.mesh(*index)).collect())
    }

    /// The opening of an eye: upper and lower edge.
    pub(in crate::vision::checks) fn opening(&self, eye: usize) -> (Line, Line) {
        let contour = &self.points.eye_contours[eye];
        let corners = [contour[0], contour[8]];
        let edge =
            |points: &[Point]| Line::through(points.iter().chain(&corners).map(|point| self.to_face(*point)).collect());
        (edge(&contour[9..16]), edge(&contour[1..8]))
    }

    /// Linear light of the lighter part of an eye's opening: its white where the eye is open.
    pub(in crate::vision::checks) fn white_of_eye(&self, eye: usize) -> Option<f32> {
        let (upper, lower) = self.opening(eye);
        let mut ball = Vec::new();
        for u in self.columns(upper.left(), upper.right()) {
            let rows = self.columns(upper.at(u), lower.at(u).max(upper.at(u)));
            ball.extend(rows.filter_map(|v| self.at(u, v)).map(|seen| seen.light));
        }
        quantile(ball, 0.85)
    }

    /// Evenly spaced columns between two u, about one per pixel.
    pub(in crate::vision::checks) fn columns(&self, from: f32, to: f32) -> impl Iterator<Item = f32> + use<> {
        let count = ((to - from) * self.unit).round().max(1.0);
        let step = (to - from) / count;
        (0..count as u32).map(move |index| from + step * (index as f32 + 0.5))
    }
}

/// A line through points sorted by u.
#[derive(Debug, Clone)]
pub(in crate::vision::checks) struct Line {
    points: Vec<(f32, f32)>,
}

impl Line {
    fn through(mut points: Vec<(f32, f32)>) -> Self {
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self { points }
    }

    pub(in crate::vision::checks) fn left(&self) -> f32 {
        self.points.first().map_or(0.0, |p| p.0)
    }

    pub(in crate::vision::checks) fn right(&self) -> f32 {
        self.points.last().map_or(0.0, |p| p.0)
    }

    /// v at u: straight between points, level beyond them.
    pub(in crate::vision::checks) fn at(&self, u: f32) -> f32 {
        let mut before: Option<(f32, f32)> = None;
        for &(x, y) in &self.points {
            if x >= u {
                return before.map_or(y, |(px, py)| if x > px { py + (y - py) * (u - px) / (x - px) } else { y });
            }
            before = Some((x, y));
        }
        before.map_or(0.0, |(_, y)| y)
    }
}
