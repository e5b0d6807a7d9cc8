//! The band: one sentence, one light, one number, to be read from two metres. The table of states stands here.

use egui::{Align, Align2, CornerRadius, Rect, Role, Stroke, StrokeKind, Ui, Vec2, accesskit, pos2, vec2};

use super::layout::{cut_left, cut_right};
use super::marks::{self, Mark};
use super::theme::{Tone, font, radius, size, space, stroke, time, tokens};
use super::view::{Copies, Stage, View};
use super::widgets::{fitted, line, name, text_at, width_of};
use crate::domain::finding::{Finding, Level, Verdict};
use crate::text;
use crate::text::scan_desk::ScanWord;
use crate::text::window::{self as words, Word};

/// How much of the band takes the tone's colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Lamp,
    /// Kept for moments, so that it still means something.
    Whole,
}

/// What the band shows for a state.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    pub tone: Tone,
    pub reach: Reach,
    pub mark: Mark,
    /// The instruction.
    pub say: String,
    /// The operator's line under it.
    pub line: String,
    /// 3 2 1 in place of the words.
    pub count: Option<u8>,
}

/// The table: state to light, shape and words.
pub fn band_of(view: &View) -> Band {
    let lang = view.lang;
    let band = |tone, reach, mark, say: Word, line: Word| Band {
        tone,
        reach,
        mark,
        say: say.text(lang).to_owned(),
        line: line.text(lang).to_owned(),
        count: None,
    };
    if let Some(fault) = view.health.camera_fault
        && matches!(
            view.stage,
            Stage::Waiting | Stage::Locked | Stage::Framing | Stage::Ready | Stage::Steady(_) | Stage::Count(_)
        )
    {
        let message = text::fault::camera(fault, lang);
        let line = format!("{}  {}", message.what, message.advice);
        return Band { line, ..band(Tone::Fail, Reach::Whole, Mark::Octagon, Word::SayCamera, Word::LineLocked) };
    }
    match &view.stage {
        Stage::Waiting if view.live.help.is_some() => {
            unread(view, band(Tone::Warn, Reach::Lamp, Mark::Triangle, Word::SayWaiting, Word::LineWaiting))
        }
        Stage::Numbered => Band {
            say: ScanWord::SayNumber.text(lang).to_owned(),
            line: ScanWord::LineNumber.text(lang).to_owned(),
            ..band(Tone::Info, Reach::Whole, Mark::OpenTick, Word::SayWaiting, Word::LineWaiting)
        },
        Stage::Waiting if view.scan.slip.is_some() => Band {
            line: ScanWord::LineSlip.text(lang).to_owned(),
            ..band(Tone::Info, Reach::Lamp, Mark::Ring(0.0), Word::SayInterrupted, Word::LineWaiting)
        },
        Stage::Waiting if view.expected.is_some() => Band {
            say: view.expected.map_or_else(String::new, |shot| text::calling::say_expected(shot, lang)),
            line: text::calling::CallWord::LineExpected.text(lang).to_owned(),
            ..band(Tone::Info, Reach::Lamp, Mark::Ring(0.0), Word::SayWaiting, Word::LineWaiting)
        },
        Stage::Waiting => Band {
            say: text::window::show_code(view.notice.said.level, lang).to_owned(),
            ..band(Tone::Idle, Reach::Lamp, Mark::Square, Word::SayWaiting, Word::LineWaiting)
        },
        Stage::Locked => band(Tone::Info, Reach::Lamp, Mark::Ring(0.0), Word::SayLocked, Word::LineLocked),
        Stage::Collected => band(Tone::Fail, Reach::Whole, Mark::Octagon, Word::SayCollected, Word::LineCollected),
        Stage::Interrupted if view.live.help.is_some() => {
            unread(view, band(Tone::Fail, Reach::Whole, Mark::Octagon, Word::SayInterrupted, Word::LineInterrupted))
        }
        Stage::Interrupted => {
            band(Tone::Fail, Reach::Whole, Mark::Octagon, Word::SayInterrupted, Word::LineInterrupted)
        }
        Stage::Framing => {
            framing(view, band(Tone::Warn, Reach::Lamp, Mark::Triangle, Word::SayFraming, Word::LineLocked))
        }
        Stage::Importing => band(Tone::Info, Reach::Lamp, Mark::Ring(0.0), Word::SayCamera, Word::LineImporting),
        // Advice, for what stops would have ended the hold.
        Stage::Ready | Stage::Steady(_) if view.live.instruction.as_ref().is_some_and(|finding| !finding.stops()) => {
            framing(view, band(Tone::Warn, Reach::Lamp, Mark::Triangle, Word::SaySteady, Word::LineSteady))
        }
        Stage::Ready => band(Tone::Info, Reach::Whole, Mark::OpenTick, Word::SaySteady, Word::LineReady),
        Stage::Steady(part) => {
            let part = if view.settings.reduced_motion { 0.0 } else { *part };
            band(Tone::Info, Reach::Whole, Mark::Ring(part), Word::SaySteady, Word::LineSteady)
        }
        Stage::Count(digit) => Band {
            count: Some(*digit),
            ..band(Tone::Info, Reach::Whole, Mark::Ring(1.0), Word::SaySteady, Word::LineCount)
        },
        Stage::Reading => band(Tone::Info, Reach::Whole, Mark::Dots, Word::SayReading, Word::LineReading),
        Stage::Storing => band(Tone::Info, Reach::Whole, Mark::Dots, Word::SayStoring, Word::LineStoring),
        Stage::Review(verdict) => review(view, *verdict),
        Stage::Stored(Copies::All) => band(Tone::Pass, Reach::Whole, Mark::DiscTick, Word::SayStored, Word::LineStored),
        Stage::Stored(Copies::SecondMissing) => Band {
            line: text::second_disk::line(view.health.copy_behind, lang).to_owned(),
            ..band(Tone::Warn, Reach::Whole, Mark::TriangleDisk, Word::SayStoredNoCopy, Word::LineStored)
        },
    }
}

