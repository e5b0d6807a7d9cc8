//! Sentences about what a session writes and reads: its settings file, the poster, the notice to the student.

use super::Word;
use crate::domain::notice::{Example, Notice};
use crate::text::{Lang, Message};

/// A settings file was read.
pub fn set_up_read(lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new("场次设置读进来了", "看一遍再开始"),
        Lang::En => Message::new("the settings were read", "look them over, then start"),
    }
}

/// A settings file was written.
pub fn set_up_written(path: &str, lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new(format!("设置写到了 {path}"), "带到下一台，读入就一样，钥匙不在里面"),
        Lang::En => Message::new(format!("written to {path}"), "read it at the next station; no keys are in it"),
    }
}

/// A settings file cannot be read or written.
pub fn set_up_unusable(line: Option<usize>, lang: Lang) -> Message {
    let place = line.map(|line| format!("第 {line} 行")).unwrap_or_default();
    match lang {
        Lang::Zh => Message::new(format!("这个设置文件用不了{place}"), "换一个由图采站导出的文件"),
        Lang::En => Message::new(format!("this settings file cannot be used {place}"), "choose one that was exported"),
    }
}

/// A photo standard in the data folder cannot be chosen: its file's name, and the line and key that are wrong.
pub fn standard_unusable(file: &str, place: Option<(usize, &str)>, lang: Lang) -> Message {
    let zh = place.map(|(line, key)| format!(" 第 {line} 行 {key}")).unwrap_or_default();
    let en = place.map(|(line, key)| format!(", line {line}, {key}")).unwrap_or_default();
    match lang {
        Lang::Zh => Message::new(
            format!("照片标准文件 {file} 用不了{zh}"),
            "运行 tucai profiles --data 数据文件夹 看原因，改好或拿走它",
        ),
        Lang::En => Message::new(
            format!("the photo standard {file} cannot be used{en}"),
            "run `tucai profiles --data DIR` to see why, mend it or take it away",
        ),
    }
}

/// The poster for the queue stands there.
pub fn poster_written(path: &str, lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new(format!("海报写好了 {path}"), "用浏览器打开，按 A4 打印"),
        Lang::En => Message::new(format!("the poster is written: {path}"), "open it in a browser and print it on A4"),
    }
}

/// A file could not be written where it was wanted.
pub fn not_written(lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new("文件写不进去", "换一个文件夹再试"),
        Lang::En => Message::new("the file cannot be written there", "choose another folder"),
    }
}

/// The session cannot be changed while somebody is locked.
pub fn session_busy(lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new("还锁定着一位同学", "先拍完或放行，再换场次"),
        Lang::En => Message::new("somebody is still locked", "finish or release first"),
    }
}

/// What a drawn example asks for.
pub const fn example(example: Example, lang: Lang) -> &'static str {
    match example {
        Example::Good => Word::ExampleGood,
        Example::Teeth => Word::ExampleTeeth,
        Example::Tilted => Word::ExampleTilted,
        Example::HairOverEyes => Word::ExampleHair,
        Example::Cap => Word::ExampleCap,
    }
    .text(lang)
}

/// What is kept, for how long, for whom, and what it costs: version 1 of the notice.
pub fn student_notice(notice: &Notice, lang: Lang) -> String {
    let kept = match (notice.retention_days, lang) {
        (Some(days), Lang::Zh) => format!("，收到回执后保存 {days} 天"),
        (Some(days), Lang::En) => format!(", kept {days} days after receipt"),
        (None, _) => String::new(),
    };
    let fee = if notice.fee.is_empty() { String::new() } else { format!("  {}", notice.fee) };
    match lang {
        Lang::Zh => format!("照片和采集码加密存在这台电脑里，只交给采集单位{kept}{fee}"),
        Lang::En => {
            format!("Photo and code are kept encrypted here and given to the collecting company only{kept}{fee}")
        }
    }
}
