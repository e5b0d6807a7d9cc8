//! Traces of strong JPEG compression in a picture as it came in: steps of brightness that come back every so many
//! pixels, across and down alike.
//!
//! JPEG cuts a picture into blocks of 8 x 8 pixels and leaves steps between them. A picture that was enlarged
//! afterwards has them further apart; one that was cut has them beside the blocks of its last file, which flattens the
//! steps, so that their number is looked at as well as their height. After scaling down they are gone: this looks at
//! the picture before anything is cut or scaled. Which file it came in is `incoming`'s.

use image::RgbImage;

use super::rank::median;
use crate::domain::geometry::Point;

/// Side of a block, pixels.
const BLOCK: f32 = 8.0;
/// Largest distance of steps that is looked for, pixels: a picture enlarged four times.
const FURTHEST: f32 = 34.0;
/// Distances that are tried grow by this much.
const FINENESS: f32 = 1.0015;
/// The file's own blocks are found at distances up to this; further ones are of a picture enlarged before it was saved.
const OWN: f32 = 8.3;
/// Strength of the own blocks that is too much: 18 portraits saved at quality 60 up to 0.52, at 20 from 0.62 on, at 12
/// from 0.85 on.
const OWN_LIMIT: f32 = 0.58;
/// The same for others, whose last compression is weaker: enlarged 1.1 to 2.5 times after quality 60 up to 0.38, after
/// 12 from 0.45 on.
const OTHER_LIMIT: f32 = 0.36;
/// Times more steps beside the file's own blocks than elsewhere that are too many: portraits and drawn people up to 1.4,
/// cut after quality 60 up to 1.5, after 20 from 1.8 on.
const BESIDE_LIMIT: f32 = 1.7;
/// Share of steps that chance makes of a flat, noiseless surface.
const CHANCE: f32 = 0.004;
/// Longest side that is looked at, pixels.
const SIDE: u32 = 1024;
/// Shorter sides hold too few blocks, pixels.
const LEAST_SIDE: u32 = 96;
/// Steps count up to this, levels: an outline is no block.
const MOST: u8 = 12;
/// Steps are compared with the middle one of so many neighbours to each side.
const AROUND: usize = 16;
/// Points of the transform.
const POINTS: usize = 4096;
/// Multiples of a frequency that are summed up.
const HARMONICS: usize = 4;

/// How strong the blocks are, around a place: from 1 on stronger than in pictures saved at the norm's lowest quality.
/// `None` for a picture too small to show blocks.
pub(super) fn blocks(picture: &RgbImage, around: Point) -> Option<f32> {
    let (width, height) = (picture.width().min(SIDE), picture.height().min(SIDE));
    if width < LEAST_SIDE || height < LEAST_SIDE {
        return None;
    }
    let first = |middle: f32, side: u32, all: u32| (middle.max(0.0) as u32).saturating_sub(side / 2).min(all - side);
    let (left, top) = (first(around.x, width, picture.width()), first(around.y, height, picture.height()));
    let Steps { across, down, outstanding } = Steps::of(picture, (left, top), (width as usize, height as usize));
    let beside = beside(&outstanding[0], left).min(beside(&outstanding[1], top));
    let spectra = spectra(&evened(&across), &evened(&down));
    let mut most = beside / BESIDE_LIMIT;
    let mut distance = BLOCK * 0.97;
    while distance < FURTHEST {
        let limit = if distance < OWN { OWN_LIMIT } else { OTHER_LIMIT };
        let strength = spectra.iter().map(|spectrum| comb(spectrum, distance)).fold(f32::MAX, f32::min);
        most = most.max(strength / limit);
        distance *= FINENESS;
    }
    Some(most)
}

/// Steps of brightness along and down a picture.
struct Steps {
    /// Mean step in front of each column but the first.
    across: Vec<f32>,
    /// Mean step above each row but the first.
    down: Vec<f32>,
    /// Share of places in front of each column, and above each row, where the step is larger than those on both its
    /// sides together.
    outstanding: [Vec<f32>; 2],
}

