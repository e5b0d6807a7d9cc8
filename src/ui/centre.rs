//! The centre's card at the handover: whose it is, and taking one in after a person has compared it.

use std::path::PathBuf;

use egui::{Align, Rect, Role, Ui, vec2};

use super::guides::live_ui;
use super::layout::{cut_left, cut_top};
use super::memory::Memory;
use super::theme::{font, size, space, tokens};
use super::view::{Command, View};
use super::widgets::{Secrecy, Weight, button, field, line, name, paragraph};
use crate::text::Message;
use crate::text::centre::{self as words, CentreWord};
use crate::text::window::Word;

/// What is known of a centre: what a person compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardView {
    pub centre: String,
    /// Of the key that signs its receipts.
    pub key_id: String,
    /// age1..., whom bundles are sealed for.
    pub age: String,
}

/// The centre of this station.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CentreView {
    pub enrolled: Option<CardView>,
    /// Read from a file, and not compared yet.
    pub asked: Option<CardView>,
    pub note: Option<Message>,
}

/// What is done about the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CentreCommand {
    /// The system's dialog asks for the file.
    Choose,
    Read(PathBuf),
    /// Somebody has compared the one that was read.
    Enrol,
    Leave,
}

/// The centre that is enrolled, and the way to another one.
pub(super) fn part_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let word = |word: CentreWord| word.text(view.lang);
    if memory.card_lens && view.centre.asked.is_none() {
        lens_ui(ui, rect, view, memory);
        return;
    }
    let mut push = |command: CentreCommand| out.push(Command::Centre(command));
    let mut rest = rect;
    line(ui, cut_top(&mut rest, 44.0), word(CentreWord::Title), font::TITLE, t.text, Align::Min);
    match (&view.centre.asked, &view.centre.enrolled) {
        (Some(card), _) | (None, Some(card)) => card_ui(ui, &mut rest, card, view),
        (None, None) => {
            let place = cut_top(&mut rest, size::CHECK_ROW);
            line(ui, place, word(CentreWord::Nobody), font::BODY, t.text2, Align::Min);
            name(ui, place, "no-centre", Role::Label, word(CentreWord::Nobody));
        }
    }
    cut_top(&mut rest, space::S);
    if view.centre.asked.is_some() {
        for about in [CentreWord::Compare, CentreWord::Replaces] {
            rest.min.y = paragraph(ui, rest, word(about), font::BODY, t.warn) + space::S;
        }
        let enrol = cut_top(&mut rest, size::CONTROL);
        if button(ui, enrol, word(CentreWord::Enrol), word(CentreWord::Enrol), Weight::Primary, true).clicked() {
            push(CentreCommand::Enrol);
        }
        cut_top(&mut rest, space::S);
        let leave = cut_top(&mut rest, size::CONTROL);
        if button(ui, leave, word(CentreWord::Leave), word(CentreWord::Leave), Weight::Plain, true).clicked() {
            push(CentreCommand::Leave);
        }
        return;
    }
    let file = cut_top(&mut rest, size::CONTROL);
    field(ui, file, &mut memory.card_file, word(CentreWord::File), word(CentreWord::FileHint), Secrecy::Shown);
    cut_top(&mut rest, space::S);
    let mut row = cut_top(&mut rest, size::CONTROL);
    let half = (row.width() - space::S) / 2.0;
    let choose = cut_left(&mut row, half);
    cut_left(&mut row, space::S);
    if button(ui, choose, word(CentreWord::Choose), word(CentreWord::Choose), Weight::Plain, true).clicked() {
        push(CentreCommand::Choose);
    }
    let typed = memory.card_file.trim();
    if button(ui, row, word(CentreWord::Read), word(CentreWord::Read), Weight::Plain, !typed.is_empty()).clicked() {
        push(CentreCommand::Read(PathBuf::from(typed)));
    }
    cut_top(&mut rest, space::S);
    let lens = cut_top(&mut rest, size::CONTROL);
    if button(ui, lens, word(CentreWord::Lens), word(CentreWord::Lens), Weight::Plain, true).clicked() {
        memory.card_lens = true;
    }
    cut_top(&mut rest, space::S);
    note_ui(ui, rest, view);
}

/// What came of the last try; its bottom.
fn note_ui(ui: &Ui, rect: Rect, view: &View) -> f32 {
    let Some(note) = &view.centre.note else { return rect.top() };
    let said = format!("{}   {}", note.what, note.advice);
    let bottom = paragraph(ui, rect, &said, font::BODY, tokens(ui).text2);
    name(ui, Rect::from_min_size(rect.min, vec2(rect.width(), bottom - rect.top())), "card", Role::Status, &said);
    bottom
}

/// What the camera sees while a card is held up to it.
fn lens_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory) {
    let t = tokens(ui);
    let word = |word: CentreWord| word.text(view.lang);
    let mut rest = rect;
    line(ui, cut_top(&mut rest, 44.0), word(CentreWord::Title), font::TITLE, t.text, Align::Min);
    let place = cut_top(&mut rest, rect.width() * 9.0 / 16.0);
    live_ui(ui, place, view);
    cut_top(&mut rest, space::S);
    let top = rest.min;
    rest.min.y = paragraph(ui, rest, word(CentreWord::LensHint), font::BODY, t.text) + space::S;
    name(ui, Rect::from_min_max(top, rest.right_top()), "card-lens", Role::Label, word(CentreWord::LensHint));
    rest.min.y = note_ui(ui, rest, view) + space::S;
    let close = cut_top(&mut rest, size::CONTROL);
    let words = Word::Close.text(view.lang);
    if button(ui, close, words, words, Weight::Plain, true).clicked() {
        memory.card_lens = false;
    }
}

/// Name and keys, as they are compared.
fn card_ui(ui: &Ui, rest: &mut Rect, card: &CardView, view: &View) {
    let t = tokens(ui);
    let top = rest.min;
    let place = cut_top(rest, size::CHECK_ROW);
    line(ui, place, &card.centre, font::STRONG, t.text, Align::Min);
    let place = cut_top(rest, size::CHECK_ROW);
    let key = words::key_id(&card.key_id, view.lang);
    line(ui, place, &key, font::BODY, t.text, Align::Min);
    rest.min.y = paragraph(ui, *rest, &card.age, font::CAPTION, t.text2);
    let whole = Rect::from_min_max(top, rest.right_top());
    name(ui, whole, "centre-card", Role::Label, &format!("{} {key} {}", card.centre, card.age));
}
