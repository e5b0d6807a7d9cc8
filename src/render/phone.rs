//! A phone that shows a 采集码: dark frame, bright page, symbol, lines like text and the tail of a number.

use std::ops::Range;

use crate::domain::code::CodeSymbol;
use crate::domain::geometry::Point;

use super::color::{Color, bell, linear, over, scale, smooth};
use super::layer::{Area, Layer};
use super::random::Random;
use super::symbol::{Modules, SymbolError, modules};
use super::truth::CodeTruth;

/// Height of the phone in its own widths.
const TALL: f32 = 2.02;
/// Left edge, top edge and side of the symbol without its quiet zone, phone widths from the middle.
const SYMBOL: (f32, f32, f32) = (-0.385, -0.50, 0.77);

/// A phone with a page on its screen. Units of its layer: phone widths from its middle.
pub struct Phone {
    layer: Layer,
    symbol: CodeSymbol,
}

/// How the phone is held in one picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PhonePose {
    /// Middle of the phone, pixels of the picture.
    pub center: Point,
    /// Width of the phone if held straight, pixels.
    pub width: f32,
    /// Turn in the picture plane, degrees clockwise.
    pub roll_deg: f32,
    /// The right edge farther away, degrees.
    pub yaw_deg: f32,
    /// The upper edge farther away, degrees.
    pub pitch_deg: f32,
    /// 1 bright screen, 0.2 dimmed.
    pub brightness: f32,
    /// Strength of the stripes between screen and sensor, 0 to 1.
    pub moire: f32,
}

impl PhonePose {
    /// Straight before the camera.
    pub const fn straight(center: Point, width: f32) -> Self {
        Self { center, width, roll_deg: 0.0, yaw_deg: 0.0, pitch_deg: 0.0, brightness: 1.0, moire: 0.0 }
    }

    /// Matrix from phone widths to pixels: columns of a homography.
    fn matrix(&self) -> [[f32; 3]; 3] {
        const DISTANCE: f32 = 4.0;
        let (sr, cr) = self.roll_deg.to_radians().sin_cos();
        let (sy, cy) = self.yaw_deg.to_radians().sin_cos();
        let (sp, cp) = self.pitch_deg.to_radians().sin_cos();
        // Columns of Rz(roll) * Rx(pitch) * Ry(yaw) for points (x, y, 0).
        let a = [cy, sp * sy, cp * sy];
        let b = [0.0, cp, -sp];
        let spin = |v: [f32; 3]| [v[0] * cr - v[1] * sr, v[0] * sr + v[1] * cr, v[2]];
        let (a, b) = (spin(a), spin(b));
        let w = [a[2] / DISTANCE, b[2] / DISTANCE, 1.0];
        let row = |i: usize, at: f32| [self.width * a[i] + at * w[0], self.width * b[i] + at * w[1], at];
        [row(0, self.center.x), row(1, self.center.y), w]
    }

    fn place(&self, x: f32, y: f32) -> Point {
        let m = self.matrix();
        let w = m[2][0] * x + m[2][1] * y + m[2][2];
        Point::new((m[0][0] * x + m[0][1] * y + m[0][2]) / w, (m[1][0] * x + m[1][1] * y + m[1][2]) / w)
    }
}

impl Phone {
    /// A phone that shows this symbol; `tail` are the four digits beside it.
    ///
    /// `width` is about the phone's width in pixels when it is held up.
    pub fn new(symbol: &CodeSymbol, tail: &str, seed: u64, width: f32) -> Result<Self, SymbolError> {
        let code = modules(symbol)?;
        let mut layer = Layer::new(
            Area { left: -0.56, top: -TALL / 2.0 - 0.06, right: 0.56, bottom: TALL / 2.0 + 0.06 },
            width.clamp(80.0, 1200.0) * 1.5,
        );
        let page = Page::new(&code, tail, seed);
        let pixel = 1.0 / layer.density;
        let whole = Area { left: -1.0, top: -2.0, right: 1.0, bottom: 2.0 };
        layer.paint(whole, |x, y, texel| {
            let outside = rounded(x, y, 0.5, TALL / 2.0, 0.085);
            let body = (0.5 - outside / pixel).clamp(0.0, 1.0);
            if body <= 0.0 {
                let shadow = 0.35 * smooth(0.05, 0.0, outside);
                over(texel, [0.0; 3], shadow);
                return;
            }
            let edge = 0.05 * bell((outside + 0.008) / 0.004);
            over(texel, [0.010 + edge, 0.010 + edge, 0.012 + edge], body);
            let screen = (0.5 - rounded(x, y, 0.472, TALL / 2.0 - 0.030, 0.060) / pixel).clamp(0.0, 1.0);
            over(texel, page.color(x, y, pixel), screen);
            let notch = (x / 0.016).hypot((y + TALL / 2.0 - 0.062) / 0.016);
            over(texel, [0.004; 3], smooth(1.1, 0.9, notch) * body);
        });
        Ok(Self { layer, symbol: symbol.clone() })
    }

