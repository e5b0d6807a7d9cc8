//! Scanner guns on a serial port: which ports there are, opening one, and bytes into codes.
//!
//! The port lives on one thread (see `worker::serial`); the rule what is a code stands here and needs no port.

use std::io::Read;
use std::time::Duration;

use crate::domain::code::{MAX_CODE_BYTES, SubjectCode};
use crate::domain::fault::SerialFault;
use crate::domain::time::Monotonic;

/// Without an end of line, this much silence ends a code.
pub const SILENCE: Duration = Duration::from_millis(100);
/// How long a read of an open port waits.
pub const READ_WAITS: Duration = Duration::from_millis(20);
/// What most guns come set to.
#[cfg(feature = "window")]
const BAUD: u32 = 9600;
/// Shorter lines are noise of the plug.
const LEAST: usize = 4;

/// A port as the system lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SerialPortName {
    /// `/dev/ttyUSB0`, `COM3`.
    pub path: String,
    /// What is plugged in, where the system knows.
    pub device: String,
}

/// What came of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SerialInput {
    Code(SubjectCode),
    /// Guns give ASCII only: other bytes depend on their settings.
    NotAscii,
    /// Longer than any symbol; left out up to its end.
    TooLong,
}

/// Bytes of a port into codes. Time comes in with every call.
#[derive(Default)]
pub struct LineReader {
    line: Vec<u8>,
    too_long: bool,
    last: Option<Monotonic>,
}

impl LineReader {
    /// Takes bytes as they come; carriage return and line feed end a code.
    pub fn take(&mut self, bytes: &[u8], now: Monotonic) -> Vec<SerialInput> {
        let mut codes: Vec<SerialInput> = self.silence(now).into_iter().collect();
        for byte in bytes {
            match byte {
                b'\r' | b'\n' => codes.extend(self.end()),
                _ if self.line.len() >= MAX_CODE_BYTES => self.too_long = true,
                byte => self.line.push(*byte),
            }
        }
        if !bytes.is_empty() {
            self.last = Some(now);
        }
        codes
    }

    /// Time went by: silence ends a code, too.
    pub fn silence(&mut self, now: Monotonic) -> Option<SerialInput> {
        let last = self.last?;
        (now.saturating_sub(last) >= SILENCE).then(|| self.end()).flatten()
    }

    fn end(&mut self) -> Option<SerialInput> {
        let Self { line, too_long, .. } = std::mem::take(self);
        if too_long {
            return Some(SerialInput::TooLong);
        }
        if line.len() < LEAST {
            return None;
        }
        if !line.is_ascii() {
            return Some(SerialInput::NotAscii);
        }
        SubjectCode::new(line).ok().map(SerialInput::Code)
    }
}

/// An open port: reads wait at most [`READ_WAITS`] and then give `TimedOut`.
pub type OpenPort = Box<dyn Read + Send>;

#[cfg(feature = "window")]
mod real {
    use super::{BAUD, OpenPort, READ_WAITS, SerialFault, SerialPortName};

    /// The ports of this machine, by name.
    pub fn ports() -> Vec<SerialPortName> {
        let listed = serialport::available_ports().unwrap_or_else(|error| {
            log::warn!("serial ports cannot be listed: {error}");
            Vec::new()
        });
        let device = |kind: &serialport::SerialPortType| match kind {
            serialport::SerialPortType::UsbPort(usb) => usb.product.clone().unwrap_or_else(|| String::from("USB")),
            serialport::SerialPortType::BluetoothPort => String::from("Bluetooth"),
            _ => String::new(),
        };
        let mut ports: Vec<_> = listed
            .into_iter()
            .map(|port| SerialPortName { device: device(&port.port_type), path: port.port_name })
            .collect();
        ports.sort_by(|a, b| a.path.cmp(&b.path));
        ports
    }

    /// Opens a port for a gun: 9600 baud, 8 bits, no parity; ports over USB take any speed.
    pub fn open(path: &str) -> Result<OpenPort, SerialFault> {
        let port = serialport::new(path, BAUD).timeout(READ_WAITS).open().map_err(|error| {
            log::info!("a serial port does not open: {error}");
            match error.kind() {
                serialport::ErrorKind::NoDevice | serialport::ErrorKind::Io(std::io::ErrorKind::NotFound) => {
                    SerialFault::NotFound
                }
                serialport::ErrorKind::Io(std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ResourceBusy) => {
                    SerialFault::NotAllowed
                }
                _ => SerialFault::Other,
            }
        })?;
        Ok(Box::new(port))
    }
}

#[cfg(not(feature = "window"))]
mod real {
    use super::{OpenPort, SerialFault, SerialPortName};

    pub fn ports() -> Vec<SerialPortName> {
        Vec::new()
    }

    pub fn open(_path: &str) -> Result<OpenPort, SerialFault> {
        Err(SerialFault::NotBuilt)
    }
}

pub use real::{open, ports};

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Monotonic {
        Monotonic::from_millis(n)
    }

    fn code(text: &str) -> SerialInput {
        SerialInput::Code(SubjectCode::new(text.as_bytes().to_vec()).unwrap())
    }

    #[test]
    fn a_line_end_or_silence_ends_a_code() {
        let mut reader = LineReader::default();
        assert_eq!(reader.take(b"ABCD-1\r\nEF", ms(0)), [code("ABCD-1")]);
        assert_eq!(reader.take(b"GH12", ms(90)), []);
        assert_eq!(reader.silence(ms(180)), None);
        assert_eq!(reader.silence(ms(190)), Some(code("EFGH12")));
        assert_eq!(reader.silence(ms(900)), None, "said once");
        assert_eq!(reader.take(b"late", ms(1000)), []);
        assert_eq!(reader.take(b"next", ms(1200)), [code("late")], "silence before the next bytes counts as well");
    }

    #[test]
    fn noise_other_bytes_and_endless_lines_are_no_codes() {
        let mut reader = LineReader::default();
        assert_eq!(reader.take(b"\r\n\xff\r\nab\n", ms(0)), []);
        assert_eq!(reader.take("采集码\n".as_bytes(), ms(1)), [SerialInput::NotAscii]);
        for _ in 0..50 {
            assert_eq!(reader.take(&[b'A'; 1024], ms(2)), []);
        }
        assert!(reader.line.len() <= MAX_CODE_BYTES, "memory stays bounded");
        assert_eq!(reader.take(b"\nABCD\n", ms(3)), [SerialInput::TooLong, code("ABCD")]);
    }
}
