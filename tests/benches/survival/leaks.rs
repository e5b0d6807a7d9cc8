//! After a run with everything logged: data folder, second disk, log, output and temporary folder hold no code, no
//! name, no last four and no picture in plain.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use tucai::store::{Filter, OpenOptions, Store};

use crate::station::{SECRET_CODE, SECRET_GROUP, SECRET_TAIL, Station, at, files, lock, passphrase, store_one};

/// What must be found nowhere, with its name.
type Secrets = Vec<(String, Vec<u8>)>;

pub fn prove() -> Vec<String> {
    let station = Station::new();
    let base = tempfile::tempdir().unwrap();
    let (temporary, logs) = (base.path().join("tmp"), base.path().join("logs"));
    fs::create_dir(&temporary).unwrap();
    fs::create_dir(&logs).unwrap();
    let words = base.path().join("passphrase");
    fs::write(&words, "correct horse\n").unwrap();
    let mut store = station.open();
    for n in 1..=3 {
        store_one(&mut store, n).unwrap();
    }
    let parked = store.take_lock(&lock(4), 1, at(4)).unwrap();
    store.park(parked, 1, at(4)).unwrap();
    drop(store);
    let tucai = |name: &str, args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tucai"));
        command.args(args).arg("--data").arg(station.folder()).arg("--passphrase-file").arg(&words);
        command
            .env("RUST_LOG", "trace")
            .env("TUCAI_LOG", "trace")
            .env("RUST_BACKTRACE", "full")
            .env("TMPDIR", &temporary);
        command.stdout(File::create(logs.join(format!("{name}.out"))).unwrap());
        command.stderr(File::create(logs.join(format!("{name}.err"))).unwrap());
        command.status().unwrap().success()
    };
    let mut failures = Vec::new();
    let drive = ["drive", "--camera", "sim:demo", "--seed", "5", "--subjects", "2", "--json"];
    for (name, args) in [
        ("drive", &drive[..]),
        ("list", &["records", "list", "--json"]),
        ("show", &["records", "show", "A-0001", "--json"]),
        ("verify", &["records", "verify"]),
        ("rebuild", &["records", "rebuild", "--json"]),
        ("doctor", &["doctor", "--json"]),
    ] {
        if !tucai(name, args) && name != "doctor" {
            failures.push(format!("leaks: {name} failed"));
        }
    }
    let secrets = secrets(station.folder());
    let mut searched = (0, 0);
    for folder in [station.folder(), station.second.path(), &temporary, &logs] {
        for file in files(folder) {
            let bytes = fs::read(&file).unwrap();
            searched = (searched.0 + 1, searched.1 + bytes.len());
            // A group's heading is no secret to the operator who lists or shows one record.
            let shown = file.ends_with("show.out");
            for (name, secret) in &secrets {
                if has(&bytes, secret) && !(shown && name == "heading") {
                    failures.push(format!("leaks: {name} stands in {}", file.display()));
                }
            }
        }
    }
    println!("| searched | bytes | for secrets | found |");
    println!("|---|---|---|---|");
    println!("| {} files | {} | {} | {} |", searched.0, searched.1, secrets.len(), failures.len());
    failures
}

fn has(bytes: &[u8], secret: &[u8]) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret)
}

/// Codes in every writing, the last four, the heading, the passphrase, picture headers, and pieces of each picture.
fn secrets(folder: &Path) -> Secrets {
    let store = Store::open(folder, &passphrase(), &OpenOptions::read_only(), at(1000)).unwrap();
    let mut secrets: Secrets = vec![
        ("made-up code".to_owned(), SECRET_CODE.as_bytes().to_vec()),
        ("last four".to_owned(), format!("\"{SECRET_TAIL}\"").into_bytes()),
        ("heading".to_owned(), SECRET_GROUP.as_bytes().to_vec()),
        ("passphrase".to_owned(), b"correct horse".to_vec()),
        ("JPEG header".to_owned(), b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec()),
        ("JPEG tables".to_owned(), b"\xff\xd8\xff\xdb\0\x43\0".to_vec()),
        ("PNG header".to_owned(), b"\x89PNG\r\n\x1a\n".to_vec()),
        ("record.json".to_owned(), b"record.json".to_vec()),
    ];
    for line in store.list(&Filter::default()).unwrap() {
        let contents = store.contents(line.id).unwrap();
        let code = &contents.record.code;
        let shot = contents.record.shot;
        secrets.push((format!("code of {shot}"), code.clone()));
        secrets.push((format!("code of {shot} in hex"), hex::encode(code).into_bytes()));
        use base64::Engine as _;
        secrets.push((
            format!("code of {shot} in base64"),
            base64::engine::general_purpose::STANDARD_NO_PAD.encode(code).into_bytes(),
        ));
        for (name, picture) in [("photo", &contents.photo), ("original", &contents.original)] {
            let middle = picture.len() / 2;
            secrets.push((format!("{name} of {shot}"), picture[middle..middle + 16].to_vec()));
        }
    }
    secrets
}
