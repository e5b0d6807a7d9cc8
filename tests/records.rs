//! Behaviour of `tucai records`, run as people run it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tucai::domain::record::RecordState;

use crate::support::station::{SECRET_CODE, SECRET_GROUP, SECRET_TAIL, Station, at, code, files, session, store_one};

fn tucai(station: &Station, arguments: &[&str]) -> Output {
    let words = station.second.path().join("words");
    fs::write(&words, "correct horse\nnot this line\n").unwrap();
    command(station.folder(), arguments).env("TUCAI_PASSPHRASE_FILE", words).output().unwrap()
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tucai"));
    command.arg("records").args(arguments).arg("--data").arg(folder);
    command.env_remove("TUCAI_PASSPHRASE_FILE").stdin(Stdio::null());
    command
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn stocked() -> Station {
    let station = Station::new();
    let mut store = station.open();
    let first = store_one(&mut store, 1).unwrap();
    store_one(&mut store, 2).unwrap();
    store.set_state(first.id, RecordState::Rejected, Some("blur".to_owned()), 1, at(9)).unwrap();
    store.catch_up_all().unwrap();
    station
}

#[test]
fn the_list_has_the_promised_fields_and_no_code() {
    let station = stocked();
    let output = tucai(&station, &["list", "--json"]);
    assert_eq!(output.status.code(), Some(0));
    let list = lines(&output);
    assert_eq!(list.len(), 2);
    let line = list[0].as_object().unwrap();
    for name in ["v", "id", "shot", "session", "state", "code_digest", "photo_sha256", "captured_at"] {
        assert!(line.contains_key(name), "{name}");
    }
    assert_eq!(line["shot"], "A-0001");
    assert_eq!(line["state"], "rejected");
    assert_eq!(line["session"], "2026-A");
    assert_eq!(line["code_digest"], code(1).digest().to_string());
    assert_eq!(line["captured_at"], "2026-06-01T02:00:00.000Z");
    assert_eq!(line["simulated"], true);
    let some = tucai(&station, &["list", "--json", "--state", "approved"]);
    assert_eq!(lines(&some).len(), 1);
    let of_class = tucai(&station, &["list", "--json", "--group", SECRET_GROUP]);
    assert_eq!(lines(&of_class).len(), 2);
    assert!(lines(&tucai(&station, &["list", "--json", "--group", "软件工程"])).is_empty(), "a class is named whole");
    assert_eq!(tucai(&station, &["list", "--state", "lost"]).status.code(), Some(2));

    let shown = tucai(&station, &["show", "A-0001", "--json"]);
    assert_eq!(lines(&shown)[0]["history"].as_array().unwrap().len(), 2);
    for output in [output, shown, tucai(&station, &["list"]), tucai(&station, &["show", "A-0002"])] {
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(!text.contains(SECRET_CODE) && !text.contains(SECRET_TAIL));
    }
}

#[test]
fn verify_tells_by_its_exit_and_repair_mends() {
    let station = stocked();
    let sound = tucai(&station, &["verify", "--json"]);
    assert_eq!(sound.status.code(), Some(0), "{}", String::from_utf8_lossy(&sound.stdout));
    assert_eq!(lines(&sound)[0]["records"], 2);
    let capsule = &files(&station.folder().join("capsules"))[0];
    let mut bytes = fs::read(capsule).unwrap();
    bytes[1000] ^= 1;
    fs::write(capsule, bytes).unwrap();
    let broken = tucai(&station, &["verify", "--json"]);
    assert_eq!(broken.status.code(), Some(1));
    assert_eq!(lines(&broken)[0]["problem"], "capsule_damaged");
    assert_eq!(tucai(&station, &["repair"]).status.code(), Some(0));
    assert_eq!(tucai(&station, &["verify"]).status.code(), Some(0));
}

#[test]
fn a_lost_database_is_rebuilt_and_what_leaves_can_be_checked() {
    let station = stocked();
    let before = tucai(&station, &["list", "--json"]).stdout;
    fs::remove_file(station.folder().join("station.db")).unwrap();
    assert_eq!(tucai(&station, &["list"]).status.code(), Some(2));
    let rebuilt = tucai(&station, &["rebuild", "--json"]);
    assert_eq!(rebuilt.status.code(), Some(0), "{}", String::from_utf8_lossy(&rebuilt.stderr));
    assert_eq!(tucai(&station, &["list", "--json"]).stdout, before);

    let stick = tempfile::tempdir().unwrap();
    let to = stick.path().to_str().unwrap();
    let exported = tucai(&station, &["export", "--to", to, "--session", session().id.as_str(), "--json"]);
    assert_eq!(lines(&exported)[0]["records"], 1);
    assert!(stick.path().join("2026-A/A-0002.jpg").exists());
    let backup = tucai(&station, &["backup", "--to", to, "--json"]);
    assert_eq!(lines(&backup)[0]["records"], 2);
}

#[test]
fn without_terminal_and_file_nothing_is_asked() {
    let station = Station::without_copy();
    let output = command(station.folder(), &["list"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("--passphrase-file"));
    let wrong = station.second.path().join("wrong");
    fs::write(&wrong, "incorrect\n").unwrap();
    let output = command(station.folder(), &["list"]).env("TUCAI_PASSPHRASE_FILE", wrong).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("passphrase") && !text.contains("incorrect"), "{text}");
}

#[test]
fn a_record_is_withdrawn_with_its_reason_and_once() {
    let station = stocked();
    assert_eq!(tucai(&station, &["withdraw", "A-0002"]).status.code(), Some(2), "not without a reason");
    assert_eq!(tucai(&station, &["withdraw", "A-0002", "--reason", " "]).status.code(), Some(2));
    assert_eq!(tucai(&station, &["withdraw", "A-0009", "--reason", "x"]).status.code(), Some(2), "no such record");
    let rejected = tucai(&station, &["withdraw", "A-0001", "--reason", "x"]);
    assert_eq!(rejected.status.code(), Some(1), "it is out already");
    let done = tucai(&station, &["withdraw", "A-0002", "--reason", "the student asks", "--json"]);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!((&lines(&done)[0]["shot"], &lines(&done)[0]["state"]), (&"A-0002".into(), &"withdrawn".into()));
    let shown = &lines(&tucai(&station, &["show", "A-0002", "--json"]))[0];
    assert_eq!(shown["state"], "withdrawn");
    let last = shown["history"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["to"], &last["reason"]), (&"withdrawn".into(), &"the student asks".into()));
    assert_eq!(tucai(&station, &["withdraw", "A-0002", "--reason", "again"]).status.code(), Some(1));
}

