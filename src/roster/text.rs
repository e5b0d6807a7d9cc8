//! Texts with columns: which characters, which delimiter, which cells (RFC 4180 quoting).

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::Reading;
use crate::domain::roster::{Cell, Line, MOST_COLUMNS, MOST_ROWS, RosterFault, Table, TextEncoding};

/// Delimiters that are looked for, the likeliest first where two do equally well.
const DELIMITERS: [char; 5] = [',', '\t', ';', '|', '，'];
/// Lines that the delimiter is found by.
const LOOKED_AT: usize = 40;

pub(super) fn read(bytes: &[u8], wish: Option<TextEncoding>) -> Result<Reading, RosterFault> {
    let encoding = wish.unwrap_or_else(|| encoding_of(bytes));
    let (text, _) = encoding_rs_of(encoding).decode_with_bom_removal(bytes);
    // a picture or a program is no list, whatever its characters
    if text.chars().take(4_096).any(|c| c == '\0') {
        return Err(RosterFault::NotAList);
    }
    let lines = lines_of(&text, delimiter_of(&text))?;
    let empty = lines.iter().filter(|line| line.cells.iter().all(Cell::is_empty)).count();
    let full = lines.into_iter().filter(|line| !line.cells.iter().all(Cell::is_empty)).collect();
    Ok(Reading { table: Table::of(full, empty), sheets: Vec::new(), sheet: 0, encoding: Some(encoding) })
}

const fn encoding_rs_of(encoding: TextEncoding) -> &'static Encoding {
    match encoding {
        TextEncoding::Utf8 => UTF_8,
        TextEncoding::Gb18030 => GB18030,
        TextEncoding::Utf16Le => UTF_16LE,
        TextEncoding::Utf16Be => UTF_16BE,
        TextEncoding::Big5 => BIG5,
    }
}

/// A mark at the beginning says it; else what is right as UTF-8 is that; else the zeros of 16-bit digits and commas
/// tell; else it is found by how often characters come, with China's in favour.
fn encoding_of(bytes: &[u8]) -> TextEncoding {
    if let Some((marked, _)) = Encoding::for_bom(bytes) {
        return if marked == UTF_16LE {
            TextEncoding::Utf16Le
        } else if marked == UTF_16BE {
            TextEncoding::Utf16Be
        } else {
            TextEncoding::Utf8
        };
    }
    let head = &bytes[..bytes.len().min(4_096) & !1];
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let many = head.len() / 16;
    match (zeros(0), zeros(1)) {
        (0, low) if low > many => return TextEncoding::Utf16Le,
        (high, 0) if high > many => return TextEncoding::Utf16Be,
        _ => {}
    }
    if std::str::from_utf8(bytes).is_ok() {
        return TextEncoding::Utf8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    if detector.guess(Some(b"cn"), Utf8Detection::Deny) == BIG5 { TextEncoding::Big5 } else { TextEncoding::Gb18030 }
}

/// The one that gives most lines the same number of cells, two or more.
fn delimiter_of(text: &str) -> char {
    let head: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(LOOKED_AT).collect();
    let score = |delimiter: char| {
        let counts: Vec<usize> = head.iter().map(|line| outside_quotes(line, delimiter)).collect();
        let agreeing = |count: &usize| counts.iter().filter(|other| *other == count).count();
        counts.iter().filter(|count| **count > 0).map(agreeing).max().unwrap_or(0)
    };
    let best = DELIMITERS.into_iter().enumerate().max_by_key(|(at, delimiter)| (score(*delimiter), usize::MAX - at));
    best.map_or(',', |(_, delimiter)| delimiter)
}

fn outside_quotes(line: &str, delimiter: char) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c == delimiter && !quoted => count += 1,
            _ => {}
        }
    }
    count
}

