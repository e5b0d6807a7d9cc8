//! Walks the desk through pairs of code and portrait without anybody at it: lock, photo, checks, store, each by the same
//! events as at the desk.
//!
//! It accepts what passes or only warns, and only when somebody has looked at the pictures where the profile asks for
//! what no picture decides.

use std::path::PathBuf;

use super::desk::{Desk, News};
use crate::domain::fault::PictureFault;
use crate::domain::finding::{Finding, Verdict};
use crate::domain::session::{
    Answer, CodeStep, Command, Earlier, Elsewhere, Interrupted, Interruption, Press, RejectedEvent, State, Subject,
    TurnedAway,
};
use crate::domain::time::{Monotonic, WallTime};
use crate::worker::folder::photo_file;
use crate::worker::store::SavedRecord;

/// A lock that does not come in this time is given up.
const PATIENCE: Monotonic = Monotonic::from_mins(1);

/// A code and the portrait that belongs to it.
#[derive(Debug, Clone)]
pub struct Pair {
    pub subject: Subject,
    pub portrait: PathBuf,
}

/// Whether somebody looked at every picture and stands for what the profile asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    Yes,
    No,
}

/// What became of a pair.
#[derive(Debug, Clone, PartialEq)]
pub enum Imported {
    Stored(SavedRecord),
    /// The code has a standing record: nothing was done.
    AlreadyCollected(Earlier),
    /// The code stands on another station's list: nothing was done.
    CollectedElsewhere(Elsewhere),
    /// The file gives no standard picture.
    Picture(PictureFault),
    /// A blocking check fails.
    NotCompliant(Vec<Finding>),
    /// The profile asks what no picture decides, and nobody looked.
    NotLooked,
    /// The session refused a step.
    Refused(RejectedEvent),
    /// Checks or store gave nothing.
    Failed,
}

/// How far the pair at hand is.
enum Step {
    Code,
    Locking,
    Opening,
    Judging,
    Storing,
    /// The lock is being ended, then this is told.
    Ending(Imported),
}

/// One pair on its way.
pub struct Importer {
    pair: Pair,
    looked: Looked,
    step: Step,
    since: Monotonic,
}

impl Importer {
    pub const fn new(pair: Pair, looked: Looked, now: Monotonic) -> Self {
        Self { pair, looked, step: Step::Code, since: now }
    }

    /// Looks at the desk after a tick and does what is to be done; what became of the pair, once that is known.
    pub fn react(&mut self, desk: &mut Desk, now: Monotonic, wall: WallTime) -> Option<Imported> {
        desk.take_cues();
        for news in desk.take_news() {
            match news {
                News::Stored(saved) => return Some(Imported::Stored(saved)),
                News::PhotoRefused(fault) => self.end(desk, Imported::Picture(fault), now),
                News::StoreFailed { .. } | News::EyesBroken | News::VaultBroken => {
                    self.end(desk, Imported::Failed, now);
                }
                _ => {}
            }
        }
        if now > self.since + PATIENCE && !matches!(self.step, Step::Ending(_)) {
            self.end(desk, Imported::Failed, now);
        }
        self.go_on(desk, now, wall).err().map(|outcome| *outcome)
    }

    /// `Err` is the end.
    fn go_on(&mut self, desk: &mut Desk, now: Monotonic, wall: WallTime) -> Result<(), Box<Imported>> {
        match (&self.step, desk.state()) {
            (Step::Ending(outcome), State::Waiting | State::Stored(_)) => return Err(Box::new(outcome.clone())),
            // a lock that the last run left open
            (Step::Code, State::Interrupted(Interrupted { cause: Interruption::Restart, .. })) => {
                desk.command(Command::Release, Press::First, now)
                    .map_err(|rejected| Box::new(Imported::Refused(rejected)))?;
            }
            (Step::Code, State::Waiting | State::Stored(_)) => {
                desk.code_from_file(self.pair.subject.clone(), now)
                    .map_err(|rejected| Box::new(Imported::Refused(rejected)))?;
                self.step = Step::Locking;
            }
            (Step::Locking, State::CodeRead(read)) => match read.step {
                CodeStep::Collected(earlier) => self.end(desk, Imported::AlreadyCollected(earlier), now),
                CodeStep::Elsewhere(elsewhere) => self.end(desk, Imported::CollectedElsewhere(elsewhere), now),
                CodeStep::LookingUp | CodeStep::Numbering(_) => {}
            },
            (Step::Locking, State::Locked(_) | State::Framing(_)) => match photo_file(&self.pair.portrait) {
                Ok(file) => match desk.bring_photo(file, now) {
                    Ok(()) => self.step = Step::Opening,
                    Err(rejected) => self.end(desk, Imported::Refused(rejected), now),
                },
                Err(fault) => self.end(desk, Imported::Picture(fault), now),
            },
            (Step::Opening, _) => {
                if let Some(frame) = desk.photo().map(|photo| photo.automatic) {
                    match desk.use_photo(frame, wall, now) {
                        Ok(()) => self.step = Step::Judging,
                        Err(rejected) => self.end(desk, Imported::Refused(rejected), now),
                    }
                }
            }
            (Step::Judging, State::Review(review) | State::Confirm(review))
                if now >= review.since + desk.session().settings().accept_dead =>
            {
                self.decide(desk, now);
            }
            (Step::Judging, State::Framing(_)) => self.end(desk, Imported::Failed, now),
            _ => {}
        }
        Ok(())
    }

    fn decide(&mut self, desk: &mut Desk, now: Monotonic) {
        let Some(review) = desk.state().review() else { return };
        if review.verdict() == Verdict::Fail || review.picture.photo.is_none() {
            let findings = review.picture.findings.clone();
            self.end(desk, Imported::NotCompliant(findings), now);
        } else if self.looked == Looked::No && review.open_ask().next().is_some() {
            self.end(desk, Imported::NotLooked, now);
        } else {
            match desk.command(Command::Accept, Press::First, now) {
                Ok(()) => self.step = Step::Storing,
                Err(rejected) => self.end(desk, Imported::Refused(rejected), now),
            }
        }
    }

    /// Ends the lock, if there is one; the outcome is told once it has ended.
    fn end(&mut self, desk: &mut Desk, outcome: Imported, now: Monotonic) {
        let not_compliant = matches!(outcome, Imported::NotCompliant(_));
        let commands: &[Command] = match desk.state() {
            State::CodeRead(_) => &[Command::TurnAway(TurnedAway::AlreadyCollected)],
            _ if not_compliant => &[Command::TurnAway(TurnedAway::NotCompliant)],
            State::Review(_) | State::Confirm(_) => &[Command::Release, Command::Answer(Answer::Proceed)],
            _ => &[Command::Release],
        };
        self.step = Step::Ending(outcome);
        for command in commands {
            if let Err(rejected) = desk.command(command.clone(), Press::First, now) {
                log::debug!("{rejected}");
            }
        }
    }
}
