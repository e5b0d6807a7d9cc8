//! Step 4: a real code, a real key or pedal, a sound that somebody hears.

use egui::{Rect, Ui, vec2};

use super::Standing;
use super::parts::{Outcome, choice_row, result};
use crate::domain::set_up::DeskKind;
use crate::text::scan_desk::{ScanWord, desk_kind};
use crate::text::window::{self as words, Word};
use crate::ui::guides::preview_ui;
use crate::ui::layout::{cut_left, cut_right, cut_top};
use crate::ui::memory::{Guides, Memory};
use crate::ui::theme::{size, space};
use crate::ui::view::{Command, View};
use crate::ui::widgets::{Weight, button};

pub(super) fn standing(view: &View, memory: &Memory) -> Standing {
    let form = &memory.prepare;
    let tried = [view.prepare.rehearsal.code.is_some(), form.pressed.is_some(), form.heard || view.settings.muted];
    if tried.into_iter().all(|done| done) { Standing::Done } else { Standing::Open }
}

pub(super) fn step_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let lang = view.lang;
    let mut rest = rect;
    let side = cut_right(&mut rest, rect.width() * 0.32);
    cut_right(&mut rest, space::XL);
    if view.live.picture.is_some() {
        let height = (side.width() * 9.0 / 16.0).min(side.height());
        preview_ui(ui, Rect::from_min_size(side.min, vec2(side.width(), height)), view, Guides::Off);
    }
    let form = &mut memory.prepare;
    if let Some(set_up) = &mut form.set_up {
        let kinds = DeskKind::ALL.map(|kind| desk_kind(kind, lang));
        let chosen = DeskKind::ALL.iter().position(|kind| set_up.desk == *kind);
        if let Some(index) = choice_row(ui, &mut rest, ScanWord::WhatDesk.text(lang), &kinds, chosen) {
            set_up.desk = DeskKind::ALL[index];
        }
        cut_top(&mut rest, space::S);
    }
    if let Some(digest) = &view.prepare.rehearsal.code {
        result(ui, &mut rest, Outcome::Good, &words::code_read(digest, lang), "");
    } else {
        result(ui, &mut rest, Outcome::Open, Word::PrepTryCode.text(lang), Word::PrepTryCodeHint.text(lang));
    }
    cut_top(&mut rest, space::L);
    if let Some(key) = form.pressed {
        result(ui, &mut rest, Outcome::Good, &words::key_pressed(key.name(), lang), "");
    } else {
        result(ui, &mut rest, Outcome::Open, Word::PrepTryKey.text(lang), Word::PrepTryKeyHint.text(lang));
    }
    cut_top(&mut rest, space::L);
    let (outcome, word) = match (view.settings.muted, form.heard) {
        (true, _) => (Outcome::Warns, Word::PrepMuted),
        (false, true) => (Outcome::Good, Word::PrepHeardDone),
        (false, false) => (Outcome::Open, Word::PrepTrySound),
    };
    result(ui, &mut rest, outcome, word.text(lang), "");
    let mut place = cut_top(&mut rest, size::CONTROL);
    let play = cut_left(&mut place, 160.0);
    cut_left(&mut place, space::M);
    let heard = cut_left(&mut place, 160.0);
    let label = Word::PrepPlay.text(lang);
    if button(ui, play, label, label, Weight::Plain, !view.settings.muted).clicked() {
        out.push(Command::TestSound);
    }
    let label = Word::PrepHeard.text(lang);
    if button(ui, heard, label, label, Weight::Plain, !view.settings.muted).clicked() {
        form.heard = true;
    }
    cut_top(&mut rest, space::L);
    match view.prepare.rehearsal.awake {
        None => {}
        Some(true) => result(ui, &mut rest, Outcome::Good, Word::PrepAwake.text(lang), ""),
        Some(false) => {
            result(ui, &mut rest, Outcome::Warns, Word::PrepMaySleep.text(lang), Word::PrepMaySleepHint.text(lang));
        }
    }
}