/// Every line with its number, blank ones too. A quoted cell may hold line ends; its row is the line's number among
/// lines, as a workbook program shows it.
fn lines_of(text: &str, delimiter: char) -> Result<Vec<Line>, RosterFault> {
    let mut lines = Vec::new();
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    let mut end_line = |cells: &mut Vec<Cell>| -> Result<(), RosterFault> {
        if lines.len() > 2 * MOST_ROWS {
            return Err(RosterFault::TooManyRows);
        }
        let row = lines.len() as u32 + 1;
        lines.push(Line { row, cells: std::mem::take(cells) });
        Ok(())
    };
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            // a quote within a cell is a character
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            '\r' | '\n' if !quoted => {
                if c == '\r' && chars.peek() == Some(&'\n') {
                    chars.next();
                }
                cells.push(Cell::text(&std::mem::take(&mut cell)));
                end_line(&mut cells)?;
            }
            c if c == delimiter && !quoted => {
                if cells.len() > 4 * MOST_COLUMNS {
                    return Err(RosterFault::TooManyColumns);
                }
                cells.push(Cell::text(&std::mem::take(&mut cell)));
            }
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !cells.is_empty() {
        cells.push(Cell::text(&cell));
        end_line(&mut cells)?;
    }
    // empty cells at the end make no column
    for line in &mut lines {
        while line.cells.last().is_some_and(Cell::is_empty) {
            line.cells.pop();
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "学号,姓名,班级\r\n20220101,王小明,会计2201\r\n20220102,\"李,雷\",会计2201\r\n\r\n20220103,韩梅梅,会计2201\r\n20220104,诸葛亮,软件工程2201班\r\n";

    #[track_caller]
    fn reads(bytes: &[u8], encoding: TextEncoding) {
        let reading = read(bytes, None).unwrap();
        assert_eq!(reading.encoding, Some(encoding));
        assert_eq!(reading.table.headings, ["学号", "姓名", "班级"]);
        let rows: Vec<u32> = reading.table.lines.iter().map(|line| line.row).collect();
        assert_eq!((rows, reading.table.empty_lines), (vec![2, 3, 5, 6], 1));
        assert_eq!(reading.table.lines[1].cells[1], Cell::text("李,雷"));
    }

    #[test]
    fn every_encoding_that_schools_send_is_found() {
        reads(LIST.as_bytes(), TextEncoding::Utf8);
        reads(&[b"\xef\xbb\xbf", LIST.as_bytes()].concat(), TextEncoding::Utf8);
        reads(&encoding_rs::GBK.encode(LIST).0, TextEncoding::Gb18030);
        let little: Vec<u8> = LIST.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = LIST.encode_utf16().flat_map(u16::to_be_bytes).collect();
        reads(&[b"\xff\xfe".as_slice(), &little].concat(), TextEncoding::Utf16Le);
        reads(&[b"\xfe\xff".as_slice(), &big].concat(), TextEncoding::Utf16Be);
        reads(&little, TextEncoding::Utf16Le);
        reads(&big, TextEncoding::Utf16Be);
    }

    #[test]
    fn characters_beyond_gbk_are_read() {
        let list = LIST.replace("王小明", "王𠮷\u{4dae}");
        let reading = read(&GB18030.encode(&list).0, None).unwrap();
        assert_eq!(reading.table.lines[0].cells[1], Cell::text("王𠮷\u{4dae}"));
    }

    #[test]
    fn a_wrong_choice_shows_and_is_not_taken_for_right() {
        let bytes = encoding_rs::GBK.encode(LIST).0;
        let reading = read(&bytes, Some(TextEncoding::Utf8)).unwrap();
        assert!(reading.table.lines.iter().any(|line| line.cell(1).shown().contains('\u{fffd}')));
    }

    #[test]
    fn delimiters_and_quotes() {
        for delimiter in ['\t', ';', '|', '，'] {
            let text = format!("名单\n学号{delimiter}姓名\n1{delimiter}a, b\n2{delimiter}\"c\n{delimiter}\"\"d\"\n");
            let reading = read(text.as_bytes(), None).unwrap();
            let cells: Vec<String> = reading.table.lines.iter().map(|line| line.cell(1).shown()).collect();
            assert_eq!(cells, ["a, b", &format!("c\n{delimiter}\"d")], "{delimiter:?}");
        }
        assert_eq!(delimiter_of("a\n\"b,c,d\"\te\nf\tg"), '\t');
    }

    #[test]
    fn what_is_no_text_and_what_has_no_end_is_refused() {
        assert_eq!(read(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0", None).unwrap_err(), RosterFault::NotAList);
        assert_eq!(read("a\n".repeat(50_000).as_bytes(), None).unwrap_err(), RosterFault::TooManyRows);
        assert_eq!(read(",".repeat(1_000).as_bytes(), None).unwrap_err(), RosterFault::TooManyColumns);
    }
}
