//! Words about the centre's card: whom bundles are sealed for.

use super::words::words;
use super::{Lang, Message};
use crate::domain::fault::BundleFault;

words! {
    /// A fixed word about the centre's card.
    CentreWord:
    Title => "采集中心", "The centre";
    Nobody => "还没有导入中心名片", "No centre's card was imported yet";
    File => "中心名片文件", "File of the centre's card";
    FileHint => "centre.card.json", "centre.card.json";
    Choose => "选择名片…", "Choose the card…";
    Read => "读名片", "Read the card";
    Lens => "用镜头读名片二维码", "Read the card's code with the camera";
    LensHint => "把名片的二维码举到镜头前，这时不锁定学生", "Hold the card's code before the lens; nobody is locked meanwhile";
    Compare => "请和中心给的名称、钥匙号和公钥核对，一样才导入", "Compare name, key and recipient with what the centre says";
    Replaces => "导入后，以后的封包只给这个中心", "Bundles are sealed for this centre from then on";
    Enrol => "核对过了，导入名片", "Compared: import the card";
    Leave => "不导入", "Do not import it";
}

/// The id of the key that signs the centre's receipts.
pub fn key_id(id: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("钥匙号 {id}"),
        Lang::En => format!("key {id}"),
    }
}

/// Bundles are sealed for it from now on.
pub fn enrolled(centre: &str, lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new(format!("中心名片导入好了：{centre}"), "以后的封包给这个中心"),
        Lang::En => Message::new(format!("the card of {centre} is imported"), "bundles are sealed for it from now on"),
    }
}

/// The station's folder did not take it.
pub fn not_kept(lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new("名片没有存下来", "看看数据盘能不能写，再读一次名片"),
        Lang::En => {
            Message::new("the card was not kept", "see whether the data disk can be written, and read it again")
        }
    }
}

/// Why a card was not taken.
pub fn refused(fault: BundleFault, lang: Lang) -> Message {
    match (fault, lang) {
        (BundleFault::NewerFormat, _) => super::fault::bundle(fault, lang),
        (_, Lang::Zh) => {
            Message::new("这个文件不是中心名片，或者读不了", "请选中心给的 card.json 文件或它的二维码图片")
        }
        (_, Lang::En) => Message::new(
            "this file is no centre's card, or cannot be read",
            "choose the centre's card.json or the picture of its code",
        ),
    }
}

/// A code before the lens that is no centre's card.
pub fn code_refused(fault: BundleFault, lang: Lang) -> Message {
    match (fault, lang) {
        (BundleFault::NewerFormat, _) => super::fault::bundle(fault, lang),
        (_, Lang::Zh) => Message::new("这个码不是中心名片", "请举中心给的名片二维码"),
        (_, Lang::En) => Message::new("this code is no centre's card", "hold up the code of the centre's card"),
    }
}
