//! Keeps screen and machine from falling asleep by themselves while a session is open. How long, is the window's to say.
//!
//! The system is asked on a thread of its own: a bus that does not answer must not hold up the desk.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Builder;

/// What the system shows beside the request.
const PROGRAM: &str = "tucai";
const DOMAIN: &str = "cn.tucai";
const REASON: &str = "a photo session is open";

const ASKED: u8 = 0;
const KEPT: u8 = 1;
const REFUSED: u8 = 2;

/// Awake as long as this lives.
#[derive(Debug)]
pub struct Awake {
    answer: Arc<AtomicU8>,
    /// Dropped with this, which ends the thread and gives the system its sleep back.
    _until: SyncSender<()>,
}

impl Awake {
    /// Asks the system; it answers soon, or never.
    pub fn start() -> io::Result<Self> {
        Self::start_with(hold)
    }

    fn start_with(hold: impl FnOnce(&Receiver<()>, &AtomicU8) + Send + 'static) -> io::Result<Self> {
        let (until, ended) = sync_channel(1);
        let answer = Arc::new(AtomicU8::new(ASKED));
        let told = Arc::clone(&answer);
        Builder::new().name("awake".to_owned()).spawn(move || hold(&ended, &told))?;
        Ok(Self { answer, _until: until })
    }

    /// Whether the system keeps awake; `None` before it has answered.
    pub fn is_kept(&self) -> Option<bool> {
        match self.answer.load(Ordering::Acquire) {
            ASKED => None,
            answer => Some(answer == KEPT),
        }
    }
}

/// Screen and machine each by itself: many desks have only one of the two services.
fn hold(ended: &Receiver<()>, told: &AtomicU8) {
    let asked = || {
        let mut request = keepawake::Builder::default();
        request.app_name(PROGRAM).app_reverse_domain(DOMAIN).reason(REASON);
        request
    };
    let screen = asked().display(true).create().inspect_err(|error| log::warn!("the screen may go dark: {error}"));
    let machine =
        asked().idle(true).sleep(true).create().inspect_err(|error| log::warn!("the machine may fall asleep: {error}"));
    let kept = screen.is_ok() && machine.is_ok();
    told.store(if kept { KEPT } else { REFUSED }, Ordering::Release);
    // Nothing is ever sent: it ends when the other side is dropped.
    ended.recv().unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Mutex, PoisonError};

    #[test]
    fn what_was_asked_for_ends_with_it() {
        let (given_back, back) = sync_channel(2);
        let awake = Awake::start_with(move |ended, told| {
            told.store(KEPT, Ordering::Release);
            given_back.send("kept").unwrap();
            ended.recv().unwrap_or_default();
            given_back.send("given back").unwrap();
        })
        .unwrap();
        assert_eq!(back.recv(), Ok("kept"));
        assert_eq!(awake.is_kept(), Some(true));
        drop(awake);
        assert_eq!(back.recv(), Ok("given back"));
    }

    #[test]
    fn a_system_that_does_not_answer_holds_nothing_up() {
        let wait = Arc::new(Mutex::new(()));
        let held = wait.lock().unwrap_or_else(PoisonError::into_inner);
        let silent = Arc::clone(&wait);
        let awake = Awake::start_with(move |_, _| drop(silent.lock())).unwrap();
        assert_eq!(awake.is_kept(), None);
        drop(awake);
        drop(held);
    }
}
