//! How the day goes, over restarts too: seconds for each person, how many needed one shot only, what pictures failed by
//! and why people went without one.

use std::collections::BTreeMap;

use crate::domain::finding::{CheckId, Finding};
use crate::domain::ids::ShotNumber;
use crate::domain::session::{State, TurnedAway};
use crate::domain::time::Monotonic;
use crate::store::DayTold;

/// What is known of the day.
#[derive(Debug, Clone, Default)]
pub(super) struct Pace {
    at_hand: Option<(ShotNumber, Monotonic, u32)>,
    /// Seconds from lock to durable record, one for each person, in order.
    seconds: Vec<u32>,
    first_time: u32,
    /// The picture that was counted last.
    judged: Option<(ShotNumber, u32)>,
    /// Pictures that failed by a check; one picture may fail by several.
    failures: BTreeMap<CheckId, u32>,
    away: BTreeMap<&'static str, (TurnedAway, u32)>,
}

impl Pace {
    /// What the journal tells of before; a name that this version does not know is left out.
    pub(super) fn of(told: &DayTold) -> Self {
        let failures = told.failures.iter().filter_map(|(name, count)| Some((name.parse().ok()?, *count)));
        let reason = |name: &str| TurnedAway::ALL.into_iter().find(|reason| reason.as_str() == name);
        let away = told.away.iter().filter_map(|(name, count)| {
            let reason = reason(name)?;
            Some((reason.as_str(), (reason, *count)))
        });
        Self {
            seconds: told.seconds.clone(),
            first_time: told.first_time,
            failures: failures.collect(),
            away: away.collect(),
            ..Self::default()
        }
    }

    /// What the session's state says now.
    pub(super) fn watch(&mut self, state: &State) {
        if let Some(lock) = state.lock() {
            self.seen(lock.shot, lock.since, lock.shots);
        }
        if let State::Review(review) = state {
            self.judged(review.lock.shot, review.attempt, review.picture.findings.iter());
        }
    }

    /// Somebody is locked since then and has so many shots.
    fn seen(&mut self, shot: ShotNumber, since: Monotonic, shots: u32) {
        let since = self.at_hand.filter(|(known, ..)| *known == shot).map_or(since, |(_, since, _)| since);
        self.at_hand = Some((shot, since, shots));
    }

    /// A picture was judged; counted once however often it is said.
    fn judged<'a>(&mut self, shot: ShotNumber, attempt: u32, findings: impl Iterator<Item = &'a Finding>) {
        if self.judged.replace((shot, attempt)) == Some((shot, attempt)) {
            return;
        }
        for finding in findings.filter(|finding| finding.fails()) {
            *self.failures.entry(finding.id).or_default() += 1;
        }
    }

    /// Somebody went without a picture.
    pub(super) fn turned_away(&mut self, reason: TurnedAway) {
        self.away.entry(reason.as_str()).or_insert((reason, 0)).1 += 1;
    }

    /// Their record is durable.
    pub(super) fn stored(&mut self, shot: ShotNumber, now: Monotonic) {
        let Some((_, since, shots)) = self.at_hand.take().filter(|(known, ..)| *known == shot) else { return };
        let seconds = now.saturating_sub(since).as_secs() as u32;
        self.seconds.insert(self.seconds.partition_point(|known| *known < seconds), seconds);
        self.first_time += u32::from(shots <= 1);
    }

    /// Seconds from lock to durable record, of the middle person.
    pub(super) fn seconds_each(&self) -> Option<u32> {
        self.seconds.get(self.seconds.len() / 2).copied()
    }

    /// Percent of the people whose first shot was stored.
    pub(super) fn first_time_percent(&self) -> Option<u32> {
        (self.first_time * 100).checked_div(self.seconds.len() as u32)
    }

    /// By which checks pictures failed, most first.
    pub(super) fn failures(&self) -> Vec<(CheckId, u32)> {
        let mut failures: Vec<(CheckId, u32)> = self.failures.iter().map(|(id, count)| (*id, *count)).collect();
        failures.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        failures
    }

    /// Why people went without a picture, most first.
    pub(super) fn away(&self) -> Vec<(TurnedAway, u32)> {
        let mut away: Vec<(TurnedAway, u32)> = self.away.values().copied().collect();
        away.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        away
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::{Level, Reason, Severity};

    #[test]
    fn only_who_was_stored_counts() {
        let shot = |n: u32| format!("A-{n:04}").parse::<ShotNumber>().unwrap();
        let at = Monotonic::from_secs;
        let mut pace = Pace::default();
        assert_eq!((pace.seconds_each(), pace.first_time_percent()), (None, None));
        pace.seen(shot(1), at(10), 0);
        pace.seen(shot(1), at(12), 1);
        pace.stored(shot(1), at(30));
        pace.seen(shot(2), at(40), 1);
        pace.seen(shot(3), at(50), 2);
        pace.stored(shot(2), at(60));
        pace.stored(shot(3), at(60));
        pace.seen(shot(4), at(70), 3);
        pace.stored(shot(4), at(80));
        assert_eq!(pace.seconds_each(), Some(20), "the middle one of 10 and 20 is the later");
        assert_eq!(pace.first_time_percent(), Some(50));
    }

    #[test]
    fn a_failing_picture_counts_once_for_each_of_its_faults() {
        let shot = "A-0001".parse::<ShotNumber>().unwrap();
        let finding = |id, level| Finding {
            id,
            level,
            severity: Severity::Block,
            measured: None,
            unit: None,
            min: None,
            max: None,
            reason: Reason::TooLow,
        };
        let shut = [finding(CheckId::EyesOpen, Level::Fail), finding(CheckId::LightDark, Level::Fail)];
        let good = [finding(CheckId::EyesOpen, Level::Pass), finding(CheckId::LightDark, Level::Fail)];
        let mut pace = Pace::default();
        pace.judged(shot, 1, shut.iter());
        pace.judged(shot, 1, shut.iter());
        pace.judged(shot, 2, good.iter());
        assert_eq!(pace.failures(), [(CheckId::LightDark, 2), (CheckId::EyesOpen, 1)]);
        pace.turned_away(TurnedAway::NoCode);
        pace.turned_away(TurnedAway::NotCompliant);
        pace.turned_away(TurnedAway::NotCompliant);
        assert_eq!(pace.away(), [(TurnedAway::NotCompliant, 2), (TurnedAway::NoCode, 1)]);
    }
}
