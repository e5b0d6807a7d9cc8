//! Raw camera formats into RGB: BT.601, limited range, nearest value. Bytes in, bytes out; no device.
//!
//! V4L2 says of these formats "YCbCr encoding ITU-R 601, limited range" for every webcam that was looked at. The
//! factors are 255/219 for luma and 255/112 for chroma times the BT.601 weights, in 20 bit fixed point: within
//! 0.0004 of the exact value before rounding.

/// Rows of raw pixels: `stride` bytes apart, which may be more than the pixels need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    pub width: usize,
    pub height: usize,
    /// Bytes from one row to the next.
    pub stride: usize,
}

/// A buffer with fewer bytes than its size needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the frame has {found} bytes, its size needs {needed}")]
pub struct TooShort {
    pub found: usize,
    pub needed: usize,
}

const BITS: u32 = 20;
const HALF: i32 = 1 << (BITS - 1);

const fn fixed(factor: f64) -> i32 {
    (factor * (1 << BITS) as f64 + 0.5) as i32
}

const Y_GAIN: i32 = fixed(255.0 / 219.0);
const V_TO_RED: i32 = fixed(255.0 / 112.0 * 0.701);
const U_TO_GREEN: i32 = fixed(255.0 / 112.0 * 0.886 * 0.114 / 0.587);
const V_TO_GREEN: i32 = fixed(255.0 / 112.0 * 0.701 * 0.299 / 0.587);
const U_TO_BLUE: i32 = fixed(255.0 / 112.0 * 0.886);

// Wrapping operations below: no value comes near 2^31 (the largest is 5.6e8), and checked ones keep the loops from being
// vectorized.

/// What one chroma pair adds to red, green and blue, with the rounding half included.
#[inline]
fn chroma(u: u8, v: u8) -> [i32; 3] {
    let (u, v) = (i32::from(u).wrapping_sub(128), i32::from(v).wrapping_sub(128));
    let green = U_TO_GREEN.wrapping_mul(u).wrapping_add(V_TO_GREEN.wrapping_mul(v));
    [
        V_TO_RED.wrapping_mul(v).wrapping_add(HALF),
        HALF.wrapping_sub(green),
        U_TO_BLUE.wrapping_mul(u).wrapping_add(HALF),
    ]
}

#[inline]
fn pixel(y: u8, chroma: [i32; 3]) -> [u8; 3] {
    let luma = i32::from(y).wrapping_sub(16).wrapping_mul(Y_GAIN);
    chroma.map(|part| (luma.wrapping_add(part) >> BITS).clamp(0, 255) as u8)
}

/// The stride of a packed or planar buffer, from its length: drivers pad rows to a power of two, and buffers to whole
/// pages, and only the buffer's length is known here. `row` is a row's own bytes, `rows` how many rows all planes
/// have together; rows are taken as padded only where the length fits a multiple of 32 bytes exactly.
pub fn stride_of(length: usize, row: usize, rows: usize) -> usize {
    let stride = length.checked_div(rows).unwrap_or(row);
    let padded = stride > row && stride - row < 256 && stride.is_multiple_of(32) && length.is_multiple_of(rows);
    if padded { stride } else { row }
}

fn enough(found: usize, needed: usize) -> Result<(), TooShort> {
    if found < needed { Err(TooShort { found, needed }) } else { Ok(()) }
}

/// YUYV (Y0 U Y1 V per two pixels, even width) into RGB8, row-major, stride 3 * width.
pub fn rgb_from_yuyv(bytes: &[u8], layout: Layout) -> Result<Vec<u8>, TooShort> {
    let Layout { width, height, stride } = layout;
    enough(bytes.len(), stride * height.saturating_sub(1) + 2 * width)?;
    let mut rgb = vec![0; 3 * width * height];
    for (row, out) in bytes.chunks(stride).zip(rgb.chunks_exact_mut(3 * width)) {
        for (four, six) in row[..2 * width].chunks_exact(4).zip(out.chunks_exact_mut(6)) {
            let colour = chroma(four[1], four[3]);
            six[..3].copy_from_slice(&pixel(four[0], colour));
            six[3..].copy_from_slice(&pixel(four[2], colour));
        }
    }
    Ok(rgb)
}

