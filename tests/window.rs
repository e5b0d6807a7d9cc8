//! The window: every state of the band, keys, questions, lists, the gate, faults, the demonstration's mark.

#![cfg(feature = "window")]

use egui::Key;
use egui_kittest::kittest::Queryable as _;
use tucai::domain::code_help::{CodeHelp, CodeSight};
use tucai::domain::fault::{BundleFault, CameraFault, StoreFault};
use tucai::domain::finding::{CheckId, Verdict};
use tucai::domain::record::{OverrideReason, RecordState, RetakeReason};
use tucai::domain::set_up::Level;
use tucai::text::Lang;
use tucai::text::window::Word;
use tucai::ui::band::{Reach, band_of};
use tucai::ui::keymap::Action;
use tucai::ui::memory::{Memory, Page, SettingsPart};
use tucai::ui::question::choices;
use tucai::ui::theme::Tone;
use tucai::ui::view::{
    Answer, Bar, Command, Copies, Day, Gate, Handover, HandoverWork, Lamp, Live, Question, Stage, Strip, StudentNotice,
    TurnAway, View,
};

use crate::support::program::Program;
use crate::support::window::{
    busy_day, click, framing, is_shown, look, names, press, recent, record, review, shot, shows, stored, waiting,
    window, window_of, with_people,
};

#[test]
fn every_state_has_its_light_and_words() {
    let at = |stage: Stage| View { stage, ..framing() };
    for (view, tone, reach, say) in vec![
        (waiting(), Tone::Idle, Reach::Lamp, "请出示采集码"),
        (at(Stage::Locked), Tone::Info, Reach::Lamp, "请坐好 看镜头"),
        (at(Stage::Interrupted), Tone::Fail, Reach::Whole, "请再出示采集码"),
        (at(Stage::Framing), Tone::Warn, Reach::Lamp, "请坐低一点"),
        (at(Stage::Ready), Tone::Info, Reach::Whole, "很好 别动"),
        (at(Stage::Steady(0.5)), Tone::Info, Reach::Whole, "很好 别动"),
        (at(Stage::Count(2)), Tone::Info, Reach::Whole, "2"),
        (at(Stage::Reading), Tone::Info, Reach::Whole, "正在检查"),
        (at(Stage::Storing), Tone::Info, Reach::Whole, "正在保存"),
        (review(Verdict::Warn), Tone::Warn, Reach::Lamp, "有 3 条提醒 请确认"),
        (review(Verdict::Pass), Tone::Warn, Reach::Lamp, "各项通过 请核对 2 项"),
        (review(Verdict::Fail), Tone::Fail, Reach::Whole, "请重拍"),
        (stored(Copies::All), Tone::Pass, Reach::Whole, "已保存 请离座"),
        (stored(Copies::SecondMissing), Tone::Warn, Reach::Whole, "已保存 缺备份"),
    ] {
        let band = band_of(&view);
        assert_eq!((band.tone, band.reach), (tone, reach), "{:?}", view.stage);
        let window = window(view);
        shows(&window, say);
        shows(&window, "状态");
    }
    assert_eq!(band_of(&at(Stage::Ready)).line, "可以拍了，请按拍摄键", "nothing counts down there");
}

/// What was measured of a code that is too small.
const UNREAD: CodeSight = CodeSight { module_px: 1.4, light: 200.0, dark: 30.0, burnt: 0.0, detail: 0.9, cut: false };

#[test]
fn what_helps_a_code_stands_in_the_band_and_on_the_students_screen() {
    for help in CodeHelp::ALL {
        let live = Live { help: Some((help, UNREAD)), ..Live::default() };
        let view = View { live, ..waiting() };
        let band = band_of(&view);
        assert_eq!((band.tone, band.reach), (Tone::Warn, Reach::Lamp));
        let words = tucai::text::code::help(help, Lang::Zh);
        assert_eq!(band.say, words, "the student's screen says what the band says");
        if help == CodeHelp::Closer {
            let shown = window(view.clone());
            shows(&shown, words);
            assert!(band.line.contains("1.4"), "the operator reads the number: {}", band.line);
        }
        let shown_again = View { stage: Stage::Interrupted, ..view.clone() };
        let band = band_of(&shown_again);
        assert_eq!((band.say.as_str(), band.tone), (words, Tone::Fail), "the code is to be shown once more");
        let locked = View { stage: Stage::Locked, ..view };
        assert_ne!(band_of(&locked).say, words, "only while a code is waited for");
    }
}

