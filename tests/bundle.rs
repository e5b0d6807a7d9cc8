//! Behaviour of bundles: what public tools and this program read, what is refused, what a station never sends.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Cursor;
use std::path::PathBuf;
use std::process::Command;

use tucai::bundle::BundleError;
use tucai::bundle::lines::{Part, RecordLine};
use tucai::bundle::medium;
use tucai::bundle::names::BagFile;
use tucai::bundle::open::{Contents, open};
use tucai::bundle::outer::TrustedComment;
use tucai::bundle::receipt::{Receipt, ReceiptLine, ReceiptResult};
use tucai::bundle::seal::{Added, Limits, SealedBundle, Sealer};
use tucai::bundle::stored_zip::{Entry, StoredWriter};
use tucai::bundle::verify::{Outside, Sender, outside};
use tucai::domain::code::MAX_CODE_BYTES;
use tucai::domain::fault::BundleFault;

use super::support::bundles::{Desk, NOON, withdrawal};
use super::support::public_tools::{PublicTools, Whole};

fn verify(bytes: &[u8], desk: Option<&Desk>) -> Result<Outside, BundleError> {
    outside(&mut Cursor::new(bytes), desk.map(Desk::key))
}

fn open_bytes(bytes: &[u8], desk: &Desk) -> Result<Contents, BundleError> {
    open(&mut Cursor::new(bytes), Some(desk.key()), &desk.centre, &mut |_, _| Ok(()))
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, BundleError>) -> BundleFault {
    outcome.unwrap_err().fault()
}

/// The bag's files by path, after this program found the bundle right.
fn files_of(sealed: &SealedBundle, desk: &Desk) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut file = File::open(&sealed.path).unwrap();
    open(&mut file, Some(desk.key()), &desk.centre, &mut |name, bytes| {
        files.insert(name.path(), bytes.to_vec());
        Ok(())
    })
    .unwrap();
    files
}

#[test]
fn a_bundle_opens_with_public_tools_only() {
    let Some(tools) = PublicTools::find() else { return };
    let desk = Desk::new();
    let longest: Vec<u8> = (0..MAX_CODE_BYTES).map(|i| (i * 7 % 256) as u8).collect();
    let records = [desk.record(1, b"plain ascii"), desk.record(2, &longest), desk.record(3, "采集".as_bytes())];
    let setup = tucai::bundle::seal::Setup { changes: vec![withdrawal()], ..desk.setup(1, None) };
    let mut sealer = Sealer::start(desk.path(), setup).unwrap();
    for record in &records {
        sealer.add(record).unwrap();
    }
    let sealed = sealer.finish().unwrap();
    let name = sealed.name.to_string();

    let run = |tool: &str, arguments: &[&str]| tools.run(desk.path(), tool, arguments).unwrap();
    run("unzip", &[&sealed.name.file_name()]);
    let said = run("minisign", &["-V", "-P", &desk.key().to_string(), "-m", "payload.age"]);
    assert!(said.contains(&format!("station={} sequence=1 previous=none", desk.key().key_id())), "{said}");
    let key_file = desk.centre_key_file();
    run("age", &["-d", "-i", &key_file.to_string_lossy(), "-o", "bag.zip", "payload.age"]);
    run("unzip", &["bag.zip"]);
    tools.validate_bag(desk.path(), &name).unwrap();

    let data = format!("{name}/data");
    let check = |schema, file: &str| tools.validate_json(desk.path(), schema, &format!("{data}/{file}"), Whole::Line);
    assert_eq!(check("records-line.schema.json", "records.jsonl"), Ok(3));
    assert_eq!(check("changes-line.schema.json", "changes.jsonl"), Ok(1));
    for record in &records {
        let id = record.record.id;
        assert_eq!(fs::read(desk.path().join(format!("{data}/photos/{id}.jpg"))).unwrap(), record.jpeg);
        let picture = image::open(desk.path().join(format!("{data}/codes/{id}.png"))).unwrap().to_luma8();
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let mut scanned =
            rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| picture[(x as u32, y as u32)].0[0]);
        let mut code = Vec::new();
        scanned.detect_grids()[0].decode_to(&mut code).unwrap();
        assert_eq!(code, record.record.code);
    }
    let readme = fs::read_to_string(desk.path().join("README.txt")).unwrap();
    assert!(readme.contains("minisign -V -P STATION_KEY -m payload.age"));
}

