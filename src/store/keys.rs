//! The station's secrets: age identity, minisign key, raw database key; sealed by the passphrase in `station.key`.
//!
//! `station.key` is an age file (scrypt) over one JSON object, so that `age -d station.key` opens it without this
//! program. Nothing here is printed: `Debug` of every type is redacted, and buffers with secrets are wiped.

use std::fmt;
use std::io::Read as _;

use age::secrecy::{ExposeSecret as _, SecretString};
use minisign::{KeyPair, PublicKey, SecretKeyBox, SignatureBox};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::error::StoreError;
use super::recipients::Recipients;
use crate::domain::fault::StoreFault;

/// scrypt work factor of `station.key`: N = 2^16 (64 MiB), about 0.2 s on a desk computer.
pub const WORK_FACTOR: u8 = 16;
/// The largest work factor that is tried when opening: 2^22 is 4 GiB.
const MAX_WORK_FACTOR: u8 = 22;
/// A key file is under 1 KiB; anything much larger is none.
const MAX_KEY_FILE_BYTES: u64 = 64 * 1024;

/// What the operator types at start. Never printed.
#[derive(Clone)]
pub struct Passphrase(SecretString);

impl Passphrase {
    /// Takes the words as typed; `None` when there are none.
    pub fn new(text: String) -> Option<Self> {
        (!text.is_empty()).then(|| Self(SecretString::from(text)))
    }

    /// The words themselves, for the system's key store and nothing else.
    #[cfg(feature = "window")]
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// 32 random bytes, for folders that nobody opens twice.
    pub fn random() -> Result<Self, StoreError> {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        fill_random(&mut *bytes)?;
        Ok(Self(SecretString::from(hex::encode(*bytes))))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

/// What others may know of a station: its name (the minisign key id) and its two public keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicKeys {
    /// Minisign key id, 16 hex digits in capitals, as the tool `minisign` prints it.
    pub station: String,
    /// `RW…`: checks the station's signatures.
    pub minisign: String,
    /// `age1…`: seals for this station.
    pub age: String,
}

/// The station's secrets, in memory while the store is open.
pub struct StationKeys {
    identity: age::x25519::Identity,
    /// The unencrypted minisign box: comment line and base64 line.
    signing: Zeroizing<String>,
    verifying: PublicKey,
    database: Zeroizing<[u8; 32]>,
}

impl fmt::Debug for StationKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StationKeys({})", station_id(&self.verifying))
    }
}

/// What `station.key` holds after unsealing.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct KeyFile {
    format: u32,
    age: String,
    minisign: String,
    database: String,
}

impl StationKeys {
    /// A new station's keys from the system's random source.
    pub fn generate() -> Result<Self, StoreError> {
        let pair = KeyPair::generate_unencrypted_keypair().map_err(key_trouble)?;
        let mut database = Zeroizing::new([0_u8; 32]);
        fill_random(&mut *database)?;
        Ok(Self {
            identity: age::x25519::Identity::generate(),
            signing: Zeroizing::new(pair.sk.to_box(Some("tucai station")).map_err(key_trouble)?.into_string()),
            verifying: pair.pk,
            database,
        })
    }

    /// The bytes of `station.key`. `work_factor` is the binary logarithm of scrypt's N.
    pub fn seal(&self, passphrase: &Passphrase, work_factor: u8) -> Result<Vec<u8>, StoreError> {
        let content = KeyFile {
            format: 1,
            age: self.identity.to_string().expose_secret().to_owned(),
            minisign: self.signing.to_string(),
            database: hex::encode(*self.database),
        };
        let mut plain = Zeroizing::new(Vec::with_capacity(2048));
        serde_json::to_writer(&mut *plain, &content)
            .map_err(|error| StoreError::caused_by(StoreFault::Other, "cannot write the station key", error))?;
        let mut recipient = age::scrypt::Recipient::new(passphrase.0.clone());
        recipient.set_work_factor(work_factor.clamp(1, MAX_WORK_FACTOR));
        let recipients: [&dyn age::Recipient; 1] = [&recipient];
        super::recipients::encrypt(recipients.into_iter(), &plain)
    }

