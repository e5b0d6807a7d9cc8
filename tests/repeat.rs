//! One picture under two codes: found whenever the first one is stored, and only then.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use image::{ImageFormat, RgbImage};
use serde_json::Value;
use tucai::domain::code::CodeDigest;
use tucai::domain::exposure::KeptExposure;
use tucai::domain::finding::{CheckId, Level};
use tucai::domain::ids::{ContentHash, RecordId, SessionId};
use tucai::domain::profiles::default_profile;
use tucai::domain::record::RecordState;
use tucai::domain::session::{Answer, Command, PictureBytes};
use tucai::store::{Filter, SessionSettings, Store};
use tucai::vision::decode::decode;
use tucai::worker::store::{Keeper, SessionContext, StoreAnswer, StoreAtOnce, StoreWorker, Vault};
use tucai::worker::vision::{Looker, PhotoFile, PhotoJob};

use crate::card::{PEOPLE, import, photo, write};
use crate::support::desk::{Rig, wall};
use crate::support::faces::shared_models;
use crate::support::way::subject;
use crate::ways::sheet;

fn file(picture: &RgbImage) -> PhotoFile {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    let bytes = bytes.into_inner();
    let decoded = decode(&bytes).unwrap();
    PhotoFile { decoded, original: PictureBytes { bytes: Arc::from(bytes), media_type: "image/png" }, taken: None }
}

/// Uses the photo for whoever is locked and says what was found about repeating.
fn used(rig: &mut Rig, photo: &PhotoFile) -> Level {
    rig.desk.bring_photo(photo.clone(), rig.now).unwrap();
    rig.steps(2);
    let frame = rig.desk.photo().expect("its face was found").automatic;
    rig.desk.use_photo(frame, wall(), rig.now).unwrap();
    for _ in 0..20 {
        if rig.desk.picture().is_some() {
            break;
        }
        rig.step();
    }
    let findings = &rig.desk.picture().expect("a judged picture").findings;
    findings.iter().find(|finding| finding.id == CheckId::ImageRepeat).unwrap().level
}

fn locks(rig: &mut Rig, name: &str) {
    rig.desk.code_from_file(subject(name), rig.now).unwrap();
    rig.steps(1);
    assert_eq!(rig.desk.state().lock().expect("locked").subject.code, subject(name).code);
}

/// Lets go of the locked subject, with the picture that waits.
fn releases(rig: &mut Rig) {
    rig.does(Command::Release);
    if rig.desk.state().lock().is_some() {
        rig.does(Command::Answer(Answer::Proceed));
    }
    rig.steps(1);
}

fn keeper(store: Store) -> Keeper {
    let profile = default_profile().unwrap();
    let id = SessionId::try_from(String::from("TEST")).unwrap();
    let session = SessionSettings::new(id, String::from("test"), profile.profile.id.clone());
    Keeper::new(store, SessionContext { session, profile, models_version: String::from("test") }).unwrap()
}

