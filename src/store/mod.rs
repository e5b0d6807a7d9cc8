//! The durable record: capsules, journal, database, keys, second copy.
//!
//! The capsule ([`capsule`]) is the record, the journal is the history, and the database is an index over both that
//! can be made anew. [`Store`] is the only way in: it writes the capsule, then the journal, then commits, and only
//! then says yes. What a crash leaves between two of these steps is put together at the next start and reported.
//!
//! ```text
//! DATA/station.key       age (scrypt): age identity, minisign key, database key
//! DATA/station.toml      settings, nothing secret
//! DATA/station.lock      held by the one process that may write
//! DATA/station.db        SQLCipher: the index
//! DATA/capsules/DATE/ID.age
//! DATA/locks/SESSION.SHOT.age   subjects without a record yet
//! DATA/desk.age             what a tethered camera brought and nobody took yet
//! DATA/rosters/SESSION.HASH.age   the school's own list, where there is one
//! DATA/journal/DATE.log
//! DATA/certificates/     what was purged, signed
//! DATA/set-aside/        unfinished and damaged files, but for those of locks and lists
//! SECOND/STATION/        station.key, station.toml, capsules, locks, journal, rosters
//! ```
//!
//! Bundles, receipts and their formats are elsewhere; the rows about them are here.

mod adopt;
mod answered;
mod apply;
mod aside;
mod bundles;
pub mod capsule;
mod capsule_reader;
mod certificate;
mod collected;
mod commit;
mod database;
mod day;
mod desk_file;
mod disk;
mod error;
mod event;
mod export;
mod exposures;
mod failpoint;
mod fallback;
mod folder_lock;
mod freeze;
mod intake;
mod journal;
mod keys;
mod lock_file;
mod lock_row;
mod locks;
mod lost_locks;
mod migrations;
mod opening_news;
mod operators;
mod options;
mod paper;
mod pin;
mod purge;
mod purge_plan;
mod recipients;
mod reconcile;
mod records;
mod report;
mod retention;
mod roster;
mod roster_disk;
mod roster_file;
mod rows;
mod second;
mod session_settings;
mod sessions;
mod settings;
mod station;
mod station_files;
mod taken_back;
mod tries;
mod unlock;
mod values;
mod verify;
mod verify_rosters;
mod waiting;
mod withdraw;

pub use adopt::{Adoption, OldKey, UnfinishedAdoption, copies_below, taken_over_by};
pub use capsule_reader::CapsuleReader;
pub use collected::{CollectedList, ListHead};
pub use day::{DayTold, PICTURE_JUDGED, TURNED_AWAY};
pub use disk::{Faults, FileKind, Medium, NoFaults, Outcome, Point, Step};
pub use error::StoreError;
pub use event::{EVENT_FORMAT, Event, What};
pub use export::Written;
pub use failpoint::{FAILPOINT_VARIABLE, Moment, Side, faults_of_environment};
pub use freeze::SealBy;
pub use keys::{Passphrase, PublicKeys, StationKeys, WORK_FACTOR, station_id};
pub use locks::MOST_MISSING_COPIES;
pub use opening_news::OpeningNews;
pub use operators::Operator;
pub use options::{Access, CreateOptions, OpenOptions};
pub use pin::Pin;
pub use purge::{PURGED_AT_ONCE, Purge, PurgeOrder, PurgedRecord, certificates};
pub use recipients::{Recipients, unseal};
pub use report::{OpenReport, Problem, ProblemKind, Replayed};
pub use retention::{ClockStep, Due};
pub use roster::ChosenColumns;
pub use session_settings::{Approval, HeadingCount, SessionSettings};
pub use settings::Settings;
pub use station::Store;
pub use tries::passphrase_wait;
pub use values::*;
pub use verify::{Repair, Verification};
