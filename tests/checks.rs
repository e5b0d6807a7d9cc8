//! What the checks say about real portraits, drawn people and files with known defects.
//!
//! False alarms and misses are printed; the limits in the profile are set by them.

#![allow(clippy::print_stdout, reason = "measured values are printed, not asserted")]

use std::collections::BTreeMap;
use std::time::Instant;

use image::{Rgb, RgbImage, imageops};
use tucai::domain::finding::{CheckId, Finding, Level, Reason, Severity, Verdict};
use tucai::domain::profile::{CheckRule, Profile};
use tucai::domain::profiles::{Catalogue, default_profile};
use tucai::render::{Drawn, LIGHT_BLUE, Person, Pose, Scene, draw};
use tucai::vision::decode::decode;
use tucai::vision::examine::{Faces, Judged, Origin, examine_file, examine_frame, judge_shot};
use tucai::vision::face::Effort;
use tucai::vision::jpeg::encode;

use crate::support::faces::{models, of_kind};

fn profile() -> Profile {
    default_profile().unwrap().profile
}

fn drawn(seed: u64, pose: Pose, scene: Scene) -> Drawn {
    draw(&Person::presentable(seed), &pose, &scene, 960, 1280)
}

fn photo() -> Pose {
    Pose::photo(960, 1280)
}

fn studio() -> Scene {
    Scene::studio(LIGHT_BLUE)
}

fn judge(picture: &RgbImage) -> Judged {
    judge_shot(picture, models(), &profile(), Origin::Camera)
}

fn of(findings: &[Finding], id: CheckId) -> &Finding {
    findings.iter().find(|finding| finding.id == id).unwrap_or_else(|| panic!("no finding {id}"))
}

fn failing(judged: &Judged) -> Vec<CheckId> {
    judged.findings.iter().filter(|finding| finding.fails()).map(|finding| finding.id).collect()
}

/// Quantiles of every measured value, to set limits by.
fn print_values(title: &str, all: &[Judged]) {
    let mut values: BTreeMap<CheckId, Vec<f64>> = BTreeMap::new();
    for finding in all.iter().flat_map(|judged| &judged.findings) {
        values.entry(finding.id).or_default().extend(finding.measured);
    }
    println!("{title}: {} pictures", all.len());
    for (id, mut values) in values.into_iter().filter(|(_, values)| !values.is_empty()) {
        values.sort_by(f64::total_cmp);
        let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
        println!("  {id:<22} {:8.2} {:8.2} {:8.2} {:8.2} {:8.2}", at(0.0), at(0.05), at(0.5), at(0.95), at(1.0));
    }
}

#[test]
fn studio_portraits_are_refused_only_for_their_backdrop() {
    let portraits = of_kind("neutral");
    let all: Vec<_> = portraits.iter().map(|(_, picture)| judge(picture)).collect();
    print_values("neutral portraits (least, p5, median, p95, most)", &all);
    let mut alarms: BTreeMap<CheckId, Vec<&str>> = BTreeMap::new();
    for ((name, _), judged) in portraits.iter().zip(&all) {
        for id in failing(judged).into_iter().filter(|id| *id != CheckId::BackgroundColor) {
            alarms.entry(id).or_default().push(name);
        }
    }
    println!("false alarms of blocking checks: {alarms:?}");
    // One of them has hair so high that the original has too little room below: the norm's own reason.
    let people: std::collections::BTreeSet<_> = alarms.values().flatten().collect();
    assert!(people.len() * 27 <= portraits.len(), "{alarms:?}");
}

/// How many of the pictures a check finds something about.
fn caught(pictures: &[RgbImage], id: CheckId) -> (usize, Vec<f64>) {
    let judged: Vec<_> = pictures.iter().map(judge).collect();
    let found = |j: &&Judged| matches!(of(&j.findings, id).level, Level::Fail | Level::Warn);
    let values = judged.iter().filter_map(|j| of(&j.findings, id).measured).collect();
    (judged.iter().filter(found).count(), values)
}

