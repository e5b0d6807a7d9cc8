//! 准备场次: the settings code from one station's screen to the next one's camera, and a backdrop that keeps a session
//! shut until somebody who may says otherwise.

#![cfg(feature = "window")]

use std::sync::Arc;

use egui::Key;
use egui_kittest::kittest::Queryable as _;
use image::{GrayImage, Luma};
use tucai::device::camera::CameraSpec;
use tucai::device::key_store::SystemKeyStore;
use tucai::domain::finding::{CheckId, Level, Reason};
use tucai::domain::operator::{Right, Role};
use tucai::domain::session::{Command as S, Effect, Event, Refusal, Settings};
use tucai::domain::set_up::{BackdropReason, DeskKind, Missing, RunBy, SetUp, groups_of};
use tucai::domain::set_up_code::{LARGEST_VERSION, read, text_of};
use tucai::render::{modules, symbol_image, symbol_of_bytes};
use tucai::store::{OpenOptions, Passphrase, Store};
use tucai::text::Lang;
use tucai::text::papers::backdrop_reason;
use tucai::ui::memory::{Memory, Page};
use tucai::ui::prepare::view::{CodePanel, SetUpCode};
use tucai::ui::view::{BackdropTest, Command, Gate, Prepare, Standard, View};
use tucai::vision::qr::{Effort, read_codes};

use crate::support::program::Program;
use crate::support::way::{Way, subject};
use crate::support::window::{Window, click, finding, is_shown, look, names, press, shows, waiting, window_of};

pub(crate) fn answers() -> SetUp {
    SetUp {
        name: String::from("2026 春季 东校区"),
        run_by: Some(RunBy::School),
        school_code: String::from("10595"),
        backdrops: vec![String::from("blue")],
        retention_days: Some(90),
        groups: groups_of("会计2201 60\n法学2202 45").unwrap(),
        ..SetUp::new(String::from("degree-2017"))
    }
}

pub(crate) fn preparing(answers: SetUp, step: usize) -> Window {
    let colors = vec![(String::from("blue"), [100, 197, 255])];
    let standard = Standard {
        id: String::from("degree-2017"),
        name: String::from("学历"),
        colors,
        size: [480, 640],
        unverified: false,
    };
    let prepare =
        Prepare { standards: vec![standard], current: Some(answers), current_is_empty: true, ..Prepare::default() };
    let memory = Memory { page: Page::Prepare, ..Memory::default() };
    let view = View { prepare: Box::new(prepare), ..waiting() };
    let mut window = window_of(view, egui::vec2(1366.0, 768.0), memory);
    window.state_mut().memory.prepare.step = step;
    window.run_steps(2);
    window
}

/// As a camera of 1280 x 720 sees it when a module is this many pixels wide, with soft edges.
fn seen(text: &str, module: f32) -> GrayImage {
    let symbol = symbol_of_bytes(text.as_bytes(), tucai::domain::code::CorrectionLevel::L).unwrap();
    assert!(symbol.version <= LARGEST_VERSION, "version {}", symbol.version);
    let sharp = symbol_image(&symbol, 12, 4).unwrap();
    let side = (sharp.width() as f32 * module / 12.0).round() as u32;
    let small = image::imageops::resize(&sharp, side, side, image::imageops::FilterType::Triangle);
    let mut frame = GrayImage::from_pixel(1280, 720, Luma([90]));
    image::imageops::overlay(&mut frame, &small, 400, 150);
    frame
}

#[test]
fn the_largest_code_that_is_shown_is_read_at_arms_length_by_our_reader_and_by_rqrr() {
    let mut long = answers();
    let mut number = 0;
    while let Ok(text) = text_of(&long) {
        number += 1;
        long.groups.push(tucai::domain::set_up::Group { name: format!("会计{number}"), heads: Some(45) });
        if text.len() > 800 {
            break;
        }
    }
    long.groups.pop();
    let text = text_of(&long).unwrap();
    assert!(text.len() > 700, "{} bytes", text.len());
    let frame = seen(&text, 2.7);
    let read_here = read_codes(&frame, Effort::Live);
    assert_eq!(read_here.first().map(|code| read(&code.code)), Some(Ok(long.clone())));
    let close = seen(&text, 4.0);
    let light = |x: usize, y: usize| close.get_pixel(x as u32, y as u32).0[0];
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(1280, 720, light);
    let mut bytes = Vec::new();
    prepared.detect_grids()[0].decode_to(&mut bytes).unwrap();
    assert_eq!(read(&tucai::domain::code::SubjectCode::new(bytes).unwrap()), Ok(long));
}

