//! What an event does to the database: one function for live work, for replaying the journal's tail at start, and
//! for rebuilding everything. So the journal alone decides what the index says.

use rusqlite::{Connection, params};

use super::collected;
use super::error::StoreError;
use super::event::{Event, PARKED, RECALLED, What};
use super::journal::Line;
use super::lost_locks;
use super::operators;
use super::purge;
use super::roster_file;
use super::rows::{ASIDE, Count, LOCKED, set_state, to_json, use_number};
use super::session_settings::SessionSettings;
use super::values::{BundleRow, Change, Note};
use crate::domain::ids::{SessionId, ShotNumber};
use crate::domain::record::RecordState;

/// Allocator of record sequences.
pub(super) const RECORDS: &str = "record";
/// Allocator of bundle sequences.
pub(super) const BUNDLES: &str = "bundle";

/// Allocator of a session's shot numbers.
pub(super) fn shots_of(session: &SessionId) -> String {
    format!("shot:{session}")
}

/// Puts an event's consequences into the database. The record of a `Stored` event and the rows of a list are inserted
/// by the caller, who has the file; legality of moves is checked before an event is made, never here.
pub(super) fn apply(connection: &Connection, event: &Event) -> Result<(), StoreError> {
    match &event.what {
        What::StationMade { .. } | What::StationAdopted { .. } => Ok(()),
        What::OperatorSet { .. } | What::PinTried { .. } | What::PinPassed { .. } => {
            operators::apply(connection, &event.what)
        }
        What::CollectedElsewhere { .. } => collected::apply(connection, &event.what),
        What::Purged { records, .. } => purge::apply(connection, records),
        What::Noted { session, note } => put_aside(connection, session.as_ref(), note),
        What::RosterSet { columns, .. } if columns.is_empty() => Ok(()),
        What::RosterSet { school, columns, .. } => {
            connection.execute(
                "INSERT INTO roster_columns (school, chosen) VALUES (?1, ?2) \
                 ON CONFLICT (school) DO UPDATE SET chosen = excluded.chosen",
                params![school, to_json(columns)?],
            )?;
            Ok(())
        }
        What::RosterRemoved { session } => roster_file::remove(connection, session),
        What::SessionSet { settings } => put_session(connection, settings),
        What::SessionOpened { session } => put_meta(connection, "current_session", session.as_str()),
        What::ProfileKept { sha256, id, version, text } => {
            connection.execute(
                "INSERT OR IGNORE INTO profile (sha256, id, version, text) VALUES (?1, ?2, ?3, ?4)",
                params![sha256.0, id, version, text],
            )?;
            Ok(())
        }
        What::LockTaken { session, shot, .. } => use_number(connection, &shots_of(session), u64::from(shot.number)),
        What::LockEnded { session, shot, .. } => end_lock(connection, session, *shot),
        What::Stored { sequence, session, shot, .. } => {
            use_number(connection, RECORDS, *sequence)?;
            use_number(connection, &shots_of(session), u64::from(shot.number))?;
            end_lock(connection, session, *shot)
        }
        What::Moved { records, to, .. } => records.iter().try_for_each(|record| set_state(connection, *record, *to)),
        What::Changed { record, change, reason } => {
            let body = Change { record: *record, kind: *change, reason: reason.clone(), by: event.by, at: event.at };
            connection.execute(
                "INSERT INTO change (event, record_id, body) VALUES (?1, ?2, ?3)",
                params![Count(event.seq), record.to_string(), to_json(&body)?],
            )?;
            Ok(())
        }
        What::BundleMade { bundle, changes } => {
            put_bundle(connection, bundle)?;
            let mut update =
                connection.prepare_cached("UPDATE change SET bundle = ?1 WHERE bundle IS NULL AND record_id = ?2")?;
            for record in changes {
                update.execute(params![Count(bundle.sequence), record.to_string()])?;
            }
            Ok(())
        }
        What::BundleDelivered { sequence, target } => deliver(connection, event, *sequence, target),
        What::ReceiptTaken { bundle_sha256, centre, body, signature, second: _ } => {
            connection.execute(
                "INSERT INTO receipt (event, bundle_sha256, centre, body, signature) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![Count(event.seq), bundle_sha256.0, centre, body, signature],
            )?;
            Ok(())
        }
    }
}

/// Remembers an event with the line that holds it; `end_offset` is behind its line end in `file`.
pub(super) fn insert_event(
    connection: &Connection,
    event: &Event,
    line: &Line,
    file: &str,
    end_offset: u64,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO event (seq, kind, body, line, hash, file, end_offset) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            Count(event.seq),
            kind(&event.what),
            to_json(event)?,
            line.text,
            line.hash.0,
            file,
            Count(end_offset),
        ])?;
    let mut link = connection.prepare_cached("INSERT OR IGNORE INTO event_record (record_id, seq) VALUES (?1, ?2)")?;
    for record in event.what.records() {
        link.execute(params![record.to_string(), Count(event.seq)])?;
    }
    Ok(())
}

