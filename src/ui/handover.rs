//! 交接: the sum that must add up, where the bundle goes, sealing, and what stands on the receipt slip.

use std::path::PathBuf;

use egui::{Align, CornerRadius, Rect, Role, Sense, Ui, WidgetInfo, vec2};

use super::layout::{cut_bottom, cut_left, cut_right, cut_top};
use super::marks::{self, Icon, Mark};
use super::memory::{HANDOVER_RECEIPTS, Memory};
use super::theme::{Tone, font, radius, size, space, tokens};
use super::view::{Command, FolderFor, HandoverWork, View};
use super::widgets::{Secrecy, Weight, button, card, field, key_button, key_button_width, line, mark, name, paragraph};
use crate::text;
use crate::text::receipts::ReceiptWord;
use crate::text::window::{self as words, Word};

/// The steps in order.
pub(super) const STEPS: [Word; 4] = [Word::StepTally, Word::StepTarget, Word::StepSeal, Word::StepDone];

/// Width of the list of those who are missing.
const MISSING: f32 = 380.0;
/// Width of the part about the centre.
const CENTRE: f32 = 360.0;

/// The whole page.
pub(super) fn page_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    if matches!(view.handover.work, HandoverWork::Done { .. }) && memory.handover_step == 2 {
        memory.handover_step = 3;
    }
    if let Some(picked) = &view.handover.picked
        && memory.target.is_empty()
    {
        memory.target = picked.display().to_string();
    }
    let mut rest = rect.shrink2(vec2(space::MARGIN, space::MARGIN));
    let list = cut_left(&mut rest, size::SIDE_LIST);
    steps_ui(ui, list, view, memory);
    cut_left(&mut rest, space::L);
    card(ui, rest);
    let mut body = rest.shrink(space::XL);
    if memory.handover_step == HANDOVER_RECEIPTS {
        super::receipts::part_ui(ui, body, view, memory, out);
        return;
    }
    let foot = cut_bottom(&mut body, size::CONTROL);
    match memory.handover_step {
        0 => {
            if view.roster.is_some() {
                let missing = cut_right(&mut body, MISSING);
                cut_right(&mut body, space::XL);
                super::roster::missing_card_ui(ui, missing, view);
            }
            tally_ui(ui, body, view);
        }
        1 => target_ui(ui, body, view, memory, out),
        2 => seal_ui(ui, body, view, memory, out),
        _ => done_ui(ui, body, view),
    }
    foot_ui(ui, foot, view, memory);
}

fn steps_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory) {
    let t = tokens(ui);
    let mut rest = rect;
    let receipts_open = memory.handover_step == HANDOVER_RECEIPTS;
    let steps = STEPS.into_iter().map(|word| word.text(view.lang));
    for (index, label) in steps.chain([ReceiptWord::Title.text(view.lang)]).enumerate() {
        let is_receipts = index == HANDOVER_RECEIPTS;
        if is_receipts {
            cut_top(&mut rest, space::L);
        }
        let place = cut_top(&mut rest, size::CONTROL);
        cut_top(&mut rest, space::XS);
        let here = memory.handover_step == index;
        let passed = index < memory.handover_step && !receipts_open;
        // Behind 回执 the way begins anew; what was sealed last can be looked at again.
        let is_done = index + 1 == STEPS.len() && matches!(view.handover.work, HandoverWork::Done { .. });
        let usable = passed || here || is_receipts || (receipts_open && (index == 0 || is_done));
        let sense = if usable { Sense::click() } else { Sense::hover() };
        let response = ui.interact(place, ui.scope_id().with(("step", index)), sense);
        response.widget_info(|| WidgetInfo::selected(Role::Tab, usable, here, label));
        if here {
            ui.painter().rect_filled(place, CornerRadius::same(radius::BUTTON), t.bg2);
        }
        let mut inside = place.shrink2(vec2(space::M, 0.0));
        let sign = cut_left(&mut inside, 32.0);
        let ink = if usable { t.text } else { t.text3 };
        if passed {
            mark(ui, sign.left_center() + vec2(9.0, 0.0), 18.0, Mark::Tick, t.off);
        } else if !is_receipts {
            line(ui, sign, &(index + 1).to_string(), font::STRONG, if here { t.link } else { ink }, Align::Min);
        }
        line(ui, inside, label, font::STRONG, ink, Align::Min);
        if response.clicked() && !busy(view) {
            memory.handover_step = index;
        }
    }
}

