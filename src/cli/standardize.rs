//! `tucai standardize`: makes the standard picture.

use super::{Context, Exit};

/// Makes the standard picture.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: &Args, _context: &Context) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
