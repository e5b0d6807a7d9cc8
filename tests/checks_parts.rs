//! What the checks of eyes, mouth and head say about real portraits, faults painted on them, and drawn people.
//!
//! False alarms and misses are printed per check; the limits in the profiles are set by them, on other faults than
//! these (other seeds and strengths).

use std::collections::BTreeMap;

use image::{RgbImage, imageops};
use tucai::domain::finding::{CheckId, Finding, Level, Reason, Severity};
use tucai::domain::profile::Profile;
use tucai::domain::profiles::{Catalogue, default_profile};
use tucai::render::{LIGHT_BLUE, Person, PhotoFault, PhotoMarks, Pose, Scene, draw, paint_on_photo};
use tucai::vision::examine::{Faces, examine_frame};
use tucai::vision::face::{Effort, FacePoints};

use crate::support::faces::{models, of_kind};

/// The checks that are judged here.
const PARTS: [CheckId; 15] = [
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
];

/// The default profile with the rule for glasses of one that forbids them.
fn profile() -> Profile {
    let forbids = Catalogue::shipped();
    let mut profile = default_profile().unwrap().profile;
    let rule = forbids.all().iter().find_map(|file| file.profile.checks.get(&CheckId::EyesGlasses).cloned());
    profile.checks.insert(CheckId::EyesGlasses, rule.unwrap());
    profile
}

/// Portraits of one kind with a face some 300 pixels wide.
fn portraits(kind: &str) -> Vec<(String, RgbImage)> {
    let half = |picture: RgbImage| {
        imageops::resize(&picture, picture.width() / 2, picture.height() / 2, imageops::FilterType::Triangle)
    };
    of_kind(kind).into_iter().map(|(name, picture)| (name, half(picture))).collect()
}

fn findings(picture: &RgbImage) -> Vec<Finding> {
    let report = models().analyze(picture, Effort::Live);
    examine_frame(picture, &Faces::from(report), &profile()).findings
}

fn of(findings: &[Finding], id: CheckId) -> &Finding {
    findings.iter().find(|finding| finding.id == id).unwrap_or_else(|| panic!("no finding {id}"))
}

fn points(picture: &RgbImage) -> FacePoints {
    models().analyze(picture, Effort::Live).points.unwrap()
}

fn painted(picture: &RgbImage, points: &FacePoints, fault: PhotoFault, strength: f32, seed: u64) -> RgbImage {
    let marks = PhotoMarks {
        mesh: &points.mesh,
        eye_contours: [&points.eye_contours[0], &points.eye_contours[1]],
        irises: points.irises,
        iris_diameters: points.iris_diameters,
    };
    let mut picture = picture.clone();
    paint_on_photo(&mut picture, &marks, fault, strength, seed);
    picture
}

fn alarms(all: &[(String, Vec<Finding>)], id: CheckId) -> Vec<&str> {
    let outside = |findings: &[Finding]| matches!(of(findings, id).level, Level::Fail | Level::Warn);
    all.iter().filter(|(_, findings)| outside(findings)).map(|(name, _)| name.as_str()).collect()
}

#[test]
fn neutral_portraits_are_not_refused_for_their_faces() {
    let all: Vec<_> = portraits("neutral").into_iter().map(|(name, picture)| (name, findings(&picture))).collect();
    let mut refused = BTreeMap::new();
    for id in PARTS {
        let names = alarms(&all, id);
        println!("{id:<16} alarms at {} of {}: {names:?}", names.len(), all.len());
        for name in names {
            let found = all.iter().find(|(other, _)| other == name).map(|(_, findings)| of(findings, id));
            if found.is_some_and(Finding::fails) {
                refused.entry(name).or_insert_with(Vec::new).push(id);
            }
        }
    }
    println!("refused by blocking checks of the face: {refused:?}");
    assert!(refused.len() * 50 <= all.len(), "{refused:?}");
    // One of them has a fringe over both brows.
    let brows = alarms(&all, CheckId::BrowsVisible);
    assert!(all.is_empty() || brows == ["neutral_003"], "{brows:?}");
}

