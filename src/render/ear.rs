//! Ears, drawn behind the head's outline.

use super::color::{bell, blend, over, scale, smooth, times};
use super::head::{Light, folded, front_lit};
use super::layer::{Area, Layer};
use super::person::Person;

/// Draws both ears; the head covers their roots.
pub(super) fn paint_ears(layer: &mut Layer, person: &Person, light: Light) {
    let size = person.face.ear;
    let skin = times(front_lit(person, light), [1.0, 0.89, 0.86]);
    let fold = folded(skin);
    let pixel = 1.0 / layer.density;
    for side in [-1.0_f32, 1.0] {
        let lamp = if side < 0.0 { light.left } else { light.right };
        let area = if side < 0.0 {
            Area { left: -0.70, right: -0.40, top: -0.20, bottom: 0.44 }
        } else {
            Area { left: 0.40, right: 0.70, top: -0.20, bottom: 0.44 }
        };
        layer.paint(area, |x, y, texel| {
            // a: outwards from the root, b: down from the middle, both in ear sizes; the ear leans back a little.
            let b = (y - 0.115) / size;
            let a = (x * side - 0.496) / size + 0.20 * b;
            let wide = if b < 0.0 { 0.100 } else { 0.100 - 0.10 * b };
            let rim = (a / wide.max(0.03)).hypot(b / 0.190);
            let d = (rim - 1.0) * 0.085 * size;
            let coverage = (0.5 - d / pixel).clamp(0.0, 1.0);
            if coverage <= 0.0 {
                return;
            }
            let outer = smooth(-0.01, 0.03, a);
            let helix = bell((rim - 0.89) / 0.07) * outer;
            let groove = bell((rim - 0.72) / 0.060) * smooth(0.12, 0.02, b) * outer;
            let anthelix = bell((rim - 0.54) / 0.07) * bell((b - 0.0) / 0.07) * outer;
            let bowl = bell((a - 0.026) / 0.020) * bell((b - 0.045) / 0.050);
            let upper = bell((a - 0.030) / 0.022) * bell((b + 0.085) / 0.035);
            let root = smooth(0.030, -0.02, a) * 0.35;
            let shade = (0.62 * groove + 0.85 * bowl + 0.40 * upper + root).min(0.88);
            let mut color = blend(scale(skin, 0.64 + 0.16 * lamp.min(1.3)), fold, shade);
            let lobe = bell((b - 0.150) / 0.03) * bell((a - 0.01) / 0.03);
            color = scale(color, 1.0 + 0.14 * helix + 0.12 * anthelix + 0.06 * lobe - 0.30 * smooth(0.93, 1.04, rim));
            over(texel, color, coverage);
        });
    }
}
