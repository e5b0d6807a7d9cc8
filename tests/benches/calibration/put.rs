//! How a defect is put into a picture of somebody.

use std::path::Path;

use image::RgbImage;
use tucai::render::photometric::{Ground, Photometric, apply};
use tucai::render::{Defect, Glasses, PhotoFault, PhotoMarks, paint_on_photo};
use tucai::vision::face::FaceReport;

use super::people::{Someone, Source, drawn};
use super::portraits;
use super::turn::turned;

/// One way to change a compliant picture.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Put {
    /// Nothing.
    Plain,
    /// Clear glasses, drawn people only.
    Glasses,
    /// A defect of the drawing with its strength, drawn people only.
    Drawn(Defect, f32),
    /// A defect of light, lens, file or backdrop put into the finished picture.
    Photo(Photometric, f32),
    /// A defect painted onto a real face.
    Painted(PhotoFault, f32),
    /// The same with another frame, lock or cloth, by its number.
    Other(PhotoFault, f32, u64),
    /// The portrait of the same person smiling with teeth plainly seen, real people only.
    Smiling,
    /// The whole picture turned, degrees, positive clockwise.
    Turned(f32),
}

impl Put {
    /// The picture of someone with the change; `None` where it does not apply to them.
    pub(crate) fn picture(self, someone: &Someone, plain: &RgbImage, report: &FaceReport) -> Option<RgbImage> {
        match (self, &someone.source) {
            (Self::Plain, _) => Some(plain.clone()),
            (Self::Glasses, Source::Drawn(seed)) => Some(drawn(*seed, |person, _, _| {
                person.glasses = Some(Glasses::seeded(*seed));
            })),
            (Self::Drawn(defect, strength), Source::Drawn(seed)) => {
                Some(drawn(*seed, |person, pose, scene| defect.apply(strength, person, pose, scene)))
            }
            (Self::Painted(fault, strength), Source::Real { neutral, .. }) => {
                painted(plain, report, fault, strength, seed_of(neutral, 0))
            }
            (Self::Other(fault, strength, number), Source::Real { neutral, .. }) => {
                painted(plain, report, fault, strength, seed_of(neutral, number))
            }
            (Self::Smiling, Source::Real { smiling, .. }) => {
                smiling.as_ref().filter(|path| shows_teeth(path)).map(|path| portraits::open(path))
            }
            (Self::Photo(effect, strength), _) => {
                let (face, person) = (report.main.as_ref()?, report.person.as_ref()?);
                let ground = Ground { face, person: &|at| person.at(at) };
                Some(apply(plain, &ground, effect, strength))
            }
            (Self::Turned(degrees), Source::Real { .. }) => Some(turned(plain, degrees)),
            (Self::Glasses | Self::Drawn(..), Source::Real { .. })
            | (Self::Smiling | Self::Turned(_) | Self::Painted(..) | Self::Other(..), Source::Drawn(_)) => None,
        }
    }
}

/// Smiling portraits in which teeth are plainly seen, looked at one by one.
fn shows_teeth(path: &Path) -> bool {
    const TEETH: [&str; 14] =
        ["013", "025", "037", "038", "083", "091", "096", "099", "102", "103", "107", "126", "127", "139"];
    path.file_stem().is_some_and(|name| TEETH.iter().any(|number| name.to_string_lossy().ends_with(number)))
}

/// Another frame, cloth or lamp for everybody, the same on every machine.
fn seed_of(portrait: &Path, number: u64) -> u64 {
    let name = portrait.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let fold = |seed: u64, byte: u8| (seed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    name.bytes().fold(0xcbf2_9ce4_8422_2325 ^ number, fold)
}

fn painted(plain: &RgbImage, report: &FaceReport, fault: PhotoFault, strength: f32, seed: u64) -> Option<RgbImage> {
    let points = report.points.as_ref()?;
    let marks = PhotoMarks {
        mesh: &points.mesh,
        eye_contours: [&points.eye_contours[0], &points.eye_contours[1]],
        irises: points.irises,
        iris_diameters: points.iris_diameters,
    };
    let mut picture = plain.clone();
    paint_on_photo(&mut picture, &marks, fault, strength, seed);
    Some(picture)
}
