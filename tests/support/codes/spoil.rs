//! What lens, sensor and messengers do to the light of a frame.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, resize};
use image::{GrayImage, ImageFormat, Luma, load_from_memory_with_format};
use tucai::render::Random;

use super::Shot;
use super::paint::Light;

/// Blur, noise, the curve of the sensor, whole numbers, and what was done to the file.
pub(super) fn develop(shot: &Shot, light: Light, r: &mut Random) -> GrayImage {
    let light = blurred(light, &kernel(shot));
    let mut at = light.values.iter();
    let mut picture = GrayImage::from_fn(shot.width, shot.height, |_, _| {
        let value = at.next().copied().unwrap_or_default().clamp(0.0, 1.0);
        let grey = 255.0 * value.powf(1.0 / 2.2) + shot.noise * r.normal();
        Luma([grey.round().clamp(0.0, 255.0) as u8])
    });
    if shot.resized < 0.999 {
        let size = |side: u32| ((side as f32 * shot.resized) as u32).max(64);
        picture = resize(&picture, size(shot.width), size(shot.height), FilterType::Triangle);
        picture = recompressed(&picture, shot.jpeg);
    }
    recompressed(&picture, shot.jpeg)
}

/// A picture after one more JPEG.
pub fn recompressed(picture: &GrayImage, quality: u8) -> GrayImage {
    if quality == 0 {
        return picture.clone();
    }
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture).expect("a grey picture is encoded");
    load_from_memory_with_format(&bytes, ImageFormat::Jpeg).expect("and read again").into_luma8()
}

/// Shares of the light of a point that fall beside it: a circle drawn along a line.
fn kernel(shot: &Shot) -> Vec<(i32, i32, f32)> {
    let (length, way) = shot.motion;
    let reach = (shot.defocus + length / 2.0).ceil() as i32 + 1;
    let (cos, sin) = (way.cos(), way.sin());
    let steps = (length * 2.0).ceil().max(1.0) as i32;
    let mut shares = Vec::new();
    for (dx, dy) in (-reach..=reach).flat_map(|y| (-reach..=reach).map(move |x| (x, y))) {
        let mut share = 0.0;
        for step in 0..steps {
            let along = if steps == 1 { 0.0 } else { (step as f32 / (steps - 1) as f32 - 0.5) * length };
            let far = (dx as f32 - along * cos).hypot(dy as f32 - along * sin);
            // The lens is never quite sharp: a soft edge of half a pixel.
            share += ((shot.defocus + 0.5 - far) / 0.9).clamp(0.0, 1.0);
        }
        if share > 0.0 {
            shares.push((dx, dy, share));
        }
    }
    let sum: f32 = shares.iter().map(|(_, _, share)| share).sum();
    shares.into_iter().map(|(dx, dy, share)| (dx, dy, share / sum)).collect()
}

fn blurred(light: Light, kernel: &[(i32, i32, f32)]) -> Light {
    if kernel.len() < 2 {
        return light;
    }
    let (width, height) = (light.width as i32, light.height as i32);
    let mut values = vec![0.0; light.values.len()];
    for y in 0..height {
        let row = &mut values[(y * width) as usize..((y + 1) * width) as usize];
        for (dx, dy, share) in kernel {
            let from = ((y + dy).clamp(0, height - 1) * width) as usize;
            let source = &light.values[from..from + width as usize];
            let (from, to) = ((-dx).max(0) as usize, (width - dx).min(width) as usize);
            let inner = &source[(from as i32 + dx) as usize..(to as i32 + dx) as usize];
            for (value, other) in row[from..to].iter_mut().zip(inner) {
                *value += share * other;
            }
            let (first, last) = (source[0], source[source.len() - 1]);
            row[..from].iter_mut().for_each(|value| *value += share * first);
            row[to..].iter_mut().for_each(|value| *value += share * last);
        }
    }
    Light { values, ..light }
}
