//! The window over the desk: drains the desk, maps it to a view, lets `ui` paint, and does what painting asked for.
//!
//! [`Window::logic`] and [`Window::paint`] are plain methods; the `eframe::App` at the end is a thin wrapper, so that
//! tests run the whole program without a display. Opening a station, lists, thumbnails and sealing are in the files
//! beside this one; nothing here waits for them.

mod accept;
mod act;
mod adopt;
mod asked;
mod awake;
mod backdrop;
mod call_back;
mod cameras;
mod card_file;
mod centre;
mod condition;
mod day;
mod examples;
mod exchange;
mod files;
mod hear;
mod light;
mod lists;
mod media;
mod open_desk;
mod opening;
mod pace;
mod people;
mod pictures;
mod preferences;
mod purge;
mod receipts;
mod recovery;
mod remember;
mod reply;
mod rhythm;
mod roster;
mod roster_import;
mod scan_desk;
mod second_disk;
mod set_up;
mod settings_code;
mod smooth;
mod stage;
mod start;
mod take_on;
mod view;
mod ways;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

pub use start::{Demo, Plan, default_folder, has_display, open};

use crate::app::desk::Desk;
use crate::device::camera::Listed;
use crate::device::camera::sim::SimControl;
use crate::device::key_store::{KeyStore, SystemKeyStore};
use crate::device::os::monotonic_now;
use crate::device::sound::Sound;
use crate::domain::finding::Finding;
use crate::domain::guide::Instruction;
use crate::domain::ids::RecordId;
use crate::domain::session::Press;
use crate::domain::set_up::DeskKind;
use crate::domain::time::Monotonic;
use crate::store;
use crate::text::Message;
use crate::ui::memory::Memory;
use crate::ui::scan_screen::ScanScreen;
use crate::ui::student::StudentScreen;
use crate::ui::view::{Gate, Notice, View};
use crate::worker::camera::WakeFn;
use crate::worker::clock::wall_now;
use crate::worker::power::PowerWatch;
use crate::worker::store::SessionContext;
use lists::Lists;
use opening::Opened;
use pictures::Album;
use preferences::Preferences;
use reply::Reply;
use smooth::Smooth;

/// Without anything to do the window looks this often at its clock.
const HEARTBEAT: Duration = Duration::from_millis(250);
/// The same while no camera gives pictures: painting is most of what an idle desk costs.
const IDLE_HEARTBEAT: Duration = Duration::from_millis(500);
/// A refusal stays on the screen for this long.
const NOTICE_STAYS: Duration = Duration::from_secs(4);

/// A desk at work, with what the window keeps beside it.
struct OpenDesk {
    desk: Desk,
    context: SessionContext,
    station: store::Settings,
    folder: std::path::PathBuf,
    lists: Lists,
    pace: pace::Pace,
    free: Option<(Monotonic, f64)>,
    opened_at: Monotonic,
    /// What opening the store has to tell; it stays until somebody is locked.
    opening_news: Vec<Message>,
    /// Which of the session's headings the next locks get; `None`: the first.
    group: Option<usize>,
}

/// The whole program behind its window.
pub struct Window {
    plan: Plan,
    memory: Memory,
    view: View,
    open: Option<Box<OpenDesk>>,
    gate: Gate,
    student: StudentScreen,
    /// At the scan desk, where a second camera gives numbers.
    scan_screen: ScanScreen,
    album: Album,
    smooth: Smooth,
    rhythm: rhythm::Rhythm,
    waking: awake::Waking,
    sound: Sound,
    preferences: Preferences,
    cameras: Vec<Listed>,
    /// The drawn people of a demonstration.
    visitors: SimControl,
    /// A question of the window's own: it stands before the session's act.
    asked: Option<asked::Asked>,
    notice: Option<(Notice, Monotonic)>,
    /// The instruction that is shown with the finding behind it.
    instruction: Option<(Instruction, Finding)>,
    /// Since when something is wrong that is also heard.
    trouble: Option<Monotonic>,
    /// The picture that auto accept counts for, and since when; the one that a hand stopped it for; the one to which
    /// the student said yes too early.
    accepting: Option<(u32, Monotonic)>,
    accept_stopped: Option<u32>,
    yes_too_early: Option<u32>,
    replies: Receiver<Reply>,
    answer: SyncSender<Reply>,
    wake: WakeFn,
    /// A record whose photo is shown large in 复核.
    large: Option<RecordId>,
    preparing: set_up::Preparing,
    lighting: light::Lighting,
    staff: people::Staff,
    purging: purge::Purging,
    receipts: receipts::Receipts,
    centre: centre::Centre,
    /// A list of codes that a station signed which nobody here knows, while it is asked about.
    stranger: Option<(std::path::PathBuf, Box<store::ListHead>)>,
    /// Taken over, and its report not read yet.
    adopted: Option<Box<Opened>>,
    key_store: Arc<dyn KeyStore>,
    /// The key store could not be asked for the passphrase.
    key_note: bool,
    /// Until then no passphrase is tried.
    no_passphrase_until: Option<Monotonic>,
    ways: ways::Ways,
    mounted: media::Mounted,
    /// `None` where no thread could be had for it.
    power: Option<PowerWatch>,
}

impl Window {
    /// Begins to open what the plan names; returns at once.
    pub fn new(plan: Plan, ctx: &egui::Context) -> Self {
        Self::with_key_store(plan, ctx, Arc::new(SystemKeyStore))
    }

