//! Neck, shoulders and clothes.

use super::color::{Color, Texel, bell, blend, linear, over, scale, smooth, times};
use super::head::{Light, skin_color};
use super::layer::{Area, Layer};
use super::outline::Outline;
use super::person::{Garment, Person};
use super::random::{cloud, lattice, noise};

/// Bust of one person.
pub(super) struct Body<'a> {
    person: &'a Person,
    head: &'a Outline,
    light: Light,
    skin: Color,
    cloth: Color,
    inner: Color,
    neck: f32,
    seed: u32,
    folds: Vec<f32>,
}

/// Grid of the folds: texels per unit and columns.
const FOLD_DENSITY: f32 = 30.0;
const FOLD_COLUMNS: usize = 106;
const FOLD_ROWS: usize = 66;

/// What a point of the bust is made of.
enum Stuff {
    Skin,
    /// Colour, and lowering (negative) or raising of the brightness at seams and edges.
    Cloth(Color, f32),
}

impl<'a> Body<'a> {
    pub(super) fn new(person: &'a Person, head: &'a Outline, light: Light) -> Self {
        Self {
            person,
            head,
            light,
            skin: skin_color(person),
            cloth: linear(person.clothes.color),
            inner: linear(person.clothes.inner),
            neck: 0.20 + 0.095 * person.clothes.shoulder,
            seed: person.seed as u32 ^ 0xB0D,
            folds: folds(person.seed as u32 ^ 0xB0D),
        }
    }

    pub(super) fn area() -> Area {
        Area { left: -1.72, right: 1.72, top: 0.40, bottom: 2.5 }
    }

    /// Height of the shoulder line at `x`.
    fn shoulder_y(&self, x: f32) -> f32 {
        let end = self.person.clothes.shoulder;
        let t = ((x.abs() - self.neck) / (end - self.neck)).max(0.0);
        let slope = 0.880 + 0.44 * t + 0.05 * smooth(0.0, 0.25, t);
        let drop = (t - 0.80).max(0.0);
        slope + drop * drop * 4.2 + (t - 1.0).max(0.0).powi(2) * 14.0
    }

    /// Signed distance to the bust's outline, face widths.
    fn distance(&self, x: f32, y: f32) -> f32 {
        let top = self.shoulder_y(x);
        let slope = (self.shoulder_y(x + 0.01) - self.shoulder_y(x - 0.01)) / 0.02;
        let shoulders = (top - y) / (1.0 + slope * slope).sqrt();
        let flare = 0.10 * smooth(0.72, 1.02, y).powi(2);
        let neck = (x.abs() - self.neck - flare).max(0.45 - y).max(y - 1.3);
        // Joined softly, so that the neck runs into the shoulders.
        let blend = (0.07 - (shoulders - neck).abs()).max(0.0) / 0.07;
        shoulders.min(neck) - blend * blend * 0.0175
    }

    pub(super) fn paint(&self, layer: &mut Layer) {
        let density = layer.density;
        layer.paint(Self::area(), |x, y, texel| {
            let distance = self.distance(x, y);
            let coverage = (0.5 - distance * density).clamp(0.0, 1.0);
            if coverage > 0.0 {
                self.texel(x, y, distance, coverage, density, texel);
            }
        });
    }

    /// One texel; where materials meet, the mean of four places in it.
    fn texel(&self, x: f32, y: f32, distance: f32, coverage: f32, density: f32, texel: &mut Texel) {
        let quarter = 0.25 / density;
        let places = [(-quarter, -quarter), (quarter, -quarter), (-quarter, quarter), (quarter, quarter)];
        let stuff = places.map(|(dx, dy)| self.stuff(x + dx, y + dy, 1.0 / density));
        let color = match stuff {
            [Stuff::Skin, Stuff::Skin, Stuff::Skin, Stuff::Skin] => self.skin_at(x, y),
            [Stuff::Cloth(a, ra), Stuff::Cloth(b, rb), Stuff::Cloth(c, rc), Stuff::Cloth(d, rd)]
                if a == b && b == c && c == d =>
            {
                self.cloth_at(a, (ra + rb + rc + rd) * 0.25, x, y, distance, density)
            }
            mixed => mixed
                .map(|stuff| match stuff {
                    Stuff::Skin => self.skin_at(x, y),
                    Stuff::Cloth(color, relief) => self.cloth_at(color, relief, x, y, distance, density),
                })
                .iter()
                .fold([0.0; 3], |sum, part| std::array::from_fn(|i| sum[i] + part[i] * 0.25)),
        };
        over(texel, color, coverage);
    }

