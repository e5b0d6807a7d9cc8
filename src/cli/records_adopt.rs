//! `tucai records adopt`: a spare station takes over the second copy of a lost one.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use serde_json::json;
use zeroize::Zeroizing;

use super::{Context, Exit, passphrase, station};
use crate::domain::ids::StationLetter;
use crate::store::{CreateOptions, OldKey, Store};
use crate::worker::clock::wall_now;

/// Takes over the second copy of a lost station under a new letter and key.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The copy: the folder of the station's id on the second disk, with station.toml in it.
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// The letter of the new station, which is made in the folder of --data.
    #[arg(long)]
    letter: char,
    /// What people call it.
    #[arg(long, value_name = "NAME", default_value = "")]
    name: String,
    /// A folder on a second disk for the new station's own copy; the old one's may be named.
    #[arg(long, value_name = "DIR")]
    second_copy: Option<PathBuf>,
    /// A file with the secret recovery key (AGE-SECRET-KEY-1…), when the old passphrase is not known.
    #[arg(long, value_name = "FILE", conflicts_with = "old_passphrase_file")]
    recovery_key: Option<PathBuf>,
    /// A file with the old station's passphrase, when it is not the new one's.
    #[arg(long, value_name = "FILE")]
    old_passphrase_file: Option<PathBuf>,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    let folder = station::folder(context)?;
    let letter = StationLetter::new(args.letter).context("a station's letter is one of A to Z")?;
    ensure!(args.from.join("station.toml").is_file(), "{} holds no copy of a station", args.from.display());
    let options = CreateOptions {
        letter,
        name: args.name.clone(),
        second_copy: args.second_copy.clone(),
        faults: station::writing()?.faults,
        ..CreateOptions::default()
    };
    let new = passphrase::obtain_new(context)?;
    let identity = args.recovery_key.as_ref().map(identity).transpose()?;
    let old = match &args.old_passphrase_file {
        Some(file) => passphrase::obtain(&Context { passphrase_file: Some(file.clone()), ..context.clone() })?,
        None => new.clone(),
    };
    let key = identity.as_ref().map_or(OldKey::Passphrase(&old), OldKey::Recovery);
    let (store, adoption) = Store::adopt(folder, &new, &options, &args.from, &key, wall_now())?;
    let complete = adoption.missing.is_empty() && adoption.problems.is_empty();
    let line = json!({
        "v": 1,
        "station": store.settings().station,
        "adopted_station": adoption.station,
        "adopted_letter": adoption.letter,
        "records": adoption.adopted,
        "known": adoption.known,
        "missing": adoption.missing,
        "locks": adoption.locks,
        "lost_locks": adoption.lost_locks,
        "last_line": adoption.last_line,
        "problems": adoption.problems,
        "not_marked": adoption.not_marked,
    });
    if context.json {
        println!("{line}");
    } else {
        println!("{line:#}");
    }
    if let Some(why) = &adoption.not_marked {
        eprintln!("tucai: the old copy could not be marked as closed ({why}): do not use the old station again");
    }
    Ok(if complete { Exit::Done } else { Exit::Refused })
}

/// The one secret key of an age identity file.
fn identity(path: &PathBuf) -> anyhow::Result<age::x25519::Identity> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = Zeroizing::new(text);
    let line = text.lines().map(str::trim).find(|line| line.starts_with("AGE-SECRET-KEY-1"));
    let line = line.with_context(|| format!("{} holds no age key", path.display()))?;
    line.parse().map_err(|error: &str| anyhow::anyhow!("{}: {error}", path.display()))
}
