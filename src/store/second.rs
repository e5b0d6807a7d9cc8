//! The second disk: the same capsules, journal lines, files of locks and lists, key and settings, written by a thread of
//! their own so that a slow or pulled stick never holds up the desk.
//!
//! What has not landed is known by name and caught up later. The copy lies in `FOLDER/STATION/`; when that folder is
//! not there the disk is taken to be missing, so that an empty mount point on the first disk is never filled.

mod locks;
mod place;
mod worker;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use worker::Worker;

pub(super) use locks::differing as differing_locks;

use super::disk::{Disk, FileKind};
use super::error::StoreError;
use super::lost_locks::Wanted;
use super::values::SecondCopy;
use crate::domain::fault::{Behind, StoreFault};
use crate::domain::ids::{ContentHash, RecordId};

/// How long storing waits for the second disk before it says that the copy is behind.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long a comparison of both disks waits for what is on its way.
const SETTLE: Duration = Duration::from_secs(20);
/// Jobs that may wait; what does not fit is caught up later.
const QUEUE: usize = 64;
/// Capsules that one catch-up writes before other jobs have their turn.
const CATCH_UP_AT_ONCE: usize = 16;

/// A capsule that is not on the second disk.
#[derive(Debug, Clone)]
pub(super) struct Missing {
    /// Below the data folder.
    pub(super) path: String,
    pub(super) sha256: ContentHash,
}

/// What desk and thread both know.
#[derive(Debug, Default)]
struct Shared {
    missing: BTreeMap<RecordId, Missing>,
    /// The journal or a small file is not as on the first disk.
    files_behind: bool,
    behind: Option<Behind>,
    landed: Vec<RecordId>,
    /// Files of locks that were written again, and whose copy is the one before.
    stale_locks: BTreeSet<String>,
}

enum Job {
    Capsule {
        id: RecordId,
        bytes: Arc<Vec<u8>>,
    },
    Journal {
        file: String,
        offset: u64,
        bytes: Vec<u8>,
    },
    /// The file of a lock, or that it is over.
    Lock {
        name: String,
        bytes: Option<Vec<u8>>,
    },
    /// Brings missing capsules, the journal's files (with their lengths), files of locks and of lists over.
    CatchUp {
        journal: Vec<(String, u64)>,
        wanted: Wanted,
        at_most: usize,
    },
    /// Whether the disk is still there.
    Look,
    /// Answers when everything before it is done.
    Flush(SyncSender<()>),
}

