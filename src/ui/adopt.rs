//! 接管备份盘 at the gate: which copy, what opens it, then letter and passphrase of the new station, how far it is, and
//! what was taken over and what was lost.

use std::path::PathBuf;

use egui::{Align, Rect, Role, Ui, vec2};
use zeroize::Zeroizing;

use super::gate::{complaint, head, letter_ui, secret_field, wait_ui};
use super::layout::{cut_bottom, cut_left, cut_right, cut_top};
use super::marks::{Icon, Mark};
use super::memory::Memory;
use super::prepare::choice;
use super::theme::{font, size, space, tokens};
use super::view::{Command, Secret, View};
use super::widgets::{Secrecy, Weight, button, card, field, line, mark, name};
use crate::domain::ids::StationLetter;
use crate::text::Message;
use crate::text::adopt::{self as words, AdoptWord};

/// Size of the card.
const CARD: egui::Vec2 = vec2(640.0, 560.0);
/// Copies that were found and fit.
const SHOWN: usize = 3;
/// Fewest characters of a passphrase, as at the first start.
const PASSPHRASE_LEAST: usize = 8;

/// What stands at the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdoptGate {
    Asking {
        /// Copies on what is mounted.
        found: Vec<FoundCopy>,
        /// A folder that the system's dialog gave.
        picked: Option<PathBuf>,
        key_picked: Option<PathBuf>,
        fault: Option<Message>,
        /// An earlier try of this folder: its copy and letter stand.
        unfinished: Option<(PathBuf, StationLetter)>,
    },
    Running {
        done: usize,
        of: usize,
    },
    Done(Adopted),
}

/// A copy of a station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCopy {
    pub path: PathBuf,
    pub letter: StationLetter,
    pub name: String,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Adopted {
    pub letter: String,
    pub records: usize,
    /// Records whose capsule is not in the copy.
    pub missing: usize,
    /// Shot numbers of subjects that go on here.
    pub locks: Vec<String>,
    /// Shot numbers whose codes are to be shown again.
    pub lost_locks: Vec<String>,
    /// Places of the copy that could not be read.
    pub problems: usize,
    /// The old folder could not be marked.
    pub not_marked: bool,
}

/// What opens the old station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OldSecret {
    Passphrase(Secret),
    /// A file with the recovery key.
    RecoveryFile(PathBuf),
}

/// What is done here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AdoptCommand {
    Begin,
    Back,
    PickCopy,
    PickKey,
    Start {
        from: PathBuf,
        old: OldSecret,
        letter: StationLetter,
        passphrase: Secret,
    },
    /// What was told was read: the desk opens.
    Finish,
}

/// What is typed. Nothing here is kept.
#[derive(Default)]
pub struct Form {
    second_step: bool,
    from: String,
    by_recovery: bool,
    old: Zeroizing<String>,
    key_file: String,
}

pub(super) fn page_ui(
    ui: &mut Ui,
    rect: Rect,
    gate: &AdoptGate,
    view: &View,
    memory: &mut Memory,
    out: &mut Vec<Command>,
) {
    let place = Rect::from_center_size(rect.center(), CARD).intersect(rect.shrink(space::M));
    card(ui, place);
    let rest = place.shrink2(vec2(space::XXL, space::XL));
    match gate {
        AdoptGate::Asking { .. } => asking_ui(ui, rest, gate, view, memory, out),
        AdoptGate::Running { done, of } => wait_ui(ui, rest, &words::running(*done, *of, view.lang)),
        AdoptGate::Done(adopted) => done_ui(ui, rest, adopted, view, out),
    }
}

fn asking_ui(ui: &mut Ui, rect: Rect, gate: &AdoptGate, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let AdoptGate::Asking { found, picked, key_picked, fault, unfinished } = gate else { return };
    let mut rest = rect;
    let hint = if unfinished.is_some() { AdoptWord::UnfinishedHint } else { AdoptWord::Hint };
    head(ui, &mut rest, Icon::Key, AdoptWord::Title.text(view.lang), hint.text(view.lang));
    let foot = cut_bottom(&mut rest, size::CONTROL);
    cut_bottom(&mut rest, space::S);
    let mut told = cut_bottom(&mut rest, 36.0);
    let form = &mut memory.adopt;
    if let Some(picked) = picked
        && form.from.is_empty()
    {
        form.from = picked.display().to_string();
    }
    if let Some(picked) = key_picked
        && form.key_file.is_empty()
    {
        form.key_file = picked.display().to_string();
    }
    if let Some((_, letter)) = unfinished {
        memory.letter = *letter;
    }
    let mut words = fault.as_ref().map_or_else(String::new, |fault| format!("{}，{}", fault.what, fault.advice));
    if memory.adopt.second_step {
        let usable = new_station_ui(ui, &mut rest, unfinished.is_some(), view, memory, &mut words);
        complaint(ui, &mut told, &words);
        second_foot_ui(ui, foot, usable, view, memory, out);
    } else {
        copy_ui(ui, &mut rest, found, view, memory, out);
        key_ui(ui, &mut rest, view, memory, out);
        complaint(ui, &mut told, &words);
        first_foot_ui(ui, foot, view, memory, out);
    }
}

