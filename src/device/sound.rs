//! Sounds: the cues as tables, their samples as pure functions, and a thread that plays them where there is a device.
//! When a cue sounds is left to whoever changes the state; a machine without sound is silent without an error.
//!
//! Cues differ in rhythm, number and direction first, pitch second; all lie between 150 and 5000 Hz. Rising is good,
//! falling is bad.

mod player;
mod wav;

use std::f64::consts::PI;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

pub use wav::wav;

/// Samples per second of every cue.
pub const SAMPLE_RATE: u32 = 48_000;

/// Length of the rise at the start of a tone, in seconds: without it a tone clicks.
const RISE_SECS: f64 = 0.005;
/// Length of the fall at its end.
const FALL_SECS: f64 = 0.030;

/// What is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cue {
    CodeRead,
    /// A lock is about to end, or a copy is missing.
    Warning,
    /// All live checks are green.
    InPlace,
    /// Two of the countdown's beeps.
    Countdown,
    Shutter,
    /// The commit has returned.
    Stored,
    PictureFails,
    AlreadyCollected,
    /// Another code while locked, or the way was interrupted.
    Interrupted,
    ShotLimit,
    /// Camera or disk lost.
    DeviceLost,
    /// Sealed and read back.
    Sealed,
}

/// How a tone is made.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Tone {
    Sine(f64),
    /// A sine with half its second and a third of its third overtone.
    Overtones(f64),
    /// Two sines multiplied: heard as their sum and difference.
    Multiplied(f64, f64),
    /// A sine and as much low-passed noise.
    Noisy(f64),
}

/// One tone and the silence after it, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Part {
    tone: Tone,
    millis: u32,
    gap_millis: u32,
}

const fn part(tone: Tone, millis: u32, gap_millis: u32) -> Part {
    Part { tone, millis, gap_millis }
}

use Tone::{Multiplied, Noisy, Overtones, Sine};

const WARNING: Part = part(Sine(784.0), 60, 120);
/// Starts 600 ms apart.
const COUNTDOWN: Part = part(Sine(880.0), 60, 540);
const INTERRUPTED: Part = part(Sine(392.0), 110, 60);
const SHOT_LIMIT: Part = part(Sine(330.0), 110, 60);
const DEVICE_LOST: Part = part(Multiplied(2000.0, 2500.0), 400, 200);

impl Cue {
    pub const ALL: [Self; 12] = [
        Self::CodeRead,
        Self::Warning,
        Self::InPlace,
        Self::Countdown,
        Self::Shutter,
        Self::Stored,
        Self::PictureFails,
        Self::AlreadyCollected,
        Self::Interrupted,
        Self::ShotLimit,
        Self::DeviceLost,
        Self::Sealed,
    ];

    fn parts(self) -> &'static [Part] {
        match self {
            Self::CodeRead => const { &[part(Sine(1319.0), 70, 0)] },
            Self::Warning => const { &[WARNING, WARNING] },
            Self::InPlace => const { &[part(Sine(523.0), 60, 0)] },
            Self::Countdown => const { &[COUNTDOWN, COUNTDOWN] },
            Self::Shutter => const { &[part(Noisy(1760.0), 120, 0)] },
            Self::Stored => const { &[part(Sine(784.0), 90, 0), part(Sine(1175.0), 160, 0)] },
            Self::PictureFails => const { &[part(Overtones(440.0), 140, 0), part(Overtones(330.0), 220, 0)] },
            Self::AlreadyCollected => {
                const { &[part(Sine(659.0), 90, 40), part(Sine(523.0), 90, 40), part(Sine(659.0), 90, 40)] }
            }
            Self::Interrupted => const { &[INTERRUPTED, INTERRUPTED, INTERRUPTED] },
            Self::ShotLimit => const { &[SHOT_LIMIT, SHOT_LIMIT, SHOT_LIMIT, SHOT_LIMIT] },
            Self::DeviceLost => const { &[DEVICE_LOST, DEVICE_LOST] },
            Self::Sealed => {
                const { &[part(Sine(523.0), 120, 0), part(Sine(659.0), 120, 0), part(Sine(784.0), 120, 0)] }
            }
        }
    }

    /// Highest sample in decibels below full scale: -6 for what stops the work, -12 for the routine, -18 for the soft
    /// cue while somebody sits still.
    pub fn peak_dbfs(self) -> f64 {
        match self {
            Self::InPlace => -18.0,
            Self::AlreadyCollected | Self::Interrupted | Self::ShotLimit | Self::DeviceLost => -6.0,
            Self::CodeRead
            | Self::Warning
            | Self::Countdown
            | Self::Shutter
            | Self::Stored
            | Self::PictureFails
            | Self::Sealed => -12.0,
        }
    }

    /// How often it sounds again until somebody answers.
    pub fn repeat_every(self) -> Option<Duration> {
        match self {
            Self::ShotLimit => Some(Duration::from_secs(2)),
            Self::DeviceLost => Some(Duration::from_secs(5)),
            _ => None,
        }
    }

    /// Length without the silence after the last tone.
    pub fn length(self) -> Duration {
        let parts = self.parts();
        let whole = parts.iter().map(|part| part.millis + part.gap_millis).sum::<u32>();
        let trailing = parts.last().map_or(0, |part| part.gap_millis);
        Duration::from_millis(u64::from(whole - trailing))
    }

    /// The cue's samples: one channel at [`SAMPLE_RATE`], -1 to 1, the same at every call.
    pub fn samples(self) -> Vec<f32> {
        let length = samples_in(self.length().as_millis() as u32);
        let mut wave = Vec::with_capacity(length);
        for part in self.parts() {
            wave.extend(tone(*part));
            wave.resize(wave.len() + samples_in(part.gap_millis), 0.0);
        }
        wave.truncate(length);
        let highest = wave.iter().fold(0.0_f64, |highest, sample| highest.max(sample.abs()));
        let gain = 10.0_f64.powf(self.peak_dbfs() / 20.0) / highest.max(f64::MIN_POSITIVE);
        wave.into_iter().map(|sample| (sample * gain) as f32).collect()
    }
}

