//! `tucai session`: makes and lists sessions.

use super::{Context, Exit};

/// Makes and lists sessions.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: &Args, _context: &Context) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
