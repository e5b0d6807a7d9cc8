//! From a code to a lock: waiting, looking up, numbering, the question 已采集, parking's way back, undo.

use super::effect::{Cue, Effect, LockEnd, Note, Number};
use super::event::{Command, Event, Gate, StoreTask, TurnedAway};
use super::expected::is_what_was_called_for;
use super::refusal::Refusal;
use super::state::{CodeRead, CodeStep, Interrupted, Interruption, LastRecord, Lock, State, Walk};
use super::subject::{Elsewhere, Replaces, Subject};
use super::{Dismissed, Parked, ScanDesk, Session, Step};
use crate::domain::code::{CodeDigest, CodeSource};
use crate::domain::ids::ShotNumber;
use crate::domain::record::RetakeReason;
use crate::domain::time::Monotonic;

impl Session {
    pub(super) fn waiting(&mut self, event: Event, now: Monotonic) -> Step {
        match event {
            Event::Code(subject) => self.code_while_idle(State::Waiting, subject, now),
            Event::LockFound { subject, shot, row, replaces } => {
                let lock = Lock { roster_key: row, replaces, ..Lock::new(subject, shot, now, &self.settings) };
                let cause = Interruption::Restart;
                let state = Interrupted { lock, cause, since: now, operator_agreed: false, student_agreed: false };
                Ok((State::Interrupted(state), vec![Effect::Note(Note::Interrupted { shot, cause })]))
            }
            Event::Operator(command, _) => self.command_while_idle(State::Waiting, &command, now),
            Event::Tick | Event::Live(_) | Event::CopyLanded { .. } | Event::CameraLost(_) | Event::CameraReturned => {
                Ok((State::Waiting, Vec::new()))
            }
            Event::Student(..) => Err(Refusal::NothingLocked),
            _ => Err(Refusal::TooLate),
        }
    }

    /// A code while nobody is locked (`idle` is `Waiting` or `Stored`).
    pub(super) fn code_while_idle(&mut self, idle: State, subject: Subject, now: Monotonic) -> Step {
        if self.is_still_in_sight(&subject, now) {
            return Ok((idle, Vec::new()));
        }
        self.begin(subject, now)
    }

    pub(super) fn command_while_idle(&self, idle: State, command: &Command, now: Monotonic) -> Step {
        match *command {
            Command::TurnAway(reason @ (TurnedAway::NoCode | TurnedAway::Unreadable)) => {
                Ok((idle, vec![Effect::Note(Note::TurnedAway { reason })]))
            }
            Command::TurnAway(TurnedAway::AlreadyCollected | TurnedAway::NotCompliant) => Err(Refusal::WrongReason),
            Command::UndoLast => {
                let last = self.last.clone().ok_or(Refusal::NothingToUndo)?;
                let record = last.record;
                Ok((State::Undoing(last), vec![Effect::Withdraw { record }]))
            }
            Command::Recall(shot) => {
                self.may_photograph()?;
                let parked = self.parked.iter().find(|p| p.lock.shot == shot).ok_or(Refusal::NotParked)?;
                Ok(call(parked, parked.lock.subject.clone(), self.called(&parked.lock.subject), now))
            }
            _ => Err(Refusal::NothingLocked),
        }
    }

    /// Starts the way of a code: looked up first, unless it is parked here.
    pub(super) fn begin(&mut self, subject: Subject, now: Monotonic) -> Step {
        if let Gate::Closed(fault) = self.gate {
            return Err(Refusal::LocksStopped(fault));
        }
        self.may_photograph()?;
        self.dismissed = None;
        if let Some(parked) = self.parked.iter().find(|p| p.lock.subject.code == subject.code) {
            let called = self.called(&subject);
            return Ok(call(parked, subject, called, now));
        }
        if matches!(&self.scan_desk, ScanDesk::Asking(asked) if asked.code == subject.code) {
            return Err(Refusal::Busy);
        }
        let called = self.called(&subject);
        Ok(look_up(subject, None, called, now))
    }

    /// The session's questions are answered.
    pub(super) fn is_answered(&self) -> Result<(), Refusal> {
        self.settings.unanswered.map_or(Ok(()), |missing| Err(Refusal::Unanswered(missing)))
    }

    /// They are, and the backdrop is one that counts.
    fn may_photograph(&self) -> Result<(), Refusal> {
        self.is_answered()?;
        if self.settings.backdrop_stops { Err(Refusal::BackdropFails) } else { Ok(()) }
    }

