//! The inside of a bundle: decrypts, reads the bag entry by entry and checks it against its manifests and the rules.
//!
//! Nothing is unpacked. A name in the file is compared with the list of names that a bag may hold and then dropped;
//! a caller who wants the files gets each as a [`BagFile`] with its bytes, and must not use them before [`open`]
//! has returned.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};

use super::bag::{BagInfo, DECLARATION, Manifest};
use super::error::{BundleError, Result, refuse};
use super::keys::VerifyKey;
use super::lines::{ChangeLine, JournalLine, RecordLine, is_word, read_lines};
use super::names::{BagFile, BundleName};
use super::outer::PAYLOAD_AT;
use super::stored_zip::StoredReader;
use super::verify::{Outside, outside};
use super::{MAX_BUNDLE_BYTES, MAX_BUNDLE_RECORDS};
use crate::domain::fault::BundleFault;
use crate::domain::ids::{ContentHash, RecordId};

/// Most bytes of an age header: thousands of recipients, far more than a bundle has.
const MAX_AGE_HEADER_BYTES: u64 = 1 << 16;
/// Four files per record, and the fixed ones.
const MAX_ENTRIES: usize = 4 * MAX_BUNDLE_RECORDS + 7;

/// A bundle that was opened and found right from outside to inside.
#[derive(Debug, Clone)]
pub struct Contents {
    pub outside: Outside,
    pub info: BagInfo,
    pub records: Vec<RecordLine>,
    pub changes: Vec<ChangeLine>,
    pub journal: Vec<JournalLine>,
    /// SHA-256 and size of every file in the bag.
    pub files: BTreeMap<BagFile, (ContentHash, u32)>,
}

/// Receives the bag's files in the order in which they stand in it.
pub type Sink<'a> = &'a mut dyn FnMut(BagFile, &[u8]) -> Result<()>;

/// Checks and opens a bundle. With `expected`, only that sender's bundles are opened.
pub fn open(
    file: &mut (impl Read + Seek),
    expected: Option<&VerifyKey>,
    identity: &age::x25519::Identity,
    sink: Sink<'_>,
) -> Result<Contents> {
    let outside = outside(file, expected)?;
    file.seek(SeekFrom::Start(PAYLOAD_AT as u64))
        .map_err(|source| BundleError::io("the bundle cannot be read", source))?;
    let payload = BufReader::with_capacity(1 << 17, file.take(u64::from(outside.payload_bytes)));
    let plain = decrypt(payload, identity)?;
    let mut bag = read_bag(plain.take(MAX_BUNDLE_BYTES), sink)?;
    let info = bag.check_tags(&outside)?;
    let records = read_lines(&bag.text(BagFile::Records)?, "records.jsonl")?;
    let changes = read_lines(&bag.text(BagFile::Changes)?, "changes.jsonl")?;
    let journal = read_lines(&bag.text(BagFile::Journal)?, "journal.jsonl")?;
    let contents = Contents { outside, info, records, changes, journal, files: bag.files };
    contents.check_records()?;
    contents.check_changes()?;
    Ok(contents)
}

fn decrypt(mut payload: impl Read, identity: &age::x25519::Identity) -> Result<impl Read> {
    let failed = |source| BundleError::io("the payload cannot be read", source);
    let mut head = Vec::new();
    payload.by_ref().take(MAX_AGE_HEADER_BYTES).read_to_end(&mut head).map_err(failed)?;
    if !head.windows(5).any(|window| window == b"\n--- ") {
        return refuse(BundleFault::NotCanonical, "the payload is no age file, or its header is too long");
    }
    let whole = BufReader::with_capacity(1 << 17, Cursor::new(head).chain(payload));
    let not_age = |error: age::DecryptError| {
        let fault = match error {
            age::DecryptError::NoMatchingKeys | age::DecryptError::KeyDecryptionFailed => BundleFault::WrongKey,
            _ => BundleFault::NotCanonical,
        };
        BundleError::refused(fault, format!("the payload does not open: {error}"))
    };
    let decryptor = age::Decryptor::new_buffered(whole).map_err(not_age)?;
    decryptor.decrypt(std::iter::once(identity as &dyn age::Identity)).map_err(not_age)
}

