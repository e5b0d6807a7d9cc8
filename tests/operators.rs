//! Behaviour of operators: who may do what, wrong PINs and their waits, the last manager, restarts and clock jumps.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tucai::domain::fault::StoreFault;
use tucai::domain::operator::{Right, Role};
use tucai::domain::record::RecordState;
use tucai::domain::time::Monotonic;
use tucai::store::{
    Approval, CreateOptions, Faults, OldKey, OpenOptions, Operator, Passphrase, Pin, SessionSettings, Store,
    StoreError, copies_below,
};

use crate::support::station::{FailAt, Station, at, files, passphrase, session, store_one};

/// Text that must not be in any file, log or bundle.
const NAME: &str = "管理员赵钱孙";
const PIN: &str = "60493817";

fn pin(text: &str) -> Pin {
    Pin::new(text.to_owned()).unwrap()
}

fn fault<T>(result: Result<T, StoreError>) -> StoreFault {
    result.map(|_| ()).unwrap_err().fault()
}

const fn secs(n: u64) -> Monotonic {
    Duration::from_secs(n)
}

/// A manager (2), a reviewer (3) and an operator (4).
fn staffed() -> (Station, Store) {
    let station = Station::new();
    let mut store = station.open();
    assert_eq!(store.add_operator(NAME, Role::Manager, &pin(PIN), 0, at(1)).unwrap(), 2);
    assert_eq!(store.add_operator("复核甲", Role::Reviewer, &pin("2222"), 2, at(1)).unwrap(), 3);
    assert_eq!(store.add_operator("操作乙", Role::Operator, &pin("3333"), 2, at(1)).unwrap(), 4);
    (station, store)
}

/// Types a PIN at this time of the desk's own clock.
fn try_pin(store: &mut Store, number: u32, typed: &str, now: u64) -> Result<Operator, StoreError> {
    store.check_pin(number, &pin(typed), Right::Shoot, at(50), secs(now))
}

#[test]
fn a_station_without_operators_asks_nobody() {
    let station = Station::new();
    let mut store = station.open();
    assert!(!store.has_operators().unwrap());
    for right in [Right::Shoot, Right::Review, Right::Second, Right::Seal, Right::Keys, Right::Purge, Right::People] {
        store.permit(1, right).unwrap();
    }
    let refused = store.add_operator("甲", Role::Operator, &pin("1111"), 0, at(1));
    assert_eq!(fault(refused), StoreFault::LastManager, "the first one is a manager");
    assert!(!store.has_operators().unwrap());
    assert_eq!(fault(store.add_operator("  ", Role::Manager, &pin("1111"), 0, at(1))), StoreFault::Other);
}

#[test]
fn a_role_decides_what_is_allowed_and_the_journal_keeps_who_did_it() {
    let (_station, mut store) = staffed();
    let saved = store_one(&mut store, 1).unwrap();
    let reject = |store: &mut Store, by| store.set_state(saved.id, RecordState::Rejected, None, by, at(60));
    for by in [0, 1, 4, 99] {
        assert_eq!(fault(reject(&mut store, by)), StoreFault::NotAllowed, "{by}");
    }
    assert_eq!(fault(store.set_retention(&session().id, Some(1), 3, at(60))), StoreFault::NotAllowed);
    assert_eq!(fault(store.purge(&[saved.id], "retention", 3, at(60))), StoreFault::NotAllowed);
    assert_eq!(fault(store.add_operator("丙", Role::Operator, &pin("4444"), 3, at(60))), StoreFault::NotAllowed);
    reject(&mut store, 3).unwrap();
    let events = store.events_of(saved.id).unwrap();
    assert_eq!(events.last().unwrap().by, 3);
    let refused = store.check_pin(4, &pin("3333"), Right::Second, at(61), secs(0));
    assert_eq!(fault(refused), StoreFault::NotAllowed, "the right PIN of the wrong role");
}

