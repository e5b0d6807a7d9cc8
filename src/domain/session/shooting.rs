//! The shot: burst, choice of a frame, verdict.

use super::effect::{Cue, Effect, FrameChoice, Note};
use super::event::{Event, ShotFault, StudentSays};
use super::framing::lock_data;
use super::refusal::Refusal;
use super::state::{Framing, Lock, Review, Shooting, ShotPhase, State};
use super::subject::JudgedShot;
use super::{Command, Session, Step};
use crate::domain::finding::Verdict;
use crate::domain::time::Monotonic;

/// The sound of the shot limit comes again this often until somebody decides.
pub(super) const LIMIT_ALARM_EVERY: Monotonic = Monotonic::from_secs(2);

impl Session {
    /// Begins a burst; the shutter is heard at `shutter_at`.
    pub(super) fn take_burst(&mut self, lock: Lock, shutter_at: Monotonic, now: Monotonic) -> (State, Vec<Effect>) {
        self.attempts += 1;
        let attempt = self.attempts;
        let mut effects = vec![Effect::TakeBurst { attempt, burst: self.settings.burst }];
        let shutter_due = if shutter_at <= now {
            effects.push(Effect::PlayCue(Cue::Shutter));
            None
        } else {
            Some(shutter_at)
        };
        let lock = Lock { last_fault: None, ..lock };
        let phase = ShotPhase::Burst;
        let state = Shooting { lock, attempt, phase, since: now, shutter_due, review: None };
        (State::Shot(state), effects)
    }

    pub(super) fn shooting(&self, mut shooting: Shooting, event: Event, now: Monotonic) -> Step {
        match event {
            Event::BurstTaken { attempt } if attempt == shooting.attempt && shooting.phase == ShotPhase::Burst => {
                shooting.phase = ShotPhase::Judging;
                Ok((State::Shot(shooting), vec![Effect::Judge { attempt, choice: FrameChoice::Best }]))
            }
            Event::Judged { attempt, shot } if attempt == shooting.attempt => Ok(self.judged(shooting, *shot, now)),
            Event::ShotFailed { attempt, fault } if attempt == shooting.attempt => {
                Ok((give_up(shooting, fault, now), Vec::new()))
            }
            Event::CameraLost(_) if shooting.phase == ShotPhase::Burst => {
                Ok((give_up(shooting, ShotFault::NoFrames, now), Vec::new()))
            }
            Event::Tick => Ok(self.shot_tick(shooting, now)),
            Event::Live(report) => {
                shooting.lock.watch_chair(report.faces, &self.settings, now);
                Ok((State::Shot(shooting), Vec::new()))
            }
            Event::Code(subject) if subject.code == shooting.lock.subject.code => {
                Ok((State::Shot(shooting), Vec::new()))
            }
            Event::Operator(
                command @ (Command::LastFour(_)
                | Command::RosterRow(_)
                | Command::AcknowledgeNotice
                | Command::Replace(_)),
                _,
            ) => lock_data(State::Shot(shooting), command),
            Event::Code(_)
            | Event::Operator(..)
            | Event::Student(StudentSays::Yes | StudentSays::OnceMore | StudentSays::ThatIsMine, _) => {
                Err(Refusal::Busy)
            }
            Event::CopyLanded { .. } | Event::CameraLost(_) | Event::CameraReturned => {
                Ok((State::Shot(shooting), Vec::new()))
            }
            Event::LockFound { .. } => Err(Refusal::AlreadyLocked),
            _ => Err(Refusal::TooLate),
        }
    }

    fn shot_tick(&self, mut shooting: Shooting, now: Monotonic) -> (State, Vec<Effect>) {
        let mut effects = Vec::new();
        if shooting.shutter_due.is_some_and(|due| now >= due) {
            shooting.shutter_due = None;
            effects.push(Effect::PlayCue(Cue::Shutter));
        }
        if now >= shooting.since + self.settings.shot_timeout {
            return (give_up(shooting, ShotFault::TooLong, now), effects);
        }
        (State::Shot(shooting), effects)
    }

    fn judged(&self, shooting: Shooting, picture: JudgedShot, now: Monotonic) -> (State, Vec<Effect>) {
        let mut lock = shooting.lock;
        let another_frame = shooting.review.is_some();
        if another_frame {
            // An older frame shows who sat there at the shutter, and nothing of now.
            lock.not_watched(shooting.since, now);
        } else {
            lock.shots += 1;
            if picture.face.is_some() {
                lock.face_seen = now;
            }
        }
        let review = Review {
            lock,
            attempt: shooting.attempt,
            picture,
            since: now,
            ask: self.settings.ask.clone(),
            attested: Vec::new(),
            overrides: Vec::new(),
            limit_alarm: None,
            storing_fault: None,
            operator_agreed: false,
            student_agreed: false,
        };
        // One good picture is told by its record.
        let note = (!another_frame).then(|| note_of(&review)).flatten();
        let (state, mut effects) = open_review(review, now);
        effects.extend(note.map(Effect::Note));
        (state, effects)
    }
}

/// What the journal keeps of a picture that failed, or was not the first.
fn note_of(review: &Review) -> Option<Note> {
    let (shot, pictures) = (review.lock.shot, review.lock.shots);
    let failed: Vec<_> = review.picture.findings.iter().filter(|f| f.fails()).map(|f| f.id).collect();
    (pictures > 1 || !failed.is_empty()).then_some(Note::PictureJudged { shot, pictures, failed })
}

/// Shows a judged picture: to be confirmed when it is complete, else to be decided on.
pub(super) fn open_review(mut review: Review, now: Monotonic) -> (State, Vec<Effect>) {
    if review.is_complete() {
        return (State::Confirm(review), Vec::new());
    }
    let mut effects = Vec::new();
    if review.verdict() == Verdict::Fail {
        if review.lock.shots >= review.lock.shots_allowed {
            review.limit_alarm = Some(now + LIMIT_ALARM_EVERY);
            effects.push(Effect::PlayCue(Cue::ShotLimit));
        } else {
            effects.push(Effect::PlayCue(Cue::PictureFails));
        }
    }
    (State::Review(review), effects)
}

/// No picture came of it: back to where the shot was asked for.
fn give_up(shooting: Shooting, fault: ShotFault, now: Monotonic) -> State {
    match shooting.review {
        Some(mut review) => {
            review.lock.last_fault = Some(fault);
            State::Review(*review)
        }
        None => State::Framing(Framing::new(Lock { last_fault: Some(fault), ..shooting.lock }, now)),
    }
}
