//! What stays the same on every page: the top bar with the six pages and the lamps, the strips for faults.

use egui::{Align, Align2, Color32, CornerRadius, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::layout::{cut_left, cut_right, cut_top};
use super::marks::{self, Icon, Mark};
use super::memory::{Memory, Page};
use super::theme::{Tone, font, size, space, stroke, tokens};
use super::view::{Command, Gate, Lamp, Notice, Strip, View};
use super::widgets::{Weight, button, focus_ring, line, mark, name, width_of};
use crate::domain::condition::Battery;
use crate::domain::fault::StoreFault;
use crate::text::{self, Message, window as words, window::Word};

/// Days to seal are told when so few are left.
const TAGGED_DAYS: i64 = 2;

/// The bar over everything.
pub(super) fn top_bar_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory) {
    let t = tokens(ui);
    ui.painter().rect_filled(rect, CornerRadius::ZERO, t.bg0);
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(stroke::HAIR, t.line));
    let mut rest = rect.shrink2(vec2(space::S, 0.0));
    for page in Page::ALL {
        let label = page.word().text(view.lang);
        let width = width_of(ui, label, font::STRONG) + space::XL;
        let place = cut_left(&mut rest, width);
        if page_tab(ui, place, label, memory.page == page) {
            memory.page = page;
        }
    }
    lamps_ui(ui, &mut rest, view);
    let middle = rest.shrink2(vec2(space::L, 0.0));
    session_ui(ui, middle, view, memory);
}

/// The session's name and heading; opens 准备场次.
fn session_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory) {
    let t = tokens(ui);
    let words = match &view.group {
        Some(group) => format!("{}  {}", view.session_name, words::group_count(&group.name, group.stored, group.heads)),
        None => view.session_name.clone(),
    };
    let response = ui.interact(rect, ui.scope_id().with("session"), Sense::click());
    let spoken = format!("{} {words}", Word::PagePrepare.text(view.lang));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
    let ink = if response.hovered() || memory.page == Page::Prepare { t.text } else { t.text2 };
    line(ui, rect, &words, font::BODY, ink, Align::Center);
    focus_ring(ui, rect.shrink(4.0), &response);
    if response.clicked() {
        memory.page = Page::Prepare;
    }
}

fn page_tab(ui: &Ui, rect: Rect, label: &str, chosen: bool) -> bool {
    let t = tokens(ui);
    let response = ui.interact(rect, ui.scope_id().with(("page", label)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, chosen, label));
    let ink = if chosen || response.hovered() { t.text } else { t.text2 };
    line(ui, rect, label, font::STRONG, ink, Align::Center);
    if chosen {
        let under = Rect::from_min_max(
            pos2(rect.left() + space::S, rect.bottom() - 4.0),
            pos2(rect.right() - space::S, rect.bottom()),
        );
        ui.painter().rect_filled(under, CornerRadius::same(2), t.link);
    }
    focus_ring(ui, rect.shrink(4.0), &response);
    response.clicked()
}

fn lamps_ui(ui: &Ui, rest: &mut Rect, view: &View) {
    let lang = view.lang;
    let count = words::people(view.health.stored_today, lang);
    let width = width_of(ui, &count, font::TITLE) + space::L;
    if !view.settings.faces_student {
        let place = cut_right(rest, width);
        line(ui, place, &count, font::TITLE, tokens(ui).text, Align::Max);
        name(ui, place, "people", Role::Label, &count);
        unsealed_ui(ui, rest, view);
    }
    if view.simulated {
        simulated_tag(ui, rest, view);
    }
    freeze_tags(ui, rest, view);
    if view.health.clock.is_some() {
        lamp_ui(ui, rest, Icon::Clock, text::condition::clock(lang), Lamp::Warns, view);
    }
    if let Some(battery) = view.health.battery {
        lamp_ui(ui, rest, Icon::Battery, &text::condition::battery(battery, lang), battery_lamp(battery), view);
    }
    if view.health.copy != Lamp::Absent {
        lamp_ui(ui, rest, Icon::Stick, Word::SecondDisk.text(lang), view.health.copy, view);
    }
    lamp_ui(ui, rest, Icon::Disk, Word::Store.text(lang), view.health.store, view);
    lamp_ui(ui, rest, Icon::Camera, Word::Camera.text(lang), view.health.camera, view);
}

