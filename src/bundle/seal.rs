//! Sealing: records go in one by one, one bundle file comes out.
//!
//! The caller's thread hashes the files and encrypts; `writing` hashes, signs and writes what was encrypted
//! on another. Nothing but encrypted bytes ever reaches the disk.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use age::stream::StreamWriter;
use age::x25519::Recipient;

use super::bag::{BagInfo, DECLARATION, Manifest, one_line};
use super::code_picture;
use super::error::{BundleError, Result, refuse};
use super::keys::Signer;
use super::lines::{ChangeLine, JournalLine, Part, RecordLine, to_line};
use super::medium;
use super::names::{BagFile, BundleName, OriginalKind};
use super::outer::TrustedComment;
use super::stored_zip::{Entry, StoredWriter, overhead};
use super::writing::{ChunkWriter, Writing, Written, start_writing};
use super::{MAX_BUNDLE_BYTES, MAX_BUNDLE_RECORDS};
use crate::domain::fault::BundleFault;
use crate::domain::ids::{ContentHash, RecordId, SessionId};
use crate::domain::record::Record;
use crate::domain::time::WallTime;

/// Start of the names of files that are still being written.
pub const UNFINISHED: &str = ".sealing-";
/// Room for tag files, age header, signature and frame when asking whether another record fits.
const SLACK_BYTES: u64 = 1 << 16;

/// Everything that a bundle needs besides its records.
#[derive(Debug, Clone)]
pub struct Setup {
    pub session: SessionId,
    /// 院校代码 and 特征码 of the session, where it has them.
    pub school_code: Option<String>,
    pub batch_key: Option<String>,
    /// Number of this bundle on the station: one more than the last one's.
    pub sequence: u64,
    /// Hash of the station's last bundle.
    pub previous: Option<ContentHash>,
    pub signer: Signer,
    /// The centre's recipient, and a recovery key where there is one.
    pub recipients: Vec<Recipient>,
    pub made_at: WallTime,
    pub originals: Part,
    pub witness: Part,
    pub last_four: Part,
    /// What happened to records of earlier bundles.
    pub changes: Vec<ChangeLine>,
    pub limits: Limits,
}

/// Where one bundle ends and the next begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Of the whole file.
    pub bytes: u64,
    pub records: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: MAX_BUNDLE_BYTES, records: MAX_BUNDLE_RECORDS }
    }
}

/// Hashes of a record's pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureHashes {
    pub photo: ContentHash,
    pub original: ContentHash,
    pub witness: Option<ContentHash>,
}

/// One record with its pictures and its history.
#[derive(Clone)]
pub struct BundleRecord {
    pub record: Record,
    /// The final picture, as its record's `photo_sha256` names it.
    pub jpeg: Vec<u8>,
    pub original: Option<Vec<u8>>,
    /// The crop around the code.
    pub witness: Option<Vec<u8>>,
    /// The picture of its code, where somebody drew it ahead; else it is drawn when the record is added.
    pub code_png: Option<Vec<u8>>,
    /// The pictures' hashes, where somebody has just compared these very bytes with them; else they are hashed here.
    pub hashes: Option<PictureHashes>,
    pub journal: Vec<JournalLine>,
}

impl std::fmt::Debug for BundleRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BundleRecord({})", self.record.id)
    }
}

/// What became of a record that was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    Taken,
    /// It belongs into the next bundle: finish this one.
    Full,
}

/// A bundle that is safely on its disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedBundle {
    pub name: BundleName,
    pub path: PathBuf,
    pub previous: Option<ContentHash>,
    /// The bundle's hash: SHA-256 of `payload.age`.
    pub sha256: ContentHash,
    /// Of the whole file.
    pub bytes: u64,
    pub records: Vec<(RecordId, ContentHash)>,
    pub changes: usize,
}

/// A bundle in the making.
pub struct Sealer {
    setup: Setup,
    name: BundleName,
    folder: PathBuf,
    /// Stands before `writing`: dropping it closes the channel on which that thread waits.
    zip: StoredWriter<StreamWriter<ChunkWriter>>,
    writing: Writing,
    records: Vec<(RecordId, ContentHash)>,
    records_text: String,
    changes_text: String,
    journal_text: String,
    manifest: Manifest,
    payload_bytes: u64,
    payload_files: u64,
    /// Bytes of the inner zip so far, its directory included.
    zip_bytes: u64,
    simulated: bool,
    last_sequence: Option<u64>,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealer({}, {} records)", self.name, self.records.len())
    }
}

