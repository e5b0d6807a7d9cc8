//! `tucai drive`: runs whole walk-throughs without a window.

use super::{Context, Exit};

/// Runs whole walk-throughs without a window.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: &Args, _context: &Context) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
