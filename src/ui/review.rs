//! 复核: a grid of thumbnails with one picture large; P passes, X rejects with a digit, and the next one comes by
//! itself; U takes a slip back.

use std::collections::BTreeSet;

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

/// Reasons of a withdrawal, by the digits 1 to 4.
pub const WITHDRAWALS: [Word; 4] =
    [Word::WithdrawWish, Word::WithdrawWrongPerson, Word::WithdrawTwice, Word::WithdrawOther];

fn admits(filter: ReviewFilter, item: &ReviewItem) -> bool {
    match filter {
        ReviewFilter::ToReview => item.state == RecordState::Stored,
        ReviewFilter::Reminders => has_reminders(&item.findings),
        ReviewFilter::Overrides => item.overridden > 0,
        ReviewFilter::Approved => !matches!(
            item.state,
            RecordState::Stored | RecordState::Rejected | RecordState::Withdrawn | RecordState::Retake
        ),
        ReviewFilter::Rejected => item.state == RecordState::Rejected,
        ReviewFilter::Retake => item.state == RecordState::Retake,
    }
}

/// The heading that is looked at; one that no record has any more is none.
fn class<'a>(view: &View, memory: &'a Memory) -> Option<&'a str> {
    let class = memory.review_class.as_deref()?;
    view.review.iter().any(|item| item.group.as_deref() == Some(class)).then_some(class)
}

/// Under the heading that is looked at.
fn of_class<'a>(view: &'a View, memory: &Memory) -> impl Iterator<Item = &'a ReviewItem> {
    let class = class(view, memory).map(str::to_owned);
    view.review.iter().filter(move |item| class.is_none() || item.group == class)
}

fn shown<'a>(view: &'a View, memory: &Memory) -> Vec<&'a ReviewItem> {
    of_class(view, memory).filter(|item| admits(memory.review_filter, item)).collect()
}

/// All headings, then each that records have, in their order, then all again.
fn next_class(view: &View, memory: &mut Memory) {
    let classes: BTreeSet<&str> = view.review.iter().filter_map(|item| item.group.as_deref()).collect();
    let next = match class(view, memory) {
        None => classes.first().copied(),
        Some(now) => classes.into_iter().find(|class| *class > now),
    };
    memory.review_class = next.map(str::to_owned);
}

/// Whether the table of states has its withdrawal.
fn may_withdraw(item: &ReviewItem) -> bool {
    crate::domain::record_states::allowed(item.state, RecordState::Withdrawn)
}

