//! What the checks of light, picture and backdrop say about real portraits with one known fault, and about repeated
//! exposures.
//!
//! False alarms and misses are printed; the limits in the profile are set by them.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use image::RgbImage;
use tucai::device::camera::Frame;
use tucai::domain::code::CodeDigest;
use tucai::domain::exposure::KeptExposure;
use tucai::domain::finding::{CheckId, Finding, Level, Reason};
use tucai::domain::geometry::Point;
use tucai::domain::ids::{ContentHash, RecordId};
use tucai::domain::profiles::default_profile;
use tucai::domain::session::{FrameChoice, JudgedShot};
use tucai::domain::time::WallTime;
use tucai::render::photometric::{Ground, Photometric as P, Side, Tint, apply};
use tucai::render::{LIGHT_BLUE, LIGHT_GREY, Person, Pose, Scene, WHITE, draw};
use tucai::vision::decode::decode;
use tucai::vision::examine::{Faces, Origin, examine_file, examine_frame, judge_faces, judge_shot, judge_shot_among};
use tucai::vision::exposure::fingerprint;
use tucai::vision::face::Effort;
use tucai::vision::jpeg::encode;
use tucai::worker::vision::{BurstJob, Looker};

use crate::support::faces::{models, of_kind, shared_models};

/// The checks that this file is about; the backdrop's colour depends on the profile alone.
const MINE: [CheckId; 16] = [
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

struct Someone {
    name: String,
    picture: RgbImage,
    faces: Faces,
    number: u64,
}

/// Every third neutral portrait, on the norm's blue; nobody, with a word, where there are none.
fn people() -> &'static [Someone] {
    static PEOPLE: OnceLock<Vec<Someone>> = OnceLock::new();
    PEOPLE.get_or_init(|| {
        let someone = |(number, (name, picture)): (usize, (String, RgbImage))| {
            let faces = Faces::from(models().analyze(&picture, Effort::Still));
            let mut someone = Someone { name, picture, faces, number: number as u64 };
            someone.picture = someone.with(P::BackdropColor(LIGHT_BLUE), 1.0);
            someone
        };
        of_kind("neutral").into_iter().step_by(3).enumerate().map(someone).collect()
    })
}

impl Someone {
    fn with(&self, effect: P, strength: f32) -> RgbImage {
        let map = self.faces.person.as_ref().unwrap();
        let person = |at: Point| ((map.at(at) - 0.3) / 0.4).clamp(0.0, 1.0);
        apply(&self.picture, &Ground { face: self.faces.main.as_ref().unwrap(), person: &person }, effect, strength)
    }

    fn judged(&self, picture: &RgbImage) -> Vec<Finding> {
        judge_faces(picture, &self.faces, &default_profile().unwrap().profile, Origin::Camera).findings
    }

    /// As a live frame: without a map of the person.
    fn seen(&self, picture: &RgbImage) -> Vec<Finding> {
        let faces = Faces { person: None, ..self.faces.clone() };
        examine_frame(picture, &faces, &default_profile().unwrap().profile).findings
    }
}

fn of(findings: &[Finding], id: CheckId) -> &Finding {
    findings.iter().find(|finding| finding.id == id).unwrap_or_else(|| panic!("no finding {id}"))
}

fn flagged(findings: &[Finding]) -> impl Iterator<Item = CheckId> + '_ {
    let mine = findings.iter().filter(|finding| MINE.contains(&finding.id));
    mine.filter(|finding| finding.level != Level::Pass).map(|finding| finding.id)
}

#[test]
fn compliant_portraits_raise_hardly_an_alarm_still_or_live() {
    let people = people();
    let (mut still, mut live, mut stopped) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, Vec<_>>::new(), Vec::new());
    for someone in people {
        let findings = someone.judged(&someone.picture);
        for id in flagged(&findings) {
            still.entry(id).or_default().push(&someone.name);
        }
        for id in flagged(&someone.seen(&someone.picture)) {
            live.entry(id).or_default().push(&someone.name);
        }
        let stops = findings.iter().filter(|finding| MINE.contains(&finding.id) && finding.stops());
        stopped.extend(stops.map(|finding| (&someone.name, finding.id, finding.measured)));
    }
    println!("of {} portraits on blue, alarms still: {still:?}, live: {live:?}", people.len());
    assert!(stopped.is_empty(), "{stopped:?}");
    assert!(still.values().map(Vec::len).sum::<usize>() <= 1 + people.len() / 9, "{still:?}");
}

/// A fault, its strength, the check, and how many of ten it must find at least.
type Fault = (fn(u64) -> P, f32, CheckId, usize);

