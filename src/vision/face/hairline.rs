//! Where the forehead ends and the hair begins: as high as the middle of the forehead is bare.
//!
//! Colours are compared as logarithms, so that a step means a ratio and dark and light skin are treated alike. Every
//! place gets a score, positive for hair, from how far it is from the forehead's own colour and how rough it is beside
//! it. Strands, fluff and hair swept over the forehead hide the hairline and never lift it, so a row counts as its barer
//! columns say; the hairline is the row that parts hair above from skin below best, near where the mesh's face oval lets
//! it be expected. Weights were fitted to hand-marked hairlines of 25 studio portraits (rows scored by the mean of
//! narrower columns), what is here was laid over them: error 1.9 pixels of the standard picture in the middle and 6.0
//! at 95 % (the mean: 1.6 and 8.0; a step of colour alone: 4.7 and 12.5). The smiling portraits of the same people,
//! which nothing was fitted to, have it at the same height over the eyes to 0.7 and 2.2 pixels (the mean: 1.1 and 4.0).

use super::patch::{FOREHEAD, Patch, median, quantile};
use super::strands::roughness;
use crate::vision::box_mean::box_mean;

/// Added to a level before its logarithm: noise of dark pixels counts less.
const NOISE_LEVELS: f32 = 12.0;
/// Rows of forehead that are surely above the brows and below most hairlines, inter-eye distances above the eyes, and
/// how far to either side they count.
const SKIN_ROWS: (f32, f32) = (0.80, 0.60);
const SKIN_SIDE: f32 = 0.28;
/// Cheeks, to see that the forehead is bare: rows below the eyes, columns to either side.
const CHEEK_ROWS: (f32, f32) = (0.30, 0.62);
const CHEEK_COLUMNS: (f32, f32) = (0.34, 0.66);
/// A forehead that differs more than this from the cheeks is hair (a fringe measures 1.0, bare foreheads up to 0.31).
const MOST_FROM_CHEEKS: f32 = 0.6;
/// The head above the brows, to see how far hair is from the skin: rows above the eyes, columns to either side.
const HEAD_ROWS: (f32, f32) = (1.75, 0.80);
const HEAD_SIDE: f32 = 0.4;
/// Columns that are scored, how far to either side of the middle, and the share of them that make a row bare.
const COLUMNS: usize = 17;
const COLUMN_REACH: f32 = 0.4;
const BARE: f32 = 0.2;
/// Rows that are scored: the first one, inter-eye distances above the eyes, how many, and how many to a distance.
const FIRST_ROW: f32 = 1.75;
const ROWS: usize = 51;
const ROWS_PER_UNIT: f32 = 48.0;
/// Rows on each side of an edge that speak for or against it.
const SIDE: usize = 17;
/// Score of a row: what is added, then the weights of the five features and of their squares.
const BIAS: f32 = -6.018;
const WEIGHTS: [f32; FEATURES] = [-0.962, 0.015, 4.864, 3.003, 1.156];
const SQUARES: [f32; FEATURES] = [0.062, 0.816, 0.730, -0.084, -0.310];
const FEATURES: usize = 5;
const MOST_SCORE: f32 = 4.0;
/// Where the edge is expected, by the upper end of the mesh's oval (both inter-eye distances below the eyes), how far
/// from there it lies, and how much one row's score counts beside that: neighbouring rows say the same again.
const EXPECTED: (f32, f32) = (0.0464, 1.4600);
const SPREAD: f32 = 0.09;
const ROW_SHARE: f32 = 0.3;
/// Against an edge with fewer rows than [`SIDE`] above it.
const TOO_HIGH: f32 = 5.0;
/// Fewest columns, of one, that show hair above the edge: below, a fringe or a bald head hides it (0.65 and more on
/// marked portraits, 0.06 and 0.24 under a fringe).
const LEAST_HAIR: f32 = 0.3;

/// Whether the forehead above the brows is skin, by the cheeks.
pub(super) fn forehead_is_bare(head: &Patch) -> bool {
    let (inner, outer) = CHEEK_COLUMNS;
    let skin = colour(head, (-SKIN_ROWS.0, -SKIN_ROWS.1), &[(-SKIN_SIDE, SKIN_SIDE)]);
    let cheeks = colour(head, CHEEK_ROWS, &[(-outer, -inner), (inner, outer)]);
    skin.zip(cheeks).is_some_and(|(skin, cheeks)| distance(skin, cheeks) <= MOST_FROM_CHEEKS)
}