#[test]
fn the_code_stands_on_the_last_page_and_says_what_is_not_in_it() {
    let mut window = preparing(answers(), 5);
    click(&mut window, "设置码");
    assert_eq!(window.state().memory.prepare.panel, Some(CodePanel::Show));
    let symbol =
        symbol_of_bytes(text_of(&answers()).unwrap().as_bytes(), tucai::domain::code::CorrectionLevel::M).unwrap();
    let drawn = modules(&symbol).unwrap();
    let side = drawn.side();
    let dark = (0..side * side).map(|at| drawn.is_dark((at % side).cast_signed(), (at / side).cast_signed())).collect();
    window.state_mut().view.prepare.code = Some(SetUpCode::Symbol { side, dark });
    window.run_steps(2);
    shows(&window, "里面没有钥匙、台号、人员和名单");
    assert!(window.query_by_label("设置码").is_some());
    look(&mut window, "prepare-settings-code");
    window.state_mut().view.prepare.code = Some(SetUpCode::TooLong);
    window.run_steps(2);
    shows(&window, "班级太多，一个码放不下");
    press(&mut window, Key::Escape);
    assert_eq!(window.state().memory.prepare.panel, None);
}

#[test]
fn what_this_desk_does_stays_when_another_stations_answers_are_taken() {
    let mut window = preparing(SetUp { desk: DeskKind::ScanOnly, ..answers() }, 3);
    shows(&window, "这台做什么 本台只扫码");
    window.state_mut().view.prepare.imported = Some((1, SetUp { name: String::from("别处"), ..answers() }));
    window.run_steps(2);
    let taken = window.state().memory.prepare.set_up.clone().unwrap();
    assert_eq!((taken.name.as_str(), taken.desk), ("别处", DeskKind::ScanOnly));
}

fn new_station(folder: &std::path::Path, frames: &std::path::Path) -> Program {
    let mut program = Program::start(folder, frames);
    program.make_station();
    program.until(|gate| *gate == Gate::Open);
    program.until_shown("谁来组织 学校");
    program
}

#[test]
fn another_stations_code_before_the_camera_fills_the_pages() {
    let made = tempfile::tempdir().unwrap();
    let frames = tempfile::tempdir().unwrap();
    let frame = image::DynamicImage::ImageLuma8(seen(&text_of(&answers()).unwrap(), 5.0)).into_rgb8();
    let mut program = new_station(&made.path().join("station"), frames.path());
    assert!(!shown(&program, "东校区"));
    program.click("扫设置码…");
    before(&mut program, frames.path(), &frame, "2026 春季 东校区");
    program.until_shown_part("2 个班，应到 105 人");
    program.until_shown("层次 本科");
    drop(program);
    let passphrase = Passphrase::new(String::from("a long passphrase")).unwrap();
    let now = tucai::worker::clock::wall_now();
    let store = Store::open(&made.path().join("station"), &passphrase, &OpenOptions::read_only(), now).unwrap();
    assert_ne!(store.current_session().unwrap().unwrap().name, "2026 春季 东校区", "nothing starts by itself");
    assert!(store.open_lock().unwrap().is_none() && store.parked().unwrap().is_empty());
}

#[test]
fn a_backdrop_that_fails_locks_nobody_until_it_is_said_otherwise() {
    let mut way = Way::with(Settings { backdrop_stops: true, ..Settings::default() });
    assert_eq!(way.refused(Event::Code(subject("a"))).reason, Refusal::BackdropFails);
    way.take(Event::ParkedFound {
        subject: subject("p"),
        shot: crate::support::way::shot_number(9),
        row: None,
        replaces: None,
    });
    assert_eq!(way.may_not(S::Recall(crate::support::way::shot_number(9))).reason, Refusal::BackdropFails);
    let scanning = Settings { backdrop_stops: true, desk: DeskKind::ScanOnly, ..Settings::default() };
    let asked = Way::with(scanning).take(Event::Code(subject("a")));
    assert!(matches!(asked[..], [Effect::Queue { .. }]), "numbers need no backdrop: {asked:?}");
    assert!(Role::Manager.may(Right::Backdrop) && !Role::Reviewer.may(Right::Backdrop));
}

