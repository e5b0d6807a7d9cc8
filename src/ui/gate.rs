//! Before the desk: choosing a passphrase at the first start, asking for it later, a folder that cannot be used.

use egui::{Align, CornerRadius, Rect, Role, Ui, pos2, vec2};
use std::path::{Path, PathBuf};

use super::adopt::AdoptCommand;
use super::layout::{cut_left, cut_right, cut_top};
use super::marks::{self, Icon, Mark};
use super::memory::Memory;
use super::theme::{font, radius, size, space, tokens};
use super::view::{Command, FolderFor, Secret, View};
use super::widgets::{Secrecy, Weight, button, card, field, line, mark, name, paragraph, switch, text_at};
use crate::domain::fault::StoreFault;
use crate::text;
use crate::text::adopt::AdoptWord;
use crate::text::people::PeopleWord;
use crate::text::window::Word;

/// What stands before the desk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Gate {
    /// The data folder is being opened.
    #[default]
    Opening,
    /// No station is there yet: a passphrase is chosen.
    FirstStart { folder: PathBuf, fault: Option<StoreFault> },
    /// A station is there: its passphrase is asked for. `fault` says why the last one did not do.
    Locked { folder: PathBuf, fault: Option<StoreFault> },
    /// The index is damaged: with the passphrase it is made anew from the records. `fault` as above.
    Damaged { folder: PathBuf, fault: Option<StoreFault> },
    /// The passphrase is being worked on (a second or so).
    Unlocking,
    /// The desk is open, and nobody is signed in.
    SignIn,
    /// Another station's copy is being taken over.
    Adopt(super::adopt::AdoptGate),
    /// The folder cannot be used.
    Unusable { folder: PathBuf, fault: StoreFault },
    /// The desk is open.
    Open,
}

/// Fewest characters of a passphrase.
const PASSPHRASE_LEAST: usize = 8;

/// Paints the gate over the whole window.
pub(super) fn page_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let t = tokens(ui);
    if view.gate == Gate::SignIn {
        super::people::gate_ui(ui, rect, view, memory, out);
        return;
    }
    if let Gate::Adopt(gate) = &view.gate {
        super::adopt::page_ui(ui, rect, gate, view, memory, out);
        return;
    }
    let height = if matches!(view.gate, Gate::FirstStart { .. }) { 576.0 } else { 520.0 };
    let place = Rect::from_center_size(rect.center(), vec2(560.0, height)).intersect(rect.shrink(space::M));
    let brand = pos2(place.center().x, f32::midpoint(rect.top(), place.top()));
    text_at(ui, brand, egui::Align2::CENTER_CENTER, Word::Program.text(view.lang), font::PAGE, t.text2);
    card(ui, place);
    let mut rest = place.shrink(space::XXL);
    match &view.gate {
        Gate::Opening => wait_ui(ui, rest, Word::GateOpening.text(view.lang)),
        Gate::Unlocking => wait_ui(ui, rest, Word::Unlocking.text(view.lang)),
        Gate::FirstStart { folder, fault } => {
            first_ui(ui, &mut rest, folder, *fault, view, memory, out);
            let top = (place.bottom() + space::L).min(rect.bottom() - size::CONTROL);
            let adopt =
                Rect::from_center_size(pos2(place.center().x, top + size::CONTROL / 2.0), vec2(240.0, size::CONTROL));
            let label = AdoptWord::Open.text(view.lang);
            if button(ui, adopt, label, label, Weight::Plain, true).clicked() {
                out.push(Command::Adopt(AdoptCommand::Begin));
            }
        }
        Gate::Locked { folder, fault } => {
            let words = [Word::GateUnlock, Word::GateUnlockHint, Word::Open];
            out.extend(asked_secret(ui, &mut rest, folder, *fault, words, view, memory).map(Command::Unlock));
        }
        Gate::Damaged { folder, fault } => {
            let words = [Word::GateDamaged, Word::GateDamagedHint, Word::RebuildIndex];
            out.extend(asked_secret(ui, &mut rest, folder, *fault, words, view, memory).map(Command::Rebuild));
        }
        Gate::Unusable { folder, fault } => unusable_ui(ui, &mut rest, folder, *fault, view),
        Gate::SignIn | Gate::Adopt(_) | Gate::Open => {}
    }
}

