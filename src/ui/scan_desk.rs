//! The scan desk: a number as large as the place allows, the slip, the line of those who wait; and the second window
//! that a scan camera's customers read while this window photographs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use egui::{Align, Align2, Context, CornerRadius, Rect, Role, Ui, ViewportBuilder, ViewportId, vec2};

use super::layout::{cut_bottom, cut_top};
use super::marks::{self, Mark};
use super::theme::{self, Tone, font, radius, size, space, tokens};
use super::view::{Command, View};
use super::widgets::{Weight, fitted, key_row, line, name, text_at};
use crate::domain::ids::ShotNumber;
use crate::domain::set_up::DeskKind;
use crate::text::Lang;
use crate::text::scan_desk::{self as words, ScanWord};
use crate::text::window::Word;

/// The key that prints a slip.
pub(super) const SLIP_KEY: egui::Key = egui::Key::P;

/// What the scan desk shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScanView {
    pub kind: DeskKind,
    /// The number that was given last, while it is new.
    pub ticket: Option<Ticket>,
    /// The code that was shown has a picture: by this number.
    pub collected: Option<ShotNumber>,
    pub waiting: u32,
    pub next: Option<ShotNumber>,
    /// Numbers of this run.
    pub given: u32,
    /// Another station's slip was shown; its code is still to come.
    pub slip: Option<ShotNumber>,
}

/// A number with what stands on its slip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub shot: ShotNumber,
    pub group: Option<String>,
    /// The code had this number already.
    pub again: bool,
}

impl ScanView {
    /// Somebody may wait: there is a scan desk.
    pub(super) fn has_line(&self) -> bool {
        self.kind != DeskKind::One
    }
}

/// The column of a desk that only scans: the number, the group, the line.
pub(super) fn column_ui(ui: &Ui, rect: Rect, ticket: &Ticket, view: &View, out: &mut Vec<Command>) {
    let t = tokens(ui);
    let lang = view.lang;
    let mut rest = rect;
    line(ui, cut_top(&mut rest, 32.0), ScanWord::YourNumber.text(lang), font::STRONG, t.text2, Align::Center);
    let number = cut_top(&mut rest, 128.0);
    let shot = ticket.shot.to_string();
    fitted(ui, number, &shot, font::COUNT, t.text, Align::Center);
    name(ui, number, "number", Role::Label, &shot);
    let group = cut_top(&mut rest, 44.0);
    if let Some(words) = &ticket.group {
        fitted(ui, group, words, font::PAGE, t.text, Align::Center);
        name(ui, group, "number group", Role::Label, words);
    }
    if ticket.again {
        line(ui, cut_top(&mut rest, 28.0), ScanWord::HadIt.text(lang), font::BODY, t.text2, Align::Center);
    }
    cut_top(&mut rest, space::L);
    let place = cut_top(&mut rest, size::CONTROL);
    if key_row(ui, place, &[("P", ScanWord::PrintSlip.text(lang), Weight::Primary, true)]).is_some() {
        out.push(Command::PrintSlip);
    }
    line_ui(ui, cut_bottom(&mut rest, 32.0), view);
}

/// How many wait, and who is next; on a desk that only scans how many numbers it gave.
pub(super) fn line_ui(ui: &Ui, rect: Rect, view: &View) {
    let t = tokens(ui);
    let scan = &view.scan;
    let next = scan.next.map(|shot| shot.to_string());
    let words = match (scan.slip, scan.kind) {
        (Some(slip), _) => words::slip_number(&slip.to_string(), view.lang),
        (None, DeskKind::ScanOnly) => words::given(scan.given, scan.waiting, view.lang),
        (None, _) => words::in_line(scan.waiting, next.as_deref(), view.lang),
    };
    line(ui, rect, &words, font::STRONG, t.text, Align::Min);
    name(ui, rect, "line", Role::Label, &words);
}