#[test]
fn green_is_only_stored() {
    for stage in [
        Stage::Waiting,
        Stage::Locked,
        Stage::Framing,
        Stage::Ready,
        Stage::Steady(1.0),
        Stage::Count(1),
        Stage::Reading,
        Stage::Storing,
        Stage::Interrupted,
        Stage::Review(Verdict::Pass),
        Stage::Stored(Copies::SecondMissing),
    ] {
        assert_ne!(band_of(&View { stage: stage.clone(), ..review(Verdict::Pass) }).tone, Tone::Pass, "{stage:?}");
    }
    assert_eq!(band_of(&stored(Copies::All)).tone, Tone::Pass);
}

#[test]
fn the_column_shows_code_checks_and_last_four() {
    let mut shown = window(framing());
    for wanted in ["A-0137", "9f3a71c2", "还有 74 秒", "位置 要调整", "人数 合适 1 人", "A-0135 已保存缺备份"]
    {
        shows(&shown, wanted);
    }
    with_people(&mut shown);
    look(&mut shown, "framing");
}

#[test]
fn keys_of_the_shooting_page() {
    let mut shown = window(framing());
    assert_eq!(press(&mut shown, Key::Space), [Command::Shoot]);
    assert_eq!(press(&mut shown, Key::Escape), [Command::Release]);
    assert_eq!(press(&mut shown, Key::D), [Command::Park]);
    assert_eq!(press(&mut shown, Key::T), [Command::AskTurnAway]);
    assert_eq!(press(&mut shown, Key::A), [Command::ToggleAutoShoot]);
    assert_eq!(press(&mut shown, Key::M), [Command::ToggleMute]);
    assert_eq!(press(&mut shown, Key::R), [], "nothing to retake yet");
    assert_eq!(click(&mut shown, "拍摄 空格"), [Command::Shoot]);
}

#[test]
fn space_accepts_what_passes_and_never_what_fails() {
    let mut shown = window(review(Verdict::Fail));
    assert_eq!(press(&mut shown, Key::Space), []);
    assert_eq!(press(&mut shown, Key::R), [Command::Retake]);
    assert_eq!(press(&mut shown, Key::O), [Command::AskOverride]);
    assert_eq!(press(&mut shown, Key::Num3), [Command::PickFrame(2)]);
    with_people(&mut shown);
    look(&mut shown, "review-fail");
    let mut shown = window(review(Verdict::Warn));
    let attested = vec![String::from("jewellery"), String::from("make_up")];
    assert_eq!(press(&mut shown, Key::Space), [Command::Accept(attested)]);
    with_people(&mut shown);
    look(&mut shown, "review-warn");
}

#[test]
fn a_gun_scan_fires_no_command_key() {
    let mut shown = window(framing());
    for key in [Key::R, Key::A, Key::U, Key::Num1, Key::Enter] {
        if key != Key::Enter {
            shown.event(egui::Event::Text(key.name().to_owned()));
        }
        shown.key_down(key);
    }
    // the harness runs one pass per event: 40 ms apart is a gun's speed
    shown.run_steps(12);
    let commands = &shown.state().commands;
    assert!(matches!(commands.as_slice(), [Command::Gun(line)] if line.reveal() == "RAU1"), "{commands:?}");
}

#[test]
fn questions_take_their_digits_and_nothing_else() {
    let ask = |question: Question| View { question: Some(question), ..framing() };
    let mut shown = window(ask(Question::AlreadyCollected { shot: shot(112), at: String::from("10:32") }));
    shows(&shown, "这个采集码已经拍过");
    shows(&shown, "10:32 已拍，A-0112");
    assert_eq!(press(&mut shown, Key::Space), [], "no shot while a question is open");
    assert_eq!(press(&mut shown, Key::Num3), [Command::Answer(Answer::Retake(RetakeReason::IdentityCheck))]);
    assert_eq!(press(&mut shown, Key::Escape), [Command::Answer(Answer::No)]);
    with_people(&mut shown);
    look(&mut shown, "question-already");
    let mut shown = window(ask(Question::OtherCode { locked: shot(137), digest: String::from("7b21ff03") }));
    assert_eq!(press(&mut shown, Key::Num1), [Command::Answer(Answer::No)]);
    assert_eq!(press(&mut shown, Key::Num2), [Command::Answer(Answer::Yes)]);
    let mut shown = window(ask(Question::OverrideReason { checks: vec![CheckId::EyesOpen] }));
    assert_eq!(press(&mut shown, Key::Num2), [Command::Answer(Answer::Override(OverrideReason::Medical))]);
    with_people(&mut shown);
    look(&mut shown, "question-override");
    let mut shown = window(ask(Question::TurnAwayReason));
    assert_eq!(press(&mut shown, Key::Num4), [Command::Answer(Answer::TurnAway(TurnAway::NotAllowed))]);
    assert_eq!(click(&mut shown, "无码 1"), [Command::Answer(Answer::TurnAway(TurnAway::NoCode))]);
}

