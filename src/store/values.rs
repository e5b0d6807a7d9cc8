//! What goes into the store and comes out of it, besides [`Record`]: locks, new records, lists, changes. Sessions are in
//! `session_settings`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::session_settings::Approval;
use crate::domain::code::{CodeDigest, CodeSource, CodeSymbol, SubjectCode};
use crate::domain::exposure::ExposureHash;
pub use crate::domain::fault::Behind;
use crate::domain::finding::Finding;
use crate::domain::ids::{ContentHash, RecordId, SessionId, ShotNumber};
use crate::domain::record::{Confirmation, Override, Record, RecordState, RetakeReason};
use crate::domain::time::WallTime;

/// Who a shot number is to be issued for.
#[derive(Clone)]
pub struct NewLock {
    pub session: SessionId,
    pub group: Option<String>,
    pub code: SubjectCode,
    pub source: CodeSource,
    pub symbol: Option<CodeSymbol>,
    /// The rectified crop around the code, JPEG.
    pub witness: Option<Vec<u8>>,
    pub replaces: Option<Replaced>,
}

/// The record that a held subject's next one is to replace, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    pub record: RecordId,
    pub reason: RetakeReason,
}

impl fmt::Debug for NewLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewLock({} {:?})", self.session, self.code)
    }
}

/// One that was put aside, without its code and picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedRow {
    pub shot: ShotNumber,
    pub digest: CodeDigest,
    /// It waits since the scan desk.
    pub queued: bool,
    pub group: Option<String>,
}

/// A subject that holds a shot number and has no record yet.
#[derive(Clone)]
pub struct OpenLock {
    pub session: SessionId,
    pub group: Option<String>,
    pub shot: ShotNumber,
    pub code: SubjectCode,
    pub source: CodeSource,
    pub symbol: Option<CodeSymbol>,
    /// JPEG.
    pub witness: Option<Vec<u8>>,
    /// Put aside: not the one that is locked.
    pub parked: bool,
    /// Put aside since the scan desk gave the number: 等拍.
    pub queued: bool,
    pub taken_at: WallTime,
    /// The row of the school's list that the subject is bound to.
    pub roster_key: Option<String>,
    pub replaces: Option<Replaced>,
}

impl fmt::Debug for OpenLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenLock({} {:?} parked={})", self.shot, self.code, self.parked)
    }
}

/// How a lock ended without a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockEnd {
    Released,
    /// No face for 90 s.
    Expired,
    /// 无码.
    NoCode,
    /// 读不出.
    Unreadable,
    /// 已采集.
    AlreadyCollected,
    /// 不合规.
    NotCompliant,
}

/// One line for the journal about a moment that leaves no record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// A name from a closed list of the caller's: `interrupted`, `code_vouched`. Never a code or a person's name.
    pub name: String,
    #[serde(default)]
    pub shot: Option<ShotNumber>,
    /// The second person whose PIN was checked.
    #[serde(default)]
    pub second: Option<u32>,
    #[serde(default)]
    pub detail: Option<String>,
}

/// One picture to be stored under an open lock; code, witness, session, group and shot number come from the lock's
/// durable row, so that nobody can pair them with another subject's picture on the way.
#[derive(Clone)]
pub struct NewRecord {
    /// Which open lock it belongs to.
    pub shot: ShotNumber,
    /// The final picture, JPEG.
    pub photo: Vec<u8>,
    /// The camera's or file's bytes.
    pub original: Vec<u8>,
    /// `image/jpeg`, `image/png`, or `image/webp` of a file that somebody brought.
    pub original_media_type: String,
    /// Fingerprint of the original.
    pub exposure: Option<ExposureHash>,
    pub approval: Approval,
    /// Any four characters typed by the student, full width folded.
    pub last_four: Option<String>,
    pub roster_key: Option<String>,
    pub notice_version: u32,
    pub notice_acknowledged: bool,
    /// Station-local number of the operator.
    pub operator: u32,
    pub confirmation: Confirmation,
    pub simulated: bool,
    /// Name and format of the camera or `file`.
    pub camera: String,
    pub profile_id: String,
    pub profile_version: u32,
    pub profile_sha256: ContentHash,
    pub checks_version: u32,
    pub models_version: String,
    pub findings: Vec<Finding>,
    pub attested: Vec<String>,
    pub overrides: Vec<Override>,
    /// The record that this one replaces, and why.
    pub supersedes: Option<(RecordId, RetakeReason)>,
    pub captured_at: WallTime,
}

