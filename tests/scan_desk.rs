//! Two desks: codes get numbers ahead of the camera, and a number joins a person only through what is scanned there.

use tucai::domain::code::{CodeSource, CorrectionLevel, Segment, SegmentMode, SubjectCode};
use tucai::domain::fault::StoreFault;
use tucai::domain::finding::Level;
use tucai::domain::ids::ShotNumber;
use tucai::domain::record::RetakeReason;
use tucai::domain::session::{
    Collected, Command, Cue, Earlier, Effect, Event, Gate, LockEnd, Note, Number, QueueRule, Refusal, Replaces,
    ScanDesk, SecondCopy, Settings, State, StoreTask, Subject, TurnedAway,
};
use tucai::domain::set_up::DeskKind;
use tucai::domain::slip::Slip;
use tucai::domain::time::WallTime;
use tucai::render::{symbol_image, symbol_of_segments};
use tucai::store::LockEnd as StoredEnd;
use tucai::vision::qr::{Effort, read_codes};

use crate::support::desk::Rig;
use crate::support::station::{Station, at, code, lock, record as stored_record, store_one};
use crate::support::way::{Way, live, ms, record, shot_number, subject};

fn desk(kind: DeskKind) -> Way {
    Way::with(Settings { desk: kind, ..Settings::default() })
}

fn slip_of(name: &str, shot: ShotNumber) -> Subject {
    let text = Slip::new(shot, subject(name).digest()).text();
    Subject { witness: None, ..subject(&text) }
}

/// A code at the scan desk gets this number.
fn gets_number(way: &mut Way, event: Event, name: &str, number: u32) {
    way.take(event);
    let digest = subject(name).digest();
    way.take(Event::Queued { digest, shot: shot_number(number) });
    way.now += ms(4_000);
}

fn given(way: &Way) -> Option<(ShotNumber, bool)> {
    match way.session.scan_desk() {
        ScanDesk::Given(ticket) => Some((ticket.shot, ticket.again)),
        _ => None,
    }
}

fn line(way: &Way) -> Vec<u32> {
    way.session.waiting_line().map(|parked| parked.lock.shot.number).collect()
}

#[test]
fn a_desk_that_only_scans_numbers_one_after_the_other_and_locks_nobody() {
    let mut way = desk(DeskKind::ScanOnly);
    let asked = way.take(Event::Code(subject("a")));
    assert_eq!(asked, [Effect::Queue { subject: Box::new(subject("a")), rule: QueueRule::OnlyNew }]);
    assert_eq!(given(&way), None, "nothing is shown before it is durable");
    assert_eq!(way.take(Event::Code(subject("a"))), [], "the same phone");
    assert_eq!(way.refused(Event::Code(subject("b"))).reason, Refusal::Busy);
    let told = way.take(Event::Queued { digest: subject("a").digest(), shot: shot_number(1) });
    assert_eq!(told, [Effect::PlayCue(Cue::CodeRead)]);
    assert_eq!(given(&way), Some((shot_number(1), false)));
    assert_eq!(way.take(Event::Code(subject("a"))), [], "still in sight");
    gets_number(&mut way, Event::Code(subject("b")), "b", 2);
    assert_eq!((way.state(), line(&way)), ("waiting", vec![1, 2]));
    assert_eq!(way.take(Event::Code(subject("a"))), [Effect::PlayCue(Cue::CodeRead)]);
    assert_eq!(given(&way), Some((shot_number(1), true)), "nobody gets two numbers");
    assert_eq!(way.may_not(Command::Recall(shot_number(1))).reason, Refusal::OnlyScans);
    assert_eq!(way.may_not(Command::Shoot).reason, Refusal::NothingLocked);
}

#[test]
fn what_the_store_refuses_gives_no_number() {
    let mut way = desk(DeskKind::ScanOnly);
    way.take(Event::Code(subject("a")));
    way.take(Event::StoreFailed { task: StoreTask::Queue, fault: StoreFault::DiskFull });
    assert_eq!((way.session.scan_desk(), line(&way)), (&ScanDesk::Idle, Vec::new()));
    way.take(Event::NewLocks(Gate::Closed(StoreFault::DiskFull)));
    assert_eq!(way.refused(Event::Code(subject("b"))).reason, Refusal::LocksStopped(StoreFault::DiskFull));
    assert_eq!(way.refused(Event::CodeAhead(subject("b"))).reason, Refusal::LocksStopped(StoreFault::DiskFull));
}