pub(super) fn wait_ui(ui: &Ui, rect: Rect, words: &str) {
    let t = tokens(ui);
    marks::paint(ui.painter(), rect.center() - vec2(0.0, 40.0), 64.0, Mark::Dots, t.link, t.bg1);
    text_at(ui, rect.center() + vec2(0.0, 32.0), egui::Align2::CENTER_CENTER, words, font::TITLE, t.text);
    name(ui, rect, "waiting", Role::Status, words);
}

pub(super) fn head(ui: &Ui, rest: &mut Rect, icon: Icon, what: &str, hint: &str) {
    let t = tokens(ui);
    let mut place = cut_top(rest, 72.0);
    let sign = cut_left(&mut place, 64.0);
    marks::icon(ui.painter(), sign.left_center() + vec2(22.0, 0.0), 44.0, icon, t.link);
    let (upper, lower) = place.split_top_bottom_at_fraction(0.58);
    line(ui, upper, what, font::PAGE, t.text, Align::Min);
    line(ui, lower, hint, font::BODY, t.text2, Align::Min);
    name(ui, place, "gate", Role::Heading, what);
    cut_top(rest, space::L);
}

fn folder_line(ui: &Ui, rest: &mut Rect, folder: &Path, view: &View) {
    let t = tokens(ui);
    let words = format!("{}  {}", Word::Folder.text(view.lang), folder.display());
    let place = cut_top(rest, 28.0);
    line(ui, place, &words, font::CAPTION, t.text2, Align::Min);
    name(ui, place, "folder", Role::Label, &words);
}

/// A complaint with its mark: what is wrong and what to do.
pub(super) fn complaint(ui: &Ui, rest: &mut Rect, words: &str) {
    let t = tokens(ui);
    let mut place = cut_top(rest, 32.0);
    if words.is_empty() {
        return;
    }
    let whole = place;
    let sign = cut_left(&mut place, 28.0);
    mark(ui, sign.left_center() + vec2(10.0, 0.0), 18.0, Mark::Octagon, t.fail);
    line(ui, place, words, font::BODY, t.text, Align::Min);
    name(ui, whole, "complaint", Role::Alert, words);
}

/// What was wrong with the last passphrase. A wait says itself how long it still is, and nothing once it is over.
fn fault_words(fault: Option<StoreFault>, view: &View) -> String {
    fault.filter(|fault| *fault != StoreFault::PassphraseWait).map_or_else(String::new, |fault| {
        let message = text::fault::store(fault, view.lang);
        format!("{}，{}", message.what, message.advice)
    })
}

/// One passphrase field with its label above.
pub(super) fn secret_field(ui: &mut Ui, rest: &mut Rect, text: &mut String, label: &str) -> egui::Response {
    let t = tokens(ui);
    line(ui, cut_top(rest, 28.0), label, font::BODY, t.text2, Align::Min);
    let response = field(ui, cut_top(rest, size::CONTROL), text, label, "", Secrecy::Hidden);
    cut_top(rest, space::S);
    response
}

fn submitted(ui: &Ui, response: &egui::Response) -> bool {
    response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter))
}

