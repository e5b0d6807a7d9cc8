//! The poster for the queue: which code to show and how, drawn examples, what is kept and for whom. The same words as
//! the student's screen, as one page of HTML that any browser prints on A4 and that needs nothing beside it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::escaped;
use super::examples::drawn;
use crate::domain::notice::{Example, Notice};
use crate::text::Lang;
use crate::text::window::{self as words, Word};
use crate::vision::jpeg::{JpegError, encode};

/// Drawn size, pixels: five beside each other on A4 at some 300 dots per inch.
const SIZE: (u32, u32) = (360, 480);
const QUALITY: u8 = 85;
const DPI: u16 = 300;
/// The page. Takes a second: its people are drawn.
pub fn page(notice: &Notice, lang: Lang) -> Result<String, JpegError> {
    let mut examples = Vec::new();
    for example in Example::ALL {
        let picture = STANDARD.encode(encode(&drawn(example, SIZE.0, SIZE.1), QUALITY, DPI)?.bytes);
        let (class, sign) = if example == Example::Good { ("good", "✓") } else { ("bad", "✕") };
        examples.push(format!(
            "<figure class=\"{class}\"><img alt=\"\" src=\"data:image/jpeg;base64,{picture}\">\
             <figcaption><b>{sign}</b> {}</figcaption></figure>\n",
            escaped(words::example(example, lang))
        ));
    }
    let examples = examples.concat();
    let hint = |word: Word| format!("<li>{}</li>\n", escaped(word.text(lang)));
    let hints = [Word::HoldOriginal, Word::HoldBright, Word::HoldFlat].map(hint).concat();
    let title = escaped(words::show_code(notice.level, lang));
    let kept = escaped(&words::student_notice(notice, lang));
    let code = match lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    };
    Ok(format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<ol>\n{hints}</ol>\n\
         <div class=\"examples\">\n{examples}</div>\n<p>{kept}</p>\n</body>\n</html>\n"
    ))
}

/// Sizes are those of A4; the marks carry the meaning without colour, too.
const STYLE: &str = "\
@page { size: A4 portrait; margin: 14mm }
body { font-family: 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', 'WenQuanYi Micro Hei', sans-serif; \
color: #15181b; margin: 0 auto; max-width: 182mm; -webkit-print-color-adjust: exact; print-color-adjust: exact }
h1 { font-size: 46pt; text-align: center; margin: 4mm 0 8mm }
ol { font-size: 24pt; line-height: 1.6; margin: 0 0 10mm }
.examples { display: flex; flex-wrap: wrap; gap: 6mm; justify-content: center }
figure { margin: 0; width: 54mm }
img { width: 54mm; height: 72mm; display: block; border: 1.2mm solid #8e0e2e; box-sizing: border-box }
.good img { border-color: #2a6cc4 }
figcaption { font-size: 18pt; text-align: center; margin-top: 1mm }
p { font-size: 13pt; text-align: center; margin-top: 10mm }
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::set_up::Level;

    #[test]
    fn the_page_says_code_hints_examples_and_what_is_kept() {
        let notice =
            Notice { level: Some(Level::Undergraduate), retention_days: Some(90), fee: String::from("20 元 <b>&") };
        let page = page(&notice, Lang::Zh).unwrap();
        for wanted in
            ["请出示本科采集码", Word::HoldBright.text(Lang::Zh), "不露牙齿", "保存 90 天", "20 元 &lt;b&gt;&amp;"]
        {
            assert!(page.contains(wanted), "{wanted}");
        }
        assert_eq!(page.matches("data:image/jpeg;base64,/9j/").count(), Example::ALL.len(), "the pictures are inside");
        assert!(!page.contains("http"), "nothing is fetched");
        assert!(!page.contains("<b>&"), "typed text is no markup");
    }
}
