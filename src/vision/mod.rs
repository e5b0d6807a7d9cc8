//! PIXELS IN, VALUES OUT: no files, threads or clock.

mod checks;
pub mod decode;
mod density;
pub mod examine;
pub mod exposure;
pub mod face;
pub mod jpeg;
pub mod matting;
pub mod qr;
pub mod standardize;

pub use checks::{BUILT, CHECKS_VERSION};
