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

    /// Shown at once, whatever was shown before.
    const fn is_urgent(self) -> bool {
        matches!(self, Self::ComeToCamera | Self::HoldStill)
    }
}

/// The most useful instruction of these findings; `HoldStill` when nothing stops or warns. `None` without findings.
pub fn most_useful(findings: &[Finding]) -> Option<Instruction> {
    if findings.is_empty() {
        return None;
    }
    let of = |wanted: fn(&Finding) -> bool| findings.iter().filter(|f| wanted(f)).map(instruction_of).min();
    let stops = of(|f| f.stops() && f.level == Level::Fail);
    let unknown = || of(Finding::stops);
    Some(stops.or_else(unknown).unwrap_or(Instruction::HoldStill))
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

/// The finding behind an instruction, for the operator's line: the first that stops, else the first that is wrong.
pub fn finding_behind(instruction: Instruction, findings: &[Finding]) -> Option<&Finding> {
    let matching = |f: &&Finding| instruction_of(f) == instruction && f.severity != Severity::Off;
    let stops = findings.iter().filter(|f| f.stops()).find(matching);
    stops.or_else(|| findings.iter().filter(|f| f.level != Level::Pass).find(matching))
}

/// Steadies the instruction: a new one must lead for [`LEAD`], and the shown one stays for [`STAY`]; a lost face and
/// "hold still" show at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Guide {
    shown: Option<(Instruction, Monotonic)>,
    rival: Option<(Instruction, Monotonic)>,
}

impl Guide {
    /// What is shown now.
    pub fn shown(&self) -> Option<Instruction> {
        self.shown.map(|(instruction, _)| instruction)
    }

    /// Takes what the newest findings ask for and returns what to show.
    pub fn advance(&mut self, wanted: Option<Instruction>, now: Monotonic) -> Option<Instruction> {
        let Some(wanted) = wanted else { return self.shown() };
        match self.shown {
            Some((shown, _)) if shown == wanted => self.rival = None,
            Some((shown, since)) if !wanted.is_urgent() => {
                let lead = match self.rival {
                    Some((rival, lead)) if rival == wanted => lead,
                    _ => now,
                };
                self.rival = Some((wanted, lead));
                // "Hold still" is no instruction that anybody must finish reading.
                let stayed = shown.is_urgent() || now >= since + STAY;
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

    fn show(&mut self, instruction: Instruction, now: Monotonic) {
        self.shown = Some((instruction, now));
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
        assert_eq!(most_useful(std::slice::from_ref(&ok)), Some(Instruction::HoldStill));
        let all = [ok, mouth, far, unknown.clone()];
        assert_eq!(most_useful(&all), Some(Instruction::MoveCloser));
        assert_eq!(most_useful(&[unknown]), Some(Instruction::LookAtLens));
        assert_eq!(finding_behind(Instruction::MoveCloser, &all).map(|f| f.id), Some(CheckId::CaptureScale));
    }

    #[test]
    fn warnings_do_not_ask_for_anything() {
        let warning = Finding { severity: Severity::Warn, ..finding(CheckId::PoseRoll, Level::Warn, Reason::TooHigh) };
        assert_eq!(most_useful(&[warning]), Some(Instruction::HoldStill));
    }

    #[test]
    fn a_rival_must_lead_and_the_shown_one_stays() {
        let mut guide = Guide::default();
        let (low, mouth) = (Some(Instruction::SitLower), Some(Instruction::CloseMouth));
        assert_eq!(guide.advance(low, ms(0)), low);
        assert_eq!(guide.advance(mouth, ms(900)), low, "stays for 1.2 s");
        assert_eq!(guide.advance(low, ms(1_000)), low, "the rival lost its lead");
        assert_eq!(guide.advance(mouth, ms(1_300)), low, "leads for 0 ms only");
        assert_eq!(guide.advance(mouth, ms(1_599)), low);
        assert_eq!(guide.advance(mouth, ms(1_600)), mouth);
    }

    #[test]
    fn a_lost_face_and_hold_still_show_at_once() {
        let mut guide = Guide::default();
        guide.advance(Some(Instruction::SitLower), ms(0));
        assert_eq!(guide.advance(Some(Instruction::HoldStill), ms(10)), Some(Instruction::HoldStill));
        assert_eq!(guide.advance(Some(Instruction::ComeToCamera), ms(20)), Some(Instruction::ComeToCamera));
        guide.clear();
        assert_eq!(guide.shown(), None);
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
