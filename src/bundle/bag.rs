//! The tag files of a BagIt 1.0 bag (RFC 8493): declaration, bag-info, manifests.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::FORMAT;
use super::error::{BundleError, Result, refuse};
use super::names::{BagFile, BundleName};
use crate::domain::fault::BundleFault;
use crate::domain::ids::{ContentHash, SessionId};

/// The whole of `bagit.txt`.
pub const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";

/// Label of the school's code in `bag-info.txt`.
const SCHOOL_CODE: &str = "院校代码";
/// Label of the batch's key in `bag-info.txt`.
const BATCH_KEY: &str = "特征码";
/// How "there was no bundle before this one" is written.
pub const NO_PREVIOUS: &str = "none";
/// Longest school code or batch key, characters.
const MAX_VALUE_CHARS: usize = 100;

/// What `bag-info.txt` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BagInfo {
    pub name: BundleName,
    /// SHA-256 of the station's bundle before this one.
    pub previous: Option<ContentHash>,
    /// Day on the station's clock: `2026-06-01`.
    pub bagging_date: String,
    /// Bytes and number of the files under `data/`.
    pub payload_bytes: u64,
    pub payload_files: u64,
    pub records: u64,
    pub changes: u64,
    /// At least one record was drawn by the simulated camera.
    pub simulated: bool,
    pub school_code: Option<String>,
    pub batch_key: Option<String>,
}

/// A school code or batch key that can stand in one line; an empty one is none.
pub fn one_line(value: Option<&str>) -> Result<Option<String>> {
    let Some(value) = value.map(str::trim).filter(|value| !value.is_empty()) else { return Ok(None) };
    if value.chars().count() > MAX_VALUE_CHARS || value.chars().any(char::is_control) {
        return refuse(BundleFault::BadBag, "a school code or batch key is too long or not one line");
    }
    Ok(Some(value.to_owned()))
}

/// A previous hash, or the word for none.
pub fn previous_text(previous: Option<ContentHash>) -> String {
    previous.map_or_else(|| String::from(NO_PREVIOUS), |hash| hash.to_string())
}

/// Reads what [`previous_text`] wrote.
pub fn parse_previous(text: &str) -> Option<Option<ContentHash>> {
    if text == NO_PREVIOUS {
        return Some(None);
    }
    ContentHash::try_from(text.to_owned()).ok().filter(|hash| hash.to_string() == text).map(Some)
}

impl BagInfo {
    /// The file's text.
    pub fn to_text(&self) -> String {
        let mut lines = vec![
            ("Bag-Software-Agent", format!("tucai {}", env!("CARGO_PKG_VERSION"))),
            ("Bagging-Date", self.bagging_date.clone()),
            ("External-Identifier", self.name.to_string()),
            ("Payload-Oxum", format!("{}.{}", self.payload_bytes, self.payload_files)),
            ("Tucai-Format", FORMAT.to_string()),
            ("Tucai-Session", self.name.session.to_string()),
            ("Tucai-Station", self.name.station.clone()),
            ("Tucai-Sequence", self.name.sequence.to_string()),
            ("Tucai-Previous-SHA256", previous_text(self.previous)),
            ("Tucai-Records", self.records.to_string()),
            ("Tucai-Changes", self.changes.to_string()),
            ("Tucai-Simulated", self.simulated.to_string()),
        ];
        lines.extend(self.school_code.iter().map(|value| (SCHOOL_CODE, value.clone())));
        lines.extend(self.batch_key.iter().map(|value| (BATCH_KEY, value.clone())));
        let mut text = String::new();
        for (label, value) in lines {
            // writing to a String cannot fail
            writeln!(text, "{label}: {value}").ok();
        }
        text
    }

