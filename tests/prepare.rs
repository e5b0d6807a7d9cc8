//! 准备场次 as an operator meets it: what must be answered, what is tried, and what the session is run with afterwards.

#![cfg(feature = "window")]

use egui_kittest::kittest::Queryable as _;
use tucai::domain::fault::StoreFault;
use tucai::domain::finding::{CheckId, Level, Reason};
use tucai::domain::ids::SessionId;
use tucai::domain::set_up::{ConfirmBy, RunBy, SetUp};
use tucai::store::{OpenOptions, Passphrase, Store};
use tucai::ui::memory::{Memory, Page};
use tucai::ui::view::{
    BackdropTest, Command, DiskTest, FolderFor, Gate, GroupCount, Prepare, SessionRow, Standard, View,
};

use crate::support::program::Program;
use crate::support::window::{
    Window, busy_day, click, finding, is_shown, look, press, shows, type_into, waiting, window_of,
};

fn standard(id: &str, name: &str, colors: &[(&str, [u8; 3])], unverified: bool) -> Standard {
    let colors = colors.iter().map(|(name, rgb)| ((*name).to_owned(), *rgb)).collect();
    Standard { id: id.to_owned(), name: name.to_owned(), colors, size: [480, 640], unverified }
}

fn preparing() -> View {
    let three = [("blue", [100, 197, 255]), ("white", [255, 255, 255]), ("grey", [240, 240, 240])];
    let id = |text: &str| SessionId::try_from(text.to_owned()).unwrap();
    let prepare = Prepare {
        standards: vec![
            standard("degree-2017", "学历证书电子注册图像（2017）", &three, false),
            standard("degree-2017-strict-blue", "学历证书电子注册图像（只收浅蓝底）", &three[..1], false),
            standard("e-passport", "电子护照", &three[1..2], true),
        ],
        sessions: vec![
            SessionRow { id: id("2026-05-20"), name: String::from("2026-05-20"), is_open: true },
            SessionRow { id: id("2026-05-19"), name: String::from("东校区 第一天"), is_open: false },
        ],
        current: Some(SetUp::new(String::from("degree-2017"))),
        current_is_empty: true,
        ..Prepare::default()
    };
    View { prepare: Box::new(prepare), ..waiting() }
}

fn page(view: View) -> Window {
    let memory = Memory { page: Page::Prepare, ..Memory::default() };
    window_of(view, egui::vec2(1366.0, 768.0), memory)
}

#[test]
fn name_runner_and_backdrop_are_asked_and_nothing_starts_without_them() {
    let mut window = page(preparing());
    window.run_steps(2);
    shows(&window, "场次 还没有填");
    assert!(press(&mut window, egui::Key::Enter).is_empty());
    shows(&window, "以前的场次");
    type_into(&mut window, "场次名", "春季");
    click(&mut window, "谁来组织 学校");
    click(&mut window, "层次 本科");
    look(&mut window, "prepare-1-name");
    shows(&window, "场次 正常");
    click(&mut window, "下一步 Enter");
    shows(&window, "规格 还没有填");
    click(&mut window, "下一步 Enter");
    assert!(is_shown(&window, "中心收哪种底色 蓝色"), "a step that lacks an answer is not left forward");
    click(&mut window, "中心收哪种底色 蓝色");
    click(&mut window, "谁来确认照片 学生或操作员");
    look(&mut window, "prepare-2-standard");
    click(&mut window, "开始");
    look(&mut window, "prepare-6-start");
    shows(&window, "规格  学历证书电子注册图像（2017）  蓝色");
}

#[test]
fn everything_that_was_answered_goes_into_the_session() {
    let mut window = page(preparing());
    window.run_steps(2);
    type_into(&mut window, "场次名", "春季");
    type_into(&mut window, "院校代码", "10001");
    type_into(&mut window, "班级和人数", "会计2201 60");
    shows(&window, "1 个班，应到 60 人");
    click(&mut window, "谁来组织 采集单位");
    window.state_mut().memory.prepare.step = 1;
    window.run_steps(2);
    click(&mut window, "中心收哪种底色 白色");
    click(&mut window, "中心收哪种底色 蓝色");
    click(&mut window, "封包前要复核");
    type_into(&mut window, "回执后保存几天", "9x0");
    window.state_mut().memory.prepare.step = 5;
    window.run_steps(2);
    let started = window.get_all_by_label("开始").last().unwrap();
    started.click();
    window.state_mut().commands.clear();
    window.run_steps(4);
    let commands = std::mem::take(&mut window.state_mut().commands);
    let [Command::StartSession(set_up)] = commands.as_slice() else { panic!("{commands:?}") };
    assert_eq!((set_up.name.as_str(), set_up.school_code.as_str()), ("春季", "10001"));
    assert_eq!((set_up.run_by, set_up.review, set_up.retention_days), (Some(RunBy::Centre), true, Some(90)));
    assert_eq!(set_up.backdrops, ["white", "blue"]);
    assert_eq!(set_up.groups[0].heads, Some(60));
}

