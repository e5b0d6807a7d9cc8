//! PIXELS IN, VALUES OUT: no files, threads or clock.

mod density;
pub mod decode;
pub mod jpeg;
pub mod qr;
