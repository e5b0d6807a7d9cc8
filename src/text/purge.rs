//! Words about purging: what would go and stay, how far it is, what a certificate says, and what it does not promise.

use super::words::words;
use super::{Lang, Message};
use crate::domain::fault::StoreFault;
use crate::domain::purge::PurgeStep;

words! {
    /// A fixed word about purging.
    PurgeWord:
    Looking => "正在看哪些到期", "Looking at what is due";
    Intro => "清除后两块盘都不再有照片、采集码和见证图，只留编号、时间和哈希", "Photos, codes and witnesses go from both disks; numbers, times and hashes stay";
    Empty => "还没有任何记录", "There are no records";
    KeepDays => "保存期", "Kept for";
    NothingDue => "没有到期的记录，现在不用清除", "Nothing is due";
    OnlyManager => "只有管理员可以清除，请管理员登录来做", "Only a manager purges: let one sign in";
    SecondMissing => "备份盘不在，插回后按再看一次，两块盘要一起清", "The second disk is missing: connect it, both are purged";
    LookAgain => "再看一次", "Look again";
    NotNow => "先不清除", "Not now";
    Cut => "上次清除做到一半断了，证明还没写，备份盘插好后按再看一次", "The last purge was cut: connect the second disk and look again";
    Stop => "停下", "Stop";
    Stopping => "正在停下，做完手上这几条", "Stopping after these few";
    StoppedBefore => "停下了，没有清除任何记录", "Stopped; nothing was purged";
    NoCertificate => "清除以后，这里可以另存签过名的清除证明", "After a purge its signed certificate is saved from here";
    Place => "证明存到", "Save it to";
    PlaceHint => "完整路径，文件夹或新文件名", "Full path of a folder or a new file";
    PickPlace => "选位置…", "Choose…";
    Save => "另存证明", "Save it";
}

/// How long a session keeps its records.
pub fn days(days: Option<u32>, lang: Lang) -> String {
    match (days, lang) {
        (Some(days), Lang::Zh) => format!("{days} 天"),
        (Some(days), Lang::En) => format!("{days} days"),
        (None, Lang::Zh) => String::from("一直保存"),
        (None, Lang::En) => String::from("no end"),
    }
}

/// How many go.
pub fn due_now(count: usize, lang: Lang) -> String {
    match (count, lang) {
        (0, Lang::Zh) => String::from("没有到期"),
        (0, Lang::En) => String::from("none due"),
        (_, Lang::Zh) => format!("到期 {count} 条"),
        (_, Lang::En) => format!("{count} due"),
    }
}

/// How many stay, and why.
pub fn stays(not_settled: usize, not_due: usize, next: Option<String>, lang: Lang) -> String {
    let mut parts = Vec::new();
    match lang {
        Lang::Zh => {
            if not_settled > 0 {
                parts.push(format!("{not_settled} 条没有交完，要等回执，留下"));
            }
            match next {
                _ if not_due == 0 => {}
                Some(next) => parts.push(format!("{not_due} 条没有到期，最早 {next}，留下")),
                None => parts.push(format!("{not_due} 条没有设保存期，留下")),
            }
            if parts.is_empty() { String::from("别的都清除过了") } else { parts.join("；") }
        }
        Lang::En => {
            if not_settled > 0 {
                parts.push(format!("{not_settled} stay until their receipt has come"));
            }
            match next {
                _ if not_due == 0 => {}
                Some(next) => parts.push(format!("{not_due} stay, the first until {next}")),
                None => parts.push(format!("{not_due} stay: no days are set")),
            }
            if parts.is_empty() { String::from("everything else is gone") } else { parts.join("; ") }
        }
    }
}

/// A step of the clock that has to be confirmed here.
pub fn clock_went(from: &str, to: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("时钟从 {from} 一步到了 {to}，对一对日期再清除"),
        Lang::En => format!("the clock went from {from} to {to} in one step: compare the date first"),
    }
}

/// The button that confirms the clock.
pub fn today(date: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("今天是 {date}，没错"),
        Lang::En => format!("Today is {date}"),
    }
}

/// The button that leads to the question.
pub fn purge_asked(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("清除到期的 {count} 条…"),
        Lang::En => format!("Purge the {count} due…"),
    }
}

/// The question.
pub fn no_way_back(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("这 {count} 条清除后再也找不回来，封包和备份里的不受影响"),
        Lang::En => format!("these {count} cannot be brought back; bundles and backups keep theirs"),
    }
}

/// The button that does it.
pub fn purge_all(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("清除 {count} 条"),
        Lang::En => format!("Purge {count}"),
    }
}

/// How far it is.
pub fn step(step: PurgeStep, lang: Lang) -> String {
    match (step, lang) {
        (PurgeStep::CatchingUp, Lang::Zh) => String::from("正在核对备份盘"),
        (PurgeStep::CatchingUp, Lang::En) => String::from("looking at the second disk"),
        (PurgeStep::Removing { done, of }, Lang::Zh) => format!("正在删除 {done} / {of} 个文件"),
        (PurgeStep::Removing { done, of }, Lang::En) => format!("removing file {done} of {of}"),
        (PurgeStep::Compacting, Lang::Zh) => String::from("正在收缩数据库"),
        (PurgeStep::Compacting, Lang::En) => String::from("compacting the database"),
        (PurgeStep::Signing, Lang::Zh) => String::from("正在写清除证明"),
        (PurgeStep::Signing, Lang::En) => String::from("writing the certificate"),
    }
}

