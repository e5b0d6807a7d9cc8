//! What a check says about a picture: id, level, measured value with unit and limits, and a reason.
//!
//! The words for a reason stand in `text`. A photo that fails a rule is a value, never an error.

use serde::{Deserialize, Serialize};

macro_rules! check_ids {
    ($($name:ident => $text:literal),+ $(,)?) => {
        /// Every check, by the name that files and the command line use.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum CheckId { $(#[serde(rename = $text)] $name),+ }

        impl CheckId {
            /// All ids, in the order in which they are reported.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }
    };
}

check_ids! {
    FileFormat => "file.format",
    FilePixels => "file.pixels",
    FileDpi => "file.dpi",
    FileBytes => "file.bytes",
    FileQuality => "file.quality",
    FileColor => "file.color",
    FaceCount => "face.count",
    GeometryHeadTop => "geometry.head_top",
    GeometryEyeLine => "geometry.eye_line",
    GeometryFaceWidth => "geometry.face_width",
    GeometryCenter => "geometry.center",
    GeometryCrop => "geometry.crop",
    PoseRoll => "pose.roll",
    PoseYaw => "pose.yaw",
    PosePitch => "pose.pitch",
    PoseShoulders => "pose.shoulders",
    CaptureScale => "capture.scale",
    EyesOpen => "eyes.open",
    EyesGaze => "eyes.gaze",
    EyesGlasses => "eyes.glasses",
    EyesGlare => "eyes.glare",
    EyesTinted => "eyes.tinted",
    EyesFrame => "eyes.frame",
    EyesRed => "eyes.red",
    EyesHair => "eyes.hair",
    BrowsVisible => "brows.visible",
    EarsVisible => "ears.visible",
    MouthClosed => "mouth.closed",
    MouthTeeth => "mouth.teeth",
    HeadCover => "head.cover",
    FaceOccluded => "face.occluded",
    LightDark => "light.dark",
    LightBright => "light.bright",
    LightBalance => "light.balance",
    LightHighlight => "light.highlight",
    LightCast => "light.cast",
    LightNoise => "light.noise",
    SharpnessFocus => "sharpness.focus",
    SharpnessMotion => "sharpness.motion",
    ImageUpscaled => "image.upscaled",
    ImageCompression => "image.compression",
    BackgroundColor => "background.color",
    BackgroundUniform => "background.uniform",
    BackgroundShadow => "background.shadow",
    BackgroundClutter => "background.clutter",
    ClothesContrast => "clothes.contrast",
    ImageRepeat => "image.repeat",
}

impl std::fmt::Display for CheckId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for CheckId {
    type Err = UnknownCheck;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().copied().find(|id| id.as_str() == text);
        found.ok_or_else(|| UnknownCheck { id: text.to_owned() })
    }
}

/// A check id that this version does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no check is called {id:?}")]
pub struct UnknownCheck {
    pub id: String,
}

/// What a check decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Pass,
    /// Outside the limits of a rule that does not stop the picture.
    Warn,
    Fail,
    /// The picture does not let the check decide; the reason says why.
    Unknown,
}

/// How much a profile lets a check decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Fail and unknown stop the picture.
    Block,
    /// Never stops: outside the limits is reported as [`Level::Warn`].
    Warn,
    /// Not measured: the operator ticks it.
    Ask,
    Off,
}

/// Unit of a measured value and of its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Unit {
    #[serde(rename = "px")]
    Pixels,
    #[serde(rename = "deg")]
    Degrees,
    #[serde(rename = "%")]
    Percent,
    #[serde(rename = "KB")]
    Kilobytes,
    #[serde(rename = "dpi")]
    Dpi,
    #[serde(rename = "count")]
    Count,
    /// A ratio without unit.
    #[serde(rename = "ratio")]
    Ratio,
    /// CIEDE2000 colour difference.
    #[serde(rename = "dE")]
    ColorDifference,
}

impl Unit {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pixels => "px",
            Self::Degrees => "deg",
            Self::Percent => "%",
            Self::Kilobytes => "KB",
            Self::Dpi => "dpi",
            Self::Count => "count",
            Self::Ratio => "ratio",
            Self::ColorDifference => "dE",
        }
    }
}

/// Why a check decided as it did, one word per cause; each has its sentence and its advice in `text`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Within the limits.
    Ok,
    /// No face, so nothing about a face can be said.
    NoFace,
    SeveralFaces,
    /// Cannot be decided from this picture: the part is outside it or hidden.
    NotVisible,
    /// The measured value is below the lower limit.
    TooLow,
    /// The measured value is above the upper limit.
    TooHigh,
    /// Only one of the two readings of a rule is met.
    OneReading,
    /// Not the wanted kind (file type, colour model).
    WrongKind,
    /// The wanted crop reaches over the picture's left or right edge.
    CutAtSide,
    CutAtTop,
    CutAtBottom,
    /// The value is not in the file.
    Missing,
    /// The profile asks for this check, and this version cannot measure it.
    NotBuilt,
}

/// One check's answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    pub id: CheckId,
    pub level: Level,
    pub severity: Severity,
    pub measured: Option<f64>,
    pub unit: Option<Unit>,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub reason: Reason,
}

impl Finding {
    /// Stops an automatic shot and an automatic accept.
    pub fn stops(&self) -> bool {
        self.severity == Severity::Block && matches!(self.level, Level::Fail | Level::Unknown)
    }

    /// A blocking check that failed: needs another shot or an override.
    pub fn fails(&self) -> bool {
        self.severity == Severity::Block && self.level == Level::Fail
    }

    /// The measured value lies under the lower limit.
    pub fn is_below(&self) -> bool {
        self.measured.zip(self.min).is_some_and(|(measured, min)| measured < min)
    }
}

/// What all findings together say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Pass,
    Warn,
    Fail,
}

impl Verdict {
    /// A blocking check at fail is fail; a blocking one at unknown, or any at warn, is warn.
    pub fn of(findings: &[Finding]) -> Self {
        if findings.iter().any(Finding::fails) {
            Self::Fail
        } else if findings.iter().any(|f| f.stops() || matches!(f.level, Level::Warn | Level::Fail)) {
            Self::Warn
        } else {
            Self::Pass
        }
    }
}
