//! Reading everything again: every capsule against its row, the second copy and the journal's chain against the
//! database; and mending what one of the copies still has right.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::capsule::{self, Wiped};
use super::database;
use super::disk::{Disk, FileKind};
use super::error::StoreError;
use super::journal::{Everything, Journal, breaks};
use super::keys::Passphrase;
use super::options::{Access, OpenOptions};
use super::reconcile::{PURGED, Row, list_capsules};
use super::report::{Problem, ProblemKind};
use super::rows;
use super::second;
use super::station::Store;
use super::station_files;
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, RecordId};
use crate::domain::time::WallTime;

/// What reading everything found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    pub records: usize,
    /// Second copies that are there and equal.
    pub second_copies: usize,
    pub events: usize,
    pub problems: Vec<Problem>,
}

/// What [`Store::repair`] or [`Store::mend`] did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repair {
    pub mended: Vec<Problem>,
    /// What is still wrong after that.
    pub left: Verification,
}

impl Store {
    /// Reads every capsule, second copy and journal line. Problems are values; an error means that reading itself
    /// did not work.
    pub fn verify(&self) -> Result<Verification, StoreError> {
        if let Some(second) = &self.second {
            second.settle();
        }
        let mut found = Verification::default();
        if let Some(why) = &self.report.database_damaged {
            log::warn!("{why}");
            found.add(ProblemKind::DatabaseDamaged, "station.db");
        } else if let Err(error) = self.check_database() {
            log::warn!("{error}");
            found.add(ProblemKind::DatabaseDamaged, "station.db");
        }
        let rows = self.rows()?;
        found.records = rows.len();
        let second = self.second_root();
        let second = match &second {
            Some(root) if !root.is_dir() => {
                found.add(ProblemKind::SecondDiskMissing, &root.display().to_string());
                None
            }
            other => other.as_deref(),
        };
        found.problems.extend(self.station_file_problems(second));
        for (id, row) in &rows {
            self.verify_record(*id, row, second, &mut found)?;
        }
        let without_row: Vec<RecordId> =
            list_capsules(&self.folder)?.into_keys().filter(|id| !rows.contains_key(id)).collect();
        self.verify_journal(second, &mut found)?;
        let mut damaged_locks = Vec::new();
        for lock in self.locks_without_file()? {
            found.add(ProblemKind::LockFileDamaged, &lock.shot.to_string());
            damaged_locks.push(super::lock_file::file_name(&lock.session, lock.shot));
        }
        if let Some(root) = second.filter(|_| self.report.database_damaged.is_none()) {
            let mut differing = second::differing_locks(&self.folder, root)?;
            // Where the first disk is wrong nothing is said about the second.
            differing.retain(|name| !damaged_locks.contains(name));
            for name in differing {
                found.add(ProblemKind::SecondLockDiffers, name.trim_end_matches(".age"));
            }
        }
        if self.report.database_damaged.is_none() {
            found.problems.extend(self.roster_problems(second)?);
        }
        let purged = self.ids(PURGED)?;
        let roots = std::iter::once(self.folder.as_path()).chain(second);
        if !purged.is_empty() {
            for root in roots {
                let there = list_capsules(root)?.into_keys().filter(|id| purged.contains(id));
                there.for_each(|id| found.add(ProblemKind::PurgedStillThere, &id.to_string()));
            }
        }
        for id in without_row {
            // Asked again: beside a running window a capsule may have been on its way to its row.
            if rows::state(&self.connection, id)?.is_none() {
                found.add(ProblemKind::RowMissing, &id.to_string());
            }
        }
        Ok(found)
    }

    fn check_database(&self) -> Result<(), StoreError> {
        let mut select = self.connection.prepare("PRAGMA cipher_integrity_check")?;
        if select.query([])?.next()?.is_some() {
            return Err(rows::odd_row("page"));
        }
        let answer: String = self.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if answer == "ok" { Ok(()) } else { Err(rows::odd_row("page")) }
    }

