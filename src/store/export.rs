//! Copies that leave the folder without a bundle: a backup in the second copy's layout, and a plain delivery folder
//! for a centre without tools.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::capsule;
use super::database;
use super::disk::{Disk, FileKind, Medium, Step, UNFINISHED_PREFIX, sync_folder};
use super::error::StoreError;
use super::event::{BACKUP, What};
use super::options::Access;
use super::reconcile::list_capsules;
use super::second::{self, Missing, SecondDisk};
use super::station::Store;
use super::values::{Filter, Note, SecondCopy};
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, SessionId};
use crate::domain::record::RecordState;
use crate::domain::time::WallTime;

/// What was written where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub folder: PathBuf,
    pub records: usize,
}

impl Store {
    /// Brings key, settings, capsules, journal and database to `to/STATION/`. Run again, it adds what is new. The
    /// journal remembers where it went, unless the folder was opened to be read only.
    pub fn backup(&mut self, to: &Path, now: WallTime) -> Result<Written, StoreError> {
        existing_folder(to)?;
        if self.access == Access::ReadWrite {
            let root = second::root(to, &self.settings.station);
            let root = root.canonicalize().unwrap_or(root);
            let detail = Some(root.display().to_string());
            let note = Note { name: BACKUP.to_owned(), shot: None, second: None, detail };
            // Before anything is written: a backup that was interrupted holds something, too.
            self.commit_and_copy(vec![What::Noted { session: None, note }], 0, now, |_| Ok(()))?;
        }
        self.write_backup(to)
    }

    fn write_backup(&self, to: &Path) -> Result<Written, StoreError> {
        existing_folder(to)?;
        let root = second::root(to, &self.settings.station);
        let disk = Disk::new(Medium::Second, Arc::clone(&self.faults));
        let small = ["station.key", "station.toml"].map(|name| {
            let path = self.folder.join(name);
            fs::read(&path).map(|bytes| (name, bytes)).map_err(|error| StoreError::io("read", &path, error))
        });
        second::prepare(&disk, &root, &small.into_iter().collect::<Result<Vec<_>, _>>()?)?;
        let there = list_capsules(&root)?;
        let rows = self.rows()?;
        let records = rows.len();
        let missing = rows
            .into_iter()
            .filter(|(id, _)| !there.contains_key(id))
            .map(|(id, row)| (id, Missing { path: capsule::relative_path(&row.date, id), sha256: row.sha256 }))
            .collect();
        let copy = SecondDisk::start(&self.folder, root.clone(), disk, missing)?;
        copy.catch_up_all(self.journal_lengths()?, self.wanted()?);
        match copy.status() {
            SecondCopy::Landed => {
                if self.report.database_damaged.is_none() {
                    self.back_up_database(&root)?;
                }
                Ok(Written { folder: root, records })
            }
            status => {
                let fault = match status {
                    SecondCopy::Behind(super::Behind::Full) => StoreFault::DiskFull,
                    SecondCopy::Behind(super::Behind::Missing) => StoreFault::SecondCopyMissing,
                    _ => StoreFault::DiskFailing,
                };
                let what = format!("{} records did not reach the backup", copy.missing());
                Err(StoreError::new(fault, what))
            }
        }
    }

    /// A copy that was begun stays under another name, so that a whole one is never replaced by half of one.
    fn back_up_database(&self, root: &Path) -> Result<(), StoreError> {
        let disk = Disk::new(Medium::Second, Arc::clone(&self.faults));
        let unfinished = root.join(format!("{UNFINISHED_PREFIX}{}", database::FILE));
        disk.remove(FileKind::Export, &unfinished)?;
        disk.step(FileKind::Export, Step::Write, &unfinished, || Ok(()))?;
        database::copy(&self.connection, &self.keys, &unfinished)?;
        disk.step(FileKind::Export, Step::Sync, &unfinished, || fs::File::open(&unfinished)?.sync_all())?;
        let path = root.join(database::FILE);
        disk.step(FileKind::Export, Step::Rename, &path, || fs::rename(&unfinished, &path))?;
        disk.step(FileKind::Export, Step::SyncFolder, root, || sync_folder(root))
    }

    /// Writes `to/SESSION/` with `A-0001.jpg`… for every record that counts, `list.csv` (which code each picture
    /// belongs to) and `SHA256SUMS` for `sha256sum -c`; everything is read back. The folder must be new or empty.
    pub fn export(&self, session: &SessionId, to: &Path) -> Result<Written, StoreError> {
        use RecordState as S;
        existing_folder(to)?;
        let folder = to.join(session.as_str());
        if folder.exists() && fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some()) {
            let what = format!("{} is there already and not empty", folder.display());
            return Err(StoreError::new(StoreFault::Other, what));
        }
        let disk = Disk::new(Medium::Second, Arc::clone(&self.faults));
        disk.make_folder(FileKind::Export, &folder)?;
        let states = vec![S::Approved, S::Sealed, S::Delivered, S::Received, S::Resend];
        let mut records = self.list(&Filter { session: Some(session.clone()), states, ..Filter::default() })?;
        records.sort_by_key(|record| record.sequence);
        let mut list = String::from("shot,file,photo_sha256,code_b64,code_digest,captured_at,simulated\r\n");
        let mut sums = String::new();
        for line in &records {
            let (name, photo) = (format!("{}.jpg", line.shot), self.photo(line.id)?);
            write_checked(&disk, &folder.join(&name), &photo)?;
            let record = self.record(line.id)?.record;
            add_line(&mut sums, format_args!("{}  {name}\n", line.photo_sha256));
            add_line(
                &mut list,
                format_args!(
                    "{},{name},{},{},{},{},{}\r\n",
                    line.shot,
                    line.photo_sha256,
                    STANDARD.encode(&record.code),
                    line.code_digest.to_hex(),
                    line.captured_at.to_rfc3339(),
                    line.simulated,
                ),
            );
        }
        write_checked(&disk, &folder.join("list.csv"), list.as_bytes())?;
        add_line(&mut sums, format_args!("{}  list.csv\n", ContentHash::of(list.as_bytes())));
        write_checked(&disk, &folder.join("SHA256SUMS"), sums.as_bytes())?;
        Ok(Written { folder, records: records.len() })
    }
}

fn add_line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing into a string cannot fail.
    text.write_fmt(line).ok();
}

fn existing_folder(folder: &Path) -> Result<(), StoreError> {
    if folder.is_dir() {
        return Ok(());
    }
    Err(StoreError::new(StoreFault::FolderMissing, format!("{} is not there", folder.display())))
}

fn write_checked(disk: &Disk, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    disk.write_whole(FileKind::Export, path, bytes)?;
    let found = fs::read(path).map_err(|error| StoreError::io("read back", path, error))?;
    if found == bytes {
        return Ok(());
    }
    let what = format!("{} was read back with other bytes than were written", path.display());
    Err(StoreError::new(StoreFault::DiskFailing, what))
}
