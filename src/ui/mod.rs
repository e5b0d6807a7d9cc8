//! Paint: reads a [`view::View`], pushes [`view::Command`]s. Imports egui, `domain` and `text`, nothing else of ours.
//!
//! [`screen`] paints the whole window once; it holds no state of the desk. What it remembers of itself (page, typed
//! text, open panels) is [`memory::Memory`].

pub mod adopt;
pub mod band;
pub mod centre;
mod chrome;
mod command;
mod fault_page;
pub mod fonts;
mod gate;
pub mod guides;
mod handover;
mod help;
mod how_to_hold;
pub mod keymap;
pub mod keys;
mod layout;
pub mod marks;
pub mod memory;
pub mod norm;
mod overview;
pub mod people;
pub mod prepare;
pub mod purge;
pub mod question;
mod queue;
mod rare;
pub mod receipts;
pub mod review;
mod review_shot;
pub mod roster;
pub mod scan_desk;
pub mod scan_screen;
mod settings;
pub mod settings_keys;
mod shooting;
pub mod student;
pub mod student_waiting;
pub mod theme;
mod turn;
pub mod view;
pub mod ways;
mod widgets;

#[cfg(test)]
mod theme_tests;

use egui::{Key, Ui, Vec2, ViewportCommand};

use crate::domain::time::Monotonic;
use keys::Input;
use memory::{Memory, Overlay, Page};
use people::PeopleCommand;
use theme::size;
use view::{Command, Secret, Stage, View};

/// Sets up a context once: themes, sizes, fonts.
pub fn set_up(ctx: &egui::Context) {
    fonts::install(ctx);
    theme::apply(ctx);
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
}

/// Paints one pass of the whole window and returns what was done in it.
pub fn screen(ui: &mut Ui, view: &View, memory: &mut Memory, now: Monotonic) -> Vec<Command> {
    let mut out = Vec::new();
    let rect = ui.max_rect();
    scale(ui, view);
    ui.ctx().set_theme(if memory.light_theme { egui::Theme::Light } else { egui::Theme::Dark });
    ui.painter().rect_filled(rect, egui::CornerRadius::ZERO, theme::tokens(ui).bg0);
    if !chrome::is_open(view) {
        gate::page_ui(ui, rect, view, memory, &mut out);
        return out;
    }
    read_keys(ui, view, memory, now, &mut out);
    let mut rest = rect;
    let bar = layout::cut_top(&mut rest, size::TOP_BAR);
    let shake = band::shake(view);
    if memory.page == Page::Shoot {
        chrome::top_bar_ui(ui, bar, view, memory);
        band::band_ui(ui, layout::cut_top(&mut rest, size::BAND).translate(shake), view);
    } else {
        chrome::top_bar_ui(ui, bar.translate(shake), view, memory);
    }
    chrome::strips_ui(ui, &mut rest, view, &mut out);
    page_ui(ui, rest, view, memory, &mut out);
    ways::over_ui(ui, rest, view);
    help::overlay_ui(ui, rect, view, memory);
    if view.people.second {
        people::second_ui(ui, rect, view, memory, &mut out);
    }
    out
}

fn page_ui(ui: &mut Ui, rect: egui::Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    match memory.page {
        Page::Shoot => match (&view.shot, &view.ways.photo) {
            (Some(shot), _) if matches!(view.stage, Stage::Review(_) | Stage::Storing) => {
                review_shot::page_ui(ui, rect, shot, view, memory, out);
            }
            (_, Some(photo)) => ways::photo_ui(ui, rect, photo, view, memory, out),
            _ => shooting::page_ui(ui, rect, view, memory, out),
        },
        Page::Queue => queue::page_ui(ui, rect, view, memory, out),
        Page::Review => review::page_ui(ui, rect, view, memory, out),
        Page::Handover => handover::page_ui(ui, rect, view, memory, out),
        Page::Overview => overview::page_ui(ui, rect, view),
        Page::Settings => settings::page_ui(ui, rect, view, memory, out),
        Page::Prepare => prepare::page_ui(ui, rect, view, memory, out),
        Page::Ways => ways::page_ui(ui, rect, view, memory, out),
    }
}

/// Follows the window's size with the zoom factor.
fn scale(ui: &Ui, view: &View) {
    let ctx = ui.ctx();
    let now = ctx.zoom_factor();
    let native: Vec2 = ui.max_rect().size() * now;
    let wanted = theme::zoom(native, view.settings.zoom_percent);
    if (wanted - now).abs() > 0.001 {
        ctx.set_zoom_factor(wanted);
    }
}

