//! Where the desk gets its pictures from: a camera on its own thread, or one that is stepped by hand on its own time.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError};
use std::time::Duration;

use super::Desk;
use crate::device::camera::sim::SimControl;
use crate::device::camera::{Camera, CameraError, Frame};
use crate::domain::camera_controls::{CameraControls, Light};
use crate::domain::fault::CameraFault;
use crate::domain::session::Burst;
use crate::domain::time::Monotonic;
use crate::worker::camera::{CameraStatus, CameraWorker};

/// Stills are taken instead of preview frames when they have this many times the pixels.
const STILLS_WORTH: f64 = 1.2;

/// A source of pictures. Nothing here waits.
pub trait Pictures {
    /// The newest frame; it stays when the camera is lost.
    fn latest(&self) -> Option<Arc<Frame>>;

    fn status(&self) -> CameraStatus;

    /// Begins to collect a burst; one that is under way is given up.
    fn start_burst(&mut self, burst: Burst);

    /// The burst, once it is complete or has failed.
    fn poll_burst(&mut self) -> Option<Result<Vec<Arc<Frame>>, CameraError>>;

    /// How the camera's controls stand; `None` while it is not open.
    fn controls(&self) -> Option<CameraControls> {
        None
    }

    /// Holds exposure and white balance, where the camera can.
    fn hold_light(&mut self, _light: Light) {}

    /// For cameras that are stepped by hand: the next frame, and its time.
    fn step(&mut self) -> Option<Monotonic> {
        None
    }
}

impl Desk {
    /// How the portrait camera's controls stand.
    pub fn camera_controls(&self) -> Option<CameraControls> {
        self.parts.camera.controls()
    }

    /// Holds the portrait camera's exposure and white balance, or lets it decide again.
    pub fn hold_light(&mut self, light: Light) {
        self.parts.camera.hold_light(light);
    }

    /// In a demonstration whoever is locked stays in the chair until the lock ends, however long people look around.
    pub fn direct(&self, visitors: &SimControl) {
        if self.state().lock().is_some() { visitors.stay() } else { visitors.go_on() }
    }
}

/// No camera: pictures come as files only.
#[derive(Debug, Clone, Copy)]
pub struct NoCamera;

impl Pictures for NoCamera {
    fn latest(&self) -> Option<Arc<Frame>> {
        None
    }

    fn status(&self) -> CameraStatus {
        CameraStatus::Opening
    }

    fn start_burst(&mut self, _burst: Burst) {}

    fn poll_burst(&mut self) -> Option<Result<Vec<Arc<Frame>>, CameraError>> {
        let detail = String::from("there is no camera");
        Some(Err(CameraError { fault: CameraFault::NotFound, detail }))
    }
}

/// A camera on its own thread.
pub struct LiveCamera {
    worker: CameraWorker,
    pending: Option<Receiver<Result<Vec<Arc<Frame>>, CameraError>>>,
}

impl LiveCamera {
    pub const fn new(worker: CameraWorker) -> Self {
        Self { worker, pending: None }
    }

    /// Stills are much larger than the preview.
    fn stills_are_worth_it(&self) -> bool {
        let Some((width, height)) = self.worker.still_size() else { return false };
        let Some(frame) = self.worker.latest() else { return false };
        let (preview_width, preview_height) = frame.picture.dimensions();
        let preview = f64::from(preview_width) * f64::from(preview_height);
        f64::from(width) * f64::from(height) >= preview * STILLS_WORTH
    }
}

impl Pictures for LiveCamera {
    fn latest(&self) -> Option<Arc<Frame>> {
        self.worker.latest()
    }

    fn status(&self) -> CameraStatus {
        self.worker.status()
    }

    fn controls(&self) -> Option<CameraControls> {
        self.worker.controls()
    }

    fn hold_light(&mut self, light: Light) {
        self.worker.hold_light(light);
    }

    fn start_burst(&mut self, burst: Burst) {
        self.pending = Some(if self.stills_are_worth_it() {
            self.worker.stills(burst.frames_min)
        } else {
            self.worker.burst(burst.frames_min, burst.window)
        });
    }

    fn poll_burst(&mut self) -> Option<Result<Vec<Arc<Frame>>, CameraError>> {
        let answer = match self.pending.as_ref()?.try_recv() {
            Ok(answer) => answer,
            Err(TryRecvError::Empty) => return None,
            Err(TryRecvError::Disconnected) => {
                let detail = String::from("the camera's thread has ended");
                Err(CameraError { fault: CameraFault::Stalled, detail })
            }
        };
        self.pending = None;
        Some(answer)
    }
}

/// A camera that gives its next frame when it is asked, on its own time: simulated walk-throughs and tests.
pub struct StepCamera {
    camera: Box<dyn Camera>,
    latest: Option<Arc<Frame>>,
    fault: Option<CameraFault>,
    collecting: Option<Collecting>,
    collected: Option<Result<Vec<Arc<Frame>>, CameraError>>,
}

struct Collecting {
    burst: Burst,
    frames: Vec<Arc<Frame>>,
}

impl StepCamera {
    pub const fn new(camera: Box<dyn Camera>) -> Self {
        Self { camera, latest: None, fault: None, collecting: None, collected: None }
    }

    fn take(&mut self, frame: Arc<Frame>) {
        self.fault = None;
        if let Some(mut collecting) = self.collecting.take() {
            collecting.frames.push(Arc::clone(&frame));
            let first = collecting.frames.first().map_or(frame.at, |first| first.at);
            let long_enough = frame.at.saturating_sub(first) >= collecting.burst.window;
            if collecting.frames.len() >= collecting.burst.frames_min && long_enough {
                self.collected = Some(Ok(collecting.frames));
            } else {
                self.collecting = Some(collecting);
            }
        }
        self.latest = Some(frame);
    }
}

impl Pictures for StepCamera {
    fn latest(&self) -> Option<Arc<Frame>> {
        self.latest.clone()
    }

    fn status(&self) -> CameraStatus {
        match (self.fault, &self.latest) {
            (Some(fault), _) => CameraStatus::Lost { fault, retry_in: Duration::ZERO },
            (None, None) => CameraStatus::Opening,
            (None, Some(_)) => {
                let description = self.camera.description().clone();
                let fps_measured = description.fps as f32;
                CameraStatus::Streaming { description, fps_measured }
            }
        }
    }

    fn start_burst(&mut self, burst: Burst) {
        self.collected = None;
        self.collecting = Some(Collecting { burst, frames: Vec::new() });
    }

    fn poll_burst(&mut self) -> Option<Result<Vec<Arc<Frame>>, CameraError>> {
        self.collected.take()
    }

    fn step(&mut self) -> Option<Monotonic> {
        match self.camera.next_frame() {
            Ok(frame) => {
                let at = frame.at;
                self.take(Arc::new(frame));
                Some(at)
            }
            Err(error) => {
                self.fault = Some(error.fault);
                if self.collecting.take().is_some() {
                    self.collected = Some(Err(error));
                }
                None
            }
        }
    }
}
