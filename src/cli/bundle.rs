//! `tucai bundle`: seals, verifies, opens bundles.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::keyring::{identity_file, now, refusal, report, say, station};
use super::station::authorize;
use super::{Context, Exit};
use crate::bundle::keys::{VerifyKey, recipient};
use crate::bundle::lines::Part;
use crate::bundle::medium::{Delivered, ReadBack, sync_folder};
use crate::bundle::names::BagFile;
use crate::bundle::open::{Contents, open};
use crate::bundle::station::{SealOptions, centre_card, deliver_bundle, seal_session, undelivered};
use crate::bundle::verify::{Outside, Sender, outside};
use crate::bundle::{BundleError, Result as BundleResult};
use crate::domain::fault::BundleFault;
use crate::domain::ids::SessionId;
use crate::domain::operator::Right;
use crate::store::{BundleRow, OpenOptions, Store};
use crate::text::bundle::Notice;

/// Seals, verifies, opens bundles.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Seals all approved records of the station and copies every undelivered bundle to a folder.
    Seal(SealArgs),
    /// Copies a sealed bundle again, byte for byte the same.
    Deliver {
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        /// Number of the bundle on this station.
        #[arg(long, value_name = "N")]
        sequence: u64,
    },
    /// Checks bundles: the outside, and with an identity the inside too.
    Verify {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        keys: ReadKeys,
    },
    /// Checks a bundle from outside to inside and writes its bag into a folder.
    Open {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        #[command(flatten)]
        keys: ReadKeys,
    },
    /// Says what a bundle is, like verify for one file.
    Inspect {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        keys: ReadKeys,
    },
}

