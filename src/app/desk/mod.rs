//! The desk without a window: drains what cameras, eyes and store give, applies events, dispatches effects. The
//! window paints what it reads here; `tucai drive` runs it on simulated time.
//!
//! Every pass of the window calls [`Desk::tick`]; nothing here waits. What people do comes in by [`Desk::command`].

mod dispatch;
mod drain;
mod news;
mod photo;
mod pictures;
mod scan_lens;

use std::collections::VecDeque;
use std::sync::Arc;

pub use news::{News, Tally};
pub use pictures::{LiveCamera, NoCamera, Pictures, StepCamera};
pub use scan_lens::ScanSight;

use crate::device::camera::Frame;
use crate::domain::code::{CodeSource, SubjectCode};
use crate::domain::code_help::{CodeHelp, CodeHelper, CodeSight};
use crate::domain::exposure::KeptExposures;
use crate::domain::finding::Finding;
use crate::domain::geometry::Point;
use crate::domain::guide::Guide;
use crate::domain::guide::Instruction;
use crate::domain::profile::Profile;
use crate::domain::session::{
    Command, Cue, Event, JudgedShot, Press, RejectedEvent, Session, Settings, State, StudentSays, Subject,
};
use crate::domain::steady::Steady;
use crate::domain::time::{Monotonic, WallTime};
use crate::store::SecondCopy;
use crate::worker::camera::CameraStatus;
use crate::worker::store::{StoreJob, StoreRequest, StoreVisit, Vault};
use crate::worker::vision::{Eyes, SeenCode, SeenFace};

/// News that nobody reads are forgotten, the oldest first.
const NEWS_KEPT: usize = 64;
/// Sounds that nobody plays are forgotten.
const CUES_KEPT: usize = 16;

/// What the desk works with.
pub struct Parts {
    pub settings: Settings,
    /// The portrait camera.
    pub camera: Box<dyn Pictures>,
    /// A second camera that only reads codes.
    pub scanner: Option<Box<dyn Pictures>>,
    pub eyes: Box<dyn Eyes>,
    pub vault: Box<dyn Vault>,
}

/// How the picture checks are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EyesState {
    /// The models are loading.
    Starting,
    Ready,
    /// They ended; the desk needs a restart, what is stored is safe.
    Broken,
}

/// The burst at hand.
#[derive(Debug, Clone, Default)]
struct BurstAtHand {
    attempt: u32,
    frames: Vec<Arc<Frame>>,
    /// The camera is still collecting.
    pending: bool,
    captured_at: Option<WallTime>,
}

/// Session, devices and store, and what was seen last.
#[allow(clippy::struct_excessive_bools, reason = "facts that do not depend on each other, read by name")]
pub struct Desk {
    session: Session,
    guide: Guide,
    parts: PartsAtWork,
    burst: BurstAtHand,
    /// Heading of the next locks.
    group: Option<String>,
    /// What was seen last in the portrait camera, with its time.
    face: Option<(SeenFace, Monotonic)>,
    /// Lights of the live checks, and what they show.
    steady: Steady,
    lights: Vec<Finding>,
    codes: Option<(Vec<SeenCode>, Monotonic)>,
    /// While codes are only tried: the last one, of either camera.
    tried: Option<(SubjectCode, Monotonic)>,
    /// A code of the portrait camera that is seen and not read: where, and when.
    unread: Option<([Point; 4], Monotonic)>,
    code_helper: CodeHelper,
    scan_lens: scan_lens::ScanLens,
    /// Before the session: faces are watched while nobody is locked, and codes lock nobody.
    rehearsing: bool,
    /// Nobody is signed in: codes and time do nothing, what was asked of the store is finished.
    paused: bool,
    looks: u64,
    looked_at: [Option<u64>; 2],
    camera_lost: bool,
    /// Name with format, and whether it is simulated: of the camera that streamed last.
    camera_before: (String, bool),
    eyes_state: EyesState,
    vault_broken: bool,
    /// As the store told it last.
    second_disk: Option<SecondCopy>,
    cues: VecDeque<Cue>,
    news: VecDeque<News>,
    tally: Tally,
    last_refusal: Option<(RejectedEvent, Monotonic)>,
    /// The existing photo that is framed by hand.
    photo: photo::PhotoAtHand,
    /// What a picture must not repeat.
    exposures: KeptExposures,
}

/// The parts without the settings, which the session holds.
struct PartsAtWork {
    camera: Box<dyn Pictures>,
    scanner: Option<Box<dyn Pictures>>,
    eyes: Box<dyn Eyes>,
    vault: Box<dyn Vault>,
}

