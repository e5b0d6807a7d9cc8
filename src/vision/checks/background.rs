//! The backdrop's light and colour: the colour itself, whether it is even, whether the head throws a shadow on it.
//!
//! Which cells are backdrop is `backdrop`'s; things in it are `clutter`'s.

use super::Findings;
use super::sample::backdrop::{Backdrop, CELL, FEWEST, Grid};
use super::sample::lab::{Lab, ciede2000, cloth_difference};
use crate::domain::finding::{CheckId, Reason, Unit};
use crate::domain::geometry::Point;
use crate::vision::fit::least_squares;
use crate::vision::rank::{median, quantile};

/// A shadow is looked for up to this far from the person, face widths ...
const NEAR: f32 = 0.20;
/// ... and compared with the backdrop from here on.
const FAR: f32 = 0.30;
/// What keeps the fitted light from swinging where no backdrop shows.
const FLATNESS: f64 = 1e-4;
/// Cube root that everything is brought to, as CIELAB's lightness plus 16: 60 % of full light.
const COMMON_ROOT: f32 = 97.84;
/// Weight of the difference of lightness between top and bottom: 27 portraits 2.6 to 16.0, with a gradient of a half
/// 20.1 and more, such gradients behind drawn people 16.2 and more.
const FALL: f32 = 0.262;
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
    let nearest = colors.iter().map(|color| cloth_difference(backdrop.median, Lab::of(color.rgb))).reduce(f32::min);
    let max = limit(findings, CheckId::BackgroundColor);
    findings.measured_or_unknown(CheckId::BackgroundColor, nearest, Unit::ColorDifference, None, max);

    let max = limit(findings, CheckId::BackgroundUniform);
    findings.measured_or_unknown(CheckId::BackgroundUniform, spread(backdrop), Unit::ColorDifference, None, max);

    let max = limit(findings, CheckId::BackgroundShadow);
    findings.measured_or_unknown(CheckId::BackgroundShadow, shadow(backdrop, eyes), Unit::Percent, None, max);
}

/// The largest of three numbers: the CIEDE2000 from the median that nine tenths of the backdrop do not exceed (or three
/// quarters of what 95 % do not), and the difference of lightness between its left and its right edge, or a quarter of
/// that between top and bottom. Good studios let the light fall off from the middle to the top; none lets it differ from
/// left to right, so that this is seen far earlier. Everything is brought to one lightness first: how uneven light is does not depend on how light the cloth is.
fn spread(backdrop: &Backdrop) -> Option<f32> {
    let median = backdrop.median;
    let gain = COMMON_ROOT / (median.l + 16.0).max(1.0);
    // CIELAB scales with the cube root of light.
    let even = |lab: Lab| Lab { l: (lab.l + 16.0) * gain - 16.0, a: lab.a * gain, b: lab.b * gain };
    let middle = even(median);
    let mut cells: Vec<Lab> = backdrop.cells.iter().step_by(2).map(|index| even(backdrop.grid.labs[*index])).collect();
    let (most, last) = (quantile_from(&mut cells, middle, 0.90)?, quantile_from(&mut cells, middle, 0.95)?);
    let tilt = tilt(backdrop).unwrap_or(0.0) * gain;
    let fall = FALL * fall(backdrop).unwrap_or(0.0) * gain;
    Some(most.max(0.75 * last).max(tilt).max(fall))
}

/// The CIEDE2000 from the middle that this share of the colours do not exceed.
fn quantile_from(colors: &mut [Lab], middle: Lab, share: f32) -> Option<f32> {
    // Dear to work out: only the colours about as far by the cheap distance can stand at this rank.
    let last = colors.len().checked_sub(1)?;
    let rank = (last as f32 * share).round() as usize;
    let (from, to) = (rank.saturating_sub(colors.len() / 24), (rank + colors.len() / 24).min(last));
    let cheap = |a: &Lab, b: &Lab| a.distance(middle).total_cmp(&b.distance(middle));
    colors.select_nth_unstable_by(from, cheap);
    colors[from..].select_nth_unstable_by(to - from, cheap);
    let mut near: Vec<f32> = colors[from..=to].iter().map(|lab| ciede2000(*lab, middle)).collect();
    Some(*near.select_nth_unstable_by(rank - from, f32::total_cmp).1)
}

/// How much lighter one side is than the other, over the whole width: slope of lightness within rows.
fn tilt(backdrop: &Backdrop) -> Option<f32> {
    let Grid { rows, columns, .. } = backdrop.grid;
    slope(backdrop, rows, |index| (index / columns, (index % columns) as f64 / columns as f64))
}

