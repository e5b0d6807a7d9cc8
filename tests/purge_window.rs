//! 到期清除 in the window: what would go and stay, who may, the way through to an empty list and a certificate, and
//! what keeps everything where it is.

#![cfg(feature = "window")]

use std::path::Path;
use std::sync::Arc;

use tucai::domain::ids::{RecordId, SessionId};
use tucai::domain::operator::Role;
use tucai::domain::purge::{PurgePlan, PurgeStep, SessionPurge};
use tucai::domain::record::RecordState;
use tucai::domain::time::WallTime;
use tucai::store::{CreateOptions, Filter, OpenOptions, Pin, Store, certificates};
use tucai::text::Lang;
use tucai::text::purge::PurgeWord;
use tucai::ui::memory::{Memory, Page, SettingsPart};
use tucai::ui::purge::{PurgeCommand, PurgeView, PurgeWork};
use tucai::ui::view::{Command, Gate, View};
use tucai::worker::clock::wall_now;

use crate::support::program::Program;
use crate::support::station::{at, lock, passphrase, record, session};
use crate::support::window::{
    Window, click, every_word_is_drawn, is_shown, look, shows, type_into, waiting, window_of,
};

fn plan() -> PurgePlan {
    let first = SessionPurge {
        session: session().id,
        name: String::from("2026 春季 本科"),
        days: Some(30),
        due: vec![RecordId::from_parts(1, [1; 10]), RecordId::from_parts(2, [2; 10])],
        not_settled: 5,
        not_due: 3,
        next_due: Some(at(0)),
        purged: 0,
    };
    let (session, name) = (SessionId::try_from(String::from("2026-B")).unwrap(), String::from("补拍"));
    let second = SessionPurge { session, name, days: None, due: vec![], next_due: None, ..first.clone() };
    PurgePlan {
        sessions: vec![first, second],
        newest_certificate: Some(String::from("PURGE-000042")),
        at: Some(at(0)),
        ..PurgePlan::default()
    }
}

fn page_of(view: PurgeView, size: egui::Vec2, light_theme: bool) -> Window {
    let memory = Memory { page: Page::Settings, settings_part: SettingsPart::Purge, light_theme, ..Memory::default() };
    let mut shown = window_of(View { purge: Box::new(view), ..waiting() }, size, memory);
    shown.run_steps(2);
    shown
}

fn page(view: PurgeView) -> Window {
    page_of(view, [1366.0, 768.0].into(), false)
}

fn with(plan: PurgePlan) -> PurgeView {
    PurgeView { plan: Some(Arc::new(plan)), allowed: true, ..PurgeView::default() }
}

#[test]
fn what_goes_and_what_stays_is_said_before_anything_is_asked() {
    let mut shown = page(with(plan()));
    shows(&shown, "2026 春季 本科 30 天 到期 2 条 5 条没有交完，要等回执，留下；3 条没有到期，最早 2026-06-01，留下");
    shows(&shown, "补拍 一直保存 没有到期 5 条没有交完，要等回执，留下；3 条没有设保存期，留下");
    look(&mut shown, "purge-plan");
    let longer = click(&mut shown, "保存期 2026 春季 本科 +");
    assert_eq!(longer, [Command::Purge(PurgeCommand::KeepDays(session().id, Some(60)))]);
    let shorter = click(&mut shown, "保存期 补拍 -");
    let other = plan().sessions.pop().unwrap().session;
    assert_eq!(shorter, [Command::Purge(PurgeCommand::KeepDays(other, Some(730)))]);
    assert_eq!(click(&mut shown, "清除到期的 2 条…"), [], "it asks first");
    shows(&shown, "这 2 条清除后再也找不回来");
    look(&mut shown, "purge-asked");
    assert_eq!(click(&mut shown, "先不清除"), []);
    click(&mut shown, "清除到期的 2 条…");
    assert_eq!(click(&mut shown, "清除 2 条"), [Command::Purge(PurgeCommand::Purge)]);
    assert_eq!(click(&mut shown, "选位置…"), [Command::Purge(PurgeCommand::PickPlace)]);
    type_into(&mut shown, "证明存到", "/media/stick/a.json");
    let saved = click(&mut shown, "另存证明");
    assert_eq!(saved, [Command::Purge(PurgeCommand::SaveCertificate("/media/stick/a.json".into()))]);
}

