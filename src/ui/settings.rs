//! 设置: a list of parts on the left, rows of name, control and default on the right.

use std::path::PathBuf;

use egui::{Align, CornerRadius, Rect, Role, Sense, Ui, WidgetInfo, vec2};

use super::layout::{cut_left, cut_right, cut_top};
use super::marks::Mark;
use super::memory::{Memory, SettingsPart};
use super::settings_keys;
use super::student::MOST_DISPLAYS;
use super::theme::{Tone, font, radius, size, space, tokens};
use super::turn::turns_ui;
use super::view::{Command, StrangerList, Switch, View};
use super::widgets::{Secrecy, Weight, button, card, field, line, mark, name, paragraph, rule, switch};
use crate::domain::set_up::{LONGEST_AUTO_ACCEPT, LensEdge};
use crate::domain::turn::Turn;
use crate::text::held;
use crate::text::people::PeopleWord;
use crate::text::student_side::{self, SideWord};
use crate::text::turn::{TurnWord, turned};
use crate::text::window::Word;
use crate::text::{self, Lang};

/// The whole page.
pub(super) fn page_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let mut rest = rect.shrink(space::MARGIN);
    let mut list = cut_left(&mut rest, 200.0);
    for part in SettingsPart::ALL {
        let place = cut_top(&mut list, size::CONTROL);
        cut_top(&mut list, space::XS);
        part_tab(ui, place, part, view, memory);
    }
    cut_left(&mut rest, space::L);
    card(ui, rest);
    let mut body = rest.shrink(space::XL);
    let title = cut_top(&mut body, 44.0);
    let words = memory.settings_part.word().text(view.lang);
    line(ui, title, words, font::PAGE, tokens(ui).text, Align::Min);
    name(ui, title, "part", Role::Heading, words);
    cut_top(&mut body, space::S);
    body.set_width(body.width().min(size::FORM + 120.0));
    match memory.settings_part {
        SettingsPart::Shooting => shooting_ui(ui, &mut body, view, out),
        SettingsPart::Looks => looks_ui(ui, &mut body, view, memory, out),
        SettingsPart::Camera => camera_ui(ui, &mut body, view, out),
        SettingsPart::Scanner => super::ways::scanner_ui(ui, &mut body, view, out),
        SettingsPart::Sound => sound_ui(ui, &mut body, view, out),
        SettingsPart::Keys => settings_keys::part_ui(ui, body, view, memory, out),
        SettingsPart::Store => store_ui(ui, &mut body, view, memory, out),
        SettingsPart::Purge => super::purge::part_ui(ui, body, view, memory, out),
        SettingsPart::People => super::people::part_ui(ui, body, view, memory, out),
        SettingsPart::About => about_ui(ui, body, view),
    }
}

fn part_tab(ui: &Ui, rect: Rect, part: SettingsPart, view: &View, memory: &mut Memory) {
    let t = tokens(ui);
    let label = part.word().text(view.lang);
    let chosen = memory.settings_part == part;
    let response = ui.interact(rect, ui.scope_id().with(("part", label)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, chosen, format!("{label} 2")));
    if chosen || response.hovered() {
        let fill = if chosen { t.bg2 } else { t.bg1 };
        ui.painter().rect_filled(rect, CornerRadius::same(radius::BUTTON), fill);
    }
    if chosen {
        let bar = Rect::from_min_size(rect.min + vec2(0.0, 8.0), vec2(4.0, rect.height() - 16.0));
        ui.painter().rect_filled(bar, CornerRadius::same(2), t.link);
    }
    line(ui, rect.shrink2(vec2(space::L, 0.0)), label, font::STRONG, t.text, Align::Min);
    if response.clicked() {
        memory.settings_part = part;
    }
}

/// Name on the left, default on the right; returns where the control stands.
fn row(ui: &Ui, rest: &mut Rect, label: &str, default: Option<&str>, view: &View) -> Rect {
    let t = tokens(ui);
    let mut place = cut_top(rest, 52.0);
    rule(ui, place, place.bottom());
    line(ui, cut_left(&mut place, 300.0), label, font::STRONG, t.text, Align::Min);
    let right = cut_right(&mut place, 120.0);
    if let Some(default) = default {
        let words = format!("{} {default}", Word::Default.text(view.lang));
        line(ui, right, &words, font::CAPTION, t.text2, Align::Max);
    }
    place
}