#[test]
fn another_standard_asks_for_its_backdrop_again_and_second_hand_ones_are_hidden() {
    let mut view = preparing();
    view.prepare.current.as_mut().unwrap().backdrops = vec![String::from("blue")];
    let mut window = page(view);
    window.state_mut().memory.prepare.step = 1;
    window.run_steps(2);
    shows(&window, "规格 正常");
    assert!(!is_shown(&window, "电子护照"));
    click(&mut window, "也列出来源未核实的规格");
    click(&mut window, "电子护照");
    shows(&window, "规格 还没有填");
    assert!(!is_shown(&window, "中心收哪种底色 蓝色"));
}

#[test]
fn a_group_line_that_cannot_be_read_is_named() {
    let mut window = page(preparing());
    window.run_steps(2);
    type_into(&mut window, "班级和人数", "会计2201 60\n会计2201 61");
    shows(&window, "第 2 行读不懂");
    shows(&window, "场次 还没有填");
}

#[test]
fn code_key_and_sound_are_tried_for_real() {
    let mut window = page(preparing());
    window.state_mut().memory.prepare.step = 3;
    window.run_steps(2);
    shows(&window, "用手机扫一个采集码试试");
    window.state_mut().view.prepare.rehearsal.awake = Some(false);
    window.run_steps(2);
    shows(&window, "电脑可能会自己休眠 在系统设置里关掉自动休眠和屏保");
    window.state_mut().view.prepare.rehearsal.awake = Some(true);
    window.run_steps(2);
    shows(&window, "场次开着时电脑不会自己休眠");
    assert!(press(&mut window, egui::Key::Space).is_empty(), "trying a key shoots nothing");
    shows(&window, "按键收到了 Space");
    assert_eq!(click(&mut window, "响一声"), [Command::TestSound]);
    click(&mut window, "听到了");
    shows(&window, "声音听得到");
    window.state_mut().view.prepare.rehearsal.code = Some(String::from("9f3a71c2"));
    window.run_steps(2);
    shows(&window, "采集码读到了 9f3a71c2");
    shows(&window, "扫码按键声音 正常");
    look(&mut window, "prepare-4-signals");
}

#[test]
fn the_camera_step_says_what_is_wrong_with_light_and_backdrop() {
    let mut view = preparing();
    view.prepare.rehearsal.face_px = Some(164.0);
    view.prepare.rehearsal.scale_percent = Some(74.0);
    let color = finding(CheckId::BackgroundColor, Level::Fail, Reason::TooHigh, 31.0, [None, Some(11.0)]);
    view.prepare.rehearsal.backdrop = Some(BackdropTest::Judged(vec![color]));
    let mut window = page(view);
    window.state_mut().memory.prepare.step = 2;
    window.run_steps(2);
    shows(&window, "脸宽 164 像素");
    shows(&window, "椅子往前移，或把镜头推近");
    shows(&window, "相机与灯光 不能用");
    assert_eq!(click(&mut window, "拍一张空背景"), [Command::TestBackdrop]);
    look(&mut window, "prepare-3-camera");
    window.state_mut().view.prepare.rehearsal.backdrop = Some(BackdropTest::NotEmpty);
    window.run_steps(2);
    shows(&window, "请人离开画面再拍一次");
}

#[test]
fn with_two_cameras_one_may_only_read_codes() {
    let mut view = preparing();
    view.cameras = vec![String::from("USB Camera  /dev/video0"), String::from("Laptop  /dev/video2")];
    view.portrait_camera = Some(0);
    let mut window = page(view);
    window.state_mut().memory.prepare.step = 2;
    window.run_steps(2);
    assert_eq!(click(&mut window, "Laptop  /dev/video2 扫码"), [Command::ChooseScanCamera(Some(1))]);
    assert_eq!(click(&mut window, "USB Camera  /dev/video0 扫码"), [], "the portrait camera reads codes only alone");
    window.state_mut().view.scan_camera = Some(1);
    assert_eq!(click(&mut window, "Laptop  /dev/video2 扫码"), [Command::ChooseScanCamera(None)]);
    assert_eq!(click(&mut window, "Laptop  /dev/video2 拍照"), [Command::ChooseCamera(1)]);
    look(&mut window, "prepare-3-two-cameras");
}

#[test]
fn a_disk_that_cannot_be_written_keeps_the_session_shut() {
    let mut view = preparing();
    let current = view.prepare.current.as_mut().unwrap();
    (current.name, current.run_by) = (String::from("春季"), Some(RunBy::School));
    current.backdrops = vec![String::from("blue")];
    view.prepare.first_disk = DiskTest::Fault(StoreFault::FolderNotWritable);
    let mut window = page(view);
    window.state_mut().memory.prepare.step = 4;
    window.run_steps(2);
    shows(&window, "数据文件夹不能写入");
    shows(&window, "没有备份盘，照片只有一份");
    type_into(&mut window, "备份文件夹", "/media/u/STICK");
    assert_eq!(click(&mut window, "试写并读回"), [Command::TestDisks(Some("/media/u/STICK".into()))]);
    look(&mut window, "prepare-5-storage");
    window.state_mut().memory.prepare.step = 5;
    window.run_steps(2);
    shows(&window, "这一步还不能开始");
    window.get_all_by_label("开始").last().unwrap().click();
    window.run_steps(4);
    assert!(!window.state().commands.iter().any(|command| matches!(command, Command::StartSession(_))));
}

