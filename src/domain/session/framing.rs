//! A locked subject before the shot: the walk to the chair, guides, hold and countdown, interruption, expiry, and the
//! ways a lock ends without a record.

use super::chair::Chair;
use super::effect::{Cue, Effect, LockEnd, Note};
use super::event::{Answer, Command, Event, StudentSays};
use super::refusal::Refusal;
use super::settings::AutomaticShot;
use super::state::{Advice, Framing, Hold, Interrupted, Interruption, Lock, Question, State, Walk};
use super::subject::{LiveReport, Subject};
use super::{Parked, Session, Step};
use crate::domain::time::Monotonic;

/// A face that is there this soon after the lock sat on the chair already or stands at the scan: the walk is still
/// ahead. Later than that, the person has walked.
const AT_SCAN: Monotonic = Monotonic::from_millis(1_500);
/// A report older than this says nothing about now.
const REPORT_STALE: Monotonic = Monotonic::from_millis(700);
/// "In place" is not heard more often than this.
const IN_PLACE_EVERY: Monotonic = Monotonic::from_secs(3);
/// So long the countdown waits for advice to be followed: an instruction comes after 300 ms and is read in 1.2 s. Not
/// longer, since some cannot follow: hair that falls where it falls, a cover worn for faith.
const ADVICE_GRACE: Monotonic = Monotonic::from_millis(1_500);
/// Advice counts as followed when it was not wanted for this long: a frame in between says nothing.
const ADVICE_FOLLOWED: Monotonic = Monotonic::from_millis(300);

impl Session {
    pub(super) fn locked(&mut self, lock: Lock, event: Event, now: Monotonic) -> Step {
        match event {
            Event::Live(_) if lock.importing => Ok((State::Locked(lock), Vec::new())),
            Event::Live(report) if report.faces == 1 => {
                let walk = if now > lock.since + AT_SCAN { Walk::Used } else { lock.walk };
                let lock = Lock { walk, face_seen: now, warned: false, ..lock };
                let framing = Framing::new(lock, now);
                Ok(self.framing_live(framing, report, now))
            }
            Event::Tick => Ok(self.expire(State::Locked(lock), now)),
            event => self.under_lock(State::Locked(lock), event, now),
        }
    }

    pub(super) fn framing(&mut self, framing: Framing, event: Event, now: Monotonic) -> Step {
        match event {
            Event::Live(_) if framing.lock.importing => Ok((State::Framing(framing), Vec::new())),
            Event::Live(report) => Ok(self.framing_live(framing, report, now)),
            Event::Tick => {
                let fresh = framing.report_at + REPORT_STALE >= now;
                let framing = if fresh { framing } else { framing.broken_off() };
                let (state, mut effects) = self.advance_hold(framing, now);
                let (state, more) = self.expire(state, now);
                effects.extend(more);
                Ok((state, effects))
            }
            Event::CameraLost(_) => {
                let framing = Framing { several_since: None, ..framing.broken_off() };
                Ok((State::Framing(framing), Vec::new()))
            }
            event => self.under_lock(State::Framing(framing), event, now),
        }
    }

    fn framing_live(&mut self, mut framing: Framing, report: LiveReport, now: Monotonic) -> (State, Vec<Effect>) {
        match report.faces {
            1 => {
                framing.lock.face_seen = now;
                framing.lock.warned = false;
                framing.several_since = None;
            }
            0 => {
                framing.several_since = None;
                if now.saturating_sub(framing.lock.face_seen) > self.settings.away {
                    return face_gone(framing, now);
                }
            }
            _ => {
                let since = *framing.several_since.get_or_insert(now);
                if now.saturating_sub(since) >= self.settings.second_face_after {
                    return interrupt(framing.lock, Interruption::SecondFace, now);
                }
            }
        }
        if report.is_green() {
            framing.green_at = Some(now);
            framing.lock.settled = true;
            if report.is_advised() {
                let since = framing.advice.map_or(now, |advice| advice.since);
                framing.advice = Some(Advice { since, last: now });
            }
        } else if !self.survives(&framing, &report, now) {
            framing = framing.broken_off();
        }
        framing.report = report;
        framing.report_at = now;
        self.advance_hold(framing, now)
    }

