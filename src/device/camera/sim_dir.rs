//! A folder's pictures in the order of their names, each held for some frames (`sim:DIR`): recorded scenes for tests.
//!
//! Unlike the watched folder (`folder`), what lies there already is what counts, and records are marked as simulated.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use image::RgbImage;
use image::imageops::FilterType;

use super::sim::Pacing;
use super::{Camera, CameraDescription, CameraError, Frame};
use crate::device::os::monotonic_now;
use crate::domain::fault::CameraFault;
use crate::domain::time::Monotonic;
use crate::vision::decode::decode;

/// Larger pictures are scaled down to fit, as a camera would send them.
pub const LARGEST: (u32, u32) = (1920, 1080);

/// Frames per picture unless told otherwise: six seconds at 25 a second, enough for the automatic shot.
pub const HELD_FRAMES: u32 = 150;

/// What comes after the last picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ending {
    /// The first one again.
    #[default]
    Repeat,
    /// The camera is unplugged.
    Unplugged,
}

/// Plays a folder.
#[derive(Debug)]
pub struct SimDir {
    files: Vec<PathBuf>,
    /// Names of files that are no pictures, in the order they were met.
    unreadable: Vec<String>,
    /// The file that is shown, and how many frames of it were given.
    place: usize,
    shown: u32,
    current: Option<Arc<RgbImage>>,
    held_frames: u32,
    ending: Ending,
    pacing: Pacing,
    step: Duration,
    begun: Option<Monotonic>,
    sequence: u64,
    description: CameraDescription,
}

impl SimDir {
    /// Lists the folder; a missing, empty or forbidden one is an error, as is one without a single readable picture.
    pub fn open(folder: &Path, step: Duration, pacing: Pacing) -> Result<Self, CameraError> {
        let files = list(folder)?;
        let step = step.max(Duration::from_millis(1));
        let mut camera = Self {
            files,
            unreadable: Vec::new(),
            place: 0,
            shown: 0,
            current: None,
            held_frames: HELD_FRAMES,
            ending: Ending::default(),
            pacing,
            step,
            begun: None,
            sequence: 0,
            description: CameraDescription {
                name: folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy().into_owned(),
                width: 0,
                height: 0,
                fps: (1.0 / step.as_secs_f32()).round() as u32,
                format: String::from("file"),
                simulated: true,
            },
        };
        camera.load()?;
        Ok(camera)
    }

    /// Holds each picture for this many frames, at least one.
    pub fn with_held_frames(mut self, frames: u32) -> Self {
        self.held_frames = frames.max(1);
        self
    }

    pub fn with_ending(mut self, ending: Ending) -> Self {
        self.ending = ending;
        self
    }

    /// Names of files that looked like pictures and are none.
    pub fn unreadable(&self) -> &[String] {
        &self.unreadable
    }

    /// Makes the picture at `place`, or the next readable one, the current one.
    fn load(&mut self) -> Result<Arc<RgbImage>, CameraError> {
        while let Some(path) = self.files.get(self.place) {
            match read(path) {
                Ok(picture) => {
                    (self.description.width, self.description.height) = picture.dimensions();
                    let picture = Arc::new(picture);
                    self.current = Some(Arc::clone(&picture));
                    self.shown = 0;
                    return Ok(picture);
                }
                Err(problem) => {
                    let path = self.files.remove(self.place);
                    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
                    self.unreadable.push(format!("{name} ({problem})"));
                }
            }
        }
        if self.files.is_empty() {
            let detail = format!("no picture can be read: {}", self.unreadable.join(", "));
            return Err(CameraError { fault: CameraFault::Undecodable, detail });
        }
        match self.ending {
            Ending::Repeat => {
                self.place = 0;
                self.load()
            }
            Ending::Unplugged => {
                let mut detail = format!("all {} pictures were shown", self.files.len());
                if !self.unreadable.is_empty() {
                    detail = format!("{detail}; not readable: {}", self.unreadable.join(", "));
                }
                Err(CameraError { fault: CameraFault::Unplugged, detail })
            }
        }
    }

    /// When the next frame is taken; in real time, waits for it.
    fn tick(&mut self) -> Monotonic {
        let counted = self.step * u32::try_from(self.sequence).unwrap_or(u32::MAX);
        if self.pacing == Pacing::AsFastAsAsked {
            return counted;
        }
        let due = *self.begun.get_or_insert_with(monotonic_now) + counted;
        let now = monotonic_now();
        if now < due {
            std::thread::sleep(due.saturating_sub(now));
        }
        monotonic_now()
    }
}

impl Camera for SimDir {
    fn description(&self) -> &CameraDescription {
        &self.description
    }

    fn next_frame(&mut self) -> Result<Frame, CameraError> {
        let picture = match self.current.take() {
            Some(picture) if self.shown < self.held_frames => picture,
            Some(_) => {
                self.place += 1;
                self.load()?
            }
            None => self.load()?,
        };
        self.current = Some(Arc::clone(&picture));
        let at = self.tick();
        self.shown += 1;
        self.sequence += 1;
        Ok(Frame { sequence: self.sequence, at, picture, jpeg: None })
    }
}

/// The folder's picture files, sorted by name.
fn list(folder: &Path) -> Result<Vec<PathBuf>, CameraError> {
    let fault = |error: std::io::Error| {
        let fault = match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => CameraFault::NotFound,
            std::io::ErrorKind::PermissionDenied => CameraFault::NoPermission,
            _ => CameraFault::Other,
        };
        CameraError { fault, detail: format!("the folder of the simulated camera: {error}") }
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        if is_picture(&path) {
            files.push(path);
        }
    }
    if files.is_empty() {
        let detail = String::from("the folder of the simulated camera holds no jpg or png");
        return Err(CameraError { fault: CameraFault::NotFound, detail });
    }
    files.sort();
    Ok(files)
}

fn is_picture(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    !hidden && path.is_file() && extension.is_some_and(|e| matches!(e.as_str(), "jpg" | "jpeg" | "png"))
}

/// Reads one picture upright and no larger than a camera's.
fn read(path: &Path) -> Result<RgbImage, String> {
    let bytes = std::fs::read(path).map_err(|error| error.kind().to_string())?;
    let picture = decode(&bytes).map_err(|error| error.to_string())?.picture;
    let (width, height) = picture.dimensions();
    let scale = (LARGEST.0 as f32 / width as f32).min(LARGEST.1 as f32 / height as f32);
    if scale >= 1.0 {
        return Ok(picture);
    }
    let fit = |side: u32| ((side as f32 * scale).round() as u32).max(1);
    Ok(image::imageops::resize(&picture, fit(width), fit(height), FilterType::Triangle))
}
