//! What helps when a code is held up and cannot be read: the worst cause of those that were measured, steadied so that
//! it can be read. The measuring stands in `vision::qr`, the words in `text::code`.

use super::guide::{LEAD, STAY};
use super::time::Monotonic;

/// A code must be seen for this long without being read before anything is said.
pub const PATIENCE: Monotonic = Monotonic::from_millis(1_500);
/// A code that was not seen for this long was taken away.
pub const GONE: Monotonic = Monotonic::from_millis(700);
/// How much of a new frame's measures goes into the mean that is judged: about the last five frames count.
const SHARE: f32 = 0.3;

/// Pixels per module under which the readers lose codes. Measured: on drawn webcam frames nearly every code is read
/// above 2.3 and nearly none below 1.7.
const MODULE_PX: f32 = 2.2;
/// Grey levels between dark and light modules. Measured: with the noise of a webcam in a lit room half of the drawn
/// codes are lost at 28.
const CONTRAST: f32 = 45.0;
/// A veil or too much light leaves dark modules this bright, grey levels.
const VEILED: f32 = 120.0;
/// Share of the symbol without any dark module: correction level M mends 15 % of the codewords when they are wrong.
const BURNT: f32 = 0.06;
/// How well neighbouring modules are told apart. Measured: clean frames give 0.75 to 1, lost ones under 0.45.
const DETAIL: f32 = 0.58;
/// Modules this large are no use when they are out of focus: the phone is closer than the lens can focus.
const TOO_CLOSE_PX: f32 = 7.0;

/// What was measured of a code that is seen and not read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CodeSight {
    /// Side of one module, pixels.
    pub module_px: f32,
    /// Grey level of the light modules, 0 to 255.
    pub light: f32,
    /// Grey level of the dark modules, 0 to 255.
    pub dark: f32,
    /// Share of the symbol in which light hides every dark module, 0 to 1.
    pub burnt: f32,
    /// Difference of neighbouring modules over what a sharp symbol has: 1 sharp, 0 smeared.
    pub detail: f32,
    /// A part lies outside the picture.
    pub cut: bool,
}

/// What helps. In order of importance where two causes weigh the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CodeHelp {
    /// A part of the code is outside the picture.
    WholeCode,
    /// The modules are too small.
    Closer,
    /// The screen is too dark.
    Brighter,
    /// The screen is so bright that it drowns its own dark modules.
    Dimmer,
    /// A reflection covers a part.
    AwayFromGlare,
    /// Closer than the lens can focus.
    FurtherAway,
    /// Smeared by movement, or the lens is still focusing.
    HoldStill,
    /// Nothing is wrong with the way it is held: the picture itself is damaged (a screenshot sent on, a crack).
    SaveOriginal,
}

impl CodeHelp {
    pub const ALL: [Self; 8] = [
        Self::WholeCode,
        Self::Closer,
        Self::Brighter,
        Self::Dimmer,
        Self::AwayFromGlare,
        Self::FurtherAway,
        Self::HoldStill,
        Self::SaveOriginal,
    ];

    /// The worst cause: the one that lies farthest beyond its limit.
    pub fn of(sight: &CodeSight) -> Self {
        if sight.cut {
            return Self::WholeCode;
        }
        let contrast = (sight.light - sight.dark).max(1.0);
        let faint = if sight.dark < VEILED {
            Self::Brighter
        } else if sight.light >= 250.0 {
            Self::Dimmer
        } else {
            Self::AwayFromGlare
        };
        let smeared = if sight.module_px >= TOO_CLOSE_PX { Self::FurtherAway } else { Self::HoldStill };
        let causes = [
            (Self::Closer, MODULE_PX / sight.module_px.max(0.1)),
            (faint, CONTRAST / contrast),
            (Self::AwayFromGlare, sight.burnt / BURNT),
            (smeared, DETAIL / sight.detail.max(0.05)),
        ];
        let worst = causes.into_iter().filter(|(_, weight)| *weight > 1.0).max_by(|a, b| {
            let weight = a.1.total_cmp(&b.1);
            weight.then(b.0.cmp(&a.0))
        });
        worst.map_or(Self::SaveOriginal, |(help, _)| help)
    }
}

impl CodeSight {
    fn toward(&mut self, newest: &Self) {
        let mix = |old: &mut f32, new: f32| *old += (new - *old) * SHARE;
        mix(&mut self.module_px, newest.module_px);
        mix(&mut self.light, newest.light);
        mix(&mut self.dark, newest.dark);
        mix(&mut self.burnt, newest.burnt);
        mix(&mut self.detail, newest.detail);
        self.cut = newest.cut;
    }
}

/// A hold that is under way.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Hold {
    since: Monotonic,
    seen: Monotonic,
    /// Mean of the newest frames.
    sight: CodeSight,
    shown: Option<(CodeHelp, Monotonic)>,
    rival: Option<(CodeHelp, Monotonic)>,
}

/// Follows what is held up, and says what helps once [`PATIENCE`] is over: a new word must lead for [`LEAD`], and one
/// that is shown stays for [`STAY`] unless the code is read or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CodeHelper {
    hold: Option<Hold>,
}

impl CodeHelper {
    /// A code was seen and not read.
    pub fn unread(&mut self, sight: &CodeSight, now: Monotonic) {
        self.forget_if_gone(now);
        let fresh = Hold { since: now, seen: now, sight: *sight, shown: None, rival: None };
        let hold = self.hold.get_or_insert(fresh);
        hold.seen = now;
        hold.sight.toward(sight);
        let wanted = CodeHelp::of(&hold.sight);
        match hold.shown {
            Some((shown, _)) if shown == wanted => hold.rival = None,
            shown => {
                let lead = hold.rival.filter(|(rival, _)| *rival == wanted).map_or(now, |(_, lead)| lead);
                hold.rival = Some((wanted, lead));
                let stayed = shown.is_none_or(|(_, since)| now >= since + STAY);
                if now >= hold.since + PATIENCE && stayed && now >= lead + LEAD {
                    (hold.shown, hold.rival) = (Some((wanted, now)), None);
                }
            }
        }
    }

