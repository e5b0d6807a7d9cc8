//! The other ways in: what is painted for files that are dropped, and the settings of guns.

mod page;
mod photo;
mod scanner;
mod tether;
pub mod view;

use egui::{Align2, Role, Ui};

pub(super) use page::page_ui;
pub(super) use photo::{photo_key, photo_ui};
pub(super) use scanner::scanner_ui;

use super::theme::{self, font};
use super::view::View;
use super::widgets::{name, text_at};
use crate::text::ways::WaysWord;

/// Says what letting go will do while a file is held over the window, and that a file is being read.
pub(super) fn over_ui(ui: &Ui, rect: egui::Rect, view: &View) {
    let hovering = ui.input(|input| !input.raw.hovered_files.is_empty());
    let word = match (hovering, view.ways.reading) {
        (true, _) => WaysWord::Drop,
        (false, true) => WaysWord::Reading,
        (false, false) => return,
    };
    let words = word.text(view.lang);
    let place = egui::Rect::from_center_size(rect.center(), egui::vec2(560.0, 96.0));
    ui.painter().rect_filled(place, egui::CornerRadius::same(theme::radius::CARD), theme::tokens(ui).bg2);
    text_at(ui, place.center(), Align2::CENTER_CENTER, words, font::TITLE, theme::tokens(ui).text);
    name(ui, place, "ways over", Role::Status, words);
}
