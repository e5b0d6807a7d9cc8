//! Everything that can happen to a session. One closed list; nothing else changes its state.

use super::expected::Expected;
use super::settings::Settings;
use super::subject::{Earlier, Elsewhere, JudgedShot, LastFour, LiveReport, Replaces, Subject};
use crate::domain::code::CodeDigest;
use crate::domain::fault::{CameraFault, StoreFault};
use crate::domain::finding::CheckId;
use crate::domain::ids::{RecordId, ShotNumber};
use crate::domain::record::{OverrideReason, RetakeReason};

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Time went by.
    Tick,
    /// A code was read.
    Code(Subject),
    /// A code was read at a scan desk ahead of the camera: its person waits.
    CodeAhead(Subject),
    /// The live checks looked at a frame.
    Live(LiveReport),
    Operator(Command, Press),
    Student(StudentSays, Press),
    /// Answer to `Effect::LookUp`: the record that stands for this code, when there is one.
    LookedUp {
        digest: CodeDigest,
        earlier: Option<Earlier>,
    },
    /// Answer to `Effect::LookUp`: no record here, but one on another station's list.
    FoundElsewhere {
        digest: CodeDigest,
        elsewhere: Elsewhere,
    },
    /// Answer to `Effect::OpenLock`: the lock is durable.
    LockOpened {
        digest: CodeDigest,
        shot: ShotNumber,
    },
    /// At start: a lock that was open when the program ended.
    LockFound {
        subject: Subject,
        shot: ShotNumber,
        /// Of the school's list.
        row: Option<String>,
        /// It was a retake.
        replaces: Option<Replaces>,
    },
    /// At start: a subject that was parked when the program ended.
    ParkedFound {
        subject: Subject,
        shot: ShotNumber,
        row: Option<String>,
        replaces: Option<Replaces>,
    },
    /// At start: somebody who waited with a number when the program ended.
    WaitingFound {
        subject: Subject,
        shot: ShotNumber,
    },
    /// Answer to `Effect::Queue`: the number is durable.
    Queued {
        digest: CodeDigest,
        shot: ShotNumber,
    },
    /// Answer to `Effect::Queue`: the code has a picture, and no number was given.
    QueueCollected {
        digest: CodeDigest,
        found: Collected,
    },
    /// The burst is complete.
    BurstTaken {
        attempt: u32,
    },
    /// Answer to `Effect::Judge`.
    Judged {
        attempt: u32,
        shot: Box<JudgedShot>,
    },
    /// Burst or judging gave nothing.
    ShotFailed {
        attempt: u32,
        fault: ShotFault,
    },
    /// Answer to `Effect::Store`: the commit has returned.
    RecordStored {
        record: RecordId,
        shot: ShotNumber,
        copy: SecondCopy,
    },
    /// The second disk has the record now.
    CopyLanded {
        record: RecordId,
    },
    /// Answer to `Effect::Withdraw`.
    Withdrawn {
        record: RecordId,
    },
    /// The store could not do what it was asked.
    StoreFailed {
        task: StoreTask,
        fault: StoreFault,
    },
    CameraLost(CameraFault),
    CameraReturned,
    /// Whether new locks may be opened (disk space, missing copies).
    NewLocks(Gate),
    Configure(Box<Settings>),
}

/// Where a code has a picture already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collected {
    Here(Earlier),
    Elsewhere(Elsewhere),
}

/// A key press, or its repetition by a held key or pedal, which is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    First,
    Repeat,
}

/// What the operator asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Take a picture now.
    Shoot,
    /// Accept the picture, attest what is to be asked, and say yes for the student where the rule allows.
    Accept,
    /// An existing photo of the subject is framed by hand: nothing else happens to the lock meanwhile.
    OpenPhoto,
    /// The framed photo is cut and judged as a shot is.
    UsePhoto,
    /// The photo is put away.
    ClosePhoto,
    /// Another picture of the same subject.
    Retake,
    /// End the lock without a record; asks first when a picture exists.
    Release,
    /// Put the subject aside, to be called later.
    Park,
    /// Lock a parked subject again.
    Recall(ShotNumber),
    /// Somebody is called whose picture is to be taken again; `None`: nobody is awaited any more.
    Expect(Option<Expected>),
    /// Somebody who waits or was put aside is not coming any more.
    LetGo(ShotNumber),
    /// The scan desk gives a number although the code has a picture.
    QueueAnyway,
    /// The scan desk gives no number to somebody with a picture.
    NoNumber,
    /// Nobody is photographed, and why.
    TurnAway(TurnedAway),
    /// Withdraw the last record and lock its subject again.
    UndoLast,
    /// At the shot limit: allow as many shots again.
    MoreShots,
    /// While interrupted, or with a doubtful code: the witness is this person's.
    ConfirmWitness,
    /// Judge another frame of the burst, counted from 0.
    ChooseFrame(usize),
    /// The collected code is photographed again.
    RetakeCollected(RetakeReason),
    /// The coming record takes the place of one found by its 拍摄号 or slip.
    Replace(Replaces),
    /// The answer to an open question.
    Answer(Answer),
    /// Tick one thing to ask.
    Attest(String),
    Override(OverrideRequest),
    /// Accept a doubtful pairing of code and person, on two people's word.
    VouchForCode {
        second: Option<u32>,
    },
    LastFour(LastFour),
    /// The row of the school's own list that belongs to this subject.
    RosterRow(String),
    /// The notice was shown and acknowledged.
    AcknowledgeNotice,
    /// Stop the sound of a lost camera, or the one of the shot limit.
    Silence,
}