    /// Slope of the cloth's folds.
    fn fold_slope(&self, x: f32, y: f32) -> (f32, f32) {
        let u = ((x + 1.75) * FOLD_DENSITY).clamp(0.0, (FOLD_COLUMNS - 3) as f32);
        let v = ((y - 0.35) * FOLD_DENSITY).clamp(0.0, (FOLD_ROWS - 3) as f32);
        let (column, row) = (u as usize, v as usize);
        let (fu, fv) = (u - column as f32, v - row as f32);
        let slope = |column: usize, row: usize| {
            let at = row * FOLD_COLUMNS + column;
            let here = self.folds[at];
            ((self.folds[at + 1] - here) * FOLD_DENSITY, (self.folds[at + FOLD_COLUMNS] - here) * FOLD_DENSITY)
        };
        let (a, b, c, d) =
            (slope(column, row), slope(column + 1, row), slope(column, row + 1), slope(column + 1, row + 1));
        let mix =
            |a: f32, b: f32, c: f32, d: f32| (a * (1.0 - fu) + b * fu) * (1.0 - fv) + (c * (1.0 - fu) + d * fu) * fv;
        (mix(a.0, b.0, c.0, d.0), mix(a.1, b.1, c.1, d.1))
    }

    fn skin_at(&self, x: f32, y: f32) -> Color {
        let across = (x / (self.neck * 1.15)).clamp(-0.98, 0.98);
        let on_neck = smooth(1.12, 0.92, y);
        let nx = across * (0.80 * on_neck + 0.25);
        let ny = -0.15 + 0.10 * on_neck;
        let nz = (1.0 - nx * nx - ny * ny).max(0.05).sqrt();
        let lit = self.light.on([nx, ny, nz], 1.0);
        let under = self.head.against(x, y - 0.01).distance;
        let chin = 0.56 * smooth(0.24, 0.0, under) + 0.16 * smooth(0.06, 0.0, under);
        let tendon = 0.10 * bell((x.abs() - 0.20 + 0.22 * (y - 0.80)) / 0.035) * smooth(0.82, 0.95, y);
        let pit = 0.22 * bell((x / 0.045).hypot((y - 1.085) / 0.045));
        let bone = 0.10 * bell((y - 1.10 - 0.10 * x.abs() + 0.02) / 0.022) * smooth(0.05, 0.14, x.abs());
        let crease = 0.07 * bell((y - 0.93 - 0.15 * x * x) / 0.008) * smooth(0.28, 0.1, x.abs());
        let mottled = 0.04 * cloud(x * 12.0, y * 12.0, self.seed) + 0.03 * noise(x * 60.0, y * 60.0, self.seed);
        let shade = (1.0 - chin - tendon - pit - crease + bone + mottled).max(0.15);
        let color = times(self.skin, [lit[0] * shade.powf(0.82), lit[1] * shade, lit[2] * shade.powf(1.06)]);
        scale(color, 0.94)
    }

