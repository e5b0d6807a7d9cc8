//! The charts of 总览: people by quarter of an hour, and what pictures failed by.

use super::OpenDesk;
use crate::domain::time::WallTime;
use crate::text::Lang;
use crate::text::finding::check_name;
use crate::text::session::turned_away;
use crate::ui::view::{Bar, Day};

/// Most quarters of an hour that are shown, the last ones: a long day.
const MOST_QUARTERS: i64 = 48;

pub(super) fn day_of(open: &OpenDesk, lang: Lang, now: WallTime) -> Day {
    let quarters = quarters(&open.lists.quarters, now);
    let last_hour = quarters.iter().rev().take(4).map(|bar| bar.count).sum();
    let failures = open.pace.failures().into_iter();
    let failures = failures.map(|(id, count)| Bar { name: check_name(id, lang).to_owned(), count }).collect();
    let away = open.pace.away().into_iter();
    let away = away.map(|(reason, count)| Bar { name: turned_away(reason, lang).to_owned(), count }).collect();
    Day { quarters, last_hour, failures, away }
}

/// One bar for each quarter from the first with anybody to now, empty ones too; named by the clock time it begins at.
fn quarters(counts: &[(i64, u32)], now: WallTime) -> Vec<Bar> {
    let Some(&(first, _)) = counts.first() else { return Vec::new() };
    // A clock that was set back must not hide who was stored.
    let last = counts.last().map_or(first, |last| last.0).max(now.quarter());
    (first.max(last - MOST_QUARTERS + 1)..=last)
        .map(|quarter| {
            let minutes = (quarter * 15).rem_euclid(24 * 60);
            let count = counts.iter().find(|(of, _)| *of == quarter).map_or(0, |(_, count)| *count);
            Bar { name: format!("{:02}:{:02}", minutes / 60, minutes % 60), count }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_without_anybody_are_shown_and_old_ones_are_not() {
        let now = WallTime { unix_millis: 100 * 900_000, offset_minutes: 0 };
        assert!(quarters(&[], now).is_empty());
        let bars = quarters(&[(97, 4), (99, 6)], now);
        let told: Vec<(&str, u32)> = bars.iter().map(|bar| (bar.name.as_str(), bar.count)).collect();
        assert_eq!(told, [("00:15", 4), ("00:30", 0), ("00:45", 6), ("01:00", 0)]);
        assert_eq!(quarters(&[(1, 1), (100, 2)], now).len(), MOST_QUARTERS as usize);
        assert_eq!(quarters(&[(104, 1)], now).len(), 1, "stored before the clock was set back");
    }
}
