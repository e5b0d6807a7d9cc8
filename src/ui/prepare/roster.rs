//! The school's own list, from a file: which sheet, which characters, which column is what, and what is wrong with it,
//! before anything is taken. Stands over step 1 while it is open.

use egui::{Align, Rect, Role, Ui, vec2};

use super::parts::{Outcome, choice, choice_row, field_row, result, row, told};
use super::view::ImportView;
use crate::domain::roster::{Column, TextEncoding};
use crate::text::roster::{self as words, RosterWord};
use crate::ui::layout::{cut_bottom, cut_left, cut_top};
use crate::ui::memory::Memory;
use crate::ui::theme::{font, size, space, tokens};
use crate::ui::view::{Command, RosterCommand, View};
use crate::ui::widgets::{Weight, button, line, name, rule};

/// Columns of the preview that fit.
const SHOWN: usize = 8;
/// Findings that fit; those that refuse stand first.
const FINDINGS: usize = 3;

pub(super) fn page_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let lang = view.lang;
    let mut rest = rect;
    let foot = cut_bottom(&mut rest, size::CONTROL);
    cut_bottom(&mut rest, space::S);
    let label = RosterWord::Path.text(lang);
    field_row(ui, &mut rest, label, "", &mut memory.prepare.roster_path, size::FORM);
    let mut place = row(ui, &mut rest, "");
    let words = RosterWord::PickFile.text(lang);
    if button(ui, cut_left(&mut place, 160.0), words, words, Weight::Plain, true).clicked() {
        out.push(Command::Roster(RosterCommand::PickFile));
    }
    cut_left(&mut place, space::S);
    let words = RosterWord::Read.text(lang);
    let path = memory.prepare.roster_path.trim();
    if button(ui, cut_left(&mut place, 120.0), words, words, Weight::Plain, !path.is_empty()).clicked() {
        out.push(Command::Roster(RosterCommand::Read(path.into())));
    }
    cut_left(&mut place, space::L);
    let known = view.prepare.roster.known.map(|[rows, classes]| words::size(rows, classes, lang));
    let known = known.unwrap_or_else(|| RosterWord::None.text(lang).to_owned());
    line(ui, place, &known, font::BODY, tokens(ui).text2, Align::Min);
    name(ui, place, "known list", Role::Label, &known);
    if let Some(message) = &view.prepare.roster.message {
        let outcome = if view.prepare.roster.refused { Outcome::Bad } else { Outcome::Good };
        told(ui, &mut rest, outcome, message);
    }
    if let Some(import) = &view.prepare.roster.file {
        file_ui(ui, rest, import, view, memory, out);
    }
    foot_ui(ui, foot, view, memory, out);
}

fn file_ui(ui: &Ui, rect: Rect, import: &ImportView, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let lang = view.lang;
    let mut rest = rect;
    if import.sheets.len() > 1 {
        let sheets: Vec<&str> = import.sheets.iter().map(String::as_str).take(SHOWN).collect();
        let label = RosterWord::Sheet.text(lang);
        if let Some(sheet) = choice_row(ui, &mut rest, label, &sheets, Some(import.sheet)) {
            out.push(Command::Roster(RosterCommand::Sheet(sheet)));
        }
    }
    if let Some(encoding) = import.encoding {
        let names = TextEncoding::ALL.map(|encoding| words::encoding(encoding, lang));
        let names = names.each_ref().map(String::as_str);
        let chosen = TextEncoding::ALL.iter().position(|known| *known == encoding);
        if let Some(index) = choice_row(ui, &mut rest, RosterWord::Encoding.text(lang), &names, chosen) {
            out.push(Command::Roster(RosterCommand::Encoding(TextEncoding::ALL[index])));
        }
    }
    kinds_ui(ui, &mut rest, import, view, memory);
    preview_ui(ui, &mut rest, import, view, memory, out);
    let counted = words::size(import.rows, import.classes, lang);
    let usable = if import.is_usable() { Outcome::Good } else { Outcome::Bad };
    result(ui, &mut rest, usable, &counted, "");
    for finding in import.findings.iter().take(FINDINGS) {
        if rest.height() < size::TABLE_ROW {
            break;
        }
        let outcome = if finding.kind.refuses() { Outcome::Bad } else { Outcome::Warns };
        told(ui, &mut rest, outcome, &words::finding(finding, lang));
    }
}

