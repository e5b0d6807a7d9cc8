//! Rows of the database to values and back.

use std::collections::BTreeSet;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::capsule::{self, Contents};
use super::error::StoreError;
use super::migrations;
use super::values::{OpenLock, ParkedRow, RecordSummary, StoredRecord};
use crate::domain::code::{CodeDigest, SubjectCode};
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, RecordId, SessionId};
use crate::domain::record::RecordState;
use crate::domain::time::WallTime;

/// What is wrong when a row holds what was never written.
pub(super) fn odd_row(what: &str) -> StoreError {
    StoreError::new(StoreFault::DatabaseDamaged, format!("the database holds an odd {what}"))
}

pub(super) fn to_json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::caused_by(StoreFault::Other, "cannot write JSON", error))
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).ok().ok_or_else(|| odd_row(what))
}

/// A value that serializes to one word, as a column holds it.
pub(super) fn word(value: &impl Serialize) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => Ok(text),
        _ => Err(StoreError::new(StoreFault::Other, "a value is no single word")),
    }
}

pub(super) fn from_word<T: DeserializeOwned>(text: String, what: &str) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(text)).ok().ok_or_else(|| odd_row(what))
}

pub(super) fn hash_column(bytes: Vec<u8>) -> Result<ContentHash, StoreError> {
    bytes.try_into().map(ContentHash).ok().ok_or_else(|| odd_row("hash"))
}

pub(super) fn parse<T: std::str::FromStr>(text: &str, what: &str) -> Result<T, StoreError> {
    text.parse().ok().ok_or_else(|| odd_row(what))
}

pub(super) fn session_column(text: String) -> Result<SessionId, StoreError> {
    SessionId::try_from(text).ok().ok_or_else(|| odd_row("session"))
}

/// A number that is never negative, as SQLite's signed integers hold it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Count(pub(super) u64);

impl ToSql for Count {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let signed = i64::try_from(self.0).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        Ok(signed.into())
    }
}

impl FromSql for Count {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let signed = i64::column_result(value)?;
        u64::try_from(signed).map(Self).ok().ok_or_else(|| FromSqlError::OutOfRange(signed))
    }
}

/// The facts of a capsule that its row keeps.
#[derive(Debug, Clone)]
pub(super) struct CapsuleFacts {
    /// Folder: `2026-06-01`.
    pub(super) date: String,
    pub(super) sha256: ContentHash,
    pub(super) bytes: u64,
}

/// Inserts a record with its body and photo; the state is the one in the record.
pub(super) fn insert_record(
    connection: &Connection,
    contents: &Contents,
    facts: &CapsuleFacts,
) -> Result<(), StoreError> {
    let record = &contents.record;
    let mut insert = connection.prepare_cached(
        "INSERT INTO record (id, sequence, session, heading, shot, state, code_digest, last_four, roster_key, \
         photo_sha256, captured_ms, captured_offset, simulated, supersedes, bundle, capsule_date, capsule_sha256, \
         capsule_bytes, second_copy) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, NULL, ?15, ?16, ?17, 0)",
    )?;
    insert.execute(params![
        record.id.to_string(),
        Count(record.sequence),
        record.session.as_str(),
        record.group,
        record.shot.to_string(),
        word(&record.state)?,
        record.code_digest.as_bytes(),
        record.last_four,
        record.roster_key,
        record.photo_sha256.0,
        record.captured_at.unix_millis,
        record.captured_at.offset_minutes,
        record.simulated,
        record.supersedes.map(|id| id.to_string()),
        facts.date,
        facts.sha256.0,
        Count(facts.bytes),
    ])?;
    connection
        .prepare_cached("INSERT INTO record_body (record_id, body) VALUES (?1, ?2)")?
        .execute(params![record.id.to_string(), to_json(record)?])?;
    connection
        .prepare_cached("INSERT INTO photo (record_id, jpeg) VALUES (?1, ?2)")?
        .execute(params![record.id.to_string(), contents.photo])?;
    Ok(())
}

pub(super) fn set_state(connection: &Connection, id: RecordId, state: RecordState) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE record SET state = ?2 WHERE id = ?1")?
        .execute(params![id.to_string(), word(&state)?])?;
    Ok(())
}

/// The present state; `None` when there is no such record.
pub(super) fn state(connection: &Connection, id: RecordId) -> Result<Option<RecordState>, StoreError> {
    let mut select = connection.prepare_cached("SELECT state FROM record WHERE id = ?1")?;
    let found: Option<String> = select.query_row([id.to_string()], |row| row.get(0)).optional()?;
    found.map(|text| from_word(text, "state")).transpose()
}

/// A record with what its row says now.
pub(super) fn record(connection: &Connection, id: RecordId) -> Result<Option<StoredRecord>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT body, state, bundle, capsule_sha256, capsule_date FROM record \
         JOIN record_body ON record_id = id WHERE id = ?1",
    )?;
    type Columns = (String, String, Option<Count>, Vec<u8>, String);
    let columns: Option<Columns> = select
        .query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
        .optional()?;
    let Some((body, state, bundle, sha256, date)) = columns else { return Ok(None) };
    let mut record = capsule::read_record(body.as_bytes()).ok().ok_or_else(|| odd_row("record"))?;
    record.state = from_word(state, "state")?;
    let capsule_path = capsule::relative_path(&date, id);
    Ok(Some(StoredRecord {
        record,
        bundle: bundle.map(|count| count.0),
        capsule_sha256: hash_column(sha256)?,
        capsule_path,
    }))
}

