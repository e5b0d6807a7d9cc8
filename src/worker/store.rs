//! What the desk asks of the store, and its thread: first in, first out, nothing dropped.
//!
//! [`StoreWorker`] owns the open store; dropping the handle finishes every job first. [`StoreAtOnce`] does the same on
//! the caller's thread, for walk-throughs on simulated time.

mod exposures;
mod keeper;
mod thread;

pub use keeper::{Keeper, SessionContext};
pub use thread::{StoreAtOnce, StoreWorker};

use crate::domain::code::CodeDigest;
use crate::domain::exposure::KeptExposure;
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, RecordId, ShotNumber};
use crate::domain::record::Predecessor;
use crate::domain::session::{
    Collected, Draft, Earlier, Elsewhere, Gate, LockEnd, Note, Number, QueueRule, Replaces, SecondCopy, StoreTask,
    Subject,
};
use crate::store::Store;

/// Work on the open store that the desk does not know of (lists, sealing); what it gives back goes its own way.
pub type StoreVisit = Box<dyn FnOnce(&mut Keeper) + Send>;

/// What the store is asked to do.
pub enum StoreJob {
    LookUp {
        digest: CodeDigest,
    },
    OpenLock {
        subject: Box<Subject>,
        number: Number,
        group: Option<String>,
        replaces: Option<Replaces>,
    },
    EndLock {
        shot: ShotNumber,
        end: LockEnd,
    },
    Queue {
        subject: Box<Subject>,
        rule: QueueRule,
        group: Option<String>,
    },
    /// The lock's subject is bound to this row of the school's list.
    KeepRow {
        shot: ShotNumber,
        row: String,
    },
    /// The lock's subject is photographed again, in the place of this record.
    KeepReplaced {
        shot: ShotNumber,
        replaces: Replaces,
    },
    Save(Box<Draft>),
    Withdraw {
        record: RecordId,
    },
    Note(Note),
    Visit(StoreVisit),
}

/// A job and the operator it is done for.
pub struct StoreRequest {
    pub job: StoreJob,
    /// Station-local number.
    pub by: u32,
}

/// A record that is durable on the first disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SavedRecord {
    pub record: RecordId,
    pub shot: ShotNumber,
    pub photo_sha256: ContentHash,
    pub copy: SecondCopy,
    /// What later pictures are compared with.
    pub exposure: Option<KeptExposure>,
}

/// What comes back. Every job but `Visit` gives exactly one of the first ten.
#[derive(Debug, Clone)]
pub enum StoreAnswer {
    LookedUp {
        digest: CodeDigest,
        earlier: Option<Earlier>,
    },
    /// No record here, but one on another station's list.
    FoundElsewhere {
        digest: CodeDigest,
        elsewhere: Elsewhere,
    },
    LockOpened {
        digest: CodeDigest,
        shot: ShotNumber,
    },
    /// Somebody waits with a number.
    Queued {
        digest: CodeDigest,
        shot: ShotNumber,
    },
    /// No number: the code has a picture.
    QueueCollected {
        digest: CodeDigest,
        found: Collected,
    },
    LockEnded {
        shot: ShotNumber,
        end: LockEnd,
    },
    Saved(SavedRecord),
    Withdrawn {
        record: RecordId,
        /// Of the record that it had replaced, when it had.
        predecessor: Option<Predecessor>,
    },
    Noted,
    /// The detail is for the log; it names no code and no person.
    Failed {
        task: StoreTask,
        fault: StoreFault,
        detail: String,
    },
    /// At start: a lock that was open when the program ended.
    LockFound {
        subject: Box<Subject>,
        shot: ShotNumber,
        /// Of the school's list.
        row: Option<String>,
        /// It was a retake.
        replaces: Option<Replaces>,
    },
    /// At start: a subject that was parked when the program ended.
    ParkedFound {
        subject: Box<Subject>,
        shot: ShotNumber,
        row: Option<String>,
        replaces: Option<Replaces>,
    },
    /// At start: somebody who waited with a number when the program ended.
    WaitingFound {
        subject: Box<Subject>,
        shot: ShotNumber,
    },
    /// The pictures that stand in the open session, as far as they were read. At start, and when work that the desk
    /// does not know of has changed them.
    Exposures(Vec<KeptExposure>),
    /// The second disk has the record now.
    CopyLanded {
        record: RecordId,
    },
    /// How the second disk is has changed.
    SecondDisk(crate::store::SecondCopy),
    /// Whether new locks may be opened has changed.
    NewLocks(Gate),
    /// The thread has ended; nothing is stored any more.
    Broken,
}

/// Whoever keeps records.
pub trait Vault {
    /// Never refused and never left out; waits when the disk is far behind.
    fn ask(&mut self, request: StoreRequest);

    fn poll(&mut self) -> Option<StoreAnswer>;
}

/// The store with what a record of the open session needs besides.
impl Keeper {
    /// The open store, for work that the desk does not know of.
    pub const fn store(&mut self) -> &mut Store {
        &mut self.store
    }
}
