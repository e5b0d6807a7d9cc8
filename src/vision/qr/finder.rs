//! The finder patterns of QR symbols: where to look, and whether to look at all.
//!
//! Rows are searched for 1 : 1 : 3 : 1 : 1 with edges between the pixels, dark on light and light on dark at once; a
//! column, a second row and a diagonal confirm. The list is capped, so that a noisy picture costs little more.

use image::GrayImage;

use super::bitmap::Bitmap;
use crate::domain::geometry::Point;

/// Which of its two tones a symbol is drawn in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Polarity {
    DarkOnLight,
    LightOnDark,
}

/// One of the three corner marks of a symbol.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Finder {
    pub center: Point,
    /// Side of one module, pixels.
    pub module: f32,
    /// Rows in which it was seen.
    pub votes: u32,
    /// Share of the ways out of its middle on which the rings are whole, 0 to 1.
    pub rings: f32,
    pub polarity: Polarity,
}

/// More candidates than this are noise: a page of a thousand symbols has 3000.
const MOST: usize = 6000;
/// Side of the cells in which finders are looked up again, pixels.
const CELL: usize = 32;
/// Least length of the five runs together, pixels: modules of 1.3 pixels, seen straight.
const SHORTEST: f32 = 9.0;
/// Deviation of a run from its length that still counts, modules, after taking out what a shifted threshold does.
const PLAY: f32 = 0.5;
/// Ways out of the middle that must cross both rings: cracks and glare may break some.
const LEAST_RINGS: f32 = 0.5;
/// How far a threshold may widen dark runs, modules.
const SHIFT: f32 = 0.6;

/// The finder patterns of a picture, most rows first; seen in at least two rows.
pub(super) fn find(luma: &GrayImage, bitmap: &Bitmap) -> Vec<Finder> {
    let mut search = Search::new(luma, bitmap);
    for y in 0..bitmap.height {
        search.row(y);
        if search.found.len() > MOST {
            break;
        }
    }
    let mut found = search.found;
    found.retain(|finder| finder.votes >= 2);
    found.sort_by_key(|finder| std::cmp::Reverse(finder.votes));
    found
}

struct Search<'a> {
    luma: &'a GrayImage,
    bitmap: &'a Bitmap,
    found: Vec<Finder>,
    /// Indices into `found` per cell.
    cells: Vec<Vec<u32>>,
    cells_across: usize,
}

/// Five runs: four lengths between five edges and where they stand, along a row, a column or a diagonal.
#[derive(Debug, Clone, Copy)]
struct Runs {
    center: f32,
    module: f32,
}

impl<'a> Search<'a> {
    fn new(luma: &'a GrayImage, bitmap: &'a Bitmap) -> Self {
        let (across, down) = (bitmap.width.div_ceil(CELL), bitmap.height.div_ceil(CELL));
        Self { luma, bitmap, found: Vec::new(), cells: vec![Vec::new(); across * down], cells_across: across }
    }

    fn row(&mut self, y: usize) {
        let width = self.bitmap.width;
        let row = &self.bitmap.dark[y * width..(y + 1) * width];
        let mut edges = [0.0_f32; 6];
        let mut color = row.first().copied().unwrap_or(0);
        let mut x = 0;
        while x < width {
            x = end_of_run(row, x, color);
            edges.rotate_left(1);
            // The shape is told by whole pixels first; the place between pixels costs more.
            edges[5] = x as f32;
            if edges[5] - edges[0] >= SHORTEST - 2.0 && roughly(&edges) {
                let polarity = if color == 1 { Polarity::DarkOnLight } else { Polarity::LightOnDark };
                let exact = edges.map(|edge| self.edge(edge as usize, y, (1, 0)));
                if let Some(runs) = finder_runs(&exact) {
                    self.consider(runs, y, polarity);
                }
            }
            color = 1 - color.min(1);
        }
    }

    /// Where the grey value crosses the threshold before the pixel `at` of a row or column through `other`.
    fn edge(&self, at: usize, other: usize, (dx, dy): (usize, usize)) -> f32 {
        let length = if dx == 1 { self.bitmap.width } else { self.bitmap.height };
        if at == 0 || at >= length {
            return at as f32;
        }
        let pixel = |i: usize| if dx == 1 { (i, other) } else { (other, i) };
        let ((ax, ay), (bx, by)) = (pixel(at - 1), pixel(at));
        let value =
            |x: usize, y: usize| f32::from(self.luma.as_raw()[y * self.bitmap.width + x]) - self.bitmap.threshold(x, y);
        let (a, b) = (value(ax, ay), value(bx, by));
        let share = if (a - b).abs() < 0.5 { 0.5 } else { (a / (a - b)).clamp(0.0, 1.0) };
        debug_assert_eq!(dx + dy, 1, "a row or a column");
        at as f32 - 0.5 + share
    }

