//! Which of a camera's sizes and formats is used, for the preview and for stills. Values only: the asking and setting
//! is left to `native`.
//!
//! Size goes first, because the crop needs pixels: at 1.5 m a webcam sees a face of about 107 px at 720p and 160 at
//! 1080p. Asking a driver library for "the highest frame rate" instead gives 320x180 on a common test driver.

use std::cmp::Reverse;

/// How a camera packs its pixels. The order is the order of preference at equal size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PixelFormat {
    Mjpeg,
    Yuyv,
    Nv12,
}

impl PixelFormat {
    /// The name used in descriptions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mjpeg => "MJPEG",
            Self::Yuyv => "YUYV",
            Self::Nv12 => "NV12",
        }
    }
}

/// One way a camera can send pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mode {
    pub width: u32,
    pub height: u32,
    /// Frames per second, whole.
    pub fps: u32,
    pub format: PixelFormat,
}

impl Mode {
    fn area(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// At least 1280x720 and at most 1920x1080, either way up.
    fn is_preview_size(self) -> bool {
        let (long, short) = (self.width.max(self.height), self.width.min(self.height));
        (1280..=1920).contains(&long) && (720..=1080).contains(&short)
    }

    /// Odd sizes have no whole chroma pairs.
    fn is_usable(self) -> bool {
        let whole_pairs = self.width.is_multiple_of(2) && self.height.is_multiple_of(2);
        self.fps > 0 && self.width >= 320 && self.height >= 180 && whole_pairs
    }

    /// Lower is better. 25 frames per second feel live; 10 are what the live checks need.
    fn preview_rank(self) -> u8 {
        match (self.is_preview_size(), self.area() > 1920 * 1080, self.fps) {
            (true, _, 25..) => 0,
            (true, _, 15..) => 1,
            (_, true, 15..) => 2,
            (true, _, 10..) => 3,
            (true, _, 5..) => 4,
            (_, false, 15..) => 5,
            _ => 6,
        }
    }
}

/// Usable modes for the preview, best first: rank, then size, then format, then rate (nearest above 25 up to 30 is as
/// good as more). Drivers refuse what they list, so the caller tries them in turn.
pub fn preview_order(modes: &[Mode]) -> Vec<Mode> {
    let mut order = modes.iter().copied().filter(|mode| mode.is_usable()).collect::<Vec<_>>();
    order.sort_by_key(|mode| {
        // Above the preview size the smallest is enough.
        let size = if mode.preview_rank() == 2 { mode.area() } else { u64::MAX - mode.area() };
        (mode.preview_rank(), size, mode.format, Reverse(mode.fps.min(30)), mode.fps)
    });
    order.dedup();
    order
}

/// Modes for stills that are really bigger than the preview (a fifth more pixels) at 5 frames per second or more, best
/// first: the preview's own shape first, since what was framed must be what is taken, then size, then format.
pub fn still_order(modes: &[Mode], preview: Mode) -> Vec<Mode> {
    let same_shape = |mode: Mode| {
        let (a, b) = (u64::from(mode.width * preview.height), u64::from(preview.width * mode.height));
        a.abs_diff(b) * 100 <= a
    };
    let mut order = modes
        .iter()
        .copied()
        .filter(|mode| mode.is_usable() && mode.fps >= 5 && mode.area() * 5 >= preview.area() * 6)
        .collect::<Vec<_>>();
    order.sort_by_key(|mode| {
        (!same_shape(*mode), Reverse(mode.area()), mode.format, Reverse(mode.fps.min(30)), mode.fps)
    });
    order.dedup();
    order
}

/// Sizes that are tried on a camera that accepts any size: the driver library then lists the smallest and the largest
/// one only.
const USUAL_SIZES: [(u32, u32); 3] = [(1920, 1080), (1280, 720), (640, 480)];

/// Adds usual sizes for formats that list exactly a tiny and a large size, which is how a range of sizes looks.
pub fn with_usual_sizes(mut modes: Vec<Mode>) -> Vec<Mode> {
    for format in [PixelFormat::Mjpeg, PixelFormat::Yuyv, PixelFormat::Nv12] {
        let mut sizes =
            modes.iter().filter(|mode| mode.format == format).map(|mode| (mode.width, mode.height)).collect::<Vec<_>>();
        sizes.sort_unstable();
        sizes.dedup();
        let [smallest, largest] = sizes[..] else { continue };
        if smallest.0 >= 640 || largest.0 < 1280 {
            continue;
        }
        let within = |(width, height): &(u32, u32)| *width <= largest.0 && *height <= largest.1;
        for (width, height) in USUAL_SIZES.into_iter().filter(within) {
            modes.extend([30, 25, 15].map(|fps| Mode { width, height, fps, format }));
        }
    }
    modes
}

#[cfg(test)]
mod tests {
    use super::*;
    use PixelFormat::{Mjpeg, Nv12, Yuyv};