/// The hairline, y in the picture, from a [`FOREHEAD`] patch; `oval` is the upper end of the mesh's oval, inter-eye
/// distances below the eyes. `None` when no edge between skin and hair is seen.
pub(super) fn hairline_y(forehead: &Patch, oval: f32) -> Option<f32> {
    let columns = Scored::of(forehead)?.columns;
    let barer: Vec<f32> = (0..ROWS)
        .map(|row| quantile(&mut columns.iter().map(|column| column[row]).collect::<Vec<f32>>(), BARE))
        .collect();
    let (edge, row) = best_edge(&barer, EXPECTED.0 + EXPECTED.1 * oval)?;
    let above = row.saturating_sub(SIDE)..row;
    let hairy = columns.iter().filter(|column| column[above.clone()].iter().sum::<f32>() > 0.0).count();
    let y = forehead.eyes.y + edge * FOREHEAD.per_unit;
    (hairy as f32 >= LEAST_HAIR * COLUMNS as f32 && y > 0.0).then(|| forehead.y_in_picture(y))
}

/// Scores of hair against skin, rows from the top, per column.
struct Scored {
    columns: Vec<[f32; ROWS]>,
}

impl Scored {
    fn of(forehead: &Patch) -> Option<Self> {
        let logs: Vec<[f32; 3]> = forehead.pixels.iter().map(|colour| logarithm(*colour)).collect();
        let width = forehead.width;
        let channels: [Vec<f32>; 3] = std::array::from_fn(|channel| {
            box_mean(&logs.iter().map(|colour| colour[channel]).collect::<Vec<f32>>(), width, (3, 5))
        });
        let light: Vec<f32> = logs.iter().map(|colour| colour.iter().sum::<f32>() / 3.0).collect();
        let (across, down) = (roughness(&light, width, (1, 7)), roughness(&light, width, (7, 1)));
        let rows = forehead.row(-SKIN_ROWS.0)..forehead.row(-SKIN_ROWS.1);
        let middle = |plane: &[f32], columns: std::ops::Range<usize>| {
            let mut values: Vec<f32> =
                rows.clone().flat_map(|row| &plane[row * width..][columns.clone()]).copied().collect();
            (!values.is_empty()).then(|| median(&mut values))
        };
        let own = |columns: std::ops::Range<usize>| -> Option<[f32; 3]> {
            let of = |channel: usize| {
                let mut values: Vec<f32> = rows
                    .clone()
                    .flat_map(|row| &logs[row * width..][columns.clone()])
                    .map(|colour| colour[channel])
                    .collect();
                (!values.is_empty()).then(|| median(&mut values))
            };
            Some([of(0)?, of(1)?, of(2)?])
        };
        let skin_columns = forehead.column(-SKIN_SIDE)..forehead.column(SKIN_SIDE);
        let skin = own(skin_columns.clone())?;
        let smooth = [middle(&across, skin_columns.clone())?, middle(&down, skin_columns)?];
        let at = |index: usize| [channels[0][index], channels[1][index], channels[2][index]];
        let mut head: Vec<f32> = (forehead.row(-HEAD_ROWS.0)..forehead.row(-HEAD_ROWS.1))
            .flat_map(|row| {
                (forehead.column(-HEAD_SIDE)..forehead.column(HEAD_SIDE)).map(move |column| row * width + column)
            })
            .map(|index| distance(at(index), skin))
            .collect();
        let hair = quantile(&mut head, 0.75).max(0.3);
        let reference = Reference { hair, smooth };
        let columns = (0..COLUMNS).map(|index| {
            let units = (index as f32 / (COLUMNS - 1) as f32 * 2.0 - 1.0) * COLUMN_REACH;
            let column = forehead.column(units);
            let own = own(column.saturating_sub(3)..(column + 4).min(width))?;
            Some(std::array::from_fn(|row| {
                let index = forehead.row(row as f32 / ROWS_PER_UNIT - FIRST_ROW) * width + column;
                reference.score(at(index), own, [across[index], down[index]])
            }))
        });
        Some(Self { columns: columns.collect::<Option<Vec<_>>>()? })
    }
}

/// What a row of one person is compared with.
struct Reference {
    /// How far the hair is from the skin.
    hair: f32,
    /// How rough the skin is, across and down.
    smooth: [f32; 2],
}

impl Reference {
    /// Above 0 for hair, below for skin.
    fn score(&self, colour: [f32; 3], skin: [f32; 3], rough: [f32; 2]) -> f32 {
        let apart = distance(colour, skin);
        let lighter = colour.iter().zip(skin).map(|(a, b)| a - b).sum::<f32>() / 3.0;
        let rougher = |way: usize| ((rough[way] + 0.005) / (self.smooth[way] + 0.005)).ln();
        let features: [f32; FEATURES] = [(0.1 + apart).ln(), lighter, apart / self.hair, rougher(0), rougher(1)];
        let weighted = features.iter().zip(WEIGHTS.iter().zip(SQUARES)).map(|(x, (a, b))| x * a + x * x * b);
        (BIAS + weighted.sum::<f32>()).clamp(-MOST_SCORE, MOST_SCORE)
    }
}