#[test]
fn every_question_has_a_way_back_and_no_key_twice() {
    for question in [
        Question::AlreadyCollected { shot: shot(1), at: String::new() },
        Question::OtherCode { locked: shot(1), digest: String::new() },
        Question::ReleaseWithPicture,
        Question::UndoLast { shot: shot(1) },
        Question::ShotLimit { shots: 5 },
        Question::OverrideReason { checks: vec![] },
        Question::TurnAwayReason,
    ] {
        let all = choices(&question, Lang::Zh);
        assert!(all.iter().any(|choice| choice.answer == Answer::No), "{question:?}");
        for (index, choice) in all.iter().enumerate() {
            assert!(all[index + 1..].iter().all(|other| other.key != choice.key), "{question:?}");
        }
    }
}

#[test]
fn function_keys_change_the_page_and_help_opens() {
    let mut shown = window(busy_day());
    for (key, page) in [
        (Key::F3, Page::Queue),
        (Key::F4, Page::Review),
        (Key::F5, Page::Handover),
        (Key::F6, Page::Overview),
        (Key::F7, Page::Settings),
        (Key::F2, Page::Shoot),
    ] {
        press(&mut shown, key);
        assert_eq!(shown.state().memory.page, page);
        with_people(&mut shown);
        look(&mut shown, &format!("page-{page:?}").to_lowercase());
    }
    press(&mut shown, Key::F1);
    shows(&shown, "F2-F7 六个页面");
    look(&mut shown, "help");
    press(&mut shown, Key::Escape);
    assert!(!is_shown(&shown, "F2-F7 六个页面"));
    press(&mut shown, Key::F8);
    assert!(shown.state().memory.light_theme);
    look(&mut shown, "waiting-light");
}

#[test]
fn the_queue_narrows_with_every_key() {
    let mut shown = window(busy_day());
    press(&mut shown, Key::Slash);
    shown.run_steps(3);
    assert_eq!(shown.state().memory.page, Page::Queue);
    shows(&shown, "A-0140");
    shown.state_mut().memory.queue_search = String::from("0139");
    shown.run_steps(3);
    shows(&shown, "A-0139");
    assert!(!is_shown(&shown, "A-0140 "));
    // A class, whole or in part, case ignored.
    shown.state_mut().memory.queue_search = String::from("nursing");
    shown.run_steps(2);
    assert!(is_shown(&shown, "A-0139") && !is_shown(&shown, "A-0140 "));
    shown.state_mut().memory.queue_search = String::from("nobody");
    shown.run_steps(3);
    shows(&shown, "没有找到");
}

#[test]
fn a_parked_person_is_called_from_the_queue() {
    let memory = Memory { page: Page::Queue, ..Memory::default() };
    let mut shown = window_of(busy_day(), egui::vec2(1366.0, 768.0), memory);
    let commands = click(&mut shown, "召来 A-0136");
    assert_eq!(commands, [Command::Recall(shot(136))]);
}

#[test]
fn review_passes_and_rejects_and_goes_on_by_itself() {
    let memory = Memory { page: Page::Review, ..Memory::default() };
    let mut shown = window_of(busy_day(), egui::vec2(1366.0, 768.0), memory);
    assert_eq!(press(&mut shown, Key::P), [Command::Approve(record(1))]);
    assert_eq!(shown.state().memory.review_at, Some(record(2)));
    assert_eq!(press(&mut shown, Key::X), []);
    shows(&shown, "为什么退回");
    look(&mut shown, "review-reject");
    assert_eq!(press(&mut shown, Key::Num7), [Command::Reject(record(2), 7)]);
    assert_eq!(shown.state().memory.review_at, Some(record(3)));
}

#[test]
fn review_shows_what_is_to_be_taken_again_and_one_class_alone() {
    let mut view = busy_day();
    view.review[2].state = RecordState::Retake;
    let memory = Memory { page: Page::Review, ..Memory::default() };
    let mut shown = window_of(view, egui::vec2(1366.0, 768.0), memory);
    click(&mut shown, "要重拍 1");
    shows(&shown, "A-0103");
    assert!(!is_shown(&shown, "A-0101"));
    click(&mut shown, "待复核 17");
    assert_eq!(press(&mut shown, Key::B), []);
    shows(&shown, "班级 会计2201");
    assert_eq!(shown.state().memory.review_class.as_deref(), Some("会计2201"));
    assert!(is_shown(&shown, "A-0102") && !is_shown(&shown, "A-0101"));
    look(&mut shown, "review-class");
    press(&mut shown, Key::B);
    shows(&shown, "班级 全部");
    shows(&shown, "A-0101");
}