    /// Reads the file; labels that this version does not know are skipped, a newer layout is refused by name.
    pub fn from_text(bytes: &[u8]) -> Result<Self> {
        let bad = |why: &str| BundleError::refused(BundleFault::BadBag, format!("bag-info.txt: {why}"));
        let text = std::str::from_utf8(bytes).ok().ok_or_else(|| bad("it is not UTF-8"))?;
        let mut values = BTreeMap::new();
        for line in text.lines() {
            let (label, value) = line.split_once(": ").ok_or_else(|| bad("a line has no label"))?;
            if values.insert(label, value).is_some() {
                return Err(bad("a label stands twice"));
            }
        }
        let value = |label: &str| values.get(label).copied().ok_or_else(|| bad(&format!("{label} is missing")));
        let number = |label: &str| -> Result<u64> {
            let number: u64 = value(label)?.parse().ok().ok_or_else(|| bad(&format!("{label} is no number")))?;
            Ok(number)
        };
        let format = number("Tucai-Format")?;
        if format > u64::from(FORMAT) {
            return refuse(BundleFault::NewerFormat, format!("the bag has layout {format}"));
        }
        let session = SessionId::try_from(value("Tucai-Session")?.to_owned());
        let name = BundleName {
            session: session.ok().ok_or_else(|| bad("Tucai-Session is no session"))?,
            station: value("Tucai-Station")?.to_owned(),
            sequence: number("Tucai-Sequence")?,
        };
        let (bytes, files) = value("Payload-Oxum")?.split_once('.').ok_or_else(|| bad("Payload-Oxum"))?;
        Ok(Self {
            name,
            previous: parse_previous(value("Tucai-Previous-SHA256")?).ok_or_else(|| bad("the hash before this one"))?,
            bagging_date: value("Bagging-Date")?.to_owned(),
            payload_bytes: bytes.parse().ok().ok_or_else(|| bad("Payload-Oxum"))?,
            payload_files: files.parse().ok().ok_or_else(|| bad("Payload-Oxum"))?,
            records: number("Tucai-Records")?,
            changes: number("Tucai-Changes")?,
            simulated: value("Tucai-Simulated")?.parse().ok().ok_or_else(|| bad("Tucai-Simulated"))?,
            school_code: one_line(values.get(SCHOOL_CODE).copied())?,
            batch_key: one_line(values.get(BATCH_KEY).copied())?,
        })
    }
}

/// A manifest in the making: one line per file, in the order in which the files stand in the bag.
#[derive(Debug, Clone, Default)]
pub struct Manifest(String);

impl Manifest {
    pub fn add(&mut self, file: BagFile, sha256: ContentHash) {
        // writing to a String cannot fail
        writeln!(self.0, "{sha256}  {}", file.path()).ok();
    }

    pub fn text(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info() -> BagInfo {
        BagInfo {
            name: "s-0123456789ABCDEF-000002".parse().unwrap(),
            previous: Some(ContentHash([3; 32])),
            bagging_date: String::from("2026-06-01"),
            payload_bytes: 10,
            payload_files: 3,
            records: 1,
            changes: 0,
            simulated: true,
            school_code: Some(String::from("10001")),
            batch_key: None,
        }
    }

    #[test]
    fn bag_info_comes_back_and_skips_what_it_does_not_know() {
        let text = info().to_text();
        assert_eq!(BagInfo::from_text(text.as_bytes()).unwrap(), info());
        assert_eq!(BagInfo::from_text(format!("{text}Later: 1\n").as_bytes()).unwrap(), info());
        let first = BagInfo { previous: None, ..info() };
        assert_eq!(BagInfo::from_text(first.to_text().as_bytes()).unwrap(), first);
    }

    #[test]
    fn bag_info_refuses_a_newer_layout_and_doubled_labels() {
        let text = info().to_text();
        let newer = text.replace("Tucai-Format: 1", "Tucai-Format: 2");
        assert_eq!(BagInfo::from_text(newer.as_bytes()).unwrap_err().fault(), BundleFault::NewerFormat);
        assert!(BagInfo::from_text(format!("{text}Tucai-Records: 2\n").as_bytes()).is_err());
        assert!(BagInfo::from_text(b"").is_err());
    }

    #[test]
    fn a_value_never_becomes_a_second_line() {
        assert!(one_line(Some("10001\nTucai-Records: 9")).is_err());
        assert_eq!(one_line(Some("  ")).unwrap(), None);
    }
}
