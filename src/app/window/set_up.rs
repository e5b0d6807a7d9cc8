//! 准备场次: what the pages show, trials, and the session that is made, changed or opened again at their end.

use std::path::PathBuf;
use std::sync::Arc;

use super::reply::fault_of;
use super::take_on::{SecondFolder, TakenOn, Wanted, Which, take_on};
use super::{OpenDesk, Reply, Window, files};
use crate::app::desk::Tally;
use crate::cli::profiles::{Catalogued, UnusableFile, Why, catalogue};
use crate::device::disk_trial::write_and_read_back;
use crate::device::sound;
use crate::domain::fault::StoreFault;
use crate::domain::finding::CheckId;
use crate::domain::operator::Right;
use crate::domain::profile_file::ProfileFile;
use crate::domain::session::{Refusal, State};
use crate::domain::set_up::{Missing, RunBy, SetUp};
use crate::domain::slip::Ours;
use crate::domain::time::Monotonic;
use crate::store::SessionSettings;
use crate::text::window as words;
use crate::ui::memory::Page;
use crate::ui::prepare::view::{Form, SetUpCode};
use crate::ui::view::{Command, DiskTest, Notice, Prepare, Rehearsal, SessionRow, Standard, Strip};
use crate::worker::camera::CameraStatus;

/// A face that was seen this long ago still sits there.
pub(super) const FACE_STAYS: Monotonic = Monotonic::from_millis(1_500);

/// What the pages remember besides what is typed.
#[derive(Default)]
pub(super) struct Preparing {
    standards: Vec<Standard>,
    code: Option<String>,
    pub(super) backdrop: super::backdrop::Backdrop,
    /// The symbol of the answers that are on the page.
    pub(super) drawn: Option<(SetUp, SetUpCode)>,
    disks: [DiskTest; 2],
    /// The folder that the second trial was of.
    tried: Option<PathBuf>,
    picked: Option<(u32, PathBuf)>,
    pub(super) note: Option<crate::text::Message>,
    pub(super) imported: Option<(u32, SetUp)>,
    pub(super) roster: super::roster_import::Importing,
}

impl Window {
    /// Before anything else of a pass: while the page is open codes are only tried.
    pub(super) fn rehearse(&mut self, now: Monotonic) {
        let on = self.memory.page == Page::Prepare;
        self.try_light(now);
        let wants_card = self.wants_card();
        let Some(open) = &mut self.open else { return };
        open.desk.rehearse(on || wants_card);
        if wants_card {
            self.read_card_code(now);
        }
        let Some(open) = &mut self.open else { return };
        if !on {
            self.preparing.backdrop.left();
            return;
        }
        let mut unusable = Vec::new();
        if self.preparing.standards.is_empty() {
            (self.preparing.standards, unusable) = standards(open);
        }
        if let Some((code, at)) = open.desk.tried_code()
            && Ours::of(code).is_none()
            && now.saturating_sub(at) < FACE_STAYS
        {
            self.preparing.code = Some(code.digest().to_string());
        }
        if let Some(file) = unusable.first() {
            self.say(Notice::Fault(words_of(file, self.preferences.lang())), now);
        }
        self.read_set_up_code(now);
        self.draw_set_up_code();
    }

    /// A gun's line while the page is open is only tried, too.
    pub(super) fn rehearse_gun(&mut self, code: &crate::domain::code::SubjectCode) -> bool {
        if self.take_card_code(code) {
            return true;
        }
        let trying = self.memory.page == Page::Prepare;
        if trying && !self.take_set_up_code(code) {
            self.preparing.code = Some(code.digest().to_string());
        }
        trying
    }

