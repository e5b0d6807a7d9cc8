//! `tucai scan`: reads codes from picture files.

use super::{Context, Exit};

/// Reads codes from picture files.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: &Args, _context: &Context) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
