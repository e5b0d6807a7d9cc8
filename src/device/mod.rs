//! What is plugged in: cameras, serial guns, sound, the operating system.

#[cfg(feature = "window")]
pub mod awake;
pub mod camera;
pub mod disk_trial;
#[cfg(feature = "window")]
pub mod key_store;
pub mod open_file;
pub mod os;
pub mod power;
pub mod serial;
pub mod sound;
pub mod watch;