#[test]
fn somebody_with_a_picture_gets_a_number_only_when_the_operator_says_so_and_is_asked_at_the_camera() {
    let earlier = Earlier {
        record: record(7),
        shot: shot_number(7),
        captured_at: WallTime { unix_millis: 0, offset_minutes: 0 },
    };
    let digest = subject("a").digest();
    let mut way = desk(DeskKind::ScanOnly);
    way.take(Event::Code(subject("a")));
    let told = way.take(Event::QueueCollected { digest, found: Collected::Here(earlier) });
    assert_eq!(told, [Effect::PlayCue(Cue::AlreadyCollected)]);
    let mut turned = way.clone();
    let note = Note::TurnedAway { reason: TurnedAway::AlreadyCollected };
    assert_eq!(turned.does(Command::NoNumber), [Effect::Note(note)]);
    assert_eq!(turned.take(Event::Code(subject("a"))), [], "the phone is still there");
    let asked = way.does(Command::QueueAnyway);
    assert_eq!(asked, [Effect::Queue { subject: Box::new(subject("a")), rule: QueueRule::AllTheSame }]);
    way.take(Event::Queued { digest, shot: shot_number(8) });
    // The same session goes on as a camera desk.
    let settings = Settings::default();
    way.take(Event::Configure(Box::new(settings)));
    way.now += ms(4_000);
    assert_eq!(way.take(Event::Code(subject("a"))), [Effect::LookUp { digest }], "it is looked up again");
    way.take(Event::LookedUp { digest, earlier: Some(earlier) });
    let mut away = way.clone();
    let end = LockEnd::TurnedAway(TurnedAway::AlreadyCollected);
    let ended = away.does(Command::TurnAway(TurnedAway::AlreadyCollected));
    assert_eq!(ended, [Effect::EndLock { shot: shot_number(8), end }]);
    assert_eq!(line(&away), Vec::<u32>::new());
    let again = way.does(Command::RetakeCollected(RetakeReason::Refused));
    let number = Number::Keep(shot_number(8));
    let replaces = Some(Replaces { earlier, reason: RetakeReason::Refused });
    assert!(again.contains(&Effect::OpenLock { subject: Box::new(subject("a")), number, replaces }), "{again:?}");
    way.take(Event::LockOpened { digest, shot: shot_number(8) });
    let lock = way.session.state().lock().unwrap();
    assert_eq!(lock.replaces.map(|replaces| replaces.reason), Some(RetakeReason::Refused));
    assert_eq!(line(&way), Vec::<u32>::new());
}

#[test]
fn the_second_camera_numbers_people_while_somebody_is_photographed() {
    let mut way = desk(DeskKind::ScanAhead).scan("a").wait(2_000).sit();
    gets_number(&mut way, Event::CodeAhead(subject("b")), "b", 5);
    assert_eq!((way.state(), line(&way)), ("framing", vec![5]), "the way of the one in the chair is untouched");
    assert_eq!(way.take(Event::CodeAhead(subject("a"))), [], "that one sits in the chair");
    let mut way = way.shoot(Level::Pass);
    way.does(Command::Accept);
    let mut way = way.stored(SecondCopy::Landed).wait(5_000);
    // b sits down and shows the slip.
    let digest = subject("b").digest();
    assert_eq!(way.take(Event::Code(slip_of("b", shot_number(5)))), [Effect::LookUp { digest }]);
    let found = way.take(Event::LookedUp { digest, earlier: None });
    let number = Number::Keep(shot_number(5));
    assert!(matches!(&found[..], [Effect::OpenLock { number: with, .. }] if *with == number), "{found:?}");
    way.take(Event::LockOpened { digest, shot: shot_number(5) });
    let lock = way.session.state().lock().unwrap();
    assert_eq!((lock.shot, &lock.subject), (shot_number(5), &subject("b")), "with the witness of the scan desk");
    assert_eq!(line(&way), Vec::<u32>::new());
    assert_eq!(way.take(Event::Code(slip_of("b", shot_number(5)))), [], "the slip is still in sight");
    next_is_not_asked_about(way.wait(2_000).sit().shoot(Level::Pass), shot_number(5), "b");
}

