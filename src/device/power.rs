//! The computer's battery, as Linux tells it below `/sys/class/power_supply`. Other systems are not asked: there nothing
//! is shown.

use std::fs;
use std::path::Path;

use crate::domain::condition::Battery;

/// Where Linux lists batteries and cables.
pub const POWER_SUPPLY: &str = "/sys/class/power_supply";

/// All batteries of the computer as one; `None` where there is none. Those of mice and headsets do not count.
pub fn battery(supplies: &Path) -> Option<Battery> {
    let mut levels: Vec<u32> = Vec::new();
    let (mut cable, mut draining) = (false, false);
    for entry in fs::read_dir(supplies).ok()?.flatten() {
        let folder = entry.path();
        // A file that is not there, or not now, tells nothing.
        let said = |name: &str| fs::read_to_string(folder.join(name)).map(|text| text.trim().to_owned()).ok();
        match said("type").as_deref() {
            Some("Battery") if said("scope").as_deref() != Some("Device") => {
                levels.extend(said("capacity").and_then(|text| text.parse::<u32>().ok()));
                draining |= said("status").as_deref() == Some("Discharging");
            }
            Some("Mains" | "USB") => cable |= said("online").as_deref() == Some("1"),
            _ => {}
        }
    }
    let percent = levels.iter().sum::<u32>().checked_div(u32::try_from(levels.len()).ok()?)?;
    Some(Battery { percent: percent.min(100) as u8, on_mains: cable || !draining })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn supply(root: &Path, name: &str, files: &[(&str, &str)]) {
        let folder = root.join(name);
        fs::create_dir(&folder).unwrap();
        for (file, text) in files {
            fs::write(folder.join(file), format!("{text}\n")).unwrap();
        }
    }

    #[test]
    fn the_computers_batteries_count_and_a_mouse_does_not() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(battery(root.path()), None, "a desktop computer");
        assert_eq!(battery(&root.path().join("nowhere")), None, "another system");
        supply(root.path(), "hid", &[("type", "Battery"), ("scope", "Device"), ("capacity", "3")]);
        assert_eq!(battery(root.path()), None);
        supply(root.path(), "BAT0", &[("type", "Battery"), ("capacity", "60"), ("status", "Discharging")]);
        assert_eq!(battery(root.path()), Some(Battery { percent: 60, on_mains: false }));
        supply(root.path(), "BAT1", &[("type", "Battery"), ("capacity", "20"), ("status", "Not charging")]);
        assert_eq!(battery(root.path()), Some(Battery { percent: 40, on_mains: false }));
        supply(root.path(), "AC", &[("type", "Mains"), ("online", "1")]);
        assert_eq!(battery(root.path()), Some(Battery { percent: 40, on_mains: true }));
    }
}