#[test]
fn smiles_are_told_from_closed_mouths() {
    // Looked at one by one: teeth are plainly seen in these.
    const TEETH: [&str; 14] =
        ["013", "025", "037", "038", "083", "091", "096", "099", "102", "103", "107", "126", "127", "139"];
    // Only the edge of the teeth is seen in these: either answer will do.
    const EDGE: [&str; 2] = ["024", "119"];
    let all: Vec<_> = portraits("smiling").into_iter().map(|(name, picture)| (name, findings(&picture))).collect();
    let found = alarms(&all, CheckId::MouthTeeth);
    let number = |name: &str| name.trim_start_matches("smiling_").to_owned();
    let missed: Vec<_> = TEETH.iter().filter(|teeth| !found.iter().any(|name| number(name) == **teeth)).collect();
    let expected = |name: &str| TEETH.iter().chain(&EDGE).any(|teeth| *teeth == number(name));
    let wrong: Vec<_> = found.iter().filter(|name| !expected(name)).collect();
    println!("teeth: missed {missed:?}, wrongly found {wrong:?}");
    assert!(all.is_empty() || (missed.is_empty() && wrong.is_empty()), "{missed:?} {wrong:?}");
}

#[test]
fn painted_faults_are_found() {
    let portraits: Vec<_> = portraits("neutral").into_iter().step_by(3).collect();
    // Fault, strength, the check that must find it, and how many of nine it may miss.
    let faults = [
        (PhotoFault::Glasses, 1.0, CheckId::EyesGlasses, 2),
        (PhotoFault::LensGlare, 1.0, CheckId::EyesGlare, 0),
        (PhotoFault::LensGlare, 0.6, CheckId::EyesGlare, 1),
        (PhotoFault::DarkLenses, 0.9, CheckId::EyesTinted, 0),
        (PhotoFault::FrameOverEyes, 0.9, CheckId::EyesFrame, 3),
        (PhotoFault::RedEyes, 0.8, CheckId::EyesRed, 0),
        (PhotoFault::LookingAside, 0.7, CheckId::EyesGaze, 0),
        (PhotoFault::EyesClosed, 1.0, CheckId::EyesOpen, 2),
        (PhotoFault::TeethShown, 0.4, CheckId::MouthTeeth, 0),
        (PhotoFault::MouthOpen, 0.5, CheckId::MouthClosed, 0),
        (PhotoFault::HairOverBrows, 0.9, CheckId::BrowsVisible, 2),
        (PhotoFault::HairOverEyes, 1.0, CheckId::EyesHair, 3),
        (PhotoFault::HairOverEars, 1.0, CheckId::EarsVisible, 0),
        (PhotoFault::HeadCover, 1.0, CheckId::HeadCover, 2),
        (PhotoFault::Mask, 0.9, CheckId::FaceOccluded, 0),
        (PhotoFault::Mask, 0.6, CheckId::FaceOccluded, 0),
        (PhotoFault::Hand, 1.0, CheckId::FaceOccluded, 0),
        (PhotoFault::ShouldersTilted, 1.0, CheckId::PoseShoulders, 1),
        (PhotoFault::HeadTurned, 0.7, CheckId::PoseYaw, 0),
        (PhotoFault::HeadNodded, -0.8, CheckId::PosePitch, 2),
    ];
    let mut wrong = Vec::new();
    for (fault, strength, id, may_miss) in faults {
        let missed: Vec<_> = portraits
            .iter()
            .zip(31..)
            .filter_map(|((name, picture), seed)| {
                let found = findings(&painted(picture, &points(picture), fault, strength, seed));
                let finding = of(&found, id);
                let seen = matches!(finding.level, Level::Fail | Level::Warn);
                (!seen).then(|| format!("{name} {:?}", finding.measured))
            })
            .collect();
        println!("{fault:?} {strength}: {id} misses {} of {}: {missed:?}", missed.len(), portraits.len());
        if missed.len() > may_miss {
            wrong.push((fault, missed));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn clean_glasses_and_a_short_fringe_are_let_through() {
    let portraits: Vec<_> = portraits("neutral").into_iter().skip(1).step_by(2).collect();
    let mut refused = Vec::new();
    for ((name, picture), seed) in portraits.iter().zip(61..) {
        for fault in [PhotoFault::Glasses, PhotoFault::FringeAboveBrows] {
            let found = findings(&painted(picture, &points(picture), fault, 1.0, seed));
            let fails = found.iter().filter(|f| PARTS.contains(&f.id) && f.id != CheckId::EyesGlasses && f.fails());
            refused.extend(fails.map(|finding| (name, fault, finding.id, finding.measured)));
        }
    }
    println!("refused: {refused:?}");
    assert!(refused.len() * 20 <= portraits.len(), "{refused:?}");
}

#[test]
fn a_nodded_head_reads_lower_and_a_raised_one_higher() {
    let pitch = |picture: &RgbImage| models().analyze(picture, Effort::Live).main.unwrap().pitch_deg;
    for (name, picture) in portraits("neutral").into_iter().step_by(5) {
        let points = points(&picture);
        let nodded = |strength| pitch(&painted(&picture, &points, PhotoFault::HeadNodded, strength, 1));
        let (down, level, up) = (nodded(0.7), pitch(&picture), nodded(-0.7));
        println!("{name}: pitch {down:.1} down, {level:.1}, {up:.1} up");
        assert!(down + 3.0 < level && level + 3.0 < up, "{name}: {down} {level} {up}");
    }
}

#[test]
fn drawn_people_are_not_refused_for_their_faces() {
    let pictures = (0..8).map(|seed| {
        let (pose, scene) = (Pose::photo(720, 960), Scene::studio(LIGHT_BLUE));
        draw(&Person::presentable(seed), &pose, &scene, 720, 960).picture
    });
    let all: Vec<_> = pictures.zip(0..).map(|(picture, seed)| (format!("{seed}"), findings(&picture))).collect();
    for id in PARTS {
        println!("{id:<16} alarms at {:?}", alarms(&all, id));
    }
    let refused: Vec<_> =
        all.iter().filter(|(_, found)| PARTS.iter().any(|id| of(found, *id).fails())).map(|(name, _)| name).collect();
    assert!(refused.is_empty(), "{refused:?}");
}

#[test]
fn without_points_or_with_a_tiny_face_nothing_is_guessed() {
    let picture = draw(&Person::presentable(2), &Pose::photo(720, 960), &Scene::studio(LIGHT_BLUE), 720, 960).picture;
    let report = models().analyze(&picture, Effort::Live);
    let without = Faces { points: None, ..Faces::from(report) };
    let found = examine_frame(&picture, &without, &profile()).findings;
    // The lids are measured by the networks themselves.
    for id in PARTS.into_iter().filter(|id| *id != CheckId::EyesOpen) {
        let finding = of(&found, id);
        assert_eq!(
            (finding.level, finding.reason, finding.measured),
            (Level::Unknown, Reason::NotVisible, None),
            "{id}"
        );
    }
    let nobody = findings(&RgbImage::from_pixel(720, 960, image::Rgb([100, 197, 255])));
    for id in PARTS {
        assert_eq!((of(&nobody, id).level, of(&nobody, id).reason), (Level::Unknown, Reason::NoFace), "{id}");
    }
}

#[test]
fn profiles_that_forbid_glasses_block_them() {
    for file in Catalogue::shipped().all() {
        let profile = &file.profile;
        let forbids = profile.glasses == tucai::domain::profile::GlassesRule::Forbidden;
        assert_eq!(profile.severity(CheckId::EyesGlasses) == Severity::Block, forbids, "{}", profile.id);
    }
}
