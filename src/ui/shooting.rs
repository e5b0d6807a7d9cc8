//! 拍摄: the live picture under its guides, the column with the person's code, checks and last four, the keys.

use egui::{Align, Align2, CornerRadius, Rect, Role, Ui, pos2, vec2};

use super::guides::{no_picture, preview_ui};
use super::keymap::Action;
use super::layout::{cut_bottom, cut_left, cut_right, cut_top, fit};
use super::marks::{self, Icon, Mark};
use super::memory::{Memory, Overlay};
use super::theme::{self, font, radius, size, space, time, tokens};
use super::view::{Answer, Command, Copies, Stage, Subject, Thumb, View, WaysCommand};
use super::widgets::{self, Weight, card, key_row, line, mark, name, picture, rule, text_at};
use super::{band, fault_page, how_to_hold, question, queue, review_shot, roster, scan_desk};
use crate::domain::finding::{Finding, Level};
use crate::domain::record::RetakeReason;
use crate::text;
use crate::text::scan_desk::slip_number as words_of_slip;
use crate::text::ways::WaysWord;
use crate::text::window::{self as words, GROUPS, Word};

/// The page under the band.
pub(super) fn page_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let mut rest = rect;
    keys_ui(ui, cut_bottom(&mut rest, size::KEYS), view, memory, out);
    let mut body = rest.shrink2(vec2(space::MARGIN, space::GUTTER));
    let column = cut_right(&mut body, size::COLUMN);
    cut_right(&mut body, space::GUTTER);
    if view.health.camera_fault.is_some() && view.live.picture.is_none() {
        fault_page::pane_ui(ui, body, view, out);
    } else if view.live.picture.is_none() {
        ui.painter().rect_filled(body, CornerRadius::same(radius::CARD), theme::PHOTO_BG);
        no_picture(ui, body, Word::CameraOpening.text(view.lang));
        let slow = view.health.camera_opening_for.is_some_and(|waited| waited >= time::CAMERA_SLOW);
        if slow {
            let at = Rect::from_center_size(body.center() + vec2(0.0, 96.0), vec2(160.0, size::CONTROL));
            let label = Word::CameraChange.text(view.lang);
            if widgets::button(ui, at, label, label, Weight::Plain, true).clicked() {
                memory.page = super::memory::Page::Settings;
                memory.settings_part = super::memory::SettingsPart::Camera;
            }
        }
    } else {
        preview_ui(ui, body, view, memory.guides);
        if view.health.camera_fault.is_some() {
            fault_page::over_ui(ui, body, view);
        }
    }
    column_ui(ui, column, view, memory, out);
}

fn column_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    card(ui, rect);
    let mut rest = rect.shrink2(vec2(space::M, space::S));
    if matches!(view.stage, Stage::Stored(_)) {
        stored_ui(ui, rest, view);
        return;
    }
    if let Some(ticket) = view.scan.ticket.as_ref().filter(|_| view.stage == Stage::Numbered) {
        scan_desk::column_ui(ui, rest, ticket, view, out);
        return;
    }
    match &view.subject {
        Some(subject) => witness_ui(ui, cut_top(&mut rest, size::WITNESS), subject, view, memory),
        None if view.question.is_none() => {
            let how = cut_top(&mut rest, 232.0);
            how_to_hold::panel_ui(ui, how, view);
            if view.scan.has_line() || view.scan.slip.is_some() {
                scan_desk::line_ui(ui, cut_top(&mut rest, 36.0), view);
            }
        }
        None => {}
    }
    cut_top(&mut rest, space::S);
    if let Some(asked) = &view.question {
        question::panel_ui(ui, rest, asked, view, out);
        return;
    }
    let thumbs = cut_bottom(&mut rest, size::THUMB[1] + 26.0);
    if view.subject.is_some() {
        rule(ui, rest, rest.top());
        cut_top(&mut rest, space::S);
        if let Some(desk) = view.roster.as_ref().and_then(|roster| roster.desk.as_ref()) {
            let panel = cut_top(&mut rest, roster::PANEL);
            roster::panel_ui(ui, panel, desk, view, &mut memory.roster_pad, out);
            if memory.roster_pad {
                roster::pad_ui(ui, rest, view, out);
                if !view.settings.faces_student {
                    recent_ui(ui, thumbs, view);
                }
                return;
            }
        }
        checks_ui(ui, rest, view);
    }
    if !view.settings.faces_student {
        recent_ui(ui, thumbs, view);
    }
}

