//! Behaviour of the desk: the way of one student with drawn people, real checks and a real store.

use std::time::Duration;

use tucai::app::desk::News;
use tucai::device::camera::sim::{Disturbance, Pacing, SimControl};
use tucai::device::camera::sim_dir::SimDir;
use tucai::domain::fault::{CameraFault, StoreFault};
use tucai::domain::ids::ContentHash;
use tucai::domain::record::RecordState;
use tucai::domain::session::{Answer, Command, Interruption, LockEnd, Question, State, StoreTask};
use tucai::store::Filter;

use crate::support::desk::Rig;

#[test]
fn the_whole_way_stores_the_picture_with_its_code_and_witness() {
    let mut rig = Rig::new().until("locked");
    let digest = rig.desk.state().lock().unwrap().subject.digest();
    assert_eq!(rig.shot(), "A-0001");
    rig = rig.until("shot");
    assert!(rig.desk.burst().is_empty(), "the burst is still being taken");
    // Which of the two it is depends on the profile's list of things to ask.
    for _ in 0..40 {
        if matches!(rig.state(), "review" | "confirm") {
            break;
        }
        rig.step();
    }
    assert!(rig.desk.burst().len() >= 5);
    rig = rig.accept().until("stored");
    let saved = rig.news.iter().find_map(|news| if let News::Stored(saved) = news { Some(*saved) } else { None });
    let saved = saved.expect("the news of it");
    assert_eq!(rig.desk.tally().stored, 1);
    let (store, _folder) = rig.store();
    let contents = store.contents(saved.record).unwrap();
    assert_eq!(contents.record.code_digest, digest);
    assert_eq!(contents.record.state, RecordState::Approved);
    assert!(contents.record.simulated, "drawn pictures are worth nothing");
    assert_eq!(ContentHash::of(&contents.photo), saved.photo_sha256);
    assert_eq!(contents.record.original_media_type, "image/png");
    assert!(contents.witness.is_some_and(|witness| witness.starts_with(&[0xff, 0xd8])));
    assert!(store.open_lock().unwrap().is_none(), "the commit ended the lock");
}

#[test]
fn a_second_face_interrupts_and_the_lock_stays() {
    let mut rig = Rig::new().until("framing");
    let shot = rig.shot();
    rig.control.disturb(Disturbance::SecondFace, 12);
    rig = rig.until("interrupted");
    assert_eq!(rig.shot(), shot);
    let State::Interrupted(interrupted) = rig.desk.state() else { panic!("interrupted") };
    assert_eq!(interrupted.cause, Interruption::SecondFace);
    rig.steps(40);
    assert_eq!(rig.state(), "interrupted", "no picture by itself");
}

#[test]
fn another_code_asks_and_nothing_switches_by_itself() {
    let mut rig = Rig::new().until("framing");
    let digest = rig.desk.state().lock().unwrap().subject.digest();
    rig.control.disturb(Disturbance::OtherCode, 12);
    for _ in 0..12 {
        rig.step();
    }
    let lock = rig.desk.state().lock().unwrap();
    assert!(matches!(lock.question, Some(Question::OtherCode(_))), "{}", rig.state());
    assert_eq!(lock.subject.digest(), digest);
    rig.steps(10);
    assert_eq!(rig.state(), "framing", "no picture by itself while it is asked");
    rig.does(Command::Answer(Answer::Keep));
    rig = rig.until("shot");
    assert_eq!(rig.desk.state().lock().unwrap().subject.digest(), digest);
}

#[test]
fn a_camera_unplugged_in_framing_keeps_the_subject() {
    let mut rig = Rig::new().until("framing");
    let shot = rig.shot();
    rig.control.disturb(Disturbance::Unplugged, 100);
    rig.steps(90);
    assert_eq!((rig.state(), rig.shot()), ("framing", shot.clone()));
    assert!(rig.news.contains(&News::CameraLost(CameraFault::Unplugged)));
    rig.steps(15);
    assert!(rig.news.contains(&News::CameraReturned));
    rig = rig.until("shot");
    assert_eq!(rig.shot(), shot);
}