#[test]
fn a_change_of_the_session_is_no_way_around_a_right() {
    let (_station, mut store) = staffed();
    let change = |store: &mut Store, by, change: fn(&mut SessionSettings)| {
        let mut settings = store.current_session().unwrap().unwrap();
        change(&mut settings);
        store.set_session(&settings, by, at(60))
    };
    let keep: fn(&mut SessionSettings) = |settings| settings.retention_days = Some(1);
    let review: fn(&mut SessionSettings) = |settings| settings.approval = Approval::AwaitReview;
    change(&mut store, 4, |settings| settings.retention_days = Some(30)).unwrap();
    change(&mut store, 4, review).unwrap();
    change(&mut store, 4, |settings| settings.approval = Approval::ByAccept).unwrap();
    store_one(&mut store, 1).unwrap();
    assert_eq!(fault(change(&mut store, 4, keep)), StoreFault::NotAllowed, "records are there: they would be due");
    assert_eq!(fault(change(&mut store, 3, keep)), StoreFault::NotAllowed);
    assert_eq!(fault(change(&mut store, 4, review)), StoreFault::NotAllowed);
    let kept = store.current_session().unwrap().unwrap();
    assert_eq!((kept.retention_days, kept.approval), (Some(30), Approval::ByAccept));
    change(&mut store, 4, |settings| settings.fee = String::from("12 元")).unwrap();
    change(&mut store, 3, review).unwrap();
    change(&mut store, 2, keep).unwrap();
}

#[test]
fn a_wrong_pin_waits_longer_each_time_and_neither_restart_nor_clock_make_it_shorter() {
    let (station, mut store) = staffed();
    for n in 0..3 {
        assert_eq!(fault(try_pin(&mut store, 4, "0000", n)), StoreFault::WrongPin);
    }
    assert_eq!(store.pin_wait(4, secs(2)).unwrap(), secs(5));
    assert_eq!(fault(try_pin(&mut store, 4, "3333", 6)), StoreFault::PinWait, "the right one has to wait, too");
    assert!(try_pin(&mut store, 3, "2222", 6).is_ok(), "nobody else waits");
    assert_eq!(fault(try_pin(&mut store, 4, "0000", 7)), StoreFault::WrongPin);
    assert_eq!(store.pin_wait(4, secs(7)).unwrap(), secs(10));
    drop(store);
    // A new process counts from its own start; the wall clock of the tries above may have been any.
    let mut store = station.open();
    assert_eq!(store.pin_wait(4, secs(0)).unwrap(), secs(10));
    let jumped = tucai::domain::time::WallTime { unix_millis: 4_000_000_000_000, offset_minutes: 480 };
    let tried = store.check_pin(4, &pin("3333"), Right::Shoot, jumped, secs(9));
    assert_eq!(fault(tried), StoreFault::PinWait, "a clock that jumps does not end the wait");
    assert_eq!(try_pin(&mut store, 4, "3333", 10).unwrap().role, Role::Operator);
    assert_eq!(store.pin_wait(4, secs(10)).unwrap(), secs(0));
    assert_eq!(fault(try_pin(&mut store, 4, "0000", 10)), StoreFault::WrongPin, "the count began anew");
    assert_eq!(store.pin_wait(4, secs(10)).unwrap(), secs(0));
}

#[test]
fn a_try_counts_although_the_program_ends_before_its_answer() {
    let (station, store) = staffed();
    drop(store);
    let faults = FailAt::new();
    let mut store = station.try_open(&OpenOptions::with_faults(Arc::clone(&faults) as Arc<dyn Faults>)).unwrap();
    for n in 0..2 {
        assert_eq!(fault(try_pin(&mut store, 4, "0000", n)), StoreFault::WrongPin);
    }
    // How many steps one line takes; the same number again lets the line of the try through and stops the answer's.
    faults.arm(usize::MAX, std::io::ErrorKind::StorageFull);
    assert_eq!(fault(try_pin(&mut store, 4, "0000", 2)), StoreFault::WrongPin);
    let steps = faults.seen.lock().unwrap().len();
    drop(store);
    let mut store = station.try_open(&OpenOptions::with_faults(Arc::clone(&faults) as Arc<dyn Faults>)).unwrap();
    assert_eq!(store.pin_wait(4, secs(0)).unwrap(), secs(5));
    faults.arm(steps + 1, std::io::ErrorKind::StorageFull);
    let unanswered = try_pin(&mut store, 4, "3333", 5);
    assert_eq!(fault(unanswered), StoreFault::DiskFull, "nobody is let in without the line that says so");
    drop(store);
    let mut store = station.open();
    assert_eq!(store.pin_wait(4, secs(0)).unwrap(), secs(10), "four tries without a good end");
}

