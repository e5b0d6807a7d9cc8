//! `tucai profiles`: lists the photo standards.

use super::{Context, Exit};

/// Lists the photo standards.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: &Args, _context: &Context) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
