//! Battery, clock, and pictures that wait for their bundle: into the header, and into strips where a hand is needed.

use super::{OpenDesk, Window};
use crate::device::power::POWER_SUPPLY;
use crate::domain::condition::{clock_doubt, days_between};
use crate::domain::record::RecordState;
use crate::domain::time::WallTime;
use crate::text::condition as words;
use crate::ui::view::{Health, Strip, View};
use crate::worker::power::PowerWatch;

/// Looks at the battery from now on.
pub(super) fn watch() -> Option<PowerWatch> {
    // Without it the header shows no battery, as on a computer that has none.
    PowerWatch::start(POWER_SUPPLY.into())
        .inspect_err(|error| log::warn!("no thread looks at the battery: {error}"))
        .ok()
}

impl Window {
    /// What the header shows of it.
    pub(super) fn add_condition(&self, health: &mut Health, open: &OpenDesk, now: WallTime) {
        health.battery = self.power.as_ref().and_then(PowerWatch::battery);
        health.clock = clock_doubt(now, open.lists.newest);
        health.unsealed = open.lists.count(|state| matches!(state, RecordState::Stored | RecordState::Approved));
        health.unsealed_days = open.lists.unsealed.map_or(0, |oldest| days_between(oldest, now));
    }
}

/// What somebody has to do about it.
pub(super) fn strips(view: &View, now: WallTime) -> Vec<Strip> {
    let clock = view.health.clock.map(|doubt| {
        let shown = format!("{} {}", now.local_date(), now.local_clock());
        words::clock_doubt(doubt, &shown, view.lang)
    });
    let battery = view.health.battery.filter(|battery| battery.is_low());
    let battery = battery.map(|battery| words::battery_low(battery, view.lang));
    battery.into_iter().chain(clock).map(Strip::Condition).collect()
}
