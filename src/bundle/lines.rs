//! The lines of `records.jsonl`, `changes.jsonl` and `journal.jsonl`: what leaves the station about a record, and
//! nothing else. No name, no roster field; the typed last four only where it was asked for.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::FORMAT;
use super::error::{BundleError, Result, refuse};
use crate::domain::code::{CodeDigest, CodeSource, SubjectCode};
use crate::domain::fault::BundleFault;
use crate::domain::finding::Level;
use crate::domain::ids::{ContentHash, RecordId, SessionId, ShotNumber};
use crate::domain::record::{ConfirmedBy, OverrideReason, Record};
use crate::domain::time::WallTime;

/// Longest reason in a change or receipt, characters.
pub const MAX_REASON_CHARS: usize = 200;

/// One record, as one line of `records.jsonl`. `Debug` shows the id only.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordLine {
    pub format: u32,
    pub record_id: RecordId,
    pub session_id: SessionId,
    /// Minisign key id of the station that took the picture.
    pub station: String,
    /// Order of records on that station.
    pub sequence: u64,
    pub shot: ShotNumber,
    #[serde(rename = "code_b64", with = "code_b64")]
    pub code: SubjectCode,
    pub code_digest: CodeDigest,
    pub code_source: CodeSource,
    pub photo_sha256: ContentHash,
    pub original_sha256: ContentHash,
    /// RFC 3339, UTC.
    pub captured_at: String,
    /// Offset of the station's clock: `+08:00`.
    pub time_zone: String,
    pub profile: ProfileLine,
    pub findings: Vec<FindingLine>,
    pub overrides: Vec<OverrideLine>,
    pub confirmed_by: ConfirmedBy,
    /// Station-local number, never a name.
    pub operator: u32,
    pub supersedes: Option<RecordId>,
    pub simulated: bool,
    /// Only where the sealing asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_four: Option<String>,
}

impl fmt::Debug for RecordLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordLine({})", self.record_id)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileLine {
    pub id: String,
    pub version: u32,
}

/// What one check said. The id is text, because a newer station may run checks that this version has no name for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingLine {
    pub id: String,
    pub level: Level,
    pub measured: Option<f64>,
    pub unit: Option<String>,
}

/// A blocking finding accepted all the same. What an operator wrote in words stays at the station: it may name people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideLine {
    pub id: String,
    pub reason: OverrideReason,
    /// Station-local number.
    pub by: u32,
}

/// Whether an optional part goes into a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Part {
    Include,
    #[default]
    LeaveOut,
}

impl RecordLine {
    /// What leaves the station about `record`.
    pub fn of(record: &Record, last_four: Part) -> Result<Self> {
        let code = SubjectCode::new(record.code.clone());
        let code = code.map_err(|error| BundleError::refused(BundleFault::BadRecords, error.to_string()))?;
        let findings = record.findings.iter().map(|finding| FindingLine {
            id: finding.id.to_string(),
            level: finding.level,
            measured: finding.measured.filter(|value| value.is_finite()),
            unit: finding.unit.map(|unit| unit.as_str().to_owned()),
        });
        let overrides = record.overrides.iter().map(|item| OverrideLine {
            id: item.check.to_string(),
            reason: item.reason,
            by: item.by,
        });
        Ok(Self {
            format: FORMAT,
            record_id: record.id,
            session_id: record.session.clone(),
            station: record.station.clone(),
            sequence: record.sequence,
            shot: record.shot,
            code_digest: code.digest(),
            code,
            code_source: record.code_source,
            photo_sha256: record.photo_sha256,
            original_sha256: record.original_sha256,
            captured_at: record.captured_at.to_rfc3339(),
            time_zone: offset_text(record.captured_at),
            profile: ProfileLine { id: record.profile_id.clone(), version: record.profile_version },
            findings: findings.collect(),
            overrides: overrides.collect(),
            confirmed_by: record.confirmation.by,
            operator: record.operator,
            supersedes: record.supersedes,
            simulated: record.simulated,
            last_four: record.last_four.clone().filter(|_| last_four == Part::Include),
        })
    }
}

impl RecordLine {
    /// Rules that hold for a line by itself, whoever wrote it.
    pub fn check(&self) -> std::result::Result<(), &'static str> {
        if self.code.digest() != self.code_digest {
            Err("the code's digest is not the code's")
        } else if WallTime::from_rfc3339(&self.captured_at, 0).is_none() {
            Err("its time cannot be read")
        } else if !is_word(&self.profile.id) || self.findings.iter().any(|finding| !is_word(&finding.id)) {
            Err("a name in it is too long or has characters that do not belong there")
        } else {
            Ok(())
        }
    }
}

