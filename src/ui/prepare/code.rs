//! 设置码: this session's answers as a symbol for the next station's camera, and the reading of another's.

use egui::{Align, Color32, CornerRadius, Rect, Role, Ui, pos2, vec2};

use super::parts::{Outcome, told};
use super::view::{CodePanel, SetUpCode};
use crate::text::papers;
use crate::text::window::Word;
use crate::ui::guides::live_ui;
use crate::ui::layout::{cut_left, cut_right, cut_top, fit};
use crate::ui::memory::Memory;
use crate::ui::theme::{font, size, space, tokens};
use crate::ui::view::View;
use crate::ui::widgets::{Weight, button, line, name, paragraph};

/// White modules around the symbol (ISO/IEC 18004, 6.3.8).
const QUIET: u32 = 4;

pub(super) fn panel_ui(ui: &Ui, rect: Rect, panel: CodePanel, view: &View, memory: &mut Memory) {
    let lang = view.lang;
    let mut rest = rect;
    let mut side = cut_right(&mut rest, rect.width() * 0.36);
    cut_right(&mut rest, space::XL);
    let words = match panel {
        CodePanel::Show => papers::set_up_code_shown(lang),
        CodePanel::Read => papers::set_up_code_wanted(lang),
    };
    let t = tokens(ui);
    line(ui, cut_top(&mut side, 36.0), &words.what, font::STRONG, t.text, Align::Min);
    let text = cut_top(&mut side, 120.0);
    paragraph(ui, text, &words.advice, font::BODY, t.text2);
    name(ui, text, "about the code", Role::Label, &format!("{} {}", words.what, words.advice));
    match panel {
        CodePanel::Show => match &view.prepare.code {
            Some(SetUpCode::Symbol { side, dark }) => symbol_ui(ui, rest, *side, dark, papers::set_up_code(lang)),
            Some(SetUpCode::TooLong) => told(ui, &mut rest, Outcome::Bad, &papers::set_up_code_too_long(lang)),
            None => {}
        },
        CodePanel::Read => {
            live_ui(ui, rest, view);
            if let Some(note) = &view.prepare.note {
                told(ui, &mut side, Outcome::Warns, note);
            }
        }
    }
    cut_top(&mut side, space::M);
    let mut foot = cut_top(&mut side, size::CONTROL);
    let words = Word::Close.text(lang);
    if button(ui, cut_left(&mut foot, 140.0), words, words, Weight::Plain, true).clicked() {
        memory.prepare.panel = None;
    }
}

/// Whole pixels for every module, so that none is wider than its neighbour.
fn symbol_ui(ui: &Ui, rect: Rect, side: u32, dark: &[bool], spoken: &str) {
    let place = fit(rect, 1.0);
    let scale = ui.ctx().pixels_per_point();
    let module = (place.width() * scale / (side + 2 * QUIET) as f32).floor().max(1.0) / scale;
    let whole = module * (side + 2 * QUIET) as f32;
    let round = |at: f32| (at * scale).round() / scale;
    let origin = pos2(round(place.center().x - whole / 2.0), round(place.center().y - whole / 2.0));
    let field = Rect::from_min_size(origin, vec2(whole, whole));
    ui.painter().rect_filled(field, CornerRadius::ZERO, Color32::WHITE);
    let quiet = QUIET as f32 * module;
    for (index, _) in dark.iter().enumerate().filter(|(_, dark)| **dark) {
        let (column, row) = (index as u32 % side, index as u32 / side);
        let at = origin + vec2(quiet + column as f32 * module, quiet + row as f32 * module);
        let cell = Rect::from_min_size(at, vec2(module, module));
        ui.painter().rect_filled(cell, CornerRadius::ZERO, Color32::BLACK);
    }
    name(ui, field, "settings code", Role::Image, spoken);
}
