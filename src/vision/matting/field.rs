//! The old backdrop at every pixel, also where the person hides it.
//!
//! Cells of 8 x 8 standard pixels. A surface of second order is fitted to the cells that surely show backdrop (or to
//! their difference from the empty backdrop's picture), then cells are joined as long as the colour changes slowly,
//! which follows soft shadows up to the person; what the surface misses there is kept and spread under the person.

use super::regions::beside;
use super::{Given, MattingError, light_at};
use crate::vision::fit::least_squares;
use crate::vision::linear::{level, linear_of};

/// Side of a cell, standard pixels.
const CELL: f32 = 8.0;
/// Cells with more person than this nearby are not trusted at first, and never those with more than [`NEVER`].
const FREE: f32 = 0.15;
const NEVER: f32 = 0.5;
/// Fewest trusted cells.
const FEWEST: usize = 60;
/// Cells off the surface by more than three spreads, and by more than this (levels), are not backdrop.
const LEAST_OUTLIER: f32 = 4.0;
/// A backdrop that leaves the surface by more than this (levels), or in more than half of its cells, is not plain.
const MOST_SPREAD: f32 = 9.0;
const LEAST_SHARE: f32 = 0.5;
/// Difference from its neighbours (levels) by which a cell still belongs to a soft shadow, and from the surface.
const SOFT: f32 = 3.0;
const DEEPEST: f32 = 48.0;
/// Rounds of spreading under the person.
const ROUNDS: usize = 24;

type Terms = [f64; 6];
/// A little weight on flatness, for margins that do not determine every term.
const FLATNESS: f64 = 1e-3;

/// The backdrop of one picture.
pub(super) struct Field {
    width: usize,
    side: f32,
    columns: usize,
    rows: usize,
    /// Linear light per cell, or its difference from the plate.
    light: Vec<[f32; 3]>,
    /// Levels per cell; of no use beside a plate.
    levels: Vec<[f32; 3]>,
    /// Linear light of the plate per pixel.
    plate: Option<Vec<[f32; 3]>>,
    /// Deviation of single backdrop pixels from the field, levels, per channel.
    pub(super) noise: f32,
}

struct Cell {
    /// Mean linear light, less the plate's where there is one.
    light: [f32; 3],
    /// Mean levels.
    levels: [f32; 3],
    /// Mean linear light of the plate.
    plate: [f32; 3],
    /// Deviation of the pixels from the cell's mean, levels.
    spread: f32,
    /// Most person at the cell's corners and middle.
    person: f32,
}

impl Field {
    pub(super) fn fit(given: &Given<'_>, prior: &[f32]) -> Result<Self, MattingError> {
        let picture = given.picture;
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let side = (CELL * given.scale).round().max(4.0) as usize;
        let (columns, rows) = (width / side, height / side);
        let plate: Option<Vec<[f32; 3]>> =
            given.plate.map(|plate| plate.pixels().map(|pixel| linear_of(pixel.0)).collect());
        let cells: Vec<Cell> = (0..columns * rows)
            .map(|index| cell(given, plate.as_deref(), prior, (index % columns * side, index / columns * side), side))
            .collect();
        let free: Vec<usize> = (0..cells.len()).filter(|index| cells[*index].person < FREE).collect();
        if free.len() < FEWEST {
            return Err(MattingError::NoBackdrop);
        }
        let refused = if plate.is_some() { MattingError::OtherPlate } else { MattingError::NotPlain };
        let (surface, mut backdrop) = surface(&cells, &free, columns, rows).ok_or(refused)?;
        let at = |index: usize| value(&surface, columns, rows, index);
        let mut spreads: Vec<f32> =
            (0..cells.len()).filter(|index| backdrop[*index]).map(|index| cells[index].spread).collect();
        let middle = spreads.len() / 2;
        let noise = spreads.select_nth_unstable_by(middle, f32::total_cmp).1.max(0.6);
        grow(&cells, &mut backdrop, &surface, columns, noise);
        let mut light: Vec<[f32; 3]> = (0..cells.len())
            .map(|index| if backdrop[index] { minus(cells[index].light, at(index)) } else { [0.0; 3] })
            .collect();
        spread_under(&mut light, &backdrop, columns);
        for (index, light) in light.iter_mut().enumerate() {
            *light = plus(*light, at(index));
        }
        let levels = light.iter().map(|light| light.map(level)).collect();
        Ok(Self { width, side: side as f32, columns, rows, light, levels, plate, noise })
    }

