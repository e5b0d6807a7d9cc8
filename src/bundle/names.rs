//! Names: of a bundle, and of the files in its bag. A name that is read is parsed into one of these values and the
//! text is dropped; paths are always made from the values.

use std::fmt;
use std::str::FromStr;

use crate::domain::ids::{ParseIdError, RecordId, SessionId};

/// Ending of a bundle's file name.
pub const EXTENSION: &str = "tucai";

/// `SESSION-STATION-000012`: session id, the station's key id, number of the bundle on this station.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BundleName {
    pub session: SessionId,
    /// Minisign key id, 16 upper-case hex digits.
    pub station: String,
    /// Counts the station's bundles from 1, over all sessions, without gaps.
    pub sequence: u64,
}

impl BundleName {
    /// `SESSION-STATION-000012.tucai`.
    pub fn file_name(&self) -> String {
        format!("{self}.{EXTENSION}")
    }
}

impl fmt::Display for BundleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{:06}", self.session, self.station, self.sequence)
    }
}

/// 16 upper-case hex digits.
pub fn is_station(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
}

impl FromStr for BundleName {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || ParseIdError { what: "bundle name", text: text.to_owned() };
        let mut parts = text.rsplitn(3, '-');
        let (Some(number), Some(station), Some(session)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refused());
        };
        let sequence: u64 = number.parse().ok().ok_or_else(refused)?;
        let session = SessionId::try_from(session.to_owned())?;
        let name = Self { session, station: station.to_owned(), sequence };
        if sequence > 0 && is_station(station) && name.to_string() == text { Ok(name) } else { Err(refused()) }
    }
}

/// What an original may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OriginalKind {
    Jpeg,
    Png,
    /// Only of files that somebody brought.
    WebP,
}

impl OriginalKind {
    /// From `image/jpeg`, `image/png` or `image/webp`.
    pub fn from_media_type(text: &str) -> Option<Self> {
        match text {
            "image/jpeg" => Some(Self::Jpeg),
            "image/png" => Some(Self::Png),
            "image/webp" => Some(Self::WebP),
            _ => None,
        }
    }

    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::WebP => "webp",
        }
    }
}

/// Every file that a bag may hold; nothing else is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BagFile {
    BagIt,
    BagInfo,
    Manifest,
    TagManifest,
    Records,
    Changes,
    Journal,
    Photo(RecordId),
    Code(RecordId),
    Original(RecordId, OriginalKind),
    Witness(RecordId),
}

impl BagFile {
    const FIXED: [Self; 7] =
        [Self::BagIt, Self::BagInfo, Self::Manifest, Self::TagManifest, Self::Records, Self::Changes, Self::Journal];

    /// Path below the bag's folder.
    pub fn path(self) -> String {
        match self {
            Self::BagIt => String::from("bagit.txt"),
            Self::BagInfo => String::from("bag-info.txt"),
            Self::Manifest => String::from("manifest-sha256.txt"),
            Self::TagManifest => String::from("tagmanifest-sha256.txt"),
            Self::Records => String::from("data/records.jsonl"),
            Self::Changes => String::from("data/changes.jsonl"),
            Self::Journal => String::from("data/journal.jsonl"),
            Self::Photo(id) => format!("data/photos/{id}.jpg"),
            Self::Code(id) => format!("data/codes/{id}.png"),
            Self::Original(id, kind) => format!("data/originals/{id}.{}", kind.extension()),
            Self::Witness(id) => format!("data/witness/{id}.jpg"),
        }
    }

    /// The file that has exactly this path, if it is one that a bag may hold.
    pub fn parse(path: &str) -> Option<Self> {
        if let Some(fixed) = Self::FIXED.into_iter().find(|file| file.path() == path) {
            return Some(fixed);
        }
        let (folder, name) = path.rsplit_once('/')?;
        let (id, extension) = name.split_once('.')?;
        let id = id.parse().ok()?;
        let file = match (folder, extension) {
            ("data/photos", "jpg") => Self::Photo(id),
            ("data/codes", "png") => Self::Code(id),
            ("data/originals", "jpg") => Self::Original(id, OriginalKind::Jpeg),
            ("data/originals", "png") => Self::Original(id, OriginalKind::Png),
            ("data/originals", "webp") => Self::Original(id, OriginalKind::WebP),
            ("data/witness", "jpg") => Self::Witness(id),
            _ => return None,
        };
        (file.path() == path).then_some(file)
    }

    /// Listed in the payload manifest, and counted in Payload-Oxum.
    pub const fn is_payload(self) -> bool {
        !matches!(self, Self::BagIt | Self::BagInfo | Self::Manifest | Self::TagManifest)
    }

    /// Most bytes that this file may have: far above what stations write, far below what hurts a reader.
    pub const fn max_bytes(self) -> u32 {
        match self {
            Self::BagIt | Self::BagInfo | Self::TagManifest => 1 << 16,
            Self::Manifest => 1 << 24,
            Self::Records | Self::Changes | Self::Journal => 1 << 28,
            Self::Photo(_) | Self::Witness(_) => 1 << 23,
            Self::Code(_) => 1 << 20,
            Self::Original(..) => 1 << 27,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_name_is_read_from_its_end() {
        let name: BundleName = "2026-spring-0123456789ABCDEF-000012".parse().unwrap();
        assert_eq!((name.session.as_str(), name.sequence), ("2026-spring", 12));
        for bad in [
            "",
            "a-b",
            "s-0123456789abcdef-000012",
            "s-0123456789ABCDEF-12",
            "s-0123456789ABCDEF-000000",
            "../x-0123456789ABCDEF-000001",
        ] {
            assert!(bad.parse::<BundleName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn only_names_on_the_list_are_files() {
        let id = RecordId::from_parts(1_700_000_000_000, [7; 10]);
        for file in
            [BagFile::Records, BagFile::Photo(id), BagFile::Original(id, OriginalKind::Png), BagFile::Witness(id)]
        {
            assert_eq!(BagFile::parse(&file.path()), Some(file));
        }
        let upper = BagFile::Photo(id).path().to_uppercase();
        for bad in [
            "/etc/passwd",
            "../records.jsonl",
            "data/photos/../x.jpg",
            "data/photos/.jpg",
            "fetch.txt",
            "data\\records.jsonl",
            &upper,
        ] {
            assert_eq!(BagFile::parse(bad), None, "{bad}");
        }
    }
}
