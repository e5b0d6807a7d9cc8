//! A PIN and its hash: argon2id, as the text that the journal and the database keep.
//!
//! The text is `argon2id$19$M$T$P$SALT$HASH` (version, KiB, passes, lanes, base64 without padding). A short PIN can be
//! tried out by whoever has the opened database; what keeps others out is the station's own encryption.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use zeroize::{Zeroize as _, Zeroizing};

use super::error::StoreError;
use super::keys::fill_random;
use crate::domain::fault::StoreFault;
use crate::domain::operator::PIN_CHARS;

/// 19 MiB, two passes, one lane: OWASP's password storage recommendation for argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// More memory than this is no hash of ours.
const MOST_MEMORY_KIB: u32 = 1024 * 1024;
const VERSION: &str = "19";

/// What an operator types. Never printed.
#[derive(Clone)]
pub struct Pin(Zeroizing<String>);

impl Pin {
    /// Takes the characters as typed; `None` when they are too few or too many.
    pub fn new(mut text: String) -> Option<Self> {
        let fits = PIN_CHARS.contains(&text.chars().count());
        if !fits {
            text.zeroize();
        }
        fits.then(|| Self(Zeroizing::new(text)))
    }

    /// The text to keep; another salt each time.
    pub(super) fn hash(&self) -> Result<String, StoreError> {
        let mut salt = [0_u8; 16];
        fill_random(&mut salt)?;
        let hash = self.derive(&salt, Params::new(MEMORY_KIB, PASSES, LANES, Some(32)))?;
        let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(*hash));
        Ok(format!("argon2id${VERSION}${MEMORY_KIB}${PASSES}${LANES}${salt}${hash}"))
    }

    /// Whether the kept text is this PIN's.
    pub(super) fn matches(&self, kept: &str) -> Result<bool, StoreError> {
        let odd = || StoreError::new(StoreFault::DatabaseDamaged, "the database holds an odd PIN hash");
        let parts: Vec<&str> = kept.split('$').collect();
        let ["argon2id", VERSION, memory, passes, lanes, salt, hash] = parts[..] else { return Err(odd()) };
        let number = |text: &str| text.parse::<u32>().ok().ok_or_else(odd);
        let memory = Some(number(memory)?).filter(|memory| *memory <= MOST_MEMORY_KIB).ok_or_else(odd)?;
        let params = Params::new(memory, number(passes)?, number(lanes)?, Some(32));
        let salt = STANDARD_NO_PAD.decode(salt).ok().ok_or_else(odd)?;
        let hash = STANDARD_NO_PAD.decode(hash).ok().ok_or_else(odd)?;
        let found = self.derive(&salt, params)?;
        // Every byte is looked at, so that the time says nothing about how many were right.
        let differing = found.iter().zip(&hash).fold(0_u8, |all, (a, b)| all | (a ^ b));
        Ok(hash.len() == found.len() && differing == 0)
    }

    fn derive(&self, salt: &[u8], params: Result<Params, argon2::Error>) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        let refused =
            |error: argon2::Error| StoreError::new(StoreFault::Other, format!("the PIN cannot be hashed: {error}"));
        let mut hash = Zeroizing::new([0_u8; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params.map_err(refused)?)
            .hash_password_into(self.0.as_bytes(), salt, &mut *hash)
            .map_err(refused)?;
        Ok(hash)
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(text: &str) -> Pin {
        Pin::new(text.to_owned()).unwrap()
    }

    #[test]
    fn a_pin_matches_its_own_hash_only_and_two_hashes_differ() {
        let kept = pin("4711").hash().unwrap();
        assert!(pin("4711").matches(&kept).unwrap());
        assert!(!pin("4712").matches(&kept).unwrap());
        assert_ne!(kept, pin("4711").hash().unwrap());
        assert!(!kept.contains("4711") && !format!("{:?}", pin("4711")).contains("4711"));
    }

    #[test]
    fn what_is_no_pin_and_no_hash_is_refused() {
        assert!(Pin::new("123".to_owned()).is_none() && Pin::new("1".repeat(33)).is_none());
        for kept in ["", "argon2id$19$8$1$1$AA", "argon2id$19$99999999$2$1$AAAAAAAAAAA$AAAA", "bcrypt$19$8$1$1$A$A"] {
            assert_eq!(pin("4711").matches(kept).unwrap_err().fault(), StoreFault::DatabaseDamaged, "{kept}");
        }
        let short = format!("argon2id$19$19456$2$1${}$AAAA", STANDARD_NO_PAD.encode([1_u8; 16]));
        assert!(!pin("4711").matches(&short).unwrap(), "a shorter hash is never equal");
    }
}
