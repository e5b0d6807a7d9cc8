//! The passphrase from a file or a prompt; never from an argument, and never onto the screen.

use std::fs::File;
use std::io::{BufRead as _, BufReader, IsTerminal as _, Read as _};
use std::path::Path;

use anyhow::Context as _;

use super::Context;
use crate::store::{Passphrase, Pin};

/// A passphrase is one line; what is longer is some other file.
const MAX_BYTES: u64 = 4096;
/// How a passphrase is given without a terminal.
const PASSPHRASE_BY: &str = "--passphrase-file or TUCAI_PASSPHRASE_FILE";

/// The passphrase of an existing station.
pub fn obtain(context: &Context) -> anyhow::Result<Passphrase> {
    match from_file(context)? {
        Some(passphrase) => Ok(passphrase),
        None => prompt("Passphrase: "),
    }
}

/// The passphrase of a new station: typed twice, unless a file has it.
pub fn obtain_new(context: &Context) -> anyhow::Result<Passphrase> {
    match from_file(context)? {
        Some(passphrase) => Ok(passphrase),
        None => typed_twice(PASSPHRASE_BY),
    }
}

/// The passphrase that takes the place of the station's: from this file, else typed twice.
pub fn obtain_other(file: Option<&Path>) -> anyhow::Result<Passphrase> {
    match file {
        Some(path) => in_file(path),
        None => typed_twice("--new-passphrase-file"),
    }
}

fn typed_twice(instead: &str) -> anyhow::Result<Passphrase> {
    let first = ask("New passphrase: ", instead)?;
    let second = ask("Once more: ", instead)?;
    anyhow::ensure!(*first == *second, "the two passphrases differ");
    Passphrase::new(first.to_string()).context("the passphrase is empty")
}

fn from_file(context: &Context) -> anyhow::Result<Option<Passphrase>> {
    context.passphrase_file.as_deref().map(in_file).transpose()
}

fn in_file(path: &Path) -> anyhow::Result<Passphrase> {
    let passphrase = Passphrase::new(first_line(path)?.to_string());
    passphrase.with_context(|| format!("the passphrase file {} begins with an empty line", path.display()))
}

/// The first line of a file that holds a secret.
fn first_line(path: &Path) -> anyhow::Result<zeroize::Zeroizing<String>> {
    let unreadable = || format!("cannot read the secret in {}", path.display());
    let file = File::open(path).with_context(unreadable)?;
    let mut line = zeroize::Zeroizing::new(String::with_capacity(256));
    BufReader::new(file.take(MAX_BYTES)).read_line(&mut line).with_context(unreadable)?;
    let end = line.trim_end_matches(['\r', '\n']).len();
    line.truncate(end);
    Ok(line)
}

/// The PIN of the operator who does this.
pub fn pin(context: &Context) -> anyhow::Result<Pin> {
    pin_from(context.pin_file.as_deref(), "PIN: ", "--pin-file or TUCAI_PIN_FILE")
}

/// The PIN of the second person.
pub fn second_pin(file: Option<&Path>) -> anyhow::Result<Pin> {
    pin_from(file, "PIN of the second person: ", "--second-pin-file or TUCAI_SECOND_PIN_FILE")
}

fn pin_from(file: Option<&Path>, words: &str, instead: &str) -> anyhow::Result<Pin> {
    let typed = match file {
        Some(path) => first_line(path)?,
        None => ask(words, instead)?,
    };
    Pin::new(typed.to_string()).context("a PIN has 4 to 32 characters")
}

/// A new PIN: from this file, else typed twice.
pub fn new_pin(file: Option<&Path>) -> anyhow::Result<Pin> {
    let typed = if let Some(path) = file {
        first_line(path)?
    } else {
        let first = ask("New PIN: ", "--new-pin-file")?;
        anyhow::ensure!(*first == *ask("Once more: ", "--new-pin-file")?, "the two PINs differ");
        first
    };
    Pin::new(typed.to_string()).context("a PIN has 4 to 32 characters")
}

fn prompt(words: &str) -> anyhow::Result<Passphrase> {
    Passphrase::new(ask(words, PASSPHRASE_BY)?.to_string()).context("the passphrase is empty")
}

fn ask(words: &str, instead: &str) -> anyhow::Result<zeroize::Zeroizing<String>> {
    anyhow::ensure!(std::io::stdin().is_terminal(), "there is no terminal to ask at: name a file with {instead}");
    let typed = rpassword::prompt_password(words).context("cannot read from the terminal")?;
    Ok(zeroize::Zeroizing::new(typed))
}
