//! 其他来源: a folder of pictures read on a thread of its own, its rows, and what is done with one of them. Nothing is
//! stored from here: a row locks its code, or brings its portrait to the lock, and the desk's own way does the rest.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use egui::{Context, TextureHandle, TextureOptions};

use super::WaysReply;
use crate::app::window::pictures::color_image;
use crate::app::window::view::short;
use crate::app::window::{Reply, Window};
use crate::domain::card::{Join, Shows, joins};
use crate::domain::code::CodeDigest;
use crate::domain::fault::PictureFault;
use crate::domain::ids::ShotNumber;
use crate::domain::session::State;
use crate::domain::tether::Waits;
use crate::domain::time::Monotonic;
use crate::text;
use crate::ui::memory::Page;
use crate::ui::view::{FolderAction, FolderRow, FolderState, FolderView, Notice, Picture, WaysFolder};
use crate::worker::folder::{FolderPicture, in_shutter_order, look_at, photo_file, picture_files, wall_of};
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
    Unreadable,
}

/// A portrait that was read for a lock.
pub(in crate::app::window) struct PortraitRead {
    digest: CodeDigest,
    path: PathBuf,
    file: Result<Box<PhotoFile>, PictureFault>,
}

/// A picture with its texture.
struct Row {
    picture: FolderPicture,
    texture: Option<TextureHandle>,
}

/// A folder that was brought.
pub(super) struct Folder {
    kind: WaysFolder,
    generation: u32,
    rows: Vec<Row>,
    /// How many files there are, while they are read.
    reading: Option<usize>,
    /// Of a memory card that was read whole.
    joins: Vec<Join>,
    collected: HashSet<CodeDigest>,
    taken: HashSet<PathBuf>,
    /// What each row that is shown stands for.
    shown: Vec<Shown>,
    stop: Arc<AtomicBool>,
}