/// A code is held up, for a lock or once more under one, and cannot be read: what helps.
fn unread(view: &View, band: Band) -> Band {
    let Some((help, sight)) = view.live.help else { return band };
    let message = text::code::operator(help, &sight, view.lang);
    let line = format!("{}   {}", message.what, message.advice);
    Band { say: text::code::help(help, view.lang).to_owned(), line, ..band }
}

fn framing(view: &View, band: Band) -> Band {
    let Some(finding) = &view.live.instruction else { return band };
    let say = text::finding::student(finding, view.lang);
    let message = text::finding::before_the_shot(finding, view.lang);
    let line = if message.advice.is_empty() { message.what } else { format!("{}   {}", message.what, message.advice) };
    Band { say: if say.is_empty() { band.say } else { say.to_owned() }, line, ..band }
}

fn review(view: &View, verdict: Verdict) -> Band {
    let lang = view.lang;
    let findings = view.shot.as_ref().map(|shot| shot.findings.as_slice()).unwrap_or_default();
    let ask = view.shot.as_ref().map_or(0, |shot| shot.open_ask().count());
    let first =
        |wanted: fn(&Finding) -> bool| findings.iter().find(|f| wanted(f)).map(|f| text::finding::finding(f, lang));
    match verdict {
        Verdict::Pass if ask == 0 => Band {
            tone: Tone::Info,
            reach: Reach::Whole,
            mark: Mark::OpenTick,
            say: Word::SayPassed.text(lang).to_owned(),
            line: Word::LinePassed.text(lang).to_owned(),
            count: None,
        },
        Verdict::Pass | Verdict::Warn => {
            let reminders = findings.iter().filter(|f| is_reminder(f)).count();
            Band {
                tone: Tone::Warn,
                reach: Reach::Lamp,
                mark: Mark::Triangle,
                say: match reminders {
                    0 => words::to_attest(ask, lang),
                    _ => words::reminders(reminders + ask, lang),
                },
                line: first(is_reminder).map_or_else(|| Word::PleaseAttest.text(lang).to_owned(), |m| m.what),
                count: None,
            }
        }
        Verdict::Fail => Band {
            tone: Tone::Fail,
            reach: Reach::Whole,
            mark: Mark::Octagon,
            say: Word::SayRetake.text(lang).to_owned(),
            line: first(Finding::fails).map_or_else(String::new, |m| format!("{}   {}", m.what, m.advice)),
            count: None,
        },
    }
}

/// A finding that the operator should look at although it stops nothing.
pub(super) fn is_reminder(finding: &Finding) -> bool {
    !finding.fails() && (finding.stops() || matches!(finding.level, Level::Warn | Level::Fail))
}

/// Where the shake has it now: three swings that die away, for ears that do not hear and desks without sound.
pub fn shake(view: &View) -> Vec2 {
    let Some(part) = view.trouble_for.map(|since| since.as_secs_f32() / time::SHAKE.as_secs_f32()) else {
        return Vec2::ZERO;
    };
    if view.settings.reduced_motion || part >= 1.0 {
        return Vec2::ZERO;
    }
    let swing = (part * time::SWINGS * std::f32::consts::TAU).sin();
    vec2(size::SHAKE * swing * (1.0 - part), 0.0)
}

