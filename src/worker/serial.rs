//! The thread of a scanner gun on a serial port: opens the port, gives its codes, and opens it again by itself after it
//! was unplugged. It ends when its handle is dropped.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::camera::WakeFn;
use crate::device::os::monotonic_now;
use crate::device::serial::{LineReader, OpenPort, SerialInput, open};
use crate::domain::fault::SerialFault;

/// A port that is gone is tried again this often.
const RETRY: Duration = Duration::from_millis(500);
/// Codes that wait; a desk takes one at a time.
const WAITING: usize = 16;
/// Bytes of one read.
const CHUNK: usize = 512;

/// How the port is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SerialStatus {
    #[default]
    Opening,
    Listening,
    /// It is tried again by itself.
    Lost(SerialFault),
}

/// A running reader of one port.
pub struct SerialWorker {
    path: String,
    status: Arc<Mutex<SerialStatus>>,
    codes: Receiver<SerialInput>,
    /// Closes with the handle and ends the thread.
    _open: SyncSender<()>,
}

impl SerialWorker {
    /// Starts the thread `serial-gun` for a port. `wake` is called after every code and change.
    pub fn spawn(path: String, wake: WakeFn) -> io::Result<Self> {
        let (sender, codes) = sync_channel(WAITING);
        let (keep, closed) = sync_channel(1);
        let status = Arc::new(Mutex::new(SerialStatus::Opening));
        let gun = Gun { path: path.clone(), status: Arc::clone(&status), codes: sender, closed, wake };
        std::thread::Builder::new().name(String::from("serial-gun")).spawn(move || gun.run())?;
        Ok(Self { path, status, codes, _open: keep })
    }

    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn status(&self) -> SerialStatus {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next code, if one has come.
    pub fn poll(&self) -> Option<SerialInput> {
        // A thread that has ended gives no more; its status says why.
        self.codes.try_recv().ok()
    }
}

/// What the thread owns.
struct Gun {
    path: String,
    status: Arc<Mutex<SerialStatus>>,
    codes: SyncSender<SerialInput>,
    closed: Receiver<()>,
    wake: WakeFn,
}

impl Gun {
    fn run(&self) {
        let mut was_open = false;
        loop {
            let fault = match open(&self.path) {
                Ok(port) => {
                    was_open = true;
                    self.say(SerialStatus::Listening);
                    match self.listen(port) {
                        Ok(()) => return,
                        Err(fault) => fault,
                    }
                }
                Err(SerialFault::NotFound) if was_open => SerialFault::Unplugged,
                Err(fault) => fault,
            };
            self.say(SerialStatus::Lost(fault));
            if self.closed.recv_timeout(RETRY) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    }

    /// Reads until the port is gone (an error) or the handle is (done).
    fn listen(&self, mut port: OpenPort) -> Result<(), SerialFault> {
        let mut lines = LineReader::default();
        let mut chunk = [0; CHUNK];
        while self.closed.try_recv() == Err(TryRecvError::Empty) {
            let read = match port.read(&mut chunk) {
                Ok(0) => return Err(SerialFault::Unplugged),
                Ok(count) => &chunk[..count],
                Err(error) if matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::Interrupted) => &[],
                Err(error) => {
                    log::info!("the serial port is gone: {error}");
                    return Err(SerialFault::Unplugged);
                }
            };
            let now = monotonic_now();
            let ended = lines.take(read, now).into_iter().chain(lines.silence(now));
            for code in ended {
                if self.codes.try_send(code).is_err() {
                    log::warn!("a scan was left out: nobody takes them");
                }
                (self.wake)();
            }
        }
        Ok(())
    }

    fn say(&self, status: SerialStatus) {
        let mut said = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut *said, status) != status {
            drop(said);
            (self.wake)();
        }
    }
}
