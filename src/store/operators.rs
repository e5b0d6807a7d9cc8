//! Operators: who works at the station, with which role, and the check of their PINs.
//!
//! A station without operators permits everything to everybody. A wrong PIN slows the next try down. Every try is in
//! the journal before it is judged, so that ending the program in between does not make it free; and the wait counts
//! on a clock that never jumps, from the wrong PIN or, after a restart, from the first look, so that neither the
//! system's clock nor a restart makes it shorter.

use std::fmt;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::error::StoreError;
use super::event::What;
use super::pin::Pin;
use super::rows::{self, Count, from_word, next_number, use_number, word};
use super::station::Store;
use crate::domain::fault::StoreFault;
use crate::domain::operator::{NOBODY_IN_PARTICULAR, Right, Role, wait_after};
use crate::domain::time::{Monotonic, WallTime};

/// Allocator of operators' numbers.
const OPERATORS: &str = "operator";
/// The most characters of a name.
const LONGEST_NAME: usize = 40;

/// Somebody who works at this station.
#[derive(Clone, PartialEq, Eq)]
pub struct Operator {
    /// Stands in records, journal and bundles; never reused.
    pub number: u32,
    /// Stays on the station.
    pub name: String,
    pub role: Role,
    pub active: bool,
}

/// Names the number only: a name must not reach a log.
impl fmt::Debug for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Operator({} {:?} active={})", self.number, self.role, self.active)
    }
}

impl Store {
    /// Everybody, by number; those who were disabled, too.
    pub fn operators(&self) -> Result<Vec<Operator>, StoreError> {
        let mut select =
            self.connection.prepare_cached("SELECT number, name, role, active FROM operator ORDER BY number")?;
        let mut found = select.query([])?;
        let mut operators = Vec::new();
        while let Some(row) = found.next()? {
            operators.push(Operator {
                number: row.get(0)?,
                name: row.get(1)?,
                role: from_word(row.get(2)?, "role")?,
                active: row.get(3)?,
            });
        }
        Ok(operators)
    }