/// What was just stored, large, and the last four under it.
fn stored_ui(ui: &Ui, rect: Rect, view: &View) {
    let t = tokens(ui);
    let mut rest = rect;
    let thumbs = cut_bottom(&mut rest, size::THUMB[1] + 26.0);
    if view.settings.faces_student {
        return;
    }
    let last = view.recent.first().filter(|thumb| Some(thumb.shot) == view.subject.as_ref().map(|s| s.shot));
    let foot = cut_bottom(&mut rest, 40.0);
    let photo = portrait_place(rest);
    picture(ui, photo, last.and_then(|thumb| thumb.picture));
    if view.simulated {
        super::guides::watermark(&ui.painter_at(photo), photo, view);
    }
    let words = match view.stage {
        Stage::Stored(Copies::SecondMissing) => Word::MarkStoredNoCopy,
        _ => Word::MarkStored,
    };
    let row = Rect::from_center_size(foot.center(), vec2(photo.width(), foot.height()));
    line(ui, row, words.text(view.lang), font::STRONG, t.text, Align::Center);
    recent_ui(ui, thumbs, view);
}

/// The picture of the phone with the code's digest and the time that is left.
pub(super) fn witness_ui(ui: &Ui, rect: Rect, subject: &Subject, view: &View, memory: &mut Memory) {
    let t = tokens(ui);
    let mut rest = rect;
    let square = cut_left(&mut rest, size::WITNESS);
    picture(ui, square, subject.witness);
    let response = ui.interact(square, ui.scope_id().with("witness"), egui::Sense::click());
    let lang = view.lang;
    response.widget_info(|| {
        egui::WidgetInfo::labeled(Role::Button, true, format!("{} {}", Word::Witness.text(lang), subject.digest))
    });
    if response.clicked() {
        memory.overlay = Some(Overlay::Witness);
    }
    cut_left(&mut rest, space::M);
    let row = |rest: &mut Rect, height: f32| cut_top(rest, height);
    line(ui, row(&mut rest, 22.0), Word::Code.text(lang), font::CAPTION, t.text2, Align::Min);
    let digest = row(&mut rest, 30.0);
    line(ui, digest, &subject.digest, font::TITLE, t.text, Align::Min);
    name(ui, digest, "digest", Role::Label, &subject.digest);
    let slip = subject.slip.map(|slip| words_of_slip(&slip.to_string(), view.lang));
    let replaces = subject.replaces.map(|shot| text::calling::replaces(shot, view.lang));
    let tail = [replaces, subject.tail.clone(), slip].into_iter().flatten().collect::<Vec<_>>().join("  ");
    line(ui, row(&mut rest, 26.0), &tail, font::STRONG, t.text, Align::Min);
    let left = row(&mut rest, 30.0);
    if let Some(seconds) = subject.seconds_left {
        let late = seconds <= time::LOCK_WARNS_AT_SECONDS_LEFT;
        let words = words::seconds_left(seconds, lang);
        let mut place = left;
        if late {
            let sign = cut_left(&mut place, 22.0);
            mark(ui, sign.center(), 16.0, Mark::Triangle, t.warn);
        }
        line(ui, place, &words, font::BODY, if late { t.warn } else { t.text2 }, Align::Min);
        name(ui, left, "seconds left", Role::Label, &words);
    } else if subject.shots_taken > 0 {
        line(ui, left, &words::shots_taken(subject.shots_taken, lang), font::BODY, t.text2, Align::Min);
    }
}

/// One row of the live list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CheckRow {
    pub group: Word,
    pub state: Word,
    pub mark: Mark,
    pub value: String,
}

/// The eight groups of the live findings, each with its worst state.
pub(super) fn check_rows(findings: &[Finding], faces: u32, lang: text::Lang) -> Vec<CheckRow> {
    GROUPS
        .into_iter()
        .map(|group| {
            let mine = || findings.iter().filter(|f| words::check_group(f.id) == Some(group));
            let worst = mine().max_by_key(|f| severity(f));
            let (state, mark) = match worst.map(severity) {
                None | Some(1) => (Word::StateUnknown, Mark::Dash),
                Some(0) => (Word::StateGood, Mark::Tick),
                Some(_) => (Word::StateChange, Mark::Triangle),
            };
            let value = match worst {
                Some(f) if severity(f) > 1 => text::finding::finding(f, lang).what,
                _ if group == Word::GroupFaces && faces > 0 => words::people(faces, lang),
                _ => state.text(lang).to_owned(),
            };
            CheckRow { group, state, mark, value }
        })
        .collect()
}

/// 0 passes, 1 cannot be seen, 2 warns, 3 fails.
fn severity(finding: &Finding) -> u8 {
    match finding.level {
        Level::Pass => 0,
        Level::Unknown => 1,
        Level::Warn => 2,
        Level::Fail => 3,
    }
}

