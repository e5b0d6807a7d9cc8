//! The school's own list in 准备场次: a file is read on a thread of its own, judged here, and taken when the session
//! starts or changes. What is shown of it is masked.

use std::path::PathBuf;
use std::sync::Arc;

use super::take_on::Pending;
use super::{OpenDesk, Reply, Window};
use crate::domain::operator::Right;
use crate::domain::roster::{Column, Columns, Judged, Roster, RosterFault, judge};
use crate::domain::set_up::{Group, groups_text};
use crate::domain::time::Monotonic;
use crate::roster::{Reading, Wish, read};
use crate::store::ChosenColumns;
use crate::text::roster as words;
use crate::text::{Message, roster::RosterWord};
use crate::ui::view::{ImportView, RosterCommand, RosterImport};
use crate::worker::clock::wall_now;

/// Rows that a preview shows.
const PREVIEW: usize = 4;

/// A file that is looked over, and a list that waits for the start.
#[derive(Default)]
pub(super) struct Importing {
    file: Option<Import>,
    pending: Option<Pending>,
    message: Option<Message>,
    refused: bool,
}

struct Import {
    path: PathBuf,
    wish: Wish,
    reading: Reading,
    columns: Columns,
    judged: Judged,
    /// What the page shows of it: made when the file or its columns change, not at every pass.
    shown: ImportView,
}

/// What came of reading.
pub(super) struct ReadFile {
    path: PathBuf,
    wish: Wish,
    result: Result<Reading, RosterFault>,
}

impl Importing {
    /// The list that is to be taken with the session's start; it waits until the store has it.
    pub(super) fn pending(&self) -> Option<Pending> {
        self.pending.clone()
    }

    pub(super) fn view(&self, open: &OpenDesk) -> RosterImport {
        let roster = &open.lists.roster;
        RosterImport {
            known: roster.lists().map(|lists| [lists.rows, roster.classes()]),
            file: self.file.as_ref().map(|import| import.shown.clone()),
            message: self.message.clone(),
            refused: self.refused,
        }
    }

    fn say(&mut self, message: Message, refused: bool) {
        self.message = Some(message);
        self.refused = refused;
    }
}

impl Import {
    fn new(path: PathBuf, wish: Wish, reading: Reading, columns: Columns) -> Self {
        let judged = judge(&reading.table, &columns);
        let shown = view_of(&reading, &columns, &judged);
        Self { path, wish, reading, columns, judged, shown }
    }

    fn choose(&mut self, column: Column, at: Option<usize>) {
        self.columns.set(column, at);
        self.judged = judge(&self.reading.table, &self.columns);
        self.shown = view_of(&self.reading, &self.columns, &self.judged);
    }
}

fn view_of(reading: &Reading, columns: &Columns, judged: &Judged) -> ImportView {
    let table = &reading.table;
    let cells =
        |line: &crate::domain::roster::Line| (0..table.width).map(|at| line.cell(at).masked(columns.at(at))).collect();
    ImportView {
        sheets: reading.sheets.clone(),
        sheet: reading.sheet,
        encoding: reading.encoding,
        titles: (0..table.width).map(|at| table.title(at)).collect(),
        columns: columns.clone(),
        preview: table.lines.iter().take(PREVIEW).map(cells).collect(),
        rows: judged.rows.len(),
        classes: Roster::new(judged.rows.clone()).classes().len(),
        findings: judged.findings.clone(),
    }
}

impl Window {
    /// One command of the list's page.
    pub(super) fn roster_command(&mut self, command: RosterCommand, now: Monotonic) {
        match command {
            RosterCommand::Digit(_) | RosterCommand::Erase | RosterCommand::Confirm => {
                self.roster_at_desk(&command, now);
            }
            RosterCommand::PickFile => self.read_roster(None, Wish::default()),
            RosterCommand::Read(path) => self.read_roster(Some(path), Wish::default()),
            RosterCommand::Sheet(sheet) => self.read_again(|wish| wish.sheet = Some(sheet)),
            RosterCommand::Encoding(encoding) => self.read_again(|wish| wish.encoding = Some(encoding)),
            RosterCommand::Column(column, at) => self.choose_column(column, at),
            RosterCommand::Adopt => self.adopt_roster(),
            RosterCommand::Remove if !self.allowed(Right::Purge, now) => {}
            RosterCommand::Remove => self.remove_roster(),
        }
    }

