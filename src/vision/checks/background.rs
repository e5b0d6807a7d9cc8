//! The backdrop: its colour, whether it is even, whether the head throws a shadow on it.
//!
//! Works on cells of 4 x 4 pixels. The backdrop is what lies beside and above the head, by the face's geometry; hair
//! that reaches into it is found by following its colour from the head.

use super::lab::{Lab, ciede2000};
use super::{Findings, Sample};
use crate::domain::finding::{CheckId, Reason, Unit};

/// Side of a cell, pixels.
const CELL: u32 = 4;
/// Half the width kept free for the head, in face widths.
const HEAD_HALF_WIDTH: f32 = 0.80;
/// Fewest cells that make a backdrop.
const FEWEST: usize = 60;
/// A cell as different as this from the backdrop's median, and connected to the head, is hair (CIE 1976).
const HAIR: f32 = 12.0;
/// A shadow changes by less than this from cell to cell (CIE 1976); edges of hair and clothes by more.
const SOFT: f32 = 4.5;
/// A shadow is never further from the backdrop's colour than this (CIE 1976).
const DEEPEST_SHADOW: f32 = 30.0;

/// Nothing can be said without a backdrop in the picture.
pub(super) fn judge(backdrop: Option<&Backdrop>, findings: &mut Findings<'_>) {
    let Some(backdrop) = backdrop else {
        for id in [CheckId::BackgroundColor, CheckId::BackgroundUniform, CheckId::BackgroundShadow] {
            findings.unknown(id, Reason::NotVisible);
        }
        return;
    };
    let limit = |findings: &Findings<'_>, id| findings.rule(id).and_then(|rule| rule.max);

    let colors = &findings.profile().background.colors;
    let nearest = colors.iter().map(|color| ciede2000(backdrop.median, Lab::of(color.rgb))).reduce(f32::min);
    match nearest {
        Some(difference) => {
            let max = limit(findings, CheckId::BackgroundColor);
            let value = f64::from(difference);
            findings.measured(CheckId::BackgroundColor, value, Unit::ColorDifference, None, max);
        }
        None => findings.unknown(CheckId::BackgroundColor, Reason::NotVisible),
    }

    let mut spread: Vec<f32> =
        backdrop.cells.iter().map(|index| ciede2000(backdrop.grid.labs[*index], backdrop.median)).collect();
    let max = limit(findings, CheckId::BackgroundUniform);
    let value = f64::from(percentile(&mut spread, 0.95));
    findings.measured(CheckId::BackgroundUniform, value, Unit::ColorDifference, None, max);

    let max = limit(findings, CheckId::BackgroundShadow);
    findings.measured(CheckId::BackgroundShadow, f64::from(backdrop.shadow()), Unit::Percent, None, max);
}

/// Colours of the picture in cells.
#[derive(Debug, Clone)]
struct Grid {
    columns: usize,
    rows: usize,
    labs: Vec<Lab>,
}

impl Grid {
    fn of(sample: &Sample) -> Self {
        let picture = &sample.picture;
        let (columns, rows) = ((picture.width() / CELL) as usize, (picture.height() / CELL) as usize);
        let mut labs = Vec::with_capacity(columns * rows);
        for row in 0..rows as u32 {
            for column in 0..columns as u32 {
                let mut sum = [0_u32; 3];
                for y in row * CELL..(row + 1) * CELL {
                    for x in column * CELL..(column + 1) * CELL {
                        for (total, value) in sum.iter_mut().zip(picture.get_pixel(x, y).0) {
                            *total += u32::from(value);
                        }
                    }
                }
                labs.push(Lab::of(sum.map(|total| ((total + CELL * CELL / 2) / (CELL * CELL)) as u8)));
            }
        }
        Self { columns, rows, labs }
    }

    fn neighbours(&self, index: usize) -> impl Iterator<Item = usize> + use<> {
        let (columns, rows) = (self.columns, self.rows);
        let (x, y) = (index % columns, index / columns);
        let left = (x > 0).then(|| index - 1);
        let right = (x + 1 < columns).then(|| index + 1);
        let up = (y > 0).then(|| index - columns);
        let down = (y + 1 < rows).then(|| index + columns);
        [left, right, up, down].into_iter().flatten()
    }
}

/// The cells that are surely backdrop, and their median colour.
#[derive(Debug, Clone)]
pub(super) struct Backdrop {
    grid: Grid,
    cells: Vec<usize>,
    median: Lab,
}

