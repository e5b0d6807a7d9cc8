//! Which pixels are surely backdrop, surely the person, or neither.
//!
//! Backdrop is what looks like it and is joined to pixels that the person map leaves free; the person is what lies
//! well inside the rest. In between, further in where the map is in doubt, coverage has to be worked out.

use super::field::Field;
use super::{Given, MattingError, levels_at};

/// A pixel looks like backdrop when the mean around it is off by at most this (levels: a floor and noise deviations),
/// and the pixel itself too.
const MEAN_OFF: (f32, f32) = (2.2, 1.6);
const PIXEL_OFF: (f32, f32) = (4.0, 5.0);
/// Person map: below, pixels that look like backdrop start the backdrop; above, nothing is joined to it.
const SURELY_FREE: f32 = 0.1;
const SURELY_PERSON: f32 = 0.9;
/// Width of the doubtful band along the backdrop, standard pixels.
const BAND: f32 = 5.0;
/// How deep under the outline a glimpse of the backdrop (through hair) is looked for, where the map is less sure than
/// this, and the doubt around one.
const GLIMPSE_DEPTH: f32 = 18.0;
const GLIMPSE_PERSON: f32 = 0.95;
const GLIMPSE_BAND: f32 = 2.0;
/// Gaps of a strand of hair that are jumped, standard pixels.
const GAP: f32 = 3.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Region {
    Backdrop,
    Person,
    Doubt,
}

/// Region of every pixel.
pub(super) struct Regions {
    pub(super) map: Vec<Region>,
}

impl Regions {
    pub(super) fn of(given: &Given<'_>, prior: &[f32], field: &Field) -> Result<Self, MattingError> {
        let width = given.picture.width() as usize;
        let alike = alike(given, field, prior.len(), width);
        let mut map = flood(&alike, prior, width);
        let steps = |standard: f32| (standard * given.scale).round().max(1.0) as u16;
        let depth = distances(&map, width, steps(GLIMPSE_DEPTH));
        drop_islands(&mut map, prior, width, steps(GAP) as usize);
        let glimpses: Vec<usize> = (0..map.len())
            .filter(|index| map[*index] == Region::Person && alike[*index] && prior[*index] < GLIMPSE_PERSON)
            .filter(|index| depth[*index] < steps(GLIMPSE_DEPTH))
            .collect();
        for index in 0..map.len() {
            let near = depth[index] <= steps(BAND);
            let unsure = prior[index] < SURELY_PERSON && depth[index] < steps(GLIMPSE_DEPTH);
            if map[index] == Region::Person && (near || unsure) {
                map[index] = Region::Doubt;
            }
        }
        let reach = steps(GLIMPSE_BAND) as usize;
        for index in glimpses {
            for near in around(index, reach, width, map.len()) {
                if map[near] == Region::Person {
                    map[near] = Region::Doubt;
                }
            }
        }
        soften_rim(&mut map, width);
        let person = map.iter().filter(|region| **region == Region::Person).count();
        if person * 20 < map.len() {
            return Err(MattingError::NoPerson);
        }
        if map.iter().filter(|region| **region == Region::Backdrop).count() * 50 < map.len() {
            return Err(MattingError::NoBackdrop);
        }
        Ok(Self { map })
    }
}

/// Which pixels look like the backdrop.
fn alike(given: &Given<'_>, field: &Field, count: usize, width: usize) -> Vec<bool> {
    let off: Vec<[f32; 3]> = (0..count)
        .map(|index| {
            let (here, there) = (levels_at(given.picture, index), field.levels_at(index));
            [here[0] - there[0], here[1] - there[1], here[2] - there[2]]
        })
        .collect();
    let mean_limit = MEAN_OFF.0 + MEAN_OFF.1 * field.noise;
    let pixel_limit = PIXEL_OFF.0 + PIXEL_OFF.1 * field.noise;
    let length = |v: [f32; 3]| (v[0] * v[0] + v[1] * v[1] + v[2] * v[2]).sqrt();
    let height = count / width.max(1);
    let mut alike = vec![false; count];
    for row in 0..height {
        let (top, bottom) = (row.saturating_sub(1), (row + 1).min(height - 1));
        for column in 0..width {
            let index = row * width + column;
            if length(off[index]) > pixel_limit {
                continue;
            }
            let (left, right) = (column.saturating_sub(1), (column + 1).min(width - 1));
            let (mut sum, mut count) = ([0.0_f32; 3], 0.0_f32);
            for y in top..=bottom {
                for value in &off[y * width + left..=y * width + right] {
                    sum = [sum[0] + value[0], sum[1] + value[1], sum[2] + value[2]];
                    count += 1.0;
                }
            }
            alike[index] = length(sum.map(|sum| sum / count)) <= mean_limit;
        }
    }
    alike
}

