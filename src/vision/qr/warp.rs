//! A plane that is not flat: curved paper, a lens that bends. Small shifts on a lattice over the flat map.

use image::GrayImage;

use super::grid::grey_at;
use super::homography::Homography;
use super::place::Place;
use crate::domain::geometry::Point;

/// Modules between the lattice's nodes, about.
const SPACING: f32 = 9.0;
/// Largest shift that settling may add in one round, modules.
const LARGEST: f32 = 0.4;

/// The flat map and shifts (modules) on a lattice of `nodes` x `nodes`.
#[derive(Debug, Clone)]
pub(super) struct Warp {
    flat: Homography,
    size: f32,
    nodes: usize,
    shifts: Vec<(f32, f32)>,
}

impl Warp {
    pub(super) fn flat(place: &Place) -> Self {
        let size = place.plan.size as f32;
        let nodes = (size / SPACING).ceil() as usize + 1;
        Self { flat: place.map, size, nodes, shifts: vec![(0.0, 0.0); nodes * nodes] }
    }

    /// Bent so that it meets the seen patterns: each node goes with the anchors near it.
    pub(super) fn through(place: &Place) -> Self {
        let mut warp = Self::flat(place);
        for node in 0..warp.shifts.len() {
            warp.shifts[node] = place.shift_at(warp.node(node));
        }
        warp
    }

    /// Modules by which the farthest node is off the flat map.
    pub(super) fn largest_shift(&self) -> f32 {
        self.shifts.iter().map(|(dx, dy)| dx.hypot(*dy)).fold(0.0, f32::max)
    }

    fn node(&self, node: usize) -> Point {
        let step = self.size / (self.nodes - 1) as f32;
        Point::new((node % self.nodes) as f32 * step, (node / self.nodes) as f32 * step)
    }

    pub(super) fn map(&self, x: f32, y: f32) -> Point {
        let scale = (self.nodes - 1) as f32 / self.size;
        let last = (self.nodes - 2) as f32;
        let (u, v) = ((x * scale).max(0.0), (y * scale).max(0.0));
        let (column, row) = (u.floor().min(last), v.floor().min(last));
        let (fx, fy) = ((u - column).min(1.0), (v - row).min(1.0));
        let first = row as usize * self.nodes + column as usize;
        let [a, b, c, d] = [0, 1, self.nodes, self.nodes + 1].map(|step| self.shifts[first + step]);
        let mix = |of: fn((f32, f32)) -> f32| {
            (of(a) * (1.0 - fx) + of(b) * fx) * (1.0 - fy) + (of(c) * (1.0 - fx) + of(d) * fx) * fy
        };
        self.flat.map(x + mix(|s| s.0), y + mix(|s| s.1))
    }
}

/// Moves each node to where the modules around it are most decided: half way between two modules all is grey.
pub(super) fn settled(luma: &GrayImage, place: &Place, start: &Warp) -> Warp {
    let mut warp = start.clone();
    for step in [LARGEST, LARGEST / 2.0, LARGEST / 4.0] {
        let before = warp.clone();
        for node in 0..warp.shifts.len() {
            let around = Around::of(place, &before, warp.node(node));
            let mut best = (f32::MIN, (0.0, 0.0));
            for (i, j) in (0..9).map(|k| (k % 3 - 1, k / 3 - 1)) {
                let shift = (i as f32 * step, j as f32 * step);
                let score = around.decidedness(luma, shift) * (1.0 - 0.01 * (i * i + j * j) as f32);
                if score > best.0 {
                    best = (score, shift);
                }
            }
            warp.shifts[node].0 += best.1.0;
            warp.shifts[node].1 += best.1.1;
        }
        warp.smooth(start);
    }
    warp
}

impl Warp {
    /// What a node moved since the start goes half way to the mean of its neighbours: paper does not crumple from module
    /// to module.
    fn smooth(&mut self, start: &Self) {
        let moved: Vec<(f32, f32)> =
            self.shifts.iter().zip(&start.shifts).map(|(now, then)| (now.0 - then.0, now.1 - then.1)).collect();
        for node in 0..moved.len() {
            let (column, row) = (node % self.nodes, node / self.nodes);
            let mut around = Vec::with_capacity(4);
            if column > 0 {
                around.push(moved[node - 1]);
            }
            if column + 1 < self.nodes {
                around.push(moved[node + 1]);
            }
            if row > 0 {
                around.push(moved[node - self.nodes]);
            }
            if row + 1 < self.nodes {
                around.push(moved[node + self.nodes]);
            }
            let count = around.len().max(1) as f32;
            let sum = around.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
            let (then, now) = (start.shifts[node], moved[node]);
            self.shifts[node] =
                (then.0 + f32::midpoint(now.0, sum.0 / count), then.1 + f32::midpoint(now.1, sum.1 / count));
        }
    }
}

/// The modules around a node, the map as good as straight among them.
struct Around {
    /// Middle of the first module, then one module to the right and one down.
    first: Point,
    right: (f32, f32),
    down: (f32, f32),
    /// Columns and rows of modules that lie in the symbol, of 8 by 8.
    columns: std::ops::Range<i32>,
    rows: std::ops::Range<i32>,
}

impl Around {
    fn of(place: &Place, warp: &Warp, center: Point) -> Self {
        let (x, y) = (center.x.floor() - 3.5, center.y.floor() - 3.5);
        let (low, high) = (0.5, place.plan.size as f32 - 0.5);
        let inside = |from: f32| {
            let (first, last) = ((low - from).ceil().max(0.0) as i32, (high - from).floor().min(7.0) as i32);
            first..last + 1
        };
        let at = |x: f32, y: f32| warp.map(x.clamp(low, high), y.clamp(low, high));
        let across = |a: Point, b: Point, modules: f32| ((b.x - a.x) / modules, (b.y - a.y) / modules);
        let span = |from: f32| (from.clamp(low, high), (from + 7.0).clamp(low, high));
        let ((left, far), (top, bottom)) = (span(x), span(y));
        let corner = at(left, top);
        let right = across(corner, at(far, top), (far - left).max(0.5));
        let down = across(corner, at(left, bottom), (bottom - top).max(0.5));
        let (back_x, back_y) = (x - left, y - top);
        let first =
            Point::new(corner.x + back_x * right.0 + back_y * down.0, corner.y + back_x * right.1 + back_y * down.1);
        Self { first, right, down, columns: inside(x), rows: inside(y) }
    }

    /// Variance of the modules, the map moved by `shift` modules.
    fn decidedness(&self, luma: &GrayImage, shift: (f32, f32)) -> f32 {
        let (mut count, mut sum, mut squares) = (0.0_f32, 0.0_f32, 0.0_f32);
        for j in self.rows.clone() {
            for i in self.columns.clone() {
                let (u, v) = (i as f32 + shift.0, j as f32 + shift.1);
                let at = Point::new(
                    self.first.x + u * self.right.0 + v * self.down.0,
                    self.first.y + u * self.right.1 + v * self.down.1,
                );
                let grey = grey_at(luma, at);
                count += 1.0;
                sum += grey;
                squares += grey * grey;
            }
        }
        if count < 4.0 { 0.0 } else { (squares - sum * sum / count) / count }
    }
}
