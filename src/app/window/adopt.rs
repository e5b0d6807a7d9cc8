//! 接管备份盘 behind the gate: copies are looked for and taken over on threads of their own; what came of it is shown
//! before the desk opens.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use super::opening::{self, Opened};
use super::start::is_station;
use super::{Reply, Window, media};
use crate::domain::fault::StoreFault;
use crate::domain::ids::StationLetter;
use crate::domain::time::Monotonic;
use crate::store::{
    Adoption, CreateOptions, OldKey, Passphrase, Settings, Store, StoreError, UnfinishedAdoption, copies_below,
    taken_over_by,
};
use crate::text::Message;
use crate::text::adopt::{AdoptFault, fault as words};
use crate::ui::adopt::{AdoptCommand, AdoptGate, Adopted, FoundCopy, OldSecret};
use crate::ui::view::Gate;
use crate::worker::clock::wall_now;

/// Progress is told every so many records.
const TELL_EVERY: usize = 8;

/// What threads of this part send.
pub(super) enum AdoptTold {
    Found(Vec<FoundCopy>),
    Copy(Option<PathBuf>),
    Key(Option<PathBuf>),
    Step(usize, usize),
    Done(Box<Opened>, Adopted),
    Failed(AdoptFault),
}

/// What is asked of a folder; of one whose taking over was not finished copy and letter stand.
pub(super) fn asking(folder: &Path, fault: Option<Message>) -> AdoptGate {
    let begun = UnfinishedAdoption::of_folder(folder).map(|begun| (begun.from, begun.letter));
    // Without a station in it there is no passphrase yet, and all is asked as the first time.
    let picked = begun.as_ref().map(|(from, _)| from.clone());
    let unfinished = begun.filter(|_| is_station(folder));
    AdoptGate::Asking { found: Vec::new(), picked, key_picked: None, fault, unfinished }
}

/// The gate of a folder whose taking over was not finished.
pub(super) fn unfinished_gate(folder: &Path) -> Option<Gate> {
    UnfinishedAdoption::of_folder(folder).map(|_begun| Gate::Adopt(asking(folder, None)))
}

impl Window {
    /// Does one command of the gate.
    pub(super) fn adopt(&mut self, command: AdoptCommand, now: Monotonic) {
        match command {
            AdoptCommand::Begin => {
                let Some(folder) = &self.plan.folder else { return };
                self.gate = Gate::Adopt(asking(folder, None));
                self.memory.letter = StationLetter::A.after().unwrap_or(StationLetter::A);
                self.on_adopt_thread("look-for-copies", || AdoptTold::Found(look_for_copies()));
            }
            AdoptCommand::Back => {
                self.memory.letter = StationLetter::A;
                self.gate = opening::gate_without_adoption(&self.plan);
                self.look_at_wait();
                if self.gate == Gate::Unlocking {
                    let way = opening::Way::of(&self.plan);
                    opening::spawn(way, None, self.answer.clone(), Arc::clone(&self.wake));
                }
            }
            AdoptCommand::PickCopy => {
                self.change_asking(|picked, _| *picked = None);
                self.on_adopt_thread("folder-dialog", || AdoptTold::Copy(rfd::FileDialog::new().pick_folder()));
            }
            AdoptCommand::PickKey => {
                self.change_asking(|_, key| *key = None);
                self.on_adopt_thread("file-dialog", || AdoptTold::Key(rfd::FileDialog::new().pick_file()));
            }
            AdoptCommand::Start { from, old, letter, passphrase } => {
                let (Some(folder), Some(passphrase)) =
                    (self.plan.folder.clone(), Passphrase::new(passphrase.reveal().to_owned()))
                else {
                    return;
                };
                self.gate = Gate::Adopt(AdoptGate::Running { done: 0, of: 0 });
                let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
                self.on_adopt_thread("adopt", move || {
                    let mut tell = |done: usize, of: usize| {
                        if done.is_multiple_of(TELL_EVERY) {
                            // A step that nobody takes is followed by the next one.
                            answer.try_send(Reply::Adopt(AdoptTold::Step(done, of))).ok();
                            wake();
                        }
                    };
                    let taken = take_over(&folder, &passphrase, letter, &from, &old, &mut tell);
                    taken.unwrap_or_else(AdoptTold::Failed)
                });
            }
            AdoptCommand::Finish => {
                if let Some(opened) = self.adopted.take() {
                    self.open_desk(*opened, now);
                }
            }
        }
    }

    pub(super) fn adopt_told(&mut self, told: AdoptTold) {
        match told {
            AdoptTold::Found(copies) => {
                if let Gate::Adopt(AdoptGate::Asking { found, .. }) = &mut self.gate {
                    *found = copies;
                }
            }
            AdoptTold::Copy(path) => self.change_asking(|picked, _| *picked = path),
            AdoptTold::Key(path) => self.change_asking(|_, key| *key = path),
            AdoptTold::Step(done, of) => {
                if let Gate::Adopt(AdoptGate::Running { .. }) = &self.gate {
                    self.gate = Gate::Adopt(AdoptGate::Running { done, of });
                }
            }
            AdoptTold::Done(opened, adopted) => {
                self.adopted = Some(opened);
                self.gate = Gate::Adopt(AdoptGate::Done(adopted));
            }
            AdoptTold::Failed(fault) => {
                let Some(folder) = &self.plan.folder else { return };
                let fault = words(fault, self.preferences.lang());
                self.gate = Gate::Adopt(asking(folder, Some(fault)));
            }
        }
    }