fn first_ui(
    ui: &mut Ui,
    rest: &mut Rect,
    folder: &Path,
    fault: Option<StoreFault>,
    view: &View,
    memory: &mut Memory,
    out: &mut Vec<Command>,
) {
    head(ui, rest, Icon::Key, Word::GateWelcome.text(view.lang), Word::GateWelcomeHint.text(view.lang));
    let one = secret_field(ui, rest, &mut memory.passphrase, Word::Passphrase.text(view.lang));
    let two = secret_field(ui, rest, &mut memory.passphrase_again, Word::PassphraseAgain.text(view.lang));
    let long = memory.passphrase.chars().count() >= PASSPHRASE_LEAST;
    let same = *memory.passphrase == *memory.passphrase_again;
    let words = match (fault_words(fault, view), long, same) {
        (fault, ..) if !fault.is_empty() => fault,
        (_, false, _) if !memory.passphrase.is_empty() => Word::PassphraseShort.text(view.lang).to_owned(),
        (_, true, false) if !memory.passphrase_again.is_empty() => Word::PassphraseDiffers.text(view.lang).to_owned(),
        _ => String::new(),
    };
    complaint(ui, rest, &words);
    recovery_ui(ui, rest, view, memory, out);
    let bottom = paragraph(ui, *rest, Word::PassphraseKeep.text(view.lang), font::CAPTION, tokens(ui).warn);
    rest.min.y = bottom + space::XS;
    folder_line(ui, rest, folder, view);
    let mut foot = cut_top(rest, size::CONTROL);
    let place = cut_right(&mut foot, 160.0);
    letter_ui(ui, foot, view, memory);
    remember_ui(ui, rest, view, memory);
    let label = Word::Create.text(view.lang);
    let clicked = button(ui, place, label, label, Weight::Primary, long && same).clicked();
    if submitted(ui, &one) {
        two.request_focus();
    }
    if (clicked || submitted(ui, &two)) && long && same {
        let passphrase = Secret::new(memory.take_passphrase());
        let folder = memory.recovery_folder.trim();
        let recovery = (!folder.is_empty()).then(|| PathBuf::from(folder));
        out.push(Command::CreateStation { passphrase, letter: memory.letter, recovery });
    }
}

/// Where a key goes that opens everything when the passphrase is forgotten; nothing typed: none is made.
fn recovery_ui(ui: &mut Ui, rest: &mut Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let (label, pick) = (Word::RecoveryFolder.text(view.lang), Word::ChooseFolder.text(view.lang));
    let mut row = cut_top(rest, size::CONTROL);
    line(ui, cut_left(&mut row, 120.0), label, font::BODY, t.text2, Align::Min);
    let control = cut_right(&mut row, 128.0);
    cut_right(&mut row, space::S);
    field(ui, row, &mut memory.recovery_folder, label, Word::RecoveryHint.text(view.lang), Secrecy::Shown);
    if button(ui, control, pick, pick, Weight::Plain, true).clicked() {
        out.push(Command::PickFolder(FolderFor::RecoveryKey));
    }
    cut_top(rest, space::S);
}

/// The switch that lets the system's key store remember the passphrase; off unless somebody asks for it.
fn remember_ui(ui: &Ui, rest: &mut Rect, view: &View, memory: &mut Memory) {
    let t = tokens(ui);
    let mut place = cut_top(rest, size::CONTROL);
    let label = PeopleWord::Remember.text(view.lang);
    let words = [Word::On.text(view.lang), Word::Off.text(view.lang)];
    let at = cut_right(&mut place, 120.0).left_center() - vec2(0.0, size::ROW_CONTROL / 2.0);
    if switch(ui, at, memory.remember, words, label).clicked() {
        memory.remember = !memory.remember;
    }
    line(ui, place, label, font::BODY, t.text2, Align::Min);
}

/// The station's letter: it begins every shot number, so that two desks of one school never share one.
pub(super) fn letter_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory) {
    let t = tokens(ui);
    let mut rest = rect;
    let label = Word::StationLetter.text(view.lang);
    line(ui, cut_left(&mut rest, 96.0), label, font::BODY, t.text2, Align::Min);
    for (sign, to) in [("-", memory.letter.before()), ("+", memory.letter.after())] {
        let control = cut_left(&mut rest, size::ROW_CONTROL);
        if button(ui, control, sign, &format!("{label} {sign}"), Weight::Plain, to.is_some()).clicked() {
            memory.letter = to.unwrap_or(memory.letter);
        }
        if sign == "-" {
            let value = cut_left(&mut rest, 48.0);
            let words = memory.letter.to_string();
            line(ui, value, &words, font::TITLE, t.text, Align::Center);
            name(ui, value, "letter", Role::Label, &format!("{label} {words}"));
        }
    }
}

