//! `tucai records`: lists, shows, verifies, repairs stored records.

use super::{Context, Exit};

/// Lists, shows, verifies, repairs stored records.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: &Args, _context: &Context) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
