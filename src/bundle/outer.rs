//! The canonical outside of a bundle: every byte of the file that is neither payload nor signature follows from them.
//!
//! `payload.age`, `payload.age.minisig`, `README.txt`, stored in this order. The signature's trusted comment names
//! layout, station, sequence, the hash of the bundle before, and the station's public key, so that damage is noticed
//! even where the station is not enrolled; who the station is can only be told with its key from a card.

use minisign::SignatureBox;

use super::FORMAT;
use super::bag::{parse_previous, previous_text};
use super::error::{BundleError, Result, refuse};
use super::keys::{VerifyKey, key_id};
use super::stored_zip::{Entry, LOCAL_HEADER_BYTES, directory};
use crate::domain::fault::BundleFault;
use crate::domain::ids::ContentHash;

const PAYLOAD: &str = "payload.age";
const SIGNATURE: &str = "payload.age.minisig";
const README: &str = "README.txt";
/// The signature's first line, which minisign does not sign.
pub const UNTRUSTED: &str = "signature of payload.age";
/// Where the payload starts.
pub const PAYLOAD_AT: usize = LOCAL_HEADER_BYTES + PAYLOAD.len();
/// Most bytes after the payload; the real number is about 3 000.
pub const MAX_TAIL_BYTES: u64 = 1 << 14;

/// How to open a bundle without this program. The same text in every bundle.
pub const README_TEXT: &str = "\
This is a sealed bundle of graduates' photos, made by tucai. It opens with public tools:

  unzip BUNDLE.tucai
  minisign -V -P STATION_KEY -m payload.age        (STATION_KEY starts with RW; take it from the station's card)
  age -d -i CENTRE_KEY_FILE -o bag.zip payload.age
  unzip bag.zip
  bagit.py --validate FOLDER

FOLDER/data/records.jsonl has one JSON object per record; photos are in data/photos, codes in data/codes.
The bundle's hash is the SHA-256 of payload.age. Do not use a bundle whose signature does not verify.

本文件是图采站的封包，内有毕业生照片，已加密并签名。用上面的公开工具即可打开：
先核对签名（站点公钥取自站点名片），再用采集中心的钥匙解密，最后校验清单。
签名对不上的封包不要使用，请站点重新送一份。
";

/// What a signature's trusted comment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedComment {
    pub sequence: u64,
    pub previous: Option<ContentHash>,
    /// The signing key; its id is the station.
    pub key: VerifyKey,
}

impl TrustedComment {
    /// Minisign key id of the station.
    pub fn station(&self) -> String {
        self.key.key_id()
    }

    pub fn to_text(&self) -> String {
        format!(
            "tucai-bundle format={FORMAT} station={} sequence={} previous={} key={}",
            self.station(),
            self.sequence,
            previous_text(self.previous),
            self.key
        )
    }

    /// Reads a comment; only what [`Self::to_text`] writes is accepted, and a newer layout is refused by name.
    pub fn parse(text: &str) -> Result<Self> {
        let bad = || BundleError::refused(BundleFault::NotCanonical, "the signature's comment is not a bundle's");
        let mut words = text.split(' ');
        if words.next() != Some("tucai-bundle") {
            return Err(bad());
        }
        let mut value = |label: &str| words.next().and_then(|word| word.strip_prefix(label)).ok_or_else(bad);
        let format: u32 = value("format=")?.parse().ok().ok_or_else(bad)?;
        if format > FORMAT {
            return refuse(BundleFault::NewerFormat, format!("the bundle has layout {format}"));
        }
        value("station=")?;
        let sequence = value("sequence=")?.parse().ok().ok_or_else(bad)?;
        let previous = parse_previous(value("previous=")?).ok_or_else(bad)?;
        let key = value("key=")?.parse().ok().ok_or_else(bad)?;
        let comment = Self { sequence, previous, key };
        if comment.to_text() == text && sequence > 0 { Ok(comment) } else { Err(bad()) }
    }
}

/// A signature file that is written exactly as this program writes it.
#[derive(Clone)]
pub struct Signature {
    pub signature: SignatureBox,
    pub comment: TrustedComment,
    pub text: String,
}

impl Signature {
    /// Reads a signature file's text. That it belongs to the payload is not checked here.
    pub fn parse(text: &str) -> Result<Self> {
        let bad =
            || BundleError::refused(BundleFault::NotCanonical, "the signature is not one that this program writes");
        let signature = SignatureBox::from_string(text).ok().ok_or_else(bad)?;
        let comment = TrustedComment::parse(&signature.trusted_comment().ok().ok_or_else(bad)?)?;
        let untrusted = signature.untrusted_comment().ok().ok_or_else(bad)?;
        let same_key = key_id(signature.keynum()) == comment.station();
        if !signature.is_prehashed() || untrusted != UNTRUSTED || !same_key || signature.to_string() != text {
            return Err(bad());
        }
        Ok(Self { signature, comment, text: text.to_owned() })
    }
}

/// The bytes around payload and signature.
#[derive(Debug, Clone)]
pub struct Frame {
    payload: Entry,
}

impl Frame {
    /// For a payload of `size` bytes with CRC-32 `crc`.
    pub fn new(size: u32, crc: u32) -> Self {
        Self { payload: Entry { name: String::from(PAYLOAD), size, crc } }
    }

    /// The [`PAYLOAD_AT`] bytes before the payload.
    pub fn head(&self) -> Vec<u8> {
        self.payload.local_header()
    }

    /// All bytes after the payload.
    pub fn tail(&self, signature: &str) -> Result<Vec<u8>> {
        let signed = Entry::of(SIGNATURE, signature.as_bytes())?;
        let readme = Entry::of(README, README_TEXT.as_bytes())?;
        let mut out = signed.local_header();
        out.extend(signature.as_bytes());
        out.extend(readme.local_header());
        out.extend(README_TEXT.as_bytes());
        out.extend(directory(&[self.payload.clone(), signed, readme]));
        Ok(out)
    }
}

/// The signature file's text out of the bytes after the payload; nothing else of them is checked here.
pub fn signature_text(tail: &[u8]) -> Option<&str> {
    let size = tail.get(22..26)?;
    let size = u32::from_le_bytes([size[0], size[1], size[2], size[3]]) as usize;
    let start = LOCAL_HEADER_BYTES + SIGNATURE.len();
    std::str::from_utf8(tail.get(start..start.checked_add(size)?)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::keys::Signer;

    fn comment() -> TrustedComment {
        let key = Signer::generate().unwrap().public().clone();
        TrustedComment { sequence: 12, previous: None, key }
    }

    #[test]
    fn a_comment_comes_back_and_no_other_spelling_of_it() {
        let text = comment().to_text();
        assert_eq!(TrustedComment::parse(&text).unwrap().to_text(), text);
        for bad in [
            text.replace("sequence=12", "sequence=012"),
            format!("{text} "),
            text.replace("none", "NONE"),
            text.replace("=12", "=0"),
        ] {
            assert_eq!(TrustedComment::parse(&bad).unwrap_err().fault(), BundleFault::NotCanonical, "{bad}");
        }
    }

    #[test]
    fn a_newer_layout_is_named() {
        let text = comment().to_text().replace("format=1", "format=2");
        assert_eq!(TrustedComment::parse(&text).unwrap_err().fault(), BundleFault::NewerFormat);
    }

    #[test]
    fn the_readme_fits_the_tail() {
        assert!(README_TEXT.len() < 4096);
    }
}
