//! A folder that a tethered camera fills: a picture joins the subject that was locked at its shutter time, and anything
//! else waits in the tray until somebody looks at it.

use std::path::PathBuf;
use std::sync::Arc;

use egui::{Context, TextureHandle, TextureOptions};

use super::WaysReply;
use super::in_hand::InHand;
use crate::app::window::Window;
use crate::app::window::pictures::color_image;
use crate::domain::card::{FolderShows, Shows};
use crate::domain::code::CodeDigest;
use crate::domain::ids::ShotNumber;
use crate::domain::session::State;
use crate::domain::tether::{CLOCK_PREFIX, ClockOffset, Kept, KeptPicture, LockSpans, Seen, Shutter, Waits};
use crate::domain::time::Monotonic;
use crate::text;
use crate::ui::memory::Page;
use crate::ui::view::{FolderAction, FolderRow, Notice, Picture, TetherState, TetherView};
use crate::worker::clock::wall_now;
use crate::worker::folder::{FolderPicture, wall_of};
use crate::worker::tether::{Came, TetherPicture, TetherStatus, TetherWorker};

/// Pictures that the tray shows; it keeps them all.
const TRAY_SHOWN: usize = 40;
/// Pictures of one pass.
const MOST_PICTURES: usize = 8;

/// The watched folder, and what came from it.
#[derive(Default)]
pub(super) struct Tether {
    pub(super) worker: Option<TetherWorker>,
    pub(super) offset: Option<ClockOffset>,
    spans: LockSpans,
    pub(super) tray: Vec<Unmatched>,
    /// The tray of the last start, while its files are looked at.
    pub(super) returning: Vec<KeptPicture>,
    /// The picture that was brought to a lock, until that is over.
    pub(super) in_hand: Option<InHand>,
    /// What the store was asked to keep last, but for the files that were seen.
    pub(super) kept: Kept,
    /// Files of the watched folder that came.
    pub(super) seen: Option<Seen>,
    /// They are others than those that are kept.
    pub(super) seen_more: bool,
}

/// A picture that waits for somebody to decide.
pub(super) struct Unmatched {
    pub(super) picture: FolderPicture,
    pub(super) waits: Waits,
    /// The small picture, once it was shown.
    pub(super) texture: Option<TextureHandle>,
}

impl Tether {
    pub(super) const fn unmatched(&self) -> usize {
        self.tray.len() + self.returning.len()
    }

    pub(super) fn lay_in_tray(&mut self, picture: FolderPicture, waits: Waits) {
        self.lay_back(Unmatched::new(picture, waits));
    }

    /// Lays a picture that was in the tray, or on its way past it, where it belongs in the list.
    pub(super) fn lay_back(&mut self, unmatched: Unmatched) {
        self.in_hand = self.in_hand.take().filter(|hand| hand.unmatched.picture.path != unmatched.picture.path);
        // What was written while nobody looked comes behind what somebody may be waiting for.
        let backlog = self.tray.iter().position(|one| one.waits == Waits::WhileClosed);
        let place = backlog.filter(|_| unmatched.waits != Waits::WhileClosed).unwrap_or(self.tray.len());
        self.tray.insert(place, unmatched);
    }
}

impl Window {
    pub(super) fn pick_tether(&self) {
        self.on_ways_thread("folder-dialog", || WaysReply::PickedTether(rfd::FileDialog::new().pick_folder()));
    }

    /// Watches this folder from now on, or none; kept for the next start. What waits in the tray stays.
    pub(super) fn choose_tether(&mut self, path: Option<PathBuf>) {
        self.preferences.tether.clone_from(&path);
        self.keep_preferences();
        self.watch_folder(path, None);
        self.ways.tether.seen_more = true;
    }

    /// `seen` is what came from it before the program was closed.
    pub(super) fn watch_folder(&mut self, path: Option<PathBuf>, seen: Option<Seen>) {
        let tether = &mut self.ways.tether;
        tether.offset = None;
        let folder = path.as_ref().map(|path| path.display().to_string());
        tether.seen = seen.filter(|seen| Some(&seen.folder) == folder.as_ref());
        let files = tether.seen.as_ref().map(|seen| seen.files.clone());
        tether.worker = path.and_then(|path| {
            let worker = TetherWorker::spawn(path, files, Arc::clone(&self.wake));
            worker.inspect_err(|error| log::warn!("no thread watches the folder: {error}")).ok()
        });
    }

    /// Takes what has come.
    pub(super) fn take_tethered(&mut self, now: Monotonic) {
        let locked = self.surely_locked();
        self.ways.tether.spans.see(locked, wall_now().unix_millis);
        self.join_by_itself(now);
        for _ in 0..MOST_PICTURES {
            let Some(came) = self.ways.tether.worker.as_ref().and_then(TetherWorker::poll) else { return };
            self.ways.tether.saw(&came);
            if let Came::Picture(picture) = came {
                self.tethered(*picture, now);
            }
        }
    }

