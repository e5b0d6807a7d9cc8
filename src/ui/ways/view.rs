//! What painting reads of the other ways in, and what it asks for.

use crate::domain::fault::SerialFault;

/// Files, guns on serial ports.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ways {
    /// A file is being read.
    pub reading: bool,
    pub serial: Serial,
}

/// Guns on serial ports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Serial {
    /// Name and device of each port.
    pub ports: Vec<String>,
    pub chosen: Option<usize>,
    pub state: SerialState,
}

/// How the chosen port is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SerialState {
    #[default]
    Off,
    Opening,
    Listening,
    Lost(SerialFault),
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WaysCommand {
    /// A picture file by the system's dialog: a code, or a photo of whoever is locked.
    OpenFile,
    ListPorts,
    ChoosePort(Option<usize>),
}
