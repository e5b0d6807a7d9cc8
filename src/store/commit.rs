//! The one way in which anything is written: statements, journal lines, commit; and taking back what failed.

use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior};

use super::apply::{apply, insert_event, set_file_length};
use super::database;
use super::disk::{FileKind, Step};
use super::error::StoreError;
use super::event::What;
use super::journal::{Batch, Head};
use super::options::Access;
use super::rows;
use super::second::{Lines, SecondDisk};
use super::station::Store;
use crate::domain::fault::StoreFault;
use crate::domain::time::WallTime;

impl Store {
    /// Refuses to write: opened for reading, or the disk is failing.
    pub(super) fn writable(&self) -> Result<(), StoreError> {
        if self.access == Access::ReadOnly {
            return Err(StoreError::new(StoreFault::FolderNotWritable, "the folder was opened for reading only"));
        }
        self.disk.check()
    }

    /// Makes events durable with what they do to the database: statements first, so that a refusal by a constraint
    /// leaves no trace, then the journal's lines, then the commit. What fails is taken back, unless the disk itself
    /// is failing; then nothing more is touched and the next start puts together what is there.
    pub(super) fn commit(
        &mut self,
        whats: Vec<What>,
        by: u32,
        now: WallTime,
        prepare: impl FnOnce(&Transaction<'_>) -> Result<(), StoreError>,
    ) -> Result<Lines, StoreError> {
        self.writable()?;
        let batch = Batch::seal(&self.head, &self.recipients, whats, by, now)?;
        let bytes = batch.bytes();
        let landed = self.second.as_ref().map(SecondDisk::take_landed).unwrap_or_default();
        self.announce.extend(&landed);
        self.landed.extend(landed);
        let outcome = self.commit_batch(&batch, &bytes, prepare);
        let offset = outcome.inspect_err(|error| {
            if matches!(error.fault(), StoreFault::DiskFailing | StoreFault::DatabaseDamaged) {
                self.disk.declare_failing();
            }
        })?;
        if let Some((_, line)) = batch.events.last() {
            self.head = Head { seq: line.seq, hash: line.hash };
        }
        self.landed.clear();
        Ok(Lines { file: batch.file, offset, bytes })
    }

    fn commit_batch(
        &mut self,
        batch: &Batch,
        bytes: &[u8],
        prepare: impl FnOnce(&Transaction<'_>) -> Result<(), StoreError>,
    ) -> Result<u64, StoreError> {
        let offset = file_length(&self.connection, &batch.file)?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        rows::mark_copied(&transaction, &self.landed)?;
        prepare(&transaction)?;
        let mut end = offset;
        for (event, line) in &batch.events {
            end += line.text.len() as u64 + 1;
            insert_event(&transaction, event, line, &batch.file, end)?;
            apply(&transaction, event)?;
        }
        set_file_length(&transaction, &batch.file, end)?;
        self.journal.append(&self.disk, &batch.file, offset, bytes)?;
        let path = database::path(&self.folder);
        let committed = self
            .disk
            .ask(FileKind::Database, Step::Commit, &path)
            .and_then(|()| transaction.commit().map_err(StoreError::from));
        if let Err(error) = committed {
            if error.fault() == StoreFault::DiskFailing {
                self.disk.declare_failing();
            } else {
                self.journal.take_back(&self.disk, &batch.file, offset)?;
            }
            return Err(error);
        }
        self.disk.after(FileKind::Database, Step::Commit);
        Ok(offset)
    }

    /// Commits and sends the lines to the second disk.
    pub(super) fn commit_and_copy(
        &mut self,
        whats: Vec<What>,
        by: u32,
        now: WallTime,
        prepare: impl FnOnce(&Transaction<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let lines = self.commit(whats, by, now, prepare)?;
        if let Some(second) = &self.second {
            second.lines(lines);
        }
        Ok(())
    }
}

/// The newest line that the database knows.
pub(super) fn read_head(connection: &Connection) -> Result<Head, StoreError> {
    let found: Option<(u64, Vec<u8>)> = connection
        .query_row("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok((row.get::<_, rows::Count>(0)?.0, row.get(1)?))
        })
        .optional()?;
    match found {
        Some((seq, hash)) => Ok(Head { seq, hash: rows::hash_column(hash)? }),
        None => Ok(Head::START),
    }
}

/// How long a journal file is, as far as the database knows.
pub(super) fn file_length(connection: &Connection, file: &str) -> Result<u64, StoreError> {
    let mut select = connection.prepare_cached("SELECT length FROM journal_file WHERE name = ?1")?;
    Ok(select.query_row([file], |row| row.get::<_, rows::Count>(0)).optional()?.map_or(0, |length| length.0))
}
