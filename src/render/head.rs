//! The bare head: skin over a soft relief, lit by two lamps. Eyes, mouth and hair are drawn on it elsewhere.

use super::color::{Color, bell, blend, linear, over, scale, smooth, times};
use super::layer::{Area, Layer};
use super::outline::Outline;
use super::person::Person;
use super::random::{Random, cloud, lattice, noise};

/// Light of a scene as it falls on a face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Light {
    pub(super) left: f32,
    pub(super) right: f32,
}

impl Light {
    /// From a scene's `light_side`.
    pub(super) fn from_side(side: f32) -> Self {
        Self { left: 1.0 - side.clamp(-1.0, 1.0), right: 1.0 + side.clamp(-1.0, 1.0) }
    }

    /// Light on a surface with this normal (x right, y down, z to the camera), per colour part.
    ///
    /// Red reaches farther around edges than blue, as it does in skin (`soft` = 1) but not in cloth (0).
    #[inline]
    pub(super) fn on(self, normal: [f32; 3], soft: f32) -> Color {
        const ABOVE: [f32; 3] = [0.0, -0.72, 0.69];
        // A single lamp stands more to the side than one of a pair.
        let bias = ((self.right - self.left) / 2.0).abs().min(1.0);
        let (across, toward) = (0.58 + 0.32 * bias, 0.81 - 0.39 * bias);
        let height = normal[1] * 0.10 + normal[2] * toward;
        let (l, r) = (height - normal[0] * across, height + normal[0] * across);
        let a = normal[0] * ABOVE[0] + normal[1] * ABOVE[1] + normal[2] * ABOVE[2];
        let wrapped = |d: f32, wrap: f32| ((d + wrap) / (1.0 + wrap)).max(0.0);
        let part = |wrap: f32| {
            0.40 * self.left * wrapped(l, wrap) + 0.40 * self.right * wrapped(r, wrap) + 0.20 * wrapped(a, wrap)
        };
        let ambient = (0.13 + 0.07 * normal[2]) * (1.0 - 0.4 * bias);
        [part(0.18 + 0.20 * soft) + ambient, part(0.18 + 0.06 * soft) + ambient, part(0.18) + ambient]
    }
}

/// Skin in even light, linear.
pub(super) fn skin_color(person: &Person) -> Color {
    const TONES: [(f32, [u8; 3]); 7] = [
        (0.0, [246, 219, 203]),
        (0.2, [240, 202, 177]),
        (0.35, [229, 183, 151]),
        (0.5, [204, 150, 115]),
        (0.65, [160, 109, 78]),
        (0.82, [108, 71, 51]),
        (1.0, [70, 46, 36]),
    ];
    let depth = person.skin.depth.clamp(0.0, 1.0);
    let mut tone = linear(TONES[6].1);
    for pair in TONES.windows(2) {
        let [(low, dark), (high, deep)] = *pair else { continue };
        if (low..=high).contains(&depth) {
            tone = blend(linear(dark), linear(deep), (depth - low) / (high - low));
        }
    }
    let warmth = person.skin.warmth.clamp(-1.0, 1.0);
    times(tone, [1.0, 1.0 + 0.03 * warmth, 1.0 - 0.08 * warmth])
}

/// The relief of one head and the skin on it.
pub(super) struct Head<'a> {
    person: &'a Person,
    pub(super) outline: Outline,
    skin: Color,
    texture: u32,
    spots: Vec<(f32, f32, f32, f32)>,
}

impl<'a> Head<'a> {
    pub(super) fn new(person: &'a Person) -> Self {
        let mut r = Random::fork(person.seed, 20);
        let count = (person.skin.spots * 22.0) as usize + 1;
        let spots = (0..count)
            .map(|_| (r.range(-0.42, 0.42), r.range(-0.45, 0.72), r.range(0.003, 0.0075), r.range(0.1, 0.4)))
            .collect();
        Self {
            person,
            outline: Outline::head(person),
            skin: skin_color(person),
            texture: (person.seed as u32) ^ 0x51AB,
            spots,
        }
    }

