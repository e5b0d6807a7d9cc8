//! 看片: the shot large, the burst beside it, findings as cards with what to do, the keys to decide.

use egui::{Align, CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::keymap::Action;
use super::layout::{cut_bottom, cut_left, cut_right, cut_top};
use super::marks::Mark;
use super::memory::{Memory, Overlay};
use super::shooting::{portrait_place, push_clicked, witness_ui};
use super::theme::{Tone, font, radius, size, space, stroke, tokens};
use super::view::{Command, Shot, Stage, View};
use super::widgets::{Weight, button, card, focus_ring, key_row, line, mark, name, paragraph, picture};
use super::{band, guides, question};
use crate::domain::finding::{Finding, Level, Verdict};
use crate::text;
use crate::text::window::{self as words, Word};

/// 空格 accepts, and never a picture that fails.
pub(super) fn accept_command(view: &View) -> Option<Command> {
    let shot = view.shot.as_ref()?;
    (shot.verdict != Verdict::Fail).then(|| Command::Accept(shot.ask.clone()))
}

/// Ticks what is to be asked, where that is shown and not done yet.
pub(super) fn attest_command(view: &View) -> Option<Command> {
    let shot = view.shot.as_ref()?;
    (shot.verdict != Verdict::Fail && shot.open_ask().next().is_some()).then_some(Command::AttestAll)
}

/// The page under the band.
pub(super) fn page_ui(ui: &Ui, rect: Rect, shot: &Shot, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let mut rest = rect;
    keys_ui(ui, cut_bottom(&mut rest, size::KEYS), shot, view, memory, out);
    let mut body = rest.shrink2(vec2(space::MARGIN, space::GUTTER));
    let photo_width = body.height() * 0.75;
    let photo = cut_left(&mut body, photo_width);
    picture(ui, photo, shot.frames.get(shot.chosen).copied());
    let inside = portrait_place(photo);
    if view.simulated {
        guides::watermark(&ui.painter_at(inside), inside, view);
    }
    name(ui, photo, "photo", Role::Image, &format!("{} {}", Word::PageShoot.text(view.lang), shot.chosen + 1));
    cut_left(&mut body, space::GUTTER);
    burst_ui(ui, cut_left(&mut body, 84.0), shot, view, out);
    cut_left(&mut body, space::GUTTER);
    let column_width = size::COLUMN.min(body.width() * 0.45);
    let column = cut_right(&mut body, column_width);
    cut_right(&mut body, space::GUTTER);
    findings_ui(ui, body, shot, view);
    side_ui(ui, column, shot, view, memory, out);
}

/// The frames of the burst with their digits.
fn burst_ui(ui: &Ui, rect: Rect, shot: &Shot, view: &View, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let mut rest = rect;
    let height = ((rect.height() - 4.0 * space::S) / 5.0).min(112.0);
    for (index, frame) in shot.frames.iter().enumerate().take(5) {
        let place = cut_top(&mut rest, height);
        cut_top(&mut rest, space::S);
        let chosen = index == shot.chosen;
        let response = ui.interact(place, ui.scope_id().with(("burst", index)), Sense::click());
        response.widget_info(|| {
            let spoken = format!("{} {}", Word::PickFrame.text(view.lang), index + 1);
            WidgetInfo::selected(Role::RadioButton, true, chosen, spoken)
        });
        picture(ui, place, Some(*frame));
        let cap = Rect::from_min_size(place.min + vec2(4.0, 4.0), vec2(24.0, 24.0));
        let (fill, ink) = if chosen { (Tone::Info.fill(), Tone::Info.ink()) } else { (t.bg2, t.text) };
        ui.painter().rect_filled(cap, CornerRadius::same(radius::ROW), fill);
        line(ui, cap, &(index + 1).to_string(), font::CAPTION, ink, Align::Center);
        if chosen {
            let edge = Stroke::new(stroke::FOCUS, t.link);
            ui.painter().rect_stroke(place, CornerRadius::same(radius::ROW), edge, StrokeKind::Outside);
        }
        if response.clicked() && !chosen {
            out.push(Command::PickFrame(index));
        }
    }
}

/// Failing cards first, then reminders, then one line for the rest and the measured values.
fn findings_ui(ui: &Ui, rect: Rect, shot: &Shot, view: &View) {
    let t = tokens(ui);
    let mut rest = rect;
    let failing = shot.findings.iter().filter(|f| f.fails());
    let reminders = shot.findings.iter().filter(|f| band::is_reminder(f));
    let foot = cut_bottom(&mut rest, 96.0_f32.min(rect.height()));
    for finding in failing.chain(reminders) {
        if rest.height() < 76.0 {
            break;
        }
        finding_card(ui, &mut rest, finding, view);
        cut_top(&mut rest, space::S);
    }
    let passing: Vec<&Finding> = shot.findings.iter().filter(|f| f.level == Level::Pass).collect();
    let mut foot = Rect::from_min_max(rest.min, foot.max);
    let others = if passing.len() == shot.findings.len() {
        Word::AllPass.text(view.lang).to_owned()
    } else {
        words::others_pass(passing.len(), view.lang)
    };
    let mut row = cut_top(&mut foot, 32.0);
    let whole = row;
    let sign = cut_left(&mut row, 28.0);
    mark(ui, sign.left_center() + vec2(9.0, 0.0), 18.0, Mark::Tick, t.off);
    line(ui, row, &others, font::STRONG, t.text, Align::Min);
    name(ui, whole, "others", Role::Label, &others);
    values_ui(ui, foot, &passing, view);
}

/// Measured values of passing checks, in two columns.
fn values_ui(ui: &Ui, rect: Rect, passing: &[&Finding], view: &View) {
    let t = tokens(ui);
    let measured = passing.iter().filter(|f| f.measured.is_some());
    let width = rect.width() / 2.0;
    let rows = (rect.height() / 26.0).floor().max(0.0) as usize;
    for (index, finding) in measured.take(rows * 2).enumerate() {
        let (column, row) = (index % 2, index / 2);
        let at = rect.min + vec2(column as f32 * width, row as f32 * 26.0);
        let mut place = Rect::from_min_size(at, vec2(width - space::S, 26.0));
        let sign = cut_left(&mut place, 26.0);
        mark(ui, sign.left_center() + vec2(9.0, 0.0), 13.0, Mark::Tick, t.off);
        let words = text::finding::finding(finding, view.lang).what;
        line(ui, place, &words, font::BODY, t.text2, Align::Min);
    }
}

fn finding_card(ui: &Ui, rest: &mut Rect, finding: &Finding, view: &View) {
    let t = tokens(ui);
    let message = text::finding::finding(finding, view.lang);
    let place = cut_top(rest, 72.0);
    card(ui, place);
    let fails = finding.fails();
    let (shape, color) = if fails { (Mark::Octagon, t.fail) } else { (Mark::Triangle, t.warn) };
    let bar = Rect::from_min_size(place.min, vec2(4.0, place.height()));
    ui.painter().rect_filled(bar, CornerRadius::same(2), color);
    let mut inside = place.shrink2(vec2(space::M, space::S));
    let sign = cut_left(&mut inside, 40.0);
    mark(ui, sign.left_center() + vec2(14.0, 0.0), 26.0, shape, color);
    let (upper, lower) = inside.split_top_bottom_at_fraction(0.5);
    line(ui, upper, &message.what, font::STRONG, t.text, Align::Min);
    line(ui, lower, &message.advice, font::BODY, t.text2, Align::Min);
    let spoken = format!("{}，{}", message.what, message.advice);
    name(ui, place, ("finding", finding.id.as_str()), Role::ListItem, &spoken);
}

/// Witness, things to attest, and the one blue button.
fn side_ui(ui: &Ui, rect: Rect, shot: &Shot, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    card(ui, rect);
    let t = tokens(ui);
    let mut rest = rect.shrink(space::M);
    if let Some(subject) = &view.subject {
        witness_ui(ui, cut_top(&mut rest, size::WITNESS), subject, view, memory);
        cut_top(&mut rest, space::M);
    }
    if let Some(asked) = &view.question {
        question::panel_ui(ui, rest, asked, view, out);
        return;
    }
    if !matches!(view.stage, Stage::Review(_)) {
        return;
    }
    let accept = accept_command(view);
    if shot.verdict != Verdict::Fail && !shot.ask.is_empty() {
        line(ui, cut_top(&mut rest, 32.0), Word::PleaseAttest.text(view.lang), font::BODY, t.text2, Align::Min);
        for item in &shot.ask {
            if tick_ui(ui, cut_top(&mut rest, 32.0), item, shot, view) {
                out.push(Command::Attest(item.clone()));
            }
        }
        cut_top(&mut rest, space::S);
    }
    if let Some(accept) = accept {
        let place = cut_top(&mut rest, 56.0);
        let label = Word::Accept.text(view.lang);
        if button(ui, place, label, label, Weight::Primary, true).clicked() {
            out.push(accept);
        }
        if let Some(auto) = shot.auto_accept {
            let part = if view.settings.reduced_motion { 0.0 } else { auto.part.clamp(0.0, 1.0) };
            let filled = Rect::from_min_max(
                pos2(place.left(), place.bottom() - 6.0),
                pos2(place.left() + place.width() * part, place.bottom()),
            );
            ui.painter().rect_filled(filled, CornerRadius::same(3), Tone::Info.ink());
            let words = words::accepts_in(auto.seconds_left, view.lang);
            let place = cut_top(&mut rest, 36.0);
            line(ui, place, &words, font::BODY, t.text2, Align::Center);
            name(ui, place, "auto accept", Role::Status, &words);
        }
    } else {
        let mut box_rect = cut_top(&mut rest, 96.0);
        let first = shot.findings.iter().find(|f| f.fails());
        let advice = first.map(|f| text::finding::finding(f, view.lang).advice).unwrap_or_default();
        let sign = cut_left(&mut box_rect, 40.0);
        mark(ui, sign.left_top() + vec2(14.0, 18.0), 28.0, Mark::Octagon, t.fail);
        paragraph(ui, box_rect.translate(vec2(0.0, 4.0)), &advice, font::STRONG, t.text);
        let label = Word::Retake.text(view.lang);
        if button(ui, cut_top(&mut rest, 56.0), label, label, Weight::Primary, true).clicked() {
            out.push(Command::Retake);
        }
    }
}

/// One thing to ask, with its box; true when it was ticked, or its tick taken back.
fn tick_ui(ui: &Ui, rect: Rect, item: &str, shot: &Shot, view: &View) -> bool {
    let t = tokens(ui);
    let words = words::ask_item(item, view.lang);
    let ticked = shot.ticked.iter().any(|known| known == item);
    let response = ui.interact(rect, ui.scope_id().with(("ask", item)), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, ticked, &words));
    let mut row = rect;
    let sign = cut_left(&mut row, 30.0);
    let square = Rect::from_center_size(sign.left_center() + vec2(11.0, 0.0), vec2(20.0, 20.0));
    let edge = if response.hovered() { t.text2 } else { t.edge };
    ui.painter().rect_stroke(
        square,
        CornerRadius::same(radius::ROW),
        Stroke::new(stroke::THIN, edge),
        StrokeKind::Inside,
    );
    if ticked {
        mark(ui, square.center(), 16.0, Mark::Tick, t.link);
    }
    line(ui, row, &words, font::STRONG, t.text, Align::Min);
    focus_ring(ui, rect, &response);
    response.clicked()
}

