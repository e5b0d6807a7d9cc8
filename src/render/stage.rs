//! Backdrop and camera of one picture: light on the cloth, defocus, exposure, sensor noise, bytes.

use std::ops::Range;
use std::sync::LazyLock;

use image::RgbImage;

use super::color::{Color, Tables, linear, scale};
use super::random::Random;
use super::scene::Scene;

/// Levels of sRGB in which noise is added: 1/64 of a byte.
const FINE: f32 = 64.0;

/// Sensor noise of deviation 1 in [`FINE`] steps, mostly the same in all three colours, as after demosaicing.
static NOISE: LazyLock<Vec<[f32; 3]>> = LazyLock::new(|| {
    let mut r = Random::new(0x4E_015E);
    let own: Vec<f32> = (0..NOISE_LENGTH + 2).map(|_| r.normal()).collect();
    (0..NOISE_LENGTH)
        .map(|i| {
            // Neighbours share a little, as pixels of a colour filter do.
            let common = 0.78 * own[i] + 0.36 * own[i + 1] + 0.22 * own[i + 2];
            std::array::from_fn(|_| (0.86 * common + 0.50 * r.normal()) * FINE)
        })
        .collect()
});

/// Longer than any row, so that a row takes a run from a random start.
const NOISE_LENGTH: usize = 1 << 16;

/// One picture's backdrop and camera.
pub(super) struct Stage<'a> {
    scene: &'a Scene,
    width: u32,
    height: u32,
    color: Color,
}

impl<'a> Stage<'a> {
    pub(super) fn new(scene: &'a Scene, width: u32, height: u32) -> Self {
        Self { scene, width, height, color: linear(scene.backdrop) }
    }

    /// Light on the backdrop, 1 in the middle.
    #[inline]
    fn light_at(&self, x: usize, y: u32) -> f32 {
        let dx = (x as f32 / self.width.max(1) as f32 - 0.5) * 2.0;
        let dy = (y as f32 / self.height.max(1) as f32 - 0.5) * 2.0;
        (1.0 - self.scene.falloff * 0.5 * (dx * dx + dy * dy)) * (1.0 + self.scene.gradient * 0.5 * dx)
    }

    pub(super) fn backdrop(&self, y: u32, from: usize, row: &mut [Color]) {
        for (x, pixel) in row.iter_mut().enumerate() {
            *pixel = scale(self.color, self.light_at(from + x, y));
        }
    }

    pub(super) fn develop(&self, rows: impl Fn(u32, &mut [Color]), touched: impl Fn(u32) -> Range<usize>) -> RgbImage {
        let mut picture = RgbImage::new(self.width, self.height);
        let width = self.width.max(1) as usize;
        let mut row = vec![[0.0; 3]; width];
        let grain = self.grain();
        let mut r = Random::fork(self.scene.noise_seed, 60);
        for (y, line) in picture.chunks_exact_mut(width * 3).enumerate() {
            let y = y as u32;
            let run = r.below(grain.len() - width);
            let grain = &grain[run..run + width];
            let busy = touched(y);
            let (pixels, _) = line.as_chunks_mut::<3>();
            rows(y, &mut row);
            expose(&row[busy.clone()], &mut pixels[busy.clone()], &grain[busy.clone()], self.scene.exposure);
            self.empty(y, 0, &mut pixels[..busy.start], &grain[..busy.start]);
            self.empty(y, busy.end, &mut pixels[busy.end..], &grain[busy.end..]);
        }
        picture
    }

    /// The bare backdrop, bytes straight away: it changes so slowly that every eighth pixel is worked out.
    fn empty(&self, y: u32, first: usize, pixels: &mut [[u8; 3]], grain: &[[i16; 3]]) {
        let tables = Tables::get();
        for (block, (pixels, grain)) in pixels.chunks_mut(8).zip(grain.chunks(8)).enumerate() {
            let light = self.light_at(first + block * 8 + pixels.len() / 2, y) * self.scene.exposure;
            let level = self.color.map(|part| tables.fine(part * light));
            for (pixel, grain) in pixels.iter_mut().zip(grain) {
                *pixel = std::array::from_fn(|i| finish(level[i], grain[i]));
            }
        }
    }

    /// This scene's noise in fine steps.
    fn grain(&self) -> Vec<[i16; 3]> {
        NOISE.iter().map(|grain| grain.map(|part| (part * self.scene.noise) as i16)).collect()
    }

    /// The slow way for defocus: the whole picture in linear light, blurred, then exposed.
    pub(super) fn develop_blurred(&self, rows: impl Fn(u32, &mut [Color])) -> RgbImage {
        let (w, h) = (self.width as usize, self.height as usize);
        let mut light = vec![[0.0; 3]; w * h];
        for (y, line) in light.chunks_exact_mut(w.max(1)).enumerate() {
            rows(y as u32, line);
        }
        let kernel = bell_kernel(self.scene.blur);
        light = blur_lines(&light, w, h, &kernel);
        light = blur_lines(&light, h, w, &kernel);
        let mut picture = RgbImage::new(self.width, self.height);
        let grain = self.grain();
        let mut r = Random::fork(self.scene.noise_seed, 60);
        for (row, line) in light.chunks_exact(w.max(1)).zip(picture.chunks_exact_mut(w.max(1) * 3)) {
            let run = r.below(grain.len() - w);
            let (pixels, _) = line.as_chunks_mut::<3>();
            expose(row, pixels, &grain[run..run + w], self.scene.exposure);
        }
        picture
    }
}

/// Linear light to sRGB bytes with exposure and sensor noise.
fn expose(row: &[Color], pixels: &mut [[u8; 3]], grain: &[[i16; 3]], gain: f32) {
    let tables = Tables::get();
    for ((pixel, light), grain) in pixels.iter_mut().zip(row).zip(grain) {
        *pixel = std::array::from_fn(|i| finish(tables.fine(light[i] * gain), grain[i]));
    }
}

/// A level in 1/64 of a byte and its noise to a byte.
#[inline]
fn finish(level: u16, grain: i16) -> u8 {
    ((i32::from(level) + i32::from(grain) + 32) >> 6).clamp(0, 255) as u8
}

fn bell_kernel(radius: f32) -> Vec<f32> {
    let reach = (radius * 2.5).ceil() as i32;
    let weights: Vec<f32> = (-reach..=reach).map(|i| (-(i as f32 / radius).powi(2) * 0.5).exp()).collect();
    let sum: f32 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

/// Blurs every line and returns the picture turned over its diagonal.
fn blur_lines(from: &[Color], w: usize, h: usize, kernel: &[f32]) -> Vec<Color> {
    let reach = kernel.len() / 2;
    let mut to = vec![[0.0; 3]; from.len()];
    for y in 0..h {
        for x in 0..w {
            let mut sum = [0.0; 3];
            for (k, weight) in kernel.iter().enumerate() {
                let at = (x + k).saturating_sub(reach).min(w - 1);
                let pixel = from[y * w + at];
                sum = std::array::from_fn(|i| sum[i] + pixel[i] * weight);
            }
            to[x * h + y] = sum;
        }
    }
    to
}
