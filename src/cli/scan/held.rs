//! Codes held before a camera, as `tucai scan --camera` reads them: the camera's thread and the reader of the desk, each
//! code once for every time that it is held up. Nothing is stored or locked.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use image::imageops::grayscale;
use serde_json::{Value, json};

use super::super::{Context, Exit, line};
use super::{code_json, shown_code};
use crate::device::camera::{CameraSpec, Frame, OpenOptions};
use crate::device::os::monotonic_now;
use crate::domain::code::CodeDigest;
use crate::domain::fault::CameraFault;
use crate::domain::time::Monotonic;
use crate::text::Lang;
use crate::text::fault::camera as fault_message;
use crate::vision::qr::{LiveReader, ReadCode, SegmentError};
use crate::worker::camera::{CameraStatus, CameraWorker};

/// A code that was not read for so long is held up anew.
const HELD_FOR: Monotonic = Monotonic::from_secs(2);
/// How often the camera is asked how it is when it sends nothing.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How long, and how many codes are enough.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub watch: Duration,
    pub codes: Option<usize>,
}

/// Reads until the time is up or enough codes were held up. Exit 1 when none was.
pub(super) fn watch(camera: &str, limits: Limits, context: &Context) -> anyhow::Result<Exit> {
    let spec: CameraSpec = camera.parse()?;
    let (woken, wakes) = sync_channel(1);
    // A full inbox already holds the wake that is needed.
    let wake = Arc::new(move || {
        woken.try_send(()).ok();
    });
    let worker = CameraWorker::spawn(spec, OpenOptions::default(), wake)?;
    let mut watch = Watch::new(camera, context.json);
    let begun = monotonic_now();
    loop {
        let passed = monotonic_now().saturating_sub(begun);
        if passed >= limits.watch || limits.codes.is_some_and(|enough| watch.told >= enough) {
            return watch.end();
        }
        watch.camera_is(&worker.status());
        if let Some(frame) = worker.latest() {
            watch.look(&frame);
        }
        wait(&wakes, limits.watch.saturating_sub(passed))?;
    }
}

fn wait(wakes: &Receiver<()>, at_most: Duration) -> anyhow::Result<()> {
    match wakes.recv_timeout(at_most.min(LOOK_EVERY)) {
        Ok(()) | Err(RecvTimeoutError::Timeout) => Ok(()),
        Err(RecvTimeoutError::Disconnected) => anyhow::bail!("the camera's thread is gone"),
    }
}

/// What was seen so far.
struct Watch<'a> {
    camera: &'a str,
    json: bool,
    reader: LiveReader,
    /// The newest frame that was looked at, and how many were.
    last: Option<Monotonic>,
    frames: u64,
    /// Codes that are held up, and when each was read last.
    held: Vec<(CodeDigest, Monotonic)>,
    refused: Option<SegmentError>,
    fault: Option<CameraFault>,
    told: usize,
}

impl<'a> Watch<'a> {
    const fn new(camera: &'a str, json: bool) -> Self {
        let reader = LiveReader::new();
        Self { camera, json, reader, last: None, frames: 0, held: Vec::new(), refused: None, fault: None, told: 0 }
    }

    /// Says each fault once until it is mended.
    fn camera_is(&mut self, status: &CameraStatus) {
        let fault = match status {
            CameraStatus::Lost { fault, .. } => Some(*fault),
            CameraStatus::Opening => self.fault,
            CameraStatus::Streaming { .. } => None,
        };
        if let Some(fault) = fault.filter(|fault| self.fault != Some(*fault)) {
            let message = fault_message(fault, Lang::En);
            eprintln!("tucai: {}: {}; {}", self.camera, message.what, message.advice);
        }
        self.fault = fault;
    }

    fn look(&mut self, frame: &Frame) {
        if self.last.is_some_and(|last| last == frame.at) {
            return;
        }
        self.last = Some(frame.at);
        self.frames += 1;
        let reading = self.reader.look(&grayscale(&*frame.picture), frame.at);
        self.held.retain(|(_, read)| frame.at.saturating_sub(*read) <= HELD_FOR);
        for code in &reading.codes {
            let digest = code.code.digest();
            if let Some(held) = self.held.iter_mut().find(|(known, _)| *known == digest) {
                held.1 = frame.at;
            } else {
                self.held.push((digest, frame.at));
                self.tell(code);
            }
        }
        if let Some(why) = reading.refused.first().map(|symbol| symbol.why).filter(|why| self.refused != Some(*why)) {
            self.refused = Some(why);
            eprintln!("tucai: {}: a symbol was refused: {why}", self.camera);
        }
    }

    fn tell(&mut self, code: &ReadCode) {
        self.told += 1;
        if self.json {
            let codes: [Value; 1] = [code_json(code)];
            line(&json!({ "v": 1, "camera": self.camera, "frame": self.frames, "codes": codes }));
        } else {
            println!("{}: {}", self.camera, shown_code(code));
        }
        if code.mirrored {
            eprintln!("tucai: {}: the code is seen in a mirror", self.camera);
        }
    }

    fn end(&self) -> anyhow::Result<Exit> {
        if self.told > 0 {
            return Ok(Exit::Done);
        }
        if self.frames == 0 {
            anyhow::bail!("{}: no picture came", self.camera);
        }
        eprintln!("tucai: {}: no code was found in {} frames", self.camera, self.frames);
        Ok(Exit::Refused)
    }
}