/// NV12 (a plane of Y, then a plane of U V pairs at half size; even width and height) into RGB8, row-major,
/// stride 3 * width. Both planes have the same stride.
pub fn rgb_from_nv12(bytes: &[u8], layout: Layout) -> Result<Vec<u8>, TooShort> {
    let Layout { width, height, stride } = layout;
    enough(bytes.len(), stride * (height + height / 2).saturating_sub(1) + width)?;
    let (luma, pairs) = bytes.split_at(stride * height);
    let mut rgb = vec![0; 3 * width * height];
    for (index, out) in rgb.chunks_exact_mut(3 * width).enumerate() {
        let ys = &luma[index * stride..][..width];
        let uvs = &pairs[index / 2 * stride..][..width];
        for ((two, uv), six) in ys.chunks_exact(2).zip(uvs.chunks_exact(2)).zip(out.chunks_exact_mut(6)) {
            let colour = chroma(uv[0], uv[1]);
            six[..3].copy_from_slice(&pixel(two[0], colour));
            six[3..].copy_from_slice(&pixel(two[1], colour));
        }
    }
    Ok(rgb)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// BT.601 limited range in floating point, before rounding.
    fn exact(y: u8, u: u8, v: u8) -> [f64; 3] {
        let luma = 255.0 / 219.0 * (f64::from(y) - 16.0);
        let (blue, red) = ((f64::from(u) - 128.0) * 255.0 / 112.0, (f64::from(v) - 128.0) * 255.0 / 112.0);
        [luma + 0.701 * red, luma - 0.886 * 0.114 / 0.587 * blue - 0.701 * 0.299 / 0.587 * red, luma + 0.886 * blue]
    }

    #[test]
    fn every_colour_is_the_nearest_value() {
        for y in 0..=255 {
            for u in 0..=255 {
                for v in (0..=255).step_by(3) {
                    let found = pixel(y, chroma(u, v));
                    for (channel, exact) in found.into_iter().zip(exact(y, u, v)) {
                        let off = f64::from(channel) - exact.clamp(0.0, 255.0);
                        assert!(off.abs() <= 0.5005, "y {y} u {u} v {v}: {channel} for {exact}");
                    }
                }
            }
        }
    }

    #[test]
    fn reference_colours_come_out() {
        // ITU-R BT.601 at 8 bits: white, black, 100 % red, green and blue.
        for ((y, u, v), rgb) in [
            ((235, 128, 128), [255, 255, 255]),
            ((16, 128, 128), [0, 0, 0]),
            ((81, 90, 240), [254, 0, 0]),
            ((145, 54, 34), [0, 255, 1]),
            ((41, 240, 110), [0, 0, 255]),
        ] {
            let found = pixel(y, chroma(u, v));
            for (a, b) in found.into_iter().zip(rgb) {
                assert!(a.abs_diff(b) <= 1, "{found:?} for {rgb:?}");
            }
        }
    }

    #[test]
    fn padded_rows_are_skipped() {
        // Two rows of two grey pixels, padded to 32 bytes with bytes that would be bright green.
        let mut bytes = vec![0; 64];
        bytes[..4].copy_from_slice(&[126, 128, 126, 128]);
        bytes[32..36].copy_from_slice(&[200, 128, 200, 128]);
        let layout = Layout { width: 2, height: 2, stride: stride_of(64, 4, 2) };
        let rgb = rgb_from_yuyv(&bytes, layout).unwrap();
        assert_eq!(rgb, [128, 128, 128, 128, 128, 128, 214, 214, 214, 214, 214, 214]);
    }

    #[test]
    fn whole_pages_at_the_end_are_no_padding_of_rows() {
        assert_eq!(stride_of(462_848, 1280, 360), 1280, "640x360 in whole pages of 4096 bytes");
        assert_eq!(stride_of(640 * 480 * 2, 1280, 480), 1280);
        assert_eq!(stride_of(1_382_400, 1280, 1080), 1280, "NV12, 1280x720");
        assert_eq!(stride_of(1376 * 768 * 2, 1366 * 2, 768), 2752, "1366 pixels padded to 1376");
    }

    #[test]
    fn nv12_and_yuyv_agree_on_a_picture_of_one_colour_per_block() {
        let (width, height) = (4, 4);
        let (mut packed, mut luma, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
        for row in 0..height {
            for column in (0..width).step_by(2) {
                let (y, u, v) = ((40 + 20 * row + column) as u8, (100 + 8 * (row / 2)) as u8, (140 + column) as u8);
                packed.extend([y, u, y + 3, v]);
                luma.extend([y, y + 3]);
                if row % 2 == 0 {
                    pairs.extend([u, v]);
                }
            }
        }
        luma.extend(pairs);
        let yuyv = rgb_from_yuyv(&packed, Layout { width, height, stride: 8 }).unwrap();
        let nv12 = rgb_from_nv12(&luma, Layout { width, height, stride: 4 }).unwrap();
        assert_eq!(yuyv, nv12);
    }

    #[test]
    fn a_short_buffer_is_an_error() {
        let layout = Layout { width: 4, height: 2, stride: 8 };
        assert_eq!(rgb_from_yuyv(&[0; 15], layout), Err(TooShort { found: 15, needed: 16 }));
        let layout = Layout { width: 4, height: 2, stride: 4 };
        assert_eq!(rgb_from_nv12(&[0; 11], layout), Err(TooShort { found: 11, needed: 12 }));
    }
}