#[test]
fn a_record_is_withdrawn_with_a_reason_and_not_by_a_slip() {
    let mut view = busy_day();
    view.review[1].state = RecordState::Rejected;
    view.review[0].can_come_back = false;
    let memory = Memory { page: Page::Review, ..Memory::default() };
    let mut shown = window_of(view, egui::vec2(1366.0, 768.0), memory);
    assert_eq!(press(&mut shown, Key::W), []);
    shows(&shown, "为什么撤回，撤回后不能恢复");
    look(&mut shown, "review-withdraw");
    assert_eq!(press(&mut shown, Key::Num9), [], "no such reason: nothing is withdrawn");
    assert!(!is_shown(&shown, "为什么撤回"));
    press(&mut shown, Key::W);
    assert_eq!(press(&mut shown, Key::Escape), []);
    press(&mut shown, Key::W);
    assert_eq!(press(&mut shown, Key::Num2), [Command::Withdraw(record(1), 2)]);
    assert!(!shown.state().memory.withdrawing);
    click(&mut shown, "已退回 1");
    assert_eq!(press(&mut shown, Key::W), []);
    assert!(!is_shown(&shown, "为什么撤回"), "what was rejected is out already");
}

#[test]
fn handing_over_needs_a_sum_that_adds_up_and_a_target() {
    let memory = Memory { page: Page::Handover, ..Memory::default() };
    let mut shown = window_of(busy_day(), egui::vec2(1366.0, 768.0), memory);
    shows(&shown, "今天的人数对上了");
    press(&mut shown, Key::Enter);
    assert_eq!(shown.state().memory.handover_step, 1);
    press(&mut shown, Key::Enter);
    assert_eq!(shown.state().memory.handover_step, 1, "no target yet");
    look(&mut shown, "handover-target");
    shown.state_mut().memory.target = String::from("/media/stick");
    shown.run_steps(2);
    press(&mut shown, Key::Enter);
    assert_eq!(click(&mut shown, "封包"), [Command::Seal { target: "/media/stick".into(), recipient: None }]);
    shown.state_mut().view.handover.work = HandoverWork::Fault(BundleFault::TargetFull);
    shown.run_steps(2);
    shows(&shown, "目标盘放不下");
    shown.state_mut().view.handover.work = HandoverWork::Done {
        bundle: String::from("2026-A-000012.tucai"),
        records: 267,
        bytes: 40_000_000,
        hash: String::from("9f3a71c2"),
    };
    shown.run_steps(2);
    shows(&shown, "校验码 9f3a71c2");
    look(&mut shown, "handover-done");
    let mut lost = busy_day();
    lost.tally.locked += 1;
    let memory = Memory { page: Page::Handover, ..Memory::default() };
    let mut shown = window_of(lost, egui::vec2(1366.0, 768.0), memory);
    shows(&shown, "今天的人数对不上");
    press(&mut shown, Key::Enter);
    assert_eq!(shown.state().memory.handover_step, 0, "a difference stops");
}

#[test]
fn a_new_station_asks_twice_and_says_what_is_wrong() {
    let gate = Gate::FirstStart { folder: "/data/tucai".into(), fault: None };
    let mut shown = window(View { gate, ..View::default() });
    shows(&shown, "新建采集站");
    shown.state_mut().memory.passphrase = String::from("short").into();
    shown.run_steps(2);
    shows(&shown, "至少 8 个字符");
    shown.state_mut().memory.passphrase = String::from("long enough").into();
    shown.state_mut().memory.passphrase_again = String::from("long enougj").into();
    shown.run_steps(2);
    shows(&shown, "两次输入不一样");
    look(&mut shown, "first-start");
    assert_eq!(click(&mut shown, "新建"), [], "the button is dead");
    shown.state_mut().memory.passphrase_again = String::from("long enough").into();
    shown.run_steps(2);
    click(&mut shown, "本站字母 +");
    let commands = click(&mut shown, "新建");
    let [Command::CreateStation { passphrase: secret, letter, recovery: None }] = commands.as_slice() else {
        panic!("{commands:?}")
    };
    assert_eq!((secret.reveal(), letter.to_string().as_str()), ("long enough", "B"), "two desks never share a letter");
    assert!(!format!("{commands:?}").contains("long enough"), "a secret is not printed");
    assert!(shown.state().memory.passphrase.is_empty() && shown.state().memory.passphrase_again.is_empty());
}

#[test]
fn a_wrong_passphrase_says_so() {
    let gate = Gate::Locked { folder: "/data/tucai".into(), fault: Some(StoreFault::WrongPassphrase) };
    let mut shown = window(View { gate, ..View::default() });
    shows(&shown, "口令不对");
    look(&mut shown, "wrong-passphrase");
    shown.state_mut().memory.passphrase = String::from("something").into();
    shown.run_steps(2);
    assert!(matches!(click(&mut shown, "打开").as_slice(), [Command::Unlock(_)]));
    let gate = Gate::Unusable { folder: "/data/tucai".into(), fault: StoreFault::FolderInUse };
    let shown = window(View { gate, ..View::default() });
    shows(&shown, "另一个图采站正在使用这个文件夹");
}