    /// Height towards the camera, face widths; negative outside the head.
    #[inline]
    fn height(&self, x: f32, y: f32) -> f32 {
        let face = &self.person.face;
        let share = self.outline.against(x, y).share;
        // Forehead and cheeks are round; the jaw is flatter in front and turns away sharply.
        let inside = 1.0 - share.powf(2.3 + 3.2 * smooth(0.30, 0.72, y));
        if inside <= 0.0 {
            return -inside.abs().sqrt() * 0.3;
        }
        let dome = 0.60 * inside.sqrt();
        let ax = x.abs();
        let eye_x = face.eye_distance / 2.0;
        let chin = face.eye_to_chin / 0.80;
        let blob = |cx: f32, cy: f32, rx: f32, ry: f32| {
            bell(((ax - cx).powi(2) / (rx * rx) + (y - cy).powi(2) / (ry * ry)).sqrt())
        };
        let base = face.nose_length;
        // Nose: a ridge that rises and widens from the root to the tip, wings beside the tip.
        let down = ((y + 0.06) / (base + 0.02)).clamp(0.0, 1.0);
        let fade = smooth(base + 0.045, base - 0.03, y);
        let ridge_width = 0.030 + 0.018 * down;
        let rise = 0.016 + 0.092 * down * down.sqrt();
        let ridge = bell(x / ridge_width) * rise * fade * smooth(-0.20, 0.02, y);
        let wing = face.nose_width * 0.40;
        let tip = 0.052 * bell((x.powi(2) / 0.0026 + (y - base + 0.048).powi(2) / 0.0023).sqrt());
        let wings = 0.040 * blob(wing, base - 0.036, 0.027, 0.030);
        let sockets = 0.042 * blob(eye_x, -0.012, 0.105, 0.050) + 0.034 * blob(eye_x * 0.46, -0.03, 0.042, 0.060);
        let brows = 0.026 * blob(eye_x * 1.0, -0.145, 0.16, 0.045) + 0.006 * blob(0.0, -0.13, 0.08, 0.06);
        let cheeks = 0.044 * blob(0.275, 0.150, 0.105, 0.080);
        let fold = 0.008
            * bell((ax - 0.145 - 0.30 * (y - base + 0.02).max(0.0)) / 0.022)
            * smooth(base - 0.06, base + 0.02, y)
            * smooth(0.52, 0.40, y);
        let mouth_y = mouth_line(self.person);
        let muzzle = 0.042 * blob(0.0, mouth_y - 0.005, 0.125, 0.075);
        let philtrum =
            0.007 * bell(x / 0.016) * smooth(base + 0.0, base + 0.04, y) * smooth(mouth_y - 0.035, mouth_y - 0.05, y);
        let under_lip = 0.020 * blob(0.0, mouth_y + 0.110, 0.095, 0.026);
        let chin_ball = 0.040 * blob(0.0, 0.695 * chin, 0.090, 0.058);
        let temples = 0.02 * blob(0.46, -0.20, 0.07, 0.13);
        dome + ridge + tip + wings - sockets + brows + cheeks - fold + muzzle - philtrum - under_lip + chin_ball
            - temples
    }

    /// Height for turning the head: never below the plane through the ears.
    pub(super) fn coarse_height(&self, x: f32, y: f32) -> f32 {
        let share = self.outline.against(x, y).share;
        if share >= 1.0 { 0.0 } else { self.height(x, y).max(0.0) }
    }

