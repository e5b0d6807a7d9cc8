//! Deciding on a picture: who sits there meanwhile, the shot limit, what is ticked, and whom a question is about.

use tucai::domain::finding::Level;
use tucai::domain::session::{
    Answer, Command, ConfirmRule, Cue, Effect, Event, Interruption, Note, Question, Refusal, Settings, State,
    StudentSays,
};

use crate::support::way::{Way, judged, live, ms, shot_number, subject};

/// A picture of A that passes or fails.
fn pictured(level: Level) -> Way {
    Way::new().scan("a").wait(2_000).sit().shoot(level)
}

/// A goes away, and somebody sits down.
fn another_sits_down(way: Way) -> Way {
    way.watch(10_000, &live(0, Level::Fail)).watch(2_000, &live(1, Level::Pass))
}

fn cause(way: &Way) -> Interruption {
    match way.session.state() {
        State::Interrupted(interrupted) => interrupted.cause,
        other => panic!("{}", other.name()),
    }
}

fn is_shot(way: &Way) -> bool {
    way.effects.iter().any(|effect| matches!(effect, Effect::TakeBurst { .. }))
}

// ---- the chair -------------------------------------------------------------------------------------------------

#[test]
fn whoever_sits_down_after_the_picture_is_not_photographed_under_its_code() {
    for level in [Level::Pass, Level::Fail] {
        let way = another_sits_down(pictured(level));
        let mut by_operator = way.clone();
        by_operator.does(Command::Retake);
        let mut by_student = way;
        by_student.student(StudentSays::OnceMore);
        for mut way in [by_operator, by_student] {
            assert_eq!(cause(&way), Interruption::FaceAway, "{level:?}");
            way.effects.clear();
            let mut way = way.watch(10_000, &live(1, Level::Pass));
            assert!(!is_shot(&way), "no picture by itself");
            way.take(Event::Code(subject("a")));
            assert_eq!(way.state(), "locked", "the code ties them together again");
            let mut way = way.sit().shoot(Level::Pass);
            way.does(Command::Retake);
            assert_eq!(way.state(), "framing", "and what was before is forgotten");
        }
    }
}

#[test]
fn several_people_before_the_lens_after_the_picture_are_noticed() {
    let way = pictured(Level::Fail).watch(500, &live(2, Level::Fail)).watch(1_000, &live(1, Level::Pass));
    let mut way = way;
    way.does(Command::Retake);
    assert_eq!(cause(&way), Interruption::SecondFace);
    let mut way = pictured(Level::Fail).watch(100, &live(2, Level::Fail)).watch(1_000, &live(1, Level::Pass));
    way.does(Command::Retake);
    assert_eq!(way.state(), "framing", "a single wrong frame is nobody");
}

#[test]
fn the_picture_stays_its_subjects_and_may_be_accepted_whoever_sits_there() {
    let mut way = another_sits_down(pictured(Level::Pass));
    let effects = way.does(Command::Accept);
    assert!(matches!(effects.as_slice(), [Effect::Store(draft)] if draft.subject == subject("a")), "{effects:?}");
}

#[test]
fn the_next_one_who_sits_down_with_a_code_ends_only_a_picture_that_is_complete() {
    let mut way = another_sits_down(pictured(Level::Pass));
    assert_eq!(way.state(), "confirm");
    let effects = way.take(Event::Code(subject("b")));
    assert!(matches!(effects.as_slice(), [Effect::Store(draft)] if draft.subject == subject("a")), "{effects:?}");
    let mut way = another_sits_down(pictured(Level::Fail));
    way.take(Event::Code(subject("b")));
    let question = way.session.state().lock().unwrap().question.clone();
    assert_eq!(question, Some(Question::OtherCode(Box::new(subject("b")))));
    way.does(Command::Answer(Answer::Keep));
    assert_eq!(way.state(), "review");
}

#[test]
fn the_same_code_shown_again_says_that_it_is_the_same_person() {
    let mut way = another_sits_down(pictured(Level::Fail));
    assert_eq!(way.take(Event::Code(subject("a"))), [Effect::Note(Note::CodeShownAgain { shot: shot_number(1) })]);
    assert_eq!(way.take(Event::Code(subject("a"))), [], "noted once");
    let mut way = way.watch(300, &live(1, Level::Pass));
    way.does(Command::Retake);
    assert_eq!(way.state(), "framing");
}

