//! Hair as thousands of strokes along the flow of a style, over a soft dark bed.
//!
//! The cap is a band between hairline and outer edge: `s` runs along it from -1 (left ear) to 1 (right ear), `b`
//! across from 0 (hairline) to 1 (edge). A strand is a path in these two numbers.

use super::color::{Color, bell, blend, linear, over, scale, smooth};
use super::head::Light;
use super::layer::{Area, Layer, curve};
use super::outline::{Outline, hair_edge, hairline};
use super::person::{HairStyle, Person};
use super::random::{Random, cloud, noise};

/// Hair of one person.
pub(super) struct HairDrawing<'a> {
    person: &'a Person,
    edge: Outline,
    base: Color,
    light: Light,
}

impl<'a> HairDrawing<'a> {
    pub(super) fn new(person: &'a Person, light: Light) -> Self {
        Self { person, edge: Outline::hair(person), base: linear(person.hair.color), light }
    }

    fn band(&self, s: f32, b: f32) -> (f32, f32) {
        let root = hairline(self.person, s);
        let edge = hair_edge(&self.edge, s);
        (root.0 + (edge.0 - root.0) * b, root.1 + (edge.1 - root.1) * b)
    }

    /// Colour of a strand at a place of the cap: a sheen where the lamps mirror, darker at the rim.
    fn strand_color(&self, tone: f32, x: f32, y: f32, sheen: f32) -> Color {
        let side = if x < 0.0 { self.light.left } else { self.light.right };
        let lit = 0.62 + 0.38 * side.min(1.4) - 0.30 * smooth(0.30, 0.58, x.abs());
        let up = 0.80 + 0.35 * smooth(0.1, -0.6, y);
        let body = scale(self.base, tone * lit * up);
        let gloss = sheen * (0.050 + 0.24 * self.base[0]);
        [body[0] + gloss * 1.02, body[1] + gloss, body[2] + gloss * 1.02]
    }

    /// Draws the hair that lies on the head.
    pub(super) fn paint_cap(&self, layer: &mut Layer) {
        match self.person.hair.style {
            HairStyle::Bald => self.wreath(layer),
            HairStyle::Cropped => self.cropped(layer),
            HairStyle::SideParted => self.side_parted(layer),
            HairStyle::BrushedUp => self.brushed_up(layer),
            HairStyle::Curly | HairStyle::Tall => self.curls(layer),
            HairStyle::Bob | HairStyle::Long | HairStyle::LongInFront => self.parted(layer),
            HairStyle::Tied => self.tied(layer),
        }
    }

    /// Fills the band so that no skin shows between strands.
    fn bed(&self, layer: &mut Layer, opacity: f32, reach: f32) {
        let mut r = Random::fork(self.person.seed, 41);
        let color = scale(self.base, 0.55);
        for i in 0..700 {
            let s = (i as f32 + r.unit()) / 350.0 - 1.0;
            if s.abs() > reach {
                continue;
            }
            let points: Vec<_> = (0..=8).map(|k| self.band(s, 0.05 + 0.925 * k as f32 / 8.0)).collect();
            let side = smooth(reach, reach - 0.25, s.abs());
            layer.stroke(
                &points,
                |t| 0.010 * (0.25 + 0.75 * smooth(0.0, 0.3, t)),
                |t| (color, opacity * smooth(-0.05, 0.25, t) * (0.25 + 0.75 * side)),
            );
        }
    }

    /// One strand along a path of the band, with its sheen.
    fn strand(&self, layer: &mut Layer, path: &[(f32, f32)], width: f32, tone: f32, opacity: f32, taper: (f32, f32)) {
        let points: Vec<_> = path.iter().map(|&(s, b)| self.band(s, b)).collect();
        let last = (path.len() - 1) as f32;
        layer.stroke(
            &points,
            |t| width * (1.0 - taper.1 * t),
            |t| {
                let i = ((t * last) as usize).min(path.len() - 1);
                let (s, b) = path[i];
                let (x, y) = points[i];
                let ripple = 0.10 * noise(s * 7.0, 3.0, self.person.seed as u32);
                let sheen = bell((b - 0.50 - ripple) / 0.16) * (1.0 - 0.6 * s.abs()) * (tone * 0.8);
                let fade = smooth(-0.02, taper.0.max(0.02), t) * smooth(1.02, 0.90, t);
                let shade = tone * (0.55 + 0.45 * smooth(-0.05, 0.35, b)) * (1.0 - 0.35 * smooth(0.8, 1.05, b));
                (self.strand_color(shade, x, y, sheen), opacity * fade * (0.30 + 0.70 * smooth(-0.02, 0.14, b)))
            },
        );
    }

