//! Lens and file: out of focus, moved, enlarged, compressed before.

use image::imageops::{self, FilterType};
use image::{ImageFormat, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::super::color::{Color, linear};
use super::encoded;

/// A bell of this deviation in pixels, in linear light.
pub(super) fn defocused(picture: &RgbImage, deviation: f32) -> RgbImage {
    if deviation < 0.15 {
        return picture.clone();
    }
    let reach = (deviation * 2.8).ceil() as i32;
    let taps = (-reach..=reach).map(|step| (step as f32, (-(step as f32 / deviation).powi(2) / 2.0).exp()));
    let taps: Vec<(f32, f32)> = taps.collect();
    let across = weighed(&light_of(picture), picture.dimensions(), &taps, (1.0, 0.0));
    bytes_of(&weighed(&across, picture.dimensions(), &taps, (0.0, 1.0)), picture.dimensions())
}

/// Moved evenly over `length` pixels along a direction.
pub(super) fn moved(picture: &RgbImage, length: f32, degrees: f32) -> RgbImage {
    if length < 0.3 {
        return picture.clone();
    }
    let count = (length * 1.5).ceil().max(2.0) as usize;
    let step = |index: usize| (index as f32 / (count - 1) as f32 - 0.5) * length;
    let taps: Vec<(f32, f32)> = (0..count).map(|index| (step(index), 1.0)).collect();
    let (sin, cos) = degrees.to_radians().sin_cos();
    bytes_of(&weighed(&light_of(picture), picture.dimensions(), &taps, (cos, sin)), picture.dimensions())
}

/// Made smaller by `factor` and brought back to its size.
pub(super) fn enlarged(picture: &RgbImage, factor: f32) -> RgbImage {
    if factor <= 1.0 {
        return picture.clone();
    }
    let side = |pixels: u32| ((pixels as f32 / factor).round() as u32).max(8);
    let small = imageops::resize(picture, side(picture.width()), side(picture.height()), FilterType::Triangle);
    imageops::resize(&small, picture.width(), picture.height(), FilterType::CatmullRom)
}

/// Through a JPEG file of this quality.
pub(super) fn recompressed(picture: &RgbImage, quality: u8) -> RgbImage {
    let (Ok(width), Ok(height)) = (u16::try_from(picture.width()), u16::try_from(picture.height())) else {
        return picture.clone();
    };
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    if encoder.encode(picture.as_raw(), width, height, ColorType::Rgb).is_err() {
        return picture.clone();
    }
    image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg)
        .map_or_else(|_| picture.clone(), image::DynamicImage::into_rgb8)
}

fn light_of(picture: &RgbImage) -> Vec<Color> {
    picture.pixels().map(|pixel| linear(pixel.0)).collect()
}

fn bytes_of(light: &[Color], (width, height): (u32, u32)) -> RgbImage {
    let mut out = RgbImage::new(width, height);
    for (pixel, light) in out.pixels_mut().zip(light) {
        pixel.0 = encoded(*light);
    }
    out
}

/// Weighted mean of places along a direction; each tap is a distance in pixels and its weight. The edge repeats.
fn weighed(light: &[Color], (width, height): (u32, u32), taps: &[(f32, f32)], way: (f32, f32)) -> Vec<Color> {
    let total: f32 = taps.iter().map(|(_, weight)| weight).sum();
    let (w, h) = (width as i32, height as i32);
    // Each tap falls between pixels: split over the four around it once, not per pixel.
    let mut offsets: Vec<(i32, i32, f32)> = Vec::new();
    for (far, weight) in taps {
        let (x, y) = (far * way.0, far * way.1);
        let (fx, fy) = (x - x.floor(), y - y.floor());
        for (dx, dy, share) in
            [(0, 0, (1.0 - fx) * (1.0 - fy)), (1, 0, fx * (1.0 - fy)), (0, 1, (1.0 - fx) * fy), (1, 1, fx * fy)]
        {
            let share = share * weight / total;
            if share > 1e-6 {
                let at = (x.floor() as i32 + dx, y.floor() as i32 + dy);
                match offsets.iter_mut().find(|(ox, oy, _)| (*ox, *oy) == at) {
                    Some((.., sum)) => *sum += share,
                    None => offsets.push((at.0, at.1, share)),
                }
            }
        }
    }
    let mut out = vec![[0.0; 3]; light.len()];
    for y in 0..h {
        for x in 0..w {
            let mut sum = [0.0_f32; 3];
            for (dx, dy, share) in &offsets {
                let at = (y + dy).clamp(0, h - 1) * w + (x + dx).clamp(0, w - 1);
                let from = light[at as usize];
                sum = std::array::from_fn(|i| sum[i] + from[i] * share);
            }
            out[(y * w + x) as usize] = sum;
        }
    }
    out
}