fn read_keys(ui: &Ui, view: &View, memory: &mut Memory, now: Monotonic, out: &mut Vec<Command>) {
    let ctx = ui.ctx();
    let typing = ctx.text_edit_focused();
    if memory.page != Page::Settings || memory.settings_part != memory::SettingsPart::Keys {
        memory.teaching = settings_keys::Teaching::Nothing;
    }
    if ctx.current_pass_index() > 0 {
        return; // painted once more in the same frame: its keys were taken, and no silence has passed
    }
    let events = ctx.input(|input| input.events.clone());
    for input in memory.keys.read(&events, now) {
        match input {
            Input::Gun(line) => {
                // what a gun typed into a search field is a scan and no search
                memory.queue_search.clear();
                memory.people.clear_pin();
                out.push(Command::Gun(Secret::new(line)));
            }
            Input::Key(key) if memory.teaching.waits() => {
                let mut teaching = memory.teaching;
                out.extend(teaching.take(key, &mut memory.keymap));
                memory.teaching = teaching;
            }
            Input::Key(Key::F12) => out.push(Command::People(PeopleCommand::Lock)),
            Input::Key(Key::Escape) if view.people.second => out.push(Command::People(PeopleCommand::NoSecond)),
            Input::Key(_) if view.people.second => {}
            Input::Key(key) if everywhere(ctx, key, memory) => {}
            Input::Key(Key::Escape) if typing => ctx.memory_mut(|m| {
                if let Some(id) = m.focused() {
                    m.surrender_focus(id);
                }
            }),
            Input::Key(_) if typing => {}
            Input::Key(key) if student::said_by(key, view).is_some() => {
                out.extend(student::said_by(key, view).map(Command::StudentSays));
            }
            Input::Key(key) => page_key(ctx, key, view, memory, out),
        }
    }
    if let Some(wait) = memory.keys.decides_in(now) {
        ctx.request_repaint_after(wait);
    }
}

/// Keys that mean the same on every page.
fn everywhere(ctx: &egui::Context, key: Key, memory: &mut Memory) -> bool {
    let page = [Key::F2, Key::F3, Key::F4, Key::F5, Key::F6, Key::F7].iter().position(|&k| k == key);
    if let Some(page) = page {
        memory.page = Page::ALL[page];
        memory.overlay = None;
        return true;
    }
    match key {
        Key::F1 => {
            memory.overlay = if memory.overlay.is_some() { None } else { Some(Overlay::Help) };
        }
        Key::F8 => memory.light_theme = !memory.light_theme,
        Key::F10 => memory.student_screen = !memory.student_screen,
        Key::F11 => {
            memory.full_screen = !memory.full_screen;
            ctx.send_viewport_cmd(ViewportCommand::Fullscreen(memory.full_screen));
        }
        Key::Escape if memory.overlay.is_some() => memory.overlay = None,
        _ => return false,
    }
    true
}

fn page_key(ctx: &egui::Context, key: Key, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    // a focused button would answer Space and Enter a second time
    let focused = ctx.memory(egui::Memory::focused);
    if let Some(id) = focused
        && matches!(key, Key::Space | Key::Enter)
    {
        if memory.page != Page::Shoot {
            return;
        }
        ctx.memory_mut(|m| m.surrender_focus(id));
    }
    if let (Page::Shoot, Some(photo)) = (memory.page, &view.ways.photo) {
        out.extend(ways::photo_key(key, photo, view, memory));
        return;
    }
    let key = match memory.page {
        // Digits and Esc answer a question whatever was taught.
        Page::Shoot if view.question.is_some() => memory.keymap.meant(key).unwrap_or(key),
        Page::Shoot => match memory.keymap.meant(key) {
            Some(key) => key,
            None => return,
        },
        _ => key,
    };
    match (memory.page, key) {
        (_, Key::Slash) => {
            memory.page = Page::Queue;
            memory.focus_search = true;
        }
        (Page::Shoot, Key::G) if view.question.is_none() => memory.guides = memory.guides.next(),
        (Page::Shoot, Key::K) if view.question.is_none() => memory.page = Page::Ways,
        (Page::Shoot, Key::W) if view.subject.is_some() => memory.overlay = Some(Overlay::Witness),
        (Page::Shoot, Key::Z) if view.shot.is_some() => memory.overlay = Some(Overlay::Photo),
        (Page::Shoot, key) => out.extend(shooting::key_command(key, view)),
        (Page::Queue, key) => out.extend(queue::key(key, view, memory)),
        (Page::Review, key) => out.extend(review::key(key, view, memory)),
        (Page::Handover, key) => handover::key(key, view, memory),
        (Page::Prepare, key) => prepare::key(key, view, memory),
        (Page::Settings, key) if memory.settings_part == memory::SettingsPart::Purge => {
            out.extend(purge::key(key, view));
        }
        (Page::Overview | Page::Settings | Page::Ways, _) => {}
    }
}
