//! A camera that follows a script, and a clock that moves only when somebody waits.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use image::RgbImage;
use tucai::device::camera::{Camera, CameraDescription, CameraError, Frame};
use tucai::domain::fault::CameraFault;
use tucai::domain::time::Monotonic;
use tucai::worker::camera::{CameraStatus, CameraWorker, Pictures, Request, Source, Time, WakeFn};

/// Virtual time: waiting moves it on at once.
#[derive(Default)]
pub(crate) struct VirtualTime(AtomicU64);

impl VirtualTime {
    pub(crate) fn advance(&self, by: Duration) {
        self.0.fetch_add(by.as_micros() as u64, Ordering::SeqCst);
    }
}

impl Time for VirtualTime {
    fn now(&self) -> Monotonic {
        Duration::from_micros(self.0.load(Ordering::SeqCst))
    }

    fn wait(&self, inbox: &Receiver<Request>, at_most: Duration) -> Result<Request, RecvTimeoutError> {
        match inbox.try_recv() {
            Ok(request) => Ok(request),
            Err(TryRecvError::Disconnected) => Err(RecvTimeoutError::Disconnected),
            Err(TryRecvError::Empty) => {
                self.advance(at_most);
                Err(RecvTimeoutError::Timeout)
            }
        }
    }
}

/// What the camera does next.
pub(crate) enum Step {
    /// A frame, this many milliseconds after the one before.
    Frame(u64),
    /// Nothing for so many milliseconds: looks at the status meanwhile, then a frame.
    Silence(u64),
    Fails(CameraFault),
    Panics,
    /// Asks for a burst of five frames over this many milliseconds.
    AskBurst(u64),
    AskStills(usize),
    /// The handle is dropped.
    End,
}

/// What opening does next.
pub(crate) enum Opening {
    Opens(Vec<Step>),
    /// Opens a camera that says it is simulated.
    OpensSimulated(Vec<Step>),
    /// Opens one that panics when it is dropped.
    OpensBadly(Vec<Step>),
    Fails(CameraFault),
    Panics,
    End,
}

/// What happened, in virtual milliseconds.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) opened_at: Vec<u64>,
    pub(crate) statuses: Vec<(u64, CameraStatus)>,
    /// Sequence and time of the newest frame at each wake.
    pub(crate) newest: Vec<(u64, u64)>,
    /// Each picture that was ever given, to see which are still held.
    pub(crate) given: Vec<Weak<RgbImage>>,
    pub(crate) held: Vec<u64>,
    /// Measured rates while streaming.
    pub(crate) rates: Vec<f32>,
    pub(crate) answers: Vec<Receiver<Pictures>>,
}

pub(crate) struct Stage {
    pub(crate) time: Arc<VirtualTime>,
    pub(crate) log: Mutex<Log>,
    handle: Mutex<Option<CameraWorker>>,
}

fn error(fault: CameraFault) -> CameraError {
    CameraError { fault, detail: String::from("scripted") }
}

impl Stage {
    pub(crate) fn now_millis(&self) -> u64 {
        self.time.now().as_millis() as u64
    }

    fn end(&self) {
        let handle = self.handle.lock().unwrap().take();
        drop(handle);
    }

    /// Notes the status and the newest frame.
    fn note(&self) {
        let handle = self.handle.lock().unwrap();
        let Some(handle) = handle.as_ref() else { return };
        let mut log = self.log.lock().unwrap();
        let status = handle.status();
        if let CameraStatus::Streaming { fps_measured, .. } = status {
            log.rates.push(fps_measured);
        }
        if log.statuses.last().is_none_or(|(_, before)| !same(before, &status)) {
            log.statuses.push((self.now_millis(), status));
        }
        if let Some(frame) = handle.latest() {
            if log.newest.last().is_none_or(|(sequence, _)| *sequence != frame.sequence) {
                log.newest.push((frame.sequence, frame.at.as_millis() as u64));
            }
            drop(frame);
            let held = log.given.iter().filter(|picture| picture.strong_count() > 0).count();
            log.held.push(held as u64);
        }
    }

    fn ask(&self, ask: impl FnOnce(&CameraWorker) -> Receiver<Pictures>) {
        let handle = self.handle.lock().unwrap();
        let answer = ask(handle.as_ref().unwrap());
        self.log.lock().unwrap().answers.push(answer);
    }
}

/// The same status but for the measured rate and the seconds that count down.
fn same(a: &CameraStatus, b: &CameraStatus) -> bool {
    match (a, b) {
        (CameraStatus::Lost { fault: a, .. }, CameraStatus::Lost { fault: b, .. }) => a == b,
        (CameraStatus::Streaming { .. }, CameraStatus::Streaming { .. })
        | (CameraStatus::Opening, CameraStatus::Opening) => true,
        _ => false,
    }
}

