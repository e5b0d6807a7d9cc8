//! A picture file that somebody brings: the codes that it shows, each with its witness, and the picture itself.
//!
//! Nothing is chosen here: several codes are several subjects.

use image::RgbImage;
use image::imageops::grayscale;

use super::decode::{DecodedPicture, PictureError, decode};
use super::jpeg;
use super::qr::{Effort, ReadCode, read, witness_crop};
use crate::domain::code::CodeSource;
use crate::domain::geometry::Point;
use crate::domain::session::{PictureBytes, Subject};

/// Of a witness: letters of a phone's screen stay readable.
const WITNESS_QUALITY: u8 = 85;
const WITNESS_DPI: u16 = 72;
/// More codes than this in one picture are a sheet, not somebody's code.
pub const MOST_CODES: usize = 9;

/// A code in a picture file.
#[derive(Debug, Clone, PartialEq)]
pub struct FileCode {
    pub subject: Subject,
    /// The symbol's middle as parts of the picture's width and height.
    pub middle: Point,
}

/// What a picture file shows.
#[derive(Debug, Clone)]
pub struct CodeFile {
    pub decoded: DecodedPicture,
    /// Different codes, the largest first; the same code twice is one.
    pub codes: Vec<FileCode>,
    /// There was a symbol that is no code: empty, or one part of several.
    pub unusable: bool,
}

/// Decodes a picture file and reads its codes with patience.
pub fn read_code_file(bytes: &[u8]) -> Result<CodeFile, PictureError> {
    let decoded = decode(bytes)?;
    let (codes, unusable) = codes_of(&decoded.picture);
    Ok(CodeFile { decoded, codes, unusable })
}

/// The different codes of a picture, and whether a symbol was there that is none.
pub fn codes_of(picture: &RgbImage) -> (Vec<FileCode>, bool) {
    let reading = read(&grayscale(picture), Effort::Thorough);
    let mut codes: Vec<FileCode> = Vec::new();
    for code in reading.codes {
        if codes.len() < MOST_CODES && !codes.iter().any(|known| known.subject.code == code.code) {
            codes.push(file_code(picture, code));
        }
    }
    (codes, !reading.refused.is_empty())
}

fn file_code(picture: &RgbImage, code: ReadCode) -> FileCode {
    let (width, height) = picture.dimensions();
    let sum = code.corners.iter().fold(Point::default(), |sum, corner| Point::new(sum.x + corner.x, sum.y + corner.y));
    let middle = Point::new(sum.x / 4.0 / width as f32, sum.y / 4.0 / height as f32);
    let witness = witness(picture, &code.corners);
    let subject = Subject { code: code.code, source: CodeSource::File, symbol: Some(code.symbol), witness };
    FileCode { subject, middle }
}

/// The screen around a code as a small JPEG; `None` where there is none to be cut, and the code counts all the same.
pub fn witness(picture: &RgbImage, corners: &[Point; 4]) -> Option<PictureBytes> {
    let crop = witness_crop(picture, corners)?;
    let file = jpeg::encode(&crop, WITNESS_QUALITY, WITNESS_DPI).ok()?;
    Some(PictureBytes { bytes: file.bytes.into(), media_type: "image/jpeg" })
}
