//! The checks: one file per group, each giving findings for a picture, its face and a profile.
//!
//! Limits and severities come from the profile; nothing here knows a standard. A check that a profile names and that
//! is not built is reported as unknown, never as passed.

mod backdrop;
mod background;
mod cast;
mod clothes;
mod clutter;
mod compression;
mod cover;
mod eye_white;
mod eyes;
mod face;
mod file;
mod geometry;
mod glasses;
mod hair;
mod highlight;
mod lab;
mod light;
mod lines;
mod mouth;
mod parts;
mod planes;
mod repeat;
mod sharpness;
mod shoulders;
mod skin;
mod upscaled;

pub(super) use repeat::Earlier;

use image::RgbImage;

use self::parts::Parts;
use super::decode::FileFacts;
use super::examine::Faces;
use super::face::{FacePoints, PersonMap};
use super::standardize::{Plan, Reach};
use crate::domain::face::FaceMeasurements;
use crate::domain::finding::{CheckId, Finding, Level, Reason, Severity, Unit};
use crate::domain::geometry::Rect;
use crate::domain::profile::{CheckRule, Profile};

/// Version of the checks: counts up when a measurement changes its meaning. Stored with every record.
pub const CHECKS_VERSION: u32 = 3;

/// The checks that this version measures.
pub const BUILT: &[CheckId] = &[
    CheckId::FileFormat,
    CheckId::FilePixels,
    CheckId::FileDpi,
    CheckId::FileBytes,
    CheckId::FileQuality,
    CheckId::FileColor,
    CheckId::FaceCount,
    CheckId::GeometryHeadTop,
    CheckId::GeometryEyeLine,
    CheckId::GeometryFaceWidth,
    CheckId::GeometryCenter,
    CheckId::GeometryCrop,
    CheckId::PoseRoll,
    CheckId::PoseYaw,
    CheckId::PosePitch,
    CheckId::CaptureScale,
    CheckId::PoseShoulders,
    CheckId::EyesOpen,
    CheckId::EyesGaze,
    CheckId::EyesGlasses,
    CheckId::EyesGlare,
    CheckId::EyesTinted,
    CheckId::EyesFrame,
    CheckId::EyesRed,
    CheckId::EyesHair,
    CheckId::BrowsVisible,
    CheckId::EarsVisible,
    CheckId::MouthClosed,
    CheckId::MouthTeeth,
    CheckId::HeadCover,
    CheckId::FaceOccluded,
    CheckId::LightDark,
    CheckId::LightBright,
    CheckId::LightBalance,
    CheckId::LightHighlight,
    CheckId::LightCast,
    CheckId::LightNoise,
    CheckId::SharpnessFocus,
    CheckId::SharpnessMotion,
    CheckId::ImageUpscaled,
    CheckId::ImageCompression,
    CheckId::BackgroundColor,
    CheckId::BackgroundUniform,
    CheckId::BackgroundShadow,
    CheckId::BackgroundClutter,
    CheckId::ClothesContrast,
    CheckId::ImageRepeat,
];

/// The checks of parts of a face: they need its points and a sample of its pixels.
const OF_PARTS: &[CheckId] = &[
    CheckId::PoseShoulders,
    CheckId::EyesGaze,
    CheckId::EyesGlasses,
    CheckId::EyesGlare,
    CheckId::EyesTinted,
    CheckId::EyesFrame,
    CheckId::EyesRed,
    CheckId::EyesHair,
    CheckId::BrowsVisible,
    CheckId::EarsVisible,
    CheckId::MouthClosed,
    CheckId::MouthTeeth,
    CheckId::HeadCover,
    CheckId::FaceOccluded,
];

