//! Things in the backdrop: doors, boards, cables, neighbours, patterned cloth.
//!
//! Light on a plain cloth changes slowly; a thing has an edge. Counted are the cells of the backdrop whose colour steps
//! away from that of the cells next but one. A thing that reaches the person is often taken for part of it, and is seen
//! at the side of the picture, where above the shoulders there is nothing but backdrop.

use super::sample::backdrop::{Backdrop, CELL};
use super::{Findings, Sample};
use crate::domain::finding::{CheckId, Reason, Unit};

/// A step of colour over two cells that light and shadow do not make (CIE 1976).
const STEP: f32 = 5.0;
/// A colour at the side of the picture that is none of the backdrop's (CIE 1976): off its colour, or so different.
const OTHER_COLOR: f32 = 8.0;
const OTHER: f32 = 30.0;
/// The shoulders may begin this far above the chin, face widths.
const SHOULDERS: f32 = 0.15;
/// Share of a side that counts as much as a share of the backdrop at an edge: a lock of hair may hang there.
const SIDE: f32 = 0.125;

pub(super) fn judge(sample: &Sample, backdrop: Option<&Backdrop>, findings: &mut Findings<'_>) {
    let id = CheckId::BackgroundClutter;
    let Some(backdrop) = backdrop else {
        findings.unknown(id, Reason::NotVisible);
        return;
    };
    let max = findings.rule(id).and_then(|rule| rule.max);
    findings.measured(id, f64::from(edges(backdrop).max(SIDE * at_sides(sample, backdrop))), Unit::Percent, None, max);
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

/// Share of the picture's left or right side above the shoulders, whichever is more, that shows another colour than the
/// backdrop's, percent. Shadow and uneven light keep its colour.
fn at_sides(sample: &Sample, backdrop: &Backdrop) -> f32 {
    let (grid, median) = (&backdrop.grid, backdrop.median);
    let lowest = (sample.face.chin.y - SHOULDERS * sample.face.face_width()) / CELL as f32;
    let rows = (lowest.max(0.0) as usize).min(grid.rows);
    let other = |index: usize| {
        let lab = grid.labs[index];
        let left = (lab.l + 16.0) / (median.l + 16.0).max(1.0);
        let off = (lab.a - left * median.a).hypot(lab.b - left * median.b);
        off > OTHER_COLOR || lab.distance(median) > OTHER
    };
    let of_side = |column: usize| (0..rows).filter(|row| other(row * grid.columns + column)).count();
    if rows == 0 || grid.columns < 4 {
        return 0.0;
    }
    let most = of_side(1).max(of_side(grid.columns - 2));
    most as f32 / rows as f32 * 100.0
}
