//! Hair where it must not be: over brows, eyes and ears.
//!
//! By two signs. Column by column: over a free brow there is an even stretch of skin before the hair begins, and what
//! hangs is darker than skin. And by strands, whatever their colour: over free skin, brows and lids light changes
//! downwards, over hanging hair from side to side.

use super::Findings;
use super::sample::parts::{Parts, Seen};
use crate::domain::finding::{CheckId, Reason, Unit};
use crate::vision::rank::median;

/// Upper edge of the brows, mesh points per eye, and lower edge.
const BROW_ABOVE: [[usize; 5]; 2] = [[70, 63, 105, 66, 107], [336, 296, 334, 293, 300]];
const BROW_BELOW: [[usize; 5]; 2] = [[46, 53, 52, 65, 55], [285, 295, 282, 283, 276]];
/// Less light than this share of the skin's is hair when it lies over an eye. Where the person's own hair is not much
/// darker than the skin, half way between them (in ratios) counts, up to the second number.
const DARK: (f32, f32) = (0.30, 0.45);
/// Skin of the forehead has this much more light than what counts as hair.
const LIGHTER: f32 = 1.25;
/// Skin changes less than this (natural logarithm of light) over four pixels; strands change more.
const EVEN: f32 = 0.35;
/// How far over a brow skin is looked for, and how much of it is enough, units.
const LOOK_UP: f32 = 0.26;
const SKIN_RUN: f32 = 0.05;
/// Fewest columns or rows that give an answer.
const FEWEST: u32 = 10;
/// Beside the face: how far out an ear reaches, and between which heights, units.
const EAR_OUT: (f32, f32) = (0.02, 0.20);
const EAR_ROWS: (f32, f32) = (-0.05, 0.65);
/// Light that changes this much more across than down is hair that hangs over the ear, whatever its colour: an ear has
/// edges both ways (27 portraits up to 3.2 on either side, hair painted over the ears 4.0 and more on one of both).
const HANGING: f32 = 3.6;
/// The same over an eye and over a brow, in windows from side to side (27 portraits with and without a fringe above the
/// brows: over the eyes none above this, of those with hair over the eyes all; over the brows at most one of four).
const OVER_EYE: f32 = 1.6;
const OVER_BROW: f32 = 2.0;
const WINDOWS: u8 = 4;
/// Where strands are looked for: how far beside the middle of the eyes, and between which heights, units.
const EYE_BESIDE: (f32, f32) = (0.25, 0.75);
const EYE_ROWS: (f32, f32) = (-0.40, -0.12);
const BROW_BESIDE: (f32, f32) = (0.20, 0.80);
const BROW_ROWS: (f32, f32) = (-0.62, -0.30);
/// Added to light before its logarithm, and to the change down before the quotient: noise counts less.
const DARK_LIGHT: f32 = 0.004;
const LEAST_CHANGE: f32 = 0.003;

pub(super) fn judge(parts: &Parts<'_>, findings: &mut Findings<'_>) {
    let max = |findings: &Findings<'_>, id| findings.rule(id).and_then(|rule| rule.max);
    for (id, share) in [(CheckId::EyesHair, over_eyes(parts)), (CheckId::BrowsVisible, over_brows(parts))] {
        let limit = max(findings, id);
        match share {
            Some(share) => findings.measured(id, f64::from(share), Unit::Percent, None, limit),
            None => findings.unknown(id, Reason::NotVisible),
        }
    }
    let min = findings.rule(CheckId::EarsVisible).and_then(|rule| rule.min);
    match ears(parts) {
        Some(share) => findings.measured(CheckId::EarsVisible, f64::from(share), Unit::Percent, min, None),
        None => findings.unknown(CheckId::EarsVisible, Reason::NotVisible),
    }
}

fn percent(part: u32, all: u32) -> Option<f32> {
    (all > FEWEST).then(|| 100.0 * part as f32 / all as f32)
}

/// Share of an eye's width, percent, over which hair hangs: something dark over the brow and down to the lid, or strands.
/// The worse eye.
fn over_eyes(parts: &Parts<'_>) -> Option<f32> {
    let dark_below = dark_below(parts);
    let eyes = [0, 1].map(|eye| {
        let (upper, _) = parts.opening(eye);
        let (below, above) = (parts.line(&BROW_BELOW[eye]), parts.line(&BROW_ABOVE[eye]));
        let (mut all, mut hung) = (0, 0);
        for u in parts.columns(upper.left() - 0.05, upper.right() + 0.05) {
            let (top, bottom) = (below.at(u) + 0.03, upper.at(u) - 0.04);
            let rows = parts.columns(top, bottom.max(top + 0.02)).filter_map(|v| parts.at(u, v));
            let (mut seen, mut dark) = (0, 0);
            for row in rows {
                seen += 1;
                dark += u32::from(parts.share(row) < dark_below);
            }
            all += 1;
            hung += u32::from(seen > 0 && dark * 2 >= seen && !skin_above(parts, u, above.at(u)));
        }
        percent(hung, all)
    });
    Some(eyes[0]?.max(eyes[1]?).max(strands(parts, EYE_BESIDE, EYE_ROWS, OVER_EYE)))
}

