//! What cameras, eyes and store have given since the last pass, turned into events; and which frame is looked at.

use std::sync::Arc;

use super::{Desk, EyesState, News};
use crate::domain::fault::StoreFault;
use crate::domain::guide::most_useful;
use crate::domain::session::{Event, Refusal, ShotFault, State, StoreTask};
use crate::domain::set_up::DeskKind;
use crate::domain::time::{Monotonic, WallTime};
use crate::vision::qr::Unread;
use crate::worker::camera::CameraStatus;
use crate::worker::store::{SavedRecord, StoreAnswer};
use crate::worker::vision::{Lens, Seen, SeenCode, SeenFace, VisionAnswer, Want};

/// While a face is watched, codes are looked for in one of so many frames.
const CODES_EVERY: u64 = 3;
/// Rounds of one pass: parts that answer at once answer within a few.
const ROUNDS: usize = 16;

/// Of a code that a lens saw: most refusals only mean that the same phone is still there.
const fn must_be_told(reason: Refusal) -> bool {
    matches!(
        reason,
        Refusal::LocksStopped(_)
            | Refusal::BackdropFails
            | Refusal::Unanswered(_)
            | Refusal::NobodysCode
            | Refusal::SlipOfAnother
            | Refusal::SlipIsNoCode
    )
}

impl Desk {
    pub(super) fn drain(&mut self, now: Monotonic, wall: WallTime) {
        self.watch_camera(now);
        for _ in 0..ROUNDS {
            let moved = self.drain_burst(now, wall) | self.drain_vault(now) | self.drain_eyes(now);
            self.offer_frames();
            if !moved {
                break;
            }
        }
    }

    fn watch_camera(&mut self, now: Monotonic) {
        match self.parts.camera.status() {
            CameraStatus::Opening => {}
            CameraStatus::Streaming { description, .. } => {
                self.camera_before = (format!("{} ({})", description.name, description.format), description.simulated);
                if std::mem::replace(&mut self.camera_lost, false) {
                    self.apply(Event::CameraReturned, now);
                    self.tell(News::CameraReturned);
                }
            }
            CameraStatus::Lost { fault, .. } => {
                if !std::mem::replace(&mut self.camera_lost, true) {
                    self.apply(Event::CameraLost(fault), now);
                    self.tell(News::CameraLost(fault));
                }
            }
        }
    }

    fn drain_burst(&mut self, now: Monotonic, wall: WallTime) -> bool {
        if !self.burst.pending {
            return false;
        }
        let Some(pictures) = self.parts.camera.poll_burst() else { return false };
        self.burst.pending = false;
        let attempt = self.burst.attempt;
        match pictures {
            Ok(frames) if !frames.is_empty() => {
                self.burst.frames = frames;
                self.burst.captured_at = Some(wall);
                self.apply(Event::BurstTaken { attempt }, now);
            }
            Ok(_) => self.apply(Event::ShotFailed { attempt, fault: ShotFault::NoFrames }, now),
            Err(error) => {
                log::warn!("no burst: {error}");
                self.apply(Event::ShotFailed { attempt, fault: ShotFault::NoFrames }, now);
            }
        }
        true
    }

    fn drain_vault(&mut self, now: Monotonic) -> bool {
        let mut moved = false;
        while let Some(answer) = self.parts.vault.poll() {
            moved = true;
            self.stored(answer, now);
        }
        moved
    }

