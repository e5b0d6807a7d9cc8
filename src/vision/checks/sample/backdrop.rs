//! Where the backdrop is: cells of 4 x 4 pixels, their colours, and how far each is from the person.
//!
//! A still has a map of the person. A live frame has none: there the head's surroundings are known by the face's
//! geometry, and hair that reaches into them is found by following its colour from the head. Both ways things behind
//! the person stay backdrop, so that they can be found.

use std::collections::VecDeque;

use super::Sample;
use super::lab::Lab;
use super::planes::Planes;
use crate::domain::geometry::Point;
use crate::vision::rank::quantile;

/// Side of a cell, pixels.
pub(in crate::vision::checks) const CELL: usize = 4;
/// Fewest cells that make a backdrop.
pub(in crate::vision::checks) const FEWEST: usize = 60;
/// The person map counts as person from here on; its edge is soft and off by several pixels.
const PERSON: f32 = 0.35;
/// Cells nearer to the person than this mix both or show single hairs, face widths.
const MARGIN: f32 = 0.07;
/// Hair and shoulders that the map left out reach no further than this beyond it, face widths.
const REACH: f32 = 0.16;
/// Without a map: half the width kept free for the head, face widths.
const HEAD_HALF_WIDTH: f32 = 0.80;
/// ... and how far hair may reach beyond that.
const LOOSE_REACH: f32 = 0.15;
/// A cell as different as this from the backdrop's median, and connected to the person, is hair (CIE 1976).
const HAIR: f32 = 12.0;
/// Hair has structure inside a cell, a shadow has none (range of brightness, steps of 255).
const ROUGH: u8 = 14;
/// Without a map: light on a backdrop changes by less than this from cell to cell, edges of hair and clothes by more
/// (CIE 1976) ...
const SOFT: f32 = 4.5;
/// A smooth cell further than this from the backdrop's colour is no shadow (CIE 1976).
const DEEPEST_SHADOW: f32 = 30.0;

/// Mean colours of the picture's cells.
pub(in crate::vision::checks) struct Grid {
    pub columns: usize,
    pub rows: usize,
    pub labs: Vec<Lab>,
    /// Range of brightness inside each cell, steps of 255.
    rough: Vec<u8>,
}

impl Grid {
    fn of(sample: &Sample, planes: &Planes) -> Self {
        let width = sample.picture.width() as usize;
        let (columns, rows) = (width / CELL, sample.picture.height() as usize / CELL);
        let mut labs = Vec::with_capacity(columns * rows);
        let mut sums = vec![[0_u32; 3]; columns];
        for band in sample.picture.as_raw().chunks_exact(width * 3 * CELL) {
            sums.fill([0; 3]);
            for line in band.chunks_exact(width * 3) {
                for (sum, cell) in sums.iter_mut().zip(line.chunks_exact(3 * CELL)) {
                    for pixel in cell.as_chunks::<3>().0 {
                        *sum = [0, 1, 2].map(|i| sum[i] + u32::from(pixel[i]));
                    }
                }
            }
            let cells = (CELL * CELL) as u32;
            labs.extend(sums.iter().map(|sum| Lab::of(sum.map(|total| ((total + cells / 2) / cells) as u8))));
        }
        Self { columns, rows, labs, rough: roughness(planes, columns, rows) }
    }

    /// Too different from the backdrop's median to be it, and too rough or too different to be a shadow on it.
    fn is_hair(&self, index: usize, median: Lab) -> bool {
        let apart = self.labs[index].distance(median);
        apart > HAIR && (self.rough[index] > ROUGH || apart > DEEPEST_SHADOW)
    }

    pub(in crate::vision::checks) fn neighbours(&self, index: usize) -> impl Iterator<Item = usize> + use<> {
        let (columns, rows) = (self.columns, self.rows);
        let (x, y) = (index % columns, index / columns);
        let left = (x > 0).then(|| index - 1);
        let right = (x + 1 < columns).then(|| index + 1);
        let up = (y > 0).then(|| index - columns);
        let down = (y + 1 < rows).then(|| index + columns);
        [left, right, up, down].into_iter().flatten()
    }

    /// Middle of a cell, pixels of the sample.
    pub(in crate::vision::checks) fn middle(&self, index: usize) -> Point {
        let place = |cell: usize| (cell as f32 + 0.5) * CELL as f32;
        Point::new(place(index % self.columns), place(index / self.columns))
    }
}

fn roughness(planes: &Planes, columns: usize, rows: usize) -> Vec<u8> {
    let mut ranges = Vec::with_capacity(columns * rows);
    let mut extremes = vec![(u8::MAX, 0_u8); columns];
    for band in planes.luma.chunks_exact(planes.width * CELL) {
        extremes.fill((u8::MAX, 0));
        for line in band.chunks_exact(planes.width) {
            for (extreme, cell) in extremes.iter_mut().zip(line.chunks_exact(CELL)) {
                for value in cell {
                    *extreme = (extreme.0.min(*value), extreme.1.max(*value));
                }
            }
        }
        ranges.extend(extremes.iter().map(|(least, most)| most - least));
    }
    ranges
}

