//! Which subject a tethered camera's picture belongs to: the one that was locked at its shutter time, or nobody.
//!
//! A picture never joins whoever is locked when its file arrives: transfers take seconds, and by then somebody else may
//! sit there.

use std::collections::VecDeque;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::code::CodeDigest;
use super::ids::{ContentHash, ShotNumber};

/// Locks that are remembered: more than a camera can be behind.
const KEPT: usize = 256;
/// The text of a code that shows this machine's clock, before its milliseconds since 1970.
pub const CLOCK_PREFIX: &str = "TUCAI-CLOCK:";
/// A clock that was read out of a picture is shown for this long at most, and a shutter takes a while: the offset is
/// known to this, milliseconds.
const OFFSET_ERROR: i64 = 500;
/// EXIF times without a fraction are cut to the second.
const WITHOUT_FRACTION: i64 = 1_000;
/// A file without a shutter time is written at most this long after its shutter.
const TRANSFER: i64 = 5_000;

/// When a picture was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shutter {
    /// On the camera's own clock, milliseconds; `fine` with a fraction of the second.
    Camera { millis: i64, fine: bool },
    /// The file says nothing: when it was written, on this machine's clock.
    Written { millis: i64 },
}

/// How far the camera's clock is ahead of this machine's, milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockOffset(pub i64);

impl ClockOffset {
    /// From a picture of this machine's clock: what its code says, and when the camera says it took it.
    pub fn measured(code: &[u8], camera_millis: i64) -> Option<Self> {
        let shown: i64 = std::str::from_utf8(code).ok()?.strip_prefix(CLOCK_PREFIX)?.parse().ok()?;
        Some(Self(camera_millis.checked_sub(shown)?))
    }
}

/// Why a picture waits for somebody to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waits {
    /// The camera's clock was not compared with this machine's.
    ClockNotMeasured,
    /// Nobody was locked, or not surely the same person.
    NobodyLocked,
    /// Its subject's lock is over.
    LockEnded(ShotNumber),
    /// Another picture of its subject is being decided on.
    Busy(ShotNumber),
    /// It shows nothing that a standard picture can be made of.
    NoPicture,
    /// It was written while nobody looked at the folder: no lock of this program's run can be its own.
    WhileClosed,
}

/// What must outlast the program's end.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The folder whose camera was measured.
    pub folder: Option<String>,
    pub offset: Option<ClockOffset>,
    pub tray: Vec<KeptPicture>,
    /// What came out of the watched folder so far: the rest was written while the program was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
}

/// Files of a watched folder that need no second look.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    pub folder: String,
    pub files: Vec<FileMark>,
}

/// Without the folder.
impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seen({} files)", self.files.len())
    }
}

/// A file by its name and length; no name can be read out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileMark(u64);

impl FileMark {
    /// `bytes` is the length of the whole file.
    pub fn new(name: &[u8], bytes: u64) -> Self {
        let mut text = bytes.to_le_bytes().to_vec();
        text.extend(name);
        let hash = ContentHash::of(&text).0;
        Self(hash.iter().take(8).fold(0, |mark, byte| mark << 8 | u64::from(*byte)))
    }
}

/// A picture that waits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptPicture {
    /// The file; it stays where the camera put it.
    pub path: String,
    pub waits: Waits,
}

/// Without paths: a file's name may be a person's.
impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kept({} pictures, {:?})", self.tray.len(), self.offset)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    shot: ShotNumber,
    subject: CodeDigest,
    from: i64,
    to: Option<i64>,
}

/// Who was locked when, on this machine's clock.
#[derive(Debug, Clone, Default)]
pub struct LockSpans(VecDeque<Span>);

impl LockSpans {
    /// Who is locked now.
    pub fn see(&mut self, locked: Option<(ShotNumber, CodeDigest)>, now_millis: i64) {
        let open = self.0.back_mut().filter(|span| span.to.is_none());
        match (open, locked) {
            (Some(span), Some((shot, subject))) if span.shot == shot && span.subject == subject => return,
            (Some(span), _) => span.to = Some(now_millis),
            (None, _) => {}
        }
        if let Some((shot, subject)) = locked {
            if self.0.len() >= KEPT {
                self.0.pop_front();
            }
            self.0.push_back(Span { shot, subject, from: now_millis, to: None });
        }
    }

