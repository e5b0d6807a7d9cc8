//! 设置 → 人员口令: everybody with role and state, a manager's form, and when the screen is locked.

use egui::{Align, Rect, Role as Access, Ui, vec2};

use super::{Form, PeopleCommand, is_pin};
use crate::domain::operator::{Right, Role};
use crate::text::people::{PeopleWord, minutes, role};
use crate::ui::layout::{cut_left, cut_right, cut_top};
use crate::ui::memory::Memory;
use crate::ui::prepare::choice;
use crate::ui::theme::{font, size, space, tokens};
use crate::ui::view::{Command, View};
use crate::ui::widgets::{Secrecy, Weight, button, field, inside, line, name, paragraph, rule};

/// Fewest and most minutes until the screen is locked.
const IDLE: std::ops::RangeInclusive<u32> = 1..=60;
/// Rows that are shown before the list scrolls.
const SHOWN: f32 = 5.0;

/// The part's page.
pub(in crate::ui) fn part_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let mut rest = rect;
    let people = &view.people;
    let form = &mut memory.people;
    if form.seen != people.changes {
        form.seen = people.changes;
        form.clear_new();
    }
    if people.rows.is_empty() {
        for word in [PeopleWord::None, PeopleWord::NoneHint] {
            let words = word.text(view.lang);
            let bottom = paragraph(ui, rest, words, font::STRONG, tokens(ui).text2);
            name(ui, Rect::from_min_max(rest.min, egui::pos2(rest.right(), bottom)), words, Access::Label, words);
            rest.min.y = bottom + space::S;
        }
        form.role = Some(Role::Manager);
        form_ui(ui, &mut rest, view, form, out);
        return;
    }
    let manages = people.present().is_some_and(|present| present.role.may(Right::People));
    lock_ui(ui, &mut rest, manages, view, out);
    let height = (people.rows.len() as f32).min(SHOWN) * size::CONTROL;
    let place = cut_top(&mut rest, height);
    rows_ui(ui, place, manages, view, form, out);
    cut_top(&mut rest, space::L);
    if manages {
        form_ui(ui, &mut rest, view, form, out);
    }
}

/// The minutes, and the button that locks at once.
fn lock_ui(ui: &Ui, rest: &mut Rect, manages: bool, view: &View, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let lang = view.lang;
    let mut place = cut_top(rest, 52.0);
    rule(ui, place, place.bottom());
    let label = PeopleWord::IdleLock.text(lang);
    line(ui, cut_left(&mut place, 200.0), label, font::STRONG, t.text, Align::Min);
    let now = view.people.idle_minutes;
    for (sign, to) in [("-", now.saturating_sub(1)), ("+", now + 1)] {
        let control = cut_left(&mut place, size::ROW_CONTROL).shrink2(vec2(0.0, 6.0));
        let usable = manages && IDLE.contains(&to);
        if button(ui, control, sign, &format!("{label} {sign}"), Weight::Plain, usable).clicked() {
            out.push(Command::People(PeopleCommand::IdleMinutes(to)));
        }
        if sign == "-" {
            let value = cut_left(&mut place, 96.0);
            let words = minutes(now, lang);
            line(ui, value, &words, font::STRONG, t.text, Align::Center);
            name(ui, value, "idle", Access::Label, &format!("{label} {words}"));
        }
    }
    let words = PeopleWord::Lock.text(lang);
    let control = cut_right(&mut place, 200.0).shrink2(vec2(0.0, 6.0));
    if button(ui, control, &format!("{words}  F12"), words, Weight::Plain, true).clicked() {
        out.push(Command::People(PeopleCommand::Lock));
    }
}

