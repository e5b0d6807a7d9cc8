//! Which files of lists belong on a disk: decided by the index, brought about on the first disk here and on the second
//! by its own thread.
//!
//! A list that the journal speaks of is wanted until the journal says that it is over or replaced, whether its file can
//! be read at this moment or not: a damaged or newer file, and a copy on a disk that is away, stay. So no start takes
//! the last good copy away.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::TransactionBehavior;

use super::aside;
use super::disk::{Disk, FileKind};
use super::error::StoreError;
use super::reconcile::files_in;
use super::roster_file;
use super::rows::{self, hash_column};
use super::station::Store;
use crate::domain::ids::{ContentHash, SessionId};
use crate::domain::set_up::RunBy;
use crate::domain::time::WallTime;

/// The files that are wanted, by name, with the hash of their bytes.
pub(super) type Lists = BTreeMap<String, ContentHash>;

/// Whose files are asked for.
const ALL: &str = "1";
/// A list whose rows could not be read when its line was taken in.
const UNREAD: &str = "NOT EXISTS (SELECT 1 FROM roster WHERE roster.session = roster_file.session)";

impl Store {
    /// Every session's list, whether it can be read or not.
    pub(super) fn lists(&self) -> Result<Lists, StoreError> {
        let files = self.roster_files(ALL)?.into_iter();
        Ok(files.map(|(session, sha256)| (roster_file::file_name(&session, sha256), sha256)).collect())
    }

    /// Every list's session with the hash of its file.
    pub(super) fn list_files(&self) -> Result<Vec<(SessionId, ContentHash)>, StoreError> {
        self.roster_files(ALL)
    }

    fn roster_files(&self, condition: &str) -> Result<Vec<(SessionId, ContentHash)>, StoreError> {
        let sql = format!("SELECT session, sha256 FROM roster_file WHERE {condition} ORDER BY session");
        let mut select = self.connection.prepare_cached(&sql)?;
        let mut found = select.query([])?;
        let mut files = Vec::new();
        while let Some(row) = found.next()? {
            files.push((rows::session_column(row.get(0)?)?, hash_column(row.get(1)?)?));
        }
        Ok(files)
    }

    /// Whether a file belongs to the session, also one that cannot be read now.
    pub(super) fn wants_list(&self, session: &SessionId) -> Result<bool, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT 1 FROM roster_file WHERE session = ?1")?;
        Ok(select.exists([session.as_str()])?)
    }

    /// Takes away from the first disk what belongs to no list, and has the second brought to the same; does not wait.
    pub(super) fn tidy_rosters(&self) -> Result<(), StoreError> {
        take_unwanted_away(&self.disk, &self.folder, &self.lists()?)?;
        self.catch_up()
    }

    /// At start: the first disk gets back what only the second has; lists that could not be read before are read; what
    /// only the index still has is written again. What is nowhere stays named in the journal.
    pub(super) fn restore_rosters(&mut self, now: WallTime) -> Result<(), StoreError> {
        let second = self.second_root().filter(|root| root.is_dir());
        mend(&self.disk, &self.folder, second.as_deref(), &self.lists()?)?;
        self.read_found_rosters()?;
        self.write_missing_rosters(now)
    }

    fn read_found_rosters(&mut self) -> Result<(), StoreError> {
        for (session, sha256) in self.roster_files(UNREAD)? {
            let path = roster_file::folder(&self.folder).join(roster_file::file_name(&session, sha256));
            let by_school = self.session(&session)?.is_some_and(|settings| settings.run_by == Some(RunBy::School));
            let Some(bytes) = whole(&path, sha256).filter(|_| by_school) else { continue };
            match roster_file::open(&bytes, &session, self.keys.identity()) {
                Ok(rows) => {
                    let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                    roster_file::insert(&transaction, &session, sha256, &rows)?;
                    transaction.commit()?;
                }
                Err(error) => log::warn!("the list of {session} stays unread: {error}"),
            }
        }
        Ok(())
    }

    fn write_missing_rosters(&mut self, now: WallTime) -> Result<(), StoreError> {
        for (session, sha256) in self.roster_files(ALL)? {
            let path = roster_file::folder(&self.folder).join(roster_file::file_name(&session, sha256));
            if whole(&path, sha256).is_some() || !self.has_roster(&session)? {
                continue;
            }
            let Some(settings) = self.session(&session)?.filter(|found| found.run_by == Some(RunBy::School)) else {
                continue;
            };
            let roster = self.roster(&session)?;
            let chosen = self.roster_columns(settings.school_code.as_deref())?;
            self.set_roster(&session, roster.rows(), &chosen, 0, now)?;
        }
        Ok(())
    }
}

/// Writes a list's file below a root.
pub(super) fn write(disk: &Disk, root: &Path, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let folder = roster_file::folder(root);
    disk.make_folder(FileKind::Roster, &folder)?;
    disk.write_whole(FileKind::Roster, &folder.join(name), bytes)
}

/// Brings the files below a root to what is wanted: what belongs to no list goes, what is missing or damaged comes from
/// the other root. What the other does not have either stays as it is.
pub(super) fn mend(disk: &Disk, root: &Path, other: Option<&Path>, wanted: &Lists) -> Result<(), StoreError> {
    take_unwanted_away(disk, root, wanted)?;
    for (name, sha256) in wanted {
        let whole_in = |root: &Path| whole(&roster_file::folder(root).join(name), *sha256);
        if whole_in(root).is_none()
            && let Some(bytes) = other.and_then(whole_in)
        {
            write(disk, root, name, &bytes)?;
        }
    }
    Ok(())
}

fn take_unwanted_away(disk: &Disk, root: &Path, wanted: &Lists) -> Result<(), StoreError> {
    for (name, path) in files_in(&roster_file::folder(root))? {
        if !wanted.contains_key(&name) {
            disk.remove(FileKind::Roster, &path)?;
        }
    }
    aside::tidy(disk, root, FileKind::Roster, |name| wanted.contains_key(name))
}

/// The bytes of a file that is as it was written.
fn whole(path: &Path, sha256: ContentHash) -> Option<Vec<u8>> {
    fs::read(path).ok().filter(|bytes| ContentHash::of(bytes) == sha256)
}
