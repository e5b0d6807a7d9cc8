//! Words about the people who work at a station: signing in, roles, PINs, the second person.

use super::words::words;
use super::{Lang, Message};
use crate::domain::fault::StoreFault;
use crate::domain::operator::Role;

words! {
    /// A fixed word about people.
    PeopleWord:
    SignIn => "请选择您的名字", "Who is working";
    SignInHint => "选名字，输入个人口令，屏幕才会打开", "Choose your name and type your PIN";
    Pin => "个人口令", "PIN";
    PinAgain => "再输一次个人口令", "PIN once more";
    Enter => "登录", "Sign in";
    Lock => "锁屏换人", "Lock the screen";
    Second => "请第二位同事确认", "A second person is needed";
    SecondHint => "复核员或管理员选自己的名字，输入个人口令", "A reviewer or manager chooses a name and types the PIN";
    Confirm => "确认", "Confirm";
    Back => "返回", "Back";
    None => "还没有操作员，谁都不用登录", "There are no operators: nobody has to sign in";
    NoneHint => "建立第一位管理员以后，开始时和锁屏后都要登录", "Once the first manager is made, everybody signs in";
    FirstManager => "建立第一位管理员", "Make the first manager";
    Add => "添加", "Add";
    NewName => "姓名", "Name";
    NameHint => "只留在本机", "stays on this station";
    RoleWord => "角色", "Role";
    Disable => "停用", "Disable";
    NewPin => "换口令", "New PIN";
    Disabled => "已停用", "disabled";
    Present => "正在用", "signed in";
    IdleLock => "没人动时锁屏", "Lock when idle";
    Lists => "已采名单", "Collected codes";
    ListsHint => "名单文件的完整路径，例如 U 盘上的 A.txt", "Full path of the list, for example on a stick";
    WriteList => "写出本站名单", "Write this station's";
    ReadList => "读入别站名单", "Take one in";
    TrustList => "核对过了，读入", "Compared, take it in";
    RefuseList => "不读入", "Do not";
    Remember => "在这台电脑上记住口令", "Remember it on this computer";
    Remembered => "记住的口令", "Remembered passphrase";
    RememberedYes => "这台电脑记着", "on this computer";
    RememberedNo => "没有记住", "none";
    Forget => "忘掉", "Forget";
    PinDiffers => "两次输入不一样", "The two differ";
    PinShort => "至少 4 个字符", "At least 4 characters";
}

impl PeopleWord {
    /// The row of the remembered passphrase: label, yes, no, button.
    pub const REMEMBER: [Self; 4] = [Self::Remembered, Self::RememberedYes, Self::RememberedNo, Self::Forget];
    /// The answers about a stranger's list.
    pub const STRANGER: [Self; 2] = [Self::TrustList, Self::RefuseList];
    /// Heading, hint and the two buttons of the lists of collected codes.
    pub const LISTS: [Self; 4] = [Self::Lists, Self::ListsHint, Self::WriteList, Self::ReadList];
}

/// What a role is called.
pub const fn role(role: Role, lang: Lang) -> &'static str {
    match (role, lang) {
        (Role::Operator, Lang::Zh) => "操作员",
        (Role::Reviewer, Lang::Zh) => "复核员",
        (Role::Manager, Lang::Zh) => "管理员",
        (role, Lang::En) => role.as_str(),
    }
}

/// Minutes without a hand on keys or mouse.
pub fn minutes(minutes: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{minutes} 分钟"),
        Lang::En => format!("{minutes} min"),
    }
}

/// What is wrong with a PIN, a role or a name.
pub fn fault(fault: StoreFault, lang: Lang) -> Message {
    let (zh, en) = match fault {
        StoreFault::PinWait => (
            ("个人口令输错太多次", "等一会儿再试，或请管理员换一个口令"),
            ("too many wrong PINs", "wait a while, or ask a manager for a new PIN"),
        ),
        StoreFault::OperatorDisabled => (
            ("没有这位操作员，或已经停用", "请管理员重新启用，或换一位"),
            ("this operator is not known or was disabled", "ask a manager, or choose another"),
        ),
        StoreFault::NotAllowed => (
            ("您的角色不能做这一步", "请有权限的同事登录来做"),
            ("this operator's role does not allow it", "let somebody do it whose role does, with --operator N"),
        ),
        StoreFault::SecondNeeded => (
            (
                "保存期是后来才改短或才设的，提前清除要两个人，没有清除任何记录",
                "请第二位同事一起确认，或等原来的保存期满",
            ),
            (
                "records would go before the time that was set for them: that takes two people; nothing was purged",
                "name the second one with --second N and --second-pin-file FILE, or wait",
            ),
        ),
        StoreFault::LastManager => (
            ("采集站至少要有一位管理员", "先建立另一位管理员"),
            ("a station with operators keeps a manager", "add another manager first"),
        ),
        _ => (("个人口令不对", "看看大小写和输入法，再输一次"), ("the PIN is wrong", "type it again")),
    };
    let (what, advice) = if lang == Lang::Zh { zh } else { en };
    Message::new(what, advice)
}

/// How long the next try has to wait.
pub fn wait(seconds: u64, lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new(format!("个人口令输错太多次，还要等 {seconds} 秒"), "请管理员换一个口令也可以"),
        Lang::En => Message::new(format!("too many wrong PINs: {seconds} s to wait"), "or ask a manager for a new PIN"),
    }
}

/// How long the next passphrase has to wait; the field comes back by itself.
pub fn passphrase_wait(seconds: u32, lang: Lang) -> Message {
    let left = crate::text::window::clock_of(seconds);
    match lang {
        Lang::Zh => Message::new(format!("还要等 {left}，到时可以再输"), "口令连着输错了几次，越错等得越久"),
        Lang::En => Message::new(
            format!("{left} left, then type it again"),
            "the passphrase was wrong several times: each wrong one waits longer",
        ),
    }
}

/// The screen cannot be locked in the middle of a student's way.
pub fn lock_busy(lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new("还锁定着一位同学", "先拍完、暂放或放行，再锁屏"),
        Lang::En => Message::new("a student is locked", "finish, park or release first, then lock the screen"),
    }
}

/// The computer has no key store.
pub fn no_key_store(lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new("这台电脑的系统钥匙库不能用，口令没有记住", "每次打开时照常输入口令"),
        Lang::En => {
            Message::new("this computer's key store cannot be used", "type the passphrase at every start as before")
        }
    }
}

/// A list that a station signed which nobody here knows.
pub fn stranger(letter: &str, station: &str, codes: u64, lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new(
            format!("本站不认识写这份名单的采集站：{letter} 站，站号 {station}，{codes} 个"),
            "和对方设置里的站号核对，一样才读入，以后这台站的名单不再问",
        ),
        Lang::En => Message::new(
            format!("nobody here knows the signer: station {letter}, id {station}, {codes} codes"),
            "compare the id with the one in its settings; its later lists are taken in without a question",
        ),
    }
}

/// Nobody can be the second person.
pub fn no_second(lang: Lang) -> Message {
    match lang {
        Lang::Zh => Message::new("这一步要两个人，采集站还没有第二位", "请管理员在设置的人员口令里建立复核员"),
        Lang::En => {
            Message::new("this takes two people, and there is no second one", "a manager adds a reviewer in Settings")
        }
    }
}