fn rows_ui(ui: &mut Ui, rect: Rect, manages: bool, view: &View, form: &mut Form, out: &mut Vec<Command>) {
    let lang = view.lang;
    inside(ui, rect, |ui| {
        egui::ScrollArea::vertical().id_salt("people").show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
            for person in &view.people.rows {
                let size = vec2(rect.width() - space::M, size::CONTROL);
                let (mut place, _) = ui.allocate_exact_size(size, egui::Sense::hover());
                let t = tokens(ui);
                rule(ui, place, place.bottom());
                let whole = place;
                let state = if !person.active {
                    PeopleWord::Disabled.text(lang)
                } else if view.people.present == Some(person.number) {
                    PeopleWord::Present.text(lang)
                } else {
                    ""
                };
                let ink = if person.active { t.text } else { t.text3 };
                line(ui, cut_left(&mut place, 40.0), &person.number.to_string(), font::BODY, t.text2, Align::Min);
                line(ui, cut_left(&mut place, 180.0), &person.name, font::STRONG, ink, Align::Min);
                line(ui, cut_left(&mut place, 88.0), role(person.role, lang), font::BODY, t.text2, Align::Min);
                line(ui, cut_left(&mut place, 88.0), state, font::BODY, t.text2, Align::Min);
                let spoken = format!("{} {} {} {state}", person.number, person.name, role(person.role, lang));
                name(ui, whole, ("person", person.number), Access::ListItem, spoken.trim_end());
                if !manages {
                    continue;
                }
                let control = cut_right(&mut place, 88.0).shrink2(vec2(2.0, 4.0));
                let words = PeopleWord::NewPin.text(lang);
                if button(ui, control, words, &format!("{words} {}", person.name), Weight::Plain, true).clicked() {
                    form.clear_new();
                    form.changing = Some(person.number);
                }
                let control = cut_right(&mut place, 80.0).shrink2(vec2(2.0, 4.0));
                let words = PeopleWord::Disable.text(lang);
                let spoken = format!("{words} {}", person.name);
                if person.active && button(ui, control, words, &spoken, Weight::Plain, true).clicked() {
                    out.push(Command::People(PeopleCommand::Disable(person.number)));
                }
            }
        });
    });
}

/// Somebody new, or a new PIN for somebody.
fn form_ui(ui: &mut Ui, rest: &mut Rect, view: &View, form: &mut Form, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let lang = view.lang;
    let changing = form.changing.and_then(|number| view.people.rows.iter().find(|row| row.number == number));
    let is_first = view.people.rows.is_empty();
    if let Some(person) = changing {
        let words = format!("{}  {}", PeopleWord::NewPin.text(lang), person.name);
        line(ui, cut_top(rest, size::CONTROL), &words, font::STRONG, t.text, Align::Min);
    } else {
        let (label, hint) = (PeopleWord::NewName.text(lang), PeopleWord::NameHint.text(lang));
        field(ui, cut_top(rest, size::CONTROL), &mut form.name, label, &format!("{label}  {hint}"), Secrecy::Shown);
        cut_top(rest, space::S);
        if !is_first {
            let mut place = cut_top(rest, size::CONTROL);
            let label = PeopleWord::RoleWord.text(lang);
            for each in Role::ALL {
                let control = cut_left(&mut place, 120.0).shrink2(vec2(2.0, 0.0));
                let words = role(each, lang);
                if choice(ui, control, words, &format!("{label} {words}"), form.role == Some(each), Access::RadioButton)
                {
                    form.role = Some(each);
                }
            }
            cut_top(rest, space::S);
        }
    }
    let mut place = cut_top(rest, size::CONTROL);
    let half = place.width() / 2.0 - space::XS;
    let (one, two) = (PeopleWord::Pin.text(lang), PeopleWord::PinAgain.text(lang));
    field(ui, cut_left(&mut place, half), &mut form.new_pin, one, one, Secrecy::Hidden);
    cut_left(&mut place, space::S);
    field(ui, place, &mut form.new_pin_again, two, two, Secrecy::Hidden);
    let mut foot = cut_top(rest, size::CONTROL + space::S);
    foot.min.y += space::S;
    let (long, same) = (is_pin(&form.new_pin), *form.new_pin == *form.new_pin_again);
    let complaint = match (long, same) {
        (false, _) if !form.new_pin.is_empty() => PeopleWord::PinShort.text(lang),
        (true, false) if !form.new_pin_again.is_empty() => PeopleWord::PinDiffers.text(lang),
        _ => "",
    };
    let fault = view.people.fault.as_ref().map_or("", |fault| fault.what.as_str());
    let complaint = if complaint.is_empty() { fault } else { complaint };
    let action = match (changing, is_first) {
        (Some(_), _) => PeopleWord::NewPin,
        (None, true) => PeopleWord::FirstManager,
        (None, false) => PeopleWord::Add,
    };
    let named = changing.is_some() || (!form.name.trim().is_empty() && form.role.is_some());
    let control = cut_right(&mut foot, 200.0);
    let words = action.text(lang);
    let clicked = button(ui, control, words, words, Weight::Primary, long && same && named).clicked();
    line(ui, foot, complaint, font::BODY, t.fail, Align::Min);
    if !complaint.is_empty() {
        name(ui, foot, "people complaint", Access::Alert, complaint);
    }
    if !clicked {
        return;
    }
    let pin = form.take_new_pin();
    out.push(Command::People(match (changing, form.role) {
        (Some(person), _) => PeopleCommand::NewPin(person.number, pin),
        (None, Some(role)) => PeopleCommand::Add { name: form.name.trim().to_owned(), role, pin },
        (None, None) => return,
    }));
}