fn keys_ui(ui: &Ui, rect: Rect, shot: &Shot, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let word = |word: Word| word.text(view.lang);
    let free = view.question.is_none() && matches!(view.stage, Stage::Review(_));
    let accept = accept_command(view);
    let weight = |fail_first| {
        let fails = shot.verdict == Verdict::Fail;
        if fails == fail_first { Weight::Primary } else { Weight::Plain }
    };
    let map = memory.keymap.clone();
    let cap = |action| map.cap(action, view.lang);
    let attest = attest_command(view);
    let mut keys = vec![
        (cap(Action::Shoot), word(Word::Accept), weight(false), free && accept.is_some()),
        (cap(Action::Retake), word(Word::Retake), weight(true), free),
        (cap(Action::Override), word(Word::Override), Weight::Plain, free && shot.verdict == Verdict::Fail),
        (cap(Action::Release), word(Word::Release), Weight::Plain, free),
        (cap(Action::FullSize), word(Word::FullSize), Weight::Plain, true),
    ];
    if attest.is_some() {
        keys.push((cap(Action::Attest), word(Word::AttestAll), Weight::Plain, free));
    }
    match key_row(ui, rect.shrink2(vec2(space::MARGIN, 0.0)), &keys) {
        Some(0) => out.extend(accept),
        Some(4) => memory.overlay = Some(Overlay::Photo),
        Some(5) => out.extend(attest),
        clicked => push_clicked(
            clicked.and_then(|index| index.checked_sub(1)),
            &[Command::Retake, Command::AskOverride, Command::Release],
            out,
        ),
    }
}
