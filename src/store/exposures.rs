//! The stored pictures that a new one may repeat.

use rusqlite::OptionalExtension as _;
use serde::Deserialize;

use super::error::StoreError;
use super::rows::{from_json, parse, word};
use super::station::Store;
use crate::domain::code::CodeDigest;
use crate::domain::exposure::{ExposureHash, KeptExposure};
use crate::domain::ids::{ContentHash, RecordId, SessionId};
use crate::domain::record::RecordState;

/// What is read of a record's body.
#[derive(Deserialize)]
struct Body {
    code_digest: CodeDigest,
    original_sha256: ContentHash,
    #[serde(default)]
    exposure: Option<ExposureHash>,
}

impl Store {
    /// Number of the newest journal line: while it stays, nothing has changed.
    pub const fn changes(&self) -> u64 {
        self.head.seq
    }

    /// The newest records of a session that stand, at most so many, newest first.
    pub fn standing(&self, session: &SessionId, most: usize) -> Result<Vec<RecordId>, StoreError> {
        let mut select =
            self.connection.prepare_cached("SELECT id, state FROM record WHERE session = ?1 ORDER BY sequence DESC")?;
        let stands = RecordState::ALL.iter().filter(|state| state.stands());
        let stands = stands.map(word).collect::<Result<Vec<_>, _>>()?;
        let mut rows = select.query([session.as_str()])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()?
            && found.len() < most
        {
            if stands.contains(&row.get::<_, String>(1)?) {
                found.push(parse(&row.get::<_, String>(0)?, "record id")?);
            }
        }
        Ok(found)
    }

    /// What a new picture is compared with; `None` when the record's body is gone.
    pub fn exposure(&self, record: RecordId) -> Result<Option<KeptExposure>, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT body FROM record_body WHERE record_id = ?1")?;
        let body: Option<String> = select.query_row([record.to_string()], |row| row.get(0)).optional()?;
        let Some(body) = body else { return Ok(None) };
        let Body { code_digest, original_sha256, exposure } = from_json(&body, "record")?;
        Ok(Some(KeptExposure { record, subject: code_digest, original: original_sha256, exposure }))
    }
}
