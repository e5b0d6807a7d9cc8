//! The window's sentences with values in them.

use crate::text::{Lang, Message};

/// `1 条提醒` and so on: what the band says when the picture has reminders.
pub fn reminders(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("有 {count} 条提醒 请确认"),
        Lang::En => format!("{count} reminders, please confirm"),
    }
}

/// What the band says of a picture that passed everything, with `count` things left that only eyes can tell.
pub fn to_attest(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("各项通过 请核对 {count} 项"),
        Lang::En => format!("All passed, please look at {count} things"),
    }
}

/// The header's count.
pub fn people(count: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{count} 人"),
        Lang::En => format!("{count}"),
    }
}

/// Seconds of the lock that are left.
pub fn seconds_left(seconds: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("还有 {seconds} 秒"),
        Lang::En => format!("{seconds} s left"),
    }
}

/// Shots of this person so far.
pub fn shots_taken(shots: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("已拍 {shots} 张"),
        Lang::En => format!("{shots} shots"),
    }
}

/// The line for checks that need no words of their own.
pub fn others_pass(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("其余 {count} 项通过"),
        Lang::En => format!("{count} others pass"),
    }
}

/// The sum that must add up.
pub fn tally(sum: [u32; 6], difference: i64, lang: Lang) -> String {
    let [locked, stored, released, turned_away, expired, open] = sum;
    match lang {
        Lang::Zh => format!(
            "锁定 {locked} = 已存 {stored} + 放行 {released} + 未拍 {turned_away} + 过期 {expired} + 进行中 {open}，差 {difference}"
        ),
        Lang::En => format!(
            "locked {locked} = stored {stored} + released {released} + not taken {turned_away} + expired {expired} + open {open}, difference {difference}"
        ),
    }
}

/// Another try is coming.
pub fn retry_in(seconds: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{seconds} 秒后再试一次"),
        Lang::En => format!("next try in {seconds} s"),
    }
}

/// Free room on the first disk.
pub fn free_space(gigabytes: f64, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("剩 {gigabytes:.0} GB"),
        Lang::En => format!("{gigabytes:.0} GB free"),
    }
}

/// Frames per second.
pub fn frame_rate(fps: f32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{fps:.0} 帧"),
        Lang::En => format!("{fps:.0} fps"),
    }
}

/// Copies that the second disk lacks.
pub fn copies_missing(count: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("缺 {count} 份"),
        Lang::En => format!("{count} missing"),
    }
}

/// A background worker ended by itself.
pub fn worker_died(stored: u32, lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new("后台程序停了", format!("{stored} 人都已保存，按重新启动继续")),
        Lang::En => Message::new("a background worker ended", format!("{stored} people are stored; restart it")),
    }
}

/// The picture models could not be started.
pub fn models_fault(lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new("检查模型没有装好", "重新安装程序，已保存的照片都在"),
        Lang::En => {
            Message::new("the picture models did not start", "install the program again; stored photos are safe")
        }
    }
}

/// The code was collected at this time, under this shot number.
pub fn already(shot: &str, at: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{at} 已拍，{shot}"),
        Lang::En => format!("taken at {at}, {shot}"),
    }
}

/// The setting: days within which pictures must be sealed.
pub const fn seal_within(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "几天内要封包",
        Lang::En => "Sealed within days",
    }
}

/// What an empty field means, and which days count.
pub const fn seal_within_hint(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "不填就不限，只数开机采集的日子",
        Lang::En => "empty: no limit; days of work count",
    }
}

/// How long pictures may still wait for their bundle; of another session than the present one with its name.
pub fn days_to_seal(days: i64, other: Option<&str>, lang: Lang) -> String {
    let left = match (days, lang) {
        (..0, Lang::Zh) => String::from("超期没封包"),
        (..0, Lang::En) => String::from("sealing overdue"),
        (0, Lang::Zh) => String::from("今天要封包"),
        (0, Lang::En) => String::from("seal today"),
        (days, Lang::Zh) => format!("封包 还有 {days} 天"),
        (days, Lang::En) => format!("{days} days to seal"),
    };
    match (other, lang) {
        (None, _) => left,
        (Some(name), Lang::Zh) => format!("场次 {name} {left}"),
        (Some(name), Lang::En) => format!("session {name}: {left}"),
    }
}

/// The disk holds less than the people who are still to come need.
pub fn room_short(gigabytes: f64, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("这一场还要 {gigabytes:.1} GB，不够"),
        Lang::En => format!("this session needs {gigabytes:.1} GB more: not enough"),
    }
}

/// A list of collected codes was written or taken in.
pub fn list_done(letter: &str, codes: u64, written: ListDone, lang: Lang) -> Message {
    match (written, lang) {
        (ListDone::Written, Lang::Zh) => {
            Message::new(format!("已采名单写好了，{codes} 个"), "连同签名文件一起带到别的采集站读入")
        }
        (ListDone::Written, Lang::En) => Message::new(
            format!("the list of {codes} codes was written"),
            "take it to the other stations with its .minisig",
        ),
        (ListDone::TakenIn, Lang::Zh) => {
            Message::new(format!("采集站 {letter} 的已采名单读进来了，{codes} 个"), "扫到这些采集码会先问您")
        }
        (ListDone::TakenIn, Lang::En) => {
            Message::new(format!("{codes} codes of station {letter} were taken in"), "these codes lead to a question")
        }
    }
}

