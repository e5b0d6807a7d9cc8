//! `tucai keys`: makes and shows keys and cards.

use super::{Context, Exit};

/// Makes and shows keys and cards.
#[derive(Debug, clap::Args)]
pub struct Args {}

pub fn run(_args: &Args, _context: &Context) -> anyhow::Result<Exit> {
    anyhow::bail!("not there yet")
}
