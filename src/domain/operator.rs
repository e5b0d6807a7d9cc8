//! Who works at a station: roles, what each may do, and how long a wrong PIN has to wait.
//!
//! A station without operators asks nobody anything. Names, PINs and their hashes are the store's.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The number that stands in records of a station without operators; the first operator gets the next one, so that
/// records from before are never theirs.
pub const NOBODY_IN_PARTICULAR: u32 = 1;

/// What somebody is at a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Takes pictures.
    Operator,
    /// Also decides on them, is the second person of an override, and seals.
    Reviewer,
    /// Also looks after people, keys, copies and purges.
    Manager,
}

/// What not everybody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// Use the desk: scan, shoot, accept, take back.
    Shoot,
    /// Approve and reject in the review.
    Review,
    /// Be the second person of an override or of a doubtful code.
    Second,
    Seal,
    /// The centre's card, receipts entered by hand, the second copy, what this computer remembers.
    Keys,
    Purge,
    /// Hold a session before a backdrop that fails.
    Backdrop,
    /// Add and disable operators, and give new PINs.
    People,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Operator, Self::Reviewer, Self::Manager];

    /// Name in journal, database and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Reviewer => "reviewer",
            Self::Manager => "manager",
        }
    }

    pub fn may(self, right: Right) -> bool {
        let least = match right {
            Right::Shoot => Self::Operator,
            Right::Review | Right::Second | Right::Seal => Self::Reviewer,
            Right::Keys | Right::Purge | Right::Backdrop | Right::People => Self::Manager,
        };
        self >= least
    }
}

impl std::str::FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}

/// A word that names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a role is one of operator, reviewer, manager")]
pub struct UnknownRole;

/// Wrong PINs in a row that nobody has to wait after: fingers slip.
const FREE_TRIES: u32 = 3;
/// The first wait, doubled with each further wrong PIN.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// The longest one: 96 tries a day, 104 days for a PIN of four digits.
const LONGEST_WAIT: Duration = Duration::from_mins(15);

/// How long the next try waits after so many wrong PINs in a row.
pub fn wait_after(wrong: u32) -> Duration {
    let Some(over) = wrong.checked_sub(FREE_TRIES) else { return Duration::ZERO };
    FIRST_WAIT.saturating_mul(1_u32.checked_shl(over).unwrap_or(u32::MAX)).min(LONGEST_WAIT)
}

/// Fewest and most characters of a PIN.
pub const PIN_CHARS: std::ops::RangeInclusive<usize> = 4..=32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_the_one_below_may() {
        use Right as R;
        let all = [R::Shoot, R::Review, R::Second, R::Seal, R::Keys, R::Purge, R::People];
        let may = |role: Role| all.into_iter().filter(|right| role.may(*right)).count();
        assert_eq!(Role::ALL.map(may), [1, 4, 7]);
        assert_eq!("manager".parse(), Ok(Role::Manager));
        assert_eq!("boss".parse::<Role>(), Err(UnknownRole));
    }

    #[test]
    fn waits_grow_and_end_at_a_quarter_of_an_hour() {
        let seconds: Vec<u64> = (0..16).map(|wrong| wait_after(wrong).as_secs()).collect();
        assert_eq!(seconds, [0, 0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900, 900]);
        assert_eq!(wait_after(u32::MAX), LONGEST_WAIT);
    }
}
