//! The face detector: BlazeFace short range, its anchors, decoding and weighted suppression.
//!
//! Owns where faces are and how sure that is; which of several is the subject, and whether a box is a face at all
//! (the mesh knows better), is left to the parent.

use image::RgbImage;

use super::error::ModelError;
use super::models;
use super::sample::{Outside, Range, Sampling, Square, cut};
use super::tflite::Network;
use crate::domain::geometry::{Point, Rect};

/// Input side of the model, pixels.
const INPUT: u32 = 128;
/// Two anchors in each cell of a 16 x 16 grid, six in each of 8 x 8.
const GRIDS: [(u32, u32); 2] = [(16, 2), (8, 6)];
/// Values per anchor: centre x and y, width, height, then x and y of six key points.
const REGRESSORS: usize = 16;
/// Scores are clipped here before the sigmoid, as in the published graph.
const CLIP: f32 = 100.0;
/// A box below this score is no candidate (published graph: 0.5).
const LEAST_SCORE: f32 = 0.5;
/// Boxes that overlap more than this are one face (published graph).
const SAME_FACE: f32 = 0.3;

/// One face that the detector saw, in pixels of the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    /// From the brows to the chin and from cheek to cheek, about square.
    pub face_box: Rect,
    /// 0 to 1.
    pub score: f32,
    /// Eye left in the picture, eye right in the picture, nose tip, mouth, ear left, ear right.
    pub keypoints: [Point; 6],
}

impl Detection {
    /// The same face in a picture `factor` times as large.
    pub(super) fn scaled(&self, factor: f32) -> Self {
        let Rect { x, y, w, h } = self.face_box;
        Self {
            face_box: Rect::new(x * factor, y * factor, w * factor, h * factor),
            score: self.score,
            keypoints: self.keypoints.map(|point| Point::new(point.x * factor, point.y * factor)),
        }
    }
}

pub(super) struct Detector {
    network: Network,
    anchors: Vec<Point>,
}

impl Detector {
    pub(super) fn load() -> Result<Self, ModelError> {
        Ok(Self { network: Network::load("face detector", models::DETECTOR)?, anchors: anchors() })
    }

    /// Faces inside a square of the picture, best score first, boxes of one face merged.
    pub(super) fn run(&self, picture: &RgbImage, square: Square) -> Result<Vec<Detection>, ModelError> {
        let input = cut(picture, square, INPUT, Sampling::Points, Outside::Black, Range::MinusOneToOne);
        let outputs = self.network.run(&input)?;
        let [regressors, scores] = outputs.as_slice() else {
            return Err(ModelError::Unsupported { model: "face detector", detail: "expected two outputs".to_owned() });
        };
        let candidates = self.decode(regressors, scores, square);
        Ok(merge(candidates))
    }

    fn decode(&self, regressors: &[f32], scores: &[f32], square: Square) -> Vec<Detection> {
        let (values, _) = regressors.as_chunks::<REGRESSORS>();
        let raw = self.anchors.iter().zip(values).zip(scores);
        let sure = raw.filter_map(|((anchor, values), score)| {
            let score = 1.0 / (1.0 + (-score.clamp(-CLIP, CLIP)).exp());
            (score >= LEAST_SCORE).then_some((*anchor, values, score))
        });
        sure.map(|(anchor, values, score)| detection(anchor, values, score, square)).collect()
    }
}

fn anchors() -> Vec<Point> {
    let mut anchors = Vec::with_capacity(896);
    for (cells, per_cell) in GRIDS {
        for row in 0..cells {
            for column in 0..cells {
                let center = Point::new((column as f32 + 0.5) / cells as f32, (row as f32 + 0.5) / cells as f32);
                anchors.extend((0..per_cell).map(|_| center));
            }
        }
    }
    anchors
}

fn detection(anchor: Point, values: &[f32; REGRESSORS], score: f32, square: Square) -> Detection {
    let scale = 1.0 / INPUT as f32;
    let point =
        |index: usize| square.to_picture(values[index] * scale + anchor.x, values[index + 1] * scale + anchor.y);
    let center = point(0);
    let (w, h) = (values[2] * scale * square.side, values[3] * scale * square.side);
    Detection {
        face_box: Rect::new(center.x - w / 2.0, center.y - h / 2.0, w, h),
        score,
        keypoints: std::array::from_fn(|index| point(4 + 2 * index)),
    }
}

/// Weighted suppression: all boxes that overlap the best one become one, averaged by score; the best score stays.
pub(super) fn merge(mut candidates: Vec<Detection>) -> Vec<Detection> {
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut merged = Vec::new();
    while let Some(best) = candidates.first().cloned() {
        let (same, rest): (Vec<_>, Vec<_>) =
            candidates.into_iter().partition(|other| best.face_box.overlap(other.face_box) > SAME_FACE);
        candidates = rest;
        // A degenerate box overlaps nothing, not even itself: keep it out of the loop.
        if same.is_empty() {
            candidates.remove(0);
            continue;
        }
        merged.push(average(&same, best.score));
    }
    merged
}

fn average(same: &[Detection], score: f32) -> Detection {
    let total: f32 = same.iter().map(|one| one.score).sum();
    let mean = |value: &dyn Fn(&Detection) -> f32| same.iter().map(|one| value(one) * one.score).sum::<f32>() / total;
    Detection {
        face_box: Rect::new(
            mean(&|one| one.face_box.x),
            mean(&|one| one.face_box.y),
            mean(&|one| one.face_box.w),
            mean(&|one| one.face_box.h),
        ),
        score,
        keypoints: std::array::from_fn(|index| {
            Point::new(mean(&|one| one.keypoints[index].x), mean(&|one| one.keypoints[index].y))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f32, score: f32) -> Detection {
        Detection { face_box: Rect::new(x, 0.0, 100.0, 100.0), score, keypoints: [Point::new(x, 0.0); 6] }
    }

    #[test]
    fn the_models_numbers_for_a_grey_picture_are_the_reference_runtimes() {
        let detector = Detector::load().unwrap();
        let outputs = detector.network.run(&vec![0.5; (INPUT * INPUT * 3) as usize]).unwrap();
        assert_eq!((outputs[0].len(), outputs[1].len()), (896 * 16, 896));
        for (found, expected) in outputs[0].iter().zip([0.0867, -0.8565, 27.473]) {
            assert!((found - expected).abs() < 1e-3_f32.max(expected.abs() * 1e-4), "{found} for {expected}");
        }
    }

    #[test]
    fn there_are_896_anchors_from_the_fine_grid_to_the_coarse_one() {
        let anchors = anchors();
        assert_eq!(anchors.len(), 896);
        assert_eq!(anchors[0], Point::new(0.03125, 0.03125));
        assert_eq!(anchors[512], Point::new(0.0625, 0.0625));
    }

    #[test]
    fn boxes_of_one_face_become_one_weighted_by_score() {
        let merged = merge(vec![at(0.0, 0.9), at(10.0, 0.6), at(500.0, 0.8)]);
        assert_eq!(merged.len(), 2);
        assert!((merged[0].face_box.x - 4.0).abs() < 1e-4, "{:?}", merged[0]);
        assert!((merged[0].score - 0.9).abs() < 1e-6);
    }

    #[test]
    fn a_box_without_area_is_dropped() {
        let mut flat = at(0.0, 0.99);
        flat.face_box.w = 0.0;
        assert_eq!(merge(vec![flat, at(300.0, 0.7)]).len(), 1);
    }
}
