//! The other ways in: picture files, drop and clipboard, serial guns. All end on the same way as a code before the camera.

use std::io::Cursor;
use std::path::Path;

use image::{GrayImage, ImageFormat, Luma, RgbImage, imageops};
use tucai::domain::code::{CodeSource, SubjectCode};
use tucai::domain::fault::PictureFault;
use tucai::domain::finding::Level;
use tucai::domain::session::{Command, Effect, Event, LockEnd, Note, PhotoWay, Refusal, SecondCopy, State, Subject};
use tucai::vision::code_file::read_code_file;
use tucai::vision::decode::decode;

use crate::support::way::{Way, shot_number, subject};

/// A symbol with its quiet zone, `module` pixels a module.
fn symbol(text: &str, module: u32) -> GrayImage {
    let code = qrcodegen::QrCode::encode_text(text, qrcodegen::QrCodeEcc::Medium).unwrap();
    let side = (code.size() as u32 + 8) * module;
    GrayImage::from_fn(side, side, |x, y| {
        let at = |value: u32| (value / module) as i32 - 4;
        Luma([if code.get_module(at(x), at(y)) { 15 } else { 245 }])
    })
}

/// A sheet with these symbols beside one another.
pub(crate) fn sheet(texts: &[&str]) -> RgbImage {
    let symbols: Vec<GrayImage> = texts.iter().map(|text| symbol(text, 5)).collect();
    let width = symbols.iter().map(GrayImage::width).sum::<u32>() + 40;
    let height = symbols.iter().map(GrayImage::height).max().unwrap_or(0) + 40;
    let mut picture = GrayImage::from_pixel(width, height, Luma([235]));
    let mut x = 20;
    for symbol in &symbols {
        imageops::replace(&mut picture, symbol, x, 20);
        x += i64::from(symbol.width());
    }
    image::DynamicImage::ImageLuma8(picture).into_rgb8()
}

pub(crate) fn file(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn typed(text: &str) -> Subject {
    let code = SubjectCode::new(text.as_bytes().to_vec()).unwrap();
    Subject { code, source: CodeSource::Gun, symbol: None, witness: None }
}

const READ: &str = "https://code.example/q?k=AbCdEf0123456789-_Zz";
const MISTYPED: &str = "HTTPS;//CODE.EXAMPLE/Q?K=aBcDeF0123456789/_zZ";

#[test]
fn codes_of_a_file_keep_their_bytes_their_symbol_and_a_witness() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let read = read_code_file(&file(&sheet(&[READ]), format)).unwrap();
        let [code] = read.codes.as_slice() else { panic!("{format:?}: {} codes", read.codes.len()) };
        assert_eq!(code.subject.code.as_bytes(), READ.as_bytes());
        assert_eq!(code.subject.source, CodeSource::File);
        assert_eq!(code.subject.symbol.as_ref().unwrap().subject_code().unwrap(), code.subject.code);
        assert!(code.subject.witness.as_ref().unwrap().bytes.starts_with(&[0xff, 0xd8]));
    }
}

#[test]
fn several_codes_are_all_given_once_each_with_their_places() {
    let read = read_code_file(&file(&sheet(&["first student", "second student", "first student"]), ImageFormat::Png));
    let codes = read.unwrap().codes;
    let mut texts: Vec<_> = codes.iter().map(|code| code.subject.code.as_bytes().to_vec()).collect();
    texts.sort();
    assert_eq!(texts, [b"first student".to_vec(), b"second student".to_vec()]);
    let second = codes.iter().find(|code| code.subject.code.as_bytes() == b"second student").unwrap();
    assert!((second.middle.x - 0.5).abs() < 0.1, "{:?}", second.middle);
}