    fn cloth_at(&self, color: Color, relief: f32, x: f32, y: f32, distance: f32, density: f32) -> Color {
        let (sx, sy) = self.fold_slope(x, y);
        let rim = (-distance).max(0.0);
        let top = 0.75 * (-rim / 0.10).exp();
        let normal = {
            let n = [0.36 * x - sx * 1.6, -top - sy * 1.2 - 0.10, 1.0];
            let length = (n[0] * n[0] + n[1] * n[1] + 1.0).sqrt();
            n.map(|part| part / length)
        };
        let lit = self.light.on(normal, 0.0);
        let under = self.head.against(x * 0.9, y - 0.20).distance;
        let cast = 0.35 * smooth(0.24, 0.02, under);
        let (ix, iy) = ((x * density * 0.9) as i32, (y * density * 0.9) as i32);
        let weave = 0.05 * lattice(ix, iy, self.seed)
            + 0.05 * lattice(ix / 2, iy / 3, self.seed ^ 3)
            + 0.03 * (((ix + iy).rem_euclid(4)) as f32 / 1.5 - 1.0);
        let shade = (1.0 - cast) * (1.0 + relief) * (1.0 + weave);
        let body = times(color, lit);
        let fuzz = 0.006 * (1.0 + weave * 3.0);
        [body[0] * shade + fuzz, body[1] * shade + fuzz, body[2] * shade + fuzz]
    }

    fn stuff(&self, x: f32, y: f32, pixel: f32) -> Stuff {
        let a = x.abs();
        if y < 0.84 && a < self.neck + 0.02 {
            return Stuff::Skin;
        }
        match self.person.clothes.garment {
            Garment::RoundNeck => self.round_neck(a, y, 0.25, 0.036),
            Garment::Hood => self.hood(x, y),
            Garment::VNeck => self.v_neck(a, y),
            Garment::Shirt => self.shirt(x, y, self.cloth, pixel),
            Garment::Jacket => self.jacket(x, y, pixel),
        }
    }

    fn round_neck(&self, a: f32, y: f32, depth: f32, band: f32) -> Stuff {
        let ring = ((a / (self.neck + 0.115)).hypot((y - 0.90) / depth) - 1.0) * depth;
        if ring < 0.0 {
            return Stuff::Skin;
        }
        let seam = -0.35 * bell((ring - band) / 0.006) - 0.35 * smooth(0.008, 0.0, ring);
        let roll = if ring < band { 0.10 + 0.10 * bell((ring - band * 0.45) / (band * 0.3)) } else { 0.0 };
        Stuff::Cloth(self.cloth, seam + roll)
    }

    fn hood(&self, x: f32, y: f32) -> Stuff {
        let a = x.abs();
        let ring = ((a / (self.neck + 0.10)).hypot((y - 0.88) / 0.26) - 1.0) * 0.26;
        if ring < 0.0 {
            return Stuff::Skin;
        }
        let roll = 0.16 * bell((ring - 0.07) / 0.035)
            - 0.40 * bell((ring - 0.155) / 0.014) * smooth(1.38, 1.2, y)
            - 0.4 * smooth(0.012, 0.0, ring);
        let cord = bell((a - 0.115 - 0.02 * (y * 9.0).sin()) / 0.010) * smooth(1.17, 1.20, y) * smooth(1.72, 1.69, y);
        if cord > 0.5 {
            return Stuff::Cloth(blend(self.cloth, [0.72, 0.72, 0.70], 0.85), 0.1 * (y * 160.0).sin());
        }
        let edge = -0.35 * bell((a - 0.115) / 0.022) * smooth(1.17, 1.20, y) * smooth(1.74, 1.69, y);
        Stuff::Cloth(self.cloth, roll + edge)
    }

    fn v_neck(&self, a: f32, y: f32) -> Stuff {
        let bottom = 1.50;
        let side = (a - (bottom - y) * 0.62 - 0.02 * ((y - 1.0) * 6.0).sin()) * 0.85;
        let shirt = ((a / (self.neck + 0.10)).hypot((y - 0.90) / 0.21) - 1.0) * 0.21;
        if side < 0.0 {
            if shirt < 0.0 {
                return Stuff::Skin;
            }
            let seam = -0.25 * bell((shirt - 0.03) / 0.005) - 0.3 * smooth(0.008, 0.0, shirt);
            return Stuff::Cloth(self.inner, seam - 0.25 * smooth(-0.05, 0.0, side));
        }
        Stuff::Cloth(
            self.cloth,
            0.10 * smooth(0.055, 0.035, side) - 0.30 * bell((side - 0.05) / 0.006) - 0.25 * smooth(0.008, 0.0, side),
        )
    }

