//! From the yes to the green light: storing, the second copy, and what happens when the disk refuses.

use super::effect::{Cue, Draft, Effect};
use super::event::{Event, SecondCopy, StoreTask};
use super::refusal::Refusal;
use super::state::{LastRecord, Lock, Review, State, Stored, Storing};
use super::subject::Subject;
use super::{Session, Step};
use crate::domain::ids::{RecordId, ShotNumber};
use crate::domain::record::ConfirmedBy;
use crate::domain::time::Monotonic;

impl Session {
    /// Hands the record to the store. The review stays at hand until the commit has returned.
    pub(super) fn store(
        &self,
        review: Review,
        confirmed_by: ConfirmedBy,
        next: Option<Box<Subject>>,
        now: Monotonic,
    ) -> (State, Vec<Effect>) {
        let lock = &review.lock;
        let draft = Draft {
            shot: lock.shot,
            subject: lock.subject.clone(),
            last_four: lock.last_four.clone(),
            roster_key: lock.roster_key.clone(),
            notice_acknowledged: lock.notice_acknowledged,
            operator: self.settings.operator,
            confirmed_by,
            picture: review.picture.clone(),
            attested: review.attested.clone(),
            overrides: review.overrides.clone(),
            replaces: lock.replaces,
        };
        let state = Storing { review, confirmed_by, since: now, next };
        (State::Storing(state), vec![Effect::Store(Box::new(draft))])
    }

    pub(super) fn storing(&mut self, mut storing: Storing, event: Event, now: Monotonic) -> Step {
        match event {
            Event::RecordStored { record, shot, copy } if shot == storing.review.lock.shot => {
                Ok(self.record_stored(storing, record, shot, copy, now))
            }
            Event::StoreFailed { task: StoreTask::Store, fault } => {
                let review = Review { storing_fault: Some(fault), since: now, ..storing.review };
                Ok((State::Review(review), vec![Effect::PlayCue(Cue::DeviceLost)]))
            }
            Event::Code(subject) => {
                let other = subject.code != storing.review.lock.subject.code;
                if other && storing.next.is_none() && !self.is_still_in_sight(&subject, now) {
                    storing.next = Some(Box::new(subject));
                }
                Ok((State::Storing(storing), Vec::new()))
            }
            Event::Live(report) => {
                storing.review.lock.watch_chair(report.faces, &self.settings, now);
                Ok((State::Storing(storing), Vec::new()))
            }
            Event::Tick | Event::CopyLanded { .. } | Event::CameraLost(_) | Event::CameraReturned => {
                Ok((State::Storing(storing), Vec::new()))
            }
            Event::Operator(..) | Event::Student(..) => Err(Refusal::Busy),
            Event::LockFound { .. } => Err(Refusal::AlreadyLocked),
            _ => Err(Refusal::TooLate),
        }
    }

    fn record_stored(
        &mut self,
        storing: Storing,
        record: RecordId,
        shot: ShotNumber,
        copy: SecondCopy,
        now: Monotonic,
    ) -> (State, Vec<Effect>) {
        let Lock { subject, replaces, .. } = storing.review.lock;
        let digest = subject.digest();
        self.dismiss(digest, now);
        self.last = Some(LastRecord { record, shot, subject, replaces });
        let (waits, late) = (copy == SecondCopy::Pending, copy == SecondCopy::Behind);
        let stored = Stored { record, shot, digest, since: now, copy, lit_at: (!waits).then_some(now), late };
        if let Some(next) = storing.next {
            let mut effects = vec![Effect::PlayCue(Cue::Stored)];
            // A next code that may not be locked now is shown again by its owner; the record stays stored.
            return match self.begin(*next, now) {
                Ok((state, more)) => {
                    effects.extend(more);
                    (state, effects)
                }
                Err(_stopped) => (State::Stored(Stored { lit_at: Some(now), ..stored }), effects),
            };
        }
        let mut effects = if waits { Vec::new() } else { vec![Effect::PlayCue(Cue::Stored)] };
        if late {
            effects.push(Effect::PlayCue(Cue::Attention));
        }
        (State::Stored(stored), effects)
    }

    pub(super) fn stored(&mut self, mut stored: Stored, event: Event, now: Monotonic) -> Step {
        match event {
            Event::Tick => Ok(self.stored_tick(stored, now)),
            Event::CopyLanded { record } if record == stored.record => {
                let mut effects = Vec::new();
                stored.copy = SecondCopy::Landed;
                if stored.lit_at.is_none() {
                    effects.push(Effect::PlayCue(Cue::Stored));
                }
                if stored.lit_at.is_none() || stored.late {
                    stored.lit_at = Some(now);
                    stored.late = false;
                }
                Ok((State::Stored(stored), effects))
            }
            Event::Code(subject) => {
                let unheard = stored.lit_at.is_none();
                let (state, mut effects) = self.code_while_idle(State::Stored(stored), subject, now)?;
                if unheard && !matches!(state, State::Stored(_)) {
                    // It is durable here: the next person's code only cuts the wait for the second disk short.
                    effects.insert(0, Effect::PlayCue(Cue::Stored));
                }
                Ok((state, effects))
            }
            Event::Operator(command, _) => self.command_while_idle(State::Stored(stored), &command, now),
            Event::Live(_) | Event::CopyLanded { .. } | Event::CameraLost(_) | Event::CameraReturned => {
                Ok((State::Stored(stored), Vec::new()))
            }
            Event::Student(..) => Err(Refusal::NothingLocked),
            _ => Err(Refusal::TooLate),
        }
    }

    fn stored_tick(&self, mut stored: Stored, now: Monotonic) -> (State, Vec<Effect>) {
        match stored.lit_at {
            None if now >= stored.since + self.settings.copy_wait => {
                stored.lit_at = Some(now);
                stored.late = true;
                let effects = vec![Effect::PlayCue(Cue::Stored), Effect::PlayCue(Cue::Attention)];
                (State::Stored(stored), effects)
            }
            // Without its second copy the light stays amber until the next scan.
            Some(lit_at) if !stored.late && now >= lit_at + self.settings.green => (State::Waiting, Vec::new()),
            _ => (State::Stored(stored), Vec::new()),
        }
    }
}
