//! Behaviour of a station's bundles from approved records to receipts, through the library and the command line.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use tempfile::TempDir;
use tucai::bundle::keys::{CentreCard, Signer};
use tucai::bundle::lines::{Change, Part};
use tucai::bundle::open::{Contents, open};
use tucai::bundle::receipt::{Receipt, ReceiptLine, ReceiptResult, SignedReceipt};
use tucai::bundle::seal::{Limits, SealedBundle};
use tucai::bundle::station::{
    SealOptions, bundle_folder, deliver_bundle, import_receipt, seal_session, station_key, undelivered,
};
use tucai::domain::code::{CodeSource, SubjectCode};
use tucai::domain::fault::BundleFault;
use tucai::domain::ids::{ContentHash, RecordId};
use tucai::domain::record::{Confirmation, ConfirmedBy, RecordState};
use tucai::store::{Approval, CreateOptions, NewLock, NewRecord, OpenOptions, Passphrase, SessionSettings, Store};

use super::support::bundles::{NOON, jpeg, session};

const WORDS: &str = "a long passphrase";

/// A station with approved records, and a centre.
struct Way {
    folder: TempDir,
    store: Store,
    identity: age::x25519::Identity,
    centre: Signer,
    records: Vec<RecordId>,
}

fn passphrase() -> Passphrase {
    Passphrase::new(WORDS.to_owned()).unwrap()
}

impl Way {
    fn with_records(count: u8) -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let options = CreateOptions { work_factor: 1, ..CreateOptions::default() };
        let mut store = Store::create(&folder.path().join("data"), &passphrase(), &options, NOON).unwrap();
        let settings = SessionSettings {
            name: String::from("某校 2026 届"),
            school_code: Some(String::from("10001")),
            ..SessionSettings::new(session(), String::new(), String::from("degree-2017"))
        };
        store.new_session(&settings, 1, NOON).unwrap();
        let mut way = Self {
            store,
            folder,
            identity: age::x25519::Identity::generate(),
            centre: Signer::generate().unwrap(),
            records: Vec::new(),
        };
        for mark in 1..=count {
            way.shoot(mark);
        }
        way
    }

    /// Locks, shoots and approves one subject.
    fn shoot(&mut self, mark: u8) -> RecordId {
        let lock = NewLock {
            session: session(),
            group: None,
            code: SubjectCode::new(vec![mark; 20]).unwrap(),
            source: CodeSource::Camera,
            symbol: None,
            witness: Some(jpeg(mark + 100)),
            replaces: None,
        };
        let shot = self.store.take_lock(&lock, 1, NOON).unwrap();
        let new = NewRecord {
            shot,
            photo: jpeg(mark),
            original: jpeg(mark + 50),
            original_media_type: String::from("image/jpeg"),
            exposure: None,
            approval: Approval::default(),
            last_four: None,
            roster_key: None,
            notice_version: 1,
            notice_acknowledged: true,
            operator: 1,
            confirmation: Confirmation { by: ConfirmedBy::Operator, at: NOON },
            simulated: true,
            camera: String::from("sim:demo"),
            profile_id: String::from("degree-2017"),
            profile_version: 1,
            profile_sha256: ContentHash([1; 32]),
            checks_version: 1,
            models_version: String::from("1"),
            findings: Vec::new(),
            attested: Vec::new(),
            overrides: Vec::new(),
            supersedes: None,
            captured_at: NOON,
        };
        let saved = self.store.save(new, NOON).unwrap();
        if saved.state == RecordState::Stored {
            self.store.set_state(saved.id, RecordState::Approved, None, 1, NOON).unwrap();
        }
        self.records.push(saved.id);
        saved.id
    }

    fn options(&self) -> SealOptions {
        SealOptions::new(self.identity.to_public())
    }

    fn seal(&mut self) -> Vec<SealedBundle> {
        let options = self.options();
        seal_session(&mut self.store, &session(), &options, NOON).unwrap()
    }

    fn states(&self) -> Vec<RecordState> {
        self.records.iter().map(|id| self.store.record(*id).unwrap().record.state).collect()
    }

    fn stick(&self) -> PathBuf {
        let stick = self.folder.path().join("stick");
        fs::create_dir_all(&stick).unwrap();
        stick
    }

    fn card(&self) -> CentreCard {
        CentreCard::new("采集中心", self.centre.public(), &self.identity.to_public())
    }

    fn open(&self, sealed: &SealedBundle) -> Contents {
        let mut file = fs::File::open(&sealed.path).unwrap();
        let key = station_key(&self.store).unwrap();
        open(&mut file, Some(&key), &self.identity, &mut |_, _| Ok(())).unwrap()
    }

    fn receipt(&self, sealed: &SealedBundle, results: &[ReceiptResult]) -> SignedReceipt {
        let lines = sealed.records.iter().zip(results).map(|(&(record_id, photo_sha256), &result)| ReceiptLine {
            record_id,
            photo_sha256,
            result,
            reason: (result == ReceiptResult::Retake).then(|| String::from("闭眼")),
        });
        let receipt = Receipt {
            format: 1,
            centre: String::from("采集中心"),
            bundle_sha256: sealed.sha256,
            station: sealed.name.station.clone(),
            sequence: sealed.name.sequence,
            made_at: NOON.to_rfc3339(),
            records: lines.collect(),
        };
        receipt.sign(&self.centre).unwrap()
    }
}

