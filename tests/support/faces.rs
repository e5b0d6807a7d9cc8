//! The face models, loaded once for all tests that share them.

use std::sync::LazyLock;

use tucai::vision::face::FaceModels;

static MODELS: LazyLock<FaceModels> = LazyLock::new(|| FaceModels::load().unwrap());

pub(crate) fn models() -> &'static FaceModels {
    &MODELS
}
