//! Where the session stands. Plain data: the window reads it, only `Session::apply` changes it.

use super::chair::Chair;
use super::effect::Number;
use super::event::{SecondCopy, ShotFault};
use super::settings::Settings;
use super::subject::{Earlier, Elsewhere, JudgedShot, LastFour, LiveReport, Replaces, Subject};
use crate::domain::code::CodeDigest;
use crate::domain::fault::StoreFault;
use crate::domain::finding::{CheckId, Finding, Verdict};
use crate::domain::ids::{RecordId, ShotNumber};
use crate::domain::record::{ConfirmedBy, Override};
use crate::domain::time::Monotonic;

/// The way of one student.
#[derive(Debug, Clone, PartialEq)]
pub enum State {
    /// Nobody is locked.
    Waiting,
    /// A code was read and is looked up and numbered; nothing is locked yet.
    CodeRead(CodeRead),
    /// Locked, no face yet.
    Locked(Lock),
    /// The face is there: guides, instruction, hold, countdown.
    Framing(Framing),
    /// The link between code and person is in doubt.
    Interrupted(Interrupted),
    /// A burst is taken, then judged.
    Shot(Shooting),
    /// The operator decides: something fails, warns, or is to be asked.
    Review(Review),
    /// The picture may be stored; a yes is awaited.
    Confirm(Review),
    Storing(Storing),
    /// Durable: the only green state, as soon as `lit_at` is set.
    Stored(Stored),
    /// The last record is being withdrawn.
    Undoing(LastRecord),
}

/// A code between reading and lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRead {
    pub subject: Subject,
    pub since: Monotonic,
    pub step: CodeStep,
    /// Of whoever was called, or as the question 已采集 was answered.
    pub replaces: Option<Replaces>,
    /// The number that its person waits with.
    pub waits_with: Option<ShotNumber>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeStep {
    LookingUp,
    /// 已采集: retake with a reason, or turn away.
    Collected(Earlier),
    /// 已采集 by another station: the same question.
    Elsewhere(Elsewhere),
    Numbering(Number),
}

/// One locked subject.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "facts that do not depend on each other")]
pub struct Lock {
    pub subject: Subject,
    pub shot: ShotNumber,
    pub since: Monotonic,
    /// When one face was last seen; the lock's start before that.
    pub face_seen: Monotonic,
    /// What was seen of the chair while a picture was open.
    pub chair: Chair,
    /// The warning before the lock ends was given.
    pub warned: bool,
    pub walk: Walk,
    /// The person was once in place under this lock: nobody walks to the chair any more.
    pub settled: bool,
    /// Judged shots under this lock, and how many are allowed.
    pub shots: u32,
    pub shots_allowed: u32,
    /// An existing photo is being framed by hand.
    pub importing: bool,
    /// The picture was taken while the link between code and person was in doubt.
    pub doubtful: bool,
    pub last_four: Option<LastFour>,
    pub roster_key: Option<String>,
    pub notice_acknowledged: bool,
    pub replaces: Option<Replaces>,
    pub question: Option<Question>,
    /// Its number in another station's queue, as the slip says that was shown with the code.
    pub queue_number: Option<ShotNumber>,
    pub last_fault: Option<ShotFault>,
}

/// The walk from the scan to the chair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Walk {
    Allowed,
    Used,
}

/// What the operator must answer before anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Another code was shown: keep this subject, or release it and lock the other.
    OtherCode(Box<Subject>),
    /// Release although a picture exists?
    DiscardPicture,
}

impl Lock {
    pub fn new(subject: Subject, shot: ShotNumber, now: Monotonic, settings: &Settings) -> Self {
        Self {
            subject,
            shot,
            since: now,
            face_seen: now,
            chair: Chair::default(),
            warned: false,
            walk: Walk::Allowed,
            settled: false,
            shots: 0,
            shots_allowed: settings.shot_limit,
            importing: false,
            doubtful: false,
            last_four: None,
            roster_key: None,
            notice_acknowledged: false,
            replaces: None,
            question: None,
            queue_number: None,
            last_fault: None,
        }
    }