/// What the map of the person took along is a shadow when it has the backdrop's colour darkened by less than this: share
/// of the cube root of light that is left (a quarter of the light) ...
const DARKEST: f32 = 0.63;
/// ... off that colour by at most this (CIELAB a and b) ...
const SAME_COLOR: f32 = 2.5;
/// ... is as smooth as this (range of brightness inside a cell, steps of 255) ...
const SMOOTH: u8 = 12;
/// ... in a patch of at least this many cells ...
const PATCH: usize = 40;
/// ... that comes this near to the edge of the person, cells. Its own edge is rough, and as wide.
const RIM: u16 = 3;

/// The backdrop's cells, their median colour, and every cell's distance from the person.
pub(in crate::vision::checks) struct Backdrop {
    pub grid: Grid,
    /// Steps to the person (by edges), in cells; 0 is person.
    pub away: Vec<u16>,
    /// Surely backdrop: beside and above the person, away from its edge.
    pub cells: Vec<usize>,
    pub median: Lab,
    /// Cells per face width.
    pub unit: f32,
    /// The person was found by a map, not by the face's geometry alone.
    pub mapped: bool,
}

impl Backdrop {
    /// `None` when too little of it is in the picture.
    pub(in crate::vision::checks) fn of(sample: &Sample, planes: &Planes) -> Option<Self> {
        let grid = Grid::of(sample, planes);
        let unit = sample.face.face_width() / CELL as f32;
        let margin = (MARGIN * unit).round().max(2.0) as u16;
        let mapped: Option<Vec<bool>> = sample
            .person
            .as_ref()
            .map(|map| (0..grid.labs.len()).map(|index| map.at(grid.middle(index)) > PERSON).collect());
        let first = if let Some(person) = &mapped {
            let away = distances(&grid, person);
            above_shoulders(&grid, sample, |index| away[index] > margin)
        } else {
            around_the_head(&grid, sample)
        };
        if first.iter().filter(|free| **free).count() < FEWEST {
            return None;
        }
        let middle = median(&grid, &first)?;
        let person = match mapped {
            Some(person) => {
                let (person, middle) = match without_shadow(&grid, &person, middle, sample) {
                    Some(person) => {
                        let away = distances(&grid, &person);
                        let middle = median(&grid, &above_shoulders(&grid, sample, |index| away[index] > margin));
                        (person, middle?)
                    }
                    None => (person, middle),
                };
                with_loose_hair(&grid, person, middle, (REACH * unit) as u16)
            }
            None => person_without_map(&grid, &first, middle, sample),
        };
        let away = distances(&grid, &person);
        let free = above_shoulders(&grid, sample, |index| away[index] > margin);
        let median = median(&grid, &free)?;
        let cells: Vec<usize> = (0..free.len()).filter(|index| free[*index]).collect();
        let mapped = sample.person.is_some();
        (cells.len() >= FEWEST).then_some(Self { grid, away, cells, median, unit, mapped })
    }

    /// Pixels of the sample that are backdrop.
    pub(in crate::vision::checks) fn pixels(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.cells.iter().flat_map(|index| {
            let (left, top) = (index % self.grid.columns * CELL, index / self.grid.columns * CELL);
            (0..CELL * CELL).map(move |k| (left + k % CELL, top + k / CELL))
        })
    }
}

/// The cells above the chin's height that `free` lets through.
fn above_shoulders(grid: &Grid, sample: &Sample, free: impl Fn(usize) -> bool) -> Vec<bool> {
    (0..grid.labs.len()).map(|index| grid.middle(index).y < sample.face.chin.y && free(index)).collect()
}

/// Cells beside and above the head and above the shoulders, by the face's geometry.
fn around_the_head(grid: &Grid, sample: &Sample) -> Vec<bool> {
    let face = &sample.face;
    let (eyes, width) = (face.eye_center(), face.face_width());
    let top = face.head_top_y.unwrap_or(eyes.y - 0.85 * width) - 0.06 * width;
    above_shoulders(grid, sample, |index| {
        let Point { x, y } = grid.middle(index);
        y < top || (x - eyes.x).abs() > HEAD_HALF_WIDTH * width
    })
}

/// Steps to the nearest cell of the person.
fn distances(grid: &Grid, person: &[bool]) -> Vec<u16> {
    let mut away = vec![u16::MAX; person.len()];
    let mut open: VecDeque<usize> = (0..person.len()).filter(|index| person[*index]).collect();
    for index in &open {
        away[*index] = 0;
    }
    while let Some(index) = open.pop_front() {
        for next in grid.neighbours(index) {
            if away[next] == u16::MAX {
                away[next] = away[index] + 1;
                open.push_back(next);
            }
        }
    }
    away
}

fn median(grid: &Grid, free: &[bool]) -> Option<Lab> {
    let of = |channel: fn(&Lab) -> f32| {
        let mut values: Vec<f32> =
            grid.labs.iter().zip(free).filter(|(_, free)| **free).map(|(lab, _)| channel(lab)).collect();
        quantile(&mut values, 0.5)
    };
    Some(Lab { l: of(|lab| lab.l)?, a: of(|lab| lab.a)?, b: of(|lab| lab.b)? })
}