/// Whoever comes next is not told that the slip of the one before is not theirs.
fn next_is_not_asked_about(mut way: Way, shot: ShotNumber, name: &str) {
    way.does(Command::Accept);
    assert_eq!(way.take(Event::Code(slip_of(name, shot))), [], "while it is stored");
    let mut way = way.stored(SecondCopy::Landed).wait(500);
    assert_eq!(way.take(Event::Code(slip_of(name, shot))), [], "on the way out");
    assert_eq!(way.session.slip_shown_alone(way.now), None);
    let way = way.wait(4_000).scan("next");
    assert!(!way.effects.iter().any(|effect| matches!(effect, Effect::Note(Note::SlipDiffers { .. }))));
}

#[test]
fn one_code_has_one_number_whichever_lens_sees_it() {
    let mut way = desk(DeskKind::ScanAhead);
    gets_number(&mut way, Event::CodeAhead(subject("b")), "b", 5);
    way.take(Event::CodeAhead(subject("c")));
    assert_eq!(way.refused(Event::CodeAhead(slip_of("b", shot_number(5)))).reason, Refusal::Busy);
    way.take(Event::Queued { digest: subject("c").digest(), shot: shot_number(6) });
    assert_eq!(line(&way), [5, 6], "a slip in between took nobody's number away");
    // The store knew the code already.
    way.now += ms(4_000);
    way.does(Command::LetGo(shot_number(6)));
    way.take(Event::CodeAhead(subject("d")));
    way.take(Event::Queued { digest: subject("d").digest(), shot: shot_number(7) });
    way.take(Event::WaitingFound { subject: subject("d"), shot: shot_number(7) });
    assert_eq!(line(&way), [5, 7]);
    // The record of the last one is undone: its code waits for a lock, and for no other number.
    let mut way = desk(DeskKind::ScanAhead).scan("a").wait(2_000).sit().shoot(Level::Pass);
    way.does(Command::Accept);
    let mut way = way.stored(SecondCopy::Landed).wait(500);
    way.does(Command::UndoLast);
    assert_eq!((way.state(), way.take(Event::CodeAhead(subject("a")))), ("undoing", Vec::new()));
}

#[test]
fn a_number_is_not_issued_while_somebody_of_an_earlier_session_holds_it() {
    let station = Station::new();
    let mut store = station.open();
    let yesterday = store.queue_lock(&lock(1), 1, at(1)).unwrap();
    let today = tucai::store::SessionSettings {
        id: tucai::domain::ids::SessionId::try_from("2026-B".to_owned()).unwrap(),
        ..store.current_session().unwrap().unwrap()
    };
    store.new_session(&today, 1, at(2)).unwrap();
    let lock_today = |n| tucai::store::NewLock { session: today.id.clone(), ..lock(n) };
    let next = store.queue_lock(&lock_today(2), 1, at(3)).unwrap();
    assert_eq!((yesterday.number, next.number), (1, 2));
    assert_eq!(store.take_lock(&lock_today(3), 1, at(4)).unwrap().number, 3);
    assert_eq!(store.held_for(code(2).digest()).unwrap().unwrap().shot, next);
    store.release_lock(ShotNumber { number: 3, ..next }, StoredEnd::Released, 1, at(5)).unwrap();
    assert!(store.recall(yesterday, code(2).digest(), 1, at(6)).is_err(), "another code");
    assert_eq!(store.recall(yesterday, code(1).digest(), 1, at(7)).unwrap().code, code(1));
}

#[test]
fn a_slip_that_was_taken_for_the_next_persons_asks_as_their_code_does() {
    let mut way = desk(DeskKind::ScanAhead).scan("a").wait(2_000).sit();
    gets_number(&mut way, Event::CodeAhead(subject("b")), "b", 5);
    assert_eq!(way.take(Event::Code(slip_of("b", shot_number(5)))), [Effect::PlayCue(Cue::Stop)]);
    assert!(way.session.state().lock().unwrap().question.is_some(), "never switched silently");
    let mut forged = Way::new().scan("a");
    assert_eq!(forged.refused(Event::Code(slip_of("b", shot_number(5)))).reason, Refusal::SlipOfAnother);
    let mut wrong = desk(DeskKind::ScanAhead);
    gets_number(&mut wrong, Event::CodeAhead(subject("b")), "b", 5);
    wrong.take(Event::Code(slip_of("c", shot_number(5))));
    assert_eq!(wrong.state(), "waiting", "the number alone calls nobody");
}