struct Scripted {
    stage: Arc<Stage>,
    steps: VecDeque<Step>,
    description: CameraDescription,
    sequence: u64,
    simulated_at: Duration,
    drops_badly: bool,
}

impl Scripted {
    fn frame(&mut self, width: u32) -> Frame {
        self.sequence += 1;
        let picture = Arc::new(RgbImage::new(width, width / 2));
        self.stage.log.lock().unwrap().given.push(Arc::downgrade(&picture));
        let at = if self.description.simulated { self.simulated_at } else { self.stage.time.now() };
        Frame { sequence: self.sequence, at, picture, jpeg: None }
    }
}

impl Camera for Scripted {
    fn description(&self) -> &CameraDescription {
        &self.description
    }

    fn next_frame(&mut self) -> Result<Frame, CameraError> {
        loop {
            match self.steps.pop_front().unwrap_or(Step::End) {
                Step::Frame(after) if self.description.simulated => {
                    self.simulated_at += Duration::from_millis(after);
                    return Ok(self.frame(4));
                }
                Step::Frame(after) => {
                    self.stage.time.advance(Duration::from_millis(after));
                    return Ok(self.frame(4));
                }
                Step::Silence(millis) => {
                    self.stage.time.advance(Duration::from_millis(millis));
                    self.stage.note();
                    return Ok(self.frame(4));
                }
                Step::Fails(fault) => return Err(error(fault)),
                Step::Panics => panic!("scripted"),
                Step::AskBurst(over) => self.stage.ask(|handle| handle.burst(5, Duration::from_millis(over))),
                Step::AskStills(count) => self.stage.ask(|handle| handle.stills(count)),
                Step::End => {
                    self.stage.end();
                    return Ok(self.frame(4));
                }
            }
        }
    }

    fn still_size(&self) -> (u32, u32) {
        (8, 4)
    }

    fn stills(&mut self, count: usize) -> Result<Vec<Frame>, CameraError> {
        match self.steps.front() {
            Some(Step::Fails(fault)) => Err(error(*fault)),
            _ => Ok((0..count).map(|_| self.frame(8)).collect()),
        }
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        assert!(!self.drops_badly, "scripted: STREAMOFF");
    }
}

/// Runs the camera's loop over a script until it ends; `present` answers the looks for a lost camera (then: there).
pub(crate) fn play(openings: Vec<Opening>, present: Vec<bool>) -> Arc<Stage> {
    play_with(openings, move |_stage, look| present.get(look).copied().unwrap_or(true))
}

/// The same with presence as a function of the stage and the number of the look.
pub(crate) fn play_with(
    openings: Vec<Opening>,
    is_present: impl Fn(&Stage, usize) -> bool + Send + 'static,
) -> Arc<Stage> {
    let time = Arc::new(VirtualTime::default());
    let stage = Arc::new(Stage { time: Arc::clone(&time), log: Mutex::default(), handle: Mutex::new(None) });
    let mut openings = VecDeque::from(openings);
    let (opening_stage, looking_stage) = (Arc::clone(&stage), Arc::clone(&stage));
    let mut looks = 0;
    let source = Source {
        open: Box::new(move || {
            let stage = &opening_stage;
            stage.log.lock().unwrap().opened_at.push(stage.now_millis());
            let camera = |steps: Vec<Step>, simulated, drops_badly| {
                let description = CameraDescription {
                    name: String::from("scripted"),
                    width: 4,
                    height: 2,
                    fps: 30,
                    format: String::from("YUYV"),
                    simulated,
                };
                let (stage, steps) = (Arc::clone(stage), steps.into());
                let simulated_at = Duration::from_secs(1000);
                Box::new(Scripted { stage, steps, description, sequence: 0, simulated_at, drops_badly })
            };
            match openings.pop_front().unwrap_or(Opening::End) {
                Opening::Opens(steps) => Ok(camera(steps, false, false)),
                Opening::OpensSimulated(steps) => Ok(camera(steps, true, false)),
                Opening::OpensBadly(steps) => Ok(camera(steps, false, true)),
                Opening::Fails(fault) => Err(error(fault)),
                Opening::Panics => panic!("scripted"),
                Opening::End => {
                    stage.end();
                    Err(error(CameraFault::Other))
                }
            }
        }),
        is_present: Box::new(move || {
            looks += 1;
            is_present(&looking_stage, looks - 1)
        }),
    };
    let waking_stage = Arc::clone(&stage);
    let wake: WakeFn = Arc::new(move || waking_stage.note());
    let (handle, camera_loop) = CameraWorker::parts(source, time, wake);
    *stage.handle.lock().unwrap() = Some(handle);
    camera_loop.run();
    stage
}
