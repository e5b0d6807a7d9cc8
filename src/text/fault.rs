//! Sentences for faults of camera, store and bundle: what happened and what to do.

use super::{Lang, Message, second_disk};
use crate::domain::fault::{Behind, BundleFault, CameraFault, StoreFault};

fn pick(lang: Lang, zh: (&str, &str), en: (&str, &str)) -> Message {
    let (what, advice) = match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    Message::new(what, advice)
}

/// What is wrong with the camera.
pub fn camera(fault: CameraFault, lang: Lang) -> Message {
    let (zh, en) = match fault {
        CameraFault::NotFound => (
            ("没有找到相机", "插好相机后再找一次，或先看演示"),
            ("no camera was found", "plug one in and look again, or use --camera sim:demo"),
        ),
        CameraFault::Unplugged => (
            ("相机断开了", "插好连接线，接上后自动继续"),
            ("the camera was unplugged", "plug it in again; the stream returns by itself"),
        ),
        CameraFault::Busy => (
            ("相机正被别的程序使用", "关掉会议或拍照软件，会自动再试"),
            ("another program uses the camera", "close it; this program tries again by itself"),
        ),
        CameraFault::NoPermission => (
            ("系统不许本程序使用相机", "请管理员在系统隐私设置里允许，或把当前用户加入 video 组"),
            ("this user may not open the camera", "allow it in the system's privacy settings or join the group video"),
        ),
        CameraFault::WrongFormat => (
            ("相机没有可用的画面格式", "换一台能给 1280x720 MJPEG 或 YUYV 的相机"),
            ("the camera offers no usable format", "use one that gives MJPEG, YUYV or NV12 at 25 fps or more"),
        ),
        CameraFault::Stalled => (
            ("相机没有送来画面", "拔下再插上相机，会自动再试"),
            ("the camera sends no pictures", "unplug it and plug it in again"),
        ),
        CameraFault::Undecodable => (
            ("相机的画面读不出来", "换一个 USB 口或换一条线"),
            ("the camera's pictures cannot be decoded", "try another USB port or cable"),
        ),
        CameraFault::NotBuilt => (
            ("这个版本不带相机功能", "请安装带窗口的版本"),
            ("this build has no camera support", "build with the feature camera"),
        ),
        CameraFault::Other => (
            ("相机打不开", "拔下再插上相机，还不行就换一台"),
            ("the camera cannot be opened", "unplug it and plug it in again, or use another"),
        ),
    };
    pick(lang, zh, en)
}

/// What is wrong with the store.
pub fn store(fault: StoreFault, lang: Lang) -> Message {
    let (zh, en) = match fault {
        StoreFault::FolderMissing => (
            ("数据文件夹不在", "接好存放数据的盘，或另选文件夹"),
            ("the data folder is missing", "connect its disk or name another with --data"),
        ),
        StoreFault::FolderNotWritable => (
            ("数据文件夹不能写入", "换一个文件夹，或请管理员给写入权限"),
            ("the data folder cannot be written", "name another or ask for the right to write"),
        ),
        StoreFault::FolderInUse => (
            ("另一个图采站正在使用这个文件夹", "先关掉另一个窗口"),
            ("another process holds the data folder", "close it first"),
        ),
        StoreFault::NoStation => (
            ("这个文件夹里还没有采集站", "先新建采集站，或另选文件夹"),
            ("the folder holds no station", "create one or name another folder"),
        ),
        StoreFault::WrongPassphrase => (
            ("口令不对", "看看大小写和输入法，再输一次"),
            ("the passphrase is wrong", "check capitals and input method and try again"),
        ),
        StoreFault::PassphraseWait => (
            ("口令连着输错了几次，现在要等一会儿", "最多等 15 分钟再输，越错等得越久"),
            ("the passphrase was wrong several times in a row", "wait, then try again: each wrong one waits longer"),
        ),
        StoreFault::RecoveryKeyNotKept
        | StoreFault::KeyDamaged
        | StoreFault::SettingsDamaged
        | StoreFault::DatabaseDamaged
        | StoreFault::CapsuleDamaged => return about_the_station(fault, lang),
        StoreFault::DiskFull => (
            ("磁盘满了，这张还没有保存", "腾出空间后再按一次采用"),
            ("the disk is full; nothing was stored", "free some space and accept again"),
        ),
        StoreFault::DiskFailing => (
            ("磁盘写入出错，这张还没有保存", "停下来换一块盘，不要再拍"),
            ("the disk fails to write; nothing was stored", "stop and replace the disk"),
        ),
        StoreFault::DiskUnsuitable => (
            ("这个盘存不了数据库，网络盘和共享文件夹都不行", "把数据文件夹放到本机的盘上"),
            ("this disk cannot hold the database (a network drive or a shared folder)", "use a folder on a local disk"),
        ),
        StoreFault::NewerVersion => (
            ("这个文件夹由更新的版本写成", "请用新版本打开"),
            ("the folder was written by a newer version", "open it with that version"),
        ),
        StoreFault::SecondCopyMissing => return second_disk::message(Behind::Missing, lang),
        StoreFault::SecondCopyBehind => return second_disk::message(Behind::Slow, lang),
        StoreFault::SecondCopyFull => return second_disk::message(Behind::Full, lang),
        StoreFault::SecondCopyFailing => return second_disk::message(Behind::Failing, lang),
        StoreFault::SecondCopyForeign => return second_disk::message(Behind::Foreign, lang),
        StoreFault::ProfileUnusable => (
            (
                "这个场次的照片标准不在了，或者它的文件读不懂、上下限矛盾",
                "运行 tucai profiles --data 数据文件夹 看是哪一行，改好那个文件",
            ),
            (
                "the session's photo standard is not there, or its file cannot be used",
                "run `tucai profiles --data DIR` to see the file and line, and mend it",
            ),
        ),
        StoreFault::ClockDoubtful | StoreFault::NotDue | StoreFault::PurgeCut => return about_purging(fault, lang),
        StoreFault::RosterNotAllowed => (
            ("只有学校自己组织的场次才能用名单", "在准备场次里选学校，采集单位组织的场次先移除名单"),
            (
                "only a session that the school runs itself may have a list",
                "say that the school runs it, or remove the list first",
            ),
        ),
        StoreFault::StationClosed => (
            ("这个站的记录已由另一台采集站接管", "请在新站上继续，这里只能查看"),
            ("the records of this station were taken over by another", "go on there; here they can only be read"),
        ),
        StoreFault::BacklogUnsealed | StoreFault::ListUnusable | StoreFault::ListStranger | StoreFault::AdoptionCut => {
            return between_stations(fault, lang);
        }
        StoreFault::WrongPin
        | StoreFault::PinWait
        | StoreFault::OperatorDisabled
        | StoreFault::NotAllowed
        | StoreFault::SecondNeeded
        | StoreFault::LastManager => return super::people::fault(fault, lang),
        StoreFault::DecisionStands => (
            ("这张恢复不了，已经封包，或这位同学另有照片、正在重拍", "要用照片就请同学重拍"),
            (
                "this record cannot come back: it is in a bundle, or its student has or takes another picture",
                "take another picture if one is needed",
            ),
        ),
        StoreFault::Other => (
            ("保存时出了问题，这张还没有保存", "再按一次采用，还不行就请管理员看"),
            ("storing did not work; nothing was stored", "try again or ask the manager"),
        ),
    };
    pick(lang, zh, en)
}

