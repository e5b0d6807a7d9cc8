//! The scan desk in the operator's window: a number as large as the place allows, the slip, the line of those who wait.

use egui::{Align, Rect, Role, Ui};

use super::layout::{cut_bottom, cut_top};
use super::theme::{font, size, space, tokens};
use super::view::{Command, Picture, View};
use super::widgets::{Weight, fitted, key_row, line, name};
use crate::domain::code_help::{CodeHelp, CodeSight};
use crate::domain::ids::ShotNumber;
use crate::domain::set_up::DeskKind;
use crate::text::scan_desk::{self as words, ScanWord};

/// The key that prints a slip.
pub(super) const SLIP_KEY: egui::Key = egui::Key::P;

/// What the scan desk shows.
#[derive(Debug, Clone, Default, PartialEq)]
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
    /// What the scan camera sees, on a desk that photographs beside it.
    pub live: Option<ScanLive>,
}

/// The scan camera's picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScanLive {
    pub picture: Picture,
    /// Width and height of the camera's frame, pixels: the picture may be smaller.
    pub size: [f32; 2],
    /// A code was found here, in pixels of the frame.
    pub code: Option<[[f32; 2]; 4]>,
    /// What helps against a code that is held up and cannot be read.
    pub help: Option<(CodeHelp, CodeSight)>,
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
