//! A list as it stands in a file: lines of cells, which line holds the headings, and which column means what.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{MOST_CHARS, folded_number, masked_name, masked_number};

/// The headings stand in one of the first lines; titles over several columns stand before them.
const HEADINGS_WITHIN: usize = 12;

/// What a column holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// 学号: the key.
    #[default]
    Number,
    /// 姓名.
    Name,
    /// 身份证号.
    IdNumber,
    /// 班级.
    Class,
    /// 院系.
    Department,
    /// 专业.
    Major,
    /// 层次.
    Level,
}

impl Column {
    pub const ALL: [Self; 7] =
        [Self::Number, Self::Name, Self::IdNumber, Self::Class, Self::Department, Self::Major, Self::Level];

    /// Name on the command line and in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Name => "name",
            Self::IdNumber => "id_number",
            Self::Class => "class",
            Self::Department => "department",
            Self::Major => "major",
            Self::Level => "level",
        }
    }

    /// Headings that schools write, folded to lower case without blanks; the surest first.
    const fn headings(self) -> &'static [&'static str] {
        match self {
            Self::Number => &["学号", "学生学号", "学籍号", "考生号", "报名号", "studentid", "studentno", "number"],
            Self::Name => &["姓名", "学生姓名", "名字", "name", "fullname"],
            Self::IdNumber => {
                &["身份证号", "身份证号码", "身份证", "证件号码", "证件号", "身份证件号", "idnumber", "id"]
            }
            Self::Class => &["班级", "班级名称", "行政班", "班", "班名", "class"],
            Self::Department => &["院系", "学院", "系", "系所", "分院", "院系名称", "学院名称", "department"],
            Self::Major => &["专业", "专业名称", "major"],
            Self::Level => &["层次", "培养层次", "学历层次", "level"],
        }
    }
}

/// One cell. A number may have lost what it was.
#[derive(Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
    /// A date, a truth value or an error: no 学号 and no name.
    Odd,
}

impl fmt::Debug for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "Empty",
            Self::Text(_) => "Text(..)",
            Self::Number(_) => "Number(..)",
            Self::Odd => "Odd",
        })
    }
}

impl Cell {
    /// Blank text is an empty cell.
    pub fn text(text: &str) -> Self {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c.is_control());
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    pub const fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// What a preview shows of a person: what a column that names one holds is masked, and what nobody chose yet, too.
    pub fn masked(&self, holds: Option<Column>) -> String {
        let shown = self.shown();
        match holds {
            _ if shown.is_empty() => shown,
            Some(Column::Number | Column::IdNumber) => masked_number(&shown),
            Some(Column::Class | Column::Department | Column::Major | Column::Level) => shown,
            Some(Column::Name) | None => masked_name(&shown),
        }
    }

    /// The whole cell as text.
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.chars().take(MOST_CHARS).collect(),
            Self::Number(number) => format!("{number}"),
            Self::Odd => String::from("?"),
        }
    }
}

/// A line of the file that is not empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// As the file's program counts it, from 1.
    pub row: u32,
    pub cells: Vec<Cell>,
}

impl Line {
    pub fn cell(&self, at: usize) -> &Cell {
        self.cells.get(at).unwrap_or(&Cell::Empty)
    }
}

/// A list with its headings found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Empty when no line holds known headings.
    pub headings: Vec<String>,
    /// Everything behind the headings.
    pub lines: Vec<Line>,
    /// How many columns the widest line has.
    pub width: usize,
    /// Lines that were empty.
    pub empty_lines: usize,
}

fn known(heading: &str) -> Option<(usize, Column)> {
    let heading: String =
        folded_number(heading).to_lowercase().chars().filter(|c| !"*:：()（）_".contains(*c)).collect();
    Column::ALL
        .into_iter()
        .find_map(|column| column.headings().iter().position(|known| *known == heading).map(|rank| (rank, column)))
}

impl Table {
    /// Finds the line of headings: the one with most that are known, among the first. What stands before it is a
    /// title and is left out.
    pub fn of(lines: Vec<Line>, empty_lines: usize) -> Self {
        let count = |line: &Line| {
            line.cells.iter().filter(|cell| matches!(cell, Cell::Text(text) if known(text).is_some())).count()
        };
        let width = lines.iter().map(|line| line.cells.len()).max().unwrap_or(0);
        let best = lines
            .iter()
            .take(HEADINGS_WITHIN)
            .enumerate()
            .map(|(at, line)| (count(line), at))
            .max_by_key(|(known, at)| (*known, std::cmp::Reverse(*at)))
            .filter(|(known, _)| *known > 0);
        let Some((_, at)) = best else { return Self { headings: Vec::new(), lines, width, empty_lines } };
        let headings = (0..width).map(|column| lines[at].cell(column).shown()).collect();
        let lines = lines.into_iter().skip(at + 1).collect();
        Self { headings, lines, width, empty_lines }
    }