    /// Skin before light: redder cheeks, nose and ears, darker under the eyes, stubble, freckles.
    #[inline]
    fn albedo(&self, x: f32, y: f32) -> Color {
        let face = &self.person.face;
        let ax = x.abs();
        let spot = |cx: f32, cy: f32, r: f32| bell(((ax - cx).powi(2) + (y - cy).powi(2)).sqrt() / r);
        let red = 0.55 * spot(0.30, 0.20, 0.085)
            + 0.45 * spot(0.0, face.nose_length - 0.04, 0.05)
            + 0.25 * spot(0.0, face.eye_to_chin - 0.10, 0.05);
        let tired = 0.3 * bell(((ax - face.eye_distance * 0.46) / 0.075).hypot((y - 0.085) / 0.022));
        let patchy =
            cloud(x * 9.0, y * 9.0, self.texture) * 0.035 + cloud(x * 34.0, y * 34.0, self.texture ^ 7) * 0.028;
        let mut color = times(self.skin, [1.0 + patchy, 1.0 + patchy * 1.2, 1.0 + patchy * 1.2]);
        color = times(color, [1.0 + 0.02 * red, 1.0 - 0.14 * red, 1.0 - 0.13 * red]);
        color = times(color, [1.0 - 0.10 * tired, 1.0 - 0.15 * tired, 1.0 - 0.11 * tired]);
        let beard =
            self.person.skin.stubble * smooth(0.33, 0.43, y) * smooth(0.62, 0.36, ax * 1.1 + (0.5 - y).max(0.0) * 0.8);
        if beard > 0.0 {
            let grain = 0.75 + 0.5 * lattice((x * 260.0) as i32, (y * 260.0) as i32, self.texture);
            color = times(color, [1.0 - 0.34 * beard * grain, 1.0 - 0.28 * beard * grain, 1.0 - 0.20 * beard * grain]);
        }
        for &(sx, sy, radius, strength) in &self.spots {
            let d = (x - sx).abs() + (y - sy).abs();
            if d < radius * 3.0 {
                let ink = strength * bell((x - sx).hypot(y - sy) / radius * 1.6);
                color = times(color, [1.0 - 0.6 * ink, 1.0 - 0.8 * ink, 1.0 - 0.85 * ink]);
            }
        }
        color
    }

    /// Draws the head without eyes, brows, lips and hair.
    pub(super) fn paint(&self, layer: &mut Layer, light: Light) {
        let reach = Area { left: -0.56, top: -0.80, right: 0.56, bottom: self.person.face.eye_to_chin + 0.03 };
        let (columns, rows) = layer.span(reach);
        let (wide, high) = (columns.len() + 2, rows.len() + 2);
        let mut relief = vec![0.0_f32; wide * high];
        for j in 0..high {
            let y = layer.y_of(rows.start) + (j as f32 - 1.0) / layer.density;
            for i in 0..wide {
                let x = layer.x_of(columns.start) + (i as f32 - 1.0) / layer.density;
                relief[j * wide + i] = self.height(x, y) + 0.0007 * noise(x * 95.0, y * 95.0, self.texture ^ 3);
            }
        }
        let hollow = hollows(&relief, wide, high, (0.035 * layer.density) as usize);
        let wet = 0.045 + 0.03 * self.person.skin.depth;
        for (j, row) in rows.clone().enumerate() {
            let y = layer.y_of(row);
            for (i, column) in columns.clone().enumerate() {
                let x = layer.x_of(column);
                let edge = self.outline.against(x, y);
                let coverage = (0.5 - edge.distance * layer.density).clamp(0.0, 1.0);
                if coverage <= 0.0 {
                    continue;
                }
                let at = (j + 1) * wide + i + 1;
                let slope_x = (relief[at + 1] - relief[at - 1]) * 0.5 * layer.density;
                let slope_y = (relief[at + wide] - relief[at - wide]) * 0.5 * layer.density;
                // The rim would turn away completely; a camera at some distance never sees that far around.
                let (slope_x, slope_y) = (slope_x.clamp(-2.2, 2.2), slope_y.clamp(-2.2, 2.2));
                let length = (1.0 + slope_x * slope_x + slope_y * slope_y).sqrt();
                let normal = [-slope_x / length, -slope_y / length, 1.0 / length];
                let lit = light.on(normal, 1.0);
                // The rim turns away from all lamps at once.
                let rim = 1.0 - 0.20 * edge.share.powi(8);
                let shade = (1.0 - 11.0 * hollow[at]).clamp(0.45, 1.12) * rim;
                let mut color =
                    times(self.albedo(x, y), [lit[0] * shade.powf(0.8), lit[1] * shade, lit[2] * shade.powf(1.05)]);
                let gloss = wet * Self::gloss(x, y, normal, light);
                color = [color[0] + gloss, color[1] + gloss, color[2] + gloss];
                self.nostrils(x, y, &mut color);
                over(&mut layer.texels[row * layer.width + column], color, coverage);
            }
        }
    }

