//! A spare station takes over the second copy of one that is lost: every record under a new key, the old chain closed.
//!
//! Records keep their id, shot number, code, pictures and times, so that a centre that has one already sees the same
//! record. What was sealed and has no receipt yet is sealed again by the new station. The old folder is marked, so
//! that the old station, should it come back with that disk, does not go on beside the new one; the new folder is
//! marked until everything is over, so that a program that was ended in between goes on where it stopped.

mod beside;
mod old;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::capsule::{self, Wiped};
use super::disk::{Disk, FileKind, Medium};
use super::error::StoreError;
use super::event::{Event, What};
use super::keys::Passphrase;
use super::locks::held_locks;
use super::options::{CreateOptions, OpenOptions};
use super::reconcile::list_capsules;
use super::rows::{self, CapsuleFacts, from_json};
use super::settings::Settings;
use super::station::{KEY_FILE, SETTINGS_FILE, Store};
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, RecordId, SessionId, ShotNumber, StationLetter};
use crate::domain::record::RecordState;
use crate::domain::time::WallTime;
use old::Old;

/// The mark in a folder whose records another station has taken over.
pub(super) const CLOSED_FILE: &str = "closed.toml";
/// The mark in a folder that takes another one's records over and is not through.
const ADOPTING_FILE: &str = "adopting.toml";

/// The copy that is being taken over, and the letter of the station that does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedAdoption {
    pub from: PathBuf,
    pub letter: StationLetter,
}

impl UnfinishedAdoption {
    /// What a data folder was taking over when the program ended.
    pub fn of_folder(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(ADOPTING_FILE)).ok()?;
        let mark: Self = toml::from_str(&text).inspect_err(|error| log::warn!("{ADOPTING_FILE}: {error}")).ok()?;
        // A station of another letter takes nothing over under this one.
        let own = Settings::of_folder(folder).ok();
        own.is_none_or(|own| own.letter == mark.letter).then_some(mark)
    }
}

/// What opens the old station's files.
pub enum OldKey<'a> {
    /// Its passphrase: the second copy has `station.key`.
    Passphrase(&'a Passphrase),
    /// The recovery key that was chosen when it was made.
    Recovery(&'a age::x25519::Identity),
}

/// What was taken over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Adoption {
    /// The old station's id and letter.
    pub station: String,
    pub letter: Option<StationLetter>,
    pub adopted: usize,
    /// There from an earlier try.
    pub known: usize,
    /// Records that the journal tells of and whose capsule is not in the copy, or is damaged.
    pub missing: Vec<RecordId>,
    /// Subjects that were locked or parked and go on here under their numbers.
    pub locks: Vec<ShotNumber>,
    /// Subjects whose file is not in the copy: their codes are to be shown again.
    pub lost_locks: Vec<ShotNumber>,
    /// Of the old journal: its last line.
    pub last_line: u64,
    pub problems: Vec<String>,
    /// The old folder could not be marked as closed.
    pub not_marked: Option<String>,
}

/// The mark's content.
#[derive(Debug, Serialize, Deserialize)]
struct Closed {
    by_station: String,
    by_letter: StationLetter,
    last_line: u64,
    last_hash: ContentHash,
    at: String,
}

/// Refuses to work on a station that another one has taken over.
pub(super) fn refuse_closed(root: &Path) -> Result<(), StoreError> {
    let Ok(text) = fs::read_to_string(root.join(CLOSED_FILE)) else { return Ok(()) };
    let by = toml::from_str::<Closed>(&text).map_or_else(|_| "another one".to_owned(), |closed| closed.by_station);
    Err(StoreError::new(StoreFault::StationClosed, format!("the records of this station were taken over by {by}")))
}

