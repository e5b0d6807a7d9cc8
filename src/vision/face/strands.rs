//! How rough a plane is from pixel to pixel: what tells strands of hair from skin.

use crate::vision::box_mean::box_mean;

/// Box over which roughness is evened out, rows and columns.
const EVEN: (usize, usize) = (5, 7);

/// How much a plane differs from its mean over a box, evened out over a few pixels.
pub(super) fn roughness(plane: &[f32], width: usize, size: (usize, usize)) -> Vec<f32> {
    let mean = box_mean(plane, width, size);
    let apart: Vec<f32> = plane.iter().zip(mean).map(|(value, mean)| (value - mean).abs()).collect();
    box_mean(&apart, width, EVEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stripes_are_rough_across_and_smooth_along() {
        let stripes: Vec<f32> = (0..400).map(|at| f32::from(u8::from(at % 20 % 2 == 0))).collect();
        let (across, down) = (roughness(&stripes, 20, (1, 7)), roughness(&stripes, 20, (7, 1)));
        assert!(across[210] > 0.4 && down[210] < 1e-6, "{} {}", across[210], down[210]);
    }
}
