//! Words about the school's own list (名单): why a file gives none, what is wrong with its rows, how far it is.

use super::{Lang, Message};
use crate::domain::roster::{Column, RosterFault, RosterFinding, RosterFindingKind, TextEncoding};

/// Row numbers that one sentence names.
const NAMED: usize = 8;

fn pick(lang: Lang, zh: (&str, &str), en: (&str, &str)) -> Message {
    let (what, advice) = if lang == Lang::Zh { zh } else { en };
    Message::new(what, advice)
}

/// Why a file gives no list.
pub fn fault(fault: RosterFault, lang: Lang) -> Message {
    let (zh, en) = match fault {
        RosterFault::Unreadable => (
            ("这个文件打不开", "先在别的程序里关掉它，或换一个文件"),
            ("the file cannot be opened", "close it in other programs, or choose another"),
        ),
        RosterFault::TooLarge => (
            ("这个文件太大，不像一份名单", "只留下名单那一张表，另存后再导入"),
            ("the file is larger than any list", "keep only the sheet with the list and save it again"),
        ),
        RosterFault::TooManyRows => (
            ("这个文件的行太多", "一份名单最多两万行，请按院系分开"),
            ("the file has too many rows", "a list has at most 20 000; split it by department"),
        ),
        RosterFault::TooManyColumns => (
            ("这个文件的列太多", "只留下学号、姓名、班级这几列再导入"),
            ("the file has too many columns", "keep number, name and class"),
        ),
        RosterFault::NotAList => {
            (("这个文件不是表格", "请用 xlsx、xls、ods 或 csv"), ("the file is no table", "use xlsx, xls, ods or csv"))
        }
        RosterFault::Protected => (
            ("这个表格有密码", "在表格程序里去掉密码，另存后再导入"),
            ("the workbook is under a password", "save it without one"),
        ),
        RosterFault::Damaged => (
            ("这个表格读不完整", "在表格程序里打开，另存为 xlsx 后再导入"),
            ("the workbook cannot be read to its end", "open it and save it again as xlsx"),
        ),
        RosterFault::Empty => {
            (("这个文件里没有行", "看看名单是不是在另一张表里"), ("nothing is in the file", "look at its other sheets"))
        }
    };
    pick(lang, zh, en)
}

/// What is wrong with rows of a list, and what to do.
pub fn finding(finding: &RosterFinding, lang: Lang) -> Message {
    use RosterFindingKind as K;
    let (zh, en) = match finding.kind {
        K::NoNumberColumn => {
            (("还没有选学号列", "在下面选哪一列是学号"), ("no column is the student number", "choose which one it is"))
        }
        K::NumberDamaged => (
            ("学号变成了小数、日期或 1.2E+17", "在表格里把学号列设为文本，重新填好再导入"),
            ("student numbers became fractions, dates or 1.2E+17", "make the column text and enter them again"),
        ),
        K::IdDamaged => (
            ("身份证号变成了数字，后几位已经丢了", "在表格里把这一列设为文本重新填，或不选这一列"),
            ("ID numbers became numbers and lost their last digits", "enter them as text, or leave the column out"),
        ),
        K::NumberTwice => {
            (("学号重复", "一个学号只留一行"), ("the same student number twice", "keep one row for each number"))
        }
        K::BadCharacters => {
            (("有认不出的字", "换一种编码再看"), ("characters that cannot be read", "choose another encoding"))
        }
        K::TooLong => (("内容太长", "看看列选对了没有"), ("too long", "see whether the columns are right")),
        K::TooMany => (("行太多", "一份名单最多两万行"), ("too many rows", "a list has at most 20 000")),
        K::NobodyLeft => (
            ("一个学号也没有读到", "看看列选对了没有"),
            ("no student number was read", "see whether the columns are right"),
        ),
        K::NoNameColumn => (
            ("没有选姓名列", "可以用，但现场不能核对姓名"),
            ("no column is the name", "usable, but nothing can be compared at the desk"),
        ),
        K::NumberMissing => (
            ("没有学号，不会导入", "要的话补上学号再导入"),
            ("no student number, left out", "add the number if wanted"),
        ),
        K::ZerosLost => (
            ("学号比别人短，前面的 0 可能丢了", "核对这几行，要的话在表格里补上"),
            ("shorter than the others: zeros in front may be lost", "compare these rows"),
        ),
        K::NameMissing => {
            (("没有姓名", "可以用，现场只能核对学号"), ("no name", "usable; only the number can be compared"))
        }
        K::IdTwice => {
            (("身份证号重复", "核对是不是同一个人"), ("the same ID number twice", "see whether it is one person"))
        }
        K::IdWrong => {
            (("身份证号不像是对的", "核对这几行"), ("ID numbers that do not look right", "compare these rows"))
        }
    };
    let mut message = pick(lang, zh, en);
    if !finding.rows.is_empty() {
        message.what = format!("{}{}", message.what, rows(&finding.rows, lang));
    }
    message
}