/// Everything that the checks look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    /// Faces in the picture, and the one that is meant.
    pub faces: usize,
    /// In pixels of the final picture.
    pub face: Option<&'a FaceMeasurements>,
    /// Width and height of the final picture.
    pub size: (u32, u32),
    /// Where pixels are judged; `None` without a face.
    pub sample: Option<&'a Sample>,
    /// Of the final file; `None` for a live picture.
    pub file: Option<&'a FileFacts>,
    /// How the final picture is cut from the original; `None` for a file judged as it is.
    pub plan: Option<&'a Plan>,
    /// What the session's earlier exposures say; `None` outside a session.
    pub earlier: Option<Earlier>,
}

/// The person at about the size of the final picture: pixel checks cost the same for every original and their limits
/// mean the same.
#[derive(Debug, Clone)]
pub(super) struct Sample {
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
    pub(super) fn cut(picture: RgbImage, face: FaceMeasurements, faces: &Faces, crop: Rect, scale: f32) -> Self {
        let points = faces.points.as_ref().map(|points| points.cropped_and_scaled(crop, scale));
        let person = faces.person.clone().map(|person| person.cropped_and_scaled(crop, scale));
        Self { picture, face, points, person }
    }
}

/// Runs every check that the profile names and the subject allows; in the order of [`CheckId::ALL`].
pub(super) fn judge(subject: &Subject<'_>, profile: &Profile) -> Vec<Finding> {
    let mut findings = Findings { profile, list: Vec::new() };
    if let Some(file) = subject.file {
        file::judge(file, &mut findings);
    }
    face::judge_count(subject.faces, &mut findings);
    match subject.face {
        Some(face) => {
            geometry::judge(face, subject.size, &mut findings);
            face::judge(face, &mut findings);
        }
        None => findings.unknown_for_want_of_face(subject.faces),
    }
    if let Some(plan) = subject.plan {
        geometry::judge_plan(plan, &mut findings);
    } else if let Some(face) = subject.face {
        geometry::judge_inside(face, subject.size, &mut findings);
    }
    if let Some(sample) = subject.sample {
        judge_scene(sample, &mut findings);
    }
    if subject.face.is_some() {
        judge_parts(subject.sample, &mut findings);
    }
    repeat::judge(subject.earlier, &mut findings);
    findings.finish()
}

/// Light, picture and backdrop.
fn judge_scene(sample: &Sample, findings: &mut Findings<'_>) {
    let planes = planes::Planes::of(&sample.picture);
    let backdrop = backdrop::Backdrop::of(sample, &planes);
    let backdrop = backdrop.as_ref();
    let skin = skin::Skin::of(sample);
    light::judge(sample, &planes, skin.as_ref(), backdrop, findings);
    highlight::judge(skin.as_ref(), findings);
    cast::judge(sample, skin.as_ref(), findings);
    sharpness::judge(sample, &planes, findings);
    upscaled::judge(sample, &planes, findings);
    compression::judge(&planes, findings);
    background::judge(backdrop, sample.face.eye_center(), findings);
    clutter::judge(backdrop, findings);
    clothes::judge(sample, backdrop, findings);
}

/// Eyes, mouth, hair and what covers them; unknown where the sample does not show them.
fn judge_parts(sample: Option<&Sample>, findings: &mut Findings<'_>) {
    let Some(parts) = sample.and_then(Parts::of) else {
        for id in OF_PARTS {
            findings.unknown(*id, Reason::NotVisible);
        }
        return;
    };
    shoulders::judge(&parts, findings);
    eyes::judge(&parts, findings);
    glasses::judge(&parts, findings);
    hair::judge(&parts, findings);
    mouth::judge(&parts, findings);
    cover::judge(&parts, findings);
}

/// Collects findings under a profile's severities.
pub(super) struct Findings<'p> {
    profile: &'p Profile,
    list: Vec<Finding>,
}

