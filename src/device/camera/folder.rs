//! A folder that a tethering program fills: each new complete picture becomes one frame.
//!
//! Only pictures that arrive after opening count, and each counts once: what lies there already may show the person
//! before. Nothing in the folder is ever changed.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, RgbImage};

use super::{Camera, CameraDescription, CameraError, Frame};
use crate::device::os::monotonic_now;
use crate::device::watch::{Settled, Watch, has_end};
use crate::domain::time::Monotonic;

/// How often the folder is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(150);

/// The watched folder.
#[derive(Debug)]
pub struct FolderCamera {
    watch: Watch,
    description: CameraDescription,
    sequence: u64,
}

impl FolderCamera {
    /// Begins to watch; pictures that are there already are passed over.
    pub fn open(path: &Path) -> Result<Self, CameraError> {
        let watch = Watch::open(path)?;
        let description = CameraDescription {
            name: path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            width: 0,
            height: 0,
            fps: 0,
            format: String::from("file"),
            simulated: false,
        };
        Ok(Self { watch, description, sequence: 0 })
    }

    /// Looks once: the newest picture that is complete by now, if any. A file is complete when its size and time did
    /// not change since the look before and it decodes.
    fn look(&mut self, now: Monotonic) -> Result<Option<Frame>, CameraError> {
        let mut newest = None;
        for Settled { name, .. } in self.watch.settled(now)? {
            match read_picture(&self.watch.path_of(&name)) {
                Ok(read) => {
                    self.watch.finish(name);
                    newest = Some(read);
                }
                Err(problem) => self.watch.maybe_give_up(name, now, &problem),
            }
        }
        Ok(newest.map(|(picture, jpeg)| {
            self.sequence += 1;
            (self.description.width, self.description.height) = picture.dimensions();
            Frame { sequence: self.sequence, at: now, picture: Arc::new(picture), jpeg }
        }))
    }
}

impl Camera for FolderCamera {
    fn description(&self) -> &CameraDescription {
        &self.description
    }

    fn next_frame(&mut self) -> Result<Frame, CameraError> {
        loop {
            if let Some(frame) = self.poll_frame(Duration::MAX)? {
                return Ok(frame);
            }
        }
    }

    fn poll_frame(&mut self, at_most: Duration) -> Result<Option<Frame>, CameraError> {
        let begun = monotonic_now();
        loop {
            let now = monotonic_now();
            if let Some(frame) = self.look(now)? {
                return Ok(Some(frame));
            }
            let left = at_most.saturating_sub(now.saturating_sub(begun));
            if left.is_zero() {
                return Ok(None);
            }
            std::thread::sleep(left.min(LOOK_EVERY));
        }
    }
}

/// Pixels, and the file's bytes when it is a JPEG.
type Read = (RgbImage, Option<Arc<[u8]>>);

/// Reads a picture upright: the camera's own orientation mark is applied in whole quarter turns, mirroring is not.
fn read_picture(path: &Path) -> Result<Read, String> {
    let bytes = std::fs::read(path).map_err(|error| error.kind().to_string())?;
    let reader =
        ImageReader::new(Cursor::new(&bytes)).with_guessed_format().map_err(|error| error.kind().to_string())?;
    let is_jpeg = reader.format() == Some(image::ImageFormat::Jpeg);
    if is_jpeg && !has_end(&bytes) {
        return Err(String::from("its end is missing"));
    }
    let mut decoder = reader.into_decoder().map_err(|error| error.to_string())?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| error.to_string())?;
    if matches!(orientation, Orientation::Rotate90 | Orientation::Rotate180 | Orientation::Rotate270) {
        picture.apply_orientation(orientation);
    }
    Ok((picture.into_rgb8(), is_jpeg.then(|| bytes.into())))
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::domain::fault::CameraFault;

    fn jpeg(shade: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        let picture = RgbImage::from_pixel(32, 24, image::Rgb([shade; 3]));
        image::codecs::jpeg::JpegEncoder::new(&mut bytes).encode_image(&picture).unwrap();
        bytes
    }

    fn at(millis: u64) -> Monotonic {
        Duration::from_millis(millis)
    }

    fn shade(frame: Option<Frame>) -> Option<u8> {
        frame.map(|frame| frame.picture.get_pixel(0, 0).0[0])
    }

    #[test]
    fn a_new_picture_is_given_once_and_old_ones_never() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("before.jpg"), jpeg(10)).unwrap();
        let mut camera = FolderCamera::open(folder.path()).unwrap();
        assert_eq!(shade(camera.look(at(0)).unwrap()), None);
        std::fs::write(folder.path().join("IMG_0001.JPG"), jpeg(200)).unwrap();
        assert_eq!(shade(camera.look(at(150)).unwrap()), None, "its size is not known to stand still yet");
        let frame = camera.look(at(300)).unwrap();
        assert_eq!(frame.as_ref().unwrap().jpeg.as_deref(), Some(&jpeg(200)[..]));
        assert_eq!(shade(frame), Some(200));
        assert_eq!(shade(camera.look(at(450)).unwrap()), None);
        assert_eq!((camera.description().width, camera.description().height), (32, 24));
    }

    #[test]
    fn a_picture_that_is_still_being_written_waits() {
        let folder = tempfile::tempdir().unwrap();
        let mut camera = FolderCamera::open(folder.path()).unwrap();
        let whole = jpeg(90);
        let path = folder.path().join("a.jpg");
        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        for look in 0..5 {
            assert_eq!(shade(camera.look(at(150 * look)).unwrap()), None, "half a file, standing still");
        }
        std::fs::write(&path, &whole).unwrap();
        assert_eq!(shade(camera.look(at(900)).unwrap()), None);
        assert_eq!(shade(camera.look(at(1050)).unwrap()), Some(90));
    }

    #[test]
    fn of_several_the_newest_is_taken_and_what_is_no_picture_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let mut camera = FolderCamera::open(folder.path()).unwrap();
        std::fs::write(folder.path().join("a.jpg"), jpeg(40)).unwrap();
        let older = SystemTime::now() - Duration::from_mins(1);
        std::fs::File::open(folder.path().join("a.jpg")).unwrap().set_modified(older).unwrap();
        std::fs::write(folder.path().join("b.jpg"), jpeg(80)).unwrap();
        std::fs::write(folder.path().join("raw.cr2"), b"raw").unwrap();
        std::fs::write(folder.path().join("broken.jpg"), b"no picture").unwrap();
        camera.look(at(0)).unwrap();
        assert_eq!(shade(camera.look(at(150)).unwrap()), Some(80));
        assert!(camera.watch.is_waiting_for("broken.jpg"));
        camera.look(at(6_000)).unwrap();
        assert!(!camera.watch.is_waiting_for("broken.jpg"), "given up after a while");
    }

    #[test]
    fn a_folder_that_goes_away_is_unplugged_and_a_missing_one_not_found() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("tether");
        assert_eq!(FolderCamera::open(&inside).unwrap_err().fault, CameraFault::NotFound);
        std::fs::create_dir(&inside).unwrap();
        let mut camera = FolderCamera::open(&inside).unwrap();
        std::fs::remove_dir(&inside).unwrap();
        assert_eq!(camera.look(at(0)).unwrap_err().fault, CameraFault::Unplugged);
    }

    #[test]
    fn waiting_for_a_picture_ends_in_time() {
        let folder = tempfile::tempdir().unwrap();
        let mut camera = FolderCamera::open(folder.path()).unwrap();
        assert!(camera.poll_frame(Duration::ZERO).unwrap().is_none());
    }
}
