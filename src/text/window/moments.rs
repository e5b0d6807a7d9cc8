//! Short sentences that change while somebody looks: what U takes back, and seconds that are counted down.

use crate::domain::ids::ShotNumber;
use crate::domain::record::RecordState;
use crate::text::Lang;

/// The key that takes a slip of the review back, with whose; without one there is nothing to take back.
pub fn take_back(whose: Option<(RecordState, ShotNumber)>, lang: Lang) -> String {
    match (whose, lang) {
        (None, Lang::Zh) => String::from("撤销"),
        (None, Lang::En) => String::from("Undo"),
        (Some((RecordState::Rejected, shot)), Lang::Zh) => format!("撤销退回 {shot}"),
        (Some((RecordState::Rejected, shot)), Lang::En) => format!("Undo rejecting {shot}"),
        (Some((_, shot)), Lang::Zh) => format!("恢复 {shot}"),
        (Some((_, shot)), Lang::En) => format!("Bring {shot} back"),
    }
}

/// A length of time.
pub fn seconds(seconds: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{seconds} 秒"),
        Lang::En => format!("{seconds} s"),
    }
}

/// Until a complete picture is accepted by itself.
pub fn accepts_in(seconds: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{seconds} 秒后自动采用，按任意键停下"),
        Lang::En => format!("accepted in {seconds} s; any key stops it"),
    }
}

/// Seconds as a clock counts them down.
pub fn clock_of(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
