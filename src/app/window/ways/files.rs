//! A picture that somebody brings: opened by the system's dialog, dropped on the window, or pasted. A code in it is a
//! scan; without one it is the photo of whoever is locked.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use egui::{ColorImage, Context, Event};
use image::RgbImage;

use super::WaysReply;
use crate::app::window::Window;
use crate::domain::code::CodeDigest;
use crate::domain::fault::PictureFault;
use crate::domain::time::Monotonic;
use crate::text;
use crate::ui::view::{Notice, WaysFolder};
use crate::vision::code_file::{FileCode, read_code_file};
use crate::worker::folder::photo_from;
use crate::worker::intake::read_file;
use crate::worker::vision::PhotoFile;

/// Kinds that the dialog offers first.
const KINDS: [&str; 4] = ["jpg", "jpeg", "png", "webp"];

/// A picture that was read.
pub(in crate::app::window) struct Brought {
    codes: Vec<FileCode>,
    unusable: bool,
    /// Without a code it may be somebody's photo.
    photo: PhotoFile,
}

impl Brought {
    /// Reads a file; the codes that it shows.
    fn from_file(path: &Path) -> Result<Box<Self>, PictureFault> {
        Self::from_bytes(read_file(path)?)
    }

    fn from_bytes(bytes: Vec<u8>) -> Result<Box<Self>, PictureFault> {
        let file = read_code_file(&bytes).map_err(|error| {
            log::info!("a picture that was brought is not read: {}", error.code());
            error.fault()
        })?;
        let photo = photo_from(bytes, file.decoded);
        Ok(Box::new(Self { codes: file.codes, unusable: file.unusable, photo }))
    }

    /// A picture of the clipboard, which has no file: it is kept as a lossless PNG.
    fn from_pixels(pixels: &ColorImage) -> Result<Box<Self>, PictureFault> {
        let [width, height] = pixels.size;
        let opaque = RgbImage::from_fn(width as u32, height as u32, |x, y| {
            let [red, green, blue, alpha] = pixels.pixels[y as usize * width + x as usize].to_array();
            // premultiplied: what is missing is laid on white, as a transparent file is
            image::Rgb([red, green, blue].map(|value| value.saturating_add(255 - alpha)))
        });
        let mut png = Cursor::new(Vec::new());
        opaque.write_to(&mut png, image::ImageFormat::Png).map_err(|error| {
            log::info!("a pasted picture is not kept: {error}");
            PictureFault::NotMade
        })?;
        Self::from_bytes(png.into_inner())
    }
}

impl Window {
    /// Asks for a picture file; nothing happens when nothing is chosen.
    pub(super) fn open_file(&mut self) {
        if self.open.is_some() && !self.ways.asking {
            self.ways.asking = self.on_ways_thread("file-dialog", || {
                let dialog = rfd::FileDialog::new().add_filter("JPEG PNG WebP", &KINDS).add_filter("*", &["*"]);
                WaysReply::PickedFile(dialog.pick_file())
            });
        }
    }

    pub(super) fn read_file(&mut self, path: PathBuf) {
        self.read("picture-file", move || Brought::from_file(&path));
    }

    /// Files dropped on the window, and a picture from the clipboard.
    pub(super) fn take_dropped(&mut self, ctx: &Context, now: Monotonic) {
        let (dropped, pasted) = ctx.input(|input| {
            let dropped: Vec<_> = input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect();
            let pasted = input.events.iter().find_map(|event| match event {
                Event::PasteImage(picture) => Some(std::sync::Arc::clone(picture)),
                _ => None,
            });
            (dropped, pasted)
        });
        match dropped.as_slice() {
            [] => {}
            [path] if path.is_dir() => {
                self.read_folder(WaysFolder::Codes, path.clone());
                self.memory.page = crate::ui::memory::Page::Ways;
            }
            [path] => self.read_file(path.clone()),
            _ => self.say(Notice::Fault(text::ways::one_file_only(self.preferences.lang())), now),
        }
        if let Some(picture) = pasted {
            self.read("pasted-picture", move || Brought::from_pixels(&picture));
        }
    }

    /// Reads what was brought, for whoever is locked now.
    fn read(&mut self, name: &str, work: impl FnOnce() -> Result<Box<Brought>, PictureFault> + Send + 'static) {
        let meant = self.locked().map(|(_, digest)| digest);
        if self.on_ways_thread(name, move || WaysReply::Brought(work(), meant)) {
            self.ways.reading += 1;
        }
    }

    /// What a picture shows decides what it is for: a code is a scan, anything else the photo of whoever is locked.
    /// A photo never joins somebody who was locked only after it was brought.
    pub(super) fn brought(&mut self, brought: Brought, meant: Option<CodeDigest>, now: Monotonic) {
        let Brought { mut codes, unusable, photo } = brought;
        let lang = self.preferences.lang();
        match codes.len() {
            1 => self.file_code(codes.remove(0).subject, now),
            0 if meant.is_some() && meant == self.locked().map(|(_, digest)| digest) => {
                self.bring_photo(photo, None, now);
            }
            0 if meant.is_some() => self.say(Notice::Fault(text::ways::photo_too_late(lang)), now),
            0 if unusable => self.say(Notice::Fault(text::session::unusable_code(lang)), now),
            0 => self.say(Notice::Fault(text::ways::no_code_in_picture(lang)), now),
            _ => self.ask_which_code(codes),
        }
    }
}
