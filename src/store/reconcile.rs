//! Putting together at start what a crash, a full disk or a pulled stick left behind: unfinished files, the
//! journal's tail, capsules and rows. The same steps on an empty database are the rebuild.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::apply::set_file_length;
use super::capsule::{self, Wiped};
use super::commit::file_length;
use super::disk::{FileKind, UNFINISHED_PREFIX};
use super::error::StoreError;
use super::event::{Event, What};
use super::intake::{Intake, write_capsule};
use super::journal::{Head, Line};
use super::rows::{self, CapsuleFacts, Count};
use super::second::{self, Missing, SecondDisk};
use super::station::Store;
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, RecordId};
use crate::domain::time::WallTime;

/// Which rows stand for records that are gone.
pub(super) const PURGED: &str = "state = 'purged'";

/// Where a record's capsule belongs, as its row says.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) date: String,
    pub(super) sha256: ContentHash,
}

impl Store {
    /// Brings capsules, second copy, journal and rows together and fills the report.
    pub(super) fn reconcile(&mut self, now: WallTime) -> Result<(), StoreError> {
        self.remove_unfinished_tray()?;
        self.set_unfinished_aside()?;
        self.replay_journal()?;
        self.report.finished_purges = self.finish_purges(&mut |_| {})?;
        self.compare_capsules(now)?;
        self.tidy_locks(now)?;
        self.write_missing_lock_files(now)?;
        self.write_unbound_lock_files(now)?;
        let broken = self.broken_lists()?;
        self.restore_rosters(now)?;
        let still = self.broken_lists()?;
        self.report.mended_lists = broken.into_iter().filter(|problem| !still.contains(problem)).collect();
        Ok(())
    }

    /// Starts copying to the second disk, when one is set.
    pub(super) fn start_second_copy(&mut self) -> Result<(), StoreError> {
        self.second = None;
        let Some(folder) = self.settings.second_copy.clone() else { return Ok(()) };
        let root = second::root(&folder, &self.settings.station);
        if root.canonicalize().is_ok_and(|root| self.folder.canonicalize().is_ok_and(|own| own == root)) {
            // This folder is the second copy itself, opened in the first one's place.
            log::warn!("the second copy is this folder: choose another");
            return Ok(());
        }
        let uncopied: BTreeSet<RecordId> = if root.is_dir() {
            let copied = list_capsules(&root)?;
            let purged = self.ids(PURGED)?;
            let uncopied: BTreeSet<RecordId> =
                self.ids("1")?.into_iter().filter(|id| !copied.contains_key(id) && !purged.contains(id)).collect();
            // Another disk than before: the next start may find it pulled, and has only the rows to go by.
            rows::mark_uncopied(&self.connection, &uncopied)?;
            self.landed.retain(|id| !uncopied.contains(id));
            uncopied
        } else {
            self.ids("second_copy = 0")?
        };
        let mut missing = BTreeMap::new();
        for id in uncopied {
            let row = self.row(id)?;
            missing.insert(id, Missing { path: capsule::relative_path(&row.date, id), sha256: row.sha256 });
        }
        let second = SecondDisk::start(&self.folder, root, self.second_disk(), missing)?;
        second.catch_up(self.journal_lengths()?, self.wanted()?);
        self.second = Some(second);
        Ok(())
    }

