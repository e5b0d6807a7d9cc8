//! Sealing to the station and the recovery key, and opening again: age (X25519), nothing of our own.

use std::io::{Read as _, Write as _};

use zeroize::Zeroizing;

use super::error::StoreError;
use crate::domain::fault::StoreFault;

/// Who can open what the station stores.
#[derive(Debug, Clone)]
pub struct Recipients {
    station: age::x25519::Recipient,
    recovery: Option<age::x25519::Recipient>,
}

impl Recipients {
    pub fn new(station: age::x25519::Recipient, recovery: Option<age::x25519::Recipient>) -> Self {
        Self { station, recovery }
    }

    /// An age file over `plain` that each of the recipients can open.
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        let station = std::iter::once(&self.station as &dyn age::Recipient);
        encrypt(station.chain(self.recovery.as_ref().map(|key| key as &dyn age::Recipient)), plain)
    }
}

/// Opens an age file; at most `max_bytes` of plain text, which is overwritten when it is through.
pub fn unseal(
    bytes: &[u8],
    identity: &age::x25519::Identity,
    max_bytes: u64,
) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let damaged = |error: age::DecryptError| {
        StoreError::caused_by(StoreFault::CapsuleDamaged, "a sealed file does not open", error)
    };
    let decryptor = age::Decryptor::new_buffered(bytes).map_err(damaged)?;
    let reader = decryptor.decrypt(std::iter::once(identity as &dyn age::Identity)).map_err(damaged)?;
    let mut plain = Zeroizing::new(Vec::with_capacity(bytes.len()));
    reader
        .take(max_bytes + 1)
        .read_to_end(&mut plain)
        .map_err(|error| StoreError::caused_by(StoreFault::CapsuleDamaged, "a sealed file is damaged", error))?;
    if plain.len() as u64 > max_bytes {
        return Err(StoreError::new(StoreFault::CapsuleDamaged, "a sealed file is larger than any that is written"));
    }
    Ok(plain)
}

pub(super) fn encrypt<'a>(
    recipients: impl Iterator<Item = &'a dyn age::Recipient>,
    plain: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let encryptor = age::Encryptor::with_recipients(recipients)
        .map_err(|error| StoreError::caused_by(StoreFault::Other, "cannot seal", error))?;
    let mut sealed = Vec::with_capacity(plain.len() + 1024);
    let mut writer = encryptor.wrap_output(&mut sealed).map_err(not_sealed)?;
    writer.write_all(plain).map_err(not_sealed)?;
    writer.finish().map_err(not_sealed)?;
    Ok(sealed)
}

fn not_sealed(error: std::io::Error) -> StoreError {
    StoreError::caused_by(StoreFault::Other, "cannot seal", error)
}