/// What a row that is shown stands for: a picture, and the code that it goes with.
#[derive(Clone, Copy)]
struct Shown {
    place: usize,
    code: Option<usize>,
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
        let generation = self.ways.folder.as_ref().map_or(0, |folder| folder.generation) + 1;
        let stop = Arc::new(AtomicBool::new(false));
        let folder = Folder {
            kind,
            generation,
            rows: Vec::new(),
            reading: Some(0),
            joins: Vec::new(),
            collected: HashSet::new(),
            taken: HashSet::new(),
            shown: Vec::new(),
            stop: Arc::clone(&stop),
        };
        self.ways.folder = Some(folder);
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        self.on_ways_thread("read-folder", move || {
            let tell = |news| WaysReply::FolderRead(FolderRead { generation, news });
            let Ok(files) = picture_files(&path) else { return tell(FolderNews::Unreadable) };
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
                folder.reading = Some(total);
                folder.rows.push(Row { picture: *picture, texture: None });
            }
            FolderNews::Done => {
                folder.reading = None;
                if folder.kind == WaysFolder::Card {
                    folder.join();
                }
                self.ask_collected();
            }
            FolderNews::Unreadable => {
                self.ways.folder = None;
                self.say(Notice::Fault(text::ways::folder_fault(self.preferences.lang())), now);
            }
        }
    }

    /// Asks the store which codes of the folder have a standing record.
    pub(in crate::app::window) fn ask_collected(&mut self) {
        let (Some(folder), Some(open)) = (&self.ways.folder, &mut self.open) else { return };
        let codes: Vec<CodeDigest> = folder.rows.iter().filter_map(|row| code_of(&row.picture)).collect();
        if folder.reading.is_some() || codes.is_empty() {
            return;
        }
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        open.desk.visit_store(Box::new(move |keeper| {
            let standing =
                |digest: &CodeDigest| keeper.store().standing_record(*digest).is_ok_and(|found| found.is_some());
            let collected = codes.into_iter().filter(standing).collect();
            // nobody listens any more when the window has closed
            answer.send(Reply::Ways(WaysReply::Collected(collected))).ok();
            wake();
        }));
    }

    pub(super) fn folder_collected(&mut self, collected: Vec<CodeDigest>) {
        if let Some(folder) = &mut self.ways.folder {
            folder.collected = collected.into_iter().collect();
        }
    }

    /// Does the one thing to do with a row: lock its code, or bring its portrait.
    pub(super) fn take_row(&mut self, row: usize, now: Monotonic) {
        let Some(folder) = &self.ways.folder else { return };
        let Some(&Shown { place, code }) = folder.shown.get(row) else { return };
        let picture = &folder.rows[place].picture;
        let subject = code.and_then(|code| folder.rows[code].picture.subject.clone());
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
    pub(super) fn bring_pending(&mut self) {
        let Some((digest, _)) = &self.ways.pending else { return };
        let state = self.open.as_ref().map(|open| open.desk.state());
        match state {
            // still on its way to the lock, or asked about
            Some(State::CodeRead(_)) => return,
            Some(state) if state.lock().is_some_and(|lock| lock.question.is_some()) => return,
            Some(State::Locked(lock)) if lock.subject.digest() == *digest => {}
            Some(State::Framing(framing)) if framing.lock.subject.digest() == *digest => {}
            _ => {
                self.ways.pending = None;
                self.not_joined(Waits::NobodyLocked);
                return;
            }
        }
        if let Some((digest, path)) = self.ways.pending.take() {
            self.on_ways_thread("read-portrait", move || {
                let file = photo_file(&path).map(Box::new);
                WaysReply::Portrait(PortraitRead { digest, path, file })
            });
        }
    }

    pub(super) fn portrait_read(&mut self, read: PortraitRead, now: Monotonic) {
        let PortraitRead { digest, path, file } = read;
        match file {
            _ if self.staff.is_locked() => {}
            Ok(_) if self.locked().is_none_or(|(_, locked)| locked != digest) => {
                self.not_joined(Waits::NobodyLocked);
                self.say(Notice::Fault(text::ways::photo_too_late(self.preferences.lang())), now);
            }
            Ok(file) => {
                if let Some(folder) = &mut self.ways.folder {
                    folder.taken.insert(path);
                }
                self.bring_photo(*file, now);
            }
            Err(fault) => {
                self.not_joined(Waits::NoPicture);
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
        folder.shown = folder.shown();
        let mut rows = Vec::new();
        for shown in folder.shown.clone() {
            rows.push(folder.row(shown, locked, ctx));
        }
        let reading = folder.reading.map(|total| (folder.rows.len(), total));
        Some(FolderView { kind: folder.kind, rows, reading })
    }
}

fn code_of(picture: &FolderPicture) -> Option<CodeDigest> {
    match picture.shows {
        Shows::Code(digest) => Some(digest),
        _ => None,
    }
}

impl Folder {
    /// Puts a card in shutter order and splits it by its codes.
    fn join(&mut self) {
        let mut pictures: Vec<FolderPicture> = self.rows.drain(..).map(|row| row.picture).collect();
        in_shutter_order(&mut pictures);
        let on_card: Vec<_> = pictures.iter().map(FolderPicture::on_card).collect();
        self.joins = joins(&on_card);
        self.rows = pictures.into_iter().map(|picture| Row { picture, texture: None }).collect();
    }

    /// The pictures in the order of the list; on a card each portrait under its code.
    fn shown(&self) -> Vec<Shown> {
        if self.joins.is_empty() {
            let own = |place: usize| code_of(&self.rows[place].picture).map(|_| place);
            return (0..self.rows.len()).map(|place| Shown { place, code: own(place) }).collect();
        }
        let mut shown = Vec::new();
        for join in &self.joins {
            shown.extend(join.code.map(|place| Shown { place, code: Some(place) }));
            shown.extend(join.portraits.iter().map(|place| Shown { place: *place, code: join.code }));
        }
        // sheets and files that cannot be read stand at the end, so that nothing is missing
        let listed: HashSet<usize> = shown.iter().map(|one| one.place).collect();
        let left = |place: &usize| !listed.contains(place) && code_of(&self.rows[*place].picture).is_none();
        shown.extend((0..self.rows.len()).filter(left).map(|place| Shown { place, code: None }));
        shown
    }

    fn row(&mut self, shown: Shown, locked: Option<(ShotNumber, CodeDigest)>, ctx: &Context) -> FolderRow {
        let join =
            self.joins.iter().find(|join| join.code == Some(shown.place) || join.portraits.contains(&shown.place));
        let doubts = join.map(|join| join.doubts.clone()).unwrap_or_default();
        let sure = join.and_then(Join::sure).is_some();
        let row = &mut self.rows[shown.place];
        if row.texture.is_none()
            && let Some(small) = &row.picture.small
        {
            row.texture = Some(ctx.load_texture("folder picture", color_image(small), TextureOptions::LINEAR));
        }
        let row = &self.rows[shown.place];
        let picture = &row.picture;
        let code = code_of(picture);
        let is_portrait = picture.shows == Shows::Portrait && self.kind == WaysFolder::Card;
        let state = match (picture.shows, picture.fault) {
            (_, Some(fault)) => FolderState::Fault(fault),
            (Shows::Code(digest), _) if locked.is_some_and(|(_, here)| here == digest) => FolderState::Here,
            (Shows::Code(digest), _) if self.collected.contains(&digest) => FolderState::Collected,
            (Shows::Code(_), _) if self.kind == WaysFolder::Codes => FolderState::Read,
            (Shows::Code(_), _) if sure => FolderState::Sure,
            (Shows::SeveralCodes, _) => FolderState::Several,
            (Shows::Portrait, _) if !is_portrait => FolderState::NotRead,
            (Shows::Portrait, _) if self.taken.contains(&picture.path) => FolderState::Taken,
            (Shows::Portrait, _) if sure => FolderState::Portrait,
            (Shows::Code(_) | Shows::Portrait, _) => FolderState::Doubtful,
            (Shows::Nothing, _) => FolderState::Fault(PictureFault::Damaged),
        };
        let reading = self.reading.is_some() && self.kind == WaysFolder::Card;
        let action = match (self.kind, picture.shows) {
            _ if reading => None,
            (WaysFolder::Codes, Shows::Code(_)) => Some(FolderAction::Lock),
            (WaysFolder::Card, Shows::Portrait) if shown.code.is_some() => Some(FolderAction::Import),
            (WaysFolder::Card, Shows::Portrait) => Some(FolderAction::Give(locked.map(|(shot, _)| shot))),
            _ => None,
        };
        FolderRow {
            name: picture.name(),
            picture: row.texture.as_ref().map(|texture| {
                let [width, height] = texture.size();
                Picture { texture: texture.id(), size: [width as f32, height as f32] }
            }),
            state,
            digest: code.map(short).unwrap_or_default(),
            at: picture.taken.map(|taken| wall_of(taken).local_clock()).unwrap_or_default(),
            // said once, with the code; a portrait without one says it itself
            doubts: if is_portrait && shown.code.is_some() { Vec::new() } else { doubts },
            indented: is_portrait && shown.code.is_some(),
            action,
        }
    }
}