    /// Linear light of the backdrop at a pixel.
    pub(super) fn at(&self, index: usize) -> [f32; 3] {
        let between = self.between(&self.light, index);
        let plate = self.plate.as_ref().map_or([0.0; 3], |plate| plate[index]);
        plus(plate, between).map(|light| light.clamp(0.0, 1.0))
    }

    /// Levels of the backdrop at a pixel: read between the cells' levels, which differ too little for the curve
    /// between light and levels to matter.
    pub(super) fn levels_at(&self, index: usize) -> [f32; 3] {
        if self.plate.is_some() { self.at(index).map(level) } else { self.between(&self.levels, index) }
    }

    /// A pixel's value between those of the four cells around it.
    fn between(&self, cells: &[[f32; 3]], index: usize) -> [f32; 3] {
        let (column, row) = (index % self.width, index / self.width);
        let x = ((column as f32 + 0.5) / self.side - 0.5).clamp(0.0, self.columns as f32 - 1.001);
        let y = ((row as f32 + 0.5) / self.side - 0.5).clamp(0.0, self.rows as f32 - 1.001);
        let (left, top) = (x as usize, y as usize);
        let (fx, fy) = (x - left as f32, y - top as f32);
        let corner = top * self.columns + left;
        let (Some([a, b]), Some([c, d])) = (
            cells.get(corner..).and_then(<[_]>::first_chunk::<2>),
            cells.get(corner + self.columns..).and_then(<[_]>::first_chunk::<2>),
        ) else {
            return cells.get(corner).copied().unwrap_or_default();
        };
        std::array::from_fn(|i| {
            let (upper, lower) = (a[i] + (b[i] - a[i]) * fx, c[i] + (d[i] - c[i]) * fx);
            upper + (lower - upper) * fy
        })
    }
}

