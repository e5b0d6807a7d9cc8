//! Short videos of a hand-held phone at 15 frames per second: drift, tremor, a lens that hunts for focus, a reflection
//! and stripes that move, an exposure that settles. Pure functions of seed and frame number.

use std::f32::consts::{PI, TAU};
use std::time::Duration;

use image::GrayImage;
use tucai::domain::code::CodeSymbol;
use tucai::domain::geometry::Point;
use tucai::render::{Modules, Random};

use crate::support::held::{Glare, Look, code_of, draw, laid_out};

/// Frames per second.
pub(crate) const FPS: u32 = 15;

/// What is hard about a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Steady,
    /// A hand that shakes: smeared frames between sharp ones.
    Tremor,
    /// The lens goes through the focus and comes back.
    Hunting,
    /// A lamp's reflection wanders over the code.
    MovingGlare,
    /// Stripes roll over the screen.
    RollingMoire,
    /// Far too bright or too dark at first.
    Settling,
    /// A dim screen in a noisy picture.
    Dim,
    /// 1.8 to 2.4 pixels per module.
    Small,
    /// A little of everything.
    Mixed,
}

impl Kind {
    pub(crate) const ALL: [Self; 9] = [
        Self::Steady,
        Self::Tremor,
        Self::Hunting,
        Self::MovingGlare,
        Self::RollingMoire,
        Self::Settling,
        Self::Dim,
        Self::Small,
        Self::Mixed,
    ];

    const fn has(self, part: Self) -> bool {
        self as u8 == part as u8 || matches!(self, Self::Mixed)
    }
}

/// One hold.
pub(crate) struct Video {
    kind: Kind,
    seed: u64,
    symbol: CodeSymbol,
    modules: Modules,
    base: Look,
}

impl Video {
    pub(crate) fn new(kind: Kind, seed: u64) -> Self {
        let mut r = Random::fork(seed, kind as u64 + 100);
        let symbol = code_of(seed ^ (kind as u64) << 32);
        let modules = laid_out(&symbol);
        let module_px = match kind {
            Kind::Small => r.range(1.8, 2.4),
            Kind::Mixed => r.range(2.4, 4.0),
            _ => r.range(2.6, 5.0),
        };
        // the whole code stays in the picture
        let module_px = module_px.min(560.0 / modules.side() as f32);
        let weak = if kind == Kind::Mixed { 0.5 } else { 1.0 };
        let base = Look {
            center: Point::new(640.0 + r.range(-150.0, 150.0), 360.0 + r.range(-30.0, 30.0)),
            module_px,
            roll_deg: r.range(-15.0, 15.0),
            yaw_deg: r.range(-18.0, 18.0),
            pitch_deg: r.range(-18.0, 18.0),
            light: if kind == Kind::Dim { r.range(58.0, 85.0) } else { r.range(170.0, 235.0) },
            dark: if kind == Kind::Dim { r.range(12.0, 22.0) } else { r.range(18.0, 40.0) },
            defocus: r.range(0.4, 0.8).min(module_px * 0.3),
            moire: if kind.has(Kind::RollingMoire) { r.range(0.5, 0.9) * weak } else { 0.0 },
            noise: if kind == Kind::Dim { r.range(5.0, 8.0) } else { r.range(1.5, 4.0) },
            ..Look::good(seed)
        };
        Self { kind, seed, symbol, modules, base }
    }

    pub(crate) fn symbol(&self) -> &CodeSymbol {
        &self.symbol
    }

    /// When a frame is taken.
    pub(crate) fn at(frame: u32) -> Duration {
        Duration::from_micros(u64::from(frame) * 1_000_000 / u64::from(FPS))
    }

    /// How the frame of this number looks.
    pub(crate) fn look(&self, frame: u32) -> Look {
        let mut r = Random::fork(self.seed, 0x71DE0);
        let mut phase = || r.range(0.0, TAU);
        let t = frame as f32 / FPS as f32;
        let wave = |hertz: f32, phase: f32, t: f32| (TAU * hertz * t + phase).sin();
        let (p, strong) = ([(); 8].map(|()| phase()), if self.kind == Kind::Mixed { 0.5 } else { 1.0 });
        // drift of a hand, and tremor of 8 to 11 Hz: a few pixels
        let shake = if self.kind.has(Kind::Tremor) { 3.6 * strong } else { 0.7 };
        let place = |t: f32| {
            let x = 9.0 * wave(0.5, p[0], t) + shake * wave(8.3, p[2], t) * (0.6 + 0.4 * wave(1.1, p[4], t));
            let y = 7.0 * wave(0.4, p[1], t) + shake * wave(10.7, p[3], t) * (0.6 + 0.4 * wave(0.9, p[5], t));
            Point::new(self.base.center.x + x, self.base.center.y + y)
        };
        // a thirtieth of a second of light
        let (begun, ended) = (place(t - 1.0 / 60.0), place(t + 1.0 / 60.0));
        let mut look = Look {
            center: place(t),
            motion: (ended.x - begun.x, ended.y - begun.y),
            roll_deg: self.base.roll_deg + 1.2 * wave(0.6, p[4], t),
            yaw_deg: self.base.yaw_deg + 1.5 * wave(0.5, p[5], t),
            module_px: self.base.module_px * (1.0 + 0.015 * wave(0.3, p[6], t)),
            moire_phase: t * 1.7,
            seed: self.seed ^ u64::from(frame) << 20,
            ..self.base
        };
        if self.kind.has(Kind::Hunting) {
            // in focus twice a second and a half
            let far = (wave(0.7, p[6], t)).abs() * self.base.module_px * 0.75 * strong;
            look.defocus = look.defocus.max(far);
        }
        if self.kind.has(Kind::MovingGlare) {
            look.glare = Some(Glare {
                x: 0.45 * wave(0.55, p[7], t),
                y: 0.40 * wave(0.43, p[6], t),
                radius: 0.15 * (0.5 + 0.5 * strong),
                strength: 260.0,
            });
        }
        if self.kind.has(Kind::Settling) {
            let start = if p[3] > PI { 2.6 } else { 0.22 };
            look.gain = 1.0 + (start - 1.0) * (-t / 0.18).exp() * strong;
        }
        look
    }

    pub(crate) fn frame(&self, frame: u32) -> GrayImage {
        draw(&self.modules, &self.look(frame))
    }
}