    /// A running countdown survives a blink, but neither a lost nor a second face.
    fn survives(&self, framing: &Framing, report: &LiveReport, now: Monotonic) -> bool {
        let counting = matches!(framing.hold, Hold::Counting { .. });
        let blink = framing.green_at.is_some_and(|at| now.saturating_sub(at) <= self.settings.blink_grace);
        counting && report.faces == 1 && blink
    }

    fn advance_hold(&mut self, mut framing: Framing, now: Monotonic) -> (State, Vec<Effect>) {
        let settings = &self.settings;
        let armed = settings.automatic_shot == AutomaticShot::On
            && framing.lock.question.is_none()
            && !framing.lock.importing
            && framing.lock.shots < framing.lock.shots_allowed
            && !self.camera_is_lost()
            && framing.green_at.is_some();
        if !armed {
            framing.hold = Hold::Idle;
            return (State::Framing(framing), Vec::new());
        }
        let mut effects = Vec::new();
        match framing.hold {
            Hold::Idle => {
                framing.hold = Hold::Steady { since: now };
                if framing.in_place_heard.is_none_or(|at| now >= at + IN_PLACE_EVERY) {
                    framing.in_place_heard = Some(now);
                    effects.push(Effect::PlayCue(Cue::InPlace));
                }
            }
            Hold::Steady { since } if now >= since + settings.hold && !framing.waits_for_advice(now) => {
                framing.hold = Hold::Counting { since: now, heard: 1 };
                effects.push(Effect::PlayCue(Cue::Beat));
            }
            Hold::Steady { .. } => {}
            Hold::Counting { since, heard } => {
                let shutter_at = since + settings.beat * settings.beats.saturating_sub(1);
                if now + settings.burst_lead >= shutter_at {
                    return self.take_burst(framing.lock, shutter_at.max(now), now);
                }
                if now >= since + settings.beat * heard && heard + 1 < settings.beats {
                    framing.hold = Hold::Counting { since, heard: heard + 1 };
                    effects.push(Effect::PlayCue(Cue::Beat));
                }
            }
        }
        (State::Framing(framing), effects)
    }

    pub(super) fn interrupted(&mut self, mut interrupted: Interrupted, event: Event, now: Monotonic) -> Step {
        match event {
            Event::Code(subject) if subject.code == interrupted.lock.subject.code => {
                let shot = interrupted.lock.shot;
                let lock = Lock {
                    since: now,
                    face_seen: now,
                    warned: false,
                    walk: Walk::Allowed,
                    settled: false,
                    ..interrupted.lock
                };
                let effects = vec![Effect::Note(Note::CodeShownAgain { shot }), Effect::PlayCue(Cue::CodeRead)];
                Ok((State::Locked(lock), effects))
            }
            Event::Operator(Command::ConfirmWitness, _) => {
                interrupted.operator_agreed = true;
                Ok(agreed(interrupted, now))
            }
            Event::Student(StudentSays::ThatIsMine, _) => {
                interrupted.student_agreed = true;
                Ok(agreed(interrupted, now))
            }
            Event::Tick => Ok(self.expire(State::Interrupted(interrupted), now)),
            event => self.under_lock(State::Interrupted(interrupted), event, now),
        }
    }

    /// What is the same in `Locked`, `Framing` and `Interrupted`.
    fn under_lock(&mut self, state: State, event: Event, now: Monotonic) -> Step {
        match event {
            Event::Code(subject) if state.lock().is_some_and(|lock| lock.mistyped(&subject)) => {
                self.symbol_after_gun(&state, subject, now)
            }
            Event::Code(subject) => self.code_under_lock(state, subject, now),
            Event::Operator(Command::Shoot, _) => self.shoot(&state, now),
            Event::Operator(command @ (Command::OpenPhoto | Command::UsePhoto | Command::ClosePhoto), _) => {
                self.photo_command(state, &command, now)
            }
            Event::Operator(Command::Release, _) => self.end_lock(&state, LockEnd::Released, now),
            Event::Operator(Command::TurnAway(reason), _) => self.end_lock(&state, LockEnd::TurnedAway(reason), now),
            Event::Operator(Command::Park, _) => {
                let lock = state.lock().ok_or(Refusal::NothingLocked)?;
                if lock.question.is_some() {
                    return Err(Refusal::QuestionOpen);
                }
                self.parked.push(Parked { lock: lock.clone(), at: now, queued: false });
                self.end_lock(&state, LockEnd::Parked, now)
            }
            Event::Operator(Command::Answer(answer), _) => self.answer_other_code(state, answer, now),
            Event::Operator(command, _) => lock_data(state, command),
            Event::Student(StudentSays::Yes | StudentSays::OnceMore, _) => Err(Refusal::NoPicture),
            Event::Student(StudentSays::ThatIsMine, _) => Err(Refusal::NothingAsked),
            Event::Tick | Event::Live(_) | Event::CopyLanded { .. } | Event::CameraLost(_) | Event::CameraReturned => {
                Ok((state, Vec::new()))
            }
            Event::LockFound { .. } => Err(Refusal::AlreadyLocked),
            _ => Err(Refusal::TooLate),
        }
    }

