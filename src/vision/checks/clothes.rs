//! Clothes against the backdrop: the colour just inside the outline of the shoulders and just outside it.

use super::sample::backdrop::{Backdrop, CELL};
use super::sample::lab::ciede2000;
use super::{Findings, Sample};
use crate::domain::finding::{CheckId, Unit};
use crate::vision::rank::quantile;

/// Distance from the outline to either side, cells: the person map is off by several pixels.
const STEP: usize = 4;
/// Nearer to the middle than this there is neck, face widths.
const NECK: f32 = 0.55;
/// The outline is lost where a third of it is.
const SHARE: f32 = 0.35;
/// Fewest rows of shoulder that one side must show.
const FEWEST: usize = 3;

pub(super) fn judge(sample: &Sample, backdrop: Option<&Backdrop>, findings: &mut Findings<'_>) {
    let id = CheckId::ClothesContrast;
    let min = findings.rule(id).and_then(|rule| rule.min);
    let difference = backdrop.and_then(|backdrop| {
        // Without a map the outline is found by this very contrast: little of it says nothing.
        let sure = |value: &f32| backdrop.mapped || min.is_none_or(|min| f64::from(*value) >= min);
        contrast(sample, backdrop).filter(sure)
    });
    findings.measured_or_unknown(id, difference, Unit::ColorDifference, min, None);
}

/// CIEDE2000 between clothes and backdrop, of the shoulder that differs less; `None` when no shoulder shows.
fn contrast(sample: &Sample, backdrop: &Backdrop) -> Option<f32> {
    let grid = &backdrop.grid;
    let middle = sample.face.eye_center().x / CELL as f32;
    let neck = NECK * backdrop.unit;
    let first_row = (sample.face.chin.y / CELL as f32).max(0.0) as usize;
    let mut differences = [Vec::new(), Vec::new()];
    for row in first_row..grid.rows {
        let line = &backdrop.away[row * grid.columns..(row + 1) * grid.columns];
        let left = line.iter().position(|away| *away == 0);
        let right = line.iter().rposition(|away| *away == 0);
        let pairs = [
            left.map(|edge| (edge.checked_sub(STEP), Some(edge + STEP))),
            right.map(|edge| (Some(edge + STEP), edge.checked_sub(STEP))),
        ];
        for (found, pair) in differences.iter_mut().zip(pairs) {
            let Some((Some(outside), Some(inside))) = pair else { continue };
            let at = |column: usize| grid.labs.get(row * grid.columns + column).filter(|_| column < grid.columns);
            let (Some(cloth), Some(backdrop)) = (at(inside), at(outside)) else { continue };
            if (inside as f32 - middle).abs() > neck {
                found.push(ciede2000(*cloth, *backdrop));
            }
        }
    }
    differences
        .iter_mut()
        .filter(|found| found.len() >= FEWEST)
        .filter_map(|found| quantile(found, SHARE))
        .reduce(f32::min)
}
