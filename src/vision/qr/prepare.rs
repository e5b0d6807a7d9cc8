//! Pictures made from a frame so that finder patterns stand out: smaller, larger, steeper, smoother. Only finder
//! patterns are looked for in them; modules are sampled from the frame itself.

use image::GrayImage;
use image::imageops::{FilterType, resize};

/// Deviation of a picture's noise, grey levels: that of the quieter quarter of its stretches of 64 pixels.
pub(super) fn grain(luma: &GrayImage) -> f32 {
    const STRETCH: usize = 64;
    let rows = luma.as_raw().chunks_exact((luma.width() as usize).max(1)).step_by(16);
    let mut bends: Vec<u32> = rows
        .flat_map(|row| row.chunks_exact(STRETCH))
        .map(|stretch| {
            let bend = |at: &[u8]| (i32::from(at[0]) - 2 * i32::from(at[1]) + i32::from(at[2])).unsigned_abs();
            stretch.windows(3).map(bend).fold(0, u32::wrapping_add)
        })
        .collect();
    if bends.is_empty() {
        return 0.0;
    }
    let quarter = bends.len() / 4;
    let (_, bend, _) = bends.select_nth_unstable(quarter);
    // The second difference of noise deviates by the root of 6 as much, and is 0.8 of that on the mean.
    *bend as f32 / (STRETCH - 2) as f32 / 1.95
}

pub(super) fn scaled(luma: &GrayImage, factor: f32) -> GrayImage {
    let size = |side: u32| ((side as f32 * factor).round() as u32).max(21);
    resize(luma, size(luma.width()), size(luma.height()), FilterType::Triangle)
}

/// Half the size: each pixel the mean of four by four, the inner ones three times.
pub(super) fn halved(luma: &GrayImage) -> GrayImage {
    let (full, rows) = (luma.width() as usize, luma.height() as usize);
    let (width, height) = (full / 2, rows / 2);
    let raw = luma.as_raw();
    let mut out = Vec::with_capacity(width * height);
    let mut columns = vec![0_u16; full];
    for y in 0..height {
        let row = |y: usize| &raw[y.min(rows - 1) * full..][..full];
        let outer = row((2 * y).saturating_sub(1)).iter().zip(row(2 * y + 2));
        let inner = row(2 * y).iter().zip(row(2 * y + 1));
        for (column, ((a, d), (b, c))) in columns.iter_mut().zip(outer.zip(inner)) {
            *column = sum_of(*a, *d).wrapping_add(sum_of(*b, *c).wrapping_mul(3));
        }
        out.extend((0..width).map(|x| {
            let outer = columns[(2 * x).saturating_sub(1)].wrapping_add(columns[(2 * x + 2).min(full - 1)]);
            let inner = columns[2 * x].wrapping_add(columns[2 * x + 1]);
            // At most 64 times 255.
            (outer.wrapping_add(inner.wrapping_mul(3)).wrapping_add(32) / 64) as u8
        }));
    }
    GrayImage::from_raw(width as u32, height as u32, out).unwrap_or_else(|| luma.clone())
}

/// Noise of single pixels spread over three by three, the middle counting most.
pub(super) fn smoothed(luma: &GrayImage) -> GrayImage {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    let raw = luma.as_raw();
    let mut out = Vec::with_capacity(raw.len());
    let mut columns = vec![0_u16; width];
    for y in 0..height {
        let row = |y: usize| &raw[y.min(height - 1) * width..][..width];
        let outer = row(y.saturating_sub(1)).iter().zip(row(y + 1));
        for (column, ((above, below), here)) in columns.iter_mut().zip(outer.zip(row(y))) {
            *column = sum_of(*above, *below).wrapping_add(sum_of(*here, *here));
        }
        out.extend((0..width).map(|x| {
            let outer = columns[x.saturating_sub(1)].wrapping_add(columns[(x + 1).min(width - 1)]);
            (outer.wrapping_add(columns[x].wrapping_mul(2)).wrapping_add(8) / 16) as u8
        }));
    }
    GrayImage::from_raw(luma.width(), luma.height(), out).unwrap_or_else(|| luma.clone())
}

/// Of two bytes, which never overflows.
fn sum_of(a: u8, b: u8) -> u16 {
    u16::from(a).wrapping_add(u16::from(b))
}

