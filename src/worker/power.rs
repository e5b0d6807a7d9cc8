//! The thread `power`: looks at the battery now and then, so that the window never waits for the system's answer.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use crate::device::power::battery;
use crate::domain::condition::Battery;

/// A battery loses one percent in minutes; a cable that is pulled should be seen soon.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What was seen last, in one number: percent, and 256 more on the cable.
const NONE: u16 = u16::MAX;
const MAINS: u16 = 256;

/// Looks as long as this lives.
#[derive(Debug)]
pub struct PowerWatch {
    seen: Arc<AtomicU16>,
    /// Dropped with this, which ends the thread.
    _until: SyncSender<()>,
}

impl PowerWatch {
    /// Looks at the supplies that the system lists in this folder.
    pub fn start(supplies: PathBuf) -> io::Result<Self> {
        let (until, ended) = sync_channel(1);
        let seen = Arc::new(AtomicU16::new(NONE));
        let told = Arc::clone(&seen);
        std::thread::Builder::new().name(String::from("power")).spawn(move || {
            loop {
                told.store(packed(battery(&supplies)), Ordering::Release);
                match ended.recv_timeout(LOOK_EVERY) {
                    Ok(()) | Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        })?;
        Ok(Self { seen, _until: until })
    }

    /// The battery as it was seen last; `None`: the computer has none, or it is not known.
    pub fn battery(&self) -> Option<Battery> {
        unpacked(self.seen.load(Ordering::Acquire))
    }
}

fn packed(battery: Option<Battery>) -> u16 {
    battery.map_or(NONE, |battery| u16::from(battery.percent) + if battery.on_mains { MAINS } else { 0 })
}

fn unpacked(seen: u16) -> Option<Battery> {
    (seen != NONE).then_some(Battery { percent: (seen % MAINS) as u8, on_mains: seen >= MAINS })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_comes_out_as_it_went_in() {
        for battery in [None, Some((0, false)), Some((100, true)), Some((42, false)), Some((7, true))] {
            let battery = battery.map(|(percent, on_mains)| Battery { percent, on_mains });
            assert_eq!(unpacked(packed(battery)), battery);
        }
    }
}
