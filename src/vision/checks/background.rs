//! The backdrop's light and colour: the colour itself, whether it is even, whether the head throws a shadow on it.
//!
//! Which cells are backdrop is `backdrop`'s; things in it are `clutter`'s.

use super::Findings;
use super::sample::backdrop::{Backdrop, FEWEST};
use super::sample::lab::{Lab, ciede2000};
use crate::domain::finding::{CheckId, Reason, Unit};
use crate::domain::geometry::Point;
use crate::vision::rank::quantile;

/// A shadow is looked for up to this far from the person, face widths ...
const NEAR: f32 = 0.20;
/// ... and compared with the backdrop from here on.
const FAR: f32 = 0.30;
/// Rows that are compared with each other, cells: light that changes from top to bottom is no shadow.
const BAND: usize = 6;
/// The darkest quarter of what lies near the person counts: a shadow falls to one side and seldom all along it.
const DARK_SHARE: f32 = 0.80;

/// Nothing can be said without a backdrop in the picture.
pub(super) fn judge(backdrop: Option<&Backdrop>, eyes: Point, findings: &mut Findings<'_>) {
    let Some(backdrop) = backdrop else {
        for id in [CheckId::BackgroundColor, CheckId::BackgroundUniform, CheckId::BackgroundShadow] {
            findings.unknown(id, Reason::NotVisible);
        }
        return;
    };
    let limit = |findings: &Findings<'_>, id| findings.rule(id).and_then(|rule| rule.max);

    let colors = &findings.profile().background.colors;
    let nearest = colors.iter().map(|color| ciede2000(backdrop.median, Lab::of(color.rgb))).reduce(f32::min);
    let max = limit(findings, CheckId::BackgroundColor);
    findings.measured_or_unknown(CheckId::BackgroundColor, nearest, Unit::ColorDifference, None, max);

    let max = limit(findings, CheckId::BackgroundUniform);
    findings.measured_or_unknown(CheckId::BackgroundUniform, spread(backdrop), Unit::ColorDifference, None, max);

    let max = limit(findings, CheckId::BackgroundShadow);
    findings.measured_or_unknown(CheckId::BackgroundShadow, shadow(backdrop, eyes), Unit::Percent, None, max);
}

/// The larger of two numbers: the CIEDE2000 from the median that 95 % of the backdrop do not exceed, and the difference
/// of lightness between its left and its right edge. Good studios let the light fall off from the middle to the top;
/// none lets it differ from left to right, so that this is seen far earlier.
fn spread(backdrop: &Backdrop) -> Option<f32> {
    let mut cells: Vec<Lab> = backdrop.cells.iter().step_by(2).map(|index| backdrop.grid.labs[*index]).collect();
    // Dear to work out: only the cells that are furthest by the cheap distance can be among the last twentieth.
    let from = cells.len() - cells.len() / 8;
    let rank = (cells.len().saturating_sub(1) as f32 * 0.95).round() as usize;
    if from < cells.len() {
        let cheap = |a: &Lab, b: &Lab| a.distance(backdrop.median).total_cmp(&b.distance(backdrop.median));
        cells.select_nth_unstable_by(from, cheap);
    }
    let mut far: Vec<f32> = cells.get(from..)?.iter().map(|lab| ciede2000(*lab, backdrop.median)).collect();
    let rank = rank.saturating_sub(from).min(far.len().saturating_sub(1));
    let spread = (!far.is_empty()).then(|| *far.select_nth_unstable_by(rank, f32::total_cmp).1)?;
    Some(spread.max(tilt(backdrop).unwrap_or(0.0)))
}

/// How much lighter one side is than the other, over the whole width: slope of lightness within rows.
fn tilt(backdrop: &Backdrop) -> Option<f32> {
    let grid = &backdrop.grid;
    let (mut along, mut across) = (0.0_f64, 0.0_f64);
    let mut line: Vec<(f64, f64)> = Vec::new();
    let mut cells = backdrop.cells.iter().peekable();
    while let Some(index) = cells.next() {
        let row = index / grid.columns;
        line.push(((index % grid.columns) as f64 / grid.columns as f64, f64::from(grid.labs[*index].l)));
        if cells.peek().is_none_or(|next| **next / grid.columns != row) {
            let count = line.len() as f64;
            let (x, l) = line.iter().fold((0.0, 0.0), |sum, (x, l)| (sum.0 + x / count, sum.1 + l / count));
            for (x_here, l_here) in &line {
                along += (x_here - x) * (x_here - x);
                across += (x_here - x) * (l_here - l);
            }
            line.clear();
        }
    }
    (along > 1e-6).then(|| (across / along).abs() as f32)
}

/// How much darker the backdrop is near the person than further out at the same height, percent of lightness; of the
/// darker side. `None` when the picture shows nothing further out.
fn shadow(backdrop: &Backdrop, eyes: Point) -> Option<f32> {
    let grid = &backdrop.grid;
    let (near, far) = ((NEAR * backdrop.unit) as u16, (FAR * backdrop.unit) as u16);
    let mut sides: [Option<f32>; 2] = [None, None];
    for (side, darkest) in sides.iter_mut().enumerate() {
        let of_side = |index: &&usize| usize::from(grid.middle(**index).x > eyes.x) == side;
        let mut bands: Vec<(Vec<f32>, Vec<f32>)> = vec![(Vec::new(), Vec::new()); grid.rows / BAND + 1];
        for index in backdrop.cells.iter().filter(of_side) {
            let (lit, ring) = &mut bands[index / grid.columns / BAND];
            let lightness = grid.labs[*index].l;
            match backdrop.away[*index] {
                away if away > far => lit.push(lightness),
                away if away <= near => ring.push(lightness),
                _ => {}
            }
        }
        let mut darkening = Vec::new();
        for (lit, ring) in &mut bands {
            if lit.len() < BAND {
                continue;
            }
            let Some(light) = quantile(lit, 0.5).filter(|light| *light > 1.0) else { continue };
            darkening.extend(ring.iter().map(|lightness| (light - lightness) / light * 100.0));
        }
        if darkening.len() >= FEWEST / 2 {
            *darkest = quantile(&mut darkening, DARK_SHARE);
        }
    }
    sides.into_iter().flatten().reduce(f32::max).map(|percent| percent.max(0.0))
}
