//! The words of one student's way: why something was refused, what to do now, how a lock ended.

use super::{Lang, Message, fault};
use crate::domain::guide::Instruction;
use crate::domain::record::Predecessor;
use crate::domain::session::{Interruption, LockEnd, Refusal, ShotFault, TurnedAway};
use crate::domain::set_up::Missing;

fn pick(lang: Lang, zh: (&str, &str), en: (&str, &str)) -> Message {
    let (what, advice) = match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    Message::new(what, advice)
}

/// Why a key, a tick or a code was not taken, and what to do instead.
pub fn refusal(refusal: Refusal, lang: Lang) -> Message {
    use Refusal as R;
    let (zh, en) = match refusal {
        R::LocksStopped(store) => return fault::store(store, lang),
        R::Unanswered(missing) => return unanswered(missing, lang),
        R::NothingLocked => (("还没有锁定同学", "先出示采集码"), ("nobody is locked", "show a code first")),
        R::AlreadyLocked => {
            (("已经锁定了一位同学", "先拍完，或按 Esc 放行"), ("somebody is locked", "finish or release first"))
        }
        R::NoPicture => (("还没有照片", "先拍一张"), ("there is no picture yet", "take one first")),
        R::PictureOpen => {
            (("有一张照片等您决定", "先采用或重拍"), ("a picture waits for a decision", "accept it or take another"))
        }
        R::Busy => (("正在处理", "请稍等"), ("busy with the picture", "wait a moment")),
        R::TooSoon => (("照片刚出来", "看一眼再按采用"), ("the picture has just appeared", "look at it, then accept")),
        R::KeyRepeat => (("按键一直按着", "松开再按一次"), ("the key is held down", "let go and press again")),
        R::QuestionOpen => (("有一个问题等您回答", "先回答右边的问题"), ("a question is open", "answer it first")),
        R::NothingAsked => (("没有要回答的问题", "继续就好"), ("nothing was asked", "just go on")),
        R::Blocked(_) => (
            ("这张照片有一项不合格", "请重拍，或按 O 说明特例"),
            ("a check fails", "take another picture or override it with a reason"),
        ),
        R::NotOverridable(_) => {
            (("这一项不能作特例", "请重拍"), ("this check cannot be overridden", "take another picture"))
        }
        R::NotFailing(_) => (("这一项没有问题", "不需要特例"), ("this check does not fail", "nothing to override")),
        R::NeedsSecondPerson => (
            ("这一步要两个人", "请另一位操作员输入口令"),
            ("this takes two people", "a second operator's PIN is needed"),
        ),
        R::NeedsWords => (("选了其他，还没有写原因", "写一句原因"), ("\"other\" needs words", "write the reason")),
        R::NotAsked => (("清单里没有这一项", "看一看规格里的清单"), ("not on the list", "see the profile's list")),
        R::OperatorMustAccept => (
            ("同学已说可以，这张还要您先看", "看过后逐项打勾，或按采用、重拍"),
            ("the student said yes, and you decide first", "look and tick, accept or take another"),
        ),
        R::StudentMustConfirm => {
            (("要同学自己确认", "请同学按可以"), ("the student must say yes", "ask for the student's key"))
        }
        R::CodeDoubtful => (
            ("拍这张时人和码对不上号", "请再出示采集码，或两人一起确认"),
            ("code and person are in doubt", "show the code again or confirm it together"),
        ),
        R::ShotLimit => (
            ("已经到了拍摄次数上限", "选继续拍、特例、未拍或放行"),
            ("the shot limit is reached", "allow more, override, turn away or release"),
        ),
        R::ShotsLeft => (("还可以再拍", "直接按重拍"), ("there are shots left", "just take another")),
        R::NoSuchFrame => (("这一组里没有这一张", "选有画面的号码"), ("no such frame", "choose one that is there")),
        R::TooLate => (("这一步已经过去", "继续就好"), ("that is over", "just go on")),
        R::NothingToUndo => (("没有可以撤回的照片", "在队列里找到那一张再处理"), ("nothing to undo", "use the queue")),
        R::NotParked => (("没有暂放这位同学", "请再出示采集码"), ("not parked", "show the code again")),
        R::WrongReason => (("这个原因用在这里不对", "换一个原因"), ("that reason does not fit", "choose another")),
        R::BackdropFails => (
            ("空背景不合格，还不能拍", "到准备场次重拍背景，或由管理员放行"),
            ("the empty backdrop fails", "try it again in Prepare, or let a manager say otherwise"),
        ),
        R::NobodysCode => (
            ("这是图采站自己的码，不是采集码", "请出示手机上的采集码"),
            ("this code is one of the program's own", "show the code on the phone"),
        ),
        R::OnlyScans => (("本台只扫码", "请到拍摄台拍照"), ("this station only scans", "go to the camera desk")),
        R::SlipOfAnother => (
            ("这张号条是另一个采集码的", "先拍完这位，再换下一位的号条"),
            ("this slip belongs to another code", "finish this one first"),
        ),
        R::SlipIsNoCode => (
            ("号条不能代替采集码", "请同学再出示手机上的采集码"),
            ("a slip does not take the place of the code", "show the code on the phone again"),
        ),
        R::NoCamera => {
            (("相机没有画面", "插好连接线，接上后自动继续"), ("the camera gives no picture", "plug it in again"))
        }
    };
    pick(lang, zh, en)
}

