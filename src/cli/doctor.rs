//! `tucai doctor`: says what this machine can do.

use super::{Context, Exit};

/// Says what this machine can do.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: &Args, _context: &Context) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
