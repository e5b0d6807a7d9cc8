//! Glasses: whether any are worn, light on the lenses, dark lenses, a rim before the eye.
//!
//! A frame is found by its lines over the bridge of the nose and under the eyes, where a bare face has none.
//! Reflections are light added to what lies behind the lens, which blue shows best because skin throws back least of it.

use super::Findings;
use super::sample::lab::luminance;
use super::sample::lines::{Window, strongest};
use super::sample::parts::{Line, Parts};
use crate::domain::finding::{CheckId, Reason, Unit};
use crate::vision::linear::linear;
use crate::vision::rank::{median, quantile};

/// Lines at least this strong (steps of lightness) are a frame's. Measured on bare faces: over the bridge up to 2.1
/// (hair over the brows 3.7), under both eyes up to 2.9.
const BRIDGE: f32 = 2.2;
const UNDER_EYES: f32 = 3.0;
/// From here on glasses are likely enough that lenses are looked at.
const LIKELY: f32 = 0.8;
/// Linear light (of full scale) that a reflection adds in blue at least.
const ADDED_BLUE: f32 = 0.22;
/// A bridge this far under the eye line belongs to glasses that have slipped, units.
const SLIPPED: f32 = 0.08;
/// Whites of eyes have at least 0.12 of the light of the picture's brightest part (54 studio portraits with white
/// shirts, with and without painted clear glasses); brought to the scale of the cheeks' limit, 0.38.
const WHITES: f32 = 3.3;
/// Half the size of a lens around the eye, units: smaller than most, so that rims stay outside.
const LENS: (f32, f32) = (0.31, 0.20);

pub(super) fn judge(parts: &Parts<'_>, findings: &mut Findings<'_>) {
    let Some(frame) = Frame::of(parts) else {
        for id in [CheckId::EyesGlasses, CheckId::EyesTinted, CheckId::EyesGlare, CheckId::EyesFrame] {
            findings.unknown(id, Reason::NotVisible);
        }
        return;
    };
    // Without glasses there are no lenses: a shining lid is no reflection.
    let worn = frame.strength >= LIKELY;
    let (glare, rim) = if worn { (glare(parts), rim_in_eye(parts, &frame)) } else { (Some(0.0), Some(0.0)) };
    let values = [
        (CheckId::EyesGlasses, Unit::Ratio, Some(frame.strength)),
        (CheckId::EyesTinted, Unit::Ratio, lens_light(parts, worn)),
        (CheckId::EyesGlare, Unit::Percent, glare),
        (CheckId::EyesFrame, Unit::Ratio, rim),
    ];
    for (id, unit, value) in values {
        let (min, max) = findings.rule(id).map_or((None, None), |rule| (rule.min, rule.max));
        match value {
            Some(value) => findings.measured(id, f64::from(value), unit, min, max),
            None => findings.unknown(id, Reason::NotVisible),
        }
    }
}

/// What is seen of a frame.
struct Frame {
    /// How plainly its lines are seen: 1 where they are as strong as none of a bare face.
    strength: f32,
    /// Height of the bridge, units under the eye line; `None` when only the rims are seen.
    bridge_v: Option<f32>,
}

impl Frame {
    /// `None` when the region around the eyes leaves the picture.
    fn of(parts: &Parts<'_>) -> Option<Self> {
        let window = |left, right, top, bottom| strongest(parts, Window { left, right, top, bottom });
        let bridge = window(-0.13, 0.13, -0.22, 0.30)?;
        let under = window(-0.68, -0.34, 0.17, 0.42)?.strength.min(window(0.34, 0.68, 0.17, 0.42)?.strength);
        Some(Self {
            strength: (bridge.strength / BRIDGE).max(under / UNDER_EYES),
            bridge_v: (bridge.strength >= BRIDGE).then_some(bridge.v),
        })
    }
}

