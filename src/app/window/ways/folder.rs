//! 其他来源: a folder of pictures read on a thread of its own, and what is done with one of its rows. Nothing is
//! stored from here: a row locks its code, or brings its portrait to the lock, and the desk's own way does the rest.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use egui::Context;

use super::WaysReply;
use super::rows::Rows;
use crate::app::window::{Reply, Window};
use crate::domain::card::Shows;
use crate::domain::code::CodeDigest;
use crate::domain::fault::PictureFault;
use crate::domain::ids::ShotNumber;
use crate::domain::session::PhotoWay;
use crate::domain::tether::Waits;
use crate::domain::time::Monotonic;
use crate::text;
use crate::ui::memory::Page;
use crate::ui::view::{FolderView, Notice, WaysFolder};
use crate::worker::folder::{FolderError, FolderPicture, MOST_FILES, look_at, photo_file, picture_files};
use crate::worker::vision::PhotoFile;

/// News of a reading thread.
pub(in crate::app::window) struct FolderRead {
    /// Which reading: one before may still be under way.
    generation: u32,
    news: FolderNews,
}

enum FolderNews {
    /// One more file, and how many there are.
    Picture(Box<FolderPicture>, usize),
    Done,
    NotRead(FolderError),
}

/// A portrait that was read for a lock.
pub(in crate::app::window) struct PortraitRead {
    digest: CodeDigest,
    path: PathBuf,
    file: Result<Box<PhotoFile>, PictureFault>,
}

/// A folder that was brought.
pub(super) struct Folder {
    generation: u32,
    rows: Rows,
    /// How many files there are, once that is known.
    files: usize,
    stop: Arc<AtomicBool>,
}

impl Drop for Folder {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Window {
    /// Asks for a folder.
    pub(super) fn pick_folder(&self, kind: WaysFolder) {
        self.on_ways_thread("folder-dialog", move || {
            WaysReply::PickedFolder(kind, rfd::FileDialog::new().pick_folder())
        });
    }

    /// Reads a folder, file by file; another one that is being read is left.
    pub(super) fn read_folder(&mut self, kind: WaysFolder, path: PathBuf) {
        self.ways.readings += 1;
        let generation = self.ways.readings;
        let stop = Arc::new(AtomicBool::new(false));
        let folder = Folder { generation, rows: Rows::new(kind), files: 0, stop: Arc::clone(&stop) };
        self.ways.folder = Some(folder);
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        self.on_ways_thread("read-folder", move || {
            let tell = |news| WaysReply::FolderRead(FolderRead { generation, news });
            let files = match picture_files(&path) {
                Ok(files) => files,
                Err(error) => return tell(FolderNews::NotRead(error)),
            };
            let total = files.len();
            for file in files {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let picture = Box::new(look_at(file));
                if answer.send(Reply::Ways(tell(FolderNews::Picture(picture, total)))).is_err() {
                    break;
                }
                wake();
            }
            tell(FolderNews::Done)
        });
    }

    pub(super) fn folder_read(&mut self, read: FolderRead, now: Monotonic) {
        let Some(folder) = self.ways.folder.as_mut().filter(|folder| folder.generation == read.generation) else {
            return;
        };
        match read.news {
            FolderNews::Picture(picture, total) => {
                folder.files = total;
                folder.rows.push(*picture);
            }
            FolderNews::Done => {
                folder.rows.close();
                self.ask_collected();
            }
            FolderNews::NotRead(error) => {
                log::warn!("{error}");
                let lang = self.preferences.lang();
                let message = match error {
                    FolderError::Unreadable(_) => text::ways::folder_fault(lang),
                    FolderError::TooMany => text::ways::too_many_pictures(MOST_FILES, lang),
                };
                self.ways.folder = None;
                self.say(Notice::Fault(message), now);
            }
        }
    }

    /// Asks the store which codes of the folder have a standing record; what changes later comes with the lists.
    fn ask_collected(&mut self) {
        let (Some(folder), Some(open)) = (&self.ways.folder, &mut self.open) else { return };
        let codes: Vec<CodeDigest> = folder.rows.codes().collect();
        if codes.is_empty() {
            return;
        }
        let generation = folder.generation;
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        open.desk.visit_store(Box::new(move |keeper| {
            let standing =
                |digest: &CodeDigest| keeper.store().standing_record(*digest).is_ok_and(|found| found.is_some());
            let collected = codes.into_iter().filter(standing).collect();
            // nobody listens any more when the window has closed
            answer.send(Reply::Ways(WaysReply::Collected(generation, collected))).ok();
            wake();
        }));
    }

