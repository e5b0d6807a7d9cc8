//! The passphrase from a file or a prompt; never from an argument, and never onto the screen.

use std::fs::File;
use std::io::{BufRead as _, BufReader, IsTerminal as _, Read as _};

use anyhow::Context as _;

use super::Context;
use crate::store::Passphrase;

/// A passphrase is one line; what is longer is some other file.
const MAX_BYTES: u64 = 4096;

/// The passphrase of an existing station.
pub fn obtain(context: &Context) -> anyhow::Result<Passphrase> {
    match from_file(context)? {
        Some(passphrase) => Ok(passphrase),
        None => prompt("Passphrase: "),
    }
}

/// The passphrase of a new station: typed twice, unless a file has it.
pub fn obtain_new(context: &Context) -> anyhow::Result<Passphrase> {
    if let Some(passphrase) = from_file(context)? {
        return Ok(passphrase);
    }
    let first = ask("New passphrase: ")?;
    let second = ask("Once more: ")?;
    anyhow::ensure!(*first == *second, "the two passphrases differ");
    Passphrase::new(first.to_string()).context("the passphrase is empty")
}

fn from_file(context: &Context) -> anyhow::Result<Option<Passphrase>> {
    let Some(path) = &context.passphrase_file else { return Ok(None) };
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("cannot read the passphrase file {shown}"))?;
    let mut line = zeroize::Zeroizing::new(String::with_capacity(256));
    let read = BufReader::new(file.take(MAX_BYTES)).read_line(&mut line);
    read.with_context(|| format!("cannot read the passphrase file {shown}"))?;
    let passphrase = Passphrase::new(line.trim_end_matches(['\r', '\n']).to_owned());
    Ok(Some(passphrase.with_context(|| format!("the passphrase file {shown} begins with an empty line"))?))
}

fn prompt(words: &str) -> anyhow::Result<Passphrase> {
    Passphrase::new(ask(words)?.to_string()).context("the passphrase is empty")
}

fn ask(words: &str) -> anyhow::Result<zeroize::Zeroizing<String>> {
    anyhow::ensure!(
        std::io::stdin().is_terminal(),
        "there is no terminal to ask for the passphrase: name a file with --passphrase-file or TUCAI_PASSPHRASE_FILE"
    );
    let typed = rpassword::prompt_password(words).context("cannot read the passphrase from the terminal")?;
    Ok(zeroize::Zeroizing::new(typed))
}
