//! The loop of the camera's thread: open, stream, answer, and after a loss wait and open again.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError};
use std::time::Duration;

use super::shared::{FIRST_FRAME, Phase, Shared, TAKING_STILLS};
use super::{Pictures, Request, Source, Time, WakeFn};
use crate::device::camera::{Camera, CameraError, Frame};
use crate::domain::fault::CameraFault;
use crate::domain::time::Monotonic;

/// First pause after a loss; doubled after each try that did not work.
pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// Longest pause.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often a lost camera is looked for: it streams again within 3 s of its return.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long a camera that gives pictures only now and then may hold the thread before requests are looked at.
const POLL_AT_MOST: Duration = Duration::from_millis(200);

/// The handle was dropped.
struct Closed;

/// Why a stream ended.
enum End {
    Closed,
    Lost(CameraError),
}

impl From<Closed> for End {
    fn from(_closed: Closed) -> Self {
        Self::Closed
    }
}

/// Frames that are being collected for a burst.
struct Collecting {
    count: usize,
    /// At least this long between two frames.
    spacing: Duration,
    next_at: Monotonic,
    frames: Vec<Arc<Frame>>,
    answer: SyncSender<Pictures>,
}

/// The camera's loop; [`CameraLoop::run`] ends when the handle is dropped.
pub struct CameraLoop {
    source: Source,
    inbox: Receiver<Request>,
    shared: Arc<Shared>,
    time: Arc<dyn Time>,
    wake: WakeFn,
    bursts: VecDeque<Collecting>,
    /// Fault of the last loss, until a frame comes.
    fault: Option<CameraFault>,
    pause: Duration,
}

impl CameraLoop {
    pub(super) fn new(
        source: Source,
        inbox: Receiver<Request>,
        shared: Arc<Shared>,
        time: Arc<dyn Time>,
        wake: WakeFn,
    ) -> Self {
        Self { source, inbox, shared, time, wake, bursts: VecDeque::new(), fault: None, pause: FIRST_PAUSE }
    }

    /// Runs until the handle is dropped. Only a driver that waits without end keeps it longer.
    pub fn run(mut self) {
        loop {
            let opened = guarded(|| (self.source.open)());
            let end = match opened {
                Ok(mut camera) => {
                    let end = self.stream(camera.as_mut());
                    // Let go of the device first: one still held comes back under another index.
                    if catch_unwind(AssertUnwindSafe(|| drop(camera))).is_err() {
                        log::warn!("the camera did not close cleanly");
                    }
                    end
                }
                Err(error) => End::Lost(error),
            };
            let End::Lost(error) = end else { return };
            if self.wait_after_loss(&error).is_err() {
                return;
            }
        }
    }

    fn stream(&mut self, camera: &mut dyn Camera) -> End {
        let description = camera.description().clone();
        let on_demand = description.fps == 0;
        let mut pacing = description.simulated.then(Pacing::default);
        self.shared.set_phase(Phase::Open {
            description,
            still_size: camera.still_size(),
            controls: camera.controls(),
            heard_at: self.time.now(),
            patience: (!on_demand).then_some(FIRST_FRAME),
            has_frame: false,
            fault_before: self.fault,
        });
        if on_demand {
            self.taken_up_again();
        }
        (self.wake)();
        loop {
            if let Err(end) = self.step(camera, pacing.as_mut()) {
                return end;
            }
        }
    }

    /// Answers what is asked, then gives one frame on.
    fn step(&mut self, camera: &mut dyn Camera, pacing: Option<&mut Pacing>) -> Result<(), End> {
        loop {
            match self.inbox.try_recv() {
                Ok(request) => self.take_request(request, camera)?,
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return Err(End::Closed),
            }
        }
        let Some(mut frame) = guarded(|| camera.poll_frame(POLL_AT_MOST)).map_err(End::Lost)? else { return Ok(()) };
        if let Some(pacing) = pacing {
            let due = pacing.due(frame.at, self.time.now());
            loop {
                let left = due.saturating_sub(self.time.now());
                if left.is_zero() {
                    break;
                }
                if let Some(request) = self.wait(left)? {
                    self.take_request(request, camera)?;
                }
            }
            frame.at = self.time.now();
        }
        self.give(Arc::new(frame));
        Ok(())
    }

    fn give(&mut self, frame: Arc<Frame>) {
        let now = self.time.now();
        self.shared.publish(Arc::clone(&frame), now);
        self.taken_up_again();
        if let Some(burst) = self.bursts.front_mut()
            && now >= burst.next_at
        {
            burst.next_at = now + burst.spacing;
            burst.frames.push(frame);
            if burst.frames.len() >= burst.count
                && let Some(done) = self.bursts.pop_front()
            {
                answer(&done.answer, Ok(done.frames));
            }
        }
        (self.wake)();
    }

    /// Pictures come again: the next loss starts with a short pause.
    fn taken_up_again(&mut self) {
        if self.fault.take().is_some() {
            log::info!("the camera gives pictures again");
        }
        self.pause = FIRST_PAUSE;
    }

