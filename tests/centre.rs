//! The centre's card in the window: nobody needs the command line to say whom bundles are sealed for.

#![cfg(feature = "window")]

use tucai::bundle::keys::CentreCard;
use tucai::domain::fault::BundleFault;
use tucai::text::Lang;
use tucai::text::centre::{CentreWord, refused};
use tucai::ui::centre::{CardView, CentreCommand, CentreView};
use tucai::ui::memory::{Memory, Page};
use tucai::ui::view::{Command, Gate, View};

use crate::support::bundles::Desk;
use crate::support::program::Program;
use crate::support::window::{busy_day, click, every_word_is_drawn, is_shown, look, shows, type_into, window_of};

fn card() -> CardView {
    CardView {
        centre: String::from("省采集中心"),
        key_id: String::from("0123456789ABCDEF"),
        age: format!("age1{}", "q".repeat(58)),
    }
}

#[test]
fn a_card_is_compared_before_it_counts() {
    let memory = Memory { page: Page::Handover, handover_step: 1, ..Memory::default() };
    let mut shown = window_of(busy_day(), egui::vec2(1366.0, 768.0), memory);
    shows(&shown, "还没有导入中心名片");
    type_into(&mut shown, "中心名片文件", "/media/u/centre.card.json");
    let read = CentreCommand::Read("/media/u/centre.card.json".into());
    assert_eq!(click(&mut shown, "读名片"), [Command::Centre(read)]);
    assert_eq!(click(&mut shown, "选择名片…"), [Command::Centre(CentreCommand::Choose)]);
    let note = Some(refused(BundleFault::NoRecipient, Lang::Zh));
    *shown.state_mut().view.centre = CentreView { note, ..CentreView::default() };
    shown.run_steps(2);
    shows(&shown, "这个文件不是中心名片");
    *shown.state_mut().view.centre = CentreView { asked: Some(card()), ..CentreView::default() };
    shown.run_steps(2);
    shows(&shown, "省采集中心 钥匙号 0123456789ABCDEF age1q");
    look(&mut shown, "centre-compare");
    assert_eq!(click(&mut shown, "核对过了，导入名片"), [Command::Centre(CentreCommand::Enrol)]);
    assert_eq!(click(&mut shown, "不导入"), [Command::Centre(CentreCommand::Leave)]);
    *shown.state_mut().view.centre = CentreView { enrolled: Some(card()), ..CentreView::default() };
    shown.run_steps(2);
    shows(&shown, "省采集中心 钥匙号 0123456789ABCDEF");
    assert!(!is_shown(&shown, "核对过了"));
    look(&mut shown, "centre-enrolled");
    let view = View { lang: Lang::En, ..busy_day() };
    let memory = Memory { page: Page::Handover, handover_step: 1, ..Memory::default() };
    shows(&window_of(view, egui::vec2(1366.0, 768.0), memory), "No centre's card was imported yet");
}

#[test]
fn every_word_about_the_centre_can_be_drawn() {
    every_word_is_drawn(CentreWord::ALL.iter().flat_map(|word| [word.text(Lang::Zh), word.text(Lang::En)]));
}

#[test]
fn the_card_is_imported_in_the_window_and_known_after_a_restart() {
    let made = tempfile::tempdir().unwrap();
    let (folder, frames) = (made.path().join("station"), tempfile::tempdir().unwrap());
    let centre = Desk::new();
    let card = CentreCard::new("省采集中心", centre.key(), &centre.centre.to_public());
    let file = made.path().join("centre.card.json");
    std::fs::write(&file, vec![b' '; 1 << 17]).unwrap();
    let kept = folder.join("centre.card.json");

    let mut program = Program::start(&folder, frames.path());
    program.make_station();
    program.until(|gate| *gate == Gate::Open);
    program.click("开始");
    program.until_shown("还没有导入中心名片");
    program.type_into("中心名片文件", file.to_str().unwrap());
    program.click("读名片");
    program.until_shown_part("这个文件不是中心名片");
    std::fs::write(&file, serde_json::to_string(&card).unwrap()).unwrap();
    program.click("读名片");
    program.until_shown_part(&format!("省采集中心 钥匙号 {} {}", centre.key().key_id(), card.age));
    program.click("不导入");
    assert!(!kept.exists(), "nothing counts before it was compared");
    program.click("读名片");
    program.click("核对过了，导入名片");
    program.until_shown_part("中心名片导入好了：省采集中心");
    assert_eq!(CentreCard::from_json(&std::fs::read_to_string(&kept).unwrap()).unwrap(), card);
    drop(program);

    let mut program = Program::start(&folder, frames.path());
    program.type_into("口令", "a long passphrase");
    program.click("打开");
    program.until(|gate| *gate == Gate::Open);
    let names = crate::support::window::names_of(&program.harness);
    let page = names.into_iter().find(|name| name.starts_with("准备场次 ")).unwrap();
    program.click(&page);
    program.click("开始");
    program.until_shown_part("省采集中心 钥匙号");
}
