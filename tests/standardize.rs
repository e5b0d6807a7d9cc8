//! The standard picture: inside every band that can hold, the right file, nothing enlarged.

#![allow(clippy::print_stdout, reason = "measured values are printed, not asserted")]

use image::{Rgb, RgbImage};
use tucai::domain::face::FaceMeasurements;
use tucai::domain::finding::{CheckId, Severity};
use tucai::domain::geometry::{Point, Rect};
use tucai::domain::profile::{HeadTopReading, Profile};
use tucai::domain::profiles::default_profile;
use tucai::render::{FaceTruth, LIGHT_BLUE, Person, Pose, Scene, draw};
use tucai::vision::decode::{ColorModel, FileFormat, PictureError, decode};
use tucai::vision::jpeg::{JpegError, encode, encode_for};
use tucai::vision::standardize::{Reach, StandardizeError, plan, standardize};

fn profile() -> Profile {
    default_profile().unwrap().profile
}

/// A face of mean proportions: eyes at `(x, y)`, `width` between the cheeks.
fn face(x: f32, y: f32, width: f32) -> FaceMeasurements {
    let eye = width / 2.24 / 2.0;
    FaceMeasurements {
        face_box: Rect::new(x - width / 2.0, y - width / 2.0, width, 1.3 * width),
        score: 0.95,
        eyes: [Point::new(x - eye, y), Point::new(x + eye, y)],
        roll_deg: 0.0,
        yaw_deg: 0.0,
        pitch_deg: 0.0,
        head_top_y: Some(y - 0.772 * width),
        cut_at_top: false,
        hairline_y: Some(y - 0.5625 * width),
        chin: Point::new(x, y + 0.8 * width),
        cheeks_x: [x - width / 2.0, x + width / 2.0],
        lid_ratio: [0.3, 0.3],
        lip_gap: 0.01,
    }
}

/// The drawn person's face as the truth says it.
fn true_face(truth: &FaceTruth) -> FaceMeasurements {
    FaceMeasurements {
        face_box: truth.face_box,
        score: 1.0,
        eyes: truth.eyes,
        roll_deg: truth.roll_deg,
        yaw_deg: truth.yaw_deg,
        pitch_deg: truth.pitch_deg,
        head_top_y: Some(truth.head_top_y),
        cut_at_top: false,
        hairline_y: truth.hairline_y,
        chin: truth.chin,
        cheeks_x: truth.cheeks_x,
        lid_ratio: truth.lid_ratio,
        lip_gap: 0.0,
    }
}

/// Pixels that compress badly enough to fill a file.
fn busy(width: u32, height: u32) -> RgbImage {
    let mut state = 7_u32;
    RgbImage::from_fn(width, height, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = (state >> 28) as u8;
        Rgb([(x / 4 % 200) as u8 + grain, (y / 5 % 200) as u8 + grain, 120 + grain])
    })
}

#[test]
fn both_readings_eyes_and_face_hold_for_a_mean_person_at_every_size() {
    for width in [230.0, 400.0, 800.0, 1500.0] {
        let source = ((width * 5.0) as u32, (width * 6.0) as u32);
        let plan = plan(&face(width * 2.5, width * 2.5, width), source, &profile()).unwrap();
        assert!(plan.fits && plan.reach == Reach::Inside, "{plan:?}");
        assert_eq!(plan.reading, Some(HeadTopReading::Both), "{width}: {plan:?}");
        assert!(plan.scale <= 1.0 && plan.source_percent >= 100.0);
        assert!((plan.crop.w * 4.0 - plan.crop.h * 3.0).abs() < 0.01 * plan.crop.w, "3 to 4: {:?}", plan.crop);
        let (eyes, width) = (plan.face.eye_center().y, plan.face.face_width());
        assert!((200.0..=300.0).contains(&eyes) && (190.0..=240.5).contains(&width), "{eyes} {width}");
    }
}

#[test]
fn where_both_readings_cannot_hold_the_hair_top_goes_first() {
    let mut tall = face(1000.0, 1000.0, 400.0);
    tall.head_top_y = Some(1000.0 - 0.95 * 400.0);
    let plan = plan(&tall, (2000, 2400), &profile()).unwrap();
    assert_eq!(plan.reading, Some(HeadTopReading::HairTop), "{plan:?}");
    assert!(plan.fits);
}

#[test]
fn the_crop_stays_inside_and_says_what_is_missing() {
    let cases = [
        (face(600.0, 150.0, 300.0), Reach::Top),
        (face(600.0, 1150.0, 300.0), Reach::Bottom),
        (face(180.0, 600.0, 300.0), Reach::Side),
        (face(1020.0, 600.0, 300.0), Reach::Side),
    ];
    for (face, reach) in cases {
        let plan = plan(&face, (1200, 1300), &profile()).unwrap();
        let crop = plan.crop;
        assert!(crop.x >= 0.0 && crop.y >= 0.0 && crop.x + crop.w <= 1200.5 && crop.y + crop.h <= 1300.5, "{crop:?}");
        assert_eq!((plan.reach, plan.fits), (reach, false), "{plan:?}");
        assert!(plan.missing_px > 0.0);
    }
}

