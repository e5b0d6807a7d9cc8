//! `tucai operators`: adds, lists and disables the people who work at a station, and gives new PINs.
//!
//! A PIN comes from a prompt or a file, never from an argument. The first operator must be a manager; from then on
//! `--operator N` says who does this.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::json;

use super::{Context, Exit, keyring, passphrase, station};
use crate::domain::operator::{Right, Role};
use crate::store::{Operator, Store};
use crate::worker::clock::wall_now;

/// Adds, lists, disables operators.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Everybody, by number.
    List,
    /// Adds somebody; the first one must be a manager.
    Add {
        /// Stays on this station; bundles carry the number only.
        #[arg(long)]
        name: String,
        /// operator, reviewer or manager.
        #[arg(long)]
        role: Role,
        /// A file whose first line is the new PIN; without it the PIN is asked for.
        #[arg(long, value_name = "FILE")]
        new_pin_file: Option<PathBuf>,
    },
    /// Lets somebody in no more.
    Disable { number: u32 },
    /// Gives somebody a new PIN, and lets them in again.
    Pin {
        number: u32,
        #[arg(long, value_name = "FILE")]
        new_pin_file: Option<PathBuf>,
        /// The station's secret recovery key (AGE-SECRET-KEY-1…), when no manager knows a PIN any more.
        #[arg(long, value_name = "FILE")]
        recovery_key: Option<PathBuf>,
    },
}

pub fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    match &args.action {
        Action::List => {
            for operator in station::open_to_read(context)?.operators()? {
                tell(&operator, context);
            }
        }
        Action::Add { name, role, new_pin_file } => {
            let mut store = station::open(context)?;
            let by = station::authorize(&mut store, Right::People, context)?;
            let pin = passphrase::new_pin(new_pin_file.as_deref())?;
            let number = store.add_operator(name, *role, &pin, by, wall_now())?;
            told(&store, number, context)?;
        }
        Action::Disable { number } => {
            let mut store = station::open(context)?;
            let by = station::authorize(&mut store, Right::People, context)?;
            store.disable_operator(*number, by, wall_now())?;
            told(&store, *number, context)?;
        }
        Action::Pin { number, new_pin_file, recovery_key } => {
            let mut store = station::open(context)?;
            let recovery = recovery_key.as_ref().map(|path| keyring::identity_file(path, context)).transpose()?;
            let by = match recovery {
                Some(_) => 0,
                None => station::authorize(&mut store, Right::People, context)?,
            };
            let pin = passphrase::new_pin(new_pin_file.as_deref())?;
            match recovery {
                Some(recovery) => store.set_pin_by_recovery(*number, &pin, &recovery, wall_now())?,
                None => store.set_pin(*number, &pin, by, wall_now())?,
            }
            told(&store, *number, context)?;
        }
    }
    Ok(Exit::Done)
}

fn told(store: &Store, number: u32, context: &Context) -> anyhow::Result<()> {
    let operators = store.operators()?;
    tell(operators.iter().find(|operator| operator.number == number).context("the operator is gone")?, context);
    Ok(())
}

fn tell(operator: &Operator, context: &Context) {
    let Operator { number, name, role, active } = operator;
    let value = json!({ "v": 1, "operator": number, "name": name, "role": role, "active": active });
    let mark = if *active { "" } else { "  disabled" };
    keyring::report(context, &value, &format!("{number:>3}  {:<8}  {name}{mark}", role.as_str()));
}
