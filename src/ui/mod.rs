//! Paint: reads a [`view::View`], pushes [`view::Command`]s. Imports egui, `domain` and `text`, nothing else of ours.

pub mod fonts;
pub mod marks;
pub mod theme;
pub mod view;

#[cfg(test)]
mod theme_tests;
