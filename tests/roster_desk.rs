//! The school's own list as an operator meets it: looked over and taken in 准备场次, bound at the lock, counted in the
//! pages. All people in it are made up.

#![cfg(feature = "window")]

use std::sync::Arc;

use egui_kittest::kittest::Queryable as _;
use tucai::domain::roster::{ClassProgress, Column, Columns, RosterFinding, RosterFindingKind, TextEncoding};
use tucai::domain::set_up::{RunBy, SetUp};
use tucai::store::{OpenOptions, Passphrase, Store};
use tucai::ui::memory::{Memory, Page, QueueFilter};
use tucai::ui::view::{
    Answer, AtLock, Command, Gate, ImportView, Person, Prepare, Question, RosterCommand, RosterImport, RosterLists,
    RosterView, Stage, View,
};

use crate::support::program::Program;
use crate::support::window::{
    Window, busy_day, click, framing, is_shown, look, names, press, review, shot, shows, waiting, window, window_of,
};

fn person(name: &str, number: &str, class: &str) -> Person {
    Person { name: name.to_owned(), number: number.to_owned(), class: class.to_owned(), walk_up: false }
}

fn roster(desk: Option<AtLock>) -> RosterView {
    let class = |name: &str, expected, taken, to_retake| ClassProgress {
        class: name.to_owned(),
        expected,
        taken,
        to_retake,
        walk_ups: 0,
    };
    let missing = vec![person("王*明", "…0101", "会计2201"), person("李*", "…0201", "法学2202")];
    let classes = vec![class("会计2201", 60, 59, 0), class("法学2202", 45, 43, 1)];
    RosterView { lists: Arc::new(RosterLists { rows: 105, classes, missing_count: 3, missing }), desk }
}

fn at_lock(desk: AtLock) -> View {
    View { roster: Some(roster(Some(desk))), ..framing() }
}

fn roster_commands(commands: &[Command]) -> Vec<RosterCommand> {
    let of_list = |command: &Command| match command {
        Command::Roster(command) => Some(command.clone()),
        _ => None,
    };
    commands.iter().filter_map(of_list).collect()
}

#[test]
fn digits_find_a_person_and_enter_confirms() {
    let next = Some(person("王*明", "…0101", "会计2201"));
    let mut window = window(at_lock(AtLock { proposed: next, ..AtLock::default() }));
    window.run_steps(2);
    shows(&window, "名单上的下一位 王*明 …0101 会计2201");
    look(&mut window, "roster-proposed");
    assert_eq!(roster_commands(&press(&mut window, egui::Key::Num0)), [RosterCommand::Digit(0)]);
    assert_eq!(roster_commands(&press(&mut window, egui::Key::Num9)), [RosterCommand::Digit(9)]);
    assert_eq!(roster_commands(&press(&mut window, egui::Key::Backspace)), [RosterCommand::Erase]);
    assert_eq!(roster_commands(&press(&mut window, egui::Key::Enter)), [RosterCommand::Confirm]);
    assert_eq!(roster_commands(&click(&mut window, "是这位 Enter")), [RosterCommand::Confirm]);
    click(&mut window, "数字键");
    assert_eq!(roster_commands(&click(&mut window, "数字键 7")), [RosterCommand::Digit(7)]);
    assert_eq!(roster_commands(&click(&mut window, "数字键 删")), [RosterCommand::Erase]);
    look(&mut window, "roster-pad");
    let typed = AtLock { typed: String::from("0137"), several: 3, ..AtLock::default() };
    window.state_mut().view = at_lock(typed);
    window.run_steps(2);
    shows(&window, "学号 0137，有 3 位");
    let bound = AtLock { bound: Some(person("诸**亮", "…0102", "会计2201")), ..AtLock::default() };
    window.state_mut().view = at_lock(bound);
    window.run_steps(2);
    shows(&window, "已对上名单 诸**亮 …0102 会计2201");
}

#[test]
fn without_a_list_and_in_a_review_digits_mean_what_they_meant() {
    let mut window = window(framing());
    assert!(press(&mut window, egui::Key::Num1).is_empty() && press(&mut window, egui::Key::Enter).is_empty());
    assert!(!is_shown(&window, "名单"));
    let verdict = tucai::domain::finding::Verdict::Pass;
    window.state_mut().view = View { roster: Some(roster(None)), ..review(verdict) };
    window.run_steps(2);
    assert_eq!(press(&mut window, egui::Key::Num2), [Command::PickFrame(1)]);
}

