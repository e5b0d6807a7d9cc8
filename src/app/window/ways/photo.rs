//! The existing photo that is framed by hand: its texture, and what the bands say to the frame as it is now.

use std::path::Path;
use std::sync::Arc;

use egui::{Context, TextureHandle, TextureOptions};

use crate::app::window::pictures::color_image;
use crate::app::window::view::lines_of;
use crate::app::window::{OpenDesk, Window};
use crate::domain::tether::Waits;
use crate::domain::time::Monotonic;
use crate::ui::view::{PhotoEdit, Picture};
use crate::worker::clock::wall_now;
use crate::worker::vision::{OpenPhoto, PhotoFile};

/// Longest side of the texture, pixels: more than any window shows, and every graphics driver takes it.
const LONGEST: u32 = 1600;

/// The photo that is shown, with its texture.
pub(super) struct ShownPhoto {
    photo: Arc<OpenPhoto>,
    texture: TextureHandle,
}

impl ShownPhoto {
    fn new(photo: &Arc<OpenPhoto>, ctx: &Context) -> Self {
        let picture = &photo.decoded.picture;
        let (width, height) = picture.dimensions();
        let shrink = (LONGEST as f32 / width.max(height) as f32).min(1.0);
        let side = |length: u32| ((length as f32 * shrink) as u32).max(1);
        let small = image::imageops::thumbnail(picture, side(width), side(height));
        let texture = ctx.load_texture("existing photo", color_image(&small), TextureOptions::LINEAR);
        Self { photo: Arc::clone(photo), texture }
    }
}

impl Window {
    /// Brings a photo to whoever is locked; false when it was refused. `path` tells the tethered camera's pictures
    /// from those that were dropped or pasted.
    pub(super) fn bring_photo(&mut self, file: PhotoFile, path: Option<&Path>, now: Monotonic) -> bool {
        let Some(open) = &mut self.open else { return false };
        match open.desk.bring_photo(file, now) {
            Ok(()) => {
                self.photo_was_brought(path);
                true
            }
            Err(rejected) => {
                log::info!("{rejected}");
                self.portrait_not_joined(path, Waits::NobodyLocked);
                self.refuse(rejected.reason, now);
                false
            }
        }
    }

    pub(super) fn use_photo(&mut self, now: Monotonic) {
        let Some(open) = &mut self.open else { return };
        let Some(frame) = self.memory.crop.or_else(|| open.desk.photo().map(|photo| photo.automatic)) else { return };
        match open.desk.use_photo(frame, wall_now(), now) {
            Ok(()) => self.photo_was_used(),
            Err(rejected) => {
                log::info!("{rejected}");
                self.refuse(rejected.reason, now);
            }
        }
    }

    pub(super) fn close_photo(&mut self, now: Monotonic) {
        let Some(open) = &mut self.open else { return };
        if let Err(rejected) = open.desk.close_photo(now) {
            log::info!("{rejected}");
        }
    }

    /// The photo under its frame; a new one starts at the automatic crop.
    pub(super) fn photo_view(&mut self, ctx: &Context) -> Option<PhotoEdit> {
        let open: &OpenDesk = self.open.as_deref()?;
        let Some(photo) = open.desk.photo() else {
            self.ways.photo = None;
            return None;
        };
        if !self.ways.photo.as_ref().is_some_and(|shown| Arc::ptr_eq(&shown.photo, photo)) {
            self.ways.photo = Some(ShownPhoto::new(photo, ctx));
            self.memory.crop = Some(photo.automatic);
        }
        let shown = self.ways.photo.as_ref()?;
        let frame = self.memory.crop.unwrap_or(photo.automatic);
        let (face, findings) = photo.bands(&frame, &open.context.profile.profile);
        let [width, height] = shown.texture.size();
        let (source_width, source_height) = photo.decoded.picture.dimensions();
        Some(PhotoEdit {
            picture: Picture { texture: shown.texture.id(), size: [width as f32, height as f32] },
            size: [source_width as f32, source_height as f32],
            automatic: photo.automatic,
            findings,
            measured: Some(lines_of(&face)),
        })
    }
}
