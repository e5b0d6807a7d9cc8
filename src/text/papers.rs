//! Sentences about the settings code and the empty backdrop of 准备场次.

use super::{Lang, Message};
use crate::domain::set_up::BackdropReason;
use crate::domain::set_up_code::SetUpCodeError;

fn pick(lang: Lang, zh: (&str, &str), en: (&str, &str)) -> Message {
    let (what, advice) = match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    Message::new(what, advice)
}

/// The button that shows it.
pub const fn set_up_code(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "设置码",
        Lang::En => "Settings code",
    }
}

/// The button that reads another station's.
pub const fn read_set_up_code(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "扫设置码…",
        Lang::En => "Scan a settings code…",
    }
}

/// The symbol stands on the screen.
pub fn set_up_code_shown(lang: Lang) -> Message {
    pick(
        lang,
        ("请下一台对着它扫", "在下一台的准备场次里按扫设置码，里面没有钥匙、台号、人员和名单"),
        ("let the next station scan this", "Prepare, Scan a settings code; no keys, letter, people or list are in it"),
    )
}

/// Another station's symbol is waited for.
pub fn set_up_code_wanted(lang: Lang) -> Message {
    pick(
        lang,
        ("请把上一台的设置码对着镜头", "读到以后看一遍再开始，台号和文件夹照这一台的"),
        ("show the other station's settings code", "look the answers over; letter and folders stay this station's"),
    )
}

/// The answers do not fit a symbol that can be read from a screen.
pub fn set_up_code_too_long(lang: Lang) -> Message {
    pick(
        lang,
        ("班级太多，一个码放不下", "用导出设置写成文件，带到下一台"),
        ("too many groups for one code", "write the settings to a file"),
    )
}

/// What was seen is no settings code, or none of this version.
pub fn set_up_code_unusable(error: SetUpCodeError, lang: Lang) -> Message {
    match error {
        SetUpCodeError::NotSettings => pick(
            lang,
            ("这不是设置码", "请对着上一台屏幕上的设置码"),
            ("this is no settings code", "show the one on the other station's screen"),
        ),
        SetUpCodeError::OtherVersion => pick(
            lang,
            ("这个设置码是另一个版本的图采站做的", "两台装同一个版本，或用设置文件"),
            ("the settings code is of another version", "install one version on both, or use a file"),
        ),
        SetUpCodeError::TooLong { .. } | SetUpCodeError::Damaged => pick(
            lang,
            ("这个设置码用不了", "在上一台重新打开设置码再扫"),
            ("this settings code cannot be used", "open it again at the other station"),
        ),
    }
}

/// Why the session is held before a backdrop that fails.
pub const fn backdrop_reason(reason: BackdropReason, lang: Lang) -> &'static str {
    let (zh, en) = match reason {
        BackdropReason::OnlyOne => ("现场只有这块背景", "there is no other"),
        BackdropReason::CentreAgreed => ("采集中心同意", "the centre agreed"),
        BackdropReason::FalseAlarm => ("检测误报", "false alarm"),
        BackdropReason::ReplacedLater => ("照片会另换背景", "the backdrop is replaced later"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// The button that opens the reasons.
pub const fn backdrop_use(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "仍然用这块背景…",
        Lang::En => "Use it all the same…",
    }
}

/// The button that says it once more.
pub const fn backdrop_confirm(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "确认 背景不合格也拍",
        Lang::En => "Confirm: it fails, go on",
    }
}

/// Somebody has said so; the journal keeps who.
pub fn backdrop_overruled(reason: BackdropReason, lang: Lang) -> Message {
    let why = backdrop_reason(reason, lang);
    match lang {
        Lang::Zh => Message::new(format!("背景不合格，已放行：{why}"), "谁放行的记在日志里"),
        Lang::En => Message::new(format!("the backdrop fails and is used: {why}"), "the journal keeps who said so"),
    }
}