#[test]
fn without_a_camera_the_demonstration_is_offered() {
    let mut view = waiting();
    view.health.camera = Lamp::Broken;
    view.health.camera_fault = Some(CameraFault::NotFound);
    view.health.camera_detail = String::from("/dev/video0\n/dev/video1");
    let mut shown = window(view);
    shows(&shown, "没有找到相机");
    shows(&shown, "/dev/video0");
    look(&mut shown, "no-camera");
    assert_eq!(click(&mut shown, "看演示"), [Command::OpenDemonstration]);
    assert_eq!(click(&mut shown, "再找一次"), [Command::LookForCamera]);
}

#[test]
fn a_lost_camera_keeps_the_subject_and_says_so() {
    let mut view = framing();
    view.health.camera_fault = Some(CameraFault::Unplugged);
    view.health.camera = Lamp::Broken;
    view.health.camera_retry_in = Some(3);
    let mut shown = window(view);
    shows(&shown, "相机断开了");
    shows(&shown, "A-0137");
    shows(&shown, "仍然锁定");
    with_people(&mut shown);
    look(&mut shown, "camera-lost");
}

#[test]
fn a_strip_says_what_happened_and_has_one_button() {
    let strips = vec![Strip::Store(StoreFault::SecondCopyMissing), Strip::WorkerDied { stored: 312 }];
    let mut shown = window(View { strips, ..framing() });
    shows(&shown, "已存在本机，备份盘不在");
    shows(&shown, "312 人都已保存");
    with_people(&mut shown);
    look(&mut shown, "strips");
    assert_eq!(click(&mut shown, "重新启动"), [Command::RestartWorker]);
}

#[test]
fn the_demonstration_is_marked_in_every_state_and_list() {
    let simulated = |view: View| View { simulated: true, ..view };
    let states = [
        Stage::Waiting,
        Stage::Locked,
        Stage::Interrupted,
        Stage::Framing,
        Stage::Steady(0.2),
        Stage::Count(3),
        Stage::Reading,
        Stage::Storing,
        Stage::Stored(Copies::All),
        Stage::Stored(Copies::SecondMissing),
    ];
    for stage in states {
        shows(&window(simulated(View { stage, ..framing() })), "演示 不作数");
    }
    for verdict in [Verdict::Pass, Verdict::Warn, Verdict::Fail] {
        shows(&window(simulated(review(verdict))), "演示 不作数");
    }
    for page in Page::ALL {
        let memory = Memory { page, ..Memory::default() };
        let shown = window_of(simulated(busy_day()), egui::vec2(1366.0, 768.0), memory);
        shows(&shown, "演示 不作数");
    }
}

#[test]
fn facing_the_student_nothing_of_others_is_shown() {
    let mut view = framing();
    view.settings.faces_student = true;
    let shown = window(view);
    assert!(!is_shown(&shown, "A-0136"), "{:#?}", names(&shown));
}

#[test]
fn settings_change_what_they_name() {
    let memory = Memory { page: Page::Settings, ..Memory::default() };
    let mut shown = window_of(waiting(), egui::vec2(1366.0, 768.0), memory);
    assert_eq!(click(&mut shown, "自动拍摄"), [Command::ToggleAutoShoot]);
    for part in SettingsPart::ALL {
        shown.state_mut().memory.settings_part = part;
        shown.run_steps(2);
        shows(&shown, part.word().text(Lang::Zh));
        look(&mut shown, &format!("settings-{part:?}").to_lowercase());
    }
}

#[test]
fn a_key_is_taught_by_pressing_it_and_stands_on_the_buttons() {
    let memory = Memory { page: Page::Settings, settings_part: SettingsPart::Keys, ..Memory::default() };
    let mut shown = window_of(framing(), egui::vec2(1366.0, 768.0), memory);
    shows(&shown, "拍摄 空格");
    assert_eq!(click(&mut shown, "换键… 拍摄"), []);
    shows(&shown, "请按想用的键，按 Esc 取消");
    let commands = press(&mut shown, Key::PageDown);
    assert!(matches!(commands.as_slice(), [Command::TeachKeys(keys)] if keys["shoot"] == "PageDown"), "{commands:?}");
    look(&mut shown, "settings-taught");
    press(&mut shown, Key::F2);
    assert_eq!(press(&mut shown, Key::Space), [], "the usual key means nothing any more");
    assert_eq!(press(&mut shown, Key::PageDown), [Command::Shoot]);
    assert_eq!(click(&mut shown, "拍摄 PageDown"), [Command::Shoot]);
    press(&mut shown, Key::F7);
    click(&mut shown, "换键… 暂放");
    assert_eq!(press(&mut shown, Key::F5), [], "a key that means the same everywhere");
    shows(&shown, "这个键处处都有别的意思，请换一个键");
    let commands = click(&mut shown, "恢复原来的键");
    assert!(matches!(commands.as_slice(), [Command::TeachKeys(keys)] if keys.is_empty()), "{commands:?}");
}

