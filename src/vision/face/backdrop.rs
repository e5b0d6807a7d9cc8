//! How far each pixel around the head is from the backdrop.
//!
//! The backdrop is what the margins of the patch show (left, right and top strip): a colour that may change slowly
//! over the picture, fitted per channel by 1, x, y and x squared, with everything that does not fit (hair, shoulders,
//! a door) left out step by step.

use super::patch::{Patch, median};
use crate::vision::fit::least_squares;

/// Share of the patch's width that counts as margin on each side.
const MARGIN: f32 = 0.07;
/// Residuals above this many spreads (and above [`LEAST_OUTLIER`] levels) are not backdrop.
const OUTLIER_SPREADS: f32 = 3.0;
const LEAST_OUTLIER: f32 = 3.0;
/// A backdrop noisier than this (levels, after evening out) or showing in less than this share of the margins is not
/// plain. The portraits: spread 1.2 to 2.8, share 0.82 to 1.
const MOST_SPREAD: f32 = 8.0;
const LEAST_SHARE: f32 = 0.55;

type Terms = [f64; 4];

/// Distances from the backdrop, in levels (RGB, Euclidean), one per pixel of the patch.
pub(super) struct Contrast {
    pub(super) distances: Vec<f32>,
    /// A distance that is surely not backdrop.
    pub(super) threshold: f32,
}

/// Fits the backdrop; `None` when the margins show no plain one.
pub(super) fn contrast(patch: &Patch) -> Option<Contrast> {
    let margin = margin_of(patch);
    let first = middle_colour(patch, &margin);
    let mut spread = 0.0;
    let mut fit = [[0.0; 4]; 3];
    for (channel, value) in first.into_iter().enumerate() {
        fit[channel][0] = f64::from(value);
    }
    // Start from the nearer half of the margins around the middle colour.
    let all = |fit: &[Terms; 3]| {
        let field = Field::of(patch, fit);
        margin.iter().map(|&index| field.distance(patch, index)).collect::<Vec<f32>>()
    };
    let mut distances = all(&fit);
    let mut limit = median(&mut distances.clone()).max(4.0);
    let mut share = 0.0;
    for _ in 0..6 {
        let kept = |distance: f32| distance <= limit;
        let samples = margin.iter().zip(&distances).filter(|(_, d)| kept(**d));
        fit = least_squares(samples.map(|(index, _)| (terms(patch, *index), patch.pixels[*index])), 0.0)?;
        let now = all(&fit);
        let mut of_kept: Vec<f32> = distances.iter().zip(&now).filter(|(d, _)| kept(**d)).map(|(_, d)| *d).collect();
        distances = now;
        spread = 1.48 * median(&mut of_kept);
        limit = (OUTLIER_SPREADS * spread).max(LEAST_OUTLIER);
        share = distances.iter().filter(|d| **d <= limit).count() as f32 / distances.len() as f32;
    }
    if spread > MOST_SPREAD || share < LEAST_SHARE {
        return None;
    }
    let field = Field::of(patch, &fit);
    let distances = (0..patch.pixels.len()).map(|index| field.distance(patch, index)).collect();
    Some(Contrast { distances, threshold: (5.0 * spread).max(8.0) })
}

/// The fitted backdrop, taken apart into what depends on the column and what on the row.
struct Field {
    columns: Vec<[f32; 3]>,
    rows: Vec<[f32; 3]>,
}

impl Field {
    fn of(patch: &Patch, fit: &[Terms; 3]) -> Self {
        let x = |column: usize| column as f64 / patch.width as f64 - 0.5;
        let y = |row: usize| row as f64 / patch.height as f64 - 0.5;
        Self {
            columns: (0..patch.width)
                .map(|column| fit.map(|w| (w[0] + w[1] * x(column) + w[3] * x(column).powi(2)) as f32))
                .collect(),
            rows: (0..patch.height).map(|row| fit.map(|w| (w[2] * y(row)) as f32)).collect(),
        }
    }

    /// How far a pixel of the patch is from the backdrop, levels.
    #[inline]
    fn distance(&self, patch: &Patch, index: usize) -> f32 {
        let (column, row) = (self.columns[index % patch.width], self.rows[index / patch.width]);
        let pixel = patch.pixels[index];
        let [r, g, b]: [f32; 3] = std::array::from_fn(|channel| pixel[channel] - column[channel] - row[channel]);
        (r * r + g * g + b * b).sqrt()
    }
}

fn margin_of(patch: &Patch) -> Vec<usize> {
    let edge = ((patch.width as f32 * MARGIN) as usize).max(3);
    let in_margin = |index: &usize| {
        let (column, row) = (index % patch.width, index / patch.width);
        row < edge || column < edge || column + edge >= patch.width
    };
    (0..patch.pixels.len()).filter(in_margin).collect()
}

fn middle_colour(patch: &Patch, margin: &[usize]) -> [f32; 3] {
    std::array::from_fn(|channel| {
        median(&mut margin.iter().map(|&index| patch.pixels[index][channel]).collect::<Vec<_>>())
    })
}

fn terms(patch: &Patch, index: usize) -> Terms {
    let x = (index % patch.width) as f64 / patch.width as f64 - 0.5;
    let y = (index / patch.width) as f64 / patch.height as f64 - 0.5;
    [1.0, x, y, x * x]
}
