//! Behaviour of the session: the way of one student, and every event in every state.

use tucai::domain::fault::{CameraFault, StoreFault};
use tucai::domain::finding::{CheckId, Level, Severity};
use tucai::domain::ids::ShotNumber;
use tucai::domain::record::{ConfirmedBy, OverrideReason, RecordState, RetakeReason};
use tucai::domain::record_states::{advance, allowed};
use tucai::domain::session::{
    Answer, AutomaticShot, Collected, Command, ConfirmRule, Cue, Draft, Earlier, Effect, Event, Gate, Interruption,
    LastFour, LockEnd, Note, Number, OverrideRequest, Press, Question, Refusal, Replaces, SecondCopy, Settings,
    ShotFault, State, StoreTask, StudentSays, TurnedAway, Walk,
};
use tucai::domain::time::WallTime;

use crate::support::way::{Way, finding, jpeg, judged, live, ms, record, shot_number, subject};

fn earlier() -> Earlier {
    Earlier { record: record(7), shot: shot_number(7), captured_at: WallTime { unix_millis: 0, offset_minutes: 480 } }
}

fn cues(effects: &[Effect]) -> Vec<Cue> {
    effects.iter().filter_map(|e| if let Effect::PlayCue(cue) = e { Some(*cue) } else { None }).collect()
}

fn draft(effects: &[Effect]) -> &Draft {
    effects.iter().find_map(|e| if let Effect::Store(draft) = e { Some(&**draft) } else { None }).expect("a draft")
}

fn ended(effects: &[Effect]) -> Option<(ShotNumber, LockEnd)> {
    effects.iter().find_map(|e| if let Effect::EndLock { shot, end } = e { Some((*shot, *end)) } else { None })
}

fn override_of(check: CheckId, second: Option<u32>) -> Command {
    let reason = OverrideReason::FalseAlarm;
    Command::Override(OverrideRequest { check, reason, text: None, second })
}

// ---- every event in every state -------------------------------------------------------------------------------

/// One way into each state.
fn states() -> Vec<(&'static str, Way)> {
    let looking = {
        let mut way = Way::new();
        way.take(Event::Code(subject("a")));
        way
    };
    let collected = {
        let mut way = looking.clone();
        way.take(Event::LookedUp { digest: subject("a").digest(), earlier: Some(earlier()) });
        way
    };
    let numbering = {
        let mut way = looking.clone();
        way.take(Event::LookedUp { digest: subject("a").digest(), earlier: None });
        way
    };
    let locked = Way::new().scan("a");
    let framing = locked.clone().wait(2_000).sit();
    let interrupted = framing.clone().watch(4_000, &live(0, Level::Fail));
    let burst = {
        let mut way = framing.clone();
        way.does(Command::Shoot);
        way
    };
    let judging = {
        let mut way = burst.clone();
        let attempt = way.attempt();
        way.take(Event::BurstTaken { attempt });
        way
    };
    let review = framing.clone().shoot(Level::Fail);
    let confirm = framing.clone().shoot(Level::Pass);
    let storing = {
        let mut way = confirm.clone();
        way.does(Command::Accept);
        way
    };
    let stored = storing.clone().stored(SecondCopy::Landed);
    let undoing = {
        let mut way = stored.clone();
        way.does(Command::UndoLast);
        way
    };
    vec![
        ("waiting", Way::new()),
        ("looking up", looking),
        ("collected", collected),
        ("numbering", numbering),
        ("locked", locked),
        ("framing", framing),
        ("interrupted", interrupted),
        ("burst", burst),
        ("judging", judging),
        ("review", review),
        ("confirm", confirm),
        ("storing", storing),
        ("stored", stored),
        ("undoing", undoing),
    ]
}

/// Every event, the ones that depend on the state in the form that fits it.
fn events(way: &Way) -> Vec<(&'static str, Event)> {
    let attempt = match way.session.state() {
        State::Shot(shooting) => shooting.attempt,
        _ => 1,
    };
    let digest = subject("a").digest();
    let command = |command| Event::Operator(command, Press::First);
    let says = |says| Event::Student(says, Press::First);
    let replaces = Replaces { earlier: earlier(), reason: RetakeReason::Refused };
    let store_failed = |task| Event::StoreFailed { task, fault: StoreFault::DiskFull };
    let (shot, record) = (shot_number(1), record(1));
    vec![
        ("tick", Event::Tick),
        ("same code", Event::Code(subject("a"))),
        ("other code", Event::Code(subject("b"))),
        ("live", Event::Live(live(1, Level::Fail))),
        ("looked up", Event::LookedUp { digest, earlier: None }),
        ("lock opened", Event::LockOpened { digest, shot }),
        ("lock found", Event::LockFound { subject: subject("a"), shot, row: None, replaces: None }),
        ("parked found", Event::ParkedFound { subject: subject("p"), shot: shot_number(9), row: None, replaces: None }),
        ("code ahead", Event::CodeAhead(subject("b"))),
        ("waiting found", Event::WaitingFound { subject: subject("w"), shot: shot_number(8) }),
        ("queued", Event::Queued { digest, shot }),
        ("queue collected", Event::QueueCollected { digest, found: Collected::Here(earlier()) }),
        ("burst taken", Event::BurstTaken { attempt }),
        ("judged", Event::Judged { attempt, shot: Box::new(judged(Level::Pass)) }),
        ("shot failed", Event::ShotFailed { attempt, fault: ShotFault::NoFrames }),
        ("record stored", Event::RecordStored { record, shot, copy: SecondCopy::Landed }),
        ("copy landed", Event::CopyLanded { record }),
        ("withdrawn", Event::Withdrawn { record }),
        ("look-up failed", store_failed(StoreTask::LookUp)),
        ("lock failed", store_failed(StoreTask::OpenLock)),
        ("queue failed", store_failed(StoreTask::Queue)),
        ("end failed", store_failed(StoreTask::EndLock)),
        ("store failed", store_failed(StoreTask::Store)),
        ("withdraw failed", store_failed(StoreTask::Withdraw)),
        ("note failed", store_failed(StoreTask::Note)),
        ("camera lost", Event::CameraLost(CameraFault::Unplugged)),
        ("camera returned", Event::CameraReturned),
        ("new locks", Event::NewLocks(Gate::Closed(StoreFault::DiskFull))),
        ("configure", Event::Configure(Box::default())),
        ("shoot", command(Command::Shoot)),
        ("open photo", command(Command::OpenPhoto)),
        ("use photo", command(Command::UsePhoto)),
        ("close photo", command(Command::ClosePhoto)),
        ("accept", command(Command::Accept)),
        ("retake", command(Command::Retake)),
        ("release", command(Command::Release)),
        ("park", command(Command::Park)),
        ("recall", command(Command::Recall(shot_number(3)))),
        ("let go", command(Command::LetGo(shot_number(3)))),
        ("queue anyway", command(Command::QueueAnyway)),
        ("no number", command(Command::NoNumber)),
        ("no code", command(Command::TurnAway(TurnedAway::NoCode))),
        ("unreadable", command(Command::TurnAway(TurnedAway::Unreadable))),
        ("already collected", command(Command::TurnAway(TurnedAway::AlreadyCollected))),
        ("not compliant", command(Command::TurnAway(TurnedAway::NotCompliant))),
        ("undo", command(Command::UndoLast)),
        ("more shots", command(Command::MoreShots)),
        ("confirm witness", command(Command::ConfirmWitness)),
        ("choose frame", command(Command::ChooseFrame(1))),
        ("retake collected", command(Command::RetakeCollected(RetakeReason::IdentityCheck))),
        ("replace", command(Command::Replace(replaces))),
        ("answer", command(Command::Answer(Answer::Keep))),
        ("attest", command(Command::Attest(String::from("jewellery")))),
        ("override", command(override_of(CheckId::EyesOpen, None))),
        ("vouch", command(Command::VouchForCode { second: Some(2) })),
        ("last four", command(Command::LastFour(LastFour::new("123X").unwrap()))),
        ("roster row", command(Command::RosterRow(String::from("row")))),
        ("notice", command(Command::AcknowledgeNotice)),
        ("silence", command(Command::Silence)),
        ("yes", says(StudentSays::Yes)),
        ("once more", says(StudentSays::OnceMore)),
        ("that is mine", says(StudentSays::ThatIsMine)),
    ]
}

