//! The journal's files: `journal/DATE.log`, one line per event.
//!
//! A line is `SEQ PREVIOUS SEALED`: the event's number, the SHA-256 of the line before (64 zeros for the first), and
//! the base64 of an age file over the event's JSON. Its own hash is the SHA-256 of the line's bytes without the line
//! end. So anybody can check the chain with public tools, and only the station or the recovery key can read it.
//! A chain cannot see its own tail cut off: the database remembers the head, and every bundle carries it.

use std::fs;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use super::disk::{Disk, FileKind};
use super::error::StoreError;
use super::event::{EVENT_FORMAT, Event, What};
use super::recipients::{Recipients, unseal};
use crate::domain::fault::StoreFault;
use crate::domain::ids::ContentHash;
use crate::domain::time::WallTime;

/// Most plain bytes of one event: a bundle of a whole session names some thousand records.
const MAX_EVENT_BYTES: u64 = 4 * 1024 * 1024;
/// What the first line names as the one before.
pub(super) const NO_LINE: ContentHash = ContentHash([0; 32]);

/// A line as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) seq: u64,
    pub(super) previous: ContentHash,
    pub(super) hash: ContentHash,
    /// Without the line end.
    pub(super) text: String,
}

impl Line {
    fn new(seq: u64, previous: ContentHash, sealed: &[u8]) -> Self {
        let text = format!("{seq} {previous} {}", STANDARD.encode(sealed));
        Self { seq, previous, hash: ContentHash::of(text.as_bytes()), text }
    }

    /// Reads a stored line; `None` when it has another form.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let seq = parts.next()?.parse().ok()?;
        let previous = ContentHash::try_from(parts.next()?.to_owned()).ok()?;
        STANDARD.decode(parts.next()?).ok()?;
        let is_whole = parts.next().is_none();
        is_whole.then(|| Self { seq, previous, hash: ContentHash::of(text.as_bytes()), text: text.to_owned() })
    }

    /// Opens the event inside; its number must be the line's.
    pub(super) fn event(&self, identity: &age::x25519::Identity) -> Result<Event, StoreError> {
        let damaged =
            |what: &str| StoreError::new(StoreFault::CapsuleDamaged, format!("journal line {}: {what}", self.seq));
        let sealed = self.text.rsplit(' ').next().and_then(|text| STANDARD.decode(text).ok());
        let sealed = sealed.ok_or_else(|| damaged("no base64"))?;
        let plain = unseal(&sealed, identity, MAX_EVENT_BYTES)?;
        let event: Event = serde_json::from_slice(&plain)
            .map_err(|error| StoreError::caused_by(StoreFault::NewerVersion, "a journal line cannot be read", error))?;
        if event.format > EVENT_FORMAT {
            return Err(StoreError::new(StoreFault::NewerVersion, "the journal was written by a newer version"));
        }
        if event.seq == self.seq { Ok(event) } else { Err(damaged("it holds another event")) }
    }
}

/// Where the journal ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) seq: u64,
    pub(super) hash: ContentHash,
}

impl Head {
    pub(super) const START: Self = Self { seq: 0, hash: NO_LINE };
}

/// New lines for one file, ready to be appended.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    /// `2026-06-01.log`.
    pub(super) file: String,
    pub(super) events: Vec<(Event, Line)>,
}

impl Batch {
    /// Seals events after `head`; nothing is written yet.
    pub(super) fn seal(
        head: &Head,
        recipients: &Recipients,
        whats: Vec<What>,
        by: u32,
        at: WallTime,
    ) -> Result<Self, StoreError> {
        let mut head = head.clone();
        let mut events = Vec::with_capacity(whats.len());
        for what in whats {
            let event = Event { format: EVENT_FORMAT, seq: head.seq + 1, at, by, what };
            let plain = serde_json::to_vec(&event)
                .map(Zeroizing::new)
                .map_err(|error| StoreError::caused_by(StoreFault::Other, "cannot write an event", error))?;
            let line = Line::new(event.seq, head.hash, &recipients.seal(&plain)?);
            head = Head { seq: line.seq, hash: line.hash };
            events.push((event, line));
        }
        Ok(Self { file: format!("{}.log", at.local_date()), events })
    }

    /// The bytes to append.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.events.iter().flat_map(|(_, line)| [line.text.as_bytes(), b"\n"].concat()).collect()
    }
}