/// The desk's end.
#[derive(Debug)]
pub(super) struct SecondDisk {
    root: PathBuf,
    shared: Arc<Mutex<Shared>>,
    sender: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

/// Where a station's copy lies.
pub(super) fn root(folder: &Path, station: &str) -> PathBuf {
    folder.join(station)
}

/// Makes the folder of a new copy and the small files in it.
pub(super) fn prepare(disk: &Disk, root: &Path, files: &[(&str, Vec<u8>)]) -> Result<(), StoreError> {
    disk.make_folder(FileKind::Settings, root)?;
    for (name, bytes) in files {
        let kind = if *name == "station.key" { FileKind::Key } else { FileKind::Settings };
        disk.write_whole(kind, &root.join(name), bytes)?;
    }
    Ok(())
}

impl SecondDisk {
    /// Starts the thread. `first` is the data folder.
    pub(super) fn start(
        first: &Path,
        root: PathBuf,
        disk: Disk,
        missing: BTreeMap<RecordId, Missing>,
    ) -> Result<Self, StoreError> {
        let behind = (!root.is_dir()).then(|| place::away(first, root.parent().unwrap_or(&root)));
        let shared = Arc::new(Mutex::new(Shared { missing, behind, ..Shared::default() }));
        let (sender, inbox) = sync_channel(QUEUE);
        let worker = Worker::new(first, &root, disk, Arc::clone(&shared));
        let thread = std::thread::Builder::new()
            .name("tucai-second-copy".to_owned())
            .spawn(move || worker.run(&inbox))
            .map_err(|error| StoreError::caused_by(StoreFault::Other, "cannot start the second copy", error))?;
        Ok(Self { root, shared, sender: Some(sender), thread: Some(thread) })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Copies a capsule and the journal lines about it; waits at most a second.
    pub(super) fn land(&self, id: RecordId, missing: Missing, bytes: Vec<u8>, lines: Lines) -> SecondCopy {
        lock(&self.shared).missing.insert(id, missing);
        self.send(Job::Capsule { id, bytes: Arc::new(bytes) });
        self.lines(lines);
        self.flush(PATIENCE);
        let shared = lock(&self.shared);
        if shared.missing.contains_key(&id) {
            SecondCopy::Behind(shared.behind.unwrap_or(Behind::Slow))
        } else {
            SecondCopy::Landed
        }
    }

    /// Copies journal lines; does not wait.
    pub(super) fn lines(&self, lines: Lines) {
        self.send(Job::Journal { file: lines.file, offset: lines.offset, bytes: lines.bytes });
    }

    /// Starts bringing over what is missing; does not wait.
    pub(super) fn catch_up(&self, journal: Vec<(String, u64)>, wanted: Wanted) {
        self.send(Job::CatchUp { journal, wanted, at_most: CATCH_UP_AT_ONCE });
    }

    /// Looks whether the disk is still there; does not wait, and gives way to whatever is to be written.
    pub(super) fn look(&self) {
        if let Some(sender) = &self.sender {
            // With a full queue there are other jobs that see it.
            sender.try_send(Job::Look).ok();
        }
    }

    /// Brings everything over and waits for it.
    pub(super) fn catch_up_all(&self, journal: Vec<(String, u64)>, wanted: Wanted) {
        let Some(sender) = &self.sender else { return };
        let (done, wait) = sync_channel(1);
        let all = Job::CatchUp { journal, wanted, at_most: usize::MAX };
        let sent = sender.send(all).and_then(|()| sender.send(Job::Flush(done)));
        if sent.is_ok() {
            // Ends when the thread has come so far, or has ended; both show in the status.
            wait.recv().ok();
        }
    }

    /// Capsules that are not on the second disk.
    pub(super) fn missing(&self) -> usize {
        lock(&self.shared).missing.len()
    }

    pub(super) fn is_missing(&self, id: RecordId) -> bool {
        lock(&self.shared).missing.contains_key(&id)
    }

    pub(super) fn status(&self) -> SecondCopy {
        let shared = lock(&self.shared);
        match shared.behind {
            Some(reason) => SecondCopy::Behind(reason),
            None if shared.missing.is_empty() && !shared.files_behind => SecondCopy::Landed,
            None => SecondCopy::Behind(Behind::Slow),
        }
    }

    /// Records whose copy landed since the last call.
    pub(super) fn take_landed(&self) -> Vec<RecordId> {
        std::mem::take(&mut lock(&self.shared).landed)
    }

    fn send(&self, job: Job) {
        let Some(sender) = &self.sender else { return };
        match sender.try_send(job) {
            Ok(()) => {}
            // What is dropped here stays in `missing` or shows as a journal that is behind, and is caught up.
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => lock(&self.shared).files_behind = true,
        }
    }

    /// Waits until what was handed over has been dealt with: a copy that is only late is no different one.
    pub(super) fn settle(&self) {
        self.flush(SETTLE);
    }

    fn flush(&self, patience: Duration) {
        let (done, wait) = sync_channel(1);
        let Some(sender) = &self.sender else { return };
        if sender.try_send(Job::Flush(done)).is_ok() {
            // A copy that is not there in time is reported from `missing`.
            wait.recv_timeout(patience).ok();
        }
    }
}

impl Drop for SecondDisk {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("the second copy's thread ended by a panic");
        }
    }
}

/// Journal bytes for one file.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    pub(super) file: String,
    pub(super) offset: u64,
    pub(super) bytes: Vec<u8>,
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    // The values are whole after every statement, so a panic elsewhere does not spoil them.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