    fn stored(&mut self, answer: StoreAnswer, now: Monotonic) {
        match answer {
            StoreAnswer::LookedUp { digest, earlier } => {
                let taken = self.try_apply(Event::LookedUp { digest, earlier }, now);
                if let (Ok(()), Some(earlier)) = (taken, earlier) {
                    self.tell(News::Collected { digest, earlier });
                }
            }
            StoreAnswer::FoundElsewhere { digest, elsewhere } => {
                self.apply(Event::FoundElsewhere { digest, elsewhere }, now);
            }
            StoreAnswer::LockOpened { digest, shot } => {
                if !self.session.parked().iter().any(|parked| parked.lock.shot == shot) {
                    self.tally.locked += 1;
                }
                self.apply(Event::LockOpened { digest, shot }, now);
            }
            StoreAnswer::Queued { digest, shot } => {
                self.tally.locked += 1;
                self.tally.queued += 1;
                self.apply(Event::Queued { digest, shot }, now);
                self.tell(News::Queued(shot));
            }
            StoreAnswer::QueueCollected { digest, found } => self.apply(Event::QueueCollected { digest, found }, now),
            StoreAnswer::WaitingFound { subject, shot } => {
                self.tally.locked += 1;
                self.apply(Event::WaitingFound { subject: *subject, shot }, now);
            }
            StoreAnswer::LockEnded { shot, end } => self.lock_ended(shot, end),
            StoreAnswer::Saved(saved) => {
                let SavedRecord { record, shot, copy, exposure, .. } = saved;
                if let Some(exposure) = exposure {
                    self.exposures.keep(exposure);
                }
                self.tally.stored += 1;
                self.apply(Event::RecordStored { record, shot, copy }, now);
                self.tell(News::Stored(saved));
            }
            StoreAnswer::Withdrawn { record, predecessor } => {
                self.exposures.forget(record);
                self.tell(News::Withdrawn { record, predecessor });
                self.apply(Event::Withdrawn { record }, now);
            }
            StoreAnswer::Noted => {}
            StoreAnswer::Failed { task, fault, detail } => {
                log::error!("the store failed ({task:?}): {detail}");
                self.tell(News::StoreFailed { task, fault });
                self.apply(Event::StoreFailed { task, fault }, now);
            }
            StoreAnswer::LockFound { subject, shot, row, replaces } => {
                self.tally.locked += 1;
                self.apply(Event::LockFound { subject: *subject, shot, row, replaces }, now);
            }
            StoreAnswer::ParkedFound { subject, shot, row, replaces } => {
                self.tally.locked += 1;
                self.apply(Event::ParkedFound { subject: *subject, shot, row, replaces }, now);
            }
            StoreAnswer::CopyLanded { record } => {
                self.tell(News::CopyLanded(record));
                self.apply(Event::CopyLanded { record }, now);
            }
            StoreAnswer::Exposures(kept) => self.exposures = kept.into_iter().collect(),
            StoreAnswer::SecondDisk(second) => self.second_disk = Some(second),
            StoreAnswer::NewLocks(gate) => self.apply(Event::NewLocks(gate), now),
            StoreAnswer::Broken => self.vault_ended(now),
        }
    }

    /// The store's thread is gone: whatever waits for it will wait no more, and the picture stays at hand.
    fn vault_ended(&mut self, now: Monotonic) {
        self.vault_broken = true;
        self.tell(News::VaultBroken);
        self.apply(Event::StoreFailed { task: StoreTask::Queue, fault: StoreFault::Other }, now);
        let task = match self.session.state() {
            State::Storing(_) => StoreTask::Store,
            State::Undoing(_) => StoreTask::Withdraw,
            State::CodeRead(_) => StoreTask::OpenLock,
            _ => return,
        };
        self.apply(Event::StoreFailed { task, fault: StoreFault::Other }, now);
    }

    fn drain_eyes(&mut self, now: Monotonic) -> bool {
        let mut moved = false;
        while let Some(answer) = self.parts.eyes.poll() {
            moved = true;
            match answer {
                VisionAnswer::Ready => self.eyes_state = EyesState::Ready,
                VisionAnswer::Seen(seen) => self.seen(*seen, now),
                VisionAnswer::Judged { attempt, result: Ok(shot) } => {
                    self.apply(Event::Judged { attempt, shot }, now);
                }
                VisionAnswer::Judged { attempt, result: Err(fault) } => {
                    self.apply(Event::ShotFailed { attempt, fault }, now);
                }
                VisionAnswer::PhotoOpened(opened) => self.photo_opened(opened, now),
                VisionAnswer::Broken => {
                    self.eyes_state = EyesState::Broken;
                    self.tell(News::EyesBroken);
                    if let State::Shot(shooting) = self.session.state() {
                        let attempt = shooting.attempt;
                        self.apply(Event::ShotFailed { attempt, fault: ShotFault::Checks }, now);
                    }
                }
            }
        }
        moved
    }

    fn seen(&mut self, seen: Seen, now: Monotonic) {
        let Seen { frame, lens, want, codes, unusable, unread, face } = seen;
        if want.codes() {
            // Who stands before this lens is not who sits before the other one.
            let ahead = lens == Lens::Scan && self.session.settings().desk == DeskKind::ScanAhead;
            if !self.is_rehearsing() && !self.paused {
                self.seen_codes(&codes, lens, ahead, now);
            }
            // Beside a code that can be used it is a poster on the wall; alone it is what somebody holds up.
            let asked = ahead || matches!(self.session.state(), State::Waiting);
            if unusable.is_some() && codes.is_empty() && asked {
                self.tell_once(News::UnusableCode);
            }
            if ahead {
                self.scan_lens.see(&codes, unread.as_ref(), frame.at);
            } else {
                self.help_with(unread.as_ref(), codes.is_empty(), frame.at);
            }
            if lens == Lens::Portrait {
                self.unread = unread.map(|unread| (unread.corners, frame.at));
            }
            if self.is_rehearsing()
                && let Some(code) = codes.first()
            {
                self.tried = Some((code.subject.code.clone(), frame.at));
            }
            if lens == Lens::Portrait {
                self.codes = (!codes.is_empty()).then_some((codes, frame.at));
            }
        }
        if let Some(face) = face {
            self.seen_face(face, frame.at, now);
        }
    }

