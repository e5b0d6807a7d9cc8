//! How far the parts of a head stand out: a coarse grid that turns small yaw and pitch into shifts of the picture.

use super::head::Head;

const SIDE: usize = 96;
const LEFT: f32 = -0.80;
const TOP: f32 = -1.10;
const STEP: f32 = 2.1 / (SIDE - 1) as f32;

/// Height over the plane through the ears, face widths, on a coarse grid over the head.
#[derive(Debug, Clone)]
pub(super) struct Relief {
    heights: Vec<f32>,
    /// Height between the eyes.
    pub(super) middle: f32,
}

/// Sine and cosine of a small turn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    yaw: (f32, f32),
    pitch: (f32, f32),
    flat: Flat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flat {
    Yes,
    No,
}

impl Turn {
    pub(super) fn new(yaw_deg: f32, pitch_deg: f32) -> Self {
        let flat = if yaw_deg.abs() < 0.02 && pitch_deg.abs() < 0.02 { Flat::Yes } else { Flat::No };
        let pair = |deg: f32| deg.clamp(-30.0, 30.0).to_radians().sin_cos();
        Self { yaw: pair(yaw_deg), pitch: pair(pitch_deg), flat }
    }

    pub(super) fn is_flat(&self) -> bool {
        self.flat == Flat::Yes
    }

    /// Farthest that a point `middle` lower than the eyes can move, face widths.
    pub(super) fn shift(&self, middle: f32) -> f32 {
        middle * self.yaw.0.abs().max(self.pitch.0.abs())
    }

    /// Where a point of the head at this height appears, before roll and scale; (0, 0) stays.
    pub(super) fn appear(&self, x: f32, y: f32, height: f32, middle: f32) -> (f32, f32) {
        let rise = height - middle;
        (x * self.yaw.1 + rise * self.yaw.0, y * self.pitch.1 - rise * self.pitch.0)
    }

    /// The other way round, for a known height.
    #[inline]
    fn origin(&self, x: f32, y: f32, rise: f32) -> (f32, f32) {
        ((x - rise * self.yaw.0) / self.yaw.1, (y + rise * self.pitch.0) / self.pitch.1)
    }
}

impl Relief {
    pub(super) fn new(head: &Head<'_>) -> Self {
        let mut heights = Vec::with_capacity(SIDE * SIDE);
        for row in 0..SIDE {
            for column in 0..SIDE {
                heights.push(head.coarse_height(LEFT + column as f32 * STEP, TOP + row as f32 * STEP));
            }
        }
        let mut relief = Self { heights, middle: 0.0 };
        relief.middle = relief.at(0.0, 0.0);
        relief
    }

    /// Height at a point, smooth between grid points.
    #[inline]
    pub(super) fn at(&self, x: f32, y: f32) -> f32 {
        const LAST: f32 = (SIDE - 1) as f32 - 0.001;
        let (u, v) = (((x - LEFT) / STEP).clamp(0.0, LAST), ((y - TOP) / STEP).clamp(0.0, LAST));
        let (column, row) = (u as usize, v as usize);
        let (fu, fv) = (u - column as f32, v - row as f32);
        let at = row * SIDE + column;
        let (Some([a, b]), Some([c, d])) =
            (self.heights[at..].first_chunk::<2>(), self.heights[at + SIDE..].first_chunk::<2>())
        else {
            return 0.0;
        };
        let top = a + (b - a) * fu;
        let bottom = c + (d - c) * fu;
        top + (bottom - top) * fv
    }

    /// The point of the frontal head that appears here after a turn.
    #[inline]
    pub(super) fn origin(&self, turn: &Turn, x: f32, y: f32) -> (f32, f32) {
        let first = turn.origin(x, y, self.at(x, y) - self.middle);
        turn.origin(x, y, self.at(first.0, first.1) - self.middle)
    }

    /// Where a point of the frontal head appears after a turn.
    pub(super) fn appear(&self, turn: &Turn, x: f32, y: f32) -> (f32, f32) {
        turn.appear(x, y, self.at(x, y), self.middle)
    }
}
