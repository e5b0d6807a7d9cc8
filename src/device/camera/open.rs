//! From a [`CameraSpec`] to an open camera, the list of real cameras, and finding the same camera again after it was
//! gone. The cameras themselves stand in their own files.

use std::path::Path;
use std::time::Duration;

use super::folder::FolderCamera;
use super::sim::{Pacing, SimControl, SimDemo};
use super::sim_cast::Cast;
use super::sim_dir::SimDir;
use super::turned::Turned;
use super::{Camera, CameraError, CameraSpec};
use crate::domain::fault::CameraFault;
use crate::domain::turn::Turn;

/// A real camera as the system lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub index: u32,
    pub name: String,
    /// `/dev/videoN` on Linux, the device's identifier elsewhere.
    pub path: String,
}

/// Size of the drawn walk-through, and the time from frame to frame (25 a second).
pub const SIM_SIZE: (u32, u32) = (1280, 720);
pub const SIM_STEP: Duration = Duration::from_millis(40);

/// What is not in the [`CameraSpec`].
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// Fixes the drawn people and codes of a simulated camera; without it each start draws new ones.
    pub seed: Option<u64>,
    /// Directs the visitors of the drawn walk-through; by default they come and go as the script says.
    pub director: SimControl,
    /// How the camera is mounted.
    pub turn: Turn,
}

/// Real cameras, by index. Nodes that are no cameras (each webcam has one for its metadata) are listed too.
pub fn list() -> Vec<Listed> {
    real::list()
}

/// Opens a camera and starts its stream. A real camera waits for its driver, a second at most by experience.
pub fn open(spec: &CameraSpec, options: OpenOptions) -> Result<Box<dyn Camera>, CameraError> {
    let turn = options.turn;
    Ok(Turned::mounted(as_it_is(spec, options)?, turn))
}

fn as_it_is(spec: &CameraSpec, options: OpenOptions) -> Result<Box<dyn Camera>, CameraError> {
    match spec {
        CameraSpec::Auto => real::open_best(),
        CameraSpec::V4l2(index) => real::open(*index),
        CameraSpec::Index(place) => match list().get(*place as usize) {
            Some(listed) => real::open(listed.index),
            None => Err(not_found(format!("the system lists no camera number {place}"))),
        },
        CameraSpec::SimDemo | CameraSpec::SimDir(_) => simulated(spec, options),
        CameraSpec::Folder(path) => Ok(Box::new(FolderCamera::open(path)?)),
    }
}

/// Drawn pictures and played folders run in real time here; whoever wants them faster opens them directly.
fn simulated(spec: &CameraSpec, options: OpenOptions) -> Result<Box<dyn Camera>, CameraError> {
    if let CameraSpec::SimDir(folder) = spec {
        return Ok(match Cast::read(folder)? {
            Some(cast) => {
                let camera = SimDemo::new(cast.seed, SIM_STEP, SIM_SIZE, Pacing::RealTime);
                Box::new(camera.directed_by(options.director).with_cast(cast))
            }
            None => Box::new(SimDir::open(folder, SIM_STEP, Pacing::RealTime)?),
        });
    }
    let seed = match options.seed {
        Some(seed) => seed,
        None => random_seed()?,
    };
    Ok(Box::new(SimDemo::new(seed, SIM_STEP, SIM_SIZE, Pacing::RealTime).directed_by(options.director)))
}

fn random_seed() -> Result<u64, CameraError> {
    getrandom::u64().map_err(|error| CameraError {
        fault: CameraFault::Other,
        detail: format!("the system gave no random number: {error}"),
    })
}

fn not_found(detail: String) -> CameraError {
    CameraError { fault: CameraFault::NotFound, detail }
}

/// Opens the same camera again and again: by index the first time, then by the name it had, since a camera that comes
/// back may have another index.
#[derive(Debug, Clone)]
pub struct Reopener {
    spec: CameraSpec,
    options: OpenOptions,
    name: Option<String>,
}

impl Reopener {
    pub fn new(spec: CameraSpec, options: OpenOptions) -> Self {
        Self { spec, options, name: None }
    }

    /// Opens the camera, the one with the same name once it is known: another camera never takes its place unasked.
    pub fn open(&mut self) -> Result<Box<dyn Camera>, CameraError> {
        let spec = match &self.name {
            Some(name) => same_camera(&list(), &self.spec, name)
                .map(CameraSpec::V4l2)
                .ok_or_else(|| not_found(format!("{name:?} is not plugged in")))?,
            None => self.spec.clone(),
        };
        let camera = open(&spec, self.options.clone())?;
        let name = &camera.description().name;
        if self.name.is_none() && self.spec.is_real() && list().iter().any(|listed| listed.name == *name) {
            self.name = Some(name.clone());
        }
        Ok(camera)
    }