impl Desk {
    pub fn new(parts: Parts) -> Self {
        let Parts { settings, camera, scanner, eyes, vault } = parts;
        Self {
            session: Session::new(settings),
            guide: Guide::default(),
            parts: PartsAtWork { camera, scanner, eyes, vault },
            burst: BurstAtHand::default(),
            group: None,
            face: None,
            steady: Steady::default(),
            lights: Vec::new(),
            codes: None,
            tried: None,
            unread: None,
            code_helper: CodeHelper::default(),
            scan_lens: scan_lens::ScanLens::default(),
            rehearsing: false,
            paused: false,
            looks: 0,
            looked_at: [None; 2],
            camera_lost: false,
            camera_before: (String::new(), false),
            eyes_state: EyesState::Starting,
            vault_broken: false,
            second_disk: None,
            cues: VecDeque::new(),
            news: VecDeque::new(),
            tally: Tally::default(),
            last_refusal: None,
            photo: photo::PhotoAtHand::default(),
            exposures: KeptExposures::default(),
        }
    }

    /// Takes in what has come, lets time go by, and hands out what is to be done. Never waits.
    pub fn tick(&mut self, now: Monotonic, wall: WallTime) {
        self.drain(now, wall);
        if !self.paused {
            self.apply(Event::Tick, now);
        }
        // What was asked of parts that answer at once is answered now.
        self.drain(now, wall);
    }

    /// The operator asks for something. A refusal is returned and remembered for the window.
    pub fn command(&mut self, command: Command, press: Press, now: Monotonic) -> Result<(), RejectedEvent> {
        self.person(Event::Operator(command, press), now)
    }

    /// The student says something, by key or touch.
    pub fn student(&mut self, says: StudentSays, press: Press, now: Monotonic) -> Result<(), RejectedEvent> {
        self.person(Event::Student(says, press), now)
    }

    /// A scanner gun gave these bytes.
    pub fn gun(&mut self, code: SubjectCode, now: Monotonic) -> Result<(), RejectedEvent> {
        let subject = Subject { code, source: CodeSource::Gun, symbol: None, witness: None };
        self.person(Event::Code(subject), now)
    }

    /// A code was read out of a picture file, the clipboard, or a list of such files.
    pub fn code_from_file(&mut self, subject: Subject, now: Monotonic) -> Result<(), RejectedEvent> {
        self.person(Event::Code(subject), now)
    }

    fn person(&mut self, event: Event, now: Monotonic) -> Result<(), RejectedEvent> {
        self.try_apply(event, now).inspect_err(|rejected| self.last_refusal = Some((*rejected, now)))
    }

    /// New settings from now on.
    pub fn configure(&mut self, settings: Settings, now: Monotonic) {
        self.apply(Event::Configure(Box::new(settings)), now);
    }

    /// Judges by another profile from now on. The keeper's context is the caller's to change.
    pub fn use_profile(&mut self, profile: Arc<Profile>) {
        self.parts.eyes.use_profile(profile);
    }

    /// Heading (class) of the locks to come.
    pub fn use_group(&mut self, group: Option<String>) {
        self.group = group;
    }

    /// Trying things out before a session: while this is on and nobody is locked, faces are watched, and a code that
    /// is seen stands in [`Self::tried_code`] without locking anybody.
    pub fn rehearse(&mut self, rehearsing: bool) {
        self.rehearsing = rehearsing;
    }

    /// Stops the way of the student while nobody is signed in. The camera runs on.
    pub const fn pause(&mut self, paused: bool) {
        self.paused = paused;
    }

    /// Whether codes are only tried now.
    const fn is_rehearsing(&self) -> bool {
        self.rehearsing && matches!(self.session.state(), State::Waiting)
    }

    /// Another camera takes over; the locked subject stays.
    pub fn use_camera(&mut self, camera: Box<dyn Pictures>) {
        self.parts.camera = camera;
        self.looked_at = [None; 2];
    }

    /// Another second camera reads codes, or none does.
    pub fn use_scanner(&mut self, scanner: Option<Box<dyn Pictures>>) {
        self.parts.scanner = scanner;
        self.looked_at = [None; 2];
    }

    /// Does something on the open store after everything that was asked before (lists, sealing); the answer goes its
    /// own way.
    pub fn visit_store(&mut self, visit: StoreVisit) {
        let by = self.session.settings().operator;
        self.parts.vault.ask(StoreRequest { job: StoreJob::Visit(visit), by });
    }

