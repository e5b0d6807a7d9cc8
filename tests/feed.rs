//! Pictures for a camera that is fed with a folder: the desk can do with them what it has to, and with
//! `TUCAI_FEED_DIR` they are left there for the camera machine (`packaging/walk-proof`).

use std::path::Path;
use std::time::Duration;

use image::{RgbImage, imageops};
use tucai::device::camera::Camera as _;
use tucai::device::camera::sim::{Pacing, SimDemo};
use tucai::device::camera::sim_script::Script;
use tucai::domain::finding::Verdict;
use tucai::domain::profiles;
use tucai::vision::examine::{Origin, judge_shot};
use tucai::vision::{jpeg, qr};

use crate::support::faces::models;

const SUBJECTS: u32 = 2;
/// Each picture is a file many times over, since a fed camera shows each file for a fraction of a second.
const PHONE_FILES: u32 = 24;
const SEAT_FILES: u32 = 96;

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
