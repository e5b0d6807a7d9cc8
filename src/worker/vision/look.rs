//! One frame looked at: codes with their witness, one face followed from frame to frame, the live checks.

use std::sync::Arc;

use image::{GrayImage, imageops};

use super::{BurstJob, Lens, Seen, SeenCode, SeenFace, Want};
use crate::device::camera::Frame;
use crate::domain::code::CodeSource;
use crate::domain::face::FaceMeasurements;
use crate::domain::profile::Profile;
use crate::domain::session::{JudgedShot, LiveReport, ShotFault, Subject};
use crate::domain::time::Monotonic;
use crate::vision::code_file::witness;
use crate::vision::examine::{Faces, examine_frame};
use crate::vision::face::{Effort, FaceModels};
use crate::vision::qr::{self, LiveReader, LiveReading, ReadCode};

/// A code that was not read for so long is held up anew.
const HELD_FOR: Monotonic = Monotonic::from_secs(2);
/// Another frame's witness must be so much sharper to be worth encoding.
const SHARPER: f32 = 1.1;

/// The models, the profile, and what was seen in the frame before.
pub struct Looker {
    pub(super) models: Arc<FaceModels>,
    pub(super) profile: Arc<Profile>,
    previous: Option<(FaceMeasurements, (u32, u32))>,
    /// Codes over time, of the portrait camera and of the scan camera.
    readers: [LiveReader; 2],
    /// The last code with its witness: a phone is held up for many frames.
    held: Option<Held>,
}

impl Looker {
    pub const fn new(models: Arc<FaceModels>, profile: Arc<Profile>) -> Self {
        let readers = [LiveReader::new(), LiveReader::new()];
        Self { models, profile, previous: None, readers, held: None }
    }

    pub fn use_profile(&mut self, profile: Arc<Profile>) {
        self.profile = profile;
    }

    /// Looks at one frame.
    pub fn look(&mut self, frame: Arc<Frame>, lens: Lens, want: Want) -> Seen {
        let (codes, reading) =
            if want.codes() { self.codes(&frame, lens) } else { (Vec::new(), LiveReading::default()) };
        let unusable = reading.refused.first().map(|symbol| symbol.why);
        let face = want.face().then(|| self.face(&frame));
        Seen { frame, lens, want, codes, unusable, unread: reading.unread, face }
    }

    /// Chooses, cuts and judges one frame of a burst.
    pub fn judge(&self, burst: &BurstJob) -> Result<JudgedShot, ShotFault> {
        super::judge::judge(self, burst)
    }

    fn codes(&mut self, frame: &Frame, lens: Lens) -> (Vec<SeenCode>, LiveReading) {
        let luma = imageops::grayscale(&*frame.picture);
        let mut reading = self.readers[usize::from(lens == Lens::Scan)].look(&luma, frame.at);
        let codes = std::mem::take(&mut reading.codes);
        if codes.iter().any(|code| code.code != codes[0].code) {
            // Nobody is locked on one of several: the operator is told to show one alone.
            return (codes.into_iter().map(without_witness).collect(), reading);
        }
        (codes.into_iter().map(|code| self.seen_code(frame, &luma, code)).collect(), reading)
    }

    /// The code with the sharpest witness of the frames in which it was held up so far.
    fn seen_code(&mut self, frame: &Frame, luma: &GrayImage, code: ReadCode) -> SeenCode {
        let sharpness = qr::sharpness(luma, &code.corners);
        let before = self
            .held
            .take()
            .filter(|held| held.subject.code == code.code && frame.at.saturating_sub(held.seen) <= HELD_FOR);
        let held = match before {
            Some(held) if sharpness < held.sharpness * SHARPER => Held { seen: frame.at, ..held },
            before => {
                let witness =
                    witness(&frame.picture, &code.corners).or_else(|| before.and_then(|held| held.subject.witness));
                let symbol = Some(code.symbol);
                let subject = Subject { witness, code: code.code, source: CodeSource::Camera, symbol };
                Held { subject, sharpness, seen: frame.at }
            }
        };
        let subject = held.subject.clone();
        self.held = Some(held);
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

/// A code that is held up.
struct Held {
    subject: Subject,
    /// Of the frame that its witness is from.
    sharpness: f32,
    /// When it was read last.
    seen: Monotonic,
}

fn without_witness(code: ReadCode) -> SeenCode {
    let ReadCode { code, symbol, corners, mirrored, .. } = code;
    let subject = Subject { witness: None, code, source: CodeSource::Camera, symbol: Some(symbol) };
    SeenCode { subject, corners, mirrored }
}
