//! Folders that somebody brings: a memory card with codes among its portraits, and a teacher's pictures of codes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use image::RgbImage;
use serde_json::Value;
use tucai::domain::card::{Doubt, Join, Shows, joins};
use tucai::domain::operator::Role;
use tucai::render::{LIGHT_BLUE, Person, Pose, Scene, draw};
use tucai::store::{CreateOptions, Filter, OpenOptions, Pin, Store};
use tucai::vision::jpeg;
use tucai::vision::taken::taken_at;
use tucai::worker::folder::{FolderPicture, in_shutter_order, look_at, picture_files};

use crate::support::station::{at, passphrase};
use crate::ways::sheet;

/// A JPEG with its shutter time, as cameras write it (Exif 2.32, little endian).
pub(crate) fn photo(picture: &RgbImage, time: &str, fraction: &str) -> Vec<u8> {
    let plain = jpeg::encode(picture, 95, 300).unwrap().bytes;
    let mut tiff = b"II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0".to_vec();
    let entries: [(u16, &str); 2] = [(0x9003, time), (0x9291, fraction)];
    let after = 26 + 2 + 12 * entries.len() + 4;
    let mut tail = Vec::new();
    tiff.extend((entries.len() as u16).to_le_bytes());
    for (tag, text) in entries {
        let mut text = [text.as_bytes(), b"\0"].concat();
        tiff.extend(tag.to_le_bytes());
        tiff.extend(2_u16.to_le_bytes());
        tiff.extend((text.len() as u32).to_le_bytes());
        if text.len() <= 4 {
            text.resize(4, 0);
            tiff.extend(text);
        } else {
            tiff.extend(((after + tail.len()) as u32).to_le_bytes());
            tail.extend(text);
        }
    }
    tiff.extend([0; 4]);
    tiff.extend(tail);
    let app1 = [b"Exif\0\0".as_slice(), &tiff].concat();
    let mut bytes = plain[..2].to_vec();
    bytes.extend([0xff, 0xe1]);
    bytes.extend(((app1.len() + 2) as u16).to_be_bytes());
    bytes.extend(app1);
    bytes.extend(&plain[2..]);
    bytes
}

/// Drawn people, each another one.
pub(crate) static PEOPLE: LazyLock<Vec<RgbImage>> = LazyLock::new(|| {
    let scene = Scene { backdrop: LIGHT_BLUE, ..Scene::default() };
    let person = |seed| draw(&Person::presentable(seed), &Pose::photo(1080, 1440), &scene, 1080, 1440).picture;
    [5, 6, 8].into_iter().map(person).collect()
});

pub(crate) fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

fn code(folder: &Path, name: &str, text: &str, time: &str) {
    write(folder, name, &photo(&sheet(&[text]), time, "00"));
}

fn portrait(folder: &Path, name: &str, person: usize, time: &str) {
    write(folder, name, &photo(&PEOPLE[person], time, "50"));
}

/// Two sure students, one code without a portrait before the second, names against the order of time.
fn card(folder: &Path) {
    code(folder, "DCIM/100CANON/IMG_9001.JPG", "card student one", "2026:06:01 10:00:00");
    portrait(folder, "DCIM/100CANON/IMG_0002.JPG", 0, "2026:06:01 10:00:08");
    code(folder, "DCIM/100CANON/IMG_0003.JPG", "card student two", "2026:06:01 10:01:00");
    code(folder, "DCIM/101CANON/IMG_0001.JPG", "card student three", "2026:06:01 10:01:30");
    portrait(folder, "DCIM/101CANON/IMG_0004.JPG", 1, "2026:06:01 10:01:40");
    code(folder, "DCIM/101CANON/IMG_0005.JPG", "card student four", "2026:06:01 10:05:00");
    portrait(folder, "DCIM/101CANON/IMG_0006.JPG", 2, "2026:06:01 10:05:09");
    write(folder, "DCIM/101CANON/notes.txt", b"no picture");
    write(folder, "DCIM/101CANON/phone.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
}

pub(crate) fn import(card: &Path, data: &Path, more: &[&str]) -> (i32, Vec<Value>) {
    let passphrase = data.parent().unwrap().join("passphrase");
    std::fs::write(&passphrase, "correct horse\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tucai"));
    command.arg("import").arg(card).args(more).arg("--json").arg("--data").arg(data);
    let output = command.arg("--passphrase-file").arg(passphrase).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output.status.code().unwrap(), lines)
}