#[test]
fn a_photo_counts_once_it_is_stored_and_no_longer_than_it_stands() {
    let mut rig = Rig::new().until("framing");
    rig.steps(4);
    let photo = file(&RgbImage::clone(&rig.desk.frame().unwrap().picture));
    assert_eq!(used(&mut rig, &photo), Level::Pass);
    releases(&mut rig);
    locks(&mut rig, "b");
    assert_eq!(used(&mut rig, &photo), Level::Pass, "used by mistake and thrown away, it is nobody's");
    let mut rig = rig.accept().until("stored");

    locks(&mut rig, "c");
    assert_eq!(used(&mut rig, &photo), Level::Fail, "it is b's");
    releases(&mut rig);
    rig.desk.visit_store(Box::new(|keeper: &mut Keeper| {
        let id = keeper.store().list(&Filter::default()).unwrap()[0].id;
        keeper.store().set_state(id, RecordState::Rejected, None, 1, wall()).unwrap();
    }));
    rig.steps(1);
    locks(&mut rig, "d");
    assert_eq!(used(&mut rig, &photo), Level::Pass, "refused at review, it may be used where it belongs");
    let mut rig = rig.accept().until("stored");

    rig.does(Command::UndoLast);
    rig.steps(2);
    releases(&mut rig);
    locks(&mut rig, "e");
    assert_eq!(used(&mut rig, &photo), Level::Pass, "taken back");
    let rig = rig.accept().until("stored");

    // After a restart it is known again, by both ways in which a store is held.
    let (store, folder) = rig.store();
    let stored = store.list(&Filter { states: vec![RecordState::Approved], ..Filter::default() }).unwrap();
    let known = |kept: Vec<KeptExposure>| {
        let ids: Vec<RecordId> = kept.iter().map(|kept| kept.record).collect();
        assert_eq!(ids, [stored[0].id]);
        assert!(kept[0].exposure.is_some());
        assert_eq!(
            (kept[0].subject, kept[0].original),
            (subject("e").digest(), ContentHash::of(&photo.original.bytes))
        );
    };
    let mut at_once = StoreAtOnce::new(keeper(store));
    let told = std::iter::from_fn(|| at_once.poll()).find_map(|answer| match answer {
        StoreAnswer::Exposures(kept) => Some(kept),
        _ => None,
    });
    known(told.expect("what is stored is told at the start"));
    drop(at_once);
    let options = tucai::store::OpenOptions::default();
    let phrase = tucai::store::Passphrase::new(String::from("correct horse")).unwrap();
    let store = Store::open(folder.path(), &phrase, &options, wall()).unwrap();
    let (sender, woken) = sync_channel(64);
    let wake = Arc::new(move || {
        sender.try_send(()).ok();
    });
    let mut thread = StoreWorker::spawn(keeper(store), wake).unwrap();
    loop {
        match thread.poll() {
            Some(StoreAnswer::Exposures(kept)) => break known(kept),
            Some(_) => {}
            None => woken.recv_timeout(Duration::from_mins(1)).expect("the thread tells of what is stored"),
        }
    }
}

#[test]
fn the_same_file_is_known_without_a_fingerprint() {
    let looker = Looker::new(shared_models(), Arc::new(default_profile().unwrap().profile));
    let opened = Arc::new(looker.open_photo(file(&PEOPLE[0])).unwrap());
    let earlier = |original| KeptExposure {
        record: RecordId::from_parts(1, [1; 10]),
        subject: CodeDigest::from_bytes([1; 32]),
        original,
        exposure: None,
    };
    let level = |original| {
        let job = PhotoJob {
            attempt: 1,
            others: vec![earlier(original)],
            photo: Arc::clone(&opened),
            frame: opened.automatic,
            captured_at: wall(),
            simulated: true,
        };
        let shot = looker.judge_photo(&job).unwrap();
        shot.findings.iter().find(|finding| finding.id == CheckId::ImageRepeat).unwrap().level
    };
    assert_eq!(level(ContentHash::of(&opened.original.bytes)), Level::Fail);
    assert_eq!(level(ContentHash([9; 32])), Level::Pass);
}

/// A card with one student.
fn card(folder: &Path, code: &str) {
    write(folder, "1.jpg", &photo(&sheet(&[code]), "2026:06:01 10:00:00", "00"));
    write(folder, "2.jpg", &photo(&PEOPLE[0], "2026:06:01 10:00:08", "50"));
}

#[test]
fn a_second_import_does_not_give_the_portrait_to_another_code() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second, data) = (folder.path().join("1"), folder.path().join("2"), folder.path().join("data"));
    card(&first, "repeat student one");
    card(&second, "repeat student two");
    let (exit, lines) = import(&first, &data, &["--store", "--looked"]);
    assert_eq!(exit, 0, "{lines:#?}");
    let (exit, lines) = import(&second, &data, &["--store", "--looked"]);
    let refused: &Value = lines.last().unwrap();
    assert_eq!((exit, refused["reason"].as_str()), (1, Some("not_compliant")), "{lines:#?}");
    assert_eq!(refused["findings"][0]["id"], "image.repeat", "{lines:#?}");
    let (_, lines) = import(&first, &data, &["--store", "--looked"]);
    assert_eq!(lines.last().unwrap()["reason"], "already_collected", "{lines:#?}");
}