const fn samples_in(millis: u32) -> usize {
    (millis * (SAMPLE_RATE / 1000)) as usize
}

/// One tone with its rise and fall (raised cosines), not yet at its level.
fn tone(part: Part) -> impl Iterator<Item = f64> {
    let length = samples_in(part.millis);
    let rate = f64::from(SAMPLE_RATE);
    let mut noise = Noise::default();
    (0..length).map(move |index| {
        let secs = index as f64 / rate;
        let sine = |hertz: f64| (2.0 * PI * hertz * secs).sin();
        let wave = match part.tone {
            Sine(hertz) => sine(hertz),
            Overtones(hertz) => sine(hertz) + sine(2.0 * hertz) / 2.0 + sine(3.0 * hertz) / 3.0,
            Multiplied(a, b) => sine(a) * sine(b),
            Noisy(hertz) => sine(hertz) + noise.next_sample(),
        };
        let left = (length - 1 - index) as f64 / rate;
        wave * ramp(secs / RISE_SECS) * ramp(left / FALL_SECS)
    })
}

/// 0 at 0, 1 from 1 on.
fn ramp(way: f64) -> f64 {
    0.5 - 0.5 * (PI * way.min(1.0)).cos()
}

/// The same noise each time, mostly below 3 kHz.
struct Noise {
    state: u32,
    low: f64,
}

impl Default for Noise {
    fn default() -> Self {
        Self { state: 0x2545_F491, low: 0.0 }
    }
}

impl Noise {
    fn next_sample(&mut self) -> f64 {
        // A xorshift generator and a low pass of one pole at 3 kHz.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 17;
        self.state ^= self.state << 5;
        let white = f64::from(self.state) / f64::from(u32::MAX) * 2.0 - 1.0;
        let kept = (-2.0 * PI * 3000.0 / f64::from(SAMPLE_RATE)).exp();
        self.low = self.low * kept + white * (1.0 - kept);
        self.low
    }
}

/// Plays cues, one over the other. Never waits and never fails: what cannot be played is not heard.
#[derive(Debug, Clone)]
pub struct Sound {
    inbox: Option<SyncSender<Cue>>,
}

impl Sound {
    /// Starts the thread that owns the sound device; it opens the device at the first cue.
    pub fn start() -> Self {
        let (inbox, cues) = sync_channel(8);
        let started = std::thread::Builder::new().name(String::from("sound")).spawn(move || player::run(&cues));
        match started {
            Ok(_ends_with_its_inbox) => Self { inbox: Some(inbox) },
            Err(error) => {
                log::warn!("no sound: {error}");
                Self::silent()
            }
        }
    }

    /// Plays nothing.
    pub const fn silent() -> Self {
        Self { inbox: None }
    }