#[test]
fn public_tools_notice_damage_and_a_wrong_key() {
    let Some(tools) = PublicTools::find() else { return };
    let desk = Desk::new();
    let sealed = desk.seal(&[desk.record(1, b"code")]);
    tools.run(desk.path(), "unzip", &[&sealed.name.file_name()]).unwrap();
    let payload = desk.path().join("payload.age");
    let mut bytes = fs::read(&payload).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&payload, bytes).unwrap();
    let key = desk.key().to_string();
    assert!(tools.run(desk.path(), "minisign", &["-V", "-P", &key, "-m", "payload.age"]).is_err());
    let other = Desk::new().centre_key_file();
    assert!(tools.run(desk.path(), "age", &["-d", "-i", &other.to_string_lossy(), "-o", "x", "payload.age"]).is_err());
}

#[test]
fn what_was_sealed_is_what_is_opened() {
    let desk = Desk::new();
    let records = [desk.record(1, b"one"), desk.record(2, b"two")];
    let sealed = desk.seal(&records);
    let contents = open_bytes(&fs::read(&sealed.path).unwrap(), &desk).unwrap();
    assert_eq!(contents.outside.sha256, sealed.sha256);
    assert_eq!(contents.outside.bytes, sealed.bytes);
    assert_eq!(contents.outside.bytes, fs::metadata(&sealed.path).unwrap().len());
    assert_eq!(contents.info.name, sealed.name);
    assert!(contents.info.simulated);
    let wanted: Vec<_> = records.iter().map(|r| RecordLine::of(&r.record, Part::LeaveOut).unwrap()).collect();
    assert_eq!(contents.records, wanted);
    assert_eq!(contents.journal.len(), 4);
    let files = files_of(&sealed, &desk);
    assert_eq!(files[&BagFile::Photo(records[0].record.id).path()], records[0].jpeg);
}

#[test]
fn no_name_leaves_the_station() {
    let desk = Desk::new();
    let sealed = desk.seal(&[desk.record(1, b"code")]);
    for (path, bytes) in files_of(&sealed, &desk) {
        let text = String::from_utf8_lossy(&bytes);
        for secret in ["王小明", "roster-row-of-a-person", "123X", "last_four"] {
            assert!(!text.contains(secret), "{secret} stands in {path}");
        }
    }
}

#[test]
fn the_last_four_leaves_only_when_asked_for() {
    let desk = Desk::new();
    let setup = tucai::bundle::seal::Setup { last_four: Part::Include, ..desk.setup(1, None) };
    let mut sealer = Sealer::start(desk.path(), setup).unwrap();
    sealer.add(&desk.record(1, b"code")).unwrap();
    let files = files_of(&sealer.finish().unwrap(), &desk);
    assert!(String::from_utf8_lossy(&files["data/records.jsonl"]).contains("\"last_four\":\"123X\""));
}

#[test]
fn no_changed_cut_or_added_byte_passes() {
    let desk = Desk::new();
    let sealed = desk.seal(&[desk.record(1, b"code")]);
    let good = fs::read(&sealed.path).unwrap();
    assert_eq!(verify(&good, None).unwrap().sender, Sender::Unnamed);
    let mut bad = good.clone();
    for at in 0..good.len() {
        for bit in [0x01, 0x80] {
            bad[at] = good[at] ^ bit;
            // without any key from a card: damage must be noticed even then
            assert!(verify(&bad, None).is_err(), "byte {at} changed by {bit:#x} and nobody noticed");
        }
        bad[at] = good[at];
        assert!(verify(&good[..at], None).is_err(), "cut at {at} and nobody noticed");
    }
    for more in [&b"\0"[..], b"PK\x05\x06", &good] {
        assert!(verify(&[good.as_slice(), more].concat(), None).is_err());
        assert!(verify(&[more, good.as_slice()].concat(), None).is_err());
    }
}