    pub(super) fn truth(&self, pose: &PhonePose) -> CodeTruth {
        let (x, y, side) = SYMBOL;
        let corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)];
        CodeTruth { corners: corners.map(|(x, y)| pose.place(x, y)), symbol: self.symbol.clone() }
    }

    /// Columns of a row that the phone may cover.
    pub(super) fn columns(&self, pose: &PhonePose, y: u32, width: usize) -> Range<usize> {
        let half = self.layer.width as f32 / self.layer.density / 2.0;
        let tall = self.layer.height as f32 / self.layer.density / 2.0;
        let corners = [(-half, -tall), (half, -tall), (half, tall), (-half, tall)].map(|(x, y)| pose.place(x, y));
        let fold = |of: fn(&Point) -> f32| {
            corners.iter().map(of).fold((f32::MAX, f32::MIN), |(low, high), value| (low.min(value), high.max(value)))
        };
        let ((left, right), (top, bottom)) = (fold(|p| p.x), fold(|p| p.y));
        if (y as f32) < top || y as f32 > bottom {
            return 0..0;
        }
        let from = (left.max(0.0) as usize).min(width);
        from..((right + 2.0).max(0.0) as usize).clamp(from, width)
    }

    /// Puts the phone over one row of a picture in linear light.
    pub(super) fn blend(&self, pose: &PhonePose, y: u32, row: &mut [Color]) {
        let m = pose.matrix();
        let Some(inverse) = invert(&m) else { return };
        let columns = self.columns(pose, y, row.len());
        let py = y as f32 + 0.5;
        let layer = &self.layer;
        let first = columns.start as f32 + 0.5;
        let mut stripes = [Wave::new(first * 0.31 + py * 0.045, 0.31), Wave::new(py * 0.27 - first * 0.03, -0.03)];
        for (x, pixel) in row.iter_mut().enumerate().take(columns.end).skip(columns.start) {
            let px = x as f32 + 0.5;
            let [fine, coarse] = stripes.each_mut().map(Wave::next);
            let part = |r: [f32; 3]| r[0] * px + r[1] * py + r[2];
            let w = part(inverse[2]);
            let (u, v) = (part(inverse[0]) / w, part(inverse[1]) / w);
            let above = layer.sample((u - layer.left) * layer.density, (v - layer.top) * layer.density);
            if above[3] > 0.002 {
                let gain = pose.brightness * (1.0 + pose.moire * 0.16 * fine * coarse);
                let keep = 1.0 - above[3];
                *pixel = std::array::from_fn(|i| pixel[i] * keep + above[i] * gain);
            }
        }
    }
}

/// A sine along a row, turned on from pixel to pixel: working each out anew takes longer than all else of a phone.
struct Wave {
    sin: f32,
    cos: f32,
    step: (f32, f32),
}

impl Wave {
    fn new(angle: f32, step: f32) -> Self {
        let (sin, cos) = angle.sin_cos();
        Self { sin, cos, step: step.sin_cos() }
    }

    fn next(&mut self) -> f32 {
        let (now, (sin, cos)) = (self.sin, self.step);
        (self.sin, self.cos) = (self.sin * cos + self.cos * sin, self.cos * cos - self.sin * sin);
        now
    }
}

/// Signed distance to a rounded box around the middle.
fn rounded(x: f32, y: f32, half_w: f32, half_h: f32, corner: f32) -> f32 {
    let (dx, dy) = (x.abs() - half_w + corner, y.abs() - half_h + corner);
    dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - corner
}

/// What the screen shows.
struct Page<'a> {
    code: &'a Modules,
    tail: Vec<u8>,
    seed: u64,
}

const INK: Color = [0.03, 0.035, 0.045];
const PALE: Color = [0.42, 0.44, 0.47];

impl<'a> Page<'a> {
    fn new(code: &'a Modules, tail: &str, seed: u64) -> Self {
        Self { code, tail: tail.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect(), seed }
    }

