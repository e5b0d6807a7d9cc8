//! Textures: the preview (one, set per frame), the code's picture, the burst, thumbnails.

use std::collections::HashMap;
use std::sync::Arc;

use egui::{ColorImage, Context, TextureHandle, TextureOptions};
use image::RgbImage;

use crate::device::camera::Frame;
use crate::domain::geometry::Rect;
use crate::domain::ids::RecordId;
use crate::domain::notice::Example;
use crate::domain::session::PictureBytes;
use crate::ui::view::Picture;

/// Width and height of the burst's small pictures, pixels.
const SMALL: (u32, u32) = (180, 240);
/// Width of the scan camera's picture, pixels.
const SCAN_WIDTH: f32 = 640.0;

/// What the burst's textures show: attempt and chosen frame.
type BurstKey = (u32, usize);

/// Every texture of the window.
#[derive(Default)]
pub(super) struct Album {
    preview: Option<(u64, TextureHandle)>,
    scan: Option<(u64, TextureHandle)>,
    witness: Option<(Arc<[u8]>, TextureHandle)>,
    burst: Option<(BurstKey, Vec<TextureHandle>)>,
    large: Option<(RecordId, TextureHandle)>,
    thumbs: HashMap<RecordId, TextureHandle>,
    /// Decoded by the store's visits, not yet textures.
    waiting: Vec<(RecordId, ColorImage)>,
    /// Drawn for the student's screen once it is wanted.
    examples: Examples,
}

/// How far the drawn examples are.
#[derive(Default)]
enum Examples {
    #[default]
    NotAsked,
    Asked,
    Drawn(Vec<(Example, ColorImage)>),
    Shown(Vec<(Example, TextureHandle)>),
}

pub(super) fn picture_of(handle: &TextureHandle) -> Picture {
    let [width, height] = handle.size();
    Picture { texture: handle.id(), size: [width as f32, height as f32] }
}

/// The texture of a stream's newest frame.
fn newest(
    kept: &mut Option<(u64, TextureHandle)>,
    ctx: &Context,
    name: &str,
    sequence: u64,
    pixels: impl FnOnce() -> ColorImage,
) -> Picture {
    if let Some((known, handle)) = kept {
        if *known != sequence {
            handle.set(pixels(), TextureOptions::LINEAR);
            *known = sequence;
        }
        return picture_of(handle);
    }
    let handle = ctx.load_texture(name, pixels(), TextureOptions::LINEAR);
    let picture = picture_of(&handle);
    *kept = Some((sequence, handle));
    picture
}

/// RGB8 pixels as egui wants them.
pub(super) fn color_image(picture: &RgbImage) -> ColorImage {
    let (width, height) = picture.dimensions();
    ColorImage::from_rgb([width as usize, height as usize], picture.as_raw())
}

/// Decodes a JPEG or PNG; what cannot be read gives no picture.
pub(super) fn decode(bytes: &[u8]) -> Option<RgbImage> {
    match image::load_from_memory(bytes) {
        Ok(picture) => Some(picture.to_rgb8()),
        Err(error) => {
            log::warn!("a stored picture cannot be shown: {error}");
            None
        }
    }
}

impl Album {
    /// The preview; the texture is set only when the frame is new.
    pub(super) fn preview(&mut self, ctx: &Context, frame: &Frame) -> Picture {
        newest(&mut self.preview, ctx, "preview", frame.sequence, || color_image(&frame.picture))
    }

    /// What the scan camera sees, small: it is looked at from a step away.
    pub(super) fn scan(&mut self, ctx: &Context, frame: &Frame) -> Picture {
        let small = || {
            let (width, height) = frame.picture.dimensions();
            let shrink = (SCAN_WIDTH / width.max(1) as f32).min(1.0);
            let side = |length: u32| ((length as f32 * shrink) as u32).max(1);
            color_image(&image::imageops::thumbnail(&*frame.picture, side(width), side(height)))
        };
        newest(&mut self.scan, ctx, "scan camera", frame.sequence, small)
    }

    /// Another camera begins.
    pub(super) fn forget_preview(&mut self) {
        self.preview = None;
    }

    /// The picture of the phone.
    pub(super) fn witness(&mut self, ctx: &Context, bytes: &PictureBytes) -> Option<Picture> {
        if let Some((known, handle)) = &self.witness
            && Arc::ptr_eq(known, &bytes.bytes)
        {
            return Some(picture_of(handle));
        }
        let decoded = decode(&bytes.bytes)?;
        let handle = ctx.load_texture("witness", color_image(&decoded), TextureOptions::LINEAR);
        let picture = picture_of(&handle);
        self.witness = Some((Arc::clone(&bytes.bytes), handle));
        Some(picture)
    }