    /// Time left before the lock ends by itself.
    pub fn time_left(&self, now: Monotonic, settings: &Settings) -> Monotonic {
        (self.face_seen + settings.lock_end).saturating_sub(now)
    }
}

/// A face under a lock.
#[derive(Debug, Clone, PartialEq)]
pub struct Framing {
    pub lock: Lock,
    pub report: LiveReport,
    pub report_at: Monotonic,
    /// When the report was last green.
    pub green_at: Option<Monotonic>,
    /// Since when more than one face is seen.
    pub several_since: Option<Monotonic>,
    pub hold: Hold,
    /// Since something warns in a green picture that the person could mend in a moment.
    pub advice: Option<Advice>,
    /// When "in place" was last heard.
    pub in_place_heard: Option<Monotonic>,
}

/// Advice that was given while all that stops was green.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    pub since: Monotonic,
    /// When it was last wanted.
    pub last: Monotonic,
}

/// How far the automatic shot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    Idle,
    /// All green since then.
    Steady {
        since: Monotonic,
    },
    /// Counting down; `heard` beats were played.
    Counting {
        since: Monotonic,
        heard: u32,
    },
}

impl Hold {
    /// The digit that is shown: 3, 2, 1.
    pub fn digit(self, now: Monotonic, settings: &Settings) -> Option<u32> {
        let Self::Counting { since, .. } = self else { return None };
        let beats = now.saturating_sub(since).as_millis() / settings.beat.as_millis().max(1);
        Some(settings.beats.saturating_sub(beats as u32).max(1))
    }

    /// How much of the hold is done, 0 to 1.
    pub fn progress(self, now: Monotonic, settings: &Settings) -> f32 {
        match self {
            Self::Idle => 0.0,
            Self::Steady { since } => {
                (now.saturating_sub(since).as_secs_f32() / settings.hold.as_secs_f32().max(0.001)).min(1.0)
            }
            Self::Counting { .. } => 1.0,
        }
    }
}

/// Framing was broken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interrupted {
    pub lock: Lock,
    pub cause: Interruption,
    pub since: Monotonic,
    /// Who said that the witness is this person's.
    pub operator_agreed: bool,
    pub student_agreed: bool,
}

/// Why the link between code and person is in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Interruption {
    FaceAway,
    SecondFace,
    /// The program was closed while this subject was locked.
    Restart,
}

impl Interruption {
    /// Name in journal and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FaceAway => "face_away",
            Self::SecondFace => "second_face",
            Self::Restart => "restart",
        }
    }
}

/// A shot between shutter and verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Shooting {
    pub lock: Lock,
    /// Number of this burst in the whole run; answers with another number are too late.
    pub attempt: u32,
    pub phase: ShotPhase,
    pub since: Monotonic,
    /// When the shutter is heard, unless it was.
    pub shutter_due: Option<Monotonic>,
    /// The review to return to when another frame of its burst cannot be judged.
    pub review: Option<Box<Review>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShotPhase {
    Burst,
    Judging,
}

/// A judged picture that waits for a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    pub lock: Lock,
    pub attempt: u32,
    pub picture: JudgedShot,
    /// When the picture appeared.
    pub since: Monotonic,
    /// What is to be attested, and what was.
    pub ask: Vec<String>,
    pub attested: Vec<String>,
    pub overrides: Vec<Override>,
    /// Shot limit reached: when the sound comes next.
    pub limit_alarm: Option<Monotonic>,
    /// The picture could not be stored and is still here.
    pub storing_fault: Option<StoreFault>,
    pub operator_agreed: bool,
    pub student_agreed: bool,
}

impl Review {
    pub fn verdict(&self) -> Verdict {
        self.picture.verdict()
    }

