//! Step 5: where photos go. Both disks are written, read back and compared for real.

use egui::{Align, Rect, Ui, vec2};

use super::parts::{Outcome, field_row, result, row, told};
use super::view::DiskTest;
use crate::text;
use crate::text::window::{self as words, Word};
use crate::ui::layout::{cut_left, cut_top};
use crate::ui::memory::Memory;
use crate::ui::theme::{font, size, space, tokens};
use crate::ui::view::{Command, FolderFor, View};
use crate::ui::widgets::{Weight, button, line};

/// Mounted disks that are offered.
const OFFERED: usize = 3;

pub(super) fn step_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let lang = view.lang;
    let mut rest = rect;
    rest.set_width(rest.width().min(size::FORM + 160.0));
    let place = row(ui, &mut rest, Word::DataFolder.text(lang));
    let free = view.health.free_gb.map(|gb| words::free_space(gb, lang)).unwrap_or_default();
    let folder = format!("{}  {free}", view.settings.folder.display());
    line(ui, place, &folder, font::BODY, tokens(ui).text, Align::Min);
    tested(ui, &mut rest, view.prepare.first_disk, view);
    cut_top(&mut rest, space::L);
    let label = Word::SecondFolder.text(lang);
    let hint = Word::PrepSecondHint.text(lang);
    field_row(ui, &mut rest, label, hint, &mut memory.prepare.second_folder, size::FORM);
    let mut place = row(ui, &mut rest, "");
    let pick = cut_left(&mut place, 176.0);
    let words = Word::ChooseFolder.text(lang);
    if button(ui, pick, words, words, Weight::Plain, true).clicked() {
        out.push(Command::PickFolder(FolderFor::SecondCopy));
    }
    for medium in view.handover.media.iter().take(OFFERED) {
        cut_left(&mut place, space::S);
        let words = medium.display().to_string();
        let field = cut_left(&mut place, 180.0);
        if button(ui, field, &words, &words, Weight::Plain, true).clicked() {
            memory.prepare.second_folder = words;
        }
    }
    let wanted = memory.prepare.second_copy();
    match &wanted {
        None => result(ui, &mut rest, Outcome::Warns, Word::PrepOneCopy.text(lang), Word::PrepOneCopyHint.text(lang)),
        Some(_) => tested(ui, &mut rest, view.prepare.second_disk_at(wanted.as_deref()), view),
    }
    cut_top(&mut rest, space::L);
    let place = Rect::from_min_size(rest.min, vec2(220.0, size::CONTROL));
    let words = Word::PrepTestDisks.text(lang);
    let running = [view.prepare.first_disk, view.prepare.second_disk].contains(&DiskTest::Running);
    if button(ui, place, words, words, Weight::Plain, !running).clicked() {
        out.push(Command::TestDisks(wanted));
    }
}

fn tested(ui: &Ui, rest: &mut Rect, test: DiskTest, view: &View) {
    let lang = view.lang;
    match test {
        DiskTest::NotTried => result(ui, rest, Outcome::Open, Word::PrepNotTried.text(lang), ""),
        DiskTest::Running => result(ui, rest, Outcome::Open, Word::PrepTrying.text(lang), ""),
        DiskTest::Good { milliseconds } => {
            result(ui, rest, Outcome::Good, &words::disk_good(milliseconds, lang), "");
        }
        DiskTest::Fault(fault) => told(ui, rest, Outcome::Bad, &text::fault::store(fault, lang)),
    }
}
