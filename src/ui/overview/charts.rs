//! Charts of 总览: one hue, labelled bars, no legend. A chart with nothing in it says so.

use egui::{Align, CornerRadius, Rect, Role, Ui, vec2};

use super::ROW;
use crate::text::window::{self as words, Word};
use crate::ui::layout::{cut_bottom, cut_left, cut_top};
use crate::ui::theme::{font, radius, space, tokens};
use crate::ui::view::{Bar, View};
use crate::ui::widgets::{card, line, name, width_of};

/// Widest bar, and the least that lets its clock time stand below it.
const WIDEST: f32 = 48.0;

/// People stored in each quarter of an hour, the last one is now.
pub(super) fn quarters_ui(ui: &Ui, rect: Rect, view: &View) {
    card(ui, rect);
    let t = tokens(ui);
    let mut rest = rect.shrink2(vec2(space::L, space::M));
    let head = cut_top(&mut rest, 32.0);
    line(ui, head, Word::ByQuarter.text(view.lang), font::STRONG, t.text, Align::Min);
    line(ui, head, &words::last_hour(view.day.last_hour, view.lang), font::BODY, t.text2, Align::Max);
    let bars = &view.day.quarters;
    if bars.is_empty() || rest.height() < 60.0 {
        line(ui, rest, Word::NobodyYet.text(view.lang), font::BODY, t.text3, Align::Center);
        return;
    }
    let clock = cut_bottom(&mut rest, 24.0);
    let width = (rest.width() / bars.len() as f32).min(WIDEST);
    let every = (width_of(ui, "00:00", font::CAPTION) * 1.3 / width).ceil().max(1.0) as usize;
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(1).max(1) as f32;
    // Room for the number above the highest bar.
    let height = rest.height() - 22.0;
    for (index, bar) in bars.iter().enumerate() {
        let left = rest.left() + index as f32 * width;
        let top = rest.bottom() - height * bar.count as f32 / most;
        let place = Rect::from_min_max(egui::pos2(left + 1.0, top), egui::pos2(left + width - 1.0, rest.bottom()));
        let foot = Rect::from_min_max(egui::pos2(place.left(), rest.bottom() - 2.0), place.max);
        ui.painter().rect_filled(if bar.count > 0 { place } else { foot }, CornerRadius::ZERO, t.link);
        if bar.count > 0 && width >= 18.0 {
            let above = Rect::from_min_max(egui::pos2(left, top - 22.0), egui::pos2(left + width, top));
            line(ui, above, &bar.count.to_string(), font::CAPTION, t.text2, Align::Center);
        }
        // Counted from the last one, which is now.
        if (bars.len() - 1 - index).is_multiple_of(every) {
            let below = Rect::from_center_size(
                egui::pos2(left + width / 2.0, clock.center().y),
                vec2(every as f32 * width, clock.height()),
            );
            line(ui, below, &bar.name, font::CAPTION, t.text2, Align::Center);
        }
        name(ui, place.union(foot), ("quarter", index), Role::ListItem, &format!("{} {}", bar.name, bar.count));
    }
}

/// What pictures failed by, and why people went without one.
pub(super) fn reasons_ui(ui: &Ui, rect: Rect, view: &View) {
    card(ui, rect);
    let mut rest = rect.shrink2(vec2(space::L, space::M));
    let away = view.day.away.len().min(2) as f32;
    let below = if away > 0.0 { 32.0 + away * ROW + space::S } else { 0.0 };
    let half = rest.height() / 2.0;
    let second = cut_bottom(&mut rest, below.min(half));
    list_ui(ui, rest, Word::RetakeReasons, &view.day.failures, view);
    if away > 0.0 {
        list_ui(ui, second, Word::AwayReasons, &view.day.away, view);
    }
}

/// As many bars as there is room for.
fn list_ui(ui: &Ui, rect: Rect, title: Word, bars: &[Bar], view: &View) {
    let t = tokens(ui);
    let mut rest = rect;
    line(ui, cut_top(&mut rest, 32.0), title.text(view.lang), font::STRONG, t.text, Align::Min);
    if bars.is_empty() {
        line(ui, cut_top(&mut rest, ROW), Word::NoneYet.text(view.lang), font::BODY, t.text3, Align::Min);
    }
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(1);
    for bar in bars {
        if rest.height() < ROW {
            break;
        }
        bar_ui(ui, cut_top(&mut rest, ROW), &bar.name, bar.count, most);
    }
}

/// Name, number, bar.
pub(super) fn bar_ui(ui: &Ui, rect: Rect, label: &str, count: u32, most: u32) {
    let t = tokens(ui);
    let mut row = rect;
    line(ui, cut_left(&mut row, 112.0), label, font::BODY, t.text2, Align::Min);
    let number = cut_left(&mut row, 64.0);
    line(ui, number.shrink2(vec2(space::S, 0.0)), &count.to_string(), font::STRONG, t.text, Align::Max);
    let part = row.width() * count as f32 / most.max(1) as f32;
    let bar = Rect::from_min_size(row.left_center() - vec2(0.0, 7.0), vec2(part.max(2.0), 14.0));
    ui.painter().rect_filled(bar, CornerRadius::same(radius::ROW), t.link);
    name(ui, rect, ("bar", label), Role::ListItem, &format!("{label} {count}"));
}