    /// The next frame of a camera that is stepped by hand, and its time; `None` when there is none.
    pub fn step_camera(&mut self) -> Option<Monotonic> {
        self.parts.camera.step()
    }

    pub const fn session(&self) -> &Session {
        &self.session
    }

    pub const fn state(&self) -> &State {
        self.session.state()
    }

    pub const fn group(&self) -> Option<&String> {
        self.group.as_ref()
    }

    /// The one instruction to show while framing.
    pub fn instruction(&self) -> Option<Instruction> {
        self.guide.shown()
    }

    /// The newest live check and when its frame was taken.
    pub fn face(&self) -> Option<(&SeenFace, Monotonic)> {
        self.face.as_ref().map(|(face, at)| (face, *at))
    }

    /// What the live checks show: as in [`Self::face`], with lights that do not flicker.
    pub fn lights(&self) -> &[Finding] {
        &self.lights
    }

    /// The codes seen last in the portrait camera, and when their frame was taken.
    pub fn codes(&self) -> Option<(&[SeenCode], Monotonic)> {
        self.codes.as_ref().map(|(codes, at)| (codes.as_slice(), *at))
    }

    /// The code that either camera read last while codes are only tried, and when its frame was taken.
    pub fn tried_code(&self) -> Option<(&SubjectCode, Monotonic)> {
        self.tried.as_ref().map(|(code, at)| (code, *at))
    }

    /// What helps against a code that is held up and cannot be read, and what was measured of it. Only while a
    /// code is waited for: nobody is locked, or the locked one's is to be shown again.
    pub fn code_help(&self, now: Monotonic) -> Option<(CodeHelp, CodeSight)> {
        self.code_helper.shown(now)
    }

    /// Where the portrait camera saw a code that it could not read, and when its frame was taken.
    pub const fn unread(&self) -> Option<([Point; 4], Monotonic)> {
        self.unread
    }

    /// The newest frame of the portrait camera.
    pub fn frame(&self) -> Option<Arc<Frame>> {
        self.parts.camera.latest()
    }

    /// The newest frame of the scan camera.
    pub fn scan_frame(&self) -> Option<Arc<Frame>> {
        self.parts.scanner.as_ref().and_then(|scanner| scanner.latest())
    }

    /// What is before the camera of a scan desk, where this one photographs.
    pub fn scan_sight(&self, now: Monotonic) -> ScanSight {
        self.scan_lens.sight(now)
    }

    pub fn camera_status(&self) -> CameraStatus {
        self.parts.camera.status()
    }

    pub fn scanner_status(&self) -> Option<CameraStatus> {
        self.parts.scanner.as_ref().map(|scanner| scanner.status())
    }

    /// The frames of the burst that is under review.
    pub fn burst(&self) -> &[Arc<Frame>] {
        &self.burst.frames
    }

    /// The picture that waits for a decision.
    pub fn picture(&self) -> Option<&JudgedShot> {
        self.state().review().map(|review| &review.picture)
    }

    pub const fn eyes(&self) -> EyesState {
        self.eyes_state
    }

    /// The store's thread has ended.
    pub const fn is_vault_broken(&self) -> bool {
        self.vault_broken
    }

    /// How the second disk is; `None` until it was looked at.
    pub const fn second_disk(&self) -> Option<SecondCopy> {
        self.second_disk
    }

    /// Goes on with what the day has brought before: at a start, or in another session. Who is put aside counts on.
    pub fn count_on(&mut self, before: Tally) {
        let aside = u32::try_from(self.session.parked().len()).unwrap_or(u32::MAX);
        self.tally = Tally { locked: before.locked + aside, ..before };
    }

    /// How many locks ended how, today in this session.
    pub const fn tally(&self) -> &Tally {
        &self.tally
    }

    /// What a person was refused last, and when.
    pub const fn last_refusal(&self) -> Option<(RejectedEvent, Monotonic)> {
        self.last_refusal
    }

    /// Sounds to be played now, in order.
    pub fn take_cues(&mut self) -> Vec<Cue> {
        self.cues.drain(..).collect()
    }

    /// What has happened since the last call, in order.
    pub fn take_news(&mut self) -> Vec<News> {
        self.news.drain(..).collect()
    }

    fn tell(&mut self, news: News) {
        if self.news.len() >= NEWS_KEPT {
            self.news.pop_front();
        }
        self.news.push_back(news);
    }

    fn play(&mut self, cue: Cue) {
        if self.cues.len() >= CUES_KEPT {
            self.cues.pop_front();
        }
        self.cues.push_back(cue);
    }
}