#[test]
fn strangers_and_wrong_keys_are_refused() {
    let desk = Desk::new();
    let bytes = fs::read(desk.seal(&[desk.record(1, b"code")]).path).unwrap();
    let stranger = Desk::new();
    assert_eq!(refused(verify(&bytes, Some(&stranger))), BundleFault::UnknownSender);
    let other_centre = Desk { centre: stranger.centre.clone(), ..desk };
    assert_eq!(refused(open_bytes(&bytes, &other_centre)), BundleFault::WrongKey);
}

#[test]
fn a_payload_encrypted_again_by_somebody_else_is_refused() {
    let desk = Desk::new();
    let sealed = desk.seal(&[desk.record(1, b"code")]);
    let good = fs::read(&sealed.path).unwrap();
    let mallory = Desk::new();
    // the centre's public key is public: anybody can encrypt to it, but only under an own signature
    let forged = mallory.encrypt_for(&desk, b"whatever");
    let comment = TrustedComment { sequence: 1, previous: None, key: mallory.key().clone() };
    let own = mallory.craft(&forged, &comment.to_text());
    assert_eq!(refused(verify(&own, Some(&desk))), BundleFault::UnknownSender);
    // or with the station's words in the comment
    let claimed = mallory.craft(&forged, &TrustedComment { key: desk.key().clone(), ..comment }.to_text());
    assert!(verify(&claimed, Some(&desk)).is_err());
    // or with the station's signature over another payload
    let start = tucai::bundle::outer::PAYLOAD_AT;
    let mut swapped = good;
    swapped[start..start + forged.len()].copy_from_slice(&forged);
    assert!(verify(&swapped, Some(&desk)).is_err());
}

#[test]
fn a_newer_layout_is_refused_by_name() {
    let desk = Desk::new();
    let comment = TrustedComment { sequence: 1, previous: None, key: desk.key().clone() }.to_text();
    let newer = desk.craft(b"anything", &comment.replace("format=1", "format=2"));
    assert_eq!(refused(verify(&newer, None)), BundleFault::NewerFormat);
    assert_eq!(
        refused(open_changed(&desk, "data/records.jsonl", "\"format\":1", "\"format\":2")),
        BundleFault::NewerFormat
    );
    assert_eq!(
        refused(open_changed(&desk, "bag-info.txt", "Tucai-Format: 1", "Tucai-Format: 2")),
        BundleFault::NewerFormat
    );
}

#[test]
fn a_bag_that_does_not_match_itself_is_refused() {
    let desk = Desk::new();
    for (file, from, to, fault) in [
        ("bag-info.txt", "Tucai-Sequence: 1", "Tucai-Sequence: 2", BundleFault::BadBag),
        ("bag-info.txt", "Previous-SHA256: none", &format!("Previous-SHA256: {}", "0".repeat(64)), BundleFault::BadBag),
        ("bag-info.txt", "Tucai-Records: 1", "Tucai-Records: 2", BundleFault::BadBag),
        ("bag-info.txt", "Tucai-Simulated: true", "Tucai-Simulated: false", BundleFault::BadRecords),
        ("bagit.txt", "1.0", "0.9", BundleFault::BadBag),
        ("data/records.jsonl", "\"code_digest\":\"", "\"code_digest\":\"00", BundleFault::BadRecords),
        ("data/records.jsonl", "2026-spring", "2026-autumn", BundleFault::BadRecords),
        ("data/records.jsonl", "\"profile\":{\"id\":\"", "\"profile\":{\"id\":\"../", BundleFault::BadRecords),
        ("data/journal.jsonl", "stored", "st/red", BundleFault::BadRecords),
    ] {
        assert_eq!(refused(open_changed(&desk, file, from, to)), fault, "{file}: {from}");
    }
}

