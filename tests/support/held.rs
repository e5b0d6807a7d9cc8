//! A code on a phone's screen as one frame of a webcam sees it, one fault at a time: grey pixels with known truth.

use std::f32::consts::TAU;

use image::{GrayImage, Luma};
use tucai::domain::code::{CodeSymbol, CorrectionLevel};
use tucai::domain::geometry::Point;
use tucai::render::{Modules, Random, modules, symbol_of_bytes};

/// A reflection: a bright spot with soft edges, in sides of the symbol from its middle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glare {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) radius: f32,
    /// Grey levels that it adds in its middle.
    pub(crate) strength: f32,
}

/// How a code is held before the camera, and what the camera makes of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) size: (u32, u32),
    /// Middle of the symbol, pixels.
    pub(crate) center: Point,
    /// Pixels per module if held straight.
    pub(crate) module_px: f32,
    pub(crate) roll_deg: f32,
    pub(crate) yaw_deg: f32,
    pub(crate) pitch_deg: f32,
    /// Grey levels of the screen's white and black.
    pub(crate) light: f32,
    pub(crate) dark: f32,
    /// Deviation of the lens' blur, pixels.
    pub(crate) defocus: f32,
    /// Way of the phone while the frame is exposed, pixels.
    pub(crate) motion: (f32, f32),
    pub(crate) glare: Option<Glare>,
    /// Strength of the stripes between screen and sensor, 0 to 1, and their phase in turns.
    pub(crate) moire: f32,
    pub(crate) moire_phase: f32,
    /// Deviation of the sensor's noise, grey levels.
    pub(crate) noise: f32,
    /// Share of the modules that the picture on the phone has wrong.
    pub(crate) damage: f32,
    /// Factor of the exposure over everything.
    pub(crate) gain: f32,
    pub(crate) seed: u64,
}

impl Look {
    /// A good frame: whole, sharp, bright.
    pub(crate) const fn good(seed: u64) -> Self {
        Self {
            size: (1280, 720),
            center: Point { x: 640.0, y: 360.0 },
            module_px: 4.0,
            roll_deg: 3.0,
            yaw_deg: 4.0,
            pitch_deg: -5.0,
            light: 215.0,
            dark: 28.0,
            defocus: 0.6,
            motion: (0.0, 0.0),
            glare: None,
            moire: 0.0,
            moire_phase: 0.0,
            noise: 2.5,
            damage: 0.0,
            gain: 1.0,
            seed,
        }
    }
}

/// A code like those in use: an opaque text of 200 to 600 characters, level L or M.
pub(crate) fn code_of(seed: u64) -> CodeSymbol {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut r = Random::fork(seed, 0xC0DE);
    let length = 200 + r.below(401);
    let text: Vec<u8> = (0..length).map(|_| LETTERS[r.below(LETTERS.len())]).collect();
    let level = if r.chance(0.5) { CorrectionLevel::M } else { CorrectionLevel::L };
    symbol_of_bytes(&text, level).unwrap()
}

pub(crate) fn laid_out(symbol: &CodeSymbol) -> Modules {
    modules(symbol).unwrap()
}

type Matrix = [[f32; 3]; 3];

/// Modules from the middle of the symbol to pixels.
fn matrix(look: &Look, side: f32) -> Matrix {
    let distance = 4.0 * side;
    let (sr, cr) = look.roll_deg.to_radians().sin_cos();
    let (sy, cy) = look.yaw_deg.to_radians().sin_cos();
    let (sp, cp) = look.pitch_deg.to_radians().sin_cos();
    let (a, b) = ([cy, sp * sy, cp * sy], [0.0, cp, -sp]);
    let spin = |v: [f32; 3]| [v[0] * cr - v[1] * sr, v[0] * sr + v[1] * cr, v[2]];
    let (a, b) = (spin(a), spin(b));
    let w = [a[2] / distance, b[2] / distance, 1.0];
    let row = |i: usize, at: f32| [look.module_px * a[i] + at * w[0], look.module_px * b[i] + at * w[1], at];
    [row(0, look.center.x), row(1, look.center.y), w]
}

fn mapped(m: &Matrix, x: f32, y: f32) -> Point {
    let part = |r: [f32; 3]| r[0] * x + r[1] * y + r[2];
    let w = part(m[2]);
    Point::new(part(m[0]) / w, part(m[1]) / w)
}

