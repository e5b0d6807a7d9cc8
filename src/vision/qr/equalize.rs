//! Takes blur out of a module grid: a small filter learnt from modules whose color is known or clear.
//!
//! Blur mixes neighbours into each module, the same way all over the symbol. Known patterns, corrected blocks and
//! clear modules tell which mixture undoes it (least squares, with a little ridge so that noise is not blown up).

/// Modules on each side that the filter looks at.
const REACH: isize = 2;
const TAPS: usize = (2 * REACH as usize + 1) * (2 * REACH as usize + 1);
/// Taps and a constant.
const UNKNOWNS: usize = TAPS + 1;
/// A training weight below this is not worth its time.
const LEAST_WEIGHT: f32 = 0.05;
/// Modules that are enough to learn from.
const ENOUGH: usize = 2500;
/// Ridge, share of the mean energy of a tap.
const RIDGE: f64 = 0.004;

/// The filtered grid. `certain` is 1 dark, -1 light, 0 to be told by `judged`, the clearest values so far.
///
/// `None` when nothing can be learnt (all modules the same).
pub(super) fn equalized(values: &[f32], size: usize, certain: &[i8], judged: &[f32]) -> Option<Vec<f32>> {
    let filter = learn(values, size, certain, judged)?;
    let mut out = Vec::with_capacity(values.len());
    let mut around = [0.0_f32; UNKNOWNS];
    for row in 0..size {
        for column in 0..size {
            gather(values, size, row, column, &mut around);
            let sum: f32 = around.iter().zip(&filter).map(|(a, b)| a * b).sum();
            out.push(sum.clamp(-1.5, 1.5));
        }
    }
    Some(out)
}

fn learn(values: &[f32], size: usize, certain: &[i8], judged: &[f32]) -> Option<Vec<f32>> {
    let mut normal = vec![0.0_f64; UNKNOWNS * UNKNOWNS];
    let mut target = vec![0.0_f64; UNKNOWNS];
    let mut around = [0.0_f32; UNKNOWNS];
    // Modules beyond a few thousand teach nothing new.
    let stride = (size * size / ENOUGH).max(1);
    for row in (0..size).step_by(stride) {
        // Partial sums in f32 per row are exact enough and twice as fast.
        let mut part = [[0.0_f32; UNKNOWNS]; UNKNOWNS];
        let mut part_target = [0.0_f32; UNKNOWNS];
        for column in 0..size {
            let at = row * size + column;
            let (sign, weight) = match certain[at] {
                0 => (judged[at].signum(), (judged[at].abs() - 0.1).clamp(0.0, 0.8)),
                sign => (f32::from(sign), 1.0),
            };
            if weight < LEAST_WEIGHT {
                continue;
            }
            gather(values, size, row, column, &mut around);
            for (i, line) in part.iter_mut().enumerate() {
                let factor = weight * around[i];
                part_target[i] += factor * sign;
                for (sum, other) in line[..=i].iter_mut().zip(&around) {
                    *sum += factor * other;
                }
            }
        }
        for i in 0..UNKNOWNS {
            target[i] += f64::from(part_target[i]);
            for j in 0..=i {
                normal[i * UNKNOWNS + j] += f64::from(part[i][j]);
            }
        }
    }
    let energy = (0..TAPS).map(|i| normal[i * UNKNOWNS + i]).sum::<f64>() / TAPS as f64;
    for i in 0..UNKNOWNS {
        normal[i * UNKNOWNS + i] += RIDGE * energy + 1e-6;
        for j in 0..i {
            normal[j * UNKNOWNS + i] = normal[i * UNKNOWNS + j];
        }
    }
    solve(&mut normal, &mut target, UNKNOWNS)?;
    Some(target.into_iter().map(|value| value as f32).collect())
}

/// The values around a module and a 1; light outside, where the quiet zone is.
fn gather(values: &[f32], size: usize, row: usize, column: usize, around: &mut [f32; UNKNOWNS]) {
    let wide = 2 * REACH as usize + 1;
    let reach = REACH as usize;
    if row >= reach && column >= reach && row + reach < size && column + reach < size {
        for i in 0..wide {
            let from = (row + i - reach) * size + column - reach;
            around[i * wide..(i + 1) * wide].copy_from_slice(&values[from..from + wide]);
        }
    } else {
        for (tap, value) in around[..TAPS].iter_mut().enumerate() {
            let r = row as isize + (tap / wide) as isize - REACH;
            let c = column as isize + (tap % wide) as isize - REACH;
            let inside = r >= 0 && c >= 0 && r < size as isize && c < size as isize;
            *value = if inside { values[r as usize * size + c as usize] } else { -1.0 };
        }
    }
    around[TAPS] = 1.0;
}

/// Solves a symmetric positive system in place by elimination; `None` when it is singular.
pub(super) fn solve(matrix: &mut [f64], right: &mut [f64], size: usize) -> Option<()> {
    for pivot in 0..size {
        let best =
            (pivot..size).max_by(|a, b| matrix[a * size + pivot].abs().total_cmp(&matrix[b * size + pivot].abs()))?;
        if matrix[best * size + pivot].abs() < 1e-12 {
            return None;
        }
        if best != pivot {
            for column in 0..size {
                matrix.swap(best * size + column, pivot * size + column);
            }
            right.swap(best, pivot);
        }
        for row in pivot + 1..size {
            let factor = matrix[row * size + pivot] / matrix[pivot * size + pivot];
            if factor == 0.0 {
                continue;
            }
            for column in pivot..size {
                matrix[row * size + column] -= factor * matrix[pivot * size + column];
            }
            right[row] -= factor * right[pivot];
        }
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|column| matrix[row * size + column] * right[column]).sum();
        right[row] = (right[row] - known) / matrix[row * size + row];
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blurred_grid_becomes_decidable_again() {
        let size = 61;
        let mut state = 5_u32;
        let truth: Vec<f32> = (0..size * size)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if state >> 31 == 0 { 1.0 } else { -1.0 }
            })
            .collect();
        let at = |r: isize, c: isize| {
            let inside = r >= 0 && c >= 0 && r < size as isize && c < size as isize;
            if inside { truth[(r * size as isize + c) as usize] } else { -1.0 }
        };
        let blurred: Vec<f32> = (0..(size * size) as isize)
            .map(|i| {
                let (r, c) = (i / size as isize, i % size as isize);
                (-1..=1).flat_map(|y| (-1..=1).map(move |x| (y, x))).fold(0.0, |sum, (y, x)| {
                    sum + at(r + y, c + x) * [0.56_f32, 0.22][usize::from(y != 0)] * [0.56, 0.22][usize::from(x != 0)]
                })
            })
            .collect();
        let wrong = |values: &[f32]| values.iter().zip(&truth).filter(|(v, t)| *v * *t <= 0.0).count();
        let certain = vec![0; size * size];
        let once = equalized(&blurred, size, &certain, &blurred).unwrap();
        assert!(wrong(&blurred) > 100, "{} wrong before", wrong(&blurred));
        assert!(wrong(&once) * 4 < wrong(&blurred), "{} wrong, {} before", wrong(&once), wrong(&blurred));
    }
}