/// The columns of a [`RecordSummary`], in the order that [`summary`] reads.
pub(super) const SUMMARY_COLUMNS: &str = "id, sequence, session, heading, shot, state, code_digest, photo_sha256, \
     captured_ms, captured_offset, simulated, supersedes, bundle, second_copy";

pub(super) fn summary(row: &Row<'_>) -> Result<RecordSummary, StoreError> {
    let supersedes: Option<String> = row.get(11)?;
    let digest: [u8; 32] = row.get(6)?;
    Ok(RecordSummary {
        id: parse(&row.get::<_, String>(0)?, "record id")?,
        sequence: row.get::<_, Count>(1)?.0,
        session: session_column(row.get(2)?)?,
        group: row.get(3)?,
        shot: parse(&row.get::<_, String>(4)?, "shot number")?,
        state: from_word(row.get(5)?, "state")?,
        code_digest: CodeDigest::from_bytes(digest),
        photo_sha256: hash_column(row.get(7)?)?,
        captured_at: WallTime { unix_millis: row.get(8)?, offset_minutes: row.get(9)? },
        simulated: row.get(10)?,
        supersedes: supersedes.map(|id| parse(&id, "record id")).transpose()?,
        bundle: row.get::<_, Option<Count>>(12)?.map(|count| count.0),
        second_copy: row.get(13)?,
    })
}

/// What the column `parked` says: the one who is locked, put aside, put aside since the scan desk.
pub(super) const LOCKED: u8 = 0;
pub(super) const ASIDE: u8 = 1;
pub(super) const WAITS: u8 = 2;

/// The columns of an [`OpenLock`], in the order that [`open_lock`] reads, of a database that may be of an earlier layout
/// where nothing is written.
pub(super) fn lock_columns(connection: &Connection) -> Result<String, StoreError> {
    let layout = migrations::version(connection)?;
    let bound = if layout < migrations::LOCK_ROWS { "NULL" } else { "roster_key" };
    let replaces = if layout < migrations::LOCK_REPLACES { "NULL" } else { "replaces" };
    Ok(format!("session, shot, heading, code, source, symbol, witness, parked, taken_at, {bound}, {replaces}"))
}

pub(super) fn open_lock(row: &Row<'_>) -> Result<OpenLock, StoreError> {
    let symbol: Option<String> = row.get(5)?;
    let replaces: Option<String> = row.get(10)?;
    Ok(OpenLock {
        session: session_column(row.get(0)?)?,
        shot: parse(&row.get::<_, String>(1)?, "shot number")?,
        group: row.get(2)?,
        code: SubjectCode::new(row.get(3)?).ok().ok_or_else(|| odd_row("code"))?,
        source: from_word(row.get(4)?, "source")?,
        symbol: symbol.map(|text| from_json(&text, "symbol")).transpose()?,
        witness: row.get(6)?,
        parked: row.get::<_, u8>(7)? != LOCKED,
        queued: row.get::<_, u8>(7)? == WAITS,
        taken_at: from_json(&row.get::<_, String>(8)?, "time")?,
        roster_key: row.get(9)?,
        replaces: replaces.map(|text| from_json(&text, "replaced record")).transpose()?,
    })
}

/// `shot, code_digest, parked, heading` of a subject that was put aside.
pub(super) fn parked_row(row: &Row<'_>) -> Result<ParkedRow, StoreError> {
    Ok(ParkedRow {
        shot: parse(&row.get::<_, String>(0)?, "shot number")?,
        digest: CodeDigest::from_bytes(row.get(1)?),
        queued: row.get::<_, u8>(2)? == WAITS,
        group: row.get(3)?,
    })
}

/// The next free number of an allocator, 1 at first.
pub(super) fn next_number(connection: &Connection, name: &str) -> Result<u64, StoreError> {
    let mut select = connection.prepare_cached("SELECT next FROM allocator WHERE name = ?1")?;
    Ok(select.query_row([name], |row| row.get::<_, Count>(0)).optional()?.map_or(1, |next| next.0))
}

/// Remembers that `used` is taken.
pub(super) fn use_number(connection: &Connection, name: &str, used: u64) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO allocator (name, next) VALUES (?1, ?2 + 1) \
             ON CONFLICT (name) DO UPDATE SET next = max(next, excluded.next)",
        )?
        .execute(params![name, Count(used)])?;
    Ok(())
}

/// Remembers that copies landed on the second disk.
pub(super) fn mark_copied(connection: &Connection, landed: &[RecordId]) -> Result<(), StoreError> {
    let mut update = connection.prepare_cached("UPDATE record SET second_copy = 1 WHERE id = ?1")?;
    for id in landed {
        update.execute([id.to_string()])?;
    }
    Ok(())
}

/// Remembers that the second disk has no copy of these.
pub(super) fn mark_uncopied(connection: &Connection, uncopied: &BTreeSet<RecordId>) -> Result<(), StoreError> {
    let transaction = connection.unchecked_transaction()?;
    let mut update =
        transaction.prepare_cached("UPDATE record SET second_copy = 0 WHERE id = ?1 AND second_copy = 1")?;
    for id in uncopied {
        update.execute([id.to_string()])?;
    }
    drop(update);
    transaction.commit()?;
    Ok(())
}
