//! Exposure and white balance are held once somebody has sat in good light in 准备场次, and given back to the camera when
//! the page is opened for the next trial: a picture must not change its colour with the clothes of the next student.

use super::{OpenDesk, Window};
use crate::domain::camera_controls::{GOOD_LIGHT_FOR, Light};
use crate::domain::finding::{CheckId, Level};
use crate::domain::time::Monotonic;

/// The checks that the light must pass.
const LIGHT: [CheckId; 5] =
    [CheckId::LightDark, CheckId::LightBright, CheckId::LightBalance, CheckId::LightHighlight, CheckId::LightCast];

/// How far the trial of the light is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Trial {
    /// The page is not open.
    #[default]
    Over,
    Searching,
    GoodSince(Monotonic),
    Held,
}

/// One face, and every check of the light passes on it.
fn is_good(open: &OpenDesk, now: Monotonic) -> bool {
    let seen = open.desk.face().filter(|(_, at)| now.saturating_sub(*at) < super::set_up::FACE_STAYS);
    seen.is_some_and(|(seen, _)| {
        let of_light = || seen.report.findings.iter().filter(|finding| LIGHT.contains(&finding.id));
        seen.report.faces == 1
            && of_light().next().is_some()
            && of_light().all(|finding| matches!(finding.level, Level::Pass | Level::Warn))
    })
}

impl Window {
    /// Every pass, with whether the page of trials is open.
    pub(super) fn try_light(&mut self, trying: bool, now: Monotonic) {
        let Some(open) = &mut self.open else { return };
        let good = trying && is_good(open, now);
        let next = match self.light {
            _ if !trying => Trial::Over,
            Trial::Over => {
                open.desk.hold_light(Light::Automatic);
                Trial::Searching
            }
            Trial::Searching if good => Trial::GoodSince(now),
            Trial::GoodSince(_) if !good => Trial::Searching,
            Trial::GoodSince(since) if now.saturating_sub(since) >= GOOD_LIGHT_FOR => {
                open.desk.hold_light(Light::Locked);
                Trial::Held
            }
            same => same,
        };
        self.light = next;
    }
}
