//! Words of a station that takes over the copy of another one.

use super::words::words;
use super::{Lang, Message};
use crate::domain::fault::StoreFault;

words! {
    /// A fixed word about taking over.
    AdoptWord:
    Open => "接管备份盘…", "Take over a copy…";
    Title => "接管另一台站的备份盘", "Take over another station's copy";
    Hint => "旧电脑坏了或丢了，用它的备份盘在这里接着采", "The old computer is lost: go on here from its second disk";
    UnfinishedHint => "上次没有接管完，备份盘插好后接着来", "It was not finished: connect the disk and go on";
    Copy => "备份所在的文件夹", "Folder of the copy";
    CopyHint => "里面有 station.toml", "with station.toml in it";
    Pick => "选文件夹…", "Choose…";
    OldPassphrase => "用旧站口令", "Old passphrase";
    RecoveryKey => "用恢复密钥", "Recovery key";
    OldSecret => "旧站的口令", "The old station's passphrase";
    KeyFile => "恢复密钥文件", "File of the recovery key";
    KeyFileHint => "里面有 AGE-SECRET-KEY-1", "with AGE-SECRET-KEY-1 in it";
    PickKey => "选文件…", "Choose file…";
    Back => "返回", "Back";
    Next => "下一步", "Next";
    Previous => "上一步", "Back one step";
    NewStation => "新站用新的字母和口令，拍摄号才不会和旧站重复", "The new station has a letter and passphrase of its own";
    SamePassphrase => "输入上次给新站定的口令", "Type the passphrase chosen for the new station";
    NewPassphrase => "新站的口令", "New passphrase";
    NewPassphraseAgain => "再输一次新口令", "Once more";
    Short => "口令至少 8 个字符", "At least 8 characters";
    Differs => "两次输入的口令不一样", "The two differ";
    Start => "开始接管", "Take over";
    DoneHint => "旧站到此为止，没有回执的封包由本站重新封", "The old station ends here; bundles without a receipt are sealed again";
    NothingLost => "备份完整，什么都没有少", "The copy is complete: nothing is lost";
    NotMarked => "旧盘没能写上停用标记，旧电脑不要再用这块盘开机", "The old disk could not be marked: do not use it on the old computer";
    Finish => "开始使用", "Go on";
}

/// A copy that was found.
pub fn found(letter: &str, name: &str, path: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{letter} 站 {name}  {path}"),
        Lang::En => format!("station {letter} {name}  {path}"),
    }
}

/// How far it is.
pub fn running(done: usize, of: usize, lang: Lang) -> String {
    match (of, lang) {
        (0, Lang::Zh) => String::from("正在核对钥匙和备份"),
        (0, Lang::En) => String::from("reading the copy"),
        (_, Lang::Zh) => format!("正在接管 {done} / {of} 条"),
        (_, Lang::En) => format!("taking over {done} of {of}"),
    }
}

/// The heading of what came of it.
pub fn taken(records: usize, letter: &str, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("接管了 {letter} 站的 {records} 条记录"),
        Lang::En => format!("{records} records of station {letter} taken over"),
    }
}

/// Records that are lost.
pub fn missing(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("少了 {count} 条，备份盘上没有或读不出，这些同学要补拍"),
        Lang::En => format!("{count} records are not in the copy or damaged: these students come again"),
    }
}

/// Subjects whose codes are lost.
pub fn lost_locks(shots: &[String], lang: Lang) -> String {
    let shots = shots.join(" ");
    match lang {
        Lang::Zh => format!("{shots} 的采集码没有留下，请同学重新出示采集码"),
        Lang::En => format!("{shots}: their codes are to be shown again"),
    }
}

/// Subjects that go on.
pub fn locks(shots: &[String], lang: Lang) -> String {
    let shots = shots.join(" ");
    match lang {
        Lang::Zh => format!("{shots} 还没拍完，在这里接着拍"),
        Lang::En => format!("{shots} go on here"),
    }
}

/// Places that could not be read.
pub fn problems(count: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("备份里有 {count} 处读不出，日志里写明了是哪些"),
        Lang::En => format!("{count} places of the copy cannot be read; the log names them"),
    }
}

/// Why nothing was taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdoptFault {
    /// The folder holds no copy.
    NoCopy,
    /// It holds several.
    SeveralCopies,
    /// Both stations would have one letter.
    SameLetter,
    /// The file holds no recovery key.
    NoKey,
    Store(StoreFault),
}

/// What happened and what to do.
pub fn fault(fault: AdoptFault, lang: Lang) -> Message {
    let (zh, en) = match fault {
        AdoptFault::NoCopy => (
            ("这个文件夹里没有备份", "选里面有 station.toml 的那个文件夹"),
            ("this folder holds no copy of a station", "choose the one with station.toml in it"),
        ),
        AdoptFault::SeveralCopies => (
            ("这里有好几台站的备份", "选其中一台的文件夹"),
            ("several stations have their copies here", "choose the folder of one of them"),
        ),
        AdoptFault::SameLetter => {
            (("新站和旧站的字母一样", "换一个字母"), ("the old station has this letter", "choose another one"))
        }
        AdoptFault::NoKey => (
            ("文件里没有恢复密钥", "选建站时保存的那个密钥文件"),
            ("the file holds no recovery key", "choose the file that was kept when the station was made"),
        ),
        AdoptFault::Store(StoreFault::WrongPassphrase) => (
            ("口令或恢复密钥打不开", "看看大小写和输入法，或换另一种钥匙"),
            ("the passphrase or key does not open it", "check it, or use the other kind of key"),
        ),
        AdoptFault::Store(StoreFault::DiskFull | StoreFault::DiskFailing | StoreFault::Other) => (
            ("接管时磁盘出错，已经接的都在", "腾出空间或换一块盘，再接着来"),
            ("the disk failed; what was taken over is there", "make room or use another disk, then go on"),
        ),
        AdoptFault::Store(fault) => return super::fault::store(fault, lang),
    };
    let (what, advice) = if lang == Lang::Zh { zh } else { en };
    Message::new(what, advice)
}
