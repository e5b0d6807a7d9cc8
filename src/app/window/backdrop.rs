//! The empty backdrop: judged before a session, and while it fails nobody is locked until somebody who may says
//! otherwise, with a reason that the journal keeps.

use std::sync::Arc;

use super::set_up::FACE_STAYS;
use super::{OpenDesk, Reply, Window};
use crate::cli::station::context_of;
use crate::domain::ids::SessionId;
use crate::domain::operator::Right;
use crate::domain::profile_file::ProfileFile;
use crate::domain::set_up::{BackdropReason, DeskKind, FailingBackdrop};
use crate::domain::time::Monotonic;
use crate::store::{Note, Settings};
use crate::text;
use crate::ui::memory::Page;
use crate::ui::view::{BackdropTest, Notice, Strip};
use crate::vision::examine::examine_backdrop;
use crate::worker::clock::wall_now;

/// Name of the line in the journal; its detail is the reason and the checks that failed.
const OVERRULED: &str = "backdrop_overruled";

/// How the trial went, and what somebody said of it. A failing one is kept in the station's settings.
#[derive(Default)]
pub(super) struct Backdrop {
    pub(super) test: Option<BackdropTest>,
    /// Durable in the journal.
    pub(super) overruled: Option<BackdropReason>,
    /// It was said of this session,
    session: Option<SessionId>,
    /// and of the one that is being prepared.
    next: bool,
}

impl Backdrop {
    /// What the station remembers.
    pub(super) fn of(station: &Settings, session: &SessionId) -> Self {
        let Some(kept) = &station.backdrop else { return Self::default() };
        let overruled = kept.overruled.filter(|_| kept.session.as_ref() == Some(session));
        Self { test: Some(BackdropTest::FailedBefore), overruled, session: kept.session.clone(), next: false }
    }

    fn kept(&self) -> Option<FailingBackdrop> {
        let fails = self.test.as_ref().is_some_and(BackdropTest::fails);
        fails.then(|| FailingBackdrop { overruled: self.overruled, session: self.session.clone() })
    }

    /// Another session, or the same one changed: what was said was said of one.
    fn taken_on(self, session: &SessionId) -> Self {
        let counts = self.next || self.session.as_ref() == Some(session);
        let overruled = self.overruled.filter(|_| counts);
        Self { test: self.test, overruled, session: Some(session.clone()), next: false }
    }

    /// Nobody prepares a session any more.
    pub(super) fn left(&mut self) {
        self.next = false;
    }

    /// It fails and nobody has said otherwise.
    pub(super) fn stops(&self) -> bool {
        self.overruled.is_none() && self.test.as_ref().is_some_and(BackdropTest::fails)
    }
}

impl Window {
    pub(super) fn test_backdrop(&mut self, now: Monotonic) {
        let Some(open) = &self.open else { return };
        let seen = open.desk.face().filter(|(_, at)| now.saturating_sub(*at) < FACE_STAYS);
        let test = match open.desk.frame() {
            None => BackdropTest::NoPicture,
            Some(_) if seen.is_some_and(|(seen, _)| seen.report.faces > 0) => BackdropTest::NotEmpty,
            Some(frame) => BackdropTest::Judged(examine_backdrop(&frame.picture, &self.profile_in_hand(open).profile)),
        };
        // A trial that came to nothing leaves the last one standing.
        let judged = matches!(test, BackdropTest::Judged(_));
        if judged || !self.preparing.backdrop.test.as_ref().is_some_and(BackdropTest::fails) {
            self.preparing.backdrop = Backdrop { test: Some(test), ..Backdrop::default() };
        }
        if judged {
            self.keep_backdrop();
        }
        self.configure(now);
    }

    /// A restart knows it, too. That it is not kept stops nothing: the page says how it stands.
    fn keep_backdrop(&mut self) {
        let kept = self.preparing.backdrop.kept();
        let Some(open) = &mut self.open else { return };
        if open.station.backdrop == kept {
            return;
        }
        open.station.backdrop.clone_from(&kept);
        open.desk.visit_store(Box::new(move |keeper| {
            if let Err(error) = keeper.store().change_settings(|settings| settings.backdrop = kept) {
                log::error!("the failing backdrop is not kept: {error:#}");
            }
        }));
    }

    /// The session of the desk is this one from now on.
    pub(super) fn backdrop_taken_on(&mut self, backdrop: Backdrop) {
        let Some(open) = &self.open else { return };
        if backdrop.test.as_ref().is_some_and(BackdropTest::fails) {
            self.preparing.backdrop = backdrop.taken_on(&open.context.session.id);
            self.keep_backdrop();
        }
    }

    /// The profile of the answers as they stand, so that a colour chosen a moment ago counts.
    fn profile_in_hand(&self, open: &OpenDesk) -> ProfileFile {
        let Some(set_up) = &self.memory.prepare.set_up else { return open.context.profile.clone() };
        let session = open.context.session.clone().with(set_up);
        context_of(session, &open.folder).map_or_else(|_| open.context.profile.clone(), |context| context.profile)
    }

    /// Somebody who may says that the session is held before this backdrop; it counts once the journal has it.
    pub(super) fn overrule_backdrop(&mut self, reason: BackdropReason, now: Monotonic) {
        if !self.preparing.backdrop.stops() || !self.allowed(Right::Backdrop, now) {
            return;
        }
        let findings = match &self.preparing.backdrop.test {
            Some(BackdropTest::Judged(findings)) => findings.as_slice(),
            _ => &[],
        };
        let failing = findings.iter().filter(|finding| finding.fails()).map(|finding| finding.id.as_str());
        let detail = std::iter::once(reason.as_str()).chain(failing).collect::<Vec<_>>().join(" ");
        let Some(open) = &mut self.open else { return };
        let by = open.desk.session().settings().operator;
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        open.desk.visit_store(Box::new(move |keeper| {
            let note = Note { name: OVERRULED.to_owned(), shot: None, second: None, detail: Some(detail) };
            let reply = match keeper.store().note(note, by, wall_now()) {
                Ok(()) => Reply::BackdropOverruled(reason),
                Err(error) => {
                    log::error!("{error:#}");
                    Reply::StoreFault(error.fault())
                }
            };
            // nobody listens any more when the window has closed
            answer.send(reply).ok();
            wake();
        }));
    }

    pub(super) fn backdrop_overruled(&mut self, reason: BackdropReason, now: Monotonic) {
        let session = self.open.as_ref().map(|open| open.context.session.id.clone());
        let test = self.preparing.backdrop.test.take();
        let next = self.memory.page == Page::Prepare;
        self.preparing.backdrop = Backdrop { test, overruled: Some(reason), session, next };
        self.keep_backdrop();
        self.configure(now);
    }

    /// Nobody is photographed before this backdrop: a desk that only scans photographs nobody anyway.
    pub(super) fn backdrop_stops(&self, open: &OpenDesk) -> bool {
        self.preparing.backdrop.stops() && open.context.session.desk != DeskKind::ScanOnly
    }

    /// Said as long as it is so.
    pub(super) fn backdrop_strip(&self, open: &OpenDesk) -> Option<Strip> {
        let message = text::session::refusal(crate::domain::session::Refusal::BackdropFails, self.preferences.lang());
        self.backdrop_stops(open).then_some(Strip::Notice(Notice::Fault(message)))
    }
}
