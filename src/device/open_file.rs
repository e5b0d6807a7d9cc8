//! Gives a file to the program that this system opens such files with: a slip to the browser, which prints it.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// Starts that program and waits only until it has taken the file. Whether somebody prints it is theirs.
pub fn open_file(path: &Path) -> io::Result<()> {
    let mut command = opener();
    let status = command.arg(path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    // Windows' explorer ends with 1 whatever came of it.
    if cfg!(windows) || status.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("the system's opener ended with {status}")))
    }
}

#[cfg(windows)]
fn opener() -> Command {
    Command::new("explorer")
}

#[cfg(target_os = "macos")]
fn opener() -> Command {
    Command::new("open")
}

#[cfg(not(any(windows, target_os = "macos")))]
fn opener() -> Command {
    Command::new("xdg-open")
}
