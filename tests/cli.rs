//! The command line as programs use it: the real binary, its JSON and its exit codes.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{GrayImage, Luma, RgbImage};
use serde_json::Value;
use tucai::render::{LIGHT_BLUE, Person, Pose, Scene, draw};
use tucai::vision::jpeg::encode;

fn tucai(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tucai"));
    command.args(arguments).env_remove("TUCAI_PASSPHRASE_FILE").output().unwrap()
}

/// Exit code and the JSON lines of stdout.
fn json(arguments: &[&str]) -> (i32, Vec<Value>) {
    let output = tucai(&[arguments, &["--json"]].concat());
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output.status.code().unwrap(), lines)
}

/// A folder that is removed with the test.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> String {
        std::fs::write(self.path(name), bytes).unwrap();
        text(&self.path(name))
    }
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

fn code_picture(bytes: &[u8]) -> Vec<u8> {
    let code = qrcodegen::QrCode::encode_binary(bytes, qrcodegen::QrCodeEcc::Medium).unwrap();
    let side = (code.size() as u32 + 8) * 5;
    let module = |value: u32| i32::try_from(value / 5).unwrap() - 4;
    let picture =
        GrayImage::from_fn(side, side, |x, y| Luma([if code.get_module(module(x), module(y)) { 10 } else { 245 }]));
    png(&image::DynamicImage::from(picture))
}