/// Paints the band over `rect`.
pub(super) fn band_ui(ui: &Ui, rect: Rect, view: &View) {
    let t = tokens(ui);
    let band = band_of(view);
    let whole = band.reach == Reach::Whole;
    let ground = if whole { band.tone.fill() } else { t.bg1 };
    let (ink, ink2) = if whole { (band.tone.ink(), band.tone.ink()) } else { (t.text, t.text2) };
    ui.painter().rect_filled(rect, CornerRadius::ZERO, ground);
    if !ui.visuals().dark_mode {
        ui.painter().hline(rect.x_range(), rect.bottom() - 1.0, Stroke::new(stroke::THIN, t.edge));
    }
    let mut rest = rect;
    let lamp = cut_left(&mut rest, size::LAMP);
    lamp_ui(ui, lamp, &band, view);
    let right = cut_right(&mut rest, shot_width(ui, view));
    shot_ui(ui, right, view, ink);
    let middle = rest.shrink2(vec2(space::L, space::S));
    words_ui(ui, middle, &band, [ink, ink2]);
}

fn lamp_ui(ui: &Ui, rect: Rect, band: &Band, view: &View) {
    let (fill, ink) = (band.tone.fill(), band.tone.ink());
    ui.painter().rect_filled(rect, CornerRadius::ZERO, fill);
    marks::paint(ui.painter(), rect.center(), 72.0, band.mark, ink, fill);
    let shot = view.subject.as_ref().map(|subject| subject.shot.to_string()).unwrap_or_default();
    let spoken = format!("{} {} {shot}", lamp_word(view), band.say);
    name(ui, rect, "lamp", Role::Status, spoken.trim());
}

fn lamp_word(view: &View) -> &'static str {
    match view.lang {
        text::Lang::Zh => "状态",
        text::Lang::En => "state",
    }
}

fn shot_width(ui: &Ui, view: &View) -> f32 {
    let shot =
        view.subject.as_ref().map_or(0.0, |subject| width_of(ui, &subject.shot.to_string(), font::SHOT) + space::XL);
    let mark = if view.simulated { 96.0 + space::L } else { 0.0 };
    shot + mark
}

fn shot_ui(ui: &Ui, rect: Rect, view: &View, ink: egui::Color32) {
    let mut rest = rect;
    if view.simulated {
        let mark = cut_left(&mut rest, 96.0);
        simulated_mark(ui, mark, view, ink);
    }
    let Some(subject) = &view.subject else { return };
    let at = pos2(rest.right() - space::XL, rest.center().y);
    text_at(ui, at, Align2::RIGHT_CENTER, &subject.shot.to_string(), font::SHOT, ink);
    name(ui, rest, "shot number", Role::Label, &subject.shot.to_string());
}

/// 演示 不作数, boxed, in the band.
fn simulated_mark(ui: &Ui, rect: Rect, view: &View, ink: egui::Color32) {
    let place = Rect::from_center_size(rect.center(), vec2(88.0, 60.0));
    ui.painter().rect_stroke(
        place,
        CornerRadius::same(radius::ROW),
        Stroke::new(stroke::THIN, ink),
        StrokeKind::Inside,
    );
    let (upper, lower) = place.shrink2(vec2(0.0, 5.0)).split_top_bottom_at_fraction(0.5);
    fitted(ui, upper, Word::DemonstrationFirst.text(view.lang), font::STRONG, ink, Align::Center);
    fitted(ui, lower, Word::DemonstrationSecond.text(view.lang), font::STRONG, ink, Align::Center);
    name(ui, place, "simulated", Role::Label, Word::Demonstration.text(view.lang));
}

fn words_ui(ui: &Ui, rect: Rect, band: &Band, [ink, ink2]: [egui::Color32; 2]) {
    let response = if let Some(digit) = band.count {
        let (left, right) = (rect.center().x - 60.0, rect.center().x + 60.0);
        text_at(ui, rect.center(), Align2::CENTER_CENTER, &digit.to_string(), font::COUNT, ink);
        let aside = Rect::from_min_max(pos2(right, rect.top()), rect.max);
        line(ui, aside, &band.line, font::PAGE, ink2, Align::Min);
        let before = Rect::from_min_max(rect.min, pos2(left, rect.bottom()));
        line(ui, before, &band.say, font::PAGE, ink2, Align::Max);
        name(ui, rect, "count", Role::Label, &digit.to_string())
    } else {
        let (upper, lower) = rect.split_top_bottom_at_fraction(0.70);
        fitted(ui, upper, &band.say, font::SAY, ink, Align::Center);
        line(ui, lower, &band.line, font::STRONG, ink2, Align::Center);
        name(ui, rect, "say", Role::Label, &band.say)
    };
    let urgent = band.count.is_some() || band.tone == Tone::Fail;
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_live(if urgent { accesskit::Live::Assertive } else { accesskit::Live::Polite });
    });
}