    fn side_parted(&self, layer: &mut Layer) {
        self.bed(layer, 0.9, 1.0);
        let part = self.person.hair.parting;
        let away = -part.signum();
        let mut r = Random::fork(self.person.seed, 42);
        for i in 0..3400 {
            let depth = i as f32 / 3400.0;
            let s0 = r.range(-1.0, 1.0);
            let temple = smooth(0.55, 0.85, s0.abs());
            // The long side sweeps away from the parting, the short side falls straight.
            let swept = if (s0 - part) * away > 0.0 { away * r.range(0.10, 0.34) } else { -away * r.range(0.05, 0.16) };
            // Close to the parting hair stands up before it falls, so that no gap opens.
            let apart = ((s0 - part).abs() * 5.0).min(1.0);
            let s1 = (s0 + swept * apart * (1.0 - temple) * 1.2).clamp(-1.0, 1.0);
            let b0 = if temple > 0.5 { r.range(-0.02, 0.7) } else { r.range(-0.02, 0.25) };
            let b1 = (b0 + r.range(0.4, 0.9)).min(r.range(0.90, 1.02));
            let path: Vec<_> = if temple > r.unit() {
                temple_path(&mut r, s0)
            } else {
                (0..=8)
                    .map(|k| {
                        let t = k as f32 / 8.0;
                        (s0 + (s1 - s0) * t * t.sqrt(), b0 + (b1 - b0) * t)
                    })
                    .collect()
            };
            let tone = r.range(0.55, 1.35) * (0.8 + 0.4 * depth);
            self.strand(layer, &path, r.range(0.0022, 0.0048), tone, r.range(0.5, 0.95), (0.15, 0.5));
        }
        self.flyaways(layer, 60);
    }

    fn brushed_up(&self, layer: &mut Layer) {
        self.bed(layer, 0.9, 1.0);
        let mut r = Random::fork(self.person.seed, 43);
        let sweep = -self.person.hair.parting.signum() * 0.14;
        for i in 0..3400 {
            let depth = i as f32 / 3400.0;
            let s0 = r.range(-1.0, 1.0);
            let top = smooth(0.75, 0.30, s0.abs());
            let wave = 0.12 * noise(s0 * 9.0, 1.0, self.person.seed as u32 ^ 5);
            let s1 = s0 + (sweep + wave) * top * r.range(0.6, 1.2);
            let b0 = r.range(-0.02, 0.55);
            let tuft = 0.05 * noise(s0 * 14.0, 7.0, self.person.seed as u32 ^ 6);
            let b1 = (b0 + r.range(0.35, 0.8)).min(r.range(0.90, 1.01) + tuft * top);
            let path: Vec<_> = if smooth(0.50, 0.80, s0.abs()) > r.unit() {
                temple_path(&mut r, s0)
            } else {
                (0..=8)
                    .map(|k| {
                        let t = k as f32 / 8.0;
                        (s0 + (s1 - s0) * t * t, b0 + (b1 - b0) * t)
                    })
                    .collect()
            };
            let tone = r.range(0.5, 1.4) * (0.75 + 0.45 * depth);
            self.strand(layer, &path, r.range(0.0022, 0.0050), tone, r.range(0.5, 0.95), (0.12, 0.6));
        }
        self.flyaways(layer, 80);
    }

