//! Names of things: station, session, record, shot number.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A value that was not in the expected form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {what}")]
pub struct ParseIdError {
    pub what: &'static str,
    pub text: String,
}

fn refused<T>(what: &'static str, text: &str) -> Result<T, ParseIdError> {
    Err(ParseIdError { what, text: text.to_owned() })
}

/// A station's letter: its label, not its identity (which is its minisign key id).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StationLetter(char);

impl Default for StationLetter {
    fn default() -> Self {
        Self::A
    }
}

impl StationLetter {
    pub const A: Self = Self('A');

    /// A to Z.
    pub fn new(letter: char) -> Option<Self> {
        letter.is_ascii_uppercase().then_some(Self(letter))
    }

    /// The next one; none after Z.
    pub fn after(self) -> Option<Self> {
        char::from_u32(self.0 as u32 + 1).and_then(Self::new)
    }

    /// The one before; none before A.
    pub fn before(self) -> Option<Self> {
        char::from_u32(self.0 as u32 - 1).and_then(Self::new)
    }
}

impl fmt::Display for StationLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl TryFrom<String> for StationLetter {
    type Error = ParseIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let mut chars = text.chars();
        match (chars.next().and_then(Self::new), chars.next()) {
            (Some(letter), None) => Ok(letter),
            _ => refused("station letter", &text),
        }
    }
}

impl From<StationLetter> for String {
    fn from(letter: StationLetter) -> Self {
        letter.to_string()
    }
}

/// 拍摄号: station letter and number, `A-0137`. Unique per session and station; gaps are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ShotNumber {
    pub station: StationLetter,
    pub number: u32,
}

impl fmt::Display for ShotNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:04}", self.station, self.number)
    }
}

impl FromStr for ShotNumber {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Some((letter, digits)) = text.split_once('-') else { return refused("shot number", text) };
        match (StationLetter::try_from(letter.to_owned()), digits.parse()) {
            (Ok(station), Ok(number)) if number > 0 && digits.len() >= 4 => Ok(Self { station, number }),
            _ => refused("shot number", text),
        }
    }
}

impl TryFrom<String> for ShotNumber {
    type Error = ParseIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ShotNumber> for String {
    fn from(shot: ShotNumber) -> Self {
        shot.to_string()
    }
}

/// A session's id: 1 to 32 of ASCII letters, digits and `-`; safe in file names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SessionId(String);

impl SessionId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SessionId {
    type Error = ParseIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if (1..=32).contains(&text.len()) && text.chars().all(allowed) && !text.starts_with('-') {
            Ok(Self(text))
        } else {
            refused("session id", &text)
        }
    }
}

impl From<SessionId> for String {
    fn from(id: SessionId) -> Self {
        id.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A record's id: UUID version 7. Never sorted by: `sequence` orders things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RecordId(uuid::Uuid);

impl RecordId {
    /// An id for a record made `unix_millis` after 1970, made unique by `random` (10 bytes).
    pub fn from_parts(unix_millis: u64, random: [u8; 10]) -> Self {
        Self(uuid::Builder::from_unix_timestamp_millis(unix_millis, &random).into_uuid())
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.as_hyphenated())
    }
}

impl FromStr for RecordId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = uuid::Uuid::try_parse(text).ok().filter(|id| id.as_hyphenated().to_string() == text);
        id.map_or_else(|| refused("record id", text), |id| Ok(Self(id)))
    }
}

impl TryFrom<String> for RecordId {
    type Error = ParseIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RecordId> for String {
    fn from(id: RecordId) -> Self {
        id.to_string()
    }
}

/// SHA-256 of some stored bytes; 64 hex digits in files.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::Digest as _;
        Self(sha2::Sha256::digest(bytes).into())
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl TryFrom<String> for ContentHash {
    type Error = ParseIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = hex::decode(&text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map_or_else(|| refused("SHA-256", &text), |bytes| Ok(Self(bytes)))
    }
}

impl From<ContentHash> for String {
    fn from(hash: ContentHash) -> Self {
        hash.to_string()
    }
}
