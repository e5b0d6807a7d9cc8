//! After a run with everything logged: data folder, second disk, log, output and temporary folder hold no code, no
//! name, no last four and no picture in plain; nothing of the school's list, and neither name nor PIN of who works here.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use tucai::store::{Filter, NewRecord, OpenOptions, Store};

use crate::station::{
    SECRET_CLASS, SECRET_CODE, SECRET_GROUP, SECRET_OPERATOR, SECRET_PIN, SECRET_ROWS, SECRET_TAIL, Station, at, files,
    lock, passphrase, record, store_one, take_list,
};

/// What must be found nowhere, with its name.
type Secrets = Vec<(String, Vec<u8>)>;

/// A wrong PIN, which nobody keeps either.
const WRONG_PIN: &str = "71504928";
/// What an operator asked to see on the screen: output and what may stand in it.
const SHOWN: [(&str, &str); 5] = [
    ("show.out", "heading"),
    ("look.out", "class"),
    ("progress.out", "class"),
    ("operators.out", "name of an operator"),
    ("pin.out", "name of an operator"),
];

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
    if !tucai("drive", &["drive", "--camera", "sim:demo", "--seed", "5", "--subjects", "2", "--json"]) {
        failures.push("leaks: drive failed".to_owned());
    }
    // From here on the school has a list, and who works here has a PIN.
    with_a_list(&station);
    let given = |name: &str, text: &[u8]| {
        fs::write(base.path().join(name), text).unwrap();
        base.path().join(name).to_str().unwrap().to_owned()
    };
    let (list, pin) = (given("list.csv", &list()), given("pin", SECRET_PIN.as_bytes()));
    let (again, wrong) = (given("again", SECRET_PIN.as_bytes()), given("wrong", WRONG_PIN.as_bytes()));
    for (name, args) in [
        ("look", &["session", "roster", &list, "--check", "--json"][..]),
        ("take", &["session", "roster", &list, "--json"]),
        ("progress", &["session", "roster"]),
        ("operators", &["operators", "add", "--name", SECRET_OPERATOR, "--role", "manager", "--new-pin-file", &pin]),
        ("pin", &["operators", "pin", "2", "--new-pin-file", &again, "--operator", "2", "--pin-file", &pin]),
        ("refused", &["session", "roster", &list, "--operator", "2", "--pin-file", &wrong]),
        ("list", &["records", "list", "--json"]),
        ("show", &["records", "show", "A-0001", "--json"]),
        ("verify", &["records", "verify"]),
        ("rebuild", &["records", "rebuild", "--json"]),
        ("doctor", &["doctor", "--json"]),
    ] {
        if !tucai(name, args) && !["doctor", "refused"].contains(&name) {
            failures.push(format!("leaks: {name} failed"));
        }
    }
    let secrets = secrets(station.folder());
    let mut searched = (0, 0);
    for folder in [station.folder(), station.second.path(), &temporary, &logs] {
        for file in files(folder) {
            let bytes = fs::read(&file).unwrap();
            searched = (searched.0 + 1, searched.1 + bytes.len());
            let output = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            for (name, secret) in &secrets {
                if has(&bytes, secret) && !SHOWN.contains(&(output.as_str(), name.as_str())) {
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

/// One of the school's list is stored, the other one is put aside under the row.
fn with_a_list(station: &Station) {
    let mut store = station.open();
    take_list(&mut store);
    let [(first, ..), (second, ..)] = SECRET_ROWS;
    let shot = store.take_lock(&lock(5), 1, at(5)).unwrap();
    store.bind_lock(shot, first, 1, at(5)).unwrap();
    store.save(NewRecord { roster_key: Some(first.to_owned()), ..record(shot, 5) }, at(5)).unwrap();
    let shot = store.take_lock(&lock(6), 1, at(6)).unwrap();
    store.bind_lock(shot, second, 1, at(6)).unwrap();
    store.park(shot, 1, at(6)).unwrap();
    store.keep_heading(&crate::station::session().id, SECRET_CLASS).unwrap();
    store.catch_up_all().unwrap();
}

/// The same list as a school's office writes it.
fn list() -> Vec<u8> {
    let rows = SECRET_ROWS.map(|(number, name, id)| format!("{number},{name},{id},{SECRET_CLASS}\r\n"));
    encoding_rs::GB18030.encode(&format!("学号,姓名,身份证号,班级\r\n{}", rows.concat())).0.into_owned()
}

/// A word in each writing that a program may have put it down in.
fn writings(name: &str, word: &str) -> Secrets {
    let utf16 = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut writings = vec![(name.to_owned(), word.as_bytes().to_vec()), (format!("{name} in UTF-16"), utf16)];
    if !word.is_ascii() {
        writings.push((format!("{name} in GB18030"), encoding_rs::GB18030.encode(word).0.into_owned()));
    }
    writings
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
    for (number, name, id) in SECRET_ROWS {
        secrets.extend(writings("学号", number));
        secrets.extend(writings("name of the list", name));
        secrets.extend(writings("ID number", id));
    }
    for (name, word) in
        [("class", SECRET_CLASS), ("name of an operator", SECRET_OPERATOR), ("PIN", SECRET_PIN), ("PIN", WRONG_PIN)]
    {
        secrets.extend(writings(name, word));
    }
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
