//! Which boxes are faces: where the detector looks, and what its boxes must pass.
//!
//! The detector's input is 128 x 128, so a face that is small in a large picture is looked for in squares of the
//! picture; and it now and then takes a pattern for a face, so every box is shown to the mesh.

use image::RgbImage;

use super::detector::{Detection, merge};
use super::error::ModelError;
use super::mesh::{Mesh, square_of};
use super::sample::{Sampling, Square};
use super::{Effort, FaceModels};
use crate::domain::geometry::{Point, Rect};

/// The mesh must be at least this sure that a box is a face.
const LEAST_PRESENCE: f32 = 0.5;
/// A second face narrower than this share of the largest is far behind it or a picture on the wall.
const LEAST_SHARE: f32 = 0.25;
/// Below this share of the searched square a face is too small to be found or placed reliably: look closer.
const SMALL_IN_SQUARE: f32 = 0.16;
/// When following a face, the closer look is this much wider than its box.
const CLOSE_LOOK: f32 = 3.0;

/// Squares shorter than this show no face of any use, pixels: the narrowest that a standard allows is 165.
const SHORTEST_SQUARE: f32 = 64.0;
/// Most squares of one search, so that a long strip of a picture takes no longer than a picture of people does
/// (3 to 4 halved: 16; a panorama of 1 to 4: 36).
const MOST_SQUARES: usize = 40;
/// Most boxes shown to the mesh, and most faces told: a crowd is a crowd.
const MOST_BOXES: usize = 40;
const MOST_FACES: usize = 20;

/// A detection that the mesh agrees with.
pub(super) struct Found {
    pub(super) detection: Detection,
    pub(super) mesh: Mesh,
}

impl Found {
    /// The same face in a picture `factor` times as large.
    pub(super) fn scaled(&self, factor: f32) -> Self {
        let detection = self.detection.scaled(factor);
        let mesh = Mesh {
            points: self.mesh.points.iter().map(|p| Point::new(p.x * factor, p.y * factor)).collect(),
            z: self.mesh.z.iter().map(|z| z * factor).collect(),
            presence: self.mesh.presence,
        };
        Self { detection, mesh }
    }
}

impl FaceModels {
    /// Faces of the whole picture, largest first.
    pub(super) fn find_faces(&self, picture: &RgbImage, effort: Effort) -> Result<Vec<Found>, ModelError> {
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let whole = whole_square(picture);
        let mut boxes = self.detector.run(picture, whole)?;
        if too_small(&boxes, whole.side) && oblong(picture) {
            self.look_closer(picture, &mut boxes, width.min(height))?;
        }
        if boxes.is_empty() && effort == Effort::Still {
            self.look_closer(picture, &mut boxes, width.min(height) / 2.0)?;
        }
        self.confirm(picture, boxes)
    }

    /// Faces near where one was a moment ago, and any other of the whole picture.
    pub(super) fn find_faces_near(&self, picture: &RgbImage, before: Rect) -> Result<Vec<Found>, ModelError> {
        let whole = whole_square(picture);
        let near = upright(before.center(), (CLOSE_LOOK * before.w.max(before.h)).min(whole.side));
        let mut boxes = self.detector.run(picture, near)?;
        if boxes.is_empty() {
            return self.find_faces(picture, Effort::Live);
        }
        if oblong(picture) {
            self.look_closer(picture, &mut boxes, picture.width().min(picture.height()) as f32)?;
        } else {
            add_new(&mut boxes, self.detector.run(picture, whole)?);
        }
        self.confirm(picture, boxes)
    }

    /// The mesh of a detection.
    pub(super) fn mesh_of(&self, picture: &RgbImage, detection: &Detection) -> Result<Mesh, ModelError> {
        self.mesh.run(picture, square_of(detection), Sampling::Areas)
    }