    pub(super) fn code_read(&mut self, read: CodeRead, event: Event, now: Monotonic) -> Step {
        let collected = match read.step {
            step @ (CodeStep::Collected(_) | CodeStep::Elsewhere(_)) => Some(step),
            CodeStep::LookingUp | CodeStep::Numbering(_) => None,
        };
        match event {
            Event::LookedUp { digest, earlier } => looked_up(read, digest, earlier.map(CodeStep::Collected), now),
            Event::FoundElsewhere { digest, elsewhere } => {
                looked_up(read, digest, Some(CodeStep::Elsewhere(elsewhere)), now)
            }
            Event::LockOpened { digest, shot } => self.lock_opened(read, digest, shot, now),
            Event::StoreFailed { task: StoreTask::LookUp | StoreTask::OpenLock, .. } => {
                self.dismiss(read.subject.digest(), now);
                Ok((State::Waiting, Vec::new()))
            }
            Event::Code(subject) if subject.code == read.subject.code => {
                Ok((State::CodeRead(with_newer_witness(read, subject)), Vec::new()))
            }
            Event::Code(subject) if collected.is_some() => {
                // Nobody is locked: the next person's code simply takes the place of the question.
                if self.is_still_in_sight(&subject, now) {
                    return Ok((State::CodeRead(read), Vec::new()));
                }
                self.begin(subject, now)
            }
            Event::Code(_) => Err(Refusal::Busy),
            Event::Operator(command, _) => match collected {
                Some(step) => self.answer_collected(read, step, &command, now),
                None => Err(Refusal::Busy),
            },
            Event::Tick if collected.is_some() && now >= read.since + self.settings.lock_end => {
                self.dismiss(read.subject.digest(), now);
                Ok((State::Waiting, Vec::new()))
            }
            Event::Tick | Event::Live(_) | Event::CopyLanded { .. } | Event::CameraLost(_) | Event::CameraReturned => {
                Ok((State::CodeRead(read), Vec::new()))
            }
            Event::Student(..) => Err(Refusal::NothingLocked),
            _ => Err(Refusal::TooLate),
        }
    }

    fn answer_collected(&mut self, read: CodeRead, step: CodeStep, command: &Command, now: Monotonic) -> Step {
        match *command {
            Command::RetakeCollected(reason) => Ok(retake(read, step, reason, now)),
            Command::TurnAway(reason @ TurnedAway::AlreadyCollected) => {
                self.dismiss(read.subject.digest(), now);
                let effect = match read.waits_with {
                    Some(shot) => {
                        self.parked.retain(|parked| parked.lock.shot != shot);
                        Effect::EndLock { shot, end: LockEnd::TurnedAway(reason) }
                    }
                    None => Effect::Note(Note::TurnedAway { reason }),
                };
                Ok((State::Waiting, vec![effect]))
            }
            Command::Release => {
                self.dismiss(read.subject.digest(), now);
                Ok((State::Waiting, Vec::new()))
            }
            Command::TurnAway(_) => Err(Refusal::WrongReason),
            _ => Err(Refusal::QuestionOpen),
        }
    }

    /// The lock is durable: only now is it shown.
    fn lock_opened(&mut self, read: CodeRead, digest: CodeDigest, shot: ShotNumber, now: Monotonic) -> Step {
        if !matches!(read.step, CodeStep::Numbering(_)) || digest != read.subject.digest() {
            return Err(Refusal::TooLate);
        }
        let is_this = |p: &Parked| p.lock.shot == shot && p.lock.subject.code == read.subject.code;
        let parked = self.parked.iter().position(is_this).map(|at| self.parked.remove(at).lock);
        self.has_come(digest);
        let fresh = Lock::new(read.subject, shot, now, &self.settings);
        let mut lock = match parked {
            Some(parked) => Lock {
                since: now,
                face_seen: now,
                warned: false,
                walk: Walk::Allowed,
                settled: false,
                importing: false,
                question: None,
                replaces: read.replaces.or(parked.replaces),
                ..parked
            },
            None => Lock { replaces: read.replaces, ..fresh },
        };
        let mut effects = vec![Effect::PlayCue(Cue::CodeRead)];
        effects.extend(self.slip_meets(&mut lock, now));
        Ok((State::Locked(lock), effects))
    }

