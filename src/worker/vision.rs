//! Looking at pictures away from the window: codes, live checks, and the judging of a burst.
//!
//! The values and the trait [`Eyes`] stand here; `vision::look` does the work, `VisionWorker` does it on its own
//! thread. Which frame is looked at, and what follows from it, is left to the desk.

mod judge;
mod look;
mod photo;
mod thread;

use std::sync::Arc;

pub use look::Looker;
pub use photo::{OpenPhoto, PhotoFile, PhotoJob};
pub use thread::{EyesAtOnce, VisionWorker};

use crate::device::camera::Frame;
use crate::domain::exposure::KeptExposure;
use crate::domain::face::FaceMeasurements;
use crate::domain::fault::PictureFault;
use crate::domain::geometry::{Point, Rect};
use crate::domain::profile::Profile;
use crate::domain::session::{FrameChoice, JudgedShot, LiveReport, ShotFault, Subject};
use crate::domain::time::WallTime;
use crate::vision::qr::{SegmentError, Unread};

/// What is looked for in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    Codes,
    Face,
    CodesAndFace,
}

impl Want {
    pub const fn codes(self) -> bool {
        matches!(self, Self::Codes | Self::CodesAndFace)
    }

    pub const fn face(self) -> bool {
        matches!(self, Self::Face | Self::CodesAndFace)
    }
}

/// Which camera a frame is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lens {
    Portrait,
    /// The second camera, which only reads codes.
    Scan,
}

/// A code in a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenCode {
    pub subject: Subject,
    /// Of the symbol, pixels of the frame: top left, top right, bottom right, bottom left.
    pub corners: [Point; 4],
    /// Seen in a mirror: a fault of the camera's setting.
    pub mirrored: bool,
}

/// What the live checks say about a frame.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenFace {
    pub report: LiveReport,
    /// The crop that would be saved, pixels of the frame.
    pub crop: Rect,
    /// Final pixels per pixel of the frame.
    pub scale: f32,
    /// In pixels of the final picture.
    pub face: Option<FaceMeasurements>,
}

/// Everything that was seen in one frame.
#[derive(Debug, Clone)]
pub struct Seen {
    pub frame: Arc<Frame>,
    pub lens: Lens,
    pub want: Want,
    /// Largest first.
    pub codes: Vec<SeenCode>,
    /// A symbol is there that is no code: empty, or one part of several.
    pub unusable: Option<SegmentError>,
    /// A code that is seen and cannot be read.
    pub unread: Option<Unread>,
    /// There when a face was looked for.
    pub face: Option<SeenFace>,
}

/// A burst to choose from, cut and judge.
#[derive(Debug, Clone)]
pub struct BurstJob {
    pub attempt: u32,
    /// Stored pictures of everybody else in the session.
    pub others: Vec<KeptExposure>,
    pub frames: Vec<Arc<Frame>>,
    pub choice: FrameChoice,
    pub captured_at: WallTime,
    /// Name and format of the camera.
    pub camera: String,
    pub simulated: bool,
}

/// What comes back.
#[derive(Debug, Clone)]
pub enum VisionAnswer {
    /// The models are loaded.
    Ready,
    Seen(Box<Seen>),
    Judged {
        attempt: u32,
        result: Result<Box<JudgedShot>, ShotFault>,
    },
    /// An existing photo with its face, or why it is of no use.
    PhotoOpened(Result<Arc<OpenPhoto>, PictureFault>),
    /// Nothing will be looked at any more: the models do not load, or the thread has ended.
    Broken,
}

/// Whoever looks at pictures.
pub trait Eyes {
    /// Takes another frame now. Frames offered while this is false are better left out: newest wins.
    fn is_free(&self) -> bool;

    fn look(&mut self, frame: Arc<Frame>, lens: Lens, want: Want);

    /// Chooses, cuts and judges; never left out.
    fn judge(&mut self, burst: BurstJob);

    /// Finds the face of an existing photo; never left out.
    fn open_photo(&mut self, file: Box<PhotoFile>);

    /// Cuts an existing photo by its frame and judges it as a shot; never left out.
    fn judge_photo(&mut self, job: PhotoJob);

    /// Judges by another profile from now on.
    fn use_profile(&mut self, profile: Arc<Profile>);

    fn poll(&mut self) -> Option<VisionAnswer>;
}