#[test]
fn faults_put_into_portraits_are_found() {
    let people = people();
    let faults: Vec<Fault> = vec![
        (|_| P::Exposure, -2.0, CheckId::LightDark, 10),
        (|_| P::Exposure, -1.5, CheckId::LightDark, 10),
        (|_| P::Exposure, 2.0, CheckId::LightBright, 8),
        (|n| P::SideLight(if n % 2 == 0 { Side::Left } else { Side::Right }), 0.6, CheckId::LightBalance, 9),
        (|n| P::Shine { seed: n }, 0.8, CheckId::LightHighlight, 9),
        (|_| P::Cast(Tint::Warm), 1.2, CheckId::LightCast, 9),
        (|_| P::Cast(Tint::Cold), 1.2, CheckId::LightCast, 9),
        (|_| P::Cast(Tint::Green), 0.9, CheckId::LightCast, 9),
        (|_| P::Cast(Tint::Magenta), 0.9, CheckId::LightCast, 9),
        (|n| P::Cast([Tint::Warm, Tint::Cold, Tint::Green, Tint::Magenta][n as usize % 4]), 0.7, CheckId::LightCast, 8),
        (|n| P::Noise { seed: n }, 20.0, CheckId::LightNoise, 10),
        (|_| P::Defocus, 1.5, CheckId::SharpnessFocus, 10),
        (|n| P::Motion { degrees: n as f32 * 37.0 }, 5.0, CheckId::SharpnessMotion, 8),
        (|_| P::Upscaled, 2.0, CheckId::ImageUpscaled, 10),
        (|n| P::BackdropGradient { degrees: (n * 60 + 15) as f32 }, 0.8, CheckId::BackgroundUniform, 7),
        (|n| P::BackdropGradient { degrees: (n * 90) as f32 }, 0.5, CheckId::BackgroundUniform, 7),
        (|n| P::BackdropShadow { seed: n }, 0.3, CheckId::BackgroundShadow, 9),
        // The map of the person takes this one along where hair is dark.
        (|_| P::BackdropShadow { seed: 3 }, 0.45, CheckId::BackgroundShadow, 10),
        (|n| P::BackdropClutter { seed: n }, 0.7, CheckId::BackgroundClutter, 8),
        (|_| P::BackdropColor([200, 90, 70]), 1.0, CheckId::BackgroundColor, 10),
        (|_| P::BackdropColor(WHITE), 1.0, CheckId::ClothesContrast, 7),
    ];
    let mut missed = Vec::new();
    for (effect, strength, id, least) in faults {
        let judge = |someone: &Someone| someone.judged(&someone.with(effect(someone.number), strength));
        let findings: Vec<_> = people.iter().map(judge).collect();
        let values: Vec<_> = findings.iter().filter_map(|findings| of(findings, id).measured).collect();
        let found = findings.iter().filter(|f| matches!(of(f, id).level, Level::Fail | Level::Warn)).count();
        println!("{:?} {strength}: {id} finds {found} of {}: {values:.2?}", effect(0), people.len());
        if found * 10 < people.len() * least {
            missed.push((effect(0), strength, id, found));
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn files_saved_before_too_strongly_show_it() {
    let profile = default_profile().unwrap().profile;
    let picture = draw(&Person::presentable(5), &Pose::photo(960, 1280), &Scene::default(), 960, 1280).picture;
    let good = judge_shot(&picture, models(), &profile, Origin::Camera).standardized.unwrap().picture;
    let seams = |picture: &RgbImage| {
        let bytes = encode(picture, 88, 300).unwrap().bytes;
        of(&examine_file(&bytes, &profile, models()).unwrap().findings, CheckId::ImageCompression).clone()
    };
    assert_eq!(seams(&good).level, Level::Pass, "{:?}", seams(&good));
    let chat = decode(&encode(&good, 20, 300).unwrap().bytes).unwrap().picture;
    assert_eq!(seams(&chat).reason, Reason::TooHigh, "{:?}", seams(&chat));
    let shifted = RgbImage::from_fn(480, 640, |x, y| *chat.get_pixel((x + 3).min(479), (y + 5).min(639)));
    assert_eq!(seams(&shifted).reason, Reason::TooHigh, "{:?}", seams(&shifted));
}

#[test]
fn clothes_like_the_backdrop_are_not_guessed_at_without_a_map() {
    let Some(someone) = people().first() else { return };
    let white = someone.with(P::BackdropColor(WHITE), 1.0);
    let (still, live) = (someone.judged(&white), someone.seen(&white));
    assert_eq!(of(&still, CheckId::ClothesContrast).reason, Reason::TooLow);
    assert_ne!(of(&live, CheckId::ClothesContrast).reason, Reason::TooLow);
}

#[test]
fn drawn_people_on_the_three_colours_pass() {
    let profile = default_profile().unwrap().profile;
    for (seed, backdrop) in [(1, LIGHT_BLUE), (2, WHITE), (3, LIGHT_GREY), (4, LIGHT_BLUE)] {
        let scene = Scene::studio(backdrop);
        let picture = draw(&Person::presentable(seed), &Pose::photo(960, 1280), &scene, 960, 1280).picture;
        let judged = judge_shot(&picture, models(), &profile, Origin::Camera);
        let flagged: Vec<_> = flagged(&judged.findings).filter(|id| *id != CheckId::ClothesContrast).collect();
        assert!(flagged.is_empty(), "{seed} on {backdrop:?}: {flagged:?}");
    }
}

#[test]
fn a_third_of_a_stop_more_or_less_light_is_no_fault() {
    let profile = default_profile().unwrap().profile;
    for seed in 11..17 {
        let picture = draw(&Person::presentable(seed), &Pose::photo(960, 1280), &Scene::default(), 960, 1280).picture;
        let faces = Faces::from(models().analyze(&picture, Effort::Still));
        let ground = Ground { face: faces.main.as_ref().unwrap(), person: &|_| 1.0 };
        for stops in [-0.3, 0.3] {
            let findings = judge_faces(&apply(&picture, &ground, P::Exposure, stops), &faces, &profile, Origin::Camera);
            for id in [CheckId::LightDark, CheckId::LightBright, CheckId::LightCast] {
                let finding = of(&findings.findings, id);
                assert_eq!(finding.level, Level::Pass, "{seed}, {stops} stops: {finding:?}");
            }
        }
    }
}

fn seat(seed: u64, noise_seed: u64) -> RgbImage {
    let scene = Scene { noise_seed, ..Scene::default() };
    draw(&Person::presentable(seed), &Pose::photo(960, 1280), &scene, 960, 1280).picture
}

#[test]
fn fingerprints_tell_exposures_apart_and_know_the_same_file() {
    let print = |picture: &RgbImage| {
        let faces = Faces::from(models().analyze(picture, Effort::Live));
        fingerprint(picture, faces.main.as_ref().unwrap())
    };
    let drawn: Vec<_> = (0..8).map(|seed| print(&seat(seed, seed))).collect();
    let photographed: Vec<_> =
        people().iter().map(|one| fingerprint(&one.picture, one.faces.main.as_ref().unwrap())).collect();
    for (kind, prints) in [("drawn", &drawn), ("portraits", &photographed)] {
        let pairs = prints
            .iter()
            .enumerate()
            .flat_map(|(at, one)| prints[..at].iter().map(move |other| one.difference_percent(*other)));
        let nearest = pairs.fold(f32::MAX, f32::min);
        println!("{kind}: the two most similar people differ by {nearest:.1} %");
        assert!(nearest > 4.0, "{kind}: {nearest}");
    }
    assert_eq!(print(&seat(3, 3)).difference_percent(drawn[3]), 0.0);
}

#[test]
fn the_same_exposure_under_another_code_is_refused() {
    let profile = default_profile().unwrap().profile;
    let one = seat(1, 1);
    let alone = judge_shot(&one, models(), &profile, Origin::Camera);
    assert!(alone.findings.iter().all(|finding| finding.id != CheckId::ImageRepeat), "no session, no answer");
    let earlier = [alone.exposure.unwrap()];
    let judge = |picture: &RgbImage, earlier: &[_]| {
        let judged = judge_shot_among(picture, models(), &profile, Origin::Camera, earlier);
        of(&judged.findings, CheckId::ImageRepeat).clone()
    };
    let first = judge(&one, &[]);
    assert_eq!((first.level, first.measured), (Level::Pass, None));
    let again = judge(&one, &earlier);
    assert_eq!((again.level, again.reason, again.measured), (Level::Fail, Reason::TooLow, Some(0.0)));
    assert_eq!(judge(&seat(2, 2), &earlier).level, Level::Pass);
}

#[test]
fn a_camera_that_stands_still_repeats_the_picture_of_another() {
    let profile = Arc::new(default_profile().unwrap().profile);
    let looker = Looker::new(shared_models(), profile);
    let frame = |sequence: u64, picture: RgbImage| {
        Arc::new(Frame { sequence, at: Duration::ZERO, picture: Arc::new(picture), jpeg: None })
    };
    let judge = |others: &[KeptExposure], frame: &Arc<Frame>| {
        let burst = BurstJob {
            attempt: 1,
            others: others.to_vec(),
            frames: vec![Arc::clone(frame)],
            choice: FrameChoice::Named(0),
            captured_at: WallTime { unix_millis: 1, offset_minutes: 480 },
            camera: String::from("test"),
            simulated: true,
        };
        looker.judge(&burst).unwrap()
    };
    let kept = |n: u8, shot: &JudgedShot| KeptExposure {
        record: RecordId::from_parts(1, [n; 10]),
        subject: CodeDigest::from_bytes([n; 32]),
        original: ContentHash::of(&shot.original.bytes),
        exposure: shot.exposure,
    };
    let level = |shot: &JudgedShot| of(&shot.findings, CheckId::ImageRepeat).level;
    let (first, second) = (frame(1, seat(1, 1)), frame(2, seat(2, 2)));
    let one = judge(&[], &first);
    assert_eq!(level(&one), Level::Pass);
    assert_eq!(level(&judge(&[], &first)), Level::Pass, "judging alone is not remembered");
    let two = judge(&[kept(1, &one)], &second);
    assert_eq!(level(&two), Level::Pass);
    assert_eq!(level(&judge(&[kept(1, &one), kept(2, &two)], &second)), Level::Fail, "the camera stands still");
}
