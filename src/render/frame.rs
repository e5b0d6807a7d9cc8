//! Puts backdrop, people and phone together into one picture, row by row, and states where everything is.

use std::ops::Range;
use std::sync::LazyLock;

use image::RgbImage;

use crate::domain::geometry::{Point, Rect};

use super::color::{Color, Tables, linear, scale, smooth};
use super::layer::Layer;
use super::painter::Painter;
use super::phone::{Phone, PhonePose};
use super::pose::Pose;
use super::random::Random;
use super::relief::Turn;
use super::scene::Scene;
use super::truth::{FaceTruth, Truth};

/// A picture and what is known about it.
#[derive(Debug, Clone)]
pub struct Drawn {
    pub picture: RgbImage,
    pub truth: Truth,
}

/// Draws people in order (the last one in front), then the phone before them all.
pub fn compose(
    scene: &Scene,
    width: u32,
    height: u32,
    actors: &mut [(&mut Painter, Pose)],
    phone: Option<(&Phone, &PhonePose)>,
) -> Drawn {
    let mut truth = Truth::default();
    for (painter, pose) in actors.iter_mut() {
        painter.express(pose);
        let face = face_truth(painter, pose);
        let inside = |p: &Point| p.x >= 0.0 && p.y >= 0.0 && p.x < width as f32 && p.y < height as f32;
        if face.eyes.iter().all(inside) {
            truth.faces.push(face);
        }
    }
    truth.code = phone.map(|(phone, pose)| phone.truth(pose));
    let stage = Stage::new(scene, width, height);
    let placed: Vec<Placed<'_>> = actors.iter().flat_map(|(painter, pose)| placed_layers(painter, pose)).collect();
    let shadows: Vec<Shadow> =
        if scene.shadow > 0.0 { actors.iter().map(|(_, pose)| Shadow::of(pose)).collect() } else { Vec::new() };
    let whole = 0..width as usize;
    // Columns that people or phone may cover; shadows can fall anywhere.
    let touched = |y: u32| -> Range<usize> {
        if !shadows.is_empty() {
            return whole.clone();
        }
        let spans = placed.iter().map(|layer| layer.columns(y, whole.end));
        let spans = spans.chain(phone.map(|(phone, pose)| phone.columns(pose, y, whole.end)));
        spans.filter(|span| !span.is_empty()).fold(0..0, |all, span| {
            if all.is_empty() { span } else { all.start.min(span.start)..all.end.max(span.end) }
        })
    };
    let rows = |y: u32, row: &mut [Color]| {
        let busy = if scene.blur > 0.05 { whole.clone() } else { touched(y) };
        stage.backdrop(y, busy.start, &mut row[busy]);
        for shadow in &shadows {
            shadow.cast(scene.shadow, y, row);
        }
        for layer in &placed {
            layer.blend(y, row);
        }
        if let Some((phone, pose)) = phone {
            phone.blend(pose, y, row);
        }
    };
    let picture = if scene.blur > 0.05 { stage.develop_blurred(rows) } else { stage.develop(rows, touched) };
    Drawn { picture, truth }
}

/// Draws one person once.
pub fn draw(person: &super::person::Person, pose: &Pose, scene: &Scene, width: u32, height: u32) -> Drawn {
    let mut painter = Painter::new(person, scene, pose.face_width);
    compose(scene, width, height, &mut [(&mut painter, *pose)], None)
}

/// Levels of sRGB in which noise is added: 1/64 of a byte.
const FINE: f32 = 64.0;

/// Sensor noise of deviation 1 in [`FINE`] steps, mostly the same in all three colours, as after demosaicing.
static NOISE: LazyLock<Vec<[f32; 3]>> = LazyLock::new(|| {
    let mut r = Random::new(0x4E_015E);
    let own: Vec<f32> = (0..NOISE_LENGTH + 2).map(|_| r.normal()).collect();
    (0..NOISE_LENGTH)
        .map(|i| {
            // Neighbours share a little, as pixels of a colour filter do.
            let common = 0.78 * own[i] + 0.36 * own[i + 1] + 0.22 * own[i + 2];
            std::array::from_fn(|_| (0.86 * common + 0.50 * r.normal()) * FINE)
        })
        .collect()
});

/// Longer than any row, so that a row takes a run from a random start.
const NOISE_LENGTH: usize = 1 << 16;

/// One picture's backdrop and camera.
struct Stage<'a> {
    scene: &'a Scene,
    width: u32,
    height: u32,
    color: Color,
}

