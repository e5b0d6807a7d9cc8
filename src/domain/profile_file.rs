//! A profile as a TOML file: read once, refused with the line when a key is unknown or a limit impossible.

use super::finding::{CheckId, Severity};
use super::ids::ContentHash;
use super::profile::{Band, CheckRule, GlassesRule, Profile};

/// A profile with the text that it came from.
#[derive(Debug, Clone, PartialEq)]
pub struct ProfileFile {
    pub profile: Profile,
    /// The file's exact text; stored once per hash.
    pub text: String,
    pub sha256: ContentHash,
}

impl ProfileFile {
    /// Reads and checks a profile.
    pub fn from_toml(text: &str) -> Result<Self, ProfileError> {
        let profile = Profile::from_toml(text)?;
        Ok(Self { profile, text: text.to_owned(), sha256: ContentHash::of(text.as_bytes()) })
    }
}

/// Why a text is no profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {key}: {problem}")]
pub struct ProfileError {
    /// Counted from 1; 1 when the whole file is meant.
    pub line: usize,
    /// `geometry.head_top`; empty when the text is no TOML.
    pub key: String,
    pub problem: String,
}

impl Profile {
    /// Reads and checks a profile.
    pub fn from_toml(text: &str) -> Result<Self, ProfileError> {
        let profile: Self = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start.min(text.len()));
            let line = text[..start].matches('\n').count() + 1;
            let words = text.lines().nth(line - 1).and_then(|found| found.split(['=', '#']).next());
            let key = words.unwrap_or_default().trim().trim_matches(['[', ']']).to_owned();
            ProfileError { line, key, problem: error.message().trim().replace('\n', " ") }
        })?;
        match profile.impossible() {
            Some((key, problem)) => Err(ProfileError { line: line_of(text, &key), key, problem }),
            None => Ok(profile),
        }
    }

    /// The first key whose value cannot be meant, and why.
    fn impossible(&self) -> Option<(String, String)> {
        self.impossible_name()
            .or_else(|| self.impossible_picture())
            .or_else(|| self.impossible_geometry())
            .or_else(|| self.checks.iter().find_map(|(id, rule)| impossible_rule(*id, rule)))
    }

    fn impossible_name(&self) -> Option<(String, String)> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || self.id.len() > 40 || !self.id.chars().all(plain) {
            return refuse("id", "1 to 40 characters a-z, 0-9 and - are wanted");
        }
        if self.version == 0 {
            return refuse("version", "versions count from 1");
        }
        if self.name.trim().is_empty() {
            return refuse("name", "people need a name");
        }
        if self.source.trim().is_empty() {
            return refuse("source", "say where the numbers come from");
        }
        if self.background.colors.is_empty() && self.severity(CheckId::BackgroundColor) != Severity::Off {
            return refuse("background.colors", "the check background.color needs at least one colour");
        }
        if self.glasses == GlassesRule::Forbidden && self.severity(CheckId::EyesGlasses) != Severity::Block {
            return refuse(
                "glasses",
                "forbidden glasses need the check eyes.glasses with severity = \"block\" and a max",
            );
        }
        None
    }

    fn impossible_picture(&self) -> Option<(String, String)> {
        let picture = &self.picture;
        for (key, side) in [("picture.width", picture.width), ("picture.height", picture.height)] {
            if !(64..=8192).contains(&side) {
                return refuse(key, "64 to 8192 pixels are possible");
            }
        }
        if !(1..=100).contains(&picture.quality_min) {
            return refuse("picture.quality_min", "quality goes from 1 to 100");
        }
        if !(50..=2400).contains(&picture.dpi) {
            return refuse("picture.dpi", "50 to 2400 dpi are possible");
        }
        if !(picture.kb_min >= 0.0 && picture.kb_max > picture.kb_min && picture.kb_max <= 65536.0) {
            return refuse("picture.kb_max", "the size window is empty");
        }
        let aim = picture.kb_aim_min >= picture.kb_min && picture.kb_aim_max <= picture.kb_max;
        if !(aim && picture.kb_aim_max > picture.kb_aim_min) {
            return refuse("picture.kb_aim_max", "the aim must be a window inside the accepted one");
        }
        None
    }

    fn impossible_geometry(&self) -> Option<(String, String)> {
        let (width, height) = (f64::from(self.picture.width), f64::from(self.picture.height));
        let geometry = &self.geometry;
        let bands = [
            ("geometry.head_top", geometry.head_top, height),
            ("geometry.eye_line", geometry.eye_line, height),
            ("geometry.face_width", geometry.face_width, width),
        ];
        if let Some((key, band, end)) = bands.into_iter().find(|(_, band, end)| !possible(*band, *end)) {
            return refuse(key, &format!("{} to {} is no band inside 0 to {end}", band.min, band.max));
        }
        let aim = geometry.face_width_aim.unwrap_or(geometry.face_width);
        if !(possible(aim, width) && geometry.face_width.contains(aim.min) && geometry.face_width.contains(aim.max)) {
            return refuse("geometry.face_width_aim", "the aim must lie inside face_width");
        }
        if geometry.eye_line.max <= geometry.head_top.min {
            return refuse("geometry.eye_line", "the eyes would lie above the top of the head");
        }
        if !(geometry.center_max > 0.0 && geometry.center_max < width / 2.0) {
            return refuse("geometry.center_max", "it must lie between 0 and half the width");
        }
        None
    }
}

