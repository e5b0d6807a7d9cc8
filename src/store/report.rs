//! What was found, mended or is still wrong: at start ([`OpenReport`]) and when everything is read ([`Problem`]).

use std::fmt;
use std::path::PathBuf;

use crate::domain::ids::{RecordId, ShotNumber};

/// What opening a folder found and did. What is in the way is moved to `set-aside/` and never deleted, but for
/// unfinished files of locks and lists: nobody was told of them, and they hold codes and names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenReport {
    /// Capsules that had no row (a crash between capsule and commit, or a damaged index) and have one again.
    pub restored: Vec<RecordId>,
    /// Events of the journal that the database did not have.
    pub replayed_events: u64,
    /// Each of them, in order: after damage to the write-ahead log these are the commits that the database dropped.
    pub replayed: Vec<Replayed>,
    /// Locks that the journal tells of and whose subject is lost: the code is to be shown again.
    pub lost_locks: Vec<ShotNumber>,
    /// Subjects that were lost while the second disk was away, and are parked under their numbers again.
    pub found_locks: Vec<ShotNumber>,
    /// Why the database was not used: it is damaged or missing, and what is shown comes from capsules and journal.
    pub database_damaged: Option<String>,
    /// Capsules that were only on the second disk and were copied back.
    pub recovered_from_second: Vec<RecordId>,
    /// Rows whose capsule is on neither disk.
    pub missing_capsules: Vec<RecordId>,
    /// Capsules that do not open, below the data folder; left where they are.
    pub damaged_capsules: Vec<String>,
    /// Journal lines that the database had and the files had lost; written again.
    pub rewritten_lines: u64,
    /// What is wrong with the journal, in words.
    pub journal_problems: Vec<String>,
    /// Unfinished files, where they lie now.
    pub set_aside: Vec<PathBuf>,
    /// Files of schools' lists that were missing or damaged, and were brought back or written anew.
    pub mended_lists: Vec<Problem>,
    /// Records of purges that were cut before and are finished and signed for now.
    pub finished_purges: usize,
    /// Where the database lies that was replaced by a rebuild.
    pub database_set_aside: Option<PathBuf>,
}

impl OpenReport {
    /// Nothing was found that a person has to know.
    pub fn is_clean(&self) -> bool {
        *self == Self::default()
    }

    /// Something is lost or damaged on the first disk and could not be mended.
    pub fn needs_repair(&self) -> bool {
        self.database_damaged.is_some()
            || !(self.missing_capsules.is_empty()
                && self.damaged_capsules.is_empty()
                && self.journal_problems.is_empty())
    }
}

/// One line of the journal that was taken into the database at start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    pub line: u64,
    /// `stored`, `moved`, `lock_taken`, …
    pub event: &'static str,
    pub records: Vec<RecordId>,
}

/// One thing that is wrong, with the name of what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub kind: ProblemKind,
    /// A record id, a file below the folder, or a place in the journal.
    pub name: String,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    CapsuleMissing,
    /// Its bytes differ from the hash in its row, or it does not open.
    CapsuleDamaged,
    /// A capsule without a row.
    RowMissing,
    /// The row says something else than the capsule.
    RowDiffers,
    SecondCopyMissing,
    SecondCopyDiffers,
    /// The second disk is configured and not there.
    SecondDiskMissing,
    JournalUnreadable,
    /// Numbers or hashes do not follow.
    JournalBroken,
    /// The database knows lines that the files do not have, or the other way round.
    JournalDiffers,
    SecondJournalDiffers,
    DatabaseDamaged,
    /// The first disk's `station.key` is missing, or is not the file that was written.
    KeyDamaged,
    /// The first disk's `station.toml` is missing, or cannot be read as this station's.
    SettingsDamaged,
    SecondKeyMissing,
    /// The second disk's key is the one before a change of the passphrase.
    SecondKeyOlder,
    SecondKeyDiffers,
    SecondSettingsMissing,
    /// The second disk's settings can be read, and say something else.
    SecondSettingsOlder,
    SecondSettingsDiffer,
    /// The file of a subject that is locked or parked is missing or damaged; the database has the subject.
    LockFileDamaged,
    /// The second disk's file of a lock differs, is missing, or is of a lock that has ended.
    SecondLockDiffers,
    /// A capsule of a purged record; the next start takes it away.
    PurgedStillThere,
    /// The file of a school's list is not there; the database has its rows.
    RosterMissing,
    /// Its bytes differ from the hash that the journal knows, or it does not open.
    RosterDamaged,
    /// The file is whole, and the database says something else.
    RosterRowsDiffer,
    SecondRosterMissing,
    SecondRosterDiffers,
    /// A list that was replaced or taken away; the next start takes its file away.
    RosterStillThere,
}

