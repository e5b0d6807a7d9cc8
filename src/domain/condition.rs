//! What the desk stands on besides its devices: the computer's battery and its clock, and when they are to be doubted.

use super::time::WallTime;

/// From here on, in percent, somebody should look for the cable; and a strip says so.
const BATTERY_FEW: u8 = 30;
const BATTERY_LOW: u8 = 15;

/// The computer's battery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Battery {
    /// 0 to 100.
    pub percent: u8,
    /// The cable is in: it does not run out.
    pub on_mains: bool,
}

impl Battery {
    /// It runs out within the hour or so.
    pub const fn is_few(self) -> bool {
        !self.on_mains && self.percent < BATTERY_FEW
    }

    /// It runs out soon.
    pub const fn is_low(self) -> bool {
        !self.on_mains && self.percent < BATTERY_LOW
    }
}

/// No picture was taken with this program before: 2026-01-01 in UTC.
const EARLIEST_MS: i64 = 1_767_225_600_000;
/// Clocks are set by a little now and then.
const SLACK_MS: i64 = 2 * 60 * 1000;

/// Why the clock cannot be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClockDoubt {
    /// It shows a time before this program was made.
    BeforeTheProgram,
    /// It shows a time before the newest pictures.
    BeforeThePictures,
}

/// Whether the clock can be right, with the latest time of the newest pictures.
pub fn clock_doubt(now: WallTime, newest: Option<WallTime>) -> Option<ClockDoubt> {
    if now.unix_millis < EARLIEST_MS {
        return Some(ClockDoubt::BeforeTheProgram);
    }
    let went_back = newest.is_some_and(|newest| now.unix_millis + SLACK_MS < newest.unix_millis);
    went_back.then_some(ClockDoubt::BeforeThePictures)
}

/// Days on the calendar from the one to the other; a clock that went back makes nothing younger than today.
pub fn days_between(from: WallTime, to: WallTime) -> u32 {
    let day = |time: WallTime| (time.unix_millis + i64::from(time.offset_minutes) * 60_000).div_euclid(86_400_000);
    u32::try_from(day(to) - day(from)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(unix_millis: i64) -> WallTime {
        WallTime { unix_millis, offset_minutes: 480 }
    }

    #[test]
    fn a_clock_that_went_back_is_doubted_and_one_that_was_set_a_little_is_not() {
        let picture = at(1_780_279_200_000);
        assert_eq!(clock_doubt(at(0), None), Some(ClockDoubt::BeforeTheProgram));
        assert_eq!(clock_doubt(picture, Some(picture)), None);
        assert_eq!(clock_doubt(at(picture.unix_millis - 60_000), Some(picture)), None);
        let hour_before = at(picture.unix_millis - 3_600_000);
        assert_eq!(clock_doubt(hour_before, Some(picture)), Some(ClockDoubt::BeforeThePictures));
        assert_eq!(clock_doubt(hour_before, None), None);
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        let late = at(1_780_279_200_000 + 13 * 3_600_000);
        assert_eq!(days_between(late, at(late.unix_millis + 2 * 3_600_000)), 1, "past midnight");
        assert_eq!(days_between(late, late), 0);
        assert_eq!(days_between(late, at(0)), 0);
    }

    #[test]
    fn a_battery_on_the_cable_is_never_low() {
        let battery = |percent, on_mains| Battery { percent, on_mains };
        assert!(battery(14, false).is_low() && battery(29, false).is_few() && !battery(30, false).is_few());
        assert!(!battery(3, true).is_low() && !battery(3, true).is_few());
    }
}
