//! `locks/SESSION.SHOT.age`: the subject that holds a shot number, sealed, so that a lock survives the loss of the
//! database. Written before the lock counts, taken away when it has ended; its hash stands in the journal.
//!
//! It is apart from the journal because it holds the code and the picture of the phone, which must not stay when the
//! subject leaves without a record.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::error::StoreError;
use super::recipients::{Recipients, unseal};
use super::rows::{self, word};
use super::values::{OpenLock, Replaced};
use crate::domain::code::{CodeSource, CodeSymbol, SubjectCode, base64_bytes};
use crate::domain::fault::StoreFault;
use crate::domain::ids::{SessionId, ShotNumber};
use crate::domain::time::WallTime;

/// The newest layout that this version reads.
const FORMAT: u32 = 1;
/// The picture of a phone has some ten thousand bytes.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
struct Content {
    format: u32,
    session: SessionId,
    group: Option<String>,
    shot: ShotNumber,
    #[serde(with = "base64_bytes")]
    code: Vec<u8>,
    source: CodeSource,
    symbol: Option<CodeSymbol>,
    /// Empty when none was taken.
    #[serde(with = "base64_bytes")]
    witness: Vec<u8>,
    taken_at: WallTime,
    /// Of the school's list; earlier versions kept none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    roster_key: Option<String>,
    /// Earlier versions kept none, and leave it where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replaces: Option<Replaced>,
}

/// The folder below the data folder.
pub(super) fn folder(data: &Path) -> PathBuf {
    data.join("locks")
}

/// Where the file of a lock lies.
pub(super) fn path(data: &Path, session: &SessionId, shot: ShotNumber) -> PathBuf {
    folder(data).join(file_name(session, shot))
}

/// Its name: a session's id has no dot.
pub(super) fn file_name(session: &SessionId, shot: ShotNumber) -> String {
    format!("{session}.{shot}.age")
}

/// The file's bytes.
pub(super) fn seal(lock: &OpenLock, recipients: &Recipients) -> Result<Vec<u8>, StoreError> {
    let content = Content {
        format: FORMAT,
        session: lock.session.clone(),
        group: lock.group.clone(),
        shot: lock.shot,
        code: lock.code.as_bytes().to_vec(),
        source: lock.source,
        symbol: lock.symbol.clone(),
        witness: lock.witness.clone().unwrap_or_default(),
        taken_at: lock.taken_at,
        roster_key: lock.roster_key.clone(),
        replaces: lock.replaces,
    };
    let plain = Zeroizing::new(
        serde_json::to_vec(&content)
            .map_err(|error| StoreError::caused_by(StoreFault::Other, "cannot write a lock", error))?,
    );
    recipients.seal(&plain)
}

/// Opens what [`seal`] made; the lock is not parked.
pub(super) fn open(bytes: &[u8], identity: &age::x25519::Identity) -> Result<OpenLock, StoreError> {
    let damaged = || StoreError::new(StoreFault::CapsuleDamaged, "the file of a lock is damaged");
    let plain = unseal(bytes, identity, MAX_BYTES)?;
    let content: Content = serde_json::from_slice(&plain).ok().ok_or_else(damaged)?;
    if content.format > FORMAT {
        return Err(StoreError::new(StoreFault::NewerVersion, "a lock was written by a newer version"));
    }
    Ok(OpenLock {
        session: content.session,
        group: content.group,
        shot: content.shot,
        code: SubjectCode::new(content.code).ok().ok_or_else(damaged)?,
        source: content.source,
        symbol: content.symbol,
        witness: (!content.witness.is_empty()).then_some(content.witness),
        parked: false,
        queued: false,
        taken_at: content.taken_at,
        roster_key: content.roster_key,
        replaces: content.replaces,
    })
}

/// The durable row of a lock.
pub(super) fn insert(connection: &Connection, lock: &OpenLock) -> Result<(), StoreError> {
    let symbol = lock.symbol.as_ref().map(rows::to_json).transpose()?;
    let replaces = lock.replaces.as_ref().map(rows::to_json).transpose()?;
    let parked = match (lock.queued, lock.parked) {
        (true, _) => rows::WAITS,
        (false, true) => rows::ASIDE,
        (false, false) => rows::LOCKED,
    };
    connection.execute(
        "INSERT INTO open_lock (session, shot, heading, code, code_digest, source, symbol, witness, parked, taken_at, \
         roster_key, replaces) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            lock.session.as_str(),
            lock.shot.to_string(),
            lock.group,
            lock.code.as_bytes(),
            lock.code.digest().as_bytes(),
            word(&lock.source)?,
            symbol,
            lock.witness,
            parked,
            rows::to_json(&lock.taken_at)?,
            lock.roster_key,
            replaces,
        ],
    )?;
    Ok(())
}

/// Whether the session's lock with this number has a row.
pub(super) fn is_held(connection: &Connection, session: &SessionId, shot: ShotNumber) -> Result<bool, StoreError> {
    let mut select = connection.prepare_cached("SELECT 1 FROM open_lock WHERE session = ?1 AND shot = ?2")?;
    Ok(select.exists(params![session.as_str(), shot.to_string()])?)
}
