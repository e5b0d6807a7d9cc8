//! What painting reads and what it pushes.
//!
//! A [`View`] is a small picture of the desk's state, made anew for every pass by the app; painting never reaches
//! behind it. What the operator does comes back as [`Command`]s (`command`). Pictures are textures that the app owns.

mod pages;
mod rows;

use std::time::Duration;

use egui::TextureId;

pub use super::command::{Answer, Command, FolderFor, Question, Secret, Switch, TurnAway};
pub use super::gate::Gate;
pub use super::norm::Norm;
pub use super::people::{People, PeopleCommand};
pub use super::prepare::view::{BackdropTest, DiskTest, GroupCount, Prepare, Rehearsal, SessionRow, Standard};
pub use super::roster::{AtLock, ImportView, Person, RosterCommand, RosterImport, RosterLists, RosterView};
pub use super::student_waiting::StudentNotice;
pub use super::ways::view::{
    FolderAction, FolderRow, FolderState, FolderView, PhotoEdit, Serial, SerialState, TetherState, TetherView,
    Ways as WaysView, WaysCommand, WaysFolder,
};
pub use pages::{Handover, HandoverWork, Settings, StrangerList};
pub use rows::{Bar, Day, QueueRow, ReviewItem, RowMark, Tally, Thumb};

use crate::domain::code_help::{CodeHelp, CodeSight};
use crate::domain::condition::{Battery, ClockDoubt};
use crate::domain::fault::{Behind, CameraFault, StoreFault};
use crate::domain::finding::{Finding, Verdict};
use crate::domain::geometry::Rect;
use crate::domain::ids::{RecordId, ShotNumber};
use crate::text::{Lang, Message};

/// A texture that the app keeps alive while the view is painted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Picture {
    pub texture: TextureId,
    /// Pixels of the picture.
    pub size: [f32; 2],
}

/// Everything that one pass of painting shows.
#[derive(Debug, Clone, Default)]
pub struct View {
    pub lang: Lang,
    /// Drawn by a simulated camera: the watermark is everywhere.
    pub simulated: bool,
    /// A desk is open. Without one only the gate is painted.
    pub gate: Gate,
    /// The key store could not be asked for the passphrase.
    pub no_key_store: bool,
    /// Seconds until the next passphrase may be tried.
    pub passphrase_wait: Option<u32>,
    pub people: Box<People>,
    /// 到期清除.
    pub purge: Box<super::purge::PurgeView>,
    /// 回执.
    pub receipts: Box<super::receipts::ReceiptsView>,
    pub session_name: String,
    pub station: String,
    pub health: Health,
    /// Faults that need a hand, worst first.
    pub strips: Vec<Strip>,
    pub stage: Stage,
    /// For so long something has been wrong that is also heard: the screen shakes for a moment.
    pub trouble_for: Option<Duration>,
    pub subject: Option<Subject>,
    pub live: Live,
    /// The session's photo standard, for the guides.
    pub norm: Norm,
    pub shot: Option<Shot>,
    pub question: Option<Question>,
    /// The student said yes before the operator had looked.
    pub operator_first: bool,
    /// Who was called to be taken again.
    pub expected: Option<ShotNumber>,
    /// Newest first, at most four are shown.
    pub recent: Vec<Thumb>,
    pub queue: Vec<QueueRow>,
    pub review: Vec<ReviewItem>,
    pub tally: Tally,
    /// How the day went so far.
    pub day: Day,
    /// Every heading, in the session's order.
    pub groups: Vec<GroupCount>,
    pub handover: Handover,
    pub centre: Box<super::centre::CentreView>,
    pub settings: Settings,
    pub prepare: Box<Prepare>,
    /// The heading (class) of the next ones, when the session has groups.
    pub group: Option<GroupCount>,
    pub cameras: Vec<String>,
    /// Which of them takes portraits, when that is known.
    pub portrait_camera: Option<usize>,
    /// Which of them reads codes; `None`: the portrait camera does.
    pub scan_camera: Option<usize>,
    /// The photo at its own size of the record chosen in 复核.
    pub review_large: Option<(RecordId, Picture)>,
    pub notice: StudentNotice,
    /// Files, serial guns.
    pub ways: Box<WaysView>,
    /// The school's own list, where there is one.
    pub roster: Option<RosterView>,
    /// Numbers that are given ahead of the camera.
    pub scan: super::scan_desk::ScanView,
}

/// How well one device does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lamp {
    /// Not there and not wanted.
    #[default]
    Absent,
    Starting,
    Good,
    /// Works, with something to know.
    Warns,
    Broken,
}

