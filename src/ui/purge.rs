//! 设置 → 到期清除: what would go and what would stay, session by session, then the one way through to an empty list and
//! a signed certificate.

use std::path::PathBuf;
use std::sync::Arc;

use egui::{Align, Rect, Role, Ui, vec2};

use super::layout::{cut_bottom, cut_left, cut_right, cut_top};
use super::marks::Mark;
use super::memory::Memory;
use super::theme::{font, size, space, tokens};
use super::view::{Command, View};
use super::widgets::{Secrecy, Weight, button, field, inside, key_button, line, mark, name, rule};
use crate::domain::ids::SessionId;
use crate::domain::purge::{PurgePlan, PurgeStep, SessionPurge};
use crate::domain::time::WallTime;
use crate::text::Message;
use crate::text::purge::{self as words, PurgeWord};

/// How long a session keeps its records; `None`: until somebody says how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Keep(Option<u32>);

/// What can be chosen, the shortest first.
const CHOICES: [Keep; 9] = [
    Keep(Some(7)),
    Keep(Some(15)),
    Keep(Some(30)),
    Keep(Some(60)),
    Keep(Some(90)),
    Keep(Some(180)),
    Keep(Some(365)),
    Keep(Some(730)),
    Keep(None),
];
/// Height of a session's row.
const ROW: f32 = 60.0;

/// What painting knows of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PurgeView {
    /// `None`: not looked yet.
    pub plan: Option<Arc<PurgePlan>>,
    /// The present operator may purge.
    pub allowed: bool,
    pub work: PurgeWork,
    pub stop: PurgeStop,
    /// What came of the last command.
    pub note: Option<Message>,
    /// A place that the system's dialog gave.
    pub picked: Option<PathBuf>,
}

/// Whether a purge that runs can be stopped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PurgeStop {
    /// Nothing runs, or what was cut before is being finished.
    #[default]
    Never,
    Possible,
    /// Somebody wants it to stop.
    Asked,
}

/// Where a purge stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum PurgeWork {
    #[default]
    Idle,
    Running(PurgeStep),
    Done {
        records: usize,
        /// It was stopped, and these stay.
        left: usize,
        /// Its name.
        certificate: String,
    },
}

/// What is done here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PurgeCommand {
    /// Looks at what is due.
    Look,
    KeepDays(SessionId, Option<u32>),
    /// The date on the wall is this computer's.
    ClockIsRight,
    /// Everything that the plan says is due.
    Purge,
    /// What runs stops behind the records that it has in hand.
    Stop,
    PickPlace,
    /// The newest certificate and its signature, to this file.
    SaveCertificate(PathBuf),
}

/// What is typed and asked. Nothing here is kept.
#[derive(Debug, Default)]
pub struct Form {
    confirming: bool,
    target: String,
}

/// Esc stops what runs.
pub(super) fn key(key: egui::Key, view: &View) -> Option<Command> {
    (key == egui::Key::Escape && view.purge.stop == PurgeStop::Possible).then_some(Command::Purge(PurgeCommand::Stop))
}

pub(super) fn part_ui(ui: &mut Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let purge = &view.purge;
    let form = &mut memory.purge;
    if let Some(picked) = &purge.picked
        && form.target.is_empty()
    {
        form.target = picked.display().to_string();
    }
    let Some(plan) = purge.plan.clone() else {
        let words = PurgeWord::Looking.text(view.lang);
        let mut rest = rect;
        let place = cut_top(&mut rest, size::CONTROL);
        line(ui, place, words, font::STRONG, tokens(ui).text2, Align::Min);
        name(ui, place, "looking", Role::Status, words);
        if !matches!(purge.work, PurgeWork::Running(_)) {
            out.push(Command::Purge(PurgeCommand::Look));
        }
        return;
    };
    let mut rest = rect;
    let place = cut_top(&mut rest, 28.0);
    line(ui, place, PurgeWord::Intro.text(view.lang), font::BODY, tokens(ui).text2, Align::Min);
    let keep = cut_bottom(&mut rest, size::CONTROL * 2.0 + 28.0 + space::S);
    cut_bottom(&mut rest, space::S);
    let act = cut_bottom(&mut rest, size::CONTROL + 36.0);
    cut_bottom(&mut rest, space::S);
    sessions_ui(ui, rest, &plan, view, out);
    act_ui(ui, act, &plan, view, form, out);
    certificate_ui(ui, keep, &plan, view, form, out);
}