    pub(super) fn journal_lengths(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT name, length FROM journal_file ORDER BY name")?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get::<_, Count>(1)?.0)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Which records there are, from an index alone: this is read at every start.
    pub(super) fn ids(&self, condition: &str) -> Result<BTreeSet<RecordId>, StoreError> {
        let mut select = self.connection.prepare(&format!("SELECT id FROM record WHERE {condition}"))?;
        let mut found = select.query([])?;
        let mut ids = BTreeSet::new();
        while let Some(row) = found.next()? {
            ids.insert(rows::parse(
                row.get_ref(0)?.as_str().map_err(|_error| rows::odd_row("record id"))?,
                "record id",
            )?);
        }
        Ok(ids)
    }

    /// One record's capsule as its row says.
    fn row(&self, id: RecordId) -> Result<Row, StoreError> {
        let mut select =
            self.connection.prepare_cached("SELECT capsule_date, capsule_sha256 FROM record WHERE id = ?1")?;
        let (date, sha256) = select.query_row([id.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Row { date, sha256: rows::hash_column(sha256)? })
    }

    /// Every record's capsule as the rows say.
    pub(super) fn rows(&self) -> Result<BTreeMap<RecordId, Row>, StoreError> {
        let mut select =
            self.connection.prepare("SELECT id, capsule_date, capsule_sha256 FROM record WHERE state <> 'purged'")?;
        let mut found = select.query([])?;
        let mut rows = BTreeMap::new();
        while let Some(row) = found.next()? {
            let id = rows::parse(&row.get::<_, String>(0)?, "record id")?;
            let sha256 = rows::hash_column(row.get(2)?)?;
            rows.insert(id, Row { date: row.get(1)?, sha256 });
        }
        Ok(rows)
    }

    /// Unfinished locks and lists were never acknowledged, and hold codes and names: they go with what belongs to no
    /// lock and no list.
    fn set_unfinished_aside(&mut self) -> Result<(), StoreError> {
        let mut folders = vec![self.folder.clone(), self.journal.folder().to_owned()];
        folders.extend(subfolders(&self.folder.join("capsules"))?);
        for folder in folders {
            for (name, path) in files_in(&folder)? {
                if name.starts_with(UNFINISHED_PREFIX) {
                    let aside = self.disk.set_aside(&path, &self.folder.join("set-aside"))?;
                    self.report.set_aside.push(aside);
                }
            }
        }
        Ok(())
    }

    /// Takes in lines that the database does not have, and writes lines again that the files have lost.
    fn replay_journal(&mut self) -> Result<(), StoreError> {
        let mut known: BTreeMap<String, u64> = self.journal_lengths()?.into_iter().collect();
        let mut fresh: Vec<(Line, String, u64)> = Vec::new();
        for (file, length) in self.journal.files()? {
            let expected = known.remove(&file).unwrap_or(0);
            if length < expected {
                self.rewrite_lost_lines(&file, length)?;
            }
            if length <= expected {
                continue;
            }
            let tail = self.journal.tail(&file, expected)?;
            if let Some(offset) = tail.torn {
                self.set_torn_line_aside(&file, offset)?;
            }
            let places = tail.unreadable.iter().map(|offset| format!("{file} at {offset}: no journal line"));
            self.report.journal_problems.extend(places);
            fresh.extend(tail.lines.into_iter().map(|(line, end)| (line, file.clone(), end)));
        }
        for (file, length) in known {
            if length > 0 {
                self.rewrite_lost_lines(&file, 0)?;
            }
        }
        fresh.sort_by_key(|(line, _, _)| line.seq);
        self.take_lines_in(&fresh)
    }

    fn set_torn_line_aside(&mut self, file: &str, offset: u64) -> Result<(), StoreError> {
        let path = self.journal.path(file);
        let bytes = fs::read(&path).map_err(|error| StoreError::io("read", &path, error))?;
        let torn = &bytes[(offset as usize).min(bytes.len())..];
        let folder = self.folder.join("set-aside");
        self.disk.make_folder(FileKind::Journal, &folder)?;
        let aside = folder.join(format!("torn-{offset}-{file}"));
        self.disk.write_whole(FileKind::Journal, &aside, torn)?;
        self.disk.cut(&path, offset)?;
        self.report.set_aside.push(aside);
        Ok(())
    }

    /// The files end earlier than the database knows: its rows hold the lines themselves.
    fn rewrite_lost_lines(&mut self, file: &str, length: u64) -> Result<(), StoreError> {
        let mut lines: Vec<(String, u64)> = Vec::new();
        {
            let mut select = self.connection.prepare(
                "SELECT line, end_offset FROM event WHERE file = ?1 AND end_offset > ?2 ORDER BY end_offset",
            )?;
            let found = select.query_map(rusqlite::params![file, Count(length)], |row| {
                Ok((row.get(0)?, row.get::<_, Count>(1)?.0))
            })?;
            for row in found {
                lines.push(row?);
            }
        }
        let Some((first, end)) = lines.first() else { return Ok(()) };
        let start = end.saturating_sub(first.len() as u64 + 1);
        if start < length {
            // A half line is left: it goes aside and the whole one is written.
            self.set_torn_line_aside(file, start)?;
        } else if start > length {
            self.report.journal_problems.push(format!("{file} ends at {length}; lines up to {start} are lost"));
            return Ok(());
        }
        let bytes: Vec<u8> = lines.iter().flat_map(|(line, _)| [line.as_bytes(), b"\n"].concat()).collect();
        self.journal.append(&self.disk, file, start, &bytes)?;
        self.report.rewritten_lines += lines.len() as u64;
        Ok(())
    }

    pub(super) fn take_lines_in(&mut self, fresh: &[(Line, String, u64)]) -> Result<(), StoreError> {
        if fresh.is_empty() {
            return Ok(());
        }
        let mut head = self.head.clone();
        let second = self.second_root();
        let identity = self.keys.identity();
        let mut intake = Intake::new(&self.folder, second.as_deref(), &self.disk, identity, self.access);
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (line, file, end) in fresh {
            set_file_length(&transaction, file, (*end).max(file_length(&transaction, file)?))?;
            if line.seq != head.seq + 1 || line.previous != head.hash {
                intake.problems.push(format!("line {}: the chain is broken before it", line.seq));
            }
            head = Head { seq: line.seq.max(head.seq), hash: line.hash };
            intake.line(&transaction, line, file, *end)?;
        }
        transaction.commit()?;
        let lost_lists = intake.lost_lists();
        self.report.replayed_events += intake.taken.len() as u64;
        self.report.replayed.extend(intake.taken);
        self.report.lost_locks.extend(intake.lost_locks.into_iter().map(|(_, shot)| shot));
        self.report.recovered_from_second.extend(intake.recovered);
        self.report.missing_capsules.extend(intake.missing);
        self.report.journal_problems.extend(intake.problems);
        self.report.journal_problems.extend(lost_lists);
        self.head = head;
        Ok(())
    }

    fn compare_capsules(&mut self, now: WallTime) -> Result<(), StoreError> {
        let (known, purged) = (self.ids("1")?, self.ids(PURGED)?);
        let capsules = list_capsules(&self.folder)?;
        for (id, date) in capsules.iter().filter(|(id, _)| !known.contains(id)) {
            self.restore_row(*id, date, now)?;
        }
        let second = self.second_root();
        for id in known.into_iter().filter(|id| !capsules.contains_key(id) && !purged.contains(id)) {
            let row = self.row(id)?;
            match &second {
                Some(root) if self.recover_capsule(root, id, &row)? => self.report.recovered_from_second.push(id),
                _ => self.report.missing_capsules.push(id),
            }
        }
        Ok(())
    }

    /// A capsule without a row becomes a record again.
    fn restore_row(&mut self, id: RecordId, date: &str, now: WallTime) -> Result<(), StoreError> {
        let path = capsule::relative_path(date, id);
        let (contents, facts) = match read_whole_capsule(&self.folder, &path, date, self.keys.identity()) {
            Ok(found) => found,
            Err(error) if error.fault() == StoreFault::CapsuleDamaged => {
                self.report.damaged_capsules.push(path);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let record = &contents.record;
        let (state, sequence) = (record.state, record.sequence);
        let stored = What::Stored {
            record: id,
            sequence,
            session: record.session.clone(),
            shot: record.shot,
            date: date.to_owned(),
            capsule_sha256: facts.sha256,
            state,
            restored: true,
        };
        let history = events_of(&self.connection, id)?;
        let done = self.commit(vec![stored], 0, now, |transaction| {
            rows::insert_record(transaction, &contents, &facts)?;
            history.iter().try_for_each(|event| apply_move(transaction, id, event))
        });
        match done {
            Ok(_) => self.report.restored.push(id),
            // Two capsules claim one place: both stay where they are, and a person is told.
            Err(error) if error.fault() == StoreFault::Other => self.report.damaged_capsules.push(path),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Copies a capsule back from the second disk when its hash is right.
    pub(super) fn recover_capsule(&self, root: &Path, id: RecordId, row: &Row) -> Result<bool, StoreError> {
        let relative = capsule::relative_path(&row.date, id);
        let bytes = match fs::read(root.join(&relative)) {
            Ok(bytes) if ContentHash::of(&bytes) == row.sha256 => bytes,
            // Not there or not the same bytes: no help.
            Ok(_) | Err(_) => return Ok(false),
        };
        self.write_capsule(&relative, &bytes)?;
        Ok(true)
    }

    /// Writes a capsule on the first disk.
    pub(super) fn write_capsule(&self, relative: &str, bytes: &[u8]) -> Result<(), StoreError> {
        write_capsule(&self.disk, &self.folder, relative, bytes)
    }
}

fn apply_move(connection: &Connection, id: RecordId, event: &Event) -> Result<(), StoreError> {
    match &event.what {
        What::Moved { to, .. } => rows::set_state(connection, id, *to),
        What::BundleMade { bundle, .. } => {
            connection.execute(
                "UPDATE record SET bundle = ?1, state = 'sealed' WHERE id = ?2",
                rusqlite::params![Count(bundle.sequence), id.to_string()],
            )?;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A record's history, oldest first.
pub(super) fn events_of(connection: &Connection, id: RecordId) -> Result<Vec<Event>, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT body FROM event JOIN event_record USING (seq) WHERE record_id = ?1 ORDER BY seq")?;
    let bodies = select.query_map([id.to_string()], |row| row.get::<_, String>(0))?;
    bodies.map(|body| rows::from_json(&body?, "event")).collect()
}

/// Opens a capsule by its name and gives the facts for its row.
pub(super) fn read_whole_capsule(
    folder: &Path,
    relative: &str,
    date: &str,
    identity: &age::x25519::Identity,
) -> Result<(Wiped, CapsuleFacts), StoreError> {
    let path = folder.join(relative);
    let bytes = fs::read(&path).map_err(|error| StoreError::io("read", &path, error))?;
    let contents = Wiped(capsule::open(&bytes, identity)?);
    if capsule::relative_path(date, contents.record.id) != relative {
        return Err(StoreError::new(StoreFault::CapsuleDamaged, format!("{relative} holds another record")));
    }
    let facts = CapsuleFacts { date: date.to_owned(), sha256: ContentHash::of(&bytes), bytes: bytes.len() as u64 };
    Ok((contents, facts))
}

/// Capsules below a folder: id and date, by their names alone.
pub(super) fn list_capsules(root: &Path) -> Result<BTreeMap<RecordId, String>, StoreError> {
    let mut found = BTreeMap::new();
    for folder in subfolders(&root.join("capsules"))? {
        let date = folder.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        for (name, _) in files_in(&folder)? {
            if let Some(id) = name.strip_suffix(".age").and_then(|id| id.parse().ok()) {
                found.insert(id, date.clone());
            }
        }
    }
    Ok(found)
}

fn subfolders(folder: &Path) -> Result<Vec<std::path::PathBuf>, StoreError> {
    Ok(entries(folder)?.into_iter().map(|(_, path)| path).filter(|path| path.is_dir()).collect())
}

pub(super) fn files_in(folder: &Path) -> Result<Vec<(String, std::path::PathBuf)>, StoreError> {
    entries(folder)
}

/// Names and paths in a folder; none when it is not there.
fn entries(folder: &Path) -> Result<Vec<(String, std::path::PathBuf)>, StoreError> {
    let read = |error| StoreError::io("read", folder, error);
    let list = match fs::read_dir(folder) {
        Ok(list) => list,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(read(error)),
    };
    let mut names = Vec::new();
    for entry in list {
        let entry = entry.map_err(read)?;
        names.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
    }
    names.sort();
    Ok(names)
}