impl<'a> Stage<'a> {
    fn new(scene: &'a Scene, width: u32, height: u32) -> Self {
        Self { scene, width, height, color: linear(scene.backdrop) }
    }

    /// Light on the backdrop, 1 in the middle.
    #[inline]
    fn light_at(&self, x: usize, y: u32) -> f32 {
        let dx = (x as f32 / self.width.max(1) as f32 - 0.5) * 2.0;
        let dy = (y as f32 / self.height.max(1) as f32 - 0.5) * 2.0;
        (1.0 - self.scene.falloff * 0.5 * (dx * dx + dy * dy)) * (1.0 + self.scene.gradient * 0.5 * dx)
    }

    fn backdrop(&self, y: u32, from: usize, row: &mut [Color]) {
        for (x, pixel) in row.iter_mut().enumerate() {
            *pixel = scale(self.color, self.light_at(from + x, y));
        }
    }

    fn develop(&self, rows: impl Fn(u32, &mut [Color]), touched: impl Fn(u32) -> Range<usize>) -> RgbImage {
        let mut picture = RgbImage::new(self.width, self.height);
        let width = self.width.max(1) as usize;
        let mut row = vec![[0.0; 3]; width];
        let grain = self.grain();
        let mut r = Random::fork(self.scene.noise_seed, 60);
        for (y, line) in picture.chunks_exact_mut(width * 3).enumerate() {
            let y = y as u32;
            let run = r.below(grain.len() - width);
            let grain = &grain[run..run + width];
            let busy = touched(y);
            let (pixels, _) = line.as_chunks_mut::<3>();
            rows(y, &mut row);
            expose(&row[busy.clone()], &mut pixels[busy.clone()], &grain[busy.clone()], self.scene.exposure);
            self.empty(y, 0, &mut pixels[..busy.start], &grain[..busy.start]);
            self.empty(y, busy.end, &mut pixels[busy.end..], &grain[busy.end..]);
        }
        picture
    }

    /// The bare backdrop, bytes straight away: it changes so slowly that every eighth pixel is worked out.
    fn empty(&self, y: u32, first: usize, pixels: &mut [[u8; 3]], grain: &[[i16; 3]]) {
        let tables = Tables::get();
        for (block, (pixels, grain)) in pixels.chunks_mut(8).zip(grain.chunks(8)).enumerate() {
            let light = self.light_at(first + block * 8 + pixels.len() / 2, y) * self.scene.exposure;
            let level = self.color.map(|part| tables.fine(part * light));
            for (pixel, grain) in pixels.iter_mut().zip(grain) {
                *pixel = std::array::from_fn(|i| finish(level[i], grain[i]));
            }
        }
    }

    /// This scene's noise in fine steps.
    fn grain(&self) -> Vec<[i16; 3]> {
        NOISE.iter().map(|grain| grain.map(|part| (part * self.scene.noise) as i16)).collect()
    }

    /// The slow way for defocus: the whole picture in linear light, blurred, then exposed.
    fn develop_blurred(&self, rows: impl Fn(u32, &mut [Color])) -> RgbImage {
        let (w, h) = (self.width as usize, self.height as usize);
        let mut light = vec![[0.0; 3]; w * h];
        for (y, line) in light.chunks_exact_mut(w.max(1)).enumerate() {
            rows(y as u32, line);
        }
        let kernel = bell_kernel(self.scene.blur);
        light = blur_lines(&light, w, h, &kernel);
        light = blur_lines(&light, h, w, &kernel);
        let mut picture = RgbImage::new(self.width, self.height);
        let grain = self.grain();
        let mut r = Random::fork(self.scene.noise_seed, 60);
        for (row, line) in light.chunks_exact(w.max(1)).zip(picture.chunks_exact_mut(w.max(1) * 3)) {
            let run = r.below(grain.len() - w);
            let (pixels, _) = line.as_chunks_mut::<3>();
            expose(row, pixels, &grain[run..run + w], self.scene.exposure);
        }
        picture
    }
}

/// Linear light to sRGB bytes with exposure and sensor noise.
fn expose(row: &[Color], pixels: &mut [[u8; 3]], grain: &[[i16; 3]], gain: f32) {
    let tables = Tables::get();
    for ((pixel, light), grain) in pixels.iter_mut().zip(row).zip(grain) {
        *pixel = std::array::from_fn(|i| finish(tables.fine(light[i] * gain), grain[i]));
    }
}

/// A level in 1/64 of a byte and its noise to a byte.
#[inline]
fn finish(level: u16, grain: i16) -> u8 {
    ((i32::from(level) + i32::from(grain) + 32) >> 6).clamp(0, 255) as u8
}