#[test]
fn what_stands_in_the_way_is_said_and_keeps_the_button_shut() {
    let doubtful = PurgePlan { clock_steps: vec![(at(0), at(40 * 86_400))], ..plan() };
    let mut shown = page(with(doubtful));
    shows(&shown, "时钟从 2026-06-01 一步到了 2026-07-11");
    assert!(!is_shown(&shown, "清除到期的"));
    assert_eq!(click(&mut shown, "今天是 2026-06-01，没错"), [Command::Purge(PurgeCommand::ClockIsRight)]);

    let mut shown = page(with(PurgePlan { second_missing: true, ..plan() }));
    shows(&shown, "备份盘不在");
    click(&mut shown, "清除到期的 2 条…");
    assert!(!is_shown(&shown, "再也找不回来"), "the button does nothing");
    assert_eq!(click(&mut shown, "再看一次"), [Command::Purge(PurgeCommand::Look)]);

    let shown = page(PurgeView { allowed: false, ..with(plan()) });
    shows(&shown, "只有管理员可以清除");
    assert!(!is_shown(&shown, "清除到期的"));

    let running = PurgeWork::Running(PurgeStep::Removing { done: 12, of: 40 });
    let mut shown = page_of(PurgeView { work: running, ..with(plan()) }, [1366.0, 698.0].into(), true);
    shows(&shown, "正在删除 12 / 40 个文件");
    look(&mut shown, "purge-running");
    assert!(!is_shown(&shown, "清除到期的") && !is_shown(&shown, "再看一次"));
    assert_eq!(click(&mut shown, "保存期 2026 春季 本科 +"), [], "nothing changes meanwhile");
}

#[test]
fn every_word_about_purging_can_be_drawn() {
    every_word_is_drawn(PurgeWord::ALL.iter().flat_map(|word| [word.text(Lang::Zh), word.text(Lang::En)]));
}

/// So many days before now.
fn ago(days: i64) -> WallTime {
    let now = wall_now();
    WallTime { unix_millis: now.unix_millis - days * 86_400_000, ..now }
}

/// A station with a withdrawn record that is due and a standing one, and a second disk.
fn station(folder: &Path, second: &Path) -> [RecordId; 2] {
    let options = CreateOptions { work_factor: 10, second_copy: Some(second.to_owned()), ..CreateOptions::default() };
    let mut store = Store::create(folder, &passphrase(), &options, ago(40)).unwrap();
    store.new_session(&session(), 1, ago(40)).unwrap();
    let ids = [1, 2].map(|n| {
        let shot = store.take_lock(&lock(n), 1, ago(40)).unwrap();
        store.save(record(shot, n), ago(40)).unwrap().id
    });
    store.withdraw(ids[0], None, 1, ago(40)).unwrap();
    store.set_retention(&session().id, Some(30), 1, ago(40)).unwrap();
    store.catch_up_all().unwrap();
    ids
}

fn opened(folder: &Path, frames: &Path, gate: &Gate) -> Program {
    let mut program = Program::start(folder, frames);
    program.type_into("口令", "correct horse");
    program.click("打开");
    program.until(|now| now == gate);
    program
}

fn holds(folder: &Path, id: RecordId) -> bool {
    let id = id.to_string();
    crate::support::station::files(folder).iter().any(|file| file.to_string_lossy().contains(&id))
}

