//! Words of the other ways in: picture files, the clipboard, serial guns.

use super::words::words;
use super::{Lang, Message};
use crate::domain::card::{Doubt, FolderKind, FolderShows};
use crate::domain::fault::{PictureFault, SerialFault};
use crate::domain::tether::Waits;

fn pick(lang: Lang, zh: (&str, &str), en: (&str, &str)) -> Message {
    let (what, advice) = match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    Message::new(what, advice)
}

words! {
    /// A fixed word of the other ways in.
    WaysWord:
    FromFile => "从文件…", "From a file…";
    Drop => "放开，读这张图片", "Let go to read this picture";
    Reading => "正在读图片", "Reading the picture";
    PageWays => "其他来源", "Other sources";
    ReadCodes => "读采集码文件夹…", "Read a folder of codes…";
    ReadCard => "读存储卡…", "Read a memory card…";
    FolderPath => "文件夹", "Folder";
    FolderPathHint => "留空就用系统窗口选", "empty: choose by dialog";
    FolderEmpty => "还没有读文件夹", "No folder was read yet";
    FolderHint => "老师发来的采集码，或先拍码再拍人的存储卡", "A teacher's pictures of codes, or a card with codes before portraits";
    Tether => "联机相机", "Tethered camera";
    TetherChoose => "看联机文件夹…", "Watch a folder…";
    TetherStop => "停止", "Stop";
    TetherHint => "相机把照片存进这个文件夹，照片按快门时间归给当时锁定的同学", "The camera fills this folder; pictures join whoever was locked at their shutter";
    TetherOff => "没有在看文件夹", "no folder is watched";
    TetherOn => "正在看", "watching";
    TetherGone => "文件夹不在，接上后自动继续", "the folder is gone; it goes on when it is back";
    Clock => "时钟码", "clock code";
    TrayDrop => "不用", "Drop";
    LockThis => "锁定", "Lock";
    ImportThis => "导入", "Import";
    LockFirst => "先锁定同学", "Lock first";
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

/// What is known of one picture of a folder.
pub fn folder_state(state: FolderShows, lang: Lang) -> &'static str {
    use FolderShows as F;
    let (zh, en) = match state {
        F::Read => ("已读到采集码", "code read"),
        F::NotRead => ("没有读到采集码", "no code read"),
        F::Several => ("有几个采集码，请单独打开选", "several codes: open it alone"),
        F::Fault(fault) => return picture_words(fault, lang),
        F::Collected => ("已采集", "collected"),
        F::Here => ("正在拍这位", "locked now"),
        F::Sure => ("码和照片对上了", "code and portrait"),
        F::Doubtful => ("要您看一眼再定", "to be decided"),
        F::Portrait => ("照片", "portrait"),
        F::Taken => ("已带入", "brought"),
        F::Unmatched(waits) => return unmatched_because(waits, lang),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// The short form of what is wrong with a file.
const fn picture_words(fault: PictureFault, lang: Lang) -> &'static str {
    let (zh, en) = match fault {
        PictureFault::Heic => ("HEIC 照片，请另存为 JPEG", "HEIC: export it as JPEG"),
        PictureFault::Pdf => ("PDF 文件，请截图或另存为图片", "PDF: save it as a picture"),
        PictureFault::NotOpened => ("文件打不开", "cannot be opened"),
        PictureFault::Empty => ("空文件", "empty file"),
        PictureFault::FileTooLarge | PictureFault::TooManyPixels => ("太大，读不了", "too large"),
        PictureFault::Damaged => ("文件已损坏", "damaged"),
        _ => ("读不了这种图片", "not read"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// Why a picture of the tethered camera waits.
const fn unmatched_because(waits: Waits, lang: Lang) -> &'static str {
    let (zh, en) = match waits {
        Waits::ClockNotMeasured => ("相机时钟还没有对过", "the camera's clock was not measured"),
        Waits::NobodyLocked => ("按快门时没有锁定同学", "nobody was locked at its shutter"),
        Waits::LockEnded(_) => ("按快门时锁定的同学已经结束", "its subject's lock is over"),
        Waits::Busy(_) => ("同一位同学的另一张在看", "another picture of its subject is at hand"),
        Waits::WhileClosed => ("程序没开的时候拍的", "it was taken while the program was closed"),
        Waits::NoPicture => ("做不成标准照片", "no standard picture can be made of it"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// The camera's clock was compared with this machine's.
pub fn clock_measured(ahead_millis: i64, lang: Lang) -> Message {
    Message::new(
        clock_state(Some(ahead_millis), lang),
        match lang {
            Lang::Zh => "照片现在按快门时间归给当时锁定的同学",
            Lang::En => "pictures now join whoever was locked at their shutter",
        },
    )
}

/// How far the camera's clock is off.
pub fn clock_state(ahead_millis: Option<i64>, lang: Lang) -> String {
    let Some(ahead) = ahead_millis else {
        return match lang {
            Lang::Zh => String::from("用相机拍一张这个时钟码，照片才能按快门时间归人"),
            Lang::En => String::from("photograph this clock once: then pictures join by their shutter time"),
        };
    };
    let seconds = ahead.unsigned_abs() as f64 / 1000.0;
    match (lang, ahead < 0) {
        (Lang::Zh, false) => format!("相机时钟已对好，快 {seconds:.1} 秒"),
        (Lang::Zh, true) => format!("相机时钟已对好，慢 {seconds:.1} 秒"),
        (Lang::En, false) => format!("the camera's clock is {seconds:.1} s ahead"),
        (Lang::En, true) => format!("the camera's clock is {seconds:.1} s behind"),
    }
}

/// Pictures that belong to nobody yet.
pub fn unmatched(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("未配对 {count} 张"),
        Lang::En => format!("unmatched: {count}"),
    }
}

/// The same at the end of the day.
pub fn unmatched_left(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("还有 {count} 张联机照片没有归人，到其他来源里看一眼"),
        Lang::En => format!("{count} tethered pictures belong to nobody yet: see other sources"),
    }
}

/// Why a join of code and portrait is doubtful.
pub const fn doubt(doubt: Doubt, lang: Lang) -> &'static str {
    let (zh, en) = match doubt {
        Doubt::NoCode => ("前面没有采集码", "no code before it"),
        Doubt::CodeBeforeIsAlone => ("前一个码没有照片，可能是他的", "the code before has no portrait"),
        Doubt::NoPortrait => ("后面没有照片", "no portrait after it"),
        Doubt::SeveralPortraits => ("后面有几张照片", "several portraits"),
        Doubt::LongGap => ("隔了很久才拍", "a long time between"),
        Doubt::Interrupted => ("中间有读不出的图片", "a picture between cannot be used"),
        Doubt::CodeAgain => ("这个码出现了两次", "this code comes twice"),
        Doubt::NoTime => ("没有拍摄时间，按文件名排", "no shutter time, in order of names"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// How many pictures a folder has, and how far reading is.
pub fn folder_sum(kind: FolderKind, rows: usize, reading: Option<(usize, usize)>, lang: Lang) -> String {
    let what = match (kind, lang) {
        (FolderKind::Codes, Lang::Zh) => "采集码文件夹",
        (FolderKind::Card, Lang::Zh) => "存储卡",
        (FolderKind::Codes, Lang::En) => "folder of codes",
        (FolderKind::Card, Lang::En) => "memory card",
    };
    match (reading, lang) {
        (Some((done, total)), Lang::Zh) => format!("{what} 正在读 {done} / {total}"),
        (Some((done, total)), Lang::En) => format!("{what}: reading {done} of {total}"),
        (None, Lang::Zh) => format!("{what} {rows} 张"),
        (None, Lang::En) => format!("{what}: {rows} pictures"),
    }
}

/// A portrait is brought to whoever is locked.
pub fn give_to(shot: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("给 {shot}"),
        Lang::En => format!("give to {shot}"),
    }
}

/// The folder cannot be read.
pub fn folder_fault(lang: Lang) -> Message {
    pick(
        lang,
        ("这个文件夹打不开", "看看盘还插着没有，路径写对没有"),
        ("the folder cannot be read", "see that its disk is there and its path is right"),
    )
}

/// The folder holds more pictures than one day's.
pub fn too_many_pictures(most: usize, lang: Lang) -> Message {
    match lang {
        Lang::Zh => {
            Message::new(format!("这个文件夹里的图片超过 {most} 张，一张也没有读"), "分成几个文件夹，一个一个读")
        }
        Lang::En => Message::new(
            format!("the folder holds more than {most} pictures, and none was read"),
            "split it into several folders and read one after another",
        ),
    }
}

/// A photo was brought for whoever is locked while something else is decided on.
pub fn photo_not_now(lang: Lang) -> Message {
    pick(
        lang,
        ("手上这一张还没有定下来，照片没有导入", "先把这位同学的这一步做完，再按导入"),
        ("another step of this student is open, and the photo was not imported", "finish it, then import once more"),
    )
}

/// A photo of the folder does not go with whoever is locked any more.
pub fn photo_too_late(lang: Lang) -> Message {
    pick(
        lang,
        ("照片读好时，锁定的已不是这位同学", "再锁定这位同学，再按导入"),
        ("somebody else is locked by now", "lock its student again and import once more"),
    )
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
