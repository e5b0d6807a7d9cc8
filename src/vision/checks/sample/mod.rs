//! What the checks look at, worked out once for all of them: the person at about the size of the final picture, its
//! brightness, its skin, its backdrop, and the parts of its face.

pub(super) mod backdrop;
pub(super) mod eye_white;
pub(super) mod lab;
pub(super) mod lines;
pub(super) mod parts;
pub(super) mod planes;
pub(super) mod skin;

use image::RgbImage;

use crate::domain::face::FaceMeasurements;
use crate::domain::geometry::Rect;
use crate::vision::examine::Faces;
use crate::vision::face::{FacePoints, PersonMap};

/// The person at about the size of the final picture: pixel checks cost the same for every original and their limits
/// mean the same.
#[derive(Debug, Clone)]
pub(in crate::vision) struct Sample {
    pub picture: RgbImage,
    /// In pixels of `picture`.
    pub face: FaceMeasurements,
    /// In pixels of `picture`; checks of parts of the face need them.
    pub points: Option<FacePoints>,
    /// In pixels of `picture`; not there for live frames, which cannot wait for it.
    pub person: Option<PersonMap>,
}

impl Sample {
    /// `picture` was cut from the original at `crop` and scaled by `scale`; `face` is measured in it already.
    pub(in crate::vision) fn cut(
        picture: RgbImage,
        face: FaceMeasurements,
        faces: &Faces,
        crop: Rect,
        scale: f32,
    ) -> Self {
        let points = faces.points.as_ref().map(|points| points.cropped_and_scaled(crop, scale));
        let person = faces.person.clone().map(|person| person.cropped_and_scaled(crop, scale));
        Self { picture, face, points, person }
    }
}
