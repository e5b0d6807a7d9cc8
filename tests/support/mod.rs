//! What several tests share.

pub(crate) mod camera;
pub(crate) mod desk;
pub mod station;
pub(crate) mod way;
