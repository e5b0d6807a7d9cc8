//! Lists of collected codes from other stations: written, signed, taken in, honoured by camera and gun.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use serde_json::Value;
use tucai::app::importer::{Imported, Importer, Looked, Pair};
use tucai::domain::code::{CodeSource, SubjectCode};
use tucai::domain::fault::StoreFault;
use tucai::domain::ids::StationLetter;
use tucai::domain::record::RetakeReason;
use tucai::domain::session::{CodeStep, Command, Effect, Event, Note, State, StudentSays, Subject, TurnedAway};
use tucai::store::{CreateOptions, NewLock, OldKey, Store, StoreError, copies_below};

use crate::support::desk::Rig;
use crate::support::station::{Station, at, code, files, lock, passphrase, record, session, store_one};
use crate::support::way::{Way, shot_number, subject};

/// Station B, whose folder and lists live as long as this.
struct Other {
    folder: tempfile::TempDir,
    store: Store,
}

impl Other {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let letter = StationLetter::new('B').unwrap();
        let options = CreateOptions { letter, work_factor: 10, ..CreateOptions::default() };
        let mut store = Store::create(&folder.path().join("b"), &passphrase(), &options, at(0)).unwrap();
        store.new_session(&session(), 1, at(0)).unwrap();
        Self { folder, store }
    }

    fn collect(&mut self, code: SubjectCode) {
        let shot = self.store.take_lock(&NewLock { code, ..lock(0) }, 1, at(1)).unwrap();
        self.store.save(record(shot, 1), at(1)).unwrap();
    }

    fn list(&self, name: &str) -> PathBuf {
        let file = self.folder.path().join(name);
        self.store.export_collected(&session().id, &file, at(600)).unwrap();
        file
    }
}

fn fault<T>(result: Result<T, StoreError>) -> StoreFault {
    result.map(|_| ()).unwrap_err().fault()
}

#[test]
fn a_list_of_another_station_is_honoured_and_comes_back_from_the_journal() {
    let mut other = Other::new();
    for n in 1..=3 {
        store_one(&mut other.store, n).unwrap();
    }
    let gone = store_one(&mut other.store, 4).unwrap().id;
    other.store.withdraw(gone, None, 1, at(5)).unwrap();
    let file = other.list("list");
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), 4, "a head and the three standing ones: {text}");
    assert!(!text.contains("STUDENT") && text.contains(&code(2).digest().to_hex()));

    let station = Station::new();
    let mut store = station.open();
    let head = store.import_collected_vouched(&file, 1, at(10)).unwrap();
    assert_eq!((head.codes, head.letter.to_string()), (3, "B".to_owned()));
    let found = store.collected_elsewhere(code(2).digest()).unwrap().unwrap();
    assert_eq!((found.shot.to_string(), found.listed_at), ("B-0002".to_owned(), at(600)));
    assert_eq!(store.collected_elsewhere(code(4).digest()).unwrap(), None, "a withdrawn one is not collected");
    store.import_collected_vouched(&file, 1, at(11)).unwrap();
    assert_eq!(store.collected_lists().unwrap().len(), 1, "the same list again changes nothing");
    drop(store);
    let store = station.rebuild();
    assert!(store.collected_elsewhere(code(3).digest()).unwrap().is_some());
    assert_eq!(store.collected_lists().unwrap()[0].codes, 3);
    assert!(store.verify().unwrap().is_sound());
}

