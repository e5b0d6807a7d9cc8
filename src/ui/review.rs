//! 复核: a grid of thumbnails with one picture large; P passes, X rejects with a digit, and the next one comes by
//! itself.

use egui::{Align, CornerRadius, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::chrome::empty_ui;
use super::keys::digit;
use super::layout::{cut_bottom, cut_left, cut_right, cut_top};
use super::marks::{Icon, Mark};
use super::memory::{Memory, Overlay, Page, ReviewFilter};
use super::shooting::{has_reminders, portrait_place};
use super::theme::{Tone, font, radius, size, space, stroke, tokens};
use super::view::{Command, ReviewItem, View};
use super::widgets::{Weight, button, card, chip, inside, key_button, key_row, line, mark, name, picture};
use super::{band, guides};
use crate::domain::record::RecordState;
use crate::text;
use crate::text::window::{self as words, Word};

/// Reasons of a rejection, by the digits 1 to 8.
pub const REJECTIONS: [Word; 8] = [
    Word::RejectEyes,
    Word::RejectExpression,
    Word::RejectPosition,
    Word::RejectLight,
    Word::RejectBackground,
    Word::RejectClothes,
    Word::RejectWrongPerson,
    Word::RejectOther,
];

fn admits(filter: ReviewFilter, item: &ReviewItem) -> bool {
    match filter {
        ReviewFilter::ToReview => item.state == RecordState::Stored,
        ReviewFilter::Reminders => has_reminders(&item.findings),
        ReviewFilter::Overrides => item.overridden > 0,
        ReviewFilter::Approved => {
            !matches!(item.state, RecordState::Stored | RecordState::Rejected | RecordState::Withdrawn)
        }
        ReviewFilter::Rejected => item.state == RecordState::Rejected,
    }
}

fn shown<'a>(view: &'a View, memory: &Memory) -> Vec<&'a ReviewItem> {
    view.review.iter().filter(|item| admits(memory.review_filter, item)).collect()
}

/// Where the ring stands: the remembered record, else the first.
fn position(items: &[&ReviewItem], memory: &Memory) -> usize {
    items.iter().position(|item| Some(item.id) == memory.review_at).unwrap_or(0)
}

/// The whole page.
pub(super) fn page_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let mut rest = rect;
    let keys = cut_bottom(&mut rest, size::KEYS);
    let head = cut_top(&mut rest, 56.0).shrink2(vec2(space::MARGIN, space::S));
    let mut at = head.left_center() - vec2(0.0, size::CHIP / 2.0);
    for filter in ReviewFilter::ALL {
        let count = view.review.iter().filter(|item| admits(filter, item)).count();
        let (response, next) = chip(ui, at, filter.word().text(view.lang), count, memory.review_filter == filter);
        if response.clicked() {
            memory.review_filter = filter;
        }
        at.x = next;
    }
    let items = shown(view, memory);
    let mut body = rest.shrink2(vec2(space::MARGIN, 0.0));
    if items.is_empty() {
        let place = empty_ui(ui, body, Icon::Eye, Word::ReviewEmpty, Word::ReviewEmptyHint, view);
        let label = Word::ToHandover.text(view.lang);
        if button(ui, place, label, label, Weight::Primary, true).clicked() {
            memory.page = Page::Handover;
        }
        return;
    }
    let chosen = position(&items, memory);
    let side = cut_right(&mut body, size::COLUMN);
    cut_right(&mut body, space::GUTTER);
    grid_ui(ui, body, &items, chosen, view, memory);
    if let Some(item) = items.get(chosen) {
        side_ui(ui, side, item, view, memory, out);
    }
    keys_ui(ui, keys, view, memory, out);
}