    /// Whether the camera is plugged in, without opening it: cheap enough for twice a second.
    pub fn is_present(&self) -> bool {
        match &self.spec {
            CameraSpec::SimDemo => true,
            CameraSpec::SimDir(path) | CameraSpec::Folder(path) => path.is_dir(),
            CameraSpec::V4l2(index) if cfg!(target_os = "linux") && self.name.is_none() => {
                Path::new(&format!("/dev/video{index}")).exists()
            }
            CameraSpec::V4l2(_) | CameraSpec::Index(_) | CameraSpec::Auto => {
                let listed = list();
                match &self.name {
                    Some(name) => listed.iter().any(|camera| camera.name == *name),
                    None => !listed.is_empty(),
                }
            }
        }
    }
}

/// The index of the camera with this name: the one the spec asks for when it still has the name, else any other.
fn same_camera(listed: &[Listed], spec: &CameraSpec, name: &str) -> Option<u32> {
    let asked = match spec {
        CameraSpec::V4l2(index) => Some(*index),
        CameraSpec::Index(place) => listed.get(*place as usize).map(|camera| camera.index),
        _ => None,
    };
    let mut named = listed.iter().filter(|camera| camera.name == name).map(|camera| camera.index);
    named.clone().find(|index| Some(*index) == asked).or_else(|| named.next())
}

#[cfg(feature = "camera")]
mod real {
    use std::cmp::Reverse;

    use super::super::choose::Mode;
    use super::super::native::{self, Candidate};
    use super::{Camera, CameraError, CameraFault, Listed, not_found};

    pub(super) fn list() -> Vec<Listed> {
        native::list()
    }

    pub(super) fn open(index: u32) -> Result<Box<dyn Camera>, CameraError> {
        let name = list()
            .into_iter()
            .find(|camera| camera.index == index)
            .map_or_else(|| format!("camera {index}"), |camera| camera.name);
        Ok(Box::new(Candidate::open(index, name)?.start()?))
    }

    /// How telling a fault is when several cameras fail: a busy one says more than a metadata node.
    fn weight(fault: CameraFault) -> u8 {
        match fault {
            CameraFault::Busy => 4,
            CameraFault::NoPermission => 3,
            CameraFault::WrongFormat => 1,
            CameraFault::NotFound => 0,
            _ => 2,
        }
    }

    fn pixels_and_rate(mode: Mode) -> (bool, u32, u32) {
        (mode.fps >= 15, mode.width * mode.height, mode.fps)
    }

    /// The camera with the best mode; of equal ones the first.
    pub(super) fn open_best() -> Result<Box<dyn Camera>, CameraError> {
        let mut worst = not_found(String::from("the system lists no camera"));
        let mut candidates = Vec::new();
        for listed in list() {
            match Candidate::open(listed.index, listed.name) {
                Ok(candidate) => candidates.push(candidate),
                Err(error) if weight(error.fault) > weight(worst.fault) => worst = error,
                Err(_) => {}
            }
        }
        candidates.sort_by_key(|candidate| Reverse(candidate.best_mode().map(pixels_and_rate)));
        for candidate in candidates {
            match candidate.start() {
                Ok(camera) => return Ok(Box::new(camera)),
                Err(error) if weight(error.fault) > weight(worst.fault) => worst = error,
                Err(_) => {}
            }
        }
        Err(worst)
    }
}

#[cfg(not(feature = "camera"))]
mod real {
    use super::{Camera, CameraError, CameraFault, Listed};

    fn not_built() -> CameraError {
        let detail = String::from("this build has no camera support");
        CameraError { fault: CameraFault::NotBuilt, detail }
    }

    pub(super) fn list() -> Vec<Listed> {
        Vec::new()
    }

    pub(super) fn open(_index: u32) -> Result<Box<dyn Camera>, CameraError> {
        Err(not_built())
    }

    pub(super) fn open_best() -> Result<Box<dyn Camera>, CameraError> {
        Err(not_built())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(index: u32, name: &str) -> Listed {
        Listed { index, name: name.to_owned(), path: format!("/dev/video{index}") }
    }

    #[test]
    fn a_camera_is_found_again_by_its_name() {
        let cameras = [listed(0, "Built-in"), listed(2, "Desk cam"), listed(4, "Desk cam")];
        assert_eq!(same_camera(&cameras, &CameraSpec::V4l2(4), "Desk cam"), Some(4));
        assert_eq!(same_camera(&cameras, &CameraSpec::V4l2(0), "Desk cam"), Some(2), "index 0 is another one now");
        assert_eq!(same_camera(&cameras, &CameraSpec::V4l2(9), "Gone"), None);
        assert_eq!(same_camera(&cameras, &CameraSpec::Index(2), "Desk cam"), Some(4));
        assert_eq!(same_camera(&cameras, &CameraSpec::Auto, "Built-in"), Some(0));
    }
}
