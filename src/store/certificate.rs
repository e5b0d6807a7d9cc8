//! The purge certificate: `certificates/PURGE-000042.json` with its minisign signature beside it; 42 is the line of
//! the journal that the purge began with. `minisign -V` checks it with the station's public key.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::params;
use serde_json::json;

use super::apply::PURGED_ON;
use super::disk::{Disk, FileKind};
use super::error::StoreError;
use super::event::{BACKUP, Event, What};
use super::purge::{PurgedRecord, capsule_aside, exists};
use super::reconcile::files_in;
use super::rows::{self, Count, from_json};
use super::settings::Settings;
use super::station::Store;
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, RecordId, StationLetter};
use crate::domain::time::WallTime;
use crate::text::{Lang, purge as words};

/// The layout of the JSON.
const FORMAT: u32 = 1;

/// Who may still hold what was purged here.
#[derive(Debug, Clone, Default)]
struct HeldBy {
    bundles: Vec<HoldingBundle>,
    backups: Vec<(WallTime, String)>,
    /// Databases that were set aside, below the data folder.
    set_aside: Vec<String>,
    /// Capsules that were set aside and that no record is known for: whose they are, only they say.
    capsules_set_aside: Vec<PathBuf>,
    adopted: Vec<AdoptedStation>,
}

/// A station whose records were taken over: its own folders stay as they were.
#[derive(Debug, Clone)]
struct AdoptedStation {
    station: String,
    letter: StationLetter,
    at: WallTime,
    from: Option<String>,
}

/// A bundle that some of the records left in.
#[derive(Debug, Clone)]
struct HoldingBundle {
    file_name: String,
    sha256: ContentHash,
    delivered_to: Option<String>,
    /// Receipts that came for it: signed ones, and those on paper.
    receipts: (usize, usize),
    records: Vec<RecordId>,
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
fn text(settings: &Settings, event: &Event, records: &[PurgedRecord], held: &HeldBy) -> Result<String, StoreError> {
    let What::Purged { reason, second, .. } = &event.what else {
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
    let adopted = held.adopted.iter().map(|old| {
        json!({ "station": old.station, "letter": old.letter, "adopted_at": old.at.to_rfc3339(), "copy": old.from })
    });
    let adopted: Vec<_> = adopted.collect();
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
        "still_held_by": {
            "bundles": bundles,
            "backups": backups,
            "databases_set_aside": held.set_aside,
            "capsules_set_aside": held.capsules_set_aside,
            "adopted_stations": adopted,
        },
        "statement": [words::statement(Lang::Zh), words::statement(Lang::En)],
        "not_promised": [words::not_promised(Lang::Zh), words::not_promised(Lang::En)],
    });
    serde_json::to_string_pretty(&text)
        .map(|text| format!("{text}\n"))
        .map_err(|error| StoreError::caused_by(StoreFault::Other, "cannot write the certificate", error))
}

/// Writes text and signature below a root.
fn write(disk: &Disk, root: &Path, line: u64, text: &str, signature: &str) -> Result<(), StoreError> {
    disk.make_folder(FileKind::Certificate, &folder(root))?;
    disk.write_whole(FileKind::Certificate, &path(root, line), text.as_bytes())?;
    disk.write_whole(FileKind::Certificate, &signature_path(root, line), signature.as_bytes())
}

impl Store {
    /// Signs for a purge, all of its portions, on both disks; says how many records they were.
    pub(super) fn write_certificate(&self, line: u64) -> Result<usize, StoreError> {
        let event = self.purge_event(line)?;
        let What::Purged { records, .. } = &event.what else { return Err(rows::odd_row("event")) };
        let mut records = records.clone();
        records.extend(self.later_portions(line)?);
        let held = HeldBy {
            bundles: self.bundles_with(&records)?,
            backups: self.backups_since()?,
            set_aside: databases_aside(&self.folder)?,
            capsules_set_aside: self.capsules_aside()?,
            adopted: self.adopted_stations()?,
        };
        let text = text(&self.settings, &event, &records, &held)?;
        let comment = format!("tucai purge certificate {line} of station {}", self.settings.station);
        let signed = self.keys.sign(text.as_bytes(), &comment, "signature of a tucai purge certificate")?;
        let signature = signed.into_string();
        // The first disk's comes last: while it is missing the next start writes both again.
        if let Some(root) = self.second_root().filter(|root| root.is_dir())
            && let Err(error) = write(&self.second_disk(), &root, line, &text, &signature)
        {
            log::warn!("second copy: {error}");
        }
        write(&self.disk, &self.folder, line, &text, &signature)?;
        Ok(records.len())
    }

