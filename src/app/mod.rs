//! App: drains results, applies events, dispatches effects; the only writer of state.

pub mod desk;
pub mod importer;
pub mod robot;
pub mod stopwatch;
#[cfg(feature = "window")]
pub mod window;
