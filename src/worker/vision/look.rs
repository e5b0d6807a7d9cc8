//! One frame looked at: codes with their witness, one face followed from frame to frame, the live checks.

use std::collections::VecDeque;
use std::sync::Arc;

use image::imageops;

use super::{BurstJob, Lens, Seen, SeenCode, SeenFace, Want};
use crate::device::camera::Frame;
use crate::domain::code::{CodeDigest, CodeSource};
use crate::domain::exposure::ExposureHash;
use crate::domain::face::FaceMeasurements;
use crate::domain::profile::Profile;
use crate::domain::session::{JudgedShot, LiveReport, PictureBytes, ShotFault, Subject};
use crate::vision::examine::{Faces, examine_frame};
use crate::vision::face::{Effort, FaceModels};
use crate::vision::jpeg;
use crate::vision::qr::{self, ReadCode, SegmentError};

/// Quality of the witness: letters of a phone's screen stay readable.
const WITNESS_QUALITY: u8 = 85;
const WITNESS_DPI: u16 = 72;
/// More than a long day's shots; 64 bytes each.
pub(super) const EXPOSURES_KEPT: usize = 8192;

/// The models, the profile, and what was seen in the frame before.
pub struct Looker {
    pub(super) models: Arc<FaceModels>,
    pub(super) profile: Arc<Profile>,
    previous: Option<(FaceMeasurements, (u32, u32))>,
    /// The last code with its witness: a phone is held up for many frames.
    last_code: Option<Subject>,
    /// Judged exposures since the start, newest last.
    pub(super) exposures: VecDeque<(CodeDigest, ExposureHash)>,
}

impl Looker {
    pub const fn new(models: Arc<FaceModels>, profile: Arc<Profile>) -> Self {
        Self { models, profile, previous: None, last_code: None, exposures: VecDeque::new() }
    }

    pub fn use_profile(&mut self, profile: Arc<Profile>) {
        self.profile = profile;
    }

    /// Looks at one frame.
    pub fn look(&mut self, frame: Arc<Frame>, lens: Lens, want: Want) -> Seen {
        let (codes, unusable) = if want.codes() { self.codes(&frame) } else { (Vec::new(), None) };
        let face = want.face().then(|| self.face(&frame));
        Seen { frame, lens, want, codes, unusable, face }
    }

    /// Chooses, cuts and judges one frame of a burst, and remembers its exposure.
    pub fn judge(&mut self, burst: &BurstJob) -> Result<JudgedShot, ShotFault> {
        let (shot, exposure) = super::judge::judge(self, burst)?;
        self.remember(burst.subject, exposure);
        Ok(shot)
    }

    /// Exposures of everybody else.
    pub(super) fn exposures_of_others(&self, subject: CodeDigest) -> Vec<ExposureHash> {
        self.exposures.iter().filter(|(whose, _)| *whose != subject).map(|(_, exposure)| *exposure).collect()
    }

    fn codes(&mut self, frame: &Frame) -> (Vec<SeenCode>, Option<SegmentError>) {
        let luma = imageops::grayscale(&*frame.picture);
        let qr::Reading { codes, refused, .. } = qr::read(&luma, qr::Effort::Live);
        if codes.is_empty() {
            self.last_code = None;
        }
        let unusable = refused.into_iter().map(|symbol| symbol.why).next();
        (codes.into_iter().map(|code| self.seen_code(frame, code)).collect(), unusable)
    }

    fn seen_code(&mut self, frame: &Frame, code: ReadCode) -> SeenCode {
        let subject = match self.last_code.take().filter(|last| last.code == code.code) {
            Some(last) => last,
            None => Subject {
                witness: witness(frame, &code),
                code: code.code,
                source: CodeSource::Camera,
                symbol: Some(code.symbol),
            },
        };
        self.last_code = Some(subject.clone());
        SeenCode { subject, corners: code.corners, mirrored: code.mirrored }
    }

    fn face(&mut self, frame: &Frame) -> SeenFace {
        let size = frame.picture.dimensions();
        let previous = self.previous.take().filter(|(_, before)| *before == size);
        let report = match previous {
            Some((previous, _)) => self.models.follow(&frame.picture, &previous),
            None => self.models.analyze(&frame.picture, Effort::Live),
        };
        let faces = Faces::from(report);
        let examined = examine_frame(&frame.picture, &faces, &self.profile);
        let Faces { count, main, .. } = faces;
        self.previous = main.map(|face| (face, size));
        SeenFace {
            report: LiveReport { faces: count, findings: examined.findings },
            crop: examined.crop,
            scale: examined.scale,
            face: examined.face,
        }
    }
}

/// The screen around the code as a JPEG; without one the code still counts.
fn witness(frame: &Frame, code: &ReadCode) -> Option<PictureBytes> {
    let crop = qr::witness_crop(&frame.picture, &code.corners)?;
    match jpeg::encode(&crop, WITNESS_QUALITY, WITNESS_DPI) {
        Ok(file) => Some(PictureBytes { bytes: file.bytes.into(), media_type: "image/jpeg" }),
        Err(error) => {
            log::warn!("the witness could not be encoded: {error}");
            None
        }
    }
}
