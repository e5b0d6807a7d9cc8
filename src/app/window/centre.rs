//! The centre's card: read from a file on a thread of its own, compared by a person, then enrolled. From then on
//! bundles are sealed for this centre and its receipts count.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Reply, Window};
use crate::bundle::BundleError;
use crate::bundle::keys::{CentreCard, MAX_KEY_FILE_BYTES};
use crate::bundle::station::{centre_card, enrol_centre};
use crate::domain::fault::BundleFault;
use crate::domain::operator::Right;
use crate::domain::time::Monotonic;
use crate::text::{Message, centre as words};
use crate::ui::centre::{CardView, CentreCommand, CentreView};

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
                self.read_card(|| rfd::FileDialog::new().add_filter("JSON", &["json"]).pick_file());
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
            let told = read(&path).map_or_else(|error| fault(&error), CentreTold::Read);
            // nobody listens any more when the window has closed
            answer.send(Reply::Centre(Box::new(told))).ok();
            wake();
        });
        if let Err(error) = reading {
            log::warn!("no thread reads the card: {error}");
        }
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

/// Reads a card; what is larger than any key file is none.
fn read(path: &Path) -> Result<CentreCard, BundleError> {
    let unreadable = |error| BundleError::io("the card cannot be read", error);
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(MAX_KEY_FILE_BYTES + 1).read_to_string(&mut text).map_err(unreadable)?;
    if text.len() as u64 > MAX_KEY_FILE_BYTES {
        return Err(BundleError::refused(BundleFault::NoRecipient, "the file is too large for a card"));
    }
    CentreCard::from_json(&text)
}
