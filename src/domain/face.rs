//! What was measured on one face: plain values, no models.
//!
//! All positions are pixels of the picture that was measured. These values stay in memory; nothing biometric is
//! written anywhere.

use serde::{Deserialize, Serialize};

use super::geometry::{Point, Rect};

/// Geometry and pose of one face.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaceMeasurements {
    /// The detector's box.
    pub face_box: Rect,
    /// The detector's score, 0 to 1.
    pub score: f32,
    /// Eye centres, the one left in the picture first.
    pub eyes: [Point; 2],
    /// Head turned in the picture plane, degrees, positive when the eye right in the picture is lower.
    pub roll_deg: f32,
    /// Head turned left or right, degrees, positive when the nose points right in the picture.
    pub yaw_deg: f32,
    /// Head raised or lowered, degrees, positive when the chin is up.
    pub pitch_deg: f32,
    /// Top of the hair (crown with hair), y; `None` when the backdrop does not show where it ends.
    pub head_top_y: Option<f32>,
    /// The hair goes on over the upper edge of the picture that was measured: `head_top_y` is `None` then, and no crop
    /// brings the top back. `false` also where nobody can tell.
    #[serde(default)]
    pub cut_at_top: bool,
    /// Edge between forehead and hair on the centre line, y; `None` when no edge was found.
    pub hairline_y: Option<f32>,
    pub chin: Point,
    /// Outermost cheek points (where the ear joins), x, left in the picture first.
    pub cheeks_x: [f32; 2],
    /// Lid opening over eye width, left in the picture first: 0.22 to 0.40 with open eyes, below 0.2 with closed ones.
    pub lid_ratio: [f32; 2],
    /// Inner-lip gap over the distance from eye line to chin.
    pub lip_gap: f32,
}

impl FaceMeasurements {
    /// Middle of the two eye centres.
    pub fn eye_center(&self) -> Point {
        self.eyes[0].midpoint(self.eyes[1])
    }

    /// Distance between the eye centres, pixels.
    pub fn inter_eye_distance(&self) -> f32 {
        self.eyes[0].distance(self.eyes[1])
    }

    /// Width between the cheeks, pixels.
    pub fn face_width(&self) -> f32 {
        self.cheeks_x[1] - self.cheeks_x[0]
    }

    /// The same face after a crop at `crop` and a scale of `scale` output pixels per input pixel.
    pub fn cropped_and_scaled(&self, crop: Rect, scale: f32) -> Self {
        let x = |value: f32| (value - crop.x) * scale;
        let y = |value: f32| (value - crop.y) * scale;
        let point = |p: Point| Point::new(x(p.x), y(p.y));
        Self {
            face_box: Rect::new(
                x(self.face_box.x),
                y(self.face_box.y),
                self.face_box.w * scale,
                self.face_box.h * scale,
            ),
            eyes: self.eyes.map(point),
            head_top_y: self.head_top_y.map(y),
            hairline_y: self.hairline_y.map(y),
            chin: point(self.chin),
            cheeks_x: self.cheeks_x.map(x),
            ..self.clone()
        }
    }
}
