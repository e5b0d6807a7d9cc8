//! Codes over time at the desk: the lock's delay, the word that helps on both screens, the witness.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use image::{DynamicImage, RgbImage};
use tucai::app::desk::{Pictures as _, StepCamera};
use tucai::device::camera::sim::{Pacing, SimControl, SimDemo};
use tucai::device::camera::sim_script::Script;
use tucai::device::camera::{Camera, CameraDescription, CameraError, Frame};
use tucai::domain::code::CorrectionLevel;
use tucai::domain::code_help::CodeHelp;
use tucai::domain::geometry::Point;
use tucai::render::{Phone, PhonePose, Scene, compose, symbol_of_bytes};
use tucai::vision::qr::{Effort, read_codes, witness_crop};

use crate::support::desk::Rig;
use crate::support::held::{Look, code_of, draw, laid_out};

/// A camera that shows these pictures at 15 frames per second, the last one for ever.
struct Shown {
    pictures: Vec<RgbImage>,
    given: u64,
    description: CameraDescription,
}

impl Shown {
    fn new(looks: &[Look], seed: u64) -> Self {
        let code = laid_out(&code_of(seed));
        let picture = |look| DynamicImage::ImageLuma8(draw(&code, look)).into_rgb8();
        let description = CameraDescription {
            name: String::from("shown"),
            width: 1280,
            height: 720,
            fps: 15,
            format: String::from("drawn"),
            simulated: true,
        };
        Self { pictures: looks.iter().map(picture).collect(), given: 0, description }
    }
}

impl Camera for Shown {
    fn description(&self) -> &CameraDescription {
        &self.description
    }

    fn next_frame(&mut self) -> Result<Frame, CameraError> {
        let picture = self.pictures[(self.given as usize).min(self.pictures.len() - 1)].clone();
        self.given += 1;
        let at = Duration::from_micros(self.given * 66_667);
        Ok(Frame { sequence: self.given, at, picture: picture.into(), jpeg: None })
    }
}

fn rig(looks: &[Look], seed: u64) -> Rig {
    Rig::before(Box::new(Shown::new(looks, seed)), SimControl::default())
}

#[test]
fn a_code_locks_within_three_tenths_of_a_second_after_it_can_be_read() {
    let good = Look::good(70);
    let dark = Look { light: 30.0, dark: 29.0, ..good };
    let mut rig = rig(&[dark, dark, dark, good], 70);
    rig.steps(3);
    assert_eq!(rig.state(), "waiting");
    let readable = rig.now + Duration::from_micros(66_667);
    let rig = rig.until("locked");
    let took = rig.now.saturating_sub(readable);
    assert!(took <= Duration::from_millis(300), "{took:?}");
    let lock = rig.desk.state().lock().unwrap();
    assert!(lock.subject.witness.is_some());
    assert_eq!(rig.desk.code_help(rig.now), None);
}

#[test]
fn a_code_that_cannot_be_read_gets_its_word_and_loses_it_when_it_is_read() {
    let cut = Look { center: Point::new(70.0, 360.0), ..Look::good(71) };
    let mut looks = vec![cut; 26];
    looks.push(Look::good(71));
    let mut rig = rig(&looks, 71);
    rig.steps(20);
    assert_eq!(rig.desk.code_help(rig.now), None, "not before a second and a half");
    rig.steps(6);
    assert_eq!(rig.desk.code_help(rig.now).map(|(help, _)| help), Some(CodeHelp::WholeCode));
    assert!(rig.desk.unread().is_some());
    assert_eq!(rig.state(), "waiting");
    let rig = rig.until("locked");
    assert_eq!(rig.desk.code_help(rig.now), None);
}

/// People until it is told otherwise, then a picture of a code.
struct PeopleThen {
    people: SimDemo,
    then: Shown,
    turned: Arc<AtomicBool>,
    given: u64,
}

impl Camera for PeopleThen {
    fn description(&self) -> &CameraDescription {
        self.people.description()
    }

    fn next_frame(&mut self) -> Result<Frame, CameraError> {
        let turned = self.turned.load(Ordering::SeqCst);
        let frame = if turned { self.then.next_frame()? } else { self.people.next_frame()? };
        self.given += 1;
        Ok(Frame { sequence: self.given, at: Duration::from_millis(self.given * 120), ..frame })
    }
}