    fn parted(&self, layer: &mut Layer) {
        self.bed(layer, 0.97, 1.0);
        let part = self.person.hair.parting;
        let mut r = Random::fork(self.person.seed, 44);
        for i in 0..3600 {
            let depth = i as f32 / 3600.0;
            let side = if r.chance(0.5) { 1.0 } else { -1.0 };
            let b0 = r.range(-0.015, 1.0);
            let drift = 0.05 * noise(b0 * 8.0, side, self.person.seed as u32 ^ 8);
            let end = side * r.range(0.72, 1.0);
            let start = part + side * r.range(0.0, 0.02) + r.unit().powi(3) * (end - part) * 0.7;
            let path: Vec<_> = (0..=12)
                .map(|k| {
                    let t = k as f32 / 12.0;
                    let s = start + (end - start) * t;
                    let belly = drift * (t * std::f32::consts::PI).sin();
                    (s, (b0 + belly + 0.10 * t * (0.5 - b0)).clamp(-0.02, 1.01))
                })
                .collect();
            let tone = r.range(0.6, 1.35) * (0.8 + 0.4 * depth);
            self.strand(layer, &path, r.range(0.0022, 0.0046), tone, r.range(0.45, 0.95), (0.03, 0.35));
        }
        self.parting(layer, part);
        self.flyaways(layer, 50);
    }

    /// The light line of scalp where hair is parted.
    fn parting(&self, layer: &mut Layer, part: f32) {
        let points: Vec<_> = (0..=8).map(|k| self.band(part, 0.02 + 0.75 * k as f32 / 8.0)).collect();
        let scalp = scale(super::head::front_lit(self.person, self.light), 0.62);
        layer.stroke(&points, |t| 0.0042 * (1.0 - 0.8 * t), |t| (scalp, 0.55 * (1.0 - t)));
    }

    fn tied(&self, layer: &mut Layer) {
        self.bed(layer, 0.95, 0.97);
        let mut r = Random::fork(self.person.seed, 45);
        for i in 0..3400 {
            let depth = i as f32 / 3400.0;
            let s0 = r.range(-0.97, 0.97);
            let b0 = r.range(-0.02, 0.6);
            let s1 = s0 * r.range(0.80, 0.90);
            let b1 = (b0 + r.range(0.4, 0.9)).min(r.range(0.93, 1.0));
            let path: Vec<_> = (0..=8)
                .map(|k| {
                    let t = k as f32 / 8.0;
                    (s0 + (s1 - s0) * t, b0 + (b1 - b0) * t)
                })
                .collect();
            let tone = r.range(0.6, 1.3) * (0.8 + 0.4 * depth);
            self.strand(layer, &path, r.range(0.0018, 0.0036), tone, r.range(0.4, 0.9), (0.25, 0.4));
        }
        self.flyaways(layer, 40);
    }

    fn cropped(&self, layer: &mut Layer) {
        self.bed(layer, 0.50, 1.0);
        let mut r = Random::fork(self.person.seed, 46);
        for _ in 0..5200 {
            let s = r.range(-1.0, 1.0);
            let b = r.unit();
            let thin = smooth(0.0, 0.12, b) * (0.55 + 0.45 * smooth(1.0, 0.6, s.abs()));
            let path = [(s, b), (s + r.range(-0.012, 0.012), (b + r.range(0.03, 0.08)).min(1.01))];
            self.strand(layer, &path, r.range(0.0022, 0.0036), r.range(0.6, 1.3), 0.62 * thin, (0.05, 0.4));
        }
    }

    fn wreath(&self, layer: &mut Layer) {
        let mut r = Random::fork(self.person.seed, 47);
        for _ in 0..3000 {
            let side = if r.chance(0.5) { 1.0 } else { -1.0 };
            let s = side * (1.0 - 0.36 * r.unit());
            let b = r.unit();
            let thin = smooth(0.66, 0.86, s.abs()) * smooth(0.0, 0.2, b);
            let path = [(s, b), (s + side * r.range(0.005, 0.03), (b + r.range(0.05, 0.2)).min(1.0))];
            self.strand(layer, &path, r.range(0.0020, 0.0034), r.range(0.7, 1.4), 0.6 * thin, (0.1, 0.4));
        }
    }

