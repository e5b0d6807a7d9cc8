//! What the window itself remembers between passes: the page, the dialogs, what is typed. Nothing here is kept.

use zeroize::Zeroizing;

use super::keymap::KeyMap;
use super::keys::KeyReader;
use super::settings_keys::Teaching;
use super::view::RowMark;
use crate::domain::crop::CropFrame;
use crate::domain::ids::{RecordId, StationLetter};
use crate::text::window::Word;

/// The six pages, F2 to F7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Page {
    #[default]
    Shoot,
    Queue,
    Review,
    Handover,
    Overview,
    Settings,
    /// 准备场次, from the session's name in the top bar.
    Prepare,
    /// 其他来源, from the keys of 拍摄.
    Ways,
}

impl Page {
    /// In the order of the top bar and of the keys F2 to F7.
    pub const ALL: [Self; 6] = [Self::Shoot, Self::Queue, Self::Review, Self::Handover, Self::Overview, Self::Settings];

    /// The page's name.
    pub const fn word(self) -> Word {
        match self {
            Self::Shoot => Word::PageShoot,
            Self::Queue => Word::PageQueue,
            Self::Review => Word::PageReview,
            Self::Handover => Word::PageHandover,
            Self::Overview => Word::PageOverview,
            Self::Settings => Word::PageSettings,
            Self::Prepare => Word::PagePrepare,
            Self::Ways => Word::PageWays,
        }
    }
}

/// The place of 回执 among the steps of 交接.
pub const HANDOVER_RECEIPTS: usize = 4;

/// How much is drawn over the picture; G goes round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Guides {
    /// Frame, outline, edge marks.
    #[default]
    Simple,
    /// Also the measured lines and numbers.
    Full,
    Off,
}

impl Guides {
    pub const fn next(self) -> Self {
        match self {
            Self::Simple => Self::Full,
            Self::Full => Self::Off,
            Self::Off => Self::Simple,
        }
    }
}

/// Which rows of 队列 are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QueueFilter {
    #[default]
    All,
    Waiting,
    Stored,
    Retake,
    NotTaken,
}

impl QueueFilter {
    pub const ALL: [Self; 5] = [Self::All, Self::Waiting, Self::Stored, Self::Retake, Self::NotTaken];

    pub const fn word(self) -> Word {
        match self {
            Self::All => Word::FilterAll,
            Self::Waiting => Word::FilterWaiting,
            Self::Stored => Word::FilterStored,
            Self::Retake => Word::FilterRetake,
            Self::NotTaken => Word::FilterNotTaken,
        }
    }

    /// Whether a row of this mark belongs here.
    pub const fn admits(self, mark: RowMark) -> bool {
        match self {
            Self::All => true,
            Self::Waiting => matches!(mark, RowMark::Waiting | RowMark::Parked),
            Self::Stored => matches!(mark, RowMark::Stored | RowMark::StoredCopyMissing),
            Self::Retake => matches!(mark, RowMark::NeedsRetake | RowMark::Called | RowMark::Withdrawn),
            Self::NotTaken => matches!(mark, RowMark::TurnedAway),
        }
    }
}

/// Which cards of 复核 are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReviewFilter {
    #[default]
    ToReview,
    Reminders,
    Overrides,
    Approved,
    Rejected,
    /// The centre asks for another picture.
    Retake,
}

impl ReviewFilter {
    pub const ALL: [Self; 6] =
        [Self::ToReview, Self::Reminders, Self::Overrides, Self::Approved, Self::Rejected, Self::Retake];

    pub const fn word(self) -> Word {
        match self {
            Self::ToReview => Word::FilterToReview,
            Self::Reminders => Word::FilterReminders,
            Self::Overrides => Word::FilterOverrides,
            Self::Approved => Word::FilterApproved,
            Self::Rejected => Word::FilterRejected,
            Self::Retake => Word::FilterRetake,
        }
    }
}

