//! Workbooks: xlsx cell by cell, so that one far cell makes no huge sheet; xls and ods as ranges.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Ods, OdsError, Range, Reader, SheetVisible, Xls, XlsError, Xlsx, XlsxError};

use super::Reading;
use super::guard::{Packed, unpack_trial};
use crate::domain::roster::{Cell, Line, MOST_COLUMNS, MOST_ROWS, RosterFault, Table};

type Bytes = Cursor<Vec<u8>>;

/// What a sheet gives: its lines, and how many were empty.
type Lines = (Vec<Line>, usize);

pub(super) fn read(bytes: Vec<u8>, sheet: Option<usize>) -> Result<Reading, RosterFault> {
    let packed = if bytes.starts_with(b"PK") { Some(unpack_trial(&bytes)?) } else { None };
    // a parser that meets what it never met must not take the desk down
    catch_unwind(AssertUnwindSafe(|| match packed {
        Some(Packed::Xlsx) => xlsx(bytes, sheet),
        Some(Packed::Ods) => ods(bytes, sheet),
        None => xls(bytes, sheet),
    }))
    .unwrap_or(Err(RosterFault::Damaged))
}

/// Names of the sheets that can be seen; all of them where none can.
fn seen(sheets: &[calamine::Sheet]) -> Vec<String> {
    let visible = sheets.iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let names: Vec<String> = visible.map(|sheet| sheet.name.clone()).collect();
    if names.is_empty() { sheets.iter().map(|sheet| sheet.name.clone()).collect() } else { names }
}

/// Reads the wished sheet, else the first that has lines.
fn choose(
    sheets: Vec<String>,
    wish: Option<usize>,
    mut lines: impl FnMut(&str) -> Result<Lines, RosterFault>,
) -> Result<Reading, RosterFault> {
    let tried: Vec<usize> = wish.map_or_else(|| (0..sheets.len()).collect(), |wish| vec![wish]);
    for sheet in tried {
        let name = sheets.get(sheet).ok_or(RosterFault::Empty)?;
        let (full, empty) = lines(name)?;
        if !full.is_empty() {
            return Ok(Reading { table: Table::of(full, empty), sheets, sheet, encoding: None });
        }
    }
    Err(RosterFault::Empty)
}

fn xlsx(bytes: Vec<u8>, wish: Option<usize>) -> Result<Reading, RosterFault> {
    let fault = |error: XlsxError| {
        log::warn!("a workbook is refused: {}", kind_of(&error));
        if matches!(error, XlsxError::Password) { RosterFault::Protected } else { RosterFault::Damaged }
    };
    let mut book: Xlsx<Bytes> = Xlsx::new(Cursor::new(bytes)).map_err(fault)?;
    let sheets = seen(book.sheets_metadata());
    choose(sheets, wish, |name| {
        let mut reader = book.worksheet_cells_reader(name).map_err(fault)?;
        let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
        while let Some(cell) = reader.next_cell().map_err(fault)? {
            let (row, column) = cell.get_position();
            let value = of_ref(cell.get_value());
            if value.is_empty() {
                continue;
            }
            place(&mut rows, row, column as usize, value)?;
        }
        Ok(lines_of(rows))
    })
}

fn ods(bytes: Vec<u8>, wish: Option<usize>) -> Result<Reading, RosterFault> {
    let fault = |error: OdsError| {
        log::warn!("a workbook is refused: {}", kind_of(&error));
        if matches!(error, OdsError::Password) { RosterFault::Protected } else { RosterFault::Damaged }
    };
    let mut book: Ods<Bytes> = Ods::new(Cursor::new(bytes)).map_err(fault)?;
    let sheets = seen(book.sheets_metadata());
    choose(sheets, wish, |name| of_range(&book.worksheet_range(name).map_err(fault)?))
}

fn xls(bytes: Vec<u8>, wish: Option<usize>) -> Result<Reading, RosterFault> {
    // a workbook of today under a password is packed as one of yesterday
    let encrypted: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if bytes.windows(encrypted.len()).any(|window| window == encrypted) {
        return Err(RosterFault::Protected);
    }
    super::guard_xls::check(&bytes)?;
    let fault = |error: XlsError| {
        log::warn!("a workbook is refused: {}", kind_of(&error));
        if matches!(error, XlsError::Password) { RosterFault::Protected } else { RosterFault::Damaged }
    };
    let mut book: Xls<Bytes> = Xls::new(Cursor::new(bytes)).map_err(fault)?;
    let sheets = seen(book.sheets_metadata());
    choose(sheets, wish, |name| of_range(&book.worksheet_range(name).map_err(fault)?))
}

/// The error's kind without its text, which may quote a cell.
fn kind_of(error: &impl std::fmt::Debug) -> String {
    format!("{error:?}").chars().take_while(char::is_ascii_alphanumeric).collect()
}

fn place(rows: &mut BTreeMap<u32, Vec<Cell>>, row: u32, column: usize, value: Cell) -> Result<(), RosterFault> {
    if column >= MOST_COLUMNS {
        return Err(RosterFault::TooManyColumns);
    }
    if row as usize >= 2 * MOST_ROWS {
        return Err(RosterFault::TooManyRows);
    }
    let cells = rows.entry(row).or_default();
    if cells.len() <= column {
        cells.resize(column + 1, Cell::Empty);
    }
    cells[column] = value;
    Ok(())
}

fn lines_of(rows: BTreeMap<u32, Vec<Cell>>) -> Lines {
    let (first, last) = match (rows.first_key_value(), rows.last_key_value()) {
        (Some((first, _)), Some((last, _))) => (*first, *last),
        _ => return (Vec::new(), 0),
    };
    let empty = (last - first) as usize + 1 - rows.len();
    (rows.into_iter().map(|(row, cells)| Line { row: row + 1, cells }).collect(), empty)
}

fn of_range(range: &Range<Data>) -> Result<Lines, RosterFault> {
    let Some((top, left)) = range.start() else { return Ok((Vec::new(), 0)) };
    let mut rows = BTreeMap::new();
    for (row, column, data) in range.used_cells() {
        let value = of_data(data);
        if !value.is_empty() {
            place(&mut rows, top + row as u32, left as usize + column, value)?;
        }
    }
    Ok(lines_of(rows))
}

fn of_ref(data: &DataRef<'_>) -> Cell {
    match data {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => Cell::text(text),
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(_)
        | DataRef::DateTime(_)
        | DataRef::DateTimeIso(_)
        | DataRef::DurationIso(_)
        | DataRef::Error(_) => Cell::Odd,
    }
}

fn of_data(data: &Data) -> Cell {
    match data {
        Data::Empty => Cell::Empty,
        Data::String(text) => Cell::text(text),
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::Number(*number),
        Data::Bool(_) | Data::DateTime(_) | Data::DateTimeIso(_) | Data::DurationIso(_) | Data::Error(_) => Cell::Odd,
    }
}
