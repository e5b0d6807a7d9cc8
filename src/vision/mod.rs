//! PIXELS IN, VALUES OUT: no files, threads or clock.

mod blocks;
mod box_mean;
pub mod by_hand;
mod checks;
pub mod code_file;
pub mod decode;
mod density;
pub mod examine;
pub mod exposure;
pub mod face;
mod fit;
pub mod incoming;
pub mod jpeg;
mod linear;
pub mod matting;
pub mod qr;
mod rank;
pub mod standardize;
pub mod taken;

pub use checks::CHECKS_VERSION;