/// A part of 设置.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SettingsPart {
    #[default]
    Shooting,
    Looks,
    Camera,
    Scanner,
    Sound,
    Keys,
    Store,
    Purge,
    People,
    About,
}

impl SettingsPart {
    pub const ALL: [Self; 10] = [
        Self::Shooting,
        Self::Looks,
        Self::Camera,
        Self::Scanner,
        Self::Sound,
        Self::Keys,
        Self::Store,
        Self::Purge,
        Self::People,
        Self::About,
    ];

    pub const fn word(self) -> Word {
        match self {
            Self::Shooting => Word::SetShooting,
            Self::Looks => Word::SetLooks,
            Self::Camera => Word::SetCamera,
            Self::Scanner => Word::SetScanner,
            Self::Sound => Word::SetSound,
            Self::Keys => Word::SetKeys,
            Self::Store => Word::SetStore,
            Self::Purge => Word::SetPurge,
            Self::People => Word::SetPeople,
            Self::About => Word::SetAbout,
        }
    }
}

/// What lies over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlay {
    /// F1: the keys.
    Help,
    /// W: the picture of the code, large.
    Witness,
    /// Z: the photo at its own size.
    Photo,
}

/// State of painting.
#[allow(clippy::struct_excessive_bools, reason = "switches that do not depend on each other, read by name")]
#[derive(Default)]
pub struct Memory {
    pub page: Page,
    pub guides: Guides,
    pub overlay: Option<Overlay>,
    pub keys: KeyReader,
    pub queue_filter: QueueFilter,
    pub queue_search: String,
    /// The search field takes the keyboard in this pass.
    pub focus_search: bool,
    pub queue_row: usize,
    pub review_filter: ReviewFilter,
    pub review_at: Option<RecordId>,
    /// The digit reasons of a rejection are open.
    pub rejecting: bool,
    /// Those of a withdrawal are.
    pub withdrawing: bool,
    /// The record that was rejected or withdrawn last, for whom that was a slip.
    pub review_decided: Option<RecordId>,
    /// Only this heading (class) is shown.
    pub review_class: Option<String>,
    pub settings_part: SettingsPart,
    /// Keys that were taught, and the one that is being taught.
    pub keymap: KeyMap,
    pub teaching: Teaching,
    pub handover_step: usize,
    pub target: String,
    /// File of a list of collected codes.
    pub list_file: String,
    pub recipient: String,
    /// File of the centre's card.
    pub card_file: String,
    /// The centre's card is held before a lens: codes are only tried meanwhile.
    pub card_lens: bool,
    pub passphrase: Zeroizing<String>,
    pub passphrase_again: Zeroizing<String>,
    /// The passphrase is to be remembered on this computer.
    pub remember: bool,
    /// Folder for a recovery key of the station that is to be made; empty: none.
    pub recovery_folder: String,
    /// What was typed in 接管备份盘.
    pub adopt: super::adopt::Form,
    /// Of the station that is to be made.
    pub letter: StationLetter,
    /// Rows of 其他来源 that were drawn last: the window has their pictures ready.
    pub ways_rows: std::ops::Range<usize>,
    /// Digits to touch stand in the place of the checks.
    pub roster_pad: bool,
    /// The second window is wanted.
    pub student_screen: bool,
    /// What was typed in 准备场次.
    pub prepare: super::prepare::view::Form,
    /// What was typed at the sign-in and in 人员口令.
    pub people: super::people::Form,
    /// What was typed in 到期清除.
    pub purge: super::purge::Form,
    /// What was typed from a receipt on paper.
    pub receipts: super::receipts::Form,
    /// The folder that is typed in 其他来源.
    pub ways_folder: String,
    /// The frame over an existing photo.
    pub crop: Option<CropFrame>,
    pub light_theme: bool,
    pub full_screen: bool,
}

impl Memory {
    /// Takes the typed passphrase out and forgets both fields.
    pub fn take_passphrase(&mut self) -> String {
        self.passphrase_again = Zeroizing::default();
        std::mem::take(&mut *self.passphrase)
    }
}
