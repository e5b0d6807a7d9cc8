//! The frame by which the standard picture is cut out of an existing photo, moved and sized by hand.
//!
//! It always lies inside the photo, has the standard picture's shape, and never holds fewer pixels than that picture:
//! nothing is enlarged.

use super::geometry::{Point, Rect};

/// A frame in pixels of the photo.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CropFrame {
    source: (u32, u32),
    target: (u32, u32),
    rect: Rect,
}

impl CropFrame {
    /// The frame nearest to `wish` in a photo of `source` pixels, for a picture of `target` pixels; `None` when the
    /// photo is too small to cut that picture out of it.
    pub fn near(wish: Rect, source: (u32, u32), target: (u32, u32)) -> Option<Self> {
        let fits = target.0 > 0 && target.1 > 0 && source.0 >= target.0 && source.1 >= target.1;
        fits.then(|| Self { source, target, rect: Rect::default() }.with(wish.w, wish.center()))
    }

    /// Pixels of the photo.
    pub const fn rect(&self) -> Rect {
        self.rect
    }

    /// Pixels of the photo it lies in.
    pub const fn source(&self) -> (u32, u32) {
        self.source
    }

    /// Pixels of the final picture per pixel of the photo; never above 1.
    pub fn scale(&self) -> f32 {
        self.target.0 as f32 / self.rect.w
    }

    /// Moved by so many pixels of the photo, as far as the photo goes.
    pub fn moved(self, dx: f32, dy: f32) -> Self {
        let middle = self.rect.center();
        self.with(self.rect.w, Point::new(middle.x + finite(dx), middle.y + finite(dy)))
    }

    /// Made smaller (a factor above 1 brings the person nearer) or larger around a point of the photo that stays where
    /// it is in the frame.
    pub fn zoomed(self, factor: f32, around: Point) -> Self {
        let factor = if factor.is_finite() { factor.clamp(0.1, 10.0) } else { 1.0 };
        let wide = self.width_within(self.rect.w / factor);
        let shrunk = wide / self.rect.w;
        let middle = self.rect.center();
        let toward = |at: f32, fixed: f32| fixed + (at - fixed) * shrunk;
        self.with(wide, Point::new(toward(middle.x, around.x), toward(middle.y, around.y)))
    }

    fn width_within(&self, wide: f32) -> f32 {
        let (width, height) = (self.source.0 as f32, self.source.1 as f32);
        let (least, shape) = (self.target.0 as f32, self.target.0 as f32 / self.target.1 as f32);
        finite(wide).clamp(least, width.min(height * shape).max(least))
    }

    fn with(self, wide: f32, middle: Point) -> Self {
        let w = self.width_within(wide);
        let h = w * self.target.1 as f32 / self.target.0 as f32;
        let inside = |start: f32, length: f32, end: u32| finite(start).clamp(0.0, (end as f32 - length).max(0.0));
        let (x, y) = (inside(middle.x - w / 2.0, w, self.source.0), inside(middle.y - h / 2.0, h, self.source.1));
        Self { rect: Rect::new(x, y, w, h), ..self }
    }
}

const fn finite(value: f32) -> f32 {
    if value.is_finite() { value } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: (u32, u32) = (1200, 1000);
    const TARGET: (u32, u32) = (480, 640);

    fn frame(x: f32, y: f32, w: f32) -> CropFrame {
        CropFrame::near(Rect::new(x, y, w, w * 4.0 / 3.0), SOURCE, TARGET).unwrap()
    }

    /// What must hold whatever was done.
    fn check(frame: CropFrame) {
        let Rect { x, y, w, h } = frame.rect();
        assert!(x >= 0.0 && y >= 0.0 && x + w <= 1200.01 && y + h <= 1000.01, "{frame:?}");
        assert!(w >= 479.99 && frame.scale() <= 1.000_1, "nothing is enlarged: {frame:?}");
        assert!((h / w - 4.0 / 3.0).abs() < 1e-3, "{frame:?}");
    }

    #[test]
    fn a_photo_that_is_too_small_gives_no_frame() {
        assert_eq!(CropFrame::near(Rect::new(0.0, 0.0, 480.0, 640.0), (479, 700), TARGET), None);
        assert_eq!(CropFrame::near(Rect::new(0.0, 0.0, 480.0, 640.0), (700, 639), TARGET), None);
        assert!(CropFrame::near(Rect::default(), TARGET, TARGET).is_some());
    }

    #[test]
    fn moving_stops_at_the_edges_and_zooming_at_the_standard_size() {
        let start = frame(300.0, 100.0, 600.0);
        assert_eq!(start.rect(), Rect::new(300.0, 100.0, 600.0, 800.0));
        assert_eq!(start.moved(10.0, -20.0).rect(), Rect::new(310.0, 80.0, 600.0, 800.0));
        assert_eq!(start.moved(9e9, 9e9).rect(), Rect::new(600.0, 200.0, 600.0, 800.0));
        assert_eq!(start.zoomed(9.0, start.rect().center()).rect().w, 480.0);
        assert_eq!(start.zoomed(0.1, start.rect().center()).rect(), Rect::new(225.0, 0.0, 750.0, 1000.0));
    }

    #[test]
    fn the_point_under_the_pointer_stays_there() {
        let start = frame(300.0, 100.0, 600.0);
        let around = Point::new(400.0, 300.0);
        let closer = start.zoomed(1.2, around);
        let part = |frame: CropFrame| (around.x - frame.rect().x) / frame.rect().w;
        assert!((part(start) - part(closer)).abs() < 1e-4, "{start:?} {closer:?}");
    }

    #[test]
    fn whatever_is_done_the_frame_stays_a_frame() {
        let mut frame = frame(0.0, 0.0, 500.0);
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        };
        for _ in 0..2_000 {
            frame = frame.moved(next() * 900.0, next() * 900.0);
            frame = frame.zoomed(1.0 + next(), Point::new(next() * 2_000.0, next() * 2_000.0));
            check(frame);
        }
        check(frame.moved(f32::NAN, f32::INFINITY).zoomed(f32::NAN, Point::new(f32::NAN, 0.0)));
    }
}