/// Share of a brow's width, percent, without skin between brow and hair, or with strands: the worse brow.
fn over_brows(parts: &Parts<'_>) -> Option<f32> {
    let brows = [0, 1].map(|eye| {
        let brow = parts.line(&BROW_ABOVE[eye]);
        let inner = (brow.right() - brow.left()) * 0.1;
        let (mut all, mut hidden) = (0, 0);
        for u in parts.columns(brow.left() + inner, brow.right() - inner) {
            all += 1;
            hidden += u32::from(!skin_above(parts, u, brow.at(u)));
        }
        percent(hidden, all)
    });
    Some(brows[0]?.max(brows[1]?).max(strands(parts, BROW_BESIDE, BROW_ROWS, OVER_BROW)))
}

/// Share of the windows beside the middle of the eyes, percent, in which strands hang: the worse side.
fn strands(parts: &Parts<'_>, (near, far): (f32, f32), rows: (f32, f32), limit: f32) -> f32 {
    let width = (far - near) / f32::from(WINDOWS);
    let side = |way: f32| {
        let window = |number: u8| {
            let from = near + width * f32::from(number);
            hanging(parts, (way * from, way * (from + width)), rows).is_some_and(|ratio| ratio > limit)
        };
        (0..WINDOWS).filter(|number| window(*number)).count() as f32
    };
    100.0 * side(-1.0).max(side(1.0)) / f32::from(WINDOWS)
}

/// How much more light changes from side to side than downwards, in an area of the face.
fn hanging(parts: &Parts<'_>, beside: (f32, f32), rows: (f32, f32)) -> Option<f32> {
    let by = parts.pixel();
    let light = |u: f32, v: f32| parts.at(u, v).map(|seen| (seen.light + DARK_LIGHT).ln());
    let change = |a: Option<f32>, b: Option<f32>| a.zip(b).map(|(a, b)| (a - b).abs() / 2.0);
    let (mut across, mut down) = (Vec::new(), Vec::new());
    for v in parts.columns(rows.0, rows.1) {
        for u in parts.columns(beside.0.min(beside.1), beside.0.max(beside.1)) {
            across.extend(change(light(u + by, v), light(u - by, v)));
            down.extend(change(light(u, v + by), light(u, v - by)));
        }
    }
    Some(median(across)? / (median(down)? + LEAST_CHANGE))
}

/// Share of the skin's light under which something is hair.
fn dark_below(parts: &Parts<'_>) -> f32 {
    let (u, v) = parts.mesh(10);
    let hair = [0.25, 0.4, 0.55].iter().filter_map(|up| parts.patch((u, v - up), 0.08)).map(|patch| patch.light);
    let hair = hair.fold(f32::MAX, f32::min) / parts.skin.light.max(1e-3);
    if hair > 0.5 { DARK.0 } else { hair.max(0.0).sqrt().clamp(DARK.0, DARK.1) }
}

/// Whether there is skin between a brow's upper edge and the hair: an even stretch as light as skin.
fn skin_above(parts: &Parts<'_>, u: f32, brow: f32) -> bool {
    let needed = SKIN_RUN * parts.unit;
    let light = LIGHTER * dark_below(parts);
    let by = 2.0 * parts.pixel();
    let mut run = 0.0;
    for v in parts.columns(brow - LOOK_UP, brow - 0.01) {
        let (Some(here), Some(left), Some(right)) = (parts.at(u, v), parts.at(u - by, v), parts.at(u + by, v)) else {
            continue;
        };
        let even = (left.light.max(1e-3) / right.light.max(1e-3)).ln().abs() < EVEN;
        run = if even && parts.share(here) > light { run + 1.0 } else { 0.0 };
        if run >= needed {
            return true;
        }
    }
    false
}

/// Share of the rows beside the face, percent, in which an ear is seen: enough skin outside the cheek's edge. The
/// worse side.
fn ears(parts: &Parts<'_>) -> Option<f32> {
    let sides = [(234, -1.0_f32), (454, 1.0)].map(|(index, way)| {
        let edge = parts.mesh(index).0;
        let area = (edge + way * EAR_OUT.0, edge + way * EAR_OUT.1);
        let hidden = hanging(parts, area, EAR_ROWS).is_some_and(|ratio| ratio > HANGING);
        let (mut all, mut seen) = (0, 0);
        for v in parts.columns(EAR_ROWS.0, EAR_ROWS.1) {
            let beside = parts.columns(EAR_OUT.0, EAR_OUT.1).filter_map(|x| parts.at(edge + way * x, v));
            let skin = beside.filter(|pixel| like_skin(parts, *pixel)).count();
            all += 1;
            seen += u32::from(!hidden && skin as f32 >= 0.06 * parts.unit);
        }
        percent(seen, all)
    });
    Some(sides[0]?.min(sides[1]?))
}

/// Whether a pixel could be this person's skin in other light: at least half of its chroma, about its hue.
fn like_skin(parts: &Parts<'_>, seen: Seen) -> bool {
    if !(0.25..2.5).contains(&parts.share(seen)) {
        return false;
    }
    let (lab, own) = (seen.lab(), parts.skin.lab);
    let (chroma, own_chroma) = (lab.a.hypot(lab.b), own.a.hypot(own.b));
    let same_hue = (lab.a * own.a + lab.b * own.b) / (chroma * own_chroma).max(1e-3);
    chroma / (lab.l + 10.0) > 0.5 * own_chroma / (own.l + 10.0) && same_hue > 0.86
}
