//! The wall clock. Monotonic time is `device::os::monotonic_now`.

use crate::domain::time::WallTime;

/// The wall clock with the offset of this machine's time zone.
pub fn wall_now() -> WallTime {
    let now = jiff::Zoned::now();
    let offset_minutes = i16::try_from(now.offset().seconds() / 60).unwrap_or(0);
    WallTime { unix_millis: now.timestamp().as_millisecond(), offset_minutes }
}