/// A bag whose entries were read once.
struct Bag {
    name: BundleName,
    files: BTreeMap<BagFile, (ContentHash, u32)>,
    /// The contents of the text files; pictures are not kept.
    texts: BTreeMap<BagFile, Vec<u8>>,
    manifest: Manifest,
    payload_bytes: u64,
    payload_files: u64,
}

fn read_bag(plain: impl Read, sink: Sink<'_>) -> Result<Bag> {
    let mut zip = StoredReader::new(plain, MAX_ENTRIES);
    let mut bag: Option<Bag> = None;
    while let Some(entry) = zip.next_entry()? {
        let Some((folder, path)) = entry.name.split_once('/') else {
            return refuse(BundleFault::BadBag, "a file stands outside the bag's folder");
        };
        let Some(file) = BagFile::parse(path) else {
            return refuse(BundleFault::BadBag, "a file has a name that does not belong in a bag");
        };
        let bag = match &mut bag {
            Some(bag) if bag.name.to_string() == folder => bag,
            Some(_) => return refuse(BundleFault::BadBag, "the payload has more than one folder"),
            None => {
                let name = folder.parse();
                let name = name
                    .ok()
                    .ok_or_else(|| BundleError::refused(BundleFault::BadBag, "the folder is not named as a bundle"))?;
                bag.insert(Bag::new(name))
            }
        };
        let bytes = zip.contents(&entry, file.max_bytes())?;
        bag.take(file, &bytes)?;
        sink(file, &bytes)?;
        if !is_picture(file) {
            bag.texts.insert(file, bytes);
        }
    }
    bag.map_or_else(|| refuse(BundleFault::BadBag, "the payload is empty"), Ok)
}

const fn is_picture(file: BagFile) -> bool {
    matches!(file, BagFile::Photo(_) | BagFile::Code(_) | BagFile::Original(..) | BagFile::Witness(_))
}

impl Bag {
    fn new(name: BundleName) -> Self {
        Self {
            name,
            files: BTreeMap::new(),
            texts: BTreeMap::new(),
            manifest: Manifest::default(),
            payload_bytes: 0,
            payload_files: 0,
        }
    }

    fn take(&mut self, file: BagFile, bytes: &[u8]) -> Result<()> {
        let magic: &[u8] = match file {
            BagFile::Photo(_) | BagFile::Witness(_) => b"\xFF\xD8\xFF",
            BagFile::Code(_) => b"\x89PNG\r\n\x1a\n",
            _ => b"",
        };
        if !bytes.starts_with(magic) {
            return refuse(BundleFault::BadBag, "a picture is not of the kind that its name says");
        }
        let hash = ContentHash::of(bytes);
        if self.files.insert(file, (hash, bytes.len() as u32)).is_some() {
            return refuse(BundleFault::BadBag, "a file stands twice in the bag");
        }
        if file.is_payload() {
            self.manifest.add(file, hash);
            self.payload_bytes += bytes.len() as u64;
            self.payload_files += 1;
        }
        Ok(())
    }

    fn text(&mut self, file: BagFile) -> Result<Vec<u8>> {
        let text = self.texts.remove(&file);
        text.ok_or_else(|| BundleError::refused(BundleFault::BadBag, format!("{} is missing", file.path())))
    }

