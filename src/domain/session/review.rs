//! The judged picture: overrides, things to attest, retake, the shot limit, and the yes.

use super::chair::Chair;
use super::effect::{Cue, Effect, FrameChoice, LockEnd, Note};
use super::event::{Command, Event, OverrideRequest, StudentSays};
use super::framing::{interrupt, lock_data};
use super::refusal::Refusal;
use super::settings::{ConfirmRule, DoubtRule};
use super::shooting::LIMIT_ALARM_EVERY;
use super::state::{Framing, Interruption, Question, Review, Shooting, ShotPhase, State};
use super::subject::Subject;
use super::{Session, Step};
use crate::domain::finding::{CheckId, Verdict};
use crate::domain::profile::OverrideRule;
use crate::domain::record::{ConfirmedBy, Override, OverrideReason};
use crate::domain::time::Monotonic;

/// Checks that nobody may override: no face or several, and the wrong size.
const NOT_OVERRIDABLE: [CheckId; 2] = [CheckId::FaceCount, CheckId::FilePixels];

impl Session {
    pub(super) fn review(&mut self, mut review: Review, event: Event, now: Monotonic) -> Step {
        match event {
            Event::Tick => {
                let due = review.limit_alarm.is_some_and(|at| now >= at);
                if !due {
                    return Ok((State::Review(review), Vec::new()));
                }
                review.limit_alarm = Some(now + LIMIT_ALARM_EVERY);
                Ok((State::Review(review), vec![Effect::PlayCue(Cue::ShotLimit)]))
            }
            Event::Code(subject) if subject.code != review.lock.subject.code => {
                self.code_under_lock(State::Review(review), subject, now)
            }
            Event::Operator(Command::Accept, _) => self.accept(review, now),
            Event::Operator(Command::Override(request), _) => {
                let effect = self.override_check(&mut review, request)?;
                Ok((State::Review(review), effect.into_iter().collect()))
            }
            Event::Student(StudentSays::Yes, _) if !review.is_complete() => Err(Refusal::OperatorMustAccept),
            event => self.with_picture(review, Stage::Review, event, now),
        }
    }

    pub(super) fn confirm(&mut self, review: Review, event: Event, now: Monotonic) -> Step {
        match event {
            Event::Tick => {
                if let ConfirmRule::Timer(after) = self.settings.confirm
                    && review.is_complete()
                    && review.lock.question.is_none()
                    && now >= review.since + after
                {
                    return Ok(self.store(review, ConfirmedBy::Timer, None, now));
                }
                Ok((State::Confirm(review), Vec::new()))
            }
            Event::Code(subject) if subject.code != review.lock.subject.code => self.next_code(review, subject, now),
            Event::Operator(Command::Accept, _) => {
                self.check_accept(&review, now)?;
                if self.settings.confirm == ConfirmRule::Student {
                    return Err(Refusal::StudentMustConfirm);
                }
                Ok(self.store(attest_all(review), ConfirmedBy::Operator, None, now))
            }
            Event::Operator(Command::Override(request), _) => Err(Refusal::NotFailing(request.check)),
            event => self.with_picture(review, Stage::Confirm, event, now),
        }
    }

    /// What is the same in `Review` and `Confirm`.
    fn with_picture(&mut self, mut review: Review, stage: Stage, event: Event, now: Monotonic) -> Step {
        match event {
            Event::Live(report) => {
                review.lock.watch_chair(report.faces, &self.settings, now);
                Ok((stage.state(review), Vec::new()))
            }
            Event::Code(_) => {
                // The same code again: it ties person and picture together.
                let shot = review.lock.shot;
                let doubtful = std::mem::replace(&mut review.lock.doubtful, false);
                let changed = std::mem::take(&mut review.lock.chair).changed().is_some();
                let effects = (doubtful || changed).then_some(Effect::Note(Note::CodeShownAgain { shot }));
                Ok((settle(review, stage), effects.into_iter().collect()))
            }
            Event::Student(StudentSays::Yes, _) => {
                self.check_accept(&review, now)?;
                Ok(self.store(attest_all(review), ConfirmedBy::Student, None, now))
            }
            Event::Student(StudentSays::OnceMore, _) | Event::Operator(Command::Retake, _) => {
                self.retake_picture(review, now)
            }
            Event::Student(StudentSays::ThatIsMine, _) | Event::Operator(Command::ConfirmWitness, _)
                if review.lock.doubtful && self.settings.doubt == DoubtRule::SecondPerson =>
            {
                Err(Refusal::NeedsSecondPerson)
            }
            Event::Student(StudentSays::ThatIsMine, _) => {
                review.student_agreed = true;
                witness_agreed(review, stage)
            }
            Event::Operator(Command::ConfirmWitness, _) => {
                review.operator_agreed = true;
                witness_agreed(review, stage)
            }
            Event::Operator(command, _) => self.command_with_picture(review, stage, command, now),
            Event::Tick | Event::CopyLanded { .. } | Event::CameraLost(_) | Event::CameraReturned => {
                Ok((stage.state(review), Vec::new()))
            }
            Event::LockFound { .. } => Err(Refusal::AlreadyLocked),
            _ => Err(Refusal::TooLate),
        }
    }