#[test]
fn at_another_station_a_slip_is_a_number_until_its_code_was_shown() {
    let theirs = ShotNumber { number: 31, ..shot_number(1) };
    let mut way = Way::new();
    assert_eq!(way.take(Event::Code(slip_of("a", theirs))), [Effect::PlayCue(Cue::CodeRead)]);
    assert_eq!(way.take(Event::Code(slip_of("a", theirs))), [], "once");
    assert_eq!((way.state(), way.session.slip_shown_alone(way.now)), ("waiting", Some(theirs)));
    let way = way.scan("a");
    let note = Note::SlipMatched { shot: shot_number(1), slip: theirs };
    assert!(way.effects.contains(&Effect::Note(note.clone())));
    let lock = way.session.state().lock().unwrap();
    assert_eq!((lock.shot, lock.queue_number), (shot_number(1), Some(theirs)), "its own number, and the queue's");
    // The code first, then the slip.
    let mut way = Way::new().scan("a");
    assert_eq!(way.take(Event::Code(slip_of("a", theirs))), [Effect::Note(note)]);
    assert_eq!(way.take(Event::Code(slip_of("a", theirs))), []);
    // Somebody else's slip: the code counts, and it is said.
    let mut way = Way::new();
    way.take(Event::Code(slip_of("b", theirs)));
    let way = way.scan("a");
    let differs = Note::SlipDiffers { shot: shot_number(1), slip: theirs };
    assert!(way.effects.contains(&Effect::Note(differs)));
    assert_eq!(way.session.state().lock().unwrap().queue_number, None);
    // A slip of long ago says nothing.
    let mut way = Way::new();
    way.take(Event::Code(slip_of("b", theirs)));
    let way = way.wait(61_000).scan("a");
    assert!(!way.effects.iter().any(|effect| matches!(effect, Effect::Note(_))), "{:?}", way.effects);
}

#[test]
fn a_slip_never_takes_the_place_of_the_code() {
    let slip = slip_of("a", shot_number(1));
    let mut way = Way::new().scan("a").wait(2_000).sit().watch(4_000, &live(0, Level::Fail));
    assert_eq!(way.state(), "interrupted");
    assert_eq!(way.refused(Event::Code(slip)).reason, Refusal::SlipIsNoCode);
    for text in ["TUCAI-SLIP:9:X", "TUCAI-SET:1:AAAA"] {
        for kind in DeskKind::ALL {
            assert_eq!(desk(kind).refused(Event::Code(subject(text))).reason, Refusal::NobodysCode, "{text}");
            assert_eq!(desk(kind).refused(Event::CodeAhead(subject(text))).reason, Refusal::NobodysCode, "{text}");
        }
    }
}

#[test]
fn somebody_who_does_not_come_is_let_go_and_the_number_is_not_given_again() {
    let mut way = desk(DeskKind::ScanOnly);
    gets_number(&mut way, Event::Code(subject("a")), "a", 1);
    gets_number(&mut way, Event::Code(subject("b")), "b", 2);
    let end = LockEnd::Released;
    assert_eq!(way.does(Command::LetGo(shot_number(1))), [Effect::EndLock { shot: shot_number(1), end }]);
    assert_eq!(line(&way), [2]);
    assert_eq!(way.may_not(Command::LetGo(shot_number(1))).reason, Refusal::NotParked);
    assert_eq!(way.refused(Event::Code(slip_of("a", shot_number(1)))).reason, Refusal::NotParked);
}

#[test]
fn who_waits_is_there_after_a_restart_and_after_the_index_was_lost() {
    let station = Station::new();
    let mut store = station.open();
    let seated = store.take_lock(&lock(1), 1, at(1)).unwrap();
    let waits = [store.queue_lock(&lock(2), 1, at(2)).unwrap(), store.queue_lock(&lock(3), 1, at(3)).unwrap()];
    let parked_then = store.open_lock().unwrap().unwrap().shot;
    assert_eq!(parked_then, seated, "a number ahead locks nobody");
    store.park(seated, 1, at(4)).unwrap();
    store.catch_up_all().unwrap();
    drop(store);
    for rebuilt in [false, true] {
        let again = if rebuilt { station.rebuild() } else { station.open() };
        let held: Vec<_> = again.parked().unwrap().iter().map(|lock| (lock.shot, lock.queued)).collect();
        assert_eq!(held, [(seated, false), (waits[0], true), (waits[1], true)]);
        assert!(again.verify().unwrap().is_sound());
    }
    let mut store = station.open();
    store.recall(waits[0], code(2).digest(), 1, at(5)).unwrap();
    assert_eq!(store.open_lock().unwrap().unwrap().code, code(2));
    store.save(stored_record(waits[0], 2), at(6)).unwrap();
    store.release_lock(waits[1], StoredEnd::Released, 1, at(7)).unwrap();
    store_one(&mut store, 9).unwrap();
    drop(store);
    let store = station.rebuild();
    assert_eq!(store.parked().unwrap().len(), 1);
    assert_eq!(store.list(&tucai::store::Filter::default()).unwrap().len(), 2);
}

