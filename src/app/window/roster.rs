//! The school's own list at the desk: kept beside the other lists, matched with what is typed or scanned, and bound to
//! the locked student through the session. Who is bound to whom comes from the store with every visit.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{OpenDesk, Reply, Window};
use crate::domain::code::CodeDigest;
use crate::domain::ids::{RecordId, SessionId, ShotNumber};
use crate::domain::roster::{Binding, Match, Progress, Roster, Row, masked_name, masked_number};
use crate::domain::session::{self, State};
use crate::domain::time::Monotonic;
use crate::store::{ChosenColumns, Store, StoreError};
use crate::text::roster as words;
use crate::ui::view::{AtLock, Notice, Person, Question, RosterCommand, RosterLists, RosterView};
use crate::worker::clock::wall_now;

/// Missing people that a list shows; the count is of all.
const MOST_MISSING: usize = 400;
/// More digits than any 学号.
const MOST_TYPED: usize = 20;

/// What one visit to the store brought.
#[derive(Default)]
pub(super) struct Fetched {
    /// `None`: as it was.
    roster: Option<Roster>,
    rows: usize,
    bindings: HashMap<String, Vec<Binding>>,
    chosen: BTreeMap<String, ChosenColumns>,
}

/// The open session's list, and what is being typed.
#[derive(Default)]
pub(super) struct AtDesk {
    roster: Roster,
    bindings: HashMap<String, Vec<Binding>>,
    lists: Arc<RosterLists>,
    /// Columns by school, for the next file.
    pub(super) chosen: BTreeMap<String, ChosenColumns>,
    typed: String,
    /// What a question that is open is about.
    asked: Option<String>,
    /// The row that was bound last: the list's order goes on behind it.
    last: Option<String>,
    /// Whom Enter would confirm, as it was found last.
    found: Option<Found>,
}

/// What was looked up, and what came of it. Looking goes through the whole list, and the window is drawn many times
/// a second.
#[derive(PartialEq, Eq)]
struct Found {
    typed: String,
    last: Option<String>,
    class: Option<String>,
    proposal: (Option<usize>, usize),
}

impl Fetched {
    /// Reads what the window does not know; `known` is how many rows it has.
    pub(super) fn read(store: &Store, session: &SessionId, known: usize) -> Result<Self, StoreError> {
        let rows = store.roster_rows(session)?;
        // a walk-up makes it longer, another list has another file and comes with another session or a start
        let roster = if rows == known { None } else { Some(store.roster(session)?) };
        let bindings = if rows == 0 { HashMap::new() } else { store.roster_bindings(session)? };
        Ok(Self { roster, rows, bindings, chosen: store.all_roster_columns()? })
    }
}

impl AtDesk {
    pub(super) fn known(&self) -> usize {
        self.roster.rows().len()
    }

    pub(super) fn classes(&self) -> usize {
        self.lists.classes.len()
    }

    pub(super) fn take(&mut self, fetched: Fetched) {
        let Fetched { roster, rows, bindings, chosen } = fetched;
        self.chosen = chosen;
        if let Some(roster) = roster {
            self.roster = roster;
        } else if self.bindings == bindings {
            return;
        }
        self.bindings = bindings;
        self.found = None;
        let progress = Progress::of(&self.roster, &self.bindings);
        let missing = progress.missing.iter().take(MOST_MISSING).map(|at| person_of(&self.roster.rows()[*at]));
        self.lists = Arc::new(RosterLists {
            rows,
            missing: missing.collect(),
            missing_count: progress.missing.len(),
            classes: progress.classes,
        });
    }

    /// The masked person of a record's or a lock's 学号.
    pub(super) fn person(&self, number: &str) -> Option<Person> {
        self.roster.find(number).map(|at| person_of(&self.roster.rows()[at]))
    }

    pub(super) fn lists(&self) -> Option<&Arc<RosterLists>> {
        (!self.roster.is_empty()).then_some(&self.lists)
    }

    fn is_open(&self, row: &Row) -> bool {
        !self.bindings.get(&row.number).is_some_and(|bound| bound.iter().any(Binding::counts))
    }

    /// Whom Enter would confirm, and how many what was typed fits.
    fn proposal(&mut self, class: Option<&str>) -> (Option<usize>, usize) {
        let is_same =
            |found: &&Found| found.typed == self.typed && found.last == self.last && found.class.as_deref() == class;
        if let Some(found) = self.found.as_ref().filter(is_same) {
            return found.proposal;
        }
        let proposal = self.propose(class);
        let (typed, last) = (self.typed.clone(), self.last.clone());
        self.found = Some(Found { typed, last, class: class.map(str::to_owned), proposal });
        proposal
    }

