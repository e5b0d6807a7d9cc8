//! The station's side of bundles: from approved records in the store to sealed files, to copies that were read back,
//! to receipts that were taken in.
//!
//! A bundle is written to `DATA/bundles` first and remembered by the store; only then is it copied. So a stick that
//! fails never costs more than another copy, and sending again sends the same file.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use age::x25519::Recipient;

use super::code_picture;
use super::error::{BundleError, Result, refuse};
use super::keys::{CentreCard, Signer, VerifyKey};
use super::lines::{Change, ChangeLine, JournalLine, Part};
use super::medium::{self, Delivered, sync_folder};
use super::names::BundleName;
use super::receipt::{Outcome, Receipt, SentBundle, SignedReceipt};
use super::seal::{Added, BundleRecord, Limits, PictureHashes, SealedBundle, Sealer, Setup, UNFINISHED};
use super::{FORMAT, lines::MAX_REASON_CHARS};
use crate::domain::fault::BundleFault;
use crate::domain::ids::{RecordId, SessionId};
use crate::domain::record::RecordState;
use crate::domain::time::WallTime;
use crate::store::capsule::Contents;
use crate::store::{self, BundleRow, ChangeKind, ReceiptRow, Store, StoredRecord, What};

/// Folder of sealed bundles below the data folder.
const BUNDLES: &str = "bundles";
/// Records that wait at most while others are encrypted: an original may have 15 MB.
const RECORDS_AHEAD: usize = 4;
/// The enrolled centre's card below the data folder.
const CENTRE_CARD: &str = "centre.card.json";

/// How a session is sealed.
#[derive(Debug, Clone)]
pub struct SealOptions {
    /// The centre's recipient. The station's recovery key is added by itself.
    pub recipient: Recipient,
    pub originals: Part,
    pub witness: Part,
    pub last_four: Part,
    pub limits: Limits,
    /// Station-local number of the operator; 0 for the program.
    pub by: u32,
}

impl SealOptions {
    /// Photos and codes only, for one recipient.
    pub fn new(recipient: Recipient) -> Self {
        let (originals, witness, last_four) = (Part::LeaveOut, Part::LeaveOut, Part::LeaveOut);
        Self { recipient, originals, witness, last_four, limits: Limits::default(), by: 0 }
    }
}

/// Where the store keeps its sealed bundles.
pub fn bundle_folder(store: &Store) -> PathBuf {
    store.folder().join(BUNDLES)
}

/// The station's verifying key.
pub fn station_key(store: &Store) -> Result<VerifyKey> {
    store.public_keys().minisign.parse()
}

/// The centre whose card was taken in, if there is one.
pub fn centre_card(store: &Store) -> Result<Option<CentreCard>> {
    match fs::read_to_string(store.folder().join(CENTRE_CARD)) {
        Ok(text) => CentreCard::from_json(&text).map(Some),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(BundleError::io("the centre's card cannot be read", error)),
    }
}

/// Takes in a centre's card: from now on bundles are sealed for it, and its receipts count.
pub fn enrol_centre(store: &Store, card: &CentreCard) -> Result<()> {
    let text = serde_json::to_string_pretty(card);
    let text = text.map_err(|error| BundleError::refused(BundleFault::Other, error.to_string()))?;
    medium::write_small(&store.folder().join(CENTRE_CARD), text.as_bytes())
}

/// Seals all approved records and waiting changes of a session, in as many consecutive bundles as they need. Each is
/// durable in the store's folder, and remembered, before the next begins.
pub fn seal_session(
    store: &mut Store,
    session: &SessionId,
    options: &SealOptions,
    now: WallTime,
) -> Result<Vec<SealedBundle>> {
    let settings = store.session(session)?;
    let Some(settings) = settings else { return refuse(BundleFault::NothingToSeal, format!("no session {session}")) };
    let folder = prepare_folder(store)?;
    let signer = Signer::new(store.keys().signing_key()?)?;
    let mut recipients = vec![options.recipient.clone()];
    if let Some(recovery) = &store.settings().recovery {
        recipients.push(super::keys::recipient(recovery)?);
    }
    let waiting: Arc<[StoredRecord]> = store.approved_unsealed(session)?.into();
    let ahead = prepare_ahead(store, Arc::clone(&waiting), options)?;
    let mut waiting = waiting.iter();
    let mut next_record = |store: &Store| -> Result<Option<BundleRecord>> {
        waiting.next().map(|stored| bundle_record(store, stored, &ahead)).transpose()
    };
    let mut ready = next_record(store)?;
    let mut made = Vec::new();
    loop {
        let changes = store.pending_changes(session)?.iter().map(change_line).collect::<Vec<_>>();
        if ready.is_none() && changes.is_empty() {
            break;
        }
        let next = store.next_bundle()?;
        let setup = Setup {
            session: session.clone(),
            school_code: settings.school_code.clone(),
            batch_key: settings.batch_key.clone(),
            sequence: next.sequence,
            previous: next.previous_sha256,
            signer: signer.clone(),
            recipients: recipients.clone(),
            made_at: now,
            originals: options.originals,
            witness: options.witness,
            last_four: options.last_four,
            changes,
            limits: options.limits,
        };
        let mut sealer = Sealer::start(&folder, setup)?;
        set_orphan_aside(&folder, sealer.name())?;
        while let Some(record) = &ready {
            if sealer.add(record)? == Added::Full {
                break;
            }
            ready = next_record(store)?;
        }
        let sealed = sealer.finish()?;
        store.mark_sealed(&row_of(&sealed, session, options, now), options.by, now)?;
        made.push(sealed);
    }
    if made.is_empty() { refuse(BundleFault::NothingToSeal, "no approved record waits for sealing") } else { Ok(made) }
}

