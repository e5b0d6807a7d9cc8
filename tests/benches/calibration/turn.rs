//! Pictures turned in their plane, and how a head stands in a picture, by the hand marks.

use image::{Rgb, RgbImage};
use tucai::domain::finding::CheckId;
use tucai::render::PhotoFault;

use super::people::{Marks, Someone, Source, wears_glasses};
use super::put::Put;

/// Degrees that a portrait turns (to the right in the photo) or nods (chin down) at full strength.
const TURN_DEG: f32 = 20.0;

/// How a head stands in a picture, by what is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stand {
    Straight,
    /// As far off as the case has to find.
    Off,
    /// Too near the limit to be either.
    Between,
}

/// Nobody holds the head quite straight: the hand marks and the change together say how a real face stands in a
/// picture. `None` where there are no marks, where more was changed, or where the check is about something else.
pub(crate) fn stand(id: CheckId, someone: &Someone, put: Put) -> Option<Stand> {
    let marks = match &someone.source {
        Source::Real { marks, .. } => marks,
        // Who always wears glasses has them in the plain picture, too.
        Source::Drawn(seed) => {
            return (id == CheckId::EyesGlasses && wears_glasses(*seed)).then_some(Stand::Off);
        }
    };
    let (own, change, straight, off) = match (id, put) {
        (CheckId::PoseRoll, Put::Plain) => (Marks::read(marks)?.roll_deg, 0.0, 4.0, 6.0),
        (CheckId::PoseRoll, Put::Turned(degrees)) => (Marks::read(marks)?.roll_deg, degrees, 4.0, 6.0),
        (CheckId::PoseYaw, Put::Plain) => (Marks::read(marks)?.yaw_deg, 0.0, 6.0, 10.0),
        (CheckId::PoseYaw, Put::Painted(PhotoFault::HeadTurned, strength)) => {
            (Marks::read(marks)?.yaw_deg, TURN_DEG * strength, 6.0, 10.0)
        }
        (CheckId::PosePitch, Put::Plain) => (Marks::read(marks)?.pitch_deg, 0.0, 6.0, 10.0),
        (CheckId::PosePitch, Put::Painted(PhotoFault::HeadNodded, strength)) => {
            (Marks::read(marks)?.pitch_deg, -TURN_DEG * strength, 6.0, 10.0)
        }
        _ => return None,
    };
    let degrees = f32::abs(own + change);
    Some(if degrees <= straight {
        Stand::Straight
    } else if degrees >= off {
        Stand::Off
    } else {
        Stand::Between
    })
}

/// Turned clockwise about the middle, bilinear; what comes from outside repeats the edge.
pub(crate) fn turned(picture: &RgbImage, degrees: f32) -> RgbImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (width, height) = picture.dimensions();
    let (middle_x, middle_y) = (width as f32 / 2.0, height as f32 / 2.0);
    RgbImage::from_fn(width, height, |x, y| {
        let (dx, dy) = (x as f32 - middle_x, y as f32 - middle_y);
        let from_x = (middle_x + cos * dx + sin * dy).clamp(0.0, width as f32 - 1.001);
        let from_y = (middle_y - sin * dx + cos * dy).clamp(0.0, height as f32 - 1.001);
        let (left, top) = (from_x as u32, from_y as u32);
        let (fx, fy) = (from_x.fract(), from_y.fract());
        let mix = |channel: usize| {
            let at = |dx: u32, dy: u32| f32::from(picture.get_pixel(left + dx, top + dy)[channel]);
            let upper = at(0, 0) * (1.0 - fx) + at(1, 0) * fx;
            let lower = at(0, 1) * (1.0 - fx) + at(1, 1) * fx;
            (upper * (1.0 - fy) + lower * fy).round() as u8
        };
        Rgb([mix(0), mix(1), mix(2)])
    })
}
