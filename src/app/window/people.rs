//! Who is at the desk: signing in after opening and after the lock, the idle lock, the second person of an override,
//! and what a manager does in 设置 → 人员口令.
//!
//! A PIN is checked on the store's thread. While nobody is signed in the desk is paused: the camera runs on, what was
//! asked of the store is finished, codes and keys do nothing.

use std::sync::Arc;
use std::time::Duration;

use super::{Reply, Window};
use crate::device::os::monotonic_now;
use crate::domain::fault::StoreFault;
use crate::domain::finding::CheckId;
use crate::domain::operator::{NOBODY_IN_PARTICULAR, Right};
use crate::domain::profile::OverrideRule;
use crate::domain::record::OverrideReason;
use crate::domain::session::{self, OverrideRequest, State};
use crate::domain::time::Monotonic;
use crate::store::{Operator, Pin, Store, StoreError};
use crate::text::{Message, people as words};
use crate::ui::people::{People, PeopleCommand, PersonRow};
use crate::ui::view::{Gate, Notice, Secret};
use crate::worker::clock::wall_now;

/// What the window knows of the people.
#[derive(Default)]
pub(super) struct Staff {
    rows: Vec<Operator>,
    present: Option<u32>,
    fault: Option<Message>,
    checking: bool,
    second: Option<Asked>,
    /// Questions for a second person so far.
    asked: u32,
    /// When somebody last did something.
    active_at: Monotonic,
    changes: u32,
}

/// What waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    what: Second,
    /// Of the picture that it is about, if it is about one.
    attempt: Option<u32>,
    /// Of this question alone: a PIN that was typed for another one says nothing here.
    ticket: u32,
}

/// What a second person confirms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Second {
    Override {
        checks: Vec<CheckId>,
        reason: OverrideReason,
    },
    Code,
    /// What is due goes.
    Purge,
    /// A receipt on paper.
    Paper,
}

/// What the store said.
pub(super) enum Told {
    SignedIn(u32),
    Seconded { number: u32, ticket: u32 },
    Changed(Vec<Operator>),
    Refused { fault: StoreFault, wait: Duration },
}

impl Staff {
    pub(super) fn new(rows: Vec<Operator>, now: Monotonic) -> Self {
        Self { rows, active_at: now, ..Self::default() }
    }

    /// What a station's desk starts with: open, or locked until somebody signs in.
    pub(super) fn gate(&self) -> Gate {
        if self.is_locked() { Gate::SignIn } else { Gate::Open }
    }

    pub(super) const fn is_locked(&self) -> bool {
        !self.rows.is_empty() && self.present.is_none()
    }

    /// The number that stands in what is done now.
    pub(super) fn number(&self) -> u32 {
        // The program itself while nobody is signed in.
        self.present.unwrap_or(if self.rows.is_empty() { NOBODY_IN_PARTICULAR } else { 0 })
    }

    /// Whether doubt about a code takes a second PIN.
    pub(super) const fn doubt(&self) -> session::DoubtRule {
        if self.rows.is_empty() { session::DoubtRule::BothAgree } else { session::DoubtRule::SecondPerson }
    }

    pub(super) fn view(&self, idle_minutes: u32) -> People {
        let row = |operator: &Operator| PersonRow {
            number: operator.number,
            name: operator.name.clone(),
            role: operator.role,
            active: operator.active,
        };
        People {
            rows: self.rows.iter().map(row).collect(),
            present: self.present,
            fault: self.fault.clone(),
            checking: self.checking,
            second: self.second.is_some(),
            idle_minutes,
            changes: self.changes,
        }
    }

    pub(super) fn may(&self, right: Right) -> bool {
        let present = self.rows.iter().find(|row| Some(row.number) == self.present);
        self.rows.is_empty() || present.is_some_and(|row| row.role.may(right))
    }

    /// Nobody has a PIN here.
    pub(super) const fn is_nobody(&self) -> bool {
        self.rows.is_empty()
    }

    fn ask(&mut self, what: Second, attempt: Option<u32>) {
        self.asked += 1;
        self.second = Some(Asked { what, attempt, ticket: self.asked });
    }

    /// What a PIN was typed for, if that still waits.
    fn answered(&mut self, ticket: u32) -> Option<(Second, Option<u32>)> {
        self.second.take_if(|asked| asked.ticket == ticket).map(|asked| (asked.what, asked.attempt))
    }

    /// Somebody other than the present one may be the second person.
    fn has_second(&self) -> bool {
        let may = |row: &Operator| row.active && row.role.may(Right::Second) && Some(row.number) != self.present;
        self.rows.iter().any(may)
    }
}

