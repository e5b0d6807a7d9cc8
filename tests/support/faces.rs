//! The face models, loaded once for all tests that share them, and the portraits they are tried on.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use image::RgbImage;
use tucai::vision::face::FaceModels;

use super::portraits::{folder, open};

static MODELS: LazyLock<Arc<FaceModels>> = LazyLock::new(|| Arc::new(FaceModels::load().unwrap()));

pub(crate) fn models() -> &'static FaceModels {
    &MODELS
}

/// The same for those that keep them on a thread.
pub(crate) fn shared_models() -> Arc<FaceModels> {
    Arc::clone(&MODELS)
}

/// The pictures of one kind ("neutral", "smiling") with their names, sorted; none where there is no folder.
pub(crate) fn of_kind(kind: &str) -> Vec<(String, RgbImage)> {
    let Some(files) = folder().and_then(|folder| std::fs::read_dir(folder).ok()) else { return Vec::new() };
    let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    paths.retain(|path| name(path).starts_with(kind) && path.extension().is_some_and(|end| end == "jpg"));
    paths.sort();
    paths.iter().map(|path| (name(path), open(path))).collect()
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}
