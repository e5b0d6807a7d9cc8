//! Rows that the steps are made of: a label with a field, a choice, a result with its mark.

use egui::{Align, CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use crate::text::Message;
use crate::ui::layout::{cut_left, cut_top};
use crate::ui::marks::Mark;
use crate::ui::theme::{Tone, font, radius, size, space, stroke, tokens};
use crate::ui::widgets::{Secrecy, field, focus_ring, line, mark, name, width_of};

/// Width of the labels on the left.
const LABEL: f32 = 168.0;
/// Height of a row with a control.
pub(super) const ROW: f32 = size::CONTROL + space::S;

/// Cuts a row off the top and writes its label; returns where the control stands.
pub(super) fn row(ui: &Ui, rest: &mut Rect, label: &str) -> Rect {
    let mut place = cut_top(rest, ROW);
    place.max.y -= space::S;
    let words = cut_left(&mut place, LABEL);
    line(ui, words, label, font::STRONG, tokens(ui).text2, Align::Min);
    place
}

/// A row with a single-line field.
pub(super) fn field_row(ui: &mut Ui, rest: &mut Rect, label: &str, hint: &str, text: &mut String, wide: f32) {
    let mut place = row(ui, rest, label);
    place.set_width(place.width().min(wide));
    field(ui, place, text, label, hint, Secrecy::Shown);
}

/// A row of choices; `None` chosen is allowed. Returns the index that was clicked.
pub(super) fn choice_row(
    ui: &Ui,
    rest: &mut Rect,
    label: &str,
    options: &[&str],
    chosen: Option<usize>,
) -> Option<usize> {
    let place = row(ui, rest, label);
    let mut at = place;
    let mut clicked = None;
    for (index, option) in options.iter().enumerate() {
        let width = width_of(ui, option, font::STRONG) + space::XXL;
        let field = cut_left(&mut at, width);
        cut_left(&mut at, space::S);
        if choice(ui, field, option, &format!("{label} {option}"), chosen == Some(index), Role::RadioButton) {
            clicked = Some(index);
        }
    }
    clicked
}

/// One choice over `rect`, named `spoken`; true when it was clicked.
pub(in crate::ui) fn choice(ui: &Ui, rect: Rect, label: &str, spoken: &str, chosen: bool, role: Role) -> bool {
    let t = tokens(ui);
    let response = ui.interact(rect, ui.scope_id().with(("choice", spoken)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(role, true, chosen, spoken));
    let (fill, edge, ink) =
        if chosen { (Tone::Info.fill(), Tone::Info.fill(), Tone::Info.ink()) } else { (t.bg0, t.edge, t.text) };
    let edge = if response.hovered() { t.text2 } else { edge };
    let corner = CornerRadius::same(radius::BUTTON);
    ui.painter().rect(rect, corner, fill, Stroke::new(stroke::HAIR, edge), StrokeKind::Inside);
    line(ui, rect.shrink2(vec2(space::S, 0.0)), label, font::STRONG, ink, Align::Center);
    focus_ring(ui, rect, &response);
    response.clicked()
}

/// How something that was tried came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Open,
    Good,
    Warns,
    Bad,
}

impl Outcome {
    const fn mark(self) -> Mark {
        match self {
            Self::Open => Mark::Dash,
            Self::Good => Mark::Tick,
            Self::Warns => Mark::Triangle,
            Self::Bad => Mark::Octagon,
        }
    }
}

/// A line with its mark: what was found, and below it what to do.
pub(super) fn result(ui: &Ui, rest: &mut Rect, outcome: Outcome, words: &str, advice: &str) {
    let t = tokens(ui);
    let height = if advice.is_empty() { size::TABLE_ROW } else { size::TABLE_ROW + 24.0 };
    let mut place = cut_top(rest, height);
    let whole = place;
    let sign = cut_left(&mut place, 36.0);
    let color = match outcome {
        Outcome::Open | Outcome::Good => t.off,
        Outcome::Warns => t.warn,
        Outcome::Bad => t.fail,
    };
    mark(ui, egui::pos2(sign.left() + 10.0, sign.top() + size::TABLE_ROW / 2.0), 18.0, outcome.mark(), color);
    let first = cut_top(&mut place, size::TABLE_ROW);
    line(ui, first, words, font::STRONG, t.text, Align::Min);
    if !advice.is_empty() {
        line(ui, place, advice, font::BODY, t.text2, Align::Min);
    }
    name(ui, whole, ("result", words), Role::ListItem, &format!("{words} {advice}"));
}

/// The same for a finding's or a fault's two sentences.
pub(super) fn told(ui: &Ui, rest: &mut Rect, outcome: Outcome, message: &Message) {
    result(ui, rest, outcome, &message.what, &message.advice);
}
