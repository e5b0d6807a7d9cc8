//! The centre's card: read from a file on a thread of its own or as a code before a lens, compared by a person, then
//! enrolled. From then on bundles are sealed for this centre and its receipts count.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Reply, Window, card_file};
use crate::bundle::BundleError;
use crate::bundle::keys::CentreCard;
use crate::bundle::station::{centre_card, enrol_centre};
use crate::domain::code::SubjectCode;
use crate::domain::fault::BundleFault;
use crate::domain::operator::Right;
use crate::domain::session::Cue;
use crate::domain::time::Monotonic;
use crate::text::{Message, centre as words};
use crate::ui::centre::{CardView, CentreCommand, CentreView};
use crate::ui::memory::Page;

/// A code that was seen this long ago is not before the lens any more.
const CODE_STAYS: Monotonic = Monotonic::from_secs(3);

/// What the window knows of the centre.
#[derive(Default)]
pub(super) struct Centre {
    enrolled: Option<CentreCard>,
    asked: Option<CentreCard>,
    note: Option<Message>,
}

/// What came of it.
pub(super) enum CentreTold {
    /// The station's, when it was opened.
    Is(CentreCard),
    Read(CentreCard),
    Enrolled(CentreCard),
    Fault(BundleFault),
    /// It was compared, and the station's folder did not take it.
    NotKept,
}

impl Window {
    /// Whose bundles are sealed at this station.
    pub(super) fn look_for_centre(&mut self) {
        self.centre = Centre::default();
        let Some(open) = &mut self.open else { return };
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        open.desk.visit_store(Box::new(move |keeper| {
            let found = centre_card(keeper.store()).unwrap_or_else(|error| {
                log::warn!("{error}");
                None
            });
            if let Some(card) = found {
                // nobody listens any more when the window has closed
                answer.send(Reply::Centre(Box::new(CentreTold::Is(card)))).ok();
                wake();
            }
        }));
    }

    /// Does one command about the card.
    pub(super) fn centre(&mut self, command: CentreCommand, now: Monotonic) {
        self.centre.note = None;
        match command {
            CentreCommand::Choose => {
                self.read_card(|| rfd::FileDialog::new().add_filter("JSON, PNG, JPEG", card_file::ENDINGS).pick_file());
            }
            CentreCommand::Read(path) => self.read_card(move || Some(path)),
            CentreCommand::Enrol if !self.allowed(Right::Keys, now) => {}
            CentreCommand::Enrol => self.enrol(),
            CentreCommand::Leave => self.centre.asked = None,
        }
    }

    fn read_card(&self, file: impl FnOnce() -> Option<PathBuf> + Send + 'static) {
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        let reading = std::thread::Builder::new().name(String::from("card-file")).spawn(move || {
            let Some(path) = file() else { return };
            let told = card_file::read(&path).map_or_else(|error| fault(&error), CentreTold::Read);
            // nobody listens any more when the window has closed
            answer.send(Reply::Centre(Box::new(told))).ok();
            wake();
        });
        if let Err(error) = reading {
            log::warn!("no thread reads the card: {error}");
        }
    }

    /// Whether a card may be held before a lens now: codes are only tried then. Leaving the pages that ask for it ends
    /// it.
    pub(super) fn wants_card(&mut self) -> bool {
        let is_asked_for = matches!(self.memory.page, Page::Prepare | Page::Handover);
        self.memory.card_lens &= is_asked_for && self.centre.asked.is_none();
        self.memory.card_lens
    }

    /// While it is asked for: the card before a lens.
    pub(super) fn read_card_code(&mut self, now: Monotonic) {
        let seen = self.open.as_ref().and_then(|open| open.desk.tried_code());
        let seen = seen.filter(|(_, at)| now.saturating_sub(*at) < CODE_STAYS).map(|(code, _)| code.clone());
        if let Some(code) = seen {
            self.take_card_code(&code);
        }
    }

    /// What a lens or a gun read; true when it was meant for the page.
    pub(super) fn take_card_code(&mut self, code: &SubjectCode) -> bool {
        if !self.wants_card() {
            return false;
        }
        match card_file::card_of(code.as_bytes()) {
            Ok(card) => {
                self.memory.card_lens = false;
                self.centre.note = None;
                self.centre.asked = Some(card);
                self.play(Cue::CodeRead);
            }
            Err(error) => self.centre.note = Some(words::code_refused(error.fault(), self.preferences.lang())),
        }
        true
    }

    fn enrol(&mut self) {
        let Some(card) = self.centre.asked.take() else { return };
        let Some(open) = &mut self.open else { return };
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        open.desk.visit_store(Box::new(move |keeper| {
            let told = match enrol_centre(keeper.store(), &card) {
                Ok(()) => CentreTold::Enrolled(card),
                Err(error) => {
                    log::error!("{error}");
                    CentreTold::NotKept
                }
            };
            // nobody listens any more when the window has closed
            answer.send(Reply::Centre(Box::new(told))).ok();
            wake();
        }));
    }

    pub(super) fn centre_told(&mut self, told: CentreTold) {
        let lang = self.preferences.lang();
        match told {
            CentreTold::Is(card) => self.centre.enrolled = Some(card),
            CentreTold::Read(card) => self.centre.asked = Some(card),
            CentreTold::Enrolled(card) => {
                self.centre.note = Some(words::enrolled(&card.centre, lang));
                self.memory.card_file.clear();
                self.centre.enrolled = Some(card);
            }
            CentreTold::Fault(fault) => self.centre.note = Some(words::refused(fault, lang)),
            CentreTold::NotKept => self.centre.note = Some(words::not_kept(lang)),
        }
    }

    pub(super) fn centre_view(&self) -> CentreView {
        let view = |card: &CentreCard| CardView {
            centre: card.centre.clone(),
            key_id: card.key().map(|key| key.key_id()).unwrap_or_default(),
            age: card.age.clone(),
        };
        let Centre { enrolled, asked, note } = &self.centre;
        CentreView { enrolled: enrolled.as_ref().map(view), asked: asked.as_ref().map(view), note: note.clone() }
    }
}

fn fault(error: &BundleError) -> CentreTold {
    log::warn!("the centre's card is not taken: {error}");
    CentreTold::Fault(error.fault())
}
