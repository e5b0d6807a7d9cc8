//! Operators in the window: the gate, the lock, the second person, 设置 → 人员口令.

#![cfg(feature = "window")]

use egui::Key;
use egui_kittest::kittest::Queryable as _;
use tucai::domain::fault::StoreFault;
use tucai::domain::finding::Verdict;
use tucai::domain::operator::Role;
use tucai::store::{OpenOptions, Passphrase, Store};
use tucai::text::Lang;
use tucai::text::people::{PeopleWord, fault};
use tucai::ui::memory::{Memory, Page, SettingsPart};
use tucai::ui::people::{People, PeopleCommand, PersonRow};
use tucai::ui::view::{Command, Gate, View};

use crate::support::program::Program;
use crate::support::window::{
    click, every_word_is_drawn, framing, is_shown, look, press, review, shows, waiting, window, window_of,
};

fn people(present: Option<u32>) -> People {
    let row = |number, name: &str, role| PersonRow { number, name: name.to_owned(), role, active: number != 5 };
    let rows = vec![
        row(2, "赵管理", Role::Manager),
        row(3, "钱复核", Role::Reviewer),
        row(4, "孙操作", Role::Operator),
        row(5, "李离职", Role::Operator),
    ];
    People { rows, present, idle_minutes: 5, ..People::default() }
}

#[test]
fn the_gate_shows_names_and_nothing_of_the_desk() {
    let mut shown = window(View { gate: Gate::SignIn, people: Box::new(people(None)), ..framing() });
    for name in ["赵管理", "钱复核", "孙操作", "请选择您的名字"] {
        shows(&shown, name);
    }
    for hidden in ["李离职", "A-0137", "9f3a71c2", "拍摄 空格"] {
        assert!(!is_shown(&shown, hidden), "{hidden}");
    }
    look(&mut shown, "people-gate");
    assert_eq!(press(&mut shown, Key::Space), [], "no key of the desk works");
    assert_eq!(press(&mut shown, Key::F3), []);
    assert_eq!(click(&mut shown, "登录"), [], "nobody is chosen yet");
    click(&mut shown, "孙操作");
    shown.get_by_label("个人口令").focus();
    shown.run_steps(2);
    shown.get_by_label("个人口令").type_text("4711");
    shown.run_steps(2);
    let commands = click(&mut shown, "登录");
    let [Command::People(PeopleCommand::SignIn { number: 4, pin })] = commands.as_slice() else {
        panic!("{commands:?}")
    };
    assert_eq!(pin.reveal(), "4711");
    assert!(!format!("{commands:?}").contains("4711"));
}

#[test]
fn a_wrong_pin_is_told_in_one_sentence_and_a_wait_with_its_seconds() {
    let wrong = People { fault: Some(fault(StoreFault::WrongPin, Lang::Zh)), ..people(None) };
    shows(&window(View { gate: Gate::SignIn, people: Box::new(wrong), ..waiting() }), "个人口令不对");
    let wait = People { fault: Some(tucai::text::people::wait(20, Lang::Zh)), ..people(None) };
    shows(&window(View { gate: Gate::SignIn, people: Box::new(wait), ..waiting() }), "还要等 20 秒");
}

#[test]
fn f12_locks_and_a_second_person_stands_before_every_key() {
    let mut shown = window(View { people: Box::new(people(Some(4))), ..waiting() });
    assert_eq!(press(&mut shown, Key::F12), [Command::People(PeopleCommand::Lock)]);
    let asked = People { second: true, ..people(Some(3)) };
    let mut shown = window(View { people: Box::new(asked), ..review(Verdict::Fail) });
    shows(&shown, "请第二位同事确认");
    look(&mut shown, "people-second");
    assert!(!is_shown(&shown, "孙操作") && !is_shown(&shown, "钱复核"), "neither an operator nor the same person");
    assert_eq!(press(&mut shown, Key::R), []);
    assert_eq!(press(&mut shown, Key::Escape), [Command::People(PeopleCommand::NoSecond)]);
    shown.get_by_label("个人口令").focus();
    shown.run_steps(2);
    shown.get_by_label("个人口令").type_text("4711");
    shown.run_steps(2);
    let commands = click(&mut shown, "确认");
    assert!(matches!(commands.as_slice(), [Command::People(PeopleCommand::Second { number: 2, .. })]), "{commands:?}");
}