#[derive(Debug, clap::Args)]
struct SealArgs {
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// The centre's age recipient; else the one of its card.
    #[arg(long, value_name = "AGE1...")]
    recipient: Option<String>,
    /// Only this session; else all.
    #[arg(long, value_name = "ID")]
    session: Option<String>,
    /// Also: originals, witness, last-four.
    #[arg(long, value_name = "PART", value_delimiter = ',')]
    with: Vec<With>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum With {
    Originals,
    Witness,
    LastFour,
}

#[derive(Debug, clap::Args)]
struct ReadKeys {
    /// The station's minisign key, from its card.
    #[arg(long, value_name = "RW...")]
    sender: Option<String>,
    /// The centre's age key file.
    #[arg(long, value_name = "KEYFILE")]
    identity: Option<PathBuf>,
}

impl ReadKeys {
    fn sender(&self) -> BundleResult<Option<VerifyKey>> {
        self.sender.as_deref().map(str::parse).transpose()
    }
}

pub fn run(args: &Args, context: &Context) -> anyhow::Result<Exit> {
    match &args.what {
        What::Seal(args) => seal(args, context),
        What::Deliver { to, sequence } => {
            let mut store = station(context, &OpenOptions::default())?;
            let by = authorize(&mut store, Right::Seal, context)?;
            let row = store.bundle(*sequence)?;
            Ok(deliver(&mut store, &row, to, by, context))
        }
        What::Verify { files, keys } => {
            let mut worst = Exit::Done;
            for file in files {
                worst = worst.max(verify(file, keys, context)?);
            }
            Ok(worst)
        }
        What::Inspect { file, keys } => verify(file, keys, context),
        What::Open { file, to, keys } => unpack(file, to, keys, context),
    }
}

fn seal(args: &SealArgs, context: &Context) -> anyhow::Result<Exit> {
    if !args.to.is_dir() {
        let missing = BundleError::refused(BundleFault::TargetMissing, format!("{} is no folder", args.to.display()));
        return Ok(refusal(context, None, &missing));
    }
    let mut store = station(context, &OpenOptions::default())?;
    let by = authorize(&mut store, Right::Seal, context)?;
    let named = match &args.recipient {
        Some(text) => recipient(text),
        None => centre_card(&store).and_then(|card| match card {
            Some(card) => recipient(&card.age),
            None => Err(BundleError::refused(BundleFault::NoRecipient, "no centre is enrolled and no recipient named")),
        }),
    };
    let named = match named {
        Ok(named) => named,
        Err(error) => return Ok(refusal(context, None, &error)),
    };
    let part = |with| if args.with.contains(&with) { Part::Include } else { Part::LeaveOut };
    let options = SealOptions {
        originals: part(With::Originals),
        witness: part(With::Witness),
        last_four: part(With::LastFour),
        by,
        ..SealOptions::new(named)
    };
    let sessions = match &args.session {
        Some(id) => vec![SessionId::try_from(id.clone())?],
        None => store.sessions()?.into_iter().map(|session| session.id).collect(),
    };
    for session in &sessions {
        match seal_session(&mut store, session, &options, now()) {
            Ok(_) => {}
            Err(error) if error.fault() == BundleFault::NothingToSeal => {}
            Err(error) => return Ok(refusal(context, None, &error)),
        }
    }
    let waiting = undelivered(&store)?;
    if waiting.is_empty() {
        let nothing = BundleError::refused(BundleFault::NothingToSeal, "no approved record waits for sealing");
        return Ok(refusal(context, None, &nothing));
    }
    let mut worst = Exit::Done;
    for row in &waiting {
        worst = worst.max(deliver(&mut store, row, &args.to, by, context));
    }
    Ok(worst)
}

fn deliver(store: &mut Store, row: &BundleRow, to: &Path, by: u32, context: &Context) -> Exit {
    let Delivered { path, read_back, .. } = match deliver_bundle(store, row.sequence, to, by, now()) {
        Ok(delivered) => delivered,
        Err(error) => return refusal(context, Some(Path::new(&row.file_name)), &error),
    };
    say(match read_back {
        ReadBack::Direct => Notice::ReadBackDirect,
        ReadBack::CacheDropped => Notice::ReadBackCacheDropped,
        ReadBack::Cached => Notice::ReadBackCached,
    });
    let value = json!({
        "v": 1,
        "bundle": path.display().to_string(),
        "sequence": row.sequence,
        "records": row.records.len(),
        "bytes": row.bytes,
        "sha256": row.sha256,
        "read_back": read_back.as_str(),
    });
    report(context, &value, &format!("{} ({} records, {} bytes)", path.display(), row.records.len(), row.bytes));
    Exit::Done
}

fn verify(path: &Path, keys: &ReadKeys, context: &Context) -> anyhow::Result<Exit> {
    let identity = keys.identity.as_deref().map(|path| identity_file(path, context)).transpose()?;
    let checked = keys.sender().and_then(|sender| {
        let mut file = opened(path)?;
        match &identity {
            None => outside(&mut file, sender.as_ref()).map(|outside| (outside, None)),
            Some(identity) => {
                let contents = open(&mut file, sender.as_ref(), identity, &mut |_, _| Ok(()))?;
                Ok((contents.outside.clone(), Some(contents)))
            }
        }
    });
    match checked {
        Ok((outside, contents)) => {
            tell(path, &outside, contents.as_ref(), context);
            Ok(Exit::Done)
        }
        Err(error) => Ok(refusal(context, Some(path), &error)),
    }
}

/// An unreadable file is no refusal of a bundle: it ends with the other exit status.
fn opened(path: &Path) -> BundleResult<File> {
    File::open(path).map_err(|source| {
        let what = String::from("the file cannot be read");
        BundleError::Io { fault: BundleFault::Other, what, source }
    })
}

fn tell(path: &Path, outside: &Outside, contents: Option<&Contents>, context: &Context) {
    if outside.sender == Sender::Unnamed {
        say(Notice::SenderNotNamed);
    }
    match contents {
        None => say(Notice::OutsideOnly),
        Some(contents) if contents.info.simulated => say(Notice::Simulated),
        Some(_) => {}
    }
    let comment = &outside.comment;
    let value = json!({
        "v": 1,
        "file": path.display().to_string(),
        "bundle": contents.map(|contents| contents.info.name.to_string()),
        "station": comment.station(),
        "sequence": comment.sequence,
        "previous": comment.previous,
        "key": comment.key.to_string(),
        "sender": if outside.sender == Sender::Expected { "checked" } else { "not_checked" },
        "inside": if contents.is_some() { "checked" } else { "not_checked" },
        "sha256": outside.sha256,
        "bytes": outside.bytes,
        "records": contents.map(|contents| contents.records.len()),
        "changes": contents.map(|contents| contents.changes.len()),
        "simulated": contents.map(|contents| contents.info.simulated),
    });
    let inside = contents.map(|contents| format!(", {} records", contents.records.len())).unwrap_or_default();
    let words = format!("{}: whole, station {}, number {}", path.display(), comment.station(), comment.sequence);
    report(context, &value, &format!("{words}{inside}"));
}

fn unpack(path: &Path, to: &Path, keys: &ReadKeys, context: &Context) -> anyhow::Result<Exit> {
    let Some(key_file) = &keys.identity else {
        anyhow::bail!("name the centre's key file with --identity");
    };
    let identity = identity_file(key_file, context)?;
    let written = keys.sender().and_then(|sender| write_bag(path, to, sender.as_ref(), &identity));
    match written {
        Ok(contents) => {
            tell(path, &contents.outside, Some(&contents), context);
            Ok(Exit::Done)
        }
        Err(error) => Ok(refusal(context, Some(path), &error)),
    }
}

/// Writes the bag under a temporary name; it gets its own only when everything in it was found right.
fn write_bag(
    path: &Path,
    to: &Path,
    sender: Option<&VerifyKey>,
    identity: &age::x25519::Identity,
) -> BundleResult<Contents> {
    let failed = |source| BundleError::io("the bag cannot be written", source);
    let unfinished = tempfile::Builder::new().prefix(".opening-").tempdir_in(to).map_err(failed)?;
    let mut file = opened(path)?;
    let contents = open(&mut file, sender, identity, &mut |name: BagFile, bytes| {
        let target = unfinished.path().join(name.path());
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        fs::write(target, bytes).map_err(failed)
    })?;
    let target = to.join(contents.info.name.to_string());
    if target.exists() {
        return Err(BundleError::refused(BundleFault::TargetExists, format!("{} is there already", target.display())));
    }
    fs::rename(unfinished.path(), &target).map_err(failed)?;
    sync_folder(to)?;
    Ok(contents)
}