/// Whose decision U takes back: the one under the ring, else the one that was decided on last, since the ring has gone
/// on by itself.
fn undoable<'a>(view: &'a View, memory: &Memory) -> Option<&'a ReviewItem> {
    let here = chosen(view, memory).filter(|item| item.is_undoable());
    let last = || view.review.iter().find(|item| Some(item.id) == memory.review_decided && item.is_undoable());
    here.or_else(last)
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
        let count = of_class(view, memory).filter(|item| admits(filter, item)).count();
        let (response, next) = chip(ui, at, filter.word().text(view.lang), count, memory.review_filter == filter);
        if response.clicked() {
            memory.review_filter = filter;
        }
        at.x = next;
    }
    class_ui(ui, head, at.x, view, memory);
    let items = shown(view, memory);
    let mut body = rest.shrink2(vec2(space::MARGIN, 0.0));
    if items.is_empty() {
        let place = empty_ui(ui, body, Icon::Eye, Word::ReviewEmpty, Word::ReviewEmptyHint, view);
        let label = Word::ToHandover.text(view.lang);
        if button(ui, place, label, label, Weight::Primary, true).clicked() {
            memory.page = Page::Handover;
        }
        // What was decided on last may have been the last one here.
        keys_ui(ui, keys, view, memory, out);
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

/// The heading that is looked at, at the end of the row of filters; a click goes on to the next.
fn class_ui(ui: &Ui, head: Rect, after: f32, view: &View, memory: &mut Memory) {
    if view.review.iter().all(|item| item.group.is_none()) {
        return;
    }
    let now = class(view, memory).unwrap_or_else(|| Word::AllClasses.text(view.lang));
    let words = format!("{} {now}", Word::FilterClass.text(view.lang));
    let place = Rect::from_min_max(pos2((head.right() - 260.0).max(after), head.top()), head.max);
    if key_button(ui, place, "B", &words, Weight::Plain, true).clicked() {
        next_class(view, memory);
    }
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
    if memory.rejecting || memory.withdrawing {
        reasons_ui(ui, rest, item, view, memory, out);
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

/// Why it is rejected or withdrawn; each reason has its digit.
fn reasons_ui(ui: &Ui, rect: Rect, item: &ReviewItem, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let asked = match (memory.rejecting, item.can_come_back) {
        (true, _) => Word::AskReject,
        (false, true) => Word::AskWithdrawForNow,
        (false, false) => Word::AskWithdraw,
    };
    let asked = asked.text(view.lang);
    let mut rest = rect;
    let head = cut_top(&mut rest, 28.0);
    line(ui, head, asked, font::BODY, Tone::Warn.fill(), Align::Min);
    name(ui, head, "reject", Role::Alert, asked);
    let half = (rest.width() - space::S) / 2.0;
    for (index, word) in reasons(memory).iter().enumerate() {
        let at = pos2(
            rest.left() + (index % 2) as f32 * (half + space::S),
            rest.top() + (index / 2) as f32 * (34.0 + space::XS),
        );
        let place = Rect::from_min_size(at, vec2(half, 34.0));
        let digit = (index + 1).to_string();
        if key_button(ui, place, &digit, word.text(view.lang), Weight::Plain, true).clicked() {
            out.push(decided(item, index as u8 + 1, memory));
            return;
        }
    }
}

/// The reasons that are open.
const fn reasons(memory: &Memory) -> &'static [Word] {
    if memory.rejecting { &REJECTIONS } else { &WITHDRAWALS }
}

/// A reason was chosen: the question is closed.
fn decided(item: &ReviewItem, digit: u8, memory: &mut Memory) -> Command {
    let rejecting = std::mem::take(&mut memory.rejecting);
    memory.review_decided = Some(item.id);
    memory.withdrawing = false;
    if rejecting { Command::Reject(item.id, digit) } else { Command::Withdraw(item.id, digit) }
}

fn keys_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let place = rect.shrink2(vec2(space::MARGIN, 0.0));
    let word = |word: Word| word.text(view.lang);
    let item = chosen(view, memory);
    let open = item.map(|item| item.state);
    let usable = open == Some(RecordState::Stored);
    let slip = undoable(view, memory);
    let take_back = words::take_back(slip.map(|item| (item.state, item.shot)), view.lang);
    let keys = [
        ("P", word(Word::Approve), Weight::Primary, usable),
        ("X", word(Word::Reject), Weight::Plain, matches!(open, Some(RecordState::Stored | RecordState::Approved))),
        ("W", word(Word::Withdraw), Weight::Plain, item.is_some_and(may_withdraw)),
        ("U", take_back.as_str(), Weight::Plain, slip.is_some()),
        (word(Word::Space), word(Word::FullSize), Weight::Plain, true),
    ];
    let pressed = match key_row(ui, place, &keys) {
        Some(0) => egui::Key::P,
        Some(1) => egui::Key::X,
        Some(2) => egui::Key::W,
        Some(3) => egui::Key::U,
        Some(_) => egui::Key::Space,
        None => return,
    };
    out.extend(key(pressed, view, memory));
}

/// Keys of this page. After P or X the next picture comes by itself.
pub(super) fn key(key: egui::Key, view: &View, memory: &mut Memory) -> Option<Command> {
    use egui::Key as K;
    if key == K::B && !memory.rejecting && !memory.withdrawing {
        next_class(view, memory);
        return None;
    }
    if key == K::U && !memory.rejecting && !memory.withdrawing {
        let item = undoable(view, memory)?;
        memory.review_at = Some(item.id);
        return Some(Command::TakeBack(item.id));
    }
    let items = shown(view, memory);
    let at = position(&items, memory);
    let item = items.get(at)?;
    let go = |to: usize| items.get(to.min(items.len() - 1)).map(|item| item.id);
    if memory.rejecting || memory.withdrawing {
        if let Some(reason) = digit(key).filter(|&digit| usize::from(digit) <= reasons(memory).len()) {
            memory.review_at = go(at + 1);
            return Some(decided(item, reason, memory));
        }
        let goes_on = key != K::Escape && digit(key).is_none();
        memory.rejecting &= goes_on;
        memory.withdrawing &= goes_on;
        return None;
    }
    match key {
        K::P if item.state == RecordState::Stored => {
            memory.review_at = go(at + 1);
            return Some(Command::Approve(item.id));
        }
        K::X if matches!(item.state, RecordState::Stored | RecordState::Approved) => memory.rejecting = true,
        K::W if may_withdraw(item) => memory.withdrawing = true,
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