/// How many pictures wait for their bundle, and how long; whether that is too long the tags say.
fn unsealed_ui(ui: &Ui, rest: &mut Rect, view: &View) {
    let health = &view.health;
    if health.unsealed == 0 {
        return;
    }
    let words = text::condition::unsealed(health.unsealed, health.unsealed_days, view.lang);
    let place = cut_right(rest, width_of(ui, &words, font::CAPTION) + space::L);
    line(ui, place, &words, font::CAPTION, tokens(ui).text2, Align::Max);
    name(ui, place, "unsealed", Role::Label, &words);
}

/// A battery warns while there is time to find the cable; when there is little a strip says so.
pub(super) const fn battery_lamp(battery: Battery) -> Lamp {
    if battery.is_few() { Lamp::Warns } else { Lamp::Good }
}

/// What will stop new locks, before it does: days left to seal, room that will not be enough.
fn freeze_tags(ui: &Ui, rest: &mut Rect, view: &View) {
    let health = &view.health;
    if let Some(days) = health.days_to_seal.filter(|days| *days <= TAGGED_DAYS) {
        tag_ui(ui, rest, &words::days_to_seal(days, health.seal_other.as_deref(), view.lang), "days to seal");
    }
    if let Some(needed) = health.room_short_gb {
        tag_ui(ui, rest, &words::room_short(needed, view.lang), "room short");
    }
}

fn simulated_tag(ui: &Ui, rest: &mut Rect, view: &View) {
    tag_ui(ui, rest, Word::Demonstration.text(view.lang), "simulated tag");
}

fn tag_ui(ui: &Ui, rest: &mut Rect, label: &str, id: &str) {
    let width = width_of(ui, label, font::CAPTION) + space::L;
    cut_right(rest, space::M);
    let place = cut_right(rest, width);
    let tag = Rect::from_center_size(place.center(), vec2(width, 26.0));
    ui.painter().rect_filled(tag, CornerRadius::same(4), Tone::Warn.fill());
    line(ui, tag, label, font::CAPTION, Tone::Warn.ink(), Align::Center);
    name(ui, tag, id, Role::Label, label);
}

/// The shape and colour of a lamp.
pub(super) fn lamp_mark(lamp: Lamp) -> (Mark, fn(&super::theme::Tokens) -> Color32, Word) {
    match lamp {
        Lamp::Absent => (Mark::Dash, |t| t.text3, Word::Absent),
        Lamp::Starting => (Mark::Dots, |t| t.off, Word::Starting),
        Lamp::Good => (Mark::Tick, |t| t.off, Word::Good),
        Lamp::Warns => (Mark::Triangle, |t| t.warn, Word::Warns),
        Lamp::Broken => (Mark::Octagon, |t| t.fail, Word::Broken),
    }
}

fn lamp_ui(ui: &Ui, rest: &mut Rect, icon: Icon, label: &str, lamp: Lamp, view: &View) {
    let t = tokens(ui);
    let (shape, color, word) = lamp_mark(lamp);
    let width = 22.0 + space::XS + width_of(ui, label, font::CAPTION) + space::XS + 16.0 + space::L;
    let mut place = cut_right(rest, width);
    let spoken = format!("{label} {}", word.text(view.lang));
    name(ui, place, ("lamp", label), Role::Status, &spoken).on_hover_text(detail(icon, view, &spoken));
    let picture = cut_left(&mut place, 22.0);
    marks::icon(ui.painter(), picture.center(), 18.0, icon, t.text2);
    cut_left(&mut place, space::XS);
    let sign = Rect::from_min_size(pos2(place.right() - space::L - 16.0, place.top()), vec2(16.0, place.height()));
    line(ui, place, label, font::CAPTION, t.text2, Align::Min);
    mark(ui, sign.center(), 15.0, shape, color(t));
}

fn detail(icon: Icon, view: &View, spoken: &str) -> String {
    match icon {
        Icon::Camera => {
            let rate = view.health.camera_fps.map(|fps| words::frame_rate(fps, view.lang)).unwrap_or_default();
            format!("{spoken}\n{} {rate}", view.health.camera_name)
        }
        Icon::Disk => {
            let free = view.health.free_gb.map(|gb| words::free_space(gb, view.lang)).unwrap_or_default();
            format!("{spoken}\n{free}")
        }
        Icon::Battery => {
            let supply = view.health.battery.map(|battery| text::condition::supply(battery, view.lang));
            format!("{spoken}\n{}", supply.unwrap_or_default())
        }
        _ => match copy_detail(view) {
            words if words.is_empty() => spoken.to_owned(),
            words => format!("{spoken}\n{words}"),
        },
    }
}

