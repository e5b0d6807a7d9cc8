//! The scan desk in the window: what it shows of the session's, rows of those who wait, and the slip.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use egui::Context;

use super::pictures::Album;
use super::view::{CODE_OUTLINE, short};
use super::{OpenDesk, Reply, Window};
use crate::deliver::slip::{self, Heading};
use crate::device::open_file::open_file;
use crate::domain::ids::ShotNumber;
use crate::domain::session::{Collected, ScanDesk, State};
use crate::domain::set_up::DeskKind;
use crate::domain::slip::Slip;
use crate::domain::time::Monotonic;
use crate::store::ParkedRow;
use crate::text::scan_desk as words;
use crate::text::{Lang, Message};
use crate::ui::scan_desk::{ScanLive, ScanView, Ticket};
use crate::ui::view::{Question, QueueRow, RowMark, Stage, Subject, View};
use crate::worker::clock::wall_now;

/// A number stands on the screen for so long, unless the next one comes.
const NUMBER_STAYS: Monotonic = Monotonic::from_secs(30);
/// The browser has read a slip by then.
const SLIP_IS_READ: Duration = Duration::from_mins(5);
/// Below the data folder; only slips of the last minutes stay there.
const FOLDER: &str = "slips";

/// What the scan desk shows.
pub(super) fn view_of(open: &OpenDesk, now: Monotonic) -> ScanView {
    let session = open.desk.session();
    let mut view = ScanView {
        kind: session.settings().desk,
        waiting: session.waiting_line().count() as u32,
        next: session.waiting_line().next().map(|parked| parked.lock.shot),
        given: open.desk.tally().queued,
        slip: session.slip_shown_alone(now),
        ..ScanView::default()
    };
    match session.scan_desk() {
        ScanDesk::Given(ticket) if now.saturating_sub(ticket.since) < NUMBER_STAYS => {
            let group = group_of(open, ticket.shot);
            view.ticket = Some(Ticket { shot: ticket.shot, group, again: ticket.again });
        }
        // With a second camera nobody answers at the scan desk: it is said for a while.
        ScanDesk::Collected { found, seen, .. }
            if view.kind == DeskKind::ScanOnly || now.saturating_sub(*seen) < NUMBER_STAYS =>
        {
            view.collected = Some(shot_of(*found));
        }
        ScanDesk::Idle | ScanDesk::Asking(_) | ScanDesk::Given(_) | ScanDesk::Collected { .. } => {}
    }
    view
}

/// The scan camera's picture for those who wait before it.
pub(super) fn live_of(open: &OpenDesk, album: &mut Album, ctx: &Context, now: Monotonic) -> Option<ScanLive> {
    if open.desk.session().settings().desk != DeskKind::ScanAhead {
        return None;
    }
    let frame = open.desk.scan_frame()?;
    let (width, height) = frame.picture.dimensions();
    let sight = open.desk.scan_sight(now);
    let code = sight.code.filter(|(_, at)| frame.at.saturating_sub(*at) <= CODE_OUTLINE);
    Some(ScanLive {
        picture: album.scan(ctx, &frame),
        size: [width as f32, height as f32],
        code: code.map(|(corners, _)| corners.map(|point| [point.x, point.y])),
        help: sight.help,
    })
}

/// The heading that a number was given under; what is not in the list yet was given now.
fn group_of(open: &OpenDesk, shot: ShotNumber) -> Option<String> {
    let known = open.lists.parked.iter().find(|one| one.shot == shot);
    known.map_or_else(|| open.heading(), |one| one.group.clone())
}

const fn shot_of(found: Collected) -> ShotNumber {
    match found {
        Collected::Here(earlier) => earlier.shot,
        Collected::Elsewhere(elsewhere) => elsewhere.shot,
    }
}

/// On a desk that only scans the number, or the question, takes the place of the student's way.
pub(super) fn show(view: &mut View, open: &OpenDesk, now: Monotonic) {
    view.scan = view_of(open, now);
    if view.scan.kind != DeskKind::ScanOnly || !matches!(open.desk.state(), State::Waiting) {
        return;
    }
    match open.desk.session().scan_desk() {
        ScanDesk::Given(ticket) if view.scan.ticket.is_some() => {
            view.stage = Stage::Numbered;
            view.subject = Some(Subject {
                shot: ticket.shot,
                digest: short(ticket.digest),
                tail: None,
                slip: None,
                replaces: None,
                witness: None,
                seconds_left: None,
                shots_taken: 0,
            });
        }
        ScanDesk::Collected { found, .. } => {
            view.stage = Stage::Collected;
            view.question = view.question.take().or_else(|| Some(Question::GiveNumber { shot: shot_of(*found) }));
        }
        _ => {}
    }
}

