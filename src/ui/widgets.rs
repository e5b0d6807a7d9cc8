//! The few widgets that the screens are made of. Each carries its name for screen readers and tests.

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{
    Align, Align2, Color32, CornerRadius, Galley, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    Vec2, WidgetInfo, pos2, vec2,
};
use std::sync::Arc;

use super::marks::{self, Mark};
use super::rare::readable;
use super::theme::{self, Tone, font, radius, size, space, stroke, tokens};
use super::view::Picture;

/// Text on one row, cut with `…` where it is too long.
fn one_row(ui: &Ui, text: &str, points: f32, color: Color32, width: f32) -> Arc<Galley> {
    let face = theme::face(points);
    let words = readable(ui, text, &face).into_owned();
    let mut job = LayoutJob::single_section(words, TextFormat::simple(face, color));
    job.wrap = TextWrapping { max_width: width.max(1.0), max_rows: 1, break_anywhere: true, ..Default::default() };
    ui.painter().layout_job(job)
}

/// Width of text in points.
pub(super) fn width_of(ui: &Ui, text: &str, points: f32) -> f32 {
    let face = theme::face(points);
    let words = readable(ui, text, &face).into_owned();
    ui.painter().layout_no_wrap(words, face, Color32::WHITE).size().x
}

/// One row of text inside `rect`, in the middle of its height; returns where it stands.
pub(super) fn line(ui: &Ui, rect: Rect, text: &str, points: f32, color: Color32, align: Align) -> Rect {
    let galley = one_row(ui, text, points, color, rect.width());
    let x = match align {
        Align::Min => rect.left(),
        Align::Center => rect.center().x - galley.size().x / 2.0,
        Align::Max => rect.right() - galley.size().x,
    };
    let at = pos2(x, rect.center().y - galley.size().y / 2.0);
    let place = Rect::from_min_size(at, galley.size());
    ui.painter().galley(at, galley, color);
    place
}

/// One row, made smaller until it fits.
pub(super) fn fitted(ui: &Ui, rect: Rect, text: &str, points: f32, color: Color32, align: Align) -> Rect {
    let wide = width_of(ui, text, points);
    let points = if wide > rect.width() { (points * rect.width() / wide).floor().max(font::CAPTION) } else { points };
    line(ui, rect, text, points, color, align)
}

/// A paragraph from the top left of `rect`; returns where it ends.
pub(super) fn paragraph(ui: &Ui, rect: Rect, text: &str, points: f32, color: Color32) -> f32 {
    let face = theme::face(points);
    let words = readable(ui, text, &face).into_owned();
    let mut format = TextFormat::simple(face, color);
    format.line_height = Some(points * 1.5);
    let mut job = LayoutJob::single_section(words, format);
    job.wrap.max_width = rect.width().max(1.0);
    let galley = ui.painter().layout_job(job);
    let bottom = rect.top() + galley.size().y;
    ui.painter().galley(rect.min, galley, color);
    bottom
}

/// Text around a point.
pub(super) fn text_at(ui: &Ui, at: Pos2, anchor: Align2, text: &str, points: f32, color: Color32) -> Rect {
    let face = theme::face(points);
    let words = readable(ui, text, &face);
    ui.painter().text(at, anchor, words, face, color)
}

/// Gives a painted place a name; the mark's meaning is in the name, never only the colour.
pub(super) fn name(ui: &Ui, rect: Rect, id: impl egui::AsIdSalt, role: Role, text: &str) -> Response {
    let response = ui.interact(rect, ui.scope_id().with(id), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(role, true, text));
    response
}

/// A card on the window.
pub(super) fn card(ui: &Ui, rect: Rect) {
    ui.painter().rect_filled(rect, CornerRadius::same(radius::CARD), tokens(ui).bg1);
}

/// A thin line for the eye only.
pub(super) fn rule(ui: &Ui, rect: Rect, y: f32) {
    ui.painter().hline(rect.x_range(), y, Stroke::new(stroke::HAIR, tokens(ui).line));
}

/// How much a button asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// The one thing to do.
    Primary,
    Plain,
    /// Without a field of its own.
    Quiet,
}

