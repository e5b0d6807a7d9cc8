//! 到期清除 behind its page: what is due is looked up by a visit to the store, the purge is one, too, and the window
//! goes on meanwhile. While it runs the desk is paused, so that no student waits behind it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Window;
use super::people::Second;
use super::reply::{Reply, fault_of};
use crate::domain::fault::StoreFault;
use crate::domain::ids::{RecordId, SessionId};
use crate::domain::operator::Right;
use crate::domain::purge::{PurgePlan, PurgeStep};
use crate::domain::time::Monotonic;
use crate::store::{Purge, PurgeOrder, StoreError, certificates};
use crate::text::{Message, purge as words};
use crate::ui::memory::{Page, SettingsPart};
use crate::ui::purge::{PurgeCommand, PurgeStop, PurgeView, PurgeWork};
use crate::ui::view::Notice;
use crate::worker::clock::wall_now;
use crate::worker::store::Keeper;

/// Stands in journal and certificate.
const REASON: &str = "retention";

/// What the window knows of it.
#[derive(Default)]
pub(super) struct Purging {
    plan: Option<Arc<PurgePlan>>,
    asked: bool,
    work: PurgeWork,
    /// Of a purge that can be stopped: set when somebody wants it to.
    stop: Option<Arc<AtomicBool>>,
    note: Option<Message>,
    picked: Option<PathBuf>,
}

/// What the store, or a thread that writes, said.
pub(super) enum PurgeTold {
    Plan(Result<PurgePlan, StoreFault>),
    /// The same, after a purge that was cut was gone on with.
    Finished(Result<PurgePlan, StoreFault>),
    /// The open session keeps its records for so long from now on.
    KeptFor(Option<u32>),
    Step(PurgeStep),
    Done(Result<Purge, StoreFault>),
    Picked(Option<PathBuf>),
    Saved(io::Result<PathBuf>),
}

impl Window {
    /// Does one command of the page.
    pub(super) fn purge(&mut self, command: PurgeCommand, now: Monotonic) {
        if self.purging.is_running() {
            if command == PurgeCommand::Stop
                && let Some(stop) = &self.purging.stop
            {
                stop.store(true, Ordering::Release);
            }
            return;
        }
        self.purging.note = None;
        match command {
            PurgeCommand::Stop => {}
            PurgeCommand::Look => {
                self.purging.work = PurgeWork::Idle;
                self.look_again(now);
            }
            PurgeCommand::PickPlace => self.pick_place(),
            PurgeCommand::SaveCertificate(target) => self.save_certificate(target),
            PurgeCommand::KeepDays(..) | PurgeCommand::ClockIsRight | PurgeCommand::Purge
                if !self.allowed(Right::Purge, now) => {}
            PurgeCommand::KeepDays(session, days) => self.keep_days(session, days),
            PurgeCommand::ClockIsRight => {
                let by = self.staff.number();
                self.change_then_look(move |keeper| keeper.store().confirm_clock(by, wall_now()));
            }
            PurgeCommand::Purge if !self.is_idle() => {
                self.say(Notice::Fault(words::desk_busy(self.preferences.lang())), now);
            }
            // Where people sign in, two of them purge; elsewhere it begins at once.
            PurgeCommand::Purge if self.staff.is_nobody() => self.purge_now(None, now),
            PurgeCommand::Purge => self.ask_two(Second::Purge, now),
        }
    }

    pub(super) fn purge_view(&mut self) -> PurgeView {
        let open = self.memory.page == Page::Settings && self.memory.settings_part == SettingsPart::Purge;
        if !open && !self.purging.is_running() {
            // What is due is looked at anew when the page is opened again.
            self.purging = Purging::default();
        }
        let Purging { plan, work, note, picked, stop, .. } = &self.purging;
        PurgeView {
            plan: plan.clone(),
            allowed: self.staff.may(Right::Purge),
            work: work.clone(),
            stop: match stop.as_ref().filter(|_| self.purging.is_running()) {
                None => PurgeStop::Never,
                Some(stop) if stop.load(Ordering::Acquire) => PurgeStop::Asked,
                Some(_) => PurgeStop::Possible,
            },
            note: note.clone(),
            picked: picked.clone(),
        }
    }

    fn look_what_is_due(&mut self) {
        if std::mem::replace(&mut self.purging.asked, true) {
            return;
        }
        self.visit_about_purge(|keeper, _| {
            PurgeTold::Plan(keeper.store().purge_plan(wall_now()).map_err(|error| fault_of(&error)))
        });
    }

