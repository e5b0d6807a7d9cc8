//! 交接 → 回执: how each bundle stands, and a receipt on paper: what is typed from it, what it would change, and the
//! question for two people. The hashes of the bundles are not shown here, so that they come from the paper.

use std::sync::Arc;

use egui::{Align, Rect, Role, Ui, vec2};

use super::layout::{cut_bottom, cut_left, cut_right, cut_top};
use super::marks::Mark;
use super::memory::Memory;
use super::theme::{font, size, space, tokens};
use super::view::{Command, View};
use super::widgets::{Secrecy, Weight, button, field, inside, line, mark, name, paragraph, rule};
use crate::domain::receipts::{BundleStanding, PaperMatch};
use crate::text::Message;
use crate::text::receipts::{self as words, ReceiptWord};

/// Height of a bundle's row.
const ROW: f32 = 56.0;

/// What painting knows of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReceiptsView {
    /// `None`: not looked yet.
    pub bundles: Option<Arc<Vec<BundleStanding>>>,
    pub may: MayEnter,
    /// What was typed fits a bundle: two people may confirm it.
    pub found: Option<PaperMatch>,
    /// What came of the last command.
    pub said: Option<Said>,
    /// Counts papers that were taken in: what was typed is forgotten with each.
    pub taken: u32,
}

/// Whether a paper can be entered now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MayEnter {
    Yes,
    #[default]
    OnlyManager,
    /// Nobody has a PIN here.
    NoPeople,
}

/// A sentence about the last command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    Done(Message),
    Problem(Message),
}

/// What is done here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptsCommand {
    /// Reads how the bundles stand.
    Look,
    /// Compares what was typed with the bundles.
    Compare(Typed),
    /// What fitted is entered, on the word of two.
    Confirm,
    /// What was typed is changed.
    Change,
}

/// What is typed from a paper.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    pub short: String,
    pub records: String,
    pub retake: String,
    pub centre: String,
}

/// What is typed here. Nothing of it is kept.
#[derive(Debug, Default)]
pub struct Form {
    typed: Typed,
    seen: u32,
}

/// The part of the page.
pub(super) fn part_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let form = &mut memory.receipts;
    if form.seen != view.receipts.taken {
        // The centre is the same one the next time.
        let centre = std::mem::take(&mut form.typed.centre);
        *form = Form { typed: Typed { centre, ..Typed::default() }, seen: view.receipts.taken };
    }
    let mut rest = rect;
    let title = cut_top(&mut rest, 44.0);
    let words = ReceiptWord::Title.text(view.lang);
    line(ui, title, words, font::PAGE, tokens(ui).text, Align::Min);
    name(ui, title, "part", Role::Heading, words);
    cut_top(&mut rest, space::S);
    let Some(bundles) = view.receipts.bundles.clone() else {
        hint(ui, rest, ReceiptWord::Looking, view);
        out.push(Command::Receipts(ReceiptsCommand::Look));
        return;
    };
    if bundles.is_empty() {
        hint(ui, rest, ReceiptWord::Empty, view);
        return;
    }
    let act = cut_bottom(&mut rest, size::CONTROL * 2.0 + 28.0 * 2.0 + 36.0 + space::M * 2.0);
    cut_bottom(&mut rest, space::M);
    bundles_ui(ui, rest, &bundles, view);
    paper_ui(ui, act, view, form, out);
}

fn hint(ui: &Ui, rest: Rect, word: ReceiptWord, view: &View) {
    let mut rest = rest;
    let place = cut_top(&mut rest, size::CONTROL);
    line(ui, place, word.text(view.lang), font::STRONG, tokens(ui).text2, Align::Min);
    name(ui, place, "hint", Role::Status, word.text(view.lang));
}

fn bundles_ui(ui: &mut Ui, rect: Rect, bundles: &[BundleStanding], view: &View) {
    inside(ui, rect, |ui| {
        let area = egui::ScrollArea::vertical().id_salt("receipts");
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        area.show_rows(ui, ROW, bundles.len(), |ui, shown| {
            for bundle in &bundles[shown] {
                let (place, _) = ui.allocate_exact_size(vec2(rect.width() - space::M, ROW), egui::Sense::hover());
                bundle_ui(ui, place, bundle, view);
            }
        });
    });
}

