//! An existing photo: its face found once, then cut by a frame and judged as a shot is.

use std::sync::Arc;

use super::Looker;
use crate::domain::code::CodeDigest;
use crate::domain::crop::CropFrame;
use crate::domain::exposure::ExposureHash;
use crate::domain::face::FaceMeasurements;
use crate::domain::fault::PictureFault;
use crate::domain::finding::Finding;
use crate::domain::geometry::Rect;
use crate::domain::session::{JudgedShot, PictureBytes, ShotFault};
use crate::domain::time::WallTime;
use crate::vision::decode::DecodedPicture;
use crate::vision::examine::{Faces, judge_by_hand};
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
    /// Whose picture it is: another picture of the same subject repeats nothing.
    pub subject: CodeDigest,
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

    /// Cuts and judges a photo, and remembers its exposure.
    pub fn judge_photo(&mut self, job: &PhotoJob) -> Result<JudgedShot, ShotFault> {
        let PhotoJob { subject, photo, frame, captured_at, simulated, .. } = job;
        let earlier = self.exposures_of_others(*subject);
        let judged = judge_by_hand(&photo.decoded, &photo.faces, &self.profile, frame, &earlier);
        self.remember(*subject, judged.exposure);
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
            face: judged.face.filter(|_| has_photo),
            captured_at: *captured_at,
            camera: String::from("file"),
            simulated: *simulated,
            // Not one of a burst: there is no other frame to choose.
            frame: 0,
            frames: 0,
        })
    }

    pub(super) fn remember(&mut self, subject: CodeDigest, exposure: Option<ExposureHash>) {
        let Some(exposure) = exposure else { return };
        if self.exposures.len() >= super::look::EXPOSURES_KEPT {
            self.exposures.pop_front();
        }
        self.exposures.push_back((subject, exposure));
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