impl Sealer {
    /// Begins a bundle file in `folder`, which must exist.
    pub fn start(folder: &Path, setup: Setup) -> Result<Self> {
        if setup.recipients.is_empty() {
            return refuse(BundleFault::NoRecipient, "no recipient is named");
        }
        if setup.sequence == 0 {
            return refuse(BundleFault::Other, "bundles count from 1");
        }
        let key = setup.signer.public().clone();
        let name = BundleName { session: setup.session.clone(), station: key.key_id(), sequence: setup.sequence };
        let comment = TrustedComment { sequence: setup.sequence, previous: setup.previous, key }.to_text();
        if let Some(why) = setup.changes.iter().find_map(|change| change.check().err()) {
            return refuse(BundleFault::BadRecords, format!("a change cannot be sealed: {why}"));
        }
        one_line(setup.school_code.as_deref())?;
        one_line(setup.batch_key.as_deref())?;
        let file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder);
        let file = file.map_err(|source| BundleError::io("the bundle's folder cannot be written", source))?;
        let (chunks, writing) = start_writing(file, setup.signer.clone(), comment)?;
        let recipients = setup.recipients.iter().map(|recipient| recipient as &dyn age::Recipient);
        let encryptor = age::Encryptor::with_recipients(recipients);
        let encryptor = encryptor.map_err(|error| BundleError::refused(BundleFault::NoRecipient, error.to_string()))?;
        let encrypted = encryptor.wrap_output(chunks);
        let encrypted = encrypted.map_err(|source| BundleError::io("encrypting did not start", source))?;
        let changes_text = setup.changes.iter().map(to_line).collect::<Result<String>>()?;
        let mut sealer = Self {
            zip: StoredWriter::new(encrypted),
            folder: folder.to_owned(),
            records: Vec::new(),
            records_text: String::new(),
            journal_text: String::new(),
            manifest: Manifest::default(),
            payload_bytes: 0,
            payload_files: 0,
            zip_bytes: 0,
            simulated: false,
            last_sequence: None,
            changes_text,
            writing,
            name,
            setup,
        };
        sealer.file(BagFile::BagIt, DECLARATION.as_bytes(), ContentHash::of(DECLARATION.as_bytes()))?;
        Ok(sealer)
    }

    pub const fn name(&self) -> &BundleName {
        &self.name
    }

    /// Number of records that were taken.
    pub const fn len(&self) -> usize {
        self.records.len()
    }

    pub const fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Takes a record, or says that the bundle is full. A picture that is not the one its record names is refused:
    /// it must never leave the station.
    pub fn add(&mut self, record: &BundleRecord) -> Result<Added> {
        let facts = &record.record;
        if facts.station != self.name.station || facts.session != self.setup.session {
            return refuse(BundleFault::BadRecords, format!("{} belongs to another station or session", facts.id));
        }
        let known = record.hashes;
        if known.map_or_else(|| ContentHash::of(&record.jpeg), |known| known.photo) != facts.photo_sha256 {
            return refuse(
                BundleFault::BadRecords,
                format!("the picture of {} is not the one that was stored", facts.id),
            );
        }
        if self.last_sequence >= Some(facts.sequence) {
            return refuse(BundleFault::BadRecords, format!("{} is out of order", facts.id));
        }
        let line = RecordLine::of(facts, self.setup.last_four)?;
        if let Err(why) = line.check() {
            return refuse(BundleFault::BadRecords, format!("{}: {why}", facts.id));
        }
        let line = to_line(&line)?;
        let journal = record.journal.iter().map(to_line).collect::<Result<String>>()?;
        let code = match &record.code_png {
            Some(drawn) => Cow::Borrowed(drawn.as_slice()),
            None => Cow::Owned(code_picture::png(&facts.code, facts.code_symbol.as_ref())?),
        };
        let mut files = vec![
            (BagFile::Photo(facts.id), record.jpeg.as_slice(), facts.photo_sha256),
            (BagFile::Code(facts.id), code.as_ref(), ContentHash::of(&code)),
        ];
        if let (Part::Include, Some(original)) = (self.setup.originals, &record.original) {
            let kind = OriginalKind::from_media_type(&facts.original_media_type);
            let hash = known.map_or_else(|| ContentHash::of(original), |known| known.original);
            let Some(kind) = kind.filter(|_| hash == facts.original_sha256) else {
                return refuse(BundleFault::BadRecords, format!("the original of {} is not the stored one", facts.id));
            };
            files.push((BagFile::Original(facts.id, kind), original, facts.original_sha256));
        }
        if let (Part::Include, Some(witness)) = (self.setup.witness, &record.witness) {
            let hash = known.and_then(|known| known.witness).unwrap_or_else(|| ContentHash::of(witness));
            if facts.witness_sha256 != Some(hash) {
                return refuse(BundleFault::BadRecords, format!("the witness of {} is not the stored one", facts.id));
            }
            files.push((BagFile::Witness(facts.id), witness, hash));
        }
        let folder = self.name.to_string();
        let grows: u64 = files.iter().map(|(file, bytes, _)| grows_by(&folder, *file, bytes.len())).sum();
        if !self.fits(grows + (line.len() + journal.len()) as u64) {
            return if self.is_empty() {
                refuse(BundleFault::TooLarge, format!("{} alone is larger than a bundle may be", facts.id))
            } else {
                Ok(Added::Full)
            };
        }
        for (file, bytes, hash) in files {
            self.file(file, bytes, hash)?;
        }
        self.records_text.push_str(&line);
        self.journal_text.push_str(&journal);
        self.records.push((facts.id, facts.photo_sha256));
        self.simulated |= facts.simulated;
        self.last_sequence = Some(facts.sequence);
        Ok(Added::Taken)
    }

    fn fits(&self, more: u64) -> bool {
        let texts = self.records_text.len() + self.changes_text.len() + self.journal_text.len();
        let plain = self.zip_bytes + (texts + self.manifest.text().len()) as u64 + more + SLACK_BYTES;
        // age adds 16 bytes to every 64 KiB
        let whole = plain + plain / 4096;
        self.records.len() < self.setup.limits.records && whole <= self.setup.limits.bytes
    }

    fn file(&mut self, file: BagFile, bytes: &[u8], sha256: ContentHash) -> Result<()> {
        let name = format!("{}/{}", self.name, file.path());
        self.zip_bytes += bytes.len() as u64 + overhead(&name);
        if file.is_payload() {
            self.manifest.add(file, sha256);
            self.payload_bytes += bytes.len() as u64;
            self.payload_files += 1;
        }
        let added = self.zip.add(Entry::of(name, bytes)?, bytes);
        added.map_err(|source| BundleError::io("the bundle cannot be written", source))
    }

    fn text(&mut self, file: BagFile, text: &str) -> Result<ContentHash> {
        let hash = ContentHash::of(text.as_bytes());
        self.file(file, text.as_bytes(), hash)?;
        Ok(hash)
    }

    /// Writes what remains, syncs file and folder, and only then gives the file its name. A file that is there
    /// already is never replaced.
    pub fn finish(mut self) -> Result<SealedBundle> {
        if self.is_empty() && self.setup.changes.is_empty() {
            return refuse(BundleFault::NothingToSeal, "no record and no change waits for sealing");
        }
        match self.tag_files().and_then(|()| self.close_payload()) {
            Ok(done) => done.name_it(),
            Err(error) => Err(error),
        }
    }

    fn tag_files(&mut self) -> Result<()> {
        for file in [BagFile::Records, BagFile::Changes, BagFile::Journal] {
            let text = match file {
                BagFile::Records => std::mem::take(&mut self.records_text),
                BagFile::Changes => std::mem::take(&mut self.changes_text),
                _ => std::mem::take(&mut self.journal_text),
            };
            self.text(file, &text)?;
        }
        let info = BagInfo {
            name: self.name.clone(),
            previous: self.setup.previous,
            bagging_date: self.setup.made_at.local_date(),
            payload_bytes: self.payload_bytes,
            payload_files: self.payload_files,
            records: self.records.len() as u64,
            changes: self.setup.changes.len() as u64,
            simulated: self.simulated,
            school_code: one_line(self.setup.school_code.as_deref())?,
            batch_key: one_line(self.setup.batch_key.as_deref())?,
        };
        let mut tags = Manifest::default();
        tags.add(BagFile::BagIt, ContentHash::of(DECLARATION.as_bytes()));
        let manifest = self.manifest.text().to_owned();
        for (file, text) in [(BagFile::Manifest, manifest), (BagFile::BagInfo, info.to_text())] {
            let hash = self.text(file, &text)?;
            tags.add(file, hash);
        }
        self.text(BagFile::TagManifest, tags.text())?;
        Ok(())
    }
}

