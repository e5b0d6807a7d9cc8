//! The face mesh: 468 points of one face, found in a square that is turned level with the eyes.
//!
//! Owns the model, its region and the numbers of the points that the others use; what the points mean for a photo is
//! left to `measure`.

use image::RgbImage;

use super::detector::Detection;
use super::error::ModelError;
use super::models;
use super::sample::{Outside, Range, Sampling, Square, cut};
use super::tflite::Network;
use crate::domain::geometry::{Point, Rect};

/// Input side of the model, pixels.
const INPUT: u32 = 192;
/// Points of a mesh.
pub(super) const POINTS: usize = 468;
/// The square is this much larger than the detector's box or the mesh's bounds (published graph).
const MARGIN: f32 = 1.5;

/// Point numbers of the published mesh; left and right as seen in the picture.
pub(super) mod points {
    /// Middle of the upper edge of the face oval.
    pub(in crate::vision::face) const FOREHEAD: usize = 10;
    pub(in crate::vision::face) const CHIN: usize = 152;
    /// Outer and inner eye corners: left outer, left inner, right inner, right outer.
    pub(in crate::vision::face) const EYE_CORNERS: [usize; 4] = [33, 133, 362, 263];
    /// Where the cheeks meet the ears.
    pub(in crate::vision::face) const CHEEKS: [usize; 2] = [234, 454];
    /// Middle of the inner upper and inner lower lip.
    pub(in crate::vision::face) const INNER_LIPS: (usize, usize) = (13, 14);
}

/// One mesh, in pixels of the picture; `z` in the same scale, smaller is nearer.
#[derive(Debug, Clone)]
pub(super) struct Mesh {
    pub(super) points: Vec<Point>,
    pub(super) z: Vec<f32>,
    /// How sure the model is that this is a face, 0 to 1.
    pub(super) presence: f32,
}

impl Mesh {
    /// Eye centres by the corners, the one left in the picture first.
    pub(super) fn eyes(&self) -> [Point; 2] {
        let [outer_left, inner_left, inner_right, outer_right] = points::EYE_CORNERS.map(|index| self.points[index]);
        [outer_left.midpoint(inner_left), inner_right.midpoint(outer_right)]
    }
}

pub(super) struct MeshModel {
    network: Network,
}

impl MeshModel {
    pub(super) fn load() -> Result<Self, ModelError> {
        Ok(Self { network: Network::load("face mesh", models::MESH)? })
    }

    pub(super) fn run(&self, picture: &RgbImage, square: Square, sampling: Sampling) -> Result<Mesh, ModelError> {
        let input = cut(picture, square, INPUT, sampling, Outside::NearestEdge, Range::ZeroToOne);
        let outputs = self.network.run(&input)?;
        let (Some(raw), Some(presence)) = (outputs.first(), outputs.get(1).and_then(|flag| flag.first())) else {
            return Err(ModelError::Unsupported { model: "face mesh", detail: "expected two outputs".to_owned() });
        };
        let (raw, _) = raw.as_chunks::<3>();
        if raw.len() != POINTS {
            return Err(ModelError::Unsupported { model: "face mesh", detail: "expected 468 points".to_owned() });
        }
        let scale = 1.0 / INPUT as f32;
        Ok(Mesh {
            points: raw.iter().map(|[x, y, _]| square.to_picture(x * scale, y * scale)).collect(),
            z: raw.iter().map(|[_, _, z]| z * scale * square.side).collect(),
            presence: 1.0 / (1.0 + (-presence).exp()),
        })
    }
}

/// The square for the mesh around a detection: level with the eyes.
pub(super) fn square_of(detection: &Detection) -> Square {
    let [left, right, ..] = detection.keypoints;
    Square {
        center: detection.face_box.center(),
        side: MARGIN * detection.face_box.w.max(detection.face_box.h),
        angle: (right.y - left.y).atan2(right.x - left.x),
        mirrored: false,
    }
}

impl Mesh {
    /// The square for another run, from the mesh itself: steadier than the detector's box.
    pub(super) fn square(&self) -> Square {
        let (left, right) = (self.points[points::EYE_CORNERS[0]], self.points[points::EYE_CORNERS[3]]);
        let bounds = self.bounds();
        Square {
            center: bounds.center(),
            side: MARGIN * bounds.w.max(bounds.h),
            angle: (right.y - left.y).atan2(right.x - left.x),
            mirrored: false,
        }
    }

    /// Smallest upright rectangle around all points.
    pub(super) fn bounds(&self) -> Rect {
        let fold = |start: f32, pick: fn(f32, f32) -> f32, value: fn(&Point) -> f32| {
            self.points.iter().map(value).fold(start, pick)
        };
        let (left, right) = (fold(f32::MAX, f32::min, |p| p.x), fold(f32::MIN, f32::max, |p| p.x));
        let (top, bottom) = (fold(f32::MAX, f32::min, |p| p.y), fold(f32::MIN, f32::max, |p| p.y));
        Rect::new(left, top, right - left, bottom - top)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_models_numbers_for_a_grey_picture_are_the_reference_runtimes() {
        let model = MeshModel::load().unwrap();
        let outputs = model.network.run(&vec![0.5; (INPUT * INPUT * 3) as usize]).unwrap();
        assert_eq!((outputs[0].len(), outputs[1].len()), (POINTS * 3, 1));
        let found = outputs[0][..3].iter().chain(&outputs[1]);
        for (found, expected) in found.zip([96.399, 116.641, -14.996, -11.913_f32]) {
            assert!((found - expected).abs() < expected.abs() * 1e-4, "{found} for {expected}");
        }
    }
}