/// Twice the size, half way between the pixels.
pub(super) fn doubled(luma: &GrayImage) -> GrayImage {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    let raw = luma.as_raw();
    let mut out = vec![0_u8; 4 * width * height];
    for (y, line) in out.chunks_exact_mut(2 * width).enumerate() {
        let near = &raw[y / 2 * width..][..width];
        let other = if y % 2 == 0 { (y / 2).saturating_sub(1) } else { (y / 2 + 1).min(height - 1) };
        let far = &raw[other * width..][..width];
        let column = |x: usize| 3 * u16::from(near[x]) + u16::from(far[x]);
        for x in 0..width {
            let (left, here, right) = (column(x.saturating_sub(1)), column(x), column((x + 1).min(width - 1)));
            line[2 * x] = ((3 * here + left + 8) / 16) as u8;
            line[2 * x + 1] = ((3 * here + right + 8) / 16) as u8;
        }
    }
    GrayImage::from_raw(2 * luma.width(), 2 * luma.height(), out).unwrap_or_else(|| luma.clone())
}

/// Twice the difference to the mean of the pixels around (`reach` on each side) added: edges get steeper.
pub(super) fn sharpened(luma: &GrayImage, reach: usize) -> GrayImage {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    let raw = luma.as_raw();
    let count = ((2 * reach + 1) * (2 * reach + 1)) as i32;
    let mut columns = vec![0_i32; width];
    let line = |y: isize| {
        let row = y.clamp(0, height as isize - 1) as usize * width;
        &raw[row..row + width]
    };
    for y in -(reach as isize)..=reach as isize {
        columns.iter_mut().zip(line(y)).for_each(|(sum, value)| *sum += i32::from(*value));
    }
    let mut out = Vec::with_capacity(raw.len());
    for y in 0..height {
        let column = |x: isize| columns[x.clamp(0, width as isize - 1) as usize];
        let mut sum: i32 = (-(reach as isize)..=reach as isize).map(column).sum();
        for x in 0..width {
            let value = i32::from(raw[y * width + x]);
            out.push((value + 2 * (value - sum / count)).clamp(0, 255) as u8);
            sum += column(x as isize + reach as isize + 1) - column(x as isize - reach as isize);
        }
        let (old, new) = (line(y as isize - reach as isize), line(y as isize + reach as isize + 1));
        columns.iter_mut().zip(old.iter().zip(new)).for_each(|(sum, (a, b))| *sum += i32::from(*b) - i32::from(*a));
    }
    GrayImage::from_raw(luma.width(), luma.height(), out).unwrap_or_else(|| luma.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Luma;

    /// Grey with normal noise of this deviation: the sum of twelve even chances, less six.
    fn noisy(width: u32, height: u32, deviation: f32) -> GrayImage {
        let mut state = 3_u64;
        let mut chance = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1_u64 << 24) as f32
        };
        GrayImage::from_fn(width, height, |_, _| {
            let normal = (0..12).map(|_| chance()).sum::<f32>() - 6.0;
            Luma([(128.0 + deviation * normal).round().clamp(0.0, 255.0) as u8])
        })
    }

    #[test]
    fn grain_is_the_noise_of_what_is_quiet() {
        for deviation in [2.0, 6.0, 15.0] {
            let mut picture = noisy(640, 360, deviation);
            // Half of the picture is full of edges.
            for (x, y, pixel) in picture.enumerate_pixels_mut() {
                if x < 320 && (x / 2 + y / 2) % 2 == 0 {
                    pixel.0[0] = 0;
                }
            }
            let seen = grain(&picture);
            assert!((seen / deviation - 1.0).abs() < 0.2, "{seen} instead of {deviation}");
        }
        assert_eq!(grain(&GrayImage::from_pixel(640, 360, Luma([9]))), 0.0);
        assert_eq!(grain(&GrayImage::new(0, 0)), 0.0);
        assert_eq!(grain(&GrayImage::new(40, 40)), 0.0, "too narrow to tell");
    }

    #[test]
    fn smaller_and_smoother_pictures_keep_the_light_and_lose_the_noise() {
        for (width, height) in [(64, 48), (65, 49), (23, 21), (301, 30)] {
            for tone in [0, 77, 255] {
                let flat = GrayImage::from_pixel(width, height, Luma([tone]));
                let small = halved(&flat);
                assert_eq!(small.dimensions(), (width / 2, height / 2));
                assert!(small.pixels().chain(smoothed(&flat).pixels()).all(|pixel| pixel.0[0] == tone));
            }
        }
        let picture = noisy(640, 360, 12.0);
        let before = grain(&picture);
        assert!(grain(&halved(&picture)) < 0.6 * before);
        assert!(grain(&smoothed(&picture)) < 0.4 * before);
    }

    #[test]
    fn a_slope_is_halved_in_place() {
        let slope = GrayImage::from_fn(100, 60, |x, y| Luma([(x + y) as u8]));
        // The middle of the four pixels 2x, 2x + 1 and 2y, 2y + 1.
        for (x, y, pixel) in
            halved(&slope).enumerate_pixels().filter(|(x, y, _)| (1..49).contains(x) && *y > 0 && *y < 29)
        {
            assert_eq!(u32::from(pixel.0[0]), 2 * x + 2 * y + 1);
        }
    }
}
