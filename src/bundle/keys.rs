//! Keys that travel with bundles: a station's or centre's minisign key, age recipients and identities, and the
//! cards that carry the public halves. Where a station's secret keys are kept is the store's matter.

use std::fmt;
use std::io::{self, Read, Seek, SeekFrom};
use std::str::FromStr;

use minisign::{PublicKey, SecretKey, SignatureBox};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::error::{BundleError, Result, refuse};
use crate::domain::fault::BundleFault;

/// Most bytes that a card or key file may have.
pub const MAX_KEY_FILE_BYTES: u64 = 1 << 16;

/// A minisign public key: `RW...` in text.
#[derive(Clone)]
pub struct VerifyKey(PublicKey);

impl VerifyKey {
    /// The key id as `minisign` shows it: 16 upper-case hex digits. It is a station's identity.
    pub fn key_id(&self) -> String {
        key_id(self.0.keynum())
    }

    /// Whether `signature` is this key's prehashed signature of what `reader` gives, and its comment is signed too.
    pub fn verifies(&self, signature: &SignatureBox, reader: impl Read) -> bool {
        let quiet = true;
        minisign::verify(&self.0, signature, Forward(reader), quiet, false, false).is_ok()
    }
}

/// The key id that a signature or key carries, as `minisign` shows it.
pub fn key_id(little_endian: &[u8]) -> String {
    let mut bytes = little_endian.to_vec();
    bytes.reverse();
    hex::encode_upper(bytes)
}

impl PartialEq for VerifyKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bytes() == other.0.to_bytes()
    }
}

impl Eq for VerifyKey {}

impl fmt::Display for VerifyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_base64())
    }
}

impl fmt::Debug for VerifyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyKey({self})")
    }
}

impl FromStr for VerifyKey {
    type Err = BundleError;

    /// Reads `RW...`, or a whole minisign public key file.
    fn from_str(text: &str) -> Result<Self> {
        let line = text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
        let key = PublicKey::from_base64(line).ok().filter(|key| key.to_base64() == line);
        key.map_or_else(|| refuse(BundleFault::UnknownSender, "this is no minisign public key"), |key| Ok(Self(key)))
    }
}

/// A reader that `minisign` may not rewind: what passes through it is seen once.
struct Forward<R>(R);

impl<R: Read> Read for Forward<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R> Seek for Forward<R> {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// A minisign secret key that is ready to sign. `Debug` shows the key id only.
#[derive(Clone)]
pub struct Signer {
    secret: SecretKey,
    public: VerifyKey,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.public.key_id())
    }
}

impl Signer {
    /// Takes a key that is not locked by a passphrase any more.
    pub fn new(secret: SecretKey) -> Result<Self> {
        if secret.is_encrypted() {
            return refuse(BundleFault::WrongKey, "the signing key is still locked by its passphrase");
        }
        let public = PublicKey::from_secret_key(&secret);
        let public =
            public.ok().ok_or_else(|| BundleError::refused(BundleFault::WrongKey, "the signing key is damaged"))?;
        Ok(Self { secret, public: VerifyKey(public) })
    }

    pub fn generate() -> Result<Self> {
        let pair = minisign::KeyPair::generate_unencrypted_keypair();
        let pair = pair.ok().ok_or_else(|| BundleError::refused(BundleFault::Other, "no key could be made"))?;
        Self::new(pair.sk)
    }

    /// Reads a minisign secret key file. `passphrase` opens a locked one; an open one is taken as it is.
    pub fn from_file_text(text: &str, passphrase: Option<&str>) -> Result<Self> {
        let wrong = |_| BundleError::refused(BundleFault::WrongKey, "the signing key file cannot be opened");
        let boxed = minisign::SecretKeyBox::from(text.to_owned());
        if let Ok(secret) = SecretKey::from_unencrypted_box(boxed.clone()) {
            return Self::new(secret);
        }
        let Some(passphrase) = passphrase else {
            return refuse(BundleFault::WrongKey, "the signing key file needs its passphrase");
        };
        Self::new(SecretKey::from_box(boxed, Some(passphrase.to_owned())).map_err(wrong)?)
    }

    pub const fn public(&self) -> &VerifyKey {
        &self.public
    }

    /// Signs, prehashed, what `reader` gives, together with the comment.
    pub(super) fn sign(&self, reader: impl Read, trusted: &str, untrusted: &str) -> Result<String> {
        let signed = minisign::sign(None, &self.secret, reader, Some(trusted), Some(untrusted));
        match signed {
            Ok(signature) => Ok(signature.into_string()),
            Err(error) => refuse(BundleFault::Other, format!("signing did not work: {error}")),
        }
    }
}

