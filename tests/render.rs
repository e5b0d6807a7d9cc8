//! Behaviour of render: drawn pictures match their stated truth, and drawn symbols read back as the same bytes.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tucai::device::camera::sim::{Disturbance, Pacing, SimDemo};
use tucai::device::camera::sim_dir::{Ending, SimDir};
use tucai::device::camera::sim_script::{Movements, Script, code_for};
use tucai::device::camera::{Camera, Frame};
use tucai::domain::code::{CodeSymbol, CorrectionLevel, Segment, SegmentMode};
use tucai::domain::fault::CameraFault;
use tucai::render::{
    HairStyle, Person, Pose, Scene, SymbolError, Truth, draw, symbol_image, symbol_of_bytes, symbol_of_segments,
};
use tucai::vision::face::Effort;

use crate::support::faces::models;

/// What an independent reader finds in a drawn symbol.
fn read(symbol: &CodeSymbol) -> Vec<u8> {
    let picture = symbol_image(symbol, 4, 4).expect("drawable");
    let (width, height) = picture.dimensions();
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width as usize, height as usize, |x, y| {
        picture.get_pixel(x as u32, y as u32).0[0]
    });
    let grids = prepared.detect_grids();
    assert_eq!(grids.len(), 1, "one symbol in the picture");
    let mut bytes = Vec::new();
    let meta = grids[0].decode_to(&mut bytes).expect("readable");
    assert_eq!(meta.version.0, usize::from(symbol.version));
    bytes
}

fn part(mode: SegmentMode, bytes: &[u8]) -> Segment {
    Segment { mode, bytes: bytes.to_vec() }
}

#[test]
fn symbols_of_every_mode_and_level_read_back() {
    let kanji = [0x93, 0x5F, 0xE4, 0xAA];
    let mixes: [Vec<Segment>; 5] = [
        vec![part(SegmentMode::Numeric, b"0123456789012")],
        vec![part(SegmentMode::Alphanumeric, b"AC-42 $%*+./:")],
        vec![part(SegmentMode::Byte, &[0, 255, 13, 10, 65, 200])],
        vec![part(SegmentMode::Kanji, &kanji)],
        vec![
            part(SegmentMode::Eci, &[26]),
            part(SegmentMode::Byte, "采集".as_bytes()),
            part(SegmentMode::Numeric, b"42"),
            part(SegmentMode::Alphanumeric, b"Z"),
        ],
    ];
    for level in [CorrectionLevel::L, CorrectionLevel::M, CorrectionLevel::Q, CorrectionLevel::H] {
        for segments in &mixes {
            let symbol = symbol_of_segments(segments.clone(), level).expect("fits");
            let code = symbol.subject_code().expect("not empty");
            assert_eq!(read(&symbol), code.as_bytes(), "{segments:?} at {level:?}");
        }
    }
}

#[test]
fn a_symbol_keeps_the_version_it_is_given() {
    let small = symbol_of_bytes(b"DEMO", CorrectionLevel::M).expect("fits");
    assert_eq!(small.version, 1);
    let large = CodeSymbol { version: 11, ..small };
    assert_eq!(symbol_image(&large, 3, 4).expect("fits").width(), (17 + 4 * 11 + 8) * 3);
    assert_eq!(read(&large), b"DEMO");
}

#[test]
fn impossible_symbols_are_refused_not_panicked_on() {
    let draw = |version, segments| symbol_image(&CodeSymbol { version, level: CorrectionLevel::L, segments }, 1, 4);
    let bytes = |n| vec![part(SegmentMode::Byte, &vec![7; n])];
    assert_eq!(draw(0, bytes(1)), Err(SymbolError::NoSuchVersion { version: 0 }));
    assert_eq!(draw(41, bytes(1)), Err(SymbolError::NoSuchVersion { version: 41 }));
    assert_eq!(draw(1, bytes(18)), Err(SymbolError::TooLong));
    assert!(draw(40, bytes(2953)).is_ok());
    assert_eq!(draw(40, bytes(2954)), Err(SymbolError::TooLong));
    for (mode, wrong) in [
        (SegmentMode::Numeric, &b"12a"[..]),
        (SegmentMode::Numeric, &[0xFF]),
        (SegmentMode::Alphanumeric, b"abc"),
        (SegmentMode::Kanji, &[0x93]),
        (SegmentMode::Kanji, b"AB"),
        (SegmentMode::Kanji, &[0xEB, 0xFF]),
        (SegmentMode::Eci, &[]),
        (SegmentMode::Eci, &[0x0F, 0x42, 0x40]),
    ] {
        assert_eq!(draw(5, vec![part(mode, wrong)]), Err(SymbolError::WrongBytes { mode }));
    }
}

