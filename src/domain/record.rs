//! One record: who was photographed under which code, how it was judged, and the states it may go through.

use serde::{Deserialize, Serialize};

use super::code::{CodeDigest, CodeSource, CodeSymbol, base64_bytes};
use super::exposure::ExposureHash;
use super::finding::{CheckId, Finding};
use super::ids::{ContentHash, RecordId, SessionId, ShotNumber};
use super::time::WallTime;

/// Everything about one stored photo but the pictures; `record.json` in its capsule.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Version of this layout: 1.
    pub format: u32,
    pub id: RecordId,
    pub session: SessionId,
    /// Heading chosen by the operator (class), when there is one.
    pub group: Option<String>,
    /// Minisign key id of the station, 16 hex digits.
    pub station: String,
    pub shot: ShotNumber,
    /// Order of records on this station; never reused.
    pub sequence: u64,
    #[serde(with = "base64_bytes")]
    pub code: Vec<u8>,
    pub code_source: CodeSource,
    /// What is needed to draw the symbol again; `None` for codes from a gun.
    pub code_symbol: Option<CodeSymbol>,
    pub code_digest: CodeDigest,
    /// Any four characters typed by the student, full width folded.
    pub last_four: Option<String>,
    pub roster_key: Option<String>,
    /// Version of the notice that was shown, and whether it was acknowledged.
    pub notice_version: u32,
    pub notice_acknowledged: bool,
    /// Station-local number of the operator.
    pub operator: u32,
    pub confirmation: Confirmation,
    /// Drawn by the simulated camera: worth nothing.
    pub simulated: bool,
    /// Name and format of the camera or `file`.
    pub camera: String,
    pub profile_id: String,
    pub profile_version: u32,
    pub profile_sha256: ContentHash,
    pub checks_version: u32,
    pub models_version: String,
    pub findings: Vec<Finding>,
    /// "Ask" items that the operator attested by accepting.
    pub attested: Vec<String>,
    pub overrides: Vec<Override>,
    /// Of the final JPEG.
    pub photo_sha256: ContentHash,
    /// Of the camera's or file's bytes.
    pub original_sha256: ContentHash,
    /// `image/jpeg`, `image/png`, or `image/webp` of a file that somebody brought.
    pub original_media_type: String,
    /// Fingerprint of the original; records of earlier versions have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure: Option<ExposureHash>,
    /// Of the witness picture, when there is one.
    pub witness_sha256: Option<ContentHash>,
    pub state: RecordState,
    /// The record that this one replaces.
    pub supersedes: Option<RecordId>,
    /// Why it replaces it.
    pub retake_reason: Option<RetakeReason>,
    pub captured_at: WallTime,
    pub stored_at: WallTime,
}

/// Names the record and nothing that was read or typed: code and last four must not reach a log.
impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Record({} {} {:?})", self.id, self.shot, self.state)
    }
}

/// Who said yes to the picture, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    pub by: ConfirmedBy,
    pub at: WallTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConfirmedBy {
    /// By the student's own key or touch.
    Student,
    /// By the operator on the student's word.
    Operator,
    /// By a timer, where the profile allows it.
    Timer,
}

/// A blocking finding accepted all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    pub check: CheckId,
    pub reason: OverrideReason,
    /// For [`OverrideReason::Other`]: what the operator wrote.
    pub text: Option<String>,
    /// Station-local number of the operator.
    pub by: u32,
}

/// The closed list of reasons for an override.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverrideReason {
    Religious,
    Medical,
    Cultural,
    PhysicalFeature,
    FalseAlarm,
    SchoolConsent,
    Other,
}

impl OverrideReason {
    /// In the order of the digit keys 1 to 7.
    pub const ALL: [Self; 7] = [
        Self::Religious,
        Self::Medical,
        Self::Cultural,
        Self::PhysicalFeature,
        Self::FalseAlarm,
        Self::SchoolConsent,
        Self::Other,
    ];
}

/// Why the same person is photographed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetakeReason {
    /// The student wants another picture.
    Wish,
    /// The picture was refused at review or by the centre.
    Refused,
    /// 身份核验异常重采.
    IdentityCheck,
    /// The wrong person was in the picture.
    WrongPerson,
}

/// What became of the record that a withdrawn one had replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Predecessor {
    /// It is again what it was before.
    StandsAgain(ShotNumber),
    /// A bundle has told that it was replaced: the person has no standing picture until there is a new one.
    StaysReplaced(ShotNumber),
}

/// Where a record stands. The journal is the truth; a state column is its cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordState {
    Stored,
    Approved,
    Sealed,
    Delivered,
    Received,
    Resend,
    Retake,
    Rejected,
    Withdrawn,
    Superseded,
    Purged,
}
