//! No camera: what was looked for, looking again, the demonstration. A lost one: the last picture dimmed, with the
//! octagon; the subject stays locked.

use egui::{Align2, CornerRadius, Rect, Role, Ui, vec2};

use super::layout::{cut_left, cut_top};
use super::marks::{self, Icon, Mark};
use super::theme::{self, font, radius, size, space};
use super::view::{Command, View};
use super::widgets::{Weight, button, name, paragraph, text_at};
use crate::text;
use crate::text::window::{self as words, Word};

/// The camera pane when no picture ever came.
pub(super) fn pane_ui(ui: &Ui, rect: Rect, view: &View, out: &mut Vec<Command>) {
    let Some(fault) = view.health.camera_fault else { return };
    let message = text::fault::camera(fault, view.lang);
    let ink = theme::STUDENT_INK;
    ui.painter().rect_filled(rect, CornerRadius::same(radius::CARD), theme::PHOTO_BG);
    let width = 560.0_f32.min(rect.width() - space::XXL);
    let mut rest = Rect::from_center_size(rect.center(), vec2(width, 380.0_f32.min(rect.height())));
    let mut head = cut_top(&mut rest, 96.0);
    let sign = cut_left(&mut head, 96.0);
    marks::icon(ui.painter(), sign.center(), 72.0, Icon::Camera, ink);
    let corner = sign.center() + vec2(30.0, 26.0);
    ui.painter().circle_filled(corner, 20.0, theme::PHOTO_BG);
    marks::paint(ui.painter(), corner, 32.0, Mark::Octagon, theme::DARK.fail, theme::PHOTO_BG);
    cut_left(&mut head, space::L);
    let (upper, lower) = head.shrink2(vec2(0.0, 14.0)).split_top_bottom_at_fraction(0.55);
    text_at(ui, upper.left_center(), Align2::LEFT_CENTER, &message.what, font::PAGE, ink);
    paragraph(ui, lower, &message.advice, font::STRONG, theme::DARK.text2);
    name(ui, head, "camera fault", Role::Alert, &format!("{}，{}", message.what, message.advice));
    cut_top(&mut rest, space::XL);
    if !view.health.camera_detail.is_empty() {
        let looked = Word::LookedFor.text(view.lang);
        let label = cut_top(&mut rest, 26.0);
        text_at(ui, label.left_center(), Align2::LEFT_CENTER, looked, font::BODY, theme::DARK.text2);
        let detail = cut_top(&mut rest, 76.0);
        let at = ui.painter_at(detail);
        let galley = at.layout(view.health.camera_detail.clone(), theme::face(font::BODY), ink, detail.width());
        at.galley(detail.min, galley, ink);
        name(ui, detail, "looked for", Role::Label, &view.health.camera_detail);
    }
    if let Some(seconds) = view.health.camera_retry_in {
        let row = cut_top(&mut rest, 36.0);
        let words = words::retry_in(seconds, view.lang);
        text_at(ui, row.left_center(), Align2::LEFT_CENTER, &words, font::BODY, theme::DARK.text2);
    }
    cut_top(&mut rest, space::M);
    let mut row = cut_top(&mut rest, size::CONTROL);
    for (word, command, weight) in [
        (Word::LookAgain, Command::LookForCamera, Weight::Primary),
        (Word::SeeDemonstration, Command::OpenDemonstration, Weight::Plain),
    ] {
        let place = cut_left(&mut row, 176.0);
        cut_left(&mut row, space::M);
        let label = word.text(view.lang);
        if button(ui, place, label, label, weight, true).clicked() {
            out.push(command);
        }
    }
}

/// Over the last picture of a camera that went away.
pub(super) fn over_ui(ui: &Ui, rect: Rect, view: &View) {
    let Some(fault) = view.health.camera_fault else { return };
    let message = text::fault::camera(fault, view.lang);
    let center = rect.center();
    let place = Rect::from_center_size(center, vec2(520.0, 200.0)).intersect(rect);
    ui.painter().rect_filled(place, CornerRadius::same(radius::CARD), theme::SCRIM);
    marks::paint(ui.painter(), center - vec2(0.0, 52.0), 64.0, Mark::Octagon, theme::DARK.fail, theme::DARK.bg0);
    let ink = theme::STUDENT_INK;
    text_at(ui, center + vec2(0.0, 16.0), Align2::CENTER_CENTER, &message.what, font::PAGE, ink);
    let second = if view.subject.is_some() { Word::StaysLocked.text(view.lang).to_owned() } else { message.advice };
    text_at(ui, center + vec2(0.0, 50.0), Align2::CENTER_CENTER, &second, font::BODY, ink);
    if let Some(seconds) = view.health.camera_retry_in {
        let words = words::retry_in(seconds, view.lang);
        text_at(ui, center + vec2(0.0, 78.0), Align2::CENTER_CENTER, &words, font::BODY, theme::DARK.text2);
    }
    name(ui, place, "camera lost", Role::Alert, &format!("{}，{second}", message.what));
}
