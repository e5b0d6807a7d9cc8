//! The mouth by its pixels: teeth and darkness between the lips. Points of lips alone do not tell a smile that shows
//! teeth from full closed lips.

use super::Findings;
use super::sample::parts::Parts;
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
    /// Height of darkness between the lips, median over the mouth, percent of its width.
    gap: f32,
}

fn between(parts: &Parts<'_>) -> Option<Between> {
    let (in_above, in_below) = (parts.line(&INNER_ABOVE), parts.line(&INNER_BELOW));
    let (out_above, out_below) = (parts.line(&OUTER_ABOVE), parts.line(&OUTER_BELOW));
    let (left, right) = (in_above.left(), in_above.right());
    let width = right - left;
    let mut lips = Vec::new();
    for u in parts.columns(left + 0.3 * width, right - 0.3 * width) {
        let middles = [f32::midpoint(out_above.at(u), in_above.at(u)), f32::midpoint(out_below.at(u), in_below.at(u))];
        lips.extend(middles.into_iter().filter_map(|v| parts.at(u, v)).map(|seen| (seen.lab().a, seen.light)));
    }
    let lip_red = median(lips.iter().map(|lip| lip.0).collect::<Vec<f32>>())?;
    let lip_light = median(lips.iter().map(|lip| lip.1).collect::<Vec<f32>>())?;
    let own = parts.skin.lab;
    let red = lip_red.max(own.a) / (own.l + 10.0);
    // Shine on dark lips is no brighter than this, teeth are: they are about as light as the whites of the eyes.
    let white = parts.white_of_eye(0)?.max(parts.white_of_eye(1)?).min(MOST_WHITE);
    let tooth_light = (LIGHTER * lip_light).max(WHITES * white);
    let (mut columns, mut teeth, mut gaps) = (0_u32, 0_u32, Vec::new());
    for u in parts.columns(left + 0.12 * width, right - 0.12 * width) {
        let (above, below) = (in_above.at(u), in_below.at(u));
        let top = above - 0.4 * (above - out_above.at(u));
        let bottom = below + 0.4 * (out_below.at(u) - below);
        let mut dark = 0_u32;
        for seen in parts.columns(top, bottom).filter_map(|v| parts.at(u, v)) {
            let lab = seen.lab();
            teeth += u32::from(lab.a / (lab.l + 10.0) < PALE * red && seen.light > tooth_light);
            dark += u32::from(seen.light + BLACK < DARKER * (lip_light + BLACK));
        }
        columns += 1;
        gaps.push(dark as f32);
    }
    let per_width = 100.0 / (width * parts.unit).max(1.0);
    Some(Between { teeth: teeth as f32 / columns.max(1) as f32 * per_width, gap: median(gaps)? * per_width })
}
