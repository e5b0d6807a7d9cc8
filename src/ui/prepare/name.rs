//! Step 1: what the session is called, who runs it, whose students come, in which groups; earlier sessions to go on
//! with.

use egui::{Align, Rect, Role, Ui, vec2};

use super::parts::{choice_row, field_row, row};
use crate::domain::set_up::{Level, RunBy};
use crate::text::roster::{self, RosterWord};
use crate::text::window::{self as words, Word};
use crate::ui::layout::{cut_left, cut_right, cut_top};
use crate::ui::memory::Memory;
use crate::ui::theme::{face, font, size, space, tokens};
use crate::ui::view::{Command, View};
use crate::ui::widgets::{Weight, button, inside, line, name};

/// Width of the list of earlier sessions.
const SESSIONS: f32 = 280.0;
/// Earlier sessions that are shown.
const SHOWN: usize = 7;

pub(super) fn step_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let mut rest = rect;
    if !view.prepare.sessions.is_empty() {
        let side = cut_right(&mut rest, SESSIONS);
        cut_right(&mut rest, space::XL);
        sessions_ui(ui, side, view, out);
    }
    let lang = view.lang;
    let wide = rest.width().min(size::FORM);
    rest.set_width(wide);
    let Some(set_up) = &mut memory.prepare.set_up else { return };
    let hint = Word::PrepNameHint.text(lang);
    field_row(ui, &mut rest, Word::PrepSessionName.text(lang), hint, &mut set_up.name, wide);
    let who = RunBy::ALL.map(|who| words::run_by(who, lang));
    let chosen = RunBy::ALL.iter().position(|who| set_up.run_by == Some(*who));
    if let Some(index) = choice_row(ui, &mut rest, Word::PrepRunBy.text(lang), &who, chosen) {
        set_up.run_by = Some(RunBy::ALL[index]);
    }
    let levels = Level::ALL.map(|level| words::level(level, lang));
    let chosen = Level::ALL.iter().position(|level| set_up.level == Some(*level));
    if let Some(index) = choice_row(ui, &mut rest, Word::PrepLevel.text(lang), &levels, chosen) {
        set_up.level = (chosen != Some(index)).then_some(Level::ALL[index]);
    }
    let optional = Word::PrepOptional.text(lang);
    field_row(ui, &mut rest, Word::PrepSchoolCode.text(lang), optional, &mut set_up.school_code, 400.0);
    field_row(ui, &mut rest, Word::PrepBatchKey.text(lang), optional, &mut set_up.batch_key, 400.0);
    let place = row(ui, &mut rest, RosterWord::Roster.text(lang));
    roster_ui(ui, place, view, memory);
    groups_ui(ui, rest, view, memory);
}

/// The way to the school's own list; where a collecting company runs the session, why there is none.
fn roster_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory) {
    let t = tokens(ui);
    let mut place = rect;
    let who = memory.prepare.set_up.as_ref().and_then(|set_up| set_up.run_by);
    if who == Some(RunBy::Centre) {
        let words = RosterWord::CentreNone.text(view.lang);
        line(ui, place, words, font::BODY, t.text2, Align::Min);
        name(ui, place, "no roster", Role::Label, words);
        return;
    }
    let words = RosterWord::Open.text(view.lang);
    let control = cut_left(&mut place, 120.0);
    if button(ui, control, words, words, Weight::Plain, who == Some(RunBy::School)).clicked() {
        memory.prepare.roster_open = true;
    }
    cut_left(&mut place, space::M);
    let known = view.prepare.roster.known.map(|[rows, classes]| roster::size(rows, classes, view.lang));
    let known = known.unwrap_or_else(|| RosterWord::None.text(view.lang).to_owned());
    line(ui, place, &known, font::BODY, t.text2, Align::Min);
    name(ui, place, "known list", Role::Label, &known);
}

/// The groups, a line each, with how many heads they sum up to.
fn groups_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory) {
    let t = tokens(ui);
    let mut rest = rect;
    let read = memory.prepare.answers();
    let label = Word::PrepGroups.text(view.lang);
    let mut place = row(ui, &mut rest, label);
    place.max.y = rect.bottom() - 28.0;
    let foot = Rect::from_min_max(egui::pos2(place.left(), rect.bottom() - 28.0), rect.max);
    let hint = Word::PrepGroupsHint.text(view.lang);
    let text = &mut memory.prepare.groups;
    inside(ui, place, |ui| {
        egui::ScrollArea::vertical().show(ui, |ui| {
            let edit = egui::TextEdit::multiline(text)
                .hint_text(hint)
                .font(face(font::STRONG))
                .desired_width(place.width())
                .min_size(vec2(place.width(), place.height()));
            ui.add(edit).accessible_name(label);
        });
    });
    let (words, color) = match read {
        Some(Err(line)) => (words::group_line(line.0, view.lang), t.fail),
        Some(Ok(set_up)) => {
            let heads = set_up.groups.iter().filter_map(|group| group.heads).sum();
            (words::groups(set_up.groups.len(), heads, view.lang), t.text2)
        }
        None => (String::new(), t.text2),
    };
    line(ui, foot, &words, font::BODY, color, Align::Min);
    name(ui, foot, "groups", Role::Label, &words);
}

fn sessions_ui(ui: &Ui, rect: Rect, view: &View, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let mut rest = rect;
    let heading = cut_top(&mut rest, 36.0);
    let words = Word::PrepSessions.text(view.lang);
    line(ui, heading, words, font::STRONG, t.text2, Align::Min);
    name(ui, heading, "sessions", Role::Heading, words);
    for session in view.prepare.sessions.iter().take(SHOWN) {
        let mut place = cut_top(&mut rest, size::QUEUE_ROW);
        let end = cut_right(&mut place, 96.0);
        let (upper, lower) = place.split_top_bottom_at_fraction(0.55);
        line(ui, upper, &session.name, font::STRONG, t.text, Align::Min);
        line(ui, lower, session.id.as_str(), font::CAPTION, t.text2, Align::Min);
        name(ui, place, ("session", session.id.as_str()), Role::ListItem, &session.name);
        let control = Rect::from_center_size(end.center(), vec2(88.0, size::ROW_CONTROL));
        if session.is_open {
            let words = Word::PrepIsOpen.text(view.lang);
            line(ui, control, words, font::BODY, t.text2, Align::Center);
        } else {
            let words = Word::PrepGoOn.text(view.lang);
            let spoken = format!("{words} {}", session.name);
            if button(ui, control, words, &spoken, Weight::Plain, true).clicked() {
                out.push(Command::OpenSession(session.id.clone()));
            }
        }
    }
}