    fn tethered(&mut self, came: TetherPicture, now: Monotonic) {
        let TetherPicture { picture, shutter, earlier, .. } = came;
        if earlier && self.ways.tether.offset.is_some() {
            // Whatever it says about the clocks, they were compared since.
            let waits = if picture.shows == Shows::Portrait { Waits::WhileClosed } else { Waits::NoPicture };
            self.ways.tether.lay_in_tray(picture, waits);
            return;
        }
        if let Some(offset) = measured(&picture, shutter) {
            self.ways.tether.offset = Some(offset);
            self.say(Notice::Fault(text::ways::clock_measured(offset.0, self.preferences.lang())), now);
            return;
        }
        let tether = &mut self.ways.tether;
        if picture.shows != Shows::Portrait {
            tether.lay_in_tray(picture, Waits::NoPicture);
            return;
        }
        if earlier {
            tether.lay_in_tray(picture, Waits::WhileClosed);
            return;
        }
        let owner = tether.spans.owner(shutter, tether.offset, wall_now().unix_millis);
        if owner == Err(Waits::ClockNotMeasured) && matches!(shutter, Shutter::Camera { .. }) {
            // what was measured holds no more: a clock was set since
            tether.offset = None;
        }
        let free = !tether.is_bringing() && self.ways.pending.is_none() && self.is_free_for_a_photo();
        match owner {
            Ok((shot, digest)) if free => {
                self.ways.pending = Some((digest, picture.path.clone()));
                let unmatched = Unmatched::new(picture, Waits::Busy(shot));
                self.ways.tether.take_up(InHand::new(unmatched, shot, true));
            }
            Ok((shot, _)) => self.ways.tether.lay_in_tray(picture, Waits::Busy(shot)),
            Err(waits) => self.ways.tether.lay_in_tray(picture, waits),
        }
    }

    /// A picture of the tray is of no use: it leaves the list; its file stays where it is.
    pub(super) fn drop_tray(&mut self, place: usize) {
        if place < self.ways.tether.tray.len() {
            self.ways.tether.tray.remove(place);
        }
    }

    /// Who is locked, while nothing puts it in doubt that the same person sits there.
    pub(super) fn surely_locked(&self) -> Option<(ShotNumber, CodeDigest)> {
        let state = self.open.as_ref()?.desk.state();
        let lock = state.lock().filter(|_| !matches!(state, State::Interrupted(_)))?;
        Some((lock.shot, lock.subject.digest()))
    }

    pub(super) fn is_free_for_a_photo(&self) -> bool {
        let state = self.open.as_ref().map(|open| open.desk.state());
        let lock = match state {
            Some(State::Locked(lock)) => lock,
            Some(State::Framing(framing)) => &framing.lock,
            _ => return false,
        };
        lock.question.is_none() && !lock.importing
    }

    pub(super) fn tether_view(&mut self, ctx: &Context) -> Option<TetherView> {
        if self.memory.page != Page::Ways {
            return None;
        }
        let locked = self.surely_locked().map(|(shot, _)| shot).filter(|_| self.is_free_for_a_photo());
        let tether = &mut self.ways.tether;
        if tether.worker.is_none() && tether.tray.is_empty() {
            return None;
        }
        let tray = tether.tray.iter_mut().take(TRAY_SHOWN).map(|unmatched| unmatched.row(locked, ctx)).collect();
        let state = tether.worker.as_ref().map_or(TetherState::Off, |worker| match worker.status() {
            TetherStatus::Opening | TetherStatus::Watching => TetherState::Watching,
            TetherStatus::Gone => TetherState::Gone,
        });
        Some(TetherView {
            folder: tether.worker.as_ref().map(|worker| worker.path().display().to_string()).unwrap_or_default(),
            state,
            ahead_millis: tether.offset.map(|offset| offset.0),
            clock: clock_code(wall_now().unix_millis),
            tray,
        })
    }
}

impl Unmatched {
    pub(super) const fn new(picture: FolderPicture, waits: Waits) -> Self {
        Self { picture, waits, texture: None }
    }

    fn row(&mut self, locked: Option<ShotNumber>, ctx: &Context) -> FolderRow {
        let Self { picture, waits, texture } = self;
        if texture.is_none()
            && let Some(small) = picture.small.take()
        {
            *texture = Some(ctx.load_texture("unmatched picture", color_image(&small), TextureOptions::LINEAR));
        }
        FolderRow {
            name: picture.name(),
            picture: texture.as_ref().map(|texture| {
                let [width, height] = texture.size();
                Picture { texture: texture.id(), size: [width as f32, height as f32] }
            }),
            state: FolderShows::Unmatched(*waits),
            digest: String::new(),
            at: picture.taken.map(|taken| wall_of(taken).local_clock()).unwrap_or_default(),
            doubts: Vec::new(),
            indented: false,
            action: (picture.shows == Shows::Portrait).then_some(FolderAction::Give(locked)),
        }
    }
}

/// A picture of this machine's clock.
fn measured(picture: &FolderPicture, shutter: Shutter) -> Option<ClockOffset> {
    let code = picture.subject.as_ref()?.code.as_bytes();
    match shutter {
        Shutter::Camera { millis, .. } => ClockOffset::measured(code, millis),
        Shutter::Written { .. } => None,
    }
}

/// The clock as a code to be photographed, row by row; empty when it cannot be drawn.
fn clock_code(now_millis: i64) -> Vec<Vec<bool>> {
    let text = format!("{CLOCK_PREFIX}{now_millis}");
    let Ok(code) = qrcodegen::QrCode::encode_text(&text, qrcodegen::QrCodeEcc::Medium) else { return Vec::new() };
    (0..code.size()).map(|y| (0..code.size()).map(|x| code.get_module(x, y)).collect()).collect()
}
