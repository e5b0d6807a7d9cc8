//! Coverage and the person's own colour in the doubtful band.
//!
//! With the backdrop known, a colour of the person from nearby says how much of a pixel is the person: where the pixel
//! lies on the line from backdrop to that colour, in linear light. Of several nearby colours the one whose line passes
//! nearest to the pixel counts. Where person and backdrop are too alike to say (white cloth before grey), the person
//! map and the neighbours decide instead. The person's colour is then what remains of the pixel without its share of
//! backdrop, and never leans towards the backdrop's colour further than the colour from nearby does: no fringe.

use super::field::Field;
use super::regions::{Region, Regions, beside};
use super::{Given, levels_at, light_at};
use crate::vision::linear::slope;

/// Cells whose sure pixels give the person's colours, standard pixels.
const CELL: f32 = 6.0;
/// How many cells around are searched, and how many with colours are enough.
const REACH: usize = 11;
const ENOUGH: usize = 7;
/// Fewest sure pixels of a cell that gives colours.
const FEWEST: usize = 5;
/// A line is this much worse (noise deviations squared) for every cell that its colour comes from further away.
const PER_CELL: f32 = 0.35;
/// How far beyond the backdrop's end of a line, as a share of it, the rims reach that lenses and sharpening draw around
/// whatever differs from the backdrop: dark hair has a light one.
const RIM: f32 = 0.08;
/// A line from backdrop to a colour that hardly differs from it explains anything: it is this much worse (noise
/// deviations squared) than one that tells both apart.
const SHORT: f32 = 6.0;
/// Deviations by which person and backdrop must differ to be told apart clearly: of the noise, and how often the
/// spread of the person's own colours (the weave of cloth) counts besides.
const CLEAR: f32 = 10.0;
const OWN_SPREAD: f32 = 3.0;
/// A pixel this many deviations off every line has a colour of its own: all person.
const OWN_COLOR: (f32, f32) = (7.0, 16.0);
/// Weight of a neighbour against a clear pixel; falls with the difference of the two pixels (deviations).
const TOGETHER: f32 = 0.25;
const ALIKE: f32 = 4.0;
/// Weight of the person map where nothing else says anything.
const MAP_WEIGHT: f32 = 0.2;
const ROUNDS: usize = 14;
/// Coverage outside of this is nothing or everything.
const TRACE: f32 = 0.025;
const ALMOST: f32 = 0.965;

pub(super) struct Solved {
    pub(super) alpha: Vec<f32>,
    /// Pixels between nothing and everything with the person's linear light there.
    pub(super) mixed: Vec<(usize, [f32; 3])>,
}

/// What one doubtful pixel looks like alone.
struct Guess {
    index: usize,
    alpha: f32,
    /// 0 nothing can be said to 1 clear.
    trust: f32,
    own: [f32; 3],
    /// Spread of the person's colours nearby, in deviations of the noise.
    spread: f32,
}

pub(super) fn solve(given: &Given<'_>, prior: &[f32], field: &Field, regions: &Regions) -> Solved {
    let width = given.picture.width() as usize;
    let palette = Palette::of(given, field, regions, width);
    let mut near: Vec<Option<Vec<Sample>>> = (0..palette.cells.len()).map(|_| None).collect();
    let mut alpha: Vec<f32> =
        regions.map.iter().map(|region| if *region == Region::Person { 1.0 } else { 0.0 }).collect();
    let mut guesses = Vec::new();
    for index in (0..alpha.len()).filter(|index| regions.map[*index] == Region::Doubt) {
        let cell = palette.cell_of(index, width);
        let samples = near[cell].get_or_insert_with(|| palette.around(cell));
        let guess = guess(given, field, samples, index);
        alpha[index] = guess.alpha;
        guesses.push(guess);
    }
    settle(given, prior, field, &guesses, &mut alpha, width);
    snap(&guesses, &mut alpha, width);
    let mixed = guesses
        .iter()
        .filter(|guess| (0.001..0.999).contains(&alpha[guess.index]))
        .map(|guess| (guess.index, own_light(given, field, guess, alpha[guess.index])))
        .collect();
    Solved { alpha, mixed }
}

/// A colour of the person nearby.
#[derive(Clone, Copy)]
struct Sample {
    /// Linear light.
    own: [f32; 3],
    /// Deviation of the colours around it, linear light of green.
    spread: f32,
    /// How much further away than the nearest colour, cells.
    distance: f32,
}

/// Colours of the person by cells: of the darker and of the lighter half of a cell's sure pixels.
struct Palette {
    side: usize,
    columns: usize,
    rows: usize,
    cells: Vec<Option<[[f32; 3]; 2]>>,
}