fn row_of(sealed: &SealedBundle, session: &SessionId, options: &SealOptions, now: WallTime) -> BundleRow {
    BundleRow {
        sequence: sealed.name.sequence,
        session: session.clone(),
        file_name: sealed.name.file_name(),
        sha256: sealed.sha256,
        previous_sha256: sealed.previous,
        bytes: sealed.bytes,
        recipient: options.recipient.to_string(),
        records: sealed.records.iter().map(|(id, _)| *id).collect(),
        made_at: now,
        delivered: None,
    }
}

/// What a thread prepares of a record while the one before it is sealed.
struct Ahead {
    code_png: Vec<u8>,
    /// `None`: nothing but the photo goes out, which the index has, too.
    contents: Option<Contents>,
}

/// Draws the codes of the records and opens their capsules, in their order, on a thread that stays a few ahead and
/// ends when nobody waits for more.
fn prepare_ahead(
    store: &Store,
    records: Arc<[StoredRecord]>,
    options: &SealOptions,
) -> Result<Receiver<Result<Ahead>>> {
    let needs_capsule = (options.originals, options.witness) != (Part::LeaveOut, Part::LeaveOut);
    let reader = store.capsule_reader();
    let (sender, receiver) = sync_channel(RECORDS_AHEAD);
    let prepare = move |stored: &StoredRecord| -> Result<Ahead> {
        let code_png = code_picture::png(&stored.record.code, stored.record.code_symbol.as_ref())?;
        let contents = if needs_capsule { Some(reader.contents(stored)?) } else { None };
        Ok(Ahead { code_png, contents })
    };
    let preparing = std::thread::Builder::new().name(String::from("bundle-ahead"));
    let preparing = preparing.spawn(move || {
        for stored in records.iter() {
            if sender.send(prepare(stored)).is_err() {
                break;
            }
        }
    });
    match preparing {
        Ok(_detached) => Ok(receiver),
        Err(source) => Err(BundleError::io("no thread for preparing records", source)),
    }
}

fn prepare_folder(store: &Store) -> Result<PathBuf> {
    let folder = bundle_folder(store);
    let failed = |source| BundleError::io("the folder of bundles cannot be prepared", source);
    fs::create_dir_all(&folder).map_err(failed)?;
    sync_folder(store.folder())?;
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        // what a stopped sealing left: encrypted bytes without a signature, which nothing refers to
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_file(entry.path()).map_err(failed)?;
        }
    }
    Ok(folder)
}

/// A whole bundle that the store never heard of (stopped between file and row) was never copied anywhere: its number
/// is used again, the file is kept under another name.
fn set_orphan_aside(folder: &Path, name: &BundleName) -> Result<()> {
    let path = folder.join(name.file_name());
    if !path.exists() {
        return Ok(());
    }
    let free = (1..1000).map(|number| folder.join(format!("{name}.unremembered-{number}"))).find(|path| !path.exists());
    let Some(free) = free else { return refuse(BundleFault::TargetExists, "too many files were set aside") };
    fs::rename(&path, free).map_err(|source| BundleError::io("an unremembered bundle cannot be set aside", source))
}

