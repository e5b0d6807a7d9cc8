//! The fingerprint of an exposure: brightness of 17 x 16 places around the face, each compared with its neighbour.
//!
//! Measured around the face because the backdrop is the same for everybody.

use image::RgbImage;

use crate::domain::exposure::ExposureHash;
use crate::domain::face::FaceMeasurements;

/// Side of the square around the face, face widths.
const SIDE: f32 = 2.0;
const COLUMNS: usize = 17;
const ROWS: usize = 16;
/// Pixels looked at along each side of a place.
const LOOKS: usize = 12;

/// `face` in pixels of `picture`; places outside it repeat its edge.
pub fn fingerprint(picture: &RgbImage, face: &FaceMeasurements) -> ExposureHash {
    let side = (SIDE * face.face_width()).max(COLUMNS as f32);
    // Whole pixels: the same picture must give the same bits.
    let (left, top) = ((face.eye_center().x - side / 2.0).round(), (face.eye_center().y - 0.45 * side).round());
    let brightness = |column: usize, row: usize| -> u32 {
        let mut sum = 0;
        for step in 0..LOOKS * LOOKS {
            let across = (column * LOOKS + step % LOOKS) as f32 + 0.5;
            let down = (row * LOOKS + step / LOOKS) as f32 + 0.5;
            let x = left + across * side / (COLUMNS * LOOKS) as f32;
            let y = top + down * side / (ROWS * LOOKS) as f32;
            let inside = |at: f32, end: u32| (at.max(0.0) as u32).min(end.saturating_sub(1));
            let pixel = picture.get_pixel(inside(x, picture.width()), inside(y, picture.height())).0;
            sum += 2 * u32::from(pixel[0]) + 4 * u32::from(pixel[1]) + u32::from(pixel[2]);
        }
        sum
    };
    let mut bits = [0_u64; 4];
    if picture.width() == 0 || picture.height() == 0 {
        return ExposureHash::from_bits(bits);
    }
    for row in 0..ROWS {
        let line: [u32; COLUMNS] = std::array::from_fn(|column| brightness(column, row));
        for (column, pair) in line.windows(2).enumerate() {
            let bit = row * (COLUMNS - 1) + column;
            bits[bit / 64] |= u64::from(pair[0] < pair[1]) << (bit % 64);
        }
    }
    ExposureHash::from_bits(bits)
}
