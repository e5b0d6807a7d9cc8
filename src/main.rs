//! Arguments to window or subcommand, nothing else.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use log::LevelFilter;
use tucai::cli::{self, Command, Context, Exit};

/// Names a level for this program's own words on stderr. There is no way to raise that of other people's crates: a
/// window library tells every key that is pressed, and a code that a scanner types is such keys.
const LOG_LEVEL: &str = "TUCAI_LOG";

/// 图采站: photos under a 采集码, offline, durable, sealed. Without a subcommand it opens the window.
#[derive(Debug, Parser)]
#[command(name = "tucai", version, about)]
struct Arguments {
    /// The data folder.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// auto, v4l2:N, index:N, sim:demo, sim:DIR or folder:DIR.
    #[arg(long, global = true, value_name = "SPEC")]
    camera: Option<String>,
    /// A second camera that only reads codes.
    #[arg(long, global = true, value_name = "SPEC")]
    scan_camera: Option<String>,
    /// The drawn demonstration on a throw-away folder.
    #[arg(long)]
    demo: bool,
    /// One JSON object per line on stdout.
    #[arg(long, global = true)]
    json: bool,
    /// A file whose first line is the passphrase.
    #[arg(long, global = true, value_name = "FILE", env = "TUCAI_PASSPHRASE_FILE")]
    passphrase_file: Option<PathBuf>,
    /// The number of the operator who does this, on a station with operators.
    #[arg(long, global = true, value_name = "N")]
    operator: Option<u32>,
    /// A file whose first line is that operator's PIN.
    #[arg(long, global = true, value_name = "FILE", env = "TUCAI_PIN_FILE")]
    pin_file: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What goes wrong is told on stderr. Nothing of a code, a name or a picture is logged.
fn log_to_stderr() {
    let wanted = std::env::var(LOG_LEVEL).ok().and_then(|level| level.parse().ok());
    env_logger::Builder::new()
        .filter_level(LevelFilter::Error)
        .filter_module("tucai", wanted.unwrap_or(LevelFilter::Warn))
        .init();
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log_to_stderr();
    let context = Context {
        data: arguments.data,
        camera: arguments.camera,
        scan_camera: arguments.scan_camera,
        json: arguments.json,
        passphrase_file: arguments.passphrase_file,
        operator: arguments.operator,
        pin_file: arguments.pin_file,
    };
    let outcome = match &arguments.command {
        Some(command) => cli::run(command, &context),
        None => open_window(&context, arguments.demo),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(error) => {
            cli::complain(&error);
            cli::exit_of(&error).into()
        }
    }
}

#[cfg(feature = "window")]
fn open_window(context: &Context, demo: bool) -> anyhow::Result<Exit> {
    use tucai::app::window::{Demo, open};
    open(context, if demo { Demo::Yes } else { Demo::No })?;
    Ok(Exit::Done)
}

#[cfg(not(feature = "window"))]
fn open_window(_context: &Context, _demo: bool) -> anyhow::Result<Exit> {
    anyhow::bail!("this build has no window: see `tucai --help` for the command line")
}
