//! Words about bundles: what was checked and what was not, how honest a read-back was, and a fault's short code.

use super::{Lang, Message};
use crate::domain::fault::BundleFault;

/// Something that people should know about a bundle that is right so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notice {
    /// No identity was given: the payload was not opened.
    OutsideOnly,
    /// No sender was named: the bundle is whole, but anybody may have made it.
    SenderNotNamed,
    /// The copy was read from the medium itself.
    ReadBackDirect,
    /// The system was asked to forget its copy first.
    ReadBackCacheDropped,
    /// The comparison may have seen the system's memory only.
    ReadBackCached,
    /// At least one record is worth nothing.
    Simulated,
}

/// The words for a notice.
pub fn notice(notice: Notice, lang: Lang) -> Message {
    let (zh, en) = match notice {
        Notice::OutsideOnly => (
            ("只核对了封包外层，没有打开内容", "用中心的钥匙再核对一次内容"),
            ("only the outside was checked, the payload was not opened", "name --identity to check the inside"),
        ),
        Notice::SenderNotNamed => (
            ("封包完整，但没有核对是谁送来的", "用站点名片上的公钥再核对一次"),
            ("the bundle is whole, but its sender was not checked", "name --sender with the key of the station's card"),
        ),
        Notice::ReadBackDirect => (
            ("已从目标盘读回并比对一致", "可以安全弹出目标盘"),
            ("the copy was read back from the medium and is equal", "eject the medium safely"),
        ),
        Notice::ReadBackCacheDropped => (
            ("已请系统清掉缓存后读回并比对一致", "重要时重新插上目标盘再核对一次"),
            (
                "the copy was read back after asking the system to drop its cache",
                "plug it in again and verify to be sure",
            ),
        ),
        Notice::ReadBackCached => (
            ("已读回并比对一致，但可能读的是系统缓存", "重新插上目标盘再核对一次"),
            ("the copy was read back, perhaps from the system's cache", "plug it in again and verify"),
        ),
        Notice::Simulated => (
            ("封包里有模拟照片，不能使用", "只用于演示和测试"),
            ("the bundle holds simulated pictures and is worth nothing", "use it for demonstrations only"),
        ),
    };
    let (what, advice) = match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    Message::new(what, advice)
}

/// A fault's name in JSON on the command line: stable.
pub const fn code(fault: BundleFault) -> &'static str {
    match fault {
        BundleFault::NothingToSeal => "nothing_to_seal",
        BundleFault::NoRecipient => "no_recipient",
        BundleFault::TargetMissing => "target_missing",
        BundleFault::TargetFull => "target_full",
        BundleFault::TargetExists => "target_exists",
        BundleFault::ReadBackDiffers => "read_back_differs",
        BundleFault::NotCanonical => "not_canonical",
        BundleFault::BadSignature => "bad_signature",
        BundleFault::UnknownSender => "unknown_sender",
        BundleFault::WrongKey => "wrong_key",
        BundleFault::BadBag => "bad_bag",
        BundleFault::BadRecords => "bad_records",
        BundleFault::NewerFormat => "newer_format",
        BundleFault::TooLarge => "too_large",
        BundleFault::Conflict => "conflict",
        BundleFault::BadReceipt => "bad_receipt",
        BundleFault::Other => "other",
    }
}
