//! Cuts turned squares out of a picture for the models and carries points back.
//!
//! Owns the one convention of the pipeline: a point of a model's input at (0, 0) is the square's left top corner, at
//! (n, n) its right bottom corner; positions in a picture are continuous, so that the middle of the first pixel is
//! (0.5, 0.5).

use image::RgbImage;

use crate::domain::geometry::Point;

/// A square of a picture, turned about its middle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Square {
    /// Middle, pixels of the picture.
    pub(super) center: Point,
    /// Length of a side, pixels of the picture.
    pub(super) side: f32,
    /// Turn in radians, positive clockwise as seen (y is down): the square's x axis in the picture.
    pub(super) angle: f32,
    /// Whether the cut is mirrored left to right (for the iris model, which knows one eye only).
    pub(super) mirrored: bool,
}

/// What stands in the cut where the square leaves the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outside {
    Black,
    NearestEdge,
}

/// How channel values are given to a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Range {
    ZeroToOne,
    MinusOneToOne,
}

impl Square {
    /// Carries a point of the cut (0..1 in both directions) to the picture.
    pub(super) fn to_picture(self, u: f32, v: f32) -> Point {
        let u = if self.mirrored { 1.0 - u } else { u };
        let (x, y) = ((u - 0.5) * self.side, (v - 0.5) * self.side);
        let (sin, cos) = self.angle.sin_cos();
        Point::new(self.center.x + x * cos - y * sin, self.center.y + x * sin + y * cos)
    }
}

/// How a cut is taken where one of its pixels covers many of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sampling {
    /// As the published pipeline does on a processor: one bilinear sample per pixel, the first one on the square's
    /// corner (half a pixel of the cut too far to the left and top).
    Points,
    /// Centred, and evened out over the area that a pixel covers.
    Areas,
}

/// Most samples per pixel of the cut and direction. Nine bilinear samples even out fully up to six times the model's
/// input; a larger picture has more detail than is needed, not more noise.
const MOST_SAMPLES: u32 = 3;

/// The square as a model's input: n x n x 3 values, row-major. Large squares are evened out (several bilinear samples
/// per value), so that a picture of any size gives a smooth input.
pub(super) fn cut(
    picture: &RgbImage,
    square: Square,
    n: u32,
    sampling: Sampling,
    outside: Outside,
    range: Range,
) -> Vec<f32> {
    let step = square.side / n as f32;
    let (samples, first, shift) = match sampling {
        Sampling::Points => (1, 0.0, 0.5),
        Sampling::Areas => (((step / 2.0).ceil() as u32).clamp(1, MOST_SAMPLES), 0.5, 0.0),
    };
    let (factor, offset) = match range {
        Range::ZeroToOne => (1.0 / 255.0, 0.0),
        Range::MinusOneToOne => (2.0 / 255.0, -1.0),
    };
    let origin = square.to_picture(0.0, 0.0);
    let (right, down) = (square.to_picture(1.0, 0.0), square.to_picture(0.0, 1.0));
    let fine = (n * samples) as f32;
    let grid = Grid {
        first: Point::new(
            origin.x + first * ((right.x - origin.x) + (down.x - origin.x)) / fine + shift,
            origin.y + first * ((right.y - origin.y) + (down.y - origin.y)) / fine + shift,
        ),
        along: Point::new((right.x - origin.x) / fine, (right.y - origin.y) / fine),
        across: Point::new((down.x - origin.x) / fine, (down.y - origin.y) / fine),
        columns: n as usize,
        rows: n as usize,
        samples: samples as usize,
    };
    let colours = Source { picture, outside }.averages(&grid);
    colours.into_iter().flat_map(|colour| colour.map(|value| value * factor + offset)).collect()
}

/// Places where a picture is read: pixels of a cut, each the mean of several samples.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    /// The first sample, pixels of the picture.
    pub(super) first: Point,
    /// From one sample to the next of a row, and from one row of samples to the next.
    pub(super) along: Point,
    pub(super) across: Point,
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// Samples per pixel of the cut and direction.
    pub(super) samples: usize,
}