    fn propose(&self, class: Option<&str>) -> (Option<usize>, usize) {
        if self.typed.is_empty() {
            let class = class.filter(|class| self.lists.classes.iter().any(|known| known.class == *class));
            return (self.roster.next_open(self.last.as_deref(), class, |row| self.is_open(row)), 0);
        }
        match self.roster.look_up(&self.typed, class) {
            Match::Exact(at) | Match::Proposed(at) => (Some(at), 0),
            Match::Several(count) => (None, count),
            Match::None => (None, 0),
        }
    }

    /// Another record that the row is bound to; the locked code's own, and the one that it replaces, are none.
    fn other_holder(&self, number: &str, lock: &session::Lock, parked: &[session::Parked]) -> Option<ShotNumber> {
        let digest = lock.subject.digest();
        let replaced: Option<RecordId> = lock.replaces.map(|replaces| replaces.earlier.record);
        let stored = self.bindings.get(number).map(Vec::as_slice).unwrap_or_default().iter();
        let stored = stored.filter(|bound| bound.counts() && bound.digest != digest && Some(bound.record) != replaced);
        let parked = parked
            .iter()
            .filter(|parked| parked.lock.shot != lock.shot && parked.lock.roster_key.as_deref() == Some(number));
        stored.map(|bound| bound.shot).next_back().or_else(|| parked.map(|parked| parked.lock.shot).next())
    }
}

fn person_of(row: &Row) -> Person {
    Person {
        name: masked_name(&row.name),
        number: masked_number(&row.number),
        class: row.class.clone().unwrap_or_default(),
        walk_up: row.walk_up,
    }
}

/// The row that a code had before: the same code is the same person, after a picture was taken back, too. Of several the
/// record that is taken again decides, then one that counts, then the latest.
fn row_of_code(
    bindings: &HashMap<String, Vec<Binding>>,
    digest: CodeDigest,
    earlier: Option<RecordId>,
) -> Option<String> {
    let is_earlier = |bound: &Binding| Some(bound.record) == earlier;
    let all = bindings.iter().flat_map(|(number, bound)| bound.iter().map(move |bound| (number, bound)));
    let its = all.filter(|(_, bound)| is_earlier(bound) || bound.digest == digest);
    let last = its.max_by_key(|(_, bound)| (is_earlier(bound), bound.counts(), bound.shot.number, bound.shot.station));
    last.map(|(number, _)| number.clone())
}

/// What painting reads; nothing without a list.
pub(super) fn view_of(open: &mut OpenDesk) -> Option<RosterView> {
    let heading = open.heading();
    let roster = &mut open.lists.roster;
    let lists = Arc::clone(roster.lists()?);
    let framing = matches!(open.desk.state(), State::Locked(_) | State::Framing(_) | State::Interrupted(_));
    let desk = open.desk.state().lock().filter(|_| framing).map(|lock| {
        let (proposed, several) = roster.proposal(heading.as_deref());
        AtLock {
            bound: lock.roster_key.as_deref().and_then(|number| roster.person(number)),
            typed: roster.typed.clone(),
            proposed: proposed.map(|at| person_of(&roster.roster.rows()[at])),
            several,
        }
    });
    Some(RosterView { lists, desk })
}

/// The classes of the school's list with what is known of them; without a list the groups that were typed.
pub(super) fn groups_of(open: &OpenDesk, lang: crate::text::Lang) -> Vec<crate::ui::view::GroupCount> {
    let no_class = words::no_class(lang);
    let Some(lists) = open.lists.roster.lists() else {
        return open.context.session.groups.iter().map(|group| super::view::group_count(group, open)).collect();
    };
    let counted = lists.classes.iter().map(|class| crate::ui::view::GroupCount {
        name: if class.class.is_empty() { no_class.to_owned() } else { class.class.clone() },
        heads: Some(class.expected),
        stored: class.taken,
        to_retake: class.to_retake,
    });
    counted.collect()
}

impl Window {
    /// Typing and confirming at the desk.
    pub(super) fn roster_at_desk(&mut self, command: &RosterCommand, now: Monotonic) {
        let Some(open) = &mut self.open else { return };
        let heading = open.heading();
        let is_bound = open.desk.state().lock().is_some_and(|lock| lock.roster_key.is_some());
        let roster = &mut open.lists.roster;
        match command {
            RosterCommand::Digit(digit) if roster.typed.len() < MOST_TYPED => roster.typed.push_str(&digit.to_string()),
            RosterCommand::Erase => drop(roster.typed.pop()),
            // who is bound stays it: only what is typed can mean somebody else
            RosterCommand::Confirm if is_bound && roster.typed.is_empty() => {}
            RosterCommand::Confirm => match roster.proposal(heading.as_deref()) {
                (Some(at), _) => {
                    let number = roster.roster.rows()[at].number.clone();
                    self.bind(number, now);
                }
                (None, 0) if roster.typed.is_empty() => {}
                (None, 0) => {
                    let number = roster.typed.clone();
                    let masked = masked_number(&number);
                    roster.asked = Some(number);
                    self.ask(Question::RosterUnknown { number: masked });
                }
                (None, several) => {
                    let message = words::several(several, self.preferences.lang());
                    self.say(Notice::Fault(message), now);
                }
            },
            _ => {}
        }
    }