impl<'p> Findings<'p> {
    pub(super) fn profile(&self) -> &'p Profile {
        self.profile
    }

    /// The rule of a check that is to be measured.
    pub(super) fn rule(&self, id: CheckId) -> Option<&'p CheckRule> {
        let rule = self.profile.checks.get(&id)?;
        matches!(rule.severity, Severity::Block | Severity::Warn).then_some(rule)
    }

    /// A value against its limits.
    pub(super) fn measured(&mut self, id: CheckId, value: f64, unit: Unit, min: Option<f64>, max: Option<f64>) {
        let reason = if min.is_some_and(|min| value < min) {
            Reason::TooLow
        } else if max.is_some_and(|max| value > max) {
            Reason::TooHigh
        } else {
            Reason::Ok
        };
        self.decided(id, reason, Some((value, unit)), min, max);
    }

    /// The same for a value that the picture may not show.
    pub(super) fn measured_or_unknown(
        &mut self,
        id: CheckId,
        value: Option<f32>,
        unit: Unit,
        min: Option<f64>,
        max: Option<f64>,
    ) {
        match value {
            Some(value) => self.measured(id, f64::from(value), unit, min, max),
            None => self.unknown(id, Reason::NotVisible),
        }
    }

    /// A decision that is not only a comparison: [`Reason::Ok`] passes, everything else is outside the rule.
    pub(super) fn decided(
        &mut self,
        id: CheckId,
        reason: Reason,
        measured: Option<(f64, Unit)>,
        min: Option<f64>,
        max: Option<f64>,
    ) {
        let Some(rule) = self.rule(id) else { return };
        let level = match (reason, rule.severity) {
            (Reason::Ok, _) => Level::Pass,
            (Reason::OneReading, _) | (_, Severity::Warn | Severity::Ask | Severity::Off) => Level::Warn,
            (_, Severity::Block) => Level::Fail,
        };
        self.push(id, level, reason, measured, min, max);
    }

    /// The picture does not let the check decide.
    pub(super) fn unknown(&mut self, id: CheckId, reason: Reason) {
        if self.rule(id).is_some() {
            self.push(id, Level::Unknown, reason, None, None, None);
        }
    }

    fn push(
        &mut self,
        id: CheckId,
        level: Level,
        reason: Reason,
        measured: Option<(f64, Unit)>,
        min: Option<f64>,
        max: Option<f64>,
    ) {
        let severity = self.profile.severity(id);
        let rounded = |value: f64| (value * 1000.0).round() / 1000.0;
        let (measured, unit) = measured.map_or((None, None), |(value, unit)| (Some(rounded(value)), Some(unit)));
        self.list.push(Finding { id, level, severity, measured, unit, min, max, reason });
    }

    /// Everything that needs a face is unknown.
    fn unknown_for_want_of_face(&mut self, faces: usize) {
        let reason = match faces {
            0 => Reason::NoFace,
            // There is one, and no standard picture can be cut around it.
            1 => Reason::NotVisible,
            _ => Reason::SeveralFaces,
        };
        for id in BUILT.iter().copied().filter(|id| !id.as_str().starts_with("file.") && *id != CheckId::FaceCount) {
            let about_the_shot = matches!(id, CheckId::CaptureScale | CheckId::GeometryCrop | CheckId::ImageRepeat);
            if !about_the_shot {
                self.unknown(id, reason);
            }
        }
    }

    /// Adds what the profile names and this version cannot measure; sorts.
    fn finish(mut self) -> Vec<Finding> {
        for id in CheckId::ALL.iter().copied().filter(|id| !BUILT.contains(id)) {
            self.unknown(id, Reason::NotBuilt);
        }
        self.list.sort_by_key(|finding| CheckId::ALL.iter().position(|id| *id == finding.id));
        self.list
    }
}

/// Which side a crop would leave the picture by, as a reason.
pub(super) const fn reach_reason(reach: Reach) -> Reason {
    match reach {
        Reach::Inside => Reason::Ok,
        Reach::Side => Reason::CutAtSide,
        Reach::Top => Reason::CutAtTop,
        Reach::Bottom => Reason::CutAtBottom,
    }
}
