//! The sample's brightness, worked out once for every check that looks at structure.

use image::RgbImage;

/// Rec. 601 luma of sRGB values, as JPEG keeps it; row-major.
pub(in crate::vision::checks) struct Planes {
    pub width: usize,
    pub height: usize,
    pub luma: Vec<u8>,
}

impl Planes {
    pub(in crate::vision::checks) fn of(picture: &RgbImage) -> Self {
        let luma = picture.as_raw().as_chunks::<3>().0.iter().map(|pixel| luma(*pixel)).collect();
        Self { width: picture.width() as usize, height: picture.height() as usize, luma }
    }

    #[inline]
    pub(in crate::vision::checks) fn at(&self, x: usize, y: usize) -> i32 {
        i32::from(self.luma[y * self.width + x])
    }
}

/// Rec. 601 luma of sRGB values.
#[inline]
pub(in crate::vision::checks) fn luma(p: [u8; 3]) -> u8 {
    ((u32::from(p[0]) * 19595 + u32::from(p[1]) * 38470 + u32::from(p[2]) * 7471 + 32768) >> 16) as u8
}