fn busy(view: &View) -> bool {
    view.handover.work == HandoverWork::Sealing
}

fn heading(ui: &Ui, rect: &mut Rect, words: &str) {
    let place = cut_top(rect, 44.0);
    line(ui, place, words, font::PAGE, tokens(ui).text, Align::Min);
    name(ui, place, "heading", Role::Heading, words);
    cut_top(rect, space::S);
}

fn tally_ui(ui: &Ui, rect: Rect, view: &View) {
    let t = tokens(ui);
    let tally = view.tally;
    let mut rest = rect;
    let difference = tally.difference();
    let head = match (tally.locked, difference) {
        (0, _) => Word::TallyEmpty,
        (_, 0) => Word::TallyAgrees,
        _ => Word::TallyDiffers,
    };
    heading(ui, &mut rest, head.text(view.lang));
    let sum = [tally.locked, tally.stored, tally.released, tally.turned_away, tally.expired, tally.open];
    let words = words::tally(sum, difference, view.lang);
    let bottom = paragraph(ui, rest, &words, font::STRONG, t.text2);
    name(ui, Rect::from_min_max(rest.min, egui::pos2(rest.right(), bottom)), "sum", Role::Label, &words);
    rest.min.y = bottom + space::XL;
    let rows = [
        (Word::Approved, tally.approved, Mark::Tick),
        (Word::NotReviewed, tally.to_review, if tally.to_review > 0 { Mark::Triangle } else { Mark::Tick }),
        (Word::Sealed, tally.sealed, Mark::Tick),
        (Word::OutOpen, tally.open, if tally.open > 0 { Mark::Triangle } else { Mark::Tick }),
    ];
    for (word, count, shape) in rows {
        let mut row = cut_top(&mut rest, size::TABLE_ROW);
        let whole = row;
        let sign = cut_left(&mut row, 36.0);
        let color = if shape == Mark::Triangle { t.warn } else { t.off };
        mark(ui, sign.left_center() + vec2(10.0, 0.0), 18.0, shape, color);
        let label = word.text(view.lang);
        line(ui, cut_left(&mut row, 200.0), label, font::STRONG, t.text, Align::Min);
        line(ui, cut_left(&mut row, 100.0), &words::people(count, view.lang), font::STRONG, t.text, Align::Max);
        name(ui, whole, ("tally", label), Role::ListItem, &format!("{label} {count}"));
    }
    cut_top(&mut rest, space::L);
    let mut notes = Vec::new();
    if tally.open > 0 {
        notes.push(words::still_open(tally.open, view.lang));
    }
    if tally.to_review > 0 {
        notes.push(words::unsealed(tally.to_review, view.lang));
    }
    if tally.bundles_waiting > 0 {
        notes.push(words::bundles_waiting(tally.bundles_waiting, view.lang));
    }
    if view.ways.unmatched > 0 {
        notes.push(text::ways::unmatched_left(view.ways.unmatched, view.lang));
    }
    for note in notes {
        let row = cut_top(&mut rest, 32.0);
        line(ui, row, &note, font::BODY, t.text2, Align::Min);
        name(ui, row, ("note", &note), Role::Label, &note);
    }
}