impl Store {
    /// Takes over the station whose copy lies in `from` (the folder with `station.toml` and `capsules`). The station in
    /// `folder` is made under `options.letter`, or goes on where an earlier try ended. `tell` hears how many records are
    /// through, of how many.
    pub fn adopt(
        folder: &Path,
        passphrase: &Passphrase,
        options: &CreateOptions,
        from: &Path,
        key: &OldKey<'_>,
        now: WallTime,
        tell: &mut dyn FnMut(usize, usize),
    ) -> Result<(Self, Adoption), StoreError> {
        let mut old = Old::read(from, key)?;
        if old.settings.letter == options.letter {
            let what = format!("the old station has the letter {}: choose another", options.letter);
            return Err(StoreError::new(StoreFault::Other, what));
        }
        refuse_other(folder, &old.settings, options.letter)?;
        begin(folder, &UnfinishedAdoption { from: from.to_owned(), letter: options.letter }, options)?;
        let mut store = if folder.join(KEY_FILE).exists() {
            let opening = OpenOptions::with_faults(Arc::clone(&options.faults));
            Self::open(folder, passphrase, &opening, now)?
        } else {
            let simulated = options.simulated || old.settings.simulated;
            // Whoever helps when the old key is lost helps with the new one, too.
            let recovery = options.recovery.clone().or_else(|| old.settings.recovery.clone());
            Self::create(folder, passphrase, &CreateOptions { recovery, simulated, ..options.clone() }, now)?
        };
        store.take_sessions_over(&old.index, now)?;
        store.take_records_over(from, &mut old, now, tell)?;
        store.take_locks_over(&mut old, now)?;
        store.take_rosters_over(&mut old, now)?;
        store.take_collected_over(&old.index, now)?;
        let mut adoption = old.adoption;
        adoption.last_line = old.head.seq;
        let closed = What::StationAdopted {
            station: old.settings.station.clone(),
            letter: old.settings.letter,
            line: old.head.seq,
            hash: old.head.hash,
            records: adoption.adopted + adoption.known,
            missing: adoption.missing.clone(),
            from: Some(whole_path(from)),
        };
        store.commit_and_copy(vec![closed], 0, now, |_| Ok(()))?;
        let mark = Closed {
            by_station: store.settings.station.clone(),
            by_letter: store.settings.letter,
            last_line: old.head.seq,
            last_hash: old.head.hash,
            at: now.to_rfc3339(),
        };
        adoption.not_marked = store.mark_closed(from, &mark).err().map(|error| error.to_string());
        store.catch_up_all()?;
        store.disk.remove(FileKind::Settings, &store.folder.join(ADOPTING_FILE))?;
        Ok((store, adoption))
    }

    fn mark_closed(&self, from: &Path, mark: &Closed) -> Result<(), StoreError> {
        let text = toml::to_string_pretty(mark)
            .map_err(|error| StoreError::caused_by(StoreFault::Other, "cannot write the mark", error))?;
        self.second_disk().write_whole(FileKind::Settings, &from.join(CLOSED_FILE), text.as_bytes())
    }

    fn take_records_over(
        &mut self,
        from: &Path,
        old: &mut Old,
        now: WallTime,
        tell: &mut dyn FnMut(usize, usize),
    ) -> Result<(), StoreError> {
        let places = list_capsules(from)?;
        let order = old.order()?;
        let of = order.len();
        for (done, id) in order.into_iter().enumerate() {
            tell(done, of);
            if rows::state(&self.connection, id)?.is_some() {
                old.adoption.known += 1;
                continue;
            }
            let state = rows::state(&old.index, id)?.ok_or_else(|| rows::odd_row("record"))?;
            if state == RecordState::Purged {
                continue;
            }
            let contents = places
                .get(&id)
                .and_then(|date| Some((date, fs::read(from.join(capsule::relative_path(date, id))).ok()?)))
                .and_then(|(date, bytes)| Some((date, Wiped(capsule::open(&bytes, &old.identity).ok()?))));
            match contents {
                Some((date, contents)) => {
                    self.take_record_over(contents, state, date, now)?;
                    old.adoption.adopted += 1;
                }
                None => old.adoption.missing.push(id),
            }
        }
        Ok(())
    }

    /// Locked and parked subjects keep their numbers. One that was locked stays so while nobody else is; the window asks
    /// for its code again, as after every restart.
    fn take_locks_over(&mut self, old: &mut Old, now: WallTime) -> Result<(), StoreError> {
        for mut lock in held_locks(&old.index)? {
            let (session, shot) = (lock.session.clone(), lock.shot);
            if self.knew_lock(&session, shot)? {
                continue;
            }
            lock.parked |= self.open_lock()?.is_some();
            self.write_lock_files(vec![lock], now)?;
            old.adoption.locks.push(shot);
        }
        Ok(())
    }

