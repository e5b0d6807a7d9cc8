//! A camera that is mounted on its side or upside down: its pictures stand upright for everything that follows, and its
//! JPEG bytes stay as they were received, with EXIF's word on how they are to be shown.

use std::sync::Arc;
use std::time::Duration;

use image::RgbImage;
use image::imageops::{rotate90, rotate180, rotate270};

use super::{Camera, CameraDescription, CameraError, Frame};
use crate::domain::camera_controls::{CameraControls, Light};
use crate::domain::turn::Turn;

/// The camera as it is mounted.
pub(super) struct Turned {
    camera: Box<dyn Camera>,
    turn: Turn,
    description: CameraDescription,
}

impl Turned {
    /// The camera itself where nothing is to be turned.
    pub(super) fn mounted(camera: Box<dyn Camera>, turn: Turn) -> Box<dyn Camera> {
        if turn == Turn::Upright {
            return camera;
        }
        let mut description = camera.description().clone();
        (description.width, description.height) = turn.size((description.width, description.height));
        Box::new(Self { camera, turn, description })
    }

    fn turned(&self, frame: Frame) -> Frame {
        let picture = Arc::new(turned(&frame.picture, self.turn));
        let jpeg = frame.jpeg.and_then(|jpeg| oriented(&jpeg, self.turn)).map(Arc::from);
        Frame { picture, jpeg, ..frame }
    }
}

impl Camera for Turned {
    fn description(&self) -> &CameraDescription {
        &self.description
    }

    fn next_frame(&mut self) -> Result<Frame, CameraError> {
        let frame = self.camera.next_frame()?;
        Ok(self.turned(frame))
    }

    fn poll_frame(&mut self, at_most: Duration) -> Result<Option<Frame>, CameraError> {
        let frame = self.camera.poll_frame(at_most)?;
        Ok(frame.map(|frame| self.turned(frame)))
    }

    fn controls(&mut self) -> CameraControls {
        self.camera.controls()
    }

    fn hold_light(&mut self, light: Light) -> CameraControls {
        self.camera.hold_light(light)
    }

    fn still_size(&self) -> (u32, u32) {
        self.turn.size(self.camera.still_size())
    }

    fn stills(&mut self, count: usize) -> Result<Vec<Frame>, CameraError> {
        let frames = self.camera.stills(count)?;
        Ok(frames.into_iter().map(|frame| self.turned(frame)).collect())
    }
}

fn turned(picture: &RgbImage, turn: Turn) -> RgbImage {
    match turn {
        Turn::Upright => picture.clone(),
        Turn::Right => rotate90(picture),
        Turn::Around => rotate180(picture),
        Turn::Left => rotate270(picture),
    }
}

/// The received JPEG with an EXIF segment that says how it is shown, behind its start (EXIF 3.0, 4.5.4). Nothing for
/// one that has such a segment already, or that is none: its pixels are kept instead.
fn oriented(jpeg: &[u8], turn: Turn) -> Option<Vec<u8>> {
    const START: [u8; 2] = [0xff, 0xd8];
    let rest = jpeg.strip_prefix(&START)?;
    if jpeg.windows(6).take(1 << 12).any(|window| window == b"Exif\0\0") {
        return None;
    }
    // APP1, its length, "Exif", big-endian TIFF, one entry: tag 0x0112, SHORT, count 1, the value; no next directory.
    let mut segment = vec![0xff, 0xe1, 0x00, 0x22];
    segment.extend_from_slice(b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
    segment.extend_from_slice(&[turn.orientation(), 0, 0, 0, 0, 0, 0]);
    Some([&START[..], &segment, rest].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::decode::decode;

    /// Red on top, blue below: everything that can be turned can be told apart with a green left edge.
    fn picture() -> RgbImage {
        RgbImage::from_fn(64, 48, |x, y| {
            image::Rgb(match (x < 16, y < 24) {
                (true, _) => [20, 200, 20],
                (false, true) => [200, 20, 20],
                (false, false) => [20, 20, 200],
            })
        })
    }

    fn close(a: &RgbImage, b: &RgbImage) -> bool {
        a.dimensions() == b.dimensions()
            && a.as_raw().iter().zip(b.as_raw()).filter(|(a, b)| a.abs_diff(**b) > 60).count() < a.as_raw().len() / 20
    }

    #[test]
    fn the_received_bytes_are_shown_as_the_pixels_are_turned() {
        let mut jpeg = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 95).encode_image(&picture()).unwrap();
        for turn in Turn::ALL {
            let bytes = oriented(&jpeg, turn).unwrap();
            assert_eq!(bytes.len(), jpeg.len() + 36);
            assert!(bytes.ends_with(&jpeg[2..]), "nothing that was received is changed");
            let shown = decode(&bytes).unwrap().picture;
            assert!(close(&shown, &turned(&picture(), turn)), "{turn:?}");
            assert!(oriented(&bytes, turn).is_none(), "what speaks for itself is not contradicted");
        }
        assert!(oriented(b"no jpeg", Turn::Right).is_none());
    }
}