/// The folder of journal files on the first disk.
#[derive(Debug, Clone)]
pub(super) struct Journal {
    folder: PathBuf,
}

/// What stands in a journal file from some offset on.
#[derive(Debug, Default)]
pub(super) struct Tail {
    /// Whole lines with the offset behind each.
    pub(super) lines: Vec<(Line, u64)>,
    /// Whole lines that have another form, by offset.
    pub(super) unreadable: Vec<u64>,
    /// Offset of bytes after the last line end: an append that was cut off.
    pub(super) torn: Option<u64>,
}

/// What all files hold.
#[derive(Debug, Default)]
pub(super) struct Everything {
    /// In the order of their numbers.
    pub(super) lines: Vec<Line>,
    /// Whole lines of another form, as `FILE at OFFSET`.
    pub(super) unreadable: Vec<String>,
    /// Half lines at an end, as `FILE at OFFSET`.
    pub(super) torn: Vec<String>,
}

impl Journal {
    pub(super) fn new(data_folder: &Path) -> Self {
        Self { folder: data_folder.join("journal") }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    /// Appends at the file's known end, synced; a failed write is taken back.
    pub(super) fn append(&self, disk: &Disk, file: &str, offset: u64, bytes: &[u8]) -> Result<(), StoreError> {
        disk.make_folder(FileKind::Journal, &self.folder)?;
        disk.append(FileKind::Journal, &self.path(file), offset, bytes)
    }

    /// Takes an append back whose transaction did not commit: nobody was told of it.
    pub(super) fn take_back(&self, disk: &Disk, file: &str, offset: u64) -> Result<(), StoreError> {
        disk.cut(&self.path(file), offset)
    }

    /// Names of the files with their lengths in bytes, sorted by name.
    pub(super) fn files(&self) -> Result<Vec<(String, u64)>, StoreError> {
        if !self.folder.is_dir() {
            return Ok(Vec::new());
        }
        let read = |error| StoreError::io("read", &self.folder, error);
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(read)? {
            let entry = entry.map_err(read)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if Path::new(&name).extension().is_some_and(|extension| extension == "log") {
                files.push((name, entry.metadata().map_err(read)?.len()));
            }
        }
        files.sort();
        Ok(files)
    }

    /// Reads a file from `offset` on.
    pub(super) fn tail(&self, file: &str, offset: u64) -> Result<Tail, StoreError> {
        let path = self.path(file);
        let mut bytes = Vec::new();
        let read = fs::File::open(&path).and_then(|mut file| {
            let length = file.metadata()?.len();
            file.seek(SeekFrom::Start(offset))?;
            file.take(length.saturating_sub(offset)).read_to_end(&mut bytes)
        });
        read.map_err(|error| StoreError::io("read", &path, error))?;
        Ok(split(&bytes, offset))
    }

    /// Every line of every file.
    pub(super) fn all_lines(&self) -> Result<Everything, StoreError> {
        let mut all = Everything::default();
        for (file, _) in self.files()? {
            let tail = self.tail(&file, 0)?;
            all.lines.extend(tail.lines.into_iter().map(|(line, _)| line));
            let place = |offset: &u64| format!("{file} at {offset}");
            all.unreadable.extend(tail.unreadable.iter().map(place));
            all.torn.extend(tail.torn.iter().map(place));
        }
        all.lines.sort_by_key(|line| line.seq);
        Ok(all)
    }
}

fn split(bytes: &[u8], offset: u64) -> Tail {
    let mut tail = Tail::default();
    let mut start = 0;
    while let Some(length) = bytes[start..].iter().position(|byte| *byte == b'\n') {
        let end = start + length + 1;
        let line = std::str::from_utf8(&bytes[start..end - 1]).ok().and_then(Line::parse);
        match line {
            Some(line) => tail.lines.push((line, offset + end as u64)),
            None => tail.unreadable.push(offset + start as u64),
        }
        start = end;
    }
    tail.torn = (start < bytes.len()).then_some(offset + start as u64);
    tail
}

/// Where a chain of lines breaks: numbers that do not follow, or a hash that is not the one before.
pub(super) fn breaks(lines: &[Line]) -> Vec<u64> {
    let mut head = Head::START;
    let mut broken = Vec::new();
    for line in lines {
        if line.seq != head.seq + 1 || line.previous != head.hash {
            broken.push(line.seq);
        }
        head = Head { seq: line.seq, hash: line.hash };
    }
    broken
}
