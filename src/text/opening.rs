//! Words about what opening a station found: what is lost, what could be mended.

use super::{Lang, Message};

/// So many numbers are named.
const NAMED: usize = 8;

/// How much of what was put right again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mended {
    /// Records that the index did not have.
    pub restored: usize,
    /// Lines of the journal that the index did not have.
    pub replayed: u64,
    /// Capsules that only the second disk had.
    pub recovered: usize,
    /// Lines of the journal that only the index had.
    pub rewritten: u64,
    /// Files of schools' lists.
    pub lists: usize,
    /// Unfinished files that were set aside.
    pub set_aside: usize,
}

/// Why the second disk did not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OtherDisk {
    /// It is there and has no copy, or none was ever set up.
    #[default]
    Gone,
    /// It is set up and not connected: it may have one.
    Away,
}

/// Numbers in a row, the first few of many.
fn named(shots: &[String], lang: Lang) -> String {
    let first = shots.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(" ");
    match (shots.len() > NAMED, lang) {
        (false, _) => first,
        (true, Lang::Zh) => format!("{first} 等 {} 条", shots.len()),
        (true, Lang::En) => format!("{first} and {} more", shots.len() - NAMED),
    }
}

/// Records whose capsule is on no disk that is there.
pub fn missing(shots: &[String], other: OtherDisk, lang: Lang) -> Message {
    let shots = named(shots, lang);
    match (other, lang) {
        (OtherDisk::Away, Lang::Zh) => Message::new(
            format!("{shots} 的照片本机没有了，备份盘又不在"),
            "插回备份盘再打开一次，那里有的会自动补回来",
        ),
        (OtherDisk::Away, Lang::En) => Message::new(
            format!("the pictures of {shots} are not here any more, and the second disk is missing"),
            "connect it and open the station again: what it has is brought back",
        ),
        (OtherDisk::Gone, Lang::Zh) => Message::new(
            format!("{shots} 的照片哪块盘上都没有了"),
            "请这些同学补拍；找到旧盘的，运行 tucai records repair",
        ),
        (OtherDisk::Gone, Lang::En) => Message::new(
            format!("the pictures of {shots} are on neither disk"),
            "these students come again; with an older disk run `tucai records repair`",
        ),
    }
}

/// Capsules and places of the journal that cannot be read.
pub fn damaged(capsules: usize, journal: usize, lang: Lang) -> Message {
    let parts: Vec<String> = match lang {
        Lang::Zh => [(capsules, "个照片文件"), (journal, "处日志")].map(|(n, what)| (n, format!("{n} {what}"))),
        Lang::En => {
            [(capsules, "capsules"), (journal, "places of the journal")].map(|(n, what)| (n, format!("{n} {what}")))
        }
    }
    .into_iter()
    .filter_map(|(n, part)| (n > 0).then_some(part))
    .collect();
    match lang {
        Lang::Zh => {
            Message::new(format!("{}读不出", parts.join("、")), "插好备份盘，运行 tucai records repair，看能修回多少")
        }
        Lang::En => Message::new(
            format!("{} cannot be read", parts.join(" and ")),
            "connect the second disk and run `tucai records repair`",
        ),
    }
}

/// Subjects that were lost and wait again under their numbers.
pub fn found_again(shots: &[String], lang: Lang) -> Message {
    let shots = named(shots, lang);
    match lang {
        Lang::Zh => Message::new(format!("{shots} 的采集码找回来了"), "在队列里召来就能接着拍"),
        Lang::En => Message::new(format!("the codes of {shots} are found again"), "call them from the queue"),
    }
}

/// What the last end had left undone and is whole again; nothing when nothing was.
pub fn mended(mended: Mended, lang: Lang) -> Option<Message> {
    let Mended { restored, replayed, recovered, rewritten, lists, set_aside } = mended;
    let counts = [restored as u64, replayed, recovered as u64, rewritten, lists as u64, set_aside as u64];
    let words = match lang {
        Lang::Zh => [
            "条记录从照片文件恢复",
            "行日志补进数据库",
            "个照片文件从备份盘补回",
            "行日志从数据库补回",
            "个名单文件修好",
            "个没写完的文件收进 set-aside",
        ],
        Lang::En => [
            "records restored from their capsules",
            "journal lines taken into the database",
            "capsules brought back from the second disk",
            "journal lines written again",
            "lists mended",
            "unfinished files set aside",
        ],
    };
    let parts: Vec<String> = counts
        .iter()
        .zip(words)
        .filter(|(count, _)| **count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    if parts.is_empty() {
        return None;
    }
    Some(match lang {
        Lang::Zh => Message::new(format!("上次没有正常结束，已经补齐：{}", parts.join("，")), "不用做什么，照常用"),
        Lang::En => Message::new(
            format!("the last end left something undone, and it is whole again: {}", parts.join(", ")),
            "nothing is to be done",
        ),
    })
}
