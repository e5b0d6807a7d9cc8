//! What the operator switched, kept in `window.toml` of the data folder; nothing secret, and never in a throw-away one.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::device::camera::Listed;
use crate::domain::session::AutomaticShot;
use crate::domain::set_up::LensEdge;
use crate::domain::turn::Turn;
use crate::text::Lang;
use crate::ui::student::MOST_DISPLAYS;

/// Name of the file in the data folder.
const FILE: &str = "window.toml";
/// The screen is locked after so many minutes without a hand on keys or mouse.
const IDLE_MINUTES: u32 = 5;

/// Switches of the window. A file of another version keeps what it can.
#[allow(clippy::struct_excessive_bools, reason = "switches that do not depend on each other, read by name")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Preferences {
    pub(super) english: bool,
    pub(super) auto_shoot: bool,
    /// What earlier versions kept here; the session keeps it now.
    pub(super) auto_accept: bool,
    pub(super) muted: bool,
    pub(super) faces_student: bool,
    pub(super) reduced_motion: bool,
    pub(super) light_theme: bool,
    /// The second window is open.
    pub(super) student_screen: bool,
    /// The display that it fills, counted from 1; 0: it is a window like others.
    pub(super) student_display: u32,
    pub(super) lens_edge: LensEdge,
    /// 80 to 150.
    pub(super) zoom_percent: u32,
    /// The system's key store has the passphrase; never the passphrase itself.
    pub(super) remembered: bool,
    /// 1 to 60; counts on a station with operators.
    pub(super) idle_minutes: u32,
    /// The portrait camera that was chosen, and the one that reads codes.
    /// Keys that were taught, by name of action and key.
    pub(super) keys: BTreeMap<String, String>,
    pub(super) camera: Option<KnownCamera>,
    pub(super) scan_camera: Option<KnownCamera>,
    /// How the portrait camera is mounted.
    pub(super) turn: Turn,
    /// The port of a serial gun.
    pub(super) serial_port: Option<String>,
    /// The folder that a tethered camera fills.
    pub(super) tether: Option<std::path::PathBuf>,
}

/// A camera by what stays when it is plugged in again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KnownCamera {
    pub(super) name: String,
    pub(super) index: u32,
}

impl KnownCamera {
    pub(super) fn of(listed: &Listed) -> Self {
        Self { name: listed.name.clone(), index: listed.index }
    }

    /// The same camera among those that are there: by its place where two are called alike.
    pub(super) fn among<'l>(&self, listed: &'l [Listed]) -> Option<&'l Listed> {
        let mine = || listed.iter().filter(|camera| camera.name == self.name);
        mine().find(|camera| camera.index == self.index).or_else(|| mine().next())
    }
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            english: false,
            auto_shoot: true,
            auto_accept: false,
            muted: false,
            faces_student: false,
            reduced_motion: false,
            light_theme: false,
            student_screen: false,
            student_display: 0,
            lens_edge: LensEdge::Top,
            zoom_percent: 100,
            remembered: false,
            idle_minutes: IDLE_MINUTES,
            keys: BTreeMap::new(),
            camera: None,
            scan_camera: None,
            turn: Turn::Upright,
            serial_port: None,
            tether: None,
        }
    }
}

impl Preferences {
    pub(super) const fn lang(&self) -> Lang {
        if self.english { Lang::En } else { Lang::Zh }
    }

    pub(super) const fn automatic_shot(&self) -> AutomaticShot {
        if self.auto_shoot { AutomaticShot::On } else { AutomaticShot::Off }
    }

    /// Reads the folder's file; what is not there or not readable is as at the start.
    pub(super) fn load(folder: &Path) -> Self {
        let Ok(text) = std::fs::read_to_string(folder.join(FILE)) else { return Self::default() };
        match toml::from_str::<Self>(&text) {
            Ok(read) => Self {
                zoom_percent: read.zoom_percent.clamp(80, 150),
                idle_minutes: read.idle_minutes.clamp(1, 60),
                student_display: read.student_display.min(MOST_DISPLAYS),
                ..read
            },
            Err(error) => {
                log::warn!("{FILE} is not understood and left alone: {error}");
                Self::default()
            }
        }
    }

    /// Writes the folder's file by renaming, so that half a file never stands there.
    pub(super) fn save(&self, folder: &Path) {
        let saved = toml::to_string_pretty(self).map_err(std::io::Error::other).and_then(|text| {
            let unfinished = folder.join(format!("{FILE}.new"));
            std::fs::write(&unfinished, text)?;
            std::fs::rename(&unfinished, folder.join(FILE))
        });
        if let Err(error) = saved {
            log::warn!("{FILE} cannot be written: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_is_found_again_by_name_and_by_place_where_two_are_alike() {
        let camera = |name: &str, index| Listed { index, name: name.to_owned(), path: format!("/dev/video{index}") };
        let listed = [camera("Cam", 0), camera("Other", 2), camera("Cam", 4)];
        let known = KnownCamera::of(&listed[2]);
        assert_eq!(known.among(&listed).unwrap().index, 4);
        assert_eq!(known.among(&listed[..2]).unwrap().index, 0, "in another socket");
        assert_eq!(known.among(&listed[1..2]), None);
    }

    #[test]
    fn switches_come_back_and_nonsense_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Preferences::load(folder.path()), Preferences::default());
        let changed = Preferences { english: true, zoom_percent: 120, ..Preferences::default() };
        changed.save(folder.path());
        assert_eq!(Preferences::load(folder.path()), changed);
        std::fs::write(folder.path().join(FILE), "zoom_percent = 9000\nidle_minutes = 0\nunknown = 1\n").unwrap();
        assert_eq!(Preferences::load(folder.path()).zoom_percent, 150);
        assert_eq!(Preferences::load(folder.path()).idle_minutes, 1);
        std::fs::write(folder.path().join(FILE), "zoom_percent = [").unwrap();
        assert_eq!(Preferences::load(folder.path()), Preferences::default());
    }
}