/// The same on the other pages.
pub fn running(at: PurgeStep, lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new(step(at, lang), "清除完再扫码，窗口可以照常看"),
        Lang::En => Message::new(step(at, lang), "codes are read again when the purge is over"),
    }
}

/// A purge that was cut before this start is finished now.
pub fn finished(records: usize, lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new(
            format!("上次没做完的清除已经做完，{records} 条的证明补好了"),
            "在设置的到期清除里可以另存证明",
        ),
        Lang::En => Message::new(
            format!("the purge that was cut is finished; the certificate of {records} records is written"),
            "save it from Settings, retention",
        ),
    }
}

/// It is done, or was stopped with so many left.
pub fn done(records: usize, left: usize, certificate: &str, lang: Lang) -> String {
    if left > 0 {
        return match lang {
            Lang::Zh => format!("停下了，清除了 {records} 条，另 {left} 条没有动，证明 {certificate} 已签名"),
            Lang::En => format!("stopped: {records} purged, {left} untouched; certificate {certificate} is signed"),
        };
    }
    match lang {
        Lang::Zh => format!("清除了 {records} 条，证明 {certificate} 已签名，可以另存"),
        Lang::En => format!("{records} records purged; certificate {certificate} is signed and can be saved"),
    }
}

/// The newest certificate.
pub fn certificate(newest: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("最近的清除证明 {newest}，签名文件一起存"),
        Lang::En => format!("newest certificate {newest}; its signature goes with it"),
    }
}

/// A certificate was saved.
pub fn saved(path: &str, lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new("清除证明和签名都存好了", path),
        Lang::En => Message::new("the certificate and its signature are saved", path),
    }
}

/// A certificate was not saved: there is such a file, or the place cannot be written.
pub fn not_saved(is_there: bool, lang: Lang) -> Message {
    match (is_there, lang) {
        (true, Lang::Zh) => Message::new("那里已经有同名的文件，证明没有另存", "换一个文件名或文件夹"),
        (true, Lang::En) => Message::new("a file of that name is there; nothing was saved", "choose another name"),
        (false, Lang::Zh) => Message::new("那里写不进去，证明没有另存", "换一个能写的文件夹，数据文件夹里的还在"),
        (false, Lang::En) => {
            Message::new("that place cannot be written", "choose another; the data folder keeps its own")
        }
    }
}

/// Somebody is locked, or something is being stored.
pub fn desk_busy(lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new("还锁定着一位同学", "先拍完、暂放或放行，再清除"),
        Lang::En => Message::new("a student is locked", "finish, park or release first, then purge"),
    }
}

/// Why nothing was purged, or not everything yet.
pub fn fault(fault: StoreFault, lang: Lang) -> Message {
    match (fault, lang) {
        (StoreFault::SecondCopyMissing | StoreFault::SecondCopyBehind, Lang::Zh) => {
            Message::new("备份盘不在或还没补齐，没有清除任何记录", "插好备份盘，等补齐了再清除")
        }
        (StoreFault::SecondCopyMissing | StoreFault::SecondCopyBehind, Lang::En) => {
            Message::new("the second disk is missing or behind; nothing was purged", "connect it and wait, then purge")
        }
        (StoreFault::DiskFull | StoreFault::DiskFailing | StoreFault::Other, Lang::Zh) => {
            Message::new("清除时磁盘出错", "重新打开程序会把已经开始的做完，没开始的记录都还在")
        }
        (StoreFault::DiskFull | StoreFault::DiskFailing | StoreFault::Other, Lang::En) => {
            Message::new("the disk failed while purging", "the next start finishes what was begun; the rest is there")
        }
        (fault, lang) => super::fault::store(fault, lang),
    }
}

/// What was done.
pub const fn statement(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => {
            "上列记录的照片、原图、采集码和见证图已从本机和备份盘删除，数据库已清理并收缩，只留下编号、时间和哈希"
        }
        Lang::En => {
            "photo, original, code and witness of these records were removed from this station and its second disk, \
             and the database was wiped and compacted; numbers, times and hashes stay"
        }
    }
}

/// What nobody can promise.
pub const fn not_promised(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => {
            "已交出的封包、备份、另存的旧数据库和换下来的旧备份盘仍可能含有这些记录；闪存盘可能在看不到的单元里留有旧的加密数据"
        }
        Lang::En => {
            "bundles, backups, databases set aside and second disks that were replaced may still hold these records; flash memory may keep old \
             encrypted data in cells that nothing can reach"
        }
    }
}

/// Before anything is removed.
pub fn due(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{count} 条记录的保存期已满，加 --remove 清除"),
        Lang::En => format!("{count} records are due; add --remove to purge them"),
    }
}

/// The clock went a step that may be a weekend or a fault.
pub fn clock_step(from: &str, to: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("时钟从 {from} 一步跳到 {to}，请确认这段时间确实停用，再加 --clock-is-right 今天的日期"),
        Lang::En => {
            format!(
                "the clock went from {from} to {to} in one step: if that is right, add --clock-is-right and today's date"
            )
        }
    }
}
