//! A profile: every number of a photo standard, with its source.
//!
//! Reading and refusing TOML is `profile_file`'s, the shipped ones are listed in `profiles`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::finding::{CheckId, Severity};

/// One photo standard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Name on the command line: `degree-2017`.
    pub id: String,
    pub version: u32,
    /// Name that people read.
    pub name: String,
    /// Where the clauses stand, and which edition.
    pub source: String,
    /// The source is second-hand: hidden until switched on.
    #[serde(default)]
    pub unverified: bool,
    pub picture: Picture,
    pub geometry: Geometry,
    pub background: Background,
    #[serde(default)]
    pub glasses: GlassesRule,
    /// What the operator is asked to tick, by name (`jewellery`, `make_up`, `religious_cover`).
    #[serde(default)]
    pub ask: Vec<String>,
    /// Who may accept a failing check.
    #[serde(default)]
    pub overrides: OverrideRule,
    /// Severity and limits per check; checks that are not named are off.
    pub checks: BTreeMap<CheckId, CheckRule>,
}

/// The file that is wanted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub dpi: u16,
    /// Lowest JPEG quality factor.
    pub quality_min: u8,
    /// Accepted file size, kilobytes of 1024 bytes, both ends included.
    pub kb_min: f64,
    pub kb_max: f64,
    /// What standardizing aims at, inside the accepted window.
    pub kb_aim_min: f64,
    pub kb_aim_max: f64,
    /// The clause, or where the numbers come from.
    #[serde(default)]
    pub source: Option<String>,
    /// Only second-hand texts of it were seen.
    #[serde(default)]
    pub unverified: bool,
}

/// A closed range, pixels of the final picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    pub min: f64,
    pub max: f64,
}

impl Band {
    pub fn contains(self, value: f64) -> bool {
        value >= self.min && value <= self.max
    }

    pub fn middle(self) -> f64 {
        f64::midpoint(self.min, self.max)
    }
}

/// How 头顶发际 is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadTopReading {
    /// Hair top and hairline both count; one alone warns.
    #[default]
    Both,
    HairTop,
    Hairline,
}

/// Bands in pixels of the final picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Geometry {
    pub head_top: Band,
    #[serde(default)]
    pub head_top_reading: HeadTopReading,
    pub eye_line: Band,
    pub face_width: Band,
    /// Face widths that standardizing searches; the whole band where it is not given.
    #[serde(default)]
    pub face_width_aim: Option<Band>,
    /// Largest distance of the face's middle from the picture's middle.
    pub center_max: f64,
    /// The clause, or where the numbers come from.
    #[serde(default)]
    pub source: Option<String>,
    /// Only second-hand texts of it were seen.
    #[serde(default)]
    pub unverified: bool,
}

/// One accepted backdrop colour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackgroundColor {
    /// `blue`, `white`, `grey`, …
    pub name: String,
    pub rgb: [u8; 3],
}

/// The backdrop that is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Background {
    pub colors: Vec<BackgroundColor>,
    /// Replacing the backdrop is forbidden unless this says otherwise.
    #[serde(default)]
    pub replacement: Replacement,
    /// The clause, or where the numbers come from.
    #[serde(default)]
    pub source: Option<String>,
    /// Only second-hand texts of it were seen.
    #[serde(default)]
    pub unverified: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Replacement {
    #[default]
    Forbidden,
    Allowed,
}

/// What the text says about glasses. Only `forbidden` is for a check to hold: a profile that says so is refused
/// unless `eyes.glasses` blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GlassesRule {
    /// Worn as usual.
    #[default]
    Ask,
    Forbidden,
    /// Nothing is said.
    Free,
}

/// How many people an override takes. A picture that repeats another one always takes two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverrideRule {
    /// The operator alone, with a reason.
    #[default]
    OnePerson,
    /// A reviewer or manager types a PIN, too.
    TwoPeople,
}

impl Profile {
    /// How the profile treats a check; checks that it does not name are off.
    pub fn severity(&self, id: CheckId) -> Severity {
        self.checks.get(&id).map_or(Severity::Off, |rule| rule.severity)
    }

    /// Everything that the operator ticks: what the profile names, then the checks that it leaves to a person.
    pub fn ticks(&self) -> Vec<String> {
        let left = self.checks.iter().filter(|(_, rule)| rule.severity == Severity::Ask);
        let left = left.map(|(id, _)| id.as_str().to_owned()).filter(|id| !self.ask.contains(id));
        self.ask.iter().cloned().chain(left).collect()
    }
}

/// Severity and limits of one check. Limits that a section above already states are left out here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckRule {
    pub severity: Severity,
    #[serde(default)]
    pub min: Option<f64>,
    #[serde(default)]
    pub max: Option<f64>,
    /// Clause or measurement that the limits come from.
    #[serde(default)]
    pub source: Option<String>,
    /// Only second-hand texts of the clause were seen.
    #[serde(default)]
    pub unverified: bool,
}
