//! Speed of what the desk waits for, each beside something comparable: ratios count, since machines differ.
//!
//! Run with `cargo bench --bench desk`. Pictures are drawn; nothing here asserts.

#![allow(clippy::expect_used, reason = "a bench that cannot start says why")]

use std::hint::black_box;
use std::io::Write as _;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use image::{GrayImage, RgbImage, imageops};
use tucai::domain::geometry::Point;
use tucai::domain::profile::{Profile, Replacement};
use tucai::domain::profiles;
use tucai::render::{Drawn, Person, Phone, PhonePose, Pose, Scene, compose, draw, symbol_of_bytes};
use tucai::vision::decode::decode;
use tucai::vision::examine::{
    Faces, Origin, examine_decoded, examine_file, examine_frame, judge_shot, judge_shot_before,
};
use tucai::vision::face::{Effort, FaceModels};
use tucai::vision::jpeg::{encode, encode_for};
use tucai::vision::qr::{self, LiveReader, Reader};
use tucai::vision::standardize::{NewBackdrop, standardize, standardize_before};

fn profile() -> Profile {
    profiles::default_profile().expect("the norm ships with the program").profile
}

fn person(width: u32, height: u32) -> RgbImage {
    draw(&Person::presentable(7), &Pose::photo(width, height), &Scene::default(), width, height).picture
}

fn phone_frame() -> GrayImage {
    let symbol = symbol_of_bytes(&[b'x'; 300], tucai::domain::code::CorrectionLevel::M).expect("300 bytes fit");
    let phone = Phone::new(&symbol, "0000", 1, 420.0).expect("a symbol can be drawn");
    let pose = PhonePose { roll_deg: 4.0, yaw_deg: 8.0, ..PhonePose::straight(Point::new(640.0, 400.0), 420.0) };
    let Drawn { picture, .. } = compose(&Scene::default(), 1280, 720, &mut [], Some((&phone, &pose)));
    imageops::grayscale(&picture)
}

/// A frame with a phone: each reader alone, and what the desk does.
fn codes(c: &mut Criterion) {
    let luma = phone_frame();
    let mut group = c.benchmark_group("code_in_a_1280x720_frame");
    group.bench_function("rqrr_alone", |b| b.iter(|| qr::read_with(black_box(&luma), Reader::Rqrr)));
    group.bench_function("rxing_alone", |b| b.iter(|| qr::read_with(black_box(&luma), Reader::Rxing)));
    group.bench_function("one_frame_alone", |b| b.iter(|| qr::read(black_box(&luma), qr::Effort::Live)));
    // A camera of 25 frames a second, each frame looked at as the desk does: helps and enhanced looks come with them.
    let mut stream = |name: &str, luma: &GrayImage| {
        let (mut reader, mut at) = (LiveReader::new(), Duration::ZERO);
        group.bench_function(name, |b| {
            b.iter(|| {
                at += Duration::from_millis(40);
                reader.look(black_box(luma), at)
            });
        });
    };
    stream("as_the_desk_reads", &luma);
    stream("as_the_desk_reads_without_a_code", &imageops::grayscale(&person(1280, 720)));
    group.finish();
}

/// Live checks and whole judgements; the models alone are the part that no care can save.
fn judging(c: &mut Criterion) {
    let models = FaceModels::load().expect("the models are built in");
    let profile = profile();
    let frame = person(1280, 720);
    let mut group = c.benchmark_group("judging");
    group.bench_function("faces_of_a_1280x720_frame", |b| b.iter(|| models.analyze(black_box(&frame), Effort::Live)));
    group.bench_function("live_checks_of_a_1280x720_frame", |b| {
        b.iter(|| {
            let report = models.analyze(black_box(&frame), Effort::Live);
            examine_frame(&frame, &Faces::from(report), &profile)
        });
    });
    let large = person(4000, 3000);
    let report = models.analyze(&large, Effort::Still);
    let face = report.main.expect("the drawn face is found");
    group.bench_function("standard_picture_of_12_megapixels", |b| {
        b.iter(|| standardize(black_box(&large), &face, &profile));
    });
    group.bench_function("shutter_to_verdict_of_a_1920x1080_frame", |b| {
        let still = person(1920, 1080);
        b.iter(|| judge_shot(black_box(&still), &models, &profile, Origin::Camera));
    });
    let file = standardize(&large, &face, &profile).expect("a standard picture").file.bytes;
    group.bench_function("check_of_a_480x640_file", |b| b.iter(|| examine_file(black_box(&file), &profile, &models)));
    group.finish();
}

