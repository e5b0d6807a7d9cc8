//! The people of a station on the screen: the gate where somebody says who they are, the second person of an
//! override, and 设置 → 人员口令.
//!
//! PINs go from the field into a [`Secret`] and nowhere else; what is right and allowed is decided by the store.

mod list;
mod sign;

use std::fmt;

use zeroize::Zeroizing;

pub(super) use list::part_ui;
pub(super) use sign::{gate_ui, second_ui};

use super::view::Secret;
use crate::domain::operator::{PIN_CHARS, Role};
use crate::text::Message;

/// Somebody who works here.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonRow {
    pub number: u32,
    pub name: String,
    pub role: Role,
    pub active: bool,
}

/// Names the number only: a name must not reach a log.
impl fmt::Debug for PersonRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonRow({} {:?} active={})", self.number, self.role, self.active)
    }
}

/// What painting knows of the people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// Empty: nobody has to sign in.
    pub rows: Vec<PersonRow>,
    /// Who is signed in.
    pub present: Option<u32>,
    /// What was wrong with the last try.
    pub fault: Option<Message>,
    /// A PIN is being checked.
    pub checking: bool,
    /// A second person is asked for.
    pub second: bool,
    /// Minutes without a hand on keys or mouse after which the screen is locked.
    pub idle_minutes: u32,
    /// Counts what was changed here: the typed fields are forgotten with each.
    pub changes: u32,
}

impl People {
    /// Who is signed in, with name and role.
    pub fn present(&self) -> Option<&PersonRow> {
        self.rows.iter().find(|row| Some(row.number) == self.present)
    }
}

/// What is done about people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeopleCommand {
    SignIn {
        number: u32,
        pin: Secret,
    },
    /// The screen is locked now.
    Lock,
    /// The second person of what is asked for.
    Second {
        number: u32,
        pin: Secret,
    },
    NoSecond,
    Add {
        name: String,
        role: Role,
        pin: Secret,
    },
    Disable(u32),
    NewPin(u32, Secret),
    IdleMinutes(u32),
}

/// What is typed and chosen. Nothing here is kept.
#[derive(Default)]
pub struct Form {
    chosen: Option<u32>,
    pin: Zeroizing<String>,
    name: String,
    role: Option<Role>,
    new_pin: Zeroizing<String>,
    new_pin_again: Zeroizing<String>,
    /// Whose PIN is being changed.
    changing: Option<u32>,
    seen: u32,
}

impl Form {
    /// Forgets what was typed into the sign-in.
    pub fn clear_pin(&mut self) {
        self.pin = Zeroizing::default();
    }

    fn clear_new(&mut self) {
        let seen = self.seen;
        *self = Self { seen, ..Self::default() };
    }

    fn take_pin(&mut self) -> Secret {
        Secret::new(std::mem::take(&mut *self.pin))
    }

    fn take_new_pin(&mut self) -> Secret {
        self.new_pin_again = Zeroizing::default();
        Secret::new(std::mem::take(&mut *self.new_pin))
    }
}

/// Whether these are enough characters.
fn is_pin(text: &str) -> bool {
    PIN_CHARS.contains(&text.chars().count())
}