#[test]
fn a_strangers_list_is_refused_until_somebody_vouches_and_known_from_then_on() {
    let mut other = Other::new();
    other.collect(code(1));
    let file = other.list("collected.txt");
    let station = Station::new();
    let mut store = station.open();
    assert_eq!(fault(store.import_collected(&file, &[], 1, at(1))), StoreFault::ListStranger);
    assert_eq!(fault(store.import_collected(&file, &[String::from("RWQ")], 1, at(1))), StoreFault::ListStranger);
    assert!(
        store.collected_lists().unwrap().is_empty() && store.collected_elsewhere(code(1).digest()).unwrap().is_none()
    );
    let head = store.head_of_list(&file).unwrap();
    assert_eq!(head.station, other.store.settings().station);
    // A key that is known otherwise (the centre's card) counts at once.
    store.import_collected(&file, std::slice::from_ref(&head.minisign), 1, at(2)).unwrap();
    other.collect(code(2));
    let newer = other.list("newer.txt");
    assert_eq!(
        fault(store.import_collected(&newer, &[], 1, at(3))),
        StoreFault::ListStranger,
        "that was not remembered"
    );
    store.import_collected_vouched(&newer, 1, at(4)).unwrap();
    other.collect(code(3));
    let newest = other.list("newest.txt");
    drop(store);
    // It is remembered over a restart and a rebuild.
    drop(station.open());
    let mut store = station.rebuild();
    store.import_collected(&newest, &[], 1, at(5)).unwrap();
    assert!(store.collected_elsewhere(code(3).digest()).unwrap().is_some());
    // With operators only who looks after keys vouches.
    let pin = |text: &str| tucai::store::Pin::new(text.to_owned()).unwrap();
    let manager = store.add_operator("a", tucai::domain::operator::Role::Manager, &pin("60493817"), 1, at(6)).unwrap();
    let operator =
        store.add_operator("b", tucai::domain::operator::Role::Operator, &pin("1357"), manager, at(6)).unwrap();
    assert_eq!(fault(store.import_collected_vouched(&newest, operator, at(7))), StoreFault::NotAllowed);
}

#[test]
fn the_newest_list_counts_whatever_the_clocks_say() {
    let mut other = Other::new();
    let first = store_one(&mut other.store, 1).unwrap().id;
    let old = other.list("old");
    other.store.withdraw(first, None, 1, at(5)).unwrap();
    store_one(&mut other.store, 2).unwrap();
    // Written by a clock that went back to 1980.
    let back = tucai::domain::time::WallTime { unix_millis: 315_532_800_000, offset_minutes: 480 };
    let new = other.folder.path().join("new");
    other.store.export_collected(&session().id, &new, back).unwrap();
    let station = Station::without_copy();
    let mut store = station.open();
    store.import_collected_vouched(&old, 1, at(1)).unwrap();
    store.import_collected_vouched(&new, 1, at(2)).unwrap();
    assert_eq!(store.collected_elsewhere(code(1).digest()).unwrap(), None, "taken back at the other station since");
    store.import_collected_vouched(&old, 1, at(3)).unwrap();
    assert_eq!(store.collected_elsewhere(code(1).digest()).unwrap(), None, "an older list changes nothing");
    assert!(store.collected_elsewhere(code(2).digest()).unwrap().is_some());
}

#[test]
fn a_list_that_was_changed_on_the_way_is_refused_whole() {
    let mut other = Other::new();
    for n in 1..=2 {
        store_one(&mut other.store, n).unwrap();
    }
    let file = other.list("list");
    let signature = file.with_file_name("list.minisig");
    let (text, signed) = (fs::read_to_string(&file).unwrap(), fs::read_to_string(&signature).unwrap());
    let station = Station::without_copy();
    let mut store = station.open();
    let mut refused = |bytes: &[u8], signed: Option<&str>| {
        fs::write(&file, bytes).unwrap();
        match signed {
            Some(signed) => fs::write(&signature, signed).unwrap(),
            None => fs::remove_file(&signature).unwrap(),
        }
        assert_eq!(fault(store.import_collected(&file, &[], 1, at(1))), StoreFault::ListUnusable);
        assert!(store.collected_lists().unwrap().is_empty());
    };
    for at in (0..text.len()).step_by(7) {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        refused(&bytes, Some(&signed));
    }
    let cut: Vec<&str> = text.split_inclusive('\n').take(2).collect();
    refused(cut.concat().as_bytes(), Some(&signed));
    refused(b"", Some(&signed));
    refused(text.as_bytes(), None);
    let own = Station::without_copy();
    let mut own_store = own.open();
    let file = own.first.path().join("own");
    own_store.export_collected(&session().id, &file, at(1)).unwrap();
    assert_eq!(fault(own_store.import_collected(&file, &[], 1, at(1))), StoreFault::ListUnusable, "its own list");
    assert_eq!(fault(own_store.import_collected(Path::new("/none"), &[], 1, at(1))), StoreFault::ListUnusable);
}