#[test]
fn the_same_seed_gives_the_same_pixels() {
    let once = |seed| draw(&Person::seeded(seed), &Pose::photo(240, 320), &Scene::default(), 240, 320).picture;
    assert_eq!(once(7), once(7));
    assert_ne!(once(7), once(8));
}

#[test]
fn truth_lies_inside_the_picture_in_anatomical_order() {
    for seed in 0..20 {
        let person = Person::seeded(seed);
        let drawn = draw(&person, &Pose::photo(240, 320), &Scene::default(), 240, 320);
        let [face] = drawn.truth.faces.as_slice() else { panic!("one face") };
        let eye_y = face.eyes[0].y;
        assert!(face.eyes[0].x < face.eyes[1].x);
        assert!(face.head_top_y < eye_y && eye_y < face.mouth.y && face.mouth.y < face.chin.y && face.chin.y < 320.0);
        assert_eq!(face.hairline_y.is_none(), person.hair.style == HairStyle::Bald);
        assert!(face.hairline_y.is_none_or(|y| face.head_top_y < y && y < eye_y));
        assert!((face.face_width() - 110.0).abs() < 1.0);
        assert!((0.22..=0.36).contains(&face.lid_ratio[0]));
    }
}

#[test]
fn twenty_people_look_different() {
    let people: Vec<Person> = (0..20).map(Person::seeded).collect();
    for (i, a) in people.iter().enumerate() {
        for b in &people[..i] {
            assert_ne!((a.skin, a.face, a.hair, a.clothes), (b.skin, b.face, b.hair, b.clothes));
        }
    }
    let styles: std::collections::HashSet<HairStyle> = (0..60).map(|seed| Person::seeded(seed).hair.style).collect();
    assert_eq!(styles.len(), HairStyle::ALL.len(), "every style occurs");
    let depths: Vec<f32> = (0..60).map(|seed| Person::seeded(seed).skin.depth).collect();
    assert!(depths.iter().any(|depth| *depth < 0.2) && depths.iter().any(|depth| *depth > 0.8));
}

/// The face networks must see drawn people as they see real ones, or nothing that is tested with them means much.
#[test]
fn the_face_networks_find_drawn_people_where_they_are() {
    let mut errors = Vec::new();
    for seed in 0..40 {
        let drawn = draw(&Person::seeded(seed), &Pose::photo(480, 640), &Scene::default(), 480, 640);
        let report = models().analyze(&drawn.picture, Effort::Still);
        assert_eq!(report.faces.len(), 1, "one face for seed {seed}");
        let found = report.main.expect("a measured face");
        assert!(found.score >= 0.85, "seed {seed} has score {}", found.score);
        let face = &drawn.truth.faces[0];
        errors.extend((0..2).map(|i| found.eyes[i].distance(face.eyes[i])));
        assert!((found.face_width() / face.face_width() - 1.0).abs() < 0.06, "width of seed {seed}");
        assert!(found.roll_deg.abs() < 1.5 && found.yaw_deg.abs() < 4.0, "pose of seed {seed}: {found:?}");
    }
    errors.sort_by(f32::total_cmp);
    let p95 = errors[errors.len() * 95 / 100];
    println!("drawn people: eye error p50 {:.2} px, p95 {p95:.2} px at 480x640", errors[errors.len() / 2]);
    assert!(p95 <= 3.0, "eye error p95 {p95}");
}

const STEP: Duration = Duration::from_millis(40);

fn demo(seed: u64) -> SimDemo {
    SimDemo::new(seed, STEP, (640, 360), Pacing::AsFastAsAsked)
}

/// Frames until simulated time has passed `until`, with what they show.
fn watch(camera: &mut SimDemo, until: Duration, mut see: impl FnMut(&Frame, &Truth)) {
    loop {
        let frame = camera.next_frame().expect("a frame");
        see(&frame, camera.truth());
        if frame.at >= until {
            return;
        }
    }
}

