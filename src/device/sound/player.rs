//! The thread that owns the sound device, through rodio. Without the feature, or without a device, it swallows cues.

use std::sync::mpsc::Receiver;

use super::Cue;

/// Plays what comes until nobody is left to send.
#[cfg(not(feature = "sound"))]
pub(super) fn run(cues: &Receiver<Cue>) {
    while cues.recv().is_ok() {}
}

#[cfg(feature = "sound")]
pub(super) use device::run;

#[cfg(feature = "sound")]
mod device {
    use std::num::NonZero;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use rodio::buffer::SamplesBuffer;
    use rodio::{DeviceSinkBuilder, MixerDeviceSink};

    use super::super::SAMPLE_RATE;
    use super::{Cue, Receiver};
    use crate::device::os::monotonic_now;
    use crate::domain::time::Monotonic;

    /// A machine without a sound device is not asked for one at every cue.
    const ASK_AGAIN_AFTER: Duration = Duration::from_secs(10);

    const RATE: NonZero<u32> = match NonZero::new(SAMPLE_RATE) {
        Some(rate) => rate,
        None => NonZero::<u32>::MIN,
    };

    /// An open device, and whether it reported an error since.
    struct Device {
        sink: MixerDeviceSink,
        broken: Arc<AtomicBool>,
    }

    /// Whether there is anything to ask: without a sound card and without a sound server ALSA only fills the terminal
    /// with its own complaints.
    fn may_have_sound() -> bool {
        if !cfg!(target_os = "linux") {
            return true;
        }
        let has_card = std::fs::read_dir("/dev/snd").is_ok_and(|mut cards| cards.next().is_some());
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(std::path::PathBuf::from);
        let has_server = runtime
            .is_some_and(|runtime| ["pulse/native", "pipewire-0"].iter().any(|socket| runtime.join(socket).exists()));
        has_card || has_server || std::env::var_os("PULSE_SERVER").is_some()
    }

    fn open() -> Result<Device, String> {
        if !may_have_sound() {
            return Err(String::from("this machine has no sound device"));
        }
        let broken = Arc::new(AtomicBool::new(false));
        let reported = Arc::clone(&broken);
        let opened = catch_unwind(AssertUnwindSafe(|| {
            DeviceSinkBuilder::from_default_device()?
                .with_error_callback(move |_error| reported.store(true, Ordering::Relaxed))
                .open_stream()
        }));
        let mut sink = match opened {
            Ok(Ok(sink)) => sink,
            Ok(Err(error)) => return Err(error.to_string()),
            Err(_panic) => return Err(String::from("the sound library panicked")),
        };
        sink.log_on_drop(false);
        Ok(Device { sink, broken })
    }

    /// Plays what comes until nobody is left to send.
    pub(in super::super) fn run(cues: &Receiver<Cue>) {
        let mut device: Option<Device> = None;
        let mut refused_at: Option<Monotonic> = None;
        while let Ok(cue) = cues.recv() {
            if device.as_ref().is_some_and(|device| device.broken.load(Ordering::Relaxed)) {
                device = None;
            }
            let may_ask = refused_at.is_none_or(|at| monotonic_now().saturating_sub(at) > ASK_AGAIN_AFTER);
            if device.is_none() && may_ask {
                match open() {
                    Ok(opened) => device = Some(opened),
                    Err(error) => {
                        if refused_at.is_none() {
                            log::info!("no sound: {error}");
                        }
                        refused_at = Some(monotonic_now());
                    }
                }
            }
            if let Some(device) = &device {
                device.sink.mixer().add(SamplesBuffer::new(NonZero::<u16>::MIN, RATE, cue.samples()));
            }
        }
    }
}