#[test]
fn a_desk_with_a_store_numbers_guns_codes_and_keeps_them() {
    let mut rig = Rig::new();
    rig.desk.configure(Settings { desk: DeskKind::ScanOnly, ..Settings::default() }, rig.now);
    let gun = |rig: &mut Rig, text: &str| {
        let code = SubjectCode::new(text.as_bytes().to_vec()).unwrap();
        rig.desk.gun(code, rig.now).unwrap();
        rig.desk.tick(rig.now, crate::support::desk::wall());
    };
    gun(&mut rig, "STUDENT-1");
    gun(&mut rig, "STUDENT-2");
    gun(&mut rig, "STUDENT-1");
    let ScanDesk::Given(ticket) = rig.desk.session().scan_desk() else { panic!() };
    assert_eq!((ticket.shot.number, ticket.again), (1, true));
    assert_eq!((rig.desk.tally().queued, rig.desk.tally().locked), (2, 2));
    assert!(matches!(rig.desk.state(), State::Waiting));
    rig.does(Command::LetGo(shot_number(2)));
    rig.desk.tick(rig.now, crate::support::desk::wall());
    assert_eq!(rig.desk.tally().released, 1);
    // The slip of the one who waits calls that one at the camera.
    rig.desk.configure(Settings::default(), rig.now);
    let code = SubjectCode::new(b"STUDENT-1".to_vec()).unwrap();
    let slip = Slip::new(shot_number(1), code.digest()).text();
    gun(&mut rig, &slip);
    assert_eq!((rig.state(), rig.shot()), ("locked", String::from("A-0001")));
    let (store, _folder) = rig.store();
    let held = store.open_lock().unwrap().unwrap();
    assert_eq!((held.code, held.source, held.queued), (code, CodeSource::Gun, false));
    assert!(store.parked().unwrap().is_empty());
}

#[test]
fn the_programs_own_reader_reads_a_slip_at_arms_length() {
    let slip = slip_of("a", shot_number(137));
    let text = slip.code.as_bytes().to_vec();
    let segments = vec![Segment { mode: SegmentMode::Alphanumeric, bytes: text.clone() }];
    let symbol = symbol_of_segments(segments, CorrectionLevel::Q).unwrap();
    // 40 mm of paper at 45 cm before 720 lines of an ordinary webcam are some 110 pixels.
    let drawn = symbol_image(&symbol, 3, 4).unwrap();
    assert!(drawn.width() <= 125, "{} pixels", drawn.width());
    let mut frame = image::GrayImage::from_pixel(1280, 720, image::Luma([200]));
    image::imageops::overlay(&mut frame, &drawn, 600, 300);
    let read = read_codes(&frame, Effort::Live);
    assert_eq!(read.first().map(|one| one.code.as_bytes().to_vec()), Some(text));
}

#[cfg(feature = "window")]
mod window {
    use egui::Key;
    use egui_kittest::kittest::Queryable as _;
    use tucai::domain::set_up::DeskKind;
    use tucai::text::Lang;
    use tucai::text::scan_desk::ScanWord;
    use tucai::ui::memory::{Memory, Page};
    use tucai::ui::scan_desk::{ScanView, Ticket};
    use tucai::ui::view::{Answer, Command, Gate, Question, QueueRow, RowMark, Stage, Subject, View};

    use super::shot_number;
    use crate::support::program::Program;
    use crate::support::window::{click, is_shown, look, press, shows, waiting, window, window_of};

