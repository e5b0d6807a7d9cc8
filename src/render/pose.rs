//! Where somebody is and what the face does in one picture.

use crate::domain::geometry::Point;

/// Position, turn and expression of one person in one picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// Middle between the eyes, pixels of the picture.
    pub eye_center: Point,
    /// Distance between the cheeks, pixels.
    pub face_width: f32,
    /// Positive when the eye right in the picture is lower, degrees.
    pub roll_deg: f32,
    /// Positive when the nose points right in the picture, degrees; meant for -15 to 15.
    pub yaw_deg: f32,
    /// Positive when the chin is up, degrees; meant for -15 to 15.
    pub pitch_deg: f32,
    /// 1 as this person is when awake, 0 closed; left in the picture first.
    pub lids: [f32; 2],
    /// Where the eyes look, -1 to 1: right in the picture and down are positive.
    pub gaze: (f32, f32),
    /// 0 closed lips, 1 wide open.
    pub mouth: f32,
    /// 0 lips over the teeth, 1 a smile that shows them.
    pub smile: f32,
}

impl Pose {
    /// Upright, awake, looking into the camera.
    pub const fn frontal(eye_center: Point, face_width: f32) -> Self {
        Self {
            eye_center,
            face_width,
            roll_deg: 0.0,
            yaw_deg: 0.0,
            pitch_deg: 0.0,
            lids: [1.0, 1.0],
            gaze: (0.0, 0.0),
            mouth: 0.0,
            smile: 0.0,
        }
    }

    /// Frontal, as a finished photo of the degree norm shows it: face 220 of 480 wide, eyes at 226 of 640.
    pub fn photo(width: u32, height: u32) -> Self {
        let unit = (width as f32 / 480.0).min(height as f32 / 640.0);
        Self::frontal(Point::new(width as f32 / 2.0, 226.0 * unit), 220.0 * unit)
    }
}