#[test]
fn a_session_that_was_not_asked_locks_nobody_and_gives_no_number() {
    let unanswered = Some(Missing::Backdrop);
    let mut way = Way::with(Settings { unanswered, ..Settings::default() });
    assert_eq!(way.refused(Event::Code(subject("a"))).reason, Refusal::Unanswered(Missing::Backdrop));
    way.take(Event::ParkedFound {
        subject: subject("p"),
        shot: crate::support::way::shot_number(9),
        row: None,
        replaces: None,
    });
    let recalled = way.may_not(S::Recall(crate::support::way::shot_number(9)));
    assert_eq!(recalled.reason, Refusal::Unanswered(Missing::Backdrop));
    let mut scanning = Way::with(Settings { unanswered, desk: DeskKind::ScanOnly, ..Settings::default() });
    assert_eq!(scanning.refused(Event::Code(subject("a"))).reason, Refusal::Unanswered(Missing::Backdrop));
}

#[test]
fn nobody_is_locked_before_the_session_was_asked_and_everybody_after() {
    let made = tempfile::tempdir().unwrap();
    let folder = made.path().join("station");
    let frames = tempfile::tempdir().unwrap();
    let mut program = new_station(&folder, frames.path());
    program.click("先不改，去拍摄");
    program.until_shown_part("还没有选谁来组织，还不能拍");
    program.scan("STUDENT-0001");
    program.passes(5);
    assert!(!shown(&program, "A-0001"), "nobody is locked");
    drop(program);
    // Nothing opens the pages by itself any more; the sentence stands all the same, and on every page.
    let mut program = reopened(&folder, frames.path());
    program.until_shown_part("还没有选谁来组织，还不能拍   点上面的场次名");
    program.harness.key_press(Key::F2);
    program.scan("STUDENT-0001");
    program.passes(5);
    assert!(!shown(&program, "A-0001"));
    let page = all(&program).into_iter().find(|name| name.starts_with("准备场次 ")).unwrap();
    program.click(&page);
    program.begin_session();
    program.scan("STUDENT-0001");
    program.until_shown("A-0001");
    program.until_hidden_part("还不能拍");
}

#[test]
fn a_drawn_camera_asks_nobody() {
    let made = tempfile::tempdir().unwrap();
    let frames = tempfile::tempdir().unwrap();
    image::RgbImage::from_pixel(640, 360, image::Rgb([90, 120, 160])).save(frames.path().join("a.png")).unwrap();
    let camera = CameraSpec::SimDir(frames.path().to_owned());
    let mut program = Program::start_before(&made.path().join("station"), camera, Arc::new(SystemKeyStore));
    program.make_station();
    program.until(|gate| *gate == Gate::Open);
    program.click("先不改，去拍摄");
    program.scan("STUDENT-0001");
    program.until_shown("A-0001");
    assert!(!shown(&program, "还不能拍"));
}

#[test]
fn the_session_is_shut_by_a_failing_backdrop_and_opened_by_a_reason_said_twice() {
    let mut window = preparing(answers(), 2);
    let color = finding(CheckId::BackgroundColor, Level::Fail, Reason::TooHigh, 31.0, [None, Some(11.0)]);
    window.state_mut().view.prepare.rehearsal.backdrop = Some(BackdropTest::Judged(vec![color]));
    window.run_steps(2);
    shows(&window, "相机与灯光 不能用");
    press(&mut window, Key::Enter);
    assert_eq!(window.state().memory.prepare.step, 2, "the step is not left forward");
    window.state_mut().memory.prepare.step = 5;
    window.run_steps(2);
    window.get_all_by_label("开始").last().unwrap().click();
    window.run_steps(4);
    assert!(!window.state().commands.iter().any(|command| matches!(command, Command::StartSession(_))));
    window.state_mut().memory.prepare.step = 2;
    window.run_steps(2);
    assert_eq!(click(&mut window, "仍然用这块背景…"), [], "a reason first");
    assert_eq!(click(&mut window, "确认 背景不合格也拍"), [], "no reason is chosen");
    assert_eq!(click(&mut window, backdrop_reason(BackdropReason::CentreAgreed, Lang::Zh)), []);
    look(&mut window, "prepare-backdrop-overrule");
    let commands = click(&mut window, "确认 背景不合格也拍");
    assert_eq!(commands, [Command::OverruleBackdrop(BackdropReason::CentreAgreed)]);
    shows(&window, "相机与灯光 不能用");
    window.state_mut().view.prepare.rehearsal.overruled = Some(BackdropReason::CentreAgreed);
    window.run_steps(2);
    shows(&window, "背景不合格，已放行：采集中心同意");
    assert!(!is_shown(&window, "相机与灯光 不能用"), "{:?}", names(&window));
}

