//! A picture that somebody brings: opened by the system's dialog, dropped on the window, or pasted. A code in it is a
//! scan.

use std::path::Path;

use egui::{ColorImage, Context, Event};
use image::RgbImage;

use super::WaysReply;
use crate::app::window::Window;
use crate::domain::fault::PictureFault;
use crate::domain::time::Monotonic;
use crate::text;
use crate::ui::view::Notice;
use crate::vision::code_file::{FileCode, codes_of, read_code_file};
use crate::worker::intake::read_file;

/// Kinds that the dialog offers first.
const KINDS: [&str; 4] = ["jpg", "jpeg", "png", "webp"];

/// A picture that was read.
pub(in crate::app::window) struct Brought {
    codes: Vec<FileCode>,
    unusable: bool,
}

impl Brought {
    /// Reads a file; the codes that it shows.
    fn from_file(path: &Path) -> Result<Box<Self>, PictureFault> {
        let bytes = read_file(path)?;
        let file = read_code_file(&bytes).map_err(|error| {
            log::info!("a picture that was brought is not read: {}", error.code());
            error.fault()
        })?;
        Ok(Box::new(Self { codes: file.codes, unusable: file.unusable }))
    }

    fn from_pixels(pixels: &ColorImage) -> Box<Self> {
        let [width, height] = pixels.size;
        let opaque = RgbImage::from_fn(width as u32, height as u32, |x, y| {
            let [red, green, blue, alpha] = pixels.pixels[y as usize * width + x as usize].to_array();
            // premultiplied: what is missing is laid on white, as a transparent file is
            image::Rgb([red, green, blue].map(|value| value.saturating_add(255 - alpha)))
        });
        let (codes, unusable) = codes_of(&opaque);
        Box::new(Self { codes, unusable })
    }
}

impl Window {
    /// Asks for a picture file; nothing happens when nothing is chosen.
    pub(super) fn open_file(&mut self) {
        if self.open.is_none() || self.ways.reading > 0 {
            return;
        }
        self.read("file-dialog", || {
            let picked = rfd::FileDialog::new().add_filter("JPEG PNG WebP", &KINDS).add_filter("*", &["*"]).pick_file();
            picked.map_or(WaysReply::Nothing, |path| WaysReply::Brought(Brought::from_file(&path)))
        });
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
            [path] => {
                let path = path.clone();
                self.read("dropped-file", move || WaysReply::Brought(Brought::from_file(&path)));
            }
            _ => self.say(Notice::Fault(text::ways::one_file_only(self.preferences.lang())), now),
        }
        if let Some(picture) = pasted {
            self.read("pasted-picture", move || WaysReply::Brought(Ok(Brought::from_pixels(&picture))));
        }
    }

    fn read(&mut self, name: &str, work: impl FnOnce() -> WaysReply + Send + 'static) {
        if self.on_ways_thread(name, work) {
            self.ways.reading += 1;
        }
    }

    /// What a picture shows decides what it is for: a code is a scan.
    pub(super) fn brought(&mut self, brought: Brought, now: Monotonic) {
        let Brought { mut codes, unusable } = brought;
        let lang = self.preferences.lang();
        match codes.len() {
            1 => self.file_code(codes.remove(0).subject, now),
            0 if unusable => self.say(Notice::Fault(text::session::unusable_code(lang)), now),
            0 => self.say(Notice::Fault(text::ways::no_code_in_picture(lang)), now),
            _ => self.ask_which_code(codes),
        }
    }
}
