//! Puts backdrop, people and phone together into one picture, row by row, and states where everything is.

use std::ops::Range;

use image::RgbImage;

use crate::domain::geometry::{Point, Rect};

use super::color::{Color, scale, smooth};
use super::layer::Layer;
use super::painter::Painter;
use super::phone::{Phone, PhonePose};
use super::pose::Pose;
use super::relief::Turn;
use super::scene::Scene;
use super::stage::Stage;
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

/// A layer with the map from picture pixels to its own units.
pub(super) struct Placed<'a> {
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

    pub(super) fn blend(&self, y: u32, row: &mut [Color]) {
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

pub(super) fn placed_layers<'a>(painter: &'a Painter, pose: &Pose) -> Vec<Placed<'a>> {
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

pub(super) fn face_truth(painter: &Painter, pose: &Pose) -> FaceTruth {
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
