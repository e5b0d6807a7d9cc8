//! The one most useful instruction: chosen from the findings, worst first, and steadied so that it can be read.
//!
//! Several wishes at once are none: people act on one. The words stand in `text::session`.

use super::finding::{CheckId, Finding, Level, Reason, Severity};
use super::time::Monotonic;

/// An instruction must lead for this long before it replaces another.
pub const LEAD: Monotonic = Monotonic::from_millis(300);
/// An instruction stays at least this long.
pub const STAY: Monotonic = Monotonic::from_millis(1_200);

/// What the person in front of the camera, or else the operator, should do now. In order of importance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Instruction {
    /// No face: come to the camera.
    ComeToCamera,
    /// More than one face.
    OnePersonOnly,
    MoveCloser,
    MoveBack,
    SitLower,
    SitHigher,
    /// Toward the person's own left: the face is too far left in the picture.
    MoveToOwnLeft,
    MoveToOwnRight,
    /// The crop reaches over a side edge and the picture does not say which way helps.
    MoveToMiddle,
    /// Nose back to the lens.
    FaceTheLens,
    HeadUpright,
    RaiseChin,
    LowerChin,
    ShouldersLevel,
    TakeOffHat,
    UncoverFace,
    HairOffFace,
    /// Glasses: the frame covers the eyes, the lens is tinted, or the profile forbids them.
    GlassesUp,
    GlassesOff,
    /// Reflections on the lenses: lower the chin a little.
    AvoidGlare,
    OpenEyes,
    LookAtLens,
    CloseMouth,
    /// Shadow on the backdrop: away from it.
    StepFromBackdrop,
    /// Light, colour, focus, backdrop: only the operator can mend it.
    OperatorHelps(CheckId),
    /// All is right.
    HoldStill,
}

impl Instruction {
    /// The check it comes from can only be mended at lamp, camera or backdrop.
    pub const fn is_for_operator(self) -> bool {
        matches!(self, Self::OperatorHelps(_))
    }

    /// The person can follow it in a moment without leaving their place. Where they sit is settled by the checks that
    /// stop, and the crop does the rest.
    const fn is_in_place(self) -> bool {
        matches!(
            self,
            Self::FaceTheLens
                | Self::HeadUpright
                | Self::RaiseChin
                | Self::LowerChin
                | Self::ShouldersLevel
                | Self::TakeOffHat
                | Self::UncoverFace
                | Self::HairOffFace
                | Self::GlassesUp
                | Self::GlassesOff
                | Self::AvoidGlare
                | Self::OpenEyes
                | Self::LookAtLens
                | Self::CloseMouth
        )
    }
}

/// What the findings want of the person, and whether the picture waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wish {
    /// Nothing is taken by itself before it is done.
    Needed(Instruction),
    /// It makes a better picture, which is taken all the same after a short grace.
    Advised(Instruction),
    /// All is right.
    Nothing,
}

impl Wish {
    pub const fn instruction(self) -> Instruction {
        match self {
            Self::Needed(instruction) | Self::Advised(instruction) => instruction,
            Self::Nothing => Instruction::HoldStill,
        }
    }

    /// Shown at once after `shown`: a lost face, and the end of what stopped.
    const fn cuts_short(self, shown: Self) -> bool {
        match self {
            Self::Needed(Instruction::ComeToCamera) => true,
            Self::Needed(_) => false,
            Self::Advised(_) | Self::Nothing => matches!(shown, Self::Needed(_)),
        }
    }

    /// Stays until it was read when `next` comes. What stops is not held up by advice, and advice that was followed
    /// need not be read to its end.
    const fn stays_before(self, next: Self) -> bool {
        match self {
            Self::Needed(Instruction::ComeToCamera) | Self::Nothing => false,
            Self::Needed(_) => true,
            Self::Advised(_) => matches!(next, Self::Advised(_)),
        }
    }
}

/// The most useful wish of these findings: what stops, what is unknown, then what only warns. `None` without findings.
pub fn most_useful(findings: &[Finding]) -> Option<Wish> {
    if findings.is_empty() {
        return None;
    }
    let of = |wanted: fn(&Finding) -> bool| findings.iter().filter(|f| wanted(f)).map(instruction_of).min();
    let stops = of(|f| f.stops() && f.level == Level::Fail);
    let unknown = || of(Finding::stops);
    if let Some(needed) = stops.or_else(unknown) {
        return Some(Wish::Needed(needed));
    }
    Some(advice(findings).map_or(Wish::Nothing, Wish::Advised))
}

