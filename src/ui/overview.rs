//! 总览: the day in five figures, when people came, what pictures failed by, where the locks went, how the devices do.
//! Before the first shot: the set-up ticks.

mod charts;

use egui::{Align, CornerRadius, Rect, Role, Ui, vec2};

use super::chrome::{battery_lamp, copy_detail, lamp_mark};
use super::layout::{cut_bottom, cut_left, cut_right, cut_top};
use super::marks::Mark;
use super::theme::{font, radius, size, space, tokens};
use super::view::{GroupCount, Lamp, View};
use super::widgets::{card, inside, line, mark, name};
use crate::text;
use crate::text::window::{self as words, Word};

/// The whole page.
pub(super) fn page_ui(ui: &mut Ui, rect: Rect, view: &View) {
    let mut rest = rect.shrink(space::MARGIN);
    if view.tally.locked == 0 {
        ready_ui(ui, rest, view);
        return;
    }
    let figures = cut_top(&mut rest, 132.0);
    figures_ui(ui, figures, view);
    cut_top(&mut rest, space::GUTTER);
    devices_ui(ui, cut_bottom(&mut rest, DEVICES), view);
    cut_bottom(&mut rest, space::GUTTER);
    let mut left = cut_left(&mut rest, rect.width() * 0.58);
    cut_left(&mut rest, space::GUTTER);
    let below = left.height().min(OUTCOME);
    outcome_ui(ui, cut_bottom(&mut left, below), view);
    cut_bottom(&mut left, space::GUTTER);
    charts::quarters_ui(ui, left, view);
    if view.groups.is_empty() && view.roster.is_none() {
        charts::reasons_ui(ui, rest, view);
        return;
    }
    charts::reasons_ui(ui, cut_top(&mut rest, rect.height() * 0.32), view);
    cut_top(&mut rest, space::GUTTER);
    if view.roster.is_some() {
        let half = if view.groups.is_empty() { rest.height() } else { (rest.height() - space::GUTTER) / 2.0 };
        super::roster::missing_card_ui(ui, cut_bottom(&mut rest, half), view);
        cut_bottom(&mut rest, space::GUTTER);
    }
    if !view.groups.is_empty() {
        groups_ui(ui, rest, view);
    }
}

/// Height of the devices in one row at the foot, and of where the locks went.
const DEVICES: f32 = 56.0;
const OUTCOME: f32 = 36.0 + 5.0 * ROW + 56.0 + 2.0 * space::M;
/// A row of a list of bars.
const ROW: f32 = 28.0;

/// Every heading with how many of its heads are stored; what does not fit is scrolled to.
fn groups_ui(ui: &mut Ui, rect: Rect, view: &View) {
    card(ui, rect);
    let t = tokens(ui);
    let mut rest = rect.shrink(space::L);
    let heads: u32 = view.groups.iter().filter_map(|group| group.heads).sum();
    let stored: u32 = view.groups.iter().map(|group| group.stored).sum();
    let title = cut_top(&mut rest, 36.0);
    line(ui, title, Word::ByGroup.text(view.lang), font::STRONG, t.text, Align::Min);
    line(ui, title, &words::of_heads(stored, heads, view.lang), font::BODY, t.text2, Align::Max);
    inside(ui, rest, |ui| {
        egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            for group in &view.groups {
                let (_, row) = ui.allocate_space(vec2(ui.available_width(), size::TABLE_ROW));
                group_ui(ui, row, group, view);
            }
        });
    });
}

fn group_ui(ui: &Ui, rect: Rect, group: &GroupCount, view: &View) {
    let t = tokens(ui);
    let mut row = rect;
    line(ui, cut_left(&mut row, rect.width() * 0.34), &group.name, font::BODY, t.text, Align::Min);
    let counts = words::group_progress(group.stored, group.heads, group.to_retake, view.lang);
    let end = cut_right(&mut row, rect.width() * 0.40);
    line(ui, end, &counts, font::BODY, t.text2, Align::Max);
    let bar = Rect::from_center_size(row.center(), vec2(row.width() - space::L, 12.0));
    ui.painter().rect_filled(bar, CornerRadius::same(radius::ROW), t.bg2);
    if let Some(heads) = group.heads.filter(|heads| *heads > 0) {
        let part = (group.stored as f32 / heads as f32).min(1.0);
        let done = Rect::from_min_size(bar.min, vec2(bar.width() * part, bar.height()));
        ui.painter().rect_filled(done, CornerRadius::same(radius::ROW), t.link);
    }
    name(ui, rect, ("group", &group.name), Role::ListItem, &format!("{} {counts}", group.name));
}

fn figures_ui(ui: &Ui, rect: Rect, view: &View) {
    let t = tokens(ui);
    let tally = view.tally;
    let some = |value: Option<u32>, unit: &str| value.map_or_else(|| String::from("-"), |n| format!("{n}{unit}"));
    let seconds = if view.lang == crate::text::Lang::Zh { " 秒" } else { " s" };
    let figures = [
        (Word::StoredToday, words::people(tally.stored, view.lang)),
        (Word::SecondsEach, some(tally.seconds_each, seconds)),
        (Word::FirstTime, some(tally.first_time_percent, " %")),
        (Word::ToReview, tally.to_review.to_string()),
        (Word::Sealed, tally.sealed.to_string()),
    ];
    let width = (rect.width() - 4.0 * space::GUTTER) / 5.0;
    for (index, (word, value)) in figures.into_iter().enumerate() {
        let at = rect.min + vec2(index as f32 * (width + space::GUTTER), 0.0);
        let place = Rect::from_min_size(at, vec2(width, rect.height()));
        card(ui, place);
        let mut inside = place.shrink2(vec2(space::L, space::M));
        let label = word.text(view.lang);
        line(ui, cut_top(&mut inside, 26.0), label, font::BODY, t.text2, Align::Min);
        super::widgets::fitted(ui, inside, &value, font::SAY, t.text, Align::Min);
        name(ui, place, ("figure", label), Role::Label, &format!("{label} {value}"));
    }
}

