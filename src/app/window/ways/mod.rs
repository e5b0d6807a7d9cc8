//! The other ways in, for the window: picture files by dialog, drop and clipboard, and guns on serial ports. All of
//! them end in the same events of the desk as the camera's codes; what is slow runs on threads of its own.

mod files;
mod folder;
mod in_hand;
mod photo;
mod rows;
mod serial;
mod tether;
mod tether_kept;

use std::sync::Arc;

use egui::Context;

use super::view::short;
use super::{Reply, Window};
use crate::device::serial::SerialPortName;
use crate::domain::code::CodeDigest;
use crate::domain::fault::PictureFault;
use crate::domain::session::Subject;
use crate::domain::time::Monotonic;
use crate::text;
use crate::ui::view::{Notice, Question, SerialState, WaysCommand, WaysFolder, WaysView};
use crate::vision::code_file::FileCode;
use crate::worker::serial::SerialWorker;
pub(super) use files::Brought;

/// What comes back from this part's threads.
pub(super) enum WaysReply {
    Ports(Vec<SerialPortName>),
    PickedTether(Option<std::path::PathBuf>),
    PickedFolder(WaysFolder, Option<std::path::PathBuf>),
    FolderRead(folder::FolderRead),
    /// What the tray of the last start shows.
    TrayBack(Vec<(crate::worker::folder::FolderPicture, crate::domain::tether::Waits)>),
    /// Which codes of the folder of this reading have a standing record.
    Collected(u32, Vec<CodeDigest>),
    Portrait(folder::PortraitRead),
    /// `None`: the dialog was cancelled.
    PickedFile(Option<std::path::PathBuf>),
    /// With whoever was locked when the file was brought.
    Brought(Result<Box<Brought>, PictureFault>, Option<CodeDigest>),
}

/// What the window keeps of the other ways in.
#[derive(Default)]
pub(super) struct Ways {
    /// Files that are being read.
    reading: u32,
    /// The system's dialog is open.
    asking: bool,
    /// The codes of a picture that shows several, while it is asked which one is meant.
    choosing: Vec<FileCode>,
    ports: Vec<SerialPortName>,
    serial: Option<SerialWorker>,
    photo: Option<photo::ShownPhoto>,
    tether: tether::Tether,
    folder: Option<folder::Folder>,
    /// Folders that were begun to be read.
    readings: u32,
    /// A portrait that is brought as soon as this code is locked.
    pending: Option<(CodeDigest, std::path::PathBuf)>,
}

impl Window {
    /// Does what was asked for.
    pub(super) fn act_on_ways(&mut self, command: &WaysCommand, now: Monotonic) {
        match command {
            WaysCommand::WatchFolder(Some(path)) => self.choose_tether(Some(path.clone())),
            WaysCommand::WatchFolder(None) => self.pick_tether(),
            WaysCommand::StopWatching => self.choose_tether(None),
            WaysCommand::GiveTray(place) => self.give_tray(*place),
            WaysCommand::DropTray(place) => self.drop_tray(*place),
            WaysCommand::ReadFolder(kind, Some(path)) => self.read_folder(*kind, path.clone()),
            WaysCommand::ReadFolder(kind, None) => self.pick_folder(*kind),
            WaysCommand::TakeRow(row) => self.take_row(*row, now),
            WaysCommand::UsePhoto => self.use_photo(now),
            WaysCommand::ClosePhoto => self.close_photo(now),
            WaysCommand::OpenFile => self.open_file(),
            WaysCommand::ListPorts => self.list_ports(),
            WaysCommand::ChoosePort(index) => self.choose_port(*index),
        }
    }