/// Taken in every state.
const ALWAYS: &[&str] = &[
    "tick",
    "live",
    "copy landed",
    "end failed",
    "note failed",
    "camera lost",
    "camera returned",
    "new locks",
    "configure",
    "parked found",
    "code ahead",
    "waiting found",
    "queue failed",
];

/// What else each state takes; everything that is not named is refused and changes nothing.
fn taken(state: &str) -> &'static [&'static str] {
    const DATA: [&str; 4] = ["replace", "last four", "roster row", "notice"];
    match state {
        "waiting" => &["same code", "other code", "lock found", "no code", "unreadable"],
        "stored" => &["same code", "other code", "no code", "unreadable", "undo"],
        "looking up" => &["same code", "looked up", "look-up failed", "lock failed"],
        "collected" => &[
            "same code",
            "other code",
            "look-up failed",
            "lock failed",
            "release",
            "already collected",
            "retake collected",
        ],
        "numbering" => &["same code", "lock opened", "look-up failed", "lock failed"],
        "locked" | "framing" => &[
            "same code",
            "other code",
            "shoot",
            "open photo",
            "release",
            "park",
            "no code",
            "unreadable",
            "already collected",
            "not compliant",
            DATA[0],
            DATA[1],
            DATA[2],
            DATA[3],
        ],
        "interrupted" => &[
            "same code",
            "other code",
            "shoot",
            "open photo",
            "release",
            "park",
            "no code",
            "unreadable",
            "already collected",
            "not compliant",
            DATA[0],
            DATA[1],
            DATA[2],
            DATA[3],
            "confirm witness",
            "that is mine",
        ],
        "burst" => &["same code", "burst taken", "judged", "shot failed", DATA[0], DATA[1], DATA[2], DATA[3]],
        "judging" => &["same code", "judged", "shot failed", DATA[0], DATA[1], DATA[2], DATA[3]],
        "review" => &[
            "same code",
            "other code",
            "retake",
            "release",
            "no code",
            "unreadable",
            "already collected",
            "not compliant",
            "choose frame",
            "override",
            "once more",
            DATA[0],
            DATA[1],
            DATA[2],
            DATA[3],
        ],
        "confirm" => &[
            "same code",
            "other code",
            "accept",
            "retake",
            "release",
            "no code",
            "unreadable",
            "already collected",
            "not compliant",
            "choose frame",
            "yes",
            "once more",
            DATA[0],
            DATA[1],
            DATA[2],
            DATA[3],
        ],
        "storing" => &["same code", "other code", "record stored", "store failed"],
        "undoing" => &["withdrawn", "withdraw failed"],
        other => panic!("no such state: {other}"),
    }
}