fn grid_ui(ui: &mut Ui, rect: Rect, items: &[&ReviewItem], chosen: usize, view: &View, memory: &mut Memory) {
    let columns = ((rect.width() + space::S) / (136.0 + space::S)).floor().max(1.0) as usize;
    let width = (rect.width() - 16.0 - (columns - 1) as f32 * space::S) / columns as f32;
    let cell = vec2(width, width * 4.0 / 3.0 + 28.0);
    inside(ui, rect, |ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(space::S);
        ScrollArea::vertical().auto_shrink(false).show_rows(ui, cell.y, items.len().div_ceil(columns), |ui, rows| {
            for row in rows {
                ui.horizontal(|ui| {
                    for index in row * columns..((row + 1) * columns).min(items.len()) {
                        let Some(item) = items.get(index) else { continue };
                        let (place, response) = ui.allocate_exact_size(cell, Sense::click());
                        if response.clicked() {
                            memory.review_at = Some(item.id);
                        }
                        let state = words::record_state(item.state, view.lang);
                        response.widget_info(|| {
                            let spoken = format!("{} {state}", item.shot);
                            WidgetInfo::selected(Role::ListItem, true, index == chosen, spoken)
                        });
                        cell_ui(ui, place, item, index == chosen, view);
                    }
                });
            }
        });
    });
}

/// The shape that stands for a record's state and findings.
fn item_mark(item: &ReviewItem) -> (Mark, fn(&super::theme::Tokens) -> egui::Color32) {
    match item.state {
        RecordState::Rejected | RecordState::Withdrawn => (Mark::Octagon, |t| t.fail),
        RecordState::Stored if has_reminders(&item.findings) => (Mark::Triangle, |t| t.warn),
        RecordState::Stored => (Mark::Square, |t| t.off),
        _ => (Mark::Tick, |t| t.off),
    }
}

fn cell_ui(ui: &Ui, rect: Rect, item: &ReviewItem, chosen: bool, view: &View) {
    let t = tokens(ui);
    let mut rest = rect;
    let mut foot = cut_bottom(&mut rest, 26.0);
    picture(ui, rest, item.picture);
    if view.simulated || item.simulated {
        guides::watermark(&ui.painter_at(rest), rest, view);
    }
    let (shape, color) = item_mark(item);
    let sign = cut_left(&mut foot, 24.0);
    mark(ui, sign.center(), 16.0, shape, color(t));
    line(ui, foot, &item.shot.to_string(), font::BODY, t.text, Align::Min);
    if chosen {
        let ring = Stroke::new(stroke::FOCUS, t.link);
        ui.painter().rect_stroke(rest, CornerRadius::same(radius::ROW), ring, StrokeKind::Outside);
    }
}

fn side_ui(ui: &Ui, rect: Rect, item: &ReviewItem, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    card(ui, rect);
    let t = tokens(ui);
    let mut rest = rect.shrink(space::M);
    let photo_height = (rest.height() - 190.0).clamp(160.0, 400.0);
    let photo = cut_top(&mut rest, photo_height);
    let large = view.review_large.filter(|(id, _)| *id == item.id).map(|(_, large)| large);
    if large.is_none() && item.picture.is_some() {
        out.push(Command::ShowLarge(item.id));
    }
    picture(ui, photo, large.or(item.picture));
    let inside = portrait_place(photo);
    if view.simulated || item.simulated {
        guides::watermark(&ui.painter_at(inside), inside, view);
    }
    cut_top(&mut rest, space::S);
    let mut row = cut_top(&mut rest, 36.0);
    let right = cut_right(&mut row, 150.0);
    line(ui, row, &item.shot.to_string(), font::PAGE, t.text, Align::Min);
    let state = format!("{}  {}", item.at, words::record_state(item.state, view.lang));
    line(ui, right, &state, font::BODY, t.text2, Align::Max);
    if memory.rejecting {
        reject_ui(ui, rest, item, view, memory, out);
        return;
    }
    let reminders: Vec<_> = item.findings.iter().filter(|f| f.fails() || band::is_reminder(f)).collect();
    for finding in reminders.iter().take(3) {
        let mut row = cut_top(&mut rest, size::CHECK_ROW);
        let sign = cut_left(&mut row, 26.0);
        let (shape, color) = if finding.fails() { (Mark::Octagon, t.fail) } else { (Mark::Triangle, t.warn) };
        mark(ui, sign.left_center() + vec2(9.0, 0.0), 16.0, shape, color);
        line(ui, row, &text::finding::finding(finding, view.lang).what, font::BODY, t.text, Align::Min);
    }
    let mut row = cut_top(&mut rest, size::CHECK_ROW);
    let sign = cut_left(&mut row, 26.0);
    mark(ui, sign.left_center() + vec2(9.0, 0.0), 15.0, Mark::Tick, t.off);
    let passing = item.findings.len() - reminders.len();
    let words = if reminders.is_empty() {
        Word::AllPass.text(view.lang).to_owned()
    } else {
        words::others_pass(passing, view.lang)
    };
    line(ui, row, &words, font::BODY, t.text2, Align::Min);
}

