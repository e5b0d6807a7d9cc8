//! Cameras: real ones through nokhwa, a simulated walk-through, a folder of pictures. All look alike from outside.
//!
//! A camera lives on one thread (see `worker::camera`), is asked for the next frame, and never decides anything.

pub mod choose;
pub mod folder;
pub mod mjpeg;
#[cfg(feature = "camera")]
mod native;
#[cfg(feature = "camera")]
mod native_controls;
#[cfg(feature = "camera")]
mod native_fault;
mod open;
pub mod sim;
pub mod sim_cast;
mod sim_control;
pub mod sim_dir;
pub mod sim_script;
mod turned;
pub mod yuv;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, RgbImage};

pub use open::{Listed, OpenOptions, Reopener, SIM_SIZE, SIM_STEP, list, open};

use crate::domain::camera_controls::{CameraControls, Light};
use crate::domain::fault::CameraFault;
use crate::domain::time::Monotonic;

/// Which camera is wanted, as written on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CameraSpec {
    /// The best real camera.
    Auto,
    /// `/dev/videoN`.
    V4l2(u32),
    /// The N-th camera that the system lists.
    Index(u32),
    /// The drawn walk-through.
    SimDemo,
    /// A folder's images in order, as frames of a simulated camera; with a list of visitors in it, those are drawn.
    SimDir(PathBuf),
    /// A folder that a tethering program fills.
    Folder(PathBuf),
}

/// Text that names no camera.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} names no camera: use auto, v4l2:N, index:N, sim:demo, sim:DIR or folder:DIR")]
pub struct ParseSpecError {
    pub text: String,
}

impl FromStr for CameraSpec {
    type Err = ParseSpecError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || ParseSpecError { text: text.to_owned() };
        match text.split_once(':') {
            None if text == "auto" => Ok(Self::Auto),
            Some(("v4l2", n)) => n.parse().map(Self::V4l2).map_err(|_not_a_number| refused()),
            Some(("index", n)) => n.parse().map(Self::Index).map_err(|_not_a_number| refused()),
            Some(("sim", "demo")) => Ok(Self::SimDemo),
            Some(("sim", dir)) if !dir.is_empty() => Ok(Self::SimDir(dir.into())),
            Some(("folder", dir)) if !dir.is_empty() => Ok(Self::Folder(dir.into())),
            _ => Err(refused()),
        }
    }
}

impl CameraSpec {
    /// Pictures of this camera are drawn or played: worth nothing.
    pub fn is_simulated(&self) -> bool {
        matches!(self, Self::SimDemo | Self::SimDir(_))
    }

    /// A device on this machine, unlike drawn pictures and folders.
    pub fn is_real(&self) -> bool {
        matches!(self, Self::Auto | Self::V4l2(_) | Self::Index(_))
    }
}

/// Bytes of a picture as the device gave them, to be stored unchanged.
#[derive(Clone)]
pub struct Original {
    pub bytes: Arc<[u8]>,
    /// `image/jpeg` (as received, cut at its end marker) or `image/png` (lossless, from raw formats).
    pub media_type: &'static str,
}

/// One picture of a camera.
#[derive(Clone)]
pub struct Frame {
    /// Counts up by one per frame that the camera gave.
    pub sequence: u64,
    /// When it was taken: real monotonic time, or simulated time for simulated cameras.
    pub at: Monotonic,
    /// RGB8, row-major, stride 3 * width bytes, origin top left, not mirrored.
    pub picture: Arc<RgbImage>,
    /// The received MJPEG bytes when there are any; raw formats have none and are encoded when a frame is kept.
    pub jpeg: Option<Arc<[u8]>>,
}