    fn color(&self, x: f32, y: f32, pixel: f32) -> Color {
        let white = linear([250, 250, 251]);
        if y < -0.72 {
            let mut color = linear([36, 108, 196]);
            if self.line(x, y, -0.83, -0.20, 0.20, 0.055, 1) {
                color = linear([240, 246, 255]);
            }
            if y < -0.93
                && (self.line(x, y, -0.965, -0.42, -0.30, 0.03, 2) || self.line(x, y, -0.965, 0.28, 0.42, 0.03, 3))
            {
                color = linear([220, 232, 250]);
            }
            return color;
        }
        let card = rounded(x, y + 0.02, 0.445, 0.66, 0.03);
        if card > 0.0 {
            return linear([236, 240, 245]);
        }
        if self.line(x, y, -0.615, -0.38, 0.04, 0.05, 4) || self.line(x, y, 0.53, -0.38, -0.06, 0.04, 5) {
            return PALE;
        }
        if self.digits(x, y) {
            return INK;
        }
        if self.line(x, y, 0.775, -0.30, 0.30, 0.03, 6) {
            return scale(PALE, 1.4);
        }
        let (left, top, side) = SYMBOL;
        let modules = self.code.side() as f32;
        let (u, v) = ((x - left) / side * modules, (y - top) / side * modules);
        if u < -1.0 || v < -1.0 || u > modules + 1.0 || v > modules + 1.0 {
            return white;
        }
        let dark = self.dark_share(u, v, pixel / side * modules);
        [0, 1, 2].map(|i| INK[i] * dark + white[i] * (1.0 - dark))
    }

    /// Share of dark modules in one texel, so that modules of any pitch keep their width.
    fn dark_share(&self, u: f32, v: f32, size: f32) -> f32 {
        let half = (size * 0.5).min(0.5);
        let axis = |at: f32| {
            let (low, high) = (at - half, at + half);
            let (a, b) = (low.floor(), high.floor());
            let split = if a == b { 1.0 } else { (b - low) / (high - low) };
            ((a as i32, split), (b as i32, 1.0 - split))
        };
        let (columns, rows) = (axis(u), axis(v));
        let mut share = 0.0;
        for (column, wu) in [columns.0, columns.1] {
            for (row, wv) in [rows.0, rows.1] {
                if self.code.is_dark(column, row) {
                    share += wu * wv;
                }
            }
        }
        share
    }

    /// A bar broken into words, where a page has a line of text.
    fn line(&self, x: f32, y: f32, middle: f32, from: f32, to: f32, size: f32, number: u64) -> bool {
        let half = size * 0.32;
        if x < from || x > to || (y - middle).abs() > half {
            return false;
        }
        let mut r = Random::fork(self.seed ^ (number << 8), 70);
        let mut start = from;
        while start < to {
            let end = (start + size * r.range(1.6, 4.0)).min(to);
            if x >= start && x <= end {
                let (dx, dy) = (((x - start).min(end - x) - half).min(0.0), y - middle);
                return dx.hypot(dy) <= half;
            }
            start = end + size * 0.35;
        }
        false
    }

    /// Dots for the hidden part of the number, then its tail in seven strokes each.
    fn digits(&self, x: f32, y: f32) -> bool {
        const STROKES: [u8; 10] = [0x7E, 0x30, 0x6D, 0x79, 0x33, 0x5B, 0x5F, 0x70, 0x7F, 0x7B];
        let (top, high, wide, pitch) = (0.375, 0.085, 0.048, 0.072);
        let start = 0.38 - pitch * self.tail.len() as f32 + 0.02;
        if x < start {
            let dots = (x + 0.36) / 0.045;
            return dots > 0.0
                && x < start - 0.04
                && (dots.fract() - 0.5).abs() < 0.26
                && (y - top - high * 0.5).abs() < 0.012;
        }
        let cell = ((x - start) / pitch) as usize;
        let Some(strokes) = self.tail.get(cell).and_then(|digit| STROKES.get(usize::from(*digit))) else {
            return false;
        };
        let (u, v) = ((x - start - cell as f32 * pitch) / wide, (y - top) / high);
        if !(0.0..=1.0).contains(&u) || !(0.0..=1.0).contains(&v) {
            return false;
        }
        let (left, right, thin) = (u < 0.22, u > 0.78, 0.12);
        let on = |bit: u8| strokes & bit != 0;
        (on(0x40) && v < thin)
            || (on(0x20) && right && v < 0.5)
            || (on(0x10) && right && v >= 0.5)
            || (on(0x08) && v > 1.0 - thin)
            || (on(0x04) && left && v >= 0.5)
            || (on(0x02) && left && v < 0.5)
            || (on(0x01) && (v - 0.5).abs() < thin * 0.5)
    }
}

fn invert(m: &[[f32; 3]; 3]) -> Option<[[f32; 3]; 3]> {
    let cofactor = |r: usize, c: usize| {
        let (r1, r2, c1, c2) = ((r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3);
        m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
    };
    let determinant = m[0][0] * cofactor(0, 0) + m[0][1] * cofactor(0, 1) + m[0][2] * cofactor(0, 2);
    (determinant.abs() > 1e-6).then(|| std::array::from_fn(|r| std::array::from_fn(|c| cofactor(c, r) / determinant)))
}
