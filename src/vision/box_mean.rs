//! Mean over small boxes of a plane of values.

/// Mean over a box of odd size (rows, columns) around every value of a row-major plane; edges are repeated.
pub(super) fn box_mean(plane: &[f32], width: usize, (rows, columns): (usize, usize)) -> Vec<f32> {
    if width == 0 {
        return Vec::new();
    }
    let height = plane.len() / width;
    let across: Vec<f32> = plane
        .chunks_exact(width)
        .flat_map(|row| (0..width).map(move |at| mean_near(|x| row[x], width, at, columns)))
        .collect();
    let index = |row: usize, column: usize| row * width + column;
    (0..height)
        .flat_map(|row| (0..width).map(move |column| (row, column)))
        .map(|(row, column)| mean_near(|y| across[index(y, column)], height, row, rows))
        .collect()
}

/// Mean of the `size` values around a place of a line of `length` values.
fn mean_near(value: impl Fn(usize) -> f32, length: usize, at: usize, size: usize) -> f32 {
    let half = size / 2;
    let sum: f32 = (0..size).map(|step| value((at + step).saturating_sub(half).min(length - 1))).sum();
    sum / size as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_evens_out_and_repeats_the_edge() {
        let plane = [0.0, 0.0, 9.0, 0.0, 0.0, 0.0];
        assert_eq!(box_mean(&plane, 3, (1, 3)), [0.0, 3.0, 6.0, 0.0, 0.0, 0.0]);
        assert_eq!(box_mean(&plane, 3, (3, 1))[2], 6.0);
        assert!(box_mean(&[], 0, (3, 3)).is_empty());
    }
}