fn minus(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn plus(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

/// Largest difference of a channel.
fn furthest(a: [f32; 3], b: [f32; 3]) -> f32 {
    (0..3).map(|i| (a[i] - b[i]).abs()).fold(0.0, f32::max)
}

fn cell(
    given: &Given<'_>,
    plate: Option<&[[f32; 3]]>,
    prior: &[f32],
    (left, top): (usize, usize),
    side: usize,
) -> Cell {
    let width = given.picture.width() as usize;
    let (mut light, mut behind, mut person) = ([0.0_f32; 3], [0.0_f32; 3], 0.0_f32);
    let (mut sum, mut squares) = (0.0_f32, 0.0_f32);
    for row in top..top + side {
        for index in row * width + left..row * width + left + side {
            let here = light_at(given.picture, index);
            let under = plate.map_or([0.0; 3], |plate| plate[index]);
            light = plus(light, minus(here, under));
            behind = plus(behind, under);
            let difference = match plate {
                Some(_) => level(here[1]) - level(under[1]),
                None => f32::from(given.picture.as_raw()[3 * index + 1]),
            };
            sum += difference;
            squares += difference * difference;
            person = person.max(prior[index]);
        }
    }
    let share = 1.0 / (side * side) as f32;
    let (light, behind) = (light.map(|sum| sum * share), behind.map(|sum| sum * share));
    Cell {
        light,
        levels: plus(light, behind).map(level),
        plate: behind,
        spread: (squares * share - (sum * share).powi(2)).max(0.0).sqrt(),
        person,
    }
}

fn terms(columns: usize, rows: usize, index: usize) -> Terms {
    let x = (index % columns) as f64 / columns as f64 - 0.5;
    let y = (index / columns) as f64 / rows as f64 - 0.5;
    [1.0, x, y, x * x, x * y, y * y]
}

fn value(surface: &[Terms; 3], columns: usize, rows: usize, index: usize) -> [f32; 3] {
    let terms = terms(columns, rows, index);
    surface.map(|weights| weights.iter().zip(terms).map(|(weight, term)| weight * term).sum::<f64>() as f32)
}

/// The fitted surface and which cells lie on it; `None` when the backdrop is not plain.
fn surface(cells: &[Cell], free: &[usize], columns: usize, rows: usize) -> Option<([Terms; 3], Vec<bool>)> {
    let middle: [f32; 3] = std::array::from_fn(|channel| {
        let mut values: Vec<f32> = free.iter().map(|index| cells[*index].light[channel]).collect();
        *values.select_nth_unstable_by(free.len() / 2, f32::total_cmp).1
    });
    let mut surface = middle.map(|value| [f64::from(value), 0.0, 0.0, 0.0, 0.0, 0.0]);
    let off = |surface: &[Terms; 3], index: usize| {
        let cell = &cells[index];
        furthest(cell.levels, plus(value(surface, columns, rows, index), cell.plate).map(level))
    };
    let mut distances: Vec<f32> = free.iter().map(|index| off(&surface, *index)).collect();
    let mut limit = middle_of(&mut distances.clone()).max(LEAST_OUTLIER);
    let mut spread = 0.0;
    for _ in 0..6 {
        let kept: Vec<usize> = free.iter().zip(&distances).filter(|(_, d)| **d <= limit).map(|(i, _)| *i).collect();
        let samples = kept.iter().map(|index| (terms(columns, rows, *index), cells[*index].light));
        surface = least_squares(samples, FLATNESS)?;
        distances = free.iter().map(|index| off(&surface, *index)).collect();
        spread = 1.48 * middle_of(&mut kept.iter().map(|index| off(&surface, *index)).collect::<Vec<_>>());
        limit = (3.0 * spread).max(LEAST_OUTLIER);
    }
    let inliers = distances.iter().filter(|distance| **distance <= limit).count();
    if spread > MOST_SPREAD || (inliers as f32) < LEAST_SHARE * free.len() as f32 {
        return None;
    }
    let mut backdrop = vec![false; cells.len()];
    for (index, distance) in free.iter().zip(&distances) {
        backdrop[*index] = *distance <= limit;
    }
    Some((surface, backdrop))
}

fn middle_of(values: &mut [f32]) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f32::total_cmp).1
}

/// Joins cells that differ little from backdrop cells beside them: gradients and soft shadows.
fn grow(cells: &[Cell], backdrop: &mut [bool], surface: &[Terms; 3], columns: usize, noise: f32) {
    let rows = cells.len() / columns.max(1);
    let mut open: Vec<usize> = (0..cells.len()).filter(|index| backdrop[*index]).collect();
    while let Some(index) = open.pop() {
        for next in beside(index, columns, cells.len()) {
            let cell = &cells[next];
            if backdrop[next] || cell.person > NEVER || cell.spread > 1.6 * noise + 0.8 {
                continue;
            }
            let expected = plus(value(surface, columns, rows, next), cell.plate).map(level);
            // Where there is a plate, its own structure does not count.
            let like = if cell.plate == [0.0; 3] { cells[index].levels } else { expected };
            let near = furthest(cell.levels, like);
            if near < SOFT + 0.3 * noise && furthest(cell.levels, expected) < DEEPEST {
                backdrop[next] = true;
                open.push(next);
            }
        }
    }
}

/// Carries what the surface misses into the cells that hide the backdrop.
fn spread_under(light: &mut [[f32; 3]], backdrop: &[bool], columns: usize) {
    let count = light.len();
    let hidden: Vec<usize> = (0..count).filter(|index| !backdrop[*index]).collect();
    for round in 0..ROUNDS {
        let mut visit = |index: usize| {
            let (mut sum, mut number) = ([0.0; 3], 0.0);
            for next in beside(index, columns, count) {
                sum = plus(sum, light[next]);
                number += 1.0;
            }
            light[index] = sum.map(|sum| sum / f32::max(number, 1.0));
        };
        if round % 2 == 0 {
            for index in &hidden {
                visit(*index);
            }
        } else {
            for index in hidden.iter().rev() {
                visit(*index);
            }
        }
    }
}
