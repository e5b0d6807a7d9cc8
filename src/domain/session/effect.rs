//! Everything a session asks the world to do. One closed list; whoever dispatches it answers with events.

use super::event::TurnedAway;
use super::state::Interruption;
use super::subject::{Burst, JudgedShot, LastFour, Replaces, Subject};
use crate::domain::code::CodeDigest;
use crate::domain::finding::CheckId;
use crate::domain::ids::{RecordId, ShotNumber};
use crate::domain::record::{ConfirmedBy, Override, RetakeReason};

/// What is to be done, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Is there a standing record for this code? Answered by `Event::LookedUp`.
    LookUp {
        digest: CodeDigest,
    },
    /// Write the lock, with a new number or the parked one, and sync it. Answered by `Event::LockOpened`.
    OpenLock {
        subject: Box<Subject>,
        number: Number,
        /// Kept with the lock: the record that the coming one takes the place of.
        replaces: Option<Replaces>,
    },
    /// Look the code up, and give its person a number to wait with. Answered by `Event::Queued` or
    /// `Event::QueueCollected`.
    Queue {
        subject: Box<Subject>,
        rule: QueueRule,
    },
    /// Keep with the lock which row of the school's list its subject is bound to.
    KeepRow {
        shot: ShotNumber,
        row: String,
    },
    /// Keep with the lock which record the coming one takes the place of.
    KeepReplaced {
        shot: ShotNumber,
        replaces: Replaces,
    },
    /// The lock has ended; its row goes, the journal keeps how.
    EndLock {
        shot: ShotNumber,
        end: LockEnd,
    },
    /// Collect the frames of a burst from now on. Answered by `Event::BurstTaken`.
    TakeBurst {
        attempt: u32,
        burst: Burst,
    },
    /// Choose, cut and judge a frame of that burst. Answered by `Event::Judged`.
    Judge {
        attempt: u32,
        choice: FrameChoice,
    },
    /// Cut and judge the photo that was framed by hand. Answered by `Event::Judged`.
    JudgePhoto {
        attempt: u32,
    },
    /// Make the record durable; ends the lock in the same commit. Answered by `Event::RecordStored`.
    Store(Box<Draft>),
    /// Withdraw a record. Answered by `Event::Withdrawn`.
    Withdraw {
        record: RecordId,
    },
    /// One line for the journal.
    Note(Note),
    PlayCue(Cue),
}

/// Which 拍摄号 a lock gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    New,
    /// A parked subject keeps its number.
    Keep(ShotNumber),
}

/// Who is given a number to wait with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueRule {
    /// Nobody who has a picture.
    OnlyNew,
    /// Somebody said so.
    AllTheSame,
}

/// How a lock ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LockEnd {
    Stored,
    Parked,
    Released,
    Expired,
    TurnedAway(TurnedAway),
}

impl LockEnd {
    /// Name in journal and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Parked => "parked",
            Self::Released => "released",
            Self::Expired => "expired",
            Self::TurnedAway(reason) => reason.as_str(),
        }
    }
}

/// Which frame of a burst is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameChoice {
    /// Eyes open, then sharpness.
    Best,
    /// Counted from 0.
    Named(usize),
}

/// Everything the session knows about a record to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    pub shot: ShotNumber,
    pub subject: Subject,
    pub last_four: Option<LastFour>,
    pub roster_key: Option<String>,
    pub notice_acknowledged: bool,
    /// Station-local number.
    pub operator: u32,
    /// The yes is said in the moment the draft is handed out.
    pub confirmed_by: ConfirmedBy,
    pub picture: JudgedShot,
    pub attested: Vec<String>,
    pub overrides: Vec<Override>,
    pub replaces: Option<Replaces>,
}

/// One line for the journal about a moment that leaves no record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    Interrupted {
        shot: ShotNumber,
        cause: Interruption,
    },
    /// Operator and student both said that the witness is this person's.
    WitnessConfirmed {
        shot: ShotNumber,
    },
    /// The code was shown again.
    CodeShownAgain {
        shot: ShotNumber,
    },
    /// A gun's text and the symbol differ for this subject; the symbol's bytes count.
    GunDiffers {
        shot: ShotNumber,
    },
    /// The slip of another station's queue belongs to this code.
    SlipMatched {
        shot: ShotNumber,
        slip: ShotNumber,
    },
    /// The slip that was shown belongs to another code; the code counts.
    SlipDiffers {
        shot: ShotNumber,
        slip: ShotNumber,
    },
    /// Two people vouched for a doubtful pairing.
    CodeVouched {
        shot: ShotNumber,
        by: u32,
        second: u32,
    },
    /// Two people accepted a check that one may not accept alone; the record names the first.
    OverrideSeconded {
        shot: ShotNumber,
        by: u32,
        second: u32,
    },
    /// A code that another station has collected is photographed here all the same.
    CollectedElsewhere {
        /// The other station's.
        shot: ShotNumber,
        reason: RetakeReason,
    },
    /// The shot limit was lifted once more.
    MoreShots {
        shot: ShotNumber,
    },
    /// A picture failed, or was not the first of its person: what the day's figures need to know of it.
    PictureJudged {
        shot: ShotNumber,
        /// Which of this person's it is, counted from 1.
        pictures: u32,
        failed: Vec<CheckId>,
    },
    /// Somebody without a lock was sent away.
    TurnedAway {
        reason: TurnedAway,
    },
}

/// What is heard; numbers as in the table of sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cue {
    /// 1
    CodeRead,
    /// 2: the lock is about to end, or the second copy is missing.
    Attention,
    /// 3
    InPlace,
    /// 4, a beat of the countdown.
    Beat,
    /// 4, the shutter.
    Shutter,
    /// 5
    Stored,
    /// 6
    PictureFails,
    /// 7
    AlreadyCollected,
    /// 8: another code while locked, or interrupted.
    Stop,
    /// 9
    ShotLimit,
    /// 10
    DeviceLost,
    /// 11
    Sealed,
}
