//! A smaller copy of a large picture, for everything that looks at faces.
//!
//! The networks see 64 to 256 pixels of a face; reading them straight from 12 or 24 megapixels costs more than the
//! networks do. What is found in the copy is carried back by the whole factor between both.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::RgbImage;

/// The copy's longer side is at least this, pixels; pictures that would not be halved stay as they are.
const SIDE: u32 = 1300;
/// A face whose box is at least this wide in the copy is measured there: more than the networks' input (192 pixels for
/// one and a half times the face) and than the 48 pixels per inter-eye distance of the searches for hair.
const WIDE_ENOUGH: f32 = 300.0;

pub(super) struct Reduced {
    pub(super) picture: RgbImage,
    /// Pixels of the original per pixel of the copy, a whole number.
    pub(super) factor: f32,
}

impl Reduced {
    /// `None` for a picture that is small enough, or when the library refuses.
    pub(super) fn of(picture: &RgbImage) -> Option<Self> {
        let factor = picture.width().max(picture.height()) / SIDE;
        let (width, height) = (picture.width() / factor.max(1), picture.height() / factor.max(1));
        if factor < 2 || width == 0 || height == 0 {
            return None;
        }
        let source = ImageRef::new(picture.width(), picture.height(), picture.as_raw(), PixelType::U8x3).ok()?;
        let mut target = Image::new(width, height, PixelType::U8x3);
        let covered = (f64::from(width * factor), f64::from(height * factor));
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Box))
            .crop(0.0, 0.0, covered.0, covered.1);
        Resizer::new().resize(&source, &mut target, &options).ok()?;
        let picture = RgbImage::from_raw(width, height, target.into_vec())?;
        Some(Self { picture, factor: factor as f32 })
    }

    /// Whether a face of this width in the copy has all the pixels that measuring can use.
    pub(super) fn is_enough_for(face_width: f32) -> bool {
        face_width >= WIDE_ENOUGH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_large_pictures_are_reduced_and_by_a_whole_factor() {
        assert!(Reduced::of(&RgbImage::new(1920, 1080)).is_none());
        let reduced = Reduced::of(&RgbImage::from_pixel(4003, 2999, image::Rgb([9, 80, 200]))).unwrap();
        assert_eq!((reduced.factor, reduced.picture.dimensions()), (3.0, (1334, 999)));
        assert!(reduced.picture.pixels().all(|pixel| pixel.0 == [9, 80, 200]));
        assert!(Reduced::of(&RgbImage::new(20_000, 3)).is_none(), "a strip has nothing to give away");
    }
}