#[test]
fn a_visit_shows_the_code_first_and_then_one_face() {
    let script = Script::default();
    let mut camera = demo(3);
    assert!(camera.description().simulated);
    let (mut codes, mut faces, mut both, mut last) = (0, 0, 0, None);
    watch(&mut camera, script.leaves_at() + script.leave / 2, |frame, truth| {
        assert_eq!(frame.at, STEP * (frame.sequence as u32 - 1));
        assert!(truth.faces.len() <= 1);
        codes += u32::from(truth.code.is_some());
        faces += u32::from(!truth.faces.is_empty());
        both += u32::from(truth.code.is_some() && !truth.faces.is_empty());
        if let Some(code) = &truth.code {
            assert_eq!(code.symbol, code_for(3, 0));
            assert!(faces == 0, "the code comes first");
            last = Some(frame.sequence);
        }
    });
    assert!((45..=55).contains(&codes), "about two seconds of code, not {codes} frames");
    assert!((220..=270).contains(&faces), "about ten seconds of face, not {faces} frames");
    assert_eq!(both, 0);
    assert!(last.is_some());
}

#[test]
fn the_seated_person_fits_the_crop_of_the_norm_at_720_rows() {
    let script = Script::default();
    for index in 0..12 {
        let movements = Movements::new(5, index, 1280, 720);
        let mut shut = 0;
        for tenth in 4..75 {
            let since = script.sits_right_at() + Duration::from_millis(100 * tenth);
            let (_, act, since) = script.at(since);
            let pose = movements.pose(act, since).expect("somebody sits there");
            assert!(pose.face_width >= 222.0);
            // Face 220 of 480 and eyes at 226 of 640 in the finished picture.
            let scale = pose.face_width / 220.0;
            let top = pose.eye_center.y - 226.0 * scale;
            assert!(top >= 0.0 && top + 640.0 * scale <= 720.0, "crop {top}..{}", top + 640.0 * scale);
            assert!(pose.roll_deg.abs() < 1.0 && pose.yaw_deg.abs() < 2.0);
            shut += u32::from(pose.lids[0] < 0.5);
        }
        assert!(shut < 15, "eyes are open most of the time");
    }
}

#[test]
fn codes_and_people_follow_from_the_seed_alone() {
    assert_eq!(code_for(1, 0), code_for(1, 0));
    let codes: std::collections::HashSet<Vec<u8>> = (0..20)
        .flat_map(|index| [code_for(1, index), code_for(2, index)])
        .map(|symbol| symbol.subject_code().expect("bytes").as_bytes().to_vec())
        .collect();
    assert_eq!(codes.len(), 40, "no two alike");
    assert!(codes.iter().all(|code| code.starts_with(b"DEMO-") && (200..=400).contains(&code.len())));
    let once = || {
        let mut frames = Vec::new();
        watch(&mut demo(9), STEP * 30, |frame, _| frames.push(Arc::clone(&frame.picture)));
        frames
    };
    assert_eq!(once(), once());
}

#[test]
fn the_script_can_be_disturbed() {
    let script = Script { empty: STEP, code: STEP, enter: STEP, wrong: STEP, ..Script::default() };
    let mut camera = demo(4).with_script(script);
    watch(&mut camera, script.sits_right_at() + STEP * 10, |_, _| {});
    assert_eq!(camera.truth().faces.len(), 1);
    let control = camera.control();
    control.disturb(Disturbance::SecondFace, 2);
    camera.next_frame().expect("frame");
    assert_eq!(camera.truth().faces.len(), 2);
    camera.next_frame().expect("frame");
    camera.next_frame().expect("frame");
    assert_eq!(camera.truth().faces.len(), 1, "gone after two frames");

    control.disturb(Disturbance::Away, 1);
    camera.next_frame().expect("frame");
    assert!(camera.truth().faces.is_empty());

    control.disturb(Disturbance::OtherCode, 1);
    camera.next_frame().expect("frame");
    let other = camera.truth().code.clone().expect("another code");
    assert_ne!(other.symbol, code_for(4, 0));
    assert_eq!(camera.truth().faces.len(), 1, "beside the face");

    control.disturb(Disturbance::EyesShut, 1);
    camera.next_frame().expect("frame");
    assert!(camera.truth().faces[0].lid_ratio[0] < 0.1);

    control.disturb(Disturbance::Unplugged, 3);
    for _ in 0..3 {
        assert_eq!(camera.next_frame().expect_err("unplugged").fault, CameraFault::Unplugged);
    }
    camera.next_frame().expect("plugged in again");
}

