//! The column of the watched folder in 其他来源: the clock to be photographed once, and the tray of pictures that belong
//! to nobody yet.

use egui::{Align, Color32, CornerRadius, Rect, Role, Ui, pos2, vec2};

use super::view::{FolderAction, FolderRow, TetherState, TetherView, WaysCommand};
use crate::text::ways::{self as words, WaysWord};
use crate::ui::layout::{cut_left, cut_right, cut_top};
use crate::ui::memory::Memory;
use crate::ui::theme::{font, radius, size, space, tokens};
use crate::ui::view::{Command, View};
use crate::ui::widgets::{Weight, button, card, inside, line, name, paragraph, picture};

/// Side of the clock's code, points, with its quiet zone of four modules.
const CLOCK: f32 = 168.0;
const QUIET: f32 = 4.0;
/// Height of a picture in the tray.
const TRAY_ROW: f32 = 96.0;

pub(super) fn tether_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &Memory, out: &mut Vec<Command>) {
    card(ui, rect);
    let t = tokens(ui);
    let lang = view.lang;
    let mut rest = rect.shrink(space::M);
    let title = WaysWord::Tether.text(lang);
    line(ui, cut_top(&mut rest, 32.0), title, font::TITLE, t.text, Align::Min);
    let mut row = cut_top(&mut rest, size::CONTROL);
    let label = WaysWord::TetherChoose.text(lang);
    if button(ui, cut_left(&mut row, 176.0), label, label, Weight::Plain, true).clicked() {
        let typed = memory.ways_folder.trim();
        let path = (!typed.is_empty()).then(|| std::path::PathBuf::from(typed));
        out.push(Command::Ways(WaysCommand::WatchFolder(path)));
    }
    cut_top(&mut rest, space::S);
    let Some(tether) = &view.ways.tether else {
        paragraph(ui, rest, WaysWord::TetherHint.text(lang), font::BODY, t.text2);
        return;
    };
    cut_left(&mut row, space::S);
    let stop = WaysWord::TetherStop.text(lang);
    if tether.state != TetherState::Off
        && button(ui, cut_left(&mut row, 104.0), stop, stop, Weight::Quiet, true).clicked()
    {
        out.push(Command::Ways(WaysCommand::StopWatching));
    }
    let state = match tether.state {
        TetherState::Off => WaysWord::TetherOff.text(lang).to_owned(),
        TetherState::Gone => WaysWord::TetherGone.text(lang).to_owned(),
        TetherState::Watching => format!("{} {}", WaysWord::TetherOn.text(lang), tether.folder),
    };
    let place = cut_top(&mut rest, 28.0);
    line(ui, place, &state, font::BODY, t.text2, Align::Min);
    name(ui, place, "tether state", Role::Status, &state);
    if tether.state != TetherState::Off {
        clock_ui(ui, &mut rest, tether, view);
    }
    tray_ui(ui, rest, tether, view, out);
}

/// The clock as a code: photographed once, it tells how far the camera's clock is off.
fn clock_ui(ui: &Ui, rest: &mut Rect, tether: &TetherView, view: &View) {
    let t = tokens(ui);
    let told = words::clock_state(tether.ahead_millis, view.lang);
    let bottom = paragraph(ui, *rest, &told, font::BODY, t.text);
    name(ui, Rect::from_min_max(rest.min, pos2(rest.right(), bottom)), "clock state", Role::Label, &told);
    rest.min.y = bottom + space::S;
    if tether.ahead_millis.is_some() || tether.clock.is_empty() {
        return;
    }
    let place = cut_top(rest, CLOCK);
    let square = Rect::from_min_size(place.min, vec2(CLOCK, CLOCK));
    ui.painter().rect_filled(square, CornerRadius::ZERO, Color32::WHITE);
    let module = CLOCK / (tether.clock.len() as f32 + 2.0 * QUIET);
    for (y, row) in tether.clock.iter().enumerate() {
        for (x, dark) in row.iter().enumerate() {
            if *dark {
                let at = square.min + vec2(x as f32 + QUIET, y as f32 + QUIET) * module;
                let dot = Rect::from_min_size(at, vec2(module, module));
                ui.painter().rect_filled(dot, CornerRadius::ZERO, Color32::BLACK);
            }
        }
    }
    name(ui, square, "clock code", Role::Image, WaysWord::Clock.text(view.lang));
    cut_top(rest, space::S);
}

fn tray_ui(ui: &mut Ui, rect: Rect, tether: &TetherView, view: &View, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let mut rest = rect;
    let head = words::unmatched(view.ways.unmatched, view.lang);
    let place = cut_top(&mut rest, 32.0);
    line(ui, place, &head, font::STRONG, t.text, Align::Min);
    name(ui, place, "unmatched", Role::Label, &head);
    inside(ui, rest, |ui| {
        egui::ScrollArea::vertical().id_salt("tray").show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
            for (index, row) in tether.tray.iter().enumerate() {
                let (place, _) = ui.allocate_exact_size(vec2(rest.width() - space::M, TRAY_ROW), egui::Sense::hover());
                row_ui(ui, place, index, row, view, out);
            }
        });
    });
}

fn row_ui(ui: &Ui, rect: Rect, index: usize, row: &FolderRow, view: &View, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let lang = view.lang;
    let field = rect.shrink2(vec2(0.0, 2.0));
    ui.painter().rect_filled(field, CornerRadius::same(radius::ROW), t.bg2);
    let mut rest = field.shrink(space::S);
    let photo = cut_left(&mut rest, 76.0);
    if !view.settings.faces_student {
        picture(ui, photo, row.picture);
    }
    cut_left(&mut rest, space::S);
    let said = words::folder_state(row.state, lang);
    line(ui, cut_top(&mut rest, 24.0), &format!("{} {}", row.at, row.name), font::CAPTION, t.text2, Align::Min);
    let place = cut_top(&mut rest, 22.0);
    line(ui, place, said, font::CAPTION, t.text, Align::Min);
    name(ui, place, ("unmatched row", index), Role::ListItem, &format!("{} {said}", row.name));
    let away = WaysWord::TrayDrop.text(lang);
    let mut keys = rest;
    if let Some(FolderAction::Give(to)) = &row.action {
        let label = match to {
            Some(shot) => words::give_to(&shot.to_string(), lang),
            None => WaysWord::LockFirst.text(lang).to_owned(),
        };
        let spoken = format!("{label} {}", row.name);
        if button(ui, cut_left(&mut keys, 128.0), &label, &spoken, Weight::Plain, to.is_some()).clicked() {
            out.push(Command::Ways(WaysCommand::GiveTray(index)));
        }
    }
    let spoken = format!("{away} {}", row.name);
    if button(ui, cut_right(&mut keys, 72.0), away, &spoken, Weight::Quiet, true).clicked() {
        out.push(Command::Ways(WaysCommand::DropTray(index)));
    }
}