fn gain(picture: &RgbImage, gain: impl Fn(u32) -> f32) -> RgbImage {
    let linear: Vec<f32> = (0..256).map(|v| (v as f32 / 255.0).powf(2.2)).collect();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let factor = gain(x);
        Rgb(picture
            .get_pixel(x, y)
            .0
            .map(|v| ((linear[usize::from(v)] * factor).min(1.0).powf(1.0 / 2.2) * 255.0) as u8))
    })
}

fn turned(picture: &RgbImage, degrees: f32) -> RgbImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (w, h) = (picture.width() as f32, picture.height() as f32);
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let (dx, dy) = (x as f32 - w / 2.0, y as f32 - h / 2.0);
        let (sx, sy) = (dx * cos + dy * sin + w / 2.0, -dx * sin + dy * cos + h / 2.0);
        *picture.get_pixel(sx.clamp(0.0, w - 1.0) as u32, sy.clamp(0.0, h - 1.0) as u32)
    })
}

/// A defect, the check that must find it, and the pictures.
type Defect = (&'static str, CheckId, Vec<RgbImage>);

#[test]
fn defects_made_from_portraits_are_found() {
    let originals: Vec<_> = of_kind("neutral").into_iter().step_by(3).map(|(_, picture)| picture).collect();
    if originals.is_empty() {
        return;
    }
    let make = |change: &dyn Fn(&RgbImage) -> RgbImage| originals.iter().map(change).collect::<Vec<_>>();
    // The portraits are scaled by about 0.5: a blur of 6 pixels here is 3 in the final picture.
    let defects: Vec<Defect> = vec![
        ("blur 6", CheckId::SharpnessFocus, make(&|p| imageops::fast_blur(p, 6.0))),
        ("blur 4", CheckId::SharpnessFocus, make(&|p| imageops::fast_blur(p, 4.0))),
        ("four stops under", CheckId::LightDark, make(&|p| gain(p, |_| 0.06))),
        ("two stops over", CheckId::LightBright, make(&|p| gain(p, |_| 5.0))),
        ("light from one side", CheckId::LightBalance, make(&|p| gain(p, |x| if x < 660 { 0.4 } else { 1.0 }))),
        ("8 degrees to the right", CheckId::PoseRoll, make(&|p| turned(p, 8.0))),
        ("8 degrees to the left", CheckId::PoseRoll, make(&|p| turned(p, -8.0))),
    ];
    for (name, id, pictures) in &defects {
        let (found, values) = caught(pictures, *id);
        println!("{name}: {id} finds {found} of {}: {values:.2?}", pictures.len());
        assert!(found * 10 >= pictures.len() * 8, "{name}");
    }
}

#[test]
fn drawn_people_on_blue_pass_and_their_defects_are_found() {
    let all: Vec<_> = (0..8).map(|seed| judge(&drawn(seed, photo(), studio()).picture)).collect();
    print_values("drawn people (least, p5, median, p95, most)", &all);
    let refused: Vec<_> = all.iter().map(failing).collect();
    println!("refused: {refused:?}");
    assert!(refused.iter().filter(|ids| !ids.is_empty()).count() <= 1, "{refused:?}");

    let many = |pose: Pose, scene: Scene| (0..4).map(|seed| drawn(seed, pose, scene).picture).collect::<Vec<_>>();
    let thing = |mut picture: RgbImage| {
        for (x, y) in (0..90).flat_map(|x| (100..900).map(move |y| (x, y))) {
            picture.put_pixel(x, y, Rgb([60, 40, 30]));
        }
        picture
    };
    let defects: Vec<Defect> = vec![
        ("grey wall", CheckId::BackgroundColor, many(photo(), Scene::studio([150, 150, 140]))),
        ("cream wall", CheckId::BackgroundColor, many(photo(), Scene::studio([245, 230, 200]))),
        ("beige cloth", CheckId::BackgroundColor, many(photo(), Scene::studio([225, 205, 180]))),
        ("red cloth", CheckId::BackgroundColor, many(photo(), Scene::studio([200, 40, 40]))),
        ("gradient", CheckId::BackgroundUniform, many(photo(), Scene { gradient: 0.6, ..studio() })),
        ("something behind", CheckId::BackgroundUniform, many(photo(), studio()).into_iter().map(thing).collect()),
        ("shadow", CheckId::BackgroundShadow, many(photo(), Scene { shadow: 0.5, ..studio() })),
        ("blurred", CheckId::SharpnessFocus, many(photo(), Scene { blur: 8.0, ..studio() })),
        ("dark", CheckId::LightDark, many(photo(), Scene { exposure: 0.08, ..studio() })),
        ("noise", CheckId::LightNoise, many(photo(), Scene { noise: 30.0, ..studio() })),
        ("leaning", CheckId::PoseRoll, many(Pose { roll_deg: 9.0, ..photo() }, studio())),
        ("eyes shut", CheckId::EyesOpen, many(Pose { lids: [0.0, 0.0], ..photo() }, studio())),
    ];
    let mut missed = Vec::new();
    for (name, id, pictures) in &defects {
        let (found, values) = caught(pictures, *id);
        println!("{name}: {id} finds {found} of {}: {values:.2?}", pictures.len());
        if found * 4 < pictures.len() * 3 {
            missed.push(*name);
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn a_live_frame_is_judged_by_the_crop_inside_it() {
    let scene = studio();
    let frame = |x: f32, y: f32, width: f32| {
        let pose = Pose::frontal(tucai::domain::geometry::Point::new(x, y), width);
        draw(&Person::presentable(3), &pose, &scene, 1920, 1080).picture
    };
    let live =
        |picture: &RgbImage| examine_frame(picture, &Faces::from(models().analyze(picture, Effort::Live)), &profile());

    let good = live(&frame(960.0, 420.0, 330.0));
    assert_eq!(of(&good.findings, CheckId::GeometryCrop).level, Level::Pass, "{:?}", good.findings);
    assert!(good.findings.iter().all(|finding| !finding.id.as_str().starts_with("file.")));
    for (picture, reason) in
        [(frame(960.0, 160.0, 330.0), Reason::CutAtTop), (frame(130.0, 420.0, 330.0), Reason::CutAtSide)]
    {
        let live = live(&picture);
        let finding = of(&live.findings, CheckId::GeometryCrop);
        assert_eq!((finding.level, finding.reason), (Level::Fail, reason), "{finding:?}");
        let crop = live.crop;
        assert!(crop.x >= 0.0 && crop.y >= 0.0 && crop.x + crop.w <= 1920.5 && crop.y + crop.h <= 1080.5, "{crop:?}");
    }
    let far = live(&frame(960.0, 420.0, 110.0));
    assert_eq!(of(&far.findings, CheckId::CaptureScale).level, Level::Fail);
    assert_eq!(of(&far.findings, CheckId::GeometryFaceWidth).reason, Reason::TooLow);
    let nobody = live(&RgbImage::from_pixel(1280, 720, Rgb([100, 197, 255])));
    assert_eq!(of(&nobody.findings, CheckId::FaceCount).reason, Reason::NoFace);
    assert_eq!(Verdict::of(&nobody.findings), Verdict::Fail);
    assert!((nobody.crop.w * 4.0 - nobody.crop.h * 3.0).abs() < 1.0);
}

#[test]
fn files_are_judged_by_their_own_facts() {
    let person = judge(&drawn(1, photo(), studio()).picture);
    let good = person.standardized.unwrap();
    let judge_file = |bytes: &[u8]| examine_file(bytes, &profile(), models()).unwrap();
    let good_file = judge_file(&good.file.bytes);
    for id in CheckId::ALL.iter().filter(|id| id.as_str().starts_with("file.")) {
        assert_eq!(of(&good_file.findings, *id).level, Level::Pass, "{id}");
    }
    let bad = |bytes: &[u8], id: CheckId, level: Level, reason: Reason| {
        let found = judge_file(bytes);
        let finding = of(&found.findings, id);
        assert_eq!((finding.level, finding.reason), (level, reason), "{finding:?}");
    };
    bad(&encode(&good.picture, 85, 72).unwrap().bytes, CheckId::FileDpi, Level::Fail, Reason::TooLow);
    bad(&encode(&good.picture, 40, 300).unwrap().bytes, CheckId::FileQuality, Level::Fail, Reason::TooLow);
    bad(&encode(&good.picture, 100, 300).unwrap().bytes, CheckId::FileBytes, Level::Warn, Reason::TooHigh);
    let half = imageops::thumbnail(&good.picture, 240, 320);
    bad(&encode(&half, 85, 300).unwrap().bytes, CheckId::FilePixels, Level::Fail, Reason::TooLow);
    let mut png = std::io::Cursor::new(Vec::new());
    good.picture.write_to(&mut png, image::ImageFormat::Png).unwrap();
    bad(png.get_ref(), CheckId::FileFormat, Level::Fail, Reason::WrongKind);
    bad(png.get_ref(), CheckId::FileDpi, Level::Fail, Reason::Missing);
}

#[test]
fn every_check_that_a_profile_can_name_is_built() {
    let mut profile = profile();
    for id in CheckId::ALL {
        let rule = CheckRule { severity: Severity::Block, min: None, max: None, source: None, unverified: false };
        profile.checks.entry(*id).or_insert(rule);
    }
    let judged = judge_shot(&drawn(1, photo(), studio()).picture, models(), &profile, Origin::Camera);
    let missing: Vec<_> = judged.findings.iter().filter(|found| found.reason == Reason::NotBuilt).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn shots_without_a_standard_picture_say_why() {
    let tiny = imageops::thumbnail(&drawn(2, photo(), studio()).picture, 300, 400);
    let judged = judge(&tiny);
    assert!(judged.standardized.is_err());
    let finding = of(&judged.findings, CheckId::CaptureScale);
    assert_eq!((finding.level, finding.severity, judged.verdict), (Level::Fail, Severity::Block, Verdict::Fail));
    let nobody = judge(&RgbImage::from_pixel(960, 1280, Rgb([100, 197, 255])));
    assert_eq!((of(&nobody.findings, CheckId::FaceCount).reason, nobody.verdict), (Reason::NoFace, Verdict::Fail));
}

#[test]
fn presets_judge_and_standardize_in_their_own_sizes() {
    let picture = drawn(4, photo(), studio()).picture;
    for file in Catalogue::shipped().all() {
        let judged = judge_shot(&picture, models(), &file.profile, Origin::Import);
        let size = (file.profile.picture.width, file.profile.picture.height);
        match &judged.standardized {
            Ok(made) => assert_eq!(made.picture.dimensions(), size, "{}", file.profile.id),
            Err(error) => println!("{}: {error}", file.profile.id),
        }
        println!("{}: {:?} {:?}", file.profile.id, judged.verdict, failing(&judged));
    }
}

#[test]
fn times_are_printed() {
    let small = judge(&drawn(1, photo(), studio()).picture).standardized.unwrap().file.bytes;
    let large = draw(&Person::presentable(1), &Pose::photo(3000, 4000), &studio(), 3000, 4000).picture;
    let large = encode(&large, 90, 300).unwrap().bytes;
    let time = |name: &str, run: &dyn Fn()| {
        let mut best = f64::MAX;
        for _ in 0..3 {
            let start = Instant::now();
            run();
            best = best.min(start.elapsed().as_secs_f64() * 1000.0);
        }
        println!("{name}: {best:.1} ms");
    };
    let (profile, models) = (profile(), models());
    time("check of a 480 x 640 file", &|| assert!(examine_file(&small, &profile, models).is_ok()));
    time("check of a 12 MP file", &|| assert!(examine_file(&large, &profile, models).is_ok()));
    let picture = decode(&large).unwrap().picture;
    time("standardize and judge 12 MP", &|| {
        assert!(judge_shot(&picture, models, &profile, Origin::Import).standardized.is_ok());
    });
    let frame = imageops::thumbnail(&picture, 810, 1080);
    let faces = Faces::from(models.analyze(&frame, Effort::Live));
    time("live checks of a frame", &|| assert!(!examine_frame(&frame, &faces, &profile).findings.is_empty()));
}
