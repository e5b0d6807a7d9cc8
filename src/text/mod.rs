//! Every word a person reads, Chinese and English, behind exhaustive matches.
//!
//! One sentence says what happened, one says what to do. Callers pass values; nothing here formats secrets.

pub mod adopt;
pub mod bundle;
pub mod calling;
pub mod centre;
pub mod code;
pub mod condition;
pub mod fault;
pub mod finding;
pub mod held;
pub mod opening;
pub mod papers;
pub mod people;
pub mod picture;
pub mod purge;
pub mod receipts;
pub mod roster;
pub mod scan_desk;
pub mod second_disk;
pub mod session;
pub mod student_side;
pub mod turn;
pub mod ways;
pub mod window;
mod words;

/// Language of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

/// What happened, and what to do about it; one sentence each, without a closing full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub what: String,
    pub advice: String,
}

impl Message {
    pub fn new(what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { what: what.into(), advice: advice.into() }
    }
}