#[test]
fn shutter_times_of_real_files_are_read_with_their_fraction() {
    let bytes = photo(&sheet(&["a"]), "2026:06:01 10:00:00", "25");
    assert_eq!(taken_at(&bytes).unwrap().clock_millis, 1_780_308_000_250);
    assert_eq!(taken_at(&jpeg::encode(&sheet(&["a"]), 90, 300).unwrap().bytes), None);
}

#[test]
fn a_folder_is_read_in_shutter_order_with_what_each_picture_shows() {
    let folder = tempfile::tempdir().unwrap();
    card(folder.path());
    let mut pictures: Vec<FolderPicture> = picture_files(folder.path()).unwrap().into_iter().map(look_at).collect();
    in_shutter_order(&mut pictures);
    let names: Vec<String> = pictures.iter().map(FolderPicture::name).collect();
    assert_eq!(names[0], "IMG_9001.JPG", "{names:?}");
    assert_eq!(names[7], "phone.heic", "without a time it stands at the end");
    let kinds: String = pictures
        .iter()
        .map(|picture| match picture.shows {
            Shows::Code(_) => 'c',
            Shows::Portrait => 'P',
            Shows::SeveralCodes => 'S',
            Shows::Nothing => 'X',
        })
        .collect();
    assert_eq!(kinds, "cPccPcPX");
    assert!(pictures[0].small.as_ref().is_some_and(|small| small.width().max(small.height()) <= 240));
}

/// The pictures of a folder in shutter order, and what belongs together among them.
fn read(folder: &Path) -> (Vec<FolderPicture>, Vec<Join>) {
    let mut pictures: Vec<FolderPicture> = picture_files(folder).unwrap().into_iter().map(look_at).collect();
    in_shutter_order(&mut pictures);
    let on_card: Vec<_> = pictures.iter().map(FolderPicture::on_card).collect();
    (pictures, joins(&on_card))
}

#[test]
fn a_folder_with_more_than_a_days_pictures_is_refused_whole() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..5_001 {
        write(folder.path(), &format!("{}/{number:04}.jpg", number / 1_000), b"");
    }
    assert!(picture_files(folder.path()).is_err(), "which of them would be left out nobody could tell");
    std::fs::remove_file(folder.path().join("0/0000.jpg")).unwrap();
    assert_eq!(picture_files(folder.path()).unwrap().len(), 5_000);
}

