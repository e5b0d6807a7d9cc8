//! The picture of the tethered camera that was brought to a lock: it joins by itself or lies under the operator's frame.
//! Once a record with it is stored it is gone from here; whatever else ends that lays it back into the tray.

use std::path::Path;

use super::tether::{Tether, Unmatched};
use crate::app::window::Window;
use crate::domain::ids::ShotNumber;
use crate::domain::tether::Waits;
use crate::domain::time::Monotonic;
use crate::ui::memory::Page;
use crate::worker::clock::wall_now;

/// A picture and the lock that it was brought to.
pub(super) struct InHand {
    pub(super) unmatched: Unmatched,
    pub(super) shot: ShotNumber,
    /// It is cut as soon as its face is found; otherwise the operator does it.
    by_itself: bool,
    at: At,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// Its file is being read.
    OnTheWay,
    /// Its face is looked for, or it lies under the frame.
    Brought,
    /// It is the picture that is judged and reviewed.
    Used,
}

impl InHand {
    pub(super) const fn new(unmatched: Unmatched, shot: ShotNumber, by_itself: bool) -> Self {
        Self { unmatched, shot, by_itself, at: At::OnTheWay }
    }

    fn is(&self, path: Option<&Path>) -> bool {
        Some(self.unmatched.picture.path.as_path()) == path
    }
}

impl Tether {
    /// A picture is being brought, so that another one would take its place.
    pub(super) fn is_bringing(&self) -> bool {
        self.in_hand.as_ref().is_some_and(|hand| hand.at != At::Used)
    }

    /// A picture is on its way to its lock by itself.
    pub(super) fn is_joining(&self) -> bool {
        self.in_hand.as_ref().is_some_and(|hand| hand.at != At::Used && hand.by_itself)
    }

    /// It was used in a record.
    pub(super) fn stored(&mut self, shot: ShotNumber) {
        self.in_hand = self.in_hand.take().filter(|hand| hand.shot != shot);
    }

    /// Its lock is over, and nothing of it was stored.
    pub(super) fn lock_is(&mut self, locked: Option<ShotNumber>) {
        if let Some(InHand { unmatched, shot, .. }) = self.in_hand.take_if(|hand| Some(hand.shot) != locked) {
            self.lay_back(Unmatched { waits: Waits::LockEnded(shot), ..unmatched });
        }
    }

    /// Another picture is brought to the same lock: the one before, which was judged and not stored, waits again.
    pub(super) fn take_up(&mut self, hand: InHand) {
        if let Some(InHand { unmatched, shot, .. }) = self.in_hand.replace(hand) {
            self.lay_back(Unmatched { waits: Waits::Busy(shot), ..unmatched });
        }
    }
}

impl Window {
    /// Cuts the picture that joins by itself, once its face is found; one that was put away waits in the tray.
    pub(super) fn join_by_itself(&mut self, now: Monotonic) {
        let Some(hand) = self.ways.tether.in_hand.as_mut().filter(|hand| hand.at == At::Brought) else { return };
        let Some(open) = &mut self.open else { return };
        if !open.desk.state().lock().is_some_and(|lock| lock.importing) {
            self.not_joined(Waits::NobodyLocked);
            return;
        }
        if hand.by_itself
            && let Some(frame) = open.desk.photo().map(|photo| photo.automatic)
        {
            match open.desk.use_photo(frame, wall_now(), now) {
                Ok(()) => hand.at = At::Used,
                Err(rejected) => {
                    // it stays under the frame for the operator
                    log::info!("{rejected}");
                    hand.by_itself = false;
                }
            }
        }
    }

    /// The photo of this file was brought to whoever is locked. Another one takes the place of what lay under the frame.
    pub(super) fn photo_was_brought(&mut self, path: Option<&Path>) {
        match &mut self.ways.tether.in_hand {
            Some(hand) if hand.is(path) => hand.at = At::Brought,
            Some(hand) => {
                let shot = hand.shot;
                self.not_joined(Waits::Busy(shot));
            }
            None => {}
        }
    }