/// Opens a bundle that the station signed, with one text in its bag changed and all manifests made to fit again.
fn open_changed(desk: &Desk, file: &str, from: &str, to: &str) -> Result<Contents, BundleError> {
    let sealed = desk.seal(&[desk.record(1, b"code")]);
    let mut files = Vec::new();
    let mut bundle = File::open(&sealed.path).unwrap();
    let signed = open(&mut bundle, None, &desk.centre, &mut |name, bytes| {
        files.push((name, bytes.to_vec()));
        Ok(())
    });
    let comment = signed.unwrap().outside.comment.to_text();
    fs::remove_file(&sealed.path).unwrap();
    for (name, bytes) in &mut files {
        if name.path() == file {
            let text = String::from_utf8(bytes.clone()).unwrap();
            assert!(text.contains(from), "{file} does not hold {from}");
            *bytes = text.replace(from, to).into_bytes();
        }
    }
    let payload = files.iter().filter(|(name, _)| name.is_payload());
    let oxum = payload.fold((0, 0), |(bytes, count), (_, contents)| (bytes + contents.len(), count + 1));
    let mut manifest = tucai::bundle::bag::Manifest::default();
    let mut tags = tucai::bundle::bag::Manifest::default();
    for (name, contents) in &mut files {
        let name = *name;
        let bytes = contents.clone();
        let bytes = match name {
            BagFile::Manifest => manifest.text().as_bytes().to_vec(),
            BagFile::TagManifest => tags.text().as_bytes().to_vec(),
            BagFile::BagInfo => {
                let text = String::from_utf8(bytes).unwrap();
                let fitted = text.lines().map(|line| match line.split_once(": ") {
                    Some(("Payload-Oxum", _)) => format!("Payload-Oxum: {}.{}\n", oxum.0, oxum.1),
                    _ => format!("{line}\n"),
                });
                fitted.collect::<String>().into_bytes()
            }
            _ => bytes,
        };
        let hash = tucai::domain::ids::ContentHash::of(&bytes);
        if name.is_payload() {
            manifest.add(name, hash);
        } else {
            tags.add(name, hash);
        }
        *contents = bytes;
    }
    let folder = sealed.name.to_string();
    let named: Vec<_> =
        files.iter().map(|(name, bytes)| (format!("{folder}/{}", name.path()), bytes.as_slice())).collect();
    open_bytes(&desk.craft(&desk.encrypt(&zip(&named)), &comment), desk)
}

fn zip(files: &[(String, &[u8])]) -> Vec<u8> {
    let mut writer = StoredWriter::new(Vec::new());
    for (name, bytes) in files {
        writer.add(Entry::of(name.clone(), bytes).unwrap(), bytes).unwrap();
    }
    writer.finish().unwrap()
}

/// Opens a bundle that the station signed around any plain bytes.
fn open_plain(desk: &Desk, plain: &[u8]) -> Result<Contents, BundleError> {
    let comment = TrustedComment { sequence: 1, previous: None, key: desk.key().clone() };
    open_bytes(&desk.craft(&desk.encrypt(plain), &comment.to_text()), desk)
}

#[test]
fn hostile_names_and_zips_are_refused() {
    let desk = Desk::new();
    let folder = format!("2026-spring-{}-000001", desk.key().key_id());
    let names = [
        "../escape.txt".to_owned(),
        "/etc/passwd".to_owned(),
        format!("{folder}/../../x"),
        format!("{folder}/data/photos/../../x.jpg"),
        format!("{folder}/data/photos/x.jpg"),
        format!("{folder}/fetch.txt"),
        format!("{folder}/data"),
        format!("{folder}\\bagit.txt"),
        "C:/x".to_owned(),
        "other/bagit.txt".to_owned(),
    ];
    for name in names {
        assert_eq!(refused(open_plain(&desk, &zip(&[(name.clone(), b"x")]))), BundleFault::BadBag, "{name}");
    }
    let declaration = format!("{folder}/bagit.txt");
    let twice = zip(&[(declaration.clone(), b"x"), (declaration.clone(), b"x")]);
    assert_eq!(refused(open_plain(&desk, &twice)), BundleFault::BadBag);
    assert_eq!(refused(open_plain(&desk, &zip(&[]))), BundleFault::BadBag);
    assert_eq!(refused(open_plain(&desk, b"")), BundleFault::NotCanonical);
    assert_eq!(refused(open_plain(&desk, b"no zip at all, but long enough")), BundleFault::NotCanonical);
}

