//! Files of the school's own list (名单): workbooks (xlsx, xls, ods) and texts with columns (csv, tsv) into a
//! [`Table`]. What a file is, is seen by its bytes and never by its name. Everything is bounded: bytes, unpacked
//! bytes, rows, columns.
//!
//! What a table means, and what is wrong with it, is `domain::roster`'s.

mod book;
mod guard;
mod guard_xls;
mod text;

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::domain::roster::{MOST_COLUMNS, MOST_ROWS, RosterFault, Table, TextEncoding};

/// Most bytes of a file: twenty thousand rows of a workbook have about 2 MB.
pub const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// How a file is to be read, where a person said so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wish {
    /// Which sheet of a workbook, counted from 0; else the first that has lines.
    pub sheet: Option<usize>,
    /// Of a text; else it is found out.
    pub encoding: Option<TextEncoding>,
}

/// A list as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub table: Table,
    /// Names of a workbook's sheets that can be seen; none for a text.
    pub sheets: Vec<String>,
    /// The sheet that was read.
    pub sheet: usize,
    /// How a text was made into characters; `None` for a workbook.
    pub encoding: Option<TextEncoding>,
}

/// Reads a file.
pub fn read(path: &Path, wish: Wish) -> Result<Reading, RosterFault> {
    let unreadable = |error: std::io::Error| {
        // not the path: it may name a class
        log::warn!("a list cannot be read: {:?}", error.kind());
        RosterFault::Unreadable
    };
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    read_bytes(bytes, wish)
}

/// Reads what a file holds.
pub fn read_bytes(bytes: Vec<u8>, wish: Wish) -> Result<Reading, RosterFault> {
    if bytes.len() as u64 > MOST_BYTES {
        return Err(RosterFault::TooLarge);
    }
    let reading = if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        book::read(bytes, wish.sheet)?
    } else {
        text::read(&bytes, wish.encoding)?
    };
    let table = &reading.table;
    if table.lines.len() > MOST_ROWS {
        return Err(RosterFault::TooManyRows);
    }
    if table.width > MOST_COLUMNS {
        return Err(RosterFault::TooManyColumns);
    }
    if table.lines.is_empty() { Err(RosterFault::Empty) } else { Ok(reading) }
}