impl Backdrop {
    /// `None` when too little of it is in the picture.
    pub(super) fn of(sample: &Sample) -> Option<Self> {
        let grid = Grid::of(sample);
        let free = around_the_head(&grid, sample);
        if free.iter().filter(|free| **free).count() < FEWEST {
            return None;
        }
        let median = median(&grid, &free)?;
        let hair = hair(&grid, &free, median, sample);
        let cells: Vec<usize> = (0..free.len()).filter(|index| free[*index] && !hair[*index]).collect();
        (cells.len() >= FEWEST).then_some(Self { grid, cells, median })
    }

    /// Pixels of the sample that are backdrop.
    pub(super) fn pixels(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.cells.iter().flat_map(|index| {
            let (left, top) = ((index % self.grid.columns) as u32 * CELL, (index / self.grid.columns) as u32 * CELL);
            (0..CELL * CELL).map(move |k| (left + k % CELL, top + k / CELL))
        })
    }

    /// How much darker the backdrop's darkest part is than its median, percent of its lightness. Followed from the
    /// sure cells through soft changes up to the person's outline.
    fn shadow(&self) -> f32 {
        let grid = &self.grid;
        let mut inside = vec![false; grid.labs.len()];
        let mut open: Vec<usize> = self.cells.clone();
        for index in &open {
            inside[*index] = true;
        }
        while let Some(index) = open.pop() {
            for next in grid.neighbours(index) {
                let (here, there) = (grid.labs[index], grid.labs[next]);
                let soft = here.distance(there) < SOFT && there.distance(self.median) < DEEPEST_SHADOW;
                if !inside[next] && soft {
                    inside[next] = true;
                    open.push(next);
                }
            }
        }
        // Cells at the outline mix both sides.
        let clean = |index: &usize| {
            let near = grid.neighbours(*index).all(|n| inside[n] && grid.neighbours(n).all(|m| inside[m]));
            inside[*index] && near
        };
        let mut lightness: Vec<f32> = (0..inside.len()).filter(clean).map(|index| grid.labs[index].l).collect();
        if lightness.len() < FEWEST || self.median.l <= 0.0 {
            return 0.0;
        }
        // Single hairs are darker than any shadow and cover less.
        let dark = percentile(&mut lightness, 0.06);
        ((self.median.l - dark) / self.median.l * 100.0).max(0.0)
    }
}

/// Cells beside and above the head and above the shoulders.
fn around_the_head(grid: &Grid, sample: &Sample) -> Vec<bool> {
    let face = &sample.face;
    let (eyes, width) = (face.eye_center(), face.face_width());
    let top = face.head_top_y.unwrap_or(eyes.y - 0.85 * width) - 0.06 * width;
    let mut free = vec![false; grid.labs.len()];
    for (index, free) in free.iter_mut().enumerate() {
        let x = ((index % grid.columns) as f32 + 0.5) * CELL as f32;
        let y = ((index / grid.columns) as f32 + 0.5) * CELL as f32;
        let beside = (x - eyes.x).abs() > HEAD_HALF_WIDTH * width;
        *free = y < top || (beside && y < face.chin.y);
    }
    free
}

fn median(grid: &Grid, free: &[bool]) -> Option<Lab> {
    let of = |channel: fn(&Lab) -> f32| {
        let mut values: Vec<f32> =
            grid.labs.iter().zip(free).filter(|(_, free)| **free).map(|(lab, _)| channel(lab)).collect();
        (!values.is_empty()).then(|| percentile(&mut values, 0.5))
    };
    Some(Lab { l: of(|lab| lab.l)?, a: of(|lab| lab.a)?, b: of(|lab| lab.b)? })
}

/// Free cells unlike the backdrop that hang together with the cells kept for the head (not with those of the
/// shoulders, which things behind the person may touch).
fn hair(grid: &Grid, free: &[bool], median: Lab, sample: &Sample) -> Vec<bool> {
    let chin_row = (sample.face.chin.y / CELL as f32).max(0.0) as usize;
    let unlike = |index: usize| grid.labs[index].distance(median) > HAIR;
    let mut hair = vec![false; free.len()];
    let head = (0..free.len()).filter(|index| !free[*index] && index / grid.columns < chin_row);
    let mut open: Vec<usize> = head.filter(|index| unlike(*index)).collect();
    while let Some(index) = open.pop() {
        for next in grid.neighbours(index) {
            if free[next] && !hair[next] && unlike(next) {
                hair[next] = true;
                open.push(next);
            }
        }
    }
    hair
}

fn percentile(values: &mut [f32], share: f32) -> f32 {
    let at = ((values.len() - 1) as f32 * share).round() as usize;
    *values.select_nth_unstable_by(at, f32::total_cmp).1
}