    fn curls(&self, layer: &mut Layer) {
        let tall = self.person.hair.style == HairStyle::Tall;
        let seed = self.person.seed as u32;
        self.bed(layer, 0.97, 1.0);
        let mut r = Random::fork(self.person.seed, 48);
        let (count, size) = if tall { (5200, 0.016) } else { (3000, 0.024) };
        for i in 0..count {
            let depth = i as f32 / count as f32;
            let s = r.range(-1.0, 1.0);
            let b = r.range(0.0, 1.0).powf(0.8);
            let lump = 0.04 * noise(s * 16.0, b * 6.0, seed ^ 0x0B);
            let (x, y) = self.band(s, (b + lump).min(1.0));
            let turn = r.range(0.0, std::f32::consts::TAU);
            let radius = size * r.range(0.5, 1.1);
            let points: Vec<_> = (0..=10)
                .map(|k| {
                    let angle = turn + k as f32 * 0.5;
                    (x + radius * angle.cos(), y + radius * 0.8 * angle.sin() + 0.002 * k as f32)
                })
                .collect();
            let tone =
                r.range(0.5, 1.3) * (0.65 + 0.6 * depth) * (0.75 + 0.35 * cloud(x * 14.0, y * 14.0, seed ^ 0x0C));
            let sheen = 0.7 * bell((b - 0.5) / 0.25) * r.unit();
            layer.stroke(
                &points,
                |t| 0.0034 * (1.0 - 0.5 * t),
                |t| {
                    let curl = bell((t - 0.35) / 0.2);
                    (self.strand_color(tone, x, y, sheen * curl), 0.85 * smooth(-0.05, 0.08, b + 0.05))
                },
            );
        }
        self.flyaways(layer, 70);
    }

    /// Single hairs that stand off the outline.
    fn flyaways(&self, layer: &mut Layer, count: usize) {
        let mut r = Random::fork(self.person.seed, 49);
        for _ in 0..count {
            let s = r.range(-0.9, 0.9);
            let lean = r.range(-0.10, 0.10);
            let out = r.range(1.01, 1.06);
            let path = [(s, 0.86), (s + lean * 0.4, f32::midpoint(0.95, out)), (s + lean, out)];
            self.strand(layer, &path, 0.0014, r.range(0.8, 1.6), r.range(0.2, 0.5), (0.3, 0.5));
        }
    }

    /// Hair that hangs from the hairline over brows and eyes.
    pub(super) fn paint_fringe(&self, layer: &mut Layer) {
        let mut r = Random::fork(self.person.seed, 51);
        for i in 0..1500 {
            let depth = i as f32 / 1500.0;
            let s = r.range(-0.62, 0.62);
            let root = self.band(s, r.range(0.0, 0.5));
            let end = 0.035 + 0.06 * noise(s * 9.0, 2.0, self.person.seed as u32) - 0.12 * r.unit().powi(3);
            let tip = (root.0 * 1.06 + 0.02 * noise(s * 14.0, depth, 5), end);
            let bend = (root.0 * 1.05, f32::midpoint(root.1, end) - 0.05);
            let tone = r.range(0.5, 1.3) * (0.6 + 0.5 * depth);
            let width = if depth < 0.25 { 0.010 } else { r.range(0.0020, 0.0044) };
            layer.stroke(
                &curve(root, bend, tip, 12),
                |t| width * (1.0 - 0.6 * t * t),
                |t| {
                    let sheen = 0.6 * bell((t - 0.35) / 0.14) * tone;
                    (self.strand_color(tone, root.0, root.1, sheen), 0.9 * smooth(1.0, 0.9, t))
                },
            );
        }
    }

    /// Lowest point of the hair behind the head, person units; `None` when nothing hangs there.
    pub(super) fn fall(&self) -> Option<f32> {
        match self.person.hair.style {
            HairStyle::Bob => Some(0.78),
            HairStyle::Long => Some(1.55),
            HairStyle::LongInFront => Some(1.75),
            _ => None,
        }
    }

