//! The school's own list at the desk: whose row the locked student's is, and who of the list is still missing. Names
//! are masked before they come here. Without a list nothing of this is painted.

use std::fmt;
use std::sync::Arc;

use egui::{Align, Key, Rect, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo, vec2};

use super::layout::{cut_left, cut_right, cut_top};
use super::marks::Mark;
pub use super::prepare::view::{ImportView, RosterImport};
use super::theme::{font, size, space, tokens};
use super::view::{Command, View};
use super::widgets::{Weight, button, card, inside, key_button, key_button_width, line, mark, name};
use crate::domain::roster::ClassProgress;
use crate::text::roster::{self as words, RosterWord};

/// A person of the list as it may be shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Masked.
    pub name: String,
    /// The last digits of the 学号.
    pub number: String,
    pub class: String,
    /// Was not on the list.
    pub walk_up: bool,
}

/// Even a masked name is not for a log.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(..)")
    }
}

impl Person {
    /// In one line.
    pub fn shown(&self, lang: crate::text::Lang) -> String {
        let mark = if self.walk_up { RosterWord::WalkUp.text(lang) } else { "" };
        let parts = [self.name.as_str(), self.number.as_str(), self.class.as_str(), mark];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// What is known of the whole list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RosterLists {
    pub rows: usize,
    pub classes: Vec<ClassProgress>,
    /// Who is missing, in the list's order; not more than a list can show.
    pub missing: Vec<Person>,
    /// How many are missing.
    pub missing_count: usize,
}

/// The list of the open session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RosterView {
    pub lists: Arc<RosterLists>,
    /// While somebody is locked and no picture waits.
    pub desk: Option<AtLock>,
}

/// Whose row it is.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct AtLock {
    /// The row that was confirmed.
    pub bound: Option<Person>,
    /// Digits typed so far.
    pub typed: String,
    /// Whom Enter would confirm: by what was typed, else by the list's order.
    pub proposed: Option<Person>,
    /// What was typed fits so many.
    pub several: usize,
}

impl fmt::Debug for AtLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AtLock(bound={}, typed={})", self.bound.is_some(), self.typed.len())
    }
}

/// What is asked of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RosterCommand {
    /// One more digit of a 学号.
    Digit(u8),
    Erase,
    /// The proposed row is this student's; or what was typed is to be found.
    Confirm,
    /// In 准备场次.
    PickFile,
    /// Reads this file.
    Read(std::path::PathBuf),
    /// Another sheet, counted from 0.
    Sheet(usize),
    Encoding(crate::domain::roster::TextEncoding),
    /// A column holds this; `None`: no column does.
    Column(crate::domain::roster::Column, Option<usize>),
    /// The list is taken when the session starts.
    Adopt,
    /// The open session's list goes.
    Remove,
}

/// Height of the panel in the column.
pub(super) const PANEL: f32 = 76.0;

/// The digit keys, Backspace and Enter while a student is locked.
pub(super) fn key(key: Key, view: &View) -> Option<Command> {
    view.roster.as_ref()?.desk.as_ref()?;
    let command = match key {
        Key::Num0 => RosterCommand::Digit(0),
        Key::Backspace => RosterCommand::Erase,
        Key::Enter => RosterCommand::Confirm,
        key => RosterCommand::Digit(super::keys::digit(key)?),
    };
    Some(Command::Roster(command))
}

