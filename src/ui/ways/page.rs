//! 其他来源: a folder of codes that a teacher sent, or a memory card with codes among its portraits: what each picture
//! shows, and the one thing to do with it.

use std::ops::Range;

use egui::{Align, CornerRadius, Rect, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo, vec2};

use super::tether::tether_ui;
use super::view::{FolderAction, FolderState, FolderView, WaysCommand, WaysFolder};
use crate::text::ways::{self as words, WaysWord};
use crate::ui::chrome;
use crate::ui::layout::{cut_bottom, cut_left, cut_right, cut_top};
use crate::ui::marks::{Icon, Mark};
use crate::ui::memory::Memory;
use crate::ui::theme::{Tokens, font, radius, size, space, tokens};
use crate::ui::view::{Command, View};
use crate::ui::widgets::{Secrecy, Weight, button, field, inside, line, mark, name, picture};
use egui::Color32;

/// Mounted disks that are offered.
const MOST_MEDIA: usize = 3;

/// The whole page.
pub(in crate::ui) fn page_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let lang = view.lang;
    let mut rest = rect.shrink(space::MARGIN);
    let title = cut_top(&mut rest, 40.0);
    let words = WaysWord::PageWays.text(lang);
    line(ui, title, words, font::PAGE, tokens(ui).text, Align::Min);
    name(ui, title, "ways", Role::Heading, words);
    source_ui(ui, &mut rest, view, memory, out);
    cut_top(&mut rest, space::M);
    let half = rest.width() * 0.5;
    let column = cut_right(&mut rest, size::COLUMN.min(half));
    cut_right(&mut rest, space::GUTTER);
    tether_ui(ui, column, view, memory, out);
    let Some(folder) = &view.ways.folder else {
        chrome::empty_words_ui(
            ui,
            rest,
            Icon::Stick,
            WaysWord::FolderEmpty.text(lang),
            WaysWord::FolderHint.text(lang),
        );
        return;
    };
    let foot = cut_bottom(&mut rest, 32.0);
    let sum = words::folder_sum(folder.kind, folder.rows.len(), folder.reading, lang);
    line(ui, foot, &sum, font::BODY, tokens(ui).text2, Align::Min);
    name(ui, foot, "folder sum", Role::Status, &sum);
    list_ui(ui, rest, folder, view, &mut memory.ways_rows, out);
}

/// Where the pictures are: typed, chosen by dialog, or a disk that is plugged in.
fn source_ui(ui: &mut Ui, rest: &mut Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let lang = view.lang;
    let mut row = cut_top(rest, size::CONTROL);
    let kinds = [(WaysWord::ReadCard, WaysFolder::Card), (WaysWord::ReadCodes, WaysFolder::Codes)];
    for (word, kind) in kinds {
        let place = cut_right(&mut row, 184.0);
        cut_right(&mut row, space::M);
        let label = word.text(lang);
        if button(ui, place, label, label, Weight::Plain, true).clicked() {
            let typed = memory.ways_folder.trim();
            let path = (!typed.is_empty()).then(|| std::path::PathBuf::from(typed));
            out.push(Command::Ways(WaysCommand::ReadFolder(kind, path)));
        }
    }
    field(
        ui,
        row,
        &mut memory.ways_folder,
        WaysWord::FolderPath.text(lang),
        WaysWord::FolderPathHint.text(lang),
        Secrecy::Shown,
    );
    if view.handover.media.is_empty() {
        return;
    }
    cut_top(rest, space::S);
    let mut row = cut_top(rest, size::CHIP);
    for medium in view.handover.media.iter().take(MOST_MEDIA) {
        let path = medium.display().to_string();
        let place = cut_left(&mut row, 260.0);
        cut_left(&mut row, space::S);
        if button(ui, place, &path, &path, Weight::Quiet, true).clicked() {
            memory.ways_folder = path;
        }
    }
}