fn switch_row(ui: &Ui, rest: &mut Rect, word: Word, on: bool, default: Switch, view: &View) -> bool {
    let lang = view.lang;
    let words = [Word::On.text(lang), Word::Off.text(lang)];
    let label = word.text(lang);
    let place = row(ui, rest, label, Some(words[usize::from(default == Switch::Off)]), view);
    let at = place.left_center() - vec2(0.0, size::ROW_CONTROL / 2.0);
    switch(ui, at, on, words, label).clicked()
}

pub(super) fn value_row(ui: &Ui, rest: &mut Rect, label: &str, value: &str, view: &View) {
    let mut place = row(ui, rest, label, None, view);
    place.max.x += 120.0;
    line(ui, place, value, font::BODY, tokens(ui).text, Align::Min);
    name(ui, place, ("value", label), Role::Label, &format!("{label} {value}"));
}

fn shooting_ui(ui: &Ui, rest: &mut Rect, view: &View, out: &mut Vec<Command>) {
    let settings = &view.settings;
    if switch_row(ui, rest, Word::AutoShoot, settings.auto_shoot, Switch::On, view) {
        out.push(Command::ToggleAutoShoot);
    }
    auto_accept_row(ui, rest, view, out);
    if switch_row(ui, rest, Word::FacesStudent, settings.faces_student, Switch::Off, view) {
        out.push(Command::SetFacesStudent(Switch::from(!settings.faces_student)));
    }
    value_row(ui, rest, Word::Profile.text(view.lang), &settings.profile, view);
}

/// Off, or the seconds in which somebody can still object.
fn auto_accept_row(ui: &Ui, rest: &mut Rect, view: &View, out: &mut Vec<Command>) {
    let (lang, now) = (view.lang, view.settings.auto_accept);
    let label = Word::AutoAccept.text(lang);
    let mut place = row(ui, rest, label, Some(Word::Off.text(lang)), view);
    for (sign, to) in [("-", now.checked_sub(1)), ("+", Some(now + 1).filter(|to| *to <= LONGEST_AUTO_ACCEPT))] {
        let control = cut_left(&mut place, size::ROW_CONTROL);
        let control = Rect::from_center_size(control.center(), vec2(size::ROW_CONTROL, size::ROW_CONTROL));
        if button(ui, control, sign, &format!("{label} {sign}"), Weight::Plain, to.is_some()).clicked() {
            out.extend(to.map(Command::SetAutoAccept));
        }
        if sign == "-" {
            let value = cut_left(&mut place, 84.0);
            let words = if now == 0 { Word::Off.text(lang).to_owned() } else { text::window::seconds(now, lang) };
            line(ui, value, &words, font::STRONG, tokens(ui).text, Align::Center);
            name(ui, value, "auto accept", Role::Label, &format!("{label} {words}"));
        }
    }
}

fn looks_ui(ui: &Ui, rest: &mut Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let settings = &view.settings;
    let place = row(ui, rest, Word::ZoomSize.text(view.lang), Some("100 %"), view);
    let mut at = place;
    for (label, to) in [("-", settings.zoom_percent.saturating_sub(10)), ("+", settings.zoom_percent + 10)] {
        let mut control = cut_left(&mut at, size::ROW_CONTROL);
        control = Rect::from_center_size(control.center(), vec2(size::ROW_CONTROL, size::ROW_CONTROL));
        let spoken = format!("{} {label}", Word::ZoomSize.text(view.lang));
        let usable = (80..=150).contains(&to);
        if button(ui, control, label, &spoken, Weight::Plain, usable).clicked() {
            out.push(Command::SetZoom(to));
        }
        if label == "-" {
            let value = cut_left(&mut at, 84.0);
            line(ui, value, &format!("{} %", settings.zoom_percent), font::STRONG, tokens(ui).text, Align::Center);
        }
    }
    if switch_row(ui, rest, Word::ThemeWord, memory.light_theme, Switch::Off, view) {
        memory.light_theme = !memory.light_theme;
    }
    if switch_row(ui, rest, Word::ReducedMotion, settings.reduced_motion, Switch::Off, view) {
        out.push(Command::SetReducedMotion(Switch::from(!settings.reduced_motion)));
    }
    if switch_row(ui, rest, Word::StudentScreen, memory.student_screen, Switch::Off, view) {
        memory.student_screen = !memory.student_screen;
    }
    student_rows(ui, rest, view, out);
    if switch_row(ui, rest, Word::Language, view.lang == Lang::En, Switch::Off, view) {
        let other = if view.lang == Lang::En { Lang::Zh } else { Lang::En };
        out.push(Command::SetLanguage(other));
    }
}