    fn change_asking(&mut self, change: impl FnOnce(&mut Option<PathBuf>, &mut Option<PathBuf>)) {
        if let Gate::Adopt(AdoptGate::Asking { picked, key_picked, .. }) = &mut self.gate {
            change(picked, key_picked);
        }
    }

    fn on_adopt_thread(&self, name: &str, work: impl FnOnce() -> AdoptTold + Send + 'static) {
        let (answer, wake) = (self.answer.clone(), Arc::clone(&self.wake));
        let started = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            // nobody listens any more when the window has closed
            answer.send(Reply::Adopt(work())).ok();
            wake();
        });
        if let Err(error) = started {
            log::error!("no thread {name}: {error}");
        }
    }
}

/// Copies on what is mounted, at its top or one folder down.
fn look_for_copies() -> Vec<FoundCopy> {
    let mut found = Vec::new();
    for root in media::mounted() {
        let below = fs::read_dir(&root).map(|entries| entries.filter_map(Result::ok).collect::<Vec<_>>());
        let below = below.unwrap_or_default().into_iter().map(|entry| entry.path()).filter(|path| path.is_dir());
        for folder in std::iter::once(root.clone()).chain(below) {
            found.extend(copies_below(&folder).into_iter().filter_map(found_copy));
        }
    }
    found.sort_by(|one, two| one.path.cmp(&two.path));
    found.dedup();
    found
}

fn found_copy(path: PathBuf) -> Option<FoundCopy> {
    let settings = Settings::of_folder(&path).inspect_err(|error| log::warn!("{error}")).ok()?;
    Some(FoundCopy { path, letter: settings.letter, name: settings.name })
}

/// The copy that a folder is, or the only one below it.
fn copy_of(named: &Path) -> Result<PathBuf, AdoptFault> {
    if named.join("station.toml").is_file() {
        return Ok(named.to_owned());
    }
    let mut below = copies_below(named);
    match below.len() {
        0 => Err(AdoptFault::NoCopy),
        1 => below.pop().ok_or(AdoptFault::NoCopy),
        _ => Err(AdoptFault::SeveralCopies),
    }
}

fn take_over(
    folder: &Path,
    passphrase: &Passphrase,
    letter: StationLetter,
    named: &Path,
    old: &OldSecret,
    tell: &mut dyn FnMut(usize, usize),
) -> Result<AdoptTold, AdoptFault> {
    let of_store = |error: &StoreError| {
        log::error!("{error:#}");
        AdoptFault::Store(error.fault())
    };
    let from = copy_of(named)?;
    let settings = Settings::of_folder(&from).map_err(|error| of_store(&error))?;
    if settings.letter == letter {
        return Err(AdoptFault::SameLetter);
    }
    // At the gate nobody asks whether a third station already goes on with these records.
    let own = Settings::of_folder(folder).ok().map(|settings| settings.station);
    if taken_over_by(&from).is_some_and(|taken| Some(&taken) != own.as_ref()) {
        return Err(AdoptFault::Store(StoreFault::StationClosed));
    }
    let options = CreateOptions { letter, ..CreateOptions::default() };
    let now = wall_now();
    let taken = match old {
        OldSecret::Passphrase(words) => {
            let words = Passphrase::new(words.reveal().to_owned());
            let words = words.ok_or(AdoptFault::Store(StoreFault::WrongPassphrase))?;
            Store::adopt(folder, passphrase, &options, &from, &OldKey::Passphrase(&words), now, tell)
        }
        OldSecret::RecoveryFile(file) => {
            let identity = identity(file).ok_or(AdoptFault::NoKey)?;
            Store::adopt(folder, passphrase, &options, &from, &OldKey::Recovery(&identity), now, tell)
        }
    };
    let (store, adoption) = taken.map_err(|error| of_store(&error))?;
    adoption.problems.iter().for_each(|problem| log::warn!("the copy that was taken over: {problem}"));
    let opened = opening::ready(store).map_err(AdoptFault::Store)?;
    // The usual first questions follow: a second disk of its own, camera, sounds.
    let opened = Box::new(Opened { is_first_session: true, ..opened });
    Ok(AdoptTold::Done(opened, told(&adoption)))
}

fn told(adoption: &Adoption) -> Adopted {
    Adopted {
        letter: adoption.letter.map(|letter| letter.to_string()).unwrap_or_default(),
        records: adoption.adopted + adoption.known,
        missing: adoption.missing.len(),
        locks: adoption.locks.iter().map(ToString::to_string).collect(),
        lost_locks: adoption.lost_locks.iter().map(ToString::to_string).collect(),
        problems: adoption.problems.len(),
        not_marked: adoption.not_marked.is_some(),
    }
}

/// Far more than a key file has.
const MOST_KEY_BYTES: u64 = 64 * 1024;

/// The secret key of an age identity file.
pub(super) fn identity(path: &Path) -> Option<age::x25519::Identity> {
    let small = fs::metadata(path).is_ok_and(|file| file.len() <= MOST_KEY_BYTES);
    let text = Zeroizing::new(fs::read_to_string(path).ok().filter(|_| small)?);
    let line = text.lines().map(str::trim).find(|line| line.starts_with("AGE-SECRET-KEY-1"))?;
    line.parse().ok()
}