    /// The lamps mirrored in slightly oily skin: forehead, nose, cheekbones.
    #[inline]
    fn gloss(x: f32, y: f32, normal: [f32; 3], light: Light) -> f32 {
        let zone = 0.5 * bell(x / 0.12) + 0.5 * bell((x.abs() - 0.27) / 0.08) * bell((y - 0.10) / 0.06);
        let toward = |hx: f32, hy: f32, hz: f32| (normal[0] * hx + normal[1] * hy + normal[2] * hz).max(0.0);
        let sharp = |d: f32| {
            let d4 = d * d * d * d;
            d4 * d4 * d4 * d4
        };
        zone * (light.left * sharp(toward(-0.32, -0.12, 0.94))
            + light.right * sharp(toward(0.32, -0.12, 0.94))
            + sharp(toward(0.0, -0.39, 0.92)))
    }

    fn nostrils(&self, x: f32, y: f32, color: &mut Color) {
        let face = &self.person.face;
        let base = face.nose_length;
        let ax = x.abs();
        let hole_x = face.nose_width * 0.235;
        let (dx, dy) = (ax - hole_x, y - (base - 0.002) - (ax - hole_x) * -0.12);
        let hole = smooth(1.5, 0.55, (dx / 0.036).hypot(dy / 0.0145));
        let shadow = 0.42 * bell((x / (face.nose_width * 0.30)).hypot((y - base - 0.016) / 0.017));
        let wing_x = face.nose_width * 0.5;
        let crease = 0.30 * bell((ax - wing_x - 0.004) / 0.010) * bell((y - base + 0.035) / 0.022);
        let dark = (shadow + crease).min(0.7);
        *color = times(*color, [1.0 - 0.62 * dark, 1.0 - 0.78 * dark, 1.0 - 0.80 * dark]);
        *color = blend(*color, times(self.skin, [0.13, 0.055, 0.045]), hole * 0.9);
    }
}

/// Line between the closed lips on the middle line, y.
pub(super) fn mouth_line(person: &Person) -> f32 {
    let base = person.face.nose_length;
    base + (person.face.eye_to_chin - base) * 0.38
}

/// How far each point lies below the average around it: folds and hollows collect shade.
fn hollows(relief: &[f32], wide: usize, high: usize, radius: usize) -> Vec<f32> {
    let mut across = vec![0.0; relief.len()];
    let mut result = vec![0.0; relief.len()];
    blur_rows(relief, &mut across, wide, high, radius);
    for column in 0..wide {
        let mut sum = 0.0;
        for row in 0..high + radius {
            if row < high {
                sum += across[row * wide + column];
            }
            if row > 2 * radius {
                sum -= across[(row - 2 * radius - 1) * wide + column];
            }
            if row >= radius {
                let count = (row.min(high - 1) + 1).saturating_sub((row + 1).saturating_sub(2 * radius + 1));
                let at = (row - radius) * wide + column;
                result[at] = (sum / count.max(1) as f32 - relief[at]).clamp(-0.05, 0.05);
            }
        }
    }
    result
}

fn blur_rows(from: &[f32], to: &mut [f32], wide: usize, high: usize, radius: usize) {
    for row in 0..high {
        let line = &from[row * wide..(row + 1) * wide];
        let mut sum = 0.0;
        for column in 0..wide + radius {
            if column < wide {
                sum += line[column];
            }
            if column > 2 * radius {
                sum -= line[column - 2 * radius - 1];
            }
            if column >= radius {
                let count = (column.min(wide - 1) + 1).saturating_sub((column + 1).saturating_sub(2 * radius + 1));
                to[row * wide + column - radius] = sum / count.max(1) as f32;
            }
        }
    }
}

/// Skin in plain front light, for lids and ears that are drawn without relief.
pub(super) fn front_lit(person: &Person, light: Light) -> Color {
    times(skin_color(person), light.on([0.0, 0.0, 1.0], 1.0))
}

/// The same skin, darker and redder, as in folds.
pub(super) fn folded(color: Color) -> Color {
    times(scale(color, 0.55), [1.0, 0.72, 0.66])
}
