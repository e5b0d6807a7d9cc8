//! Words for findings: what was found with its value and limit, what the operator does, what the student reads.
//!
//! Left and right are the person's own. The student's line has no number and at most eight characters in Chinese.

use super::{Lang, Message};
use crate::domain::finding::{CheckId, Finding, Level, Reason, Unit};

/// What a check is about, in a word or two: "眼睛", "face width".
pub const fn check_name(id: CheckId, lang: Lang) -> &'static str {
    let (zh, en) = names(id);
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// What was found and what the operator does about it. The advice is empty where nothing is to be done.
pub fn finding(finding: &Finding, lang: Lang) -> Message {
    match lang {
        Lang::Zh => zh::finding(finding),
        Lang::En => en::finding(finding),
    }
}

/// As [`finding`], while no picture has been taken yet: the advice does not ask for another one.
pub fn before_the_shot(found: &Finding, lang: Lang) -> Message {
    const ANOTHER: [&str; 4] = ["，再拍一张", "再拍一张", "，再拍", "再拍"];
    let Message { what, advice } = finding(found, lang);
    let endings: &[&str] = match lang {
        Lang::Zh => &ANOTHER,
        Lang::En => &[" and shoot again", ", or take another"],
    };
    let advice = match endings.iter().find_map(|ending| advice.strip_suffix(ending)) {
        Some(rest) => rest.to_owned(),
        None => advice,
    };
    Message { what, advice }
}

/// What the student reads: a request, without numbers. Empty where the student cannot help.
pub const fn student(finding: &Finding, lang: Lang) -> &'static str {
    let (zh, en) = request(finding.id, finding.reason);
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

const fn names(id: CheckId) -> (&'static str, &'static str) {
    match id {
        CheckId::FileFormat => ("文件格式", "file type"),
        CheckId::FilePixels => ("像素", "size in pixels"),
        CheckId::FileDpi => ("分辨率", "density"),
        CheckId::FileBytes => ("文件大小", "file size"),
        CheckId::FileQuality => ("压缩质量", "JPEG quality"),
        CheckId::FileColor => ("色彩", "colour"),
        CheckId::FaceCount => ("人脸", "faces"),
        CheckId::GeometryHeadTop => ("头顶", "top of the head"),
        CheckId::GeometryEyeLine => ("眼睛", "eye line"),
        CheckId::GeometryFaceWidth => ("脸宽", "face width"),
        CheckId::GeometryCenter => ("居中", "centring"),
        CheckId::GeometryCrop => ("取景", "framing"),
        CheckId::PoseRoll => ("头部歪斜", "head tilt"),
        CheckId::PoseYaw => ("左右转头", "head turn"),
        CheckId::PosePitch => ("抬头低头", "head raised or lowered"),
        CheckId::PoseShoulders => ("肩膀", "shoulders"),
        CheckId::CaptureScale => ("拍摄像素", "pixels of the shot"),
        CheckId::EyesOpen => ("睁眼", "eyes open"),
        CheckId::EyesGaze => ("目光", "gaze"),
        CheckId::EyesGlasses => ("眼镜", "glasses"),
        CheckId::EyesGlare => ("镜片反光", "glare on lenses"),
        CheckId::EyesTinted => ("有色镜片", "tinted lenses"),
        CheckId::EyesFrame => ("镜框遮眼", "frame over eyes"),
        CheckId::EyesRed => ("红眼", "red eyes"),
        CheckId::EyesHair => ("头发遮眼", "hair over eyes"),
        CheckId::BrowsVisible => ("眉毛", "eyebrows"),
        CheckId::EarsVisible => ("耳朵", "ears"),
        CheckId::MouthClosed => ("闭嘴", "mouth closed"),
        CheckId::MouthTeeth => ("牙齿", "teeth"),
        CheckId::HeadCover => ("头部遮盖", "head cover"),
        CheckId::FaceOccluded => ("脸部遮挡", "covered face"),
        CheckId::LightDark => ("偏暗", "darkness"),
        CheckId::LightBright => ("过亮", "blown out light"),
        CheckId::LightBalance => ("左右光线", "light left and right"),
        CheckId::LightHighlight => ("面部高光", "highlights on the face"),
        CheckId::LightCast => ("偏色", "colour cast"),
        CheckId::LightNoise => ("噪点", "noise"),
        CheckId::SharpnessFocus => ("清晰度", "focus"),
        CheckId::SharpnessMotion => ("晃动", "motion blur"),
        CheckId::ImageUpscaled => ("放大痕迹", "enlargement"),
        CheckId::ImageCompression => ("压缩痕迹", "compression"),
        CheckId::BackgroundColor => ("背景颜色", "backdrop colour"),
        CheckId::BackgroundUniform => ("背景均匀", "even backdrop"),
        CheckId::BackgroundShadow => ("背景影子", "shadow on the backdrop"),
        CheckId::BackgroundClutter => ("背景杂物", "things in the backdrop"),
        CheckId::ClothesContrast => ("衣服和背景", "clothes against the backdrop"),
        CheckId::ImageRepeat => ("重复照片", "repeated picture"),
    }
}

