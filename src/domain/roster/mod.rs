//! The school's own list of students (名单): its rows, how one is found at the desk, and what is shown of a person.
//!
//! A roster is optional, belongs to the school, and never leaves in a bundle. How a file becomes a table is the
//! `roster` layer's; this is the part that looks at no file. Nothing here prints a name: `Debug` says counts only.

mod judge;
mod mask;
mod progress;
mod table;

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

pub use judge::{Judged, RosterFinding, RosterFindingKind, judge};
pub use mask::{masked_name, masked_number};
pub use progress::{Binding, ClassProgress, Progress};
pub use table::{Cell, Column, Columns, Line, Table};

/// Most rows of a list: the largest year of a university, several times over.
pub const MOST_ROWS: usize = 20_000;
/// Most columns that are looked at.
pub const MOST_COLUMNS: usize = 64;
/// Most characters of one cell.
pub const MOST_CHARS: usize = 120;
/// Fewer typed digits than this propose nobody by the end of a number.
const LEAST_TAIL: usize = 3;

/// Why a file gives no list. The words stand in `text::roster`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RosterFault {
    /// It cannot be opened or read.
    Unreadable,
    /// More bytes, packed or unpacked, than any list.
    TooLarge,
    TooManyRows,
    TooManyColumns,
    /// Neither a workbook nor a text with columns.
    NotAList,
    /// A workbook under a password.
    Protected,
    /// A workbook that cannot be read to its end.
    Damaged,
    /// Nothing is in it.
    Empty,
}

impl RosterFault {
    /// Name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::TooLarge => "too_large",
            Self::TooManyRows => "too_many_rows",
            Self::TooManyColumns => "too_many_columns",
            Self::NotAList => "not_a_list",
            Self::Protected => "protected",
            Self::Damaged => "damaged",
            Self::Empty => "empty",
        }
    }
}

/// How the bytes of a text were made into characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextEncoding {
    Utf8,
    /// GBK and GB18030: the second reads both.
    Gb18030,
    Utf16Le,
    Utf16Be,
    Big5,
}

impl TextEncoding {
    pub const ALL: [Self; 5] = [Self::Utf8, Self::Gb18030, Self::Utf16Le, Self::Utf16Be, Self::Big5];

    /// The name that people and programs know.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB18030",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Big5 => "Big5",
        }
    }
}

/// One student of the list. `number` (学号) is its key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub number: String,
    #[serde(default)]
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub major: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Came without standing on the list, and was added at the desk.
    #[serde(default, skip_serializing_if = "is_false")]
    pub walk_up: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands out a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Row(..)")
    }
}

impl Row {
    /// Somebody who is not on the list.
    pub fn walk_up(number: String, class: Option<String>) -> Self {
        Self {
            number,
            name: String::new(),
            id_number: None,
            class,
            department: None,
            major: None,
            level: None,
            walk_up: true,
        }
    }
}

/// A whole list in the school's order, each 学号 once.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Roster {
    rows: Vec<Row>,
    /// Of each row the folded 学号, which every typed digit is compared with.
    folded: Vec<String>,
    by_number: HashMap<String, usize>,
}

impl fmt::Debug for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Roster({} rows)", self.rows.len())
    }
}

/// What a typed number stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// The whole number of this row.
    Exact(usize),
    /// The end of this row's number and of no other: to be confirmed.
    Proposed(usize),
    /// The end of so many numbers.
    Several(usize),
    None,
}

/// Full-width forms to half width, letters of any case to capitals, blanks around it away.
pub fn folded_number(text: &str) -> String {
    let fold = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    let folded: String = text.chars().map(fold).filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    folded.trim_start_matches('\'').to_uppercase()
}

impl Roster {
    /// Takes rows over; a 学号 that comes again is left out, since its row could not be told apart.
    pub fn new(rows: Vec<Row>) -> Self {
        let mut roster = Self::default();
        for row in rows {
            roster.add(row);
        }
        roster
    }

    /// Adds a row at the end; false when its number is there already.
    pub fn add(&mut self, row: Row) -> bool {
        let key = folded_number(&row.number);
        if key.is_empty() || self.by_number.contains_key(&key) {
            return false;
        }
        self.by_number.insert(key.clone(), self.rows.len());
        self.folded.push(key);
        self.rows.push(row);
        true
    }

    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row of a 学号, as it was typed or came from a card.
    pub fn find(&self, number: &str) -> Option<usize> {
        self.by_number.get(&folded_number(number)).copied()
    }