#[test]
fn nothing_is_enlarged() {
    let small = plan(&face(320.0, 400.0, 150.0), (640, 900), &profile()).unwrap();
    assert!((small.scale - 1.0).abs() < 1e-6 && !small.fits, "{small:?}");
    assert!(small.source_percent < 100.0);
    let refused = plan(&face(150.0, 150.0, 120.0), (300, 400), &profile());
    assert_eq!(refused, Err(StandardizeError::TooSmall { width: 300, height: 400 }));
}

#[test]
fn drawn_people_become_files_of_the_norm() {
    let mut qualities = Vec::new();
    for seed in 0..6 {
        let scene = Scene::studio(LIGHT_BLUE);
        let drawn = draw(&Person::presentable(seed), &Pose::photo(960, 1280), &scene, 960, 1280);
        let made = standardize(&drawn.picture, &true_face(&drawn.truth.faces[0]), &profile()).unwrap();
        assert!(made.plan.fits, "seed {seed}: {:?}", made.plan);
        let read = decode(&made.file.bytes).unwrap();
        let facts = &read.facts;
        assert_eq!((facts.width, facts.height, facts.dpi), (480, 640, Some(300.0)));
        assert_eq!((facts.format, facts.color, facts.turned), (FileFormat::Jpeg, ColorModel::Rgb8, false));
        let jpeg = facts.jpeg.as_ref().unwrap();
        assert_eq!((jpeg.subsampling, jpeg.progressive, jpeg.quality), ((2, 2), false, made.file.quality));
        assert!(facts.bytes <= 40 * 1024, "{} bytes", facts.bytes);
        assert!(!made.file.bytes.windows(4).any(|four| four == b"Exif"), "no metadata");
        // What is read is what was written.
        let difference: u64 =
            read.picture.iter().zip(made.picture.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        assert!(difference / (480 * 640 * 3) < 4, "mean difference {difference}");
        qualities.push((made.file.quality, facts.bytes / 1024));
    }
    println!("quality and KB: {qualities:?}");
}

#[test]
fn the_quality_is_the_highest_that_fits_and_impossible_windows_are_named() {
    let wanted = profile().picture;
    let picture = busy(480, 640);
    let mut roomy = wanted.clone();
    (roomy.kb_max, roomy.kb_aim_max) = (120.0, 110.0);
    let best = encode_for(&picture, &roomy).unwrap();
    assert!(best.bytes.len() <= 110 * 1024);
    assert!(best.quality == 100 || encode(&picture, best.quality + 1, 300).unwrap().bytes.len() > 110 * 1024);

    let mut narrow = wanted.clone();
    (narrow.kb_min, narrow.kb_max, narrow.kb_aim_min, narrow.kb_aim_max) = (1.0, 8.0, 2.0, 7.0);
    assert!(matches!(encode_for(&picture, &narrow), Err(JpegError::TooLarge { quality: 60, .. })));
    let flat = RgbImage::from_pixel(480, 640, Rgb([100, 197, 255]));
    assert!(matches!(encode_for(&flat, &wanted), Err(JpegError::TooSmall { .. })));
}

#[test]
fn outside_the_size_window_there_is_a_file_where_that_only_warns() {
    let drawn = draw(&Person::presentable(1), &Pose::photo(960, 1280), &Scene::studio(LIGHT_BLUE), 960, 1280);
    let face = true_face(&drawn.truth.faces[0]);
    let of = |window: [f64; 4], severity: Severity| {
        let mut profile = profile();
        let picture = &mut profile.picture;
        [picture.kb_min, picture.kb_max, picture.kb_aim_min, picture.kb_aim_max] = window;
        profile.checks.get_mut(&CheckId::FileBytes).unwrap().severity = severity;
        standardize(&drawn.picture, &face, &profile)
    };
    let (narrow, wide) = ([1.0, 4.0, 2.0, 3.0], [4000.0, 9000.0, 5000.0, 6000.0]);
    let small = of(narrow, Severity::Warn).unwrap();
    assert_eq!(small.file.quality, 60, "the nearest end");
    assert!(matches!(small.missed, Some(JpegError::TooLarge { quality: 60, max: 4.0, .. })), "{:?}", small.missed);
    let large = of(wide, Severity::Off).unwrap();
    assert_eq!(large.file.quality, 100);
    assert!(matches!(large.missed, Some(JpegError::TooSmall { min: 4000.0, .. })), "{:?}", large.missed);
    for window in [narrow, wide] {
        assert!(matches!(of(window, Severity::Block), Err(StandardizeError::Jpeg(_))));
    }
    assert_eq!(of([20.0, 40.0, 30.0, 40.0], Severity::Block).unwrap().missed, None);
}

#[test]
fn markers_tell_quality_and_cut_files_are_refused() {
    let picture = busy(96, 128);
    for quality in [10, 49, 50, 60, 75, 85, 95] {
        let file = encode(&picture, quality, 300).unwrap();
        assert_eq!(decode(&file.bytes).unwrap().facts.jpeg.unwrap().quality, quality);
    }
    let file = encode(&picture, 80, 72).unwrap().bytes;
    assert_eq!(decode(&file).unwrap().facts.dpi, Some(72.0));
    for length in [1, 3, 20, 200, file.len() / 2, file.len() - 2] {
        assert!(decode(&file[..length]).is_err(), "{length} of {} bytes", file.len());
    }
    assert_eq!(decode(b"").unwrap_err(), PictureError::Empty);
    assert_eq!(decode(b"GIF89a").unwrap_err().code(), "animated");
    assert_eq!(decode(b"BM and more").unwrap_err().code(), "unknown_format");
}