    pub(super) fn folder_collected(&mut self, generation: u32, collected: Vec<CodeDigest>) {
        if let Some(folder) = self.ways.folder.as_mut().filter(|folder| folder.generation == generation) {
            folder.rows.set_collected(collected);
        }
    }

    /// The lists have come anew: what was stored or taken back since changes the folder's rows.
    pub(in crate::app::window) fn follow_lists(&mut self) {
        if let (Some(folder), Some(open)) = (&mut self.ways.folder, &self.open) {
            folder.rows.follow(open.lists.rows.iter().map(|row| (row.code_digest, row.state.stands())));
        }
    }

    /// Does the one thing to do with a row: lock its code, or bring its portrait.
    pub(super) fn take_row(&mut self, row: usize, now: Monotonic) {
        let Some(folder) = &self.ways.folder else { return };
        let Some((picture, subject)) = folder.rows.at(row) else { return };
        let subject = subject.cloned();
        let path = (picture.shows == Shows::Portrait).then(|| picture.path.clone());
        self.memory.page = Page::Shoot;
        match (subject, path) {
            (Some(subject), path) => {
                self.ways.pending = path.map(|path| (subject.digest(), path));
                let same = self.locked().is_some_and(|(_, locked)| locked == subject.digest());
                if !same {
                    self.file_code(subject, now);
                }
            }
            (None, Some(path)) => {
                self.ways.pending = self.locked().map(|(_, digest)| (digest, path));
            }
            (None, None) => {}
        }
    }

    /// Reads the portrait that waits, once its code is locked.
    pub(super) fn bring_pending(&mut self, now: Monotonic) {
        let Some((digest, _)) = &self.ways.pending else { return };
        let way = self.open.as_ref().map_or(PhotoWay::Nobody, |open| open.desk.state().way_of_photo(*digest));
        if way == PhotoWay::Waits {
            return;
        }
        let Some((digest, path)) = self.ways.pending.take() else { return };
        let lang = self.preferences.lang();
        let by_itself = self.ways.tether.is_joining();
        let brought = Some(path.clone());
        match way {
            PhotoWay::Open => {
                let begun = self.on_ways_thread("read-portrait", move || {
                    let file = photo_file(&path).map(Box::new);
                    WaysReply::Portrait(PortraitRead { digest, path, file })
                });
                if begun {
                    return;
                }
            }
            PhotoWay::Busy if !by_itself => self.say(Notice::Fault(text::ways::photo_not_now(lang)), now),
            PhotoWay::Other if !by_itself => self.say(Notice::Fault(text::ways::photo_too_late(lang)), now),
            // what waits in the tray is counted there, and who was turned away is known
            _ => {}
        }
        self.portrait_not_joined(brought.as_deref(), Waits::NobodyLocked);
    }

    pub(super) fn portrait_read(&mut self, read: PortraitRead, now: Monotonic) {
        let PortraitRead { digest, path, file } = read;
        match file {
            _ if self.staff.is_locked() => self.portrait_not_joined(Some(&path), Waits::NobodyLocked),
            Ok(_) if self.locked().is_none_or(|(_, locked)| locked != digest) => {
                self.portrait_not_joined(Some(&path), Waits::NobodyLocked);
                self.say(Notice::Fault(text::ways::photo_too_late(self.preferences.lang())), now);
            }
            Ok(file) => {
                if self.bring_photo(*file, Some(&path), now)
                    && let Some(folder) = &mut self.ways.folder
                {
                    folder.rows.was_brought(path);
                }
            }
            Err(fault) => {
                self.portrait_not_joined(Some(&path), Waits::NoPicture);
                self.say_of_picture(fault, now);
            }
        }
    }

    /// Who is locked.
    pub(super) fn locked(&self) -> Option<(ShotNumber, CodeDigest)> {
        let lock = self.open.as_ref()?.desk.state().lock()?;
        Some((lock.shot, lock.subject.digest()))
    }

    /// The rows as they are now.
    pub(super) fn folder_view(&mut self, ctx: &Context) -> Option<FolderView> {
        if self.memory.page != Page::Ways {
            return None;
        }
        let locked = self.locked();
        let folder = self.ways.folder.as_mut()?;
        Some(folder.rows.view(locked, &self.memory.ways_rows, folder.files, ctx))
    }
}
