//! Crop and measured lines that glide instead of jumping from frame to frame.

use std::time::Duration;

use crate::domain::geometry::Rect;
use crate::domain::time::Monotonic;
use crate::ui::view::Measured;

/// Lines and crop are smoothed over this time.
const SMOOTH_OVER: Duration = crate::ui::theme::time::SMOOTH;

/// Crop and lines, steadied.
#[derive(Debug, Clone, Default)]
pub(super) struct Smooth {
    at: Option<Monotonic>,
    pub(super) crop: Option<Rect>,
    pub(super) lines: Option<Measured>,
}

impl Smooth {
    pub(super) fn toward(&mut self, crop: Rect, lines: Option<Measured>, now: Monotonic) {
        let passed = self.at.map_or(SMOOTH_OVER, |at| now.saturating_sub(at));
        let part = 1.0 - (-passed.as_secs_f32() / SMOOTH_OVER.as_secs_f32()).exp();
        let mix = |old: f32, new: f32| old + (new - old) * part;
        let some = |old: Option<f32>, new: Option<f32>| match (old, new) {
            (Some(old), Some(new)) => Some(mix(old, new)),
            (_, new) => new,
        };
        self.crop = Some(self.crop.map_or(crop, |old| {
            Rect::new(mix(old.x, crop.x), mix(old.y, crop.y), mix(old.w, crop.w), mix(old.h, crop.h))
        }));
        self.lines = lines.map(|new| {
            let old = self.lines.unwrap_or(new);
            Measured {
                head_top_y: some(old.head_top_y, new.head_top_y),
                eye_line_y: some(old.eye_line_y, new.eye_line_y),
                chin_y: some(old.chin_y, new.chin_y),
                cheeks_x: match (old.cheeks_x, new.cheeks_x) {
                    (Some(old), Some(new)) => Some([mix(old[0], new[0]), mix(old[1], new[1])]),
                    (_, new) => new,
                },
                center_x: some(old.center_x, new.center_x),
            }
        });
        self.at = Some(now);
    }

    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}