/// Rows of 队列 for those who wait, the first in line on top, then those who were put aside, newest first.
pub(super) fn rows(open: &OpenDesk, simulated: bool, lang: Lang) -> Vec<QueueRow> {
    let row = |one: &ParkedRow, mark, at| QueueRow {
        shot: one.shot,
        record: None,
        digest: short(one.digest),
        tail: None,
        group: one.group.clone(),
        picture: None,
        mark,
        at,
        simulated,
    };
    let (queued, parked): (Vec<_>, Vec<_>) = open.lists.parked.iter().partition(|one| one.queued);
    let waiting =
        queued.iter().enumerate().map(|(place, one)| row(one, RowMark::Waiting, words::place(place + 1, lang)));
    let aside = parked.iter().rev().map(|one| row(one, RowMark::Parked, String::new()));
    waiting.chain(aside).collect()
}

/// How a slip fared.
pub(super) struct SlipDone {
    shot: ShotNumber,
    /// The file, where nothing opened it.
    file: Option<PathBuf>,
    written: bool,
}

impl Window {
    /// Writes the slip of the number that was given last, and opens it for printing.
    pub(super) fn print_slip(&self) {
        let Some(open) = &self.open else { return };
        let ScanDesk::Given(ticket) = open.desk.session().scan_desk() else { return };
        let slip = ticket.slip();
        let heading = Heading {
            session: open.context.session.name.clone(),
            group: group_of(open, ticket.shot),
            at: wall_now().local_clock(),
        };
        let (folder, lang) = (open.folder.join(FOLDER), self.preferences.lang());
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        let printing = std::thread::Builder::new().name(String::from("slip")).spawn(move || {
            let done = print(&folder, slip, &heading, lang);
            // nobody listens any more when the window has closed
            answer.send(Reply::Slip(done)).ok();
            wake();
        });
        if let Err(error) = printing {
            log::warn!("no thread writes the slip: {error}");
        }
    }

    /// What came of it, in a sentence.
    pub(super) fn slip_done(&self, done: &SlipDone) -> Message {
        let lang = self.preferences.lang();
        match &done.file {
            _ if !done.written => crate::text::window::not_written(lang),
            Some(file) => words::slip_written(&file.display().to_string(), lang),
            None => words::slip_opened(&done.shot.to_string(), lang),
        }
    }
}

/// Writes the page and opens it.
fn print(folder: &Path, slip: Slip, heading: &Heading, lang: Lang) -> SlipDone {
    let shot = slip.shot;
    match write(folder, slip, heading, lang) {
        Ok(file) => {
            let opened = open_file(&file).inspect_err(|error| log::info!("no program opens the slip: {error}"));
            SlipDone { shot, file: opened.is_err().then_some(file), written: true }
        }
        Err(error) => {
            log::warn!("the slip cannot be written: {error}");
            SlipDone { shot, file: None, written: false }
        }
    }
}

/// A slip goes when its browser has long read it.
fn write(folder: &Path, slip: Slip, heading: &Heading, lang: Lang) -> std::io::Result<PathBuf> {
    let page = slip::page(&slip, heading, lang).ok_or_else(|| std::io::Error::other("the number is too long"))?;
    std::fs::create_dir_all(folder)?;
    for old in std::fs::read_dir(folder)? {
        let old = old?;
        if old.metadata()?.modified()?.elapsed().is_ok_and(|age| age > SLIP_IS_READ) {
            std::fs::remove_file(old.path())?;
        }
    }
    let file = folder.join(format!("{}.html", slip.shot));
    std::fs::write(&file, page)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::code::SubjectCode;
    use crate::domain::ids::StationLetter;

    #[test]
    fn only_slips_of_the_last_minutes_stay_in_the_folder() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join(FOLDER);
        let code = SubjectCode::new(b"x".to_vec()).unwrap();
        let slip = |number| {
            let shot = ShotNumber { station: StationLetter::A, number };
            write(&folder, Slip::new(shot, code.digest()), &Heading::default(), Lang::Zh).unwrap()
        };
        let old = std::fs::File::open(slip(1)).unwrap();
        old.set_modified(std::time::SystemTime::now() - SLIP_IS_READ * 2).unwrap();
        slip(2);
        slip(3);
        let mut names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|one| one.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["A-0002.html", "A-0003.html"]);
        assert!(
            write(
                &root.path().join("a\0b"),
                Slip::new(ShotNumber { station: StationLetter::A, number: 3 }, code.digest()),
                &Heading::default(),
                Lang::Zh
            )
            .is_err()
        );
    }
}