    /// A shirt with a turned-down collar and buttons.
    fn shirt(&self, x: f32, y: f32, color: Color, pixel: f32) -> Stuff {
        let a = x.abs();
        // The collar's flap: a band from the neck's side to a point on the chest.
        let inner_edge = a - (self.neck + 0.035) * smooth(1.16, 0.76, y).powf(0.75);
        let tip = (1.30 - y) * 0.9;
        let outer = a - (self.neck + 0.075 + 0.12 * smooth(0.80, 1.12, y)).min(tip + 0.12);
        let lower = y - (1.30 - 0.62 * (a - 0.19).abs().max(0.0) - 0.10 * smooth(0.2, 0.5, a));
        if inner_edge < 0.0 && y < 1.16 {
            return Stuff::Skin;
        }
        let flap = outer.max(lower * 0.8).max(-inner_edge * 0.9);
        if flap < 0.0 {
            let edge = -0.30 * smooth(-0.010, 0.0, flap) + 0.16 * bell((flap + 0.035) / 0.02);
            return Stuff::Cloth(color, 0.10 + edge);
        }
        let shadow = -0.45 * smooth(0.05, 0.0, flap);
        let placket = -0.22 * bell((x - 0.055) / 0.006) - 0.12 * bell((x + 0.045) / 0.005);
        let button = (x / 0.016).hypot((((y - 1.30) / 0.30).rem_euclid(1.0) - 0.5) * 0.30 / 0.016);
        if y > 1.30 && button < 1.0 + pixel {
            return Stuff::Cloth(
                blend(color, [0.75, 0.74, 0.70], 0.6),
                0.15 - 0.3 * bell((button - 0.95) / 0.2) - 0.3 * bell(button / 0.2),
            );
        }
        Stuff::Cloth(color, shadow + placket)
    }

    fn jacket(&self, x: f32, y: f32, pixel: f32) -> Stuff {
        let a = x.abs();
        let opening = (a - (2.05 - y) * 0.36 - 0.02) * 0.94;
        if opening < 0.0 && y < 2.05 {
            return match self.shirt(x, y, self.inner, pixel) {
                Stuff::Cloth(color, relief) => Stuff::Cloth(color, relief - 0.35 * smooth(-0.06, 0.0, opening)),
                Stuff::Skin => Stuff::Skin,
            };
        }
        let lapel = 0.075 + 0.26 * smooth(0.92, 1.40, y) - 0.30 * smooth(1.42, 2.05, y);
        let notch = bell((y - 1.34 - 0.25 * (opening - 0.2)) / 0.012) * smooth(lapel * 0.45, lapel * 0.6, opening);
        let on_lapel = smooth(lapel, lapel - 0.012, opening);
        let edge = -0.45 * bell((opening - lapel) / 0.012) - 0.5 * notch * on_lapel;
        Stuff::Cloth(self.cloth, 0.14 * on_lapel + edge - 0.3 * smooth(0.010, 0.0, opening))
    }
}

/// Heights of folds, face widths: long ones that hang from the shoulders, short ones across.
fn folds(seed: u32) -> Vec<f32> {
    let mut heights = Vec::with_capacity(FOLD_COLUMNS * FOLD_ROWS);
    for row in 0..FOLD_ROWS {
        let y = 0.35 + row as f32 / FOLD_DENSITY;
        for column in 0..FOLD_COLUMNS {
            let x = column as f32 / FOLD_DENSITY - 1.75;
            // Folds run from the neck outwards and down, mirrored loosely.
            let hang = x.abs() + 0.45 * y;
            let long = cloud(hang * 3.4 + x * 0.6, (y - x.abs() * 0.5) * 0.9 + x, seed ^ 0x15);
            let short = cloud(x * 4.6 - y * 2.0, y * 2.4 + x, seed ^ 0x16);
            heights.push(0.030 * long + 0.014 * short);
        }
    }
    heights
}