#[test]
fn zip_bombs_are_refused_before_they_are_read() {
    let desk = Desk::new();
    let folder = format!("2026-spring-{}-000001", desk.key().key_id());
    // a header that promises 4 GiB
    let entry = Entry { name: format!("{folder}/data/records.jsonl"), size: u32::MAX, crc: 0 };
    assert_eq!(refused(open_plain(&desk, &entry.local_header())), BundleFault::TooLarge);
    // a file far above what its kind may have
    let large = vec![0; (1 << 20) + 1];
    let name = format!("{folder}/data/codes/00000000-0000-7000-8000-000000000000.png");
    assert_eq!(refused(open_plain(&desk, &zip(&[(name, &large)]))), BundleFault::TooLarge);
    // compressed entries do not exist here
    let mut deflated = zip(&[(format!("{folder}/bagit.txt"), b"x")]);
    deflated[8] = 8;
    assert_eq!(refused(open_plain(&desk, &deflated)), BundleFault::NotCanonical);
}

#[test]
fn a_payload_that_is_no_age_file_is_refused() {
    let desk = Desk::new();
    let comment = TrustedComment { sequence: 1, previous: None, key: desk.key().clone() }.to_text();
    for payload in [&b""[..], b"age-encryption.org/v1\n", &vec![b'x'; 70_000]] {
        assert_eq!(refused(open_bytes(&desk.craft(payload, &comment), &desk)), BundleFault::NotCanonical);
    }
}

#[test]
fn a_long_session_becomes_consecutive_numbers() {
    let desk = Desk::new();
    let mut previous = None;
    let mut names = Vec::new();
    let mut waiting: Vec<_> = (1..=5).map(|n| desk.record(n, &[n as u8; 9])).collect();
    while !waiting.is_empty() {
        let setup = tucai::bundle::seal::Setup {
            limits: Limits { records: 2, ..Limits::default() },
            ..desk.setup(names.len() as u64 + 1, previous)
        };
        let mut sealer = Sealer::start(desk.path(), setup).unwrap();
        while let Some(record) = waiting.first() {
            if sealer.add(record).unwrap() == Added::Full {
                break;
            }
            waiting.remove(0);
        }
        let sealed = sealer.finish().unwrap();
        let contents = open_bytes(&fs::read(&sealed.path).unwrap(), &desk).unwrap();
        assert_eq!(contents.info.previous, previous);
        previous = Some(sealed.sha256);
        names.push((sealed.name.sequence, sealed.records.len()));
    }
    assert_eq!(names, [(1, 2), (2, 2), (3, 1)]);
}

#[test]
fn the_limit_in_bytes_is_kept() {
    let desk = Desk::new();
    let bytes = 90_000;
    let setup = tucai::bundle::seal::Setup { limits: Limits { bytes, ..Limits::default() }, ..desk.setup(1, None) };
    let mut sealer = Sealer::start(desk.path(), setup).unwrap();
    let mut number = 1;
    while sealer.add(&desk.record(number, b"code")).unwrap() == Added::Taken {
        number += 1;
    }
    let sealed = sealer.finish().unwrap();
    assert!(number > 2 && sealed.bytes <= bytes, "{number} records, {} bytes", sealed.bytes);
    let tiny = Limits { bytes: 1000, ..Limits::default() };
    let setup = tucai::bundle::seal::Setup { limits: tiny, ..desk.setup(2, None) };
    let mut sealer = Sealer::start(desk.path(), setup).unwrap();
    assert_eq!(refused(sealer.add(&desk.record(1, b"code"))), BundleFault::TooLarge);
}

#[test]
fn a_record_that_is_not_what_it_says_never_leaves() {
    let desk = Desk::new();
    let mut sealer = Sealer::start(desk.path(), desk.setup(1, None)).unwrap();
    let good = desk.record(5, b"code");
    let mut bad = vec![good.clone(); 5];
    bad[0].jpeg[20] ^= 1;
    bad[1].original.as_mut().unwrap()[20] ^= 1;
    bad[2].witness.as_mut().unwrap()[20] ^= 1;
    bad[3].record.station = String::from("0000000000000000");
    bad[4].record.session = String::from("other").try_into().unwrap();
    for record in &bad {
        assert_eq!(refused(sealer.add(record)), BundleFault::BadRecords);
    }
    sealer.add(&good).unwrap();
    assert_eq!(refused(sealer.add(&desk.record(4, b"earlier"))), BundleFault::BadRecords);
    let sealed = sealer.finish().unwrap();
    assert_eq!(open_bytes(&fs::read(sealed.path).unwrap(), &desk).unwrap().records.len(), 1);
}

