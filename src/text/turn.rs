//! Words about how a camera is mounted.

use super::Lang;
use super::words::words;
use crate::domain::turn::Turn;

words! {
    /// A fixed word about it.
    TurnWord:
    Label => "画面方向", "Picture turned";
    Upright => "不转", "as is";
    Right => "右转", "right";
    Around => "倒过来", "over";
    Left => "左转", "left";
}

/// By how much the pictures are turned.
pub fn turned(turn: Turn, lang: Lang) -> &'static str {
    let word = match turn {
        Turn::Upright => TurnWord::Upright,
        Turn::Right => TurnWord::Right,
        Turn::Around => TurnWord::Around,
        Turn::Left => TurnWord::Left,
    };
    word.text(lang)
}