#[test]
fn records_go_from_approved_over_a_read_back_copy_to_what_the_centre_says() {
    use RecordState::{Delivered, Received, Resend, Retake, Sealed};
    let mut way = Way::with_records(4);
    let sealed = way.seal().remove(0);
    assert_eq!(way.states(), [Sealed; 4]);
    let stick = way.stick();
    let copy = deliver_bundle(&mut way.store, 1, &stick, 1, NOON).unwrap();
    assert_eq!(way.states(), [Delivered; 4]);
    assert!(undelivered(&way.store).unwrap().is_empty());

    let results = [ReceiptResult::Accepted, ReceiptResult::Rejected, ReceiptResult::Retake, ReceiptResult::Duplicate];
    let signed = way.receipt(&sealed, &results);
    let card = way.card();
    import_receipt(&mut way.store, &signed, &card, 1, NOON).unwrap();
    assert_eq!(way.states(), [Received, Resend, Retake, Received]);
    import_receipt(&mut way.store, &signed, &card, 1, NOON).unwrap();
    assert_eq!(way.states(), [Received, Resend, Retake, Received]);

    // sending again sends the same file
    let before = fs::read(&copy.path).unwrap();
    let second = way.folder.path().join("second stick");
    fs::create_dir(&second).unwrap();
    let again = deliver_bundle(&mut way.store, 1, &second, 1, NOON).unwrap();
    assert_eq!(fs::read(again.path).unwrap(), before);
    assert_eq!(way.states(), [Received, Delivered, Retake, Received]);
}

#[test]
fn a_receipt_of_a_stranger_moves_nothing() {
    let mut way = Way::with_records(1);
    let sealed = way.seal().remove(0);
    let stranger = Signer::generate().unwrap();
    let signed = way.receipt(&sealed, &[ReceiptResult::Accepted]);
    let card = CentreCard::new("other", stranger.public(), &way.identity.to_public());
    let outcome = import_receipt(&mut way.store, &signed, &card, 1, NOON);
    assert_eq!(outcome.unwrap_err().fault(), BundleFault::BadReceipt);
    assert_eq!(way.states(), [RecordState::Sealed]);
}

