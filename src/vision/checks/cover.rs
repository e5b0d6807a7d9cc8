//! What covers the head: hats and scarves over the hair. Masks and hands before the face are `occluded`'s.
//!
//! A cover is told from hair by three things that do not depend on skin: colours that hair does not have, less change
//! of light from pixel to pixel than strands give, and an edge on the forehead that is one sharp step along its
//! length.

use super::Findings;
use super::sample::lab::Lab;
use super::sample::parts::{Parts, Seen};
use crate::domain::finding::{CheckId, Reason, Unit};
use crate::vision::rank::median;

/// Rows on both sides of an edge that are compared.
const SIDE: usize = 6;
/// Fewest columns of a forehead that give an answer.
const FEWEST: u32 = 20;
/// A head without an edge that has more than this share of the skin's colour is bare.
const BARE: f32 = 0.3;
/// A lasting change of light (natural logarithm) where skin ends.
const STEP: f32 = 0.30;

pub(super) fn judge(parts: &Parts<'_>, findings: &mut Findings<'_>) {
    let max = findings.rule(CheckId::HeadCover).and_then(|rule| rule.max);
    match cover(parts) {
        Some(score) => findings.measured(CheckId::HeadCover, f64::from(score), Unit::Ratio, None, max),
        None => findings.unknown(CheckId::HeadCover, Reason::NotVisible),
    }
}

/// The head above the forehead's edge.
struct Crown {
    color: Lab,
    /// Columns in which the forehead ends.
    edges: u32,
    /// Median change of light over two pixels, natural logarithm, across or down, whichever is more: strands lie
    /// either way.
    texture: f32,
    /// Share of columns in which the lower edge is one sharp step.
    sharp: f32,
}

/// How much speaks for a cover: -0.6 to 0.7 for hair, 0 for a bare head, up to 3.6 for a plain cover.
fn cover(parts: &Parts<'_>) -> Option<f32> {
    let crown = crown(parts)?;
    let own = parts.skin.lab;
    // Without an edge the forehead goes on to the top, unless what is there has not the skin's colour: a visor may
    // reach down to the brows.
    if crown.edges < FEWEST && share_of_skin(crown.color, own) > BARE {
        return Some(0.0);
    }
    // A bare head shines: the same hue as the skin, lighter, with less of it, and no edge.
    let c = crown.color;
    let same_hue = (c.a * own.a + c.b * own.b) / (c.a.hypot(c.b) * own.a.hypot(own.b)).max(1e-3) > 0.93;
    let pale = c.a > 1.5 && c.b > 1.5 && c.a < own.a + 2.0 && c.b < own.b + 2.0;
    let bald = same_hue && pale && c.l > 0.75 * own.l && crown.sharp < 0.45;
    if bald {
        return Some(0.0);
    }
    // Hair runs from black to a warm brown or yellow; grey hair is not lighter than 62.
    let warm = (crown.color.b.max(0.0) * 0.9).min(25.0);
    let unlike_hair = (crown.color.a.abs() - 4.0 - 0.5 * warm).max(0.0)
        + (-3.0 - crown.color.b).max(0.0)
        + 0.3 * (crown.color.l - 62.0).max(0.0);
    let smooth = ((0.13 - crown.texture) / 0.05).clamp(-0.3, 1.0);
    let brim = ((crown.sharp - 0.5) / 0.3).clamp(-0.3, 1.0);
    Some(1.6 * (unlike_hair / 8.0).min(1.0) + smooth + brim)
}

/// How much of the skin's colour a colour has, relative to its lightness: 1 for the same, 0 for black, grey and white.
fn share_of_skin(color: Lab, own: Lab) -> f32 {
    let along = (color.a * own.a + color.b * own.b) / own.a.hypot(own.b).powi(2).max(1e-3);
    along * (own.l + 10.0) / (color.l + 10.0)
}

/// `None` when the top of the head is not in the picture.
fn crown(parts: &Parts<'_>) -> Option<Crown> {
    let face = &parts.sample.face;
    // Tall hair may reach over the picture's edge: what is inside tells as much.
    let top = -(face.eye_center().y - face.head_top_y?.max(3.0)) / parts.unit;
    let (mut edges, mut shown, mut sharp) = (Vec::new(), 0_u32, 0_u32);
    for u in parts.columns(-0.55, 0.55) {
        let rows = parts.columns(top, -0.42).map(|v| parts.at(u, v).map(|seen| (seen.light + 0.002).ln()));
        let Some(lights) = rows.collect::<Option<Vec<f32>>>() else { continue };
        shown += 1;
        let Some(row) = edge_from_below(&lights) else { continue };
        let (above, below) = (mean(&lights[row - SIDE..row - 1]), mean(&lights[row + 1..row + SIDE]));
        sharp += u32::from((lights[row - 2] - lights[row + 1]).abs() > 0.75 * (above - below).abs());
        edges.push(top + row as f32 * parts.pixel());
    }
    if shown < FEWEST {
        return None;
    }
    let seen = edges.len() as u32;
    let forehead = parts.mesh(10).1 + 0.05;
    let bottom = if seen < FEWEST { forehead } else { (median(edges)? - 0.06).min(forehead) };
    let sharp = if seen < FEWEST { 0.0 } else { sharp as f32 / seen as f32 };
    let (mut labs, mut across, mut down) = (Vec::new(), Vec::new(), Vec::new());
    let by = 2.0 * parts.pixel();
    for u in parts.columns(-0.7, 0.7).step_by(3) {
        for v in parts.columns(top + 0.1, bottom.max(top + 0.1)).step_by(3) {
            let Some(seen) = parts.at(u, v) else { continue };
            labs.push(seen.lab());
            let change = |next: Seen| ((next.light + 0.003) / (seen.light + 0.003)).ln().abs();
            across.extend(parts.at(u + by, v).map(change));
            down.extend(parts.at(u, v + by).map(change));
        }
    }
    let of = |value: fn(&Lab) -> f32| median(labs.iter().map(value).collect::<Vec<f32>>());
    let color = Lab { l: of(|c| c.l)?, a: of(|c| c.a)?, b: of(|c| c.b)? };
    Some(Crown { color, texture: median(across)?.max(median(down)?), edges: seen, sharp })
}

fn mean(values: &[f32]) -> f32 {
    values.iter().sum::<f32>() / values.len().max(1) as f32
}

/// The row where skin ends, going up from the brows: the steepest place of the first lasting change.
fn edge_from_below(lights: &[f32]) -> Option<usize> {
    let step = |row: usize| (mean(&lights[row - SIDE..row]) - mean(&lights[row..row + SIDE])).abs();
    let last = lights.len().checked_sub(SIDE)?;
    let first = (SIDE..last).rev().find(|row| step(*row) > STEP)?;
    (first.saturating_sub(SIDE - 1).max(SIDE)..=first).max_by(|a, b| step(*a).total_cmp(&step(*b)))
}
