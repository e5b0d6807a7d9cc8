//! Real cameras through nokhwa: V4L2 on Linux, and what Windows and macOS have through the same calls. Opening, choosing
//! the size, streaming, stills. Which camera is meant and finding it again is left to `open`.
//!
//! What the driver library does and this file guards against (read in nokhwa 0.10.11 and v4l 0.14):
//! - `frame()` waits without a limit: the reader of the newest frame judges a stall by its age, nobody joins this thread.
//! - It panics when a stream does not stop cleanly, and on device lists with odd names: every call is caught.
//! - Its list of rates drops numerators (2/25 s becomes 25): modes are tried in order, refused ones skipped.
//! - It opens a camera only when the camera's current format is one it knows and its current rate is whole.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use image::RgbImage;
use nokhwa::NokhwaError;
use nokhwa::utils::{
    ApiBackend, CameraFormat, CameraIndex, FrameFormat, RequestedFormat, RequestedFormatType, Resolution,
};

use super::choose::{Mode, PixelFormat, preview_order, still_order, with_usual_sizes};
use super::native_fault::{Moment, fault_of};
use super::yuv::Layout;
use super::{Camera, CameraDescription, CameraError, Frame, Listed, mjpeg, native_controls, yuv};
use crate::device::os::monotonic_now;
use crate::domain::camera_controls::{CameraControls, Light};
use crate::domain::fault::CameraFault;

const WANTED: [FrameFormat; 3] = [FrameFormat::MJPEG, FrameFormat::YUYV, FrameFormat::NV12];

/// Frames in a row that may be broken before the camera counts as undecodable: webcams begin with torn frames.
const BROKEN_FRAMES: u32 = 12;

/// Frames that are thrown away after a change of size, while the exposure settles.
const SETTLING_FRAMES: u32 = 3;

/// The cameras that the system lists, by index.
pub(super) fn list() -> Vec<Listed> {
    let mut listed = guarded(|| nokhwa::query(ApiBackend::Auto).map_err(|error| fault_of(&error, Moment::Opening)))
        .unwrap_or_default()
        .into_iter()
        .filter_map(|info| {
            let index = info.index().as_index().ok()?;
            let path = if cfg!(target_os = "linux") { format!("/dev/video{index}") } else { info.misc() };
            Some(Listed { index, name: info.human_name(), path })
        })
        .collect::<Vec<_>>();
    listed.sort_by_key(|camera| camera.index);
    listed
}

/// Runs a call of the driver library; a panic inside becomes a fault.
fn guarded<T>(call: impl FnOnce() -> Result<T, CameraError>) -> Result<T, CameraError> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|_panic| {
        Err(CameraError { fault: CameraFault::Other, detail: String::from("the camera driver library panicked") })
    })
}

fn at_opening(error: &NokhwaError) -> CameraError {
    fault_of(error, Moment::Opening)
}

/// An opened camera with its modes, not yet streaming.
pub(super) struct Candidate {
    camera: Handle,
    name: String,
    modes: Vec<Mode>,
}

impl Candidate {
    /// Opens the camera with this index and asks for its modes.
    pub(super) fn open(index: u32, name: String) -> Result<Self, CameraError> {
        may_open(index)?;
        let first = RequestedFormat::with_formats(RequestedFormatType::None, &WANTED);
        let mut camera = Handle::open(&CameraIndex::Index(index), first)?;
        let listed = camera.call(|camera| camera.compatible_camera_formats().map_err(|error| at_opening(&error)))?;
        let modes = with_usual_sizes(listed.into_iter().filter_map(mode_of).collect());
        if preview_order(&modes).is_empty() {
            let detail = String::from("none of its sizes comes as MJPEG, YUYV or NV12");
            return Err(CameraError { fault: CameraFault::WrongFormat, detail });
        }
        Ok(Self { camera, name, modes })
    }