/// How much lighter the top is than the bottom, or darker, over the whole height: slope of lightness within columns.
fn fall(backdrop: &Backdrop) -> Option<f32> {
    let Grid { rows, columns, .. } = backdrop.grid;
    slope(backdrop, columns, |index| (index % columns, (index / columns) as f64 / rows as f64))
}

/// Slope of lightness along lines, whichever way; `place` says on which of them a cell lies, and where along it.
fn slope(backdrop: &Backdrop, lines: usize, place: impl Fn(usize) -> (usize, f64)) -> Option<f32> {
    // Per line: cells, and the sums of place, lightness, place squared, place times lightness.
    let mut sums = vec![[0.0_f64; 5]; lines];
    for index in &backdrop.cells {
        let (line, x) = place(*index);
        let l = f64::from(backdrop.grid.labs[*index].l);
        for (sum, part) in sums[line].iter_mut().zip([1.0, x, l, x * x, x * l]) {
            *sum += part;
        }
    }
    let (mut along, mut across) = (0.0, 0.0);
    for [count, x, l, xx, xl] in sums.into_iter().filter(|sums| sums[0] > 0.0) {
        along += xx - x * x / count;
        across += xl - x * l / count;
    }
    (along > 1e-6).then(|| (across / along).abs() as f32)
}

/// How much darker the backdrop is near the person than light on it explains, percent of lightness; of the darker side.
/// `None` when the picture shows nothing further out.
fn shadow(backdrop: &Backdrop, eyes: Point) -> Option<f32> {
    let grid = &backdrop.grid;
    let far = (FAR * backdrop.unit) as u16;
    let near = (NEAR * backdrop.unit) as u16;
    let light = Light::of(backdrop, eyes, |index| backdrop.away[index] > far)?;
    let mut darkest: Option<f32> = None;
    for side in [false, true] {
        let of_side = |index: &&usize| backdrop.away[**index] <= near && (grid.middle(**index).x > eyes.x) == side;
        let mut darkening: Vec<f32> = backdrop
            .cells
            .iter()
            .filter(of_side)
            .map(|index| {
                let expected = light.at(grid, *index).max(1.0);
                (expected - grid.labs[*index].l) / expected * 100.0
            })
            .collect();
        if darkening.len() >= FEWEST / 2 {
            darkest = darkest.into_iter().chain(quantile(&mut darkening, DARK_SHARE)).reduce(f32::max);
        }
    }
    darkest.map(|percent| percent.max(0.0))
}

/// Lightness that changes slowly over a backdrop: 1, x, y and their squares.
struct Light {
    weights: [f64; 5],
    eyes: Point,
    width: f32,
}

impl Light {
    /// Fitted to the cells that `takes` lets through, without those that do not follow the rest; `None` of too few.
    fn of(backdrop: &Backdrop, eyes: Point, takes: impl Fn(usize) -> bool) -> Option<Self> {
        let grid = &backdrop.grid;
        let mut light = Self { weights: [0.0; 5], eyes, width: backdrop.unit * CELL as f32 };
        let far: Vec<usize> = backdrop.cells.iter().copied().filter(|index| takes(*index)).step_by(2).collect();
        let mut kept = far.clone();
        for _ in 0..3 {
            if kept.len() < FEWEST / 4 {
                return None;
            }
            let samples = kept.iter().map(|index| (light.terms(grid, *index), [grid.labs[*index].l; 3]));
            [light.weights, ..] = least_squares(samples, FLATNESS)?;
            let off = |index: &usize| (grid.labs[*index].l - light.at(grid, *index)).abs();
            let spread = 1.48 * median(kept.iter().map(off).collect::<Vec<f32>>())?;
            kept = far.iter().copied().filter(|index| off(index) < (3.0 * spread).max(1.5)).collect();
        }
        Some(light)
    }

    fn terms(&self, grid: &Grid, index: usize) -> [f64; 5] {
        let Point { x, y } = grid.middle(index);
        let (x, y) = (f64::from((x - self.eyes.x) / self.width), f64::from((y - self.eyes.y) / self.width));
        [1.0, x, y, x * x, y * y]
    }

    fn at(&self, grid: &Grid, index: usize) -> f32 {
        self.terms(grid, index).iter().zip(self.weights).map(|(term, weight)| term * weight).sum::<f64>() as f32
    }
}
