//! 设置 扫码: which serial port a gun is on.

use egui::{CornerRadius, Rect, Role, Sense, Ui, WidgetInfo, vec2};

use super::view::{SerialState, WaysCommand};
use crate::text::ways::{self as words, WaysWord};
use crate::ui::layout::{cut_left, cut_top};
use crate::ui::settings::value_row;
use crate::ui::theme::{Tone, font, radius, size, space, tokens};
use crate::ui::view::{Command, View};
use crate::ui::widgets::{Weight, button, line, name, paragraph};

/// Ports that are offered.
const MOST_PORTS: usize = 6;

/// The part of the settings.
pub(in crate::ui) fn scanner_ui(ui: &Ui, rest: &mut Rect, view: &View, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let lang = view.lang;
    let serial = &view.ways.serial;
    let hint = WaysWord::KeyboardGun.text(lang);
    line(ui, cut_top(rest, 36.0), hint, font::BODY, t.text2, egui::Align::Min);
    let state = match serial.state {
        SerialState::Off => WaysWord::SerialOff.text(lang).to_owned(),
        SerialState::Opening => WaysWord::SerialOpening.text(lang).to_owned(),
        SerialState::Listening => WaysWord::SerialListening.text(lang).to_owned(),
        SerialState::Lost(fault) => words::serial(fault, lang).what,
    };
    value_row(ui, rest, WaysWord::SerialGun.text(lang), &state, view);
    if let SerialState::Lost(fault) = serial.state {
        let advice = words::serial(fault, lang).advice;
        let bottom = paragraph(ui, *rest, &advice, font::BODY, t.text2);
        name(ui, Rect::from_min_max(rest.min, egui::pos2(rest.right(), bottom)), "serial advice", Role::Label, &advice);
        rest.min.y = bottom + space::S;
    }
    let none = WaysWord::NoSerial.text(lang);
    let ports = serial.ports.iter().enumerate().take(MOST_PORTS).map(|(index, port)| (Some(index), port.as_str()));
    for (choice, label) in std::iter::once((None, none)).chain(ports) {
        let place = cut_top(rest, size::CONTROL + space::S);
        let chosen = serial.chosen == choice;
        let field = Rect::from_min_size(place.min + vec2(0.0, space::XS), vec2(place.width(), size::CONTROL));
        let response = ui.interact(field, ui.scope_id().with(("port", label)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, label));
        let (fill, ink) = if chosen { (Tone::Info.fill(), Tone::Info.ink()) } else { (t.bg2, t.text) };
        ui.painter().rect_filled(field, CornerRadius::same(radius::BUTTON), fill);
        line(ui, field.shrink2(vec2(space::L, 0.0)), label, font::BODY, ink, egui::Align::Min);
        if response.clicked() && !chosen {
            out.push(Command::Ways(WaysCommand::ChoosePort(choice)));
        }
    }
    cut_top(rest, space::L);
    let mut place = cut_top(rest, size::CONTROL);
    let label = WaysWord::LookAgain.text(lang);
    if button(ui, cut_left(&mut place, 160.0), label, label, Weight::Plain, true).clicked() {
        out.push(Command::Ways(WaysCommand::ListPorts));
    }
}
