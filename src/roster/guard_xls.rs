//! Before an xls is parsed: how far its cells reach. The parser makes a full rectangle out of each sheet, so that two
//! far cells of a few bytes would take gigabytes. Only the chain of the workbook's sectors and the heads of its records
//! are read here ([MS-CFB], [MS-XLS]).

use super::guard::MOST_CELLS;
use crate::domain::roster::{MOST_COLUMNS, MOST_ROWS, RosterFault};

/// Sectors from here on are marks, not places.
const MARKS: u32 = 0xffff_fffa;
/// What a sheet of this format may reach at most, by its own definition.
const FORMAT_ROWS: u64 = 65_536;
const FORMAT_COLUMNS: u64 = 256;

/// Refuses a workbook whose sheets reach further than any list.
pub(super) fn check(bytes: &[u8]) -> Result<(), RosterFault> {
    let stream = workbook(bytes).ok_or(RosterFault::Damaged)?;
    let (mut rows, mut columns, mut cells) = (0_u64, 0_u64, 0_u64);
    let mut at = 0;
    while let (Some(kind), Some(length)) = (half(&stream, at), half(&stream, at + 2)) {
        let data = stream.get(at + 4..at + 4 + usize::from(length)).unwrap_or_default();
        at += 4 + usize::from(length);
        let field = |at: usize| half(data, at).map_or(0, u64::from);
        match kind {
            // the beginning of another part
            0x0809 => (rows, columns) = (0, 0),
            // what the sheet says of itself: room is made for all of it
            0x0200 => {
                let (last_row, last_column) =
                    if data.len() >= 14 { (field(4) + (field(6) << 16), field(10)) } else { (field(2), field(6)) };
                if last_row > FORMAT_ROWS || last_column > FORMAT_COLUMNS {
                    return Err(RosterFault::TooManyRows);
                }
            }
            0x0006 | 0x00bd | 0x00d6 | 0x00fd | 0x0203 | 0x0204 | 0x0205 | 0x027e => {
                let last = if kind == 0x00bd { field(data.len().saturating_sub(2)) } else { field(2) };
                let (before, row, column) = (rows * columns, field(0) + 1, last + 1);
                if column > 4 * MOST_COLUMNS as u64 {
                    return Err(RosterFault::TooManyColumns);
                }
                (rows, columns) = (rows.max(row), columns.max(column));
                cells += rows * columns - before;
                if row > 2 * MOST_ROWS as u64 || cells > MOST_CELLS {
                    return Err(RosterFault::TooManyRows);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).filter_map(|four| word(four, 0))
}

/// The bytes of a chain of sectors; `None` when it leaves the file or does not end.
fn chain(sector: impl Fn(u32) -> Option<Vec<u8>>, next: &[u32], start: u32) -> Option<Vec<u8>> {
    let (mut bytes, mut at, mut steps) = (Vec::new(), start, 0);
    while at < MARKS {
        steps += 1;
        if steps > next.len() {
            return None;
        }
        bytes.extend(sector(at)?);
        at = *next.get(at as usize)?;
    }
    Some(bytes)
}

/// The stream `Workbook` (or `Book`, as older programs call it) of a compound file.
fn workbook(file: &[u8]) -> Option<Vec<u8>> {
    let shift = half(file, 30).filter(|shift| (7..=14).contains(shift))?;
    let size = 1_usize << shift;
    let sector = |index: u32| {
        let start = (index as usize).checked_add(1)?.checked_mul(size)?;
        // the last sector may be cut short
        file.get(start..(start + size).min(file.len())).filter(|part| !part.is_empty()).map(<[u8]>::to_vec)
    };
    let mut places: Vec<u32> = words(file.get(76..512)?).filter(|place| *place < MARKS).collect();
    let (mut more, mut steps) = (word(file, 68)?, 0);
    while more < MARKS {
        steps += 1;
        let list: Vec<u32> = words(&sector(more)?).collect();
        let (next, here) = list.split_last().filter(|_| steps <= file.len() / size)?;
        places.extend(here.iter().filter(|place| **place < MARKS));
        more = *next;
    }
    let mut next = Vec::new();
    for place in places {
        next.extend(words(&sector(place)?));
    }
    let directory = chain(sector, &next, word(file, 48)?)?;
    let entries: Vec<&[u8]> = directory.chunks_exact(128).collect();
    let named = |wanted: &str| {
        let name: Vec<u8> = wanted.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let is_it = |entry: &&&[u8]| {
            entry.starts_with(&name) && half(entry, 64).map(usize::from) == Some(name.len() + 2) && entry[66] == 2
        };
        entries.iter().find(is_it).copied()
    };
    let entry = named("Workbook").or_else(|| named("Book"))?;
    let (start, length) = (word(entry, 116)?, word(entry, 120)? as usize);
    let mut stream = if length < word(file, 56)? as usize {
        let container = chain(sector, &next, word(entries.first()?, 116)?)?;
        let small: Vec<u32> = words(&chain(sector, &next, word(file, 60)?)?).collect();
        let part = |index: u32| {
            let start = (index as usize).checked_mul(64)?;
            container.get(start..(start + 64).min(container.len())).filter(|part| !part.is_empty()).map(<[u8]>::to_vec)
        };
        chain(part, &small, start)?
    } else {
        chain(sector, &next, start)?
    };
    stream.truncate(length);
    Some(stream)
}
