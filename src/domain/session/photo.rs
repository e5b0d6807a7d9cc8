//! An existing photo of the locked subject, from a file: while its frame is moved nothing else happens to the lock, and
//! then it is judged as a shot is.

use super::effect::Effect;
use super::event::Command;
use super::refusal::Refusal;
use super::state::{Framing, Hold, Lock, Shooting, ShotPhase, State};
use super::{Session, Step};
use crate::domain::time::Monotonic;

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
