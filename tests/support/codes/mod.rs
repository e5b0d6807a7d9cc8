//! Drawn frames with codes in them, from easy to the limit of physics, and pictures without a code.
//!
//! A [`Shot`] says how a code is shown and seen; [`shots`] makes the strata; `paint` projects, `spoil` does what lenses,
//! sensors and messengers do. The same seed gives the same frames on every machine.

#![allow(dead_code, reason = "tests and benches use different parts")]

mod negatives;
mod paint;
mod spoil;

use image::GrayImage;
use tucai::domain::code::CorrectionLevel;
use tucai::domain::geometry::Point;
use tucai::render::{Modules, Random, modules, symbol_of_bytes};

pub use negatives::negatives;

/// Seeds that the reader was built with, and seeds that figures are reported for.
pub const BUILDING_SEEDS: [u64; 1] = [11];
pub const REPORTED_SEEDS: [u64; 1] = [70_001];

/// What shows the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    Screen,
    /// Light modules on a dark page.
    DarkScreen,
    Paper,
}

/// One frame: a code, how it is shown, how it is seen. Lengths in pixels of the frame unless named otherwise.
#[derive(Debug, Clone)]
pub struct Shot {
    pub stratum: &'static str,
    pub bytes: Vec<u8>,
    pub level: CorrectionLevel,
    pub medium: Medium,
    /// Side of a module at the middle of the code.
    pub pitch: f32,
    pub roll_deg: f32,
    pub yaw_deg: f32,
    pub pitch_deg: f32,
    /// Of the paper, share of the code's side that its middle stands out.
    pub bend: f32,
    pub mirrored: bool,
    /// Radius of the circle that a point becomes.
    pub defocus: f32,
    /// Length and direction of the movement while the shutter is open.
    pub motion: (f32, f32),
    /// Light of the page: 1 as bright as white can be, above it burns out.
    pub exposure: f32,
    /// Light of the room's reflection on the whole screen: it lifts black.
    pub veil: f32,
    /// Deviation of the sensor's noise, grey levels.
    pub noise: f32,
    /// Stripes between screen and sensor: strength and period.
    pub moire: (f32, f32),
    /// Lamp's reflections: place (share of the code from its middle), radius (share), strength.
    pub glare: Vec<(f32, f32, f32, f32)>,
    pub cracks: usize,
    pub dirt: usize,
    /// Quality of the JPEG; 0 for none.
    pub jpeg: u8,
    /// Size that a messenger left of it, share; 1 for all.
    pub resized: f32,
    pub width: u32,
    pub height: u32,
    pub seed: u64,
}

impl Shot {
    /// A good frame at an ordinary desk.
    fn ordinary(stratum: &'static str, r: &mut Random) -> Self {
        let length = if r.chance(0.1) { 20 + r.below(80) } else { 200 + r.below(400) };
        let bytes: Vec<u8> = (0..length)
            .map(|_| b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[r.below(64)])
            .collect();
        let level = [CorrectionLevel::L, CorrectionLevel::M, CorrectionLevel::M, CorrectionLevel::Q][r.below(4)];
        Self {
            stratum,
            bytes,
            level,
            medium: if r.chance(0.12) { Medium::Paper } else { Medium::Screen },
            pitch: r.range(3.4, 6.0),
            roll_deg: r.range(-12.0, 12.0),
            yaw_deg: r.range(-12.0, 12.0),
            pitch_deg: r.range(-14.0, 14.0),
            bend: 0.0,
            mirrored: false,
            defocus: r.range(0.3, 1.1),
            motion: (r.range(0.0, 0.8), r.range(0.0, 3.2)),
            exposure: r.range(0.6, 1.0),
            veil: r.range(0.01, 0.06),
            noise: r.range(1.0, 3.5),
            moire: (r.range(0.0, 0.05), r.range(3.0, 9.0)),
            glare: Vec::new(),
            cracks: 0,
            dirt: 0,
            jpeg: 90,
            resized: 1.0,
            width: 1280,
            height: 720,
            seed: r.bits(),
        }
    }

    /// The symbol's modules.
    pub fn modules(&self) -> Modules {
        modules(&symbol_of_bytes(&self.bytes, self.level).expect("600 bytes fit")).expect("it can be drawn")
    }

    /// The frame, and the corners of the symbol in it: its own top left, then clockwise on the symbol.
    pub fn frame(&self) -> (GrayImage, [Point; 4]) {
        let mut r = Random::fork(self.seed, 1);
        let code = self.modules();
        let (light, corners) = paint::paint(self, &code, &mut r);
        let frame = spoil::develop(self, light, &mut r);
        let scale = (frame.width() as f32 / self.width as f32, frame.height() as f32 / self.height as f32);
        (frame, corners.map(|p| Point::new(p.x * scale.0, p.y * scale.1)))
    }
}

/// Names of the strata, in the order of the table.
pub const STRATA: [&str; 18] = [
    "ordinary",
    "far",
    "angle",
    "turned",
    "defocus",
    "motion",
    "moire",
    "glare",
    "dim",
    "burnt",
    "noise",
    "dark mode",
    "messenger",
    "cracked",
    "dirty",
    "curved",
    "mirrored",
    "everything",
];

