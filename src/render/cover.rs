//! What lies over the head against the rules: a cap, or a fringe that hangs over brows and eyes.

use super::color::{bell, linear, over, scale, smooth, times};
use super::hair::HairDrawing;
use super::head::Light;
use super::layer::{Area, Layer};
use super::outline::Outline;
use super::person::{HeadCover, Person};
use super::random::lattice;

/// Top of a cap over the top of the hair, face widths.
pub(super) const CAP_RISE: f32 = 0.035;

pub(super) fn paint_cover(layer: &mut Layer, person: &Person, light: Light, hair: &HairDrawing<'_>) {
    match person.cover {
        HeadCover::Nothing => {}
        HeadCover::Fringe => hair.paint_fringe(layer),
        HeadCover::Cap => paint_cap(layer, person, light),
    }
}

/// A plain cap: crown, seam, visor and the visor's shade on the brow.
fn paint_cap(layer: &mut Layer, person: &Person, light: Light) {
    let crown = Outline::hair(person);
    let cloth = linear(person.clothes.inner);
    let color = if cloth[0] > 0.5 { linear([44, 52, 70]) } else { cloth };
    let pixel = 1.0 / layer.density;
    let brim = -person.face.eye_to_hairline * 0.62;
    let seed = person.seed as u32 ^ 0xCA;
    let area = Area { left: -0.80, right: 0.80, top: -1.10, bottom: 0.0 };
    layer.paint(area, |x, y, texel| {
        let shade =
            0.45 * smooth(brim + 0.20, brim + 0.03, y) * smooth(0.55, 0.40, x.abs()) * smooth(brim - 0.05, brim, y);
        over(texel, [0.0; 3], shade * texel[3].max(if y > brim { 0.6 } else { 0.0 }));
        let dome = crown.against(x, y).distance - CAP_RISE;
        let visor = (x / 0.50).hypot((y - brim + 0.02) / 0.085) - 1.0;
        let edge = y - brim - 0.05 * (1.0 - (x / 0.55).powi(2)).max(0.0);
        let body = (0.5 - dome.max(edge) / pixel).clamp(0.0, 1.0);
        let weave = 1.0 + 0.06 * lattice((x * 220.0) as i32, (y * 220.0) as i32, seed);
        let normal = [0.9 * x, 0.5 * (y + 0.55), 0.8];
        let lit = light.on(normal, 0.0);
        if body > 0.0 {
            let seam = 1.0 - 0.35 * bell(x / 0.006) - 0.30 * bell((x.abs() - 0.26 - 0.2 * (y + 0.5)) / 0.006);
            over(texel, scale(times(color, lit), weave * seam), body);
        }
        let flap = (0.5 - visor * 0.085 / pixel).clamp(0.0, 1.0) * smooth(brim - 0.08, brim - 0.06, y);
        if flap > 0.0 {
            let curl = 0.75 + 0.35 * smooth(brim + 0.07, brim - 0.04, y);
            over(texel, scale(times(color, lit), weave * curl * 0.9), flap);
        }
    });
}