    fn shoot(&mut self, state: &State, now: Monotonic) -> Step {
        let doubtful = matches!(state, State::Interrupted(_));
        let mut lock = state.lock().cloned().ok_or(Refusal::NothingLocked)?;
        if lock.question.is_some() {
            return Err(Refusal::QuestionOpen);
        }
        if lock.importing {
            return Err(Refusal::PictureOpen);
        }
        if self.camera_is_lost() {
            return Err(Refusal::NoCamera);
        }
        if lock.shots >= lock.shots_allowed {
            return Err(Refusal::ShotLimit);
        }
        lock.doubtful |= doubtful;
        Ok(self.take_burst(lock, now, now))
    }

    /// The same code says nothing new; another one asks. Nothing switches by itself.
    pub(super) fn code_under_lock(&mut self, mut state: State, subject: Subject, now: Monotonic) -> Step {
        let known = self.is_still_in_sight(&subject, now);
        let lock = state.lock_mut().ok_or(Refusal::NothingLocked)?;
        if subject.code == lock.subject.code {
            if lock.subject.witness.is_none() {
                lock.subject.witness = subject.witness;
                lock.subject.symbol = subject.symbol;
            }
            return Ok((state, Vec::new()));
        }
        let asked = matches!(&lock.question, Some(Question::OtherCode(other)) if other.code == subject.code);
        if known || asked {
            return Ok((state, Vec::new()));
        }
        lock.question = Some(Question::OtherCode(Box::new(subject)));
        Ok((state, vec![Effect::PlayCue(Cue::Stop)]))
    }

    pub(super) fn answer_other_code(&mut self, mut state: State, answer: Answer, now: Monotonic) -> Step {
        let lock = state.lock_mut().ok_or(Refusal::NothingLocked)?;
        match (lock.question.take(), answer) {
            (None, _) => Err(Refusal::NothingAsked),
            (Some(Question::OtherCode(other)), Answer::Keep) => {
                self.dismiss(other.digest(), now);
                Ok((state, Vec::new()))
            }
            (Some(Question::OtherCode(other)), Answer::Proceed) => {
                let (_, mut effects) = self.end_lock(&state, LockEnd::Released, now)?;
                let (state, more) = self.begin(*other, now)?;
                effects.extend(more);
                Ok((state, effects))
            }
            (Some(Question::DiscardPicture), Answer::Keep) => Ok((state, Vec::new())),
            (Some(Question::DiscardPicture), Answer::Proceed) => self.end_lock(&state, LockEnd::Released, now),
        }
    }

    /// Ends the lock without a record.
    pub(super) fn end_lock(&mut self, state: &State, end: LockEnd, now: Monotonic) -> Step {
        let lock = state.lock().ok_or(Refusal::NothingLocked)?;
        let shot = lock.shot;
        self.dismiss(lock.subject.digest(), now);
        Ok((State::Waiting, vec![Effect::EndLock { shot, end }]))
    }

    /// Warns and ends a lock that nobody sits under. A camera that is away stops the clock.
    fn expire(&mut self, mut state: State, now: Monotonic) -> (State, Vec<Effect>) {
        let (warn, end) = (self.settings.lock_warn, self.settings.lock_end);
        // Nor does the clock run while somebody works on the subject's photo.
        if self.camera_is_lost() || state.lock().is_some_and(|lock| lock.importing) {
            return (state, Vec::new());
        }
        let Some(lock) = state.lock_mut() else { return (state, Vec::new()) };
        let alone = now.saturating_sub(lock.face_seen);
        if alone >= end {
            let shot = lock.shot;
            let digest = lock.subject.digest();
            self.dismiss(digest, now);
            let effects = vec![Effect::EndLock { shot, end: LockEnd::Expired }, Effect::PlayCue(Cue::Attention)];
            return (State::Waiting, effects);
        }
        if alone >= warn && !lock.warned {
            lock.warned = true;
            return (state, vec![Effect::PlayCue(Cue::Attention)]);
        }
        (state, Vec::new())
    }
}

