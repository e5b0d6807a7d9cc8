//! 队列: today's people, newest first, with filters and a search that narrows with every key.

use egui::{Align, Color32, CornerRadius, Rect, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo, vec2};

use super::chrome::empty_ui;
use super::layout::{cut_bottom, cut_left, cut_right, cut_top};
use super::marks::{Icon, Mark};
use super::memory::{Memory, Page, QueueFilter};
use super::roster::missing_card_ui;
use super::shooting::EMPTY_ICON;
use super::theme::{Tokens, font, radius, size, space, tokens};
use super::view::{Command, QueueRow, RowMark, View};
use super::widgets::{Secrecy, Weight, button, chip, field, inside, key_row, line, mark, name, picture};
use crate::domain::set_up::DeskKind;
use crate::text::calling::CallWord;
use crate::text::scan_desk::ScanWord;
use crate::text::window::Word;

/// Shape, colour and word of a row's mark.
pub(super) fn row_mark(mark: RowMark) -> (Mark, fn(&Tokens) -> Color32, Word) {
    match mark {
        RowMark::Waiting => (Mark::Square, |t| t.off, Word::MarkWaiting),
        RowMark::Parked => (Mark::Triangle, |t| t.warn, Word::MarkParked),
        RowMark::Stored => (Mark::DiscTick, |t| t.pass, Word::MarkStored),
        RowMark::StoredCopyMissing => (Mark::TriangleDisk, |t| t.warn, Word::MarkStoredNoCopy),
        RowMark::NeedsRetake => (Mark::Triangle, |t| t.warn, Word::MarkRetake),
        RowMark::Called => (Mark::Ring(0.0), |t| t.link, Word::MarkCalled),
        RowMark::Withdrawn => (Mark::Dash, |t| t.off, Word::MarkWithdrawn),
        RowMark::TurnedAway => (Mark::Octagon, |t| t.fail, Word::MarkTurnedAway),
    }
}

/// Whether a row is found by what was typed: number, digest, tail or class, case ignored.
pub(super) fn is_found(row: &QueueRow, search: &str) -> bool {
    let wanted = search.trim().to_lowercase();
    let shot = row.shot.to_string().to_lowercase();
    let digits = shot.rsplit('-').next().unwrap_or_default().trim_start_matches('0');
    wanted.is_empty()
        || shot.contains(&wanted)
        || digits == wanted
        || row.digest.contains(&wanted)
        || [&row.tail, &row.group].into_iter().flatten().any(|text| text.to_lowercase().contains(&wanted))
}

/// The rows that filter and search leave.
fn shown<'a>(view: &'a View, memory: &Memory) -> Vec<&'a QueueRow> {
    let keep = |row: &&QueueRow| memory.queue_filter.admits(row.mark) && is_found(row, &memory.queue_search);
    view.queue.iter().filter(keep).collect()
}

/// The whole page.
pub(super) fn page_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let mut rest = rect;
    let keys = cut_bottom(&mut rest, size::KEYS);
    let head = cut_top(&mut rest, 56.0).shrink2(vec2(space::MARGIN, space::S));
    head_ui(ui, head, view, memory);
    let rows = shown(view, memory);
    let body = rest.shrink2(vec2(space::MARGIN, 0.0));
    let missing = view.roster.as_ref().filter(|_| memory.queue_filter == QueueFilter::NotTaken);
    if missing.is_some_and(|roster| roster.lists.missing_count > 0) {
        // who was turned away stands above who of the list never came
        let mut rest = body;
        if !rows.is_empty() {
            let turned_away = cut_top(&mut rest, (rows.len() as f32 * size::QUEUE_ROW).min(body.height() / 2.0));
            memory.queue_row = memory.queue_row.min(rows.len() - 1);
            list_ui(ui, turned_away, &rows, view, memory, out);
        }
        missing_card_ui(ui, rest, view);
    } else if view.queue.is_empty() {
        empty_ui(ui, body, EMPTY_ICON, Word::QueueEmpty, Word::QueueEmptyHint, view);
    } else if rows.is_empty() {
        empty_ui(ui, body, Icon::Search, Word::NothingFound, Word::NothingFoundHint, view);
    } else {
        memory.queue_row = memory.queue_row.min(rows.len() - 1);
        list_ui(ui, body, &rows, view, memory, out);
    }
    let row = rows.get(memory.queue_row).copied();
    let (here, away) = (row.and_then(|row| call(row, view)), row.and_then(let_go));
    let is_called = row.is_some_and(|row| row.mark == RowMark::Called);
    let nobody = if is_called { CallWord::Nobody.text(view.lang) } else { ScanWord::LetGo.text(view.lang) };
    let buttons = [
        ("Enter", Word::Recall.text(view.lang), Weight::Plain, here.is_some()),
        ("X", nobody, Weight::Plain, away.is_some()),
    ];
    match key_row(ui, keys.shrink2(vec2(space::MARGIN, 0.0)), &buttons) {
        Some(0) => out.extend(here.map(|command| called(command, memory))),
        Some(_) => out.extend(away),
        None => {}
    }
}

/// What calling a row's person is: somebody who waits is locked, somebody whose picture was refused is awaited.
fn call(row: &QueueRow, view: &View) -> Option<Command> {
    match row.mark {
        _ if view.scan.kind == DeskKind::ScanOnly => None,
        RowMark::Waiting | RowMark::Parked => Some(Command::Recall(row.shot)),
        RowMark::NeedsRetake => row.record.map(|record| Command::CallBack(Some(record))),
        _ => None,
    }
}