/// Positions between two pixels are told apart in so many bits: whole numbers are quicker to mix than fractions, and
/// 255 levels times the square of 2048 parts still fit into 31 bits.
const PART_BITS: u32 = 11;
const PARTS: u32 = 1 << PART_BITS;

/// A position or a step with 32 bits behind the point.
fn fixed(value: f32) -> i64 {
    (f64::from(value) * (1_u64 << 32) as f64) as i64
}

/// How far a fixed position lies between two pixels.
fn part(position: i64) -> u32 {
    (position >> (32 - PART_BITS)) as u32 & (PARTS - 1)
}

/// Two pixels above and two below, mixed by how far right and down the position lies between them.
#[inline]
fn mixed(upper: [u8; 6], lower: [u8; 6], right: u32, down: u32) -> [f32; 3] {
    let (left, up) = (PARTS.wrapping_sub(right), PARTS.wrapping_sub(down));
    let shares = [left.wrapping_mul(up), right.wrapping_mul(up), left.wrapping_mul(down), right.wrapping_mul(down)];
    std::array::from_fn(|channel| {
        let parts = [upper[channel], upper[channel + 3], lower[channel], lower[channel + 3]];
        let sum = parts
            .iter()
            .zip(shares)
            .fold(0_u32, |sum, (level, share)| sum.wrapping_add(u32::from(*level).wrapping_mul(share)));
        sum.cast_signed() as f32 * (1.0 / (PARTS as f32 * PARTS as f32))
    })
}

/// Reads colours between pixels.
pub(super) struct Source<'p> {
    picture: &'p RgbImage,
    outside: Outside,
}

impl<'p> Source<'p> {
    /// A source whose positions all lie inside the picture (or take the nearest edge).
    pub(super) fn inside(picture: &'p RgbImage) -> Self {
        Self { picture, outside: Outside::NearestEdge }
    }

    /// Colours of all pixels of a grid, 0 to 255, row-major.
    pub(super) fn averages(&self, grid: &Grid) -> Vec<[f32; 3]> {
        let share = 1.0 / (grid.samples * grid.samples) as f32;
        let mut colours = vec![[0.0_f32; 3]; grid.columns * grid.rows];
        for (row, line) in colours.chunks_exact_mut(grid.columns.max(1)).enumerate() {
            for sample in 0..grid.samples {
                let down = (row * grid.samples + sample) as f32;
                let start = Point::new(grid.first.x + down * grid.across.x, grid.first.y + down * grid.across.y);
                self.add_row(start, grid.along, grid.samples, line);
            }
            for colour in line {
                *colour = colour.map(|total| total * share);
            }
        }
        colours
    }

    /// Adds `samples` neighbouring samples to each colour of a row.
    fn add_row(&self, start: Point, step: Point, samples: usize, line: &mut [[f32; 3]]) {
        let last = (line.len() * samples).saturating_sub(1) as f32;
        let inside =
            self.has_around(start) && self.has_around(Point::new(start.x + last * step.x, start.y + last * step.y));
        // Whole numbers from here on: this is where most of a picture's time goes.
        let (mut x, mut y) = (fixed(start.x - 0.5), fixed(start.y - 0.5));
        let (dx, dy) = (fixed(step.x), fixed(step.y));
        for colour in line {
            let mut sum = *colour;
            for _ in 0..samples {
                let pair = if inside { self.four_inside(x >> 32, y >> 32) } else { None };
                let (upper, lower) = pair.unwrap_or_else(|| self.four((x >> 32) as i32, (y >> 32) as i32));
                let value = mixed(upper, lower, part(x), part(y));
                sum = [sum[0] + value[0], sum[1] + value[1], sum[2] + value[2]];
                (x, y) = (x.wrapping_add(dx), y.wrapping_add(dy));
            }
            *colour = sum;
        }
    }

    /// Whether the four pixels around a position, and one more to be safe, lie in the picture.
    fn has_around(&self, at: Point) -> bool {
        at.x >= 1.5
            && at.y >= 1.5
            && at.x <= self.picture.width() as f32 - 2.5
            && at.y <= self.picture.height() as f32 - 2.5
    }

