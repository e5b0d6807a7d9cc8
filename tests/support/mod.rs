//! What several tests share.

pub(crate) mod camera;
pub(crate) mod desk;
pub(crate) mod way;
pub mod station;
