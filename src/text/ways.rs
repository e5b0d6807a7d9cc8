//! Words of the other ways in: picture files, the clipboard, serial guns.

use super::{Lang, Message};
use crate::domain::fault::SerialFault;

fn pick(lang: Lang, zh: (&str, &str), en: (&str, &str)) -> Message {
    let (what, advice) = match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    Message::new(what, advice)
}

macro_rules! words {
    ($($name:ident => $zh:literal, $en:literal;)+) => {
        /// A fixed word of the other ways in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum WaysWord { $($name),+ }

        impl WaysWord {
            /// Every word, for the test that draws them all.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            pub const fn text(self, lang: Lang) -> &'static str {
                match lang {
                    Lang::Zh => match self { $(Self::$name => $zh),+ },
                    Lang::En => match self { $(Self::$name => $en),+ },
                }
            }
        }
    };
}

words! {
    FromFile => "从文件…", "From a file…";
    Drop => "放开，读这张图片", "Let go to read this picture";
    Reading => "正在读图片", "Reading the picture";
    PhotoFrame => "取景框", "Frame";
    PhotoUse => "用这个框", "Use this frame";
    PhotoAutomatic => "自动取框", "Automatic frame";
    PhotoClose => "不用这张", "Put it away";
    PhotoHint => "拖动移框，滚轮或两指缩放，方向键微调，Shift 大步，加减号缩放", "Drag to move, wheel or pinch to zoom, arrows to nudge (Shift: more), plus and minus to zoom";
    SerialGun => "串口扫码枪", "Serial gun";
    SerialState => "状态", "State";
    NoSerial => "不用串口枪", "No serial gun";
    LookAgain => "再找一次", "Look again";
    SerialOff => "没有用", "not in use";
    SerialOpening => "正在打开", "opening";
    SerialListening => "正在听", "listening";
    KeyboardGun => "键盘口的枪不用设置，扫一下就读到", "A keyboard gun needs no setting";
}

/// The names of the codes of one picture, by their digits.
pub const fn nth_code(place: usize, lang: Lang) -> &'static str {
    const ZH: [&str; 9] =
        ["第 1 个", "第 2 个", "第 3 个", "第 4 个", "第 5 个", "第 6 个", "第 7 个", "第 8 个", "第 9 个"];
    const EN: [&str; 9] = ["code 1", "code 2", "code 3", "code 4", "code 5", "code 6", "code 7", "code 8", "code 9"];
    let place = if place < 9 { place } else { 8 };
    match lang {
        Lang::Zh => ZH[place],
        Lang::En => EN[place],
    }
}

/// Where in its picture a code stands, from its middle in parts of width and height.
pub fn place_of(x: f32, y: f32, lang: Lang) -> &'static str {
    let third = |part: f32| usize::from(part > 1.0 / 3.0) + usize::from(part > 2.0 / 3.0);
    const ZH: [[&str; 3]; 3] = [["左上", "上", "右上"], ["左", "中间", "右"], ["左下", "下", "右下"]];
    const EN: [[&str; 3]; 3] =
        [["top left", "top", "top right"], ["left", "middle", "right"], ["bottom left", "bottom", "bottom right"]];
    let (row, column) = (third(y), third(x));
    match lang {
        Lang::Zh => ZH[row][column],
        Lang::En => EN[row][column],
    }
}

/// One code of several: its number, where it stands, the first digits of its digest.
pub fn one_of_several(number: usize, place: &str, digest: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{number} 在{place} {digest}"),
        Lang::En => format!("{number} {place} {digest}"),
    }
}

/// A gun's text and the symbol differ.
pub fn gun_differs(lang: Lang) -> Message {
    pick(
        lang,
        ("扫码枪的文字和采集码不一样，以相机读到的为准", "关掉枪和键盘的大写锁定，把枪设成英文键盘"),
        (
            "the gun's text differs from the symbol, and the symbol counts",
            "switch Caps Lock off and set the gun to an English keyboard",
        ),
    )
}

/// A gun's line that is longer than any symbol.
pub fn gun_too_long(lang: Lang) -> Message {
    pick(
        lang,
        ("扫码枪送来的一行太长，不是采集码", "让枪对准一个码再扫一次"),
        ("the gun's line is longer than any code", "aim at one code and scan again"),
    )
}

/// A picture was brought that shows no code while nobody is locked.
pub fn no_code_in_picture(lang: Lang) -> Message {
    pick(
        lang,
        ("这张图片里没有读到采集码", "请同学长按保存采集码原图，不要截屏；要导入照片先锁定同学"),
        ("no code was read in this picture", "ask for the code itself; to import a portrait lock its student first"),
    )
}

/// Several files were dropped at once.
pub fn one_file_only(lang: Lang) -> Message {
    pick(lang, ("一次只能拖一张图片", "一张一张拖进来"), ("one picture at a time", "drop them one after another"))
}

/// Why a serial gun gives nothing.
pub fn serial(fault: SerialFault, lang: Lang) -> Message {
    let (zh, en) = match fault {
        SerialFault::NotFound => (
            ("没有找到这个串口", "插好扫码枪，或选别的串口"),
            ("the serial port is not there", "plug the gun in or choose another port"),
        ),
        SerialFault::Unplugged => (
            ("扫码枪断开了", "插好连接线，接上后自动继续"),
            ("the serial gun was unplugged", "plug it in again; it goes on by itself"),
        ),
        SerialFault::NotAllowed => (
            ("这个串口被占用，或没有权限", "关掉别的扫码程序，或请管理员把当前用户加入 dialout 组"),
            ("the serial port is in use or not allowed", "close the other program or join the group dialout"),
        ),
        SerialFault::NotBuilt => (
            ("这个版本不带串口功能", "请安装带窗口的版本"),
            ("this build has no serial support", "build with the feature window"),
        ),
        SerialFault::Other => (
            ("串口打不开", "拔下再插上扫码枪，还不行就换一个口"),
            ("the serial port cannot be opened", "plug the gun in again or try another port"),
        ),
    };
    pick(lang, zh, en)
}
