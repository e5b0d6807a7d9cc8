//! What the window calls values of the domain: reasons, states, what the operator attests, groups of checks.

use std::borrow::Cow;

use super::Word;
use crate::domain::finding::CheckId;
use crate::domain::record::{OverrideReason, RecordState, RetakeReason};
use crate::domain::set_up::{ConfirmBy, Level, RunBy};
use crate::text::Lang;

/// Why a picture is accepted although a blocking check failed.
pub fn override_reason(reason: OverrideReason, lang: Lang) -> &'static str {
    let (zh, en) = match reason {
        OverrideReason::Religious => ("宗教", "religious"),
        OverrideReason::Medical => ("医疗", "medical"),
        OverrideReason::Cultural => ("文化", "cultural"),
        OverrideReason::PhysicalFeature => ("身体特征", "physical feature"),
        OverrideReason::FalseAlarm => ("检测误报", "false alarm"),
        OverrideReason::SchoolConsent => ("学校同意", "school consent"),
        OverrideReason::Other => ("其他", "other"),
    };
    if lang == Lang::Zh { zh } else { en }
}

/// Why the same person is photographed again.
pub fn retake_reason(reason: RetakeReason, lang: Lang) -> &'static str {
    let (zh, en) = match reason {
        RetakeReason::Wish => ("本人想重拍", "the student wishes it"),
        RetakeReason::Refused => ("照片被退回", "the picture was refused"),
        RetakeReason::IdentityCheck => ("身份核验异常重采", "identity check"),
        RetakeReason::WrongPerson => ("拍错了人", "wrong person"),
    };
    if lang == Lang::Zh { zh } else { en }
}

/// State of a record.
pub fn record_state(state: RecordState, lang: Lang) -> &'static str {
    let (zh, en) = match state {
        RecordState::Stored => ("待复核", "to review"),
        RecordState::Approved => ("已通过", "approved"),
        RecordState::Sealed => ("已封包", "sealed"),
        RecordState::Delivered => ("已写出", "delivered"),
        RecordState::Received => ("已收到", "received"),
        RecordState::Resend => ("要重送", "to resend"),
        RecordState::Retake => ("要重拍", "to retake"),
        RecordState::Rejected => ("已退回", "rejected"),
        RecordState::Withdrawn => ("已撤回", "withdrawn"),
        RecordState::Superseded => ("已被重拍替换", "superseded"),
        RecordState::Purged => ("已清除", "purged"),
    };
    if lang == Lang::Zh { zh } else { en }
}

/// What the operator attests, by the profile's name for it: a check that the profile leaves to a person by what it is
/// about; an unknown name is shown as it stands.
pub fn ask_item(name: &str, lang: Lang) -> Cow<'_, str> {
    if let Ok(id) = name.parse::<CheckId>() {
        let about = crate::text::finding::check_name(id, lang);
        return Cow::Owned(match lang {
            Lang::Zh => format!("{about} 看过了"),
            Lang::En => format!("{about}, looked at"),
        });
    }
    Cow::Borrowed(match (name, lang) {
        ("jewellery", Lang::Zh) => "没有饰品",
        ("make_up", Lang::Zh) => "没有浓妆",
        ("religious_cover", Lang::Zh) => "没有宗教头饰",
        ("jewellery", Lang::En) => "no jewellery",
        ("make_up", Lang::En) => "no heavy make-up",
        ("religious_cover", Lang::En) => "no religious cover",
        _ => name,
    })
}

