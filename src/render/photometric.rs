//! Faults of light, lens, file and backdrop put into a picture that is there already, in a chosen strength.
//!
//! For calibrating checks: a fault-free picture of a real or drawn person becomes a picture with one known fault.
//! Faults of pose and face are `Defect`'s, who draws them. Lengths are in pixels of the standard picture (a face 220
//! pixels wide), so that one strength means the same in every size; light is mixed in linear light.

mod behind;
mod clothes;
mod lens;
mod light;

use image::RgbImage;

use crate::domain::face::FaceMeasurements;
use crate::domain::geometry::Point;

use super::color::{Color, Tables, linear};

/// Face width of the standard picture, pixels: the unit of lengths.
const STANDARD_FACE: f32 = 220.0;

/// What has to be known about a picture to put a fault into it.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// In pixels of the picture.
    pub face: &'a FaceMeasurements,
    /// How much of a place is person: 0 backdrop, 1 person, for a position in pixels of the picture.
    pub person: &'a (dyn Fn(Point) -> f32 + Sync),
}

/// One fault; what its strength counts stands with it. Strength 0 changes nothing where not said otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Photometric {
    /// Strength in stops: +1 doubles the light, -1 halves it.
    Exposure,
    /// Bell-shaped blur; strength is its deviation in standard pixels.
    Defocus,
    /// Camera or person moved while the shutter was open; strength is the way in standard pixels.
    Motion { degrees: f32 },
    /// Enlarged from fewer pixels; strength is the factor, 1 changes nothing.
    Upscaled,
    /// Saved as JPEG with 4:2:0 colour before; strength is the quality factor, 1 to 100.
    Recompressed,
    /// Sensor noise; strength is its deviation in steps of 255, per pixel of the picture.
    Noise { seed: u64 },
    /// Lamps of the wrong colour; strength in stops between the channels.
    Cast(Tint),
    /// Light missing on one side of the face; strength is the share that is missing at the far cheek.
    SideLight(Side),
    /// Shine of sweat or flash on the skin; strength is the light added at its brightest place, 1 is full scale.
    Shine { seed: u64 },
    /// Light on the backdrop that rises along a direction; strength is the share of its mean between both ends.
    BackdropGradient { degrees: f32 },
    /// Shadow of head and shoulders on the backdrop; strength is the share of light taken away in its core.
    BackdropShadow { seed: u64 },
    /// A thing, a line or a neighbour's shoulder in the backdrop; strength is its opacity.
    BackdropClutter { seed: u64 },
    /// Another backdrop, light and folds kept; strength is the share of the new colour.
    BackdropColor([u8; 3]),
    /// Clothes of the backdrop's colour; strength is the share of that colour.
    ClothesLikeBackdrop,
}

/// Colour of a cast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tint {
    /// More red, less blue, as under a bulb.
    Warm,
    /// More blue, less red, as in the shade.
    Cold,
    /// As under cheap tubes.
    Green,
    Magenta,
}

/// Side of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    Left,
    Right,
}

/// The picture with one fault. What an encoder or scaler refuses (sides above 65535) comes back unchanged.
pub fn apply(picture: &RgbImage, ground: &Ground<'_>, effect: Photometric, strength: f32) -> RgbImage {
    let standard_px = (ground.face.face_width() / STANDARD_FACE).max(0.05);
    match effect {
        Photometric::Exposure => light::scaled(picture, [strength.exp2(); 3]),
        Photometric::Defocus => lens::defocused(picture, strength * standard_px),
        Photometric::Motion { degrees } => lens::moved(picture, strength * standard_px, degrees),
        Photometric::Upscaled => lens::enlarged(picture, strength * standard_px.max(1.0)),
        Photometric::Recompressed => lens::recompressed(picture, strength.round().clamp(1.0, 100.0) as u8),
        Photometric::Noise { seed } => light::noisy(picture, strength, seed),
        Photometric::Cast(tint) => light::scaled(picture, light::gains(tint, strength)),
        Photometric::SideLight(side) => light::one_sided(picture, ground, side, strength),
        Photometric::Shine { seed } => light::shiny(picture, ground, strength, seed),
        Photometric::BackdropGradient { degrees } => behind::gradient(picture, ground, strength, degrees),
        Photometric::BackdropShadow { seed } => behind::shadow(picture, ground, strength, seed),
        Photometric::BackdropClutter { seed } => behind::clutter(picture, ground, strength, seed),
        Photometric::BackdropColor(rgb) => behind::recoloured(picture, ground, strength, rgb),
        Photometric::ClothesLikeBackdrop => clothes::clothes(picture, ground, strength),
    }
}

/// Changes every pixel in linear light; `change` sees its position.
fn relit(picture: &RgbImage, change: impl Fn(Point, Color) -> Color) -> RgbImage {
    let mut out = picture.clone();
    for (x, y, pixel) in out.enumerate_pixels_mut() {
        let light = change(Point::new(x as f32 + 0.5, y as f32 + 0.5), linear(pixel.0));
        pixel.0 = encoded(light);
    }
    out
}

/// Linear light to sRGB bytes.
fn encoded(light: Color) -> [u8; 3] {
    let tables = Tables::get();
    light.map(|part| ((u32::from(tables.fine(part)) + 32) >> 6).min(255) as u8)
}

#[cfg(test)]
mod tests;
