//! Where in the picture the person is, roughly: a map of 256 x 256 probabilities.
//!
//! A prior only: its edges are off by several of its own pixels, so whoever needs an exact edge looks for it in the
//! picture near the edge of this map.

use image::RgbImage;

use super::error::ModelError;
use super::models;
use super::sample::{Outside, Range, Sampling, Square, cut};
use super::tflite::Network;
use crate::domain::geometry::{Point, Rect};

/// Side of the model's input and output, pixels.
const SIDE: u32 = 256;

/// Probabilities of "person" over a square of a picture.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonMap {
    values: Vec<f32>,
    square: Square,
}

impl PersonMap {
    /// Probability, 0 to 1, that the pixel at a position of the picture shows the person; bilinear between the map's
    /// pixels, 0 outside the map.
    pub fn at(&self, point: Point) -> f32 {
        let side = SIDE as f32;
        let left = self.square.center.x - self.square.side / 2.0;
        let top = self.square.center.y - self.square.side / 2.0;
        let x = (point.x - left) / self.square.side * side - 0.5;
        let y = (point.y - top) / self.square.side * side - 0.5;
        if x < -0.5 || y < -0.5 || x > side - 0.5 || y > side - 0.5 {
            return 0.0;
        }
        let (x, y) = (x.clamp(0.0, side - 1.001), y.clamp(0.0, side - 1.001));
        let (column, row) = (x as usize, y as usize);
        let (fx, fy) = (x.fract(), y.fract());
        let value = |dx: usize, dy: usize| self.values[(row + dy) * SIDE as usize + column + dx];
        let upper = value(0, 0) * (1.0 - fx) + value(1, 0) * fx;
        let lower = value(0, 1) * (1.0 - fx) + value(1, 1) * fx;
        upper * (1.0 - fy) + lower * fy
    }

    /// As [`Self::at`], with the value at the map's edge outside of it: the person goes on below.
    pub fn nearest(&self, point: Point) -> f32 {
        let half = self.square.side * (0.5 - 0.25 / SIDE as f32);
        let Point { x, y } = self.square.center;
        self.at(Point::new(point.x.clamp(x - half, x + half), point.y.clamp(y - half, y + half)))
    }

    /// The same map after a crop of the picture at `crop` and a scale of `scale` output pixels per input pixel.
    #[must_use]
    pub fn cropped_and_scaled(mut self, crop: Rect, scale: f32) -> Self {
        let Point { x, y } = self.square.center;
        self.square.center = Point::new((x - crop.x) * scale, (y - crop.y) * scale);
        self.square.side *= scale;
        self
    }

    /// Length of one map pixel in pixels of the picture: how coarse the map is.
    pub fn grain(&self) -> f32 {
        self.square.side / SIDE as f32
    }
}

pub(super) struct Segmentation {
    network: Network,
}

impl Segmentation {
    pub(super) fn load() -> Result<Self, ModelError> {
        Ok(Self { network: Network::load("person segmentation", models::SEGMENTATION)? })
    }

    /// The map over an upright square of the picture.
    pub(super) fn run(&self, picture: &RgbImage, center: Point, side: f32) -> Result<PersonMap, ModelError> {
        let square = Square { center, side, angle: 0.0, mirrored: false };
        let input = cut(picture, square, SIDE, Sampling::Areas, Outside::NearestEdge, Range::ZeroToOne);
        let mut outputs = self.network.run(&input)?;
        match outputs.pop() {
            Some(values) if values.len() == (SIDE * SIDE) as usize => Ok(PersonMap { values, square }),
            _ => Err(ModelError::Unsupported {
                model: "person segmentation",
                detail: "expected one map of 256 x 256".to_owned(),
            }),
        }
    }
}
