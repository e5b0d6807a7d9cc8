//! Eyes and brows. Eyes are drawn anew when lids or gaze move; the skin beneath stays.

use super::color::{Color, Texel, bell, blend, linear, over, scale, smooth, times};
use super::head::{Light, folded, front_lit};
use super::layer::{Area, Layer, curve};
use super::person::Person;
use super::pose::Pose;
use super::random::{Random, noise};

/// One eye of one person, ready to be drawn at any lid opening.
pub(super) struct Eye {
    /// -1 for the eye left in the picture, 1 for the right one.
    side: f32,
    center_x: f32,
    half_width: f32,
    /// Lid opening over eye width when awake.
    opening: f32,
    tilt: (f32, f32),
    fold: f32,
    lashes: f32,
    iris: Color,
    skin: Color,
    light: Light,
    seed: u32,
}

/// A point in the eye's own axes: `u` -1 at the inner to 1 at the outer corner, `y` up is negative, face widths.
#[derive(Clone, Copy)]
struct Local {
    u: f32,
    y: f32,
}

impl Eye {
    pub(super) fn new(person: &Person, index: usize, light: Light) -> Self {
        let side = if index == 0 { -1.0 } else { 1.0 };
        let tilt = person.eyes.tilt_deg.to_radians();
        Self {
            side,
            center_x: side * person.face.eye_distance / 2.0,
            half_width: person.eyes.width / 2.0,
            opening: person.eyes.opening,
            tilt: (tilt.sin(), tilt.cos()),
            fold: person.eyes.fold,
            lashes: person.eyes.lashes,
            iris: linear(person.eyes.iris),
            skin: front_lit(person, light),
            light,
            seed: person.seed as u32 ^ 0xE7E,
        }
    }

    /// Everything that changes when the lids move.
    pub(super) fn area(&self) -> Area {
        let (w, h) = (self.half_width * 1.5, self.half_width * 1.05);
        Area { left: self.center_x - w, right: self.center_x + w, top: -h, bottom: h * 0.85 }
    }

    fn local(&self, x: f32, y: f32) -> Local {
        let along = (x - self.center_x) * self.side;
        let (sin, cos) = self.tilt;
        Local { u: (along * cos - y * sin) / self.half_width, y: along * sin + y * cos }
    }

    /// Heights of the upper and lower lid edge above and below the corners' line at `u`, for an opening 0 to 1.
    fn lids(&self, u: f32, open: f32) -> (f32, f32) {
        let full = self.opening * 2.0 * self.half_width;
        let shape = (1.0 - u.abs().min(1.0).powf(2.3)).max(0.0);
        let upper_bow = shape.powf(0.72) * (1.0 - 0.10 * u);
        let lower_bow = shape.powf(0.85) * (1.0 + 0.16 * u);
        let lower = full * 0.45 * lower_bow;
        let raised = -full * 0.55 * upper_bow;
        let shut = lower * 0.80;
        (shut + (raised - shut) * open, lower)
    }

    /// Middle of the open eye, person units.
    pub(super) fn middle(&self) -> (f32, f32) {
        let (upper, lower) = self.lids(0.0, 1.0);
        (self.center_x, f32::midpoint(upper, lower))
    }

    /// Lid opening over eye width at this opening.
    pub(super) fn ratio(&self, open: f32) -> f32 {
        let (upper, lower) = self.lids(0.0, open);
        (lower - upper) / (2.0 * self.half_width)
    }

    /// Middle of the iris, person units.
    pub(super) fn iris_at(&self, gaze: (f32, f32)) -> (f32, f32) {
        (self.center_x + 0.034 * gaze.0, -0.004 + 0.018 * gaze.1)
    }

    /// Draws lids, ball, iris and lashes over skin.
    pub(super) fn paint(&self, layer: &mut Layer, open: f32, pose: &Pose) {
        let pixel = 1.0 / layer.density;
        let iris = self.iris_at(pose.gaze);
        layer.paint(self.area(), |x, y, texel| {
            let at = self.local(x, y);
            self.skin_around(at, open, texel);
            if at.u.abs() < 1.06 {
                self.ball(at, (x, y), iris, open, pixel, texel);
            }
            self.lashes(at, open, pixel, texel);
        });
    }

