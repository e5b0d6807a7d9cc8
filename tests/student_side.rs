//! The student's side: which display, where the lens is, and the student's own two keys.

#![cfg(feature = "window")]

use egui::Key;
use egui_kittest::kittest::Queryable as _;
use tucai::domain::finding::Verdict;
use tucai::domain::set_up::LensEdge;
use tucai::ui::keymap::{Action, KeyMap};
use tucai::ui::memory::{Memory, Page, SettingsPart};
use tucai::ui::student::Said;
use tucai::ui::view::{Command, Question, Settings, Stage, View};

use crate::deciding_window::desk;
use crate::support::program::Program;
use crate::support::window::{click, framing, look, press, review, shows, student_screen, window, window_of};

#[test]
fn the_countdown_stands_at_the_edge_that_the_lens_is_at() {
    let at = |lens_edge| {
        let settings = Settings { lens_edge, ..Settings::default() };
        let mut harness = student_screen(View { settings, stage: Stage::Count(2), ..framing() });
        look(&mut harness, &format!("student-count-{lens_edge:?}").to_lowercase());
        harness.get_by_label("2").rect().center()
    };
    let [top, left, right, bottom] = LensEdge::ALL.map(at);
    assert!((top.x - 640.0).abs() < 2.0 && top.y < 240.0, "{top:?}");
    assert!((bottom.x - 640.0).abs() < 2.0 && bottom.y > 480.0, "{bottom:?}");
    assert!((left.y - 360.0).abs() < 2.0 && left.x < 240.0, "{left:?}");
    assert!((right.y - 360.0).abs() < 2.0 && right.x > 1040.0, "{right:?}");
    let settings = Settings { lens_edge: LensEdge::Bottom, ..Settings::default() };
    let mut harness = student_screen(View { settings, ..framing() });
    assert!(harness.get_by_label("请坐低一点").rect().top() > 480.0, "and so do the words");
    look(&mut harness, "student-bottom");
}

#[test]
fn the_students_own_keys_answer_and_can_be_taught() {
    let mut shown = window(review(Verdict::Warn));
    assert_eq!(press(&mut shown, Key::Home), [Command::StudentSays(Said::Yes)]);
    assert_eq!(press(&mut shown, Key::End), [Command::StudentSays(Said::OnceMore)]);
    press(&mut shown, Key::F3);
    assert_eq!(press(&mut shown, Key::Home), [Command::StudentSays(Said::Yes)], "whatever the operator looks at");
    let mut failing = window(review(Verdict::Fail));
    assert_eq!(press(&mut failing, Key::Home), [], "nobody says yes to a picture that fails");
    let mut asked = window(View { question: Some(Question::ReleaseWithPicture), ..review(Verdict::Warn) });
    assert_eq!(press(&mut asked, Key::Home), []);
    let mut map = KeyMap::default();
    assert!(map.teach(Action::StudentYes, Key::Insert));
    let settings = Settings { student_keys: [map.key(Action::StudentYes), Key::End], ..Settings::default() };
    let mut taught = window(View { settings, ..review(Verdict::Warn) });
    assert_eq!(press(&mut taught, Key::Insert), [Command::StudentSays(Said::Yes)]);
    assert_eq!(press(&mut taught, Key::Home), []);
}

#[test]
fn display_and_edge_are_set() {
    let memory = Memory { page: Page::Settings, settings_part: SettingsPart::Looks, ..Memory::default() };
    let mut shown = window_of(framing(), egui::vec2(1366.0, 768.0), memory);
    shows(&shown, "学生屏铺满哪块屏 不铺满");
    assert_eq!(click(&mut shown, "学生屏铺满哪块屏 +"), [Command::SetStudentDisplay(1)]);
    assert_eq!(click(&mut shown, "镜头在学生屏的 下边"), [Command::SetLensEdge(LensEdge::Bottom)]);
    look(&mut shown, "settings-student");
    shown.state_mut().memory.settings_part = SettingsPart::Keys;
    shown.run_steps(2);
    shows(&shown, "同学 确认照片 Home");
    look(&mut shown, "settings-student-keys");
}

#[test]
fn they_are_there_again_after_a_restart() {
    let made = tempfile::tempdir().unwrap();
    let mut program = desk(made.path(), 5);
    program.harness.key_press(Key::F7);
    program.click("界面 2");
    program.click("学生屏铺满哪块屏 +");
    program.click("学生屏铺满哪块屏 +");
    program.until_shown("学生屏铺满哪块屏 第 2 块");
    program.click("镜头在学生屏的 左边");
    drop(program);
    let mut program = Program::opened(&made.path().join("station"), &made.path().join("frames"));
    program.harness.key_press(Key::F7);
    program.click("界面 2");
    program.until_shown("学生屏铺满哪块屏 第 2 块");
    let text = std::fs::read_to_string(made.path().join("station").join("window.toml")).unwrap();
    assert!(text.contains("lens_edge = \"left\""), "{text}");
}