    /// Opens what [`Self::seal`] made.
    pub fn unseal(bytes: &[u8], passphrase: &Passphrase) -> Result<Self, StoreError> {
        let damaged = |what: &str| StoreError::new(StoreFault::KeyDamaged, what);
        let decryptor = age::Decryptor::new_buffered(bytes)
            .map_err(|error| StoreError::caused_by(StoreFault::KeyDamaged, "station.key is no age file", error))?;
        if !decryptor.is_scrypt() {
            return Err(damaged("station.key is not sealed by a passphrase"));
        }
        let mut identity = age::scrypt::Identity::new(passphrase.0.clone());
        identity.set_max_work_factor(MAX_WORK_FACTOR);
        let reader = decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(|error| {
            let fault = match error {
                age::DecryptError::DecryptionFailed | age::DecryptError::NoMatchingKeys => StoreFault::WrongPassphrase,
                _ => StoreFault::KeyDamaged,
            };
            StoreError::caused_by(fault, "the passphrase does not open station.key", error)
        })?;
        let mut plain = Zeroizing::new(Vec::with_capacity(2048));
        reader
            .take(MAX_KEY_FILE_BYTES)
            .read_to_end(&mut plain)
            .map_err(|error| StoreError::caused_by(StoreFault::KeyDamaged, "station.key is damaged", error))?;
        let content: KeyFile =
            serde_json::from_slice(&plain).ok().ok_or_else(|| damaged("station.key holds something else"))?;
        Self::from_content(&content)
    }

    fn from_content(content: &KeyFile) -> Result<Self, StoreError> {
        if content.format > 1 {
            return Err(StoreError::new(StoreFault::NewerVersion, "station.key was written by a newer version"));
        }
        let damaged = || StoreError::new(StoreFault::KeyDamaged, "station.key holds keys that cannot be read");
        let identity = content.age.parse().ok().ok_or_else(damaged)?;
        let secret = SecretKeyBox::from(content.minisign.clone()).into_unencrypted_secret_key();
        let verifying = secret.and_then(|secret| PublicKey::from_secret_key(&secret)).ok().ok_or_else(damaged)?;
        let mut database = Zeroizing::new([0_u8; 32]);
        hex::decode_to_slice(&content.database, &mut *database).ok().ok_or_else(damaged)?;
        Ok(Self { identity, signing: Zeroizing::new(content.minisign.clone()), verifying, database })
    }

    /// The minisign key id: the station's name.
    pub fn station_id(&self) -> String {
        station_id(&self.verifying)
    }

    pub fn public(&self) -> PublicKeys {
        PublicKeys {
            station: self.station_id(),
            minisign: self.verifying.to_base64(),
            age: self.identity.to_public().to_string(),
        }
    }

    /// Opens age files that were sealed for this station.
    pub fn identity(&self) -> &age::x25519::Identity {
        &self.identity
    }

    /// This station and, when there is one, the recovery key.
    pub fn recipients(&self, recovery: Option<age::x25519::Recipient>) -> Recipients {
        Recipients::new(self.identity.to_public(), recovery)
    }

    /// Signs in minisign's prehashed form; both comments are one line.
    pub fn sign(
        &self,
        data: impl std::io::Read,
        trusted_comment: &str,
        untrusted_comment: &str,
    ) -> Result<SignatureBox, StoreError> {
        let secret = SecretKeyBox::from(self.signing.to_string()).into_unencrypted_secret_key().map_err(key_trouble)?;
        minisign::sign(Some(&self.verifying), &secret, data, Some(trusted_comment), Some(untrusted_comment))
            .map_err(key_trouble)
    }

    /// The signing key itself, for a thread that signs a bundle while the store goes on working.
    pub fn signing_key(&self) -> Result<minisign::SecretKey, StoreError> {
        SecretKeyBox::from(self.signing.to_string()).into_unencrypted_secret_key().map_err(key_trouble)
    }

    /// SQLCipher's raw key, 32 bytes.
    pub(super) fn database_key(&self) -> &[u8; 32] {
        &self.database
    }
}

/// The key id of a minisign public key, as the tool `minisign` prints it.
pub fn station_id(key: &PublicKey) -> String {
    let mut id: Vec<u8> = key.keynum().to_vec();
    id.reverse();
    hex::encode_upper(id)
}

fn key_trouble(error: minisign::PError) -> StoreError {
    StoreError::caused_by(StoreFault::KeyDamaged, "the signing key refused", error)
}

pub(super) fn fill_random(bytes: &mut [u8]) -> Result<(), StoreError> {
    getrandom::fill(bytes)
        .map_err(|error| StoreError::new(StoreFault::Other, format!("the system gave no random numbers: {error}")))
}