    /// What typed digits stand for: a whole number, else the end of one; those of `class` come first.
    pub fn look_up(&self, typed: &str, class: Option<&str>) -> Match {
        let typed = folded_number(typed);
        if let Some(&at) = self.by_number.get(&typed) {
            return Match::Exact(at);
        }
        if typed.chars().count() < LEAST_TAIL {
            return Match::None;
        }
        let ends = |at: &usize| self.folded[*at].ends_with(&typed);
        let all: Vec<usize> = (0..self.rows.len()).filter(ends).collect();
        let mine: Vec<usize> =
            all.iter().copied().filter(|at| class.is_some() && self.rows[*at].class.as_deref() == class).collect();
        match (mine.as_slice(), all.as_slice()) {
            ([one], _) | ([], [one]) => Match::Proposed(*one),
            (_, []) => Match::None,
            (_, all) => Match::Several(all.len()),
        }
    }

    /// Who the list's order would have next: the first row behind `after` (or of `class`) that `is_open` says nobody
    /// is bound to. Only a proposal.
    pub fn next_open(&self, after: Option<&str>, class: Option<&str>, is_open: impl Fn(&Row) -> bool) -> Option<usize> {
        let start = after.and_then(|number| self.find(number)).map_or(0, |at| at + 1);
        let fits = |at: &usize| {
            let row = &self.rows[*at];
            !row.walk_up && class.is_none_or(|class| row.class.as_deref() == Some(class)) && is_open(row)
        };
        (start..self.rows.len()).find(fits).or_else(|| (0..start.min(self.rows.len())).find(fits))
    }

    /// The classes with their head counts in the order of the list; walk-ups do not count.
    pub fn classes(&self) -> Vec<(String, u32)> {
        let mut classes: Vec<(String, u32)> = Vec::new();
        let mut place: HashMap<&str, usize> = HashMap::new();
        for row in self.rows.iter().filter(|row| !row.walk_up) {
            let Some(class) = row.class.as_deref() else { continue };
            let at = *place.entry(class).or_insert_with(|| {
                classes.push((class.to_owned(), 0));
                classes.len() - 1
            });
            classes[at].1 += 1;
        }
        classes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: &str, class: &str) -> Row {
        Row {
            name: String::from("王小明"), walk_up: false, ..Row::walk_up(number.to_owned(), Some(class.to_owned()))
        }
    }

    fn roster() -> Roster {
        Roster::new(vec![
            row("20220101", "甲"),
            row("20220102", "甲"),
            row("20220201", "乙"),
            row("B20220137", "乙"),
            row("20220101", "丙"),
        ])
    }

    #[test]
    fn a_number_is_found_as_it_is_typed_or_scanned() {
        let roster = roster();
        assert_eq!(roster.rows().len(), 4, "the same number twice is one row");
        assert_eq!(roster.find("２０２２０１０２"), Some(1));
        assert_eq!(roster.find(" b20220137\r"), Some(3));
        assert_eq!(roster.find("20220999"), None);
        assert_eq!(roster.look_up("20220101", None), Match::Exact(0));
        assert_eq!(roster.look_up("137", None), Match::Proposed(3));
        assert_eq!(roster.look_up("37", None), Match::None, "too short to mean anybody");
        assert_eq!(roster.look_up("201", None), Match::Proposed(2));
        assert_eq!(roster.look_up("999", None), Match::None);
    }

    #[test]
    fn the_present_class_comes_first_and_several_are_said() {
        let roster = Roster::new(vec![row("2022010137", "甲"), row("2022020137", "乙"), row("2022030137", "丙")]);
        assert_eq!(roster.look_up("0137", Some("乙")), Match::Proposed(1));
        assert_eq!(roster.look_up("0137", Some("丁")), Match::Several(3));
        assert_eq!(roster.look_up("0137", None), Match::Several(3));
    }

    #[test]
    fn the_order_of_the_list_proposes_the_next_one_who_is_open() {
        let roster = roster();
        let number = |at: Option<usize>| at.map(|at| roster.rows()[at].number.as_str());
        assert_eq!(number(roster.next_open(None, None, |_| true)), Some("20220101"));
        assert_eq!(number(roster.next_open(Some("20220101"), None, |_| true)), Some("20220102"));
        assert_eq!(number(roster.next_open(Some("20220101"), Some("乙"), |_| true)), Some("20220201"));
        assert_eq!(number(roster.next_open(Some("B20220137"), None, |row| row.number != "20220101")), Some("20220102"));
        assert_eq!(number(roster.next_open(None, None, |_| false)), None);
        assert_eq!(roster.classes(), [(String::from("甲"), 2), (String::from("乙"), 2)]);
    }

    #[test]
    fn nothing_of_a_person_is_printed() {
        let printed = format!("{:?} {:?}", roster(), roster().rows());
        assert!(!printed.contains("王") && !printed.contains("2022"), "{printed}");
    }
}