    /// While a code is waited for: follows one that cannot be read.
    fn help_with(&mut self, unread: Option<&Unread>, nothing_read: bool, at: Monotonic) {
        match unread {
            Some(unread) if matches!(self.session.state(), State::Waiting | State::Interrupted(_)) => {
                self.code_helper.unread(&unread.sight, at);
            }
            None if nothing_read => {}
            _ => self.code_helper.clear(),
        }
    }

    fn seen_codes(&mut self, codes: &[SeenCode], lens: Lens, ahead: bool, now: Monotonic) {
        let Some(first) = codes.first() else { return };
        if codes.iter().any(|code| code.subject.code != first.subject.code) {
            self.tell_once(News::SeveralCodes);
            return;
        }
        if first.mirrored && lens == Lens::Portrait {
            self.tell_once(News::MirroredCode);
            return;
        }
        let subject = first.subject.clone();
        let event = if ahead { Event::CodeAhead(subject) } else { Event::Code(subject) };
        if let Err(rejected) = self.try_apply(event, now)
            && must_be_told(rejected.reason)
        {
            self.tell_once(News::CodeRefused(rejected));
        }
    }

    fn seen_face(&mut self, face: SeenFace, at: Monotonic, now: Monotonic) {
        self.apply(Event::Live(face.report.clone()), now);
        if matches!(self.session.state(), State::Framing(_)) {
            self.guide.advance(most_useful(&face.report.findings), now);
        }
        self.lights = self.steady.see(face.report.faces, &face.report.findings, at);
        self.face = Some((face, at));
    }

    /// Says the same thing once, until it is read.
    fn tell_once(&mut self, news: News) {
        if !self.news.contains(&news) {
            self.tell(news);
        }
    }

    /// Hands the newest frames to the eyes, when they are free and there is something to look for.
    fn offer_frames(&mut self) {
        if !self.parts.eyes.is_free() {
            return;
        }
        let frames = [self.frame(), self.scan_frame()];
        // The two cameras take turns when both have something new.
        let scan_first = self.looks % 2 == 1;
        let order = if scan_first { [Lens::Scan, Lens::Portrait] } else { [Lens::Portrait, Lens::Scan] };
        for lens in order {
            let place = usize::from(lens == Lens::Scan);
            let Some(frame) = &frames[place] else { continue };
            if self.looked_at[place] == Some(frame.sequence) {
                continue;
            }
            let Some(want) = self.wanted(lens) else { continue };
            self.looked_at[place] = Some(frame.sequence);
            self.looks += 1;
            self.parts.eyes.look(Arc::clone(frame), lens, want);
            return;
        }
    }

    fn wanted(&self, lens: Lens) -> Option<Want> {
        let ahead = self.session.settings().desk == DeskKind::ScanAhead;
        let has_scanner = self.parts.scanner.is_some() && !ahead;
        let codes_now = !has_scanner && self.looks.is_multiple_of(CODES_EVERY);
        match (lens, self.session.state()) {
            _ if self.paused => None,
            (_, State::Shot(_)) => None,
            (Lens::Portrait, State::Waiting) if self.rehearsing => {
                Some(if has_scanner { Want::Face } else { Want::CodesAndFace })
            }
            (Lens::Scan, _) => Some(Want::Codes),
            (Lens::Portrait, State::Waiting | State::CodeRead(_) | State::Stored(_) | State::Undoing(_)) => {
                (!has_scanner).then_some(Want::Codes)
            }
            (Lens::Portrait, State::Interrupted(_)) if !has_scanner => Some(Want::CodesAndFace),
            (
                Lens::Portrait,
                State::Locked(_)
                | State::Framing(_)
                | State::Interrupted(_)
                | State::Review(_)
                | State::Confirm(_)
                | State::Storing(_),
            ) => Some(if codes_now { Want::CodesAndFace } else { Want::Face }),
        }
    }
}
