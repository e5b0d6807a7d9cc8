//! What is wrong with a list, by the rows of its file: what stops it from being taken, and what is only told.
//!
//! Workbooks harm lists in known ways: an 18-digit ID number as a number is wrong from its 16th digit on, a 学号 loses
//! its zeros in front. Such a row is never mended by guessing; it is named, and the school mends the file.

use std::collections::HashMap;

use super::table::{Cell, Column, Columns, Line, Table};
use super::{MOST_CHARS, MOST_ROWS, Row, folded_number};

/// From this on a number in a workbook is not every integer any more; Excel keeps 15 digits.
const EXACT_BELOW: f64 = 1e15;
/// A length that at least this share of the numbers has is the school's.
const USUAL_SHARE: f64 = 0.6;

/// What can be found in a list. Closed: the words stand in `text::roster`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RosterFindingKind {
    /// No column holds the 学号.
    NoNumberColumn,
    /// The 学号 became a number with a fraction, of more than 15 digits, or 1.2E+17.
    NumberDamaged,
    /// The same for the ID number.
    IdDamaged,
    /// The same 学号 in several rows.
    NumberTwice,
    /// Characters that were not read rightly.
    BadCharacters,
    /// Longer than any 学号 or name.
    TooLong,
    /// More rows than a list may have.
    TooMany,
    /// No row is left.
    NobodyLeft,
    /// No column holds the name: nothing can be compared at the desk.
    NoNameColumn,
    /// Rows with something in them and no 学号: left out.
    NumberMissing,
    /// Shorter than the others, digits only: zeros in front were lost.
    ZerosLost,
    NameMissing,
    /// The same ID number under several 学号.
    IdTwice,
    /// An ID number whose last place does not fit the others, or of another length.
    IdWrong,
}

impl RosterFindingKind {
    pub const ALL: [Self; 14] = [
        Self::NoNumberColumn,
        Self::NumberDamaged,
        Self::IdDamaged,
        Self::NumberTwice,
        Self::BadCharacters,
        Self::TooLong,
        Self::TooMany,
        Self::NobodyLeft,
        Self::NoNameColumn,
        Self::NumberMissing,
        Self::ZerosLost,
        Self::NameMissing,
        Self::IdTwice,
        Self::IdWrong,
    ];

    /// The list is not taken with this in it.
    pub const fn refuses(self) -> bool {
        matches!(
            self,
            Self::NoNumberColumn
                | Self::NumberDamaged
                | Self::IdDamaged
                | Self::NumberTwice
                | Self::BadCharacters
                | Self::TooLong
                | Self::TooMany
                | Self::NobodyLeft
        )
    }

    /// Name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoNumberColumn => "no_number_column",
            Self::NumberDamaged => "number_damaged",
            Self::IdDamaged => "id_damaged",
            Self::NumberTwice => "number_twice",
            Self::BadCharacters => "bad_characters",
            Self::TooLong => "too_long",
            Self::TooMany => "too_many",
            Self::NobodyLeft => "nobody_left",
            Self::NoNameColumn => "no_name_column",
            Self::NumberMissing => "number_missing",
            Self::ZerosLost => "zeros_lost",
            Self::NameMissing => "name_missing",
            Self::IdTwice => "id_twice",
            Self::IdWrong => "id_wrong",
        }
    }
}

/// One finding with the rows that have it, as the file's program counts them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterFinding {
    pub kind: RosterFindingKind,
    pub rows: Vec<u32>,
}

/// A list, read and judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    pub rows: Vec<Row>,
    /// Those that refuse come first.
    pub findings: Vec<RosterFinding>,
}

impl Judged {
    /// It can be taken.
    pub fn is_usable(&self) -> bool {
        !self.findings.iter().any(|finding| finding.kind.refuses())
    }
}

/// Findings as they come up.
#[derive(Default)]
struct Found(HashMap<RosterFindingKind, Vec<u32>>);

impl Found {
    fn at(&mut self, kind: RosterFindingKind, row: u32) {
        let rows = self.0.entry(kind).or_default();
        if rows.last() != Some(&row) {
            rows.push(row);
        }
    }

    fn sorted(mut self) -> Vec<RosterFinding> {
        let found = RosterFindingKind::ALL.into_iter().filter_map(|kind| {
            let mut rows = self.0.remove(&kind)?;
            rows.sort_unstable();
            rows.dedup();
            Some(RosterFinding { kind, rows })
        });
        found.collect()
    }
}

