//! The thread that watches a folder which a tethered camera fills: each new picture that is written whole, with what it
//! shows and when its shutter was. Whose picture it is is left to whoever asks. It ends when its handle is dropped.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use super::camera::WakeFn;
use super::folder::{FolderPicture, look_at_bytes, wall_of};
use super::intake::read_file;
use crate::device::os::monotonic_now;
use crate::device::watch::{Settled, Watch, has_end};
use crate::domain::fault::PictureFault;
use crate::domain::tether::Shutter;

/// How often the folder is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Pictures that wait to be taken.
const WAITING: usize = 16;

/// A picture that came.
#[derive(Debug, Clone)]
pub struct TetherPicture {
    pub picture: FolderPicture,
    pub shutter: Shutter,
}

/// How the folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TetherStatus {
    #[default]
    Opening,
    Watching,
    /// It is tried again by itself.
    Gone,
}

/// A watched folder.
pub struct TetherWorker {
    path: PathBuf,
    status: Arc<Mutex<TetherStatus>>,
    pictures: Receiver<TetherPicture>,
    /// Closes with the handle and ends the thread.
    _open: SyncSender<()>,
}

impl TetherWorker {
    /// Starts the thread `tether`. `wake` is called after every picture and change.
    pub fn spawn(path: PathBuf, wake: WakeFn) -> io::Result<Self> {
        let (sender, pictures) = sync_channel(WAITING);
        let (keep, closed) = sync_channel(1);
        let status = Arc::new(Mutex::new(TetherStatus::Opening));
        let tether = Tether { path: path.clone(), status: Arc::clone(&status), pictures: sender, closed, wake };
        std::thread::Builder::new().name(String::from("tether")).spawn(move || tether.run())?;
        Ok(Self { path, status, pictures, _open: keep })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn status(&self) -> TetherStatus {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next picture, if one has come.
    pub fn poll(&self) -> Option<TetherPicture> {
        // A thread that has ended gives no more; its status says why.
        self.pictures.try_recv().ok()
    }
}

/// What the thread owns.
struct Tether {
    path: PathBuf,
    status: Arc<Mutex<TetherStatus>>,
    pictures: SyncSender<TetherPicture>,
    closed: Receiver<()>,
    wake: WakeFn,
}

impl Tether {
    /// Looks until nobody wants it any more. A folder that was gone goes on where it stopped: what came meanwhile counts.
    fn run(&self) {
        let mut watch = None;
        loop {
            let status = match &mut watch {
                None => {
                    watch = Watch::open(&self.path).ok();
                    if watch.is_some() { TetherStatus::Watching } else { TetherStatus::Gone }
                }
                Some(watch) => match self.look(watch) {
                    Some(status) => status,
                    None => return,
                },
            };
            self.say(status);
            if self.is_closed() {
                return;
            }
        }
    }

    /// Looks once; `None`: nobody takes the pictures any more.
    fn look(&self, watch: &mut Watch) -> Option<TetherStatus> {
        let now = monotonic_now();
        let Ok(settled) = watch.settled(now) else { return Some(TetherStatus::Gone) };
        for Settled { name, modified } in settled {
            match whole(watch.path_of(&name)) {
                Ok(picture) => {
                    watch.finish(name);
                    let written = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
                    let written = written.map_or(0, |since| since.as_millis() as i64);
                    let shutter = shutter_of(&picture, written);
                    // waits for room: a picture is never left out
                    self.pictures.send(TetherPicture { picture, shutter }).ok()?;
                    (self.wake)();
                }
                Err(problem) => watch.maybe_give_up(name, now, problem),
            }
        }
        Some(TetherStatus::Watching)
    }

    /// Waits a little; true when the handle is gone.
    fn is_closed(&self) -> bool {
        self.closed.recv_timeout(LOOK_EVERY) != Err(RecvTimeoutError::Timeout)
    }

    fn say(&self, status: TetherStatus) {
        let mut said = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut *said, status) != status {
            drop(said);
            (self.wake)();
        }
    }
}

/// A file that is there to its end.
fn whole(path: PathBuf) -> Result<FolderPicture, &'static str> {
    let bytes = read_file(&path).map_err(|_told| "it cannot be read")?;
    if bytes.starts_with(&[0xff, 0xd8]) && !has_end(&bytes) {
        return Err("its end is missing");
    }
    let picture = look_at_bytes(path, &bytes);
    match picture.fault {
        Some(PictureFault::Damaged | PictureFault::NotOpened | PictureFault::Empty) => Err("it is not whole"),
        _ => Ok(picture),
    }
}

fn shutter_of(picture: &FolderPicture, written: i64) -> Shutter {
    match picture.taken {
        // a fraction of exactly nothing is taken for a missing one
        Some(taken) => {
            Shutter::Camera { millis: wall_of(taken).unix_millis, fine: taken.clock_millis.rem_euclid(1000) != 0 }
        }
        None => Shutter::Written { millis: written },
    }
}