    /// Goes on with a purge that was cut before it looks.
    fn look_again(&mut self, now: Monotonic) {
        if !self.purging.plan.as_ref().is_some_and(|plan| plan.cut) {
            return self.look_what_is_due();
        }
        if !self.is_idle() {
            self.say(Notice::Fault(words::desk_busy(self.preferences.lang())), now);
            return;
        }
        self.purging.work = PurgeWork::Running(PurgeStep::CatchingUp);
        self.purging.stop = None;
        self.configure(now);
        self.visit_about_purge(|keeper, tell| {
            let store = keeper.store();
            let looked = store.finish_cut_purge(tell).and_then(|_records| store.purge_plan(wall_now()));
            PurgeTold::Finished(looked.map_err(|error| fault_of(&error)))
        });
    }

    fn change_then_look(&mut self, change: impl FnOnce(&mut Keeper) -> Result<(), StoreError> + Send + 'static) {
        self.visit_about_purge(move |keeper, _| {
            let looked = change(keeper).and_then(|()| keeper.store().purge_plan(wall_now()));
            PurgeTold::Plan(looked.map_err(|error| fault_of(&error)))
        });
    }

    fn keep_days(&mut self, session: SessionId, days: Option<u32>) {
        let by = self.staff.number();
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        self.change_then_look(move |keeper| {
            keeper.store().set_retention(&session, days, by, wall_now())?;
            let mut context = keeper.context().clone();
            if context.session.id == session {
                context.session.retention_days = days;
                keeper.use_context(context)?;
                // nobody listens any more when the window has closed
                answer.send(Reply::Purge(PurgeTold::KeptFor(days))).ok();
                wake();
            }
            Ok(())
        });
    }

    /// Everything that was shown as due goes, on the word of the present operator and the second person.
    pub(super) fn purge_now(&mut self, second: Option<u32>, now: Monotonic) {
        if !self.is_idle() {
            self.say(Notice::Fault(words::desk_busy(self.preferences.lang())), now);
            return;
        }
        let ids: Vec<RecordId> = self.purging.plan.as_ref().map(|plan| plan.due()).unwrap_or_default();
        if ids.is_empty() || self.purging.is_running() {
            return;
        }
        self.purging.note = None;
        self.purging.work = PurgeWork::Running(PurgeStep::CatchingUp);
        let wanted = Arc::<AtomicBool>::default();
        self.purging.stop = Some(Arc::clone(&wanted));
        self.configure(now);
        let by = self.staff.number();
        self.visit_about_purge(move |keeper, tell| {
            let order = PurgeOrder { ids: &ids, reason: REASON, by, second, stop: Some(&wanted) };
            let done = keeper.store().purge_with(&order, wall_now(), tell);
            PurgeTold::Done(done.map_err(|error| fault_of(&error)))
        });
    }

    fn visit_about_purge(
        &mut self,
        visit: impl FnOnce(&mut Keeper, &mut dyn FnMut(PurgeStep)) -> PurgeTold + Send + 'static,
    ) {
        let Some(open) = &mut self.open else { return };
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        open.desk.visit_store(Box::new(move |keeper| {
            let (steps, rouse) = (answer.clone(), Arc::clone(&wake));
            let mut tell = move |step| {
                // A step that nobody takes is followed by the next one.
                steps.try_send(Reply::Purge(PurgeTold::Step(step))).ok();
                rouse();
            };
            let told = visit(keeper, &mut tell);
            // nobody listens any more when the window has closed
            answer.send(Reply::Purge(told)).ok();
            wake();
        }));
    }

    pub(super) fn purge_told(&mut self, told: PurgeTold, now: Monotonic) {
        let lang = self.preferences.lang();
        match told {
            PurgeTold::Finished(looked) => {
                self.purging.work = PurgeWork::Idle;
                self.configure(now);
                self.fetch_lists();
                self.purge_told(PurgeTold::Plan(looked), now);
            }
            PurgeTold::Plan(Ok(plan)) => {
                self.purging.asked = false;
                self.purging.plan = Some(Arc::new(plan));
            }
            PurgeTold::Plan(Err(fault)) => {
                self.purging.asked = false;
                self.purging.note = Some(words::fault(fault, lang));
                // Without a plan the page would ask for one in every pass.
                self.purging.plan.get_or_insert_default();
            }
            PurgeTold::KeptFor(days) => {
                if let Some(open) = &mut self.open {
                    open.context.session.retention_days = days;
                }
            }
            PurgeTold::Step(step) => self.purging.work = PurgeWork::Running(step),
            PurgeTold::Done(done) => {
                match done {
                    Ok(Purge { records, left, certificate }) => {
                        let certificate = certificate.as_deref().and_then(Path::file_stem).unwrap_or_default();
                        let certificate = certificate.to_string_lossy().into_owned();
                        self.purging.work = PurgeWork::Done { records, left, certificate };
                    }
                    Err(fault) => {
                        self.purging.work = PurgeWork::Idle;
                        self.purging.note = Some(words::fault(fault, lang));
                    }
                }
                self.forget_pictures();
                self.configure(now);
                self.look_what_is_due();
                self.fetch_lists();
            }
            PurgeTold::Picked(picked) => self.purging.picked = picked,
            PurgeTold::Saved(Ok(path)) => {
                self.say(Notice::Fault(words::saved(&path.display().to_string(), lang)), now);
            }
            PurgeTold::Saved(Err(error)) => {
                log::warn!("the certificate is not saved: {error}");
                let there = error.kind() == io::ErrorKind::AlreadyExists;
                self.purging.note = Some(words::not_saved(there, lang));
            }
        }
    }