    /// Colour at a continuous position, 0 to 255.
    pub(super) fn at_point(&self, at: Point) -> [f32; 3] {
        let (x, y) = (fixed(at.x - 0.5), fixed(at.y - 0.5));
        let (upper, lower) = self.four((x >> 32) as i32, (y >> 32) as i32);
        mixed(upper, lower, part(x), part(y))
    }

    /// Two neighbouring pixels and the two below them, where they are known to lie in the picture.
    #[inline]
    fn four_inside(&self, left: i64, top: i64) -> Option<([u8; 6], [u8; 6])> {
        let width = self.picture.width() as usize;
        let start = (top as usize).wrapping_mul(width).wrapping_add(left as usize).wrapping_mul(3);
        let raw = self.picture.as_raw();
        let upper = raw.get(start..)?.first_chunk::<6>()?;
        let lower = raw.get(start.wrapping_add(width.wrapping_mul(3))..)?.first_chunk::<6>()?;
        Some((*upper, *lower))
    }

    /// Two neighbouring pixels and the two below them.
    fn four(&self, left: i32, top: i32) -> ([u8; 6], [u8; 6]) {
        let row = |y: i32| {
            let [a, b] = [self.at(left, y), self.at(left + 1, y)];
            [a[0], a[1], a[2], b[0], b[1], b[2]]
        };
        (row(top), row(top + 1))
    }

    fn at(&self, x: i32, y: i32) -> [u8; 3] {
        let (width, height) = (self.picture.width().cast_signed(), self.picture.height().cast_signed());
        let inside = (0..width).contains(&x) && (0..height).contains(&y);
        if !inside && self.outside == Outside::Black {
            return [0; 3];
        }
        let (x, y) = (x.clamp(0, width - 1), y.clamp(0, height - 1));
        self.picture.get_pixel(x as u32, y as u32).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp() -> RgbImage {
        RgbImage::from_fn(64, 48, |x, y| image::Rgb([(x * 4) as u8, (y * 4) as u8, 7]))
    }

    #[test]
    fn an_upright_cut_of_the_same_size_is_the_picture_itself() {
        let square = Square { center: Point::new(16.0, 16.0), side: 16.0, angle: 0.0, mirrored: false };
        let values = cut(&ramp(), square, 16, Sampling::Areas, Outside::Black, Range::ZeroToOne);
        assert_eq!(values.len(), 16 * 16 * 3);
        assert!((values[0] * 255.0 - 32.0).abs() < 1e-3, "{}", values[0] * 255.0);
        assert!((values[1] * 255.0 - 32.0).abs() < 1e-3);
    }

    #[test]
    fn a_mirrored_cut_reads_from_right_to_left_and_carries_points_back() {
        let square = Square { center: Point::new(16.0, 16.0), side: 16.0, angle: 0.0, mirrored: true };
        let values = cut(&ramp(), square, 16, Sampling::Areas, Outside::Black, Range::ZeroToOne);
        assert!((values[0] * 255.0 - 92.0).abs() < 1e-3, "{}", values[0] * 255.0);
        assert_eq!(square.to_picture(0.0, 0.0), Point::new(24.0, 8.0));
    }

    #[test]
    fn a_quarter_turn_reads_along_the_columns() {
        let angle = std::f32::consts::FRAC_PI_2;
        let square = Square { center: Point::new(16.0, 16.0), side: 16.0, angle, mirrored: false };
        let corner = square.to_picture(1.0, 0.0);
        assert!((corner.x - 24.0).abs() < 1e-4 && (corner.y - 24.0).abs() < 1e-4, "{corner:?}");
    }

    #[test]
    fn what_lies_outside_is_black_or_the_nearest_edge() {
        let white = RgbImage::from_pixel(8, 8, image::Rgb([255; 3]));
        let square = Square { center: Point::new(-20.0, 4.0), side: 8.0, angle: 0.0, mirrored: false };
        let black = cut(&white, square, 4, Sampling::Areas, Outside::Black, Range::MinusOneToOne);
        assert!(black.iter().all(|value| (value + 1.0).abs() < 1e-5));
        let edge = cut(&white, square, 4, Sampling::Areas, Outside::NearestEdge, Range::ZeroToOne);
        assert!(edge.iter().all(|value| (value - 1.0).abs() < 1e-5));
    }
}
