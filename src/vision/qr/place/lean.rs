//! Version and lean of a symbol whose finder patterns are scratched or soiled: their sizes tell neither, the timing
//! patterns still do. All versions of about that size and all leans are tried along the row and along the column.

use super::{Layout, Sight, layout, timing};
use crate::vision::qr::homography::Homography;
use crate::vision::qr::pattern::Correlation;

/// Sizes that are tried, over the one that was measured.
const SMALLEST: f32 = 0.72;
const LARGEST: f32 = 1.38;
/// Growth of depth from one finder pattern to the other that is tried, to both sides.
const STEEPEST: f32 = 0.35;
/// Modules that the middle of a timing pattern moves from one lean to the next.
const STEP: f32 = 0.6;
/// Row and column together correlate less than this with anything but a symbol: chance alone, the best of all that is
/// tried, stays under 0.45.
const LEAST: f32 = 0.55;

impl Sight<'_> {
    /// The version and the plane whose timing patterns are seen best, with their score; `None` when none are.
    pub(super) fn searched(&self) -> Option<(f32, &'static Layout, Homography)> {
        let version = |modules: f32| ((modules - 10.0) / 4.0).round().clamp(1.0, 40.0) as u8;
        let mut best: Option<(f32, &'static Layout, (f32, f32))> = None;
        for plan in (version(self.modules * SMALLEST)..=version(self.modules * LARGEST)).filter_map(layout) {
            let (across, along) = self.best_lean(plan, true);
            let (down, below) = self.best_lean(plan, false);
            let score = f32::midpoint(across, down);
            if score >= LEAST && best.is_none_or(|(most, ..)| score > most) {
                best = Some((score, plan, (along, below)));
            }
        }
        let (_, plan, lean) = best?;
        let map = self.leaning(plan, lean)?;
        Some((timing(self.luma, plan, &map, self.sign), plan, map))
    }

    /// The lean with which the timing pattern of the row, or of the column, is seen best: its score, the lean.
    fn best_lean(&self, plan: &Layout, across: bool) -> (f32, f32) {
        let size = plan.size as f32;
        let step = 4.0 * STEP / size;
        let steps = (STEEPEST / step).ceil() as i32;
        let mut best = (f32::MIN, 0.0);
        for lean in (-steps..=steps).map(|n| n as f32 * step) {
            let Some(map) = self.leaning(plan, if across { (lean, 0.0) } else { (0.0, lean) }) else { continue };
            let mut sums = Correlation::default();
            for at in 8..plan.size - 8 {
                let (column, row) = if across { (at, 6) } else { (6, at) };
                sums.add(
                    f32::from(plan.known[row * plan.size + column]),
                    super::value(self.luma, &map, column, row, self.sign),
                );
            }
            if sums.value() > best.0 {
                best = (sums.value(), lean);
            }
        }
        best
    }

    /// The plane that leans by this from one finder pattern to the other.
    fn leaning(&self, plan: &Layout, lean: (f32, f32)) -> Option<Homography> {
        let reach = plan.size as f32 - 7.0;
        Homography::leaning(self.centers, reach, 3.5, (lean.0 / reach, lean.1 / reach))
    }
}
