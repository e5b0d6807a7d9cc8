//! The whole program behind its window, driven by the names on it.

use std::time::{Duration, Instant};

use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tucai::ui::view::Gate;

/// How long a test waits for what never comes: no test is right or wrong by it on any machine that works.
const PATIENCE: Duration = Duration::from_mins(3);

/// The whole program without a display: passes are run when the program asks for one, as a window would.
pub(crate) struct Program {
    pub(crate) harness: egui_kittest::Harness<'static, tucai::app::window::Window>,
    asked: std::sync::mpsc::Receiver<()>,
}

impl Program {
    pub(crate) fn start(folder: &std::path::Path, frames: &std::path::Path) -> Self {
        Self::start_with(folder, frames, std::sync::Arc::new(tucai::device::key_store::SystemKeyStore))
    }

    /// The same beside another key store than the system's.
    pub(crate) fn start_with(
        folder: &std::path::Path,
        frames: &std::path::Path,
        keys: std::sync::Arc<dyn tucai::device::key_store::KeyStore>,
    ) -> Self {
        Self::start_before(folder, tucai::device::camera::CameraSpec::Folder(frames.to_owned()), keys)
    }

    /// The same before any camera.
    pub(crate) fn start_before(
        folder: &std::path::Path,
        camera: tucai::device::camera::CameraSpec,
        keys: std::sync::Arc<dyn tucai::device::key_store::KeyStore>,
    ) -> Self {
        let (sender, asked) = std::sync::mpsc::sync_channel(64);
        let plan =
            tucai::app::window::Plan { folder: Some(folder.to_owned()), camera, scan_camera: None, passphrase: None };
        let ctx = egui::Context::default();
        ctx.set_request_repaint_callback(move |_| sender.try_send(()).unwrap_or(()));
        let program = tucai::app::window::Window::with_key_store(plan, &ctx, keys);
        let mut builder =
            egui_kittest::Harness::builder().with_size(egui::vec2(1366.0, 768.0)).with_context_setup(tucai::ui::set_up);
        if !tucai::ui::fonts::has_chinese() {
            builder = builder.allow_missing_glyphs();
        }
        let harness = builder.build_ui_state(
            |ui, program: &mut tucai::app::window::Window| {
                program.logic(ui.ctx());
                program.paint(ui);
            },
            program,
        );
        Self { harness, asked }
    }

    pub(crate) fn type_into(&mut self, field: &str, text: &str) {
        super::window::type_into(&mut self.harness, field, text);
    }

    pub(crate) fn make_station(&mut self) {
        self.type_into("口令", "a long passphrase");
        self.type_into("再输一次", "a long passphrase");
        self.harness.get_by_label("新建").click();
    }

    /// The program over a station that is there, opened.
    pub(crate) fn opened(folder: &std::path::Path, frames: &std::path::Path) -> Self {
        let mut program = Self::start(folder, frames);
        program.unlock();
        program
    }

    /// Opens the station that is there.
    pub(crate) fn unlock(&mut self) {
        self.type_into("口令", "correct horse");
        self.click("打开");
        self.until(|gate| *gate == Gate::Open);
    }

    /// Answers what a new station asks before its first student, and begins.
    pub(crate) fn begin_session(&mut self) {
        self.until_shown("谁来组织 学校");
        self.type_into("场次名", "春季");
        self.click("谁来组织 学校");
        self.click("下一步 Enter");
        self.click("中心收哪种底色 蓝色");
        self.click("开始");
        self.harness.get_all_by_label("开始").last().unwrap().click();
        self.harness.run_steps(3);
        self.until_shown_part("准备场次 春季");
    }

    /// Runs passes whenever the program wakes, until the gate is as wanted.
    pub(crate) fn until(&mut self, wanted: impl Fn(&Gate) -> bool) {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            self.harness.step();
            if wanted(self.harness.state().gate()) {
                self.harness.run_steps(2);
                return;
            }
            // a wake-up that was missed is made up for by the next look
            self.asked.recv_timeout(Duration::from_millis(100)).unwrap_or(());
        }
        panic!("the gate is {:?}", self.harness.state().gate());
    }

    /// So many passes, each when the program wakes or after a tenth of a second.
    pub(crate) fn passes(&mut self, count: u32) {
        for _ in 0..count {
            self.harness.step();
            self.asked.recv_timeout(Duration::from_millis(100)).unwrap_or(());
        }
    }

    /// Runs passes whenever the program wakes, until this can be seen.
    #[track_caller]
    pub(crate) fn until_shown(&mut self, name: &str) {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            self.harness.step();
            if self.harness.query_all_by_label(name).next().is_some() {
                self.harness.run_steps(2);
                return;
            }
            self.asked.recv_timeout(Duration::from_millis(100)).unwrap_or(());
        }
        panic!("{name:?} is not among {:#?}", super::window::names_of(&self.harness));
    }

    /// The same for a part of a name.
    #[track_caller]
    pub(crate) fn until_shown_part(&mut self, part: &str) {
        self.until_names(|names| names.iter().any(|name| name.contains(part)), part);
    }

    /// Until no name has this part any more.
    #[track_caller]
    pub(crate) fn until_hidden_part(&mut self, part: &str) {
        self.until_names(|names| !names.iter().any(|name| name.contains(part)), part);
    }

    #[track_caller]
    fn until_names(&mut self, wanted: impl Fn(&[String]) -> bool, what: &str) {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            self.harness.step();
            if wanted(&super::window::names_of(&self.harness)) {
                self.harness.run_steps(2);
                return;
            }
            self.asked.recv_timeout(Duration::from_millis(100)).unwrap_or(());
        }
        panic!("still waiting for {what:?}: {:#?}", super::window::names_of(&self.harness));
    }

    /// Presses a key in a field.
    pub(crate) fn key(&mut self, key: egui::Key, field: &str) {
        self.harness.get_by_label(field).focus();
        self.harness.run_steps(2);
        self.harness.key_press(key);
        self.harness.run_steps(2);
    }

    /// A gun's line, which a slow machine finds in one heap.
    pub(crate) fn scan(&mut self, line: &str) {
        let events = &mut self.harness.input_mut().events;
        events.extend(line.chars().map(|letter| egui::Event::Text(letter.to_string())));
        let modifiers = egui::Modifiers::NONE;
        let enter =
            |pressed| egui::Event::Key { key: egui::Key::Enter, physical_key: None, pressed, repeat: false, modifiers };
        events.extend([enter(true), enter(false)]);
        self.harness.run_steps(2);
    }

    /// Clicks what has this name as soon as it can be clicked, and lets the program answer.
    #[track_caller]
    pub(crate) fn click(&mut self, name: &str) {
        self.until_shown(name);
        let start = Instant::now();
        while start.elapsed() < PATIENCE && self.harness.get_by_label(name).accesskit_node().is_disabled() {
            self.passes(1);
            self.until_shown(name);
        }
        // Whatever stands above it may have pushed it out of its list's place.
        self.harness.get_by_label(name).scroll_to_me();
        self.harness.run_steps(2);
        self.harness.get_by_label(name).click();
        self.harness.run_steps(3);
    }
}
