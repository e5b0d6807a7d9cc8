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
    let factor = factor / (samples * samples) as f32;
    let fine = (n * samples) as f32;
    let origin = square.to_picture(0.0, 0.0);
    let (right, down) = (square.to_picture(1.0, 0.0), square.to_picture(0.0, 1.0));
    let along = Point::new((right.x - origin.x) / fine, (right.y - origin.y) / fine);
    let across = Point::new((down.x - origin.x) / fine, (down.y - origin.y) / fine);
    let source = Source { picture, outside };
    let mut values = Vec::with_capacity((n * n * 3) as usize);
    for row in 0..n {
        for column in 0..n {
            let mut sum = [0.0f32; 3];
            for dy in 0..samples {
                for dx in 0..samples {
                    let u = (column * samples + dx) as f32 + first;
                    let v = (row * samples + dy) as f32 + first;
                    let x = origin.x + u * along.x + v * across.x + shift;
                    let y = origin.y + u * along.y + v * across.y + shift;
                    let pixel = source.bilinear(x, y);
                    for (total, value) in sum.iter_mut().zip(pixel) {
                        *total += value;
                    }
                }
            }
            values.extend(sum.map(|total| total * factor + offset));
        }
    }
    values
}

/// Positions between two pixels are told apart in this many parts: whole numbers are quicker to mix than fractions,
/// and 255 levels times its square still fit into 31 bits.
const PARTS: f32 = 2048.0;

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

    /// Mean of samples x samples positions, `fine` pixels apart, of the square whose left top corner is given.
    pub(super) fn average(&self, corner: Point, fine: f32, samples: u32) -> [f32; 3] {
        let mut sum = [0.0f32; 3];
        for dy in 0..samples {
            for dx in 0..samples {
                let (x, y) = (corner.x + (dx as f32 + 0.5) * fine, corner.y + (dy as f32 + 0.5) * fine);
                for (total, value) in sum.iter_mut().zip(self.bilinear(x, y)) {
                    *total += value;
                }
            }
        }
        sum.map(|total| total / (samples * samples) as f32)
    }

    /// Colour at a continuous position, 0 to 255.
    #[inline]
    fn bilinear(&self, x: f32, y: f32) -> [f32; 3] {
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (floor(x), floor(y));
        let (fx, fy) = (((x - left as f32) * PARTS) as u32, ((y - top as f32) * PARTS) as u32);
        let (upper, lower) = self.four(left, top);
        let between = |a: u32, b: u32, part: u32| {
            a.wrapping_mul((PARTS as u32).wrapping_sub(part)).wrapping_add(b.wrapping_mul(part))
        };
        std::array::from_fn(|channel| {
            let above = between(u32::from(upper[channel]), u32::from(upper[channel + 3]), fx);
            let below = between(u32::from(lower[channel]), u32::from(lower[channel + 3]), fx);
            between(above, below, fy).cast_signed() as f32 * (1.0 / (PARTS * PARTS))
        })
    }

    /// Two neighbouring pixels and the two below them.
    #[inline]
    fn four(&self, left: i32, top: i32) -> ([u8; 6], [u8; 6]) {
        let (width, height) = (self.picture.width().cast_signed(), self.picture.height().cast_signed());
        if left >= 0 && top >= 0 && left + 1 < width && top + 1 < height {
            let start = (top as usize * width as usize + left as usize) * 3;
            let below = start + width as usize * 3;
            let raw = self.picture.as_raw();
            if let (Some(upper), Some(lower)) = (raw[start..].first_chunk::<6>(), raw[below..].first_chunk::<6>()) {
                return (*upper, *lower);
            }
        }
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

/// Rounds down; cheaper than `f32::floor`, which is a call on processors without SSE 4.1.
fn floor(value: f32) -> i32 {
    let whole = value as i32;
    whole - i32::from((whole as f32) > value)
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
