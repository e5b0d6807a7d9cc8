//! What several tests share.

pub(crate) mod bundles;
pub(crate) mod camera;
pub(crate) mod codes;
pub(crate) mod desk;
pub(crate) mod faces;
pub(crate) mod held;
pub(crate) mod portraits;
#[cfg(feature = "window")]
pub(crate) mod program;
pub(crate) mod public_tools;
pub(crate) mod rates;
pub(crate) mod sheets;
pub(crate) mod station;
pub(crate) mod video;
pub(crate) mod way;
#[cfg(feature = "window")]
pub(crate) mod window;