#[test]
fn the_last_manager_stays_and_a_disabled_operator_is_out_until_a_new_pin() {
    let (_station, mut store) = staffed();
    assert_eq!(fault(store.disable_operator(2, 2, at(2))), StoreFault::LastManager);
    store.disable_operator(4, 2, at(2)).unwrap();
    assert_eq!(fault(try_pin(&mut store, 4, "3333", 0)), StoreFault::OperatorDisabled);
    assert_eq!(fault(try_pin(&mut store, 99, "3333", 0)), StoreFault::OperatorDisabled);
    assert_eq!(fault(store.permit(4, Right::Shoot)), StoreFault::NotAllowed);
    store.set_pin(4, &pin("5555"), 2, at(3)).unwrap();
    assert!(try_pin(&mut store, 4, "5555", 0).is_ok());
    let other = store.add_operator("管理丁", Role::Manager, &pin("7777"), 2, at(4)).unwrap();
    assert_eq!(other, 5, "a number is never used twice");
    store.disable_operator(2, 5, at(5)).unwrap();
    assert_eq!(fault(store.disable_operator(5, 5, at(6))), StoreFault::LastManager);
    assert_eq!(fault(store.set_pin(4, &pin("5555"), 2, at(7))), StoreFault::NotAllowed, "a disabled manager");
}

#[test]
fn operators_come_back_from_the_journal_with_their_wrong_tries() {
    let (station, mut store) = staffed();
    for n in 0..3 {
        assert_eq!(fault(try_pin(&mut store, 3, "0000", n)), StoreFault::WrongPin);
    }
    let before = store.operators().unwrap();
    drop(store);
    let mut store = station.rebuild();
    assert_eq!(store.operators().unwrap(), before);
    assert_eq!(store.pin_wait(3, secs(0)).unwrap(), secs(5));
    assert!(try_pin(&mut store, 2, PIN, 0).is_ok());
    assert!(store.verify().unwrap().is_sound());
    let readable = |folder: &Path| {
        files(folder).into_iter().find(|file| {
            let bytes = std::fs::read(file).unwrap();
            [NAME, PIN].iter().any(|secret| bytes.windows(secret.len()).any(|window| window == secret.as_bytes()))
        })
    };
    assert_eq!((readable(station.folder()), readable(station.second.path())), (None, None));
}

#[test]
fn the_recovery_key_gives_a_manager_a_new_pin_and_no_other_key_does() {
    let folder = tempfile::tempdir().unwrap();
    let recovery = age::x25519::Identity::generate();
    let options =
        CreateOptions { work_factor: 10, recovery: Some(recovery.to_public().to_string()), ..CreateOptions::default() };
    let mut store = Store::create(folder.path(), &passphrase(), &options, at(0)).unwrap();
    store.add_operator(NAME, Role::Manager, &pin(PIN), 0, at(1)).unwrap();
    let other = age::x25519::Identity::generate();
    assert_eq!(fault(store.set_pin_by_recovery(2, &pin("9999"), &other, at(2))), StoreFault::NotAllowed);
    store.set_pin_by_recovery(2, &pin("9999"), &recovery, at(2)).unwrap();
    assert!(try_pin(&mut store, 2, "9999", 0).is_ok());
}