fn target_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let mut rest = rect;
    let centre = cut_right(&mut rest, CENTRE);
    cut_right(&mut rest, space::XL);
    super::centre::part_ui(ui, centre, view, memory, out);
    rest.set_width(rest.width().min(size::FORM));
    heading(ui, &mut rest, Word::TargetFolder.text(view.lang));
    let mut row = cut_top(&mut rest, size::CONTROL);
    let choose = Word::ChooseFolder.text(view.lang);
    let place = cut_right(&mut row, 168.0);
    cut_right(&mut row, space::M);
    field(ui, row, &mut memory.target, Word::TargetFolder.text(view.lang), "", Secrecy::Shown);
    if button(ui, place, choose, choose, Weight::Plain, true).clicked() {
        memory.target.clear();
        out.push(Command::PickFolder(FolderFor::Handover));
    }
    cut_top(&mut rest, space::L);
    line(ui, cut_top(&mut rest, 28.0), Word::Media.text(view.lang), font::BODY, t.text2, Align::Min);
    if view.handover.media.is_empty() {
        line(ui, cut_top(&mut rest, size::ROW_CONTROL), Word::NoMedia.text(view.lang), font::BODY, t.text3, Align::Min);
    }
    for medium in view.handover.media.iter().take(4) {
        let place = cut_top(&mut rest, size::ROW_CONTROL);
        cut_top(&mut rest, space::XS);
        let path = medium.display().to_string();
        let chosen = memory.target == path;
        let response = ui.interact(place, ui.scope_id().with(("medium", &path)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, chosen, &path));
        ui.painter().rect_filled(
            place,
            CornerRadius::same(radius::ROW),
            if chosen { Tone::Info.fill() } else { t.bg2 },
        );
        let mut inside = place.shrink2(vec2(space::M, 0.0));
        let ink = if chosen { Tone::Info.ink() } else { t.text };
        let sign = cut_left(&mut inside, 32.0);
        marks::icon(ui.painter(), sign.left_center() + vec2(10.0, 0.0), 22.0, Icon::Stick, ink);
        line(ui, inside, &path, font::BODY, ink, Align::Min);
        if response.clicked() {
            memory.target = path;
        }
    }
    cut_top(&mut rest, space::L);
    line(ui, cut_top(&mut rest, 28.0), Word::CentreKey.text(view.lang), font::BODY, t.text2, Align::Min);
    let row = cut_top(&mut rest, size::CONTROL);
    let hint = view.handover.recipient.as_deref().unwrap_or("age1…");
    field(ui, row, &mut memory.recipient, Word::CentreKey.text(view.lang), hint, Secrecy::Shown);
    cut_top(&mut rest, space::XS);
    paragraph(ui, rest, Word::CentreKeyHint.text(view.lang), font::CAPTION, t.text2);
}

fn seal_ui(ui: &Ui, rect: Rect, view: &View, memory: &Memory, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let mut rest = rect;
    let tally = view.tally;
    match &view.handover.work {
        HandoverWork::Sealing => {
            heading(ui, &mut rest, Word::Sealing.text(view.lang));
            marks::paint(ui.painter(), rest.left_top() + vec2(32.0, 40.0), 56.0, Mark::Dots, t.link, t.bg1);
        }
        HandoverWork::Fault(fault) => {
            let message = text::fault::bundle(*fault, view.lang);
            heading(ui, &mut rest, &message.what);
            let mut row = cut_top(&mut rest, 44.0);
            let sign = cut_left(&mut row, 44.0);
            mark(ui, sign.left_center() + vec2(14.0, 0.0), 28.0, Mark::Octagon, t.fail);
            line(ui, row, &message.advice, font::STRONG, t.text2, Align::Min);
            cut_top(&mut rest, space::L);
            seal_button(ui, &mut rest, view, memory, out);
        }
        HandoverWork::Idle | HandoverWork::Done { .. } => {
            heading(ui, &mut rest, Word::Ready.text(view.lang));
            let rows = [
                (Word::Records, words::people(tally.approved, view.lang)),
                (Word::TargetFolder, memory.target.clone()),
            ];
            for (word, value) in rows {
                let mut row = cut_top(&mut rest, size::TABLE_ROW);
                line(ui, cut_left(&mut row, 200.0), word.text(view.lang), font::STRONG, t.text2, Align::Min);
                line(ui, row, &value, font::STRONG, t.text, Align::Min);
            }
            if tally.bundles_waiting > 0 {
                let words = words::bundles_waiting(tally.bundles_waiting, view.lang);
                line(ui, cut_top(&mut rest, size::TABLE_ROW), &words, font::BODY, t.text2, Align::Min);
            }
            cut_top(&mut rest, space::L);
            seal_button(ui, &mut rest, view, memory, out);
        }
    }
}

