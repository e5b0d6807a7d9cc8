//! Workbooks made from nothing: the smallest xlsx, ods and xls that table programs and our reader take.

#![allow(clippy::format_push_string, clippy::string_add, reason = "a file of a test is put together as it reads")]

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// One cell.
#[derive(Debug, Clone, Copy)]
pub(crate) enum V {
    T(&'static str),
    N(f64),
    None,
}

fn zipped(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        let method = if *name == "mimetype" { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn xlsx_sheet(rows: &[&[V]]) -> String {
    let mut xml = String::from(
        r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#,
    );
    for (at, row) in rows.iter().enumerate() {
        let number = at + 1;
        xml += &format!(r#"<row r="{number}">"#);
        for (column, value) in row.iter().enumerate() {
            let cell = format!("{}{number}", char::from(b'A' + column as u8));
            xml += &match value {
                V::T(text) => format!(r#"<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>"#),
                V::N(number) => format!(r#"<c r="{cell}"><v>{number:e}</v></c>"#),
                V::None => String::new(),
            };
        }
        xml += "</row>";
    }
    xml + "</sheetData></worksheet>"
}

/// A workbook of named sheets.
pub(crate) fn xlsx(sheets: &[(&str, &[&[V]])]) -> Vec<u8> {
    let raw: Vec<(&str, String)> = sheets.iter().map(|(name, rows)| (*name, xlsx_sheet(rows))).collect();
    xlsx_of(&raw, None)
}

/// A workbook of sheets that are written as they stand, with one more part.
pub(crate) fn xlsx_of(sheets: &[(&str, String)], more: Option<(&str, Vec<u8>)>) -> Vec<u8> {
    let many = |one: &dyn Fn(usize, &str) -> String| {
        sheets.iter().enumerate().map(|(at, (name, _))| one(at + 1, name)).collect::<String>()
    };
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let kinds = many(&|at, _| {
        format!(
            r#"<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#
        )
    });
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), format!(r#"<?xml version="1.0"?><Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{kinds}</Types>"#).into_bytes()),
        ("_rels/.rels".to_owned(), format!(r#"<?xml version="1.0"?><Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#).into_bytes()),
        ("xl/workbook.xml".to_owned(), format!(r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{office}"><sheets>{}</sheets></workbook>"#, many(&|at, name| format!(r#"<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>"#))).into_bytes()),
        ("xl/_rels/workbook.xml.rels".to_owned(), format!(r#"<?xml version="1.0"?><Relationships xmlns="{package}/relationships">{}</Relationships>"#, many(&|at, _| format!(r#"<Relationship Id="rId{at}" Type="{office}/worksheet" Target="worksheets/sheet{at}.xml"/>"#))).into_bytes()),
    ];
    for (at, (_, xml)) in sheets.iter().enumerate() {
        parts.push((format!("xl/worksheets/sheet{}.xml", at + 1), xml.clone().into_bytes()));
    }
    parts.extend(more.map(|(name, bytes)| (name.to_owned(), bytes)));
    zipped(&parts.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect::<Vec<_>>())
}

/// An ods with one sheet, padded with repeated empty cells and rows as table programs write it.
pub(crate) fn ods(rows: &[&[V]]) -> Vec<u8> {
    let mut table = String::new();
    for row in rows {
        table += "<table:table-row>";
        for value in *row {
            table += &match value {
                V::T(text) => format!(
                    r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#
                ),
                V::N(number) => format!(
                    r#"<table:table-cell office:value-type="float" office:value="{number}"><text:p>{number}</text:p></table:table-cell>"#
                ),
                V::None => "<table:table-cell/>".to_owned(),
            };
        }
        table += r#"<table:table-cell table:number-columns-repeated="16380"/></table:table-row>"#;
    }
    table += r#"<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;
    let ns = "urn:oasis:names:tc:opendocument:xmlns";
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{ns}:office:1.0" xmlns:table="{ns}:table:1.0" xmlns:text="{ns}:text:1.0"><office:body><office:spreadsheet><table:table table:name="名单">{table}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    let manifest =
        format!(r#"<?xml version="1.0"?><manifest:manifest xmlns:manifest="{ns}:manifest:1.0"></manifest:manifest>"#);
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet".to_vec()),
        ("META-INF/manifest.xml", manifest.into_bytes()),
        ("content.xml", content.into_bytes()),
    ])
}

/// An xls (BIFF8) with one sheet, in a compound file.
pub(crate) fn xls(rows: &[&[V]]) -> Vec<u8> {
    let cells = rows.iter().enumerate().flat_map(|(row, cells)| {
        cells.iter().enumerate().map(move |(column, value)| (row as u16, column as u16, *value))
    });
    xls_of(&cells.collect::<Vec<_>>())
}

/// The same of cells at these rows and columns.
pub(crate) fn xls_of(cells: &[(u16, u16, V)]) -> Vec<u8> {
    fn put(stream: &mut Vec<u8>, kind: u16, data: &[u8]) {
        stream.extend(kind.to_le_bytes());
        stream.extend((data.len() as u16).to_le_bytes());
        stream.extend(data);
    }
    let begin = |kind: u16| {
        [0x0600_u16.to_le_bytes(), kind.to_le_bytes()].concat().into_iter().chain([0; 12]).collect::<Vec<u8>>()
    };
    let mut sheet = Vec::new();
    put(&mut sheet, 0x0809, &begin(0x0010));
    for (row, column, value) in cells {
        let mut data = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
        match value {
            V::T(text) => {
                let units: Vec<u16> = text.encode_utf16().collect();
                data.extend((units.len() as u16).to_le_bytes());
                data.push(1);
                data.extend(units.into_iter().flat_map(u16::to_le_bytes));
                put(&mut sheet, 0x0204, &data);
            }
            V::N(number) => {
                data.extend(number.to_le_bytes());
                put(&mut sheet, 0x0203, &data);
            }
            V::None => {}
        }
    }
    put(&mut sheet, 0x000a, &[]);
    let mut stream = Vec::new();
    put(&mut stream, 0x0809, &begin(0x0005));
    // behind this record and the end of the globals
    let at = stream.len() as u32 + 4 + 13 + 4;
    put(&mut stream, 0x0085, &[at.to_le_bytes().as_slice(), &[0, 0, 5, 0], b"Liste"].concat());
    put(&mut stream, 0x000a, &[]);
    stream.extend(sheet);
    compound(stream)
}

/// A compound file with the one stream `Workbook`.
fn compound(mut stream: Vec<u8>) -> Vec<u8> {
    stream.resize(stream.len().max(4096).next_multiple_of(512), 0);
    let sectors = stream.len() / 512;
    assert!(sectors + 2 <= 128, "one sector of chains is enough for a test");
    let (end, free) = (0xffff_fffe_u32, 0xffff_ffff_u32);
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    file.extend([0; 16]);
    for half in [0x3e_u16, 3, 0xfffe, 9, 6, 0, 0, 0] {
        file.extend(half.to_le_bytes());
    }
    for word in [0, 1, 1, 0, 4096, end, 0, end, 0, 0] {
        file.extend(word.to_le_bytes());
    }
    file.extend(std::iter::repeat_n(free.to_le_bytes(), 108).flatten());
    let mut chains = vec![0xffff_fffd, end];
    chains.extend((0..sectors).map(|at| if at + 1 == sectors { end } else { at as u32 + 3 }));
    chains.resize(128, free);
    file.extend(chains.into_iter().flat_map(u32::to_le_bytes));
    let entry = |name: &str, kind: u8, child: u32, start: u32, size: u32| {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = if name.is_empty() { 0 } else { entry.len() as u16 + 2 };
        entry.resize(64, 0);
        entry.extend(length.to_le_bytes());
        entry.extend([kind, 1]);
        for link in [free, free, child] {
            entry.extend(link.to_le_bytes());
        }
        entry.extend([0; 36]);
        for word in [start, size, 0] {
            entry.extend(word.to_le_bytes());
        }
        entry
    };
    file.extend(entry("Root Entry", 5, 1, end, 0));
    file.extend(entry("Workbook", 2, free, 2, stream.len() as u32));
    file.extend(entry("", 0, free, 0, 0));
    file.extend(entry("", 0, free, 0, 0));
    file.extend(stream);
    file
}
