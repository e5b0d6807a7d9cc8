//! `tucai records adopt`: a spare station takes over the second copy of a lost one.

use std::path::PathBuf;

use anyhow::{Context as _, ensure};
use serde_json::json;

use super::keyring::identity_file;
use super::{Context, Exit, passphrase, station};
use crate::domain::ids::StationLetter;
use crate::domain::operator::Right;
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
    let goes_on = folder.join("station.key").is_file();
    let new = if goes_on { passphrase::obtain(context)? } else { passphrase::obtain_new(context)? };
    if goes_on {
        // It goes on where an earlier try ended, or is a spare that works already: its people decide.
        let mut store = Store::open(folder, &new, &station::writing()?, wall_now())?;
        station::tell_opening(&store);
        station::authorize(&mut store, Right::Keys, context)?;
    }
    let identity = args.recovery_key.as_ref().map(|path| identity_file(path, context)).transpose()?;
    let old = match &args.old_passphrase_file {
        Some(file) => passphrase::obtain(&Context { passphrase_file: Some(file.clone()), ..context.clone() })?,
        None => new.clone(),
    };
    let key = identity.as_ref().map_or(OldKey::Passphrase(&old), OldKey::Recovery);
    let (store, adoption) = Store::adopt(folder, &new, &options, &args.from, &key, wall_now(), &mut |_, _| {})?;
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
