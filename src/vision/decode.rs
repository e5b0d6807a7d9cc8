//! Bytes of a picture file to pixels and the facts that the file states about itself.
//!
//! JPEG, PNG and WebP, one still picture; turned upright as its EXIF data says (whole quarter turns, lossless). Sizes
//! are capped before memory is taken, pixels are brought to 8 bits in the memory that they were decoded into. Facts
//! come from the markers themselves, since decoders hide them.

use std::fmt;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};

use super::density::png_chunk;
use super::jpeg::JpegFacts;
use crate::domain::fault::PictureFault;

/// Largest file that is read, bytes.
pub const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;
/// Most pixels of a picture: a little more than the largest cameras of this trade have (61 megapixels).
pub const MAX_PIXELS: u64 = 64_000_000;
/// Most memory that a picture may take while it is decoded, bytes: 24 megapixels of four deep channels.
pub const MAX_DECODED_BYTES: u64 = 200_000_000;

/// Why a file gives no picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    #[error("the file is empty")]
    Empty,
    #[error("the file has {bytes} bytes, more than the {MAX_FILE_BYTES} that are read")]
    FileTooLarge { bytes: usize },
    #[error("the file is no JPEG, PNG or WebP picture")]
    UnknownFormat,
    #[error("the file is a HEIC, HEIF or AVIF picture")]
    Heic,
    #[error("the file is a PDF document")]
    Pdf,
    #[error("the picture has {width} x {height} pixels, more than can be read")]
    TooManyPixels { width: u32, height: u32 },
    #[error("the file holds a moving picture")]
    Animated,
    #[error("the picture is damaged: {detail}")]
    Damaged { detail: String },
    #[error("pictures stored like this are not read: {detail}")]
    Unsupported { detail: &'static str },
}

impl PictureError {
    /// One word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::FileTooLarge { .. } => "file_too_large",
            Self::UnknownFormat => "unknown_format",
            Self::Heic => "heic",
            Self::Pdf => "pdf",
            Self::TooManyPixels { .. } => "too_many_pixels",
            Self::Animated => "animated",
            Self::Damaged { .. } => "damaged",
            Self::Unsupported { .. } => "unsupported",
        }
    }

    /// The same for words.
    pub const fn fault(&self) -> PictureFault {
        match self {
            Self::Empty => PictureFault::Empty,
            Self::FileTooLarge { .. } => PictureFault::FileTooLarge,
            Self::UnknownFormat => PictureFault::UnknownFormat,
            Self::Heic => PictureFault::Heic,
            Self::Pdf => PictureFault::Pdf,
            Self::TooManyPixels { .. } => PictureFault::TooManyPixels,
            Self::Animated => PictureFault::Animated,
            Self::Damaged { .. } => PictureFault::Damaged,
            Self::Unsupported { .. } => PictureFault::Unsupported,
        }
    }
}

/// File types that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileFormat {
    Jpeg,
    Png,
    WebP,
}

/// How the file keeps its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColorModel {
    /// 8 bits each of red, green and blue.
    Rgb8,
    Grey,
    /// With transparency.
    Alpha,
    /// Four inks.
    Cmyk,
    /// More than 8 bits a channel.
    Deep,
}

/// What the file says about itself.
#[derive(Debug, Clone, PartialEq)]
pub struct FileFacts {
    pub format: FileFormat,
    pub bytes: usize,
    /// As stored, before turning upright.
    pub width: u32,
    pub height: u32,
    pub color: ColorModel,
    /// The EXIF data asked for a turn.
    pub turned: bool,
    /// Dots per inch, where the file states them.
    pub dpi: Option<f64>,
    pub jpeg: Option<JpegFacts>,
}

/// A picture and its file's facts.
#[derive(Clone)]
pub struct DecodedPicture {
    /// RGB8, row-major, stride 3 * width bytes, upright; transparency is laid on white.
    pub picture: RgbImage,
    pub facts: FileFacts,
}

/// Without the picture.
impl fmt::Debug for DecodedPicture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodedPicture").field("facts", &self.facts).finish_non_exhaustive()
    }
}

/// Decodes a picture file.
pub fn decode(bytes: &[u8]) -> Result<DecodedPicture, PictureError> {
    if bytes.is_empty() {
        return Err(PictureError::Empty);
    }
    if bytes.len() > MAX_FILE_BYTES {
        return Err(PictureError::FileTooLarge { bytes: bytes.len() });
    }
    if let Some(other) = other_kind(bytes) {
        return Err(other);
    }
    let image_format = image::guess_format(bytes).map_err(|_not_known| PictureError::UnknownFormat)?;
    let format = match image_format {
        ImageFormat::Jpeg => FileFormat::Jpeg,
        ImageFormat::Png => FileFormat::Png,
        ImageFormat::WebP => FileFormat::WebP,
        ImageFormat::Gif => return Err(PictureError::Animated),
        _ => return Err(PictureError::UnknownFormat),
    };
    if (format == FileFormat::Png && png_chunk(bytes, *b"acTL").is_some())
        || (format == FileFormat::WebP && is_animated_webp(bytes))
    {
        return Err(PictureError::Animated);
    }
    // A decoder that stumbles over a file made to harm it must not take the program with it.
    catch_unwind(AssertUnwindSafe(|| decode_as(bytes, format, image_format)))
        .unwrap_or_else(|_panicked| Err(PictureError::Damaged { detail: String::from("its decoder gave up") }))
}

