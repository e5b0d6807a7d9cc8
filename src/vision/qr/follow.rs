//! Follows a symbol from frame to frame by its modules: where finder patterns are lost in noise, stripes or glare, the
//! whole grid seen before still tells where it is.

use image::GrayImage;

use super::finder::Polarity;
use super::grid::{GreyGrid, grey_at};
use super::homography::Homography;
use super::layout::version_of;
use super::pattern::Correlation;
use crate::domain::geometry::Point;

/// How far a hand moves between two frames, modules to each side, and the steps in which it is looked for: a grid
/// that is off by more than half a module is alike no more.
const REACH: i32 = 9;
const STEP: f32 = 0.45;
/// Steps of a corner while the place is refined, modules.
const FINER: [f32; 4] = [0.4, 0.2, 0.1, 0.05];
/// Likeness of a grid at the right place. Measured: beside it it stays under 0.1.
const LEAST: f32 = 0.2;

/// The grid of the same symbol in the next frame; `None` when it is not near, or cannot be seen at all.
pub(super) fn follow(luma: &GrayImage, before: &GreyGrid, polarity: Polarity) -> Option<GreyGrid> {
    let version = version_of(before.size)?;
    let module = before.pixels_per_module();
    let mut best = (f32::MIN, before.corners);
    for (dx, dy) in (-REACH..=REACH).flat_map(|dy| (-REACH..=REACH).map(move |dx| (dx, dy))) {
        let by = |n: i32| n as f32 * STEP * module;
        let corners = before.corners.map(|p| Point::new(p.x + by(dx), p.y + by(dy)));
        best = better(best, (likeness(luma, before, &corners, polarity, 3), corners));
    }
    for step in FINER {
        for corner in 0..4 {
            for (dx, dy) in [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)] {
                let mut corners = best.1;
                corners[corner].x += dx * module;
                corners[corner].y += dy * module;
                best = better(best, (likeness(luma, before, &corners, polarity, 2), corners));
            }
        }
    }
    if best.0 < LEAST {
        return None;
    }
    GreyGrid::from_corners(luma, best.1, version, polarity)
}

/// In which tone a grid stands in its own frame.
pub(super) fn polarity_of(luma: &GrayImage, grid: &GreyGrid) -> Polarity {
    let upright = likeness(luma, grid, &grid.corners, Polarity::DarkOnLight, 2);
    if upright >= 0.0 { Polarity::DarkOnLight } else { Polarity::LightOnDark }
}

fn better(a: (f32, [Point; 4]), b: (f32, [Point; 4])) -> (f32, [Point; 4]) {
    if b.0 > a.0 { b } else { a }
}

/// Correlation of the grid with the picture at these corners, -1 to 1; every `stride`-th row and column is asked.
fn likeness(luma: &GrayImage, grid: &GreyGrid, corners: &[Point; 4], polarity: Polarity, stride: usize) -> f32 {
    let side = grid.size as f32;
    let square = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)].map(|(x, y)| Point::new(x, y));
    let Some(map) = Homography::between(square, *corners) else { return 0.0 };
    let sign = if polarity == Polarity::DarkOnLight { -1.0 } else { 1.0 };
    let mut correlation = Correlation::default();
    for row in (0..grid.size).step_by(stride) {
        for column in (0..grid.size).step_by(stride) {
            let a = grid.values[row * grid.size + column];
            correlation.add(a, sign * grey_at(luma, map.map(column as f32 + 0.5, row as f32 + 0.5)));
        }
    }
    correlation.value()
}
