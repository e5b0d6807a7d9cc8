//! An existing photo of the locked subject: framed by hand, judged as a shot, stored with its own bytes.

use std::io::Cursor;
use std::sync::Arc;

use image::{ImageFormat, RgbImage, imageops};
use tucai::app::desk::News;
use tucai::domain::crop::CropFrame;
use tucai::domain::fault::PictureFault;
use tucai::domain::finding::{CheckId, Level, Severity};
use tucai::domain::geometry::Rect;
use tucai::domain::session::{
    Answer, Command, Cue, Effect, Event, LockEnd, PictureBytes, Refusal, Settings, ShotFault, State,
};
use tucai::store::Filter;
use tucai::vision::decode::decode;
use tucai::worker::vision::PhotoFile;

use crate::support::desk::{Rig, wall};
use crate::support::way::{Way, judged, live, shot_number, subject};

// ---- the way of the session ------------------------------------------------------------------------------------

fn framed() -> Way {
    let mut way = Way::new().scan("a").wait(2_000).sit();
    way.does(Command::OpenPhoto);
    way
}

#[test]
fn while_a_photo_is_framed_nothing_else_happens_to_the_lock() {
    let way = framed();
    let before = way.effects.len();
    // in place all the time, then away, then with somebody else: no shot, no interruption, no end
    let way = way.watch(5_000, &live(1, Level::Pass)).watch(9_000, &live(0, Level::Fail));
    let way = way.watch(3_000, &live(2, Level::Fail)).wait(200_000);
    assert_eq!(way.state(), "framing");
    assert_eq!(way.effects.len(), before, "{:?}", &way.effects[before..]);
    let mut way = way;
    assert_eq!(way.may_not(Command::Shoot).reason, Refusal::PictureOpen);
    way.does(Command::ClosePhoto);
    let way = way.watch(100, &live(1, Level::Fail));
    assert_eq!(way.state(), "framing", "the person did not have to sit there meanwhile");
    let way = way.watch(95_000, &live(0, Level::Fail));
    assert_ne!(way.state(), "framing", "from then on the clock runs again");
}

#[test]
fn a_framed_photo_is_a_shot_with_its_review_and_its_place_in_the_shot_limit() {
    let mut way = Way::with(Settings { shot_limit: 1, ..Settings::default() }).scan("a");
    assert_eq!(way.may_not(Command::UsePhoto).reason, Refusal::NoPicture, "there is none yet");
    way.does(Command::OpenPhoto);
    let effects = way.does(Command::UsePhoto);
    let attempt = way.attempt();
    assert_eq!(effects, [Effect::JudgePhoto { attempt }]);
    assert_eq!(way.refused(Event::BurstTaken { attempt }).reason, Refusal::TooLate, "no burst is awaited");
    let mut way = way.judge(judged(Level::Fail));
    assert_eq!(way.state(), "review");
    assert!(way.effects.contains(&Effect::PlayCue(Cue::ShotLimit)));
    assert_eq!(way.may_not(Command::OpenPhoto).reason, Refusal::PictureOpen);
    assert!(matches!(way.may_not(Command::Accept).reason, Refusal::Blocked(_)));
    let mut way = framed();
    way.does(Command::UsePhoto);
    let mut way = way.judge(judged(Level::Pass));
    assert_eq!(way.state(), "confirm");
    way.does(Command::Accept);
    assert_eq!(way.state(), "storing");
}

#[test]
fn the_shot_limit_stops_photos_too() {
    let mut way = Way::with(Settings { shot_limit: 1, ..Settings::default() }).scan("a").wait(2_000).sit();
    way.does(Command::OpenPhoto);
    way.does(Command::UsePhoto);
    let attempt = way.attempt();
    way.take(Event::ShotFailed { attempt, fault: ShotFault::Checks });
    assert_eq!(way.state(), "framing", "nothing was judged, nothing counts");
    way.does(Command::OpenPhoto);
    way.does(Command::UsePhoto);
    let mut way = way.judge(judged(Level::Fail));
    assert_eq!(way.may_not(Command::OpenPhoto).reason, Refusal::PictureOpen);
}