#[test]
fn a_missing_or_occupied_stick_leaves_records_sealed() {
    let mut way = Way::with_records(1);
    let sealed = way.seal().remove(0);
    let stick = way.stick();
    let gone = stick.join("gone");
    let missing = deliver_bundle(&mut way.store, 1, &gone, 1, NOON).unwrap_err();
    assert_eq!(missing.fault(), BundleFault::TargetMissing);
    fs::write(stick.join(sealed.name.file_name()), b"another file").unwrap();
    let occupied = deliver_bundle(&mut way.store, 1, &stick, 1, NOON).unwrap_err();
    assert_eq!(occupied.fault(), BundleFault::TargetExists);
    assert_eq!(way.states(), [RecordState::Sealed]);
    assert_eq!(undelivered(&way.store).unwrap().len(), 1);
}

#[test]
fn a_withdrawal_after_sealing_travels_in_the_next_bundle_of_the_chain() {
    let mut way = Way::with_records(2);
    let first = way.seal().remove(0);
    let (withdrawn, stick) = (way.records[0], way.stick());
    deliver_bundle(&mut way.store, 1, &stick, 1, NOON).unwrap();
    way.store.withdraw(withdrawn, Some(String::from("本人要求")), 1, NOON).unwrap();
    way.shoot(9);
    let second = way.seal().remove(0);
    assert_eq!((second.name.sequence, second.previous), (2, Some(first.sha256)));
    let contents = way.open(&second);
    assert_eq!(contents.records.len(), 1);
    assert_eq!((contents.changes[0].record_id, contents.changes[0].change), (withdrawn, Change::Withdrawn));
    assert!(!contents.journal.is_empty());
    let options = way.options();
    let nothing = seal_session(&mut way.store, &session(), &options, NOON).unwrap_err();
    assert_eq!(nothing.fault(), BundleFault::NothingToSeal);
}

#[test]
fn a_session_larger_than_a_bundle_is_sealed_in_a_chain() {
    let mut way = Way::with_records(5);
    let options = SealOptions { limits: Limits { records: 2, ..Limits::default() }, ..way.options() };
    let made = seal_session(&mut way.store, &session(), &options, NOON).unwrap();
    let counts: Vec<_> = made.iter().map(|sealed| (sealed.name.sequence, sealed.records.len())).collect();
    assert_eq!(counts, [(1, 2), (2, 2), (3, 1)]);
    assert_eq!(made[2].previous, Some(made[1].sha256));
    assert_eq!(way.states(), [RecordState::Sealed; 5]);
}

#[test]
fn a_stop_between_file_and_row_costs_nothing() {
    let mut way = Way::with_records(1);
    let bundles = bundle_folder(&way.store);
    fs::create_dir_all(&bundles).unwrap();
    let name = format!("{}-{}-000001", session(), way.store.keys().station_id());
    fs::write(bundles.join(format!("{name}.tucai")), b"whole, but nobody remembers it").unwrap();
    fs::write(bundles.join(".sealing-x"), b"half").unwrap();
    let sealed = way.seal().remove(0);
    assert_eq!(way.open(&sealed).records.len(), 1);
    let kept = fs::read(bundles.join(format!("{name}.unremembered-1"))).unwrap();
    assert_eq!(kept, b"whole, but nobody remembers it");
    assert!(!bundles.join(".sealing-x").exists());
}

#[test]
fn a_damaged_capsule_is_not_sealed() {
    let mut way = Way::with_records(1);
    let capsule = way.store.folder().join(way.store.record(way.records[0]).unwrap().capsule_path);
    let mut bytes = fs::read(&capsule).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&capsule, bytes).unwrap();
    let options = SealOptions { originals: Part::Include, ..way.options() };
    assert!(seal_session(&mut way.store, &session(), &options, NOON).is_err());
    assert_eq!(way.states(), [RecordState::Approved]);
    assert_eq!(fs::read_dir(bundle_folder(&way.store)).unwrap().count(), 0);
}