/// Remembers how long a journal file is.
pub(super) fn set_file_length(connection: &Connection, file: &str, length: u64) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO journal_file (name, length) VALUES (?1, ?2) \
             ON CONFLICT (name) DO UPDATE SET length = excluded.length",
        )?
        .execute(params![file, Count(length)])?;
    Ok(())
}

pub(super) fn put_meta(connection: &Connection, name: &str, value: &str) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        params![name, value],
    )?;
    Ok(())
}

fn put_session(connection: &Connection, settings: &SessionSettings) -> Result<(), StoreError> {
    let id = settings.id.as_str();
    connection.execute(
        "INSERT INTO session (id, settings) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET settings = excluded.settings",
        params![id, to_json(settings)?],
    )?;
    connection.execute("DELETE FROM session_group WHERE session = ?1", [id])?;
    for (position, group) in settings.groups.iter().enumerate() {
        connection.execute(
            "INSERT OR IGNORE INTO session_group (session, position, name, heads) VALUES (?1, ?2, ?3, ?4)",
            params![id, Count(position as u64), group.name, group.heads],
        )?;
    }
    Ok(())
}

fn end_lock(connection: &Connection, session: &SessionId, shot: ShotNumber) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM open_lock WHERE session = ?1 AND shot = ?2")?
        .execute(params![session.as_str(), shot.to_string()])?;
    lost_locks::forget(connection, session, shot)
}

/// Parking and calling again are notes about a lock.
fn put_aside(connection: &Connection, session: Option<&SessionId>, note: &Note) -> Result<(), StoreError> {
    let parked = match note.name.as_str() {
        PARKED => ASIDE,
        RECALLED => LOCKED,
        _ => return Ok(()),
    };
    if let (Some(session), Some(shot)) = (session, note.shot) {
        connection
            .prepare_cached("UPDATE open_lock SET parked = ?3 WHERE session = ?1 AND shot = ?2")?
            .execute(params![session.as_str(), shot.to_string(), parked])?;
    }
    Ok(())
}

fn put_bundle(connection: &Connection, bundle: &BundleRow) -> Result<(), StoreError> {
    use_number(connection, BUNDLES, bundle.sequence)?;
    connection.execute(
        "INSERT INTO bundle (sequence, session, sha256, body) VALUES (?1, ?2, ?3, ?4)",
        params![Count(bundle.sequence), bundle.session.as_str(), bundle.sha256.0, to_json(bundle)?],
    )?;
    let mut link = connection.prepare_cached("INSERT INTO bundle_record (bundle, record_id) VALUES (?1, ?2)")?;
    let mut mark = connection.prepare_cached("UPDATE record SET bundle = ?1 WHERE id = ?2")?;
    for record in &bundle.records {
        link.execute(params![Count(bundle.sequence), record.to_string()])?;
        mark.execute(params![Count(bundle.sequence), record.to_string()])?;
        set_state(connection, *record, RecordState::Sealed)?;
    }
    Ok(())
}

fn deliver(connection: &Connection, event: &Event, sequence: u64, target: &str) -> Result<(), StoreError> {
    let body: String =
        connection.query_row("SELECT body FROM bundle WHERE sequence = ?1", [Count(sequence)], |row| row.get(0))?;
    let mut bundle: BundleRow = super::rows::from_json(&body, "bundle")?;
    bundle.delivered = Some((event.at, target.to_owned()));
    connection
        .execute("UPDATE bundle SET body = ?2 WHERE sequence = ?1", params![Count(sequence), to_json(&bundle)?])?;
    Ok(())
}

/// The kind of a line that goes on with a purge.
pub(super) const PURGED_ON: &str = "purged_on";

pub(super) const fn kind(what: &What) -> &'static str {
    match what {
        What::StationMade { .. } => "station_made",
        What::SessionSet { .. } => "session_set",
        What::SessionOpened { .. } => "session_opened",
        What::ProfileKept { .. } => "profile_kept",
        What::LockTaken { .. } => "lock_taken",
        What::LockEnded { .. } => "lock_ended",
        What::Noted { .. } => "noted",
        What::Stored { .. } => "stored",
        What::Moved { .. } => "moved",
        What::Changed { .. } => "changed",
        What::BundleMade { .. } => "bundle_made",
        What::BundleDelivered { .. } => "bundle_delivered",
        What::ReceiptTaken { .. } => "receipt_taken",
        What::Purged { part_of: None, .. } => "purged",
        What::Purged { part_of: Some(_), .. } => PURGED_ON,
        What::RosterSet { .. } => "roster_set",
        What::RosterRemoved { .. } => "roster_removed",
        What::StationAdopted { .. } => "station_adopted",
        What::OperatorSet { .. } => "operator_set",
        What::PinTried { .. } => "pin_tried",
        What::PinPassed { .. } => "pin_passed",
        What::CollectedElsewhere { .. } => "collected_elsewhere",
    }
}
