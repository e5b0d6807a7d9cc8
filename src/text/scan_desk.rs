//! Words of the scan desk: numbers, slips, the line of those who wait.

use super::words::words;
use super::{Lang, Message};
use crate::domain::set_up::DeskKind;

words! {
    /// A fixed word of the scan desk.
    ScanWord:
    SayNumber => "请记住号码 去等拍", "Remember your number";
    LineNumber => "下一位请出示采集码", "Next one, please show the code";
    LineSlip => "号条看到了，再出示手机上的采集码", "The slip was seen; show the code itself";
    AskStaff => "请问工作人员", "Please ask the staff";
    YourNumber => "拍摄号", "Your number";
    HadIt => "这个采集码已经有号", "This code has its number already";
    PrintSlip => "号条…", "Slip…";
    ScanDesk => "扫码台", "Scan desk";
    WhatDesk => "这台做什么", "This desk";
    LetGo => "不拍了", "Not coming";
    QueueAnyway => "仍然发号，到拍摄台再问", "Number all the same; the camera desk asks";
    NoNumber => "不发号，下一位", "No number, next one";
    AskQueue => "这个采集码已经拍过，要不要发号", "Collected already: give a number?";
    SlipHint => "叫到这个号时，出示手机上的采集码或这张号条", "When called, show the code on the phone or this slip";
}

/// What a desk does.
pub const fn desk_kind(kind: DeskKind, lang: Lang) -> &'static str {
    let (zh, en) = match kind {
        DeskKind::One => ("扫码和拍照", "codes and pictures"),
        DeskKind::ScanOnly => ("本台只扫码", "codes only"),
        DeskKind::ScanAhead => ("扫码相机先发号", "scan camera gives numbers"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// Who waits, and who comes next.
pub fn in_line(waiting: u32, next: Option<&str>, lang: Lang) -> String {
    match (next, lang) {
        (Some(next), Lang::Zh) => format!("等拍 {waiting} 位，下一位 {next}"),
        (Some(next), Lang::En) => format!("{waiting} waiting, next {next}"),
        (None, Lang::Zh) => String::from("没有人等拍"),
        (None, Lang::En) => String::from("nobody waits"),
    }
}

/// Numbers that were given today, and how many still wait.
pub fn given(given: u32, waiting: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("今天发号 {given}，等拍 {waiting}"),
        Lang::En => format!("{given} numbers today, {waiting} waiting"),
    }
}

/// A place in the line, counted from 1.
pub fn place(place: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("第 {place} 位"),
        Lang::En => format!("no. {place}"),
    }
}

/// The number that another station's slip says.
pub fn slip_number(shot: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("号条 {shot}"),
        Lang::En => format!("slip {shot}"),
    }
}

/// The slip that was shown belongs to another code.
pub fn slip_differs(shot: &str, lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new(format!("号条 {shot} 是另一个采集码的"), "照采集码拍，请同学找回自己的号条"),
        Lang::En => Message::new(format!("slip {shot} belongs to another code"), "the code counts; find the own slip"),
    }
}

/// The slip is on its way to the printer.
pub fn slip_opened(shot: &str, lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new(format!("{shot} 的号条打开了"), "在打印窗口里按打印"),
        Lang::En => Message::new(format!("the slip of {shot} is open"), "print it there"),
    }
}

/// The slip stands in this file, and nothing opened it.
pub fn slip_written(path: &str, lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new(format!("号条写好了 {path}"), "用浏览器打开它来打印"),
        Lang::En => Message::new(format!("the slip is written: {path}"), "open it in a browser and print it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_student_reads_fits_the_band() {
        for word in [ScanWord::SayNumber, ScanWord::AskStaff] {
            assert!(word.text(Lang::Zh).chars().count() <= 12);
        }
        assert_eq!(in_line(4, Some("A-0138"), Lang::Zh), "等拍 4 位，下一位 A-0138");
    }
}