#[test]
fn another_frame_of_the_burst_is_no_proof_that_somebody_sits_there() {
    let mut way = pictured(Level::Fail).watch(10_000, &live(0, Level::Fail));
    way.does(Command::ChooseFrame(4));
    let mut way = way.judge(judged(Level::Fail)).watch(500, &live(1, Level::Pass));
    way.does(Command::Retake);
    assert_eq!(cause(&way), Interruption::FaceAway);
    let mut slow = pictured(Level::Fail).watch(500, &live(1, Level::Fail));
    slow.does(Command::ChooseFrame(4));
    slow.now += ms(8_000);
    let mut slow = slow.judge(judged(Level::Fail)).watch(500, &live(1, Level::Fail));
    slow.does(Command::Retake);
    assert_eq!(slow.state(), "framing", "nobody looked while it was judged: that is no absence");
}

#[test]
fn a_swap_while_the_disk_refuses_is_noticed() {
    let mut way = pictured(Level::Pass);
    way.does(Command::Accept);
    let mut way = another_sits_down(way);
    let task = tucai::domain::session::StoreTask::Store;
    way.take(Event::StoreFailed { task, fault: tucai::domain::fault::StoreFault::DiskFull });
    way.does(Command::Retake);
    assert_eq!(cause(&way), Interruption::FaceAway);
}

// ---- the shot limit --------------------------------------------------------------------------------------------

fn one_shot(level: Level) -> Way {
    Way::with(Settings { shot_limit: 1, ..Settings::default() }).scan("a").wait(2_000).sit().shoot(level)
}

fn sounds(way: &Way) -> usize {
    way.effects.iter().filter(|effect| **effect == Effect::PlayCue(Cue::ShotLimit)).count()
}

#[test]
fn the_question_at_the_shot_limit_lets_one_more_or_goes_back_to_the_picture() {
    let mut way = one_shot(Level::Fail);
    assert!(way.session.state().is_at_shot_limit());
    way.does(Command::Silence);
    way.effects.clear();
    let mut way = way.watch(6_000, &live(1, Level::Pass));
    assert_eq!((way.state(), sounds(&way)), ("review", 0), "back at the picture, and silent");
    assert_eq!(way.may_not(Command::Silence).reason, Refusal::NothingAsked);
    way.does(Command::Retake);
    assert_eq!((way.session.state().is_at_shot_limit(), sounds(&way)), (true, 1), "another shot asks again");
    let effects = way.does(Command::MoreShots);
    assert_eq!(effects, [Effect::Note(Note::MoreShots { shot: shot_number(1) })]);
    assert_eq!(way.state(), "framing");
}

#[test]
fn a_good_picture_at_the_shot_limit_can_still_be_accepted_after_the_student_wanted_another() {
    let mut way = one_shot(Level::Pass);
    assert_eq!((way.state(), way.session.state().is_at_shot_limit()), ("confirm", false));
    way.student(StudentSays::OnceMore);
    assert!(way.session.state().is_at_shot_limit());
    way.does(Command::Silence);
    assert_eq!(way.state(), "confirm");
    way.does(Command::Accept);
    assert_eq!(way.state(), "storing");
}

#[test]
fn the_sound_of_a_lost_camera_is_answered_while_a_picture_is_open() {
    let mut way = pictured(Level::Fail);
    way.take(Event::CameraLost(tucai::domain::fault::CameraFault::Unplugged));
    way.does(Command::Silence);
    way.effects.clear();
    let way = way.wait(20_000);
    assert!(way.effects.is_empty());
}

// ---- ticks -----------------------------------------------------------------------------------------------------

#[test]
fn when_everything_is_ticked_the_next_code_and_the_student_may_say_yes() {
    let ask: Vec<String> = ["jewellery", "make_up"].map(String::from).into();
    let settings = Settings { ask: ask.clone(), confirm: ConfirmRule::StudentOrOperator, ..Settings::default() };
    let mut way = Way::with(settings).scan("a").wait(2_000).sit().shoot(Level::Pass);
    let yes = Event::Student(StudentSays::Yes, tucai::domain::session::Press::First);
    assert_eq!(way.refused(yes).reason, Refusal::OperatorMustAccept);
    for item in &ask {
        way.does(Command::Attest(item.clone()));
    }
    assert_eq!(way.state(), "confirm");
    let mut by_student = way.clone();
    by_student.student(StudentSays::Yes);
    assert_eq!(by_student.state(), "storing");
    let mut back = way.clone();
    back.does(Command::Attest(ask[0].clone()));
    assert_eq!(back.state(), "review", "a tick can be taken back");
    way.take(Event::Code(subject("b")));
    assert_eq!(way.state(), "storing", "and the next one is locked then");
}