    fn verify_record(
        &self,
        id: RecordId,
        row: &Row,
        second: Option<&Path>,
        found: &mut Verification,
    ) -> Result<(), StoreError> {
        let relative = capsule::relative_path(&row.date, id);
        match fs::read(self.folder.join(&relative)) {
            Ok(bytes) if ContentHash::of(&bytes) != row.sha256 => {
                found.add(ProblemKind::CapsuleDamaged, &id.to_string());
            }
            Ok(bytes) => match capsule::open(&bytes, self.keys.identity()) {
                Ok(contents) => {
                    let mut contents = Wiped(contents);
                    let stored = self.record(id)?.record;
                    contents.record.state = stored.state;
                    let photo = self.photo(id).ok().map(Zeroizing::new);
                    if contents.record != stored || photo.as_deref() != Some(&contents.photo) {
                        found.add(ProblemKind::RowDiffers, &id.to_string());
                    }
                }
                Err(_) => found.add(ProblemKind::CapsuleDamaged, &id.to_string()),
            },
            Err(_) => found.add(ProblemKind::CapsuleMissing, &id.to_string()),
        }
        let Some(root) = second else { return Ok(()) };
        match fs::read(root.join(&relative)) {
            Ok(bytes) if ContentHash::of(&bytes) == row.sha256 => found.second_copies += 1,
            Ok(_) => found.add(ProblemKind::SecondCopyDiffers, &id.to_string()),
            Err(_) => found.add(ProblemKind::SecondCopyMissing, &id.to_string()),
        }
        Ok(())
    }

    fn verify_journal(&self, second: Option<&Path>, found: &mut Verification) -> Result<(), StoreError> {
        // First what the database knows: beside a running window the files may only be longer than that.
        let known = self.known_journal()?;
        let may_grow = self.access == Access::ReadOnly;
        let agrees = |path: &Path, known: &[u8]| {
            fs::read(path).is_ok_and(|found| found == known || may_grow && found.starts_with(known))
        };
        let Everything { lines, unreadable, torn } = self.journal.all_lines()?;
        found.events = lines.len();
        for place in unreadable.into_iter().chain(torn.into_iter().filter(|_| !may_grow)) {
            found.add(ProblemKind::JournalUnreadable, &place);
        }
        for seq in breaks(&lines) {
            found.add(ProblemKind::JournalBroken, &format!("line {seq}"));
        }
        for line in &lines {
            if line.event(self.keys.identity()).is_err() {
                found.add(ProblemKind::JournalUnreadable, &format!("line {}", line.seq));
            }
        }
        for (file, known) in known {
            if !agrees(&self.journal.path(&file), &known) {
                found.add(ProblemKind::JournalDiffers, &file);
            }
            if let Some(root) = second
                && !agrees(&root.join("journal").join(&file), &known)
            {
                found.add(ProblemKind::SecondJournalDiffers, &file);
            }
        }
        Ok(())
    }

