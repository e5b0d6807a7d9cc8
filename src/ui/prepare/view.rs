//! What the preparing pages read, and what they remember of what was typed.

use std::path::{Path, PathBuf};

use crate::domain::fault::StoreFault;
use crate::domain::finding::Finding;
use crate::domain::ids::SessionId;
use crate::domain::roster::{Column, Columns, RosterFinding, TextEncoding};
use crate::domain::set_up::{BackdropReason, GroupLine, Missing, SetUp, groups_of, groups_text};
use crate::text::Message;

/// What there is to choose from, and how the trials went.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prepare {
    pub standards: Vec<Standard>,
    /// Newest first.
    pub sessions: Vec<SessionRow>,
    /// The open session's answers.
    pub current: Option<SetUp>,
    /// The open session has no record: starting changes it instead of making another.
    pub current_is_empty: bool,
    pub rehearsal: Rehearsal,
    pub first_disk: DiskTest,
    pub second_disk: DiskTest,
    /// The folder that the trial of the second disk was of.
    pub second_tried: Option<PathBuf>,
    /// A folder for the second copy that the system's dialog gave, with its count: it is taken over once.
    pub picked: Option<(u32, PathBuf)>,
    /// How the last import or export of a settings file went.
    pub note: Option<Message>,
    /// A settings file that was read, with its count: it is taken over once.
    pub imported: Option<(u32, SetUp)>,
    /// The school's own list.
    pub roster: RosterImport,
    /// The answers as a symbol, while it is asked for.
    pub code: Option<SetUpCode>,
}

/// What the place of a step shows instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePanel {
    /// The answers as a symbol.
    Show,
    /// Another station's symbol is waited for.
    Read,
}

/// The answers as a QR symbol, row by row from the top left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetUpCode {
    Symbol { side: u32, dark: Vec<bool> },
    TooLong,
}

/// A list that is looked over, and the one that the open session has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RosterImport {
    /// Rows and classes of the open session's list.
    pub known: Option<[usize; 2]>,
    pub file: Option<ImportView>,
    /// What came of the last thing that was done, and whether it was refused.
    pub message: Option<Message>,
    pub refused: bool,
}

/// A file that was read. What names a person is masked.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ImportView {
    pub sheets: Vec<String>,
    pub sheet: usize,
    /// Of a text.
    pub encoding: Option<TextEncoding>,
    /// Headings, or letters where a column has none.
    pub titles: Vec<String>,
    pub columns: Columns,
    /// The first rows.
    pub preview: Vec<Vec<String>>,
    pub rows: usize,
    pub classes: usize,
    pub findings: Vec<RosterFinding>,
}

impl std::fmt::Debug for ImportView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ImportView({} rows)", self.rows)
    }
}

impl ImportView {
    /// It can be taken.
    pub fn is_usable(&self) -> bool {
        self.rows > 0 && !self.findings.iter().any(|finding| finding.kind.refuses())
    }
}

/// A photo standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standard {
    pub id: String,
    pub name: String,
    pub colors: Vec<(String, [u8; 3])>,
    /// Pixels, width and height.
    pub size: [u32; 2],
    /// From a second-hand source.
    pub unverified: bool,
}

/// A heading of the session with its counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupCount {
    pub name: String,
    /// 应到, when it was typed.
    pub heads: Option<u32>,
    pub stored: u32,
    pub to_retake: u32,
}

/// A session of this station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub id: SessionId,
    pub name: String,
    pub is_open: bool,
}

/// What was seen while trying things out.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rehearsal {
    /// Width of the face at the chair, pixels of the camera.
    pub face_px: Option<f32>,
    /// Pixels of the camera for each pixel of the standard picture, percent.
    pub scale_percent: Option<f32>,
    /// First digits of the digest of the code that was seen or typed by a gun.
    pub code: Option<String>,
    pub backdrop: Option<BackdropTest>,
    /// Somebody who may has said that it is used all the same.
    pub overruled: Option<BackdropReason>,
    /// The system keeps screen and machine awake; `None` before it has answered.
    pub awake: Option<bool>,
    /// The portrait camera is a program that may retouch, blur and reframe.
    pub virtual_camera: bool,
}

/// How the empty backdrop was found.
#[derive(Debug, Clone, PartialEq)]
pub enum BackdropTest {
    /// Somebody is in the picture.
    NotEmpty,
    NoPicture,
    Judged(Vec<Finding>),
    /// It failed before the program was started.
    FailedBefore,
}