/// The place, inter-eye distances below the eyes, that parts hair above from skin below best, and its row.
fn best_edge(scores: &[f32], expected: f32) -> Option<(f32, usize)> {
    let place = |row: f32| row / ROWS_PER_UNIT - FIRST_ROW;
    let doubt = |score: f32| -(-score).exp().ln_1p();
    let value = |row: usize| {
        let above: f32 = scores[row.saturating_sub(SIDE)..row].iter().map(|score| doubt(*score)).sum();
        let below: f32 = scores[row..(row + SIDE).min(scores.len())].iter().map(|score| doubt(-*score)).sum();
        let high = if row < SIDE { TOO_HIGH } else { 0.0 };
        ROW_SHARE * (above + below - high) - 0.5 * ((place(row as f32) - expected) / SPREAD).powi(2)
    };
    let values: Vec<f32> = (0..scores.len()).map(value).collect();
    let row = (0..values.len()).max_by(|a, b| values[*a].total_cmp(&values[*b]))?;
    // A parabola through the best row and its neighbours gives the fraction.
    let fraction = match row.checked_sub(1).and_then(|before| values.get(before)).zip(values.get(row + 1)) {
        Some((before, after)) if before - 2.0 * values[row] + after < 0.0 => {
            0.5 * (before - after) / (before - 2.0 * values[row] + after)
        }
        _ => 0.0,
    };
    Some((place(row as f32 + fraction), row))
}

fn logarithm(colour: [f32; 3]) -> [f32; 3] {
    colour.map(|level| (level + NOISE_LEVELS).ln())
}

fn distance(a: [f32; 3], b: [f32; 3]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
}

/// Middle logarithmic colour of some rows and column ranges (inter-eye distances); `None` for an empty region.
fn colour(patch: &Patch, rows: (f32, f32), ranges: &[(f32, f32)]) -> Option<[f32; 3]> {
    let mut channels: [Vec<f32>; 3] = Default::default();
    for &(from, to) in ranges {
        for row in patch.row(rows.0)..patch.row(rows.1) {
            for column in patch.column(from)..patch.column(to) {
                for (values, value) in channels.iter_mut().zip(logarithm(patch.at(column, row))) {
                    values.push(value);
                }
            }
        }
    }
    if channels[0].is_empty() {
        return None;
    }
    Some(channels.map(|mut values| median(&mut values)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geometry::Point;
    use image::{Rgb, RgbImage};

    /// A head of skin with streaky hair above `hairline`, eyes at (300, 400), 100 apart.
    fn head(hairline: u32, skin: [u8; 3], hair: [u8; 3]) -> RgbImage {
        RgbImage::from_fn(600, 600, |x, y| {
            let streak = (x * 7 % 5 * 6) as u8;
            Rgb(if y < hairline { hair.map(|level| level.saturating_add(streak)) } else { skin })
        })
    }

    fn found(picture: &RgbImage) -> Option<f32> {
        let forehead = Patch::cut(picture, Point::new(300.0, 400.0), 100.0, FOREHEAD).unwrap();
        hairline_y(&forehead, -0.85)
    }

    #[test]
    fn a_plain_edge_is_found_on_dark_and_light_skin() {
        for (skin, hair) in
            [([226, 180, 160], [60, 45, 40]), ([84, 58, 46], [22, 20, 20]), ([235, 200, 180], [190, 160, 110])]
        {
            for hairline in [275, 285, 295] {
                let y = found(&head(hairline, skin, hair)).unwrap();
                assert!((y - hairline as f32).abs() < 4.0, "{skin:?} {hairline}: {y}");
            }
        }
    }

    #[test]
    fn hair_swept_over_a_part_of_the_forehead_does_not_lower_it() {
        let mut picture = head(280, [226, 180, 160], [60, 45, 40]);
        let plain = found(&picture).unwrap();
        // From the middle of the forehead to the temple, ever lower.
        for (x, y, pixel) in picture.enumerate_pixels_mut().filter(|(x, y, _)| *x < 300 && *y >= 280) {
            if f64::from(y - 280) < 0.4 * f64::from(300 - x) {
                *pixel = Rgb([60 + (x * 7 % 5 * 6) as u8, 45, 40]);
            }
        }
        let swept = found(&picture).unwrap();
        assert!((plain - swept).abs() < 3.0, "{plain} {swept}");
    }

    #[test]
    fn nothing_but_skin_shows_no_hairline() {
        assert_eq!(found(&head(0, [226, 180, 160], [60, 45, 40])), None);
    }

    #[test]
    fn hair_down_to_the_brows_is_no_bare_forehead() {
        let head_of = |hairline| {
            Patch::cut(
                &head(hairline, [226, 180, 160], [60, 45, 40]),
                Point::new(300.0, 400.0),
                100.0,
                super::super::patch::HEAD,
            )
            .unwrap()
        };
        assert!(forehead_is_bare(&head_of(280)) && !forehead_is_bare(&head_of(360)));
    }
}
