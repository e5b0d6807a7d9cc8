//! A phone or a sheet with a code, projected into a frame: light per pixel, before lens and sensor.

use tucai::domain::geometry::Point;
use tucai::render::{Modules, Random};

use super::{Medium, Shot};

/// Light of a frame, row-major: 0 black, 1 white, more burns out.
pub(super) struct Light {
    pub width: usize,
    pub height: usize,
    pub values: Vec<f32>,
}

/// Points per pixel and direction.
const FINE: usize = 3;
/// Distance of the camera in sides of the code.
const DISTANCE: f32 = 2.6;

struct View<'a> {
    shot: &'a Shot,
    code: &'a Modules,
    side: f32,
    center: Point,
    /// Axes of the code's plane in space, units of the code's side.
    u: [f32; 3],
    v: [f32; 3],
    lines: Vec<[f32; 4]>,
    spots: Vec<[f32; 4]>,
}

/// Draws the frame's light and tells where the symbol's corners are.
pub(super) fn paint(shot: &Shot, code: &Modules, r: &mut Random) -> (Light, [Point; 4]) {
    let view = View::new(shot, code, r);
    let (width, height) = (shot.width as usize, shot.height as usize);
    let mut values = room(width, height, r);
    let reach = 1.2;
    let outline = [(-reach, -reach), (reach, -reach), (reach, reach), (-reach, reach)].map(|(x, y)| view.seen(x, y));
    let bound = |of: fn(&Point) -> f32, limit: usize| {
        let low = outline.iter().map(of).fold(f32::MAX, f32::min).clamp(0.0, limit as f32) as usize;
        (low, outline.iter().map(of).fold(f32::MIN, f32::max).clamp(0.0, limit as f32) as usize)
    };
    let ((left, right), (top, bottom)) = (bound(|p| p.x, width), bound(|p| p.y, height));
    for y in top..bottom {
        let mut near = (0.0, 0.0);
        for x in left..right {
            let (mut sum, mut hits) = (0.0, 0);
            for k in 0..FINE * FINE {
                let at = |i: usize| (i as f32 + 0.5) / FINE as f32;
                let pixel = Point::new(x as f32 + at(k % FINE), y as f32 + at(k / FINE));
                let place = view.behind(pixel, near);
                near = place.unwrap_or_default();
                if let Some(light) = place.and_then(|(a, b)| view.light(a, b)) {
                    sum += light;
                    hits += 1;
                }
            }
            let share = hits as f32 / (FINE * FINE) as f32;
            let value = &mut values[y * width + x];
            *value = *value * (1.0 - share) + sum / (FINE * FINE) as f32;
            if share > 0.5 {
                *value *= ripple(shot, x as f32, y as f32);
            }
        }
    }
    for (gx, gy, radius, strength) in &shot.glare {
        let middle = view.seen(*gx, *gy);
        let size = radius * view.side * shot.pitch;
        for (at, value) in values.iter_mut().enumerate() {
            let (dx, dy) = ((at % width) as f32 - middle.x, (at / width) as f32 - middle.y);
            let far = (dx * dx + dy * dy) / (size * size);
            if far < 9.0 {
                *value += strength * (1.3 * (-far * far).exp() + 0.12 * (-far * 0.6).exp());
            }
        }
    }
    let corners = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)].map(|(x, y)| view.seen(x, y));
    (Light { width, height, values }, corners)
}

impl<'a> View<'a> {
    fn new(shot: &'a Shot, code: &'a Modules, r: &mut Random) -> Self {
        let (sr, cr) = shot.roll_deg.to_radians().sin_cos();
        let (sy, cy) = shot.yaw_deg.to_radians().sin_cos();
        let (sp, cp) = shot.pitch_deg.to_radians().sin_cos();
        let spin = |v: [f32; 3]| [v[0] * cr - v[1] * sr, v[0] * sr + v[1] * cr, v[2]];
        let (u, v) = (spin([cy, sp * sy, cp * sy]), spin([0.0, cp, -sp]));
        let u = if shot.mirrored { u.map(|part| -part) } else { u };
        let middle = (shot.width as f32 / 2.0, shot.height as f32 / 2.0);
        let side = code.side() as f32;
        let slack = ((shot.height as f32 - side * shot.pitch * 1.2) / 2.0).max(1.0);
        let center = Point::new(middle.0 + slack * r.range(-1.5, 1.5), middle.1 + slack * r.range(-0.6, 0.6));
        let lines = (0..shot.cracks).map(|_| {
            let (x, y, way) = (r.range(-0.6, 0.6), r.range(-0.6, 0.6), r.range(0.0, 3.1));
            [x, y, way, r.range(0.12, 0.5) / side]
        });
        let lines = lines.collect();
        let spots = (0..shot.dirt).map(|_| [r.range(-0.5, 0.5), r.range(-0.5, 0.5), r.range(0.008, 0.028), r.unit()]);
        let spots = spots.collect();
        Self { shot, code, side, center, u, v, lines, spots }
    }