/// Only rows that can be seen are drawn; which they are is kept, so that their pictures come with the next pass.
fn list_ui(ui: &mut Ui, rect: Rect, folder: &FolderView, view: &View, seen: &mut Range<usize>, out: &mut Vec<Command>) {
    inside(ui, rect, |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ScrollArea::vertical().auto_shrink(false).show_rows(ui, size::QUEUE_ROW, folder.rows.len(), |ui, range| {
            if *seen != range {
                seen.clone_from(&range);
                ui.ctx().request_repaint();
            }
            for index in range {
                let Some(row) = folder.rows.get(index) else { continue };
                let (place, response) =
                    ui.allocate_exact_size(vec2(ui.available_width(), size::QUEUE_ROW), Sense::hover());
                let said = words::folder_state(row.state, view.lang);
                response.widget_info(|| {
                    WidgetInfo::labeled(Role::ListItem, true, format!("{} {said} {}", row.name, row.digest))
                });
                row_ui(ui, place, index, folder, view, out);
            }
        });
    });
}

fn row_ui(ui: &Ui, rect: Rect, index: usize, folder: &FolderView, view: &View, out: &mut Vec<Command>) {
    let Some(row) = folder.rows.get(index) else { return };
    let t = tokens(ui);
    let lang = view.lang;
    let mut field = rect.shrink2(vec2(0.0, 1.0));
    if row.indented {
        cut_left(&mut field, space::XXL);
    }
    let here = row.state == FolderState::Here;
    ui.painter().rect_filled(field, CornerRadius::same(radius::ROW), if here { t.bg2 } else { t.bg1 });
    let mut rest = field.shrink2(vec2(space::M, 0.0));
    let photo = cut_left(&mut rest, 56.0);
    if !view.settings.faces_student {
        picture(ui, Rect::from_center_size(photo.center(), vec2(52.0, 50.0)), folder.picture(index));
    }
    cut_left(&mut rest, space::L);
    line(ui, cut_left(&mut rest, 240.0), &row.name, font::STRONG, t.text, Align::Min);
    line(ui, cut_left(&mut rest, 96.0), &row.digest, font::BODY, t.text2, Align::Min);
    line(ui, cut_left(&mut rest, 72.0), &row.at, font::BODY, t.text2, Align::Min);
    let right = cut_right(&mut rest, 152.0);
    if let Some(action) = &row.action {
        let (label, usable) = match action {
            FolderAction::Lock => (WaysWord::LockThis.text(lang).to_owned(), true),
            FolderAction::Import => (WaysWord::ImportThis.text(lang).to_owned(), true),
            FolderAction::Give(Some(shot)) => (words::give_to(&shot.to_string(), lang), true),
            FolderAction::Give(None) => (WaysWord::LockFirst.text(lang).to_owned(), false),
        };
        let place = Rect::from_center_size(right.center(), vec2(148.0, size::ROW_CONTROL));
        if button(ui, place, &label, &format!("{label} {}", row.name), Weight::Plain, usable).clicked() {
            out.push(Command::Ways(WaysCommand::TakeRow(index)));
        }
    }
    cut_right(&mut rest, space::M);
    let (shape, color) = state_mark(row.state);
    let sign = cut_left(&mut rest, 32.0);
    mark(ui, sign.left_center() + vec2(10.0, 0.0), 20.0, shape, color(t));
    let mut said = words::folder_state(row.state, lang).to_owned();
    for doubt in &row.doubts {
        said.push_str(if lang == crate::text::Lang::Zh { "，" } else { ", " });
        said.push_str(words::doubt(*doubt, lang));
    }
    line(ui, rest, &said, font::BODY, t.text, Align::Min);
    name(ui, rest, ("folder row", index), Role::Label, &said);
}

fn state_mark(state: FolderState) -> (Mark, fn(&Tokens) -> Color32) {
    match state {
        FolderState::Read | FolderState::Sure | FolderState::Portrait => (Mark::Tick, |t| t.off),
        FolderState::Here => (Mark::Ring(0.0), |t| t.link),
        FolderState::Collected | FolderState::Taken => (Mark::OpenTick, |t| t.link),
        FolderState::NotRead | FolderState::Several | FolderState::Doubtful | FolderState::Unmatched(_) => {
            (Mark::Triangle, |t| t.warn)
        }
        FolderState::Fault(_) => (Mark::Octagon, |t| t.fail),
    }
}