/// A button over the whole of `rect`. `spoken` is its name.
pub(super) fn button(ui: &Ui, rect: Rect, label: &str, spoken: &str, weight: Weight, usable: bool) -> Response {
    let sense = if usable { Sense::click() } else { Sense::hover() };
    let response = ui.interact(rect, ui.scope_id().with(("button", spoken)), sense);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, usable, spoken));
    let ink = paint_field(ui, rect, &response, weight, usable);
    line(ui, rect.shrink2(vec2(space::S, 0.0)), label, font::STRONG, ink, Align::Center);
    response
}

/// Paints a control's field and returns the colour of what stands on it.
fn paint_field(ui: &Ui, rect: Rect, response: &Response, weight: Weight, usable: bool) -> Color32 {
    let t = tokens(ui);
    let corner = CornerRadius::same(radius::BUTTON);
    let pressed = response.is_pointer_button_down_on();
    let (fill, edge, ink) = match weight {
        _ if !usable => (t.bg1, t.line, t.text3),
        Weight::Primary => (Tone::Info.fill(), Tone::Info.fill(), Tone::Info.ink()),
        Weight::Plain => (t.bg2, t.edge, t.text),
        Weight::Quiet => (Color32::TRANSPARENT, Color32::TRANSPARENT, t.text),
    };
    let edge = if usable && response.hovered() { t.text2 } else { edge };
    let fill = if pressed { fill.gamma_multiply(0.8) } else { fill };
    ui.painter().rect(rect, corner, fill, Stroke::new(stroke::HAIR, edge), StrokeKind::Inside);
    focus_ring(ui, rect, response);
    ink
}

/// The ring around what the keyboard is on.
pub(super) fn focus_ring(ui: &Ui, rect: Rect, response: &Response) {
    if response.has_focus() {
        let ring = Stroke::new(stroke::FOCUS, tokens(ui).link);
        ui.painter().rect_stroke(rect.expand(2.0), CornerRadius::same(radius::CARD), ring, StrokeKind::Outside);
    }
}

/// Width that [`key_button`] needs.
pub(super) fn key_button_width(ui: &Ui, key: &str, label: &str) -> f32 {
    space::S + cap_width(ui, key) + space::S + width_of(ui, label, font::STRONG) + space::M
}

fn cap_width(ui: &Ui, key: &str) -> f32 {
    (width_of(ui, key, font::CAPTION) + space::M).max(26.0)
}

/// A button with its key's cap before the label; named `拍摄 空格`.
pub(super) fn key_button(ui: &Ui, rect: Rect, key: &str, label: &str, weight: Weight, usable: bool) -> Response {
    let sense = if usable { Sense::click() } else { Sense::hover() };
    let spoken = format!("{label} {key}");
    let response = ui.interact(rect, ui.scope_id().with(("key", label, key)), sense);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, usable, &spoken));
    let ink = paint_field(ui, rect, &response, weight, usable);
    let cap = Rect::from_min_size(pos2(rect.left() + space::S, rect.center().y - 13.0), vec2(cap_width(ui, key), 26.0));
    let cap_edge = Stroke::new(stroke::HAIR, ink.gamma_multiply(0.6));
    ui.painter().rect_stroke(cap, CornerRadius::same(radius::ROW), cap_edge, StrokeKind::Inside);
    line(ui, cap, key, font::CAPTION, ink, Align::Center);
    let words = Rect::from_min_max(pos2(cap.right() + space::S, rect.top()), rect.max - vec2(space::XS, 0.0));
    line(ui, words, label, font::STRONG, ink, Align::Min);
    response
}

/// A row of key buttons from the left; returns the index of the one that was clicked.
pub(super) fn key_row(ui: &Ui, rect: Rect, keys: &[(&str, &str, Weight, bool)]) -> Option<usize> {
    let mut x = rect.left();
    let mut clicked = None;
    for (index, &(key, label, weight, usable)) in keys.iter().enumerate() {
        let width = key_button_width(ui, key, label);
        if x + width > rect.right() {
            break;
        }
        let place = Rect::from_min_size(pos2(x, rect.center().y - size::CONTROL / 2.0), vec2(width, size::CONTROL));
        if key_button(ui, place, key, label, weight, usable).clicked() {
            clicked = Some(index);
        }
        x += width + space::S;
    }
    clicked
}