#[test]
fn a_key_that_was_to_be_taught_is_forgotten_with_its_page() {
    let memory = Memory { page: Page::Settings, settings_part: SettingsPart::Keys, ..Memory::default() };
    let mut shown = window_of(framing(), egui::vec2(1366.0, 768.0), memory);
    click(&mut shown, "换键… 重拍");
    shown.state_mut().memory.page = Page::Shoot;
    shown.run_steps(2);
    assert_eq!(press(&mut shown, Key::Space), [Command::Shoot], "it shoots and is not taught");
}

#[test]
fn questions_are_answered_with_their_own_keys_whatever_was_taught() {
    let mut memory = Memory::default();
    assert!(memory.keymap.teach(Action::Release, Key::X));
    let asked = View { question: Some(Question::TurnAwayReason), ..framing() };
    let mut shown = window_of(asked, egui::vec2(1366.0, 768.0), memory);
    assert_eq!(press(&mut shown, Key::Escape), [Command::Answer(Answer::No)]);
    assert_eq!(press(&mut shown, Key::X), [Command::Answer(Answer::No)], "it stands for Esc");
}

#[test]
fn the_overview_shows_the_day_by_quarters_and_what_failed() {
    let bar = |name: &str, count| Bar { name: String::from(name), count };
    let day = Day {
        quarters: (0..18).map(|at| bar(&format!("{:02}:{:02}", 8 + at / 4, at % 4 * 15), (at * 7) % 19)).collect(),
        last_hour: 41,
        failures: vec![bar("睁眼", 14), bar("镜片反光", 9), bar("左右转头", 2)],
        away: vec![bar("无码", 3)],
    };
    let memory = Memory { page: Page::Overview, ..Memory::default() };
    let mut shown = window_of(View { day, ..busy_day() }, egui::vec2(1366.0, 768.0), memory);
    for wanted in ["08:15 7", "睁眼 14", "镜片反光 9", "无码 3"] {
        shows(&shown, wanted);
    }
    look(&mut shown, "overview-day");
}

#[test]
fn every_word_can_be_drawn_in_both_languages() {
    if !tucai::ui::fonts::has_chinese() {
        eprintln!("no Chinese font on this machine: not drawn");
        return;
    }
    // the harness panics on a character that no installed font has
    let mut drawn = egui_kittest::Harness::builder().with_context_setup(tucai::ui::set_up).build_ui(|ui| {
        for word in Word::ALL {
            for lang in [Lang::Zh, Lang::En] {
                ui.label(word.text(lang));
            }
        }
        for help in CodeHelp::ALL {
            for lang in [Lang::Zh, Lang::En] {
                let message = tucai::text::code::operator(help, &UNREAD, lang);
                ui.label(format!("{}{}{}", tucai::text::code::help(help, lang), message.what, message.advice));
            }
        }
    });
    drawn.run_steps(2);
}

#[test]
fn small_and_large_windows_are_painted() {
    for size in [[1366.0, 698.0], [1024.0, 600.0], [1920.0, 1080.0], [3840.0, 2160.0], [320.0, 240.0]] {
        for page in Page::ALL {
            let memory = Memory { page, ..Memory::default() };
            let mut shown = window_of(View { simulated: true, ..busy_day() }, size.into(), memory);
            shown.run_steps(3);
        }
        for view in [framing(), review(Verdict::Fail), waiting()] {
            window_of(view, size.into(), Memory::default()).run_steps(3);
        }
    }
    let mut wide = window_of(View { recent: recent(), ..framing() }, egui::vec2(1920.0, 1080.0), Memory::default());
    with_people(&mut wide);
    look(&mut wide, "framing-1920");
    let mut low = window_of(View { simulated: true, ..framing() }, egui::vec2(1366.0, 698.0), Memory::default());
    with_people(&mut low);
    look(&mut low, "framing-698");
    let mut green = window(stored(Copies::All));
    with_people(&mut green);
    look(&mut green, "stored");
    let mut amber = window(stored(Copies::SecondMissing));
    with_people(&mut amber);
    look(&mut amber, "stored-no-copy");
    let mut count = window(View { stage: Stage::Count(2), ..framing() });
    with_people(&mut count);
    look(&mut count, "count");
    let mut empty = window(View { handover: Handover::default(), ..waiting() });
    look(&mut empty, "waiting");
}