    /// The mode that would be tried first: what `auto` compares cameras by.
    pub(super) fn best_mode(&self) -> Option<Mode> {
        preview_order(&self.modes).first().copied()
    }

    /// Takes the best mode that the driver accepts and starts the stream.
    pub(super) fn start(mut self) -> Result<NativeCamera, CameraError> {
        let preview = self.camera.take_first(&preview_order(&self.modes))?;
        self.camera.start()?;
        self.camera.control(native_controls::use_50_hz);
        let stills = still_order(&self.modes, preview);
        let description = CameraDescription {
            name: self.name,
            width: preview.width,
            height: preview.height,
            fps: preview.fps,
            format: preview.format.name().to_owned(),
            simulated: false,
        };
        Ok(NativeCamera { camera: self.camera, description, preview, stills, sequence: 0, light_is_held: false })
    }
}

/// Owner of the library's camera: every call and the drop are caught.
struct Handle {
    camera: Option<nokhwa::Camera>,
    /// Its list of controls can be read.
    has_controls: bool,
}

impl Handle {
    fn open(index: &CameraIndex, wanted: RequestedFormat<'_>) -> Result<Self, CameraError> {
        let open = || guarded(|| nokhwa::Camera::new(index.clone(), wanted).map_err(|error| at_opening(&error)));
        let mut handle = Self { camera: Some(open()?), has_controls: true };
        // A control with an odd name or type makes the list of them panic, and a panic leaves the device locked for good.
        if handle.call(|camera| Ok(native_controls::read(camera))).is_err() {
            drop(handle);
            handle = Self { camera: Some(open()?), has_controls: false };
        }
        Ok(handle)
    }

    fn call<T>(&mut self, call: impl FnOnce(&mut nokhwa::Camera) -> Result<T, CameraError>) -> Result<T, CameraError> {
        let Some(camera) = self.camera.as_mut() else {
            return Err(CameraError { fault: CameraFault::Other, detail: String::from("the camera is closed") });
        };
        guarded(|| call(camera))
    }

