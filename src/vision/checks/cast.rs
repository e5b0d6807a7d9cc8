//! Light of the wrong colour, by the white of the eyes and by skin.
//!
//! Two axes, in stops between channels: warm or cold (red against blue) and green or magenta (green against both). The
//! white of the eyes is about neutral in everybody; skin of every tone has about the same share of green. Ratios of
//! linear light, so that brightness cancels out.

use super::sample::eye_white::eye_white;
use super::sample::skin::Skin;
use super::{Findings, Sample};
use crate::domain::finding::{CheckId, Unit};

/// Half of skin's red over blue plus that of the eyes' white under neutral light: median of 54 pictures of 27 people
/// (0.33 to 1.61).
const WARMTH: f32 = 0.84;
/// Skin's red and blue over green plus half of the eyes' (0.16 to 1.21).
const MAGENTA: f32 = 0.51;

pub(super) fn judge(sample: &Sample, skin: Option<&Skin>, findings: &mut Findings<'_>) {
    let id = CheckId::LightCast;
    let max = findings.rule(id).and_then(|rule| rule.max);
    let value = skin.and_then(|skin| eye_white(sample).map(|eyes| cast(skin.middle, eyes)));
    findings.measured_or_unknown(id, value, Unit::Ratio, None, max);
}

/// Stops away from neutral light, on the axis that is further away.
fn cast(skin: [f32; 3], eyes: [f32; 3]) -> f32 {
    let (skin, eyes) = (over_green(skin), over_green(eyes));
    let warmth = 0.5 * (skin.0 - skin.1) + (eyes.0 - eyes.1) - WARMTH;
    let magenta = (skin.0 + skin.1) + 0.5 * (eyes.0 + eyes.1) - MAGENTA;
    warmth.abs().max(magenta.abs())
}

/// Red and blue over green, stops.
fn over_green(light: [f32; 3]) -> (f32, f32) {
    let [red, green, blue] = light.map(|part| part.max(1e-4));
    ((red / green).log2(), (blue / green).log2())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_colour_of_light_counts() {
        let (skin, eyes) = ([0.42, 0.25, 0.195], [0.40, 0.345, 0.345]);
        let lit = |gains: [f32; 3], light: [f32; 3]| [0, 1, 2].map(|i| light[i] * gains[i]);
        let with = |gains| cast(lit(gains, skin), lit(gains, eyes));
        assert!(with([1.0; 3]) < 0.15, "{}", with([1.0; 3]));
        assert!((with([0.2; 3]) - with([1.0; 3])).abs() < 1e-4);
        for gains in [[1.6, 1.0, 0.6], [0.6, 1.0, 1.6], [0.6, 1.0, 0.6], [1.6, 1.0, 1.6]] {
            assert!(with(gains) > 0.8, "{gains:?}: {}", with(gains));
        }
    }
}
