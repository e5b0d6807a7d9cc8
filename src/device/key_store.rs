//! The system's key store: where a passphrase may be remembered on this computer, when somebody asks for it.
//!
//! Linux asks the Secret Service of the session, Windows its credential manager, macOS its keychain. The system may ask
//! its user before it answers, so callers are on a thread of their own. Nothing is kept anywhere else.

use keyring::{Entry, Error};
use zeroize::Zeroizing;

/// Under this name the entries stand in the system's own list.
const SERVICE: &str = "tucai";

/// Keeps passphrases by the station's id.
pub trait KeyStore: Send + Sync {
    /// What is remembered; `None` when nothing is.
    fn get(&self, station: &str) -> Result<Option<Zeroizing<String>>, NoKeyStore>;

    fn set(&self, station: &str, passphrase: &str) -> Result<(), NoKeyStore>;

    /// Nothing to forget is no error.
    fn forget(&self, station: &str) -> Result<(), NoKeyStore>;
}

/// The computer has no key store, or it refused. The detail is for the log and holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the system's key store cannot be used: {0}")]
pub struct NoKeyStore(pub String);

/// The one of this system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemKeyStore;

impl KeyStore for SystemKeyStore {
    fn get(&self, station: &str) -> Result<Option<Zeroizing<String>>, NoKeyStore> {
        match entry(station)?.get_password() {
            Ok(words) => Ok(Some(Zeroizing::new(words))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(refused(&error)),
        }
    }

    fn set(&self, station: &str, passphrase: &str) -> Result<(), NoKeyStore> {
        entry(station)?.set_password(passphrase).map_err(|error| refused(&error))?;
        // Some stores forget at once what they said to have taken.
        match self.get(station)? {
            Some(kept) if *kept == passphrase => Ok(()),
            _ => Err(NoKeyStore("it did not keep the entry".to_owned())),
        }
    }

    fn forget(&self, station: &str) -> Result<(), NoKeyStore> {
        match entry(station)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(refused(&error)),
        }
    }
}

fn entry(station: &str) -> Result<Entry, NoKeyStore> {
    Entry::new(SERVICE, station).map_err(|error| refused(&error))
}

/// Names the kind only: some kinds carry the bytes that they are about.
fn refused(error: &Error) -> NoKeyStore {
    let kind = match error {
        Error::NoDefaultStore => "there is none",
        Error::NoStorageAccess(_) => "it is locked or not reachable",
        Error::PlatformFailure(_) => "it failed",
        _ => "it refused",
    };
    NoKeyStore(kind.to_owned())
}