/// Without the picture.
impl fmt::Debug for Original {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Original({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

/// Without the picture.
impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (width, height) = self.picture.dimensions();
        write!(f, "Frame({}, {:?}, {width} x {height})", self.sequence, self.at)
    }
}

impl Frame {
    /// The picture as it is stored: the received JPEG, else a lossless PNG of the pixels.
    pub fn original(&self) -> Result<Original, image::ImageError> {
        if let Some(jpeg) = &self.jpeg {
            return Ok(Original { bytes: Arc::clone(jpeg), media_type: "image/jpeg" });
        }
        let mut bytes = Vec::new();
        let (width, height) = self.picture.dimensions();
        PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Up).write_image(
            &self.picture,
            width,
            height,
            ExtendedColorType::Rgb8,
        )?;
        Ok(Original { bytes: bytes.into(), media_type: "image/png" })
    }
}

/// What a camera calls itself and sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameraDescription {
    pub name: String,
    pub width: u32,
    pub height: u32,
    /// Frames per second as asked for; 0 where pictures come only now and then (a watched folder).
    pub fps: u32,
    /// `MJPEG`, `YUYV`, `NV12`, `drawn`, `file`.
    pub format: String,
    pub simulated: bool,
}

/// Words in the names of programs that pass pictures on as a camera: they retouch, blur the backdrop or reframe.
const VIRTUAL: [&str; 14] = [
    "virtual",
    "obs",
    "manycam",
    "snap camera",
    "vcam",
    "broadcast",
    "droidcam",
    "ivcam",
    "epoccam",
    "camo",
    "youcam",
    "mmhmm",
    "dummy video",
    "v4l2loopback",
];

impl CameraDescription {
    /// Its pictures come from a program and not from a lens.
    pub fn is_virtual(&self) -> bool {
        let letter = |c: char| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
        let words = format!(" {} ", self.name.chars().map(letter).collect::<String>());
        VIRTUAL.iter().any(|name| words.contains(&format!(" {name} ")))
    }
}

/// A camera that gives no pictures: which fault, and what the system said.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault:?}: {detail}")]
pub struct CameraError {
    pub fault: CameraFault,
    pub detail: String,
}

/// An open camera. Not `Send`: it stays on the thread that opened it.
pub trait Camera {
    fn description(&self) -> &CameraDescription;

    /// Waits for the next frame.
    fn next_frame(&mut self) -> Result<Frame, CameraError>;

    /// The next frame, or nothing when none came in time. Cameras that wait in their driver may take longer; ones that
    /// give pictures only now and then (a watched folder) keep to it.
    fn poll_frame(&mut self, _at_most: Duration) -> Result<Option<Frame>, CameraError> {
        self.next_frame().map(Some)
    }

    /// How mains frequency, exposure and white balance stand; a camera without controls offers none.
    fn controls(&mut self) -> CameraControls {
        CameraControls::default()
    }

    /// Holds exposure and white balance as they are now, or lets the camera decide again; how they stand then.
    fn hold_light(&mut self, _light: Light) -> CameraControls {
        self.controls()
    }

    /// Width and height of stills in pixels.
    fn still_size(&self) -> (u32, u32) {
        (self.description().width, self.description().height)
    }

    /// Pictures in a row at the camera's largest size; the next frames where preview and still sizes are equal.
    fn stills(&mut self, count: usize) -> Result<Vec<Frame>, CameraError> {
        (0..count).map(|_| self.next_frame()).collect()
    }

    /// One picture at the camera's largest size.
    fn still(&mut self) -> Result<Frame, CameraError> {
        let none = || CameraError { fault: CameraFault::Stalled, detail: String::from("the camera gave no still") };
        self.stills(1)?.pop().ok_or_else(none)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_passes_pictures_on_is_told_from_a_camera() {
        let named = |name: &str| CameraDescription {
            name: name.to_owned(),
            width: 1280,
            height: 720,
            fps: 30,
            format: String::from("YUYV"),
            simulated: false,
        };
        for name in
            ["OBS Virtual Camera", "Camera (NVIDIA Broadcast)", "DroidCam Source 3", "Dummy video device (0x0000)"]
        {
            assert!(named(name).is_virtual(), "{name}");
        }
        for name in ["HD Pro Webcam C920", "Jobs Camera", "USB2.0 PC CAMERA", "Logitech BRIO", "vivid"] {
            assert!(!named(name).is_virtual(), "{name}");
        }
    }
}