/// What warns and can be mended in a moment by the person alone.
pub fn advice(findings: &[Finding]) -> Option<Instruction> {
    let warns = findings.iter().filter(|f| f.level == Level::Warn && f.reason != Reason::OneReading);
    warns.map(instruction_of).filter(|instruction| instruction.is_in_place()).min()
}

/// What helps against one finding.
#[allow(clippy::match_same_arms, reason = "an earlier arm takes the exceptions of a later one")]
pub fn instruction_of(finding: &Finding) -> Instruction {
    use CheckId as C;
    use Instruction as I;
    use Reason as R;
    match (finding.id, finding.reason) {
        (C::FaceCount, R::SeveralFaces | R::TooHigh) => I::OnePersonOnly,
        (C::FaceCount, _) | (_, R::NoFace) => I::ComeToCamera,
        (C::GeometryCrop | C::GeometryHeadTop, R::CutAtTop) => I::SitLower,
        (C::GeometryCrop, R::CutAtBottom) => I::SitHigher,
        (C::GeometryCrop, _) => I::MoveToMiddle,
        (C::CaptureScale, _) | (C::GeometryFaceWidth, R::TooLow) => I::MoveCloser,
        (C::GeometryFaceWidth, _) => I::MoveBack,
        (C::GeometryHeadTop | C::GeometryEyeLine, R::TooHigh) => I::SitHigher,
        (C::GeometryHeadTop | C::GeometryEyeLine, _) => I::SitLower,
        (C::GeometryCenter, _) => match finding.measured {
            Some(right) if right > 0.0 => I::MoveToOwnRight,
            Some(left) if left < 0.0 => I::MoveToOwnLeft,
            _ => I::MoveToMiddle,
        },
        (C::PoseRoll, _) => I::HeadUpright,
        (C::PoseYaw, _) => I::FaceTheLens,
        (C::PosePitch, R::TooLow) => I::RaiseChin,
        (C::PosePitch, _) => I::LowerChin,
        (C::PoseShoulders, _) => I::ShouldersLevel,
        (C::EyesOpen, _) => I::OpenEyes,
        (C::EyesGaze, _) => I::LookAtLens,
        (C::EyesGlasses | C::EyesTinted, _) => I::GlassesOff,
        (C::EyesFrame, _) => I::GlassesUp,
        (C::EyesGlare, _) => I::AvoidGlare,
        (C::EyesHair | C::BrowsVisible | C::EarsVisible, _) => I::HairOffFace,
        (C::MouthClosed | C::MouthTeeth, _) => I::CloseMouth,
        (C::HeadCover, _) => I::TakeOffHat,
        (C::FaceOccluded, _) => I::UncoverFace,
        (C::BackgroundShadow, _) => I::StepFromBackdrop,
        (
            id @ (C::FileFormat
            | C::FilePixels
            | C::FileDpi
            | C::FileBytes
            | C::FileQuality
            | C::FileColor
            | C::EyesRed
            | C::LightDark
            | C::LightBright
            | C::LightBalance
            | C::LightHighlight
            | C::LightCast
            | C::LightNoise
            | C::SharpnessFocus
            | C::SharpnessMotion
            | C::ImageUpscaled
            | C::ImageCompression
            | C::BackgroundColor
            | C::BackgroundUniform
            | C::BackgroundClutter
            | C::ClothesContrast
            | C::ImageRepeat),
            _,
        ) => I::OperatorHelps(id),
    }
}

/// The finding behind an instruction, for the operator's line: the first that stops, else the first that warns, else
/// one that is not known.
pub fn finding_behind(instruction: Instruction, findings: &[Finding]) -> Option<&Finding> {
    let matching = |f: &&Finding| instruction_of(f) == instruction && f.severity != Severity::Off;
    let stops = findings.iter().filter(|f| f.stops()).find(matching);
    let warns = || findings.iter().filter(|f| matches!(f.level, Level::Warn | Level::Fail)).find(matching);
    stops.or_else(warns).or_else(|| findings.iter().filter(|f| f.level != Level::Pass).find(matching))
}

