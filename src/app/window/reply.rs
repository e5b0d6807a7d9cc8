//! What threads of the window's own send back, and where it goes.

use std::path::PathBuf;

use super::exchange::{self, Exchange};
use super::opening::{Opened, OpeningFailed};
use super::{
    Window, adopt, centre, files, lists, people, purge, receipts, remember, roster_import, scan_desk, take_on, ways,
};
use crate::device::camera::Listed;
use crate::domain::fault::StoreFault;
use crate::domain::notice::Example;
use crate::domain::session::Cue;
use crate::domain::set_up::BackdropReason;
use crate::domain::time::Monotonic;
use crate::store::StoreError;
use crate::text;
use crate::ui::view::{DiskTest, FolderFor, HandoverWork, Notice};

/// What comes back from threads of the window's own.
pub(super) enum Reply {
    Opened(Box<Opened>),
    OpeningFailed(OpeningFailed),
    Cameras(Vec<Listed>),
    Folder(FolderFor, Option<PathBuf>),
    Lists(lists::Fetched),
    Handover(HandoverWork),
    StoreFault(StoreFault),
    Disks([DiskTest; 2]),
    Session(Box<Result<take_on::TakenOn, StoreFault>>),
    Exchanged(files::Exchanged),
    People(people::Told),
    Purge(purge::PurgeTold),
    Receipts(receipts::ReceiptsTold),
    Centre(Box<centre::CentreTold>),
    Adopt(adopt::AdoptTold),
    Key(remember::KeyAnswer),
    List(text::window::ListDone, PathBuf, exchange::Exchange),
    Roster(Box<roster_import::ReadFile>),
    Examples(Vec<(Example, egui::ColorImage)>),
    Ways(ways::WaysReply),
    Slip(scan_desk::SlipDone),
    BackdropOverruled(BackdropReason),
}

impl Window {
    /// Takes one answer in.
    pub(super) fn take(&mut self, reply: Reply, now: Monotonic) {
        match reply {
            Reply::Opened(opened) => self.open_desk(*opened, now),
            Reply::OpeningFailed(failed) => {
                self.gate = failed.gate();
                self.look_at_wait();
            }
            Reply::Cameras(cameras) => {
                self.cameras = cameras;
                self.use_remembered();
            }
            Reply::Folder(FolderFor::Handover, picked) => self.view.handover.picked = picked,
            Reply::Folder(FolderFor::RecoveryKey, picked) => {
                if let Some(folder) = picked {
                    self.memory.recovery_folder = folder.display().to_string();
                }
            }
            Reply::Folder(FolderFor::SecondCopy, picked) => self.second_copy_picked(picked),
            Reply::Lists(fetched) => {
                if let Some(open) = &mut self.open {
                    open.lists.take(fetched, &open.context.session.id, &mut self.album);
                }
                self.follow_lists();
                self.follow_call(now);
            }
            Reply::Handover(work) => {
                if matches!(work, HandoverWork::Done { .. }) {
                    self.play(Cue::Sealed);
                }
                self.view.handover.work = work;
                self.fetch_lists();
            }
            Reply::StoreFault(fault) => {
                self.say(Notice::Fault(text::fault::store(fault, self.preferences.lang())), now);
            }
            Reply::Disks(disks) => self.disks_tried(disks),
            Reply::Session(taken) => self.taken_on(*taken, now),
            Reply::Exchanged(exchanged) => self.exchanged(exchanged),
            Reply::List(way, file, done) => {
                let lang = self.preferences.lang();
                let message = match done {
                    Exchange::Done(head) => text::window::list_done(&head.letter.to_string(), head.codes, way, lang),
                    Exchange::Fault(fault) => text::fault::store(fault, lang),
                    Exchange::Stranger(head) => {
                        self.stranger = Some((file, head));
                        return;
                    }
                };
                self.say(Notice::Fault(message), now);
            }
            Reply::Key(answer) => self.key_store_answered(answer, now),
            Reply::People(told) => self.people_told(told, now),
            Reply::Purge(told) => self.purge_told(told, now),
            Reply::Receipts(told) => self.receipts_told(told),
            Reply::Centre(told) => self.centre_told(*told),
            Reply::Adopt(told) => self.adopt_told(told),
            Reply::Roster(read) => self.roster_read(*read),
            Reply::Examples(drawn) => self.album.add_examples(drawn),
            Reply::BackdropOverruled(reason) => self.backdrop_overruled(reason, now),
            Reply::Slip(done) => {
                let message = self.slip_done(&done);
                self.say(Notice::Fault(message), now);
            }
            Reply::Ways(reply) => self.ways_reply(reply, now),
        }
    }
}

/// The log has the whole chain of it, the window the one sentence of its kind.
pub(super) fn fault_of(error: &StoreError) -> StoreFault {
    log::error!("{error:#}");
    error.fault()
}
