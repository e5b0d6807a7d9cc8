//! The window's words: labels, buttons, band sentences, questions, reasons.
//!
//! Fixed words are entries of [`Word`], so that one test can draw every one of them; sentences with values and the
//! names of domain values are in the files beside this one.

mod names;
mod papers;
mod sentences;

pub use names::{
    GROUPS, ask_item, backdrop, check_group, confirm_by, level, override_reason, record_state, retake_reason, run_by,
    show_code,
};
pub use papers::*;
pub use sentences::*;

use super::Lang;

macro_rules! words {
    ($($name:ident => $zh:literal, $en:literal;)+) => {
        /// A fixed word of the window.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Word { $($name),+ }

        impl Word {
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
    // the six pages
    PageShoot => "拍摄", "Shoot";
    PageQueue => "队列", "Queue";
    PageReview => "复核", "Review";
    PageHandover => "交接", "Hand over";
    PageOverview => "总览", "Overview";
    PageSettings => "设置", "Settings";
    // header
    Program => "图采站", "tucai";
    Camera => "相机", "Camera";
    Store => "存储", "Storage";
    SecondDisk => "备份盘", "Second disk";
    Models => "检查模型", "Picture models";
    Demonstration => "演示 不作数", "Demonstration";
    DemonstrationFirst => "演示", "Demonstration";
    DemonstrationSecond => "不作数", "not valid";
    Good => "正常", "good";
    Starting => "正在打开", "starting";
    Warns => "要留意", "look after it";
    Broken => "不能用", "broken";
    Absent => "没有", "none";
    // the band
    SayWaiting => "请出示采集码", "Please show your code";
    SayLocked => "请坐好 看镜头", "Sit down, look here";
    SayCollected => "您已经拍过了", "You were photographed already";
    SayInterrupted => "请再出示采集码", "Show your code again";
    SayFraming => "请看镜头", "Look at the lens";
    SaySteady => "很好 别动", "Good, hold still";
    SayReading => "正在检查", "Checking";
    SayStoring => "正在保存", "Storing";
    SayPassed => "合格 这张可以吗", "Good. Is this one fine?";
    SayRetake => "请重拍", "Once more";
    SayStored => "已保存 请离座", "Stored, you may go";
    SayStoredNoCopy => "已保存 缺备份", "Stored, no copy yet";
    SayCamera => "请稍等", "One moment";
    LineWaiting => "把手机调亮，平放在镜头前，码自己会被读到", "Bright phone, flat before the lens; it reads by itself";
    LineLocked => "按标记坐好，下巴放平", "Sit at the mark, chin level";
    LineCollected => "这个采集码已有照片，请在右边选择", "This code has a picture; choose on the right";
    LineInterrupted => "刚才有人离开或多了一张脸，请同一位同学再出示一次", "A face went away or a second one came";
    LineImporting => "移动取景框，看头顶、眼线和脸宽合不合适", "Move the frame until the bands hold";
    LineSteady => "保持不动", "Hold still";
    LineCount => "看镜头", "Look at the lens";
    LineReading => "看看这张合不合格", "Judging this picture";
    LineStoring => "写入磁盘，读回核对", "Writing to disk";
    LinePassed => "空格 采用，R 重拍", "Space accepts, R takes another";
    LineStored => "下一位请出示采集码", "Next one, please show the code";
    LineStoredNoCopy => "已存在本机，插回备份盘，缺的会自动补上", "Stored here; connect the second disk";
    // right column
    Code => "采集码", "Code";
    Witness => "采集码画面", "Picture of the code";
    HowToHold => "怎样出示", "How to show it";
    HoldBright => "手机调到最亮", "Turn the phone bright";
    HoldFlat => "屏幕正对镜头，约 30 厘米", "Facing the lens, about 30 cm";
    HoldStill => "停一秒，听到一声就好", "Hold for a second, one beep";
    Recent => "最近", "Last ones";
    NoRecent => "保存后这里出现最近四位", "The last four appear here";
    // check groups
    GroupFaces => "人数", "People";
    GroupPosition => "位置", "Position";
    GroupSize => "大小", "Size";
    GroupPose => "姿势", "Pose";
    GroupEyes => "眼睛", "Eyes";
    GroupLight => "光线", "Light";
    GroupSharp => "清晰", "Sharpness";
    GroupBackground => "背景", "Backdrop";
    StateGood => "合适", "good";
    StateChange => "要调整", "to change";
    StateUnknown => "看不到", "not seen";
    // keys
    Space => "空格", "Space";
    Shoot => "拍摄", "Shoot";
    Accept => "采用", "Accept";
    Retake => "重拍", "Retake";
    Release => "放行", "Release";
    Override => "特例…", "Override…";
    Guides => "标线", "Guides";
    PickFrame => "换一张", "Other frame";
    FullSize => "原大", "Full size";
    Park => "暂放", "Park";
    NotTaken => "未拍…", "Not taken…";
    UndoLast => "撤回上一位…", "Undo last…";
    AutoOn => "自动拍摄 开", "Auto shot on";
    AutoOff => "自动拍摄 关", "Auto shot off";
    Muted => "已静音", "Muted";
    Help => "按键", "Keys";
    SamePerson => "两人都确认是同一位", "Both say: same person";
    Close => "关闭", "Close";
    // review of the shot
    PleaseAttest => "请看一眼，采用就是确认", "Look once: accepting confirms";
    // queue
    FilterAll => "全部", "All";
    FilterWaiting => "等拍", "Waiting";
    FilterStored => "已存", "Stored";
    FilterRetake => "要重拍", "To retake";
    FilterNotTaken => "未拍", "Not taken";
    Search => "查找", "Find";
    SearchHint => "拍摄号、末四位或摘要", "Shot number, last four or digest";
    Recall => "召来", "Call";
    QueueEmpty => "还没有人扫码", "Nobody has scanned yet";
    QueueEmptyHint => "请同学把采集码对准镜头", "Ask the student to show the code to the lens";
    NothingFound => "没有找到", "Nothing found";
    NothingFoundHint => "换几个字再找", "Try other characters";
    MarkWaiting => "等拍", "waiting";
    MarkParked => "已扫码，暂放", "parked";
    MarkStored => "已保存", "stored";
    MarkStoredNoCopy => "已保存缺备份", "stored, no copy";
    MarkRetake => "要重拍", "to retake";
    MarkWithdrawn => "已撤回", "withdrawn";
    MarkTurnedAway => "未拍", "not taken";
    // review
    FilterToReview => "待复核", "To review";
    FilterReminders => "有提醒", "Reminders";
    FilterOverrides => "特例", "Overrides";
    FilterApproved => "已通过", "Approved";
    FilterRejected => "已退回", "Rejected";
    Approve => "通过", "Approve";
    Reject => "退回…", "Reject…";
    ReviewEmpty => "都看完了", "All looked at";
    ReviewEmptyHint => "可以去交接封包了", "Hand over is next";
    ToHandover => "去交接", "Hand over";
    AllPass => "各项都通过", "every check passes";
    // hand over
    StepTally => "核对人数", "Count";
    StepTarget => "选择去处", "Target";
    StepSeal => "封包并写入", "Seal";
    StepDone => "完成", "Done";
    TallyAgrees => "今天的人数对上了", "Today's count adds up";
    TallyDiffers => "今天的人数对不上", "Today's count does not add up";
    TallyEmpty => "今天还没有人扫码", "Nobody has scanned today";
    Ready => "可以封包", "Ready to seal";
    NotReviewed => "还没有复核", "Not reviewed";
    Approved => "已通过", "Approved";
    Sealed => "已封包", "Sealed";
    TargetFolder => "写到哪个文件夹", "Target folder";
    ChooseFolder => "选择文件夹…", "Choose folder…";
    Media => "插着的盘", "Media";
    NoMedia => "没有看到 U 盘", "No stick is plugged in";
    CentreKey => "中心的公钥", "The centre's public key";
    CentreKeyHint => "age1 开头的一行，已经导入中心名片就留空",
        "A line that begins with age1; leave it empty when the centre's card is enrolled";
    Seal => "封包", "Seal";
    Sealing => "正在封包并写入", "Sealing and writing";
    SealedWord => "封好了", "Sealed";
    WaitsForReceipt => "等回执", "Waits for its receipt";
    Records => "人数", "Records";
    Hash => "校验码", "Hash";
    Next => "下一步", "Next";
    Previous => "上一步", "Back";
    // overview
    StoredToday => "今天保存", "Stored today";
    SecondsEach => "每人用时", "Time each";
    FirstTime => "一次合格", "First time right";
    ToReview => "待复核", "To review";
    Devices => "设备", "Devices";
    ByGroup => "各班进度", "By group";
    Outcome => "锁定的人去了哪里", "Where the locks went";
    OutReleased => "放行", "released";
    OutTurnedAway => "未拍", "not taken";
    OutExpired => "过期", "expired";
    OutOpen => "进行中", "open";
    OutStored => "已存", "stored";
    ByQuarter => "每 15 分钟人数", "People per quarter of an hour";
    NobodyYet => "今天还没有保存", "Nobody stored today";
    RetakeReasons => "不合格的原因", "What pictures failed by";
    AwayReasons => "未拍的原因", "Why people went without";
    NoneYet => "还没有", "None yet";
    GetReady => "开始前", "Before the start";
    ReadyCamera => "相机有画面", "The camera sends pictures";
    ReadyStore => "存储可以写入", "The disk can be written";
    ReadyCopy => "备份盘接好", "The second disk is there";
    ReadyModels => "检查模型就绪", "The picture models are loaded";
    // settings
    SetShooting => "拍摄", "Shooting";
    SetLooks => "界面", "Looks";
    SetCamera => "相机", "Camera";
    SetScanner => "扫码", "Scanner";
    SetSound => "声音", "Sound";
    SetKeys => "按键踏板", "Keys";
    SetStore => "存储备份", "Storage";
    SetPeople => "人员口令", "People";
    SetAbout => "关于", "About";
    AutoShoot => "自动拍摄", "Automatic shot";
    AutoAccept => "合格后自动采用", "Accept by itself when it passes";
    FacesStudent => "本机屏幕对着学生", "This screen faces the student";
    ReducedMotion => "减少动态", "Reduce motion";
    Teach => "换键…", "Change…";
    TeachHint => "脚踏板、翻页笔和按钮都是键盘，点换键，再按想用的键", "Pedals and presenters are keyboards: choose Change, then press the key";
    TeachPress => "请按想用的键，按 Esc 取消", "Press the key you want; Esc leaves it";
    TeachRefused => "这个键处处都有别的意思，请换一个键", "That key means something everywhere: take another";
    TeachUsual => "恢复原来的键", "Usual keys again";
    ZoomSize => "界面大小", "Size of the interface";
    ThemeWord => "浅色界面", "Light theme";
    SoundOn => "提示音", "Sounds";
    StudentScreen => "学生屏", "Student screen";
    Language => "英文界面", "English";
    Profile => "规格", "Standard";
    DataFolder => "数据文件夹", "Data folder";
    SecondFolder => "备份文件夹", "Second copy";
    StationName => "采集站", "Station";
    StationLetter => "本站字母", "Letter";
    Version => "版本", "Version";
    Default => "默认", "default";
    On => "开", "on";
    Off => "关", "off";
    AboutOne => "使用前请与签约采集单位确认接收本封包", "Ask your collecting company first whether it takes these bundles";
    AboutTwo => "图采站不是学信网的官方程序，不向学信网上传任何内容", "Not an official program; it uploads nothing";
    // the gate
    GateOpening => "正在打开", "Opening";
    GateWelcome => "新建采集站", "Create a station";
    GateWelcomeHint => "照片存下时就加密，只有这个口令能打开", "Photos are encrypted; only this passphrase opens them";
    GateUnlock => "打开采集站", "Open the station";
    GateUnlockHint => "请输入这个采集站的口令", "Enter this station's passphrase";
    Passphrase => "口令", "Passphrase";
    PassphraseAgain => "再输一次", "Once more";
    PassphraseShort => "至少 8 个字符", "At least 8 characters";
    PassphraseDiffers => "两次输入不一样", "The two differ";
    PassphraseKeep => "口令丢了，谁也打不开照片，请抄一份锁好", "Without it nobody can open the photos: keep a copy";
    GateDamaged => "索引坏了，照片都在", "The index is damaged, the photos are safe";
    GateDamagedHint => "输入口令，按重建索引，坏的会原样留存", "Enter the passphrase and rebuild; the damaged one is set aside intact";
    RebuildIndex => "重建索引", "Rebuild the index";
    Create => "新建", "Create";
    Open => "打开", "Open";
    Unlocking => "正在核对口令", "Checking the passphrase";
    Folder => "文件夹", "Folder";
    // camera
    CameraOpening => "正在打开相机", "Opening the camera";
    CameraChange => "换相机…", "Other camera…";
    LookAgain => "再找一次", "Look again";
    SeeDemonstration => "看演示", "See the demonstration";
    LookedFor => "找过这些", "Looked for";
    StaysLocked => "这位同学仍然锁定，接上后自动继续", "The student stays locked; it goes on by itself";
    RestartWorker => "重新启动", "Restart";
    // questions
    AskAlready => "这个采集码已经拍过", "This code was collected already";
    AskOther => "又扫到另一个采集码", "Another code was seen";
    AskRelease => "放行会丢掉刚拍的照片", "Releasing drops the picture";
    AskUndo => "撤回上一位", "Undo the last one";
    AskLimit => "已经拍了很多张", "Many shots already";
    AskOverride => "为什么按特例采用", "Why accept it all the same";
    AskTurnAway => "为什么没有拍", "Why was it not taken";
    AskWhichCode => "图片里有几个采集码，用哪一个", "Several codes in the picture: which one";
    AskReject => "为什么退回", "Why reject it";
    AnswerReleaseThis => "放行，换下一位", "Release, next one";
    AnswerKeep => "继续拍这位", "Go on with this one";
    AnswerSwitch => "放行这位，换新的", "Release and take the new one";
    AnswerDrop => "放行，丢掉照片", "Release, drop the picture";
    AnswerUndo => "撤回并重新锁定", "Withdraw and lock again";
    AnswerBack => "返回", "Back";
    AnswerMore => "再拍一张", "One more";
    TurnNoCode => "无码", "no code";
    TurnUnreadable => "读不出", "cannot be read";
    TurnAlready => "已采集", "already collected";
    TurnNotAllowed => "不合规", "not allowed";
    RejectEyes => "眼睛", "eyes";
    RejectExpression => "表情", "expression";
    RejectPosition => "位置", "position";
    RejectLight => "光线", "light";
    RejectBackground => "背景", "backdrop";
    RejectClothes => "衣着", "clothes";
    RejectWrongPerson => "人码不符", "wrong person";
    RejectOther => "其他", "other";
    // student screen
    HoldOriginal => "长按采集码保存原图再出示，不要截屏", "Save the code itself and show that, no screenshot";
    ExampleGood => "这样可以", "like this";
    ExampleTeeth => "不露牙齿", "no teeth";
    ExampleTilted => "头不要歪", "head upright";
    ExampleHair => "头发不遮眼", "hair off the eyes";
    ExampleCap => "摘掉帽子", "no cap";
    StudentIsItYours => "这是您的码吗", "Is this your code?";
    StudentOk => "可以", "Fine";
    StudentAgain => "再拍一张", "Once more";
    KeysTitle => "按键", "Keys";
    KeyPages => "六个页面", "the six pages";
    KeyTheme => "深浅色", "theme";
    KeyStudent => "学生屏", "student screen";
    KeyFullScreen => "全屏", "full screen";
    KeyAuto => "自动拍摄", "automatic shot";
    KeyMute => "静音", "mute";
    KeyCode => "采集码大图", "code picture";
    KeyFind => "查找", "find";
    KeyGroup => "下一个班", "next group";
    // preparing a session
    PageWays => "其他来源", "Other sources";
    PagePrepare => "准备场次", "Prepare";
    PrepName => "场次", "Session";
    PrepStandard => "规格", "Standard";
    PrepCamera => "相机与灯光", "Camera and light";
    PrepSignals => "扫码按键声音", "Code, keys, sound";
    PrepStorage => "存储", "Storage";
    PrepStart => "开始", "Start";
    PrepOpen => "还没有填", "not answered yet";
    PrepImport => "读入场次设置…", "Read a settings file…";
    PrepPoster => "做海报…", "Poster…";
    PrepExport => "导出设置…", "Write settings…";
    PrepClose => "先不改，去拍摄", "Leave it, go shooting";
    PrepBegin => "开始", "Start";
    PrepBeginNew => "开新的一场", "Start a new session";
    PrepChange => "改这一场", "Change this session";
    PrepOptional => "可以不填", "may be left empty";
    PrepSessionName => "场次名", "Name";
    PrepNameHint => "学校 地点 日期", "school, place, day";
    PrepRunBy => "谁来组织", "Run by";
    PrepLevel => "层次", "Level";
    PrepSchoolCode => "院校代码", "School code";
    PrepBatchKey => "特征码", "Batch key";
    PrepGroups => "班级和人数", "Groups";
    PrepGroupsHint => "一行一个班，空格后写应到人数，例如：会计2201 60", "One group a line, then its head count";
    PrepSessions => "以前的场次", "Earlier sessions";
    PrepIsOpen => "正在用", "open";
    PrepGoOn => "接着拍", "Go on";
    PrepUnverified => "也列出来源未核实的规格", "Also those of second-hand sources";
    PrepBackdrop => "中心收哪种底色", "Backdrops";
    PrepBackdropHint => "请问过采集中心再选，可以选几种", "Ask the centre first; several may be chosen";
    PrepReview => "封包前要复核", "Review before sealing";
    PrepConfirm => "谁来确认照片", "Who confirms";
    PrepRetention => "回执后保存几天", "Days kept after receipt";
    PrepRetentionHint => "不填就一直保存", "empty: kept";
    PrepFee => "收费说明", "Fee";
    PrepFeeHint => "例如 免费", "for example: free";
    PrepSitDown => "请一个人坐到椅子上", "Have somebody sit down";
    PrepSitDownHint => "看脸有多大，光够不够", "to see the face's size and the light";
    PrepFaceSmall => "椅子往前移，或把镜头推近", "Move the chair or the lens closer";
    PrepSlowCamera => "画面会一顿一顿，换个插口或关掉别的程序", "It will jerk: use another port, close other programs";
    PrepRoles => "哪个相机做什么", "What each camera does";
    PrepRolePortrait => "拍照", "portrait";
    PrepRoleScan => "扫码", "codes";
    PrepShootBackdrop => "拍一张空背景", "Shoot the empty backdrop";
    PrepBackdropTest => "背景还没有看过", "The backdrop was not looked at yet";
    PrepBackdropTestHint => "请人离开画面，再按下面的按钮", "Leave the picture, then press the button";
    PrepNotEmpty => "画面里还有人", "Somebody is in the picture";
    PrepNotEmptyHint => "请人离开画面再拍一次", "Leave the picture and try again";
    PrepNoPicture => "相机还没有画面", "No picture yet";
    PrepNoPictureHint => "等画面出来再拍", "Wait for the picture";
    PrepBackdropGood => "背景颜色对，光也匀", "The backdrop's colour and light are right";
    PrepTryCode => "用手机扫一个采集码试试", "Show a code to the lens";
    PrepTryCodeHint => "只是试，不会锁定任何人", "Only a trial: nobody is locked";
    PrepTryKey => "按一下要用的键或踏板", "Press the key or pedal in use";
    PrepTryKeyHint => "空格是拍摄和采用", "Space shoots and accepts";
    PrepTrySound => "按响一声，听得见就按听到了", "Play it, then say that you hear it";
    PrepPlay => "响一声", "Play";
    PrepHeard => "听到了", "I hear it";
    PrepHeardDone => "声音听得到", "The sound is heard";
    PrepMuted => "现在是静音，颜色和抖动照常", "Muted: colour and shake stay";
    PrepSecondHint => "另一块盘上的文件夹", "a folder on another disk";
    PrepOneCopy => "没有备份盘，照片只有一份", "No second disk: one copy of each photo";
    PrepOneCopyHint => "插一块盘，选它上面的文件夹", "Plug one in and choose a folder on it";
    PrepTestDisks => "试写并读回", "Write and read back";
    PrepNotTried => "还没有试过", "Not tried yet";
    PrepTrying => "正在写入并读回", "Writing and reading back";
    PrepSignalsSummary => "采集码、按键和声音", "code, key and sound";
    PrepBlocked => "这一步还不能开始，点左边回去补上", "This step cannot be left: go back to it";
    PrepUntried => "还没有试，可以先开始", "Not tried; it may wait";
}