#[test]
fn the_program_keeps_a_failing_backdrop_shut_until_somebody_opens_it_with_a_reason() {
    let made = tempfile::tempdir().unwrap();
    let folder = made.path().join("station");
    let frames = tempfile::tempdir().unwrap();
    // A wall of strong stripes: no backdrop of any standard.
    let stripes = image::RgbImage::from_fn(1280, 720, |x, _| {
        image::Rgb(if x / 40 % 2 == 0 { [200, 30, 30] } else { [20, 90, 20] })
    });
    let mut program = new_station(&folder, frames.path());
    program.type_into("场次名", "春季");
    program.click("谁来组织 学校");
    program.click("下一步 Enter");
    program.click("中心收哪种底色 蓝色");
    program.click("相机与灯光");
    before(&mut program, frames.path(), &stripes, "相机 正常");
    for _ in 0..20 {
        program.click("拍一张空背景");
        if shown(&program, "相机与灯光 不能用") {
            break;
        }
        before(&mut program, frames.path(), &stripes, "相机 正常");
    }
    program.until_shown("相机与灯光 不能用");
    program.click("先不改，去拍摄");
    program.until_shown_part("空背景不合格，还不能拍");
    program.scan("STUDENT-0001");
    assert!(!shown(&program, "A-0001"), "nobody is locked");
    drop(program);
    let mut program = reopened(&folder, frames.path());
    program.until_shown_part("空背景不合格，还不能拍");
    let page = all(&program).into_iter().find(|name| name.starts_with("准备场次 ")).unwrap();
    program.click(&page);
    program.type_into("场次名", "春季");
    program.click("谁来组织 学校");
    program.click("下一步 Enter");
    program.click("中心收哪种底色 蓝色");
    program.click("相机与灯光 不能用");
    program.until_shown_part("背景上次没有合格");
    program.click("仍然用这块背景…");
    program.click("现场只有这块背景");
    program.click("确认 背景不合格也拍");
    program.until_shown_part("背景不合格，已放行：现场只有这块背景");
    program.click("开始");
    program.harness.get_all_by_label("开始").last().unwrap().click();
    program.harness.run_steps(3);
    program.until_shown_part("准备场次 春季");
    // What was said to the code that came too early goes away by itself; the strip must have gone with the reason.
    for _ in 0..100 {
        if !shown(&program, "空背景不合格，还不能拍") {
            break;
        }
        program.passes(1);
    }
    assert!(!shown(&program, "空背景不合格，还不能拍"));
    program.scan("STUDENT-0001");
    program.until_shown("A-0001");
    drop(program);
    let mut program = reopened(&folder, frames.path());
    program.until_shown("A-0001");
    assert!(!shown(&program, "空背景不合格，还不能拍"), "what was said of this session is known");
}

fn reopened(folder: &std::path::Path, frames: &std::path::Path) -> Program {
    let mut program = Program::start(folder, frames);
    program.type_into("口令", "a long passphrase");
    program.click("打开");
    program.until(|gate| *gate == Gate::Open);
    program
}

fn all(program: &Program) -> Vec<String> {
    crate::support::window::names_of(&program.harness)
}

fn shown(program: &Program, wanted: &str) -> bool {
    all(program).iter().any(|name| name.contains(wanted))
}

/// Pictures come to the folder that the camera watches, until this can be seen.
fn before(program: &mut Program, folder: &std::path::Path, picture: &image::RgbImage, wanted: &str) {
    let taken = std::fs::read_dir(folder).unwrap().count();
    for number in taken..taken + 40 {
        picture.save(folder.join(format!("{number:04}.png"))).unwrap();
        program.passes(12);
        if shown(program, wanted) {
            return;
        }
    }
    panic!("{wanted:?} is not among {:#?}", all(program));
}
