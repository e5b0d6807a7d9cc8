//! What covers head and face: caps, hats, scarves, masks, a hand.

use image::RgbImage;

use super::PhotoMarks;
use super::canvas::{Axes, each, height_at, line, mean_around};
use crate::render::color::{Color, bell, blend, linear, scale, smooth};
use crate::render::layer::Area;
use crate::render::random::{Random, cloud, lattice};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Cap,
    KnittedHat,
    Headscarf,
}

const CLOTHS: [[u8; 3]; 10] = [
    [28, 28, 30],
    [38, 44, 66],
    [24, 24, 26],
    [150, 34, 40],
    [226, 224, 220],
    [110, 112, 116],
    [176, 158, 126],
    [58, 82, 62],
    [206, 150, 160],
    [60, 90, 150],
];

pub(super) fn cover(picture: &mut RgbImage, axes: Axes, strength: f32, random: &mut Random) {
    let kind = [Kind::Cap, Kind::KnittedHat, Kind::Headscarf][random.below(3)];
    let color = linear(CLOTHS[random.below(CLOTHS.len())]);
    let seed = random.bits() as u32;
    // From above the hairline (0) down to a finger over the brows (1).
    let brim = -1.22 + 0.62 * strength.clamp(0.0, 1.2);
    let pixel = axes.pixel();
    let area = Area { left: -1.9, right: 1.9, top: -2.3, bottom: if kind == Kind::Headscarf { 2.6 } else { 0.2 } };
    let logo = random.chance(0.4);
    each(picture, axes, area, |u, v, under| {
        let dome = (u / 1.36).hypot((v + 0.55) / 1.42) - 1.0;
        let bow = 0.14 * (1.0 - (u / 1.2).powi(2)).max(-0.4);
        let edge = v - brim + bow * if kind == Kind::Cap { -0.6 } else { 1.0 };
        let inside = match kind {
            Kind::Cap | Kind::KnittedHat => dome.max(edge),
            Kind::Headscarf => {
                // Around the face: an upright oval left free, cloth down to the shoulders.
                let face = 1.0 - (u / 1.02).hypot((v - 0.42) / (0.42 - brim));
                let outer = if v < 0.3 { dome } else { (u.abs() - 1.36 - 0.25 * (v - 0.3)) / 1.4 };
                face.max(outer)
            }
        };
        let weave = match kind {
            Kind::KnittedHat => 1.0 + 0.22 * (u * 75.0).sin() * (0.6 + 0.4 * (v * 50.0).sin()),
            Kind::Cap | Kind::Headscarf => 1.0 + 0.10 * lattice((u * 160.0) as i32, (v * 160.0) as i32, seed),
        };
        let folds = 1.0 + 0.30 * cloud(u * 2.2, v * 2.2, seed ^ 5);
        let round = 0.55 + 0.45 * (1.0 - (u / 1.45).powi(2)).max(0.0);
        let seam = if kind == Kind::Cap { 1.0 - 0.3 * bell(u / 0.012) } else { 1.0 };
        let mut cloth = scale(color, weave * folds * round * seam);
        if logo && kind != Kind::Headscarf && (u.abs() < 0.2) && (v - brim + 0.35).abs() < 0.1 {
            cloth = blend(cloth, [0.8, 0.8, 0.78], 0.8);
        }
        let mut seen = blend(under, cloth, (0.5 - inside * 1.2 / pixel).clamp(0.0, 1.0));
        // The brim throws a shade; a cap's visor lies over it.
        let shade = 0.35 * smooth(0.16, 0.0, edge) * smooth(-0.01, 0.01, edge) * smooth(1.05, 0.9, u.abs());
        if kind != Kind::Headscarf {
            seen = scale(seen, 1.0 - shade);
        }
        if kind == Kind::Cap {
            let visor = (u / 1.02).hypot((v - brim - 0.02) / 0.17) - 1.0;
            let flap = (0.5 - visor * 0.2 / pixel).clamp(0.0, 1.0);
            seen = blend(seen, scale(color, weave * (0.5 + 0.5 * smooth(brim + 0.2, brim - 0.1, v))), flap);
        }
        seen
    });
}

