//! What painting reads of the other ways in, and what it asks for.

use std::path::PathBuf;
use std::sync::Arc;

pub use crate::domain::card::{Doubt, FolderKind as WaysFolder, FolderShows as FolderState};
use crate::domain::crop::CropFrame;
use crate::domain::fault::SerialFault;
use crate::domain::finding::Finding;
use crate::domain::ids::ShotNumber;
use crate::ui::view::{Measured, Picture};

/// Files, guns on serial ports.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ways {
    /// A file is being read.
    pub reading: bool,
    pub serial: Serial,
    /// An existing photo under its frame.
    pub photo: Option<PhotoEdit>,
    /// A folder that was brought: a teacher's codes, or a memory card.
    pub folder: Option<FolderView>,
    /// The watched folder of a tethered camera.
    pub tether: Option<TetherView>,
    /// Pictures of it that belong to nobody yet.
    pub unmatched: usize,
}

/// The watched folder of a tethered camera.
#[derive(Debug, Clone, PartialEq)]
pub struct TetherView {
    pub folder: String,
    pub state: TetherState,
    /// How far the camera's clock is ahead, once that was measured.
    pub ahead_millis: Option<i64>,
    /// This machine's clock as a code, row by row.
    pub clock: Vec<Vec<bool>>,
    /// The oldest first.
    pub tray: Vec<FolderRow>,
}

/// How the watched folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TetherState {
    Off,
    Watching,
    Gone,
}

/// The pictures of a folder.
#[derive(Debug, Clone, PartialEq)]
pub struct FolderView {
    pub kind: WaysFolder,
    /// Made anew only when something has changed.
    pub rows: Arc<Vec<FolderRow>>,
    /// The pictures of the rows that can be seen, and of some around them: from this row on.
    pub first: usize,
    pub pictures: Vec<Option<Picture>>,
    /// How many files were read, of how many; `None` when all were.
    pub reading: Option<(usize, usize)>,
}

impl FolderView {
    /// The picture of a row, if it is at hand.
    pub fn picture(&self, row: usize) -> Option<Picture> {
        row.checked_sub(self.first).and_then(|near| self.pictures.get(near).copied()).flatten()
    }
}

/// One picture.
#[derive(Debug, Clone, PartialEq)]
pub struct FolderRow {
    /// The file's name: shown, never kept.
    pub name: String,
    /// In the tray; the rows of a folder have theirs in [`FolderView::picture`].
    pub picture: Option<Picture>,
    pub state: FolderState,
    /// First digits of the code's digest, or empty.
    pub digest: String,
    /// Clock time of the shutter, or empty.
    pub at: String,
    pub doubts: Vec<Doubt>,
    /// A portrait under its code.
    pub indented: bool,
    pub action: Option<FolderAction>,
}

/// The one thing to do with a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderAction {
    /// Lock its code.
    Lock,
    /// Lock its code, then bring the portrait.
    Import,
    /// Bring the portrait to whoever is locked now.
    Give(Option<ShotNumber>),
}

/// An existing photo of whoever is locked, to be framed by hand; the frame itself is in the window's memory.
#[derive(Debug, Clone, PartialEq)]
pub struct PhotoEdit {
    pub picture: Picture,
    /// Pixels of the photo; the texture may be smaller.
    pub size: [f32; 2],
    /// Where the standard picture is cut by itself.
    pub automatic: CropFrame,
    /// What the bands say to the frame as it is.
    pub findings: Vec<Finding>,
    /// The person's lines, in pixels of the final picture.
    pub measured: Option<Measured>,
}

/// Guns on serial ports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Serial {
    /// Name and device of each port.
    pub ports: Vec<String>,
    pub chosen: Option<usize>,
    pub state: SerialState,
}

/// How the chosen port is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SerialState {
    #[default]
    Off,
    Opening,
    Listening,
    Lost(SerialFault),
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaysCommand {
    /// A picture file by the system's dialog: a code, or a photo of whoever is locked.
    OpenFile,
    /// Reads a folder that is named, or asked for by the system's dialog.
    ReadFolder(WaysFolder, Option<PathBuf>),
    /// Watches a folder that is named, or asked for by the system's dialog.
    WatchFolder(Option<PathBuf>),
    StopWatching,
    /// Brings a picture of the tray to whoever is locked now.
    GiveTray(usize),
    DropTray(usize),
    /// Does the one thing to do with a picture of the folder.
    TakeRow(usize),
    /// The photo under the frame is cut and judged.
    UsePhoto,
    ClosePhoto,
    ListPorts,
    ChoosePort(Option<usize>),
}
