//! What the window does by itself: accepts complete pictures when that is switched on, and plays what happened.

use std::time::Duration;

use super::Window;
use crate::device::sound;
use crate::domain::session::{Command, Cue};
use crate::domain::time::Monotonic;

/// Automatic accept waits this long for somebody to object.
pub(super) const AUTO_ACCEPT: Duration = Duration::from_millis(1_500);

impl Window {
    /// 合格后自动采用: a picture that passes in everything is accepted when nobody objects.
    pub(super) fn accept_by_itself(&mut self, now: Monotonic) {
        let review = self.open.as_ref().and_then(|open| open.desk.state().review());
        let complete = review.filter(|review| review.is_complete()).map(|review| review.attempt);
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