/// Which folder.
fn copy_ui(
    ui: &mut Ui,
    rest: &mut Rect,
    found: &[FoundCopy],
    view: &View,
    memory: &mut Memory,
    out: &mut Vec<Command>,
) {
    let t = tokens(ui);
    let form = &mut memory.adopt;
    let label = AdoptWord::Copy.text(view.lang);
    line(ui, cut_top(rest, 28.0), label, font::BODY, t.text2, Align::Min);
    for copy in found.iter().take(SHOWN) {
        let place = cut_top(rest, size::ROW_CONTROL);
        cut_top(rest, space::XS);
        let path = copy.path.display().to_string();
        let words = words::found(&copy.letter.to_string(), &copy.name, &path, view.lang);
        if choice(ui, place, &words, &words, form.from == path, Role::RadioButton) {
            form.from = path;
        }
    }
    let mut row = cut_top(rest, size::CONTROL);
    let pick = AdoptWord::Pick.text(view.lang);
    let control = cut_right(&mut row, 152.0);
    cut_right(&mut row, space::S);
    field(ui, row, &mut form.from, label, AdoptWord::CopyHint.text(view.lang), Secrecy::Shown);
    if button(ui, control, pick, pick, Weight::Plain, true).clicked() {
        form.from.clear();
        out.push(Command::Adopt(AdoptCommand::PickCopy));
    }
    cut_top(rest, space::M);
}

/// What opens it.
fn key_ui(ui: &mut Ui, rest: &mut Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let form = &mut memory.adopt;
    let mut row = cut_top(rest, size::ROW_CONTROL);
    cut_top(rest, space::S);
    for (word, by_recovery) in [(AdoptWord::OldPassphrase, false), (AdoptWord::RecoveryKey, true)] {
        let place = cut_left(&mut row, 200.0).shrink2(vec2(2.0, 0.0));
        let words = word.text(view.lang);
        if choice(ui, place, words, words, form.by_recovery == by_recovery, Role::RadioButton) {
            form.by_recovery = by_recovery;
        }
    }
    let mut row = cut_top(rest, size::CONTROL);
    if form.by_recovery {
        let pick = AdoptWord::PickKey.text(view.lang);
        let control = cut_right(&mut row, 152.0);
        cut_right(&mut row, space::S);
        let label = AdoptWord::KeyFile.text(view.lang);
        field(ui, row, &mut form.key_file, label, AdoptWord::KeyFileHint.text(view.lang), Secrecy::Shown);
        if button(ui, control, pick, pick, Weight::Plain, true).clicked() {
            form.key_file.clear();
            out.push(Command::Adopt(AdoptCommand::PickKey));
        }
    } else {
        let label = AdoptWord::OldSecret.text(view.lang);
        field(ui, row, &mut form.old, label, label, Secrecy::Hidden);
    }
}

fn first_foot_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let form = &mut memory.adopt;
    let mut foot = rect;
    let (back, next) = (AdoptWord::Back.text(view.lang), AdoptWord::Next.text(view.lang));
    let named = PathBuf::from(form.from.trim()).is_absolute();
    let opens = if form.by_recovery { !form.key_file.trim().is_empty() } else { !form.old.is_empty() };
    if button(ui, cut_right(&mut foot, 160.0), next, next, Weight::Primary, named && opens).clicked() {
        form.second_step = true;
    }
    if button(ui, cut_left(&mut foot, 160.0), back, back, Weight::Plain, true).clicked() {
        *form = Form::default();
        out.push(Command::Adopt(AdoptCommand::Back));
    }
}

