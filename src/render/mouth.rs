//! Lips, and what is behind them when the mouth opens.

use super::color::{Color, Texel, bell, blend, over, scale, smooth, times};
use super::head::{Light, mouth_line, skin_color};
use super::layer::{Area, Layer};
use super::person::Person;
use super::pose::Pose;
use super::random::noise;

/// The mouth of one person.
pub(super) struct Mouth {
    y: f32,
    half_width: f32,
    upper: f32,
    lower: f32,
    lips: Color,
    lit: Color,
    seed: u32,
}

impl Mouth {
    pub(super) fn new(person: &Person, light: Light) -> Self {
        let skin = skin_color(person);
        let depth = person.skin.depth;
        // Lips: redder and darker than the skin around them, less so in dark skin.
        let lips = blend(times(skin, [0.66, 0.40, 0.44]), [0.36, 0.10, 0.11], 0.35 * (1.0 - depth));
        Self {
            y: mouth_line(person),
            half_width: person.face.mouth_width / 2.0,
            upper: person.face.lip_height * 0.42,
            lower: person.face.lip_height * 0.58,
            lips,
            lit: light.on([0.0, 0.05, 0.99], 1.0),
            seed: person.seed as u32 ^ 0x30,
        }
    }

    pub(super) fn area(&self) -> Area {
        let w = self.half_width * 1.35;
        Area { left: -w, right: w, top: self.y - self.upper * 2.0 - 0.01, bottom: self.y + self.lower + 0.21 }
    }

    /// Draws the mouth over skin.
    pub(super) fn paint(&self, layer: &mut Layer, pose: &Pose) {
        let pixel = 1.0 / layer.density;
        let gap = 0.13 * pose.mouth.clamp(0.0, 1.0) + 0.035 * pose.smile.clamp(0.0, 1.0);
        let half = self.half_width * (1.0 + 0.14 * pose.smile - 0.10 * pose.mouth);
        layer.paint(self.area(), |x, y, texel| self.texel(x, y, half, gap, pose.smile, pixel, texel));
    }

    fn texel(&self, x: f32, y: f32, half: f32, gap: f32, smile: f32, pixel: f32, texel: &mut Texel) {
        let u = x / half;
        let a = u.abs();
        let ends = (1.0 - a.min(1.0).powf(2.2)).max(0.0);
        let line = self.y + 0.006 * bell(u / 0.16) - 0.004 * bell((a - 0.45) / 0.2) - (0.011 + smile * 0.030) * a * a;
        let open = gap * ends.powf(0.7);
        let (top_line, low_line) = (line - open * 0.22, line + open * 0.78);
        let bow = 1.0 - 0.24 * bell(u / 0.11) + 0.10 * bell((a - 0.24) / 0.16);
        let top = top_line - self.upper * bow * (1.0 - a.min(1.0).powf(1.6)).max(0.0) - 0.001;
        let bottom = low_line + self.lower * (1.0 - a.min(1.0).powf(2.6)).max(0.0).powf(0.8) + 0.001;
        let soft = 0.0085;
        if a < 1.02 {
            let in_upper = smooth(top - soft, top + soft, y) * smooth(top_line + pixel, top_line - pixel, y);
            let in_lower = smooth(bottom + soft, bottom - soft, y) * smooth(low_line - pixel, low_line + pixel, y);
            let wrinkle = 1.0 + 0.09 * noise(x * 120.0 + u * 14.0, y * 18.0, self.seed);
            if in_upper > 0.0 {
                let down = ((y - top) / (top_line - top).max(0.004)).clamp(0.0, 1.0);
                let shade = (0.96 - 0.20 * down) * wrinkle;
                self.lip(texel, shade, in_upper * 0.80 * smooth(1.02, 0.82, a));
            }
            if in_lower > 0.0 {
                let down = ((y - low_line) / (bottom - low_line).max(0.004)).clamp(0.0, 1.0);
                let glow = 0.24 * bell((down - 0.42) / 0.20) * bell(u / 0.42);
                let shade = (0.98 + glow - 0.20 * smooth(0.5, 1.0, down) - 0.12 * smooth(0.2, 0.0, down)) * wrinkle;
                self.lip(texel, shade, in_lower * 0.76 * smooth(1.02, 0.72, a));
            }
            if open > pixel * 0.5 {
                let inside =
                    smooth(top_line - pixel, top_line + pixel, y) * smooth(low_line + pixel, low_line - pixel, y);
                self.inside(x, (y - top_line) / open, u, inside, texel);
            }
            let seam = bell((y - line) / 0.0048) * smooth(1.03, 0.75, a) * smooth(0.012, 0.0, open);
            over_skin(texel, scale(times(self.lips, self.lit), 0.16), seam * 0.88);
        }
        let corner = bell((a - 1.0) / 0.06) * bell((y - line) / 0.010) * 0.34;
        over_skin(texel, scale(times(self.lips, self.lit), 0.25), corner);
        let under = bell((y - bottom - 0.012) / 0.010) * smooth(0.85, 0.2, a) * 0.22;
        over_skin(texel, scale(times(self.lips, self.lit), 0.55), under);
    }

    fn lip(&self, texel: &mut Texel, shade: f32, coverage: f32) {
        over_skin(texel, scale(times(self.lips, self.lit), shade), coverage);
    }

    /// Teeth above a dark throat; `down` from 0 at the upper lip to 1 at the lower one.
    fn inside(&self, x: f32, down: f32, u: f32, coverage: f32, texel: &mut Texel) {
        let mut color = [0.030, 0.008, 0.008];
        let tooth = smooth(0.62, 0.50, down) * smooth(0.92, 0.78, u.abs());
        let gaps = 1.0 - 0.35 * bell(((x / 0.034 + 0.5).rem_euclid(1.0) - 0.5).abs().mul_add(-1.0, 0.5) / 0.035);
        let white = scale([0.72, 0.68, 0.60], gaps * (0.95 - 0.45 * u * u) * (0.55 + 0.45 * smooth(0.0, 0.2, down)));
        color = blend(color, times(white, self.lit), tooth);
        over_skin(texel, color, coverage);
    }
}

fn over_skin(texel: &mut Texel, color: Color, amount: f32) {
    if amount > 0.003 {
        over(texel, scale(color, texel[3]), amount.min(1.0) * texel[3].min(1.0));
    }
}
