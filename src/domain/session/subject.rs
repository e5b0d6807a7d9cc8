//! Who and what is at hand: the code that was read, its witness, an earlier record, a judged shot.
//!
//! Pictures are opaque bytes here: they travel with the code they belong to and are never looked at.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::domain::code::{CodeDigest, CodeSource, CodeSymbol, SubjectCode};
use crate::domain::exposure::ExposureHash;
use crate::domain::face::FaceMeasurements;
use crate::domain::finding::{CheckId, Finding, Level, Verdict};
use crate::domain::guide::advice;
use crate::domain::ids::{RecordId, ShotNumber};
use crate::domain::record::RetakeReason;
use crate::domain::time::WallTime;

/// An encoded picture. `Debug` prints its size only.
#[derive(Clone, PartialEq, Eq)]
pub struct PictureBytes {
    pub bytes: Arc<[u8]>,
    /// `image/jpeg`, `image/png`, or `image/webp` of a file that somebody brought.
    pub media_type: &'static str,
}

impl fmt::Debug for PictureBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PictureBytes({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

/// A code as it was read, with what proves it: the crop of phone or paper around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    pub code: SubjectCode,
    pub source: CodeSource,
    /// What is needed to draw the symbol again; a gun gives none.
    pub symbol: Option<CodeSymbol>,
    /// The rectified crop around the code; a gun gives none.
    pub witness: Option<PictureBytes>,
}

impl Subject {
    pub fn digest(&self) -> CodeDigest {
        self.code.digest()
    }
}

/// A record that this code already has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earlier {
    pub record: RecordId,
    pub shot: ShotNumber,
    pub captured_at: WallTime,
}

/// A record of this code at another station, as its list says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Elsewhere {
    pub shot: ShotNumber,
    pub listed_at: WallTime,
}

/// The record that the coming one takes the place of, and why. Both are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replaces {
    pub earlier: Earlier,
    pub reason: RetakeReason,
}

/// Four characters that the student typed: any, full-width forms folded to half width.
#[derive(Clone, PartialEq, Eq)]
pub struct LastFour(String);

impl LastFour {
    /// Takes exactly four characters other than blanks; digits are not asked for, since some identity papers end in
    /// letters or brackets.
    pub fn new(text: &str) -> Option<Self> {
        let fold = |c: char| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            _ => c,
        };
        let folded: String = text.trim().chars().map(fold).collect();
        let four = folded.chars().count() == 4 && !folded.chars().any(|c| c.is_whitespace() || c.is_control());
        four.then_some(Self(folded))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LastFour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LastFour(..)")
    }
}

/// What the live checks saw in one preview frame.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveReport {
    /// Faces in the picture.
    pub faces: usize,
    pub findings: Vec<Finding>,
}

impl LiveReport {
    /// Exactly one face, the check that says so among the findings, and nothing that stops. An empty list is not
    /// green: nothing was looked at.
    pub fn is_green(&self) -> bool {
        let counted = self.findings.iter().any(|f| f.id == CheckId::FaceCount && f.level == Level::Pass);
        self.faces == 1 && counted && !self.findings.iter().any(Finding::stops)
    }

    /// Green, and something warns that the person could mend in a moment.
    pub fn is_advised(&self) -> bool {
        self.is_green() && advice(&self.findings).is_some()
    }
}

/// One shot, judged: the final picture with the original it was cut from.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedShot {
    /// The final JPEG; `None` when no standard picture can be cut (no face).
    pub photo: Option<PictureBytes>,
    /// The camera's own bytes, or a lossless PNG of its frame.
    pub original: PictureBytes,
    pub findings: Vec<Finding>,
    /// Fingerprint of the original; there when exactly one face is.
    pub exposure: Option<ExposureHash>,
    /// In pixels of the final picture.
    pub face: Option<FaceMeasurements>,
    pub captured_at: WallTime,
    /// Name and format of the camera.
    pub camera: String,
    /// Drawn or played: worth nothing.
    pub simulated: bool,
    /// Which frame of the burst this is, and how many there are; counted from 0.
    pub frame: usize,
    pub frames: usize,
}

impl JudgedShot {
    pub fn verdict(&self) -> Verdict {
        Verdict::of(&self.findings)
    }
}

/// How long a burst is and how many frames it has at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Burst {
    pub frames_min: usize,
    pub window: Duration,
}
