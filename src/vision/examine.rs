//! A picture judged as a whole: a file as it is, a live frame, a shot.
//!
//! Finding the face is `face`'s, the single measurements are `checks`'; this puts them together.

use fast_image_resize::FilterType;
use image::RgbImage;

use super::by_hand::{plan_by_hand, standardize_by_hand};
use super::checks::{self, Earlier, Sample, Subject};
use super::decode::{DecodedPicture, FileFacts, PictureError, decode};
use super::exposure::fingerprint;
use super::face::{Effort, FaceModels, FacePoints, FaceReport, PersonMap};
use super::incoming::Incoming;
use super::standardize::{
    NewBackdrop, Plan, StandardizeError, Standardized, cut, plan, standardize, standardize_before,
};
use crate::domain::crop::CropFrame;
use crate::domain::exposure::ExposureHash;
use crate::domain::face::FaceMeasurements;
use crate::domain::finding::{CheckId, Finding, Level, Reason, Verdict};
use crate::domain::geometry::Rect;
use crate::domain::profile::Profile;

/// Face width at which pixels of larger pictures are judged, pixels: the middle of the degree norm.
const SAMPLE_FACE_WIDTH: f32 = 220.0;

/// The faces of a picture, as the checks need them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Faces {
    pub count: usize,
    /// The one that is meant, in pixels of the picture.
    pub main: Option<FaceMeasurements>,
    /// Its points, in pixels of the picture; without them the checks of parts of the face are unknown.
    pub points: Option<FacePoints>,
    /// Where the person is, in pixels of the picture; not looked for in live frames.
    pub person: Option<PersonMap>,
}

impl From<FaceReport> for Faces {
    fn from(report: FaceReport) -> Self {
        let FaceReport { faces, main, points, person } = report;
        Self { count: faces.len(), main, points, person }
    }
}

/// Where a shot comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Too few pixels block: another shot can be taken.
    Camera,
    /// Too few pixels only warn: there is nothing better.
    Import,
}

/// A file judged as the final file.
#[derive(Debug, Clone)]
pub struct Examination {
    pub verdict: Verdict,
    pub findings: Vec<Finding>,
    pub faces: Faces,
    pub facts: FileFacts,
}

/// A live frame judged.
#[derive(Debug, Clone)]
pub struct LiveExamination {
    pub findings: Vec<Finding>,
    /// The crop that would be saved, pixels of the frame, always inside it.
    pub crop: Rect,
    /// Final pixels per pixel of the frame.
    pub scale: f32,
    /// In pixels of the final picture.
    pub face: Option<FaceMeasurements>,
}

/// A shot made into the standard picture and judged.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Without it the reason stands here; the findings say the same for people.
    pub standardized: Result<Standardized, StandardizeError>,
    pub findings: Vec<Finding>,
    pub verdict: Verdict,
    /// In pixels of the final picture; in those of the original when there is none.
    pub face: Option<FaceMeasurements>,
    /// Fingerprint of the original; there when exactly one face is.
    pub exposure: Option<ExposureHash>,
}

/// Judges a file as the final file, as it is.
pub fn examine_file(bytes: &[u8], profile: &Profile, models: &FaceModels) -> Result<Examination, PictureError> {
    let decoded = decode(bytes)?;
    let report = models.analyze(&decoded.picture, Effort::Still);
    Ok(examine_decoded(&decoded, Faces::from(report), profile))
}

/// Finds the face of a shot, makes its standard picture and judges the file that would be stored, and what the picture
/// went through before.
pub fn judge_shot<'a>(
    original: impl Into<Incoming<'a>>,
    models: &FaceModels,
    profile: &Profile,
    origin: Origin,
) -> Judged {
    let original = original.into();
    let report = models.analyze(original.picture, Effort::Still);
    judge_faces(original, &Faces::from(report), profile, origin)
}