#[test]
fn operators_go_on_at_the_station_that_takes_over() {
    let (station, store) = staffed();
    drop(store);
    let new = tempfile::tempdir().unwrap();
    let options = CreateOptions {
        work_factor: 10,
        letter: tucai::domain::ids::StationLetter::new('B').unwrap(),
        ..CreateOptions::default()
    };
    let from = copies_below(station.second.path()).pop().unwrap();
    let words: &Passphrase = &passphrase();
    let (mut store, _) =
        Store::adopt(new.path(), words, &options, &from, &OldKey::Passphrase(words), at(100), &mut |_, _| {}).unwrap();
    assert_eq!(store.operators().unwrap().len(), 3);
    assert!(try_pin(&mut store, 2, PIN, 0).is_ok());
}

fn tucai(station: &Station, secrets: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tucai"));
    command.arg("--data").arg(station.folder()).args(arguments);
    command.env("TUCAI_PASSPHRASE_FILE", secrets.join("passphrase")).output().unwrap()
}

#[test]
fn the_command_line_asks_for_operator_and_pin_and_takes_no_pin_as_an_argument() {
    let station = Station::without_copy();
    let secrets = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = secrets.path().join(name);
        std::fs::write(&path, format!("{text}\n")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    file("passphrase", "correct horse");
    let (manager, wrong) = (file("manager", PIN), file("wrong", "0000"));
    let run = |arguments: &[&str]| tucai(&station, secrets.path(), arguments);
    let add = ["operators", "add", "--name", "甲", "--role", "manager", "--new-pin-file", &manager, "--json"];
    let first = run(&add);
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let line: Value = serde_json::from_slice(&first.stdout).unwrap();
    assert_eq!((line["operator"].as_u64(), line["role"].as_str()), (Some(2), Some("manager")));
    let second = ["operators", "add", "--name", "乙", "--role", "operator", "--new-pin-file", &wrong];
    let unnamed = run(&second);
    assert_eq!(unnamed.status.code(), Some(2), "somebody has to say who they are");
    let as_manager = |pin: &str| run(&[&second[..], &["--operator", "2", "--pin-file", pin]].concat());
    let refused = as_manager(&wrong);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("the PIN is wrong"));
    assert!(as_manager(&manager).status.success());
    let to = secrets.path().to_str().unwrap();
    let seal = run(&["bundle", "seal", "--to", to, "--operator", "3", "--pin-file", &wrong]);
    assert_eq!(seal.status.code(), Some(1), "an operator does not seal");
    assert!(String::from_utf8_lossy(&seal.stderr).contains("role"));
    let listed = run(&["operators", "list"]);
    assert_eq!(String::from_utf8_lossy(&listed.stdout).lines().count(), 2);
    let last = run(&["operators", "disable", "2", "--operator", "2", "--pin-file", &manager]);
    assert_eq!(last.status.code(), Some(1));
    assert!(!run(&["operators", "add", "--pin", "1234"]).status.success());
}

#[test]
fn adopting_into_a_station_with_operators_takes_a_managers_pin() {
    let lost = Station::new();
    store_one(&mut lost.open(), 1).unwrap();
    let from = copies_below(lost.second.path()).pop().unwrap();
    let spare = tempfile::tempdir().unwrap();
    let letter = tucai::domain::ids::StationLetter::new('B').unwrap();
    let options = CreateOptions { letter, work_factor: 10, ..CreateOptions::default() };
    let mut store = Store::create(spare.path(), &passphrase(), &options, at(0)).unwrap();
    store.add_operator(NAME, Role::Manager, &pin(PIN), 0, at(1)).unwrap();
    store.add_operator("操作乙", Role::Operator, &pin("3333"), 2, at(1)).unwrap();
    drop(store);
    let secrets = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = secrets.path().join(name);
        std::fs::write(&path, format!("{text}\n")).unwrap();
        path
    };
    let (words, manager, operator) = (file("words", "correct horse"), file("manager", PIN), file("operator", "3333"));
    let adopt = |who: &[&str], pin: Option<&Path>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tucai"));
        command.arg("--data").arg(spare.path()).args(["records", "adopt", "--letter", "B", "--from"]).arg(&from);
        command.args(who).args(pin.iter().flat_map(|pin| [Path::new("--pin-file"), *pin]));
        command.arg("--passphrase-file").arg(&words).output().unwrap().status.code()
    };
    let records = || {
        let store = Store::open(spare.path(), &passphrase(), &OpenOptions::read_only(), at(9)).unwrap();
        store.list(&tucai::store::Filter::default()).unwrap().len()
    };
    assert_eq!(adopt(&[], None), Some(2), "somebody has to say who they are");
    assert_eq!(adopt(&["--operator", "3"], Some(&operator)), Some(1), "an operator takes no station over");
    assert_eq!((adopt(&["--operator", "2"], Some(&operator)), records()), (Some(1), 0));
    assert_eq!((adopt(&["--operator", "2"], Some(&manager)), records()), (Some(0), 1));
}