    fn numbered() -> View {
        let ticket = Ticket { shot: shot_number(137), group: Some(String::from("会计2201")), again: false };
        let subject = Subject {
            shot: shot_number(137),
            digest: String::from("9f3a71c2"),
            tail: None,
            slip: None,
            replaces: None,
            witness: None,
            seconds_left: None,
            shots_taken: 0,
        };
        let scan =
            ScanView { kind: DeskKind::ScanOnly, ticket: Some(ticket), waiting: 4, given: 9, ..ScanView::default() };
        View { stage: Stage::Numbered, subject: Some(subject), scan, ..waiting() }
    }

    #[test]
    fn the_number_is_large_with_its_group_and_one_key_prints_the_slip() {
        let mut shown = window(numbered());
        shown.run_steps(2);
        for wanted in ["请记住号码 去等拍", "A-0137", "会计2201", "今天发号 9，等拍 4"] {
            shows(&shown, wanted);
        }
        look(&mut shown, "scan-desk-number");
        assert_eq!(press(&mut shown, Key::P), [Command::PrintSlip]);
        assert_eq!(click(&mut shown, "号条… P"), [Command::PrintSlip]);
        assert!(!is_shown(&shown, "放行 Esc"), "nobody is locked");
        let mut light =
            window_of(numbered(), egui::vec2(1366.0, 698.0), Memory { light_theme: true, ..Memory::default() });
        shows(&light, "今天发号 9，等拍 4");
        look(&mut light, "scan-desk-number-light");
    }

    #[test]
    fn a_code_with_a_picture_is_asked_about() {
        let question = Some(Question::GiveNumber { shot: shot_number(112) });
        let scan = ScanView { kind: DeskKind::ScanOnly, collected: Some(shot_number(112)), ..ScanView::default() };
        let mut shown = window(View { question, scan, stage: Stage::Collected, ..waiting() });
        shows(&shown, "A-0112");
        look(&mut shown, "scan-desk-collected");
        assert_eq!(press(&mut shown, Key::Num1), [Command::Answer(Answer::No)]);
        assert_eq!(press(&mut shown, Key::Num2), [Command::Answer(Answer::Yes)]);
    }

    #[test]
    fn the_camera_desk_sees_the_line_and_the_slip_that_was_shown() {
        let scan =
            ScanView { kind: DeskKind::ScanAhead, waiting: 2, next: Some(shot_number(138)), ..ScanView::default() };
        let mut shown = window(View { scan, ..waiting() });
        shows(&shown, "等拍 2 位，下一位 A-0138");
        look(&mut shown, "scan-desk-ahead");
        let scan = ScanView { slip: Some(shot_number(31)), ..ScanView::default() };
        let shown = window(View { scan, ..waiting() });
        shows(&shown, "号条 A-0031");
        shows(&shown, "请再出示采集码");
    }

    #[test]
    fn who_waits_stands_on_top_of_the_queue_and_is_called_or_let_go_by_a_key() {
        let row = |number, mark, at: &str| QueueRow {
            shot: shot_number(number),
            record: None,
            digest: String::from("9f3a71c2"),
            tail: None,
            group: None,
            picture: None,
            mark,
            at: at.to_owned(),
            simulated: false,
        };
        let queue = vec![
            row(138, RowMark::Waiting, "第 1 位"),
            row(139, RowMark::Waiting, "第 2 位"),
            row(120, RowMark::Stored, "10:02"),
        ];
        let scan = ScanView { kind: DeskKind::ScanAhead, ..ScanView::default() };
        let memory = || Memory { page: Page::Queue, ..Memory::default() };
        let view = View { queue, scan, ..waiting() };
        let mut shown = window_of(view.clone(), egui::vec2(1366.0, 768.0), memory());
        shows(&shown, "A-0138 等拍 第 1 位");
        shows(&shown, "等拍 2");
        look(&mut shown, "scan-desk-queue");
        assert_eq!(press(&mut shown, Key::Enter), [Command::Recall(shot_number(138))]);
        press(&mut shown, Key::ArrowDown);
        assert_eq!(press(&mut shown, Key::X), [Command::LetGo(shot_number(139))]);
        let scan = ScanView { kind: DeskKind::ScanOnly, ..ScanView::default() };
        let shown = window_of(View { scan, ..view }, egui::vec2(1366.0, 768.0), memory());
        assert!(!is_shown(&shown, "召来 A-0138"), "a desk that only scans calls nobody");
    }

