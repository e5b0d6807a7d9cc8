//! `tucai check`: judges picture files.

use super::{Context, Exit};

/// Judges picture files.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: &Args, _context: &Context) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