    /// A gun's line that is a 学号 of the list is a student's card and no code; true when it was one.
    pub(super) fn roster_card(&mut self, line: &str, now: Monotonic) -> bool {
        let Some(open) = &self.open else { return false };
        let roster = &open.lists.roster.roster;
        let Some(at) = roster.find(line) else { return false };
        let number = roster.rows()[at].number.clone();
        if open.desk.state().lock().is_some() {
            self.bind(number, now);
        } else {
            let message = words::card_first(self.preferences.lang());
            self.say(Notice::Fault(message), now);
        }
        true
    }

    /// Binds the locked student to a row; asks first when somebody else has it.
    fn bind(&mut self, number: String, now: Monotonic) {
        let Some(open) = &mut self.open else { return };
        let Some(lock) = open.desk.state().lock() else { return };
        let holder = open.lists.roster.other_holder(&number, lock, open.desk.session().parked());
        if let Some(shot) = holder {
            let lang = self.preferences.lang();
            let person = open.lists.roster.person(&number).map(|person| person.shown(lang)).unwrap_or_default();
            open.lists.roster.asked = Some(number);
            self.ask(Question::RosterTaken { person, shot });
            return;
        }
        self.bind_now(number, now);
    }

    fn bind_now(&mut self, number: String, now: Monotonic) {
        if let Some(open) = &mut self.open {
            open.lists.roster.typed.clear();
            open.lists.roster.last = Some(number.clone());
        }
        self.session(session::Command::RosterRow(number), now);
    }

    /// The question about a row was answered with yes.
    pub(super) fn roster_agreed(&mut self, question: &Question, now: Monotonic) {
        let Some(open) = &mut self.open else { return };
        let Some(number) = open.lists.roster.asked.take() else { return };
        if matches!(question, Question::RosterUnknown { .. }) {
            self.add_walk_up(number, now);
        } else {
            self.bind_now(number, now);
        }
    }

    /// Somebody who is not on the list joins it, marked, and is bound.
    fn add_walk_up(&mut self, number: String, now: Monotonic) {
        let Some(open) = &mut self.open else { return };
        let (session, class) = (open.context.session.id.clone(), open.heading());
        let by = open.desk.session().settings().operator;
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        let added = number.clone();
        open.desk.visit_store(Box::new(move |keeper| {
            if let Err(error) = keeper.store().add_walk_up(&session, &added, class, by, wall_now()) {
                log::error!("{error:#}");
                // nobody listens any more when the window has closed
                answer.send(Reply::StoreFault(error.fault())).ok();
                wake();
            }
        }));
        self.bind_now(number, now);
        self.fetch_lists();
    }

    /// A new lock: what was typed for the one before is over; who is taken again keeps the row.
    pub(super) fn roster_at_lock(&mut self, now: Monotonic) {
        let Some(open) = &mut self.open else { return };
        let roster = &mut open.lists.roster;
        roster.typed.clear();
        roster.asked = None;
        let Some(lock) = open.desk.state().lock() else { return };
        let earlier = lock.replaces.map(|replaces| replaces.earlier.record);
        let digest = lock.subject.digest();
        if lock.roster_key.is_some() {
            return;
        }
        if let Some(number) = row_of_code(&roster.bindings, digest, earlier) {
            self.session(session::Command::RosterRow(number), now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::RecordState as S;

    #[test]
    fn a_code_gets_its_own_row_again_and_the_same_one_every_time() {
        let digest = CodeDigest::from_bytes([7; 32]);
        let record = |number: u8| RecordId::from_parts(1, [number; 10]);
        let check = |bound: &[(&str, u8, S)], earlier: Option<u8>, wanted: &str| {
            // the order of a hash map is another one each time
            for _ in 0..20 {
                let mut bindings: HashMap<String, Vec<Binding>> = HashMap::new();
                for (row, number, state) in bound {
                    let shot = format!("A-{number:04}").parse().unwrap();
                    let one = Binding { record: record(*number), shot, digest, state: *state };
                    bindings.entry((*row).to_owned()).or_default().push(one);
                }
                assert_eq!(row_of_code(&bindings, digest, earlier.map(record)).as_deref(), Some(wanted));
            }
        };
        let moved = [("one", 1, S::Superseded), ("two", 2, S::Approved), ("three", 3, S::Withdrawn)];
        check(&moved, None, "two");
        check(&moved, Some(1), "one");
        check(&[("one", 1, S::Withdrawn), ("two", 2, S::Withdrawn)], None, "two");
        check(&[("one", 4, S::Approved), ("two", 3, S::Approved)], None, "one");
        let other = CodeDigest::from_bytes([8; 32]);
        assert_eq!(row_of_code(&HashMap::new(), other, None), None);
    }
}
