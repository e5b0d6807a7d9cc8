//! The cameras of `tucai doctor`: which there are and what they would send, a short measurement of one, and a watch
//! over one for whoever pulls its cable.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::Item;
use crate::device::camera::{self, Camera, CameraDescription, CameraError, CameraSpec, Listed, OpenOptions};
use crate::device::os::monotonic_now;
use crate::domain::camera_controls::CameraControls;
use crate::domain::fault::CameraFault;
use crate::text::Lang;
use crate::text::fault::camera as fault_message;
use crate::worker::camera::{CameraStatus, CameraWorker};

/// Frames of a short measurement.
const FRAMES: u32 = 10;

fn sentence(error: &CameraError) -> String {
    let message = fault_message(error.fault, Lang::En);
    format!("{}: {} ({})", message.what, message.advice, error.detail)
}

fn values(description: &CameraDescription) -> Value {
    json!({
        "name": description.name,
        "width": description.width,
        "height": description.height,
        "fps": description.fps,
        "format": description.format,
        "simulated": description.simulated,
    })
}

fn controls_of(controls: CameraControls) -> Value {
    json!({ "controls": {
        "mains_50_hz": controls.mains_50_hz.as_str(),
        "exposure": controls.exposure.as_str(),
        "white_balance": controls.white_balance.as_str(),
        "focus": controls.focus.as_str(),
    } })
}

fn merged(mut into: Value, from: Value) -> Value {
    if let (Value::Object(into), Value::Object(from)) = (&mut into, from) {
        into.extend(from);
    }
    into
}

fn summary(description: &CameraDescription) -> String {
    let CameraDescription { name, width, height, fps, format, .. } = description;
    format!("{name}: {width}x{height} {format} at {fps} per second")
}

/// Every camera with the size and format it would be used with, or why not.
pub(super) fn all() -> Vec<Item> {
    let listed = camera::list();
    if listed.is_empty() {
        let error = CameraError {
            fault: if cfg!(feature = "camera") { CameraFault::NotFound } else { CameraFault::NotBuilt },
            detail: String::from("the system lists none"),
        };
        return vec![Item::new("camera", false, sentence(&error), json!({ "fault": format!("{:?}", error.fault) }))];
    }
    let opened = listed
        .into_iter()
        .map(|listed| {
            let camera = camera::open(&CameraSpec::V4l2(listed.index), OpenOptions::default());
            (listed, camera.map(|mut camera| (camera.description().clone(), camera.still_size(), camera.controls())))
        })
        .collect::<Vec<_>>();
    let works = |name: &str| opened.iter().any(|(listed, outcome)| listed.name == name && outcome.is_ok());
    opened
        .iter()
        // The second node that most webcams have carries no pictures and is no fault.
        .filter(|(listed, outcome)| outcome.is_ok() || !works(&listed.name))
        .map(|(Listed { index, name, path }, outcome)| {
            let device = json!({ "index": index, "path": path, "name": name });
            match outcome {
                Ok((description, still, controls)) => {
                    let found = merged(device, values(description));
                    let found = merged(found, json!({ "still": [still.0, still.1] }));
                    let found = merged(found, controls_of(*controls));
                    let held = crate::text::held::controls(*controls, Lang::En);
                    Item::new("camera", true, format!("{path} {}; {held}", summary(description)), found)
                }
                Err(error) => {
                    let found = merged(device, json!({ "fault": format!("{:?}", error.fault) }));
                    Item::new("camera", false, format!("{path} {name}: {}", sentence(error)), found)
                }
            }
        })
        .collect()
}

/// Streams a few frames from one camera, takes one still, and says what came.
pub(super) fn measure(text: &str, spec: &CameraSpec) -> Item {
    match camera::open(spec, OpenOptions::default()).and_then(|mut camera| measured(text, camera.as_mut())) {
        Ok(item) => item,
        Err(error) => {
            Item::new("camera", false, sentence(&error), json!({ "spec": text, "fault": format!("{:?}", error.fault) }))
        }
    }
}

fn measured(text: &str, camera: &mut dyn Camera) -> Result<Item, CameraError> {
    let first = camera.next_frame()?;
    let begun = monotonic_now();
    let mut last = first.clone();
    for _ in 1..FRAMES {
        last = camera.next_frame()?;
    }
    let secs = monotonic_now().saturating_sub(begun).as_secs_f64();
    let fps_measured = f64::from(FRAMES - 1) / secs.max(f64::MIN_POSITIVE);
    let controls = camera.controls();
    let still = camera.still()?;
    let after = camera.next_frame()?;
    let description = camera.description().clone();
    let frame_size = after.picture.dimensions();
    let mean = |channel: usize| {
        let pixels = u64::from(frame_size.0) * u64::from(frame_size.1);
        after.picture.pixels().map(|pixel| u64::from(pixel.0[channel])).sum::<u64>() / pixels.max(1)
    };
    let found = json!({
        "spec": text,
        "frames": FRAMES,
        "frames_counted": last.sequence.saturating_sub(first.sequence) + 1,
        "fps_measured": (fps_measured * 10.0).round() / 10.0,
        "frame": [frame_size.0, frame_size.1],
        "mean_rgb": [mean(0), mean(1), mean(2)],
        "jpeg": after.jpeg.is_some(),
        "still": [still.picture.width(), still.picture.height()],
    });
    let still = still.picture.dimensions();
    let message = format!("{}, {fps_measured:.1} measured, stills {}x{}", summary(&description), still.0, still.1);
    let found = merged(found, controls_of(controls));
    let message = format!("{message}; {}", crate::text::held::controls(controls, Lang::En));
    Ok(Item::new("camera", true, message, merged(found, values(&description))))
}

/// Runs the camera's thread for so long and says each change of its status.
pub(super) fn watch(spec: CameraSpec, length: Duration, say: &mut dyn FnMut(&Item)) -> anyhow::Result<()> {
    let (woken, wakes) = sync_channel(1);
    // A full inbox already holds the wake that is needed.
    let wake = Arc::new(move || {
        woken.try_send(()).ok();
    });
    let worker = CameraWorker::spawn(spec, OpenOptions::default(), wake)?;
    let begun = monotonic_now();
    let mut before = None;
    loop {
        let passed = monotonic_now().saturating_sub(begun);
        let status = worker.status();
        let (name, fault) = match &status {
            CameraStatus::Opening => ("opening", None),
            CameraStatus::Streaming { .. } => ("streaming", None),
            CameraStatus::Lost { fault, .. } => ("lost", Some(*fault)),
        };
        if before != Some((name, fault)) {
            before = Some((name, fault));
            let frames = worker.latest().map_or(0, |frame| frame.sequence);
            let found = json!({
                "status": name,
                "fault": fault.map(|fault| format!("{fault:?}")),
                "secs": passed.as_secs_f64(),
                "frame": frames,
            });
            let message = match (fault, &status) {
                (Some(fault), _) => fault_message(fault, Lang::En).what,
                (None, CameraStatus::Streaming { description, .. }) => summary(description),
                (None, _) => String::from("the camera is being opened"),
            };
            say(&Item::new("camera", fault.is_none(), message, found));
        }
        if passed >= length {
            return Ok(());
        }
        match wakes.recv_timeout((length.saturating_sub(passed)).min(Duration::from_millis(250))) {
            Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => anyhow::bail!("the camera's thread is gone"),
        }
    }
}