/// The stages of making and judging a standard picture, each alone; `check_…` and `standardize_…` are the totals.
fn stages(c: &mut Criterion) {
    let models = FaceModels::load().expect("the models are built in");
    let profile = profile();
    let mut allowing = profile.clone();
    allowing.background.replacement = Replacement::Allowed;
    let large = person(3000, 4000);
    let camera_file = encode(&large, 92, 300).expect("a large file").bytes;
    let faces = Faces::from(models.analyze(&large, Effort::Still));
    let (face, map) = (faces.main.expect("the drawn face"), faces.person.expect("its map"));
    let made = standardize(&large, &face, &profile).expect("a standard picture");
    let small = decode(&made.file.bytes).expect("its file can be read");
    let small_faces = Faces::from(models.analyze(&small.picture, Effort::Still));
    let mut group = c.benchmark_group("stages");
    group.bench_function("decode_480x640", |b| b.iter(|| decode(black_box(&made.file.bytes))));
    group.bench_function("faces_480x640", |b| b.iter(|| models.analyze(black_box(&small.picture), Effort::Still)));
    group.bench_function("checks_480x640", |b| {
        b.iter(|| examine_decoded(black_box(&small), small_faces.clone(), &profile));
    });
    group.bench_function("decode_12_megapixels", |b| b.iter(|| decode(black_box(&camera_file))));
    group.bench_function("faces_12_megapixels", |b| b.iter(|| models.analyze(black_box(&large), Effort::Still)));
    group.bench_function("check_12_megapixels", |b| {
        b.iter(|| examine_file(black_box(&camera_file), &profile, &models));
    });
    group.bench_function("encode_into_the_window", |b| {
        b.iter(|| encode_for(black_box(&made.picture), &profile.picture));
    });
    group.bench_function("crop_scale_encode_12_megapixels", |b| b.iter(|| standardize(&large, &face, &profile)));
    let wanted = NewBackdrop { color: [255; 3], empty: None };
    group.bench_function("crop_scale_replace_encode_12_megapixels", |b| {
        b.iter(|| standardize_before(black_box(&large), &face, &map, &allowing, wanted));
    });
    group.bench_function("standardize_12_megapixels", |b| {
        b.iter(|| {
            let original = decode(&camera_file).expect("readable").picture;
            judge_shot(&original, &models, &profile, Origin::Import)
        });
    });
    group.bench_function("standardize_with_backdrop_replaced_12_megapixels", |b| {
        b.iter(|| {
            let original = decode(&camera_file).expect("readable").picture;
            judge_shot_before(&original, &models, &allowing, Origin::Import, wanted)
        });
    });
    group.finish();
}

/// What this disk needs for one synced file of a capsule's size: the floor under "accept to durable".
fn disk(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bytes = vec![7_u8; 300 * 1024];
    let mut count = 0_u32;
    c.bench_function("one_synced_file_of_300_kb", |b| {
        b.iter(|| {
            count += 1;
            let mut file = std::fs::File::create(folder.path().join(count.to_string())).expect("a new file");
            file.write_all(&bytes).expect("written");
            file.sync_all().expect("synced");
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(4)).without_plots();
    targets = codes, judging, stages, disk
}
criterion_main!(benches);
