//! What the desk tells: moments that a window, a command line or a test wants to know of, and their sums.

use crate::domain::code::CodeDigest;
use crate::domain::fault::{CameraFault, PictureFault, StoreFault};
use crate::domain::ids::{RecordId, ShotNumber};
use crate::domain::record::Predecessor;
use crate::domain::session::{Earlier, LockEnd, RejectedEvent, StoreTask, TurnedAway};
use crate::store::DayTold;
use crate::worker::store::SavedRecord;

/// One moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// The commit has returned: the record is durable on the first disk.
    Stored(SavedRecord),
    CopyLanded(RecordId),
    Locked {
        shot: ShotNumber,
        digest: CodeDigest,
    },
    LockEnded {
        shot: ShotNumber,
        end: LockEnd,
    },
    /// The code has a standing record.
    Collected {
        digest: CodeDigest,
        earlier: Earlier,
    },
    Withdrawn {
        record: RecordId,
        predecessor: Option<Predecessor>,
    },
    TurnedAway(TurnedAway),
    /// A code or slip was refused, and its owner must know.
    CodeRefused(RejectedEvent),
    /// Two different codes in one picture: none is taken.
    SeveralCodes,
    /// Somebody waits with this number.
    Queued(ShotNumber),
    /// The slip with this number belongs to another code than the one that was locked after it.
    SlipDiffers(ShotNumber),
    /// A symbol that is no code: empty, or one part of several; none is taken.
    UnusableCode,
    /// A gun typed something else than the symbol holds; the symbol's bytes count.
    GunDiffers,
    /// The photo that was brought is of no use.
    PhotoRefused(PictureFault),
    /// A mirrored code in the portrait camera: its setting is wrong, and none is taken.
    MirroredCode,
    CameraLost(CameraFault),
    CameraReturned,
    StoreFailed {
        task: StoreTask,
        fault: StoreFault,
    },
    EyesBroken,
    VaultBroken,
}

/// How many locks ended how, today in this session; `locked` is the sum of the others and what is open or parked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    pub locked: u32,
    pub stored: u32,
    pub released: u32,
    pub turned_away: u32,
    pub expired: u32,
    /// Without a lock: no code, unreadable, already collected.
    pub sent_away: u32,
    /// Numbers that the scan desk gave; each of them is a lock, too.
    pub queued: u32,
}

impl From<&DayTold> for Tally {
    /// What the journal tells of before; who is locked or waits is told by the store one by one.
    fn from(told: &DayTold) -> Self {
        let &DayTold { stored, released, expired, turned_away, sent_away, queued, .. } = told;
        let locked = stored + released + expired + turned_away;
        Self { locked, stored, released, turned_away, expired, sent_away, queued }
    }
}

impl Tally {
    pub(super) const fn ended(&mut self, end: LockEnd) {
        match end {
            // Counted when the record is stored, and when it is called again.
            LockEnd::Stored | LockEnd::Parked => {}
            LockEnd::Released => self.released += 1,
            LockEnd::Expired => self.expired += 1,
            LockEnd::TurnedAway(_) => self.turned_away += 1,
        }
    }
}