impl Steps {
    fn of(picture: &RgbImage, (left, top): (u32, u32), (width, height): (usize, usize)) -> Self {
        let stride = picture.width() as usize * 3;
        let lines = picture.as_raw().chunks_exact(stride).skip(top as usize).take(height);
        let mut luma: Vec<u8> = Vec::with_capacity(width * height);
        for line in lines {
            let pixels = &line.as_chunks::<3>().0[left as usize..left as usize + width];
            // About the brightness, without a product.
            luma.extend(pixels.iter().map(|p| ((u16::from(p[0]) + 2 * u16::from(p[1]) + u16::from(p[2])) / 4) as u8));
        }
        let lines: Vec<&[u8]> = luma.chunks_exact(width).collect();
        let mut across = vec![0_u32; width - 1];
        let mut in_columns = vec![0_u32; width];
        for line in &lines {
            for (sum, pair) in across.iter_mut().zip(line.windows(2)) {
                *sum += u32::from(pair[0].abs_diff(pair[1]).min(MOST));
            }
            for (count, four) in in_columns[2..].iter_mut().zip(line.windows(4)) {
                *count += u32::from(stands_out(four[0], four[1], four[2], four[3]));
            }
        }
        let rows = lines.windows(2).map(|pair| {
            let steps = pair[0].iter().zip(pair[1]).map(|(a, b)| u32::from(a.abs_diff(*b).min(MOST)));
            steps.sum::<u32>() as f32 / width as f32
        });
        let mut in_rows = vec![0.0; height];
        for (share, four) in in_rows[2..].iter_mut().zip(lines.windows(4)) {
            let columns = four[0].iter().zip(four[1]).zip(four[2].iter().zip(four[3]));
            let count: u32 = columns.map(|((a, b), (c, d))| u32::from(stands_out(*a, *b, *c, *d))).sum();
            *share = count as f32 / width as f32;
        }
        let down = rows.collect();
        let mean = |sums: &[u32]| sums.iter().map(|sum| *sum as f32 / height as f32).collect();
        Self { across: mean(&across), down, outstanding: [mean(&in_columns), in_rows] }
    }
}

/// Of four neighbours, whether the step between the second and the third is larger than the other two together.
#[inline]
const fn stands_out(a: u8, b: u8, c: u8, d: u8) -> bool {
    c.abs_diff(b) as u16 > b.abs_diff(a) as u16 + d.abs_diff(c) as u16
}

/// How many times more steps than elsewhere the strongest grid of 8 pixels has that is not the file's own, which begins
/// at the picture's edge. `first` is the place of the first share.
fn beside(shares: &[f32], first: u32) -> f32 {
    const PHASES: usize = BLOCK as usize;
    let mut means = [0.0_f32; PHASES];
    for (phase, mean) in means.iter_mut().enumerate() {
        let from = PHASES + (phase + PHASES - first as usize % PHASES) % PHASES;
        let of_phase = || shares.iter().skip(from).step_by(PHASES);
        *mean = of_phase().sum::<f32>() / of_phase().count().max(1) as f32 + CHANCE;
    }
    let all: f32 = means.iter().sum();
    let others = |phase: usize| {
        let usual = (all - means[phase] - means[0]) / (PHASES - 2) as f32;
        // The file's own blocks leave steps inside them too, the same on both sides of their middle.
        if phase == PHASES / 2 { usual } else { usual.max(means[PHASES - phase]) }
    };
    (1..PHASES).map(|phase| means[phase] / others(phase)).fold(0.0, f32::max)
}

/// Steps over the middle of their neighbours, less one: 0 where a step is like those around it. Fading out to both ends.
fn evened(steps: &[f32]) -> Vec<f32> {
    let last = steps.len() - 1;
    let over = |at: usize| {
        let near = &steps[at.saturating_sub(AROUND)..=(at + AROUND).min(last)];
        let usual = median(near.to_vec()).unwrap_or(0.0).max(0.05);
        (steps[at] / usual - 1.0).clamp(-1.0, 3.0)
    };
    let turn = std::f32::consts::TAU / last as f32;
    let window = |at: usize| 0.5 - 0.5 * (turn * at as f32).cos();
    let total: f32 = (0..steps.len()).map(window).sum();
    let values: Vec<f32> = (0..steps.len()).map(over).collect();
    let mean = values.iter().enumerate().map(|(at, value)| value * window(at)).sum::<f32>() / total;
    // Brought to the height of a wave: twice its share of the window.
    values.iter().enumerate().map(|(at, value)| (value - mean) * window(at) * 2.0 / total).collect()
}

/// Half of what the frequency of this distance and its multiples gather.
fn comb(spectrum: &[f32], distance: f32) -> f32 {
    let at = |multiple: usize| (POINTS as f32 * multiple as f32 / distance).round() as usize;
    let seen = (1..=HARMONICS).map(at).take_while(|index| *index < POINTS / 2);
    seen.filter_map(|index| spectrum.get(index)).sum::<f32>() / 2.0
}

/// Heights of the waves in two rows of values, by frequency in parts of [`POINTS`].
fn spectra(one: &[f32], two: &[f32]) -> [Vec<f32>; 2] {
    // Two real rows are the two parts of one complex row.
    let mut row: Vec<(f32, f32)> = vec![(0.0, 0.0); POINTS];
    for (value, real) in row.iter_mut().zip(one) {
        value.0 = *real;
    }
    for (value, imaginary) in row.iter_mut().zip(two) {
        value.1 = *imaginary;
    }
    transform(&mut row);
    let pairs = (0..POINTS / 2).map(|at| (row[at], row[(POINTS - at) % POINTS]));
    pairs
        .map(|((a, b), (c, d))| (f32::midpoint(a, c).hypot((b - d) / 2.0), f32::midpoint(b, d).hypot((c - a) / 2.0)))
        .unzip::<f32, f32, Vec<f32>, Vec<f32>>()
        .into()
}

