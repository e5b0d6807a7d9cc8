//! Findings in English.

use super::{check_name, values};
use crate::domain::finding::{CheckId, Finding, Reason};
use crate::text::{Lang, Message};

pub(super) fn finding(finding: &Finding) -> Message {
    let name = check_name(finding.id, Lang::En);
    let (measured, limit) = values(finding, Lang::En);
    match finding.reason {
        Reason::Ok if measured.is_empty() => Message::new(format!("{name}: in order"), ""),
        Reason::Ok => Message::new(format!("{name}: {measured}"), ""),
        Reason::NoFace if finding.id == CheckId::FaceCount => {
            Message::new("no face was found", "ask the person to sit on the mark and face the lens")
        }
        Reason::NoFace => {
            Message::new(format!("{name}: not judged without a face"), "ask the person to sit on the mark")
        }
        Reason::SeveralFaces if finding.id == CheckId::FaceCount => {
            Message::new(format!("{measured} faces were found, one is wanted"), "ask the others to leave the picture")
        }
        Reason::SeveralFaces => {
            Message::new(format!("{name}: not judged with several faces"), "ask the others to leave the picture")
        }
        Reason::NotVisible => {
            Message::new(format!("{name}: cannot be seen in this picture"), "look at it, or take another")
        }
        Reason::NotBuilt => Message::new(format!("{name}: this version does not measure it"), "look at it yourself"),
        Reason::Missing => Message::new(format!("the file does not state its {name}, {limit}"), "standardize it again"),
        Reason::TooLow
        | Reason::TooHigh
        | Reason::OneReading
        | Reason::WrongKind
        | Reason::CutAtSide
        | Reason::CutAtTop
        | Reason::CutAtBottom => {
            let (what, advice) = outside(finding, &measured, &limit);
            Message::new(what, advice)
        }
    }
}

/// The picture ends in the hair.
fn cut_at_top() -> (String, &'static str) {
    let what = String::from("the upper edge cuts the head");
    (what, "lower the seat or raise the camera; take a photo that shows the whole head")
}

