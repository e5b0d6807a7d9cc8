//! Wrong passphrases in a row, kept with the station: each further try waits, whichever program asks and however often
//! it is started anew. Who can write the folder can also remove the count, and try the key file elsewhere: against that
//! there is only a good passphrase.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::disk::{Disk, FileKind, Medium, NoFaults};
use super::error::StoreError;
use crate::domain::fault::StoreFault;
use crate::domain::operator::wait_after;
use crate::domain::time::WallTime;

/// In the data folder, only after a wrong passphrase.
const FILE: &str = "station.tries";
/// Far more than the file ever holds.
const MOST_BYTES: u64 = 4096;

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Tries {
    wrong: u32,
    /// When the wait began, UTC.
    since_millis: i64,
}

/// How long the next passphrase has to wait.
pub fn passphrase_wait(folder: &Path, now: WallTime) -> Duration {
    let Some(tries) = read(folder) else { return Duration::ZERO };
    // A clock that was put back since has not taken anything off the wait.
    let gone = u64::try_from(now.unix_millis.saturating_sub(tries.since_millis)).unwrap_or(0);
    wait_after(tries.wrong).saturating_sub(Duration::from_millis(gone))
}

/// Refuses while the wait lasts.
pub(super) fn refuse_too_soon(folder: &Path, now: WallTime) -> Result<(), StoreError> {
    let left = passphrase_wait(folder, now);
    if left.is_zero() {
        return Ok(());
    }
    if let Some(tries) = read(folder).filter(|tries| tries.since_millis > now.unix_millis) {
        // The clock was ahead at the wrong try: the wait begins now, or it might last for years.
        write(folder, Tries { since_millis: now.unix_millis, ..tries });
    }
    let what = format!("the next passphrase can be tried in {} s", left.as_millis().div_ceil(1000));
    Err(StoreError::new(StoreFault::PassphraseWait, what))
}

/// One more wrong one.
pub(super) fn count(folder: &Path, now: WallTime) {
    let wrong = read(folder).map_or(0, |tries| tries.wrong).saturating_add(1);
    write(folder, Tries { wrong, since_millis: now.unix_millis });
}

/// The right one was typed.
pub(super) fn forget(folder: &Path) {
    let path = path(folder);
    if path.exists()
        && let Err(error) = fs::remove_file(path)
    {
        log::warn!("the count of wrong passphrases stays: {error}");
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// A file that cannot be read is none: the station must never be shut by it.
fn read(folder: &Path) -> Option<Tries> {
    let mut text = String::new();
    let file = fs::File::open(path(folder)).ok()?;
    file.take(MOST_BYTES).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

/// A folder that cannot be written is read all the same; then nothing is counted.
fn write(folder: &Path, tries: Tries) {
    let disk = Disk::new(Medium::First, Arc::new(NoFaults));
    let written = serde_json::to_vec(&tries)
        .map_err(|error| StoreError::caused_by(StoreFault::Other, "the count cannot be written", error))
        .and_then(|text| disk.write_whole(FileKind::Settings, &path(folder), &text));
    if let Err(error) = written {
        log::warn!("a wrong passphrase is not counted: {error:#}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> WallTime {
        WallTime { unix_millis: seconds * 1000, offset_minutes: 480 }
    }

    #[test]
    fn waits_grow_with_each_wrong_one_and_end_with_the_right_one() {
        let folder = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            count(folder.path(), at(100));
            assert_eq!(passphrase_wait(folder.path(), at(100)), Duration::ZERO, "fingers slip");
        }
        count(folder.path(), at(100));
        assert_eq!(passphrase_wait(folder.path(), at(102)), Duration::from_secs(3));
        assert!(refuse_too_soon(folder.path(), at(104)).is_err());
        refuse_too_soon(folder.path(), at(105)).unwrap();
        count(folder.path(), at(105));
        assert_eq!(passphrase_wait(folder.path(), at(105)), Duration::from_secs(10));
        forget(folder.path());
        assert_eq!(passphrase_wait(folder.path(), at(105)), Duration::ZERO);
        forget(folder.path());
    }

    #[test]
    fn a_clock_that_was_ahead_shuts_nobody_out_and_a_spoilt_count_is_none() {
        let folder = tempfile::tempdir().unwrap();
        (0..3).for_each(|_| count(folder.path(), at(1_000_000)));
        assert!(refuse_too_soon(folder.path(), at(100)).is_err());
        refuse_too_soon(folder.path(), at(105)).unwrap();
        fs::write(path(folder.path()), b"{").unwrap();
        refuse_too_soon(folder.path(), at(0)).unwrap();
    }
}