/// What can be chosen, each with the column that holds it now.
fn kinds_ui(ui: &Ui, rest: &mut Rect, import: &ImportView, view: &View, memory: &mut Memory) {
    let lang = view.lang;
    let mut place = cut_top(rest, size::CONTROL);
    let width = (place.width() + space::S) / Column::ALL.len() as f32;
    for kind in Column::ALL {
        let mut field = cut_left(&mut place, width);
        field.max.x -= space::S;
        let label = words::column(kind, lang);
        let title = import.columns.get(kind).and_then(|at| import.titles.get(at));
        let held = title.map_or_else(|| RosterWord::NotChosen.text(lang), String::as_str);
        let spoken = format!("{label} {held}");
        let chosen = memory.prepare.roster_kind == kind;
        if choice(ui, field, label, &spoken, chosen, Role::RadioButton) {
            memory.prepare.roster_kind = kind;
        }
    }
    let hint = cut_top(rest, 26.0);
    line(ui, hint, RosterWord::ColumnsHint.text(lang), font::BODY, tokens(ui).text2, Align::Min);
}

/// The first rows under their headings; a heading that is clicked holds what is chosen above.
fn preview_ui(ui: &Ui, rest: &mut Rect, import: &ImportView, view: &View, memory: &Memory, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let shown = import.titles.len().min(SHOWN);
    let width = rest.width() / shown.max(1) as f32;
    let mut heads = cut_top(rest, size::ROW_CONTROL);
    for (at, title) in import.titles.iter().enumerate().take(shown) {
        let mut field = cut_left(&mut heads, width);
        field.max.x -= space::XS;
        let holds = import.columns.at(at);
        let held = holds.map(|kind| words::column(kind, view.lang)).unwrap_or_default();
        let spoken = format!("{title} {held}");
        if choice(ui, field, title, spoken.trim(), holds.is_some(), Role::ColumnHeader) {
            let kind = memory.prepare.roster_kind;
            let place = (holds != Some(kind)).then_some(at);
            out.push(Command::Roster(RosterCommand::Column(kind, place)));
        }
    }
    for (index, cells) in import.preview.iter().enumerate() {
        let mut line_place = cut_top(rest, 28.0);
        rule(ui, line_place, line_place.bottom());
        let whole = line_place;
        for cell in cells.iter().take(shown) {
            let field = cut_left(&mut line_place, width);
            line(ui, field.shrink2(vec2(space::S, 0.0)), cell, font::BODY, t.text, Align::Min);
        }
        name(ui, whole, ("preview", index), Role::Row, &cells.join(" "));
    }
    cut_top(rest, space::XS);
}

fn foot_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let lang = view.lang;
    let mut rest = rect;
    let words = RosterWord::Back.text(lang);
    if button(ui, cut_left(&mut rest, 120.0), words, words, Weight::Plain, true).clicked() {
        memory.prepare.roster_open = false;
    }
    cut_left(&mut rest, space::S);
    let usable = view.prepare.roster.file.as_ref().is_some_and(ImportView::is_usable);
    let words = RosterWord::Adopt.text(lang);
    if button(ui, cut_left(&mut rest, 160.0), words, words, Weight::Primary, usable).clicked() {
        out.push(Command::Roster(RosterCommand::Adopt));
    }
    cut_left(&mut rest, space::S);
    let words = RosterWord::Remove.text(lang);
    let place = cut_left(&mut rest, 160.0);
    if view.prepare.roster.known.is_some() && button(ui, place, words, words, Weight::Plain, true).clicked() {
        out.push(Command::Roster(RosterCommand::Remove));
    }
}