/// Which of the eight rows of the live list a check belongs to; `None` for those that only a file can show.
pub fn check_group(id: CheckId) -> Option<Word> {
    use CheckId as C;
    Some(match id {
        C::FaceCount => Word::GroupFaces,
        C::GeometryHeadTop | C::GeometryEyeLine | C::GeometryCenter | C::GeometryCrop => Word::GroupPosition,
        C::GeometryFaceWidth | C::CaptureScale => Word::GroupSize,
        C::PoseRoll | C::PoseYaw | C::PosePitch | C::PoseShoulders | C::MouthClosed | C::MouthTeeth => Word::GroupPose,
        C::EyesOpen
        | C::EyesGaze
        | C::EyesGlasses
        | C::EyesGlare
        | C::EyesTinted
        | C::EyesFrame
        | C::EyesRed
        | C::EyesHair
        | C::BrowsVisible
        | C::EarsVisible
        | C::HeadCover
        | C::FaceOccluded => Word::GroupEyes,
        C::LightDark | C::LightBright | C::LightBalance | C::LightHighlight | C::LightCast | C::LightNoise => {
            Word::GroupLight
        }
        C::SharpnessFocus | C::SharpnessMotion => Word::GroupSharp,
        C::BackgroundColor | C::BackgroundUniform | C::BackgroundShadow | C::BackgroundClutter | C::ClothesContrast => {
            Word::GroupBackground
        }
        C::FileFormat
        | C::FilePixels
        | C::FileDpi
        | C::FileBytes
        | C::FileQuality
        | C::FileColor
        | C::ImageUpscaled
        | C::ImageCompression
        | C::ImageRepeat => return None,
    })
}

/// Who runs a session.
pub const fn run_by(who: RunBy, lang: Lang) -> &'static str {
    match (who, lang) {
        (RunBy::School, Lang::Zh) => "学校",
        (RunBy::School, Lang::En) => "the school",
        (RunBy::Centre, Lang::Zh) => "采集单位",
        (RunBy::Centre, Lang::En) => "the collecting company",
    }
}

/// 层次.
pub const fn level(level: Level, lang: Lang) -> &'static str {
    match (level, lang) {
        (Level::Associate, Lang::Zh) => "专科",
        (Level::Associate, Lang::En) => "associate",
        (Level::Undergraduate, Lang::Zh) => "本科",
        (Level::Undergraduate, Lang::En) => "undergraduate",
        (Level::Postgraduate, Lang::Zh) => "研究生",
        (Level::Postgraduate, Lang::En) => "postgraduate",
    }
}

/// Which code is asked for: somebody with two degrees has two.
pub const fn show_code(level: Option<Level>, lang: Lang) -> &'static str {
    match (level, lang) {
        (None, _) => Word::SayWaiting.text(lang),
        (Some(Level::Associate), Lang::Zh) => "请出示专科采集码",
        (Some(Level::Undergraduate), Lang::Zh) => "请出示本科采集码",
        (Some(Level::Postgraduate), Lang::Zh) => "请出示研究生采集码",
        (Some(Level::Associate), Lang::En) => "Show your associate's code",
        (Some(Level::Undergraduate), Lang::En) => "Show your undergraduate code",
        (Some(Level::Postgraduate), Lang::En) => "Show your postgraduate code",
    }
}

/// Whose yes a picture needs.
pub const fn confirm_by(by: ConfirmBy, lang: Lang) -> &'static str {
    match (by, lang) {
        (ConfirmBy::Operator, Lang::Zh) => "操作员",
        (ConfirmBy::Operator, Lang::En) => "operator",
        (ConfirmBy::StudentOrOperator, Lang::Zh) => "学生或操作员",
        (ConfirmBy::StudentOrOperator, Lang::En) => "either",
        (ConfirmBy::Student, Lang::Zh) => "只认学生本人",
        (ConfirmBy::Student, Lang::En) => "student only",
    }
}

/// A backdrop by the profile's name for it; an unknown name is shown as it stands.
pub fn backdrop(name: &str, lang: Lang) -> &str {
    match (name, lang) {
        ("blue", Lang::Zh) => "蓝色",
        ("white", Lang::Zh) => "白色",
        ("grey", Lang::Zh) => "浅灰",
        ("red", Lang::Zh) => "红色",
        _ => name,
    }
}

/// The eight rows, in order.
pub const GROUPS: [Word; 8] = [
    Word::GroupFaces,
    Word::GroupPosition,
    Word::GroupSize,
    Word::GroupPose,
    Word::GroupEyes,
    Word::GroupLight,
    Word::GroupSharp,
    Word::GroupBackground,
];