/// Backdrop from every free pixel that looks like it, through pixels that look like it; all else is the person so far.
fn flood(alike: &[bool], prior: &[f32], width: usize) -> Vec<Region> {
    let mut map = vec![Region::Person; alike.len()];
    let mut open: Vec<usize> = (0..alike.len()).filter(|i| alike[*i] && prior[*i] < SURELY_FREE).collect();
    for index in &open {
        map[*index] = Region::Backdrop;
    }
    while let Some(index) = open.pop() {
        for next in beside(index, width, alike.len()) {
            if map[next] == Region::Person && alike[next] && prior[next] < SURELY_PERSON {
                map[next] = Region::Backdrop;
                open.push(next);
            }
        }
    }
    map
}

/// What is not joined to the middle of the person is no part of them: things on the wall, grain.
fn drop_islands(map: &mut [Region], prior: &[f32], width: usize, gap: usize) {
    let mut joined = vec![false; map.len()];
    let mut open: Vec<usize> =
        (0..map.len()).filter(|i| map[*i] == Region::Person && prior[*i] >= SURELY_PERSON).collect();
    for index in &open {
        joined[*index] = true;
    }
    while let Some(index) = open.pop() {
        // Inside, the four neighbours lead everywhere; at the outline, gaps are jumped.
        let inside = beside(index, width, map.len()).all(|next| map[next] == Region::Person);
        let reach = if inside { 1 } else { gap };
        for next in around(index, reach, width, map.len()) {
            if map[next] == Region::Person && !joined[next] {
                joined[next] = true;
                open.push(next);
            }
        }
    }
    for (region, joined) in map.iter_mut().zip(joined) {
        if !joined {
            *region = Region::Backdrop;
        }
    }
}

/// Steps (to eight neighbours) from the backdrop, counted up to `most`.
fn distances(map: &[Region], width: usize, most: u16) -> Vec<u16> {
    let mut steps = vec![most; map.len()];
    let mut ring: Vec<usize> = (0..map.len()).filter(|index| map[*index] == Region::Backdrop).collect();
    for index in &ring {
        steps[*index] = 0;
    }
    for step in 1..most {
        let mut next_ring = Vec::new();
        for index in ring {
            for next in around(index, 1, width, map.len()) {
                if steps[next] == most {
                    steps[next] = step;
                    next_ring.push(next);
                }
            }
        }
        ring = next_ring;
    }
    steps
}

/// Backdrop pixels beside anything else may hold a trace of it.
fn soften_rim(map: &mut [Region], width: usize) {
    let rim: Vec<usize> = (0..map.len())
        .filter(|index| {
            map[*index] == Region::Backdrop
                && beside(*index, width, map.len()).any(|next| map[next] != Region::Backdrop)
        })
        .collect();
    for index in rim {
        map[index] = Region::Doubt;
    }
}

/// The four neighbours.
pub(super) fn beside(index: usize, width: usize, count: usize) -> impl Iterator<Item = usize> {
    let column = index % width;
    let left = (column > 0).then(|| index - 1);
    let right = (column + 1 < width).then(|| index + 1);
    let up = (index >= width).then(|| index - width);
    let down = (index + width < count).then(|| index + width);
    [left, right, up, down].into_iter().flatten()
}

/// All pixels at most `reach` columns and rows away, the pixel itself too.
fn around(index: usize, reach: usize, width: usize, count: usize) -> impl Iterator<Item = usize> {
    let (column, row, height) = (index % width, index / width, count / width);
    let columns = column.saturating_sub(reach)..(column + reach + 1).min(width);
    let rows = row.saturating_sub(reach)..(row + reach + 1).min(height);
    rows.flat_map(move |y| columns.clone().map(move |x| y * width + x))
}
