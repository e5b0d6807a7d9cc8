//! Step 2: the photo standard, which of its backdrops the centre accepts, and what happens after the shot.

use egui::{Align, Color32, CornerRadius, Rect, Role, Stroke, StrokeKind, Ui, vec2};

use super::parts::{choice, choice_row, field_row, row};
use super::view::Standard;
use crate::domain::set_up::ConfirmBy;
use crate::text::window::{self as words, Word};
use crate::ui::layout::{cut_left, cut_right, cut_top};
use crate::ui::memory::Memory;
use crate::ui::theme::{self, font, radius, size, space, stroke, tokens};
use crate::ui::view::View;
use crate::ui::widgets::{inside, line, switch};

/// Width of the list of standards.
const STANDARDS: f32 = 430.0;

pub(super) fn step_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory) {
    let mut rest = rect;
    let list = cut_left(&mut rest, STANDARDS.min(rect.width() * 0.45));
    cut_left(&mut rest, space::XL);
    standards_ui(ui, list, view, memory);
    rules_ui(ui, rest, view, memory);
}

fn standards_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory) {
    let t = tokens(ui);
    let mut rest = rect;
    let form = &mut memory.prepare;
    let Some(set_up) = &mut form.set_up else { return };
    let mut foot = crate::ui::layout::cut_bottom(&mut rest, size::ROW_CONTROL);
    let control = cut_right(&mut foot, 104.0);
    let label = Word::PrepUnverified.text(view.lang);
    line(ui, foot, label, font::BODY, t.text2, Align::Min);
    let on_off = [Word::On, Word::Off].map(|word| word.text(view.lang));
    if switch(ui, control.min, form.show_unverified, on_off, label).clicked() {
        form.show_unverified = !form.show_unverified;
    }
    let shown = |standard: &&Standard| form.show_unverified || !standard.unverified || standard.id == set_up.profile_id;
    let mut picked = None;
    inside(ui, rest, |ui| {
        egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            for standard in view.prepare.standards.iter().filter(shown) {
                let wide = ui.available_width() - space::S;
                let (_, place) = ui.allocate_space(vec2(wide, size::CONTROL));
                if standard_ui(ui, place, standard, standard.id == set_up.profile_id) {
                    picked = Some(standard);
                }
            }
        });
    });
    if let Some(standard) = picked
        && standard.id != set_up.profile_id
    {
        set_up.profile_id.clone_from(&standard.id);
        // The colours of another standard are other colours, even where they are called the same.
        set_up.backdrops.clear();
    }
}

fn standard_ui(ui: &Ui, rect: Rect, standard: &Standard, chosen: bool) -> bool {
    let clicked = choice(ui, rect, "", &standard.name, chosen, Role::RadioButton);
    let ink = if chosen { Color32::WHITE } else { tokens(ui).text };
    let mut inside = rect.shrink2(vec2(space::M, 0.0));
    let size = format!("{} x {}", standard.size[0], standard.size[1]);
    line(ui, cut_right(&mut inside, 92.0), &size, font::BODY, ink, Align::Max);
    line(ui, inside, &standard.name, font::STRONG, ink, Align::Min);
    clicked
}

fn rules_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory) {
    let lang = view.lang;
    let mut rest = rect;
    let form = &mut memory.prepare;
    let Some(set_up) = &mut form.set_up else { return };
    if let Some(standard) = view.prepare.standard(&set_up.profile_id) {
        colors_ui(ui, &mut rest, standard, &mut set_up.backdrops, view);
    }
    cut_top(&mut rest, space::S);
    let on_off = [Word::On, Word::Off].map(|word| word.text(lang));
    let label = Word::PrepReview.text(lang);
    let place = row(ui, &mut rest, label);
    if switch(ui, place.min, set_up.review, on_off, label).clicked() {
        set_up.review = !set_up.review;
    }
    let ways = ConfirmBy::ALL.map(|by| words::confirm_by(by, lang));
    let chosen = ConfirmBy::ALL.iter().position(|by| set_up.confirm == *by);
    if let Some(index) = choice_row(ui, &mut rest, Word::PrepConfirm.text(lang), &ways, chosen) {
        set_up.confirm = ConfirmBy::ALL[index];
    }
    let hint = Word::PrepRetentionHint.text(lang);
    field_row(ui, &mut rest, Word::PrepRetention.text(lang), hint, &mut form.retention, 260.0);
    form.retention.retain(|c| c.is_ascii_digit());
    form.retention.truncate(4);
    let (label, hint) = (words::seal_within(lang), words::seal_within_hint(lang));
    field_row(ui, &mut rest, label, hint, &mut form.seal_within, 260.0);
    form.seal_within.retain(|c| c.is_ascii_digit());
    form.seal_within.truncate(3);
    let hint = Word::PrepFeeHint.text(lang);
    field_row(ui, &mut rest, Word::PrepFee.text(lang), hint, &mut set_up.fee, 260.0);
}

/// The colours that the centre may accept, each with what it looks like; any number may be chosen.
fn colors_ui(ui: &Ui, rest: &mut Rect, standard: &Standard, accepted: &mut Vec<String>, view: &View) {
    let t = tokens(ui);
    let label = Word::PrepBackdrop.text(view.lang);
    let mut place = row(ui, rest, label);
    for (color, rgb) in &standard.colors {
        let words = words::backdrop(color, view.lang);
        let field = cut_left(&mut place, 116.0);
        cut_left(&mut place, space::S);
        let chosen = accepted.contains(color);
        if choice(ui, field, "", &format!("{label} {words}"), chosen, Role::CheckBox) {
            if chosen {
                accepted.retain(|known| known != color);
            } else {
                accepted.push(color.clone());
            }
        }
        let mut inside = field.shrink2(vec2(space::S, 0.0));
        let swatch = Rect::from_center_size(cut_left(&mut inside, 28.0).center(), vec2(24.0, 24.0));
        let edge = Stroke::new(stroke::HAIR, t.edge);
        ui.painter().rect(swatch, CornerRadius::same(radius::ROW), theme::of_rgb(*rgb), edge, StrokeKind::Inside);
        line(ui, inside, words, font::STRONG, if chosen { Color32::WHITE } else { t.text }, Align::Center);
    }
    let hint = cut_top(rest, 28.0);
    line(ui, hint, Word::PrepBackdropHint.text(view.lang), font::BODY, t.text2, Align::Min);
}
