//! What a student is told before the picture is taken, on the second screen and on the poster: version 1 of the notice.

use super::set_up::Level;

/// Which code is asked for, what is kept and what it costs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notice {
    /// Which of several codes is asked for.
    pub level: Option<Level>,
    /// Days that records are kept after their receipt.
    pub retention_days: Option<u32>,
    /// What it costs, as the session says it; empty: nothing is said.
    pub fee: String,
}

/// What a drawn example shows: the first as it should be, the others with one fault each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Example {
    Good,
    Teeth,
    Tilted,
    HairOverEyes,
    Cap,
}

impl Example {
    pub const ALL: [Self; 5] = [Self::Good, Self::Teeth, Self::Tilted, Self::HairOverEyes, Self::Cap];
}