#[test]
fn what_cannot_be_read_lies_where_its_name_says() {
    let folder = tempfile::tempdir().unwrap();
    code(folder.path(), "IMG_0001.JPG", "card student one", "2026:06:01 10:00:00");
    // the portrait of one and the code of two, neither with a time
    write(folder.path(), "IMG_0002.JPG", b"");
    write(folder.path(), "IMG_0003.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    portrait(folder.path(), "IMG_0004.JPG", 0, "2026:06:01 10:00:40");
    code(folder.path(), "IMG_0005.JPG", "card student three", "2026:06:01 10:02:00");
    portrait(folder.path(), "IMG_0006.JPG", 1, "2026:06:01 10:02:10");
    write(folder.path(), "IMG_0007.JPG", b"");
    let (pictures, joins) = read(folder.path());
    let names: Vec<String> = pictures.iter().map(FolderPicture::name).collect();
    assert!(names.is_sorted(), "{names:?}");
    assert_eq!(joins[0].doubts, [Doubt::Interrupted], "two's portrait is not one's");
    assert_eq!(joins[1].sure(), Some((4, 5)), "what comes after a portrait parts nothing");

    let first = tempfile::tempdir().unwrap();
    write(first.path(), "1.jpg", b"");
    portrait(first.path(), "2.jpg", 0, "2026:06:01 10:00:40");
    code(first.path(), "3.jpg", "card student one", "2026:06:01 10:00:30");
    let (pictures, joins) = read(first.path());
    let names: Vec<String> = pictures.iter().map(FolderPicture::name).collect();
    assert_eq!(names, ["3.jpg", "1.jpg", "2.jpg"], "the first by name stands before the second");
    assert_eq!(joins[0].doubts, [Doubt::Interrupted]);
}

#[test]
fn a_code_and_a_portrait_that_nobody_can_place_put_every_pair_in_doubt() {
    let folder = tempfile::tempdir().unwrap();
    let plain = |picture: &RgbImage| jpeg::encode(picture, 95, 300).unwrap().bytes;
    code(folder.path(), "1.jpg", "card student one", "2026:06:01 10:00:00");
    write(folder.path(), "2.jpg", &plain(&sheet(&["card student two"])));
    write(folder.path(), "3.jpg", &plain(&PEOPLE[0]));
    portrait(folder.path(), "4.jpg", 1, "2026:06:01 10:00:40");
    let (_, joins) = read(folder.path());
    assert!(joins.iter().all(|join| join.doubts.contains(&Doubt::NoTime)), "{joins:?}");
}

#[test]
fn a_card_is_shown_first_decided_and_then_stored_through_the_desks_own_way() {
    let folder = tempfile::tempdir().unwrap();
    let (card_dir, data) = (folder.path().join("card"), folder.path().join("data"));
    card(&card_dir);
    let (exit, lines) = import(&card_dir, &data, &[]);
    assert_eq!(exit, 1, "something is to be decided");
    let joins: Vec<_> = lines.iter().filter(|line| line.get("doubts").is_some()).collect();
    let doubts: Vec<String> = joins.iter().map(|join| join["doubts"].to_string()).collect();
    assert_eq!(doubts, ["[]", "[\"no_portrait\"]", "[\"code_before_is_alone\"]", "[]"]);
    assert!(joins[2]["pair"].is_null() && joins[3]["pair"].is_string());
    assert!(lines.iter().any(|line| line["error"]["message"].to_string().contains("HEIC")));

    let (exit, lines) = import(&card_dir, &data, &["--store", "--looked"]);
    assert_eq!(exit, 1);
    assert!(!data.exists(), "nothing is stored before the decision");
    assert!(lines.iter().all(|line| line.get("stored").is_none()));

    let decided = ["--decide", "DCIM/101CANON/IMG_0001.JPG=IMG_0004.JPG", "--leave-doubtful", "--store"];
    let (exit, lines) = import(&card_dir, &data, &[decided.as_slice(), &["--looked"]].concat());
    let stored: Vec<_> = lines.iter().filter(|line| line.get("stored").is_some()).collect();
    let outcomes: Vec<_> = lines.iter().filter(|line| line.get("portrait").is_some()).collect();
    assert_eq!(stored.len(), 3, "{outcomes:#?}");
    assert_eq!(exit, 1, "one code was left without a portrait");
    assert!(stored[1]["portrait"].as_str().unwrap().ends_with("IMG_0004.JPG"));

    let (_, lines) = import(&card_dir, &data, &[decided.as_slice(), &["--looked"]].concat());
    let again: Vec<_> = lines.iter().filter(|line| line["reason"] == "already_collected").collect();
    assert_eq!(again.len(), 3, "a second run stores nobody twice: {lines:#?}");
}

#[test]
fn storing_a_card_at_a_station_with_operators_takes_a_pin_and_names_who_did_it() {
    let folder = tempfile::tempdir().unwrap();
    let (card_dir, data) = (folder.path().join("card"), folder.path().join("data"));
    code(&card_dir, "1.jpg", "only student", "2026:06:01 10:00:00");
    portrait(&card_dir, "2.jpg", 0, "2026:06:01 10:00:05");
    let options = CreateOptions { work_factor: 10, ..CreateOptions::default() };
    let mut store = Store::create(&data, &passphrase(), &options, at(0)).unwrap();
    let pin = |text: &str| Pin::new(text.to_owned()).unwrap();
    store.add_operator("管理员甲", Role::Manager, &pin("60493817"), 0, at(1)).unwrap();
    drop(store);
    let pin_file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (right, wrong) = (pin_file("right", "60493817\n"), pin_file("wrong", "0000\n"));
    let storing = ["--store", "--looked"];
    let records = || {
        let store = Store::open(&data, &passphrase(), &OpenOptions::read_only(), at(9)).unwrap();
        let found = store.list(&Filter::default()).unwrap();
        found.iter().map(|line| store.record(line.id).unwrap().record.operator).collect::<Vec<_>>()
    };
    assert_eq!(import(&card_dir, &data, &storing).0, 2, "somebody has to say who they are");
    let named = |pin: &str| import(&card_dir, &data, &[&storing[..], &["--operator", "2", "--pin-file", pin]].concat());
    assert_eq!((named(&wrong).0, records()), (1, vec![]));
    assert_eq!((named(&right).0, records()), (0, vec![2]));
}

#[test]
fn what_the_profile_asks_is_not_attested_by_a_program() {
    let folder = tempfile::tempdir().unwrap();
    let (card_dir, data) = (folder.path().join("card"), folder.path().join("data"));
    code(&card_dir, "1.jpg", "only student", "2026:06:01 10:00:00");
    portrait(&card_dir, "2.jpg", 0, "2026:06:01 10:00:05");
    let (exit, lines) = import(&card_dir, &data, &["--store"]);
    assert_eq!(exit, 1);
    assert_eq!(lines.last().unwrap()["reason"], "not_looked", "{lines:#?}");
    let empty = RgbImage::from_pixel(900, 1200, image::Rgb([120, 160, 220]));
    write(&card_dir, "2.jpg", &photo(&empty, "2026:06:01 10:00:05", "0"));
    let (exit, lines) = import(&card_dir, &data, &["--store", "--looked"]);
    assert_eq!((exit, lines.last().unwrap()["reason"].as_str()), (1, Some("no_picture")), "{lines:#?}");
}

#[test]
fn decisions_that_make_no_sense_are_refused_before_anything_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let (card_dir, data) = (folder.path().join("card"), folder.path().join("data"));
    card(&card_dir);
    for wrong in ["nothing", "a=b", "IMG_0002.JPG=IMG_0004.JPG", "IMG_9001.JPG=IMG_0003.JPG"] {
        let (exit, _) = import(&card_dir, &data, &["--decide", wrong, "--store", "--leave-doubtful"]);
        assert_eq!(exit, 2, "{wrong}");
    }
    let twice = ["--decide", "IMG_9001.JPG=IMG_0002.JPG", "--decide", "IMG_0003.JPG=IMG_0002.JPG", "--store"];
    assert_eq!(import(&card_dir, &data, &twice).0, 2);
    assert_eq!(import(&folder.path().join("none"), &data, &[]).0, 2);
    assert!(!data.exists());
}

