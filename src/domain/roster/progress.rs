//! How far a session is with its list: by class who is expected, taken, missing, and to be taken again.

use std::collections::HashMap;

use super::Roster;
use crate::domain::code::CodeDigest;
use crate::domain::ids::{RecordId, ShotNumber};
use crate::domain::record::RecordState;

/// A record that a row of the list is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    pub record: RecordId,
    pub shot: ShotNumber,
    pub digest: CodeDigest,
    pub state: RecordState,
}

impl Binding {
    /// The photo counts for its student.
    pub const fn counts(&self) -> bool {
        use RecordState as S;
        !matches!(self.state, S::Withdrawn | S::Superseded | S::Rejected | S::Retake)
    }

    /// The photo is there and another is wanted.
    pub const fn is_to_retake(&self) -> bool {
        matches!(self.state, RecordState::Rejected | RecordState::Retake)
    }
}

/// One class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClassProgress {
    /// Empty for rows without a class.
    pub class: String,
    /// 应到: rows of the school's list.
    pub expected: u32,
    /// 已采, of the expected.
    pub taken: u32,
    /// 补拍, of the expected: not counted as taken.
    pub to_retake: u32,
    /// Taken without standing on the list.
    pub walk_ups: u32,
}

impl ClassProgress {
    /// 未采: neither taken nor waiting for another picture.
    pub const fn missing(&self) -> u32 {
        self.expected.saturating_sub(self.taken + self.to_retake)
    }
}

/// A whole list's progress.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// In the order of the list.
    pub classes: Vec<ClassProgress>,
    /// Rows of the list that have no photo that counts, in its order; places in the roster.
    pub missing: Vec<usize>,
}

impl Progress {
    /// `bindings` holds for a 学号, as the roster writes it, every record that names it, in the order in which they
    /// were stored.
    pub fn of(roster: &Roster, bindings: &HashMap<String, Vec<Binding>>) -> Self {
        let mut progress = Self::default();
        let mut place: HashMap<&str, usize> = HashMap::new();
        for (at, row) in roster.rows().iter().enumerate() {
            let class = row.class.as_deref().unwrap_or_default();
            let index = *place.entry(class).or_insert_with(|| {
                progress.classes.push(ClassProgress { class: class.to_owned(), ..ClassProgress::default() });
                progress.classes.len() - 1
            });
            let counts = &mut progress.classes[index];
            let bound = bindings.get(&row.number).map(Vec::as_slice).unwrap_or_default();
            let taken = bound.iter().any(Binding::counts);
            if row.walk_up {
                counts.walk_ups += u32::from(taken);
                continue;
            }
            counts.expected += 1;
            if taken {
                counts.taken += 1;
                continue;
            }
            counts.to_retake += u32::from(bound.iter().any(Binding::is_to_retake));
            progress.missing.push(at);
        }
        progress
    }

    /// The same sums over every class.
    pub fn whole(&self) -> ClassProgress {
        let sum = |of: fn(&ClassProgress) -> u32| self.classes.iter().map(of).sum();
        ClassProgress {
            class: String::new(),
            expected: sum(|class| class.expected),
            taken: sum(|class| class.taken),
            to_retake: sum(|class| class.to_retake),
            walk_ups: sum(|class| class.walk_ups),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Row;
    use super::*;

    fn binding(state: RecordState) -> Binding {
        Binding {
            record: RecordId::from_parts(1, [1; 10]),
            shot: "A-0001".parse().unwrap(),
            digest: CodeDigest::from_bytes([0; 32]),
            state,
        }
    }

    #[test]
    fn taken_missing_and_to_be_taken_again_are_told_apart() {
        let row = |number: &str, class: &str| Row {
            walk_up: number.starts_with('W'),
            ..Row::walk_up(number.to_owned(), Some(class.to_owned()))
        };
        let roster = Roster::new(vec![
            row("1", "甲"),
            row("2", "甲"),
            row("3", "甲"),
            row("4", "乙"),
            row("W5", "乙"),
            row("6", "甲"),
        ]);
        let mut bindings = HashMap::new();
        bindings.insert(String::from("1"), vec![binding(RecordState::Superseded), binding(RecordState::Sealed)]);
        bindings.insert(String::from("2"), vec![binding(RecordState::Rejected)]);
        bindings.insert(String::from("W5"), vec![binding(RecordState::Approved)]);
        bindings.insert(String::from("6"), vec![binding(RecordState::Withdrawn)]);
        let progress = Progress::of(&roster, &bindings);
        let counts: Vec<_> = progress
            .classes
            .iter()
            .map(|c| (c.class.as_str(), c.expected, c.taken, c.missing(), c.to_retake, c.walk_ups))
            .collect();
        assert_eq!(counts, [("甲", 4, 1, 2, 1, 0), ("乙", 1, 0, 1, 0, 1)]);
        assert_eq!(progress.missing, [1, 2, 3, 5]);
        assert_eq!((progress.whole().expected, progress.whole().walk_ups), (5, 1));
    }
}