/// Up to 64 of ASCII letters, digits, `.`, `_`, `-`.
pub(super) fn is_word(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// `+08:00` for 480 minutes east.
pub fn offset_text(time: WallTime) -> String {
    let sign = if time.offset_minutes < 0 { '-' } else { '+' };
    let minutes = time.offset_minutes.unsigned_abs();
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// What happened to a record after it was sealed. Changes may be applied in any order, and more than once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeLine {
    pub format: u32,
    pub record_id: RecordId,
    pub change: Change,
    /// A word of the station's closed lists, or the operator's short text.
    pub reason: String,
    /// Station-local number of the operator.
    pub by: u32,
    /// RFC 3339, UTC.
    pub at: String,
    /// For [`Change::Superseded`]: the record that counts instead. For [`Change::RePaired`]: the record that holds
    /// the same picture under the right code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<RecordId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Withdrawn,
    Superseded,
    RePaired,
}

impl ChangeLine {
    /// Rules that hold for a line by itself, whoever wrote it.
    pub fn check(&self) -> std::result::Result<(), &'static str> {
        let reason = &self.reason;
        if reason.chars().count() > MAX_REASON_CHARS || reason.chars().any(char::is_control) {
            Err("its reason is too long or not one line")
        } else if WallTime::from_rfc3339(&self.at, 0).is_none() {
            Err("its time cannot be read")
        } else {
            Ok(())
        }
    }
}

/// One event of a record's history, without names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalLine {
    pub format: u32,
    pub record_id: RecordId,
    /// One word in lower case: `stored`, `approved`, `override`, …
    pub event: String,
    /// RFC 3339, UTC.
    pub at: String,
    /// Station-local number of the operator, when a person did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<u32>,
}

/// One line of JSON with its line feed.
pub(super) fn to_line(value: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string(value);
    let mut text = text.map_err(|error| BundleError::refused(BundleFault::BadRecords, error.to_string()))?;
    text.push('\n');
    Ok(text)
}

/// Reads lines of one layout; a newer one is refused by name, fields that this version does not know are skipped.
pub fn read_lines<T: DeserializeOwned>(bytes: &[u8], what: &str) -> Result<Vec<T>> {
    #[derive(Deserialize)]
    struct Layout {
        format: u32,
    }
    let bad = |number: usize, why: &str| {
        refuse(BundleFault::BadRecords, format!("line {} of {what} cannot be read: {why}", number + 1))
    };
    let Ok(text) = std::str::from_utf8(bytes) else { return bad(0, "it is not UTF-8") };
    if !(text.is_empty() || text.ends_with('\n')) {
        return refuse(BundleFault::BadRecords, format!("{what} does not end with a line feed"));
    }
    let mut lines = Vec::new();
    for (number, line) in text.split_terminator('\n').enumerate() {
        match serde_json::from_str::<Layout>(line) {
            Ok(Layout { format: FORMAT }) => {}
            Ok(Layout { format }) if format > FORMAT => {
                return refuse(BundleFault::NewerFormat, format!("{what} has layout {format}"));
            }
            // serde's message would quote the line
            _ => return bad(number, "no layout"),
        }
        match serde_json::from_str(line) {
            Ok(value) => lines.push(value),
            Err(error) => return bad(number, &format!("column {}", error.column())),
        }
    }
    Ok(lines)
}

/// Base64 of the code's exact bytes.
mod code_b64 {
    use serde::{Deserializer, Serializer, de::Error as _};

    use crate::domain::code::{SubjectCode, base64_bytes};

    pub(super) fn serialize<S: Serializer>(code: &SubjectCode, serializer: S) -> Result<S::Ok, S::Error> {
        base64_bytes::serialize(code.as_bytes(), serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SubjectCode, D::Error> {
        SubjectCode::new(base64_bytes::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_written_as_clocks_show_them() {
        let text = |offset_minutes| offset_text(WallTime { unix_millis: 0, offset_minutes });
        assert_eq!([text(480), text(-210), text(0)], ["+08:00", "-03:30", "+00:00"]);
    }

    #[test]
    fn a_newer_layout_is_named_and_unknown_fields_are_skipped() {
        let line = |format: u32, more: &str| {
            let id = RecordId::from_parts(1, [1; 10]);
            format!("{{\"format\":{format},\"record_id\":\"{id}\",\"event\":\"stored\",\"at\":\"x\"{more}}}\n")
        };
        let read = |text: &str| read_lines::<JournalLine>(text.as_bytes(), "journal.jsonl");
        assert_eq!(read(&line(1, ",\"later\":7")).unwrap().len(), 1);
        assert_eq!(read(&line(2, "")).unwrap_err().fault(), BundleFault::NewerFormat);
        assert_eq!(read(line(1, "").trim_end()).unwrap_err().fault(), BundleFault::BadRecords);
        assert_eq!(read("{}\n").unwrap_err().fault(), BundleFault::BadRecords);
    }
}
