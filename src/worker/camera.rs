//! The camera's thread: owns the camera, keeps only the newest frame, says how the camera is, takes it up again by
//! itself after a loss. Which frame is used for what is left to whoever asks.
//!
//! A driver may keep this thread waiting without end, so nothing ever joins it: dropping the handle closes the inbox and
//! returns at once. A camera that sends nothing is seen by the age of its newest frame, by whoever asks for the status.

mod run;
mod shared;

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

pub use run::CameraLoop;
use shared::Shared;

use crate::device::camera::{Camera, CameraDescription, CameraError, CameraSpec, Frame, OpenOptions, Reopener};
use crate::device::os::monotonic_now;
use crate::domain::camera_controls::{CameraControls, Light};
use crate::domain::fault::CameraFault;
use crate::domain::time::Monotonic;

/// Called from the camera's threads when there is a new frame or a new status.
pub type WakeFn = Arc<dyn Fn() + Send + Sync>;

/// How the camera is.
#[derive(Debug, Clone, PartialEq)]
pub enum CameraStatus {
    /// No frame came yet, and nothing went wrong yet.
    Opening,
    Streaming {
        description: CameraDescription,
        /// Frames per second of the last two seconds; 0 until there are two frames.
        fps_measured: f32,
    },
    /// No pictures at present; it is tried again by itself.
    Lost {
        fault: CameraFault,
        /// Until the next try; zero while the camera is open and silent, or when it is being tried.
        retry_in: Duration,
    },
}

/// Answer to a burst or to stills: all frames, or why there are none.
pub type Pictures = Result<Vec<Arc<Frame>>, CameraError>;

/// What the thread is asked for.
#[derive(Debug)]
pub enum Request {
    /// The next `count` preview frames, spread over at least `over`.
    Burst { count: usize, over: Duration, answer: SyncSender<Pictures> },
    /// `count` frames at the camera's largest size.
    Stills { count: usize, answer: SyncSender<Pictures> },
    /// Exposure and white balance from now on; how they stand is in [`CameraWorker::controls`] then.
    HoldLight(Light),
}

/// The clock and the waiting of the camera's thread: real in the program, virtual in tests.
pub trait Time: Send + Sync {
    fn now(&self) -> Monotonic;

    /// Waits for a request, at most this long.
    fn wait(&self, inbox: &Receiver<Request>, at_most: Duration) -> Result<Request, RecvTimeoutError>;
}

/// The real clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealTime;

impl Time for RealTime {
    fn now(&self) -> Monotonic {
        monotonic_now()
    }

    fn wait(&self, inbox: &Receiver<Request>, at_most: Duration) -> Result<Request, RecvTimeoutError> {
        inbox.recv_timeout(at_most)
    }
}

/// Where the thread gets its camera from.
pub struct Source {
    /// Opens the camera, each time anew; the camera before is closed by then.
    pub open: Box<dyn FnMut() -> Result<Box<dyn Camera>, CameraError> + Send>,
    /// Whether the camera is plugged in; cheap, asked twice a second while it is lost.
    pub is_present: Box<dyn FnMut() -> bool + Send>,
}

impl Source {
    /// The camera of a spec, found again by its name.
    pub fn of(spec: CameraSpec, options: OpenOptions) -> Self {
        let reopener = Arc::new(std::sync::Mutex::new(Reopener::new(spec, options)));
        let present = Arc::clone(&reopener);
        Self {
            open: Box::new(move || shared::lock(&reopener).open()),
            is_present: Box::new(move || shared::lock(&present).is_present()),
        }
    }
}

/// The running camera. Cheap to ask; dropping it ends the thread without waiting for it.
pub struct CameraWorker {
    shared: Arc<Shared>,
    inbox: SyncSender<Request>,
    time: Arc<dyn Time>,
    /// Closes with the handle and ends the watch.
    watch: Option<SyncSender<()>>,
}

