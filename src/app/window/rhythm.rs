//! How smoothly the window runs: the camera's pictures and the passes of each second, and how long a pass takes. Told in
//! the log every five seconds at level `debug`; without it nothing is kept.

use std::time::Duration;

use super::Window;
use crate::app::stopwatch::percentiles_ms;
use crate::device::os::monotonic_now;
use crate::domain::time::Monotonic;

const TELL_EVERY: Duration = Duration::from_secs(5);

/// What was counted since it was told last.
#[derive(Debug, Default)]
pub(super) struct Rhythm {
    since: Option<Monotonic>,
    began: Option<Monotonic>,
    /// The camera's picture that was shown last.
    shown: Option<u64>,
    pictures: u32,
    /// From the beginning of a pass to the end of its painting; what the system does with it comes on top.
    passes: Vec<Duration>,
}

impl Rhythm {
    fn begins(&mut self, now: Monotonic) {
        self.since.get_or_insert(now);
        self.began = Some(now);
    }

    /// A pass ends that showed this picture; what is to be told, when it is time.
    fn ends(&mut self, picture: Option<u64>, now: Monotonic) -> Option<String> {
        let since = self.since?;
        self.passes.extend(self.began.take().map(|began| now.saturating_sub(began)));
        self.pictures += u32::from(picture.is_some() && picture != self.shown);
        self.shown = picture.or(self.shown);
        let passed = now.saturating_sub(since);
        if passed < TELL_EVERY {
            return None;
        }
        let each_second = |count: f64| count / passed.as_secs_f64();
        let (pictures, passes) = (each_second(f64::from(self.pictures)), each_second(self.passes.len() as f64));
        let (middle, slow) = percentiles_ms(&self.passes)?;
        *self = Self { shown: self.shown, ..Self::default() };
        Some(format!(
            "{pictures:.1} camera pictures and {passes:.1} passes a second, passes p50 {middle:.1} p99 {slow:.1} ms"
        ))
    }
}

impl Window {
    pub(super) fn pass_begins(&mut self) {
        if self.open.is_some() && log::log_enabled!(log::Level::Debug) {
            self.rhythm.begins(monotonic_now());
        }
    }

    pub(super) fn pass_ends(&mut self) {
        let Some(open) = &self.open else { return };
        let picture = open.desk.frame().map(|frame| frame.sequence);
        if let Some(told) = self.rhythm.ends(picture, monotonic_now()) {
            log::debug!("window in {} shows {told}", open.desk.state().name());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_counts_once_however_often_it_is_painted() {
        let mut rhythm = Rhythm::default();
        assert_eq!(rhythm.ends(Some(0), Monotonic::ZERO), None, "nothing has begun");
        let mut told = Vec::new();
        // Fifty passes of 12 ms in a second, every other one with a new picture.
        for pass in 0..=250 {
            let at = Monotonic::from_millis(pass * 20);
            rhythm.begins(at);
            told.extend(rhythm.ends(Some(pass / 2), at + Duration::from_millis(12)));
        }
        let expected = "25.1 camera pictures and 50.1 passes a second, passes p50 12.0 p99 12.0 ms";
        assert_eq!(told, [expected]);
        assert!(rhythm.passes.is_empty() && rhythm.shown == Some(125));
    }
}
