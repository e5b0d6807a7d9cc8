//! `tucai bundle`: seals, verifies, opens bundles.

use super::{Context, Exit};

/// Seals, verifies, opens bundles.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: &Args, _context: &Context) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