/// Makes rows out of a table, and says what is wrong with it.
pub fn judge(table: &Table, columns: &Columns) -> Judged {
    use RosterFindingKind as K;
    let mut found = Found::default();
    let Some(number_at) = columns.get(Column::Number) else {
        found.0.insert(K::NoNumberColumn, Vec::new());
        return Judged { rows: Vec::new(), findings: found.sorted() };
    };
    if columns.get(Column::Name).is_none() {
        found.0.insert(K::NoNameColumn, Vec::new());
    }
    let mut rows: Vec<(u32, Row)> = Vec::new();
    for line in &table.lines {
        let read = key_of(line.cell(number_at));
        match read {
            Key::None => found.at(K::NumberMissing, line.row),
            Key::Damaged => found.at(K::NumberDamaged, line.row),
            Key::Good(number) => rows.push((line.row, row_of(line, number, columns, &mut found))),
        }
    }
    compare(&rows, &mut found);
    if rows.len() > MOST_ROWS {
        found.0.insert(K::TooMany, Vec::new());
    }
    if rows.is_empty() {
        found.0.insert(K::NobodyLeft, Vec::new());
    }
    Judged { rows: rows.into_iter().map(|(_, row)| row).collect(), findings: found.sorted() }
}

/// A cell that is to be a 学号 or an ID number.
enum Key {
    None,
    Damaged,
    Good(String),
}

fn key_of(cell: &Cell) -> Key {
    match cell {
        Cell::Empty => Key::None,
        Cell::Odd => Key::Damaged,
        Cell::Number(number) if number.fract() != 0.0 || *number < 0.0 || *number >= EXACT_BELOW => Key::Damaged,
        Cell::Number(number) => Key::Good(format!("{number:.0}")),
        Cell::Text(text) => {
            let folded = folded_number(text);
            match folded.as_str() {
                "" => Key::None,
                damaged if is_scientific(damaged) || damaged.starts_with('#') => Key::Damaged,
                _ => Key::Good(folded),
            }
        }
    }
}

/// 1.2E+17, 3.40102E17, and 20220101.0 as programs write numbers.
fn is_scientific(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let number = |text: &str| match text.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(text),
    };
    match text.split_once('E') {
        Some((base, power)) => {
            let signed = power.starts_with(['+', '-']);
            number(base) && digits(power.trim_start_matches(['+', '-'])) && (signed || base.contains('.'))
        }
        None => text.contains('.') && number(text),
    }
}

fn row_of(line: &Line, number: String, columns: &Columns, found: &mut Found) -> Row {
    use RosterFindingKind as K;
    let mut word = |column: Column| {
        let text = line.cell(columns.get(column)?).shown();
        if text.contains('\u{fffd}') {
            found.at(K::BadCharacters, line.row);
        }
        if text.chars().count() >= MOST_CHARS {
            found.at(K::TooLong, line.row);
        }
        Some(text).filter(|text| !text.is_empty())
    };
    let name: String = word(Column::Name).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let [class, department, major, level] =
        [Column::Class, Column::Department, Column::Major, Column::Level].map(&mut word);
    if columns.get(Column::Name).is_some() && name.is_empty() {
        found.at(K::NameMissing, line.row);
    }
    if number.contains('\u{fffd}') {
        found.at(K::BadCharacters, line.row);
    }
    if number.chars().count() > 32 {
        found.at(K::TooLong, line.row);
    }
    let id_number = columns.get(Column::IdNumber).and_then(|at| match key_of(line.cell(at)) {
        Key::None => None,
        Key::Damaged => {
            found.at(K::IdDamaged, line.row);
            None
        }
        Key::Good(id) => {
            if !is_likely_id(&id) {
                found.at(K::IdWrong, line.row);
            }
            Some(id)
        }
    });
    Row { number, name, id_number, class, department, major, level, walk_up: false }
}

/// What only shows when rows are compared.
fn compare(rows: &[(u32, Row)], found: &mut Found) {
    use RosterFindingKind as K;
    let mut numbers: HashMap<&str, u32> = HashMap::new();
    let mut ids: HashMap<&str, u32> = HashMap::new();
    let mut lengths: HashMap<usize, usize> = HashMap::new();
    for (line, row) in rows {
        if let Some(first) = numbers.insert(&row.number, *line) {
            found.at(K::NumberTwice, first);
            found.at(K::NumberTwice, *line);
        }
        if let Some(first) = row.id_number.as_deref().and_then(|id| ids.insert(id, *line)) {
            found.at(K::IdTwice, first);
            found.at(K::IdTwice, *line);
        }
        *lengths.entry(row.number.len()).or_default() += 1;
    }
    let usual =
        lengths.iter().max_by_key(|(length, count)| (**count, **length)).map(|(length, count)| (*length, *count));
    let Some((usual, _)) = usual.filter(|(_, count)| *count as f64 >= USUAL_SHARE * rows.len() as f64) else { return };
    let short = |number: &str| number.len() < usual && number.bytes().all(|byte| byte.is_ascii_digit());
    rows.iter().filter(|(_, row)| short(&row.number)).for_each(|(line, _)| found.at(K::ZerosLost, *line));
}

