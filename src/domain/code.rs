//! The 采集码 as opaque bytes, and the symbol it was read from.
//!
//! Nothing here parses or verifies a payload: bytes are stored and compared exactly. `Debug` never prints them.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Most bytes a QR symbol can carry (version 40, level L, byte mode: ISO/IEC 18004 table 7).
pub const MAX_CODE_BYTES: usize = 2953;

/// The exact bytes of one subject's code: never empty, never longer than a QR symbol can carry.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SubjectCode(Vec<u8>);

/// Letters and digits that two codes share at least before one is taken for a mistyped form of the other. The codes of
/// this trade are encrypted texts of 200 characters and more.
const RETYPED_LEAST: usize = 16;

/// Why bytes are no subject code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    #[error("the code is empty")]
    Empty,
    #[error("the code has {bytes} bytes, more than the {MAX_CODE_BYTES} that a QR symbol can carry")]
    TooLong { bytes: usize },
}

impl SubjectCode {
    /// Takes the bytes as they are.
    pub fn new(bytes: Vec<u8>) -> Result<Self, CodeError> {
        match bytes.len() {
            0 => Err(CodeError::Empty),
            n if n > MAX_CODE_BYTES => Err(CodeError::TooLong { bytes: n }),
            _ => Ok(Self(bytes)),
        }
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether a gun that types may have made these bytes out of a symbol that holds `read`: they differ, and agree in
    /// everything that neither Caps Lock nor a keyboard's layout changes (digits, and letters but for their case).
    pub fn is_mistyped(&self, read: &Self) -> bool {
        let core = |code: &Self| -> Vec<u8> {
            code.0.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect()
        };
        let mine = core(self);
        self != read && mine.len() >= RETYPED_LEAST && mine == core(read)
    }

    /// SHA-256 of the bytes: the only thing of a code that may be shown or logged, and of it only the first digits.
    pub fn digest(&self) -> CodeDigest {
        CodeDigest(Sha256::digest(&self.0).into())
    }
}

impl fmt::Debug for SubjectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SubjectCode({})", self.digest())
    }
}

/// SHA-256 of a code's bytes. Displays as its first 8 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CodeDigest([u8; 32]);

impl CodeDigest {
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// All 64 hex digits, for files; people see [`fmt::Display`].
    pub fn to_hex(&self) -> String {
        hex::encode(self.0)
    }

    /// Reads 64 hex digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok()).map(Self)
    }
}

impl fmt::Display for CodeDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0[..4]))
    }
}

impl fmt::Debug for CodeDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for CodeDigest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for CodeDigest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| serde::de::Error::custom("expected 64 hex digits"))
    }
}

/// Where a code came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodeSource {
    Camera,
    File,
    Gun,
}

/// Error-correction level of a QR symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CorrectionLevel {
    L,
    M,
    Q,
    H,
}

/// How a segment's characters are packed (ISO/IEC 18004, 7.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SegmentMode {
    Numeric,
    Alphanumeric,
    Byte,
    Kanji,
    /// Designates the character set of what follows; `bytes` hold the assignment number, big endian.
    Eci,
}

/// One segment of a symbol. Kanji are their Shift JIS byte pairs; digits and alphanumerics are ASCII.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Segment {
    pub mode: SegmentMode,
    #[serde(with = "base64_bytes")]
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Segment({:?}, {} bytes)", self.mode, self.bytes.len())
    }
}

/// What is needed to draw the same symbol again for readers that only scan pictures.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CodeSymbol {
    /// QR version, 1 to 40.
    pub version: u8,
    pub level: CorrectionLevel,
    pub segments: Vec<Segment>,
}

impl CodeSymbol {
    /// The code that the segments carry: their bytes joined, ECI designators left out.
    pub fn subject_code(&self) -> Result<SubjectCode, CodeError> {
        let data = self.segments.iter().filter(|segment| segment.mode != SegmentMode::Eci);
        SubjectCode::new(data.flat_map(|segment| segment.bytes.iter().copied()).collect())
    }
}

/// Base64 text for byte fields in JSON.
pub mod base64_bytes {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> SubjectCode {
        SubjectCode::new(text.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn caps_lock_and_layouts_make_a_mistyped_code_and_other_people_do_not() {
        let read = code("https://x.cn/q?k=AbCdEf0123456789-_Zz");
        assert!(code("HTTPS;//X.CN/Q?K=aBcDeF0123456789/_zZ").is_mistyped(&read));
        assert!(!read.is_mistyped(&read), "the same bytes are not mistyped");
        assert!(!code("https://x.cn/q?k=AbCdEf0123456780-_Zz").is_mistyped(&read), "another digit, another person");
        assert!(!code("A-0137").is_mistyped(&code("a-0137")), "too short to say so");
    }
}