    /// A code was read, or nobody is waited for.
    pub fn clear(&mut self) {
        self.hold = None;
    }

    /// What to say now, with what it was judged by.
    pub fn shown(&self, now: Monotonic) -> Option<(CodeHelp, CodeSight)> {
        let hold = self.hold.filter(|hold| now.saturating_sub(hold.seen) <= GONE)?;
        hold.shown.map(|(help, _)| (help, hold.sight))
    }

    fn forget_if_gone(&mut self, now: Monotonic) {
        self.hold = self.hold.filter(|hold| now.saturating_sub(hold.seen) <= GONE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: CodeSight = CodeSight { module_px: 4.0, light: 200.0, dark: 30.0, burnt: 0.0, detail: 0.9, cut: false };

    fn ms(n: u64) -> Monotonic {
        Monotonic::from_millis(n)
    }

    /// Shows a sight at 15 frames per second and returns what is said at the end.
    fn hold(helper: &mut CodeHelper, sight: &CodeSight, from: u64, to: u64) -> Option<CodeHelp> {
        let mut at = from;
        while at < to {
            helper.unread(sight, ms(at));
            at += 66;
        }
        helper.shown(ms(at - 66)).map(|(help, _)| help)
    }

    #[test]
    fn each_fault_alone_has_its_own_word() {
        for (sight, help) in [
            (CodeSight { cut: true, module_px: 1.0, ..GOOD }, CodeHelp::WholeCode),
            (CodeSight { module_px: 1.4, ..GOOD }, CodeHelp::Closer),
            (CodeSight { light: 40.0, dark: 12.0, ..GOOD }, CodeHelp::Brighter),
            (CodeSight { light: 255.0, dark: 225.0, ..GOOD }, CodeHelp::Dimmer),
            (CodeSight { light: 200.0, dark: 170.0, ..GOOD }, CodeHelp::AwayFromGlare),
            (CodeSight { burnt: 0.2, ..GOOD }, CodeHelp::AwayFromGlare),
            (CodeSight { detail: 0.2, ..GOOD }, CodeHelp::HoldStill),
            (CodeSight { detail: 0.2, module_px: 9.0, ..GOOD }, CodeHelp::FurtherAway),
            (GOOD, CodeHelp::SaveOriginal),
        ] {
            assert_eq!(CodeHelp::of(&sight), help, "{sight:?}");
        }
    }

    #[test]
    fn of_two_faults_the_worse_one_is_said() {
        let far_and_dim = CodeSight { module_px: 2.0, light: 30.0, dark: 15.0, ..GOOD };
        assert_eq!(CodeHelp::of(&far_and_dim), CodeHelp::Brighter);
        let dim_and_far = CodeSight { module_px: 0.9, light: 60.0, dark: 20.0, ..GOOD };
        assert_eq!(CodeHelp::of(&dim_and_far), CodeHelp::Closer);
    }

    #[test]
    fn nothing_is_said_before_a_second_and_a_half() {
        let mut helper = CodeHelper::default();
        assert_eq!(hold(&mut helper, &GOOD, 0, 1_490), None);
        assert_eq!(hold(&mut helper, &GOOD, 1_500, 1_560), Some(CodeHelp::SaveOriginal));
        helper.clear();
        assert_eq!(helper.shown(ms(1_570)), None, "read: nothing more is said");
        assert_eq!(hold(&mut helper, &GOOD, 1_600, 3_000), None, "the next code has its own patience");
    }

    #[test]
    fn what_is_taken_away_is_forgotten_and_short_gaps_are_not() {
        let mut helper = CodeHelper::default();
        hold(&mut helper, &GOOD, 0, 1_000);
        assert_eq!(hold(&mut helper, &GOOD, 1_500, 1_900), Some(CodeHelp::SaveOriginal), "a gap of half a second");
        assert_eq!(helper.shown(ms(2_700)), None);
        assert_eq!(hold(&mut helper, &GOOD, 2_700, 4_100), None, "another hold");
    }

    #[test]
    fn words_do_not_flicker() {
        let mut helper = CodeHelper::default();
        let far = CodeSight { module_px: 1.4, ..GOOD };
        assert_eq!(hold(&mut helper, &far, 0, 2_000), Some(CodeHelp::Closer));
        let mut said = Vec::new();
        for frame in 0..60_u64 {
            let wavering = CodeSight { module_px: if frame % 2 == 0 { 2.1 } else { 2.3 }, ..GOOD };
            helper.unread(&wavering, ms(2_000 + frame * 66));
            said.push(helper.shown(ms(2_000 + frame * 66)).map(|(help, _)| help));
        }
        let changes = said.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!(changes <= 1, "{changes} changes");
    }

    #[test]
    fn another_word_comes_after_the_first_could_be_read() {
        let mut helper = CodeHelper::default();
        let far = CodeSight { module_px: 1.2, ..GOOD };
        hold(&mut helper, &far, 0, 1_600);
        let smeared = CodeSight { detail: 0.1, ..GOOD };
        assert_eq!(hold(&mut helper, &smeared, 1_600, 2_500), Some(CodeHelp::Closer), "stays for 1.2 s");
        assert_eq!(hold(&mut helper, &smeared, 2_500, 3_300), Some(CodeHelp::HoldStill));
    }
}
