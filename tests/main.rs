//! All integration tests, one binary.

mod support;

mod app;
mod bundle;
mod camera;
mod checks;
mod cli;
mod drive;
mod face;
mod layers;
mod qr;
mod render;
mod session;
mod standardize;
mod store;
mod text;
mod window;
