//! Light of the wrong colour, by the white of the eyes, by skin, and by the backdrop.
//!
//! Two axes, in stops between channels: warm or cold (red against blue) and green or magenta (green against both). The
//! white of the eyes is about neutral in everybody; skin of every tone has about the same share of green. Both are
//! small or vary, so that they only say which of the norm's colours the backdrop has and roughly how the light is; how
//! far the backdrop is off that colour says it finely. Ratios of linear light: brightness cancels out.

use super::sample::backdrop::Backdrop;
use super::sample::eye_white::eye_white;
use super::sample::skin::Skin;
use super::{Findings, Sample};
use crate::domain::finding::{CheckId, Unit};
use crate::vision::linear::linear_of;

/// Half of skin's red over blue plus that of the eyes' white under neutral light: median of 54 pictures of 27 people
/// (0.33 to 1.61).
const WARMTH: f32 = 0.84;
/// Skin's red and blue over green plus half of the eyes' (0.16 to 1.21).
const MAGENTA: f32 = 0.51;
/// A cast of one stop moves either sum by this many.
const BOTH: f32 = 1.5;
/// The backdrop is one of the profile's colours when that explains it to within this of what the face says, stops. The
/// face alone is wrong by up to 0.54 (54 pictures), the norm's blue and white are 2.9 apart.
const ALIKE: f32 = 0.8;
/// Weight of the face beside such a backdrop.
const FACE: f32 = 0.4;
/// Linear light of a channel that is cut off (253 of 255 steps).
const CUT_OFF: f32 = 0.98;
/// Blue that was cut off, stops: what a picture exposed twice too long loses.
const MOST_CUT: f32 = 1.0;
/// So little of it says nothing, and the face alone is not wholly sure of the rest.
const LEAST_CUT: f32 = 0.05;
const TRUST_IN_FACE: f32 = 0.9;
/// Without one the face alone decides, and must be surer.
const ALONE: f32 = 0.67;

pub(super) fn judge(sample: &Sample, skin: Option<&Skin>, backdrop: Option<&Backdrop>, findings: &mut Findings<'_>) {
    let id = CheckId::LightCast;
    let max = findings.rule(id).and_then(|rule| rule.max);
    let colors = &findings.profile().background.colors;
    let value = skin.and_then(|skin| {
        let face = of_face(skin.middle, eye_white(sample)?);
        let behind = backdrop
            .and_then(|backdrop| of_backdrop(backdrop.median.light(), colors.iter().map(|color| color.rgb), face));
        Some(combined(face, behind))
    });
    findings.measured_or_unknown(id, value, Unit::Ratio, None, max);
}

/// Stops away from neutral light: towards warm, and towards magenta.
type Cast = [f32; 2];

/// By skin and the white of the eyes, linear light.
fn of_face(skin: [f32; 3], eyes: [f32; 3]) -> Cast {
    let (skin, eyes) = (over_green(skin), over_green(eyes));
    let warmth = 0.5 * (skin.0 - skin.1) + (eyes.0 - eyes.1) - WARMTH;
    let magenta = (skin.0 + skin.1) + 0.5 * (eyes.0 + eyes.1) - MAGENTA;
    [warmth / BOTH, magenta / BOTH]
}

/// By the backdrop (linear light), whose own colour is the one that agrees best with the face; `None` when none does.
fn of_backdrop(light: [f32; 3], colors: impl Iterator<Item = [u8; 3]>, face: Cast) -> Option<Cast> {
    let seen = over_green(light);
    let casts = colors.map(|color| {
        let own = over_green(linear_of(color));
        let cast = [seen.0 - seen.1 - (own.0 - own.1), seen.0 + seen.1 - (own.0 + own.1)];
        with_cut_blue(cast, light, face)
    });
    let apart = |cast: &Cast| largest([cast[0] - face[0], cast[1] - face[1]]);
    casts.filter(|cast| apart(cast) < ALIKE).min_by(|a, b| apart(a).total_cmp(&apart(b)))
}

