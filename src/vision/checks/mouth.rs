//! The mouth by its pixels: teeth and darkness between the lips. Points of lips alone do not tell a smile that shows
//! teeth from full closed lips.

use super::Findings;
use super::sample::parts::{Line, Parts};
use crate::domain::finding::{CheckId, Reason, Unit};
use crate::vision::rank::median;

/// Mesh points from left to right in the picture: inner edge of the upper and of the lower lip, then their outer edges.
const INNER_ABOVE: [usize; 11] = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308];
const INNER_BELOW: [usize; 11] = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308];
const OUTER_ABOVE: [usize; 11] = [61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291];
const OUTER_BELOW: [usize; 11] = [61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291];
/// Teeth have less than this share of the redness of lips or skin, relative to their lightness.
const PALE: f32 = 0.55;
/// Teeth have at least this share of the light of the lips (the upper lip shades them); the open mouth has less than
/// this one.
const LIGHTER: f32 = 0.8;
const DARKER: f32 = 0.22;
/// On dark lips an open mouth is not as dark as that beside them, and where the mesh hardly sees it open, its lower lip
/// lies in the gap. The upper lip stays where it is: a whole stretch with less than the first share of its light, and
/// less than the second of the skin's (a lower lip in the upper one's shade has more), is a gap, or the shadow between
/// closed lips, which is thin. What a stretch's height counts beside true darkness: closed lips have up to 6 % of the
/// mouth's width (27 portraits, 27 smiles, drawn people), mouths half open 16 % and more.
const SHADED: f32 = 0.5;
const SHADED_OF_SKIN: f32 = 0.35;
const SHADED_COUNTS: f32 = 0.3;
/// Teeth have at least this share of the light of the whites of the eyes, which count up to the second number:
/// reflections on glasses are lighter.
const WHITES: f32 = 0.4;
const MOST_WHITE: f32 = 0.5;
/// Light that a camera gives for black, of full scale.
const BLACK: f32 = 0.004;

pub(super) fn judge(parts: &Parts<'_>, findings: &mut Findings<'_>) {
    let Some(between) = between(parts) else {
        findings.unknown(CheckId::MouthClosed, Reason::NotVisible);
        findings.unknown(CheckId::MouthTeeth, Reason::NotVisible);
        return;
    };
    let values = [(CheckId::MouthClosed, between.teeth + between.gap), (CheckId::MouthTeeth, between.teeth)];
    for (id, value) in values {
        let max = findings.rule(id).and_then(|rule| rule.max);
        findings.measured(id, f64::from(value), Unit::Percent, None, max);
    }
}

/// What was seen between the lips.
struct Between {
    /// Height of what looks like teeth, mean over the mouth, percent of its width.
    teeth: f32,
    /// Height of darkness between the lips, or of a shaded stretch as far as that counts, median over the mouth, percent
    /// of its width.
    gap: f32,
}

fn between(parts: &Parts<'_>) -> Option<Between> {
    let (in_above, in_below) = (parts.line(&INNER_ABOVE), parts.line(&INNER_BELOW));
    let (out_above, out_below) = (parts.line(&OUTER_ABOVE), parts.line(&OUTER_BELOW));
    let (left, right) = (in_above.left(), in_above.right());
    let width = right - left;
    // Redness and light along the middle of a lip.
    let lip = |outer: &Line, inner: &Line| -> Vec<(f32, f32)> {
        let columns = parts.columns(left + 0.3 * width, right - 0.3 * width);
        let middles = columns.filter_map(|u| parts.at(u, f32::midpoint(outer.at(u), inner.at(u))));
        middles.map(|seen| (seen.lab().a, seen.light)).collect()
    };
    let light = |lip: &[(f32, f32)]| median(lip.iter().map(|seen| seen.1).collect::<Vec<f32>>());
    let upper = lip(&out_above, &in_above);
    let upper_light = light(&upper)?;
    let lips = [upper, lip(&out_below, &in_below)].concat();
    let lip_red = median(lips.iter().map(|lip| lip.0).collect::<Vec<f32>>())?;
    let lip_light = light(&lips)?;
    let own = parts.skin.lab;
    let red = lip_red.max(own.a) / (own.l + 10.0);
    // Shine on dark lips is no brighter than this, teeth are: they are about as light as the whites of the eyes.
    let white = parts.white_of_eye(0)?.max(parts.white_of_eye(1)?).min(MOST_WHITE);
    let tooth_light = (LIGHTER * lip_light).max(WHITES * white);
    let shade = (SHADED * (upper_light + BLACK)).min(SHADED_OF_SKIN * (parts.skin.light + BLACK));
    let (mut columns, mut teeth, mut gaps, mut shades) = (0_u32, 0_u32, Vec::new(), Vec::new());
    for u in parts.columns(left + 0.12 * width, right - 0.12 * width) {
        let (above, below) = (in_above.at(u), in_below.at(u));
        let top = above - 0.4 * (above - out_above.at(u));
        let bottom = below + 0.4 * (out_below.at(u) - below);
        let (mut dark, mut shaded, mut longest) = (0_u32, 0_u32, 0_u32);
        for seen in parts.columns(top, bottom).filter_map(|v| parts.at(u, v)) {
            let lab = seen.lab();
            teeth += u32::from(lab.a / (lab.l + 10.0) < PALE * red && seen.light > tooth_light);
            dark += u32::from(seen.light + BLACK < DARKER * (lip_light + BLACK));
            shaded = if seen.light + BLACK < shade { shaded + 1 } else { 0 };
            longest = longest.max(shaded);
        }
        columns += 1;
        gaps.push(dark as f32);
        shades.push(longest as f32);
    }
    let per_width = 100.0 / (width * parts.unit).max(1.0);
    let gap = median(gaps)?.max(SHADED_COUNTS * median(shades)?);
    Some(Between { teeth: teeth as f32 / columns.max(1) as f32 * per_width, gap: gap * per_width })
}
