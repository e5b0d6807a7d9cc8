//! A recovery key that is made together with a station: a second way to its photos, for when the passphrase is forgotten
//! or the computer is gone. Its secret half is written where the operator says, and nowhere else.

use std::path::Path;

use age::secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use crate::bundle::medium::write_secret;
use crate::domain::fault::StoreFault;

/// Makes a key and writes its secret half to a new file of a folder, and reads it back; its public half comes back. The
/// data folder is refused: the key would be lost with what it is to recover.
pub(super) fn keep(folder: &Path, data: &Path) -> Result<String, StoreFault> {
    let not_kept = StoreFault::RecoveryKeyNotKept;
    if !folder.is_absolute() || is_inside(folder, data) {
        log::warn!("the recovery key would lie in the data folder, or nobody knows where");
        return Err(not_kept);
    }
    let key = age::x25519::Identity::generate();
    let public = key.to_public().to_string();
    // Keys of several stations lie on one stick side by side.
    let path = folder.join(format!("tucai-recovery-{}.txt", &public[public.len() - 8..]));
    write(&path, &key, &public).map_err(|error| {
        log::warn!("the recovery key cannot be written: {error}");
        not_kept
    })?;
    Ok(public)
}

/// The usual age identity file, never over another file, and read back as whoever needs it once will.
fn write(path: &Path, key: &age::x25519::Identity, public: &str) -> std::io::Result<()> {
    let secret = key.to_string();
    let head = "# tucai recovery key: opens every photo of its station. Keep it away from the computer.";
    let text = Zeroizing::new(format!("{head}\n# public key: {public}\n{}\n", secret.expose_secret()));
    write_secret(path, text.as_bytes()).map_err(std::io::Error::other)?;
    let read = super::adopt::identity(path).map(|key| key.to_public().to_string());
    if read.as_deref() == Some(public) { Ok(()) } else { Err(std::io::Error::other("it does not read as written")) }
}

fn is_inside(path: &Path, folder: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    whole(path).starts_with(whole(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_written_outside_of_the_data_folder_and_opens_what_it_is_for() {
        let (stick, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let publics = [(); 2].map(|()| keep(stick.path(), data.path()).unwrap());
        let mut files: Vec<_> = std::fs::read_dir(stick.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert_eq!(files.len(), 2, "one never replaces another");
        for public in publics {
            let sealed = age::encrypt(&crate::bundle::keys::recipient(&public).unwrap(), b"a photo").unwrap();
            let path = files.iter().find(|path| path.to_string_lossy().contains(&public[public.len() - 8..])).unwrap();
            let key = crate::bundle::keys::identity(&std::fs::read_to_string(path).unwrap()).unwrap();
            assert_eq!(age::decrypt(&key, &sealed).unwrap(), b"a photo");
        }
        for refused in [data.path().join("inside"), data.path().to_owned(), "stick".into(), stick.path().join("gone")] {
            assert_eq!(keep(&refused, data.path()), Err(StoreFault::RecoveryKeyNotKept), "{}", refused.display());
        }
        assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
    }
}