/// Runs the program with a passphrase file.
fn tucai(folder: &Path, arguments: &[&str]) -> (i32, Vec<Value>, String) {
    let words = folder.join("words");
    fs::write(&words, WORDS).unwrap();
    let output: Output = Command::new(env!("CARGO_BIN_EXE_tucai"))
        .args(arguments)
        .arg("--json")
        .env("TUCAI_PASSPHRASE_FILE", words)
        .current_dir(folder)
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let lines = stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output.status.code().unwrap(), lines, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn the_command_line_carries_records_to_the_centre_and_back() {
    let way = Way::with_records(3);
    let (folder, stick) = (way.folder, way.store.folder().to_owned());
    let data = stick.to_str().unwrap().to_owned();
    drop(way.store);
    let folder = folder.path();
    fs::create_dir(folder.join("stick")).unwrap();
    let run = |arguments: &[&str]| tucai(folder, arguments);

    let (exit, made, _) = run(&["keys", "new", "--out", "centre", "--name", "采集中心", "--no-passphrase"]);
    assert_eq!((exit, &made[0]["centre"]), (0, &Value::from("采集中心")));
    // The card's code says the same as its file, in what a scanner gun can type.
    let (exit, seen, _) = run(&["scan", "centre/centre.card.png"]);
    let text = seen[0]["codes"][0]["bytes_b64"].as_str().unwrap();
    let text = STANDARD.decode(text).unwrap();
    let file: Value =
        serde_json::from_str(&fs::read_to_string(folder.join("centre/centre.card.json")).unwrap()).unwrap();
    assert_eq!((exit, serde_json::from_slice::<Value>(&text).unwrap()), (0, file));
    assert!(text.is_ascii());
    let (exit, shown, _) = run(&["keys", "show", "--data", &data]);
    assert_eq!((exit, &shown[0]["v"]), (0, &Value::from(1)));
    let station_key = shown[0]["minisign"].as_str().unwrap();
    assert!(station_key.starts_with("RW") && shown[0]["age"].as_str().unwrap().starts_with("age1"));

    // nobody to seal for
    let (exit, refused, _) = run(&["bundle", "seal", "--data", &data, "--to", "stick"]);
    assert_eq!((exit, &refused[0]["error"]["code"]), (1, &Value::from("no_recipient")));
    // cards both ways
    assert_eq!(run(&["keys", "card", "--data", &data, "--import", "centre/centre.card.json"]).0, 0);
    fs::create_dir(folder.join("centre/stations")).unwrap();
    assert_eq!(run(&["keys", "card", "--data", &data, "--to", "centre/stations"]).0, 0);

    let (exit, sealed, _) = run(&["bundle", "seal", "--data", &data, "--to", "stick"]);
    assert_eq!((exit, &sealed[0]["records"], &sealed[0]["sequence"]), (0, &Value::from(3), &Value::from(1)));
    let bundle = sealed[0]["bundle"].as_str().unwrap().to_owned();
    assert_eq!(fs::metadata(folder.join(&bundle)).unwrap().len(), sealed[0]["bytes"].as_u64().unwrap());
    let (exit, nothing, _) = run(&["bundle", "seal", "--data", &data, "--to", "stick"]);
    assert_eq!((exit, &nothing[0]["error"]["code"]), (1, &Value::from("nothing_to_seal")));

    let (exit, outside, words) = run(&["bundle", "verify", &bundle]);
    assert_eq!((exit, &outside[0]["inside"], &outside[0]["sender"]), (0, &"not_checked".into(), &"not_checked".into()));
    assert!(words.contains("only the outside was checked"), "{words}");
    let keys = ["--sender", station_key, "--identity", "centre/age.key"];
    let (exit, whole, _) = run(&[&["bundle", "verify", &bundle], &keys[..]].concat());
    assert_eq!((exit, &whole[0]["inside"], &whole[0]["sender"]), (0, &"checked".into(), &"checked".into()));
    assert_eq!((&whole[0]["records"], &whole[0]["sha256"]), (&Value::from(3), &sealed[0]["sha256"]));

    fs::create_dir(folder.join("opened")).unwrap();
    assert_eq!(run(&[&["bundle", "open", &bundle, "--to", "opened"], &keys[..]].concat()).0, 0);
    let bag = folder.join("opened").join(whole[0]["bundle"].as_str().unwrap());
    assert_eq!(fs::read_to_string(bag.join("data/records.jsonl")).unwrap().lines().count(), 3);

    let (exit, receipt, words) = run(&["receipt", "make", &bundle, "--data", "centre"]);
    assert_eq!((exit, &receipt[0]["accepted"]), (0, &Value::from(3)), "{words}");
    let receipt = receipt[0]["receipt"].as_str().unwrap();
    let (exit, taken, words) = run(&["receipt", "import", receipt, "--data", &data]);
    assert_eq!((exit, &taken[0]["received"]), (0, &Value::from(3)), "{words}");
    let store = Store::open(Path::new(&data), &passphrase(), &OpenOptions::read_only(), NOON).unwrap();
    let states: Vec<_> = way.records.iter().map(|id| store.record(*id).unwrap().record.state).collect();
    assert_eq!(states, [RecordState::Received; 3]);
}

#[test]
fn the_command_line_says_what_is_wrong_with_a_bundle() {
    let mut way = Way::with_records(1);
    let sealed = way.seal().remove(0);
    let folder = way.folder.path();
    let mut bytes = fs::read(&sealed.path).unwrap();
    bytes[200] ^= 4;
    fs::write(folder.join("damaged.tucai"), bytes).unwrap();
    let (exit, said, words) = tucai(folder, &["bundle", "verify", "damaged.tucai", "missing.tucai"]);
    assert_eq!(exit, 2);
    assert_eq!(said[0]["file"], "damaged.tucai");
    assert_eq!(said[0]["error"]["code"], "not_canonical");
    assert_eq!(said[1]["error"]["code"], "other");
    assert!(words.contains("ask the station to send it again"), "{words}");
    assert_eq!(tucai(folder, &["bundle", "verify", "damaged.tucai"]).0, 1);
    let other = Signer::generate().unwrap().public().to_string();
    let good = sealed.path.to_str().unwrap();
    let (exit, said, _) = tucai(folder, &["bundle", "verify", good, "--sender", &other]);
    assert_eq!((exit, &said[0]["error"]["code"]), (1, &Value::from("unknown_sender")));
}

#[test]
fn a_centres_keys_open_with_public_tools_and_are_never_replaced() {
    let Some(tools) = super::support::public_tools::PublicTools::find() else { return };
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let run = |arguments: &[&str]| tucai(folder.path(), arguments);
    let (exit, made, _) = run(&["keys", "new", "--out", "open", "--no-passphrase"]);
    assert_eq!(exit, 0);
    assert_eq!(run(&["keys", "new", "--out", "open", "--no-passphrase"]).0, 2);
    fs::write(folder.path().join("x"), b"x").unwrap();
    let tool = |name: &str, arguments: &[&str]| tools.run(folder.path(), name, arguments).unwrap();
    tool("age", &["-r", made[0]["age"].as_str().unwrap(), "-o", "x.age", "x"]);
    tool("age", &["-d", "-i", "open/age.key", "-o", "y", "x.age"]);
    tool("minisign", &["-S", "-W", "-s", "open/minisign.key", "-m", "x"]);
    tool("minisign", &["-V", "-p", "open/minisign.pub", "-m", "x"]);
    // sealed by a passphrase: nothing secret stands in the files
    assert_eq!(run(&["keys", "new", "--out", "closed"]).0, 0);
    let sealed = fs::read(folder.path().join("closed/age.key")).unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1"));
    assert!(!String::from_utf8_lossy(&sealed).contains("AGE-SECRET-KEY"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(folder.path().join("open/age.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
