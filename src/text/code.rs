//! The words of a code that is seen and cannot be read: what the student does, what the operator is told.

use super::{Lang, Message};
use crate::domain::code_help::{CodeHelp, CodeSight};

/// The line for both: at most 8 characters in Chinese, no number.
pub const fn help(help: CodeHelp, lang: Lang) -> &'static str {
    use CodeHelp as H;
    let (zh, en) = match help {
        H::WholeCode => ("把整个码放进框里", "Whole code, please"),
        H::Closer => ("手机靠近一点", "Bring it closer"),
        H::Brighter => ("请把手机调亮", "Turn the phone bright"),
        H::Dimmer => ("请把手机调暗", "Turn the phone dimmer"),
        H::AwayFromGlare => ("转一下避开反光", "Turn away the glare"),
        H::FurtherAway => ("手机拿远一点", "Hold it farther away"),
        H::HoldStill => ("请拿稳手机", "Hold the phone still"),
        H::SaveOriginal => ("请长按保存原图", "Save the code itself"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// What was measured, and what the operator can do about it.
pub fn operator(help: CodeHelp, sight: &CodeSight, lang: Lang) -> Message {
    use CodeHelp as H;
    let percent = (sight.burnt * 100.0).round();
    let (light, module) = (sight.light.round(), sight.module_px);
    let (what, advice) = match (help, lang) {
        (H::WholeCode, Lang::Zh) => ("码有一部分在画面外".to_owned(), "整个码都要在画面里"),
        (H::WholeCode, Lang::En) => ("a part of the code is outside the picture".to_owned(), "show all of it"),
        (H::Closer, Lang::Zh) => (format!("码太小，每格 {module:.1} 像素，至少 2.2"), "手机靠近镜头，码放大"),
        (H::Closer, Lang::En) => {
            (format!("{module:.1} pixels per module, at least 2.2"), "closer to the lens, or enlarge the code")
        }
        (H::Brighter, Lang::Zh) => (format!("手机屏幕太暗，亮处 {light:.0}"), "亮度调到最高，关掉深色和护眼"),
        (H::Brighter, Lang::En) => {
            (format!("the screen is too dark, {light:.0} at its brightest"), "full brightness, no dark mode")
        }
        (H::Dimmer, Lang::Zh) => ("手机屏幕太亮，码被照白了".to_owned(), "亮度调低一些，或拿远一点"),
        (H::Dimmer, Lang::En) => ("the screen drowns its own code".to_owned(), "less brightness, or farther away"),
        (H::AwayFromGlare, Lang::Zh) => (format!("屏幕反光，盖住 {percent:.0} %"), "把手机转一个角度，避开灯"),
        (H::AwayFromGlare, Lang::En) => {
            (format!("a reflection covers {percent:.0} %"), "turn the phone a little, away from the lamp")
        }
        (H::FurtherAway, Lang::Zh) => ("离镜头太近，对不上焦".to_owned(), "手机往后退一点"),
        (H::FurtherAway, Lang::En) => ("too close to focus".to_owned(), "move the phone back a little"),
        (H::HoldStill, Lang::Zh) => ("画面是糊的".to_owned(), "拿稳，靠在桌上停一秒"),
        (H::HoldStill, Lang::En) => ("the picture is smeared".to_owned(), "rest the phone on the desk for a second"),
        (H::SaveOriginal, Lang::Zh) => {
            ("看得清，还是读不出，码的图片可能坏了".to_owned(), "在手机上长按码保存原图再出示，或用扫码枪")
        }
        (H::SaveOriginal, Lang::En) => (
            "well seen and still unreadable: its picture may be damaged".to_owned(),
            "save the code itself and show that",
        ),
    };
    Message::new(what, advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_students_line_has_at_most_eight_characters_and_no_number() {
        for cause in CodeHelp::ALL {
            let words = help(cause, Lang::Zh);
            assert!(words.chars().count() <= 8, "{words}");
            assert!(!words.chars().any(|c| c.is_ascii_digit()), "{words}");
            assert!(!help(cause, Lang::En).is_empty());
        }
    }

    #[test]
    fn the_operator_reads_what_was_measured() {
        let sight = CodeSight { module_px: 1.44, light: 38.4, dark: 9.0, burnt: 0.123, detail: 0.2, cut: false };
        let said = |help| format!("{:?}", operator(help, &sight, Lang::Zh));
        assert!(said(CodeHelp::Closer).contains("1.4"));
        assert!(said(CodeHelp::Brighter).contains("38"));
        assert!(said(CodeHelp::AwayFromGlare).contains("12 %"));
        for cause in CodeHelp::ALL {
            let english = format!("{:?}", operator(cause, &sight, Lang::En));
            assert!(english.is_ascii(), "{english}");
        }
    }
}