#[test]
fn an_earlier_session_is_gone_on_with_and_the_heading_stands_in_the_bar() {
    let mut view = preparing();
    view.group = Some(GroupCount { name: String::from("会计2201"), heads: Some(60), stored: 12, to_retake: 1 });
    let mut window = page(view);
    window.run_steps(2);
    shows(&window, "会计2201 12 / 60");
    let commands = click(&mut window, "接着拍 东校区 第一天");
    let [Command::OpenSession(id)] = commands.as_slice() else { panic!("{commands:?}") };
    assert_eq!(id.as_str(), "2026-05-19");
    window.state_mut().memory.page = Page::Shoot;
    assert_eq!(press(&mut window, egui::Key::B), [Command::NextGroup]);
}

#[test]
fn the_overview_shows_how_far_each_group_is() {
    let group = |name: &str, heads, stored, to_retake| GroupCount { name: name.to_owned(), heads, stored, to_retake };
    let groups =
        vec![group("会计2201", Some(60), 58, 1), group("法学2202", Some(45), 12, 0), group("旁听", None, 3, 0)];
    let view = View { groups, ..busy_day() };
    let memory = Memory { page: Page::Overview, ..Memory::default() };
    let mut window = window_of(view, egui::vec2(1366.0, 768.0), memory);
    window.run_steps(2);
    shows(&window, "会计2201 已采 58  未采 2  补拍 1");
    shows(&window, "旁听 已采 3");
    look(&mut window, "overview-groups");
}

#[test]
fn a_new_station_is_prepared_before_its_first_student() {
    let made = tempfile::tempdir().unwrap();
    let (folder, second) = (made.path().join("station"), made.path().join("second"));
    std::fs::create_dir(&second).unwrap();
    let frames = tempfile::tempdir().unwrap();
    let mut program = Program::start(&folder, frames.path());
    program.make_station();
    program.until(|gate| *gate == Gate::Open);
    program.until_shown("谁来组织 学校");
    program.type_into("场次名", "春季");
    program.type_into("班级和人数", "会计2201 60");
    program.click("谁来组织 学校");
    program.click("下一步 Enter");
    program.click("中心收哪种底色 蓝色");
    program.click("谁来确认照片 学生或操作员");
    program.click("存储");
    program.type_into("备份文件夹", &second.display().to_string());
    program.click("试写并读回");
    program.until_shown("存储 正常");
    program.harness.get_all_by_label("开始").last().unwrap().click();
    program.harness.run_steps(3);
    program.harness.get_all_by_label("开始").last().unwrap().click();
    program.until_shown("准备场次 春季  会计2201 0 / 60");
    drop(program);

    let passphrase = Passphrase::new(String::from("a long passphrase")).unwrap();
    let now = tucai::worker::clock::wall_now();
    let store = Store::open(&folder, &passphrase, &OpenOptions::read_only(), now).unwrap();
    let session = store.current_session().unwrap().unwrap();
    assert_eq!(store.sessions().unwrap().len(), 1, "the empty first session was changed and no other was made");
    assert_eq!((session.name.as_str(), session.run_by), ("春季", Some(RunBy::School)));
    assert_eq!((session.backdrops, session.confirm), (vec![String::from("blue")], ConfirmBy::StudentOrOperator));
    assert_eq!(store.settings().second_copy.as_deref(), Some(second.as_path()));
    assert!(std::fs::read_dir(&second).unwrap().next().is_some(), "the copy is begun");
}

#[test]
fn a_trial_of_one_folder_says_nothing_about_another_and_the_stick_of_the_handover_is_no_second_copy() {
    let mut view = preparing();
    view.prepare.first_disk = DiskTest::Good { milliseconds: 4 };
    view.prepare.second_disk = DiskTest::Good { milliseconds: 5 };
    view.prepare.second_tried = Some("/media/u/DISK".into());
    view.handover.picked = Some("/media/u/STICK".into());
    let mut window = page(view);
    window.state_mut().memory.prepare.step = 4;
    window.run_steps(2);
    shows(&window, "没有备份盘，照片只有一份");
    assert_eq!(window.state().memory.prepare.second_copy(), None, "picked for the bundle");
    type_into(&mut window, "备份文件夹", "/media/u/DISK");
    shows(&window, "存储 正常");
    type_into(&mut window, "备份文件夹", "2");
    shows(&window, "还没有试过");
    shows(&window, "存储 要留意");
    assert_eq!(click(&mut window, "选择文件夹…"), [Command::PickFolder(FolderFor::SecondCopy)]);
    window.state_mut().view.prepare.picked = Some((1, "/media/u/OTHER".into()));
    window.run_steps(2);
    assert_eq!(window.state().memory.prepare.second_copy(), Some("/media/u/OTHER".into()));
}