/// Discrete Fourier transform in place, of a power of two of complex values.
fn transform(row: &mut [(f32, f32)]) {
    let count = row.len();
    let bits = count.trailing_zeros();
    for at in 0..count {
        let other = at.reverse_bits() >> (usize::BITS - bits);
        if at < other {
            row.swap(at, other);
        }
    }
    let mut half = 1;
    while half < count {
        let turn = -std::f32::consts::PI / half as f32;
        for k in 0..half {
            let (sin, cos) = (turn * k as f32).sin_cos();
            for at in (k..count).step_by(2 * half) {
                let (a, b) = (row[at], row[at + half]);
                let turned = (b.0 * cos - b.1 * sin, b.0 * sin + b.1 * cos);
                row[at] = (a.0 + turned.0, a.1 + turned.1);
                row[at + half] = (a.0 - turned.0, a.1 - turned.1);
            }
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    /// Something natural enough: soft spots of many sizes with a little grain.
    fn scene(side: u32) -> RgbImage {
        let mut state = 7_u32;
        RgbImage::from_fn(side, side, |x, y| {
            let (x, y) = (x as f32, y as f32);
            let soft = (x / 31.0).sin() * (y / 47.0).cos() + 0.5 * ((x + 2.0 * y) / 13.0).sin();
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = (state >> 24) as f32 / 255.0 * 9.0;
            Rgb([(120.0 + 45.0 * soft + grain) as u8; 3])
        })
    }

    /// Flat blocks of 8 pixels, mixed in.
    fn blocked(picture: &RgbImage, share: f32, shift: u32) -> RgbImage {
        RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
            let place = |at: u32| ((at + shift) / 8 * 8).saturating_sub(shift).min(picture.width() - 1);
            let (own, block) = (picture.get_pixel(x, y).0, picture.get_pixel(place(x), place(y)).0);
            Rgb([0, 1, 2].map(|i| (f32::from(own[i]) * (1.0 - share) + f32::from(block[i]) * share) as u8))
        })
    }

    fn strength(picture: &RgbImage) -> f32 {
        blocks(picture, Point::new(200.0, 200.0)).unwrap()
    }

    #[test]
    fn blocks_are_found_on_and_off_the_edge_and_enlarged() {
        let plain = scene(400);
        assert!(strength(&plain) < 0.6, "{}", strength(&plain));
        for shift in [0, 3, 5] {
            let found = strength(&blocked(&plain, 0.8, shift));
            assert!(found > 1.0, "shifted by {shift}: {found}");
        }
        let filter = image::imageops::FilterType::CatmullRom;
        for side in [520, 600, 1000] {
            let enlarged = |picture: &RgbImage| strength(&image::imageops::resize(picture, side, side, filter));
            let (good, bad) = (enlarged(&plain), enlarged(&blocked(&plain, 0.9, 0)));
            assert!(good < 1.0 && bad > 1.0, "{side}: {good}, {bad}");
        }
    }

    #[test]
    fn a_file_cut_from_a_strongly_compressed_one_shows_it() {
        let saved = |picture: &RgbImage, quality: u8| {
            let bytes = crate::vision::jpeg::encode(picture, quality, 72).unwrap().bytes;
            image::load_from_memory(&bytes).unwrap().into_rgb8()
        };
        let cut = |picture: &RgbImage| image::imageops::crop_imm(picture, 3, 5, 390, 390).to_image();
        let plain = scene(400);
        let good = strength(&saved(&cut(&saved(&plain, 85)), 88));
        let chat = strength(&saved(&cut(&saved(&plain, 12)), 88));
        assert!(good < 0.9 && chat > 1.0, "{good}, {chat}");
    }

    #[test]
    fn a_flat_or_tiny_picture_has_none() {
        assert!(strength(&RgbImage::from_pixel(400, 300, Rgb([200; 3]))) < 0.6);
        assert_eq!(blocks(&scene(64), Point::new(30.0, 30.0)), None);
    }

    #[test]
    fn a_wave_stands_at_its_frequency() {
        let wave: Vec<f32> = (0..POINTS).map(|at| (at as f32 * std::f32::consts::TAU / 16.0).cos()).collect();
        let [one, two] = spectra(&wave, &vec![0.0; POINTS]);
        let peak = (0..one.len()).max_by(|a, b| one[*a].total_cmp(&one[*b]));
        assert_eq!(peak, Some(POINTS / 16));
        assert!(two.iter().all(|value| *value < 1.0), "{:?}", two.iter().copied().fold(0.0, f32::max));
    }
}
