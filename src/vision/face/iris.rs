//! The iris model: the middle of the iris and the lids of one eye, found in a square around its corners.
//!
//! The model knows eyes that lie left in the picture; the other eye is mirrored on the way in and back on the way out.

use image::RgbImage;

use super::error::ModelError;
use super::mesh::{Mesh, points};
use super::models;
use super::sample::{Outside, Range, Sampling, Square, cut};
use super::tflite::Network;
use crate::domain::geometry::Point;

/// Input side of the model, pixels.
const INPUT: u32 = 64;
/// The square is this much longer than the distance between the eye's corners (published graph).
const MARGIN: f32 = 2.3;
/// The first 16 of the 71 contour points are the lids: corner, lower lid, corner ... (published order).
const CONTOUR: usize = 71;

/// One eye, in pixels of the picture.
#[derive(Debug, Clone)]
pub(super) struct Eye {
    /// Middle of the iris.
    pub(super) center: Point,
    /// 71 points: lids first, then rings around the eye and the brow.
    pub(super) contour: Vec<Point>,
    /// Distance between opposite points of the iris, pixels.
    pub(super) iris_diameter: f32,
}

pub(super) struct IrisModel {
    network: Network,
}

impl IrisModel {
    pub(super) fn load() -> Result<Self, ModelError> {
        Ok(Self { network: Network::load("iris", models::IRIS)? })
    }

    pub(super) fn run(&self, picture: &RgbImage, square: Square) -> Result<Eye, ModelError> {
        let input = cut(picture, square, INPUT, Sampling::Areas, Outside::NearestEdge, Range::ZeroToOne);
        let outputs = self.network.run(&input)?;
        let scale = 1.0 / INPUT as f32;
        let read = |values: &[f32]| -> Vec<Point> {
            values.as_chunks::<3>().0.iter().map(|[x, y, _]| square.to_picture(x * scale, y * scale)).collect()
        };
        let [contour, iris] = outputs.as_slice() else {
            return Err(ModelError::Unsupported { model: "iris", detail: "expected two outputs".to_owned() });
        };
        let (contour, iris) = (read(contour), read(iris));
        let ([center, a, b, c, d], CONTOUR) = (iris.as_slice(), contour.len()) else {
            return Err(ModelError::Unsupported { model: "iris", detail: "expected 71 and 5 points".to_owned() });
        };
        let iris_diameter = f32::midpoint(a.distance(*c), b.distance(*d));
        Ok(Eye { center: *center, contour, iris_diameter })
    }
}

/// The squares around both eyes, left in the picture first.
pub(super) fn squares_of(mesh: &Mesh) -> [Square; 2] {
    let [outer_left, inner_left, inner_right, outer_right] = points::EYE_CORNERS.map(|index| mesh.points[index]);
    let square = |left: Point, right: Point, mirrored: bool| Square {
        center: left.midpoint(right),
        side: MARGIN * (right.x - left.x).abs().max((right.y - left.y).abs()),
        angle: (right.y - left.y).atan2(right.x - left.x),
        mirrored,
    };
    [square(outer_left, inner_left, false), square(inner_right, outer_right, true)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_models_numbers_for_a_grey_picture_are_the_reference_runtimes() {
        let model = IrisModel::load().unwrap();
        let outputs = model.network.run(&vec![0.5; (INPUT * INPUT * 3) as usize]).unwrap();
        assert_eq!((outputs[0].len(), outputs[1].len()), (CONTOUR * 3, 15));
        for (found, expected) in outputs[0].iter().zip([24.6765, 34.8868, 4.3323_f32]) {
            assert!((found - expected).abs() < expected.abs() * 1e-4, "{found} for {expected}");
        }
    }
}