fn checks_ui(ui: &Ui, rect: Rect, view: &View) {
    let t = tokens(ui);
    let mut rest = rect;
    let rows = check_rows(&view.live.findings, view.live.faces, view.lang);
    let height = (rect.height() / rows.len() as f32).clamp(24.0, 36.0);
    for row in rows {
        let mut place = cut_top(&mut rest, height);
        let whole = place;
        let sign = cut_left(&mut place, 28.0);
        let color = if row.mark == Mark::Triangle { t.warn } else { t.off };
        mark(ui, sign.left_center() + vec2(9.0, 0.0), 17.0, row.mark, color);
        let group = row.group.text(view.lang);
        line(ui, cut_left(&mut place, 64.0), group, font::BODY, t.text, Align::Min);
        let ink = if row.mark == Mark::Triangle { t.text } else { t.text2 };
        line(ui, place, &row.value, font::BODY, ink, Align::Min);
        let spoken = format!("{group} {} {}", row.state.text(view.lang), row.value);
        name(ui, whole, ("check", group), Role::ListItem, &spoken);
    }
}

fn recent_ui(ui: &Ui, rect: Rect, view: &View) {
    let t = tokens(ui);
    let mut rest = rect;
    line(ui, cut_top(&mut rest, 26.0), Word::Recent.text(view.lang), font::CAPTION, t.text2, Align::Min);
    if view.recent.is_empty() {
        let place = Rect::from_min_size(rest.min, vec2(rest.width(), 44.0));
        line(ui, place, Word::NoRecent.text(view.lang), font::BODY, t.text3, Align::Min);
        return;
    }
    let step = (rest.width() - 4.0 * size::THUMB[0]) / 3.0 + size::THUMB[0];
    for (index, thumb) in view.recent.iter().take(4).enumerate() {
        let at = rest.min + vec2(step * index as f32, 0.0);
        thumb_ui(ui, Rect::from_min_size(at, vec2(size::THUMB[0], size::THUMB[1])), thumb, view);
    }
}

fn thumb_ui(ui: &Ui, rect: Rect, thumb: &Thumb, view: &View) {
    picture(ui, rect, thumb.picture);
    let (shape, color, word) = queue::row_mark(thumb.mark);
    let foot = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 20.0), rect.max);
    ui.painter().rect_filled(foot, CornerRadius::ZERO, theme::SCRIM);
    let number = thumb.shot.to_string();
    let short = number.split_once('-').map_or(number.as_str(), |(_, digits)| digits);
    text_at(
        ui,
        foot.right_center() - vec2(space::XS, 0.0),
        Align2::RIGHT_CENTER,
        short,
        font::CAPTION,
        theme::STUDENT_INK,
    );
    marks::paint(ui.painter(), foot.left_center() + vec2(11.0, 0.0), 14.0, shape, color(&theme::DARK), theme::DARK.bg0);
    if view.simulated {
        let head = Rect::from_min_size(rect.min, vec2(rect.width(), 18.0));
        ui.painter().rect_filled(head, CornerRadius::ZERO, theme::SCRIM);
        widgets::fitted(
            ui,
            head,
            Word::DemonstrationFirst.text(view.lang),
            font::CAPTION,
            theme::STUDENT_INK,
            Align::Center,
        );
    }
    let spoken = format!("{number} {}", word.text(view.lang));
    name(ui, rect, ("thumb", number), Role::Image, &spoken);
}