#[cfg(feature = "window")]
mod shown {
    use egui::Key;
    use tucai::domain::card::Doubt;
    use tucai::ui::memory::{Memory, Page};
    use tucai::ui::view::{
        Command, FolderAction, FolderRow, FolderState, FolderView, View, WaysCommand, WaysFolder, WaysView,
    };

    use super::{code, portrait, sheet, write};
    use crate::support::window::{click, look, press, shot, shows, waiting, window, window_of};
    use crate::ways::{file, shown::opened};

    fn row(name: &str, state: FolderState, action: Option<FolderAction>) -> FolderRow {
        FolderRow {
            name: name.to_owned(),
            picture: None,
            state,
            digest: String::from("9f3a71c2"),
            at: String::from("10:00"),
            doubts: Vec::new(),
            indented: false,
            action,
        }
    }

    #[test]
    fn the_list_says_what_each_picture_is_and_offers_one_thing_to_do() {
        let mut doubtful = row("b.jpg", FolderState::Doubtful, Some(FolderAction::Import));
        doubtful.doubts = vec![Doubt::SeveralPortraits, Doubt::LongGap];
        let rows = vec![
            row("a.jpg", FolderState::Read, Some(FolderAction::Lock)),
            doubtful,
            row("c.jpg", FolderState::Portrait, Some(FolderAction::Give(Some(shot(137))))),
            row("d.jpg", FolderState::Portrait, Some(FolderAction::Give(None))),
        ];
        let folder = FolderView {
            kind: WaysFolder::Card,
            rows: rows.into(),
            first: 0,
            pictures: Vec::new(),
            reading: Some((4, 9)),
        };
        let view = View { ways: Box::new(WaysView { folder: Some(folder), ..WaysView::default() }), ..waiting() };
        let memory = Memory { page: Page::Ways, ..Memory::default() };
        let mut shown = window_of(view, egui::vec2(1366.0, 768.0), memory);
        shows(&shown, "要您看一眼再定，后面有几张照片，隔了很久才拍");
        shows(&shown, "正在读 4 / 9");
        assert_eq!(click(&mut shown, "锁定 a.jpg"), [Command::Ways(WaysCommand::TakeRow(0))]);
        assert_eq!(click(&mut shown, "导入 b.jpg"), [Command::Ways(WaysCommand::TakeRow(1))]);
        assert_eq!(click(&mut shown, "给 A-0137 c.jpg"), [Command::Ways(WaysCommand::TakeRow(2))]);
        assert_eq!(click(&mut shown, "先锁定同学 d.jpg"), [], "nobody is there to give it to");
        shown.state_mut().memory.ways_folder = String::from("/media/card");
        let wanted = Command::Ways(WaysCommand::ReadFolder(WaysFolder::Codes, Some("/media/card".into())));
        assert_eq!(click(&mut shown, "读采集码文件夹…"), [wanted]);
        look(&mut shown, "ways-folder");
        let mut shown = window(waiting());
        press(&mut shown, Key::K);
        assert_eq!(shown.state().memory.page, Page::Ways);
        shows(&shown, "还没有读文件夹");
        look(&mut shown, "ways-empty");
    }