    fn purge_event(&self, line: u64) -> Result<Event, StoreError> {
        let body: String =
            self.connection.query_row("SELECT body FROM event WHERE seq = ?1", [Count(line)], |row| row.get(0))?;
        from_json(&body, "event")
    }

    /// Records of the portions behind the first one.
    fn later_portions(&self, first: u64) -> Result<Vec<PurgedRecord>, StoreError> {
        let mut select = self.connection.prepare("SELECT seq FROM event WHERE kind = ?1 AND seq > ?2 ORDER BY seq")?;
        let lines = select.query_map(params![PURGED_ON, Count(first)], |row| Ok(row.get::<_, Count>(0)?.0))?;
        let mut later = Vec::new();
        for line in lines {
            if let What::Purged { records, part_of: Some(of), .. } = self.purge_event(line?)?.what
                && of == first
            {
                later.extend(records);
            }
        }
        Ok(later)
    }

    /// Bundles that any of these records left in: file name, hash of the payload, where it was delivered.
    fn bundles_with(&self, records: &[PurgedRecord]) -> Result<Vec<HoldingBundle>, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT bundle FROM bundle_record WHERE record_id = ?1")?;
        let mut by_bundle: BTreeMap<u64, Vec<RecordId>> = BTreeMap::new();
        for record in records {
            let found = select.query_map([record.record.to_string()], |row| Ok(row.get::<_, Count>(0)?.0))?;
            for bundle in found {
                by_bundle.entry(bundle?).or_default().push(record.record);
            }
        }
        by_bundle
            .into_iter()
            .map(|(sequence, records)| {
                let bundle = self.bundle(sequence)?;
                Ok(HoldingBundle {
                    receipts: self.receipt_counts(bundle.sha256)?,
                    file_name: bundle.file_name,
                    sha256: bundle.sha256,
                    delivered_to: bundle.delivered.map(|(_, target)| target),
                    records,
                })
            })
            .collect()
    }

    /// Capsules in `set-aside/` on either disk whose record has no row: a save that did not commit, a file that was never
    /// finished. Those of purged records are gone by now.
    fn capsules_aside(&self) -> Result<Vec<PathBuf>, StoreError> {
        let second = self.second_root().filter(|root| root.is_dir());
        let mut found = Vec::new();
        for root in std::iter::once(self.folder.clone()).chain(second) {
            for (name, path) in files_in(&root.join("set-aside"))? {
                let Some(id) = capsule_aside(&name) else { continue };
                if rows::state(&self.connection, id)?.is_none() {
                    found.push(path);
                }
            }
        }
        Ok(found)
    }

    /// Every station that was taken over so far.
    fn adopted_stations(&self) -> Result<Vec<AdoptedStation>, StoreError> {
        let mut select =
            self.connection.prepare("SELECT body FROM event WHERE kind = 'station_adopted' ORDER BY seq")?;
        let bodies = select.query_map([], |row| row.get::<_, String>(0))?;
        let mut adopted = Vec::new();
        for body in bodies {
            let event: Event = from_json(&body?, "event")?;
            if let What::StationAdopted { station, letter, from, .. } = event.what {
                adopted.push(AdoptedStation { station, letter, at: event.at, from });
            }
        }
        Ok(adopted)
    }

    /// Every backup that was made so far: when and where.
    fn backups_since(&self) -> Result<Vec<(WallTime, String)>, StoreError> {
        let mut select =
            self.connection.prepare("SELECT body FROM event WHERE kind = 'noted' AND body LIKE ?1 ORDER BY seq")?;
        let bodies = select.query_map([format!("%\"{BACKUP}\"%")], |row| row.get::<_, String>(0))?;
        let mut backups = Vec::new();
        for body in bodies {
            let event: Event = from_json(&body?, "event")?;
            if let What::Noted { note, .. } = event.what
                && note.name == BACKUP
            {
                backups.push((event.at, note.detail.unwrap_or_default()));
            }
        }
        Ok(backups)
    }
}

/// Old databases that were set aside: they hold what they held.
fn databases_aside(folder: &Path) -> Result<Vec<String>, StoreError> {
    let aside = folder.join("set-aside");
    let names = files_in(&aside)?.into_iter().map(|(name, _)| name);
    Ok(names.filter(|name| name.starts_with("database-")).map(|name| format!("set-aside/{name}")).collect())
}