/// Without originals and witness the index's copy of the photo, which is compared with its hash like the capsule's,
/// spares opening the capsule.
fn bundle_record(store: &Store, stored: &StoredRecord, ahead: &Receiver<Result<Ahead>>) -> Result<BundleRecord> {
    let Ok(ahead) = ahead.recv() else {
        return refuse(BundleFault::Other, "the thread that prepares records stopped unexpectedly");
    };
    let Ahead { code_png, contents } = ahead?;
    let (photo, original, witness, hashes) = match contents {
        None => (store.photo(stored.record.id)?, None, None, None),
        Some(Contents { record, photo, original, witness }) => {
            // Opening the capsule has compared them.
            let hashes = PictureHashes {
                photo: record.photo_sha256,
                original: record.original_sha256,
                witness: record.witness_sha256,
            };
            (photo, Some(original), witness, Some(hashes))
        }
    };
    let journal = store.events_of(stored.record.id)?;
    let journal = journal.iter().map(|event| JournalLine {
        format: FORMAT,
        record_id: stored.record.id,
        event: event_word(&event.what).to_owned(),
        at: event.at.to_rfc3339(),
        by: Some(event.by).filter(|&by| by > 0),
    });
    Ok(BundleRecord {
        journal: journal.collect(),
        record: stored.record.clone(),
        jpeg: photo,
        original,
        witness,
        code_png: Some(code_png),
        hashes,
    })
}

/// One word for an event, without anything that was typed.
const fn event_word(what: &What) -> &'static str {
    match what {
        What::Stored { restored: true, .. } => "restored",
        What::Stored { .. } => "stored",
        What::Moved { to, .. } => to.as_str(),
        What::Changed { .. } => "changed",
        What::BundleMade { .. } => "bundled",
        What::BundleDelivered { .. } => "copied",
        What::ReceiptTaken { .. } => "receipt",
        _ => "other",
    }
}

fn change_line(change: &store::Change) -> ChangeLine {
    let reason: String = change.reason.as_deref().unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    ChangeLine {
        format: FORMAT,
        record_id: change.record,
        change: match change.kind {
            ChangeKind::Withdrawn => Change::Withdrawn,
            ChangeKind::Superseded => Change::Superseded,
            ChangeKind::NewPairing => Change::RePaired,
        },
        reason: reason.chars().take(MAX_REASON_CHARS).collect(),
        by: change.by,
        at: change.at.to_rfc3339(),
        replaced_by: None,
    }
}

/// Copies a remembered bundle into `folder`, reads the copy back, and only then calls its records delivered. Records
/// that the centre asked for again are sent with the same file.
pub fn deliver_bundle(store: &mut Store, sequence: u64, folder: &Path, by: u32, now: WallTime) -> Result<Delivered> {
    let row = store.bundle(sequence)?;
    let name = row.file_name.strip_suffix(".tucai").and_then(|name| name.parse().ok());
    let Some(name): Option<BundleName> = name else {
        return refuse(BundleFault::Other, format!("bundle {sequence} is remembered under no bundle's name"));
    };
    let from = bundle_folder(store).join(name.file_name());
    let delivered = medium::deliver(&from, folder, &name, row.sha256, &station_key(store)?)?;
    let mut again = Vec::new();
    for id in &row.records {
        if store.summary(*id)?.state == RecordState::Resend {
            again.push((*id, RecordState::Sealed, None));
        }
    }
    if !again.is_empty() {
        store.set_states(&again, by, now)?;
    }
    store.mark_delivered(sequence, &folder.display().to_string(), by, now)?;
    Ok(delivered)
}

/// Bundles that no copy was read back of, oldest first.
pub fn undelivered(store: &Store) -> Result<Vec<BundleRow>> {
    Ok(store.bundles()?.into_iter().filter(|row| row.delivered.is_none()).collect())
}

/// Takes in a receipt: checks the centre's signature against its card, that it answers a bundle of this station, and
/// that it names only what was sent; then each record goes where it says. The same receipt again changes nothing.
pub fn import_receipt(
    store: &mut Store,
    signed: &SignedReceipt,
    centre: &CentreCard,
    by: u32,
    now: WallTime,
) -> Result<Vec<Outcome>> {
    let key = centre.key()?;
    let receipt = Receipt::verify(signed, &key)?;
    let Some(row) = store.bundle_by_hash(receipt.bundle_sha256)? else {
        return refuse(BundleFault::BadReceipt, "the receipt answers a bundle that this station did not seal");
    };
    let photo = |id: &RecordId| -> Result<_> { Ok((*id, store.summary(*id)?.photo_sha256)) };
    let sent = SentBundle {
        sha256: row.sha256,
        station: store.keys().station_id(),
        sequence: row.sequence,
        records: row.records.iter().map(photo).collect::<Result<_>>()?,
    };
    let outcomes = receipt.outcomes(&sent)?;
    let taken = ReceiptRow {
        bundle_sha256: row.sha256,
        centre: key.key_id(),
        body: signed.json.clone(),
        signature: signed.minisig.clone(),
        results: outcomes.iter().map(|outcome| (outcome.record, outcome.to, outcome.reason.clone())).collect(),
    };
    store.take_receipt(&taken, by, now)?;
    Ok(outcomes)
}
