//! `rosters/SESSION.HASH.age`: the school's own list of a session, sealed, so that it survives the loss of the database
//! and can be taken away. The journal knows its hash and how many rows it has, and no name: a line of the journal
//! stays for good, a list does not.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::aside::HASH_DIGITS;
use super::error::StoreError;
use super::recipients::{Recipients, unseal};
use super::rows::{Count, to_json};
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, SessionId};
use crate::domain::roster::{MOST_ROWS, Row};

/// The newest layout that this version reads.
const FORMAT: u32 = 1;
/// A row has some hundred bytes.
const MAX_BYTES: u64 = 2_000 * MOST_ROWS as u64;

#[derive(Serialize, Deserialize)]
struct Content<'a> {
    format: u32,
    session: SessionId,
    rows: std::borrow::Cow<'a, [Row]>,
}

/// The folder below a data folder or a second copy.
pub(super) fn folder(root: &Path) -> PathBuf {
    root.join("rosters")
}

/// A file's name: a session's id has no dot.
pub(super) fn file_name(session: &SessionId, sha256: ContentHash) -> String {
    format!("{session}.{}.age", &sha256.to_string()[..HASH_DIGITS])
}

/// The file's bytes.
pub(super) fn seal(session: &SessionId, rows: &[Row], recipients: &Recipients) -> Result<Vec<u8>, StoreError> {
    let content = Content { format: FORMAT, session: session.clone(), rows: rows.into() };
    let plain = Zeroizing::new(
        serde_json::to_vec(&content)
            .map_err(|error| StoreError::caused_by(StoreFault::Other, "cannot write a list", error))?,
    );
    recipients.seal(&plain)
}

/// Opens what [`seal`] made for this session.
pub(super) fn open(
    bytes: &[u8],
    session: &SessionId,
    identity: &age::x25519::Identity,
) -> Result<Vec<Row>, StoreError> {
    let damaged = || StoreError::new(StoreFault::CapsuleDamaged, "the file of a list is damaged");
    let plain = unseal(bytes, identity, MAX_BYTES)?;
    let content: Content<'_> = serde_json::from_slice(&plain).ok().ok_or_else(damaged)?;
    if content.format > FORMAT {
        return Err(StoreError::new(StoreFault::NewerVersion, "a list was written by a newer version"));
    }
    if content.session == *session { Ok(content.rows.into_owned()) } else { Err(damaged()) }
}

/// Puts a list into the index in the place of the one before.
pub(super) fn insert(
    connection: &Connection,
    session: &SessionId,
    sha256: ContentHash,
    rows: &[Row],
) -> Result<(), StoreError> {
    insert_unread(connection, session, sha256, rows.len() as u64)?;
    let mut insert = connection
        .prepare_cached("INSERT OR IGNORE INTO roster (session, position, number, body) VALUES (?1, ?2, ?3, ?4)")?;
    for (position, row) in rows.iter().enumerate() {
        insert.execute(params![session.as_str(), Count(position as u64), row.number, to_json(row)?])?;
    }
    Ok(())
}

/// The same for a list whose file is not there or cannot be read now: its file is wanted, and nobody is on it.
pub(super) fn insert_unread(
    connection: &Connection,
    session: &SessionId,
    sha256: ContentHash,
    rows: u64,
) -> Result<(), StoreError> {
    remove(connection, session)?;
    connection.execute(
        "INSERT INTO roster_file (session, sha256, rows) VALUES (?1, ?2, ?3)",
        params![session.as_str(), sha256.0, Count(rows)],
    )?;
    Ok(())
}

/// Takes a list out of the index.
pub(super) fn remove(connection: &Connection, session: &SessionId) -> Result<(), StoreError> {
    connection.execute("DELETE FROM roster WHERE session = ?1", [session.as_str()])?;
    connection.execute("DELETE FROM roster_file WHERE session = ?1", [session.as_str()])?;
    Ok(())
}