fn png(picture: &image::DynamicImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A drawn person in a frame of a camera, blue backdrop.
fn shot() -> RgbImage {
    let scene = Scene { backdrop: LIGHT_BLUE, ..Scene::default() };
    draw(&Person::presentable(5), &Pose::photo(1080, 1440), &scene, 1080, 1440).picture
}

#[test]
fn scan_prints_text_and_bytes() {
    let folder = Folder::new();
    let plain = folder.put("plain.png", &code_picture("采集码 42".as_bytes()));
    let binary = folder.put("binary.png", &code_picture(&[0, 255, 254, 1]));
    let (exit, lines) = json(&["scan", &plain, &binary]);
    assert_eq!((exit, lines.len()), (0, 2));
    assert_eq!((lines[0]["v"].as_i64(), lines[0]["file"].as_str()), (Some(1), Some(plain.as_str())));
    let code = &lines[0]["codes"][0];
    assert_eq!(code["text"], "采集码 42");
    assert_eq!(STANDARD.decode(code["bytes_b64"].as_str().unwrap()).unwrap(), "采集码 42".as_bytes());
    assert_eq!(code["corners"].as_array().unwrap().len(), 4);
    assert!(["rqrr", "rxing"].contains(&code["reader"].as_str().unwrap()));
    assert!(lines[0]["ms"].as_f64().unwrap() > 0.0);
    let code = &lines[1]["codes"][0];
    assert!(code["text"].is_null());
    assert_eq!(STANDARD.decode(code["bytes_b64"].as_str().unwrap()).unwrap(), [0, 255, 254, 1]);
}

#[test]
fn scan_of_a_picture_without_a_code_exits_1() {
    let folder = Folder::new();
    let empty = folder.put("empty.png", &png(&GrayImage::from_pixel(200, 200, Luma([99])).into()));
    let (exit, lines) = json(&["scan", &empty]);
    assert_eq!(exit, 1);
    assert_eq!(lines[0]["codes"].as_array().unwrap().len(), 0);
}

#[test]
fn scan_reads_what_is_held_before_a_camera_and_says_what_is_wrong_with_one() {
    let (exit, lines) = json(&["scan", "--camera", "sim:demo", "--codes", "1", "--watch", "900"]);
    assert_eq!((exit, lines.len()), (0, 1));
    assert_eq!((lines[0]["v"].as_i64(), lines[0]["camera"].as_str()), (Some(1), Some("sim:demo")));
    assert!(lines[0]["codes"][0]["text"].as_str().is_some_and(|text| text.len() > 100), "a whole code");
    let (exit, lines) = json(&["scan", "--camera", "v4l2:99", "--watch", "1"]);
    assert_eq!((exit, lines.len()), (2, 0));
    for command in [vec!["scan"], vec!["scan", "a.png", "--camera", "sim:demo"]] {
        let (exit, lines) = json(&command);
        assert_eq!((exit, lines.len()), (2, 0), "{command:?}: refused before anything is read");
    }
}

#[test]
fn a_file_that_cannot_be_read_still_gives_a_line() {
    let folder = Folder::new();
    let bytes = encode(&RgbImage::from_pixel(480, 640, image::Rgb([90, 120, 200])), 80, 300).unwrap().bytes;
    let cut = folder.put("cut.jpg", &bytes[..bytes.len() / 2]);
    let words = folder.put("words.jpg", b"no picture at all");
    let empty = folder.put("empty.jpg", b"");
    let missing = text(&folder.path("missing.jpg"));
    let out = text(&folder.path("out.jpg"));
    let cases = [(&cut, "damaged"), (&words, "unknown_format"), (&empty, "empty"), (&missing, "not_found")];
    for (file, code) in cases {
        for command in [vec!["scan", file], vec!["check", file], vec!["standardize", file, "-o", &out]] {
            let (exit, lines) = json(&command);
            assert_eq!((exit, lines.len()), (2, 1), "{command:?}");
            assert_eq!((&lines[0]["v"], &lines[0]["file"]), (&Value::from(1), &Value::from(file.as_str())));
            assert_eq!(lines[0]["error"]["code"], code, "{command:?}");
            assert!(!lines[0]["error"]["message"].as_str().unwrap().is_empty());
        }
    }
    assert!(!folder.path("out.jpg").exists());
}

#[test]
fn the_worst_of_all_files_counts_and_the_others_are_still_read() {
    let folder = Folder::new();
    let good = folder.put("good.png", &code_picture(b"good"));
    let missing = text(&folder.path("missing.png"));
    let (exit, lines) = json(&["scan", &missing, &good]);
    assert_eq!((exit, lines.len()), (2, 2));
    assert_eq!(lines[1]["codes"][0]["text"], "good");
}

#[test]
fn standardize_writes_a_file_that_check_can_judge() {
    let folder = Folder::new();
    let original = folder.put("original.png", &png(&shot().into()));
    let out = text(&folder.path("out.jpg"));
    let (exit, lines) = json(&["standardize", &original, "-o", &out]);
    assert_eq!(exit, 0, "{lines:?}");
    let made = &lines[0];
    assert_eq!(
        (made["width"].as_i64(), made["height"].as_i64(), made["dpi"].as_i64()),
        (Some(480), Some(640), Some(300))
    );
    let bytes = std::fs::read(&out).unwrap();
    assert_eq!(made["bytes"].as_u64().unwrap(), bytes.len() as u64);
    let (scale, width) = (made["scale"].as_f64().unwrap(), made["crop"][2].as_f64().unwrap());
    assert!((scale * width - 480.0).abs() < 0.5 && scale <= 1.0);

    let (exit, lines) = json(&["check", &out]);
    let judged = &lines[0];
    let level =
        |id: &str| judged["findings"].as_array().unwrap().iter().find(|f| f["id"] == id).unwrap()["level"].clone();
    for id in ["file.format", "file.pixels", "file.dpi", "file.bytes", "file.quality", "file.color", "face.count"] {
        assert_eq!(level(id), "pass", "{id}: {judged}");
    }
    assert_eq!(exit, i32::from(judged["verdict"] == "fail"));
    let finding = &judged["findings"][0];
    for key in ["id", "level", "measured", "unit", "min", "max", "reason", "message", "advice"] {
        assert!(finding.get(key).is_some(), "{key} in {finding}");
    }
    let face = &judged["face"];
    for key in ["box", "eyes", "roll_deg", "yaw_deg", "pitch_deg", "head_top_y", "hairline_y", "chin_y", "face_width"] {
        assert!(face.get(key).is_some(), "{key} in {face}");
    }
    assert!(face["eyes"][0][0].as_f64() < face["eyes"][1][0].as_f64());
}

#[test]
fn a_picture_from_a_chat_shows_its_compression() {
    let folder = Folder::new();
    let out = text(&folder.path("out.jpg"));
    let original = shot();
    let traces = |name: &str, bytes: &[u8]| -> Option<Value> {
        let file = folder.put(name, bytes);
        let of = |line: &Value| -> Option<Value> {
            let found = line["findings"].as_array()?.iter().find(|f| f["id"] == "image.compression")?;
            (found["level"] != "pass").then(|| found["reason"].clone())
        };
        let (made, checked) = (json(&["standardize", &file, "-o", &out]).1, json(&["check", &file]).1);
        assert_eq!(of(&made[0]), of(&checked[0]), "{name}");
        of(&made[0])
    };
    let saved = |picture: &RgbImage, quality: u8| encode(picture, quality, 72).unwrap().bytes;
    let decoded = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().into_rgb8();
    let enlarged = |picture: &RgbImage| {
        let (width, height) = (picture.width() * 3 / 2, picture.height() * 3 / 2);
        image::imageops::resize(picture, width, height, image::imageops::FilterType::CatmullRom)
    };
    assert_eq!(traces("good.jpg", &saved(&original, 90)), None);
    assert_eq!(traces("enlarged.jpg", &saved(&enlarged(&original), 90)), None);
    for quality in [12, 30] {
        let chat = saved(&original, quality);
        assert_eq!(traces("chat.jpg", &chat), Some("too_low".into()), "{quality}");
    }
    let chat = decoded(&saved(&original, 12));
    assert_eq!(traces("again.jpg", &saved(&chat, 92)), Some("too_high".into()));
    assert_eq!(traces("screenshot.png", &png(&chat.clone().into())), Some("too_high".into()));
    assert_eq!(traces("enlarged-chat.jpg", &saved(&enlarged(&chat), 92)), Some("too_high".into()));
}

#[test]
fn standardize_refuses_what_it_cannot_do_and_writes_nothing() {
    let folder = Folder::new();
    let nobody = folder.put("nobody.png", &png(&RgbImage::from_pixel(900, 1200, image::Rgb([100, 197, 255])).into()));
    let tiny = image::imageops::thumbnail(&shot(), 300, 400);
    let tiny = folder.put("tiny.png", &png(&tiny.into()));
    let out = text(&folder.path("out.jpg"));
    for (file, code) in [(&nobody, "no_face"), (&tiny, "too_small")] {
        let (exit, lines) = json(&["standardize", file, "-o", &out]);
        assert_eq!((exit, &lines[0]["error"]["code"]), (1, &Value::from(code)));
    }
    let output = tucai(&["standardize", &tiny, "-o", &out, "--background", "FFFFFF"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("forbids replacing the backdrop"));
    assert!(!folder.path("out.jpg").exists());
}

#[test]
fn standardize_replaces_the_backdrop_where_a_schools_own_profile_allows_it() {
    let folder = Folder::new();
    let original = folder.put("original.png", &png(&shot().into()));
    let norm = tucai::domain::profiles::default_profile().unwrap().text;
    let own = norm
        .replace("id = \"degree-2017\"", "id = \"our-school\"")
        .replace("replacement = \"forbidden\"", "replacement = \"allowed\"");
    std::fs::create_dir(folder.path("profiles")).unwrap();
    std::fs::write(folder.path("profiles/own.toml"), own).unwrap();
    let (data, out) = (text(folder.0.path()), text(&folder.path("out.jpg")));
    let with = |more: &[&str]| {
        let base = ["standardize", &original, "-o", &out, "--data", &data, "--profile", "our-school"];
        json(&[&base[..], more].concat())
    };
    let (exit, lines) = with(&[]);
    assert_eq!((exit, &lines[0]["background"]), (0, &Value::from("keep")));
    for (wanted, rgb) in [("white", [255; 3]), ("C81E28", [200, 30, 40])] {
        let (exit, lines) = with(&["--background", wanted]);
        assert_eq!(exit, 0, "{lines:?}");
        assert_eq!(lines[0]["background"], hex::encode_upper(rgb), "what was done is told");
        let made = image::open(folder.path("out.jpg")).unwrap().to_rgb8();
        let off = made.get_pixel(20, 20).0.iter().zip(rgb).map(|(a, b)| a.abs_diff(b)).max();
        assert!(off <= Some(3), "{wanted}: {off:?}");
    }
    let other = folder.put("other.png", &png(&RgbImage::from_pixel(64, 64, image::Rgb([9; 3])).into()));
    let (exit, lines) = with(&["--background", "white", "--backdrop", &other]);
    assert_eq!((exit, &lines[0]["error"]["code"]), (1, &Value::from("empty_backdrop_size")));
    for wrong in [&["--background", "pink"][..], &["--backdrop", &other]] {
        let arguments = ["standardize", &original, "-o", &out, "--data", &data, "--profile", "our-school"];
        assert_eq!(tucai(&[&arguments[..], wrong].concat()).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn check_of_an_empty_room_fails_without_a_face() {
    let folder = Folder::new();
    let blue = RgbImage::from_pixel(480, 640, image::Rgb([100, 197, 255]));
    let room = folder.put("room.jpg", &encode(&blue, 90, 300).unwrap().bytes);
    let (exit, lines) = json(&["check", &room]);
    assert_eq!((exit, &lines[0]["verdict"]), (1, &Value::from("fail")));
    assert!(lines[0]["face"].is_null());
}

#[test]
fn profiles_are_listed_and_a_schools_own_is_found_in_the_data_folder() {
    let (exit, lines) = json(&["profiles"]);
    assert_eq!(exit, 0);
    let default = lines.iter().find(|line| line["id"] == "degree-2017").unwrap();
    assert_eq!((&default["default"], &default["verified"]), (&Value::from(true), &Value::from(true)));
    assert!(default["clauses"]["geometry"]["source"].as_str().unwrap().contains("头顶发际"));
    assert_eq!(default["clauses"]["picture"]["verified"], true);
    let second_hand = lines.iter().find(|line| line["verified"] == false).unwrap();
    assert_eq!(second_hand["clauses"]["picture"]["verified"], false);

    let folder = Folder::new();
    std::fs::create_dir(folder.path("profiles")).unwrap();
    let text_of = tucai::domain::profiles::default_profile().unwrap().text;
    let own = text_of.replace("id = \"degree-2017\"", "id = \"our-school\"");
    std::fs::write(folder.path("profiles/own.toml"), &own).unwrap();
    let data = text(folder.0.path());
    let (exit, lines) = json(&["profiles", "--data", &data]);
    assert_eq!(exit, 0);
    assert!(lines.iter().any(|line| line["id"] == "our-school"));

    let (_, shown) = json(&["profiles", "--show", "our-school", "--data", &data]);
    assert_eq!(shown[0]["toml"], own);
    let output = tucai(&["profiles", "--show", "e-passport"]);
    let shipped = tucai::domain::profiles::Catalogue::shipped();
    assert_eq!(String::from_utf8_lossy(&output.stdout), shipped.get("e-passport").unwrap().text, "byte for byte");
    assert_eq!(tucai(&["profiles", "--show", "nothing"]).status.code(), Some(2));
    let output = tucai(&["check", "x.jpg", "--profile", "nothing"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_bad_profile_takes_only_itself_out_and_is_told_with_file_line_and_key() {
    let folder = Folder::new();
    let data = text(&folder.path("station"));
    let words = folder.put("passphrase", b"correct horse battery\n");
    let station = ["--data", &data, "--passphrase-file", &words];
    let at = |arguments: &[&str]| json(&[arguments, &station].concat());
    assert_eq!(at(&["drive", "--camera", "sim:demo", "--subjects", "0"]).0, 0);
    let profiles = folder.path("station/profiles");
    std::fs::create_dir(&profiles).unwrap();
    let norm = tucai::domain::profiles::default_profile().unwrap().text;
    let own = norm.replace("id = \"degree-2017\"", "id = \"our-school\"");
    let put = |name: &str, bytes: &[u8]| std::fs::write(profiles.join(name), bytes).unwrap();
    put("own.toml", own.as_bytes());
    assert_eq!(at(&["session", "new", "2026-B", "--profile", "our-school"]).0, 0);

    // What a stick from another system brings, and a file that no session uses.
    put("._own.toml", &[0, 5, 0x16, 7, 0, 2, 0, 0, 0xff, 0xfe]);
    put("other.toml", own.replace("our-school", "other").replace("dpi = 300", "dpi = 0").as_bytes());
    std::fs::create_dir(profiles.join("folder.toml")).unwrap();
    assert_eq!(at(&["drive", "--camera", "sim:demo", "--subjects", "0"]).0, 0, "the station is not locked");
    let (exit, lines) = at(&["profiles"]);
    assert_eq!(exit, 2);
    assert!(lines.iter().any(|line| line["id"] == "our-school"));
    let bad: Vec<_> = lines.iter().filter(|line| !line["error"].is_null()).collect();
    assert_eq!(bad.len(), 2, "{bad:?}");
    assert_eq!((&bad[0]["error"]["code"], &bad[1]["error"]["code"]), (&"unreadable".into(), &"refused".into()));
    let line = norm.lines().position(|line| line == "dpi = 300").unwrap() + 1;
    let said = bad[1]["error"]["message"].as_str().unwrap();
    assert!(said.contains(&format!("line {line}: picture.dpi")), "{said}");

    // The one that the session is run with.
    put("own.toml", own.replace("dpi = 300", "dpi = 0").as_bytes());
    let output = tucai(&[&["drive", "--camera", "sim:demo", "--subjects", "0"][..], &station].concat());
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    for part in ["own.toml", &format!("line {line}"), "picture.dpi"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    // A shipped one that the school meant to replace is not used in its stead.
    put("norm.toml", norm.replace("dpi = 300", "dpi = 0").as_bytes());
    let output = tucai(&["check", "x.jpg", "--data", &data]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("norm.toml"));
}

#[test]
fn outside_the_size_window_a_warning_profile_gets_its_file_and_the_reason() {
    let folder = Folder::new();
    let original = folder.put("original.png", &png(&shot().into()));
    let norm = tucai::domain::profiles::default_profile().unwrap().text;
    let window = "kb_min = 20\nkb_max = 40\nkb_aim_min = 30\nkb_aim_max = 40";
    let tight = norm.replace(window, "kb_min = 1\nkb_max = 5\nkb_aim_min = 2\nkb_aim_max = 4");
    let warns = tight.replace("id = \"degree-2017\"", "id = \"warns\"");
    let rule = |severity: &str| format!("[checks.\"file.bytes\"]\nseverity = \"{severity}\"");
    let blocks = warns.replace("\"warns\"", "\"blocks\"").replace(&rule("warn"), &rule("block"));
    std::fs::create_dir(folder.path("profiles")).unwrap();
    std::fs::write(folder.path("profiles/warns.toml"), warns).unwrap();
    std::fs::write(folder.path("profiles/blocks.toml"), blocks).unwrap();
    let (data, out) = (text(folder.0.path()), text(&folder.path("out.jpg")));
    let run = |profile: &str| json(&["standardize", &original, "-o", &out, "--data", &data, "--profile", profile]);
    let (exit, lines) = run("blocks");
    assert_eq!((exit, &lines[0]["error"]["code"]), (1, &"file_too_large".into()));
    assert!(!folder.path("out.jpg").exists());
    let (exit, lines) = run("warns");
    assert_eq!((exit, &lines[0]["size_missed"]["code"]), (0, &"file_too_large".into()), "{lines:?}");
    assert!(lines[0]["size_missed"]["message"].as_str().unwrap().contains("quality 60"));
    let found = lines[0]["findings"].as_array().unwrap().iter().find(|found| found["id"] == "file.bytes").unwrap();
    assert_eq!((&found["level"], &found["reason"]), (&"warn".into(), &"too_high".into()));
    assert_eq!(lines[0]["bytes"].as_u64().unwrap(), std::fs::metadata(folder.path("out.jpg")).unwrap().len());
    let (_, lines) = json(&["standardize", &original, "-o", &out]);
    assert!(lines[0]["size_missed"].is_null());
}

#[cfg(unix)]
#[test]
fn devices_and_pipes_are_refused_at_once() {
    let folder = Folder::new();
    let pipe = text(&folder.path("pipe.jpg"));
    let mut files = vec!["/dev/zero"];
    if Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()) {
        files.push(&pipe);
    }
    for command in ["check", "scan"] {
        let (exit, lines) = json(&[&[command][..], &files].concat());
        assert_eq!((exit, lines.len()), (2, files.len()));
        assert!(lines.iter().all(|line| line["error"]["code"] == "not_a_file"), "{lines:?}");
    }
}

#[test]
fn a_list_is_looked_over_taken_and_counted() {
    let folder = Folder::new();
    let data = text(&folder.path("station"));
    let words = folder.put("passphrase", b"correct horse battery\n");
    let list = "\u{feff}学号,姓名,班级\n20220101,王小明,会计2201\n20220102,李雷,会计2201\n";
    let file = folder.put("list.csv", list.as_bytes());
    let (exit, lines) = json(&["session", "roster", &file, "--check"]);
    assert_eq!((exit, lines[0]["usable"].as_bool(), lines[0]["rows"].as_u64()), (0, Some(true), Some(2)));
    assert_eq!(lines[0]["columns"]["number"], "学号");
    assert_eq!(lines[0]["preview"][0], serde_json::json!(["…0101", "王*明", "会计2201"]), "masked");
    let bad = folder.put("bad.csv", "学号,姓名\n1.2E+17,甲\n3,乙\n3,丙\n".as_bytes());
    let (exit, lines) = json(&["session", "roster", &bad, "--check"]);
    let kinds: Vec<_> = lines[0]["findings"].as_array().unwrap().iter().map(|found| found["kind"].clone()).collect();
    assert_eq!((exit, kinds), (1, vec![Value::from("number_damaged"), Value::from("number_twice")]));
    let picture = folder.put("a.csv", &code_picture(b"1"));
    let (exit, lines) = json(&["session", "roster", &picture, "--check"]);
    assert_eq!((exit, lines[0]["error"]["code"].as_str()), (2, Some("not_a_list")));

    let station = ["--data", &data, "--passphrase-file", &words];
    let at = |arguments: &[&str]| json(&[arguments, &station].concat());
    assert_eq!(at(&["drive", "--camera", "sim:demo", "--subjects", "0"]).0, 0);
    let (exit, _) = at(&["session", "roster", &file]);
    assert_eq!(exit, 2, "nobody said that the school runs it");
    assert_eq!(at(&["session", "new", "2026-A", "--run-by", "school"]).0, 0);
    let (exit, lines) = at(&["session", "roster", &file]);
    assert_eq!((exit, lines[0]["roster"].as_u64(), lines[0]["classes"].as_u64()), (0, Some(2), Some(1)));
    let (_, lines) = at(&["session", "roster"]);
    assert_eq!((lines[0]["class"].as_str(), lines[0]["missing"].as_u64()), (Some("会计2201"), Some(2)));
    assert_eq!(at(&["session", "roster", "--remove"]).0, 0);
    assert_eq!(at(&["session", "roster"]).0, 2);
}