    fn take_request(&mut self, request: Request, camera: &mut dyn Camera) -> Result<(), End> {
        match request {
            Request::Burst { count, over, answer: to } => {
                let gaps = u32::try_from(count.saturating_sub(1)).unwrap_or(u32::MAX).max(1);
                self.bursts.push_back(Collecting {
                    count: count.max(1),
                    spacing: over / gaps,
                    next_at: self.time.now(),
                    frames: Vec::with_capacity(count.min(64)),
                    answer: to,
                });
                Ok(())
            }
            Request::HoldLight(light) => {
                // A dozen questions to the camera, at its own pace.
                self.shared.set_patience(self.time.now(), TAKING_STILLS);
                let stand = guarded(|| Ok(camera.hold_light(light))).map_err(End::Lost)?;
                self.shared.set_patience(self.time.now(), FIRST_FRAME);
                self.shared.set_controls(stand);
                (self.wake)();
                Ok(())
            }
            Request::Stills { count, answer: to } => {
                self.shared.set_patience(self.time.now(), TAKING_STILLS);
                let taken = guarded(|| camera.stills(count.max(1)));
                self.shared.set_patience(self.time.now(), FIRST_FRAME);
                match taken {
                    Ok(frames) => {
                        answer(&to, Ok(frames.into_iter().map(Arc::new).collect()));
                        (self.wake)();
                        Ok(())
                    }
                    Err(error) => {
                        answer(&to, Err(error.clone()));
                        Err(End::Lost(error))
                    }
                }
            }
        }
    }

    /// Says what was lost, refuses what is asked meanwhile, and returns when it is time to try again: after the pause,
    /// or as soon as a camera that was away is back.
    fn wait_after_loss(&mut self, error: &CameraError) -> Result<(), Closed> {
        // A camera that streamed and is now not found was unplugged.
        let was_there = self.fault.is_none() && self.shared.latest().is_some();
        let fault = match (error.fault, self.fault) {
            (CameraFault::NotFound, None) if was_there => CameraFault::Unplugged,
            (CameraFault::NotFound, Some(CameraFault::Unplugged)) => CameraFault::Unplugged,
            (fault, _) => fault,
        };
        if self.fault != Some(fault) {
            log::warn!("the camera gives no pictures, {fault:?}: {}", error.detail);
        }
        self.fault = Some(fault);
        for burst in std::mem::take(&mut self.bursts) {
            answer(&burst.answer, Err(CameraError { fault, detail: error.detail.clone() }));
        }
        let retry_at = self.time.now() + self.pause;
        self.shared.set_phase(Phase::Lost { fault, retry_at });
        (self.wake)();
        let mut present = (self.source.is_present)();
        loop {
            let left = retry_at.saturating_sub(self.time.now());
            if left.is_zero() {
                self.pause = (self.pause * 2).min(LONGEST_PAUSE);
                return Ok(());
            }
            if let Some(request) = self.wait(left.min(LOOK_EVERY))? {
                refuse(request, &CameraError { fault, detail: error.detail.clone() });
            }
            let is_present = (self.source.is_present)();
            if is_present && !present {
                self.pause = FIRST_PAUSE;
                return Ok(());
            }
            present = is_present;
        }
    }

    fn wait(&self, at_most: Duration) -> Result<Option<Request>, Closed> {
        match self.time.wait(&self.inbox, at_most) {
            Ok(request) => Ok(Some(request)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(Closed),
        }
    }
}

/// Frames of a simulated camera carry simulated time and come as fast as they are drawn: here they are held back until
/// their time.
#[derive(Default)]
struct Pacing {
    /// Simulated and real time of the frame that the others are measured from.
    begun: Option<(Monotonic, Monotonic)>,
}

impl Pacing {
    /// A gap or a delay beyond this starts the count anew instead of waiting or racing.
    const SLIP: Duration = Duration::from_secs(1);

    fn due(&mut self, simulated: Monotonic, now: Monotonic) -> Monotonic {
        let (from, begun) = *self.begun.get_or_insert((simulated, now));
        let due = begun + simulated.saturating_sub(from);
        if due > now + Self::SLIP || due + Self::SLIP < now || simulated < from {
            self.begun = Some((simulated, now));
            return now;
        }
        due
    }
}

/// Runs a call into a camera; a panic inside becomes a fault.
fn guarded<T>(call: impl FnOnce() -> Result<T, CameraError>) -> Result<T, CameraError> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_panic| {
        Err(CameraError { fault: CameraFault::Other, detail: String::from("the camera's code panicked") })
    })
}

fn answer(to: &SyncSender<Pictures>, pictures: Pictures) {
    // Room for one answer is always there; who asked may be gone, then nobody needs it.
    to.try_send(pictures).ok();
}

/// Answers a request with why there are no pictures.
pub(super) fn refuse(request: Request, error: &CameraError) {
    match request {
        Request::Burst { answer: to, .. } | Request::Stills { answer: to, .. } => answer(&to, Err(error.clone())),
        // A camera that comes back begins with its own light; it is tried again then.
        Request::HoldLight(_) => {}
    }
}
