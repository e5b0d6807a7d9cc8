//! The real portraits, which are not part of the project: tests that need them say so and return where they are not.

use std::path::{Path, PathBuf};

use image::RgbImage;
use tucai::vision::decode::decode;

/// The folder of portraits, or `None` with a word about it.
pub(crate) fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/portraits");
    let folder = std::env::var_os("TUCAI_PORTRAITS").map_or_else(beside, PathBuf::from);
    if !folder.join("index.csv").is_file() {
        println!("skipped: no portraits in {}", folder.display());
        return None;
    }
    Some(folder)
}

/// A picture as the program itself would read it.
pub(crate) fn open(path: &Path) -> RgbImage {
    let bytes = std::fs::read(path).expect("the portrait that was listed");
    decode(&bytes).expect("a portrait is a picture").picture
}