/// What the student is asked to do, Chinese and English.
const fn request(id: CheckId, reason: Reason) -> (&'static str, &'static str) {
    let low = matches!(reason, Reason::TooLow);
    match reason {
        Reason::Ok | Reason::NotBuilt | Reason::Missing => return ("", ""),
        Reason::NoFace => return ("请坐到镜头前", "Please sit down"),
        Reason::SeveralFaces => return ("请旁边同学让开", "One person only, please"),
        Reason::NotVisible
        | Reason::TooLow
        | Reason::TooHigh
        | Reason::OneReading
        | Reason::WrongKind
        | Reason::CutAtSide
        | Reason::CutAtTop
        | Reason::CutAtBottom => {}
    }
    match id {
        CheckId::FileFormat
        | CheckId::FilePixels
        | CheckId::FileDpi
        | CheckId::FileBytes
        | CheckId::FileQuality
        | CheckId::FileColor
        | CheckId::LightDark
        | CheckId::LightBright
        | CheckId::LightBalance
        | CheckId::LightCast
        | CheckId::LightNoise
        | CheckId::ImageUpscaled
        | CheckId::ImageCompression
        | CheckId::BackgroundColor
        | CheckId::BackgroundUniform
        | CheckId::BackgroundClutter
        | CheckId::ImageRepeat => ("请稍等", "One moment, please"),
        CheckId::FaceCount => ("请坐到镜头前", "Please sit down"),
        CheckId::GeometryHeadTop => match reason {
            Reason::NotVisible | Reason::OneReading => ("请看镜头", "Please look at the lens"),
            Reason::TooLow | Reason::CutAtTop => ("请坐低一点", "Sit a little lower"),
            _ => ("请坐高一点", "Sit a little higher"),
        },
        CheckId::GeometryEyeLine if low => ("请坐低一点", "Sit a little lower"),
        CheckId::GeometryEyeLine => ("请坐高一点", "Sit a little higher"),
        CheckId::GeometryFaceWidth if low => ("请往前坐", "Move forward"),
        CheckId::GeometryFaceWidth => ("请往后坐", "Move back"),
        // Right in the picture is the person's own left: they move to their right.
        CheckId::GeometryCenter if low => ("请往左边坐一点", "Move a little to your left"),
        CheckId::GeometryCenter => ("请往右边坐一点", "Move a little to your right"),
        CheckId::GeometryCrop => match reason {
            Reason::CutAtTop => ("请坐低一点", "Sit a little lower"),
            Reason::CutAtBottom => ("请坐高一点", "Sit a little higher"),
            Reason::CutAtSide => ("请坐到中间", "Sit in the middle"),
            _ => ("请坐到标记处", "Sit on the mark"),
        },
        CheckId::PoseRoll | CheckId::EyesGlasses => match id {
            CheckId::PoseRoll => ("请把头摆正", "Hold your head upright"),
            _ => ("请摘下眼镜", "Take off your glasses"),
        },
        CheckId::PoseYaw => ("请正对镜头", "Face the lens"),
        CheckId::PosePitch if low => ("请抬一点下巴", "Raise your chin a little"),
        CheckId::PosePitch | CheckId::EyesGlare => ("请收一点下巴", "Lower your chin a little"),
        CheckId::PoseShoulders => ("请放平肩膀", "Level your shoulders"),
        CheckId::CaptureScale => ("请往前坐", "Move forward"),
        CheckId::EyesOpen => ("请睁开眼睛", "Open your eyes"),
        CheckId::EyesGaze | CheckId::EyesRed => ("请看镜头", "Look at the lens"),
        CheckId::EyesTinted => ("请摘有色眼镜", "Take off tinted glasses"),
        CheckId::EyesFrame => ("请扶正眼镜", "Straighten your glasses"),
        CheckId::EyesHair => ("请露出眼睛", "Show your eyes"),
        CheckId::BrowsVisible => ("请露出眉毛", "Show your eyebrows"),
        CheckId::EarsVisible => ("请露出耳朵", "Show your ears"),
        CheckId::MouthClosed => ("请闭上嘴", "Close your mouth"),
        CheckId::MouthTeeth => ("请不要露齿", "Do not show teeth"),
        CheckId::HeadCover => ("请摘下帽子", "Take off your hat"),
        CheckId::FaceOccluded => ("请露出全脸", "Show your whole face"),
        CheckId::LightHighlight => ("请擦一下汗", "Please wipe your face"),
        CheckId::SharpnessFocus | CheckId::SharpnessMotion => ("请坐稳别动", "Hold still"),
        CheckId::BackgroundShadow => ("请往前坐一步", "Move a step forward"),
        CheckId::ClothesContrast => ("请换件外衣", "Wear another coat"),
    }
}