    /// What is gone from the disk must not stay on the screen.
    fn forget_pictures(&mut self) {
        self.album = super::Album::default();
        self.large = None;
        if let Some(open) = &mut self.open {
            open.lists.details.clear();
        }
    }

    /// The system's dialog, on a thread of its own.
    fn pick_place(&mut self) {
        self.purging.picked = None;
        let proposed = self.newest_certificate().and_then(|path| Some(path.file_name()?.to_owned()));
        self.on_purge_thread("file-dialog", move || {
            let dialog = rfd::FileDialog::new().add_filter("JSON", &["json"]);
            let named = proposed.unwrap_or_default();
            PurgeTold::Picked(dialog.set_file_name(named.to_string_lossy()).save_file())
        });
    }

    fn newest_certificate(&self) -> Option<PathBuf> {
        let folder = &self.open.as_ref()?.folder;
        certificates(folder).inspect_err(|error| log::warn!("{error}")).ok()?.pop()
    }

    fn save_certificate(&self, target: PathBuf) {
        let Some(newest) = self.newest_certificate() else { return };
        self.on_purge_thread("save-certificate", move || PurgeTold::Saved(copy_certificate(&newest, target)));
    }

    fn on_purge_thread(&self, name: &str, work: impl FnOnce() -> PurgeTold + Send + 'static) {
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        let started = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            // nobody listens any more when the window has closed
            answer.send(Reply::Purge(work())).ok();
            wake();
        });
        if let Err(error) = started {
            log::warn!("no thread {name}: {error}");
        }
    }
}

impl Purging {
    pub(super) const fn is_running(&self) -> bool {
        matches!(self.work, PurgeWork::Running(_))
    }

    /// How far it is, for the pages that are not about it.
    pub(super) const fn step(&self) -> Option<PurgeStep> {
        match self.work {
            PurgeWork::Running(step) => Some(step),
            _ => None,
        }
    }
}

/// Writes certificate and signature; what is there already stays as it is.
fn copy_certificate(newest: &Path, target: PathBuf) -> io::Result<PathBuf> {
    let target = if target.is_dir() { target.join(newest.file_name().unwrap_or_default()) } else { target };
    let signature = |path: &Path| {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".minisig");
        path.with_file_name(name)
    };
    if target.exists() || signature(&target).exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let mut made = Vec::new();
    for (from, to) in [(signature(newest), signature(&target)), (newest.to_owned(), target.clone())] {
        let written = std::fs::File::create_new(&to).and_then(|mut file| {
            made.push(to);
            io::copy(&mut std::fs::File::open(&from)?, &mut file)?;
            file.sync_all()
        });
        if let Err(error) = written {
            // A half of the two would stand in the way of the next try.
            for half in made {
                std::fs::remove_file(&half).inspect_err(|error| log::warn!("{error}")).ok();
            }
            return Err(error);
        }
    }
    Ok(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_that_cannot_be_written_whole_leaves_nothing_in_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let newest = folder.path().join("PURGE-000001.json");
        std::fs::write(folder.path().join("PURGE-000001.json.minisig"), "signature").unwrap();
        let target = folder.path().join("copy.json");
        copy_certificate(&newest, target.clone()).unwrap_err();
        assert!(!target.exists() && !folder.path().join("copy.json.minisig").exists());
        std::fs::write(&newest, "{}").unwrap();
        assert_eq!(copy_certificate(&newest, target.clone()).unwrap(), target);
        let there = copy_certificate(&newest, target).unwrap_err();
        assert_eq!(there.kind(), io::ErrorKind::AlreadyExists, "and what is there stays as it is");
    }
}