    /// Failing checks that nobody has overridden.
    pub fn open_failures(&self) -> impl Iterator<Item = &Finding> {
        let overridden = |id: CheckId| self.overrides.iter().any(|o| o.check == id);
        self.picture.findings.iter().filter(move |f| f.fails() && !overridden(f.id))
    }

    /// What is still to be attested.
    pub fn open_ask(&self) -> impl Iterator<Item = &String> {
        self.ask.iter().filter(|item| !self.attested.contains(item))
    }

    /// Passes in everything, with nothing left to ask and no doubt about the code.
    pub fn is_complete(&self) -> bool {
        self.verdict() == Verdict::Pass
            && self.picture.photo.is_some()
            && !self.lock.doubtful
            && self.open_ask().next().is_none()
    }
}

/// A record on its way to the disk; the review is kept in case that fails.
#[derive(Debug, Clone, PartialEq)]
pub struct Storing {
    pub review: Review,
    pub confirmed_by: ConfirmedBy,
    pub since: Monotonic,
    /// A code that was shown meanwhile and is locked next.
    pub next: Option<Box<Subject>>,
}

/// A durable record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub record: RecordId,
    pub shot: ShotNumber,
    pub digest: CodeDigest,
    pub since: Monotonic,
    pub copy: SecondCopy,
    /// When the light was switched on: green, or amber with `late`. Before that the second copy is awaited.
    pub lit_at: Option<Monotonic>,
    /// The second copy was not there in time.
    pub late: bool,
}

/// The last record that was stored in this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastRecord {
    pub record: RecordId,
    pub shot: ShotNumber,
    pub subject: Subject,
    /// The record that it replaced: a picture in its place replaces the same one.
    pub replaces: Option<Replaces>,
}

impl State {
    /// For logs and tests.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::CodeRead(_) => "code read",
            Self::Locked(_) => "locked",
            Self::Framing(_) => "framing",
            Self::Interrupted(_) => "interrupted",
            Self::Shot(_) => "shot",
            Self::Review(_) => "review",
            Self::Confirm(_) => "confirm",
            Self::Storing(_) => "storing",
            Self::Stored(_) => "stored",
            Self::Undoing(_) => "undoing",
        }
    }

    /// The locked subject, from lock to commit.
    pub const fn lock(&self) -> Option<&Lock> {
        match self {
            Self::Locked(lock) => Some(lock),
            Self::Framing(framing) => Some(&framing.lock),
            Self::Interrupted(interrupted) => Some(&interrupted.lock),
            Self::Shot(shooting) => Some(&shooting.lock),
            Self::Review(review) | Self::Confirm(review) => Some(&review.lock),
            Self::Storing(storing) => Some(&storing.review.lock),
            Self::Waiting | Self::CodeRead(_) | Self::Stored(_) | Self::Undoing(_) => None,
        }
    }

    /// The same, to be changed; not while storing.
    pub(super) const fn lock_mut(&mut self) -> Option<&mut Lock> {
        match self {
            Self::Locked(lock) => Some(lock),
            Self::Framing(framing) => Some(&mut framing.lock),
            Self::Interrupted(interrupted) => Some(&mut interrupted.lock),
            Self::Shot(shooting) => Some(&mut shooting.lock),
            Self::Review(review) | Self::Confirm(review) => Some(&mut review.lock),
            Self::Waiting | Self::CodeRead(_) | Self::Storing(_) | Self::Stored(_) | Self::Undoing(_) => None,
        }
    }

    /// The shot limit is reached and sounds until somebody decides.
    pub const fn is_at_shot_limit(&self) -> bool {
        matches!(self, Self::Review(review) | Self::Confirm(review) if review.limit_alarm.is_some())
    }

    /// The picture that waits for a decision.
    pub const fn review(&self) -> Option<&Review> {
        match self {
            Self::Review(review) | Self::Confirm(review) => Some(review),
            Self::Storing(storing) => Some(&storing.review),
            _ => None,
        }
    }
}