#[test]
fn another_code_asks_first_and_a_doubtful_pairing_stays_doubtful() {
    let mut way = framed();
    way.take(Event::Code(subject("b")));
    assert_eq!(way.may_not(Command::UsePhoto).reason, Refusal::QuestionOpen);
    way.does(Command::Answer(Answer::Keep));
    way.does(Command::UsePhoto);
    let mut way = Way::new().scan("a").wait(2_000).sit().watch(4_000, &live(0, Level::Fail));
    assert_eq!(way.state(), "interrupted");
    way.does(Command::OpenPhoto);
    way.does(Command::UsePhoto);
    let mut way = way.judge(judged(Level::Pass));
    assert_eq!(way.may_not(Command::Accept).reason, Refusal::CodeDoubtful);
}

#[test]
fn a_parked_subject_comes_back_without_the_photo() {
    let mut way = framed();
    assert_eq!(way.does(Command::Park), [Effect::EndLock { shot: shot_number(1), end: LockEnd::Parked }]);
    way.does(Command::Recall(shot_number(1)));
    way.take(Event::LockOpened { digest: subject("a").digest(), shot: shot_number(1) });
    assert!(!way.session.state().lock().unwrap().importing);
}

// ---- with real checks and a real store ----------------------------------------------------------------------------

fn bytes_of(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn photo(bytes: &[u8], media_type: &'static str) -> PhotoFile {
    let original = PictureBytes { bytes: Arc::from(bytes), media_type };
    PhotoFile { decoded: decode(bytes).unwrap(), original, taken: None }
}

/// Somebody is locked, and this is a frame with the drawn person in it.
fn locked_with_a_frame() -> (Rig, RgbImage) {
    let rig = Rig::new().until("framing");
    let mut rig = rig;
    rig.steps(4);
    let picture = RgbImage::clone(&rig.desk.frame().unwrap().picture);
    (rig, picture)
}

fn refused(rig: &mut Rig, picture: &RgbImage) -> PictureFault {
    rig.news.clear();
    rig.desk.bring_photo(photo(&bytes_of(picture, ImageFormat::Png), "image/png"), rig.now).unwrap();
    rig.steps(2);
    assert!(!rig.desk.state().lock().unwrap().importing, "it is put away by itself");
    assert!(rig.desk.photo().is_none());
    let mut faults = rig.news.iter().filter_map(|news| match news {
        News::PhotoRefused(fault) => Some(*fault),
        _ => None,
    });
    faults.next_back().expect("a reason")
}

#[test]
fn a_photo_is_framed_judged_and_stored_with_its_own_bytes() {
    let (mut rig, picture) = locked_with_a_frame();
    let digest = rig.desk.state().lock().unwrap().subject.digest();
    let bytes = bytes_of(&picture, ImageFormat::WebP);
    rig.desk.bring_photo(photo(&bytes, "image/webp"), rig.now).unwrap();
    rig.steps(2);
    let opened = Arc::clone(rig.desk.photo().expect("its face was found"));
    let automatic = opened.automatic;
    let profile = tucai::domain::profiles::default_profile().unwrap().profile;
    let (face, findings) = opened.bands(&automatic, &profile);
    assert!(findings.iter().all(|finding| finding.level != Level::Fail), "{findings:#?}");
    assert!((200.0..=300.0).contains(&face.eye_center().y));
    // moved by hand, the bands are told at once
    let low = automatic.moved(0.0, -120.0);
    let (_, findings) = opened.bands(&low, &profile);
    let line = findings.iter().find(|finding| finding.id == CheckId::GeometryEyeLine).unwrap();
    let expected = face.eye_center().y + (automatic.rect().y - low.rect().y) * low.scale();
    assert!((line.measured.unwrap() - f64::from(expected)).abs() < 0.6, "{line:?} {expected}");

    let moved = automatic.moved(3.0, 0.0);
    rig.desk.use_photo(moved, wall(), rig.now).unwrap();
    for _ in 0..20 {
        if matches!(rig.state(), "review" | "confirm") {
            break;
        }
        rig.step();
    }
    let picture = rig.desk.picture().expect("a judged picture").clone();
    assert_eq!((picture.camera.as_str(), picture.frames), ("file", 0));
    assert!(picture.simulated, "brought to a demonstration, it is worth as little as what that draws");
    let final_face = picture.face.as_ref().unwrap();
    assert!((final_face.eye_center().x - (face.eye_center().x - 3.0 * moved.scale())).abs() < 0.6);
    let scale = picture.findings.iter().find(|finding| finding.id == CheckId::CaptureScale).unwrap();
    assert_eq!(scale.severity, Severity::Warn, "too few pixels never block what was brought");
    assert!(rig.desk.photo().is_none(), "it is kept no longer than it is judged");

    let rig = rig.accept().until("stored");
    let (store, _folder) = rig.store();
    let rows = store.list(&Filter::default()).unwrap();
    assert_eq!(rows.len(), 1);
    let contents = store.contents(rows[0].id).unwrap();
    assert_eq!(contents.original, bytes, "the file as it came");
    assert_eq!(contents.record.original_media_type, "image/webp");
    assert_eq!((contents.record.code_digest, contents.record.camera.as_str()), (digest, "file"));
    assert_eq!(contents.record.captured_at, wall());
}

#[test]
fn photos_that_give_no_picture_are_refused_with_their_reason() {
    let (mut rig, picture) = locked_with_a_frame();
    let empty = RgbImage::from_pixel(900, 1200, image::Rgb([120, 160, 220]));
    assert_eq!(refused(&mut rig, &empty), PictureFault::NoFace);
    let small = imageops::thumbnail(&picture, 480, 270);
    assert_eq!(refused(&mut rig, &small), PictureFault::TooSmall);
    let mut two = RgbImage::new(picture.width() * 2, picture.height());
    imageops::replace(&mut two, &picture, 0, 0);
    imageops::replace(&mut two, &picture, i64::from(picture.width()), 0);
    assert_eq!(refused(&mut rig, &two), PictureFault::SeveralFaces);
    assert_eq!(rig.state(), "framing", "the subject stays locked");
}

#[test]
fn a_photo_for_nobody_is_refused_and_one_that_comes_too_late_is_put_away() {
    let (mut rig, picture) = locked_with_a_frame();
    let file = || photo(&bytes_of(&picture, ImageFormat::Png), "image/png");
    rig.desk.bring_photo(file(), rig.now).unwrap();
    rig.does(Command::Release);
    rig.steps(3);
    assert!(rig.desk.photo().is_none(), "its lock is over");
    let mut fresh = Rig::new();
    let rejected = fresh.desk.bring_photo(file(), fresh.now).unwrap_err();
    assert_eq!(rejected.reason, Refusal::NothingLocked);
}

#[test]
fn a_frame_of_another_photo_makes_no_picture() {
    let (mut rig, picture) = locked_with_a_frame();
    rig.desk.bring_photo(photo(&bytes_of(&picture, ImageFormat::Png), "image/png"), rig.now).unwrap();
    rig.steps(2);
    let other = CropFrame::near(Rect::new(0.0, 0.0, 480.0, 640.0), (4000, 3000), (480, 640)).unwrap();
    rig.desk.use_photo(other, wall(), rig.now).unwrap();
    for _ in 0..20 {
        if rig.state() == "review" {
            break;
        }
        rig.step();
    }
    let State::Review(review) = rig.desk.state() else { panic!("{}", rig.state()) };
    assert!(review.picture.photo.is_none());
}

#[cfg(feature = "window")]
mod shown {
    use egui::Key;
    use tucai::domain::crop::CropFrame;
    use tucai::domain::finding::{CheckId, Level, Reason};
    use tucai::domain::geometry::Rect;
    use tucai::ui::view::{Command, Measured, PhotoEdit, Picture, Stage, View, WaysCommand, WaysView};

    use crate::support::window::{Window, click, eyes_too_high, finding, framing, look, press, shows, window};

    fn automatic() -> CropFrame {
        CropFrame::near(Rect::new(300.0, 50.0, 600.0, 800.0), (1200, 900), (480, 640)).unwrap()
    }

    fn editing() -> Window {
        let good = finding(CheckId::GeometryFaceWidth, Level::Pass, Reason::Ok, 221.0, [Some(180.0), Some(300.0)]);
        let photo = PhotoEdit {
            picture: Picture { texture: egui::TextureId::default(), size: [1200.0, 900.0] },
            size: [1200.0, 900.0],
            automatic: automatic(),
            findings: vec![eyes_too_high(), good],
            measured: Some(Measured { head_top_y: Some(60.0), eye_line_y: Some(188.0), ..Measured::default() }),
        };
        let ways = WaysView { photo: Some(photo), ..WaysView::default() };
        let mut shown = window(View { ways: Box::new(ways), stage: Stage::Importing, ..framing() });
        shown.run_steps(2);
        shown
    }

    fn rect(shown: &Window) -> Rect {
        shown.state().memory.crop.unwrap().rect()
    }

    #[test]
    fn keys_move_and_zoom_the_frame_and_decide() {
        let mut shown = editing();
        shows(&shown, "眼睛 188");
        shows(&shown, "A-0137");
        assert_eq!(rect(&shown), automatic().rect(), "it starts at the automatic crop");
        press(&mut shown, Key::ArrowRight);
        assert!((rect(&shown).x - 302.5).abs() < 0.01, "two final pixels: {:?}", rect(&shown));
        press(&mut shown, Key::ArrowUp);
        assert!((rect(&shown).y - 47.5).abs() < 0.01);
        press(&mut shown, Key::PageUp);
        assert!(rect(&shown).w < 600.0);
        assert_eq!(press(&mut shown, Key::Num0), []);
        assert_eq!(rect(&shown), automatic().rect());
        assert_eq!(press(&mut shown, Key::Space), [], "no shot while a photo is framed");
        assert_eq!(press(&mut shown, Key::Enter), [Command::Ways(WaysCommand::UsePhoto)]);
        assert_eq!(press(&mut shown, Key::Escape), [Command::Ways(WaysCommand::ClosePhoto)]);
        assert_eq!(click(&mut shown, "不用这张 Esc"), [Command::Ways(WaysCommand::ClosePhoto)]);
        look(&mut shown, "photo");
    }

    #[test]
    fn the_pointer_drags_the_frame_and_the_wheel_zooms_around_itself() {
        let mut shown = editing();
        let at = egui::pos2(480.0, 420.0);
        shown.hover_at(at);
        shown.run_steps(1);
        shown.drag_at(at);
        shown.run_steps(1);
        shown.hover_at(at + egui::vec2(40.0, 0.0));
        shown.run_steps(1);
        shown.drop_at(at + egui::vec2(40.0, 0.0));
        shown.run_steps(2);
        let dragged = rect(&shown);
        assert!(dragged.x > 320.0 && (dragged.w - 600.0).abs() < 0.01, "{dragged:?}");
        shown.hover_at(at + egui::vec2(40.0, 0.0));
        shown.run_steps(2);
        shown.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: egui::vec2(0.0, 120.0),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers: egui::Modifiers::NONE,
        });
        shown.run_steps(20);
        assert!(rect(&shown).w < 590.0, "{:?}", rect(&shown));
    }
}
