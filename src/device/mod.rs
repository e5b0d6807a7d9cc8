//! What is plugged in: cameras, sound, the operating system.

pub mod camera;
pub mod disk_trial;
pub mod os;
pub mod sound;
