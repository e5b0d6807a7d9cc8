//! Lists of collected codes between stations: written, taken in, and the question about a list whose signer nobody here
//! knows.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Reply, Window};
use crate::bundle::station::centre_card;
use crate::domain::fault::StoreFault;
use crate::domain::ids::SessionId;
use crate::store::{ListHead, Store, StoreError};
use crate::text::window::ListDone;
use crate::ui::view::StrangerList;
use crate::worker::clock::wall_now;

/// What came of an exchange.
pub(super) enum Exchange {
    Done(Box<ListHead>),
    /// Nobody here knows who signed it.
    Stranger(Box<ListHead>),
    Fault(StoreFault),
}

impl Window {
    /// Writes this session's list of collected codes, or takes another station's in.
    pub(super) fn exchange_list(&mut self, file: PathBuf, way: ListDone) {
        self.stranger = None;
        let by = self.staff.number();
        self.visit_about_list(file, way, move |store, session, file| match way {
            ListDone::Written => store.export_collected(session, file, wall_now()),
            ListDone::TakenIn => {
                // A card that cannot be read vouches for nobody.
                let card = centre_card(store).inspect_err(|error| log::warn!("{error}")).ok().flatten();
                let known: Vec<String> = card.into_iter().map(|card| card.minisign).collect();
                store.import_collected(file, &known, by, wall_now())
            }
        });
    }

    /// Somebody who may has compared the station: its list is taken in, and later ones are.
    pub(super) fn trust_list(&mut self) {
        let Some((file, asked)) = self.stranger.take() else { return };
        let by = self.staff.number();
        self.visit_about_list(file, ListDone::TakenIn, move |store, _, file| {
            if store.head_of_list(file)?.minisign != asked.minisign {
                // The file is another one by now than the one that was asked about.
                return store.import_collected(file, &[], by, wall_now());
            }
            store.import_collected_vouched(file, by, wall_now())
        });
    }

    fn visit_about_list(
        &mut self,
        file: PathBuf,
        way: ListDone,
        work: impl FnOnce(&mut Store, &SessionId, &std::path::Path) -> Result<ListHead, StoreError> + Send + 'static,
    ) {
        let Some(open) = &mut self.open else { return };
        let session = open.context.session.id.clone();
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        open.desk.visit_store(Box::new(move |keeper| {
            let store = keeper.store();
            let exchange = work(store, &session, &file).map(Box::new).map_or_else(
                |error| {
                    log::error!("{error:#}");
                    match (error.fault(), store.head_of_list(&file)) {
                        (StoreFault::ListStranger, Ok(head)) => Exchange::Stranger(Box::new(head)),
                        (fault, _) => Exchange::Fault(fault),
                    }
                },
                Exchange::Done,
            );
            // nobody listens any more when the window has closed
            answer.send(Reply::List(way, file, exchange)).ok();
            wake();
        }));
    }

    /// The list that is asked about.
    pub(super) fn stranger_view(&self) -> Option<StrangerList> {
        let (_, head) = self.stranger.as_ref()?;
        Some(StrangerList { letter: head.letter.to_string(), station: head.station.clone(), codes: head.codes })
    }
}
