//! Ears, drawn behind the head's outline.

use super::color::{bell, over, scale, smooth, times};
use super::head::{Light, folded, front_lit};
use super::layer::{Area, Layer};
use super::person::Person;

/// Draws both ears; the head covers their roots.
pub(super) fn paint_ears(layer: &mut Layer, person: &Person, light: Light) {
    let size = person.face.ear;
    let skin = times(front_lit(person, light), [1.0, 0.90, 0.88]);
    let fold = folded(skin);
    let pixel = 1.0 / layer.density;
    for side in [-1.0_f32, 1.0] {
        let lamp = if side < 0.0 { light.left } else { light.right };
        let area = if side < 0.0 {
            Area { left: -0.66, right: -0.40, top: -0.18, bottom: 0.40 }
        } else {
            Area { left: 0.40, right: 0.66, top: -0.18, bottom: 0.40 }
        };
        layer.paint(area, |x, y, texel| {
            // a: outwards from the root, b: down from the middle, both in ear sizes.
            let b = (y - 0.085) / size;
            let a = (x * side - 0.490) / size + 0.10 * b;
            let wide = if b < 0.0 { 0.083 } else { 0.083 - 0.16 * b };
            let rim = (a / wide.max(0.03)).hypot(b / 0.185);
            let d = (rim - 1.0) * 0.075 * size;
            let coverage = (0.5 - d / pixel).clamp(0.0, 1.0);
            if coverage <= 0.0 {
                return;
            }
            let mut color = scale(skin, (0.80 + 0.16 * lamp) * (1.0 - 0.22 * smooth(0.03, -0.01, a)));
            let ring = bell((rim - 0.70) / 0.085) * smooth(0.10, 0.02, b) * smooth(-0.02, 0.02, a);
            let inner = bell((rim - 0.42) / 0.10) * bell((b + 0.02) / 0.07) * 0.7;
            let hollow = bell((a - 0.012) / 0.016) * bell((b - 0.055) / 0.030);
            let shade = (0.50 * ring + 0.36 * inner + 0.80 * hollow).min(0.85);
            color = std::array::from_fn(|i| color[i] + (fold[i] - color[i]) * shade);
            let lit_rim = bell((rim - 0.90) / 0.06) * 0.12;
            let lobe = bell((b - 0.15) / 0.03) * 0.06;
            color = scale(color, 1.0 + lit_rim + lobe - 0.25 * smooth(0.93, 1.02, rim));
            over(texel, color, coverage);
        });
    }
}