/// Kinds that people bring and that are not read, by their first bytes (ISO/IEC 14496-12 `ftyp` brands, ISO 32000).
fn other_kind(bytes: &[u8]) -> Option<PictureError> {
    const BRANDS: [&[u8]; 9] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"];
    if bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12).is_some_and(|brand| BRANDS.contains(&brand)) {
        return Some(PictureError::Heic);
    }
    bytes.starts_with(b"%PDF").then_some(PictureError::Pdf)
}

fn decode_as(bytes: &[u8], format: FileFormat, image_format: ImageFormat) -> Result<DecodedPicture, PictureError> {
    let damaged = |error: image::ImageError| PictureError::Damaged { detail: error.to_string() };
    let jpeg = match format {
        FileFormat::Jpeg => Some(JpegFacts::of(bytes)?),
        FileFormat::Png | FileFormat::WebP => None,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), image_format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(2 * MAX_DECODED_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    // Every coefficient of a progressive file is kept until its last scan.
    let progressive = jpeg.as_ref().is_some_and(|facts| facts.progressive);
    let most = if progressive { MAX_PIXELS / 2 } else { MAX_PIXELS };
    if u64::from(width) * u64::from(height) > most || decoder.total_bytes() > MAX_DECODED_BYTES {
        return Err(PictureError::TooManyPixels { width, height });
    }
    if width == 0 || height == 0 {
        return Err(PictureError::Damaged { detail: String::from("it has no pixels") });
    }
    let orientation = decoder.orientation().map_err(damaged)?;
    let exif = decoder.exif_metadata().ok().flatten();
    let color_type = decoder.color_type();
    let color = color_model(color_type, jpeg.as_ref());
    let mut raw = vec![0; usize::try_from(decoder.total_bytes()).unwrap_or(usize::MAX)];
    decoder.read_image(&mut raw).map_err(damaged)?;
    let upright = to_rgb8(raw, color_type)
        .and_then(|rgb| RgbImage::from_raw(width, height, rgb))
        .map(|picture| turn(picture, orientation))
        .ok_or(PictureError::Unsupported { detail: "colours of another kind" })?;
    let dpi = jpeg
        .as_ref()
        .and_then(|facts| facts.jfif_dpi)
        .or_else(|| exif.as_deref().and_then(super::density::exif_dpi))
        .or_else(|| (format == FileFormat::Png).then(|| super::density::png_dpi(bytes)).flatten());
    let turned = orientation != Orientation::NoTransforms;
    let facts = FileFacts { format, bytes: bytes.len(), width, height, color, turned, dpi, jpeg };
    Ok(DecodedPicture { picture: upright, facts })
}

const fn color_model(color: ColorType, jpeg: Option<&JpegFacts>) -> ColorModel {
    if let Some(JpegFacts { components: 4, .. }) = jpeg {
        return ColorModel::Cmyk;
    }
    match color {
        ColorType::Rgb8 => ColorModel::Rgb8,
        ColorType::L8 => ColorModel::Grey,
        ColorType::La8 | ColorType::Rgba8 => ColorModel::Alpha,
        _ => ColorModel::Deep,
    }
}

/// Decoded bytes to RGB8: in place where a pixel does not grow, so that a deep picture is never held twice.
/// Transparency is laid on white. `None` for kinds that none of the three formats has.
fn to_rgb8(raw: Vec<u8>, color: ColorType) -> Option<Vec<u8>> {
    let deep = |pixel: &[u8], channel: usize| {
        let value = u16::from_ne_bytes([pixel[2 * channel], pixel[2 * channel + 1]]);
        ((u32::from(value) * 255 + 32_767) / 65_535) as u8
    };
    let on_white = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    match color {
        ColorType::Rgb8 => Some(raw),
        ColorType::L8 => Some(raw.iter().flat_map(|value| [*value; 3]).collect()),
        ColorType::La8 => Some(raw.as_chunks::<2>().0.iter().flat_map(|p| [on_white(p[0], p[1]); 3]).collect()),
        ColorType::L16 => Some(raw.as_chunks::<2>().0.iter().flat_map(|p| [deep(p, 0); 3]).collect()),
        ColorType::La16 => Some(shrink(raw, 4, |p| [on_white(deep(p, 0), deep(p, 1)); 3])),
        ColorType::Rgba8 => Some(shrink(raw, 4, |p| [p[0], p[1], p[2]].map(|value| on_white(value, p[3])))),
        ColorType::Rgb16 => Some(shrink(raw, 6, |p| [0, 1, 2].map(|channel| deep(p, channel)))),
        ColorType::Rgba16 => Some(shrink(raw, 8, |p| [0, 1, 2].map(|channel| on_white(deep(p, channel), deep(p, 3))))),
        _ => None,
    }
}

/// Replaces pixels of `size` bytes (more than three) by three bytes each, in the same memory.
fn shrink(mut raw: Vec<u8>, size: usize, color: impl Fn(&[u8]) -> [u8; 3]) -> Vec<u8> {
    let count = raw.len() / size;
    for pixel in 0..count {
        let rgb = color(&raw[pixel * size..(pixel + 1) * size]);
        raw[pixel * 3..pixel * 3 + 3].copy_from_slice(&rgb);
    }
    raw.truncate(count * 3);
    raw.shrink_to_fit();
    raw
}

fn turn(picture: RgbImage, orientation: Orientation) -> RgbImage {
    if orientation == Orientation::NoTransforms {
        return picture;
    }
    let mut picture = DynamicImage::ImageRgb8(picture);
    picture.apply_orientation(orientation);
    picture.into_rgb8()
}

/// A WebP file whose extended header says that it moves.
fn is_animated_webp(bytes: &[u8]) -> bool {
    bytes.get(12..16) == Some(b"VP8X") && bytes.get(20).is_some_and(|flags| flags & 0x02 != 0)
}