fn grows_by(folder: &str, file: BagFile, bytes: usize) -> u64 {
    let path = file.path();
    // the manifest's line: 64 digits, two spaces, path, line feed
    let manifest_line = 64 + 2 + path.len() + 1;
    overhead(&format!("{folder}/{path}")) + (bytes + manifest_line) as u64
}

/// A bundle whose bytes are on the disk under a temporary name.
struct Closed {
    folder: PathBuf,
    name: BundleName,
    previous: Option<ContentHash>,
    records: Vec<(RecordId, ContentHash)>,
    changes: usize,
    written: Written,
}

impl Sealer {
    fn close_payload(self) -> Result<Closed> {
        let Self { zip, mut writing, folder, name, setup, records, .. } = self;
        let closed = zip.finish().and_then(StreamWriter::finish).and_then(ChunkWriter::finish);
        // the writing thread knows better why it stopped taking bytes
        let written = writing.join()?;
        closed.map_err(|source| BundleError::io("the bundle cannot be written", source))?;
        Ok(Closed { folder, name, previous: setup.previous, records, changes: setup.changes.len(), written })
    }
}

impl Closed {
    fn name_it(self) -> Result<SealedBundle> {
        let path = self.folder.join(self.name.file_name());
        let persisted = self.written.file.persist_noclobber(&path);
        persisted.map_err(|error| BundleError::io("the bundle cannot be given its name", error.error))?;
        medium::sync_folder(&self.folder)?;
        Ok(SealedBundle {
            path,
            name: self.name,
            previous: self.previous,
            sha256: self.written.payload_sha256,
            bytes: self.written.bytes,
            records: self.records,
            changes: self.changes,
        })
    }
}
