//! Pictures for a camera that is fed with a folder: the desk can do with them what it has to, and with
//! `TUCAI_FEED_DIR` they are left there for the camera machine (`packaging/walk-proof`).

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use image::{DynamicImage, Rgb, RgbImage, imageops};
use tucai::device::camera::Camera as _;
use tucai::device::camera::sim::{Pacing, SimDemo};
use tucai::device::camera::sim_script::Script;
use tucai::domain::finding::Verdict;
use tucai::domain::profiles;
use tucai::vision::examine::{Origin, judge_shot};
use tucai::vision::{jpeg, qr};

use crate::support::faces::models;
use crate::support::video::{Kind, Video};

const SUBJECTS: u32 = 2;
/// Each picture is a file many times over, since a fed camera shows each file for a fraction of a second.
const PHONE_FILES: u32 = 24;
const SEAT_FILES: u32 = 96;
/// Frames of a hold that a fed camera shows, and of the empty desk after it.
const HOLD_FILES: u32 = 12;
const DESK_FILES: usize = 3;

/// The steady phone and the person who sits right, of each visitor.
fn pictures() -> Vec<(RgbImage, RgbImage)> {
    let script = Script::default();
    let step = Duration::from_millis(500);
    let mut camera = SimDemo::new(11, step, (1280, 720), Pacing::AsFastAsAsked);
    let mut frame_at = |time: Duration| {
        loop {
            let frame = camera.next_frame().unwrap();
            if frame.at >= time {
                return RgbImage::clone(&frame.picture);
            }
        }
    };
    (0..SUBJECTS)
        .map(|index| {
            let began = script.visit() * index;
            let phone = frame_at(began + Duration::from_millis(1_500));
            (phone, frame_at(began + script.sits_right_at() + Duration::from_millis(700)))
        })
        .collect()
}

#[test]
fn fed_pictures_can_be_read_and_pass() {
    let profile = profiles::default_profile().unwrap().profile;
    let mut codes = Vec::new();
    let mut files = 0;
    for (phone, seat) in pictures() {
        let read = qr::read_codes(&imageops::grayscale(&phone), qr::Effort::Live);
        assert_eq!(read.len(), 1);
        codes.push(read[0].code.digest());
        let judged = judge_shot(&seat, models(), &profile, Origin::Camera);
        assert_ne!(judged.verdict, Verdict::Fail, "{:#?}", judged.findings);
        if let Some(folder) = std::env::var_os("TUCAI_FEED_DIR") {
            for (picture, count) in [(&phone, PHONE_FILES), (&seat, SEAT_FILES)] {
                let bytes = jpeg::encode(picture, 95, 72).unwrap().bytes;
                for _ in 0..count {
                    std::fs::write(Path::new(&folder).join(format!("{files:05}.jpg")), &bytes).unwrap();
                    files += 1;
                }
            }
        }
    }
    codes.dedup();
    assert_eq!(codes.len(), SUBJECTS as usize);
}

/// Frames of one hold, as JPEG, and what the phone shows.
fn hold(kind: Kind, seed: u64, frames: u32) -> (Vec<Vec<u8>>, Vec<u8>) {
    let video = Video::new(kind, seed);
    let jpegs = (0..frames).map(|number| {
        let picture = DynamicImage::from(video.frame(number)).into_rgb8();
        jpeg::encode(&picture, 92, 72).unwrap().bytes
    });
    (jpegs.collect(), video.symbol().subject_code().unwrap().as_bytes().to_vec())
}

/// Phones in moving hands. With `TUCAI_HOLDS_DIR` those of `TUCAI_HOLDS` (`FIRST..END`) of every kind are left there for
/// the camera machine, each followed by an empty desk, with a list of what they show (`packaging/phone-proof`).
#[test]
fn fed_holds_are_read_from_their_jpegs() {
    for kind in [Kind::Tremor, Kind::Settling] {
        let (jpegs, shown) = hold(kind, 9_000, 4);
        let mut reader = qr::LiveReader::new();
        let codes = jpegs.iter().zip(0..).flat_map(|(bytes, number)| {
            let luma = image::load_from_memory(bytes).unwrap().into_luma8();
            reader.look(&luma, Video::at(number)).codes
        });
        let read: Vec<_> = codes.map(|code| code.code.as_bytes().to_vec()).collect();
        assert!(!read.is_empty() && read.iter().all(|read| *read == shown), "{kind:?}");
    }
    let Some(folder) = std::env::var_os("TUCAI_HOLDS_DIR") else { return };
    let seeds = std::env::var("TUCAI_HOLDS").unwrap_or_else(|_unset| String::from("9100..9102"));
    let (first, end) = seeds.split_once("..").unwrap();
    let (mut files, mut list) = (0, String::new());
    let desk = jpeg::encode(&RgbImage::from_pixel(1280, 720, Rgb([96, 92, 88])), 92, 72).unwrap().bytes;
    for (kind, seed) in Kind::ALL
        .into_iter()
        .flat_map(|kind| (first.parse::<u64>().unwrap()..end.parse().unwrap()).map(move |seed| (kind, seed)))
    {
        let (jpegs, shown) = hold(kind, seed, HOLD_FILES);
        writeln!(list, "{kind:?}-{seed} {}", String::from_utf8(shown).unwrap()).unwrap();
        for bytes in jpegs.iter().chain([&desk; DESK_FILES]) {
            std::fs::write(Path::new(&folder).join(format!("{files:05}.jpg")), bytes).unwrap();
            files += 1;
        }
    }
    std::fs::write(Path::new(&folder).join("shown"), list).unwrap();
}