    /// What a column is called: its heading, else its letter as in a workbook.
    pub fn title(&self, at: usize) -> String {
        let heading = self.headings.get(at).filter(|heading| !heading.is_empty());
        heading.cloned().unwrap_or_else(|| letter(at))
    }
}

/// A, B … Z, AA.
fn letter(at: usize) -> String {
    let last = char::from(b'A' + (at % 26) as u8);
    if at < 26 { last.to_string() } else { format!("{}{last}", letter(at / 26 - 1)) }
}

/// Which column of a table holds what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns([Option<usize>; Column::ALL.len()]);

impl Columns {
    /// By the headings; where two fit, the one that is surer, then the first.
    pub fn proposed(table: &Table) -> Self {
        let mut columns = Self::default();
        for wanted in Column::ALL {
            let fitting = table.headings.iter().enumerate().filter_map(|(at, heading)| {
                known(heading).filter(|(_, column)| *column == wanted).map(|(rank, _)| (rank, at))
            });
            columns.set(wanted, fitting.min().map(|(_, at)| at));
        }
        columns
    }

    /// As it was chosen for this school before, by the headings' words; what has another heading now is proposed.
    pub fn remembered(table: &Table, chosen: &BTreeMap<Column, String>) -> Self {
        let mut columns = Self::proposed(table);
        for (column, heading) in chosen {
            if let Some(at) = table.headings.iter().position(|here| here == heading) {
                columns.set(*column, Some(at));
            }
        }
        columns
    }

    /// The headings of what is chosen, to be remembered; nothing where the table has none.
    pub fn chosen(&self, table: &Table) -> BTreeMap<Column, String> {
        let named = |column: Column| {
            let heading = table.headings.get(self.get(column)?).filter(|heading| !heading.is_empty())?;
            Some((column, heading.clone()))
        };
        Column::ALL.into_iter().filter_map(named).collect()
    }

    pub const fn get(&self, column: Column) -> Option<usize> {
        self.0[column as usize]
    }

    /// A place that held something else before holds only this now.
    pub fn set(&mut self, column: Column, at: Option<usize>) {
        if at.is_some() {
            self.0.iter_mut().filter(|held| **held == at).for_each(|held| *held = None);
        }
        self.0[column as usize] = at;
    }

    /// What a place holds.
    pub fn at(&self, place: usize) -> Option<Column> {
        Column::ALL.into_iter().find(|column| self.get(*column) == Some(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(row: u32, cells: &[&str]) -> Line {
        Line { row, cells: cells.iter().map(|text| Cell::text(text)).collect() }
    }

    #[test]
    fn headings_are_found_behind_a_title() {
        let lines = vec![
            line(1, &["2026 届毕业生名单"]),
            line(3, &["序号", " 姓 名 ", "学号*", "学院"]),
            line(4, &["1", "a", "2"]),
        ];
        let table = Table::of(lines, 1);
        assert_eq!(table.headings, ["序号", "姓 名", "学号*", "学院"]);
        assert_eq!((table.lines.len(), table.lines[0].row, table.width), (1, 4, 4));
        let columns = Columns::proposed(&table);
        assert_eq!(columns.get(Column::Number), Some(2));
        assert_eq!((columns.get(Column::Name), columns.get(Column::Department)), (Some(1), Some(3)));
        assert_eq!((columns.get(Column::Class), columns.at(0)), (None, None));
    }

    #[test]
    fn a_choice_is_remembered_by_its_headings() {
        let table = Table::of(vec![line(1, &["姓名", "学籍号", "内部编号"]), line(2, &["a", "1", "2"])], 0);
        let mut columns = Columns::proposed(&table);
        columns.set(Column::Number, Some(2));
        let chosen = columns.chosen(&table);
        let other = Table::of(vec![line(1, &["内部编号", "学籍号", "姓名", "班级"]), line(2, &["2", "1", "a"])], 0);
        let columns = Columns::remembered(&other, &chosen);
        assert_eq!((columns.get(Column::Number), columns.get(Column::Class)), (Some(0), Some(3)));
        assert_eq!(columns.get(Column::Name), Some(2));
    }

    #[test]
    fn a_list_without_headings_keeps_every_line_and_one_place_holds_one_thing() {
        let table = Table::of(vec![line(1, &["20220101", "王小明"])], 0);
        assert!(table.headings.is_empty() && table.lines.len() == 1);
        assert_eq!([table.title(0), table.title(27)], ["A", "AB"]);
        let mut columns = Columns::proposed(&table);
        assert_eq!(columns, Columns::default());
        columns.set(Column::Number, Some(0));
        columns.set(Column::Name, Some(0));
        assert_eq!((columns.get(Column::Number), columns.at(0)), (None, Some(Column::Name)));
        assert!(columns.chosen(&table).is_empty());
    }
}