    pub(super) fn prepare_view(&self, open: &OpenDesk, now: Monotonic) -> Prepare {
        let preparing = &self.preparing;
        let seen = open.desk.face().filter(|(_, at)| now.saturating_sub(*at) < FACE_STAYS).map(|(seen, _)| seen);
        let face_px = seen.and_then(|seen| seen.face.as_ref().map(|face| face.face_width() / seen.scale));
        let scale = |findings: &[crate::domain::finding::Finding]| {
            findings.iter().find(|finding| finding.id == CheckId::CaptureScale).and_then(|finding| finding.measured)
        };
        Prepare {
            standards: preparing.standards.clone(),
            sessions: open.lists.sessions.iter().rev().map(|session| row_of(session, open)).collect(),
            current: Some(answers_of(&open.context.session)),
            current_is_empty: open.lists.is_empty(),
            rehearsal: Rehearsal {
                face_px,
                scale_percent: seen.and_then(|seen| scale(&seen.report.findings)).map(|percent| percent as f32),
                code: preparing.code.clone(),
                backdrop: preparing.backdrop.test.clone(),
                overruled: preparing.backdrop.overruled,
                awake: self.waking.is_kept(),
                virtual_camera: matches!(
                    open.desk.camera_status(),
                    CameraStatus::Streaming { description, .. } if description.is_virtual()
                ),
            },
            first_disk: preparing.disks[0],
            second_disk: preparing.disks[1],
            second_tried: preparing.tried.clone(),
            picked: preparing.picked.clone(),
            note: preparing.note.clone(),
            imported: preparing.imported.clone(),
            roster: preparing.roster.view(open),
            code: preparing.drawn.as_ref().map(|(_, symbol)| symbol.clone()),
        }
    }

    /// Does one command of the pages.
    pub(super) fn prepare(&mut self, command: Command, now: Monotonic) {
        match command {
            Command::StartSession(set_up) => self.take_on(Which::New, Some(*set_up), now),
            Command::ChangeSession(set_up) => self.take_on(Which::Open, Some(*set_up), now),
            Command::OpenSession(id) => self.take_on(Which::Earlier(id), None, now),
            Command::TestBackdrop => self.test_backdrop(now),
            Command::OverruleBackdrop(reason) => self.overrule_backdrop(reason, now),
            Command::TestSound => self.sound.play(sound::Cue::Stored),
            Command::TestDisks(second) => self.test_disks(second),
            Command::ImportSetUp => files::read_set_up(self.answer.clone(), Arc::clone(&self.wake)),
            Command::ExportSetUp(set_up) => files::write_set_up(*set_up, self.answer.clone(), Arc::clone(&self.wake)),
            Command::WritePoster(set_up) => {
                let lang = self.preferences.lang();
                files::write_poster(*set_up, lang, self.answer.clone(), Arc::clone(&self.wake));
            }
            Command::NextGroup => self.next_group(),
            _ => {}
        }
    }

    fn test_disks(&mut self, second: Option<PathBuf>) {
        let Some(open) = &self.open else { return };
        self.preparing.tried.clone_from(&second);
        self.preparing.disks =
            [DiskTest::Running, if second.is_some() { DiskTest::Running } else { DiskTest::NotTried }];
        let (first, answer, wake) = (open.folder.clone(), self.answer.clone(), Arc::clone(&self.wake));
        let trying = std::thread::Builder::new().name(String::from("disk-trial")).spawn(move || {
            let tried = |folder: PathBuf| match write_and_read_back(&folder) {
                Ok(took) => DiskTest::Good { milliseconds: took.as_millis() as u32 },
                Err(fault) => DiskTest::Fault(fault),
            };
            let disks = [tried(first), second.map_or(DiskTest::NotTried, tried)];
            // nobody listens any more when the window has closed
            answer.send(Reply::Disks(disks)).ok();
            wake();
        });
        if let Err(error) = trying {
            log::warn!("no thread tries the disks: {error}");
            self.preparing.disks = [DiskTest::NotTried; 2];
        }
    }

    /// The system's dialog gave a folder for the second copy, or was cancelled.
    pub(super) fn second_copy_picked(&mut self, picked: Option<PathBuf>) {
        let count = self.preparing.picked.as_ref().map_or(0, |(count, _)| *count);
        if let Some(folder) = picked {
            self.preparing.picked = Some((count + 1, folder));
        }
    }

    pub(super) fn disks_tried(&mut self, disks: [DiskTest; 2]) {
        self.preparing.disks = disks;
    }