/// What is wrong with the files that make a folder a station.
fn about_the_station(fault: StoreFault, lang: Lang) -> Message {
    let (zh, en) = match fault {
        StoreFault::RecoveryKeyNotKept => (
            ("恢复密钥没有存下，采集站还没有建", "选 U 盘上的文件夹，再按新建"),
            ("the recovery key was not kept, and no station was made", "choose a folder outside of the data folder"),
        ),
        StoreFault::KeyDamaged => (
            ("站点钥匙文件坏了", "接上备份盘，用命令 tucai records repair 换回来"),
            ("the station key file is damaged", "connect the second disk and run `tucai records repair`"),
        ),
        StoreFault::DatabaseDamaged => (
            ("索引坏了，照片都在", "按重建索引，从照片记录恢复，坏的会原样留存"),
            ("the database is damaged, the photos are safe", "run `tucai records rebuild`, which sets it aside intact"),
        ),
        StoreFault::CapsuleDamaged => (
            ("有一份照片记录读不出来", "按修复，从备份盘取回"),
            ("a capsule is damaged", "run `tucai records repair` to restore it from the second copy"),
        ),
        _ => (
            ("站点设置文件 station.toml 坏了，照片和口令都没事", "接上备份盘，用命令 tucai records repair 写回来"),
            ("station.toml is missing or damaged; records and key are as they were", "run `tucai records repair`"),
        ),
    };
    pick(lang, zh, en)
}

/// Why a purge did not begin, or where it ended.
fn about_purging(fault: StoreFault, lang: Lang) -> Message {
    let (zh, en) = match fault {
        StoreFault::ClockDoubtful => (
            ("时钟跳过一大步，不能确定保存期是否已满", "核对电脑的日期，确认后再清除"),
            (
                "the clock went a long step, so nobody knows what is due",
                "compare the date, then confirm it with --clock-is-right and today's date",
            ),
        ),
        StoreFault::NotDue => (
            ("保存期还没有满，没有清除任何记录", "到期后再清除"),
            ("a record is not due; nothing was purged", "run it again without --remove to see what is due"),
        ),
        _ => (
            (
                "清除做到一半断了，已清除的不会回来，没清除的都还在",
                "备份盘插好，在到期清除里按再看一次，会做完并补上证明",
            ),
            (
                "the purge was cut in the middle: what had gone is gone, the rest is whole",
                "connect the second disk; the next start finishes it and writes the certificate",
            ),
        ),
    };
    pick(lang, zh, en)
}

