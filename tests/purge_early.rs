//! A purge before the time that was set when a record ended takes two people, however the session's days are changed.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tucai::domain::fault::StoreFault;
use tucai::domain::ids::RecordId;
use tucai::domain::operator::Role;
use tucai::domain::time::WallTime;
use tucai::store::{CreateOptions, OpenOptions, Pin, PurgeOrder, SessionSettings, Store};
use tucai::worker::clock::wall_now;

use crate::support::station::{lock, passphrase, record, session};

const MANAGER: &str = "60493817";
const REVIEWER: &str = "1357";

/// So many days before now.
fn ago(days: i64) -> WallTime {
    let now = wall_now();
    WallTime { unix_millis: now.unix_millis - days * 86_400_000, ..now }
}

/// A session that keeps its records for 30 days; one was withdrawn 35 days ago and one 5 days ago. With a manager (2)
/// and a reviewer (3), or with nobody.
fn station(folder: &Path, staffed: bool) -> [RecordId; 2] {
    let options = CreateOptions { work_factor: 10, ..CreateOptions::default() };
    let mut store = Store::create(folder, &passphrase(), &options, ago(40)).unwrap();
    store.new_session(&SessionSettings { retention_days: Some(30), ..session() }, 1, ago(40)).unwrap();
    let ids = [(1, 35), (2, 5)].map(|(n, days)| {
        let shot = store.take_lock(&lock(n), 1, ago(40)).unwrap();
        let id = store.save(record(shot, n), ago(40)).unwrap().id;
        store.withdraw(id, None, 1, ago(days)).unwrap();
        id
    });
    if staffed {
        let pin = |text: &str| Pin::new(text.to_owned()).unwrap();
        store.add_operator("赵管理", Role::Manager, &pin(MANAGER), 1, ago(0)).unwrap();
        store.add_operator("钱复核", Role::Reviewer, &pin(REVIEWER), 2, ago(0)).unwrap();
    }
    store.confirm_clock(if staffed { 2 } else { 1 }, ago(0)).unwrap();
    ids
}

fn tucai(folder: &Path, secrets: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tucai"));
    command.arg("--data").arg(folder).args(["records", "purge", "--json"]).args(arguments);
    command.arg("--passphrase-file").arg(secrets.join("words")).output().unwrap()
}

fn last_line(output: &Output) -> Value {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    serde_json::from_str(text.lines().last().unwrap()).unwrap()
}

#[test]
fn one_manager_purges_what_is_due_and_two_people_what_was_made_due() {
    let made = tempfile::tempdir().unwrap();
    let (folder, secrets) = (made.path().join("station"), made.path());
    let [due, early] = station(&folder, true);
    let file = |name: &str, text: &str| {
        let path = secrets.join(name);
        std::fs::write(&path, format!("{text}\n")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    file("words", "correct horse");
    let (manager, reviewer, wrong) = (file("manager", MANAGER), file("reviewer", REVIEWER), file("wrong", "0000"));
    let as_manager =
        |more: &[&str]| tucai(&folder, secrets, &[more, &["--operator", "2", "--pin-file", &manager]].concat());
    let holds = |id: RecordId| {
        let store = Store::open(&folder, &passphrase(), &OpenOptions::read_only(), wall_now()).unwrap();
        store.record(id).is_ok()
    };
    let refused = |output: Output, why: &str| {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(why), "{said}");
    };
    let shorter = ["--session", "2026-A", "--keep-days", "0"];
    let at_once = [&shorter[..], &["--remove"]].concat();
    refused(as_manager(&at_once), "that takes two people");
    let store = Store::open(&folder, &passphrase(), &OpenOptions::read_only(), wall_now()).unwrap();
    assert_eq!(store.session(&session().id).unwrap().unwrap().retention_days, Some(30), "nothing was changed");
    drop(store);

    let alone = as_manager(&["--remove"]);
    assert_eq!(last_line(&alone)["purged"], 1, "{}", String::from_utf8_lossy(&alone.stderr));
    assert!(!holds(due) && holds(early));

    // In two steps it is the same.
    assert!(as_manager(&shorter).status.success());
    refused(as_manager(&["--remove"]), "--second N");
    refused(as_manager(&["--remove", "--second", "2", "--second-pin-file", &manager]), "role");
    refused(as_manager(&["--remove", "--second", "3", "--second-pin-file", &wrong]), "PIN is wrong");
    assert!(holds(early), "nothing goes on the word of one");
    let both = as_manager(&["--remove", "--second", "3", "--second-pin-file", &reviewer]);
    let told = last_line(&both);
    assert_eq!(told["purged"], 1, "{}", String::from_utf8_lossy(&both.stderr));
    let certificate = std::fs::read(told["certificate"].as_str().unwrap()).unwrap();
    let certificate: Value = serde_json::from_slice(&certificate).unwrap();
    assert_eq!((certificate["by"].as_u64(), certificate["seconded_by"].as_u64()), (Some(2), Some(3)));
    assert!(!holds(early));
}

#[test]
fn days_that_were_never_set_before_are_shorter_too_and_without_operators_one_is_enough() {
    for staffed in [true, false] {
        let made = tempfile::tempdir().unwrap();
        let folder = made.path().join("station");
        let [_, early] = station(&folder, staffed);
        let mut store = Store::open(&folder, &passphrase(), &OpenOptions::default(), wall_now()).unwrap();
        let by = if staffed { 2 } else { 1 };
        for days in [None, Some(1)] {
            store.set_retention(&session().id, days, by, wall_now()).unwrap();
        }
        let alone = store.purge(&[early], "retention", by, wall_now());
        if staffed {
            assert_eq!(alone.unwrap_err().fault(), StoreFault::SecondNeeded);
            let order = PurgeOrder { ids: &[early], reason: "retention", by, second: Some(3), stop: None };
            assert_eq!(store.purge_with(&order, wall_now(), &mut |_| {}).unwrap().records, 1);
        } else {
            assert_eq!(alone.unwrap().records, 1);
        }
    }
}
