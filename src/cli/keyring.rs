//! What the subcommands about bundles, receipts and keys share: passphrases, key files, the open station, JSON lines.

use std::fs;
use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{Context, Exit};
use crate::bundle::BundleError;
use crate::bundle::keys::{MAX_KEY_FILE_BYTES, Signer, identity};
use crate::domain::fault::BundleFault;
use crate::domain::time::WallTime;
use crate::store::{OpenOptions, Store};
use crate::text::bundle::{Notice, code, notice};
use crate::text::{Lang, fault};

/// The wall clock of this moment, with the system's offset.
pub(super) fn now() -> WallTime {
    let zoned = jiff::Zoned::now();
    let offset_minutes = i16::try_from(zoned.offset().seconds() / 60).unwrap_or_default();
    WallTime { unix_millis: zoned.timestamp().as_millisecond(), offset_minutes }
}

/// The passphrase of a new key: typed twice, unless a file has it.
pub(super) fn new_passphrase(context: &Context) -> anyhow::Result<Zeroizing<String>> {
    let words = passphrase(context, "New passphrase: ")?;
    if context.passphrase_file.is_none() && *words != *passphrase(context, "Once more: ")? {
        bail!("the two passphrases differ");
    }
    Ok(words)
}

/// The passphrase of a key file: the first line of the file that was named, else what is typed at the terminal.
pub(super) fn passphrase(context: &Context, prompt: &str) -> anyhow::Result<Zeroizing<String>> {
    let text = match &context.passphrase_file {
        Some(path) => {
            let text = Zeroizing::new(fs::read_to_string(path).context("the passphrase file cannot be read")?);
            text.lines().next().unwrap_or_default().to_owned()
        }
        None if std::io::stdin().is_terminal() => rpassword::prompt_password(prompt)?,
        None => bail!("no terminal and no passphrase file: use --passphrase-file or TUCAI_PASSPHRASE_FILE"),
    };
    if text.is_empty() {
        bail!("the passphrase is empty");
    }
    Ok(Zeroizing::new(text))
}

/// The folder of `--data`.
pub(super) fn folder(context: &Context) -> anyhow::Result<&Path> {
    context.data.as_deref().context("name the data folder with --data")
}

/// Opens the station of `--data`.
pub(super) fn station(context: &Context, options: &OpenOptions) -> anyhow::Result<Store> {
    super::station::open_with(context, options)
}

/// Reads a small text file: a key or a card.
pub(super) fn small_text(path: &Path) -> anyhow::Result<Zeroizing<String>> {
    Ok(Zeroizing::new(String::from_utf8(small_bytes(path)?).context("the file is no text")?))
}

fn small_bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let file = fs::File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut bytes = Vec::new();
    file.take(MAX_KEY_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_KEY_FILE_BYTES {
        bail!("{} is too large for a key or a card", path.display());
    }
    Ok(bytes)
}

/// The age identity of a key file as `age-keygen` writes it, or of one that `age -p` sealed by a passphrase.
pub(super) fn identity_file(path: &Path, context: &Context) -> anyhow::Result<age::x25519::Identity> {
    let bytes = Zeroizing::new(small_bytes(path)?);
    if !bytes.starts_with(b"age-encryption.org/v1") {
        let text = std::str::from_utf8(&bytes).context("the identity file is no text")?;
        return Ok(identity(text)?);
    }
    let words = passphrase(context, "Passphrase of the identity file: ")?;
    let sealed = age::scrypt::Identity::new(age::secrecy::SecretString::from(words.as_str().to_owned()));
    let decryptor = age::Decryptor::new_buffered(bytes.as_slice())?;
    let opened = decryptor.decrypt(std::iter::once(&sealed as &dyn age::Identity));
    let mut text = Zeroizing::new(String::new());
    opened.context("the passphrase does not open the identity file")?.read_to_string(&mut text)?;
    Ok(identity(&text)?)
}

/// The signing key of a minisign secret key file; its passphrase is asked for when it has one.
pub(super) fn signer_file(path: &Path, context: &Context) -> anyhow::Result<Signer> {
    let text = small_text(path)?;
    if let Ok(signer) = Signer::from_file_text(&text, None) {
        return Ok(signer);
    }
    let words = passphrase(context, "Passphrase of the signing key: ")?;
    Ok(Signer::from_file_text(&text, Some(&words))?)
}

/// One result: a JSON line, or the words.
pub(super) fn report(context: &Context, value: &Value, words: &str) {
    if context.json {
        println!("{value}");
    } else {
        println!("{words}");
    }
}

/// Says a notice on stderr.
#[allow(clippy::print_stderr, reason = "the command line's words go to stderr")]
pub(super) fn say(word: Notice) {
    let message = notice(word, Lang::En);
    eprintln!("tucai: {}; {}", message.what, message.advice);
}

/// Says on stderr why a file or bundle was refused, and on stdout too with `--json`; the exit status that follows.
#[allow(clippy::print_stderr, reason = "the command line's words go to stderr")]
pub(super) fn refusal(context: &Context, file: Option<&Path>, error: &BundleError) -> Exit {
    let kind = error.fault();
    let message = fault::bundle(kind, Lang::En);
    let named = file.map(|file| format!("{}: ", file.display())).unwrap_or_default();
    eprintln!("tucai: {named}{}; {} ({error})", message.what, message.advice);
    if context.json {
        let said = json!({"code": code(kind), "message": error.to_string()});
        println!("{}", json!({"v": 1, "file": file.map(Path::display).map(|path| path.to_string()), "error": said}));
    }
    match kind {
        BundleFault::TargetMissing | BundleFault::TargetFull | BundleFault::TargetExists | BundleFault::Other => {
            Exit::Unusable
        }
        _ => Exit::Refused,
    }
}

/// Adds to a file's name: `x.tucai` and `.receipt.json` give `x.tucai.receipt.json`.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}
