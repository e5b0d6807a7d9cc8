//! The centre's card in the window: nobody needs the command line to say whom bundles are sealed for.

#![cfg(feature = "window")]

use std::path::Path;
use std::sync::Arc;

use image::imageops::overlay;
use tucai::bundle::code_picture::{draw_bytes, encode};
use tucai::bundle::keys::CentreCard;
use tucai::device::camera::CameraSpec;
use tucai::device::key_store::SystemKeyStore;
use tucai::domain::fault::BundleFault;
use tucai::text::Lang;
use tucai::text::centre::{CentreWord, refused};
use tucai::ui::centre::{CardView, CentreCommand, CentreView};
use tucai::ui::memory::{Memory, Page};
use tucai::ui::view::{Command, Gate, View};

use crate::support::bundles::Desk;
use crate::support::program::Program;
use crate::support::window::{
    busy_day, click, every_word_is_drawn, is_shown, look, names_of, shows, type_into, window_of,
};

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
    let names = names_of(&program.harness);
    let page = names.into_iter().find(|name| name.starts_with("准备场次 ")).unwrap();
    program.click(&page);
    program.click("开始");
    program.until_shown_part("省采集中心 钥匙号");
}

/// The card's code as a centre prints it, held before a lens.
fn held(card: &CentreCard) -> image::RgbImage {
    let code = encode(&draw_bytes(serde_json::to_string(card).unwrap().as_bytes()).unwrap()).unwrap();
    let code = image::load_from_memory(&code).unwrap().to_rgb8();
    let code = image::imageops::resize(&code, 560, 560, image::imageops::FilterType::Triangle);
    let mut frame = image::RgbImage::from_pixel(1280, 720, image::Rgb([120, 130, 140]));
    overlay(&mut frame, &code, 360, 80);
    frame
}

/// A centre with its card, a place for a station and a camera's folder.
struct Given {
    made: tempfile::TempDir,
    frames: tempfile::TempDir,
    centre: Desk,
    card: CentreCard,
}

fn given() -> Given {
    let centre = Desk::new();
    let card = CentreCard::new("省采集中心", centre.key(), &centre.centre.to_public());
    Given { made: tempfile::tempdir().unwrap(), frames: tempfile::tempdir().unwrap(), centre, card }
}

/// The handover's page about the centre, of a station that was just made.
fn at_the_card(folder: &Path, camera: CameraSpec) -> Program {
    let mut program = Program::start_before(folder, camera, Arc::new(SystemKeyStore));
    program.make_station();
    program.until(|gate| *gate == Gate::Open);
    program.click("开始");
    program.until_shown("还没有导入中心名片");
    program
}

#[test]
fn a_card_before_the_lens_is_compared_and_enrolled_and_locks_nobody() {
    let Given { made, frames, centre, card } = given();
    held(&card).save(frames.path().join("card.png")).unwrap();
    let folder = made.path().join("station");
    let mut program = at_the_card(&folder, CameraSpec::SimDir(frames.path().to_owned()));
    program.click("用镜头读名片二维码");
    program.until_shown_part(&format!("省采集中心 钥匙号 {} {}", centre.key().key_id(), card.age));
    let kept = folder.join("centre.card.json");
    assert!(!kept.exists(), "nothing counts before it was compared");
    program.click("核对过了，导入名片");
    program.until_shown_part("中心名片导入好了：省采集中心");
    assert_eq!(CentreCard::from_json(&std::fs::read_to_string(&kept).unwrap()).unwrap(), card);
    program.click("拍摄");
    program.until_shown_part("这是图采站自己的码，不是采集码");
    let shown = names_of(&program.harness);
    assert!(!shown.iter().any(|name| name.contains("A-0001")), "a card is nobody's code: {shown:?}");
}

#[test]
fn another_code_before_the_lens_is_no_card_and_a_gun_reads_one_too() {
    let Given { made, frames, centre, card } = given();
    let camera = CameraSpec::Folder(frames.path().to_owned());
    let mut program = at_the_card(&made.path().join("station"), camera);
    program.click("用镜头读名片二维码");
    program.until_shown_part("这时不锁定学生");
    program.scan("STUDENT-0001");
    program.until_shown_part("这个码不是中心名片");
    // As the card's code has it: a gun types no Chinese.
    program.scan(
        &serde_json::to_string(&card)
            .unwrap()
            .replace("省", "\\u7701")
            .replace("采集中心", "\\u91c7\\u96c6\\u4e2d\\u5fc3"),
    );
    program.until_shown_part(&format!("省采集中心 钥匙号 {}", centre.key().key_id()));
    let shown = names_of(&program.harness);
    assert!(!shown.iter().any(|name| name.contains("A-0001")), "{shown:?}");
}

#[test]
fn a_photo_of_the_card_is_read_like_its_text() {
    let Given { made, frames, centre, card } = given();
    let photo = made.path().join("card.jpg");
    let mut program = at_the_card(&made.path().join("station"), CameraSpec::Folder(frames.path().to_owned()));
    program.type_into("中心名片文件", photo.to_str().unwrap());
    image::RgbImage::from_pixel(800, 600, image::Rgb([200; 3])).save(&photo).unwrap();
    program.click("读名片");
    program.until_shown_part("这个文件不是中心名片");
    held(&card).save(&photo).unwrap();
    program.click("读名片");
    program.until_shown_part(&format!("省采集中心 钥匙号 {}", centre.key().key_id()));
}

#[test]
fn the_lens_is_shown_while_a_card_is_read_and_closes() {
    let memory = Memory { page: Page::Handover, handover_step: 1, ..Memory::default() };
    let mut shown = window_of(busy_day(), egui::vec2(1366.0, 768.0), memory);
    assert_eq!(click(&mut shown, "用镜头读名片二维码"), []);
    shows(&shown, "把名片的二维码举到镜头前，这时不锁定学生");
    look(&mut shown, "centre-lens");
    assert_eq!(click(&mut shown, "关闭"), []);
    shows(&shown, "还没有导入中心名片");
}