#[test]
fn many_codes_go_into_several_lines_and_none_is_lost() {
    let mut other = Other::new();
    store_one(&mut other.store, 1).unwrap();
    let file = other.list("list");
    // The same head and many codes, signed again by the same station.
    let text = fs::read_to_string(&file).unwrap();
    let codes: Vec<String> = (1..=60_000_u64).map(|n| format!("{} B-{n:04}\n", code(n).digest().to_hex())).collect();
    let head = text.lines().next().unwrap().replace("\"codes\":1", "\"codes\":60000");
    let text = format!("{head}\n{}", codes.concat());
    let signed = other.store.keys().sign(text.as_bytes(), "many", "many").unwrap();
    fs::write(&file, &text).unwrap();
    fs::write(file.with_file_name("list.minisig"), signed.into_string()).unwrap();
    let station = Station::without_copy();
    let mut store = station.open();
    store.import_collected_vouched(&file, 1, at(1)).unwrap();
    assert_eq!(store.collected_lists().unwrap()[0].codes, 60_000);
    for n in [1, 25_000, 25_001, 59_999, 60_000] {
        assert!(store.collected_elsewhere(code(n).digest()).unwrap().is_some(), "{n}");
    }
}

#[test]
fn the_question_names_the_other_station_and_a_retake_replaces_nothing_here() {
    let shot = "B-0012".parse().unwrap();
    let asked = || {
        let mut way = Way::new();
        way.take(Event::Code(subject("a")));
        let elsewhere = tucai::domain::session::Elsewhere { shot, listed_at: at(0) };
        way.take(Event::FoundElsewhere { digest: subject("a").digest(), elsewhere });
        assert_eq!(way.state(), "code read");
        way
    };
    let mut way = asked();
    let effects = way.does(Command::RetakeCollected(RetakeReason::Refused));
    let note = Effect::Note(Note::CollectedElsewhere { shot, reason: RetakeReason::Refused });
    assert_eq!(effects[0], note);
    assert!(matches!(effects[1], Effect::OpenLock { .. }));
    let way = way.lock_opens("a");
    let State::Locked(lock) = way.session.state() else { panic!("{}", way.state()) };
    assert_eq!((lock.replaces, lock.shot), (None, shot_number(1)));
    let mut way = asked();
    way.does(Command::TurnAway(TurnedAway::AlreadyCollected));
    assert_eq!(way.state(), "waiting");
    let mut way = asked();
    way.refused(Event::Student(StudentSays::Yes, tucai::domain::session::Press::First));
    way.does(Command::Release);
    assert_eq!(way.state(), "waiting");
}

#[test]
fn camera_and_gun_both_lead_to_the_question() {
    let first = Rig::new().until("locked");
    let seen = first.desk.state().lock().unwrap().subject.code.clone();
    let typed = SubjectCode::new(b"GUN-CODE-0001".to_vec()).unwrap();
    let mut other = Other::new();
    other.collect(seen.clone());
    other.collect(typed.clone());
    let file = other.list("list");
    let import = |rig: &mut Rig| {
        let file = file.clone();
        rig.desk.visit_store(Box::new(move |keeper| {
            keeper.store().import_collected_vouched(&file, 1, at(1)).unwrap();
        }));
    };
    // The same drawn people show the same codes.
    let mut rig = Rig::new();
    import(&mut rig);
    let rig = rig.until("code read");
    let asked = |rig: &Rig| match rig.desk.state() {
        State::CodeRead(read) => match read.step {
            CodeStep::Elsewhere(other) => (read.subject.source, other.shot.to_string()),
            step => panic!("{step:?}"),
        },
        other => panic!("{}", other.name()),
    };
    assert_eq!(asked(&rig), (CodeSource::Camera, "B-0001".to_owned()));
    let mut rig = Rig::new();
    import(&mut rig);
    rig.desk.gun(typed, rig.now).unwrap();
    rig.desk.tick(rig.now, at(0));
    assert_eq!(asked(&rig), (CodeSource::Gun, "B-0002".to_owned()));
    rig.does(Command::RetakeCollected(RetakeReason::IdentityCheck));
    let rig = rig.until("locked");
    let (store, _folder) = rig.store();
    assert!(store.open_lock().unwrap().is_some());
}