    pub(super) fn ways_reply(&mut self, reply: WaysReply, now: Monotonic) {
        match reply {
            WaysReply::Ports(ports) => self.ways.ports = ports,
            WaysReply::PickedTether(picked) => {
                if picked.is_some() {
                    self.choose_tether(picked);
                }
            }
            WaysReply::PickedFolder(kind, picked) => {
                if let Some(path) = picked {
                    self.read_folder(kind, path);
                }
            }
            WaysReply::TrayBack(pictures) => self.tray_back(pictures),
            WaysReply::FolderRead(read) => self.folder_read(read, now),
            WaysReply::Collected(reading, collected) => self.folder_collected(reading, collected),
            WaysReply::Portrait(portrait) => self.portrait_read(portrait, now),
            WaysReply::PickedFile(picked) => {
                self.ways.asking = false;
                if let Some(path) = picked {
                    self.read_file(path);
                }
            }
            WaysReply::Brought(brought, meant) => {
                self.ways.reading = self.ways.reading.saturating_sub(1);
                match brought {
                    _ if self.staff.is_locked() => {}
                    Ok(brought) => self.brought(*brought, meant, now),
                    Err(fault) => self.say_of_picture(fault, now),
                }
            }
        }
    }

    /// What was dropped or pasted in this pass, and what guns gave.
    pub(super) fn ways_pass(&mut self, ctx: &Context, now: Monotonic) {
        if self.open.is_none() || self.staff.is_locked() {
            // No desk is open or nobody is signed in: codes and files do nothing, and are not kept for later.
            self.leave_scans();
            return;
        }
        self.take_dropped(ctx, now);
        self.take_scans(now);
        self.take_tethered(now);
        self.bring_pending(now);
        self.keep_tether();
    }

    pub(super) fn say_of_picture(&mut self, fault: PictureFault, now: Monotonic) {
        self.say(Notice::Fault(text::picture::picture(fault, self.preferences.lang())), now);
    }

    /// A code that came in a picture: the same event as a code before the camera.
    fn file_code(&mut self, subject: Subject, now: Monotonic) {
        if self.rehearse_gun(&subject.code) {
            return;
        }
        if let Some(open) = &mut self.open
            && let Err(rejected) = open.desk.code_from_file(subject, now)
        {
            log::info!("{rejected}");
            self.refuse(rejected.reason, now);
        }
    }

    /// Several codes: asked, never guessed.
    fn ask_which_code(&mut self, codes: Vec<FileCode>) {
        let lang = self.preferences.lang();
        let rows = codes.iter().enumerate().map(|(index, code)| {
            let place = text::ways::place_of(code.middle.x, code.middle.y, lang);
            text::ways::one_of_several(index + 1, place, &short(code.subject.digest()), lang)
        });
        let rows = rows.collect();
        self.ask(Question::WhichCode { codes: rows });
        self.ways.choosing = codes;
    }

    /// The answer to [`Self::ask_which_code`]; `None`: none of them.
    pub(super) fn code_chosen(&mut self, place: Option<usize>, now: Monotonic) {
        let mut codes = std::mem::take(&mut self.ways.choosing);
        if let Some(place) = place.filter(|place| *place < codes.len()) {
            self.file_code(codes.swap_remove(place).subject, now);
        }
    }

    pub(super) fn ways_view(&mut self, ctx: &Context) -> WaysView {
        let photo = self.photo_view(ctx);
        let mut serial = crate::ui::view::Serial::default();
        let label = |port: &SerialPortName| format!("{}  {}", port.path, port.device);
        serial.ports = self.ways.ports.iter().map(label).collect();
        if let Some(worker) = &self.ways.serial {
            serial.state = serial::state_of(worker.status());
            serial.chosen = self.ways.ports.iter().position(|port| port.path == worker.path());
            if serial.chosen.is_none() {
                // It is unplugged: the choice stays to be seen.
                serial.chosen = Some(serial.ports.len());
                serial.ports.push(worker.path().to_owned());
            }
        } else {
            serial.state = SerialState::Off;
        }
        WaysView {
            reading: self.ways.reading > 0,
            serial,
            photo,
            folder: self.folder_view(ctx),
            tether: self.tether_view(ctx),
            unmatched: self.ways.tether.unmatched(),
        }
    }

    /// Runs something slow on a thread of its own; its reply wakes the window.
    fn on_ways_thread(&self, name: &str, work: impl FnOnce() -> WaysReply + Send + 'static) -> bool {
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        let started = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            // nobody listens any more when the window has closed
            answer.send(Reply::Ways(work())).ok();
            wake();
        });
        if let Err(error) = &started {
            log::warn!("no thread {name}: {error}");
        }
        started.is_ok()
    }
}