    #[test]
    fn whoever_shows_a_code_beside_the_chair_sees_it_and_reads_what_helps() {
        use tucai::domain::code_help::{CodeHelp, CodeSight};
        use tucai::ui::scan_desk::ScanLive;
        use tucai::ui::scan_screen::{ScanScreenView, screen_ui};
        use tucai::ui::view::Picture;

        let paint = |ticket: Option<Ticket>, help: Option<(CodeHelp, CodeSight)>, name: &str| {
            let mut camera: Option<egui::TextureHandle> = None;
            let mut shown = egui_kittest::Harness::builder()
                .with_size(egui::vec2(1280.0, 720.0))
                .with_context_setup(tucai::ui::set_up)
                .build_ui(move |ui| {
                    let texture = camera.get_or_insert_with(|| {
                        let grey = egui::ColorImage::filled([64, 36], egui::Color32::GRAY);
                        ui.ctx().load_texture("scan camera", grey, egui::TextureOptions::LINEAR)
                    });
                    let code = Some([[700.0, 200.0], [900.0, 210.0], [890.0, 410.0], [690.0, 400.0]]);
                    let picture = Picture { texture: texture.id(), size: [64.0, 36.0] };
                    let live = Some(ScanLive { picture, size: [1280.0, 720.0], code, help });
                    let scan =
                        ScanView { kind: DeskKind::ScanAhead, ticket: ticket.clone(), live, ..ScanView::default() };
                    let rect = ui.max_rect();
                    screen_ui(ui, rect, &ScanScreenView::of(&View { scan, simulated: true, ..waiting() }));
                });
            shown.run_steps(2);
            look(&mut shown, name);
            crate::support::window::names_of(&shown)
        };
        let contains = |names: &[String], wanted: &str| assert!(names.iter().any(|name| name == wanted), "{names:?}");
        let waiting = paint(None, None, "scan-screen-waiting");
        contains(&waiting, "请出示采集码");
        let sight = CodeSight { module_px: 1.2, light: 200.0, dark: 30.0, burnt: 0.0, detail: 0.9, cut: false };
        let help = Some((CodeHelp::Closer, sight));
        contains(&paint(None, help, "scan-screen-help"), tucai::text::code::help(CodeHelp::Closer, Lang::Zh));
        let ticket = Ticket { shot: shot_number(137), group: Some(String::from("会计2201")), again: false };
        contains(&paint(Some(ticket), help, "scan-screen-number"), "A-0137");
    }

    #[test]
    fn every_word_of_the_scan_desk_can_be_drawn() {
        for lang in [Lang::Zh, Lang::En] {
            let codes = ScanWord::ALL.iter().map(|word| word.text(lang).to_owned()).collect();
            let mut shown = window(View { lang, question: Some(Question::WhichCode { codes }), ..waiting() });
            shown.run_steps(2);
        }
    }

    #[test]
    fn a_station_that_only_scans_hands_out_numbers_and_knows_them_after_a_restart() {
        let made = tempfile::tempdir().unwrap();
        let folder = made.path().join("station");
        let frames = tempfile::tempdir().unwrap();
        let mut program = Program::start(&folder, frames.path());
        program.make_station();
        program.until(|gate| *gate == Gate::Open);
        program.until_shown("谁来组织 学校");
        program.type_into("场次名", "春季");
        program.click("谁来组织 学校");
        program.click("下一步 Enter");
        program.click("中心收哪种底色 蓝色");
        program.click("扫码按键声音");
        program.click("这台做什么 本台只扫码");
        program.harness.get_all_by_label("开始").last().unwrap().click();
        program.harness.run_steps(3);
        program.harness.get_all_by_label("开始").last().unwrap().click();
        program.until_shown_part("准备场次 春季");
        program.scan("STUDENT-0001");
        program.until_shown("A-0001");
        program.until_shown("请记住号码 去等拍");
        program.scan("STUDENT-0002");
        program.until_shown("A-0002");
        program.until_shown_part("今天发号 2，等拍 2");
        drop(program);
        let mut program = Program::start(&folder, frames.path());
        program.type_into("口令", "a long passphrase");
        program.click("打开");
        program.until(|gate| *gate == Gate::Open);
        program.harness.key_press(Key::F3);
        program.harness.run_steps(8);
        program.until_shown("A-0001 等拍 第 1 位");
        program.until_shown("A-0002 等拍 第 2 位");
    }
}
