//! The empty backdrop: judged before a session, and while it fails nobody is locked until somebody who may says
//! otherwise, with a reason that the journal keeps.

use std::sync::Arc;

use super::set_up::FACE_STAYS;
use super::{OpenDesk, Reply, Window};
use crate::cli::station::context_of;
use crate::domain::finding::Finding;
use crate::domain::operator::Right;
use crate::domain::profile_file::ProfileFile;
use crate::domain::set_up::{BackdropReason, DeskKind};
use crate::domain::time::Monotonic;
use crate::store::Note;
use crate::text;
use crate::ui::view::{BackdropTest, Notice, Strip};
use crate::vision::examine::examine_backdrop;
use crate::worker::clock::wall_now;

/// Name of the line in the journal; its detail is the reason and the checks that failed.
const OVERRULED: &str = "backdrop_overruled";

/// How the trial went, and what somebody said of it.
#[derive(Default)]
pub(super) struct Backdrop {
    pub(super) test: Option<BackdropTest>,
    /// Durable in the journal.
    pub(super) overruled: Option<BackdropReason>,
}

impl Backdrop {
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
        if judged || !self.preparing.backdrop.stops() {
            self.preparing.backdrop = Backdrop { test: Some(test), overruled: None };
        }
        self.configure(now);
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
        let Some(BackdropTest::Judged(findings)) = &self.preparing.backdrop.test else { return };
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
        self.preparing.backdrop.overruled = Some(reason);
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

impl BackdropTest {
    /// A check of the empty backdrop fails.
    pub(super) fn fails(&self) -> bool {
        matches!(self, Self::Judged(findings) if findings.iter().any(Finding::fails))
    }
}
