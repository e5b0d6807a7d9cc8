//! A picture as it came in, before anything was cut or scaled, and what its file says: what that file's compression
//! left cannot be seen any more in the standard picture.

use image::RgbImage;

use super::blocks::blocks;
use super::decode::{DecodedPicture, FileFacts};
use crate::domain::face::FaceMeasurements;

/// A picture to be judged, with the facts of the file that it was decoded from, where it was one.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// RGB8, upright.
    pub picture: &'a RgbImage,
    /// `None` for a camera's frame.
    pub facts: Option<&'a FileFacts>,
}

impl<'a> From<&'a RgbImage> for Incoming<'a> {
    fn from(picture: &'a RgbImage) -> Self {
        Self { picture, facts: None }
    }
}

impl<'a> From<&'a DecodedPicture> for Incoming<'a> {
    fn from(decoded: &'a DecodedPicture) -> Self {
        Self { picture: &decoded.picture, facts: Some(&decoded.facts) }
    }
}

/// What compression left in an incoming picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Traces {
    /// Strength of its blocks, from 1 on too strong; `None` in a picture too small to show them.
    pub blocks: Option<f32>,
    /// JPEG quality factor of its file, 1 to 100.
    pub quality: Option<u8>,
}

impl Traces {
    pub(super) fn of(incoming: Incoming<'_>, face: &FaceMeasurements) -> Self {
        let quality = incoming.facts.and_then(|facts| facts.jpeg.as_ref()).map(|jpeg| jpeg.quality);
        Self { blocks: blocks(incoming.picture, face.eye_center()), quality }
    }
}