/// Takes the shadow on the backdrop out of the person: a map of the person often counts it as hair or as somebody.
/// `None` when there is none.
fn without_shadow(grid: &Grid, person: &[bool], median: Lab, sample: &Sample) -> Option<Vec<bool>> {
    let above = above_shoulders(grid, sample, |index| person[index] && !in_face(sample, grid.middle(index)));
    let colored: Vec<bool> = (0..person.len())
        .map(|index| {
            let lab = grid.labs[index];
            let left = (lab.l + 16.0) / (median.l + 16.0);
            let off = (lab.a - left * median.a).hypot(lab.b - left * median.b);
            above[index] && off < SAME_COLOR && (DARKEST..1.02).contains(&left)
        })
        .collect();
    let outside: Vec<bool> = person.iter().map(|person| !person).collect();
    let inwards = distances(grid, &outside);
    let smooth = |index: usize| colored[index] && grid.rough[index] <= SMOOTH;
    let mut seen = vec![false; person.len()];
    let mut shadow: Vec<usize> = Vec::new();
    for start in 0..person.len() {
        if seen[start] || !smooth(start) {
            continue;
        }
        seen[start] = true;
        let from = shadow.len();
        shadow.push(start);
        let mut next = from;
        while let Some(index) = shadow.get(next).copied() {
            next += 1;
            for beside in grid.neighbours(index) {
                if !seen[beside] && smooth(beside) {
                    seen[beside] = true;
                    shadow.push(beside);
                }
            }
        }
        let patch = &shadow[from..];
        if patch.len() < PATCH || patch.iter().all(|index| inwards[*index] > RIM) {
            shadow.truncate(from);
        }
    }
    if shadow.is_empty() {
        return None;
    }
    let mut core = vec![false; person.len()];
    for index in shadow {
        core[index] = true;
    }
    let beyond = distances(grid, &core);
    Some((0..person.len()).map(|index| person[index] && !(colored[index] && beyond[index] <= RIM)).collect())
}

/// The face itself, whatever its colour.
fn in_face(sample: &Sample, at: Point) -> bool {
    let (eyes, width) = (sample.face.eye_center(), sample.face.face_width());
    let (across, down) = ((at.x - eyes.x) / (0.56 * width), (at.y - eyes.y - 0.15 * width) / (0.80 * width));
    across.hypot(down) <= 1.0
}

/// Adds cells unlike the backdrop that hang together with the person, up to `reach` cells beyond it.
fn with_loose_hair(grid: &Grid, mut person: Vec<bool>, median: Lab, reach: u16) -> Vec<bool> {
    let away = distances(grid, &person);
    let mut open: Vec<usize> = (0..person.len()).filter(|index| person[*index]).collect();
    while let Some(index) = open.pop() {
        for next in grid.neighbours(index) {
            if !person[next] && away[next] <= reach && grid.is_hair(next, median) {
                person[next] = true;
                open.push(next);
            }
        }
    }
    person
}

/// The person by the face's geometry: what hangs together with the head and cannot be reached from the sure backdrop
/// through soft changes.
fn person_without_map(grid: &Grid, free: &[bool], median: Lab, sample: &Sample) -> Vec<bool> {
    let mut backdrop = free.to_vec();
    let mut open: Vec<usize> = (0..free.len()).filter(|index| free[*index]).collect();
    while let Some(index) = open.pop() {
        for next in grid.neighbours(index) {
            let (here, there) = (grid.labs[index], grid.labs[next]);
            if !backdrop[next] && here.distance(there) < SOFT && there.distance(median) < DEEPEST_SHADOW {
                backdrop[next] = true;
                open.push(next);
            }
        }
    }
    // A face as light as the backdrop is still no backdrop.
    let width = sample.face.face_width();
    for (index, backdrop) in backdrop.iter_mut().enumerate() {
        *backdrop = *backdrop && !in_face(sample, grid.middle(index));
    }
    let kept_free: Vec<bool> = free.iter().map(|free| !free).collect();
    let beyond = distances(grid, &kept_free);
    let reach = (LOOSE_REACH * width / CELL as f32) as u16;
    // Hair in the sure part hangs together with the head, not with shoulders, which things may touch.
    let chin_row = (sample.face.chin.y / CELL as f32).max(0.0) as usize;
    let unlike = |index: usize| grid.is_hair(index, median);
    let mut person: Vec<bool> = backdrop.iter().map(|backdrop| !backdrop).collect();
    let mut open: Vec<usize> =
        (0..free.len()).filter(|index| person[*index] && index / grid.columns < chin_row && unlike(*index)).collect();
    while let Some(index) = open.pop() {
        for next in grid.neighbours(index) {
            if free[next] && beyond[next] <= reach && !person[next] && unlike(next) {
                person[next] = true;
                open.push(next);
            }
        }
    }
    person
}