impl BackdropTest {
    /// A check of the empty backdrop fails, or did when it was last looked at.
    pub fn fails(&self) -> bool {
        match self {
            Self::Judged(findings) => findings.iter().any(Finding::fails),
            Self::FailedBefore => true,
            Self::NotEmpty | Self::NoPicture => false,
        }
    }
}

/// How a trial of writing and reading back went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DiskTest {
    #[default]
    NotTried,
    Running,
    Good {
        milliseconds: u32,
    },
    Fault(StoreFault),
}

impl Prepare {
    /// How the trial of this folder went: another one's says nothing about it.
    pub(super) fn second_disk_at(&self, folder: Option<&Path>) -> DiskTest {
        if self.second_tried.as_deref() == folder { self.second_disk } else { DiskTest::NotTried }
    }

    pub(super) fn standard(&self, id: &str) -> Option<&Standard> {
        self.standards.iter().find(|standard| standard.id == id)
    }

    /// What is still to be answered before a session can start.
    pub(super) fn missing(&self, set_up: &SetUp) -> Vec<Missing> {
        let colors: Option<Vec<String>> = self
            .standard(&set_up.profile_id)
            .map(|standard| standard.colors.iter().map(|(name, _)| name.clone()).collect());
        set_up.missing(colors.as_deref())
    }
}

/// How far somebody is with a backdrop that fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Overruling {
    #[default]
    No,
    /// The reasons are open.
    Asked,
    Chosen(BackdropReason),
}

/// Where the camera, its light and the backdrop are tried.
pub const CAMERA_STEP: usize = 2;

/// What is typed and chosen; kept until the session starts, and when the page is left.
#[derive(Default)]
pub struct Form {
    pub step: usize,
    /// `None` until the page is first shown.
    pub set_up: Option<SetUp>,
    pub groups: String,
    pub retention: String,
    pub seal_within: String,
    pub second_folder: String,
    pub show_unverified: bool,
    pub pressed: Option<egui::Key>,
    pub heard: bool,
    pub panel: Option<CodePanel>,
    pub(super) overruling: Overruling,
    /// The list is looked over in the place of step 1.
    pub roster_open: bool,
    pub roster_path: String,
    /// What a click on a heading says that the column holds.
    pub(super) roster_kind: Column,
    /// The settings file, and the picked folder, that were taken over last.
    pub(super) imported: u32,
    pub(super) picked: u32,
}

impl Form {
    /// Begins with the open session's answers, and takes over a settings file that was read.
    pub(super) fn begin(&mut self, view: &Prepare, second_folder: Option<&Path>) {
        if self.set_up.is_none()
            && let Some(current) = &view.current
        {
            self.take(current.clone());
            self.second_folder = second_folder.map(|folder| folder.display().to_string()).unwrap_or_default();
        }
        if let Some((count, set_up)) = &view.imported
            && *count != self.imported
        {
            self.imported = *count;
            // What this desk does is its own answer.
            let desk = self.set_up.as_ref().map(|known| known.desk).unwrap_or_default();
            self.take(SetUp { desk, ..set_up.clone() });
        }
        if let Some((count, folder)) = &view.picked
            && *count != self.picked
        {
            self.picked = *count;
            self.second_folder = folder.display().to_string();
        }
    }

    fn take(&mut self, set_up: SetUp) {
        self.groups = groups_text(&set_up.groups);
        self.seal_within = set_up.seal_within_days.map(|days| days.to_string()).unwrap_or_default();
        self.retention = set_up.retention_days.map(|days| days.to_string()).unwrap_or_default();
        self.set_up = Some(set_up);
    }

    /// The folder for the second copy as it is typed; `None`: there is to be none.
    pub fn second_copy(&self) -> Option<PathBuf> {
        Some(self.second_folder.trim()).filter(|text| !text.is_empty()).map(PathBuf::from)
    }

    /// The answers with what was typed; the line of groups that cannot be read.
    pub fn answers(&self) -> Option<Result<SetUp, GroupLine>> {
        let set_up = self.set_up.clone()?;
        let retention_days = self.retention.trim().parse().ok();
        let seal_within_days = self.seal_within.trim().parse().ok();
        Some(groups_of(&self.groups).map(|groups| SetUp { retention_days, seal_within_days, groups, ..set_up }))
    }
}
