//! Where the hair ends against the backdrop.
//!
//! The top of the hair is the highest place where hair fills a box a quarter of the inter-eye distance wide, so that
//! single strands and fluff above the head do not count, and the edge in it is read with a fraction of a pixel.
//! Before anything but a plain backdrop the person map says roughly where that is, and the strongest step of colour
//! near it gives the edge.

use super::backdrop::{Contrast, contrast};
use super::patch::{PER_UNIT, Patch, median, quantile};
use super::segmentation::PersonMap;

/// Box of solid hair, inter-eye distances: width and height, and how much of it must differ from the backdrop.
const BOX: (f32, f32) = (0.25, 0.10);
const FILLED: f32 = 0.9;
/// The box is looked for this far to either side of the eyes' middle.
const SIDE_REACH: f32 = 0.8;
/// The edge is where the distance from the backdrop reaches this share of the hair's.
const EDGE_SHARE: f32 = 0.35;
/// Believable heights of the hair's top above the eyes, inter-eye distances (102 portraits: 1.73, spread 8 %; a bun or
/// wide hair reaches higher, a fringe or a low-contrast patch would be lower).
const HEIGHTS: (f32, f32) = (1.15, 3.3);
/// Between the found top and the brows, this share of the middle must differ from the backdrop.
const LEAST_SOLID: f32 = 0.6;

/// Where the search near the person map's edge looks, and the step of colour (levels, RGB) that it must find.
const NEAR_MAP: f32 = 0.14;
const LEAST_STEP: f32 = 18.0;

/// What the backdrop shows of the hair's top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum HeadTop {
    /// y in the picture.
    At(f32),
    /// The picture's upper edge cuts the head.
    Cut,
    /// Hair and backdrop are too alike, or what is seen cannot be a head.
    NotShown,
    /// There is no plain backdrop to compare with.
    NoPlainBackdrop,
}

/// Top of the hair before a plain backdrop.
pub(super) fn head_top(patch: &Patch) -> HeadTop {
    // Nobody's hair ends so near above the eyes, whatever stands behind.
    if patch.starts_at_the_top() && patch.eyes.y < HEIGHTS.0 * PER_UNIT {
        return HeadTop::Cut;
    }
    match contrast(patch) {
        Some(contrast) => before_plain(patch, &contrast).unwrap_or(HeadTop::NotShown),
        None => HeadTop::NoPlainBackdrop,
    }
}

fn before_plain(patch: &Patch, contrast: &Contrast) -> Option<HeadTop> {
    let first = highest_box(patch, contrast, contrast.threshold)?;
    let hair = hair_distance(patch, contrast, first.row);
    let threshold = contrast.threshold.max(EDGE_SHARE * hair);
    let found = highest_box(patch, contrast, threshold)?;
    // A box on the first rows: the head goes on above the picture, unless it is a thing on the wall.
    if found.row < 2 {
        return reaches_up(patch, contrast).then_some(HeadTop::Cut);
    }
    let edge = edge_row(patch, contrast, &found, threshold)?;
    let believable = believable(patch, edge) && solid(patch, contrast, edge) >= LEAST_SOLID;
    believable.then(|| HeadTop::At(patch.y_in_picture(edge)))
}

/// Whether something solid goes from where every head still is to the picture's upper edge, without a gap in which
/// backdrop shows.
fn reaches_up(patch: &Patch, contrast: &Contrast) -> bool {
    if !patch.starts_at_the_top() || patch.eyes.y > HEIGHTS.1 * PER_UNIT {
        return false;
    }
    let sums = integral(patch, contrast, contrast.threshold);
    let lowest = patch.row(-HEIGHTS.0);
    let mut reached = filled_columns(patch, &sums, lowest);
    // A box of the second row is as high as what was found.
    for row in (1..lowest).rev() {
        let below = reached;
        reached = filled_columns(patch, &sums, row);
        reached.retain(|column| below.iter().any(|other| column.abs_diff(*other) <= box_size().0));
    }
    !reached.is_empty()
}

fn believable(patch: &Patch, edge: f32) -> bool {
    (HEIGHTS.0..=HEIGHTS.1).contains(&((patch.eyes.y - edge) / PER_UNIT))
}

/// Top of the hair before any backdrop, y in the picture: the step of colour nearest to where the person map ends.
/// Off by at most [`NEAR_MAP`] inter-eye distances from the map's own edge.
pub(super) fn head_top_near(patch: &Patch, map: &PersonMap) -> Option<f32> {
    let indices = (0..patch.pixels.len()).map(|index| (index % patch.width, index / patch.width));
    let person = indices.map(|(column, row)| map.at(patch.in_picture(column, row))).collect();
    let map = Contrast { distances: person, threshold: 0.5 };
    let found = highest_box(patch, &map, map.threshold)?;
    let reach = (NEAR_MAP * PER_UNIT) as usize;
    if found.row < reach + 2 {
        return None;
    }
    let rough = edge_row(patch, &map, &found, map.threshold)?;
    let rows = rough as usize - reach..(rough as usize + reach).min(patch.height - 3);
    let mut edges: Vec<f32> = (found.column..found.column + found.width)
        .filter_map(|column| {
            let steps = rows.clone().map(|row| (row, step_at(patch, column, row)));
            let (row, step) = steps.max_by(|a, b| a.1.total_cmp(&b.1))?;
            (step >= LEAST_STEP).then_some(row as f32)
        })
        .collect();
    let enough = edges.len() * 2 >= found.width;
    let edge = median(&mut edges);
    (enough && believable(patch, edge)).then(|| patch.y_in_picture(edge))
}