/// The norm's blue has all the blue that a picture can hold: a little more light, or a cold one, and the rest is cut
/// off, which looks warm and green. Blue that is cut off has been at least as much, so as much is added as the face asks
/// for.
fn with_cut_blue(cast: Cast, light: [f32; 3], face: Cast) -> Cast {
    let [red, green, blue] = light;
    if blue < CUT_OFF || red >= CUT_OFF || green >= CUT_OFF {
        return cast;
    }
    let missing = 0.5 * ((cast[0] - face[0]) - (cast[1] - face[1])) - LEAST_CUT;
    let missing = missing.clamp(0.0, MOST_CUT);
    [cast[0] - TRUST_IN_FACE * missing, cast[1] + TRUST_IN_FACE * missing]
}

/// Stops away from neutral on the axis that is further away.
fn combined(face: Cast, backdrop: Option<Cast>) -> f32 {
    match backdrop {
        Some(behind) => largest([0, 1].map(|axis| FACE * face[axis] + (1.0 - FACE) * behind[axis])),
        None => ALONE * largest(face),
    }
}

fn largest(cast: Cast) -> f32 {
    cast[0].abs().max(cast[1].abs())
}

/// Red and blue over green, stops.
fn over_green(light: [f32; 3]) -> (f32, f32) {
    let [red, green, blue] = light.map(|part| part.max(1e-4));
    ((red / green).log2(), (blue / green).log2())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SKIN: [f32; 3] = [0.42, 0.25, 0.195];
    const EYES: [f32; 3] = [0.40, 0.345, 0.345];
    const WHITE: [u8; 3] = [255, 255, 255];
    const BLUE: [u8; 3] = [100, 197, 255];
    const CASTS: [[f32; 3]; 4] = [[1.28, 1.0, 0.78], [0.78, 1.0, 1.28], [0.78, 1.0, 0.78], [1.0, 0.78, 1.0]];

    fn lit(gains: [f32; 3], light: [f32; 3]) -> [f32; 3] {
        [0, 1, 2].map(|i| light[i] * gains[i])
    }

    fn before(gains: [f32; 3], backdrop: [f32; 3]) -> f32 {
        let face = of_face(lit(gains, SKIN), lit(gains, EYES));
        combined(face, of_backdrop(lit(gains, backdrop), [WHITE, BLUE].into_iter(), face))
    }

    #[test]
    fn only_the_colour_of_light_counts() {
        for backdrop in [[0.7; 3], [0.4; 3], linear_of(BLUE)] {
            let plain = before([1.0; 3], backdrop);
            assert!(plain < 0.15, "{plain}");
            assert!((before([0.2; 3], backdrop) - plain).abs() < 1e-4);
            for gains in CASTS {
                let cast = before(gains, backdrop);
                assert!((0.5..0.9).contains(&cast), "{gains:?} {backdrop:?}: {cast}");
            }
        }
    }

    #[test]
    fn blue_that_is_cut_off_is_no_warm_light() {
        let cut = |gains: [f32; 3]| {
            let backdrop = lit(gains, linear_of(BLUE)).map(|part| part.min(1.0));
            let face = of_face(lit(gains, SKIN), lit(gains, EYES));
            combined(face, of_backdrop(backdrop, [WHITE, BLUE].into_iter(), face))
        };
        // A little more light, and light that is cold: neither looks like what is left of it.
        assert!(cut([1.25; 3]) < 0.25, "{}", cut([1.25; 3]));
        assert!(cut(CASTS[1]) > 0.5, "{}", cut(CASTS[1]));
    }

    #[test]
    fn a_backdrop_of_its_own_colour_leaves_it_to_the_face() {
        let green = [0.1, 0.5, 0.1];
        assert!(before([1.0; 3], green) < 0.15);
        assert!(CASTS.iter().all(|gains| before(*gains, green) > 0.4));
    }

    #[test]
    fn a_cream_wall_is_not_taken_for_light() {
        let cream = before([1.0; 3], [0.8, 0.75, 0.66]);
        assert!(cream < 0.3, "{cream}");
    }
}