impl fmt::Debug for NewRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewRecord({}, photo {} bytes)", self.shot, self.photo.len())
    }
}

/// A record that is durable on the first disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    pub id: RecordId,
    pub shot: ShotNumber,
    pub photo_sha256: ContentHash,
    pub state: RecordState,
    pub second_copy: SecondCopy,
}

/// Where the second copy stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecondCopy {
    /// It is on the second disk, synced.
    Landed,
    /// It is not there yet; it will be caught up.
    Behind(Behind),
    /// No second disk is set.
    NotConfigured,
}

/// One line of a list; nothing that names a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSummary {
    pub id: RecordId,
    pub sequence: u64,
    pub session: SessionId,
    pub group: Option<String>,
    pub shot: ShotNumber,
    pub state: RecordState,
    pub code_digest: CodeDigest,
    pub photo_sha256: ContentHash,
    pub captured_at: WallTime,
    pub simulated: bool,
    pub supersedes: Option<RecordId>,
    /// Sequence of the bundle that holds it.
    pub bundle: Option<u64>,
    /// The second copy is known to have landed.
    pub second_copy: bool,
}

/// Which records a list shows, newest first.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub session: Option<SessionId>,
    pub group: Option<String>,
    /// Empty: all states.
    pub states: Vec<RecordState>,
    pub shot: Option<ShotNumber>,
    /// A beginning of a shot number (`A-01`), of a code digest (hex) or a whole last four.
    pub search: Option<String>,
    /// At most so many; `None`: all.
    pub limit: Option<u32>,
    pub offset: u32,
}

/// Records per state in one session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    pub by_state: Vec<(RecordState, u64)>,
}

impl Counts {
    pub fn of(&self, state: RecordState) -> u64 {
        self.by_state.iter().find(|(known, _)| *known == state).map_or(0, |(_, count)| *count)
    }

    pub fn total(&self) -> u64 {
        self.by_state.iter().map(|(_, count)| count).sum()
    }
}

/// What happened to a record after it was sealed; travels in the next bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub record: RecordId,
    pub kind: ChangeKind,
    pub reason: Option<String>,
    /// Station-local number of the operator.
    pub by: u32,
    pub at: WallTime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    Withdrawn,
    Superseded,
    /// The picture belongs to another code than the one it was sealed under.
    NewPairing,
}

/// What the next bundle must carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextBundle {
    /// Counts from 1 per station, never reused.
    pub sequence: u64,
    /// SHA-256 of the last bundle's payload.
    pub previous_sha256: Option<ContentHash>,
    /// Hash of the newest journal line, so that a cut tail is seen.
    pub journal_head: ContentHash,
}

/// A sealed bundle, as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleRow {
    pub sequence: u64,
    pub session: SessionId,
    /// `SESSION-STATION-000012.tucai`.
    pub file_name: String,
    /// Of `payload.age`.
    pub sha256: ContentHash,
    pub previous_sha256: Option<ContentHash>,
    pub bytes: u64,
    /// `age1…` that it was sealed for.
    pub recipient: String,
    pub records: Vec<RecordId>,
    pub made_at: WallTime,
    /// When a copy was read back and found equal, and where.
    #[serde(default)]
    pub delivered: Option<(WallTime, String)>,
}

/// A centre's answer to one bundle, checked by the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptRow {
    pub bundle_sha256: ContentHash,
    /// Minisign key id of the centre.
    pub centre: String,
    /// The receipt's exact text and its signature.
    pub body: String,
    pub signature: String,
    /// What becomes of each record: received, resend or retake, with the centre's reason.
    pub results: Vec<(RecordId, RecordState, Option<String>)>,
}

/// A record and what its row says now; pictures are read one by one.
#[derive(Clone, PartialEq)]
pub struct StoredRecord {
    /// As in the capsule, but with the present state.
    pub record: Record,
    pub bundle: Option<u64>,
    pub capsule_sha256: ContentHash,
    /// Below the data folder.
    pub capsule_path: String,
}

impl fmt::Debug for StoredRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredRecord({} {} {:?})", self.record.id, self.record.shot, self.record.state)
    }
}