/// The same for a shot of a session: `earlier` are the exposures of its other subjects, which it must not repeat.
pub fn judge_shot_among(
    original: &RgbImage,
    models: &FaceModels,
    profile: &Profile,
    origin: Origin,
    earlier: &[ExposureHash],
) -> Judged {
    let report = models.analyze(original, Effort::Still);
    judge_among(original.into(), &Faces::from(report), profile, origin, Some(earlier))
}

/// As [`judge_shot`], with another backdrop behind the person; the findings are about the picture with it.
pub fn judge_shot_before<'a>(
    original: impl Into<Incoming<'a>>,
    models: &FaceModels,
    profile: &Profile,
    origin: Origin,
    wanted: NewBackdrop<'_>,
) -> Judged {
    let original = original.into();
    let faces = Faces::from(models.analyze(original.picture, Effort::Still));
    let standardized = only_face(&faces).and_then(|face| match &faces.person {
        Some(person) => standardize_before(original.picture, face, person, profile, wanted),
        None => Err(StandardizeError::NoFace),
    });
    judge_made(original, &faces, profile, origin, standardized, None)
}

/// Judges a decoded file whose faces are known.
pub fn examine_decoded(decoded: &DecodedPicture, faces: Faces, profile: &Profile) -> Examination {
    let DecodedPicture { picture, facts } = decoded;
    let face = one(&faces);
    let sample = sample_of(picture, &faces);
    let findings = checks::judge(
        &Subject {
            faces: faces.count,
            face,
            size: picture.dimensions(),
            sample: sample.as_ref(),
            file: Some(facts),
            incoming: face.map(|face| (decoded.into(), face)),
            plan: None,
            earlier: None,
        },
        profile,
    );
    Examination { verdict: Verdict::of(&findings), findings, facts: facts.clone(), faces }
}

/// Judges a live frame, whose faces are known, by the crop that would be saved from it.
pub fn examine_frame(frame: &RgbImage, faces: &Faces, profile: &Profile) -> LiveExamination {
    let planned = one(faces).and_then(|face| plan(face, frame.dimensions(), profile).ok());
    let size = (profile.picture.width, profile.picture.height);
    let sample = planned.as_ref().and_then(|plan| {
        // Bilinear is enough to judge light and backdrop by, and cheap.
        let picture = cut(frame, plan.crop, size, FilterType::Bilinear)?;
        Some(Sample::cut(picture, plan.face.clone(), faces, plan.crop, plan.scale))
    });
    let findings = checks::judge(
        &Subject {
            faces: faces.count,
            face: planned.as_ref().map(|plan| &plan.face),
            size,
            sample: sample.as_ref(),
            file: None,
            incoming: None,
            plan: planned.as_ref(),
            earlier: None,
        },
        profile,
    );
    if let Some(Plan { crop, scale, face, .. }) = planned {
        return LiveExamination { findings, crop, scale, face: Some(face) };
    }
    let crop = middle_crop(frame.dimensions(), size);
    LiveExamination { findings, crop, scale: size.0 as f32 / crop.w, face: None }
}

/// Judges the backdrop of a picture with nobody in it: colour and evenness, by the profile's limits.
pub fn examine_backdrop(picture: &RgbImage, profile: &Profile) -> Vec<Finding> {
    checks::empty::judge(picture, profile)
}

/// Makes the standard picture of a shot whose faces are known and judges the file that would be stored.
pub fn judge_faces<'a>(original: impl Into<Incoming<'a>>, faces: &Faces, profile: &Profile, origin: Origin) -> Judged {
    judge_among(original.into(), faces, profile, origin, None)
}

/// Makes the standard picture of an existing photo by a frame that was moved by hand, and judges the file that would be
/// stored: as a shot of a session, where too few pixels only warn.
pub fn judge_by_hand<'a>(
    original: impl Into<Incoming<'a>>,
    faces: &Faces,
    profile: &Profile,
    frame: &CropFrame,
    earlier: &[ExposureHash],
) -> Judged {
    let original = original.into();
    let made = only_face(faces).and_then(|face| standardize_by_hand(original.picture, face, frame, profile));
    judge_made(original, faces, profile, Origin::Import, made, Some(earlier))
}