#[test]
fn the_english_window_has_no_chinese_words() {
    let mut view = framing();
    view.lang = Lang::En;
    view.session_name = String::from("Spring");
    view.subject.as_mut().unwrap().tail = None;
    let shown = window(view);
    let chinese: Vec<String> =
        names(&shown).into_iter().filter(|name| name.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))).collect();
    assert!(chinese.is_empty(), "{chinese:?}");
}

#[test]
fn the_student_sees_one_sentence_and_answers_by_touch() {
    use tucai::ui::student::{Said, StudentView, screen_ui};
    let paint = |view: View| {
        let said: Vec<Said> = Vec::new();
        egui_kittest::Harness::builder()
            .with_size(egui::vec2(1280.0, 720.0))
            .with_context_setup(tucai::ui::set_up)
            .build_ui_state(
                move |ui, said: &mut Vec<Said>| {
                    let rect = ui.max_rect();
                    said.extend(screen_ui(ui, rect, &StudentView::of(&view)));
                },
                said,
            )
    };
    let all = |window: &egui_kittest::Harness<'static, Vec<Said>>| crate::support::window::names_of(window);
    let framing = paint(View { simulated: true, ..framing() });
    assert!(all(&framing).contains(&String::from("请坐低一点")));
    let notice = StudentNotice {
        said: tucai::domain::notice::Notice {
            level: Some(Level::Undergraduate),
            retention_days: Some(90),
            fee: String::from("免费"),
        },
        ..StudentNotice::default()
    };
    let before = all(&paint(View { notice, ..waiting() }));
    for wanted in ["请出示本科采集码", "长按采集码保存原图再出示，不要截屏"] {
        assert!(before.contains(&wanted.to_owned()), "{wanted} is not among {before:?}");
    }
    assert!(before.iter().any(|name| name.contains("保存 90 天") && name.contains("免费")), "{before:?}");
    let mut yes = paint(review(Verdict::Pass));
    yes.get_by_label("可以").click();
    yes.run_steps(3);
    assert_eq!(*yes.state(), [Said::Yes]);
    let mut again = paint(review(Verdict::Warn));
    again.get_by_label("再拍一张").click();
    again.run_steps(3);
    assert_eq!(*again.state(), [Said::OnceMore]);
    // a failing picture is the operator's to decide, and a stored one is nobody's any more
    for view in [review(Verdict::Fail), stored(Copies::All)] {
        let shown = paint(view);
        assert!(shown.query_by_label("可以").is_none());
        assert!(!all(&shown).iter().any(|name| name.contains("9f3a71c2") || name.contains("A-0136")));
    }
}

#[test]
fn a_station_is_made_closed_and_opened_again_with_its_passphrase_only() {
    let made = tempfile::tempdir().unwrap();
    let folder = made.path().join("station");
    let frames = tempfile::tempdir().unwrap();
    let mut first = Program::start(&folder, frames.path());
    assert!(matches!(first.harness.state().gate(), Gate::FirstStart { .. }));
    first.make_station();
    first.until(|gate| *gate == Gate::Open);
    assert!(first.harness.query_by_label("存储 正常").is_some());
    drop(first);
    assert!(folder.join("station.key").is_file());

    let mut second = Program::start(&folder, frames.path());
    assert!(matches!(second.harness.state().gate(), Gate::Locked { fault: None, .. }));
    second.type_into("口令", "not that one");
    second.harness.get_by_label("打开").click();
    second.until(|gate| matches!(gate, Gate::Locked { fault: Some(StoreFault::WrongPassphrase), .. }));
    second.type_into("口令", "a long passphrase");
    second.harness.get_by_label("打开").click();
    second.until(|gate| *gate == Gate::Open);
}

#[test]
fn a_recovery_key_is_written_with_the_station_and_opens_what_it_stores() {
    let (made, stick) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = made.path().join("station");
    let frames = tempfile::tempdir().unwrap();
    let mut program = Program::start(&folder, frames.path());
    program.type_into("恢复密钥存到", &folder.display().to_string());
    program.make_station();
    let refused = Some(StoreFault::RecoveryKeyNotKept);
    program.until(|gate| matches!(gate, Gate::FirstStart { fault, .. } if *fault == refused));
    program.until_shown_part("恢复密钥没有存下");
    assert!(!folder.join("station.key").exists(), "no station without the key that was asked for");
    drop(program);
    let mut program = Program::start(&folder, frames.path());
    program.type_into("恢复密钥存到", &stick.path().display().to_string());
    program.make_station();
    program.until(|gate| *gate == Gate::Open);
    drop(program);
    let key = std::fs::read_dir(stick.path()).unwrap().next().unwrap().unwrap().path();
    let key = tucai::bundle::keys::identity(&std::fs::read_to_string(key).unwrap()).unwrap();
    let settings = std::fs::read_to_string(folder.join("station.toml")).unwrap();
    assert!(settings.contains(&key.to_public().to_string()), "{settings}");
}

