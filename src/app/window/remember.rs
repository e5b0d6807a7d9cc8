//! 在这台电脑上记住口令: off until somebody switches it on at the gate; through the system's key store and nowhere else.
//!
//! `window.toml` keeps only that there is something to ask the key store for. A machine without one says so in one
//! sentence and goes on.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use super::preferences::Preferences;
use super::{Reply, Window, opening};
use crate::device::key_store::{KeyStore, NoKeyStore};
use crate::domain::operator::Right;
use crate::domain::time::Monotonic;
use crate::store::{Passphrase, Settings};
use crate::text;
use crate::ui::view::{Gate, Notice};
use crate::worker::camera::WakeFn;

/// What the key store said.
pub(super) enum KeyAnswer {
    /// The passphrase that is remembered; `None`: it is to be typed.
    Got(Option<Passphrase>),
    Forgotten(Result<(), NoKeyStore>),
    /// It could not be asked.
    Without(NoKeyStore),
}

/// The key store, when the passphrase of the station that is being opened is to be remembered.
pub(super) type Remember = Option<Arc<dyn KeyStore>>;

/// Remembers the passphrase of a station that it has just opened.
pub(super) fn keep(keys: &dyn KeyStore, station: &str, passphrase: &Passphrase) -> Result<(), NoKeyStore> {
    keys.set(station, passphrase.expose())
}

impl Window {
    /// Asks the key store for the station's passphrase, when one is remembered; true when an answer will come.
    pub(super) fn ask_key_store(&self, folder: &Path) -> bool {
        if !Preferences::load(folder).remembered {
            return false;
        }
        let Ok(settings) = Settings::of_folder(folder) else { return false };
        on_thread(Arc::clone(&self.key_store), self.answer.clone(), Arc::clone(&self.wake), move |keys| {
            match keys.get(&settings.station) {
                Ok(words) => KeyAnswer::Got(words.and_then(|words| Passphrase::new(words.to_string()))),
                Err(error) => KeyAnswer::Without(error),
            }
        })
    }

    /// The key store, when the switch at the gate is on.
    pub(super) fn wants_to_remember(&self) -> Remember {
        self.memory.remember.then(|| Arc::clone(&self.key_store))
    }

    /// The passphrase of the open station is asked for again from the next start on.
    pub(super) fn forget_passphrase(&mut self, now: Monotonic) {
        if !self.allowed(Right::Keys, now) {
            return;
        }
        let Some(station) = self.open.as_ref().map(|open| open.station.station.clone()) else { return };
        on_thread(Arc::clone(&self.key_store), self.answer.clone(), Arc::clone(&self.wake), move |keys| {
            KeyAnswer::Forgotten(keys.forget(&station))
        });
    }

    pub(super) fn key_store_answered(&mut self, answer: KeyAnswer, now: Monotonic) {
        match answer {
            KeyAnswer::Got(Some(passphrase)) => {
                let Some(folder) = self.plan.folder.clone() else { return };
                let way = opening::Way::Open(folder, passphrase);
                opening::spawn(Some(way), None, self.answer.clone(), Arc::clone(&self.wake));
            }
            KeyAnswer::Got(None) => self.ask_for_passphrase(),
            KeyAnswer::Without(error) => {
                log::warn!("{error}");
                self.key_note = true;
                self.ask_for_passphrase();
            }
            KeyAnswer::Forgotten(Ok(())) => {
                self.preferences.remembered = false;
                self.keep_preferences();
            }
            KeyAnswer::Forgotten(Err(error)) => self.without_key_store(&error, now),
        }
    }

    fn ask_for_passphrase(&mut self) {
        let Some(folder) = self.plan.folder.clone() else { return };
        self.gate = Gate::Locked { folder, fault: None };
    }

    /// What came of remembering at the gate.
    pub(super) fn remembered(&mut self, kept: Option<Result<(), NoKeyStore>>, now: Monotonic) {
        self.memory.remember = false;
        match kept {
            None => {}
            Some(Ok(())) => {
                self.preferences.remembered = true;
                self.keep_preferences();
            }
            Some(Err(error)) => self.without_key_store(&error, now),
        }
    }

    fn without_key_store(&mut self, error: &NoKeyStore, now: Monotonic) {
        log::warn!("{error}");
        self.say(Notice::Fault(text::people::no_key_store(self.preferences.lang())), now);
    }
}

fn on_thread(
    keys: Arc<dyn KeyStore>,
    answer: SyncSender<Reply>,
    wake: WakeFn,
    ask: impl FnOnce(&dyn KeyStore) -> KeyAnswer + Send + 'static,
) -> bool {
    let asking = std::thread::Builder::new().name(String::from("key-store")).spawn(move || {
        // nobody listens any more when the window has closed
        answer.send(Reply::Key(ask(keys.as_ref()))).ok();
        wake();
    });
    if let Err(error) = &asking {
        log::warn!("no thread asks the key store: {error}");
    }
    asking.is_ok()
}
