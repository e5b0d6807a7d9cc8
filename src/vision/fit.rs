//! Least squares for three channels at once: the smooth surface through scattered samples.

/// One sample: its terms, and the value of each channel there.
pub(super) type Sample<const N: usize> = ([f64; N], [f32; 3]);

/// The weights of the terms per channel by normal equations; `None` when the samples do not determine them.
/// `flatness` is a share of a sample's weight that pulls every term but the first towards zero.
pub(super) fn least_squares<const N: usize>(
    samples: impl Iterator<Item = Sample<N>>,
    flatness: f64,
) -> Option<[[f64; N]; 3]> {
    let mut normal = [[0.0_f64; N]; N];
    let mut right = [[0.0_f64; N]; 3];
    let mut count = 0.0;
    for (terms, values) in samples {
        count += 1.0;
        for (row, a) in terms.into_iter().enumerate() {
            for (column, b) in terms.into_iter().enumerate() {
                normal[row][column] += a * b;
            }
            for (side, value) in right.iter_mut().zip(values) {
                side[row] += a * f64::from(value);
            }
        }
    }
    for (row, values) in normal.iter_mut().enumerate().skip(1) {
        values[row] += flatness * count;
    }
    let [red, green, blue] = right.map(|side| solve(normal, side));
    Some([red?, green?, blue?])
}

/// Gaussian elimination with the largest pivot first.
fn solve<const N: usize>(mut matrix: [[f64; N]; N], mut side: [f64; N]) -> Option<[f64; N]> {
    for step in 0..N {
        let pivot = (step..N).max_by(|&a, &b| matrix[a][step].abs().total_cmp(&matrix[b][step].abs()))?;
        if matrix[pivot][step].abs() < 1e-9 {
            return None;
        }
        matrix.swap(step, pivot);
        side.swap(step, pivot);
        for row in (0..N).filter(|&row| row != step) {
            let factor = matrix[row][step] / matrix[step][step];
            let pivot_row = matrix[step];
            for (value, above) in matrix[row].iter_mut().zip(pivot_row) {
                *value -= factor * above;
            }
            side[row] -= factor * side[step];
        }
    }
    Some(std::array::from_fn(|index| side[index] / matrix[index][index]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elimination_solves_a_system_that_needs_swapping() {
        let matrix = [[0.0, 2.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 4.0], [0.0, 0.0, 5.0, 0.0]];
        assert_eq!(solve(matrix, [2.0, 3.0, 8.0, 10.0]), Some([3.0, 1.0, 2.0, 2.0]));
        assert_eq!(solve([[0.0; 4]; 4], [1.0; 4]), None);
    }

    #[test]
    fn a_plane_through_its_own_points_is_found_again() {
        let points = (0..20).map(|i| (f64::from(i % 5), f64::from(i / 5)));
        let samples = points.map(|(x, y)| ([1.0, x, y], [3.0 + 2.0 * x as f32, 5.0 - y as f32, 7.0]));
        let [red, green, blue] = least_squares(samples, 0.0).unwrap();
        for (found, wanted) in [(red, [3.0, 2.0, 0.0]), (green, [5.0, 0.0, -1.0]), (blue, [7.0, 0.0, 0.0])] {
            assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?}");
        }
        assert_eq!(least_squares(std::iter::repeat_n(([1.0, 2.0], [1.0; 3]), 9), 0.0), None, "one point is no line");
    }
}
