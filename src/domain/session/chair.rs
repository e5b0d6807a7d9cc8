//! Who sits there while a picture is open. Before the shutter framing watches the face; between the shutter and the
//! decision somebody else may take the chair, and whoever asks for another shot then must know.

use super::settings::Settings;
use super::state::{Interruption, Lock};
use crate::domain::time::Monotonic;

/// What was seen of the chair since the shutter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chair {
    /// Since when more than one face is seen.
    several_since: Option<Monotonic>,
    changed: Option<Interruption>,
}

impl Chair {
    /// Why the person there may be another one than in the picture; it stays until code and person are tied together
    /// again.
    pub const fn changed(self) -> Option<Interruption> {
        self.changed
    }
}

impl Lock {
    /// The live checks saw so many faces. The picture that is open stays this subject's, whoever comes.
    pub(super) fn watch_chair(&mut self, faces: usize, settings: &Settings, now: Monotonic) {
        if faces < 2 {
            self.chair.several_since = None;
        }
        match faces {
            0 => {}
            1 => {
                if now.saturating_sub(self.face_seen) > settings.away {
                    self.chair.changed.get_or_insert(Interruption::FaceAway);
                }
                self.face_seen = now;
            }
            _ => {
                let since = *self.chair.several_since.get_or_insert(now);
                if now.saturating_sub(since) >= settings.second_face_after {
                    self.chair.changed.get_or_insert(Interruption::SecondFace);
                }
            }
        }
    }

    /// While another frame was judged nobody looked: that time is no absence, and no proof of being there either.
    pub(super) fn not_watched(&mut self, since: Monotonic, now: Monotonic) {
        self.face_seen = (self.face_seen + now.saturating_sub(since)).min(now);
    }
}