fn sessions_ui(ui: &mut Ui, rect: Rect, plan: &PurgePlan, view: &View, out: &mut Vec<Command>) {
    if plan.sessions.is_empty() {
        if plan.at.is_none() {
            return; // it could not be looked up, which the note says
        }
        let words = PurgeWord::Empty.text(view.lang);
        let mut rest = rect;
        let place = cut_top(&mut rest, size::CONTROL);
        line(ui, place, words, font::STRONG, tokens(ui).text2, Align::Min);
        name(ui, place, "nothing to purge", Role::Label, words);
        return;
    }
    inside(ui, rect, |ui| {
        egui::ScrollArea::vertical().id_salt("purge").show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
            for session in plan.sessions.iter().rev() {
                let (place, _) = ui.allocate_exact_size(vec2(rect.width() - space::M, ROW), egui::Sense::hover());
                session_ui(ui, place, session, view, out);
            }
        });
    });
}

fn session_ui(ui: &Ui, rect: Rect, session: &SessionPurge, view: &View, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let lang = view.lang;
    rule(ui, rect, rect.bottom());
    let mut place = rect;
    let goes = words::due_now(session.due.len(), lang);
    let stays = words::stays(session.not_settled, session.not_due, session.next_due.map(WallTime::local_date), lang);
    let days = words::days(session.days, lang);
    let control = cut_right(&mut place, size::ROW_CONTROL * 2.0 + 104.0);
    let (upper, lower) = place.split_top_bottom_at_fraction(0.54);
    let mut upper = upper;
    let due = cut_right(&mut upper, 120.0);
    line(ui, upper, &session.name, font::STRONG, t.text, Align::Min);
    let ink = if session.due.is_empty() { t.text2 } else { t.text };
    line(ui, due, &goes, font::STRONG, ink, Align::Min);
    line(ui, lower, &stays, font::CAPTION, t.text2, Align::Min);
    let spoken = format!("{} {days} {goes} {stays}", session.name);
    name(ui, place, ("session", session.session.as_str()), Role::ListItem, &spoken);
    let mut control = Rect::from_center_size(control.center(), vec2(control.width(), size::ROW_CONTROL));
    let idle = !matches!(view.purge.work, PurgeWork::Running(_));
    let label = PurgeWord::KeepDays.text(lang);
    let now = Keep(session.days);
    for (sign, to) in [("-", now.shorter()), ("+", now.longer())] {
        let at = cut_left(&mut control, size::ROW_CONTROL);
        let spoken = format!("{label} {} {sign}", session.name);
        let usable = view.purge.allowed && idle && to.is_some();
        if button(ui, at, sign, &spoken, Weight::Plain, usable).clicked()
            && let Some(Keep(to)) = to
        {
            out.push(Command::Purge(PurgeCommand::KeepDays(session.session.clone(), to)));
        }
        if sign == "-" {
            line(ui, cut_left(&mut control, 104.0), &days, font::BODY, t.text, Align::Center);
        }
    }
}

impl Keep {
    fn length(self) -> u32 {
        self.0.unwrap_or(u32::MAX)
    }

    fn shorter(self) -> Option<Self> {
        CHOICES.into_iter().rev().find(|choice| choice.length() < self.length())
    }

    fn longer(self) -> Option<Self> {
        CHOICES.into_iter().find(|choice| choice.length() > self.length())
    }
}