#[test]
fn sealing_that_is_given_up_leaves_nothing_behind() {
    let desk = Desk::new();
    let entries = || fs::read_dir(desk.path()).unwrap().count();
    let mut sealer = Sealer::start(desk.path(), desk.setup(1, None)).unwrap();
    sealer.add(&desk.record(1, b"code")).unwrap();
    assert_eq!(entries(), 1);
    drop(sealer);
    assert_eq!(entries(), 0);
    let empty = Sealer::start(desk.path(), desk.setup(1, None)).unwrap();
    assert_eq!(refused(empty.finish()), BundleFault::NothingToSeal);
    assert_eq!(entries(), 0);
    let nobody = tucai::bundle::seal::Setup { recipients: Vec::new(), ..desk.setup(1, None) };
    assert_eq!(refused(Sealer::start(desk.path(), nobody)), BundleFault::NoRecipient);
}

#[test]
fn a_file_that_is_there_is_never_replaced() {
    let desk = Desk::new();
    let first = desk.seal(&[desk.record(1, b"code")]);
    let before = fs::read(&first.path).unwrap();
    let mut again = Sealer::start(desk.path(), desk.setup(1, None)).unwrap();
    again.add(&desk.record(2, b"other")).unwrap();
    assert_eq!(refused(again.finish()), BundleFault::TargetExists);
    assert_eq!(fs::read(&first.path).unwrap(), before);
}

#[test]
fn a_copy_is_read_back_and_compared() {
    let desk = Desk::new();
    let sealed = desk.seal(&[desk.record(1, b"code")]);
    let stick = tempfile::tempdir_in(desk.path()).unwrap();
    let deliver = |to: PathBuf| medium::deliver(&sealed.path, &to, &sealed.name, sealed.sha256, desk.key());
    let delivered = deliver(stick.path().to_owned()).unwrap();
    assert_eq!(fs::read(&delivered.path).unwrap(), fs::read(&sealed.path).unwrap());
    assert_eq!(delivered.outside.sha256, sealed.sha256);
    // once more changes nothing
    assert_eq!(deliver(stick.path().to_owned()).unwrap().path, delivered.path);
    // another file of that name is left alone
    fs::write(&delivered.path, b"something else").unwrap();
    assert_eq!(refused(deliver(stick.path().to_owned())), BundleFault::TargetExists);
    assert_eq!(fs::read(&delivered.path).unwrap(), b"something else");
    assert_eq!(refused(deliver(stick.path().join("gone"))), BundleFault::TargetMissing);
    // a bundle that was damaged on the first disk is not called delivered
    let other = tempfile::tempdir_in(desk.path()).unwrap();
    let mut bytes = fs::read(&sealed.path).unwrap();
    bytes[100] ^= 1;
    fs::write(&sealed.path, bytes).unwrap();
    assert_eq!(refused(deliver(other.path().to_owned())), BundleFault::ReadBackDiffers);
}

