//! Glasses: whether any are worn, light on the lenses, dark lenses, a rim before the eye.
//!
//! A frame is found by its lines over the bridge of the nose and under the eyes, where a bare face has none.
//! Reflections are light added to what lies behind the lens, which blue shows best because skin throws back least of it.

use super::Findings;
use super::sample::lab::luminance;
use super::sample::lines::{Window, strongest, strongest_of};
use super::sample::parts::{Line, Parts};
use crate::domain::finding::{CheckId, Reason, Unit};
use crate::vision::linear::linear;
use crate::vision::rank::{median, quantile};

/// Lines at least this strong (steps of lightness) are a frame's. Measured on bare faces: over the bridge up to 2.1
/// (hair over the brows 3.7), under both eyes up to 2.9.
const BRIDGE: f32 = 2.2;
const UNDER_EYES: f32 = 3.0;
/// The same over the bridge for the colour (CIELAB a or b): bare faces up to 0.9 and 1.2.
const BRIDGE_COLOR: f32 = 1.6;
/// From here on glasses are likely enough that lenses are looked at.
const LIKELY: f32 = 0.8;
/// Light before the eye from this share of the picture's brightest on is no white of an eye: those of 27 people have 0.15
/// to 0.43 of it (54 portraits).
const WHITER_THAN_WHITE: f32 = 0.55;
/// More of the lens than an eye's own glint covers, percent: bare eyes 0 to 1.6, drawn up to 4.6.
const NO_CATCHLIGHT: f32 = 6.0;
/// Linear light (of full scale) that a reflection adds in blue at least.
const ADDED_BLUE: f32 = 0.22;
/// How far a bridge lies under the eye line counts as a rim of so many steps per unit: glasses that sit well have it at
/// 0.04 at most (27 painted), slipped ones at 0.11 and more, and their upper rims cross the eyes.
const SLIPPED: f32 = 100.0;
/// Whites of eyes have at least 0.12 of the light of the picture's brightest part (54 studio portraits with white
/// shirts, with and without painted clear glasses); brought to the scale of the cheeks' limit, 0.38.
const WHITES: f32 = 3.3;
/// The lightest tenth of the skin around an eye has 0.48 to 1.1 of the light of the cheek (81 pictures with and without
/// clear glasses); brought to the same scale.
const LENSES: f32 = 0.9;
/// The lower part of a lens has at least 0.60 of the light of the cheek just under it (27 portraits and 24 drawn people,
/// with and without clear glasses); lenses drawn 60 % dark have up to 0.58. Painted ones reach 0.98 where a beard darkens
/// the cheek; there the other signs tell. Brought to the same scale.
const UNDER_RIM: f32 = 0.725;
/// Half the size of a lens around the eye, units: smaller than most, so that rims stay outside.
const LENS: (f32, f32) = (0.31, 0.20);

pub(super) fn judge(parts: &Parts<'_>, findings: &mut Findings<'_>) {
    let Some(frame) = Frame::of(parts) else {
        for id in [CheckId::EyesGlasses, CheckId::EyesTinted, CheckId::EyesGlare, CheckId::EyesFrame] {
            findings.unknown(id, Reason::NotVisible);
        }
        return;
    };
    // Without glasses there are no lenses: a shining lid is no reflection. Light over the whole eye is one, though.
    let before_eyes = glare_before_eyes(parts);
    let worn = frame.strength >= LIKELY || before_eyes > NO_CATCHLIGHT;
    let beside = if worn { glare_beside_eyes(parts) } else { Some(0.0) };
    let glare = beside.map(|beside| beside + before_eyes);
    let rim = if worn { rim_in_eye(parts, &frame) } else { Some(0.0) };
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
        let over_nose = Window { left: -0.13, right: 0.13, top: -0.22, bottom: 0.30 };
        // A rim of gold or red on skin as light as itself shows by its colour only.
        let bridges = [
            (strongest(parts, over_nose)?, BRIDGE),
            (strongest_of(parts, over_nose, |seen| seen.lab().a)?, BRIDGE_COLOR),
            (strongest_of(parts, over_nose, |seen| seen.lab().b)?, BRIDGE_COLOR),
        ];
        let bridges = bridges.map(|(found, least)| (found.strength / least, found.v));
        let bridge = bridges.into_iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
        let under = window(-0.68, -0.34, 0.17, 0.42)?.strength.min(window(0.34, 0.68, 0.17, 0.42)?.strength);
        Some(Self { strength: bridge.0.max(under / UNDER_EYES), bridge_v: (bridge.0 >= 1.0).then_some(bridge.1) })
    }
}