#[test]
fn a_manager_and_a_second_person_purge_what_is_due_and_save_the_certificate() {
    let (made, second, frames) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = made.path().join("station");
    let [gone, kept] = station(&folder, second.path());
    {
        let mut store = Store::open(&folder, &passphrase(), &OpenOptions::default(), ago(40)).unwrap();
        let pin = |text: &str| Pin::new(text.to_owned()).unwrap();
        let manager = store.add_operator("赵管理", Role::Manager, &pin("60493817"), 1, ago(40)).unwrap();
        store.add_operator("钱复核", Role::Reviewer, &pin("1357"), manager, ago(40)).unwrap();
    }
    let mut program = opened(&folder, frames.path(), &Gate::SignIn);
    program.click("赵管理");
    program.type_into("个人口令", "60493817");
    program.click("登录");
    program.until(|gate| *gate == Gate::Open);
    program.click("设置");
    program.click("到期清除 2");
    program.until_shown_part("第一天 30 天 到期 1 条 1 条没有交完");
    program.until_shown_part("时钟从");
    program.click(&tucai::text::purge::today(&wall_now().local_date(), Lang::Zh));
    program.click("清除到期的 1 条…");
    program.click("清除 1 条");
    program.until_shown("请第二位同事确认");
    program.type_into("个人口令", "0000");
    program.click("确认");
    program.until_shown_part("个人口令不对");
    assert!(holds(&folder, gone), "nothing goes on the word of one");
    program.type_into("个人口令", "1357");
    program.click("确认");
    program.until_shown_part("清除了 1 条");
    program.until_shown_part("第一天 30 天 没有到期 1 条没有交完");
    assert!(!holds(&folder, gone) && !holds(second.path(), gone) && holds(&folder, kept));
    let target = made.path().join("certificate.json");
    program.type_into("证明存到", target.to_str().unwrap());
    program.click("另存证明");
    program.until_shown_part("清除证明和签名都存好了");
    let certificate: serde_json::Value = serde_json::from_slice(&std::fs::read(&target).unwrap()).unwrap();
    assert_eq!((certificate["by"].as_u64(), certificate["seconded_by"].as_u64()), (Some(2), Some(3)));
    assert_eq!(certificate["records"][0]["record_id"], gone.to_string());
    assert!(made.path().join("certificate.json.minisig").is_file());
    program.click("另存证明");
    program.until_shown_part("那里已经有同名的文件");
    // The lists go on without the purged record.
    program.click("队列");
    program.until_shown_part("A-0002");
    drop(program);
    let store = Store::open(&folder, &passphrase(), &OpenOptions::default(), wall_now()).unwrap();
    assert!(store.verify().unwrap().is_sound());
}

#[test]
fn a_second_disk_that_is_pulled_keeps_every_record() {
    let (made, second, frames) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = made.path().join("station");
    let [gone, _] = station(&folder, second.path());
    {
        let mut store = Store::open(&folder, &passphrase(), &OpenOptions::default(), ago(0)).unwrap();
        store.confirm_clock(1, wall_now()).unwrap();
    }
    let mut program = opened(&folder, frames.path(), &Gate::Open);
    program.click("设置");
    program.click("到期清除 2");
    program.click("清除到期的 1 条…");
    let away = second.path().with_extension("away");
    std::fs::rename(second.path(), &away).unwrap();
    program.click("清除 1 条");
    program.until_shown_part("没有清除任何记录");
    assert!(holds(&folder, gone) && certificates(&folder).unwrap().is_empty());
    std::fs::rename(&away, second.path()).unwrap();
    program.click("再看一次");
    program.click("清除到期的 1 条…");
    program.click("清除 1 条");
    program.until_shown_part("清除了 1 条");
    assert!(!holds(&folder, gone) && !holds(second.path(), gone));
    drop(program);

    // A window over a station with a purged record has its lists, and 保存期 can be changed there.
    let mut program = opened(&folder, frames.path(), &Gate::Open);
    program.click("队列");
    program.until_shown_part("A-0002");
    program.click("设置");
    program.click("到期清除 2");
    program.click("保存期 第一天 +");
    program.until_shown_part("第一天 60 天");
    drop(program);
    let store = Store::open(&folder, &passphrase(), &OpenOptions::read_only(), wall_now()).unwrap();
    assert_eq!(store.session(&session().id).unwrap().unwrap().retention_days, Some(60));
    let states: Vec<_> = store.list(&Filter::default()).unwrap().iter().map(|record| record.state).collect();
    assert_eq!(states, [RecordState::Approved, RecordState::Purged]);
}
