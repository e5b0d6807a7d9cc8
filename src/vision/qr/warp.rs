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
            let center = warp.node(node);
            let mut best = (f32::MIN, (0.0, 0.0));
            for (i, j) in (0..9).map(|k| (k % 3 - 1, k / 3 - 1)) {
                let shift = (i as f32 * step, j as f32 * step);
                let score = decidedness(luma, place, &before, center, shift) * (1.0 - 0.01 * (i * i + j * j) as f32);
                if score > best.0 {
                    best = (score, shift);
                }
            }
            warp.shifts[node].0 += best.1.0;
            warp.shifts[node].1 += best.1.1;
        }
        warp.smooth();
    }
    warp
}

impl Warp {
    /// Each node goes half way to the mean of its neighbours: paper does not crumple from module to module.
    fn smooth(&mut self) {
        let before = self.shifts.clone();
        for node in 0..before.len() {
            let (column, row) = (node % self.nodes, node / self.nodes);
            let mut around = Vec::with_capacity(4);
            if column > 0 {
                around.push(before[node - 1]);
            }
            if column + 1 < self.nodes {
                around.push(before[node + 1]);
            }
            if row > 0 {
                around.push(before[node - self.nodes]);
            }
            if row + 1 < self.nodes {
                around.push(before[node + self.nodes]);
            }
            let count = around.len().max(1) as f32;
            let sum = around.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
            self.shifts[node] =
                (f32::midpoint(before[node].0, sum.0 / count), f32::midpoint(before[node].1, sum.1 / count));
        }
    }
}

/// Variance of the modules around a node, its map moved by `shift`.
fn decidedness(luma: &GrayImage, place: &Place, warp: &Warp, center: Point, shift: (f32, f32)) -> f32 {
    let (low, high) = (0.5, place.plan.size as f32 - 0.5);
    let (mut count, mut sum, mut squares) = (0.0_f32, 0.0_f32, 0.0_f32);
    for (i, j) in (0..64).map(|k| (k % 8, k / 8)) {
        let x = center.x.floor() + i as f32 - 3.5;
        let y = center.y.floor() + j as f32 - 3.5;
        if x < low || y < low || x > high || y > high {
            continue;
        }
        let grey = grey_at(luma, warp.map(x + shift.0, y + shift.1));
        count += 1.0;
        sum += grey;
        squares += grey * grey;
    }
    if count < 4.0 { 0.0 } else { (squares - sum * sum / count) / count }
}