#[test]
fn phones_and_documents_are_refused_by_their_kind() {
    let mut heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    heic.resize(4096, 0);
    assert_eq!(decode(&heic).unwrap_err().fault(), PictureFault::Heic);
    assert_eq!(decode(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n").unwrap_err().fault(), PictureFault::Pdf);
    assert_eq!(decode(b"BM\x46\0\0\0\0\0\0\0").unwrap_err().fault(), PictureFault::UnknownFormat);
    assert_eq!(decode(b"\0\0\0\x18ftypisom\0\0\0\0").unwrap_err().fault(), PictureFault::UnknownFormat, "a film");
    let plain = RgbImage::from_pixel(200, 200, image::Rgb([90, 90, 90]));
    let nothing = read_code_file(&file(&plain, ImageFormat::Png)).unwrap();
    assert!(nothing.codes.is_empty() && !nothing.unusable);
}

#[test]
fn a_file_code_is_a_scan_even_while_the_same_code_is_still_in_sight() {
    let mut way = Way::new().scan("a");
    way.does(Command::Release);
    way.take(Event::Code(subject("a")));
    assert_eq!(way.state(), "waiting", "the phone is still before the camera");
    let file = Subject { source: CodeSource::File, ..subject("a") };
    way.take(Event::Code(file));
    assert_eq!(way.state(), "code read", "a file is brought on purpose");
}

#[test]
fn another_code_out_of_a_file_asks_as_any_other_code_does() {
    let mut way = Way::new().scan("a");
    way.take(Event::Code(Subject { source: CodeSource::File, ..subject("b") }));
    let question = &way.session.state().lock().unwrap().question;
    assert!(question.is_some());
}

#[test]
fn a_photo_waits_for_its_code_while_the_picture_before_is_stored() {
    let way_of = |way: &Way, name: &str| way.session.state().way_of_photo(subject(name).digest());
    let mut way = Way::new().scan("a");
    assert_eq!((way_of(&way, "a"), way_of(&way, "b")), (PhotoWay::Open, PhotoWay::Other));
    way = way.wait(2_000).sit();
    assert_eq!(way_of(&way, "a"), PhotoWay::Open);
    way = way.shoot(Level::Pass);
    assert_eq!((way.state(), way_of(&way, "a")), ("confirm", PhotoWay::Busy));
    // calling the next one accepts this picture
    way.take(Event::Code(Subject { source: CodeSource::File, ..subject("b") }));
    assert_eq!((way.state(), way_of(&way, "b")), ("storing", PhotoWay::Waits));
    assert_eq!(way_of(&way, "c"), PhotoWay::Other);
    let mut failed = way.clone();
    failed.take(Event::StoreFailed {
        task: tucai::domain::session::StoreTask::Store,
        fault: tucai::domain::fault::StoreFault::DiskFull,
    });
    assert_eq!(way_of(&failed, "b"), PhotoWay::Other, "it is locked by nobody any more");
    way = way.stored(SecondCopy::Landed);
    assert_eq!((way.state(), way_of(&way, "b")), ("code read", PhotoWay::Waits));
    way.take(Event::LookedUp { digest: subject("b").digest(), earlier: None });
    way = way.lock_opens("b");
    assert_eq!(way_of(&way, "b"), PhotoWay::Open);
    way.take(Event::Code(subject("c")));
    assert_eq!(way_of(&way, "b"), PhotoWay::Waits, "it is asked which of the two is meant");
    assert_eq!(way_of(&Way::new(), "a"), PhotoWay::Nobody);
}

#[test]
fn a_gun_that_mistypes_is_the_same_subject_and_the_symbols_bytes_count() {
    let mut way = Way::new().scan(READ);
    let effects = way.take(Event::Code(typed(MISTYPED)));
    assert_eq!(effects, [Effect::Note(Note::GunDiffers { shot: shot_number(1) })]);
    let lock = way.session.state().lock().unwrap();
    assert_eq!((lock.subject.code.as_bytes(), &lock.question), (READ.as_bytes(), &None));
    let mut other = way.clone();
    other.take(Event::Code(typed("HTTPS;//CODE.EXAMPLE/Q?K=aBcDeF0123456780/_zZ")));
    assert!(other.session.state().lock().unwrap().question.is_some(), "another digit is another person");
    // in the middle of a confirmed picture it calls nobody else
    let mut way = way.wait(2_000).sit().shoot(Level::Pass);
    way.take(Event::Code(typed(MISTYPED)));
    assert_eq!(way.state(), "confirm");
}

#[test]
fn the_symbol_takes_the_place_of_what_a_gun_typed() {
    let mut way = Way::new();
    way.take(Event::Code(typed(MISTYPED)));
    let digest = typed(MISTYPED).digest();
    way.take(Event::LookedUp { digest, earlier: None });
    way.take(Event::LockOpened { digest, shot: shot_number(1) });
    assert_eq!(way.state(), "locked");
    let effects = way.take(Event::Code(subject(READ)));
    assert!(effects.contains(&Effect::Note(Note::GunDiffers { shot: shot_number(1) })), "{effects:?}");
    assert!(effects.contains(&Effect::EndLock { shot: shot_number(1), end: LockEnd::Released }));
    assert!(effects.contains(&Effect::LookUp { digest: subject(READ).digest() }), "looked up under its own bytes");
    let State::CodeRead(read) = way.session.state() else { panic!("{}", way.state()) };
    assert_eq!(read.subject.code.as_bytes(), READ.as_bytes());
}

#[test]
fn a_picture_under_a_guns_text_is_not_accepted_by_the_symbol_it_belongs_to() {
    let mut way = Way::new();
    way.take(Event::Code(typed(MISTYPED)));
    let digest = typed(MISTYPED).digest();
    way.take(Event::LookedUp { digest, earlier: None });
    way.take(Event::LockOpened { digest, shot: shot_number(1) });
    let mut way = way.wait(2_000).sit().shoot(Level::Pass);
    assert_eq!(way.state(), "confirm");
    way.take(Event::Code(subject(READ)));
    assert_eq!(way.state(), "confirm", "asked, not stored");
    assert!(way.session.state().lock().unwrap().question.is_some());
    assert_eq!(way.may_not(Command::Accept).reason, Refusal::QuestionOpen);
}

#[cfg(all(unix, feature = "window"))]
mod serial {
    use std::io::Write as _;
    use std::sync::Arc;
    use std::sync::mpsc::{Receiver, sync_channel};
    use std::time::Duration;

    use serialport::{SerialPort as _, TTYPort};
    use tucai::device::serial::SerialInput;
    use tucai::domain::fault::SerialFault;
    use tucai::worker::serial::{SerialStatus, SerialWorker};

    /// Waits for what the worker's wake-ups announce.
    fn wait<T>(woken: &Receiver<()>, mut look: impl FnMut() -> Option<T>) -> T {
        for _ in 0..600 {
            if let Some(found) = look() {
                return found;
            }
            // a wake-up that was missed is made up for by the next look
            woken.recv_timeout(Duration::from_millis(50)).unwrap_or(());
        }
        panic!("it never came");
    }

    fn listening(worker: &SerialWorker) -> Option<()> {
        (worker.status() == SerialStatus::Listening).then_some(())
    }

    #[test]
    fn a_gun_on_a_port_is_heard_unplugged_and_heard_again() {
        let folder = tempfile::tempdir().unwrap();
        let port = folder.path().join("ttyGUN");
        let plug = |port: &std::path::Path| {
            let (gun, desk) = TTYPort::pair().unwrap();
            std::os::unix::fs::symlink(desk.name().unwrap(), port).unwrap();
            (gun, desk)
        };
        let (sender, woken) = sync_channel(64);
        let wake = Arc::new(move || sender.try_send(()).unwrap_or(()));
        let worker = SerialWorker::spawn(port.to_string_lossy().into_owned(), wake).unwrap();
        wait(&woken, || (worker.status() == SerialStatus::Lost(SerialFault::NotFound)).then_some(()));

        let (mut gun, desk) = plug(&port);
        wait(&woken, || listening(&worker));
        gun.write_all(b"STUDENT-0001\r\nSTUDENT-0002").unwrap();
        for wanted in ["STUDENT-0001", "STUDENT-0002"] {
            let SerialInput::Code(code) = wait(&woken, || worker.poll()) else { panic!("a code") };
            assert_eq!(code.as_bytes(), wanted.as_bytes());
        }
        std::fs::remove_file(&port).unwrap();
        drop((gun, desk));
        wait(&woken, || matches!(worker.status(), SerialStatus::Lost(SerialFault::Unplugged)).then_some(()));

        let (mut gun, _desk) = plug(&port);
        wait(&woken, || listening(&worker));
        gun.write_all("采集\n".as_bytes()).unwrap();
        assert_eq!(wait(&woken, || worker.poll()), SerialInput::NotAscii);
    }
}

#[cfg(feature = "window")]
pub(crate) mod shown {
    use egui::Key;
    use tucai::domain::fault::SerialFault;
    use tucai::text::Lang;
    use tucai::text::ways::WaysWord;
    use tucai::ui::memory::{Memory, Page, SettingsPart};
    use tucai::ui::view::{Answer, Command, Gate, Question, Serial, SerialState, View, WaysCommand, WaysView};

    use super::{ImageFormat, Path, file, sheet};
    use crate::support::program::Program;
    use crate::support::window::{click, framing, look, names_of, press, shows, waiting, window, window_of};

    #[test]
    fn several_codes_of_a_picture_are_asked_for_by_their_digits() {
        let codes = vec![String::from("1 在左 9f3a71c2"), String::from("2 在右 7b21ff03")];
        let mut shown = window(View { question: Some(Question::WhichCode { codes }), ..waiting() });
        shows(&shown, "图片里有几个采集码，用哪一个");
        shows(&shown, "2 在右 7b21ff03");
        assert_eq!(press(&mut shown, Key::Num2), [Command::Answer(Answer::Code(1))]);
        assert_eq!(press(&mut shown, Key::Num3), [], "there is no third");
        assert_eq!(press(&mut shown, Key::Escape), [Command::Answer(Answer::No)]);
        look(&mut shown, "question-which-code");
    }

    #[test]
    fn every_word_of_the_other_ways_can_be_drawn() {
        for lang in [Lang::Zh, Lang::En] {
            let codes = WaysWord::ALL.iter().map(|word| word.text(lang).to_owned()).collect();
            let mut shown = window(View { lang, question: Some(Question::WhichCode { codes }), ..waiting() });
            shown.run_steps(2);
        }
    }

    #[test]
    fn a_file_is_opened_by_its_key_on_the_shooting_page() {
        let mut shown = window(waiting());
        assert_eq!(press(&mut shown, Key::I), [Command::Ways(WaysCommand::OpenFile)]);
        assert_eq!(click(&mut shown, "从文件… I"), [Command::Ways(WaysCommand::OpenFile)]);
        let mut shown = window(framing());
        assert_eq!(press(&mut shown, Key::I), [Command::Ways(WaysCommand::OpenFile)]);
    }

    #[test]
    fn the_port_of_a_gun_is_chosen_in_the_settings() {
        let serial = Serial {
            ports: vec![String::from("/dev/ttyACM0  Scanner"), String::from("/dev/ttyUSB0  Adapter")],
            chosen: Some(0),
            state: SerialState::Lost(SerialFault::NotAllowed),
        };
        let view = View { ways: Box::new(WaysView { serial, ..WaysView::default() }), ..waiting() };
        let memory = Memory { page: Page::Settings, settings_part: SettingsPart::Scanner, ..Memory::default() };
        let mut shown = window_of(view, egui::vec2(1366.0, 768.0), memory);
        shows(&shown, "这个串口被占用，或没有权限");
        shows(&shown, "dialout");
        assert_eq!(click(&mut shown, "/dev/ttyUSB0  Adapter"), [Command::Ways(WaysCommand::ChoosePort(Some(1)))]);
        assert_eq!(click(&mut shown, "不用串口枪"), [Command::Ways(WaysCommand::ChoosePort(None))]);
        assert_eq!(click(&mut shown, "再找一次"), [Command::Ways(WaysCommand::ListPorts)]);
        look(&mut shown, "settings-scanner");
    }

    #[derive(Debug)]
    pub(super) struct Dropped(pub(super) std::path::PathBuf);

    impl egui::DroppedFile for Dropped {
        fn path(&self) -> &Path {
            &self.0
        }

        fn bytes(&self) -> Result<Vec<u8>, String> {
            std::fs::read(&self.0).map_err(|error| error.to_string())
        }
    }

    impl Program {
        pub(crate) fn drop_file(&mut self, path: &Path) {
            self.harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path.to_owned())));
            self.harness.step();
        }
    }

    /// The real program over a new station and an empty camera folder.
    pub(crate) fn opened(folder: &tempfile::TempDir) -> Program {
        let frames = folder.path().join("frames");
        std::fs::create_dir(&frames).unwrap();
        let mut program = Program::start(&folder.path().join("station"), &frames);
        program.make_station();
        program.until(|gate| *gate == Gate::Open);
        program.begin_session();
        program
    }

    #[test]
    fn a_dropped_code_locks_its_subject_and_a_sheet_of_codes_is_asked_about() {
        let folder = tempfile::tempdir().unwrap();
        let mut program = opened(&folder);
        let save = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        program.drop_file(&save("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"));
        program.until_shown_part("这是手机的 HEIC 照片，读不了");
        program.drop_file(&save("two.png", &file(&sheet(&["one of two codes", "two of two codes"]), ImageFormat::Png)));
        program.until_shown_part("图片里有几个采集码，用哪一个");
        let locked = names_of(&program.harness).iter().any(|name| name.contains("A-0001"));
        assert!(!locked, "nobody is locked by guessing");
        program.click("第 1 个 1");
        program.until_shown_part("A-0001");
        program.drop_file(&save("other.jpg", &file(&sheet(&["somebody else's code"]), ImageFormat::Jpeg)));
        program.until_shown_part("又扫到另一个采集码");
    }

    #[test]
    fn a_pasted_picture_of_a_code_is_a_scan() {
        let folder = tempfile::tempdir().unwrap();
        let mut program = opened(&folder);
        let picture = sheet(&["a code out of a chat window"]);
        let (width, height) = picture.dimensions();
        let image = egui::ColorImage::from_rgb([width as usize, height as usize], picture.as_raw());
        program.harness.event(egui::Event::PasteImage(std::sync::Arc::new(image)));
        program.until_shown_part("A-0001");
    }
}