/// Where a frame puts the face (in pixels of the final picture), and what the bands say to that.
pub fn bands_by_hand(
    face: &FaceMeasurements,
    frame: &CropFrame,
    profile: &Profile,
) -> (FaceMeasurements, Vec<Finding>) {
    let face = plan_by_hand(face, frame, profile).face;
    let findings = checks::judge_geometry(&face, (profile.picture.width, profile.picture.height), profile);
    (face, findings)
}

fn judge_among(
    original: Incoming<'_>,
    faces: &Faces,
    profile: &Profile,
    origin: Origin,
    earlier: Option<&[ExposureHash]>,
) -> Judged {
    let standardized = only_face(faces).and_then(|face| standardize(original.picture, face, profile));
    judge_made(original, faces, profile, origin, standardized, earlier)
}

/// The one face, or why there is none to make a picture of.
fn only_face(faces: &Faces) -> Result<&FaceMeasurements, StandardizeError> {
    one(faces).ok_or(match faces.count {
        0 => StandardizeError::NoFace,
        count => StandardizeError::SeveralFaces { count },
    })
}

fn judge_made(
    incoming: Incoming<'_>,
    faces: &Faces,
    profile: &Profile,
    origin: Origin,
    standardized: Result<Standardized, StandardizeError>,
    earlier: Option<&[ExposureHash]>,
) -> Judged {
    let original = incoming.picture;
    let exposure = one(faces).map(|face| fingerprint(original, face));
    let made = standardized.as_ref().ok();
    // A crop whose file cannot be made is still judged: noise, say, is why its file is too large.
    let planned = match made {
        Some(made) => Some(made.plan.clone()),
        None => one(faces).and_then(|face| plan(face, original.dimensions(), profile).ok()),
    };
    // What is judged is what a reader of the file will see.
    let (stored, facts) = made
        .and_then(|made| decode(&made.file.bytes).ok())
        .map_or((None, None), |DecodedPicture { picture, facts }| (Some(picture), Some(facts)));
    let sample = planned.as_ref().and_then(|plan| match stored {
        Some(stored) => Some(Sample::cut(stored, plan.face.clone(), faces, plan.crop, plan.scale)),
        None => sample_of(original, faces),
    });
    let mut findings = checks::judge(
        &Subject {
            faces: faces.count,
            face: planned.as_ref().map(|plan| &plan.face),
            size: (profile.picture.width, profile.picture.height),
            sample: sample.as_ref(),
            file: facts.as_ref(),
            incoming: one(faces).map(|face| (incoming, face)),
            plan: planned.as_ref(),
            earlier: earlier.zip(exposure).map(|(earlier, exposure)| nearest(exposure, earlier)),
        },
        profile,
    );
    if let Err(error) = &standardized {
        explain(*error, profile, &mut findings);
    }
    if origin == Origin::Import {
        soften_scale(&mut findings);
    }
    let face = made.map(|made| made.plan.face.clone()).or_else(|| faces.main.clone());
    Judged { verdict: Verdict::of(&findings), standardized, findings, face, exposure }
}

fn nearest(exposure: ExposureHash, earlier: &[ExposureHash]) -> Earlier {
    let differences = earlier.iter().map(|other| exposure.difference_percent(*other));
    differences.reduce(f32::min).map_or(Earlier::None, Earlier::Nearest)
}