/// What the student says, by the student's own keys or touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StudentSays {
    Yes,
    OnceMore,
    /// The witness is mine.
    ThatIsMine,
}

/// Answers to a [`super::Question`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Stay with the subject that is locked.
    Keep,
    /// Do what was asked about: switch to the other code, discard the picture.
    Proceed,
}

/// Why nobody was photographed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TurnedAway {
    /// 无码
    NoCode,
    /// 读不出
    Unreadable,
    /// 已采集
    AlreadyCollected,
    /// 不合规
    NotCompliant,
}

impl TurnedAway {
    /// In the order of the digit keys 1 to 4.
    pub const ALL: [Self; 4] = [Self::NoCode, Self::Unreadable, Self::AlreadyCollected, Self::NotCompliant];

    /// Name in journal and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoCode => "no_code",
            Self::Unreadable => "unreadable",
            Self::AlreadyCollected => "already_collected",
            Self::NotCompliant => "not_compliant",
        }
    }
}

/// A wish to accept a failing check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverrideRequest {
    pub check: CheckId,
    pub reason: OverrideReason,
    /// Needed for [`OverrideReason::Other`].
    pub text: Option<String>,
    /// Station-local number of the second person whose PIN was checked.
    pub second: Option<u32>,
}

/// Why a shot gave no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShotFault {
    /// The camera sent too few frames.
    NoFrames,
    /// The checks stopped.
    Checks,
    /// It took too long.
    TooLong,
}

/// Whether the second disk has the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecondCopy {
    Landed,
    /// On its way.
    Pending,
    /// Not there in time; it will be caught up.
    Behind,
    /// No second disk is set up.
    NotKept,
}

/// What the store was asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoreTask {
    LookUp,
    Queue,
    OpenLock,
    EndLock,
    Store,
    Withdraw,
    Note,
}

/// Whether new locks may be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gate {
    Open,
    Closed(StoreFault),
}

impl Event {
    /// For logs: never carries a value.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Tick => "tick",
            Self::Code(_) => "code",
            Self::CodeAhead(_) => "code ahead",
            Self::Live(_) => "live",
            Self::Operator(command, _) => command.name(),
            Self::Student(StudentSays::Yes, _) => "student yes",
            Self::Student(StudentSays::OnceMore, _) => "student once more",
            Self::Student(StudentSays::ThatIsMine, _) => "student that is mine",
            Self::FoundElsewhere { .. } => "found elsewhere",
            Self::LookedUp { .. } => "looked up",
            Self::LockOpened { .. } => "lock opened",
            Self::LockFound { .. } => "lock found",
            Self::ParkedFound { .. } => "parked found",
            Self::WaitingFound { .. } => "waiting found",
            Self::Queued { .. } => "queued",
            Self::QueueCollected { .. } => "queue collected",
            Self::BurstTaken { .. } => "burst taken",
            Self::Judged { .. } => "judged",
            Self::ShotFailed { .. } => "shot failed",
            Self::RecordStored { .. } => "record stored",
            Self::CopyLanded { .. } => "copy landed",
            Self::Withdrawn { .. } => "withdrawn",
            Self::StoreFailed { .. } => "store failed",
            Self::CameraLost(_) => "camera lost",
            Self::CameraReturned => "camera returned",
            Self::NewLocks(_) => "new locks",
            Self::Configure(_) => "configure",
        }
    }
}

impl Command {
    /// For logs: never carries a value.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Shoot => "shoot",
            Self::Accept => "accept",
            Self::OpenPhoto => "open photo",
            Self::UsePhoto => "use photo",
            Self::ClosePhoto => "close photo",
            Self::Retake => "retake",
            Self::Release => "release",
            Self::Park => "park",
            Self::Recall(_) => "recall",
            Self::Expect(_) => "expect",
            Self::LetGo(_) => "let go",
            Self::QueueAnyway => "queue anyway",
            Self::NoNumber => "no number",
            Self::TurnAway(_) => "turn away",
            Self::UndoLast => "undo last",
            Self::MoreShots => "more shots",
            Self::ConfirmWitness => "confirm witness",
            Self::ChooseFrame(_) => "choose frame",
            Self::RetakeCollected(_) => "retake collected",
            Self::Replace(_) => "replace",
            Self::Answer(_) => "answer",
            Self::Attest(_) => "attest",
            Self::Override(_) => "override",
            Self::VouchForCode { .. } => "vouch for code",
            Self::LastFour(_) => "last four",
            Self::RosterRow(_) => "roster row",
            Self::AcknowledgeNotice => "acknowledge notice",
            Self::Silence => "silence",
        }
    }
}
