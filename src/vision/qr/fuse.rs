//! Evidence over frames: module grids of the same symbol, averaged before they are decoded.
//!
//! The grids stand on the modules, so that a hand that moves does not matter. Noise, stripes and a reflection that
//! wanders fall on other modules in each frame and vanish in the mean; what one frame cannot decide counts nothing.

use std::collections::VecDeque;

use image::GrayImage;

use super::finder::Polarity;
use super::follow::{follow, polarity_of};
use super::grid::GreyGrid;
use super::layout::{layout, version_of};
use super::symbol::{Decoded, decode_grid};
use crate::domain::geometry::Point;
use crate::domain::time::Monotonic;

/// Grids that are kept at most, and how old they may be: half a second of a slow camera.
const KEPT: usize = 8;
const OLDEST: Monotonic = Monotonic::from_millis(700);
/// Grids of one frame that are looked at: the likeliest first.
const OF_ONE_FRAME: usize = 2;
/// Patterns that every symbol has must be seen at least so well. Measured: grids beside the symbol stay under 0.2.
const LEAST_AGREEMENT: f32 = 0.25;
/// The same for a grid that was followed: the place is known, the picture may be worse.
const LEAST_FOLLOWED: f32 = 0.12;
/// A corner may move by this share of the symbol's side between two frames.
const JUMP: f32 = 0.35;
/// Grids of the same symbol are alike at least so much where symbols differ.
const LEAST_ALIKE: f32 = 0.15;

/// What the frame of a grid gave by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alone {
    Unread,
    /// A code, but not for sure: what rests on it is no second read.
    Read,
}

#[derive(Debug, Clone)]
struct Kept {
    grid: GreyGrid,
    /// Grows with contrast and sharpness.
    weight: f32,
    at: Monotonic,
    alone: Alone,
}

impl Kept {
    fn of(grid: GreyGrid, alone: Alone, at: Monotonic) -> Self {
        Self { weight: grid.agreement().max(0.0), grid, at, alone }
    }
}

/// What several frames together say.
#[derive(Debug, Clone)]
pub(super) struct Fused {
    pub decoded: Decoded,
    /// Where the newest of them saw it.
    pub corners: [Point; 4],
    /// Whether one of the frames was read by itself.
    pub alone: Alone,
}

/// The newest grids of what is held up.
#[derive(Debug, Clone)]
pub(super) struct Fusion {
    kept: VecDeque<Kept>,
    /// Of the newest.
    polarity: Polarity,
}

impl Fusion {
    pub(super) const fn new() -> Self {
        Self { kept: VecDeque::new(), polarity: Polarity::DarkOnLight }
    }

    /// Takes in the grids of a frame in which nothing was read for sure and decodes what they say together with those
    /// before. Where none lies at the place of those before, the symbol is followed there.
    pub(super) fn take(
        &mut self,
        luma: &GrayImage,
        grids: Vec<GreyGrid>,
        alone: Alone,
        at: Monotonic,
    ) -> Option<Fused> {
        self.kept.retain(|kept| at.saturating_sub(kept.at) <= OLDEST);
        let mut fresh: Vec<Kept> = grids
            .into_iter()
            .map(|grid| Kept::of(grid, alone, at))
            .filter(|kept| kept.weight >= LEAST_AGREEMENT)
            .collect();
        if let Some(last) = self.kept.back()
            && !fresh.iter().any(|kept| is_same(&kept.grid, &last.grid, &last.grid.corners))
        {
            let polarity = self.polarity;
            let followed = follow(luma, &mean(&self.same_as(last)), polarity).map(|grid| Kept::of(grid, alone, at));
            fresh.extend(followed.filter(|kept| kept.weight >= LEAST_FOLLOWED));
        }
        fresh.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        fresh.truncate(OF_ONE_FRAME);
        let fused = fresh.iter().find_map(|newest| self.decode_with(newest));
        if let Some(newest) = fresh.first() {
            self.polarity = polarity_of(luma, &newest.grid);
        }
        for kept in fresh.into_iter().rev() {
            self.kept.push_back(kept);
        }
        while self.kept.len() > KEPT * OF_ONE_FRAME {
            self.kept.pop_front();
        }
        fused
    }

    pub(super) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Another scene, or what was kept has been used.
    pub(super) fn clear(&mut self) {
        self.kept.clear();
    }

    /// This grid and those before of the same symbol, newest first.
    fn same_as<'a>(&'a self, newest: &'a Kept) -> Vec<&'a Kept> {
        let mut same = vec![newest];
        let mut corners = newest.grid.corners;
        for kept in self.kept.iter().rev().filter(|kept| !std::ptr::eq(*kept, newest)) {
            if same.len() < KEPT && is_same(&kept.grid, &newest.grid, &corners) {
                corners = kept.grid.corners;
                same.push(kept);
            }
        }
        same
    }

    /// All frames of the symbol that the newest grid shows, then only the better half of them.
    fn decode_with(&self, newest: &Kept) -> Option<Fused> {
        let mut same = self.same_as(newest);
        if same.len() < 2 {
            return None;
        }
        if let Ok(decoded) = decode_grid(&mean(&same)) {
            return Some(fused(decoded, &same));
        }
        same.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        same.truncate(same.len().div_ceil(2));
        if same.len() < 2 {
            return None;
        }
        decode_grid(&mean(&same)).ok().map(|decoded| Fused { corners: newest.grid.corners, ..fused(decoded, &same) })
    }
}

fn fused(decoded: Decoded, same: &[&Kept]) -> Fused {
    let read = same.iter().any(|kept| kept.alone == Alone::Read);
    let alone = if read { Alone::Read } else { Alone::Unread };
    Fused { decoded, corners: same[0].grid.corners, alone }
}

/// Weighted mean; at the place of the first.
fn mean(same: &[&Kept]) -> GreyGrid {
    let first = &same[0].grid;
    let total: f32 = same.iter().map(|kept| kept.weight * kept.weight).sum();
    let mut values = vec![0.0; first.values.len()];
    for kept in same {
        let share = kept.weight * kept.weight / total.max(1e-6);
        for (sum, value) in values.iter_mut().zip(&kept.grid.values) {
            *sum += share * value;
        }
    }
    GreyGrid { size: first.size, values, corners: first.corners }
}

/// The same symbol, seen near these corners.
fn is_same(a: &GreyGrid, b: &GreyGrid, corners: &[Point; 4]) -> bool {
    is_near(corners, &a.corners) && is_alike(a, b)
}

fn is_near(a: &[Point; 4], b: &[Point; 4]) -> bool {
    let side = a[0].distance(a[1]).max(1.0);
    a.iter().zip(b).all(|(a, b)| a.distance(*b) <= JUMP * side)
}

/// Correlation of two grids of the same size over the modules in which symbols differ: the patterns that all have
/// are half of a small one.
fn is_alike(a: &GreyGrid, b: &GreyGrid) -> bool {
    let Some(plan) = version_of(a.size).and_then(layout).filter(|_| a.size == b.size) else { return false };
    let (mut both, mut first, mut second) = (0.0_f32, 0.0_f32, 0.0_f32);
    let of_either = a.values.iter().zip(&b.values).zip(&plan.known).filter(|(_, known)| **known == 0);
    for ((x, y), _) in of_either {
        both += x * y;
        first += x * x;
        second += y * y;
    }
    both >= LEAST_ALIKE * (first * second).sqrt()
}