    fn command_with_picture(&mut self, mut review: Review, stage: Stage, command: Command, now: Monotonic) -> Step {
        match command {
            Command::Release => {
                review.lock.question.get_or_insert(Question::DiscardPicture);
                Ok((stage.state(review), Vec::new()))
            }
            Command::Answer(answer) => self.answer_other_code(stage.state(review), answer, now),
            Command::TurnAway(reason) => self.end_lock(&stage.state(review), LockEnd::TurnedAway(reason), now),
            Command::Attest(item) => {
                if !review.ask.contains(&item) {
                    return Err(Refusal::NotAsked);
                }
                match review.attested.iter().position(|ticked| *ticked == item) {
                    Some(at) => drop(review.attested.remove(at)),
                    None => review.attested.push(item),
                }
                Ok((settle(review, stage), Vec::new()))
            }
            Command::ChooseFrame(frame) => choose_frame(review, frame, now),
            Command::MoreShots => {
                if review.lock.shots < review.lock.shots_allowed {
                    return Err(Refusal::ShotsLeft);
                }
                let shot = review.lock.shot;
                review.lock.shots_allowed += self.settings.shot_limit;
                let (state, mut effects) = self.retake_picture(review, now)?;
                effects.insert(0, Effect::Note(Note::MoreShots { shot }));
                Ok((state, effects))
            }
            // Back from the question at the shot limit: the picture's own keys decide.
            Command::Silence => {
                review.limit_alarm.take().ok_or(Refusal::NothingAsked)?;
                Ok((settle(review, stage), Vec::new()))
            }
            Command::VouchForCode { second } => {
                if !review.lock.doubtful {
                    return Err(Refusal::NothingAsked);
                }
                let (shot, by) = (review.lock.shot, self.settings.operator);
                let second = second.filter(|second| *second != by).ok_or(Refusal::NeedsSecondPerson)?;
                review.lock.doubtful = false;
                Ok((settle(review, stage), vec![Effect::Note(Note::CodeVouched { shot, by, second })]))
            }
            Command::Shoot | Command::Park | Command::OpenPhoto | Command::UsePhoto | Command::ClosePhoto => {
                Err(Refusal::PictureOpen)
            }
            command => lock_data(stage.state(review), command),
        }
    }

    /// Accept in `Review`: everything that fails is overridden, and the operator attests what is to be asked.
    fn accept(&self, review: Review, now: Monotonic) -> Step {
        self.check_accept(&review, now)?;
        let review = attest_all(review);
        match self.settings.confirm {
            ConfirmRule::Operator | ConfirmRule::Timer(_) => Ok(self.store(review, ConfirmedBy::Operator, None, now)),
            ConfirmRule::Student | ConfirmRule::StudentOrOperator => {
                let review = Review { since: now, limit_alarm: None, storing_fault: None, ..review };
                Ok((State::Confirm(review), Vec::new()))
            }
        }
    }

    fn check_accept(&self, review: &Review, now: Monotonic) -> Result<(), Refusal> {
        if now < review.since + self.settings.accept_dead {
            return Err(Refusal::TooSoon);
        }
        if review.lock.question.is_some() {
            return Err(Refusal::QuestionOpen);
        }
        if let Some(failure) = review.open_failures().next() {
            return Err(Refusal::Blocked(failure.id));
        }
        if review.lock.doubtful {
            return Err(Refusal::CodeDoubtful);
        }
        if review.picture.photo.is_none() {
            return Err(Refusal::NoPicture);
        }
        Ok(())
    }

