//! An existing photo of the locked subject: brought, its face found by the eyes, framed by hand, judged as a shot.

use std::sync::Arc;

use super::{Desk, News};
use crate::domain::crop::CropFrame;
use crate::domain::fault::PictureFault;
use crate::domain::ids::ShotNumber;
use crate::domain::session::{Command, Event, Press, RejectedEvent, ShotFault, State};
use crate::domain::time::{Monotonic, WallTime};
use crate::worker::vision::{OpenPhoto, PhotoFile, PhotoJob};

/// How far the photo at hand is.
#[derive(Debug, Clone, Default)]
pub(super) struct PhotoAtHand {
    /// Whose lock it was brought to.
    shot: Option<ShotNumber>,
    open: Option<Arc<OpenPhoto>>,
    /// The frame that is judged, and when the photo counts as taken.
    used: Option<(CropFrame, WallTime)>,
}

impl Desk {
    /// Brings an existing photo of whoever is locked. The answer is [`Self::photo`], or [`News::PhotoRefused`].
    pub fn bring_photo(&mut self, file: PhotoFile, now: Monotonic) -> Result<(), RejectedEvent> {
        self.command(Command::OpenPhoto, Press::First, now)?;
        self.photo = PhotoAtHand { shot: self.shot_importing(), ..PhotoAtHand::default() };
        self.parts.eyes.open_photo(Box::new(file));
        Ok(())
    }

    /// The photo that is framed, once its face was found.
    pub fn photo(&self) -> Option<&Arc<OpenPhoto>> {
        self.photo.open.as_ref().filter(|_| self.shot_importing().is_some())
    }

    /// Cuts the photo by this frame and judges it. `wall` stands in where the file does not say when it was taken.
    pub fn use_photo(&mut self, frame: CropFrame, wall: WallTime, now: Monotonic) -> Result<(), RejectedEvent> {
        let taken = self.photo.open.as_ref().and_then(|photo| photo.taken);
        self.photo.used = Some((frame, taken.unwrap_or(wall)));
        self.command(Command::UsePhoto, Press::First, now)
    }

    /// Puts the photo away.
    pub fn close_photo(&mut self, now: Monotonic) -> Result<(), RejectedEvent> {
        self.command(Command::ClosePhoto, Press::First, now)
    }

    pub(super) fn photo_opened(&mut self, opened: Result<Arc<OpenPhoto>, PictureFault>, now: Monotonic) {
        // The lock that it was brought to may have ended meanwhile, or another photo was brought.
        if self.photo.shot.is_none() || self.photo.shot != self.shot_importing() {
            return;
        }
        match opened {
            Ok(photo) => self.photo.open = Some(photo),
            Err(fault) => {
                self.tell(News::PhotoRefused(fault));
                self.apply(Event::Operator(Command::ClosePhoto, Press::First), now);
            }
        }
    }

    pub(super) fn judge_photo(&mut self, attempt: u32, now: Monotonic) {
        let subject = self.session.state().lock().map(|lock| lock.subject.code.digest());
        // Frames of a burst before belong to another picture.
        self.burst = super::BurstAtHand::default();
        let (Some(subject), Some(photo), Some((frame, captured_at))) =
            (subject, self.photo.open.clone(), self.photo.used)
        else {
            self.apply(Event::ShotFailed { attempt, fault: ShotFault::NoFrames }, now);
            return;
        };
        // What is brought to a demonstration is worth as little as what it draws.
        let simulated = self.camera_before.1;
        let others = self.exposures.of_others(subject);
        self.parts.eyes.judge_photo(PhotoJob { attempt, others, photo, frame, captured_at, simulated });
    }

    /// A photo is kept no longer than it is framed and judged.
    pub(super) fn forget_photo(&mut self) {
        let judging = matches!(self.session.state(), State::Shot(_));
        if !judging && self.shot_importing().is_none() && self.photo.shot.is_some() {
            self.photo = PhotoAtHand::default();
        }
    }

    fn shot_importing(&self) -> Option<ShotNumber> {
        self.session.state().lock().filter(|lock| lock.importing).map(|lock| lock.shot)
    }
}