    /// Hair that hangs down behind the ears.
    pub(super) fn paint_back(&self, layer: &mut Layer) {
        let Some(end) = self.fall() else { return };
        let mut r = Random::fork(self.person.seed, 50);
        let seed = self.person.seed as u32 ^ 0xBAC;
        let in_front = self.person.hair.style == HairStyle::LongInFront;
        let bob = self.person.hair.style == HairStyle::Bob;
        let count = 1500;
        for i in 0..count {
            let depth = i as f32 / count as f32;
            let side = if r.chance(0.5) { 1.0 } else { -1.0 };
            let across = r.unit();
            let root = (side * (0.30 + 0.26 * across), r.range(-0.30, -0.05));
            let spread = if in_front {
                0.31 + 0.40 * across
            } else if bob {
                0.27 + 0.33 * across
            } else {
                0.26 + 0.42 * across
            };
            let wave = 0.05 * noise(across * 5.0, depth * 3.0, seed) + 0.025 * noise(across * 20.0, 4.0, seed);
            let ragged = if bob { 0.05 } else { 0.34 };
            let tip = (side * (spread + wave * 2.0), end - ragged * r.unit().powi(2) - 0.10 * (across - 0.5).abs());
            let out = if bob { 0.62 } else { 0.60 };
            let bend = (side * (0.30 + (out - 0.28) * across + wave), end * 0.45);
            let tone = r.range(0.45, 1.25) * (0.55 + 0.55 * depth);
            let width = if depth < 0.3 { 0.014 } else { r.range(0.0022, 0.0050) };
            let points = curve(root, bend, tip, 24);
            layer.stroke(
                &points,
                |t| width * (1.0 - 0.35 * t * t),
                |t| {
                    let (x, y) = points[((t * 24.0) as usize).min(24)];
                    let sheen = (0.8 * bell((y - 0.05) / 0.10) + 0.45 * bell((y - 1.05) / 0.14))
                        * smooth(0.2, 0.7, across)
                        * tone;
                    let shadow = 0.45 + 0.55 * smooth(0.35, 0.56, x.abs());
                    (
                        self.strand_color(tone * shadow, x * 0.6, y.min(0.2), sheen * 0.7),
                        smooth(0.0, 0.03, t) * smooth(1.0, 0.93, t) * 0.92,
                    )
                },
            );
        }
    }

    /// Soft shade that the hair throws on the forehead.
    pub(super) fn shade_forehead(&self, layer: &mut Layer) {
        if self.person.hair.style == HairStyle::Bald {
            return;
        }
        let depth = if self.person.hair.style == HairStyle::Cropped { 0.10 } else { 0.26 };
        let area = Area { left: -0.52, right: 0.52, top: -0.75, bottom: 0.15 };
        let line: Vec<_> = (0..=60).map(|i| hairline(self.person, i as f32 / 60.0)).collect();
        layer.paint(area, |x, y, texel| {
            if texel[3] <= 0.0 {
                return;
            }
            let near =
                line.iter().map(|&(lx, ly)| (x.abs() - lx).powi(2) + (y - ly).powi(2)).fold(f32::MAX, f32::min).sqrt();
            if near < 0.07 {
                let shade = depth * smooth(0.07, 0.0, near);
                over(texel, blend([0.0; 3], scale([0.25, 0.10, 0.07], 0.5), 0.6), shade * texel[3]);
            }
        });
    }
}

/// A short strand beside the face: straight down and a little back.
fn temple_path(r: &mut Random, s: f32) -> Vec<(f32, f32)> {
    let side = s.signum();
    let start = s.abs() - r.range(0.0, 0.12);
    let end = (start + r.range(0.10, 0.22)).min(1.0 + r.range(-0.05, 0.0));
    let b0 = r.range(-0.01, 0.92);
    let b1 = (b0 + r.range(-0.04, 0.16)).clamp(-0.01, 1.0);
    (0..=6)
        .map(|k| {
            let t = k as f32 / 6.0;
            (side * (start + (end - start) * t), b0 + (b1 - b0) * t)
        })
        .collect()
}
