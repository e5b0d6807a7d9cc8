//! Where the forehead ends and the hair begins, on the centre line.
//!
//! Colours are compared as logarithms, so that a step means a ratio and dark and light skin are treated alike: the
//! forehead above the brows gives the skin, the upper part of the head the hair's distance from it, and going up from
//! the brows the hairline is the first place where half of that distance is reached and kept.

use super::patch::{PER_UNIT, Patch, median, quantile};

/// Added to a level before its logarithm: noise of dark pixels counts less.
const NOISE_LEVELS: f32 = 12.0;
/// Rows of forehead that are surely above the brows and below most hairlines, inter-eye distances above the eyes.
const FOREHEAD: (f32, f32) = (0.80, 0.60);
/// Cheeks, to see that the forehead is bare: rows below the eyes, columns to either side.
const CHEEK_ROWS: (f32, f32) = (0.30, 0.62);
const CHEEK_COLUMNS: (f32, f32) = (0.34, 0.66);
/// A forehead that differs more than this from the cheeks is hair (a fringe measures 1.0, bare foreheads up to 0.31).
const MOST_FROM_CHEEKS: f32 = 0.6;
/// A head whose upper part differs less than this from the forehead shows no hairline.
const LEAST_CONTRAST: f32 = 0.25;
/// Share of the hair's distance that makes the edge, and the length that must keep it.
const EDGE_SHARE: f32 = 0.5;
const KEPT_LENGTH: f32 = 0.08;
const KEPT_SHARE: f32 = 0.85;
/// Columns searched, and how far to either side of the middle.
const COLUMNS: usize = 11;
const COLUMN_REACH: f32 = 0.25;
/// Without a known top, hair is looked for up to here.
const HIGHEST: f32 = 1.75;

/// The hairline, y in the picture; `None` when hair covers the forehead or no edge is found in most columns.
pub(super) fn hairline_y(patch: &Patch, head_top_y: Option<f32>) -> Option<f32> {
    let start = patch.row(-FOREHEAD.0);
    let top = head_top_y.map_or(patch.eyes.y - HIGHEST * PER_UNIT, |y| patch.row_of(y));
    let top = (top + 0.04 * PER_UNIT).max(0.0) as usize;
    if top + (0.15 * PER_UNIT) as usize >= start {
        return None;
    }
    let skin = colour(patch, start..patch.row(-FOREHEAD.1), &[(-0.28, 0.28)])?;
    let (inner, outer) = CHEEK_COLUMNS;
    let cheek_rows = patch.row(CHEEK_ROWS.0)..patch.row(CHEEK_ROWS.1);
    let cheeks = colour(patch, cheek_rows, &[(-outer, -inner), (inner, outer)])?;
    if distance(skin, cheeks) > MOST_FROM_CHEEKS {
        return None;
    }
    let mut edges: Vec<f32> = (0..COLUMNS)
        .map(|index| (index as f32 / (COLUMNS - 1) as f32 * 2.0 - 1.0) * COLUMN_REACH)
        .filter_map(|units| edge_in_column(patch, patch.column(units), top, start, skin))
        .collect();
    (edges.len() * 2 > COLUMNS).then(|| patch.y_in_picture(median(&mut edges)))
}

/// Row position of the edge in one column, going up from `start`.
fn edge_in_column(patch: &Patch, column: usize, top: usize, start: usize, skin: [f32; 3]) -> Option<f32> {
    let distances: Vec<f32> = (top..start).map(|row| distance(skin, smooth(patch, column, row))).collect();
    let hair = quantile(&mut distances.clone(), 0.75);
    if hair < LEAST_CONTRAST {
        return None;
    }
    let threshold = (EDGE_SHARE * hair).max(LEAST_CONTRAST);
    let length = ((KEPT_LENGTH * PER_UNIT) as usize).max(2);
    let needed = (KEPT_SHARE * length as f32).ceil() as usize;
    let end = (length..=distances.len())
        .rev()
        .find(|&end| distances[end - length..end].iter().filter(|value| **value > threshold).count() >= needed)?;
    // The last hair row is `end - 1`; the crossing lies between its middle and that of the first skin row.
    let above = distances[end - 1];
    let fraction = match distances.get(end) {
        Some(&below) if above > threshold && below < threshold => (above - threshold) / (above - below),
        _ => 0.5,
    };
    Some(top as f32 + end as f32 - 0.5 + fraction)
}

/// Logarithmic colour of one pixel, middle of it and its two neighbours.
fn smooth(patch: &Patch, column: usize, row: usize) -> [f32; 3] {
    let left = column.saturating_sub(1);
    let right = (column + 1).min(patch.width - 1);
    let colours = [left, column, right].map(|at| logarithm(patch.at(at, row)));
    std::array::from_fn(|channel| median(&mut colours.map(|colour| colour[channel])))
}

fn logarithm(colour: [f32; 3]) -> [f32; 3] {
    colour.map(|level| (level + NOISE_LEVELS).ln())
}

fn distance(a: [f32; 3], b: [f32; 3]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
}

/// Middle logarithmic colour of some column ranges (inter-eye distances); `None` for an empty region.
fn colour(patch: &Patch, rows: std::ops::Range<usize>, ranges: &[(f32, f32)]) -> Option<[f32; 3]> {
    let mut channels: [Vec<f32>; 3] = Default::default();
    for &(from, to) in ranges {
        for row in rows.clone() {
            for column in patch.column(from)..patch.column(to) {
                for (values, value) in channels.iter_mut().zip(logarithm(patch.at(column, row))) {
                    values.push(value);
                }
            }
        }
    }
    if channels[0].is_empty() {
        return None;
    }
    Some(channels.map(|mut values| median(&mut values)))
}