impl ProblemKind {
    /// The index is wrong, and can be made anew from capsules and journal.
    pub const fn is_of_the_index(self) -> bool {
        matches!(self, Self::RowDiffers | Self::RowMissing | Self::DatabaseDamaged | Self::RosterRowsDiffer)
    }

    /// Name in `--json` output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CapsuleMissing => "capsule_missing",
            Self::CapsuleDamaged => "capsule_damaged",
            Self::RowMissing => "row_missing",
            Self::RowDiffers => "row_differs",
            Self::SecondCopyMissing => "second_copy_missing",
            Self::SecondCopyDiffers => "second_copy_differs",
            Self::SecondDiskMissing => "second_disk_missing",
            Self::JournalUnreadable => "journal_unreadable",
            Self::JournalBroken => "journal_broken",
            Self::JournalDiffers => "journal_differs",
            Self::SecondJournalDiffers => "second_journal_differs",
            Self::DatabaseDamaged => "database_damaged",
            Self::KeyDamaged => "key_damaged",
            Self::SettingsDamaged => "settings_damaged",
            Self::SecondKeyMissing => "second_key_missing",
            Self::SecondKeyOlder => "second_key_older",
            Self::SecondKeyDiffers => "second_key_differs",
            Self::SecondSettingsMissing => "second_settings_missing",
            Self::SecondSettingsOlder => "second_settings_older",
            Self::SecondSettingsDiffer => "second_settings_differ",
            Self::LockFileDamaged => "lock_file_damaged",
            Self::SecondLockDiffers => "second_lock_differs",
            Self::PurgedStillThere => "purged_still_there",
            Self::RosterMissing => "list_missing",
            Self::RosterDamaged => "list_damaged",
            Self::RosterRowsDiffer => "list_rows_differ",
            Self::SecondRosterMissing => "second_list_missing",
            Self::SecondRosterDiffers => "second_list_differs",
            Self::RosterStillThere => "list_still_there",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            ProblemKind::CapsuleMissing => "the capsule is missing",
            ProblemKind::CapsuleDamaged => "the capsule is damaged",
            ProblemKind::RowMissing => "the capsule has no row",
            ProblemKind::RowDiffers => "row and capsule differ",
            ProblemKind::SecondCopyMissing => "the second copy is missing",
            ProblemKind::SecondCopyDiffers => "the second copy differs",
            ProblemKind::SecondDiskMissing => "the second disk is not there",
            ProblemKind::JournalUnreadable => "a journal line cannot be read",
            ProblemKind::JournalBroken => "the journal's chain is broken",
            ProblemKind::JournalDiffers => "journal and database differ",
            ProblemKind::SecondJournalDiffers => "the second journal differs",
            ProblemKind::DatabaseDamaged => "the database is damaged",
            ProblemKind::KeyDamaged | ProblemKind::SettingsDamaged => "it is missing or damaged",
            ProblemKind::SecondKeyMissing | ProblemKind::SecondSettingsMissing => "the second disk has no copy of it",
            ProblemKind::SecondKeyOlder => "the second disk's copy opens with the passphrase before",
            ProblemKind::SecondKeyDiffers | ProblemKind::SecondSettingsDiffer => "the second disk's copy is damaged",
            ProblemKind::SecondSettingsOlder => "the second disk's copy is older",
            ProblemKind::LockFileDamaged => "the file of the lock is damaged",
            ProblemKind::SecondLockDiffers => "the second copy of the lock differs",
            ProblemKind::PurgedStillThere => "it was purged, and its capsule is there",
            ProblemKind::RosterMissing => "the file of the list is missing",
            ProblemKind::RosterDamaged => "the file of the list is damaged",
            ProblemKind::RosterRowsDiffer => "list and database differ",
            ProblemKind::SecondRosterMissing => "the second copy of the list is missing",
            ProblemKind::SecondRosterDiffers => "the second copy of the list differs",
            ProblemKind::RosterStillThere => "the list was taken away, and its file is there",
        };
        write!(f, "{}: {what}", self.name)
    }
}