#[test]
fn a_row_of_somebody_else_and_an_unknown_number_are_asked_about() {
    let asked = Question::RosterTaken { person: String::from("王*明 …0101"), shot: shot(12) };
    let mut window = window(View { question: Some(asked), ..at_lock(AtLock::default()) });
    window.run_steps(2);
    shows(&window, "名单上这位已经拍过");
    shows(&window, "王*明 …0101，A-0012 已对上这一行");
    look(&mut window, "roster-taken");
    assert_eq!(press(&mut window, egui::Key::Num1), [Command::Answer(Answer::No)]);
    assert_eq!(press(&mut window, egui::Key::Num2), [Command::Answer(Answer::Yes)]);
    window.state_mut().view.question = Some(Question::RosterUnknown { number: String::from("…0999") });
    window.run_steps(2);
    shows(&window, "学号 …0999，核对后再记为名单外");
    assert_eq!(click(&mut window, "记为名单外 2"), [Command::Answer(Answer::Yes)]);
}

#[test]
fn who_is_missing_stands_in_three_pages_and_never_before_a_student() {
    let view = View { roster: Some(roster(None)), ..busy_day() };
    let memory = Memory { page: Page::Overview, ..Memory::default() };
    let mut window = window_of(view, egui::vec2(1366.0, 768.0), memory);
    window.run_steps(2);
    shows(&window, "名单上还没有拍 3 人");
    shows(&window, "李* …0201 法学2202");
    look(&mut window, "roster-overview");
    window.state_mut().memory.page = Page::Handover;
    window.run_steps(2);
    shows(&window, "李* …0201 法学2202");
    look(&mut window, "roster-handover");
    window.state_mut().memory.page = Page::Queue;
    window.run_steps(2);
    assert!(!is_shown(&window, "李*"));
    let turned_away = window.state().view.queue.iter().filter(|row| QueueFilter::NotTaken.admits(row.mark)).count();
    click(&mut window, &format!("未拍 {}", turned_away + 3));
    shows(&window, "李* …0201 法学2202");
    look(&mut window, "roster-queue");
    window.state_mut().view.settings.faces_student = true;
    window.run_steps(2);
    assert!(!is_shown(&window, "李*"));
}

fn preparing(import: RosterImport) -> Window {
    let set_up = SetUp { run_by: Some(RunBy::School), ..SetUp::new(String::from("degree-2017")) };
    let prepare = Prepare { current: Some(set_up), current_is_empty: true, roster: import, ..Prepare::default() };
    let view = View { prepare: Box::new(prepare), ..waiting() };
    window_of(view, egui::vec2(1366.0, 768.0), Memory { page: Page::Prepare, ..Memory::default() })
}

fn import(findings: Vec<RosterFinding>) -> RosterImport {
    let mut columns = Columns::default();
    columns.set(Column::Number, Some(0));
    columns.set(Column::Name, Some(1));
    let file = ImportView {
        sheets: vec![String::from("一班"), String::from("二班")],
        sheet: 0,
        encoding: Some(TextEncoding::Gb18030),
        titles: ["学号", "姓名", "备注"].map(String::from).to_vec(),
        columns,
        preview: vec![vec![String::from("…0101"), String::from("王*明"), String::new()]; 4],
        rows: 58,
        classes: 2,
        findings,
    };
    RosterImport { known: None, file: Some(file), message: None, refused: false }
}

#[test]
fn a_file_is_looked_over_before_it_is_taken() {
    let twice = RosterFinding { kind: RosterFindingKind::NumberTwice, rows: vec![4, 9] };
    let mut window = preparing(import(vec![twice]));
    window.run_steps(2);
    shows(&window, "没有名单，照样可以拍");
    click(&mut window, "名单…");
    shows(&window, "学号重复，第 4、9 行");
    shows(&window, "58 人，2 个班");
    shows(&window, "…0101 王*明");
    look(&mut window, "prepare-roster-refused");
    assert!(click(&mut window, "采用名单").is_empty(), "a list with the same number twice is not taken");
    assert_eq!(roster_commands(&click(&mut window, "表 二班")), [RosterCommand::Sheet(1)]);
    let utf8 = click(&mut window, "编码 UTF-8");
    assert_eq!(roster_commands(&utf8), [RosterCommand::Encoding(TextEncoding::Utf8)]);
    click(&mut window, "班级 没有选");
    let chosen = click(&mut window, "备注");
    assert_eq!(roster_commands(&chosen), [RosterCommand::Column(Column::Class, Some(2))]);
    window.state_mut().view.prepare.roster = import(Vec::new());
    window.run_steps(2);
    look(&mut window, "prepare-roster");
    assert_eq!(roster_commands(&click(&mut window, "采用名单")), [RosterCommand::Adopt]);
    assert_eq!(roster_commands(&click(&mut window, "选择文件…")), [RosterCommand::PickFile]);
    click(&mut window, "返回");
    assert!(!is_shown(&window, "采用名单"));
}

#[test]
fn a_collecting_company_has_no_list() {
    let mut window = preparing(RosterImport::default());
    window.run_steps(2);
    click(&mut window, "谁来组织 采集单位");
    shows(&window, "采集单位组织的场次不用名单");
    assert!(!is_shown(&window, "名单…"));
}

