//! Another backdrop behind the person: how much of each pixel is the person, and which colour the person has there.
//!
//! For the plain backdrop of a studio, or any backdrop that was also photographed empty. The old backdrop is known
//! almost everywhere (`field`), the person map says roughly who is in front of it, and only in a narrow band
//! between both (`regions`) coverage and colour are worked out pixel by pixel (`solve`). Everything is mixed in
//! linear light. The person is never retouched: a pixel that is surely the person stays what it was, bit by bit.
//! Whether a profile allows any of this is `standardize`'s to ask.

mod field;
mod regions;
mod solve;

use image::RgbImage;

use self::field::Field;
use self::regions::Regions;
use super::linear::{encode, linear, linear_of};

/// Why the backdrop cannot be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum MattingError {
    #[error("the backdrop is not plain, so that the person cannot be told from it")]
    NotPlain,
    #[error("too little of the backdrop is in the picture")]
    NoBackdrop,
    #[error("no person stands out from the backdrop")]
    NoPerson,
    #[error("the picture of the empty backdrop has another size than the picture")]
    PlateSize,
    #[error("the picture of the empty backdrop does not show this picture's backdrop")]
    OtherPlate,
}

/// What is known about a picture before its person is cut out.
pub struct Given<'a> {
    pub picture: &'a RgbImage,
    /// Probability, 0 to 1, that a pixel (column, row) shows the person; off by several pixels is good enough.
    pub person: &'a dyn Fn(f32, f32) -> f32,
    /// The same camera's picture without the person, cut the same way.
    pub plate: Option<&'a RgbImage>,
    /// Pixels of this picture per pixel of the standard picture: lengths below are written for the latter.
    pub scale: f32,
}

/// The person cut out: linear light and coverage, row-major.
#[derive(Debug, Clone)]
pub struct Matte {
    width: u32,
    height: u32,
    alpha: Vec<f32>,
    /// The person's own colour in linear light, where the coverage is neither 0 nor 1.
    mixed: Vec<(usize, [f32; 3])>,
}

impl Matte {
    /// Cuts the person out.
    pub fn of(given: &Given<'_>) -> Result<Self, MattingError> {
        let (width, height) = given.picture.dimensions();
        if given.plate.is_some_and(|plate| plate.dimensions() != (width, height)) {
            return Err(MattingError::PlateSize);
        }
        let prior = prior(given);
        let field = Field::fit(given, &prior)?;
        let regions = Regions::of(given, &prior, &field)?;
        let solved = solve::solve(given, &prior, &field, &regions);
        Ok(Self { width, height, alpha: solved.alpha, mixed: solved.mixed })
    }

    /// Coverage of every pixel, 0 to 1.
    pub fn alpha(&self) -> &[f32] {
        &self.alpha
    }

    /// The person before an even backdrop of an sRGB colour; `picture` is the one that was cut out.
    pub fn over(&self, picture: &RgbImage, color: [u8; 3]) -> RgbImage {
        debug_assert_eq!(picture.dimensions(), (self.width, self.height));
        let mut composed = picture.clone();
        let (pixels, _) = composed.as_chunks_mut::<3>();
        for (pixel, alpha) in pixels.iter_mut().zip(&self.alpha) {
            if *alpha <= 0.0 {
                *pixel = color;
            }
        }
        let behind = linear_of(color);
        for (index, own) in &self.mixed {
            let alpha = self.alpha[*index];
            if let Some(pixel) = pixels.get_mut(*index) {
                *pixel = std::array::from_fn(|i| encode(own[i] * alpha + behind[i] * (1.0 - alpha)));
            }
        }
        composed
    }
}

/// The person map read once per pixel; it is coarse, so that every second pixel of every second row is enough.
fn prior(given: &Given<'_>) -> Vec<f32> {
    let (width, height) = (given.picture.width() as usize, given.picture.height() as usize);
    let mut prior = vec![0.0; width * height];
    for row in (0..height).step_by(2) {
        let from = row * width;
        for column in (0..width).step_by(2) {
            let value = (given.person)(column as f32 + 1.0, row as f32 + 1.0);
            prior[from + column] = value;
            if column + 1 < width {
                prior[from + column + 1] = value;
            }
        }
        if row + 1 < height {
            prior.copy_within(from..from + width, from + width);
        }
    }
    prior
}

/// Linear light of a picture's pixel.
fn light_at(picture: &RgbImage, index: usize) -> [f32; 3] {
    picture.as_raw()[3 * index..].first_chunk::<3>().map_or([0.0; 3], |pixel| pixel.map(linear))
}

/// Levels (0 to 255) of a picture's pixel.
fn levels_at(picture: &RgbImage, index: usize) -> [f32; 3] {
    picture.as_raw()[3 * index..].first_chunk::<3>().map_or([0.0; 3], |pixel| pixel.map(f32::from))
}
