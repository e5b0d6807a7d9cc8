//! Somebody whose picture was refused is called from the queue: the scan must be theirs, the new picture takes the old
//! one's place, and everything else is as with anybody.

use tucai::domain::record::RetakeReason;
use tucai::domain::session::{
    CodeStep, Command, Earlier, Effect, Event, Expected, Number, Refusal, Replaces, Settings, State,
};
use tucai::domain::set_up::DeskKind;
use tucai::domain::time::WallTime;

use crate::support::way::{Way, record, shot_number, subject};

fn earlier(number: u8) -> Earlier {
    let captured_at = WallTime { unix_millis: 1, offset_minutes: 480 };
    Earlier { record: record(number), shot: shot_number(number.into()), captured_at }
}

/// Record 90, of `wang`, is to be taken again.
fn call() -> Command {
    Command::Expect(Some(Expected { earlier: earlier(90), digest: subject("wang").digest() }))
}

fn refused() -> Replaces {
    Replaces { earlier: earlier(90), reason: RetakeReason::Refused }
}

/// `name` shows the code, and the store knows this of it.
fn shown(mut way: Way, name: &str, known: Option<Earlier>) -> Way {
    way.take(Event::Code(subject(name)));
    way.take(Event::LookedUp { digest: subject(name).digest(), earlier: known });
    way
}

#[test]
fn whoever_was_called_is_locked_by_the_same_code_without_a_question() {
    // The centre asked for another picture: the old one still stands. Rejected in the review it does not.
    for known in [Some(earlier(90)), None] {
        let mut way = Way::new();
        assert_eq!(way.does(call()), [], "calling locks nobody");
        assert_eq!(way.state(), "waiting");
        let way = shown(way, "wang", known).lock_opens("wang");
        let lock = way.session.state().lock().unwrap();
        assert_eq!(lock.replaces, Some(refused()));
        assert_eq!(way.session.expected(), None, "and is awaited no more");
    }
}

#[test]
fn another_code_is_somebody_else_and_the_call_stands() {
    let mut way = Way::new();
    way.does(call());
    let mut way = way.scan("li");
    assert_eq!(way.session.state().lock().unwrap().replaces, None);
    assert!(way.session.expected().is_some());
    way.does(Command::Release);
    let way = shown(way, "wang", Some(earlier(90))).lock_opens("wang");
    assert_eq!(way.session.state().lock().unwrap().replaces, Some(refused()));
}

#[test]
fn a_newer_picture_of_the_same_code_is_asked_about() {
    let mut way = Way::new();
    way.does(call());
    let mut way = shown(way, "wang", Some(earlier(91)));
    assert!(matches!(way.session.state(), State::CodeRead(read) if read.step == CodeStep::Collected(earlier(91))));
    way.does(Command::RetakeCollected(RetakeReason::Wish));
    let way = way.lock_opens("wang");
    let replaces = way.session.state().lock().unwrap().replaces.unwrap();
    assert_eq!((replaces.earlier, replaces.reason), (earlier(91), RetakeReason::Wish));
}

#[test]
fn somebody_with_another_code_is_said_to_be_the_one() {
    let mut way = Way::new().scan("li");
    assert_eq!(way.may_not(call()).reason, Refusal::AlreadyLocked);
    way.does(Command::Replace(refused()));
    assert_eq!(way.session.state().lock().unwrap().replaces, Some(refused()));
}

#[test]
fn a_parked_one_who_was_called_keeps_number_and_link() {
    let mut way = Way::new().scan("wang");
    way.does(Command::Park);
    way.does(call());
    way.now += std::time::Duration::from_secs(5);
    let effects = way.take(Event::Code(subject("wang")));
    let kept = |effect: &Effect| matches!(effect, Effect::OpenLock { number: Number::Keep(_), .. });
    assert!(effects.iter().any(kept), "{effects:?}");
    let shot = shot_number(1);
    way.take(Event::LockOpened { digest: subject("wang").digest(), shot });
    let lock = way.session.state().lock().unwrap();
    assert_eq!((lock.shot, lock.replaces), (shot, Some(refused())));
}

#[test]
fn nobody_is_called_where_nobody_is_photographed_and_a_call_is_taken_back() {
    let mut scans = Way::with(Settings { desk: DeskKind::ScanOnly, ..Settings::default() });
    assert_eq!(scans.may_not(call()).reason, Refusal::OnlyScans);
    let mut way = Way::new();
    way.does(call());
    way.does(Command::Expect(None));
    assert_eq!(way.session.expected(), None);
}

#[cfg(feature = "window")]
mod window {
    use egui::Key;
    use tucai::domain::profiles::default_profile;
    use tucai::domain::record::RecordState;
    use tucai::domain::set_up::RunBy;
    use tucai::store::{CreateOptions, Filter, OpenOptions, SessionSettings, Store};
    use tucai::ui::memory::{Memory, Page};
    use tucai::ui::view::{Answer, Command, Question, RowMark, View};

    use crate::deciding_window::picture;
    use crate::support::program::Program;
    use crate::support::station::{SECRET_CODE, at, passphrase, session, store_one};
    use crate::support::window::{
        busy_day, click, framing, look, press, record, shot, shows, waiting, window, window_of, with_people,
    };

