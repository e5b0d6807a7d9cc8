//! Words about receipts: how each bundle stands, and what is typed from a paper.

use super::words::words;
use super::{Lang, Message};
use crate::domain::fault::StoreFault;
use crate::domain::receipts::{BundleStanding, PAPER_DIGITS, PaperMatch, PaperRefusal, PaperTyping};

words! {
    /// A fixed word about receipts.
    ReceiptWord:
    Title => "回执", "Receipts";
    Looking => "正在看每个封包的回执", "Looking at the receipts";
    Empty => "还没有封过包，封包以后在这里登记回执", "Nothing was sealed yet; receipts are entered here";
    Paper => "采集中心不发签名回执时，照盖章的纸登记，要两个人的个人口令，其中一位是管理员", "For a centre without signed receipts: two people enter its paper, one of them a manager";
    Short => "纸上的封包校验码", "Hash on the paper";
    ShortHint => "前 8 位或更多", "the first 8 digits or more";
    Count => "收到条数", "Records received";
    Centre => "采集中心", "Centre";
    Again => "要重拍的拍摄号", "To be photographed again";
    AgainHint => "没有就空着", "none: leave it empty";
    Compare => "核对", "Compare";
    Confirm => "两人确认登记…", "Two people confirm…";
    Change => "改一改", "Change it";
    OnlyManager => "只有管理员可以登记纸面回执，请管理员登录来做", "Only a manager enters a paper: let one sign in";
    NoPeople => "登记纸面回执要两个人的个人口令，请先在设置的人员口令里建立管理员和复核员", "A paper takes two PINs: add a manager and a reviewer in Settings first";
}

/// How a bundle stands.
pub fn standing(bundle: &BundleStanding, lang: Lang) -> String {
    let counts = [bundle.waiting, bundle.received, bundle.retake, bundle.resend];
    let names = match lang {
        Lang::Zh => ["条等回执", "条已收到", "条要重拍", "条要重发"],
        Lang::En => ["wait for a receipt", "received", "to photograph again", "to send again"],
    };
    let mut parts: Vec<String> = (counts.iter().zip(names))
        .filter(|(count, _)| **count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    let kinds = match lang {
        Lang::Zh => ["签名回执", "纸面回执"],
        Lang::En => ["signed receipt", "receipt on paper"],
    };
    let had = [bundle.signed_receipts, bundle.paper_receipts];
    parts.extend(had.iter().zip(kinds).filter(|(count, _)| **count > 0).map(|(_, kind)| kind.to_owned()));
    if !bundle.delivered && bundle.waiting > 0 {
        parts.push(match lang {
            Lang::Zh => String::from("还没有写出"),
            Lang::En => String::from("not written out yet"),
        });
    }
    parts.join(if lang == Lang::Zh { "，" } else { ", " })
}

/// What a paper would change.
pub fn found(paper: &PaperMatch, lang: Lang) -> String {
    let PaperMatch { file_name, received, retake, unchanged, .. } = paper;
    match lang {
        Lang::Zh => {
            let retake = if *retake > 0 { format!("，{retake} 条要重拍") } else { String::new() };
            let unchanged = if *unchanged > 0 { format!("，{unchanged} 条不变") } else { String::new() };
            format!("{file_name}：{received} 条记为已收到{retake}{unchanged}")
        }
        Lang::En => format!("{file_name}: {received} received, {retake} to photograph again, {unchanged} unchanged"),
    }
}

/// It was taken in.
pub fn taken(paper: &PaperMatch, lang: Lang) -> Message {
    let PaperMatch { sequence, received, retake, .. } = paper;
    match lang {
        Lang::Zh => Message::new(
            format!("第 {sequence} 号封包的纸面回执登记好了，{received} 条已收到，{retake} 条要重拍"),
            "这张纸请留好，清除证明里会写明凭的是纸面回执",
        ),
        Lang::En => Message::new(
            format!("the paper for bundle {sequence} is entered: {received} received, {retake} to photograph again"),
            "keep the paper; a purge certificate will name it",
        ),
    }
}

/// What was typed cannot stand on a paper.
pub fn typing(typing: &PaperTyping, lang: Lang) -> Message {
    match (typing, lang) {
        (PaperTyping::Short, Lang::Zh) => Message::new(
            format!("校验码至少 {PAPER_DIGITS} 位，只有数字和 a 到 f"),
            "照纸再输一次，0 和 O、1 和 l 容易看错",
        ),
        (PaperTyping::Short, Lang::En) => Message::new(
            format!("the hash has at least {PAPER_DIGITS} digits, 0 to 9 and a to f"),
            "type it again as it stands on the paper",
        ),
        (PaperTyping::Count, Lang::Zh) => Message::new("收到条数要填一个数", "照纸填，要重拍的也算在里面"),
        (PaperTyping::Count, Lang::En) => {
            Message::new("the number of records is missing", "as on the paper, those to photograph again included")
        }
        (PaperTyping::Centre, Lang::Zh) => Message::new("没有填采集中心", "填纸上盖章的单位名称，60 字以内"),
        (PaperTyping::Centre, Lang::En) => Message::new("the centre is missing", "type the name on the paper's stamp"),
        (PaperTyping::Shot(word), Lang::Zh) => {
            Message::new(format!("{word} 不是拍摄号"), "拍摄号像 A-0137，几个之间空一格")
        }
        (PaperTyping::Shot(word), Lang::En) => {
            Message::new(format!("{word} is no shot number"), "they look like A-0137, with blanks between them")
        }
    }
}

/// Why a paper is not taken in.
pub fn refused(refusal: &PaperRefusal, lang: Lang) -> Message {
    match (refusal, lang) {
        (PaperRefusal::NoBundle, Lang::Zh) => {
            Message::new("本站没有这个校验码的封包", "照纸再看一遍；还是不对，这张纸可能是别的采集站的")
        }
        (PaperRefusal::NoBundle, Lang::En) => {
            Message::new("no bundle of this station has this hash", "read it again; the paper may be another station's")
        }
        (PaperRefusal::Answered { sequence }, Lang::Zh) => {
            Message::new(format!("第 {sequence} 号封包没有等回执的记录了"), "不用再登记，看上面这一行")
        }
        (PaperRefusal::Answered { sequence }, Lang::En) => {
            Message::new(format!("nothing of bundle {sequence} waits for a receipt"), "there is nothing to enter")
        }
        (PaperRefusal::OtherCount { typed, sealed }, Lang::Zh) => Message::new(
            format!("纸上收到 {typed} 条，封包里是 {sealed} 条"),
            "数不对就先不登记，请采集中心核对后重开一张",
        ),
        (PaperRefusal::OtherCount { typed, sealed }, Lang::En) => Message::new(
            format!("the paper says {typed} records, the bundle holds {sealed}"),
            "do not enter it: ask the centre for another paper",
        ),
        (PaperRefusal::NotWaiting(shot), Lang::Zh) => {
            Message::new(format!("{shot} 不在这个封包里等回执"), "照纸核对要重拍的拍摄号")
        }
        (PaperRefusal::NotWaiting(shot), Lang::En) => {
            Message::new(format!("{shot} does not wait in this bundle"), "compare the shot numbers with the paper")
        }
        (PaperRefusal::NeedsTwo, lang) => super::people::no_second(lang),
    }
}

/// The store could not do it.
pub fn fault(fault: StoreFault, lang: Lang) -> Message {
    super::fault::store(fault, lang)
}