/// The keys under the picture, with what they do in this state.
fn keys_ui(ui: &Ui, rect: Rect, view: &View, memory: &mut Memory, out: &mut Vec<Command>) {
    let lang = view.lang;
    let word = |word: Word| word.text(lang);
    let map = memory.keymap.clone();
    let cap = |action| map.cap(action, lang);
    let locked = view.subject.is_some() && !matches!(view.stage, Stage::Stored(_) | Stage::Numbered);
    let free = view.question.is_none();
    let place = rect.shrink2(vec2(space::MARGIN, 0.0));
    let mut left = place;
    let auto = if view.settings.auto_shoot { Word::AutoOn } else { Word::AutoOff };
    let needs = |key, label| widgets::key_button_width(ui, key, word(label)) + space::S;
    let muted = if view.settings.muted { needs(cap(Action::Mute), Word::Muted) } else { 0.0 };
    let right = cut_right(&mut left, needs(cap(Action::Automatic), auto) + needs("F1", Word::Help) + muted);
    let busy = matches!(view.stage, Stage::Reading | Stage::Storing | Stage::Count(_));
    let shoot = locked && free && !busy;
    if matches!(view.stage, Stage::Interrupted) {
        let keys = [
            (cap(Action::SamePerson), word(Word::SamePerson), Weight::Primary, free),
            (cap(Action::Release), word(Word::Release), Weight::Plain, free),
            (cap(Action::Park), word(Word::Park), Weight::Plain, free),
        ];
        let commands = [Command::ConfirmWitness, Command::Release, Command::Park];
        push_clicked(key_row(ui, left, &keys), &commands, out);
    } else if locked {
        let keys = [
            (cap(Action::Shoot), word(Word::Shoot), Weight::Primary, shoot),
            (cap(Action::Release), word(Word::Release), Weight::Plain, free && !busy),
            (cap(Action::Park), word(Word::Park), Weight::Plain, free && !busy),
            (cap(Action::TurnAway), word(Word::NotTaken), Weight::Plain, free && !busy),
        ];
        let commands = [Command::Shoot, Command::Release, Command::Park, Command::AskTurnAway];
        push_clicked(key_row(ui, left, &keys), &commands, out);
    } else {
        let undo = !view.recent.is_empty() && free;
        let keys = [
            (cap(Action::TurnAway), word(Word::NotTaken), Weight::Plain, free),
            (cap(Action::UndoLast), word(Word::UndoLast), Weight::Plain, undo),
            (cap(Action::FromFile), WaysWord::FromFile.text(lang), Weight::Plain, free),
            (cap(Action::Ways), WaysWord::PageWays.text(lang), Weight::Plain, free),
            (cap(Action::Guides), word(Word::Guides), Weight::Plain, true),
        ];
        match key_row(ui, left, &keys) {
            Some(0) => out.push(Command::AskTurnAway),
            Some(1) => out.push(Command::UndoLast),
            Some(2) => out.push(Command::Ways(WaysCommand::OpenFile)),
            Some(3) => memory.page = super::memory::Page::Ways,
            Some(_) => memory.guides = memory.guides.next(),
            None => {}
        }
    }
    let mut keys =
        vec![(cap(Action::Automatic), word(auto), Weight::Quiet, true), ("F1", word(Word::Help), Weight::Quiet, true)];
    if view.settings.muted {
        keys.push((cap(Action::Mute), word(Word::Muted), Weight::Quiet, true));
    }
    match key_row(ui, right, &keys) {
        Some(0) => out.push(Command::ToggleAutoShoot),
        Some(1) => memory.overlay = Some(Overlay::Help),
        Some(_) => out.push(Command::ToggleMute),
        None => {}
    }
}

/// Pushes the command of the button that was clicked.
pub(super) fn push_clicked(clicked: Option<usize>, commands: &[Command], out: &mut Vec<Command>) {
    out.extend(clicked.and_then(|index| commands.get(index)).cloned());
}

/// What a key means on this page.
pub(super) fn key_command(key: egui::Key, view: &View) -> Option<Command> {
    use egui::Key as K;
    if let Some(asked) = &view.question {
        return question::key_answer(asked, key).map(Command::Answer);
    }
    let reviewing = matches!(view.stage, Stage::Review(_));
    if let Some(command) = roster::key(key, view) {
        return Some(command);
    }
    match key {
        K::Space if reviewing => review_shot::accept_command(view),
        K::Space => Some(Command::Shoot),
        K::R if reviewing => Some(Command::Retake),
        K::Escape => Some(Command::Release),
        K::O if reviewing => Some(Command::AskOverride),
        K::V if reviewing => review_shot::attest_command(view),
        K::D => Some(Command::Park),
        K::T => Some(Command::AskTurnAway),
        K::U => Some(Command::UndoLast),
        K::A => Some(Command::ToggleAutoShoot),
        K::M => Some(Command::ToggleMute),
        K::B => Some(Command::NextGroup),
        scan_desk::SLIP_KEY if view.scan.ticket.is_some() => Some(Command::PrintSlip),
        K::I => Some(Command::Ways(WaysCommand::OpenFile)),
        K::Y if matches!(view.stage, Stage::Interrupted) => Some(Command::ConfirmWitness),
        key if reviewing => super::keys::digit(key).map(|digit| Command::PickFrame(usize::from(digit) - 1)),
        _ => None,
    }
}

/// Answers that a retake question offers, in the order of their keys.
pub(super) const RETAKES: [Answer; 4] = [
    Answer::Retake(RetakeReason::Wish),
    Answer::Retake(RetakeReason::Refused),
    Answer::Retake(RetakeReason::IdentityCheck),
    Answer::Retake(RetakeReason::WrongPerson),
];

/// Where a 3:4 picture stands inside `rect`.
pub(super) fn portrait_place(rect: Rect) -> Rect {
    fit(rect, 0.75)
}

/// Icon of an empty list.
pub(super) const EMPTY_ICON: Icon = Icon::Phone;

/// True when the band's table says that something is to be looked at.
pub(super) fn has_reminders(findings: &[Finding]) -> bool {
    findings.iter().any(band::is_reminder)
}