/// What a session must be asked before its first student, and where it is answered.
fn unanswered(missing: Missing, lang: Lang) -> Message {
    let (zh, en) = match missing {
        Missing::Name => ("还没有填场次名，还不能拍", "the session has no name yet: nobody is photographed"),
        Missing::RunBy => {
            ("还没有选谁来组织，还不能拍", "who runs the session is not answered: nobody is photographed")
        }
        Missing::Standard => {
            ("这个场次的规格不在了，还不能拍", "the session's standard is gone: nobody is photographed")
        }
        Missing::Backdrop => {
            ("还没有选中心收哪种底色，还不能拍", "the backdrop is not answered: nobody is photographed")
        }
    };
    let advice = ("点上面的场次名，在准备场次里选好再开始", "click the session's name above and answer it in Prepare");
    pick(lang, (zh, advice.0), (en, advice.1))
}

/// The student's line: at most 8 characters in Chinese, no number.
#[allow(clippy::match_same_arms, reason = "two causes may share one line; a table reads better whole")]
pub const fn instruction(instruction: Instruction, lang: Lang) -> &'static str {
    use Instruction as I;
    let (zh, en) = match instruction {
        I::ComeToCamera => ("请坐到镜头前", "Sit before the lens"),
        I::OnePersonOnly => ("请只留一个人", "One person only"),
        I::MoveCloser => ("请往前坐", "Move closer"),
        I::MoveBack => ("请往后坐", "Move back"),
        I::SitLower => ("请坐低一点", "Sit lower"),
        I::SitHigher => ("请坐高一点", "Sit higher"),
        I::MoveToOwnLeft => ("请往左边坐一点", "Move to your left"),
        I::MoveToOwnRight => ("请往右边坐一点", "Move to your right"),
        I::MoveToMiddle => ("请坐到中间", "Sit in the middle"),
        I::FaceTheLens => ("请正对镜头", "Face the lens"),
        I::HeadUpright => ("请把头摆正", "Head upright"),
        I::RaiseChin => ("请抬一点下巴", "Raise your chin"),
        I::LowerChin => ("请收一点下巴", "Lower your chin"),
        I::ShouldersLevel => ("请把肩膀放平", "Shoulders level"),
        I::TakeOffHat => ("请取下帽子", "Take off the hat"),
        I::UncoverFace => ("请不要挡住脸", "Uncover your face"),
        I::HairOffFace => ("请把头发拨开", "Hair off the face"),
        I::GlassesUp => ("请扶正眼镜", "Push your glasses up"),
        I::GlassesOff => ("请取下眼镜", "Take off your glasses"),
        I::AvoidGlare => ("请收一点下巴", "Lower your chin"),
        I::OpenEyes => ("请睁开眼睛", "Open your eyes"),
        I::LookAtLens => ("请看镜头", "Look at the lens"),
        I::CloseMouth => ("请合上嘴", "Close your mouth"),
        I::StepFromBackdrop => ("请往前坐一步", "Move off the backdrop"),
        I::OperatorHelps(_) => ("请稍等", "One moment"),
        I::HoldStill => ("很好 别动", "Good, hold still"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// Why a shot gave no picture.
pub fn shot_fault(fault: ShotFault, lang: Lang) -> Message {
    let (zh, en) = match fault {
        ShotFault::NoFrames => (("相机没有给出照片", "再拍一张"), ("the camera gave no picture", "take another")),
        ShotFault::Checks => (("照片没能检查", "再拍一张"), ("the picture could not be checked", "take another")),
        ShotFault::TooLong => (("检查用得太久", "再拍一张"), ("checking took too long", "take another")),
    };
    pick(lang, zh, en)
}

/// Why code and person must be tied together again.
pub fn interruption(cause: Interruption, lang: Lang) -> Message {
    let (zh, en) = match cause {
        Interruption::FaceAway => (
            ("刚才有人离开了镜头", "请同一位同学再出示采集码，或两人一起确认"),
            ("the face went away", "show the same code again or confirm it together"),
        ),
        Interruption::SecondFace => (
            ("刚才多了一张脸", "请同一位同学再出示采集码，或两人一起确认"),
            ("a second face came", "show the same code again or confirm it together"),
        ),
        Interruption::Restart => (
            ("上次关掉时还锁定着一位同学", "请他再出示采集码，或按 Esc 放行"),
            ("a subject was locked when the program ended", "show the code again or release it"),
        ),
    };
    pick(lang, zh, en)
}

/// How a lock ended.
pub const fn lock_end(end: LockEnd, lang: Lang) -> &'static str {
    let (zh, en) = match end {
        LockEnd::Stored => ("已存", "stored"),
        LockEnd::Parked => ("暂放", "parked"),
        LockEnd::Released => ("放行", "released"),
        LockEnd::Expired => ("过期", "expired"),
        LockEnd::TurnedAway(reason) => return turned_away(reason, lang),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// Why nobody was photographed.
pub const fn turned_away(reason: TurnedAway, lang: Lang) -> &'static str {
    let (zh, en) = match reason {
        TurnedAway::NoCode => ("无码", "no code"),
        TurnedAway::Unreadable => ("读不出", "code unreadable"),
        TurnedAway::AlreadyCollected => ("已采集", "already collected"),
        TurnedAway::NotCompliant => ("不合规", "not compliant"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// Two different codes in one picture.
pub fn several_codes(lang: Lang) -> Message {
    pick(
        lang,
        ("镜头前有两个不同的采集码", "一次只出示一个"),
        ("two different codes are in the picture", "show one at a time"),
    )
}

/// A symbol that is empty or only a part of a code, or a line of a gun that no code can be.
pub fn unusable_code(lang: Lang) -> Message {
    pick(
        lang,
        ("这个二维码里没有采集码", "请在手机上重新打开采集码再出示"),
        ("this symbol holds no code", "open the code on the phone again and show it"),
    )
}

/// A mirrored code in the portrait camera.
pub fn mirrored_code(lang: Lang) -> Message {
    pick(
        lang,
        ("相机的画面是镜像的", "在相机设置里关掉镜像"),
        ("the camera mirrors its pictures", "switch mirroring off in its settings"),
    )
}

/// A retake was taken back: what the picture before it is now.
pub fn predecessor(predecessor: Predecessor, lang: Lang) -> Message {
    match (predecessor, lang) {
        (Predecessor::StandsAgain(shot), Lang::Zh) => {
            Message::new(format!("重拍的撤回了，原来的 {shot} 恢复有效"), "要再拍就接着拍，不拍按 Esc 放行")
        }
        (Predecessor::StandsAgain(shot), Lang::En) => {
            Message::new(format!("the retake is withdrawn; {shot} stands again"), "take another picture, or release")
        }
        (Predecessor::StaysReplaced(shot), Lang::Zh) => Message::new(
            format!("封包里已经报了 {shot} 被替换，收不回来，这位同学现在没有有效的照片"),
            "请现在给这位同学重拍",
        ),
        (Predecessor::StaysReplaced(shot), Lang::En) => Message::new(
            format!("a bundle has told that {shot} was replaced: this student has no standing picture"),
            "take another picture of this student now",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn student_lines_are_short_and_carry_no_number() {
        use Instruction as I;
        let all = [
            I::ComeToCamera,
            I::OnePersonOnly,
            I::MoveCloser,
            I::MoveBack,
            I::SitLower,
            I::SitHigher,
            I::MoveToOwnLeft,
            I::MoveToOwnRight,
            I::MoveToMiddle,
            I::FaceTheLens,
            I::HeadUpright,
            I::RaiseChin,
            I::LowerChin,
            I::ShouldersLevel,
            I::TakeOffHat,
            I::UncoverFace,
            I::HairOffFace,
            I::GlassesUp,
            I::GlassesOff,
            I::AvoidGlare,
            I::OpenEyes,
            I::LookAtLens,
            I::CloseMouth,
            I::StepFromBackdrop,
            I::HoldStill,
        ];
        for each in all {
            let line = instruction(each, Lang::Zh);
            assert!(line.chars().count() <= 8, "{line}");
            assert!(!line.chars().any(|c| c.is_ascii_digit()), "{line}");
        }
    }
}
