//! 接管备份盘 at the gate, with a real second copy: refusals, the way through, what is told, and going on after the
//! program was ended in between.

#![cfg(feature = "window")]

use std::fs;
use std::path::{Path, PathBuf};

use tucai::domain::ids::StationLetter;
use tucai::store::{CreateOptions, Filter, OpenOptions, Passphrase, Store, UnfinishedAdoption, copies_below};
use tucai::text::Lang;
use tucai::text::adopt::{AdoptFault, AdoptWord, fault};
use tucai::ui::adopt::{AdoptCommand, AdoptGate, Adopted, FoundCopy, OldSecret};
use tucai::ui::memory::Memory;
use tucai::ui::view::{Command, Gate, View};
use tucai::worker::clock::wall_now;

use crate::support::program::Program;
use crate::support::station::{Station, at, jpeg, lock, passphrase, store_one};
use crate::support::window::{Window, click, every_word_is_drawn, is_shown, look, shows, type_into, window_of};

fn asking() -> AdoptGate {
    AdoptGate::Asking { found: vec![], picked: None, key_picked: None, fault: None, unfinished: None }
}

fn gate(gate: AdoptGate, light_theme: bool) -> Window {
    let memory = Memory { light_theme, letter: StationLetter::new('B').unwrap(), ..Memory::default() };
    let mut shown = window_of(View { gate: Gate::Adopt(gate), ..View::default() }, [1366.0, 698.0].into(), memory);
    shown.run_steps(2);
    shown
}

#[test]
fn copy_key_letter_and_passphrase_are_asked_for_in_two_steps() {
    let copy = FoundCopy {
        path: "/media/u/backup/0123".into(),
        letter: StationLetter::new('A').unwrap(),
        name: String::from("一号台"),
    };
    let AdoptGate::Asking { picked, key_picked, unfinished, .. } = asking() else { unreachable!() };
    let fault = Some(fault(AdoptFault::SameLetter, Lang::Zh));
    let mut shown = gate(AdoptGate::Asking { found: vec![copy], picked, key_picked, fault, unfinished }, false);
    shows(&shown, "新站和旧站的字母一样");
    look(&mut shown, "adopt-first");
    assert_eq!(click(&mut shown, "下一步"), []);
    shows(&shown, "备份所在的文件夹");
    click(&mut shown, "A 站 一号台  /media/u/backup/0123");
    assert_eq!(click(&mut shown, "选文件夹…"), [Command::Adopt(AdoptCommand::PickCopy)]);
    click(&mut shown, "A 站 一号台  /media/u/backup/0123");
    click(&mut shown, "用恢复密钥");
    assert_eq!(click(&mut shown, "选文件…"), [Command::Adopt(AdoptCommand::PickKey)]);
    type_into(&mut shown, "恢复密钥文件", "/media/u/key.txt");
    look(&mut shown, "adopt-key");
    click(&mut shown, "下一步");
    type_into(&mut shown, "新站的口令", "a new passphrase");
    look(&mut shown, "adopt-second");
    assert_eq!(click(&mut shown, "开始接管"), [], "typed once only");
    type_into(&mut shown, "再输一次新口令", "a new passphrase");
    let commands = click(&mut shown, "开始接管");
    let [Command::Adopt(AdoptCommand::Start { from, old, letter, passphrase })] = commands.as_slice() else {
        panic!("{commands:?}")
    };
    assert_eq!(from, Path::new("/media/u/backup/0123"));
    assert_eq!(*old, OldSecret::RecoveryFile("/media/u/key.txt".into()));
    assert_eq!((letter.to_string().as_str(), passphrase.reveal()), ("B", "a new passphrase"));
    assert!(!format!("{commands:?}").contains("a new passphrase"));
    let mut shown = gate(asking(), true);
    assert_eq!(click(&mut shown, "返回"), [Command::Adopt(AdoptCommand::Back)]);
}

#[test]
fn a_folder_picked_anew_takes_the_place_of_the_one_that_was_begun() {
    use egui_kittest::kittest::{NodeT as _, Queryable as _};
    let AdoptGate::Asking { found, key_picked, fault, .. } = asking() else { unreachable!() };
    let unfinished = Some(("/media/u/backup/0123".into(), StationLetter::new('B').unwrap()));
    let picked = Some("/media/v/0123".into());
    let shown = gate(AdoptGate::Asking { found, picked, key_picked, fault, unfinished }, true);
    let field = shown.get_by_label("备份所在的文件夹");
    assert_eq!(field.accesskit_node().value().as_deref(), Some("/media/v/0123"));
}

#[test]
fn what_was_lost_is_said_line_by_line() {
    let adopted = Adopted {
        letter: String::from("A"),
        records: 312,
        missing: 2,
        locks: vec![String::from("A-0313")],
        lost_locks: vec![String::from("A-0314")],
        problems: 1,
        not_marked: true,
    };
    let mut shown = gate(AdoptGate::Done(adopted), true);
    for wanted in [
        "接管了 A 站的 312 条记录",
        "少了 2 条",
        "A-0314 的采集码没有留下",
        "有 1 处读不出",
        "不要再用这块盘",
        "A-0313 还没拍完",
    ] {
        shows(&shown, wanted);
    }
    assert!(!is_shown(&shown, "什么都没有少"));
    look(&mut shown, "adopt-done");
    assert_eq!(click(&mut shown, "开始使用"), [Command::Adopt(AdoptCommand::Finish)]);
    shows(&gate(AdoptGate::Running { done: 8, of: 40 }, false), "正在接管 8 / 40 条");
}