    /// An earlier try took it over; it may have ended since.
    fn knew_lock(&self, session: &SessionId, shot: ShotNumber) -> Result<bool, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT body FROM event WHERE kind = 'lock_taken'")?;
        let mut found = select.query([])?;
        while let Some(row) = found.next()? {
            let event: Event = from_json(&row.get::<_, String>(0)?, "event")?;
            if let What::LockTaken { session: known, shot: number, .. } = event.what
                && known == *session
                && number == shot
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn take_record_over(
        &mut self,
        mut contents: Wiped,
        state: RecordState,
        date: &str,
        now: WallTime,
    ) -> Result<(), StoreError> {
        use RecordState as S;
        let record = &mut contents.record;
        record.station.clone_from(&self.settings.station);
        record.sequence = rows::next_number(&self.connection, super::apply::RECORDS)?;
        // Without a receipt nobody knows whether the old station's bundle arrived; the same record twice is no harm.
        record.state = if matches!(state, S::Sealed | S::Delivered | S::Resend) { S::Approved } else { state };
        let bytes = capsule::seal(&contents, &self.recipients)?;
        let record = &contents.record;
        let facts = CapsuleFacts { date: date.to_owned(), sha256: ContentHash::of(&bytes), bytes: bytes.len() as u64 };
        let stored = What::Stored {
            record: record.id,
            sequence: record.sequence,
            session: record.session.clone(),
            shot: record.shot,
            date: date.to_owned(),
            capsule_sha256: facts.sha256,
            state: record.state,
            restored: true,
        };
        let relative = capsule::relative_path(date, record.id);
        self.write_capsule(&relative, &bytes)?;
        let lines =
            self.commit(vec![stored], 0, now, |transaction| rows::insert_record(transaction, &contents, &facts))?;
        if let Some(second) = &self.second {
            let missing = super::second::Missing { path: relative, sha256: facts.sha256 };
            second.land(contents.record.id, missing, bytes, lines);
        }
        Ok(())
    }
}

/// A station that is in the folder already must be the one of an earlier try.
fn refuse_other(folder: &Path, old: &Settings, letter: StationLetter) -> Result<(), StoreError> {
    if !folder.join(KEY_FILE).exists() {
        return Ok(());
    }
    let own = Settings::of_folder(folder)?;
    let refused = |what: String| Err(StoreError::new(StoreFault::Other, what));
    if own.station == old.station {
        return refused("a station cannot take itself over".to_owned());
    }
    if own.letter != letter {
        return refused(format!("the folder holds a station with the letter {}", own.letter));
    }
    Ok(())
}

/// Marks the new folder before anything else is in it.
fn begin(folder: &Path, unfinished: &UnfinishedAdoption, options: &CreateOptions) -> Result<(), StoreError> {
    let text = toml::to_string_pretty(unfinished)
        .map_err(|error| StoreError::caused_by(StoreFault::Other, "cannot write the mark", error))?;
    let disk = Disk::new(Medium::First, Arc::clone(&options.faults));
    disk.make_folder(FileKind::Settings, folder)?;
    disk.write_whole(FileKind::Settings, &folder.join(ADOPTING_FILE), text.as_bytes())
}

/// A path that still says where it is when it was given from here.
fn whole_path(from: &Path) -> String {
    std::path::absolute(from).unwrap_or_else(|_| from.to_owned()).display().to_string()
}

/// Which station has taken this copy over, if any has.
pub fn taken_over_by(from: &Path) -> Option<String> {
    let text = fs::read_to_string(from.join(CLOSED_FILE)).ok()?;
    toml::from_str::<Closed>(&text).ok().map(|closed| closed.by_station)
}

/// Copies of stations below a second disk's folder: what can be named to be taken over.
pub fn copies_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).map(|entries| entries.filter_map(Result::ok).collect::<Vec<_>>());
    let paths = entries.unwrap_or_default().into_iter().map(|entry| entry.path());
    paths.filter(|path| path.join(SETTINGS_FILE).is_file()).collect()
}
