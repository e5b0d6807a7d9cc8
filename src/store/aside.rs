//! Files of locks and lists in `set-aside/`, where earlier versions put damaged and unfinished ones: they go when their
//! like in `locks/` and `rosters/` goes, so that no code, name or picture outlives its subject there.

use std::path::Path;

use super::disk::{Disk, FileKind, UNFINISHED_PREFIX};
use super::error::StoreError;
use super::reconcile::files_in;
use crate::domain::ids::{SessionId, ShotNumber};

/// The digits of a hash in the name of a list's file.
pub(super) const HASH_DIGITS: usize = 16;

/// Takes the files of this kind away that were set aside below a root, but for those that `keep` says yes to; it is
/// given the name that a file had in its own folder.
pub(super) fn tidy(disk: &Disk, root: &Path, kind: FileKind, keep: impl Fn(&String) -> bool) -> Result<(), StoreError> {
    for (name, path) in files_in(&root.join("set-aside"))? {
        if own_name(&name, kind).is_some_and(|own| !keep(&own)) {
            disk.remove(kind, &path)?;
        }
    }
    Ok(())
}

/// What the file was called before it was set aside; `None` when it was of another kind.
fn own_name(aside: &str, kind: FileKind) -> Option<String> {
    let name = aside.strip_prefix(UNFINISHED_PREFIX).unwrap_or(aside);
    let (own, count) = name.split_once(".age")?;
    let counted = |count: &str| !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
    let (session, rest) = own.split_once('.')?;
    let is_hash = rest.len() == HASH_DIGITS && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let of_kind = match kind {
        FileKind::Lock => rest.parse::<ShotNumber>().is_ok(),
        FileKind::Roster => is_hash,
        _ => false,
    };
    let is_whole = count.is_empty() || count.strip_prefix('.').is_some_and(counted);
    (of_kind && is_whole && SessionId::try_from(session.to_owned()).is_ok()).then(|| format!("{own}.age"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_locks_and_lists_are_known_by_their_names() {
        let (lock, list) = ("2026-A.A-0001.age", "2026-A.0123456789abcdef.age");
        for (kind, own, other) in [(FileKind::Lock, lock, list), (FileKind::Roster, list, lock)] {
            for name in
                [own.to_owned(), format!("{own}.3"), format!(".unfinished-{own}"), format!(".unfinished-{own}.12")]
            {
                assert_eq!(own_name(&name, kind).as_deref(), Some(own), "{name}");
            }
            for name in [other, "torn-12-2026-06-01.log", "2026-06-01.log", "station.db", "2026-A.A-0001.age.bak"] {
                assert_eq!(own_name(name, kind), None, "{name}");
            }
            assert_eq!(own_name("01971f2e-5f2c-7cc3-8a4b-0123456789ab.age", kind), None, "a capsule is the purge's");
        }
    }
}
