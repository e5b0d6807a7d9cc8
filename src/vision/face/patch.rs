//! An upright, evened-out copy of the picture around the head, with as many pixels per inter-eye distance whatever
//! the picture's size, so that the searches in it need no other scale.

use image::RgbImage;

use super::sample::{Grid, Source};
use crate::domain::geometry::Point;
use crate::vision::rank;

/// Pixels of the head's patch per inter-eye distance.
pub(super) const PER_UNIT: f32 = 48.0;

/// How fine a patch is, and how far it reaches from the middle of the eyes, in inter-eye distances.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    /// Pixels per inter-eye distance.
    pub(super) per_unit: f32,
    pub(super) sides: f32,
    pub(super) up: f32,
    pub(super) down: f32,
}

/// The whole head with its surroundings.
pub(super) const HEAD: Extent = Extent { per_unit: PER_UNIT, sides: 2.6, up: 3.6, down: 0.9 };
/// Forehead and hair above it, as fine as a standard picture shows them: strands must be told from skin. Only the part
/// that is looked at, with room for the boxes around its edge: every pixel of it costs three logarithms.
pub(super) const FOREHEAD: Extent = Extent { per_unit: 96.0, sides: 0.523, up: 1.85, down: -0.5 };
/// Eyes closer together than this (pixels) are no face worth a search.
const LEAST_UNIT: f32 = 4.0;
/// Most samples per pixel and direction.
const MOST_SAMPLES: u32 = 3;

pub(super) struct Patch {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Colours, 0 to 255, row-major.
    pub(super) pixels: Vec<[f32; 3]>,
    /// Middle of the eyes, pixels of the patch.
    pub(super) eyes: Point,
    per_unit: f32,
    origin: Point,
    step: f32,
}

impl Patch {
    /// Cuts the patch; it ends where the picture ends. `None` for eyes outside the picture or too close together.
    pub(super) fn cut(picture: &RgbImage, eyes: Point, inter_eye: f32, extent: Extent) -> Option<Self> {
        if inter_eye.is_nan() || inter_eye < LEAST_UNIT {
            return None;
        }
        let Extent { per_unit, sides, up, down } = extent;
        let step = inter_eye / per_unit;
        let (left, top) = ((eyes.x - sides * inter_eye).max(0.0), (eyes.y - up * inter_eye).max(0.0));
        let right = (eyes.x + sides * inter_eye).min(picture.width() as f32);
        let bottom = (eyes.y + down * inter_eye).min(picture.height() as f32);
        let (width, height) = ((right - left) / step, (bottom - top) / step);
        if width < per_unit || height < per_unit {
            return None;
        }
        let (width, height) = (width as usize, height as usize);
        let samples = ((step / 2.0).ceil() as u32).clamp(1, MOST_SAMPLES);
        let fine = step / samples as f32;
        let pixels = Source::inside(picture).averages(&Grid {
            first: Point::new(left + 0.5 * fine, top + 0.5 * fine),
            along: Point::new(fine, 0.0),
            across: Point::new(0.0, fine),
            columns: width,
            rows: height,
            samples: samples as usize,
        });
        let eyes = Point::new((eyes.x - left) / step, (eyes.y - top) / step);
        Some(Self { width, height, pixels, eyes, per_unit, origin: Point::new(left, top), step })
    }

    pub(super) fn at(&self, column: usize, row: usize) -> [f32; 3] {
        self.pixels[row * self.width + column]
    }

    /// The patch ends above where the picture does.
    pub(super) fn starts_at_the_top(&self) -> bool {
        self.origin.y <= 0.0
    }

    /// y in the picture of a row position of the patch (whole numbers are the upper edges of rows).
    pub(super) fn y_in_picture(&self, row: f32) -> f32 {
        self.origin.y + row * self.step
    }

    /// Position in the picture of the middle of a pixel of the patch.
    pub(super) fn in_picture(&self, column: usize, row: usize) -> Point {
        let (x, y) = (column as f32 + 0.5, row as f32 + 0.5);
        Point::new(self.origin.x + x * self.step, self.origin.y + y * self.step)
    }

    /// A column position, `units` inter-eye distances right of the middle of the eyes, kept inside the patch.
    pub(super) fn column(&self, units: f32) -> usize {
        (self.eyes.x + units * self.per_unit).clamp(0.0, self.width as f32 - 1.0) as usize
    }

    /// A row position, `units` inter-eye distances below the eyes, kept inside the patch.
    pub(super) fn row(&self, units: f32) -> usize {
        (self.eyes.y + units * self.per_unit).clamp(0.0, self.height as f32 - 1.0) as usize
    }
}

/// The middle value; 0 for none. Reorders.
pub(super) fn median(values: &mut [f32]) -> f32 {
    quantile(values, 0.5)
}

/// The value below which a share of all lies; 0 for none. Reorders.
pub(super) fn quantile(values: &mut [f32], share: f32) -> f32 {
    rank::quantile(values, share).unwrap_or(0.0)
}