/// GB 11643: 17 digits and a check character. Other papers (passports, permits) are not judged.
fn is_likely_id(id: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match id.len() {
        15 => true,
        18 if digits(&id[..17]) => {
            const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
            let sum: u32 = id.bytes().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
            id.as_bytes()[17] == b"10X98765432"[(sum % 11) as usize]
        }
        _ => !digits(id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[Cell]]) -> Table {
        let mut lines =
            vec![Line { row: 1, cells: ["学号", "姓名", "身份证号", "班级"].map(Cell::text).to_vec() }];
        let line = |(at, cells): (usize, &&[Cell])| Line { row: at as u32 + 2, cells: cells.to_vec() };
        lines.extend(rows.iter().enumerate().map(line));
        Table::of(lines, 0)
    }

    fn judged(rows: &[&[Cell]]) -> Judged {
        let table = table(rows);
        judge(&table, &Columns::proposed(&table))
    }

    fn t(text: &str) -> Cell {
        Cell::text(text)
    }

    #[track_caller]
    fn finds(judged: &Judged, kind: RosterFindingKind, rows: &[u32]) {
        let found = judged.findings.iter().find(|finding| finding.kind == kind);
        assert_eq!(found.map(|finding| finding.rows.as_slice()), Some(rows), "{:?}", judged.findings);
    }

    #[test]
    fn a_sound_list_is_taken_as_it_stands() {
        // the standard's own example of a right check character
        let judged = judged(&[
            &[t("20220101"), t("王 小明"), t("11010519491231002X"), t("甲")],
            &[t("20220102"), t("李雷"), t("E12345678"), t("甲")],
            &[Cell::Number(20_220_103.0), t("韩梅梅"), Cell::Empty, t("乙")],
        ]);
        assert!(judged.is_usable() && judged.findings.is_empty(), "{:?}", judged.findings);
        assert_eq!((judged.rows[0].name.as_str(), judged.rows[2].number.as_str()), ("王 小明", "20220103"));
        assert_eq!(judged.rows[1].id_number.as_deref(), Some("E12345678"));
    }

    #[test]
    fn numbers_that_were_harmed_are_refused_by_row() {
        let judged = judged(&[
            &[Cell::Number(1.2e17), t("a"), t(""), t("")],
            &[t("1.2E+17"), t("b"), t(""), t("")],
            &[t("20220101.0"), t("c"), t(""), t("")],
            &[Cell::Odd, t("d"), t(""), t("")],
            &[t("20220101"), t("e"), Cell::Number(1.101_051_949_123_1e17), t("")],
            &[t("2022E01"), t("f"), t("3.40102E+17"), t("")],
        ]);
        finds(&judged, RosterFindingKind::NumberDamaged, &[2, 3, 4, 5]);
        finds(&judged, RosterFindingKind::IdDamaged, &[6, 7]);
        assert!(!judged.is_usable());
        assert_eq!(judged.rows.len(), 2, "a number with a letter E is a number");
    }

    #[test]
    fn lost_zeros_and_wrong_ids_are_told_and_do_not_refuse() {
        let judged = judged(&[
            &[t("02201"), t("a"), t("110105194912310022"), t("")],
            &[t("02202"), t("b"), t("11010519491231002"), t("")],
            &[Cell::Number(2203.0), t("c"), t(""), t("")],
            &[t("02204"), t(""), t("E1234"), t("")],
            &[t(""), t("合计 4 人"), t(""), t("")],
            &[t("02205"), t("e"), t("E1234"), t("")],
        ]);
        finds(&judged, RosterFindingKind::ZerosLost, &[4]);
        finds(&judged, RosterFindingKind::IdWrong, &[2, 3]);
        finds(&judged, RosterFindingKind::NameMissing, &[5]);
        finds(&judged, RosterFindingKind::NumberMissing, &[6]);
        finds(&judged, RosterFindingKind::IdTwice, &[5, 7]);
        assert!(judged.is_usable() && judged.rows.len() == 5);
    }

    #[test]
    fn the_same_number_twice_and_bad_characters_are_refused() {
        let judged = judged(&[
            &[t("1"), t("a"), t(""), t("")],
            &[t("2"), t("\u{fffd}\u{fffd}"), t(""), t("")],
            &[t("１"), t("c"), t(""), t("")],
        ]);
        finds(&judged, RosterFindingKind::NumberTwice, &[2, 4]);
        finds(&judged, RosterFindingKind::BadCharacters, &[3]);
        assert!(!judged.is_usable());
    }

    #[test]
    fn without_a_number_column_or_a_row_nothing_is_taken() {
        let table = table(&[&[t("1"), t("a")]]);
        let nothing = judge(&table, &Columns::default());
        finds(&nothing, RosterFindingKind::NoNumberColumn, &[]);
        finds(&judged(&[]), RosterFindingKind::NobodyLeft, &[]);
        let mut columns = Columns::default();
        columns.set(Column::Number, Some(0));
        let unnamed = judge(&table, &columns);
        finds(&unnamed, RosterFindingKind::NoNameColumn, &[]);
        assert!(unnamed.is_usable());
    }
}