#[test]
fn a_code_that_is_to_be_shown_again_gets_its_word_too() {
    let ms = Duration::from_millis;
    let script = Script { empty: ms(120), code: ms(1_200), enter: ms(360), wrong: ms(240), ..Script::default() };
    let people = SimDemo::new(7, ms(120), (1280, 720), Pacing::AsFastAsAsked).with_script(script);
    let control = people.control();
    control.stay();
    let cut = Look { center: Point::new(70.0, 360.0), ..Look::good(71) };
    let turned = Arc::new(AtomicBool::new(false));
    let camera = PeopleThen { people, then: Shown::new(&[cut], 71), turned: Arc::clone(&turned), given: 0 };
    let rig = Rig::before(Box::new(camera), control).until("framing");
    turned.store(true, Ordering::SeqCst);
    let mut rig = rig.until("interrupted");
    rig.steps(20);
    assert_eq!(rig.state(), "interrupted");
    assert_eq!(rig.desk.code_help(rig.now).map(|(help, _)| help), Some(CodeHelp::WholeCode));
}

#[test]
fn a_code_before_the_scan_camera_is_tried_and_never_drawn_over_the_portrait_camera() {
    let script = Script { empty: Duration::from_mins(1), ..Script::default() };
    let people = SimDemo::new(3, Duration::from_millis(66), (1280, 720), Pacing::AsFastAsAsked).with_script(script);
    let mut rig = Rig::before(Box::new(people), SimControl::default());
    rig.desk.rehearse(true);
    let mut scanner = StepCamera::new(Box::new(Shown::new(&[Look::good(72)], 72)));
    scanner.step();
    rig.desk.use_scanner(Some(Box::new(scanner)));
    rig.steps(4);
    let tried = rig.desk.tried_code().map(|(digest, _)| digest);
    assert!(tried.is_some(), "it is read");
    assert!(rig.desk.codes().is_none(), "its corners are pixels of the other camera");
    assert_eq!(rig.state(), "waiting");
}

#[test]
fn people_without_a_code_are_told_nothing_about_codes() {
    let ms = Duration::from_millis;
    let script = Script { empty: ms(66), code: Duration::ZERO, enter: ms(1_200), wrong: ms(800), ..Script::default() };
    let camera = SimDemo::new(3, ms(66), (1280, 720), Pacing::AsFastAsAsked).with_script(script);
    let mut rig = Rig::before(Box::new(camera), SimControl::default());
    for frame in 0..36 {
        rig.step();
        assert_eq!(rig.state(), "waiting", "frame {frame}");
        assert_eq!(rig.desk.code_help(rig.now), None, "frame {frame}");
    }
    assert!(rig.news.is_empty(), "{:?}", rig.news);
}

#[test]
fn the_witness_is_upright_and_shows_the_numbers_tail() {
    let symbol = symbol_of_bytes(&[b'w'; 260], CorrectionLevel::M).unwrap();
    let phone = Phone::new(&symbol, "4417", 5, 400.0).unwrap();
    for (roll, yaw) in [(0.0, 0.0), (-24.0, 18.0), (170.0, -15.0)] {
        let center = Point::new(640.0, 360.0);
        let pose = PhonePose { roll_deg: roll, yaw_deg: yaw, ..PhonePose::straight(center, 330.0) };
        let picture = compose(&Scene::default(), 1280, 720, &mut [], Some((&phone, &pose))).picture;
        let read = read_codes(&image::imageops::grayscale(&picture), Effort::Thorough);
        let witness = witness_crop(&picture, &read[0].corners).unwrap();
        let grey = image::imageops::grayscale(&witness);
        let again = read_codes(&grey, Effort::Thorough);
        let [corner, right, _, below] = again[0].corners;
        assert!((corner.y - right.y).abs() < 8.0 && corner.x < right.x, "upright: {:?}", again[0].corners);
        // The digits of the drawn page stand under the code's right half: a third of its side below it.
        let side = corner.distance(right);
        let (left, top) = (below.x + 0.60 * side, below.y + 0.14 * side);
        let (mut dark, mut light, mut count) = (0, 0, 0);
        for y in top as u32..(top + 0.11 * side) as u32 {
            for x in left as u32..(left + 0.38 * side) as u32 {
                let value = grey.get_pixel(x, y).0[0];
                dark += u32::from(value < 110);
                light += u32::from(value > 160);
                count += 1;
            }
        }
        assert!(dark * 10 > count && light * 10 > count * 3, "{roll}: {dark} dark, {light} light of {count}");
    }
}

#[test]
fn a_witness_ends_where_the_picture_ends() {
    let picture = RgbImage::from_pixel(200, 200, image::Rgb([9, 200, 9]));
    let corners = [(10.0, 90.0), (110.0, 90.0), (110.0, 190.0), (10.0, 190.0)].map(|(x, y)| Point::new(x, y));
    let witness = witness_crop(&picture, &corners).unwrap();
    assert!((139..=141).contains(&witness.width()), "{}", witness.width());
    assert!((169..=171).contains(&witness.height()), "{}", witness.height());
    assert!(witness.pixels().all(|pixel| pixel.0[1] > 60), "nothing from outside");
}