fn outcome_ui(ui: &Ui, rect: Rect, view: &View) {
    card(ui, rect);
    let t = tokens(ui);
    let mut rest = rect.shrink2(vec2(space::L, space::M));
    let head = cut_top(&mut rest, 36.0);
    line(ui, head, Word::Outcome.text(view.lang), font::STRONG, t.text, Align::Min);
    if view.scan.has_line() {
        let words = crate::text::scan_desk::given(view.scan.given, view.scan.waiting, view.lang);
        line(ui, head, &words, font::BODY, t.text2, Align::Max);
        name(ui, head, "numbers", Role::Label, &words);
    }
    let tally = view.tally;
    let rows = [
        (Word::OutStored, tally.stored),
        (Word::OutReleased, tally.released),
        (Word::OutTurnedAway, tally.turned_away),
        (Word::OutExpired, tally.expired),
        (Word::OutOpen, tally.open),
    ];
    let most = rows.iter().map(|row| row.1).max().unwrap_or(1);
    for (word, count) in rows {
        charts::bar_ui(ui, cut_top(&mut rest, ROW), word.text(view.lang), count, most);
    }
    cut_top(&mut rest, space::S);
    let sum = [tally.locked, tally.stored, tally.released, tally.turned_away, tally.expired, tally.open];
    super::widgets::paragraph(ui, rest, &words::tally(sum, tally.difference(), view.lang), font::BODY, t.text2);
}

/// One device: name, state, detail. A computer without a battery shows none.
fn devices(view: &View) -> Vec<(&'static str, Lamp, String)> {
    let health = &view.health;
    let rate = health.camera_fps.map(|fps| words::frame_rate(fps, view.lang)).unwrap_or_default();
    let free = health.free_gb.map(|gb| words::free_space(gb, view.lang)).unwrap_or_default();
    let word = |word: Word| word.text(view.lang);
    let mut devices = vec![
        (word(Word::Camera), health.camera, rate),
        (word(Word::Store), health.store, free),
        (word(Word::SecondDisk), health.copy, copy_detail(view)),
        (word(Word::Models), health.models, String::new()),
    ];
    devices.extend(health.battery.map(|battery| {
        let detail = format!("{} %  {}", battery.percent, text::condition::supply(battery, view.lang));
        (text::condition::power(view.lang), battery_lamp(battery), detail)
    }));
    devices
}

fn devices_ui(ui: &Ui, rect: Rect, view: &View) {
    card(ui, rect);
    let t = tokens(ui);
    let rest = rect.shrink2(vec2(space::L, 0.0));
    let devices = devices(view);
    let width = rest.width() / devices.len() as f32;
    for (index, (label, lamp, detail)) in devices.into_iter().enumerate() {
        let (shape, color, state) = lamp_mark(lamp);
        let at = rest.min + vec2(index as f32 * width, 0.0);
        let mut place = Rect::from_min_size(at, vec2(width - space::S, rest.height()));
        let whole = place;
        let sign = cut_left(&mut place, 28.0);
        mark(ui, sign.left_center() + vec2(10.0, 0.0), 18.0, shape, color(t));
        let said = if detail.is_empty() { state.text(view.lang) } else { &detail };
        let text = super::widgets::width_of(ui, label, font::STRONG) + space::S;
        line(ui, cut_left(&mut place, text), label, font::STRONG, t.text, Align::Min);
        line(ui, place, said, font::BODY, t.text2, Align::Min);
        name(ui, whole, ("device", label), Role::ListItem, &format!("{label} {} {detail}", state.text(view.lang)));
    }
}

/// Before the first shot: what must be there.
fn ready_ui(ui: &Ui, rect: Rect, view: &View) {
    let t = tokens(ui);
    let width = size::FORM.min(rect.width());
    let place = Rect::from_center_size(rect.center(), vec2(width, 340.0));
    card(ui, place);
    let mut rest = place.shrink(space::XL);
    line(ui, cut_top(&mut rest, 56.0), Word::GetReady.text(view.lang), font::PAGE, t.text, Align::Min);
    let health = &view.health;
    let rows = [
        (Word::ReadyCamera, health.camera),
        (Word::ReadyModels, health.models),
        (Word::ReadyStore, health.store),
        (Word::ReadyCopy, health.copy),
    ];
    let copy = copy_detail(view);
    for (word, lamp) in rows {
        let (shape, color, state) = match lamp {
            Lamp::Good => (Mark::Tick, t.off, Word::Good),
            other => {
                let (shape, color, state) = lamp_mark(other);
                (shape, color(t), state)
            }
        };
        let mut row = cut_top(&mut rest, 52.0);
        let whole = row;
        let sign = cut_left(&mut row, 48.0);
        mark(ui, sign.left_center() + vec2(14.0, 0.0), 26.0, shape, color);
        let label = word.text(view.lang);
        let said = match word {
            Word::ReadyCopy if !copy.is_empty() => &copy,
            _ => state.text(view.lang),
        };
        line(ui, cut_left(&mut row, 360.0), label, font::TITLE, t.text, Align::Min);
        line(ui, row, said, font::STRONG, t.text2, Align::Max);
        name(ui, whole, ("ready", label), Role::ListItem, &format!("{label} {said}"));
    }
}
