//! Pictures without a QR code that look as if there might be one.

use image::{GrayImage, Luma};
use tucai::render::Random;

/// Name and picture, 1280 x 720.
pub fn negatives(seed: u64, count: usize) -> Vec<(&'static str, GrayImage)> {
    const KINDS: [&str; 9] =
        ["plain", "noise", "grid", "checkerboard", "halftone", "text", "data matrix", "aztec", "poster"];
    (0..count)
        .map(|index| {
            let mut r = Random::fork(seed, 5000 + index as u64);
            let kind = KINDS[index % KINDS.len()];
            (kind, picture(kind, &mut r))
        })
        .collect()
}

fn picture(kind: &str, r: &mut Random) -> GrayImage {
    let pitch = r.range(2.0, 12.0);
    let (sin, cos) = r.range(-0.5, 0.5).sin_cos();
    let seed = r.bits();
    let noise = r.range(0.0, 8.0);
    let mut grain = r.clone();
    GrayImage::from_fn(1280, 720, |x, y| {
        let (dx, dy) = (x as f32 - 640.0, y as f32 - 360.0);
        let (u, v) = ((dx * cos + dy * sin) / pitch, (dy * cos - dx * sin) / pitch);
        let light = shade(kind, u, v, seed);
        Luma([(light * 220.0 + 15.0 + noise * grain.normal()).clamp(0.0, 255.0) as u8])
    })
}

/// A cell's own chance, 0 to 1.
fn chance(u: i32, v: i32, seed: u64) -> f32 {
    Random::fork(seed, (u as u32 as u64) << 32 | v as u32 as u64).unit()
}

/// 0 dark, 1 light at a place in cells.
fn shade(kind: &str, u: f32, v: f32, seed: u64) -> f32 {
    let (column, row) = (u.floor() as i32, v.floor() as i32);
    let on = |dark: bool| if dark { 0.0 } else { 1.0 };
    match kind {
        "noise" => chance(column, row, seed).round(),
        "grid" => on(u.rem_euclid(5.0) < 1.0 || v.rem_euclid(5.0) < 1.0),
        "checkerboard" => on((column + row) % 2 == 0),
        "halftone" => {
            let tone = 0.5 + 0.45 * (u * 0.05).sin() * (v * 0.04).cos();
            let (fx, fy) = (u.rem_euclid(3.0) - 1.5, v.rem_euclid(3.0) - 1.5);
            on(fx.hypot(fy) < 1.9 * tone)
        }
        "text" => {
            on(row.rem_euclid(3) != 0 && chance(column, row, seed) < 0.5 && chance(column / 7, row / 3, seed) < 0.8)
        }
        "data matrix" => {
            let (c, r) = (column.rem_euclid(40), row.rem_euclid(40));
            if c > 31 || r > 31 {
                1.0
            } else if c == 0 || r == 31 {
                0.0
            } else if r == 0 || c == 31 {
                on((c + r) % 2 == 0)
            } else {
                on(chance(column, row, seed) < 0.5)
            }
        }
        "aztec" => {
            let (c, r) = (column.rem_euclid(50) - 21, row.rem_euclid(50) - 21);
            let ring = c.abs().max(r.abs());
            if ring <= 6 {
                on(ring % 2 == 0)
            } else if ring > 20 {
                1.0
            } else {
                on(chance(column, row, seed) < 0.5)
            }
        }
        // Boxes in boxes, as on doors and floors: finder patterns in threes that belong to nothing.
        "poster" => {
            let (c, r) = (column.rem_euclid(23) - 3, row.rem_euclid(19) - 3);
            let ring = c.abs().max(r.abs());
            if ring <= 3 { on(ring != 2) } else { on(chance(column / 3, row / 3, seed) < 0.3 && ring > 5) }
        }
        _ => 0.6,
    }
}
