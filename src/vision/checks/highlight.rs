//! Shine on the skin: light of the lamp mirrored by sweat, or a flash.
//!
//! Skin gives back its own colour times the light on it; what a film of sweat mirrors is added in the colour of the
//! lamp. Splitting every pixel into both parts finds the second alone, on skin of every tone.

use super::Findings;
use super::sample::skin::Skin;
use crate::domain::finding::{CheckId, Unit};
use crate::vision::linear::linear;

/// Mirrored light from here on is a spot, share of full scale: the sheen of dry skin in a studio reaches 0.2 to 0.38
/// on its brightest hundredth.
const SPOT: f32 = 0.4;

pub(super) fn judge(skin: Option<&Skin>, findings: &mut Findings<'_>) {
    let id = CheckId::LightHighlight;
    let max = findings.rule(id).and_then(|rule| rule.max);
    findings.measured_or_unknown(id, skin.map(shine), Unit::Percent, None, max);
}

/// Share of the skin that mirrors the lamp, percent.
fn shine(skin: &Skin) -> f32 {
    let length = skin.middle.iter().map(|part| part * part).sum::<f32>().sqrt().max(1e-6);
    let own = skin.middle.map(|part| part / length);
    // Cosine between the skin's colour and white.
    let white = 3.0_f32.sqrt();
    let likeness = own.iter().sum::<f32>() / white;
    let apart = (1.0 - likeness * likeness).max(0.02);
    let mirrors = |pixel: &&[u8; 3]| {
        // What is mirrored is in every channel.
        if pixel.iter().any(|value| linear(*value) < SPOT / 2.0) {
            return false;
        }
        let light = pixel.map(linear);
        let along_own: f32 = light.iter().zip(own).map(|(a, b)| a * b).sum();
        let along_white = light.iter().sum::<f32>() / white;
        (along_white - likeness * along_own) / apart / white > SPOT
    };
    skin.pixels.iter().filter(mirrors).count() as f32 / skin.pixels.len().max(1) as f32 * 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spot_is_found_on_light_and_on_dark_skin() {
        let encoded = |light: f32| (light.clamp(0.0, 1.0).powf(1.0 / 2.2) * 255.0) as u8;
        for skin in [[0.55, 0.36, 0.27], [0.12, 0.06, 0.035]] {
            let of = |shares: &[f32]| {
                let pixels: Vec<[u8; 3]> = (0..1000)
                    .map(|index| {
                        let added = shares[index % shares.len()];
                        let light = 0.7 + 0.6 * (index % 17) as f32 / 17.0;
                        skin.map(|part| encoded(part * light + added))
                    })
                    .collect();
                shine(&Skin { pixels, middle: skin })
            };
            assert!(of(&[0.0]) < 0.2, "{skin:?}: {}", of(&[0.0]));
            let spots = of(&[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.6]);
            assert!((8.0..12.0).contains(&spots), "{skin:?}: {spots}");
        }
    }
}