#[test]
fn every_event_in_every_state_is_taken_or_refused_as_the_table_says() {
    let mut wrong = Vec::new();
    for (state, way) in states() {
        for (name, event) in events(&way) {
            let mut session = way.session.clone();
            let result = session.apply(event, way.now);
            let wanted = ALWAYS.contains(&name) || taken(state).contains(&name);
            if result.is_ok() != wanted {
                wrong.push(format!("{state} + {name}: {result:?}, wanted taken={wanted}"));
            }
            if result.is_err() && session != way.session {
                wrong.push(format!("{state} + {name}: refused, and yet the state changed"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_reaches_every_state() {
    let mut names: Vec<_> = states().iter().map(|(_, way)| way.state()).collect();
    names.dedup();
    assert_eq!(
        names,
        [
            "waiting",
            "code read",
            "locked",
            "framing",
            "interrupted",
            "shot",
            "review",
            "confirm",
            "storing",
            "stored",
            "undoing"
        ]
    );
}

#[test]
fn a_held_key_does_nothing_anywhere() {
    for (_, mut way) in states() {
        for event in [
            Event::Operator(Command::Accept, Press::Repeat),
            Event::Operator(Command::Shoot, Press::Repeat),
            Event::Student(StudentSays::Yes, Press::Repeat),
        ] {
            assert_eq!(way.refused(event).reason, Refusal::KeyRepeat);
        }
    }
}

#[test]
fn every_pair_of_record_states_is_allowed_or_refused_as_the_table_says() {
    use RecordState as R;
    let legal = [
        (R::Stored, vec![R::Approved, R::Rejected, R::Withdrawn, R::Superseded]),
        (R::Approved, vec![R::Sealed, R::Rejected, R::Withdrawn, R::Superseded]),
        (R::Sealed, vec![R::Delivered, R::Withdrawn, R::Superseded]),
        (R::Delivered, vec![R::Received, R::Resend, R::Retake, R::Withdrawn, R::Superseded]),
        (R::Received, vec![R::Resend, R::Retake, R::Withdrawn, R::Superseded, R::Purged]),
        (R::Resend, vec![R::Sealed, R::Withdrawn, R::Superseded]),
        (R::Retake, vec![R::Received, R::Resend, R::Withdrawn, R::Superseded, R::Purged]),
        (R::Rejected, vec![R::Superseded, R::Purged]),
        (R::Withdrawn, vec![R::Purged]),
        (R::Superseded, vec![R::Purged]),
        (R::Purged, vec![]),
    ];
    assert_eq!(legal.len(), R::ALL.len());
    for (from, to_states) in legal {
        for to in R::ALL {
            assert_eq!(allowed(from, to), to_states.contains(&to), "{} -> {}", from.as_str(), to.as_str());
            assert_eq!(advance(from, to).is_ok(), allowed(from, to));
        }
    }
    for from in R::ALL {
        assert_eq!(allowed(from, R::Sealed), matches!(from, R::Approved | R::Resend), "only approved is sealed");
    }
}

// ---- the way ---------------------------------------------------------------------------------------------------

#[test]
fn the_whole_way_shoots_by_itself_and_is_green_only_after_the_commit() {
    let way = Way::new().scan("a");
    assert_eq!(way.state(), "locked");
    assert_eq!(cues(&way.effects), [Cue::CodeRead]);
    let mut way = way.wait(2_000).watch(700, &live(1, Level::Pass));
    assert_eq!(way.state(), "framing");
    way.effects.clear();
    let way = way.watch(1_300, &live(1, Level::Pass));
    assert_eq!(way.state(), "shot", "0.8 s of hold, then two beats less the lead");
    let burst = way.effects.iter().position(|e| matches!(e, Effect::TakeBurst { .. })).unwrap();
    assert_eq!(cues(&way.effects[..burst]), [Cue::Beat, Cue::Beat]);
    let mut way = way.wait(600);
    assert_eq!(cues(&way.effects), [Cue::Beat, Cue::Beat, Cue::Shutter]);
    let attempt = way.attempt();
    way.take(Event::BurstTaken { attempt });
    let mut way = way.judge(judged(Level::Pass));
    assert_eq!(way.state(), "confirm");
    let effects = way.does(Command::Accept);
    assert_eq!(way.state(), "storing");
    assert!(cues(&effects).is_empty(), "nothing is heard before the commit");
    let draft = draft(&effects);
    assert_eq!(draft.subject, subject("a"));
    assert_eq!(draft.shot, shot_number(1));
    assert_eq!(draft.confirmed_by, ConfirmedBy::Operator);
    let way = way.wait(5_000);
    assert_eq!(way.state(), "storing", "however long it takes");
    let mut way = way;
    way.effects.clear();
    let way = way.stored(SecondCopy::Landed);
    assert_eq!(cues(&way.effects), [Cue::Stored]);
    let way = way.wait(1_150);
    assert_eq!(way.state(), "stored");
    assert_eq!(way.wait(100).state(), "waiting");
}

#[test]
fn the_lock_is_shown_only_when_it_is_durable() {
    let mut way = Way::new();
    let digest = subject("a").digest();
    assert_eq!(way.take(Event::Code(subject("a"))), [Effect::LookUp { digest }]);
    let effects = way.take(Event::LookedUp { digest, earlier: None });
    assert_eq!(effects, [Effect::OpenLock { subject: Box::new(subject("a")), number: Number::New, replaces: None }]);
    assert_eq!(way.state(), "code read");
    assert!(way.session.state().lock().is_none());
    way.take(Event::StoreFailed { task: StoreTask::OpenLock, fault: StoreFault::DiskFull });
    assert_eq!(way.state(), "waiting");
    way.take(Event::Code(subject("a")));
    assert_eq!(way.state(), "waiting", "the phone that is still held up does not try again and again");
    let mut way = way.wait(3_100);
    way.take(Event::Code(subject("a")));
    assert_eq!(way.state(), "code read");
}

#[test]
fn a_lock_without_a_face_warns_at_60_s_and_ends_at_90_s() {
    let mut way = Way::new().scan("a");
    way.effects.clear();
    let way = way.wait(59_900);
    assert!(way.effects.is_empty());
    let way = way.wait(100);
    assert_eq!(cues(&way.effects), [Cue::Attention]);
    let way = way.wait(29_900);
    assert_eq!(way.state(), "locked");
    let way = way.wait(100);
    assert_eq!(ended(&way.effects), Some((shot_number(1), LockEnd::Expired)));
    assert_eq!(way.state(), "waiting");
}

#[test]
fn a_face_puts_the_end_of_the_lock_off() {
    let way = Way::new().scan("a").wait(80_000).sit().wait(80_000);
    assert_eq!(way.state(), "framing");
    assert_eq!(way.wait(11_000).state(), "waiting");
}

#[test]
fn one_walk_from_the_scan_to_the_chair_is_allowed() {
    // The face at the scan, the walk, the chair.
    let way = Way::new().scan("a").watch(500, &live(1, Level::Fail)).watch(4_000, &live(0, Level::Fail));
    assert_eq!(way.state(), "locked");
    let way = way.watch(500, &live(1, Level::Fail));
    assert_eq!(way.state(), "framing");
    assert_eq!(way.session.state().lock().unwrap().walk, Walk::Used);
    // A second walk is none.
    let way = way.watch(2_900, &live(0, Level::Fail));
    assert_eq!(way.state(), "framing", "looking down for a moment is no absence");
    let way = way.watch(400, &live(0, Level::Fail));
    assert_eq!(way.state(), "interrupted");
    assert!(cues(&way.effects).contains(&Cue::Stop));
}

#[test]
fn whoever_was_in_place_may_not_walk_any_more() {
    let way = Way::new().scan("a").watch(500, &live(1, Level::Pass)).watch(3_500, &live(0, Level::Fail));
    assert_eq!(way.state(), "interrupted");
}

#[test]
fn a_second_face_interrupts_framing_but_not_the_lock_before_it() {
    let way = Way::new().scan("a").watch(2_000, &live(2, Level::Fail));
    assert_eq!(way.state(), "locked");
    let way = way.sit().watch(200, &live(2, Level::Fail)).watch(200, &live(1, Level::Fail));
    assert_eq!(way.state(), "framing", "a single wrong frame does not interrupt");
    let way = way.watch(500, &live(2, Level::Fail));
    assert_eq!(way.state(), "interrupted");
    assert!(
        way.effects
            .contains(&Effect::Note(Note::Interrupted { shot: shot_number(1), cause: Interruption::SecondFace }))
    );
}

fn interrupted() -> Way {
    let way = Way::new().scan("a").wait(2_000).sit().watch(4_000, &live(0, Level::Fail));
    assert_eq!(way.state(), "interrupted");
    way
}

#[test]
fn after_an_interruption_no_picture_comes_by_itself() {
    let way = interrupted().watch(10_000, &live(1, Level::Pass));
    assert_eq!(way.state(), "interrupted");
    assert!(!way.effects.iter().any(|e| matches!(e, Effect::TakeBurst { .. })));
}

#[test]
fn the_same_code_or_both_people_end_an_interruption() {
    let mut way = interrupted();
    way.take(Event::Code(subject("a")));
    assert_eq!(way.state(), "locked");
    let mut way = interrupted();
    way.does(Command::ConfirmWitness);
    assert_eq!(way.state(), "interrupted", "one of them is not enough");
    let effects = way.student(StudentSays::ThatIsMine);
    assert_eq!(effects, [Effect::Note(Note::WitnessConfirmed { shot: shot_number(1) })]);
    assert_eq!(way.state(), "framing");
}

#[test]
fn a_picture_taken_while_interrupted_is_doubtful_until_the_doubt_is_cleared() {
    let doubtful = interrupted().shoot(Level::Pass);
    assert_eq!(doubtful.state(), "review");
    let mut way = doubtful.clone();
    assert_eq!(way.may_not(Command::Accept).reason, Refusal::CodeDoubtful);
    assert_eq!(way.may_not(Command::VouchForCode { second: None }).reason, Refusal::NeedsSecondPerson);
    assert_eq!(way.may_not(Command::VouchForCode { second: Some(1) }).reason, Refusal::NeedsSecondPerson);
    let effects = way.does(Command::VouchForCode { second: Some(2) });
    assert_eq!(effects, [Effect::Note(Note::CodeVouched { shot: shot_number(1), by: 1, second: 2 })]);
    assert_eq!(way.state(), "confirm");
    let mut way = doubtful.clone();
    way.take(Event::Code(subject("a")));
    assert_eq!(way.state(), "confirm", "the code shown again clears it too");
    let mut way = doubtful;
    way.student(StudentSays::ThatIsMine);
    way.does(Command::ConfirmWitness);
    assert_eq!(way.state(), "confirm");
}

// ---- codes -----------------------------------------------------------------------------------------------------

#[test]
fn a_collected_code_asks_and_a_retake_replaces_the_earlier_record() {
    let mut way = Way::new();
    let digest = subject("a").digest();
    way.take(Event::Code(subject("a")));
    let effects = way.take(Event::LookedUp { digest, earlier: Some(earlier()) });
    assert_eq!(cues(&effects), [Cue::AlreadyCollected]);
    assert_eq!(way.may_not(Command::Shoot).reason, Refusal::QuestionOpen);
    way.does(Command::RetakeCollected(RetakeReason::IdentityCheck));
    let mut way = way.lock_opens("a").sit().shoot(Level::Pass);
    let effects = way.does(Command::Accept);
    let replaces = Replaces { earlier: earlier(), reason: RetakeReason::IdentityCheck };
    assert_eq!(draft(&effects).replaces, Some(replaces));
}

#[test]
fn a_collected_code_can_be_turned_away() {
    let mut way = states().into_iter().find(|(name, _)| *name == "collected").unwrap().1;
    let effects = way.does(Command::TurnAway(TurnedAway::AlreadyCollected));
    assert_eq!(effects, [Effect::Note(Note::TurnedAway { reason: TurnedAway::AlreadyCollected })]);
    assert_eq!(way.state(), "waiting");
}

#[test]
fn another_code_while_locked_asks_and_never_switches_by_itself() {
    for way in [Way::new().scan("a"), Way::new().scan("a").wait(2_000).sit()] {
        let mut way = way;
        way.effects.clear();
        let effects = way.take(Event::Code(subject("b")));
        assert_eq!(cues(&effects), [Cue::Stop]);
        let lock = way.session.state().lock().unwrap();
        assert_eq!(lock.subject, subject("a"));
        assert_eq!(lock.question, Some(Question::OtherCode(Box::new(subject("b")))));
        let mut way = way.watch(5_000, &live(1, Level::Pass));
        assert_eq!(way.state(), "framing", "no picture by itself while a question is open");
        assert_eq!(way.may_not(Command::Shoot).reason, Refusal::QuestionOpen);
        let mut kept = way.clone();
        kept.does(Command::Answer(Answer::Keep));
        kept.take(Event::Code(subject("b")));
        assert_eq!(kept.session.state().lock().unwrap().question, None, "asked once for the same phone");
        let effects = way.does(Command::Answer(Answer::Proceed));
        assert_eq!(ended(&effects), Some((shot_number(1), LockEnd::Released)));
        let way = way.scan("b");
        assert_eq!(way.session.state().lock().unwrap().subject, subject("b"));
    }
}

#[test]
fn the_next_code_accepts_a_picture_that_passes_and_is_locked_next() {
    let mut way = Way::new().scan("a").sit().shoot(Level::Pass);
    let effects = way.take(Event::Code(subject("b")));
    assert_eq!(way.state(), "storing");
    assert_eq!(draft(&effects).subject, subject("a"));
    way.effects.clear();
    let way = way.stored(SecondCopy::Landed);
    assert_eq!(way.effects, [Effect::PlayCue(Cue::Stored), Effect::LookUp { digest: subject("b").digest() }]);
    assert_eq!(way.state(), "code read");
}

#[test]
fn the_next_code_asks_when_something_is_left_to_decide() {
    let ask = Settings { ask: vec![String::from("jewellery")], ..Settings::default() };
    let student = Settings { confirm: ConfirmRule::Student, ..Settings::default() };
    let at_once = {
        let mut way = Way::new().scan("a").sit().shoot(Level::Pass);
        way.now -= ms(200);
        way
    };
    for way in [
        Way::new().scan("a").sit().shoot(Level::Fail),
        Way::new().scan("a").sit().shoot(Level::Unknown),
        Way::with(ask).scan("a").sit().shoot(Level::Pass),
        Way::with(student).scan("a").sit().shoot(Level::Pass),
        at_once,
    ] {
        let mut way = way;
        way.take(Event::Code(subject("b")));
        let lock = way.session.state().lock().unwrap();
        assert!(matches!(lock.question, Some(Question::OtherCode(_))), "{}", way.state());
    }
}

#[test]
fn a_code_that_is_still_held_up_after_its_record_starts_nothing() {
    let mut way = Way::new().scan("a").sit().shoot(Level::Pass);
    way.does(Command::Accept);
    let mut way = way.stored(SecondCopy::Landed);
    for _ in 0..40 {
        way = way.wait(200);
        way.take(Event::Code(subject("a")));
    }
    assert_eq!(way.state(), "waiting");
    let mut way = way.wait(3_200);
    way.take(Event::Code(subject("a")));
    assert_eq!(way.state(), "code read", "out of sight for 3 s, and shown on purpose");
}

#[test]
fn closed_locks_refuse_new_codes_but_not_the_last_record() {
    let mut way = Way::new();
    way.take(Event::NewLocks(Gate::Closed(StoreFault::SecondCopyBehind)));
    let refusal = way.refused(Event::Code(subject("a"))).reason;
    assert_eq!(refusal, Refusal::LocksStopped(StoreFault::SecondCopyBehind));
    let mut way = Way::new().scan("a").sit().shoot(Level::Pass);
    way.take(Event::NewLocks(Gate::Closed(StoreFault::DiskFull)));
    way.take(Event::Code(subject("b")));
    assert_eq!(way.stored(SecondCopy::Landed).state(), "stored", "stored, although the next may not be locked");
}

// ---- picture ---------------------------------------------------------------------------------------------------

#[test]
fn accept_is_dead_for_a_moment_after_the_picture_appeared() {
    let mut way = Way::new().scan("a").sit().shoot(Level::Pass);
    way.now -= ms(150);
    assert_eq!(way.may_not(Command::Accept).reason, Refusal::TooSoon);
    assert_eq!(way.refused(Event::Student(StudentSays::Yes, Press::First)).reason, Refusal::TooSoon);
    way.now += ms(50);
    way.does(Command::Accept);
}

#[test]
fn a_failing_picture_needs_another_shot_or_an_override() {
    let mut way = Way::new().scan("a").sit().shoot(Level::Fail);
    assert!(cues(&way.effects).contains(&Cue::PictureFails));
    assert_eq!(way.may_not(Command::Accept).reason, Refusal::Blocked(CheckId::EyesOpen));
    assert_eq!(way.refused(Event::Student(StudentSays::Yes, Press::First)).reason, Refusal::OperatorMustAccept);
    let other = OverrideRequest {
        check: CheckId::EyesOpen,
        reason: OverrideReason::Other,
        text: Some(String::from("  ")),
        second: None,
    };
    assert_eq!(way.may_not(Command::Override(other)).reason, Refusal::NeedsWords);
    let passing = override_of(CheckId::MouthClosed, None);
    assert_eq!(way.may_not(passing).reason, Refusal::NotFailing(CheckId::MouthClosed));
    way.does(override_of(CheckId::EyesOpen, None));
    let effects = way.does(Command::Accept);
    let overrides = &draft(&effects).overrides;
    assert_eq!((overrides.len(), overrides[0].check, overrides[0].by), (1, CheckId::EyesOpen, 1));
}

#[test]
fn some_checks_nobody_overrides_and_a_repeated_picture_takes_two() {
    let with = |id| {
        let mut shot = judged(Level::Pass);
        shot.findings.retain(|f| f.id != id);
        shot.findings.push(finding(id, Severity::Block, Level::Fail));
        let mut way = Way::new().scan("a").sit();
        way.does(Command::Shoot);
        way.judge(shot)
    };
    for id in [CheckId::FaceCount, CheckId::FilePixels] {
        assert_eq!(with(id).may_not(override_of(id, Some(2))).reason, Refusal::NotOverridable(id));
    }
    let mut way = with(CheckId::ImageRepeat);
    assert_eq!(way.may_not(override_of(CheckId::ImageRepeat, None)).reason, Refusal::NeedsSecondPerson);
    let effects = way.does(override_of(CheckId::ImageRepeat, Some(2)));
    assert_eq!(effects, [Effect::Note(Note::OverrideSeconded { shot: shot_number(1), by: 1, second: 2 })]);
    way.does(Command::Accept);
}

#[test]
fn a_picture_without_a_final_file_is_never_stored() {
    let mut shot = judged(Level::Pass);
    shot.photo = None;
    let mut way = Way::new().scan("a").sit();
    way.does(Command::Shoot);
    let mut way = way.judge(shot);
    assert_eq!(way.state(), "review");
    assert_eq!(way.may_not(Command::Accept).reason, Refusal::NoPicture);
}

#[test]
fn accepting_attests_what_was_to_be_asked_and_stops_the_timer_until_then() {
    let ask = vec![String::from("jewellery"), String::from("make_up")];
    let confirm = ConfirmRule::Timer(ms(1_500));
    let way = Way::with(Settings { ask: ask.clone(), confirm, ..Settings::default() });
    let mut way = way.scan("a").sit().shoot(Level::Pass).wait(5_000);
    assert_eq!(way.state(), "review");
    let mut by_hand = way.clone();
    let effects = by_hand.does(Command::Accept);
    assert_eq!(draft(&effects).attested, ask);
    assert_eq!(way.may_not(Command::Attest(String::from("hat"))).reason, Refusal::NotAsked);
    way.does(Command::Attest(ask[0].clone()));
    assert_eq!(way.state(), "review");
    way.does(Command::Attest(ask[1].clone()));
    assert_eq!(way.state(), "confirm", "everything is ticked");
    let mut way = way.wait(100);
    assert_eq!(way.state(), "storing", "and the time had long gone by");
    assert_eq!(draft(&way.effects).confirmed_by, ConfirmedBy::Timer);
    way = way.stored(SecondCopy::NotKept);
    assert_eq!(way.state(), "stored");
}

#[test]
fn the_yes_comes_from_whom_the_rule_names() {
    let with = |confirm| Way::with(Settings { confirm, ..Settings::default() }).scan("a").sit().shoot(Level::Pass);
    for (rule, operator) in [
        (ConfirmRule::Operator, Ok(())),
        (ConfirmRule::StudentOrOperator, Ok(())),
        (ConfirmRule::Student, Err(Refusal::StudentMustConfirm)),
        (ConfirmRule::Timer(ms(1_500)), Ok(())),
    ] {
        let mut way = with(rule);
        let result = way.session.apply(Event::Operator(Command::Accept, Press::First), way.now);
        assert_eq!(result.map(|_| ()).map_err(|r| r.reason), operator, "{rule:?}");
        let mut way = with(rule);
        let effects = way.student(StudentSays::Yes);
        assert_eq!(draft(&effects).confirmed_by, ConfirmedBy::Student);
    }
    let way = with(ConfirmRule::Operator).wait(60_000);
    assert_eq!(way.state(), "confirm", "without a timer nobody's silence is a yes");
    // A picture that only warns: the operator accepts, then the student says yes.
    let settings = Settings { confirm: ConfirmRule::Student, ..Settings::default() };
    let mut way = Way::with(settings).scan("a").sit().shoot(Level::Unknown);
    assert_eq!(way.state(), "review");
    way.does(Command::Accept);
    assert_eq!(way.state(), "confirm");
    way.now += ms(700);
    way.student(StudentSays::Yes);
    assert_eq!(way.state(), "storing");
}

#[test]
fn a_retake_keeps_the_subject_and_the_student_may_ask_for_one() {
    let mut way = Way::new().scan("a").sit().shoot(Level::Pass);
    way.student(StudentSays::OnceMore);
    assert_eq!(way.state(), "framing");
    assert_eq!(way.session.state().lock().unwrap().shots, 1);
    let mut way = way.shoot(Level::Fail);
    way.does(Command::Retake);
    assert_eq!(way.session.state().lock().unwrap().subject, subject("a"));
}

#[test]
fn a_retake_after_nobody_sat_there_is_an_interruption() {
    let mut way = Way::new().scan("a").sit().shoot(Level::Pass).wait(3_100);
    way.does(Command::Retake);
    assert_eq!(way.state(), "interrupted");
    let way = Way::new().scan("a").sit().shoot(Level::Pass);
    let mut way = way.watch(5_000, &live(1, Level::Fail));
    way.does(Command::Retake);
    assert_eq!(way.state(), "framing", "somebody sat there all the time");
}

#[test]
fn the_shot_limit_sounds_until_somebody_decides() {
    let mut way = Way::new().scan("a").sit();
    for _ in 0..4 {
        way = way.shoot(Level::Fail);
        way.does(Command::Retake);
    }
    assert_eq!(way.may_not(Command::MoreShots).reason, Refusal::ShotsLeft);
    way.effects.clear();
    let mut way = way.shoot(Level::Fail);
    assert!(cues(&way.effects).contains(&Cue::ShotLimit));
    way.effects.clear();
    way.does(Command::Retake);
    assert_eq!(way.state(), "review", "no sixth shot without a decision");
    let mut way = way.watch(4_100, &live(1, Level::Fail));
    assert_eq!(cues(&way.effects), [Cue::ShotLimit; 3]);
    let mut overridden = way.clone();
    overridden.does(override_of(CheckId::EyesOpen, None));
    overridden.effects.clear();
    let mut overridden = overridden.wait(5_000);
    assert!(overridden.effects.is_empty(), "an override is a decision");
    overridden.does(Command::Accept);
    let mut turned = way.clone();
    let effects = turned.does(Command::TurnAway(TurnedAway::NotCompliant));
    assert_eq!(ended(&effects), Some((shot_number(1), LockEnd::TurnedAway(TurnedAway::NotCompliant))));
    way.take(Event::Live(live(1, Level::Fail)));
    let effects = way.does(Command::MoreShots);
    assert_eq!(effects, [Effect::Note(Note::MoreShots { shot: shot_number(1) })]);
    assert_eq!(way.state(), "framing");
    let way = way.shoot(Level::Pass);
    assert_eq!(way.state(), "confirm");
}

#[test]
fn release_asks_when_a_picture_exists() {
    let mut way = Way::new().scan("a").sit();
    let effects = way.does(Command::Release);
    assert_eq!(ended(&effects), Some((shot_number(1), LockEnd::Released)));
    let mut way = Way::new().scan("a").sit().shoot(Level::Pass);
    assert!(way.does(Command::Release).is_empty());
    assert_eq!(way.may_not(Command::Accept).reason, Refusal::QuestionOpen);
    let mut kept = way.clone();
    kept.does(Command::Answer(Answer::Keep));
    kept.does(Command::Accept);
    let effects = way.does(Command::Answer(Answer::Proceed));
    assert_eq!(ended(&effects), Some((shot_number(1), LockEnd::Released)));
}

#[test]
fn another_frame_of_the_burst_is_judged_without_counting_as_a_shot() {
    let mut way = Way::new().scan("a").sit().shoot(Level::Fail);
    assert_eq!(way.may_not(Command::ChooseFrame(5)).reason, Refusal::NoSuchFrame);
    way.does(Command::ChooseFrame(4));
    let attempt = way.attempt();
    let mut failed = way.clone();
    failed.take(Event::ShotFailed { attempt, fault: ShotFault::Checks });
    assert_eq!(failed.state(), "review", "the picture before is still there");
    let way = way.judge(judged(Level::Pass));
    assert_eq!(way.state(), "confirm");
    assert_eq!(way.session.state().lock().unwrap().shots, 1);
}

#[test]
fn a_late_answer_to_an_older_shot_is_refused() {
    let mut way = Way::new().scan("a").sit();
    way.does(Command::Shoot);
    let attempt = way.attempt();
    let mut way = way.wait(20_100);
    assert_eq!(way.state(), "framing", "given up after 20 s");
    let late = Event::Judged { attempt, shot: Box::new(judged(Level::Pass)) };
    assert_eq!(way.refused(late.clone()).reason, Refusal::TooLate);
    way.does(Command::Shoot);
    assert_eq!(way.refused(late).reason, Refusal::TooLate);
}

// ---- hold and countdown ----------------------------------------------------------------------------------------

#[test]
fn the_countdown_survives_a_blink_but_not_a_lost_face() {
    let counting = Way::new().scan("a").wait(2_000).watch(1_200, &live(1, Level::Pass));
    let in_countdown = |way: &Way| match way.session.state() {
        State::Framing(framing) => framing.hold.digit(way.now, way.session.settings()),
        _ => None,
    };
    assert_eq!(in_countdown(&counting), Some(3));
    let blinked = counting.clone().watch(300, &live(1, Level::Fail));
    assert!(in_countdown(&blinked).is_some());
    let closed = counting.clone().watch(500, &live(1, Level::Fail));
    assert_eq!(in_countdown(&closed), None);
    let gone = counting.clone().watch(100, &live(0, Level::Fail));
    assert_eq!(in_countdown(&gone), None);
    let stale = counting.wait(1_000);
    assert_eq!(in_countdown(&stale), None, "checks that say nothing more count nothing down");
}

#[test]
fn nothing_looked_at_is_not_green() {
    let nothing = tucai::domain::session::LiveReport { faces: 1, findings: Vec::new() };
    let way = Way::new().scan("a").watch(10_000, &nothing);
    assert_eq!(way.state(), "framing");
}

#[test]
fn without_the_automatic_shot_only_the_key_takes_pictures() {
    let settings = Settings { automatic_shot: AutomaticShot::Off, ..Settings::default() };
    let way = Way::with(settings).scan("a").watch(10_000, &live(1, Level::Pass));
    assert_eq!(way.state(), "framing");
    assert_eq!(way.shoot(Level::Pass).state(), "confirm");
}

// ---- store and camera ------------------------------------------------------------------------------------------

#[test]
fn a_picture_that_could_not_be_stored_is_still_there() {
    let mut way = Way::new().scan("a").sit().shoot(Level::Pass);
    way.does(Command::Accept);
    way.effects.clear();
    way.take(Event::StoreFailed { task: StoreTask::Store, fault: StoreFault::DiskFull });
    assert!(!cues(&way.effects).contains(&Cue::Stored));
    let review = way.session.state().review().expect("a review");
    assert_eq!(review.storing_fault, Some(StoreFault::DiskFull));
    assert_eq!(review.picture, judged(Level::Pass));
    way.now += ms(700);
    let effects = way.does(Command::Accept);
    assert_eq!(draft(&effects).picture.photo, Some(jpeg(1)));
    assert_eq!(way.stored(SecondCopy::Landed).state(), "stored");
}

#[test]
fn the_light_waits_a_second_for_the_second_copy() {
    let storing = {
        let mut way = Way::new().scan("a").sit().shoot(Level::Pass);
        way.does(Command::Accept);
        way.effects.clear();
        way.stored(SecondCopy::Pending)
    };
    let lit = |way: &Way| match way.session.state() {
        State::Stored(stored) => (stored.lit_at.is_some(), stored.late),
        other => panic!("{}", other.name()),
    };
    assert_eq!(lit(&storing), (false, false));
    assert!(storing.effects.is_empty());
    let mut landed = storing.clone();
    landed.take(Event::CopyLanded { record: record(1) });
    assert_eq!((lit(&landed), cues(&landed.effects)), ((true, false), vec![Cue::Stored]));
    let late = storing.wait(1_000);
    assert_eq!((lit(&late), cues(&late.effects)), ((true, true), vec![Cue::Stored, Cue::Attention]));
    let mut late = late.wait(60_000);
    assert_eq!(lit(&late), (true, true), "amber stays until the next scan or the copy");
    late.take(Event::CopyLanded { record: record(1) });
    assert_eq!(lit(&late), (true, false));
    assert_eq!(late.wait(1_200).state(), "waiting");
}

#[test]
fn a_lost_camera_keeps_the_lock_and_stops_its_clock() {
    let mut way = Way::new().scan("a").wait(2_000).watch(1_200, &live(1, Level::Pass));
    way.effects.clear();
    way.take(Event::CameraLost(CameraFault::Unplugged));
    assert_eq!(cues(&way.effects), [Cue::DeviceLost]);
    assert_eq!(way.may_not(Command::Shoot).reason, Refusal::NoCamera);
    let mut way = way.wait(200_000);
    assert_eq!(way.state(), "framing");
    assert_eq!(cues(&way.effects).len(), 41, "again every 5 s");
    way.does(Command::Silence);
    way.effects.clear();
    let mut way = way.wait(20_000);
    assert!(way.effects.is_empty());
    way.take(Event::CameraReturned);
    assert_eq!(way.session.state().lock().unwrap().shot, shot_number(1));
    let way = way.watch(2_400, &live(1, Level::Pass));
    assert_eq!(way.state(), "shot");
}

#[test]
fn a_camera_lost_in_the_burst_gives_no_picture_and_keeps_the_subject() {
    let mut way = Way::new().scan("a").sit();
    way.does(Command::Shoot);
    way.take(Event::CameraLost(CameraFault::Unplugged));
    assert_eq!(way.state(), "framing");
    let lock = way.session.state().lock().unwrap();
    assert_eq!((lock.last_fault, lock.shots), (Some(ShotFault::NoFrames), 0));
}

// ---- parking, undo, restart ------------------------------------------------------------------------------------

#[test]
fn a_parked_subject_comes_back_with_its_number() {
    let mut way = Way::new().scan("a").sit();
    way.does(Command::LastFour(LastFour::new("１２３Ｘ").unwrap()));
    let effects = way.does(Command::Park);
    assert_eq!(ended(&effects), Some((shot_number(1), LockEnd::Parked)));
    let mut way = way.scan("b");
    way.does(Command::Release);
    let effects = way.does(Command::Recall(shot_number(1)));
    let number = Number::Keep(shot_number(1));
    assert_eq!(effects, [Effect::OpenLock { subject: Box::new(subject("a")), number, replaces: None }]);
    way.take(Event::LockOpened { digest: subject("a").digest(), shot: shot_number(1) });
    let lock = way.session.state().lock().unwrap();
    assert_eq!(lock.last_four.as_ref().map(LastFour::as_str), Some("123X"));
    assert!(way.session.parked().is_empty());
    // Shown again instead of called: the same.
    way.does(Command::Park);
    let mut way = way.wait(4_000);
    let effects = way.take(Event::Code(subject("a")));
    assert_eq!(effects, [Effect::OpenLock { subject: Box::new(subject("a")), number, replaces: None }]);
}

#[test]
fn undo_withdraws_the_last_record_and_locks_its_subject_again() {
    let mut way = Way::new();
    assert_eq!(way.may_not(Command::UndoLast).reason, Refusal::NothingToUndo);
    let mut way = way.scan("a").sit().shoot(Level::Pass);
    way.does(Command::Accept);
    let mut way = way.stored(SecondCopy::Landed).wait(2_000);
    assert_eq!(way.does(Command::UndoLast), [Effect::Withdraw { record: record(1) }]);
    let mut failed = way.clone();
    failed.take(Event::StoreFailed { task: StoreTask::Withdraw, fault: StoreFault::DiskFull });
    assert_eq!((failed.state(), failed.session.last().is_some()), ("waiting", true));
    way.take(Event::Withdrawn { record: record(1) });
    let mut way = way.lock_opens("a");
    assert_eq!(way.session.state().lock().unwrap().subject, subject("a"));
    way.does(Command::Release);
    assert_eq!(way.may_not(Command::UndoLast).reason, Refusal::NothingToUndo);
}

#[test]
fn undo_of_a_retake_locks_the_subject_to_replace_the_same_record_again() {
    let mut way = Way::new();
    let digest = subject("a").digest();
    way.take(Event::Code(subject("a")));
    way.take(Event::LookedUp { digest, earlier: Some(earlier()) });
    way.does(Command::RetakeCollected(RetakeReason::Wish));
    let mut way = way.lock_opens("a").sit().shoot(Level::Pass);
    way.does(Command::Accept);
    let mut way = way.stored(SecondCopy::Landed).wait(2_000);
    way.does(Command::UndoLast);
    way.take(Event::Withdrawn { record: record(1) });
    let way = way.lock_opens("a");
    let replaces = Some(Replaces { earlier: earlier(), reason: RetakeReason::Wish });
    assert_eq!(way.session.state().lock().unwrap().replaces, replaces);
}

#[test]
fn a_subject_parked_before_the_start_keeps_its_number() {
    let mut way = Way::new();
    way.take(Event::ParkedFound { subject: subject("p"), shot: shot_number(9), row: None, replaces: None });
    let number = Number::Keep(shot_number(9));
    let effects = way.take(Event::Code(subject("p")));
    assert_eq!(effects, [Effect::OpenLock { subject: Box::new(subject("p")), number, replaces: None }]);
}

#[test]
fn a_lock_found_at_start_asks_for_the_code_again() {
    let mut way = Way::new();
    way.take(Event::LockFound { subject: subject("a"), shot: shot_number(4), row: None, replaces: None });
    assert_eq!(way.state(), "interrupted");
    way.take(Event::Code(subject("a")));
    assert_eq!(way.session.state().lock().unwrap().shot, shot_number(4));
}

#[test]
fn people_without_a_usable_code_are_noted() {
    let mut way = Way::new();
    for reason in [TurnedAway::NoCode, TurnedAway::Unreadable] {
        assert_eq!(way.does(Command::TurnAway(reason)), [Effect::Note(Note::TurnedAway { reason })]);
    }
    assert_eq!(way.may_not(Command::TurnAway(TurnedAway::NotCompliant)).reason, Refusal::WrongReason);
}

#[test]
fn last_four_takes_any_four_characters_and_shows_none() {
    for (text, wanted) in [("1234", Some("1234")), (" １２３ｘ ", Some("123x")), ("12(3", Some("12(3")), ("123", None)]
    {
        assert_eq!(LastFour::new(text).as_ref().map(LastFour::as_str), wanted);
    }
    assert_eq!(format!("{:?}", LastFour::new("1234").unwrap()), "LastFour(..)");
    let way = Way::new().scan("secret-code");
    let shown = format!("{:?}", way.session);
    assert!(!shown.contains("secret-code"), "no code in Debug");
}
