//! Two moments that the window compares its clock with: of the newest pictures, and of the oldest one without a bundle.

use rusqlite::{OptionalExtension as _, params};

use super::error::StoreError;
use super::station::Store;
use crate::domain::ids::SessionId;
use crate::domain::time::WallTime;

/// So many pictures are looked at for the latest time: one that was stored under a wrong clock does not hide the others.
const NEWEST: u32 = 50;

impl Store {
    /// The latest time of the newest pictures, whichever session they are of.
    pub fn newest_picture_at(&self) -> Result<Option<WallTime>, StoreError> {
        let mut select = self.connection.prepare_cached(
            "SELECT captured_ms, captured_offset FROM \
             (SELECT captured_ms, captured_offset FROM record ORDER BY sequence DESC LIMIT ?1) \
             ORDER BY captured_ms DESC LIMIT 1",
        )?;
        let found =
            select.query_row([NEWEST], |row| Ok(WallTime { unix_millis: row.get(0)?, offset_minutes: row.get(1)? }));
        Ok(found.optional()?)
    }

    /// When the oldest picture of a session was taken that still waits for its bundle.
    pub fn oldest_unsealed_at(&self, session: &SessionId) -> Result<Option<WallTime>, StoreError> {
        let mut oldest: Option<WallTime> = None;
        for state in ["stored", "approved"] {
            let mut select = self.connection.prepare_cached(
                "SELECT captured_ms, captured_offset FROM record WHERE session = ?1 AND state = ?2 \
                 ORDER BY sequence LIMIT 1",
            )?;
            let found = select.query_row(params![session.as_str(), state], |row| {
                Ok(WallTime { unix_millis: row.get(0)?, offset_minutes: row.get(1)? })
            });
            let found = found.optional()?;
            oldest = [oldest, found].into_iter().flatten().min_by_key(|time| time.unix_millis);
        }
        Ok(oldest)
    }
}