/// Steadies the wish: a new one must lead for [`LEAD`], and the shown one stays for [`STAY`]; a lost face and the end
/// of what stopped show at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Guide {
    shown: Option<(Wish, Monotonic)>,
    rival: Option<(Wish, Monotonic)>,
}

impl Guide {
    /// What is shown now.
    pub fn shown(&self) -> Option<Instruction> {
        self.shown.map(|(wish, _)| wish.instruction())
    }

    /// Takes what the newest findings ask for and returns what to show.
    pub fn advance(&mut self, wanted: Option<Wish>, now: Monotonic) -> Option<Instruction> {
        let Some(wanted) = wanted else { return self.shown() };
        match self.shown {
            Some((shown, _)) if shown == wanted => self.rival = None,
            Some((shown, since)) if !wanted.cuts_short(shown) => {
                let lead = match self.rival {
                    Some((rival, lead)) if rival == wanted => lead,
                    _ => now,
                };
                self.rival = Some((wanted, lead));
                let stayed = !shown.stays_before(wanted) || now >= since + STAY;
                if stayed && now >= lead + LEAD {
                    self.show(wanted, now);
                }
            }
            _ => self.show(wanted, now),
        }
        self.shown()
    }

    /// Forgets everything: the next instruction shows at once.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn show(&mut self, wish: Wish, now: Monotonic) {
        self.shown = Some((wish, now));
        self.rival = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Monotonic {
        Monotonic::from_millis(n)
    }

    fn finding(id: CheckId, level: Level, reason: Reason) -> Finding {
        let severity = Severity::Block;
        Finding { id, level, severity, measured: None, unit: None, min: None, max: None, reason }
    }

    #[test]
    fn worst_comes_first_and_a_clean_list_says_hold_still() {
        let ok = finding(CheckId::FaceCount, Level::Pass, Reason::Ok);
        let mouth = finding(CheckId::MouthClosed, Level::Fail, Reason::TooHigh);
        let far = finding(CheckId::CaptureScale, Level::Fail, Reason::TooLow);
        let unknown = finding(CheckId::EyesGaze, Level::Unknown, Reason::NotVisible);
        assert_eq!(most_useful(&[]), None);
        assert_eq!(most_useful(std::slice::from_ref(&ok)), Some(Wish::Nothing));
        let all = [ok, mouth, far, unknown.clone()];
        assert_eq!(most_useful(&all), Some(Wish::Needed(Instruction::MoveCloser)));
        assert_eq!(most_useful(&[unknown]), Some(Wish::Needed(Instruction::LookAtLens)));
        assert_eq!(finding_behind(Instruction::MoveCloser, &all).map(|f| f.id), Some(CheckId::CaptureScale));
    }

    fn warning(id: CheckId, reason: Reason) -> Finding {
        Finding { severity: Severity::Warn, ..finding(id, Level::Warn, reason) }
    }

    #[test]
    fn what_only_warns_is_advised_in_the_same_order() {
        for (id, reason, wanted) in [
            (CheckId::PoseYaw, Reason::TooHigh, Instruction::FaceTheLens),
            (CheckId::PosePitch, Reason::TooLow, Instruction::RaiseChin),
            (CheckId::PoseShoulders, Reason::TooHigh, Instruction::ShouldersLevel),
            (CheckId::HeadCover, Reason::TooHigh, Instruction::TakeOffHat),
            (CheckId::EyesHair, Reason::TooHigh, Instruction::HairOffFace),
            (CheckId::EyesFrame, Reason::TooHigh, Instruction::GlassesUp),
            (CheckId::EyesGaze, Reason::TooHigh, Instruction::LookAtLens),
        ] {
            assert_eq!(most_useful(&[warning(id, reason)]), Some(Wish::Advised(wanted)), "{id}");
        }
        let chin = warning(CheckId::PosePitch, Reason::TooLow);
        let gaze = warning(CheckId::EyesGaze, Reason::TooHigh);
        let both = [gaze.clone(), chin.clone()];
        assert_eq!(most_useful(&both), Some(Wish::Advised(Instruction::RaiseChin)));
        let far = finding(CheckId::CaptureScale, Level::Fail, Reason::TooLow);
        let stopped = [gaze, chin, far];
        assert_eq!(most_useful(&stopped), Some(Wish::Needed(Instruction::MoveCloser)), "what stops comes first");
    }

