//! `tucai records second-copy`: where every record is written a second time.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde_json::json;

use super::{Context, Exit, complain, station};
use crate::domain::operator::Right;
use crate::store::{SecondCopy, Store};

/// Says where the second copy goes, or changes it; brings over what is missing.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A folder on a second disk. A disk that holds no copy of this station yet is made ready for it.
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// There is no second disk any more; what was copied stays there.
    #[arg(long, conflicts_with = "to")]
    none: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    if args.to.is_none() && !args.none {
        let store = station::open_to_read(context)?;
        let folder = store.settings().second_copy.clone();
        if context.json {
            println!("{}", json!({ "v": 1, "second_copy": folder }));
        } else {
            println!("{}", folder.map_or_else(|| String::from("none"), |folder| folder.display().to_string()));
        }
        return Ok(Exit::Done);
    }
    let to = args.to.as_deref().map(|folder| usable(folder, context)).transpose()?;
    let mut store = station::open(context)?;
    station::authorize(&mut store, Right::Keys, context)?;
    store.set_second_copy(to.as_deref())?;
    caught_up(&store, context)
}

/// The folder under a name that holds wherever the program is started; never one in the data folder itself.
pub(super) fn usable(folder: &Path, context: &Context) -> anyhow::Result<PathBuf> {
    ensure!(folder.is_dir(), "{} is not there: connect the second disk or make the folder", folder.display());
    let folder = std::path::absolute(folder).context("the folder's whole name is not known")?;
    let own = station::folder(context)?.canonicalize().ok();
    let inside = own.is_some_and(|own| folder.canonicalize().is_ok_and(|folder| folder.starts_with(own)));
    ensure!(!inside, "{} lies in the data folder: a second copy belongs on another disk", folder.display());
    Ok(folder)
}

fn caught_up(store: &Store, context: &Context) -> anyhow::Result<Exit> {
    let status = store.catch_up_all()?;
    let (folder, missing) = (store.settings().second_copy.clone(), store.missing_copies());
    if context.json {
        println!("{}", json!({ "v": 1, "second_copy": folder, "missing": missing }));
    } else if let Some(folder) = folder {
        println!("second copy in {}, {missing} records missing", folder.display());
    } else {
        println!("no second copy");
    }
    if let SecondCopy::Behind(behind) = status {
        let told = crate::text::second_disk::message(behind, crate::text::Lang::En);
        complain(&anyhow::anyhow!("{}: {}", told.what, told.advice));
        return Ok(Exit::Refused);
    }
    Ok(Exit::Done)
}