/// What is outside its rule: the finding and the advice.
#[allow(clippy::too_many_lines, reason = "one table, one arm per check")]
fn outside(finding: &Finding, measured: &str, limit: &str) -> (String, &'static str) {
    let low = finding.reason == Reason::TooLow;
    let name = check_name(finding.id, Lang::En);
    let both = |thing: &str| format!("{thing}: {measured}, {limit}");
    let side = |low_side: &'static str, high_side: &'static str| if low { low_side } else { high_side };
    let lower_seat = side("lower the seat or raise the camera", "raise the seat or lower the camera");
    match finding.id {
        CheckId::FileFormat => (String::from("the file is no baseline JPEG"), "standardize it again"),
        CheckId::FilePixels => (both(name), "standardize the original; do not enlarge"),
        CheckId::FileQuality if measured.is_empty() => {
            (String::from("the file is no JPEG and has no quality"), "standardize it again")
        }
        CheckId::FileDpi | CheckId::FileBytes | CheckId::FileQuality => (both(name), "standardize the original"),
        CheckId::FileColor => (String::from("the file is not 24-bit colour"), "standardize a colour original"),
        CheckId::FaceCount => (both(name), "ask the others to leave the picture"),
        CheckId::GeometryHeadTop if finding.reason == Reason::OneReading => (
            format!("of hair top and hairline only one is in its band, the other is at {measured}, {limit}"),
            // A hairline that lies low under much hair is nothing that a seat could mend.
            if finding.is_below() { "acceptable; a little more room above is safer" } else { "acceptable as it is" },
        ),
        CheckId::GeometryHeadTop if finding.reason == Reason::CutAtTop => cut_at_top(),
        CheckId::GeometryHeadTop | CheckId::GeometryEyeLine => (both(name), lower_seat),
        CheckId::GeometryFaceWidth => {
            (both(name), side("move the seat or camera nearer", "move the seat or camera away"))
        }
        CheckId::GeometryCenter => {
            let (way, advice) = if low {
                ("right", "ask the person to move to their left")
            } else {
                ("left", "ask the person to move to their right")
            };
            (format!("the face is {measured} to the person's {way}, {limit}"), advice)
        }
        CheckId::GeometryCrop => match finding.reason {
            Reason::CutAtTop if finding.measured.is_none() => cut_at_top(),
            Reason::CutAtTop => (format!("{measured} are missing above"), "lower the seat or raise the camera"),
            Reason::CutAtBottom => (format!("{measured} are missing below"), "raise the seat or lower the camera"),
            Reason::CutAtSide => (format!("{measured} are missing at the side"), "seat the person in the middle"),
            _ => (String::from("no standard crop fits"), "seat the person on the mark"),
        },
        CheckId::PoseRoll => (
            format!("the head leans {measured} to the person's {}, {limit}", side("right", "left")),
            "hold the head upright",
        ),
        CheckId::PoseYaw => {
            (format!("the face turns {measured} to the person's {}, {limit}", side("right", "left")), "face the lens")
        }
        CheckId::PosePitch => (
            format!("the head is {} by {measured}, {limit}", side("lowered", "raised")),
            side("raise the chin a little", "lower the chin a little"),
        ),
        CheckId::CaptureScale => {
            (format!("the shot has {measured} of the pixels, {limit}"), "come nearer, or use a camera with more pixels")
        }
        CheckId::EyesOpen => {
            (format!("the eyes are not open: {measured}, {limit}"), "look at the lens and shoot again")
        }
        CheckId::MouthClosed => {
            (format!("the mouth is not closed: {measured}, {limit}"), "close the mouth and shoot again")
        }
        CheckId::LightDark if low => {
            (format!("the picture is dark, its brightest part at {measured}, {limit}"), "more light, or more exposure")
        }
        CheckId::LightDark => {
            (format!("{measured} of the face is crushed black, {limit}"), "light the face from the front")
        }
        CheckId::LightBright => {
            (format!("the face is too bright: {measured}, {limit}"), "dim the lamps or move them away")
        }
        CheckId::LightBalance => (
            format!("the person's {} cheek is darker by {measured}, {limit}", side("left", "right")),
            "move the lamp of the darker side nearer",
        ),
        CheckId::LightNoise => (both(name), "more light, less gain"),
        CheckId::SharpnessFocus => {
            (format!("the face is blurred: {measured}, {limit}"), "wait for the focus; clean the lens")
        }
        CheckId::BackgroundColor => {
            (format!("the backdrop's colour differs by {measured}, {limit}"), "change the backdrop, or light it evenly")
        }
        CheckId::BackgroundUniform => {
            (format!("the backdrop is uneven: {measured}, {limit}"), "smooth the cloth, remove things, light it evenly")
        }
        CheckId::BackgroundShadow => (
            format!("a shadow on the backdrop: {measured} darker, {limit}"),
            "move the person away from it, or lower the lamps",
        ),
        CheckId::LightHighlight => {
            (format!("{measured} of the face shines, {limit}"), "wipe or powder the face; move or soften the lamps")
        }
        CheckId::LightCast => (
            format!("the colours are off by {measured}, {limit}"),
            "set the white balance; turn off lamps of other colours",
        ),
        CheckId::SharpnessMotion => {
            (format!("the face moved: {measured}, {limit}"), "sit still, fix the camera, use a shorter exposure")
        }
        CheckId::ImageUpscaled => (
            format!("the detail is {measured} of what the pixels promise, as if enlarged, {limit}"),
            "use the original, or the camera's largest size",
        ),
        CheckId::ImageCompression if low => (
            format!("the picture's own file was saved at quality {measured}, {limit}"),
            "use the camera's own file, not one from a chat",
        ),
        CheckId::ImageCompression => (
            format!("blocks of a strong compression: {measured}, {limit}"),
            "use the camera's own file, not one from a chat",
        ),
        CheckId::BackgroundClutter => (
            format!("there are things in the backdrop, edges on {measured}, {limit}"),
            "clear the backdrop, smooth the cloth",
        ),
        CheckId::ClothesContrast => {
            (format!("clothes and backdrop differ by only {measured}, {limit}"), "ask for a darker or another coat")
        }
        CheckId::ImageRepeat => (
            format!("almost the same as an earlier picture of somebody else: {measured} differ, {limit}"),
            "see whether the camera stands still or the file was taken twice",
        ),
        CheckId::PoseShoulders => (
            format!("the person's {} shoulder is higher by {measured}, {limit}", side("left", "right")),
            "sit straight and level the shoulders",
        ),
        CheckId::EyesGaze => (
            format!("the eyes look to the person's {}, {measured} off, {limit}", side("right", "left")),
            "look at the lens and shoot again",
        ),
        CheckId::EyesGlasses => {
            (format!("glasses are worn: frame seen at {measured}, {limit}"), "take the glasses off")
        }
        CheckId::EyesGlare => (
            format!("{measured} of a lens reflects light, {limit}"),
            "lower the chin a little or move the lamp; else take the glasses off",
        ),
        CheckId::EyesTinted => {
            (format!("the lenses are dark: {measured} of the light, {limit}"), "take tinted glasses off")
        }
        CheckId::EyesFrame => {
            (format!("the frame may cover the eyes: {measured}, {limit}"), "push the glasses up, or take them off")
        }
        CheckId::EyesRed => {
            (format!("red eyes: {measured} redder than skin, {limit}"), "no flash, or the lamp further from the lens")
        }
        CheckId::EyesHair => (format!("hair covers {measured} of an eye, {limit}"), "brush or pin the hair aside"),
        CheckId::BrowsVisible => {
            (format!("hair covers {measured} of an eyebrow, {limit}"), "brush or pin the fringe aside")
        }
        CheckId::EarsVisible => (format!("{measured} of an ear is seen, {limit}"), "put the hair behind the ears"),
        CheckId::MouthTeeth => (format!("teeth are seen: {measured}, {limit}"), "close the lips and shoot again"),
        CheckId::HeadCover => (
            format!("there may be a hat or scarf: {measured}, {limit}"),
            "take it off; look yourself where religion or medicine is the reason",
        ),
        CheckId::FaceOccluded => {
            (format!("something is before mouth or cheeks: sure by {measured}, {limit}"), "take mask and hand down")
        }
    }
}