    fn read_again(&self, change: impl FnOnce(&mut Wish)) {
        let Some(import) = &self.preparing.roster.file else { return };
        let (path, mut wish) = (import.path.clone(), import.wish);
        change(&mut wish);
        self.read_roster(Some(path), wish);
    }

    /// Reads a file, or the one that the system's dialog gives; nothing happens when none is chosen.
    fn read_roster(&self, path: Option<PathBuf>, wish: Wish) {
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        let reading = std::thread::Builder::new().name(String::from("read-list")).spawn(move || {
            let endings = ["xlsx", "xls", "ods", "csv", "tsv", "txt"];
            let picked = path.or_else(|| rfd::FileDialog::new().add_filter("xlsx xls ods csv", &endings).pick_file());
            if let Some(path) = picked {
                let result = read(&path, wish);
                // nobody listens any more when the window has closed
                answer.send(Reply::Roster(Box::new(ReadFile { path, wish, result }))).ok();
                wake();
            }
        });
        if let Err(error) = reading {
            log::warn!("no thread reads the list: {error}");
        }
    }

    /// A file was read.
    pub(super) fn roster_read(&mut self, read: ReadFile) {
        let ReadFile { path, wish, result } = read;
        let lang = self.preferences.lang();
        self.memory.prepare.roster_path = path.display().to_string();
        match result {
            Err(fault) => {
                self.preparing.roster.file = None;
                self.preparing.roster.say(words::fault(fault, lang), true);
            }
            Ok(reading) => {
                let columns = Columns::remembered(&reading.table, &self.columns_before());
                self.preparing.roster.message = None;
                self.preparing.roster.file = Some(Import::new(path, wish, reading, columns));
            }
        }
    }

    /// What was chosen for this school before.
    fn columns_before(&self) -> ChosenColumns {
        let school = self.memory.prepare.set_up.as_ref().map(|set_up| set_up.school_code.trim().to_owned());
        let chosen = self.open.as_ref().and_then(|open| open.lists.roster.chosen.get(&school.unwrap_or_default()));
        chosen.cloned().unwrap_or_default()
    }

    fn choose_column(&mut self, column: Column, at: Option<usize>) {
        if let Some(import) = &mut self.preparing.roster.file {
            import.choose(column, at);
        }
    }

    /// The list waits for the start; its classes become the groups where none were typed.
    fn adopt_roster(&mut self) {
        let lang = self.preferences.lang();
        let importing = &mut self.preparing.roster;
        let Some(import) = importing.file.as_ref().filter(|import| import.judged.is_usable()) else { return };
        let rows = import.judged.rows.clone();
        let chosen = import.columns.chosen(&import.reading.table);
        if self.memory.prepare.groups.trim().is_empty() {
            let classes = Roster::new(rows.clone()).classes();
            let groups: Vec<Group> =
                classes.into_iter().map(|(name, heads)| Group { name, heads: Some(heads) }).collect();
            self.memory.prepare.groups = groups_text(&groups);
        }
        let taken = words::taken(rows.len(), lang);
        let message = Message::new(RosterWord::Adopted.text(lang), taken.advice);
        importing.pending = Some((rows, chosen));
        importing.say(message, false);
    }

    fn remove_roster(&mut self) {
        self.preparing.roster.pending = None;
        let lang = self.preferences.lang();
        let Some(open) = &mut self.open else { return };
        let session = open.context.session.id.clone();
        let by = open.desk.session().settings().operator;
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        open.desk.visit_store(Box::new(move |keeper| {
            if let Err(error) = keeper.store().remove_roster(&session, by, wall_now()) {
                log::error!("{error:#}");
                // nobody listens any more when the window has closed
                answer.send(Reply::StoreFault(error.fault())).ok();
                wake();
            }
        }));
        self.preparing.roster.say(words::removed(lang), false);
        self.fetch_lists();
    }
}