    /// Whether anybody has to say who they are.
    pub fn has_operators(&self) -> Result<bool, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT 1 FROM operator")?;
        Ok(select.exists([])?)
    }

    /// Refuses what the operator's role does not allow. On a station without operators everything is allowed.
    pub fn permit(&self, by: u32, right: Right) -> Result<(), StoreError> {
        let operators = self.operators()?;
        let may = operators.iter().any(|operator| operator.number == by && operator.active && operator.role.may(right));
        if operators.is_empty() || may {
            return Ok(());
        }
        Err(StoreError::new(StoreFault::NotAllowed, format!("operator {by} may not do this ({right:?})")))
    }

    /// Adds somebody; the first one must be a manager. Gives the new number.
    pub fn add_operator(
        &mut self,
        name: &str,
        role: Role,
        pin: &Pin,
        by: u32,
        now: WallTime,
    ) -> Result<u32, StoreError> {
        self.permit(by, Right::People)?;
        if !self.has_operators()? && role != Role::Manager {
            return Err(StoreError::new(StoreFault::LastManager, "the first operator must be a manager"));
        }
        let name = name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(StoreError::new(StoreFault::Other, "the name is empty or too long"));
        }
        let next = u32::try_from(next_number(&self.connection, OPERATORS)?).ok();
        let number = next.ok_or_else(|| rows::odd_row("operator"))?.max(NOBODY_IN_PARTICULAR + 1);
        let added = Operator { number, name: name.to_owned(), role, active: true };
        self.set_operator(added, pin.hash()?, by, now)?;
        Ok(number)
    }

    /// Lets somebody in no more. The last manager stays.
    pub fn disable_operator(&mut self, number: u32, by: u32, now: WallTime) -> Result<(), StoreError> {
        self.permit(by, Right::People)?;
        let operators = self.operators()?;
        let is_manager = |operator: &&Operator| operator.active && operator.role == Role::Manager;
        if operators.iter().filter(is_manager).all(|operator| operator.number == number) {
            return Err(StoreError::new(StoreFault::LastManager, "the last manager stays"));
        }
        let (operator, kept, _) = self.operator(number)?;
        self.set_operator(Operator { active: false, ..operator }, kept, by, now)
    }

    /// Gives somebody a new PIN, lets them in again, and forgets their wrong tries.
    pub fn set_pin(&mut self, number: u32, pin: &Pin, by: u32, now: WallTime) -> Result<(), StoreError> {
        self.permit(by, Right::People)?;
        let (operator, ..) = self.operator(number)?;
        self.set_operator(Operator { active: true, ..operator }, pin.hash()?, by, now)
    }

    /// The same on the word of the recovery key, for a station whose managers have all forgotten their PINs.
    pub fn set_pin_by_recovery(
        &mut self,
        number: u32,
        pin: &Pin,
        recovery: &age::x25519::Identity,
        now: WallTime,
    ) -> Result<(), StoreError> {
        if self.settings.recovery.as_deref() != Some(recovery.to_public().to_string().as_str()) {
            return Err(StoreError::new(StoreFault::NotAllowed, "this is not the station's recovery key"));
        }
        let (operator, ..) = self.operator(number)?;
        self.set_operator(Operator { active: true, ..operator }, pin.hash()?, 0, now)
    }

    fn set_operator(&mut self, operator: Operator, pin: String, by: u32, now: WallTime) -> Result<(), StoreError> {
        let Operator { number, name, role, active } = operator;
        self.pin_waits.remove(&number);
        let set = What::OperatorSet { number, name, role, active, pin };
        self.commit_and_copy(vec![set], by, now, |_| Ok(()))
    }

    /// How long this operator's next try has to wait yet. `now` is the time since the program's start.
    pub fn pin_wait(&mut self, number: u32, now: Monotonic) -> Result<Duration, StoreError> {
        let (_, _, wrong) = self.operator(number)?;
        let since = *self.pin_waits.entry(number).or_insert(now);
        Ok((since + wait_after(wrong)).saturating_sub(now))
    }

    /// Checks a PIN for somebody who wants to do this. The try is in the journal before its answer is known to anybody.
    pub fn check_pin(
        &mut self,
        number: u32,
        pin: &Pin,
        right: Right,
        wall: WallTime,
        now: Monotonic,
    ) -> Result<Operator, StoreError> {
        let (operator, kept, _) = self.operator(number)?;
        if !operator.active {
            return Err(StoreError::new(StoreFault::OperatorDisabled, format!("operator {number} was disabled")));
        }
        let wait = self.pin_wait(number, now)?;
        if !wait.is_zero() {
            let what = format!("operator {number} has to wait {} s", wait.as_secs() + 1);
            return Err(StoreError::new(StoreFault::PinWait, what));
        }
        self.commit_and_copy(vec![What::PinTried { operator: number }], number, wall, |_| Ok(()))?;
        self.pin_waits.insert(number, now);
        if !pin.matches(&kept)? {
            return Err(StoreError::new(StoreFault::WrongPin, format!("a wrong PIN for operator {number}")));
        }
        self.commit_and_copy(vec![What::PinPassed { operator: number }], number, wall, |_| Ok(()))?;
        self.permit(number, right)?;
        Ok(operator)
    }

    /// One of them with the kept hash and the number of wrong PINs in a row.
    fn operator(&self, number: u32) -> Result<(Operator, String, u32), StoreError> {
        let mut select =
            self.connection.prepare_cached("SELECT name, role, active, pin, wrong FROM operator WHERE number = ?1")?;
        type Columns = (String, String, bool, String, u32);
        let found: Option<Columns> = select
            .query_row([number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))
            .optional()?;
        let unknown = || StoreError::new(StoreFault::OperatorDisabled, format!("there is no operator {number}"));
        let (name, role, active, pin, wrong) = found.ok_or_else(unknown)?;
        Ok((Operator { number, name, role: from_word(role, "role")?, active }, pin, wrong))
    }
}

/// What an operator's event does to the index.
pub(super) fn apply(connection: &Connection, what: &What) -> Result<(), StoreError> {
    match what {
        What::OperatorSet { number, name, role, active, pin } => {
            use_number(connection, OPERATORS, u64::from(*number))?;
            connection.execute(
                "INSERT INTO operator (number, name, role, active, pin, wrong) VALUES (?1, ?2, ?3, ?4, ?5, 0) \
                 ON CONFLICT (number) DO UPDATE SET name = excluded.name, role = excluded.role, \
                 active = excluded.active, pin = excluded.pin, wrong = 0",
                params![number, name, word(role)?, active, pin],
            )?;
        }
        What::PinTried { operator } => {
            connection
                .execute("UPDATE operator SET wrong = wrong + 1 WHERE number = ?1", [Count(u64::from(*operator))])?;
        }
        What::PinPassed { operator } => {
            connection.execute("UPDATE operator SET wrong = 0 WHERE number = ?1", [Count(u64::from(*operator))])?;
        }
        _ => {}
    }
    Ok(())
}

/// Everybody of another index, as the events that make them here: for a station that takes another one over.
pub(super) fn events_of_all(old: &Connection) -> Result<Vec<What>, StoreError> {
    let mut select = old.prepare("SELECT number, name, role, active, pin FROM operator ORDER BY number")?;
    let mut found = select.query([])?;
    let mut whats = Vec::new();
    while let Some(row) = found.next()? {
        let role = from_word(row.get(2)?, "role")?;
        whats.push(What::OperatorSet {
            number: row.get(0)?,
            name: row.get(1)?,
            role,
            active: row.get(3)?,
            pin: row.get(4)?,
        });
    }
    Ok(whats)
}