    /// The same with another key store than the system's.
    pub fn with_key_store(plan: Plan, ctx: &egui::Context, key_store: Arc<dyn KeyStore>) -> Self {
        crate::ui::set_up(ctx);
        let (answer, replies) = sync_channel(64);
        let repaint = ctx.clone();
        let mut window = Self {
            plan,
            memory: Memory::default(),
            view: View::default(),
            open: None,
            gate: Gate::Opening,
            student: StudentScreen::default(),
            scan_screen: ScanScreen::default(),
            album: Album::default(),
            smooth: Smooth::default(),
            rhythm: rhythm::Rhythm::default(),
            waking: awake::Waking::default(),
            sound: Sound::start(),
            preferences: Preferences::default(),
            cameras: Vec::new(),
            visitors: SimControl::default(),
            asked: None,
            notice: None,
            instruction: None,
            trouble: None,
            accepting: None,
            accept_stopped: None,
            yes_too_early: None,
            replies,
            answer,
            wake: Arc::new(move || repaint.request_repaint()),
            large: None,
            preparing: set_up::Preparing::default(),
            lighting: light::Lighting::default(),
            staff: people::Staff::default(),
            purging: purge::Purging::default(),
            receipts: receipts::Receipts::default(),
            centre: centre::Centre::default(),
            stranger: None,
            adopted: None,
            key_store,
            key_note: false,
            no_passphrase_until: None,
            ways: ways::Ways::default(),
            mounted: media::Mounted::default(),
            power: condition::watch(),
        };
        window.begin();
        window
    }

    /// Takes in what has come and lets the desk work. Runs while the window is hidden, too.
    pub fn logic(&mut self, ctx: &egui::Context) {
        self.pass_begins();
        let now = monotonic_now();
        while let Ok(reply) = self.replies.try_recv() {
            self.take(reply, now);
        }
        if ctx.input(|input| !input.events.is_empty()) {
            self.is_active(now);
        }
        if ctx.input(|input| input.events.iter().any(accept::is_a_hand)) {
            self.stop_accepting();
        }
        self.lock_when_idle(now);
        self.keep_awake();
        self.rehearse(now);
        self.ways_pass(ctx, now);
        self.work(now);
        self.refresh_view(ctx, now);
        let idle = self.view.health.camera_fault.is_some();
        ctx.request_repaint_after(if idle { IDLE_HEARTBEAT } else { HEARTBEAT });
    }

    /// Paints one pass and does what it asked for.
    pub fn paint(&mut self, ui: &mut egui::Ui) {
        let now = monotonic_now();
        let commands = crate::ui::screen(ui, &self.view, &mut self.memory, now);
        for command in commands {
            self.act(command, ui.ctx(), now);
        }
        let switched = [self.memory.light_theme, self.memory.student_screen];
        if [self.preferences.light_theme, self.preferences.student_screen] != switched {
            [self.preferences.light_theme, self.preferences.student_screen] = switched;
            self.keep_preferences();
        }
        if self.view.scan.kind == DeskKind::ScanAhead && self.open.is_some() {
            self.scan_screen.show(ui.ctx(), &self.view);
        }
        if self.memory.student_screen && self.open.is_some() {
            if self.album.wants_examples() {
                examples::draw_examples(self.answer.clone(), Arc::clone(&self.wake));
            }
            if let Some(said) = self.student.show(ui.ctx(), &self.view) {
                self.student_said(said, now);
            }
        }
        self.pass_ends();
    }

    /// Writes what was switched, unless the folder is a throw-away one.
    fn keep_preferences(&self) {
        if let (Some(open), Some(_)) = (&self.open, &self.plan.folder) {
            self.preferences.save(&open.folder);
        }
    }

    /// What stands before the desk, if anything.
    pub const fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Starts to open what the plan names, and lists the cameras meanwhile.
    fn begin(&mut self) {
        self.list_cameras();
        self.gate = opening::gate_of(&self.plan);
        self.look_at_wait();
        if let Gate::Locked { folder, fault: None } = &self.gate
            && self.ask_key_store(folder)
        {
            self.gate = Gate::Unlocking;
            return;
        }
        if self.gate == Gate::Opening || self.gate == Gate::Unlocking {
            opening::spawn(opening::Way::of(&self.plan), None, self.answer.clone(), Arc::clone(&self.wake));
        }
    }

    /// One tick of the desk, its sounds and news.
    fn work(&mut self, now: Monotonic) {
        let Some(open) = &mut self.open else { return };
        open.desk.tick(now, wall_now());
        open.desk.direct(&self.visitors);
        open.pace.watch(open.desk.state());
        let cues = open.desk.take_cues();
        let news = open.desk.take_news();
        let refused = open.desk.last_refusal().filter(|(_, at)| *at == now).map(|(rejected, _)| rejected.reason);
        for cue in cues {
            if accept::shakes(cue, self.preferences.muted) {
                self.trouble = Some(now);
            }
            self.play(cue);
        }
        if let Some(reason) = refused {
            self.refuse(reason, now);
        }
        let mut changed = false;
        for one in news {
            changed |= self.hear(&one, now);
        }
        if changed {
            self.fetch_lists();
        } else if let Some(request) = self.open.as_mut().and_then(|open| open.lists.request_more()) {
            self.fetch(request);
        }
        self.accept_by_itself(now);
    }

    /// Asks the store for the lists; the answer comes as a [`Reply::Lists`].
    fn fetch_lists(&mut self) {
        let Some(open) = &mut self.open else { return };
        let session = open.context.session.id.clone();
        let request = open.lists.request(session, self.large, wall_now());
        self.fetch(request);
    }

    /// Gives the session a command of the operator's; a refusal is said.
    fn session(&mut self, command: crate::domain::session::Command, now: Monotonic) {
        let Some(open) = &mut self.open else { return };
        if let Err(rejected) = open.desk.command(command, Press::First, now) {
            log::info!("{rejected}");
            self.refuse(rejected.reason, now);
        }
    }
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        Self::logic(self, ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.paint(ui);
    }
}
