//! Dark and light: one threshold per place of a picture.

use image::GrayImage;

/// Side of the squares whose mean brightness sets the local threshold, pixels.
const BLOCK: usize = 8;
/// A square with less contrast than this (grey levels) takes the threshold of its neighbours.
pub(super) const FLAT: u8 = 24;

/// A picture in two tones, row-major, 1 = dark.
#[derive(Debug, Clone)]
pub(super) struct Bitmap {
    pub width: usize,
    pub height: usize,
    pub dark: Vec<u8>,
    /// Grey value up to which a pixel is dark, per square of `BLOCK` pixels, row-major.
    thresholds: Vec<u8>,
    columns: usize,
}

impl Bitmap {
    /// Local threshold: the mean of 5 x 5 blocks of 8 x 8 pixels, flat blocks counted as light.
    ///
    /// `flat` is the contrast (grey levels) up to which a block says nothing; [`FLAT`] for frames as they are.
    pub(super) fn of(luma: &GrayImage, flat: u8) -> Self {
        let (width, height) = (luma.width() as usize, luma.height() as usize);
        let (columns, rows) = (width.div_ceil(BLOCK), height.div_ceil(BLOCK));
        let mut black = vec![0_u8; columns * rows];
        for row in 0..rows {
            for column in 0..columns {
                let (mean, low, high) = block(luma, column * BLOCK, row * BLOCK);
                let plain = high - low <= flat;
                let mut point = if plain { low / 2 } else { mean };
                if plain && row > 0 && column > 0 {
                    let near = [(row - 1, column), (row, column - 1), (row - 1, column - 1)];
                    let sum: u32 = near.iter().map(|&(r, c)| u32::from(black[r * columns + c])).sum();
                    let around = (sum / 3) as u8;
                    if low < around {
                        point = around;
                    }
                }
                black[row * columns + column] = point;
            }
        }
        let mut dark = vec![0_u8; width * height];
        let mut thresholds = Vec::with_capacity(columns * rows);
        let mut limits = vec![0_u8; columns * BLOCK];
        for row in 0..rows {
            for column in 0..columns {
                let threshold = smoothed(&black, columns, rows, column, row);
                thresholds.push(threshold);
                limits[column * BLOCK..][..BLOCK].fill(threshold);
            }
            let lines = row * BLOCK * width..((row + 1) * BLOCK).min(height) * width;
            let sources = luma.as_raw()[lines.clone()].chunks_exact(width.max(1));
            for (target, source) in dark[lines].chunks_exact_mut(width.max(1)).zip(sources) {
                for ((target, source), limit) in target.iter_mut().zip(source).zip(&limits) {
                    *target = u8::from(source <= limit);
                }
            }
        }
        Self { width, height, dark, thresholds, columns }
    }

    /// Threshold at a pixel.
    pub(super) fn threshold(&self, x: usize, y: usize) -> f32 {
        f32::from(self.thresholds[y / BLOCK * self.columns + x / BLOCK]) + 0.5
    }
}

fn block(luma: &GrayImage, left: usize, top: usize) -> (u8, u8, u8) {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    let (left, top) = (left.min(width.saturating_sub(BLOCK)), top.min(height.saturating_sub(BLOCK)));
    let (mut sum, mut count, mut low, mut high) = (0_u32, 0_u32, u8::MAX, 0_u8);
    for y in top..(top + BLOCK).min(height) {
        let line = &luma.as_raw()[y * width + left..y * width + (left + BLOCK).min(width)];
        if let Some(whole) = line.first_chunk::<BLOCK>() {
            // No sum of eight bytes overflows: checks would keep the compiler from taking them at once.
            sum = sum.wrapping_add(whole.iter().fold(0_u16, |sum, value| sum.wrapping_add(u16::from(*value))).into());
            low = whole.iter().fold(low, |low, value| low.min(*value));
            high = whole.iter().fold(high, |high, value| high.max(*value));
        } else {
            for value in line {
                sum += u32::from(*value);
                low = low.min(*value);
                high = high.max(*value);
            }
        }
        count += line.len() as u32;
    }
    ((sum / count.max(1)) as u8, low, high)
}

fn smoothed(black: &[u8], columns: usize, rows: usize, column: usize, row: usize) -> u8 {
    let (mut sum, mut count) = (0_u32, 0_u32);
    for r in row.saturating_sub(2)..(row + 3).min(rows) {
        for c in column.saturating_sub(2)..(column + 3).min(columns) {
            sum += u32::from(black[r * columns + c]);
            count += 1;
        }
    }
    (sum / count.max(1)) as u8
}
