//! Wall time as it is stored: UTC milliseconds with the offset of the clock that showed it.
//!
//! Wall time is only displayed. Order comes from sequence numbers, expiry from [`Monotonic`].

use serde::{Deserialize, Serialize};

/// A moment on the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WallTime {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub unix_millis: i64,
    /// Minutes east of Greenwich of the clock that showed it.
    pub offset_minutes: i16,
}

impl WallTime {
    /// RFC 3339 in UTC with milliseconds: `2026-06-01T02:03:04.005Z`.
    pub fn to_rfc3339(self) -> String {
        jiff::Timestamp::from_millisecond(self.unix_millis)
            .map_or_else(|_| String::from("0000-00-00T00:00:00.000Z"), |time| format!("{time:.3}"))
    }

    /// Reads what [`Self::to_rfc3339`] wrote; `offset_minutes` is stored beside it.
    pub fn from_rfc3339(text: &str, offset_minutes: i16) -> Option<Self> {
        let time: jiff::Timestamp = text.parse().ok()?;
        Some(Self { unix_millis: time.as_millisecond(), offset_minutes })
    }

    /// Hours and minutes on the clock that showed it: `10:32`.
    pub fn local_clock(self) -> String {
        let minutes = (self.unix_millis.div_euclid(60_000) + i64::from(self.offset_minutes)).rem_euclid(24 * 60);
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// The midnight before it on the clock that showed it.
    #[must_use]
    pub fn day_start(self) -> Self {
        let offset = i64::from(self.offset_minutes) * 60_000;
        let midnight = (self.unix_millis + offset).div_euclid(86_400_000) * 86_400_000;
        Self { unix_millis: midnight - offset, ..self }
    }

    /// Which quarter of an hour it is, counted on the clock that showed it.
    pub fn quarter(self) -> i64 {
        (self.unix_millis + i64::from(self.offset_minutes) * 60_000).div_euclid(900_000)
    }

    /// The day on the clock that showed it: `2026-06-01`, for folder names.
    pub fn local_date(self) -> String {
        let shifted = self.unix_millis + i64::from(self.offset_minutes) * 60_000;
        jiff::Timestamp::from_millisecond(shifted)
            .map_or_else(|_| String::from("0000-00-00"), |time| time.to_string().chars().take(10).collect())
    }
}

/// Time since the program started, from a clock that never jumps.
pub type Monotonic = std::time::Duration;
