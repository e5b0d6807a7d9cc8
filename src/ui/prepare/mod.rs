//! 准备场次: six steps from the session's name to the first student. Opens by itself at the first start, later from the
//! session's name in the top bar.
//!
//! A step that cannot work is not left forward; one with a warning is. Everything that is tried is tried for real:
//! a code before the lens, a key, a sound, a file written and read back.

mod camera;
mod code;
mod name;
mod parts;
mod roster;
mod signals;
mod standard;
mod start;
mod storage;
pub mod view;

pub(super) use parts::choice;

use egui::{CornerRadius, Key, Rect, Role, Sense, Ui, WidgetInfo, vec2};

use self::view::{CodePanel, DiskTest};
use super::layout::{cut_bottom, cut_left, cut_right, cut_top};
use super::marks::Mark;
use super::memory::{Memory, Page};
use super::theme::{font, radius, size, space, tokens};
use super::view::{Command, View};
use super::widgets::{Weight, button, card, key_button, key_button_width, line, mark, name as label};
use crate::domain::set_up::{Missing, SetUp};
use crate::text::papers;
use crate::text::window::Word;

/// The steps in order.
const STEPS: [Word; 6] =
    [Word::PrepName, Word::PrepStandard, Word::PrepCamera, Word::PrepSignals, Word::PrepStorage, Word::PrepStart];
const LAST: usize = STEPS.len() - 1;

/// The whole page.
pub(super) fn page_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    memory.prepare.begin(&view.prepare, view.settings.second_copy.as_deref());
    if memory.prepare.set_up.is_none() {
        return;
    }
    let mut rest = rect.shrink(space::MARGIN);
    let list = cut_left(&mut rest, size::SIDE_LIST);
    steps_ui(ui, list, view, memory, out);
    cut_left(&mut rest, space::L);
    card(ui, rest);
    let mut body = rest.shrink(space::XL);
    let foot = cut_bottom(&mut body, size::CONTROL);
    cut_bottom(&mut body, space::M);
    let title = cut_top(&mut body, 44.0);
    let words = STEPS[memory.prepare.step.min(LAST)].text(view.lang);
    line(ui, title, words, font::PAGE, tokens(ui).text, egui::Align::Min);
    label(ui, title, "step", Role::Heading, words);
    cut_top(&mut body, space::S);
    if let Some(panel) = memory.prepare.panel {
        code::panel_ui(ui, body.union(foot), panel, view, memory);
        return;
    }
    match memory.prepare.step {
        0 if memory.prepare.roster_open => roster::page_ui(ui, body, view, memory, out),
        0 => name::step_ui(ui, body, view, memory, out),
        1 => standard::step_ui(ui, body, view, memory),
        2 => camera::step_ui(ui, body, view, memory, out),
        3 => signals::step_ui(ui, body, view, memory, out),
        4 => storage::step_ui(ui, body, view, memory, out),
        _ => start::step_ui(ui, body, view, memory, out),
    }
    foot_ui(ui, foot, view, memory, out);
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Open,
    Done,
    /// Done, with something to know.
    Warns,
    /// Cannot be left like this.
    Blocked,
}

fn standing(step: usize, view: &View, memory: &Memory) -> Standing {
    let form = &memory.prepare;
    let Some(set_up) = &form.set_up else { return Standing::Open };
    let missing = view.prepare.missing(set_up);
    let lacks = |which: &[Missing]| missing.iter().any(|one| which.contains(one));
    match step {
        0 if lacks(&[Missing::Name, Missing::RunBy]) || matches!(form.answers(), Some(Err(_))) => Standing::Blocked,
        1 if lacks(&[Missing::Standard, Missing::Backdrop]) => Standing::Blocked,
        0 | 1 => Standing::Done,
        2 => camera::standing(view),
        3 => signals::standing(view, memory),
        4 => match (view.prepare.first_disk, view.prepare.second_disk_at(form.second_copy().as_deref())) {
            (DiskTest::Fault(_), _) => Standing::Blocked,
            (DiskTest::Good { .. }, DiskTest::Good { .. }) => Standing::Done,
            (DiskTest::Good { .. }, _) => Standing::Warns,
            _ => Standing::Open,
        },
        _ => Standing::Open,
    }
}

/// The session can start: what must be answered is, and the first disk can be written.
fn ready(view: &View, memory: &Memory) -> Option<SetUp> {
    let blocked = (0..LAST).any(|step| standing(step, view, memory) == Standing::Blocked);
    let answers = memory.prepare.answers()?.ok()?;
    (!blocked).then_some(answers)
}