fn bundle_ui(ui: &Ui, rect: Rect, bundle: &BundleStanding, view: &View) {
    let t = tokens(ui);
    rule(ui, rect, rect.bottom());
    let standing = words::standing(bundle, view.lang);
    let mut place = rect;
    let sign = cut_left(&mut place, 36.0);
    let (shape, ink) = if bundle.waiting > 0 { (Mark::Triangle, t.warn) } else { (Mark::Tick, t.off) };
    mark(ui, sign.left_center() + vec2(10.0, 0.0), 18.0, shape, ink);
    let (mut upper, lower) = place.split_top_bottom_at_fraction(0.54);
    let date = cut_right(&mut upper, 120.0);
    line(ui, upper, &bundle.file_name, font::STRONG, t.text, Align::Min);
    line(ui, date, &bundle.made_at.local_date(), font::CAPTION, t.text2, Align::Max);
    line(ui, lower, &standing, font::BODY, t.text2, Align::Min);
    name(ui, rect, ("bundle", bundle.sequence), Role::ListItem, &format!("{} {standing}", bundle.file_name));
}

/// The fields of a paper, or the question whether it is entered.
fn paper_ui(ui: &mut Ui, rect: Rect, view: &View, form: &mut Form, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let lang = view.lang;
    let mut rest = rect;
    rule(ui, rest, rest.top());
    cut_top(&mut rest, space::S);
    let intro = match view.receipts.may {
        MayEnter::Yes => ReceiptWord::Paper,
        MayEnter::OnlyManager => ReceiptWord::OnlyManager,
        MayEnter::NoPeople => ReceiptWord::NoPeople,
    };
    let place = cut_top(&mut rest, 28.0);
    line(ui, place, intro.text(lang), font::BODY, t.text2, Align::Min);
    name(ui, place, "intro", Role::Label, intro.text(lang));
    said_ui(ui, cut_top(&mut rest, 36.0), view);
    if view.receipts.may != MayEnter::Yes {
        return;
    }
    if let Some(found) = &view.receipts.found {
        found_ui(ui, rest, found, view, out);
        return;
    }
    let [labels, mut fields, mut buttons] =
        [28.0, size::CONTROL, size::CONTROL + space::S].map(|h| cut_top(&mut rest, h));
    let mut labels = labels;
    cut_top(&mut buttons, space::S);
    let Typed { short, records, retake, centre } = &mut form.typed;
    let wanted = [
        (ReceiptWord::Short, short, ReceiptWord::ShortHint.text(lang), 200.0),
        (ReceiptWord::Count, records, "", 120.0),
        (ReceiptWord::Centre, centre, "", 220.0),
        (ReceiptWord::Again, retake, ReceiptWord::AgainHint.text(lang), f32::INFINITY),
    ];
    let mut entered = false;
    for (word, text, hint, width) in wanted {
        let at = cut_left(&mut labels, width);
        line(ui, at, word.text(lang), font::BODY, t.text2, Align::Min);
        let typed = field(ui, cut_left(&mut fields, width), text, word.text(lang), hint, Secrecy::Shown);
        entered |= typed.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        cut_left(&mut labels, space::M);
        cut_left(&mut fields, space::M);
    }
    let usable = !form.typed.short.trim().is_empty();
    let compare = ReceiptWord::Compare.text(lang);
    let clicked = button(ui, cut_left(&mut buttons, 160.0), compare, compare, Weight::Primary, usable).clicked();
    if usable && (clicked || entered) {
        out.push(Command::Receipts(ReceiptsCommand::Compare(form.typed.clone())));
    }
}

fn said_ui(ui: &Ui, rect: Rect, view: &View) {
    let t = tokens(ui);
    let (message, shape, ink, role) = match &view.receipts.said {
        None => return,
        Some(Said::Done(message)) => (message, Mark::Tick, t.off, Role::Status),
        Some(Said::Problem(message)) => (message, Mark::Octagon, t.fail, Role::Alert),
    };
    let mut place = rect;
    let sign = cut_left(&mut place, 28.0);
    mark(ui, sign.left_center() + vec2(10.0, 0.0), 18.0, shape, ink);
    let comma = if view.lang == crate::text::Lang::Zh { "，" } else { ", " };
    let words = format!("{}{comma}{}", message.what, message.advice);
    line(ui, place, &words, font::BODY, t.text, Align::Min);
    name(ui, rect, "said", role, &words);
}

fn found_ui(ui: &Ui, rect: Rect, found: &PaperMatch, view: &View, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let lang = view.lang;
    let mut rest = rect;
    let mut buttons = cut_bottom(&mut rest, size::CONTROL);
    let words = words::found(found, lang);
    paragraph(ui, rest, &words, font::STRONG, t.text);
    name(ui, rest, "found", Role::Status, &words);
    for (word, weight, width, command) in [
        (ReceiptWord::Confirm, Weight::Primary, 200.0, ReceiptsCommand::Confirm),
        (ReceiptWord::Change, Weight::Plain, 140.0, ReceiptsCommand::Change),
    ] {
        let label = word.text(lang);
        if button(ui, cut_left(&mut buttons, width), label, label, weight, true).clicked() {
            out.push(Command::Receipts(command));
        }
        cut_left(&mut buttons, space::M);
    }
}