#[test]
fn an_import_says_that_another_station_has_the_code() {
    let code = SubjectCode::new(b"CARD-CODE-0001".to_vec()).unwrap();
    let mut other = Other::new();
    other.collect(code.clone());
    let file = other.list("list");
    let mut rig = Rig::new();
    rig.desk.visit_store(Box::new(move |keeper| {
        keeper.store().import_collected_vouched(&file, 1, at(1)).unwrap();
    }));
    let subject = Subject { code, source: CodeSource::File, symbol: None, witness: None };
    let mut importer = Importer::new(Pair { subject, portrait: "/none.jpg".into() }, Looked::Yes, rig.now);
    let outcome = (0..50).find_map(|_| {
        rig.now += std::time::Duration::from_millis(100);
        rig.desk.tick(rig.now, at(0));
        importer.react(&mut rig.desk, rig.now, at(0))
    });
    let shot = match outcome {
        Some(Imported::CollectedElsewhere(other)) => other.shot.to_string(),
        outcome => panic!("{outcome:?}"),
    };
    assert_eq!((shot.as_str(), rig.state()), ("B-0001", "waiting"), "and the desk is free for the next");
}

#[test]
fn lists_go_from_station_to_station_by_the_command_line() {
    let mut other = Other::new();
    store_one(&mut other.store, 1).unwrap();
    let Other { folder, store } = other;
    drop(store);
    let station = Station::without_copy();
    let secret = folder.path().join("passphrase");
    fs::write(&secret, "correct horse\n").unwrap();
    let list = folder.path().join("collected.txt");
    let run = |data: &Path, action: &str, rest: &[&str]| {
        let mut command = Process::new(env!("CARGO_BIN_EXE_tucai"));
        command.arg("--json").arg("--data").arg(data).args(["records", action]).args(rest);
        let output = command.env("TUCAI_PASSPHRASE_FILE", &secret).output().unwrap();
        let first = output.stdout.split(|byte| *byte == b'\n').next().unwrap();
        (output.status.code().unwrap(), serde_json::from_slice::<Value>(first).unwrap_or_default())
    };
    let to = list.to_str().unwrap();
    let (exit, line) = run(&folder.path().join("b"), "export-digests", &["--to", to]);
    assert_eq!((exit, line["codes"].as_u64()), (0, Some(1)));
    let id = line["station"].as_str().unwrap().to_owned();
    assert_eq!(run(station.folder(), "import-digests", &[to]).0, 1, "a stranger is told and not honoured");
    assert_eq!(
        run(station.folder(), "import-digests", &["--trust", "0123456789ABCDEF", to]).0,
        1,
        "another one was compared"
    );
    assert!(station.open().collected_lists().unwrap().is_empty());
    let (exit, line) = run(station.folder(), "import-digests", &["--trust", &id, to]);
    assert_eq!((exit, line["letter"].as_str()), (0, Some("B")));
    assert_eq!(run(station.folder(), "import-digests", &[to]).0, 0, "known from now on");
    fs::write(&list, "nonsense").unwrap();
    assert_eq!(run(station.folder(), "import-digests", &[to]).0, 1);
    assert!(station.open().collected_elsewhere(code(1).digest()).unwrap().is_some());
    assert!(!files(station.folder()).is_empty());
}

#[cfg(feature = "window")]
mod window {
    //! The question, and the lists in 设置 → 存储备份.

    use egui::Key;
    use egui_kittest::kittest::Queryable as _;
    use tucai::domain::record::RetakeReason;
    use tucai::ui::memory::{Memory, Page, SettingsPart};
    use tucai::ui::view::{Answer, Command, Question, Settings, StrangerList, View};

    use crate::support::window::{click, framing, look, press, shows, waiting, window, window_of};

    #[test]
    fn the_question_names_the_station_and_takes_the_same_answers() {
        let shot = "B-0012".parse().unwrap();
        let question = Question::CollectedElsewhere { shot, at: String::from("2026-06-01 10:32") };
        let mut shown = window(View { question: Some(question), ..framing() });
        shows(&shown, "采集站 B 已拍，B-0012，名单写于 2026-06-01 10:32");
        assert_eq!(press(&mut shown, Key::Num3), [Command::Answer(Answer::Retake(RetakeReason::IdentityCheck))]);
        assert_eq!(press(&mut shown, Key::Escape), [Command::Answer(Answer::No)]);
    }

    #[test]
    fn lists_are_written_and_taken_in_from_the_settings() {
        let memory = Memory { page: Page::Settings, settings_part: SettingsPart::Store, ..Memory::default() };
        let mut shown = window_of(waiting(), [1366.0, 768.0].into(), memory);
        shown.run_steps(2);
        look(&mut shown, "settings-store");
        assert_eq!(click(&mut shown, "写出本站名单"), [], "no file is named yet");
        shown.get_by_label("已采名单").focus();
        shown.run_steps(2);
        shown.get_by_label("已采名单").type_text("/media/u/A.txt");
        shown.run_steps(2);
        let file = std::path::PathBuf::from("/media/u/A.txt");
        assert_eq!(click(&mut shown, "写出本站名单"), [Command::ExportCollected(file.clone())]);
        assert_eq!(click(&mut shown, "读入别站名单"), [Command::ImportCollected(file)]);
    }