/// `，第 3、5 行`.
fn rows(rows: &[u32], lang: Lang) -> String {
    let named: Vec<String> = rows.iter().take(NAMED).map(u32::to_string).collect();
    let more = rows.len() > NAMED;
    match (lang, more) {
        (Lang::Zh, false) => format!("，第 {} 行", named.join("、")),
        (Lang::Zh, true) => format!("，第 {} 等 {} 行", named.join("、"), rows.len()),
        (Lang::En, false) => format!(" (rows {})", named.join(", ")),
        (Lang::En, true) => format!(" (rows {} and more, {} in all)", named.join(", "), rows.len()),
    }
}

/// What a column holds.
pub const fn column(column: Column, lang: Lang) -> &'static str {
    match (column, lang) {
        (Column::Number, Lang::Zh) => "学号",
        (Column::Name, Lang::Zh) => "姓名",
        (Column::IdNumber, Lang::Zh) => "身份证号",
        (Column::Class, Lang::Zh) => "班级",
        (Column::Department, Lang::Zh) => "院系",
        (Column::Major, Lang::Zh) => "专业",
        (Column::Level, Lang::Zh) => "层次",
        (Column::Number, Lang::En) => "number",
        (Column::Name, Lang::En) => "name",
        (Column::IdNumber, Lang::En) => "ID number",
        (Column::Class, Lang::En) => "class",
        (Column::Department, Lang::En) => "department",
        (Column::Major, Lang::En) => "major",
        (Column::Level, Lang::En) => "level",
    }
}

/// How a text was read.
pub fn encoding(encoding: TextEncoding, lang: Lang) -> String {
    match (encoding, lang) {
        (TextEncoding::Gb18030, Lang::Zh) => String::from("GBK"),
        (other, _) => other.as_str().to_owned(),
    }
}

/// How long a list is.
pub fn size(rows: usize, classes: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{rows} 人，{classes} 个班"),
        Lang::En => format!("{rows} students, {classes} classes"),
    }
}

/// A list was taken.
pub fn taken(rows: usize, lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new(format!("名单采用了，{rows} 人"), "扫码锁定后输学号或刷学生卡，就能对上"),
        Lang::En => Message::new(format!("the list was taken, {rows} students"), "type or scan the number at the lock"),
    }
}

/// A list was taken away.
pub fn removed(lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new("名单移除了", "已拍的照片都在"),
        Lang::En => Message::new("the list was removed", "photos that were taken are all there"),
    }
}

/// Rows without a class stand under this.
pub const fn no_class(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "没有班级",
        Lang::En => "no class",
    }
}

/// A fixed word about the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RosterWord {
    Roster,
    Open,
    None,
    CentreNone,
    PickFile,
    Path,
    Read,
    Sheet,
    Encoding,
    ColumnsHint,
    Adopt,
    Adopted,
    Remove,
    Back,
    NotChosen,
    Bound,
    NextOfList,
    TypeNumber,
    Pad,
    ThatIsIt,
    LookUp,
    Erase,
    WalkUp,
    AskTaken,
    AnswerSame,
    AnswerOther,
    AskUnknown,
    AnswerWalkUp,
    AnswerRetype,
    MissingEmpty,
}

impl RosterWord {
    /// Every word, for the test that draws them all.
    pub const ALL: [Self; 30] = [
        Self::Roster,
        Self::Open,
        Self::None,
        Self::CentreNone,
        Self::PickFile,
        Self::Path,
        Self::Read,
        Self::Sheet,
        Self::Encoding,
        Self::ColumnsHint,
        Self::Adopt,
        Self::Adopted,
        Self::Remove,
        Self::Back,
        Self::NotChosen,
        Self::Bound,
        Self::NextOfList,
        Self::TypeNumber,
        Self::Pad,
        Self::ThatIsIt,
        Self::LookUp,
        Self::Erase,
        Self::WalkUp,
        Self::AskTaken,
        Self::AnswerSame,
        Self::AnswerOther,
        Self::AskUnknown,
        Self::AnswerWalkUp,
        Self::AnswerRetype,
        Self::MissingEmpty,
    ];