fn reject_ui(ui: &Ui, rect: Rect, item: &ReviewItem, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let mut rest = rect;
    let head = cut_top(&mut rest, 28.0);
    line(ui, head, Word::AskReject.text(view.lang), font::BODY, Tone::Warn.fill(), Align::Min);
    name(ui, head, "reject", Role::Alert, Word::AskReject.text(view.lang));
    let half = (rest.width() - space::S) / 2.0;
    for (index, word) in REJECTIONS.into_iter().enumerate() {
        let at = pos2(
            rest.left() + (index % 2) as f32 * (half + space::S),
            rest.top() + (index / 2) as f32 * (34.0 + space::XS),
        );
        let place = Rect::from_min_size(at, vec2(half, 34.0));
        let digit = (index + 1).to_string();
        if key_button(ui, place, &digit, word.text(view.lang), Weight::Plain, true).clicked() {
            out.push(Command::Reject(item.id, index as u8 + 1));
            memory.rejecting = false;
        }
    }
}

fn keys_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let place = rect.shrink2(vec2(space::MARGIN, 0.0));
    let word = |word: Word| word.text(view.lang);
    let open = shown(view, memory).get(position(&shown(view, memory), memory)).map(|item| item.state);
    let usable = open == Some(RecordState::Stored);
    let keys = [
        ("P", word(Word::Approve), Weight::Primary, usable),
        ("X", word(Word::Reject), Weight::Plain, matches!(open, Some(RecordState::Stored | RecordState::Approved))),
        (word(Word::Space), word(Word::FullSize), Weight::Plain, true),
    ];
    let pressed = match key_row(ui, place, &keys) {
        Some(0) => egui::Key::P,
        Some(1) => egui::Key::X,
        Some(_) => egui::Key::Space,
        None => return,
    };
    out.extend(key(pressed, view, memory));
}

/// Keys of this page. After P or X the next picture comes by itself.
pub(super) fn key(key: egui::Key, view: &View, memory: &mut Memory) -> Option<Command> {
    use egui::Key as K;
    let items = shown(view, memory);
    let at = position(&items, memory);
    let item = items.get(at)?;
    let go = |to: usize| items.get(to.min(items.len() - 1)).map(|item| item.id);
    if memory.rejecting {
        memory.rejecting = key != K::Escape && digit(key).is_none();
        let reason = digit(key).filter(|&digit| usize::from(digit) <= REJECTIONS.len())?;
        memory.review_at = go(at + 1);
        return Some(Command::Reject(item.id, reason));
    }
    match key {
        K::P if item.state == RecordState::Stored => {
            memory.review_at = go(at + 1);
            return Some(Command::Approve(item.id));
        }
        K::X if matches!(item.state, RecordState::Stored | RecordState::Approved) => memory.rejecting = true,
        K::ArrowRight | K::ArrowDown => memory.review_at = go(at + 1),
        K::ArrowLeft | K::ArrowUp => memory.review_at = go(at.saturating_sub(1)),
        K::Space => memory.overlay = Some(Overlay::Photo),
        _ => {}
    }
    None
}

/// The record whose photo is shown large.
pub(super) fn chosen<'a>(view: &'a View, memory: &Memory) -> Option<&'a ReviewItem> {
    let items = shown(view, memory);
    items.get(position(&items, memory)).copied()
}