    /// The frames of a burst with their crop and the final picture's shape, cut as they would be saved; the judged one
    /// is its final JPEG.
    pub(super) fn burst(
        &mut self,
        ctx: &Context,
        key: BurstKey,
        (frames, crop, shape): (&[Arc<Frame>], Option<Rect>, f32),
        photo: Option<&PictureBytes>,
    ) -> Vec<Picture> {
        if let Some((known, handles)) = &self.burst
            && *known == key
        {
            return handles.iter().map(picture_of).collect();
        }
        let mut handles: Vec<TextureHandle> = frames
            .iter()
            .map(|frame| {
                ctx.load_texture("burst", color_image(&cut(&frame.picture, crop, shape)), TextureOptions::LINEAR)
            })
            .collect();
        let judged = photo.and_then(|photo| decode(&photo.bytes));
        if let Some(judged) = judged {
            let handle = ctx.load_texture("photo", color_image(&judged), TextureOptions::LINEAR);
            match handles.get_mut(key.1) {
                Some(place) => *place = handle,
                None => handles.push(handle),
            }
        }
        let pictures = handles.iter().map(picture_of).collect();
        self.burst = Some((key, handles));
        pictures
    }

    /// A thumbnail that came from the store.
    pub(super) fn add_thumb(&mut self, id: RecordId, picture: ColorImage) {
        self.waiting.push((id, picture));
    }

    /// True once: somebody must draw the examples.
    pub(super) fn wants_examples(&mut self) -> bool {
        let wanted = matches!(self.examples, Examples::NotAsked);
        if wanted {
            self.examples = Examples::Asked;
        }
        wanted
    }

    pub(super) fn add_examples(&mut self, drawn: Vec<(Example, ColorImage)>) {
        self.examples = Examples::Drawn(drawn);
    }

    /// The examples that are drawn by now.
    pub(super) fn examples(&mut self, ctx: &Context) -> Vec<(Example, Picture)> {
        if let Examples::Drawn(drawn) = &mut self.examples {
            let texture = |(example, image)| (example, ctx.load_texture("example", image, TextureOptions::LINEAR));
            self.examples = Examples::Shown(std::mem::take(drawn).into_iter().map(texture).collect());
        }
        match &self.examples {
            Examples::Shown(shown) => shown.iter().map(|(example, handle)| (*example, picture_of(handle))).collect(),
            _ => Vec::new(),
        }
    }

    /// The photo of a record at its own size.
    pub(super) fn set_large(&mut self, ctx: &Context, id: RecordId, picture: ColorImage) {
        self.large = Some((id, ctx.load_texture("large", picture, TextureOptions::LINEAR)));
    }

    pub(super) fn large(&self) -> Option<(RecordId, Picture)> {
        self.large.as_ref().map(|(id, handle)| (*id, picture_of(handle)))
    }

    /// Turns what has come into textures.
    pub(super) fn load_waiting(&mut self, ctx: &Context) {
        for (id, picture) in self.waiting.drain(..) {
            self.thumbs.insert(id, ctx.load_texture("thumb", picture, TextureOptions::LINEAR));
        }
    }

    pub(super) fn thumb(&self, id: RecordId) -> Option<Picture> {
        self.thumbs.get(&id).map(picture_of)
    }
}

/// The part of a frame that would be saved, small.
fn cut(picture: &RgbImage, crop: Option<Rect>, shape: f32) -> RgbImage {
    let (width, height) = picture.dimensions();
    let resting = crate::ui::guides::resting_crop([width as f32, height as f32], shape);
    let crop = crop.unwrap_or(resting);
    let left = (crop.x.max(0.0) as u32).min(width.saturating_sub(1));
    let top = (crop.y.max(0.0) as u32).min(height.saturating_sub(1));
    let wide = (crop.w.max(1.0) as u32).min(width - left);
    let high = (crop.h.max(1.0) as u32).min(height - top);
    let part = image::imageops::crop_imm(picture, left, top, wide, high).to_image();
    small(&part)
}

/// The picture inside [`SMALL`], in its own shape.
fn small(picture: &RgbImage) -> RgbImage {
    let (width, height) = (picture.width().max(1) as f32, picture.height().max(1) as f32);
    let scale = (SMALL.0 as f32 / width).min(SMALL.1 as f32 / height);
    let side = |length: f32| ((length * scale).round() as u32).max(1);
    image::imageops::thumbnail(picture, side(width), side(height))
}

/// A thumbnail for grids and lists.
pub(super) fn thumbnail(picture: &RgbImage) -> ColorImage {
    color_image(&small(picture))
}