fn bell_kernel(radius: f32) -> Vec<f32> {
    let reach = (radius * 2.5).ceil() as i32;
    let weights: Vec<f32> = (-reach..=reach).map(|i| (-(i as f32 / radius).powi(2) * 0.5).exp()).collect();
    let sum: f32 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

/// Blurs every line and returns the picture turned over its diagonal.
fn blur_lines(from: &[Color], w: usize, h: usize, kernel: &[f32]) -> Vec<Color> {
    let reach = kernel.len() / 2;
    let mut to = vec![[0.0; 3]; from.len()];
    for y in 0..h {
        for x in 0..w {
            let mut sum = [0.0; 3];
            for (k, weight) in kernel.iter().enumerate() {
                let at = (x + k).saturating_sub(reach).min(w - 1);
                let pixel = from[y * w + at];
                sum = std::array::from_fn(|i| sum[i] + pixel[i] * weight);
            }
            to[x * h + y] = sum;
        }
    }
    to
}

/// A layer with the map from picture pixels to its own units.
struct Placed<'a> {
    layer: &'a Layer,
    /// Units = (pixel - origin) turned by -roll over scale.
    origin: Point,
    cos: f32,
    sin: f32,
    turn: Option<(&'a super::relief::Relief, Turn)>,
    /// Rows repeat below the layer's end (a bust without end).
    endless: Endless,
    /// Pixels of the picture that can be touched: left, top, right, bottom.
    reach: [f32; 4],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Endless {
    Yes,
    No,
}

impl<'a> Placed<'a> {
    fn new(layer: &'a Layer, origin: Point, unit: f32, roll_deg: f32, endless: Endless) -> Self {
        let (sin, cos) = roll_deg.to_radians().sin_cos();
        let right = layer.left + (layer.width - 1) as f32 / layer.density;
        let bottom = layer.top + (layer.height - 1) as f32 / layer.density;
        let mut reach = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
        for (x, y) in [(layer.left, layer.top), (right, layer.top), (layer.left, bottom), (right, bottom)] {
            let (px, py) = (origin.x + (x * cos - y * sin) * unit, origin.y + (x * sin + y * cos) * unit);
            reach = [reach[0].min(px), reach[1].min(py), reach[2].max(px), reach[3].max(py)];
        }
        if endless == Endless::Yes {
            reach[3] = f32::MAX;
        }
        Self { layer, origin, cos: cos / unit, sin: sin / unit, turn: None, endless, reach }
    }

    /// Columns of a row that this layer may cover.
    fn columns(&self, y: u32, width: usize) -> Range<usize> {
        let y = y as f32;
        if y < self.reach[1] - 1.0 || y > self.reach[3] + 1.0 {
            return 0..0;
        }
        let from = (self.reach[0].floor().max(0.0) as usize).min(width);
        from..((self.reach[2].ceil() + 1.0).max(0.0) as usize).clamp(from, width)
    }

    fn blend(&self, y: u32, row: &mut [Color]) {
        /// Pixels between two exact maps of a turned head; the relief is smooth enough for straight lines between.
        const RUN: usize = 4;
        let columns = self.columns(y, row.len());
        let dy = y as f32 + 0.5 - self.origin.y;
        let mut next = self.source(columns.start as f32, dy);
        let mut x = columns.start;
        for run in row[columns].chunks_mut(RUN) {
            let here = next;
            x += RUN;
            next = self.source(x as f32, dy);
            let step = ((next.0 - here.0) / RUN as f32, (next.1 - here.1) / RUN as f32);
            for (i, pixel) in run.iter_mut().enumerate() {
                let above = self.layer.sample(here.0 + step.0 * i as f32, here.1 + step.1 * i as f32);
                if above[3] > 0.002 {
                    let keep = 1.0 - above[3];
                    *pixel = [pixel[0] * keep + above[0], pixel[1] * keep + above[1], pixel[2] * keep + above[2]];
                }
            }
        }
    }

    /// Texel coordinates of a pixel.
    #[inline]
    fn source(&self, x: f32, dy: f32) -> (f32, f32) {
        let dx = x + 0.5 - self.origin.x;
        let (mut u, mut v) = (dx * self.cos + dy * self.sin, dy * self.cos - dx * self.sin);
        if let Some((relief, turn)) = &self.turn {
            (u, v) = relief.origin(turn, u, v);
        }
        let layer = self.layer;
        let v = (v - layer.top) * layer.density;
        let v = if self.endless == Endless::Yes { v.min((layer.height - 2) as f32) } else { v };
        ((u - layer.left) * layer.density, v)
    }
}

/// Where the head turns on the neck, person units below the eyes.
const NECK_Y: f32 = 0.85;

fn turned(pose: &Pose, x: f32, y: f32) -> Point {
    let (sin, cos) = pose.roll_deg.to_radians().sin_cos();
    let unit = pose.face_width;
    Point::new(pose.eye_center.x + (x * cos - y * sin) * unit, pose.eye_center.y + (x * sin + y * cos) * unit)
}

fn placed_layers<'a>(painter: &'a Painter, pose: &Pose) -> Vec<Placed<'a>> {
    let turn = Turn::new(pose.yaw_deg, pose.pitch_deg);
    let unit = pose.face_width;
    // The neck's joint lies in the plane through the ears.
    let joint = turn.appear(0.0, NECK_Y, 0.12, painter.relief.middle);
    let joint = turned(pose, joint.0, joint.1);
    let lean = pose.roll_deg * 0.12;
    let (sin, cos) = lean.to_radians().sin_cos();
    let body_origin = Point::new(joint.x + sin * NECK_Y * unit, joint.y - cos * NECK_Y * unit);
    let body = Placed::new(&painter.body, body_origin, unit, lean, Endless::Yes);
    let behind = turn.appear(0.0, 0.0, 0.0, painter.relief.middle);
    let back_origin = turned(pose, behind.0, behind.1);
    let back =
        painter.back.as_ref().map(|layer| Placed::new(layer, back_origin, unit, pose.roll_deg * 0.8, Endless::No));
    let mut head = Placed::new(&painter.head, pose.eye_center, unit, pose.roll_deg, Endless::No);
    if !turn.is_flat() {
        head.turn = Some((&painter.relief, turn));
        // What stands back moves against what stands out.
        let margin = unit * turn.shift(painter.relief.middle);
        let [left, top, right, bottom] = head.reach;
        head.reach = [left - margin, top - margin, right + margin, bottom + margin];
    }
    let in_front = painter.person.hair.style == super::person::HairStyle::LongInFront;
    match (back, in_front) {
        (Some(back), true) => vec![body, back, head],
        (Some(back), false) => vec![back, body, head],
        (None, _) => vec![body, head],
    }
}