    /// Runs the detector on squares of `side` that cover the picture with an overlap of at least a third.
    fn look_closer(&self, picture: &RgbImage, boxes: &mut Vec<Detection>, side: f32) -> Result<(), ModelError> {
        let (columns, rows) = (picture.width() as f32, picture.height() as f32);
        if side < SHORTEST_SQUARE || count(columns, side) * count(rows, side) > MOST_SQUARES {
            return Ok(());
        }
        for y in middles(rows, side) {
            for x in middles(columns, side) {
                add_new(boxes, self.detector.run(picture, upright(Point::new(x, y), side))?);
            }
        }
        Ok(())
    }

    fn confirm(&self, picture: &RgbImage, mut boxes: Vec<Detection>) -> Result<Vec<Found>, ModelError> {
        boxes.sort_by(|a, b| b.face_box.area().total_cmp(&a.face_box.area()));
        let mut found: Vec<Found> = Vec::new();
        for detection in boxes.into_iter().take(MOST_BOXES) {
            if found.len() >= MOST_FACES {
                break;
            }
            if found.iter().any(|face| hides(face, &detection)) {
                continue;
            }
            let mesh = self.mesh_of(picture, &detection)?;
            if mesh.presence >= LEAST_PRESENCE {
                found.push(Found { detection, mesh });
            }
        }
        Ok(found)
    }
}

/// Whether a smaller box adds nothing to a face already found: much narrower, or inside it.
fn hides(face: &Found, other: &Detection) -> bool {
    let (large, small) = (face.detection.face_box, other.face_box);
    let center = small.center();
    let inside = (large.x..large.x + large.w).contains(&center.x) && (large.y..large.y + large.h).contains(&center.y);
    inside || small.w < LEAST_SHARE * large.w
}

/// The smallest square around the whole picture.
pub(super) fn whole_square(picture: &RgbImage) -> Square {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    upright(Point::new(width / 2.0, height / 2.0), width.max(height))
}

fn upright(center: Point, side: f32) -> Square {
    Square { center, side, angle: 0.0, mirrored: false }
}

/// Whether squares of the short side see more than one square around everything.
fn oblong(picture: &RgbImage) -> bool {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    width.max(height) > 1.2 * width.min(height)
}

fn too_small(boxes: &[Detection], side: f32) -> bool {
    boxes.iter().all(|one| one.face_box.w < SMALL_IN_SQUARE * side)
}

/// Adds boxes of another look: a box of the same face replaces the old one when it is surer.
fn add_new(boxes: &mut Vec<Detection>, more: Vec<Detection>) {
    if boxes.is_empty() {
        boxes.extend(more);
        return;
    }
    for new in more {
        match boxes.iter_mut().find(|old| old.face_box.overlap(new.face_box) > 0.3) {
            Some(old) if new.score > old.score => *old = new,
            Some(_) => {}
            None => boxes.push(new),
        }
    }
    *boxes = merge(std::mem::take(boxes));
}

/// How many squares of `side` are laid along `length`.
fn count(length: f32, side: f32) -> usize {
    ((length - side).max(0.0) / (side * 2.0 / 3.0)).ceil() as usize + 1
}

/// Middles of squares of `side` along `length`, evenly spread, overlapping by at least a third.
fn middles(length: f32, side: f32) -> Vec<f32> {
    let free = (length - side).max(0.0);
    let count = count(length, side);
    let steps = (count - 1) as f32;
    let step = if steps > 0.0 { free / steps } else { 0.0 };
    let first = if free > 0.0 { side / 2.0 } else { length / 2.0 };
    (0..count).map(|index| first + step * index as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_reach_both_ends_and_overlap_by_a_third() {
        assert_eq!(middles(480.0, 480.0), [240.0]);
        let across = middles(1920.0, 1080.0);
        assert_eq!((across.first(), across.last()), (Some(&540.0), Some(&1380.0)));
        for pair in middles(1920.0, 540.0).windows(2) {
            assert!(pair[1] - pair[0] <= 360.5, "{pair:?}");
        }
    }
}