impl CameraWorker {
    /// Starts the thread for one camera. A second worker with another spec serves a camera that only reads codes.
    pub fn spawn(spec: CameraSpec, options: OpenOptions, wake: WakeFn) -> io::Result<Self> {
        Self::spawn_from(Source::of(spec, options), Arc::new(RealTime), wake)
    }

    /// Starts the thread with another source or clock.
    pub fn spawn_from(source: Source, time: Arc<dyn Time>, wake: WakeFn) -> io::Result<Self> {
        let (mut worker, camera_loop) = Self::parts(source, time, Arc::clone(&wake));
        std::thread::Builder::new().name(String::from("camera")).spawn(move || camera_loop.run())?;
        worker.watch = Some(worker.spawn_watch(wake)?);
        Ok(worker)
    }

    /// Handle and loop without threads: tests run the loop themselves, in virtual time.
    pub fn parts(source: Source, time: Arc<dyn Time>, wake: WakeFn) -> (Self, CameraLoop) {
        let (inbox, requests) = sync_channel(4);
        let shared = Arc::new(Shared::default());
        let camera_loop = CameraLoop::new(source, requests, Arc::clone(&shared), Arc::clone(&time), wake);
        (Self { shared, inbox, time, watch: None }, camera_loop)
    }

    /// The newest frame. It stays when the camera is lost: look at its time, or at the status.
    pub fn latest(&self) -> Option<Arc<Frame>> {
        self.shared.latest()
    }

    pub fn status(&self) -> CameraStatus {
        self.shared.status(self.time.now())
    }

    /// Asks for `count` preview frames spread over at least `over`. The receiver gets exactly one answer, at once when the
    /// camera is lost; wait for it with a limit, since a silent camera gives none before it speaks again.
    pub fn burst(&self, count: usize, over: Duration) -> Receiver<Pictures> {
        self.ask(|answer| Request::Burst { count, over, answer })
    }

    /// Asks for `count` frames at the camera's largest size; the preview stands still meanwhile. Answered as a burst is.
    pub fn stills(&self, count: usize) -> Receiver<Pictures> {
        self.ask(|answer| Request::Stills { count, answer })
    }

    /// Width and height of stills in pixels, once the camera is open: larger than the preview or the same.
    pub fn still_size(&self) -> Option<(u32, u32)> {
        self.shared.still_size()
    }

    /// Exposure and white balance are held as they are, or the camera decides again. A camera that is lost forgets it.
    pub fn hold_light(&self, light: Light) {
        if self.inbox.try_send(Request::HoldLight(light)).is_err() {
            log::info!("the camera's thread takes no more requests");
        }
    }

    /// How its controls stand, once the camera is open.
    pub fn controls(&self) -> Option<CameraControls> {
        self.shared.controls()
    }

    fn ask(&self, request: impl FnOnce(SyncSender<Pictures>) -> Request) -> Receiver<Pictures> {
        let (answer, receiver) = sync_channel(1);
        match self.inbox.try_send(request(answer)) {
            Ok(()) => {}
            Err(TrySendError::Full(request) | TrySendError::Disconnected(request)) => {
                let detail = String::from("the camera's thread takes no more requests");
                run::refuse(request, &CameraError { fault: CameraFault::Stalled, detail });
            }
        }
        receiver
    }

    /// A silent driver wakes nobody, so this thread looks at the status and wakes the window when it changed.
    fn spawn_watch(&self, wake: WakeFn) -> io::Result<SyncSender<()>> {
        const LOOK_EVERY: Duration = Duration::from_millis(250);
        let (sender, closed) = sync_channel::<()>(1);
        let (shared, time) = (Arc::clone(&self.shared), Arc::clone(&self.time));
        std::thread::Builder::new().name(String::from("camera-watch")).spawn(move || {
            let mut before = false;
            while closed.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
                let silent = shared.is_silent(time.now());
                if silent != before {
                    before = silent;
                    wake();
                }
            }
        })?;
        Ok(sender)
    }
}