    /// Declaration, manifests and bag-info against the files and the outside.
    fn check_tags(&mut self, outside: &Outside) -> Result<BagInfo> {
        let bad = |what: &str| refuse(BundleFault::BadBag, format!("{what} does not match the bag"));
        let info_text = self.text(BagFile::BagInfo)?;
        // first, so that a newer layout is named before anything else in it surprises
        let info = BagInfo::from_text(&info_text)?;
        let manifest = self.text(BagFile::Manifest)?;
        let mut tags = Manifest::default();
        for (file, bytes) in
            [(BagFile::BagIt, DECLARATION.as_bytes()), (BagFile::Manifest, &manifest), (BagFile::BagInfo, &info_text)]
        {
            tags.add(file, ContentHash::of(bytes));
        }
        if self.text(BagFile::BagIt)? != DECLARATION.as_bytes() {
            return bad("bagit.txt");
        }
        if manifest != self.manifest.text().as_bytes() {
            return bad("manifest-sha256.txt");
        }
        if self.text(BagFile::TagManifest)? != tags.text().as_bytes() {
            return bad("tagmanifest-sha256.txt");
        }
        if (info.payload_bytes, info.payload_files) != (self.payload_bytes, self.payload_files) {
            return bad("Payload-Oxum");
        }
        let signed = &outside.comment;
        let same = info.name == self.name
            && info.name.station == signed.station()
            && info.name.sequence == signed.sequence
            && info.previous == signed.previous;
        if same { Ok(info) } else { bad("the signed station, sequence or hash of the bundle before") }
    }
}

impl Contents {
    /// Each record against the rules, and the pictures against the records.
    fn check_records(&self) -> Result<()> {
        let mut seen = BTreeSet::new();
        let mut last_sequence = None;
        for record in &self.records {
            if let Err(why) = self.check_record(record) {
                return refuse(BundleFault::BadRecords, format!("{}: {why}", record.record_id));
            }
            if !seen.insert(record.record_id) || last_sequence >= Some(record.sequence) {
                return refuse(BundleFault::BadRecords, format!("{} stands twice or out of order", record.record_id));
            }
            last_sequence = Some(record.sequence);
        }
        let owner = |file: &BagFile| match *file {
            BagFile::Photo(id) | BagFile::Code(id) | BagFile::Original(id, _) | BagFile::Witness(id) => Some(id),
            _ => None,
        };
        if self.files.keys().filter_map(owner).any(|id: RecordId| !seen.contains(&id)) {
            return refuse(BundleFault::BadRecords, "a picture belongs to no record");
        }
        if self.journal.iter().any(|line| !seen.contains(&line.record_id) || !is_word(&line.event)) {
            return refuse(BundleFault::BadRecords, "the journal speaks of something else");
        }
        let counts = (self.records.len() as u64, self.changes.len() as u64);
        if counts != (self.info.records, self.info.changes) {
            return refuse(BundleFault::BadBag, "the counts in bag-info.txt do not match");
        }
        Ok(())
    }

    fn check_record(&self, record: &RecordLine) -> std::result::Result<(), &'static str> {
        let hash_of = |file| self.files.get(&file).map(|(hash, _)| *hash);
        let original = self.files.iter().find_map(|(file, (hash, _))| match file {
            BagFile::Original(id, _) if *id == record.record_id => Some(*hash),
            _ => None,
        });
        if record.station != self.info.name.station {
            Err("it belongs to another station")
        } else if record.session_id != self.info.name.session {
            Err("it belongs to another session")
        } else if hash_of(BagFile::Photo(record.record_id)) != Some(record.photo_sha256) {
            Err("its picture is missing or another one")
        } else if hash_of(BagFile::Code(record.record_id)).is_none() {
            Err("the picture of its code is missing")
        } else if original.is_some_and(|hash| hash != record.original_sha256) {
            Err("its original is another one")
        } else if record.simulated && !self.info.simulated {
            Err("it is simulated and the bundle is not marked so")
        } else {
            record.check()
        }
    }

    fn check_changes(&self) -> Result<()> {
        for change in &self.changes {
            if let Err(why) = change.check() {
                return refuse(BundleFault::BadRecords, format!("the change of {}: {why}", change.record_id));
            }
        }
        Ok(())
    }
}
