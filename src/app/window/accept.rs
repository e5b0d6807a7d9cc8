//! What the window does by itself: accepts complete pictures when that is switched on, and plays what happened.

use std::time::Duration;

use super::Window;
use crate::device::sound;
use crate::domain::session::{Command, ConfirmRule, Cue, Session, State};
use crate::domain::time::Monotonic;

/// Automatic accept waits this long for somebody to object.
pub(super) const AUTO_ACCEPT: Duration = Duration::from_millis(1_500);

impl Window {
    /// 合格后自动采用: a picture that passes in everything is accepted when nobody objects.
    pub(super) fn accept_by_itself(&mut self, now: Monotonic) {
        self.drop_stale_question();
        let session = self.open.as_ref().map(|open| open.desk.session());
        let complete = session.and_then(waits_for_nobody);
        let wanted = complete.filter(|_| self.preferences.auto_accept && self.asked.is_none());
        match (wanted, self.accepting) {
            (Some(attempt), Some((known, since))) if known == attempt => {
                if now >= since + AUTO_ACCEPT {
                    self.accepting = None;
                    self.session(Command::Accept, now);
                }
            }
            (Some(attempt), _) => self.accepting = Some((attempt, now)),
            (None, _) => self.accepting = None,
        }
    }
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
