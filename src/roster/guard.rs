//! Before a workbook is parsed: how much is in it. A few kilobytes can unpack to gigabytes, and one cell can say that
//! it stands a million times; the parser believes both, so both are counted here first.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use crate::domain::roster::{MOST_COLUMNS, MOST_ROWS, RosterFault};

/// Most unpacked bytes of all parts together.
const MOST_UNPACKED: u64 = 192 * 1024 * 1024;
/// Most parts of a workbook.
const MOST_PARTS: usize = 2_000;
/// Cells that the sheets of an ods or xls may come to.
pub(super) const MOST_CELLS: u64 = 4 * (MOST_ROWS * MOST_COLUMNS) as u64;

/// What a zip holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packed {
    Xlsx,
    Ods,
}

/// Unpacks every part once, keeping none, and says what it is.
pub(super) fn unpack_trial(bytes: &[u8]) -> Result<Packed, RosterFault> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_error| RosterFault::Damaged)?;
    if archive.len() > MOST_PARTS {
        return Err(RosterFault::TooLarge);
    }
    let (mut left, mut kind) = (MOST_UNPACKED, None);
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|_error| RosterFault::Damaged)?;
        match part.name_raw() {
            b"xl/workbook.xml" => kind = Some(Packed::Xlsx),
            b"content.xml" => {
                kind = Some(Packed::Ods);
                let mut content = Vec::new();
                (&mut part).take(left + 1).read_to_end(&mut content).map_err(|_error| RosterFault::Damaged)?;
                left = left.checked_sub(content.len() as u64).ok_or(RosterFault::TooLarge)?;
                count_ods(&content)?;
                continue;
            }
            _ => {}
        }
        let unpacked = std::io::copy(&mut (&mut part).take(left + 1), &mut std::io::sink());
        left = left.checked_sub(unpacked.map_err(|_error| RosterFault::Damaged)?).ok_or(RosterFault::TooLarge)?;
    }
    kind.ok_or(RosterFault::NotAList)
}

/// Counts the cells that an ods table comes to with its repetitions: empty ones at the end of a row or a sheet are
/// free, since the parser drops them.
fn count_ods(content: &[u8]) -> Result<(), RosterFault> {
    let (mut rows, mut cells) = (0_u64, 0_u64);
    let (mut row_repeats, mut in_row, mut blank_cells, mut blank_rows) = (1_u64, 0_u64, 0_u64, 0_u64);
    let mut at = 0;
    while let Some(open) = content[at..].iter().position(|byte| *byte == b'<') {
        let start = at + open;
        let end = tag_end(content, start).ok_or(RosterFault::Damaged)?;
        let tag = &content[start..end];
        at = end;
        if tag.starts_with(b"<!") {
            // comments and the like could hide what the parser sees
            return Err(RosterFault::Damaged);
        } else if tag.starts_with(b"<table:table-row") && !tag.starts_with(b"<table:table-rows") {
            (row_repeats, in_row, blank_cells) = (repeats(tag, b"table:number-rows-repeated")?, 0, 0);
        } else if tag.starts_with(b"<table:table-cell") || tag.starts_with(b"<table:covered-table-cell") {
            let count = repeats(tag, b"table:number-columns-repeated")?;
            let is_blank = tag.ends_with(b"/>") && !contains(tag, b"office:value");
            if is_blank {
                blank_cells = blank_cells.saturating_add(count);
            } else {
                in_row = in_row.saturating_add(count).saturating_add(std::mem::take(&mut blank_cells));
            }
            if in_row > 4 * MOST_COLUMNS as u64 {
                return Err(RosterFault::TooManyColumns);
            }
        } else if tag.starts_with(b"</table:table-row>") {
            if in_row == 0 {
                blank_rows = blank_rows.saturating_add(row_repeats);
                continue;
            }
            rows = rows.saturating_add(std::mem::take(&mut blank_rows)).saturating_add(row_repeats);
            cells = cells.saturating_add(in_row.saturating_mul(row_repeats));
            if rows > 2 * MOST_ROWS as u64 || cells > MOST_CELLS {
                return Err(RosterFault::TooManyRows);
            }
        } else if tag.starts_with(b"</table:table>") {
            blank_rows = 0;
        }
    }
    Ok(())
}

/// Behind a tag's `>`; one within quotes is none.
fn tag_end(content: &[u8], start: usize) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in content.iter().enumerate().skip(start) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    None
}

fn contains(tag: &[u8], wanted: &[u8]) -> bool {
    tag.windows(wanted.len()).any(|window| window == wanted)
}

/// An attribute that counts; 1 where it is not there.
fn repeats(tag: &[u8], attribute: &[u8]) -> Result<u64, RosterFault> {
    let Some(found) = tag.windows(attribute.len()).position(|window| window == attribute) else { return Ok(1) };
    let value = tag[found + attribute.len()..].iter().skip_while(|byte| !matches!(byte, b'"' | b'\'')).skip(1);
    let digits: Vec<u8> = value.take_while(|byte| byte.is_ascii_digit()).copied().collect();
    let number = std::str::from_utf8(&digits).ok().and_then(|digits| digits.parse().ok());
    number.ok_or(RosterFault::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &str) -> Vec<u8> {
        format!(r#"<?xml version="1.0"?><a><table:table table:name="1">{rows}</table:table></a>"#).into_bytes()
    }

    #[test]
    fn repetitions_that_come_to_nothing_are_free_and_others_are_counted() {
        let cell = "<table:table-cell office:value-type=\"string\"><text:p>a</text:p></table:table-cell>";
        let row = |attributes: &str, cells: &str| format!("<table:table-row{attributes}>{cells}</table:table-row>");
        let blank = r#"<table:table-cell table:number-columns-repeated="16383"/>"#;
        let million = r#" table:number-rows-repeated="1048576""#;
        let usual = format!("{}{}", row("", &format!("{cell}{blank}")), row(million, blank));
        assert_eq!(count_ods(&sheet(&usual)), Ok(()));
        assert_eq!(count_ods(&sheet(&row(million, cell))), Err(RosterFault::TooManyRows));
        assert_eq!(count_ods(&sheet(&format!("{usual}{}", row("", cell)))), Err(RosterFault::TooManyRows));
        assert_eq!(count_ods(&sheet(&row("", &format!("{blank}{cell}")))), Err(RosterFault::TooManyColumns));
        let wide = cell.replace("<table:table-cell", r#"<table:table-cell table:number-columns-repeated="9000""#);
        assert_eq!(count_ods(&sheet(&row("", &wide))), Err(RosterFault::TooManyColumns));
        assert_eq!(count_ods(&sheet("<!-- x -->")), Err(RosterFault::Damaged));
        assert_eq!(count_ods(&sheet(r#"<a b=">"/>"#)), Ok(()));
        assert_eq!(count_ods(&sheet("<a b='")), Err(RosterFault::Damaged));
    }
}