/// A number with as many decimals as its unit is worth.
fn number(value: f64, unit: Option<Unit>) -> String {
    rounded(value, decimals_of(value, unit))
}

/// A measured number, with more decimals where it would read as the very limit that it misses.
fn beside(value: f64, limits: [Option<f64>; 2], unit: Option<Unit>) -> String {
    let few = decimals_of(value, unit);
    let told = |more: usize| rounded(value, few + more);
    let reads_as_limit = |more: &usize| limits.into_iter().flatten().any(|limit| told(*more) == number(limit, unit));
    told((0..MOST_MORE).find(|more| !reads_as_limit(more)).unwrap_or(MOST_MORE))
}

/// Decimals that are added at most.
const MOST_MORE: usize = 2;

const fn decimals_of(value: f64, unit: Option<Unit>) -> usize {
    match unit {
        Some(Unit::Degrees | Unit::Kilobytes | Unit::ColorDifference) => 1,
        Some(Unit::Ratio) => 2,
        Some(Unit::Percent) if value.abs() < 10.0 => 1,
        Some(Unit::Percent | Unit::Pixels | Unit::Dpi | Unit::Count) | None => 0,
    }
}

fn rounded(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text };
    if text == "-0" { String::from("0") } else { text }
}

/// The measured value and the limits, without a sign where the words name the side.
fn values(finding: &Finding, lang: Lang) -> (String, String) {
    let unit = finding.unit;
    let mark = unit_mark(unit, lang);
    let signed = matches!(
        finding.id,
        CheckId::PoseRoll
            | CheckId::PoseYaw
            | CheckId::PosePitch
            | CheckId::PoseShoulders
            | CheckId::EyesGaze
            | CheckId::LightBalance
            | CheckId::GeometryCenter
    );
    let sizeless = |value: f64| if signed { value.abs() } else { value };
    let with_mark = |text: String| if mark.is_empty() { text } else { format!("{text} {mark}") };
    let min = finding.min.filter(|_| !signed);
    let missed = if finding.level == Level::Pass { [None; 2] } else { [min, finding.max] };
    let measured = finding.measured.map(|value| with_mark(beside(sizeless(value), missed, unit))).unwrap_or_default();
    let limit = match (lang, min, finding.max) {
        (Lang::Zh, Some(min), Some(max)) if min == max => format!("应为 {}", with_mark(number(min, unit))),
        (Lang::Zh, Some(min), Some(max)) => format!("应在 {} 到 {}", number(min, unit), with_mark(number(max, unit))),
        (Lang::Zh, Some(min), None) => format!("至少 {}", with_mark(number(min, unit))),
        (Lang::Zh, None, Some(max)) => format!("最多 {}", with_mark(number(max, unit))),
        (Lang::En, Some(min), Some(max)) if min == max => format!("wanted {}", with_mark(number(min, unit))),
        (Lang::En, Some(min), Some(max)) => format!("wanted {} to {}", number(min, unit), with_mark(number(max, unit))),
        (Lang::En, Some(min), None) => format!("at least {}", with_mark(number(min, unit))),
        (Lang::En, None, Some(max)) => format!("at most {}", with_mark(number(max, unit))),
        (_, None, None) => String::new(),
    };
    (measured, limit)
}

const fn unit_mark(unit: Option<Unit>, lang: Lang) -> &'static str {
    match (unit, lang) {
        (None | Some(Unit::Count | Unit::Ratio | Unit::ColorDifference | Unit::Pixels), Lang::Zh)
        | (None | Some(Unit::Count | Unit::Ratio | Unit::ColorDifference), Lang::En) => "",
        (Some(Unit::Pixels), Lang::En) => "px",
        (Some(Unit::Degrees), Lang::Zh) => "度",
        (Some(Unit::Degrees), Lang::En) => "degrees",
        (Some(Unit::Percent), _) => "%",
        (Some(Unit::Kilobytes), _) => "KB",
        (Some(Unit::Dpi), _) => "dpi",
    }
}