/// Which display the student's screen fills, and where the lens is at it.
fn student_rows(ui: &Ui, rest: &mut Rect, view: &View, out: &mut Vec<Command>) {
    let (lang, settings) = (view.lang, &view.settings);
    let label = SideWord::Display.text(lang);
    let window = SideWord::Window.text(lang);
    let mut place = row(ui, rest, label, Some(window), view);
    let now = settings.student_display;
    for (sign, to) in [("-", now.checked_sub(1)), ("+", Some(now + 1).filter(|to| *to <= MOST_DISPLAYS))] {
        let control = cut_left(&mut place, size::ROW_CONTROL);
        let control = Rect::from_center_size(control.center(), vec2(size::ROW_CONTROL, size::ROW_CONTROL));
        if button(ui, control, sign, &format!("{label} {sign}"), Weight::Plain, to.is_some()).clicked() {
            out.extend(to.map(Command::SetStudentDisplay));
        }
        if sign == "-" {
            let value = cut_left(&mut place, 84.0);
            let words = if now == 0 { window.to_owned() } else { student_side::nth_display(now, lang) };
            line(ui, value, &words, font::STRONG, tokens(ui).text, Align::Center);
            name(ui, value, "student display", Role::Label, &format!("{label} {words}"));
        }
    }
    let label = SideWord::LensIsAt.text(lang);
    let mut place = row(ui, rest, label, Some(student_side::edge(LensEdge::Top, lang)), view);
    for edge in LensEdge::ALL {
        let field = cut_left(&mut place, 68.0).shrink2(vec2(2.0, 6.0));
        let word = student_side::edge(edge, lang);
        let chosen = settings.lens_edge == edge;
        let response = ui.interact(field, ui.scope_id().with(("lens", word)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, format!("{label} {word}")));
        let t = tokens(ui);
        let (fill, ink) = if chosen { (Tone::Info.fill(), Tone::Info.ink()) } else { (t.bg2, t.text) };
        ui.painter().rect_filled(field, CornerRadius::same(radius::BUTTON), fill);
        line(ui, field, word, font::BODY, ink, Align::Center);
        if response.clicked() && !chosen {
            out.push(Command::SetLensEdge(edge));
        }
    }
}

fn camera_ui(ui: &Ui, rest: &mut Rect, view: &View, out: &mut Vec<Command>) {
    let t = tokens(ui);
    value_row(ui, rest, Word::Camera.text(view.lang), &view.health.camera_name, view);
    if let Some(controls) = view.settings.controls {
        value_row(ui, rest, held::label(view.lang), &held::controls(controls, view.lang), view);
    }
    let place = row(ui, rest, TurnWord::Label.text(view.lang), Some(turned(Turn::Upright, view.lang)), view);
    turns_ui(ui, place.shrink2(vec2(0.0, 6.0)), view, out);
    for (index, camera) in view.cameras.iter().enumerate().take(6) {
        let place = cut_top(rest, size::CONTROL + space::S);
        let chosen = view.portrait_camera == Some(index);
        let field = Rect::from_min_size(place.min + vec2(0.0, space::XS), vec2(place.width(), size::CONTROL));
        let response = ui.interact(field, ui.scope_id().with(("camera", index)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, camera));
        let (fill, ink) = if chosen { (Tone::Info.fill(), Tone::Info.ink()) } else { (t.bg2, t.text) };
        ui.painter().rect_filled(field, CornerRadius::same(radius::BUTTON), fill);
        line(ui, field.shrink2(vec2(space::L, 0.0)), camera, font::BODY, ink, Align::Min);
        if response.clicked() && !chosen {
            out.push(Command::ChooseCamera(index));
        }
    }
    cut_top(rest, space::L);
    let mut place = cut_top(rest, size::CONTROL);
    for (word, command) in
        [(Word::LookAgain, Command::LookForCamera), (Word::SeeDemonstration, Command::OpenDemonstration)]
    {
        let control = cut_left(&mut place, 160.0);
        cut_left(&mut place, space::M);
        let label = word.text(view.lang);
        if button(ui, control, label, label, Weight::Plain, true).clicked() {
            out.push(command);
        }
    }
}