    fn override_check(&self, review: &mut Review, request: OverrideRequest) -> Result<Option<Effect>, Refusal> {
        let OverrideRequest { check, reason, text, second } = request;
        let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        if NOT_OVERRIDABLE.contains(&check) {
            return Err(Refusal::NotOverridable(check));
        }
        if !review.open_failures().any(|f| f.id == check) {
            return Err(Refusal::NotFailing(check));
        }
        if reason == OverrideReason::Other && text.is_none() {
            return Err(Refusal::NeedsWords);
        }
        let (shot, by) = (review.lock.shot, self.settings.operator);
        let two = check == CheckId::ImageRepeat || self.settings.overrides == OverrideRule::TwoPeople;
        let effect = if two {
            let second = second.filter(|second| *second != by).ok_or(Refusal::NeedsSecondPerson)?;
            Some(Effect::Note(Note::OverrideSeconded { shot, by, second }))
        } else {
            None
        };
        review.overrides.push(Override { check, reason, text, by });
        if review.open_failures().next().is_none() {
            review.limit_alarm = None;
        }
        Ok(effect)
    }

    /// Another picture of the same subject. At the shot limit that is decided first; and when nobody sat there for
    /// too long, or several people were seen, somebody else may sit there now.
    fn retake_picture(&self, mut review: Review, now: Monotonic) -> Step {
        if review.lock.question.is_some() {
            return Err(Refusal::QuestionOpen);
        }
        if review.lock.shots >= review.lock.shots_allowed {
            review.limit_alarm = Some(now + LIMIT_ALARM_EVERY);
            return Ok((State::Review(review), vec![Effect::PlayCue(Cue::ShotLimit)]));
        }
        let away = now.saturating_sub(review.lock.face_seen) > self.settings.away && !self.camera_is_lost();
        if let Some(cause) = review.lock.chair.changed().or_else(|| away.then_some(Interruption::FaceAway)) {
            return Ok(interrupt(review.lock, cause, now));
        }
        review.lock.chair = Chair::default();
        Ok((State::Framing(Framing::new(review.lock, now)), Vec::new()))
    }

    /// The next person's code while this picture waits for its yes: a picture that passes, with nothing left to ask,
    /// is accepted by calling the next one, where the operator may say yes, also when the next one sits down with their
    /// phone: the open picture is always of the person who is locked. Everything else asks.
    fn next_code(&mut self, review: Review, subject: Subject, now: Monotonic) -> Step {
        let operator_may = self.settings.confirm != ConfirmRule::Student;
        let known = self.is_still_in_sight(&subject, now);
        let same_person = review.lock.mistyped(&subject);
        let certain = !known && !same_person;
        if certain && operator_may && review.is_complete() && self.check_accept(&review, now).is_ok() {
            return Ok(self.store(review, ConfirmedBy::Operator, Some(Box::new(subject)), now));
        }
        self.code_under_lock(State::Confirm(review), subject, now)
    }
}

/// `Review` or `Confirm`, for what they share.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Review,
    Confirm,
}

impl Stage {
    const fn state(self, review: Review) -> State {
        match self {
            Self::Review => State::Review(review),
            Self::Confirm => State::Confirm(review),
        }
    }
}

/// After something was cleared up: a complete picture waits for its yes, one that passed the operator's accept stays
/// where it is, everything else is to be decided on.
fn settle(review: Review, stage: Stage) -> State {
    if review.is_complete() && review.storing_fault.is_none() {
        return State::Confirm(review);
    }
    match stage {
        Stage::Confirm if review.verdict() == Verdict::Pass => State::Review(review),
        stage => stage.state(review),
    }
}

fn attest_all(mut review: Review) -> Review {
    review.attested.clone_from(&review.ask);
    review
}

fn witness_agreed(mut review: Review, stage: Stage) -> Step {
    if !review.lock.doubtful {
        return Err(Refusal::NothingAsked);
    }
    if !(review.operator_agreed && review.student_agreed) {
        return Ok((stage.state(review), Vec::new()));
    }
    let shot = review.lock.shot;
    review.lock.doubtful = false;
    Ok((settle(review, stage), vec![Effect::Note(Note::WitnessConfirmed { shot })]))
}

fn choose_frame(review: Review, frame: usize, now: Monotonic) -> Step {
    if review.lock.question.is_some() {
        return Err(Refusal::QuestionOpen);
    }
    if frame >= review.picture.frames {
        return Err(Refusal::NoSuchFrame);
    }
    let attempt = review.attempt;
    let state = Shooting {
        lock: review.lock.clone(),
        attempt,
        phase: ShotPhase::Judging,
        since: now,
        shutter_due: None,
        review: Some(Box::new(review)),
    };
    Ok((State::Shot(state), vec![Effect::Judge { attempt, choice: FrameChoice::Named(frame) }]))
}