    fn mode(width: u32, height: u32, fps: u32, format: PixelFormat) -> Mode {
        Mode { width, height, fps, format }
    }

    fn best(modes: &[Mode]) -> Mode {
        preview_order(modes)[0]
    }

    #[test]
    fn a_usual_webcam_gives_full_hd_mjpeg() {
        let modes = [
            mode(640, 480, 30, Yuyv),
            mode(1280, 720, 10, Yuyv),
            mode(1920, 1080, 5, Yuyv),
            mode(640, 480, 30, Mjpeg),
            mode(1280, 720, 30, Mjpeg),
            mode(1920, 1080, 30, Mjpeg),
        ];
        assert_eq!(best(&modes), mode(1920, 1080, 30, Mjpeg));
        assert!(still_order(&modes, best(&modes)).is_empty());
    }

    #[test]
    fn a_fast_smaller_preview_wins_over_a_slow_larger_one_and_the_still_is_larger() {
        let modes = [mode(1920, 1080, 10, Yuyv), mode(1280, 720, 30, Nv12), mode(320, 180, 60, Mjpeg)];
        assert_eq!(best(&modes), mode(1280, 720, 30, Nv12));
        assert_eq!(still_order(&modes, best(&modes)), [mode(1920, 1080, 10, Yuyv)]);
    }

    #[test]
    fn a_slow_feed_is_accepted_when_there_is_nothing_else() {
        assert_eq!(best(&[mode(1280, 720, 15, Yuyv)]), mode(1280, 720, 15, Yuyv));
        assert_eq!(best(&[mode(640, 480, 30, Yuyv), mode(1280, 720, 10, Yuyv)]), mode(1280, 720, 10, Yuyv));
        assert_eq!(best(&[mode(320, 240, 5, Yuyv)]), mode(320, 240, 5, Yuyv));
        assert!(preview_order(&[mode(48, 32, 30, Yuyv), mode(1280, 720, 0, Yuyv)]).is_empty());
    }

    #[test]
    fn above_full_hd_the_smallest_is_enough_for_the_preview() {
        let modes = [mode(3840, 2160, 30, Mjpeg), mode(2560, 1440, 30, Mjpeg)];
        assert_eq!(best(&modes), mode(2560, 1440, 30, Mjpeg));
        assert_eq!(still_order(&modes, best(&modes)), [mode(3840, 2160, 30, Mjpeg)]);
    }

    #[test]
    fn formats_rank_mjpeg_yuyv_nv12_at_equal_size() {
        let modes = [mode(1280, 720, 30, Nv12), mode(1280, 720, 30, Yuyv), mode(1280, 720, 30, Mjpeg)];
        assert_eq!(preview_order(&modes).map_formats(), [Mjpeg, Yuyv, Nv12]);
    }

    trait Formats {
        fn map_formats(&self) -> Vec<PixelFormat>;
    }

    impl Formats for Vec<Mode> {
        fn map_formats(&self) -> Vec<PixelFormat> {
            self.iter().map(|mode| mode.format).collect()
        }
    }

    #[test]
    fn a_still_keeps_the_shape_of_the_preview_where_it_can() {
        let preview = mode(1280, 720, 30, Mjpeg);
        let modes = [preview, mode(2592, 1944, 15, Mjpeg), mode(1920, 1080, 15, Mjpeg), mode(4096, 2160, 2, Mjpeg)];
        assert_eq!(still_order(&modes, preview), [mode(1920, 1080, 15, Mjpeg), mode(2592, 1944, 15, Mjpeg)]);
    }

    #[test]
    fn a_range_of_sizes_gets_the_usual_ones() {
        let modes = with_usual_sizes(vec![mode(2, 1, 30, Yuyv), mode(8192, 8192, 30, Yuyv)]);
        assert_eq!(best(&modes), mode(1920, 1080, 30, Yuyv));
        let listed = vec![mode(640, 480, 30, Yuyv), mode(1280, 720, 30, Yuyv)];
        assert_eq!(with_usual_sizes(listed.clone()), listed, "two real sizes stay as they are");
    }
}
