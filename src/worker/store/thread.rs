//! The store's thread, and the store on the caller's thread.

use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::keeper::{Keeper, LOOK_EVERY};
use super::{StoreAnswer, StoreRequest, Vault};
use crate::worker::camera::WakeFn;

/// Jobs and answers that wait. One student makes about six of each.
const INBOX: usize = 64;
/// So many stored pictures are read at once for comparing, about 30 ms of work, and so long after the last request.
const READ_AT_ONCE: usize = 500;
const READ_EVERY: Duration = Duration::from_millis(20);

/// The store on the caller's thread.
pub struct StoreAtOnce {
    keeper: Keeper,
    answers: VecDeque<StoreAnswer>,
}

impl StoreAtOnce {
    pub fn new(keeper: Keeper) -> Self {
        let mut keeper = keeper;
        let mut answers: VecDeque<StoreAnswer> = keeper.locks_found().into();
        answers.extend(keeper.tell_exposures(usize::MAX));
        Self { keeper, answers }
    }
}

impl Vault for StoreAtOnce {
    fn ask(&mut self, request: StoreRequest) {
        self.answers.extend(self.keeper.work(request));
        self.answers.extend(self.keeper.look_after());
        self.answers.extend(self.keeper.tell_exposures(usize::MAX));
    }

    fn poll(&mut self) -> Option<StoreAnswer> {
        self.answers.pop_front()
    }
}

/// The thread `store`. Dropping the handle waits until everything that was asked is done.
pub struct StoreWorker {
    inbox: Option<SyncSender<StoreRequest>>,
    answers: Receiver<StoreAnswer>,
    thread: Option<JoinHandle<()>>,
    broken: bool,
}

impl StoreWorker {
    /// Starts the thread. `wake` is called after every answer.
    pub fn spawn(keeper: Keeper, wake: WakeFn) -> io::Result<Self> {
        let (inbox, requests) = sync_channel(INBOX);
        let (sender, answers) = sync_channel(4 * INBOX);
        let thread = std::thread::Builder::new().name(String::from("store")).spawn(move || {
            run(keeper, &requests, &sender, &wake);
            drop(sender);
            wake();
        })?;
        Ok(Self { inbox: Some(inbox), answers, thread: Some(thread), broken: false })
    }
}

fn run(mut keeper: Keeper, requests: &Receiver<StoreRequest>, answers: &SyncSender<StoreAnswer>, wake: &WakeFn) {
    // Whoever asked is gone when an answer finds no taker; what was asked is done all the same.
    let give = |answer| {
        answers.send(answer).ok();
        wake();
    };
    keeper.locks_found().into_iter().for_each(give);
    let mut looked = Instant::now();
    keeper.look_after().into_iter().for_each(give);
    loop {
        // What is asked comes first: stored pictures are read a few at a time in between.
        let wait = if keeper.has_exposures_to_tell() { READ_EVERY } else { LOOK_EVERY };
        match requests.recv_timeout(wait) {
            Ok(request) => keeper.work(request).into_iter().for_each(give),
            Err(RecvTimeoutError::Timeout) => keeper.tell_exposures(READ_AT_ONCE).into_iter().for_each(give),
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if looked.elapsed() >= LOOK_EVERY {
            keeper.look_after().into_iter().for_each(give);
            looked = Instant::now();
        }
    }
}

impl Vault for StoreWorker {
    fn ask(&mut self, request: StoreRequest) {
        // A thread that has ended is reported by `poll`, and the session keeps what it holds.
        if let Some(inbox) = &self.inbox {
            inbox.send(request).ok();
        }
    }

    fn poll(&mut self) -> Option<StoreAnswer> {
        match self.answers.try_recv() {
            Ok(answer) => Some(answer),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) if self.broken => None,
            Err(TryRecvError::Disconnected) => {
                self.broken = true;
                Some(StoreAnswer::Broken)
            }
        }
    }
}

impl Drop for StoreWorker {
    fn drop(&mut self) {
        self.inbox = None;
        // The thread may wait for room for its answers: take them until it has ended.
        while self.answers.recv().is_ok() {}
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("the store's thread ended in a panic");
        }
    }
}