mod desk {
    //! The second person at the desk.

    use tucai::domain::finding::{CheckId, Level, Severity};
    use tucai::domain::profile::OverrideRule;
    use tucai::domain::record::OverrideReason;
    use tucai::domain::session::{
        Command, DoubtRule, Effect, Event, Note, OverrideRequest, Refusal, Settings, StudentSays,
    };

    use crate::support::way::{Way, finding, judged, shot_number, subject};

    fn failing(settings: Settings) -> Way {
        let mut shot = judged(Level::Pass);
        shot.findings.retain(|f| f.id != CheckId::EyesOpen);
        shot.findings.push(finding(CheckId::EyesOpen, Severity::Block, Level::Fail));
        let mut way = Way::with(settings).scan("a").sit();
        way.does(Command::Shoot);
        way.judge(shot)
    }

    fn override_by(second: Option<u32>) -> Command {
        let (check, reason) = (CheckId::EyesOpen, OverrideReason::Medical);
        Command::Override(OverrideRequest { check, reason, text: None, second })
    }

    #[test]
    fn a_profile_may_ask_for_two_people_at_every_override() {
        let two = Settings { overrides: OverrideRule::TwoPeople, operator: 4, ..Settings::default() };
        let mut way = failing(two);
        assert_eq!(way.may_not(override_by(None)).reason, Refusal::NeedsSecondPerson);
        assert_eq!(way.may_not(override_by(Some(4))).reason, Refusal::NeedsSecondPerson, "the same person twice");
        let effects = way.does(override_by(Some(3)));
        assert_eq!(effects, [Effect::Note(Note::OverrideSeconded { shot: shot_number(1), by: 4, second: 3 })]);
        let mut way = failing(Settings::default());
        assert_eq!(way.does(override_by(None)), [], "one person is enough where the profile asks for no more");
    }

    #[test]
    fn with_operators_only_a_second_pin_or_the_code_itself_clears_a_doubt() {
        let staffed = Settings { doubt: DoubtRule::SecondPerson, operator: 4, ..Settings::default() };
        let doubtful = || {
            let way = Way::with(staffed.clone()).scan("a").sit();
            let mut way = way.watch(400, &crate::support::way::live(2, Level::Pass));
            assert_eq!(way.state(), "interrupted");
            way.does(Command::Shoot);
            let way = way.judge(judged(Level::Pass));
            assert_eq!(way.state(), "review");
            way
        };
        let mut way = doubtful();
        assert_eq!(
            way.refused(Event::Student(StudentSays::ThatIsMine, tucai::domain::session::Press::First)).reason,
            Refusal::NeedsSecondPerson
        );
        assert_eq!(way.may_not(Command::ConfirmWitness).reason, Refusal::NeedsSecondPerson);
        assert_eq!(way.does(Command::VouchForCode { second: Some(2) }).len(), 1);
        assert_eq!(way.state(), "confirm");
        let mut way = doubtful();
        way.take(Event::Code(subject("a")));
        assert_eq!(way.state(), "confirm");
    }

    #[test]
    fn a_profile_names_its_rule_and_the_default_is_one_person() {
        let shipped = tucai::domain::profiles::default_profile().unwrap();
        assert_eq!(shipped.profile.overrides, OverrideRule::OnePerson);
        let text = format!("overrides = \"two_people\"\n{}", shipped.text);
        let edited: tucai::domain::profile::Profile = toml::from_str(&text).unwrap();
        assert_eq!(edited.overrides, OverrideRule::TwoPeople);
    }
}
