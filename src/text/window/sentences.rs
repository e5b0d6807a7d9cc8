//! The window's sentences with values in them.

use crate::text::{Lang, Message};

/// `1 条提醒` and so on: what the band says when the picture has reminders.
pub fn reminders(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("有 {count} 条提醒 请确认"),
        Lang::En => format!("{count} reminders, please confirm"),
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