fn face_truth(painter: &Painter, pose: &Pose) -> FaceTruth {
    let marks = painter.landmarks(pose);
    let turn = Turn::new(pose.yaw_deg, pose.pitch_deg);
    let place = |(x, y): (f32, f32)| {
        let (x, y) = painter.relief.appear(&turn, x, y);
        turned(pose, x, y)
    };
    let cheeks = marks.cheeks.map(place);
    let chin = place(marks.chin);
    let eyes = marks.eyes.map(place);
    let top = eyes[0].y.min(eyes[1].y) - 0.2 * pose.face_width;
    FaceTruth {
        eyes,
        irises: marks.irises.map(place),
        chin,
        mouth: place(marks.mouth),
        head_top_y: place(marks.head_top).y,
        hairline_y: marks.hairline.map(|mark| place(mark).y),
        cheeks_x: [cheeks[0].x, cheeks[1].x],
        face_box: Rect::new(cheeks[0].x, top, cheeks[1].x - cheeks[0].x, chin.y - top),
        roll_deg: pose.roll_deg,
        yaw_deg: pose.yaw_deg,
        pitch_deg: pose.pitch_deg,
        lid_ratio: marks.lid_ratio,
        mouth_open: pose.mouth,
        glasses: painter.person.glasses.is_some(),
    }
}

/// The soft shadow of head and shoulders on the backdrop, thrown a little down and to the right.
struct Shadow {
    head: Point,
    unit: f32,
}

impl Shadow {
    fn of(pose: &Pose) -> Self {
        let unit = pose.face_width;
        Self { head: Point::new(pose.eye_center.x + 0.24 * unit, pose.eye_center.y + 0.12 * unit), unit }
    }

    fn cast(&self, strength: f32, y: u32, row: &mut [Color]) {
        let dy = (y as f32 + 0.5 - self.head.y) / self.unit;
        for (x, pixel) in row.iter_mut().enumerate() {
            let dx = (x as f32 + 0.5 - self.head.x) / self.unit;
            let head = (dx / 0.60).hypot((dy - 0.02) / 0.84) - 1.0;
            let shoulders = (dx / 1.45).hypot((dy - 1.9) / 0.95) - 1.0;
            let dark = strength * smooth(0.16, -0.12, head.min(shoulders)).min(1.0);
            *pixel = scale(*pixel, 1.0 - dark * 0.85);
        }
    }
}
