//! Named threads that own devices and the store and talk over channels.

pub mod camera;