/// What stands in the way, or the one button, its question, and how far it is.
fn act_ui(ui: &Ui, rect: Rect, plan: &PurgePlan, view: &View, form: &mut Form, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let lang = view.lang;
    let mut rest = rect;
    let mut said = cut_top(&mut rest, 32.0);
    cut_top(&mut rest, space::XS);
    let count = plan.due().len();
    let (sign, words) = match (&view.purge.work, &view.purge.note) {
        (PurgeWork::Running(_), _) if view.purge.stop == PurgeStop::Asked => {
            (Mark::Dots, PurgeWord::Stopping.text(lang).to_owned())
        }
        (PurgeWork::Running(step), _) => (Mark::Dots, words::step(*step, lang)),
        (_, Some(note)) => (Mark::Octagon, format!("{}，{}", note.what, note.advice)),
        (PurgeWork::Done { records: 0, .. }, None) => (Mark::Tick, PurgeWord::StoppedBefore.text(lang).to_owned()),
        (PurgeWork::Done { records, left, certificate }, None) => {
            (Mark::Tick, words::done(*records, *left, certificate, lang))
        }
        (PurgeWork::Idle, None) if !view.purge.allowed => {
            (Mark::Triangle, PurgeWord::OnlyManager.text(lang).to_owned())
        }
        (PurgeWork::Idle, None) => match (plan.clock_steps.first(), plan.second_missing) {
            _ if plan.cut => (Mark::Triangle, PurgeWord::Cut.text(lang).to_owned()),
            _ if count == 0 => (Mark::Tick, PurgeWord::NothingDue.text(lang).to_owned()),
            (Some((from, to)), _) => (Mark::Triangle, words::clock_went(&from.local_date(), &to.local_date(), lang)),
            (None, true) => (Mark::Triangle, PurgeWord::SecondMissing.text(lang).to_owned()),
            (None, false) if form.confirming => (Mark::Triangle, words::no_way_back(count, lang)),
            (None, false) => (Mark::Tick, String::new()),
        },
    };
    if !words.is_empty() {
        let whole = said;
        let at = cut_left(&mut said, 28.0);
        let ink = match sign {
            Mark::Octagon => t.fail,
            Mark::Triangle => t.warn,
            Mark::Dots => t.link,
            _ => t.off,
        };
        mark(ui, at.left_center() + vec2(10.0, 0.0), 18.0, sign, ink);
        line(ui, said, &words, font::BODY, t.text, Align::Min);
        let role = if sign == Mark::Octagon { Role::Alert } else { Role::Status };
        name(ui, whole, "purge status", role, &words);
    }
    let mut buttons = cut_top(&mut rest, size::CONTROL);
    if matches!(view.purge.work, PurgeWork::Running(_)) {
        form.confirming = false;
        let stop = PurgeWord::Stop.text(lang);
        let usable = view.purge.stop == PurgeStop::Possible;
        if key_button(ui, cut_left(&mut buttons, 160.0), "Esc", stop, Weight::Plain, usable).clicked() {
            out.push(Command::Purge(PurgeCommand::Stop));
        }
        return;
    }
    if !view.purge.allowed {
        form.confirming = false;
        return;
    }
    let look = PurgeWord::LookAgain.text(lang);
    if button(ui, cut_right(&mut buttons, 140.0), look, look, Weight::Plain, true).clicked() {
        form.confirming = false;
        out.push(Command::Purge(PurgeCommand::Look));
    }
    if count == 0 {
        form.confirming = false;
        return;
    }
    if !plan.clock_steps.is_empty() {
        let label = words::today(&plan.at.map(WallTime::local_date).unwrap_or_default(), lang);
        if button(ui, cut_left(&mut buttons, 320.0), &label, &label, Weight::Plain, true).clicked() {
            out.push(Command::Purge(PurgeCommand::ClockIsRight));
        }
        return;
    }
    if form.confirming {
        let (go, stop) = (words::purge_all(count, lang), PurgeWord::NotNow.text(lang));
        if button(ui, cut_left(&mut buttons, 200.0), &go, &go, Weight::Primary, plan.is_ready()).clicked() {
            form.confirming = false;
            out.push(Command::Purge(PurgeCommand::Purge));
        }
        cut_left(&mut buttons, space::M);
        if button(ui, cut_left(&mut buttons, 140.0), stop, stop, Weight::Plain, true).clicked() {
            form.confirming = false;
        }
    } else {
        let label = words::purge_asked(count, lang);
        let usable = plan.is_ready();
        if button(ui, cut_left(&mut buttons, 200.0), &label, &label, Weight::Plain, usable).clicked() {
            form.confirming = true;
        }
    }
}

/// The newest certificate, and where it is saved to.
fn certificate_ui(ui: &mut Ui, rect: Rect, plan: &PurgePlan, view: &View, form: &mut Form, out: &mut Vec<Command>) {
    let lang = view.lang;
    let mut rest = rect;
    let head = cut_top(&mut rest, 28.0);
    let Some(newest) = &plan.newest_certificate else {
        let words = PurgeWord::NoCertificate.text(lang);
        line(ui, head, words, font::BODY, tokens(ui).text2, Align::Min);
        return;
    };
    let words = words::certificate(newest, lang);
    line(ui, head, &words, font::BODY, tokens(ui).text2, Align::Min);
    name(ui, head, "newest certificate", Role::Label, &words);
    let (label, hint) = (PurgeWord::Place.text(lang), PurgeWord::PlaceHint.text(lang));
    field(ui, cut_top(&mut rest, size::CONTROL), &mut form.target, label, hint, Secrecy::Shown);
    cut_top(&mut rest, space::S);
    let mut buttons = cut_top(&mut rest, size::CONTROL);
    let (pick, save) = (PurgeWord::PickPlace.text(lang), PurgeWord::Save.text(lang));
    if button(ui, cut_left(&mut buttons, 160.0), pick, pick, Weight::Plain, true).clicked() {
        form.target.clear();
        out.push(Command::Purge(PurgeCommand::PickPlace));
    }
    cut_left(&mut buttons, space::M);
    let target = PathBuf::from(form.target.trim());
    if button(ui, cut_left(&mut buttons, 160.0), save, save, Weight::Plain, target.is_absolute()).clicked() {
        out.push(Command::Purge(PurgeCommand::SaveCertificate(target)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_go_from_a_week_to_without_end_and_back() {
        let mut days = CHOICES[0];
        assert_eq!(days.shorter(), None);
        for wanted in CHOICES.into_iter().skip(1) {
            days = days.longer().unwrap();
            assert_eq!(days, wanted);
        }
        assert_eq!(days.longer(), None);
        assert_eq!((Keep(None).shorter(), Keep(Some(20)).shorter()), (Some(Keep(Some(730))), Some(Keep(Some(15)))));
    }
}