/// A page that asks for the passphrase: heading, hint, and the one button that takes it.
fn asked_secret(
    ui: &mut Ui,
    rest: &mut Rect,
    folder: &Path,
    fault: Option<StoreFault>,
    [what, hint, action]: [Word; 3],
    view: &View,
    memory: &mut Memory,
) -> Option<Secret> {
    cut_top(rest, space::XL);
    head(ui, rest, Icon::Key, what.text(view.lang), hint.text(view.lang));
    if let Some(seconds) = view.passphrase_wait {
        wait_for_field_ui(ui, rest, seconds, fault, view);
        folder_line(ui, rest, folder, view);
        return None;
    }
    let one = secret_field(ui, rest, &mut memory.passphrase, Word::Passphrase.text(view.lang));
    if memory.passphrase.is_empty() && !one.has_focus() && ui.ctx().memory(|m| m.focused().is_none()) {
        one.request_focus();
    }
    let note = text::people::no_key_store(view.lang);
    let words = match fault {
        None if view.no_key_store => format!("{}，{}", note.what, note.advice),
        fault => fault_words(fault, view),
    };
    complaint(ui, rest, &words);
    folder_line(ui, rest, folder, view);
    remember_ui(ui, rest, view, memory);
    let mut foot = cut_top(rest, size::CONTROL);
    let place = cut_right(&mut foot, 160.0);
    let label = action.text(view.lang);
    let usable = !memory.passphrase.is_empty();
    let clicked = button(ui, place, label, label, Weight::Primary, usable).clicked();
    (usable && (clicked || submitted(ui, &one))).then(|| Secret::new(memory.take_passphrase()))
}

/// In the field's place until the next passphrase may be tried: the seconds that are left.
fn wait_for_field_ui(ui: &Ui, rest: &mut Rect, seconds: u32, fault: Option<StoreFault>, view: &View) {
    let t = tokens(ui);
    line(ui, cut_top(rest, 28.0), Word::Passphrase.text(view.lang), font::BODY, t.text2, Align::Min);
    let place = cut_top(rest, size::CONTROL);
    ui.painter().rect_filled(place, CornerRadius::same(radius::BUTTON), t.bg2);
    let words = text::people::passphrase_wait(seconds, view.lang);
    line(ui, place.shrink2(vec2(space::M, 0.0)), &words.what, font::STRONG, t.text, Align::Min);
    name(ui, place, "passphrase wait", Role::Status, &words.what);
    cut_top(rest, space::S);
    let why = match fault_words(fault, view) {
        wrong if wrong.is_empty() => words.advice,
        wrong => wrong,
    };
    complaint(ui, rest, &why);
}

fn unusable_ui(ui: &Ui, rest: &mut Rect, folder: &Path, fault: StoreFault, view: &View) {
    let t = tokens(ui);
    let message = text::fault::store(fault, view.lang);
    cut_top(rest, space::HUGE);
    let mut place = cut_top(rest, 56.0);
    let sign = cut_left(&mut place, 64.0);
    mark(ui, sign.left_center() + vec2(20.0, 0.0), 40.0, Mark::Octagon, t.fail);
    line(ui, place, &message.what, font::TITLE, t.text, Align::Min);
    name(ui, place, "unusable", Role::Alert, &message.what);
    let bottom = paragraph(ui, *rest, &message.advice, font::STRONG, t.text2);
    rest.min.y = bottom + space::L;
    ui.painter().rect_filled(Rect::from_min_size(rest.min, vec2(rest.width(), 1.0)), CornerRadius::ZERO, t.line);
    cut_top(rest, space::S);
    folder_line(ui, rest, folder, view);
}