impl Framing {
    /// A face has come; nothing was judged yet.
    pub(super) fn new(lock: Lock, now: Monotonic) -> Self {
        Self {
            lock,
            report: LiveReport { faces: 0, findings: Vec::new() },
            report_at: now,
            green_at: None,
            several_since: None,
            hold: Hold::Idle,
            advice: None,
            in_place_heard: None,
        }
    }

    /// No longer green: the hold begins anew.
    fn broken_off(self) -> Self {
        let advice = self.advice.filter(Advice::was_waited_for);
        Self { hold: Hold::Idle, green_at: None, advice, ..self }
    }

    /// The person has a moment left to do what was advised.
    fn waits_for_advice(&self, now: Monotonic) -> bool {
        let Some(advice) = self.advice else { return false };
        let followed = !self.report.is_advised() && now >= advice.last + ADVICE_FOLLOWED;
        now < advice.since + ADVICE_GRACE && !followed
    }
}

impl Advice {
    /// Its grace is over: whoever could not follow it once is not waited for again in this chair.
    fn was_waited_for(&self) -> bool {
        self.last >= self.since + ADVICE_GRACE
    }
}

/// The face is away for too long: once that is the walk to the chair, as long as nobody was in place.
fn face_gone(framing: Framing, now: Monotonic) -> (State, Vec<Effect>) {
    let lock = framing.lock;
    if lock.walk == Walk::Allowed && !lock.settled && lock.shots == 0 {
        return (State::Locked(Lock { walk: Walk::Used, ..lock }), Vec::new());
    }
    interrupt(lock, Interruption::FaceAway, now)
}

/// Stops everything until code and person are tied together again.
pub(super) fn interrupt(mut lock: Lock, cause: Interruption, now: Monotonic) -> (State, Vec<Effect>) {
    let shot = lock.shot;
    // The lock now ends 90 s after this moment, whoever sits there.
    lock.face_seen = now;
    lock.chair = Chair::default();
    let state = Interrupted { lock, cause, since: now, operator_agreed: false, student_agreed: false };
    (State::Interrupted(state), vec![Effect::Note(Note::Interrupted { shot, cause }), Effect::PlayCue(Cue::Stop)])
}

fn agreed(interrupted: Interrupted, now: Monotonic) -> (State, Vec<Effect>) {
    if !(interrupted.operator_agreed && interrupted.student_agreed) {
        return (State::Interrupted(interrupted), Vec::new());
    }
    let shot = interrupted.lock.shot;
    let lock = Lock { face_seen: now, warned: false, walk: Walk::Used, settled: true, ..interrupted.lock };
    (State::Framing(Framing::new(lock, now)), vec![Effect::Note(Note::WitnessConfirmed { shot })])
}

/// What is known about the subject besides the code; allowed from lock to accept.
pub(super) fn lock_data(mut state: State, command: Command) -> Step {
    let mut effects = Vec::new();
    let lock = state.lock_mut().ok_or(Refusal::NothingLocked)?;
    match command {
        Command::LastFour(four) => lock.last_four = Some(four),
        Command::RosterRow(key) => {
            effects.push(Effect::KeepRow { shot: lock.shot, row: key.clone() });
            lock.roster_key = Some(key);
        }
        Command::AcknowledgeNotice => lock.notice_acknowledged = true,
        Command::Replace(replaces) => {
            effects.push(Effect::KeepReplaced { shot: lock.shot, replaces });
            lock.replaces = Some(replaces);
        }
        Command::Recall(_) | Command::UndoLast | Command::RetakeCollected(_) => return Err(Refusal::AlreadyLocked),
        Command::MoreShots => return Err(Refusal::ShotsLeft),
        Command::ConfirmWitness => return Err(Refusal::NothingAsked),
        _ => return Err(Refusal::NoPicture),
    }
    Ok((state, effects))
}