/// Reads an age recipient, `age1...`.
pub fn recipient(text: &str) -> Result<age::x25519::Recipient> {
    text.trim().parse().ok().ok_or_else(|| BundleError::refused(BundleFault::NoRecipient, "this is no age recipient"))
}

/// Reads the first X25519 identity of an age key file: `AGE-SECRET-KEY-1...`, with comment lines around it.
pub fn identity(text: &str) -> Result<age::x25519::Identity> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let line = Zeroizing::new(line.unwrap_or_default().to_owned());
    line.parse().ok().ok_or_else(|| BundleError::refused(BundleFault::WrongKey, "this file holds no age identity"))
}

/// What a station tells the centre once: who it is and how to check and reach it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationCard {
    /// Version of this layout: 1.
    pub v: u32,
    /// Minisign key id.
    pub station: String,
    /// `RW...`
    pub minisign: String,
    /// `age1...`
    pub age: String,
}

/// What a centre gives to its stations: whom to seal for and whose receipts count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CentreCard {
    /// Version of this layout: 1.
    pub v: u32,
    /// Name that people read.
    pub centre: String,
    pub minisign: String,
    pub age: String,
}

impl StationCard {
    pub fn new(key: &VerifyKey, recipient: &age::x25519::Recipient) -> Self {
        Self { v: 1, station: key.key_id(), minisign: key.to_string(), age: recipient.to_string() }
    }

    /// Reads a card and checks that its parts belong together.
    pub fn from_json(text: &str) -> Result<Self> {
        let card: Self = read_card(text)?;
        let key: VerifyKey = card.minisign.parse()?;
        recipient(&card.age)?;
        if key.key_id() == card.station {
            Ok(card)
        } else {
            refuse(BundleFault::UnknownSender, "the card's station is not the owner of its key")
        }
    }
}

impl CentreCard {
    pub fn new(centre: impl Into<String>, key: &VerifyKey, recipient: &age::x25519::Recipient) -> Self {
        Self { v: 1, centre: centre.into(), minisign: key.to_string(), age: recipient.to_string() }
    }

    /// Reads a card; both keys must be well formed and the name short and printable.
    pub fn from_json(text: &str) -> Result<Self> {
        let card: Self = read_card(text)?;
        card.minisign.parse::<VerifyKey>()?;
        recipient(&card.age)?;
        if card.centre.is_empty() || card.centre.chars().count() > 100 || card.centre.chars().any(char::is_control) {
            return refuse(BundleFault::NoRecipient, "the card's name is empty, too long or not printable");
        }
        Ok(card)
    }

    /// The key that signs receipts.
    pub fn key(&self) -> Result<VerifyKey> {
        self.minisign.parse()
    }
}

fn read_card<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T> {
    #[derive(Deserialize)]
    struct Version {
        v: u32,
    }
    let bad = |_| BundleError::refused(BundleFault::NoRecipient, "this file is no card");
    let version: Version = serde_json::from_str(text).map_err(bad)?;
    if version.v > 1 {
        return refuse(BundleFault::NewerFormat, format!("the card has layout {}", version.v));
    }
    serde_json::from_str(text).map_err(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_their_text_and_refuse_a_changed_one() {
        let signer = Signer::generate().unwrap();
        let text = signer.public().to_string();
        assert!(text.starts_with("RW"));
        assert_eq!(&text.parse::<VerifyKey>().unwrap(), signer.public());
        assert!(text[1..].parse::<VerifyKey>().is_err());
        assert!("".parse::<VerifyKey>().is_err());
    }

    #[test]
    fn a_card_with_another_stations_key_is_refused() {
        let identity = age::x25519::Identity::generate();
        let card = StationCard::new(Signer::generate().unwrap().public(), &identity.to_public());
        let json = serde_json::to_string(&card).unwrap();
        assert_eq!(StationCard::from_json(&json).unwrap(), card);
        let other = StationCard { minisign: Signer::generate().unwrap().public().to_string(), ..card };
        assert!(StationCard::from_json(&serde_json::to_string(&other).unwrap()).is_err());
        assert_eq!(StationCard::from_json(r#"{"v":2}"#).unwrap_err().fault(), BundleFault::NewerFormat);
    }

    #[test]
    fn nothing_secret_is_in_debug() {
        let signer = Signer::generate().unwrap();
        assert_eq!(format!("{signer:?}"), format!("Signer({})", signer.public().key_id()));
    }
}
