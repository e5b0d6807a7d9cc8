//! An existing photo of the locked subject, from a file: while its frame is moved nothing else happens to the lock, and
//! then it is judged as a shot is.

use super::effect::Effect;
use super::event::Command;
use super::refusal::Refusal;
use super::state::{Framing, Hold, Lock, Shooting, ShotPhase, State};
use super::{Session, Step};
use crate::domain::code::CodeDigest;
use crate::domain::time::Monotonic;

/// What becomes of a photo that was brought for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotoWay {
    /// Its code is on its way to the lock, or somebody is asked first.
    Waits,
    /// Its code is locked: the photo is opened.
    Open,
    /// Its code is locked, and something else has to be decided on first.
    Busy,
    /// Somebody else is locked, or its code may not be.
    Other,
    /// Nobody is locked: it was turned away or released.
    Nobody,
}

impl State {
    /// What becomes of a photo that was brought for this code.
    pub fn way_of_photo(&self, digest: CodeDigest) -> PhotoWay {
        let is_its = |lock: &Lock| lock.subject.digest() == digest;
        match self {
            Self::CodeRead(_) => PhotoWay::Waits,
            // the picture before is stored first, then its code is locked
            Self::Storing(storing) if storing.next.as_ref().is_some_and(|next| next.digest() == digest) => {
                PhotoWay::Waits
            }
            state if state.lock().is_some_and(|lock| lock.question.is_some()) => PhotoWay::Waits,
            Self::Locked(lock) if is_its(lock) => PhotoWay::Open,
            Self::Framing(framing) if is_its(&framing.lock) => PhotoWay::Open,
            Self::Waiting | Self::Undoing(_) => PhotoWay::Nobody,
            state if state.lock().is_some_and(is_its) => PhotoWay::Busy,
            _ => PhotoWay::Other,
        }
    }
}

impl Session {
    /// The three commands, from lock to shot.
    pub(super) fn photo_command(&mut self, mut state: State, command: &Command, now: Monotonic) -> Step {
        let doubtful = matches!(state, State::Interrupted(_));
        let (shots, allowed) =
            state.lock().map(|lock| (lock.shots, lock.shots_allowed)).ok_or(Refusal::NothingLocked)?;
        let lock = state.lock_mut().ok_or(Refusal::NothingLocked)?;
        if lock.question.is_some() {
            return Err(Refusal::QuestionOpen);
        }
        match command {
            Command::OpenPhoto if shots >= allowed => Err(Refusal::ShotLimit),
            Command::OpenPhoto => {
                lock.importing = true;
                Ok((resting(state), Vec::new()))
            }
            Command::UsePhoto if lock.importing => {
                let lock = Lock { importing: false, doubtful: lock.doubtful | doubtful, ..lock.clone() };
                self.attempts += 1;
                let attempt = self.attempts;
                let phase = ShotPhase::Judging;
                let lock = Lock { last_fault: None, face_seen: now, ..lock };
                let shot = Shooting { lock, attempt, phase, since: now, shutter_due: None, review: None };
                Ok((State::Shot(shot), vec![Effect::JudgePhoto { attempt }]))
            }
            Command::ClosePhoto if lock.importing => {
                lock.importing = false;
                // The person did not have to sit there meanwhile.
                lock.face_seen = now;
                Ok((state, Vec::new()))
            }
            _ => Err(Refusal::NoPicture),
        }
    }
}

/// No hold and no countdown goes on while a photo is framed.
fn resting(state: State) -> State {
    match state {
        State::Framing(framing) => {
            State::Framing(Framing { hold: Hold::Idle, green_at: None, several_since: None, ..framing })
        }
        state => state,
    }
}