/// Nobody waits for the row's person any more.
const fn let_go(row: &QueueRow) -> Option<Command> {
    match row.mark {
        RowMark::Waiting | RowMark::Parked => Some(Command::LetGo(row.shot)),
        RowMark::Called => Some(Command::CallBack(None)),
        _ => None,
    }
}

/// Whoever is to be taken again is awaited on the page where the code is shown, and asked about there.
fn called(command: Command, memory: &mut Memory) -> Command {
    if matches!(command, Command::CallBack(Some(_))) {
        memory.page = Page::Shoot;
    }
    command
}

fn head_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory) {
    let mut at = rect.left_center() - vec2(0.0, size::CHIP / 2.0);
    for filter in QueueFilter::ALL {
        let of_list = view.roster.as_ref().filter(|_| filter == QueueFilter::NotTaken);
        let count = view.queue.iter().filter(|row| filter.admits(row.mark)).count()
            + of_list.map_or(0, |roster| roster.lists.missing_count);
        let (response, next) = chip(ui, at, filter.word().text(view.lang), count, memory.queue_filter == filter);
        if response.clicked() {
            memory.queue_filter = filter;
        }
        at.x = next;
    }
    let mut right = rect;
    let place = cut_right(&mut right, 320.0).shrink2(vec2(0.0, 0.0));
    let label = Word::Search.text(view.lang);
    let hint = Word::SearchHint.text(view.lang);
    let response = field(ui, place, &mut memory.queue_search, label, hint, Secrecy::Shown);
    if std::mem::take(&mut memory.focus_search) {
        response.request_focus();
    }
}

fn list_ui(ui: &mut Ui, rect: Rect, rows: &[&QueueRow], view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    inside(ui, rect, |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ScrollArea::vertical().auto_shrink(false).show_rows(ui, size::QUEUE_ROW, rows.len(), |ui, range| {
            for index in range {
                let Some(row) = rows.get(index) else { continue };
                let (place, response) =
                    ui.allocate_exact_size(vec2(ui.available_width(), size::QUEUE_ROW), Sense::click());
                if response.clicked() {
                    memory.queue_row = index;
                }
                let (_, _, word) = row_mark(row.mark);
                let chosen = memory.queue_row == index;
                response.widget_info(|| {
                    let spoken = format!("{} {} {}", row.shot, word.text(view.lang), row.at);
                    WidgetInfo::selected(Role::ListItem, true, chosen, spoken)
                });
                row_ui(ui, place, row, chosen, view, memory, out);
            }
        });
    });
}

fn row_ui(ui: &Ui, rect: Rect, row: &QueueRow, chosen: bool, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let field = rect.shrink2(vec2(0.0, 1.0));
    let fill = if chosen { t.bg2 } else { t.bg1 };
    ui.painter().rect_filled(field, CornerRadius::same(radius::ROW), fill);
    let mut rest = field.shrink2(vec2(space::M, 0.0));
    let photo = cut_left(&mut rest, 40.0);
    if !view.settings.faces_student {
        picture(ui, Rect::from_center_size(photo.center(), vec2(36.0, 48.0)), row.picture);
    }
    cut_left(&mut rest, space::L);
    line(ui, cut_left(&mut rest, 120.0), &row.shot.to_string(), font::TITLE, t.text, Align::Min);
    line(ui, cut_left(&mut rest, 130.0), &row.digest, font::STRONG, t.text2, Align::Min);
    line(ui, cut_left(&mut rest, 100.0), row.tail.as_deref().unwrap_or_default(), font::STRONG, t.text, Align::Min);
    let right = cut_right(&mut rest, 104.0);
    let (label, command) = match row.mark {
        RowMark::Called => (CallWord::Nobody.text(view.lang), let_go(row)),
        _ => (Word::Recall.text(view.lang), call(row, view)),
    };
    if let Some(command) = command {
        let place = Rect::from_center_size(right.center(), vec2(88.0, size::ROW_CONTROL));
        if button(ui, place, label, &format!("{label} {}", row.shot), Weight::Plain, true).clicked() {
            out.push(called(command, memory));
        }
    }
    cut_right(&mut rest, space::M);
    line(ui, cut_right(&mut rest, 80.0), &row.at, font::STRONG, t.text2, Align::Max);
    if row.simulated {
        let tag = cut_right(&mut rest, 130.0);
        let words = Word::Demonstration.text(view.lang);
        line(ui, tag, words, font::CAPTION, t.warn, Align::Center);
        name(ui, tag, ("row simulated", row.shot.to_string()), Role::Label, words);
    }
    let (shape, color, word) = row_mark(row.mark);
    let sign = cut_left(&mut rest, 36.0);
    mark(ui, sign.left_center() + vec2(12.0, 0.0), 22.0, shape, color(t));
    line(ui, rest, word.text(view.lang), font::STRONG, t.text, Align::Min);
}

/// Keys of this page.
pub(super) fn key(key: egui::Key, view: &View, memory: &mut Memory) -> Option<Command> {
    use egui::Key as K;
    let rows = shown(view, memory);
    match key {
        K::ArrowDown => memory.queue_row = (memory.queue_row + 1).min(rows.len().saturating_sub(1)),
        K::ArrowUp => memory.queue_row = memory.queue_row.saturating_sub(1),
        K::Enter => {
            let command = call(rows.get(memory.queue_row)?, view)?;
            return Some(called(command, memory));
        }
        K::X => return let_go(rows.get(memory.queue_row)?),
        K::D => return Some(Command::Park),
        _ => {}
    }
    None
}
