//! Words about somebody who is called to be taken again.

use super::Lang;
use super::words::words;
use crate::domain::ids::ShotNumber;

words! {
    /// A fixed word about it.
    CallWord:
    Nobody => "不等了", "Not coming";
    LineExpected => "请出示上次的采集码；换了新码的先照常扫码，再到队列里选这一行",
        "Show the code of last time; with a new code scan first, then choose this row in the queue";
    AskSame => "是来重拍的同一位吗", "Is this the one who comes again?";
    Same => "是同一位，替换原来那张", "The same: replace that picture";
    Another => "不是，照常拍", "No, go on as usual";
}

/// Whose turn it is to be taken again.
pub fn say_expected(shot: ShotNumber, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("请 {shot} 来重拍"),
        Lang::En => format!("{shot}, once more please"),
    }
}

/// The picture that the coming one takes the place of.
pub fn replaces(shot: ShotNumber, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("重拍 {shot}"),
        Lang::En => format!("replaces {shot}"),
    }
}

/// Two numbers and two codes: only somebody who looks can tell whether they are of one person.
pub fn retake_of(locked: ShotNumber, shot: ShotNumber, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("锁定的是 {locked}，要重拍的是 {shot}，先问本人，再核对采集码画面上证件号的末几位"),
        Lang::En => format!(
            "{locked} is locked, {shot} is to be taken again: ask them, and compare the last digits beside the code"
        ),
    }
}