fn seal_button(ui: &Ui, rest: &mut Rect, view: &View, memory: &Memory, out: &mut Vec<Command>) {
    let mut row = cut_top(rest, 56.0);
    let place = cut_left(&mut row, 200.0);
    let label = Word::Seal.text(view.lang);
    let usable = !memory.target.trim().is_empty();
    if button(ui, place, label, label, Weight::Primary, usable).clicked() {
        let recipient = memory.recipient.trim();
        out.push(Command::Seal {
            target: PathBuf::from(memory.target.trim()),
            recipient: (!recipient.is_empty()).then(|| recipient.to_owned()),
        });
    }
}

fn done_ui(ui: &Ui, rect: Rect, view: &View) {
    let HandoverWork::Done { bundle, records, bytes, hash } = &view.handover.work else { return };
    let t = tokens(ui);
    let mut rest = rect;
    let mut head = cut_top(&mut rest, 56.0);
    let sign = cut_left(&mut head, 60.0);
    mark(ui, sign.left_center() + vec2(20.0, 0.0), 40.0, Mark::DiscTick, t.pass);
    line(ui, head, Word::SealedWord.text(view.lang), font::PAGE, t.text, Align::Min);
    cut_top(&mut rest, space::S);
    line(ui, cut_top(&mut rest, 40.0), bundle, font::PAGE, t.text, Align::Min);
    cut_top(&mut rest, space::S);
    let rows = [
        (Word::Records, words::people(*records, view.lang), font::STRONG),
        (Word::Hash, hash.clone(), font::PAGE),
        (Word::GroupSize, words::megabytes(*bytes), font::STRONG),
    ];
    for (word, value, points) in rows {
        let mut row = cut_top(&mut rest, size::CONTROL);
        let whole = row;
        line(ui, cut_left(&mut row, 160.0), word.text(view.lang), font::STRONG, t.text2, Align::Min);
        line(ui, row, &value, points, t.text, Align::Min);
        name(ui, whole, ("done", word.text(view.lang)), Role::ListItem, &format!("{} {value}", word.text(view.lang)));
    }
    let row = cut_top(&mut rest, size::CONTROL);
    line(ui, row, Word::WaitsForReceipt.text(view.lang), font::STRONG, t.warn, Align::Min);
}

fn foot_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory) {
    let mut rest = rect;
    let next = Word::Next.text(view.lang);
    let back = Word::Previous.text(view.lang);
    let can_next = can_go_on(view, memory);
    let width = key_button_width(ui, "Enter", next).max(160.0);
    if memory.handover_step < 2 {
        let place = cut_right(&mut rest, width);
        if key_button(ui, place, "Enter", next, Weight::Primary, can_next).clicked() {
            memory.handover_step += 1;
        }
        cut_right(&mut rest, space::M);
    }
    if memory.handover_step > 0 {
        let place = cut_right(&mut rest, 160.0);
        if button(ui, place, back, back, Weight::Plain, !busy(view)).clicked() {
            memory.handover_step -= 1;
        }
    }
}

fn can_go_on(view: &View, memory: &Memory) -> bool {
    match memory.handover_step {
        // What is sealed and on no stick yet is written without anything new, too.
        0 => view.tally.difference() == 0 && (view.tally.approved > 0 || view.tally.bundles_waiting > 0),
        1 => !memory.target.trim().is_empty(),
        _ => false,
    }
}

/// Keys of this page: Enter goes on, Backspace goes back.
pub(super) fn key(key: egui::Key, view: &View, memory: &mut Memory) {
    match key {
        // The way begins anew behind the receipts.
        egui::Key::Backspace if memory.handover_step == HANDOVER_RECEIPTS => memory.handover_step = 0,
        egui::Key::Enter if can_go_on(view, memory) => memory.handover_step += 1,
        egui::Key::Backspace if !busy(view) => memory.handover_step = memory.handover_step.saturating_sub(1),
        _ => {}
    }
}
