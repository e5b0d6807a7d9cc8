//! What the camera's thread and its handle share: the newest frame and how the camera is. Judging a silence by the age
//! of the newest frame stands here, so that it works while the thread waits inside the driver.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::CameraStatus;
use crate::device::camera::{CameraDescription, Frame};
use crate::domain::camera_controls::CameraControls;
use crate::domain::fault::CameraFault;
use crate::domain::time::Monotonic;

/// A newest frame that is older means a stalled camera.
pub(super) const SILENCE: Duration = Duration::from_secs(1);

/// Webcams take up to about two seconds from the start of the stream to the first frame.
pub(super) const FIRST_FRAME: Duration = Duration::from_secs(3);

/// Changing the size twice and letting the exposure settle.
pub(super) const TAKING_STILLS: Duration = Duration::from_secs(6);

/// Frame rates are measured over this long.
const RATE_WINDOW: Duration = Duration::from_secs(2);

/// A value under a lock that is held for an assignment only: a panic elsewhere leaves it whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug, Default)]
pub(super) enum Phase {
    #[default]
    Opening,
    Open {
        description: CameraDescription,
        still_size: (u32, u32),
        controls: CameraControls,
        /// When the newest frame came, or the stream began.
        heard_at: Monotonic,
        /// How long it may be silent from then on; none for cameras that give pictures only now and then.
        patience: Option<Duration>,
        has_frame: bool,
        /// Shown until the first frame comes: a camera that is taken up again is still lost.
        fault_before: Option<CameraFault>,
    },
    Lost {
        fault: CameraFault,
        retry_at: Monotonic,
    },
}

#[derive(Debug, Default)]
pub(super) struct Shared {
    phase: Mutex<Phase>,
    latest: Mutex<Option<Arc<Frame>>>,
    /// When the frames of the last [`RATE_WINDOW`] came.
    arrivals: Mutex<VecDeque<Monotonic>>,
}

impl Shared {
    pub(super) fn latest(&self) -> Option<Arc<Frame>> {
        lock(&self.latest).clone()
    }

    pub(super) fn still_size(&self) -> Option<(u32, u32)> {
        match &*lock(&self.phase) {
            Phase::Open { still_size, .. } => Some(*still_size),
            Phase::Opening | Phase::Lost { .. } => None,
        }
    }

    pub(super) fn controls(&self) -> Option<CameraControls> {
        match &*lock(&self.phase) {
            Phase::Open { controls, .. } => Some(*controls),
            Phase::Opening | Phase::Lost { .. } => None,
        }
    }

    pub(super) fn set_controls(&self, stand: CameraControls) {
        if let Phase::Open { controls, .. } = &mut *lock(&self.phase) {
            *controls = stand;
        }
    }

    pub(super) fn set_phase(&self, phase: Phase) {
        *lock(&self.phase) = phase;
        lock(&self.arrivals).clear();
    }

    /// Gives an open camera this long from now until it counts as silent.
    pub(super) fn set_patience(&self, now: Monotonic, allowed: Duration) {
        if let Phase::Open { heard_at, patience: Some(patience), .. } = &mut *lock(&self.phase) {
            (*heard_at, *patience) = (now, allowed);
        }
    }

    /// Takes over the newest frame; the one before is forgotten.
    pub(super) fn publish(&self, frame: Arc<Frame>, now: Monotonic) {
        {
            let mut arrivals = lock(&self.arrivals);
            arrivals.push_back(now);
            while arrivals.front().is_some_and(|first| now.saturating_sub(*first) > RATE_WINDOW) {
                arrivals.pop_front();
            }
        }
        if let Phase::Open { description, heard_at, patience, has_frame, .. } = &mut *lock(&self.phase) {
            *heard_at = now;
            *has_frame = true;
            if description.fps == 0 {
                (description.width, description.height) = frame.picture.dimensions();
            }
            if let Some(patience) = patience {
                // A camera of one frame per second is slow, not stalled.
                *patience = SILENCE.max(Duration::from_secs(3) / description.fps.max(1));
            }
        }
        *lock(&self.latest) = Some(frame);
    }

    /// The open camera sends nothing.
    pub(super) fn is_silent(&self, now: Monotonic) -> bool {
        match &*lock(&self.phase) {
            Phase::Open { heard_at, patience: Some(patience), .. } => now.saturating_sub(*heard_at) > *patience,
            Phase::Open { patience: None, .. } | Phase::Opening | Phase::Lost { .. } => false,
        }
    }

    pub(super) fn status(&self, now: Monotonic) -> CameraStatus {
        if self.is_silent(now) {
            return CameraStatus::Lost { fault: CameraFault::Stalled, retry_in: Duration::ZERO };
        }
        let fps_measured = self.rate(now);
        match &*lock(&self.phase) {
            Phase::Open { description, has_frame, patience, .. } if *has_frame || patience.is_none() => {
                CameraStatus::Streaming { description: description.clone(), fps_measured }
            }
            Phase::Open { fault_before: Some(fault), .. } => {
                CameraStatus::Lost { fault: *fault, retry_in: Duration::ZERO }
            }
            Phase::Opening | Phase::Open { .. } => CameraStatus::Opening,
            Phase::Lost { fault, retry_at } => {
                CameraStatus::Lost { fault: *fault, retry_in: retry_at.saturating_sub(now) }
            }
        }
    }

    fn rate(&self, now: Monotonic) -> f32 {
        let arrivals = lock(&self.arrivals);
        let recent = arrivals.iter().filter(|at| now.saturating_sub(**at) <= RATE_WINDOW);
        let (Some(first), Some(last)) = (recent.clone().next(), arrivals.back()) else { return 0.0 };
        let (frames, span) = (recent.count(), last.saturating_sub(*first).as_secs_f32());
        if frames < 2 || span <= 0.0 { 0.0 } else { (frames - 1) as f32 / span }
    }
}