    /// Fold above the lid, shade in the inner corner, bag below.
    fn skin_around(&self, at: Local, open: f32, texel: &mut Texel) {
        let (upper, lower) = self.lids(at.u, open);
        let (awake, _) = self.lids(at.u * 0.93, 0.75 + 0.25 * open);
        let ends = smooth(1.28, 0.85, at.u.abs());
        let fold_y = awake - 0.021 - 0.006 * self.fold;
        let shade = folded(self.skin);
        let fold = self.fold * bell((at.y - fold_y) / 0.0052) * ends * 0.62;
        over_skin(texel, shade, fold);
        let lid = smooth(fold_y - 0.004, fold_y + 0.008, at.y) * smooth(upper + 0.004, upper - 0.004, at.y) * ends;
        over_skin(texel, shade, lid * 0.20);
        let below = bell((at.y - lower - 0.010) / 0.008) * ends * 0.26;
        over_skin(texel, shade, below);
        let bag = bell((at.y - lower - 0.040) / 0.010) * smooth(1.2, 0.3, at.u.abs()) * 0.10;
        over_skin(texel, shade, bag);
    }

    /// White, iris and pupil between the lids.
    fn ball(&self, at: Local, point: (f32, f32), iris: (f32, f32), open: f32, pixel: f32, texel: &mut Texel) {
        let (upper, lower) = self.lids(at.u, open);
        let inside = ((at.y - upper) / pixel + 0.5).clamp(0.0, 1.0) * ((lower - at.y) / pixel + 0.5).clamp(0.0, 1.0);
        if inside <= 0.0 {
            return;
        }
        let lit = self.light.on([0.25 * at.u * self.side, 0.0, 0.96], 0.0);
        let corner = smooth(0.45, 1.0, at.u.abs());
        let white = scale([0.74, 0.70, 0.67], 0.80 + 0.20 * self.skin[1].min(0.6) / 0.6);
        let mut color = blend(white, [0.50, 0.36, 0.32], corner * 0.8);
        let inner = smooth(-0.80, -0.97, at.u);
        color = blend(color, [0.50, 0.22, 0.19], inner);
        let d = (point.0 - iris.0).hypot(point.1 - iris.1);
        color = blend(color, self.iris_color(point, iris, d), ((0.0405 - d) / pixel + 0.5).clamp(0.0, 1.0));
        // The upper lid and its lashes shade the ball.
        let shade = 0.50 + 0.50 * smooth(-0.004, 0.026, at.y - upper);
        color = times(scale(color, shade * 0.92), lit);
        let glint = |gx: f32, gy: f32, r: f32| {
            let g = ((point.0 - iris.0 - gx) / r).hypot((point.1 - iris.1 - gy) / (r * 1.25));
            smooth(1.25, 0.65, g)
        };
        let shine = (0.9 * self.light.left.min(1.0) * glint(-0.0165, -0.0135, 0.0062)
            + 0.8 * self.light.right.min(1.0) * glint(0.0165, -0.0135, 0.0062))
        .min(0.9);
        color = blend(color, [0.95, 0.96, 0.98], shine * smooth(0.0, 0.006, at.y - upper));
        over(texel, color, inside);
    }

    fn iris_color(&self, point: (f32, f32), center: (f32, f32), d: f32) -> Color {
        let angle = (point.1 - center.1).atan2(point.0 - center.0);
        let fibre =
            noise(angle * 9.0, d * 60.0, self.seed) * 0.22 + noise(angle * 24.0, d * 30.0, self.seed ^ 9) * 0.12;
        let mut color = scale(self.iris, 1.05 + fibre);
        let below = smooth(-0.02, 0.035, point.1 - center.1);
        color = scale(color, 0.75 + 0.65 * below);
        color = scale(color, 1.0 - 0.72 * smooth(0.031, 0.0405, d));
        blend(color, [0.004, 0.004, 0.005], smooth(0.0180, 0.0145, d))
    }

