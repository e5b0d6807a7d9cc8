//! The purge certificate: `certificates/PURGE-000042.json` with its minisign signature beside it; 42 is the line of
//! the journal. `minisign -V` checks it with the station's public key.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::disk::{Disk, FileKind};
use super::error::StoreError;
use super::event::{Event, What};
use super::purge::exists;
use super::settings::Settings;
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, RecordId};
use crate::domain::time::WallTime;
use crate::text::{Lang, purge as words};

/// The layout of the JSON.
const FORMAT: u32 = 1;

/// Who may still hold what was purged here.
#[derive(Debug, Clone, Default)]
pub(super) struct HeldBy {
    pub(super) bundles: Vec<HoldingBundle>,
    pub(super) backups: Vec<(WallTime, String)>,
    /// Databases that were set aside, below the data folder.
    pub(super) set_aside: Vec<String>,
}

/// A bundle that some of the records left in.
#[derive(Debug, Clone)]
pub(super) struct HoldingBundle {
    pub(super) file_name: String,
    pub(super) sha256: ContentHash,
    pub(super) delivered_to: Option<String>,
    /// Receipts that came for it: signed ones, and those on paper.
    pub(super) receipts: (usize, usize),
    pub(super) records: Vec<RecordId>,
}

pub(super) fn folder(data: &Path) -> PathBuf {
    data.join("certificates")
}

/// Where the certificate of a journal line lies.
pub(super) fn path(data: &Path, line: u64) -> PathBuf {
    folder(data).join(format!("PURGE-{line:06}.json"))
}

fn signature_path(data: &Path, line: u64) -> PathBuf {
    folder(data).join(format!("PURGE-{line:06}.json.minisig"))
}

/// The signature is written last.
pub(super) fn is_there(data: &Path, line: u64) -> bool {
    exists(&path(data, line)) && exists(&signature_path(data, line))
}

/// The text that is signed.
pub(super) fn text(settings: &Settings, event: &Event, held: &HeldBy) -> Result<String, StoreError> {
    let What::Purged { records, reason, second } = &event.what else {
        return Err(StoreError::new(StoreFault::Other, "only a purge has a certificate"));
    };
    let records: Vec<_> = records
        .iter()
        .map(|purged| {
            json!({
                "record_id": purged.record,
                "session": purged.session,
                "shot": purged.shot,
                "was": purged.was,
                "photo_sha256": purged.photo_sha256,
                "capsule_sha256": purged.capsule_sha256,
                "captured_at": purged.captured_at.to_rfc3339(),
            })
        })
        .collect();
    let bundles: Vec<_> = held
        .bundles
        .iter()
        .map(|bundle| {
            json!({
                "file": bundle.file_name,
                "sha256": bundle.sha256,
                "delivered_to": bundle.delivered_to,
                "receipts": { "signed": bundle.receipts.0, "paper": bundle.receipts.1 },
                "records": bundle.records,
            })
        })
        .collect();
    let backups: Vec<_> =
        held.backups.iter().map(|(at, target)| json!({ "made_at": at.to_rfc3339(), "to": target })).collect();
    let text = json!({
        "format": FORMAT,
        "certificate": "purge",
        "station": settings.station,
        "letter": settings.letter,
        "journal_line": event.seq,
        "purged_at": event.at.to_rfc3339(),
        "by": event.by,
        "seconded_by": second,
        "reason": reason,
        "records": records,
        "still_held_by": { "bundles": bundles, "backups": backups, "databases_set_aside": held.set_aside },
        "statement": [words::statement(Lang::Zh), words::statement(Lang::En)],
        "not_promised": [words::not_promised(Lang::Zh), words::not_promised(Lang::En)],
    });
    serde_json::to_string_pretty(&text)
        .map(|text| format!("{text}\n"))
        .map_err(|error| StoreError::caused_by(StoreFault::Other, "cannot write the certificate", error))
}

/// Writes text and signature below a root.
pub(super) fn write(disk: &Disk, root: &Path, line: u64, text: &str, signature: &str) -> Result<(), StoreError> {
    disk.make_folder(FileKind::Certificate, &folder(root))?;
    disk.write_whole(FileKind::Certificate, &path(root, line), text.as_bytes())?;
    disk.write_whole(FileKind::Certificate, &signature_path(root, line), signature.as_bytes())
}
