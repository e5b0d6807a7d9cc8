//! Faces in a picture: where they are, how the main one is posed, and the points that a photo's rules speak of.
//!
//! [`FaceModels`] owns the four networks and is the only way in. Nothing here recognises anybody, and nothing is kept
//! between calls. Which measurements make a good photo is left to `vision::checks` and the profile.

mod backdrop;
mod cheeks;
mod detector;
mod error;
mod find;
mod hairline;
mod head_top;
mod iris;
mod measure;
mod mesh;
mod models;
mod patch;
mod pose;
mod reduce;
#[cfg(test)]
mod reference;
mod sample;
mod segmentation;
mod strands;
mod tflite;

use image::RgbImage;

pub use detector::Detection;
pub use error::ModelError;
pub use measure::FacePoints;
pub use models::MODEL_HASHES;
pub use segmentation::PersonMap;

use self::measure::Measured;
use self::reduce::Reduced;
use crate::domain::face::FaceMeasurements;
use crate::domain::geometry::{Point, Rect};

/// How much work a call may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// For the preview: detector, one mesh, both irises.
    Live,
    /// For a picture that is kept: the mesh is run on its own result and on several cuts, and averaged.
    Still,
}

/// What was found in one picture.
#[derive(Debug, Clone, Default)]
pub struct FaceReport {
    /// Every face, largest first. More than one is a finding of its own.
    pub faces: Vec<Detection>,
    /// Measurements of the largest face; `None` when there is none.
    pub main: Option<FaceMeasurements>,
    /// The points behind the measurements, for checks that look at parts of the face.
    pub points: Option<FacePoints>,
    /// Where the person is, around the head: there for [`Effort::Still`].
    pub person: Option<PersonMap>,
}

impl FaceReport {
    /// The same report for a picture `factor` times as large.
    fn scaled(self, factor: f32) -> Self {
        let whole = Rect::new(0.0, 0.0, 0.0, 0.0);
        Self {
            faces: self.faces.iter().map(|face| face.scaled(factor)).collect(),
            main: self.main.map(|face| face.cropped_and_scaled(whole, factor)),
            points: self.points.map(|points| points.cropped_and_scaled(whole, factor)),
            person: self.person.map(|person| person.cropped_and_scaled(whole, factor)),
        }
    }
}

/// The four networks, ready to run. Loading takes some 0.1 s to 1 s: do it away from the window's thread, once.
pub struct FaceModels {
    detector: detector::Detector,
    mesh: mesh::MeshModel,
    iris: iris::IrisModel,
    segmentation: segmentation::Segmentation,
}

impl FaceModels {
    /// Builds the networks from the bytes inside the program.
    pub fn load() -> Result<Self, ModelError> {
        Ok(Self {
            detector: detector::Detector::load()?,
            mesh: mesh::MeshModel::load()?,
            iris: iris::IrisModel::load()?,
            segmentation: segmentation::Segmentation::load()?,
        })
    }

    /// All faces of a picture of any size, largest first.
    ///
    /// Looks at the whole picture, then at overlapping squares when faces may be too small for that; a box counts
    /// only when the mesh, too, sees a face in it. A failing network is logged and gives no faces.
    pub fn detect(&self, picture: &RgbImage) -> Vec<Detection> {
        let (found, factor) = match Reduced::of(picture) {
            Some(reduced) => (self.find_faces(&reduced.picture, Effort::Still), reduced.factor),
            None => (self.find_faces(picture, Effort::Still), 1.0),
        };
        logged(found, Vec::new()).into_iter().map(|face| face.detection.scaled(factor)).collect()
    }

    /// Measures one detected face. `None` when the mesh sees no face there (presence below one half).
    pub fn measure(&self, picture: &RgbImage, detection: &Detection, effort: Effort) -> Option<FaceMeasurements> {
        let mesh = logged(self.mesh_of(picture, detection).map(Some), None)?;
        let face = find::Found { detection: detection.clone(), mesh };
        logged(self.measure_found(picture, &face, effort).map(Some), None).map(|measured| measured.face)
    }

    /// Finds all faces and measures the largest.
    pub fn analyze(&self, picture: &RgbImage, effort: Effort) -> FaceReport {
        let report = match Reduced::of(picture) {
            Some(reduced) => self.analyze_reduced(picture, &reduced, effort),
            None => self.find_faces(picture, effort).and_then(|found| self.report(picture, found, effort)),
        };
        logged(report, FaceReport::default())
    }

    /// Finds faces in the copy; measures there too when the face is large enough in it.
    fn analyze_reduced(&self, picture: &RgbImage, reduced: &Reduced, effort: Effort) -> Result<FaceReport, ModelError> {
        let found = self.find_faces(&reduced.picture, effort)?;
        if found.first().is_some_and(|face| Reduced::is_enough_for(face.detection.face_box.w)) {
            return Ok(self.report(&reduced.picture, found, effort)?.scaled(reduced.factor));
        }
        let found = found.iter().map(|face| face.scaled(reduced.factor)).collect();
        self.report(picture, found, effort)
    }

    /// As [`Self::analyze`] with [`Effort::Live`], for the next frame of a moving picture: `previous` is what was
    /// measured in the frame before, in pixels of a picture of the same size. Cheaper and steadier, because the
    /// detector looks closely where the face was; the whole picture is still searched for a second face.
    pub fn follow(&self, picture: &RgbImage, previous: &FaceMeasurements) -> FaceReport {
        let found = self.find_faces_near(picture, previous.face_box);
        logged(found.and_then(|found| self.report(picture, found, Effort::Live)), FaceReport::default())
    }

    /// The face of a frame and how far its eyes are open (the lid ratio of the narrower one); `None` without exactly
    /// one face. The cheapest look there is, to choose among frames; `previous` as in [`Self::follow`].
    pub fn lids(&self, picture: &RgbImage, previous: Option<Rect>) -> Option<(Rect, f32)> {
        let look = || {
            let found = match previous {
                Some(before) => self.find_faces_near(picture, before)?,
                None => self.find_faces(picture, Effort::Live)?,
            };
            let [face] = found.as_slice() else { return Ok(None) };
            Ok(Some((face.detection.face_box, self.lids_of(picture, face)?)))
        };
        logged(look(), None)
    }

    /// Where the person is, roughly; `None` when the network fails. About ten times the cost of a mesh.
    pub fn person_map(&self, picture: &RgbImage) -> Option<PersonMap> {
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let center = Point::new(width / 2.0, height / 2.0);
        logged(self.segmentation.run(picture, center, width.max(height)).map(Some), None)
    }

    fn report(&self, picture: &RgbImage, found: Vec<find::Found>, effort: Effort) -> Result<FaceReport, ModelError> {
        let measured = found.first().map(|face| self.measure_found(picture, face, effort)).transpose()?;
        let faces = found.into_iter().map(|face| face.detection).collect();
        Ok(match measured {
            Some(Measured { face, points, person }) => {
                FaceReport { faces, main: Some(face), points: Some(points), person }
            }
            None => FaceReport { faces, ..FaceReport::default() },
        })
    }
}

/// A network that loads also runs (its shapes are fixed), so an error here is a broken build or no memory left: it is
/// logged, and the picture counts as one without a face, which stops everything that needs one.
fn logged<T>(result: Result<T, ModelError>, otherwise: T) -> T {
    result.unwrap_or_else(|err| {
        log::error!("face network failed: {err}");
        otherwise
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_models_can_be_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<FaceModels>();
    }
}