#[test]
fn wrong_passphrases_wait_in_the_window_and_after_a_restart() {
    let made = tempfile::tempdir().unwrap();
    let folder = made.path().join("station");
    let frames = tempfile::tempdir().unwrap();
    let mut program = Program::start(&folder, frames.path());
    program.make_station();
    program.until(|gate| *gate == Gate::Open);
    drop(program);
    let tries = folder.join("station.tries");
    assert!(!tries.exists());
    let mut program = Program::start(&folder, frames.path());
    program.type_into("口令", "not that one");
    program.harness.get_by_label("打开").click();
    program.until(|gate| matches!(gate, Gate::Locked { fault: Some(StoreFault::WrongPassphrase), .. }));
    drop(program);
    // As if it had gone on: nine in a row, the last of them long ago or just now.
    let write = |since| std::fs::write(&tries, format!("{{\"wrong\":9,\"since_millis\":{since}}}")).unwrap();
    write(tucai::worker::clock::wall_now().unix_millis);
    let mut program = Program::start(&folder, frames.path());
    program.until_shown_part("还要等 ");
    drop(program);
    write(0);
    let mut program = Program::start(&folder, frames.path());
    program.type_into("口令", "a long passphrase");
    program.harness.get_by_label("打开").click();
    program.until(|gate| *gate == Gate::Open);
    assert!(!tries.exists());
}

#[test]
fn a_damaged_index_is_rebuilt_from_the_window_and_the_damaged_one_is_kept() {
    let made = tempfile::tempdir().unwrap();
    let folder = made.path().join("station");
    let frames = tempfile::tempdir().unwrap();
    let mut first = Program::start(&folder, frames.path());
    first.make_station();
    first.until(|gate| *gate == Gate::Open);
    drop(first);
    std::fs::write(folder.join("station.db"), vec![0x5a; 8192]).unwrap();

    let mut second = Program::start(&folder, frames.path());
    second.type_into("口令", "a long passphrase");
    second.harness.get_by_label("打开").click();
    second.until(|gate| matches!(gate, Gate::Damaged { fault: None, .. }));
    assert!(second.harness.query_by_label("索引坏了，照片都在").is_some());
    second.type_into("口令", "not that one");
    second.harness.get_by_label("重建索引").click();
    second.until(|gate| matches!(gate, Gate::Damaged { fault: Some(StoreFault::WrongPassphrase), .. }));
    second.type_into("口令", "a long passphrase");
    second.harness.get_by_label("重建索引").click();
    second.until(|gate| *gate == Gate::Open);
    let kept = std::fs::read_dir(folder.join("set-aside")).unwrap().map(|entry| entry.unwrap().path());
    let kept: Vec<_> = kept.filter(|path| path.join("station.db").is_file() || path.is_file()).collect();
    assert_eq!(kept.len(), 1, "the damaged index is set aside: {kept:?}");
}

#[test]
fn an_edited_standard_with_crossed_limits_stops_with_its_own_sentence() {
    let made = tempfile::tempdir().unwrap();
    let folder = made.path().join("station");
    let frames = tempfile::tempdir().unwrap();
    let profiles = folder.join("profiles");
    std::fs::create_dir_all(&profiles).unwrap();
    let edited = tucai::domain::profiles::default_profile()
        .unwrap()
        .text
        .replace("min = 200, max = 300", "min = 300, max = 200");
    std::fs::write(profiles.join("degree-2017.toml"), edited).unwrap();
    let mut program = Program::start(&folder, frames.path());
    program.make_station();
    program.until(|gate| matches!(gate, Gate::Unusable { fault: StoreFault::ProfileUnusable, .. }));
}

#[test]
fn the_folder_and_camera_of_a_plan_follow_the_command_line() {
    use tucai::app::window::{Demo, Plan};
    use tucai::cli::Context;
    use tucai::device::camera::CameraSpec;
    let plan = |data: Option<&str>, camera: Option<&str>, demo| {
        let context = Context { data: data.map(Into::into), camera: camera.map(str::to_owned), ..Context::default() };
        Plan::of(&context, demo)
    };
    let demo = plan(None, None, Demo::Yes).unwrap();
    assert_eq!((demo.folder, demo.camera), (None, CameraSpec::SimDemo));
    let drawn = plan(None, Some("sim:demo"), Demo::No).unwrap();
    assert_eq!(drawn.folder, None, "a drawn camera never fills the real folder");
    let named = plan(Some("/tmp/x"), None, Demo::Yes).unwrap();
    assert_eq!((named.folder, named.camera), (Some("/tmp/x".into()), CameraSpec::SimDemo));
    let real = plan(Some("/tmp/x"), None, Demo::No).unwrap();
    assert_eq!(real.camera, CameraSpec::Auto);
    assert!(plan(None, Some("nonsense"), Demo::No).is_err());
}