    /// The journal's files as the database knows them, byte by byte.
    fn known_journal(&self) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
        let mut select = self.connection.prepare("SELECT file, line FROM event ORDER BY file, end_offset")?;
        let mut found = select.query([])?;
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        while let Some(row) = found.next()? {
            let bytes = files.entry(row.get(0)?).or_default();
            bytes.extend_from_slice(row.get::<_, String>(1)?.as_bytes());
            bytes.push(b'\n');
        }
        Ok(files)
    }

    /// Opens a folder whatever is wrong with it and mends it: key and settings that are missing or damaged come from the
    /// second copy; a database that is damaged, or says something else than the capsules, is set aside whole and made
    /// anew; then [`Self::repair`] does the rest.
    pub fn mend(
        folder: &Path,
        passphrase: &Passphrase,
        options: &OpenOptions,
        now: WallTime,
    ) -> Result<(Self, Repair), StoreError> {
        Self::mend_from(folder, None, passphrase, options, now)
    }

    /// The same with a folder that holds a copy, where the settings that name it are damaged.
    pub fn mend_from(
        folder: &Path,
        copy: Option<&Path>,
        passphrase: &Passphrase,
        options: &OpenOptions,
        now: WallTime,
    ) -> Result<(Self, Repair), StoreError> {
        let mut opened = Self::open(folder, passphrase, options, now);
        let shut = |error: &StoreError| matches!(error.fault(), StoreFault::KeyDamaged | StoreFault::SettingsDamaged);
        let mut written = Vec::new();
        if opened.as_ref().is_err_and(shut) {
            written = station_files::restore(folder, passphrase, options, copy, now)?;
            opened = Self::open(folder, passphrase, options, now);
        }
        let (store, mut repair) = Self::mend_opened(opened, folder, passphrase, options, now)?;
        repair.mended.extend(written.into_iter().filter(|problem| !repair.left.problems.contains(problem)));
        Ok((store, repair))
    }

    fn mend_opened(
        opened: Result<Self, StoreError>,
        folder: &Path,
        passphrase: &Passphrase,
        options: &OpenOptions,
        now: WallTime,
    ) -> Result<(Self, Repair), StoreError> {
        let damaged = |error: &StoreError| error.fault() == StoreFault::DatabaseDamaged;
        let mut mended = vec![Problem { kind: ProblemKind::DatabaseDamaged, name: database::FILE.to_owned() }];
        let opened = opened.and_then(|store| {
            let found = store.verify()?;
            Ok((store, found))
        });
        let mut store = match opened {
            Ok((store, found)) if !found.problems.iter().any(|problem| problem.kind.is_of_the_index()) => {
                mended.clear();
                store
            }
            Ok((store, found)) => {
                mended.extend(found.problems.into_iter().filter(|problem| problem.kind.is_of_the_index()));
                drop(store);
                Self::rebuild(folder, passphrase, options, now)?
            }
            Err(error) if damaged(&error) => Self::rebuild(folder, passphrase, options, now)?,
            Err(error) => return Err(error),
        };
        let lists = std::mem::take(&mut store.report.mended_lists);
        let mut repair = store.repair(now)?;
        repair.mended.extend(lists.into_iter().filter(|problem| !repair.left.problems.contains(problem)));
        repair.mended.extend(mended.into_iter().filter(|problem| !repair.left.problems.contains(problem)));
        Ok((store, repair))
    }

    /// Mends what one copy still has right: capsules from the other disk, journal files from the database. What is
    /// replaced is set aside, never deleted. What no copy has right is left and named.
    pub fn repair(&mut self, now: WallTime) -> Result<Repair, StoreError> {
        self.writable()?;
        let before = self.verify()?;
        self.write_lock_files(self.locks_without_file()?, now)?;
        if let Some(second) = &self.second {
            // What is on its way lands first: below the second disk is read and written beside its thread.
            second.settle();
        }
        self.restore_lost_locks(now)?;
        let second = self.second_root().filter(|root| root.is_dir());
        self.mend_station_files(second.as_deref())?;
        if let Some(root) = &second {
            // Those of the first disk are right by now: what differs is copied again below. The last copy of one that is
            // lost stays.
            let lost = self.lost_lock_names()?;
            let differing = second::differing_locks(&self.folder, root)?;
            for name in differing.into_iter().filter(|name| !lost.contains(name)) {
                self.second_disk().remove(FileKind::Lock, &super::lock_file::folder(root).join(name))?;
            }
        }
        let rows = self.rows()?;
        for (id, row) in &rows {
            let relative = capsule::relative_path(&row.date, *id);
            let right =
                |root: &Path| fs::read(root.join(&relative)).is_ok_and(|bytes| ContentHash::of(&bytes) == row.sha256);
            let first_right = right(&self.folder);
            let Some(root) = second.as_deref() else { continue };
            match (first_right, right(root)) {
                (false, true) => {
                    let path = self.folder.join(&relative);
                    if path.exists() {
                        self.disk.set_aside(&path, &self.folder.join("set-aside"))?;
                    }
                    self.recover_capsule(root, *id, row)?;
                }
                (true, false) if root.join(&relative).exists() => {
                    self.second_disk().set_aside(&root.join(&relative), &root.join("set-aside"))?;
                }
                _ => {}
            }
        }
        for (file, bytes) in self.known_journal()? {
            put_right(&self.disk, &self.journal, &self.folder, &file, &bytes)?;
            if let Some(root) = &second {
                put_right(&self.second_disk(), &Journal::new(root), root, &file, &bytes)?;
            }
        }
        self.restore_rosters(now)?;
        self.start_second_copy()?;
        self.catch_up_all()?;
        let left = self.verify()?;
        let mended = before.problems.into_iter().filter(|problem| !left.problems.contains(problem)).collect();
        Ok(Repair { mended, left })
    }

    pub(super) fn second_root(&self) -> Option<PathBuf> {
        self.settings.second_copy.as_ref().map(|folder| second::root(folder, &self.settings.station))
    }
}

impl Verification {
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    fn add(&mut self, kind: ProblemKind, name: &str) {
        self.problems.push(Problem { kind, name: name.to_owned() });
    }
}

fn put_right(disk: &Disk, journal: &Journal, root: &Path, file: &str, bytes: &[u8]) -> Result<(), StoreError> {
    let path = journal.path(file);
    match fs::read(&path) {
        Ok(found) if found == bytes => return Ok(()),
        Ok(_) => {
            disk.set_aside(&path, &root.join("set-aside"))?;
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(StoreError::io("read", &path, error)),
    }
    disk.make_folder(FileKind::Journal, journal.folder())?;
    disk.write_whole(FileKind::Journal, &path, bytes)
}
