//! The one zip form that bundles use: entries stored one after another, no extensions, fixed time and attributes.
//!
//! Every byte but names and contents is fixed, so a reader rebuilds the framing and compares: there is nothing in
//! such a file that two zip programs could read differently, and nothing that unpacks to more than it is.

use std::io::{self, Read, Write};

use super::crc32::Crc32;
use super::error::{BundleError, Result, refuse};
use crate::domain::fault::BundleFault;

const LOCAL: u32 = 0x0403_4B50;
const CENTRAL: u32 = 0x0201_4B50;
const END: u32 = 0x0605_4B50;
/// 1980-01-01 00:00, the first moment that a zip can name.
const DATE: u16 = 0x0021;
const TIME: u16 = 0;
/// Version 1.0 of the format is all that stored entries need.
const NEEDED: u16 = 10;
/// Written on Unix (3) by version 1.0, so that the attributes below are understood.
const MADE_BY: u16 = 0x030A;
/// An ordinary file that everybody may read (0100644).
const ATTRIBUTES: u32 = 0o100_644 << 16;
/// Bytes of a local header before the name.
pub const LOCAL_HEADER_BYTES: usize = 30;
/// Bytes of an entry of the central directory before the name.
pub const CENTRAL_HEADER_BYTES: usize = 46;
/// Bytes of the record at the end.
pub const END_BYTES: usize = 22;
/// Longest name that a bundle has use for.
const MAX_NAME_BYTES: usize = 160;

/// One stored file as its headers describe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// ASCII, with `/` between folder and file.
    pub name: String,
    pub size: u32,
    pub crc: u32,
}

impl Entry {
    /// Describes `bytes` under `name`.
    pub fn of(name: impl Into<String>, bytes: &[u8]) -> Result<Self> {
        let size = u32::try_from(bytes.len());
        let Ok(size) = size else { return refuse(BundleFault::TooLarge, "a file has more than 4 GiB") };
        Ok(Self { name: name.into(), size, crc: Crc32::of(bytes) })
    }

    /// The bytes before the contents.
    pub fn local_header(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(LOCAL_HEADER_BYTES + self.name.len());
        out.extend(LOCAL.to_le_bytes());
        self.common(&mut out);
        out.extend(self.name.as_bytes());
        out
    }

    /// From "version needed" to "extra field length", the same in both headers.
    fn common(&self, out: &mut Vec<u8>) {
        for value in [NEEDED, 0, 0, TIME, DATE] {
            out.extend(value.to_le_bytes());
        }
        for value in [self.crc, self.size, self.size] {
            out.extend(value.to_le_bytes());
        }
        out.extend((self.name.len() as u16).to_le_bytes());
        out.extend(0_u16.to_le_bytes());
    }
}

/// The bytes after the last entry: the central directory and the end record.
pub fn directory(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut offset = 0_u32;
    for entry in entries {
        out.extend(CENTRAL.to_le_bytes());
        out.extend(MADE_BY.to_le_bytes());
        entry.common(&mut out);
        // comment length, first disk, internal attributes
        out.extend([0; 6]);
        out.extend(ATTRIBUTES.to_le_bytes());
        out.extend(offset.to_le_bytes());
        out.extend(entry.name.as_bytes());
        offset = offset.wrapping_add((LOCAL_HEADER_BYTES + entry.name.len()) as u32).wrapping_add(entry.size);
    }
    let size = out.len() as u32;
    out.extend(END.to_le_bytes());
    // this disk, disk of the directory
    out.extend([0; 4]);
    for count in [entries.len() as u16; 2] {
        out.extend(count.to_le_bytes());
    }
    out.extend(size.to_le_bytes());
    out.extend(offset.to_le_bytes());
    out.extend(0_u16.to_le_bytes());
    out
}

/// Bytes that one entry adds to the file besides its contents.
pub fn overhead(name: &str) -> u64 {
    (LOCAL_HEADER_BYTES + CENTRAL_HEADER_BYTES + 2 * name.len()) as u64
}

/// Writes entries one after another.
#[derive(Debug)]
pub struct StoredWriter<W> {
    out: W,
    entries: Vec<Entry>,
}

impl<W: Write> StoredWriter<W> {
    pub const fn new(out: W) -> Self {
        Self { out, entries: Vec::new() }
    }

    /// Adds one file.
    pub fn add(&mut self, entry: Entry, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(&entry.local_header())?;
        self.out.write_all(bytes)?;
        self.entries.push(entry);
        Ok(())
    }

    /// Writes the directory and gives the inner writer back.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.write_all(&directory(&self.entries))?;
        Ok(self.out)
    }
}

/// Reads entries one after another and accepts only what [`StoredWriter`] writes.
#[derive(Debug)]
pub struct StoredReader<R> {
    input: R,
    entries: Vec<Entry>,
    max_entries: usize,
}

