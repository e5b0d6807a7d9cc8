//! The capsule: one record with its pictures in one sealed, immutable file `capsules/DATE/ID.age`.
//!
//! It is an age file over a plain zip (stored, fixed order, no times) with `record.json`, `final.jpg`,
//! `original.jpg`, `original.png` or `original.webp`, and `witness.jpg` when a witness was taken. `age -d` and `unzip` open one
//! without this program. Reading takes entries by index against this list of names, with caps on their sizes, and
//! compares every picture with the hashes in `record.json`.
//!
//! Plain bytes that the store is through with are overwritten: the zip before sealing and after opening, `record.json`,
//! and code and pictures of what it saves, verifies or takes in (`Wiped`). What it hands out is not
//! ([`super::Store::contents`], a record's photo), nor are the desk's pictures on their way here, pixels in the window,
//! and the buffers inside codecs, SQLite and age.

use std::fmt;
use std::io::{Cursor, Read as _, Write as _};
use std::ops::{Deref, DerefMut};

use zeroize::{Zeroize as _, Zeroizing};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::error::StoreError;
use super::recipients::{Recipients, unseal};
use crate::domain::fault::StoreFault;
use crate::domain::ids::{ContentHash, RecordId};
use crate::domain::record::Record;

/// Most plain bytes of a capsule: a 4K PNG frame is 25 MB, a 24 MP camera JPEG 15 MB.
pub const MAX_CAPSULE_BYTES: u64 = 64 * 1024 * 1024;
/// The newest `record.json` that this version reads.
pub const RECORD_FORMAT: u32 = 1;

/// What a capsule holds.
#[derive(Clone, PartialEq)]
pub struct Contents {
    pub record: Record,
    /// The final picture, JPEG.
    pub photo: Vec<u8>,
    /// The camera's or file's bytes; `record.original_media_type` says what they are.
    pub original: Vec<u8>,
    /// The rectified crop around the code, JPEG.
    pub witness: Option<Vec<u8>>,
}

impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contents({}, photo {} bytes)", self.record.id, self.photo.len())
    }
}

/// The same, overwritten when it is through.
pub(super) struct Wiped(pub(super) Contents);

impl Deref for Wiped {
    type Target = Contents;

    fn deref(&self) -> &Contents {
        &self.0
    }
}

impl DerefMut for Wiped {
    fn deref_mut(&mut self) -> &mut Contents {
        &mut self.0
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.record.code.zeroize();
        self.0.record.last_four.zeroize();
        self.0.photo.zeroize();
        self.0.original.zeroize();
        self.0.witness.zeroize();
    }
}

/// Where a capsule lies below the data folder: `capsules/2026-06-01/ID.age`.
pub fn relative_path(date: &str, id: RecordId) -> String {
    format!("capsules/{date}/{id}.age")
}

/// Seals a record with its pictures.
pub fn seal(contents: &Contents, recipients: &Recipients) -> Result<Vec<u8>, StoreError> {
    recipients.seal(&pack(contents)?)
}

/// Opens a capsule and compares its pictures with the hashes in its record.
pub fn open(bytes: &[u8], identity: &age::x25519::Identity) -> Result<Contents, StoreError> {
    let contents = unpack(&unseal(bytes, identity, MAX_CAPSULE_BYTES)?)?;
    let record = &contents.record;
    let matches = ContentHash::of(&contents.photo) == record.photo_sha256
        && ContentHash::of(&contents.original) == record.original_sha256
        && contents.witness.as_deref().map(ContentHash::of) == record.witness_sha256;
    if matches { Ok(contents) } else { Err(damaged("its pictures differ from the hashes in its record")) }
}

fn damaged(what: &str) -> StoreError {
    StoreError::new(StoreFault::CapsuleDamaged, format!("a capsule is damaged: {what}"))
}

fn original_name(media_type: &str) -> Result<&'static str, StoreError> {
    match media_type {
        "image/jpeg" => Ok("original.jpg"),
        "image/png" => Ok("original.png"),
        "image/webp" => Ok("original.webp"),
        _ => Err(StoreError::new(StoreFault::Other, "the original is neither JPEG nor PNG nor WebP")),
    }
}

fn pack(contents: &Contents) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    let record = serde_json::to_vec(&contents.record)
        .map(Zeroizing::new)
        .map_err(|error| StoreError::caused_by(StoreFault::Other, "cannot write the record", error))?;
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o600);
    let mut entries: Vec<(&str, &[u8])> = vec![
        ("record.json", &record),
        ("final.jpg", &contents.photo),
        (original_name(&contents.record.original_media_type)?, &contents.original),
    ];
    if let Some(witness) = &contents.witness {
        entries.push(("witness.jpg", witness));
    }
    let size: usize = entries.iter().map(|(_, bytes)| bytes.len() + 256).sum();
    if size as u64 > MAX_CAPSULE_BYTES {
        return Err(StoreError::new(StoreFault::Other, "the pictures are larger than a capsule may be"));
    }
    let trouble = |error| StoreError::caused_by(StoreFault::Other, "cannot pack the capsule", error);
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(size)));
    for (name, bytes) in entries {
        zip.start_file(name, options).map_err(trouble)?;
        zip.write_all(bytes).map_err(|error| trouble(error.into()))?;
    }
    Ok(Zeroizing::new(zip.finish().map_err(trouble)?.into_inner()))
}

fn unpack(plain: &[u8]) -> Result<Contents, StoreError> {
    let broken = |error| StoreError::caused_by(StoreFault::CapsuleDamaged, "a capsule holds no zip", error);
    let mut zip = ZipArchive::new(Cursor::new(plain)).map_err(broken)?;
    let (mut record, mut photo, mut original, mut witness) = (None, None, None, None);
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).map_err(broken)?;
        let slot = match entry.name_raw() {
            b"record.json" => &mut record,
            b"final.jpg" => &mut photo,
            b"original.jpg" | b"original.png" | b"original.webp" => &mut original,
            b"witness.jpg" => &mut witness,
            _ => return Err(damaged("it holds a file of another name")),
        };
        // Room for all of it at once: a buffer that grows leaves copies of its beginning behind.
        let mut bytes = Vec::with_capacity(entry.size().min(plain.len() as u64) as usize);
        (&mut entry)
            .take(MAX_CAPSULE_BYTES)
            .read_to_end(&mut bytes)
            .map_err(|error| StoreError::caused_by(StoreFault::CapsuleDamaged, "a capsule is damaged", error))?;
        *slot = Some(bytes);
    }
    let (Some(record), Some(photo), Some(original)) = (record, photo, original) else {
        return Err(damaged("a part is missing"));
    };
    Ok(Contents { record: read_record(&Zeroizing::new(record))?, photo, original, witness })
}

/// Reads `record.json`; a newer format is refused, unknown fields are ignored.
pub(super) fn read_record(json: &[u8]) -> Result<Record, StoreError> {
    #[derive(serde::Deserialize)]
    struct Version {
        format: u32,
    }
    let version: Version = serde_json::from_slice(json).ok().ok_or_else(|| damaged("its record is no JSON object"))?;
    if version.format > RECORD_FORMAT {
        return Err(StoreError::new(StoreFault::NewerVersion, "a record was written by a newer version"));
    }
    serde_json::from_slice(json).ok().ok_or_else(|| damaged("its record cannot be read"))
}