    #[test]
    fn a_row_that_is_to_be_retaken_is_called_by_click_and_key() {
        let memory = Memory { page: Page::Queue, ..Memory::default() };
        let mut shown = window_of(busy_day(), egui::vec2(1366.0, 768.0), memory);
        // 140 is the first row, 139 the first that is to be taken again.
        assert_eq!(click(&mut shown, "召来 A-0139"), [Command::CallBack(Some(record(39)))]);
        assert_eq!(shown.state().memory.page, Page::Shoot, "there the code is shown");
        press(&mut shown, Key::F3);
        shown.state_mut().memory.queue_row = 1;
        shown.run_steps(2);
        assert_eq!(press(&mut shown, Key::Enter), [Command::CallBack(Some(record(39)))]);
        shown.state_mut().view.queue[1].mark = RowMark::Called;
        press(&mut shown, Key::F3);
        shows(&shown, "A-0139 已叫，等本人扫码");
        with_people(&mut shown);
        look(&mut shown, "queue-called");
        assert_eq!(click(&mut shown, "不等了 A-0139"), [Command::CallBack(None)]);
        shows(&shown, "不等了 X");
        assert_eq!(press(&mut shown, Key::X), [Command::CallBack(None)]);
    }

    #[test]
    fn the_band_says_who_is_awaited_and_the_question_is_about_both() {
        let mut shown = window(View { expected: Some(shot(102)), ..waiting() });
        shows(&shown, "请 A-0102 来重拍");
        with_people(&mut shown);
        look(&mut shown, "expected");
        let question = Question::IsRetakeOf { locked: shot(137), record: record(2), shot: shot(102) };
        let mut shown = window(View { question: Some(question), ..framing() });
        shows(&shown, "是来重拍的同一位吗");
        shows(&shown, "锁定的是 A-0137，要重拍的是 A-0102");
        assert_eq!(press(&mut shown, Key::Num2), [Command::Answer(Answer::Yes)]);
        assert_eq!(press(&mut shown, Key::Num1), [Command::Answer(Answer::No)]);
        with_people(&mut shown);
        look(&mut shown, "question-retake");
    }

    /// A station on which A-0001 and A-0002 are stored, and A-0001 was rejected.
    fn station(made: &std::path::Path) -> Program {
        let (folder, frames) = (made.join("station"), made.join("frames"));
        std::fs::create_dir(&frames).unwrap();
        let options = CreateOptions { work_factor: 10, ..CreateOptions::default() };
        let mut store = Store::create(&folder, &passphrase(), &options, at(0)).unwrap();
        let backdrops = default_profile().unwrap().profile.background.colors.iter().map(|c| c.name.clone()).collect();
        let held = SessionSettings {
            run_by: Some(RunBy::School),
            backdrops,
            groups: Vec::new(),
            auto_accept_secs: 1,
            ..session()
        };
        store.new_session(&held, 0, at(0)).unwrap();
        let first = store_one(&mut store, 1).unwrap().id;
        store_one(&mut store, 2).unwrap();
        store.set_state(first, RecordState::Rejected, None, 0, at(9)).unwrap();
        drop(store);
        Program::opened(&folder, &frames)
    }

    /// The picture that is open is ticked and accepted by itself.
    fn stored(mut program: Program, made: &std::path::Path, shot: &str) -> Store {
        picture(&mut program, made);
        program.until_shown_part("各项通过 请核对 3 项");
        program.harness.key_press(Key::V);
        program.until_shown_part(&format!("{shot} 已保存"));
        drop(program);
        Store::open(&made.join("station"), &passphrase(), &OpenOptions::default(), at(100)).unwrap()
    }

    fn states(store: &Store) -> Vec<(String, RecordState, bool)> {
        let rows = store.list(&Filter::default()).unwrap().into_iter();
        rows.map(|row| (row.shot.to_string(), row.state, row.supersedes.is_some())).collect()
    }

    #[test]
    fn called_by_a_click_the_same_code_takes_the_old_pictures_place() {
        let made = tempfile::tempdir().unwrap();
        let mut program = station(made.path());
        program.harness.key_press(Key::F3);
        program.click("召来 A-0001");
        program.until_shown("请 A-0001 来重拍");
        program.scan("SOMEBODY-ELSE-0001");
        program.until_shown_part("A-0003");
        program.harness.key_press(Key::Escape);
        program.until_shown("请 A-0001 来重拍");
        program.scan(&format!("{SECRET_CODE}-1"));
        program.until_shown_part("A-0004");
        let store = stored(program, made.path(), "A-0004");
        let replaced = (String::from("A-0001"), RecordState::Superseded, false);
        assert_eq!(
            states(&store),
            [
                (String::from("A-0004"), RecordState::Approved, true),
                (String::from("A-0002"), RecordState::Approved, false),
                replaced,
            ]
        );
    }

    #[test]
    fn with_a_new_code_the_operator_says_whose_picture_is_replaced() {
        let made = tempfile::tempdir().unwrap();
        let mut program = station(made.path());
        program.scan("FETCHED-ANEW-0001");
        program.until_shown_part("A-0003");
        program.harness.key_press(Key::F3);
        program.click("召来 A-0001");
        program.until_shown("是来重拍的同一位吗");
        program.click("是同一位，替换原来那张 2");
        program.until_hidden_part("是来重拍的同一位吗");
        let store = stored(program, made.path(), "A-0003");
        assert_eq!(states(&store)[0], (String::from("A-0003"), RecordState::Approved, true));
        assert_eq!(states(&store)[2], (String::from("A-0001"), RecordState::Superseded, false));
    }

    #[test]
    fn a_rejection_that_was_a_slip_calls_nobody() {
        let made = tempfile::tempdir().unwrap();
        let mut program = station(made.path());
        program.harness.key_press(Key::F3);
        program.click("召来 A-0001");
        program.until_shown("请 A-0001 来重拍");
        program.harness.key_press(Key::F4);
        program.click("已退回 1");
        program.until_shown("撤销退回 A-0001 U");
        program.harness.key_press(Key::U);
        program.until_shown("已退回 0");
        program.harness.key_press(Key::F2);
        program.until_hidden_part("来重拍");
    }
}