fn sound_ui(ui: &Ui, rest: &mut Rect, view: &View, out: &mut Vec<Command>) {
    if switch_row(ui, rest, Word::SoundOn, !view.settings.muted, Switch::On, view) {
        out.push(Command::ToggleMute);
    }
}

fn store_ui(ui: &mut Ui, rest: &mut Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let settings = &view.settings;
    value_row(ui, rest, Word::StationName.text(view.lang), &view.station, view);
    value_row(ui, rest, Word::DataFolder.text(view.lang), &settings.folder.display().to_string(), view);
    let second = settings
        .second_copy
        .as_ref()
        .map_or_else(|| Word::Absent.text(view.lang).to_owned(), |folder| folder.display().to_string());
    value_row(ui, rest, Word::SecondFolder.text(view.lang), &second, view);
    let [label, yes, no, forget] = PeopleWord::REMEMBER.map(|word| word.text(view.lang));
    let mut place = row(ui, rest, label, None, view);
    place.max.x += 120.0;
    let control = cut_right(&mut place, 120.0).shrink2(vec2(0.0, 6.0));
    let words = if settings.remembered { yes } else { no };
    line(ui, place, words, font::BODY, tokens(ui).text, Align::Min);
    name(ui, place, "remembered", Role::Label, &format!("{label} {words}"));
    if settings.remembered && button(ui, control, forget, forget, Weight::Plain, true).clicked() {
        out.push(Command::ForgetPassphrase);
    }
    cut_top(rest, space::L);
    collected_ui(ui, rest, view, memory, out);
}

/// Lists of collected codes: written for other stations, and taken in from them.
fn collected_ui(ui: &mut Ui, rest: &mut Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let [label, hint, write, read] = PeopleWord::LISTS.map(|word| word.text(view.lang));
    line(ui, cut_top(rest, 28.0), label, font::STRONG, tokens(ui).text2, Align::Min);
    field(ui, cut_top(rest, size::CONTROL), &mut memory.list_file, label, hint, Secrecy::Shown);
    cut_top(rest, space::S);
    if let Some(stranger) = &view.settings.stranger {
        stranger_ui(ui, rest, stranger, view, out);
        return;
    }
    let mut place = cut_top(rest, size::CONTROL);
    let file = PathBuf::from(memory.list_file.trim());
    let usable = file.is_absolute();
    for (words, command) in [(write, Command::ExportCollected(file.clone())), (read, Command::ImportCollected(file))] {
        let control = cut_left(&mut place, 160.0);
        cut_left(&mut place, space::M);
        if button(ui, control, words, words, Weight::Plain, usable).clicked() {
            out.push(command);
        }
    }
}

/// Whether a list that a stranger signed is taken in.
fn stranger_ui(ui: &Ui, rest: &mut Rect, stranger: &StrangerList, view: &View, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let words = text::people::stranger(&stranger.letter, &stranger.station, stranger.codes, view.lang);
    for (index, words) in [&words.what, &words.advice].into_iter().enumerate() {
        let mut place = cut_top(rest, 28.0);
        let whole = place;
        let sign = cut_left(&mut place, 28.0);
        if index == 0 {
            mark(ui, sign.left_center() + vec2(10.0, 0.0), 18.0, Mark::Triangle, t.warn);
        }
        line(ui, place, words, font::BODY, t.text, Align::Min);
        name(ui, whole, ("stranger", index), Role::Alert, words);
    }
    let mut place = cut_top(rest, size::CONTROL);
    let [trust, refuse] = PeopleWord::STRANGER.map(|word| word.text(view.lang));
    for (words, command) in [(trust, Command::TrustList), (refuse, Command::RefuseList)] {
        let control = cut_left(&mut place, 200.0);
        cut_left(&mut place, space::M);
        if button(ui, control, words, words, Weight::Plain, true).clicked() {
            out.push(command);
        }
    }
}

fn about_ui(ui: &Ui, rect: Rect, view: &View) {
    let t = tokens(ui);
    let mut rest = rect;
    value_row(ui, &mut rest, Word::Version.text(view.lang), &view.settings.version, view);
    cut_top(&mut rest, space::L);
    for word in [Word::AboutOne, Word::AboutTwo] {
        let words = word.text(view.lang);
        let bottom = paragraph(ui, rest, words, font::STRONG, t.text);
        name(ui, Rect::from_min_max(rest.min, egui::pos2(rest.right(), bottom)), words, Role::Label, words);
        rest.min.y = bottom + space::S;
    }
}