    #[test]
    fn a_teachers_folder_locks_by_its_rows_and_shows_who_is_here() {
        let folder = tempfile::tempdir().unwrap();
        let codes = folder.path().join("codes");
        write(&codes, "one.png", &file(&sheet(&["mailed student one"]), image::ImageFormat::Png));
        write(&codes, "two.png", &file(&sheet(&["two of two", "one of two"]), image::ImageFormat::Png));
        write(&codes, "word.pdf", b"%PDF-1.7");
        let mut program = opened(&folder);
        program.drop_file(&codes);
        program.until_shown_part("采集码文件夹 3 张");
        program.until_shown_part("已读到采集码");
        program.until_shown_part("有几个采集码，请单独打开选");
        program.until_shown_part("PDF 文件，请截图或另存为图片");
        program.click("锁定 one.png");
        program.until_shown_part("A-0001");
        program.harness.key_press(Key::F3);
        program.harness.run_steps(6);
        program.harness.key_press(Key::F2);
        program.harness.run_steps(6);
        program.harness.key_press(Key::K);
        program.until_shown_part("正在拍这位");
    }

    #[test]
    fn a_card_brings_each_portrait_to_its_code() {
        let folder = tempfile::tempdir().unwrap();
        let card = folder.path().join("card");
        code(&card, "1.jpg", "card student", "2026:06:01 10:00:00");
        portrait(&card, "2.jpg", 0, "2026:06:01 10:00:05");
        let mut program = opened(&folder);
        program.harness.key_press(Key::K);
        program.until_shown("文件夹");
        program.type_into("文件夹", card.to_str().unwrap());
        program.click("读存储卡…");
        program.until_shown_part("码和照片对上了");
        program.click("导入 2.jpg");
        program.until_shown_part("A-0001");
        // its face is found, and it stands under the frame
        program.until_shown("用这个框 Enter");
        program.click("用这个框 Enter");
        program.until_shown_part("重拍 R");

        // while this one is decided on another picture of it is not brought, and somebody is told
        program.harness.key_press(Key::F3);
        program.harness.run_steps(6);
        program.harness.key_press(Key::F2);
        program.harness.run_steps(6);
        program.harness.key_press(Key::K);
        program.click("导入 2.jpg");
        program.until_shown_part("手上这一张还没有定下来，照片没有导入");
    }
}
