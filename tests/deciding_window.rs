//! Deciding on a picture in the window: ticks by touch and key, the question at the shot limit, whom 未拍 is about.

#![cfg(feature = "window")]

use std::path::Path;

use egui::Key;
use tucai::domain::fault::CameraFault;
use tucai::domain::finding::Verdict;
use tucai::domain::ids::SessionId;
use tucai::domain::set_up::RunBy;
use tucai::store::{CreateOptions, SessionSettings, Store};
use tucai::ui::view::{Answer, Command, Question, Shot, Strip, View};
use tucai::vision::jpeg;

use crate::card::PEOPLE;
use crate::support::program::Program;
use crate::support::station::{at, passphrase};
use crate::support::window::{
    click, framing, look, names_of, press, review, shows, student_screen, window, with_people,
};

fn ticked(view: View, items: &[&str]) -> View {
    let ticked = items.iter().map(|item| (*item).to_owned()).collect();
    let shot = view.shot.clone().map(|shot| Shot { ticked, ..shot });
    View { shot, ..view }
}

#[test]
fn what_is_asked_is_ticked_one_by_one_or_with_one_key() {
    let mut shown = window(review(Verdict::Pass));
    shows(&shown, "各项通过 请核对 2 项");
    assert_eq!(click(&mut shown, "没有浓妆"), [Command::Attest(String::from("make_up"))]);
    assert_eq!(press(&mut shown, Key::V), [Command::AttestAll]);
    assert_eq!(click(&mut shown, "都看过了 V"), [Command::AttestAll]);
    shown.state_mut().view = ticked(review(Verdict::Pass), &["make_up"]);
    shown.run_steps(2);
    shows(&shown, "各项通过 请核对 1 项");
    assert_eq!(press(&mut shown, Key::V), [Command::AttestAll]);
    with_people(&mut shown);
    look(&mut shown, "review-ticks");
    shown.state_mut().view = ticked(review(Verdict::Pass), &["make_up", "jewellery"]);
    shown.run_steps(2);
    shows(&shown, "合格 这张可以吗");
    assert_eq!(press(&mut shown, Key::V), [], "a second press takes nothing back");
    assert_eq!(click(&mut shown, "没有浓妆"), [Command::Attest(String::from("make_up"))], "a touch does");
    let all = vec![String::from("jewellery"), String::from("make_up")];
    assert_eq!(press(&mut shown, Key::Space), [Command::Accept(all)]);
    let mut failing = window(review(Verdict::Fail));
    assert_eq!(press(&mut failing, Key::V), [], "nothing to tick where another picture is needed");
}

#[test]
fn at_the_shot_limit_the_keys_answer_the_question() {
    let mut shown = window(View { question: Some(Question::ShotLimit { shots: 5 }), ..review(Verdict::Fail) });
    shows(&shown, "这位同学已拍 5 张");
    assert_eq!(press(&mut shown, Key::Num1), [Command::Answer(Answer::Yes)]);
    assert_eq!(press(&mut shown, Key::Escape), [Command::Answer(Answer::No)]);
    with_people(&mut shown);
    look(&mut shown, "question-limit");
}

#[test]
fn the_sound_of_a_lost_camera_is_stopped_from_its_strip() {
    let strips = vec![Strip::Camera(CameraFault::Unplugged)];
    let mut shown = window(View { strips, ..framing() });
    assert_eq!(click(&mut shown, "停声音"), [Command::Silence]);
}

#[test]
fn a_yes_that_comes_too_early_is_answered_on_the_students_screen() {
    let shown = |view: View| names_of(&student_screen(view));
    let early = shown(View { operator_first: true, ..review(Verdict::Pass) });
    assert!(early.contains(&String::from("请等操作员看一下")), "{early:?}");
    let before = shown(review(Verdict::Pass));
    assert!(!before.contains(&String::from("请等操作员看一下")), "{before:?}");
}

/// The whole program over a session with this shot limit.
pub(crate) fn desk(made: &Path, shot_limit: u32) -> Program {
    let (folder, frames) = (made.join("station"), made.join("frames"));
    std::fs::create_dir(&frames).unwrap();
    let options = CreateOptions { work_factor: 10, ..CreateOptions::default() };
    let mut store = Store::create(&folder, &passphrase(), &options, at(0)).unwrap();
    let id = SessionId::try_from(String::from("TEST")).unwrap();
    let profile = tucai::domain::profiles::default_profile().unwrap().profile.clone();
    let backdrops = profile.background.colors.iter().map(|color| color.name.clone()).collect();
    let run_by = Some(RunBy::School);
    let named = SessionSettings::new(id, String::from("春季"), profile.id);
    let session = SessionSettings { shot_limit, run_by, backdrops, ..named };
    store.new_session(&session, 0, at(0)).unwrap();
    drop(store);
    Program::opened(&folder, &frames)
}

/// A portrait is brought for whoever is locked, and judged.
pub(crate) fn picture(program: &mut Program, made: &Path) {
    let path = made.join("portrait.jpg");
    std::fs::write(&path, jpeg::encode(&PEOPLE[0], 95, 300).unwrap().bytes).unwrap();
    program.drop_file(&path);
    program.until_shown("用这个框 Enter");
    program.click("用这个框 Enter");
    program.until_shown_part("重拍 R");
}

fn has(program: &Program, part: &str) -> bool {
    names_of(&program.harness).iter().any(|name| name.contains(part))
}

#[test]
fn the_reason_for_somebody_without_a_code_never_meets_the_next_one() {
    let made = tempfile::tempdir().unwrap();
    let mut program = desk(made.path(), 5);
    program.harness.key_press(Key::T);
    program.until_shown_part("为什么没有拍");
    program.scan("SOMEBODY-ELSE-0002");
    program.until_shown_part("A-0001");
    assert!(!has(&program, "为什么没有拍"), "it was asked about nobody");
    program.harness.key_press(Key::Num1);
    program.passes(6);
    assert!(has(&program, "A-0001"), "still locked");
    // and the one who is locked is the one who is asked about
    program.harness.key_press(Key::T);
    program.until_shown_part("为什么没有拍");
    program.click("无码 1");
    program.until_hidden_part("A-0001");
}

#[test]
fn at_the_shot_limit_the_window_asks_and_one_more_is_taken() {
    let made = tempfile::tempdir().unwrap();
    let mut program = desk(made.path(), 1);
    program.scan("STUDENT-0001");
    program.until_shown_part("A-0001");
    picture(&mut program, made.path());
    program.harness.key_press(Key::R);
    program.until_shown_part("已经拍了很多张");
    assert!(has(&program, "这位同学已拍 1 张"));
    program.click("返回 Esc");
    program.until_hidden_part("已经拍了很多张");
    assert!(has(&program, "重拍 R"), "the picture is still there");
    program.harness.key_press(Key::R);
    program.until_shown_part("已经拍了很多张");
    program.click("再拍一张 1");
    program.until_hidden_part("重拍 R");
    assert!(has(&program, "A-0001"), "still the same student");
}

#[test]
fn a_picture_with_all_ticks_is_accepted_by_itself() {
    let made = tempfile::tempdir().unwrap();
    let mut program = desk(made.path(), 5);
    program.harness.key_press(Key::F7);
    program.click("合格后自动采用 +");
    program.until_shown("合格后自动采用 1 秒");
    program.harness.key_press(Key::F2);
    program.scan("STUDENT-0001");
    program.until_shown_part("A-0001");
    picture(&mut program, made.path());
    program.until_shown_part("各项通过 请核对 3 项");
    program.harness.key_press(Key::V);
    program.until_shown_part("A-0001 已保存");
}
