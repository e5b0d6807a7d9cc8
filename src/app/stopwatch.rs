//! How long a person at the desk waits: wraps eyes and vault and measures from the question to the answer, in real
//! time. Used by `tucai drive --timings`; changes nothing else.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::device::camera::Frame;
use crate::domain::profile::Profile;
use crate::worker::store::{StoreAnswer, StoreJob, StoreRequest, Vault};
use crate::worker::vision::{BurstJob, Eyes, Lens, PhotoFile, PhotoJob, VisionAnswer, Want};

/// Three waits, one entry per subject or shot, in the order in which they ended.
#[derive(Debug, Default)]
pub struct Times {
    /// From offering the first frame whose code could be read to the durable lock.
    pub scan_to_lock: Vec<Duration>,
    /// From the complete burst to the judged picture.
    pub shutter_to_verdict: Vec<Duration>,
    /// From the accepted picture to the returned commit.
    pub accept_to_durable: Vec<Duration>,
    look_began: Option<Instant>,
    code_began: Option<Instant>,
    judge_began: Option<Instant>,
    save_began: Option<Instant>,
}

/// Shared by the two wrappers, which live on one thread.
pub type SharedTimes = Rc<RefCell<Times>>;

/// The middle and the 99th percentile of some waits, milliseconds; `None` when there are none.
pub fn percentiles_ms(waits: &[Duration]) -> Option<(f64, f64)> {
    let mut sorted: Vec<_> = waits.iter().map(|wait| wait.as_secs_f64() * 1000.0).collect();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted.get(((sorted.len() as f64 * share).ceil() as usize).saturating_sub(1)).copied();
    Some((at(0.5)?, at(0.99)?))
}

fn ended(began: &mut Option<Instant>, waits: &mut Vec<Duration>) {
    if let Some(began) = began.take() {
        waits.push(began.elapsed());
    }
}

/// Eyes that note when they are asked and when they answer.
pub struct TimedEyes<E> {
    pub inner: E,
    pub times: SharedTimes,
}

impl<E: Eyes> Eyes for TimedEyes<E> {
    fn is_free(&self) -> bool {
        self.inner.is_free()
    }

    fn look(&mut self, frame: Arc<Frame>, lens: Lens, want: Want) {
        self.times.borrow_mut().look_began = Some(Instant::now());
        self.inner.look(frame, lens, want);
    }

    fn judge(&mut self, burst: BurstJob) {
        self.times.borrow_mut().judge_began = Some(Instant::now());
        self.inner.judge(burst);
    }

    fn open_photo(&mut self, file: Box<PhotoFile>) {
        self.inner.open_photo(file);
    }

    fn judge_photo(&mut self, job: PhotoJob) {
        self.times.borrow_mut().judge_began = Some(Instant::now());
        self.inner.judge_photo(job);
    }

    fn use_profile(&mut self, profile: Arc<Profile>) {
        self.inner.use_profile(profile);
    }

    fn poll(&mut self) -> Option<VisionAnswer> {
        let answer = self.inner.poll()?;
        let times = &mut *self.times.borrow_mut();
        match &answer {
            VisionAnswer::Seen(seen) if !seen.codes.is_empty() => {
                let began = times.look_began;
                times.code_began = times.code_began.or(began);
            }
            VisionAnswer::Judged { .. } => ended(&mut times.judge_began, &mut times.shutter_to_verdict),
            _ => {}
        }
        Some(answer)
    }
}

/// A vault that notes when it is asked and when it answers.
pub struct TimedVault<V> {
    pub inner: V,
    pub times: SharedTimes,
}

impl<V: Vault> Vault for TimedVault<V> {
    fn ask(&mut self, request: StoreRequest) {
        if matches!(request.job, StoreJob::Save(_)) {
            self.times.borrow_mut().save_began = Some(Instant::now());
        }
        self.inner.ask(request);
    }

    fn poll(&mut self) -> Option<StoreAnswer> {
        let answer = self.inner.poll()?;
        let times = &mut *self.times.borrow_mut();
        match &answer {
            StoreAnswer::LockOpened { .. } => ended(&mut times.code_began, &mut times.scan_to_lock),
            StoreAnswer::Saved(_) => {
                ended(&mut times.save_began, &mut times.accept_to_durable);
                // The code of the one before is often still before the camera.
                times.code_began = None;
            }
            StoreAnswer::LockEnded { .. } => times.code_began = None,
            _ => {}
        }
        Some(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_sorted_waits() {
        let waits: Vec<_> = (1..=100).rev().map(Duration::from_millis).collect();
        assert_eq!(percentiles_ms(&waits), Some((50.0, 99.0)));
        assert_eq!(percentiles_ms(&[]), None);
    }
}
