//! The handle of whoever directs the simulated camera: what disturbs its people, whether they stay, what the camera
//! offers to be held.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::sim::Disturbance;
use crate::device::os::monotonic_now;
use crate::domain::camera_controls::{CameraControls, Held};
use crate::domain::time::Monotonic;

/// What it offers as it is opened.
const GOOD_WEBCAM: CameraControls = CameraControls {
    mains_50_hz: Held::Locked,
    exposure: Held::Automatic,
    white_balance: Held::Automatic,
    focus: Held::Automatic,
};

#[derive(Debug, Default)]
struct Plan {
    disturbances: Vec<(Disturbance, u32)>,
    staying: Staying,
    /// What the simulated camera offers; `None`: everything, as a good webcam.
    controls: Option<CameraControls>,
    /// Real time of the first frame, and time during which the script stood still: a camera that is plugged in again
    /// goes on where the day is.
    begun: Option<Monotonic>,
    held: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Staying {
    #[default]
    No,
    Yes,
}

/// A handle for whoever directs the simulated camera, from any thread.
#[derive(Debug, Clone, Default)]
pub struct SimControl {
    plan: Arc<Mutex<Plan>>,
}

impl SimControl {
    /// Adds a disturbance for the next `frames` frames.
    pub fn disturb(&self, disturbance: Disturbance, frames: u32) {
        self.with(|plan| plan.disturbances.push((disturbance, frames)));
    }

    /// The person who sits well stays until [`Self::go_on`].
    pub fn stay(&self) {
        self.with(|plan| plan.staying = Staying::Yes);
    }

    /// The camera offers these controls from now on.
    pub fn offer(&self, controls: CameraControls) {
        self.with(|plan| plan.controls = Some(controls));
    }

    pub(super) fn controls(&self) -> CameraControls {
        self.with(|plan| plan.controls.unwrap_or(GOOD_WEBCAM))
    }

    pub fn go_on(&self) {
        self.with(|plan| plan.staying = Staying::No);
    }

    fn with<T>(&self, change: impl FnOnce(&mut Plan) -> T) -> T {
        // A panic elsewhere leaves the plan usable: it is only a list.
        change(&mut self.plan.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn begun(&self) -> Monotonic {
        self.with(|plan| *plan.begun.get_or_insert_with(monotonic_now))
    }

    pub(super) fn held(&self) -> Duration {
        self.with(|plan| plan.held)
    }

    pub(super) fn hold(&self, more: Duration) {
        self.with(|plan| plan.held += more);
    }

    /// What disturbs this frame; counts them down.
    pub(super) fn take(&self) -> (Vec<Disturbance>, Staying) {
        self.with(|plan| {
            let now = plan.disturbances.iter().filter(|(_, frames)| *frames > 0).map(|(what, _)| *what).collect();
            for (_, frames) in &mut plan.disturbances {
                *frames = frames.saturating_sub(1);
            }
            plan.disturbances.retain(|(_, frames)| *frames > 0);
            (now, plan.staying)
        })
    }
}