    #[test]
    fn a_strangers_list_is_asked_about() {
        let stranger =
            StrangerList { letter: String::from("B"), station: String::from("0123456789ABCDEF"), codes: 312 };
        let settings = Settings { stranger: Some(stranger), ..waiting().settings };
        let memory = Memory { page: Page::Settings, settings_part: SettingsPart::Store, ..Memory::default() };
        let mut shown = window_of(View { settings, ..waiting() }, [1366.0, 698.0].into(), memory);
        shown.run_steps(2);
        shows(&shown, "本站不认识写这份名单的采集站：B 站，站号 0123456789ABCDEF，312 个");
        look(&mut shown, "settings-stranger");
        assert_eq!(click(&mut shown, "核对过了，读入"), [Command::TrustList]);
        assert_eq!(click(&mut shown, "不读入"), [Command::RefuseList]);
    }

    #[test]
    fn a_strangers_list_goes_through_the_whole_window() {
        let made = tempfile::tempdir().unwrap();
        let mut other = super::Other::new();
        other.collect(super::code(1));
        let file = other.list("collected.txt");
        let frames = tempfile::tempdir().unwrap();
        let folder = made.path().join("station");
        let mut program = crate::support::program::Program::start(&folder, frames.path());
        program.make_station();
        program.until(|gate| *gate == tucai::ui::view::Gate::Open);
        program.click("设置");
        program.click("存储备份 2");
        program.type_into("已采名单", file.to_str().unwrap());
        program.click("读入别站名单");
        program.until_shown_part("本站不认识写这份名单的采集站");
        program.click("不读入");
        program.click("读入别站名单");
        program.until_shown_part("本站不认识写这份名单的采集站");
        program.click("核对过了，读入");
        program.until_shown_part("采集站 B 的已采名单读进来了");
        program.click("读入别站名单");
        program.until_shown("写出本站名单");
    }
}

#[test]
fn a_spare_station_takes_the_lists_of_others_over() {
    let mut other = Other::new();
    store_one(&mut other.store, 1).unwrap();
    let (old, letter) = (other.list("old"), StationLetter::new('C').unwrap());
    store_one(&mut other.store, 2).unwrap();
    let new = other.list("new");
    // The station that takes over has given the lost one its own list.
    let base = tempfile::tempdir().unwrap();
    let folder = base.path().join("c");
    let options = CreateOptions { letter, work_factor: 10, ..CreateOptions::default() };
    let mut spare = Store::create(&folder, &passphrase(), &options, at(0)).unwrap();
    spare.new_session(&session(), 1, at(0)).unwrap();
    store_one(&mut spare, 3).unwrap();
    let own = base.path().join("own");
    spare.export_collected(&session().id, &own, at(600)).unwrap();
    drop(spare);
    let station = Station::new();
    let mut store = station.open();
    for file in [&old, &new, &own] {
        store.import_collected_vouched(file, 1, at(10)).unwrap();
    }
    store.catch_up_all().unwrap();
    drop(store);
    let from = copies_below(station.second.path()).pop().unwrap();
    let words = passphrase();
    for _ in 0..2 {
        let key = OldKey::Passphrase(&words);
        let (mut store, _) = Store::adopt(&folder, &words, &options, &from, &key, at(50), &mut |_, _| {}).unwrap();
        assert!(store.collected_elsewhere(code(1).digest()).unwrap().is_some());
        assert!(store.collected_elsewhere(code(2).digest()).unwrap().is_some(), "nobody is photographed twice");
        assert_eq!(store.collected_elsewhere(code(3).digest()).unwrap(), None, "its own records are no list");
        let lists = store.collected_lists().unwrap();
        assert_eq!(lists.iter().map(|list| list.codes).collect::<Vec<_>>(), [2]);
        let lines = store.import_collected_vouched(&new, 1, at(51)).unwrap();
        assert_eq!((lines.codes, store.collected_lists().unwrap().len()), (2, 1), "it is known");
    }
}