fn inverse(m: &Matrix) -> Matrix {
    let cofactor = |r: usize, c: usize| {
        let (r1, r2, c1, c2) = ((r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3);
        m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
    };
    let determinant: f32 = (0..3).map(|i| m[0][i] * cofactor(0, i)).sum();
    std::array::from_fn(|r| std::array::from_fn(|c| cofactor(c, r) / determinant))
}

/// Corners of the symbol in the picture: its own top left first, clockwise.
pub(crate) fn corners(code: &Modules, look: &Look) -> [Point; 4] {
    let half = code.side() as f32 / 2.0;
    let m = matrix(look, code.side() as f32);
    [(-half, -half), (half, -half), (half, half), (-half, half)].map(|(x, y)| mapped(&m, x, y))
}

/// What the phone shows at a place, modules from the symbol's middle: 1 light, 0 dark; `None` beside the phone.
fn shown(code: &Modules, look: &Look, x: f32, y: f32) -> Option<f32> {
    let side = code.side() as f32;
    let (u, v) = (x + side / 2.0, y + side / 2.0);
    if x.abs() > side * 0.72 || y < -side * 0.95 || y > side * 1.15 {
        return None;
    }
    if x.abs() > side * 0.66 || y < -side * 0.88 || y > side * 1.08 {
        return Some(0.0);
    }
    let (column, row) = (u.floor() as i32, v.floor() as i32);
    let inside = u >= 0.0 && v >= 0.0 && u < side && v < side;
    if !inside {
        // a line of text under the code
        let text = (v - side * 1.12).abs() < side * 0.02 && x.abs() < side * 0.3 && (u * 0.9).fract() < 0.7;
        return Some(if text { 0.2 } else { 1.0 });
    }
    let mut dark = code.is_dark(column, row);
    if look.damage > 0.0 {
        let mut chance = Random::fork(look.seed ^ 0xDA_3A6E, (row as u64) << 16 | column as u64);
        // finder patterns stay, so that the code is seen
        let near = |at: i32| at < 8 || at >= code.side() as i32 - 8;
        if !(near(column) && near(row)) && chance.chance(look.damage) {
            dark = !dark;
        }
    }
    Some(if dark { 0.0 } else { 1.0 })
}

/// Draws the frame.
pub(crate) fn draw(code: &Modules, look: &Look) -> GrayImage {
    let (width, height) = look.size;
    let side = code.side() as f32;
    let inverse = inverse(&matrix(look, side));
    let behind = |x: f32, y: f32| 88.0 + 24.0 * (x * 0.004).sin() + 16.0 * (y * 0.007 + 1.0).cos();
    let reach = side * look.module_px * 1.6 + 4.0 * look.defocus + look.motion.0.hypot(look.motion.1) + 8.0;
    let span = |middle: f32, end: u32| {
        let low = (middle - reach).clamp(0.0, end as f32) as usize;
        (low, (middle + reach).clamp(low as f32, end as f32) as usize)
    };
    let ((left, right), (top, bottom)) = (span(look.center.x, width), span(look.center.y, height));
    let (w, h) = (right - left, bottom - top);
    let grid = if look.module_px < 4.0 { 3 } else { 2 };
    let moved = look.motion.0.hypot(look.motion.1);
    let steps = 1 + (moved / 1.2).min(8.0) as usize;
    let mut light = vec![0.0_f32; w * h];
    for (index, value) in light.iter_mut().enumerate() {
        let (px, py) = ((left + index % w) as f32, (top + index / w) as f32);
        let (mut sum, mut count) = (0.0, 0.0);
        for step in 0..steps {
            let share = if steps == 1 { 0.0 } else { step as f32 / (steps - 1) as f32 - 0.5 };
            for sub in 0..grid * grid {
                let x = px + ((sub % grid) as f32 + 0.5) / grid as f32 - look.motion.0 * share;
                let y = py + ((sub / grid) as f32 + 0.5) / grid as f32 - look.motion.1 * share;
                let at = mapped(&inverse, x, y);
                sum += shown(code, look, at.x, at.y)
                    .map_or_else(|| behind(px, py), |part| look.dark + (look.light - look.dark) * part);
                count += 1.0;
            }
        }
        *value = sum / count;
    }
    blur(&mut light, w, h, look.defocus);
    let mut noise = Random::fork(look.seed, 0x0153);
    GrayImage::from_fn(width, height, |x, y| {
        let (fx, fy) = (x as f32, y as f32);
        let (column, row) = ((x as usize).wrapping_sub(left), (y as usize).wrapping_sub(top));
        let mut value = if column < w && row < h { light[row * w + column] } else { behind(fx, fy) };
        let at = mapped(&inverse, fx + 0.5, fy + 0.5);
        let on_phone = at.x.abs() < side * 0.66 && at.y > -side * 0.88 && at.y < side * 1.08;
        if on_phone && look.moire > 0.0 {
            let a = (fx * 0.31 + fy * 0.045 + look.moire_phase * TAU).sin();
            let b = (fy * 0.27 - fx * 0.03 + look.moire_phase * 4.1).sin();
            value *= 1.0 + look.moire * 0.45 * a * b;
        }
        if on_phone && let Some(glare) = look.glare {
            let far = (at.x / side - glare.x).hypot(at.y / side - glare.y) / glare.radius;
            value += glare.strength * (1.3 - far).clamp(0.0, 1.0).powi(2).min(1.0) * 1.4;
        }
        value = value * look.gain + look.noise * noise.normal();
        Luma([value.round().clamp(0.0, 255.0) as u8])
    })
}

/// A bell of this deviation in pixels.
fn blur(light: &mut [f32], w: usize, h: usize, deviation: f32) {
    if deviation < 0.2 || w == 0 || h == 0 {
        return;
    }
    let reach = (deviation * 2.6).ceil() as isize;
    let mut taps: Vec<f32> = (-reach..=reach).map(|i| (-(i as f32 / deviation).powi(2) / 2.0).exp()).collect();
    let total: f32 = taps.iter().sum();
    for tap in &mut taps {
        *tap /= total;
    }
    for (dx, dy) in [(1_isize, 0_isize), (0, 1)] {
        let from = light.to_vec();
        for (index, value) in light.iter_mut().enumerate() {
            let (x, y) = ((index % w) as isize, (index / w) as isize);
            *value = (-reach..=reach)
                .zip(&taps)
                .map(|(step, tap)| {
                    let sx = (x + step * dx).clamp(0, w as isize - 1) as usize;
                    let sy = (y + step * dy).clamp(0, h as isize - 1) as usize;
                    from[sy * w + sx] * tap
                })
                .sum();
        }
    }
}