impl Window {
    /// Does one command about people.
    pub(super) fn people(&mut self, command: PeopleCommand, now: Monotonic) {
        self.staff.fault = None;
        match command {
            PeopleCommand::SignIn { number, pin } => self.check(number, &pin, Right::Shoot, Told::SignedIn),
            PeopleCommand::Second { number, pin } => {
                let Some(ticket) = self.staff.second.as_ref().map(|asked| asked.ticket) else { return };
                let passed = move |number| Told::Seconded { number, ticket };
                self.check(number, &pin, Right::Second, passed);
            }
            PeopleCommand::NoSecond => self.staff.second = None,
            PeopleCommand::Lock => self.lock(now),
            // What locks the screen at its end waits until nobody is locked.
            PeopleCommand::Add { .. } if self.staff.rows.is_empty() && !self.is_idle() => self.lock(now),
            PeopleCommand::Disable(number) if self.staff.present == Some(number) && !self.is_idle() => self.lock(now),
            PeopleCommand::Add { name, role, pin } => {
                let Some(pin) = Pin::new(pin.reveal().to_owned()) else { return };
                self.change(move |store, by| store.add_operator(&name, role, &pin, by, wall_now()).map(|_number| ()));
            }
            PeopleCommand::Disable(number) => {
                self.change(move |store, by| store.disable_operator(number, by, wall_now()));
            }
            PeopleCommand::NewPin(number, pin) => {
                let Some(pin) = Pin::new(pin.reveal().to_owned()) else { return };
                self.change(move |store, by| store.set_pin(number, &pin, by, wall_now()));
            }
            PeopleCommand::IdleMinutes(minutes) if self.staff.may(Right::People) => {
                self.preferences.idle_minutes = minutes;
                self.keep_preferences();
            }
            PeopleCommand::IdleMinutes(_) => self.forbid(now),
        }
    }

    /// Says no in one sentence when the present operator may not do this.
    pub(super) fn allowed(&mut self, right: Right, now: Monotonic) -> bool {
        let may = self.staff.may(right);
        if !may {
            self.forbid(now);
        }
        may
    }

    fn forbid(&mut self, now: Monotonic) {
        self.say(Notice::Fault(words::fault(StoreFault::NotAllowed, self.preferences.lang())), now);
    }

    fn check(&mut self, number: u32, pin: &Secret, right: Right, passed: impl FnOnce(u32) -> Told + Send + 'static) {
        let Some(pin) = Pin::new(pin.reveal().to_owned()) else { return };
        self.staff.checking = true;
        self.visit_about_people(move |store| match store.check_pin(number, &pin, right, wall_now(), monotonic_now()) {
            Ok(operator) => passed(operator.number),
            Err(error) => {
                let wait = store.pin_wait(number, monotonic_now()).unwrap_or_default();
                refused(&error, wait)
            }
        });
    }

    fn change(&mut self, change: impl FnOnce(&mut Store, u32) -> Result<(), StoreError> + Send + 'static) {
        let by = self.staff.number();
        self.visit_about_people(move |store| match change(store, by).and_then(|()| store.operators()) {
            Ok(rows) => Told::Changed(rows),
            Err(error) => refused(&error, Duration::ZERO),
        });
    }

    fn visit_about_people(&mut self, visit: impl FnOnce(&mut Store) -> Told + Send + 'static) {
        let Some(open) = &mut self.open else { return };
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        open.desk.visit_store(Box::new(move |keeper| {
            // nobody listens any more when the window has closed
            answer.send(Reply::People(visit(keeper.store()))).ok();
            wake();
        }));
    }

    /// The store has answered.
    pub(super) fn people_told(&mut self, told: Told, now: Monotonic) {
        self.staff.checking = false;
        match told {
            Told::SignedIn(number) => {
                self.staff.present = Some(number);
                self.staff.active_at = now;
                self.gate = Gate::Open;
                self.configure(now);
            }
            Told::Seconded { number, ticket } => self.seconded(number, ticket, now),
            Told::Changed(rows) => {
                let is_first = self.staff.rows.is_empty();
                self.staff.rows = rows;
                self.staff.changes += 1;
                let present = self.staff.rows.iter().find(|row| Some(row.number) == self.staff.present);
                if is_first || present.is_none_or(|row| !row.active) {
                    self.lock_now(now);
                }
            }
            Told::Refused { fault, wait } => {
                let lang = self.preferences.lang();
                let message = if fault == StoreFault::PinWait || (fault == StoreFault::WrongPin && !wait.is_zero()) {
                    words::wait(wait.as_secs() + 1, lang)
                } else {
                    crate::text::fault::store(fault, lang)
                };
                self.staff.fault = Some(message);
            }
        }
    }

    /// Gives the session the rules as they are now: switches, profile, and who is at the desk.
    pub(super) fn configure(&mut self, now: Monotonic) {
        let locked = self.staff.is_locked();
        let backdrop_stops = self.open.as_ref().is_some_and(|open| self.backdrop_stops(open));
        let unanswered = self.open.as_ref().and_then(|open| self.unanswered(open));
        let Some(open) = &mut self.open else { return };
        open.desk.pause(locked || self.purging.is_running());
        let settings = super::opening::settings_of(&open.context, self.preferences.automatic_shot(), &self.staff);
        let settings = session::Settings { backdrop_stops, unanswered, ..settings };
        open.desk.configure(settings, now);
    }

    /// Locks the screen where that tears nothing apart.
    fn lock(&mut self, now: Monotonic) {
        if !self.is_idle() {
            self.say(Notice::Fault(words::lock_busy(self.preferences.lang())), now);
        } else if !self.staff.rows.is_empty() {
            self.lock_now(now);
        }
    }

