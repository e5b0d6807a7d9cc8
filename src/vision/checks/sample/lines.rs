//! Thin lines in a picture: the strongest unbroken one from left to right through a box of the face.

use super::parts::{Parts, Seen};
use crate::vision::rank::quantile;

/// A line that was followed.
#[derive(Debug, Clone, Copy)]
pub(in crate::vision::checks) struct Found {
    /// How far its weaker quarter stands out from above and below, steps of lightness (of 100).
    pub(in crate::vision::checks) strength: f32,
    /// Its mean height, face units.
    pub(in crate::vision::checks) v: f32,
}

/// A box of the face, face units.
#[derive(Debug, Clone, Copy)]
pub(in crate::vision::checks) struct Window {
    pub(in crate::vision::checks) left: f32,
    pub(in crate::vision::checks) right: f32,
    pub(in crate::vision::checks) top: f32,
    pub(in crate::vision::checks) bottom: f32,
}

/// A single row counts for no more than this: one black hair is no frame.
const MOST: f32 = 25.0;

/// The strongest dark or light line; `None` when the box leaves the picture.
pub(in crate::vision::checks) fn strongest(parts: &Parts<'_>, window: Window) -> Option<Found> {
    strongest_of(parts, window, |seen| 100.0 * seen.light.cbrt())
}

/// The same of another value of the pixels: its strength is in that value's steps.
pub(in crate::vision::checks) fn strongest_of(
    parts: &Parts<'_>,
    window: Window,
    value: impl Fn(Seen) -> f32,
) -> Option<Found> {
    let Window { left, right, top, bottom } = window;
    let mut lightness = Vec::new();
    for u in parts.columns(left, right) {
        let column = parts.columns(top, bottom).map(|v| parts.at(u, v).map(&value));
        lightness.push(column.collect::<Option<Vec<f32>>>()?);
    }
    let rows = lightness.first().map_or(0, Vec::len);
    let step = (bottom - top) / rows.max(1) as f32;
    [1.0, -1.0]
        .map(|sign| {
            let response: Vec<Vec<f32>> = lightness.iter().map(|column| ridges(column, sign)).collect();
            let (strength, row) = best_path(&response);
            Found { strength, v: top + row * step }
        })
        .into_iter()
        .max_by(|a, b| a.strength.total_cmp(&b.strength))
}

/// How much darker (sign 1) or lighter (-1) each row is than what lies above and below it, for lines 1 to 7 pixels
/// thick: the lesser of both sides, so that an edge is no line.
fn ridges(column: &[f32], sign: f32) -> Vec<f32> {
    let at = |row: usize, reach: usize| {
        let (Some(above), Some(below)) = (row.checked_sub(reach), column.get(row + reach)) else { return 0.0 };
        (sign * (column[above] - column[row])).min(sign * (below - column[row]))
    };
    (0..column.len()).map(|row| [2, 3, 5].into_iter().map(|reach| at(row, reach)).fold(0.0, f32::max)).collect()
}

/// The path that gathers most, moving at most one row per column: its weaker quarter and its mean row.
fn best_path(response: &[Vec<f32>]) -> (f32, f32) {
    let rows = response.first().map_or(0, Vec::len);
    let near = |row: usize| row.saturating_sub(1)..(row + 2).min(rows);
    let mut sums: Vec<Vec<f32>> = Vec::with_capacity(response.len());
    for column in response {
        let before = sums.last();
        let so_far = |row: usize| before.map_or(0.0, |sums| sums[near(row)].iter().copied().fold(0.0, f32::max));
        let next = (0..rows).map(|row| column[row].min(MOST) + so_far(row)).collect();
        sums.push(next);
    }
    let Some(last) = sums.last() else { return (0.0, 0.0) };
    let mut row = (0..rows).max_by(|a, b| last[*a].total_cmp(&last[*b])).unwrap_or(0);
    let (mut along, mut heights) = (Vec::with_capacity(response.len()), 0.0);
    for (index, (column, sums)) in response.iter().zip(&sums).enumerate().rev() {
        if index + 1 < response.len() {
            row = near(row).max_by(|a, b| sums[*a].total_cmp(&sums[*b])).unwrap_or(row);
        }
        along.push(column[row]);
        heights += row as f32 + 0.5;
    }
    (quantile(along, 0.25).unwrap_or(0.0), heights / response.len().max(1) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thin_line_is_a_ridge_and_an_edge_is_none() {
        let line: Vec<f32> = (0..20).map(|row| if row == 10 { 20.0 } else { 60.0 }).collect();
        assert_eq!(ridges(&line, 1.0)[10], 40.0);
        assert!(ridges(&line, -1.0).iter().all(|value| *value == 0.0));
        let edge: Vec<f32> = (0..20).map(|row| if row < 10 { 20.0 } else { 60.0 }).collect();
        assert!(ridges(&edge, 1.0).iter().chain(&ridges(&edge, -1.0)).all(|value| *value == 0.0));
    }

    #[test]
    fn a_path_follows_a_slanting_line_and_a_broken_one_counts_for_nothing() {
        let slanting = |column: usize| (0..30).map(|row| if row == 5 + column / 2 { 12.0 } else { 0.0 }).collect();
        let response: Vec<Vec<f32>> = (0..20).map(slanting).collect();
        let (strength, row) = best_path(&response);
        assert_eq!(strength, 12.0);
        assert!((row - 10.0).abs() < 0.6, "{row}");
        let broken: Vec<Vec<f32>> =
            response.iter().enumerate().map(|(i, c)| if i % 3 == 0 { vec![0.0; 30] } else { c.clone() }).collect();
        assert_eq!(best_path(&broken).0, 0.0);
    }
}