/// `count` frames of a stratum, from easy to the limit.
pub fn shots(stratum: &'static str, seed: u64, count: usize) -> Vec<Shot> {
    let number = STRATA.iter().position(|name| *name == stratum).expect("a stratum of the list") as u64;
    (0..count)
        .map(|index| {
            let mut r = Random::fork(seed.wrapping_mul(1000) + number, index as u64);
            let hard = (index as f32 + 0.5) / count as f32;
            let mut shot = Shot::ordinary(stratum, &mut r);
            spoilt(&mut shot, hard, &mut r);
            fit(&mut shot);
            shot
        })
        .collect()
}

/// The stratum's own fault, `hard` from 0 to 1.
fn spoilt(shot: &mut Shot, hard: f32, r: &mut Random) {
    let mix = |easy: f32, limit: f32| easy + (limit - easy) * hard;
    match shot.stratum {
        "far" => {
            shot.pitch = mix(3.2, 1.7);
            shot.defocus = r.range(0.3, 0.7);
            shot.motion.0 = r.range(0.0, 0.4);
        }
        "angle" => {
            (shot.yaw_deg, shot.pitch_deg) = (mix(15.0, 48.0), mix(5.0, 20.0));
            if r.chance(0.5) {
                std::mem::swap(&mut shot.yaw_deg, &mut shot.pitch_deg);
            }
            shot.yaw_deg *= if r.chance(0.5) { 1.0 } else { -1.0 };
            shot.pitch = mix(4.0, 5.5);
        }
        "turned" => shot.roll_deg = r.range(-180.0, 180.0),
        "defocus" => shot.defocus = mix(0.25, 0.95) * shot.pitch,
        "motion" => shot.motion.0 = mix(0.2, 1.45) * shot.pitch,
        "moire" => shot.moire = (mix(0.08, 0.55), r.range(2.2, 9.0)),
        "glare" => {
            for _ in 0..=r.below(2) {
                let place = (r.range(-0.4, 0.4), r.range(-0.4, 0.4));
                shot.glare.push((place.0, place.1, mix(0.05, 0.17), mix(0.5, 2.5)));
            }
            shot.veil = mix(0.02, 0.25);
        }
        "dim" => {
            shot.exposure = mix(0.25, 0.012);
            shot.veil = 0.08 * shot.exposure;
            shot.noise = r.range(1.0, 2.2);
        }
        "burnt" => {
            shot.exposure = mix(1.1, 5.5);
            shot.veil = mix(0.02, 0.10);
        }
        "noise" => shot.noise = mix(5.0, 34.0),
        "dark mode" => {
            shot.medium = Medium::DarkScreen;
            shot.defocus = mix(0.2, 0.6) * shot.pitch;
        }
        "messenger" => {
            shot.jpeg = mix(45.0, 9.0) as u8;
            shot.resized = mix(0.9, 0.5).max(1.9 / shot.pitch);
        }
        "cracked" => shot.cracks = 1 + mix(0.0, 4.0) as usize,
        "dirty" => shot.dirt = 2 + mix(0.0, 16.0) as usize,
        "curved" => {
            shot.medium = Medium::Paper;
            shot.bend = mix(0.01, 0.14);
        }
        "mirrored" => {
            shot.mirrored = true;
            shot.defocus = mix(0.2, 0.6) * shot.pitch;
        }
        "everything" => everything(shot, hard, r),
        _ => {}
    }
}

/// Several faults at once, each milder than alone.
fn everything(shot: &mut Shot, hard: f32, r: &mut Random) {
    shot.pitch = r.range(3.8 - 1.2 * hard, 5.0 - 1.5 * hard);
    shot.roll_deg = r.range(-40.0, 40.0);
    shot.yaw_deg = r.range(-25.0, 25.0);
    shot.defocus = (0.2 + 0.3 * hard) * shot.pitch;
    shot.motion.0 = r.range(0.0, 0.5) * hard * shot.pitch;
    shot.noise = 3.0 + 5.0 * hard * r.unit();
    shot.moire.0 = 0.05 + 0.12 * hard * r.unit();
    shot.exposure = r.range(0.25, 1.3);
    shot.veil = 0.02 + 0.08 * r.unit() * shot.exposure.min(1.0);
    if r.chance(0.5) {
        shot.glare.push((r.range(-0.4, 0.4), r.range(-0.4, 0.4), 0.05 + 0.05 * hard, 1.0));
    }
    shot.cracks = r.below(3);
    shot.dirt = r.below(4);
    shot.medium = if r.chance(0.2) { Medium::DarkScreen } else { shot.medium };
    shot.jpeg = 60 + r.below(35) as u8;
}

/// A code larger than the frame is held farther away, a turned one by its diagonal.
fn fit(shot: &mut Shot) {
    let side = shot.modules().side() as f32 + 6.0;
    let (sin, cos) = shot.roll_deg.to_radians().sin_cos();
    let largest = 0.96 * shot.height as f32 / (side * (sin.abs() + cos.abs()));
    if shot.pitch > largest {
        let scale = largest / shot.pitch;
        shot.defocus *= scale;
        shot.motion.0 *= scale;
        shot.pitch = largest;
    }
}