fn steps_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let mut rest = rect;
    for (index, word) in STEPS.into_iter().enumerate() {
        let place = cut_top(&mut rest, size::CONTROL);
        cut_top(&mut rest, space::XS);
        let here = memory.prepare.step == index;
        let response = ui.interact(place, ui.scope_id().with(("prepare", index)), Sense::click());
        let (shape, color, said) = match standing(index, view, memory) {
            _ if index == LAST => (None, t.off, ""),
            Standing::Open => (None, t.off, ""),
            Standing::Done => (Some(Mark::Tick), t.off, Word::Good.text(view.lang)),
            Standing::Warns => (Some(Mark::Triangle), t.warn, Word::Warns.text(view.lang)),
            Standing::Blocked if index == 2 => (Some(Mark::Octagon), t.fail, Word::Broken.text(view.lang)),
            Standing::Blocked => (Some(Mark::Octagon), t.fail, Word::PrepOpen.text(view.lang)),
        };
        let words = word.text(view.lang);
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, here, format!("{words} {said}").trim()));
        if here || response.hovered() {
            ui.painter().rect_filled(place, CornerRadius::same(radius::BUTTON), if here { t.bg2 } else { t.bg1 });
        }
        let mut inside = place.shrink2(vec2(space::M, 0.0));
        let sign = cut_left(&mut inside, 32.0);
        line(ui, sign, &(index + 1).to_string(), font::STRONG, if here { t.link } else { t.text2 }, egui::Align::Min);
        let end = cut_right(&mut inside, 24.0);
        if let Some(shape) = shape {
            mark(ui, end.center(), 18.0, shape, color);
        }
        line(ui, inside, words, font::STRONG, t.text, egui::Align::Min);
        if response.clicked() {
            memory.prepare.step = index;
            memory.prepare.panel = None;
        }
    }
    let mut foot = cut_bottom(&mut rest, size::CONTROL * 3.0 + space::S * 2.0);
    let scan = cut_top(&mut foot, size::CONTROL);
    let words = papers::read_set_up_code(view.lang);
    if button(ui, scan, words, words, Weight::Plain, true).clicked() {
        memory.prepare.panel = Some(CodePanel::Read);
    }
    cut_top(&mut foot, space::S);
    let import = cut_top(&mut foot, size::CONTROL);
    let words = Word::PrepImport.text(view.lang);
    if button(ui, import, words, words, Weight::Plain, true).clicked() {
        out.push(Command::ImportSetUp);
    }
    cut_top(&mut foot, space::S);
    let words = Word::PrepClose.text(view.lang);
    if button(ui, cut_top(&mut foot, size::CONTROL), words, words, Weight::Quiet, true).clicked() {
        memory.page = Page::Shoot;
    }
}

fn foot_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let mut rest = rect;
    let next = cut_right(&mut rest, 200.0);
    cut_right(&mut rest, space::M);
    let back = cut_right(&mut rest, 160.0);
    let step = memory.prepare.step;
    let back_word = Word::Previous.text(view.lang);
    if step > 0 && button(ui, back, back_word, back_word, Weight::Plain, true).clicked() {
        memory.prepare.step = step - 1;
    }
    if step < LAST {
        let words = Word::Next.text(view.lang);
        let usable = standing(step, view, memory) != Standing::Blocked;
        let width = key_button_width(ui, "Enter", words).max(160.0);
        let place = Rect::from_min_max(egui::pos2(next.right() - width, next.top()), next.max);
        if key_button(ui, place, "Enter", words, Weight::Primary, usable).clicked() {
            memory.prepare.step = step + 1;
        }
        return;
    }
    let answers = ready(view, memory);
    let words = if view.prepare.current_is_empty { Word::PrepBegin } else { Word::PrepBeginNew }.text(view.lang);
    if button(ui, next, words, words, Weight::Primary, answers.is_some()).clicked() {
        out.extend(answers.clone().map(|answers| Command::StartSession(Box::new(answers))));
    }
    let change = Rect::from_min_size(rest.min, vec2(180.0, size::CONTROL));
    let words = Word::PrepChange.text(view.lang);
    if !view.prepare.current_is_empty && button(ui, change, words, words, Weight::Plain, answers.is_some()).clicked() {
        out.extend(answers.clone().map(|answers| Command::ChangeSession(Box::new(answers))));
    }
    let export = Rect::from_min_size(change.right_top() + vec2(space::M, 0.0), vec2(160.0, size::CONTROL));
    let words = Word::PrepExport.text(view.lang);
    if button(ui, export, words, words, Weight::Plain, answers.is_some()).clicked() {
        out.extend(answers.clone().map(|answers| Command::ExportSetUp(Box::new(answers))));
    }
    let poster = Rect::from_min_size(export.right_top() + vec2(space::M, 0.0), vec2(140.0, size::CONTROL));
    let code = Rect::from_min_size(poster.right_top() + vec2(space::M, 0.0), vec2(110.0, size::CONTROL));
    let words = papers::set_up_code(view.lang);
    if button(ui, code, words, words, Weight::Plain, answers.is_some()).clicked() {
        memory.prepare.panel = Some(CodePanel::Show);
    }
    let words = Word::PrepPoster.text(view.lang);
    if button(ui, poster, words, words, Weight::Plain, answers.is_some()).clicked() {
        out.extend(answers.map(|answers| Command::WritePoster(Box::new(answers))));
    }
}

/// Enter goes on where the step may be left, Backspace back; in the step of keys every other key is tried.
pub(super) fn key(key: Key, view: &View, memory: &mut Memory) {
    let step = memory.prepare.step;
    match key {
        Key::Escape | Key::Backspace | Key::Enter if memory.prepare.panel.is_some() => memory.prepare.panel = None,
        Key::Backspace if memory.prepare.roster_open => memory.prepare.roster_open = false,
        Key::Enter if step < LAST && standing(step, view, memory) != Standing::Blocked => {
            memory.prepare.step = step + 1;
        }
        Key::Backspace if step > 0 => memory.prepare.step = step - 1,
        Key::Enter | Key::Backspace => {}
        key if step == 3 => memory.prepare.pressed = Some(key),
        _ => {}
    }
}
