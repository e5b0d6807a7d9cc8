//! A station that has been opened becomes the desk: cameras, eyes and store at work, and what the window keeps beside.

use std::sync::Arc;

use super::cameras::Role;
use super::lists::Lists;
use super::opening::Opened;
use super::preferences::Preferences;
use super::{OpenDesk, Window, backdrop, opening, pace, people, set_up};
use crate::app::desk::{Desk, Parts, Tally};
use crate::domain::time::Monotonic;
use crate::ui::keymap::KeyMap;
use crate::ui::memory::Page;
use crate::ui::view::Gate;
use crate::worker::store::{SessionContext, StoreWorker};
use crate::worker::vision::VisionWorker;

impl Window {
    /// Takes the open store over.
    pub(super) fn open_desk(&mut self, opened: Opened, now: Monotonic) {
        let Opened {
            keeper,
            context,
            station,
            folder,
            operators,
            tether,
            heading,
            day,
            remembered,
            news,
            is_first_session,
        } = opened;
        let group = set_up::place_of(heading.as_deref(), &context.session);
        self.staff = people::Staff::new(operators, now);
        if self.plan.folder.is_some() {
            self.preferences = Preferences::load(&folder);
            self.memory.light_theme = self.preferences.light_theme;
            self.memory.student_screen = self.preferences.student_screen;
            self.memory.keymap = KeyMap::from_names(&self.preferences.keys);
        }
        match self.make_desk(keeper, &context) {
            Ok(desk) => {
                let backdrop = backdrop::Backdrop::of(&station, &context.session.id);
                let lists = Lists::default();
                let pace = pace::Pace::of(&day);
                let free = None;
                let opening_news = news.messages(self.preferences.lang());
                let opened_at = now;
                let mut open =
                    OpenDesk { desk, context, station, folder, lists, pace, free, opened_at, opening_news, group };
                open.desk.use_group(open.heading());
                open.desk.count_on(Tally::from(&day));
                self.open = Some(Box::new(open));
                if is_first_session && self.plan.folder.is_some() {
                    self.memory.page = Page::Prepare;
                }
                self.preparing.backdrop = backdrop;
                self.gate = self.staff.gate();
                self.configure(now);
                self.remembered(remembered, now);
                self.use_remembered();
                self.list_ports();
                self.use_port(self.preferences.serial_port.clone());
                self.tether_back(tether);
                self.fetch_lists();
                self.auto_accept_of_before();
                self.look_for_centre();
            }
            Err(error) => {
                log::error!("the desk cannot start: {error}");
                self.gate = Gate::Unusable { folder, fault: crate::domain::fault::StoreFault::Other };
            }
        }
    }

    fn make_desk(&self, keeper: crate::worker::store::Keeper, context: &SessionContext) -> std::io::Result<Desk> {
        let profile = Arc::new(context.profile.profile.clone());
        let scanner = match &self.plan.scan_camera {
            Some(spec) => Some(Box::new(self.camera(spec, Role::Scan)?) as Box<dyn crate::app::desk::Pictures>),
            None => None,
        };
        Ok(Desk::new(Parts {
            settings: opening::settings_of(context, self.preferences.automatic_shot(), &self.staff),
            camera: Box::new(self.camera(&self.plan.camera, Role::Portrait)?),
            scanner,
            eyes: Box::new(VisionWorker::spawn(profile, Arc::clone(&self.wake))?),
            vault: Box::new(StoreWorker::spawn(keeper, Arc::clone(&self.wake))?),
        }))
    }
}
