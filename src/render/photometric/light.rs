//! Light: too much, too little, of the wrong colour, from one side, mirrored by the skin; and sensor noise.

use image::RgbImage;

use super::super::color::{scale, smooth};
use super::super::random::{Random, cloud};
use super::{Ground, Side, Tint, relit};
use crate::domain::geometry::Point;

/// Linear gains of red, green and blue for a cast; green keeps about its light, so that exposure stays.
pub(super) fn gains(tint: Tint, stops: f32) -> [f32; 3] {
    let up = (stops / 2.0).exp2();
    match tint {
        Tint::Warm => [up, 1.0, 1.0 / up],
        Tint::Cold => [1.0 / up, 1.0, up],
        Tint::Green => [1.0 / up, 1.0, 1.0 / up],
        Tint::Magenta => [1.0, 1.0 / up, 1.0],
    }
}

pub(super) fn scaled(picture: &RgbImage, gains: [f32; 3]) -> RgbImage {
    relit(picture, |_, light| std::array::from_fn(|i| light[i] * gains[i]))
}

/// Noise mostly common to the three colours, as after a colour filter.
pub(super) fn noisy(picture: &RgbImage, deviation: f32, seed: u64) -> RgbImage {
    let mut random = Random::fork(seed, 61);
    let mut out = picture.clone();
    for pixel in out.pixels_mut() {
        let common = random.normal();
        for value in &mut pixel.0 {
            let grain = (0.86 * common + 0.5 * random.normal()) * deviation;
            *value = (f32::from(*value) + grain).round().clamp(0.0, 255.0) as u8;
        }
    }
    out
}

/// The dark side loses `missing` of its light, softly over the middle of the face; the backdrop keeps its light.
pub(super) fn one_sided(picture: &RgbImage, ground: &Ground<'_>, dark: Side, missing: f32) -> RgbImage {
    let (middle, half) = (ground.face.eye_center().x, 0.5 * ground.face.face_width());
    let way = match dark {
        Side::Left => -1.0,
        Side::Right => 1.0,
    };
    relit(picture, |at, light| {
        let across = (at.x - middle) / half * way;
        scale(light, 1.0 - missing * smooth(-0.7, 0.7, across) * (ground.person)(at))
    })
}

/// Where skin shines, face widths from the middle of the eyes: x, y, half width, half height.
const PLACES: [[f32; 4]; 6] = [
    [-0.12, -0.36, 0.13, 0.07],
    [0.13, -0.34, 0.12, 0.08],
    [0.0, 0.24, 0.045, 0.10],
    [-0.27, 0.22, 0.08, 0.06],
    [0.27, 0.22, 0.08, 0.06],
    [0.0, 0.74, 0.08, 0.05],
];

/// Adds white light in two to four places, broken up as pores break it.
pub(super) fn shiny(picture: &RgbImage, ground: &Ground<'_>, peak: f32, seed: u64) -> RgbImage {
    let mut random = Random::fork(seed, 62);
    let count = 2 + random.below(3);
    let first = random.below(PLACES.len());
    let places: Vec<[f32; 4]> = (0..count)
        .map(|index| {
            let [x, y, w, h] = PLACES[(first + index * 5) % PLACES.len()];
            let size = random.range(0.7, 1.3);
            [x + random.range(-0.02, 0.02), y + random.range(-0.02, 0.02), w * size, h * size]
        })
        .collect();
    let (eyes, unit) = (ground.face.eye_center(), ground.face.face_width());
    relit(picture, |at: Point, light| {
        let (x, y) = ((at.x - eyes.x) / unit, (at.y - eyes.y) / unit);
        let spot = places.iter().map(|[cx, cy, w, h]| {
            let far = ((x - cx) / w).hypot((y - cy) / h);
            smooth(1.0, 0.25, far)
        });
        let spot = spot.fold(0.0, f32::max);
        if spot <= 0.0 {
            return light;
        }
        let grain = 0.85 + 0.15 * cloud(x * 60.0, y * 60.0, seed as u32);
        let added = peak * spot * grain * (ground.person)(at);
        light.map(|part| part + added)
    })
}
