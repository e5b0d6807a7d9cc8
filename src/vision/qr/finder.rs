//! Dark and light, and the finder patterns of QR symbols: where to look, and whether to look at all.
//!
//! A frame without three finder patterns costs only this pass. The list is capped, so that a noisy picture cannot
//! make the readers run away (rqrr clones the picture for each triple of finders).

use image::GrayImage;

use crate::domain::geometry::Point;

/// Side of the squares whose mean brightness sets the local threshold, pixels.
const BLOCK: usize = 8;
/// A square with less contrast than this (grey levels) takes the threshold of its neighbours.
const FLAT: u8 = 24;

/// A picture in two tones, row-major, 1 = dark.
#[derive(Debug, Clone)]
pub(super) struct Bitmap {
    pub width: usize,
    pub height: usize,
    pub dark: Vec<u8>,
}

impl Bitmap {
    /// Local threshold: the mean of 5 x 5 blocks of 8 x 8 pixels, flat blocks counted as light.
    pub(super) fn of(luma: &GrayImage) -> Self {
        let (width, height) = (luma.width() as usize, luma.height() as usize);
        let (columns, rows) = (width.div_ceil(BLOCK), height.div_ceil(BLOCK));
        let mut black = vec![0_u8; columns * rows];
        for row in 0..rows {
            for column in 0..columns {
                let (mean, low, high) = block(luma, column * BLOCK, row * BLOCK);
                let flat = high - low <= FLAT;
                let mut point = if flat { low / 2 } else { mean };
                if flat && row > 0 && column > 0 {
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
        for row in 0..rows {
            for column in 0..columns {
                let threshold = smoothed(&black, columns, rows, column, row);
                for y in row * BLOCK..((row + 1) * BLOCK).min(height) {
                    let line = y * width;
                    let span = line + column * BLOCK..line + ((column + 1) * BLOCK).min(width);
                    for (target, source) in dark[span.clone()].iter_mut().zip(&luma.as_raw()[span]) {
                        *target = u8::from(*source <= threshold);
                    }
                }
            }
        }
        Self { width, height, dark }
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        self.dark[y * self.width + x] != 0
    }
}

fn block(luma: &GrayImage, left: usize, top: usize) -> (u8, u8, u8) {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    let (left, top) = (left.min(width.saturating_sub(BLOCK)), top.min(height.saturating_sub(BLOCK)));
    let (mut sum, mut count, mut low, mut high) = (0_u32, 0_u32, u8::MAX, 0_u8);
    for y in top..(top + BLOCK).min(height) {
        let line = &luma.as_raw()[y * width + left..y * width + (left + BLOCK).min(width)];
        for value in line {
            sum += u32::from(*value);
            low = low.min(*value);
            high = high.max(*value);
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

/// One of the three corner marks of a symbol.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Finder {
    pub center: Point,
    /// Side of one module, pixels.
    pub module: f32,
    /// Rows in which it was seen.
    pub votes: u32,
}

/// More candidates than this are noise; no real picture has as many.
const NOISE: usize = 300;

/// The finder patterns of a bitmap, most rows first; none when it is all noise.
pub(super) fn find(bitmap: &Bitmap) -> Vec<Finder> {
    let mut finders: Vec<Finder> = Vec::new();
    for y in 0..bitmap.height {
        scan_row(bitmap, y, &mut finders);
        if finders.len() > NOISE {
            return Vec::new();
        }
    }
    finders.retain(|finder| finder.votes >= 2);
    finders.sort_by_key(|finder| std::cmp::Reverse(finder.votes));
    finders
}

fn scan_row(bitmap: &Bitmap, y: usize, finders: &mut Vec<Finder>) {
    let row = &bitmap.dark[y * bitmap.width..(y + 1) * bitmap.width];
    // Lengths of the last five runs; they end in a dark run at the moment of the test.
    let mut runs = [0_usize; 5];
    let (mut start, mut color) = (0, row.first().copied().unwrap_or(0));
    for x in 1..=row.len() {
        let next = row.get(x).copied().unwrap_or(2);
        if next == color {
            continue;
        }
        runs.rotate_left(1);
        runs[4] = x - start;
        start = x;
        if color == 1 && is_finder(runs) {
            let center = x as f32 - (runs[4] + runs[3]) as f32 - runs[2] as f32 / 2.0;
            confirm(bitmap, center, y, runs, finders);
        }
        color = next;
    }
}

/// 1 : 1 : 3 : 1 : 1 with half a module of play.
fn is_finder(runs: [usize; 5]) -> bool {
    let total: usize = runs.iter().sum();
    if total < 7 || runs.contains(&0) {
        return false;
    }
    let module = total as f32 / 7.0;
    let play = module / 2.0;
    let near = |run: usize, modules: f32| (run as f32 - modules * module).abs() < modules * play;
    near(runs[0], 1.0) && near(runs[1], 1.0) && near(runs[2], 3.0) && near(runs[3], 1.0) && near(runs[4], 1.0)
}

/// Checks the column through the middle and adds the finder to the list or to one already seen.
fn confirm(bitmap: &Bitmap, x: f32, y: usize, row_runs: [usize; 5], finders: &mut Vec<Finder>) {
    let row_total: usize = row_runs.iter().sum();
    let Some((center_y, column_total)) = column_cross(bitmap, x as usize, y, row_total) else { return };
    let module = (row_total + column_total) as f32 / 14.0;
    let center = Point::new(x, center_y);
    let known = finders.iter_mut().find(|known| {
        known.center.distance(center) < known.module.max(module) * 1.5
            && (known.module / module).clamp(0.5, 2.0) == known.module / module
    });
    match known {
        Some(known) => {
            let (old, new) = (known.votes as f32, known.votes as f32 + 1.0);
            known.center.x = (known.center.x * old + center.x) / new;
            known.center.y = (known.center.y * old + center.y) / new;
            known.module = (known.module * old + module) / new;
            known.votes += 1;
        }
        None => finders.push(Finder { center, module, votes: 1 }),
    }
}

/// The five runs through the column at `x`; gives the middle of the stone and their length together.
fn column_cross(bitmap: &Bitmap, x: usize, y: usize, row_total: usize) -> Option<(f32, usize)> {
    let mut runs = [0_usize; 5];
    // One past the next row upwards, so that it never goes below zero.
    let mut up = y + 1;
    for (index, dark) in [(2, true), (1, false), (0, true)] {
        while up > 0 && bitmap.is_dark(x, up - 1) == dark && runs[index] <= row_total {
            runs[index] += 1;
            up -= 1;
        }
    }
    let mut down = y + 1;
    for (index, dark) in [(2, true), (3, false), (4, true)] {
        while down < bitmap.height && bitmap.is_dark(x, down) == dark && runs[index] <= row_total {
            runs[index] += 1;
            down += 1;
        }
    }
    let total: usize = runs.iter().sum();
    // Seen at an angle height and width may differ by half.
    if !is_finder(runs) || total * 5 < row_total * 2 || total * 2 > row_total * 5 {
        return None;
    }
    Some((down as f32 - (runs[4] + runs[3]) as f32 - runs[2] as f32 / 2.0, total))
}

/// Three finders that can belong to one symbol: bottom left, top left, top right as seen in the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Triple {
    pub finders: [Finder; 3],
    /// How far they are from a right angle with equal legs; 0 is perfect.
    score: f32,
}

/// Likely triples among the first `cap` finders, best first.
pub(super) fn triples(finders: &[Finder], cap: usize) -> Vec<Triple> {
    let finders = &finders[..finders.len().min(cap)];
    let mut found = Vec::new();
    for (i, a) in finders.iter().enumerate() {
        for (j, b) in finders.iter().enumerate().skip(i + 1) {
            for c in finders.iter().skip(j + 1) {
                found.extend(triple(*a, *b, *c));
            }
        }
    }
    found.sort_by(|a: &Triple, b| a.score.total_cmp(&b.score));
    found
}

fn triple(a: Finder, b: Finder, c: Finder) -> Option<Triple> {
    let modules = [a.module, b.module, c.module];
    let (low, high) = modules.iter().fold((f32::MAX, 0.0_f32), |(l, h), m| (l.min(*m), h.max(*m)));
    if high > low * 1.8 {
        return None;
    }
    // The corner is opposite to the longest side.
    let (ab, bc, ca) = (a.center.distance(b.center), b.center.distance(c.center), c.center.distance(a.center));
    let (corner, p, q) = if bc >= ab && bc >= ca {
        (a, b, c)
    } else if ca >= ab && ca >= bc {
        (b, a, c)
    } else {
        (c, a, b)
    };
    let leg = |end: Finder| (end.center.x - corner.center.x, end.center.y - corner.center.y);
    let ((px, py), (qx, qy)) = (leg(p), leg(q));
    let (p_len, q_len) = (px.hypot(py), qx.hypot(qy));
    // 14 modules between centres in version 1, 170 in version 40.
    let module = f32::midpoint(low, high);
    if p_len.min(q_len) < 9.0 * module || p_len.max(q_len) > 240.0 * module {
        return None;
    }
    let cosine = ((px * qx + py * qy) / (p_len * q_len)).abs();
    let ratio = 1.0 - p_len.min(q_len) / p_len.max(q_len);
    if cosine > 0.55 || ratio > 0.45 {
        return None;
    }
    // Clockwise on the screen (y down): top left to top right to bottom left turns right.
    let (right, below) = if px * qy - py * qx > 0.0 { (p, q) } else { (q, p) };
    Some(Triple { finders: [below, corner, right], score: cosine + ratio + (high / low - 1.0) / 2.0 })
}
