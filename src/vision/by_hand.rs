//! The standard picture cut by a frame that somebody moved by hand: the same rules and checks as the automatic crop.

use fast_image_resize::FilterType;
use image::RgbImage;

use super::standardize::{Plan, Reach, StandardizeError, Standardized, cut, file_of};
use crate::domain::crop::CropFrame;
use crate::domain::face::FaceMeasurements;
use crate::domain::profile::{HeadTopReading, Profile};

/// How the final picture is cut by this frame. Whether the bands hold is for the checks to say.
pub fn plan_by_hand(face: &FaceMeasurements, frame: &CropFrame, profile: &Profile) -> Plan {
    let geometry = &profile.geometry;
    let (crop, scale) = (frame.rect(), frame.scale());
    let aim = geometry.face_width_aim.unwrap_or(geometry.face_width);
    let smallest_face = geometry.face_width.min.min(aim.min) as f32;
    let source_percent =
        if face.face_width() < smallest_face { face.face_width() / smallest_face * 100.0 } else { 100.0 / scale };
    let final_face = face.cropped_and_scaled(crop, scale);
    let holds = |value: Option<f32>| value.is_some_and(|value| geometry.head_top.contains(f64::from(value)));
    let reading = match (holds(final_face.head_top_y), holds(final_face.hairline_y)) {
        (true, true) => Some(HeadTopReading::Both),
        (true, false) => Some(HeadTopReading::HairTop),
        (false, true) => Some(HeadTopReading::Hairline),
        (false, false) => None,
    };
    // The frame lies inside the photo by its making; whether it cuts the head is for the checks to say, too.
    Plan { crop, scale, face: final_face, fits: true, reach: Reach::Inside, missing_px: 0.0, source_percent, reading }
}

/// Makes the standard picture by this frame.
pub fn standardize_by_hand(
    picture: &RgbImage,
    face: &FaceMeasurements,
    frame: &CropFrame,
    profile: &Profile,
) -> Result<Standardized, StandardizeError> {
    let size = (profile.picture.width, profile.picture.height);
    let (width, height) = picture.dimensions();
    if frame.source() != (width, height) || width < size.0 || height < size.1 {
        return Err(StandardizeError::TooSmall { width, height });
    }
    let plan = plan_by_hand(face, frame, profile);
    let cut = cut(picture, plan.crop, size, FilterType::Lanczos3).ok_or(StandardizeError::Scaling)?;
    let (file, missed) = file_of(&cut, profile)?;
    Ok(Standardized { picture: cut, file, missed, plan, replaced: None })
}
