//! What is plugged in: cameras, sound, the operating system.

pub mod camera;
pub mod os;
pub mod sound;
