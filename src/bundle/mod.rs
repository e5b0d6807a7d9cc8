//! Sealed bundles for the upload centre, in open formats only: a stored zip around an age file, its minisign
//! signature and a note that says how to open them without this program. Inside the age file is a stored zip
//! with one BagIt bag.
//!
//! [`seal::Sealer`] takes records one by one and writes one file, [`verify`] and [`open`] take a file apart,
//! [`medium`] copies one and reads it back, [`receipt`] is the centre's answer; none of them knows the database.
//! [`station`] joins them with the store, which approves records and keeps their states.

pub mod bag;
pub mod code_picture;
pub mod crc32;
pub mod error;
pub mod keys;
pub mod ledger;
pub mod lines;
pub mod medium;
pub mod names;
pub mod open;
pub mod outer;
pub mod receipt;
pub mod seal;
pub mod station;
pub mod stored_zip;
pub mod verify;
mod writing;

pub use error::{BundleError, Result};
pub use names::BundleName;

/// The bundle layout that this version writes, and the newest that it reads.
pub const FORMAT: u32 = 1;

/// Most bytes of one bundle: 1 GiB, so that it fits a stick formatted as FAT32 with room to spare.
pub const MAX_BUNDLE_BYTES: u64 = 1 << 30;

/// Most records of one bundle: with photo, code, original and witness they stay under the 65 535 entries that a
/// zip without extensions can hold.
pub const MAX_BUNDLE_RECORDS: usize = 10_000;
