//! What of the tethered camera outlasts the program: the tray, the picture that somebody is deciding on, and the
//! measured clock. Written by a visit to the store whenever it changes, brought back when a station is opened.

use std::path::PathBuf;
use std::sync::Arc;

use super::WaysReply;
use super::tether::Tether;
use crate::app::window::{Reply, Window};
use crate::domain::tether::{Kept, KeptPicture, Seen, Waits};
use crate::worker::folder::{FolderPicture, look_at};
use crate::worker::tether::Came;

/// Files of the watched folder that are known again, the newest: more than one folder holds.
const MOST_SEEN: usize = 20_000;

impl Window {
    /// A station was opened: its folder is watched, and what it kept comes back. The files are looked at again on a
    /// thread of their own.
    pub(in crate::app::window) fn tether_back(&mut self, mut kept: Kept) {
        self.watch_folder(self.preferences.tether.clone(), kept.seen.take());
        let tether = &mut self.ways.tether;
        if tether.folder().is_some() && tether.folder() == kept.folder {
            tether.offset = kept.offset;
        }
        tether.returning.clone_from(&kept.tray);
        tether.kept = kept.clone();
        if !kept.tray.is_empty() {
            self.on_ways_thread("look-at-tray", move || {
                let back = |picture: KeptPicture| (look_at(PathBuf::from(picture.path)), picture.waits);
                WaysReply::TrayBack(kept.tray.into_iter().map(back).collect())
            });
        }
    }

    pub(super) fn tray_back(&mut self, pictures: Vec<(FolderPicture, Waits)>) {
        let tether = &mut self.ways.tether;
        tether.returning.clear();
        // What was in the tray before comes before what came since.
        let since = std::mem::take(&mut tether.tray);
        for (picture, waits) in pictures {
            tether.lay_in_tray(picture, waits);
        }
        tether.tray.extend(since);
    }

    /// Another station is opened: nothing goes from one to the other.
    pub(in crate::app::window) fn leave_tether(&mut self) {
        self.ways.tether = Tether::default();
        self.ways.pending = None;
    }

    /// Keeps what has changed since it was kept last.
    pub(super) fn keep_tether(&mut self) {
        let state = self.open.as_ref().map(|open| open.desk.state());
        let locked = state.and_then(|state| state.lock()).map(|lock| lock.shot);
        let tether = &mut self.ways.tether;
        tether.lock_is(locked);
        let mut now = tether.to_keep();
        let Some(open) = &mut self.open else { return };
        if now == tether.kept && !tether.seen_more {
            return;
        }
        tether.kept = now.clone();
        tether.seen_more = false;
        now.seen.clone_from(&tether.seen);
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        open.desk.visit_store(Box::new(move |keeper| {
            if let Err(error) = keeper.store().keep_tether(&now) {
                log::error!("{error:#}");
                // nobody listens any more when the window has closed
                answer.send(Reply::StoreFault(error.fault())).ok();
                wake();
            }
        }));
    }
}

impl Tether {
    fn folder(&self) -> Option<String> {
        self.worker.as_ref().map(|worker| worker.path().display().to_string())
    }

    /// A file came: it does not come again after the next start.
    pub(super) fn saw(&mut self, came: &Came) {
        let folder = self.folder().unwrap_or_default();
        match came {
            Came::Seen(files) => self.seen = Some(Seen { folder, files: files.clone() }),
            Came::Picture(picture) => {
                self.seen.get_or_insert_with(|| Seen { folder, files: Vec::new() }).files.push(picture.mark);
            }
        }
        if let Some(seen) = &mut self.seen {
            let extra = seen.files.len().saturating_sub(MOST_SEEN);
            seen.files.drain(..extra);
        }
        self.seen_more = true;
    }

    fn to_keep(&self) -> Kept {
        let kept = |path: &PathBuf, waits| KeptPicture { path: path.display().to_string(), waits };
        let in_hand = self.in_hand.iter().map(|hand| kept(&hand.unmatched.picture.path, Waits::Busy(hand.shot)));
        let tray = self.tray.iter().map(|unmatched| kept(&unmatched.picture.path, unmatched.waits));
        Kept {
            folder: self.folder().filter(|_| self.offset.is_some()),
            offset: self.offset,
            tray: self.returning.iter().cloned().chain(tray).chain(in_hand).collect(),
            seen: None,
        }
    }
}
