//! A desk on simulated time: drawn people before a stepped camera, real checks, a real store in a temporary folder.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tucai::app::desk::{Desk, News, Parts, StepCamera};
use tucai::device::camera::Camera;
use tucai::device::camera::sim::{Pacing, SimControl, SimDemo};
use tucai::device::camera::sim_script::Script;
use tucai::domain::ids::SessionId;
use tucai::domain::profiles::default_profile;
use tucai::domain::session::{Command, Press, Settings, State};
use tucai::domain::time::{Monotonic, WallTime};
use tucai::store::{
    CreateOptions, Faults, FileKind, Medium, OpenOptions, Outcome, Passphrase, Point, SessionSettings, Step, Store,
};
use tucai::worker::store::{Keeper, SessionContext, StoreAtOnce};
use tucai::worker::vision::{EyesAtOnce, Looker};

use super::faces::shared_models;

/// Simulated time from frame to frame.
const STEP: Duration = Duration::from_millis(120);

pub(crate) fn wall() -> WallTime {
    WallTime { unix_millis: 1_780_279_200_000, offset_minutes: 480 }
}

fn passphrase() -> Passphrase {
    Passphrase::new(String::from("correct horse")).unwrap()
}

/// A first disk that is full on demand.
#[derive(Debug, Default)]
pub(crate) struct FullDisk {
    full: AtomicBool,
}

impl FullDisk {
    pub(crate) fn fill(&self) {
        self.full.store(true, Ordering::SeqCst);
    }

    pub(crate) fn free(&self) {
        self.full.store(false, Ordering::SeqCst);
    }
}

impl Faults for FullDisk {
    fn before(&self, point: Point) -> Outcome {
        let here = point.medium == Medium::First && point.kind == FileKind::Capsule && point.step == Step::Write;
        if here && self.full.load(Ordering::SeqCst) {
            Outcome::Fail(io::Error::from(io::ErrorKind::StorageFull))
        } else {
            Outcome::Go
        }
    }
}

fn session() -> SessionSettings {
    let id = SessionId::try_from(String::from("TEST")).unwrap();
    SessionSettings::new(id, String::from("test"), default_profile().unwrap().profile.id)
}

/// Short ways, and people who stay until they are told to go.
fn people() -> (Box<dyn Camera>, SimControl) {
    let ms = Duration::from_millis;
    let script = Script { empty: ms(120), code: ms(1_200), enter: ms(360), wrong: ms(240), ..Script::default() };
    let camera = SimDemo::new(7, STEP, (1280, 720), Pacing::AsFastAsAsked).with_script(script);
    let control = camera.control();
    control.stay();
    (Box::new(camera), control)
}

/// The desk, its director, its clock, and what it told.
pub(crate) struct Rig {
    pub(crate) desk: Desk,
    pub(crate) control: SimControl,
    pub(crate) disk: Arc<FullDisk>,
    pub(crate) news: Vec<News>,
    pub(crate) now: Monotonic,
    folder: tempfile::TempDir,
}

impl Rig {
    pub(crate) fn new() -> Self {
        let (camera, control) = people();
        Self::before(camera, control)
    }

    /// The program ends where it stands, and is started again; the same people come from the first one on.
    pub(crate) fn restarted(self) -> Self {
        let Self { desk, folder, disk, .. } = self;
        drop(desk);
        let options = OpenOptions::with_faults(Arc::clone(&disk) as Arc<dyn Faults>);
        let store = Store::open(folder.path(), &passphrase(), &options, wall()).unwrap();
        let (camera, control) = people();
        Self::over(store, folder, disk, camera, control)
    }

    /// Before another camera.
    pub(crate) fn before(camera: Box<dyn Camera>, control: SimControl) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let disk = Arc::new(FullDisk::default());
        let options =
            CreateOptions { work_factor: 10, faults: Arc::clone(&disk) as Arc<dyn Faults>, ..CreateOptions::default() };
        let mut store = Store::create(folder.path(), &passphrase(), &options, wall()).unwrap();
        store.new_session(&session(), 0, wall()).unwrap();
        Self::over(store, folder, disk, camera, control)
    }

    fn over(
        store: Store,
        folder: tempfile::TempDir,
        disk: Arc<FullDisk>,
        camera: Box<dyn Camera>,
        control: SimControl,
    ) -> Self {
        let (profile, session) = (default_profile().unwrap(), session());
        let context = SessionContext { session, profile: profile.clone(), models_version: String::from("test") };
        let vault = StoreAtOnce::new(Keeper::new(store, context).unwrap());
        let looker = Looker::new(shared_models(), Arc::new(profile.profile));
        let desk = Desk::new(Parts {
            settings: Settings::default(),
            camera: Box::new(StepCamera::new(camera)),
            scanner: None,
            eyes: Box::new(EyesAtOnce::new(looker)),
            vault: Box::new(vault),
        });
        Self { desk, control, disk, news: Vec::new(), now: Monotonic::ZERO, folder }
    }

    /// One frame, or the time of one when the camera gives none.
    pub(crate) fn step(&mut self) {
        self.now = self.desk.step_camera().unwrap_or(self.now + STEP);
        self.desk.tick(self.now, wall());
        self.news.extend(self.desk.take_news());
    }

    pub(crate) fn steps(&mut self, count: u32) {
        for _ in 0..count {
            self.step();
        }
    }

    /// Steps until the desk is in a state of this name.
    pub(crate) fn until(mut self, state: &str) -> Self {
        for _ in 0..200 {
            if self.state() == state {
                return self;
            }
            self.step();
        }
        let findings = self.desk.face().map(|(face, _)| face.report.clone());
        panic!("never {state}: still {} with {findings:#?}", self.state());
    }

    pub(crate) fn state(&self) -> &'static str {
        self.desk.state().name()
    }

    pub(crate) fn shot(&self) -> String {
        self.desk.state().lock().expect("somebody is locked").shot.to_string()
    }

    pub(crate) fn does(&mut self, command: Command) {
        self.desk.command(command, Press::First, self.now).unwrap();
    }

    /// Accepts the picture that waits, as soon as its keys live, whether it passes or only warns.
    pub(crate) fn accept(mut self) -> Self {
        self.steps(6);
        let findings = match self.desk.state() {
            State::Review(review) | State::Confirm(review) => review.picture.findings.clone(),
            other => panic!("nothing to accept while {}", other.name()),
        };
        let accepted = self.desk.command(Command::Accept, Press::First, self.now);
        assert!(accepted.is_ok(), "{accepted:?} with {findings:#?}");
        self
    }

    /// Closes the desk and opens its store again.
    pub(crate) fn store(self) -> (Store, tempfile::TempDir) {
        let Self { desk, folder, .. } = self;
        drop(desk);
        (Store::open(folder.path(), &passphrase(), &OpenOptions::default(), wall()).unwrap(), folder)
    }
}