#[test]
fn only_a_manager_has_the_form_and_the_buttons() {
    let page = |present| {
        let memory = Memory { page: Page::Settings, settings_part: SettingsPart::People, ..Memory::default() };
        let mut shown =
            window_of(View { people: Box::new(people(Some(present))), ..waiting() }, [1366.0, 768.0].into(), memory);
        shown.run_steps(2);
        shown
    };
    let mut manager = page(2);
    look(&mut manager, "people-settings");
    shows(&manager, "5 李离职 操作员 已停用");
    assert_eq!(click(&mut manager, "停用 孙操作"), [Command::People(PeopleCommand::Disable(4))]);
    assert_eq!(click(&mut manager, "没人动时锁屏 +"), [Command::People(PeopleCommand::IdleMinutes(6))]);
    let operator = page(4);
    shows(&operator, "4 孙操作 操作员 正在用");
    assert!(!is_shown(&operator, "停用 孙操作") && !is_shown(&operator, "姓名"));
}

#[test]
fn every_word_about_people_can_be_drawn() {
    every_word_is_drawn(PeopleWord::ALL.iter().flat_map(|word| [word.text(Lang::Zh), word.text(Lang::En)]));
}

#[test]
fn operators_are_switched_on_in_the_window_and_everybody_signs_in_from_then_on() {
    let made = tempfile::tempdir().unwrap();
    let folder = made.path().join("station");
    let frames = tempfile::tempdir().unwrap();
    let mut program = Program::start(&folder, frames.path());
    program.make_station();
    program.until(|gate| *gate == Gate::Open);
    program.click("设置");
    program.click("人员口令 2");
    program.until_shown("还没有操作员，谁都不用登录");
    program.type_into("姓名", "赵管理");
    program.type_into("个人口令", "60493817");
    program.type_into("再输一次个人口令", "60493817");
    program.click("建立第一位管理员");
    program.until(|gate| *gate == Gate::SignIn);
    program.type_into("个人口令", "0000");
    program.click("登录");
    program.until_shown("个人口令不对 看看大小写和输入法，再输一次");
    assert_eq!(*program.harness.state().gate(), Gate::SignIn);
    program.type_into("个人口令", "60493817");
    program.click("登录");
    program.until(|gate| *gate == Gate::Open);
    program.until_shown("2 赵管理 管理员 正在用");
    program.type_into("姓名", "孙操作");
    program.click("角色 操作员");
    program.type_into("个人口令", "1234");
    program.type_into("再输一次个人口令", "1234");
    program.click("添加");
    program.until_shown("3 孙操作 操作员");
    program.click("停用 赵管理");
    program.until_shown("采集站至少要有一位管理员");
    program.harness.key_press(Key::F12);
    program.until(|gate| *gate == Gate::SignIn);
    drop(program);

    // After a restart the passphrase opens the station, and nobody is signed in.
    let mut program = Program::start(&folder, frames.path());
    program.type_into("口令", "a long passphrase");
    program.harness.get_by_label("打开").click();
    program.until(|gate| *gate == Gate::SignIn);
    program.click("孙操作");
    program.type_into("个人口令", "1234");
    program.click("登录");
    program.until(|gate| *gate == Gate::Open);
    drop(program);
    let passphrase = Passphrase::new(String::from("a long passphrase")).unwrap();
    let now = tucai::worker::clock::wall_now();
    let store = Store::open(&folder, &passphrase, &OpenOptions::read_only(), now).unwrap();
    let roles: Vec<_> = store.operators().unwrap().into_iter().map(|row| (row.number, row.role)).collect();
    assert_eq!(roles, [(2, Role::Manager), (3, Role::Operator)]);
}
