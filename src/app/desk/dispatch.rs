//! From events to effects: applies, and hands each effect to whoever carries it out.

use super::{Desk, News};
use crate::domain::session::{
    CodeStep, Draft, Effect, Event, FrameChoice, LockEnd, Note, RejectedEvent, ShotFault, State,
};
use crate::domain::time::Monotonic;
use crate::worker::camera::CameraStatus;
use crate::worker::store::{StoreJob, StoreRequest};
use crate::worker::vision::BurstJob;

/// Somebody must decide something before it goes on.
fn is_asked(state: &State) -> bool {
    matches!(state, State::CodeRead(read) if matches!(read.step, CodeStep::Collected(_)))
        || state.lock().is_some_and(|lock| lock.question.is_some())
}

impl Desk {
    /// Applies what devices and clock bring; what they bring at the wrong moment is left out.
    pub(super) fn apply(&mut self, event: Event, now: Monotonic) {
        if let Err(rejected) = self.try_apply(event, now) {
            log::debug!("{rejected}");
        }
    }

    pub(super) fn try_apply(&mut self, event: Event, now: Monotonic) -> Result<(), RejectedEvent> {
        let (before, asked) = (self.session.state().name(), is_asked(self.session.state()));
        let effects = self.session.apply(event, now)?;
        for effect in effects {
            self.dispatch(effect, now);
        }
        self.forget_photo();
        let after = self.session.state().name();
        if before != after {
            log::debug!("{before} -> {after}");
            self.entered(now);
        }
        if is_asked(self.session.state()) != asked {
            log::debug!("{after}: a question {}", if asked { "is answered" } else { "is asked" });
        }
        Ok(())
    }

    /// What a new state brings with it.
    fn entered(&mut self, now: Monotonic) {
        self.code_helper.clear();
        match self.session.state() {
            State::Locked(lock) if lock.since == now => {
                let (shot, digest) = (lock.shot, lock.subject.digest());
                self.tell(News::Locked { shot, digest });
                self.guide.clear();
            }
            State::Framing(_) => self.guide.clear(),
            State::Review(review) => log::debug!("review: {:?}", review.verdict()),
            State::Waiting | State::Stored(_) => self.burst.frames.clear(),
            _ => {}
        }
    }

    fn dispatch(&mut self, effect: Effect, now: Monotonic) {
        match effect {
            Effect::LookUp { digest } => self.ask(StoreJob::LookUp { digest }),
            Effect::OpenLock { subject, number, replaces } => {
                let group = self.group.clone();
                self.ask(StoreJob::OpenLock { subject, number, group, replaces });
            }
            Effect::Queue { subject, rule } => {
                let group = self.group.clone();
                self.ask(StoreJob::Queue { subject, rule, group });
            }
            Effect::KeepRow { shot, row } => self.ask(StoreJob::KeepRow { shot, row }),
            Effect::KeepReplaced { shot, replaces } => self.ask(StoreJob::KeepReplaced { shot, replaces }),
            Effect::EndLock { shot, end } => self.ask(StoreJob::EndLock { shot, end }),
            Effect::TakeBurst { attempt, burst } => {
                self.burst = super::BurstAtHand { attempt, pending: true, ..Default::default() };
                self.parts.camera.start_burst(burst);
            }
            Effect::Judge { attempt, choice } => self.judge(attempt, choice, now),
            Effect::JudgePhoto { attempt } => self.judge_photo(attempt, now),
            Effect::Store(draft) => self.store(draft),
            Effect::Withdraw { record } => self.ask(StoreJob::Withdraw { record }),
            Effect::Note(note) => {
                match note {
                    Note::TurnedAway { reason } => {
                        self.tally.sent_away += 1;
                        self.tell(News::TurnedAway(reason));
                    }
                    Note::SlipDiffers { slip, .. } => self.tell(News::SlipDiffers(slip)),
                    Note::GunDiffers { .. } => self.tell(News::GunDiffers),
                    _ => {}
                }
                self.ask(StoreJob::Note(note));
            }
            Effect::PlayCue(cue) => self.play(cue),
        }
    }

    fn store(&mut self, draft: Box<Draft>) {
        self.ask(StoreJob::Save(draft));
    }

    fn ask(&mut self, job: StoreJob) {
        let by = self.session.settings().operator;
        self.parts.vault.ask(StoreRequest { job, by });
    }

    fn judge(&mut self, attempt: u32, choice: FrameChoice, now: Monotonic) {
        let captured_at = self.burst.captured_at.filter(|_| self.burst.attempt == attempt);
        let captured_at = captured_at.filter(|_| !self.burst.frames.is_empty());
        let subject = self.session.state().lock().map(|lock| lock.subject.code.digest());
        let Some((captured_at, subject)) = captured_at.zip(subject) else {
            self.apply(Event::ShotFailed { attempt, fault: ShotFault::NoFrames }, now);
            return;
        };
        let (camera, simulated) = match self.parts.camera.status() {
            CameraStatus::Streaming { description, .. } => {
                (format!("{} ({})", description.name, description.format), description.simulated)
            }
            // Lost after the burst: what it was is known from before.
            CameraStatus::Opening | CameraStatus::Lost { .. } => self.camera_before.clone(),
        };
        let frames = self.burst.frames.clone();
        let others = self.exposures.of_others(subject);
        self.parts.eyes.judge(BurstJob { attempt, others, frames, choice, captured_at, camera, simulated });
    }

    pub(super) fn lock_ended(&mut self, shot: crate::domain::ids::ShotNumber, end: LockEnd) {
        self.tally.ended(end);
        self.tell(News::LockEnded { shot, end });
    }
}
