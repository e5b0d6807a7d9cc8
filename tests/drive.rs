//! Behaviour of `tucai drive`: whole walk-throughs by the program itself.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

fn tucai(data: &Path, args: &[&str]) -> Output {
    let passphrase = data.parent().unwrap().join("passphrase");
    std::fs::write(&passphrase, "correct horse\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tucai"));
    command.args(args).arg("--data").arg(data).arg("--json").arg("--passphrase-file").arg(passphrase);
    command.output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn drive_stores_people_with_different_codes_and_skips_those_it_knows() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("station");
    let drive =
        |seed, subjects| tucai(&data, &["drive", "--camera", "sim:demo", "--seed", seed, "--subjects", subjects]);
    let first = drive("5", "2");
    assert!(first.status.success(), "{}", words(&first));
    let stored = lines(&first);
    assert_eq!(stored.len(), 2, "{stored:?}");
    for (line, shot) in stored.iter().zip(["A-0001", "A-0002"]) {
        assert_eq!(line["v"], 1);
        assert_eq!(line["shot"], shot);
        assert_eq!(line["sha256"].as_str().unwrap().len(), 64);
    }
    // The same people come again: skipped, until one comes who is new.
    let again = drive("5", "1");
    assert!(again.status.success(), "{}", words(&again));
    assert!(words(&again).contains("skipped 2"), "{}", words(&again));
    let listed = tucai(&data, &["records", "list"]);
    let listed = lines(&listed);
    let digests: BTreeSet<_> = listed.iter().map(|line| line["code_digest"].to_string()).collect();
    assert_eq!((listed.len(), digests.len()), (3, 3));
    let hashes: BTreeSet<_> = listed.iter().map(|line| line["photo_sha256"].to_string()).collect();
    for line in stored.iter().chain(&lines(&again)) {
        assert!(hashes.contains(&line["sha256"].to_string()), "what was printed is what is stored");
    }
    let verified = tucai(&data, &["records", "verify"]);
    assert!(verified.status.success(), "{}", words(&verified));
}

#[test]
fn drive_needs_a_camera_a_folder_and_a_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("station");
    let two = vec!["drive", "--camera", "sim:demo", "--scan-camera", "sim:demo"];
    for args in [vec!["drive"], vec!["drive", "--camera", "nonsense"], two] {
        assert_eq!(tucai(&data, &args).status.code(), Some(2), "{args:?}");
    }
    let without = Command::new(env!("CARGO_BIN_EXE_tucai"))
        .args(["drive", "--camera", "sim:demo", "--data"])
        .arg(&data)
        .env_remove("TUCAI_PASSPHRASE_FILE")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert_eq!(without.status.code(), Some(2));
    assert!(words(&without).contains("--passphrase-file"), "{}", words(&without));
    assert!(!data.join("station.key").exists(), "nothing was made");
}

#[test]
fn a_folder_of_pictures_without_codes_ends_with_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let pictures = folder.path().join("pictures");
    std::fs::create_dir(&pictures).unwrap();
    image::RgbImage::from_pixel(640, 360, image::Rgb([90, 120, 160])).save(pictures.join("a.png")).unwrap();
    let camera = format!("sim:{}", pictures.display());
    let output = tucai(&folder.path().join("station"), &["drive", "--camera", &camera, "--patience", "5"]);
    assert_eq!(output.status.code(), Some(2), "{}", words(&output));
    assert!(words(&output).contains("nothing became of anybody"), "{}", words(&output));
}

#[test]
fn sessions_are_made_opened_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("station");
    let none = tucai(&data, &["session", "list"]);
    assert_eq!(none.status.code(), Some(2), "there is no station yet");
    // The walk makes the station and a session named after the day.
    let drive = tucai(&data, &["drive", "--camera", "sim:demo", "--subjects", "0"]);
    assert!(drive.status.success(), "{}", words(&drive));
    let made = tucai(&data, &["session", "new", "2026-B", "--name", "second", "--review"]);
    assert!(made.status.success(), "{}", words(&made));
    let listed = lines(&tucai(&data, &["session", "list"]));
    let open: Vec<_> = listed.iter().filter(|line| line["open"] == true).collect();
    assert_eq!(listed.len(), 2);
    assert_eq!((open.len(), &open[0]["session"], &open[0]["review"]), (1, &Value::from("2026-B"), &Value::from(true)));
    assert!(words(&made).contains("the backdrop is not answered"), "{}", words(&made));
    let wrong = tucai(&data, &["session", "new", "2026-C", "--backdrop", "purple"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(words(&wrong).contains("blue, white, grey"), "{}", words(&wrong));
    let asked = ["session", "new", "2026-C", "--run-by", "centre", "--backdrop", "white", "--backdrop", "blue"];
    let asked = tucai(&data, &asked);
    assert!(!words(&asked).contains("answered"), "{}", words(&asked));
    let told = &lines(&asked)[0];
    assert_eq!((&told["run_by"], &told["backdrops"]), (&json!("centre"), &json!(["blue", "white"])));
    for bad in [&["session", "new", "2026-B"][..], &["session", "new", "no spaces"], &["session", "open", "nowhere"]] {
        assert_eq!(tucai(&data, bad).status.code(), Some(2), "{bad:?}");
    }
}
