//! Sentences for picture files that give no picture, and pictures that give no standard picture.

use super::{Lang, Message};
use crate::domain::fault::PictureFault;

/// What is wrong with a picture or its file.
pub fn picture(fault: PictureFault, lang: Lang) -> Message {
    let (zh, en) = match fault {
        PictureFault::NoFace
        | PictureFault::SeveralFaces
        | PictureFault::TooSmall
        | PictureFault::FileStaysTooLarge
        | PictureFault::FileStaysTooSmall
        | PictureFault::NotMade => making(fault),
        PictureFault::ReplacementForbidden
        | PictureFault::BackdropNotPlain
        | PictureFault::BackdropNotShown
        | PictureFault::NobodyStandsOut
        | PictureFault::EmptyBackdropSize
        | PictureFault::EmptyBackdropOther => backdrop(fault),
        _ => file(fault),
    };
    let (what, advice) = match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    Message::new(what, advice)
}

type Words = ((&'static str, &'static str), (&'static str, &'static str));

/// A file that gives no picture.
const fn file(fault: PictureFault) -> Words {
    match fault {
        PictureFault::Empty => (
            ("这个文件是空的", "重新拷贝一次，或换一张照片"),
            ("the file is empty", "copy it again or take another picture"),
        ),
        PictureFault::FileTooLarge => (
            ("文件太大，不像是照片", "用相机直接给出的 JPEG 原图"),
            ("the file is larger than pictures are", "use the camera's own JPEG"),
        ),
        PictureFault::UnknownFormat => (
            ("这不是 JPEG、PNG 或 WebP 照片", "先另存为 JPEG 再导入"),
            ("the file is no JPEG, PNG or WebP picture", "save it as JPEG first"),
        ),
        PictureFault::Heic => (
            ("这是手机的 HEIC 照片，读不了", "在手机上用微信或截屏发来，或另存为 JPEG 再选"),
            ("HEIC, HEIF and AVIF pictures are not read", "export it as JPEG, or send a screenshot of it"),
        ),
        PictureFault::Pdf => (
            ("这是 PDF 文件，不是照片", "打开它，把那一页截图或另存为图片再选"),
            ("this is a PDF document and no picture", "open it and save the page as a picture"),
        ),
        PictureFault::NotOpened => (
            ("这个文件打不开", "看看盘还插着没有，或拷到本机再选"),
            ("the file cannot be opened", "see that its disk is still there, or copy it here first"),
        ),
        PictureFault::TooManyPixels => (
            ("照片的像素太多，读不了", "先缩小到 6000 万像素以内再导入"),
            ("the picture has more pixels than can be read", "scale it down below 60 megapixels first"),
        ),
        PictureFault::Animated => {
            (("这是动图，不是照片", "换一张静止的照片"), ("the file holds a moving picture", "use a still picture"))
        }
        PictureFault::Unsupported => (
            ("这种照片的存储方式不支持", "用看图软件另存为普通 JPEG 再导入"),
            ("pictures stored like this are not read", "save it as an ordinary JPEG first"),
        ),
        _ => (
            ("照片文件已损坏，读不完整", "重新拷贝一次，或请本人再给一份"),
            ("the picture is damaged", "copy it again or ask for another one"),
        ),
    }
}

/// A picture that gives no standard picture.
const fn making(fault: PictureFault) -> Words {
    match fault {
        PictureFault::NoFace => (
            ("照片里没有找到人脸", "换一张正面、清楚、单人的照片"),
            ("no face was found", "use a sharp picture of one person seen from the front"),
        ),
        PictureFault::SeveralFaces => (
            ("照片里不止一个人", "换一张只有本人的照片"),
            ("more than one face was found", "use a picture of one person"),
        ),
        PictureFault::TooSmall => (
            ("照片像素不够，规范不允许放大", "换一张像素更高的原图"),
            ("the picture is too small, and the standard picture must not be enlarged", "use a larger original"),
        ),
        PictureFault::FileStaysTooLarge => (
            ("压到最低质量，文件仍然超过规定大小", "换一张噪点少、背景干净的照片"),
            ("even at the lowest quality the file is too large", "use a picture with less noise and a plain backdrop"),
        ),
        PictureFault::FileStaysTooSmall => (
            ("用最高质量，文件仍然小于规定大小", "检查照片是不是几乎空白"),
            ("even at the best quality the file is too small", "see whether the picture is nearly empty"),
        ),
        _ => {
            (("标准照片没有做成", "换一张照片再试"), ("the standard picture could not be made", "try another picture"))
        }
    }
}

/// A backdrop that is not replaced.
const fn backdrop(fault: PictureFault) -> Words {
    match fault {
        PictureFault::ReplacementForbidden => (
            ("这份规范不允许更换背景", "用合格的背景布重拍，或保留原背景"),
            ("this profile forbids replacing the backdrop", "shoot before a right one, or use --background keep"),
        ),
        PictureFault::BackdropNotShown => (
            ("照片里看得见的背景太少，换不了背景", "往后坐一点，四周多留背景再拍"),
            ("too little of the backdrop is in the picture", "leave more of it around the person"),
        ),
        PictureFault::NobodyStandsOut => (
            ("人物和背景分不开，换不了背景", "换深浅不同的背景或衣服再拍"),
            ("no person stands out from the backdrop", "use another backdrop or other clothes"),
        ),
        PictureFault::EmptyBackdropSize => (
            ("空背景照片和这张照片的大小不同", "用同一台相机、同样设置重拍空背景"),
            ("the picture of the empty backdrop has another size", "take it with the same camera and settings"),
        ),
        PictureFault::EmptyBackdropOther => (
            ("空背景照片和这张照片的背景对不上", "相机和背景不动，重拍一张空背景"),
            ("the picture of the empty backdrop shows another backdrop", "take it again without moving the camera"),
        ),
        _ => (
            ("背景不是纯色，换不了背景", "换纯色背景布再拍，或先拍一张空背景"),
            ("the backdrop is not plain", "use a plain one, or give a picture of it empty with --backdrop"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_fault_has_its_own_sentence_and_advice_in_both_languages() {
        for lang in [Lang::Zh, Lang::En] {
            let words: BTreeSet<String> = PictureFault::ALL
                .iter()
                .map(|fault| picture(*fault, lang))
                .inspect(|message| assert!(!message.what.is_empty() && !message.advice.is_empty()))
                .map(|message| message.what)
                .collect();
            assert_eq!(words.len(), PictureFault::ALL.len());
        }
    }
}