mod en;
mod zh;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Severity;

    const REASONS: [Reason; 13] = [
        Reason::Ok,
        Reason::NoFace,
        Reason::SeveralFaces,
        Reason::NotVisible,
        Reason::TooLow,
        Reason::TooHigh,
        Reason::OneReading,
        Reason::WrongKind,
        Reason::CutAtSide,
        Reason::CutAtTop,
        Reason::CutAtBottom,
        Reason::Missing,
        Reason::NotBuilt,
    ];

    fn found(id: CheckId, reason: Reason, measured: f64, unit: Unit, min: Option<f64>, max: Option<f64>) -> Finding {
        let (level, severity) = (Level::Fail, Severity::Block);
        Finding { id, level, severity, measured: Some(measured), unit: Some(unit), min, max, reason }
    }

    fn every() -> impl Iterator<Item = Finding> {
        let all = CheckId::ALL.iter().flat_map(|id| REASONS.map(|reason| (*id, reason)));
        all.map(|(id, reason)| found(id, reason, 4.2, Unit::Percent, Some(1.0), Some(3.0)))
    }

    #[test]
    fn students_read_a_short_request_without_numbers() {
        for finding in every() {
            let line = student(&finding, Lang::Zh);
            assert!(line.chars().count() <= 8, "{line}");
            assert!(line.is_empty() || line.starts_with('请'), "{line}");
            assert!(!line.chars().any(|c| c.is_ascii_digit()), "{line}");
            assert_eq!(line.is_empty(), student(&finding, Lang::En).is_empty(), "{line}");
        }
    }

    #[test]
    fn operators_read_a_finding_and_an_advice_without_blame_or_full_stop() {
        for (finding, lang) in every().flat_map(|finding| [(finding.clone(), Lang::Zh), (finding, Lang::En)]) {
            let words = super::finding(&finding, lang);
            assert!(!words.what.is_empty());
            assert_eq!(words.advice.is_empty(), finding.reason == Reason::Ok, "{words:?}");
            for bad in ["失败", "错误", "非法", "无效", "。", "！", ": ："] {
                assert!(!words.what.contains(bad) && !words.advice.contains(bad), "{words:?}");
            }
        }
    }

    #[test]
    fn nobody_is_asked_for_another_picture_before_the_first() {
        for finding in every() {
            let of_a_file = finding.id.as_str().starts_with("file.") || finding.reason == Reason::Missing;
            let zh = before_the_shot(&finding, Lang::Zh).advice;
            assert!(!zh.contains("再拍一张") && !zh.ends_with("再拍"), "{zh}");
            let en = before_the_shot(&finding, Lang::En).advice;
            assert!(of_a_file || !en.contains("again") && !en.contains("take another"), "{en}");
        }
    }

    #[test]
    fn a_picture_that_holds_one_reading_asks_for_room_only_at_the_edge() {
        let reading = |y| found(CheckId::GeometryHeadTop, Reason::OneReading, y, Unit::Pixels, Some(50.0), Some(110.0));
        assert_eq!(super::finding(&reading(41.0), Lang::Zh).advice, "可以采用，多留一点头顶更稳");
        assert_eq!(super::finding(&reading(140.0), Lang::Zh).advice, "可以采用，不必重拍");
    }

    #[test]
    fn sentences_read_as_the_design_of_the_window_shows_them() {
        let zh = |finding: &Finding| super::finding(finding, Lang::Zh).what;
        let eyes = |y| found(CheckId::GeometryEyeLine, Reason::TooLow, y, Unit::Pixels, Some(200.0), Some(300.0));
        assert_eq!(zh(&eyes(188.2)), "眼睛 188，应在 200 到 300");
        assert_eq!(student(&eyes(188.2), Lang::Zh), "请坐低一点");
        let roll = found(CheckId::PoseRoll, Reason::TooLow, -4.2, Unit::Degrees, Some(-3.0), Some(3.0));
        assert_eq!(zh(&roll), "头向本人右边歪 4.2 度，最多 3 度");
        let shut = found(CheckId::EyesOpen, Reason::TooLow, 0.11, Unit::Ratio, Some(0.2), None);
        assert_eq!(zh(&shut), "眼睛没有睁开，开度 0.11，至少 0.2");
        let shadow = found(CheckId::BackgroundShadow, Reason::TooHigh, 14.0, Unit::Percent, None, Some(10.0));
        assert_eq!(zh(&shadow), "背景有影子，亮度差 14 %，最多 10 %");
        let near = |measured| found(CheckId::EyesGaze, Reason::TooHigh, measured, Unit::Percent, Some(-4.0), Some(4.0));
        assert!(zh(&near(4.03)).contains("4.03 %，最多 4 %"), "{}", zh(&near(4.03)));
        assert!(zh(&near(-4.2)).contains("4.2 %，最多 4 %"), "{}", zh(&near(-4.2)));
        let passes = Finding { level: Level::Pass, ..near(3.98) };
        assert_eq!(values(&passes, Lang::Zh).0, "4 %");
    }
}
