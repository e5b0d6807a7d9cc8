//! What is plugged in: cameras, sound, the operating system.

pub mod camera;
pub mod disk_trial;
#[cfg(feature = "window")]
pub mod key_store;
pub mod os;
pub mod sound;
