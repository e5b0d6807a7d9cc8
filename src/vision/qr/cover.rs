//! What lies on a symbol: glare, dirt, a finger. A place of one tone that is larger than modules ever leave is covered,
//! and what its modules seem to say is no evidence.

/// Modules of one tone, this many each way, are covered: chance gives a symbol such a place in one of 2^15 squares, and
/// masks are chosen so that it has none.
const WIDE: usize = 4;
/// Values of neighbours there differ by no more than this: blur, which makes large places as well, makes slopes.
const FLAT: f32 = 0.2;

/// Whether each module of a square grid of grey values, row-major, is covered.
pub(super) fn covered(values: &[f32], size: usize) -> Vec<bool> {
    let mut covered = vec![false; values.len()];
    if size < WIDE || values.len() != size * size {
        return covered;
    }
    let alike = |a: usize, b: usize| (values[a] > 0.0) == (values[b] > 0.0) && (values[a] - values[b]).abs() <= FLAT;
    // For each column of the row above: how many rows of runs that are wide enough end there.
    let mut deep = vec![0_usize; size];
    for row in 0..size {
        let mut run = 0;
        for column in 0..size {
            let at = row * size + column;
            run = if column > 0 && alike(at, at - 1) { run + 1 } else { 1 };
            deep[column] = match run {
                0..WIDE => 0,
                _ if row > 0 && alike(at, at - size) => deep[column] + 1,
                _ => 1,
            };
            if deep[column] >= WIDE {
                for line in row + 1 - WIDE..=row {
                    covered[line * size + column + 1 - WIDE..=line * size + column].fill(true);
                }
            }
        }
    }
    covered
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Modules decided by their place, none sure of itself to the last digit.
    fn modules(size: usize) -> Vec<f32> {
        (0..size * size)
            .map(|at| {
                let hash = (at as u32).wrapping_mul(0x9E37_79B1).rotate_left(13).wrapping_mul(0x85EB_CA77);
                let doubt = (hash & 0xff) as f32 / 1000.0;
                if hash >> 31 == 1 { 1.0 - doubt } else { doubt - 1.0 }
            })
            .collect()
    }

    #[test]
    fn what_is_covered_is_told_from_modules_and_from_blur() {
        let size = 61;
        let bare = modules(size);
        assert_eq!(covered(&bare, size), vec![false; size * size]);
        for tone in [-1.2, -0.4, 0.7] {
            let mut values = bare.clone();
            let inside = |at: usize| (20..31).contains(&(at / size)) && (40..53).contains(&(at % size));
            for at in (0..values.len()).filter(|at| inside(*at)) {
                values[at] = tone + 0.01 * (at % 7) as f32;
            }
            let found = covered(&values, size);
            assert!((0..values.len()).filter(|at| inside(*at)).all(|at| found[at]), "{tone}");
            // A module beside it may happen to look the same.
            let more = (0..values.len()).filter(|at| found[*at] && !inside(*at)).count();
            assert!(more <= 24, "{more} beside it");
            for (at, value) in values.iter_mut().enumerate().filter(|(at, _)| inside(*at)) {
                *value = tone.signum() * (0.1 + 0.25 * (at % size % 4) as f32);
            }
            assert_eq!(covered(&values, size), vec![false; size * size], "slopes of blur");
        }
    }

    #[test]
    fn grids_of_any_shape_are_borne() {
        for (values, size) in [(vec![], 0), (vec![1.0; 9], 3), (vec![1.0; 10], 4), (vec![f32::NAN; 25], 5)] {
            assert_eq!(covered(&values, size), vec![false; values.len()]);
        }
        assert_eq!(covered(&[0.5; 25], 5), vec![true; 25]);
    }
}