/// Distance between the mean colours of the two rows above and the two rows below the upper edge of a row.
fn step_at(patch: &Patch, column: usize, row: usize) -> f32 {
    let pair = |first: usize| {
        let (a, b) = (patch.at(column, first), patch.at(column, first + 1));
        [f32::midpoint(a[0], b[0]), f32::midpoint(a[1], b[1]), f32::midpoint(a[2], b[2])]
    };
    let (above, below) = (pair(row.saturating_sub(2)), pair(row));
    above.iter().zip(below).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
}

struct SolidBox {
    column: usize,
    row: usize,
    width: usize,
    height: usize,
}

/// The highest box that is filled with pixels above the threshold; of several in one row the middle one.
fn highest_box(patch: &Patch, contrast: &Contrast, threshold: f32) -> Option<SolidBox> {
    let (width, height) = box_size();
    let sums = integral(patch, contrast, threshold);
    (0..patch.height.checked_sub(height)?).find_map(|row| {
        let columns = filled_columns(patch, &sums, row);
        let column = *columns.get(columns.len() / 2)?;
        Some(SolidBox { column, row, width, height })
    })
}

/// Width and height of the box of solid hair, pixels of the patch.
const fn box_size() -> (usize, usize) {
    ((BOX.0 * PER_UNIT) as usize, (BOX.1 * PER_UNIT) as usize)
}

/// Left columns of the filled boxes whose first row is `row`, by the sums of [`integral`]; none where a box would
/// leave the patch.
fn filled_columns(patch: &Patch, sums: &[u32], row: usize) -> Vec<usize> {
    let (width, height) = box_size();
    let (left, Some(right)) = (patch.column(-SIDE_REACH), patch.column(SIDE_REACH).checked_sub(width)) else {
        return Vec::new();
    };
    if row + height > patch.height {
        return Vec::new();
    }
    let needed = FILLED * (width * height) as f32;
    let stride = patch.width + 1;
    let (top, bottom) = (row * stride, (row + height) * stride);
    let filled = |column: &usize| {
        let count =
            sums[bottom + column + width] + sums[top + column] - sums[bottom + column] - sums[top + column + width];
        count as f32 >= needed
    };
    (left..=right).filter(filled).collect()
}

/// Counts of pixels above the threshold, summed from the top left, one row and column larger than the patch.
fn integral(patch: &Patch, contrast: &Contrast, threshold: f32) -> Vec<u32> {
    let stride = patch.width + 1;
    let mut sums = vec![0u32; stride * (patch.height + 1)];
    for (row, distances) in contrast.distances.chunks(patch.width).enumerate() {
        let mut in_row = 0;
        for (column, distance) in distances.iter().enumerate() {
            in_row += u32::from(*distance > threshold);
            sums[(row + 1) * stride + column + 1] = sums[row * stride + column + 1] + in_row;
        }
    }
    sums
}

/// Typical distance of the hair from the backdrop, just under the top.
fn hair_distance(patch: &Patch, contrast: &Contrast, top: usize) -> f32 {
    let rows = top + (0.10 * PER_UNIT) as usize..(top + (0.45 * PER_UNIT) as usize).min(patch.height);
    let columns = patch.column(-0.45)..patch.column(0.45);
    let mut values: Vec<f32> = rows
        .flat_map(|row| columns.clone().map(move |column| row * patch.width + column))
        .map(|index| contrast.distances[index])
        .collect();
    median(&mut values)
}

/// The row position, with fraction, where the columns of the box cross the threshold: the upper third of them, as the
/// top of a rounded head.
fn edge_row(patch: &Patch, contrast: &Contrast, found: &SolidBox, threshold: f32) -> Option<f32> {
    let at = |column: usize, row: usize| contrast.distances[row * patch.width + column];
    let mut edges: Vec<f32> = (found.column..found.column + found.width)
        .filter_map(|column| {
            let middle = found.row + found.height / 2;
            let start = (middle..patch.height).find(|&row| at(column, row) >= threshold)?;
            let above = (0..start).rev().find(|&row| at(column, row) < threshold)?;
            let (outside, inside) = (at(column, above), at(column, above + 1));
            // Rows are read at their middles.
            Some(above as f32 + 0.5 + (threshold - outside) / (inside - outside).max(1e-6))
        })
        .collect();
    (edges.len() * 2 >= found.width).then(|| quantile(&mut edges, 0.3))
}

/// Share of the middle between the edge and the brows that differs from the backdrop.
fn solid(patch: &Patch, contrast: &Contrast, edge: f32) -> f32 {
    let (top, bottom) = (edge.ceil() as usize, patch.row(-0.5));
    let (left, right) = (patch.column(-0.3), patch.column(0.3));
    let all = bottom.saturating_sub(top) * (right - left);
    let differing = (top..bottom)
        .flat_map(|row| (left..right).map(move |column| row * patch.width + column))
        .filter(|&index| contrast.distances[index] > contrast.threshold)
        .count();
    differing as f32 / all.max(1) as f32
}