    pub fn play(&self, cue: Cue) {
        if let Some(inbox) = &self.inbox {
            // A full inbox means that the device hangs: a late cue would announce a state that is over.
            inbox.try_send(cue).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How strong a frequency is in these samples, by Goertzel: 1 for a full-scale sine.
    fn strength(samples: &[f32], hertz: f64) -> f64 {
        let step = 2.0 * (2.0 * PI * hertz / f64::from(SAMPLE_RATE)).cos();
        let (mut one, mut two) = (0.0, 0.0);
        for sample in samples {
            (one, two) = (f64::from(*sample) + step * one - two, one);
        }
        (one * one + two * two - step * one * two).sqrt() * 2.0 / samples.len() as f64
    }

    /// The strongest frequency from 150 to 5000 Hz, in steps of 3 Hz.
    fn strongest(samples: &[f32]) -> f64 {
        let strengths = (150..5000).step_by(3).map(|hertz| (f64::from(hertz), strength(samples, f64::from(hertz))));
        strengths.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0
    }

    fn slice(samples: &[f32], from_millis: u32, millis: u32) -> &[f32] {
        &samples[samples_in(from_millis)..][..samples_in(millis)]
    }

    #[test]
    fn lengths_are_those_of_the_table() {
        let lengths = Cue::ALL.map(|cue| (cue, cue.length().as_millis()));
        assert_eq!(
            lengths,
            [
                (Cue::CodeRead, 70),
                (Cue::Warning, 60 + 120 + 60),
                (Cue::InPlace, 60),
                (Cue::Countdown, 660),
                (Cue::Shutter, 120),
                (Cue::Stored, 250),
                (Cue::PictureFails, 360),
                (Cue::AlreadyCollected, 350),
                (Cue::Interrupted, 450),
                (Cue::ShotLimit, 620),
                (Cue::DeviceLost, 1000),
                (Cue::Sealed, 360),
            ]
        );
        for cue in Cue::ALL {
            assert_eq!(cue.samples().len() as u128, cue.length().as_millis() * 48, "{cue:?}");
        }
    }

    #[test]
    fn the_peak_is_the_level_of_the_cue() {
        for cue in Cue::ALL {
            let peak = cue.samples().iter().fold(0.0_f32, |highest, sample| highest.max(sample.abs()));
            let dbfs = 20.0 * f64::from(peak).log10();
            assert!((dbfs - cue.peak_dbfs()).abs() < 0.01, "{cue:?}: {dbfs}");
        }
    }

    #[test]
    fn tones_have_their_pitch() {
        for (cue, from, millis, hertz) in [
            (Cue::CodeRead, 0, 70, 1319.0),
            (Cue::Warning, 180, 60, 784.0),
            (Cue::InPlace, 0, 60, 523.0),
            (Cue::Countdown, 600, 60, 880.0),
            (Cue::Shutter, 0, 120, 1760.0),
            (Cue::Stored, 0, 90, 784.0),
            (Cue::Stored, 90, 160, 1175.0),
            (Cue::PictureFails, 0, 140, 440.0),
            (Cue::PictureFails, 140, 220, 330.0),
            (Cue::AlreadyCollected, 130, 90, 523.0),
            (Cue::AlreadyCollected, 260, 90, 659.0),
            (Cue::Interrupted, 340, 110, 392.0),
            (Cue::ShotLimit, 510, 110, 330.0),
            (Cue::Sealed, 240, 120, 784.0),
        ] {
            let found = strongest(slice(&cue.samples(), from, millis));
            assert!((found - hertz).abs() <= 7.0, "{cue:?} at {from} ms: {found} Hz, not {hertz}");
        }
    }

    #[test]
    fn the_multiplied_pair_is_heard_as_sum_and_difference() {
        let samples = Cue::DeviceLost.samples();
        let tone = slice(&samples, 600, 400);
        let level = 10.0_f64.powf(-6.0 / 20.0);
        for hertz in [500.0, 4500.0] {
            assert!(strength(tone, hertz) > 0.4 * level, "{hertz}");
        }
        for hertz in [2000.0, 2500.0] {
            assert!(strength(tone, hertz) < 0.02 * level, "{hertz}");
        }
        assert!(slice(&samples, 400, 200).iter().all(|sample| *sample == 0.0), "the gap is silent");
    }

    #[test]
    fn overtones_and_noise_are_there() {
        let samples = Cue::PictureFails.samples();
        let tone = slice(&samples, 140, 220);
        let ratio = strength(tone, 660.0) / strength(tone, 330.0);
        assert!((ratio - 0.5).abs() < 0.02, "{ratio}");
        let shutter = Cue::Shutter.samples();
        let pure = tone_only(1760.0, 120);
        let share = |samples: &[f32]| {
            let power = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / samples.len() as f64;
            strength(samples, 1760.0).powi(2) / power
        };
        assert!(share(&shutter) < 0.98 * share(&pure), "{} {}", share(&shutter), share(&pure));
    }

    fn tone_only(hertz: f64, millis: u32) -> Vec<f32> {
        tone(part(Sine(hertz), millis, 0)).map(|sample| sample as f32).collect()
    }

    #[test]
    fn tones_begin_and_end_softly() {
        for cue in Cue::ALL {
            let samples = cue.samples();
            let level = 10.0_f32.powf(cue.peak_dbfs() as f32 / 20.0);
            assert!(samples[0].abs() < 0.001 && samples[samples.len() - 1].abs() < 0.001, "{cue:?}");
            // A quarter of the way into rise and fall the envelope is at 15 %.
            assert!(samples[..60].iter().all(|sample| sample.abs() < 0.2 * level), "{cue:?}");
            let end = samples.len() - samples_in(7);
            assert!(samples[end..].iter().all(|sample| sample.abs() < 0.2 * level), "{cue:?}");
        }
    }

    #[test]
    fn playing_never_waits_or_fails() {
        let sound = Sound::start();
        for _ in 0..100 {
            sound.play(Cue::CodeRead);
        }
        Sound::silent().play(Cue::Stored);
    }
}