/// What stops the desk by a rule of the session or a list of another station.
fn between_stations(fault: StoreFault, lang: Lang) -> Message {
    let (zh, en) = match fault {
        StoreFault::ListStranger => (
            ("本站不认识写这份名单的采集站，没有读入", "和对方核对站号，再请管理员读入"),
            (
                "nobody here knows the station that signed the list; it was not taken in",
                "compare the station's id with its people, then take it in with --trust and that id",
            ),
        ),
        StoreFault::AdoptionCut => (
            ("接管备份盘做到一半断了，这个文件夹还不完整", "在窗口里打开它，把接管做完"),
            (
                "this folder was taking another station's copy over and is not through",
                "finish that first, here or in the window; nothing was opened",
            ),
        ),
        StoreFault::BacklogUnsealed => (
            ("有照片超过规定天数还没有封包", "先到交接封包，封好后就能继续拍"),
            ("pictures wait for their bundle too long", "hand them over; then shooting goes on"),
        ),
        _ => (
            ("这份已采名单不能用", "换一份由别的采集站写出的名单，连同它的签名文件"),
            (
                "the list of collected codes cannot be used",
                "take one that another station wrote, with its .minisig file",
            ),
        ),
    };
    pick(lang, zh, en)
}

/// Pictures that wait too long for their bundle; of another session than the present one with its name.
pub fn backlog(other: Option<&str>, lang: Lang) -> Message {
    match (other, lang) {
        (None, _) => between_stations(StoreFault::BacklogUnsealed, lang),
        (Some(name), Lang::Zh) => Message::new(
            format!("场次 {name} 有照片超过规定天数还没有封包"),
            "在准备里打开那个场次，到交接封好，再回来接着拍",
        ),
        (Some(name), Lang::En) => Message::new(
            format!("pictures of the session {name} wait for their bundle too long"),
            "open that session, hand them over, then come back",
        ),
    }
}

/// What is wrong with a bundle or receipt.
pub fn bundle(fault: BundleFault, lang: Lang) -> Message {
    let (zh, en) = match fault {
        BundleFault::NothingToSeal => (
            ("没有可以封的照片", "先通过复核，再封包"),
            ("no approved record waits for sealing", "approve records first"),
        ),
        BundleFault::NoRecipient => (
            ("还没有中心的钥匙", "先导入中心名片"),
            ("no recipient is known", "import the centre's card or name --recipient"),
        ),
        BundleFault::TargetMissing => (
            ("目标文件夹不在", "插好 U 盘，或另选文件夹"),
            ("the target folder is missing", "connect it or name another"),
        ),
        BundleFault::TargetFull => {
            (("目标盘放不下", "换一个更大的 U 盘，本机的封包还在"), ("the target is full", "use a larger one"))
        }
        BundleFault::TargetExists => (
            ("目标里已有同名封包，内容不同", "换一个空文件夹再写"),
            ("a different bundle of that name is there", "use an empty folder"),
        ),
        BundleFault::ReadBackDiffers => (
            ("U 盘上的封包和本机的不一致", "换一个 U 盘再写，本机的封包还在"),
            ("the copy differs from what was written", "use another medium"),
        ),
        BundleFault::NotCanonical => {
            (("这不是完整的封包", "请站点重新送一份"), ("not a whole bundle", "ask the station to send it again"))
        }
        BundleFault::BadSignature => (
            ("封包的签名对不上", "不要使用，请站点重新送一份"),
            ("the signature does not match", "do not use it; ask the station to send it again"),
        ),
        BundleFault::UnknownSender => (
            ("不认识送来封包的站点", "先登记这个站点的名片"),
            ("the sender is unknown", "enrol the station's card first"),
        ),
        BundleFault::WrongKey => (
            ("这把钥匙打不开封包", "用封包时所选中心的钥匙"),
            ("this key does not open the payload", "use the key of the centre it was sealed for"),
        ),
        BundleFault::BadBag => (
            ("封包里的清单和文件对不上", "不要使用，请站点重新送一份"),
            ("the bag's manifest does not match its files", "do not use it"),
        ),
        BundleFault::BadRecords => (
            ("封包里的记录读不懂", "不要使用，请站点重新送一份"),
            ("the bundle's records cannot be read", "do not use it"),
        ),
        BundleFault::NewerFormat => {
            (("封包由更新的版本写成", "请用新版本打开"), ("written by a newer version", "open it with that version"))
        }
        BundleFault::TooLarge => (("封包超过大小上限", "请分成几包再封"), ("larger than allowed", "seal in parts")),
        BundleFault::Conflict => (
            ("这个编号的封包以前收过，内容不同", "不要使用，查清是哪一份后再收"),
            ("a different bundle of this number was read before", "do not use it; find out which one is right"),
        ),
        BundleFault::BadReceipt => (
            ("回执读不懂或签名对不上", "请中心重新出一份回执"),
            ("the receipt cannot be read or its signature does not match", "ask the centre for a new one"),
        ),
        BundleFault::Other => (("封包时出了问题", "再试一次，本机的照片都在"), ("sealing did not work", "try again")),
    };
    pick(lang, zh, en)
}