/// Why copies are missing on the second disk, and how many.
pub(super) fn copy_detail(view: &View) -> String {
    let health = &view.health;
    let why = health.copy_behind.map(|behind| text::second_disk::lamp(behind, view.lang).to_owned());
    let count = (health.copies_missing > 0).then(|| words::copies_missing(health.copies_missing, view.lang));
    why.into_iter().chain(count).collect::<Vec<_>>().join("  ")
}

/// The sentence and the one button of a strip.
fn strip_words(strip: &Strip, view: &View) -> (Message, Option<(Word, Command)>) {
    match strip {
        Strip::Camera(fault) => (text::fault::camera(*fault, view.lang), Some((Word::Silence, Command::Silence))),
        Strip::Store(StoreFault::BacklogUnsealed) => {
            (text::fault::backlog(view.health.seal_other.as_deref(), view.lang), None)
        }
        Strip::Store(fault) => {
            let here = (*fault == StoreFault::SecondCopyForeign).then_some((Word::UseThisDisk, Command::UseThisDisk));
            (text::fault::store(*fault, view.lang), here)
        }
        Strip::WorkerDied { stored } => {
            (words::worker_died(*stored, view.lang), Some((Word::RestartWorker, Command::RestartWorker)))
        }
        Strip::Models => (words::models_fault(view.lang), None),
        Strip::Condition(message) | Strip::Notice(Notice::Fault(message)) => (message.clone(), None),
    }
}

/// Faults that need a hand, one row each, cut off the top of `rest`.
pub(super) fn strips_ui(ui: &Ui, rest: &mut Rect, view: &View, out: &mut Vec<Command>) {
    for (index, strip) in view.strips.iter().enumerate().take(2) {
        let rect = cut_top(rest, size::STRIP);
        let (message, action) = strip_words(strip, view);
        let tone = if matches!(strip, Strip::Notice(_)) { Tone::Idle } else { Tone::Warn };
        ui.painter().rect_filled(rect, CornerRadius::ZERO, tone.fill());
        let mut place = rect.shrink2(vec2(space::L, 0.0));
        let sign = cut_left(&mut place, 28.0);
        marks::paint(ui.painter(), sign.center(), 20.0, Mark::Triangle, tone.ink(), tone.fill());
        if let Some((word, command)) = action {
            let label = word.text(view.lang);
            let width = width_of(ui, label, font::STRONG) + space::XXL;
            let at = cut_right(&mut place, width).shrink2(vec2(0.0, 2.0));
            if button(ui, at, label, label, Weight::Plain, true).clicked() {
                out.push(command);
            }
        }
        let sentence = format!("{}   {}", message.what, message.advice);
        line(ui, place, &sentence, font::BODY, tone.ink(), Align::Min);
        name(ui, place, ("strip", index), Role::Alert, &sentence);
    }
}

/// What is painted while the desk is being opened.
pub(super) fn is_open(view: &View) -> bool {
    view.gate == Gate::Open
}

/// A line and a hint in the middle of an empty page; returns where a button may stand.
pub(super) fn empty_ui(ui: &Ui, rect: Rect, icon: Icon, what: Word, hint: Word, view: &View) -> Rect {
    empty_words_ui(ui, rect, icon, what.text(view.lang), hint.text(view.lang))
}

/// The same with words of another list.
pub(super) fn empty_words_ui(ui: &Ui, rect: Rect, icon: Icon, what: &str, hint: &str) -> Rect {
    let t = tokens(ui);
    let center = rect.center() - vec2(0.0, space::XL);
    marks::icon(ui.painter(), center - vec2(0.0, 72.0), 64.0, icon, t.edge);
    super::widgets::text_at(ui, center, Align2::CENTER_CENTER, what, font::PAGE, t.text);
    super::widgets::text_at(ui, center + vec2(0.0, 40.0), Align2::CENTER_CENTER, hint, font::STRONG, t.text2);
    name(ui, Rect::from_center_size(center, vec2(480.0, 96.0)), ("empty", what), Role::Label, what);
    Rect::from_center_size(center + vec2(0.0, 96.0), vec2(200.0, size::CONTROL))
}