/// Share of the lens, percent, that light from elsewhere lies on, the worse one. The opening of the eye is left out,
/// which glints by itself.
fn glare(parts: &Parts<'_>) -> Option<f32> {
    let sides = [0, 1].map(|eye| {
        let (upper, lower) = parts.opening(eye);
        let blues: Vec<f32> = lens_places(parts, side_of(eye))
            .filter(|(u, v)| !within(&upper, &lower, *u, *v))
            .filter_map(|(u, v)| parts.at(u, v))
            .map(|seen| linear(seen.rgb[2]))
            .collect();
        // A reflection may lie on most of the lens: then the skin elsewhere tells what is behind it.
        let own = median(blues.clone())?.min(parts.skin.blue);
        let lit = blues.iter().filter(|blue| **blue - own > ADDED_BLUE).count();
        (blues.len() > 200).then(|| 100.0 * lit as f32 / blues.len() as f32)
    });
    Some(sides[0]?.max(sides[1]?))
}

fn side_of(eye: usize) -> f32 {
    if eye == 0 { -1.0 } else { 1.0 }
}

/// Whether a place lies in the opening of the eye or on its edge.
fn within(upper: &Line, lower: &Line, u: f32, v: f32) -> bool {
    let beside = u > upper.left() - 0.02 && u < upper.right() + 0.02;
    beside && v > upper.at(u) - 0.03 && v < lower.at(u) + 0.03
}

/// Places of one lens: an ellipse around the eye.
fn lens_places<'p>(parts: &'p Parts<'_>, side: f32) -> impl Iterator<Item = (f32, f32)> + use<'p> {
    let (half_w, half_h) = LENS;
    parts.columns(-half_w, half_w).flat_map(move |x| {
        let rows = parts.columns(-half_h, half_h).filter(move |y| (x / half_w).hypot(*y / half_h) < 1.0);
        rows.map(move |y| (side * 0.51 + x, 0.05 + y))
    })
}

/// Light behind the lenses over that of the cheeks: the skin under the eyes or the whites of the eyes, whichever is
/// lighter, of the lighter eye. A dark lens darkens all four.
///
/// The whites of the eyes are far lighter than dark skin, and stay so behind a lens. They are alike in all people, so
/// with glasses on they must also keep up with the brightest part of the picture.
fn lens_light(parts: &Parts<'_>, worn: bool) -> Option<f32> {
    let (mut over_cheek, mut whitest) = (0.0_f32, 0.0_f32);
    for eye in [0, 1] {
        let (_, lower) = parts.opening(eye);
        let side = side_of(eye);
        let cheek = parts.patch((side * 0.52, 0.50), 0.08)?.light.max(1e-3);
        let under = parts.columns(-0.16, 0.16).filter_map(|x| {
            let u = side * 0.5 + x;
            parts.at(u, lower.at(u) + 0.06).map(|seen| seen.light)
        });
        let white = parts.white_of_eye(eye)?;
        whitest = whitest.max(white);
        over_cheek = over_cheek.max(median(under.collect::<Vec<f32>>())?.max(white) / cheek);
    }
    if !worn {
        return Some(over_cheek);
    }
    let all: Vec<f32> = parts.sample.picture.pixels().step_by(17).map(|pixel| luminance(pixel.0)).collect();
    let brightest = quantile(all, 0.98)?.max(1e-3);
    Some(over_cheek.min(WHITES * whitest / brightest))
}

/// How plainly a line runs past both corners of an eye at the height of its opening, the worse eye: a rim that crosses
/// the eye goes on to both sides, a lid ends there. Counts double when the bridge lies low as well.
fn rim_in_eye(parts: &Parts<'_>, frame: &Frame) -> Option<f32> {
    let eyes = [0, 1].map(|eye| {
        let (upper, _) = parts.opening(eye);
        let beside = |left: f32, right: f32| strongest(parts, Window { left, right, top: -0.11, bottom: 0.14 });
        let left = beside(upper.left() - 0.10, upper.left() - 0.015)?;
        let right = beside(upper.right() + 0.015, upper.right() + 0.10)?;
        Some(left.strength.min(right.strength))
    });
    let low = frame.bridge_v.is_some_and(|v| v > SLIPPED);
    Some(eyes[0]?.max(eyes[1]?) * if low { 2.0 } else { 1.0 })
}
