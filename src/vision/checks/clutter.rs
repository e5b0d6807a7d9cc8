//! Things in the backdrop: doors, boards, cables, neighbours, patterned cloth.
//!
//! Light on a plain cloth changes slowly; a thing has an edge. Counted are the cells of the backdrop whose colour steps
//! away from that of the cells next but one.

use super::Findings;
use super::sample::backdrop::Backdrop;
use crate::domain::finding::{CheckId, Reason, Unit};

/// A step of colour over two cells that light and shadow do not make (CIE 1976).
const STEP: f32 = 5.0;

pub(super) fn judge(backdrop: Option<&Backdrop>, findings: &mut Findings<'_>) {
    let id = CheckId::BackgroundClutter;
    let Some(backdrop) = backdrop else {
        findings.unknown(id, Reason::NotVisible);
        return;
    };
    let max = findings.rule(id).and_then(|rule| rule.max);
    findings.measured(id, f64::from(edges(backdrop)), Unit::Percent, None, max);
}

/// Share of the backdrop that lies at an edge, percent.
fn edges(backdrop: &Backdrop) -> f32 {
    let grid = &backdrop.grid;
    let mut sure = vec![false; grid.labs.len()];
    for index in &backdrop.cells {
        sure[*index] = true;
    }
    let stepped = |index: &&usize| {
        let (column, row) = (*index % grid.columns, *index / grid.columns);
        let right = (column + 2 < grid.columns).then(|| *index + 2);
        let below = (row + 2 < grid.rows).then(|| *index + 2 * grid.columns);
        let here = grid.labs[**index];
        [right, below].into_iter().flatten().any(|next| sure[next] && here.distance(grid.labs[next]) > STEP)
    };
    backdrop.cells.iter().filter(stepped).count() as f32 / backdrop.cells.len().max(1) as f32 * 100.0
}
