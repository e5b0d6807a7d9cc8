//! The command line: one file per subcommand. Stdout carries results, stderr words; both are English.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "results go to stdout, words to stderr")]

pub mod bundle;
pub mod check;
pub mod doctor;
pub mod drive;
pub mod import;
mod keyring;
pub mod keys;
pub mod operators;
pub mod passphrase;
mod picture;
pub mod profiles;
pub mod receipt;
pub mod records;
mod records_adopt;
mod records_digests;
mod records_purge;
mod records_second;
mod records_withdraw;
pub mod scan;
pub mod session;
mod session_roster;
pub mod standardize;
pub(crate) mod station;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

/// A subcommand with its arguments.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Reads codes from picture files.
    Scan(scan::Args),
    /// Judges picture files.
    Check(check::Args),
    /// Makes the standard picture.
    Standardize(standardize::Args),
    /// Runs whole walk-throughs without a window.
    Drive(drive::Args),
    /// Reads a memory card with codes among its portraits.
    Import(import::Args),
    /// Lists, shows, verifies, repairs stored records.
    Records(records::Args),
    /// Seals, verifies, opens bundles.
    Bundle(bundle::Args),
    /// Makes and imports receipts.
    Receipt(receipt::Args),
    /// Makes and shows keys and cards.
    Keys(keys::Args),
    /// Adds, lists, disables operators.
    Operators(operators::Args),
    /// Makes and lists sessions.
    Session(session::Args),
    /// Lists the photo standards.
    Profiles(profiles::Args),
    /// Says what this machine can do.
    Doctor(doctor::Args),
}

/// What every subcommand may need.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// `--data`.
    pub data: Option<PathBuf>,
    /// `--camera` and `--scan-camera`, as written.
    pub camera: Option<String>,
    pub scan_camera: Option<String>,
    /// `--json`: one object per line on stdout.
    pub json: bool,
    /// `--passphrase-file`, or `TUCAI_PASSPHRASE_FILE`.
    pub passphrase_file: Option<PathBuf>,
    /// `--operator`: who does this, on a station with operators.
    pub operator: Option<u32>,
    /// `--pin-file`, or `TUCAI_PIN_FILE`.
    pub pin_file: Option<PathBuf>,
}

/// How a subcommand ended: the process's exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Pass or warn.
    Done = 0,
    /// A fail or a refusal; the worst of all files counts.
    Refused = 1,
    /// Usage, input or output.
    Unusable = 2,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Says on stderr why nothing was done.
#[allow(clippy::print_stderr, reason = "the command line's words go to stderr")]
pub fn complain(error: &anyhow::Error) {
    let refused = error.chain().find_map(|cause| cause.downcast_ref::<crate::store::StoreError>());
    if let Some(refused) = refused {
        // What to do about it, then what the parts said.
        let message = crate::text::fault::store(refused.fault(), crate::text::Lang::En);
        eprintln!("tucai: {}; {} ({error:#})", message.what, message.advice);
    } else {
        eprintln!("tucai: {error:#}");
    }
}

/// The exit status of what went wrong: what somebody's role or PIN did not allow is a refusal,
/// and so is a folder that is not through with taking over.
pub fn exit_of(error: &anyhow::Error) -> Exit {
    use crate::domain::fault::StoreFault as F;
    let people = [
        F::PassphraseWait,
        F::WrongPin,
        F::PinWait,
        F::OperatorDisabled,
        F::NotAllowed,
        F::SecondNeeded,
        F::LastManager,
        F::AdoptionCut,
        F::DecisionStands,
    ];
    let refused = error.chain().filter_map(|cause| cause.downcast_ref::<crate::store::StoreError>());
    if refused.into_iter().any(|error| people.contains(&error.fault())) { Exit::Refused } else { Exit::Unusable }
}

/// Prints one JSON object as a line.
pub(crate) fn line(object: &serde_json::Value) {
    use std::io::Write as _;
    // A reader that went away (`| head`) has what it wanted.
    writeln!(std::io::stdout().lock(), "{object}").ok();
}

impl Command {
    /// It works on the station of `--data`, and not at making that station whole.
    const fn needs_whole_station(&self) -> bool {
        match self {
            Self::Scan(_) | Self::Check(_) | Self::Standardize(_) | Self::Profiles(_) | Self::Doctor(_) => false,
            Self::Records(args) => !args.is_adoption(),
            Self::Drive(_)
            | Self::Import(_)
            | Self::Bundle(_)
            | Self::Receipt(_)
            | Self::Keys(_)
            | Self::Operators(_)
            | Self::Session(_) => true,
        }
    }
}

/// A folder that was ended while it took another station's copy over holds a part of it: it is finished first. The
/// window asks the same.
fn refuse_half_adopted(folder: &std::path::Path) -> Result<(), crate::store::StoreError> {
    use crate::store::{StoreError, UnfinishedAdoption};
    let Some(UnfinishedAdoption { from, letter }) = UnfinishedAdoption::of_folder(folder) else { return Ok(()) };
    let what = format!("tucai records adopt --from {:?} --letter {letter}", from.display().to_string());
    Err(StoreError::new(crate::domain::fault::StoreFault::AdoptionCut, what))
}

/// Runs one subcommand.
pub fn run(command: &Command, context: &Context) -> anyhow::Result<Exit> {
    if command.needs_whole_station()
        && let Some(folder) = &context.data
    {
        refuse_half_adopted(folder)?;
    }
    match command {
        Command::Scan(args) => scan::run(args, context),
        Command::Check(args) => check::run(args, context),
        Command::Standardize(args) => standardize::run(args, context),
        Command::Drive(args) => drive::run(args, context),
        Command::Import(args) => import::run(args, context),
        Command::Records(args) => records::run(args, context),
        Command::Bundle(args) => bundle::run(args, context),
        Command::Receipt(args) => receipt::run(args, context),
        Command::Keys(args) => keys::run(args, context),
        Command::Operators(args) => operators::run(args, context),
        Command::Session(args) => session::run(args, context),
        Command::Profiles(args) => profiles::run(args, context),
        Command::Doctor(args) => doctor::run(args, context),
    }
}