/// Whose row the locked student's is: bound, typed, or proposed.
pub(super) fn panel_ui(ui: &Ui, rect: Rect, desk: &AtLock, view: &View, pad: &mut bool, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let lang = view.lang;
    let mut rest = rect;
    let mut head = cut_top(&mut rest, 28.0);
    let toggle = cut_right(&mut head, 72.0);
    let (caption, person) = match (&desk.bound, &desk.proposed) {
        (Some(person), _) if desk.typed.is_empty() => (RosterWord::Bound.text(lang).to_owned(), Some(person)),
        (_, person) if !desk.typed.is_empty() => (words::typed(&desk.typed, desk.several, lang), person.as_ref()),
        (_, Some(person)) => (RosterWord::NextOfList.text(lang).to_owned(), Some(person)),
        _ => (RosterWord::TypeNumber.text(lang).to_owned(), None),
    };
    let bound = desk.typed.is_empty() && desk.bound.is_some();
    line(ui, head, &caption, font::BODY, t.text2, Align::Min);
    let label = RosterWord::Pad.text(lang);
    if button(ui, toggle.shrink2(vec2(0.0, 1.0)), label, label, Weight::Quiet, true).clicked() {
        *pad = !*pad;
    }
    let shown = person.map(|person| person.shown(lang)).unwrap_or_default();
    let mut row = cut_top(&mut rest, size::ROW_CONTROL);
    let whole = row;
    if bound {
        let sign = cut_left(&mut row, 28.0);
        mark(ui, sign.left_center() + vec2(10.0, 0.0), 18.0, Mark::Tick, t.off);
    } else if person.is_some() || !desk.typed.is_empty() {
        let label = if person.is_some() { RosterWord::ThatIsIt } else { RosterWord::LookUp }.text(lang);
        let place = cut_right(&mut row, key_button_width(ui, "Enter", label));
        if key_button(ui, place, "Enter", label, Weight::Plain, true).clicked() {
            out.push(Command::Roster(RosterCommand::Confirm));
        }
    }
    line(ui, row, &shown, font::STRONG, t.text, Align::Min);
    name(ui, whole, "roster row", Role::Label, format!("{caption} {shown}").trim());
}

/// Digits to touch, in the place of the checks.
pub(super) fn pad_ui(ui: &Ui, rect: Rect, view: &View, out: &mut Vec<Command>) {
    let erase = RosterWord::Erase.text(view.lang);
    let keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", erase, "0"];
    let step = vec2((rect.width() + space::S) / 3.0, ((rect.height() + space::S) / 4.0).min(size::CONTROL + space::S));
    for (index, label) in keys.into_iter().enumerate() {
        let at = rect.min + vec2((index % 3) as f32 * step.x, (index / 3) as f32 * step.y);
        let place = Rect::from_min_size(at, step - Vec2::splat(space::S));
        let spoken = format!("{} {label}", RosterWord::Pad.text(view.lang));
        if button(ui, place, label, &spoken, Weight::Plain, true).clicked() {
            let command = label.parse().map_or(RosterCommand::Erase, RosterCommand::Digit);
            out.push(Command::Roster(command));
        }
    }
}

/// Who of the list is missing, with how far it is; nothing without a list.
pub(super) fn missing_card_ui(ui: &mut Ui, rect: Rect, view: &View) {
    let Some(roster) = view.roster.as_ref().filter(|_| rect.height() > 120.0) else { return };
    card(ui, rect);
    let t = tokens(ui);
    let mut rest = rect.shrink(space::L);
    let title = cut_top(&mut rest, 32.0);
    let words = words::missing(roster.lists.missing_count, view.lang);
    line(ui, title, &words, font::STRONG, t.text, Align::Min);
    name(ui, title, "missing", Role::Heading, &words);
    missing_ui(ui, rest, view);
}

/// The rows alone.
pub(super) fn missing_ui(ui: &mut Ui, rect: Rect, view: &View) {
    let Some(roster) = &view.roster else { return };
    // names of others are not for the student's eyes
    if view.settings.faces_student {
        return;
    }
    let missing = &roster.lists.missing;
    inside(ui, rect, |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        ScrollArea::vertical().id_salt("missing").auto_shrink(false).show_rows(
            ui,
            size::TABLE_ROW,
            missing.len(),
            |ui, range| {
                for person in range.filter_map(|index| missing.get(index)) {
                    let (place, response) =
                        ui.allocate_exact_size(vec2(ui.available_width(), size::TABLE_ROW), Sense::hover());
                    let shown = person.shown(view.lang);
                    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, &shown));
                    person_ui(ui, place, person);
                }
            },
        );
    });
}

fn person_ui(ui: &Ui, rect: Rect, person: &Person) {
    let t = tokens(ui);
    let mut row = rect;
    line(ui, cut_left(&mut row, rect.width() * 0.3), &person.name, font::BODY, t.text, Align::Min);
    line(ui, cut_left(&mut row, rect.width() * 0.25), &person.number, font::BODY, t.text2, Align::Min);
    line(ui, row, &person.class, font::BODY, t.text2, Align::Min);
}
