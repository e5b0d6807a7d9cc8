//! What is said of the second disk: why copies are missing, and the one thing that helps against it.

use super::words::words;
use super::{Lang, Message};
use crate::domain::fault::Behind;

words! {
    /// A fixed word about the second disk.
    DiskWord:
    // the lamp and 总览
    Slow => "正在补", "catching up";
    Missing => "没有插", "not connected";
    Full => "满了", "full";
    Failing => "写入出错", "failing";
    Foreign => "换了一块盘", "another disk";
    // the band, under 已保存 缺备份
    LineSlow => "已存在本机，备份盘慢了，会自动补上，先别拔盘", "Stored here; the copy follows by itself";
    LineMissing => "已存在本机，插回备份盘，缺的会自动补上", "Stored here; connect the second disk";
    LineFull => "已存在本机，备份盘满了，腾出空间或换一块盘", "Stored here; the second disk is full";
    LineFailing => "已存在本机，备份盘写不进去，拔下来换一块盘", "Stored here; the second disk fails, replace it";
    LineForeign => "已存在本机，插着的不是原来那块盘，请在上方选择", "Stored here; another disk is connected";
}

/// For the lamp.
pub const fn lamp(behind: Behind, lang: Lang) -> &'static str {
    let word = match behind {
        Behind::Slow => DiskWord::Slow,
        Behind::Missing => DiskWord::Missing,
        Behind::Full => DiskWord::Full,
        Behind::Failing => DiskWord::Failing,
        Behind::Foreign => DiskWord::Foreign,
    };
    word.text(lang)
}

/// For the band, when a record has no copy yet. A copy that is only late has no other reason.
pub fn line(behind: Option<Behind>, lang: Lang) -> &'static str {
    let word = match behind.unwrap_or(Behind::Slow) {
        Behind::Slow => DiskWord::LineSlow,
        Behind::Missing => DiskWord::LineMissing,
        Behind::Full => DiskWord::LineFull,
        Behind::Failing => DiskWord::LineFailing,
        Behind::Foreign => DiskWord::LineForeign,
    };
    word.text(lang)
}

/// What happened and what to do.
pub fn message(behind: Behind, lang: Lang) -> Message {
    let (zh, en) = match behind {
        Behind::Slow => (
            ("已存在本机，备份盘还在补", "请等备份补完再拔盘"),
            ("stored here, the second copy is being caught up", "wait before unplugging the disk"),
        ),
        Behind::Missing => (
            ("已存在本机，备份盘不在", "插回备份盘，缺的会自动补上"),
            ("stored here, the second disk is missing", "connect it; missing copies are caught up"),
        ),
        Behind::Full => (
            ("已存在本机，备份盘满了", "在备份盘上腾出空间，或换一块大的盘"),
            ("stored here, the second disk is full", "free some space on it or take a larger one"),
        ),
        Behind::Failing => (
            ("已存在本机，备份盘写入出错", "拔下来换一块盘，位置变了就到准备场次里重新选"),
            ("stored here, the second disk fails to write", "pull it and connect another one"),
        ),
        Behind::Foreign => (
            ("已存在本机，插着的盘里没有本站的备份", "插回原来的备份盘，或改用这块盘，以前的会全部补上"),
            (
                "stored here, the disk that is connected holds no copy of this station",
                "connect the old one, or use this one: `tucai records second-copy`",
            ),
        ),
    };
    let (what, advice) = match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    Message::new(what, advice)
}
