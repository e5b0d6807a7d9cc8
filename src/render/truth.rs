//! What is known about a drawn picture: exact positions, pixels of that picture.

use crate::domain::code::CodeSymbol;
use crate::domain::geometry::{Point, Rect};

/// Everything that a drawn picture shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Truth {
    /// Faces whose eyes lie inside the picture.
    pub faces: Vec<FaceTruth>,
    pub code: Option<CodeTruth>,
}

/// One drawn face.
#[derive(Debug, Clone, PartialEq)]
pub struct FaceTruth {
    /// Middles of the open eyes, left in the picture first.
    pub eyes: [Point; 2],
    /// Middles of the irises, left in the picture first.
    pub irises: [Point; 2],
    pub chin: Point,
    pub mouth: Point,
    /// Top of the hair, or of the bare head.
    pub head_top_y: f32,
    /// Where forehead and hair meet on the middle line; `None` without hair there or under a cover.
    pub hairline_y: Option<f32>,
    /// Outermost cheek points, left in the picture first.
    pub cheeks_x: [f32; 2],
    /// From brows to chin and cheek to cheek.
    pub face_box: Rect,
    pub roll_deg: f32,
    pub yaw_deg: f32,
    pub pitch_deg: f32,
    /// Lid opening over eye width, left in the picture first.
    pub lid_ratio: [f32; 2],
    /// 0 closed to 1 wide open.
    pub mouth_open: f32,
    pub glasses: bool,
}

impl FaceTruth {
    pub fn face_width(&self) -> f32 {
        self.cheeks_x[1] - self.cheeks_x[0]
    }
}

/// One drawn code.
#[derive(Debug, Clone, PartialEq)]
pub struct CodeTruth {
    /// Corners of the symbol without its quiet zone: clockwise in the picture from the symbol's top left.
    pub corners: [Point; 4],
    pub symbol: CodeSymbol,
}