#[test]
fn somebody_who_is_told_to_stay_stays() {
    let script = Script { right: STEP * 5, ..Script::default() };
    let mut camera = demo(6).with_script(script);
    camera.control().stay();
    watch(&mut camera, script.visit() * 2, |_, _| {});
    assert_eq!(camera.truth().faces.len(), 1, "still there after two visits' time");
    camera.control().go_on();
    let mut left = false;
    watch(&mut camera, script.visit() * 3, |_, truth| left |= truth.faces.is_empty());
    assert!(left, "goes when the script goes on");
}

#[test]
fn who_does_not_dawdle_leaves_out_what_nobody_waits_for() {
    let script = Script::default();
    let mut camera = demo(6).without_dawdling();
    let control = camera.control();
    let mut next = || {
        camera.next_frame().expect("frame");
        (camera.truth().code.clone().map(|code| code.symbol), camera.truth().faces.len())
    };
    let mut first = None;
    while first.is_none() {
        first = next().0;
    }
    assert_eq!(first, Some(code_for(6, 0)));
    control.stay();
    assert_eq!(next().0, None, "the phone goes away with the lock");
    let seated = (script.enter + script.wrong).as_millis() / STEP.as_millis();
    for _ in 0..seated {
        next();
    }
    assert_eq!(next(), (None, 1));
    control.go_on();
    assert_eq!(next(), (None, 0), "up and away when the lock ends");
    let mut second = None;
    for _ in 0..(script.empty + script.code).as_millis() / STEP.as_millis() {
        second = second.or_else(|| next().0);
    }
    assert_eq!(second, Some(code_for(6, 1)));
}

fn picture(path: &Path, shade: u8, size: (u32, u32)) {
    image::RgbImage::from_pixel(size.0, size.1, image::Rgb([shade; 3])).save(path).expect("written");
}

#[test]
fn a_folder_is_played_in_the_order_of_its_names() {
    let folder = tempfile::tempdir().expect("folder");
    picture(&folder.path().join("02.png"), 20, (64, 48));
    picture(&folder.path().join("01.png"), 10, (64, 48));
    picture(&folder.path().join("10.png"), 30, (4000, 3000));
    std::fs::write(folder.path().join("05.jpg"), b"no picture").expect("written");
    std::fs::write(folder.path().join("notes.txt"), b"text").expect("written");
    let open = || SimDir::open(folder.path(), STEP, Pacing::AsFastAsAsked).expect("opens").with_held_frames(2);
    let mut camera = open();
    let mut shades = Vec::new();
    for expected in 1..=8 {
        let frame = camera.next_frame().expect("a frame");
        assert_eq!(frame.sequence, expected);
        assert!(frame.picture.width() <= 1920 && frame.picture.height() <= 1080);
        shades.push(frame.picture.get_pixel(0, 0).0[0]);
    }
    assert_eq!(shades, [10, 10, 20, 20, 30, 30, 10, 10]);
    assert_eq!(camera.unreadable().len(), 1);

    let mut once = open().with_ending(Ending::Unplugged);
    for _ in 0..6 {
        once.next_frame().expect("a frame");
    }
    let end = once.next_frame().expect_err("the end");
    assert_eq!(end.fault, CameraFault::Unplugged);
    assert!(end.detail.contains("05.jpg"), "{}", end.detail);
}

#[test]
fn folders_without_pictures_say_what_is_wrong() {
    let folder = tempfile::tempdir().expect("folder");
    let open = |path: &Path| SimDir::open(path, STEP, Pacing::AsFastAsAsked).expect_err("no camera");
    assert_eq!(open(&folder.path().join("missing")).fault, CameraFault::NotFound);
    assert_eq!(open(folder.path()).fault, CameraFault::NotFound);
    std::fs::write(folder.path().join("a.png"), b"broken").expect("written");
    let error = open(folder.path());
    assert_eq!(error.fault, CameraFault::Undecodable);
    assert!(error.detail.contains("a.png"), "{}", error.detail);
}