/// The number over the whole of a second screen.
pub(super) fn number_ui(ui: &Ui, rect: Rect, shot: &str, group: Option<&str>, scale: f32) {
    let ink = theme::STUDENT_INK;
    let mut rest = rect;
    let foot = cut_bottom(&mut rest, font::STUDENT_SAY * scale * 1.4);
    fitted(ui, rest, shot, font::STUDENT_COUNT * scale, ink, Align::Center);
    name(ui, rest, "student number", Role::Label, shot);
    if let Some(group) = group {
        fitted(ui, foot, group, font::STUDENT_SHOT * scale, ink, Align::Center);
    }
}

/// What the second window reads.
#[derive(Debug, Clone, Default)]
struct Screen {
    lang: Lang,
    simulated: bool,
    scan: ScanView,
}

/// The window at the scan desk, where a second camera gives numbers.
#[derive(Debug, Clone, Default)]
pub struct ScanScreen(Arc<Mutex<Screen>>);

impl ScanScreen {
    fn lock(&self) -> MutexGuard<'_, Screen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens or keeps the window for this pass.
    pub fn show(&self, ctx: &Context, view: &View) {
        *self.lock() = Screen { lang: view.lang, simulated: view.simulated, scan: view.scan.clone() };
        let title = format!("{} {}", Word::Program.text(view.lang), ScanWord::ScanDesk.text(view.lang));
        let builder = ViewportBuilder::default().with_title(title).with_inner_size([1280.0, 720.0]);
        let shared = self.clone();
        let id = ViewportId::from_hash_of("scan-desk");
        ctx.show_viewport_deferred(id, builder, move |ui, _class| {
            let held = shared.lock();
            let rect = ui.max_rect();
            screen_ui(ui, rect, &held);
        });
        ctx.request_repaint_of(id);
    }
}

/// What the screen says: words, light, number.
fn said(scan: &ScanView, lang: Lang) -> (Tone, Mark, &'static str) {
    if scan.collected.is_some() {
        return (Tone::Fail, Mark::Octagon, Word::SayCollected.text(lang));
    }
    match scan.ticket {
        Some(_) => (Tone::Info, Mark::OpenTick, ScanWord::SayNumber.text(lang)),
        None => (Tone::Idle, Mark::Square, Word::SayWaiting.text(lang)),
    }
}

fn screen_ui(ui: &Ui, rect: Rect, screen: &Screen) {
    ui.painter().rect_filled(rect, CornerRadius::ZERO, theme::STUDENT_BG);
    let scale = (rect.height() / 1080.0).min(rect.width() / 1920.0);
    let mut rest = rect.shrink2(vec2(rect.width() * 0.05, rect.height() * 0.05));
    let (tone, mark, say) = said(&screen.scan, screen.lang);
    let mut head = cut_top(&mut rest, 200.0 * scale);
    let lamp = super::layout::cut_left(&mut head, 200.0 * scale);
    ui.painter().rect_filled(lamp, CornerRadius::same(radius::CARD), tone.fill());
    marks::paint(ui.painter(), lamp.center(), font::STUDENT_LAMP * scale, mark, tone.ink(), tone.fill());
    let place = head.shrink2(vec2(space::XXL * scale, 0.0));
    fitted(ui, place, say, font::STUDENT_SAY * scale, theme::STUDENT_INK, Align::Center);
    name(ui, place, "scan say", Role::Label, say);
    if screen.simulated {
        let at = rect.right_bottom() - vec2(space::XL, space::XL);
        let ink = Tone::Warn.fill();
        text_at(ui, at, Align2::RIGHT_BOTTOM, Word::Demonstration.text(screen.lang), font::PAGE, ink);
    }
    match (&screen.scan.ticket, screen.scan.collected) {
        (_, Some(_)) => {
            fitted(
                ui,
                rest,
                ScanWord::AskStaff.text(screen.lang),
                font::STUDENT_SAY * scale,
                theme::STUDENT_INK,
                Align::Center,
            );
        }
        (Some(ticket), None) => number_ui(ui, rest, &ticket.shot.to_string(), ticket.group.as_deref(), scale),
        (None, None) => {
            let hint = Word::HoldFlat.text(screen.lang);
            fitted(ui, rest, hint, font::STUDENT_SHOT * scale, theme::STUDENT_INK, Align::Center);
        }
    }
}
