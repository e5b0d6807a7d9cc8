//! Bytes of a picture file to pixels and the facts that the file states about itself.
//!
//! JPEG, PNG and WebP; turned upright as its EXIF data says (whole quarter turns, lossless). Sizes are capped before
//! memory is taken. Facts come from the markers themselves, since decoders hide them.

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, RgbImage};
use std::io::Cursor;

use super::jpeg::JpegFacts;

/// Largest file that is read, bytes.
pub const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;
/// Most pixels of a picture: larger than any camera of this trade.
pub const MAX_PIXELS: u64 = 100_000_000;

/// Why a file gives no picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    #[error("the file is empty")]
    Empty,
    #[error("the file has {bytes} bytes, more than the {MAX_FILE_BYTES} that are read")]
    FileTooLarge { bytes: usize },
    #[error("the file is no JPEG, PNG or WebP picture")]
    UnknownFormat,
    #[error("the picture has {width} x {height} pixels, more than the {MAX_PIXELS} that are read")]
    TooManyPixels { width: u32, height: u32 },
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
            Self::TooManyPixels { .. } => "too_many_pixels",
            Self::Damaged { .. } => "damaged",
            Self::Unsupported { .. } => "unsupported",
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
#[derive(Debug, Clone)]
pub struct DecodedPicture {
    /// RGB8, row-major, stride 3 * width bytes, upright; transparency is laid on white.
    pub picture: RgbImage,
    pub facts: FileFacts,
}

/// Decodes a picture file.
pub fn decode(bytes: &[u8]) -> Result<DecodedPicture, PictureError> {
    if bytes.is_empty() {
        return Err(PictureError::Empty);
    }
    if bytes.len() > MAX_FILE_BYTES {
        return Err(PictureError::FileTooLarge { bytes: bytes.len() });
    }
    let image_format = image::guess_format(bytes).map_err(|_not_known| PictureError::UnknownFormat)?;
    let format = match image_format {
        ImageFormat::Jpeg => FileFormat::Jpeg,
        ImageFormat::Png => FileFormat::Png,
        ImageFormat::WebP => FileFormat::WebP,
        _ => return Err(PictureError::UnknownFormat),
    };
    let damaged = |error: image::ImageError| PictureError::Damaged { detail: error.to_string() };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), image_format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_PIXELS * 8);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooManyPixels { width, height });
    }
    if width == 0 || height == 0 {
        return Err(PictureError::Damaged { detail: String::from("it has no pixels") });
    }
    let orientation = decoder.orientation().map_err(damaged)?;
    let exif = decoder.exif_metadata().ok().flatten();
    let jpeg = match format {
        FileFormat::Jpeg => Some(JpegFacts::of(bytes)?),
        FileFormat::Png | FileFormat::WebP => None,
    };
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    let color = color_model(&picture, jpeg.as_ref());
    let turned = orientation != Orientation::NoTransforms;
    if turned {
        picture.apply_orientation(orientation);
    }
    let dpi = jpeg
        .as_ref()
        .and_then(|facts| facts.jfif_dpi)
        .or_else(|| exif.as_deref().and_then(super::density::exif_dpi))
        .or_else(|| (format == FileFormat::Png).then(|| super::density::png_dpi(bytes)).flatten());
    let facts = FileFacts { format, bytes: bytes.len(), width, height, color, turned, dpi, jpeg };
    Ok(DecodedPicture { picture: on_white(picture), facts })
}

fn color_model(picture: &DynamicImage, jpeg: Option<&JpegFacts>) -> ColorModel {
    use image::ColorType;
    if jpeg.is_some_and(|facts| facts.components == 4) {
        return ColorModel::Cmyk;
    }
    match picture.color() {
        ColorType::Rgb8 => ColorModel::Rgb8,
        ColorType::L8 => ColorModel::Grey,
        ColorType::La8 | ColorType::Rgba8 => ColorModel::Alpha,
        _ => ColorModel::Deep,
    }
}

fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let source = picture.into_rgba8();
    RgbImage::from_fn(source.width(), source.height(), |x, y| {
        let [r, g, b, a] = source.get_pixel(x, y).0.map(u32::from);
        image::Rgb([r, g, b].map(|value| ((value * a + 255 * (255 - a) + 127) / 255) as u8))
    })
}