/// Letter and passphrase of the station that takes over; true when they will do.
fn new_station_ui(
    ui: &mut Ui,
    rest: &mut Rect,
    goes_on: bool,
    view: &View,
    memory: &mut Memory,
    words: &mut String,
) -> bool {
    let t = tokens(ui);
    let note = if goes_on { AdoptWord::SamePassphrase } else { AdoptWord::NewStation };
    line(ui, cut_top(rest, 32.0), note.text(view.lang), font::BODY, t.text2, Align::Min);
    if !goes_on {
        let place = cut_top(rest, size::CONTROL);
        letter_ui(ui, place, view, memory);
        cut_top(rest, space::S);
    }
    let (one, two) = (AdoptWord::NewPassphrase, AdoptWord::NewPassphraseAgain);
    secret_field(ui, rest, &mut memory.passphrase, one.text(view.lang));
    if !goes_on {
        secret_field(ui, rest, &mut memory.passphrase_again, two.text(view.lang));
    }
    let long = memory.passphrase.chars().count() >= PASSPHRASE_LEAST;
    let same = *memory.passphrase == *memory.passphrase_again;
    if words.is_empty() && !goes_on {
        let word = match (long, same) {
            (false, _) if !memory.passphrase.is_empty() => Some(AdoptWord::Short),
            (true, false) if !memory.passphrase_again.is_empty() => Some(AdoptWord::Differs),
            _ => None,
        };
        words.push_str(word.map_or("", |word| word.text(view.lang)));
    }
    if goes_on { !memory.passphrase.is_empty() } else { long && same }
}

fn second_foot_ui(ui: &Ui, rect: Rect, usable: bool, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let mut foot = rect;
    let (back, start) = (AdoptWord::Previous.text(view.lang), AdoptWord::Start.text(view.lang));
    if button(ui, cut_right(&mut foot, 160.0), start, start, Weight::Primary, usable).clicked() {
        let form = &mut memory.adopt;
        form.second_step = false;
        let old = if form.by_recovery {
            OldSecret::RecoveryFile(PathBuf::from(form.key_file.trim()))
        } else {
            OldSecret::Passphrase(Secret::new(std::mem::take(&mut *form.old)))
        };
        let (from, letter) = (PathBuf::from(form.from.trim()), memory.letter);
        let passphrase = Secret::new(memory.take_passphrase());
        out.push(Command::Adopt(AdoptCommand::Start { from, old, letter, passphrase }));
    }
    if button(ui, cut_left(&mut foot, 160.0), back, back, Weight::Plain, true).clicked() {
        memory.adopt.second_step = false;
    }
}

/// What was taken over, and what was not.
fn done_ui(ui: &Ui, rect: Rect, adopted: &Adopted, view: &View, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let lang = view.lang;
    let mut rest = rect;
    let title = words::taken(adopted.records, &adopted.letter, lang);
    head(ui, &mut rest, Icon::Key, &title, AdoptWord::DoneHint.text(lang));
    let foot = cut_bottom(&mut rest, size::CONTROL);
    let mut lines = Vec::new();
    if adopted.missing > 0 {
        lines.push((Mark::Octagon, words::missing(adopted.missing, lang)));
    }
    if !adopted.lost_locks.is_empty() {
        lines.push((Mark::Octagon, words::lost_locks(&adopted.lost_locks, lang)));
    }
    if adopted.problems > 0 {
        lines.push((Mark::Triangle, words::problems(adopted.problems, lang)));
    }
    if adopted.not_marked {
        lines.push((Mark::Triangle, AdoptWord::NotMarked.text(lang).to_owned()));
    }
    if lines.is_empty() {
        lines.push((Mark::Tick, AdoptWord::NothingLost.text(lang).to_owned()));
    }
    if !adopted.locks.is_empty() {
        lines.push((Mark::Tick, words::locks(&adopted.locks, lang)));
    }
    for (shape, words) in lines {
        let mut row = cut_top(&mut rest, size::CONTROL);
        let whole = row;
        let ink = match shape {
            Mark::Octagon => t.fail,
            Mark::Triangle => t.warn,
            _ => t.off,
        };
        let sign = cut_left(&mut row, 32.0);
        mark(ui, sign.left_center() + vec2(10.0, 0.0), 18.0, shape, ink);
        line(ui, row, &words, font::BODY, t.text, Align::Min);
        name(ui, whole, ("adopted", &words), Role::ListItem, &words);
    }
    let mut foot = foot;
    let label = AdoptWord::Finish.text(lang);
    if button(ui, cut_right(&mut foot, 160.0), label, label, Weight::Primary, true).clicked() {
        out.push(Command::Adopt(AdoptCommand::Finish));
    }
}