fn possible(band: Band, end: f64) -> bool {
    band.min >= 0.0 && band.max > band.min && band.max <= end
}

/// The limits that a check cannot do without: lower, upper. Without them it would pass whatever it measures.
const fn needed_limits(id: CheckId) -> (bool, bool) {
    match id {
        CheckId::EyesOpen
        | CheckId::EyesTinted
        | CheckId::EarsVisible
        | CheckId::CaptureScale
        | CheckId::ImageUpscaled
        | CheckId::ClothesContrast
        | CheckId::ImageRepeat => (true, false),
        CheckId::LightDark => (true, true),
        CheckId::LightBright
        | CheckId::PoseRoll
        | CheckId::PoseYaw
        | CheckId::PosePitch
        | CheckId::PoseShoulders
        | CheckId::EyesGaze
        | CheckId::EyesGlasses
        | CheckId::EyesGlare
        | CheckId::EyesFrame
        | CheckId::EyesRed
        | CheckId::EyesHair
        | CheckId::BrowsVisible
        | CheckId::MouthClosed
        | CheckId::MouthTeeth
        | CheckId::HeadCover
        | CheckId::FaceOccluded
        | CheckId::LightBalance
        | CheckId::LightHighlight
        | CheckId::LightCast
        | CheckId::LightNoise
        | CheckId::SharpnessFocus
        | CheckId::SharpnessMotion
        | CheckId::ImageCompression
        | CheckId::BackgroundColor
        | CheckId::BackgroundUniform
        | CheckId::BackgroundShadow
        | CheckId::BackgroundClutter => (false, true),
        // Their limits stand in the sections above, or they have none.
        CheckId::FileFormat
        | CheckId::FilePixels
        | CheckId::FileDpi
        | CheckId::FileBytes
        | CheckId::FileQuality
        | CheckId::FileColor
        | CheckId::FaceCount
        | CheckId::GeometryHeadTop
        | CheckId::GeometryEyeLine
        | CheckId::GeometryFaceWidth
        | CheckId::GeometryCenter
        | CheckId::GeometryCrop => (false, false),
    }
}

/// Whether a person who looks at the picture can say what the check measures.
fn can_be_ticked(id: CheckId) -> bool {
    let seen = ["pose.", "eyes.", "brows.", "ears.", "mouth.", "head.", "face.", "light.", "background.", "clothes."];
    id != CheckId::FaceCount && seen.iter().any(|group| id.as_str().starts_with(group))
}

fn impossible_rule(id: CheckId, rule: &CheckRule) -> Option<(String, String)> {
    let key = |name: &str| format!("checks.{id}.{name}");
    let finite = |value: Option<f64>| value.is_none_or(f64::is_finite);
    if !finite(rule.min) || !finite(rule.max) {
        return refuse(&key("max"), "limits are numbers");
    }
    if let (Some(min), Some(max)) = (rule.min, rule.max)
        && min > max
        && !matches!(id, CheckId::LightDark | CheckId::ImageCompression)
    {
        return refuse(&key("min"), &format!("{min} is above the upper limit {max}"));
    }
    if rule.severity == Severity::Ask && !can_be_ticked(id) {
        return refuse(&key("severity"), "nobody sees this by looking at the picture: use block, warn or off");
    }
    if matches!(rule.severity, Severity::Block | Severity::Warn) {
        let (min, max) = needed_limits(id);
        if min && rule.min.is_none() {
            return refuse(&key("severity"), "this check needs a lower limit `min`");
        }
        if max && rule.max.is_none() {
            return refuse(&key("severity"), "this check needs an upper limit `max`");
        }
    }
    None
}

#[allow(clippy::unnecessary_wraps, reason = "every caller answers with it")]
fn refuse(key: &str, problem: &str) -> Option<(String, String)> {
    Some((key.to_owned(), problem.to_owned()))
}

