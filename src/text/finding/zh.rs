//! Findings in Chinese.

use super::{check_name, values};
use crate::domain::finding::{CheckId, Finding, Reason};
use crate::text::{Lang, Message};

pub(super) fn finding(finding: &Finding) -> Message {
    let name = check_name(finding.id, Lang::Zh);
    let (measured, limit) = values(finding, Lang::Zh);
    match finding.reason {
        Reason::Ok => Message::new(passed(finding, name, &measured), ""),
        Reason::NoFace if finding.id == CheckId::FaceCount => {
            Message::new("没有看到人脸", "请同学坐到标记处，面向镜头")
        }
        Reason::NoFace => Message::new(format!("没有看到人脸，{name}没法检查"), "请同学坐到标记处，面向镜头"),
        Reason::SeveralFaces if finding.id == CheckId::FaceCount => {
            Message::new(format!("画面里有 {measured} 张脸，只能有 1 张"), "请旁边的人离开画面")
        }
        Reason::SeveralFaces => Message::new(format!("不止一张脸，{name}没法检查"), "请旁边的人离开画面"),
        Reason::NotVisible => Message::new(format!("{name}看不清，没法检查"), unseen(finding.id)),
        Reason::NotBuilt => Message::new(format!("{name}没有检查，这个版本还测不了"), "请操作员自己看一眼"),
        Reason::Missing => Message::new(format!("文件里没有写{name}，{limit}"), "用标准化重新存一份"),
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

fn passed(finding: &Finding, name: &str, measured: &str) -> String {
    match finding.id {
        CheckId::FaceCount => String::from("一张脸"),
        CheckId::GeometryCrop => format!("{name}合格"),
        _ if measured.is_empty() => format!("{name}合格"),
        _ => format!("{name} {measured}"),
    }
}

const fn unseen(id: CheckId) -> &'static str {
    match id {
        CheckId::GeometryHeadTop => "让头顶和背景分得开，或请操作员看一眼",
        CheckId::BackgroundColor
        | CheckId::BackgroundUniform
        | CheckId::BackgroundShadow
        | CheckId::BackgroundClutter
        | CheckId::LightNoise => "头两边要露出背景，人离镜头远一点",
        CheckId::ClothesContrast => "让两边肩膀都露出来，请操作员看一眼衣服",
        _ => "请同学正对镜头再拍一张",
    }
}

/// What is outside its rule: the finding and the advice.
#[allow(clippy::too_many_lines, reason = "one table, one arm per check")]
fn outside(finding: &Finding, measured: &str, limit: &str) -> (String, &'static str) {
    let low = finding.reason == Reason::TooLow;
    let both = |thing: &str| format!("{thing} {measured}，{limit}");
    let side = |low_side: &'static str, high_side: &'static str| if low { low_side } else { high_side };
    match finding.id {
        CheckId::FileFormat => (String::from("文件不是标准的 JPEG"), "用标准化重新存一份"),
        CheckId::FilePixels => (both("像素"), "用标准化重新裁剪，不要放大"),
        CheckId::FileDpi => (both("分辨率"), "用标准化重新存一份"),
        CheckId::FileBytes => (both("文件大小"), side("用质量更高的原图标准化一次", "用标准化重新压缩一次")),
        CheckId::FileQuality if measured.is_empty() => {
            (String::from("文件不是 JPEG，没有压缩质量"), "用标准化重新存一份")
        }
        CheckId::FileQuality => (both("压缩质量"), "用原图标准化一次"),
        CheckId::FileColor => (String::from("不是 24 位彩色"), "用彩色原图标准化一次"),
        CheckId::FaceCount => (both("人脸"), "请旁边的人离开画面"),
        CheckId::GeometryHeadTop if finding.reason == Reason::OneReading => {
            // A hairline that lies low under much hair is nothing that a seat could mend.
            let advice = if finding.is_below() {
                "可以采用，多留一点头顶更稳"
            } else {
                "可以采用，不必重拍"
            };
            (format!("头顶和发际只有一个在范围里，另一个 {measured}，{limit}"), advice)
        }
        CheckId::GeometryHeadTop if finding.reason == Reason::CutAtTop => cut_at_top(),
        CheckId::GeometryHeadTop => (both("头顶"), side("降低座椅，或把镜头抬高", "升高座椅，或把镜头放低")),
        CheckId::GeometryEyeLine => (both("眼睛"), side("降低座椅，或把镜头抬高", "升高座椅，或把镜头放低")),
        CheckId::GeometryFaceWidth => (both("脸宽"), side("座椅往前移，或把镜头推近", "座椅往后移，或把镜头拉远")),
        CheckId::GeometryCenter => {
            let (way, advice) = if low {
                ("右", "请同学往自己左边坐一点")
            } else {
                ("左", "请同学往自己右边坐一点")
            };
            (format!("脸偏向本人{way}边 {measured}，{limit}"), advice)
        }
        CheckId::GeometryCrop => cut(finding, measured),
        CheckId::PoseRoll => {
            let way = if low { "右" } else { "左" };
            (format!("头向本人{way}边歪 {measured}，{limit}"), "看箭头，把头摆正")
        }
        CheckId::PoseYaw => {
            let way = if low { "右" } else { "左" };
            (format!("脸转向本人{way}边 {measured}，{limit}"), "请同学正对镜头")
        }
        CheckId::PosePitch => {
            let (way, advice) =
                if low { ("低头", "请同学抬一点下巴") } else { ("抬头", "请同学收一点下巴") };
            (format!("{way} {measured}，{limit}"), advice)
        }
        CheckId::CaptureScale => (format!("拍到的像素只有要求的 {measured}，{limit}"), "靠近一点，或换像素更高的相机"),
        CheckId::EyesOpen => (format!("眼睛没有睁开，开度 {measured}，{limit}"), "看镜头，再拍一张"),
        CheckId::MouthClosed => (format!("嘴没有闭上，张开 {measured}，{limit}"), "请同学闭上嘴，再拍一张"),
        CheckId::LightDark if low => (format!("画面太暗，最亮处 {measured}，{limit}"), "把灯调亮，或把相机曝光调高"),
        CheckId::LightDark => (format!("脸上太暗，没有细节的占 {measured}，{limit}"), "从正面给脸补光"),
        CheckId::LightBright => (format!("脸上过亮，过亮程度 {measured}，{limit}"), "把灯调暗或移远一点"),
        CheckId::LightBalance => {
            let darker = if low { "左" } else { "右" };
            (format!("本人{darker}脸偏暗，左右相差 {measured}，{limit}"), "把暗的一边的灯移近或调亮")
        }
        CheckId::LightNoise => (format!("画面噪点多，{measured}，{limit}"), "把灯调亮，相机感光度调低"),
        CheckId::SharpnessFocus => (format!("脸不清楚，模糊度 {measured}，{limit}"), "等对好焦再拍，镜头脏了擦一擦"),
        CheckId::BackgroundColor => (format!("背景颜色不对，色差 {measured}，{limit}"), "换背景布，或把背景灯调匀调亮"),
        CheckId::BackgroundUniform => {
            (format!("背景不均匀，色差 {measured}，{limit}"), "拉平背景布，移开杂物，灯光打匀")
        }
        CheckId::BackgroundShadow => (format!("背景有影子，亮度差 {measured}，{limit}"), "人离背景远一点，或把灯压低"),
        CheckId::LightHighlight => {
            (format!("脸上反光发亮的占 {measured}，{limit}"), "擦汗、扑一点粉，或把灯移远、蒙上柔光布")
        }
        CheckId::LightCast => (format!("画面偏色 {measured}，{limit}"), "相机用手动白平衡，关掉别的颜色的灯"),
        CheckId::SharpnessMotion => {
            (format!("脸上有晃动的痕迹，程度 {measured}，{limit}"), "请同学坐稳，相机固定好，快门调快")
        }
        CheckId::ImageUpscaled => {
            (format!("画面细节只有像素的 {measured}，像是放大的，{limit}"), "用没有放大过的原图，或让相机用最大的像素")
        }
        CheckId::ImageCompression if low => {
            (format!("原图保存时压缩过头，质量只有 {measured}，{limit}"), "用相机里的原图，不要用聊天软件传过的")
        }
        CheckId::ImageCompression => {
            (format!("画面有压缩过头的方块，程度 {measured}，{limit}"), "用相机里的原图，不要用聊天软件传过的")
        }
        CheckId::BackgroundClutter => {
            (format!("背景里有东西，边缘占 {measured}，{limit}"), "移开杂物，请旁人让开，拉平背景布")
        }
        CheckId::ClothesContrast => {
            (format!("衣服和背景颜色太近，色差 {measured}，{limit}"), "请同学换一件或加一件深色外衣")
        }
        CheckId::ImageRepeat => (
            format!("和别的同学先前的照片几乎一样，只差 {measured}，{limit}"),
            "看相机画面是不是停住了，文件是不是选重了",
        ),
        CheckId::PoseShoulders => {
            let higher = if low { "左" } else { "右" };
            (format!("肩膀不平，本人{higher}肩高 {measured}，{limit}"), "请同学坐正，放平两肩")
        }
        CheckId::EyesGaze => {
            let way = if low { "右" } else { "左" };
            (format!("眼睛看向本人{way}边，偏 {measured}，{limit}"), "请同学看镜头，再拍一张")
        }
        CheckId::EyesGlasses => (format!("戴着眼镜，镜框明显程度 {measured}，{limit}"), "请同学摘下眼镜再拍"),
        CheckId::EyesGlare => {
            (format!("镜片反光，占镜片 {measured}，{limit}"), "请同学低一点头，或把灯移开；不行就摘下眼镜")
        }
        CheckId::EyesTinted => (format!("镜片颜色太深，透光 {measured}，{limit}"), "请同学摘下有色眼镜，或换无色的"),
        CheckId::EyesFrame => (format!("镜框可能遮住眼睛，程度 {measured}，{limit}"), "请同学把眼镜往上推，或摘下眼镜"),
        CheckId::EyesRed => (format!("红眼，比皮肤红 {measured}，{limit}"), "关掉闪光灯，或把灯离镜头远一点，再拍"),
        CheckId::EyesHair => (format!("头发遮住眼睛 {measured}，{limit}"), "请同学把头发拨开或夹起来"),
        CheckId::BrowsVisible => (format!("头发遮住眉毛 {measured}，{limit}"), "请同学把刘海拨开或夹起来"),
        CheckId::EarsVisible => (format!("耳朵只露出 {measured}，{limit}"), "请同学把头发放到耳后"),
        CheckId::MouthTeeth => (format!("露出牙齿，高度 {measured}，{limit}"), "请同学合上嘴唇，再拍一张"),
        CheckId::HeadCover => {
            (format!("头上可能有帽子或头巾，程度 {measured}，{limit}"), "请同学摘下帽子；宗教或医疗原因请人工确认")
        }
        CheckId::FaceOccluded => {
            (format!("口鼻可能被遮住，把握 {measured}，{limit}"), "请同学摘下口罩，把手放下，露出全脸")
        }
    }
}

/// The picture ends in the hair.
fn cut_at_top() -> (String, &'static str) {
    (String::from("头顶被画面上边切掉了"), "降低座椅，或把镜头抬高；照片换一张头顶完整的")
}

fn cut(finding: &Finding, measured: &str) -> (String, &'static str) {
    match finding.reason {
        Reason::CutAtTop if finding.measured.is_none() => cut_at_top(),
        Reason::CutAtTop => (format!("画面上边不够，还差 {measured}"), "降低座椅，或把镜头抬高"),
        Reason::CutAtBottom => (format!("画面下边不够，还差 {measured}"), "升高座椅，或把镜头放低"),
        Reason::CutAtSide => (format!("画面左右不够，还差 {measured}"), "请同学坐到中间，或往后坐一点"),
        _ => (String::from("按标准裁不出这张照片"), "请同学坐到标记处"),
    }
}