/// Share of the lens beside the opening of the eye, percent, that light from elsewhere lies on, the worse one.
fn glare_beside_eyes(parts: &Parts<'_>) -> Option<f32> {
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

/// Share of the lens, percent, that lies before the opening of the eye and is lighter than the white of an eye, the
/// worse one: the eye itself glints in a few pixels only.
fn glare_before_eyes(parts: &Parts<'_>) -> f32 {
    let all: Vec<f32> = parts.sample.picture.pixels().step_by(17).map(|pixel| linear(pixel.0[2])).collect();
    let least = WHITER_THAN_WHITE * quantile(all, 0.98).unwrap_or(1.0);
    let sides = [0, 1].map(|eye| {
        let (upper, lower) = parts.opening(eye);
        let (mut lens, mut lit) = (0_u32, 0_u32);
        for (u, v) in lens_places(parts, side_of(eye)) {
            lens += 1;
            let light = |(u, v)| parts.at(u, v).is_some_and(|seen| linear(seen.rgb[2]) > least);
            lit += u32::from(within(&upper, &lower, u, v) && light((u, v)));
        }
        100.0 * lit as f32 / lens.max(1) as f32
    });
    sides[0].max(sides[1])
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
/// lighter, of the lighter eye; not more than the lightest tenth of the lens beside the eye has, nor than the lens'
/// lower part against the skin just under it, which is lit alike. A dark lens darkens all.
///
/// The whites of the eyes are far lighter than dark skin, and stay so behind a lens. They are alike in all people, so
/// with glasses on they must also keep up with the brightest part of the picture.
fn lens_light(parts: &Parts<'_>, worn: bool) -> Option<f32> {
    let (mut over_cheek, mut whitest, mut lens) = (0.0_f32, 0.0_f32, 0.0_f32);
    for eye in [0, 1] {
        let (upper, lower) = parts.opening(eye);
        let side = side_of(eye);
        let cheek = parts.patch((side * 0.52, 0.50), 0.08)?.light.max(1e-3);
        let under = parts.columns(-0.16, 0.16).filter_map(|x| {
            let u = side * 0.5 + x;
            parts.at(u, lower.at(u) + 0.06).map(|seen| seen.light)
        });
        let white = parts.white_of_eye(eye)?;
        whitest = whitest.max(white);
        let beside = lens_places(parts, side).filter(|(u, v)| !within(&upper, &lower, *u, *v));
        let beside: Vec<f32> = beside.filter_map(|(u, v)| parts.at(u, v)).map(|seen| seen.light).collect();
        lens = lens.max(quantile(beside, 0.9)? / cheek);
        over_cheek = over_cheek.max(median(under.collect::<Vec<f32>>())?.max(white) / cheek);
    }
    if !worn {
        return Some(over_cheek);
    }
    let all: Vec<f32> = parts.sample.picture.pixels().step_by(17).map(|pixel| luminance(pixel.0)).collect();
    let brightest = quantile(all, 0.98)?.max(1e-3);
    let rims = UNDER_RIM * across_lower_rim(parts).unwrap_or(f32::INFINITY);
    Some(over_cheek.min(WHITES * whitest / brightest).min(LENSES * lens).min(rims))
}

/// Light just above the lower rim of a lens over that just under it, where it differs little (lids and lashes have
/// shadows of their own), of the lighter eye; `None` outside the picture.
fn across_lower_rim(parts: &Parts<'_>) -> Option<f32> {
    const LIGHTEST: f32 = 0.85;
    // Heights under the eye line: within a lens of any size, and under its rim. Of each the middle one, for the rim
    // itself, lashes and a cheekbone's shine.
    const WITHIN: [f32; 3] = [0.10, 0.15, 0.20];
    const UNDER: [f32; 3] = [0.35, 0.40, 0.45];
    let mut most: Option<f32> = None;
    for side in [-1.0, 1.0] {
        let ratio = |step: i8| {
            let u = side * (0.51 + 0.05 * f32::from(step));
            let light = |v: f32| parts.patch((u, v), 0.02).map(|skin| skin.light);
            let middle = |rows: [f32; 3]| median(rows.into_iter().filter_map(light).collect::<Vec<f32>>());
            Some(middle(WITHIN)? / middle(UNDER)?.max(1e-3))
        };
        most = most
            .into_iter()
            .chain(quantile((-6..=5).filter_map(ratio).collect::<Vec<f32>>(), LIGHTEST))
            .reduce(f32::max);
    }
    most
}

/// A rim before the eye, by two signs: how plainly a line runs past both corners of an eye at the height of its opening,
/// the worse eye (a rim that crosses the eye goes on to both sides, a lid ends there); and how low the bridge lies.
fn rim_in_eye(parts: &Parts<'_>, frame: &Frame) -> Option<f32> {
    let eyes = [0, 1].map(|eye| {
        let (upper, _) = parts.opening(eye);
        let beside = |left: f32, right: f32| strongest(parts, Window { left, right, top: -0.11, bottom: 0.14 });
        let left = beside(upper.left() - 0.10, upper.left() - 0.015)?;
        let right = beside(upper.right() + 0.015, upper.right() + 0.10)?;
        Some(left.strength.min(right.strength))
    });
    let low = frame.bridge_v.map_or(0.0, |v| SLIPPED * v);
    Some(eyes[0]?.max(eyes[1]?).max(low))
}