#[test]
fn every_word_about_taking_over_can_be_drawn() {
    every_word_is_drawn(AdoptWord::ALL.iter().flat_map(|word| [word.text(Lang::Zh), word.text(Lang::En)]));
}

/// Two records, one of them gone from the copy, and a parked subject.
fn lost() -> (Station, PathBuf) {
    let station = Station::new();
    let mut store = station.open();
    store_one(&mut store, 1).unwrap();
    let gone = store_one(&mut store, 2).unwrap().id;
    let parked = store.take_lock(&lock(3), 1, at(6)).unwrap();
    store.park(parked, 1, at(6)).unwrap();
    store.catch_up_all().unwrap();
    let copy = copies_below(station.second.path()).pop().unwrap();
    let capsules = crate::support::station::files(&copy.join("capsules"));
    let file = capsules.iter().find(|path| path.to_string_lossy().contains(&gone.to_string())).unwrap();
    fs::remove_file(file).unwrap();
    (station, copy)
}

fn first_step(program: &mut Program, copy: &Path, old: &str) {
    program.type_into("备份所在的文件夹", copy.to_str().unwrap());
    program.type_into("旧站的口令", old);
    program.click("下一步");
}

fn second_step(program: &mut Program) {
    program.type_into("新站的口令", "a new passphrase");
    program.type_into("再输一次新口令", "a new passphrase");
    program.click("开始接管");
}

#[test]
fn a_second_copy_is_taken_over_at_the_gate_and_the_desk_opens() {
    let (_station, copy) = lost();
    let (made, frames) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = made.path().join("spare");
    let mut program = Program::start(&folder, frames.path());
    program.click("接管备份盘…");
    first_step(&mut program, frames.path(), "correct horse");
    second_step(&mut program);
    program.until_shown_part("这个文件夹里没有备份");
    program.click("返回");
    program.until_shown("新建");
    program.click("接管备份盘…");
    first_step(&mut program, &copy, "wrong horse");
    second_step(&mut program);
    program.until_shown_part("口令或恢复密钥打不开");
    assert!(!folder.join("station.key").exists(), "a wrong key makes no station");
    program.type_into("旧站的口令", "correct horse");
    program.click("下一步");
    program.click("本站字母 -");
    second_step(&mut program);
    program.until_shown_part("新站和旧站的字母一样");
    program.type_into("旧站的口令", "correct horse");
    program.click("下一步");
    program.click("本站字母 +");
    second_step(&mut program);
    program.until_shown_part("接管了 A 站的 1 条记录");
    program.until_shown_part("少了 1 条");
    program.until_shown_part("A-0003 还没拍完");
    program.click("开始使用");
    program.until(|gate| *gate == Gate::Open);
    program.click("队列");
    program.until_shown_part("A-0001");
    drop(program);
    assert_eq!(UnfinishedAdoption::of_folder(&folder), None);
    let words = Passphrase::new(String::from("a new passphrase")).unwrap();
    let store = Store::open(&folder, &words, &OpenOptions::default(), wall_now()).unwrap();
    let list = store.list(&Filter::default()).unwrap();
    assert_eq!((list.len(), store.settings().letter.to_string().as_str()), (1, "B"));
    assert_eq!(store.photo(list[0].id).unwrap(), jpeg(1, 33_000));
    assert!(store.verify().unwrap().is_sound());
}

#[test]
fn what_was_begun_is_gone_on_with_at_the_next_start() {
    let (_station, copy) = lost();
    let (made, frames) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = made.path().join("spare");
    // The program was ended when the station was made and nothing was through.
    let options =
        CreateOptions { letter: StationLetter::new('C').unwrap(), work_factor: 10, ..CreateOptions::default() };
    drop(Store::create(&folder, &passphrase(), &options, wall_now()).unwrap());
    let mark = format!("from = {:?}\nletter = \"C\"\n", copy.to_str().unwrap());
    fs::write(folder.join("adopting.toml"), mark).unwrap();
    let mut program = Program::start(&folder, frames.path());
    program.until(|gate| matches!(gate, Gate::Adopt(AdoptGate::Asking { unfinished: Some(_), .. })));
    program.click("返回");
    program.until_shown("打开");
    drop(program);
    let mut program = Program::start(&folder, frames.path());
    program.type_into("旧站的口令", "correct horse");
    program.click("下一步");
    program.type_into("新站的口令", "not that one");
    program.click("开始接管");
    program.until_shown_part("口令或恢复密钥打不开");
    program.type_into("旧站的口令", "correct horse");
    program.click("下一步");
    program.type_into("新站的口令", "correct horse");
    program.click("开始接管");
    program.until_shown_part("接管了 A 站的 1 条记录");
    program.click("开始使用");
    program.until(|gate| *gate == Gate::Open);
    drop(program);
    assert_eq!(UnfinishedAdoption::of_folder(&folder), None);
    // A third station does not take the same copy over.
    let third = made.path().join("third");
    let mut program = Program::start(&third, frames.path());
    program.click("接管备份盘…");
    first_step(&mut program, &copy, "correct horse");
    second_step(&mut program);
    program.until_shown_part("已由另一台采集站接管");
}
