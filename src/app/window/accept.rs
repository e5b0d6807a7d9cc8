//! What the window does by itself: accepts complete pictures where the session wants that, plays what happened, and
//! shakes for what is wrong.

use std::sync::Arc;

use egui::Event;

use super::reply::fault_of;
use super::{Reply, Window};
use crate::device::sound;
use crate::domain::session::{Command, ConfirmRule, Cue, Session, State};
use crate::domain::set_up::LONGEST_AUTO_ACCEPT;
use crate::domain::time::Monotonic;
use crate::worker::clock::wall_now;

/// What the switch of earlier versions becomes, seconds.
const PAUSE_OF_BEFORE: u32 = 2;

impl Window {
    /// 合格后自动采用: a picture that passes in everything is accepted when nobody objects.
    pub(super) fn accept_by_itself(&mut self, now: Monotonic) {
        self.drop_stale_question();
        let pause = self.open.as_ref().and_then(|open| open.context.session.auto_accept());
        let complete = self.open.as_ref().and_then(|open| waits_for_nobody(open.desk.session()));
        let wanted = complete.filter(|attempt| self.asked.is_none() && self.accept_stopped != Some(*attempt));
        match (wanted.zip(pause), self.accepting) {
            (Some((attempt, pause)), Some((known, since))) if known == attempt => {
                if now >= since + pause {
                    self.accepting = None;
                    self.session(Command::Accept, now);
                }
            }
            (Some((attempt, _)), _) => self.accepting = Some((attempt, now)),
            (None, _) => self.accepting = None,
        }
    }

    /// Whoever presses a key in the pause wants to look: this picture waits for them.
    pub(super) fn stop_accepting(&mut self) {
        if let Some((attempt, _)) = self.accepting.take() {
            self.accept_stopped = Some(attempt);
        }
    }

    /// Earlier versions kept one switch for the whole station, with a pause of a second and a half.
    pub(super) fn auto_accept_of_before(&mut self) {
        if std::mem::take(&mut self.preferences.auto_accept) {
            self.keep_preferences();
            self.set_auto_accept(PAUSE_OF_BEFORE);
        }
    }

    /// Kept with the session, so that a restart and the next operator have it.
    pub(super) fn set_auto_accept(&mut self, seconds: u32) {
        let Some(open) = &mut self.open else { return };
        let seconds = seconds.min(LONGEST_AUTO_ACCEPT);
        open.context.session.auto_accept_secs = seconds;
        let (id, by) = (open.context.session.id.clone(), open.desk.session().settings().operator);
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        open.desk.visit_store(Box::new(move |keeper| {
            let mut context = keeper.context().clone();
            // Another session was opened in the meantime.
            if context.session.id != id {
                return;
            }
            context.session.auto_accept_secs = seconds;
            let kept = keeper.store().set_session(&context.session, by, wall_now());
            if let Err(error) = kept.and_then(|()| keeper.use_context(context)) {
                // nobody listens any more when the window has closed
                answer.send(Reply::StoreFault(fault_of(&error))).ok();
                wake();
            }
        }));
    }
}

/// A key that goes down, or a button of the pointer.
pub(super) const fn is_a_hand(event: &Event) -> bool {
    matches!(event, Event::Key { pressed: true, repeat: false, .. } | Event::PointerButton { pressed: true, .. })
}

/// What the screen shakes for: another code or a doubt about the person, the shot limit; and with the sound off a
/// device that is gone, which is otherwise heard until somebody answers.
pub(super) const fn shakes(cue: Cue, muted: bool) -> bool {
    matches!(cue, Cue::Stop | Cue::ShotLimit) || muted && matches!(cue, Cue::DeviceLost)
}

/// The picture of which everything passes and everything is ticked, while nothing is asked and the operator's accept is
/// enough.
fn waits_for_nobody(session: &Session) -> Option<u32> {
    let State::Confirm(review) = session.state() else { return None };
    let free = review.lock.question.is_none() && !session.state().is_at_shot_limit();
    let enough = session.settings().confirm != ConfirmRule::Student;
    (review.is_complete() && free && enough).then_some(review.attempt)
}

pub(super) const fn sound_of(cue: Cue) -> sound::Cue {
    match cue {
        Cue::CodeRead => sound::Cue::CodeRead,
        Cue::Attention => sound::Cue::Warning,
        Cue::InPlace => sound::Cue::InPlace,
        Cue::Beat => sound::Cue::Countdown,
        Cue::Shutter => sound::Cue::Shutter,
        Cue::Stored => sound::Cue::Stored,
        Cue::PictureFails => sound::Cue::PictureFails,
        Cue::AlreadyCollected => sound::Cue::AlreadyCollected,
        Cue::Stop => sound::Cue::Interrupted,
        Cue::ShotLimit => sound::Cue::ShotLimit,
        Cue::DeviceLost => sound::Cue::DeviceLost,
        Cue::Sealed => sound::Cue::Sealed,
    }
}