#[test]
fn the_passphrase_is_changed_on_the_command_line_and_wrong_ones_wait() {
    let station = stocked();
    let file = |name: &str, text: &str| {
        let path = station.second.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let (old, new) = (file("old", "correct horse\n"), file("new", "battery staple\n"));
    let keys = |words: &Path, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tucai"));
        command.arg("keys").args(arguments).arg("--data").arg(station.folder()).arg("--passphrase-file").arg(words);
        command.stdin(Stdio::null()).output().unwrap()
    };
    assert_eq!(keys(&old, &["passphrase"]).status.code(), Some(2), "there is nobody to ask for the new one");
    let changed = keys(&old, &["passphrase", "--new-passphrase-file", new.to_str().unwrap(), "--json"]);
    assert_eq!(changed.status.code(), Some(0), "{}", String::from_utf8_lossy(&changed.stderr));
    assert_eq!(lines(&changed)[0]["changed"], true);
    assert_eq!(keys(&new, &["show"]).status.code(), Some(0));
    assert_eq!(keys(&old, &["show"]).status.code(), Some(2), "the old one is wrong now");
    let tries = station.folder().join("station.tries");
    let now = tucai::worker::clock::wall_now().unix_millis;
    fs::write(&tries, format!("{{\"wrong\":9,\"since_millis\":{now}}}")).unwrap();
    let waits = keys(&new, &["show"]);
    assert_eq!(waits.status.code(), Some(1));
    let text = String::from_utf8(waits.stderr).unwrap();
    assert!(text.contains("can be tried in"), "{text}");
    fs::write(&tries, "{\"wrong\":9,\"since_millis\":0}").unwrap();
    assert_eq!(keys(&new, &["show"]).status.code(), Some(0));
    assert!(!tries.exists());
}
