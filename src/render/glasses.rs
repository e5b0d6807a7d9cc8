//! Glasses: frame, clear or tinted lenses, a lamp's reflection.

use super::color::{bell, linear, over, scale, smooth};
use super::head::Light;
use super::layer::{Area, Layer};
use super::person::{Glasses, Person};

/// Draws glasses over eyes and brows.
pub(super) fn paint_glasses(layer: &mut Layer, person: &Person, glasses: &Glasses, light: Light) {
    let pixel = 1.0 / layer.density;
    let frame = linear(glasses.frame);
    let eye = person.face.eye_distance / 2.0;
    let (center_x, center_y) = (eye * 1.02, 0.022);
    let (half_w, half_h) = (0.158, 0.118 - 0.020 * glasses.square);
    let corner = half_h * (0.95 - 0.62 * glasses.square);
    let thick = glasses.thickness;
    layer.paint(Area { left: -0.56, right: 0.56, top: -0.16, bottom: 0.20 }, |x, y, texel| {
        let a = x.abs();
        let (dx, dy) = ((a - center_x).abs() - half_w + corner, (y - center_y).abs() - half_h + corner);
        let lens = dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - corner;
        let inside = (0.5 - (lens + thick * 0.3) / pixel).clamp(0.0, 1.0);
        if inside > 0.0 {
            // Clear lenses still take a little light and mirror the room softly along their upper edge.
            over(texel, [0.006, 0.007, 0.008], inside * (0.03 + 0.94 * glasses.tint));
            let room = 0.05 * smooth(center_y + 0.02, center_y - half_h, y) * (1.0 - glasses.tint * 0.5);
            over(texel, [0.75, 0.80, 0.85], inside * room);
            if glasses.glare > 0.0 {
                let side = if x < 0.0 { light.left } else { light.right };
                let across = (x - x.signum() * center_x) + 0.55 * (y - center_y);
                let window = smooth(0.055, 0.040, (across + 0.025).abs())
                    * smooth(half_h * 0.95, half_h * 0.6, (y - center_y + 0.02).abs());
                let streak = 0.7 * smooth(0.016, 0.008, (across - 0.065).abs());
                over(texel, [0.95, 0.97, 1.0], (inside * glasses.glare * side.min(1.0) * window.max(streak)).min(1.0));
            }
        }
        let rim = lens.abs() - thick * 0.5;
        let bridge = {
            let bow = -0.020 + 2.2 * a * a;
            ((y - bow).abs() - thick * 0.55).max(a - (center_x - half_w))
        };
        let temple = {
            let line = center_y - half_h * 0.42 - 0.10 * (a - center_x - half_w).max(0.0);
            ((y - line).abs() - thick * 0.55).max(center_x + half_w - a).max(a - 0.515)
        };
        let part = rim.min(bridge).min(temple);
        let shadow = 0.18
            * bell((lens.abs() - thick * 0.5 - 0.006).max(0.0) / 0.007)
            * smooth(-0.01, 0.01, y - center_y + half_h * 1.2);
        over(texel, [0.02, 0.008, 0.006], shadow * (1.0 - inside * 0.7));
        let coverage = (0.5 - part / pixel).clamp(0.0, 1.0);
        let gleam = 0.10 * bell((lens / thick + 0.15) / 0.25) * smooth(center_y, center_y - half_h, y);
        let lit = scale(frame, 0.85);
        over(texel, [lit[0] + gleam, lit[1] + gleam, lit[2] + gleam], coverage);
    });
}