/// The header's lamps and count.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Health {
    pub camera: Lamp,
    /// Name and format, for the pointer and the settings.
    pub camera_name: String,
    /// Frames per second that arrive.
    pub camera_fps: Option<f32>,
    pub camera_fault: Option<CameraFault>,
    /// What was looked for, as the system names it.
    pub camera_detail: String,
    /// The camera has been opening for this long.
    pub camera_opening_for: Option<Duration>,
    /// Seconds until the next try.
    pub camera_retry_in: Option<u32>,
    pub store: Lamp,
    pub free_gb: Option<f64>,
    /// Days on which pictures may still wait for their bundle; under 0 they wait too long.
    pub days_to_seal: Option<i64>,
    /// The session that they are of, when it is another one than the present.
    pub seal_other: Option<String>,
    /// What the people who are still to come need, when there is less.
    pub room_short_gb: Option<f64>,
    /// The second copy; [`Lamp::Absent`] when none is set up.
    pub copy: Lamp,
    /// Why copies are not there, when they are not.
    pub copy_behind: Option<Behind>,
    /// Records that the second disk lacks.
    pub copies_missing: u32,
    pub models: Lamp,
    /// The computer's battery, where it has one.
    pub battery: Option<Battery>,
    /// Why the clock cannot be right.
    pub clock: Option<ClockDoubt>,
    /// Pictures of the session that no bundle holds, and since how many days the oldest of them waits.
    pub unsealed: u32,
    pub unsealed_days: u32,
    pub stored_today: u32,
}

/// A fault that needs a hand, with one button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Strip {
    /// It sounds until somebody says that it was heard.
    Camera(CameraFault),
    Store(StoreFault),
    /// A background worker ended; this many records are safe.
    WorkerDied {
        stored: u32,
    },
    /// Starting the picture models did not work.
    Models,
    /// Battery or clock: nothing here mends it.
    Condition(Message),
    /// Something to know, for a moment; nothing to be done.
    Notice(Notice),
}

/// A sentence that goes away by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    Fault(Message),
}

/// Where the way of one student stands: what lamp, band and words show.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Stage {
    #[default]
    Waiting,
    /// The code has a standing record.
    Collected,
    /// A desk that only scans has given a number.
    Numbered,
    /// The code was read and its person is locked.
    Locked,
    /// The face went away or a second one came: the code is shown again.
    Interrupted,
    Framing,
    /// An existing photo is framed by hand.
    Importing,
    /// All is right, and the operator takes the picture.
    Ready,
    /// All is right; 0 to 1 of the hold.
    Steady(f32),
    /// 3, 2, 1.
    Count(u8),
    /// The picture is being read.
    Reading,
    Review(Verdict),
    Storing,
    Stored(Copies),
}

/// How many disks have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copies {
    /// Every disk that is set up.
    All,
    SecondMissing,
}

/// Who is locked.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    pub shot: ShotNumber,
    /// First 8 hex digits of the code's digest.
    pub digest: String,
    /// Masked name or last four, when one is known.
    pub tail: Option<String>,
    /// The number in another station's queue.
    pub slip: Option<ShotNumber>,
    /// The picture that the coming one takes the place of.
    pub replaces: Option<ShotNumber>,
    /// The picture of the phone.
    pub witness: Option<Picture>,
    /// Until the lock ends.
    pub seconds_left: Option<u32>,
    pub shots_taken: u32,
}

/// What the camera sees now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Live {
    pub picture: Option<Picture>,
    /// The crop that would be saved, in pixels of the picture.
    pub crop: Option<Rect>,
    /// Findings of the newest live check.
    pub findings: Vec<Finding>,
    /// The finding whose advice stands in the band.
    pub instruction: Option<Finding>,
    pub measured: Option<Measured>,
    pub faces: u32,
    /// A code was found here, in pixels of the picture: outlined for a moment.
    pub code: Option<[[f32; 2]; 4]>,
    /// What helps against a code that is held up and cannot be read.
    pub help: Option<(CodeHelp, CodeSight)>,
}

/// The person's own lines in pixels of the final picture.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Measured {
    pub head_top_y: Option<f32>,
    pub eye_line_y: Option<f32>,
    pub chin_y: Option<f32>,
    pub cheeks_x: Option<[f32; 2]>,
    pub center_x: Option<f32>,
}

/// A burst under review.
#[derive(Debug, Clone, PartialEq)]
pub struct Shot {
    /// The pictures of the burst as they would be saved, in order.
    pub frames: Vec<Picture>,
    pub chosen: usize,
    pub verdict: Verdict,
    pub findings: Vec<Finding>,
    /// What the operator attests by accepting, by the profile's names, and what of it is ticked already.
    pub ask: Vec<String>,
    pub ticked: Vec<String>,
    pub auto_accept: Option<AutoAccept>,
    pub measured: Option<Measured>,
}

/// How far the pause before an automatic accept is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AutoAccept {
    /// 0 to 1.
    pub part: f32,
    pub seconds_left: u32,
}

impl Shot {
    /// What is still to be asked.
    pub fn open_ask(&self) -> impl Iterator<Item = &String> {
        self.ask.iter().filter(|item| !self.ticked.contains(item))
    }
}