    fn lock_now(&mut self, now: Monotonic) {
        self.staff.present = None;
        self.staff.second = None;
        self.staff.fault = None;
        self.memory.people = crate::ui::people::Form::default();
        self.memory.overlay = None;
        self.asked = None;
        self.gate = Gate::SignIn;
        self.configure(now);
    }

    /// Nobody is locked, nothing is taken, judged or stored.
    pub(super) fn is_idle(&self) -> bool {
        match self.open.as_ref().map(|open| open.desk.state()) {
            Some(State::Waiting) => true,
            Some(State::Stored(stored)) => stored.lit_at.is_some(),
            _ => false,
        }
    }

    /// Something was done at the desk.
    pub(super) fn is_active(&mut self, now: Monotonic) {
        self.staff.active_at = now;
    }

    /// Locks the screen when nobody did anything for the minutes that are set; never in the middle of a student's way.
    pub(super) fn lock_when_idle(&mut self, now: Monotonic) {
        if self.staff.rows.is_empty() || self.gate != Gate::Open {
            return;
        }
        if !self.is_idle() {
            self.staff.active_at = now;
        } else if now >= self.staff.active_at + Duration::from_mins(u64::from(self.preferences.idle_minutes)) {
            self.lock_now(now);
        }
    }

    /// Overrides failing checks, with a second person where the profile or the check asks for one.
    pub(super) fn override_checks(&mut self, checks: Vec<CheckId>, reason: OverrideReason, now: Monotonic) {
        let Some(open) = &self.open else { return };
        let two = open.desk.session().settings().overrides == OverrideRule::TwoPeople;
        if two || checks.contains(&CheckId::ImageRepeat) {
            self.ask_second(Second::Override { checks, reason }, now);
        } else {
            self.override_with(&checks, reason, None, now);
        }
    }

    fn override_with(&mut self, checks: &[CheckId], reason: OverrideReason, second: Option<u32>, now: Monotonic) {
        for &check in checks {
            let request = OverrideRequest { check, reason, text: None, second };
            self.session(session::Command::Override(request), now);
        }
    }

    /// The picture cannot be accepted while its code is in doubt: with operators two people may vouch for it.
    pub(super) fn ask_to_vouch(&mut self, now: Monotonic) -> bool {
        let with_second = self.staff.has_second();
        if with_second {
            self.ask_second(Second::Code, now);
        }
        with_second
    }

    fn ask_second(&mut self, what: Second, now: Monotonic) {
        let review = self.open.as_ref().and_then(|open| open.desk.state().review());
        let Some(attempt) = review.map(|review| review.attempt) else { return };
        if self.staff.has_second() {
            self.staff.ask(what, Some(attempt));
        } else {
            self.say(Notice::Fault(words::no_second(self.preferences.lang())), now);
        }
    }

    /// Asks for the second person of what is about no picture.
    pub(super) fn ask_two(&mut self, what: Second, now: Monotonic) {
        if self.staff.has_second() {
            self.staff.ask(what, None);
        } else {
            self.say(Notice::Fault(words::no_second(self.preferences.lang())), now);
        }
    }

    /// The second person's PIN was right: what waited for it is done, if it is still about the same picture.
    fn seconded(&mut self, number: u32, ticket: u32, now: Monotonic) {
        let Some((what, attempt)) = self.staff.answered(ticket) else { return };
        self.memory.people.clear_pin();
        let review = self.open.as_ref().and_then(|open| open.desk.state().review());
        if attempt.is_some() && review.map(|review| review.attempt) != attempt {
            return;
        }
        match what {
            Second::Override { checks, reason } => self.override_with(&checks, reason, Some(number), now),
            Second::Code => self.session(session::Command::VouchForCode { second: Some(number) }, now),
            Second::Purge => self.purge_now(Some(number), now),
            Second::Paper => self.take_paper(number),
        }
    }
}

fn refused(error: &StoreError, wait: Duration) -> Told {
    log::info!("{error:#}");
    Told::Refused { fault: error.fault(), wait }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_that_was_typed_for_one_question_vouches_for_no_other() {
        let glasses = || Second::Override { checks: vec![CheckId::EyesGlasses], reason: OverrideReason::Medical };
        let mut staff = Staff::default();
        staff.ask(glasses(), Some(1));
        let typed_for = staff.second.as_ref().map(|asked| asked.ticket).unwrap();
        // Somebody goes back while the PIN is checked, and asks something else about the same picture.
        staff.second = None;
        assert_eq!(staff.answered(typed_for), None);
        staff.ask(Second::Code, Some(1));
        assert_eq!(staff.answered(typed_for), None);
        staff.ask(glasses(), Some(1));
        assert_eq!(staff.answered(typed_for), None, "the same question again is another one");
        let now = staff.second.as_ref().map(|asked| asked.ticket).unwrap();
        assert_eq!(staff.answered(now), Some((glasses(), Some(1))));
        assert_eq!(staff.answered(now), None, "once");
    }
}
