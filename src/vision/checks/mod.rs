//! The checks: one file per group, each giving findings for a picture, its face and a profile.
//!
//! Limits and severities come from the profile; nothing here knows a standard. What the picture does not show is
//! reported as unknown, never as passed. What several checks look at is worked out once, in `sample`.

mod background;
mod cast;
mod clothes;
mod clutter;
mod compression;
mod cover;
pub(super) mod empty;
mod eyes;
mod face;
mod file;
mod findings;
mod geometry;
mod glasses;
mod hair;
mod highlight;
mod light;
mod mouth;
mod occluded;
mod repeat;
mod sample;
mod sharpness;
mod shoulders;
mod upscaled;

pub(super) use repeat::Earlier;
pub(super) use sample::Sample;

use self::findings::Findings;
use self::sample::backdrop::Backdrop;
use self::sample::parts::Parts;
use self::sample::planes::Planes;
use self::sample::skin::Skin;
use super::decode::FileFacts;
use super::incoming::{Incoming, Traces};
use super::standardize::Plan;
use crate::domain::face::FaceMeasurements;
use crate::domain::finding::{CheckId, Finding, Reason};
use crate::domain::profile::Profile;

/// Version of the checks: counts up when a measurement changes its meaning. Stored with every record.
pub const CHECKS_VERSION: u32 = 9;

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
    /// The picture that came in and the face in its pixels, to see what compression left; `None` for a live picture.
    pub incoming: Option<(Incoming<'a>, &'a FaceMeasurements)>,
    /// How the final picture is cut from the original; `None` for a file judged as it is.
    pub plan: Option<&'a Plan>,
    /// What the session's earlier exposures say; `None` outside a session.
    pub earlier: Option<Earlier>,
}

/// Only where the face lies: for a frame that is moved by hand.
pub(super) fn judge_geometry(face: &FaceMeasurements, size: (u32, u32), profile: &Profile) -> Vec<Finding> {
    let mut findings = Findings::new(profile);
    geometry::judge(face, size, &mut findings);
    geometry::judge_inside(face, size, &mut findings);
    findings.finish()
}

/// Runs every check that the profile names and the subject allows; in the order of [`CheckId::ALL`].
pub(super) fn judge(subject: &Subject<'_>, profile: &Profile) -> Vec<Finding> {
    let mut findings = Findings::new(profile);
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
        geometry::judge_plan(plan, subject.size, &mut findings);
    } else if let Some(face) = subject.face {
        geometry::judge_inside(face, subject.size, &mut findings);
    }
    // Both halves look at the same sample and take about as long: each has its own core.
    std::thread::scope(|scope| {
        let of_parts = || {
            let mut findings = Findings::new(profile);
            if subject.face.is_some() {
                judge_parts(subject.sample, &mut findings);
            }
            if let Some((incoming, face)) = subject.incoming.filter(|_| subject.sample.is_some()) {
                compression::judge(Traces::of(incoming, face), &mut findings);
            }
            findings
        };
        let Some(sample) = subject.sample else {
            findings.add(of_parts());
            return;
        };
        let other = std::thread::Builder::new().name(String::from("checks")).spawn_scoped(scope, of_parts);
        judge_scene(sample, &mut findings);
        // No thread to be had: the same work here. One that panics is a fault of the program, as it would be here.
        findings.add(match other.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(parts)) => parts,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => of_parts(),
        });
    });
    repeat::judge(subject.earlier, &mut findings);
    findings.finish()
}

/// Light, picture and backdrop.
fn judge_scene(sample: &Sample, findings: &mut Findings<'_>) {
    let planes = Planes::of(&sample.picture);
    let backdrop = Backdrop::of(sample, &planes);
    let backdrop = backdrop.as_ref();
    let skin = Skin::of(sample);
    light::judge(sample, &planes, skin.as_ref(), backdrop, findings);
    highlight::judge(skin.as_ref(), findings);
    cast::judge(sample, skin.as_ref(), backdrop, findings);
    sharpness::judge(sample, &planes, findings);
    upscaled::judge(sample, &planes, findings);
    background::judge(backdrop, sample.face.eye_center(), findings);
    clutter::judge(sample, backdrop, findings);
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
    occluded::judge(&parts, findings);
}