/// The line of a dotted key: the key under its table's header, else the header, else the first line.
fn line_of(text: &str, key: &str) -> usize {
    let (table, name) = match key.strip_prefix("checks.").and_then(|rest| rest.rsplit_once('.')) {
        Some((id, name)) => (format!("checks.\"{id}\""), name),
        None => key.rsplit_once('.').map_or((String::new(), key), |(table, name)| (table.to_owned(), name)),
    };
    let (mut current, mut header) = (String::new(), 1);
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(opened) = line.strip_prefix('[') {
            opened.trim_start_matches('[').split(']').next().unwrap_or_default().trim().clone_into(&mut current);
            if current == table {
                header = index + 1;
            }
        } else if current == table && line.split('=').next().is_some_and(|found| found.trim() == name) {
            return index + 1;
        }
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::profiles::shipped;

    fn refused(from: &str, to: &str) -> ProfileError {
        let text = shipped().into_iter().find(|file| file.profile.id == "degree-2017").unwrap().text;
        assert!(text.contains(from), "the shipped profile has no {from:?}");
        Profile::from_toml(&text.replacen(from, to, 1)).unwrap_err()
    }

    fn line_with(words: &str) -> usize {
        let text = shipped().into_iter().find(|file| file.profile.id == "degree-2017").unwrap().text;
        text.lines().position(|line| line.contains(words)).unwrap() + 1
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let error = refused("quality_min", "qualty_min");
        assert_eq!((error.line, error.key.as_str()), (line_with("quality_min"), "qualty_min"));
    }

    #[test]
    fn an_unknown_check_is_refused() {
        let error = refused("[checks.\"pose.roll\"]", "[checks.\"pose.rol\"]");
        assert_eq!(error.line, line_with("[checks.\"pose.roll\"]"), "{error}");
    }

    #[test]
    fn impossible_bands_are_refused_with_their_line() {
        let error = refused("head_top = { min = 50, max = 110 }", "head_top = { min = 110, max = 50 }");
        assert_eq!((error.line, error.key.as_str()), (line_with("head_top = {"), "geometry.head_top"));
        let error = refused("eye_line = { min = 200, max = 300 }", "eye_line = { min = 200, max = 900 }");
        assert_eq!((error.line, error.key.as_str()), (line_with("eye_line = {"), "geometry.eye_line"));
        let error = refused("kb_max = 40", "kb_max = 10");
        assert_eq!((error.line, error.key.as_str()), (line_with("kb_max = 40"), "picture.kb_max"));
    }

    #[test]
    fn a_check_without_its_limit_is_refused_at_its_table() {
        let text = "[checks.\"sharpness.focus\"]\nseverity = \"block\"\n";
        let rule = CheckRule { severity: Severity::Block, min: None, max: None, source: None, unverified: false };
        let (key, _) = impossible_rule(CheckId::SharpnessFocus, &rule).unwrap();
        assert_eq!(line_of(text, &key), 2);
    }

    #[test]
    fn a_check_that_measures_is_refused_without_a_limit_to_measure_by() {
        let text = shipped().into_iter().find(|file| file.profile.id == "degree-2017").unwrap().text;
        for id in CheckId::ALL {
            let table = format!("[checks.\"{id}\"]\n");
            let from = text.find(&table).map_or(text.len(), |start| start + table.len());
            let end = text[from..].find("\n[").map_or(text.len(), |end| from + end + 1);
            let bare = if from == text.len() {
                format!("{text}\n{table}severity = \"block\"\n")
            } else {
                format!("{}severity = \"block\"\n{}", &text[..from], &text[end..])
            };
            let elsewhere = id.as_str().starts_with("file.") || id.as_str().starts_with("geometry.");
            let read = Profile::from_toml(&bare);
            if elsewhere || *id == CheckId::FaceCount {
                assert!(read.is_ok(), "{id}: {read:?}");
            } else {
                let error = read.unwrap_err();
                assert_eq!(error.key, format!("checks.{id}.severity"));
                let line = bare.lines().nth(error.line - 1).unwrap();
                assert!(line.starts_with("severity"), "{id}: {line}");
            }
        }
    }

    #[test]
    fn forbidden_glasses_need_the_check_that_finds_them() {
        let error = refused("glasses = \"ask\"", "glasses = \"forbidden\"");
        assert_eq!((error.line, error.key.as_str()), (line_with("glasses = "), "glasses"));
        let text = shipped().into_iter().find(|file| file.profile.id == "degree-2017").unwrap().text;
        let text = text.replacen("glasses = \"ask\"", "glasses = \"forbidden\"", 1);
        let with = |rule: &str| Profile::from_toml(&format!("{text}\n[checks.\"eyes.glasses\"]\n{rule}\n"));
        assert!(with("severity = \"block\"\nmax = 1.05").is_ok());
        assert!(with("severity = \"warn\"\nmax = 1.05").is_err());
    }

    #[test]
    fn a_check_that_is_asked_becomes_a_tick_where_a_person_can_tell() {
        let text = shipped().into_iter().find(|file| file.profile.id == "degree-2017").unwrap().text;
        let ask = |id: &str, from: &str| {
            let table = format!("[checks.\"{id}\"]\nseverity = ");
            text.replacen(&format!("{table}\"{from}\""), &format!("{table}\"ask\""), 1)
        };
        let profile = Profile::from_toml(&ask("eyes.frame", "warn")).unwrap();
        assert_eq!(profile.ticks(), ["jewellery", "make_up", "religious_cover", "eyes.frame"]);
        let asked = ask("geometry.crop", "block");
        let error = Profile::from_toml(&asked).unwrap_err();
        assert_eq!(error.key, "checks.geometry.crop.severity");
        assert!(asked.lines().nth(error.line - 1).unwrap().contains("ask"), "{error}");
    }

    #[test]
    fn text_that_is_no_toml_is_refused() {
        assert_eq!(Profile::from_toml("id = \"x\"\nb = = 1").unwrap_err().line, 2);
        assert!(Profile::from_toml("").is_err());
    }
}