/// The face's outline from ear to ear along the jaw, mesh points left to right in the photo.
const JAW: [usize; 17] = [234, 93, 132, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 361, 323, 454];

pub(super) fn mask(picture: &mut RgbImage, marks: &PhotoMarks<'_>, axes: Axes, strength: f32, random: &mut Random) {
    const COLORS: [[u8; 3]; 4] = [[232, 236, 238], [150, 196, 214], [30, 30, 32], [222, 176, 186]];
    let color: Color = linear(COLORS[random.below(COLORS.len())]);
    let seed = random.bits() as u32;
    let jaw = line(axes, JAW.iter().map(|index| marks.mesh[*index]));
    let (nose, chin) = (axes.to_face(marks.mesh[6]).1 + 0.15, axes.to_face(marks.mesh[152]).1);
    let top = chin + 0.05 + (nose - chin - 0.05) * strength.clamp(0.0, 1.0);
    let (left, right) = (axes.to_face(marks.mesh[234]), axes.to_face(marks.mesh[454]));
    let pixel = axes.pixel();
    let area = Area { left: left.0, right: right.0, top: top - 0.05, bottom: chin + 0.15 };
    each(picture, axes, area, |u, v, under| {
        let side = (u / right.0.abs().max(left.0.abs()).max(0.1)).abs();
        let upper = v - (top + 0.22 * side * side);
        let lower = height_at(&jaw, u) + 0.05 - v;
        let cover = (0.5 + upper.min(lower) / pixel).clamp(0.0, 1.0);
        let pleats = 1.0 - 0.10 * bell((((v - top) * 6.0).fract() - 0.5) / 0.10);
        let round = 0.72 + 0.28 * (1.0 - side * side).max(0.0) + 0.05 * cloud(u * 4.0, v * 4.0, seed);
        blend(under, scale(color, pleats * round), cover)
    });
}

pub(super) fn hand(picture: &mut RgbImage, marks: &PhotoMarks<'_>, axes: Axes, strength: f32, random: &mut Random) {
    let cheek = axes.to_face(marks.mesh[50]);
    let skin = scale(mean_around(picture, axes, cheek, 0.08), random.range(0.75, 1.0));
    let way = if random.chance(0.5) { 1.0 } else { -1.0 };
    let chin = axes.to_face(marks.mesh[152]).1;
    // Four fingers from the jaw towards the nose or over the mouth.
    let root = (way * random.range(0.55, 0.95), chin + 0.25);
    let aim = if random.chance(0.5) { (way * -0.15, 1.05) } else { (way * 0.45, 0.35) };
    let tip = (root.0 + (aim.0 - root.0) * strength, root.1 + (aim.1 - root.1) * strength);
    let (dx, dy) = (tip.0 - root.0, tip.1 - root.1);
    let length = dx.hypot(dy).max(0.05);
    let (ax, ay) = (dx / length, dy / length);
    let seed = random.bits() as u32;
    let pixel = axes.pixel();
    let area = Area { left: -1.6, right: 1.6, top: -0.3, bottom: chin + 0.9 };
    each(picture, axes, area, |u, v, under| {
        let (along, across) = ((u - root.0) * ax + (v - root.1) * ay, (v - root.1) * ax - (u - root.0) * ay);
        let (mut nearest, mut middle) = (f32::MAX, 0.0);
        for (finger, end) in [(-0.27_f32, 0.88), (-0.09, 1.0), (0.09, 0.97), (0.27, 0.80)] {
            let past = (along - end * length).max(0.0).hypot((-0.6 - along).max(0.0));
            let distance = (across - finger).hypot(past) - 0.095;
            if distance < nearest {
                (nearest, middle) = (distance, across - finger);
            }
        }
        let shade = scale(under, 1.0 - 0.35 * smooth(0.06, 0.0, nearest));
        let round = 1.0 - 0.55 * (middle / 0.095).powi(2).min(1.0) + 0.06 * cloud(u * 9.0, v * 9.0, seed);
        blend(shade, scale(skin, round), (0.5 - nearest / pixel).clamp(0.0, 1.0))
    });
}