    #[test]
    fn nobody_is_asked_for_what_the_crop_or_the_operator_does() {
        let reading = warning(CheckId::GeometryHeadTop, Reason::OneReading);
        let light = warning(CheckId::LightBalance, Reason::TooHigh);
        assert_eq!(most_useful(&[reading, light]), Some(Wish::Nothing));
    }

    #[test]
    fn the_operator_reads_of_the_check_that_warns() {
        let unknown =
            Finding { severity: Severity::Warn, ..finding(CheckId::EyesHair, Level::Unknown, Reason::NotVisible) };
        let findings = [unknown, warning(CheckId::BrowsVisible, Reason::TooHigh)];
        let behind = finding_behind(Instruction::HairOffFace, &findings);
        assert_eq!(behind.map(|f| f.id), Some(CheckId::BrowsVisible));
    }

    #[test]
    fn a_rival_must_lead_and_the_shown_one_stays() {
        let mut guide = Guide::default();
        let (low, mouth) = (Some(Wish::Needed(Instruction::SitLower)), Some(Wish::Needed(Instruction::CloseMouth)));
        let (shows_low, shows_mouth) = (Some(Instruction::SitLower), Some(Instruction::CloseMouth));
        assert_eq!(guide.advance(low, ms(0)), shows_low);
        assert_eq!(guide.advance(mouth, ms(900)), shows_low, "stays for 1.2 s");
        assert_eq!(guide.advance(low, ms(1_000)), shows_low, "the rival lost its lead");
        assert_eq!(guide.advance(mouth, ms(1_300)), shows_low, "leads for 0 ms only");
        assert_eq!(guide.advance(mouth, ms(1_599)), shows_low);
        assert_eq!(guide.advance(mouth, ms(1_600)), shows_mouth);
    }

    #[test]
    fn a_lost_face_and_hold_still_show_at_once() {
        let mut guide = Guide::default();
        guide.advance(Some(Wish::Needed(Instruction::SitLower)), ms(0));
        assert_eq!(guide.advance(Some(Wish::Nothing), ms(10)), Some(Instruction::HoldStill));
        let gone = Some(Wish::Needed(Instruction::ComeToCamera));
        assert_eq!(guide.advance(gone, ms(20)), Some(Instruction::ComeToCamera));
        guide.clear();
        assert_eq!(guide.shown(), None);
    }

    #[test]
    fn advice_follows_what_stopped_at_once_and_does_not_flicker() {
        let mut guide = Guide::default();
        let advised = Some(Wish::Advised(Instruction::LookAtLens));
        guide.advance(Some(Wish::Needed(Instruction::SitLower)), ms(0));
        assert_eq!(guide.advance(advised, ms(100)), Some(Instruction::LookAtLens));
        for at in (200..2_000).step_by(200) {
            assert_eq!(guide.advance(Some(Wish::Nothing), ms(at)), Some(Instruction::LookAtLens), "one frame at {at}");
            guide.advance(advised, ms(at + 100));
        }
        guide.advance(Some(Wish::Nothing), ms(2_100));
        assert_eq!(guide.advance(Some(Wish::Nothing), ms(2_400)), Some(Instruction::HoldStill), "it was followed");
        guide.advance(advised, ms(2_500));
        assert_eq!(guide.advance(advised, ms(2_700)), Some(Instruction::HoldStill));
        assert_eq!(guide.advance(advised, ms(2_800)), Some(Instruction::LookAtLens));
        let stops = Some(Wish::Needed(Instruction::SitLower));
        guide.advance(stops, ms(2_900));
        assert_eq!(guide.advance(stops, ms(3_200)), Some(Instruction::SitLower), "what stops waits for no advice");
    }

    #[test]
    fn every_check_has_an_instruction_for_every_reason() {
        let reasons = [
            Reason::NoFace,
            Reason::SeveralFaces,
            Reason::NotVisible,
            Reason::TooLow,
            Reason::TooHigh,
            Reason::OneReading,
            Reason::WrongKind,
            Reason::CutAtSide,
            Reason::CutAtTop,
            Reason::CutAtBottom,
            Reason::Missing,
        ];
        for id in CheckId::ALL {
            for reason in reasons {
                assert_ne!(instruction_of(&finding(*id, Level::Fail, reason)), Instruction::HoldStill);
            }
        }
    }
}