/// Puts the reason why there is no standard picture among the findings.
fn explain(error: StandardizeError, profile: &Profile, findings: &mut Vec<Finding>) {
    use super::jpeg::JpegError;
    use crate::domain::finding::Unit;
    let wanted = &profile.picture;
    let (id, reason, measured, unit, min, max) = match error {
        // `face.count` says it already.
        StandardizeError::NoFace | StandardizeError::SeveralFaces { .. } => return,
        StandardizeError::TooSmall { width, height } => {
            let sides = (f64::from(width) / f64::from(wanted.width), f64::from(height) / f64::from(wanted.height));
            let percent = sides.0.min(sides.1) * 100.0;
            (CheckId::CaptureScale, Reason::TooLow, Some(percent), Some(Unit::Percent), Some(100.0), None)
        }
        StandardizeError::Jpeg(JpegError::TooLarge { kb, max, .. }) => {
            (CheckId::FileBytes, Reason::TooHigh, Some(kb), Some(Unit::Kilobytes), None, Some(max))
        }
        StandardizeError::Jpeg(JpegError::TooSmall { kb, min }) => {
            (CheckId::FileBytes, Reason::TooLow, Some(kb), Some(Unit::Kilobytes), Some(min), None)
        }
        StandardizeError::ReplacementForbidden | StandardizeError::Matting(_) => {
            (CheckId::BackgroundUniform, Reason::NotVisible, None, None, None, None)
        }
        StandardizeError::Scaling | StandardizeError::Jpeg(JpegError::Encoder) => {
            (CheckId::FileFormat, Reason::WrongKind, None, None, None, None)
        }
    };
    findings.retain(|finding| finding.id != id);
    // Without a picture there is nothing to accept, whatever the profile makes of this check.
    let severity = crate::domain::finding::Severity::Block;
    findings.push(Finding { id, level: Level::Fail, severity, measured, unit, min, max, reason });
    findings.sort_by_key(|finding| CheckId::ALL.iter().position(|id| *id == finding.id));
}

fn soften_scale(findings: &mut [Finding]) {
    for finding in findings.iter_mut().filter(|finding| finding.id == CheckId::CaptureScale) {
        finding.severity = crate::domain::finding::Severity::Warn;
        if finding.level == Level::Fail {
            finding.level = Level::Warn;
        }
    }
}

/// The face that is judged: there must be exactly one.
fn one(faces: &Faces) -> Option<&FaceMeasurements> {
    faces.main.as_ref().filter(|_| faces.count == 1)
}

/// The person at about the size of the standard picture; the picture itself when it is that small.
fn sample_of(picture: &RgbImage, faces: &Faces) -> Option<Sample> {
    let face = one(faces)?;
    let width = face.face_width();
    if !(width.is_finite() && width >= 24.0) {
        return None;
    }
    if width <= SAMPLE_FACE_WIDTH * 1.4 && picture.width() <= 720 {
        let whole = Rect::new(0.0, 0.0, picture.width() as f32, picture.height() as f32);
        return Some(Sample::cut(picture.clone(), face.clone(), faces, whole, 1.0));
    }
    let scale = (SAMPLE_FACE_WIDTH / width).min(1.0);
    let eyes = face.eye_center();
    let wanted = Rect::new(eyes.x - 240.0 / scale, eyes.y - 230.0 / scale, 480.0 / scale, 640.0 / scale);
    let (left, top) = (wanted.x.max(0.0), wanted.y.max(0.0));
    let right = (wanted.x + wanted.w).min(picture.width() as f32);
    let bottom = (wanted.y + wanted.h).min(picture.height() as f32);
    let crop = Rect::new(left, top, right - left, bottom - top);
    let size = ((crop.w * scale).round() as u32, (crop.h * scale).round() as u32);
    if size.0 < 32 || size.1 < 32 {
        return None;
    }
    let picture = cut(picture, crop, size, FilterType::Bilinear)?;
    Some(Sample::cut(picture, face.cropped_and_scaled(crop, scale), faces, crop, scale))
}

/// The largest crop of the final picture's shape in the middle of a frame.
fn middle_crop(frame: (u32, u32), size: (u32, u32)) -> Rect {
    let (width, height) = (frame.0 as f32, frame.1 as f32);
    let scale = (size.0 as f32 / width).max(size.1 as f32 / height);
    let (w, h) = (size.0 as f32 / scale, size.1 as f32 / scale);
    Rect::new((width - w) / 2.0, (height - h) / 2.0, w, h)
}