    /// What came of a settings file.
    pub(super) fn exchanged(&mut self, exchanged: files::Exchanged) {
        let lang = self.preferences.lang();
        self.preparing.note = Some(match exchanged {
            files::Exchanged::Read(set_up) => {
                let count = self.preparing.imported.as_ref().map_or(0, |(count, _)| *count);
                self.preparing.imported = Some((count + 1, *set_up));
                words::set_up_read(lang)
            }
            files::Exchanged::Written(path) => words::set_up_written(&path, lang),
            files::Exchanged::PosterWritten(path) => words::poster_written(&path, lang),
            files::Exchanged::NotWritten => words::not_written(lang),
            files::Exchanged::Unusable(line) => words::set_up_unusable(line, lang),
        });
    }

    /// Makes, changes or opens a session on the store's thread; nobody may be locked meanwhile.
    fn take_on(&mut self, which: Which, set_up: Option<SetUp>, now: Monotonic) {
        let Some(open) = &mut self.open else { return };
        if !matches!(open.desk.state(), State::Waiting | State::Stored(_)) {
            let message = words::session_busy(self.preferences.lang());
            self.notice = Some((Notice::Fault(message), now));
            return;
        }
        let changes_copy = set_up.is_some() && self.memory.prepare.second_copy() != open.station.second_copy;
        if changes_copy && !self.allowed(Right::Keys, now) {
            return;
        }
        let Some(open) = &mut self.open else { return };
        let second = match &set_up {
            Some(_) => SecondFolder::To(self.memory.prepare.second_copy()),
            None => SecondFolder::AsItIs,
        };
        let by = open.desk.session().settings().operator;
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        // A session that the collecting company runs takes no list, whatever was looked over before. The list waits
        // on here until the store has it.
        let by_school = set_up.as_ref().is_some_and(|set_up| set_up.run_by == Some(RunBy::School));
        let list = if by_school { self.preparing.roster.pending() } else { None };
        let wanted = Wanted { which, set_up, second, list, by };
        open.desk.visit_store(Box::new(move |keeper| {
            let taken = take_on(keeper, wanted);
            // nobody listens any more when the window has closed
            answer.send(Reply::Session(Box::new(taken))).ok();
            wake();
        }));
    }

    /// The session that the store has opened is the desk's from now on.
    pub(super) fn taken_on(&mut self, taken: Result<TakenOn, StoreFault>, now: Monotonic) {
        let TakenOn { context, station, heading, day, list_fault, fetched } = match taken {
            Ok(taken) => taken,
            Err(fault) => {
                let message = crate::text::fault::store(fault, self.preferences.lang());
                self.say(Notice::Fault(message), now);
                return;
            }
        };
        let Some(open) = &mut self.open else { return };
        open.desk.use_profile(Arc::new(context.profile.profile.clone()));
        let is_same = open.context.session.id == context.session.id;
        if !is_same {
            open.desk.count_on(Tally::from(&day));
            open.pace = super::pace::Pace::of(&day);
        }
        open.context = context;
        open.station = station;
        open.lists = super::lists::Lists::default();
        open.lists.take(*fetched, &open.context.session.id, &mut self.album);
        let before = open.group.filter(|_| is_same);
        let count = open.context.session.groups.len();
        // One that was given another name has its place still.
        open.group =
            place_of(heading.as_deref(), &open.context.session).or_else(|| before.filter(|place| *place < count));
        open.desk.use_group(open.heading());
        if open.group.is_some() && open.heading() != heading {
            self.keep_heading();
        }
        let preparing = std::mem::take(&mut self.preparing);
        // A backdrop that fails stays so whichever session is open; what was said of it was said of one session.
        self.backdrop_taken_on(preparing.backdrop);
        self.configure(now);
        self.follow_call(now);
        self.memory.prepare = Form::default();
        self.memory.page = Page::Shoot;
        if let Some(fault) = list_fault {
            // The session counts, and its list waits on: the page shows that, and takes it with the next try.
            self.preparing.roster = preparing.roster;
            self.memory.page = Page::Prepare;
            self.say(Notice::Fault(crate::text::fault::store(fault, self.preferences.lang())), now);
        }
    }