    pub(super) fn undoing(&mut self, last: LastRecord, event: &Event, now: Monotonic) -> Step {
        match event {
            Event::Withdrawn { record } if *record == last.record => {
                self.last = None;
                Ok(number(last.subject, Number::New, last.replaces, now))
            }
            Event::StoreFailed { task: StoreTask::Withdraw, .. } => Ok((State::Waiting, Vec::new())),
            Event::Tick | Event::Live(_) | Event::CopyLanded { .. } | Event::CameraLost(_) | Event::CameraReturned => {
                Ok((State::Undoing(last), Vec::new()))
            }
            Event::Code(_) | Event::Operator(..) => Err(Refusal::Busy),
            Event::Student(..) => Err(Refusal::NothingLocked),
            _ => Err(Refusal::TooLate),
        }
    }

    /// Remembers a code that was dealt with, so that the same phone, still in sight, starts nothing.
    pub(super) fn dismiss(&mut self, digest: CodeDigest, now: Monotonic) {
        self.dismissed = Some(Dismissed { digest, seen: now });
    }

    /// The dismissed code has not been out of sight yet. A gun is pulled on purpose and always counts.
    pub(super) fn is_still_in_sight(&mut self, subject: &Subject, now: Monotonic) -> bool {
        match &mut self.dismissed {
            Some(d) if subject.source == CodeSource::Camera && d.digest == subject.digest() => {
                let still = now.saturating_sub(d.seen) <= self.settings.code_out_of_sight;
                d.seen = now;
                still
            }
            _ => false,
        }
    }
}

/// The camera's later witness of the same hold is the sharper one; once the lock is being stored it stays.
fn with_newer_witness(mut read: CodeRead, newer: Subject) -> CodeRead {
    let is_open = !matches!(read.step, CodeStep::Numbering(_));
    if is_open && read.subject.source == CodeSource::Camera && newer.source == CodeSource::Camera {
        read.subject.witness = newer.witness.or(read.subject.witness);
    }
    read
}

fn looked_up(read: CodeRead, digest: CodeDigest, collected: Option<CodeStep>, now: Monotonic) -> Step {
    if read.step != CodeStep::LookingUp || digest != read.subject.digest() {
        return Err(Refusal::TooLate);
    }
    Ok(match collected.filter(|found| !is_what_was_called_for(*found, read.replaces)) {
        None => number(read.subject, kept(read.waits_with), read.replaces, now),
        Some(step) => {
            let read = CodeRead { step, since: now, ..read };
            (State::CodeRead(read), vec![Effect::PlayCue(Cue::AlreadyCollected)])
        }
    })
}

/// A record of this station is replaced; one of another station is not here: the journal keeps why it was taken again.
fn retake(read: CodeRead, collected: CodeStep, reason: RetakeReason, now: Monotonic) -> (State, Vec<Effect>) {
    let replaces = match collected {
        CodeStep::Collected(earlier) => Some(Replaces { earlier, reason }),
        _ => read.replaces,
    };
    let (state, mut effects) = number(read.subject, kept(read.waits_with), replaces, now);
    if let CodeStep::Elsewhere(Elsewhere { shot, .. }) = collected {
        effects.insert(0, Effect::Note(Note::CollectedElsewhere { shot, reason }));
    }
    (state, effects)
}

/// Somebody who was put aside goes on; somebody who waited since the scan desk is looked up first, since that was a
/// while ago.
fn call(parked: &Parked, subject: Subject, called: Option<Replaces>, now: Monotonic) -> (State, Vec<Effect>) {
    let shot = parked.lock.shot;
    if parked.queued {
        look_up(subject, Some(shot), called, now)
    } else {
        number(subject, Number::Keep(shot), called, now)
    }
}

fn look_up(
    subject: Subject,
    waits_with: Option<ShotNumber>,
    called: Option<Replaces>,
    now: Monotonic,
) -> (State, Vec<Effect>) {
    let digest = subject.digest();
    let read = CodeRead { subject, since: now, step: CodeStep::LookingUp, replaces: called, waits_with };
    (State::CodeRead(read), vec![Effect::LookUp { digest }])
}

fn kept(waits_with: Option<ShotNumber>) -> Number {
    waits_with.map_or(Number::New, Number::Keep)
}

/// Asks the store for a durable lock.
fn number(subject: Subject, number: Number, replaces: Option<Replaces>, now: Monotonic) -> (State, Vec<Effect>) {
    let effect = Effect::OpenLock { subject: Box::new(subject.clone()), number, replaces };
    let waits_with = match number {
        Number::Keep(shot) => Some(shot),
        Number::New => None,
    };
    let read = CodeRead { subject, since: now, step: CodeStep::Numbering(number), replaces, waits_with };
    (State::CodeRead(read), vec![effect])
}
