//! 交接 → 回执 behind its page: how the bundles stand is read by a visit to the store; a paper is compared first, and
//! taken in on the word of a manager and a second person.

use std::sync::Arc;

use super::Window;
use super::people::Second;
use super::reply::{Reply, fault_of};
use crate::domain::fault::StoreFault;
use crate::domain::operator::Right;
use crate::domain::receipts::{BundleStanding, PaperMatch, PaperReceipt, PaperRefusal};
use crate::domain::time::Monotonic;
use crate::store::Store;
use crate::text::receipts as words;
use crate::ui::memory::{HANDOVER_RECEIPTS, Page};
use crate::ui::receipts::{MayEnter, ReceiptsCommand, ReceiptsView, Said, Typed};
use crate::worker::clock::wall_now;

/// What the window knows of it.
#[derive(Default)]
pub(super) struct Receipts {
    bundles: Option<Arc<Vec<BundleStanding>>>,
    asked: bool,
    /// What fitted, and what was typed.
    found: Option<(PaperReceipt, PaperMatch)>,
    said: Option<Said>,
    taken: u32,
}

/// What the store said.
pub(super) enum ReceiptsTold {
    Bundles(Result<Vec<BundleStanding>, StoreFault>),
    Compared(PaperReceipt, Judged),
    Taken(Judged),
}

type Judged = Result<Result<PaperMatch, PaperRefusal>, StoreFault>;

impl Window {
    /// Does one command of the page.
    pub(super) fn receipts(&mut self, command: ReceiptsCommand, now: Monotonic) {
        match command {
            ReceiptsCommand::Look => self.look_at_bundles(),
            ReceiptsCommand::Change => self.receipts.forget(),
            ReceiptsCommand::Compare(_) | ReceiptsCommand::Confirm if !self.allowed(Right::Keys, now) => {}
            ReceiptsCommand::Compare(typed) => self.compare_paper(&typed),
            ReceiptsCommand::Confirm => {
                self.receipts.said = None;
                if self.receipts.found.is_some() {
                    self.ask_two(Second::Paper, now);
                }
            }
        }
    }

    pub(super) fn receipts_view(&mut self) -> ReceiptsView {
        let open = self.memory.page == Page::Handover && self.memory.handover_step == HANDOVER_RECEIPTS;
        if !open {
            // How the bundles stand is read anew when the page is opened again.
            self.receipts = Receipts { taken: self.receipts.taken, ..Receipts::default() };
        }
        let may = if self.staff.is_nobody() {
            MayEnter::NoPeople
        } else if self.staff.may(Right::Keys) {
            MayEnter::Yes
        } else {
            MayEnter::OnlyManager
        };
        ReceiptsView {
            bundles: self.receipts.bundles.clone(),
            may,
            found: self.receipts.found.as_ref().map(|(_, found)| found.clone()),
            said: self.receipts.said.clone(),
            taken: self.receipts.taken,
        }
    }

    fn look_at_bundles(&mut self) {
        if std::mem::replace(&mut self.receipts.asked, true) {
            return;
        }
        self.visit_about_receipts(|store| ReceiptsTold::Bundles(store.bundle_standings().map_err(|e| fault_of(&e))));
    }

    fn compare_paper(&mut self, typed: &Typed) {
        self.receipts.forget();
        let Typed { short, records, retake, centre } = typed;
        match PaperReceipt::read(short, records, retake, centre) {
            Ok(paper) => self.visit_about_receipts(move |store| {
                let judged = store.look_at_paper(&paper).map_err(|error| fault_of(&error));
                ReceiptsTold::Compared(paper, judged)
            }),
            Err(typing) => {
                self.receipts.said = Some(Said::Problem(words::typing(&typing, self.preferences.lang())));
            }
        }
    }

    /// The second person's PIN was right.
    pub(super) fn take_paper(&mut self, second: u32) {
        let Some((paper, _)) = self.receipts.found.take() else { return };
        let by = self.staff.number();
        self.visit_about_receipts(move |store| {
            ReceiptsTold::Taken(store.take_paper(&paper, by, second, wall_now()).map_err(|error| fault_of(&error)))
        });
    }

    fn visit_about_receipts(&mut self, visit: impl FnOnce(&mut Store) -> ReceiptsTold + Send + 'static) {
        let Some(open) = &mut self.open else { return };
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        open.desk.visit_store(Box::new(move |keeper| {
            // nobody listens any more when the window has closed
            answer.send(Reply::Receipts(visit(keeper.store()))).ok();
            wake();
        }));
    }

    pub(super) fn receipts_told(&mut self, told: ReceiptsTold) {
        let lang = self.preferences.lang();
        match told {
            ReceiptsTold::Bundles(read) => {
                self.receipts.asked = false;
                match read {
                    Ok(bundles) => self.receipts.bundles = Some(Arc::new(bundles)),
                    Err(fault) => {
                        self.receipts.said = Some(Said::Problem(words::fault(fault, lang)));
                        // Without a list the page would ask for one in every pass.
                        self.receipts.bundles.get_or_insert_default();
                    }
                }
            }
            ReceiptsTold::Compared(paper, judged) => {
                self.receipts.forget();
                match said_of(judged, lang) {
                    Ok(found) => self.receipts.found = Some((paper, found)),
                    Err(problem) => self.receipts.said = Some(problem),
                }
            }
            ReceiptsTold::Taken(judged) => {
                self.receipts.said = Some(match said_of(judged, lang) {
                    Ok(found) => {
                        self.receipts.taken += 1;
                        Said::Done(words::taken(&found, lang))
                    }
                    Err(problem) => problem,
                });
                self.look_at_bundles();
                self.fetch_lists();
            }
        }
    }
}

impl Receipts {
    fn forget(&mut self) {
        self.found = None;
        self.said = None;
    }
}

fn said_of(judged: Judged, lang: crate::text::Lang) -> Result<PaperMatch, Said> {
    match judged {
        Ok(Ok(found)) => Ok(found),
        Ok(Err(refusal)) => Err(Said::Problem(words::refused(&refusal, lang))),
        Err(fault) => Err(Said::Problem(words::fault(fault, lang))),
    }
}