#[test]
fn whatever_is_drawn_has_no_whole_name_or_number() {
    let mut window = window(at_lock(AtLock::default()));
    window.run_steps(2);
    assert!(names(&window).iter().all(|name| !name.contains("王小明")));
    assert!(!format!("{:?}", window.state().view).contains("王*明"), "not even masked in what may be logged");
    assert_eq!(window.state().view.stage, Stage::Framing);
}

/// A line at a gun's speed: all of it within one pass.
fn gun(program: &mut Program, text: &str) {
    // a key that was not let go would count as held the next time
    let stroke = |key| {
        [true, false].map(|pressed| egui::Event::Key {
            key,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers: egui::Modifiers::NONE,
        })
    };
    for c in text.chars() {
        let key = egui::Key::from_name(&c.to_string()).unwrap();
        program.harness.input_mut().events.extend(stroke(key));
        program.harness.input_mut().events.push(egui::Event::Text(c.to_string()));
    }
    program.harness.input_mut().events.extend(stroke(egui::Key::Enter));
    program.harness.step();
}

/// The whole program with a session that has a list of two.
fn with_list(made: &std::path::Path) -> Program {
    let folder = made.join("station");
    let frames = made.join("frames");
    std::fs::create_dir(&frames).unwrap();
    let list = made.join("list.csv");
    let text = "学号,姓名,班级\r\n20220101,王小明,会计2201\r\n20220102,诸葛小亮,会计2201\r\n";
    std::fs::write(&list, encoding_rs::GBK.encode(text).0).unwrap();
    let mut program = Program::start(&folder, &frames);
    program.make_station();
    program.until(|gate| *gate == Gate::Open);
    program.until_shown("谁来组织 学校");
    program.type_into("场次名", "春季");
    program.click("谁来组织 学校");
    program.click("名单…");
    program.type_into("名单文件", &list.display().to_string());
    program.click("读入");
    program.until_shown("2 人，1 个班 ");
    program.click("采用名单");
    program.click("返回");
    program.until_shown("1 个班，应到 2 人");
    program.click("下一步 Enter");
    program.click("中心收哪种底色 蓝色");
    program.click("开始");
    program.harness.run_steps(3);
    program.harness.get_all_by_label("开始").last().unwrap().click();
    program.until_shown("准备场次 春季  会计2201 0 / 2");
    program
}

#[test]
fn a_second_enter_binds_nobody_else() {
    let made = tempfile::tempdir().unwrap();
    let mut program = with_list(made.path());
    gun(&mut program, "CODE1");
    program.until_shown("名单上的下一位 王*明 …0101 会计2201");
    program.harness.key_press(egui::Key::Enter);
    program.until_shown("已对上名单 王*明 …0101 会计2201");
    program.harness.key_press(egui::Key::Enter);
    program.harness.run_steps(8);
    program.harness.key_press(egui::Key::Num9);
    program.until_shown("学号 9");
    program.harness.key_press(egui::Key::Backspace);
    program.until_shown("已对上名单 王*明 …0101 会计2201");
}

#[test]
fn a_list_is_taken_with_the_session_and_a_card_binds_the_locked_student() {
    let made = tempfile::tempdir().unwrap();
    let folder = made.path().join("station");
    let mut program = with_list(made.path());
    gun(&mut program, "20220102");
    program.until_shown("这是学生卡，还没有扫采集码   先扫采集码，再刷学生卡");
    gun(&mut program, "CODE1");
    program.until_shown("名单上的下一位 王*明 …0101 会计2201");
    gun(&mut program, "20220102");
    program.until_shown("已对上名单 诸**亮 …0102 会计2201");
    program.harness.key_press(egui::Key::Num9);
    program.until_shown("学号 9");
    program.harness.key_press(egui::Key::Enter);
    program.until_shown("名单里没有这个学号");
    program.harness.key_press(egui::Key::Num2);
    program.until_shown("已对上名单 …9 会计2201 名单外");
    drop(program);

    // The program ended in the middle: the lock comes back with its row, and nobody has to be found again.
    let mut program = Program::start(&folder, &made.path().join("frames"));
    program.type_into("口令", "a long passphrase");
    program.click("打开");
    program.until(|gate| *gate == Gate::Open);
    program.until_shown("已对上名单 …9 会计2201 名单外");
    drop(program);

    let passphrase = Passphrase::new(String::from("a long passphrase")).unwrap();
    let now = tucai::worker::clock::wall_now();
    let store = Store::open(&folder, &passphrase, &OpenOptions::read_only(), now).unwrap();
    let session = store.current_session().unwrap().unwrap();
    assert_eq!((session.run_by, session.groups.len()), (Some(RunBy::School), 1));
    let rows: Vec<_> = store.roster(&session.id).unwrap().rows().iter().map(|row| row.walk_up).collect();
    assert_eq!(rows, [false, false, true]);
}
