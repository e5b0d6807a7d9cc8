//! The thread that watches a folder which a tethered camera fills: each new picture that is written whole, with what it
//! shows and when its shutter was. Whose picture it is is left to whoever asks. It ends when its handle is dropped.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
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
use crate::domain::tether::{FileMark, Shutter};

/// How often the folder is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Pictures that wait to be taken.
const WAITING: usize = 16;

/// What the folder brings.
#[derive(Debug, Clone)]
pub enum Came {
    /// First of all: the files that were there and need no look. What else was there comes as pictures.
    Seen(Vec<FileMark>),
    Picture(Box<TetherPicture>),
}

/// A picture that came.
#[derive(Debug, Clone)]
pub struct TetherPicture {
    pub picture: FolderPicture,
    pub shutter: Shutter,
    pub mark: FileMark,
    /// It was there before anybody looked.
    pub earlier: bool,
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
    pictures: Receiver<Came>,
    /// Closes with the handle and ends the thread.
    _open: SyncSender<()>,
}

impl TetherWorker {
    /// Starts the thread `tether`. `seen` is what came when the folder was watched before; without it everything that
    /// is there already may show anybody and is passed over. `wake` is called after every picture and change.
    pub fn spawn(path: PathBuf, seen: Option<Vec<FileMark>>, wake: WakeFn) -> io::Result<Self> {
        let (sender, pictures) = sync_channel(WAITING);
        let (keep, closed) = sync_channel(1);
        let status = Arc::new(Mutex::new(TetherStatus::Opening));
        let earlier = HashSet::new();
        let mut tether =
            Tether { path: path.clone(), seen, earlier, status: Arc::clone(&status), pictures: sender, closed, wake };
        std::thread::Builder::new().name(String::from("tether")).spawn(move || tether.run())?;
        Ok(Self { path, status, pictures, _open: keep })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn status(&self) -> TetherStatus {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next that has come, if anything has.
    pub fn poll(&self) -> Option<Came> {
        // A thread that has ended gives no more; its status says why.
        self.pictures.try_recv().ok()
    }
}

/// What the thread owns.
struct Tether {
    path: PathBuf,
    seen: Option<Vec<FileMark>>,
    /// Files that were there before anybody looked, and are no picture of this run.
    earlier: HashSet<OsString>,
    status: Arc<Mutex<TetherStatus>>,
    pictures: SyncSender<Came>,
    closed: Receiver<()>,
    wake: WakeFn,
}

impl Tether {
    /// Looks until nobody wants it any more. A folder that was gone goes on where it stopped: what came meanwhile counts.
    fn run(&mut self) {
        let mut watch = None;
        loop {
            let status = match &mut watch {
                None => match self.open() {
                    Some((opened, seen)) => {
                        watch = Some(opened);
                        if self.pictures.send(Came::Seen(seen)).is_err() {
                            return;
                        }
                        TetherStatus::Watching
                    }
                    None => TetherStatus::Gone,
                },
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

    /// Begins to watch, and says what needs no look. Of what was seen before files that are gone are forgotten, unless
    /// all are: then another disk may be in this one's place.
    fn open(&mut self) -> Option<(Watch, Vec<FileMark>)> {
        let known: Option<HashSet<FileMark>> = self.seen.as_ref().map(|seen| seen.iter().copied().collect());
        let mut there = Vec::new();
        let is_known = |name: &OsString, bytes: u64| {
            let mark = mark_of(name, bytes);
            let is_known = known.as_ref().is_none_or(|known| known.contains(&mark));
            if is_known {
                there.push(mark);
            }
            is_known
        };
        let (watch, earlier) = Watch::open_again(&self.path, is_known).ok()?;
        self.earlier = earlier;
        let seen = if there.is_empty() { self.seen.take().unwrap_or_default() } else { there };
        Some((watch, seen))
    }

    /// Looks once; `None`: nobody takes the pictures any more.
    fn look(&self, watch: &mut Watch) -> Option<TetherStatus> {
        let now = monotonic_now();
        let Ok(mut settled) = watch.settled(now) else { return Some(TetherStatus::Gone) };
        // Whoever sits there is waited for: what was written before comes one by one, behind what is new.
        settled.sort_by_key(|file| self.earlier.contains(&file.name));
        for Settled { name, bytes, modified } in settled {
            match whole(watch.path_of(&name)) {
                Ok(picture) => {
                    let (mark, earlier) = (mark_of(&name, bytes), self.earlier.contains(&name));
                    watch.finish(name);
                    let written = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
                    let written = written.map_or(0, |since| since.as_millis() as i64);
                    let shutter = shutter_of(&picture, written);
                    // waits for room: a picture is never left out
                    let came = TetherPicture { picture, shutter, mark, earlier };
                    self.pictures.send(Came::Picture(Box::new(came))).ok()?;
                    (self.wake)();
                    if earlier {
                        break;
                    }
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

fn mark_of(name: &OsStr, bytes: u64) -> FileMark {
    FileMark::new(name.as_encoded_bytes(), bytes)
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
