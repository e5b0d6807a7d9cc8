//! `tucai receipt`: makes and imports receipts.

use super::{Context, Exit};

/// Makes and imports receipts.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: &Args, _context: &Context) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