    /// Whose picture this is: somebody who is locked now and was locked alone through all of the time in which the
    /// shutter can have been. The digest names the lock that it goes with. A shutter that is still to come says that a
    /// clock was set since they were compared.
    pub fn owner(
        &self,
        shutter: Shutter,
        offset: Option<ClockOffset>,
        now_millis: i64,
    ) -> Result<(ShotNumber, CodeDigest), Waits> {
        let (earliest, latest) = match (shutter, offset) {
            (Shutter::Camera { .. }, None) => return Err(Waits::ClockNotMeasured),
            (Shutter::Camera { millis, fine }, Some(ClockOffset(ahead))) => {
                let at = millis.saturating_sub(ahead);
                // cut to the second were both times: this one, and the one that the clocks were compared by
                let cut = if fine { 0 } else { WITHOUT_FRACTION };
                (at.saturating_sub(OFFSET_ERROR + cut), at.saturating_add(OFFSET_ERROR + cut))
            }
            (Shutter::Written { millis }, _) => (millis.saturating_sub(TRANSFER), millis),
        };
        if earliest > now_millis {
            return Err(Waits::ClockNotMeasured);
        }
        let during = |span: &&Span| span.from <= earliest && span.to.is_none_or(|to| latest <= to);
        match self.0.iter().rev().find(during) {
            None => Err(Waits::NobodyLocked),
            Some(Span { shot, to: Some(_), .. }) => Err(Waits::LockEnded(*shot)),
            Some(span) => Ok((span.shot, span.subject)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::StationLetter;

    fn who(number: u32) -> (ShotNumber, CodeDigest) {
        (ShotNumber { station: StationLetter::A, number }, CodeDigest::from_bytes([number as u8; 32]))
    }

    /// A-0001 from 10 s to 40 s, A-0002 from 45 s on.
    fn day() -> LockSpans {
        let mut spans = LockSpans::default();
        for (locked, at) in
            [(None, 0), (Some(who(1)), 10_000), (Some(who(1)), 20_000), (None, 40_000), (Some(who(2)), 45_000)]
        {
            spans.see(locked, at);
        }
        spans
    }

    fn camera(millis: i64) -> Shutter {
        Shutter::Camera { millis, fine: true }
    }

    const LEVEL: Option<ClockOffset> = Some(ClockOffset(0));
    /// When the day is looked at.
    const NOW: i64 = 60_000;

    #[test]
    fn a_picture_belongs_to_whoever_was_locked_at_its_shutter() {
        assert_eq!(day().owner(camera(50_000), LEVEL, NOW), Ok(who(2)));
        assert_eq!(day().owner(camera(30_000), LEVEL, NOW), Err(Waits::LockEnded(who(1).0)), "it came too late");
        assert_eq!(day().owner(camera(42_000), LEVEL, NOW), Err(Waits::NobodyLocked));
        assert_eq!(day().owner(camera(5_000), LEVEL, NOW), Err(Waits::NobodyLocked));
        let ahead = Some(ClockOffset(3_600_000));
        assert_eq!(day().owner(camera(3_650_000), ahead, NOW), Ok(who(2)), "a camera an hour ahead");
        assert_eq!(day().owner(camera(50_000), None, NOW), Err(Waits::ClockNotMeasured));
    }

    #[test]
    fn what_may_be_the_person_before_is_nobodys() {
        assert_eq!(day().owner(camera(45_200), LEVEL, NOW), Err(Waits::NobodyLocked), "within the clocks' error");
        let coarse = Shutter::Camera { millis: 39_000, fine: false };
        assert_eq!(day().owner(coarse, LEVEL, NOW), Err(Waits::NobodyLocked), "the second it was cut to may be over");
        let written = Shutter::Written { millis: 48_000 };
        assert_eq!(day().owner(written, None, NOW), Err(Waits::NobodyLocked), "its shutter may be before the lock");
        assert_eq!(day().owner(Shutter::Written { millis: 51_000 }, None, NOW), Ok(who(2)));
    }

    #[test]
    fn a_shutter_that_is_still_to_come_is_nobodys() {
        // the camera's clock was set an hour forward after it was measured: A-0001's late picture is not A-0002's
        assert_eq!(day().owner(camera(3_630_000), LEVEL, NOW), Err(Waits::ClockNotMeasured));
        // this machine's clock was set back
        assert_eq!(day().owner(camera(50_000), LEVEL, 30_000), Err(Waits::ClockNotMeasured));
        assert_eq!(day().owner(Shutter::Written { millis: 70_000 }, None, NOW), Err(Waits::ClockNotMeasured));
        assert_eq!(day().owner(camera(60_400), LEVEL, NOW), Ok(who(2)), "within the clocks' error");
    }

    #[test]
    fn whole_seconds_leave_a_second_open_on_both_sides() {
        let coarse = |millis| Shutter::Camera { millis, fine: false };
        assert_eq!(day().owner(coarse(46_000), LEVEL, NOW), Err(Waits::NobodyLocked), "the measurement was cut, too");
        assert_eq!(day().owner(coarse(47_000), LEVEL, NOW), Ok(who(2)));
    }

    #[test]
    fn the_clock_is_measured_by_a_picture_of_it() {
        assert_eq!(ClockOffset::measured(b"TUCAI-CLOCK:1000", 4_500), Some(ClockOffset(3_500)));
        assert_eq!(ClockOffset::measured(b"TUCAI-CLOCK:", 1), None);
        assert_eq!(ClockOffset::measured(b"somebody's code", 1), None);
        assert_eq!(ClockOffset::measured(b"TUCAI-CLOCK:-9223372036854775808", i64::MAX), None);
    }

    #[test]
    fn a_long_day_is_remembered_within_bounds() {
        let mut spans = LockSpans::default();
        for number in 1..2_000 {
            spans.see(Some(who(number)), i64::from(number) * 10_000);
        }
        assert_eq!(spans.0.len(), KEPT);
        assert_eq!(spans.owner(camera(19_995_000), LEVEL, 19_996_000), Ok(who(1_999)));
    }
}
