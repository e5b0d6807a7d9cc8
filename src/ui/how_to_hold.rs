//! How to show a code: a drawn phone before a lens, and three lines. Nothing in the drawing can be read as a code.

use egui::{Align, CornerRadius, Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use super::layout::{cut_left, cut_top};
use super::theme::{font, radius, size, stroke, tokens};
use super::view::View;
use super::widgets::line;
use crate::text::window::Word;

/// A drawn phone before a lens, and three lines.
pub(super) fn panel_ui(ui: &Ui, rect: Rect, view: &View) {
    let t = tokens(ui);
    let mut rest = rect;
    line(ui, cut_top(&mut rest, 32.0), Word::HowToHold.text(view.lang), font::STRONG, t.text, Align::Min);
    let drawing = cut_top(&mut rest, 108.0);
    let painter = ui.painter_at(drawing);
    let phone = Rect::from_center_size(drawing.center() - vec2(56.0, 0.0), vec2(54.0, 96.0));
    let edge = Stroke::new(stroke::THIN, t.text2);
    painter.rect(phone, CornerRadius::same(radius::CARD), t.bg2, edge, StrokeKind::Inside);
    code_pattern(&painter, Rect::from_center_size(phone.center(), vec2(36.0, 36.0)), t.text);
    let lens = drawing.center() + vec2(64.0, 0.0);
    painter.circle(lens, 24.0, t.bg2, edge);
    painter.circle_stroke(lens, 11.0, edge);
    for row in [-14.0_f32, 0.0, 14.0] {
        let from = pos2(phone.right() + 12.0, lens.y + row);
        let to = pos2(lens.x - 36.0, lens.y + row * 0.6);
        painter.line_segment([from, to], Stroke::new(stroke::HAIR, t.link));
    }
    for (index, word) in [Word::HoldBright, Word::HoldFlat, Word::HoldStill].into_iter().enumerate() {
        let mut row = cut_top(&mut rest, size::CHECK_ROW);
        let number = cut_left(&mut row, 26.0);
        line(ui, number, &(index + 1).to_string(), font::BODY, t.link, Align::Min);
        line(ui, row, word.text(view.lang), font::BODY, t.text2, Align::Min);
    }
}

/// Something that looks like a code and is none.
fn code_pattern(painter: &egui::Painter, rect: Rect, ink: egui::Color32) {
    const ROWS: [u8; 7] = [0b111_0111, 0b101_0101, 0b111_0111, 0b000_1010, 0b111_0011, 0b101_1100, 0b111_0110];
    let cell = rect.width() / 7.0;
    for (y, bits) in ROWS.into_iter().enumerate() {
        for x in (0..7).filter(|x| bits >> (6 - x) & 1 == 1) {
            let at = rect.min + vec2(x as f32, y as f32) * cell;
            painter.rect_filled(Rect::from_min_size(at, vec2(cell, cell)), CornerRadius::ZERO, ink);
        }
    }
}