#[test]
fn a_receipt_keeps_to_its_schema() {
    let Some(tools) = PublicTools::find() else { return };
    let desk = Desk::new();
    let sealed = desk.seal(&[desk.record(1, b"one"), desk.record(2, b"two")]);
    let results = [ReceiptResult::Accepted, ReceiptResult::Retake];
    let lines = sealed.records.iter().zip(results).map(|(&(record_id, photo_sha256), result)| ReceiptLine {
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
        sequence: 1,
        made_at: NOON.to_rfc3339(),
        records: lines.collect(),
    };
    let centre = tucai::bundle::keys::Signer::generate().unwrap();
    let signed = receipt.sign(&centre).unwrap();
    fs::write(desk.path().join("r.json"), &signed.json).unwrap();
    fs::write(desk.path().join("r.json.minisig"), &signed.minisig).unwrap();
    assert_eq!(tools.validate_json(desk.path(), "receipt.schema.json", "r.json", Whole::File), Ok(1));
    tools.run(desk.path(), "minisign", &["-V", "-P", &centre.public().to_string(), "-m", "r.json"]).unwrap();
}

#[test]
fn sealing_the_same_records_again_gives_other_bytes_for_the_same_bag() {
    let desk = Desk::new();
    let record = desk.record(1, b"code");
    let first = desk.seal(std::slice::from_ref(&record));
    let before = files_of(&first, &desk);
    fs::remove_file(&first.path).unwrap();
    let second = desk.seal(&[record]);
    assert_ne!(first.sha256, second.sha256);
    assert_eq!(before, files_of(&second, &desk));
}

/// Not a tool that opens bundles, but the one that many people have: it must see what we see.
#[test]
fn unzip_finds_nothing_wrong_with_the_outside() {
    if PublicTools::find().is_none() {
        return;
    }
    let desk = Desk::new();
    let sealed = desk.seal(&[desk.record(1, b"code")]);
    let tested = Command::new("unzip").arg("-tqq").arg(&sealed.path).status().unwrap();
    assert!(tested.success());
}

/// Prints how fast sealing is beside the public tools; `TUCAI_MEASURE=N` seals N records with a 400 KB original
/// each, `TUCAI_MEASURE_PHOTOS_ONLY=1` without.
#[test]
#[allow(clippy::print_stderr, reason = "prints what was measured")]
fn many_records_are_sealed_as_a_stream() {
    let measured: Option<u32> = std::env::var("TUCAI_MEASURE").ok().and_then(|text| text.parse().ok());
    let photos_only = std::env::var("TUCAI_MEASURE_PHOTOS_ONLY").is_ok();
    let desk = Desk::new();
    let mut sealer = Sealer::start(desk.path(), desk.setup(1, None)).unwrap();
    let count = measured.unwrap_or(20);
    let noise: Vec<u8> = (0..440_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let mut records: Vec<_> = (1..=count)
        .map(|number| {
            let mut record = desk.record(number % 100, &noise[number as usize..number as usize + 300]);
            record.record.sequence = u64::from(number);
            record.record.id = tucai::domain::ids::RecordId::from_parts(u64::from(number), [3; 10]);
            record.journal.clear();
            // a JPEG's first bytes, then anything
            record.jpeg.extend_from_slice(&noise[..35_000]);
            record.record.photo_sha256 = tucai::domain::ids::ContentHash::of(&record.jpeg);
            let large = if photos_only { 0 } else { 400_000 };
            let original = [record.original.take().unwrap().as_slice(), &noise[..large]].concat();
            record.record.original_sha256 = tucai::domain::ids::ContentHash::of(&original);
            record.original = Some(original);
            record
        })
        .collect();
    let start = std::time::Instant::now();
    let codes: Vec<_> = records.iter().map(|record| record.record.code.clone()).collect();
    let (sender, drawn) = std::sync::mpsc::sync_channel(16);
    // as a station does it
    let drawing = std::thread::Builder::new().spawn(move || {
        for code in &codes {
            sender.send(tucai::bundle::code_picture::png(code, None).unwrap()).unwrap();
        }
    });
    for record in &mut records {
        record.code_png = Some(drawn.recv().unwrap());
        assert_eq!(sealer.add(record).unwrap(), Added::Taken);
    }
    drawing.unwrap().join().unwrap();
    let sealed = sealer.finish().unwrap();
    let sealing = start.elapsed();
    let start = std::time::Instant::now();
    verify(&fs::read(&sealed.path).unwrap(), Some(&desk)).unwrap();
    let verifying = start.elapsed();
    if measured.is_some() {
        let time = |tool: &str, arguments: &[&str]| {
            let start = std::time::Instant::now();
            assert!(Command::new(tool).args(arguments).arg(&sealed.path).output().unwrap().status.success());
            start.elapsed()
        };
        let recipient = desk.centre.to_public().to_string();
        let out = desk.path().join("age").to_string_lossy().into_owned();
        let hashing = time("sha256sum", &[]);
        let encrypting = time("age", &["-r", &recipient, "-o", &out]);
        eprintln!(
            "{count} records, {} bytes: sealing {sealing:?} (synced), verifying {verifying:?}, sha256sum {hashing:?}, age {encrypting:?}",
            sealed.bytes
        );
    }
}