/// A filter with its count, named `待复核 41 已选`; returns the response and where the next one begins.
pub(super) fn chip(ui: &Ui, at: Pos2, label: &str, count: usize, chosen: bool) -> (Response, f32) {
    let t = tokens(ui);
    let words = format!("{label}  {count}");
    let width = width_of(ui, &words, font::BODY) + space::XL;
    let rect = Rect::from_min_size(at, vec2(width, size::CHIP));
    let response = ui.interact(rect, ui.scope_id().with(("chip", label)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, chosen, format!("{label} {count}")));
    let (fill, edge, ink) =
        if chosen { (Tone::Info.fill(), Tone::Info.fill(), Tone::Info.ink()) } else { (t.bg1, t.edge, t.text) };
    let edge = if response.hovered() { t.text2 } else { edge };
    let corner = CornerRadius::same((size::CHIP / 2.0) as u8);
    ui.painter().rect(rect, corner, fill, Stroke::new(stroke::HAIR, edge), StrokeKind::Inside);
    line(ui, rect, &words, font::BODY, ink, Align::Center);
    focus_ring(ui, rect, &response);
    (response, rect.right() + space::S)
}

/// On and off, with a knob and a word; named by `spoken`.
pub(super) fn switch(ui: &Ui, at: Pos2, on: bool, words: [&str; 2], spoken: &str) -> Response {
    let t = tokens(ui);
    let rect = Rect::from_min_size(at, vec2(96.0, size::ROW_CONTROL));
    let response = ui.interact(rect, ui.scope_id().with(("switch", spoken)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, spoken));
    let track = Rect::from_min_size(pos2(rect.left(), rect.center().y - 13.0), vec2(48.0, 26.0));
    let (fill, edge) = if on { (Tone::Info.fill(), Tone::Info.fill()) } else { (t.bg0, t.edge) };
    let round = CornerRadius::same(13);
    ui.painter().rect(track, round, fill, Stroke::new(stroke::THIN, edge), StrokeKind::Inside);
    let knob =
        if on { pos2(track.right() - 13.0, track.center().y) } else { pos2(track.left() + 13.0, track.center().y) };
    ui.painter().circle_filled(knob, 8.0, if on { Color32::WHITE } else { t.edge });
    let label = Rect::from_min_max(pos2(track.right() + space::S, rect.top()), rect.max);
    line(ui, label, words[usize::from(!on)], font::BODY, t.text, Align::Min);
    focus_ring(ui, track, &response);
    response
}

/// A picture inside `rect` on neutral grey, whole; returns where it stands.
pub(super) fn picture(ui: &Ui, rect: Rect, picture: Option<Picture>) -> Option<Rect> {
    let t = tokens(ui);
    let corner = CornerRadius::same(radius::ROW);
    ui.painter().rect_filled(rect, corner, theme::PHOTO_BG);
    let Some(picture) = picture else {
        ui.painter().rect_stroke(rect, corner, Stroke::new(stroke::HAIR, t.line), StrokeKind::Inside);
        return None;
    };
    let place = super::layout::fit(rect, picture.size[0] / picture.size[1].max(1.0));
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter().image(picture.texture, place, whole, Color32::WHITE);
    Some(place)
}

/// A mark in the theme's colours.
pub(super) fn mark(ui: &Ui, center: Pos2, points: f32, shape: Mark, ink: Color32) {
    marks::paint(ui.painter(), center, points, shape, ink, tokens(ui).bg1);
}

/// A part of the window with its own cursor, for forms and lists.
pub(super) fn inside<R>(ui: &mut Ui, rect: Rect, add: impl FnOnce(&mut Ui) -> R) -> R {
    ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| {
        ui.set_clip_rect(ui.clip_rect().intersect(rect.expand(space::XS)));
        add(ui)
    })
    .inner
}

/// A single-line field over `rect`, named `label`.
pub(super) fn field(ui: &mut Ui, rect: Rect, text: &mut String, label: &str, hint: &str, secret: Secrecy) -> Response {
    let edit = egui::TextEdit::singleline(text)
        .password(secret == Secrecy::Hidden)
        .hint_text(hint)
        .font(theme::face(font::STRONG))
        .align(Align2::LEFT_CENTER)
        .margin(egui::Margin::symmetric(12, 0))
        .min_size(Vec2::new(rect.width(), rect.height()))
        .desired_width(rect.width());
    let response = ui.put(rect, edit);
    response.accessible_name(label)
}

/// Whether what is typed is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Secrecy {
    Shown,
    Hidden,
}