    /// The photo of this file cannot be used.
    pub(super) fn portrait_not_joined(&mut self, path: Option<&Path>, waits: Waits) {
        if self.ways.tether.in_hand.as_ref().is_some_and(|hand| hand.is(path)) {
            self.not_joined(waits);
        }
    }

    /// The operator's frame was used.
    pub(super) fn photo_was_used(&mut self) {
        if let Some(hand) = self.ways.tether.in_hand.as_mut().filter(|hand| hand.at == At::Brought) {
            hand.at = At::Used;
        }
    }

    /// The picture that was being brought cannot be used: it waits for somebody, one of the tray as it did before.
    pub(in crate::app::window) fn not_joined(&mut self, waits: Waits) {
        let tether = &mut self.ways.tether;
        if let Some(hand) = tether.in_hand.take_if(|hand| hand.at != At::Used) {
            let waits = if hand.by_itself { waits } else { hand.unmatched.waits };
            tether.lay_back(Unmatched { waits, ..hand.unmatched });
        }
    }

    /// A record was stored under this number.
    pub(in crate::app::window) fn tethered_stored(&mut self, shot: ShotNumber) {
        self.ways.tether.stored(shot);
    }

    /// Brings a picture of the tray to whoever is locked now: under the frame, beside the picture of the code.
    pub(super) fn give_tray(&mut self, place: usize) {
        let Some((shot, digest)) = self.surely_locked() else { return };
        let tether = &mut self.ways.tether;
        if place < tether.tray.len() && !tether.is_bringing() && self.is_free_for_a_photo() {
            let unmatched = self.ways.tether.tray.remove(place);
            self.ways.pending = Some((digest, unmatched.picture.path.clone()));
            self.ways.tether.take_up(InHand::new(unmatched, shot, false));
            self.memory.page = Page::Shoot;
        }
    }
}

#[cfg(test)]
mod tests {
    use egui::{ColorImage, Context, TextureOptions};

    use super::*;
    use crate::domain::card::Shows;
    use crate::worker::folder::FolderPicture;

    fn shown(name: &str) -> Unmatched {
        let (taken, subject, fault, small) = (None, None, None, None);
        let picture = FolderPicture { path: name.into(), taken, shows: Shows::Portrait, subject, fault, small };
        let texture = Context::default().load_texture(name, ColorImage::default(), TextureOptions::LINEAR);
        Unmatched { texture: Some(texture), ..Unmatched::new(picture, Waits::NobodyLocked) }
    }

    fn hand(name: &str, at: At) -> InHand {
        InHand { at, ..InHand::new(shown(name), shot(), false) }
    }

    fn shot() -> ShotNumber {
        "A-0007".parse().unwrap()
    }

    fn tray(tether: &Tether) -> Vec<(String, Waits, bool)> {
        let row = |one: &Unmatched| (one.picture.name(), one.waits, one.texture.is_some());
        tether.tray.iter().map(row).collect()
    }

    #[test]
    fn what_comes_back_from_a_lock_is_still_shown() {
        let mut tether = Tether::default();
        tether.take_up(hand("a.jpg", At::Used));
        tether.lock_is(Some(shot()));
        assert!(tether.tray.is_empty(), "it is still that lock's");
        tether.lock_is(None);
        assert_eq!(tray(&tether), [("a.jpg".to_owned(), Waits::LockEnded(shot()), true)]);
    }

    #[test]
    fn a_picture_that_was_judged_waits_again_when_another_one_is_taken_up() {
        let mut tether = Tether::default();
        tether.take_up(hand("a.jpg", At::Used));
        tether.take_up(hand("b.jpg", At::OnTheWay));
        assert_eq!(tray(&tether), [("a.jpg".to_owned(), Waits::Busy(shot()), true)]);
        assert!(tether.is_bringing());
        tether.stored(shot());
        assert!(tether.in_hand.is_none() && tether.tray.len() == 1, "only what was stored is gone");
    }
}
