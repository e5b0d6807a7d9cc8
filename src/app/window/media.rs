//! Sticks and disks that are mounted, and the system's folder dialog on a thread of its own.

use std::path::PathBuf;
use std::sync::mpsc::SyncSender;

use super::Reply;
use crate::domain::time::Monotonic;
use crate::ui::view::FolderFor;
use crate::worker::camera::WakeFn;

/// The system is asked this often: a stick is plugged in by a hand, and pages that offer it are drawn many times a second.
const ASK_EVERY: Monotonic = Monotonic::from_secs(2);

/// What was mounted when it was last asked.
#[derive(Default)]
pub(super) struct Mounted(Option<(Monotonic, Vec<PathBuf>)>);

impl Mounted {
    /// What is mounted, not older than a moment.
    pub(super) fn at(&mut self, now: Monotonic, ask: impl FnOnce() -> Vec<PathBuf>) -> Vec<PathBuf> {
        let (_, places) = match self.0.take() {
            Some(known) if now < known.0 + ASK_EVERY => self.0.insert(known),
            _ => self.0.insert((now, ask())),
        };
        places.clone()
    }
}

/// Folders where desktop systems mount what is plugged in.
#[cfg(unix)]
const MOUNTED_UNDER: [&str; 4] = ["/media/", "/run/media/", "/mnt/", "/Volumes/"];

/// Where sticks and other disks are mounted.
#[cfg(unix)]
pub(super) fn mounted() -> Vec<PathBuf> {
    let Ok(table) = std::fs::read_to_string("/proc/self/mounts") else { return Vec::new() };
    let places = table.lines().filter_map(|line| line.split(' ').nth(1)).map(unescape);
    places.filter(|place| MOUNTED_UNDER.iter().any(|base| place.starts_with(base))).map(PathBuf::from).collect()
}

/// Blanks and the like stand as `\040` in the table of mounts.
#[cfg(unix)]
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let code = after.get(1..4).and_then(|digits| u8::from_str_radix(digits, 8).ok());
        if let Some(byte) = code {
            out.push(char::from(byte));
            rest = &after[4..];
        } else {
            out.push('\\');
            rest = &after[1..];
        }
    }
    out.push_str(rest);
    out
}

/// Drive letters beside the system's own.
#[cfg(not(unix))]
pub(super) fn mounted() -> Vec<PathBuf> {
    ('D'..='Z').map(|letter| PathBuf::from(format!("{letter}:\\"))).filter(|root| root.is_dir()).collect()
}

/// Opens the system's folder dialog; without a desktop portal it answers `None`, as if cancelled.
pub(super) fn pick_folder(purpose: FolderFor, answer: SyncSender<Reply>, wake: WakeFn) {
    let picking = std::thread::Builder::new().name(String::from("folder-dialog")).spawn(move || {
        let picked = rfd::FileDialog::new().pick_folder();
        // nobody listens any more when the window has closed
        answer.send(Reply::Folder(purpose, picked)).ok();
        wake();
    });
    if let Err(error) = picking {
        log::warn!("no folder dialog: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_is_asked_every_few_seconds_and_not_at_every_pass() {
        let (mut mounted, mut asked) = (Mounted::default(), 0);
        for pass in 0..100 {
            let places = mounted.at(Monotonic::from_millis(1_000 + pass * 40), || {
                asked += 1;
                vec![PathBuf::from("/media/u/stick")]
            });
            assert_eq!(places.len(), 1);
        }
        assert_eq!(asked, 2);
    }

    #[cfg(unix)]
    #[test]
    fn blanks_in_mount_points_are_read() {
        assert_eq!(unescape("/media/u/My\\040Stick"), "/media/u/My Stick");
        assert_eq!(unescape("/media/\\134x"), "/media/\\x");
        assert_eq!(unescape("/media/end\\"), "/media/end\\");
    }
}
