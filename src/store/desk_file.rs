//! `desk.age`: what the desk must not forget between two starts and what is in no record yet: pictures of a tethered
//! camera that wait for somebody, how far its clock is ahead, and the heading that each session has come to. Sealed,
//! since paths and headings may name people; written whole with every change.

use std::collections::BTreeMap;
use std::fs;

use rusqlite::OptionalExtension as _;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::disk::{FileKind, UNFINISHED_PREFIX};
use super::error::StoreError;
use super::recipients::unseal;
use super::station::Store;
use crate::domain::fault::StoreFault;
use crate::domain::ids::SessionId;
use crate::domain::tether::Kept;

/// The newest layout that this version reads.
const FORMAT: u32 = 1;
const FILE: &str = "desk.age";
/// Some thousand paths.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
struct Content {
    format: u32,
    #[serde(default)]
    tether: Kept,
    /// By the session's id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headings: BTreeMap<String, String>,
}

impl Default for Content {
    fn default() -> Self {
        Self { format: FORMAT, tether: Kept::default(), headings: BTreeMap::new() }
    }
}

impl Store {
    /// Keeps it in the place of what was kept before.
    pub fn keep_tether(&self, kept: &Kept) -> Result<(), StoreError> {
        self.keep_for_desk(&Content { tether: kept.clone(), ..self.kept_for_desk()? })
    }

    /// What was kept; nothing when there is none. A damaged file is set aside and said in the log.
    pub fn kept_tether(&self) -> Result<Kept, StoreError> {
        Ok(self.kept_for_desk()?.tether)
    }

    /// The next locks of this session get this heading, after a restart, too.
    pub fn keep_heading(&self, session: &SessionId, heading: &str) -> Result<(), StoreError> {
        let mut content = self.kept_for_desk()?;
        content.headings.insert(session.to_string(), heading.to_owned());
        self.keep_for_desk(&content)
    }

    /// The heading that was kept, else that of the session's newest record.
    pub fn heading_to_go_on_with(&self, session: &SessionId) -> Result<Option<String>, StoreError> {
        if let Some(kept) = self.kept_for_desk()?.headings.remove(session.as_str()) {
            return Ok(Some(kept));
        }
        let mut select = self
            .connection
            .prepare_cached("SELECT heading FROM record WHERE session = ?1 ORDER BY sequence DESC LIMIT 1")?;
        let newest = select.query_row([session.as_str()], |row| row.get::<_, Option<String>>(0));
        Ok(newest.optional()?.flatten())
    }

    /// What a crash left half written names people, and no purge would find it; the file before it is whole.
    pub(super) fn remove_unfinished_tray(&self) -> Result<(), StoreError> {
        self.disk.remove(FileKind::Lock, &self.folder.join(format!("{UNFINISHED_PREFIX}{FILE}")))
    }

    /// Nothing at all leaves no file.
    fn keep_for_desk(&self, content: &Content) -> Result<(), StoreError> {
        self.writable()?;
        let path = self.folder.join(FILE);
        if content.tether == Kept::default() && content.headings.is_empty() {
            return if path.exists() { self.disk.remove(FileKind::Lock, &path) } else { Ok(()) };
        }
        let plain =
            Zeroizing::new(serde_json::to_vec(content).map_err(|error| {
                StoreError::caused_by(StoreFault::Other, "cannot write what the desk keeps", error)
            })?);
        self.disk.write_whole(FileKind::Lock, &path, &self.recipients.seal(&plain)?)
    }

    fn kept_for_desk(&self) -> Result<Content, StoreError> {
        let path = self.folder.join(FILE);
        let plain = match fs::read(&path) {
            Ok(bytes) => unseal(&bytes, self.keys.identity(), MAX_BYTES).ok(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Content::default()),
            Err(error) => {
                // A tray that cannot be read must not keep the desk shut.
                log::warn!("desk.age: {error}");
                None
            }
        };
        let content = plain.and_then(|plain| serde_json::from_slice::<Content>(&plain).ok());
        match content {
            Some(content) if content.format <= FORMAT => Ok(content),
            Some(_) => Err(StoreError::new(StoreFault::NewerVersion, "desk.age was written by a newer version")),
            None => {
                log::warn!("desk.age is damaged: what waited in the tray is to be brought again");
                if self.writable().is_ok()
                    && let Err(error) = self.disk.set_aside(&path, &self.folder.join("set-aside"))
                {
                    log::warn!("desk.age cannot be set aside: {error}");
                }
                Ok(Content::default())
            }
        }
    }
}