fn not_ours<T>(what: &str) -> Result<T> {
    refuse(BundleFault::NotCanonical, what)
}

impl<R: Read> StoredReader<R> {
    /// Reads at most `max_entries` entries.
    pub const fn new(input: R, max_entries: usize) -> Self {
        Self { input, entries: Vec::new(), max_entries }
    }

    fn exactly<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.input.read_exact(&mut bytes).map_err(|source| unreadable(&source))?;
        Ok(bytes)
    }

    /// The next entry's header, or `None` after the last one, when the directory was read and is right and
    /// nothing follows it.
    pub fn next_entry(&mut self) -> Result<Option<Entry>> {
        let signature = u32::from_le_bytes(self.exactly()?);
        match signature {
            LOCAL => {}
            CENTRAL | END => return self.check_end(signature).map(|()| None),
            _ => return not_ours("the zip is cut or not one that this program writes"),
        }
        if self.entries.len() >= self.max_entries {
            return refuse(BundleFault::TooLarge, "the zip has more entries than allowed");
        }
        let head: [u8; LOCAL_HEADER_BYTES - 4] = self.exactly()?;
        let number = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let length = usize::from(u16::from_le_bytes([head[22], head[23]]));
        if !(1..=MAX_NAME_BYTES).contains(&length) {
            return not_ours("a name in the zip is too long or empty");
        }
        let mut name = vec![0; length];
        self.input.read_exact(&mut name).map_err(|source| unreadable(&source))?;
        let name = String::from_utf8(name).ok().filter(|name| name.bytes().all(|byte| byte.is_ascii_graphic()));
        let Some(name) = name else { return not_ours("a name in the zip has characters that do not belong there") };
        let entry = Entry { name, size: number(14), crc: number(10) };
        if entry.local_header()[4..LOCAL_HEADER_BYTES] != head {
            return not_ours("a header in the zip is not the one that this program writes");
        }
        self.entries.push(entry.clone());
        Ok(Some(entry))
    }

    /// The contents of the entry that [`Self::next_entry`] gave last; refused above `max_bytes`.
    pub fn contents(&mut self, entry: &Entry, max_bytes: u32) -> Result<Vec<u8>> {
        if entry.size > max_bytes {
            return refuse(BundleFault::TooLarge, format!("a file in the zip has more than {max_bytes} bytes"));
        }
        let mut bytes = Vec::new();
        let wanted = u64::from(entry.size);
        self.input.by_ref().take(wanted).read_to_end(&mut bytes).map_err(|source| unreadable(&source))?;
        if bytes.len() as u64 != wanted {
            return not_ours("the zip is cut");
        }
        if Crc32::of(&bytes) != entry.crc {
            return not_ours("a checksum in the zip is wrong");
        }
        Ok(bytes)
    }

    fn check_end(&mut self, signature: u32) -> Result<()> {
        let wanted = directory(&self.entries);
        let mut found = Vec::from(signature.to_le_bytes());
        let limit = wanted.len() as u64 - 3;
        self.input.by_ref().take(limit).read_to_end(&mut found).map_err(|source| unreadable(&source))?;
        if found == wanted { Ok(()) } else { not_ours("the directory of the zip is not the one that belongs to it") }
    }
}

fn unreadable(source: &io::Error) -> BundleError {
    BundleError::refused(BundleFault::NotCanonical, format!("the zip cannot be read to its end: {source}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let mut writer = StoredWriter::new(Vec::new());
        for (name, bytes) in [("a/one.txt", &b"one"[..]), ("a/empty", b""), ("a/three.bin", &[7; 300])] {
            writer.add(Entry::of(name, bytes).unwrap(), bytes).unwrap();
        }
        writer.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>> {
        let mut reader = StoredReader::new(bytes, 10);
        let mut found = Vec::new();
        while let Some(entry) = reader.next_entry()? {
            let contents = reader.contents(&entry, 1000)?;
            found.push((entry.name, contents));
        }
        Ok(found)
    }

    #[test]
    fn what_is_written_is_read() {
        let found = read(&sample()).unwrap();
        assert_eq!(found[0], ("a/one.txt".to_owned(), b"one".to_vec()));
        assert_eq!(found[2].1, vec![7; 300]);
    }

    #[test]
    fn no_changed_cut_or_added_byte_passes() {
        let good = sample();
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x20;
            // a changed name is another name: the layer above has the list of names
            if let Ok(found) = read(&bad) {
                panic!("byte {at} changed and nobody noticed: {:?}", found.len());
            }
            assert!(read(&good[..at]).is_err(), "cut at {at}");
        }
        assert!(read(&[good.as_slice(), b"\0"].concat()).is_err());
    }
}
