//! Choosing one's name and typing the PIN: over the whole window at the start and after the lock, and as a card over
//! the page when a second person is needed.

use egui::{Align, CornerRadius, Id, LayerId, Order, Rect, Role, Sense, Ui, vec2};

use super::{PeopleCommand, PersonRow, is_pin};
use crate::domain::operator::Right;
use crate::text::people::{PeopleWord, role};
use crate::ui::layout::{cut_left, cut_right, cut_top};
use crate::ui::marks::{self, Icon, Mark};
use crate::ui::memory::Memory;
use crate::ui::prepare::choice;
use crate::ui::theme::{self, font, size, space, tokens};
use crate::ui::view::{Command, Secret, View};
use crate::ui::widgets::{Secrecy, Weight, button, card, field, inside, line, mark, name};

/// Size of the card.
const CARD: egui::Vec2 = vec2(600.0, 540.0);
/// Names in a row.
const COLUMNS: usize = 2;
/// Height of the names; more of them scroll.
const NAMES: f32 = 4.0 * (size::CONTROL + space::S);

/// The gate: nothing else is painted.
pub(in crate::ui) fn gate_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let place = Rect::from_center_size(rect.center(), CARD).intersect(rect.shrink(space::M));
    card(ui, place);
    let mut rest = place.shrink(space::XL);
    head(ui, &mut rest, PeopleWord::SignIn, PeopleWord::SignInHint, view);
    let signed = form_ui(ui, &mut rest, PeopleWord::Enter, Right::Shoot, view, memory);
    out.extend(signed.map(|(number, pin)| Command::People(PeopleCommand::SignIn { number, pin })));
}

/// The card over the page.
pub(in crate::ui) fn second_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let layer = LayerId::new(Order::Foreground, Id::unique("second person"));
    ui.scope_builder(egui::UiBuilder::new().layer_id(layer).max_rect(rect), |ui| {
        ui.interact(rect, ui.scope_id().with("scrim"), Sense::click());
        ui.painter().rect_filled(rect, CornerRadius::ZERO, theme::SCRIM);
        let place = Rect::from_center_size(rect.center(), CARD).intersect(rect.shrink(space::M));
        card(ui, place);
        let mut rest = place.shrink(space::XL);
        head(ui, &mut rest, PeopleWord::Second, PeopleWord::SecondHint, view);
        let back = PeopleWord::Back.text(view.lang);
        let foot = Rect::from_min_max(egui::pos2(rest.left(), rest.bottom() - size::CONTROL), rest.max);
        let place = Rect::from_min_size(foot.min, vec2(160.0, size::CONTROL));
        if button(ui, place, back, back, Weight::Plain, true).clicked() {
            out.push(Command::People(PeopleCommand::NoSecond));
        }
        let seconded = form_ui(ui, &mut rest, PeopleWord::Confirm, Right::Second, view, memory);
        out.extend(seconded.map(|(number, pin)| Command::People(PeopleCommand::Second { number, pin })));
    });
}

fn head(ui: &Ui, rest: &mut Rect, what: PeopleWord, hint: PeopleWord, view: &View) {
    let t = tokens(ui);
    let mut place = cut_top(rest, 72.0);
    let sign = cut_left(&mut place, 64.0);
    marks::icon(ui.painter(), sign.left_center() + vec2(22.0, 0.0), 44.0, Icon::Key, t.link);
    let (upper, lower) = place.split_top_bottom_at_fraction(0.58);
    line(ui, upper, what.text(view.lang), font::PAGE, t.text, Align::Min);
    line(ui, lower, hint.text(view.lang), font::BODY, t.text2, Align::Min);
    name(ui, place, "who", Role::Heading, what.text(view.lang));
    cut_top(rest, space::M);
}

/// Names, PIN and button; what was typed, once it is complete. Only those whose role has this right are shown, and
/// never the one who is signed in already.
fn form_ui(
    ui: &mut Ui,
    rest: &mut Rect,
    action: PeopleWord,
    right: Right,
    view: &View,
    memory: &mut Memory,
) -> Option<(u32, Secret)> {
    let t = tokens(ui);
    let people = &view.people;
    let may = |row: &&PersonRow| row.active && row.role.may(right) && Some(row.number) != people.present;
    let rows: Vec<&PersonRow> = people.rows.iter().filter(may).collect();
    let form = &mut memory.people;
    form.chosen = form.chosen.filter(|chosen| rows.iter().any(|row| row.number == *chosen));
    if let [only] = rows[..] {
        form.chosen = Some(only.number);
    }
    let place = cut_top(rest, NAMES);
    if let Some(number) = names_ui(ui, place, &rows, form.chosen, view) {
        form.chosen = Some(number);
        form.clear_pin();
    }
    let label = PeopleWord::Pin.text(view.lang);
    line(ui, cut_top(rest, 28.0), label, font::BODY, t.text2, Align::Min);
    let typed = field(ui, cut_top(rest, size::CONTROL), &mut form.pin, label, "", Secrecy::Hidden);
    if form.chosen.is_some() && form.pin.is_empty() && ui.ctx().memory(|m| m.focused().is_none()) {
        typed.request_focus();
    }
    cut_top(rest, space::XS);
    let mut complaint = cut_top(rest, 52.0);
    if let Some(fault) = &people.fault {
        let sign = cut_left(&mut complaint, 28.0);
        mark(ui, sign.left_center() + vec2(10.0, 0.0), 18.0, Mark::Octagon, t.fail);
        let (upper, lower) = complaint.split_top_bottom_at_fraction(0.5);
        line(ui, upper, &fault.what, font::BODY, t.text, Align::Min);
        line(ui, lower, &fault.advice, font::CAPTION, t.text2, Align::Min);
        name(ui, complaint, "complaint", Role::Alert, &format!("{} {}", fault.what, fault.advice));
    }
    let mut foot = Rect::from_min_max(egui::pos2(rest.left(), rest.bottom() - size::CONTROL), rest.max);
    let place = cut_right(&mut foot, 160.0);
    let usable = !people.checking && form.chosen.is_some() && is_pin(&form.pin);
    let words = action.text(view.lang);
    let clicked = button(ui, place, words, words, Weight::Primary, usable).clicked();
    let entered = typed.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    let number = form.chosen.filter(|_| usable && (clicked || entered))?;
    Some((number, form.take_pin()))
}

/// The names to choose from; the one that was clicked.
fn names_ui(ui: &mut Ui, rect: Rect, rows: &[&PersonRow], chosen: Option<u32>, view: &View) -> Option<u32> {
    let width = (rect.width() - space::L) / COLUMNS as f32 - space::S;
    inside(ui, rect, |ui| {
        let mut clicked = None;
        egui::ScrollArea::vertical().show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(space::S, space::S);
            for pair in rows.chunks(COLUMNS) {
                ui.horizontal(|ui| {
                    for row in pair {
                        let (place, _) = ui.allocate_exact_size(vec2(width, size::CONTROL), Sense::hover());
                        let words = format!("{}  {}", row.name, role(row.role, view.lang));
                        let is_chosen = chosen == Some(row.number);
                        if choice(ui, place, &words, &row.name, is_chosen, Role::RadioButton) {
                            clicked = Some(row.number);
                        }
                    }
                });
            }
        });
        clicked
    })
}