/// Which way a list went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListDone {
    Written,
    TakenIn,
}

/// Another station has collected the code, as its list of this time says.
pub fn collected_elsewhere(shot: &str, at: &str, lang: Lang) -> String {
    let letter: String = shot.chars().take(1).collect();
    match lang {
        Lang::Zh => format!("采集站 {letter} 已拍，{shot}，名单写于 {at}"),
        Lang::En => format!("station {letter} took it, {shot}, by its list of {at}"),
    }
}

/// Another code came while this one is locked.
pub fn other_code(shot: &str, digest: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("正在拍 {shot}，新扫到 {digest}"),
        Lang::En => format!("{shot} is locked, {digest} was seen"),
    }
}

/// The shot that an undo would withdraw.
pub fn undo(shot: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{shot} 会撤回，记录仍然留着"),
        Lang::En => format!("{shot} will be withdrawn; the record is kept"),
    }
}

/// The shot limit.
pub fn shot_limit(shots: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("这位同学已拍 {shots} 张"),
        Lang::En => format!("{shots} shots of this student"),
    }
}

/// Position in a grid, size of a list.
pub fn unsealed(count: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("还有 {count} 张没有复核，先封已通过的"),
        Lang::En => format!("{count} are not reviewed; the approved ones are sealed"),
    }
}

/// Bundles that are sealed and were written to no stick.
pub fn bundles_waiting(count: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("有 {count} 个封包封好了还没有写到 U 盘，继续就会写出"),
        Lang::En => format!("{count} sealed bundles are on no stick yet; go on to write them"),
    }
}

/// People who are still locked or parked.
pub fn still_open(count: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("还有 {count} 人锁定或暂放，可以先去队列处理"),
        Lang::En => format!("{count} are still locked or parked"),
    }
}

/// The system lists no camera at all.
pub const fn no_device_listed(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "系统没有列出任何相机",
        Lang::En => "the system lists no camera",
    }
}

/// Four characters that the student typed.
pub fn last_four(four: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("末四位 {four}"),
        Lang::En => format!("last four {four}"),
    }
}

/// A gun typed characters that depend on the keyboard's layout.
pub fn gun_not_ascii(lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new("扫码枪送来的字符不能用", "关掉输入法再扫，或用相机扫"),
        Lang::En => Message::new("the scanner gun sent characters that cannot be used", "switch the input method off"),
    }
}

/// Bytes for people.
pub fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1_048_576.0)
}

/// A line of typed groups that cannot be read.
pub fn group_line(number: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("第 {number} 行读不懂，或班名写了两遍"),
        Lang::En => format!("line {number} cannot be read, or its name stands twice"),
    }
}

/// How many groups were typed, and their heads.
pub fn groups(count: usize, heads: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{count} 个班，应到 {heads} 人"),
        Lang::En => format!("{count} groups, {heads} heads"),
    }
}

/// A heading with how many of its heads are stored.
pub fn group_count(name: &str, stored: u32, heads: Option<u32>) -> String {
    match heads {
        Some(heads) => format!("{name} {stored} / {heads}"),
        None => format!("{name} {stored}"),
    }
}

/// A group's stored, missing and to be taken again.
pub fn group_progress(stored: u32, heads: Option<u32>, retake: u32, lang: Lang) -> String {
    let again = match (retake, lang) {
        (0, _) => String::new(),
        (retake, Lang::Zh) => format!("  补拍 {retake}"),
        (retake, Lang::En) => format!("  again {retake}"),
    };
    match (heads, lang) {
        (Some(heads), Lang::Zh) => format!("已采 {stored}  未采 {}{again}", heads.saturating_sub(stored)),
        (Some(heads), Lang::En) => format!("{stored} stored  {} missing{again}", heads.saturating_sub(stored)),
        (None, Lang::Zh) => format!("已采 {stored}{again}"),
        (None, Lang::En) => format!("{stored} stored{again}"),
    }
}

/// People stored in the last hour.
pub fn last_hour(people: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("近一小时 {people} 人"),
        Lang::En => format!("{people} in the last hour"),
    }
}

/// Stored of all heads.
pub fn of_heads(stored: u32, heads: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("应到 {heads}  已采 {stored}"),
        Lang::En => format!("{stored} of {heads}"),
    }
}

/// How large a face at the chair is.
pub fn face_at_chair(pixels: f32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("脸宽 {pixels:.0} 像素"),
        Lang::En => format!("the face is {pixels:.0} pixels wide"),
    }
}

/// A code was read in a trial.
pub fn code_read(digest: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("采集码读到了 {digest}"),
        Lang::En => format!("the code was read {digest}"),
    }
}

/// A key came through.
pub fn key_pressed(key: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("按键收到了 {key}"),
        Lang::En => format!("the key came through {key}"),
    }
}

/// A disk was written and read back.
pub fn disk_good(milliseconds: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("写入和读回都对，用了 {milliseconds} 毫秒"),
        Lang::En => format!("written and read back in {milliseconds} ms"),
    }
}
