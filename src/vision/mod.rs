//! PIXELS IN, VALUES OUT: no files, threads or clock.

pub mod decode;
mod density;
pub mod face;
pub mod jpeg;
pub mod qr;