    /// Confirms a candidate in other directions and adds it to the list or to one already seen.
    fn consider(&mut self, runs: Runs, y: usize, polarity: Polarity) {
        let (x, middle) = (runs.center, y as f32 + 0.5);
        if let Some(known) = self.known(x, middle, runs.module, polarity) {
            self.found[known].votes += 1;
            return;
        }
        let Some(column) = self.cross(x as usize, y, (0, 1), runs.module) else { return };
        if (column.module / runs.module).max(runs.module / column.module) > 2.6 {
            return;
        }
        // Again through the middle that the column told.
        let line = (column.center as usize).min(self.bitmap.height - 1);
        let Some(across) = self.cross(x as usize, line, (1, 0), runs.module) else { return };
        let down = self.cross((across.center as usize).min(self.bitmap.width - 1), line, (0, 1), runs.module);
        let down = down.unwrap_or(column);
        let center = Point::new(across.center, down.center);
        let module = f32::midpoint(across.module, down.module);
        let rings = self.rings(center, across.module, down.module, polarity);
        if rings < LEAST_RINGS {
            return;
        }
        if let Some(known) = self.known(center.x, center.y, module, polarity) {
            self.found[known].votes += 1;
            return;
        }
        let cell = self.cell(center.x, center.y);
        self.cells[cell].push(self.found.len() as u32);
        self.found.push(Finder { center, module, votes: 1, rings, polarity });
    }

    /// Share of the ways out of the middle that cross core, light ring and dark ring where a finder has them.
    ///
    /// Letters, checkerboards and data that look like one in a row and a column fail on the slanted ways.
    fn rings(&self, center: Point, across: f32, down: f32, polarity: Polarity) -> f32 {
        const WAYS: usize = 16;
        let want = u8::from(polarity == Polarity::DarkOnLight);
        let good = (0..WAYS).filter(|way| {
            let (sin, cos) = (*way as f32 * std::f32::consts::TAU / WAYS as f32).sin_cos();
            let step = 0.25_f32.max(0.5 / across.max(down));
            let mut edges = [0.0_f32; 3];
            let (mut next, mut far) = (0, 0.0);
            while next < 3 && far < 6.5 {
                far += step;
                let (x, y) = (center.x + cos * far * across, center.y + sin * far * down);
                if x < 0.0 || y < 0.0 || x >= self.bitmap.width as f32 || y >= self.bitmap.height as f32 {
                    return false;
                }
                let dark = self.bitmap.dark[y as usize * self.bitmap.width + x as usize] == want;
                if dark == (next == 1) {
                    edges[next] = far;
                    next += 1;
                }
            }
            // 1.5, 2.5 and 3.5 modules, by up to the root of two more on the slant; thresholds shift them.
            next == 3
                && (0.7..3.0).contains(&edges[0])
                && (1.5..4.4).contains(&edges[1])
                && (2.4..6.0).contains(&edges[2])
                && edges[2] < 4.5 * edges[0]
        });
        good.count() as f32 / WAYS as f32
    }

    fn cell(&self, x: f32, y: f32) -> usize {
        (y as usize / CELL) * self.cells_across + (x as usize / CELL).min(self.cells_across - 1)
    }

    fn known(&self, x: f32, y: f32, module: f32, polarity: Polarity) -> Option<usize> {
        let (column, row) = (x as usize / CELL, y as usize / CELL);
        let rows = self.cells.len() / self.cells_across;
        // Large patterns reach over cells.
        let reach = 1 + (module * 1.5) as usize / CELL;
        for r in row.saturating_sub(reach)..(row + reach + 1).min(rows) {
            for c in column.saturating_sub(reach)..(column + reach + 1).min(self.cells_across) {
                let near = self.cells[r * self.cells_across + c].iter().map(|index| *index as usize).find(|index| {
                    let known = &self.found[*index];
                    known.polarity == polarity
                        && (known.center.x - x).abs() < 1.5 * known.module.max(module)
                        && (known.center.y - y).abs() < 1.9 * known.module.max(module)
                        && known.module.max(module) < 1.8 * known.module.min(module)
                });
                if near.is_some() {
                    return near;
                }
            }
        }
        None
    }