    /// Dark rim of the upper lid with lashes, fine rim below.
    fn lashes(&self, at: Local, open: f32, pixel: f32, texel: &mut Texel) {
        const INK: Color = [0.016, 0.011, 0.010];
        let (upper, lower) = self.lids(at.u, open);
        let ends = smooth(1.17, 0.92, at.u.abs());
        let outer = smooth(-1.0, 0.9, at.u);
        let thick = (0.0072 + 0.0066 * outer) * self.lashes;
        let above = upper - at.y;
        let band = (smooth(thick + pixel, thick * 0.2, above) * smooth(-0.0035 - pixel, 0.0, above)).min(1.0);
        let comb = 0.72 + 0.28 * noise(at.u * 46.0 + above * 260.0 * outer, 0.5, self.seed ^ 0x4D);
        over(texel, INK, (band * ends * comb * 0.94).clamp(0.0, 1.0));
        // Past the outer corner the lashes sweep on.
        let wing = bell((at.u - 1.06) / 0.10) * bell((at.y - upper + 0.006) / 0.006) * 0.5 * self.lashes;
        over(texel, INK, wing.clamp(0.0, 0.7));
        let rim = bell((at.y - lower - 0.0015) / 0.0034) * ends * (0.22 + 0.30 * outer) * (0.6 + 0.4 * self.lashes);
        over(texel, scale(folded(self.skin), 0.45), rim.clamp(0.0, 0.8));
    }
}

/// Shade only where there is skin.
fn over_skin(texel: &mut Texel, color: Color, amount: f32) {
    if amount > 0.003 {
        over(texel, scale(color, texel[3]), amount.min(1.0) * texel[3].min(1.0));
    }
}

/// Two brows of fine hairs.
pub(super) fn paint_brows(layer: &mut Layer, person: &Person) {
    let ink = linear(person.hair.color);
    let ink = if ink[0] > 0.12 { scale(ink, 0.45) } else { scale(ink, 0.9) };
    let thick = 0.030 * person.face.brow;
    let eye = person.face.eye_distance / 2.0;
    let mut r = Random::fork(person.seed, 30);
    let count = (230.0 * person.face.brow.sqrt()) as usize;
    for side in [-1.0_f32, 1.0] {
        // A soft bed first, so that hairs do not float on bare skin.
        let bed = curve((side * eye * 0.47, -0.125), (side * eye * 0.95, -0.171), (side * eye * 1.66, -0.121), 16);
        layer.stroke(
            &bed,
            |t| thick * 0.42 * brow_body(t),
            |t| (ink, 0.50 * smooth(0.0, 0.22, t) * smooth(1.0, 0.8, t)),
        );
        for _ in 0..count {
            let t = r.unit();
            let (px, py) = brow_point(eye, t);
            let off = (r.unit() - 0.5) * 2.0 * thick * 0.50 * brow_body(t);
            let root = (side * px, py + off);
            let lean = 0.25 + 1.1 * t + r.range(-0.2, 0.2);
            let length = r.range(0.015, 0.027) * (0.75 + 0.4 * person.face.brow);
            let up = if off > 0.0 { 1.0 } else { -0.25 };
            let tip = (root.0 + side * length * lean.sin(), root.1 - length * lean.cos() * up * 0.75);
            let bend = (root.0 + side * length * 0.35, f32::midpoint(root.1, tip.1) - 0.003);
            let strength = r.range(0.30, 0.75) * smooth(-0.08, 0.14, t);
            layer.stroke(&curve(root, bend, tip, 4), |s| 0.0026 * (1.0 - 0.6 * s), |_| (ink, strength));
        }
    }
}

/// Middle line of the right brow.
fn brow_point(eye: f32, t: f32) -> (f32, f32) {
    let (a, b, c) = ((eye * 0.47, -0.125), (eye * 0.95, -0.171), (eye * 1.66, -0.121));
    let (p, q, s) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
    (a.0 * p + b.0 * q + c.0 * s, a.1 * p + b.1 * q + c.1 * s)
}

fn brow_body(t: f32) -> f32 {
    smooth(-0.25, 0.25, t) * (1.0 - 0.75 * smooth(0.45, 1.05, t))
}
