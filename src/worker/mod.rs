//! Named threads that own devices and the store and talk over channels.

pub mod camera;
pub mod clock;
pub mod folder;
pub mod intake;
pub mod power;
pub mod serial;
pub mod store;
pub mod tether;
pub mod vision;