    /// The five runs along a row (`(1, 0)`) or a column (`(0, 1)`) whose middle one holds the pixel.
    fn cross(&self, x: usize, y: usize, way: (usize, usize), module: f32) -> Option<Runs> {
        let (at, other, length) = if way.0 == 1 { (x, y, self.bitmap.width) } else { (y, x, self.bitmap.height) };
        let width = self.bitmap.width;
        let tone = |i: usize| self.bitmap.dark[if way.0 == 1 { other * width + i } else { i * width + other }];
        let (limit, mine) = ((module * 10.0) as usize + 4, tone(at));
        let mut edges = [0_usize; 6];
        let mut up = at;
        for (edge, color) in [(2, mine), (1, 1 - mine), (0, mine)] {
            while up > 0 && tone(up - 1) == color && at - up < limit {
                up -= 1;
            }
            edges[edge] = up;
        }
        let mut down = at + 1;
        for (edge, color) in [(3, mine), (4, 1 - mine), (5, mine)] {
            while down < length && tone(down) == color && down - at < limit {
                down += 1;
            }
            edges[edge] = down;
        }
        finder_runs(&edges.map(|edge| self.edge(edge, other, way)))
    }
}

/// Where the tone of a row changes next: the first pixel from `x` on that is not of this color, eight at a time.
fn end_of_run(row: &[u8], mut x: usize, color: u8) -> usize {
    let same = u64::from_ne_bytes([color; 8]);
    while let Some(eight) = row[x..].first_chunk::<8>() {
        if u64::from_ne_bytes(*eight) != same {
            break;
        }
        x += 8;
    }
    row[x..].iter().position(|tone| *tone != color).map_or(row.len(), |far| x + far)
}

/// A cheap first look at the shape: the middle is the longest run, the others are alike.
fn roughly(edges: &[f32; 6]) -> bool {
    let runs: [f32; 5] = std::array::from_fn(|i| edges[i + 1] - edges[i]);
    let thin = runs[0].max(runs[1]).max(runs[3]).max(runs[4]);
    let module = (edges[5] - edges[0]) / 7.0;
    if thin > 1.7 * module + 1.0 || (runs[2] - 3.0 * module).abs() > 1.7 * module + 1.0 {
        return false;
    }
    runs[2] + 1.0 >= thin
        && runs[2] <= 2.0 + 9.0 * thin
        && runs[2] * 4.0 + 4.0 >= edges[5] - edges[0]
        && thin <= 3.0 + 4.0 * runs[0].min(runs[1]).min(runs[3]).min(runs[4])
}

/// 1 : 1 : 3 : 1 : 1, whatever the threshold adds to the one tone and takes from the other.
fn finder_runs(edges: &[f32; 6]) -> Option<Runs> {
    let total = edges[5] - edges[0];
    if total < SHORTEST {
        return None;
    }
    let module = total / 7.0;
    let runs: [f32; 5] = std::array::from_fn(|i| (edges[i + 1] - edges[i]) / module);
    // The outer runs and the middle gain what the rings lose.
    let shift = ((runs[0] + runs[2] + runs[4]) - 5.0) / 3.0;
    let rings = (2.0 - runs[1] - runs[3]) / 2.0;
    let fits = |run: f32, modules: f32| (run - modules).abs() <= PLAY;
    let good = shift.abs() <= SHIFT
        && fits(runs[0] - shift, 1.0)
        && (runs[2] - shift - 3.0).abs() <= 2.0 * PLAY
        && fits(runs[4] - shift, 1.0)
        && fits(runs[1] + rings, 1.0)
        && fits(runs[3] + rings, 1.0);
    // The middle of all edges, the near ones as good as the far ones.
    good.then(|| Runs { center: edges.iter().sum::<f32>() / 6.0, module })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_ends_at_the_first_other_tone_or_with_the_row() {
        for length in 1..40 {
            for change in 0..=length {
                let row: Vec<u8> = (0..length).map(|x| u8::from(x >= change)).collect();
                for x in 0..=change {
                    assert_eq!(end_of_run(&row, x, 0), change, "{length} pixels from {x} on");
                }
                assert_eq!(end_of_run(&row, change, 1), length);
            }
        }
    }
}