#[test]
fn a_full_disk_keeps_the_picture_until_it_can_be_stored() {
    let mut rig = Rig::new().until("shot");
    for _ in 0..40 {
        if matches!(rig.state(), "review" | "confirm") {
            break;
        }
        rig.step();
    }
    rig.disk.fill();
    rig = rig.accept();
    rig.step();
    assert_eq!(rig.state(), "review");
    let failed = News::StoreFailed { task: StoreTask::Store, fault: StoreFault::DiskFull };
    assert!(rig.news.contains(&failed), "{:?}", rig.news);
    let review = rig.desk.state().review().unwrap();
    assert_eq!(review.storing_fault, Some(StoreFault::DiskFull));
    assert_eq!(rig.desk.tally().stored, 0, "nothing is green before the commit");
    rig.disk.free();
    rig = rig.accept().until("stored");
    assert_eq!(rig.desk.tally().stored, 1);
    let (store, _folder) = rig.store();
    assert_eq!(store.list(&Filter::default()).unwrap().len(), 1);
}

#[test]
fn released_and_parked_subjects_leave_the_store_as_the_journal_says() {
    let mut rig = Rig::new().until("framing");
    rig.does(Command::Park);
    rig.step();
    assert_eq!(rig.state(), "waiting");
    let parked = rig.desk.session().parked()[0].lock.shot;
    rig.does(Command::Recall(parked));
    rig.step();
    assert_eq!(rig.shot(), parked.to_string());
    rig.does(Command::Release);
    rig.step();
    assert!(rig.news.contains(&News::LockEnded { shot: parked, end: LockEnd::Released }));
    let tally = *rig.desk.tally();
    assert_eq!((tally.locked, tally.released), (1, 1));
    let (store, _folder) = rig.store();
    assert!(store.open_lock().unwrap().is_none());
    assert!(store.parked().unwrap().is_empty());
}

#[test]
fn in_a_demonstration_the_locked_visitor_waits_for_the_operator() {
    let mut rig = Rig::new();
    let control = rig.control.clone();
    control.go_on();
    let mut review = 0;
    // Two visits' time, and nobody presses a key.
    for _ in 0..180 {
        rig.step();
        rig.desk.direct(&control);
        assert_eq!(rig.desk.state().lock().and_then(|lock| lock.question.as_ref()), None, "nobody else shows a code");
        review += u32::from(rig.desk.state().review().is_some());
    }
    assert!(review > 80, "the first visitor's picture waits: {review}");
    rig = rig.accept();
    let mut locked = 0;
    for _ in 0..60 {
        rig.step();
        rig.desk.direct(&control);
        locked += u32::from(rig.desk.state().lock().is_some_and(|lock| lock.shot.to_string().ends_with("0002")));
    }
    assert!(locked > 0, "then the next one comes");
}

#[test]
fn an_empty_code_is_said_and_never_locks() {
    let symbol = qrcodegen::QrCode::encode_binary(&[], qrcodegen::QrCodeEcc::Medium).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let side = |place: u32, start: u32| (place >= start).then(|| (place - start) as i32 / 12);
    let picture = image::RgbImage::from_fn(1280, 720, |x, y| {
        let dark = matches!((side(x, 500), side(y, 200)), (Some(x), Some(y)) if symbol.get_module(x, y));
        image::Rgb(if dark { [20; 3] } else { [235; 3] })
    });
    picture.save(folder.path().join("empty.png")).unwrap();
    let camera = SimDir::open(folder.path(), Duration::from_millis(120), Pacing::AsFastAsAsked).unwrap();
    let mut rig = Rig::before(Box::new(camera), SimControl::default());
    rig.steps(8);
    assert!(rig.news.contains(&News::UnusableCode), "{:?}", rig.news);
    assert_eq!(rig.state(), "waiting");
}
