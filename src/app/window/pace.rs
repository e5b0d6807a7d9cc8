//! How the day goes: seconds for each person, and how many needed one shot only.

use crate::domain::ids::ShotNumber;
use crate::domain::time::Monotonic;

/// Sums of this run.
#[derive(Debug, Clone, Default)]
pub(super) struct Pace {
    at_hand: Option<(ShotNumber, Monotonic, u32)>,
    people: u32,
    seconds: u64,
    first_time: u32,
}

impl Pace {
    /// Somebody is locked since then and has so many shots.
    pub(super) fn seen(&mut self, shot: ShotNumber, since: Monotonic, shots: u32) {
        let since = self.at_hand.filter(|(known, ..)| *known == shot).map_or(since, |(_, since, _)| since);
        self.at_hand = Some((shot, since, shots));
    }

    /// Their record is durable.
    pub(super) fn stored(&mut self, shot: ShotNumber, now: Monotonic) {
        let Some((_, since, shots)) = self.at_hand.take().filter(|(known, ..)| *known == shot) else { return };
        self.people += 1;
        self.seconds += now.saturating_sub(since).as_secs();
        self.first_time += u32::from(shots <= 1);
    }

    /// Seconds from lock to durable record, on average.
    pub(super) fn seconds_each(&self) -> Option<u32> {
        self.seconds.checked_div(u64::from(self.people)).map(|seconds| seconds as u32)
    }

    /// Percent of the people whose first shot was stored.
    pub(super) fn first_time_percent(&self) -> Option<u32> {
        (self.first_time * 100).checked_div(self.people)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_count_only_who_was_stored() {
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
        assert_eq!(pace.seconds_each(), Some(15));
        assert_eq!(pace.first_time_percent(), Some(50));
    }
}
