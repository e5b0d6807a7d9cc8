//! Operator and student in one: walks the desk through subjects without anybody at it.
//!
//! It accepts pictures that pass or only warn, takes another while one fails, and gives up at the shot limit. It
//! confirms nothing that it cannot know: an interruption or another code ends the lock.

use super::desk::{Desk, News};
use crate::domain::code::CodeDigest;
use crate::domain::finding::{Finding, Verdict};
use crate::domain::ids::ShotNumber;
use crate::domain::session::{
    Answer, Command, Framing, Hold, Interrupted, Interruption, LockEnd, Press, Review, State, TurnedAway,
};
use crate::domain::time::Monotonic;
use crate::worker::store::SavedRecord;

/// On simulated time: framing that leads to no automatic shot for this long is shot by key, so that it is judged.
const PATIENCE: Monotonic = Monotonic::from_secs(5);
/// With still pictures before a real camera: how long a face may be not in place.
const SHORT_PATIENCE: Monotonic = Monotonic::from_millis(1_500);
/// Shots that give no picture, in a row, before it gives up.
const MOST_FAULTS: u32 = 5;

/// When pictures are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// By the automatic shot; by key only when that does not come.
    Automatic,
    /// As soon as a face is in place: pictures of a real camera that is fed with still pictures do not wait.
    AtOnce,
}

/// Why a subject has no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedFor {
    /// Its pictures fail a blocking check, up to the shot limit.
    NotCompliant,
    /// The face went away, or a second one came.
    Interrupted,
    /// Another code was shown first.
    AnotherCode,
    /// Nobody sat down in time.
    Expired,
    /// The camera or the checks gave no picture.
    NoPicture,
    /// The store could not keep it.
    Store,
}

impl RefusedFor {
    /// Name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotCompliant => "not_compliant",
            Self::Interrupted => "interrupted",
            Self::AnotherCode => "another_code",
            Self::Expired => "expired",
            Self::NoPicture => "no_picture",
            Self::Store => "store",
        }
    }
}

/// What became of one subject.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Stored(SavedRecord),
    Refused {
        shot: ShotNumber,
        reason: RefusedFor,
        /// Of the last picture; empty when there was none.
        findings: Vec<Finding>,
    },
    /// Already collected.
    Skipped(CodeDigest),
}

/// The robot and what it remembers of the subject at hand.
#[derive(Debug)]
pub struct Robot {
    pace: Pace,
    framing_since: Option<Monotonic>,
    faults: u32,
    /// Why the lock at hand was ended by the robot; `None` for one that was found at start.
    reason: Option<RefusedFor>,
    findings: Vec<Finding>,
}

impl Robot {
    pub const fn new(pace: Pace) -> Self {
        Self { pace, framing_since: None, faults: 0, reason: None, findings: Vec::new() }
    }

    /// Looks at the desk after a tick, does what is to be done, and says what became of whom.
    pub fn react(&mut self, desk: &mut Desk, now: Monotonic) -> Vec<Outcome> {
        let outcomes = desk.take_news().into_iter().filter_map(|news| self.hear(desk, &news, now)).collect();
        // Nobody listens here; unplayed sounds are not kept.
        desk.take_cues();
        self.act(desk, now);
        outcomes
    }

    fn hear(&mut self, desk: &mut Desk, news: &News, now: Monotonic) -> Option<Outcome> {
        match *news {
            News::Locked { shot, .. } => {
                log::debug!("{shot} is locked");
                self.forget();
                None
            }
            News::Stored(saved) => {
                self.forget();
                Some(Outcome::Stored(saved))
            }
            News::Collected { digest, .. } => {
                command(desk, Command::TurnAway(TurnedAway::AlreadyCollected), now);
                Some(Outcome::Skipped(digest))
            }
            News::LockEnded { shot, end } => {
                let reason = match end {
                    LockEnd::Expired => Some(RefusedFor::Expired),
                    LockEnd::Released | LockEnd::TurnedAway(_) => self.reason,
                    LockEnd::Stored | LockEnd::Parked => None,
                };
                let findings = std::mem::take(&mut self.findings);
                self.forget();
                reason.map(|reason| Outcome::Refused { shot, reason, findings })
            }
            _ => None,
        }
    }

    fn forget(&mut self) {
        *self = Self::new(self.pace);
    }

    fn act(&mut self, desk: &mut Desk, now: Monotonic) {
        if !matches!(desk.state(), State::Framing(_)) {
            self.framing_since = None;
        }
        if desk.state().lock().is_some_and(|lock| lock.question.is_some()) {
            let interrupted = matches!(desk.state(), State::Interrupted(_));
            self.reason = Some(if interrupted { RefusedFor::Interrupted } else { RefusedFor::AnotherCode });
            command(desk, Command::Answer(Answer::Proceed), now);
            return;
        }
        let wish = match desk.state() {
            State::Interrupted(Interrupted { cause: Interruption::Restart, .. }) => Some(Command::Release),
            State::Framing(framing) => {
                let framing = framing.clone();
                self.framed(&framing, now)
            }
            State::Review(review) | State::Confirm(review) => {
                let ready = now >= review.since + desk.session().settings().accept_dead;
                let review = ready.then(|| review.clone());
                review.map(|review| self.reviewed(&review))
            }
            _ => None,
        };
        if let Some(wish) = wish {
            command(desk, wish, now);
        }
    }

    fn framed(&mut self, framing: &Framing, now: Monotonic) -> Option<Command> {
        if self.framing_since.is_none() && framing.lock.last_fault.is_some() {
            self.faults += 1;
        }
        let since = *self.framing_since.get_or_insert(now);
        if self.faults >= MOST_FAULTS {
            self.reason = Some(RefusedFor::NoPicture);
            return Some(Command::Release);
        }
        let one_face = framing.report.faces == 1;
        let shoot = match self.pace {
            Pace::Automatic => one_face && framing.hold == Hold::Idle && now >= since + PATIENCE,
            Pace::AtOnce => one_face && (framing.report.is_green() || now >= since + SHORT_PATIENCE),
        };
        shoot.then_some(Command::Shoot)
    }

    fn reviewed(&mut self, review: &Review) -> Command {
        self.faults = 0;
        if review.storing_fault.is_some() {
            self.reason = Some(RefusedFor::Store);
            return Command::Release;
        }
        if review.lock.doubtful {
            self.reason = Some(RefusedFor::Interrupted);
            return Command::Release;
        }
        if review.verdict() != Verdict::Fail && review.picture.photo.is_some() {
            return Command::Accept;
        }
        self.findings.clone_from(&review.picture.findings);
        if review.lock.shots < review.lock.shots_allowed {
            return Command::Retake;
        }
        self.reason = Some(RefusedFor::NotCompliant);
        Command::TurnAway(TurnedAway::NotCompliant)
    }
}

/// Presses a key; a refusal only means that the moment was wrong, and the next pass looks again.
fn command(desk: &mut Desk, command: Command, now: Monotonic) {
    if let Err(rejected) = desk.command(command, Press::First, now) {
        log::debug!("{rejected}");
    }
}
