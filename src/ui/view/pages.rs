//! What the pages 交接 and 设置 show.

use std::path::PathBuf;

use egui::Key;

use crate::domain::camera_controls::CameraControls;
use crate::domain::fault::BundleFault;
use crate::domain::set_up::LensEdge;
use crate::domain::turn::Turn;
use crate::ui::keymap::Action;

/// 交接: sealing and writing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Handover {
    /// Mounted sticks and disks.
    pub media: Vec<PathBuf>,
    /// A folder that the system's dialog gave.
    pub picked: Option<PathBuf>,
    /// The centre's key, when one is set.
    pub recipient: Option<String>,
    pub work: HandoverWork,
}

/// How far the writing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum HandoverWork {
    #[default]
    Idle,
    Sealing,
    Done {
        bundle: String,
        records: u32,
        bytes: u64,
        /// First 8 hex digits of the bundle's hash.
        hash: String,
    },
    Fault(BundleFault),
}

/// Who says to have written a list that nobody here knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrangerList {
    pub letter: String,
    /// The station's id, to be compared.
    pub station: String,
    pub codes: u64,
}

/// What 设置 shows and changes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "switches that do not depend on each other, read by name")]
pub struct Settings {
    pub auto_shoot: bool,
    /// Seconds before a complete picture is accepted by itself; 0: never.
    pub auto_accept: u32,
    pub muted: bool,
    /// The only screen faces the student: pictures and digests of others are hidden.
    pub faces_student: bool,
    pub reduced_motion: bool,
    /// The display that the student's screen fills, counted from 1; 0: it is a window like others.
    pub student_display: u32,
    /// Where the lens is, seen from the student's screen.
    pub lens_edge: LensEdge,
    /// How the portrait camera is mounted.
    pub turn: Turn,
    /// The student's own keys: yes, and once more.
    pub student_keys: [Key; 2],
    /// 80 to 150.
    pub zoom_percent: u32,
    pub profile: String,
    pub folder: PathBuf,
    pub second_copy: Option<PathBuf>,
    /// The system's key store remembers the passphrase.
    pub remembered: bool,
    /// A list of collected codes whose signer is to be compared first.
    pub stranger: Option<StrangerList>,
    pub version: String,
    /// How the portrait camera's controls stand; `None` while it is not open.
    pub controls: Option<CameraControls>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            auto_shoot: true,
            auto_accept: 0,
            muted: false,
            faces_student: false,
            reduced_motion: false,
            student_display: 0,
            lens_edge: LensEdge::Top,
            turn: Turn::Upright,
            student_keys: [Action::StudentYes.usual(), Action::StudentAgain.usual()],
            zoom_percent: 100,
            profile: String::new(),
            folder: PathBuf::new(),
            second_copy: None,
            remembered: false,
            stranger: None,
            version: String::new(),
            controls: None,
        }
    }
}