    pub const fn text(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Roster, Lang::Zh) => "学校名单",
            (Self::Open, Lang::Zh) => "名单…",
            (Self::None, Lang::Zh) => "没有名单，照样可以拍",
            (Self::CentreNone, Lang::Zh) => "采集单位组织的场次不用名单",
            (Self::PickFile, Lang::Zh) => "选择文件…",
            (Self::Path, Lang::Zh) => "名单文件",
            (Self::Read, Lang::Zh) => "读入",
            (Self::Sheet, Lang::Zh) => "表",
            (Self::Encoding, Lang::Zh) => "编码",
            (Self::ColumnsHint, Lang::Zh) => "先点一项，再点表里是哪一列",
            (Self::Adopt, Lang::Zh) => "采用名单",
            (Self::Adopted, Lang::Zh) => "采用了，点开始后生效",
            (Self::Remove, Lang::Zh) => "移除名单",
            (Self::Back, Lang::Zh) => "返回",
            (Self::NotChosen, Lang::Zh) => "没有选",
            (Self::Bound, Lang::Zh) => "已对上名单",
            (Self::NextOfList, Lang::Zh) => "名单上的下一位",
            (Self::TypeNumber, Lang::Zh) => "输学号或刷学生卡",
            (Self::Pad, Lang::Zh) => "数字键",
            (Self::ThatIsIt, Lang::Zh) => "是这位",
            (Self::LookUp, Lang::Zh) => "查找",
            (Self::Erase, Lang::Zh) => "删",
            (Self::WalkUp, Lang::Zh) => "名单外",
            (Self::AskTaken, Lang::Zh) => "名单上这位已经拍过",
            (Self::AnswerSame, Lang::Zh) => "就是这位，再对上",
            (Self::AnswerOther, Lang::Zh) => "不是这位，重新输",
            (Self::AskUnknown, Lang::Zh) => "名单里没有这个学号",
            (Self::AnswerWalkUp, Lang::Zh) => "记为名单外",
            (Self::AnswerRetype, Lang::Zh) => "重新输",
            (Self::MissingEmpty, Lang::Zh) => "名单上的人都拍过了",
            (Self::Roster, Lang::En) => "School's list",
            (Self::Open, Lang::En) => "List…",
            (Self::None, Lang::En) => "No list; everything works without one",
            (Self::CentreNone, Lang::En) => "A collecting company's session has no list",
            (Self::PickFile, Lang::En) => "Choose file…",
            (Self::Path, Lang::En) => "File of the list",
            (Self::Read, Lang::En) => "Read",
            (Self::Sheet, Lang::En) => "Sheet",
            (Self::Encoding, Lang::En) => "Encoding",
            (Self::ColumnsHint, Lang::En) => "Choose an item, then its column in the table",
            (Self::Adopt, Lang::En) => "Take the list",
            (Self::Adopted, Lang::En) => "Taken; it counts from the start on",
            (Self::Remove, Lang::En) => "Remove the list",
            (Self::Back, Lang::En) => "Back",
            (Self::NotChosen, Lang::En) => "not chosen",
            (Self::Bound, Lang::En) => "On the list",
            (Self::NextOfList, Lang::En) => "Next on the list",
            (Self::TypeNumber, Lang::En) => "Type or scan the number",
            (Self::Pad, Lang::En) => "Digits",
            (Self::ThatIsIt, Lang::En) => "That is it",
            (Self::LookUp, Lang::En) => "Look up",
            (Self::Erase, Lang::En) => "Del",
            (Self::WalkUp, Lang::En) => "not on the list",
            (Self::AskTaken, Lang::En) => "This person of the list was taken already",
            (Self::AnswerSame, Lang::En) => "The same person, bind again",
            (Self::AnswerOther, Lang::En) => "Another one, type again",
            (Self::AskUnknown, Lang::En) => "This number is not on the list",
            (Self::AnswerWalkUp, Lang::En) => "Add as not on the list",
            (Self::AnswerRetype, Lang::En) => "Type again",
            (Self::MissingEmpty, Lang::En) => "Everybody on the list was taken",
        }
    }
}

/// What was typed of a 学号, and how many it fits.
pub fn typed(digits: &str, several: usize, lang: Lang) -> String {
    match (several, lang) {
        (0, Lang::Zh) => format!("学号 {digits}"),
        (0, Lang::En) => format!("number {digits}"),
        (several, Lang::Zh) => format!("学号 {digits}，有 {several} 位"),
        (several, Lang::En) => format!("number {digits}: {several} people"),
    }
}

/// Who is missing.
pub fn missing(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("名单上还没有拍 {count} 人"),
        Lang::En => format!("{count} of the list are missing"),
    }
}

/// What was typed fits several rows.
pub fn several(count: usize, lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new(format!("名单里有 {count} 位学号以这几位结尾"), "再多输几位"),
        Lang::En => Message::new(format!("{count} numbers end in these digits"), "type more of them"),
    }
}

/// A student's card was scanned while nobody was locked.
pub fn card_first(lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new("这是学生卡，还没有扫采集码", "先扫采集码，再刷学生卡"),
        Lang::En => Message::new("this is a student's card", "show the code first, then the card"),
    }
}

/// Whom a question is about: masked name, and the shot that has the row already.
pub fn taken_by(person: &str, shot: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{person}，{shot} 已对上这一行"),
        Lang::En => format!("{person}: {shot} has this row"),
    }
}

/// The number that is not on the list.
pub fn unknown(number: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("学号 {number}，核对后再记为名单外"),
        Lang::En => format!("number {number}: compare it before adding"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_named_and_many_are_counted() {
        let some = RosterFinding { kind: RosterFindingKind::NumberTwice, rows: vec![3, 5] };
        assert_eq!(finding(&some, Lang::Zh).what, "学号重复，第 3、5 行");
        let many = RosterFinding { kind: RosterFindingKind::IdWrong, rows: (1..=20).collect() };
        assert_eq!(finding(&many, Lang::Zh).what, "身份证号不像是对的，第 1、2、3、4、5、6、7、8 等 20 行");
        let none = RosterFinding { kind: RosterFindingKind::NoNumberColumn, rows: vec![] };
        assert_eq!(finding(&none, Lang::En).what, "no column is the student number");
    }
}
