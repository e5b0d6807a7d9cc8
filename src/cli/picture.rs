//! What the commands about picture files share: reading a file, and saying in JSON or words why one cannot be used.

use std::path::Path;
use std::time::Instant;

use serde_json::{Value, json};

use super::{Context, line};
use crate::domain::fault::PictureFault;
use crate::text::Lang;
use crate::text::picture::picture;
use crate::vision::decode::{DecodedPicture, PictureError, decode};
use crate::worker::intake::{NotRead, read_limited};

/// Why a file gives nothing: a word for programs, a sentence for people.
#[derive(Debug)]
pub(super) struct Unreadable {
    pub code: &'static str,
    pub message: String,
}

impl Unreadable {
    /// A fault with its particulars (an error's own sentence), and what to do about it.
    pub(super) fn told(code: &'static str, fault: PictureFault, particulars: &dyn std::fmt::Display) -> Self {
        let advice = picture(fault, Lang::En).advice;
        Self { code, message: format!("{particulars}; {advice}") }
    }
}

impl From<PictureError> for Unreadable {
    fn from(error: PictureError) -> Self {
        Self::told(error.code(), error.fault(), &error)
    }
}

/// Reads and decodes a picture file.
pub(super) fn open(path: &Path) -> Result<DecodedPicture, Unreadable> {
    Ok(decode(&read(path)?)?)
}

/// Reads a file that is not larger than pictures are.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Unreadable> {
    let refused = |code, message: &str| Unreadable { code, message: message.to_owned() };
    let failed = |error: std::io::Error| {
        let code = match error.kind() {
            std::io::ErrorKind::NotFound => "not_found",
            std::io::ErrorKind::PermissionDenied => "no_permission",
            _ => "unreadable",
        };
        Unreadable { code, message: format!("the file cannot be read: {error}") }
    };
    read_limited(path).map_err(|error| match error {
        NotRead::System(error) => failed(error),
        NotRead::NotAFile if path.is_dir() => refused("is_folder", "this is a folder, not a file"),
        NotRead::NotAFile => refused("not_a_file", "this is a device or a pipe, not a file"),
        NotRead::TooLarge(bytes) => PictureError::FileTooLarge { bytes }.into(),
    })
}

/// Says that a file gives nothing: on stdout for programs, on stderr for people.
pub(super) fn report(path: &Path, unreadable: &Unreadable, context: &Context) {
    let Unreadable { code, message } = unreadable;
    if context.json {
        line(&json!({ "v": 1, "file": shown(path), "error": { "code": code, "message": message } }));
    }
    eprintln!("tucai: {}: {message}", path.display());
}

/// The file's name in JSON.
pub(super) fn shown(path: &Path) -> Value {
    Value::String(path.to_string_lossy().into_owned())
}

/// Milliseconds since a start, one decimal.
pub(super) fn ms(start: Instant) -> f64 {
    (start.elapsed().as_secs_f64() * 10_000.0).round() / 10.0
}

/// A pixel value with at most two decimals.
pub(super) fn px(value: f32) -> f64 {
    (f64::from(value) * 100.0).round() / 100.0
}
