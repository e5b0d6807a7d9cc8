//! How the portrait camera is mounted: chosen until people stand upright in its picture.

use egui::{Rect, Role, Ui, vec2};

use super::layout::cut_left;
use super::prepare::choice;
use super::theme::space;
use super::view::{Command, View};
use crate::domain::turn::Turn;
use crate::text::turn::{TurnWord, turned};

/// All turns side by side, over the row's whole width.
pub(super) fn turns_ui(ui: &Ui, rect: Rect, view: &View, out: &mut Vec<Command>) {
    let mut rest = rect;
    let width = rect.width() / Turn::ALL.len() as f32;
    for turn in Turn::ALL {
        let place = cut_left(&mut rest, width).shrink2(vec2(space::XS / 2.0, 0.0));
        let words = turned(turn, view.lang);
        let spoken = format!("{} {words}", TurnWord::Label.text(view.lang));
        let chosen = view.settings.turn == turn;
        if choice(ui, place, words, &spoken, chosen, Role::RadioButton) && !chosen {
            out.push(Command::TurnCamera(turn));
        }
    }
}