impl Palette {
    fn of(given: &Given<'_>, field: &Field, regions: &Regions, width: usize) -> Self {
        let height = regions.map.len() / width.max(1);
        let side = (CELL * given.scale).round().max(3.0) as usize;
        let (columns, rows) = (width.div_ceil(side), height.div_ceil(side));
        let cell = |index: usize| {
            let (left, top) = (index % columns * side, index / columns * side);
            let (right, bottom) = ((left + side).min(width), (top + side).min(height));
            let inside = (top..bottom).flat_map(|y| (left..right).map(move |x| y * width + x));
            let sure: Vec<([f32; 3], bool)> = inside
                .filter(|index| regions.map[*index] == Region::Person)
                .map(|index| (light_at(given.picture, index), is_clear(given, field, index)))
                .collect();
            let sure = without_backdrop(sure);
            if sure.len() < FEWEST {
                return None;
            }
            let mean = sure.iter().map(|light| light[1]).sum::<f32>() / sure.len() as f32;
            let half = |darker: bool| {
                let (mut sum, mut count) = ([0.0_f32; 3], 0.0_f32);
                for light in sure.iter().filter(|light| (light[1] <= mean) == darker) {
                    sum = std::array::from_fn(|i| sum[i] + light[i]);
                    count += 1.0;
                }
                (count > 0.0).then(|| sum.map(|sum| sum / count))
            };
            match (half(true), half(false)) {
                (Some(darker), Some(lighter)) => Some([darker, lighter]),
                (Some(only), None) | (None, Some(only)) => Some([only, only]),
                (None, None) => None,
            }
        };
        let cells = (0..columns * rows).map(cell).collect();
        Self { side, columns, rows, cells }
    }

    fn cell_of(&self, index: usize, width: usize) -> usize {
        index / width / self.side * self.columns + index % width / self.side
    }

    /// Colours of the nearest cells that have any, with their distance in cells.
    fn around(&self, cell: usize) -> Vec<Sample> {
        let (column, row) = (cell % self.columns, cell / self.columns);
        let mut found = Vec::new();
        let mut cells = 0;
        for reach in 0..=REACH {
            let (left, right) = (column.saturating_sub(reach), (column + reach).min(self.columns - 1));
            let (top, bottom) = (row.saturating_sub(reach), (row + reach).min(self.rows - 1));
            for y in top..=bottom {
                for x in left..=right {
                    let (dx, dy) = (x.abs_diff(column), y.abs_diff(row));
                    if dx.max(dy) != reach {
                        continue;
                    }
                    if let Some(colors) = self.cells[y * self.columns + x] {
                        let distance = ((dx * dx + dy * dy) as f32).sqrt();
                        // The means of two halves lie 1.6 deviations apart.
                        let spread = (colors[1][1] - colors[0][1]).abs() / 1.6;
                        found.extend(colors.map(|own| Sample { own, spread, distance }));
                        cells += 1;
                    }
                }
            }
            if cells >= ENOUGH {
                break;
            }
        }
        // Distances count from the nearest colours on: far strands have nothing nearer to choose from.
        let nearest = found.iter().map(|sample| sample.distance).fold(f32::MAX, f32::min);
        for sample in &mut found {
            sample.distance -= nearest;
        }
        found
    }
}

/// Colours of a cell; where most of them differ clearly from the backdrop, the rest are glimpses of it through hair.
fn without_backdrop(sure: Vec<([f32; 3], bool)>) -> Vec<[f32; 3]> {
    let clear = sure.iter().filter(|(_, clear)| *clear).count();
    let drops = 2 * clear >= sure.len();
    sure.into_iter().filter(|(_, clear)| *clear || !drops).map(|(light, _)| light).collect()
}

/// Whether a pixel differs clearly from the backdrop.
fn is_clear(given: &Given<'_>, field: &Field, index: usize) -> bool {
    let (here, there) = (levels_at(given.picture, index), field.levels_at(index));
    let off: f32 = (0..3).map(|i| (here[i] - there[i]).powi(2)).sum();
    off > (CLEAR * field.noise.max(1.0)).powi(2)
}

fn guess(given: &Given<'_>, field: &Field, samples: &[Sample], index: usize) -> Guess {
    let (here, behind) = (light_at(given.picture, index), field.at(index));
    let levels = levels_at(given.picture, index);
    // Linear light per deviation of the noise, by channel.
    let unit: [f32; 3] = std::array::from_fn(|i| (slope(levels[i]) * field.noise.max(1.0)).max(1e-5));
    let from: [f32; 3] = std::array::from_fn(|i| (here[i] - behind[i]) / unit[i]);
    let own_color = |off: f32| ((off - OWN_COLOR.0) / (OWN_COLOR.1 - OWN_COLOR.0)).clamp(0.0, 1.0);
    // With no colour of the person anywhere near, what differs from the backdrop is theirs.
    let far = own_color(from.iter().map(|v| v * v).sum::<f32>().sqrt());
    let mut best = Guess { index, alpha: far, trust: 0.0, own: here, spread: 0.0 };
    let mut least = f32::MAX;
    for sample in samples {
        let own = sample.own;
        let line: [f32; 3] = std::array::from_fn(|i| (own[i] - behind[i]) / unit[i]);
        let length = line.iter().map(|v| v * v).sum::<f32>();
        if length < 1e-6 {
            continue;
        }
        let along = line.iter().zip(from).map(|(a, b)| a * b).sum::<f32>() / length;
        let alpha = along.clamp(0.0, 1.0);
        let nearest = along.clamp(-RIM, 1.0);
        let off: f32 = (0..3).map(|i| (from[i] - nearest * line[i]).powi(2)).sum();
        let short = CLEAR * CLEAR / (length + CLEAR * CLEAR);
        let cost = off + PER_CELL * sample.distance + SHORT * short;
        if cost < least {
            least = cost;
            let spread = sample.spread / unit[1];
            let blurred = CLEAR * CLEAR + (OWN_SPREAD * spread).powi(2);
            best = Guess { index, alpha, trust: length / (length + blurred), own, spread };
            // Beyond the backdrop's end of the line lie the rims that lenses and sharpening draw, not the person.
            let own_color = if along > 0.0 { own_color(off.sqrt()) } else { 0.0 };
            best.alpha += (1.0 - best.alpha) * own_color;
            best.own = std::array::from_fn(|i| own[i] + (here[i] - own[i]) * own_color);
        }
    }
    best
}

