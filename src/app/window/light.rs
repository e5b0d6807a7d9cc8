//! Exposure, white balance and focus are held once somebody has sat in good light in 准备场次, and given back to the camera when
//! the camera's step is opened for the next trial: a picture must not change its colour with the clothes of the next student.

use super::{OpenDesk, Window};
use crate::domain::camera_controls::{GOOD_LIGHT_FOR, Held, Light};
use crate::domain::finding::{CheckId, Level};
use crate::domain::time::Monotonic;
use crate::text::held;
use crate::ui::memory::Page;
use crate::ui::prepare::view::CAMERA_STEP;
use crate::ui::view::{Notice, Strip};

/// The checks that the picture must pass before it is held: of the light, and that the lens found the face.
const LIGHT: [CheckId; 6] = [
    CheckId::LightDark,
    CheckId::LightBright,
    CheckId::LightBalance,
    CheckId::LightHighlight,
    CheckId::LightCast,
    CheckId::SharpnessFocus,
];

/// A light that is held may differ from the one that was tried: it is looked at again after so long.
const SETTLES: Monotonic = Monotonic::from_secs(1);

/// What became of the light.
#[derive(Debug, Default)]
pub(super) struct Lighting {
    trial: Trial,
    /// Exposure, white balance and focus that were seen held since, and are missed when a camera that came back has them
    /// automatic again; some cameras hold only one of them.
    seen_held: [bool; 3],
    /// What the camera was asked for last.
    asked: Option<Light>,
}

impl Lighting {
    /// What the camera holds now, exposure first.
    fn see(&mut self, states: [Held; 3]) {
        // What it held before it was asked is no promise of its own.
        if self.asked == Some(Light::Locked) {
            for (seen, state) in self.seen_held.iter_mut().zip(states) {
                *seen |= state == Held::Locked;
            }
        }
    }

    /// What was held is automatic now.
    fn misses(&self, states: [Held; 3]) -> bool {
        self.seen_held.into_iter().zip(states).any(|(seen, state)| seen && state == Held::Automatic)
    }
}

/// How far the trial of the light is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Trial {
    /// The page is not open.
    #[default]
    Over,
    Searching,
    GoodSince(Monotonic),
    /// Held, and not yet looked at again.
    HeldAt(Monotonic),
    /// Tried to the end: held, or left to a camera whose light is another one when it is held.
    Done,
}

impl Trial {
    /// How it goes on while the page is open, and what the camera is asked for.
    fn next(self, good: bool, now: Monotonic) -> (Self, Option<Light>) {
        match self {
            Self::Over => (Self::Searching, Some(Light::Automatic)),
            Self::Searching if good => (Self::GoodSince(now), None),
            Self::GoodSince(_) if !good => (Self::Searching, None),
            Self::GoodSince(since) if now.saturating_sub(since) >= GOOD_LIGHT_FOR => {
                (Self::HeldAt(now), Some(Light::Locked))
            }
            Self::HeldAt(at) if now.saturating_sub(at) >= SETTLES => (Self::Done, (!good).then_some(Light::Automatic)),
            same => (same, None),
        }
    }
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

/// Exposure, white balance and focus, while a camera tells.
fn states(open: &OpenDesk) -> Option<[Held; 3]> {
    open.desk.camera_controls().map(|controls| [controls.exposure, controls.white_balance, controls.focus])
}

impl Window {
    /// Every pass: the trial goes on while nobody is at the desk and the page stands at the camera's step.
    pub(super) fn try_light(&mut self, now: Monotonic) {
        let form = &self.memory.prepare;
        let at_camera = self.memory.page == Page::Prepare && form.step == CAMERA_STEP && form.panel.is_none();
        let trying = at_camera && self.is_idle();
        let Some(open) = &mut self.open else { return };
        if let Some(states) = states(open) {
            self.lighting.see(states);
        }
        if !trying {
            self.lighting.trial = Trial::Over;
            return;
        }
        let good = is_good(open, now);
        let (next, asked) = self.lighting.trial.next(good, now);
        if self.lighting.trial != next && next == Trial::Done && asked.is_some() {
            log::info!("the light is not good once the camera holds it: left to the camera");
            self.lighting.seen_held = [false; 3];
            self.notice = Some((Notice::Fault(held::left_automatic(self.preferences.lang())), now));
        }
        if let Some(light) = asked {
            open.desk.hold_light(light);
            self.lighting.asked = Some(light);
        }
        self.lighting.trial = next;
    }

    /// The camera decides by itself again, though its light was held: it was unplugged, or a trial was left halfway.
    pub(super) fn light_strip(&self, open: &OpenDesk) -> Option<Strip> {
        let let_go = states(open).is_some_and(|states| self.lighting.misses(states));
        let missed = let_go && self.memory.page != Page::Prepare;
        missed.then(|| Strip::Notice(Notice::Fault(held::let_go(self.preferences.lang()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Passes at these tenths of a second, each with whether the light is good; what the camera was asked for.
    fn trial(passes: &[(u64, bool)]) -> (Trial, Vec<Light>) {
        let mut trial = Trial::default();
        let mut asked = Vec::new();
        for (tenths, good) in passes {
            let (next, light) = trial.next(*good, Monotonic::from_millis(tenths * 100));
            trial = next;
            asked.extend(light);
        }
        (trial, asked)
    }

    #[test]
    fn light_is_held_once_it_was_good_for_two_seconds_and_stays_good() {
        let (done, asked) =
            trial(&[(0, false), (1, true), (15, true), (21, true), (25, true), (31, true), (60, false)]);
        assert_eq!((done, asked), (Trial::Done, vec![Light::Automatic, Light::Locked]));
        let (searching, asked) = trial(&[(0, true), (1, true), (15, false), (21, true), (22, true)]);
        assert_eq!(asked, [Light::Automatic], "it began anew");
        assert_ne!(searching, Trial::Done);
    }

    #[test]
    fn a_camera_whose_light_is_another_one_when_it_is_held_decides_by_itself() {
        let (done, asked) =
            trial(&[(0, true), (1, true), (21, true), (25, false), (31, false), (40, true), (90, true)]);
        assert_eq!((done, asked), (Trial::Done, vec![Light::Automatic, Light::Locked, Light::Automatic]));
    }

    #[test]
    fn only_what_was_seen_held_is_missed() {
        let mut lighting = Lighting::default();
        lighting.see([Held::Locked; 3]);
        assert!(!lighting.misses([Held::Automatic; 3]), "nobody asked for it");
        lighting.asked = Some(Light::Locked);
        // A camera that has no way to hold its white balance.
        lighting.see([Held::Locked, Held::Automatic, Held::Locked]);
        assert!(!lighting.misses([Held::Locked, Held::Automatic, Held::Locked]));
        // It was unplugged and came back.
        assert!(lighting.misses([Held::Automatic; 3]));
        lighting.see([Held::Automatic; 3]);
        assert!(lighting.misses([Held::Automatic; 3]), "until it is held again");
    }
}
