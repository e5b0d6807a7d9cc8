//! Guns on serial ports: which port, kept for the next start, and their scans on the same way as any gun's.

use std::sync::Arc;

use super::WaysReply;
use crate::app::window::Window;
use crate::device::serial::{SerialInput, ports};
use crate::domain::time::Monotonic;
use crate::text;
use crate::ui::view::{Notice, SerialState};
use crate::worker::serial::{SerialStatus, SerialWorker};

/// Scans of one pass; a gun gives one or two a second.
const MOST_SCANS: usize = 8;

pub(super) const fn state_of(status: SerialStatus) -> SerialState {
    match status {
        SerialStatus::Opening => SerialState::Opening,
        SerialStatus::Listening => SerialState::Listening,
        SerialStatus::Lost(fault) => SerialState::Lost(fault),
    }
}

impl Window {
    /// Lists the ports away from the window.
    pub(in crate::app::window) fn list_ports(&self) {
        self.on_ways_thread("serial-list", || WaysReply::Ports(ports()));
    }

    /// The operator's choice; kept for the next start.
    pub(super) fn choose_port(&mut self, index: Option<usize>) {
        let path = match index {
            Some(index) => match self.ways.ports.get(index) {
                Some(port) => Some(port.path.clone()),
                None => return,
            },
            None => None,
        };
        self.preferences.serial_port.clone_from(&path);
        self.keep_preferences();
        self.use_port(path);
    }

    /// Listens to this port from now on, or to none.
    pub(in crate::app::window) fn use_port(&mut self, path: Option<String>) {
        if self.ways.serial.as_ref().map(SerialWorker::path) == path.as_deref() {
            return;
        }
        self.ways.serial = path.and_then(|path| {
            let worker = SerialWorker::spawn(path, Arc::clone(&self.wake));
            worker.inspect_err(|error| log::warn!("no thread for the serial gun: {error}")).ok()
        });
    }

    /// Takes the scans that have come.
    pub(super) fn take_scans(&mut self, now: Monotonic) {
        let lang = self.preferences.lang();
        for _ in 0..MOST_SCANS {
            let Some(input) = self.ways.serial.as_ref().and_then(SerialWorker::poll) else { return };
            match input {
                SerialInput::Code(code) => self.gun_code(code, now),
                SerialInput::NotAscii => self.say(Notice::Fault(text::window::gun_not_ascii(lang)), now),
                SerialInput::TooLong => self.say(Notice::Fault(text::ways::gun_too_long(lang)), now),
            }
        }
    }

    /// Forgets what has come.
    pub(super) fn leave_scans(&self) {
        while self.ways.serial.as_ref().and_then(SerialWorker::poll).is_some() {}
    }
}