    /// What the open session was never asked. A drawn camera's pictures are worth nothing: nobody has to answer.
    pub(super) fn unanswered(&self, open: &OpenDesk) -> Option<Missing> {
        if self.plan.camera.is_simulated() {
            return None;
        }
        let colors = &open.context.profile.profile.background.colors;
        let colors: Vec<String> = colors.iter().map(|color| color.name.clone()).collect();
        open.context.session.set_up().missing(Some(&colors)).first().copied()
    }

    /// Said as long as it is so; the pages say it themselves.
    pub(super) fn unanswered_strip(&self, open: &OpenDesk) -> Option<Strip> {
        let missing = self.unanswered(open).filter(|_| self.memory.page != Page::Prepare)?;
        let message = crate::text::session::refusal(Refusal::Unanswered(missing), self.preferences.lang());
        Some(Strip::Notice(Notice::Fault(message)))
    }

    /// The next heading; after the last one the first again.
    fn next_group(&mut self) {
        let Some(open) = &mut self.open else { return };
        let count = open.context.session.groups.len();
        if count == 0 {
            return;
        }
        open.group = Some((open.group.unwrap_or(0) + 1) % count);
        open.desk.use_group(open.heading());
        self.keep_heading();
    }

    /// A restart goes on under it.
    fn keep_heading(&mut self) {
        let Some(open) = &mut self.open else { return };
        let Some(heading) = open.heading() else { return };
        let session = open.context.session.id.clone();
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        open.desk.visit_store(Box::new(move |keeper| {
            if let Err(error) = keeper.store().keep_heading(&session, &heading) {
                // nobody listens any more when the window has closed
                answer.send(Reply::StoreFault(fault_of(&error))).ok();
                wake();
            }
        }));
    }
}

/// Where the session has this heading now.
pub(super) fn place_of(heading: Option<&str>, session: &SessionSettings) -> Option<usize> {
    session.groups.iter().position(|group| Some(group.name.as_str()) == heading)
}

impl OpenDesk {
    /// The heading of the next locks.
    pub(super) fn heading(&self) -> Option<String> {
        self.context.session.groups.get(self.group.unwrap_or(0)).map(|group| group.name.clone())
    }
}

/// The session's answers; a name that nobody typed, only the day's, is asked for.
fn answers_of(session: &SessionSettings) -> SetUp {
    let mut answers = session.set_up();
    if answers.name == session.id.as_str() {
        answers.name.clear();
    }
    answers
}

fn row_of(session: &SessionSettings, open: &OpenDesk) -> SessionRow {
    let is_open = session.id == open.context.session.id;
    SessionRow { id: session.id.clone(), name: session.name.clone(), is_open }
}

/// What can be chosen, and the files in the data folder that cannot.
fn standards(open: &OpenDesk) -> (Vec<Standard>, Vec<UnusableFile>) {
    let Catalogued { catalogue, unusable } = catalogue(Some(&open.folder)).unwrap_or_else(|error| {
        log::warn!("the standards in the data folder cannot be listed: {error:#}");
        Catalogued { catalogue: crate::domain::profiles::Catalogue::shipped(), unusable: Vec::new() }
    });
    for file in &unusable {
        log::warn!("{file}");
    }
    let standard = |file: &ProfileFile| {
        let profile = &file.profile;
        Standard {
            id: profile.id.clone(),
            name: profile.name.clone(),
            colors: profile.background.colors.iter().map(|color| (color.name.clone(), color.rgb)).collect(),
            size: [profile.picture.width, profile.picture.height],
            unverified: profile.unverified,
        }
    };
    // A shipped standard whose place a damaged file takes would be another one than is meant.
    let meant = |file: &&ProfileFile| unusable.iter().all(|other| other.id != file.profile.id);
    (catalogue.all().iter().filter(meant).map(standard).collect(), unusable)
}

fn words_of(file: &UnusableFile, lang: crate::text::Lang) -> crate::text::Message {
    let name = file.path.file_name().unwrap_or_default().to_string_lossy();
    let place = match &file.why {
        Why::Refused(error) => Some((error.line, error.key.as_str())),
        Why::Unreadable(_) | Why::TooLarge(_) => None,
    };
    words::standard_unusable(&name, place, lang)
}