/// Lets neighbours that look alike agree, the more the less a pixel says by itself.
fn settle(given: &Given<'_>, prior: &[f32], field: &Field, guesses: &[Guess], alpha: &mut [f32], width: usize) {
    let count = alpha.len();
    struct Pixel {
        index: usize,
        own: f32,
        own_weight: f32,
        neighbours: [(usize, f32); 4],
    }
    let pixels: Vec<Pixel> = guesses
        .iter()
        .map(|guess| {
            let here = levels_at(given.picture, guess.index);
            let doubt = 1.0 - guess.trust;
            let pace = -1.0 / (2.0 * (ALIKE * field.noise.max(1.0) * guess.spread.max(1.0)).powi(2));
            let map = ((prior[guess.index] - 0.3) / 0.4).clamp(0.0, 1.0);
            let map_weight = MAP_WEIGHT * doubt;
            let own_weight = guess.trust * guess.trust + map_weight;
            let own = (guess.trust * guess.trust * guess.alpha + map_weight * map) / own_weight.max(1e-6);
            let mut neighbours = [(guess.index, 0.0); 4];
            for (slot, next) in neighbours.iter_mut().zip(beside(guess.index, width, count)) {
                let there = levels_at(given.picture, next);
                let off: f32 = (0..3).map(|i| (here[i] - there[i]).powi(2)).sum();
                *slot = (next, TOGETHER * ((off * pace).exp() + 0.02 * doubt));
            }
            Pixel { index: guess.index, own, own_weight, neighbours }
        })
        .collect();
    let visit = |pixel: &Pixel, alpha: &mut [f32]| {
        let (mut sum, mut weight) = (pixel.own * pixel.own_weight, pixel.own_weight);
        for (next, share) in pixel.neighbours {
            sum += alpha[next] * share;
            weight += share;
        }
        alpha[pixel.index] = sum / weight.max(1e-6);
    };
    for round in 0..ROUNDS {
        if round % 2 == 0 {
            for pixel in &pixels {
                visit(pixel, alpha);
            }
        } else {
            for pixel in pixels.iter().rev() {
                visit(pixel, alpha);
            }
        }
    }
}

/// Traces become nothing and almost everything becomes everything; so does what lies among such.
fn snap(guesses: &[Guess], alpha: &mut [f32], width: usize) {
    let before = alpha.to_vec();
    for guess in guesses {
        let value = before[guess.index];
        let around = |test: &dyn Fn(f32) -> bool| beside(guess.index, width, before.len()).all(|i| test(before[i]));
        let rest = (value - TRACE) / (ALMOST - TRACE);
        alpha[guess.index] = if value >= 0.85 && around(&|other| other >= 0.85) {
            1.0
        } else if value <= 0.06 && around(&|other| other <= 0.06) {
            0.0
        } else {
            rest.clamp(0.0, 1.0)
        };
    }
}

/// The person's light at a mixed pixel.
fn own_light(given: &Given<'_>, field: &Field, guess: &Guess, alpha: f32) -> [f32; 3] {
    let (here, behind) = (light_at(given.picture, guess.index), field.at(guess.index));
    let rest: [f32; 3] =
        std::array::from_fn(|i| ((here[i] - (1.0 - alpha) * behind[i]) / alpha.max(0.05)).clamp(0.0, 1.0));
    // What remains is noise where there is little of the person.
    let believed = ((alpha - 0.15) / 0.5).clamp(0.0, 1.0);
    let own: [f32; 3] = std::array::from_fn(|i| guess.own[i] + (rest[i] - guess.own[i]) * believed);
    // Nothing of the backdrop stays in it: take out what leans from the nearby colour towards the backdrop.
    let towards: [f32; 3] = std::array::from_fn(|i| behind[i] - guess.own[i]);
    let length = towards.iter().map(|v| v * v).sum::<f32>();
    if length < 1e-6 {
        return own;
    }
    let lean = (0..3).map(|i| (own[i] - guess.own[i]) * towards[i]).sum::<f32>() / length;
    let lean = lean.max(0.0);
    std::array::from_fn(|i| (own[i] - lean * towards[i]).clamp(0.0, 1.0))
}