    /// Sets the first of these modes that the driver accepts.
    fn take_first(&mut self, order: &[Mode]) -> Result<Mode, CameraError> {
        let none = || String::from("the camera refused every size it listed");
        let mut last = CameraError { fault: CameraFault::WrongFormat, detail: none() };
        for mode in order {
            let wanted = format_of(*mode);
            let request = RequestedFormatType::Exact(wanted);
            let set = self.call(|camera| {
                camera
                    .set_camera_requset(RequestedFormat::with_formats(request, &[wanted.format()]))
                    .map_err(|error| at_opening(&error))
            });
            match set {
                Ok(_) => return Ok(*mode),
                Err(error) if matches!(error.fault, CameraFault::Other | CameraFault::WrongFormat) => {
                    last.detail = error.detail;
                }
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    /// Runs a call about controls; whatever goes wrong in it costs no picture.
    fn control<T: Default>(&mut self, call: impl FnOnce(&mut dyn native_controls::Knobs) -> T) -> T {
        if !self.has_controls {
            return T::default();
        }
        self.call(|camera| Ok(call(camera))).unwrap_or_else(|error| {
            log::warn!("the camera's controls cannot be used: {}", error.detail);
            T::default()
        })
    }

    fn start(&mut self) -> Result<(), CameraError> {
        self.call(|camera| camera.open_stream().map_err(|error| at_opening(&error)))
    }

    fn stop(&mut self) -> Result<(), CameraError> {
        self.call(|camera| camera.stop_stream().map_err(|error| fault_of(&error, Moment::Streaming)))
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // First the stream, then the device: either may panic when the device is gone, and both must be let go,
        // or the camera comes back under another index.
        if let Err(error) = self.stop() {
            log::debug!("the camera's stream did not stop cleanly: {}", error.detail);
        }
        let camera = self.camera.take();
        if catch_unwind(AssertUnwindSafe(|| drop(camera))).is_err() {
            log::debug!("the camera did not close cleanly");
        }
    }
}

/// A streaming camera.
pub(super) struct NativeCamera {
    camera: Handle,
    description: CameraDescription,
    preview: Mode,
    /// Modes that are bigger than the preview, best first.
    stills: Vec<Mode>,
    sequence: u64,
    /// By this program: the next one is to find the camera as it was.
    light_is_held: bool,
}

impl Drop for NativeCamera {
    fn drop(&mut self) {
        if self.light_is_held {
            self.hold_light(Light::Automatic);
        }
    }
}

/// One decoded frame: pixels, and the JPEG when it came as one.
type Decoded = (RgbImage, Option<Arc<[u8]>>);

impl NativeCamera {
    fn frame(&mut self, mode: Mode) -> Result<Frame, CameraError> {
        let mut broken = String::new();
        for _ in 0..BROKEN_FRAMES {
            let decoded = self.camera.call(|camera| {
                let bytes = camera.frame_raw().map_err(|error| fault_of(&error, Moment::Streaming))?;
                Ok(decode(&bytes, mode))
            })?;
            self.sequence += 1;
            match decoded {
                Ok((picture, jpeg)) => {
                    return Ok(Frame {
                        sequence: self.sequence,
                        at: monotonic_now(),
                        picture: Arc::new(picture),
                        jpeg,
                    });
                }
                Err(detail) => broken = detail,
            }
        }
        Err(CameraError { fault: CameraFault::Undecodable, detail: broken })
    }

    /// Switches to the first bigger mode that the driver takes; `None` when it takes none.
    fn switch_to_still(&mut self) -> Result<Option<Mode>, CameraError> {
        self.camera.stop()?;
        match self.camera.take_first(&self.stills) {
            Ok(mode) => {
                // Do not try modes again that were refused.
                self.stills.retain(|known| *known == mode);
                Ok(Some(mode))
            }
            Err(error) if error.fault == CameraFault::WrongFormat => {
                log::warn!("the camera takes no larger still size: {}", error.detail);
                self.stills.clear();
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn back_to_preview(&mut self) -> Result<(), CameraError> {
        self.camera.stop()?;
        self.camera.take_first(&[self.preview])?;
        self.camera.start()
    }
}

impl Camera for NativeCamera {
    fn description(&self) -> &CameraDescription {
        &self.description
    }

    fn next_frame(&mut self) -> Result<Frame, CameraError> {
        self.frame(self.preview)
    }

    fn controls(&mut self) -> CameraControls {
        self.camera.control(|knobs| native_controls::read(knobs))
    }

    fn hold_light(&mut self, light: Light) -> CameraControls {
        self.light_is_held = light == Light::Locked;
        self.camera.control(|knobs| native_controls::hold_light(knobs, light))
    }

    fn still_size(&self) -> (u32, u32) {
        let mode = self.stills.first().copied().unwrap_or(self.preview);
        (mode.width, mode.height)
    }

    fn stills(&mut self, count: usize) -> Result<Vec<Frame>, CameraError> {
        if self.stills.is_empty() {
            return (0..count).map(|_| self.frame(self.preview)).collect();
        }
        let taken = match self.switch_to_still()? {
            Some(mode) => self.camera.start().and_then(|()| {
                for _ in 0..SETTLING_FRAMES {
                    self.frame(mode)?;
                }
                (0..count).map(|_| self.frame(mode)).collect::<Result<Vec<_>, _>>()
            }),
            None => Ok(Vec::new()),
        };
        self.back_to_preview()?;
        let mut taken = taken?;
        while taken.len() < count {
            taken.push(self.frame(self.preview)?);
        }
        Ok(taken)
    }
}

/// Bytes of the driver's buffer into a picture; the text says what is wrong with them.
fn decode(bytes: &[u8], mode: Mode) -> Result<Decoded, String> {
    let (width, height) = (mode.width as usize, mode.height as usize);
    let rgb = match mode.format {
        PixelFormat::Mjpeg => {
            let jpeg = mjpeg::complete(bytes).map_err(|error| error.to_string())?;
            let picture = mjpeg::decode(&jpeg).map_err(|error| error.to_string())?;
            return Ok((picture, Some(jpeg.into())));
        }
        PixelFormat::Yuyv => {
            let stride = yuv::stride_of(bytes.len(), 2 * width, height);
            yuv::rgb_from_yuyv(bytes, Layout { width, height, stride })
        }
        PixelFormat::Nv12 => {
            let stride = yuv::stride_of(bytes.len(), width, height + height / 2);
            yuv::rgb_from_nv12(bytes, Layout { width, height, stride })
        }
    }
    .map_err(|error| error.to_string())?;
    let picture =
        RgbImage::from_raw(mode.width, mode.height, rgb).ok_or("the frame has another size than its camera said")?;
    Ok((picture, None))
}

fn mode_of(format: CameraFormat) -> Option<Mode> {
    let pixels = match format.format() {
        FrameFormat::MJPEG => PixelFormat::Mjpeg,
        FrameFormat::YUYV => PixelFormat::Yuyv,
        FrameFormat::NV12 => PixelFormat::Nv12,
        FrameFormat::GRAY | FrameFormat::RAWRGB | FrameFormat::RAWBGR => return None,
    };
    Some(Mode { width: format.width(), height: format.height(), fps: format.frame_rate(), format: pixels })
}

fn format_of(mode: Mode) -> CameraFormat {
    let format = match mode.format {
        PixelFormat::Mjpeg => FrameFormat::MJPEG,
        PixelFormat::Yuyv => FrameFormat::YUYV,
        PixelFormat::Nv12 => FrameFormat::NV12,
    };
    CameraFormat::new(Resolution::new(mode.width, mode.height), format, mode.fps)
}

/// Asks the system first whether this user may open the camera: the driver library's own message does not tell.
#[cfg(target_os = "linux")]
fn may_open(index: u32) -> Result<(), CameraError> {
    let path = format!("/dev/video{index}");
    match std::fs::OpenOptions::new().read(true).write(true).open(&path) {
        Ok(_closed_again) => Ok(()),
        Err(error) => Err(super::native_fault::fault_of_io(&error, &path, Moment::Opening)),
    }
}

/// macOS shows its question at the first call; until it is answered the camera may not be used.
#[cfg(target_os = "macos")]
fn may_open(_index: u32) -> Result<(), CameraError> {
    if !nokhwa::nokhwa_check() {
        nokhwa::nokhwa_initialize(|granted| log::info!("camera use granted: {granted}"));
        let detail = String::from("macOS has not granted the use of the camera");
        return Err(CameraError { fault: CameraFault::NoPermission, detail });
    }
    Ok(())
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn may_open(_index: u32) -> Result<(), CameraError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_frames_decode_to_their_size() {
        let mode = Mode { width: 640, height: 360, fps: 30, format: PixelFormat::Yuyv };
        // A buffer in whole pages, as V4L2 maps it.
        let (picture, jpeg) = decode(&vec![128; 462_848], mode).unwrap();
        assert_eq!((picture.width(), picture.height(), jpeg), (640, 360, None));
        assert!(decode(&[0; 100], mode).is_err());
        assert!(decode(&[0; 100], Mode { format: PixelFormat::Mjpeg, ..mode }).is_err());
    }

    #[test]
    fn a_panic_of_the_library_is_a_fault() {
        let outcome: Result<(), _> = guarded(|| panic!("STREAMOFF"));
        assert_eq!(outcome.unwrap_err().fault, CameraFault::Other);
    }

    #[test]
    fn a_camera_that_is_not_there_is_not_found() {
        let error = Candidate::open(4_000, String::new()).err().unwrap();
        assert_eq!(error.fault, CameraFault::NotFound);
    }
}
