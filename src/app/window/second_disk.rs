//! The second disk as the window tells it: its lamp, the strip that says what to do, and another disk taken in its
//! place.

use std::sync::Arc;

use super::reply::fault_of;
use super::{OpenDesk, Reply, Window};
use crate::domain::fault::{Behind, StoreFault};
use crate::domain::operator::Right;
use crate::domain::session::Gate;
use crate::domain::time::Monotonic;
use crate::store::SecondCopy;
use crate::ui::view::{Lamp, Strip};

pub(super) fn lamp(open: &OpenDesk) -> Lamp {
    match (&open.station.second_copy, open.desk.second_disk()) {
        (None, _) => Lamp::Absent,
        (Some(_), None | Some(SecondCopy::NotConfigured)) => Lamp::Starting,
        (Some(_), Some(SecondCopy::Landed)) if open.lists.copies_missing == 0 => Lamp::Good,
        (Some(_), Some(SecondCopy::Behind(Behind::Failing))) => Lamp::Broken,
        (Some(_), Some(SecondCopy::Landed | SecondCopy::Behind(_))) => Lamp::Warns,
    }
}

/// Why copies are not there, as it was looked at last.
pub(super) fn behind(open: &OpenDesk) -> Option<Behind> {
    match open.desk.second_disk() {
        Some(SecondCopy::Behind(behind)) if open.station.second_copy.is_some() => Some(behind),
        _ => None,
    }
}

/// Said as long as somebody has to do something about it; a gate that is closed by it says it already.
pub(super) fn strip(open: &OpenDesk) -> Option<Strip> {
    let fault = behind(open).filter(|behind| *behind != Behind::Slow)?.fault();
    (open.desk.session().gate() != Gate::Closed(fault)).then_some(Strip::Store(fault))
}

impl Window {
    /// Whoever may change where copies go makes the disk that is connected the second one.
    pub(super) fn use_this_disk(&mut self, now: Monotonic) {
        if !self.allowed(Right::Keys, now) {
            return;
        }
        let Some(open) = &mut self.open else { return };
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        open.desk.visit_store(Box::new(move |keeper| {
            if let Err(error) = keeper.store().use_this_disk() {
                let fault = match fault_of(&error) {
                    StoreFault::DiskFull => StoreFault::SecondCopyFull,
                    StoreFault::DiskFailing => StoreFault::SecondCopyFailing,
                    fault => fault,
                };
                // nobody listens any more when the window has closed
                answer.send(Reply::StoreFault(fault)).ok();
                wake();
            }
        }));
        self.fetch_lists();
    }
}
