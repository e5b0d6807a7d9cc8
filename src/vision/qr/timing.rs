//! The timing patterns of a page that is bent: followed from the finder patterns on, a few modules at a time, so that
//! each step only has to find what is new.

use image::GrayImage;

use super::grid::grey_at;
use super::pattern::Correlation;
use super::place::Place;
use crate::domain::geometry::Point;

/// Modules of a step, and on each side of its middle that are compared.
const STEP: i32 = 2;
const REACH: i32 = 3;
/// How far a step may be off what the steps before promise, in quarters of a module.
const QUARTERS: i32 = 2;
/// The first step has none before.
const FIRST_QUARTERS: i32 = 3;
/// Steps that correlate less tell nothing; after so many of them the way is lost.
const LEAST: f32 = 0.5;
const LOST: u32 = 2;

/// Places on both timing patterns: module coordinates, pixels, trust.
pub(super) fn followed(luma: &GrayImage, place: &Place, sign: f32) -> Vec<(Point, Point, f32)> {
    let last = place.plan.size as i32 - 9;
    let middle = place.plan.size as i32 / 2;
    let mut found = Vec::new();
    for across in [true, false] {
        for (first, way) in [(8 + REACH, STEP), (last - REACH, -STEP)] {
            let mut walk = Walk { luma, place, sign, across, shift: (0.0, 0.0), slope: (0.0, 0.0) };
            let (mut at, mut lost, mut quarters) = (first, 0, FIRST_QUARTERS);
            while lost < LOST && (at - middle) * way.signum() <= 0 {
                let score = walk.step(at, way, quarters);
                lost = if score < LEAST { lost + 1 } else { 0 };
                if score >= LEAST {
                    let trust = (score - LEAST) / (1.0 - LEAST);
                    found.push((walk.module(at as f32), walk.seen(at as f32, walk.shift), trust));
                }
                (at, quarters) = (at + way, QUARTERS);
            }
        }
    }
    found
}

/// One way along a timing pattern.
struct Walk<'a> {
    luma: &'a GrayImage,
    place: &'a Place,
    sign: f32,
    /// Along the row or along the column.
    across: bool,
    /// Modules off the flat map: along the way, and beside it; and how both grow per module.
    shift: (f32, f32),
    slope: (f32, f32),
}

impl Walk<'_> {
    fn module(&self, at: f32) -> Point {
        if self.across { Point::new(at + 0.5, 6.5) } else { Point::new(6.5, at + 0.5) }
    }

    fn seen(&self, at: f32, (along, beside): (f32, f32)) -> Point {
        let module = self.module(at);
        let (x, y) = if self.across { (along, beside) } else { (beside, along) };
        self.place.map.map(module.x + x, module.y + y)
    }

    /// Correlation of the modules around `at` with light and dark in turn.
    fn score(&self, at: i32, (along, beside): (f32, f32)) -> f32 {
        let mut sums = Correlation::default();
        for far in -REACH..=REACH {
            let grown = (along + self.slope.0 * far as f32, beside + self.slope.1 * far as f32);
            let dark = if (at + far) % 2 == 0 { 1.0 } else { -1.0 };
            sums.add(dark, -self.sign * grey_at(self.luma, self.seen((at + far) as f32, grown)));
        }
        sums.value()
    }

    /// Goes on to `at` and says how well the pattern is seen there.
    fn step(&mut self, at: i32, way: i32, quarters: i32) -> f32 {
        let way = way as f32;
        let promised = (self.shift.0 + self.slope.0 * way, self.shift.1 + self.slope.1 * way);
        let mut best = (f32::MIN, promised);
        for (i, j) in (-quarters..=quarters).flat_map(|j| (-quarters..=quarters).map(move |i| (i, j))) {
            let shift = (promised.0 + 0.25 * i as f32, promised.1 + 0.25 * j as f32);
            let score = self.score(at, shift) - 0.01 * (i * i + j * j) as f32;
            if score > best.0 {
                best = (score, shift);
            }
        }
        if best.0 < LEAST {
            self.shift = promised;
            return best.0;
        }
        let new = (best.1.0 - promised.0, best.1.1 - promised.1);
        self.shift = (promised.0 + 0.7 * new.0, promised.1 + 0.7 * new.1);
        self.slope = (self.slope.0 + 0.3 * new.0 / way, self.slope.1 + 0.3 * new.1 / way);
        best.0
    }
}