    /// Where a point of the page is seen; (0, 0) is the code's middle, 1 its side.
    fn seen(&self, x: f32, y: f32) -> Point {
        let z = self.shot.bend * (1.0 - 4.0 * x * x).max(-1.0);
        let normal = cross(self.u, self.v);
        let space: [f32; 3] = std::array::from_fn(|i| self.u[i] * x + self.v[i] * y - normal[i] * z);
        let scale = self.side * self.shot.pitch / (1.0 + space[2] / DISTANCE);
        Point::new(self.center.x + space[0] * scale, self.center.y + space[1] * scale)
    }

    /// The point of the page behind a pixel, looked for from one that is near.
    fn behind(&self, pixel: Point, near: (f32, f32)) -> Option<(f32, f32)> {
        let (mut x, mut y) = near;
        // Newton's way: two or three steps for a plane, a few more for bent paper.
        for _ in 0..8 {
            let here = self.seen(x, y);
            let (ex, ey) = (pixel.x - here.x, pixel.y - here.y);
            if ex.abs() + ey.abs() < 0.01 {
                return Some((x, y));
            }
            let (a, b) = (self.seen(x + 1e-3, y), self.seen(x, y + 1e-3));
            let [ax, ay, bx, by] = [a.x - here.x, a.y - here.y, b.x - here.x, b.y - here.y].map(|d| d / 1e-3);
            let det = ax * by - bx * ay;
            if det.abs() < 1e-3 {
                return None;
            }
            x += (ex * by - ey * bx) / det;
            y += (ey * ax - ex * ay) / det;
            if x.abs() + y.abs() > 6.0 {
                return None;
            }
        }
        Some((x, y))
    }

    /// Light of the page; `None` beside it.
    fn light(&self, x: f32, y: f32) -> Option<f32> {
        let (wide, above, below) = (0.62, 0.95, 1.15);
        let shot = self.shot;
        if x.abs() > wide || y < -above || y > below {
            let body = shot.medium != Medium::Paper && x.abs() < wide + 0.05 && y > -above - 0.1 && y < below + 0.1;
            return body.then_some(0.015 + shot.veil);
        }
        let mut ink = 0.0_f32;
        let (column, row) = ((x + 0.5) * self.side, (y + 0.5) * self.side);
        if (-1.0..self.side + 1.0).contains(&column) && (-1.0..self.side + 1.0).contains(&row) {
            ink = f32::from(u8::from(self.code.is_dark(column.floor() as i32, row.floor() as i32)));
        } else if y.abs() > 0.62 {
            // Lines that look like text.
            let (line, place) = ((y * 14.0).floor(), y * 14.0 - (y * 14.0).floor());
            let hash = ((x * 60.0).floor() * 12.9898 + line * 78.233).sin() * 43758.547;
            ink = f32::from(u8::from(place > 0.35 && place < 0.75 && hash - hash.floor() > 0.45 && x.abs() < 0.5));
        }
        let ink = if shot.medium == Medium::DarkScreen { 1.0 - ink } else { ink };
        let mut light = shot.exposure * (0.93 - 0.9 * ink * if shot.medium == Medium::Paper { 0.93 } else { 1.0 });
        for [lx, ly, way, thick] in &self.lines {
            let off = (x - lx) * way.sin() - (y - ly) * way.cos() + 0.012 * ((x + y) * 37.0).sin();
            if off.abs() < *thick {
                light = shot.exposure * if off > 0.0 { 0.75 } else { 0.12 };
            }
        }
        for [sx, sy, size, tone] in &self.spots {
            if (x - sx).hypot(y - sy) < *size {
                light = light * 0.15 + shot.exposure * tone * 0.5;
            }
        }
        if shot.medium == Medium::Paper {
            // Light falls from one side on bent paper.
            light *= 1.0 - 2.5 * shot.bend * x;
        }
        Some(light + shot.veil)
    }
}

fn cross(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// Stripes between the screen's grid and the sensor's.
fn ripple(shot: &Shot, x: f32, y: f32) -> f32 {
    let (strength, period) = shot.moire;
    if strength < 0.005 || shot.medium == Medium::Paper {
        return 1.0;
    }
    let turn = std::f32::consts::TAU / period;
    let (a, b) = ((x + 0.2 * y + 0.0006 * x * y) * turn, (y - 0.12 * x) * turn * 0.83);
    1.0 + strength * 0.6 * a.sin() + strength * 0.4 * b.sin()
}

/// A dull room behind: a slope of light, shelves, a window.
fn room(width: usize, height: usize, r: &mut Random) -> Vec<f32> {
    let (low, high) = (r.range(0.05, 0.2), r.range(0.15, 0.5));
    let boxes: Vec<[f32; 5]> = (0..14)
        .map(|_| {
            let (x, y) = (r.unit() * width as f32, r.unit() * height as f32);
            [x, y, x + r.range(20.0, 300.0), y + r.range(10.0, 200.0), r.range(0.02, 0.6)]
        })
        .collect();
    let mut values = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let (fx, fy) = (x as f32, y as f32);
            let slope = low + (high - low) * fx / width as f32;
            let on = boxes.iter().rev().find(|b| fx >= b[0] && fy >= b[1] && fx < b[2] && fy < b[3]);
            values.push(on.map_or(slope, |b| b[4]));
        }
    }
    values
}
