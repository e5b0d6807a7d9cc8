//! An existing photo: its face found once, then cut by a frame and judged as a shot is.

use std::sync::Arc;

use super::Looker;
use crate::domain::crop::CropFrame;
use crate::domain::exposure::{ExposureHash, KeptExposure};
use crate::domain::face::FaceMeasurements;
use crate::domain::fault::PictureFault;
use crate::domain::finding::Finding;
use crate::domain::geometry::Rect;
use crate::domain::ids::ContentHash;
use crate::domain::session::{JudgedShot, PictureBytes, ShotFault};
use crate::domain::time::WallTime;
use crate::vision::decode::DecodedPicture;
use crate::vision::examine::{Faces, judge_by_hand};
use crate::vision::exposure::fingerprint;
use crate::vision::face::Effort;
use crate::vision::standardize::{StandardizeError, plan};

/// A photo with the one face that it shows.
#[derive(Debug, Clone)]
pub struct OpenPhoto {
    pub decoded: DecodedPicture,
    /// The file as it came.
    pub original: PictureBytes,
    pub faces: Faces,
    /// In pixels of the photo.
    pub face: FaceMeasurements,
    /// Where the standard picture is cut by itself.
    pub automatic: CropFrame,
    /// When it was taken, where the file says.
    pub taken: Option<WallTime>,
}

/// A photo to be looked at.
#[derive(Debug, Clone)]
pub struct PhotoFile {
    pub decoded: DecodedPicture,
    pub original: PictureBytes,
    pub taken: Option<WallTime>,
}

/// A photo to be cut and judged.
#[derive(Debug, Clone)]
pub struct PhotoJob {
    pub attempt: u32,
    /// Stored pictures of everybody else in the session.
    pub others: Vec<KeptExposure>,
    pub photo: Arc<OpenPhoto>,
    pub frame: CropFrame,
    pub captured_at: WallTime,
    pub simulated: bool,
}

impl Looker {
    /// Finds the face of a photo; a photo that gives no standard picture is refused with its reason.
    pub fn open_photo(&self, file: PhotoFile) -> Result<OpenPhoto, PictureFault> {
        let PhotoFile { decoded, original, taken } = file;
        let size = decoded.picture.dimensions();
        let target = (self.profile.picture.width, self.profile.picture.height);
        let too_small = StandardizeError::TooSmall { width: size.0, height: size.1 }.fault();
        CropFrame::near(Rect::default(), size, target).ok_or(too_small)?;
        let faces = Faces::from(self.models.analyze(&decoded.picture, Effort::Still));
        let face = match (faces.count, &faces.main) {
            (1, Some(face)) => face.clone(),
            (0 | 1, _) => return Err(PictureFault::NoFace),
            _ => return Err(PictureFault::SeveralFaces),
        };
        let planned = plan(&face, size, &self.profile).map_err(|error| error.fault())?;
        let automatic = CropFrame::near(planned.crop, size, target).ok_or(too_small)?;
        Ok(OpenPhoto { decoded, original, faces, face, automatic, taken })
    }

    /// Cuts and judges a photo.
    pub fn judge_photo(&self, job: &PhotoJob) -> Result<JudgedShot, ShotFault> {
        let PhotoJob { others, photo, frame, captured_at, simulated, .. } = job;
        let mut earlier: Vec<ExposureHash> = others.iter().filter_map(|other| other.exposure).collect();
        let same = ContentHash::of(&photo.original.bytes);
        if others.iter().any(|other| other.original == same) {
            // The very same file: records of earlier versions have no fingerprint that would say so.
            earlier.push(fingerprint(&photo.decoded.picture, &photo.face));
        }
        let judged = judge_by_hand(&photo.decoded, &photo.faces, &self.profile, frame, &earlier);
        let made = match judged.standardized {
            Ok(made) => Some(PictureBytes { bytes: made.file.bytes.into(), media_type: "image/jpeg" }),
            Err(error) => {
                log::info!("no standard picture: {}", error.code());
                None
            }
        };
        let has_photo = made.is_some();
        Ok(JudgedShot {
            photo: made,
            original: photo.original.clone(),
            findings: judged.findings,
            exposure: judged.exposure,
            face: judged.face.filter(|_| has_photo),
            captured_at: *captured_at,
            camera: String::from("file"),
            simulated: *simulated,
            // Not one of a burst: there is no other frame to choose.
            frame: 0,
            frames: 0,
        })
    }
}

impl OpenPhoto {
    /// What a frame does to the bands, without looking at pixels.
    pub fn bands(
        &self,
        frame: &CropFrame,
        profile: &crate::domain::profile::Profile,
    ) -> (FaceMeasurements, Vec<Finding>) {
        crate::vision::examine::bands_by_hand(&self.face, frame, profile)
    }
}
